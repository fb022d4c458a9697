def rob(nums):
    a = b = 0
    for x in nums:
        a, b = b, max(b, a + x)
    return b
print(rob([2, 7, 9, 3, 1]), rob([i * 37 % 41 for i in range(100)]), rob([]))
