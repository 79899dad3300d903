"""The digit network on real digits: each example's nudges, mini-batches, training, and what it learnt."""

from __future__ import annotations

import numpy as np

from backproof.data import course
from backproof.data.batches import batches
from backproof.data.dataset import Dataset
from backproof.scratch.spec import Array, NetworkSpec, Params, init_params
from backproof.scratch.train import evaluate
from backproof.scripts.course import drawing
from backproof.scripts.course.lesson import Lesson, Setting
from backproof.scripts.course.trained import SETTINGS, described, digits, first, neighbours, trained
from backproof.scripts.course.witnesses import rounded, together, work


def lesson(given: course.Given, setting: Setting) -> Lesson:
    """From single examples to the share of test digits that are read rightly."""
    dataset = first(digits(setting.data_root), given["examples"], given["test_examples"])
    spec = described({**given, "activation": "sigmoid", "loss": "squared_error"}, dataset)
    params = init_params(spec, np.random.default_rng(given["seed"]))
    page = Lesson("Training on real digits")
    page.number("is_mnist", int(dataset.name == "mnist"))
    page.number("parameters", spec.parameter_count)
    page.number("examples", [len(dataset.x_train), len(dataset.x_test)])
    side = round(spec.widths[0] ** 0.5)
    page.say(
        f"""These are {_known(dataset)}: {len(dataset.x_train):,} examples of {side} x {side} pixels to learn
        from, {len(dataset.x_test):,} to be tested on, and a network of {spec.parameter_count:,}
        parameters."""
    )
    _labels(page, dataset, given)
    _nudges(page, spec, params, dataset, given)
    _batches(page, spec, params, dataset, given)
    _trainings(page, dataset, given, setting, spec, params)
    return page


def _known(dataset: Dataset) -> str:
    if dataset.name == "mnist":
        return "MNIST's handwritten digits"
    return "the bundled handwritten digits, since there is no MNIST here; the course's numbers are MNIST's"


def _labels(page: Lesson, dataset: Dataset, given: course.Given) -> None:
    labels = dataset.y_train[:48].tolist()
    page.number("first_labels", labels)
    shuffled = next(iter(batches(len(dataset.y_train), 48, given["seed"], 1)))
    page.number("shuffled_labels", dataset.y_train[shuffled].tolist())
    slide = """The slide's four rows of twelve are these, MNIST's first 48 examples in their own order, but
        for one: the last row has a 2 where MNIST has a 7."""
    page.say(
        f"""Learning visits the examples in mini-batches, shuffled anew in every epoch.
        {slide if dataset.name == "mnist" else ""}"""
    )
    page.table(
        "The first 48 labels, and a shuffled batch of 48",
        ["in order", "shuffled"],
        [
            [" ".join(map(str, row[k : k + 12])) for row in (labels, page.numbers["shuffled_labels"])]
            for k in range(0, 48, 12)
        ],
    )


def _flat(found: dict[str, Array], depth: int) -> Array:
    """All dW and db of one work as a vector: W1, b1, W2, b2, ..."""
    parts = [found[f"{kind}{layer}"].ravel() for layer in range(1, depth + 1) for kind in ("dW", "db")]
    return np.concatenate(parts)


def _nudges(page: Lesson, spec: NetworkSpec, params: Params, dataset: Dataset, given: course.Given) -> None:
    x, y = dataset.x_train[: given["averaged"]], np.eye(dataset.classes)[dataset.y_train[: given["averaged"]]]
    page.say(
        """Every example has its own wishes, the negative gradient of its own cost. A weight on a pixel that
        is dark in an example hears nothing from it. Averaged, the wishes are the negative gradient of the
        average cost, which is the only step that is taken."""
    )
    singles = [work(spec, params, x[k : k + 1], y[k : k + 1]) for k in range(len(x))]
    # 0 - g and not -g, so that no wish is a negative zero.
    wishes = 0 - np.array([_flat(single.found, spec.depth) for single in singles])
    errors = np.array([_flat(single.errors, spec.depth) for single in singles])
    mean = wishes.mean(axis=0)
    error = errors.mean(axis=0) + rounded(1.0, len(x)) * np.abs(wishes).mean(axis=0)
    whole = work(spec, params, x, y)
    rows = [row % spec.parameter_count for row in given["rows"]]
    page.number("rows", rows)
    page.number("nudges", wishes[given["columns"]][:, rows].T, errors[given["columns"]][:, rows].T)
    page.number("mean_nudges", mean[rows], error[rows])
    page.number("batch_nudges", -_flat(whole.found, spec.depth)[rows], _flat(whole.errors, spec.depth)[rows])
    # How far the mean of the gradients is from the gradient of the mean, in shares of what rounding explains.
    apart = np.abs(mean + _flat(whole.found, spec.depth))
    allowed = error + _flat(whole.errors, spec.depth)
    page.measure("mean_share", float((apart / allowed).max()))
    heads = [str(label) for label in dataset.y_train[given["columns"]]]
    table = [
        [f"w{row:,}", *(f"{value:+.4f}" for value in wishes[given["columns"]][:, row]), f"{mean[row]:+.4f}"]
        for row in rows
    ]
    columns = ["parameter", *heads, f"mean of {len(x)}"]
    page.table("Nudges, one column for each digit shown", columns, table)
    page.picture(
        "digits-nudges",
        "What each example wants of a few parameters, and the mean over all examples.",
        lambda ax: _draw_nudges(ax, columns, table),
        height=0.5 * len(table) + 0.7,
    )
    page.agree("single examples and their mean", together([whole.report, *(s.report for s in singles[:6])]))


def _batches(page: Lesson, spec: NetworkSpec, params: Params, dataset: Dataset, given: course.Given) -> None:
    size = given["batch"]
    count = min(given["batches"] * size, len(dataset.x_train))
    x, y = dataset.x_train[:count], np.eye(dataset.classes)[dataset.y_train[:count]]
    full = work(spec, params, x, y)
    gradient = _flat(full.found, spec.depth)
    parts = [work(spec, params, x[k : k + size], y[k : k + size]) for k in range(0, count, size)]
    gradients = np.array([_flat(part.found, spec.depth) for part in parts])
    cosines = gradients @ gradient / (np.linalg.norm(gradients, axis=1) * np.linalg.norm(gradient))
    page.measure("batch_cosines", cosines)
    shares = np.array([len(x[k : k + size]) for k in range(0, count, size)]) / count
    mean = shares @ gradients
    errors = np.array([_flat(part.errors, spec.depth) for part in parts])
    allowed = (
        shares @ errors
        + _flat(full.errors, spec.depth)
        + rounded(1.0, len(parts) + 1) * (shares @ np.abs(gradients))
    )
    page.measure("batch_share", float((np.abs(mean - gradient) / allowed).max()))
    page.say(
        f"""A mini-batch of {size} points roughly where all {count} point: the cosine between its gradient and
        theirs lies between {cosines.min():.3f} and {cosines.max():.3f}. The mean over all batches of equal
        size is the full gradient again. With batches of {size}, an epoch of {len(dataset.x_train):,} examples
        makes {-(-len(dataset.x_train) // size):,} steps instead of one."""
    )


def _trainings(
    page: Lesson, dataset: Dataset, given: course.Given, setting: Setting, spec: NetworkSpec, params: Params
) -> None:
    y_test = np.eye(dataset.classes)[dataset.y_test]
    cost, accuracy = evaluate(spec, params, dataset.x_test, y_test)
    page.measure("untrained_cost", cost)
    page.measure("untrained_accuracy", accuracy)
    rows = [["untrained", _shape(spec), f"{spec.parameter_count:,}", "0", f"{cost:.3f}", f"{accuracy:.2%}"]]
    learnt: Params | None = None
    accuracies = []
    for name, how in given["networks"].items():
        kind, settings = described(how, dataset), {key: how[key] for key in SETTINGS}
        found = trained(
            kind, dataset, **settings, seed=given["seed"], track=setting.track, what=f"training, {name}"
        )
        cost, accuracy = evaluate(kind, found, dataset.x_test, y_test)
        accuracies.append(accuracy)
        size, epochs = f"{kind.parameter_count:,}", str(how["epochs"])
        rows.append([name, _shape(kind), size, epochs, f"{cost:.3f}", f"{accuracy:.2%}"])
        learnt = learnt or found
    page.measure("accuracies", accuracies)
    epochs = max(how["epochs"] for how in given["networks"].values())
    whole = dataset.name == "mnist" and given["examples"] is None
    said = """The course speaks of 96% for its network, and of 98% for a better one: the first takes rectified
        units and cross-entropy in place of sigmoids and squares, the second wider layers."""
    page.say(
        f"""Untrained, the network guesses. Trained on {len(dataset.x_train):,} examples for up to {epochs}
        epochs, it reads the share below of digits that it has never seen.
        {said if whole else "The course's 96% and 98% are of all of MNIST, trained longer."}"""
    )
    heads = ["network", "widths", "parameters", "epochs", "cost", "right"]
    page.table("Test digits read rightly", heads, rows)

    assert learnt is not None
    page.measure("neighbours_before", neighbours(params[0][0]))
    page.measure("neighbours_after", neighbours(learnt[0][0]))
    side = round(spec.widths[0] ** 0.5)
    patterns = learnt[0][0].reshape(-1, side, side)
    page.say(
        f"""What a hidden neuron looks for can be shown as a picture of its weights. They are no clean edges,
        but they are no noise either: neighbouring weights, which correlate by
        {page.numbers["neighbours_before"]:.2f} before training, correlate by
        {page.numbers["neighbours_after"]:.2f} after it."""
    )
    page.picture(
        "digits-patterns",
        "The first hidden layer's weights as pictures, each on its own scale.",
        lambda axes: _draw_patterns(axes, patterns),
        6.2,
        (4, 4),
    )


def _shape(spec: NetworkSpec) -> str:
    return "-".join(map(str, spec.widths))


def _draw_nudges(ax: drawing.Axes, columns: list[str], rows: list[list[str]]) -> None:
    inks = [
        [drawing.INK, *(drawing.sign_colour(float(cell)) if float(cell) else drawing.INK for cell in row[1:])]
        for row in rows
    ]
    shown = [[cell.replace("-", "\N{MINUS SIGN}") for cell in row] for row in rows]
    drawing.cells(ax, ["", *columns[1:-1], "mean"], shown, inks, 10)


def _draw_patterns(axes: Array, patterns: Array) -> None:
    for j, (ax, pattern) in enumerate(zip(axes.flat, patterns)):
        reach = float(np.abs(pattern).max())
        shown = ax.imshow(pattern, cmap="gray", vmin=-reach, vmax=reach)
        ax.set_title(f"neuron {j}", fontsize=10)
        ax.set_axis_off()
    bar = axes[0, 0].figure.colorbar(shown, ax=axes, ticks=[-reach, 0, reach], shrink=0.6)
    bar.ax.set_yticklabels(["negative", "0", "positive"])
