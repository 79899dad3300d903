"""The language of the course's statements: expressions and simple listings of Python, read with ast.

Nothing is handed to Python's own eval or exec. Numbers are what the mode says: exact fractions, floats, or
mpmath's on many digits. D(e, x) is the slope of the expression e by x, from the limit of its quotient.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from mpmath import fabs, mpf

from backproof.reference.definition import derivative

DIGITS = 30  # of a slope by its definition; numbers are compared on one digit less
WORKING_DIGITS = 60
MOST_ROUNDS = 20_000  # of all loops and comprehensions together
LARGEST_EXPONENT = 64

Scope = dict[str, Any]


class LanguageError(ValueError):
    """A text that is not of this language, or whose evaluation fails, as a listing's may."""


@dataclass(frozen=True)
class Rounded:
    """A number that somebody else's code computed: equal to what it may be after honest rounding."""

    value: float
    bound: float


def close(a: Any, b: Any) -> bool:
    """Equal in all but the last of DIGITS digits."""
    return bool(fabs(a - b) <= mpf(10) ** (1 - DIGITS) * max(fabs(a), fabs(b)))


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal: exactly, or to the digits that a number has."""
    if isinstance(a, Rounded) or isinstance(b, Rounded):
        bound = sum(v.bound for v in (a, b) if isinstance(v, Rounded))
        a, b = (v.value if isinstance(v, Rounded) else v for v in (a, b))
        return bool(fabs(mpf_of(a) - mpf_of(b)) <= bound)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        a, b = np.asarray(a), np.asarray(b)
        return bool(a.shape == b.shape and (a == b).all())
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, mpf) or isinstance(b, mpf):
        return not isinstance(a, str) and not isinstance(b, str) and close(mpf_of(a), mpf_of(b))
    return bool(a == b)


NUMBERS: dict[str, Callable[[float], Any]] = {
    "exact": lambda value: Fraction(repr(value)),
    "float": lambda value: value,
    "digits": lambda value: mpf(repr(value)),
}
QUOTIENTS: dict[str, Callable[[int, int], Any]] = {
    "exact": Fraction,
    "float": operator.truediv,
    "digits": lambda a, b: mpf(a) / b,
}
OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.MatMult: operator.matmul,
}
SIGNS: dict[type, Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
}
COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: same,
    ast.NotEq: lambda a, b: not same(a, b),
    ast.Lt: lambda a, b: bool(_ordered(a) < _ordered(b)),
    ast.LtE: lambda a, b: bool(_ordered(a) <= _ordered(b)),
    ast.Gt: lambda a, b: bool(_ordered(a) > _ordered(b)),
    ast.GtE: lambda a, b: bool(_ordered(a) >= _ordered(b)),
    ast.In: lambda a, b: any(same(a, entry) for entry in b),
    ast.NotIn: lambda a, b: not any(same(a, entry) for entry in b),
}


@cache
def expression(text: str) -> ast.expr:
    """The tree of an expression."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as failure:
        raise LanguageError(f"cannot be read: {failure.args[0]}") from None


@cache
def listing(text: str) -> tuple[ast.stmt, ...]:
    """The tree of a listing."""
    try:
        return tuple(ast.parse(text).body)
    except (SyntaxError, ValueError) as failure:
        raise LanguageError(f"cannot be read: {failure.args[0]}") from None


class _Return(Exception):  # noqa: N818 - control flow, not a mistake
    def __init__(self, value: Any) -> None:
        self.value = value


@dataclass
class Machine:
    """Evaluates expressions and runs listings in a mode; what a listing prints is kept in `printed`."""

    mode: str
    printed: list[str] = field(default_factory=list)
    rounds: int = 0

    def run(self, statements: tuple[ast.stmt, ...], scope: Scope) -> None:
        """Runs statements, which change the scope. Raises LanguageError where one cannot be carried out."""
        for statement in statements:
            self._run(statement, scope)

    def _run(self, node: ast.stmt, scope: Scope) -> None:
        match node:
            case ast.Assign(targets=[target]):
                self._assign(target, self.value(node.value, scope), scope)
            case ast.AugAssign():
                before = self.value(_loaded(node.target), scope)
                self._assign(
                    node.target, self._operate(node.op, before, self.value(node.value, scope)), scope
                )
            case ast.For():
                for entry in self._each(self.value(node.iter, scope)):
                    self._assign(node.target, entry, scope)
                    self.run(tuple(node.body), scope)
            case ast.If():
                self.run(tuple(node.body if self.value(node.test, scope) else node.orelse), scope)
            case ast.FunctionDef():
                scope[node.name] = self._function([a.arg for a in node.args.args], node.body, scope)
            case ast.Return():
                raise _Return(None if node.value is None else self.value(node.value, scope))
            case ast.Expr():
                self.value(node.value, scope)
            case ast.Import():
                pass  # numpy is here already
            case _:
                raise LanguageError(f"no {type(node).__name__} in this language")

    def _assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        match target:
            case ast.Name():
                scope[target.id] = value
            case ast.Tuple():
                values = list(value)
                if len(values) != len(target.elts):
                    raise LanguageError(f"{len(values)} values for {len(target.elts)} names")
                for part, entry in zip(target.elts, values):
                    self._assign(part, entry, scope)
            case ast.Subscript():
                try:
                    self.value(target.value, scope)[self._index(target.slice, scope)] = value
                except (TypeError, IndexError) as failure:
                    raise LanguageError(f"{type(failure).__name__}: {failure}") from None
            case _:
                raise LanguageError(f"nothing can be assigned to a {type(target).__name__}")

    def _function(
        self, names: list[str], body: list[ast.stmt] | ast.expr, scope: Scope
    ) -> Callable[..., Any]:
        def call(*values: Any) -> Any:
            if len(values) != len(names):
                raise LanguageError(f"{len(values)} values for {len(names)} arguments")
            inner = {**scope, **dict(zip(names, values))}
            if isinstance(body, ast.expr):
                return self.value(body, inner)
            try:
                self.run(tuple(body), inner)
            except _Return as done:
                return done.value
            return None

        return call

    def value(self, node: ast.expr, scope: Scope) -> Any:
        """The value of an expression. Raises LanguageError where it has none."""
        try:
            return self._value(node, scope)
        except (LookupError, ArithmeticError, TypeError, ValueError, AttributeError, RuntimeError) as failure:
            if isinstance(failure, LanguageError):
                raise
            raise LanguageError(f"{type(failure).__name__}: {failure}") from None

    def _value(self, node: ast.expr, scope: Scope) -> Any:
        match node:
            case ast.Constant(value=bool() | int() | str()):
                return node.value
            case ast.Constant(value=float() as number):
                return NUMBERS[self.mode](number)
            case ast.Name():
                if node.id not in scope:
                    raise LanguageError(f"NameError: name {node.id!r} is not defined")
                return scope[node.id]
            case ast.BinOp():
                return self._operate(node.op, self.value(node.left, scope), self.value(node.right, scope))
            case ast.UnaryOp():
                return SIGNS[type(node.op)](self.value(node.operand, scope))
            case ast.BoolOp(op=ast.And()):
                return all(bool(self.value(part, scope)) for part in node.values)
            case ast.BoolOp():
                return any(bool(self.value(part, scope)) for part in node.values)
            case ast.Compare():
                return self._compare(node, scope)
            case ast.IfExp():
                return self.value(node.body if self.value(node.test, scope) else node.orelse, scope)
            case ast.Tuple() | ast.List():
                return [self.value(entry, scope) for entry in node.elts]
            case ast.Subscript():
                return self.value(node.value, scope)[self._index(node.slice, scope)]
            case ast.ListComp() | ast.GeneratorExp():
                return [self.value(node.elt, inner) for inner in self.rows(node, scope)]
            case ast.Lambda():
                return self._function([a.arg for a in node.args.args], node.body, scope)
            case ast.Call():
                return self._call(node, scope)
        raise LanguageError(f"no {type(node).__name__} in this language")

    def rows(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> Iterator[Scope]:
        """The scopes that a comprehension goes through."""

        def through(left: list[ast.comprehension], scope: Scope) -> Iterator[Scope]:
            if not left:
                yield scope
                return
            for entry in self._each(self.value(left[0].iter, scope)):
                inner = dict(scope)
                self._assign(left[0].target, entry, inner)
                if all(self.value(test, inner) for test in left[0].ifs):
                    yield from through(left[1:], inner)

        return through(node.generators, scope)

    def _each(self, values: Any) -> Iterator[Any]:
        if not hasattr(values, "__iter__"):
            raise LanguageError(f"{values!r} has no entries to go through")
        for entry in values:
            self.rounds += 1
            if self.rounds > MOST_ROUNDS:
                raise LanguageError(f"more than {MOST_ROUNDS} rounds")
            yield entry

    def _index(self, node: ast.expr, scope: Scope) -> Any:
        if isinstance(node, ast.Slice):
            ends = (node.lower, node.upper, node.step)
            return slice(*(None if end is None else self.value(end, scope) for end in ends))
        if isinstance(node, ast.Tuple):
            return tuple(self._index(part, scope) for part in node.elts)
        return self.value(node, scope)

    def _operate(self, op: ast.operator, a: Any, b: Any) -> Any:
        if isinstance(op, ast.Div):
            return QUOTIENTS[self.mode](a, b) if isinstance(a, int) and isinstance(b, int) else a / b
        if isinstance(op, ast.Pow):
            if isinstance(b, (int, Fraction)) and not -LARGEST_EXPONENT <= b <= LARGEST_EXPONENT:
                raise LanguageError(f"an exponent of {b}")
            if isinstance(a, int) and isinstance(b, int) and b < 0:
                return QUOTIENTS[self.mode](1, a ** abs(b))
            return a**b
        if type(op) not in OPERATORS:
            raise LanguageError(f"no {type(op).__name__} in this language")
        return OPERATORS[type(op)](a, b)

    def _compare(self, node: ast.Compare, scope: Scope) -> bool:
        left = self.value(node.left, scope)
        for op, part in zip(node.ops, node.comparators):
            right = self.value(part, scope)
            if type(op) not in COMPARISONS:
                raise LanguageError(f"no {type(op).__name__} in this language")
            if not bool(np.all(COMPARISONS[type(op)](left, right))):
                return False
            left = right
        return True

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "D":
            return self._slope(node, scope)
        if isinstance(node.func, ast.Attribute):  # weights.dot(x), np.array(rows)
            if not (isinstance(node.func.value, ast.Name) and node.func.attr in ("dot", "array")):
                raise LanguageError(f"no .{node.func.attr} in this language")
            arguments = [self.value(part, scope) for part in node.args]
            if node.func.value.id == "np":
                return np.dot(*arguments) if node.func.attr == "dot" else np.array(*arguments)
            return np.dot(self.value(node.func.value, scope), *arguments)
        arguments = [self.value(part, scope) for part in node.args]
        if isinstance(node.func, ast.Name) and node.func.id == "print":
            self.printed.append(" ".join(map(str, arguments)))
            return None
        function = self.value(node.func, scope)
        if not callable(function):
            raise LanguageError(f"{ast.unparse(node.func)} is no function")
        return function(*arguments)

    def _slope(self, node: ast.Call, scope: Scope) -> Any:
        if len(node.args) != 2 or not isinstance(node.args[1], ast.Name):
            raise LanguageError("a slope is written D(expression, name)")
        expr, name = node.args[0], node.args[1].id

        def along(t: mpf) -> mpf:
            return mpf_of(self.value(expr, {**scope, name: t}))

        return derivative(along, mpf_of(self.value(node.args[1], scope)), DIGITS)


def _ordered(value: Any) -> Any:
    return mpf_of(value) if isinstance(value, Fraction) else value


def mpf_of(value: Any) -> mpf:
    """A number on many digits."""
    return mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else mpf(value)


def _loaded(target: ast.expr) -> ast.expr:
    """What an assignment changes, as an expression."""
    return expression(ast.unparse(target))
