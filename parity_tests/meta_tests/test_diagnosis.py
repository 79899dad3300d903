"""Diagnosis names what was planted, names a factor or another loss, and never guesses."""

import json
import shlex
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from backproof.parity_tests import diagnosis
from backproof.parity_tests.cases import Arrays, Case, draw_case
from backproof.parity_tests.comparison import by_hand, by_hand_in
from backproof.parity_tests.diagnosis import (
    Evidence,
    Factor,
    Listed,
    OtherLoss,
    _fits,
    _reports,
    _wrong,
    _wrong_there,
    diagnose,
    evidence,
    trial,
)
from backproof.parity_tests.mistakes import Known, catalogue
from backproof.parity_tests.planting import plant_in_layers
from backproof.scratch.spec import NetworkSpec

CATALOGUE = catalogue()
SEED = 5


DRAWN: dict[int, Known] = {}


@cache
def tried(name):
    """Whichever tests come before it, in whichever process."""
    return trial(CATALOGUE[name], SEED, 3, DRAWN)


@pytest.mark.parametrize("name", CATALOGUE)
def test_what_was_planted_is_named(name):
    found = tried(name)
    assert found.networks == 3
    # Never named wrongly; a tie has the right one among its names, and says what would break it.
    assert found.outcome in ("right", "tie", "unknown")


def test_nearly_all_are_named():
    outcomes = [tried(name).outcome for name in CATALOGUE]
    assert outcomes.count("right") >= 0.95 * len(CATALOGUE)


def shown(cases: list[Case], wrong) -> list[Evidence]:
    """Evidence of gradients that `wrong` makes from the right ones."""
    found = []
    for case in cases:
        arrays = case.arrays()
        found.append(evidence(case.spec, arrays, wrong(case, arrays, by_hand(case.spec, *arrays))))
    return found


def ordinary(count: int, **settings) -> list[Case]:
    """The first ordinary cases of a seed, with a spec changed as asked."""
    cases = (draw_case(1, number) for number in range(1_000))
    found = [
        replace(case, spec=replace(case.spec, **settings)) for case in cases if case.stratum == "ordinary"
    ]
    return found[:count]


@pytest.mark.parametrize(
    ("k", "a", "b"), [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 1), (-1, 1, 1), (1, -1, -1)]
)
def test_a_factor_of_every_gradient_is_named(k, a, b):
    factor = Factor(k, a, b)

    def scaled(case, arrays, right):
        c = factor.value(Known(case.spec, arrays))
        return {name: value * (c if name.startswith("d") else 1) for name, value in right.items()}

    found = diagnose(shown(ordinary(8), scaled))
    assert found.verdict == "named"
    assert found.explanations == (factor,)


def test_a_factor_that_one_network_cannot_name_is_a_tie_with_a_network_that_would():
    case = Case(NetworkSpec((3, 2), ("tanh",), "squared_error"), batch=2, seed=4, labels="real")
    found = diagnose(shown([case], lambda _c, _a, right: {n: 2 * v for n, v in right.items() if n[0] == "d"}))
    assert found.verdict == "tie"
    assert {Factor(1, 0, 0), Factor(0, 1, 0), Factor(0, 0, 1)} <= set(found.explanations)
    assert found.apart is not None
    known = Known(found.apart.spec, found.apart.arrays())
    first, second = found.explanations[:2]
    assert not _fits(second, Evidence(known, first.predict(known, "gradients") or []))


def test_one_network_is_no_evidence():
    case = Case(NetworkSpec((3, 4, 2), ("tanh", "sigmoid"), "squared_error"), batch=2, seed=4, labels="real")
    mistake = CATALOGUE["the tanh's slope is 1 - a"]

    def wrong(case, arrays, _right):
        return by_hand_in(mistake.network(), case.spec, *arrays)

    alone = diagnose(shown([case], wrong))
    assert (alone.verdict, alone.names) == ("fits this network", (mistake.name,))
    two = diagnose(shown([case, replace(case, seed=5)], wrong))
    assert (two.verdict, two.names) == ("named", (mistake.name,))
    assert two.first_wrong == ("dz1", "dz1")


def test_what_nothing_explains_still_has_a_place():
    """db's first entry is off: no entry of the catalogue, and the first wrong step is known."""

    def wrong(_case, _arrays, right):
        return {**right, "db1": right["db1"] * (1 + (np.arange(len(right["db1"])) == 0))}

    cases = [
        Case(NetworkSpec((3, 4, 2), ("tanh", "sigmoid"), "mse"), 3, seed, labels="real") for seed in (1, 2)
    ]
    found = diagnose(shown(cases, wrong))
    assert (found.verdict, found.names, found.first_wrong) == ("unknown", (), ("db1", "db1"))


def test_what_is_wrong_at_another_step_explains_nothing():
    """Within the bound of a whole float32 network much fits; its first wrong step is another one."""
    case = Case(NetworkSpec((3, 4, 2), ("tanh", "sigmoid"), "mse"), 3, 1, labels="real")
    found = shown([case], lambda _c, _a, right: {**right, "dW2": right["dW2"] * 2})[0]
    listed = Listed(CATALOGUE["db is zero"])
    assert not _wrong_there(listed, found, "dW2")
    prediction = listed.predict(found.known, "gradients")
    assert prediction is not None
    assert _wrong_there(listed, replace(found, given=prediction), "db2")


@pytest.mark.parametrize("c", [-1.0, 0.0, 0.75])
def test_no_factor_is_made_up(c):
    wrong = shown(ordinary(6), lambda _c, _a, right: {n: c * v for n, v in right.items() if n[0] == "d"})
    found = diagnose(wrong)
    assert not any(isinstance(each, Factor) for each in found.explanations)


def test_the_gradient_of_another_loss_is_named():
    def other(case, arrays, right):
        theirs = by_hand(replace(case.spec, loss="categorical_cross_entropy"), *arrays)
        return {name: value for name, value in theirs.items() if name != "loss"} | {"loss": right["loss"]}

    cases = [
        Case(
            NetworkSpec((3, 4, 2), ("tanh", "sigmoid"), "binary_cross_entropy", l2=0.5),
            3,
            seed,
            labels=labels,
        )
        for seed, labels in ((1, "loose"), (2, "soft"), (3, "loose"))
    ]
    found = diagnose(shown(cases, other))
    expected = OtherLoss("binary_cross_entropy", "categorical_cross_entropy")
    assert found.explanations == (expected,)
    silent = [
        replace(e, given=[{n: v for n, v in e.given[0].items() if n != "loss"}]) for e in shown(cases, other)
    ]
    assert diagnose(silent).explanations == (expected,)


def test_right_gradients_are_right_and_noise_is_unknown():
    assert diagnose(shown(ordinary(3), lambda _c, _a, right: right)).verdict == "right"
    rng = np.random.default_rng(0)
    noise = shown(
        ordinary(3), lambda _c, _a, right: {n: v * (1 + rng.random(v.shape)) for n, v in right.items()}
    )
    assert all(_wrong(_reports(each)) for each in noise)
    assert diagnose(noise).verdict == "unknown"


def test_noise_on_a_saturated_network_is_not_named():
    """Its gradient is the smallest there is, beside which any number would be within a widened bound."""
    spec = NetworkSpec((2, 1), ("sigmoid",), "mse")
    for b in (-690.0, -705.0, -720.0):
        arrays = Arrays([(np.zeros((1, 2)), np.full(1, b))], np.ones((2, 2)), np.ones((2, 1)), None)
        rng = np.random.default_rng(0)
        noise = {"dW1": rng.standard_normal((1, 2)), "db1": rng.standard_normal(1)}
        assert diagnose([evidence(spec, arrays, noise)]).verdict == "unknown", b


def test_nothing_given_or_nothing_decidable_is_nothing_checked():
    spec = NetworkSpec((2, 1), ("sigmoid",), "mse")
    saturated = Arrays([(np.zeros((1, 2)), np.full(1, -1000.0))], np.ones((2, 2)), np.zeros((2, 1)), None)
    right = by_hand(spec, *saturated)
    assert diagnose([evidence(spec, saturated, {})]).verdict == "nothing checked"
    assert diagnose([evidence(spec, saturated, {"dW1": right["dW1"]})]).verdict == "nothing checked"
    assert diagnose([]).verdict == "nothing checked"


def test_another_loss_may_be_printed_as_well():
    def other(case, arrays, _right):
        return by_hand(replace(case.spec, loss="half_squared_error"), *arrays)

    spec = NetworkSpec((3, 4, 3), ("tanh", "sigmoid"), "squared_error", l2=0.5)
    cases = [Case(spec, batch, seed=batch, labels="real") for batch in (2, 3, 5)]
    found = diagnose(shown(cases, other))
    assert found.explanations == (OtherLoss("squared_error", "half_squared_error", value_too=True),)


def test_out_of_range_says_nothing():
    spec = NetworkSpec((3, 3, 3), ("identity", "identity"), "mse", dtype="float32")
    arrays = Case(spec, batch=2, scale=1e25, labels="real").arrays()
    found = evidence(spec, arrays, {"dW1": np.ones((3, 3), "float32")})
    assert diagnose([found]).verdict == "nothing checked"


def test_the_command_prints_what_was_named(answer):
    words = ("diagnose", "--mistake", "mean for sum", "--networks", "2")
    code, out, _ = answer(*words, "--json")
    assert code == 0
    assert [each["outcome"] for each in json.loads(out)["trials"]] == ["right"]
    code, out, _ = answer(*words)
    assert code == 0
    assert "1 mistakes planted (--seed 0 --networks 2): 1 right" in out


@pytest.mark.parametrize("words", [["--mistake", "no such"], ["--skip", "9999"]])
def test_without_a_mistake_nothing_is_planted(refused, words):
    refused("diagnose", *words)


def test_an_interrupted_run_prints_how_to_go_on(answer, monkeypatch):
    honest = diagnosis.trial

    def interrupted(mistake, *others):
        if mistake.name == "mean for sum in db":
            raise KeyboardInterrupt
        return honest(mistake, *others)

    def planted(expected, *words):
        code, out, err = answer(*words)
        found = json.loads(out)
        assert code == found["exit_code"] == expected
        return [each["planted"] for each in found["trials"]], err

    words = ("diagnose", "--mistake", "sum", "--networks", "1", "--json")
    names, _ = planted(0, *words)
    with monkeypatch.context() as patch:
        patch.setattr(diagnosis, "trial", interrupted)
        done, err = planted(130, *words)
    rest, _ = planted(0, *shlex.split(err.split("to continue: backproof ")[1]))
    assert done + rest == names


@pytest.mark.parametrize(
    ("name", "layers", "changed"),
    [
        ("mean for sum in db", (1,), {"db1"}),
        ("mean for sum in db", (1, 2), {"db1", "db2"}),
        ("the tanh's slope is 1 - a", (2,), {"dz2", "dW2", "db2", "da1", "dz1", "dW1", "db1", "dx"}),
        ("the tanh's slope is 1 - a", (3,), {"dz3"}),
    ],
)
def test_a_mistake_can_be_planted_in_some_layers_alone(name, layers, changed):
    case = Case(NetworkSpec((3, 4, 4, 2), ("tanh",) * 3, "mse"), 3, 1)
    mistake = catalogue()[name]
    network = plant_in_layers(mistake.at, mistake.wrong, layers, 3)
    assert network is not None
    wrong, right = by_hand_in(network, case.spec, *case.arrays()), by_hand(case.spec, *case.arrays())
    apart = {quantity for quantity in right if not np.array_equal(wrong[quantity], right[quantity])}
    assert changed <= apart if layers == (3,) else changed == apart
    assert plant_in_layers("network.forward:z", "RIGHT", layers, 3) is None
