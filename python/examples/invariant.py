"""(k ** m) & 676 is the same in every round."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize()
def f(n, k):
    res = 0
    for i in xrange(n):
        m = 3
        res += ((k ** m) & 676) + i
    return res


if __name__ == "__main__":
    print(f(10**18, 7))
