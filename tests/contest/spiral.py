def spiral(n):
    g = [[0] * n for _ in range(n)]
    x = y = 0
    dx, dy = 0, 1
    for i in range(n * n):
        g[x][y] = i + 1
        if not (0 <= x + dx < n and 0 <= y + dy < n) or g[x + dx][y + dy]:
            dx, dy = dy, -dx
        x, y = x + dx, y + dy
    return g
for row in spiral(5): print(''.join(f"{v:4}" for v in row))
