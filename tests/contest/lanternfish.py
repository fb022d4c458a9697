import sys
from collections import Counter, deque
fish = list(map(int, sys.stdin.readline().strip().split(",")))
state = [0] * 9
for f in fish:
    state[f] += 1
for day in range(256):
    z = state.pop(0)
    state[6] += z
    state.append(z)
print(sum(state))
q = deque([fish.count(i) for i in range(9)])
for _ in range(80):
    q.append(q.popleft())
    q[6] += q[8]
print(sum(q))
c = Counter(fish)
for _ in range(18):
    new = Counter()
    for k, v in c.items():
        if k == 0:
            new[6] += v
            new[8] += v
        else:
            new[k - 1] += v
    c = new
print(sum(c.values()))
