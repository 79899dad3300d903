"""The statements of document 003: handwritten notes on the same four videos."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from mpmath import mpf

from backproof.reference.definition import derivative
from backproof.scratch import functions
from backproof.scratch import network as scratch
from backproof.scratch.spec import Array, NetworkSpec, init_params
from backproof.scripts.course.claims import (
    CONVENTION,
    FACTOR,
    HOLDS,
    UNDECIDED,
    WRONG,
    Chapter,
    Outcome,
    Readings,
)
from backproof.scripts.course.claims_001 import effects, sign
from backproof.scripts.course.claims_002 import (
    DIGIT_NETWORK,
    LAST_LINK,
    bell,
    chain_cost,
    delta,
    nets,
    steepest,
    two_valleys,
)
from backproof.scripts.course.evidence import (
    DIGITS,
    Formula,
    Net,
    always,
    derived,
    equal,
    gradient_is,
    integers,
    net,
    same,
    sigma,
    slope,
)

chapter = Chapter()
claim = chapter.claim


# --- the network --------------------------------------------------------------------------------------


@claim(
    "003-wsum",
    "A neuron's activation is sigma(w_1 a_1 + w_2 a_2 + ... + w_n a_n).",
    HOLDS,
    twin={"total": lambda products: products[:-1].sum()},
    altered="index",
)
def activation(total: Callable[[Array], Any] = lambda products: products.sum()) -> Outcome:
    # The bias comes a page later.
    def stated(n: Net) -> Array:
        return np.array([[1 / (1 + np.exp(-total(row * n.x[0]))) for row in n.W(1)]])

    return gradient_is(stated, "a1", [net(5, 3, biases=False, seed=seed) for seed in range(3)])


@claim(
    "003-bias-inactive",
    "A weighted sum of 10 with a bias of -10 makes 0, so the neuron is not active.",
    CONVENTION,
    remedy="A rectified neuron is off at 0; a sigmoid is half on.",
    twin={"value": 1},
    altered="value",
)
def not_active(total: int = 10, bias: int = -10, value: int = 0) -> Readings:
    z = np.array([[float(total + bias)]])
    return Readings(
        {name: equal(float(value), functions.activation(name, z)[0, 0]) for name in ("relu", "sigmoid")}
    )


@claim(
    "003-b-range",
    "The bias vector runs from b_0 to b_n, as the inputs do.",
    WRONG,
    remedy="From b_0 to b_k, as the rows of W do.",
    twin={"length": lambda n_in, n_out: n_out},
    altered="index",
)
def bias_vector(length: Callable[[int, int], int] = lambda n_in, n_out: n_in) -> Outcome:
    (W, b), *_ = init_params(DIGIT_NETWORK, np.random.default_rng(0))
    return equal(f"{length(W.shape[1], W.shape[0])} biases", f"{len(b)} biases")


chapter.reading(
    "003-layer",
    "A layer is written a sigma(W a + b).",
    UNDECIDED,
    "An equals sign is lost, or was left out: a = sigma(W a + b).",
)


@claim(
    "003-row-meaning",
    "Each row of W holds the weights of one neuron of the next layer.",
    HOLDS,
    twin={"weights": lambda W, k: W[:, k]},
    altered="index",
)
def rows(weights: Callable[[Array, int], Array] = lambda W, k: W[k]) -> Outcome:
    W, a = integers(3, 3, seed=60), integers(1, 3, seed=61)
    ((_, z, _),) = scratch.forward(NetworkSpec((3, 3), ("identity",)), [(W, np.zeros(3))], a)
    return equal([float(weights(W, k) @ a[0]) for k in range(3)], z[0])


@claim(
    "003-python",
    "In numpy a layer is sigmoid(np.dot(w, a) + b).",
    CONVENTION,
    remedy="With a and b as columns, (n, 1) and (k, 1). A flat b of shape (k,) broadcasts to (k, k) unseen.",
    twin={"layer": lambda w, a, b: np.dot(w, a) - b},
    altered="sign",
)
def in_numpy(layer: Callable[..., Array] = lambda w, a, b: np.dot(w, a) + b) -> Readings:
    W, b, a = integers(4, 3, seed=62), integers(4, seed=63), integers(1, 3, seed=64)
    ((_, z, _),) = scratch.forward(NetworkSpec((3, 4), ("identity",)), [(W, b)], a)

    def stated(bias: Array) -> Outcome:
        found = layer(W, a.T, bias)
        if found.shape != (4, 1):
            return Outcome(False, f"shape {found.shape}")
        return equal(found.ravel(), z[0])

    return Readings({"b a column": stated(b[:, None]), "b flat": stated(b)})


@claim(
    "003-relu",
    "The rectified linear unit is max(0, a).",
    HOLDS,
    twin={"f": lambda a: max(0.0, -a)},
    altered="sign",
)
def relu(f: Callable[[float], float] = lambda a: max(0.0, a)) -> Outcome:
    a = integers(1, 12, seed=65)
    return equal([f(float(v)) for v in a[0]], torch.relu(torch.tensor(a))[0].numpy())


@claim(
    "003-relu-off",
    "Below 0 a rectified neuron is turned off.",
    HOLDS,
    twin={"off": lambda a: a > 0},
    altered="sign",
)
def turned_off(off: Callable[[int], bool] = lambda a: a < 0) -> Outcome:
    def silent(a: int) -> bool:
        return max(a, 0) == 0 and derivative(lambda t: max(t, 0), mpf(a), DIGITS) == 0

    values = [a for a in range(-4, 5) if off(a)]
    return always(silent, values, lambda a: f"at {a} its value is {max(a, 0)}")


@claim(
    "003-784",
    "A 28 x 28 image has 784 pixels.",
    HOLDS,
    twin={"pixels": 728},
    altered="value",
)
def pixels(pixels: int = 784) -> Outcome:
    return equal(pixels, 28 * 28)


@claim(
    "003-13002",
    "The network has 13,002 weights and biases.",
    HOLDS,
    twin={"parameters": 13_001},
    altered="value",
)
def parameters(parameters: int = 13_002) -> Outcome:
    params = init_params(DIGIT_NETWORK, np.random.default_rng(0))
    return equal(f"{parameters:,}", f"{sum(W.size + b.size for W, b in params):,}")


chapter.reading("003-mnist-name", "The digits come from the UNIST database.", UNDECIDED, "MNIST, misread.")


# --- the cost and its descent -------------------------------------------------------------------------


@claim(
    "003-loss",
    "The loss of an output is (opt/(pred - actual))^2, by the way it stands on the page.",
    UNDECIDED,
    remedy="Written over each other, `opt pred` is probably the output's prediction: (pred - actual)^2.",
    twin={"power": 3},
    altered="order",
)
def loss(power: int = 2) -> Readings:
    def cost(pred: mpf, actual: mpf) -> mpf:
        return (pred - actual) ** 2

    return Readings(
        {
            "output prediction minus actual": same(
                lambda pred, actual: (pred - actual) ** power, cost, "pred actual"
            ),
            "a fraction": same(lambda pred, actual: (pred / (pred - actual)) ** power, cost, "pred actual"),
        },
        damaged=True,
    )


@claim(
    "003-total-average",
    "The total cost, or the average, is what is minimised.",
    FACTOR,
    remedy="Both have the same minimum; their gradients differ by the number of examples, here 5.",
    twin={"total": lambda n: -delta(n).T @ n.x},
    altered="sign",
)
def total_or_average(total: Callable[[Net], Array] = lambda n: delta(n).T @ n.x) -> Outcome:
    return gradient_is(total, "dW1", nets(3, 2, batch=5))


@claim(
    "003-improve",
    "A better cost is a better performance.",
    CONVENTION,
    remedy="If the cost is what performance means. The share of right answers can fall while the cost does.",
    twin={"better": lambda before, after: after > before},
    altered="sign",
)
def improvement(better: Formula = lambda before, after: after < before) -> Readings:
    target = (1, 0)
    pairs = [
        ((Fraction("0.2"), Fraction("0.9")), (Fraction("0.9"), Fraction("0.1"))),
        ((Fraction("0.3"), Fraction("0.29")), (Fraction("0.5"), Fraction("0.501"))),
    ]

    def cost(a: Any) -> Fraction:
        return sum(((v - y) ** 2 for v, y in zip(a, target)), Fraction(0))

    def right(a: Any) -> int:
        return int(a[0] > a[1])

    def says(pair: Any) -> str:
        before, after = pair
        answers = ("wrong", "right")
        return (
            f"outputs {float(before[0])}, {float(before[1])} ({answers[right(before)]}, cost "
            f"{float(cost(before)):.4f}) become {float(after[0])}, {float(after[1])} "
            f"({answers[right(after)]}, cost {float(cost(after)):.4f})"
        )

    return Readings(
        {
            "performance is the cost": always(
                lambda pair: better(cost(pair[0]), cost(pair[1])) == (cost(pair[1]) < cost(pair[0])),
                pairs,
                says,
            ),
            "performance is right answers": always(
                lambda pair: better(cost(pair[0]), cost(pair[1])) == (right(pair[1]) > right(pair[0])),
                pairs,
                says,
            ),
        }
    )


@claim(
    "003-slope",
    "If the slope is positive move left; `y neg & move right`.",
    UNDECIDED,
    remedy="Probably `if neg, move right`.",
    twin={"step": Fraction(0)},
    altered="value",
)
def slope_rule(step: Fraction = Fraction(1, 1000)) -> Readings:
    def value(w: Fraction) -> Fraction:
        return w**4 - 3 * w**2 + w

    starts = [Fraction(k, 4) for k in range(-8, 9)]

    def lowers(way: Callable[[Fraction], int]) -> Outcome:
        return always(
            lambda w: value(w + step * way(two_valleys(w))) < value(w),
            starts,
            lambda w: f"from {float(w)} the value does not fall",
        )

    return Readings(
        {"if negative move right": lowers(lambda s: -sign(s)), "and move right": lowers(lambda s: 1)},
        damaged=True,
    )


@claim(
    "003-minima",
    "Descent could land in any minimum: `local` is struck out, `global` written above.",
    UNDECIDED,
    remedy="Any local one is right; the start decides which.",
    twin={"starts": (0.2, 0.5, 2.0)},
    altered="value",
)
def minima(starts: tuple[float, ...] = (-2.0, -0.5, 0.0, 0.2, 0.5, 2.0)) -> Readings:
    def lands(w: float) -> float:
        for _ in range(2000):
            w -= 0.01 * (4 * w**3 - 6 * w + 1)
        return w

    ends = [lands(start) for start in starts]
    shown = "from " + ", ".join(f"{a} to {b:.3f}" for a, b in zip(starts, ends))
    valleys = {end > 0 for end in ends}  # the lower of the two minima of w^4 - 3 w^2 + w is below 0
    return Readings(
        {
            "any local minimum": Outcome(valleys == {True, False}, shown),
            "the global minimum": Outcome(valleys == {False}, shown),
        },
        damaged=True,
    )


@claim(
    "003-steepest",
    "The gradient gives the direction of steepest descent.",
    WRONG,
    remedy="Of steepest ascent; step 2 on the same page rightly goes against it.",
    twin={"way": -1},
    altered="sign",
)
def steepest_descent(way: int = +1) -> Outcome:
    return steepest(way, min)


def after_step(n: Net, way: int, rate: float) -> tuple[float, float]:
    """The cost before and after moving all parameters by way * rate * gradient."""
    before, grads = scratch.loss_and_grads(n.spec, n.params, n.x, n.y)
    moved = [(W + way * rate * dW, b + way * rate * db) for (W, b), (dW, db) in zip(n.params, grads)]
    after = scratch.loss(n.spec, moved, scratch.forward(n.spec, moved, n.x), n.y)
    return float(before), float(after)


@claim(
    "003-algo",
    "Minimise by computing the gradient, taking a small step against it, and repeating.",
    HOLDS,
    twin={"way": +1},
    altered="sign",
)
def algorithm(way: int = -1) -> Outcome:
    def falls(n: Net) -> bool:
        before, after = after_step(n, way, 0.01)
        return after < before

    return always(
        falls,
        nets(3, 4, 2, batch=5),
        lambda n: "the cost goes from {:.6f} to {:.6f}".format(*after_step(n, way, 0.01)),
    )


@claim(
    "003-update",
    "Each weight is updated by adding its entry of the negative gradient.",
    CONVENTION,
    remedy="Times a small step size; without one it often overshoots.",
    twin={"way": +1},
    altered="sign",
)
def update(way: int = -1) -> Readings:
    def run(rate: Fraction) -> Outcome:
        w = Fraction(1)
        after = w + way * rate * 2 * w
        return Outcome(after**2 < w**2, f"on w^2, 1 becomes {float(after)}")

    return Readings({"times a small step size": run(Fraction(1, 10)), "as it stands": run(Fraction(1))})


@claim(
    "003-minibatch",
    "The weights are updated after each mini-batch.",
    HOLDS,
    twin={"updates": lambda batches: 1},
    altered="value",
)
def update_each_batch(updates: Callable[[int], int] = lambda batches: batches) -> Outcome:
    n = net(3, 2, batch=12)
    params, seen = n.params, []
    for start in range(0, 12, 4):
        _, params = scratch.step(n.spec, params, n.x[start : start + 4], n.y[start : start + 4], 0.5)
        seen.append(params[0][0].tobytes())
    return equal(updates(3), len(set(seen) - {n.W(1).tobytes()}))


# --- the calculus -------------------------------------------------------------------------------------


@claim(
    "003-a-vs-z",
    "a = w a + b, with the a of the layer before.",
    WRONG,
    remedy="That is z; a = sigma(z), as the arrow beside it says.",
    twin={"stated": lambda z: 1 / (1 + np.exp(-z))},
    altered="order",
)
def a_or_z(stated: Callable[[Array], Array] = lambda z: z) -> Outcome:
    return gradient_is(lambda n: stated(n.x @ n.W(1).T + n.params[0][1]), "a1", nets(1, 1))


@claim(
    "003-chain",
    "The slope of the cost by w is the product of the three slopes along z, a and the cost.",
    HOLDS,
    twin={
        "line": r"\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} "
        r"\frac{\partial a^{(L)}}{\partial z^{(L)}}"
    },
    altered="factor",
)
def three_factors(
    line: str = r"\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} "
    r"\cdot \frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}}",
) -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "003-dCda",
    "The slope of the cost by a is 2 (a - y).",
    HOLDS,
    twin={"line": r"\frac{\partial C_0}{\partial a^{(L)}} = 2(y - a^{(L)})"},
    altered="sign",
)
def slope_by_a(line: str = r"\frac{\partial C_0}{\partial a^{(L)}} = 2(a^{(L)} - y)") -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "003-dCdw",
    "The slope of the cost by w is a_before sigma'(z) 2 (a - y).",
    HOLDS,
    twin={
        "line": r"\frac{\partial C_0}{\partial w^{(L)}} = a^{(L)} \cdot \sigma'(z^{(L)}) "
        r"\cdot 2(a^{(L)} - y)",
    },
    altered="index",
)
def slope_by_w(
    line: str = r"\frac{\partial C_0}{\partial w^{(L)}} = a^{(L-1)} \cdot \sigma'(z^{(L)}) "
    r"\cdot 2(a^{(L)} - y)",
) -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "003-average",
    "Over all examples the slope is the average of the examples' slopes.",
    HOLDS,
    twin={"divisor": lambda n: 1},
    altered="factor",
)
def average(divisor: Callable[[int], int] = lambda n: n) -> Outcome:
    return gradient_is(lambda n: delta(n).T @ n.x / divisor(len(n.x)), "dW1", nets(3, 2, batch=5))


@claim(
    "003-bias",
    "The slope by the bias goes the same way: slopes of z by b, of a by z, of the cost by a.",
    HOLDS,
    twin={
        "line": r"\frac{\partial C_0}{\partial b^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} "
        r"\frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}}"
    },
    altered="index",
)
def slope_by_b(
    line: str = r"\frac{\partial C_0}{\partial b^{(L)}} = \frac{\partial z^{(L)}}{\partial b^{(L)}} "
    r"\frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}}",
) -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "003-C0",
    "With several outputs the cost is the sum of (a_j - y_j)^2.",
    HOLDS,
    twin={"cost": lambda a, y: (a - y).sum() ** 2},
    altered="order",
)
def cost(cost: Callable[..., Any] = lambda a, y: ((a - y) ** 2).sum()) -> Outcome:
    # The caption says "across j tries": j counts output neurons.
    return gradient_is(lambda n: np.asarray(cost(n.a[1], n.y)), "loss", nets(3, 4))


@claim(
    "003-wjk",
    "Weights are named by their end and start neurons, w_jk to j from k.",
    HOLDS,
    twin={"weight": lambda W, end, start: W[start, end]},
    altered="order",
)
def weight_names(weight: Callable[..., float] = lambda W, end, start: W[end, start]) -> Outcome:
    W = integers(3, 3, seed=66)
    stated = np.array([[weight(W, j, k) for j in range(3)] for k in range(3)])
    return equal(stated.ravel(), effects(lambda a, V: V @ a, W).ravel())


@claim(
    "003-dCdwjk",
    "The slope by w_jk is a_k sigma'(z_j) 2 (a_j - y_j).",
    HOLDS,
    twin={"stated": lambda n: np.outer(n.x[0], delta(n)[0])},
    altered="order",
)
def slope_by_wjk(stated: Callable[[Net], Array] = lambda n: np.outer(delta(n)[0], n.x[0])) -> Outcome:
    return gradient_is(stated, "dW1", nets(3, 3))


@claim(
    "003-costfunc-label",
    "The product of the three slopes is the cost function of each weight.",
    WRONG,
    remedy="It is the slope of the cost by that weight.",
    twin={"stated": slope(chain_cost, "w")},
    altered="order",
)
def label(stated: Formula = chain_cost) -> Outcome:
    def product(w: mpf, a: mpf, b: mpf, y: mpf) -> mpf:
        out = sigma(w * a + b)
        return a * bell(out) * 2 * (out - y)

    return same(stated, product, "w a b y")


@claim(
    "003-true-gradient",
    "The true gradient is built from all training examples.",
    HOLDS,
    twin={"examples": slice(2)},
    altered="index",
)
def true_gradient(examples: slice = slice(None)) -> Outcome:
    def stated(n: Net) -> Array:
        x = n.x[examples]
        return delta(n)[examples].T @ x / len(x)

    return gradient_is(stated, "dW1", nets(3, 2, batch=6))


def last_layer_first(n: Net, rate: float) -> Array:
    """dW1, (n_out, n_in), worked out after the last layer was updated and everything computed anew."""
    grads, _ = scratch.backward(n.spec, n.params, scratch.forward(n.spec, n.params, n.x), n.y)
    last = tuple(p - rate * dp for p, dp in zip(n.params[1], grads[1]))
    params = [n.params[0], (last[0], last[1])]
    grads, _ = scratch.backward(n.spec, params, scratch.forward(n.spec, params, n.x), n.y)
    return grads[0][0]


@claim(
    "003-sequential",
    "The network is updated layer by layer, the last one first.",
    WRONG,
    remedy="Slopes are found layer by layer, last first; then all weights move together, from one point.",
    twin={"rate": 0.0},
    altered="value",
)
def sequential(rate: float = 0.5) -> Outcome:
    return gradient_is(lambda n: last_layer_first(n, rate), "dW1", nets(3, 4, 2))


@claim(
    "003-recalc",
    "After each update everything is calculated anew, from the cost on.",
    CONVENTION,
    remedy="After each step of training, yes; not after each layer within a step.",
    twin={"way": -1},
    altered="sign",
)
def recalculated(way: int = +1) -> Readings:
    def moved(n: Net) -> Net:
        _, params = scratch.step(n.spec, n.params, n.x, n.y, 0.5)
        trace = scratch.forward(n.spec, params, n.x)
        return Net(
            n.spec, params, n.x, n.y, [n.x, *(z for _, z, _ in trace)], [n.x, *(a for _, _, a in trace)]
        )

    def anew(n: Net) -> Array:
        grads, _ = scratch.backward(n.spec, n.params, scratch.forward(n.spec, n.params, n.x), n.y)
        return way * grads[0][0]

    return Readings(
        {
            "after each step": gradient_is(anew, "dW1", map(moved, nets(3, 4, 2))),
            "after each layer": gradient_is(lambda n: way * last_layer_first(n, 0.5), "dW1", nets(3, 4, 2)),
        }
    )
