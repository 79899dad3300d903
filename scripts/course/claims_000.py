"""The statements of document 000: notes on how deep learning works."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Any

import numpy as np
import torch
from mpmath import exp, mp, mpf, tanh

from backproof.data.course import given
from backproof.data.digits import load as load_digits
from backproof.reference.definition import KinkError, derivative
from backproof.scratch import functions
from backproof.scratch import network as scratch
from backproof.scratch.spec import Array, NetworkSpec
from backproof.scripts.course.claims import CONVENTION, HOLDS, WRONG, Chapter, Outcome, Readings
from backproof.scripts.course.evidence import (
    DIGITS,
    Formula,
    Net,
    all_of,
    always,
    as_torch,
    derived,
    descend,
    equal,
    gradient_is,
    integers,
    net,
    same,
    short,
    sigma,
    slope,
    slope_is,
)

chapter = Chapter()
claim = chapter.claim

# The camera's patterns: top left, top right, bottom left, bottom right.
PIXELS = (-1, 0, 1)  # black, grey, white
NEURONS = given("four-pixel-camera")["W1"]


def relu(v: Any) -> Any:
    return max(v, 0)


# --- the four-pixel camera ----------------------------------------------------------------------------


@claim(
    "000-input-range",
    "A pixel is a number from -1 to +1.",
    CONVENTION,
    remedy="The camera counts black as -1, grey as 0 and white as +1; digit images count from 0 to 1.",
    twin={"low": -2},
    altered="value",
)
def input_range(low: int = -1, high: int = 1) -> Readings:
    def spans(pixels: Any) -> Outcome:
        return equal((low, high), (int(np.min(pixels)), int(np.max(pixels))))

    return Readings({"the camera": spans(PIXELS), "digit images": spans(load_digits().x_train)})


@claim(
    "000-squash-range",
    "Whatever goes into the squashing function, -1 to 1 comes out.",
    HOLDS,
    twin={"high": mpf(1) / 2},
    altered="value",
)
def squash_range(squash: Formula = tanh, low: int = -1, high: Any = 1) -> Outcome:
    sizes = [sign * mpf(10) ** k for k in range(-3, 6) for sign in (-1, 1)]
    return always(
        lambda x: low <= squash(x) <= high, sizes, lambda x: f"at {short(x)} it is {short(squash(x))}"
    )


@claim(
    "000-squash-is-sigmoid",
    "The function that squashes the sum into -1 to 1 is a sigmoid.",
    CONVENTION,
    remedy="Right where sigmoid means any S-shaped function, here tanh. The logistic sigmoid of the later "
    "pages runs from 0 to 1: tanh x = 2 sigmoid(2x) - 1, and the slopes are 1 - t^2 and s (1 - s).",
    twin={"low": -2},
    altered="value",
)
def squash_is_sigmoid(low: int = -1, high: int = 1) -> Readings:
    def limits(squash: Formula) -> Outcome:
        # Both are within 1e-80 of their limits at 200.
        return equal((low, high), tuple(int(mp.nint(squash(mpf(x)))) for x in (-200, 200)))

    return Readings({"tanh": limits(tanh), "logistic": limits(sigma)})


@claim(
    "000-larger-more-slowly",
    "The squashed number grows with the sum, but more and more slowly.",
    CONVENTION,
    remedy="It always grows; it slows down only above 0, and below 0 it speeds up.",
    twin={"grows": -1},
    altered="sign",
)
def larger_more_slowly(grows: int = 1, bends: int = -1) -> Readings:
    def shape(start: int) -> Outcome:
        values = [tanh(mpf(start + k) / 4) for k in range(12)]
        steps = [b - a for a, b in pairwise(values)]
        turns = [b - a for a, b in pairwise(steps)]
        right = all(grows * step > 0 for step in steps) and all(bends * turn > 0 for turn in turns)
        return Outcome(right, f"steps {short(steps[0])} to {short(steps[-1])}")

    return Readings({"above 0": shape(0), "below 0": shape(-11)})


@claim(
    "000-pm1-range",
    "The value of a neuron is between -1 and +1.",
    CONVENTION,
    remedy="Right for tanh neurons; a rectified one, in the last hidden layer here, has no upper limit.",
    twin={"limit": mpf(1) / 2},
    altered="value",
)
def plus_minus_one(limit: Any = 1) -> Readings:
    def within(f: Formula) -> Outcome:
        return always(lambda x: -limit <= f(x) <= limit, range(-9, 10), lambda x: f"f({x}) is {short(f(x))}")

    return Readings({"tanh": within(lambda x: tanh(mpf(x))), "relu": within(relu)})


@claim(
    "000-receptive-field",
    "A neuron's receptive field is the input that makes its value as high as it can be.",
    HOLDS,
    twin={"field": lambda w: -w},
    altered="sign",
)
def receptive_field(field: Callable[[int], int] = lambda w: w) -> Outcome:
    # tanh grows with the sum, so the sums decide; a weight of 0 leaves its pixel free.
    def is_best(weights: Sequence[int]) -> bool:
        sums = [sum(w * x for w, x in zip(weights, image)) for image in product(PIXELS, repeat=4)]
        return sum(w * field(w) for w in weights) == max(sums)

    return always(is_best, NEURONS, lambda weights: f"weights {weights} have a higher sum elsewhere")


@claim(
    "000-add-all",
    "A neuron adds up all the values of the network.",
    WRONG,
    remedy="A neuron adds up the values that feed it, each times its weight.",
    twin={"adds": lambda n: n.z[1]},
    altered="index",
)
def add_all(
    adds: Callable[[Net], Array] = lambda n: np.full_like(n.z[1], sum(a.sum() for a in n.a)),
) -> Outcome:
    n = net(4, 3, 2, activation="tanh")
    right = functions_of_each_neuron(n, 1)
    stated = adds(n)
    return Outcome(
        np.array_equal(stated, right), f"first neuron: stated {stated[0, 0]:.6g}, right {right[0, 0]:.6g}"
    )


def functions_of_each_neuron(n: Net, layer: int) -> Array:
    """z of a layer from scratch, (B, n_out)."""
    return scratch.forward(n.spec, n.params, n.x)[layer - 1][1]


@claim(
    "000-multiply-layer",
    "The next layer multiplies the values of the units together.",
    WRONG,
    remedy="It is again a weighted sum, then squashed: units are never multiplied with each other.",
    twin={"combine": lambda weights, values: sum(w * v for w, v in zip(weights, values))},
    altered="order",
)
def multiply_layer(combine: Callable[..., Any] = lambda weights, values: prod(values)) -> Outcome:
    W, h = integers(2, 3, seed=1), integers(1, 3, seed=2)
    spec = NetworkSpec((3, 2), ("identity",))
    ((_, z, _),) = scratch.forward(spec, [(W, np.zeros(2))], h)
    return equal([combine(row, h[0]) for row in W], list(z[0]))


@claim(
    "000-relu-values",
    "Rectifying makes every negative value 0 and leaves the rest.",
    HOLDS,
    twin={"rectify": abs},
    altered="sign",
)
def relu_values(rectify: Callable[[float], float] = lambda v: 0.0 if v < 0 else v) -> Outcome:
    v = integers(1, 20, seed=3)
    by_hand = functions.activation("relu", v)[0]
    by_torch = torch.relu(torch.tensor(v))[0].numpy()
    stated = [rectify(float(value)) for value in v[0]]
    return all_of(equal(stated, list(by_hand)), equal(stated, list(by_torch)))


@claim(
    "000-relu-opposites",
    "Rectifying gets rid of receptive fields and their opposites.",
    CONVENTION,
    remedy="Of a field and its opposite exactly one is left for a given input; neither goes for all inputs.",
    twin={"rectify": lambda v: v},
    altered="value",
)
def relu_opposites(rectify: Callable[[int], int] = lambda v: max(v, 0)) -> Readings:
    sums = [v for v in range(-4, 5) if v]
    return Readings(
        {
            "for each input one of the two": always(
                lambda v: rectify(v) * rectify(-v) == 0, sums, lambda v: f"both survive a sum of {v}"
            ),
            "for all inputs": always(
                lambda v: rectify(v) == 0, sums, lambda v: f"the unit passes {rectify(v)} on for a sum of {v}"
            ),
        }
    )


# --- slopes and chains --------------------------------------------------------------------------------


@claim(
    "000-chain-y",
    "The first link of the chain gives y = w1 x.",
    HOLDS,
    twin={"y": lambda w, x: w + x},
    altered="order",
)
def chain_y(y: Formula = lambda w, x: w * x) -> Outcome:
    spec = NetworkSpec((1, 1), ("identity",))

    def link(w: int, x: int) -> float:
        ((_, z, _),) = scratch.forward(spec, [(np.array([[float(w)]]), np.zeros(1))], np.array([[float(x)]]))
        return float(z[0, 0])

    pairs = list(product((-3, -1, 2, 5), repeat=2))
    return always(
        lambda pair: y(*pair) == link(*pair), pairs, lambda pair: f"w, x = {pair}: right {link(*pair)}"
    )


@claim(
    "000-weight-probability",
    "The weight w1 is the probability that the input x gives the output y.",
    WRONG,
    remedy="A weight scales its input. It may be negative or above 1, so it is no probability.",
    twin={"low": -1},
    altered="value",
)
def weight_probability(low: int = 0, high: int = 1) -> Outcome:
    weights = [Fraction(text) for text in ("0.1", "0.2", "-0.1", "0.5", "0.48", "-0.7", "1", "-1")]
    return always(
        lambda w: low <= w <= high, weights, lambda w: f"a weight of the course's own networks is {float(w)}"
    )


@claim(
    "000-square-slope",
    "Where the error is the square of the weight, its slope is twice the weight.",
    HOLDS,
    twin={"line": r"\frac{\partial e}{\partial w} = w"},
    altered="factor",
)
def square_slope(line: str = r"\frac{\partial e}{\partial w} = 2 w") -> Outcome:
    return derived("e = w^2", line)


def path(links: Sequence[Formula], w: mpf) -> tuple[list[mpf], mpf]:
    """The local slopes along a chain of functions, and the slope of the whole."""
    local, value = [], w
    for link in links:
        local.append(derivative(link, value, DIGITS))
        value = link(value)

    def whole(t: mpf) -> mpf:
        for link in links:
            t = link(t)
        return t

    return local, derivative(whole, w, DIGITS)


@claim(
    "000-chain-general",
    "The slope of the error along a chain is the product of the slopes of its links.",
    CONVENTION,
    remedy="Right for a chain with one path; where it branches, the products of all paths are added.",
    twin={"combine": sum},
    altered="order",
)
def chain_general(combine: Callable[[list[mpf]], mpf] = prod) -> Readings:
    links: list[Formula] = [lambda w: 3 * w, sigma, lambda a: a - 2, tanh, lambda a: a**2]

    def one_path(w: mpf) -> mpf:
        return combine(path(links, w)[0])

    def first_of_two(a: mpf) -> mpf:
        return combine([derivative(lambda t: 2 * t, a, DIGITS), mp.sin(a)])

    return Readings(
        {
            "one path": same(one_path, lambda w: path(links, w)[1], "w", 3),
            "branches": same(first_of_two, slope(lambda a: 2 * a * mp.sin(a), "a"), "a", 3),
        }
    )


@claim(
    "000-link",
    "For b = w a, the slope of b by a is w.",
    HOLDS,
    twin={"line": r"\frac{\partial b}{\partial a} = a"},
    altered="index",
)
def link_slope(line: str = r"\frac{\partial b}{\partial a} = w") -> Outcome:
    return derived("b = w a", line)


@claim(
    "000-link-err",
    "The slope of the error by a is the slope of b by a, times the slope of the error by b.",
    CONVENTION,
    remedy="Right where a feeds b alone; what a feeds besides adds its own product.",
    twin={"combine": lambda local, upstream: local + upstream},
    altered="order",
)
def link_error(combine: Formula = lambda local, upstream: local * upstream) -> Readings:
    def err(b: mpf) -> mpf:
        return (b - 1) ** 2

    def stated(w: mpf, a: mpf) -> mpf:
        return combine(derivative(lambda t: w * t, a, DIGITS), derivative(err, w * a, DIGITS))

    return Readings(
        {
            "a feeds only b": same(stated, slope(lambda w, a: err(w * a), "a"), "w a"),
            "a also feeds c": same(stated, slope(lambda w, a: err(w * a) + sigma(a), "a"), "w a"),
        }
    )


@claim(
    "000-sum-node",
    "For z = a + b + c + d, the slope of z by a is 1.",
    HOLDS,
    twin={"line": r"\frac{\partial z}{\partial a} = a"},
    altered="value",
)
def sum_node(line: str = r"\frac{\partial z}{\partial a} = 1") -> Outcome:
    return derived("z = a + b + c + d", line)


@claim(
    "000-sum-weighted",
    "z adds up its weighted inputs, and its slope by one of them is 1.",
    CONVENTION,
    remedy="1 belongs to the plain sum of the next formula; for a weighted sum it is the weight.",
    twin={"stated": lambda a: 0},
    altered="value",
)
def sum_weighted(stated: Formula = lambda a: 1) -> Readings:
    return Readings(
        {
            "a plain sum": slope_is(stated, lambda a, c: a + c, "a", "a c"),
            "a weighted sum": slope_is(stated, lambda w, a, v, c: w * a + v * c, "a", "w a v c"),
        }
    )


@claim(
    "000-sigmoid-def",
    "The sigmoid of a is 1 / (1 + e^-a).",
    HOLDS,
    twin={"stated": lambda a: 1 / (1 + exp(a))},
    altered="sign",
)
def sigmoid_definition(stated: Formula = lambda a: 1 / (1 + exp(-a))) -> Outcome:
    return as_torch(stated, torch.sigmoid, "a")


@claim(
    "000-sigmoid-deriv",
    "The slope of b = sigma(a) is sigma(a) (1 - sigma(a)).",
    HOLDS,
    twin={"line": r"\frac{\partial b}{\partial a} = \sigma(a) * (1 + \sigma(a))"},
    altered="sign",
)
def sigmoid_slope(line: str = r"\frac{\partial b}{\partial a} = \sigma(a) * (1 - \sigma(a))") -> Outcome:
    return derived(r"b = \sigma(a)", line)


@claim(
    "000-sigmoid-words",
    "To get the sigmoid's slope, multiply the sigmoid by one minus itself.",
    HOLDS,
    twin={"of_itself": lambda s: s * (s - 1)},
    altered="order",
)
def sigmoid_in_words(of_itself: Callable[[Array], Array] = lambda s: s * (1 - s)) -> Outcome:
    # One neuron with weight 1, no bias and the loss (a - y)^2: dz is 2 (a - y) slope.
    def stated(n: Net) -> Array:
        return (2 * (n.a[1] - n.y) * of_itself(n.a[1])).sum(axis=0)

    return gradient_is(stated, "db1", [net(1, 1, seed=seed) for seed in range(5)])


@claim(
    "000-relu-deriv",
    "The slope of a rectified unit is 1 above 0 and 0 otherwise.",
    CONVENTION,
    remedy="At 0 itself there is no slope: 1 from the right, 0 from the left. Taking 0 there is the usual "
    "convention, here and in torch.",
    twin={"stated": lambda a: 1 if a <= 0 else 0},
    altered="order",
)
def relu_slope(stated: Formula = lambda a: 1 if a > 0 else 0) -> Readings:
    def by_definition() -> Outcome:
        try:
            at_zero = derivative(relu, mpf(0), DIGITS)
        except KinkError as kink:
            return Outcome(
                False, f"slope {short(kink.left)} from the left, {short(kink.right)} from the right"
            )
        return equal(stated(0), at_zero)

    zero = torch.zeros(1, requires_grad=True)
    (by_torch,) = torch.autograd.grad(torch.relu(zero).sum(), zero)
    return Readings(
        {
            "away from 0": slope_is(stated, lambda a: relu(a), "a", "a"),
            "at 0 as torch has it": equal(stated(0), int(by_torch.item())),
            "at 0 by the definition": by_definition(),
        }
    )


@claim(
    "000-relu-deriv-words",
    "Where a rectified unit is 0, its slope is negative.",
    WRONG,
    remedy="Its slope is 0 there, as the formula below the sentence says; it is never negative.",
    twin={"stated": lambda slope: slope == 0},
    altered="value",
)
def relu_slope_in_words(stated: Callable[[mpf], bool] = lambda slope: slope < 0) -> Outcome:
    return always(
        lambda a: bool(stated(derivative(relu, mpf(a), DIGITS))),
        (-3, -1, mpf(-1) / 8),
        lambda a: f"at {short(a)} the slope is {short(derivative(relu, mpf(a), DIGITS))}",
    )


@claim(
    "000-gd-definition",
    "Finding how much the error changes with the parameters is gradient descent.",
    WRONG,
    remedy="That is the gradient. Descent is the step against it, over and over.",
    twin={"then": lambda w, slope: w - slope / 10},
    altered="order",
)
def descent_definition(then: Callable[[Fraction, Fraction], Fraction] = lambda w, slope: w) -> Outcome:
    w = Fraction(-1)
    for _ in range(10):
        w = then(w, 2 * w)  # the error is w^2
    return Outcome(w**2 < 1, f"after ten rounds the error w^2 has gone from 1 to {float(w**2):.6g}")


@claim(
    "000-inverted-rate",
    "Learning follows the rate of change of the weights with respect to the error.",
    WRONG,
    remedy="It follows the rate of change of the error with respect to the weights.",
    twin={"follows": lambda rate: rate},
    altered="order",
)
def inverted_rate(follows: Callable[[mpf], mpf] = lambda rate: 1 / rate) -> Outcome:
    def error(w: mpf, x: mpf) -> mpf:
        return (w * x - mpf(1) / 3) ** 2

    rate = slope(error, "w")
    return same(lambda w, x: follows(rate(w=w, x=x)), rate, "w x")


@claim(
    "000-expensive",
    "Finding each weight's effect by changing it needs the whole network anew for every weight.",
    HOLDS,
    twin={"passes": lambda n: n // 2},
    altered="factor",
)
def expensive(passes: Callable[[int], int] = lambda n: 2 * n) -> Outcome:
    def counted(n: Net) -> int:
        count = 0
        for W, b in n.params:
            for entries in (W, b):
                for index in np.ndindex(entries.shape):
                    for h in (-1e-5, 1e-5):
                        moved = [(V.copy(), c.copy()) for V, c in n.params]
                        layer = next(k for k, pair in enumerate(n.params) if pair[0] is W)
                        moved[layer][0 if entries is W else 1][index] += h
                        scratch.forward(n.spec, moved, n.x)
                        count += 1
        return count

    small = [net(3, 2, 1), net(4, 4, 2), net(2, 5, 3, 2)]
    runs = [equal(passes(n.spec.parameter_count), counted(n)) for n in small]
    digits = NetworkSpec().parameter_count
    return all_of(
        *runs, Outcome(True, f"so {passes(digits):,} passes for the {digits:,} of the digit network")
    )


@claim(
    "000-direct-better",
    "It is better to calculate the slope directly than numerically.",
    HOLDS,
    twin={"better": lambda direct, numeric: direct > numeric},
    altered="sign",
)
def direct_better(better: Callable[[Any, Any], bool] = lambda direct, numeric: direct < numeric) -> Outcome:
    n = net(3, 1)
    exact = exact_dW1(n)
    grads, _ = scratch.backward(n.spec, n.params, scratch.forward(n.spec, n.params, n.x), n.y)
    direct = float(np.abs(grads[0][0] - exact).max())

    def loss(W: Array) -> float:
        params = [(W, n.params[0][1])]
        return float(scratch.loss(n.spec, params, scratch.forward(n.spec, params, n.x), n.y))

    def numeric(h: float) -> float:
        found = np.zeros_like(exact)
        for index in np.ndindex(found.shape):
            step = np.zeros_like(found)
            step[index] = h
            found[index] = (loss(n.params[0][0] + step) - loss(n.params[0][0] - step)) / (2 * h)
        return float(np.abs(found - exact).max())

    best = min(numeric(10.0**-k) for k in range(1, 11))
    cheaper = Outcome(better(2, 2 * n.spec.parameter_count), f"2 passes against {2 * n.spec.parameter_count}")
    closer = Outcome(better(direct, best), f"off by {direct:.2g}, numerically by {best:.2g} at the best step")
    return all_of(cheaper, closer)


def exact_dW1(n: Net) -> Array:
    """dW1 of a network of one sigmoid neuron with the loss (a - y)^2, by the definition, (1, n_in)."""
    (W, b), x, y = n.params[0], n.x[0], mpf(n.y[0, 0])

    def slope_by(k: int) -> float:
        def error(w: mpf) -> mpf:
            z = mpf(b[0]) + sum(mpf(x[i]) * (w if i == k else mpf(W[0, i])) for i in range(len(x)))
            return (sigma(z) - y) ** 2

        return float(derivative(error, mpf(W[0, k]), DIGITS))

    return np.array([[slope_by(k) for k in range(len(x))]])


@claim(
    "000-tends-to-minimum",
    "Repeating the step, the weights tend to a minimum of the error.",
    CONVENTION,
    remedy="Right for a step that is small enough for the curvature; after each example it must also shrink.",
    twin={"direction": -1},
    altered="sign",
)
def tends_to_minimum(direction: int = 1) -> Readings:
    def run(rate: Fraction) -> Outcome:
        points = list(descend(lambda w: direction * 2 * w, Fraction(-1), rate, 40))
        nearer = all(abs(b) < abs(a) for a, b in pairwise(points))
        return Outcome(nearer, f"from -1 to {float(points[-1]):.3g} in 40 steps")

    # The errors (w - 1)^2 and (w + 1)^2 in turn: their mean is least at 0, where no round ever ends.
    def in_turn() -> Outcome:
        w = Fraction(1, 2)
        for _ in range(40):
            for target in (1, -1):
                w -= direction * Fraction(1, 10) * 2 * (w - target)
        return Outcome(abs(w) < Fraction(1, 100), f"40 rounds end {float(w):.4f} from the minimum")

    return Readings(
        {
            "a small step": run(Fraction(1, 10)),
            "a large step": run(Fraction(11, 10)),
            "a fixed step after each example": in_turn(),
        }
    )


@claim(
    "000-backprop-name",
    "Backpropagation finds the slope of the output, and of the error, by the first weight of the chain.",
    HOLDS,
    twin={"error_from": lambda output, upstream: output},
    altered="order",
)
def both_rates(error_from: Formula = lambda output, upstream: output * upstream) -> Outcome:
    def z(w: mpf, x: mpf) -> mpf:
        return sigma(w * x)

    def stated(w: mpf, x: mpf) -> mpf:
        upstream = derivative(lambda t: (t - 1) ** 2, z(w, x), DIGITS)
        return error_from(slope(z, "w")(w=w, x=x), upstream)

    return slope_is(stated, lambda w, x: (z(w, x) - 1) ** 2, "w", "w x")


@claim(
    "000-rate-right",
    "Training calculates the rate of change of the error with respect to the weights.",
    HOLDS,
    twin={"stated": lambda n: -exact_dW1(n)},
    altered="sign",
)
def rate_right(stated: Callable[[Net], Array] = exact_dW1) -> Outcome:
    return gradient_is(stated, "dW1", [net(width, 1, seed=width) for width in (1, 2, 3)])


@claim(
    "000-effective-neuron",
    "Several neurons that feed one can be seen as a single one that carries their sum.",
    HOLDS,
    twin={"carries": lambda parts: sum(parts[1:])},
    altered="index",
)
def effective_neuron(carries: Callable[[list[float]], float] = sum) -> Outcome:
    W, a = integers(1, 5, seed=4), integers(1, 5, seed=5)
    several = NetworkSpec((5, 1), ("tanh",))
    one = NetworkSpec((1, 1), ("tanh",))
    ((_, _, right),) = scratch.forward(several, [(W, np.zeros(1))], a)
    total = np.array([[float(carries([float(v) for v in W[0] * a[0]]))]])
    ((_, _, stated),) = scratch.forward(one, [(np.ones((1, 1)), np.zeros(1))], total)
    return equal(float(stated[0, 0]), float(right[0, 0]))


@claim(
    "000-sigmoid-self-function",
    "The slope of a squashing function is a function of its own value.",
    HOLDS,
    twin={"of_tanh": lambda t: 1 - t},
    altered="order",
)
def function_of_itself(
    of_sigmoid: Formula = lambda s: s * (1 - s), of_tanh: Formula = lambda t: 1 - t**2
) -> Outcome:
    return all_of(
        slope_is(lambda a: of_sigmoid(sigma(a)), lambda a: sigma(a), "a", "a"),
        slope_is(lambda a: of_tanh(tanh(a)), lambda a: tanh(a), "a", "a"),
    )
