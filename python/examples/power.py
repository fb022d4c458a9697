"""A power by a loop, which becomes binary exponentiation."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize()
def power(a, n):
    res = 1
    for i in xrange(n):
        res *= a
    return res


if __name__ == "__main__":
    print(power(3, 10**6) == 3**10**6)
