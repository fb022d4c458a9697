# SPDX-License-Identifier: MIT
"""What goes wrong, as exceptions.

Each status of the library has a class below :class:`Error`, which is also the class
that Python programs expect for its kind: ``except ValueError`` catches a text that
does not parse. Nothing here is raised by a decorated function that is not strict.
"""

from __future__ import annotations

from typing import Optional


class Error(Exception):
    """A failure that the library reported.

    message -- what happened, in lower case and without a full stop
    hint    -- what to try, or ''
    text    -- the text that it is about, or None
    line    -- its line, from 1, or None
    column  -- its column in code points, from 1, or None
    """

    def __init__(self, message: str, *, hint: str = "", text: Optional[str] = None,
                 line: Optional[int] = None, column: Optional[int] = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.text = text
        self.line = line
        self.column = column

    def __str__(self) -> str:
        shown = self.message
        if self.text is not None and self.line is not None and self.column is not None:
            source = self.text.splitlines() or [""]
            here = source[min(self.line, len(source)) - 1]
            shown += f"\n    {here}\n    {' ' * (self.column - 1)}^"
        return f"{shown}\n({self.hint})" if self.hint else shown


class UsageError(Error, ValueError):
    """The parts of a question do not fit together."""


class SpecError(Error, ValueError):
    """A text that does not parse, or means nothing that can be answered."""


class NoAnswerError(Error, ArithmeticError):
    """Mathematics has no answer: no inverse, no such term."""


class UnsupportedError(Error, NotImplementedError):
    """There is an answer, and the library cannot give it."""


class LimitError(Error, MemoryError):
    """A size, depth or time would pass its limit."""


class InternalError(Error, RuntimeError):
    """A mistake of the library itself."""


class LibraryError(Error, ImportError):
    """libcpmcalc was not found, or is another version."""


class RecompileError(Exception):
    """A loop of a function with strict=True that the library does not take over.

    reason   -- why
    filename -- of the function
    lineno   -- of what is in the way, in that file
    """

    def __init__(self, reason: str, filename: str, lineno: int) -> None:
        super().__init__(f"{reason} ({filename}, line {lineno})")
        self.reason = reason
        self.filename = filename
        self.lineno = lineno


class LoopTypeError(RecompileError, TypeError):
    """The same, because of the type of a value that the loop meets."""
