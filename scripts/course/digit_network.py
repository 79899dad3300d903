"""The digit network before it is trained: what it is made of, and how one example wants it to change."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np

from backproof.data import course
from backproof.parity_tests.comparison import Report
from backproof.scratch.network import forward
from backproof.scratch.spec import Array, NetworkSpec
from backproof.scripts.course import figures
from backproof.scripts.course.lesson import Lesson, Setting, near
from backproof.scripts.course.wishes import amount
from backproof.scripts.course.witnesses import elementary, together, work


def lesson(given: course.Given, _setting: Setting) -> Lesson:
    """Parameters, edges, biases, costs, advice, and three ways to raise an activation."""
    page = Lesson("The digit network")
    _parameters(page, given["widths"])
    reports = [_edge(page, given["edge"]), _bias(page, given["bias"]), _layer(page, given["layer"])]
    reports.append(_parts(page, given["parts"], given["widths"]))
    _costs(page, given)
    _advice(page, given["advice"], given["sensitivities"])
    reports += [_raise(page, given["raise"]), _desires(page, given["desires"])]
    _printed_nudges(page, given["nudges"])
    page.agree("every neuron and layer above", together(reports))
    return page


def _parameters(page: Lesson, widths: list[int]) -> None:
    spec = NetworkSpec(tuple(widths), ("sigmoid",) * (len(widths) - 1), "squared_error")
    weights = [n_out * n_in for n_in, n_out in pairwise(widths)]
    page.number("layer_parameters", [w + n for w, n in zip(weights, widths[1:])])
    page.number("weights", sum(weights))
    page.number("biases", sum(widths[1:]))
    page.number("parameters", spec.parameter_count)
    page.say(
        f"""A picture of 28 x 28 pixels enters as {widths[0]} activations, two hidden layers follow, and ten
        outputs answer, one for each digit from 0 to 9. Every neuron has one weight for each neuron before
        it, and one bias: {spec.parameter_count:,} numbers that say what the network does."""
    )
    page.table(
        "Parameters",
        ["layer", "weights", "biases", "together"],
        [
            *(
                [f"{n_in} to {n_out}", f"{w:,}", str(n_out), f"{w + n_out:,}"]
                for n_in, n_out, w in zip(widths, widths[1:], weights)
            ),
            ["all", f"{sum(weights):,}", str(sum(widths[1:])), f"{spec.parameter_count:,}"],
        ],
    )


def _edge(page: Lesson, given: course.Given) -> Report:
    page.say(
        """A neuron of the first hidden layer can look for an edge: weights of 1 where it should be bright,
        -1 around it. Its sum is largest for a bright bar on dark ground, and an all white picture makes it
        negative, although every pixel of the bar is bright."""
    )
    side, top, left = given["side"], given["top"], given["left"]
    rows = slice(top, top + given["height"])
    columns = slice(left, left + given["width"])
    W = np.zeros((side, side))
    W[top - given["surround"] : top + given["height"] + given["surround"], columns] = -1
    W[rows, columns] = 1
    bar = (W > 0).astype("float64")
    pictures = {
        "the bar": bar,
        "all white": np.ones_like(bar),
        "all black": np.zeros_like(bar),
        "no bar": (W < 0) * 1.0,
    }
    x = np.array([picture.ravel() for picture in pictures.values()])
    spec = NetworkSpec((x.shape[1], 1), ("sigmoid",), "squared_error")
    params = [(W.reshape(1, -1), np.zeros(1))]
    found = work(spec, params, x, np.zeros((len(x), 1)))
    page.number("edge_sums", found.found["z1"][:, 0], found.errors["z1"][:, 0])
    page.number("edge_weights", W)
    page.number("edge_positive_weights", int((W > 0).sum()))
    page.table(
        "The edge neuron",
        ["picture", "weighted sum"],
        [[name, f"{value:g}"] for name, value in zip(pictures, found.found["z1"][:, 0])],
    )
    page.picture(
        "digit-edge",
        "The neuron's weights, and the picture that it likes best.",
        lambda axes: _draw_edge(axes, W, bar),
        3.2,
        (1, 2),
    )
    return found.report


def _bias(page: Lesson, given: course.Given) -> Report:
    threshold, sums = given["threshold"], given["sums"]
    page.say(
        f"""A bias of -{threshold} keeps the neuron quiet until its weighted sum passes {threshold}: the
        threshold is subtracted from the sum, not the sum from the threshold."""
    )
    spec = NetworkSpec((1, 1), ("sigmoid",), "squared_error")
    x = np.array(sums, dtype="float64")[:, None]
    params = [(np.ones((1, 1)), np.array([-float(threshold)]))]
    found = work(spec, params, x, np.zeros_like(x))
    values = page.number("thresholded", found.found["a1"][:, 0], found.errors["a1"][:, 0])
    page.table(
        f"sigmoid(sum - {threshold})",
        ["sum", "activation"],
        [[f"{s:g}", near(v, e)] for s, v, e in zip(sums, values, found.errors["a1"][:, 0])],
    )
    return found.report


def _layer(page: Lesson, given: course.Given) -> Report:
    W, b, a = (np.array(given[name], dtype="float64") for name in ("W", "b", "a"))
    page.say(
        """All sums of a layer at once are one matrix product, a row of W for each receiving neuron. With a
        as a column, b has to be a column too: numpy adds a flat b to every column and makes a square of
        what should be a column, without a word."""
    )
    spec = NetworkSpec((len(a), len(b)), ("sigmoid",), "squared_error")
    found = work(spec, [(W, b)], a[None], np.zeros((1, len(b))))
    one_by_one = [sum(W[k, n] * a[n] for n in range(len(a))) + b[k] for k in range(len(b))]
    page.number("layer_by_neuron", one_by_one, found.errors["z1"][0])
    page.number("layer_by_matrix", found.found["z1"][0], found.errors["z1"][0])
    column = np.dot(W, a[:, None])
    page.number("layer_shapes", [list((column + b[:, None]).shape), list((column + b).shape)])
    page.table(
        "Weighted sums",
        ["neuron", "one by one", "by the matrix", "activation"],
        [
            [str(k), near(one, e), near(z, e), near(v, ve)]
            for k, (one, z, e, v, ve) in enumerate(
                zip(
                    one_by_one,
                    found.found["z1"][0],
                    found.errors["z1"][0],
                    found.found["a1"][0],
                    found.errors["a1"][0],
                )
            )
        ],
    )
    page.say(
        f"""Shape of W a + b with b as a column: {tuple(page.numbers["layer_shapes"][0])}; with b flat:
        {tuple(page.numbers["layer_shapes"][1])}."""
    )
    return found.report


def _parts(page: Lesson, given: course.Given, widths: list[int]) -> Report:
    """The step from parts to digits: an output adds up the parts that its digit has, and misses none."""
    images = {name: _bitmap(rows) for name, rows in given["images"].items()}
    digits: dict[str, list[str]] = given["digits"]
    # A digit's output is on where all its parts are there, and off where another one is.
    W = np.array([[2.0 if name in made else -2.0 for name in images] for made in digits.values()])
    b = np.array([1.0 - 2.0 * len(made) for made in digits.values()])
    x = np.array([[float(name in made) for name in images] for made in digits.values()])
    spec = NetworkSpec((len(images), len(digits)), ("sigmoid",), "squared_error")
    found = work(spec, [(W, b)], x, np.eye(len(digits)))
    page.number("part_answers", found.found["a1"], found.errors["a1"])
    page.say(
        """The course hopes that the last hidden layer stands for parts of digits: a 9 is a loop and a stroke.
        If it did, the last step would be this easy. The images are drawn for this lesson, since the course's
        are lost, and a trained network does not work like that."""
    )
    page.table(
        "Which digit the parts make",
        ["parts", *(f"output {digit}" for digit in digits)],
        [
            [" + ".join(made), *(near(v, e) for v, e in zip(found.found["a1"][k], found.errors["a1"][k]))]
            for k, made in enumerate(digits.values())
        ],
    )
    rows, columns = len(digits), 2 * max(map(len, digits.values())) + 1
    page.picture(
        "digit-parts",
        "Digits as sums of their parts.",
        lambda axes: figures.parts(axes, images, digits),
        1.25 * rows,
        (rows, columns),
    )
    nine = np.kron(np.clip(sum(images[name] for name in digits["9"]), 0, 1), np.ones((2, 2)))
    page.picture(
        "digit-inputs",
        "The image of a 9 as the network's inputs, one for each pixel, and the layers behind them.",
        lambda axes: figures.pixels_to_inputs(axes, nine, widths),
        shape=(1, 2),
    )
    return found.report


def _bitmap(rows: list[str]) -> Array:
    """Rows of # and . as 1 and 0."""
    return np.array([[float(sign == "#") for sign in row] for row in rows])


def _costs(page: Lesson, given: course.Given) -> None:
    digit = given["digit"]
    page.say(
        f"""The cost of one example adds up the squares of how far each output is off. The picture shows a
        {digit}, so that output should be 1 and the others 0. The slides print activations to two digits and
        squares to four: the squares belong to the unrounded activations, and their sums round to 3.37 for
        the untrained network and to 0.03 for the trained one."""
    )
    titles = {"trash": "Untrained", "good": "Trained"}
    for name in titles:
        squares = [Fraction(str(value)) for value in given[name]["squares"]]
        activations = [Fraction(str(value)) for value in given[name]["activations"]]
        off = [a - (k == digit) for k, a in enumerate(activations)]
        total = page.number(f"{name}_cost", float(sum(squares)))
        again = page.number(f"{name}_displayed", float(sum(d * d for d in off)))
        page.number(f"{name}_displayed_squares", [float(d * d) for d in off])
        page.number(f"{name}_gradient", [float(2 * d) for d in off])
        page.number(
            f"{name}_implied", [round(abs((k == digit) - float(s) ** 0.5), 5) for k, s in enumerate(squares)]
        )
        page.table(
            f"{titles[name]}: cost {total:g}, {again:g} from the displayed activations",
            ["digit", "activation", "printed square", "square of the displayed", "gradient 2 (a - y)"],
            [
                [str(k), f"{float(a):.2f}", f"{float(s):.4f}", f"{float(d * d):.4f}", f"{float(2 * d):+.2f}"]
                for k, (a, s, d) in enumerate(zip(activations, squares, off))
            ],
        )

    groups = {titles[name]: given[name]["activations"] for name in titles}
    wanted = [float(k == digit) for k in range(10)]
    page.picture(
        "digit-costs",
        "The ten outputs of both tables, and what they should be.",
        lambda axes: figures.bars(axes, groups, wanted, [str(k) for k in range(10)], "activation"),
        3.2,
        (1, len(groups)),
    )


def _advice(page: Lesson, nudges: list[float], sensitivities: list[float]) -> None:
    largest = max(map(abs, nudges))
    page.number("advice_signs", [int(nudge > 0) - int(nudge < 0) for nudge in nudges])
    page.number("advice_shares", [abs(nudge) / largest for nudge in nudges])
    page.say(
        """The negative gradient is advice, one number for each parameter: its sign says up or down, its size
        how much it matters."""
    )
    page.table(
        "What each parameter is told",
        ["nudge", "advice"],
        [[f"{nudge:+.2f}", amount(nudge, largest)] for nudge in nudges],
    )
    first, second = (Fraction(str(value)) for value in sensitivities)
    ratio = page.number("sensitivity_ratio", float(first / second))
    page.say(
        f"""Where one weight's slope is {sensitivities[0]} and another's {sensitivities[1]}, the cost is
        {ratio:g} times as sensitive to the first."""
    )


def _raise(page: Lesson, given: course.Given) -> Report:
    w, a = (np.array(given[name], dtype="float64") for name in ("weights", "activations"))
    b = np.array([given["bias"]], dtype="float64")
    page.say(
        """Three things raise a neuron's activation: a larger bias, larger weights, or other activations
        before it. What each is worth is its slope on the weighted sum: 1 for the bias, a_i for the weight
        on a_i, so weights on bright neurons matter most, and w_i for the activation, up where the weight
        is positive and down where it is negative."""
    )
    spec = NetworkSpec((len(w), 1), ("sigmoid",), "half_squared_error")
    params = [(w[None], b)]
    output = forward(spec, params, a[None])[-1][2]
    # A goal one below the output makes dz the slope of the neuron itself.
    found = work(spec, params, a[None], output - 1)
    slope = float(found.found["db1"][0])
    for name, key in (("bias", "db1"), ("weights", "dW1"), ("activations", "dx")):
        page.number(f"raise_{name}", found.found[key].ravel(), found.errors[key].ravel())
    page.number("raise_slope", slope, float(found.errors["db1"][0]))
    page.table(
        f"sigmoid'(z) = {near(slope, float(found.errors['db1'][0]))} is common to all",
        ["i", "w_i", "a_i", "worth of raising w_i", "worth of raising a_i"],
        [
            [
                str(i),
                f"{w[i]:g}",
                f"{a[i]:g}",
                f"{found.found['dW1'][0, i]:+.6f}",
                f"{found.found['dx'][0, i]:+.6f}",
            ]
            for i in range(len(w))
        ],
    )
    return found.report


def _desires(page: Lesson, given: course.Given) -> Report:
    W, b, a, y = (np.array(given[name], dtype="float64") for name in ("W", "b", "activations", "goals"))
    page.say(
        """Every output neuron has wishes for the layer before: the right one wants its friends brighter,
        all the others want theirs darker. The wishes are added up, and the sums are what that layer's own
        weights are then asked to bring about."""
    )
    spec = NetworkSpec((len(a), len(y)), ("sigmoid",), "squared_error")
    found = work(spec, [(W, b)], a[None], y[None])
    d = found.found["db1"]
    wishes = [[-W[j, k] * d[j] for k in range(len(a))] for j in range(len(y))]
    summed = [sum(column) for column in zip(*wishes)]
    page.number(
        "desires", wishes, found.errors["db1"][:, None] * np.abs(W) + elementary(1.0) * np.abs(wishes)
    )
    page.number("desires_summed", summed, found.errors["dx"][0])
    page.number("desires_heart", -found.found["dx"][0], found.errors["dx"][0])
    page.table(
        "Wishes for the activations before",
        ["output", "is", "should be", *(f"a{k}" for k in range(len(a)))],
        [
            *(
                [str(j), f"{found.found['a1'][0, j]:.4f}", f"{y[j]:g}", *(f"{v:+.4f}" for v in wishes[j])]
                for j in range(len(y))
            ),
            ["sum", "", "", *(f"{v:+.4f}" for v in summed)],
        ],
    )
    return found.report


def _printed_nudges(page: Lesson, rows: list[list[float]]) -> None:
    exact = [[Fraction(str(value)) for value in row] for row in rows]
    sums = page.number("printed_sums", [float(sum(row)) for row in exact])
    means = page.number("printed_means", [float(sum(row) / len(row)) for row in exact])
    halves = page.number("printed_half_sums", [float(sum(row) / 2) for row in exact])
    page.say(
        """Averaged over all examples, the wishes are the negative gradient. The slide's own table is an
        illustration: its last column is half the sum of the six columns shown, where their mean is a
        third of that."""
    )
    page.table(
        "The slide's six columns",
        ["row", "sum", "mean", "half the sum"],
        [
            [str(k), f"{s:+.2f}", f"{m:+.6f}", f"{h:+.3f}"]
            for k, (s, m, h) in enumerate(zip(sums, means, halves))
        ],
    )


def _draw_edge(axes: Array, W: Array, bar: Array) -> None:
    axes[0, 0].imshow(W, cmap="gray", vmin=-1, vmax=1)
    axes[0, 0].set_title("weights: white 1, black -1", fontsize=11)
    axes[0, 1].imshow(bar, cmap="gray", vmin=0, vmax=1)
    axes[0, 1].set_title("its favourite picture", fontsize=11)
    for ax in axes.flat:
        ax.set_xlabel("pixel column")
    axes[0, 0].set_ylabel("pixel row")
