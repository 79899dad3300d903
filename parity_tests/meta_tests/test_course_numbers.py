"""The lessons' numbers: equal to those that somebody else computed, and to each other where they must be."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from backproof.parity_tests.meta_tests.course_checks import run, same
from backproof.scratch.spec import NetworkSpec
from backproof.scripts.course.witnesses import work
from backproof.scripts.parts import Table

GOLDEN = tomllib.loads(Path(__file__).with_name("course_numbers.toml").read_text("utf-8"))
BRIEF = {"no-correlation", "four-pixel-camera", "chain-rule"}  # what they train has no golden numbers

# Two ways to the same number, within the bounds of both.
TWO_WAYS = {
    "no-correlation": [("two_layers", "one_layer"), ("augmented", "with_bias")],
    "several-inputs": [("fan_weights", "fan_apart")],
    "chain-rule": [
        ("long_product", "long_gradient"),
        ("branch_autograd", "branch_total"),
        *((name, f"{name}_heart") for name in ("layer_dW", "layer_db", "layer_da")),
    ],
    "four-pixel-camera": [("product", "field_pixels2")],
    "w1ij": [("formula", "dW1"), *((f"W{layer}_after", f"W{layer}_expected") for layer in (1, 2, 3))],
    "losses": [("binary_heart", "binary"), ("p_minus_y", "categorical_gradient")],
    "digit-network": [("layer_by_matrix", "layer_by_neuron"), ("desires_summed", "desires_heart")],
    "bias-and-dropout": [
        ("augmented_output", "plain_output"),
        ("bias_neuron_gradient", "bias_gradient"),
        ("mean_output", "plain_output"),
    ],
}


def lesson_of(name):
    return run(name, quick=name in BRIEF)


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, numbers in GOLDEN.items() for number in numbers]
)
def test_a_number_is_the_golden_one(name, number):
    same(lesson_of(name), number, GOLDEN[name][number])


@pytest.mark.parametrize(
    ("name", "number", "other"), [(name, *pair) for name, pairs in TWO_WAYS.items() for pair in pairs]
)
def test_two_ways_lead_to_the_same_number(name, number, other):
    lesson = lesson_of(name)
    same(lesson, number, lesson.numbers[other])


# --- what the lessons prove ---------------------------------------------------------------------------


def predicted_by(weights, lights):
    a, b, c = (light * weight for light, weight in zip(lights, weights))
    return a + b + c


def descended(rows, goals, epochs):
    """The lecture's listing, 001:730, in Python's own floats: predictions, errors and weights by epoch."""
    weights, alpha, told = [0.5, 0.48, -0.7], 0.1, []
    for _ in range(epochs):
        predicted, error = [], 0.0
        for lights, goal in zip(rows, goals):
            predicted.append(predicted_by(weights, lights))
            delta = predicted[-1] - goal
            error += delta**2
            weights = [weight - alpha * (light * delta) for weight, light in zip(weights, lights)]
        told.append((predicted, error, weights))
    return (list(column) for column in zip(*told))


def test_the_streetlights_are_learnt_as_the_lectures_listings_do():
    rows = [[1, 0, 1], [0, 1, 1], [0, 0, 1], [1, 1, 1], [0, 1, 1], [1, 0, 1]]
    goals, lesson = [0, 1, 0, 1, 1, 0], lesson_of("streetlights")
    predictions, errors, trail = descended(rows, goals, 40)
    assert errors[-1] == 0.00053373677328488  # the last line of 001:761
    for name, expected in (("predictions", predictions), ("errors", errors), ("weights", trail)):
        same(lesson, name, expected)
    predictions, errors, trail = descended(rows[:1], goals[:1], 20)
    same(lesson, "one_sample_predictions", [row for (row,) in predictions])
    same(lesson, "one_sample_errors", errors)
    same(lesson, "one_sample_weights", trail[-1])
    same(lesson, "one_sample_afterwards", [predicted_by(trail[-1], row) for row in rows])


def test_too_large_a_step_diverges_and_the_limit_swings():
    numbers = lesson_of("one-neuron").numbers
    limit = numbers["alpha_limit"]
    assert numbers["errors"][1][:2] == [0.022499999999999975, 0.001732640625000002]  # alpha 0.01
    for alpha, errors in zip(numbers["alphas"], numbers["errors"]):
        if alpha < limit:
            assert errors[-1] < errors[0]
        if alpha > limit:
            assert errors == sorted(errors)
            assert errors[-1] > errors[0]
    assert numbers["factors"][numbers["alphas"].index(limit)] == 1 - limit * 8.5**2


def test_delta_times_input_stops_reverses_and_scales():
    stopped, reversed_, small, large = lesson_of("several-inputs").numbers["rule_changes"]
    assert stopped == 0
    assert reversed_ == -0.2
    assert large / small == 10


def test_many_inputs_and_outputs():
    numbers = lesson_of("several-inputs").numbers
    third = [0.09329837343750001, 0.932983734375, 0.09329837343750001]
    assert numbers["zero_errors"][0] == [0.010000000000000002, 1.0, 0.010000000000000002]
    rows = [0.0085, 0.0006500000000000001, 0.0012], [0.085, 0.006500000000000001, 0.012]
    assert numbers["zero_weights"] == [rows[0], rows[1], rows[0]]
    # The expected numbers went through numpy's product, which adds up in another way.
    x, y = np.array([[8.5, 0.65, 1.2]]), np.array([[0.1, 1.0, 0.1]])
    spec = NetworkSpec((3, 3), ("identity",), "squared_error")
    W = np.array(numbers["zero_weights"])
    for step, expected in ((1, [0.0741125, 0.741125, 0.0741125]), (2, third)):
        found = np.array(numbers["zero_predictions"][step])
        bound = work(spec, [(W, np.zeros(3))], x, y).errors["z1"][0]
        assert (np.abs(found - expected) <= 2 * bound).all()
        W = W - 0.01 * np.outer(found - y[0], x[0])


def test_the_slide_shows_the_listings_output():
    (table,) = [t for t in lesson_of("streetlights").of(Table) if t.caption.startswith("The output")]
    assert [row[4] for row in table.rows].count("differs") == 4
    close, far, _ = lesson_of("streetlights").numbers["cosines"]
    assert close > far


def test_rectified_units_solve_what_linear_ones_cannot():
    lesson = lesson_of("no-correlation")
    assert min(lesson.numbers["linear_best_errors"]) >= lesson.numbers["least_error"]
    assert min(lesson.numbers["relu_last_errors"]) < lesson.numbers["least_error"]
    moves, errors = (np.array(lesson.numbers["composite_moves"]), np.array(lesson.errors["composite_moves"]))
    assert (np.abs(moves) > 2 * errors).all()


def test_the_camera_reads_its_figures_and_learns():
    lesson = lesson_of("four-pixel-camera")
    numbers, sure = lesson.numbers, 0.9585759101766381 * np.eye(4)
    same(lesson, "outputs", [*sure.tolist(), *sure.tolist()])
    same(lesson, "odd_outputs", [[0.7460679984455996] * 4] * 8)
    assert ("solid", "vertical", "diagonal", "horizontal")[numbers["answer"]] == "horizontal"
    values = [-2, -0.5, 0, 0.5, 2]
    assert numbers["rectified_difference"] == values
    assert numbers["rectified_product"] == [0] * 5
    assert numbers["rectified_sum"] == [abs(value) for value in values]
    fields = np.array(numbers["rectified_fields"])
    assert (fields[::2] == -fields[1::2]).all()
    for first, last in zip(numbers["first_errors"], numbers["last_errors"]):
        assert all(after < before for before, after in zip(first, last))


def test_the_marble_and_its_valleys():
    numbers = lesson_of("cost-of-being-wrong").numbers
    slow, lands, swings, flees = numbers["trails"]
    mean = numbers["mean"]
    assert abs(slow[-1] - mean) < abs(slow[0] - mean)
    assert f"{lands[1]:.10f}" == f"{mean:.10f}"
    assert f"{swings[2]:.10f}" == f"{swings[0]:.10f}"
    assert abs(flees[-1] - mean) > abs(flees[0] - mean)
    assert [f"{factor:.10f}" for factor in numbers["factors"]] == [
        f"{1 - 14 * rate:.10f}" for rate in (0.02, 1 / 14, 1 / 7, 0.15)
    ]
    assert [f"{end:.6f}" for end in numbers["valleys"]] == ["-1.300840"] * 3 + ["1.130901"] * 3


def test_the_gradient_is_the_steepest_direction_and_descent_goes_against_it():
    numbers = lesson_of("cost-of-being-wrong").numbers
    assert f"{numbers['gradient_length']:.4f} {numbers['gradient_angle']:.4f}" == "12.1655 1.4056"
    assert f"{numbers['steepest_slope']:.4f} {numbers['steepest_angle']:.4f}" == "12.1655 1.4050"
    assert numbers["steepest_slope"] <= numbers["gradient_length"]
    # On x^2 + 3 y^2 a step of 0.1 multiplies x by 0.8 and y by 0.4.
    path = [f"{x:.9f} {y:.9f}" for x, y in numbers["surface_path"]]
    assert path == [f"{0.8**k:.9f} {2 * 0.4**k:.9f}" for k in range(9)]


def test_updating_layer_by_layer_is_another_algorithm():
    lesson = lesson_of("chain-rule")
    assert lesson.numbers["sequential_share"] > 2 * lesson.errors["sequential_share"]
    assert lesson.numbers["block_sigmoid"][2] == 0.25
    one_sided, both = zip(*lesson.numbers["step_errors"])
    # The best step lies between the largest and the smallest, and both sides beat one.
    assert min(both) < min(one_sided)
    assert min(both) < both[0]
    assert min(both) < both[-1]


def test_one_step_is_torchs_step():
    import torch

    from backproof.data.course import given
    from backproof.reference.network import Twin
    from backproof.scripts.course.w1ij import network

    lesson, inputs = lesson_of("w1ij"), given("w1ij")
    spec, params, x, a = network(inputs)
    twin = Twin(spec, params)
    optimizer = torch.optim.SGD([*twin.W], lr=inputs["alpha"])  # the lecture's network has no biases
    twin.loss(twin(twin.tensor(x)), twin.tensor(a)).backward()
    optimizer.step()
    for layer, (W, _) in enumerate(twin.params(), start=1):
        same(lesson, f"W{layer}_after", W.T.tolist())
    assert f"{lesson.numbers['J_after']:.6f}" == "0.155047"


def test_the_digit_networks_tables():
    lesson = lesson_of("digit-network")
    numbers = lesson.numbers
    assert f"{numbers['trash_cost']:.2f} {numbers['good_cost']:.2f}" == "3.37 0.03"
    (table,) = [table for table in lesson.of(Table) if table.caption.startswith("What each parameter")]
    assert [row[1] for row in table.rows] == [
        "increase somewhat", "increase a little", "decrease a lot", "increase a lot", "decrease somewhat",
        "increase a little",
    ]  # fmt: skip
    slope = numbers["raise_slope"]
    same(lesson, "raise_bias", [slope])
    same(lesson, "raise_weights", [slope * a for a in (0.8, 0.1, 0.5, 0)])
    same(lesson, "raise_activations", [slope * w for w in (0.9, -0.6, 0.3, -0.1)])
    means = [f"{mean:.6f}" for mean in numbers["printed_means"]]
    assert means == ["-0.026667", "0.038333", "-0.020000", "0.013333"]


def test_parts_make_their_own_digit():
    answers = np.array(lesson_of("digit-network").numbers["part_answers"])
    assert (answers.argmax(axis=1) == np.arange(len(answers))).all()
    assert (np.diag(answers) > 0.5).all()


def test_a_dropped_unit_is_silent():
    numbers = lesson_of("bias-and-dropout").numbers
    assert numbers["dropped_output"] != numbers["plain_output"]
    assert lesson_of("activations").numbers["relu_slope"] == [0, 0, 0, 1, 1, 1]
