# bench: geom_sum: the sum of a geometric progression
# call: geom_sum(7, 3, {n})
# args: linear:100000:10
# columns: naive,cpm,formula=formula(7, 3, {n})


def geom_sum(start, coeff, count):
    res = 0
    elem = start
    for i in range(count):
        res += elem
        elem *= coeff
    return res


def formula(start, coeff, count):
    return start * (coeff ** count - 1) // (coeff - 1)
