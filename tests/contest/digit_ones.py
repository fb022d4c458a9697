from functools import lru_cache
import sys
sys.setrecursionlimit(10**6)
@lru_cache(None)
def f(i, tight, cnt):
    if i == len(S):
        return cnt
    lim = int(S[i]) if tight else 9
    res = 0
    for d in range(lim + 1):
        res += f(i + 1, tight and d == lim, cnt + (d == 1))
    return res
S = "9" * 18
print(f(0, True, 0))
S = str(10**12)
print(f(0, True, 0))
