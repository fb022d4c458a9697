# SPDX-License-Identifier: MIT
"""Sequences, powers of matrices, and their errors."""

from __future__ import annotations

import random
import signal
import threading
import time
import unittest
from fractions import Fraction
from typing import Any, List

import cpmcalc
from cpmcalc import Sequence, matrix_power, nth
from support import SEED, scaled


def fibonacci(count: int) -> List[int]:
    terms = [0, 1]
    while len(terms) < count:
        terms.append(terms[-1] + terms[-2])
    return terms


def multiplied(a: Any, b: Any, m: Any) -> Any:
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) % m if m else
             sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


class Terms(unittest.TestCase):
    def test_nth(self) -> None:
        terms = fibonacci(301)
        self.assertEqual([nth("fib", n) for n in range(301)], terms)
        self.assertEqual(nth("fib", 300, mod=1000), terms[300] % 1000)
        self.assertEqual(nth("cur = p1 + p2", 300, init="0,1"), terms[300])
        self.assertEqual(nth("fib", -8), -21)

    def test_random_recurrences(self) -> None:
        chance = random.Random(SEED)
        for _ in range(scaled(100)):
            order = chance.randrange(1, 5)
            signature = [chance.randrange(-9, 9) or 1 for _ in range(order)]
            terms = [chance.randrange(-10**30, 10**30) for _ in range(order)]
            seq = Sequence(signature=signature, init=terms)
            while len(terms) < 60:
                terms.append(sum(c * x for c, x in zip(signature, terms[::-1])))
            with self.subTest(seed=SEED, signature=signature):
                self.assertEqual(seq[:60], terms)
                self.assertEqual([seq[59], seq[3]], [terms[59], terms[3]])
                self.assertEqual(seq[50:10:-7], terms[50:10:-7])
                self.assertEqual(seq.mod(10**9 + 7)[40:60], [x % (10**9 + 7) for x in terms[40:]])
                self.assertEqual(seq.nth(59, mod=12), terms[59] % 12)
                self.assertEqual(seq.sum(3, 59, 2), sum(terms[3:60:2]))

    def test_slices(self) -> None:
        seq = Sequence("fib")
        self.assertEqual([seq[5:5], seq[7:3], seq[-3:3]], [[], [], [2, -1, 1, 0, 1, 1]])
        self.assertRaises(ValueError, lambda: seq[3:])
        self.assertRaises(ValueError, lambda: seq[:3:0])
        self.assertRaises(TypeError, lambda: seq[1.5])
        self.assertRaises(TypeError, lambda: seq["1"])

    def test_rationals(self) -> None:
        half = Sequence("cur = p1/2 + p2", init=[0, Fraction(1, 3)])
        self.assertEqual(half[:4], [0, Fraction(1, 3), Fraction(1, 6), Fraction(5, 12)])
        self.assertIs(type(half[0]), int)

    def test_offset_set_and_of(self) -> None:
        seq = Sequence("a(n) = k*a(n-1) + b(n-1); b(n) = a(n-1); a(1) = 1; b(1) = 0",
                       set={"k": 3}, of="b")
        self.assertEqual([seq.offset, seq[:6]], [1, [0, 1, 3, 10, 33]])

    def test_semirings(self) -> None:
        seq = Sequence("cur = max(p1 + 3, p2 + 7)", init=[0, 1], semiring="max-plus")
        a, b = 0, 1
        for n in range(50):
            self.assertEqual(seq[n], a)
            a, b = b, max(b + 3, a + 7)
        self.assertRaises(ValueError, Sequence, "fib", semiring="nothing")


class Facts(unittest.TestCase):
    def test_guess_and_show(self) -> None:
        seq = Sequence.guess(fibonacci(12)[3:])
        self.assertEqual(seq[:5], [2, 3, 5, 8, 13])
        self.assertEqual(seq.show("signature"), "1,1")
        self.assertEqual(set(seq.show("signature", "init")), {"signature", "init"})
        self.assertRaises(cpmcalc.NoAnswerError, Sequence.guess, [1, 2, 4, 9, 77, 3])

    def test_digits(self) -> None:
        terms, seq = fibonacci(1001), Sequence("fib")
        text = str(terms[1000])
        self.assertEqual(seq.digits(1000, 12, 7), (1, text[:12], text[-7:], len(text)))
        self.assertEqual(seq.digits(-2, 1).sign, -1)
        self.assertEqual(seq.digits(10**12).length, 208987640250)

    def test_explain(self) -> None:
        self.assertIn("recurrence", Sequence("fib").explain(1000))


class Matrices(unittest.TestCase):
    def test_powers(self) -> None:
        chance = random.Random(SEED)
        for _ in range(scaled(50)):
            k, n = chance.randrange(1, 5), chance.randrange(12)
            matrix = [[chance.randrange(-10**20, 10**20) for _ in range(k)] for _ in range(k)]
            for mod in (None, 97, 10**40):
                wanted: Any = [[int(i == j) for j in range(k)] for i in range(k)]
                for _ in range(n):
                    wanted = multiplied(wanted, matrix, mod)
                with self.subTest(seed=SEED, matrix=matrix, n=n, mod=mod):
                    self.assertEqual(matrix_power(matrix, n, mod), wanted)
        self.assertEqual(matrix_power([[Fraction(1, 2)]], 3), [[Fraction(1, 8)]])
        self.assertEqual(matrix_power([[2]], -3), [[Fraction(1, 8)]])


class Failures(unittest.TestCase):
    def test_places(self) -> None:
        with self.assertRaises(cpmcalc.SpecError) as caught:
            Sequence("a(n) = a(n-1) +* 2")
        error = caught.exception
        self.assertEqual([error.line, error.column], [1, 16])
        self.assertIn("a(n) = a(n-1) +* 2\n                   ^", str(error))
        with self.assertRaises(cpmcalc.SpecError) as caught:
            Sequence("fib", init="1,,2")
        self.assertIn("1,,2", str(caught.exception))
        with self.assertRaises(cpmcalc.UsageError) as used:
            Sequence("fib").show("rule", "nothing")
        self.assertEqual([used.exception.text, used.exception.column], ["rule,nothing", 6])

    def test_kinds(self) -> None:
        self.assertRaises(MemoryError, nth, "fib", 10**30)
        self.assertRaises(ArithmeticError, matrix_power, [[0]], -1)
        self.assertRaises(ValueError, matrix_power, [[1, 2]], 2)
        self.assertRaises(ValueError, nth, "fib", 5, mod=0)
        self.assertRaises(cpmcalc.LimitError, Sequence("fib", max_seconds=1e-3).nth, 10**9)

    def test_interrupts(self) -> None:
        class Late(Exception):
            pass

        def handler(number: int, frame: Any) -> None:
            raise Late

        fib = Sequence("fib")
        before = signal.signal(signal.SIGALRM, handler)
        try:
            for ask in (lambda: fib[3 * 10**8], lambda: fib[10**7:10**7 + 4000],
                        lambda: matrix_power([[1, 2, 3], [3, 4, 5], [1, 7, 8]], 3 * 10**8)):
                signal.setitimer(signal.ITIMER_REAL, 0.3)
                began = time.process_time()
                self.assertRaises(Late, ask)
                self.assertLess(time.process_time() - began, 5)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        self.assertEqual(fib[100], 354224848179261915075)

    def test_threads(self) -> None:
        wrong = []
        shared = Sequence("fib")

        def work(n: int) -> None:
            for k in range(30):
                if nth("fib", n + k) != terms[n + k] or shared[n + k] != terms[n + k]:
                    wrong.append(n + k)

        terms = fibonacci(400)
        threads = [threading.Thread(target=work, args=(40 * i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
