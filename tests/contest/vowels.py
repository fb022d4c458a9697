def countVowelPermutation(n):
    MOD = 10**9 + 7
    a = e = i = o = u = 1
    for _ in range(n - 1):
        a, e, i, o, u = (e + i + u) % MOD, (a + i) % MOD, (e + o) % MOD, i, (i + o) % MOD
    return (a + e + i + o + u) % MOD
def by_table(n):
    follow = {'a': "e", 'e': "ai", 'i': "aeou", 'o': "iu", 'u': "a"}
    dp = {c: 1 for c in "aeiou"}
    for _ in range(n - 1):
        new = {c: 0 for c in dp}
        for c, n_ways in dp.items():
            for d in follow[c]:
                new[d] = (new[d] + n_ways) % (10**9 + 7)
        dp = new
    return sum(dp.values()) % (10**9 + 7)
print(countVowelPermutation(144), by_table(144), countVowelPermutation(5), by_table(5))
