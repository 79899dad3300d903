"""One function and its backward: right ones pass, whatever they are, and mistakes show."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from backproof import check_step
from backproof.scratch.errors import InputError


def affine(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)


def relu(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    dx = p.copy()
    dx[rows, y] -= 1
    return -np.log(p[rows, y]).mean(), dx / len(x)


def dropout(x, settings):
    mask = (np.random.default_rng(settings["seed"]).random(x.shape) < settings["keep"]) / settings["keep"]
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_backward(dout, x):
    return dout * sigmoid(x) * (1 - sigmoid(x))


def arrays(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) * 10.0 ** rng.uniform(-2, 1) for shape in shapes]


STEPS = {
    "affine": lambda seed: (affine, affine_backward, arrays(seed, (3, 2, 2), (4, 3), 3)),
    "relu": lambda seed: (relu, relu_backward, arrays(seed, (4, 3))),
    "softmax_loss": lambda seed: (softmax_loss, None, [*arrays(seed, (3, 4)), np.array([0, 3, 1])]),
    "dropout": lambda seed: (dropout, dropout_backward, [*arrays(seed, (4, 3)), {"seed": seed, "keep": 0.7}]),
    "sigmoid": lambda seed: (sigmoid, sigmoid_backward, arrays(seed, (4, 3))),
}


@pytest.mark.parametrize("name", STEPS)
@given(seed=st.integers(0, 10**6))
def test_a_right_step_is_right(name, seed):
    report = check_step(*STEPS[name](seed))
    assert all(row.verdict != "wrong" for row in report.rows), report
    assert not report.faults


@pytest.mark.parametrize(
    ("forward", "backward", "shapes", "first"),
    [
        (affine, lambda d, c: (*affine_backward(d, c)[:2], d.mean(axis=0)), ((3, 4), (4, 2), 2), "db"),
        (affine, lambda d, c: (d @ c[1].T, 2 * c[0].T @ d, d.sum(axis=0)), ((3, 4), (4, 2), 2), "dw"),
        (relu, lambda d, c: d * (c > -1), ((6, 5),), "dx"),
        (sigmoid, lambda d, x: d * x * (1 - x), ((4, 3),), "dx"),
    ],
)
def test_a_wrong_step_is_wrong(forward, backward, shapes, first):
    report = check_step(forward, backward, arrays(1, *shapes))
    assert report.verdict.word == "wrong"
    assert [row.quantity for row in report.rows if row.verdict == "wrong"] == [first]
    with pytest.raises(AssertionError, match=f"not the derivative of forward: {first}"):
        report.require()


def test_a_constant_factor_is_named():
    report = check_step(
        lambda x, y: (softmax_loss(x, y)[0], 2 * softmax_loss(x, y)[1]), None, STEPS["softmax_loss"](0)[2]
    )
    assert (report.verdict.word, str(report.verdict.factor)) == ("factor", "2")


def test_a_kink_is_not_judged_and_a_wrong_shape_is_said():
    assert "1 entries at a kink, " in repr(check_step(relu, relu_backward, np.array([[0.0, 1.0, -1.0]])))
    report = check_step(affine, lambda d, c: (d @ c[1].T, c[0].T @ d, d), arrays(0, (3, 4), (4, 2), 2))
    assert report.faults == {"db": "db has shape (3, 2), (2,) is due"}


def test_what_cannot_be_judged_is_said():
    with pytest.raises(InputError, match="no input"):
        check_step(relu, relu_backward, np.arange(3))
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="otherwise the second time"):
        check_step(lambda x: x * rng.random(x.shape), lambda d: d, np.ones(3))
    with pytest.raises(InputError, match="dx is function: it holds no real numbers"):
        check_step(relu, lambda d, _: lambda: d, np.ones(3))
    with pytest.raises(InputError, match="out is NoneType"):
        check_step(lambda _: None, relu_backward, np.ones(3))
    with pytest.raises(InputError, match="3 is no function"):
        check_step(relu, 3, np.ones(3))


def test_a_gradient_that_is_not_answered_is_no_pass():
    report = check_step(affine, lambda d, c: affine_backward(d, c)[:2], arrays(0, (3, 4), (4, 2), 2))
    assert not report.ok
    assert report.verdict.sentence == "dx, dw are right, and backward answers no db"


def test_a_size_that_was_forgotten_is_named():
    x, y = STEPS["softmax_loss"](0)[2]
    report = check_step(lambda x, y: (softmax_loss(x, y)[0], len(x) * softmax_loss(x, y)[1]), None, (x, y))
    assert report.verdict.sentence == (
        "backward is 3 (3 is a size of the inputs) times the derivative of forward"
    )
    assert report.verdict.word == "factor"


def test_what_a_function_raises_is_said():
    with pytest.raises(InputError, match="backward raises ZeroDivisionError") as raised:
        check_step(relu, lambda _d, _c: 1 / 0, np.ones(3))
    assert raised.value.advice == "call backward on these inputs by itself to see where"
    with pytest.raises(InputError, match="forward raises ValueError"):
        check_step(affine, affine_backward, arrays(0, (3, 4), (3, 2), 2))
    with pytest.raises(InputError, match="x is a list of unequal rows"):
        check_step(affine, affine_backward, ([[1.0, 2.0], [1.0]], [[1.0], [2.0]], [0.0]))
    assert check_step(affine, affine_backward, ([[1.0, 2.0]], [[1.0], [2.0]], [0.0])).ok


def test_lists_tensors_and_a_backward_that_writes_to_dout_are_taken():
    x = arrays(0, (3, 4))[0]
    assert check_step(lambda x: np.asarray(x) ** 2, lambda d, x: 2 * d * np.asarray(x), [x.tolist()]).ok
    assert check_step(lambda x: x**2, lambda d, x: 2 * d * x, torch.from_numpy(x)).ok
    assert check_step(lambda x: (2 * x, None), lambda d, _: np.multiply(d, 2, out=d), x).ok


def normalised(x, gamma, beta):
    """Batch norm, whose gradient is a small difference of large terms."""
    centred = x - x.mean(axis=0)
    std = np.sqrt((centred**2).mean(axis=0) + 1e-5)
    return gamma * centred / std + beta, (centred / std, gamma, std)


def normalised_backward(dout, cache):
    h, gamma, std = cache
    means = dout.mean(axis=0) + h * (dout * h).mean(axis=0)
    return gamma / std * (dout - means), (dout * h).sum(axis=0), dout.sum(axis=0)


@given(seed=st.integers(0, 10**6), scale=st.integers(-3, 3), shift=st.integers(-2, 2))
def test_what_cancels_is_not_accused(seed, scale, shift):
    x, gamma, beta = np.random.default_rng(seed).standard_normal((5, 3)), np.ones(3), np.zeros(3)
    inputs = x * 10.0**scale + 10.0**shift, gamma, beta
    report = check_step(normalised, normalised_backward, inputs, dout=np.ones((5, 3)))
    assert all(row.verdict != "wrong" for row in report.rows), report
