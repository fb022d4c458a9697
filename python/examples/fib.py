"""Fibonacci numbers by the loop that everybody writes first."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize()
def fib(n):
    a = 0
    b = 1
    for i in xrange(n):
        a, b = b, a + b
    return a


if __name__ == "__main__":
    print(fib(10**7) % 10**20)
