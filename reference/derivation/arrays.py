"""Formulas with numpy's rules: their shapes while the sizes are open, and their values in float64."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from backproof.reference.derivation.language import (
    Call,
    Cases,
    Comparison,
    Derivative,
    Name,
    Negative,
    Node,
    Number,
    Otherwise,
    Power,
    Product,
    Total,
    Transposed,
)

Shape = tuple[str, ...]
Functions = Mapping[str, tuple[str, Node]]


class MisfitError(ValueError):
    """Shapes that numpy would refuse, or a formula without a value."""


class Sizes:
    """Sizes by name, some of them found to be equal; "1" is the number."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.crossed = 0  # how often a row met a column entry by entry
        self.fixed: set[str] = set()  # sizes that are known to be different

    def find(self, size: str) -> str:
        while size in self.parent:
            size = self.parent[size]
        return size

    def join(self, a: str, b: str) -> str:
        a, b = self.find(a), self.find(b)
        if a == b:
            return a
        if self.fixed and {a, b} <= self.fixed | {"1"}:
            raise MisfitError("two sizes that differ")
        if a == "1" or b == "1":
            a, b = ("1", b) if a == "1" else ("1", a)
        if b in self.fixed:
            a, b = b, a
        self.parent[b] = a
        return a

    def fix(self, shapes: Iterable[Shape]) -> None:
        """From now on a formula that needs two of these sizes to be equal does not fit."""
        self.fixed = {self.find(size) for shape in shapes for size in shape} - {"1"}

    def entrywise(self, a: Shape, b: Shape) -> Shape:
        """numpy's broadcasting: from the right, a 1 is repeated; open sizes are taken to be equal."""
        if len(a) < len(b):
            a, b = b, a
        out = list(a[: len(a) - len(b)])
        for p, q in zip(a[len(a) - len(b) :], b):
            p, q = self.find(p), self.find(q)
            out.append(q if p == "1" else p if q == "1" else self.join(p, q))
        grown = [x for x in map(self.find, out) if x != "1"]
        if all(grown != [x for x in map(self.find, side) if x != "1"] for side in (a, b)):
            self.crossed += 1
        return tuple(out)

    def matmul(self, a: Shape, b: Shape) -> Shape:
        if not a or not b:
            raise MisfitError("a matrix product with a number")
        self.join(a[-1], b[-2] if len(b) > 1 else b[0])
        return (*a[:-1], *b[1:]) if len(b) > 1 else a[:-1]


def shape_of(node: Node, look: Callable[[Name | Derivative], Shape], sizes: Sizes) -> Shape:
    """The shape of a formula; sizes that must be equal for it are joined. Raises MisfitError."""

    def of(part: Node) -> Shape:
        match part:
            case Number() | Otherwise() | Name("π"):
                return ()
            case Name() | Derivative():
                return look(part)
            case Negative(inner):
                return of(inner)
            case Transposed(inner):
                return of(inner)[::-1]
            case Power(a, b) | Comparison(a, _, b):
                return sizes.entrywise(of(a), of(b))
            case Total(terms, _):
                return joint(terms)
            case Product(factors, ops):
                shape = of(factors[0])
                for op, factor in zip(ops, factors[1:]):
                    shape = (sizes.matmul if op == "@" else sizes.entrywise)(shape, of(factor))
                return shape
            case Cases(branches):
                return joint([x for branch in branches for x in branch])
            case Call("sum" | "mean" | "amax", _, (inner, *rest)):
                return reduced(of(inner), rest)
            case Call("outer", _, (a, b)):
                vectors = [[dim for dim in of(x) if sizes.find(dim) != "1"] or ["1"] for x in (a, b)]
                if any(len(dims) > 1 for dims in vectors):
                    raise MisfitError("an outer product is one of vectors")
                return (*vectors[0], *vectors[1])
            case Call("as_column", _, (inner,)):
                shape = of(inner)
                if len(shape) == 2:
                    sizes.join(shape[1], "1")
                return (shape[0], "1") if shape else ("1", "1")
            case Call("max" | "min", _, arguments):
                return joint(arguments)
            case Call(_, _, (inner,)):
                return of(inner)
        raise MisfitError("a formula without a shape")

    def joint(parts: Any) -> Shape:
        shape: Shape = ()
        for part in parts:
            shape = sizes.entrywise(shape, of(part))
        return shape

    def reduced(shape: Shape, rest: list[Node]) -> Shape:
        if not rest:
            return ()
        axis = int(rest[0].value)  # type: ignore[attr-defined]
        if not -len(shape) <= axis < len(shape):
            raise MisfitError("an axis that is not there")
        out = list(shape)
        out[axis : axis + 1 or None] = ["1"] if len(rest) > 1 else []
        return tuple(out)

    return of(node)


_NUMPY: dict[str, Callable[[Any], Any]] = {
    name: getattr(np, name)
    for name in ["exp", "log", "sqrt", "tanh", "sin", "cos", "tan", "sinh", "cosh", "abs", "sign"]
}
_FUNCTIONS = _NUMPY | {
    **{f"a{name}": getattr(np, f"arc{name}") for name in ["sin", "cos", "tan", "sinh", "cosh", "tanh"]},
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(x, 0),
    "erf": np.vectorize(math.erf, otypes=[float]),
}
_REDUCE: dict[str, Callable[..., Any]] = {"sum": np.sum, "mean": np.mean, "amax": np.max}
_COMPARE: dict[str, Callable[..., Any]] = {
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def value_of(node: Node, look: Callable[[Name | Derivative], Any], functions: Functions) -> Any:
    """The value of a formula in float64, nan where it has none. Raises MisfitError."""

    def of(part: Node) -> Any:
        match part:
            case Number(value):
                return np.float64(float(value))
            case Name("π"):
                return np.float64(np.pi)
            case Name() | Derivative():
                return look(part)
            case Negative(inner):
                return -of(inner)
            case Transposed(inner):
                return of(inner).T
            case Power(a, b):
                return np.power(of(a), of(b))
            case Comparison(a, sign, b):
                return _COMPARE[sign](of(a), of(b)).astype(float)
            case Total(terms, signs):
                return sum((of(t) * s for t, s in zip(terms[1:], signs[1:])), of(terms[0]) * signs[0])
            case Product(factors, ops):
                value = of(factors[0])
                for op, factor in zip(ops, factors[1:]):
                    right = of(factor)
                    value = value @ right if op == "@" else value / right if op == "/" else value * right
                return value
            case Cases(((value, condition), (other, Otherwise()))):
                return np.where(of(condition) > 0, of(value), of(other))
            case Call("sum" | "mean" | "amax" as name, _, (inner, *rest)):
                axis = int(rest[0].value) if rest else None  # type: ignore[attr-defined]
                return _REDUCE[name](of(inner), axis=axis, keepdims=len(rest) > 1)
            case Call("outer", _, (a, b)):
                return np.outer(of(a), of(b))
            case Call("as_column", _, (inner,)):
                return of(inner).reshape(-1, 1)
            case Call("max", _, (a, b)):
                return np.maximum(of(a), of(b))
            case Call("min", _, (a, b)):
                return np.minimum(of(a), of(b))
            case Call(name, 0, (inner,)) if name in _FUNCTIONS:
                return _FUNCTIONS[name](of(inner))
            case Call(name, 0, (inner,)) if name in functions:
                parameter, body = functions[name]
                value = of(inner)
                return value_of(body, lambda one: value if one == Name(parameter) else look(one), functions)
        raise MisfitError("a formula without a value")

    try:
        with np.errstate(all="ignore"):
            return np.asarray(of(node), float)
    except (ValueError, TypeError, OverflowError, np.exceptions.AxisError) as error:
        raise MisfitError(str(error)) from None


def same_function(a: Node, b: Node) -> bool:
    """Whether two formulas of x have the same values, as far as a few numbers show."""
    x = np.array([-2.3, -0.7, -0.1, 0.2, 0.9, 3.1])
    try:
        one, two = (value_of(node, lambda _: x, {}) for node in (a, b))
    except MisfitError:
        return False
    known = np.isfinite(one) & np.isfinite(two)
    agree = np.abs(one - two) <= 1e-9 * np.maximum(np.abs(one), np.abs(two))
    return one.shape == two.shape and bool(
        known[2:].any() and np.all(agree == known) and np.all(np.isfinite(one) == np.isfinite(two))
    )
