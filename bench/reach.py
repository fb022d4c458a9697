# Loops as people write them, at n = 10^18: what `make bench ROWS=reach` times.
M = 998244353


def squares(n):
    s, a, b = 0, 0, 1
    for i in range(n):
        s = (s + a*a) % M
        a, b = b, (a + b) % M
    return s


def cubes(n):
    s, a, b = 0, 0, 1
    for i in range(n):
        s = (s + i**3 * a) % M
        a, b = b, (a + b) % M
    return s


def fourth(n):
    s, a, b, c = 0, 0, 0, 1
    for i in range(n):
        s = (s + a**4) % M
        a, b, c = b, c, (a + b + c) % M
    return s


def high(n):
    s, a, b = 0, 0, 1
    for i in range(n):
        s = (s + i**40 * a) % M
        a, b = b, (a + b) % M
    return s


def fizzbuzz(n):
    s = 0
    for i in range(n):
        if i % 15 == 0:
            s += 15*i
        elif i % 5 == 0:
            s += 5
        elif i % 3 == 0:
            s -= i
        else:
            s += 1
    return s


def triple(n):
    s = 0
    for i in range(n):
        for j in range(i):
            for k in range(j):
                s += i + j*k
    return s


def between(n):
    s = 0
    for i in range(n):
        for j in range(i):
            for k in range(j, i):
                s += i + j*k
    return s


def conditions(n):
    s = 0
    for i in range(n):
        for j in range(i):
            if (i + j) % 3 == 0:
                if j > 5 and i % 2:
                    s += i*j
                else:
                    s += 1
            elif i - j > 4:
                s -= j
    return s


# The 495 monomials of degree up to 8 in four variables.
def closing(n):
    s, a, b, c, d = 0, 1, 2, 3, 5
    for i in range(n):
        s = (s + a**8) % M
        a, b, c, d = (a + b + 1) % M, (b + c + 1) % M, (c + d + 1) % M, (d + 2*a) % M
    return s


def watched(n):
    x = 1
    for i in range(n):
        x = (x*x + 1) % 1000000007
    return x
