"""The losses of the course: what one number is made of an answer and the truth."""

from __future__ import annotations

import math

import numpy as np

from backproof.data import course
from backproof.scratch.spec import Array, NetworkSpec
from backproof.scripts.course import drawing
from backproof.scripts.course.lesson import Lesson, Setting, near
from backproof.scripts.course.listings import left_to_right
from backproof.scripts.course.witnesses import Worked, elementary, rounded, together, work

DISTANCES = ("mae", "mse", "squared_error", "half_squared_error")


def lesson(given: course.Given, _setting: Setting) -> Lesson:
    """Absolute, squared and logarithmic losses."""
    page = Lesson("Losses")
    page.say(
        """A loss makes one number of an answer and the truth. The mean of the absolute errors and the mean
        of their squares measure distances. The video series adds the squares up without dividing, the
        lecture halves that sum: the names below keep the four apart."""
    )
    answer, truth = (np.array([given[name]], dtype="float64") for name in ("answer", "truth"))
    found = {name: _of(name, "identity", answer, truth) for name in DISTANCES}
    for name, values in found.items():
        page.number(name, values.found["loss"], values.errors["loss"])
        page.number(f"{name}_gradient", values.found["dx"][0], values.errors["dx"][0])
    page.table(
        f"Answer {given['answer']}, truth {given['truth']}",
        ["loss", "value", "gradient"],
        [
            [name, f"{float(values.found['loss']):.6g}", " ".join(f"{g:+.4g}" for g in values.found["dx"][0])]
            for name, values in found.items()
        ],
    )

    page.say(
        """The entropies measure surprise, the logarithm of the probability that was given to the truth.
        Binary cross-entropy looks at one yes or no, categorical cross-entropy at one class of several."""
    )
    binary = given["binary"]
    surprises = [-(y * math.log(p) + (1 - y) * math.log(1 - p)) for p, y in binary]
    page.number("binary", surprises, [elementary(value) + rounded(1.0, 2) for value in surprises])
    page.table(
        "Binary cross-entropy",
        ["p", "y", "loss"],
        [[f"{p:g}", f"{y:g}", f"{value:.10g}"] for (p, y), value in zip(binary, surprises)],
    )
    grid = np.linspace(0.01, 0.99, 99)
    curves = {"y = 1: -log p": (-np.log(grid)).tolist(), "y = 0: -log(1 - p)": (-np.log1p(-grid)).tolist()}
    page.picture(
        "losses-entropies",
        "Surprise: what a probability costs where the truth is yes, and where it is no.",
        lambda ax: drawing.lines(ax, grid.tolist(), curves, "probability p", "loss"),
        height=3.4,
    )
    heart = [
        _of("binary_cross_entropy", "sigmoid", np.array([[math.log(p / (1 - p))]]), np.array([[float(y)]]))
        for p, y in binary
    ]
    page.number(
        "binary_heart",
        [float(w.found["loss"]) for w in heart],
        [float(w.errors["loss"]) + elementary(4.0) for w in heart],
    )
    page.number(
        "binary_gradient",
        [float(w.found["dx"][0, 0]) for w in heart],
        [float(w.errors["dx"][0, 0]) + elementary(4.0) for w in heart],
    )

    z = np.array([given["logits"]], dtype="float64")
    y = np.eye(z.shape[1])[[given["class"]]]
    categorical = _of("categorical_cross_entropy", "softmax", z, y)
    page.number("categorical", categorical.found["loss"], categorical.errors["loss"])
    page.number("categorical_gradient", categorical.found["dx"][0], categorical.errors["dx"][0])
    p, p_error = categorical.found["a1"][0], categorical.errors["a1"][0]
    page.number("p_minus_y", p - y[0], p_error + rounded(1.0, 1))
    page.say(
        """Behind a softmax the categorical cross-entropy has the plainest gradient of all: the
        probabilities minus the truth."""
    )
    page.table(
        f"Logits {given['logits']}, class {given['class']}, loss {float(categorical.found['loss']):.10g}",
        ["class", "p", "y", "gradient"],
        [
            [str(k), near(p[k], p_error[k]), f"{y[0, k]:g}", f"{categorical.found['dx'][0, k]:+.10f}"]
            for k in range(len(p))
        ],
    )
    # The same four distances once more, added up by hand as the slides do it.
    off = [t - a for t, a in zip(given["truth"], given["answer"])]
    page.number("absolute_sum", left_to_right(abs(d) for d in off))
    page.number("squared_sum", left_to_right(d * d for d in off))
    page.agree(
        "every loss",
        together([*(w.report for w in found.values()), *(w.report for w in heart), categorical.report]),
    )
    return page


def _of(loss: str, activation: str, z: Array, y: Array) -> Worked:
    """A layer that passes z on unweighted, so that dx is the gradient of the loss with respect to z."""
    spec = NetworkSpec((z.shape[1], z.shape[1]), (activation,), loss)
    return work(spec, [(np.eye(z.shape[1]), np.zeros(z.shape[1]))], z, y)
