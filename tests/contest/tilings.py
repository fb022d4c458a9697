def numTilings(n: int) -> int:
    MOD = 1_000_000_007
    dp = [1, 1, 2] + [0] * n
    for i in range(3, n + 1):
        dp[i] = (2 * dp[i - 1] + dp[i - 3]) % MOD
    return dp[n]
def broken_profile(n, m):
    dp = [0] * (1 << m)
    dp[0] = 1
    for i in range(n):
        for j in range(m):
            ndp = [0] * (1 << m)
            for mask in range(1 << m):
                if not dp[mask]:
                    continue
                if mask >> j & 1:
                    ndp[mask ^ (1 << j)] += dp[mask]
                else:
                    ndp[mask | (1 << j)] += dp[mask]
                    if j + 1 < m and not (mask >> (j + 1) & 1):
                        ndp[mask | (1 << (j + 1))] += dp[mask]
            dp = ndp
    return dp[0]
print([numTilings(i) for i in range(1, 11)], broken_profile(8, 8), broken_profile(7, 6))
