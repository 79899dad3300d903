"""A loss or an activation given as a function: known by its values, or a loss judged by the definition."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backproof.parity_tests.comparison import truth
from backproof.parity_tests.door.judge import Answer
from backproof.parity_tests.error_bound import ELEMENTARY, Rounding, of_quotients
from backproof.reference.losses import Loss, family
from backproof.scratch import functions
from backproof.scratch.errors import InputError
from backproof.scratch.spec import ACTIVATION_NAMES, Array

LossValue = Callable[[Array, Array], float]  # of a and y, (B, K) each

KINDS: dict[str, Callable[[Array, Array], Array]] = {
    "squared_error": lambda a, y: (a - y) ** 2,
    "absolute_error": lambda a, y: np.abs(a - y),
    "binary_cross_entropy": lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)),
    "categorical_cross_entropy": lambda a, y: -y * np.log(a),
    "cross_entropy": lambda a, y: -y * (a - np.log(np.exp(a).sum(axis=1, keepdims=True))),
}
ASKED = 5  # arrays on which a function has to have the values of a known one
# Steps halve, so that each extrapolation removes one more even power of the step.
STEPS = tuple(2.0**-n for n in range(4, 10))
SHORTER = (1.0, 2.0**-6, 2.0**-12, 2.0**-18)  # tried one after the other, where a kink is near
ROUNDINGS = 2.0**10  # of a value's own size, that two evaluations of one function may be apart


def known_losses(value: LossValue, asked: list[tuple[Array, Array]]) -> list[Loss]:
    """The known losses whose values a function has on all these a and y."""
    found = [loss for kind in KINDS for loss in family(kind)]
    for a, y in asked:
        given = value(a, y)
        found = [loss for loss in found if _near(given, loss_value(loss, a, y))]
    return found


def loss_value(loss: Loss, a: Array, y: Array) -> float:
    """A known loss of the outputs a and the labels y, (B, K) each."""
    over = {"": 1, "B": len(a), "K": a.shape[1], "BK": a.size}[loss.over]
    with np.errstate(all="ignore"):
        return float(KINDS[loss.kind](a, y).sum()) / over / (1 + loss.half)


def _near(given: float, due: float) -> bool:
    return bool(abs(given - due) <= ROUNDINGS * Rounding("float64").u * abs(due))


def samples(last: str, y: Array, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """Outputs that may stand behind a last activation, with the labels y."""
    for _ in range(ASKED):
        a = rng.standard_normal(y.shape)
        if last in ("sigmoid", "softmax"):
            a = 1 / (1 + np.exp(-a))
            a = a / a.sum(axis=1, keepdims=True) if last == "softmax" and y.shape[1] > 1 else a
        yield a, y


def judged_by(answer: Answer, value: LossValue) -> Answer:
    """An answer whose loss is a function: near its outputs that is a parabola, with the same slope there.

    The labels become those of a squared error whose slope at the right a is the function's by difference
    quotients; slack is how far that slope may be off. Raises InputError where it has none.
    """
    a = truth(answer.spec, answer.arrays).expected[f"a{answer.spec.depth}"]
    y = answer.arrays.y.astype("float64")
    slope, slack = np.zeros_like(a), 0.0
    u = Rounding("float64").u
    for at in np.ndindex(a.shape):
        # Probabilities have to stay inside (0, 1).
        inside = min(a[at], 1 - a[at]) if answer.spec.activations[-1] in ("sigmoid", "softmax") else 1.0
        scale = float(inside) if inside > 0 else 1.0

        def moved(step: float, at: tuple[int, ...] = at) -> tuple[Any, float]:
            other = a.copy()
            other[at] += step
            found = value(other, y)
            return found, abs(found) + abs(float(other[at]))

        found, error = derivative(moved, scale, u)
        if not error < np.inf:
            raise InputError(
                "the loss that was given has no slope at an output",
                "give a function of (a, y) that answers one number",
            )
        slope[at], slack = found, max(slack, error)
    labels = a - slope * len(a) / 2
    cast = labels.astype(answer.spec.dtype)
    # The labels are rounded, and so is the a that an honest loss takes its slope at.
    off = (
        np.abs(cast - labels).max() * 2 / len(a)
        + ELEMENTARY * Rounding(answer.spec.dtype).u * np.abs(slope).max()
    )
    arrays = answer.arrays._replace(y=cast)
    found_but_loss = {name: v for name, v in answer.found.items() if name not in ("loss", "data_loss")}
    return replace(answer, arrays=arrays, found=found_but_loss, slack=float(slack + off))


def known_activation(function: Callable[[Array], Any]) -> str | None:
    """The name of the activation whose values a function has, where there is one."""
    z = np.concatenate([np.linspace(-4, 4, 33), [0.0]])[None, :]
    u = Rounding("float64").u
    for name in ACTIVATION_NAMES:
        due = functions.activation(name, z)
        with np.errstate(all="ignore"):
            given = np.asarray(function(z.copy()), "float64")
        if given.shape == due.shape and (np.abs(given - due) <= ROUNDINGS * u * (1 + np.abs(due))).all():
            return name
    return None


def derivative(at: Callable[[float], tuple[Any, float]], scale: float, u: float) -> tuple[float, float]:
    """The derivative at 0 of a function of a step, and how far it may be off; inf at a kink.

    at answers a value and the sum of the magnitudes that it was added up from; u is its format's roundoff.
    """
    value, error = np.nan, np.inf
    # A kink between the longest and the shortest step costs digits that shorter ones have.
    enough = np.sqrt(u) * at(0.0)[1] / scale
    for shorter in SHORTER:
        if error > enough:
            found = extrapolated(at, [shorter * scale * step for step in STEPS], u)
            value, error = min((value, error), found, key=lambda each: each[1])
    return value, error


def extrapolated(
    at: Callable[[float], tuple[Any, float]], steps: Sequence[float], u: float
) -> tuple[float, float]:
    """The limit of the quotients of these steps, and how far it may be off; inf at a kink."""
    middle, _ = at(0.0)
    columns: list[list[Any]] = []
    sizes, apart = [], []
    for step in steps:
        (above, size), (below, _) = at(step), at(-step)
        sizes.append(size)
        column = [(above - below) / (2 * np.longdouble(step))]
        apart.append(float(abs((above - middle) - (middle - below)) / step))
        for level, before in enumerate(columns[-1] if columns else [], start=1):
            column.append(column[-1] + (column[-1] - before) / (4**level - 1))
        columns.append(column)
    # Where the function is smooth, the quotients from both sides come together as the step halves.
    if apart[-1] > apart[0] / 2 and apart[-1] > ELEMENTARY**2 * u * max(sizes) / steps[-1]:
        return np.nan, np.inf
    best = [float(column[-1]) for column in columns]
    return best[-1], of_quotients(best, sizes, steps, u)
