# SPDX-License-Identifier: MIT
"""libcpmcalc as ctypes sees it: where it is, its types, its functions.

The structs follow include/cpmcalc.h member by member. The library is looked for
when it is first needed, in this order: the file that CPMCALC_LIBRARY names, beside
this package (where `pip install` puts a copy), in the build folder of the
repository that the package stands in, and wherever the system keeps libraries.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
import threading
from ctypes import POINTER, byref, c_bool, c_char, c_char_p, c_double, c_int, c_size_t
from ctypes import c_uint, c_ulong, c_void_p
from typing import Any, Callable, Iterator, Optional, Sequence

from . import _errors

VERSION = (0, 1)  # of the library: major and minor

(OK, ERR_USAGE, ERR_SYNTAX, ERR_SEMANTIC, ERR_RUNTIME, ERR_NO_ANSWER, ERR_UNSUPPORTED,
 ERR_LIMIT, ERR_MEMORY, ERR_IO, ERR_INTERNAL) = range(11)

CLASS_OF_STATUS = {
    ERR_USAGE: _errors.UsageError, ERR_SYNTAX: _errors.SpecError,
    ERR_SEMANTIC: _errors.SpecError, ERR_RUNTIME: _errors.NoAnswerError,
    ERR_NO_ANSWER: _errors.NoAnswerError, ERR_UNSUPPORTED: _errors.UnsupportedError,
    ERR_LIMIT: _errors.LimitError, ERR_MEMORY: _errors.LimitError,
    ERR_IO: _errors.InternalError, ERR_INTERNAL: _errors.InternalError,
}

DIALECT_PY3 = 0


class Text(ctypes.Structure):
    """cpm_text; keep the bytes alive as long as it."""

    _fields_ = [("name", c_char_p), ("data", c_char_p), ("len", c_size_t)]


class Span(ctypes.Structure):
    _fields_ = [("begin", c_size_t), ("end", c_size_t)]


class Err(ctypes.Structure):
    # `data` may point to bytes that are gone, so that it is never followed
    _fields_ = [
        ("status", c_int), ("where_name", c_void_p), ("where_data", c_void_p),
        ("where_len", c_size_t), ("span", Span), ("has_related", c_bool), ("related", Span),
        ("message", c_char * 512), ("hint", c_char * 256), ("related_message", c_char * 256),
    ]


class Config(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t), ("engine", c_int), ("semiring", c_int), ("modulus", c_void_p),
        ("check", c_bool), ("max_memory_bytes", c_size_t), ("max_seconds", c_double),
        ("whole_ranges", c_bool), ("nthreads", c_uint), ("output_base", c_int),
        ("strict", c_bool), ("iters_limit", c_ulong), ("allow_rational", c_bool),
        ("min_rows", c_bool), ("clear_stack", c_bool), ("on_phase", c_void_p),
        ("on_progress", c_void_p), ("on_note", c_void_p), ("on_place", c_void_p),
        ("on_report", c_void_p), ("hook_ctx", c_void_p), ("input", c_void_p),
        ("deadline", c_double),
    ]


class Spec(ctypes.Structure):
    _fields_ = [(name, Text) for name in
                ("spec", "signature", "gf", "guess", "init", "offset", "of")] + [
                    ("sets", POINTER(Text)), ("nsets", c_size_t)]


class Mpz(ctypes.Structure):
    """GMP's mpz_t, for numbers that the library only reads or that it fills in."""

    _fields_ = [("alloc", c_int), ("size", c_int), ("limbs", c_void_p)]


class Pace(ctypes.Structure):
    _fields_ = [("on_progress", c_void_p), ("hook_ctx", c_void_p), ("seconds", c_double),
                ("next", c_double)]


_P = c_void_p  # of the library's own objects
_ERR = POINTER(Err)
_CONFIG = POINTER(Config)
_TEXT = POINTER(Text)
_OUT = POINTER(c_void_p)
_MPZ = POINTER(Mpz)

_SIGNATURES = {
    "cpm_version": (c_char_p, []),
    "cpm_gmp_version": (c_char_p, []),
    "cpm_flint_version": (c_char_p, []),
    "cpm_thread_cleanup": (None, []),
    "cpm_config_init_size": (None, [_CONFIG, c_size_t]),
    "cpm_semiring_name": (c_char_p, [c_int]),
    "cpm_engine_name": (c_char_p, [c_int]),
    "cpm_paced_progress": (c_int, [c_void_p, c_double]),
    "cpm_value_get_kind": (c_int, [_P]),
    "cpm_value_sign": (c_int, [_P]),
    "cpm_value_count": (c_size_t, [_P]),
    "cpm_value_item": (c_int, [_OUT, _P, c_size_t, _ERR]),
    "cpm_value_nbytes": (c_size_t, [_P]),
    "cpm_value_get_bytes": (c_bool, [c_char_p, c_size_t, _P]),
    "cpm_value_get_mpq": (c_bool, [c_void_p, _P]),
    "cpm_value_free": (None, [_P]),
    "cpm_value_new_bytes": (c_int, [_OUT, c_char_p, c_size_t, _ERR]),
    "cpm_value_new_none": (c_int, [_OUT, _ERR]),
    "cpm_value_new_bool": (c_int, [_OUT, c_bool, _ERR]),
    "cpm_value_new_tuple": (c_int, [_OUT, _OUT, c_size_t, _ERR]),
    "cpm_seq_new": (c_int, [_OUT, POINTER(Spec), _CONFIG, _ERR]),
    "cpm_seq_free": (None, [_P]),
    "cpm_seq_offset": (None, [_MPZ, _P]),
    "cpm_seq_nth": (c_int, [_OUT, _P, _MPZ, _CONFIG, _ERR]),
    "cpm_seq_list": (c_int, [_OUT, _P, _MPZ, _MPZ, _MPZ, _CONFIG, _ERR]),
    "cpm_seq_sum": (c_int, [_OUT, _P, _MPZ, _MPZ, _MPZ, _CONFIG, _ERR]),
    "cpm_seq_digits": (c_int, [_OUT, _P, _MPZ, c_size_t, c_size_t, c_int, _CONFIG, _ERR]),
    "cpm_seq_explain": (c_int, [_OUT, _P, _MPZ, _CONFIG, _ERR]),
    "cpm_seq_show": (c_int, [_OUT, _P, _TEXT, _CONFIG, _ERR]),
    "cpm_fact_key": (c_char_p, [c_size_t]),
    "cpm_digits_sign": (c_int, [_P]),
    "cpm_digits_first": (c_char_p, [_P]),
    "cpm_digits_last": (c_char_p, [_P]),
    "cpm_digits_length": (None, [_MPZ, _P]),
    "cpm_digits_free": (None, [_P]),
    "cpm_report_count": (c_size_t, [_P]),
    "cpm_report_key": (c_char_p, [_P, c_size_t]),
    "cpm_report_text": (c_char_p, [_P, c_size_t]),
    "cpm_report_free": (None, [_P]),
    "cpm_matrix_new": (c_int, [_OUT, _TEXT, _CONFIG, _ERR]),
    "cpm_matrix_free": (None, [_P]),
    "cpm_matrix_dim": (c_size_t, [_P]),
    "cpm_matrix_power_list": (c_int, [_OUT, _P, _MPZ, _CONFIG, _ERR]),
    "cpm_program_new": (c_int, [_OUT, _TEXT, c_int, _ERR]),
    "cpm_program_free": (None, [_P]),
    "cpm_program_call": (c_int, [_OUT, _OUT, _P, _TEXT, _OUT, c_size_t, c_void_p, _CONFIG, _ERR]),
    # GMP's own, which libcpmcalc is linked with
    "__gmpz_init": (None, [_MPZ]),
    "__gmpz_clear": (None, [_MPZ]),
}

# ---- Finding it -----------------------------------------------------------------

_NAMES = ("libcpmcalc.so.0", "libcpmcalc.so", "libcpmcalc.dylib")


def _candidates() -> Iterator[str]:
    given = os.environ.get("CPMCALC_LIBRARY")
    if given:
        yield given
        return
    here = os.path.dirname(os.path.abspath(__file__))
    built = os.path.join(os.path.dirname(os.path.dirname(here)), "build", "release")
    for folder in (here, built, os.path.join(sys.prefix, "lib"), "/usr/local/lib"):
        try:
            entries = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in entries:
            if name.startswith(_NAMES):
                yield os.path.join(folder, name)
    yield from _NAMES[:1]
    found = ctypes.util.find_library("cpmcalc")
    if found:
        yield found


def _open() -> ctypes.CDLL:
    tried = []
    for path in _candidates():
        try:
            return _declare(ctypes.CDLL(path), path)
        except (OSError, AttributeError, _errors.LibraryError) as failure:
            tried.append(f"{path}: {failure}")
    raise _errors.LibraryError(
        "libcpmcalc was not found" + "".join(f"\n    {line}" for line in tried),
        hint="build and install cpmcalc, or name the file in CPMCALC_LIBRARY")


def _declare(lib: ctypes.CDLL, path: str) -> ctypes.CDLL:
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(lib, name)
        function.restype = result
        function.argtypes = arguments
    version = lib.cpm_version().decode()
    if tuple(map(int, version.split(".")[:2])) != VERSION:
        raise _errors.LibraryError(f"it is version {version}, not {'.'.join(map(str, VERSION))}")
    lib.path = path
    return lib


_lib: Optional[ctypes.CDLL] = None
_missing: Optional[_errors.LibraryError] = None  # it was looked for in vain
_lock = threading.Lock()


def library() -> ctypes.CDLL:
    """The library, loaded when first asked for; LibraryError where there is none."""
    global _lib, _missing
    if _lib is None:
        with _lock:
            if _missing is not None:
                raise _missing
            try:
                _lib = _lib or _open()
            except _errors.LibraryError as failure:
                _missing = failure
                raise
    return _lib


def is_available() -> bool:
    """Whether the library is there."""
    try:
        library()
    except _errors.LibraryError:
        return False
    return True


def library_path() -> str:
    """The file that the library came from; LibraryError where there is none."""
    path: str = library().path
    return path


# ---- Texts and numbers ------------------------------------------------------------


def text_of(data: bytes, name: bytes = b"text") -> Text:
    return Text(name, data, len(data))


def mpz_of(number: int) -> Mpz:
    """The number as a GMP integer that may only be read; it keeps its limbs alive."""
    size = (number.bit_length() + 63) // 64
    data = abs(number).to_bytes(8 * size, "little")
    if sys.byteorder == "big":
        data = b"".join(data[i:i + 8][::-1] for i in range(0, len(data), 8))
    mpz = Mpz(0, size if number >= 0 else -size, ctypes.cast(c_char_p(data), c_void_p))
    mpz.data = data
    return mpz


def take_mpz(mpz: Mpz) -> int:
    """The value of a GMP integer that the library has filled in."""
    data = ctypes.string_at(mpz.limbs, 8 * abs(mpz.size)) if mpz.size else b""
    if sys.byteorder == "big":
        data = b"".join(data[i:i + 8][::-1] for i in range(0, len(data), 8))
    number = int.from_bytes(data, "little")
    return -number if mpz.size < 0 else number


# ---- Failures -----------------------------------------------------------------------


def line_of(data: bytes, offset: int) -> "tuple[int, int]":
    """Line and column, both from 1, of a byte of a UTF-8 text."""
    before = data[:offset]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1


def error_of(err: Err, texts: Sequence[bytes] = ()) -> _errors.Error:
    """The exception of a failure, whose place, if it has one, is in one of the texts."""
    message = err.message.decode("utf-8", "replace")
    hint = err.hint.decode("utf-8", "replace")
    failure = CLASS_OF_STATUS.get(err.status, _errors.InternalError)
    data = next((text for text in texts if _is_at(text, err.where_data)), None)
    if data is None:
        return failure(message, hint=hint)
    line, column = line_of(data, err.span.begin)
    text = data.decode("utf-8", "replace")
    return failure(message, hint=hint, text=text, line=line, column=column)


def _is_at(text: bytes, address: Optional[int]) -> bool:
    return bool(address) and ctypes.cast(c_char_p(text), c_void_p).value == address


def check(status: int, err: Err, texts: Sequence[bytes] = ()) -> None:
    """Raises the exception of a status that is one."""
    if status != OK:
        raise error_of(err, texts)


def filled_mpz(lib: ctypes.CDLL, fill: Callable[[Any], None]) -> int:
    """The number that a function of the library sets."""
    mpz = Mpz()
    getattr(lib, "__gmpz_init")(byref(mpz))
    try:
        fill(byref(mpz))
        return take_mpz(mpz)
    finally:
        getattr(lib, "__gmpz_clear")(byref(mpz))


# ---- Runs that can be interrupted -----------------------------------------------------


class _ThreadEnd:
    """Gives back what GMP and FLINT keep for a thread when that ends."""

    def __del__(self) -> None:
        if _lib is not None:
            _lib.cpm_thread_cleanup()


_thread = threading.local()
_ask = ctypes.CFUNCTYPE(c_int)  # its arguments are not looked at
PACE_SECONDS = 0.05


def _watch(raised: list) -> Iterator[int]:
    """Yields 0, and once something was raised here ERR_LIMIT, however often it is asked.

    Python handles signals where its code begins to run, which for a generator is
    inside the `try`: whatever their handlers raise ends up in the list.
    """
    answer = OK
    while True:
        try:
            while True:
                yield answer
        except GeneratorExit:
            return
        except BaseException as exception:
            raised.append(exception)
            answer = ERR_LIMIT


class Interrupted(BaseException):
    """Carries what a signal handler raised past those who handle failures."""

    def __init__(self, raised: BaseException) -> None:
        self.raised = raised


class Run:
    """The config of one call of the library and what may interrupt it.

        with Run() as run:
            status = lib.cpm_...(..., byref(run.config), byref(run.err))

    An exception raised by a signal handler on the way, such as KeyboardInterrupt,
    stops the call. It comes out of the `with` as it is, or with `wrapped` in an
    Interrupted.
    """

    __slots__ = ("config", "err", "_raised", "_pace", "_callback", "_numbers", "_wrapped")

    def __init__(self, lib: ctypes.CDLL, wrapped: bool = False) -> None:
        self._wrapped = wrapped
        self.config = Config()
        self.err = Err()
        self._raised: list = []
        self._numbers: list = []
        lib.cpm_config_init_size(byref(self.config), ctypes.sizeof(Config))
        self.config.output_base = 0
        limit = _address_space()
        if limit and limit // 2 < self.config.max_memory_bytes:
            self.config.max_memory_bytes = limit // 2
        if threading.current_thread() is threading.main_thread():
            self._interruptible(lib)
        if not hasattr(_thread, "end"):
            _thread.end = _ThreadEnd()

    def _interruptible(self, lib: ctypes.CDLL) -> None:
        watcher = _watch(self._raised)
        next(watcher)
        self._callback = _ask(watcher.__next__)
        self._pace = Pace(ctypes.cast(self._callback, c_void_p), None, PACE_SECONDS, 0)
        self.config.on_progress = ctypes.cast(lib.cpm_paced_progress, c_void_p)
        self.config.hook_ctx = ctypes.addressof(self._pace)

    def set_modulus(self, modulus: int) -> None:
        mpz = mpz_of(modulus)
        self._numbers.append(mpz)
        self.config.modulus = ctypes.addressof(mpz)

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *exc: Any) -> None:
        if self._raised:
            raise Interrupted(self._raised[0]) if self._wrapped else self._raised[0]


def _address_space() -> int:
    """What `ulimit -v` leaves this process; 0: no limit."""
    try:
        import resource
    except ImportError:
        return 0
    soft = resource.getrlimit(resource.RLIMIT_AS)[0]
    return 0 if soft == resource.RLIM_INFINITY else soft
