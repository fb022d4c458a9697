cells = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
for _ in range(8):
    count = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    count[(x + dx, y + dy)] = count.get((x + dx, y + dy), 0) + 1
    cells = {p for p, c in count.items() if c == 3 or (c == 2 and p in cells)}
print(sorted(cells))
