"""One weight: predict, compare, learn, and how large a step may be."""

from __future__ import annotations

from backproof.data import course
from backproof.scratch.spec import Array
from backproof.scripts.course import drawing
from backproof.scripts.course.lesson import Lesson, Setting
from backproof.scripts.course.listings import Update, learn_again, weighted_sum
from backproof.scripts.course.witnesses import judge_updates, together


def lesson(given: course.Given, _setting: Setting) -> Lesson:
    """One input, one weight, one goal."""
    inputs, weight, goal = given["inputs"], given["weight"], given["goal"]
    page = Lesson("One neuron")

    page.say(
        """The smallest network multiplies: prediction = input * weight. Everything that it knows is in
        the one weight. The numbers are printed in full, since plain arithmetic gives the same bits on
        every machine."""
    )
    predictions = page.number("predictions", [weighted_sum([value], [weight]) for value in inputs])
    page.table(
        f"Predictions with weight {weight}",
        ["input", "prediction"],
        [[repr(value), prediction] for value, prediction in zip(inputs, predictions)],
    )

    first = inputs[0]
    page.say(
        f"""Learning compares the prediction with a goal. The error (prediction - goal)^2 is never
        negative, and the rule moves the weight against input * (prediction - goal). That is half of the
        error's derivative, or exactly the derivative of half the error. One step multiplies
        prediction - goal by 1 - alpha input^2, so the first input, {first}, decides how large alpha may
        be: below 2 / input^2 the steps shrink, at it they swing for ever, above it they grow."""
    )
    limit = page.number("alpha_limit", 2 / first**2)
    runs = {
        alpha: learn_again([first], goal, [weight], alpha, given["steps"])
        for alpha in [*given["alphas"], limit]
    }
    alphas = sorted(runs)
    page.number("alphas", alphas)
    page.number("errors", [[update.error for update in runs[alpha]] for alpha in alphas])
    factors = page.number("factors", [1 - alpha * first**2 for alpha in alphas])
    page.table(
        f"The error over {given['steps']} steps from weight {weight}, goal {goal}",
        ["alpha", "factor", *(f"step {k}" for k in range(1, given["steps"] + 1)), "verdict"],
        [
            [
                f"{alpha:.6g}",
                f"{factor:.6g}",
                *(f"{update.error:.6g}" for update in runs[alpha]),
                _verdict(alpha, limit),
            ]
            for alpha, factor in zip(alphas, factors)
        ],
    )
    page.picture(
        "one-neuron-alpha",
        "The weight's way over the parabola of the error, for a small step and for one too large.",
        lambda axes: _draw(axes, first, goal, {alpha: runs[alpha] for alpha in (alphas[1], alphas[-2])}),
        3.2,
        (1, 2),
    )

    page.agree(
        "every step's gradient",
        together([judge_updates([[first]] * len(run), [goal] * len(run), run) for run in runs.values()]),
    )
    return page


def _verdict(alpha: float, limit: float) -> str:
    if alpha == limit:
        return "swings for ever"
    return "shrinks" if 0 < alpha < limit else "grows"


def _draw(axes: Array, value: float, goal: float, runs: dict[float, list[Update]]) -> None:
    for ax, colour, (alpha, run) in zip(axes[0], (drawing.POSITIVE, drawing.NEGATIVE), runs.items()):
        weights = [update.before[0] for update in run]
        best = goal / value
        reach = 1.15 * max(abs(weight - best) for weight in weights)
        grid = [best + reach * k / 50 for k in range(-50, 51)]
        ax.plot(grid, [(value * w - goal) ** 2 for w in grid], color=drawing.FAINT)
        ax.plot(weights, [update.error for update in run], "o-", color=colour, linewidth=1.2)
        ax.set_title(f"alpha {alpha:.4g}", fontsize=11)
        ax.set_xlabel("weight")
    axes[0, 0].set_ylabel("error")
