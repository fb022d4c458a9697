#!/usr/bin/env python3
"""Random programs with a list that grows with the rounds of a loop, run by cpmcalc and
by this Python.

    tests/data/growing.py CPMCALC [COUNT [SEED]]

Each one makes one or two lists of a length that depends on n, fills them in a
loop and looks at them behind it, mostly at the last items; it is called for lengths
around every boundary.
"""
import random
import sys

import agree


class Function:
    def __init__(self, rng):
        self.rng, self.lines, self.depth = rng, [], 1
        self.first = rng.choice([0, 1, 1, 2, 2, 3, 5])
        self.end = rng.choice(["n", "n + 1", "n + 1", "n + 2", "2 * n", "3 + n"])
        self.lists = rng.sample(["dp", "b", "c"], rng.choice([1, 1, 1, 2]))
        self.kind = {}

    def pick(self, *choices):
        return self.rng.choice(choices)

    def put(self, line):
        self.lines.append("    " * self.depth + line)

    def make(self, name):
        kind = self.kind[name] = self.pick("times", "times", "comp", "rows", "sum", "grows", "grows",
                                           "columns")
        length = self.pick(self.end, self.end, self.end, f"{self.end} + 1", f"1 + {self.end}",
                           f"{self.end} - 1", "n + 1", "(n + 1)")
        x, lead = self.pick("0", "0", "1", "-2", "k"), self.rng.randint(1, 3)
        items = ", ".join(self.pick("0", "1", "2", "k", "n") for _ in range(lead))
        if kind == "rows" and self.pick(0, 0, 1):
            kind = "one"
        self.put({
            "times": f"{name} = {self.pick(f'[{x}] * ({length})', f'({length}) * [{x}]')}",
            "comp": f"{name} = [{x} for _ in range({length})]",
            "one": f"{name} = [[{x}, 1]] * ({length})",
            "rows": f"{name} = [{self.pick(f'[{x}] * 2', f'[{x}, 1]', f'[{x} for _ in range(2)]')}"
                    f" for _ in range({length})]",
            "columns": f"{name} = [{self.pick(f'[{x}] * ({length})', f'[{x} for _ in range({length})]')}"
                       f" for _ in range(2)]",
            "sum": f"{name} = [{items}] + [{x}] * ({length} - {self.pick(lead, lead, 1)})",
            "grows": f"{name} = [{items}]"}[kind])

    def before(self, name):
        for _ in range(self.rng.randint(0, 2)):
            at, x = self.rng.randint(0, 3), self.pick("1", "2", "k", "-1")
            if self.kind[name] == "rows":
                line = f"{name}[{at}][{self.pick(0, 1)}] = {x}"
            elif self.kind[name] == "columns":
                line = f"{name}[{self.pick(0, 1)}][{at}] = {x}"
            elif self.kind[name] == "grows" and self.pick(0, 1):
                line = f"{name}.append({x})"
            else:
                line = f"{name}[{at}] = {x}"
            self.put(self.pick(f"if n > {at}: {line}", line, line))

    def offset(self, lowest=-4):
        c = self.rng.randint(lowest, 0 if self.pick(0, 1, 1) else 2)
        return "i" if c == 0 else f"i - {-c}" if c < 0 else f"i + {c}"

    def item(self, name, level):
        at = self.offset()
        if self.kind[name] == "rows":
            return f"{name}[{at}][{self.pick('0', '1', 'i % 2')}]"
        if self.kind[name] == "columns":
            return f"{name}[{self.pick('0', '1', 'i % 2')}][{at}]"
        if self.kind[name] == "grows" and self.pick(0, 1):
            return f"{name}[-{self.rng.randint(1, 3)}]"
        return f"{name}[{at}]"

    def value(self, level=0):
        name = self.pick(*self.lists)
        if level > 1:
            return self.pick("1", "k", "i", self.item(name, level), self.item(name, level))
        x, y = self.value(level + 1), self.value(level + 1)
        return self.pick(self.item(name, level), f"{x} + {y}", f"{x} - {y}", f"2 * ({x})",
                         f"{x} % 97", f"({x} + {y}) % 1009", f"max({x}, {y})",
                         f"{x} if i % 2 else {y}", f"({x}) * ({y}) % 101")

    def store(self, name):
        at = self.pick("i", "i", "i", "i", "i - 1", "i + 1")
        row = self.kind[name] == "rows"
        place = f"{name}[{at}][{self.pick(0, 1)}]" if row else f"{name}[{at}]"
        if self.kind[name] == "columns":
            place = f"{name}[{self.pick(0, 1)}][{at}]"
            return self.pick(f"{place} = {self.value()}", f"{place} += {self.value()}")
        return self.pick(f"{place} = {self.value()}", f"{place} = ({self.value()}) % 1009",
                         f"{place} += {self.value()}",
                         f"{name}[{at}] = [{name}[i - 1][1], {self.value()}]" if row else f"{place} -= 1",
                         f"{name}[{at}] = {name}[i - 1]" + ("[:]" if row and self.pick(0, 1) else ""))

    def inner(self, name):
        place = f"{name}[i][0]" if self.kind[name] == "rows" else f"{name}[i]"
        item = f"{name}[i - j]" + ("[1]" if self.kind[name] == "rows" else "")
        if self.kind[name] == "columns":
            place, item = f"{name}[0][i]", f"{name}[1][i - j]"
        self.put(self.pick(f"for j in range(1, {self.pick(2, 4, 7)}):", "for j in (1, 3, 4):",
                           "for j in STEPS:", "for j in STEPS:",
                           "for j in range(k):"))
        self.depth += 1
        if self.pick(0, 1):
            self.put("if i >= j:")
            self.depth += 1
            self.put(f"{place} = ({place} + {item}) % 1009")
            self.depth -= 1
        else:
            self.put(f"{place} = {place} + {item}")
        self.depth -= 1

    def body(self):
        depth = self.depth
        for name in self.lists:
            if self.kind[name] == "grows":
                self.put(self.pick("", "", f"x = {self.value()}") or "pass")
                line = f"{name}.append({self.value()})"
                self.put(line if self.by_length else self.pick(line, line, line, f"if i > 2: {line}"))
                if self.pick(0, 0, 1):
                    self.put(f"s += {name}[-1]")
                continue
            if self.pick(0, 0, 1):
                self.put(f"if i >= {self.rng.randint(1, 4)}:")
                self.depth += 1
            if self.pick(0, 0, 0, 1):
                self.inner(name)
            else:
                self.put(self.store(name))
            self.depth = depth
        if self.pick(0, 0, 1):
            self.put(self.pick("s += i", f"s = (s + {self.value()}) % 1009", "pass" if self.by_length else "continue",
                               "if i == 9: break", f"if i % 3 == 0: {self.store(self.lists[0])}"
                               if self.kind[self.lists[0]] != "grows" else "s -= 1"))

    def behind(self):
        shown = ["s"]
        for name in self.lists:
            for _ in range(self.rng.randint(1, 2)):
                at = self.pick(self.end + " - 1", self.end + " - 1", self.end + " - 2", "n", "-1", "-1",
                               "-2", self.end, "i", "0")
                row = self.kind[name] == "rows"
                if self.kind[name] == "columns":
                    shown.append(f"{name}[{self.pick(0, 1)}][{at}]")
                    continue
                shown.append(f"{name}[{at}]" if not row else
                             self.pick(f"sum({name}[{at}])", f"{name}[{at}][1]", f"{name}[{at}]"))
        if self.pick(*[0] * 9, 1):
            shown.append(self.pick(f"len({name})", f"{name}[:4]", f"sum({name}[1:3])"))
        self.put(f"return {', '.join(shown)}")

    def write(self, name):
        self.lines.append(f"def {name}(n, k):")
        self.put("s = 0")
        for one in self.lists:
            self.make(one)
            if self.pick(*[0] * 9, 1):
                self.put(self.pick("n += 1", "alias = " + one, "k = 3"))
        if len(self.lists) == 2 and self.pick(0, 0, 1) and self.lines[-1].count("=") == 1:
            one, other = self.lines[-2:]  # both at once
            if one.count(" = ") == other.count(" = ") == 1:
                (a, x), (b, y) = one.strip().split(" = "), other.strip().split(" = ")
                self.lines[-2:] = [f"    {a}, {b} = {x}, {y}"]
        for one in self.lists:
            self.before(one)
        first = "" if self.first == 0 and self.pick(0, 1) else f"{self.first}, "
        end = self.end
        if self.kind[self.lists[0]] in ("times", "comp", "sum", "rows") and self.pick(0, 0, 1):
            end = f"len({self.lists[0]})"
        name = self.lists[0]
        self.by_length = self.kind[name] == "grows" and self.pick(0, 0, 1)
        if self.by_length:
            self.put(self.pick(f"i = 1; n = min(n, 30)\n    while len({name}) < {end}:",
                               f"i = 2; n = min(n, 30)\n    while len({name}) <= n:", f"i = 3\n    while n >= len({name}):"))
        else:
            self.put(f"for i in range({first}{end}):")
        self.depth += 1
        self.body()
        self.depth -= 1
        self.behind()
        return self.lines


def program(seed):
    rng = random.Random(seed)
    lines = Function(rng).write("f")
    lines = [f"STEPS = {rng.choice(['[1, 3, 4]', '(2, 1)', '[2]', '[1, 2, 40]'])}"] + lines
    if rng.randrange(10) == 0:
        lines += [rng.choice(["STEPS.append(5)", "other = STEPS; other[0] = 2", "STEPS = [3]"])]
    lines += [f"for n in [60, {', '.join(str(n) for n in range(14, -1, -1))}]:",
              f"    print(f(n, {rng.randint(1, 3)}))"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(agree.main(program))
