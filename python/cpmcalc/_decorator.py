# SPDX-License-Identifier: MIT
"""The decorator."""

from __future__ import annotations

import copy
import types
from typing import Any, Callable, List, Optional, Tuple, Type, TypeVar, Union, overload

from . import _library
from ._errors import RecompileError
from ._loops import Loop, free_names, loops_of, set_traps, why_untouchable
from ._source import NoSource, function_of, tree_of, twin_of
from ._trap import Listener, Settings, Taken, Trap

F = TypeVar("F", bound=Callable[..., Any])

MIN_ITERS_LIMIT = 2


class Decorated:
    """What is known about a decorated function; `f.__cpmcalc__`."""

    def __init__(self, original: types.FunctionType, settings: Settings) -> None:
        self.original = original
        self.settings = settings
        self.tree: Any = None  # of the original; None: there is none that can be used
        self.reason: Optional[str] = None  # why no loop may be taken over
        self.loops: List[Loop] = []
        self.function = self._make()
        self.code = self.function.__code__
        self.function.__dict__["__cpmcalc__"] = self
        self.function.__dict__["explain"] = self.explain

    def _make(self) -> types.FunctionType:
        original = self.original
        filename, lineno = original.__code__.co_filename, original.__code__.co_firstlineno
        try:
            tree = tree_of(original)
            self.reason = why_untouchable(tree, original)
        except NoSource as failure:
            self.reason = str(failure)
        if self.reason is None:
            self.tree = tree
            self.loops = loops_of(tree, original.__code__)
        if self.settings.strict:
            self._insist(filename, lineno)
        traps = [Trap(loop, self.settings, filename).take for loop in self.loops]
        free = free_names(self.loops, traps, Taken)
        if free:
            changed, loops = copy.deepcopy((self.tree, self.loops))
            return function_of(set_traps(changed, loops), original, free)
        return twin_of(original, original.__code__, original.__closure__)

    def _insist(self, filename: str, lineno: int) -> None:
        if self.reason is not None:
            raise RecompileError(self.reason, filename, lineno)
        for loop in self.loops:
            if loop.reason is not None:
                raise RecompileError(loop.reason, filename, loop.reason_lineno)
        _library.library()

    def explain(self, *args: Any, **kwargs: Any) -> str:
        """Calls the function and tells what became of its loops.

        The value of the call is dropped; what it raises is told too.
        """
        with Listener() as listener:
            try:
                self.function(*args, **kwargs)
            except Exception as failure:
                listener.tell(f"raised {type(failure).__name__}: {failure}")
        told = [f"{self.original.__qualname__}: runs as it is, {self.reason}"] \
            if self.reason is not None else []
        told += [f"line {loop.lineno}: {loop.header}\n  runs as it is: {loop.reason} "
                 f"(line {loop.reason_lineno})" for loop in self.loops if loop.reason is not None]
        return "\n".join(told + listener.lines()) or f"{self.original.__qualname__}: reached no loop"


def _decorate(function: Any, settings: Settings) -> Any:
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(_decorate(function.__func__, settings))
    if type(function) is not types.FunctionType:
        if settings.strict:
            raise RecompileError(f"a {type(function).__name__} is no function", "?", 0)
        return function
    already = function.__dict__.get("__cpmcalc__")
    if isinstance(already, Decorated) and already.function is function:
        function = already.original
    return Decorated(function, settings).function


@overload
def cpmoptimize(strict: F) -> F: ...


@overload
def cpmoptimize(strict: bool = False, iters_limit: int = 5000,
                types: Union[Type[Any], Tuple[Type[Any], ...]] = (int,),
                opt_min_rows: bool = True,
                opt_clear_stack: bool = True) -> Callable[[F], F]: ...


def cpmoptimize(strict: Any = False, iters_limit: int = 5000,
                types: Union[Type[Any], Tuple[Type[Any], ...]] = (int,),
                opt_min_rows: bool = True, opt_clear_stack: bool = True) -> Any:
    """Makes a function whose long `for` loops over ranges are run by libcpmcalc.

        @cpmoptimize()              # or @cpmoptimize
        def fib(n):
            a, b = 0, 1
            for i in range(n):
                a, b = b, a + b
            return a

    The new function does what the old one does, to the last exception: a loop that the
    library does not take over runs as it is written. The old one is left as it is.

    strict          -- a loop that is not taken over is an error: RecompileError, which
                       is a TypeError too where the type of a value is in the way
    iters_limit     -- loops of at most so many rounds run plainly; at least 2
    types           -- integers that are no instance of these keep a loop from being
                       taken over; values of other types than int and bool always do
    opt_min_rows, opt_clear_stack
                    -- smaller and shorter matrices; here to show what they are worth

    `explain(...)` of the new function calls it and tells what became of its loops.
    """
    kinds = types if isinstance(types, tuple) else (types,)
    isinstance(0, kinds)  # a TypeError now rather than in a loop
    if callable(strict) and not isinstance(strict, bool) or isinstance(
            strict, (staticmethod, classmethod)):
        return _decorate(strict, Settings(False, iters_limit, kinds, opt_min_rows,
                                          opt_clear_stack))
    settings = Settings(bool(strict), max(int(iters_limit), MIN_ITERS_LIMIT), kinds,
                        bool(opt_min_rows), bool(opt_clear_stack))
    return lambda function: _decorate(function, settings)
