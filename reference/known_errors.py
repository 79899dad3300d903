"""Where torch itself is known to be wrong or to choose: its answer and the definition's, by direct call."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from mpmath import erf, exp, fabs, log, log10, mp, mpf, sqrt
from torch import Tensor
from torch.nn import functional

from backproof.reference.definition import KinkError, derivative

DIGITS = 30
MOST = 17  # what a float64 can be right to


@dataclass(frozen=True)
class KnownError:
    """One call at one x: torch in float64, and the value by definition or, at a kink, both slopes."""

    function: str
    x: float
    by_torch: float
    by_definition: mpf
    other_side: mpf | None = None

    @property
    def right_digits(self) -> int:
        """Significant digits of torch's value that are right; at a kink any slope between is honest."""
        low, high = self.by_definition, self.by_definition if self.other_side is None else self.other_side
        if low <= self.by_torch <= high:
            return MOST
        apart = min(fabs(self.by_torch - low), fabs(self.by_torch - high))
        return max(0, min(MOST, math.floor(-log10(apart / max(fabs(low), fabs(high))))))


def _sigmoid(z: mpf) -> mpf:
    return 1 / (1 + exp(-z))


def _hardsigmoid(z: mpf) -> mpf:
    return min(max(z + 3, mpf(0)), mpf(6)) / 6


def _relu(z: mpf) -> mpf:
    return max(z, mpf(0))


def _gelu(z: mpf) -> mpf:
    return z * (1 + erf(z / sqrt(mpf(2)))) / 2


def _softplus(z: mpf) -> mpf:
    return log(1 + exp(z))


_ONE, _NONE = torch.ones(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)

# (what is called, torch's function, the definition's, x, whether the slope is asked rather than the value)
_CALLS: tuple[tuple[str, Callable[[Tensor], Tensor], Callable[[mpf], mpf], float, bool], ...] = (
    (
        "binary_cross_entropy_with_logits, label 1",
        lambda x: functional.binary_cross_entropy_with_logits(x, _ONE),
        lambda z: -log(_sigmoid(z)),
        37.43,
        True,
    ),
    (
        "sigmoid, then binary_cross_entropy, label 1",
        lambda x: functional.binary_cross_entropy(torch.sigmoid(x), _ONE),
        lambda z: -log(_sigmoid(z)),
        -50.0,
        True,
    ),
    (
        "binary_cross_entropy, label 1: the logarithm",
        lambda x: functional.binary_cross_entropy(x, _ONE),
        lambda p: -log(p),
        1e-60,
        False,
    ),
    (
        "sigmoid, then binary_cross_entropy, label 0",
        lambda x: functional.binary_cross_entropy(torch.sigmoid(x), _NONE),
        lambda z: -log(1 - _sigmoid(z)),
        118.0,
        False,
    ),
    ("softplus", functional.softplus, _softplus, 20.0001, False),
    ("softplus", functional.softplus, _softplus, 20.0001, True),
    ("gelu", functional.gelu, _gelu, -8.0, False),
    ("gelu", functional.gelu, _gelu, -8.0, True),
    ("hardsigmoid", functional.hardsigmoid, _hardsigmoid, 1.0, True),
    ("relu", torch.relu, _relu, 0.0, True),
    ("clamp(min=0)", lambda x: torch.clamp(x, min=0), _relu, 0.0, True),
    ("maximum(x, 0)", lambda x: torch.maximum(x, torch.zeros_like(x)), _relu, 0.0, True),
)


def known_errors() -> list[KnownError]:
    """Every call, made now with the torch that is installed."""
    return [_asked(*call) for call in _CALLS]


def _asked(
    name: str,
    theirs: Callable[[Tensor], Tensor],
    defined: Callable[[mpf], mpf],
    x: float,
    slope: bool,
) -> KnownError:
    at = torch.tensor([x], dtype=torch.float64, requires_grad=True)
    value = theirs(at).sum()
    if not slope:
        with mp.workdps(10 * DIGITS):
            return KnownError(name, x, value.item(), defined(mpf(x)))
    value.backward()  # type: ignore[no-untyped-call]
    assert at.grad is not None
    name = f"slope of {name}"
    try:
        return KnownError(name, x, at.grad.item(), derivative(defined, x, DIGITS))
    except KinkError as kink:
        return KnownError(name, x, at.grad.item(), kink.left, kink.right)
