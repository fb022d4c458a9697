def frog(h, k):
    n = len(h)
    dp = [float('inf')] * n
    dp[0] = 0
    for i in range(1, n):
        for j in range(max(0, i - k), i):
            dp[i] = min(dp[i], dp[j] + abs(h[i] - h[j]))
    return dp[-1]
n, k = map(int, input().split())
h = list(map(int, input().split()))
print(frog(h, k))
