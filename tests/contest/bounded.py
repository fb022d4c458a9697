def count(n, k, limit):
    dp = [1] + [0] * n
    for _ in range(k):
        pre = [0]
        for x in dp: pre.append(pre[-1] + x)
        dp = [pre[s + 1] - pre[max(0, s - limit)] for s in range(n + 1)]
    return dp[n]
print(count(100, 30, 5), count(10, 3, 9))
