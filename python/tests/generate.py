# SPDX-License-Identifier: MIT
"""Random functions with loops: in what the library takes over, near it, and beside it."""

from __future__ import annotations

import random
from typing import List

VARIABLES = ["a", "b", "c", "d"]
PARAMETERS = ["n", "p", "q"]
HEAD = '''\
import math
from math import gcd
K = 5
T = (3, 1, 4, 1, 5)
L = [2, 7, 1, 8]
FLAG = True


def helper(x, y=2):
    z = x * y + K
    if z > 100:
        return z - 100
    return z


'''


class Generator:
    """Makes one function after another; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._count = 0
        self._lines: List[str] = []
        self._loops = 0
        self._counters: List[str] = []

    def function(self) -> "tuple[str, str]":
        """Name and text."""
        self._count += 1
        self._lines = []
        self._loops = 0
        self._counters = []
        name = f"f{self._count}"
        self._lines.append(f"def {name}(n, p=3, *, q=-2):")
        chance = self._random.random
        for variable in VARIABLES:
            if chance() < 0.85:
                self._lines.append(f"    {variable} = {self._start()}")
        self._wild = chance() < 0.25
        for _ in range(self._random.choice((1, 1, 1, 2))):
            self._loop(1)
            if chance() < 0.3:
                self._assign(1)
        left = self._random.sample(VARIABLES + ["i1", "i2"], self._random.choice((1, 2, 4)))
        self._lines.append(f"    return {', '.join(left)}")
        if chance() < 0.1:
            self._lines.insert(1, "    global K")
        return name, "\n".join(self._lines) + "\n"

    def _start(self) -> str:
        return self._random.choice(
            ["0", "1", "-1", "2", "p", "q", "n", "True", "False", "10**20", "-7", "K", "p % 5"]
            + (["0.5", "None"] if self._random.random() < 0.05 else []))

    def _loop(self, depth: int) -> None:
        self._loops += 1
        counter = f"i{self._loops}"
        pad = "    " * depth
        around = list(self._counters)
        self._counters.append(counter)
        bounds = ["n", "n", "3, n + 3", "n, 0, -1", "-4, n", "0, n, 2", "p, n + p", "2 * n"]
        if depth > 1:
            bounds = ["3", "p", "n % 4", "p, p + 3"] + (around if depth == 2 else [])
        self._lines.append(f"{pad}for {counter} in range({self._random.choice(bounds)}):")
        for _ in range(self._random.choice((1, 2, 2, 3))):
            self._statement(depth + 1)
        if self._random.random() < 0.1:
            self._lines.append(f"{pad}else:")
            self._assign(depth + 1)
        self._counters.pop()

    def _statement(self, depth: int) -> None:
        pad = "    " * depth
        kind = self._random.random()
        if kind < 0.68 or depth > 3:
            self._assign(depth)
        elif kind < 0.80:
            self._lines.append(f"{pad}if {self._condition()}:")
            self._statement(depth + 1)
            if self._random.random() < 0.4:
                self._lines.append(f"{pad}else:")
                self._statement(depth + 1)
        elif kind < 0.86 and depth < 3:
            self._loop(depth)
        elif kind < 0.90:
            ends = ["break", "continue", f"return {self._value(1)}"]
            self._lines.append(f"{pad}if {self._counters[-1]} == {self._random.choice(['p', '7', 'q'])}:")
            self._lines.append(f"{pad}    {self._random.choice(ends)}")
        elif kind < 0.92:
            self._lines.append(f"{pad}pass")
        elif kind < 0.94 and depth < 3:
            self._loops += 1
            name = f"w{self._loops}"
            self._lines += [f"{pad}{name} = {self._random.choice('345')}",
                            f"{pad}while {name} > {self._random.choice('01')}:",
                            f"{pad}    {name} -= 1"]
            self._statement(depth + 1)
        else:
            x, y = self._random.sample(VARIABLES, 2)
            values = f"divmod({self._atom()}, {self._atom()})" if self._wild and kind > 0.97 \
                else f"{self._value(1)}, {self._linear()}"
            self._lines.append(f"{pad}{x}, {y} = {values}")

    def _assign(self, depth: int) -> None:
        pad = "    " * depth
        name = self._random.choice(VARIABLES)
        kind = self._random.random()
        if kind < 0.45:
            op = self._random.choice(["+", "-", "+", "*", "%", "//", "&", "|", "^"]
                                     if self._wild else ["+", "-", "+"])
            value = self._random.choice(["2", "-1", "p", "K"]) if op == "*" else self._linear()
            self._lines.append(f"{pad}{name} {op}= {value}")
        elif kind < 0.55:
            other = self._random.choice(VARIABLES)
            self._lines.append(f"{pad}{name} = {other} = {self._linear()}")
        else:
            value = self._value(2) if self._wild else self._linear()
            self._lines.append(f"{pad}{name} = {value}")

    def _atom(self) -> str:
        names = VARIABLES * 2 + PARAMETERS + self._counters * 2 + ["K", "1", "2", "-3", "7"]
        if self._wild:
            names += ["T[2]", "L[1]", "len(L)", "FLAG", "True", f"T[{self._counter()} % 5]",
                      "gcd(p, 12)", "math.gcd(n, 8)", "abs(q)", "max(p, q)", "int(FLAG)", "bool(p)",
                      f"pow({self._counter()}, 3, 7)", f"pow({self._counter()}, p)", "pow(3, q, 10)",
                      "math.isqrt(n)", f"math.comb(7, {self._counter()})", "sum(T)", "min(T)",
                      f"divmod({self._counter()}, p)", "-True", "None", "helper(p, 2)",
                      f"helper({self._counter()}, 3)", "10**9"]
        return self._random.choice(names)

    def _counter(self) -> str:
        return self._counters[-1] if self._counters else "n"

    def _linear(self) -> str:
        """Mostly what can be taken over."""
        kind = self._random.random()
        if kind < 0.3:
            return self._atom()
        if kind < 0.6:
            return f"{self._atom()} {self._random.choice('+-')} {self._atom()}"
        factor = self._random.choice(["2", "3", "p", "-1", "K", "q", self._counter()])
        text = f"{factor} * {self._atom()} + {self._atom()}"
        return f"({text}) % {self._random.choice(['97', '10', 'p', 'q', '2**16'])}" \
            if kind > 0.8 else text

    def _value(self, depth: int) -> str:
        if depth == 0 or self._random.random() < 0.25:
            return self._atom()
        kind = self._random.random()
        x, y = self._value(depth - 1), self._value(depth - 1)
        if kind < 0.6:
            op = self._random.choice(["+", "-", "*", "//", "%", "&", "|", "^", "<<", ">>", "**", "/"])
            if op in ("**", "<<"):
                y = self._random.choice(["2", "3", "p", self._counter()]) + " % 9"
                return f"({x}) % 1000 {op} ({y})"
            if op == "*":  # no number grows beyond all bounds
                y = f"({y}) % 1000"
            return f"({x}) {op} ({y})"
        if kind < 0.7:
            return f"{self._random.choice(['-', '~', 'not ', '+'])}({x})"
        if kind < 0.8:
            return f"({x} if {self._condition()} else {y})"
        if kind < 0.9:
            return f"({self._condition()})"
        return f"{self._random.choice(['min', 'max'])}({x}, {y})"

    def _condition(self) -> str:
        left = self._random.choice([self._atom(), f"{self._counter()} % 3", self._counter(), "p"])
        op = self._random.choice(["<", "<=", "==", "!=", ">", ">="])
        text = f"{left} {op} {self._random.choice(['0', '1', '5', 'p', self._atom()])}"
        return f"{text} {self._random.choice(['and', 'or'])} p > 2" \
            if self._random.random() < 0.15 else text
