"""The activation functions of the course, their values and their slopes."""

from __future__ import annotations

import numpy as np

from backproof.data import course
from backproof.scratch import functions as f
from backproof.scratch.network import forward
from backproof.scratch.spec import Array, NetworkSpec
from backproof.scripts.course import drawing
from backproof.scripts.course.lesson import Lesson, Setting
from backproof.scripts.course.witnesses import Worked, together, work

FORMULAS = {
    "identity": "z",
    "sigmoid": "1 / (1 + exp(-z))",
    "tanh": "(exp(z) - exp(-z)) / (exp(z) + exp(-z))",
    "relu": "max(0, z)",
}


def lesson(given: course.Given, _setting: Setting) -> Lesson:
    """Values and slopes of identity, sigmoid, tanh, rectifier and softmax."""
    page = Lesson("Activations")
    page.say(
        """A unit's activation bends its weighted sum. The identity bends nothing; the sigmoid squashes to 0
        to 1, tanh to -1 to 1; the rectifier cuts off what is negative. The slope is what comes back in
        training: 1, s (1 - s), 1 - t^2, and 1 or 0. At exactly 0 the rectifier's is taken to be 0."""
    )
    z = np.array(given["points"], dtype="float64")[:, None]
    found = {name: _values(name, z) for name in FORMULAS}
    for name, (values, _) in found.items():
        page.number(name, values.found["a1"][:, 0], values.errors["a1"][:, 0])
        page.number(f"{name}_slope", values.found["dx"][:, 0] * len(z), values.errors["dx"][:, 0] * len(z))
    page.table(
        "Values, and slopes in brackets",
        ["z", *(f"{name} = {formula}" for name, formula in FORMULAS.items())],
        [
            [f"{point:g}", *(f"{page.shown(n, k)} ({page.shown(f'{n}_slope', k)})" for n in FORMULAS)]
            for k, point in enumerate(given["points"])
        ],
    )
    page.picture("activations", "The functions and, dashed, their slopes.", _draw, 4.6, (2, 2))

    page.say(
        """The softmax turns a whole row into probabilities that sum to 1. Each of them depends on every z of
        the row, so its slope is a matrix, p_i ([i = k] - p_k)."""
    )
    row = np.array([given["softmax"]], dtype="float64")
    spec = NetworkSpec((row.shape[1], row.shape[1]), ("softmax",), "squared_error")
    soft = work(spec, [(np.eye(row.shape[1]), np.zeros(row.shape[1]))], row, np.zeros_like(row))
    p = page.number("softmax", soft.found["a1"][0], soft.errors["a1"][0])
    page.number("softmax_total", float(p.sum()), float(soft.errors["a1"].sum()))
    page.table(
        "Softmax",
        ["z", "p", *(f"by z{k}" for k in range(len(p)))],
        [
            [
                f"{row[0, i]:g}",
                page.shown("softmax", i),
                *(f"{p[i] * ((i == k) - p[k]):+.6f}" for k in range(len(p))),
            ]
            for i in range(len(p))
        ],
    )

    # The same little network under sigmoids and under rectifiers.
    deep = {}
    for name in ("sigmoid", "relu"):
        spec = NetworkSpec((row.shape[1], 2, 1), (name, name), "squared_error")
        W = np.array([[0.5, -1.0, 2.0], [-0.5, 1.0, -2.0]])[:, : row.shape[1]]
        params = [(W, np.zeros(2)), (np.array([[1.0, 1.0]]), np.zeros(1))]
        deep[name] = work(spec, params, row, np.ones((1, 1)))
        page.number(f"{name}_network", deep[name].found["a1"][0], deep[name].errors["a1"][0])
        page.number(f"{name}_network_dW1", deep[name].found["dW1"], deep[name].errors["dW1"])
    page.say(
        """In a network the difference shows on the way back: a rectified unit that is off passes nothing on,
        so none of its weights learns from this example, while a sigmoid passes at most a quarter."""
    )
    page.table(
        "Hidden units and the gradient of their first weight",
        ["unit", "sigmoid", "its dW", "relu", "its dW"],
        [
            [
                str(j),
                *(
                    page.shown(*entry)
                    for n in ("sigmoid", "relu")
                    for entry in ((f"{n}_network", j), (f"{n}_network_dW1", j, 0))
                ),
            ]
            for j in range(2)
        ],
    )
    page.agree(
        "every function and both networks",
        together([*(w.report for w, _ in found.values()), soft.report, *(w.report for w in deep.values())]),
    )
    return page


def _values(name: str, z: Array) -> tuple[Worked, NetworkSpec]:
    """One unit on each z: goals one below its output make the loss's slope 1, and dx the unit's own slope."""
    spec = NetworkSpec((1, 1), (name,), "half_squared_error")
    params = [(np.ones((1, 1)), np.zeros(1))]
    return work(spec, params, z, forward(spec, params, z)[-1][2] - 1), spec


def _draw(axes: Array) -> None:
    z = np.linspace(-4, 4, 401)[:, None]
    for ax, name in zip(axes.flat, FORMULAS):
        a = f.activation(name, z)
        ax.plot(z[:, 0], a[:, 0], color=drawing.POSITIVE)
        ax.plot(
            z[:, 0], f.activation_backward(name, np.ones_like(z), z, a)[:, 0], "--", color=drawing.NEGATIVE
        )
        ax.set_title(name, fontsize=11)
        ax.axhline(0, color=drawing.FAINT, linewidth=0.6, zorder=0)
    for ax in axes[1]:
        ax.set_xlabel("z")
    for ax in axes[:, 0]:
        ax.set_ylabel("a, and da/dz")
