def longest(s):
    n, best = len(s), (0, 0)
    for c in range(2 * n - 1):
        l, r = c // 2, (c + 1) // 2
        while l >= 0 and r < n and s[l] == s[r]: l, r = l - 1, r + 1
        best = max(best, (r - l - 1, -(l + 1)))
    return s[-best[1]:-best[1] + best[0]]
print(longest("forgeeksskeegfor"), longest("abacdfgdcaba"))
