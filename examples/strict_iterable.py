# Loops run over ranges only; a range cannot be passed as a value.
from cpmoptimize import cpmoptimize

@cpmoptimize(strict=True)
def f(iterable):
    res = 0
    for elem in iterable:
        res += elem
    return res
