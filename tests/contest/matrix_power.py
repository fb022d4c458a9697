MOD = 998244353
def mul(A, B):
    n, m, p = len(A), len(B), len(B[0])
    C = [[0] * p for _ in range(n)]
    for i in range(n):
        for j in range(p):
            s = 0
            for k in range(m):
                s += A[i][k] * B[k][j]
            C[i][j] = s % MOD
    return C
def power(A, e):
    n = len(A)
    R = [[int(i == j) for j in range(n)] for i in range(n)]
    while e > 0:
        if e & 1:
            R = mul(R, A)
        A = mul(A, A)
        e >>= 1
    return R
def kth(coef, init, k):
    n = len(coef)
    if k < n:
        return init[k]
    A = [list(coef)] + [[1 if j == i else 0 for j in range(n)] for i in range(n - 1)]
    P = power(A, k - n + 1)
    return sum(P[0][j] * init[n - 1 - j] for j in range(n)) % MOD
print(kth([1, 1], [0, 1], 10**18), kth([1, 1, 1], [0, 0, 1], 10**15), kth([2, 0, 1], [1, 1, 2], 30))
