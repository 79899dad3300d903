"""Lights that say nothing one by one: a hidden layer, and why it must not be linear."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from backproof.data import course
from backproof.scratch.network import forward, step
from backproof.scratch.spec import Array, NetworkSpec, init_params
from backproof.scripts.course import drawing
from backproof.scripts.course.evidence import project
from backproof.scripts.course.lesson import Lesson, Setting, near
from backproof.scripts.course.listings import learn_rows, left_to_right, weighted_sum
from backproof.scripts.course.streetlights import LIGHTS, correlation, pressure
from backproof.scripts.course.witnesses import elementary, rounded, together, work


def lesson(given: course.Given, setting: Setting) -> Lesson:
    """No correlation, hidden layers, linear collapse."""
    page = Lesson("No correlation, hidden layers, linear collapse")
    _without_correlation(page, given)
    _hidden_layer(page, given, setting)
    _collapse(page, given["collapse"])
    _gate(page, given["gate"])
    _perceptron(page, given["perceptron"])
    _composite(page, given["composite"])
    return page


def _without_correlation(page: Lesson, given: course.Given) -> None:
    rows, goals, alpha = given["lights"], given["walk"], given["alpha"]
    page.say(
        """Now people walk when exactly one of the left and the middle light is on. No single light correlates
        with walking (the right one is always on, so its correlation is not even defined), and every weight
        is pushed up as often as down."""
    )
    columns = list(zip(*rows))
    varying = [i for i, column in enumerate(columns) if len(set(column)) > 1]
    page.number("varying_columns", varying)
    page.number("correlations", [correlation(list(columns[i]), goals) for i in varying])
    signs = page.number("pressure", [pressure(row, goal) for row, goal in zip(rows, goals)])
    page.number("pressure_sums", [sum(column) for column in zip(*signs)])
    page.number("up_counts", [sum(sign > 0 for sign in column) for column in zip(*signs)])
    page.table(
        "What was seen, and the pressure",
        [*LIGHTS, "walk", "pressure"],
        [
            [*map(str, row), str(goal), " ".join("0+-"[sign] for sign in push)]
            for row, goal, push in zip(rows, goals, signs)
        ],
    )

    best, least = project(columns, goals)
    page.number("least_squares", [float(weight) for weight in best])
    page.number("least_error", float(least))
    page.say(
        f"""One layer can do no better than the weights {", ".join(map(str, best))}, with an error of
        {least}. Learning row by row does not even get there: with a constant alpha it ends in a cycle."""
    )
    history = {}
    for start in given["starts"]:
        epochs = learn_rows(rows, goals, start, alpha, max(given["epochs"]))
        history[str(start)] = [left_to_right(update.error for update in epoch) for epoch in epochs]
    page.number("epoch_errors", [[errors[k - 1] for k in given["epochs"]] for errors in history.values()])
    page.table(
        f"Error of an epoch, alpha {alpha}",
        ["epoch", *(f"from {start}" for start in history)],
        [[str(k), *(errors[k - 1] for errors in history.values())] for k in given["epochs"]],
    )
    point, error = _cycle(rows, goals, Fraction(str(alpha)))
    page.number("cycle", [float(weight) for weight in point])
    page.number("cycle_error", float(error))
    page.say(
        f"""Worked out in fractions, every epoch from {", ".join(map(str, point))} ends where it began, with
        the error {error}."""
    )


def _cycle(rows: list[list[float]], goals: list[float], alpha: Fraction) -> tuple[list[Fraction], Fraction]:
    """The weights that an epoch of updates leads back to, and the epoch's error, exactly."""
    n = len(rows[0])

    def epoch(weights: list[Fraction]) -> tuple[list[Fraction], Fraction]:
        total = Fraction()
        for row, goal in zip(rows, goals):
            delta = sum((w * Fraction(v) for w, v in zip(weights, row)), Fraction()) - Fraction(goal)
            total += delta * delta
            weights = [w - alpha * delta * Fraction(v) for w, v in zip(weights, row)]
        return weights, total

    # An epoch is affine in the weights, w -> A w + c; its fixed point solves (I - A) w = c.
    c, _ = epoch([Fraction()] * n)
    images = [epoch([Fraction(int(i == j)) for j in range(n)])[0] for i in range(n)]
    matrix = [[Fraction(int(i == j)) - (images[j][i] - c[i]) for j in range(n)] for i in range(n)]
    point, _ = project(list(zip(*matrix)), c)
    return point, epoch(point)[1]


def _hidden_layer(page: Lesson, given: course.Given, setting: Setting) -> None:
    page.say(
        """Put a second network behind the first. Two hidden units suffice: one fires for left without
        middle, one for middle without left, and their sum is the answer. Each of them correlates with
        walking although no light does."""
    )
    x, y = np.array(given["lights"], dtype="float64"), np.array(given["walk"], dtype="float64")[:, None]
    spec = NetworkSpec((x.shape[1], 2, 1), ("relu", "identity"), "half_squared_error")
    solution = given["solution"]
    params = [(np.array(solution[W], dtype="float64"), np.zeros(len(solution[W]))) for W in ("W1", "W2")]
    found = work(spec, params, x, y)
    hidden, output = found.found["a1"], found.found["a2"]
    page.number("solution_hidden", hidden)
    page.number("solution_output", output[:, 0])
    ties = [correlation(list(column), given["walk"]) for column in hidden.T]
    page.number("hidden_correlations", ties, [rounded(tie, 12) for tie in ties])
    page.table(
        "The solution with two rectified units",
        [*LIGHTS, "hidden 1", "hidden 2", "output", "walk"],
        [
            [*(f"{v:g}" for v in row), *(f"{v:g}" for v in h), f"{out[0]:g}", f"{goal[0]:g}"]
            for row, h, out, goal in zip(x, hidden, output, y)
        ],
    )
    page.picture(
        "no-correlation-network",
        "The two rectified hidden units. Blue links are positive, red ones negative.",
        lambda ax: drawing.network(
            ax,
            [W for W, _ in params],
            [[*LIGHTS], ["left, not middle", "middle, not left"], ["walk"]],
            ["lights", "rectified", "output"],
        ),
        height=3.4,
    )

    training = given["training"]
    runs: dict[str, list[list[float]]] = {}
    for activation in ("identity", "relu"):
        learner = NetworkSpec(
            (x.shape[1], training["hidden"], 1), (activation, "identity"), "half_squared_error"
        )
        runs[activation] = [
            _train(learner, x, y, given["alpha"], training["epochs"], seed)
            for seed in setting.track(
                range(training["seeds"]), f"{activation} hidden layer", training["seeds"]
            )
        ]
    page.measure("linear_best_errors", [min(run) for run in runs["identity"]])
    page.measure("linear_last_errors", [run[-1] for run in runs["identity"]])
    page.measure("relu_last_errors", [run[-1] for run in runs["relu"]])
    solved = sum(run[-1] < float(page.numbers["least_error"]) / 100 for run in runs["relu"])
    page.measure("relu_solved", solved)
    page.say(
        f"""Learning finds such units by itself, if they are not linear. Of {training["seeds"]} networks with
        {training["hidden"]} rectified hidden units {solved} get below a hundredth of one layer's least
        error within {training["epochs"]} epochs; some starts lead nowhere, however long one waits. The
        linear ones never go below {page.numbers["least_error"]:g}."""
    )
    page.table(
        f"Sum of squared errors after {training['epochs']} epochs",
        ["seed", "linear hidden units", "rectified hidden units"],
        [
            [str(seed), f"{linear[-1]:.4f}", f"{rectified[-1]:.4f}"]
            for seed, (linear, rectified) in enumerate(zip(runs["identity"], runs["relu"]))
        ],
    )
    page.picture(
        "no-correlation-training",
        "Linear hidden units stop at the error of one layer; rectified ones can go on.",
        lambda ax: _draw_training(ax, runs),
    )
    rng = np.random.default_rng(0)
    check = NetworkSpec((x.shape[1], training["hidden"], 1), ("relu", "identity"), "half_squared_error")
    page.agree(
        "the two networks", together([found.report, work(check, init_params(check, rng), x, y).report])
    )


def _train(spec: NetworkSpec, x: Array, y: Array, alpha: float, epochs: int, seed: int) -> list[float]:
    """The sum of squared errors over all rows after each epoch of one update a row."""
    params = init_params(spec, np.random.default_rng(seed))
    errors = []
    for _ in range(epochs):
        for row in range(len(x)):
            _, params = step(spec, params, x[row : row + 1], y[row : row + 1], alpha)
        output = forward(spec, params, x)[-1][2]
        errors.append(float(((output - y) ** 2).sum()))
    return errors


def _collapse(page: Lesson, given: course.Given) -> None:
    page.say(
        """Why linear hidden units are in vain: two multiplications in a row are one multiplication, and
        two layers of weighted sums are one layer whose matrix is the product, biases included."""
    )
    first, second, third = given["scalars"]
    page.number("scalars", [first * second * third, first * (second * third)])
    x, W1, b1, W2, b2 = (np.array(given[name], dtype="float64") for name in ("x", "W1", "b1", "W2", "b2"))
    deep = NetworkSpec((len(x), len(b1), len(b2)), ("identity", "identity"), "half_squared_error")
    flat = NetworkSpec((len(x), len(b2)), ("identity",), "half_squared_error")
    y = np.zeros((1, len(b2)))
    two = work(deep, [(W1, b1), (W2, b2)], x[None], y)
    one = work(flat, [(W2 @ W1, W2 @ b1 + b2)], x[None], y)
    # The product's own roundings, carried through x.
    sizes = np.abs(W2) @ (np.abs(W1) @ np.abs(x) + np.abs(b1)) + np.abs(b2)
    product = np.array([rounded(size, len(b1) + 1) for size in sizes])
    error = two.errors["z2"][0] + one.errors["z1"][0] + product
    page.number("two_layers", two.found["a2"][0], error)
    page.number("one_layer", one.found["a1"][0], error)
    page.table(
        "One input through two linear layers, and through their product",
        ["output", "two layers", "one layer"],
        [
            [str(k), near(a, e), near(b, e)]
            for k, (a, b, e) in enumerate(zip(two.found["a2"][0], one.found["a1"][0], error))
        ],
    )
    n, hidden, m = given["sizes"]
    page.number("multiplications", [n * hidden + hidden * m, n * m])
    page.say(
        f"""The detour costs more only where the hidden layer is wide enough: {n}-{hidden}-{m} takes
        {n * hidden + hidden * m:,} multiplications against {n * m:,}, but a narrow hidden layer also loses
        what the wide matrix could say."""
    )
    page.agree("the two linear networks", together([two.report, one.report]))


def _gate(page: Lesson, given: course.Given) -> None:
    points, threshold = given["points"], given["threshold"]
    page.say(
        f"""A rectified unit follows its input only part of the time. With a threshold of {threshold} its
        slope is 1 where the input is larger and 0 elsewhere, so it correlates with the input on one part
        of the data and not on the other: conditional correlation."""
    )
    spec = NetworkSpec((1, 1), ("relu",), "half_squared_error")
    x = np.array(points, dtype="float64")[:, None]
    params = [(np.ones((1, 1)), np.array([-float(threshold)]))]
    values = forward(spec, params, x)[-1][2]
    # A goal one below the output makes the loss's slope 1, so dx is the slope of the unit itself.
    found = work(spec, params, x, values - 1)
    slopes = found.found["dx"][:, 0] * len(x)
    page.number("gate_points", points)
    page.number("gate_values", values[:, 0], found.errors["a1"][:, 0])
    page.number("gate_slopes", slopes, found.errors["dx"][:, 0] * len(x))
    active = [point for point in points if point > threshold]
    tie = correlation(
        active, [float(value) for point, value in zip(points, values[:, 0]) if point > threshold]
    )
    page.number("gate_correlation", tie, rounded(1.0, 12 + 4 * len(points)))
    page.table(
        "The gate",
        ["input", "output", "slope"],
        [[repr(p), f"{v:.10g}", f"{s:g}"] for p, v, s in zip(points, values[:, 0], slopes)],
    )
    page.agree("the gate", found.report)


def _perceptron(page: Lesson, given: course.Given) -> None:
    w, b, x = given["w"], given["b"], given["x"]
    augmented = page.number("augmented", weighted_sum([*x, 1], [*w, b]))
    plain = page.number("with_bias", weighted_sum(x, w) + b)
    page.say(
        f"""A bias is one more weight, on an input that is always 1: {augmented!r} with the extra input and
        {plain!r} with the bias."""
    )


def _composite(page: Lesson, given: course.Given) -> None:
    page.say(
        """The output of a layered network is a function of everything in it. Changing any one weight, any
        input or an activation changes the output."""
    )
    spec = NetworkSpec((3, 2, 1), ("tanh", "identity"), "half_squared_error")
    W1, W2, x = (np.array(given[name], dtype="float64") for name in ("W1", "W2", "x"))

    def output(arrays: dict[str, Array], spec: NetworkSpec = spec) -> float:
        params = [(arrays["W1"], np.zeros(2)), (arrays["W2"], np.zeros(1))]
        return float(forward(spec, params, arrays["x"][None])[-1][2][0, 0])

    arrays = {"W1": W1, "W2": W2, "x": x}
    before = output(arrays)
    error = float(
        work(spec, [(W1, np.zeros(2)), (W2, np.zeros(1))], x[None], np.zeros((1, 1))).errors["a2"][0, 0]
    )
    page.number("composite_output", before, error)
    moves = {}
    for name, array in arrays.items():
        for index in np.ndindex(array.shape):
            moved = array.copy()
            moved[index] += given["change"]
            moves[f"{name}[{', '.join(map(str, index))}]"] = output({**arrays, name: moved}) - before
    other = NetworkSpec((3, 2, 1), ("sigmoid", "identity"), "half_squared_error")
    moves["sigmoid for tanh"] = output(arrays, other) - before
    page.number("composite_moves", list(moves.values()), [3 * error + elementary(1.0)] * len(moves))
    page.table(
        f"How far the output moves from {near(before, error)} when one number grows by {given['change']}",
        ["changed", "moves by"],
        [[name, f"{move:+.6f}"] for name, move in moves.items()],
    )


def _draw_training(ax: drawing.Axes, runs: dict[str, list[list[float]]]) -> None:
    for colour, name, label in (
        (drawing.NEGATIVE, "identity", "linear hidden units, each stroke a start"),
        (drawing.POSITIVE, "relu", "rectified hidden units"),
    ):
        drawing.starts(ax, runs[name], colour, [label])
    ax.set_ylabel("sum of squared errors")
    ax.set_ylim(bottom=0, top=min(3.0, ax.get_ylim()[1]))
    ax.legend(loc="upper right")
