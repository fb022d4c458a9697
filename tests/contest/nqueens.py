def solve(n):
    res = []
    def place(row, cols, d1, d2, path):
        if row == n:
            res.append(path[:])
            return
        for c in range(n):
            if c in cols or row + c in d1 or row - c in d2: continue
            path.append(c)
            place(row + 1, cols | {c}, d1 | {row + c}, d2 | {row - c}, path)
            path.pop()
    place(0, set(), set(), set(), [])
    return res
r = solve(6)
print(len(r), r, len(solve(7)))
