"""Formulas to numbers: numpy arrays with named dimensions, of any kind of number (mpf, float, torch, ...)."""

import contextlib
import functools
import hashlib
import math
import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, pairwise, product, starmap
from time import thread_time
from typing import Any

import mpmath
import numpy as np
from mpmath import mp

from backproof.reference.definition import KinkError, NoLimitError, derivative, smooth
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
    group,
    mapped,
    walk,
    words,
    write,
)
from backproof.reference.derivation.model import (
    TARGETS,
    Function,
    Model,
    Opaque,
    free_letters,
    names_in,
    reach,
    stem,
)
from backproof.reference.derivation.parser import formula

# A number past these has left every range in which a derivation is tested; computing on could take for ever.
_LARGEST_EXPONENT = 4000
_MOST_ENTRIES = 400
_SLOPE_DIGITS = 45  # of f'(x)
_TWICE_DIGITS = 27  # of a slope of a slope, each of whose values is dear
_MOST_ROWS = 6  # of a determinant
_ONE = Number(Fraction(1))


PLUS = " + "  # in the size of [h; x]; the n+1 of a sum from 0 is one letter
ON_NOTHING = "stands on nothing"
SUMMED = "is summed over the entries of"
FORMAL = "has more than two dimensions:"  # a slope that only a formal chain holds


class CannotEvaluateError(ArithmeticError):
    """Why a formula has no value here; args[0] is a sentence for people."""

    status = "undecided"  # of a step with such a formula


class ShapeError(CannotEvaluateError):
    """Shapes that do not fit, said as shapes; any of the pairs in `sizes`, were they one size, would help."""

    status = "shape"

    def __init__(self, problem: str, *sizes: tuple[str, str]) -> None:
        super().__init__(problem)
        self.sizes = [pair for pair in sizes if pair[0] != pair[1]]


class EitherError(ShapeError):
    """An index that may count the rows or the columns of a matrix, which is no mistake."""

    status = "undecided"


class FreeIndexError(CannotEvaluateError):
    """An index that is neither summed nor on the left side."""

    status = "free"

    def __init__(self, letter: str) -> None:
        super().__init__(f"the index {letter} is neither summed over nor on the left side")


class DomainError(CannotEvaluateError):
    """Not a finite real number at this point (log of a negative number, division by zero, a kink)."""


class UndecidedError(CannotEvaluateError):
    """Outside what is checked."""


class UnsaidError(UndecidedError):
    """What the text leaves open."""


class OutOfTimeError(CannotEvaluateError):
    """The whole check has used up its work."""

    status = "late"


class GaveUpError(Exception):
    """The clock has run out, on a machine far slower than the counted work allows for: nothing is decided."""


# Entries evaluated for one text: what takes some seconds on a common machine.
_WORK = 1_000_000
# Seconds of this thread's time after which a text is given up, undecided as a whole, so that no verdict hangs
# on the clock: only a machine many times slower than a common one needs them.
_GUARD = 60.0


class Work:
    """Counts what is evaluated instead of seconds, so that every machine decides the same."""

    def __init__(self, most: int = _WORK, explains: bool = True) -> None:
        self.left = most
        self.explains = explains  # whether edits are looked for
        self.until = thread_time() + _GUARD
        self.outcomes: dict[tuple[object, ...], Any] = {}  # of what was tried in any reading of the text

    def spend(self, entries: int) -> None:
        """Counts one evaluation; raises OutOfTimeError where no work is left, GaveUpError by the clock."""
        self.left -= 2 + entries
        if self.left < 0:
            raise OutOfTimeError("the work for one derivation is used up")
        if self.left % 1024 < 2 and thread_time() > self.until:
            raise GaveUpError


Array = np.ndarray[tuple[int, ...], np.dtype[Any]]  # of numbers of any kind
Below = tuple[str, int, tuple[str, ...]]  # what a slope is by: a name, which entry, what is held meanwhile


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """An array: `shape` names its dimensions, `data` holds its entries; of a number there is one."""

    shape: tuple[str, ...]
    data: Array


def array(entries: Iterable[Any], lengths: Sequence[int] = (-1,)) -> Array:
    """An array of any objects, row by row; none of them is looked into."""
    return np.fromiter(entries, object).reshape(lengths)


def single(entry: Any) -> Array:
    """The array of a number."""
    found: Array = np.empty(1, object)
    found[0] = entry
    return found


def of_one_class(shape: Sequence[int], axis: int, classes: Any) -> Array:
    """Ones where an entry's place along an axis is the class of its example, and zeros."""
    return np.asarray(np.indices(shape)[axis] == classes).astype(int).astype(object)


def each(f: Callable[..., Any], *arrays: Array) -> Array:
    """A function of numbers, entry by entry."""
    places = np.broadcast(*arrays)
    return array(starmap(f, places), places.shape)


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

    def bearing_on(
        self, model: Model, keys: Set[str], parts: Iterable[Node], targets: Collection[str] = ()
    ) -> "Reading":
        """The reading without what makes no difference to formulas of these names and parts."""
        opaque = (key for key in keys if self.cost.startswith(f"{key} = "))
        if self == _PLAIN or any(isinstance(model.definitions[key].body, Opaque) for key in opaque):
            return self
        used = {
            name for name, some in (("mean", model.summed), ("targets", targets)) if not keys.isdisjoint(some)
        }
        for part in parts:
            match part:
                case Product(_, ops) if "*" in ops or "·" in ops:
                    used.add("star")
                case Derivative() | Differential():
                    used |= {"gradient", "jacobian", "summed"}
                case Call() | BigSum():
                    used.add("examples")
        if "targets" in used or "softmax" in map(FUNCTIONS.get, keys):
            used.add("softmax")
        return Reading(**{name: getattr(self, name) for name in used})


_PLAIN = Reading()


class Numbers:
    """Arithmetic with mpmath at the current working precision, on arrays."""

    def number(self, value: Fraction | int) -> Array:
        return single(self.exact(value))

    def numbers(self, values: Array) -> Array:
        return each(self.exact, values)

    def of(self, name: str, x: Array) -> Array:
        return each(functools.partial(self.function, name), x)

    def power(self, x: Array, n: Array) -> Array:
        return each(self.powered, x, n)

    def divide(self, x: Array, y: Array) -> Array:
        try:
            found: Array = x / y
        except ZeroDivisionError:
            raise DomainError("a division by zero") from None
        return found

    def compare(self, x: Array, sign: str, y: Array) -> Array:
        """1 where it holds, else 0."""
        return self.numbers(each(functools.partial(self.compared, sign), x, y))

    # The rest is about single numbers, each kind of which has its own.
    def exact(self, value: Fraction | int) -> Any:
        whole = mpmath.mpf(value.numerator)
        return whole if value.denominator == 1 else whole / value.denominator

    def function(self, name: str, x: Any) -> Any:
        if name in {"exp", "sinh", "cosh"} and abs(x) > _LARGEST_EXPONENT:
            raise DomainError("a value too large or too small to test with")
        y = getattr(mpmath, name)(x)
        if isinstance(y, mpmath.mpc) or not mpmath.isfinite(y):
            raise DomainError(f"{name} of {mp.nstr(x, 5)}")
        return y

    def powered(self, x: Any, n: Any) -> Any:
        if n == int(n) and abs(n) <= 1000:
            if x == 0 and n < 0:
                raise DomainError("a division by zero")
            size = abs(mp.mag(x)) * abs(int(n)) if x else 0
            if size > _LARGEST_EXPONENT:
                raise DomainError("a value too large or too small to test with")
            return x ** int(n)
        if x <= 0:
            raise DomainError(f"a power of {mp.nstr(x, 5)}")
        return self.function("exp", n * self.function("log", x))

    def compared(self, sign: str, x: Any, y: Any) -> int:
        return int(_COMPARE[sign](x, y))

    def check(self, x: Any) -> None:
        if x and abs(mp.mag(x)) > 4 * _LARGEST_EXPONENT:
            raise DomainError("a value too large or too small to test with")


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class Floats(Numbers):
    """The same in float64: quick, for trying many formulas; every hit is tried again with mpmath."""

    def exact(self, value: Fraction | int) -> float:
        return value.numerator / value.denominator

    def function(self, name: str, x: Any) -> float:
        try:
            return float(getattr(math, name)(x))
        except (ValueError, OverflowError):
            raise DomainError(f"{name} of {x}") from None

    def powered(self, x: Any, n: Any) -> float:
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


class _Blanks(Floats):
    """Numbers of which nothing is known, for the shapes around them."""

    def exact(self, value: Fraction | int) -> float:  # noqa: ARG002
        return math.nan

    def check(self, x: Any) -> None:
        pass


def _fraction(x: Any) -> Fraction:
    man, exp = mpmath.mpf(x).man_exp  # without its sign
    return (-1 if x < 0 else 1) * man * Fraction(2) ** exp


def chance(*parts: object) -> Fraction:
    """A number from [0, 1), the same for the same parts on every machine: a hash.

    So fine that no two are the same: at a tie, a maximum and the class that is its label are several.
    """
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return Fraction(int.from_bytes(digest[1:9], "big") % 2**60, 2**60)


def chances(shape: Sequence[int], *parts: object) -> Array:
    """An array of such numbers, each by its place too."""
    return array((chance(*parts, at) for at in range(math.prod(shape))), shape)


@dataclass(slots=True)
class Point:
    """Sizes for the letters and exact values for every leaf."""

    sizes: dict[str, int]
    leaves: dict[str, Array]  # of Fractions
    seed: str = ""  # of the unknown functions


def lengths(shape: Iterable[str], sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The lengths of an array's dimensions; a number is an array of one entry."""
    every = map(summands, shape)
    return tuple(sum(int(dim) if dim.isdigit() else sizes[dim] for dim in dims) for dims in every) or (1,)


def summands(size: str) -> list[str]:
    """n and m of n + m, the size of [h; x]."""
    return size.split(PLUS) if PLUS in size else [size]


class World:
    """One point: the values of all names there, and the true derivatives, by their definition."""

    def __init__(
        self, model: Model, point: Point, digits: int, work: Work, before: "World | None" = None
    ) -> None:
        self.model = model
        self.point = point
        self.digits = digits  # of a derivative
        self.work = work
        self._values: dict[tuple[object, ...], dict[str, Value]] = {}
        self._slopes: dict[tuple[object, ...], Any] = {}
        self._runs: dict[tuple[object, ...], Context] = {}
        self._worlds: dict[tuple[object, ...], World] = {}
        self._lengths: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._reach: dict[Node, tuple[Set[str], list[Node]]] = {}
        if before is not None and before.model is model:
            self._reach = before._reach
        self._sides: dict[Reading, dict[int, tuple[Node, set[bool]]]] = {}

    def sides(self, reading: Reading) -> dict[int, tuple[Node, set[bool]]]:
        """The sides of each kink on which entries lie as a text is read: both, by the kink's id."""
        return self._sides.setdefault(reading, {})

    def on(self, node: Node, sides: Array, reading: Reading) -> None:
        """Keeps on which sides of a kink the entries lie."""
        self.sides(reading).setdefault(id(node), (node, set()))[1].update(map(bool, sides.flat))

    def context(self, reading: Reading, numbers: Numbers | None = None) -> "Context":
        return Context(self, reading, numbers or Numbers())

    def lengths(self, shape: tuple[str, ...]) -> tuple[int, ...]:
        if shape not in self._lengths:
            self._lengths[shape] = lengths(shape, self.point.sizes)
        return self._lengths[shape]

    def size(self, dim: str) -> int:
        return self.lengths((dim,))[0]

    def base(self, context: "Context") -> dict[str, Value]:
        """Values at this precision that no override touches, filled in as they are needed."""
        key = (type(context.n).__name__, mp.prec, context.reading)
        return self._values.setdefault(key, {})

    def slope(self, reading: Reading, above: Node, below: Below, index: dict[str, int]) -> Any:
        """d above / d below[entry], by the limit quotient; `above` must be a scalar under `index`."""
        key, entry, held = below

        def move(run: Context, step: Any) -> None:
            for one in held:
                run.override(one, run.name(one))
            start = run.name(key)
            run.override(key, Value(start.shape, start.data.copy()))
            run.own[key].data.flat[entry] += step

        return self._limit(reading, above, index, below, [key, *held], move)

    def hold(self, reading: Reading, above: Node, key: str, slopes: Array, least: Any) -> None:
        """Takes the slopes by an array's entries, from `least` on, that its quotients agree with."""
        reading = self.meant(reading, above)
        for entry, slope in enumerate(slopes.flat):
            if abs(slope) >= least > 0:
                self._slopes.setdefault((above, (key, entry, ()), (), reading), slope)

    def along(self, reading: Reading, above: Node, directions: Mapping[str, Array]) -> Any:
        """The slope of a number while all entries of some names move at once, by the limit quotient."""

        def move(run: Context, step: Any) -> None:
            for key, direction in directions.items():
                start = run.name(key)
                run.override(key, Value(start.shape, start.data + run.n.numbers(direction) * step))

        moved = tuple((key, *direction.flat) for key, direction in directions.items())
        return self._limit(reading, above, {}, moved, directions, move)

    def _limit(
        self,
        reading: Reading,
        above: Node,
        index: dict[str, int],
        moved: tuple[object, ...],
        keys: Collection[str],
        move: Callable[["Context", Any], None],
    ) -> Any:
        """The slope of `above` while `moved` moves, asked once; raises what says why there is none."""
        reading = self.meant(reading, above)
        memo = (above, moved, tuple(sorted(index.items())), reading)

        def f(step: Any) -> Any:
            if twice:
                where: tuple[object, ...] = (moved, mp.prec, step)
                if where not in self._worlds:
                    self._worlds[where] = self.elsewhere(keys, move, step)
                return self._worlds[where].context(reading).scalar(above, index)
            # All entries of an array, and all later lines, move the same variable by the same steps.
            run = (reading, moved if step else (), mp.prec, step)
            if run not in self._runs:
                self._runs[run] = self.context(reading)
                self._runs[run].order = 1
                if step:  # else the same for all that moves
                    move(self._runs[run], step)
            return self._runs[run].scalar(above, index)

        if memo not in self._slopes:
            self._slopes[memo] = mpmath.mpf(0)
            twice = any(isinstance(part, Derivative) for part in self.reach(above)[1])
            try:
                if any(self.depends(above, key) for key in keys):
                    digits = min(self.digits, _TWICE_DIGITS) if twice else self.digits
                    slope = smooth(f, 0, digits)
                    self._slopes[memo] = derivative(f, 0, digits, digits) if slope is None else slope
            except KinkError as kink:
                left, right = mp.nstr(kink.left, 5), mp.nstr(kink.right, 5)
                problem = f"a kink: slope {left} on one side, {right} on the other"
                self._slopes[memo] = DomainError(problem)
            except NoLimitError:
                self._slopes[memo] = DomainError("no slope")
            except CannotEvaluateError as error:
                self._slopes[memo] = error
        found = self._slopes[memo]
        if isinstance(found, CannotEvaluateError):
            raise found
        return found

    def elsewhere(self, keys: Collection[str], move: Callable[["Context", Any], None], step: Any) -> "World":
        """The point a step away, where slopes are others too."""
        run = self.context(_PLAIN)
        move(run, mpmath.mpf(step))
        leaves = {key: each(_fraction, run.own[key].data) for key in keys}
        point = Point(self.point.sizes, {**self.point.leaves, **leaves}, self.point.seed)
        model = self.model
        if not model.definitions.keys().isdisjoint(keys):  # the slope by z, which other lines define
            rest = {key: one for key, one in model.definitions.items() if key not in keys}
            model = replace(model, definitions=rest, order=[key for key in model.order if key not in keys])
        digits = mp.dps * 2 // 3  # what the step leaves of them is asked for
        return World(model, point, digits, self.work, self)

    def reach(self, node: Node) -> tuple[Set[str], list[Node]]:
        """The names that a formula is made of, and all its parts; looked for once."""
        inner = node.inner if isinstance(node, _Pick) else node
        if inner not in self._reach:
            self._reach[inner] = reach(self.model, inner)
        return self._reach[inner]

    def meant(self, reading: Reading, node: Node) -> Reading:
        """A reading as far as it matters here: slopes are the same under all the others."""
        return reading if reading == _PLAIN else reading.bearing_on(self.model, *self.reach(node))

    def depends(self, node: Node, key: str) -> bool:
        """Whether a formula's value hangs on a name."""
        return key in self.reach(node)[0]


class Context:
    """Evaluates formulas in a World, under a Reading, with one kind of number."""

    def __init__(self, world: World, reading: Reading, numbers: Numbers) -> None:
        self.world = world
        self.model = world.model
        self.reading = reading
        self.n = numbers
        self.own: dict[str, Value] = {}
        self.moved: dict[str, Value] = {}  # of these what is given, and not what it makes of others
        self.order = 0  # of the slopes that are being taken
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
        self.own[key] = self.moved[key] = value
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
            needs = self.model.needs[key] - {key}
            for inner in self.model.order:  # one by one, so that a long chain needs no deep stack
                store = self.own if inner in self.touched else self.base
                if inner in needs and inner not in store:
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
        with self.during(local={}, defining=True, examples=""):
            if isinstance(definition.body, Opaque):
                value = self.opaque(definition.body)
            elif definition.indices:
                shape, count = self.model.shapes[key], len(definition.indices)
                self.ranges |= zip(definition.indices, shape, strict=False)
                places = (
                    dict(zip(definition.indices, at, strict=True))
                    for at in np.ndindex(self.world.lengths(shape[:count]))
                )
                if len(shape) > count:  # rows
                    rows = (self.evaluate(definition.body, index).data.flat for index in places)
                    value = self.value(shape, chain.from_iterable(rows))
                else:
                    try:
                        value = self.value(shape, (self.scalar(definition.body, index) for index in places))
                    except ShapeError as error:  # no mistake of what hangs on it
                        where = f"line {definition.place.line}, which says what {key} is"
                        raise UndecidedError(f"{where}, was not understood: {error.args[0]}") from None
            else:
                value = self.evaluate(definition.body, {})
            if key in self.model.summed:
                value = self.add_up(value, None, "mean" if self.reading.mean else "sum")
            return value

    @contextlib.contextmanager
    def during(self, **state: Any) -> Iterator[None]:
        """This context in another state for a while."""
        before = {name: getattr(self, name) for name in state}
        try:
            for name, value in state.items():
                setattr(self, name, value)
            yield
        finally:
            for name, value in before.items():
                setattr(self, name, value)

    def value(self, shape: tuple[str, ...], entries: Iterable[Any] | Array) -> Value:
        """An array of some shape, from its entries row by row."""
        data = entries if isinstance(entries, np.ndarray) else array(entries)
        return Value(shape, data.reshape(self.world.lengths(shape)))

    def leaf(self, key: str) -> Value:
        shape = self.model.shapes.get(key, ())
        if isinstance(self.n, _Blanks):
            return Value(shape, np.full(self.world.lengths(shape), math.nan, object))
        if key in self.world.point.leaves:
            return Value(shape, self.n.numbers(self.world.point.leaves[key]))
        if key in self.world.point.sizes:
            return Value((), self.n.number(self.world.point.sizes[key]))
        if key == "e":
            return Value((), self.n.of("exp", self.n.number(1)))
        if key == "π":
            return Value((), _pi(self.n))
        raise UndecidedError(f"{key} has no value")

    def opaque(self, node: Opaque) -> Value:
        inputs = np.concatenate([self.name(one).data.ravel() for one in node.of])
        shape = self.model.shapes.get(node.name, ())
        seed = self.world.point.seed
        count = math.prod(self.world.lengths(shape))

        def weights(letter: str, least: Fraction) -> Array:
            shares = (
                chance(seed, node.name, row, column, letter) + least
                for row in range(count)
                for column in range(len(inputs))
            )
            return self.n.numbers(array(shares, (count, len(inputs))))

        line = weights("a", Fraction(1, 2)) @ inputs
        wave = weights("b", Fraction(1, 4)) @ inputs
        shift = self.n.numbers(array(chance(seed, node.name, row, "c") for row in range(count)))
        return self.value(shape, line + self.n.of("sin", wave + shift))

    # -- formulas
    def scalar(self, node: Node, index: dict[str, int]) -> Any:
        value = self.evaluate(node, index)
        if value.shape and value.data.size != 1:
            raise ShapeError(f"{write(node)} is {said(value.shape)}, where a number is needed")
        return value.data.flat[0]

    def evaluate(self, node: Node, index: dict[str, int]) -> Value:
        self.depth += 1
        if self.depth > 120:
            self.depth = 0
            raise UndecidedError("functions nested too deeply")
        try:
            value = self._evaluate(node, index)
        finally:
            self.depth -= 1
        # A function of numbers with many digits takes as long as many sums.
        self.world.work.spend(value.data.size * (1 + mp.prec // 100 if type(node) is Call else 1))
        if value.data.size > _MOST_ENTRIES:
            raise UndecidedError(f"an array of {value.data.size} entries")
        if type(node) is Product:  # sums of a page's length do not get out of hand, powers are checked apart
            for entry in value.data.flat:
                self.n.check(entry)
        return value

    def _evaluate(self, node: Node, index: dict[str, int]) -> Value:
        match node:
            case Number(number):
                return Value((), self.n.number(abs(number) if self.magnitude else number))
            case Name():
                if node.key in index:
                    return Value((), self.n.number(index[node.key] + self.model.first_index))
                return self.sized(self.name(node.key))
            case Entry():
                return self.sized(self.entry(node, index))
            case Index(letter):
                if letter not in index and not isinstance(self.n, _Blanks):
                    raise FreeIndexError(letter)
                return Value((), self.n.number(index.get(letter, 0) + self.model.first_index))
            case Negative(inner):
                value = self.evaluate(inner, index)
                return value if self.magnitude else Value(value.shape, -value.data)
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
                sides = self.true(left, index), self.true(right, index)
                holds = self.entrywise(*sides, lambda a, b: self.n.compare(a, sign, b), node)
                self.world.on(node, holds.data, self.reading)
                return holds
            case Cases():
                return self.cases(node, index)
            case Listing(rows) if len(rows[0]) == 1 and (blocks := self.blocks(node, index)):
                return blocks
            case Listing(rows):
                dims = (str(len(rows)), str(len(rows[0])))
                entries = (self.scalar(entry, index) for entry in children(node))
                return self.value(dims[: 1 + (dims[1] != "1")], entries)
            case Dots():
                raise UndecidedError("'...' leaves entries out: write one of them, as dL/dw_jk")
            case Opaque():
                return self.opaque(node)
            case _Pick(inner, at):
                return Value((), single(self.evaluate(inner, index).data.flat[at]))
        raise UndecidedError(f"{write(node)} has no value")

    def blocks(self, node: Listing, index: dict[str, int]) -> Value | None:
        """[h; x]: vectors one below the other; None where there are none."""
        parts = [self.evaluate(part, index) for part in children(node)]
        if all(not part.shape for part in parts) or any(len(part.shape) > 1 for part in parts):
            return None
        dim = PLUS.join(part.shape[0] if part.shape else "1" for part in parts)
        return self.value((dim,), np.concatenate([part.data for part in parts]))

    def transposed(self, value: Value) -> Value:
        """The transpose; a (n,) is a column, so its transpose is a row (1, n)."""
        if not value.shape:
            return value
        if len(value.shape) < 2:
            return self.value(("1", *value.shape), value.data)
        if value.shape[0] == "1":
            return Value((value.shape[1],), value.data[0])
        return Value(value.shape[::-1], value.data.T)

    def sized(self, value: Value) -> Value:
        return Value(value.shape, abs(value.data)) if self.magnitude else value

    def true(self, node: Node, index: dict[str, int]) -> Value:
        """The value itself, also while magnitudes are collected."""
        if not self.magnitude:
            return self.evaluate(node, index)
        with self.during(magnitude=False):
            return self.evaluate(node, index)

    def entry(self, node: Entry, index: dict[str, int]) -> Value:
        whole = self.name(node.key)
        if len(whole.shape) == 2 and len(node.indices) == 1:
            return self.example(node, whole, index)
        return Value((), single(whole.data[self.position(node, whole.shape, index)]))

    def example(self, node: Entry, batch: Value, index: dict[str, int]) -> Value:
        """One row or column of a batch, by the dimension over which the index runs; of a (1, m) the entry."""
        (letter,) = node.indices
        axis = 0 if node.key in self.model.rows else _axis(batch.shape, self.ranges.get(letter, ""))
        if axis is None:
            over = self.ranges.get(letter, "")
            data = sorted(batch.shape, key=lambda dim: not re.match(r"n\d_[xXaA]", dim))  # X's are examples
            raise EitherError(
                f"{write(node)}: {node.key} is {said(batch.shape)}, and {letter} may count either",
                *((dim, over) for dim in data if over),
            )
        other = batch.shape[1 - axis]
        at = self.place(node, letter, batch.shape[axis], index)
        return Value(() if other == "1" else (other,), batch.data[:, at] if axis else batch.data[at])

    def total(self, node: Total, index: dict[str, int]) -> Value:
        value = self.evaluate(node.terms[0], index)
        if node.signs[0] < 0 and not self.magnitude:
            value = Value(value.shape, -value.data)
        for term, sign in zip(node.terms[1:], node.signs[1:], strict=True):
            f = operator.sub if sign < 0 and not self.magnitude else operator.add
            value = self.entrywise(value, self.evaluate(term, index), f, node)
        return value

    def entrywise(self, a: Value, b: Value, f: Callable[[Array, Array], Array], node: Node) -> Value:
        """f entry by entry; a scalar, and a vector over a matrix's rows or columns, is repeated."""
        shape = self.joint(a.shape, b.shape)
        if shape is None:
            raise ShapeError(
                f"{said(a.shape)} and {said(b.shape)} do not fit entry by entry in {write(node)}",
                *_pairs(a.shape, b.shape, node),
            )
        return Value(shape, f(self.spread(a, shape), self.spread(b, shape)))

    def joint(self, a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...] | None:
        if len(a) < len(b):
            a, b = b, a
        if a == b or not b:
            return a
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

    def spread(self, value: Value, shape: tuple[str, ...]) -> Array:
        """The entries as numpy repeats them for a shape: a vector along the rows is a column there."""
        along_rows = len(value.shape) == 1 and len(shape) == 2 and value.shape[0] != shape[1]
        return value.data[:, np.newaxis] if along_rows else value.data

    def product(self, node: Product, index: dict[str, int]) -> Value:
        large = [at for at, factor in enumerate(node.factors) if self.is_large(factor)]
        at = large[-1] if large and large[0] else 0  # dz/dW dL/dz has it in front
        if large and "/" not in node.ops[max(0, at - 1) : at + 1]:
            start, size = (0, at) if at else (1, len(node.factors) - 1)
            front = self.added_up(self.evaluate(group(node, start, size), index), node.factors[at], index)
            if not at or at + 1 == len(node.factors):
                return front
            rest = node.factors[at + 1 :]
            node = Product((group(node, 0, at + 1), *rest), node.ops[at:])
            values = [front, *(self.evaluate(factor, index) for factor in rest)]
        else:
            values = [self.evaluate(factor, index) for factor in node.factors]
        try:
            return self.chain(node, values, index)
        except ShapeError as error:
            # Products are read from left to right; where that has no shape, side by side binds tighter.
            starts = [0, *(at + 1 for at, op in enumerate(node.ops) if op not in {" ", "@"}), len(values)]
            groups = tuple(group(node, start, end - start) for start, end in pairwise(starts))
            ops = tuple(node.ops[start - 1] for start in starts[1:-1])
            if len(groups) in {1, len(values)} or "/" in ops:
                raise
            try:
                return self.evaluate(Product(groups, ops), index)
            except ShapeError:
                raise error from None

    def is_large(self, node: Node) -> bool:
        """Whether a slope has more than two dimensions: that of a vector by a matrix."""
        if not isinstance(node, Derivative) or not isinstance(node.above, Name):
            return False
        both = [self.name(one.key).shape for one in (node.above, node.below) if isinstance(one, Name)]
        return all(both) and len(both) == 2 < sum(map(len, both))

    def added_up(self, factor: Value, slope: Node, index: dict[str, int]) -> Value:
        """δ dz/dW as what it stands for: the sum over all entries of z, δ having one for each."""
        assert isinstance(slope, Derivative)
        assert isinstance(slope.below, Name)
        above, under = self.shape(slope.above, index), self.name(slope.below.key)
        if [dim for dim in factor.shape if dim != "1"] != [dim for dim in above if dim != "1"]:
            self.evaluate(slope, index)  # says what it is
        columns = (
            self.column(slope, above, self.by(slope, slope.below.key, at), index)
            for at in range(under.data.size)
        )
        found = self.value(under.shape, [(factor.data.ravel() * one.data.ravel()).sum() for one in columns])
        self.notes.add(f"{write(slope)} {SUMMED} {write(slope.above)}")
        return found

    def chain(self, node: Product, values: Sequence[Value], index: dict[str, int]) -> Value:
        value = values[0]
        for place, (op, right) in enumerate(zip(node.ops, values[1:], strict=True), start=1):
            if op == "/":
                true = self.true(node.factors[place], index) if self.magnitude else right
                value = self.entrywise(
                    value, true, lambda a, b: self.n.divide(a, abs(b) if self.magnitude else b), node
                )
            elif op == "⊗" and len(value.shape) == len(right.shape) == 1:
                value = Value((*value.shape, *right.shape), np.multiply.outer(value.data, right.data))
            elif op in {"⊙", "⊗"}:
                value = self.entrywise(value, right, operator.mul, node)
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
            row = self.transposed(total)
            return self.matrix(a, row, node, place)
        return None

    def matrix(self, a: Value, b: Value, node: Product, place: int) -> Value:
        if not a.shape or not b.shape:
            return self.entrywise(a, b, operator.mul, node)
        product = self.matrix_product(a, b)
        if product is None and node.ops[place - 1] == "@" and len(a.shape) == 1:
            product = self.matrix_product(self.transposed(a), b)  # numpy's v @ W is a vector
            if product is not None and len(product.shape) == 2:
                product = Value(product.shape[1:], product.data[0])
        if product is not None:
            return product
        if self.adding and a.shape == b.shape:
            return self.entrywise(a, b, operator.mul, node)
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
        (rows, inner), (other, columns) = (*a.shape, "1")[:2], (*b.shape, "1")[:2]
        if inner != other:
            return None
        left, right = (x.data.reshape(len(x.data), -1) for x in (a, b))
        shape: tuple[str, ...] = (rows, columns)
        if len(b.shape) == 1:
            shape = () if rows == "1" and len(a.shape) == 2 else (rows,)
        elif len(a.shape) == 2 and rows == columns == "1":
            shape = ()
        return self.value(shape, left @ right)

    def starred(self, op: str, a: Value, b: Value, node: Product, place: int) -> Value:
        """`*` and `·`: whichever reading has a shape."""
        if not a.shape or not b.shape:
            return self.entrywise(a, b, operator.mul, node)
        product = None if self.model.python and op == "*" else self.matrix_product(a, b)
        if product is None and op == "·" and len(a.shape) == 1 and a.shape == b.shape:
            product = self.matrix_product(self.transposed(a), b)  # the dot product
        try:
            entries = self.entrywise(a, b, operator.mul, node)
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
            return self.sized(Value(exponent.shape, self.n.of("exp", exponent.data)))
        exponent = self.true(node.exponent, index)
        whole = isinstance(node.exponent, Number) and node.exponent.value > 0
        base = self.evaluate(node.base, index) if whole else self.true(node.base, index)
        square = len(base.shape) == 2 and base.shape[0] == base.shape[1] != "1"
        if square and node.exponent == Number(Fraction(-1)) and not self.model.python:
            return self.sized(Value(base.shape, _inverse(self.n, base.data)))
        value = self.entrywise(base, exponent, self.n.power, node)
        return value if whole else self.sized(value)

    def big_sum(self, node: BigSum, index: dict[str, int]) -> Value:
        letters = [node.index] if node.index else [x for x in free_letters(node.body) if x not in index]
        if not letters:  # a bare sum of an array
            return self.add_up(self.summand(node.body, index), None, "mean" if node.mean else "sum")
        for letter in letters:
            dim = index_dim(letter, node.body, self.model) or node.size or self.model.ranges.get(letter, "")
            if not dim:
                raise UndecidedError(f"the index {letter} {ON_NOTHING}, so its range is not known")
            self.ranges[letter] = dim
        sizes = [
            int(dim) if dim.isdigit() else self.world.point.sizes.get(dim, 2)
            for dim in (self.ranges[letter] for letter in letters)
        ]
        if math.prod(sizes) > _MOST_ENTRIES:
            raise UndecidedError(f"a sum of {math.prod(sizes)} terms")
        total = functools.reduce(
            lambda a, b: self.entrywise(a, b, operator.add, node),
            (
                self.evaluate(node.body, {**index, **dict(zip(letters, at, strict=True))})
                for at in np.ndindex(*sizes)
            ),
        )
        if node.mean:
            count = self.count(zip((self.ranges[letter] for letter in letters), sizes, strict=True))
            total = Value(total.shape, self.n.divide(total.data, count))
        return total

    def summand(self, node: Node, index: dict[str, int]) -> Value:
        """What a sum of all entries adds up: in a definition, Y log(A) with no sign between is Y ⊙ log(A)."""
        with self.during(adding=self.defining):
            return self.evaluate(node, index)

    def cases(self, node: Cases, index: dict[str, int]) -> Value:
        conditions = [
            None if isinstance(condition, Otherwise) else self.true(condition, index)
            for _, condition in node.branches
        ]
        if all(condition is None or not condition.shape for condition in conditions):
            for (branch, _), condition in zip(node.branches, conditions, strict=True):
                if condition is None or condition.data[0] == 1 or isinstance(self.n, _Blanks):
                    return self.evaluate(branch, index)
            raise DomainError("no case holds")
        values = [self.evaluate(branch, index) for branch, _ in node.branches]
        parts = [*values, *(condition for condition in conditions if condition is not None)]
        shape = max((part.shape for part in parts), key=len)
        if any(part.shape not in {(), shape} for part in parts):
            raise ShapeError(f"the cases {write(node)} have different shapes")
        data = np.full(self.world.lengths(shape), None, object)
        for value, condition in reversed([*zip(values, conditions, strict=True)]):
            holds = condition is None or isinstance(self.n, _Blanks) or condition.data == 1  # of blanks, all
            data[...] = np.where(holds, value.data, data)
        if any(entry is None for entry in data.flat):
            raise DomainError("no case holds")
        return Value(shape, data)

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
        if node.primes and meaning not in _VALUES:
            raise UndecidedError(
                f"{node.function}' is not a function of one number; write the derivative itself"
            )
        if meaning in {"max", "min"} and len(arguments) == 2:
            sign = ">=" if meaning == "max" else "<="

            def larger(a: Array, b: Array) -> Array:
                first = each(functools.partial(self.n.compared, sign), a, b).astype(bool)
                self.world.on(node, first, self.reading)
                return np.where(first, a, b)

            return self.sized(self.entrywise(arguments[0], arguments[1], larger, node))
        if meaning == "outer" and len(arguments) == 2:
            # numpy's takes a column and a row for the vectors that they are
            vectors = [tuple(dim for dim in x.shape if dim != "1") or ("1",) for x in arguments]
            if any(len(shape) != 1 for shape in vectors):
                raise ShapeError(
                    f"{write(node)} needs two vectors, not {said(vectors[0])} and {said(vectors[1])}"
                )
            outer = np.multiply.outer(*(x.data.ravel() for x in arguments))
            return self.sized(Value((*vectors[0], *vectors[1]), outer))
        if len(arguments) != 1:
            raise UndecidedError(f"{node.function} of {len(arguments)} arguments")
        (x,) = arguments
        if meaning == "diag" and len(x.shape) == 2:
            raise UndecidedError("the diagonal of a matrix is a vector, of its rows or of its columns")
        what, fits = _NEEDS.get(meaning, ("", lambda _: True))
        if not fits(x.shape):
            sizes = zip(x.shape, x.shape[1:]) if what == _SQUARE[0] else ()
            raise ShapeError(f"{write(node)} needs {what}, not {said(x.shape)}", *sizes)
        match meaning:
            case "softmax":
                axis = 0 if len(x.shape) == 2 and self.reading.softmax == "first" else -1
                powers = self.n.of("exp", x.data)
                value = Value(x.shape, self.n.divide(powers, powers.sum(axis, keepdims=True)))
            case "column":
                length = max(x.shape, key=lambda dim: dim != "1", default="1")
                value = self.value((length, "1"), x.data)
            case "norm":
                value = self.value((), _root(self.n, (x.data * x.data).sum(keepdims=True)))
            case "diag":
                ones = self.n.numbers(np.eye(len(x.data), dtype=object))
                value = Value((x.shape[0], x.shape[0]), ones * x.data)
            case "det":
                value = Value((), single(_determinant(x.data)))
            case "inverse":
                value = Value(x.shape, _inverse(self.n, x.data))
            case "trace":
                value = Value((), x.data.diagonal().sum(keepdims=True)) if x.shape else x
            case _ if meaning not in _VALUES:  # max, dot
                raise UndecidedError(f"{node.function} of one argument")
            case _:
                if meaning in _KINKED:
                    self.world.on(node, each(lambda entry: entry > 0, x.data), self.reading)
                value = self.map(node, x, self.builtin)
        return self.sized(value)

    def map(self, node: Call, x: Value, f: Callable[[str, int, Array], Array]) -> Value:
        return Value(x.shape, f(node.function, node.primes, x.data))

    def builtin(self, name: str, primes: int, x: Array) -> Array:
        meaning = FUNCTIONS[name]
        if not primes or (primes == 1 and meaning in _SLOPES):
            return (_SLOPES if primes else _VALUES)[meaning](self.n, x)
        if isinstance(self.n, _Blanks):
            return x
        return self.slopes(lambda t: self.builtin(name, primes - 1, single(t))[0], x)

    def slopes(self, f: Callable[[Any], Any], x: Array) -> Array:
        """f' at each entry, by the limit quotient, with the digits that a slope of it leaves."""
        digits = max(_SLOPE_DIGITS, mp.dps * 2 // 3)
        try:
            found = each(lambda entry: derivative(f, entry, digits=digits, zero_digits=digits), x)
        except (KinkError, NoLimitError) as error:
            raise DomainError(str(error)) from None
        return each(float, found) if isinstance(self.n, Floats) else found

    def unknown(self, name: str, primes: int, x: Array) -> Array:
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
        if not node.primes and not self.through(function):
            with self.during(local={**self.local, function.parameter: x}):
                return self.evaluate(function.body, index)
        if not node.primes:
            return self.inside(function, x, self.n).evaluate(function.body, index)
        if node.primes + self.order > 2:
            raise UndecidedError("third slopes of a function that the text defines")
        if isinstance(self.n, _Blanks):
            return x

        def f(t: Any, primes: int = node.primes - 1) -> Any:
            if primes:  # the slope below follows the precision that the one above works with
                digits = mp.dps * 2 // 3
                return derivative(lambda at: f(at, primes - 1), t, digits, digits)
            exact = self.inside(function, Value((), single(t)), Numbers())
            exact.order += node.primes
            return exact.scalar(function.body, index)

        return Value(x.shape, self.slopes(f, x.data))

    def through(self, function: Function) -> bool:
        """Whether other lines bring a function's parameter into it, as u = x^2 does into f(x) = exp(u)."""
        needs, own = self.model.needs, function.parameter
        return not self.model.shapes.get(own) and any(
            own in needs.get(key, ()) for key in names_in(function.body) if key != own
        )

    def inside(self, function: Function, x: Value, numbers: Numbers) -> "Context":
        """This context inside a function: its parameter is x, and what has been moved stays moved."""
        run = Context(self.world, self.reading, numbers)
        run.local, run.order = {function.parameter: x}, self.order
        exact = type(numbers) is type(self.n)
        for key, value in self.moved.items():
            run.override(key, value if exact else Value(value.shape, each(mpmath.mpf, value.data)))
        if self.through(function):
            run.override(function.parameter, x)
        return run

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
        value = self.add_up(x, axis if ranks > 1 else None, meaning)
        if not keep or axis is None:
            return value
        return self.value((*x.shape[:axis], "1", *x.shape[axis + 1 :]), value.data)

    def add_up(self, x: Value, axis: int | None, meaning: str) -> Value:
        """The sum, mean or largest of all entries, or along one dimension."""
        if axis is None and self.examples and len(x.shape) == 2:
            axis = int(self.examples)
        added = np.maximum if meaning == "amax" else np.add
        if axis is None:
            value = Value((), added.reduce(x.data.ravel(), keepdims=True))
        else:
            value = Value(x.shape[:axis] + x.shape[axis + 1 :], added.reduce(x.data, axis))
        if meaning != "mean":
            return value
        dims = x.shape if axis is None else (x.shape[axis],)
        count = self.count(zip(dims, self.world.lengths(dims), strict=False))
        return Value(value.shape, self.n.divide(value.data, count))

    def count(self, dims: Iterable[tuple[str, int]]) -> Array:
        """How many entries a mean is over, of dimensions with their sizes here."""
        true = math.prod(int(dim) if isinstance(dim, Large) else size for dim, size in dims)
        return self.n.number(true)

    # -- derivatives
    def derivative(self, node: Derivative, index: dict[str, int]) -> Value:
        """The true derivative at this point, whatever the text claims about it."""
        below = node.below
        if not isinstance(below, Name | Entry) or below.key in self.local:
            raise UndecidedError("a derivative inside a function's definition")
        under = self.name(below.key)
        if node.short and self.reading.between(below.key, self.model):
            true = self.derivative(replace(node, short=False), index)
            return Value(true.shape, self.name(self.reading.summed).data * true.data)
        if isinstance(below, Entry) and len(under.shape) == 2 and len(below.indices) == 1:
            whole = self.derivative(replace(node, below=Name(below.key)), index)
            if len(whole.shape) != 2:
                raise UndecidedError(f"slopes of {write(node.above)} by each {write(below)}")
            return self.example(below, whole, index)
        above = self.shape(node.above, index)
        if isinstance(below, Entry):
            entry = int(np.ravel_multi_index(self.position(below, under.shape, index), under.data.shape))
            return self.column(node, above, self.by(node, below.key, entry), index)
        entries = range(under.data.size)
        if not above:
            found = self.value(
                under.shape, [self.slope(node.above, self.by(node, below.key, at), index) for at in entries]
            )
            row = self.reading.gradient == "row" and len(under.shape) == 1
            return self.transposed(found) if row or self.reading.gradient == "numerator" else found
        if not under.shape:
            return self.column(node, above, self.by(node, below.key, 0), index)
        alone = {*above, *under.shape} == {"1"}  # numbers
        if alone or (self.reading.jacobian == "diagonal" and above == under.shape):
            return self.diagonal(node, below, under, index)
        if len(above) != 1 or len(under.shape) != 1:
            raise UndecidedError(
                f"{write(node)} {FORMAL} "
                f"{said((*above, *under.shape))}; write it for single entries, as dz_j/dW_jk"
            )
        columns = [self.column(node, above, self.by(node, below.key, at), index).data for at in entries]
        jacobian = np.stack(columns, axis=1)
        found = Value((*above, *under.shape), jacobian)
        return Value(found.shape[::-1], jacobian.T) if self.reading.jacobian == "transposed" else found

    def diagonal(self, node: Derivative, below: Name, under: Value, index: dict[str, int]) -> Value:
        """The slopes of an entrywise function, which are as many as it has entries."""
        parts = [_Pick(node.above, at) for at in range(under.data.size)]
        found = [self.slope(part, self.by(node, below.key, at), index) for at, part in enumerate(parts)]
        if not isinstance(self.n, _Blanks):  # every entry moves, and each slope is by its own alone
            moved = chances(under.data.shape, "entrywise", below.key)
            steps = self.n.numbers(moved).flat
            for part, slope, step in zip(parts, found, steps, strict=True):
                with mp.workprec(max(mp.prec, 200)):
                    apart = abs(self.world.along(self.reading, part, {below.key: moved}) - slope * step)
                    if apart > (1 + abs(slope)) * mp.mpf(10) ** -_TWICE_DIGITS:
                        raise UndecidedError("no entrywise function")
        return self.value(under.shape, found)

    def by(self, node: Derivative, key: str, entry: int) -> Below:
        """What moves, and what of the names in the text is held meanwhile."""
        return key, entry, tuple(one for one in node.held if one in self.model.shapes)

    def differential(self, node: Differential) -> Value:
        """How much each entry changes per step, while the moving names change along a fixed direction."""
        value = self.name(node.key)
        if isinstance(self.n, _Blanks):
            return value
        leaves, seed = self.world.point.leaves, self.world.point.seed
        directions = {
            key: chances(leaves[key].shape, "differential", seed, key) - Fraction(1, 2) for key in node.moving
        }
        slopes = (
            self.world.along(self.reading, _Pick(Name(node.key), at), directions)
            for at in range(value.data.size)
        )
        return self.value(value.shape, map(float, slopes) if isinstance(self.n, Floats) else slopes)

    def column(self, node: Derivative, above: tuple[str, ...], below: Below, index: dict[str, int]) -> Value:
        """d(array)/d(number), entry by entry."""
        count = math.prod(self.world.lengths(above))
        parts = [_Pick(node.above, at) for at in range(count)] if above else [node.above]
        return self.value(above, [self.slope(part, below, index) for part in parts])

    def shape(self, node: Node, index: dict[str, int]) -> tuple[str, ...]:
        return () if isinstance(node, Entry) else self.true(node, index).shape

    def position(self, node: Entry, shape: tuple[str, ...], index: dict[str, int]) -> tuple[int, ...]:
        """Where an entry stands in its array."""
        if not shape:
            raise UndecidedError(
                f"{node.key} is a number, and {write(node)} has an index: declare {node.key}"
            )
        if len(shape) != len(node.indices):
            raise ShapeError(
                f"{node.key} is {said(shape)}, and {write(node)} has {len(node.indices)} indices"
            )
        return tuple(
            self.place(node, letter, dim, index) for dim, letter in zip(shape, node.indices, strict=True)
        )

    def place(self, node: Entry, letter: str, dim: str, index: dict[str, int]) -> int:
        """Where an entry stands along one dimension."""
        if isinstance(self.n, _Blanks):
            return 0
        if not letter.isdigit() and letter not in index:
            raise FreeIndexError(letter)
        place = int(letter) - self.model.first_index if letter.isdigit() else index[letter]
        if not 0 <= place < self.world.size(dim):
            raise ShapeError(f"{write(node)}: the index {letter} runs past {dim}, the size of {node.key}")
        return place

    def slope(self, above: Node, below: Below, index: dict[str, int]) -> Any:
        if isinstance(self.n, _Blanks):
            return math.nan
        if isinstance(above, Entry):
            index = {letter: index[letter] for letter in above.indices if letter in index}
        elif isinstance(above, Name):
            index = {}
        slope = self.world.slope(self.reading, above, below, index)
        if isinstance(self.n, Floats):
            return float(slope)
        with mp.workprec(max(mp.prec, 200)):
            return +slope


@dataclass(frozen=True, slots=True)
class _Pick(Node):
    """One entry of an array-valued formula, by its place in the data."""

    inner: Node
    at: int


def _by_name(name: str, n: Numbers, x: Array) -> Array:
    """A function that goes by this name for numbers of every kind."""
    return n.of(name, x)


def _sigmoid(n: Numbers, x: Array) -> Array:
    return n.divide(n.number(1), n.number(1) + n.of("exp", -x))


def _pi(n: Numbers) -> Array:
    return n.number(4) * n.of("atan", n.number(1))


def _root(n: Numbers, x: Array) -> Array:
    return n.power(x, n.number(Fraction(1, 2)))


def _step(n: Numbers, x: Array) -> Array:
    return n.compare(x, ">", n.number(0))


def _sign(n: Numbers, x: Array) -> Array:
    return _step(n, x) - _step(n, -x)


_Function = Callable[[Numbers, Array], Array]
_VALUES: dict[str, _Function] = {
    "sigmoid": _sigmoid,
    "relu": lambda n, x: x * _step(n, x),
    "softplus": lambda n, x: n.of("log", n.number(1) + n.of("exp", x)),
    "sqrt": _root,
    "abs": lambda n, x: x * _sign(n, x),
    "sign": _sign,
    "step": _step,
    **{
        name: functools.partial(_by_name, name)
        for name in words("exp log sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf")
    },
}
_KINKED = {"relu", "abs", "sign", "step"}  # at 0
# What a student's f'(z) stands for. The tests hold each against the limit quotient.
_SLOPES: dict[str, _Function] = {
    "sigmoid": lambda n, x: _sigmoid(n, x) * _sigmoid(n, -x),
    "tanh": lambda n, x: n.number(1) - n.of("tanh", x) * n.of("tanh", x),
    "relu": _step,
    "softplus": _sigmoid,
    "exp": lambda n, x: n.of("exp", x),
    "log": lambda n, x: n.divide(n.number(1), x),
    "sqrt": lambda n, x: n.divide(n.number(Fraction(1, 2)), _root(n, x)),
    "sin": lambda n, x: n.of("cos", x),
    "cos": lambda n, x: -n.of("sin", x),
    "erf": lambda n, x: n.divide(n.number(2) * n.of("exp", -x * x), _root(n, _pi(n))),
    "abs": _sign,
}


_SQUARE = ("a square matrix", lambda shape: len(shape) == 2 and shape[0] == shape[1])
# What functions of a whole array need, and whether a shape is that.
_NEEDS: dict[str, tuple[str, Callable[[tuple[str, ...]], bool]]] = {
    "softmax": ("a vector", bool),
    "column": ("a vector", lambda shape: len(shape) < 2 or "1" in shape),
    "diag": ("a vector", lambda shape: len(shape) == 1),
    **dict.fromkeys(("det", "inverse"), _SQUARE),
    "trace": (_SQUARE[0], lambda shape: not shape or _SQUARE[1](shape)),
}


def _determinant(x: Array, sign: int = -1) -> Any:
    """By its first row, for any kind of number; with sign 1 the same terms, all of them added."""
    if len(x) > _MOST_ROWS:
        raise UndecidedError(f"a determinant of {len(x)} rows")
    if len(x) == 1:
        return x[0, 0]
    return sum(sign**at * x[0, at] * _determinant(np.delete(x[1:], at, 1), sign) for at in range(len(x)))


def _inverse(n: Numbers, x: Array) -> Array:
    """The adjugate by the determinant; DomainError where that is 0 but for rounding, as for many columns."""
    if len(x) == 1:
        return n.divide(n.number(1), x)
    if abs(_determinant(x)) <= mp.sqrt(mp.eps) * _determinant(abs(x), 1):
        raise DomainError("the inverse of a matrix that has none")
    places = np.ndindex(*x.shape)
    minors = [(-1) ** (i + j) * _determinant(np.delete(np.delete(x, j, 0), i, 1)) for i, j in places]
    found = np.empty(x.shape, object)
    found.flat[:] = minors
    return n.divide(found, single(_determinant(x)))


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
        first, last = (factors[0][0], factors[-1][0]) if factors else ("", "")
        rows = first in _BATCHES or (last in _WEIGHTS and first not in _WEIGHTS)
        return [(short[0], dim) for dim in (long[::-1] if rows else long)]
    return [(p, q) for p, q in zip(a, b, strict=True) if "1" not in (p, q)]


_BATCHES = frozenset("xXaAhHzZsSoOΦφ")  # what examples are written with, and not weights
_WEIGHTS = frozenset("wWθΘ")


def index_dim(letter: str, body: Node, model: Model) -> str:
    """The dimension over which a letter runs in a formula, where no inner sum binds it again; '' for none."""
    dims: list[str] = []

    def visit(node: Node) -> None:
        if isinstance(node, BigSum) and node.index == letter:
            return
        if isinstance(node, Entry) and node.key in model.shapes:
            shape = model.shapes[node.key]
            if len(shape) == len(node.indices):
                dims.extend(d for d, i in zip(shape, node.indices, strict=True) if i == letter)
            elif len(shape) == 2 and node.indices == (letter,):
                axis = 0 if node.key in model.rows else _axis(shape, "")
                dims.extend([] if axis is None else [shape[axis]])
        for child in children(node):
            visit(child)

    visit(body)
    if len(set(dims)) > 1:
        problem = f"the index {letter} runs over {' and over '.join(dict.fromkeys(dims))}"
        raise ShapeError(problem, *((dims[0], dim) for dim in dims))
    return dims[0] if dims else ""


def _axis(shape: tuple[str, ...], dim: str) -> int | None:
    """Which dimension of a matrix an example's index counts: the named one, the one that is not 1, or m."""
    fits = [at for at in (0, 1) if (shape[at] == dim if dim else shape[1 - at] == "1")]
    fits = fits or [at for at in (0, 1) if not dim and shape[at] in _EXAMPLES]
    return fits[0] if len(fits) == 1 else None


_EXAMPLES = frozenset("mNMB")


class _AnySize(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return 2


@np.errstate(invalid="ignore")
def shape_of(body: Node, model: Model, work: Work) -> tuple[str, ...]:
    """The shape of a definition's body, before any numbers are chosen."""
    world = World(model, Point(_AnySize(), {}), 1, work)
    context = Context(world, Reading(), _Blanks())
    context.defining = True
    return context.evaluate(body, {}).shape


# The usual costs of outputs a and targets y.
_COSTS = ("(a - y)^2", "1/2 (a - y)^2", "-y ⊙ log(a) - (1 - y) ⊙ log(1 - a)", "-y ⊙ log(a)")
_COSTS_OF_ARRAYS = (*(f"sum({cost})" for cost in (*_COSTS, "-y ⊙ log(softmax(a))")), "mean((a - y)^2)")


def standard_costs(model: Model, cost: str) -> dict[str, Node]:
    """The usual costs, by their formula, for a cost that the text never defines; made once."""
    if cost in model.usual:
        return model.usual[cost]
    definition = model.definitions[cost]
    assert isinstance(definition.body, Opaque)
    written = {node.key for claim in model.claims for node in walk(claim.right) if isinstance(node, Name)}
    targets = [
        key
        for key in model.leaves
        if stem(key) in TARGETS or (key in written and key not in definition.body.of)
    ][:4]
    found: dict[str, Node] = {}
    for key, target in product(definition.body.of, targets):
        shape = model.shapes.get(key)
        if target not in {key, *model.needs.get(key, ())} and model.shapes.get(target) == shape:
            names: dict[Node, Node] = {Name("a"): Name(key), Name("y"): Name(target)}
            for text in _COSTS_OF_ARRAYS if shape else _COSTS:
                node = mapped(formula(text), names.get)
                found[f"{cost} = {write(node)}"] = node
    model.usual[cost] = found
    return found
