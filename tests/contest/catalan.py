n = 20
c = [0] * (n + 1)
c[0] = 1
for i in range(1, n + 1):
    c[i] = sum(c[j] * c[i - 1 - j] for j in range(i))
print(c)
