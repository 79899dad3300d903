"""The bound is wide enough for every honest evaluation, and narrow enough to mean something."""

from functools import partial
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from backproof.parity_tests.cases import Case, draw_case
from backproof.parity_tests.comparison import by_hand, compare, judge_case, truth
from backproof.parity_tests.error_bound import ELEMENTARY, Rounding
from backproof.parity_tests.exam import questions
from backproof.parity_tests.tally import Tally
from backproof.reference.definition import derivative
from backproof.scratch import functions
from backproof.scratch.spec import NetworkSpec

ELEMENTARY_FUNCTIONS: dict[str, tuple[Any, Any, Any]] = {
    "exp": (np.exp, torch.exp, mpmath.exp),
    "log1p": (np.log1p, torch.log1p, mpmath.log1p),
    "tanh": (np.tanh, torch.tanh, mpmath.tanh),
    "sigmoid": (functions.sigmoid, torch.sigmoid, lambda z: 1 / (1 + mpmath.exp(-z))),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ELEMENTARY_FUNCTIONS)
@given(z=st.lists(st.floats(-80, 80, width=32), min_size=1, max_size=8))
def test_elementary_functions_lose_no_more_than_allowed(name, dtype, z):
    in_numpy, in_torch, exactly = ELEMENTARY_FUNCTIONS[name]
    values = np.abs(np.array(z, dtype)) if name == "log1p" else np.array(z, dtype)
    r = Rounding(dtype)
    for found in (in_numpy(values), in_torch(torch.tensor(values)).numpy()):
        assert found.dtype == dtype
        with mpmath.workdps(60):
            for value, result in zip(values, found):
                exact = exactly(mpmath.mpf(float(value)))
                assert abs(mpmath.mpf(float(result)) - exact) <= r.c * abs(exact) + r.tiny


def test_the_allowance_is_four_eps():
    for dtype in ("float64", "float32"):
        assert Rounding(dtype).c == 4 * np.finfo(dtype).eps == ELEMENTARY * Rounding(dtype).u


@given(
    values=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=60),
    dtype=st.sampled_from(("float64", "float32")),
)
def test_gamma_covers_a_sum_of_products_in_any_order(values, dtype):
    a = np.array(values, dtype)
    b = a[::-1].copy()
    r = Rounding(dtype)
    with mpmath.workdps(60):
        exact = mpmath.fsum(mpmath.mpf(float(p)) * mpmath.mpf(float(q)) for p, q in zip(a, b))
        size = mpmath.fsum(abs(mpmath.mpf(float(p)) * mpmath.mpf(float(q))) for p, q in zip(a, b))
        forwards = backwards = np.zeros((), dtype)[()]
        for p, q in zip(a, b):
            forwards = forwards + p * q
        for p, q in zip(a[::-1], b[::-1]):
            backwards = backwards + p * q
        for found in (a @ b, forwards, backwards):
            assert abs(mpmath.mpf(float(found)) - exact) <= r.gamma(len(a)) * size + len(a) * r.tiny


def test_on_the_default_mix_most_is_decidable_and_nothing_disagrees():
    tally = Tally()
    for case, report in questions("hand", seed=0, first=0, count=400, dtype="float64"):
        tally.add(case, report)
    assert not tally.disagreeing
    assert not tally.missing("float64")
    assert tally.kinds["dW"].decidable_share >= 0.95
    # Honest rounding comes within two orders of magnitude of what is allowed, but never beyond it.
    for kind, line in tally.kinds.items():
        assert 0.01 < line.largest_share <= 1, kind


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_difference_just_beyond_the_allowance_is_wrong(dtype):
    case = Case(NetworkSpec((3, 4, 2), ("tanh", "sigmoid"), "mse", dtype), batch=3)
    arrays = case.arrays()
    found = {name: value.astype("float64") for name, value in by_hand(case.spec, *arrays).items()}
    known = truth(case.spec, arrays)
    for name, value in found.items():
        # Half and twice the allowance, since float64 itself is coarse beside a float64 allowance.
        for share, verdict in ((0.5, "ok"), (2.0, "wrong")):
            moved = known.expected[name] + share * known.allowances[name]
            report = compare({name: moved.reshape(value.shape)}, known)
            assert report.rows[0].verdict == verdict


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_wrong(bad):
    case = Case(NetworkSpec((1, 1), ("identity",), "mse"))
    found = by_hand(case.spec, *case.arrays())
    found["dW1"] = found["dW1"] * bad
    report = compare(found, truth(case.spec, case.arrays()))
    assert report.first_wrong is not None
    assert report.first_wrong.quantity == "dW1"


def test_a_network_beyond_the_range_of_its_dtype_is_not_judged():
    spec = NetworkSpec((2, 2, 2), ("identity", "identity"), "squared_error", "float32")
    report = judge_case(by_hand, Case(spec, scale=1e15))
    assert report.out_of_range
    assert not report.rows


def test_a_quantity_of_another_shape_is_refused():
    case = Case(NetworkSpec((2, 1), ("identity",), "mse"))
    found = by_hand(case.spec, *case.arrays())
    with pytest.raises(ValueError, match=r"dW1 has shape \(2, 1\)"):
        compare({"dW1": found["dW1"].T}, truth(case.spec, case.arrays()))


def test_a_reused_tally_adds_up():
    tally, cases = Tally(), [draw_case(1, number) for number in range(3)]
    for case in cases:
        tally.add(case, judge_case(by_hand, case))
    assert tally.networks == 3
    assert sum(tally.axes["depth"].values()) == 3
    assert tally.kinds["dW"].rows == sum(case.spec.depth for case in cases)


ENTROPIES: dict[tuple[str, str], Any] = {
    ("binary_cross_entropy", "sigmoid"): lambda a, y: -(y * mpmath.log(a) + (1 - y) * mpmath.log(1 - a)),
    ("binary_cross_entropy", "softmax"): lambda a, y: (
        -((y and mpmath.log(a)) + (1 - y and mpmath.log(1 - a)))
    ),
    ("categorical_cross_entropy", "sigmoid"): lambda a, y: -(y and y * mpmath.log(a)),
    ("categorical_cross_entropy", "softmax"): lambda a, y: -(y and y * mpmath.log(a)),
    ("cross_entropy", "identity"): lambda a, y: -(y and y * mpmath.log(a)),
}


@pytest.mark.parametrize(("loss", "last"), ENTROPIES)
@given(z=st.lists(st.floats(-60, 60), min_size=3, max_size=3), label=st.integers(0, 2))
def test_the_last_dz_keeps_its_digits_for_labels_0_and_1(loss, last, z, label):
    """Against the limit quotient of the loss as its definition writes it.

    Three elementary functions' worth of relative error, and the rounding of z - max(z) in the softmax's
    exponents, are all that the formula may lose; p - y is off by all of its digits where p rounds to 1.
    """
    spec = NetworkSpec((1, 3), (last,), loss)
    y = np.eye(3)[[label]]
    found = functions.loss_backward(spec, np.array([z]), functions.activation(last, np.array([z])), y)[0]

    def outputs(values):
        if last == "sigmoid":
            return [1 / (1 + mpmath.exp(-value)) for value in values]
        total = mpmath.fsum(mpmath.exp(value) for value in values)
        return [mpmath.exp(value) / total for value in values]

    def loss_at(k, value):
        moved = [mpmath.mpf(entry) for entry in z]
        moved[k] = value
        terms = [ENTROPIES[loss, last](a, int(label == j)) for j, a in enumerate(outputs(moved))]
        return mpmath.fsum(terms) / (3 if loss == "binary_cross_entropy" else 1)

    r = Rounding("float64")
    relative = 3 * r.c + 2 * r.u * (max(z) - min(z))
    for k in range(3):
        if (loss, last) == ("categorical_cross_entropy", "sigmoid") and k != label:
            assert found[k] == 0  # this output is not in the loss
            continue
        slope = derivative(partial(loss_at, k), z[k], digits=20)
        with mpmath.workdps(40):
            assert abs(mpmath.mpf(float(found[k])) - slope) <= relative * abs(slope) + r.tiny, k
