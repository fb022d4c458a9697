a = [[0] * 3] * 2
a[0][0] = 1
b = [[0] * 3 for _ in range(2)]
b[0][0] = 1
c = a
c += [[9]]
d = a[:]
d.append(5)
def mutate(x, y=[]):
    y.append(len(x))
    x.append(0)
    return y
print(a, b, c is a, d, mutate(b), mutate(b), b)
t = ([], 1)
t[0].append(t[1])
x = y = []
x.append(1)
print(t, y, [1, 2] == [1, 2], [1, 2] is [1, 2])
m = [1, 2, 3, 4, 5, 6]
m[1:4] = []
m[len(m):] = [7, 8]
m[::2] = [0] * len(m[::2])
del m[-1]
print(m, m * 2, 3 * [0], m[::-2], m[10:], m[-100:2])
