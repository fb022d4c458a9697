MOD = 10**9 + 7
def mat_mul(A, B):
    return [[sum(a * b for a, b in zip(row, col)) % MOD for col in zip(*B)] for row in A]
def mat_pow(M, p):
    n = len(M)
    R = [[int(i == j) for j in range(n)] for i in range(n)]
    while p:
        if p & 1:
            R = mat_mul(R, M)
        M = mat_mul(M, M)
        p >>= 1
    return R
def fib(n):
    return mat_pow([[1, 1], [1, 0]], n)[0][1]
for n in (0, 1, 2, 10, 100, 10**18):
    print(fib(n))
