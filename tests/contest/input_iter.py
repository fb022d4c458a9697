import sys
total = 0
rows = []
for line in sys.stdin:
    line = line.rstrip("\n")
    if not line:
        continue
    *xs, name = line.split()
    rows.append((name, [int(x) for x in xs]))
for name, xs in sorted(rows, key=lambda r: (-sum(r[1]), r[0])):
    print(f"{name:<8}|{sum(xs):>6}|{xs}")
