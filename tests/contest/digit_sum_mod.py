K = input().strip()
D = int(input())
MOD = 10**9 + 7
dp = [0] * D
ndp = None
tight = 0
for c in map(int, K):
    ndp = [0] * D
    for s in range(D):
        for x in range(10):
            ndp[(s + x) % D] = (ndp[(s + x) % D] + dp[s]) % MOD
    for x in range(c):
        ndp[(tight + x) % D] += 1
    tight = (tight + c) % D
    dp = ndp
print((dp[0] + (tight == 0) - 1) % MOD)
