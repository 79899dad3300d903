"""The smallest counterexample of a wrong step: smallest shapes, simplest numbers."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import cycle, islice
from itertools import product as pairs
from math import ceil, prod

import numpy as np
from mpmath import fabs, mp, mpf

from backproof.reference.derivation.language import FUNCTIONS, BigSum, Call, Name, walk, write
from backproof.reference.derivation.model import COUNTS, Claim, stem, with_bars
from backproof.reference.derivation.trial import Trial, one_class
from backproof.reference.derivation.values import CannotEvaluateError, Point, World, array, lengths, single
from backproof.reference.derivation.verdict import Counterexample

# From the simplest on; a value is kept at the first of these with which the two sides still differ.
_SIMPLE = [Fraction(v) for v in (0, 1, -1, 2, Fraction(1, 2), -2, Fraction(1, 4), 3)]
# What the values are before they are simplified: all kinds, small positive ones for logarithms, mixed ones.
_STARTS = (
    [Fraction(v) for v in (1, 2, -1, 3, -2)],
    [Fraction(1, v) for v in (2, 4, 8, 3)],
    [Fraction(v, 4) for v in (-5, 2, -2, 5, 1, -3, 4, 3, -1, -4)],
)
_WORK = 150_000
_RESERVE = 75_000
# The two values must differ to the eye, not in the twentieth digit.
_VISIBLE = mpf(1) / 100
_MOST_SIZES = 120


def shrink(checker: Trial, claim: Claim) -> Counterexample | None:
    """Simple values and sizes at which the sides of a wrong step differ visibly; None if none is found."""
    end = max(checker.work.left - _WORK, _RESERVE)
    for sizes in _sizes(checker):
        point = _simplest(checker, claim, sizes, end)
        if point is not None:
            return _described(checker, claim, point)
        if checker.work.left < end:
            break
    return None


def _sizes(checker: Trial) -> Iterator[dict[str, int]]:
    """All sizes 1, or 2 where a softmax of one entry shows nothing, then more; fixed sizes stay."""
    letters = checker.model.letters
    few = (2, 3) if _softmax(checker) else (1, 2, 3)
    choices = sorted(pairs(few, repeat=len(letters)), key=lambda s: (sum(s), s)) if len(letters) <= 5 else []
    choices = choices or [
        few[:1] * len(letters),
        (2,) * len(letters),
        tuple(2 + n % 3 for n in range(len(letters))),
    ]
    for chosen in choices[:_MOST_SIZES]:
        yield {**checker.model.sizes, **dict(zip(letters, chosen, strict=True))}


def _softmax(checker: Trial) -> bool:
    """Whether entries are divided by a sum of them, or labels are one of several classes."""
    if checker.document.labels or checker.classes:
        return True
    nodes = [*checker.model.parts]
    sums = [part for n in nodes if isinstance(n, BigSum) for part in walk(n.body)]
    return any(isinstance(n, Call) and FUNCTIONS.get(n.function) == "softmax" for n in nodes) or any(
        part == Name("e") or (isinstance(part, Call) and part.function == "exp") for part in sums
    )


def _simplest(checker: Trial, claim: Claim, sizes: dict[str, int], end: int) -> Point | None:
    """Simple values at these sizes, as many as possible 0 or 1; None where the sides do not differ."""
    model = checker.model
    point, kept = None, []
    counts = {key for key in model.leaves if key in COUNTS | {"T", "K", "D"} and not model.shapes[key]}
    labels = checker.targets if _softmax(checker) else []
    known = [key for key in model.leaves if key in checker.document.labels and model.shapes[key]]
    for one_hot, start in pairs((known or labels, known) if known or labels else ([],), _STARTS):
        leaves, values = {}, cycle(start)
        for key in model.leaves:
            shape = lengths(model.shapes[key], sizes)
            leaves[key] = array(islice(values, prod(shape)), shape)
            if key in counts:  # m = -1 is no number of examples
                leaves[key] = array([Fraction(max(1, ceil(abs(v)))) for v in leaves[key].flat], shape)
            if key in one_hot:
                first = {0: "first", 1: "last"}.get(checker.document.labels.get(key, -1))
                along = first or checker.base.softmax
                leaves[key] = one_class(leaves[key], model.shapes[key], along)
            leaves[key] = checker.as_told(key, leaves[key])
        checker.number_classes(leaves, sizes)
        given = checker.given(claim)
        leaves |= {key: single(value) for key, value in given.items()}
        candidate = Point(sizes, leaves, "simple")
        if differs(checker, claim, candidate):
            point = candidate
            kept = [*given, *one_hot, *checker.classes, *model.ones, *checker.document.symmetric]
            kept += [key for key in model.leaves if stem(key) in checker.document.signs]
            break
    if point is None:
        return None
    for key, entries in ((key, values.ravel()) for key, values in point.leaves.items() if key not in kept):
        for at, old in enumerate(entries.copy()):
            for value in (one for one in _SIMPLE if key not in counts or (one >= 1 == one.denominator)):
                if checker.work.left < end:
                    return point
                if value == old:
                    break
                entries[at] = value
                if differs(checker, claim, point):
                    break
                entries[at] = old
    return point


def differs(checker: Trial, claim: Claim, point: Point) -> bool:
    """Whether the two sides differ visibly at a point; False too where one of them has no value."""
    return _difference(checker, claim, point) is not None


def _difference(
    checker: Trial, claim: Claim, point: Point
) -> tuple[dict[str, int], tuple[int, ...], mpf, mpf] | None:
    """The indices and the place of the first entries that differ, the written one and the true one."""
    # A dozen digits show a difference to the eye; the verdict itself was found with all of them.
    world = World(checker.model, Point(point.sizes, point.leaves, point.seed), 12, checker.work)
    try:
        with mp.workdps(30):
            context = world.context(checker.base)
            for index, left, right in checker.sides(claim, context):
                if left.shape != right.shape:
                    return None
                for place, true in np.ndenumerate(left.data):
                    written = right.data[place]
                    if fabs(true - written) > _VISIBLE * max(1, fabs(true), fabs(written)):
                        return index, place if left.shape else (), written, true
    except CannotEvaluateError:
        return None
    return None


def _described(checker: Trial, claim: Claim, point: Point) -> Counterexample | None:
    found = _difference(checker, claim, point)
    if found is None:
        return None
    index, place, written, true = found
    model = checker.model
    needed = checker.hangs_on(claim)[1]
    values = {
        model.called.get(key, key): _shown(model.shapes[key], point.leaves[key].astype(str))
        for key in model.leaves
        if key in needed
    }
    sizes = {
        letter: point.sizes[letter]
        for letter in (*model.letters, *model.sizes)
        if any(letter in model.shapes.get(key, ()) for key in needed) or letter in needed
    }
    where = write(with_bars(claim.left, claim.spelling))
    first = model.first_index
    if index:
        chosen = ", ".join(f"{letter} = {at + first}" for letter, at in index.items())
        where += f" at {chosen}"
    elif place:
        where += f"[{', '.join(str(at + 1) for at in place)}]"
    return Counterexample(sizes, values, where, mp.nstr(written, 6), mp.nstr(true, 6))


def _shown(shape: tuple[str, ...], values: "np.ndarray[tuple[int, ...], np.dtype[np.str_]]") -> str:
    if len(shape) < 2:
        return f"({', '.join(values)})" if shape else str(values[0])
    if len(shape) > 2:
        return f"[{'; '.join(_shown(shape[1:], one) for one in values)}]"
    return f"[{'; '.join(map(' '.join, values))}]"
