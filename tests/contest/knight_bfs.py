from collections import deque
def knights(n, start, goal):
    moves = [(1, 2), (2, 1), (-1, 2), (-2, 1), (1, -2), (2, -1), (-1, -2), (-2, -1)]
    dist = [[-1] * n for _ in range(n)]
    q = deque([start])
    dist[start[0]][start[1]] = 0
    while q:
        x, y = q.popleft()
        if (x, y) == goal:
            return dist[x][y]
        for dx, dy in moves:
            nx, ny = x + dx, y + dy
            if 0 <= nx < n and 0 <= ny < n and dist[nx][ny] < 0:
                dist[nx][ny] = dist[x][y] + 1
                q.append((nx, ny))
    return -1
print(knights(30, (0, 0), (29, 28)), knights(3, (0, 0), (1, 1)))
