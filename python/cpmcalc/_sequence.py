# SPDX-License-Identifier: MIT
"""Sequences and powers of matrices: what the command line answers, as objects."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_void_p
import threading
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Union, overload

from . import _library, _values
from ._errors import UsageError

Number = Union[int, Fraction, float]  # a float is an infinity of a semiring
Terms = Union[str, Iterable[Union[int, Fraction, str]]]


class Digits(NamedTuple):
    """How a term begins and ends: see Sequence.digits."""

    sign: int
    first: str
    last: str
    length: int


def _text(value: Union[str, int, Terms]) -> bytes:
    """What the library reads."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, int):
        return _written(value)
    return b",".join(item.encode() if isinstance(item, str) else _written(item)
                     for item in value)


def _written(number: Union[int, Fraction]) -> bytes:
    """Without decimal digits, which Python makes slowly and of few numbers only."""
    if isinstance(number, Fraction):
        return b"(%s)/(%s)" % (_written(number.numerator), _written(number.denominator))
    return hex(number).encode()


def _index(number: Any) -> int:
    """An int of whatever may stand for one."""
    try:
        return number.__index__()
    except AttributeError:
        raise TypeError(f"an index is an integer, not {type(number).__name__}") from None


class Sequence:
    """A sequence, by its recurrence, its name or some of its terms.

        Sequence("fib")                                  a name of the catalogue
        Sequence("a(n) = a(n-1) + 2*a(n-2)", init=[0, 1])
        Sequence(signature=[1, 1], init=[0, 1])
        Sequence(gf="x/(1-x-x^2)")
        Sequence.guess([0, 1, 1, 2, 3, 5, 8, 13])

    s[n] is a term, s[a:b:c] a list of terms (from the offset on where a is left out);
    indices below 0 are meant as they are written, and are no places from the end.
    mod      -- terms are residues 0 .. mod-1
    semiring -- the pair of operations, by its name on the command line
    max_seconds -- LimitError where an answer takes longer

    Threads that use the same object wait for each other.
    """

    _handle: Optional[c_void_p] = None

    def __init__(self, spec: Optional[str] = None, *, signature: Optional[Terms] = None,
                 gf: Optional[str] = None, init: Optional[Terms] = None,
                 offset: Optional[int] = None, of: Optional[str] = None,
                 set: Optional[Dict[str, Union[int, Fraction, str]]] = None,
                 mod: Optional[int] = None, semiring: Optional[str] = None,
                 max_seconds: float = 0, _guess: Optional[Terms] = None) -> None:
        self._lib = _library.library()
        self._mod = None if mod is None else _index(mod)
        self._semiring = _semiring(self._lib, semiring)
        self._lock = threading.RLock()
        self._is_busy = False
        self._seconds = max_seconds
        given = {"spec": spec, "signature": signature, "gf": gf, "guess": _guess, "init": init,
                 "offset": offset, "of": of}
        self._texts = {name: _text(value) for name, value in given.items() if value is not None}
        self._sets = [name.encode() + b"=" + _text(value if isinstance(value, str) else [value])
                      for name, value in (set or {}).items()]
        self._open()

    def _open(self) -> None:
        described = _library.Spec()
        for name, text in self._texts.items():
            setattr(described, name, _library.text_of(text, b"<%s>" % name.encode()))
        sets = (_library.Text * len(self._sets))(
            *(_library.text_of(text, b"<set>") for text in self._sets))
        described.sets, described.nsets = sets, len(sets)
        handle = c_void_p()
        with self._run() as run:
            status = self._lib.cpm_seq_new(byref(handle), byref(described), byref(run.config),
                                           byref(run.err))
        self._check(status, run)
        self._handle = handle

    @classmethod
    def guess(cls, terms: Terms, *, mod: Optional[int] = None, offset: Optional[int] = None
              ) -> "Sequence":
        """The sequence with the shortest recurrence that these terms confirm;
        NoAnswerError where there is none."""
        return cls(_guess=terms, mod=mod, offset=offset)

    def __del__(self) -> None:
        if self._handle is not None:
            self._lib.cpm_seq_free(self._handle)

    # ---- Terms

    @property
    def offset(self) -> int:
        """The index of the first term."""
        return self._mpz(lambda out: self._lib.cpm_seq_offset(out, self._handle))

    def nth(self, n: int, mod: Optional[int] = None) -> Number:
        """The term with index n, maybe modulo another number than the sequence's."""
        return self._value(self._lib.cpm_seq_nth, mod, _index(n))

    @overload
    def __getitem__(self, index: int) -> Number: ...

    @overload
    def __getitem__(self, index: slice) -> List[Number]: ...

    def __getitem__(self, index: Union[int, slice]) -> Any:
        if isinstance(index, slice):
            return self._range(index)
        return self.nth(index)

    def _range(self, index: slice) -> List[Number]:
        step = 1 if index.step is None else _index(index.step)
        if index.stop is None or (step < 0 and index.start is None):
            raise UsageError("a slice of a sequence has an end")
        start = self.offset if index.start is None else _index(index.start)
        chosen = range(start, _index(index.stop), step)
        if not chosen:
            return []
        return list(self._value(self._lib.cpm_seq_list, None, chosen[0], chosen[-1], step))

    def sum(self, first: int, last: int, step: int = 1, mod: Optional[int] = None) -> Number:
        """The sum of the terms first, first+step, ... up to last, which is among them."""
        return self._value(self._lib.cpm_seq_sum, mod, _index(first), _index(last), _index(step))

    def mod(self, modulus: int) -> "Sequence":
        """The same sequence modulo a number."""
        other = object.__new__(Sequence)
        other.__dict__.update(self.__dict__, _handle=None, _lock=threading.RLock(), _is_busy=False)
        other._mod = _index(modulus)
        other._open()
        return other

    # ---- What else can be said

    def digits(self, n: int, first: int = 0, last: int = 0, base: int = 10) -> Digits:
        """How the term with index n begins and ends, and how long it is, without it."""
        out = c_void_p()
        with self._run() as run:
            status = self._lib.cpm_seq_digits(
                byref(out), self._handle, byref(_library.mpz_of(_index(n))), first, last, base,
                byref(run.config), byref(run.err))
        self._check(status, run)
        try:
            begins, ends = self._lib.cpm_digits_first(out), self._lib.cpm_digits_last(out)
            return Digits(self._lib.cpm_digits_sign(out), (begins or b"").decode(),
                          (ends or b"").decode(),
                          self._mpz(lambda length: self._lib.cpm_digits_length(length, out)))
        finally:
            self._lib.cpm_digits_free(out)

    def show(self, *keys: str) -> Union[str, Dict[str, str]]:
        """Facts about the sequence: with one key its text, else a dictionary.

        The keys are those of --show: "rule", "signature", "gf", "closed", ...
        """
        text = ",".join(keys).encode()
        facts = dict(self._report(
            lambda report, run: self._lib.cpm_seq_show(
                report, self._handle, byref(_library.text_of(text, b"<show>")), byref(run.config),
                byref(run.err)), text))
        return facts[keys[0]] if len(keys) == 1 and keys[0] in facts else facts

    def explain(self, n: int) -> str:
        """How the term with index n would be found."""
        entries = self._report(
            lambda report, run: self._lib.cpm_seq_explain(
                report, self._handle, byref(_library.mpz_of(_index(n))), byref(run.config),
                byref(run.err)))
        return "\n".join(f"{key}: {text}" if "\n" not in text else f"{key}:\n{text}"
                         for key, text in entries)

    # ---- Asking

    @contextmanager
    def _run(self, mod: Optional[int] = None) -> Iterator[_library.Run]:
        """A run that has the sequence for itself."""
        with self._lock, self._config(mod) as run:
            if self._is_busy:  # in a signal handler that came in between
                raise UsageError("the sequence is at work in this thread already")
            self._is_busy = True
            try:
                yield run
            finally:
                self._is_busy = False

    def _config(self, mod: Optional[int]) -> _library.Run:
        run = _library.Run(self._lib)
        run.config.max_seconds = self._seconds
        run.config.semiring = self._semiring
        modulus = self._mod if mod is None else _index(mod)
        if modulus is not None:
            run.set_modulus(modulus)
        return run

    def _check(self, status: int, run: _library.Run, *more: bytes) -> None:
        _library.check(status, run.err, (*self._texts.values(), *self._sets, *more))

    def _value(self, ask: Callable[..., int], mod: Optional[int], *numbers: int) -> Any:
        out = c_void_p()
        given = [_library.mpz_of(number) for number in numbers]
        with self._run(mod) as run:
            status = ask(byref(out), self._handle, *map(byref, given), byref(run.config),
                         byref(run.err))
        self._check(status, run)
        return _values.take_away(self._lib, out)

    def _mpz(self, fill: Callable[[Any], None]) -> int:
        return _library.filled_mpz(self._lib, fill)

    def _report(self, ask: Callable[..., int], *texts: bytes) -> "list[tuple[str, str]]":
        out = c_void_p()
        with self._run() as run:
            status = ask(byref(out), run)
        self._check(status, run, *texts)
        try:
            return [(self._lib.cpm_report_key(out, i).decode(),
                     self._lib.cpm_report_text(out, i).decode())
                    for i in range(self._lib.cpm_report_count(out))]
        finally:
            self._lib.cpm_report_free(out)


def _semiring(lib: ctypes.CDLL, name: Optional[str]) -> int:
    if name is None:
        return 0
    number = 0
    while (known := lib.cpm_semiring_name(number)) is not None:
        if known.decode() == name:
            return number
        number += 1
    raise UsageError(f"there is no pair of operations '{name}'")


def nth(spec: str, n: int, mod: Optional[int] = None, **given: Any) -> Number:
    """The term with index n of a sequence: Sequence(spec, ...)[n]."""
    return Sequence(spec, mod=mod, **given).nth(n)


def matrix_power(matrix: Iterable[Iterable[Union[int, Fraction]]], n: int,
                 mod: Optional[int] = None, semiring: Optional[str] = None
                 ) -> List[List[Number]]:
    """The n-th power of a square matrix, exact or modulo a number."""
    lib = _library.library()
    rows = [_text(row) for row in matrix]
    data = b";".join(rows)
    run = _library.Run(lib)
    run.config.semiring = _semiring(lib, semiring)
    if mod is not None:
        run.set_modulus(_index(mod))
    handle, out = c_void_p(), c_void_p()
    with run:
        status = lib.cpm_matrix_new(byref(handle), byref(_library.text_of(data, b"<matrix>")),
                                    byref(run.config), byref(run.err))
        if status == _library.OK:
            status = lib.cpm_matrix_power_list(byref(out), handle,
                                               byref(_library.mpz_of(_index(n))),
                                               byref(run.config), byref(run.err))
            dim = lib.cpm_matrix_dim(handle)
            lib.cpm_matrix_free(handle)
    _library.check(status, run.err, (data,))
    entries = _values.take_away(lib, out)
    return [list(entries[i:i + dim]) for i in range(0, dim * dim, dim)]
