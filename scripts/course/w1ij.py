"""The lecture's derivation: one weight of the first layer, seen through three sigmoid layers."""

from __future__ import annotations

import numpy as np

from backproof.data import course
from backproof.scratch.network import step
from backproof.scratch.spec import Array, NetworkSpec, Params
from backproof.scripts.course import drawing
from backproof.scripts.course.lesson import Lesson, Setting, near
from backproof.scripts.course.witnesses import rounded, work


def network(given: course.Given) -> tuple[NetworkSpec, Params, Array, Array]:
    """The lecture's network, without biases: its W_ij runs from i to j, ours from j's row to k's column."""
    matrices = [np.array(given[name], dtype="float64").T for name in ("W1", "W2", "W3")]
    widths = (matrices[0].shape[1], *(len(W) for W in matrices))
    spec = NetworkSpec(widths, ("sigmoid",) * len(matrices), "half_squared_error", biases=False)
    x, a = (np.array([given[name]], dtype="float64") for name in ("x", "a"))
    return spec, [(W.copy(), None) for W in matrices], x, a


def lesson(given: course.Given, _setting: Setting) -> Lesson:
    """The derivation in numbers: the right formula, the printed one, and one step."""
    page = Lesson("One weight through three layers")
    page.say(
        """Three sigmoid layers lead from the inputs x over y and z to the output p, and J is half the
        squared distance of p from the answer a. The lecture asks how J follows one weight of the first
        layer. Its W_ij runs from neuron i to neuron j, the transpose of the order used elsewhere here."""
    )
    spec, params, inputs, answers = network(given)
    found = work(spec, params, inputs, answers)
    y, z, p = (found.found[f"a{layer}"][0] for layer in (1, 2, 3))
    x, a = inputs[0], answers[0]
    for name, key in (("y", "a1"), ("z", "a2"), ("p", "a3")):
        page.number(name, found.found[key][0], found.errors[key][0])
    page.number("J", found.found["loss"], found.errors["loss"])
    for layer in (1, 2, 3):
        page.number(f"dW{layer}", found.found[f"dW{layer}"].T, found.errors[f"dW{layer}"].T)
    page.table(
        "Forward",
        ["neuron", "y", "z", "p"],
        [
            [str(k), *(near(v[k], e[k]) if k < len(v) else "" for v, e in _columns(page, ("y", "z", "p")))]
            for k in range(len(y))
        ],
    )

    W2, W3 = (params[layer][0].T for layer in (1, 2))
    right = _formula(W2, W3, x, y, z, p, a)
    errors = found.errors["dW1"].T
    page.number("formula", right, errors)
    page.say(
        """Walking back from J: (p - a) p (1 - p) at the output, through W3 and z (1 - z) of every neuron of
        the second hidden layer, through W2 to the one neuron j that the weight feeds, y (1 - y) there, and
        last the one input x_i that the weight carries. The two sums of the lecture over y and over x must
        go: only one path starts at the weight, while all paths behind it are added."""
    )
    page.table(
        "dJ/dW1_ij by this formula, and by the heart",
        ["i", "j", "formula", "heart"],
        [
            [str(i), str(j), near(right[i, j], errors[i, j]), near(found.found["dW1"][j, i], errors[i, j])]
            for i in range(len(x))
            for j in range(len(y))
        ],
    )
    # The formula as printed sums over j and over i, so it is one number for all weights.
    printed = float(sum(right[i, j] for i in range(len(x)) for j in range(len(y))))
    page.number("printed", printed, float(errors.sum()) + rounded(float(np.abs(right).sum()), right.size))
    page.say(
        f"""As printed, with the sums left in, the formula gives {printed:.10g} for every weight: the sum of
        the whole table."""
    )

    _, moved = step(spec, params, inputs, answers, given["alpha"])
    expected = [W - given["alpha"] * found.found[f"dW{k}"] for k, (W, _) in enumerate(params, start=1)]
    for k, ((W, _), wanted) in enumerate(zip(moved, expected), start=1):
        bound = given["alpha"] * found.errors[f"dW{k}"] + rounded(1.0, 3) * (np.abs(W) + 1)
        page.number(f"W{k}_after", W.T, bound.T)
        page.number(f"W{k}_expected", wanted.T, bound.T)
    after = work(spec, moved, inputs, answers)
    page.number("J_after", after.found["loss"], after.errors["loss"])
    page.say(
        f"""One step takes every weight at once against the gradient of one and the same point; there are no
        biases. At alpha {given["alpha"]} it brings J from {float(found.found["loss"]):.6f} to
        {float(after.found["loss"]):.6f}."""
    )
    page.picture(
        "w1ij-network",
        "The network with its values and weights: white links are positive, black ones negative.",
        lambda ax: drawing.network(
            ax,
            [W for W, _ in params],
            [[f"{value:.3f}" for value in layer] for layer in (x, y, z, p)],
            ["x", "y", "z", "p"],
        ),
        height=4.2,
    )
    page.agree("the three layers", found.report)
    return page


def _columns(page: Lesson, names: tuple[str, ...]) -> list[tuple[list[float], list[float]]]:
    return [(page.numbers[name], page.errors[name]) for name in names]


def _formula(W2: Array, W3: Array, x: Array, y: Array, z: Array, p: Array, a: Array) -> Array:
    """dJ/dW1_ij index by index, with the lecture's W[from, to]."""
    dW1 = np.empty((len(x), len(y)))
    for i in range(len(x)):
        for j in range(len(y)):
            behind = 0.0
            for o in range(len(p)):
                for k in range(len(z)):
                    behind += (p[o] - a[o]) * p[o] * (1 - p[o]) * W3[k, o] * z[k] * (1 - z[k]) * W2[j, k]
            dW1[i, j] = behind * y[j] * (1 - y[j]) * x[i]
    return dW1
