# bench: fib: Fibonacci numbers
# call: fib({n})
# args: linear:300000:15
# columns: naive,cpm,matrices=matrices({n}),fast dbl=fast_dbl({n})


def fib(n):
    a = 0
    b = 1
    for i in range(n):
        a, b = b, a + b
    return a


# Powers of the matrix (1, 1; 1, 0) by squaring.
def matrices(n):
    a, b, c, d = 1, 0, 0, 1
    p, q, r, s = 1, 1, 1, 0
    while n > 0:
        if n & 1:
            a, b, c, d = a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s
        n >>= 1
        if n > 0:
            p, q, r, s = p * p + q * r, p * q + q * s, r * p + s * r, r * q + s * s
    return b


# F(n) and F(n+1).
def doubled(n):
    if n == 0:
        return 0, 1
    a, b = doubled(n >> 1)
    c = a * (2 * b - a)
    d = a * a + b * b
    if n & 1:
        return d, c + d
    return c, d


def fast_dbl(n):
    a, b = doubled(n)
    return a
