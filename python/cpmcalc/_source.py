# SPDX-License-Identifier: MIT
"""A function's syntax tree, proved to be its own, and functions made of changed trees.

A source file may have changed since it was imported. So the tree that is found is
compiled as it stands, and taken only where that gives the function's own code,
instruction by instruction. The changed tree is then compiled in the same place.
"""

from __future__ import annotations

import __future__ as futures
import ast
import inspect
import types
from typing import Any, Dict, List, Optional, Sequence, Tuple

_FACTORY = ".cpmcalc"  # a name that no source can have
_PREFIX = f"{_FACTORY}.<locals>."
_FUTURE_FLAGS = sum({getattr(futures, name).compiler_flag for name in futures.all_feature_names})


class NoSource(Exception):
    """The function has no tree that can be used, and why."""


def tree_of(function: types.FunctionType) -> ast.FunctionDef:
    """Its `def`, with the lines and columns of its file; with `imported`, what code_of
    has to know. Raises NoSource."""
    try:
        lines, first = inspect.getsourcelines(function.__code__)
        tree = _parse("".join(lines), first)
    except (OSError, TypeError, SyntaxError, ValueError, IndexError, RecursionError) as failure:
        raise NoSource(f"its source is not there ({failure})") from None
    if type(tree) is not ast.FunctionDef:
        raise NoSource("it is not a plain `def`")
    try:
        for imported in ((), _imported(function)):
            tree.imported = imported  # type: ignore[attr-defined]
            if same_code(code_of(tree, function, ()), function.__code__):
                return tree
    except (OSError, SyntaxError, ValueError, RecursionError) as failure:
        raise NoSource(f"its source does not compile ({failure})") from None
    raise NoSource("its source is not what was compiled")


def _imported(function: types.FunctionType) -> Tuple[str, ...]:
    """Names that the file of the function imports at its top level.

    The compiler of Python 3.11 and later calls `math.gcd` in another way where it
    sees the import of math in the same file.
    """
    filename = function.__code__.co_filename
    lines, _ = inspect.findsource(function.__code__)
    known = _imports.get(filename)
    if known is None or known[0] is not lines:
        known = _imports[filename] = lines, _imports_of(lines)
    return known[1]


_imports: Dict[str, Tuple[List[str], Tuple[str, ...]]] = {}  # of files, as linecache has them


def _imports_of(lines: List[str]) -> Tuple[str, ...]:
    names = []
    for statement in ast.parse("".join(lines)).body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            names += [(item.asname or item.name).split(".")[0] for item in statement.names]
    return tuple(name for name in names if name != "*")


def _parse(text: str, first: int) -> ast.stmt:
    if text[:1] in " \t":  # columns stay as they are
        module = ast.parse("if 1:\n" + text)
        ast.increment_lineno(module, first - 2)
        return module.body[0].body[0]  # type: ignore[attr-defined]
    module = ast.parse(text)
    ast.increment_lineno(module, first - 1)
    return module.body[0]


# ---- Compiling ----------------------------------------------------------------------


def code_of(tree: ast.FunctionDef, function: types.FunctionType,
            more: Sequence[str]) -> types.CodeType:
    """The code of the tree in the place of the function, whose free variables it has,
    and `more` ones. Nothing of the tree runs."""
    names = list(function.__code__.co_freevars) + list(more)
    imports = "".join(f"import {name}\n" for name in tree.imported)  # type: ignore
    module = ast.parse(imports + "def f(): pass")
    factory = module.body[-1]
    factory.name = _FACTORY  # type: ignore[attr-defined]
    factory.args.args = [ast.arg(arg=name) for name in names]  # type: ignore[attr-defined]
    factory.body = [tree]  # type: ignore[attr-defined]
    ast.fix_missing_locations(module)
    flags = function.__code__.co_flags & _FUTURE_FLAGS
    code = compile(module, function.__code__.co_filename, "exec", flags, dont_inherit=True)
    own = _find(_find(code, _FACTORY), tree.name)
    return _moved(own, function.__qualname__)


def _find(code: types.CodeType, name: str) -> types.CodeType:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType) and constant.co_name == name:
            return constant
    raise NoSource(f"no code of {name}")


def _moved(code: types.CodeType, qualname: str) -> types.CodeType:
    """The code with the qualified names that it has where the function stands."""
    inside = _PREFIX + code.co_name

    def name_of(text: str) -> str:
        return qualname + text[len(inside):] if (text + ".").startswith(inside + ".") else text

    def moved(part: types.CodeType) -> types.CodeType:
        constants = tuple(moved(item) if isinstance(item, types.CodeType)
                          else name_of(item) if type(item) is str else item
                          for item in part.co_consts)
        if hasattr(part, "co_qualname"):
            return part.replace(co_consts=constants, co_qualname=name_of(part.co_qualname))
        return part.replace(co_consts=constants)

    return moved(code)


_COMPARED = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars",
             "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_name",
             "co_firstlineno")


def same_code(a: types.CodeType, b: types.CodeType) -> bool:
    """Whether both do the same, and on the same lines."""
    if any(getattr(a, name) != getattr(b, name) for name in _COMPARED):
        return False
    if (a.co_flags ^ b.co_flags) & ~inspect.CO_NESTED:  # where it stands, not what it does
        return False
    if getattr(a, "co_exceptiontable", b"") != getattr(b, "co_exceptiontable", b""):
        return False
    return list(map(_key, a.co_consts)) == list(map(_key, b.co_consts)) and all(
        same_code(x, y) for x, y in zip(_codes(a), _codes(b)))


def _codes(code: types.CodeType) -> List[types.CodeType]:
    return [item for item in code.co_consts if isinstance(item, types.CodeType)]


def _key(constant: Any) -> Any:
    """Equal for constants that are the same, also where 1, 1.0 and True are not."""
    if isinstance(constant, types.CodeType):
        return types.CodeType
    if isinstance(constant, (tuple, frozenset)):
        return type(constant), frozenset(map(_key, constant)) if isinstance(
            constant, frozenset) else tuple(map(_key, constant))
    return type(constant), constant if isinstance(constant, int) else repr(constant)


# ---- Making functions -----------------------------------------------------------------


def twin_of(original: types.FunctionType, code: types.CodeType,
            closure: Optional[Tuple[types.CellType, ...]]) -> types.FunctionType:
    """A function with that code and those cells, and all else like the original."""
    made = types.FunctionType(code, original.__globals__, original.__name__,
                              original.__defaults__, closure)
    made.__kwdefaults__ = original.__kwdefaults__ and dict(original.__kwdefaults__)
    made.__doc__ = original.__doc__
    made.__module__ = original.__module__
    made.__qualname__ = original.__qualname__
    made.__annotations__ = dict(original.__annotations__)
    made.__dict__.update(original.__dict__)
    made.__wrapped__ = original  # type: ignore[attr-defined]
    return made


def function_of(tree: ast.FunctionDef, original: types.FunctionType,
                more: Dict[str, Any]) -> types.FunctionType:
    """A function like the original but for its body, which the tree has; `more` are
    free variables that only the tree knows."""
    code = code_of(tree, original, list(more))
    cells: Dict[str, types.CellType] = dict(
        zip(original.__code__.co_freevars, original.__closure__ or ()))
    cells.update((name, types.CellType(value)) for name, value in more.items())
    closure: Tuple[types.CellType, ...] = tuple(cells[name] for name in code.co_freevars)
    return twin_of(original, code, closure)
