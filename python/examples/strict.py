"""With strict=True a loop that cannot be taken over is an error."""
from cpmcalc import RecompileError, cpmoptimize, xrange


@cpmoptimize(strict=True)
def f(n, k):
    res = 0
    for i in xrange(n):
        res += res * res
    return res


if __name__ == "__main__":
    try:
        f(10**6, 1)
    except RecompileError as error:
        print(error)
