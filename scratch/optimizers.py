"""Update rules by hand: how a gradient moves a parameter, each in the few lines of its paper."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np

from backproof.scratch.spec import Array, OptimizerSpec, Params

Out = Array | None


@dataclass
class Kept:
    """What a rule remembers of one parameter, zero before the first step."""

    v: Array  # velocity, or the average of g^2
    m: Array  # the average of g

    @classmethod
    def nothing(cls, parameter: Array) -> "Kept":
        # One number that is seen everywhere: what a rule never writes takes no memory.
        zero = np.broadcast_to(np.zeros((), parameter.dtype), parameter.shape)
        return cls(zero, zero)


# --- the rules: the parameter W after step t, from its gradient g and what was kept -------------------
# It goes into `out`, and what leads there into `spare`, which may be g itself; None: numpy makes new arrays.


def sgd(
    o: OptimizerSpec, t: int, W: Array, g: Array, kept: Kept, out: Out = None, spare: Out = None
) -> Array:
    return np.subtract(W, np.multiply(o.rate(t), g, out=spare), out=out)


def momentum(
    o: OptimizerSpec, t: int, W: Array, g: Array, kept: Kept, out: Out = None, spare: Out = None
) -> Array:
    kept.v = o.momentum * kept.v + g
    return np.subtract(W, np.multiply(o.rate(t), kept.v, out=spare), out=out)


def nesterov(
    o: OptimizerSpec, t: int, W: Array, g: Array, kept: Kept, out: Out = None, spare: Out = None
) -> Array:
    kept.v = o.momentum * kept.v + g
    return np.subtract(W, o.rate(t) * (g + o.momentum * kept.v), out=out)


def rmsprop(
    o: OptimizerSpec, t: int, W: Array, g: Array, kept: Kept, out: Out = None, spare: Out = None
) -> Array:
    kept.v = o.alpha * kept.v + (1 - o.alpha) * g * g
    return np.subtract(W, o.rate(t) * g / (np.sqrt(kept.v) + o.epsilon), out=out)


def adam(
    o: OptimizerSpec, t: int, W: Array, g: Array, kept: Kept, out: Out = None, spare: Out = None
) -> Array:
    kept.m = o.beta1 * kept.m + (1 - o.beta1) * g
    kept.v = o.beta2 * kept.v + (1 - o.beta2) * g * g
    m = kept.m / (1 - o.beta1**t)  # both averages began at 0
    v = kept.v / (1 - o.beta2**t)
    return np.subtract(W, o.rate(t) * m / (np.sqrt(v) + o.epsilon), out=out)


def adamw(
    o: OptimizerSpec, t: int, W: Array, g: Array, kept: Kept, out: Out = None, spare: Out = None
) -> Array:
    W = W - o.rate(t) * o.weight_decay * W
    return adam(o, t, W, g, kept, out)


Rule = Callable[..., Array]
RULES: dict[str, Rule] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}


# --- a step of a whole network -------------------------------------------------------------------------


@dataclass
class Training:
    """An optimizer under way: the steps taken, and what it keeps of each parameter."""

    optimizer: OptimizerSpec
    t: int = 0
    kept: list[Kept] = field(default_factory=list)

    def step(
        self,
        parameters: list[Array],
        gradients: list[Array],
        into: Sequence[Out] | None = None,
        spare: Sequence[Out] | None = None,
    ) -> list[Array]:
        """The parameters after one more step, in the arrays `into`; `spare` holds what leads there.

        Either may be left away; then the arrays given are not written to.
        """
        o = self.optimizer
        self.kept = self.kept or [Kept.nothing(W) for W in parameters]
        self.t += 1
        rule, nowhere, scale = RULES[o.name], repeat(None), clip(o.clip_norm, gradients)
        if scale < 1:
            gradients = [scale * g for g in gradients]
        if o.weight_decay and o.name != "adamw":
            gradients = [g + o.weight_decay * W for W, g in zip(parameters, gradients)]
        places = into or nowhere, spare or nowhere
        return [rule(o, self.t, *each) for each in zip(parameters, gradients, self.kept, *places)]


def clip(clip_norm: float, gradients: list[Array]) -> float:
    """What all gradients are multiplied with, so that their common norm is at most clip_norm.

    1e-6 in the denominator as in torch, which has it against a norm of 0 (Pascanu et al. 2013 has none).
    """
    if clip_norm == math.inf:
        return 1.0
    norm = math.sqrt(sum(float(np.vdot(g, g)) for g in gradients))
    return min(1.0, clip_norm / (norm + 1e-6))


def flat(params: Params) -> list[Array]:
    """W1, b1, W2, b2, ... of [(W, b), ...], without the biases of a network that has none."""
    return [array for pair in params for array in pair if array is not None]


def in_pairs(arrays: list[Array], biases: bool) -> Params:
    """[(W, b), ...] of what flat made of it."""
    return list(zip(arrays[::2], arrays[1::2])) if biases else [(W, None) for W in arrays]
