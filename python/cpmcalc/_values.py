# SPDX-License-Identifier: MIT
"""Values of Python and of the library, in both directions, without any text.

Integers cross as bytes in two's complement, which is linear in their length.
"""

from __future__ import annotations

import ctypes
from ctypes import byref, c_void_p
from typing import Any, Iterable, List

from . import _library

(INTEGER, RATIONAL, INFINITY, NONE, BOOL, TUPLE, LIST, STRING, OTHER) = range(9)


class Unknown(Exception):
    """The value has no counterpart on the other side."""


class Values:
    """Values made for the library; `with` frees them."""

    __slots__ = ("_lib", "_made", "_err")

    def __init__(self, lib: ctypes.CDLL) -> None:
        self._lib = lib
        self._made: List[c_void_p] = []
        self._err = _library.Err()

    def __enter__(self) -> "Values":
        return self

    def __exit__(self, *exc: Any) -> None:
        for made in self._made:
            self._lib.cpm_value_free(made)

    def array(self, items: Iterable[Any]) -> "ctypes.Array[c_void_p]":
        """The items as an array of pointers. Raises Unknown."""
        made = [self.make(item).value for item in items]
        return (c_void_p * len(made))(*made)

    def make(self, item: Any) -> c_void_p:
        lib, out, err = self._lib, c_void_p(), self._err
        kind = type(item)
        if kind is int:
            data = item.to_bytes(item.bit_length() // 8 + 1, "little", signed=True)
            status = lib.cpm_value_new_bytes(byref(out), data, len(data), byref(err))
        elif kind is bool:
            status = lib.cpm_value_new_bool(byref(out), item, byref(err))
        elif item is None:
            status = lib.cpm_value_new_none(byref(out), byref(err))
        elif kind is tuple or kind is list:
            array = self.array(item)
            status = lib.cpm_value_new_tuple(byref(out), array, len(item), byref(err))
        else:
            raise Unknown(f"a value of type {kind.__name__}")
        if status != _library.OK:
            raise Unknown(err.message.decode("utf-8", "replace"))
        self._made.append(out)
        return out


def take(lib: ctypes.CDLL, value: c_void_p) -> Any:
    """The Python value of one of the library, which stays. Raises Unknown."""
    kind = lib.cpm_value_get_kind(value)
    if kind == INTEGER:
        return _integer(lib, value)
    if kind == BOOL:
        return lib.cpm_value_sign(value) != 0
    if kind == NONE:
        return None
    if kind == TUPLE:
        return tuple(items(lib, value))
    if kind == RATIONAL:
        return _fraction(lib, value)
    if kind == INFINITY:
        return float("inf") * lib.cpm_value_sign(value)
    raise Unknown("a value that is not a number")


def take_away(lib: ctypes.CDLL, value: c_void_p) -> Any:
    """The same, and the library's is freed."""
    try:
        return take(lib, value)
    finally:
        lib.cpm_value_free(value)


def items(lib: ctypes.CDLL, value: c_void_p) -> List[Any]:
    """What is in a tuple."""
    got = []
    item, err = c_void_p(), _library.Err()
    for i in range(lib.cpm_value_count(value)):
        if lib.cpm_value_item(byref(item), value, i, byref(err)) != _library.OK:
            raise _library.error_of(err)
        got.append(take_away(lib, item))
    return got


def _integer(lib: ctypes.CDLL, value: c_void_p) -> int:
    nbytes = lib.cpm_value_nbytes(value)
    data = ctypes.create_string_buffer(nbytes)
    if nbytes == 0 or not lib.cpm_value_get_bytes(data, nbytes, value):
        raise Unknown("a number that did not fit into memory")
    return int.from_bytes(data, "little", signed=True)


def _fraction(lib: ctypes.CDLL, value: c_void_p) -> Any:
    from fractions import Fraction
    parts = (_library.Mpz * 2)()  # an mpq_t
    for part in parts:
        getattr(lib, "__gmpz_init")(byref(part))
    lib.cpm_value_get_mpq(byref(parts), value)
    numerator, denominator = map(_library.take_mpz, parts)
    for part in parts:
        getattr(lib, "__gmpz_clear")(byref(part))
    return Fraction(numerator, denominator)
