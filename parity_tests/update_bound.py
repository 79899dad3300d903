"""The tolerance of an update: how far apart two honest evaluations of a rule may be, step after step.

Letters and rules of error_bound.py. What a rule keeps carries its error from one step to the next, so each
step's bound begins with the errors that the step before left. Values are the reference's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backproof.parity_tests.error_bound import Near, Rounding, _product
from backproof.scratch.spec import Array, OptimizerSpec


@dataclass(frozen=True)
class Errors:
    """The error of a parameter and of what is kept of it: the average of g and that of g^2, or velocity."""

    W: Array
    m: Array
    v: Array


def begin(W: Array) -> Errors:
    """Before the first step all is known exactly."""
    return Errors(*(np.zeros_like(W, "float64") for _ in range(3)))


def after_update(
    r: Rounding,
    o: OptimizerSpec,
    t: int,
    before: Mapping[str, Array],
    gradients: Sequence[Near],
    errors: Sequence[Errors],
    after: Mapping[str, Array],
) -> list[Errors]:
    """The errors after step t, from the reference's values before and after it.

    before and after name W1, m1, v1, ... as reference.optimizers.steps does.
    """
    clipped = _clipped(r, o, gradients)
    return [
        _one(r, o, t, k, before, g, error, after)
        for k, (g, error) in enumerate(zip(clipped, errors), start=1)
    ]


def exactly(gradients: Sequence[Array]) -> list[Near]:
    """Gradients that are what they are, such as those that a rule was given."""
    return [Near(g, np.zeros_like(g)) for g in gradients]


def _clipped(r: Rounding, o: OptimizerSpec, gradients: Sequence[Near]) -> list[Near]:
    """scale g, with scale = min(1, clip_norm / (norm + 1e-6)): the norm adds N squares and takes a root.

    The norm is off by no more than the norm of the gradients' errors.
    """
    if o.clip_norm == np.inf:
        return list(gradients)
    count = sum(g.value.size for g in gradients)
    norm = float(np.sqrt(r.met(np.asarray(sum(float((g.value * g.value).sum()) for g in gradients)))))
    error = float(np.sqrt(sum(float((g.error * g.error).sum()) for g in gradients)))
    scale = min(1.0, o.clip_norm / (norm + 1e-6))
    # Relative to the scale, which is within 0 and 1.
    moved = min(error / (norm + 1e-6 - error) if error < norm else np.inf, 1 / scale) if error else 0.0
    # Squares below the smallest normal number may be flushed to 0.
    relative = r.gamma(count + 8) + np.sqrt(count * r.tiny) / (norm + 1e-6) + moved
    return [
        Near(scale * g.value, relative * np.abs(scale * g.value) + (1 + relative) * scale * g.error + r.tiny)
        for g in gradients
    ]


def _one(
    r: Rounding,
    o: OptimizerSpec,
    t: int,
    k: int,
    before: Mapping[str, Array],
    g: Near,
    error: Errors,
    after: Mapping[str, Array],
) -> Errors:
    W, rate = Near(before[f"W{k}"], error.W), o.rate(t)
    if o.weight_decay and o.name == "adamw":
        W = _sum(r, 4, (1 - rate * o.weight_decay, W), (0.0, W), size=1 + rate * o.weight_decay)
    elif o.weight_decay:
        g = _sum(r, 3, (1.0, g), (o.weight_decay, W))
    m, v, moved = Near(g.value, error.m), Near(g.value, error.v), g  # sgd keeps nothing
    zero = np.zeros_like(g.value)
    if o.name in ("momentum", "nesterov"):
        kept = Near(before.get(f"v{k}", zero), error.v)
        v = _replaced(_sum(r, 3, (o.momentum, kept), (1.0, g)), after.get(f"v{k}"))
        moved = v if o.name == "momentum" else _sum(r, 3, (1.0, g), (o.momentum, v))
    if o.name in ("rmsprop", "adam", "adamw"):
        forget = o.alpha if o.name == "rmsprop" else o.beta2
        squared = Near(g.value**2, _product(r, g, g, 1))
        kept = Near(before.get(f"v{k}", zero), error.v)
        v = _replaced(_sum(r, 6, (forget, kept), (1 - forget, squared)), after[f"v{k}"])
        top, denominator = g, v
        if o.name != "rmsprop":
            kept = Near(before.get(f"m{k}", zero), error.m)
            # torch takes m + (1 - beta1) (g - m), whose terms are of size |m| + (1 - beta1) |g|.
            m = _sum(r, 8, (o.beta1, kept), (1 - o.beta1, g), size=1.0)
            m = _replaced(m, after[f"m{k}"])
            top, denominator = _scaled(r, m, 1 - o.beta1**t), _scaled(r, v, 1 - o.beta2**t)
        moved = _quotient(r, top, _root(r, denominator), o.epsilon, _most(o, t))
    W = _sum(r, 4, (1.0, W), (-rate, moved))
    return Errors(W.error, m.error, v.error)


def _replaced(near: Near, value: Array | None) -> Near:
    """With the reference's own value, where it keeps one."""
    return near if value is None else Near(value, near.error)


def _sum(r: Rounding, n: int, p: tuple[float, Near], q: tuple[float, Near], size: float = 0.0) -> Near:
    """p + q with constant factors and n roundings; `size` is a factor of the first term met on the way."""
    (a, first), (b, second) = p, q
    error = abs(a) * first.error + abs(b) * second.error
    met = r.met(max(abs(a), size) * first.size + abs(b) * second.size)
    return Near(a * first.value + b * second.value, error + r.gamma(n) * met + n * r.tiny)


def _scaled(r: Rounding, p: Near, divisor: float) -> Near:
    """p / divisor, a constant that everybody computes as Python's float."""
    return Near(p.value / divisor, p.error / divisor + r.gamma(3) * r.met(p.size / divisor) + r.tiny)


def _root(r: Rounding, p: Near) -> Near:
    """sqrt: |sqrt(p') - sqrt(p)| = |p' - p| / (sqrt(p') + sqrt(p)), at most the root of |p' - p|."""
    value = np.sqrt(np.maximum(p.value, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.fmin(np.sqrt(2 * p.error), 2 * p.error / value)
    return Near(value, moved + r.gamma(3) * (value + moved) + r.tiny)


def _most(o: OptimizerSpec, t: int) -> float:
    """The largest |m| / sqrt(v) after t steps, both corrected, by Cauchy-Schwarz over the gradients seen.

    m = (1 - beta1) sum_j beta1^j g_j and v = (1 - beta2) sum_j beta2^j g_j^2, j steps ago; rmsprop's m is g.
    """
    beta1, beta2 = (0.0, o.alpha) if o.name == "rmsprop" else (o.beta1, o.beta2)
    if beta2 == 0:
        return 1.0 if beta1 == 0 or t == 1 else np.inf
    ratios = np.sqrt(np.sum((beta1**2 / beta2) ** np.arange(t)))
    corrected = 1.0 if o.name == "rmsprop" else np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return float((1 - beta1) / np.sqrt(1 - beta2) * ratios * corrected)


def _quotient(r: Rounding, p: Near, root: Near, epsilon: float, most: float) -> Near:
    """p / (root + epsilon): p'/d' - p/d = (p' - p)/d' - (p/d) (d' - d)/d', and every d' is above epsilon.

    Two quotients of at most `most` are never further apart than twice that.
    """
    d = _sum(r, 2, (1.0, root), (1.0, Near(np.asarray(epsilon), np.zeros(()))))
    least = np.maximum(d.value - 2 * d.error, epsilon * (1 - r.gamma(4)))
    value = p.value / d.value
    error = (p.error + np.abs(value) * d.error) / least
    error = np.fmin((p.error + (np.abs(value) + 2 * error) * d.error) / least, 2 * most)
    return Near(value, error + r.gamma(3) * r.met(np.abs(value) + 2 * error) + r.tiny)
