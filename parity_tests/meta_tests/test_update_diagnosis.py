"""Updates that are not torch's are explained: every known mistake, and what is only another rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.parity_tests.mistakes import update_catalogue
from backproof.parity_tests.update_diagnosis import Observed, explain, sentence
from backproof.parity_tests.updates import Updates, quantity
from backproof.scratch import optimizers
from backproof.scratch.spec import OPTIMIZER_NAMES, Array, OptimizerSpec

# Mistakes that are another rate, and that one.
RATES = {"the momentum is averaged": "(1 - momentum)", "the rate is applied twice": "rate"}


def observed(rules, name, number, dtype="float64"):
    """What a module that stands in for scratch.optimizers answers on one question, with all that it keeps."""
    rng = np.random.default_rng([number, 7])
    o = OptimizerSpec(
        name,
        learning_rate=float(2.0 ** -rng.integers(1, 5)),
        momentum=float(rng.choice([0.5, 0.75])),
        alpha=float(rng.choice([0.5, 0.9])),
        beta1=float(rng.choice([0.5, 0.9])),
        beta2=float(rng.choice([0.9, 0.99])),
        epsilon=float(rng.choice([1e-3, 1e-2])),
        weight_decay=0.25 if name == "adamw" else 0.0,
    )
    asked = Updates(o, dtype, steps=4, seed=number, gradients=("normal", "zeros", "turning")[number % 3])
    parameters, gradients = asked.arrays()
    training, moved = rules.Training(o), parameters
    found: dict[str, Array] = {}
    for t, each in enumerate(gradients, start=1):
        with np.errstate(all="ignore"):
            moved = training.step(moved, each)
        for k, (W, kept) in enumerate(zip(moved, training.kept), start=1):
            found |= {quantity(k, t): W, f"m{k} after step {t}": kept.m, f"v{k} after step {t}": kept.v}
    return Observed(o, parameters, gradients, found)


@pytest.mark.parametrize(
    ("name", "dtype"), [(n, ("float64", "float32")[k % 2]) for k, n in enumerate(update_catalogue())]
)
def test_a_mistake_is_named(name, dtype):
    shown = 0
    for rule in OPTIMIZER_NAMES:
        seen = [observed(update_catalogue()[name].rules, rule, number, dtype) for number in (0, 2)]
        if not any(each.wrong_steps for each in seen):
            continue
        shown += 1
        names = [each.name for each in explain(seen)]
        if name in RATES:
            assert names == [f"equal to torch's at rate x {RATES[name]}"]
        else:
            assert name in names
    assert shown


@given(
    seed=st.integers(0, 10**6),
    name=st.sampled_from(OPTIMIZER_NAMES),
    dtype=st.sampled_from(["float64", "float32"]),
)
def test_what_is_right_has_no_explanation(seed, name, dtype):
    seen = observed(optimizers, name, seed, dtype)
    assert not seen.wrong_steps
    assert seen.wrong_state() is None
    assert explain([seen]) == []


def test_the_step_and_the_state_are_said():
    stored = update_catalogue()["the moments are stored corrected"].rules
    seen = [observed(stored, "adam", number) for number in range(3)]
    said = "right at step 1, apart from step 2 on: the moments are stored corrected"
    assert sentence(seen, explain(seen)) == said
    assert all(each.wrong_state().quantity == "m1 after step 1" for each in seen)


def test_a_velocity_may_hold_the_rate():
    seen = observed(optimizers, "momentum", 0)
    kept = {n: -seen.optimizer.learning_rate * v for n, v in seen.found.items() if n[0] == "v"}
    assert (
        Observed(seen.optimizer, seen.parameters, seen.gradients, {**seen.found, **kept}).wrong_state()
        is None
    )


def test_a_rate_that_has_no_name_is_measured_and_what_nothing_explains_is_not_named():
    seen = observed(optimizers, "rmsprop", 0)

    def moved(factor):
        other = OptimizerSpec("rmsprop", 0.375 * factor, alpha=seen.optimizer.alpha, epsilon=1e-3)
        training, W = optimizers.Training(other), seen.parameters
        found: dict[str, Array] = {}
        for t, g in enumerate(seen.gradients, start=1):
            W = training.step(W, g)
            found |= {quantity(k, t): each for k, each in enumerate(W, start=1)}
        own = OptimizerSpec("rmsprop", 0.375, alpha=seen.optimizer.alpha, epsilon=1e-3)
        return Observed(own, seen.parameters, seen.gradients, found)

    assert [each.name for each in explain([moved(0.3)])] == ["equal to torch's at rate x 0.3"]
    other = moved(1.0)
    found = {**other.found, quantity(1, 3): other.found[quantity(1, 3)] + 1}
    wrong = Observed(other.optimizer, other.parameters, other.gradients, found)
    assert explain([wrong]) == []
    assert sentence([wrong], []) == "right up to step 2, apart from step 3 on"
