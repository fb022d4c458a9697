"""A condition that is known before the loop, which the article left for later."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize()
def f(mode, n=10 ** 50):
    res = 0
    for i in xrange(n):
        if mode == 1:
            res += 3
        else:
            res += 5
    return res


if __name__ == "__main__":
    print(f(1), f(2))
