n = 16
tree = [0] * (2 * n)
a = [(i * 7) % 11 for i in range(n)]
tree[n:] = a
for i in range(n - 1, 0, -1):
    tree[i] = max(tree[2 * i], tree[2 * i + 1])
def query(l, r):
    l += n; r += n
    best = -1
    while l < r:
        if l & 1:
            best = max(best, tree[l]); l += 1
        if r & 1:
            r -= 1; best = max(best, tree[r])
        l >>= 1; r >>= 1
    return best
print([query(i, min(n, i + 4)) for i in range(n)])
