def solve():
    n = int(input())
    a = list(map(int, input().split()))
    best = cur = a[0]
    for x in a[1:]:
        cur = max(x, cur + x)
        best = max(best, cur)
    print(best)
if __name__ == '__main__':
    t = int(input())
    for _ in range(t):
        solve()
