# SPDX-License-Identifier: MIT
"""What happens when a loop is reached: the library runs it, or Python does.

A loop that is not taken over is untouched, and runs as if nobody had asked. One that
is has been run to its end on copies of the values, so that there is no way between.
"""

from __future__ import annotations

import builtins
import ctypes
import linecache
import operator
import threading
import time
import types
from ctypes import byref, c_void_p
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

from . import _library, _values
from ._errors import LibraryError, LoopTypeError, RecompileError
from ._loops import Loop, Unbound
from ._program import BROKE, RETURNED, Names, Writer, scan_function, write_function, write_loop
from ._subset import FUNCTIONS, Callee, Refused, Scan, root, text_of


class Settings(NamedTuple):
    """The arguments of the decorator."""

    strict: bool
    iters_limit: int
    types: Tuple[type, ...]
    opt_min_rows: bool
    opt_clear_stack: bool


class Taken:
    """A loop that is over: what its variables are now, and the loop to run instead."""

    __slots__ = ("values", "rest", "returns", "result")

    def __init__(self, values: Sequence[Any], rest: List[Any], returns: bool = False,
                 result: Any = None) -> None:
        self.values = values
        self.rest = rest
        self.returns = returns
        self.result = result


class _Plain(Exception):
    """The loop is left to Python."""


class _WrongType(_Plain):
    pass


# ---- Explaining -------------------------------------------------------------------------

_nlisteners = 0  # in all threads; so that a trap need not look further while it is 0
_listening = threading.local()


class Listener:
    """Collects what traps of this thread tell while it is at work."""

    MOST = 1000  # different things to be told

    def __init__(self) -> None:
        self._told: Dict[str, int] = {}

    def tell(self, text: str) -> None:
        if text in self._told or len(self._told) < self.MOST:
            self._told[text] = self._told.get(text, 0) + 1

    def lines(self) -> List[str]:
        """All that was told, what came more than once with its number."""
        return [text if count == 1 else f"{text}\n  {count} times"
                for text, count in self._told.items()]

    def __enter__(self) -> "Listener":
        global _nlisteners
        _nlisteners += 1
        self._before = getattr(_listening, "listener", None)
        _listening.listener = self
        return self

    def __exit__(self, *exc: Any) -> None:
        global _nlisteners
        _nlisteners -= 1
        _listening.listener = self._before


def _listener() -> Optional[Listener]:
    return getattr(_listening, "listener", None) if _nlisteners else None


# ---- Values -------------------------------------------------------------------------------

_MAX_DEPTH = 20  # of tuples in tuples


def _admit(name: str, value: Any, kinds: Tuple[type, ...], is_whole: bool, rounds: int) -> Any:
    """The value as the library may have it. Raises _Plain."""
    if type(value) in (tuple, list) and len(value) > max(100, rounds // 10):
        raise _Plain(f"'{name}' has {len(value)} items")
    if type(value) is list and not is_whole:
        value = tuple(value)
        if any(type(item) is tuple for item in value):
            raise _WrongType(f"'{name}' has items of type tuple")
    if not _is_known(value, kinds, _MAX_DEPTH):
        raise _WrongType(f"'{name}' has the type {type(value).__name__}"
                         + (" with such items" if type(value) is tuple else ""))
    return value


def _is_known(value: Any, kinds: Tuple[type, ...], depth: int) -> bool:
    kind = type(value)
    if kind is int or kind is bool:
        return isinstance(value, kinds)
    if kind is tuple and depth > 0:
        return all(_is_known(item, kinds, depth - 1) for item in value)
    return value is None


# ---- Programs -----------------------------------------------------------------------------


class _Outer:
    """Names as a function sees them that are none of its own variables."""

    def __init__(self, function: types.FunctionType) -> None:
        self._globals = function.__globals__
        self._cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))

    def get(self, name: str) -> Any:
        try:
            if name in self._cells:
                return self._cells[name].cell_contents
            if name in self._globals:
                return self._globals[name]
            return getattr(builtins, name)
        except (ValueError, AttributeError):
            raise _Plain(f"'{name}' is not defined") from None


def _function_of(callee: Callee, found: Any) -> Any:
    """What is called, where its first name has this value."""
    if isinstance(callee, str):
        return found
    if type(found) is not types.ModuleType or callee[1] not in found.__dict__:
        raise _Plain(f"a call of {text_of(callee)}")
    return found.__dict__[callee[1]]


class _Inlined(NamedTuple):
    name: str
    nparameters: int
    extras: List[str]  # further arguments, as they are called in the program


class Program:
    """The text for a loop, as its functions are at the moment."""

    def __init__(self, loop: Loop, callees: Dict[str, Any], inputs: Sequence[str]) -> None:
        self.callees = list(callees.values())
        self.inputs = list(inputs)
        self._names = Names()
        self._functions: Dict[int, _Inlined] = {}
        self._busy: Set[int] = set()
        self._extras: Dict[str, Tuple[_Outer, str]] = {}
        self._seen: List[Tuple[Callable[[str], Any], str, Any]] = []
        self._codes: List[Tuple[types.FunctionType, types.CodeType]] = []
        self._free: List[c_void_p] = []  # programs of the library that nobody uses
        self._writer = Writer()
        for function_name in FUNCTIONS.values():
            self._names.new(function_name)
        calls = self._calls(loop.scan, callees.__getitem__)
        used = dict.fromkeys((*loop.scan.inputs, *loop.scan.stores))
        names = {name: self._names.new(name) for name in used}
        self._write(loop, [names[name] for name in inputs], names, calls)
        self.data = self._writer.text().encode()

    def _write(self, loop: Loop, inputs: List[str], names: Dict[str, str],
               calls: Dict[Callee, Tuple[str, Sequence[str]]]) -> None:
        bounds = [self._names.new(name) for name in ("first", "stop", "step")]
        self.name = self._names.new("taken").encode()
        self._writer.use(names, calls)
        write_loop(self._writer, loop.node, names, self.name.decode(),
                   [*inputs, *self._extras], bounds, loop.outputs, loop.has_exits)

    # ---- Functions

    def _calls(self, scan: Scan, get: Callable[[str], Any]
               ) -> Dict[Callee, Tuple[str, Sequence[str]]]:
        calls: Dict[Callee, Tuple[str, Sequence[str]]] = {}
        for callee, counts in scan.callees.items():
            called = _function_of(callee, get(root(callee)))
            if called is range:
                calls[callee] = "range", ()
            elif 0 in counts:  # runs over something else
                raise _Plain(f"a loop over {text_of(callee)}(...)")
            elif isinstance(called, (type, types.BuiltinFunctionType)) and called in FUNCTIONS:
                calls[callee] = FUNCTIONS[called], ()
            else:
                inlined = self._inline(callee, called)
                if counts != {inlined.nparameters}:
                    raise _Plain(f"a call of {text_of(callee)} that leaves out arguments")
                calls[callee] = inlined.name, inlined.extras
        return calls

    def _inline(self, callee: Callee, called: Any) -> _Inlined:
        decorated = getattr(called, "__cpmcalc__", None)
        if type(called) is not types.FunctionType or decorated is None or decorated.tree is None:
            raise _Plain(f"a call of {text_of(callee)}, which is not decorated")
        if called.__code__ is not decorated.code or id(called) in self._busy:
            raise _Plain(f"a call of {text_of(callee)}, which calls itself or has changed")
        if id(called) not in self._functions:
            self._busy.add(id(called))
            self._functions[id(called)] = self._add_function(callee, called, decorated)
            self._busy.remove(id(called))
        return self._functions[id(called)]

    def _add_function(self, callee: Callee, called: types.FunctionType,
                      decorated: Any) -> _Inlined:
        tree = decorated.tree
        try:
            scan = scan_function(tree)
        except Refused as refused:
            raise _Plain(f"in {text_of(callee)}: {refused.reason}") from None
        parameters = [item.arg for item in (*tree.args.posonlyargs, *tree.args.args)]
        roots = {root(inner) for inner in scan.callees} if scan is not None else set()
        if scan is None or roots & {*parameters, *scan.stores, *scan.inputs}:
            raise _Plain(f"a call of {text_of(callee)}")
        outer = _Outer(called)
        calls = self._calls(scan, outer.get)
        for inner in scan.callees:
            self._seen.append((outer.get, root(inner), outer.get(root(inner))))
        self._codes.append((called, called.__code__))
        names = {name: self._names.new(name)
                 for name in dict.fromkeys((*parameters, *scan.stores))}
        extras = [extra for _, more in calls.values() for extra in more]
        for name in scan.inputs:
            if name not in names:
                names[name] = self._names.new(name)
                self._extras[names[name]] = outer, name
                extras.append(names[name])
        extras = list(dict.fromkeys(extras))
        made = _Inlined(self._names.new(tree.name), len(parameters), extras)
        self._writer.use(names, calls)
        write_function(self._writer, tree, made.name,
                       [*(names[name] for name in parameters), *extras])
        return made

    def is_current(self) -> bool:
        """Whether the functions inside are still what they were."""
        return all(get(name) is was for get, name, was in self._seen) and all(
            called.__code__ is code for called, code in self._codes)

    def extras(self) -> List[Tuple[str, Any]]:
        """What the functions inside read from around them, by its name."""
        return [(name, outer.get(name)) for outer, name in self._extras.values()]

    def place_of(self, line: int) -> int:
        return self._writer.place_of(line)

    # ---- The library's

    def acquire(self, lib: ctypes.CDLL) -> c_void_p:
        """One that nobody else uses. Raises _Plain."""
        try:
            return self._free.pop()
        except IndexError:
            pass
        made, err = c_void_p(), _library.Err()
        text = _library.text_of(self.data)
        self._free_program = lib.cpm_program_free
        if lib.cpm_program_new(byref(made), byref(text), _library.DIALECT_PY3, byref(err)):
            raise _Plain(err.message.decode("utf-8", "replace"))
        return made

    def release(self, made: c_void_p) -> None:
        self._free.append(made)

    def __del__(self) -> None:
        for made in getattr(self, "_free", ()):
            self._free_program(made)


# ---- The trap ---------------------------------------------------------------------------------

_SURE = 50_000  # rounds that are worth asking again, whatever was said before
_MAX_PATIENCE = 1024


class Trap:
    """Stands before one loop."""

    def __init__(self, loop: Loop, settings: Settings, filename: str) -> None:
        self._loop = loop
        self._settings = settings
        self._filename = filename
        self._program: Optional[Program] = None
        self._failures = 0  # in a row
        self._skip = 0  # times not to ask
        self.take = self._make_take()

    def _make_take(self) -> Callable[..., Any]:
        limit, strict, go_on = self._settings.iters_limit, self._settings.strict, self._decide

        def take(box: List[Any], *values: Any) -> Any:
            rounds = box[0]
            if type(rounds) is range:
                step = rounds.step
                count = rounds.stop - rounds.start
                if step != 1:
                    count = (count + step - (1 if step > 0 else -1)) // step
                if count <= limit and not _nlisteners:
                    return box
                return go_on(box, rounds, count, values)
            if strict or _nlisteners:
                self._refuse_iterator(rounds)
            return box

        return take

    def _refuse_iterator(self, rounds: Any) -> None:
        reason = f'Iterator in optimized loops must have type "range" instead of {type(rounds)}'
        self._tell(reason)
        if self._settings.strict:
            raise LoopTypeError(reason, self._filename, self._loop.lineno)

    def _tell(self, *lines: str) -> None:
        listener = _listener()
        if listener is not None:
            head = f"line {self._loop.lineno}: {self._loop.header}"
            listener.tell("\n  ".join((head, *lines)))

    def _decide(self, box: List[Any], rounds: range, count: int, values: Sequence[Any]) -> Any:
        limit = self._settings.iters_limit
        if count <= limit:
            self._tell(f"ran plainly: {max(count, 0)} rounds, iters_limit is {limit}")
            return box
        if self._skip and count < _SURE and not _nlisteners and not self._settings.strict:
            self._skip -= 1
            return box
        try:
            taken = self._run(rounds, count, values)
            self._failures = self._skip = 0
            return taken
        except _library.Interrupted as interrupted:
            raise interrupted.raised from None
        except _WrongType as wrong:
            self._tell(f"ran plainly: {wrong}")
            if self._settings.strict:
                raise LoopTypeError(str(wrong), self._filename, self._loop.lineno) from None
            return box  # which was soon found out
        except _Plain as plain:
            self._tell(f"ran plainly: {plain}")
            if self._settings.strict and not plain.args[1:]:
                raise RecompileError(str(plain), self._filename, self._loop.lineno) from None
        except (LibraryError, MemoryError, RecursionError) as failure:
            self._tell(f"ran plainly: {failure}")
        self._failures += 1
        self._skip = min(2 ** min(self._failures, 20), _MAX_PATIENCE)
        return box

    # ---- Running

    def _run(self, rounds: range, count: int, values: Sequence[Any]) -> Taken:
        """The loop as the library has run it. Raises _Plain."""
        loop, kinds = self._loop, self._settings.types
        ncallees = len(loop.callees)
        whole = loop.scan.whole
        inputs = [(name, value) for name, value in zip(loop.inputs, values[ncallees:])
                  if value is not Unbound]
        arguments = [_admit(name, value, kinds, name in whole or name in loop.scan.stores, count)
                     for name, value in inputs]
        program = self._program_for(values[:ncallees], [name for name, _ in inputs])
        arguments += [_admit(name, value, kinds, True, count)
                      for name, value in program.extras()]
        arguments += [int.__add__(bound, 0)  # exact ints, also of True
                      for bound in (rounds.start, rounds.stop, rounds.step)]
        lib = _library.library()
        own = program.acquire(lib)
        try:
            left = self._call(lib, program, own, arguments)
        finally:
            program.release(own)
        if not loop.has_exits:
            return Taken(left, [()])
        code, result = left[0], left[-1]
        return Taken(left[1:-1], [] if code == BROKE and loop.node.orelse else [()],
                     code == RETURNED, result)

    def _program_for(self, callees: Sequence[Any], inputs: List[str]) -> Program:
        known = self._program
        if known is not None and known.inputs == inputs \
                and all(map(operator.is_, known.callees, callees)) and known.is_current():
            return known
        try:
            program = Program(self._loop, dict(zip(self._loop.callees, callees)), inputs)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as failure:
            raise _Plain(f"it was not written as a program ({failure!r})") from None
        self._program = program
        return program

    def _call(self, lib: ctypes.CDLL, program: Program, own: c_void_p,
              arguments: List[Any]) -> List[Any]:
        value, report = c_void_p(), c_void_p()
        try:
            status, err = self._ask(lib, program, own, arguments, value, report)
            if status != _library.OK:
                raise self._plain_of(err, program)
            return _values.items(lib, value)
        except _values.Unknown as unknown:
            raise _Plain(str(unknown)) from None
        finally:
            lib.cpm_value_free(value)
            lib.cpm_report_free(report)

    def _ask(self, lib: ctypes.CDLL, program: Program, own: c_void_p, arguments: List[Any],
             value: c_void_p, report: c_void_p) -> Tuple[int, _library.Err]:
        listener = _listener()
        name = _library.text_of(program.name)
        began = time.perf_counter()
        with _values.Values(lib) as made, _library.Run(lib, wrapped=True) as run:
            given = made.array(arguments)
            run.config.strict = self._settings.strict
            run.config.min_rows = self._settings.opt_min_rows
            run.config.clear_stack = self._settings.opt_clear_stack
            status = lib.cpm_program_call(
                byref(value), byref(report) if listener else None, own, byref(name), given,
                len(arguments), None, byref(run.config), byref(run.err))
        if listener is not None and status == _library.OK:
            self._tell_report(lib, listener, program, report, time.perf_counter() - began)
        return status, run.err

    def _plain_of(self, err: _library.Err, program: Program) -> Exception:
        message = err.message.decode("utf-8", "replace")
        line, _ = _library.line_of(program.data, err.span.begin) if err.where_data else (1, 1)
        place = program.place_of(line)
        if err.status == _library.ERR_RUNTIME:  # Python will say so in its own words
            return _Plain(message, "an error of the program")
        if self._settings.strict and err.status == _library.ERR_UNSUPPORTED:
            return RecompileError(message, self._filename, place)
        return _Plain(f"line {place}: {message}")

    def _tell_report(self, lib: ctypes.CDLL, listener: Listener, program: Program,
                     report: c_void_p, seconds: float) -> None:
        parts = []
        for i in range(lib.cpm_report_count(report)):
            text = lib.cpm_report_text(report, i).decode()
            head, _, rest = text.rstrip("\n").partition("\n")
            place = program.place_of(int(head.split(":")[0].split(" ")[1]))
            source = linecache.getline(self._filename, place).strip()
            parts.append(f"line {place}: {source}\n{rest}")
        listener.tell("\n".join(parts) + f"\n  in the library: {seconds:.6f} s")
