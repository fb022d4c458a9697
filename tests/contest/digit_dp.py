import sys
def count(N, K):
    s = str(N)
    n = len(s)
    dp = [[[0] * (K + 1) for _ in range(2)] for _ in range(n + 1)]
    dp[0][0][0] = 1
    for i, ch in enumerate(s):
        d = int(ch)
        for less in range(2):
            for k in range(K + 1):
                if dp[i][less][k] == 0:
                    continue
                for x in range(10 if less else d + 1):
                    nk = k + (x != 0)
                    if nk <= K:
                        dp[i + 1][1 if less or x < d else 0][nk] += dp[i][less][k]
    return dp[n][0][K] + dp[n][1][K]
N = int(input())
K = int(input())
print(count(N, K))
