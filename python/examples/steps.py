"""A sequence that is easier to write than to solve: sums of sums."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize()
def f(n):
    step1 = 1
    step2 = 1
    res = 1
    for i in xrange(n):
        res += step2
        step2 += step1
        step1 += 1
    return res


if __name__ == "__main__":
    print(f(10**100))
