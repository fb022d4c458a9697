import sys
input = sys.stdin.readline
def main():
    n, m = map(int, input().split())
    g = [[] for _ in range(n)]
    for _ in range(m):
        a, b = map(int, input().split())
        g[a - 1].append(b - 1)
        g[b - 1].append(a - 1)
    seen = [False] * n
    comps = 0
    for s in range(n):
        if seen[s]: continue
        comps += 1
        stack = [s]
        seen[s] = True
        while stack:
            v = stack.pop()
            for w in g[v]:
                if not seen[w]:
                    seen[w] = True
                    stack.append(w)
    print(comps, sorted(map(len, g), reverse=True))
if __name__ == "__main__":
    main()
