#!/usr/bin/env python3
"""Random programs that write lists, run by cpmcalc and by this Python.

    tests/data/lists.py CPMCALC [COUNT [SEED]]

Each program ends in the same text or fails in both; the first that does not is
printed. Names: a b c hold lists of integers, g a list of lists, d a dictionary,
t a tuple, s a string, i j k n integers.
"""
import random
import sys

import agree


class Writer:
    def __init__(self, rng):
        self.rng, self.lines, self.depth = rng, [], 0

    def pick(self, *choices):
        return self.rng.choice(choices)

    def small(self):
        return str(self.rng.randint(-3, 7))

    def number(self, level=0):
        if level > 2:
            return self.pick("i", "j", "k", "n", self.small())
        x, y = self.number(level + 1), self.number(level + 1)
        return self.pick(
            self.small(), "i", "j", "n", f"({x} + {y})", f"({x} * {y}) % 1009", f"({x} - {y})",
            f"len({self.list(level + 1)})", f"a[{x} % len(a)]" , f"sum({self.list(level + 1)})",
            f"max({self.list(level + 1)}, default={x})", f"({x} if {self.test(level + 1)} else {y})",
            f"d.get({x}, {y})", f"g[{x} % len(g)].count({y})", "t[0]", "len(s)", f"f({x}, {y})",
            f"b[-1]")

    def test(self, level=0):
        x, y = self.number(level + 1), self.number(level + 1)
        return self.pick(f"{x} < {y}", f"{x} in {self.list(level + 1)}", f"not {self.list(level + 1)}",
                         f"{self.list(level + 1)} == {self.list(level + 1)}",
                         f"any(v > {x} for v in {self.list(level + 1)})", f"{x} % 2 == 0", f"{x} in d")

    def list(self, level=0):
        if level > 2:
            return self.pick("a", "b", "c")
        x, y, one = self.number(level + 1), self.number(level + 1), self.list(level + 1)
        return self.pick(
            "a", "b", "c", f"[{x}, {y}]", f"{one}[{self.small()}:{self.small()}]",
            f"{one}[::{self.pick('1', '2', '-1', '-2')}]", f"[v + {x} for v in {one}]",
            f"[v for v in {one} if v % 3 != {x} % 3]", f"sorted({one}, reverse={self.test(level + 1)})",
            f"sorted({one}, key=lambda v: (v % 5, -v))", f"({one} + {self.list(level + 1)})[:12]",
            f"[u * v for u, v in zip({one}, {self.list(level + 1)})]", f"list(reversed({one}))",
            f"[{x}] * ({y} % 4)", f"list(map(lambda v: v % 7 + {x}, {one}))", f"list(d.values())",
            f"[p * q for p, q in enumerate({one})]", f"g[{x} % len(g)][:6]", f"list(range({x} % 6))",
            f"[int(ch) for ch in str(abs({x}))]", f"list(filter(None, {one}))", "[*t, *a][:9]")

    def put(self, line):
        self.lines.append("    " * self.depth + line)

    def block(self, head, count):
        self.put(head)
        self.depth += 1
        for _ in range(count):
            self.statement()
        self.depth -= 1

    def statement(self):
        x, y, one = self.number(), self.number(), self.list()
        name = self.pick("a", "b", "c")
        choice = self.rng.randint(0, 24)
        if choice == 0 and self.depth < 3:
            return self.block(f"for {self.pick('i', 'j', 'k')} in {self.pick(one + '[:4]', 'range(3)')}:", 2)
        if choice == 1 and self.depth < 3:
            return self.block(f"if {self.test()}:", 2)
        if choice == 2 and self.depth < 3:
            return self.block(f"for i, (j, k) in enumerate(zip({one}[:3], {self.list()})):", 2)
        self.put(self.pick(
            f"{name}[{x} % len({name})] = {y}", f"{name}[{x} % len({name})] += {y}",
            f"{name} = {one} or [1]", f"{name}.append({x})", f"{name} += {one}[:3]",
            f"{name}[{self.small()}:{self.small()}] = {one}[:3] + [0]", f"g[{x} % len(g)] = {name}",
            f"g[{x} % len(g)].append({y})", f"d[{x}] = {y}", f"n, i = {x}, {y}",
            f"a[0], b[0] = b[0], a[0]", f"{name}.insert({self.small()}, {x})", f"{name}.reverse()",
            f"{name}.sort(key=lambda v: v % 10)", f"{name}[:] = {name}[:15]", f"n = {x}",
            f"print({one}, {x})", f"print(*{one}, sep='-')", f"t = ({x}, {one})", f"s = f'{{{x}:>4}}|{{a}}'",
            f"i, *c = [{x}, {y}] + {one}[:3]; c = c or [0]", f"print(a is {name}, g)",
            f"k = {name}.pop() if len({name}) > 1 else {x}", f"d.pop({x}, None)",
            f"g = [row[:] for row in g][:4]", f"s = s[-20:] + str({x})", f"print({{v % 4: v for v in {one}}})"))


def program(seed):
    w = Writer(random.Random(seed))
    for line in ("a, b, c = [1, 2, 3], [4, 5], [6]", "g = [[0] * 2] * 2 + [a]", "d = {1: 2}",
                 "t = (1, [2])", "s = ''", "i = j = k = n = 1", "def f(x, y=2):",
                 "    return [x, y, x - y][(x + y) % 3] % 1009"):
        w.put(line)
    for _ in range(w.rng.randint(5, 25)):
        w.statement()
    w.put("print(a, b, c, g, d, t, s, i, j, k, n)")
    return "\n".join(w.lines) + "\n"


if __name__ == "__main__":
    sys.exit(agree.main(program))
