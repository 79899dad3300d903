"""The losses that people print, and the constants by which their gradients differ."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from backproof.scratch.errors import InputError

# What is averaged over: nothing, the batch, the outputs, or both. B examples and K outputs.
REDUCTIONS = {"sum": "", "mean over B": "B", "mean over K": "K", "mean over B and K": "BK"}

# name: (kind, halved, averaged over). The first name of a reading is the one that is printed.
NAMES = {
    "squared_error": ("squared_error", False, "B"),
    "half_squared_error": ("squared_error", True, "B"),
    "mse": ("squared_error", False, "BK"),
    "mae": ("absolute_error", False, "BK"),
    "absolute_error": ("absolute_error", False, "B"),
    "binary_cross_entropy": ("binary_cross_entropy", False, "BK"),
    "categorical_cross_entropy": ("categorical_cross_entropy", False, "B"),
    "cross_entropy": ("cross_entropy", False, "B"),
    "bce": ("binary_cross_entropy", False, "BK"),
    "cce": ("categorical_cross_entropy", False, "B"),
    "nll": ("categorical_cross_entropy", False, "B"),
    "negative_log_likelihood": ("categorical_cross_entropy", False, "B"),
    "sse": ("squared_error", False, ""),
    "mean_squared_error": ("squared_error", False, "BK"),
    "mean_absolute_error": ("absolute_error", False, "BK"),
    "l2": ("squared_error", False, "B"),
    "l1": ("absolute_error", False, "B"),
}
# kind: the NetworkSpec loss that computes it, and what that one averages over.
SPEC_LOSSES = {
    "squared_error": ("squared_error", "B"),
    "absolute_error": ("mae", "BK"),
    "binary_cross_entropy": ("binary_cross_entropy", "BK"),
    "categorical_cross_entropy": ("categorical_cross_entropy", "B"),
    "cross_entropy": ("cross_entropy", "B"),
}


@dataclass(frozen=True, order=True)
class Factor:
    """A constant (-1)^negative 2^two B^b K^k, for B examples and K outputs."""

    negative: bool = False
    two: int = 0
    b: int = 0
    k: int = 0

    def value(self, batch: int, outputs: int) -> float:
        return (
            (-1.0 if self.negative else 1.0)
            * 2.0**self.two
            * float(batch) ** self.b
            * float(outputs) ** self.k
        )

    def __mul__(self, other: "Factor") -> "Factor":
        return Factor(
            self.negative != other.negative, self.two + other.two, self.b + other.b, self.k + other.k
        )

    def __truediv__(self, other: "Factor") -> "Factor":
        return self * Factor(other.negative, -other.two, -other.b, -other.k)

    @property
    def simplicity(self) -> tuple[int, ...]:
        """The smaller, the sooner it is believed."""
        return abs(self.two) + abs(self.b) + abs(self.k), self.negative, abs(self.two), abs(self.k)

    def __str__(self) -> str:
        def times(sign: int) -> list[str]:
            letters = (("2", self.two), ("B", self.b), ("K", self.k))
            return [letter for letter, power in letters for _ in range(max(0, sign * power))]

        above, below = " ".join(times(1)) or "1", " ".join(times(-1))
        shown = above if not below else f"{above}/({below})" if " " in below else f"{above}/{below}"
        return f"-{shown}" if self.negative else shown


ONE, MINUS = Factor(), Factor(negative=True)


def factors() -> Iterator[Factor]:
    """The constants that are met in practice, the simplest first."""
    powers = (-1, 0, 1)
    yield from sorted(
        (Factor(*each) for each in itertools.product((False, True), powers, powers, powers)),
        key=lambda factor: factor.simplicity,
    )


@dataclass(frozen=True)
class Loss:
    """A loss: its kind, whether it is halved, and what it is averaged over ("", B, K or BK)."""

    kind: str
    half: bool = False
    over: str = "B"

    @property
    def factor(self) -> Factor:
        """How many times the NetworkSpec loss of its kind it is."""
        averaged = SPEC_LOSSES[self.kind][1]
        return Factor(
            two=-int(self.half),
            b=("B" in averaged) - ("B" in self.over),
            k=("K" in averaged) - ("K" in self.over),
        )

    def times(self, factor: Factor) -> "Loss | None":
        """The loss that is this one times `factor`, where there is one."""
        return next((loss for loss in family(self.kind) if loss.factor == self.factor * factor), None)

    def __str__(self) -> str:
        short = next((name for name, read in NAMES.items() if Loss(*read) == self), None)
        if short:
            return short
        words = next(words for words, over in REDUCTIONS.items() if over == self.over)
        return f"{'half ' if self.half else ''}{self.kind}, {words}"


@dataclass(frozen=True, order=True)
class OwnLoss(Loss):
    """A loss that is known as a function alone."""

    kind: str = "squared_error"  # whose place it takes

    @property
    def factor(self) -> Factor:
        return ONE

    def times(self, factor: Factor) -> Loss | None:
        return self if factor == ONE else None

    def __str__(self) -> str:
        return "the loss that was given as a function"


def family(kind: str) -> Iterator[Loss]:
    """Every loss of a kind."""
    for half in (False, True):
        for over in REDUCTIONS.values():
            yield Loss(kind, half, over)


def read_loss(text: str) -> Loss:
    """The loss that a declaration names: `mse`, `half squared_error, sum`, ...

    Raises InputError for anything else.
    """
    name, _, reduction = (re.sub(r"\s+", " ", part).strip() for part in text.partition(","))
    half = name.startswith("half ")
    bare = name.removeprefix("half ").replace(" ", "_").lower()
    if bare not in NAMES or (half and NAMES[bare][1]):
        raise InputError(
            f"unknown loss {text!r}",
            f"name one of {', '.join(list(NAMES)[:8])}; `half ` before it halves it, and after a comma "
            f"comes what is summed or averaged: {', '.join(REDUCTIONS)}",
        )
    kind, halved, over = NAMES[bare]
    if reduction:
        if reduction not in REDUCTIONS:
            raise InputError(
                f"unknown reduction {reduction!r} of {bare}", f"choose from {', '.join(REDUCTIONS)}"
            )
        over = REDUCTIONS[reduction]
    return Loss(kind, half or halved, over)


def settled(loss: Loss, last: str) -> tuple[Loss, str]:
    """A loss and the last activation as NetworkSpec pairs them.

    cross_entropy of probabilities is categorical (behind softmax) or binary (behind sigmoid); on plain
    outputs the categorical and the binary one contain the softmax or the sigmoid.
    """
    kind = loss.kind
    if kind == "cross_entropy" and last in ("softmax", "sigmoid"):
        kind = "categorical_cross_entropy" if last == "softmax" else "binary_cross_entropy"
    elif kind == "categorical_cross_entropy" and last == "identity":
        kind = "cross_entropy"
    elif kind == "binary_cross_entropy" and last == "identity":
        last = "sigmoid"
    return Loss(kind, loss.half, loss.over), last
