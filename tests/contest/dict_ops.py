d = {}
for w in "one two three two one two".split():
    d[w] = d.get(w, 0) + 1
print(d, sorted(d.items(), key=lambda kv: (-kv[1], kv[0])), list(d), len(d), "one" in d, d.pop("one"), d)
d.setdefault("x", []).append(1)
e = dict(d)
del e["x"]
print(e, e == d, {k: v for v, k in enumerate("ab")}, dict([(1, 2), (3, 4)]), {(0, 0): 1}[(0, 0)])
for k in sorted(e): print(k, e[k])
print(list(e.keys()), list(e.values()), list(zip(e.keys(), e.values())))
