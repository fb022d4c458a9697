from bisect import bisect_left
def lis(a):
    tails = []
    for x in a:
        i = bisect_left(tails, x)
        if i == len(tails):
            tails.append(x)
        else:
            tails[i] = x
    return len(tails), tails
a = [(i * i * 31 + 17 * i) % 257 for i in range(120)]
print(lis(a))
