"""More rounds than a machine word can count."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize()
def f():
    res = 0
    for i in xrange(10 ** 1000):
        res += 3
    return res


if __name__ == "__main__":
    print(f() == 3 * 10**1000)
