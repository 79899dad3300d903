"""The four-pixel camera: a network small enough to see every weight, and to train from nothing."""

from __future__ import annotations

from itertools import product

import numpy as np

from backproof.data import course
from backproof.scratch.network import forward, step
from backproof.scratch.spec import Array, NetworkSpec, Params
from backproof.scripts.course import drawing, figures
from backproof.scripts.course.lesson import Lesson, Setting, near
from backproof.scripts.course.listings import left_to_right
from backproof.scripts.course.witnesses import together, work

PIXELS = ("top left", "top right", "bottom left", "bottom right")
SHADES = (-1.0, 0.0, 1.0)  # black, grey, white


def lesson(given: course.Given, setting: Setting) -> Lesson:
    """Inputs, weights, receptive fields, the rectified layer, the answer, its errors, and training."""
    page = Lesson("The four-pixel camera")
    labels = given["labels"]
    patterns = np.array(given["patterns"], dtype="float64")
    # Each pattern and its negative are the same figure.
    known = np.concatenate([patterns, -patterns])
    answers = np.tile(np.eye(len(labels)), (2, 1))

    _inputs(page, labels, patterns, known)
    _simple_rules(page, known, answers)
    _squash(page, given["sums"])
    spec, params = _network(given)
    _fields(page, params)
    _forward(page, spec, params, labels, known, np.array(given["seen"], dtype="float64"))
    _rectify(page, given["rectify"])
    _errors(page, labels, given["truth"], given["answer"])
    _training(page, spec, known, answers, given["training"], setting)
    # Where a unit's sum is exactly 0 either slope of the rectifier is honest, so random weights are judged.
    random = _uniform(spec, np.random.default_rng(0))
    page.agree(
        "the four layers, and the same from random weights",
        together([work(spec, p, known, answers).report for p in (params, random)]),
    )
    return page


def _inputs(page: Lesson, labels: list[str], patterns: Array, known: Array) -> None:
    page.say(
        """A camera with four pixels, each from -1 (black) to 1 (white), 0 being grey. The picture becomes a
        list of four numbers: top left, top right, bottom left, bottom right. Half of the sixteen black
        and white pictures show a figure; the other half, with an odd number of white pixels, show none."""
    )
    every = list(product(SHADES, repeat=len(PIXELS)))
    pure = [image for image in every if 0 not in image]
    shown = {tuple(image) for image in known.tolist()}
    page.number("inputs", len(every))
    page.number("pure_inputs", len(pure))
    page.number("labelled_inputs", sum(image in shown for image in pure))
    page.number(
        "labelled_odd_inputs", sum(image in shown for image in pure if sum(v > 0 for v in image) % 2 == 1)
    )
    page.number("inputs_per_label", [sum(tuple(image) in shown for image in (p, -p)) for p in patterns])
    page.table(
        "The figures; each also with black and white exchanged",
        ["figure", *PIXELS],
        [[label, *(f"{value:g}" for value in pattern)] for label, pattern in zip(labels, patterns)],
    )
    page.picture(
        "camera-figures",
        "The four figures, and their negatives.",
        lambda axes: _draw_figures(axes, labels, patterns),
        3.4,
        (2, len(labels)),
    )


def _simple_rules(page: Lesson, known: Array, answers: Array) -> None:
    page.say(
        """No simple rule can do it. Averaged over a figure and its negative every pixel is grey, and the
        same holds for any weighted sum: if figure c has to beat figure d on both pictures of c, its bias
        has to be the larger, and with c and d exchanged the smaller. As inequalities on the weights and
        biases of a single layer this is a proof: added up, all of them say 0 > 0."""
    )
    classes = answers.shape[1]
    page.number("class_means", [known[answers[:, c] == 1].mean(axis=0) for c in range(classes)])
    # One row for every (picture, other figure): (W_c - W_d) . x + b_c - b_d > 0.
    rows = []
    for image, answer in zip(known, answers):
        c = int(answer.argmax())
        for d in range(classes):
            if d != c:
                row = np.zeros((classes, len(image) + 1))
                row[c], row[d] = [*image, 1], [*-image, -1]
                rows.append(row.ravel())
    page.number("inequalities", len(rows))
    page.number("sum_of_inequalities", np.sum(rows, axis=0))


def _squash(page: Lesson, given: course.Given) -> None:
    page.say(
        """A neuron adds up its weighted inputs and squashes the sum with tanh, so that its value stays
        between -1 and 1. Whatever it says of a picture, it says the opposite of the negative."""
    )
    W = np.array(given["weights"], dtype="float64")
    spec = NetworkSpec((W.shape[1], W.shape[0]), ("tanh",), "half_squared_error")
    x = np.array([given["inputs"]], dtype="float64")
    params = [(W, np.zeros(len(W)))]
    found = work(spec, params, np.concatenate([x, -x]), np.zeros((2, len(W))))
    sums, values, errors = found.found["z1"], found.found["a1"], found.errors["a1"]
    page.number("sums", sums[0], found.errors["z1"][0])
    page.number("squashed", values[0], errors[0])
    page.number("squashed_negatives", values[1], errors[1])
    page.table(
        f"Three neurons looking at {given['inputs']}",
        ["weights", "sum", "squashed", "of the negative"],
        [
            [str(w), f"{s:g}", near(v, e), near(n, e)]
            for w, s, v, n, e in zip(given["weights"], sums[0], values[0], values[1], errors[0])
        ],
    )


def _network(given: course.Given) -> tuple[NetworkSpec, Params]:
    """The network of the slides: two squashed layers, a rectified pair for each unit, and its sums."""
    W1, W2 = (np.array(given[name], dtype="float64") for name in ("W1", "W2"))
    units = len(W2)
    pairs = np.repeat(np.eye(units), 2, axis=0) * np.tile([[1.0], [-1.0]], (units, 1))
    matrices = [W1, W2, pairs, np.abs(pairs.T)]
    widths = (W1.shape[1], *(len(W) for W in matrices))
    spec = NetworkSpec(widths, ("tanh", "tanh", "relu", "identity"), "squared_error", biases=False)
    return spec, [(W, None) for W in matrices]


def _fields(page: Lesson, params: Params) -> None:
    page.say(
        """A receptive field is the picture that excites a neuron most. In the first layer it is the sign of
        the weights, and pixels without a link are free. A neuron of the second layer combines two such
        fields into a whole figure."""
    )
    grid = np.array(list(product(SHADES, repeat=params[0][0].shape[1])))
    spec = NetworkSpec(
        (grid.shape[1], len(params[0][0]), len(params[1][0])),
        ("tanh", "tanh"),
        "half_squared_error",
        biases=False,
    )
    found = work(spec, params[:2], grid, np.zeros((len(grid), spec.widths[-1])))
    fields: list[list[Array]] = []
    for layer in (1, 2):
        values, errors = found.found[f"a{layer}"], found.errors[f"a{layer}"]
        # Equal but for rounding counts as equal.
        tied = [
            np.flatnonzero(column >= column.max() - 2 * error.max())
            for column, error in zip(values.T, errors.T)
        ]
        page.number(f"field_ties{layer}", [len(rows) for rows in tied])
        page.number(f"field_values{layer}", values.max(axis=0), errors.max(axis=0))
        # Where the best inputs disagree about a pixel, it is free.
        fields.append(
            [np.where((grid[rows] == grid[rows[0]]).all(axis=0), grid[rows[0]], np.nan) for rows in tied]
        )
    signs = np.where(params[0][0] == 0, np.nan, np.sign(params[0][0]))
    page.number(
        "fields_that_are_signs", sum(np.array_equal(f, s, equal_nan=True) for f, s in zip(fields[0], signs))
    )
    page.number("field_pixels2", fields[1])
    page.number("product", params[1][0] @ params[0][0])
    page.table(
        "Best of all 81 pictures for each neuron",
        ["layer", "neuron", *PIXELS, "value", "ties"],
        [
            [
                str(layer),
                str(j),
                *("any" if np.isnan(v) else f"{v:g}" for v in field),
                near(value, error),
                str(ties),
            ]
            for layer in (1, 2)
            for j, (field, value, error, ties) in enumerate(
                zip(
                    fields[layer - 1],
                    page.numbers[f"field_values{layer}"],
                    page.errors[f"field_values{layer}"],
                    page.numbers[f"field_ties{layer}"],
                )
            )
        ],
    )
    page.picture(
        "camera-fields",
        "Receptive fields of the two squashed layers; hatched pixels are free.",
        lambda axes: _draw_fields(axes, fields),
        shape=(2, len(fields[0])),
    )
    # A rectified pair keeps one unit of the second layer and its opposite.
    rectified, half = [sign * field for field in fields[1] for sign in (1, -1)], len(fields[1])
    page.number("rectified_fields", rectified)
    page.say(
        """The rectified layer has each of these fields twice: as it is, and with black and white exchanged.
        Of the two exactly one is lit by a picture of that figure."""
    )
    page.picture(
        "camera-rectified-fields",
        "Receptive fields of the rectified layer: every figure and its negative.",
        lambda axes: _draw_fields(axes, [rectified[:half], rectified[half:]], 3),
        shape=(2, half),
    )


def _forward(
    page: Lesson, spec: NetworkSpec, params: Params, labels: list[str], known: Array, seen: Array
) -> None:
    page.say(
        """The slides' weights are lost with their images, so this network is rebuilt from what they say:
        pairs of pixels, sums and differences of the pairs, each of these rectified with both signs, and
        one output for each figure. All eight pictures that show a figure are answered rightly; the other
        eight excite all four outputs alike."""
    )
    pure = np.array(list(product((-1.0, 1.0), repeat=spec.widths[0])))
    images = np.concatenate([known, pure, np.zeros((1, spec.widths[0]))])
    found = work(spec, params, images, np.zeros((len(images), spec.widths[-1])))
    outputs, errors = found.found["a4"], found.errors["a4"]
    n = len(known)
    page.number("outputs", outputs[:n], errors[:n])
    page.number("right", int((outputs[:n].argmax(axis=1) == np.arange(n) % len(labels)).sum()))
    odd = np.flatnonzero((pure > 0).sum(axis=1) % 2 == 1) + n
    page.number("odd_outputs", outputs[odd], errors[odd])
    page.number("grey_output", outputs[-1])
    page.table(
        "Outputs",
        ["picture", *labels],
        [
            [name, *(near(v, e) for v, e in zip(outputs[k], errors[k]))]
            for name, k in [
                *((label, i) for i, label in enumerate(labels)),
                *((f"{label}, negative", i + len(labels)) for i, label in enumerate(labels)),
                ("one white pixel", int(odd[0])),
                ("all grey", len(images) - 1),
            ]
        ],
    )
    answer = work(spec, params, seen[None], np.zeros((1, len(labels))))
    page.number("seen_outputs", answer.found["a4"][0], answer.errors["a4"][0])
    choice = page.number("answer", int(answer.found["a4"][0].argmax()))
    page.say(f"The picture {seen.astype(int).tolist()} is a {labels[choice]} line.")
    values = [seen, *(answer.found[f"a{layer}"][0] for layer in range(1, spec.depth + 1))]
    page.picture(
        "camera-network",
        "The network looking at that picture.",
        lambda ax: _draw_network(ax, params, values, labels),
        height=5.0,
    )


def _rectify(page: Lesson, values: list[float]) -> None:
    page.say(
        """The rectified layer keeps what is positive. A unit and its opposite are never both on, their
        difference is the value itself and their sum its size."""
    )
    up, down = [max(v, 0) for v in values], [max(-v, 0) for v in values]
    page.number("rectified", up)
    page.number("rectified_difference", [a - b for a, b in zip(up, down)])
    page.number("rectified_product", [a * b for a, b in zip(up, down)])
    page.number("rectified_sum", [a + b for a, b in zip(up, down)])
    page.table(
        "A value, rectified with both signs",
        ["v", "relu(v)", "relu(-v)", "difference", "sum"],
        [[f"{v:g}", f"{a:g}", f"{b:g}", f"{a - b:g}", f"{a + b:g}"] for v, a, b in zip(values, up, down)],
    )


def _errors(page: Lesson, labels: list[str], truth: list[float], answer: list[float]) -> None:
    page.say(
        """An untrained network answers something else. Each output's error is how far it is from the truth;
        their sum, or the sum of their squares, is what training makes smaller."""
    )
    off = page.number("absolute_errors", [abs(t - a) for t, a in zip(truth, answer)])
    squares = [e * e for e in off]
    total = page.number("absolute_total", left_to_right(off))
    squared = page.number("squared_total", left_to_right(squares))
    page.number("half_squared_total", squared / 2)
    page.number("mean_squared", squared / len(off))
    page.number("mean_absolute", total / len(off))
    page.number("wrong_answer", answer.index(max(answer)))
    page.table(
        "The truth, an answer, and its errors",
        ["figure", "truth", "answer", "error", "squared"],
        [
            *(
                [label, f"{t:g}", f"{a:g}", f"{e:g}", f"{s:g}"]
                for label, t, a, e, s in zip(labels, truth, answer, off, squares)
            ),
            ["total", "", "", f"{total:g}", f"{squared:g}"],
        ],
    )
    page.picture(
        "camera-errors",
        "What the network answers, and what it should: the error is the difference of the two bars.",
        lambda ax: figures.bars(np.array([[ax]]), {"the four outputs": answer}, truth, labels, "value"),
        height=3.2,
    )
    page.say(f"The largest answer is {labels[answer.index(max(answer))]}, which is wrong.")


def _uniform(spec: NetworkSpec, rng: np.random.Generator) -> Params:
    return [(rng.uniform(-1, 1, (n_out, n_in)), None) for n_in, n_out in zip(spec.widths, spec.widths[1:])]


def _train(
    spec: NetworkSpec, x: Array, y: Array, alpha: float, epochs: int, seed: int
) -> tuple[list[float], int]:
    """The error of each epoch of one update a picture, and how many pictures end up right."""
    params, errors = _uniform(spec, np.random.default_rng(seed)), []
    for _ in range(epochs):
        total = 0.0
        for row in range(len(x)):
            loss, params = step(spec, params, x[row : row + 1], y[row : row + 1], alpha)
            total += float(loss)
        errors.append(total)
    right = (forward(spec, params, x)[-1][2].argmax(axis=1) == y.argmax(axis=1)).sum()
    return errors, int(right)


def _training(
    page: Lesson, spec: NetworkSpec, x: Array, y: Array, given: course.Given, setting: Setting
) -> None:
    page.say(
        """From scratch: the same four layers, every link present and every weight random. Each epoch shows
        the eight pictures one by one and moves the weights against the gradient after each. Some starts
        lead to a perfect network, some get stuck with a figure or two wrong."""
    )
    runs = {}
    for alpha in given["alphas"]:
        seeds = range(given["seeds"])
        runs[alpha] = [
            _train(spec, x, y, alpha, given["epochs"], seed)
            for seed in setting.track(seeds, f"training, alpha {alpha}", given["seeds"])
        ]
    page.measure("trained_right", [[right for _, right in group] for group in runs.values()])
    page.measure("first_errors", [[errors[0] for errors, _ in group] for group in runs.values()])
    page.measure("last_errors", [[errors[-1] for errors, _ in group] for group in runs.values()])
    page.table(
        f"After {given['epochs']} epochs",
        ["alpha", "seed", "first error", "last error", "right of 8"],
        [
            [f"{alpha:g}", str(seed), f"{errors[0]:.3g}", f"{errors[-1]:.1e}", str(right)]
            for alpha, group in runs.items()
            for seed, (errors, right) in enumerate(group)
        ],
    )
    page.picture(
        "camera-training",
        "The error over the epochs, one line for each start.",
        lambda ax: _draw_training(ax, {alpha: [e for e, _ in group] for alpha, group in runs.items()}),
    )


# --- pictures -----------------------------------------------------------------------------------------


def _draw_figures(axes: Array, labels: list[str], patterns: Array) -> None:
    for ax, label, pattern in zip(axes[0], labels, patterns):
        drawing.tile(ax, pattern.reshape(2, 2), label)
    for ax, pattern in zip(axes[1], patterns):
        drawing.tile(ax, -pattern.reshape(2, 2))


def _draw_fields(axes: Array, fields: list[list[Array]], layer_of_all: int = 0) -> None:
    for layer, group in enumerate(fields):
        for j, (ax, field) in enumerate(zip(axes[layer], group)):
            unit = j + layer * len(group) if layer_of_all else j
            drawing.tile(ax, field.reshape(2, 2), f"layer {layer_of_all or layer + 1}\nneuron {unit}")


def _draw_network(ax: drawing.Axes, params: Params, values: list[Array], labels: list[str]) -> None:
    texts = [[f"{value:.2f}" for value in layer] for layer in values]
    texts[-1] = [f"{label}\n{value:.2f}" for label, value in zip(labels, values[-1])]
    titles = ["pixels", "squashed", "squashed", "rectified", "answer"]
    drawing.network(ax, [W for W, _ in params], texts, titles)


def _draw_training(ax: drawing.Axes, runs: dict[float, list[list[float]]]) -> None:
    for colour, (alpha, group) in zip(drawing.COLOURS, runs.items()):
        drawing.starts(ax, group, colour, [f"alpha {alpha:g}, start {k}" for k in range(len(group))])
    ax.set_yscale("log")
    ax.set_ylabel("error of the epoch")
    ax.legend(loc="upper right", fontsize=10, ncols=len(runs))
