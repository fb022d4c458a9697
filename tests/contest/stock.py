def profit(p, k):
    n = len(p)
    buy, sell = [float('-inf')] * (k + 1), [0] * (k + 1)
    for x in p:
        for t in range(1, k + 1):
            buy[t] = max(buy[t], sell[t-1] - x)
            sell[t] = max(sell[t], buy[t] + x)
    return sell[k]
print(profit([3, 2, 6, 5, 0, 3], 2), profit([(i * 7) % 13 for i in range(50)], 4))
