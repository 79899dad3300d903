"""Several inputs, several outputs: weighted sums, and one delta shared by many weights."""

from __future__ import annotations

import numpy as np

from backproof.data import course
from backproof.scripts.course import drawing
from backproof.scripts.course.lesson import Lesson, Setting
from backproof.scripts.course.listings import Update, learn, learn_again, weighted_sum
from backproof.scripts.course.witnesses import judge_updates, rounded, together


def lesson(given: course.Given, _setting: Setting) -> Lesson:
    """Many to one, one to many, many to many."""
    inputs, weights, alpha = given["inputs"], given["weights"], given["alpha"]
    page = Lesson("Several inputs and outputs")
    page.say(
        """With several inputs the prediction is their weighted sum. One delta = prediction - goal serves
        all weights; each is corrected by delta times its own input."""
    )
    page.picture(
        "several-inputs-neuron",
        "One neuron: every input times its weight, added up.",
        lambda ax: _draw(ax, [weights], inputs),
    )
    run = learn_again(inputs, given["goal"], weights, alpha, given["steps"])
    page.number("predictions", [update.prediction for update in run])
    page.number("errors", [update.error for update in run])
    page.number("deltas", [update.delta for update in run])
    page.number("weight_deltas", [update.weight_deltas for update in run])
    page.number("weights", [update.weights for update in run])
    page.table(
        f"{len(run)} steps on inputs {inputs}, alpha {alpha}",
        ["step", "prediction", "error", "delta"],
        [[str(k), update.prediction, update.error, update.delta] for k, update in enumerate(run, start=1)],
    )
    page.table(
        "What each step did to the weights",
        ["step", "weight", "delta * input", "weight afterwards"],
        [
            [str(k), f"w{i}", change, weight]
            for k, update in enumerate(run, start=1)
            for i, (change, weight) in enumerate(zip(update.weight_deltas, update.weights))
        ],
    )
    factor = page.number(
        "contraction",
        1 - alpha * weighted_sum(inputs, inputs),
        rounded(1 + alpha * weighted_sum(inputs, inputs), len(inputs) + 3),
    )
    page.number(
        "next_prediction", learn_again(inputs, given["goal"], run[-1].weights, alpha, 1)[0].prediction
    )
    page.say(f"Each step multiplies delta by 1 - alpha |x|^2 = {factor:.10g}.")

    page.say(
        """Delta times input has three effects: an input of 0 stops its weight, a negative input turns the
        weight's direction round, and a large input moves its weight far."""
    )
    rules = given["rules"]
    deltas = page.number("rule_deltas", [case["prediction"] - case["goal"] for case in rules["cases"]])
    changes = [-rules["alpha"] * case["input"] * delta for case, delta in zip(rules["cases"], deltas)]
    page.number("rule_changes", changes)
    page.table(
        f"The change of the weight, alpha {rules['alpha']}",
        ["input", "prediction", "goal", "delta", "change"],
        [
            [repr(case["input"]), repr(case["prediction"]), repr(case["goal"]), delta, change]
            for case, delta, change in zip(rules["cases"], deltas, changes)
        ],
    )

    page.say(
        """One input feeding several outputs is the same as that many separate networks of one weight:
        the two columns are equal to the last bit."""
    )
    fan = given["one_to_many"]
    together_weights = _many(
        [fan["input"]], fan["goals"], [[w] for w in fan["weights"]], fan["alpha"], fan["steps"]
    )
    apart = [
        learn_again([fan["input"]], goal, [weight], fan["alpha"], fan["steps"])[-1].weights[0]
        for goal, weight in zip(fan["goals"], fan["weights"])
    ]
    joint = page.number("fan_weights", [rows[-1].weights[0] for rows in together_weights])
    page.number("fan_apart", apart)
    page.table(
        f"Weights after {fan['steps']} steps", ["one network", "separate networks"], list(zip(joint, apart))
    )

    page.say(
        """Several inputs and outputs: each output has its own row of weights, takes its own weighted sum
        and its own delta. The deck leaves its weights out, so the net is shown from zero and from the
        weights of the textbook that the exercise follows."""
    )
    many = given["many_to_many"]
    page.picture(
        "several-inputs-outputs",
        "Three inputs, three outputs, the textbook's weights: each output has a row of its own.",
        lambda ax: _draw(ax, many["weights"], inputs),
    )
    zero = [[0.0] * len(inputs) for _ in many["goals"]]
    updates = []
    for name, start, steps in (("zero", zero, many["steps"]), ("textbook", many["weights"], 1)):
        outputs = _many(inputs, many["goals"], start, alpha, steps)
        page.number(f"{name}_predictions", [[rows[k].prediction for rows in outputs] for k in range(steps)])
        page.number(f"{name}_errors", [[rows[k].error for rows in outputs] for k in range(steps)])
        page.number(f"{name}_weights", [rows[0].weights for rows in outputs])
        page.table(
            f"Starting from {name} weights",
            ["step", "output", "prediction", "error"],
            [
                [str(k + 1), str(o), rows[k].prediction, rows[k].error]
                for k in range(steps)
                for o, rows in enumerate(outputs)
            ],
        )
        updates += [(goal, rows) for goal, rows in zip(many["goals"], outputs)]

    page.agree(
        "every step's gradient",
        together(
            [
                judge_updates([inputs] * len(rows), [goal] * len(rows), rows)
                for goal, rows in [(given["goal"], run), *updates]
            ]
        ),
    )
    return page


def _draw(ax: drawing.Axes, weights: list[list[float]], inputs: list[float]) -> None:
    texts = [[f"{value:g}" for value in inputs], [f"{weighted_sum(inputs, row):.3g}" for row in weights]]
    drawing.network(ax, [np.array(weights, dtype="float64")], texts, ["inputs", "outputs"])


def _many(
    inputs: list[float], goals: list[float], rows: list[list[float]], alpha: float, steps: int
) -> list[list[Update]]:
    """The steps of every output, all of them taken before the next step begins."""
    outputs: list[list[Update]] = [[] for _ in goals]
    for _ in range(steps):
        current = [updates[-1].weights if updates else row for updates, row in zip(outputs, rows)]
        for updates, goal, weights in zip(outputs, goals, current):
            updates.append(learn(inputs, goal, weights, alpha))
    return outputs
