"""How many M&Ms are in a bag: what an error costs, and two ways to the cheapest guess."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from backproof.data import course
from backproof.scratch.spec import Array, NetworkSpec
from backproof.scripts.course import drawing, figures
from backproof.scripts.course.lesson import Lesson, Setting
from backproof.scripts.course.listings import left_to_right
from backproof.scripts.course.witnesses import elementary, together, work

# What being off by d costs. Off by -d costs the same, which the slides leave open.
COSTS: dict[str, Callable[[float], float]] = {
    "sqrt(d)": lambda d: math.sqrt(abs(d)),
    "d": lambda d: abs(d),
    "d^2": lambda d: d * d,
    "10^(d-1)": lambda d: 10 ** (abs(d) - 1),
}


def lesson(given: course.Given, _setting: Setting) -> Lesson:
    """Cost tables, exhaustive search, the rolling marble, and its valleys."""
    page = Lesson("What does it cost to be wrong?")
    page.say(
        """Guess how many M&Ms a bag holds, when every bag holds another number. A guess is off by
        d = actual - guess, and what that costs is a choice."""
    )
    deviations = given["deviations"]
    costs = page.number("costs", [[cost(d) for d in deviations] for cost in COSTS.values()])
    page.table(
        "What being off by d costs",
        ["cost", *(str(d) for d in deviations)],
        [
            [name, *(f"{value:.10g}" if value > 100 else f"{value:.3g}" for value in row)]
            for name, row in zip(COSTS, costs)
        ],
    )

    counts = given["counts"]
    low, high = given["guesses"]
    guesses = range(low, high + 1)
    page.picture(
        "cost-bags", "The bags, and how many M&Ms are in each.", lambda ax: figures.bags(ax, counts), 2.6
    )
    losses = {name: [_loss(cost, counts, guess) for guess in guesses] for name, cost in COSTS.items()}
    best = {name: guesses[values.index(min(values))] for name, values in losses.items()}
    page.number("best_guesses", list(best.values()))
    page.number("squared_losses", losses["d^2"])
    mean = page.number("mean", float(Fraction(sum(counts)) / len(counts)))
    page.number("median", sorted(counts)[len(counts) // 2])
    page.number("midrange", (min(counts) + max(counts)) / 2)
    page.say(
        f"""For the bags {counts} the loss of a guess is the sum of what each bag costs. The slides' counts
        are in a lost image, so these are invented. Exhaustive search tries every guess from {low} to
        {high}. The cost decides which one wins: squares pick the whole number nearest to the mean
        {mean:.6g}, absolute values the median, roots one of the bags, powers of ten almost the middle
        between the extremes."""
    )
    page.table(
        "Exhaustive search",
        ["cost", "best guess", "its loss"],
        [[name, str(best[name]), f"{min(values):.6g}"] for name, values in losses.items()],
    )
    page.picture(
        "cost-search",
        "The loss of every guess under the four costs.",
        lambda axes: _draw_search(axes, list(guesses), losses, best),
        4.6,
        (2, 2),
    )

    _marble(page, counts, given["marble"])
    _valleys(page, given["valleys"])
    _surface(page, given["surface"])
    return page


def _loss(cost: Callable[[float], float], counts: list[float], guess: float) -> float:
    return left_to_right(cost(count - guess) for count in counts)


def _slope(counts: list[float], guess: float) -> float:
    return -2 * left_to_right(count - guess for count in counts)


def _marble(page: Lesson, counts: list[float], given: course.Given) -> None:
    m, start = len(counts), given["start"]
    page.say(
        f"""A marble needs no list of guesses: it feels the slope under it, -2 times the sum of all d, and
        rolls against it. With {m} bags each step multiplies the distance to the mean by 1 - 2 x {m} x rate:
        a rate of 1/{2 * m} lands in one step, 1/{m} swings for ever, anything more runs away."""
    )
    page.number("start_slope", _slope(counts, start))
    trails = []
    for rate in given["rates"]:
        trail = [float(start)]
        for _ in range(given["steps"]):
            trail.append(trail[-1] - rate * _slope(counts, trail[-1]))
        trails.append(trail)
    page.number("factors", [1 - 2 * m * rate for rate in given["rates"]])
    page.number("trails", trails)
    page.table(
        f"The marble from {start}",
        ["rate", "factor", "step 1", "step 2", "step 3", f"step {given['steps']}"],
        [
            [f"{rate:.6g}", f"{1 - 2 * m * rate:+.4g}", *(f"{trail[k]:.4f}" for k in (1, 2, 3, -1))]
            for rate, trail in zip(given["rates"], trails)
        ],
    )
    page.picture(
        "cost-marble",
        "The landscape of the squared cost and the marble's path, for a small and for too large a rate.",
        lambda axes: _draw_marble(axes, counts, {given["rates"][k]: trails[k][:7] for k in (0, -1)}),
        3.4,
        (1, 2),
    )
    # A guess is a network of one weight on an input of 1, and its loss m times the mean squared error.
    spec = NetworkSpec((1, 1), ("identity",), "squared_error")
    x, y = np.ones((m, 1)), np.array(counts, dtype="float64")[:, None]
    reports = []
    for trail in trails:
        for guess in trail[:3]:
            reports.append(work(spec, [(np.array([[guess]]), np.zeros(1))], x, y).report)
    page.agree("the slope under the marble", together(reports))


def _valleys(page: Lesson, given: course.Given) -> None:
    page.say(
        """A landscape may have several valleys, and where the marble starts decides into which it rolls:
        w^4 - 3 w^2 + w has two."""
    )
    ends = []
    for start in given["starts"]:
        w = float(start)
        for _ in range(given["steps"]):
            w = w - given["rate"] * (4 * w * w * w - 6 * w + 1)
        ends.append(w)
    page.number("valleys", ends)
    page.table(
        f"Rate {given['rate']}, {given['steps']} steps",
        ["start", "end"],
        [[f"{start:g}", f"{end:.6f}"] for start, end in zip(given["starts"], ends)],
    )
    page.picture(
        "cost-valleys",
        "Two valleys, and where each start ends.",
        lambda ax: _draw_valleys(ax, given["starts"], ends),
    )


def _surface(page: Lesson, given: course.Given) -> None:
    (p, q), (x, y) = given["curvatures"], given["point"]
    page.say(
        f"""With two inputs there is a direction to choose. On {p} x^2 + {q} y^2 at ({x}, {y}) the slope was
        measured in {given["directions"]:,} directions: it is steepest along the gradient, and as steep as
        the gradient is long. Downhill is the opposite direction."""
    )
    gradient = page.number("gradient", [2 * p * x, 2 * q * y])
    length, angle = math.hypot(*gradient), math.atan2(gradient[1], gradient[0])
    page.number("gradient_length", length, elementary(length))
    page.number("gradient_angle", angle, elementary(angle))
    step = 2 * math.pi / (given["directions"] - 1)
    slopes = [
        gradient[0] * math.cos(k * step) + gradient[1] * math.sin(k * step)
        for k in range(given["directions"])
    ]
    steepest = slopes.index(max(slopes))
    page.number("steepest_slope", slopes[steepest], elementary(2 * length))
    page.number("steepest_angle", steepest * step, elementary(2 * math.pi))
    page.table(
        "Steepest direction",
        ["", "slope", "angle"],
        [
            ["the steepest found", f"{slopes[steepest]:.4f}", f"{steepest * step:.4f}"],
            ["the gradient", f"{length:.4f}", f"{angle:.4f}"],
        ],
    )
    page.picture(
        "cost-directions",
        "Slope against direction; the gradient's is the highest.",
        lambda ax: _draw_slopes(ax, slopes, angle),
        height=3.2,
    )
    path = [[float(x), float(y)]]
    for _ in range(given["steps"]):
        px, py = path[-1]
        path.append([px - given["rate"] * 2 * p * px, py - given["rate"] * 2 * q * py])
    page.number("surface_path", path)
    heights = [p * a * a + q * b * b for a, b in path]
    page.say(
        f"""Gradient descent goes that way again and again: {given["steps"]} steps of {given["rate"]} times
        the gradient. The steep direction is done first, the flat one takes longest."""
    )
    page.table(
        "The way down",
        ["step", "x", "y", "height"],
        [[str(k), f"{a:.6g}", f"{b:.6g}", f"{h:.6g}"] for k, ((a, b), h) in enumerate(zip(path, heights))],
    )
    page.picture(
        "cost-surface",
        "The surface from above, the gradient at the start, and the path of the descent.",
        lambda ax: figures.surface(ax, lambda x, y: p * x**2 + q * y**2, path, gradient),
        height=4.2,
    )


# --- pictures -----------------------------------------------------------------------------------------


def _draw_search(
    axes: Array, guesses: list[int], losses: dict[str, list[float]], best: dict[str, int]
) -> None:
    for ax, (name, values) in zip(axes.flat, losses.items()):
        ax.plot(guesses, values, color=drawing.FAINT)
        ax.plot([best[name]], [min(values)], "o", color=drawing.NEGATIVE)
        ax.set_title(f"{name}: {best[name]}", fontsize=11)
        if name.startswith("10"):
            ax.set_yscale("log")
    for ax in axes[1]:
        ax.set_xlabel("guess")
    for ax in axes[:, 0]:
        ax.set_ylabel("loss")


def _draw_marble(axes: Array, counts: list[float], trails: dict[float, list[float]]) -> None:
    mean = sum(counts) / len(counts)
    for ax, colour, (rate, trail) in zip(axes[0], drawing.COLOURS, trails.items()):
        reach = 1.1 * max(abs(guess - mean) for guess in trail)
        grid = [mean + reach * k / 60 for k in range(-60, 61)]
        ax.plot(grid, [_loss(COSTS["d^2"], counts, guess) for guess in grid], color=drawing.FAINT)
        ax.plot(
            trail, [_loss(COSTS["d^2"], counts, guess) for guess in trail], "o-", color=colour, linewidth=1.2
        )
        ax.set_title(f"rate {rate:g}", fontsize=11)
        ax.set_xlabel("guess")
    axes[0, 0].set_ylabel("loss")


def _draw_valleys(ax: drawing.Axes, starts: list[float], ends: list[float]) -> None:
    def height(w: float) -> float:
        return w**4 - 3 * w**2 + w

    grid = [k / 50 for k in range(-105, 106)]
    ax.plot(grid, [height(w) for w in grid], color=drawing.FAINT)
    for start, end in zip(starts, ends):
        colour = drawing.POSITIVE if end > 0 else drawing.NEGATIVE
        ax.plot([start], [height(start)], "o", color=colour, fillstyle="none")
        ax.plot([end], [height(end)], "o", color=colour)
    ax.set_xlabel("w (open: start, filled: end)")
    ax.set_ylabel("height")


def _draw_slopes(ax: drawing.Axes, slopes: list[float], angle: float) -> None:
    ax.plot([2 * math.pi * k / (len(slopes) - 1) for k in range(len(slopes))], slopes, color=drawing.POSITIVE)
    ax.axvline(angle, color=drawing.NEGATIVE, linewidth=1, label="the gradient's direction")
    ax.set_xlabel("direction in radians")
    ax.set_ylabel("slope")
    ax.legend(loc="upper right")
