from collections import deque
def trib(n):
    win = deque([0, 0, 1])
    for _ in range(n):
        win.append(sum(win))
        win.popleft()
    return win[0]
print([trib(i) for i in range(15)], trib(200))
