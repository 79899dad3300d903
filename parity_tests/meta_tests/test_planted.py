"""The exam turns red for planted mistakes, and shrinks each to the smallest network that shows it."""

from random import Random

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, find, settings

from backproof.parity_tests.cases import Case
from backproof.parity_tests.comparison import Witness, by_hand, judge_case
from backproof.parity_tests.planting import plant, planted
from backproof.parity_tests.strategies import cases
from backproof.reference import network as reference
from backproof.scratch.spec import NetworkSpec

# name: (the right line of scratch, the wrong one, widths and batch of the smallest network that shows it,
# its first wrong quantity)
MISTAKES = {
    "the slope of the sigmoid taken at a instead of z": (
        "    return da * a * (1 - a)\n",
        "    return da * sigmoid(a) * (1 - sigmoid(a))\n",
        ((1, 1), 1, "dW1"),
    ),
    "W not transposed back": (
        "        da = dz @ W  #",
        "        da = dz @ W.T if W.shape[0] == W.shape[1] else dz @ W  #",
        ((2, 2), 1, "dx"),
    ),
    "mean for sum in db": ("db = dz.sum(axis=0)", "db = dz.mean(axis=0)", ((1, 1), 2, "db1")),
    "stale W: updated before dz went back through it": (
        "        da = dz @ W  #",
        "        da = dz @ (W - 0.1 * dW)  #",
        ((1, 1), 1, "dx"),
    ),
    "a float32 constant in a float64 formula": (
        "    return 2 * (a - y) / len(y)",
        "    return np.float64(np.float32(2 / 3)) * 3 * (a - y) / len(y)",
        ((1, 1), 1, "dW1"),
    ),
}


def smallest(witness: Witness) -> Case:
    """The simplest case on which the exam turns red."""
    return find(
        cases(),
        lambda case: judge_case(witness, case).first_wrong is not None,
        settings=settings(max_examples=2_000, database=None, suppress_health_check=list(HealthCheck)),
        random=Random(0),
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_scratch_is_found_and_shrinks(name):
    right, wrong, (widths, batch, quantity) = MISTAKES[name]
    case = smallest(planted(right, wrong))
    assert (case.spec.widths, case.batch) == (widths, batch)
    report = judge_case(planted(right, wrong), case)
    assert report.first_wrong is not None
    assert report.first_wrong.quantity == quantity
    assert judge_case(by_hand, case).first_wrong is None


def test_a_mistake_in_the_reference_is_found_too(monkeypatch):
    honest = reference.LOSSES["mse"]
    monkeypatch.setitem(reference.LOSSES, "mse", lambda z, a, y: 0.5 * honest(z, a, y))
    case = smallest(by_hand)
    assert (case.spec.loss, case.spec.widths, case.batch) == ("mse", (1, 1), 1)


def test_a_scratch_that_loses_digits_cannot_raise_its_own_allowance():
    lossy = planted("    return np.tanh(z)\n", "    return np.tanh(z) + 3e7 - 3e7\n")
    case = smallest(lossy)
    first = judge_case(lossy, case).first_wrong
    assert first is not None
    assert first.quantity == "a1"


def test_a_nan_is_wrong():
    nothing = planted("    return np.tanh(z)\n", "    return np.tanh(z) * np.nan\n")
    case = smallest(nothing)
    assert "tanh" in case.spec.activations


@pytest.mark.parametrize("right", ["no such line", "return"])
def test_a_mistake_needs_exactly_one_place(right):
    with pytest.raises(ValueError, match="occurs"):
        plant(right, "")


def test_planting_leaves_scratch_as_it_was():
    broken = planted("    return da * a * (1 - a)\n", "    return 0 * da\n")
    case = smallest(broken)
    assert judge_case(by_hand, case).first_wrong is None


def test_the_reference_refuses_coarse_float32_products():
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium")
    try:
        with pytest.raises(RuntimeError, match="highest"):
            reference.Twin(NetworkSpec((1, 1), ("identity",)), [(np.ones((1, 1)), np.ones(1))])
    finally:
        torch.set_float32_matmul_precision(before)
