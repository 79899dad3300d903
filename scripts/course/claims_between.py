"""Statements in which the documents differ from each other."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from mpmath import mpf, tanh

from backproof.reference.definition import KinkError, derivative
from backproof.scratch.spec import Array
from backproof.scripts.course.claims import CONVENTION, Chapter, Outcome, Readings
from backproof.scripts.course.claims_002 import bell
from backproof.scripts.course.evidence import (
    DIGITS,
    Formula,
    Net,
    always,
    equal,
    gradient_is,
    net,
    short,
    sigma,
    slope_is,
)

chapter = Chapter()
claim = chapter.claim


@claim(
    "x-half",
    "The slope of the error by the output is p - a.",
    CONVENTION,
    remedy="For 1/2 (p - a)^2, the lecture's J. Its listings and the videos have no half: 2 (p - a). "
    "Whoever checks a slope has to ask which cost it is of.",
    twin={"stated": lambda p, a: a - p},
    altered="sign",
)
def half(stated: Formula = lambda p, a: p - a) -> Readings:
    return Readings(
        {
            "1/2 (p - a)^2": slope_is(stated, lambda p, a: (p - a) ** 2 / 2, "p", "p a"),
            "(p - a)^2": slope_is(stated, lambda p, a: (p - a) ** 2, "p", "p a"),
            "the mean over two outputs": slope_is(
                stated, lambda p, a, q, c: ((p - a) ** 2 + (q - c) ** 2) / 2, "p", "p a q c"
            ),
        }
    )


@claim(
    "x-index-order",
    "The gradient of W is the outer product of delta and the inputs.",
    CONVENTION,
    remedy="Where W runs to a neuron from the one before, as in the videos, the slides and here; that of "
    "the lecture's W, from-to, is its transpose.",
    twin={"outer": lambda delta, x: np.outer(delta, delta)},
    altered="index",
)
def index_order(outer: Callable[[Array, Array], Array] = lambda delta, x: np.outer(delta, x)) -> Readings:
    nets = [net(3, 3, seed=seed) for seed in range(3)]

    def stated(n: Net) -> Array:
        return outer((2 * (n.a[1] - n.y) * bell(n.a[1]))[0], n.x[0])

    return Readings(
        {
            "W from end to start": gradient_is(stated, "dW1", nets),
            "W from start to end": gradient_is(lambda n: stated(n).T, "dW1", nets),
        }
    )


@claim(
    "x-activation-range",
    "An activation lies between 0 and 1.",
    CONVENTION,
    remedy="A sigmoid's, in 002 and 003. The camera of 000 and 004 has tanh, -1 to 1; a rectified unit "
    "has no upper limit.",
    twin={"low": mpf(1) / 2},
    altered="value",
)
def activation_range(low: Any = 0, high: Any = 1) -> Readings:
    def within(f: Callable[[int], mpf]) -> Outcome:
        return always(
            lambda z: low <= f(z) <= high, range(-5, 6), lambda z: f"{short(f(z))} for a sum of {z}"
        )

    return Readings(
        {
            "sigmoid": within(lambda z: sigma(mpf(z))),
            "tanh": within(lambda z: tanh(mpf(z))),
            "relu": within(lambda z: mpf(max(z, 0))),
        }
    )


@claim(
    "x-relu-zero",
    "The slope of a rectified unit at 0 is 0.",
    CONVENTION,
    remedy="As torch, 000 and the last slides of 004 have it; an earlier slide of 004 rightly leaves 0 out.",
    twin={"stated": 1},
    altered="value",
)
def relu_at_zero(stated: int = 0) -> Readings:
    zero = torch.zeros(1, requires_grad=True)
    (by_torch,) = torch.autograd.grad(torch.relu(zero).sum(), zero)
    try:
        by_definition = equal(stated, derivative(lambda z: max(z, 0), mpf(0), DIGITS))
    except KinkError as kink:
        by_definition = Outcome(
            False, f"{short(kink.left)} from the left, {short(kink.right)} from the right"
        )
    return Readings(
        {
            "by convention, as torch has it": equal(stated, int(by_torch.item())),
            "by the definition": by_definition,
        }
    )
