"""A second opinion on each true derivative: torch's autograd, in float64."""

from fractions import Fraction
from typing import Any

import torch
from mpmath import mp

from backproof.reference.derivation.language import Derivative, Node
from backproof.reference.derivation.model import Claim
from backproof.reference.derivation.trial import Trial
from backproof.reference.derivation.values import (
    Below,
    CannotEvaluateError,
    Context,
    DomainError,
    Numbers,
    Reading,
    Value,
    each,
)

# float64 keeps 16 digits; at moderate values a few hundred operations lose fewer than six of them, and a
# wrong derivative differs in its first digits.
TORCH_SHARE = 1e-9


class _Tensors(Numbers):
    """Arithmetic on torch scalars, which remember how they were made."""

    def exact(self, value: Fraction | int) -> Any:
        return torch.tensor(value.numerator / value.denominator, dtype=torch.float64)

    def function(self, name: str, x: Any) -> Any:
        return getattr(torch, name)(x)

    def powered(self, x: Any, n: Any) -> Any:
        return x ** float(n) if not n.requires_grad else x**n

    def check(self, x: Any) -> None:
        if not torch.isfinite(x):
            raise DomainError("a value out of float64's range")


class _Graph(Context):
    """Formulas to torch scalars; a derivative is autograd's."""

    def slope(self, above: Node, below: Below, index: dict[str, int]) -> Any:
        key, entry, held = below
        run = _Graph(self.world, self.reading, _Tensors())
        for one in held:
            value = self.name(one)
            run.override(one, Value(value.shape, each(lambda x: x.detach(), value.data)))
        start = self.name(key)
        data = each(lambda x: x.detach().clone().requires_grad_(True), start.data)
        run.override(key, Value(start.shape, data))
        value = run.scalar(above, index)
        if not value.requires_grad:
            return self.n.exact(0)
        (slope,) = torch.autograd.grad(value, data.flat[entry], allow_unused=True)
        return self.n.exact(0) if slope is None else slope


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
                met = True
                apart = abs(each(float, true.data) - each(float, found.data)).max()
                if not apart <= TORCH_SHARE * max(abs(true.data).max(), 1.0):
                    return False
        except (CannotEvaluateError, IndexError):
            continue
    return True if met else None
