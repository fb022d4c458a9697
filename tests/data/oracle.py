#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The expected values of tests/cases, found independently of cpmcalc.

A case whose value comes from here has the comment "# oracle.py NAME" above it.

    python3 tests/data/oracle.py NAME...     prints the lines of these answers
    python3 tests/data/oracle.py --check     compares them with all the cases

The answers use plain loops, and matrix powers by squaring with Python's
integers where a loop would take too long.
"""
from fractions import Fraction
import glob
import sys

P7 = 10**9 + 7
P9 = 998244353


def walk(rule, init, last, offset=0):
    """Terms offset..last of a plain loop: rule(a, i) makes the term with index
    i from the dictionary of the terms before it."""
    a = {offset + k: Fraction(v) for k, v in enumerate(init)}
    for i in range(offset + len(init), last + 1):
        a[i] = Fraction(rule(a, i))
    return a


def back(coeffs, known, first):
    """Terms below the known ones: solves the rule for its oldest term."""
    a = {k: Fraction(v) for k, v in known.items()}
    d = len(coeffs)
    for i in range(min(a) - 1, first - 1, -1):
        a[i] = (a[i + d] - sum(coeffs[k] * a[i + d - 1 - k] for k in range(d - 1))) / coeffs[-1]
    return a


def show(x):
    return str(x)


def mat_mul(x, y, m):
    cols = list(zip(*y))
    return [[sum(a * b for a, b in zip(row, col)) % m for col in cols] for row in x]


def mat_pow(a, n, m):
    result = [[int(i == j) % m for j in range(len(a))] for i in range(len(a))]
    while n:
        if n & 1:
            result = mat_mul(result, a, m)
        a = mat_mul(a, a, m)
        n >>= 1
    return result


def jump(matrix, state, n, m):
    """The first entry of matrix^n * state modulo m."""
    return sum(x * y for x, y in zip(mat_pow(matrix, n, m)[0], state)) % m


def term_mod(coeffs, init, n, m, offset=0):
    """a(n) mod m by the companion matrix; init in order of index."""
    d = len(coeffs)
    top = [list(coeffs)] + [[int(j == i) for j in range(d)] for i in range(d - 1)]
    if n - offset < len(init):
        return init[n - offset] % m
    newest = list(reversed(init[-d:]))
    return jump(top, newest, n - offset - len(init) + 1, m)


def fib_mod(n, m):
    return term_mod([1, 1], [0, 1], n, m)


def lines(a, indices):
    return [show(a[i]) for i in indices]


def seed(n):
    """The three-term formula of the article, by a plain loop."""
    a, b, c = 0, 1, 1
    for i in range(3, n + 1):
        a, b, c = b, c, 7 * (2 * c + 3 * b) + 4 * a + 5 * i + 6
    return c


SEED_MATRIX = [  # state: cur, p1, p2, i, 1
    [14, 21, 4, 5, 11],  # 5*(i+1) + 6
    [1, 0, 0, 0, 0],
    [0, 1, 0, 0, 0],
    [0, 0, 0, 1, 1],
    [0, 0, 0, 0, 1],
]

ANSWERS = {
    # terms
    "fib-20": lambda: lines(walk(lambda a, i: a[i-1] + a[i-2], [0, 1], 19), range(20)),
    "fib-100": lambda: lines(walk(lambda a, i: a[i-1] + a[i-2], [0, 1], 100), [100]),
    "fib-list": lambda: lines(walk(lambda a, i: a[i-1] + a[i-2], [0, 1], 50), [50, 0, 7, 7, 1]),
    "fib-range-step": lambda: lines(walk(lambda a, i: a[i-1] + a[i-2], [0, 1], 100), range(70, 101, 10)),
    "fib-down": lambda: lines(walk(lambda a, i: a[i-1] + a[i-2], [0, 1], 10), range(10, 4, -1)),
    "fib-around-zero": lambda: lines(back([1, 1], {0: 0, 1: 1, 2: 1, 3: 2}, -4), range(-4, 4)),
    "fib-mod-list": lambda: [str(fib_mod(n, P7)) for n in (10**18, 10**18 + 1, 2**64, 0)],
    "fib-far-range": lambda: [str(fib_mod(n, 10**10)) for n in range(10**15, 10**15 + 5)],
    "seed-30": lambda: [str(seed(30))],
    "seed-range": lambda: [str(seed(n)) for n in range(3, 8)],
    "seed-1e18": lambda: [str(jump(SEED_MATRIX, [1, 1, 0, 2, 1], 10**18 - 2, P7))],
    # traps
    "exception-A110365": lambda: lines(walk(lambda a, i: 28 * a[i-2], [2, 4, 16], 8, 1), range(1, 9)),
    "last-zero": lambda: lines(walk(lambda a, i: a[i-2], [1, 0, 1, 0], 7), range(8)),
    "negative-mod": lambda: [str(int(v) % 3) for v in walk(lambda a, i: -7 * a[i-1], [1], 5).values()],
    "huge-coefficient": lambda: lines(walk(lambda a, i: (2**100 + 1) * a[i-1] - 3 * a[i-2], [1, 2], 4), [4]),
    "huge-index-mod": lambda: [str(fib_mod(10**100, P7))],
    "huge-index-mod-2": lambda: [str(fib_mod(2**64 + 1, 1000))],
    "codeforces-450b-given": lambda: [str(-1 % P7)],
    "zero-power-zero": lambda: lines(walk(lambda a, i: a[i-1] + 0**(i-1), [5], 3), range(4)),
    "counter": lambda: lines(walk(lambda a, i: a[i-1] + i, [10, 20, 30], 5), range(6)),
    "counter-offset": lambda: lines(walk(lambda a, i: a[i-1] + i, [10, 20, 30], 9, 4), range(4, 10)),
    # contests
    "tribonacci-1e18": lambda: [str(term_mod([1, 1, 1], [0, 0, 1], 10**18, P7))],
    "seq-order-5": lambda: [str(term_mod([3, -1, 4, -1, 5], [9, 2, 6, 5, 3], 10**18, P7))],
    "order-10": lambda: [str(term_mod(list(range(1, 11)), list(range(10)), 10**18, P9))],
    "composite": lambda: [str(term_mod([2, 3, 0, 1], [1, 2, 3, 4], 10**18, 2**20 * 3**5))],
    "even-modulus": lambda: [str(fib_mod(10**18, 2**64))],
    "big-modulus": lambda: [str(fib_mod(10**30, 10**50 + 151))],
    "word-edge": lambda: [str(term_mod([2**63, 2**63 - 1], [2**64 - 2, 1], 10**18, 2**64 - 1))],
    "sum-of-powers": lambda: [str(jump([[1, 1], [0, 3]], [0, 1], 10**18, P7))],
    "domino-4-1e18": lambda: [str(term_mod([1, 5, 1, -1], [1, 1, 5, 11], 10**18, P7, 1))],
    "codeforces-450b": lambda: [str(term_mod([1, -1], [2, 3], n, P7, 1)) for n in (3, 6)],
    "two-sequences-mod": lambda: [str(mat_pow([[1, 2], [3, 0]], 10**18, P7)[0][0])],
    # inhomogeneous parts
    "sum-i": lambda: [str(n * (n + 1) // 2) for n in (0, 1, 2, 100, 10**30)],
    "sum-i2": lambda: [str(n * (n + 1) * (2 * n + 1) // 6) for n in (0, 1, 100, 10**18)],
    "sum-cubes-shifted": lambda: lines(walk(lambda a, i: a[i-1] + (i + 1)**3, [1], 6), range(7)),
    "sum-2i": lambda: [str(2**(n + 1) - 1) for n in (0, 1, 64, 200)],
    "sum-3-5": lambda: lines(walk(lambda a, i: a[i-1] + 3 * 5**(i-1), [1], 20), [0, 1, 2, 20]),
    "sum-i2i": lambda: [str((n - 1) * 2**(n + 1) + 2) for n in (0, 1, 2, 10, 100)],
    "mixed-parts": lambda: lines(walk(lambda a, i: 2 * a[i-1] - a[i-2] + i * i * 3**i - 7 * i + 2**i, [1, -1], 40), [0, 1, 2, 3, 40]),
    "negative-base": lambda: lines(walk(lambda a, i: a[i-1] + (-2)**i, [0], 9), range(10)),
    "resonance": lambda: lines(walk(lambda a, i: 2 * a[i-1] + 2**i, [0], 60), [0, 1, 2, 3, 60]),
    "pure-polynomial": lambda: [str(n**5 - 3 * n + 1) for n in range(6)] + [str((10**20)**5 - 3 * 10**20 + 1)],
    "sum-2i-mod": lambda: [str((pow(2, 10**18 + 1, P7) - 1) % P7)],
    # several sequences
    "two-sequences": lambda: [str(mat_pow([[1, 2], [3, 0]], n, 10**60)[0][0]) for n in (0, 1, 2, 3, 40)],
    "two-sequences-b": lambda: [str(mat_pow([[1, 2], [3, 0]], n, 10**60)[1][0]) for n in (0, 1, 2, 3, 40)],
    "running-sum": lambda: (lambda f: [str(sum(f[k] for k in range(n + 1))) for n in (0, 1, 5, 60)])(
        walk(lambda a, i: a[i-1] + a[i-2], [0, 1], 60)),
    # rationals
    "halves": lambda: [show(Fraction(1, 2**n)) for n in range(6)],
    "harmonic-like": lambda: lines(walk(lambda a, i: a[i-1] / 2 + Fraction(1, 3) * a[i-2], [1, Fraction(1, 2)], 10), [2, 3, 10]),
    "integral-rationals": lambda: [str(n * (n + 1) // 2) for n in range(8)],
    "rational-mod": lambda: [str(Fraction(v).numerator * pow(Fraction(v).denominator, -1, P7) % P7)
                             for v in walk(lambda a, i: a[i-1] / 2 + 1, [1], 3).values()],
    "backward-thirds": lambda: lines(back([1, 3], {0: 0, 1: 1}, -5), range(-5, 2)),
    # matrices
    "matrix-fib-10": lambda: [" ".join(map(str, row)) for row in mat_pow([[1, 1], [1, 0]], 10, 10**9)],
    "matrix-3-mod": lambda: [" ".join(map(str, row)) for row in
                             mat_pow([[1, 2, 3], [4, 5, 6], [7, 8, 10]], 10**18, P7)],
    # bases
    "fib-hex": lambda: [format(int(walk(lambda a, i: a[i-1] + a[i-2], [0, 1], 300)[300]), "x")],
    "fib-bin": lambda: [format(int(walk(lambda a, i: a[i-1] + a[i-2], [0, 1], 60)[60]), "b")],
}


def tagged_cases():
    """(file, line, name, expected stdout lines) of every case with a tag."""
    for path in sorted(glob.glob("tests/cases/*.txt")):
        name, want, place = None, [], 0
        for number, line in enumerate(open(path), 1):
            if line.startswith("# oracle.py "):
                pending, place = line.split()[2], number
                continue
            if line.startswith("= "):
                if name:
                    yield path, where, name, want
                name, want, where = (pending if place == number - 1 else None), [], number
            elif line.startswith(">"):
                want.append(line[2:].rstrip("\n"))
        if name:
            yield path, where, name, want


def main(args):
    if args != ["--check"]:
        for name in args or ANSWERS:
            for line in ANSWERS[name]():
                print(line if args else f"{name}: {line}")
        return 0
    bad = total = 0
    for path, line, name, want in tagged_cases():
        total += 1
        if ANSWERS[name]() != want:
            bad += 1
            print(f"{path}:{line}: not the answer of {name}")
    print(f"oracle: {total - bad} passed, {bad} failed")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
