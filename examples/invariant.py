# (k ** m) & 676 is the same in every iteration and is computed once.
from cpmoptimize import cpmoptimize

@cpmoptimize()
def f(n, k):
    res = 0
    for i in xrange(n):
        m = 3
        res += ((k ** m) & 676) + i
    return res
