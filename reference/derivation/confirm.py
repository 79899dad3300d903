"""A second opinion on each true derivative: torch's autograd, in float64."""

from fractions import Fraction
from typing import Any

import torch
from mpmath import mp

from backproof.reference.derivation.language import Derivative, Node
from backproof.reference.derivation.model import Claim
from backproof.reference.derivation.trial import Trial
from backproof.reference.derivation.values import (
    CannotEvaluateError,
    Context,
    DomainError,
    Numbers,
    Reading,
    Value,
    plain_dot,
)

# float64 keeps 16 digits; at moderate values a few hundred operations lose fewer than six of them, and a
# wrong derivative differs in its first digits.
TORCH_SHARE = 1e-9


class _Tensors(Numbers):
    """Arithmetic on torch scalars, which remember how they were made."""

    dot = plain_dot

    def number(self, value: Fraction) -> Any:
        return torch.tensor(value.numerator / value.denominator, dtype=torch.float64)

    def of(self, name: str, x: Any) -> Any:
        return getattr(torch, name)(x)

    def power(self, x: Any, n: Any) -> Any:
        return x ** float(n) if not n.requires_grad else x**n

    def divide(self, x: Any, y: Any) -> Any:
        return x / y

    def compare(self, x: Any, sign: str, y: Any) -> bool:
        return super().compare(x.item(), sign, y.item())

    def check(self, x: Any) -> None:
        if not torch.isfinite(x):
            raise DomainError("a value out of float64's range")


class _Graph(Context):
    """Formulas to torch scalars; a derivative is autograd's."""

    def slope(self, above: Node, below: tuple[str, int], index: dict[str, int]) -> Any:
        key, entry = below
        run = _Graph(self.world, self.reading, _Tensors())
        start = self.name(key)
        data = [x.detach().clone().requires_grad_(True) for x in start.data]
        run.override(key, Value(start.shape, data))
        value = run.scalar(above, index)
        if not value.requires_grad:
            return self.n.number(Fraction(0))
        (slope,) = torch.autograd.grad(value, data[entry], allow_unused=True)
        return self.n.number(Fraction(0)) if slope is None else slope


def confirm(claim: Claim, checker: Trial) -> bool | None:
    """Whether autograd gives the slope that the definition gives; None where there is none to compare."""
    if not isinstance(claim.left, Derivative):
        return None
    met = False
    for number in range(4):
        world = checker.world(number, checker.stated)
        try:
            for index in checker.indices(claim, world.context(Reading())):
                with mp.workdps(30):
                    true = world.context(Reading()).evaluate(claim.left, index)
                found = _Graph(world, Reading(), _Tensors()).evaluate(claim.left, index)
                largest = max([abs(float(x)) for x in true.data], default=0.0)
                for a, b in zip(true.data, found.data, strict=True):
                    met = True
                    if not abs(float(a) - b.item()) <= TORCH_SHARE * max(largest, 1.0):
                        return False
        except (CannotEvaluateError, IndexError):
            continue
    return True if met else None
