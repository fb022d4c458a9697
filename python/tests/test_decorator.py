# SPDX-License-Identifier: MIT
"""The decorator: what it takes over, what it leaves alone, and that nobody notices."""

from __future__ import annotations

import functools
import inspect
import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import unittest
from fractions import Fraction
from typing import Any

import cpmcalc
from cpmcalc import RecompileError, cpmoptimize, xrange
from support import Folder, outcome

LIMIT = 2  # iters_limit of most tests, so that small loops are taken over

optimized = cpmoptimize(iters_limit=LIMIT)
MODULUS = 1000
TABLE = [3, 1, 4, 1, 5, 9, 2, 6]
calls = []


class Integer(int):
    """An int that adds in its own way."""

    def __add__(self, other: Any) -> Any:
        return Integer(int(self) + int(other) + 1)

    __radd__ = __add__


def add_up(start: Any, n: Any, by: Any) -> Any:
    total = start
    for _ in range(n):
        total += by
    return total


def divide(n: int, x: int) -> int:
    s = 0
    for i in range(n):
        s += 10 // (x - i)
    return s


def negative(n: int) -> Any:
    s = 0
    for i in range(-n, n):
        s += i % 7 - i // 3
    return s, i


def power_of_counter(n: int, base: int) -> Any:
    s = 0
    for i in range(-3, n):
        s += base ** i
    return s


def shift(n: int, by: int) -> int:
    s = 1
    for i in range(n):
        s += 1 << by
    return s


def unbound(n: int) -> int:
    for i in range(n):
        if i > 10**9:
            t = i
    return t  # noqa: F821


def not_yet_bound(n: int) -> int:
    for i in range(n):
        s += i  # noqa: F821, F841
    return s


def by_table(n: int) -> int:
    s = 0
    for i in range(n):
        s = (s * TABLE[i % 8] + TABLE[2]) % MODULUS
    return s


def with_flag(n: int, flag: Any) -> Any:
    a, b = flag, 1
    for _ in range(n):
        a, b = b, a
    return a, b


def early(n: int, k: int) -> Any:
    s = 0
    for i in range(n):
        s += i
        if i == k:
            return 1, s
    else:
        s = -s
    return 0, s


def broken(n: int, k: int) -> Any:
    for i in range(n):
        if i == k:
            break
        last = i
    else:
        return True, i, last
    return i, last


def in_finally(n: int, k: int) -> Any:
    try:
        for i in range(n):
            t = 2 * i
            if i == k:
                return i + 1
    finally:
        calls.append((i, t))
    return calls[-1]


def generator(n: int) -> Any:
    for k in range(3):
        s = 0
        for i in range(n):
            s += i * k
        yield s


def deep(n: int, depth: int) -> int:
    if depth > 0:
        return deep(n, depth - 1)
    s = 0
    for i in range(n):
        s += i
    return s


def twice(n: int) -> int:
    """The first loop's variable is read by the second loop's rounds."""
    s = x = 0
    while s < 1000:
        for i in range(n):
            s += x + 1
            x = i
    return s


def nested(n: int, m: int) -> int:
    s = 0
    for i in range(n):
        for j in range(m):
            s += i * 2 + j
    return s


def squares(n: int) -> int:
    """Nothing makes it shorter: the library runs it round by round."""
    x = 1
    for i in range(n):
        x = (x * x + i) % (10**40 + 1)
    return x


def over(iterable: Any) -> Any:
    s = 0
    for x in iterable:
        s += x
    return s


def printing(n: int) -> int:
    s = 0
    for i in range(n):
        s += i
        calls.append(i)
    return s


SAME = [
    (add_up, [(0, 10, 1), (True, 10, True), (False, 3, 0), (0, 10, 1.5), (0.0, 9, 1), (0, -4, 1),
              ("", 5, "x"), ((), 4, (1,)), (Integer(3), 5, 1), (3, 5, Integer(1)), (0, True, 2),
              (0, Integer(4), 2), (10**40, 50, -10**39), (0, 2.0, 1), (0, "3", 1), (None, 5, 1),
              (Fraction(1, 2), 6, 1), (1j, 6, 1), ((1,), 4, [1]), (0, 0, 1), (0, 2, 1), (0, 3, 1)]),
    (divide, [(5, 7), (5, 3), (50, 100), (50, 49)]),
    (negative, [(1,), (2,), (30,), (1000,)]),
    (power_of_counter, [(0, 2), (5, 2), (5, 0), (5, 1), (5, -1)]),
    (shift, [(9, 3), (9, -1), (9, 100)]),
    (unbound, [(0,), (5,), (100,)]),
    (not_yet_bound, [(0,), (5,)]),
    (by_table, [(0,), (9,), (1000,)]),
    (with_flag, [(5, True), (6, True), (5, 7), (7, False), (7, None), (7, (1, True)), (7, 1.0),
                 (7, [1])]),
    (early, [(10, 5), (10, 50), (1000, 999), (5, 0)]),
    (broken, [(10, 5), (10, 50), (10, 0), (1000, 999)]),
    (in_finally, [(10, 5), (10, 50)]),
    (deep, [(20, 0), (20, 100)]),
    (twice, [(3,), (10,)]),
    (nested, [(0, 5), (5, 0), (30, 40), (100, 3)]),
    (over, [(range(10),), (range(True, 9),), (range(Integer(1), Integer(9), True),), ([1, 2, 3],), ((1.5, 2),), (iter([1, 2, 3, 4]),), ({3: 1, 4: 2, 5: 0},),
            (5,), (range(9, 0, -2),), (range(0),), ("abc",), (xrange(10**3),)]),
]


folder = Folder()


def tearDownModule() -> None:
    folder.close()


class TheSame(unittest.TestCase):
    def test_values_types_and_exceptions(self) -> None:
        for function, arguments in SAME:
            smart = optimized(function)
            for args in arguments:
                if hasattr(args[0], "__next__"):
                    continue  # it would be used up
                with self.subTest(function=function.__name__, args=args):
                    self.assertEqual(outcome(smart, *args), outcome(function, *args))

    def test_taken_over(self) -> None:
        for function, args in ((add_up, (0, 10, 1)), (negative, (30,)), (by_table, (1000,)),
                               (broken, (10, 5)), (early, (10, 5)), (nested, (30, 40)),
                               (over, (range(10),)), (in_finally, (10, 5)), (with_flag, (6, 1))):
            with self.subTest(function=function.__name__):
                self.assertIn("in the library", optimized(function).explain(*args))

    def test_not_taken_over(self) -> None:
        for function, args, reason in (
                (add_up, (0, 10, 1.5), "type float"), (add_up, (Integer(1), 10, 1), "type Integer"),
                (printing, (10,), "call"), (over, ([1],), "Iterator"),
                (add_up, (0, 2, 1), "iters_limit"), (divide, (5, 3), "zero")):
            with self.subTest(function=function.__name__):
                told = optimized(function).explain(*args)
                self.assertIn(reason, told)
                self.assertNotIn("in the library", told)

    def test_iterators_are_used_once(self) -> None:
        smart = optimized(over)
        source = iter([1, 2, 3, 4])
        self.assertEqual(smart(source), 10)
        self.assertEqual(list(source), [])

    def test_generators(self) -> None:
        self.assertEqual(list(optimized(generator)(100)), list(generator(100)))

    def test_traceback_has_the_lines_of_the_source(self) -> None:
        lines = []
        for function in (divide, optimized(divide)):
            try:
                function(5, 3)
            except ZeroDivisionError as failure:
                assert failure.__traceback__ is not None
                inner = failure.__traceback__.tb_next
                assert inner is not None and inner.tb_next is None
                lines.append(inner.tb_lineno)
        self.assertEqual(lines[0], lines[1])

    def test_the_depth_of_recursion_is_the_same(self) -> None:
        smart = optimized(deep)

        def reach(function: Any) -> int:
            low, high = 1, 3000
            while low < high:
                middle = (low + high + 1) // 2
                try:
                    function(20, middle)
                    low = middle
                except RecursionError:
                    high = middle - 1
            return low

        name = "deep"
        plain = reach(deep)
        globals()[name] = smart
        try:
            self.assertEqual(reach(smart), plain)
        finally:
            globals()[name] = smart.__wrapped__


class Outside(unittest.TestCase):
    """Variables that are not the function's own."""

    def test_globals_may_change(self) -> None:
        global MODULUS
        smart, before = optimized(by_table), MODULUS
        try:
            for MODULUS in (1000, 7, 10**30, 2.5, 12):
                self.assertEqual(outcome(smart, 100), outcome(by_table, 100))
            TABLE.append(7)
            TABLE[2] = 100
            self.assertEqual(smart(100), by_table(100))
            TABLE[3] = 1.5
            self.assertEqual(outcome(smart, 100), outcome(by_table, 100))
        finally:
            MODULUS, TABLE[:] = before, [3, 1, 4, 1, 5, 9, 2, 6]

    def test_globals_may_be_assigned(self) -> None:
        module = folder.module(textwrap.dedent("""
            total = 1
            def grow(n):
                global total
                for i in range(n):
                    total = 2 * total + i
        """))
        plain, smart = module.grow, optimized(module.grow)
        plain(50)
        wanted, module.total = module.total, 1
        smart(50)
        self.assertEqual(module.total, wanted)
        self.assertIn("in the library", smart.explain(50))

    def test_closures(self) -> None:
        def make(step: Any) -> Any:
            count = 0

            def tick(n: int) -> int:
                nonlocal count
                for _ in range(n):
                    count += step
                return count

            def change(value: Any) -> None:
                nonlocal step
                step = value

            return tick, change

        tick, change = make(3)
        smart = optimized(tick)
        self.assertEqual([smart(10), tick(10), smart(5)], [30, 60, 75])
        change(2.5)
        self.assertEqual([smart(10), tick(10)], [100.0, 125.0])

    def test_shadowed_functions(self) -> None:
        module = folder.module(textwrap.dedent("""
            def f(n):
                s = 0
                for i in range(n):
                    s += abs(-3)
                return s
        """))
        smart = optimized(module.f)
        self.assertEqual(smart(10), 30)
        module.abs = lambda x: 100
        self.assertEqual(smart(10), 1000)
        del module.abs
        self.assertEqual(smart(10), 30)
        module.range = lambda n: [5, 6]
        self.assertEqual(smart(10), 6)

    def test_other_decorated_functions(self) -> None:
        module = folder.module(textwrap.dedent("""
            from cpmcalc import cpmoptimize
            STEP = 3

            @cpmoptimize()
            def step(x):
                if x > 10:
                    return STEP * x + 1
                return x

            @cpmoptimize()
            def outer(x, y):
                return step(x) + STEP * y

            @cpmoptimize(iters_limit=2)
            def f(n):
                s = 0
                for i in range(n):
                    s += outer(i, 5) % 1000
                return s

            def plain(n):
                s = 0
                for i in range(n):
                    s += outer(i, 5) % 1000
                return s
        """))
        self.assertEqual(module.f(100), module.plain(100))
        self.assertIn("in the library", module.f.explain(100))
        module.STEP = 5
        self.assertEqual(module.f(100), module.plain(100))
        module.step = lambda x: -x
        self.assertEqual(module.f(100), module.plain(100))
        self.assertNotIn("in the library", module.f.explain(100))

    def test_parameters_that_are_called(self) -> None:
        module = folder.module(textwrap.dedent("""
            from cpmcalc import cpmoptimize
            @cpmoptimize()
            def call(abs, x):
                return abs(x)
            def f(n):
                s = 0
                for i in range(n):
                    s += call(3, i)
                return s
        """))
        self.assertEqual(outcome(optimized(module.f), 10), outcome(module.f, 10))

    def test_long_constants(self) -> None:
        digits = "7f" * 3000
        module = folder.module("def f(n):\n    s = 0\n    for i in range(n):\n"
                               f"        s += 0x{digits}\n    return s\n")
        smart = optimized(module.f)
        self.assertEqual(smart(10**9), int(digits, 16) * 10**9)

    def test_long_lists(self) -> None:
        global TABLE
        smart, before = optimized(by_table), TABLE
        try:
            TABLE = list(range(10**4))
            self.assertEqual(smart(50), by_table(50))
            TABLE = before + [(1, 2)]
            self.assertEqual(smart(50), by_table(50))
        finally:
            TABLE = before

    def test_modules(self) -> None:
        module = folder.module(textwrap.dedent("""
            import math
            def f(n):
                s = 0
                for i in range(n):
                    s += math.gcd(n, 12) + i
                return s
        """))
        smart = optimized(module.f)
        self.assertEqual(smart(100), module.f(100))
        self.assertIn("in the library", smart.explain(100))

        class Fake:
            gcd = staticmethod(lambda a, b: 0.5)

        module.math = Fake
        self.assertEqual(smart(100), module.f(100))
        module.math = math


class Shape(unittest.TestCase):
    """What is known about a decorated function."""

    def test_forms_of_the_decorator(self) -> None:
        for smart in (cpmoptimize(add_up), cpmoptimize()(add_up), cpmoptimize(False)(add_up),
                      cpmoptimize(strict=True, iters_limit=10, types=(int,), opt_min_rows=False,
                                  opt_clear_stack=False)(add_up), cpmoptimize(types=int)(add_up)):
            self.assertIsNot(smart, add_up)
            self.assertEqual(smart(1, 10**20, 3), 3 * 10**20 + 1)
            self.assertFalse(hasattr(add_up, "explain"))

    def test_name_signature_and_documentation_stay(self) -> None:
        def f(a: int, /, b: int = 2, *rest: int, c: int = 3, **more: int) -> int:
            """What it does."""
            for i in range(a):
                b += c
            return b

        f.attribute = 5  # type: ignore[attr-defined]
        smart = optimized(f)
        for name in ("__name__", "__qualname__", "__doc__", "__module__", "__annotations__",
                     "__defaults__", "__kwdefaults__", "attribute"):
            self.assertEqual(getattr(smart, name), getattr(f, name), name)
        self.assertEqual(inspect.signature(smart), inspect.signature(f))
        self.assertEqual(inspect.getsource(smart), inspect.getsource(f))
        self.assertEqual([smart(9), smart(9, 1, c=5), smart(9, 5, 6, d=7)],
                         [f(9), f(9, 1, c=5), f(9, 5, 6, d=7)])
        self.assertEqual(outcome(smart), outcome(f))

    def test_methods(self) -> None:
        class Base:
            def total(self, n: int) -> int:
                return n

        class Counter(Base):
            @cpmoptimize(iters_limit=2)
            def total(self, n: int) -> int:
                s = super().total(n)
                for i in range(n):
                    s += i
                return s

            @cpmoptimize(iters_limit=2)
            @staticmethod
            def plain(n: int) -> int:
                s = 0
                for i in range(n):
                    s += i
                return s

            @optimized
            @classmethod
            def of_class(cls, n: int) -> Any:
                s = 0
                for i in range(n):
                    s += i
                return cls.__name__, s

            @optimized
            def __hidden(self, n: int) -> int:
                for __i in range(n):
                    pass
                return __i

            def show(self, n: int) -> int:
                return self.__hidden(n)

        self.assertEqual([Counter().total(10), Counter.plain(10), Counter.of_class(10),
                          Counter().show(5)], [55, 45, ("Counter", 45), 4])

    def test_inner_functions_keep_their_names(self) -> None:
        def f(n: int) -> Any:
            s = 0
            for i in range(n):
                s += i

            def inner() -> int:
                return s

            return inner, lambda: i

        for smart in (f, optimized(f)):
            inner, other = smart(10)
            self.assertEqual([inner(), other(), inner.__qualname__, other.__qualname__],
                             [45, 9, f"{f.__qualname__}.<locals>.inner",
                              f"{f.__qualname__}.<locals>.<lambda>"])
        self.assertIn("in the library", optimized(f).explain(10))

    def test_decorated_twice_and_together_with_others(self) -> None:
        smart = optimized(optimized(add_up))
        self.assertEqual(smart(0, 10, 2), 20)
        kept = functools.lru_cache(maxsize=None)(optimized(add_up))
        self.assertEqual([kept(0, 10, 2), kept(0, 10, 2), kept.cache_info().hits], [20, 20, 1])
        self.assertIs(cpmoptimize()(kept), kept)
        self.assertIs(cpmoptimize()(len), len)

    def test_what_has_no_source_runs_as_it_is(self) -> None:
        space: Any = {}
        exec("def f(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s\n", space)
        smart = optimized(space["f"])
        self.assertEqual(smart(10), 45)
        self.assertIn("its source is not", smart.explain(10))
        double = optimized(lambda n: 2 * n)
        self.assertEqual(double(4), 8)

    def test_a_source_that_has_changed_is_not_believed(self) -> None:
        module = folder.module("def f(n):\n    s = 0\n    for i in range(n):\n        s += i\n"
                                 "    return s\n")
        with open(module.__file__) as file:
            text = file.read()
        with open(module.__file__, "w") as file:
            file.write(text.replace("s += i", "s += 2"))
        smart = optimized(module.f)
        self.assertEqual(smart(10), 45)
        self.assertIn("not what was compiled", smart.explain(10))

    def test_what_sees_local_variables_is_left_alone(self) -> None:
        def f(n: int) -> Any:
            for i in range(n):
                t = i + 1
            return locals()

        self.assertEqual(optimized(f)(10), f(10))


class Strict(unittest.TestCase):
    def test_refused_when_decorated(self) -> None:
        with self.assertRaises(RecompileError) as caught:
            cpmoptimize(strict=True)(printing)
        self.assertIn("call", caught.exception.reason)
        self.assertEqual(caught.exception.filename, __file__)
        source = inspect.getsource(printing)
        offset = source[:source.index("calls.append")].count("\n")
        self.assertEqual(caught.exception.lineno, printing.__code__.co_firstlineno + offset)

    def test_refused_when_reached(self) -> None:
        @cpmoptimize(strict=True)
        def f(n: int, k: int) -> int:
            res = 0
            for i in xrange(n):
                res += res * res
            return res

        self.assertEqual(f(10, 1), 0)
        with self.assertRaises(RecompileError) as caught:
            f(10000, 1)
        self.assertIn("'res' is multiplied by itself in its own update", caught.exception.reason)
        self.assertEqual(caught.exception.lineno, f.__code__.co_firstlineno + 4)

    def test_types(self) -> None:
        strict = cpmoptimize(strict=True)(over)
        self.assertEqual(strict(xrange(30)), 435)
        for wrong in (list(range(30)), "abc"):
            with self.assertRaises(TypeError) as caught:
                strict(wrong)
            self.assertIn('must have type "range" instead of', str(caught.exception))
            self.assertIsInstance(caught.exception, RecompileError)
        with self.assertRaises(TypeError):
            cpmoptimize(strict=True)(add_up)(0.5, 10000, 1)

    def test_errors_of_the_program_stay_its_own(self) -> None:
        def quotients(n: int, x: int) -> int:
            s = 0
            for i in range(n):
                s += 10 // x + i
            return s

        strict = cpmoptimize(strict=True, iters_limit=2)(quotients)
        self.assertEqual(strict(50, 3), quotients(50, 3))
        self.assertRaises(ZeroDivisionError, strict, 50, 0)


class Explaining(unittest.TestCase):
    def test_what_is_told_many_times_is_told_once(self) -> None:
        def f(n: int) -> int:
            s = 0
            for i in range(n):
                print(end="")
                for j in range(5):
                    s += j
            return s

        told = cpmoptimize()(f).explain(1000)
        self.assertIn("1000 times", told)
        self.assertIn("runs as it is: a call", told)
        self.assertLess(told.count("\n"), 10)

    def test_what_is_raised(self) -> None:
        self.assertIn("raised ZeroDivisionError", optimized(divide).explain(5, 3))

    def test_places_in_the_source(self) -> None:
        told = optimized(nested).explain(300, 400)
        line = nested.__code__.co_firstlineno
        self.assertIn(f"line {line + 2}: for i in range(n):", told)


class Limits(unittest.TestCase):
    def test_iters_limit(self) -> None:
        smart = cpmoptimize(iters_limit=100)(add_up)
        self.assertIn("iters_limit is 100", smart.explain(0, 100, 1))
        self.assertIn("in the library", smart.explain(0, 101, 1))
        self.assertIn("iters_limit is 2", cpmoptimize(iters_limit=0)(add_up).explain(0, 2, 1))
        self.assertIn("in the library", cpmoptimize(iters_limit=0)(add_up).explain(0, 3, 1))

    def test_types_of_the_decorator(self) -> None:
        smart = cpmoptimize(types=(str,), iters_limit=2)(add_up)
        self.assertEqual(smart(0, 100, 1), 100)
        self.assertNotIn("in the library", smart.explain(0, 100, 1))

    def test_ranges_beyond_words(self) -> None:
        @cpmoptimize()
        def f() -> int:
            res = 0
            for i in xrange(10 ** 1000):
                res += 3
            return res

        self.assertEqual(f(), 3 * 10**1000)
        smart = cpmoptimize()(add_up)
        self.assertEqual(smart(-10**30, 10**50, 10**10), 10**60 - 10**30)


class Interrupts(unittest.TestCase):
    PROGRAM = textwrap.dedent("""
        import sys, time
        from cpmcalc import cpmoptimize
        @cpmoptimize()
        def f(n, m):
            x = 1
            for i in range(n):
                x = (x * x + i) % m
            return x
        print("begins", flush=True)
        for _ in range(2):
            try:
                f(10**15, 10**40 + 1)
            except KeyboardInterrupt:
                print("interrupted", flush=True)
        print(f(10**4, 10**9 + 7))
    """)

    def test_control_c_ends_a_loop(self) -> None:
        module = folder.module("")
        with open(module.__file__, "w") as file:
            file.write(self.PROGRAM)
        path = os.pathsep.join(sys.path)
        process = subprocess.Popen([sys.executable, module.__file__], stdout=subprocess.PIPE,
                                   env={**os.environ, "PYTHONPATH": path}, text=True)
        assert process.stdout is not None
        try:
            self.assertEqual(process.stdout.readline(), "begins\n")
            for _ in range(2):
                time.sleep(0.5)
                began = time.monotonic()
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.stdout.readline(), "interrupted\n")
                self.assertLess(time.monotonic() - began, 5)
            x = 1
            for i in range(10**4):
                x = (x * x + i) % (10**9 + 7)
            self.assertEqual(process.stdout.readline(), f"{x}\n")
            self.assertEqual(process.wait(10), 0)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


    def test_other_handlers_and_their_exceptions(self) -> None:
        class Late(Exception):
            pass

        def handler(number: int, frame: Any) -> None:
            calls.append(smart(0, 10**20, 3))  # the library may be used here too
            raise Late("too late")

        smart = cpmoptimize()(add_up)
        slow = cpmoptimize()(squares)
        before = signal.signal(signal.SIGALRM, handler)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            self.assertEqual(outcome(slow, 10**12), ("raised", Late, "too late"))
            self.assertEqual(calls.pop(), 3 * 10**20)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


class WithoutLibrary(unittest.TestCase):
    def test_functions_run_as_they_are(self) -> None:
        module = folder.module("")
        with open(module.__file__, "w") as file:
            file.write(textwrap.dedent("""
                import cpmcalc
                @cpmcalc.cpmoptimize()
                def f(n):
                    s = 0
                    for i in range(n):
                        s += i
                    return s
                print(f(10**5), f(10**4), "not found" in f.explain(10**4), cpmcalc.is_available())
                try:
                    cpmcalc.nth("fib", 5)
                except ImportError as error:
                    print(type(error).__name__)
            """))
        root = os.path.dirname(os.path.dirname(cpmcalc.__file__))
        environment = {**os.environ, "CPMCALC_LIBRARY": "/nonexistent", "PYTHONPATH": root}
        done = subprocess.run([sys.executable, module.__file__], env=environment, text=True,
                              stdout=subprocess.PIPE, check=True)
        self.assertEqual(done.stdout, "4999950000 49995000 True False\nLibraryError\n")


class Threads(unittest.TestCase):
    def test_one_function_in_many_threads(self) -> None:
        smart = cpmoptimize()(add_up)
        failures = []

        def work(number: int) -> None:
            for k in range(50):
                start = number * 10**25 + k
                if smart(start, 10**12 + k, k - 25) != start + (10**12 + k) * (k - 25):
                    failures.append((number, k))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_others_go_on_meanwhile(self) -> None:
        """The lock of the interpreter is not held while the library works."""
        smart = cpmoptimize()(squares)
        done = threading.Event()

        def work() -> None:
            smart(2 * 10**6)
            done.set()

        thread = threading.Thread(target=work)
        thread.start()
        rounds = 0
        while not done.is_set():
            rounds += 1
            time.sleep(0.001)
        thread.join()
        self.assertGreater(rounds, 5)


class Leaks(unittest.TestCase):
    def test_memory_does_not_grow(self) -> None:
        smart = cpmoptimize(iters_limit=2)(add_up)
        early_one = optimized(early)

        def work() -> None:
            for k in range(200):
                smart(k, 10**5, 10**2000 + k)
                early_one(2000, 1999)
                try:
                    smart(k, 10**5, None)
                except TypeError:
                    pass

        def resident() -> int:
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * 4096

        if not os.path.exists("/proc/self/statm"):
            self.skipTest("there is no /proc")
        work()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        before = resident()
        for _ in range(10):
            work()
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        self.assertLess(resident() - before, 2 * 10**6)


if __name__ == "__main__":
    unittest.main()
