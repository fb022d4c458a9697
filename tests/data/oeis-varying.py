#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes oeis-varying.txt: the rules of oeis-dfinite.tsv with terms of theirs.

A line is NUMBER, TEXT, the --offset and the --init that go with it (or -), and the terms
from the first one on, separated by blanks, up to one that the rule does not make. Texts
without first terms get some of ours. The equation is read here by substitutions that
make Python of it, and solved for its newest term by its values for 0 and 1 there, with
fractions; cpmcalc is not asked.

    python3 tests/data/oeis-varying.py > tests/data/oeis-varying.txt
"""
import re
from fractions import Fraction
from math import comb

MORE = 10  # terms that the rule makes
FIRST = 3  # index of the first term where the text gives none


def python_of(side):
    side = side.replace("^", "**")
    side = re.sub(r"(\d)\s*(?=[a-zA-Z(])", r"\1*", side)
    side = re.sub(r"\)\s*(?=[\w(])", ")*", side)
    side = re.sub(r"\bn\s*(?=\()", "n*", side)
    side = re.sub(r"\bn\s+(?=[a-z(])", "n*", side)
    return side.replace("binomial*(", "binomial(").replace("a*(", "a(")


def equation_of(text):
    """The two sides of the first clause about a(n+K); None where there is none."""
    for part in re.split(r",(?![^(]*\))|;", text.strip("{}")):
        part = re.split(r"\bfor\b|\bif\b| \(n *[<>]|\. ", part)[0].strip()
        if re.search(r"a\(n", part):
            sides = part.split("=")
            return (sides[0], sides[1]) if len(sides) > 1 else (sides[0], "0")
    return None


def given_terms(text):
    given = {}
    for m in re.finditer(r"a\((\d+)\) *= *((?:a\(\d+\) *= *)*)(-?\d+)", text):
        for at in [m[1]] + re.findall(r"a\((\d+)\)", m[2]):
            given[int(at)] = Fraction(m[3])
    return given


def next_term(code, n, ahead, terms):
    """a(n) from those before it; None where its coefficient is 0."""
    def value(x):
        return eval(code, {"a": lambda k: Fraction(x) if k == n else terms[int(k)],
                           "n": Fraction(n - ahead),
                           "binomial": lambda x, k: Fraction(comb(int(x), int(k)))})
    at0, at1 = value(0), value(1)
    return None if at0 == at1 else at0 / (at0 - at1)


def main():
    print("# Written by oeis-varying.py.")
    for line in open("tests/data/oeis-dfinite.tsv"):
        number, text = line.rstrip("\n").split("\t")
        # words; braces that are not closed; a line that is cut off; a second equation
        if number in ("A217275", "A052726", "A052730", "A187259", "A000179"):
            continue
        left, right = equation_of(text)
        lags = [int(x.replace(" ", "") or 0) for x in re.findall(r"a\(n *([+-] *\d+)?\)",
                                                                 left + right)]
        order, ahead = max(lags) - min(lags), max(lags)
        code = compile(f"({python_of(left)})-({python_of(right)})", number, "eval")
        terms, init = given_terms(text), "-"
        if len(terms) < max(order, 1):
            terms = {FIRST + k: Fraction(k + 1) for k in range(max(order, 1))}
            init = ",".join(str(t) for t in terms.values())
        for n in range(max(terms) + 1, max(terms) + 1 + MORE):
            try:
                term = next_term(code, n, ahead, terms)
            except ZeroDivisionError:
                term = None
            if term is None:
                break
            terms[n] = term
        offset = "-" if init == "-" else str(FIRST)
        print(number, text, offset, init, " ".join(str(terms[n]) for n in sorted(terms)), sep="\t")


main()
