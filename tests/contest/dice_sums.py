# How many throws of a die add up to n, for each line of input.
import sys

MOD = 10**9 + 7


def count(n):
    dp = [0] * (n + 1)
    dp[0] = 1
    for i in range(1, n + 1):
        for face in range(1, 7):
            if face > i:
                break
            dp[i] += dp[i - face]
        dp[i] %= MOD
    return dp[n]


def tilings(n):
    # 2 x n boards with dominoes and L-shaped triominoes
    full, part = [1, 1], [0, 1]
    for i in range(2, n + 1):
        full.append((full[i - 1] + full[i - 2] + 2 * part[i - 1]) % MOD)
        part.append((part[i - 1] + full[i - 2]) % MOD)
    return full[n]


for line in sys.stdin:
    n = int(line)
    print(n, count(n), tilings(n))
