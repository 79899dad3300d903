"""The lessons that go through scratch: their numbers within the derived bound, and what they prove."""

import numpy as np

from backproof.parity_tests.meta_tests.course_checks import run, same

TANH_1, TANH_2 = 0.7615941559557649, 0.9640275800758169
FIGURE = 0.9585759101766381  # tanh(2 tanh(2))
TIE = 0.7460679984455996  # tanh(tanh(2))


# --- no correlation, hidden layers, linear collapse ---------------------------------------------------


def test_no_light_correlates():
    lesson = run("no-correlation", quick=True)
    same(lesson, "varying_columns", [0, 1])
    same(lesson, "correlations", [0, 0])
    same(lesson, "pressure", [[1, 0, 1], [0, 1, 1], [0, 0, -1], [-1, -1, -1]])
    same(lesson, "pressure_sums", [0, 0, 0])
    same(lesson, "up_counts", [1, 1, 2])


def test_one_layer_stops_at_one_and_learning_row_by_row_above_it():
    lesson = run("no-correlation", quick=True)
    same(lesson, "least_squares", [0, 0, 0.5])
    same(lesson, "least_error", 1.0)
    same(
        lesson,
        "epoch_errors",
        [
            [
                1.976421,
                1.54068106057024,
                1.279499253934672,
                1.2381840524550793,
                1.234622802910448,
                1.234567901234568,
            ],
            [
                3.490269,
                2.73135901923136,
                1.6826847005273171,
                1.253955074877266,
                1.2347965987103469,
                1.234567901234568,
            ],
        ],
    )
    same(lesson, "cycle", [0, -1 / 18, 4 / 9])
    same(lesson, "cycle_error", 100 / 81)


def test_rectified_units_solve_what_linear_ones_cannot():
    lesson = run("no-correlation", quick=True)
    same(lesson, "solution_output", [1, 1, 0, 0])
    same(lesson, "hidden_correlations", [0.5773502691896257] * 2)
    assert min(lesson.numbers["linear_best_errors"]) >= lesson.numbers["least_error"]
    assert min(lesson.numbers["relu_last_errors"]) < lesson.numbers["least_error"]


def test_two_linear_layers_are_one():
    lesson = run("no-correlation", quick=True)
    same(lesson, "two_layers", lesson.numbers["one_layer"])
    same(lesson, "scalars", [0.225, 0.225])
    same(lesson, "multiplications", [2000, 10000])


def test_a_rectified_unit_correlates_where_it_is_active():
    lesson = run("no-correlation", quick=True)
    same(lesson, "gate_slopes", [0, 0, 0, 0, 1, 1, 1, 1])
    same(lesson, "gate_correlation", 1.0)


def test_a_bias_is_a_weight_on_one_and_everything_moves_the_output():
    lesson = run("no-correlation", quick=True)
    assert lesson.numbers["augmented"] == lesson.numbers["with_bias"]
    moves, errors = (np.array(lesson.numbers["composite_moves"]), np.array(lesson.errors["composite_moves"]))
    assert (np.abs(moves) > 2 * errors).all()


# --- the four-pixel camera ----------------------------------------------------------------------------


def test_the_cameras_inputs():
    lesson = run("four-pixel-camera", quick=True)
    for name, expected in (
        ("inputs", 81),
        ("pure_inputs", 16),
        ("labelled_inputs", 8),
        ("labelled_odd_inputs", 0),
        ("inputs_per_label", [2, 2, 2, 2]),
    ):
        same(lesson, name, expected)


def test_no_linear_rule_reads_the_figures():
    lesson = run("four-pixel-camera", quick=True)
    same(lesson, "class_means", [[0] * 4] * 4)
    same(lesson, "inequalities", 24)
    # All inequalities added up have nothing left on their larger side.
    same(lesson, "sum_of_inequalities", [0] * 20)


def test_sum_and_squash():
    lesson = run("four-pixel-camera", quick=True)
    same(lesson, "sums", [2, 0, 1])
    same(lesson, "squashed", [TANH_2, 0, TANH_1])
    same(lesson, "squashed_negatives", [-TANH_2, 0, -TANH_1])


def test_receptive_fields():
    lesson = run("four-pixel-camera", quick=True)
    same(lesson, "field_ties1", [9] * 4)
    same(lesson, "field_values1", [TANH_2] * 4)
    same(lesson, "fields_that_are_signs", 4)
    same(lesson, "field_ties2", [1] * 4)
    same(lesson, "field_values2", [FIGURE] * 4)
    figures = [[1, 1, 1, 1], [1, -1, 1, -1], [1, -1, -1, 1], [1, 1, -1, -1]]
    same(lesson, "field_pixels2", figures)
    same(lesson, "product", figures)


def test_the_camera_reads_its_figures():
    lesson = run("four-pixel-camera", quick=True)
    same(lesson, "outputs", (FIGURE * np.tile(np.eye(4), (2, 1))).tolist())
    same(lesson, "right", 8)
    same(lesson, "odd_outputs", [[TIE] * 4] * 8)
    same(lesson, "grey_output", [0] * 4)
    labels = ("solid", "vertical", "diagonal", "horizontal")
    assert labels[lesson.numbers["answer"]] == "horizontal"


def test_the_rectified_pair():
    numbers = run("four-pixel-camera", quick=True).numbers
    values = [-2, -0.5, 0, 0.5, 2]
    assert numbers["rectified_difference"] == values
    assert numbers["rectified_product"] == [0] * 5
    assert numbers["rectified_sum"] == [abs(value) for value in values]


def test_the_error_table():
    lesson = run("four-pixel-camera", quick=True)
    same(lesson, "absolute_errors", [0.5, 0.75, 0.25, 1.75])
    same(lesson, "absolute_total", 3.25)
    same(lesson, "squared_total", 3.9375)
    same(lesson, "half_squared_total", 1.96875)
    same(lesson, "mean_squared", 0.984375)
    same(lesson, "mean_absolute", 0.8125)
    same(lesson, "wrong_answer", 1)


def test_training_from_scratch_lowers_the_error():
    numbers = run("four-pixel-camera", quick=True).numbers
    for first, last in zip(numbers["first_errors"], numbers["last_errors"]):
        assert all(after < before for before, after in zip(first, last))


# --- what does it cost to be wrong --------------------------------------------------------------------


def test_costs():
    lesson = run("cost-of-being-wrong")
    same(
        lesson,
        "costs",
        [
            [1.0, 1.4142135623730951, 2.0, 2.8284271247461903],
            [1, 2, 4, 8],
            [1, 4, 16, 64],
            [1, 10, 1000, 10000000],
        ],
    )
    same(lesson, "best_guesses", [21, 21, 22, 24])
    same(lesson, "median", 21)
    assert round(lesson.numbers["mean"]) == 22
    same(lesson, "midrange", 24)


def test_the_marble():
    lesson = run("cost-of-being-wrong")
    slow, lands, swings, flees = lesson.numbers["trails"]
    mean = lesson.numbers["mean"]
    same(lesson, "start_slope", -2 * sum(n - 12 for n in (18, 20, 21, 21, 22, 24, 30)))
    assert abs(slow[-1] - mean) < abs(slow[0] - mean)
    assert f"{lands[1]:.10f}" == f"{mean:.10f}"
    assert f"{swings[2]:.10f}" == f"{swings[0]:.10f}"
    assert abs(flees[-1] - mean) > abs(flees[0] - mean)
    assert [f"{factor:.10f}" for factor in lesson.numbers["factors"]] == [
        f"{1 - 14 * rate:.10f}" for rate in (0.02, 1 / 14, 1 / 7, 0.15)
    ]


def test_two_valleys():
    ends = [f"{end:.6f}" for end in run("cost-of-being-wrong").numbers["valleys"]]
    assert ends == ["-1.300840"] * 3 + ["1.130901"] * 3


def test_the_gradient_is_the_steepest_direction():
    lesson = run("cost-of-being-wrong")
    same(lesson, "gradient", [2, 12])
    numbers = lesson.numbers
    assert f"{numbers['gradient_length']:.4f} {numbers['gradient_angle']:.4f}" == "12.1655 1.4056"
    assert f"{numbers['steepest_slope']:.4f} {numbers['steepest_angle']:.4f}" == "12.1655 1.4050"
    assert numbers["steepest_slope"] <= numbers["gradient_length"]


# --- slopes and the chain rule ------------------------------------------------------------------------


def test_the_square_and_the_links():
    lesson = run("chain-rule", quick=True)
    same(lesson, "square_slope", -2)
    same(lesson, "square_end", -0.10737418240000003)
    same(lesson, "links_values", [6, 30])
    same(lesson, "links_slopes", [2, 5, 10, 6])
    same(lesson, "links_network", [10, 6])


def test_a_long_chain_is_a_product():
    lesson = run("chain-rule", quick=True)
    same(lesson, "long_product", lesson.numbers["long_gradient"])


def test_the_four_blocks():
    lesson = run("chain-rule", quick=True)
    same(lesson, "block_weight", [-1.5] * 5)
    same(lesson, "block_sum", [1] * 5)
    assert lesson.numbers["block_sigmoid"][2] == 0.25
    same(lesson, "block_relu", [0, 0, 0, 1, 1])
    same(lesson, "block_upstream", [-4.5, 3, 3 * 0.10499358540350662, 3])


def test_branches_add():
    lesson = run("chain-rule", quick=True)
    same(lesson, "branch_paths", [0.778836684617301, 0.7368487952023082])
    same(lesson, "branch_total", 1.5156854798196093)
    same(lesson, "branch_autograd", 1.5156854798196093)


def test_one_neuron_in_each_layer():
    lesson = run("chain-rule", quick=True)
    same(lesson, "chain_cost", 0.1156)
    same(lesson, "chain_z", 0.6632942174102643)
    same(lesson, "chain_slope", 0.2244)
    same(lesson, "chain_dC_da", -0.68)
    same(lesson, "chain_dC_db", -0.152592)
    same(lesson, "chain_dC_dw", 0.8 * -0.152592)
    same(lesson, "chain_parameters", [3, 6])


def test_several_neurons_in_a_layer():
    lesson = run("chain-rule", quick=True)
    for name in ("layer_dW", "layer_db", "layer_da"):
        same(lesson, name, lesson.numbers[f"{name}_heart"])


def test_updating_layer_by_layer_is_another_algorithm():
    lesson = run("chain-rule", quick=True)
    assert lesson.numbers["sequential_share"] > 2 * lesson.errors["sequential_share"]


def test_a_numeric_gradient_is_near_but_expensive():
    lesson = run("chain-rule", quick=True)
    same(lesson, "parameters", 13_002)
    same(lesson, "passes", [13_003, 26_004])
    one_sided, both = zip(*lesson.numbers["step_errors"])
    # The best step lies between the largest and the smallest, and both sides beat one.
    assert min(both) < min(one_sided)
    assert min(both) < both[0]
    assert min(both) < both[-1]


# --- the lecture's W1_ij ------------------------------------------------------------------------------


def test_w1ij():
    lesson = run("w1ij")
    same(lesson, "y", [0.610639233949222, 0.5374298453437496, 0.46257015465625045, 0.389360766050778])
    same(lesson, "z", [0.48558821478525255, 0.6323558695172697])
    same(lesson, "p", [0.43100122382351685])
    same(lesson, "J", 0.16187980364516782)
    dW1 = [
        [0.0013366648444401589, 0.001140216424684429, 0.0008828259927741699, 0.0005981637273205973],
        [-0.0026733296888803177, -0.002280432849368858, -0.0017656519855483398, -0.0011963274546411946],
        [0.005346659377760635, 0.004560865698737716, 0.0035313039710966796, 0.002392654909282389],
    ]
    same(lesson, "dW1", dW1)
    same(lesson, "formula", dW1)
    same(
        lesson,
        "dW2",
        [
            [-0.012770743156099756, 0.01782861360435648],
            [-0.011239661878454026, 0.015691145474087797],
            [-0.009674066631106029, 0.01350549406879331],
            [-0.008142985353460298, 0.011368025938524625],
        ],
    )
    same(lesson, "dW3", [[-0.06775936163291622], [-0.088239435675487]])
    same(lesson, "printed", 0.011873612967658065)


def test_one_step_takes_all_weights_at_once():
    lesson = run("w1ij")
    for layer in (1, 2, 3):
        same(lesson, f"W{layer}_after", lesson.numbers[f"W{layer}_expected"])
    assert lesson.numbers["J_after"] < lesson.numbers["J"]


def test_one_step_is_torchs_step():
    import torch

    from backproof.data.course import given
    from backproof.reference.network import Twin
    from backproof.scripts.course.w1ij import network

    lesson, inputs = run("w1ij"), given("w1ij")
    spec, params, x, a = network(inputs)
    twin = Twin(spec, params)
    optimizer = torch.optim.SGD([*twin.W, *twin.b], lr=inputs["alpha"])
    twin.loss(twin(twin.tensor(x)), twin.tensor(a)).backward()
    optimizer.step()
    for layer, (W, _) in enumerate(twin.params(), start=1):
        same(lesson, f"W{layer}_after", W.T.tolist())


# --- the digit network --------------------------------------------------------------------------------


def test_13002_parameters():
    lesson = run("digit-network")
    same(lesson, "layer_parameters", [12_560, 272, 170])
    same(lesson, "weights", 12_960)
    same(lesson, "biases", 42)
    same(lesson, "parameters", 13_002)


def test_the_edge_and_the_bias_neuron():
    lesson = run("digit-network")
    same(lesson, "edge_sums", [24, -8, 0, -32])
    same(lesson, "edge_positive_weights", 24)
    expected = [0.2689414213699951, 0.5, 0.7310585786300049, 0.9999546021312976]
    same(lesson, "thresholded", expected)


def test_a_layer_is_its_neurons():
    lesson = run("digit-network")
    same(lesson, "layer_by_matrix", lesson.numbers["layer_by_neuron"])
    same(lesson, "layer_shapes", [[3, 1], [3, 3]])


def test_the_two_cost_tables():
    lesson = run("digit-network")
    same(lesson, "trash_cost", 3.3692)
    same(lesson, "good_cost", 0.0265)
    same(lesson, "trash_displayed", 3.3585)
    same(lesson, "good_displayed", 0.0252)
    assert f"{lesson.numbers['trash_cost']:.2f} {lesson.numbers['good_cost']:.2f}" == "3.37 0.03"
    same(lesson, "trash_gradient", [0.86, 0.56, 0.38, -0.24, 1.44, 0.02, 1.28, 1.72, 1.98, 1.26])
    same(
        lesson,
        "trash_implied",
        [0.43162, 0.28443, 0.18894, 0.88253, 0.72402, 0.01, 0.63867, 0.85953, 0.99081, 0.6323],
    )
    same(
        lesson,
        "good_implied",
        [0.02449, 0.02646, 0.06245, 0.97, 0.07416, 0.02, 0.0469, 0.05745, 0.08485, 0.04243],
    )
    same(
        lesson,
        "trash_displayed_squares",
        [0.1849, 0.0784, 0.0361, 0.0144, 0.5184, 0.0001, 0.4096, 0.7396, 0.9801, 0.3969],
    )


def test_advice():
    lesson = run("digit-network")
    same(lesson, "advice_signs", [1, 1, -1, 1, -1, 1])
    (table,) = [table for table in lesson.tables if table.caption.startswith("What each parameter")]
    assert [row[1] for row in table.rows] == [
        "increase somewhat",
        "increase a little",
        "decrease a lot",
        "increase a lot",
        "decrease somewhat",
        "increase a little",
    ]
    same(lesson, "sensitivity_ratio", 32)


def test_three_ways_to_raise_an_activation():
    lesson = run("digit-network")
    numbers = lesson.numbers
    slope = numbers["raise_slope"]
    same(lesson, "raise_bias", [slope])
    same(lesson, "raise_weights", [slope * a for a in (0.8, 0.1, 0.5, 0)])
    same(lesson, "raise_activations", [slope * w for w in (0.9, -0.6, 0.3, -0.1)])


def test_desires_are_summed():
    lesson = run("digit-network")
    same(lesson, "desires_summed", lesson.numbers["desires_heart"])


def test_the_printed_nudges_are_half_sums():
    lesson = run("digit-network")
    same(lesson, "printed_sums", [-0.16, 0.23, -0.12, 0.08])
    assert [f"{mean:.6f}" for mean in lesson.numbers["printed_means"]] == [
        "-0.026667",
        "0.038333",
        "-0.020000",
        "0.013333",
    ]
    same(lesson, "printed_half_sums", [-0.08, 0.115, -0.06, 0.04])


# --- activations, losses, bias neurons and dropout ----------------------------------------------------


def test_activation_values_and_slopes():
    lesson = run("activations")
    same(
        lesson,
        "sigmoid",
        [
            0.11920292202211755,
            0.2689414213699951,
            0.5,
            0.7310585786300049,
            0.8807970779778823,
            0.9999546021312976,
        ],
    )
    same(
        lesson,
        "sigmoid_slope",
        [
            0.1049935854035065,
            0.19661193324148185,
            0.25,
            0.19661193324148185,
            0.10499358540350662,
            4.5395807735907655e-05,
        ],
    )
    same(lesson, "tanh", [-TANH_2, -TANH_1, 0, TANH_1, TANH_2, 0.9999999958776927])
    same(lesson, "relu", [0, 0, 0, 1, 2, 10])
    assert lesson.numbers["relu_slope"] == [0, 0, 0, 1, 1, 1]
    same(lesson, "softmax", [0.6590011388859679, 0.24243297070471392, 0.09856589040931818])


def test_losses():
    lesson = run("losses")
    same(lesson, "mae", 0.8125)
    same(lesson, "mse", 0.984375)
    same(lesson, "squared_error", 3.9375)
    same(lesson, "half_squared_error", 1.96875)
    expected = [0.10536051565782628, 0.2231435513142097, 0.5108256237659907]
    same(lesson, "binary", expected)
    same(lesson, "binary_heart", expected)
    same(lesson, "binary_gradient", [0.9 - 1, 0.2, 0.6 - 1])
    same(lesson, "categorical", 0.4170300162778335)
    gradient = [-0.3409988611140321, 0.24243297070471392, 0.09856589040931818]
    same(lesson, "categorical_gradient", gradient)
    same(lesson, "p_minus_y", gradient)


def test_a_bias_neuron_is_a_bias():
    lesson = run("bias-and-dropout")
    same(lesson, "augmented_output", lesson.numbers["plain_output"])
    same(lesson, "bias_neuron_gradient", lesson.numbers["bias_gradient"])


def test_dropout_keeps_the_mean_and_silences_its_units():
    lesson = run("bias-and-dropout")
    same(lesson, "mean_output", lesson.numbers["plain_output"])
    same(lesson, "silent_units", [0, 1])
    assert lesson.numbers["dropped_output"] != lesson.numbers["plain_output"]
