#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes tests/cases/programs.txt: the article's listings and other examples.

    python3 tests/data/programs.py > tests/cases/programs.txt

No value comes from cpmcalc. For few iterations the program itself runs here,
in Python; for many, closed formulas, pow() and powers of matrices of Python's
integers give the value.
"""
import contextlib
import io
import sys
import types

sys.set_int_max_str_digits(0)
FOLDER = "examples/"
cases = []


def cpmoptimize(*args, **options):
    return lambda function: function


module = types.ModuleType("cpmoptimize")
module.cpmoptimize = cpmoptimize
module.xrange = range
sys.modules["cpmoptimize"] = module


def plain(name, call):
    """What the program gives when Python runs it."""
    scope = {"xrange": range}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(open(FOLDER + name).read(), scope)
        return eval(call, scope)


def case(name, file, call, value, options=""):
    text = "= %s\n$ cpmcalc %s-f %s%s" % (name, options and options + " ", FOLDER, file)
    if call:
        text += " '%s'" % call
    cases.append(text + "\n" + "".join("> %s\n" % line for line in str(value).split("\n")))


def small(name, file, *calls):
    """Each call accelerated from 3 iterations on, with small and large
    matrices, by two engines, and plainly."""
    for call in calls:
        value = plain(file, call)
        case("%s: %s, plainly" % (name, call), file, call, value, "--engine naive")
        for options in ("--check", "--no-min-rows --no-clear-stack", "--engine matrix"):
            case("%s: %s, %s" % (name, call, options), file, call, value,
                 options + " --iters-limit 2")


def power(matrix, n, modulus=None):
    """The n-th power of a matrix of integers."""
    size = range(len(matrix))

    def times(a, b):
        c = [[sum(a[i][k] * b[k][j] for k in size) for j in size] for i in size]
        return [[x % modulus for x in row] for row in c] if modulus else c

    result = [[int(i == j) for j in size] for i in size]
    while n:
        if n & 1:
            result = times(result, matrix)
        matrix = times(matrix, matrix)
        n >>= 1
    return result


def fib(n):
    return power([[0, 1], [1, 1]], n)[0][1]


def sum_range(r):
    return len(r) * (r[0] + r[-1]) // 2


# res after n rounds: step1 = 1 + k, step2 = 1 + sum of those, res = 1 + sum of these
def step_sums(n):
    return 1 + n + n * (n - 1) // 2 + n * (n - 1) * (n - 2) // 6


small("step sums", "steps.py", "f(0)", "f(1)", "f(10)", "f(100)")
case("step sums: 10**18", "steps.py", "f(10**18)", step_sums(10**18))

small("Fibonacci", "fib.py", "fib(0)", "fib(2)", "fib(30)", "fib(300)")
case("Fibonacci: 6000", "fib.py", "fib(6000)", fib(6000))
case("Fibonacci: 10**5", "fib.py", "fib(10**5)", fib(10**5))

# the state prev3, prev2, prev1, i, 1
THREE = [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [4, 21, 14, 5, 6], [0, 0, 0, 1, 1], [0, 0, 0, 0, 1]]


def three_terms(n, modulus=None):
    row = power(THREE, n, modulus)[0]
    return row[1] + row[2] + 3 * row[3] + row[4]


small("three terms", "three_terms.py", "f(0)", "f(1)", "f(10)", "f(50)")
case("three terms: 6000", "three_terms.py", "f(6000)", three_terms(6000))
case("three terms: 10**6", "three_terms.py", "f(10**6) % (10**9+7)",
     three_terms(10**6, 10**9 + 7) % (10**9 + 7))

small("geometric sum", "geom_sum.py", "geom_sum(5, 7, 100)", "geom_sum(3, 1, 50)",
      "geom_sum(-3, -2, 31)", "geom_sum(4, 0, 9)", "geom_sum(4, 9, 0)")
case("geometric sum: 10000", "geom_sum.py", "geom_sum(5, 7, 10000)", 5 * (7**10000 - 1) // 6)

small("power", "power.py", "power(3, 20)", "power(-2, 31)", "power(0, 5)", "power(0, 0)",
      "power(1, 40)")
case("power: 3**10000", "power.py", "power(3, 10000)", 3**10000)
case("power: (-1)**(10**100+1)", "power.py", "power(-1, 10**100+1)", -1)

case("10**1000 iterations", "xrange_big.py", "", 3 * 10**1000, "--dialect py2")

small("invariant", "invariant.py", "f(0, 5)", "f(50, 5)", "f(50, -7)")
case("invariant: 10**18", "invariant.py", "f(10**18, 26)",
     10**18 * (26**3 & 676) + 10**18 * (10**18 - 1) // 2)

A, B = 10**50, 10**100
case("nested loops", "nested.py", "f()", A * (A - 1) * B + A * B * (B - 1) // 2)
case("a predictable condition, true", "mode.py", "f(1)", 3 * 10**50)
case("a predictable condition, false", "mode.py", "f(2)", 5 * 10**50)
small("ranges as values", "strict_iterable.py", "f(xrange(30))", "f(range(0))",
      "f(range(40, 3, -7))")
case("ranges as values: 10**18", "strict_iterable.py", "f(xrange(7, 10**18, 3))",
     sum_range(range(7, 10**18, 3)))
small("products", "mul_pow.py", "f(5)", "f(20)")
small("the decorator called", "decorate_later.py", "naive_g(20)", "smart_g(20)")

small("tilings", "tiling.py", "tilings(0)", "tilings(1)", "tilings(2)", "tilings(40)",
      "stairs(12)", "stairs(60)")
# full and corner as the rows of a matrix
T = power([[3, 1], [2, 1]], 10**4)
case("tilings: 10**4", "tiling.py", "tilings(10**4)", T[0][0])

small("powers of the counter", "powers.py", "squares(40)", "mixed(0)", "mixed(1)", "mixed(33)")
case("squares up to 10**18", "powers.py", "squares(10**18)", 10**18 * (10**18 + 1) * (2 * 10**18 + 1) // 6)

N = 10**9
case("the loop/end language: A and B", "sums.loop", "",
     "A = %d\nB = %d" % (N * N, N * N * (N * N + 1) // 2))
case("the loop/end language: plainly the same", "lagged.loop", "",
     "A = %d\nB = %d\nC = %d\nS = %d" % (fib(90), fib(91), fib(91), fib(92) - 1))
case("the loop/end language: accelerated", "lagged.loop", "",
     "A = %d\nB = %d\nC = %d\nS = %d" % (fib(90), fib(91), fib(91), fib(92) - 1),
     "--iters-limit 2")

print("# Programs. Written by tests/data/programs.py, with values found by Python.\n")
print("\n".join(cases))
