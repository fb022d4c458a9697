n, m = 5, 7
grid = [[(i * j) % 3 for j in range(m)] for i in range(n)]
seen = [[False] * m for _ in range(n)]
def dfs(r, c):
    stack = [(r, c)]
    seen[r][c] = True
    size = 0
    while stack:
        x, y = stack.pop()
        size += 1
        for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            nx, ny = x + dx, y + dy
            if 0 <= nx < n and 0 <= ny < m and not seen[nx][ny] and grid[nx][ny] == grid[x][y]:
                seen[nx][ny] = True
                stack.append((nx, ny))
    return size
sizes = [dfs(i, j) for i in range(n) for j in range(m) if not seen[i][j]]
print(sorted(sizes, reverse=True), max(sizes), min(sizes))
print("\n".join("".join(map(str, row)) for row in grid))
