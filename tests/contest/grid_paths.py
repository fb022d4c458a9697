grid = ["..#.", "....", "#...", "...."]
h, w = len(grid), len(grid[0])
dp = [[0] * w for _ in range(h)]
for i in range(h):
    for j in range(w):
        if grid[i][j] == "#":
            continue
        if i == j == 0:
            dp[i][j] = 1
        else:
            dp[i][j] = (dp[i-1][j] if i else 0) + (dp[i][j-1] if j else 0)
for row in dp:
    print(" ".join(f"{x:2d}" for x in row))
