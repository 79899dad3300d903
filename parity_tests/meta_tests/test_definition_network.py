"""The definition of a whole network: nearer the truth than both twins, and the arbiter between them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from backproof.parity_tests import exam
from backproof.parity_tests.arbitration import arbitrate
from backproof.parity_tests.cases import Arrays, Case
from backproof.parity_tests.comparison import by_hand, judge, judge_case
from backproof.parity_tests.planting import planted
from backproof.parity_tests.strategies import cases
from backproof.reference import network as reference
from backproof.reference.definition_network import LARGEST, DefinedNetwork, TooLargeError
from backproof.scratch.spec import NetworkSpec, SpecError
from backproof.scripts.cli import run

SMALL = NetworkSpec((2, 3, 2), ("tanh", "sigmoid"), "binary_cross_entropy", l1=0.01, l2=0.5, dropout=0.5)
CASE = Case(SMALL, batch=2, seed=3, labels="loose")


@settings(max_examples=settings().max_examples // 3)
@given(case=cases(extremes=False), where=st.integers(0, 10_000))
def test_both_twins_lie_within_the_bound_of_the_definition(case, where):
    if case.batch * case.spec.parameter_count > 300:
        case = replace(case, batch=1)
    if case.spec.parameter_count > 300:
        return
    report = judge_case(by_hand, case)
    row = report.rows[where % len(report.rows)]
    verdict = arbitrate(case.spec, case.arrays(), row)
    assert verdict.low is not None, verdict
    assert verdict.wrong == (), verdict


@pytest.mark.parametrize(
    "name", ["z1", "kept1", "a2", "loss", "dz2", "dW2", "dkept1", "da1", "dz1", "db1", "dx"]
)
def test_twenty_digits_are_twenty_digits(name):
    arrays = CASE.arrays()
    network, index = (
        DefinedNetwork(SMALL, *arrays),
        () if name == "loss" else (0,) if name == "db1" else (1, 0),
    )
    value = network.quantity(name, index, 20)
    more = network.quantity(name, index, 40)
    assert abs(value - more) <= abs(more) * mpf(10) ** -19
    found = by_hand(SMALL, *arrays)[name]
    assert float(value) == pytest.approx(float(found[index]), rel=float(np.sqrt(np.finfo("float64").eps)))


@pytest.mark.parametrize("b", [-185.0, -230.0, -400.0])
def test_a_tiny_loss_is_not_called_zero(b):
    """1 - p is 0 twice before there are enough digits."""
    spec = NetworkSpec((1, 1), ("sigmoid",), "binary_cross_entropy")
    arrays = Arrays([(np.zeros((1, 1)), np.full(1, b))], np.ones((1, 1)), np.zeros((1, 1)), None)
    value = float(DefinedNetwork(spec, *arrays).quantity("loss", (), 20))
    assert value == pytest.approx(np.exp(b), rel=float(np.finfo("float64").eps))
    (row,) = [row for row in judge(by_hand, spec, *arrays).rows if row.quantity == "loss"]
    assert arbitrate(spec, arrays, row).wrong == ()


HALVED = planted("functions.tanh_backward:return", "RIGHT / 2")


def test_a_mistake_by_hand_is_blamed_on_the_hand():
    row = judge_case(HALVED, CASE).first_wrong
    assert row is not None
    verdict = arbitrate(SMALL, CASE.arrays(), row)
    assert verdict.wrong == ("by hand",)
    assert "wrong: by hand" in str(verdict)


def test_a_mistake_in_the_reference_is_blamed_on_autograd(monkeypatch):
    honest = reference.LOSSES["binary_cross_entropy sigmoid"]
    monkeypatch.setitem(
        reference.LOSSES, "binary_cross_entropy sigmoid", lambda z, a, y: 0.5 * honest(z, a, y)
    )
    for row in judge_case(by_hand, CASE).rows:
        if row.verdict == "wrong":
            assert arbitrate(SMALL, CASE.arrays(), row).wrong == ("by autograd",)


def test_at_a_kink_anything_between_the_two_slopes_is_honest():
    spec = NetworkSpec((1, 1), ("relu",), "squared_error")
    params, x, y = [(np.ones((1, 1)), np.zeros(1))], np.zeros((1, 1)), -np.ones((1, 1))
    case_rows = judge_case(by_hand, Case(spec, labels="real")).rows
    row = next(row for row in case_rows if row.quantity == "db1")
    arrays = Case(spec, labels="real").arrays()._replace(params=params, x=x, y=y)
    half = replace(row, examined=1.0, expected=0.0, allowance=0.0)
    assert arbitrate(spec, arrays, half).wrong == ()
    verdict = arbitrate(spec, arrays, replace(half, examined=2.5))
    assert (verdict.low, verdict.high) == (0.0, 2.0)
    assert verdict.wrong == ("by hand",)
    assert "a kink" in str(verdict)


def test_above_its_size_it_refuses_and_says_so():
    spec = NetworkSpec((LARGEST, 1), ("identity",), "mse")
    case = Case(spec, labels="real")
    with pytest.raises(TooLargeError, match="the definition is asked up to"):
        DefinedNetwork(spec, *case.arrays())
    row = judge_case(by_hand, case).rows[0]
    assert "not asked" in str(arbitrate(spec, case.arrays(), row))


def test_arrays_that_do_not_fit_are_refused():
    arrays = CASE.arrays()
    with pytest.raises(SpecError):
        DefinedNetwork(SMALL, arrays.params, arrays.x[:, :1], arrays.y)


def test_parity_says_which_witness_is_wrong(capsys, monkeypatch):
    monkeypatch.setitem(exam.WITNESSES, "hand", HALVED)
    assert run(["parity", "--case", repr(CASE)]) == 1
    assert "wrong: by hand" in capsys.readouterr().out
    assert run(["parity", "--case", repr(CASE), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {verdict["wrong"][0] for verdict in found["by_definition"]} == {"by hand"}
