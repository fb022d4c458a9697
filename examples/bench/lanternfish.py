# bench: lanternfish: a window of nine ages, by pop and append
# call: school({n})
# args: linear:200000:10
# columns: naive,cpm,in place=in_place({n})

M = 998244353


def school(days):
    fish = [0, 1, 1, 2, 1, 0, 0, 0, 0]
    for _ in range(days):
        born = fish.pop(0)
        fish[6] = (fish[6] + born) % M
        fish.append(born)
    return sum(fish) % M


def in_place(days):
    fish = [0, 1, 1, 2, 1, 0, 0, 0, 0]
    for day in range(days):
        fish[(day + 7) % 9] = (fish[(day + 7) % 9] + fish[day % 9]) % M
    return sum(fish) % M
