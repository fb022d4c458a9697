def update(t, i, v):
    while i < len(t):
        t[i] += v
        i += i & -i
def query(t, i):
    s = 0
    while i > 0:
        s += t[i]
        i &= i - 1
    return s
t = [0] * 65
inv = 0
for k, x in enumerate([(i * 29 + 5) % 61 + 1 for i in range(60)]):
    inv += k - query(t, x)
    update(t, x, 1)
print(inv)
