"""Wrong networks and wrong arrays are refused in a sentence that names the value and what is allowed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.reference import network as reference
from backproof.scratch import network
from backproof.scratch.spec import ACTIVATION_NAMES, LOSS_NAMES, LOSSES, NetworkSpec, SpecError, init_params

SPEC = NetworkSpec((2, 3, 2), ("tanh", "sigmoid"), "binary_cross_entropy", dropout=0.5)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"widths": (0, 1)}, "width 0"),
        ({"widths": (1, -1)}, "width -1"),
        ({"widths": (1, 2.0)}, "width 2.0"),
        ({"widths": (1, True)}, "width True"),
        ({"widths": (1,)}, "(1,) has no layer"),
        ({"widths": 3}, "widths is 3"),
        ({"activations": "relu"}, "activations is 'relu'"),
        ({"activations": ("relu", "relu")}, "2 activations for 1 layers"),
        ({"activations": ("sigmund",)}, "'sigmund'"),
        ({"loss": "hinge"}, "'hinge'"),
        ({"dtype": "float16"}, "'float16'"),
        ({"l1": -0.1}, "l1 is -0.1"),
        ({"l2": float("nan")}, "l2 is nan"),
        ({"l2": "big"}, "l2 is 'big'"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"loss": "binary_cross_entropy"}, "binary_cross_entropy after identity"),
        ({"loss": "categorical_cross_entropy"}, "categorical_cross_entropy after identity"),
        ({"loss": "cross_entropy", "activations": ("softmax",)}, "cross_entropy after softmax"),
        ({"loss": "binary_cross_entropy", "activations": ("softmax",)}, "softmax over 1 output"),
    ],
)
def test_a_wrong_spec(wrong, named):
    right = {"widths": (1, 1), "activations": ("identity",), "loss": "mse"}
    with pytest.raises(SpecError) as raised:
        NetworkSpec(**{**right, **wrong})
    problem, advice = str(raised.value).split("\n")
    assert named in problem
    assert advice


@given(loss=st.sampled_from(LOSS_NAMES), last=st.sampled_from(ACTIVATION_NAMES))
def test_a_pair_of_loss_and_last_activation_is_allowed_or_refused(loss, last):
    if last in LOSSES[loss].last:
        NetworkSpec((2, 2), (last,), loss)
    else:
        with pytest.raises(SpecError, match=f"{loss} after {last}"):
            NetworkSpec((2, 2), (last,), loss)


def test_a_spec_is_a_value():
    spec = NetworkSpec([2, 3, 2], ["tanh", "sigmoid"], "mse")  # type: ignore[arg-type]
    assert spec == NetworkSpec((2, 3, 2), ("tanh", "sigmoid"), "mse")
    assert hash(spec) == hash(NetworkSpec((2, 3, 2), ("tanh", "sigmoid"), "mse"))
    assert (spec.depth, spec.parameter_count) == (2, 17)
    assert NetworkSpec().parameter_count == 13_002


def test_weights_are_drawn_from_the_given_generator():
    spec = NetworkSpec((400, 300, 2), ("tanh", "sigmoid"), "mse", "float32")
    first, second = (init_params(spec, np.random.default_rng(3)) for _ in range(2))
    for (W, b), (again, _) in zip(first, second):
        assert W.dtype == b.dtype == "float32"
        assert np.array_equal(W, again)
        assert not b.any()
    standard = np.random.default_rng(3).standard_normal((300, 400))
    assert np.array_equal(first[0][0], (standard / 20).astype("float32"))  # N(0, 1/n_in), n_in = 400


def arrays():
    rng = np.random.default_rng(0)
    return {
        "params": init_params(SPEC, rng),
        "x": rng.standard_normal((4, 2)),
        "y": rng.random((4, 2)),
        "masks": [np.ones((4, 3))],
    }


def changed(layer, **replaced):
    """The parameters with one array replaced."""
    params = arrays()["params"]
    params[layer] = tuple(replaced.get(part, array) for part, array in zip("Wb", params[layer]))
    return {"params": params}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"params": arrays()["params"][:1]}, "1 pairs (W, b) for 2 layers"),
        (changed(0, W=np.ones((2, 3))), "W1 has shape (2, 3)"),
        (changed(1, b=np.ones((2, 1))), "b2 has shape (2, 1)"),
        (changed(1, W=np.ones((2, 3), "float32")), "W2 is float32"),
        ({"x": np.ones((4, 3))}, "x has shape (4, 3)"),
        ({"x": np.ones(2)}, "x has shape (2,)"),
        ({"x": np.ones((0, 2))}, "x has no rows"),
        ({"x": np.ones((4, 2), "float32")}, "x is float32"),
        ({"x": [[1.0, 2.0]]}, "x is a list"),
        ({"x": np.array([[1, np.nan]] * 4)}, "x[0, 1] is nan"),
        ({"x": np.array([[1, 2], [-np.inf, 0], [1, 2], [1, 2]])}, "x[1, 0] is -inf"),
        ({"y": np.ones(4)}, "y has shape (4,)"),
        ({"y": np.ones((4, 1))}, "y has shape (4, 1)"),
        ({"y": np.ones((4, 2), int)}, "y is int64"),
        ({"y": np.full((4, 2), 1.5)}, "label 1.5"),
        ({"y": np.full((4, 2), np.nan)}, "y[0, 0] is nan"),
        ({"masks": []}, "0 masks for 1 hidden layers"),
        ({"masks": [np.ones((4, 2))]}, "mask of layer 1 has shape (4, 2)"),
        ({"masks": [np.full((4, 3), 0.5)]}, "mask of layer 1 holds more than 0 and 1"),
    ],
)
@pytest.mark.parametrize("twin", [network, reference])
def test_arrays_that_do_not_fit(twin, wrong, named):
    with pytest.raises(SpecError) as raised:
        twin.loss_and_grads(SPEC, **{**arrays(), **wrong})
    problem, advice = str(raised.value).split("\n")
    assert named in problem
    assert advice


@pytest.mark.parametrize("twin", [network, reference])
@pytest.mark.parametrize(("label", "named"), [(2, "label 2 for 2 classes"), (-1, "label -1 for 2 classes")])
def test_class_numbers_outside_the_classes(twin, label, named):
    spec = NetworkSpec((1, 2), ("identity",), "cross_entropy")
    with pytest.raises(SpecError, match=named):
        twin.loss_and_grads(
            spec, init_params(spec, np.random.default_rng(0)), np.ones((1, 1)), np.array([label])
        )


def test_class_numbers_are_one_hot_rows():
    spec = NetworkSpec((1, 3), ("identity",), "cross_entropy")
    params, x = init_params(spec, np.random.default_rng(0)), np.ones((2, 1))
    loss, _ = network.loss_and_grads(spec, params, x, np.array([2, 0]))
    assert loss == network.loss_and_grads(spec, params, x, np.eye(3)[[2, 0]])[0]
    with pytest.raises(SpecError, match=r"y has shape \(3,\) for 2 rows"):
        network.loss_and_grads(spec, params, x, np.array([2, 0, 1]))
