def subsets(nums):
    res = [[]]
    for x in nums:
        res += [s + [x] for s in res]
    return res
print(subsets([1, 2, 3]))
def bits(a):
    return [[a[i] for i in range(len(a)) if m >> i & 1] for m in range(1 << len(a))]
print(sorted(bits("abc")))
