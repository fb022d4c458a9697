MOD = 10**9 + 7
N = 50
fact = [1] * (N + 1)
for i in range(1, N + 1): fact[i] = fact[i-1] * i % MOD
inv = [pow(f, MOD - 2, MOD) for f in fact]
C = lambda n, k: 0 if k < 0 or k > n else fact[n] * inv[k] % MOD * inv[n - k] % MOD
print([C(50, k) for k in range(0, 51, 7)], pow(3, -1, MOD), sum(C(20, k) for k in range(21)))
