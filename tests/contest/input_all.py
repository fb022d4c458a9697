import sys
def main():
    data = sys.stdin.read().split()
    it = iter(data)
    t = int(next(it))
    out = []
    for case in range(1, t + 1):
        n = int(next(it))
        a = [int(next(it)) for _ in range(n)]
        best = cur = a[0]
        for x in a[1:]:
            cur = max(x, cur + x)
            best = max(best, cur)
        out.append("Case #{}: {}".format(case, best))
    print("\n".join(out))
main()
