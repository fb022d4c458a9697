# Exponentiation by a loop, which becomes binary exponentiation.
from cpmoptimize import cpmoptimize

@cpmoptimize()
def power(a, n):
    res = 1
    for i in xrange(n):
        res *= a
    return res
