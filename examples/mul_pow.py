# Products instead of sums: a(n) = a(n-1) * a(n-2).
def f(n):
    a = 1
    b = 1
    for i in xrange(n):
        a, b = b, a * b
    return a
