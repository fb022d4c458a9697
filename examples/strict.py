# With strict=True a loop that cannot be accelerated is an error.
from cpmoptimize import cpmoptimize

@cpmoptimize(strict=True)
def f(n, k):
    res = 0
    for i in xrange(n):
        res += res * res + i
    return res
