from itertools import permutations, combinations, product, accumulate
print(len(list(permutations(range(5)))), list(combinations("abcd", 2))[:3], sum(1 for p in permutations([1, 2, 3, 4]) if p[0] < p[-1]))
print([a + b for a, b in product([1, 2], repeat=2)], list(accumulate([1, 2, 3, 4])), list(accumulate([3, 1, 2], max)))
best = min(permutations(range(5)), key=lambda p: sum(abs(p[i] - i * 2 % 5) for i in range(5)))
print(best)
