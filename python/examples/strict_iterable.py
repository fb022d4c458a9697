"""With strict=True a loop runs over a range, and over nothing else."""
from cpmcalc import cpmoptimize, xrange


@cpmoptimize(strict=True)
def f(iterable):
    res = 0
    for elem in iterable:
        res += elem
    return res


if __name__ == "__main__":
    print(f(xrange(30)))
    try:
        f(list(range(30)))
    except TypeError as error:
        print(error)
