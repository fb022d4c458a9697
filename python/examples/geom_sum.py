"""The sum of `count` members of a geometric progression."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize()
def geom_sum(start, coeff, count):
    res = 0
    elem = start
    for i in xrange(count):
        res += elem
        elem *= coeff
    return res


if __name__ == "__main__":
    print(geom_sum(5, 10**12, 10**5) % 10**20)
