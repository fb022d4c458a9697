from bisect import bisect_left, bisect_right
from itertools import accumulate, permutations, combinations, product
a = [3, 1, 4, 1, 5, 9, 2, 6]
tails = []
for x in a:
    i = bisect_left(tails, x)
    if i == len(tails):
        tails.append(x)
    else:
        tails[i] = x
print(len(tails), list(accumulate(a)))
print(sum(1 for p in permutations(range(4)) if all(p[i] != i for i in range(4))))
print(list(combinations("abc", 2)))
print(["".join(p) for p in product("01", repeat=3)])
