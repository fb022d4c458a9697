# The sum of `count` members of a geometric progression.
from cpmoptimize import cpmoptimize

@cpmoptimize()
def geom_sum(start, coeff, count):
    res = 0
    elem = start
    for i in xrange(count):
        res += elem
        elem *= coeff
    return res
