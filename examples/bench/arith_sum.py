# bench: arith_sum: the sum of an arithmetic progression
# call: arith_sum(7, 3, {n})
# args: linear:1000000:10
# columns: naive,cpm,formula=formula(7, 3, {n})


def arith_sum(start, step, count):
    res = 0
    elem = start
    for i in range(count):
        res += elem
        elem += step
    return res


def formula(start, step, count):
    return (2 * start + step * (count - 1)) * count // 2
