"""`check` reads names and layouts off a script, judges its gradients, and says what it did."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backproof import check
from backproof.parity_tests.door.names import pick, understood
from backproof.reference.losses import factors, family, read_loss
from backproof.scratch.errors import InputError

HELD = "x y W1 b1 W2 b2 z1 a1 z2 a2 dz2 dW2 db2 dz1 dW1 db1"


def script(columns=False, seed=0, batch=6, widths=(5, 4, 3), mean=True, slope=None, zero=None):
    """What a script has at hand: a tanh layer and a softmax, in rows or in columns."""
    rng = np.random.default_rng(seed)
    n0, n1, n2 = widths
    x, y = rng.standard_normal((batch, n0)), np.eye(n2)[rng.integers(0, n2, batch)]
    W1, b1 = rng.standard_normal((n0, n1)), rng.standard_normal((1, n1))
    W2, b2 = rng.standard_normal((n1, n2)), rng.standard_normal((1, n2))
    W1, b1 = (W1 * (zero != "W1"), b1 * (zero != "W1"))
    W2 = W2 * (zero != "W2")
    z1 = x @ W1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ W2 + b2
    e2 = np.exp(z2 - z2.max(1, keepdims=True))
    a2 = e2 / e2.sum(1, keepdims=True)
    dz2 = (a2 - y) / (batch if mean else 1)
    dW2, db2 = a1.T @ dz2, dz2.sum(0, keepdims=True)
    dz1 = (dz2 @ W2.T) * (1 - (a1 if slope is None else slope(z1)) ** 2)
    dW1, db1 = x.T @ dz1, dz1.sum(0, keepdims=True)
    found = {name: value for name, value in locals().items() if name in HELD.split()}
    return {name: value.T for name, value in found.items()} if columns else found


def asked(given, **more):
    return check(given, **{"net": "tanh softmax", "loss": "cross_entropy", **more})


@pytest.mark.parametrize("columns", [False, True])
@given(seed=st.integers(0, 99), batch=st.integers(1, 7), widths=st.tuples(*[st.integers(2, 5)] * 3))
def test_right_gradients_are_right_in_rows_and_columns(columns, seed, batch, widths):
    given_arrays = script(columns, seed, batch, widths)
    report = asked(given_arrays)
    assert report.ok, report
    for name in ("dW1", "db1", "dW2", "db2"):
        assert report.right[name].shape == given_arrays[name].shape
        assert np.allclose(report.right[name], given_arrays[name])
    assert report.require() is report


def test_a_wrong_slope_is_placed_with_the_right_line():
    report = asked(script(slope=lambda z: z))
    assert report.verdict.word == "wrong"
    assert "first wrong step: dz1[" in repr(report)
    assert "the right line: dz1 = (dz2 @ W2.T) * (1 - a1 ** 2)" in repr(report)
    with pytest.raises(AssertionError, match="first wrong step: dz1"):
        report.require()
    assert "first wrong step: dz1" in report._repr_html_()


def test_a_sum_is_named_as_the_factor_that_it_is():
    report = asked(script(mean=False))
    assert report.verdict.word == "factor"
    assert "you sum over the batch, the loss that you state is its mean" in repr(report)
    assert asked(script(mean=False), loss="cross_entropy, sum").ok


def test_without_a_loss_nothing_passes_in_silence():
    report = asked(script(mean=False), loss=None)
    assert report.verdict.word == "no loss declared"
    assert report.verdict.loss == "categorical_cross_entropy, sum"
    with pytest.raises(AssertionError, match="declare loss='categorical_cross_entropy, sum'"):
        report.require()


@pytest.mark.parametrize("rate", [0.1, 0.37])
def test_an_update_before_the_call_is_noticed(rate):
    given_arrays = script()
    for name in ("W1", "b1", "W2", "b2"):
        given_arrays[name] = given_arrays[name] - rate * given_arrays[f"d{name}"]
    report = asked(given_arrays)
    assert report.verdict.code == 3
    assert f"W + {rate} dW" in report.verdict.sentence


def test_two_layouts_that_fit_are_asked_for():
    given_arrays = script(widths=(4, 4, 4), slope=lambda z: z)
    bare = {name: value for name, value in given_arrays.items() if name[0] not in "za"}
    with pytest.raises(InputError, match=r"lies=\{'W'"):
        asked(bare)
    assert asked(bare, lies={"W": "in,out"}).verdict.word == "wrong"
    assert asked(script(widths=(4, 4, 4))).ok  # the numbers decide


def test_a_wrong_shape_is_that_tensors_own_verdict():
    given_arrays = script()
    report = asked({**given_arrays, "dW2": 0.5})
    assert report.verdict.word == "wrong"
    assert "np.outer is meant" in repr(report)


def test_what_is_not_finite_is_said():
    report = asked({**script(), "dW1": np.full((5, 4), np.nan)})
    assert report.verdict.word == "wrong"
    assert report.verdict.sentence == "not every number is finite in dW1"


def test_nothing_is_printed_and_what_was_left_is_said(capsys):
    report = asked({**script(), "epochs": 3, "m": 6, "l": 2})
    assert capsys.readouterr().out == ""
    assert set(report.left) == {"epochs", "m", "l"}


@pytest.mark.parametrize(
    ("given_arrays", "more", "said"),
    [
        ({}, {}, "W1, x, y not found"),
        (script(), {"net": None}, "not declared"),
        (script(), {"net": "tanh"}, "net names 1"),
        (script(), {"loss": "mee"}, "unknown loss"),
        ({**script(), "x": np.ones((7, 9))}, {}, "no layout fits"),
    ],
)
def test_what_cannot_be_judged_is_said(given_arrays, more, said):
    with pytest.raises(InputError, match=said):
        asked(given_arrays, **more)


UNDERSTOOD = {
    **{"W1": "W1", "dL_dW2": "dW2", "W2_grad": "dW2", "delta1": "dz1", "nabla_w": "dW", "yhat": "aL"},
    **{"who": "Wlast", "hidden_weights": "Wfirst", "output_bias": "blast", "learning_rate": None},
}


@pytest.mark.parametrize(("name", "quantity"), UNDERSTOOD.items())
def test_a_name_is_understood(name, quantity):
    found = understood(name)
    assert (found and f"{found.kind}{found.where}") == quantity


def test_lists_dictionaries_and_counting_from_0_are_taken_apart():
    one, two = np.ones((2, 2)), np.zeros((2, 2))
    assert pick({"weights": [one, two]}).values().keys() == {"W1", "W2"}
    assert pick({"grads": {"W1": one, "b1": two}}).values().keys() == {"dW1", "db1"}
    assert pick({"W0": one, "W1": two, "dW0": one}).values().keys() == {"W1", "W2", "dW1"}
    lists = {"W": [one, two], "activations": [one, one, two]}
    assert list(pick(lists).values()) == ["W1", "W2", "x", "a1", "a2"]
    # Vectors of layers as plain lists: ragged ones, or as many as there are layers.
    ragged, even = [[1.0, 2.0], [3.0]], [[1.0, 2.0], [3.0, 4.0]]
    assert " ".join(pick({"dW": [one, two], "db": ragged}).values()) == "dW1 dW2 db1 db2"
    assert " ".join(pick({"db": even, "da": [1.0, 2.0]}, 2).values()) == "db1 db2 da1 da2"
    # Where the inputs count as layer 1, everything that is no parameter moves down, each list by itself.
    assert list(pick({"a": [one, one, two], "zs": [one, two]}, 2).values()) == ["x", "a1", "a2", "z1", "z2"]
    course = {"Theta1": one, "Theta2": two, "a3": two, "delta2": one, "delta3": two, "z2": one}
    assert pick(course).values().keys() == {"W1", "W2", "a2", "dz1", "dz2", "z1"}
    from_0 = {"W0": one, "W1": two, "a0": one, "a2": two}
    assert pick(from_0).values().keys() == {"W1", "W2", "x", "a2"}


@pytest.mark.parametrize("factor", list(factors()))
def test_a_factor_takes_a_loss_to_one_that_reads_back(factor):
    for loss in family("squared_error"):
        due = loss.times(factor)
        if due is not None:
            assert read_loss(str(due)) == due
            assert (due.factor / loss.factor) == factor


LOSSES = {
    "log cosh": (lambda a, y: np.log(np.cosh(a - y)).sum(), lambda a, y: np.tanh(a - y)),
    "Huber's": (
        lambda a, y: np.where(abs(a - y) < 1, (a - y) ** 2 / 2, abs(a - y) - 0.5).mean(),
        lambda a, y: np.clip(a - y, -1, 1) / a.size,
    ),
    "the norm": (lambda a, y: np.linalg.norm(a - y), lambda a, y: (a - y) / np.linalg.norm(a - y)),
}


def regression(dloss, seed, slope=None):
    """A tanh layer and an identity, with the gradients of any loss of the outputs."""
    rng = np.random.default_rng(seed)
    x, y, W1, W2 = (rng.standard_normal(shape) for shape in ((5, 4), (5, 3), (4, 2), (2, 3)))
    a1 = np.tanh(x @ W1)
    a2 = a1 @ W2
    dz2 = dloss(a2, y)
    dz1 = (dz2 @ W2.T) * (1 - (a1 if slope is None else slope(x @ W1)) ** 2)
    return {"x": x, "y": y, "W1": W1, "W2": W2, "a1": a1, "a2": a2, "dz2": dz2, "dW2": a1.T @ dz2, "dz1": dz1,
            "dW1": x.T @ dz1}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
@given(seed=st.integers(0, 10**6))
@example(seed=98)  # an output stands between the longest and the shortest step from Huber's kink
def test_a_loss_may_be_a_function(name, seed):
    loss, dloss = LOSSES[name]
    report = check(regression(dloss, seed), net=[np.tanh, "identity"], loss=loss)
    assert report.ok, report
    wrong = check(regression(dloss, seed, slope=lambda z: z), net="tanh identity", loss=loss)
    assert wrong.verdict.word == "wrong"
    assert wrong.first_wrong_step.startswith("first wrong step: dz1[")


def test_a_function_that_is_a_known_one_is_taken_for_it():
    given_arrays = script()
    report = asked(given_arrays, net=[np.tanh, "softmax"], loss=lambda a, y: -np.log((a * y).sum(1)).mean())
    assert report.verdict.sentence == "right: dW and db are the gradient of categorical_cross_entropy"
    with pytest.raises(InputError, match="holds no real numbers"):
        asked(given_arrays, loss=lambda _a, _y: "small")


@pytest.mark.parametrize(
    ("slope", "said"), [(np.cos, "exact: dW and db are the"), (np.tanh, "wrong: not the")]
)
@pytest.mark.parametrize("columns", [False, True])
def test_an_activation_of_ones_own_is_judged_by_the_definition(columns, slope, said):
    arrays = script()
    a1 = np.sin(arrays["z1"])
    z2 = a1 @ arrays["W2"] + arrays["b2"]
    dz2 = 2 * (z2 - arrays["y"]) / z2.size
    dz1 = dz2 @ arrays["W2"].T * slope(arrays["z1"])
    arrays |= {"dW2": a1.T @ dz2, "db2": dz2.sum(0, keepdims=True)}
    arrays |= {"dW1": arrays["x"].T @ dz1, "db1": dz1.sum(0, keepdims=True)}
    for name in ("a1", "z2", "a2", "dz2", "dz1"):
        arrays.pop(name)
    arrays = {name: value.T for name, value in arrays.items()} if columns else arrays
    report = check(arrays, net=[np.sin, "identity"], loss="mse")
    assert repr(report).startswith(said)
    for row in report.rows:
        if row.quantity[:2] != "db":
            assert arrays[row.quantity][row.index] == row.examined
    with pytest.raises(InputError, match="declared loss"):
        check(arrays, net=[np.sin, "identity"])


def test_what_was_written_over_is_not_accused():
    """dscores = probs; dscores[...] -= 1 leaves no probs, and dhidden, masked in place, is dz1."""
    draw = np.random.default_rng(0).standard_normal
    W1, b1, W2, b2 = draw((4, 5)), draw(5), draw((5, 3)), draw(3)
    x, y = draw((6, 4)), np.array([0, 2, 1, 1, 0, 2])
    hidden = np.maximum(0, x @ W1 + b1)
    scores = np.exp(hidden @ W2 + b2)
    probs = scores / scores.sum(axis=1, keepdims=True)
    dscores = probs
    dscores[range(6), y] -= 1
    dscores /= 6
    dW2, db2 = hidden.T @ dscores, dscores.sum(axis=0)
    dhidden = dscores @ W2.T
    given = {"x": x, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "a1": hidden, "a2": probs}
    given |= {"dz2": dscores, "dW2": dW2, "db2": db2, "da1": dhidden, "db1": dhidden.sum(axis=0)}
    declared = {"net": "relu softmax", "loss": "cross_entropy"}
    # The mask is forgotten: dz1 is wrong, and nothing that stands before it.
    wrong = check(given, dW1=x.T @ dhidden, **declared)
    assert "a2 and dz2 are one array" in str(wrong)
    assert "dz1" in wrong.first_wrong_step.splitlines()[0]
    # In place: what is called da1 is dz1. Another line is wrong.
    dhidden[hidden <= 0] = 0
    wrong = check(given, dW1=x.T @ dhidden + 0.1 * W1, db1=dhidden.sum(axis=0), **declared)
    assert wrong.first_wrong_step.splitlines()[0].startswith("first wrong step: dW1")
    assert "by themselves" not in wrong.first_wrong_step


@pytest.mark.parametrize(("W", "hidden"), [("W1", "dW2"), ("W2", "dW1, db1")])
def test_gradients_that_show_no_mistake_are_no_pass(W, hidden):
    given_arrays = script(zero=W)
    report = asked(given_arrays)
    assert not report.ok
    assert report.verdict.code == 3
    assert f"no mistake could show in {hidden}, since {W} is all 0" in repr(report).splitlines()[0]


def test_what_was_not_given_stands_in_the_first_line():
    given_arrays = script(slope=lambda z: z)
    for name in ("dW1", "db1", "dz1"):
        del given_arrays[name]
    report = asked(given_arrays)
    assert report.ok
    assert repr(report).splitlines()[0] == (
        "exact: right as far as given: dW and db are the gradient of categorical_cross_entropy; "
        "dW1, db1 were not given"
    )


@pytest.mark.parametrize(
    ("times", "said"),
    [(-1, "is minus the gradient"), (2, "is 2 times the gradient"), (0.7, "is something else")],
)
def test_a_dz_that_is_not_what_its_name_says_is_said(times, said):
    given_arrays = script()
    report = asked({**given_arrays, "dz2": times * given_arrays["dz2"]})
    assert report.ok
    assert any(f"what was given as dz2 {said}" in note for note in report.notes), report


@pytest.mark.parametrize("columns", [False, True])
def test_an_entry_is_indexed_as_in_the_own_array(columns):
    given_arrays = script(columns, slope=lambda z: z)
    report = asked(given_arrays)
    first, numbers = report.first_wrong_step.splitlines()[:2]
    at = tuple(map(int, first.partition("[")[2].rstrip("]").split(", ")))
    assert f"yours is {given_arrays['dz1'][at]:.9g}" in numbers
    for row in report.rows:
        if row.quantity[:2] != "db":  # which may lie in a row or a column of its own
            assert given_arrays[row.quantity][row.index] == row.examined


@pytest.mark.parametrize(("option", "term"), [("l2", lambda W: W), ("l1", np.sign)])
def test_a_penalty_that_was_not_declared_is_named(option, term):
    given_arrays = script()
    for k in "12":
        given_arrays[f"dW{k}"] = given_arrays[f"dW{k}"] + 0.01 * term(given_arrays[f"W{k}"])
    report = asked(given_arrays)
    assert report.verdict.word == "wrong"
    assert f"declare {option}=0.01 if that is meant" in repr(report)
    assert asked(given_arrays, **{option: 0.01}).ok


def test_a_penalty_divided_by_the_batch_is_named_as_that():
    given_arrays = script(batch=7)
    for k in "12":
        given_arrays[f"dW{k}"] = given_arrays[f"dW{k}"] + 0.1 / 7 * given_arrays[f"W{k}"]
    assert 'declare l2=0.1, penalty="l2/(2B) sum W^2" if that is meant' in repr(asked(given_arrays))


def test_of_several_inputs_the_one_that_fits_is_taken():
    given_arrays = script()
    x = given_arrays.pop("x")
    report = asked({"X_train": np.ones((50, 5)), "X": x, **given_arrays})
    assert report.ok
    assert "X as x" in report.taken
    assert "X_train" in report.left


def test_constants_that_are_one_number_here_are_all_named():
    given_arrays = script(batch=3)  # of 3 outputs
    for name in [name for name in given_arrays if name.startswith("d")]:
        given_arrays[name] = given_arrays[name] / 3
    report = asked({**given_arrays, "loss": 1.0})
    assert report.verdict.word == "factor"
    assert "1/K or 1/B" in report.verdict.sentence or "1/B or 1/K" in report.verdict.sentence
    assert "(B and K are both 3 here)" in report.verdict.sentence
    assert "mean over B and K" in report.verdict.advice


def test_one_output_adds_no_rivals():
    given_arrays = regression(lambda a, y: (a - y) / len(a), 0)
    W2, y = given_arrays["W2"][:, :1], given_arrays["y"][:, :1]
    dz2 = (given_arrays["a1"] @ W2 - y) / len(y)
    dz1 = (dz2 @ W2.T) * (1 - given_arrays["a1"] ** 2)
    given_arrays |= {"y": y, "W2": W2, "a2": given_arrays["a1"] @ W2, "dz2": dz2, "dz1": dz1}
    given_arrays |= {"dW2": given_arrays["a1"].T @ dz2, "dW1": 5 * given_arrays["x"].T @ dz1}
    report = check(given_arrays, net="tanh identity", loss="half squared_error")
    assert "dW1 alone is B times too large" in repr(report)
    assert "K" not in report.first_wrong_step.partition("known mistake")[2]


def test_a_z1_of_another_W_is_asked_about():
    given_arrays = script()
    report = asked({**given_arrays, "W1": given_arrays["W1"] + 0.3})
    assert "if W was updated after the forward pass" in report.first_wrong_step
