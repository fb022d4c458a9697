def sieve(n):
    s = [True] * (n + 1)
    s[0] = s[1] = False
    for i in range(2, int(n ** 1) + 1):
        if i * i > n: break
        if s[i]:
            s[i * i::i] = [False] * len(range(i * i, n + 1, i))
    return [i for i, p in enumerate(s) if p]
p = sieve(500)
print(len(p), p[:10], p[-3:])
