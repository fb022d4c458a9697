"""A recurrence over three terms and the index."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize()
def f(n):
    prev3 = 0
    prev2 = 1
    prev1 = 1
    for i in xrange(3, n + 3):
        cur = 7 * (2 * prev1 + 3 * prev2) + 4 * prev3 + 5 * i + 6
        prev3, prev2, prev1 = prev2, prev1, cur
    return prev3


if __name__ == "__main__":
    print(f(10**6) % 10**20)
