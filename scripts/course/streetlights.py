"""The streetlight problem: which of three lights tells you to walk?"""

from __future__ import annotations

import math
import statistics

from backproof.data import course
from backproof.scripts.course import drawing, figures
from backproof.scripts.course.evidence import sign
from backproof.scripts.course.lesson import Lesson, Setting, near
from backproof.scripts.course.listings import Update, learn_again, learn_rows, left_to_right, weighted_sum
from backproof.scripts.course.witnesses import elementary, judge_updates, together

LIGHTS = ("left", "middle", "right")
# The lines of the listing's output that the slide shows: epoch, and row, or None for the epoch's error.
SLIDE: tuple[tuple[int, int | None], ...] = (
    *((1, r) for r in (1, 2, 4, 5, 6, None)),
    *((2, r) for r in (2, 3, 4, 5, 6, None)),
    *((40, r) for r in (1, 2, 3, 4, 5, 6, None)),
)
SIGNS = {1: "+", 0: "0", -1: "-"}


def pressure(row: list[float], goal: float) -> list[int]:
    """Which way a row pushes each weight if its prediction lies between 0 and 1: sign(x (2 goal - 1))."""
    return [sign(value * (2 * goal - 1)) for value in row]


def lesson(given: course.Given, _setting: Setting) -> Lesson:
    """One sample, forty epochs, and the pressure on each weight."""
    rows, goals, alpha = given["lights"], given["walk"], given["alpha"]
    page = Lesson("Streetlights")
    page.say(
        """Three lights are on or off, and people walk or stop. The middle light alone decides, which
        nobody told the network: it has to find the weights 0, 1, 0 from six observations."""
    )
    page.table(
        "What was seen",
        [*LIGHTS, "walk"],
        [[*(str(value) for value in row), str(goal)] for row, goal in zip(rows, goals)],
    )
    page.picture(
        "streetlights-lights",
        "What was seen, as lights: lit or dark.",
        lambda ax: figures.lights(ax, rows, goals, LIGHTS),
        height=0.55 * len(rows) + 0.8,
    )
    page.number("misses_of_the_rule", [row[1] - goal for row, goal in zip(rows, goals)])

    one = learn_again(rows[0], goals[0], given["weights"], alpha, given["one_sample_steps"])
    page.number("one_sample_predictions", [update.prediction for update in one])
    page.number("one_sample_errors", [update.error for update in one])
    weights = page.number("one_sample_weights", one[-1].weights)
    page.number("one_sample_afterwards", [weighted_sum(row, weights) for row in rows])
    page.say(
        f"""Learning from the first row only drives its error down, by a factor of 0.8 a step, and teaches
        nothing about the others: the middle weight never moves, and after {len(one)} steps the weights
        are {weights}."""
    )
    page.table(
        "One sample",
        ["step", "error", "prediction"],
        [[str(k), update.error, update.prediction] for k, update in enumerate(one, start=1)],
    )

    epochs = learn_rows(rows, goals, given["weights"], alpha, given["epochs"])
    page.number("predictions", [[update.prediction for update in epoch] for epoch in epochs])
    errors = page.number("errors", [left_to_right(update.error for update in epoch) for epoch in epochs])
    trail = page.number("weights", [epoch[-1].weights for epoch in epochs])
    page.say(
        """Learning from all six rows, with an update after each, finds the answer. The error of an epoch
        is the sum of the six squared deltas, each measured before its own update."""
    )
    page.table(
        f"All {len(epochs)} epochs",
        ["epoch", "error", *(f"{name} weight" for name in LIGHTS)],
        [[str(k), error, *after] for k, (error, after) in enumerate(zip(errors, trail), start=1)],
    )
    page.table(
        "Every prediction",
        ["epoch", *(f"row {r}" for r in range(1, len(rows) + 1))],
        [[str(k), *(update.prediction for update in epoch)] for k, epoch in enumerate(epochs, start=1)],
    )
    _beside_the_slide(page, epochs, errors)
    start = given["weights"]
    page.picture(
        "streetlights-weights",
        "The three weights over the epochs: the middle one goes to 1, the outer ones to 0.",
        lambda ax: _draw_weights(ax, [start, *trail]),
    )

    _pressure(page, rows, goals, epochs, alpha)
    _similarity(page, given["vectors"])

    # Each update starts from weights of its own, so each is a network of its own.
    shown = [epochs[0], epochs[-1]]
    page.agree(
        "each update of the first and of the last epoch",
        together([judge_updates(rows, goals, epoch) for epoch in shown]),
    )
    page.number("middle_correlation", correlation([row[1] for row in rows], goals), elementary(8.0))
    return page


def _beside_the_slide(page: Lesson, epochs: list[list[Update]], errors: list[float]) -> None:
    """What the slide prints of the listing's output, with the place of each line in it."""
    from backproof.scripts.course.statements import texts_of

    shown = [(epoch, entry) for epoch, entry in SLIDE if epoch <= len(epochs)]
    ours = [errors[e - 1] if r is None else epochs[e - 1][r - 1].prediction for e, r in shown]
    page.table(
        "The output that the slide prints, and ours",
        ["epoch", "line", "the slide", "here", ""],
        [
            [
                str(e),
                "error" if r is None else f"row {r}",
                text,
                repr(own),
                "" if text == repr(own) else "differs",
            ]
            for (e, r), text, own in zip(shown, texts_of("001-listing2-output"), ours)
        ],
    )


def _pressure(
    page: Lesson, rows: list[list[float]], goals: list[float], epochs: list[list[Update]], alpha: float
) -> None:
    ideal = page.number("pressure", [pressure(row, goal) for row, goal in zip(rows, goals)])
    sums = page.number("pressure_sums", [sum(column) for column in zip(*ideal)])
    page.say(
        """Why the middle one wins: a row that should walk pushes the weights of its lit lights up, one
        that should stop pushes them down. Over the six rows the pushes on the outer lights nearly cancel
        and those on the middle light add up."""
    )
    table = [[*(SIGNS[push] for push in row), str(goal)] for row, goal in zip(ideal, goals)]
    totals = [f"{total:+d}" if total else "0" for total in sums]
    page.table("Weight pressure", [*LIGHTS, "walk"], [*table, [*totals, "sum"]])
    page.picture(
        "streetlights-pressure",
        "Weight pressure: which way each observation pushes each weight.",
        lambda ax: _draw_pressure(ax, table, totals),
    )

    real = [[[sign(-change) for change in update.weight_deltas] for update in epoch] for epoch in epochs]
    moves = page.number(
        "net_movement",
        [left_to_right(-alpha * u.weight_deltas[i] for e in epochs for u in e) for i in range(len(LIGHTS))],
    )
    ups = page.number("up_counts", [sum(u[i] > 0 for e in real for u in e) for i in range(len(LIGHTS))])
    downs = page.number("down_counts", [sum(u[i] < 0 for e in real for u in e) for i in range(len(LIGHTS))])
    matches = page.number(
        "epochs_like_the_table", [sum(epoch[r] == row for epoch in real) for r, row in enumerate(ideal)]
    )
    page.say(
        """The table is an ideal: it holds while predictions lie between 0 and 1. The run itself often
        pushes the other way, because the first predictions are negative and later ones overshoot. The
        right weight starts below 0 and is pushed up on the whole."""
    )
    page.table(
        f"What really happened in {len(epochs)} epochs",
        ["weight", "pushed up", "pushed down", "net movement"],
        [[name, str(up), str(down), move] for name, up, down, move in zip(LIGHTS, ups, downs, moves)],
    )
    page.table(
        "Epochs in which a row pushed as the table says",
        ["row", "epochs"],
        [[str(r), str(count)] for r, count in enumerate(matches, start=1)],
    )


def _similarity(page: Lesson, pairs: list[list[list[float]]]) -> None:
    page.say(
        """A weighted sum measures how alike inputs and weights are, but only between vectors of one
        length: the second pair below points further apart and still has the larger dot product."""
    )
    dots = page.number("dot_products", [weighted_sum(a, b) for a, b in pairs])
    cosines = [dot / (math.hypot(*a) * math.hypot(*b)) for dot, (a, b) in zip(dots, pairs)]
    bounds = [elementary(cosine) for cosine in cosines]
    page.number("cosines", cosines, bounds)
    page.table(
        "Dot product against the cosine of the angle",
        ["a", "b", "a . b", "cosine"],
        [
            [str(a), str(b), f"{dot:.10g}", near(cosine, error)]
            for (a, b), dot, cosine, error in zip(pairs, dots, cosines, bounds)
        ],
    )


def correlation(a: list[float], b: list[float]) -> float:
    """Pearson's correlation; nan where a column is constant."""
    try:
        return statistics.correlation(a, b)
    except statistics.StatisticsError:
        return math.nan


def _draw_weights(ax: drawing.Axes, trail: list[list[float]]) -> None:
    curves = {name: [weights[i] for weights in trail] for i, name in enumerate(LIGHTS)}
    drawing.lines(ax, list(range(len(trail))), curves, "epoch", "weight")
    for goal in (0, 1):
        ax.axhline(goal, color=drawing.FAINT, linewidth=0.8, zorder=0)


def _draw_pressure(ax: drawing.Axes, table: list[list[str]], totals: list[str]) -> None:
    colours = {"+": drawing.POSITIVE, "-": drawing.NEGATIVE}
    rows = [*table, [*totals, "sum"]]
    inks = [[colours.get(text[0], drawing.INK) for text in row[:-1]] + [drawing.INK] for row in rows]
    shown = [[text.replace("-", "\N{MINUS SIGN}") for text in row] for row in rows]
    drawing.cells(ax, [*LIGHTS, "walk"], shown, inks)
