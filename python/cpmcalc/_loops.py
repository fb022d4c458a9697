# SPDX-License-Identifier: MIT
"""The loops of a function that may be taken over, and the function with traps before
them.

A trap hands the values that its loop reads to :meth:`_trap.Trap.take`, which gives
back the range, for the loop to run plainly, or what the loop would have left:

    for i in range(n):        .v = [range(n)]
        a, b = b, a + b       try:
    else:                         .v = .take(.v, a, b)
        done()                except .errors:       # an input is not bound
                                  pass
                              if .v.__class__ is .Taken:
                                  a, b = .v.values
                                  .v = .v.rest      # a loop without rounds
                              for i in .v.pop():
                                  a, b = b, a + b
                              else:
                                  done()

Names with a dot are not to be had in sources. The rest of the function is left alone.
"""

from __future__ import annotations

import ast
import types
from typing import Any, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from ._subset import Refused, Scan, root

_LOCAL = ".v"
_TAKEN = ".Taken"
_ERRORS = ".errors"
_UNBOUND = ".Unbound"


class Unbound:
    """Stands for the value of a variable that has none."""

# Functions that see all local variables, those of the traps and stale ones too.
_SEES_LOCALS = {"locals", "vars", "dir", "eval", "exec", "_getframe", "currentframe",
                "f_locals", "breakpoint"}


class Loop:
    """A `for` of the function.

    reason  -- why it cannot be taken over, whatever the values are; None: it may be
    inputs  -- names whose values it is given
    outputs -- names whose values are wanted back
    callees -- names of functions and modules that it needs to see
    doubtful -- inputs that may not be bound yet: the loop may bind them
    """

    def __init__(self, node: ast.For, number: int) -> None:
        self.node = node
        self.take = f".take{number}"
        self.lineno = node.lineno
        self.reason: Optional[str] = None
        self.reason_lineno = node.lineno
        self.inputs: List[str] = []
        self.outputs: List[str] = []
        self.callees: List[str] = []
        self.doubtful: List[str] = []
        self.scan = Scan()

    @property
    def header(self) -> str:
        return f"for {ast.unparse(self.node.target)} in {ast.unparse(self.node.iter)}:"

    @property
    def has_exits(self) -> bool:
        return self.scan.has_return or self.scan.has_break and bool(self.node.orelse)

    def refuse(self, reason: str, lineno: int) -> None:
        self.reason = reason
        self.reason_lineno = lineno


def loops_of(tree: ast.FunctionDef, code: types.CodeType) -> List[Loop]:
    """All loops that stand in the function itself, outer ones before those in them."""
    shared = set(code.co_cellvars) | set(code.co_freevars) | _declared(tree)
    loops = [Loop(node, number) for number, node in enumerate(_own_loops(tree))]
    for loop in loops:
        try:
            _analyse(loop, tree, shared)
        except Refused as refused:
            loop.refuse(refused.reason, refused.lineno)
    return loops


def why_untouchable(tree: ast.FunctionDef, function: types.FunctionType) -> Optional[str]:
    """Why no trap may be set anywhere in the function; None: they may."""
    if type(function.__globals__) is not dict:
        return "its globals are no plain dictionary"
    for node in ast.walk(tree):
        name = getattr(node, "id", None) or getattr(node, "attr", None)
        if name in _SEES_LOCALS:
            return f"it uses {name}"
    return None


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes below this one that are not in functions or classes of their own."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        yield child
        yield from _own_nodes(child)


def _own_loops(tree: ast.FunctionDef) -> Iterator[ast.For]:
    for statement in tree.body:
        if isinstance(statement, ast.For):
            yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from (node for node in _own_nodes(statement) if isinstance(node, ast.For))


def _declared(tree: ast.FunctionDef) -> Set[str]:
    return {name for node in ast.walk(tree) if isinstance(node, (ast.Global, ast.Nonlocal))
            for name in node.names}


def _analyse(loop: Loop, tree: ast.FunctionDef, shared: Set[str]) -> None:
    scan = loop.scan
    scan.body_of_loop(loop.node)
    names = {root(callee) for callee in scan.callees}
    for name in names & (set(scan.stores) | scan.whole | set(scan.inputs)):
        raise Refused(f"'{name}' is both called and a value", loop.node)
    wanted = [name for name in scan.stores
              if name in shared or _is_read_later(name, loop, tree)]
    sure = set.intersection(*scan.exits) if scan.exits else set()
    loop.outputs = wanted
    loop.inputs = list(scan.inputs) + [
        name for name in wanted if name not in sure and name not in scan.inputs]
    loop.callees = sorted(names)
    bound = _bound_before(loop.node, tree)
    loop.doubtful = [name for name in loop.inputs if name in scan.stores and name not in bound]


def _bound_before(loop: ast.For, tree: ast.FunctionDef) -> Set[str]:
    """Names that are surely bound when the loop is reached: parameters, and what the
    statements before it assign, in its own block and in those around it."""
    if any(isinstance(node, (ast.Delete, ast.ExceptHandler)) for node in ast.walk(tree)):
        return set()  # they take names away
    args = tree.args
    bound = {item.arg for item in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
    block: Optional[List[ast.stmt]] = tree.body
    while block is not None:
        inside = None
        for statement in block:
            if _position(statement) <= _position(loop) < _end(statement):
                inside = _block_with(statement, loop)
                break
            if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                bound |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)
                          and isinstance(node.ctx, ast.Store) and statement.value is not None}
        block = inside
    return bound


def _block_with(statement: ast.stmt, loop: ast.For) -> Optional[List[ast.stmt]]:
    """The block of the statement that the loop stands in; None: it is the loop."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(statement, field, None)
        if statement is not loop and isinstance(block, list) and any(
                node is loop for item in block for node in ast.walk(item)):
            return block
    return None


# ---- What is read after a loop ----------------------------------------------------------


def _position(node: ast.AST) -> Tuple[int, int]:
    return node.lineno, node.col_offset  # type: ignore[attr-defined]


def _end(node: ast.AST) -> Tuple[int, int]:
    return node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]


def _is_read_later(name: str, loop: Loop, tree: ast.FunctionDef) -> bool:
    """Whether anything may read the variable once the loop is over.

    What stands behind the loop may; so may all of the outermost loop around it, in
    its next rounds, the loop itself among it.
    """
    around = _outermost_around(loop.node, tree)
    begin, end = _position(loop.node), _end(loop.node.body[-1])
    for node in ast.walk(tree):
        if not _reads(node, name):
            continue
        where = _position(node)
        if where >= end:
            return True
        if around is not None and _position(around) <= where and not begin <= where < end:
            return True
    return around is not None and name in loop.scan.inputs


def _reads(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name and not isinstance(node.ctx, ast.Store)
    return isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) \
        and node.target.id == name


def _outermost_around(loop: ast.For, tree: ast.FunctionDef) -> Optional[ast.AST]:
    for node in ast.walk(tree):  # outer nodes come first
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)) and node is not loop:
            if _position(node) <= _position(loop) and _end(loop) <= _end(node):
                return node
    return None


# ---- Setting traps ----------------------------------------------------------------------


class _Setter(ast.NodeTransformer):
    def __init__(self, loops: Sequence[Loop]) -> None:
        self._loops = {id(loop.node): loop for loop in loops if loop.reason is None}

    def visit_For(self, node: ast.For) -> Any:
        loop = self._loops.get(id(node))
        self.generic_visit(node)
        return node if loop is None else _with_trap(node, loop)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = visit_FunctionDef  # type: ignore


def set_traps(tree: ast.FunctionDef, loops: Sequence[Loop]) -> ast.FunctionDef:
    """The tree with traps before all loops that have no reason; it is changed."""
    setter = _Setter(loops)
    body: List[ast.stmt] = []
    for statement in tree.body:
        changed = setter.visit(statement)
        body += changed if isinstance(changed, list) else [changed]
    tree.body = body
    return tree


def _name(name: str, store: bool = False) -> ast.Name:
    return ast.Name(id=name, ctx=ast.Store() if store else ast.Load())


def _attribute(name: str) -> ast.Attribute:
    return ast.Attribute(value=_name(_LOCAL), attr=name, ctx=ast.Load())


def _assign(target: ast.expr, value: ast.expr) -> ast.Assign:
    return ast.Assign(targets=[target], value=value)


def _call(func: ast.expr, *arguments: ast.expr) -> ast.Call:
    return ast.Call(func=func, args=list(arguments), keywords=[])


def _with_trap(node: ast.For, loop: Loop) -> List[ast.stmt]:
    """The statements in place of the loop; its own node is among them."""
    held = {name: f".{name}" for name in loop.doubtful}
    values = [_name(held.get(name, name)) for name in (*loop.callees, *loop.inputs)]
    ask = _assign(_name(_LOCAL, True), _call(_name(loop.take), _name(_LOCAL), *values))
    handler = ast.ExceptHandler(type=_name(_ERRORS), name=None, body=[ast.Pass()])
    is_taken = ast.Compare(left=_attribute("__class__"), ops=[ast.Is()],
                           comparators=[_name(_TAKEN)])
    made: List[ast.stmt] = [
        _assign(_name(_LOCAL, True), ast.List(elts=[node.iter], ctx=ast.Load())),
        *(_look_at(name, held[name]) for name in loop.doubtful),
        ast.Try(body=[ask], handlers=[handler], orelse=[], finalbody=[]),
        *(_assign(_name(held[name], True), ast.Constant(None)) for name in loop.doubtful),
        ast.If(test=is_taken, body=_hand_over(loop), orelse=[]),
    ]
    for statement in made:
        for part in ast.walk(statement):
            if part is not node.iter and not hasattr(part, "lineno"):
                ast.copy_location(part, node.iter)
    pop = _call(_attribute("pop"))
    for part in ast.walk(pop):
        ast.copy_location(part, node.iter)
    node.iter = pop
    if not loop.has_exits:
        return made + [node]
    guarded = ast.If(test=_name(_LOCAL), body=[node], orelse=[])
    for part in (guarded, guarded.test):
        ast.copy_location(part, node)
    return made + [guarded]


def _look_at(name: str, held: str) -> ast.stmt:
    """held = name, or Unbound"""
    handler = ast.ExceptHandler(type=_name(_ERRORS), name=None,
                                body=[_assign(_name(held, True), _name(_UNBOUND))])
    return ast.Try(body=[_assign(_name(held, True), _name(name))], handlers=[handler],
                   orelse=[], finalbody=[])


def _hand_over(loop: Loop) -> List[ast.stmt]:
    """What follows when the loop was taken over: its values come in, or it returns."""
    made: List[ast.stmt] = []
    if loop.outputs:
        names: List[ast.expr] = [_name(name, True) for name in loop.outputs]
        made.append(_assign(ast.Tuple(elts=names, ctx=ast.Store()), _attribute("values")))
    if loop.scan.has_return:
        made.append(ast.If(test=_attribute("returns"),
                           body=[ast.Return(value=_attribute("result"))], orelse=[]))
    made.append(_assign(_name(_LOCAL, True), _attribute("rest")))
    return made


def free_names(loops: Sequence[Loop], takes: Sequence[Any], taken: type) -> Dict[str, Any]:
    """The free variables that the traps of these loops use."""
    free: Dict[str, Any] = {loop.take: take for loop, take in zip(loops, takes)
                            if loop.reason is None}
    if free:
        free.update({_TAKEN: taken, _ERRORS: (NameError, RecursionError)})
    if any(loop.doubtful for loop in loops if loop.reason is None):
        free[_UNBOUND] = Unbound
    return free
