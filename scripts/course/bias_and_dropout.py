"""Two of the course's advanced topics: the neuron that is always 1, and units that are left out."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from backproof.data import course
from backproof.scratch.spec import NetworkSpec
from backproof.scripts.course.lesson import Lesson, Setting
from backproof.scripts.course.witnesses import rounded, together, work


def lesson(given: course.Given, _setting: Setting) -> Lesson:
    """Bias neurons, and dropout with the same units dropped by both twins."""
    page = Lesson("Bias neurons and dropout")
    W, b, V, c, x, y = (np.array(given[name], dtype="float64") for name in ("W", "b", "V", "c", "x", "y"))
    spec = NetworkSpec((W.shape[1], len(b), len(c)), ("tanh", "identity"), "squared_error")
    plain = work(spec, [(W, b), (V, c)], x, y)

    page.say(
        """The course only names these two. A bias neuron is an input that is always 1, whose weights are
        the biases: the outputs are the same, and the gradient of its weights is the gradient of b."""
    )
    wider = NetworkSpec((W.shape[1] + 1, len(b), len(c)), spec.activations, spec.loss)
    ones = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    augmented = work(wider, [(np.column_stack([W, b]), np.zeros(len(b))), (V, c)], ones, y)
    for name, found in (("plain", plain), ("augmented", augmented)):
        page.number(f"{name}_output", found.found["a2"][:, 0], found.errors["a2"][:, 0])
    page.number("bias_gradient", plain.found["db1"], plain.errors["db1"])
    page.number("bias_neuron_gradient", augmented.found["dW1"][:, -1], augmented.errors["dW1"][:, -1])
    page.table(
        "With biases, and with a bias neuron",
        ["quantity", "biases", "bias neuron"],
        [
            *(
                [f"output {k}", page.shown("plain_output", k), page.shown("augmented_output", k)]
                for k in range(len(x))
            ),
            *(
                [f"gradient of b{j}", page.shown("bias_gradient", j), page.shown("bias_neuron_gradient", j)]
                for j in range(len(b))
            ),
        ],
    )

    rate = given["rate"]
    page.say(
        f"""Dropout leaves hidden units out at random, here each with probability {rate}, and divides the
        others by {1 - rate:g} so that the mean stays. Both twins drop the same units, because the masks are
        given and not drawn. The average over all masks, each as likely as it is, is the output without
        dropout, since the output layer is linear."""
    )
    dropping = replace(spec, dropout=rate)
    params = [(W, b), (V, c)]
    masks = [np.array(given["masks"], dtype="float64")]
    dropped = work(dropping, params, x, y, masks)
    page.number("dropped_output", dropped.found["a2"][:, 0], dropped.errors["a2"][:, 0])
    page.number("dropped_dW1", dropped.found["dW1"], dropped.errors["dW1"])
    # A dropped unit answers nothing, so none of its weights learns from that example.
    page.number("silent_units", [int((masks[0][:, j] == 0).sum()) for j in range(len(b))])
    mean, error = np.zeros(len(x)), np.zeros(len(x))
    for kept in product((0.0, 1.0), repeat=len(b)):
        likely = float(np.prod([1 - rate if unit else rate for unit in kept]))
        one = work(dropping, params, x, y, [np.tile(kept, (len(x), 1))])
        mean += likely * one.found["a2"][:, 0]
        error += likely * (one.errors["a2"][:, 0] + rounded(1.0, 2 ** len(b)) * np.abs(one.found["a2"][:, 0]))
    page.number("mean_output", mean, error)
    page.table(
        "Outputs",
        ["example", "all units", f"masks {given['masks']}", "mean over all masks"],
        [
            [str(k), *(page.shown(f"{name}_output", k) for name in ("plain", "dropped", "mean"))]
            for k in range(len(x))
        ],
    )
    page.agree(
        "with a bias neuron, and with dropped units",
        together([plain.report, augmented.report, dropped.report]),
    )
    return page
