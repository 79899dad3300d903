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

# What is wrong in scratch, and which quantity may be wrong first. Those of the catalogue shrink elsewhere.
MISTAKES = {
    "W not transposed back": (
        "network.backward:da_prev", "dz @ W.T if W.shape[0] == W.shape[1] else RIGHT", "da1 dx"
    ),
    "lost digits, which raise no allowance": ("functions.tanh:return", "RIGHT + 3e7 - 3e7", "a1"),
    "nan": ("functions.tanh:return", "RIGHT * np.nan", "a1"),
}  # fmt: skip


def smallest(witness: Witness) -> Case:
    """The simplest case on which the exam turns red."""
    return find(
        cases(),
        lambda case: judge_case(witness, case).first_wrong is not None,
        settings=settings(max_examples=2_000, database=None, suppress_health_check=list(HealthCheck)),
        random=Random(0),
    )


def is_small(case: Case) -> bool:
    """Two layers of two and two examples; which of these is smallest hangs on last bits."""
    return case.spec.depth <= 2 and max(case.spec.widths) <= 2 and case.batch <= 2


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_scratch_is_found_and_shrinks(name):
    at, wrong, quantity = MISTAKES[name]
    case = smallest(planted(at, wrong))
    assert is_small(case), case
    report = judge_case(planted(at, wrong), case)
    assert report.first_wrong is not None
    assert report.first_wrong.quantity in quantity.split()
    assert judge_case(by_hand, case).first_wrong is None


def test_a_mistake_in_the_reference_is_found_too(monkeypatch):
    honest = reference.LOSSES["mse"]
    monkeypatch.setitem(reference.LOSSES, "mse", lambda z, a, y: 0.5 * honest(z, a, y))
    case = smallest(by_hand)
    assert case.spec.loss == "mse"
    assert is_small(case), case


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("network.backward:dz", "fits 2 places"),
        ("network.backward:dz#3", "fits 0 places"),
        ("network.backward:others", "fits 0 places"),
        ("functions.tanh:softmax()", "fits 0 places"),
        ("network.backwards", "no such function"),
        ("spec.check_inputs", "begins with none of functions., network."),
        ("network", "begins with none"),
    ],
)
def test_an_address_names_exactly_one_place(at, words):
    with pytest.raises(ValueError, match=words):
        plant(at, "0")


def test_right_is_what_stood_there():
    x = np.array([-1.0, 2.0])
    assert (plant("functions.relu:return", "RIGHT + RIGHT").f.relu(x) == 2 * np.maximum(x, 0)).all()
    assert (plant("functions.relu", "return 2 * RIGHT(z)").f.relu(x) == 2 * np.maximum(x, 0)).all()
    assert (plant("functions.relu:maximum()", "np.minimum(z, 0)").f.relu(x) == np.minimum(x, 0)).all()


def test_the_reference_refuses_coarse_float32_products():
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium")
    try:
        with pytest.raises(RuntimeError, match="highest"):
            reference.Twin(NetworkSpec((1, 1), ("identity",)), [(np.ones((1, 1)), np.ones(1))])
    finally:
        torch.set_float32_matmul_precision(before)
