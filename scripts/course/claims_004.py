"""The statements of document 004: slides of a workshop in four parts."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
import torch
from mpmath import exp, mp, mpf, sqrt, tanh

from backproof.data.course import given
from backproof.reference.definition import KinkError, derivative
from backproof.scratch import network as scratch
from backproof.scratch.spec import Array, NetworkSpec
from backproof.scripts.course.claims import CONVENTION, HOLDS, UNDECIDED, Chapter, Outcome, Readings
from backproof.scripts.course.claims_000 import NEURONS, path
from backproof.scripts.course.evidence import (
    DIGITS,
    Formula,
    Net,
    all_of,
    always,
    as_torch,
    derived,
    equal,
    gradient_is,
    net,
    rounds_to,
    same,
    short,
    sigma,
    slope,
    slope_is,
)

chapter = Chapter()
claim = chapter.claim


# --- the four-pixel camera ----------------------------------------------------------------------------


@claim(
    "004-tanh-range",
    "Whatever goes into tanh, -1 to 1 comes out.",
    HOLDS,
    twin={"low": 0},
    altered="value",
)
def tanh_range(low: int = -1, high: int = 1) -> Outcome:
    sums = [s * mpf(3) ** k for k in range(-5, 6) for s in (-1, 1)]
    return always(lambda x: low <= tanh(x) <= high, sums, lambda x: f"{short(tanh(x))} for {short(x)}")


@claim(
    "004-weights-set",
    "Weights are 1 (white), -1 (black) or 0 (missing).",
    CONVENTION,
    remedy="In the drawings, to keep them clear; trained weights are any numbers.",
    twin={"allowed": {1, -1}},
    altered="value",
)
def weights_allowed(allowed: set[int] = {1, -1, 0}) -> Readings:  # noqa: B006
    n = net(4, 4, activation="tanh")
    _, params = scratch.step(n.spec, n.params, n.x, n.y, 0.1)

    def within(weights: Any) -> Outcome:
        return always(lambda w: w in allowed, weights, lambda w: f"a weight of {w:.4g}")

    drawn = [w for neuron in NEURONS for w in neuron]
    return Readings({"the drawn network": within(drawn), "a trained network": within(params[0][0].ravel())})


_camera = given("four-pixel-camera")
# Each class is a pattern and its negative.
PATTERNS = {
    label: (tuple(pattern), tuple(-pixel for pixel in pattern))
    for label, pattern in zip(_camera["labels"], _camera["patterns"])
}
Patterns = Mapping[str, Sequence[tuple[int, ...]]]


@claim(
    "004-simple-rules",
    "No simple rule tells the four patterns apart.",
    HOLDS,
    twin={"patterns": {name: images[:1] for name, images in PATTERNS.items()}},
    altered="value",
)
def simple_rules(patterns: Patterns = PATTERNS) -> Outcome:
    # A rule scores each class by w.x + b. Added over the patterns of two classes, as many of each, the
    # differences between the right score and the other one are (w_c - w_d).(sum_c - sum_d): where the sums
    # are equal they cancel, so they cannot all be above 0.
    sums = {name: tuple(map(sum, zip(*images))) for name, images in patterns.items()}
    clashes = [(a, b) for a, b in combinations(patterns, 2) if sums[a] == sums[b]]
    if clashes:
        return Outcome(
            True, f"{' and '.join(clashes[0])}: the patterns of each add up to {sums[clashes[0][0]]}"
        )
    images = [(image, name) for name, group in patterns.items() for image in group]
    found = all(
        max(sums, key=lambda other: sum(w * x for w, x in zip(sums[other], image))) == name
        for image, name in images
    )
    return Outcome(not found, "the weights of a pattern itself tell them apart")


ANSWERS = {"solid": "0.5", "vertical": "0.75", "diagonal": "-0.25", "horizontal": "-0.75"}
TRUTH = {"solid": 0, "vertical": 0, "diagonal": 0, "horizontal": 1}
ERRORS = ("0.5", "0.75", "0.25", "1.75")


def distances() -> list[Fraction]:
    """truth - answer for each class."""
    return [TRUTH[name] - Fraction(answer) for name, answer in ANSWERS.items()]


@claim(
    "004-error-total",
    "The four errors add up to 3.25.",
    HOLDS,
    twin={"total": "3.52"},
    altered="value",
)
def error_total(total: str = "3.25") -> Outcome:
    return equal(Fraction(total), sum(map(abs, distances())))


@claim(
    "004-error-row",
    "The row of the horizontal line shows an error of 1.75 for the truth 1 and the answer .75.",
    UNDECIDED,
    remedy="The answer is -.75 in the drawing beside it; minus signs and points are lost in this table.",
    twin={"error": "1.57"},
    altered="value",
)
def error_row(error: str = "1.75") -> Readings:
    return Readings(
        {
            "an answer of -.75": equal(Fraction(error), abs(1 - Fraction("-0.75"))),
            "an answer of .75": equal(Fraction(error), abs(1 - Fraction("0.75"))),
        },
        damaged=True,
    )


@claim(
    "004-error-abs",
    "The error of an answer is its distance from the truth.",
    CONVENTION,
    remedy="In this table; the later slides square the distances, which gives 3.9375 in all.",
    twin={"error": lambda d: d},
    altered="sign",
)
def error_abs(error: Callable[[Fraction], Fraction] = abs) -> Readings:
    stated = [error(d) for d in distances()]
    return Readings(
        {
            "the table": equal(stated, [Fraction(text) for text in ERRORS]),
            "the later slides": equal(sum(stated), sum(d**2 for d in distances())),
        }
    )


# --- what does it cost to be wrong --------------------------------------------------------------------


@claim(
    "004-d",
    "Being off by d means d = actual - guess.",
    CONVENTION,
    remedy="For a guess that is too low; one too high gives a negative d, and is off by |d|.",
    twin={"d": lambda actual, guess: actual + guess},
    altered="sign",
)
def deviation(d: Callable[[int, int], int] = lambda actual, guess: actual - guess) -> Readings:
    def off(actual: int, guess: int) -> Outcome:
        return equal(d(actual, guess), max(actual, guess) - min(actual, guess))

    return Readings({"a guess too low": off(25, 20), "a guess too high": off(20, 25)})


OFF_BY = (1, 2, 4, 8)


@claim(
    "004-costs",
    "The square root charges 1, 1.41, 2 and 2.83 for being off by 1, 2, 4 and 8.",
    HOLDS,
    twin={"printed": ("1", "1.41", "2", "2.38")},
    altered="value",
)
def root_costs(printed: Sequence[str] = ("1", "1.41", "2", "2.83")) -> Outcome:
    with mp.workdps(30):
        return all_of(*(rounds_to(text, Fraction(str(sqrt(mpf(d))))) for text, d in zip(printed, OFF_BY)))


@claim(
    "004-costs-exp",
    "The cost 10^(d-1) charges 1, 10, 1000 and 10,000,000.",
    CONVENTION,
    remedy="For these; it charges 0.1 for being right, and needs |d| for a guess that is too high.",
    twin={"cost": lambda d: Fraction(10) ** d},
    altered="index",
)
def exponential_costs(cost: Callable[[int], Fraction] = lambda d: Fraction(10) ** (d - 1)) -> Readings:
    return Readings(
        {
            "off by 1, 2, 4 and 8": equal([1, 10, 1000, 10_000_000], [cost(d) for d in OFF_BY]),
            "off by 0, which should cost nothing": equal(0, cost(0)),
        }
    )


BAGS = (18, 20, 21, 21, 22, 24, 30)  # counts of our own: the slides' stood in pictures


def total_cost(guess: Any, bags: Sequence[Any] = BAGS) -> Any:
    return sum((bag - guess) ** 2 for bag in bags)


@claim(
    "004-L",
    "The loss of an estimate is d_1^2 + d_2^2 + ... + d_m^2, over all bags.",
    HOLDS,
    twin={"cost": lambda d: d},
    altered="order",
)
def loss(cost: Callable[[Fraction], Fraction] = lambda d: d**2) -> Outcome:
    # The slides' estimate is the one of least loss; for squares that is the mean.
    mean = Fraction(sum(BAGS), len(BAGS))
    losses = {
        guess: sum(cost(abs(bag - guess)) for bag in BAGS)
        for guess in [mean + Fraction(k, 10) for k in range(-80, 81)]
    }
    best = min(losses, key=lambda guess: losses[guess])
    return Outcome(best == mean, f"least at {float(best):.4f}, the mean is {float(mean):.4f}")


@claim(
    "004-L-sum",
    "In short, the loss is the sum over i of (n_i - n)^2.",
    HOLDS,
    twin={"summand": lambda n_i, n: (n_i + n) ** 2},
    altered="sign",
)
def loss_sum(summand: Formula = lambda n_i, n: (n_i - n) ** 2) -> Outcome:
    names = "p q r n"
    return same(
        lambda p, q, r, n: sum(summand(value, n) for value in (p, q, r)),
        lambda p, q, r, n: (p - n) ** 2 + (q - n) ** 2 + (r - n) ** 2,
        names,
    )


@claim(
    "004-estimate-quote",
    "How wrong a prediction is says how to get closer.",
    HOLDS,
    twin={"way": +1},
    altered="sign",
)
def how_to_get_closer(way: int = -1) -> Outcome:
    def closer(guess: Fraction) -> bool:
        slope_there = -2 * sum(bag - guess for bag in BAGS)
        return bool(total_cost(guess + way * slope_there / 100) < total_cost(guess))

    guesses = [Fraction(k) for k in (10, 18, 21, 25, 40)]
    return always(closer, guesses, lambda guess: f"from a guess of {guess} the loss rises")


# --- the network --------------------------------------------------------------------------------------


def nets(*widths: int) -> list[Net]:
    return [net(*widths, seed=seed) for seed in range(3)]


@claim(
    "004-a0",
    "The first neuron is sigma(w_00 a_0 + w_01 a_1 + ... + w_0n a_n + b_0).",
    HOLDS,
    twin={"weight": lambda W, neuron, i: W[i, neuron]},
    altered="index",
)
def first_neuron(weight: Callable[..., float] = lambda W, neuron, i: W[neuron, i]) -> Outcome:
    def stated(n: Net) -> Array:
        W, b = n.params[0]
        z = np.array([[sum(weight(W, k, i) * n.x[0, i] for i in range(3)) + b[k] for k in range(3)]])
        return 1 / (1 + np.exp(-z))

    return gradient_is(stated, "a1", nets(3, 3))


@claim(
    "004-layer",
    "A layer is a = sigma(W a + b).",
    HOLDS,
    twin={"z": lambda W, a, b: W @ a - b},
    altered="sign",
)
def layer(z: Callable[..., Array] = lambda W, a, b: W @ a + b) -> Outcome:
    return gradient_is(lambda n: 1 / (1 + np.exp(-z(n.W(1), n.x[0], n.params[0][1])[None])), "a1", nets(5, 3))


@claim(
    "004-relu",
    "R(z) is z above 0 and 0 elsewhere.",
    HOLDS,
    twin={"R": lambda z: z if z <= 0 else 0},
    altered="order",
)
def relu(R: Formula = lambda z: z if z > 0 else 0) -> Outcome:
    return as_torch(R, torch.relu, "z")


def rectified(z: Any) -> Any:
    return max(z, 0)


@claim(
    "004-relu-deriv",
    "R'(z) is 1 above 0 and 0 below.",
    HOLDS,
    twin={"stated": lambda z: 1 if z < 0 else 0},
    altered="sign",
)
def relu_slope(stated: Formula = lambda z: 1 if z > 0 else 0) -> Outcome:
    try:
        at_zero = Outcome(False, f"slope {short(derivative(rectified, mpf(0), DIGITS))} at 0")
    except KinkError:
        at_zero = Outcome(True, "at 0, which is left out, there is none")
    return all_of(slope_is(stated, lambda z: rectified(z), "z", "z"), at_zero)


@claim(
    "004-sigmoid",
    "S(z) = 1 / (1 + e^-z).",
    HOLDS,
    twin={"S": lambda z: 1 / (1 + exp(-2 * z))},
    altered="factor",
)
def sigmoid(S: Formula = lambda z: 1 / (1 + exp(-z))) -> Outcome:
    return as_torch(S, torch.sigmoid, "z")


chapter.reading(
    "004-tanh-softmax",
    "Tanh, softmax, MAE and MSE each have a slide with their formulas.",
    UNDECIDED,
    "Only the headings are left.",
)


@claim(
    "004-bce",
    "Binary cross-entropy is -(y log p + (1 - y) log(1 - p)).",
    CONVENTION,
    remedy="With the natural logarithm, for p strictly between 0 and 1.",
    twin={"loss": lambda y, p, log: -(y * log(p) - (1 - y) * log(1 - p))},
    altered="sign",
)
def binary(
    loss: Callable[..., Any] = lambda y, p, log: -(y * log(p) + (1 - y) * log(1 - p)),
) -> Readings:
    def with_log(log: Callable[[Array], Array]) -> Outcome:
        cases = [net(3, 1, loss="binary_cross_entropy", seed=seed) for seed in range(3)]
        return gradient_is(lambda n: np.asarray(loss(n.y, n.a[1], log)[0, 0]), "loss", cases)

    return Readings({"the natural logarithm": with_log(np.log), "that to base 2": with_log(np.log2)})


@claim(
    "004-cce",
    "Categorical cross-entropy is -sum_c y_c log p_c.",
    CONVENTION,
    remedy="With the natural logarithm.",
    twin={"loss": lambda y, p, log: (y * log(p)).sum()},
    altered="sign",
)
def categorical(loss: Callable[..., Any] = lambda y, p, log: -(y * log(p)).sum()) -> Readings:
    def with_log(log: Callable[[Array], Array]) -> Outcome:
        cases = [
            net(3, 4, activation="softmax", loss="categorical_cross_entropy", seed=seed) for seed in range(3)
        ]
        return gradient_is(lambda n: np.asarray(loss(n.y, n.a[1], log)), "loss", cases)

    return Readings({"the natural logarithm": with_log(np.log), "that to base 2": with_log(np.log2)})


# --- slopes and chains --------------------------------------------------------------------------------


@claim(
    "004-slope",
    "The slope is `change in error change in weight`.",
    UNDECIDED,
    remedy="A fraction bar is lost: change in error over change in weight, in the limit of small changes.",
    twin={"over": lambda error, weight: weight / error},
    altered="order",
)
def slope_words(over: Formula = lambda error, weight: error / weight) -> Readings:
    def error(w: Fraction) -> Fraction:
        return (3 * w - 1) ** 2

    def approaches(join: Formula) -> Outcome:
        # Halving the change halves what the quotient is off by: it has the slope as its limit.
        w, h = Fraction(1), Fraction(1, 100)
        rest = [join(error(w + step) - error(w), step) - 6 * (3 * w - 1) for step in (h, h / 2)]
        return Outcome(
            rest[0] == 2 * rest[1], f"off by {float(rest[0]):.4g}, by {float(rest[1]):.4g} for half"
        )

    return Readings(
        {"a fraction": approaches(over), "a product": approaches(lambda error, weight: error * weight)},
        damaged=True,
    )


TWO_LINKS = ("y = x * w_1", "e = y * w_2")


@claim(
    "004-dy-dw1",
    "For y = x w1, the slope of y by w1 is x.",
    HOLDS,
    twin={"line": r"\frac{\partial y}{\partial w_1} = w_1"},
    altered="index",
)
def y_by_w1(line: str = r"\frac{\partial y}{\partial w_1} = x") -> Outcome:
    return derived(*TWO_LINKS, line)


@claim(
    "004-de-dy",
    "For e = y w2, the slope of e by y is w2.",
    HOLDS,
    twin={"line": r"\frac{\partial e}{\partial y} = y"},
    altered="index",
)
def e_by_y(line: str = r"\frac{\partial e}{\partial y} = w_2") -> Outcome:
    return derived(*TWO_LINKS, line)


@claim(
    "004-e",
    "Together e = x w1 w2.",
    HOLDS,
    twin={"e": lambda x, w1, w2: x * (w1 + w2)},
    altered="order",
)
def together(e: Formula = lambda x, w1, w2: x * w1 * w2) -> Outcome:
    spec = NetworkSpec((1, 1, 1), ("identity",) * 2)

    def two_links(x: float, w1: float, w2: float) -> float:
        params = [(np.array([[w]]), np.zeros(1)) for w in (w1, w2)]
        return float(scratch.forward(spec, params, np.array([[x]]))[-1][2][0, 0])

    cases = [(2.0, 3.0, 5.0), (-1.0, 4.0, 0.5), (3.0, -2.0, -1.0)]
    return always(lambda c: e(*c) == two_links(*c), cases, lambda c: f"x, w1, w2 {c}: right {two_links(*c)}")


@claim(
    "004-de-dw1",
    "The slope of e by w1 is x w2.",
    HOLDS,
    twin={"line": r"\frac{\partial e}{\partial w_1} = x * w_1"},
    altered="index",
)
def e_by_w1(line: str = r"\frac{\partial e}{\partial w_1} = x * w_2") -> Outcome:
    return derived(*TWO_LINKS, line)


@claim(
    "004-de-chain",
    "It is the slope of y by w1 times the slope of e by y.",
    HOLDS,
    twin={
        "line": r"\frac{\partial e}{\partial w_1} = \frac{\partial y}{\partial w_1} + "
        r"\frac{\partial e}{\partial y}"
    },
    altered="order",
)
def by_chain(
    line: str = r"\frac{\partial e}{\partial w_1} = \frac{\partial y}{\partial w_1} * "
    r"\frac{\partial e}{\partial y}",
) -> Outcome:
    return derived(*TWO_LINKS, line)


@claim(
    "004-chain-long",
    "Along a longer chain the slope by the first weight is the product of all slopes of the links.",
    CONVENTION,
    remedy="For one path; several are added up.",
    twin={"combine": lambda slopes: prod(slopes[1:])},
    altered="index",
)
def long_chain(combine: Callable[[list[mpf]], mpf] = prod) -> Readings:
    links: list[Formula] = [lambda w: w * 2, tanh, lambda b: b + 1, sigma, lambda d: (d - 1) ** 2]
    return Readings(
        {
            "one path": same(lambda w: combine(path(links, w)[0]), lambda w: path(links, w)[1], "w", 3),
            "two paths": same(
                lambda w: combine([mpf(2), mp.exp(2 * w)]), slope(lambda w: w * exp(2 * w), "w"), "w", 3
            ),
        }
    )


@claim(
    "004-sum",
    "For z = a + b + c + d + ..., the slope of z by each of them is 1.",
    HOLDS,
    twin={"slope": "4"},
    altered="factor",
)
def sum_node(slope: str = "1") -> Outcome:
    return all_of(
        *(derived("z = a + b + c + d", rf"\frac{{\partial z}}{{\partial {by}}} = {slope}") for by in "abcd")
    )


@claim(
    "004-sum-err",
    "The slope of the error by a is the slope of z by a times the slope of the error by z.",
    HOLDS,
    twin={"combine": lambda local, upstream: local - upstream},
    altered="order",
)
def sum_error(combine: Formula = lambda local, upstream: local * upstream) -> Outcome:
    def stated(a: mpf, b: mpf) -> mpf:
        return combine(1, derivative(lambda z: (z - 3) ** 2, a + b, DIGITS))

    return slope_is(stated, lambda a, b: (a + b - 3) ** 2, "a", "a b")


chapter.reading(
    "004-sig-err-damaged",
    "A line of scattered fractions under the sigmoid.",
    UNDECIDED,
    "Numerators and denominators are scrambled; the slides before and after have it: the slope of the error "
    "by a is the slope of b by a times the slope of the error by b.",
)


@claim(
    "004-sig-deriv",
    "The slope of b = sigma(a) is sigma(a) (1 - sigma(a)).",
    HOLDS,
    twin={"line": r"\frac{\partial b}{\partial a} = \sigma(a)^2 * (1 - \sigma(a))"},
    altered="order",
)
def sigmoid_slope(line: str = r"\frac{\partial b}{\partial a} = \sigma(a) * (1 - \sigma(a))") -> Outcome:
    return derived(r"b = \sigma(a)", line)


@claim(
    "004-relu-last",
    "The slope of a rectified unit is 1 above 0, and 0 otherwise.",
    CONVENTION,
    remedy="0 at 0 is a convention; by the definition there is no slope.",
    twin={"stated": lambda a: 0 if a > 0 else 1},
    altered="order",
)
def relu_slope_last(stated: Formula = lambda a: 1 if a > 0 else 0) -> Readings:
    zero = torch.zeros(1, requires_grad=True)
    (by_torch,) = torch.autograd.grad(torch.relu(zero).sum(), zero)
    try:
        by_definition = equal(stated(0), derivative(rectified, mpf(0), DIGITS))
    except KinkError as kink:
        by_definition = Outcome(
            False, f"{short(kink.left)} from the left, {short(kink.right)} from the right"
        )
    return Readings(
        {
            "away from 0": slope_is(stated, lambda a: rectified(a), "a", "a"),
            "at 0 as torch has it": equal(stated(0), int(by_torch.item())),
            "at 0 by the definition": by_definition,
        }
    )
