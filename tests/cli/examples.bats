# SPDX-License-Identifier: MIT
# The shell scripts of examples/; values by Python.

load helper

@test "judge.sh" {
    printf '%s\n' 3 '2 10 1000' '1 1' '0 1' 3 '100 7 1 1 1 0 0 1 1' '1000000000000000000 13 2 1' > input
    run --separate-stderr "$TOP/examples/judge.sh" < input
    ended 0
    said '55
2
3'
    printf '2\n2 10 1000 1 1 0 1 2 x 5 1 1 0 1' > input
    run --separate-stderr "$TOP/examples/judge.sh" < input
    ended 3
    said 55
}

@test "check-bfiles.sh" {
    mkdir folder
    python3 - <<'END'
def write(name, terms, first=0):
    with open('folder/' + name, 'w') as out:
        for n, term in enumerate(terms):
            print(n + first, term, file=out)
def linear(c, a, count):
    a = list(a)
    while len(a) < count:
        a.append(sum(x * y for x, y in zip(c, reversed(a))))
    return a
write('b000045.txt', linear([1, 1], [0, 1], 200))
write('b999906.txt', linear([3, -1], [0, 1], 100))
write('b000594.txt', [pow(3, n * n, 10**9 + 7) for n in range(1, 150)], 1)
END
    run --separate-stderr "$TOP/examples/check-bfiles.sh" folder
    ended 0
    said "b000045.txt	A000045 as in the catalogue
b000594.txt	no linear recurrence is confirmed
b999906.txt	a(n) = 3*a(n-1) - a(n-2)"
    sed -i.old 's/^100 .*/100 1/' folder/b000045.txt
    run --separate-stderr "$TOP/examples/check-bfiles.sh" folder
    ended 1
    [[ "${lines[0]}" == *'A000045 differs: '*'at index 100 there is 1, and the sequence has 354224848179261915075' ]]
}
