# SPDX-License-Identifier: MIT
"""Random functions, decorated against undecorated: values, types and exceptions."""

from __future__ import annotations

import unittest

import cpmcalc
from generate import HEAD, Generator
from support import SEED, Folder, outcome, scaled

ARGUMENTS = [((1,), {}), ((3, 1), {}), ((25, 4), {"q": 3}), ((40, 0), {"q": 0}),
             ((17, -6), {"q": -1}), ((8, True), {"q": 10**25}), ((12, 2.5), {}),
             ((60, 7), {"q": 5})]


class RandomFunctions(unittest.TestCase):
    BATCH = 100

    def setUp(self) -> None:
        self.folder = Folder()
        self.addCleanup(self.folder.close)

    def test_the_same_as_undecorated(self) -> None:
        generator = Generator(SEED)
        taken = calls = 0
        for _ in range(scaled(2000) // self.BATCH or 1):
            made = [generator.function() for _ in range(self.BATCH)]
            module = self.folder.module(HEAD + "\n\n".join(text for _, text in made))
            if hasattr(module, "helper"):
                module.helper = cpmcalc.cpmoptimize()(module.helper)
            for name, text in made:
                plain = getattr(module, name)
                smart = cpmcalc.cpmoptimize(iters_limit=2)(plain)
                for args, kwargs in ARGUMENTS:
                    wanted = outcome(plain, *args, **kwargs)
                    got = outcome(smart, *args, **kwargs)
                    self.assertEqual(got, wanted, f"seed {SEED}, {args} {kwargs}\n{text}")
                    calls += 1
                taken += "in the library" in smart.explain(25, 4, q=3)
        self.assertGreater(taken, calls // len(ARGUMENTS) // 3)
        print(f"\n{calls} calls of {calls // len(ARGUMENTS)} functions, {taken} with a loop "
              f"that was taken over, seed {SEED}")


if __name__ == "__main__":
    unittest.main()
