people = [("ann", 30), ("bob", 25), ("cat", 30), ("dan", 25)]
print(sorted(people, key=lambda p: (-p[1], p[0])), sorted(people, key=lambda p: p[1], reverse=True), max(people, key=lambda p: p[1]))
people.sort(key=lambda p: p[0], reverse=True)
print(people, sorted("banana"), sorted({3, 1, 2}), [x for _, x in sorted(zip([3, 1, 2], "abc"))], list(reversed([1, 2, 3])))
