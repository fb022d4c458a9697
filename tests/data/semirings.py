#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plain powers of matrices over a semiring, for the expected values of
tests/cases/semirings.txt:

    semirings.py max-min '-inf,5,3;1,-inf,8;2,2,-inf' 5
"""
import sys
from fractions import Fraction
from functools import reduce
import operator

INF = float('inf')


def absorbing(mul, zero):
    return lambda x, y: zero if zero in (x, y) else mul(x, y)


DOMAINS = {  # addition, multiplication, zero, one
    'max-plus': (max, absorbing(operator.add, -INF), -INF, 0),
    'min-plus': (min, absorbing(operator.add, INF), INF, 0),
    'or-and': (operator.or_, operator.and_, 0, -1),
    'and-or': (operator.and_, operator.or_, -1, 0),
    'xor-and': (operator.xor, operator.and_, 0, -1),
    'max-times': (max, absorbing(operator.mul, 0), 0, 1),
    'min-times': (min, absorbing(operator.mul, INF), INF, 1),
    'max-min': (max, min, -INF, INF),
    'min-max': (min, max, INF, -INF),
}


def number(text):
    if text.endswith('inf'):
        return float(text)
    value = Fraction(text)
    return int(value) if value.denominator == 1 else value


def main():
    add, mul, zero, one = DOMAINS[sys.argv[1]]
    a = [[number(x) for x in row.split(',')] for row in sys.argv[2].split(';')]
    dim = range(len(a))
    power = [[one if i == j else zero for j in dim] for i in dim]
    for _ in range(int(sys.argv[3])):
        power = [[reduce(add, (mul(power[i][k], a[k][j]) for k in dim)) for j in dim]
                 for i in dim]
    for row in power:
        print(*row)


main()
