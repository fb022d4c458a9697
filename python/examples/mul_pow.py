"""Products instead of sums, which the article left for later."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize(iters_limit=2)
def f(n, a=2, b=3):
    for i in xrange(n):
        a, b = b, a * b
    return a


if __name__ == "__main__":
    print(f(25).bit_length())
