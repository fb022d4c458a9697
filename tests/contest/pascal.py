def generate(n):
    rows = [[1]]
    for _ in range(n - 1):
        prev = rows[-1]
        rows.append([1] + [x + y for x, y in zip(prev, prev[1:])] + [1])
    return rows
for r in generate(8):
    print(*r)
print(sum(generate(30)[-1]))
