"""Formulas to numbers: arrays with named dimensions, over any kind of number (mpmath, float, torch, ...)."""

import functools
import hashlib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from time import thread_time
from typing import Any

import mpmath
from mpmath import mp

from backproof.reference.definition import KinkError, NoLimitError, derivative
from backproof.reference.derivation.language import (
    FUNCTIONS,
    BigSum,
    Call,
    Cases,
    Comparison,
    Derivative,
    Differential,
    Dots,
    Entry,
    Index,
    Large,
    Listing,
    Name,
    Negative,
    Node,
    Number,
    Otherwise,
    Power,
    Product,
    Total,
    Transposed,
    children,
    walk,
    write,
)
from backproof.reference.derivation.model import TARGETS, Model, Opaque, free_letters, stem

# A number past these has left every range in which a derivation is tested; computing on could take for ever.
_LARGEST_EXPONENT = 4000
_MOST_ENTRIES = 400
_ONE = Number(Fraction(1))


FORMAL = "has more than two dimensions:"  # a slope that only a formal chain holds


class CannotEvaluateError(ArithmeticError):
    """Why a formula has no value here; args[0] is a sentence for people."""


class ShapeError(CannotEvaluateError):
    """Shapes that do not fit, said as shapes; any of the pairs in `sizes`, were they one size, would help."""

    def __init__(self, problem: str, *sizes: tuple[str, str]) -> None:
        super().__init__(problem)
        self.sizes = [pair for pair in sizes if pair[0] != pair[1]]


class EitherError(ShapeError):
    """An index that may count the rows or the columns of a matrix."""


class FreeIndexError(CannotEvaluateError):
    """An index that is neither summed nor on the left side."""

    def __init__(self, letter: str) -> None:
        super().__init__(f"the index {letter} is neither summed over nor on the left side")
        self.letter = letter


class DomainError(CannotEvaluateError):
    """Not a finite real number at this point (log of a negative number, division by zero, a kink)."""


class UndecidedError(CannotEvaluateError):
    """Outside what is checked."""


class UnsaidError(UndecidedError):
    """What the text leaves open."""


class OutOfTimeError(CannotEvaluateError):
    """The whole check has used up its work."""


class GaveUpError(Exception):
    """The clock has run out, on a machine far slower than the counted work allows for: nothing is decided."""


# Entries evaluated for one text: what takes some seconds on a common machine.
_WORK = 1_200_000
# Seconds of this thread's time after which a text is given up, undecided as a whole, so that no verdict hangs
# on the clock: only a machine many times slower than a common one needs them.
_GUARD = 60.0


class Work:
    """Counts what is evaluated instead of seconds, so that every machine decides the same."""

    def __init__(self, most: int = _WORK) -> None:
        self.left = most
        self.until = thread_time() + _GUARD

    def spend(self, entries: int) -> None:
        """Counts one evaluation; raises OutOfTimeError where no work is left, GaveUpError by the clock."""
        self.left -= 1 + entries
        if self.left < 0:
            raise OutOfTimeError("the work for one derivation is used up")
        if self.left % 1024 < 2 and thread_time() > self.until:
            raise GaveUpError


@dataclass(frozen=True, slots=True)
class Value:
    """An array: `shape` names its dimensions (() for a scalar), `data` holds its entries, row by row."""

    shape: tuple[str, ...]
    data: list[Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the text is read where it leaves something open; the default is what most notes mean."""

    star: str = "entrywise"  # or "matrix": `*` and `·` between arrays where both have a shape
    # d(scalar)/d(vector) is a column; or "row"; or "numerator": rows, and d(scalar)/d(matrix) is transposed
    gradient: str = "shape"
    jacobian: str = "rows"  # rows for the numerator; or "transposed", or "diagonal" (the slopes as a vector)
    cost: str = ""  # the definition put in for a cost that the text leaves open
    mean: bool = False  # a cost written as a vector is the mean of its entries, not the sum
    # The conventions of a whole text, one set from top to bottom:
    targets: bool = False  # the targets of an example sum to 1
    softmax: str = "last"  # over the last dimension; or "first", where examples are columns
    summed: str = ""  # a size: dZ of what lies between stands for the slope of the cost times this
    examples: str = ""  # "0" or "1": a sum without index on a right side runs over this dimension

    def between(self, key: str, model: Model) -> bool:
        """Whether dZ of this name carries the factor of `summed`: no parameter, but what has the examples.

        So has the A of the layer below, where a line defines the A of another.
        """
        if not self.summed or self.summed in model.shapes.get(key, ()):
            return bool(self.summed)
        return stem(key) in map(stem, model.definitions)


class Numbers:
    """Arithmetic with mpmath at the current working precision."""

    def number(self, value: Fraction) -> Any:
        return mpmath.mpf(value.numerator) / value.denominator

    def of(self, name: str, x: Any) -> Any:
        if name == "exp" and abs(x) > _LARGEST_EXPONENT:
            raise DomainError("a value too large or too small to test with")
        y = getattr(mpmath, name)(x)
        if isinstance(y, mpmath.mpc) or not mpmath.isfinite(y):
            raise DomainError(f"{name} of {mp.nstr(x, 5)}")
        return y

    def power(self, x: Any, n: Any) -> Any:
        if n == int(n) and abs(n) <= 1000:
            if x == 0 and n < 0:
                raise DomainError("a division by zero")
            size = abs(mp.mag(x)) * abs(int(n)) if x else 0
            if size > _LARGEST_EXPONENT:
                raise DomainError("a value too large or too small to test with")
            return x ** int(n)
        if x <= 0:
            raise DomainError(f"a power of {mp.nstr(x, 5)}")
        return self.of("exp", n * self.of("log", x))

    def divide(self, x: Any, y: Any) -> Any:
        if y == 0:
            raise DomainError("a division by zero")
        return x / y

    def compare(self, x: Any, sign: str, y: Any) -> bool:
        return bool({"<": x < y, ">": x > y, "<=": x <= y, ">=": x >= y, "==": x == y, "!=": x != y}[sign])

    def dot(self, xs: Sequence[Any], ys: Sequence[Any]) -> Any:
        return mp.fdot(zip(xs, ys, strict=True))

    def check(self, x: Any) -> None:
        if x and abs(mp.mag(x)) > 4 * _LARGEST_EXPONENT:
            raise DomainError("a value too large or too small to test with")


def plain_dot(_: Numbers, xs: Sequence[Any], ys: Sequence[Any]) -> Any:
    """The sum of products, for numbers that only know + and *."""
    total = xs[0] * ys[0]
    for x, y in zip(xs[1:], ys[1:], strict=True):
        total = total + x * y
    return total


class Floats(Numbers):
    """The same in float64: quick, for trying many formulas; every hit is tried again with mpmath."""

    dot = plain_dot

    def number(self, value: Fraction) -> float:
        return value.numerator / value.denominator

    def of(self, name: str, x: Any) -> float:
        try:
            return float(getattr(math, name)(x))
        except (ValueError, OverflowError):
            raise DomainError(f"{name} of {x}") from None

    def power(self, x: Any, n: Any) -> float:
        try:
            y = x**n
        except (ZeroDivisionError, OverflowError):
            raise DomainError("a power") from None
        if isinstance(y, complex):
            raise DomainError("a power")
        return float(y)

    def check(self, x: Any) -> None:
        if not math.isfinite(x):
            raise DomainError("a value too large")


class _Blank:
    """A number of which only the shape around it matters."""

    def _same(self, *_: object) -> "_Blank":
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same
    __neg__ = __abs__ = __pow__ = _same


class _Blanks(Numbers):
    dot = plain_dot

    def number(self, value: Fraction) -> Any:  # noqa: ARG002
        return _Blank()

    def of(self, name: str, x: Any) -> Any:  # noqa: ARG002
        return x

    def power(self, x: Any, n: Any) -> Any:  # noqa: ARG002
        return x

    def divide(self, x: Any, y: Any) -> Any:  # noqa: ARG002
        return x

    def compare(self, x: Any, sign: str, y: Any) -> bool:  # noqa: ARG002
        return True

    def check(self, x: Any) -> None:
        pass


def chance(*parts: object) -> Fraction:
    """A number from [0, 1), the same for the same parts on every machine: a hash, in 1/4096ths."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return Fraction(int.from_bytes(digest[:3], "big") % 4096, 4096)


@dataclass(slots=True)
class Point:
    """Sizes for the letters and exact values for every leaf."""

    sizes: dict[str, int]
    leaves: dict[str, list[Fraction]]
    seed: str = ""  # of the unknown functions


class World:
    """One point: the values of all names there, and the true derivatives, by their definition."""

    def __init__(self, model: Model, point: Point, digits: int, work: Work) -> None:
        self.model = model
        self.point = point
        self.digits = digits  # of a derivative
        self.work = work
        self.readings: dict[Reading, Context] = {}
        self._values: dict[tuple[object, ...], dict[str, Value]] = {}
        self._slopes: dict[tuple[object, ...], Any] = {}
        self._runs: dict[tuple[object, ...], Context] = {}

    def context(self, reading: Reading, numbers: Numbers | None = None) -> "Context":
        return Context(self, reading, numbers or Numbers())

    def size(self, dim: str) -> int:
        return int(dim) if dim.isdigit() else self.point.sizes[dim]

    def base(self, context: "Context") -> dict[str, Value]:
        """Values at this precision that no override touches, filled in as they are needed."""
        key = (type(context.numbers).__name__, mp.prec, context.reading)
        return self._values.setdefault(key, {})

    def slope(self, context: "Context", above: Node, below: tuple[str, int], index: dict[str, int]) -> Any:
        """d above / d below[entry], by the limit quotient; `above` must be a scalar under `index`."""
        where = tuple(sorted((k, v) for k, v in index.items()))
        memo = (above, below, where, context.reading)
        if memo not in self._slopes:
            self._slopes[memo] = self._quotient(context.reading, above, below, index)
        return _raised(self._slopes[memo])

    def _quotient(self, reading: Reading, above: Node, below: tuple[str, int], index: dict[str, int]) -> Any:
        key, entry = below
        if key not in self.model.shapes:
            return mpmath.mpf(0)
        if not self.depends(above, key):
            return mpmath.mpf(0)

        def f(t: Any) -> Any:
            # All entries of an array, and all later lines, move the same variable by the same steps.
            memo = (reading, key, entry, mp.prec, t)
            run = self._runs.get(memo)
            if run is None:
                run = Context(self, reading, Numbers())
                start = run.name(key)
                data = list(start.data)
                data[entry] = t
                run.override(key, Value(start.shape, data))
                self._runs[memo] = run
            return run.scalar(above, index)

        try:
            with mp.workdps(self.digits + 20):
                here = Context(self, reading, Numbers()).name(key).data[entry]
        except CannotEvaluateError as error:
            return error
        return self._limit(f, here)

    def along(self, reading: Reading, above: Node, directions: Mapping[str, Sequence[Fraction]]) -> Any:
        """The slope of a number while all entries of some names move at once, by the limit quotient."""
        memo = (above, "along", reading, tuple((key, tuple(d)) for key, d in directions.items()))
        if memo not in self._slopes:

            def f(t: Any) -> Any:
                run = Context(self, reading, Numbers())
                for key, direction in directions.items():
                    start = run.name(key)
                    moved = [x + t * run.n.number(r) for x, r in zip(start.data, direction, strict=True)]
                    run.override(key, Value(start.shape, moved))
                return run.scalar(above, {})

            moves = any(self.depends(above, key) for key in directions)
            self._slopes[memo] = self._limit(f, mpmath.mpf(0)) if moves else mpmath.mpf(0)
        return _raised(self._slopes[memo])

    def _limit(self, f: Callable[[Any], Any], at: Any) -> Any:
        """f'(at), or the error that says why there is none."""
        try:
            return derivative(f, at, digits=self.digits, zero_digits=self.digits)
        except KinkError as kink:
            left, right = mp.nstr(kink.left, 5), mp.nstr(kink.right, 5)
            return DomainError(f"a kink: slope {left} on one side, {right} on the other")
        except NoLimitError:
            return DomainError("no slope")
        except CannotEvaluateError as error:
            return error

    def depends(self, node: Node, key: str) -> bool:
        model = self.model
        for part in walk(node.inner if isinstance(node, _Pick) else node):
            if isinstance(part, Name | Entry) and (part.key == key or key in model.needs.get(part.key, ())):
                return True
            if isinstance(part, Opaque) and any(key in model.needs.get(one, {one}) for one in part.of):
                return True
            if isinstance(part, Call) and part.function in model.functions:
                body = model.functions[part.function].body
                if any(
                    key == one.key or key in model.needs.get(one.key, ())
                    for one in walk(body)
                    if isinstance(one, Name | Entry)
                ):
                    return True
        return False


def _raised(slope: Any) -> Any:
    if isinstance(slope, CannotEvaluateError):
        raise slope
    return slope


class Context:
    """Evaluates formulas in a World, under a Reading, with one kind of number."""

    def __init__(self, world: World, reading: Reading, numbers: Numbers) -> None:
        self.world = world
        self.model = world.model
        self.reading = reading
        self.n = numbers
        self.numbers = numbers
        self.own: dict[str, Value] = {}
        self.touched: frozenset[str] | set[str] = frozenset()
        self.local: dict[str, Value] = {}  # a function's parameter while its body is evaluated
        self.notes: set[str] = set()  # readings that were needed
        self.magnitude = False  # every term by its size: what the largest term is
        self.examples = ""  # reading.examples, while the right side of a claim is evaluated
        self.depth = 0
        self.defining = self.adding = False  # inside a definition, and inside a sum of entries there
        self.ranges: dict[str, str] = {}  # the dimension of each index that a sum binds
        # What no override touches, at the precision of now: a context lives under one precision.
        self.base = world.base(self)

    def override(self, key: str, value: Value) -> None:
        self.own[key] = value
        self.touched |= {name for name, needs in self.model.needs.items() if key in needs} | {key}

    # -- names
    def name(self, key: str) -> Value:
        if key in self.local:
            return self.local[key]
        cache = self.own if key in self.touched else self.base
        found = cache.get(key)
        if found is not None:
            return found
        if isinstance(self.n, _Blanks) and key in self.model.shapes:
            value = self.leaf(key)
        elif key in self.model.definitions:
            needs = self.model.needs[key]
            for (
                inner
            ) in self.model.order:  # one by one, so that a long chain of definitions needs no deep stack
                if inner in needs and inner != key:
                    store = self.own if inner in self.touched else self.base
                    if inner not in store:
                        store[inner] = self.defined(inner)
            value = self.defined(key)
        else:
            value = self.leaf(key)
        cache[key] = value
        return value

    def defined(self, key: str) -> Value:
        definition = self.model.definitions[key]
        if self.reading.cost.startswith(f"{key} = ") and isinstance(definition.body, Opaque):
            return self.evaluate(standard_costs(self.model, key)[self.reading.cost], {})
        local, self.local = self.local, {}
        defining, self.defining = self.defining, True
        examples, self.examples = self.examples, ""
        try:
            if isinstance(definition.body, Opaque):
                value = self.opaque(definition.body)
            elif definition.indices:
                shape = self.model.shapes[key]
                self.ranges |= zip(definition.indices, shape, strict=True)
                sizes = [self.world.size(dim) for dim in shape]
                data = [
                    self.scalar(definition.body, dict(zip(definition.indices, at, strict=True)))
                    for at in every_index(sizes)
                ]
                value = Value(shape, data)
            else:
                value = self.evaluate(definition.body, {})
        finally:
            self.local, self.examples, self.defining = local, examples, defining
        if key in self.model.summed:
            total = sum(value.data[1:], value.data[0])
            if self.reading.mean:
                total = self.n.divide(total, self.counted(value.shape))
            value = Value((), [total])
        return value

    def leaf(self, key: str) -> Value:
        if isinstance(self.n, _Blanks):
            shape = self.model.shapes.get(key, ())
            return Value(shape, [_Blank()] * math.prod(self.world.size(dim) for dim in shape))
        if key in self.world.point.leaves:
            shape = self.model.shapes[key]
            return Value(shape, [self.n.number(x) for x in self.world.point.leaves[key]])
        if key in self.world.point.sizes:
            return Value((), [self.n.number(Fraction(self.world.point.sizes[key]))])
        if key == "e":
            return Value((), [self.n.of("exp", self.n.number(Fraction(1)))])
        if key == "π":
            return Value((), [self.n.number(Fraction(4)) * self.n.of("atan", self.n.number(Fraction(1)))])
        raise UndecidedError(f"{key} has no value")

    def opaque(self, node: Opaque) -> Value:
        inputs = [x for one in node.of for x in self.name(one).data]
        shape = self.model.shapes.get(node.name, ())
        count = math.prod(self.world.size(dim) for dim in shape)
        seed = self.world.point.seed
        out = []
        for row in range(count):
            line = wave = self.n.number(Fraction(0))
            for column, x in enumerate(inputs):
                line = line + self.n.number(chance(seed, node.name, row, column, "a") + Fraction(1, 2)) * x
                wave = wave + self.n.number(chance(seed, node.name, row, column, "b") + Fraction(1, 4)) * x
            out.append(line + self.n.of("sin", wave + self.n.number(chance(seed, node.name, row, "c"))))
        return Value(shape, out)

    # -- formulas
    def scalar(self, node: Node, index: dict[str, int]) -> Any:
        value = self.evaluate(node, index)
        if value.shape and len(value.data) != 1:
            raise ShapeError(f"{write(node)} is {said(value.shape)}, where a number is needed")
        return value.data[0]

    def evaluate(self, node: Node, index: dict[str, int]) -> Value:
        self.depth += 1
        if self.depth > 120:
            self.depth = 0
            raise UndecidedError("functions nested too deeply")
        try:
            value = self._evaluate(node, index)
        finally:
            self.depth -= 1
        self.world.work.spend(len(value.data))
        if len(value.data) > _MOST_ENTRIES:
            raise UndecidedError(f"an array of {len(value.data)} entries")
        if type(node) is Product:  # sums of a page's length do not get out of hand, powers are checked apart
            for entry in value.data:
                self.n.check(entry)
        return value

    def _evaluate(self, node: Node, index: dict[str, int]) -> Value:
        match node:
            case Number(number):
                return Value((), [self.n.number(abs(number) if self.magnitude else number)])
            case Name():
                if node.key in index:
                    return Value((), [self.n.number(Fraction(index[node.key] + self.model.first_index))])
                return self.sized(self.name(node.key))
            case Entry():
                return self.sized(self.entry(node, index))
            case Index(letter):
                if letter not in index and not isinstance(self.n, _Blanks):
                    raise FreeIndexError(letter)
                return Value((), [self.n.number(Fraction(index.get(letter, 0) + self.model.first_index))])
            case Negative(inner):
                value = self.evaluate(inner, index)
                return value if self.magnitude else Value(value.shape, [-x for x in value.data])
            case Total():
                return self.total(node, index)
            case Product():
                return self.product(node, index)
            case Power():
                return self.power(node, index)
            case Transposed(inner):
                return self.transposed(self.evaluate(inner, index))
            case Call():
                return self.call(node, index)
            case BigSum():
                return self.big_sum(node, index)
            case Derivative():
                return self.sized(self.derivative(node, index))
            case Differential():
                return self.sized(self.differential(node))
            case Comparison(left, sign, right):
                return self.entrywise(
                    self.true(left, index),
                    self.true(right, index),
                    lambda a, b: self.n.number(Fraction(int(self.n.compare(a, sign, b)))),
                    node,
                )
            case Cases():
                return self.cases(node, index)
            case Listing(rows):
                dims = (str(len(rows)), str(len(rows[0])))
                return Value(dims[: 1 + (dims[1] != "1")], [self.scalar(x, index) for x in children(node)])
            case Dots():
                raise UndecidedError("'...' leaves entries out: write one of them, as dL/dw_jk")
            case Opaque():
                return self.opaque(node)
            case _Pick(inner, at):
                return Value((), [self.evaluate(inner, index).data[at]])
        raise UndecidedError(f"{write(node)} has no value")

    def transposed(self, value: Value) -> Value:
        """The transpose; a (n,) is a column, so its transpose is a row (1, n)."""
        if len(value.shape) < 2:
            return Value(("1", *value.shape), value.data) if value.shape else value
        if value.shape[0] == "1":
            return Value((value.shape[1],), value.data)
        rows, columns = (self.world.size(dim) for dim in value.shape)
        return Value(
            value.shape[::-1], [value.data[r * columns + c] for c in range(columns) for r in range(rows)]
        )

    def sized(self, value: Value) -> Value:
        return Value(value.shape, [abs(x) for x in value.data]) if self.magnitude else value

    def true(self, node: Node, index: dict[str, int]) -> Value:
        """The value itself, also while magnitudes are collected."""
        if not self.magnitude:
            return self.evaluate(node, index)
        self.magnitude = False
        try:
            return self.evaluate(node, index)
        finally:
            self.magnitude = True

    def entry(self, node: Entry, index: dict[str, int]) -> Value:
        array = self.name(node.key)
        if len(array.shape) == 2 and len(node.indices) == 1:
            return self.example(node, array, index)
        return Value((), [array.data[self.position(node, array.shape, index)]])

    def example(self, node: Entry, array: Value, index: dict[str, int]) -> Value:
        """One row or column of a batch, by the dimension over which the index runs; of a (1, m) the entry."""
        (letter,) = node.indices
        axis = _axis(array.shape, self.ranges.get(letter, ""))
        if axis is None:
            over = self.ranges.get(letter, "")
            data = sorted(array.shape, key=lambda dim: not re.match(r"n\d_[xXaA]", dim))  # X's are examples
            raise EitherError(
                f"{write(node)}: {node.key} is {said(array.shape)}, and {letter} may count either",
                *((dim, over) for dim in data if over),
            )
        other = array.shape[1 - axis]
        shape = () if other == "1" else (other,)
        if isinstance(self.n, _Blanks):
            return Value(shape, [_Blank()] * self.world.size(other))
        if letter not in index and not letter.isdigit():
            raise FreeIndexError(letter)
        columns = self.world.size(array.shape[1])
        at = int(letter) - self.model.first_index if letter.isdigit() else index[letter]
        return Value(
            shape, array.data[at::columns] if axis else array.data[at * columns : (at + 1) * columns]
        )

    def total(self, node: Total, index: dict[str, int]) -> Value:
        value = self.evaluate(node.terms[0], index)
        if node.signs[0] < 0 and not self.magnitude:
            value = Value(value.shape, [-x for x in value.data])
        for term, sign in zip(node.terms[1:], node.signs[1:], strict=True):
            right = self.evaluate(term, index)
            if sign < 0 and not self.magnitude:
                value = self.entrywise(value, right, lambda a, b: a - b, node)
            else:
                value = self.entrywise(value, right, lambda a, b: a + b, node)
        return value

    def entrywise(self, a: Value, b: Value, f: Callable[[Any, Any], Any], node: Node) -> Value:
        """f entry by entry; a scalar, and a vector over a matrix's rows or columns, is repeated."""
        if a.shape == b.shape:
            return Value(a.shape, [f(x, y) for x, y in zip(a.data, b.data, strict=True)])
        if not b.shape:
            return Value(a.shape, [f(x, b.data[0]) for x in a.data])
        if not a.shape:
            return Value(b.shape, [f(a.data[0], y) for y in b.data])
        shape = self.joint(a.shape, b.shape)
        if shape is None:
            raise ShapeError(
                f"{said(a.shape)} and {said(b.shape)} do not fit entry by entry in {write(node)}",
                *_pairs(a.shape, b.shape, node),
            )
        x, y = self.spread(a, shape), self.spread(b, shape)
        return Value(shape, [f(p, q) for p, q in zip(x, y, strict=True)])

    def joint(self, a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...] | None:
        if len(a) < len(b):
            a, b = b, a
        if len(a) == 2 and len(b) == 1:
            # the bias: over rows (B, n) + (n,), or over columns (n, B) + (n,)
            return a if b[0] in a else None
        if len(a) == 2 and len(b) == 2:
            out = []
            for p, q in zip(a, b, strict=True):
                if p != q and "1" not in (p, q):
                    return None
                out.append(q if p == "1" else p)
            return tuple(out) if tuple(out) in (a, b) else None
        return None

    def spread(self, value: Value, shape: tuple[str, ...]) -> list[Any]:
        if value.shape == shape:
            return value.data
        rows, columns = (self.world.size(dim) for dim in shape)
        if len(value.shape) == 1:
            if value.shape[0] == shape[1]:
                return [value.data[c] for _ in range(rows) for c in range(columns)]
            return [value.data[r] for r in range(rows) for _ in range(columns)]
        first = 0 if value.shape[0] == "1" and shape[0] != "1" else 1
        second = 0 if value.shape[1] == "1" and shape[1] != "1" else 1
        width = self.world.size(value.shape[1])
        return [value.data[r * first * width + c * second] for r in range(rows) for c in range(columns)]

    def product(self, node: Product, index: dict[str, int]) -> Value:
        values = [self.evaluate(factor, index) for factor in node.factors]
        try:
            return self.chain(node, values, list(node.ops), index)
        except ShapeError as error:
            # Products are read from left to right; where that has no shape, side by side binds tighter.
            groups: list[tuple[list[Value], list[str], int]] = [([values[0]], [], 0)]
            for place, (op, value) in enumerate(zip(node.ops, values[1:], strict=True), start=1):
                if op in {" ", "@"}:
                    groups[-1][0].append(value)
                    groups[-1][1].append(op)
                else:
                    groups.append(([value], [op], place))
            if len(groups) in {1, len(values)}:
                raise
            try:
                joined = []
                for parts, ops, start in groups:
                    inner = ops if start == 0 else ops[1:]
                    joined.append(self.chain(node, parts, inner, index, start))
                outer = [ops[0] for _, ops, start in groups if start]
                if "/" in outer:
                    raise error
                return self.chain(node, joined, outer, index)
            except ShapeError:
                raise error from None

    def chain(
        self,
        node: Product,
        values: Sequence[Value],
        ops: Sequence[str],
        index: dict[str, int],
        start: int = 0,
    ) -> Value:
        value = values[0]
        for place, (op, right) in enumerate(zip(ops, values[1:], strict=True), start=start + 1):
            if op == "/":
                true = self.true(node.factors[place], index) if self.magnitude else right
                value = self.entrywise(
                    value, true, lambda a, b: self.n.divide(a, abs(b) if self.magnitude else b), node
                )
            elif op == "⊗" and len(value.shape) == len(right.shape) == 1:
                outer = [x * y for x in value.data for y in right.data]
                value = Value((*value.shape, *right.shape), outer)
            elif op in {"⊙", "⊗"}:
                value = self.entrywise(value, right, lambda a, b: a * b, node)
            elif op in {" ", "@"}:
                ones = self.ones(node, place, value, right)
                value = ones if ones is not None else self.matrix(value, right, node, place)
            else:
                value = self.starred(op, value, right, node, place)
        return value

    def ones(self, node: Product, place: int, a: Value, b: Value) -> Value | None:
        """G 1 and 1ᵀ G, the 1 being a column of ones: the sums of the rows and of the columns of G."""
        before, one = node.factors[place - 1], node.factors[place]
        if one == _ONE and len(a.shape) == 2 and node.ops[place : place + 1] != ("/",):
            total = self.add_up(a, 1, "sum")
            return Value((), total.data) if a.shape[0] == "1" else total
        if before == Transposed(_ONE) and b.shape:
            total = self.add_up(b, 0 if len(b.shape) == 2 else None, "sum")
            row = Value(("1", *total.shape), total.data) if total.shape else total
            return self.matrix(a, row, node, place)
        return None

    def matrix(self, a: Value, b: Value, node: Product, place: int) -> Value:
        if not a.shape or not b.shape:
            return self.entrywise(a, b, lambda x, y: x * y, node)
        product = self.matrix_product(a, b)
        if product is None and node.ops[place - 1] == "@" and len(a.shape) == 1:
            product = self.matrix_product(Value(("1", a.shape[0]), a.data), b)  # numpy's v @ W is a vector
            if product is not None and len(product.shape) == 2:
                product = Value(product.shape[1:], product.data)
        if product is not None:
            return product
        if self.adding and a.shape == b.shape:
            return self.entrywise(a, b, lambda x, y: x * y, node)
        left = (
            write(Product(node.factors[:place], node.ops[: place - 1]))
            if place > 1
            else write(node.factors[0])
        )
        right = write(node.factors[place])
        message = f"{left} {said(a.shape)} times {right} {said(b.shape)} has no product"
        if len(a.shape) == 1 and len(b.shape) == 1:
            outer = (
                f"{write(node.factors[0], 4) if place == 1 else f'({left})'} {write(node.factors[place], 4)}ᵀ"
            )
            message += f"; the outer product {outer} is {said((a.shape[0], b.shape[0]))}"
            if a.shape == b.shape:
                message += "; ⊙ is the product entry by entry"
        pairs = [((*a.shape, "1")[1], b.shape[0])]
        turned = any(isinstance(part, Transposed) for part in node.factors[place - 1 : place + 1])
        if self.adding and len(a.shape) == len(b.shape) and not turned:
            pairs = list(zip(a.shape, b.shape, strict=True))
        elif len(a.shape) == len(b.shape) == 1:
            pairs = [(a.shape[0], "1" if node.ops[place - 1] in {" ", "@"} else b.shape[0])]
        raise ShapeError(message, *pairs)

    def matrix_product(self, a: Value, b: Value) -> Value | None:
        """The matrix product, a (n,) being a column; None where there is none."""
        rows, inner = (a.shape[0], a.shape[1]) if len(a.shape) == 2 else (a.shape[0], "1")
        other, columns = (b.shape[0], b.shape[1]) if len(b.shape) == 2 else (b.shape[0], "1")
        if inner != other:
            return None
        size = self.world.size
        m, k, n = size(rows), size(inner), size(columns)
        across = [b.data[j::n] for j in range(n)]
        data = [self.n.dot(a.data[i * k : (i + 1) * k], column) for i in range(m) for column in across]
        shape: tuple[str, ...] = (rows, columns)
        if len(b.shape) == 1:
            shape = () if rows == "1" and len(a.shape) == 2 else (rows,)
        elif len(a.shape) == 2 and rows == columns == "1":
            shape = ()
        return Value(shape, data)

    def starred(self, op: str, a: Value, b: Value, node: Product, place: int) -> Value:
        """`*` and `·`: whichever reading has a shape."""
        if not a.shape or not b.shape:
            return self.entrywise(a, b, lambda x, y: x * y, node)
        product = None if self.model.python and op == "*" else self.matrix_product(a, b)
        if product is None and op == "·" and len(a.shape) == 1 and a.shape == b.shape:
            product = self.matrix_product(Value(("1", a.shape[0]), a.data), b)  # the dot product
        try:
            entries = self.entrywise(a, b, lambda x, y: x * y, node)
        except ShapeError:
            if product is None:
                if self.model.python:
                    raise
                self.matrix(a, b, node, place)  # its message names the shapes
            assert product is not None
            return product
        if product is None or self.model.python:
            return entries
        matrix = self.reading.star == "matrix"
        dot = op == "·" and len(a.shape) == 1
        self.notes.add(
            f"{op} between {said(a.shape)} and {said(b.shape)} is read as the "
            + ("product entry by entry" if matrix == dot else "dot product" if dot else "matrix product")
        )
        return entries if matrix == dot else product

    def power(self, node: Power, index: dict[str, int]) -> Value:
        if isinstance(node.base, Name) and node.base.key == "e" and "e" not in self.model.shapes:
            exponent = self.true(node.exponent, index)
            return self.sized(Value(exponent.shape, [self.n.of("exp", x) for x in exponent.data]))
        exponent = self.true(node.exponent, index)
        whole = isinstance(node.exponent, Number) and node.exponent.value > 0
        base = self.evaluate(node.base, index) if whole else self.true(node.base, index)
        value = self.entrywise(base, exponent, self.n.power, node)
        return value if whole else self.sized(value)

    def big_sum(self, node: BigSum, index: dict[str, int]) -> Value:
        letters = [node.index] if node.index else [x for x in free_letters(node.body) if x not in index]
        if not letters:  # a bare sum of an array
            return self.add_up(self.summand(node.body, index), None, "mean" if node.mean else "sum")
        sizes = [self.range_of(letter, node.body, node.size) for letter in letters]
        if math.prod(sizes) > _MOST_ENTRIES:
            raise UndecidedError(f"a sum of {math.prod(sizes)} terms")
        for letter in letters:
            dims = index_dims(letter, node.body, self.model)
            self.ranges[letter] = dims[0] if dims else node.size or self.model.ranges.get(letter, "")
        total: Value | None = None
        for at in every_index(sizes):
            term = self.evaluate(node.body, {**index, **dict(zip(letters, at, strict=True))})
            total = term if total is None else self.entrywise(total, term, lambda a, b: a + b, node)
        assert total is not None
        if node.mean:
            count = self.count(zip((self.ranges[letter] for letter in letters), sizes, strict=True))
            total = Value(total.shape, [self.n.divide(x, count) for x in total.data])
        return total

    def summand(self, node: Node, index: dict[str, int]) -> Value:
        """What a sum of all entries adds up: in a definition, Y log(A) with no sign between is Y ⊙ log(A)."""
        outer, self.adding = self.adding, self.defining
        try:
            return self.evaluate(node, index)
        finally:
            self.adding = outer

    def range_of(self, letter: str, body: Node, size: str = "") -> int:
        """How far an index runs: the size of the first array position where it stands."""
        dims = index_dims(letter, body, self.model)
        if len(set(dims)) > 1:
            problem = f"the index {letter} runs over {' and over '.join(dict.fromkeys(dims))}"
            raise ShapeError(problem, *((dims[0], dim) for dim in dims))
        if dims:
            return self.world.size(dims[0])
        size = size or self.model.ranges.get(letter, "")
        if size:
            return int(size) if size.isdigit() else self.world.point.sizes.get(size, 2)
        raise UndecidedError(f"the index {letter} stands on nothing, so its range is not known")

    def cases(self, node: Cases, index: dict[str, int]) -> Value:
        conditions = [
            None if isinstance(condition, Otherwise) else self.true(condition, index)
            for _, condition in node.branches
        ]
        if all(condition is None or not condition.shape for condition in conditions):
            for (branch, _), condition in zip(node.branches, conditions, strict=True):
                if condition is None or condition.data[0] == 1 or isinstance(condition.data[0], _Blank):
                    return self.evaluate(branch, index)
            raise DomainError("no case holds")
        values = [self.evaluate(branch, index) for branch, _ in node.branches]
        shape = max((part.shape for part in (*values, *(c for c in conditions if c))), key=len)
        out = []
        for entry in range(math.prod(self.world.size(dim) for dim in shape)):
            for value, condition in zip(values, conditions, strict=True):
                if any(part is not None and part.shape not in {(), shape} for part in (value, condition)):
                    raise ShapeError(f"the cases {write(node)} have different shapes")
                if condition is None or condition.data[entry if condition.shape else 0] == 1:
                    out.append(value.data[entry if value.shape else 0])
                    break
            else:
                raise DomainError("no case holds")
        return Value(shape, out)

    # -- functions
    def call(self, node: Call, index: dict[str, int]) -> Value:
        model = self.model
        if node.function in model.functions and len(node.arguments) == 1:
            return self.sized(self.apply_defined(node, self.true(node.arguments[0], index), index))
        meaning = FUNCTIONS.get(node.function)
        if meaning is None:
            if len(node.arguments) != 1:
                raise UnsaidError(f"{node.function} of several arguments is not defined in the text")
            return self.sized(self.map(node, self.true(node.arguments[0], index), self.unknown))
        if meaning in {"sum", "mean", "amax"}:
            part = self.true if meaning == "amax" else self.summand
            return self.sum_entries(node, part(node.arguments[0], index), meaning)
        arguments = [self.true(part, index) for part in node.arguments]
        if node.primes and meaning not in _SLOPES:
            raise UndecidedError(
                f"{node.function}' is not a function of one number; write the derivative itself"
            )
        if meaning in {"max", "min"} and len(arguments) == 2:
            sign = ">=" if meaning == "max" else "<="
            return self.sized(
                self.entrywise(
                    arguments[0], arguments[1], lambda a, b: a if self.n.compare(a, sign, b) else b, node
                )
            )
        if meaning == "outer" and len(arguments) == 2:
            # numpy's takes a column and a row for the vectors that they are
            vectors = [tuple(dim for dim in x.shape if dim != "1") or ("1",) for x in arguments]
            a, b = (Value(shape, x.data) for shape, x in zip(vectors, arguments, strict=True))
            if len(a.shape) != 1 or len(b.shape) != 1:
                raise ShapeError(f"{write(node)} needs two vectors, not {said(a.shape)} and {said(b.shape)}")
            return self.sized(Value((*a.shape, *b.shape), [x * y for x in a.data for y in b.data]))
        if len(arguments) != 1:
            raise UndecidedError(f"{node.function} of {len(arguments)} arguments")
        (x,) = arguments
        match meaning:
            case "softmax":
                return self.sized(self.softmax(x, node))
            case "column":
                if len(x.shape) == 2 and x.shape[1] != "1" != x.shape[0]:
                    raise ShapeError(f"{write(node)} needs a vector, not {said(x.shape)}")
                return self.sized(Value((max(x.shape, key=lambda dim: dim != "1", default="1"), "1"), x.data))
            case "norm":
                total = sum((entry * entry for entry in x.data[1:]), x.data[0] * x.data[0])
                return Value((), [self.n.power(total, self.n.number(Fraction(1, 2)))])
            case "diag":
                if len(x.shape) != 1:
                    raise ShapeError(f"{write(node)} needs a vector, not {said(x.shape)}")
                zero = x.data[0] * self.n.number(Fraction(0))
                size = len(x.data)
                data = [x.data[i] if i == j else zero for i in range(size) for j in range(size)]
                return self.sized(Value((x.shape[0], x.shape[0]), data))
            case "trace":
                if len(x.shape) != 2 or x.shape[0] != x.shape[1]:
                    raise ShapeError(
                        f"{write(node)} needs a square matrix, not {said(x.shape)}",
                        *zip(x.shape, x.shape[1:]),
                    )
                size = self.world.size(x.shape[0])
                diagonal = [x.data[i * (size + 1)] for i in range(size)]
                return self.sized(Value((), [sum(diagonal[1:], diagonal[0])]))
            case "max" | "min":
                raise UndecidedError(f"{node.function} of one argument")
        return self.sized(self.map(node, x, self.builtin))

    def map(self, node: Call, x: Value, f: Callable[[str, int, Any], Any]) -> Value:
        return Value(x.shape, [f(node.function, node.primes, entry) for entry in x.data])

    def builtin(self, name: str, primes: int, x: Any) -> Any:
        meaning = FUNCTIONS[name]
        if primes > 1:
            if isinstance(self.n, _Blanks):
                return x
            try:
                return derivative(lambda t: self.builtin(name, primes - 1, t), x, digits=min(mp.dps, 60))
            except (KinkError, NoLimitError) as error:
                raise DomainError(str(error)) from None
        return (_SLOPES if primes else _VALUES)[meaning](self.n, x)

    def unknown(self, name: str, primes: int, x: Any) -> Any:
        """An arbitrary smooth function, another at each point: x/2 + a x^2/4 + b sin(c x + d); its slopes."""
        seed = self.world.point.seed
        a, b, c, d = (self.n.number(chance(seed, name, part) + Fraction(1, 2)) for part in "abcd")
        quarter, half = self.n.number(Fraction(1, 4)), self.n.number(Fraction(1, 2))
        wave = c * x + d
        match primes:
            case 0:
                return half * x + a * x * x * quarter + b * self.n.of("sin", wave)
            case 1:
                return half + a * x * half + b * c * self.n.of("cos", wave)
            case 2:
                return a * half - b * c * c * self.n.of("sin", wave)
        raise UndecidedError(f"{name} with {primes} primes")

    def apply_defined(self, node: Call, x: Value, index: dict[str, int]) -> Value:
        function = self.model.functions[node.function]

        def body(value: Value) -> Value:
            outer = self.local
            self.local = {**outer, function.parameter: value}
            try:
                return self.evaluate(function.body, index)
            finally:
                self.local = outer

        if not node.primes:
            return body(x)
        if node.primes > 2:
            raise UndecidedError("third slopes of a function that the text defines")
        if not isinstance(self.n, Numbers) or isinstance(self.n, _Blanks):
            return x

        def f(t: Any) -> Any:
            exact = Context(self.world, self.reading, Numbers())
            exact.local = {function.parameter: Value((), [t])}
            return exact.scalar(function.body, index)

        try:
            if node.primes == 2:  # the slope below follows the precision that the one above works with
                found = [derivative(lambda t: derivative(f, t, mp.dps), entry, 45) for entry in x.data]
            else:
                found = [derivative(f, entry, 45) for entry in x.data]
        except (KinkError, NoLimitError) as error:
            raise DomainError(str(error)) from None
        return Value(x.shape, [float(slope) for slope in found] if isinstance(self.n, Floats) else found)

    def sum_entries(self, node: Call, x: Value, meaning: str) -> Value:
        """sum(X), sum(X, axis) or sum(X, axis, 1), which keeps the axis with size 1; mean and amax alike."""
        axis: int | None = None
        ranks = len(x.shape)
        if len(node.arguments) > 1:
            given = node.arguments[1]
            if isinstance(given, Negative) and given.inner == Number(Fraction(1)):
                given = Number(Fraction(-1))
            if not isinstance(given, Number) or not ranks or given.value not in range(-ranks, ranks):
                raise UndecidedError(
                    f"{write(node)}: sum(X, 0) adds the rows of a matrix, sum(X, 1) its columns"
                )
            axis = int(given.value) % ranks
        keep = axis is not None and len(node.arguments) > 2
        value = self.add_up(x, axis if ranks == 2 else None, meaning)
        if not keep or axis is None:
            return value
        return Value((*x.shape[:axis], "1", *x.shape[axis + 1 :]), value.data)

    def larger(self, a: Any, b: Any) -> Any:
        return a if self.n.compare(a, ">=", b) else b

    def add_up(self, x: Value, axis: int | None, meaning: str) -> Value:
        """The sum, mean or largest of all entries, or along one dimension of a matrix."""
        if axis is None and self.examples and len(x.shape) == 2:
            axis = int(self.examples)
        groups = [x.data]
        shape: tuple[str, ...] = ()
        if axis is not None:
            columns = self.world.size(x.shape[1])
            groups = [
                x.data[i::columns] if axis == 0 else x.data[i * columns : (i + 1) * columns]
                for i in range(self.world.size(x.shape[1 - axis]))
            ]
            shape = (x.shape[1 - axis],)
        if meaning == "amax":
            return Value(shape, [functools.reduce(self.larger, group) for group in groups])
        totals = [sum(group[1:], group[0]) for group in groups]
        if meaning == "mean":
            count = self.counted(x.shape if axis is None else (x.shape[axis],))
            totals = [self.n.divide(total, count) for total in totals]
        return Value(shape, totals)

    def counted(self, dims: Iterable[str]) -> Any:
        return self.count((dim, self.world.size(dim)) for dim in dims)

    def count(self, dims: Iterable[tuple[str, int]]) -> Any:
        """How many entries a mean is over, of dimensions with their sizes here."""
        true = math.prod(int(dim) if isinstance(dim, Large) else size for dim, size in dims)
        return self.n.number(Fraction(true))

    def softmax(self, x: Value, node: Node) -> Value:
        if not x.shape:
            raise ShapeError(f"{write(node)} needs a vector, not a number")
        turned = len(x.shape) == 2 and self.reading.softmax == "first"
        data = self.transposed(x).data if turned else x.data
        width = self.world.size(x.shape[0] if turned else x.shape[-1])
        out = []
        for start in range(0, len(data), width):
            row = [self.n.of("exp", entry) for entry in data[start : start + width]]
            total = sum(row[1:], row[0])
            out += [self.n.divide(entry, total) for entry in row]
        return Value(x.shape, self.transposed(Value(x.shape[::-1], out)).data if turned else out)

    # -- derivatives
    def derivative(self, node: Derivative, index: dict[str, int]) -> Value:
        """The true derivative at this point, whatever the text claims about it."""
        below = node.below
        if not isinstance(below, Name | Entry) or below.key in self.local:
            raise UndecidedError("a derivative inside a function's definition")
        under = self.name(below.key)
        if node.short and self.reading.between(below.key, self.model):
            factor = self.name(self.reading.summed).data[0]
            true = replace(node, short=False)
            return Value(
                (found := self.derivative(true, index)).shape, [factor * slope for slope in found.data]
            )
        if isinstance(below, Entry) and len(under.shape) == 2 and len(below.indices) == 1:
            whole = self.derivative(replace(node, below=Name(below.key)), index)
            return self.example(below, whole, index)
        above = self.shape(node.above, index)
        if isinstance(below, Entry):
            entry = self.position(below, under.shape, index)
            if not above:
                return Value((), [self.slope(node.above, (below.key, entry), index)])
            return self.column(node, above, (below.key, entry), index)
        entries = range(len(under.data))
        if not above:
            slopes = [self.slope(node.above, (below.key, entry), index) for entry in entries]
            if len(under.shape) == 1 and self.reading.gradient != "shape":
                return Value(("1", *under.shape), slopes)
            found = Value(under.shape, slopes)
            return self.transposed(found) if self.reading.gradient == "numerator" else found
        if not under.shape:
            return self.column(node, above, (below.key, 0), index)
        if len(above) != 1 or len(under.shape) != 1:
            raise UndecidedError(
                f"{write(node)} {FORMAL} "
                f"{said((*above, *under.shape))}; write it for single entries, as dz_j/dW_jk"
            )
        columns = [self.column(node, above, (below.key, entry), index).data for entry in entries]
        rows = range(self.world.size(above[0]))
        if self.reading.jacobian == "diagonal" and above == under.shape:
            if any(columns[c][r] != 0 for r in rows for c in entries if r != c):
                raise UndecidedError("no entrywise function")
            return Value(above, [columns[r][r] for r in rows])
        if self.reading.jacobian == "transposed":
            return Value((under.shape[0], above[0]), [columns[c][r] for c in entries for r in rows])
        return Value((above[0], under.shape[0]), [columns[c][r] for r in rows for c in entries])

    def differential(self, node: Differential) -> Value:
        """How much each entry changes per step, while the moving names change along a fixed direction."""
        value = self.name(node.key)
        if isinstance(self.n, _Blanks):
            return value
        directions = {
            key: [
                chance("differential", self.world.point.seed, key, at) - Fraction(1, 2)
                for at in range(len(self.world.point.leaves[key]))
            ]
            for key in node.moving
        }
        data = [
            self.world.along(self.reading, _Pick(Name(node.key), at), directions)
            for at in range(len(value.data))
        ]
        return Value(value.shape, [float(x) for x in data] if isinstance(self.n, Floats) else data)

    def column(
        self, node: Derivative, above: tuple[str, ...], below: tuple[str, int], index: dict[str, int]
    ) -> Value:
        """d(array)/d(number), entry by entry."""
        count = math.prod(self.world.size(dim) for dim in above)
        return Value(above, [self.slope(_Pick(node.above, at), below, index) for at in range(count)])

    def shape(self, node: Node, index: dict[str, int]) -> tuple[str, ...]:
        return () if isinstance(node, Entry) else self.true(node, index).shape

    def position(self, node: Entry, shape: tuple[str, ...], index: dict[str, int]) -> int:
        """Where an entry stands among the data of its array."""
        at = 0
        if not shape:
            raise UndecidedError(
                f"{node.key} is a number, and {write(node)} has an index: declare {node.key}"
            )
        if len(shape) != len(node.indices):
            raise ShapeError(
                f"{node.key} is {said(shape)}, and {write(node)} has {len(node.indices)} indices"
            )
        if isinstance(self.n, _Blanks):
            return at
        for dim, letter in zip(shape, node.indices, strict=True):
            if not letter.isdigit() and letter not in index:
                raise FreeIndexError(letter)
            place = int(letter) - self.model.first_index if letter.isdigit() else index[letter]
            if not 0 <= place < self.world.size(dim):
                raise ShapeError(f"{write(node)}: the index {letter} runs past {dim}, the size of {node.key}")
            at = at * self.world.size(dim) + place
        return at

    def slope(self, above: Node, below: tuple[str, int], index: dict[str, int]) -> Any:
        if isinstance(self.n, _Blanks):
            return _Blank()
        if isinstance(above, Entry):
            index = {letter: index[letter] for letter in above.indices if letter in index}
        elif isinstance(above, Name):
            index = {}
        slope = self.world.slope(self, above, below, index)
        if isinstance(self.n, Floats):
            return float(slope)
        with mp.workprec(max(mp.prec, 200)):
            return +slope


@dataclass(frozen=True, slots=True)
class _Pick(Node):
    """One entry of an array-valued formula, by its place in the data."""

    inner: Node
    at: int


_SLOPES: dict[str, Callable[[Numbers, Any], Any]] = {}
_VALUES: dict[str, Callable[[Numbers, Any], Any]] = {}


def _one(n: Numbers) -> Any:
    return n.number(Fraction(1))


def _sigmoid(n: Numbers, x: Any) -> Any:
    return n.divide(_one(n), _one(n) + n.of("exp", -x))


def _root_pi(n: Numbers) -> Any:
    return n.power(n.number(Fraction(4)) * n.of("atan", _one(n)), n.number(Fraction(1, 2)))


def _step(n: Numbers, x: Any) -> Any:
    return n.number(Fraction(int(n.compare(x, ">", n.number(Fraction(0))))))


def _sign(n: Numbers, x: Any) -> Any:
    return _step(n, x) - _step(n, -x)


_VALUES |= {
    "sigmoid": _sigmoid,
    "tanh": lambda n, x: n.of("tanh", x),
    "relu": lambda n, x: x * _step(n, x),
    "softplus": lambda n, x: n.of("log", _one(n) + n.of("exp", x)),
    "exp": lambda n, x: n.of("exp", x),
    "log": lambda n, x: n.of("log", x),
    "sqrt": lambda n, x: n.power(x, n.number(Fraction(1, 2))),
    "sin": lambda n, x: n.of("sin", x),
    "cos": lambda n, x: n.of("cos", x),
    "erf": lambda n, x: n.of("erf", x),
    "abs": lambda n, x: x * _sign(n, x),
    "sign": _sign,
    "step": _step,
}
# What a student's f'(z) stands for. The tests hold each against the limit quotient.
_SLOPES |= {
    "sigmoid": lambda n, x: _sigmoid(n, x) * _sigmoid(n, -x),
    "tanh": lambda n, x: _one(n) - n.of("tanh", x) * n.of("tanh", x),
    "relu": _step,
    "softplus": _sigmoid,
    "exp": lambda n, x: n.of("exp", x),
    "log": lambda n, x: n.divide(_one(n), x),
    "sqrt": lambda n, x: n.divide(n.number(Fraction(1, 2)), n.power(x, n.number(Fraction(1, 2)))),
    "sin": lambda n, x: n.of("cos", x),
    "cos": lambda n, x: -n.of("sin", x),
    "erf": lambda n, x: n.divide(n.number(Fraction(2)) * n.of("exp", -x * x), _root_pi(n)),
    "abs": _sign,
}


def said(shape: tuple[str, ...]) -> str:
    """(m,), (m, n) or `a number`."""
    if not shape:
        return "a number"
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(shape)})"


def _pairs(a: tuple[str, ...], b: tuple[str, ...], node: Node | None = None) -> list[tuple[str, str]]:
    """Which sizes would have to be one for two shapes to fit entry by entry; a bias goes with its weights."""
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    if len(long) > len(short):
        factors = [
            n.base
            for part in walk(node or Number(Fraction(0)))
            if isinstance(part, Product)
            for n in walk(part)
            if isinstance(n, Name)
        ]
        return [(short[0], dim) for dim in (long[::-1] if factors and factors[0][0] in _BATCHES else long)]
    return [(p, q) for p, q in zip(a, b, strict=True) if "1" not in (p, q)]


_BATCHES = frozenset("xXaAhHzZsSoOΦφ")  # what examples are written with, and not weights


def every_index(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """All index tuples of an array, the last index fastest."""
    out: list[tuple[int, ...]] = [()]
    for size in sizes:
        out = [(*head, at) for head in out for at in range(size)]
    return out


def index_dims(letter: str, body: Node, model: Model) -> list[str]:
    """The dimensions over which a letter runs in a formula, where no inner sum binds it again."""
    dims: list[str] = []

    def visit(node: Node) -> None:
        if isinstance(node, BigSum) and node.index == letter:
            return
        if isinstance(node, Entry) and node.key in model.shapes:
            shape = model.shapes[node.key]
            if len(shape) == len(node.indices):
                dims.extend(d for d, i in zip(shape, node.indices, strict=True) if i == letter)
            elif len(shape) == 2 and node.indices == (letter,) and (axis := _axis(shape, "")) is not None:
                dims.append(shape[axis])
        for child in children(node):
            visit(child)

    visit(body)
    return dims


def _axis(shape: tuple[str, ...], dim: str) -> int | None:
    """Which dimension of a matrix an example's index counts: the named one, the one that is not 1, or m."""
    fits = [at for at in (0, 1) if (shape[at] == dim if dim else shape[1 - at] == "1")]
    fits = fits or [at for at in (0, 1) if not dim and shape[at] in _EXAMPLES]
    return fits[0] if len(fits) == 1 else None


_EXAMPLES = frozenset("mNMB")


class _AnySize(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return 2


def shape_of(body: Node, model: Model, work: Work) -> tuple[str, ...]:
    """The shape of a definition's body, before any numbers are chosen."""
    world = World(model, Point(_AnySize(), {}), 1, work)
    context = Context(world, Reading(), _Blanks())
    context.defining = True
    return context.evaluate(body, {}).shape


def standard_costs(model: Model, cost: str) -> dict[str, Node]:
    """The usual costs, by their formula, for a cost that the text never defines."""
    definition = model.definitions[cost]
    assert isinstance(definition.body, Opaque)
    written = {node.key for claim in model.claims for node in walk(claim.right) if isinstance(node, Name)}
    targets = [
        key
        for key in model.leaves
        if stem(key) in TARGETS or (key in written and key not in definition.body.of)
    ][:4]
    found: dict[str, Node] = {}
    one, two, half = (Number(Fraction(value)) for value in (1, 2, Fraction(1, 2)))
    for key in definition.body.of:
        for target in targets:
            if target == key or model.shapes.get(target) != model.shapes.get(key):
                continue
            a, y = Name(key), Name(target)
            square = Power(Total((a, y), (1, -1)), two)
            entropy = Total(
                (
                    Product((y, Call("log", 0, (a,))), ("⊙",)),
                    Product((Total((one, y), (1, -1)), Call("log", 0, (Total((one, a), (1, -1)),))), ("⊙",)),
                ),
                (-1, -1),
            )
            categorical = Negative(Product((y, Call("log", 0, (a,))), ("⊙",)))
            logits = Negative(Product((y, Call("log", 0, (Call("softmax", 0, (a,)),))), ("⊙",)))
            array = bool(model.shapes.get(key))
            for body in (
                square,
                Product((half, square), (" ",)),
                entropy,
                categorical,
                *([logits] if array else []),
            ):
                node: Node = Call("sum", 0, (body,)) if array else body
                found[f"{cost} = {write(node)}"] = node
            if array:
                node = Call("mean", 0, (square,))
                found[f"{cost} = {write(node)}"] = node
    return found
