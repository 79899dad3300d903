"""Update rules by hand against torch.optim: the honest ones agree, and people's mistakes turn red."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from backproof.parity_tests.mistakes import update_catalogue
from backproof.parity_tests.updates import GRADIENT_NAMES, Stepper, Updates, by_hand, by_torch, draw, judge
from backproof.scratch import optimizers
from backproof.scratch.optimizers import clip
from backproof.scratch.spec import (
    INITIALISATIONS,
    OPTIMIZER_NAMES,
    SCHEDULE_NAMES,
    Array,
    NetworkSpec,
    OptimizerSpec,
    SpecError,
    init_params,
)


@given(seed=st.integers(0, 2**32 - 1), dtype=st.sampled_from(["float64", "float32"]))
def test_by_hand_is_torch(seed, dtype):
    asked = draw(seed, 0, dtype)
    report = judge(by_hand, asked)
    assert report.first_wrong is None, asked
    assert all(row.share <= 1 for row in report.rows)


@given(seed=st.integers(0, 2**32 - 1))
def test_torch_in_float32_sits_the_exam_too(seed):
    asked = draw(seed, 0, "float32")
    assert judge(by_torch, asked).first_wrong is None, asked


def test_every_rule_and_every_kind_of_gradient_is_asked():
    drawn = [draw(0, number, "float64") for number in range(300)]
    assert {each.optimizer.name for each in drawn} == set(OPTIMIZER_NAMES)
    assert {each.gradients for each in drawn} == set(GRADIENT_NAMES)
    assert {each.optimizer.schedule for each in drawn} == set(SCHEDULE_NAMES)
    decided = [judge(by_hand, each).decided for each in drawn]
    assert all(decided)


# --- mistakes ------------------------------------------------------------------------------------------


def asked(name: str, dtype: str) -> Updates:
    spec = OptimizerSpec(name, learning_rate=0.125, weight_decay=0.25, epsilon=1e-3)
    return Updates(spec, dtype, steps=4, seed=3)


def mistaken(name: str) -> Stepper:
    """A rule with one of people's mistakes in it."""

    def stepper(o: OptimizerSpec, parameters: list[Array], gradients: list[list[Array]]):
        training = update_catalogue()[name].rules.Training(o)
        for each in gradients:
            parameters = training.step(parameters, each)
            yield parameters

    return stepper


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", update_catalogue())
def test_a_mistake_turns_the_exam_red(name, dtype):
    questions = [asked(rule, dtype) for rule in OPTIMIZER_NAMES]
    assert not any(judge(by_hand, each).first_wrong for each in questions)
    with np.errstate(all="ignore"):
        assert any(judge(mistaken(name), each).first_wrong for each in questions)


def test_adam_that_stores_its_corrected_averages_is_right_at_step_1():
    stored = mistaken("the moments are stored corrected")
    first = judge(stored, asked("adam", "float64")).first_wrong
    assert first is not None
    assert first.quantity == "W1 after step 2"


# --- rates, clipping, beginnings -----------------------------------------------------------------------


@pytest.mark.parametrize("period", [1, 3, 7])
def test_rates_are_those_of_torch(period):
    W = torch.zeros(1, requires_grad=True)
    for name in ("step", "cosine"):
        o = OptimizerSpec(learning_rate=0.5, schedule=name, period=period)
        sgd = torch.optim.SGD([W], lr=0.5)
        theirs: torch.optim.lr_scheduler.LRScheduler = (
            torch.optim.lr_scheduler.StepLR(sgd, period)
            if name == "step"
            else torch.optim.lr_scheduler.CosineAnnealingLR(sgd, period)
        )
        for t in range(1, period + 1):
            # torch multiplies its way along the cosine, so that its last bits drift.
            assert abs(o.rate(t) - sgd.param_groups[0]["lr"]) <= 2.0**-50
            sgd.step()
            theirs.step()


def test_clipping_leaves_short_gradients_alone_and_shortens_long_ones():
    g = [np.array([3.0]), np.array([[4.0]])]
    assert clip(6.0, g) == 1
    assert clip(1.0, g) * 5 < 1
    assert clip(1.0, g) == 1 / (5 + 1e-6)


@pytest.mark.parametrize(("name", "variance"), [("he", 2 / 50), ("xavier", 2 / 60), ("lecun", 1 / 50)])
def test_an_initialisation_has_its_variance(name, variance):
    assert INITIALISATIONS[name](50, 10) == 1 / variance
    spec = NetworkSpec((50, 10), ("relu",), "mse")
    drawn = np.random.default_rng(3).standard_normal((10, 50)) / np.sqrt(1 / variance)
    [(W, b)] = init_params(spec, np.random.default_rng(3), name)
    assert (drawn == W).all()
    assert not b.any()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "adagrad"}, {"learning_rate": 0}, {"learning_rate": float("nan")},
        {"learning_rate": float("inf")}, {"beta1": 1.0}, {"momentum": -0.5}, {"clip_norm": 0},
        {"epsilon": True}, {"period": 0}, {"schedule": "linear"},
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_in_two_lines(wrong):
    with pytest.raises(SpecError) as refused:
        OptimizerSpec(**wrong)
    assert str(refused.value).count("\n") == 1


# --- the command ---------------------------------------------------------------------------------------


def test_the_command_counts_every_rule(answer):
    code, out, err = answer("updates", "--sequences", "60", "--dtype", "float32")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[1:7]] == list(OPTIMIZER_NAMES)
    assert out.endswith(
        "\n60 sequences (--seed 0 --dtype float32 --examinee hand): 0 disagree, 0 out of the dtype's range, "
        "0 with nothing decidable\n"
    )


def test_the_command_shows_a_wrong_rule(answer, monkeypatch):
    monkeypatch.setitem(optimizers.RULES, "momentum", optimizers.sgd)
    code, out, _ = answer("updates", "--sequences", "60", "--json")
    assert code == 1
    told = json.loads(out)
    assert all(
        line.startswith("Updates(optimizer=OptimizerSpec(name='momentum'") for line in told["disagreeing"]
    )
    assert told["disagreeing"]


def test_parts_of_a_run_are_the_run(answer, tmp_path):
    whole = answer("updates", "--sequences", "30")[1]
    folder = ("--out", str(tmp_path / "kept"))
    answer("updates", "--sequences", "20", *folder)
    assert answer("updates", "--sequences", "30", *folder)[1].splitlines()[:8] == whole.splitlines()[:8]


def test_torch_in_float64_is_the_reference_itself(answer):
    assert answer("updates", "--examinee", "torch")[0] == 3
