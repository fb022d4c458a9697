N = 15
S = [[0] * (N + 1) for _ in range(N + 1)]
S[0][0] = 1
for n in range(1, N + 1):
    for k in range(1, n + 1):
        S[n][k] = k * S[n-1][k] + S[n-1][k-1]
print(S[N], sum(S[N]))
