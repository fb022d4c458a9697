import sys
from collections import defaultdict, deque, Counter
input = sys.stdin.readline
n = int(input())
g = defaultdict(list)
for _ in range(n - 1):
    u, v = map(int, input().split())
    g[u].append(v)
    g[v].append(u)
dist = {1: 0}
q = deque([1])
while q:
    u = q.popleft()
    for v in g[u]:
        if v not in dist:
            dist[v] = dist[u] + 1
            q.append(v)
c = Counter(dist.values())
for k in sorted(c):
    print(k, c[k])
print(*sorted(dist.items(), key=lambda t: (-t[1], t[0]))[:3], sep="\n")
