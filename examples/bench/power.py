# bench: power: a power by repeated multiplication
# call: power(3, {n})
# args: linear:100000:10
# columns: naive,cpm,binary=binary(3, {n})


def power(a, n):
    res = 1
    for i in range(n):
        res *= a
    return res


def binary(a, n):
    res = 1
    while n > 0:
        if n & 1:
            res *= a
        n >>= 1
        if n > 0:
            a *= a
    return res
