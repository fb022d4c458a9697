# bench: knight: numbers that a knight dials on a telephone, a state list rebuilt each step
# call: dial({n})
# args: linear:20000:10
# columns: naive,cpm,matrix=by_matrix({n})

M = 998244353
MOVES = [[4, 6], [6, 8], [7, 9], [4, 8], [0, 3, 9], [], [0, 1, 7], [2, 6], [1, 3], [2, 4]]


def dial(n):
    dp = [1] * 10
    for _ in range(n):
        new = [0] * 10
        for key in range(10):
            for to in MOVES[key]:
                new[to] = (new[to] + dp[key]) % M
        dp = new
    return sum(dp) % M


def times(a, b):
    k = len(a)
    return [[sum(a[i][m] * b[m][j] for m in range(k)) % M for j in range(k)] for i in range(k)]


def by_matrix(n):
    step = [[0] * 10 for _ in range(10)]
    for key in range(10):
        for to in MOVES[key]:
            step[key][to] += 1
    power = [[int(i == j) for j in range(10)] for i in range(10)]
    while n > 0:
        if n % 2 == 1:
            power = times(power, step)
        step = times(step, step)
        n //= 2
    return sum(map(sum, power)) % M
