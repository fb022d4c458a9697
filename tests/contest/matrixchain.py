from functools import lru_cache
dims = (30, 35, 15, 5, 10, 20, 25)
@lru_cache(maxsize=None)
def cost(i, j):
    if j - i == 1: return 0
    return min(cost(i, k) + cost(k, j) + dims[i] * dims[k] * dims[j] for k in range(i + 1, j))
print(cost(0, len(dims) - 1))
