n = 8
d = [[(i * 17 + j * 31) % 23 + 1 for j in range(n)] for i in range(n)]
INF = 10**9
dp = [[INF] * n for _ in range(1 << n)]
dp[1][0] = 0
for mask in range(1 << n):
    for u in range(n):
        if dp[mask][u] == INF: continue
        for v in range(n):
            if mask & (1 << v): continue
            nm = mask | (1 << v)
            dp[nm][v] = min(dp[nm][v], dp[mask][u] + d[u][v])
print(min(dp[-1][u] + d[u][0] for u in range(1, n)))
