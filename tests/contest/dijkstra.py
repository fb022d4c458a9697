import heapq
def dijkstra(n, edges, s):
    g = {v: [] for v in range(n)}
    for u, v, w in edges:
        g[u].append((v, w))
    dist = [float("inf")] * n
    dist[s] = 0
    pq = [(0, s)]
    while pq:
        d, u = heapq.heappop(pq)
        if d > dist[u]:
            continue
        for v, w in g[u]:
            nd = d + w
            if nd < dist[v]:
                dist[v] = nd
                heapq.heappush(pq, (nd, v))
    return dist
edges = [(i, (i * 7 + 3) % 20, i % 5 + 1) for i in range(20)] + [(i, i + 1, 4) for i in range(18)]
print(dijkstra(20, edges, 0))
