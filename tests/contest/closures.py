def make_counter(start=0, step=1):
    n = start
    def inc(by=None):
        nonlocal n
        n += step if by is None else by
        return n
    def get():
        return n
    return inc, get
a, ga = make_counter()
b, gb = make_counter(10, 5)
a(); a(); b(); b(by=100)
print(ga(), gb())
fs = []
for i in range(3):
    def f(x, i=i):
        return x * i
    fs.append(f)
print([f(10) for f in fs], [g() for g in [lambda: i for i in range(3)]])
