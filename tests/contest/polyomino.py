def fill(n, r):
    a = [0] * n
    total = 0
    def go(i):
        nonlocal total
        if i == n:
            total += 1
            return
        for v in range(r):
            if i == 0 or a[i-1] != v:
                a[i] = v
                go(i + 1)
    go(0)
    return total
print(fill(6, 3), fill(4, 5))
