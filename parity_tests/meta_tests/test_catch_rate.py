"""The catch rate: what counts as active, what each comparator says, and a run that can be continued."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from backproof.parity_tests import catch_rate, sweep
from backproof.parity_tests.cases import Arrays, Case
from backproof.parity_tests.exact import Exact
from backproof.parity_tests.habits import HABITS
from backproof.parity_tests.mistakes import Known, catalogue
from backproof.parity_tests.planting import plant
from backproof.scratch.spec import NetworkSpec

CATALOGUE = catalogue()
SMALL = 193  # a seed whose first two networks are small


def exact(case: Case) -> Exact:
    return Exact(case.spec, case.arrays())


def test_a_mistake_that_is_never_reached_is_not_active():
    one = exact(Case(NetworkSpec((2, 3, 2), ("tanh", "identity"), "mse", l2=0.5), batch=2, labels="real"))
    active = {name for name, mistake in CATALOGUE.items() if one.differs(mistake)}
    assert "the tanh's slope is 1 - a" in active
    assert "l2 missing from the gradient" in active
    for name in ("the sigmoid with exp(+z)", "l1 missing from the gradient", "dropout without its scale"):
        assert name not in active


def test_what_is_the_same_function_on_this_network_is_not_active():
    one = exact(Case(NetworkSpec((3, 1), ("sigmoid",), "mse"), batch=1, labels="real"))
    for name in ("mean for sum in db", "dW laid out the other way round", "1/B as a float32 constant"):
        assert not one.differs(CATALOGUE[name]), name
    three = exact(Case(NetworkSpec((3, 2), ("sigmoid",), "mse"), batch=3, labels="real"))
    for name in ("mean for sum in db", "dW laid out the other way round", "1/B as a float32 constant"):
        assert three.differs(CATALOGUE[name]), name


def test_saturation_is_decided_with_more_digits():
    """At z = 1000 the sigmoid's slope is 1e-435, below every double, with its a and without it."""
    arrays = Arrays([(np.zeros((1, 1)), np.full(1, 1000.0))], np.ones((1, 1)), np.zeros((1, 1)), None)
    one = Exact(NetworkSpec((1, 1), ("sigmoid",), "mse"), arrays)
    assert not one.differs(CATALOGUE["the a of the sigmoid's slope forgotten"])
    assert one.differs(CATALOGUE["the sigmoid's slope taken at a instead of z"])


def test_what_is_0_in_exact_arithmetic_hides_nothing_and_shows_nothing():
    """A softmax over one output is 1, so with the label 1 the error is 0, and only the penalty is left."""
    for loss, doubled in (
        ("mae", "the absolute error's sign turned round"),
        ("half_squared_error", "a 2 too many in the half squared error"),
    ):
        spec = NetworkSpec((2, 3, 1), ("tanh", "softmax"), loss, l2=0.5)
        one = exact(Case(spec, batch=2, seed=4, labels="soft"))
        assert not one.differs(CATALOGUE[doubled]), loss
        assert one.first_difference(CATALOGUE["l2 missing from the gradient"]) == (0, "dW2"), loss


def test_shares_are_counted_by_stratum_and_rounded_down():
    score = catch_rate.Score()
    for stratum, flags in (("ordinary", "11"), ("ordinary", "00"), ("extreme", "10"), ("extreme", "11")):
        score.add(stratum, flags.ljust(1 + len(catch_rate.COMPARATORS), "0"), drawn=7)
    assert catch_rate.share([score], catch_rate.OURS, ["ordinary"]) == 1
    assert catch_rate.share([score], catch_rate.OURS, ["extreme"]) == 0.5
    assert catch_rate.share([score], catch_rate.OURS) == 2 / 3
    assert catch_rate.share([score], "llm.c") == 0
    assert (score.first, score.drawn) == (1, 7)
    assert np.isnan(catch_rate.share([catch_rate.Score()], catch_rate.OURS))


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_every_habit_accepts_what_is_equal_and_refuses_what_is_far(habit):
    right = {"dW1": np.array([[1.0, -2.0]]), "db1": np.array([0.5])}
    assert not habit.disagrees(right, right, "float64")
    assert habit.disagrees({name: value + 1 for name, value in right.items()}, right, "float64")
    assert habit.disagrees({name: value * np.nan for name, value in right.items()}, right, "float64")
    assert not habit.disagrees({"dW1": 0 * right["dW1"]}, {"dW1": 0 * right["dW1"]}, "float32")
    assert habit.source


def test_in_float32_half_the_digits_are_no_mistake():
    found = catch_rate.examine(SMALL, 0, "float32").results
    assert set(found) == {name for name, mistake in CATALOGUE.items() if "float32" in mistake.dtypes}
    assert set(catch_rate.Table("float32").scores) == set(found)
    assert "float32 leak" not in catch_rate.Table("float32").families()


def test_the_honest_share_leaves_out_networks_at_kinks():
    case = Case(NetworkSpec((2, 1), ("relu",), "mse"), batch=1, labels="real")
    W, b = np.array([[1.0, -1.0]]), np.array([1e-17])
    arrays = Arrays([(W, b)], np.ones((1, 2)), np.ones((1, 1)), None)
    known = Known(case.spec, arrays)
    assert known.whole.kinks == {"a1": 1}
    network = plant("functions.relu_backward:return", "da")
    ((flags, share, *_),) = catch_rate._judged([(network, "gradients")], known)
    assert (flags[0], share) == (False, 0.0)


def test_a_later_step_is_a_tie_where_the_first_change_is_within_rounding():
    case = Case(NetworkSpec((2, 3, 1), ("tanh", "tanh"), "mse"), batch=2, labels="real")
    known, first = Known(case.spec, case.arrays()), (0, "z1")

    def place(*wrong: str) -> tuple[str | None, str]:
        network = plant("network.forward:z", f"RIGHT * (1 + 1e-6 * (layer in ({', '.join(wrong)},)))")
        ((_, _, found, passed),) = catch_rate._judged([(network, "gradients")], known)
        return found[1] if found else None, catch_rate._beside(found, first, passed, known)

    assert place("0", "1") == ("z1", "right")
    assert place("1") == ("z2", "tie")  # z1 passes
    assert catch_rate._beside((0, "z2"), first, set(), known) == "later"
    assert catch_rate._beside(first, (0, "z2"), {first}, known) == "earlier"
    assert place("7") == (None, "none")


def test_one_network_tells_who_catches_what():
    found = catch_rate.examine(0, 3, "float64")
    assert set(found.results) == set(CATALOGUE)
    assert found.alarms == "0" * len(catch_rate.COMPARATORS)
    flags = found.results["activations kept in float32"]
    assert flags[:4] == "1111"  # active, and caught by each of ours
    assert flags[4] == "0"  # and not by llm.c's 2e-2
    assert flags[-1] == catch_rate.PLACES["right"]


def test_a_run_is_kept_continued_and_scored(tmp_path, answer, monkeypatch):
    words = ("catch-rate", "--jobs", "1", "--seed", SMALL, "--out", tmp_path)
    assert answer(*words, "--networks", "1").code in (1, 3)
    asked = []
    honest = catch_rate.examine

    def counted(seed, number, dtype, mistakes):
        asked.append(number)
        return honest(seed, number, dtype, mistakes)

    monkeypatch.setattr(catch_rate, "examine", counted)
    code, out, _ = answer(*words, "--networks", "2", "--json")
    assert code in (1, 3)
    assert asked == [1]
    found = json.loads(out)
    assert found["networks"] == 2
    assert set(found["mistakes"]) == set(CATALOGUE)
    assert found["comparators"][catch_rate.OURS]["alarms"] == 0
    assert {path.suffix for path in Path(tmp_path).iterdir()} == {".tsv", ".json", ".png", ".svg"}


def test_an_interrupted_run_keeps_what_is_done_and_prints_how_to_continue(tmp_path, answer, monkeypatch):
    honest = catch_rate.examine

    def interrupted(seed, number, dtype, mistakes):
        if number:
            raise KeyboardInterrupt
        return honest(seed, number, dtype, mistakes)

    monkeypatch.setattr(catch_rate, "examine", interrupted)
    words = ("catch-rate", "--networks", "5", "--seed", SMALL, "--jobs", "1", "--out", tmp_path)
    code, _, err = answer(*words)
    assert code == 130
    assert f"to continue: backproof catch-rate --networks 5 --seed {SMALL}" in err
    (line,) = (tmp_path / "results.tsv").read_text().splitlines()
    assert f'["catch-rate",{SMALL},0,"float64","catalogue",' in line


def test_what_is_done_cannot_be_kept(tmp_path, answer, refused, monkeypatch):
    words = ("catch-rate", "--networks", "1", "--seed", SMALL, "--jobs", "1", "--out", tmp_path)

    def full(log, *_):
        log.failure = OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(sweep.Log, "add", full)
        code, _, err = answer(*words)
    assert code == 2
    assert "tsv cannot be written: No space left on device" in err
    (tmp_path / "results.tsv").mkdir()
    problem, advice = refused(*words)
    assert problem.endswith(".tsv is a folder")
    assert advice == "a file is needed there"


def test_without_flint_it_says_what_to_install(tmp_path, refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    advice = refused("catch-rate", "--networks", "1", "--jobs", "1", "--out", tmp_path)[1]
    assert advice.startswith("pip install")
