from math import gcd
def ext(a, b):
    if b == 0: return a, 1, 0
    g, x, y = ext(b, a % b)
    return g, y, x - a // b * y
def crt(rs, ms):
    r, m = 0, 1
    for a, b in zip(rs, ms):
        g, p, q = ext(m, b)
        assert (a - r) % g == 0
        r += m * ((a - r) // g * p % (b // g))
        m = m * b // gcd(m, b)
    return r % m, m
print(crt([2, 3, 2], [3, 5, 7]), ext(240, 46))
