class_note = "two stacks of minima"
def push(st, x):
    st.append((x, min(x, st[-1][1]) if st else x))
def solve(a, k):
    inn, out = [], []
    res = []
    for i, x in enumerate(a):
        push(inn, x)
        if i >= k:
            if not out:
                while inn:
                    push(out, inn.pop()[0])
            out.pop()
        if i >= k - 1:
            best = []
            if inn: best.append(inn[-1][1])
            if out: best.append(out[-1][1])
            res.append(min(best))
    return res
print(*solve([(i * 7919 + 13) % 101 for i in range(60)], 7))
