# A condition that is known before the loop: only the branch taken is kept.
def f(mode):
    res = 0
    for i in xrange(10 ** 50):
        if mode == 1:
            res += 3
        else:
            res += 5
    return res
