"""What the checks of the course's statements share: drawn inputs, the definition, networks, exact numbers."""

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from mpmath import exp, fabs, mp, mpf, nstr

from backproof.data.dataset import Dataset
from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Truth, compare, truth
from backproof.parity_tests.error_bound import Rounding
from backproof.reference.definition import derivative
from backproof.reference.derivation.check import CONVENTION, FACTOR, RIGHT, UNDECIDED, check
from backproof.scratch import network as scratch
from backproof.scratch.spec import Array, NetworkSpec, Params
from backproof.scripts.course.claims import NotCheckedError, Outcome
from backproof.scripts.course.trained import digits

SEED = 258
DIGITS = 30  # of the derivative by its definition; formulas are compared on one digit less
WORKING_DIGITS = 60  # in which stated formulas are evaluated

Formula = Callable[..., Any]


# --- inputs -------------------------------------------------------------------------------------------


def draws(names: str, count: int = 6) -> list[dict[str, mpf]]:
    """`count` points with a value for each of the names, exact in binary and never 0.

    A plain name is drawn from -4 to 4; `a+` from 0 to 4; `p%` from 0 to 1.
    """
    rng = np.random.default_rng(SEED)
    points = []
    for _ in range(count):
        point = {}
        for name in names.split():
            if name.endswith("%"):
                point[name[:-1]] = mpf(int(rng.integers(1, 64))) / 64
            else:
                value = mpf(2 * int(rng.integers(0, 32)) + 1) / 16
                point[name.rstrip("+")] = value if name.endswith("+") or rng.random() < 0.5 else -value
        points.append(point)
    return points


def integers(*shape: int, seed: int = 0, low: int = -3, high: int = 3) -> Array:
    """Small whole numbers as float64: products and sums of them are exact in any order."""
    return np.random.default_rng([SEED, seed]).integers(low, high + 1, shape).astype(float)


# --- formulas -----------------------------------------------------------------------------------------


def sigma(z: Any) -> Any:
    """The logistic function at the working precision."""
    return 1 / (1 + exp(-z))


def call(f: Formula, point: dict[str, Any]) -> Any:
    """f with those of the point's values that it takes."""
    return f(**{name: point[name] for name in inspect.signature(f).parameters})


def slope(f: Formula, by: str) -> Formula:
    """The partial derivative of f by the argument `by`, from the limit of the quotient."""
    names = list(inspect.signature(f).parameters)

    def partial(**point: mpf) -> mpf:
        return derivative(lambda t: call(f, {**point, by: t}), point[by], DIGITS)

    partial.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names]
    )
    return partial


def close(a: Any, b: Any) -> bool:
    """Equal in all but the last of DIGITS digits."""
    return bool(fabs(a - b) <= mpf(10) ** (1 - DIGITS) * max(fabs(a), fabs(b)))


def same(stated: Formula, right: Formula, names: str, count: int = 6) -> Outcome:
    """Whether two formulas agree at drawn points; where they do not, whether a constant factor parts them."""
    with mp.workdps(WORKING_DIGITS):
        points = draws(names, count)
        pairs = [(mpf(call(stated, point)), mpf(call(right, point))) for point in points]
        apart = [i for i, (a, b) in enumerate(pairs) if not close(a, b)]
        if not apart:
            return Outcome(True, f"equal on {DIGITS - 1} digits at {count} points")
        a, b = pairs[apart[0]]
        at = ", ".join(f"{name} = {short(value)}" for name, value in points[apart[0]].items())
        factor = _common_factor(pairs)
        parted = f", {factor} times as much everywhere" if factor else ""
        return Outcome(False, f"at {at}: stated {short(a)}, right {short(b)}{parted}", factor)


def _common_factor(pairs: list[tuple[mpf, mpf]]) -> Fraction | None:
    ratios = [b / a for a, b in pairs if a != 0]
    if len(ratios) < len(pairs) or ratios[0] <= 0:
        return None
    factor = Fraction(nstr(ratios[0], DIGITS)).limit_denominator(1000)
    exact = mpf(factor.numerator) / factor.denominator
    return factor if all(close(ratio, exact) for ratio in ratios) else None


def slope_is(stated: Formula, f: Formula, by: str, names: str) -> Outcome:
    """Whether the stated formula is the derivative of f by its argument `by`."""
    return same(stated, slope(f, by), names)


def derived(*lines: str) -> Outcome:
    """Whether the last line of a derivation follows from those before, by the derivation checker.

    A slope that is right but for its value at a kink counts as right. Raises NotCheckedError where the
    checker does not decide.
    """
    step = check("\n".join(lines), prove=False).steps[-1]
    if step.verdict == UNDECIDED:
        raise NotCheckedError(f"the derivation checker does not decide it: {step.reason}")
    if step.verdict == RIGHT:
        return Outcome(True, f"the derivation checker agrees at {step.points} points")
    if step.verdict == CONVENTION:
        return Outcome(True, step.reason)
    # The checker says by which factor the line exceeds the right one; ours is the other way round.
    factor = 1 / Fraction(step.reason.partition(":")[0]) if step.verdict == FACTOR else None
    example = step.counterexample
    assert example is not None, step
    at = ", ".join(f"{name} = {value}" for name, value in example.values.items())
    return Outcome(False, f"{example.entry} at {at}: stated {example.written}, right {example.true}", factor)


def short(value: Any) -> str:
    """A number as evidence shows it."""
    return str(value) if isinstance(value, (int, str, Fraction)) else nstr(mpf(value), 7)


def as_torch(stated: Formula, twin: Callable[[Any], Any], names: str = "x", count: int = 12) -> Outcome:
    """Whether a function of one number agrees with torch's, within the rounding of an elementary function."""
    import torch

    r = Rounding("float64")
    with mp.workdps(WORKING_DIGITS):
        for point in draws(names, count):
            (x,) = point.values()
            a, b = mpf(call(stated, point)), mpf(float(twin(torch.tensor(float(x), dtype=torch.float64))))
            if fabs(a - b) > r.c * fabs(b) + r.tiny:
                return Outcome(False, f"at {short(x)}: stated {short(a)}, torch {short(b)}")
    return Outcome(True, f"equal to torch's within its rounding at {count} points")


# --- numbers ------------------------------------------------------------------------------------------


def equal(stated: Any, found: Any) -> Outcome:
    """Whether a stated number, text or sequence is exactly the computed one."""
    stated, found = _plain(stated), _plain(found)
    if stated == found:
        return Outcome(True, f"all {len(found)} equal" if isinstance(found, list) else f"{found}")
    if isinstance(stated, list) and isinstance(found, list) and len(stated) == len(found):
        place = next(i for i, (a, b) in enumerate(zip(stated, found)) if a != b)
        return Outcome(False, f"entry {place + 1}: stated {stated[place]}, right {found[place]}")
    return Outcome(False, f"stated {stated}, right {found}")


def _plain(value: Any) -> Any:
    """numpy's arrays and numbers as Python's, which print alike everywhere."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    return [_plain(entry) for entry in value] if isinstance(value, list) else value


def rounds_to(printed: str, value: Fraction | float | int) -> Outcome:
    """Whether a value, rounded to the digits that are printed, is what is printed."""
    digits = Decimal(printed)
    fraction = Fraction(value)
    exact = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    rounded = exact.quantize(digits, ROUND_HALF_EVEN)
    right = rounded == digits
    return Outcome(
        right, f"{short_decimal(exact)}" if right else f"printed {printed}, right {short_decimal(exact)}"
    )


def short_decimal(value: Decimal) -> str:
    return f"{value.normalize():.10g}"


def always(test: Callable[[Any], bool], cases: Iterable[Any], says: Callable[[Any], str] = str) -> Outcome:
    """Whether a property holds in every case; the evidence is the first case in which it does not."""
    count = 0
    for case in cases:
        if not test(case):
            return Outcome(False, says(case))
        count += 1
    if not count:
        raise AssertionError("a property of no cases was to be checked")
    return Outcome(True, f"in all of {count} cases")


def all_of(*outcomes: Outcome) -> Outcome:
    """Right where every part is; shown by the parts, or by the first that is not."""
    wrong = [outcome for outcome in outcomes if not outcome.right]
    return (
        wrong[0] if wrong else Outcome(True, "; ".join(dict.fromkeys(outcome.shown for outcome in outcomes)))
    )


# --- networks -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Net:
    """A drawn network with its forward pass by hand. a[0] is x, z[k] and a[k] are layer k's, all (B, n)."""

    spec: NetworkSpec
    params: Params
    x: Array
    y: Array
    z: list[Array]
    a: list[Array]

    def W(self, layer: int) -> Array:
        """(n_out, n_in), layers counted from 1."""
        return self.params[layer - 1][0]


def net(
    *widths: int,
    activation: str = "sigmoid",
    loss: str = "squared_error",
    batch: int = 1,
    biases: bool = True,
    seed: int = 0,
) -> Net:
    """A network with drawn parameters, inputs and targets."""
    rng = np.random.default_rng([SEED, seed, *widths])
    spec = NetworkSpec(widths, (activation,) * (len(widths) - 1), loss)
    params = [
        (rng.standard_normal((n_out, n_in)), rng.standard_normal(n_out) * biases)
        for n_in, n_out in itertools.pairwise(widths)
    ]
    x, y = rng.standard_normal((batch, widths[0])), rng.random((batch, widths[-1]))
    trace = scratch.forward(spec, params, x)
    return Net(spec, params, x, y, [x, *(z for _, z, _ in trace)], [x, *(a for _, _, a in trace)])


def gradient_is(stated: Callable[[Net], Array], quantity: str, nets: Iterable[Net]) -> Outcome:
    """Whether a stated gradient, dW1 or db2 or dx, is autograd's, within the derived bound."""
    count, factors, shown = 0, set(), ""
    for case in nets:
        count += 1
        known = truth(case.spec, Arrays(case.params, case.x, case.y, None))
        found = np.asarray(stated(case), dtype="float64")
        right = known.expected[quantity]
        if found.shape != right.shape:
            return Outcome(False, f"stated shape {found.shape}, right {right.shape}")
        (row,) = compare({quantity: found}, known).rows
        if row.verdict != "ok":
            values = f"stated {row.examined:.7g}, right {row.expected:.7g}"
            shown = shown or f"{row.entry} of widths {case.spec.widths}: {values}"
            factors.add(_gradient_factor(found, quantity, known))
    if not count:
        raise AssertionError("a gradient of no network was to be checked")
    if not shown:
        return Outcome(True, f"autograd's within the derived bound, {count} networks")
    factor = factors.pop() if len(factors) == 1 else None
    return Outcome(False, f"{shown}{f', {factor} times as much everywhere' if factor else ''}", factor)


def _gradient_factor(found: Array, quantity: str, known: Truth) -> Fraction | None:
    right = known.expected[quantity]
    largest = np.unravel_index(int(np.argmax(np.abs(right))), right.shape)
    if found[largest] == 0 or not right[largest] / found[largest] > 0:
        return None
    factor = Fraction(float(right[largest] / found[largest])).limit_denominator(64)
    scaled = found * factor.numerator / factor.denominator
    (row,) = compare({quantity: scaled}, known).rows
    return factor if row.verdict == "ok" else None


# --- gradient descent, exactly ------------------------------------------------------------------------


def descend(
    slope_at: Callable[[Fraction], Fraction], start: Fraction, rate: Fraction, steps: int
) -> Iterator[Fraction]:
    """The points of gradient descent in one dimension, in exact fractions, with the start."""
    w = start
    yield w
    for _ in range(steps):
        w -= rate * slope_at(w)
        yield w


# --- data ---------------------------------------------------------------------------------------------


# The folder that holds MNIST/raw, where the command was given one.
data_root: ContextVar[Path | None] = ContextVar("data_root", default=None)


def real_digits() -> Dataset:
    """MNIST where it is on this machine, else the bundled digits; nothing is downloaded."""
    return digits(data_root.get())


def mnist() -> Dataset:
    """MNIST. Raises NotCheckedError where it is not on this machine."""
    found = real_digits()
    if found.name != "mnist":
        raise NotCheckedError("needs MNIST, which is not on this machine")
    return found
