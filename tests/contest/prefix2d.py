a = [[(i * j + 3) % 7 for j in range(6)] for i in range(5)]
p = [[0] * 7 for _ in range(6)]
for i in range(5):
    for j in range(6):
        p[i+1][j+1] = a[i][j] + p[i][j+1] + p[i+1][j] - p[i][j]
q = lambda r1, c1, r2, c2: p[r2][c2] - p[r1][c2] - p[r2][c1] + p[r1][c1]
print(p[-1], q(1, 1, 4, 5), max(q(i, j, i + 2, j + 2) for i in range(4) for j in range(5)))
