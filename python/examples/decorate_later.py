"""The decorator called by hand: naive_g stays as it is."""
from cpmcalc import cpmoptimize, xrange


def naive_g(n):
    res = 0
    for i in xrange(n):
        res += i
    return res


smart_g = cpmoptimize()(naive_g)

if __name__ == "__main__":
    print(smart_g(10**18))
