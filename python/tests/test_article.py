# SPDX-License-Identifier: MIT
"""The article's listings (examples/), decorated against undecorated, and at sizes where
only other ways than the loop give a value to compare with."""

from __future__ import annotations

import importlib.util
import os
import random
import unittest
from typing import Any

from support import SEED, outcome, scaled

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "examples")

# File, function, and what makes arguments for which the plain loop ends soon.
LISTINGS = {
    "steps": ("f", lambda r: (r.randrange(9000),)),
    "fib": ("fib", lambda r: (r.randrange(20000),)),
    "three_terms": ("f", lambda r: (r.randrange(7000),)),
    "geom_sum": ("geom_sum", lambda r: (r.randrange(-9, 9), r.randrange(-3, 4),
                                        r.randrange(8000))),
    "power": ("power", lambda r: (r.randrange(-5, 6), r.randrange(8000))),
    "decorate_later": ("smart_g", lambda r: (r.randrange(10**5),)),
    "invariant": ("f", lambda r: (r.randrange(9000), r.randrange(-99, 99))),
    "mul_pow": ("f", lambda r: (r.randrange(22),)),
    "nested": ("f", lambda r: (r.randrange(30), r.randrange(9000))),
    "mode": ("f", lambda r: (r.randrange(3), r.randrange(9000))),
    "strict_iterable": ("f", lambda r: (range(r.randrange(-9, 9), r.randrange(9000)),)),
}


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"example_{name}",
                                                  os.path.join(EXAMPLES, f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fibonacci_modulo(n: int, m: int) -> int:
    """By doubling, which the article calls the faster algorithm."""
    a, b = 0, 1
    for bit in bin(n)[2:]:
        a, b = a * (2 * b - a) % m, (a * a + b * b) % m
        if bit == "1":
            a, b = b, (a + b) % m
    return a


class Listings(unittest.TestCase):
    def test_against_the_undecorated_function(self) -> None:
        chance = random.Random(SEED)
        for name, (function, arguments) in LISTINGS.items():
            smart = getattr(load(name), function)
            for _ in range(scaled(12)):
                args = arguments(chance)
                with self.subTest(listing=name, args=args, seed=SEED):
                    self.assertEqual(outcome(smart, *args), outcome(smart.__wrapped__, *args))
            args = next(args for args in iter(lambda: arguments(chance), None)
                        if "in the library" in smart.explain(*args))
            self.assertEqual(smart(*args), smart.__wrapped__(*args))

    def test_every_listing_is_here(self) -> None:
        names = {name[:-3] for name in os.listdir(EXAMPLES) if name.endswith(".py")}
        self.assertEqual(names, LISTINGS.keys() | {"xrange_big", "strict"})

    def test_large(self) -> None:
        n = 10**100
        self.assertEqual(load("steps").f(n), 1 + n + n * (n - 1) // 2 + n * (n - 1) * (n - 2) // 6)
        fib = load("fib").fib
        for n in (10**5, 10**6 + 7):
            self.assertEqual(fib(n) % 10**30, fibonacci_modulo(n, 10**30))
        self.assertEqual(load("geom_sum").geom_sum(5, 10**6, 10**4),
                         5 * (10**(6 * 10**4) - 1) // (10**6 - 1))
        self.assertEqual(load("power").power(-3, 10**5), (-3)**10**5)
        self.assertEqual(load("xrange_big").f(), 3 * 10**1000)
        n = 10**18
        self.assertEqual(load("decorate_later").smart_g(n), n * (n - 1) // 2)
        self.assertEqual(load("invariant").f(n, 7), n * (343 & 676) + n * (n - 1) // 2)
        n, m = 10**50, 10**100
        self.assertEqual(load("nested").f(), n * (n - 1) * m + n * m * (m - 1) // 2)
        self.assertEqual([load("mode").f(1), load("mode").f(2)], [3 * n, 5 * n])

    def test_strict(self) -> None:
        import cpmcalc
        f = load("strict").f
        self.assertEqual(f(5000, 0), f.__wrapped__(5000, 0))
        self.assertRaises(cpmcalc.RecompileError, f, 5001, 0)


if __name__ == "__main__":
    unittest.main()
