# bench: int_operations: integer operations that stay the same in each round
# call: int_operations({n}, 1234567)
# args: linear:1000000:10
# columns: naive,cpm,by hand=by_hand({n}, 1234567)


def int_operations(n, k):
    res = 0
    for i in range(n):
        m = 3
        res += ((k ** m) & 676) + i
        res -= (k // 7 | m << 4) % 1000
        res += ~k ^ (k >> 5)
    return res


# The same with the sum of the counter as a product.
def by_hand(n, k):
    m = 3
    once = ((k ** m) & 676) - (k // 7 | m << 4) % 1000 + (~k ^ (k >> 5))
    return n * once + n * (n - 1) // 2
