# A loop over a range that is passed as a value is accelerated, f(xrange(30)); one
# over anything else runs plainly, or is an error as here, where strict is set.
from cpmoptimize import cpmoptimize

@cpmoptimize(strict=True)
def f(iterable):
    res = 0
    for elem in iterable:
        res += elem
    return res
