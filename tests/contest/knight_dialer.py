class_moves = {0: [4, 6], 1: [6, 8], 2: [7, 9], 3: [4, 8], 4: [3, 9, 0], 5: [], 6: [1, 7, 0], 7: [2, 6], 8: [1, 3], 9: [2, 4]}
def knight_dialer(n):
    MOD = 10 ** 9 + 7
    cur = [1] * 10
    for _ in range(n - 1):
        nxt = [0] * 10
        for d in range(10):
            for t in class_moves[d]:
                nxt[t] = (nxt[t] + cur[d]) % MOD
        cur = nxt
    return sum(cur) % MOD
for n in [1, 2, 3, 100, 3131]:
    print(n, knight_dialer(n))
