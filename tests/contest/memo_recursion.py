from functools import lru_cache, cache
import sys
sys.setrecursionlimit(10**6)
@lru_cache(None)
def C(n, k):
    if k == 0 or k == n:
        return 1
    return C(n - 1, k - 1) + C(n - 1, k)
@cache
def part(n, m):
    if n == 0: return 1
    if n < 0 or m == 0: return 0
    return part(n - m, m) + part(n, m - 1)
memo = {}
def collatz(n):
    if n == 1: return 1
    if n in memo: return memo[n]
    memo[n] = r = 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)
    return r
def lcs(a, b):
    @lru_cache(maxsize=None)
    def go(i, j):
        if i == len(a) or j == len(b):
            return 0
        if a[i] == b[j]:
            return 1 + go(i + 1, j + 1)
        return max(go(i + 1, j), go(i, j + 1))
    return go(0, 0)
print(C(60, 30), part(100, 100), max(range(1, 3000), key=collatz), lcs("longest common subsequence", "a common subset of sequences"))
