"""Networks with an activation of their own: judged by the definition of the derivative."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Row
from backproof.parity_tests.door.callables import loss_value
from backproof.parity_tests.door.check_step import check_step
from backproof.parity_tests.door.declared import PENALTIES, Declared
from backproof.parity_tests.door.judge import Verdict
from backproof.reference.losses import ONE, Factor, factors
from backproof.scratch import functions
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array

Activation = Callable[[Array], Array]  # of z (B, n), in float64


def gradients(
    declared: Declared, own: Mapping[int, Activation], arrays: Arrays, found: Mapping[str, Array]
) -> tuple[Row, ...]:
    """A row for each given dW and db of one network, where layers have functions of their own.

    Expected is the derivative of the declared loss by difference quotients in float64. own: layer -> f.
    Raises InputError where an entry has none, or the loss has no value from the last a alone.
    """
    loss, depth = declared.loss, declared.depth
    if loss is None or arrays.x.dtype != "float64":
        raise InputError(
            "an activation of one's own needs a declared loss and float64", "declare a loss with a name"
        )
    times, averaged = PENALTIES[declared.penalty]
    names = [name for k in range(1, depth + 1) for name in (f"W{k}", f"b{k}") if f"d{name}" in found]
    given = {f"W{k}": W for k, (W, _) in enumerate(arrays.params, start=1)}
    given |= {f"b{k}": b for k, (_, b) in enumerate(arrays.params, start=1)}

    def forward(*moved: Array) -> tuple[float, dict[str, Array]]:
        now = given | {name: np.asarray(each, "float64") for name, each in zip(names, moved)}
        a = arrays.x
        for k in range(1, depth + 1):
            z = a @ now[f"W{k}"].T + now[f"b{k}"]
            a = own[k](z) if k in own else functions.activation(declared.activations[k - 1], z)
        weights = [now[f"W{k}"] for k in range(1, depth + 1)]
        penalty = sum(
            times * declared.l2 / 2 * (W * W).sum() + declared.l1 * np.abs(W).sum() for W in weights
        )
        value = loss_value(loss, a, arrays.y) + penalty / (len(a) if averaged else 1)
        return -value if declared.ascent else value, dict(zip(names, (found[f"d{name}"] for name in names)))

    return check_step(forward, None, {name: given[name] for name in names}).rows


def verdict(judged: Sequence[tuple[Row, ...]], sizes: Sequence[tuple[int, int]], loss: str) -> Verdict:
    """The verdict on the rows of several networks, each with its batch size and number of outputs."""
    if not any(row.decidable for rows in judged for row in rows):
        return Verdict("not judged", "no entry of dW or db could be judged", "give dW and db")

    def right(factor: Factor) -> bool:
        return all(
            abs(row.examined - factor.value(*size) * row.expected) <= abs(factor.value(*size)) * row.allowance
            for rows, size in zip(judged, sizes)
            for row in rows
        )

    factor = next(filter(right, factors()), None)
    if factor == ONE:
        return Verdict("exact", f"right: dW and db are the derivative of {loss}, by difference quotients")
    if factor:
        said = f"dW and db are {factor} times the derivative of {loss}"
        return Verdict("ascent" if factor.negative else "factor", said, factor=factor)
    off = sorted({row.quantity for rows in judged for row in rows if row.verdict == "wrong"}, key=_backward)
    return Verdict("wrong", f"not the derivative of {loss}, by difference quotients: {', '.join(off)}")


def _backward(name: str) -> tuple[int, str]:
    """From the last layer down, dW before db."""
    return -int(name[2:]), name
