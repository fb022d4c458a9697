# SPDX-License-Identifier: MIT
"""What of Python a loop may hold to be given to the library.

Whatever is not listed here stays with Python: a loop that holds it runs as it is
written. So this list is a promise: each of its entries means the same to the library
for integers, truth values, None and tuples of these.
"""

from __future__ import annotations

import ast
import builtins
import math
from typing import Any, Dict, List, Optional, Set, Tuple, Union


class Refused(Exception):
    """Something that the library is not given, and where it stands."""

    def __init__(self, reason: str, node: ast.AST) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lineno = getattr(node, "lineno", 0)


# Functions that give the same for the same arguments and do nothing else, and what
# the library calls them.
FUNCTIONS: Dict[Any, str] = {
    getattr(builtins, name): name
    for name in ("abs", "bool", "divmod", "int", "len", "max", "min", "pow", "sum")}
FUNCTIONS.update({
    getattr(math, name): name
    for name in ("comb", "factorial", "gcd", "isqrt", "lcm", "perm") if hasattr(math, name)})

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift,
              ast.RShift, ast.BitOr, ast.BitXor, ast.BitAnd)
_ORDERS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)

# A function is called by a name, or by the name of a module and one in it.
Callee = Union[str, Tuple[str, str]]


def _named(node: ast.AST) -> str:
    """What a node is, in words."""
    words = {ast.Div: "'/', which yields a float", ast.MatMult: "'@'", ast.Try: "'try'",
             ast.With: "'with'", ast.Yield: "'yield'", ast.YieldFrom: "'yield'",
             ast.Await: "'await'", ast.FunctionDef: "a function", ast.Lambda: "a function",
             ast.ListComp: "a comprehension", ast.GeneratorExp: "a comprehension",
             ast.JoinedStr: "a string", ast.List: "a list", ast.Dict: "a dictionary",
             ast.Set: "a set", ast.Attribute: "an attribute", ast.Raise: "'raise'",
             ast.Global: "'global'", ast.Nonlocal: "'nonlocal'", ast.Delete: "'del'",
             ast.Import: "'import'", ast.ImportFrom: "'import'", ast.Assert: "'assert'",
             ast.NamedExpr: "':='", ast.Starred: "'*'", ast.Slice: "a slice",
             ast.ClassDef: "a class"}
    return words.get(type(node), f"'{type(node).__name__.lower()}'")


class Scan:
    """Walks statements in the order in which they run, refuses what is not in the
    subset, and notes how names are used.

    inputs  -- names that may be read before they are assigned
    stores  -- names that are assigned
    callees -- functions that are called, and the number of arguments of each call
    whole   -- names that are read otherwise than as `name[i]` or `len(name)`
    exits   -- what is surely assigned at each way out of the scanned part
    """

    def __init__(self) -> None:
        self.inputs: Dict[str, None] = {}
        self.stores: Dict[str, None] = {}
        self.callees: Dict[Callee, Set[int]] = {}
        self.whole: Set[str] = set()
        self.exits: List[Set[str]] = []
        self.has_break = False
        self.has_return = False
        self._loops: List[Tuple[List[Set[str]], List[Set[str]]]] = []

    # ---- Statements ---------------------------------------------------------------

    def body_of_loop(self, loop: ast.For) -> None:
        """The whole of a loop whose range is known, but for its `else`."""
        target = self._target_of(loop)
        breaks: List[Set[str]] = []
        goes_on: List[Set[str]] = []
        self._loops.append((breaks, goes_on))
        self._store(target)
        end = self.block(loop.body, {target.id})
        self._loops.pop()
        self.has_break = bool(breaks)
        self.exits += breaks + goes_on + ([end] if end is not None else [])

    def block(self, statements: List[ast.stmt], known: Set[str]) -> Optional[Set[str]]:
        """What is surely assigned behind them; None: they do not end."""
        now: Optional[Set[str]] = known
        for statement in statements:
            self.statement(statement, now if now is not None else set(self.stores))
            now = self._behind if now is not None else None
        return now

    _behind: Optional[Set[str]]

    def statement(self, node: ast.stmt, known: Set[str]) -> None:
        known = set(known)
        self._behind = known
        if isinstance(node, ast.Assign):
            self.value(node.value, known)
            for target in node.targets:
                self.target(target, known)
        elif isinstance(node, ast.AnnAssign) and node.simple and node.value is not None:
            self.value(node.value, known)
            self.target(node.target, known)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self._operator(node.op, node)
            self._load(node.target, known)
            self.whole.add(node.target.id)
            self.value(node.value, known)
            self.target(node.target, known)
        elif isinstance(node, ast.If):
            self._if(node, known)
        elif isinstance(node, ast.For):
            self._for(node, known)
        elif isinstance(node, ast.While):
            self._while(node, known)
        elif isinstance(node, (ast.Break, ast.Continue)):
            self._loops[-1][isinstance(node, ast.Continue)].append(known)
            self._behind = None
        elif isinstance(node, ast.Return):
            if node.value is not None:
                self.value(node.value, known)
            self.has_return = True
            self.exits.append(known)
            self._behind = None
        elif not (isinstance(node, ast.Pass) or isinstance(node, ast.Expr)
                  and isinstance(node.value, ast.Constant)):
            what = node.value if isinstance(node, ast.Expr) else node
            if isinstance(what, ast.Call):
                self.call(what, known)  # a better reason, maybe
                raise Refused("a call whose value is not used", node)
            raise Refused(_named(what), node)

    def _if(self, node: ast.If, known: Set[str]) -> None:
        self.value(node.test, known)
        then = self.block(node.body, known)
        other = self.block(node.orelse, known)
        self._behind = _common([then, other])

    def _for(self, node: ast.For, known: Set[str]) -> None:
        target = self._target_of(node)
        call = node.iter
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
                and not call.keywords and 1 <= len(call.args) <= 3):
            raise Refused("an inner loop over something that is no range", node)
        self._note_callee(call.func.id, 0)
        for argument in call.args:
            self.value(argument, known)
        breaks: List[Set[str]] = []
        self._loops.append((breaks, []))
        self._store(target)
        self.block(node.body, known | {target.id})
        self._loops.pop()
        self._behind = _common([self.block(node.orelse, known)] + list(breaks))

    def _while(self, node: ast.While, known: Set[str]) -> None:
        self.value(node.test, known)
        breaks: List[Set[str]] = []
        self._loops.append((breaks, []))
        self.block(node.body, known)
        self._loops.pop()
        self._behind = _common([self.block(node.orelse, known)] + list(breaks))

    def _target_of(self, loop: ast.For) -> ast.Name:
        if not isinstance(loop.target, ast.Name):
            raise Refused("a loop variable that is no name", loop.target)
        return loop.target

    def target(self, node: ast.expr, known: Set[str]) -> None:
        if isinstance(node, ast.Name):
            self._store(node)
            known.add(node.id)
        elif isinstance(node, (ast.Tuple, ast.List)):
            for item in node.elts:
                self.target(item, known)
        else:
            raise Refused(f"an assignment to {_named(node)}", node)

    # ---- Expressions ----------------------------------------------------------------

    def value(self, node: ast.expr, known: Set[str]) -> None:
        if isinstance(node, ast.Constant):
            if not (node.value is None or type(node.value) in (int, bool)):
                raise Refused(f"a constant of type {type(node.value).__name__}", node)
        elif isinstance(node, ast.Name):
            self._load(node, known)
            self.whole.add(node.id)
        elif isinstance(node, ast.BinOp):
            self._operator(node.op, node)
            self.value(node.left, known)
            self.value(node.right, known)
        elif isinstance(node, ast.UnaryOp):
            self.value(node.operand, known)
        elif isinstance(node, ast.BoolOp):
            for item in node.values:
                self.value(item, known)
        elif isinstance(node, ast.Compare):
            self._compare(node, known)
        elif isinstance(node, ast.IfExp):
            for item in (node.test, node.body, node.orelse):
                self.value(item, known)
        elif isinstance(node, ast.Tuple):
            for item in node.elts:
                self.value(item, known)
        elif isinstance(node, ast.Subscript):
            self._subscript(node, known)
        elif isinstance(node, ast.Call):
            self.call(node, known)
        else:
            raise Refused(_named(node), node)

    def _operator(self, op: ast.operator, node: ast.AST) -> None:
        if not isinstance(op, _OPERATORS):
            where = ast.copy_location(ast.Pass(), node)
            raise Refused(_named(op), where)

    def _compare(self, node: ast.Compare, known: Set[str]) -> None:
        self.value(node.left, known)
        for op, right in zip(node.ops, node.comparators):
            is_none = isinstance(right, ast.Constant) and right.value is None
            if not (isinstance(op, _ORDERS) or isinstance(op, (ast.Is, ast.IsNot)) and is_none):
                raise Refused("'is' or 'in'", node)
            self.value(right, known)

    def _subscript(self, node: ast.Subscript, known: Set[str]) -> None:
        if not isinstance(node.value, ast.Name):
            raise Refused("an item of something that is no name", node)
        self._load(node.value, known)
        index = node.slice
        if type(index).__name__ == "Index":  # of Python 3.8 and its trees
            index = index.value  # type: ignore[attr-defined]
        self.value(index, known)

    def call(self, node: ast.Call, known: Set[str]) -> None:
        func = node.func
        if isinstance(func, ast.Name):
            callee: Callee = func.id
        elif isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            callee = (func.value.id, func.attr)
        else:
            raise Refused("a call of something that is no name", node)
        if node.keywords or any(isinstance(item, ast.Starred) for item in node.args):
            raise Refused("a call with '*' or with names of arguments", node)
        self._note_callee(callee, len(node.args))
        for item in node.args:
            if callee == "len" and isinstance(item, ast.Name):
                self._load(item, known)
            else:
                self.value(item, known)

    # ---- Names ------------------------------------------------------------------------

    def _note_callee(self, callee: Callee, nargs: int) -> None:
        self.callees.setdefault(callee, set()).add(nargs)

    def _load(self, node: ast.Name, known: Set[str]) -> None:
        if node.id not in known:
            self.inputs.setdefault(node.id)

    def _store(self, node: ast.Name) -> None:
        self.stores.setdefault(node.id)


def _common(ways: List[Optional[Set[str]]]) -> Optional[Set[str]]:
    """What is assigned on each way that ends."""
    ends = [way for way in ways if way is not None]
    return set.intersection(*ends) if ends else None


def root(callee: Callee) -> str:
    """The name that it begins with."""
    return callee if isinstance(callee, str) else callee[0]


def text_of(callee: Callee) -> str:
    return callee if isinstance(callee, str) else ".".join(callee)
