def find(p, x):
    while p[x] != x:
        p[x] = p[p[x]]
        x = p[x]
    return x
def kruskal(n, edges):
    parent = list(range(n))
    total = 0
    for w, a, b in sorted(edges):
        a, b = find(parent, a), find(parent, b)
        if a != b:
            parent[a] = b
            total += w
    return total
print(kruskal(12, [((i * j * 13) % 29, i, j) for i in range(12) for j in range(i)]))
