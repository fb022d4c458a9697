# More iterations than a machine word can count (Python 2: --dialect py2).
from cpmoptimize import cpmoptimize, xrange

@cpmoptimize()
def f():
    res = 0
    for i in xrange(10 ** 1000):
        res += 3
    return res

print f()
