# SPDX-License-Identifier: MIT
"""A loop as a program for the library: one function, whose arguments are the values
that the loop reads and whose result are those that it leaves.

    def loop(a, b, first, stop, step):
        for i in range(first, stop, step):
            a, b = b, a + b
        return (a,)

Decorated functions that the loop calls stand before it. What they read from around
them comes as further arguments, from call to call.
"""

from __future__ import annotations

import ast
import copy
import keyword
from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple

from ._subset import Callee, Scan

# What the library's notation has another meaning for.
_RESERVED = {"loop", "end", "print", "range", "xrange"}

# How the loop of a program with exits ended: the first item of what it returns.
ENDED, BROKE, RETURNED = range(3)


class Names:
    """Names of one program: those of the source where they can stay."""

    def __init__(self) -> None:
        self._taken: Set[str] = set(_RESERVED)

    def new(self, name: str) -> str:
        plain = name if name.isascii() and not keyword.iskeyword(name) else "x"
        made, count = plain, 1
        while made in self._taken:
            count += 1
            made = f"{plain}_{count}"
        self._taken.add(made)
        return made


class _Renamer(ast.NodeTransformer):
    def __init__(self, names: Dict[str, str],
                 calls: Dict[Callee, Tuple[str, Sequence[str]]]) -> None:
        self._names = names
        self._calls = calls

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(id=self._names[node.id], ctx=node.ctx)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if type(node.value) is int and node.value.bit_length() > 64:
            return ast.Name(id=hex(node.value), ctx=ast.Load())  # Python limits decimal digits
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        func = node.func
        callee: Any = func.id if isinstance(func, ast.Name) else (
            func.value.id, func.attr)  # type: ignore[attr-defined]
        name, more = self._calls[callee]
        arguments = [self.visit(item) for item in node.args]
        arguments += [ast.Name(id=extra, ctx=ast.Load()) for extra in more]
        return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=arguments, keywords=[])


class Writer:
    """Writes statements of the subset, a line each, and knows where each came from."""

    def __init__(self) -> None:
        self._lines: List[str] = []
        self._places: List[int] = []
        self.returned: Callable[[str], str] = lambda value: f"return {value}"
        self._renamer: _Renamer = _Renamer({}, {})

    def use(self, names: Dict[str, str], calls: Dict[Callee, Tuple[str, Sequence[str]]]) -> None:
        """How names and functions are written from now on."""
        self._renamer = _Renamer(names, calls)

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def place_of(self, line: int) -> int:
        """The line of the source for one of the program, both from 1."""
        return self._places[min(line, len(self._places)) - 1]

    def line(self, depth: int, text: str, node: Any) -> None:
        self._lines.append("    " * depth + text)
        self._places.append(node.lineno)

    def expr(self, node: ast.AST) -> str:
        return ast.unparse(self._renamer.visit(copy.deepcopy(node)))

    def block(self, statements: Sequence[ast.stmt], depth: int) -> None:
        for statement in statements:
            self._statement(statement, depth)

    def _statement(self, node: ast.stmt, depth: int) -> None:
        if isinstance(node, ast.Assign):
            targets = " = ".join(map(self.expr, node.targets))
            self.line(depth, f"{targets} = {self.expr(node.value)}", node)
        elif isinstance(node, ast.AnnAssign):
            self.line(depth, f"{self.expr(node.target)} = {self.expr(node.value)}", node)
        elif isinstance(node, ast.AugAssign):
            plain = ast.BinOp(left=ast.Constant(0), op=node.op, right=ast.Constant(0))
            sign = ast.unparse(plain).replace("0", "").strip()
            self.line(depth, f"{self.expr(node.target)} {sign}= {self.expr(node.value)}", node)
        elif isinstance(node, ast.If):
            self.line(depth, f"if {self.expr(node.test)}:", node)
            self.block(node.body, depth + 1)
            self._else(node.orelse, depth, node)
        elif isinstance(node, ast.For):
            self.line(depth, f"for {self.expr(node.target)} in {self.expr(node.iter)}:", node)
            self.block(node.body, depth + 1)
            self._else(node.orelse, depth, node)
        elif isinstance(node, ast.While):
            self.line(depth, f"while {self.expr(node.test)}:", node)
            self.block(node.body, depth + 1)
            self._else(node.orelse, depth, node)
        elif isinstance(node, ast.Return):
            value = "None" if node.value is None else self.expr(node.value)
            self.line(depth, self.returned(value), node)
        else:  # break, continue, and what does nothing
            words = {ast.Break: "break", ast.Continue: "continue"}
            self.line(depth, words.get(type(node), "pass"), node)

    def _else(self, statements: Sequence[ast.stmt], depth: int, node: ast.stmt) -> None:
        if statements:
            self.line(depth, "else:", node)
            self.block(statements, depth + 1)


def write_loop(writer: Writer, loop: ast.For, names: Dict[str, str], name: str,
               parameters: Sequence[str], bounds: Sequence[str], outputs: Sequence[str],
               has_exits: bool) -> None:
    """The function of a loop; `names` and the calls are set in the writer already."""
    left = "".join(f"{names[output]}, " for output in outputs)
    first = f"{ENDED}, " if has_exits else ""
    writer.returned = lambda value: f"return ({RETURNED}, {left}{value})"
    writer.line(0, f"def {name}({', '.join([*parameters, *bounds])}):", loop)
    target = writer.expr(loop.target)
    writer.line(1, f"for {target} in range({', '.join(bounds)}):", loop)
    writer.block(loop.body, 2)
    if has_exits:
        writer.line(1, "else:", loop)
        writer.line(2, f"return ({first}{left}None)", loop)
        writer.line(1, f"return ({BROKE}, {left}None)", loop)
    else:
        writer.line(1, f"return ({left})", loop)


def write_function(writer: Writer, tree: ast.FunctionDef, name: str,
                   parameters: Sequence[str]) -> None:
    """A decorated function that a loop calls."""
    writer.returned = lambda value: f"return {value}"
    writer.line(0, f"def {name}({', '.join(parameters)}):", tree)
    writer.block(tree.body, 1)


def scan_function(tree: ast.FunctionDef) -> Optional[Scan]:
    """How it uses names; None where its parameters are more than names. Raises Refused."""
    args = tree.args
    if args.vararg or args.kwarg or args.kwonlyargs:
        return None
    scan = Scan()
    scan.block(tree.body, {item.arg for item in (*args.posonlyargs, *args.args)})
    return scan
