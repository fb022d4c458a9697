# SPDX-License-Identifier: MIT
"""Exact terms of linear recurrences and exact results of loops, by libcpmcalc.

    from cpmcalc import cpmoptimize

    @cpmoptimize()
    def fib(n):
        a, b = 0, 1
        for i in range(n):
            a, b = b, a + b
        return a

    fib(10**7)                  # some tens of milliseconds

    cpmcalc.nth("fib", 10**18, mod=10**9 + 7)
    cpmcalc.Sequence("a(n) = a(n-1) + 2*a(n-2)", init=[0, 1])[:10]
    cpmcalc.matrix_power([[1, 1], [1, 0]], 100)
"""

from ._decorator import cpmoptimize
from ._errors import (Error, InternalError, LibraryError, LimitError, LoopTypeError,
                      NoAnswerError, RecompileError, SpecError, UnsupportedError, UsageError)
from ._library import is_available, library_path
from ._sequence import Digits, Sequence, matrix_power, nth

# The article's own range: that of Python 3 takes integers of any size.
xrange = range

__version__ = "0.1.0"

__all__ = [
    "Digits", "Error", "InternalError", "LibraryError", "LimitError", "LoopTypeError",
    "NoAnswerError", "RecompileError", "Sequence", "SpecError", "UnsupportedError", "UsageError",
    "cpmoptimize", "is_available", "library_path", "matrix_power", "nth", "xrange",
]
