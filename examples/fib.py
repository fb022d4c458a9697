# The article's first program: Fibonacci numbers by a plain loop.
#
#     cpmcalc -f examples/fib.py 'fib(10**7)'

from cpmoptimize import cpmoptimize, xrange


@cpmoptimize()
def fib(n):
    a = 0
    b = 1
    for i in xrange(n):
        a, b = b, a + b
    return a
