# Fences of n posts in three colours, no three posts in a row alike; and strings of a
# and b with no two b side by side, by rows of states.
def fences(n, k):
    same, other = [0] * (n + 1), [k] * (n + 1)
    for i in range(2, n + 1):
        same[i] = other[i - 1]
        other[i] = (same[i - 1] + other[i - 1]) * (k - 1)
    return same[n] + other[n]


def strings(n):
    dp = [[0, 0] for _ in range(n + 1)]
    dp[0][0] = 1
    for i in range(1, n + 1):
        dp[i][0] = dp[i - 1][0] + dp[i - 1][1]
        dp[i][1] = dp[i - 1][0]
    return sum(dp[n])


for n in range(1, 9):
    print(n, fences(n, 3), strings(n))
print(fences(200, 3))
print(strings(200))
