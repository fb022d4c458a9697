# Dynamic programs over lists as people write them, which the plain interpreter runs:
# what `make bench ROWS=lists` times, side by side with python3.
M = 10**9 + 7


def knapsack(n, room):
    weights = [7 + i * 13 % 41 for i in range(n)]
    values = [10 + i * 29 % 97 for i in range(n)]
    best = [0] * (room + 1)
    for i in range(n):
        w = weights[i]
        v = values[i]
        for j in range(room, w - 1, -1):
            best[j] = max(best[j], best[j - w] + v)
    return best[room]


def coins(total):
    ways = [0] * (total + 1)
    ways[0] = 1
    for c in [1, 2, 5, 10, 20, 50, 100, 200]:
        for s in range(c, total + 1):
            ways[s] = (ways[s] + ways[s - c]) % M
    return ways[total]


def edit(n, m):
    a = [i * i % 7 for i in range(n)]
    b = [i * i * i % 5 for i in range(m)]
    d = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        d[i][0] = i
    for j in range(m + 1):
        d[0][j] = j
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if a[i - 1] == b[j - 1]:
                d[i][j] = d[i - 1][j - 1]
            else:
                d[i][j] = 1 + min(d[i - 1][j], d[i][j - 1], d[i - 1][j - 1])
    return d[n][m]


def rising(n):
    a = [i * 7919 % 1009 for i in range(n)]
    best = [1] * n
    for i in range(n):
        for j in range(i):
            if a[j] < a[i] and best[j] + 1 > best[i]:
                best[i] = best[j] + 1
    return max(best)


def paths(n):
    far = 10**9
    d = [[far] * n for _ in range(n)]
    for i in range(n):
        d[i][i] = 0
        for k in range(1, 5):
            d[i][(i * 7 + k * k * 13) % n] = k * 3 + i % 5
    for k in range(n):
        for i in range(n):
            for j in range(n):
                if d[i][k] + d[k][j] < d[i][j]:
                    d[i][j] = d[i][k] + d[k][j]
    return sum(sum(row) for row in d)


def product(n):
    a = [[(i * 31 + j * 17) % 101 for j in range(n)] for i in range(n)]
    c = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            s = 0
            for k in range(n):
                s = (s + a[i][k] * a[k][j]) % M
            c[i][j] = s
    return c[3][4]


def digits(length, k):
    ways = [[0] * k for _ in range(2)]
    ways[1][0] = 1
    for _ in range(length):
        after = [[0] * k for _ in range(2)]
        for tight in range(2):
            for r in range(k):
                w = ways[tight][r]
                if w == 0:
                    continue
                top = 7 if tight else 9
                for d in range(top + 1):
                    t = 1 if tight and d == top else 0
                    after[t][(r + d) % k] = (after[t][(r + d) % k] + w) % M
        ways = after
    return (ways[0][0] + ways[1][0]) % M


def sieve(n):
    prime = [True] * (n + 1)
    prime[0] = prime[1] = False
    i = 2
    while i * i <= n:
        if prime[i]:
            for j in range(i * i, n + 1, i):
                prime[j] = False
        i += 1
    count = 0
    for i in range(n + 1):
        if prime[i]:
            count += 1
    return count
