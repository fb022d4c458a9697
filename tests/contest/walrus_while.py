n = 27
steps = 0
while (n := n // 2 if n % 2 == 0 else 3 * n + 1) != 1:
    steps += 1
print(steps)
data = [1, 5, 2, 8]
print([y for x in data if (y := x * x) > 4], any((w := v) > 4 for v in data), w)
while True:
    steps -= 10
    if steps < 0:
        break
else:
    print("never")
print(steps)
