"""Whether both sides of a claim agree: by the limit quotient, at well-conditioned points."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import fabs, mp, mpf

from backproof.reference.derivation.document import Document
from backproof.reference.derivation.language import (
    BigSum,
    Comparison,
    Derivative,
    Entry,
    Index,
    Listing,
    Name,
    Negative,
    Node,
    Number,
    Otherwise,
    Product,
    children,
    mapped,
    walk,
)
from backproof.reference.derivation.model import TARGETS, Claim, Model, free_letters, reach, stem
from backproof.reference.derivation.values import (
    Array,
    CannotEvaluateError,
    Context,
    DomainError,
    Point,
    Reading,
    ShapeError,
    UndecidedError,
    Value,
    Work,
    World,
    chance,
    chances,
    each,
    index_dim,
    lengths,
    of_one_class,
    said,
)

# Two sides of a step are equal where they are apart by less than this share of the largest term met in the
# evaluation. Both are computed with DIGITS digits, of which a formula of a few hundred operations on moderate
# values loses fewer than ten, so honest sides agree to 40 and more. A wrong step that differs by less than
# one part in 10^25 at every random point has not been seen on paper: coefficients there have a few digits.
EQUAL_SHARE = mpf(10) ** -25
DIGITS = 60
# Right digits of each true derivative: well past EQUAL_SHARE, as later lines compute on with them.
SLOPE_DIGITS = 40
# What is smaller beside the largest term has lost more than the digits that a slope can do without.
_LEFT_OVER = mpf(10) ** (SLOPE_DIGITS - DIGITS)
# The points at which a step must agree. A wrong identity between analytic functions holds on a set of measure
# zero, so one point nearly suffices; the others carry other sizes and the other side of each kink.
POINTS = 3
_TRIES = 24
# Points of many sizes from this number on, of which those are tried that lie on the other side of a kink.
_WIDE = 1000
_MOST_WIDE = 16
# Gradients with more entries are compared along so many random directions.
_DIRECTIONS = 2
# As many sizes are different at one point, from 2 on; more letters than that differ from point to point.
_MOST_SIZES = 5
# What a softmax is of: row-wise, each row, over the keys.
_ROWS = re.compile(
    r"\brow[- ]?wise|\b(?:each|every|per) row\b(?! of)|\bover (?:the |all )*keys\b", re.IGNORECASE
)
_COLUMNS = re.compile(r"\bcolumn[- ]?wise|\b(?:each|every|per) column\b(?! of)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one reading of a step came out at the points tried."""

    status: str  # agree, differ, or what an error says: shape, free, late, undecided
    points: int = 0
    message: str = ""
    notes: frozenset[str] = frozenset()
    nonzero: bool = True  # something is equal that is not 0


class Trial:
    """Tries claims at points: holds these, so that all steps share them, and the work that is left."""

    def __init__(self, document: Document, model: Model, work: Work) -> None:
        self.document = document
        self.model = model
        self.work = work
        self.worlds: dict[tuple[bool, str, int], World] = {}
        self.small_worlds: list[World] = []
        self.nonzero = False
        self.facts: dict[Claim, tuple[frozenset[object], set[str], list[Node]]] = {}
        stated = document.one_hot or bool(document.sums_to_one)
        code = any(claim.code for claim in model.claims)
        said = " ".join(line for line in document.lines if not code and "softmax" in line.lower())
        rows, columns = bool(_ROWS.search(said)), bool(_COLUMNS.search(said))
        self.axis = "first" if columns > rows else "last" if rows > columns else ""  # as the text says it
        self.stated = Reading(
            targets=stated and bool(targets(model, document)), softmax=self.axis or Reading().softmax
        )
        self.base = self.stated  # with the conventions of this text
        self.classes = classes(model)
        self.targets = targets(model, document)

    # -- points
    def world(self, number: int, reading: Reading) -> World:
        key = (reading.targets, reading.softmax, number)
        if key not in self.worlds:
            self.worlds[key] = self.new_world(number, reading)
        return self.worlds[key]

    def small_world(self, number: int) -> World:
        """Sizes 2 and 3 and a dozen digits: for trying edits, each of which is judged again if it fits."""
        while len(self.small_worlds) <= number:
            self.small_worlds.append(self.new_world(len(self.small_worlds), self.base, small=True))
        return self.small_worlds[number]

    def new_world(self, number: int, reading: Reading, small: bool = False) -> World:
        """Every second point keeps to (0, 1), for logarithms and probabilities."""
        letters = self.model.letters
        sizes = dict(self.model.sizes)
        width = min(max(3, len(letters)), _MOST_SIZES)
        least = 2 + (number == 1 and width == 3)  # no plain number is the product of the sizes everywhere
        base = [least + (at + number * (1 + at // width)) % width for at in range(len(letters))]
        if small:
            base = [2 + (at + number) % 2 for at in range(len(letters))]
        sizes.update(zip(letters, base, strict=True))
        leaves = {}
        for key in self.model.leaves:
            shape = self.model.shapes[key]
            values = _values(key, lengths(shape, sizes), number)
            if key in self.document.labels and shape:
                along = _axis(shape, "last" if self.document.labels[key] == 1 else "first")
                top = np.expand_dims(values.argmax(along), along)  # one of each, also where two are the most
                values = each(Fraction, (np.indices(values.shape)[along] == top).astype(object))
            values = self.as_told(key, values, number)
            if reading.targets and key in self.targets:
                values = sum_to_one(values, shape, reading.softmax)
            leaves[key] = values
        self.number_classes(leaves, sizes)
        digits = 12 if small else SLOPE_DIGITS
        known = next(iter(self.worlds.values()), None)
        return World(self.model, Point(sizes, leaves, str(number)), digits, self.work, known)

    def as_told(self, key: str, values: Array, number: int = 0) -> Array:
        """The values of a name with what the text says of them: that they are symmetric, or that x_0 = 1.

        What random numbers are compared with lies between 0 and 1.
        The first of labels that are -1 or 1 is another one at the next point.
        """
        shape = self.model.shapes[key]
        if key in self.document.rates:
            return each(lambda one: abs(one) / (1 + abs(one)), values)
        if stem(key) in self.document.signs:
            up = values > (Fraction(1, 2) if number % 2 else 0)
            turned = up != (up.flat[0] == bool(number % 2))
            return each(lambda one: Fraction(1 if one else -1), turned)
        if key in self.model.roots:
            return each(abs, values)
        if key in self.model.units and shape[0] == shape[1]:
            return each(Fraction, np.eye(len(values), dtype=object))
        if key in self.document.symmetric and len(shape) == 2 and shape[0] == shape[1]:
            return np.triu(values) + np.triu(values, 1).T
        if key in self.model.ones and shape:
            values = values.copy()
            values[..., 0] = Fraction(1)
        return values

    def number_classes(self, leaves: dict[str, Array], sizes: dict[str, int]) -> None:
        """Turns the values of class numbers into numbers of the classes that there are."""
        for key, dim in self.classes.items():
            (count,) = lengths((dim,), sizes)
            numbers = each(lambda value, count=count: int(1000 * abs(value)) % count, leaves[key])
            leaves[key] = numbers + Fraction(self.model.first_index)

    # -- one step under one reading
    def outcome(self, claim: Claim, reading: Reading, points: int = POINTS) -> Outcome:
        """How a claim comes out under a reading; asked once in all the ways to read the shapes of a text."""
        facts, keys, parts = self.hangs_on(claim)
        meant = reading.bearing_on(self.model, keys, parts, self.targets)
        asked = (claim, meant, points, facts, self if meant.cost or meant.summed else None)
        if asked not in self.work.outcomes:
            self.work.outcomes[asked] = self.tried(claim, reading, points)
        return self.work.outcomes[asked]

    def hangs_on(self, claim: Claim) -> tuple[frozenset[object], set[str], list[Node]]:
        """All that a claim's outcome hangs on in the text, the names that it is made of, and their parts."""
        if claim in self.facts:
            return self.facts[claim]
        model, document = self.model, self.document
        sides = [part for part in (claim.left, claim.right, claim.condition) if part is not None]
        keys, parts = reach(model, *sides)
        facts: list[object] = [
            (
                key,
                model.shapes.get(key),
                *((one.body, one.indices) for one in (model.definitions.get(key),) if one),
                *((one.body, one.parameter) for one in (model.functions.get(key),) if one),
                self.classes.get(key),
                document.labels.get(key),
                *(key in some for some in (model.summed, model.rows, model.ones, model.roots)),
                *(key in some for some in (document.symmetric, self.targets)),
                stem(key) in document.signs,
                key in document.rates,
            )
            for key in keys
        ]
        before = [c.right for c in model.claims if c.place < claim.place and in_numbers(c.right)]
        before += [body for body in model.bodies if isinstance(body, Number)]
        order = [key for key in model.order if key in keys]
        sizes = (*model.letters, *model.sizes.items(), *model.ranges.items())
        facts += [(*order, *before), (model.python, model.first_index, *sizes)]
        self.facts[claim] = frozenset(facts), keys, parts
        return self.facts[claim]

    def tried(self, claim: Claim, reading: Reading, points: int) -> Outcome:
        """The same, whatever was asked before."""
        agreed = 0
        trouble = ""
        notes: set[str] = set()
        met: list[World] = []
        self.nonzero = False
        told = isinstance(claim.condition, Comparison | Product)  # which may hold at few points
        for number in range(_TRIES * (8 if told else 1)):
            world = self.at_its_value(claim, self.world(number, reading))
            try:
                with mp.workdps(DIGITS):
                    context = world.context(reading)
                    same = self.compare(claim, context)
                    notes |= context.notes
            except DomainError as error:
                trouble = trouble or str(error.args[0])
                continue
            except CannotEvaluateError as error:
                return Outcome(error.status, agreed, str(error.args[0]))
            if same is False:
                return Outcome("differ", agreed, "", frozenset(notes))
            agreed += same is True
            if same is True:
                met.append(world)
            if agreed == points:
                break
        if agreed == points and not self.beyond_kinks(claim, reading, met):
            return Outcome("differ", agreed, "", frozenset(notes))
        if agreed:
            return Outcome("agree", agreed, "", frozenset(notes), self.nonzero)
        nowhere = f"no point was found at which both sides are defined: {trouble}".rstrip(": ")
        return Outcome("undecided", 0, nowhere)

    def beyond_kinks(self, claim: Claim, reading: Reading, met: list[World]) -> bool:
        """Whether a claim that agrees at some points does so on the other side of each of their kinks.

        A hinge that none of the points makes active says nothing of its slope. What lies on one side at all
        points that are tried is left.
        """
        _, keys, parts = self.hangs_on(claim)
        own, above = {id(part) for part in parts}, getattr(claim.left, "above", None)
        # First where all is positive, as margins and rates are.
        numbers = [*range(_WIDE + 1, _WIDE + _MOST_WIDE, 2), *range(_WIDE, _WIDE + _MOST_WIDE, 2)]
        for number in numbers:
            sides: dict[int, set[bool]] = {}
            for at, (_, some) in (item for world in met for item in world.sides(reading).items()):
                if at in own:
                    sides[at] = sides.get(at, set()) | some
            open_ = {at: some for at, some in sides.items() if len(some) == 1}
            if not open_:
                break
            world = self.at_its_value(claim, self.world(number, reading))
            with contextlib.suppress(CannotEvaluateError), mp.workdps(DIGITS):
                context = world.context(reading)
                for key in self.model.order:
                    if key in keys:
                        context.name(key)
                if above is not None and not isinstance(above, Name | Entry):
                    context.evaluate(above, {})
                here = world.sides(reading)
                if any(here[at][1] - some for at, some in open_.items() if at in here):
                    same = self.compare(claim, context)
                    if same is False:
                        return False
                    met += [world] if same else []
        return True

    def sides(self, claim: Claim, context: Context) -> Iterator[tuple[dict[str, int], Value, Value]]:
        """Both sides for each value of the left side's free indices."""
        for index in self.indices(claim, context):
            left = context.evaluate(claim.left, index)
            with context.during(examples=context.reading.examples):
                right = context.evaluate(claim.right, index)
                yield index, left, widened(claim.right, right, left.shape, context)

    def indices(self, claim: Claim, context: Context) -> Iterator[dict[str, int]]:
        """The values of the left side's free indices under which a claim is made."""
        letters = free_letters(claim.left)
        sizes = []
        for letter in letters:
            dim = index_dim(letter, claim.left, self.model)
            if not dim:
                raise UndecidedError(f"the index {letter} stands on a number: declare its array, as z: (n,)")
            context.ranges[letter] = dim
            sizes.append(context.world.size(dim))
        condition = claim.condition if self.heeds(claim) else None
        both = isinstance(condition, Product)
        conditions = children(condition) if both and condition else [condition] if condition else []
        for at in np.ndindex(*sizes):
            index = dict(zip(letters, at, strict=True))
            if all((context.evaluate(one, index).data == 1).all() for one in conditions):
                yield index

    def heeds(self, claim: Claim) -> bool:
        """Whether the condition of a claim says at which points and entries it holds."""
        condition = claim.condition
        if condition is None or isinstance(condition, Otherwise):
            return False
        letters = set(free_letters(claim.left))
        known = {*self.model.leaves, *self.model.definitions, *self.model.letters, *letters}
        names = {node.key for node in walk(condition) if isinstance(node, Name | Entry)}
        return set(free_letters(condition)) <= letters and names <= known

    def at_its_value(self, claim: Claim, world: World) -> World:
        """The same point with y = 0, where a claim is made for that."""
        given = self.given(claim)
        if not given:
            return world
        leaves = dict(world.point.leaves)
        leaves.update({key: each(lambda _, one=one: one, leaves[key]) for key, one in given.items()})
        said = " ".join(f"{key} = {value}" for key, value in given.items())
        point = Point(world.point.sizes, leaves, f"{world.point.seed} {said}")
        return World(self.model, point, SLOPE_DIGITS, self.work, world)

    def given(self, claim: Claim) -> dict[str, Fraction]:
        """The values, also of all entries of an array, for which a claim is made."""
        values = values_of(claim.condition)
        return {key: value for key, value in values.items() if key in self.model.leaves}

    def compare(self, claim: Claim, context: Context) -> bool | None:
        """Whether both sides are equal at a point; None where the claim's condition does not hold."""
        directions = self.directions(claim, context)
        if directions:
            self.nonzero |= any(true != 0 for true, _, _ in directions)
            if all(self.same(*one) for one in directions):
                return True
        met = False
        for index, left, right in self.sides(claim, context):
            met = True
            for at, (a, b) in enumerate(self.pairs(left, right, context, claim)):
                self.nonzero |= fabs(a) > EQUAL_SHARE
                if fabs(a - b) > EQUAL_SHARE * max(fabs(a), fabs(b)):
                    off = self.rounding(claim, context)
                    if off.size in {1, right.data.size} and fabs(a - b) <= off.flat[at % off.size]:
                        continue
                    largest = self.largest(claim.right, context, index, max(fabs(a), fabs(b)))
                    if fabs(a - b) > EQUAL_SHARE * largest:
                        if a == 0 and fabs(b) < mpf(10) ** -context.world.digits:
                            raise DomainError("a slope that is too small to tell from 0")
                        return False
        return True if met else None

    def rounding(self, claim: Claim, context: Context) -> Array:
        """How far decimals that a text writes for a value, or for each entry of an array, may be off: 0.4621
        by half of its last digit.

        A number put in, also beside names that all have values, may have been cut off as well, or worked out
        with others that were, or have fewer digits than above. What a value is worked out with above it
        carries its own on.
        """
        right, none = claim.right, np.zeros(1, dtype=object)
        if claim.code or not (in_numbers(right) or self.has_values(right)):
            return none
        cells = children(right) if isinstance(right, Listing) else (right,)
        alone = all(isinstance(c.inner if isinstance(c, Negative) else c, Number) for c in cells)
        before = [c for c in self.model.claims if c.place < claim.place]
        exact = [abs(node.value) for c in before for node in walk(c.right) if isinstance(node, Number)]
        values = [c.right for c in before if isinstance(c.right, Number)]
        off: Array = none.repeat(context.evaluate(right, {}).data.size)
        off = off + sum(half_a_digit(value, 3) for value in values) * alone
        chain = [c.right for c in before if c.chain == claim.chain and in_numbers(c.right)] if alone else []
        for side in (right, *chain):
            own = side is right and alone
            value = context.evaluate(side, {}).data.ravel()
            if value.size != off.size:
                return none
            for node in (n for n in walk(side) if isinstance(n, Number)):
                half = half_a_digit(node, 1)
                long = half_a_digit(node, 3) > 0
                if not own and not long and (node.value < 200 * half or node in self.model.bodies):
                    half *= any(0 < abs(one - node.value) <= half for one in exact)
                cut = long and not own and node.value >= 200 * half and node not in self.model.bodies
                moved = Number(node.value + half * (1 + cut), place=node.place)
                if half:
                    off = off + abs(context.evaluate(_swapped(side, node, moved), {}).data.ravel() - value)
        return off * (1 + EQUAL_SHARE)

    def has_values(self, side: Node) -> bool:
        """Whether the text gives the values of all names of a formula without slopes."""
        if any(isinstance(node, BigSum | Derivative | Entry | Index) for node in walk(side)):
            return False
        return reach(self.model, side)[0].isdisjoint(self.model.leaves)

    def directions(self, claim: Claim, context: Context) -> list[tuple[Any, Any, Any]]:
        """(true slope, claimed slope, largest term) along random directions of a matrix with many entries.

        One quotient along a direction in which every entry moves stands for all of them: a wrong gradient
        agrees with the true one only on directions orthogonal to their difference.
        """
        left = claim.left
        if (
            not isinstance(left, Derivative)
            or not isinstance(left.below, Name)
            or not isinstance(left.above, Name)
            or self.model.shapes.get(left.above.key)
            or claim.condition is not None
            or left.held
        ):
            return []
        key = left.below.key
        under = context.name(key)
        if under.data.size <= _DIRECTIONS:
            return []
        if context.reading.examples:
            return []
        right = widened(claim.right, context.evaluate(claim.right, {}), under.shape, context)
        if context.reading.gradient == "numerator" and len(under.shape) == 2:
            right = context.transposed(right)
        if right.shape != under.shape:
            return []
        found = []
        scale = 1
        if left.short and context.reading.between(key, self.model):
            scale = context.name(context.reading.summed).data[0]
        for number in range(_DIRECTIONS):
            direction = chances(under.data.shape, "direction", number, key) - Fraction(1, 2)
            terms = context.n.numbers(direction) * right.data
            largest = self.largest(claim.right, context, {}, abs(terms).max())
            along = context.world.along(context.reading, left.above, {key: direction})
            found.append((scale * along, terms.sum(), largest))
        if all(self.same(*one) for one in found):  # what is made of it below needs no more quotients
            least = max(largest for _, _, largest in found) * _LEFT_OVER
            context.world.hold(context.reading, left.above, key, right.data / scale, least)
        return found

    def same(self, a: Any, b: Any, largest: Any) -> bool:
        return bool(fabs(a - b) <= EQUAL_SHARE * max(fabs(a), fabs(b), largest))

    def pairs(self, left: Value, right: Value, context: Context, claim: Claim) -> Iterator[tuple[Any, Any]]:
        if left.shape != right.shape:
            shapes = {left.shape, right.shape}
            column = any(shape[1:] == ("1",) and shape[:1] in shapes for shape in shapes)  # (n, 1) is (n,)
            row = any(shape[:1] == ("1",) and shape[1:] in shapes for shape in shapes)
            number = () in shapes and left.data.size == 1  # (1, 1) is a number
            if left.data.size != right.data.size or not (column or row or number):
                raise ShapeError(
                    f"{claim.written} is {said(left.shape)}, the right side is {said(right.shape)}"
                )
            if not (column or number):
                whose = f"row {said(right.shape)} of {said(left.shape)}"
                shown = whose if len(right.shape) == 2 else f"column {said(right.shape)}"
                context.notes.add(f"orientation: the right side is the {shown}")
        return zip(left.data.flat, right.data.flat, strict=True)

    def largest(self, node: Node, context: Context, index: dict[str, int], least: Any) -> Any:
        """The largest term met while `node` is evaluated, each term by its size and no two cancelling."""
        with context.during(magnitude=True), contextlib.suppress(CannotEvaluateError):
            return max(least, abs(context.evaluate(node, index).data).max())
        return least


def widened(node: Node, value: Value, shape: tuple[str, ...], context: Context) -> Value:
    """1 xᵀ, the 1 being a column of ones, has as many rows as it needs; so has a number, as a diagonal."""
    if not value.shape and shape and context.reading.jacobian == "diagonal":
        return Value(shape, np.broadcast_to(value.data, context.world.lengths(shape)))
    ones = value.shape[:1] == ("1",) and len(value.shape) == len(shape) == 2 and value.shape[1] == shape[1]
    if ones and any(
        isinstance(part, Product) and part.factors[0] == Number(Fraction(1)) and part.ops[0] in {" ", "@"}
        for part in walk(node)
    ):
        return Value(shape, np.broadcast_to(value.data, context.world.lengths(shape)))
    return value


def targets(model: Model, document: Document) -> list[str]:
    """The arrays that may be an example's targets: those that the text says sum to 1, or by their names."""
    return [
        key
        for key in model.leaves
        if model.shapes[key] and (key in document.sums_to_one or stem(key) in TARGETS)
    ]


def classes(model: Model) -> dict[str, str]:
    """The names that are class numbers, each with the size that counts the classes: y of 1[k = y]."""
    found: dict[str, str] = {}
    for sides in (*((body,) for body in model.bodies), *((c.left, c.right) for c in model.claims)):
        nodes = [node for side in sides for node in walk(side)]
        dims = {
            letter: dim
            for node in nodes
            if isinstance(node, Entry)
            for letter, dim in zip(node.indices, model.shapes.get(node.key, ()), strict=False)
        }
        for node in nodes:
            if isinstance(node, Comparison) and node.sign in {"==", "!="}:
                for one, other in ((node.left, node.right), (node.right, node.left)):
                    key = getattr(other, "key", "")
                    if isinstance(one, Index) and one.letter in dims and key in model.leaves:
                        found[key] = dims[one.letter]
    return found


def values_of(condition: Node | None) -> dict[str, Fraction]:
    """x: 1 and t: 2, where a condition says x = 1 and t = 2, and maybe more."""
    found: dict[str, Fraction] = {}
    for one in condition.factors if isinstance(condition, Product) else (condition,):
        match one:
            case Comparison(Name(key=key), "==", Number(value)):
                found[key] = value
            case Comparison(Name(key=key), "==", Negative(Number(value))):
                found[key] = -value
    return found


def _values(key: str, shape: tuple[int, ...], number: int) -> Array:
    """The values of a leaf at the point of this number."""

    shares = chances(shape, "value", number, key)
    if number >= _WIDE:
        shares = shares * (Fraction(1, 4), 2, 3)[int(3 * chance("width", number, key))]
    if number % 2:
        return shares * Fraction(3, 4) + Fraction(1, 8)
    up = chances(shape, "sign", number, key) < Fraction(1, 2)
    return (shares + Fraction(1, 5)) * (2 * up.astype(int) - 1).astype(object)


def _axis(shape: tuple[str, ...], softmax: str) -> int:
    """Along which dimension an example's entries lie."""
    return 0 if softmax == "first" and len(shape) > 1 else -1


def sum_to_one(values: Array, shape: tuple[str, ...], softmax: str) -> Array:
    """The same numbers scaled so that each example's are positive and sum to 1."""
    scaled: Array = abs(values) / abs(values).sum(_axis(shape, softmax), keepdims=True)
    return scaled


def one_class(values: Array, shape: tuple[str, ...], softmax: str) -> Array:
    """One-hot targets, each example being of the first class."""
    return each(Fraction, of_one_class(values.shape, _axis(shape, softmax), 0))


def in_numbers(side: Node) -> bool:
    """Whether numbers are put in for all names."""
    return not any(isinstance(node, Name | Entry | Derivative) for node in walk(side))


def _swapped(tree: Node, old: Node, new: Node) -> Node:
    return mapped(tree, lambda part: new if part is old else None)


def half_a_digit(number: Number, least: int) -> Fraction:
    """Half a unit of a decimal's last digit; 0 where it has fewer than `least` behind the point."""
    digits = next((d for d in range(30) if (number.value * 10**d).denominator == 1), 0)
    return Fraction(1, 2 * 10**digits) if digits >= least else Fraction(0)
