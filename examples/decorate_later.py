# The decorator called by hand: naive_g stays as it is, smart_g is optimized.
from cpmoptimize import cpmoptimize

def naive_g(n):
    res = 0
    for i in xrange(n):
        res += i
    return res

smart_g = cpmoptimize()(naive_g)
