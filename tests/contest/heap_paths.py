import heapq
def dijkstra(adj, s):
    INF = float('inf')
    d = [INF] * len(adj)
    d[s] = 0
    h = [(0, s)]
    while h:
        du, u = heapq.heappop(h)
        if du > d[u]:
            continue
        for v, w in adj[u]:
            nd = du + w
            if nd < d[v]:
                d[v] = nd
                heapq.heappush(h, (nd, v))
    return d
adj = [[(1, 4), (2, 1)], [(3, 1)], [(1, 2), (3, 5)], [], []]
print([x if x != float('inf') else -1 for x in dijkstra(adj, 0)])
