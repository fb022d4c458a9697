#!/usr/bin/env python3
"""Writes formulas.txt: recurrences as people write them elsewhere, with their terms.

A line is TEXT, tab, the --init that goes with it (or -), tab, the terms from the first
one on, separated by blanks. The terms are made here, by plain loops over integers and
fractions that were written down by hand for each text; cpmcalc is not asked.
"""
from fractions import Fraction
from math import comb

COUNT = 9


def rec(given, rule, first=0):
    """given terms from index `first`, then rule(n, a) with a a dict."""
    a = dict(enumerate(given, first))
    for n in range(first + len(given), first + COUNT):
        a[n] = rule(n, a)
    return [a[n] for n in range(first, first + COUNT)]


def closed(f, first=0):
    return [f(n) for n in range(first, first + COUNT)]


FIB = rec([0, 1], lambda n, a: a[n - 1] + a[n - 2])
PELL = rec([0, 1], lambda n, a: 2 * a[n - 1] + a[n - 2])
DOUBLE1 = rec([0], lambda n, a: 2 * a[n - 1] + 1)
PADOVAN = rec([1, 1, 1], lambda n, a: a[n - 2] + a[n - 3])
F = Fraction

GROUPS = [
    ("the newest term ahead", [
        ("a(n+2) = a(n+1) + a(n); a(0) = 0; a(1) = 1", "-", FIB),
        ("f(n+1) = 2*f(n) - n + 1, f(0) = 3", "-",
         rec([3], lambda n, a: 2 * a[n - 1] - (n - 1) + 1)),
        ("u(k+3) = u(k+1) + u(k), u(0) = u(1) = u(2) = 1", "-", PADOVAN),
        ("a(n+1) = 3*a(n) + (n+1)^2, a(2) = 5", "-",
         rec([5], lambda n, a: 3 * a[n - 1] + n * n, 2)),
    ]),
    ("equations", [
        ("a(n) - 2*a(n-1) - a(n-2) = 0, a(0) = 0, a(1) = 1", "-", PELL),
        ("0 = y(n+2) - y(n+1) - y(n); y(0)=0; y(1)=1", "-", FIB),
        ("2*a(n) = a(n-1) + 4, a(0) = 1", "-", rec([F(1)], lambda n, a: (a[n - 1] + 4) / 2)),
        ("a(n+1) - a(n) = 2*n, a(0) = 1", "-", rec([1], lambda n, a: a[n - 1] + 2 * (n - 1))),
        ("3*(a(n) - a(n-1)) = 6 + 2*(a(n) - n), a(0) = 0", "-",
         rec([0], lambda n, a: 3 * a[n - 1] + 6 - 2 * n)),
        ("a(n) = (a(n+1) - a(n-1))/2, a(0) = 0, a(1) = 1", "-", PELL),
    ]),
    ("brackets, subscripts and products", [
        ("a[n] == a[n-1] + a[n-2], a[0] == 0, a[1] == 1", "-", FIB),
        ("a_n = 2a_{n-1} + 1, a_0 = 0", "-", DOUBLE1),
        ("F_{n+2} = F_{n+1} + F_n, F_0 = 0, F_1 = 1", "-", FIB),
        ("a(n) = 2a(n-1) + 1; a(0) = 0", "-", DOUBLE1),
        ("a(n) = n(n+1)(2n+1)/6", "-", closed(lambda n: n * (n + 1) * (2 * n + 1) // 6)),
        ("a(n) = 3(n-1)^2 n - 2n^2(n+1)", "-",
         closed(lambda n: 3 * (n - 1) ** 2 * n - 2 * n * n * (n + 1))),
        ("s(n) = s(n-1) + n b(n); b(n) = 2 b(n-1); s(0) = 0; b(0) = 1", "-",
         rec([0], lambda n, a: a[n - 1] + n * 2 ** n)),
        ("cur = 2 p1 + i(i-1)", "1", rec([1], lambda n, a: 2 * a[n - 1] + n * (n - 1))),
    ]),
    ("clauses", [
        ("a(n) = a(n-1) + a(n-2), a(0) = 0, a(1) = 1", "-", FIB),
        ("a(0)=a(1)=a(2)=1; a(n) = a(n-2)+a(n-3)", "-", PADOVAN),
        ("a(n) = 2*a(n-1) + 1 with a(0) = 0", "-", DOUBLE1),
        ("a(0) = 0 and a(1) = 1 and a(n) = 2*a(n-1) + a(n-2)", "-", PELL),
        ("a(n) = a(n-1) + a(n-2) where a(0) = 0, a(1) = 1.", "-", FIB),
        ("{a(0) = 0, a(n) = 2*a(n-1) + 1}", "-", DOUBLE1),
        ("a(n) = 2*a(n-1) + 1. a(0) = 0.", "-", DOUBLE1),
    ]),
    ("conditions", [
        ("a(n) = 2*a(n-1) for n > 2; a(0)=7; a(1)=5; a(2)=1", "-",
         rec([7, 5, 1], lambda n, a: 2 * a[n - 1])),
        ("a(n) = a(n-1) + n, n >= 1, a(0) = 4", "-", rec([4], lambda n, a: a[n - 1] + n)),
        ("a(n) = a(n-1) + a(n-2) if n > 1, a(0) = 0, a(1) = 1", "-", FIB),
        ("a(n+1) = 2*a(n) for n >= 1, a(0) = 9, a(1) = 1", "-",
         rec([9, 1], lambda n, a: 2 * a[n - 1])),
        ("a(0)=0; a(1)=1; for n > 1, a(n) = 2*a(n-1) + a(n-2)", "-", PELL),
        ("a(n) = 3*a(n-1) (n > 0), a(0) = 2", "-", closed(lambda n: 2 * 3 ** n)),
        ("a(n) = 7 for n = 0; a(n) = a(n-1) - n for n > 0", "-",
         rec([7], lambda n, a: a[n - 1] - n)),
    ]),
    ("terms before the first", [
        ("a(n) = a(n-1) + a(n-3); a(n) = 0 for n < 0; a(0) = 1", "-",
         rec([1, 1, 1], lambda n, a: a[n - 1] + a[n - 3])),
        ("a(n) = a(n-1) + n^2, a(n) = 0 for n < 0", "-",
         closed(lambda n: sum(k * k for k in range(n + 1)))),
        ("a(n) = a(n-2) + 1; a(n) = 5 for n <= 0", "-",
         rec([6, 6], lambda n, a: a[n - 2] + 1, 1)),
    ]),
    ("solvers and series", [
        ("LinearRecurrence[{1, 1}, {0, 1}, 20]", "-", FIB),
        ("LinearRecurrence({2, 1}, {0, 1})", "-", PELL),
        ("LinearRecurrence((0,1,1),(1,1,1))", "-", PADOVAN),
        ("Index entries for linear recurrences with constant coefficients, signature (2,1).",
         "0,1", PELL),
        ("G.f.: x/(1 - x - x^2).", "-", FIB),
        ("G.f.: x/(1-2x-x^2)", "-", PELL),
        ("G.f.: x(1+x)/(1-x)^3", "-", closed(lambda n: n * n)),
        ("Vec(x/(1-x-x^2) + O(x^20))", "-", FIB),
        ("Vec((1+x)/(1-x^2-x^3)+O(x^30))", "-",
         rec([1, 1, 1], lambda n, a: a[n - 2] + a[n - 3])),
        ("CoefficientList[Series[x/(1-2*x-x^2), {x, 0, 30}], x]", "-", PELL),
        ("RSolve[{a[n+1] == 2 a[n] + 1, a[0] == 0}, a[n], n]", "-", DOUBLE1),
        ("RecurrenceTable[{a[n] == a[n-1] + a[n-2], a[0] == 0, a[1] == 1}, a, {n, 0, 20}]", "-",
         FIB),
        ("rsolve({a(n) = 2*a(n-1) + 1, a(0) = 0}, a(n))", "-", DOUBLE1),
        ("rsolve(y(n+2) - 2*y(n+1) - y(n), y(n), {y(0): 0, y(1): 1})", "-", PELL),
        ("a[n_] := a[n] = a[n-1] + a[n-2]; a[0] = 0; a[1] = 1", "-", FIB),
    ]),
    ("what cpmcalc prints", [
        ("recurrence: a(n) = a(n-1) + a(n-2)  for n >= 2 (order 2)", "0,1", FIB),
        ("recurrence: a(n) = 2*a(n-1) + a(n-2)", "0,1", PELL),
        ("a(n) = 1/2*a(n-1) - 2/3", "1", rec([F(1)], lambda n, a: a[n - 1] / 2 - F(2, 3))),
    ]),
    ("remainders", [
        ("a(n) = mod(3*a(n-1) + 1, 7), a(0) = 1", "-",
         rec([1], lambda n, a: (3 * a[n - 1] + 1) % 7)),
        ("a(n) = (3*a(n-1) + 1) mod 7, a(0) = 1", "-",
         rec([1], lambda n, a: (3 * a[n - 1] + 1) % 7)),
        ("a(n) = (25214903917*a(n-1) + 11) mod 2^48; a(0) = 42", "-",
         rec([42], lambda n, a: (25214903917 * a[n - 1] + 11) % 2 ** 48)),
        ("a(n) = n*n mod 5", "-", closed(lambda n: n * n % 5)),
    ]),
    ("functions", [
        ("a(n) = floor(n/2) + ceil(n/3)", "-", closed(lambda n: n // 2 - (-n // 3))),
        ("a(n) = n//2", "-", closed(lambda n: n // 2)),
        ("a(n) = binomial(n,3) + C(n+1,2)", "-", closed(lambda n: comb(n, 3) + comb(n + 1, 2))),
        ("a(n) = a(n-1) + 4!, a(0) = C(6,3)", "-", closed(lambda n: 20 + 24 * n)),
        ("a(n) = (-1)^n n + (-1)^(n+1)", "-",
         closed(lambda n: (-1) ** n * n + (-1) ** (n + 1))),
    ]),
    ("sequences of other sequences", [
        ("d(n) = f(n+1) - f(n); f(n) = f(n-1) + f(n-2); f(0) = 0; f(1) = 1", "-",
         rec([1, 0], lambda n, a: a[n - 1] + a[n - 2])),
        ("c(n) = a(n)*b(n); a(n) = 2*a(n-1); b(n) = b(n-1) + 3; a(0) = 1; b(0) = 5", "-",
         closed(lambda n: 2 ** n * (5 + 3 * n))),
        ("e(n) = d(n+1) - d(n), d(n) = f(n+1) - f(n), f(n) = n^3", "-",
         closed(lambda n: 6 * n + 6)),
        ("s(n) = s(n-1) + n*f(n+2); f(n) = 2*f(n-1) - 1; f(0) = 3; s(0) = 1", "-",
         rec([1], lambda n, a: a[n - 1] + n * (2 ** (n + 3) + 1))),
        ("t(n) = (-1)^n*t(n-1), t(0) = 1", "-", rec([1], lambda n, a: (-1) ** n * a[n - 1])),
    ]),
    ("decimals", [
        ("a(n) = 0.2*a(n-1) + 1e-3, a(0) = 1", "-",
         rec([F(1)], lambda n, a: a[n - 1] / 5 + F(1, 1000))),
        ("a(n) = 2.5 n", "-", closed(lambda n: F(5, 2) * n)),
        ("a(n) = a(n-1) + 1.25e1, a(0) = 0.0625", "-",
         closed(lambda n: F(1, 16) + F(25, 2) * n)),
    ]),
    ("lists", [
        ("cur = p1 + p2", "{0, 1}", FIB),
        ("cur = 2*p1 + p2", "(0, 1)", PELL),
        ("cur = p2 + p3", "[1,1,1]", PADOVAN),
    ]),
]


def main():
    with open("tests/data/formulas.txt", "w") as out:
        for title, rows in GROUPS:
            print(f"# {title}", file=out)
            for text, init, terms in rows:
                print(text, init, " ".join(map(str, terms)), sep="\t", file=out)


if __name__ == "__main__":
    main()
