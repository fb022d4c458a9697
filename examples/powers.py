# Polynomials and exponentials of the counter are linear too.
def squares(n):
    s = 0
    for i in range(1, n + 1):
        s += i * i
    return s

def mixed(n):
    s = 0
    for i in range(n):
        s += (i + 1) ** 3 + 2 ** i - i * 3 ** i
    return s
