"""The statements of document 002: typed notes on a series of four videos."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from typing import Any

import numpy as np
import torch
from mpmath import log, mp, mpf, sqrt, tanh

from backproof.data.course import given
from backproof.data.digits import load as load_digits
from backproof.reference.definition import derivative
from backproof.scratch import functions
from backproof.scratch import network as scratch
from backproof.scratch.spec import Array, NetworkSpec, Params, init_params
from backproof.scratch.train import evaluate
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
from backproof.scripts.course.claims_001 import (
    LIGHTS,
    UNCORRELATED,
    UNCORRELATED_GOALS,
    WALK,
    dot,
    effects,
    fit,
    project,
    sign,
)
from backproof.scripts.course.evidence import (
    DIGITS,
    Formula,
    Net,
    all_of,
    always,
    derived,
    descend,
    equal,
    gradient_is,
    integers,
    mnist,
    net,
    real_digits,
    rounds_to,
    same,
    short,
    sigma,
    slope,
    slope_is,
)
from backproof.scripts.course.trained import trained

chapter = Chapter()
claim = chapter.claim

DIGIT_NETWORK = NetworkSpec()  # 784-16-16-10, sigmoids, the videos' cost


def nets(*widths: int, batch: int = 1) -> list[Net]:
    """Drawn networks with sigmoids and the videos' cost, sum (a - y)^2."""
    return [net(*widths, batch=batch, seed=seed) for seed in range(3)]


def bell(a: Any) -> Any:
    """The sigmoid's slope from its value."""
    return a * (1 - a)


def delta(n: Net) -> Array:
    """2 (a - y) sigma'(z) of the last layer, (B, K)."""
    return 2 * (n.a[-1] - n.y) * bell(n.a[-1])


# --- the network --------------------------------------------------------------------------------------


@claim(
    "002-784",
    "A 28 x 28 image needs 784 input neurons.",
    HOLDS,
    twin={"neurons": 748},
    altered="value",
)
def image_neurons(neurons: int = 784) -> Outcome:
    return equal(neurons, 28 * 28)


@claim(
    "002-digits-range",
    "The last layer's 10 neurons stand for the digits from 0 to 10.",
    WRONG,
    remedy="From 0 to 9; from 0 to 10 there are 11.",
    twin={"last": 9},
    altered="value",
)
def digits_range(last: int = 10) -> Outcome:
    stated, labels = list(range(last + 1)), sorted(set(load_digits().y_train.tolist()))
    return Outcome(
        stated == labels, f"{len(stated)} digits stated, {len(labels)} in the data, up to {labels[-1]}"
    )


@claim(
    "002-activation-01",
    "A neuron holds a number between 0 and 1.",
    CONVENTION,
    remedy="A sigmoid neuron or a pixel does; a rectified one has no upper limit, tanh goes to -1.",
    twin={"high": mpf(1) / 2},
    altered="value",
)
def between_0_and_1(low: int = 0, high: Any = 1) -> Readings:
    def within(f: Callable[[int], Any]) -> Outcome:
        return always(
            lambda z: low <= f(z) <= high, range(-6, 7), lambda z: f"{short(f(z))} for a sum of {z}"
        )

    pixels = load_digits().x_train
    held = Outcome(low <= pixels.min() and pixels.max() <= high, f"{pixels.min():g} to {pixels.max():g}")
    return Readings(
        {
            "a sigmoid neuron": within(lambda z: sigma(mpf(z))),
            "a pixel": held,
            "a rectified neuron": within(lambda z: max(z, 0)),
            "a tanh neuron": within(lambda z: tanh(mpf(z))),
        }
    )


@claim(
    "002-gray",
    "A pixel is 0 for black and 1 for white.",
    CONVENTION,
    remedy="The data sets count ink, bright on dark. For dark ink on white paper it is reversed.",
    twin={"white": 255},
    altered="value",
)
def grey_values(black: int = 0, white: int = 1) -> Readings:
    pixels = load_digits().x_train
    found, counts = np.unique(pixels, return_counts=True)
    background = float(found[counts.argmax()])
    ends = (float(found[0]), float(found[-1]))
    shown = f"from {ends[0]:g} to {ends[1]:g}, the background is {background:g}"
    right = ends == (black, white)
    return Readings(
        {
            "bright ink on black": Outcome(right and background == black, shown),
            "dark ink on white": Outcome(right and background == white, shown),
        }
    )


@claim(
    "002-region-sum",
    "With positive weights in one region and 0 elsewhere, the weighted sum adds up its pixels.",
    CONVENTION,
    remedy="With weights of 1; with equal ones it is proportional to that sum.",
    twin={"total": lambda x, region: x[~region].sum()},
    altered="index",
)
def region_sum(total: Callable[[Array, Array], float] = lambda x, region: x[region].sum()) -> Readings:
    x = integers(16, seed=40, low=0, high=9)
    region = np.arange(16) < 6

    def with_weights(values: Array) -> Outcome:
        weights = np.zeros(16)
        weights[region] = values
        return equal(float(total(x, region)), float(weights @ x))

    return Readings(
        {"weights of 1": with_weights(np.ones(6)), "any positive weights": with_weights(np.arange(1.0, 7.0))}
    )


@claim(
    "002-edge",
    "With negative weights around a bright region, the sum is largest for that region bright, the rest dark.",
    HOLDS,
    twin={"bright": lambda w: w < 0},
    altered="sign",
)
def edge(bright: Callable[[Array], Array] = lambda w: w > 0) -> Outcome:
    strip = np.array([-1.0, -1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0])
    sums = [float(strip @ np.array(x)) for x in product((0.0, 0.5, 1.0), repeat=8)]
    best = float(strip @ bright(strip))
    bar = np.repeat([-1.0, -1.0, 1.0, 1.0, 1.0, -1.0, -1.0], 8)  # 3 rows of 8, two rows around them
    shown = f"a bar of 3 x 8 pixels: {bar @ bright(bar):.0f}, all white {bar.sum():.0f}"
    return Outcome(best == max(sums), f"{shown}; among {len(sums):,} strips at most {max(sums):.0f}")


@claim(
    "002-squish",
    "The squashing function brings any weighted sum to between 0 and 1.",
    HOLDS,
    twin={"high": mpf(1) / 2},
    altered="value",
)
def squish(squash: Formula = sigma, low: int = 0, high: Any = 1) -> Outcome:
    sums = [s * mpf(2) ** k for k in range(-5, 6) for s in (-1, 1)]
    return always(lambda z: low < squash(z) < high, sums, lambda z: f"{short(squash(z))} for {short(z)}")


@claim(
    "002-bias-sign",
    "To wake a neuron only above a weighted sum of 10, subtract the sum from 10 before the sigmoid.",
    WRONG,
    remedy="Subtract 10 from the sum: sigmoid(sum - 10).",
    twin={"shifted": lambda total: total - 10},
    altered="sign",
)
def bias_sign(shifted: Callable[[int], int] = lambda total: 10 - total) -> Outcome:
    return always(
        lambda total: (sigma(mpf(shifted(total))) > 0.5) == (total > 10),
        (20, 11, 9, 0),
        lambda total: f"a sum of {total} gives {short(sigma(mpf(shifted(total))))}",
    )


@claim(
    "002-16-784",
    "The first hidden layer's 16 neurons have 784 weights each, and 16 biases.",
    HOLDS,
    twin={"weights": 16},
    altered="value",
)
def first_layer(neurons: int = 16, weights: int = 784) -> Outcome:
    W, b = init_params(DIGIT_NETWORK, np.random.default_rng(0))[0]
    return all_of(equal((neurons, weights), W.shape), equal((neurons,), b.shape))


@claim(
    "002-layer",
    "A whole layer is a = sigma(W a + b).",
    HOLDS,
    twin={"layer": lambda W, a, b: 1 / (1 + np.exp(-(W @ a))) + b},
    altered="order",
)
def layer(layer: Callable[..., Array] = lambda W, a, b: 1 / (1 + np.exp(-(W @ a + b)))) -> Outcome:
    return gradient_is(lambda n: layer(n.W(1), n.x[0], n.params[0][1])[None], "a1", nets(5, 3))


@claim(
    "002-b-range",
    "The bias vector has an entry for each input, b_0 to b_n.",
    WRONG,
    remedy="One for each neuron of the layer, each row of W: b_0 to b_k.",
    twin={"length": lambda n_in, n_out: n_out},
    altered="index",
)
def bias_length(length: Callable[[int, int], int] = lambda n_in, n_out: n_in) -> Outcome:
    params = init_params(DIGIT_NETWORK, np.random.default_rng(0))
    return always(
        lambda pair: length(*pair[0].shape[::-1]) == len(pair[1]),
        params,
        lambda pair: (
            f"W of shape {pair[0].shape} goes with {len(pair[1])} biases, stated "
            f"{length(*pair[0].shape[::-1])}"
        ),
    )


@claim(
    "002-relu",
    "The rectified linear unit is max(0, a).",
    HOLDS,
    twin={"f": lambda a: min(0.0, a)},
    altered="order",
)
def relu(f: Callable[[float], float] = lambda a: max(0.0, a)) -> Outcome:
    a = integers(1, 12, seed=41)
    stated = [f(float(v)) for v in a[0]]
    by_torch = torch.relu(torch.tensor(a))[0].numpy()
    return all_of(equal(stated, by_torch), equal(stated, functions.activation("relu", a)[0]))


@claim(
    "002-neuron-function",
    "A neuron is a function of the layer before whose output lies between 0 and 1.",
    CONVENTION,
    remedy="With a sigmoid; the rectified one of the next line has no upper limit.",
    twin={"high": 0.5},
    altered="value",
)
def neuron_function(low: float = 0.0, high: float = 1.0) -> Readings:
    def outputs(activation: str) -> Outcome:
        a = net(4, 6, activation=activation, batch=5).a[1]
        return Outcome(bool((a >= low).all() and (a <= high).all()), f"from {a.min():.3f} to {a.max():.3f}")

    return Readings({"sigmoid": outputs("sigmoid"), "relu": outputs("relu")})


# --- the cost -----------------------------------------------------------------------------------------

# Both tables: the printed square and the displayed activation of each output; the fourth one should be 1.
TRASH = (
    ("0.1863", "0.43"),
    ("0.0809", "0.28"),
    ("0.0357", "0.19"),
    ("0.0138", "0.88"),
    ("0.5242", "0.72"),
    ("0.0001", "0.01"),
    ("0.4079", "0.64"),
    ("0.7388", "0.86"),
    ("0.9817", "0.99"),
    ("0.3998", "0.63"),
)
GOOD = (
    ("0.0006", "0.02"),
    ("0.0007", "0.03"),
    ("0.0039", "0.06"),
    ("0.0009", "0.97"),
    ("0.0055", "0.07"),
    ("0.0004", "0.02"),
    ("0.0022", "0.05"),
    ("0.0033", "0.06"),
    ("0.0072", "0.08"),
    ("0.0018", "0.04"),
)
THREE = tuple(int(k == 3) for k in range(10))
CostTable = Sequence[tuple[str, str]]


def printed_sum(table: CostTable) -> Fraction:
    return sum((Fraction(square) for square, _ in table), Fraction(0))


def recomputed_sum(table: CostTable) -> Fraction:
    return sum(((Fraction(a) - y) ** 2 for (_, a), y in zip(table, THREE)), Fraction(0))


@claim(
    "002-cost3-trash",
    "The squares of the first table add up to the cost 3.37.",
    CONVENTION,
    remedy="The squares as they are printed do; squaring the displayed activations gives 3.36.",
    twin={"cost": "3.73"},
    altered="value",
)
def cost_of_trash(cost: str = "3.37") -> Readings:
    return Readings(
        {
            "the printed squares": rounds_to(cost, printed_sum(TRASH)),
            "the displayed activations": rounds_to(cost, recomputed_sum(TRASH)),
        }
    )


@claim(
    "002-cost3-rows",
    "Each row shows the square of its activation's distance from the target.",
    CONVENTION,
    remedy="Of an activation that was rounded to two digits for display; 0.43 squared is 0.1849, not 0.1863.",
    twin={"table": (("0.2863", "0.43"), *TRASH[1:])},
    altered="value",
)
def cost_rows(table: CostTable = TRASH) -> Readings:
    rows = [*zip(table, THREE), *zip(GOOD, THREE)]

    def consistent(row: Any) -> bool:
        (square, shown), target = row
        half = Fraction(1, 200)  # half a unit of the displayed digits
        ends = sorted((Fraction(shown) + move - target) ** 2 for move in (-half, half))
        unit = Fraction(1, 20000)
        return ends[0] <= Fraction(square) + unit and Fraction(square) - unit <= ends[1]

    def says(row: Any) -> str:
        (square, shown), target = row
        return f"({shown} - {target})^2 = {float((Fraction(shown) - target) ** 2)}, printed {square}"

    return Readings(
        {
            "of the activation before rounding": always(consistent, rows, says),
            "of the activation displayed": always(
                lambda row: Fraction(row[0][0]) == (Fraction(row[0][1]) - row[1]) ** 2, rows, says
            ),
        }
    )


@claim(
    "002-cost3-good",
    "The second table adds up to the cost 0.03.",
    HOLDS,
    twin={"cost": "0.04"},
    altered="value",
)
def cost_of_good(cost: str = "0.03") -> Outcome:
    return all_of(rounds_to(cost, printed_sum(GOOD)), rounds_to(cost, recomputed_sum(GOOD)))


@claim(
    "002-cost-size",
    "The sum is small where the digit is recognised and large where it is not.",
    HOLDS,
    twin={"compare": lambda right, wrong: right > wrong},
    altered="sign",
)
def cost_size(compare: Formula = lambda right, wrong: right < wrong) -> Outcome:
    return Outcome(
        compare(printed_sum(GOOD), printed_sum(TRASH)),
        f"{float(printed_sum(GOOD))} against {float(printed_sum(TRASH))}, between 0 and 10",
    )


# --- gradient descent ---------------------------------------------------------------------------------


def two_valleys(w: Fraction) -> Fraction:
    """The slope of w^4 - 3 w^2 + w."""
    return 4 * w**3 - 6 * w + 1


@claim(
    "002-min-local",
    "A complicated function has more than one local minimum.",
    HOLDS,
    twin={"more_than": 2},
    altered="value",
)
def local_minima(more_than: int = 1) -> Outcome:
    slopes = [two_valleys(Fraction(k, 10) + Fraction(1, 30)) for k in range(-30, 30)]
    minima = sum(before < 0 < after for before, after in pairwise(slopes))
    return Outcome(minima > more_than, f"w^4 - 3 w^2 + w has {minima}")


@claim(
    "002-slope-rule",
    "Where the slope is positive go a small step left, otherwise right.",
    HOLDS,
    twin={"way": +1},
    altered="sign",
)
def slope_rule(way: int = -1) -> Outcome:
    def value(w: Fraction) -> Fraction:
        return w**4 - 3 * w**2 + w

    starts = [Fraction(k, 4) for k in range(-8, 9)]
    step = Fraction(1, 1000)
    return always(
        lambda w: value(w + way * step * sign(two_valleys(w))) < value(w),
        starts,
        lambda w: f"from {float(w)} the value rises",
    )


@claim(
    "002-no-overshoot",
    "Steps proportional to the slope do not overshoot.",
    CONVENTION,
    remedy="For a factor of at most 1 / curvature; larger ones overshoot, from twice that on they diverge.",
    twin={"way": +1},
    altered="sign",
)
def no_overshoot(way: int = -1) -> Readings:
    def run(rate: Fraction) -> Outcome:  # on w^2, whose curvature is 2
        points = list(descend(lambda w: -way * 2 * w, Fraction(1), rate, 10))
        right = all(0 <= after < before for before, after in pairwise(points))
        return Outcome(right, f"factor {float(rate)}: " + ", ".join(f"{float(p):.3g}" for p in points[:4]))

    return Readings(
        {
            "up to 1 / curvature": run(Fraction(2, 5)),
            "above it": run(Fraction(3, 5)),
            "above 2 / curvature": run(Fraction(11, 10)),
        }
    )


def slopes_around() -> tuple[tuple[mpf, mpf], list[mpf]]:
    """The gradient of x^2 y + sin(y) at (1.5, -0.5) and the slope in many directions, by the definition."""

    def f(x: mpf, y: mpf) -> mpf:
        return x**2 * y + mp.sin(y)

    x, y = mpf(3) / 2, mpf(-1) / 2
    gradient = (slope(f, "x")(x=x, y=y), slope(f, "y")(x=x, y=y))

    def along(u: mpf, v: mpf) -> mpf:
        return derivative(lambda t: f(x + t * u, y + t * v), mpf(0), DIGITS)

    return gradient, [along(mp.cos(k * mp.pi / 12), mp.sin(k * mp.pi / 12)) for k in range(24)]


def steepest(way: int, extreme: Callable[..., Any]) -> Outcome:
    """Whether the slope in the direction way * gradient is the extreme of the slopes in all directions."""
    (gx, gy), around = slopes_around()
    length = sqrt(gx**2 + gy**2)
    along = way * (gx * gx + gy * gy) / length
    best = extreme(around)
    right = extreme(along, best) == along
    return Outcome(right, f"slope {short(along)} along it, {short(best)} in the best of 24 directions")


@claim(
    "002-steepest",
    "The gradient points in the direction of steepest increase.",
    HOLDS,
    twin={"way": -1},
    altered="sign",
)
def steepest_increase(way: int = +1) -> Outcome:
    return steepest(way, max)


@claim(
    "002-neg-gradient",
    "The negative gradient is the direction of fastest decrease.",
    HOLDS,
    twin={"way": +1},
    altered="sign",
)
def fastest_decrease(way: int = -1) -> Outcome:
    return steepest(way, min)


@claim(
    "002-length",
    "The length of the gradient says how steep the slope is.",
    HOLDS,
    twin={"length": lambda x, y: x**2 + y**2},
    altered="order",
)
def gradient_length(length: Formula = lambda x, y: sqrt(x**2 + y**2)) -> Outcome:
    def f(x: mpf, y: mpf) -> mpf:
        return x**2 * y + mp.sin(y)

    def stated(x: mpf, y: mpf) -> mpf:
        return length(slope(f, "x")(x=x, y=y), slope(f, "y")(x=x, y=y))

    def along(x: mpf, y: mpf) -> mpf:
        gx, gy = slope(f, "x")(x=x, y=y), slope(f, "y")(x=x, y=y)
        u, v = gx / sqrt(gx**2 + gy**2), gy / sqrt(gx**2 + gy**2)
        # The direction has 30 right digits; the slope along it, being the largest, does not notice.
        return derivative(lambda t: f(x + t * u, y + t * v), mpf(0), DIGITS)

    return same(stated, along, "x y", 3)


@claim(
    "002-vector-index",
    "The column of all weights and biases runs from w_0 to w_13,002.",
    WRONG,
    remedy="To w_13,001; counted from 0, w_13,002 would be the 13,003rd.",
    twin={"last": 13_001},
    altered="index",
)
def vector_index(last: int = 13_002) -> Outcome:
    return equal(f"{last + 1:,} entries", f"{DIGIT_NETWORK.parameter_count:,} entries")


ADVICE = (
    ("0.31", "increase", "somewhat"),
    ("0.03", "increase", "a little"),
    ("-1.25", "decrease", "a lot"),
    ("0.78", "increase", "a lot"),
    ("-0.37", "decrease", "somewhat"),
    ("0.16", "increase", "a little"),
)


@claim(
    "002-advice",
    "The sign of each entry of the negative gradient says up or down, its size how much.",
    HOLDS,
    twin={"advice": (("0.31", "decrease", "somewhat"), *ADVICE[1:])},
    altered="sign",
)
def advice(advice: Sequence[tuple[str, str, str]] = ADVICE) -> Outcome:
    ranks = ("a little", "somewhat", "a lot")
    ordered = sorted(advice, key=lambda row: abs(Fraction(row[0])))
    sizes = [ranks.index(size) for _, _, size in ordered]
    ways = [(Fraction(value) > 0) == (way == "increase") for value, way, _ in advice]
    shown = ", ".join(f"{value} {way} {size}" for value, way, size in ordered)
    return Outcome(all(ways) and sizes == sorted(sizes), shown)


@claim(
    "002-importance",
    "The entries of the gradient say which changes matter most.",
    HOLDS,
    twin={"matters": lambda weight, slope: abs(weight)},
    altered="index",
)
def importance(matters: Formula = lambda weight, slope: abs(slope)) -> Outcome:
    n, h = net(3, 2), 1e-6
    grads, _ = scratch.backward(n.spec, n.params, scratch.forward(n.spec, n.params, n.x), n.y)

    def effect(index: tuple[int, ...]) -> float:
        W = n.W(1).copy()
        W[index] += h
        params = [(W, n.params[0][1])]
        moved = scratch.loss(n.spec, params, scratch.forward(n.spec, params, n.x), n.y)
        return abs(float(moved - scratch.loss(n.spec, n.params, scratch.forward(n.spec, n.params, n.x), n.y)))

    entries = list(np.ndindex(n.W(1).shape))
    by_effect = sorted(entries, key=effect)
    stated = sorted(entries, key=lambda i: matters(n.W(1)[i], grads[0][0][i]))
    return Outcome(stated == by_effect, f"least to most {by_effect}, stated {stated}")


@claim(
    "002-32x",
    "Slopes of 3.2 and 0.1 make the cost 32 times as sensitive to the first weight.",
    HOLDS,
    twin={"times": 23},
    altered="value",
)
def times_as_sensitive(times: int = 32) -> Outcome:
    return equal(times, Fraction("3.2") / Fraction("0.1"))


@cache
def digit_network(name: str) -> tuple[NetworkSpec, Params]:
    """One of the networks of the lesson on real digits, from the cache folder or trained now."""
    lesson, data = given("digit-training"), real_digits()
    how = lesson["networks"][name]
    last = "identity" if how["loss"] == "cross_entropy" else "sigmoid"
    spec = NetworkSpec(
        (data.x_train.shape[1], *how["hidden"], data.classes),
        (*(how["activation"] for _ in how["hidden"]), last),
        how["loss"],
    )
    settings = {key: how[key] for key in ("epochs", "batch", "rate", "falling")}
    return spec, trained(
        spec, data, **settings, seed=lesson["seed"], track=lambda items, _what, _total: items, what=name
    )


def reads(percent: int, *networks: str) -> Outcome:
    """Whether the best of these networks reads that share of MNIST's test digits, in whole percents."""
    data = mnist()
    y = np.eye(data.classes)[data.y_test]
    found = max(evaluate(*digit_network(name), data.x_test, y)[1] for name in networks)
    return Outcome(round(100 * found) == percent, f"{found:.2%}")


SIGMOID, RELU, WIDE = "sigmoid, squared error", "relu, cross-entropy", "relu, one wide layer"


@claim(
    "002-96",
    "The trained network reads about 96% of new images rightly.",
    CONVENTION,
    remedy="With rectified units and cross-entropy; with the videos' sigmoids and squares not quite.",
    twin={"percent": 99},
    altered="value",
)
def ninety_six(percent: int = 96) -> Readings:
    return Readings({name: reads(percent, name) for name in (RELU, SIGMOID)})


@claim(
    "002-98",
    "It can be raised to 98%.",
    CONVENTION,
    remedy="With a larger hidden layer, not with this network.",
    twin={"percent": 89},
    altered="value",
)
def ninety_eight(percent: int = 98) -> Readings:
    return Readings({WIDE: reads(percent, WIDE), "this network": reads(percent, RELU, SIGMOID)})


@claim(
    "002-random-look",
    "Drawn as pictures, the weights of the first layer look random.",
    CONVENTION,
    remedy="Before training they are. After it they show no clean edges, but neighbours go together.",
    twin={"deviations": 0},
    altered="value",
)
def look_random(deviations: int = 4) -> Readings:
    spec, learnt = digit_network(SIGMOID)
    untrained = init_params(spec, np.random.default_rng(given("digit-training")["seed"]))

    def pictures(params: Params) -> Outcome:
        side = round(spec.widths[0] ** 0.5)
        weights = params[0][0].reshape(-1, side, side)
        pairs = weights[:, :, :-1].ravel(), weights[:, :, 1:].ravel()
        related = abs(float(np.corrcoef(*pairs)[0, 1]))
        # The correlation of n pairs of independent numbers has the standard deviation 1 / sqrt(n).
        chance = float(deviations / pairs[0].size ** 0.5)
        shown = f"neighbours correlate by {related:.3f}, by chance up to {chance:.3f}"
        return Outcome(related <= chance, f"{real_digits().name}: {shown}")

    return Readings({"before training": pictures(untrained), "after training": pictures(learnt)})


# --- nudges -------------------------------------------------------------------------------------------


@claim(
    "002-nudge-size",
    "The nudge wanted for an output is its distance from the target.",
    FACTOR,
    remedy="Twice that for the videos' cost, in the direction against the slope 2 (a - y).",
    twin={"nudge": lambda a, y: (y - a) ** 2},
    altered="order",
)
def nudge_size(nudge: Formula = lambda a, y: y - a) -> Outcome:
    wanted = slope(lambda a, y: (a - y) ** 2, "a")
    return same(nudge, lambda a, y: -wanted(a=a, y=y), "a y")


@claim(
    "002-all-less-active",
    "For an image of a 2, all neurons of the last layer should become less active.",
    WRONG,
    remedy="All the other ones; the neuron of the 2 should become more active.",
    twin={"lowered": lambda digit: digit != 2},
    altered="index",
)
def all_less_active(lowered: Callable[[int], bool] = lambda digit: True) -> Outcome:
    a = np.linspace(0.1, 0.9, 10)
    wanted = -2 * (a - np.eye(10)[2])
    return always(
        lambda digit: lowered(digit) == (wanted[digit] < 0),
        range(10),
        lambda digit: f"the neuron of the {digit} is to change by {wanted[digit]:+.3f}",
    )


@claim(
    "002-increase-weight",
    "Increasing a weight increases the activation.",
    CONVENTION,
    remedy="Where the neuron it comes from is above 0; at 0 it does nothing, below it does the opposite.",
    twin={"by": 0},
    altered="value",
)
def increase_weight(by: int = 1) -> Readings:
    def raised(a: int) -> Outcome:
        before, after = sigma(mpf(2 * a)), sigma(mpf((2 + by) * a))
        return Outcome(after > before, f"from {short(before)} to {short(after)}")

    return Readings({"a > 0": raised(1), "a = 0": raised(0), "a < 0": raised(-1)})


def weighted(w: mpf, a: mpf, v: mpf, c: mpf, b: mpf) -> mpf:
    """z of a neuron with two inputs."""
    return w * a + v * c + b


@claim(
    "002-wi-ai",
    "Weights are to be raised in proportion to the activation they come from.",
    HOLDS,
    twin={"stated": lambda w, a: w},
    altered="index",
)
def proportional_to_a(stated: Formula = lambda w, a: a) -> Outcome:
    return slope_is(stated, weighted, "w", "w a v c b")


@claim(
    "002-ai-wi",
    "Activations are to be changed in proportion to their weights.",
    HOLDS,
    twin={"stated": lambda w, v: v},
    altered="index",
)
def proportional_to_w(stated: Formula = lambda w, v: w) -> Outcome:
    return slope_is(stated, weighted, "a", "w a v c b")


@claim(
    "002-brightest",
    "The weight from the brightest neuron has the largest effect.",
    HOLDS,
    twin={"strongest": np.argmin},
    altered="order",
)
def brightest(strongest: Callable[[Array], Any] = np.argmax) -> Outcome:
    def same_place(n: Net) -> bool:
        x = np.abs(n.x)
        grads, _ = scratch.backward(n.spec, n.params, scratch.forward(n.spec, n.params, x), n.y)
        return bool((np.abs(grads[0][0]).argmax(axis=1) == strongest(x[0])).all())

    return always(same_place, nets(5, 3), lambda n: f"inputs {np.abs(n.x).round(3)}")


@claim(
    "002-bright-dim",
    "Brighter where the weight is positive and dimmer where it is negative raises the activation.",
    HOLDS,
    twin={"change": lambda w: -np.sign(w)},
    altered="sign",
)
def bright_and_dim(change: Callable[[Array], Array] = np.sign) -> Outcome:
    def rises(seed: int) -> bool:
        w, a = integers(6, seed=seed), integers(6, seed=seed + 100)
        return bool(w @ (a + change(w)) > w @ a)

    return always(rises, range(42, 50), lambda seed: f"draw {seed}: the sum falls")


@claim(
    "002-desires",
    "What all output neurons want of a neuron of the layer before is added up.",
    HOLDS,
    twin={"join": lambda parts: parts[0]},
    altered="index",
)
def desires(join: Callable[[Array], Array] = lambda parts: parts.sum(axis=0)) -> Outcome:
    return gradient_is(lambda n: join(delta(n)[0][:, None] * n.W(1))[None], "dx", nets(3, 4))


NUDGES = {
    "w0": (("-0.08", "0.02", "-0.02", "0.11", "-0.05", "-0.14"), "-0.08"),
    "w1": (("-0.11", "0.11", "0.07", "0.02", "0.09", "0.05"), "0.12"),
    "w2": (("-0.07", "-0.04", "-0.01", "0.02", "0.13", "-0.15"), "-0.06"),
    "w13001": (("0.13", "0.08", "-0.06", "-0.09", "-0.02", "0.04"), "0.04"),
}


@claim(
    "002-nudge-table",
    "The last column of the table is the average of each row.",
    UNDECIDED,
    remedy="It is half the sum of the six columns shown, three times their average. Columns left out "
    "could make it an average; the numbers are probably made up.",
    twin={"averages": {"w0": "0.08", "w1": "1.12", "w2": "-0.06", "w13001": "0.04"}},
    altered="value",
)
def nudge_table(averages: Any = None) -> Readings:
    averages = averages or {name: average for name, (_, average) in NUDGES.items()}
    means = {name: sum(map(Fraction, row)) / len(row) for name, (row, _) in NUDGES.items()}
    largest = max(abs(Fraction(value)) for row, _ in NUDGES.values() for value in row)
    shown = ", ".join(f"{name} {float(mean):.4f}" for name, mean in means.items())
    return Readings(
        {
            "of the columns shown": Outcome(
                all(rounds_to(averages[name], mean).right for name, mean in means.items()),
                f"averages {shown}",
            ),
            # Columns of the sizes that are shown can average to anything up to the largest of them.
            "of columns that are left out as well": Outcome(
                all(abs(Fraction(value)) < largest for value in averages.values()),
                f"possible up to {float(largest)}",
            ),
        },
        damaged=True,
    )


@claim(
    "002-average-is-gradient",
    "The average of the nudges over all examples is the negative gradient of the cost.",
    CONVENTION,
    remedy="Of the average cost; the gradient of the total cost is the number of examples times that.",
    twin={"nudge": lambda dW: dW},
    altered="sign",
)
def average_is_gradient(nudge: Callable[[Array], Array] = lambda dW: -dW) -> Readings:
    examples = 5

    def average(n: Net) -> Array:
        return sum(nudge(np.outer(delta(n)[k], n.x[k])) for k in range(examples)) / examples  # type: ignore[return-value]

    # Autograd's gradient is that of the average cost, a fifth of the total cost's.
    return Readings(
        {
            "the average cost": gradient_is(lambda n: -average(n), "dW1", nets(3, 2, batch=examples)),
            "the total cost": gradient_is(
                lambda n: -average(n) / examples, "dW1", nets(3, 2, batch=examples)
            ),
        }
    )


# --- mini-batches -------------------------------------------------------------------------------------

FIGURE = ("504192131435", "361728694091", "124327386905", "602618793985")


@claim(
    "002-minibatch-size",
    "A mini-batch has 100 examples.",
    CONVENTION,
    remedy="In the text; the figure's have 12.",
    twin={"size": 7},
    altered="value",
)
def batch_size(size: int = 100) -> Readings:
    whole, rest = divmod(60_000, size)
    return Readings(
        {
            "in the text": Outcome(not rest, f"60,000 examples make {whole} batches, {rest} left over"),
            "in the figure": equal([size] * 4, [len(row) for row in FIGURE]),
        }
    )


@claim(
    "002-minibatch-figure",
    "The figure's four mini-batches are the first 48 labels of MNIST.",
    UNDECIDED,
    remedy="They are, in order and so not shuffled, but for one: the last row has a 2 where MNIST has a 7, "
    "which the scan may have misread.",
    twin={"rows": (FIGURE[1], FIGURE[0], *FIGURE[2:])},
    altered="order",
)
def batch_figure(rows: Sequence[str] = FIGURE) -> Readings:
    labels = "".join(str(label) for label in mnist().y_train[:48])
    last = rows[3][:2] + "7" + rows[3][3:]
    return Readings(
        {
            "as printed": equal(list("".join(rows)), list(labels)),
            "with that 2 read as 7": equal(list("".join((*rows[:3], last))), list(labels)),
        },
        damaged=True,
    )


@claim(
    "002-minibatch-approx",
    "The gradient of a mini-batch is not that of the whole cost.",
    HOLDS,
    twin={"batch": slice(None)},
    altered="index",
)
def batch_gradient(batch: slice = slice(4)) -> Outcome:
    def stated(n: Net) -> Array:
        return delta(n)[batch].T @ n.x[batch] / len(n.x[batch])

    found = gradient_is(stated, "dW1", nets(3, 2, batch=12))
    return Outcome(not found.right, found.shown)


@claim(
    "002-least-efficient",
    "A step along a mini-batch's gradient goes down less steeply than one along the whole.",
    HOLDS,
    twin={"compare": lambda batch, whole: batch > whole},
    altered="sign",
)
def batch_step(compare: Formula = lambda batch, whole: batch < whole) -> Outcome:
    def steepness(n: Net) -> tuple[float, float]:
        whole = delta(n).T @ n.x / len(n.x)
        batch = delta(n)[:4].T @ n.x[:4] / 4
        length = float(np.linalg.norm(whole))
        return float((whole * batch).sum() / np.linalg.norm(batch)), length

    return always(
        lambda n: compare(*steepness(n)),
        nets(3, 2, batch=12),
        lambda n: "slopes {:.4f}, {:.4f}".format(*steepness(n)),
    )


@claim(
    "002-speed",
    "Mini-batches make training much faster: many steps a pass instead of one.",
    HOLDS,
    twin={"steps": lambda examples, size: examples // size // 10},
    altered="factor",
)
def batch_speed(steps: Callable[[int, int], int] = lambda examples, size: examples // size) -> Outcome:
    return equal(steps(60_000, 100), len(range(0, 60_000, 100)))


@claim(
    "002-converge",
    "Steps on one mini-batch after another converge to a minimum of the cost.",
    CONVENTION,
    remedy="With a rate that shrinks, or where all examples can be fitted at once. With a fixed rate they "
    "settle beside the minimum.",
    twin={"rate": Fraction(-1, 10)},
    altered="sign",
)
def batches_converge(rate: Fraction = Fraction(1, 10)) -> Readings:
    def epoch(rows: Any, goals: Any, w: list[Any]) -> list[Any]:
        for x, goal in zip(rows, goals):
            step = rate * (dot(x, w) - goal)
            w = [v - step * value for v, value in zip(w, x)]
        return w

    def settles(rows: Any, goals: Any) -> Outcome:
        # An epoch takes w to M w + c; where it settles, (1 - M) w = c, exactly.
        c = epoch(rows, goals, [Fraction(0)] * 3)
        M = [
            [a - b for a, b in zip(epoch(rows, goals, unit), c)] for unit in ([1, 0, 0], [0, 1, 0], [0, 0, 1])
        ]
        rest = [[int(i == j) - M[i][j] for j in range(3)] for i in range(3)]
        limit, _ = project(rest, c)
        # Arriving is getting nearer and nearer, measured after more and more epochs.
        w, distances = [0.5, 0.48, -0.7], []
        for count in range(201):
            if count in (0, 50, 100, 200):
                distances.append(sum(abs(a - float(b)) for a, b in zip(w, limit)))
            w = [float(v) for v in epoch(rows, goals, w)]
        arrived = all(after < before for before, after in pairwise(distances))
        error = sum((dot(x, limit) - goal) ** 2 for x, goal in zip(rows, goals))
        least = fit(rows, goals)[1]
        where = ", ".join(str(v) for v in limit)
        shown = f"to ({where}), error {float(error):.6g}, least {least}" if arrived else "it runs away"
        return Outcome(arrived and error == least, shown)

    return Readings(
        {
            "data that can be fitted": settles(LIGHTS, WALK),
            "data that cannot, fixed rate": settles(UNCORRELATED, UNCORRELATED_GOALS),
        }
    )


# --- the calculus -------------------------------------------------------------------------------------


@claim(
    "002-single-params",
    "The chain of single neurons has one weight and one bias in all.",
    WRONG,
    remedy="One of each for every neuron after the first.",
    twin={"count": lambda neurons: 2 * (neurons - 1)},
    altered="factor",
)
def chain_parameters(count: Callable[[int], int] = lambda neurons: 2) -> Outcome:
    return equal(count(4), NetworkSpec((1, 1, 1, 1), ("sigmoid",) * 3).parameter_count)


@claim(
    "002-C0",
    "The cost of one example is (a - y)^2.",
    HOLDS,
    twin={"cost": lambda a, y: (a - y) ** 2 / 2},
    altered="factor",
)
def cost_of_one(cost: Formula = lambda a, y: (a - y) ** 2) -> Outcome:
    return gradient_is(lambda n: np.asarray(cost(n.a[1], n.y)[0, 0]), "loss", nets(2, 1))


@claim(
    "002-066",
    "For an output of 0.66 that should be 1.00 the cost is (0.66 - 1.00)^2 = 0.1156.",
    HOLDS,
    twin={"cost": "0.1165"},
    altered="value",
)
def example_cost(cost: str = "0.1156") -> Outcome:
    return equal(Fraction(cost), (Fraction("0.66") - Fraction("1.00")) ** 2)


@claim(
    "002-z-name",
    "z is the name of the last activation.",
    WRONG,
    remedy="z is the weighted sum before the sigmoid: for the activation 0.66 it is 0.6633.",
    twin={"z": lambda a: log(a / (1 - a))},
    altered="order",
)
def name_of_z(z: Formula = lambda a: a) -> Outcome:
    return same(lambda a: sigma(z(a)), lambda a: a, "a%")


@claim(
    "002-z",
    "The weighted sum is z = w a + b, with a of the layer before.",
    HOLDS,
    twin={"z": lambda w, a, b: w * (a + b)},
    altered="order",
)
def weighted_z(z: Formula = lambda w, a, b: w * a + b) -> Outcome:
    return gradient_is(lambda n: z(n.W(1), n.x, n.params[0][1]), "z1", nets(1, 1))


# The last link of a chain of single neurons, and the last layer of several.
LAST_LINK = (
    r"C_0 = (a^{(L)} - y)^2",
    r"z^{(L)} = w^{(L)} a^{(L-1)} + b^{(L)}",
    r"a^{(L)} = \sigma(z^{(L)})",
)
LAST_LAYER = (
    r"C_0 = \sum_j (a_j^{(L)} - y_j)^2",
    r"z_j^{(L)} = \sum_k w_{jk}^{(L)} a_k^{(L-1)} + b_j^{(L)}",
    r"a_j^{(L)} = \sigma(z_j^{(L)})",
)


def chain_cost(w: mpf, a: mpf, b: mpf, y: mpf) -> mpf:
    """C0 of the last link, where a is the activation before it."""
    return (sigma(w * a + b) - y) ** 2


@claim(
    "002-chain",
    "The slope of the cost by w is the slopes of z by w, of a by z and of the cost by a, multiplied.",
    HOLDS,
    twin={
        "line": r"\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} "
        r"+ \frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}}"
    },
    altered="order",
)
def three_factors(
    line: str = r"\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} "
    r"\frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}}",
) -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "002-dCda",
    "The slope of the cost by the activation is 2 (a - y).",
    HOLDS,
    twin={"line": r"\frac{\partial C_0}{\partial a^{(L)}} = (a^{(L)} - y)"},
    altered="factor",
)
def slope_by_a(line: str = r"\frac{\partial C_0}{\partial a^{(L)}} = 2(a^{(L)} - y)") -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "002-dadz",
    "The slope of the activation by z is sigma'(z).",
    HOLDS,
    twin={"line": r"\frac{\partial a^{(L)}}{\partial z^{(L)}} = \sigma(z^{(L)})"},
    altered="order",
)
def slope_by_z(line: str = r"\frac{\partial a^{(L)}}{\partial z^{(L)}} = \sigma'(z^{(L)})") -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "002-dzdw",
    "The slope of z by w is the activation before.",
    HOLDS,
    twin={"line": r"\frac{\partial z^{(L)}}{\partial w^{(L)}} = w^{(L)}"},
    altered="index",
)
def z_by_w(line: str = r"\frac{\partial z^{(L)}}{\partial w^{(L)}} = a^{(L-1)}") -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "002-dCdw",
    "Put together: the slope of the cost by w is a_before sigma'(z) 2 (a - y).",
    HOLDS,
    twin={
        "line": r"\frac{\partial C_0}{\partial w^{(L)}} = a^{(L-1)} \sigma'(z^{(L)}) (a^{(L)} - y)",
    },
    altered="factor",
)
def slope_by_w(
    line: str = r"\frac{\partial C_0}{\partial w^{(L)}} = a^{(L-1)} \sigma'(z^{(L)}) 2(a^{(L)} - y)",
) -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "002-average",
    "The slope of the full cost is the average of the examples' slopes.",
    HOLDS,
    twin={"join": lambda slopes: slopes.sum(axis=0)},
    altered="factor",
)
def average_slope(join: Callable[[Array], Array] = lambda slopes: slopes.mean(axis=0)) -> Outcome:
    return gradient_is(lambda n: join(delta(n)[:, :, None] * n.x[:, None, :]), "dW1", nets(3, 2, batch=5))


@claim(
    "002-grad-vector",
    "The gradient lists the slopes by all weights and biases, layer after layer.",
    HOLDS,
    twin={"parts": lambda dW, db: (dW,)},
    altered="index",
)
def gradient_vector(parts: Callable[..., tuple[Array, ...]] = lambda dW, db: (dW, db)) -> Outcome:
    n = net(3, 4, 2)
    grads, _ = scratch.backward(n.spec, n.params, scratch.forward(n.spec, n.params, n.x), n.y)
    entries = sum(part.size for dW, db in grads for part in parts(dW, db))
    return equal(entries, n.spec.parameter_count)


@claim(
    "002-bias-same",
    "The slope by the bias is nearly the same: sigma'(z) 2 (a - y).",
    HOLDS,
    twin={
        "line": r"\frac{\partial C_0}{\partial b^{(L)}} = a^{(L-1)} \sigma'(z^{(L)}) 2(a^{(L)} - y)",
    },
    altered="index",
)
def slope_by_b(
    line: str = r"\frac{\partial C_0}{\partial b^{(L)}} = \sigma'(z^{(L)}) 2(a^{(L)} - y)",
) -> Outcome:
    return derived(*LAST_LINK, line)


@claim(
    "002-C0-multi",
    "With several outputs the cost is the sum of their squared distances.",
    HOLDS,
    twin={"cost": lambda a, y: ((a - y) ** 2).mean()},
    altered="factor",
)
def cost_of_several(cost: Callable[..., Any] = lambda a, y: ((a - y) ** 2).sum()) -> Outcome:
    return gradient_is(lambda n: np.asarray(cost(n.a[1], n.y)), "loss", nets(3, 4))


@claim(
    "002-w-jk",
    "w_jk connects neuron k of one layer to neuron j of the next.",
    CONVENTION,
    remedy="In the videos, where z = W a. The lecture's W_ij runs from i to j: its transpose.",
    twin={"weight": lambda W, j, k: W[j, j]},
    altered="index",
)
def weight_jk(weight: Callable[..., float] = lambda W, j, k: W[j, k]) -> Readings:
    W = integers(3, 3, seed=51)
    stated = np.array([[weight(W, j, k) for j in range(3)] for k in range(3)])
    return Readings(
        {
            "the videos, W a": equal(stated.ravel(), effects(lambda a, V: V @ a, W).ravel()),
            "the lecture, x W": equal(stated.ravel(), effects(lambda a, V: a @ V, W).ravel()),
        }
    )


@claim(
    "002-zj",
    "z_j is the sum over k of w_jk a_k, plus b_j.",
    HOLDS,
    twin={"z": lambda W, a, b, j: W[0, j] * a[0] + W[1, j] * a[1] + W[2, j] * a[2] + b[j]},
    altered="index",
)
def z_of_j(
    z: Callable[..., float] = lambda W, a, b, j: W[j, 0] * a[0] + W[j, 1] * a[1] + W[j, 2] * a[2] + b[j],
) -> Outcome:
    return gradient_is(
        lambda n: np.array([[z(n.W(1), n.x[0], n.params[0][1], j) for j in range(3)]]), "z1", nets(3, 3)
    )


@claim(
    "002-dCdak",
    "The slope of the cost by a_k is a sum over j of the slopes of z_j, a_j and the cost, multiplied.",
    HOLDS,
    twin={
        "line": r"\frac{\partial C_0}{\partial a_k^{(L-1)}} = \sum_j w_{jk}^{(L)} 2 (a_j^{(L)} - y_j)",
    },
    altered="factor",
)
def slope_by_previous(
    line: str = r"\frac{\partial C_0}{\partial a_k^{(L-1)}} = \sum_j "
    r"\frac{\partial z_j^{(L)}}{\partial a_k^{(L-1)}} \frac{\partial a_j^{(L)}}{\partial z_j^{(L)}} "
    r"\frac{\partial C_0}{\partial a_j^{(L)}}",
) -> Outcome:
    return derived(*LAST_LAYER, line)


@claim(
    "002-only-that-changes",
    "With several neurons only the slope by the activation before changes, not that by a weight.",
    HOLDS,
    twin={"by_weight": lambda d, a: np.outer(np.full_like(d, d.sum()), a)},
    altered="index",
)
def only_that_changes(by_weight: Callable[..., Array] = lambda d, a: np.outer(d, a)) -> Outcome:
    return gradient_is(lambda n: by_weight(delta(n)[0], n.x[0]), "dW1", nets(3, 4))


@claim(
    "002-n-index",
    "The inputs of the neuron are numbered from 0 to n - 1.",
    CONVENTION,
    remedy="Where n counts them, as here; the matrix before numbers them from 0 to n, one more.",
    twin={"last": lambda n: n + 1},
    altered="index",
)
def last_index(last: Callable[[int], int] = lambda n: n - 1) -> Readings:
    inputs = 784
    counted, matrix = last(inputs) + 1, inputs + 1
    return Readings(
        {"n counts the inputs": equal(counted, inputs), "n is the last index": equal(counted, matrix)}
    )


chapter.reading(
    "002-digit-parts",
    "Each neuron of the last hidden layer stands for a part of a digit: 8 is an oval and a stroke.",
    UNDECIDED,
    "The parts stood in pictures whose captions are misread. The notes say later that a trained network does "
    "not work this way.",
)


@claim(
    "002-13k",
    "The gradient is a direction in 13 thousand dimensions.",
    HOLDS,
    twin={"thousands": 31},
    altered="value",
)
def thirteen_thousand(thousands: int = 13) -> Outcome:
    return all_of(
        equal(thousands, round(DIGIT_NETWORK.parameter_count / 1000)),
        Outcome(True, f"{DIGIT_NETWORK.parameter_count:,}"),
    )


chapter.reading(
    "002-2-vs-8",
    "Raising the neuron of the 2 matters more than lowering that of the 8.",
    UNDECIDED,
    "The figure's output values are lost. The rule is to compare |a - y|.",
)
