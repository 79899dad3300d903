"""Update rules by hand against torch.optim: the honest ones agree, and people's mistakes turn red."""

import json
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from backproof.parity_tests.updates import GRADIENT_NAMES, Updates, by_hand, by_torch, draw, judge
from backproof.scratch import optimizers
from backproof.scratch.optimizers import Kept, Training, clip
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

Rule = Callable[[OptimizerSpec, int, Array, Array, Kept], Array]


def _uncorrected(o, t, W, g, kept, *_):
    kept.m = o.beta1 * kept.m + (1 - o.beta1) * g
    kept.v = o.beta2 * kept.v + (1 - o.beta2) * g * g
    return W - o.rate(t) * kept.m / (np.sqrt(kept.v) + o.epsilon)


def _stored(o, t, W, g, kept, *_):
    kept.m = (o.beta1 * kept.m + (1 - o.beta1) * g) / (1 - o.beta1**t)
    kept.v = (o.beta2 * kept.v + (1 - o.beta2) * g * g) / (1 - o.beta2**t)
    return W - o.rate(t) * kept.m / (np.sqrt(kept.v) + o.epsilon)


def _epsilon_inside(o, t, W, g, kept, *_):
    kept.v = o.alpha * kept.v + (1 - o.alpha) * g * g
    return W - o.rate(t) * g / np.sqrt(kept.v + o.epsilon)


def _coupled(o, t, W, g, kept, *_):
    return optimizers.adam(o, t, W, g + o.weight_decay * W, kept)


def _averaged(o, t, W, g, kept, *_):
    kept.v = o.momentum * kept.v + (1 - o.momentum) * g
    return W - o.rate(t) * kept.v


def _rate_twice(o, t, W, g, kept, *_):
    kept.v = o.momentum * kept.v + o.rate(t) * g
    return W - o.rate(t) * kept.v


def _nesterov_as_momentum(o, t, W, g, kept, *_):
    return optimizers.momentum(o, t, W, g, kept)


# name: the rule it stands in for, and what stands there instead
MISTAKES: dict[str, tuple[str, Rule]] = {
    "bias correction forgotten": ("adam", _uncorrected),
    "bias correction stored": ("adam", _stored),
    "epsilon inside the root": ("rmsprop", _epsilon_inside),
    "decay coupled": ("adamw", _coupled),
    "momentum averaged": ("momentum", _averaged),
    "the rate applied twice": ("momentum", _rate_twice),
    "Nesterov without looking ahead": ("nesterov", _nesterov_as_momentum),
}


def asked(name: str, dtype: str) -> Updates:
    spec = OptimizerSpec(name, learning_rate=0.125, weight_decay=0.25, epsilon=1e-3)
    return Updates(spec, dtype, steps=4, seed=3)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_turns_the_exam_red(monkeypatch, name, dtype):
    right, wrong = MISTAKES[name]
    assert judge(by_hand, asked(right, dtype)).first_wrong is None
    monkeypatch.setitem(optimizers.RULES, right, wrong)
    assert judge(by_hand, asked(right, dtype)).first_wrong is not None


def test_adam_that_stores_its_corrected_averages_is_right_at_step_1(monkeypatch):
    monkeypatch.setitem(optimizers.RULES, "adam", _stored)
    first = judge(by_hand, asked("adam", "float64")).first_wrong
    assert first is not None
    assert first.quantity == "W1 after step 2"


def test_state_shared_between_parameters_turns_it_red():
    def shared(o, parameters, gradients) -> Iterator[list[Array]]:
        training = Training(o)
        training.step(parameters, gradients[0])
        training = Training(o, kept=[training.kept[0]] * len(parameters))
        training.kept = [Kept(np.zeros(()), np.zeros(()))] * len(parameters)
        for given_ in gradients:
            parameters = [
                optimizers.RULES[o.name](o, 1, W, g, Kept(training.kept[0].v + 0 * W, 0 * W))
                for W, g in zip(parameters, given_)
            ]
            yield parameters

    assert judge(shared, asked("momentum", "float64")).first_wrong is not None


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
        {"name": "adagrad"},
        {"learning_rate": 0},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"beta1": 1.0},
        {"momentum": -0.5},
        {"clip_norm": 0},
        {"epsilon": True},
        {"period": 0},
        {"schedule": "linear"},
    ],
)
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
    monkeypatch.setitem(optimizers.RULES, "momentum", _averaged)
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
