"""What must hold of any implementation without asking a second one."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.parity_tests.cases import Arrays, Case, in_float64
from backproof.parity_tests.comparison import by_autograd, by_hand, quantities
from backproof.parity_tests.error_bound import Bound, Rounding, bound
from backproof.parity_tests.strategies import cases
from backproof.parity_tests.together import alone
from backproof.reference import network as reference
from backproof.scratch import functions, network
from backproof.scratch.buffers import Workspace
from backproof.scratch.optimizers import Training, flat, in_pairs
from backproof.scratch.spec import (
    ACTIVATION_NAMES,
    OPTIMIZER_NAMES,
    NetworkSpec,
    OptimizerSpec,
    check_labels,
)

BOTH = ("float64", "float32")


def bounded(case: Case, arrays: Arrays) -> Bound:
    """The bound on any honest evaluation of these arrays."""
    spec, exact = in_float64(case.spec, arrays)
    y = check_labels(spec, exact.y, len(exact.x))
    expected = reference.quantities(spec, *exact)
    return alone(bound(spec, exact.params, exact.x, y, exact.masks, expected, case.spec.dtype))


@given(case=cases(dtypes=BOTH))
@pytest.mark.parametrize("witness", [by_hand, by_autograd])
def test_no_argument_is_written_to(witness, case):
    arrays, before = case.arrays(), case.arrays()
    with np.errstate(all="ignore"):  # saturated networks may overflow
        witness(case.spec, *arrays)
    for now, then in zip(arrays.flat(), before.flat()):
        assert now.tobytes() == then.tobytes()


@given(case=cases(dtypes=BOTH))
def test_a_second_call_returns_the_same(case):
    with np.errstate(all="ignore"):  # saturated networks may overflow
        first, second = quantities(by_hand, case), quantities(by_hand, case)
    assert list(first) == list(second)
    for name, value in first.items():
        assert value.tobytes() == second[name].tobytes(), name


@given(case=cases(dtypes=BOTH))
def test_every_quantity_has_the_dtype_of_the_spec(case):
    with np.errstate(all="ignore"):  # saturated networks may overflow
        found = quantities(by_hand, case)
    for name, value in found.items():
        assert value.dtype == case.spec.dtype, name


@given(case=cases(dtypes=BOTH))
def test_the_code_that_trains_is_the_code_that_is_examined(case):
    arrays = case.arrays()
    if bounded(case, arrays).out_of_range:
        return
    found = by_hand(case.spec, *arrays)
    loss, grads = network.loss_and_grads(case.spec, *arrays)
    before, params = network.step(case.spec, arrays.params, arrays.x, arrays.y, 0.5, arrays.masks)
    assert loss == before == found["loss"]
    for layer, ((dW, db), (W, b)) in enumerate(zip(grads, arrays.params), start=1):
        assert np.array_equal(dW, found[f"dW{layer}"])
        assert np.array_equal(params[layer - 1][0], W - 0.5 * dW)
        if case.spec.biases:
            assert np.array_equal(db, found[f"db{layer}"])
            assert np.array_equal(params[layer - 1][1], b - 0.5 * db)
        else:
            assert params[layer - 1][1] is db is None


@given(
    case=cases(dtypes=BOTH),
    more=st.sampled_from((0, 2)),
    name=st.sampled_from(OPTIMIZER_NAMES),
    clipped=st.booleans(),
)
def test_with_buffers_the_same_bytes_come_out(case, more, name, clipped):
    spec, (params, x, y, masks) = case.spec, case.arrays()
    y = check_labels(spec, y, case.batch)
    before = case.arrays()
    kept = Workspace.of(spec, case.batch + more)
    kept = kept.first(case.batch) if more else kept
    rule = OptimizerSpec(name, clip_norm=0.5 if clipped else math.inf)
    ours, fresh, here, there = Training(rule), Training(rule), flat(params), flat(params)
    with np.errstate(all="ignore"):  # saturated networks may overflow, the same way on both
        # What one step leaves behind in the buffers must not be seen by the next.
        for rows in (x[::-1], y[::-1]), (x, y), (x, y):
            loss, grads = network.loss_and_grads(spec, in_pairs(here, spec.biases), *rows, masks, kept)
            expected, others = network.loss_and_grads(spec, in_pairs(there, spec.biases), *rows, masks)
            assert np.asarray(loss).tobytes() == np.asarray(expected).tobytes()
            for one, other in zip(flat(grads), flat(others), strict=True):
                assert one.tobytes() == other.tobytes()
            here = ours.step(here, flat(grads), kept.parameters, kept.gradients)
            there = fresh.step(there, flat(others))
            for one, other in zip(here, there, strict=True):
                assert one.tobytes() == other.tobytes()
    for now, then in zip(case.arrays()._replace(params=params, x=x).flat(), before.flat()):
        assert now.tobytes() == then.tobytes()


@given(case=cases(dtypes=BOTH), random=st.randoms(use_true_random=False))
def test_permuting_the_batch_permutes_the_rows(case, random):
    arrays = case.arrays()
    order = np.array(random.sample(range(case.batch), case.batch))
    errors = bounded(case, arrays)
    if errors.out_of_range:
        return
    straight = by_hand(case.spec, *arrays)
    permuted = by_hand(case.spec, *arrays.examples(order))
    for name, value in straight.items():
        per_row = not name.startswith(("loss", "dW", "db"))
        expected, error = (
            (value[order], errors.errors[name][order]) if per_row else (value, errors.errors[name])
        )
        assert (np.abs(permuted[name] - expected) <= 2 * error).all(), name


@given(case=cases(dtypes=BOTH))
def test_a_batch_is_the_average_of_its_examples(case):
    arrays = case.arrays()
    errors = bounded(case, arrays)
    singles = [arrays.examples(slice(row, row + 1)) for row in range(case.batch)]
    single_errors = [bounded(case, single) for single in singles]
    if errors.out_of_range or any(error.out_of_range for error in single_errors):
        return
    whole = by_hand(case.spec, *arrays)
    parts = [by_hand(case.spec, *single) for single in singles]
    for name in whole:
        if not name.startswith(("loss", "dW", "db")):
            continue
        values = np.array([part[name] for part in parts], dtype="float64")
        allowed = errors.errors[name] + np.mean([error.errors[name] for error in single_errors], axis=0)
        # The mean here is itself a float64 sum.
        allowed = allowed + Rounding("float64").gamma(case.batch + 1) * np.abs(values).mean(axis=0)
        assert (np.abs(whole[name] - values.mean(axis=0)) <= allowed).all(), name


def test_the_slope_of_relu_at_exactly_0_is_0():
    zero = np.zeros((1, 1))
    assert functions.relu_backward(np.ones((1, 1)), zero, zero) == 0
    spec = NetworkSpec((1, 1), ("relu",), "squared_error")
    params = [(np.ones((1, 1)), np.zeros(1))]
    for loss_and_grads in (network.loss_and_grads, reference.loss_and_grads):
        _, [(dW, db)] = loss_and_grads(spec, params, zero, -np.ones((1, 1)))
        assert dW == 0
        assert db == 0


def test_the_slope_of_the_absolute_error_at_exactly_0_is_0():
    spec = NetworkSpec((1, 1), ("identity",), "mae")
    params, one = [(np.ones((1, 1)), np.zeros(1))], np.ones((1, 1))
    for loss_and_grads in (network.loss_and_grads, reference.loss_and_grads):
        _, [(dW, _)] = loss_and_grads(spec, params, one, one)
        assert dW == 0


@given(case=cases(dtypes=BOTH), name=st.sampled_from(ACTIVATION_NAMES))
def test_an_activation_acts_on_each_example_alone(case, name):
    x = case.arrays().x
    whole = functions.activation(name, x)
    for row in range(case.batch):
        assert functions.activation(name, x[row : row + 1]).tobytes() == whole[row : row + 1].tobytes()


@given(case=cases(dropout=False))
def test_dropout_that_drops_nothing_at_rate_0_changes_nothing(case):
    arrays = case.arrays()
    ones = [np.ones((case.batch, case.spec.widths[layer])) for layer in case.spec.masked_layers]
    plain, masked = by_hand(case.spec, *arrays), by_hand(case.spec, *arrays._replace(masks=ones))
    for name, value in plain.items():
        assert np.array_equal(value, masked[name]), name


@given(case=cases())
def test_a_dropped_unit_passes_nothing_on_and_gets_no_gradient(case):
    spec = replace(case.spec, dropout=0.5)
    arrays = case.arrays()
    nothing = [np.zeros((case.batch, spec.widths[layer])) for layer in spec.masked_layers]
    if not nothing:
        return
    found = by_hand(spec, *arrays._replace(masks=nothing))
    assert (found[f"z{spec.depth}"] == (arrays.params[-1][1] if spec.biases else 0)).all()
    assert (found["dx"] == 0).all()
