"""Loops in loops, which the article left for later: 10**150 rounds."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize()
def f(n=10 ** 50, m=10 ** 100):
    res = 0
    for i in xrange(n):
        for j in xrange(m):
            res += i * 2 + j
    return res


if __name__ == "__main__":
    print(f() % 10**20)
