"""Loops as people write them: cpmcalc -f examples/loops.py 'pairs(10**18)'"""


def pairs(n):
    """An inner loop that depends on the outer one, and a product."""
    s = 0
    for i in range(n):
        for j in range(i):
            s += i * j
    return s


def wages(days):
    """Conditions on the counter: every seventh day is free, a rise after 100 days."""
    total = 0
    for day in range(days):
        if day % 7 == 6:
            continue
        total += 12 if day >= 100 else 10
    return total


def squares(n):
    """Squares of Fibonacci numbers, modulo a prime."""
    m = 998244353
    a, b, s = 0, 1, 0
    for _ in range(n):
        s = (s + a * a) % m
        a, b = b, (a + b) % m
    return s


def dice(n, x=1):
    """A generator of random numbers, after n steps; and how often it was odd."""
    odd = 0
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFF
        if x & 1:
            odd += 1
    return x, odd
