"""`backproof parity`: its tables, its JSON, its exit codes, and what it says when things go wrong."""

import json

import pytest

from backproof.parity_tests import exam
from backproof.parity_tests.planting import planted
from backproof.parity_tests.tally import KINDS

BROKEN = planted("functions.squared_error_backward:return", "(a - y) / len(y)")


def test_honest_networks_agree(answer):
    code, out, err = answer("parity", "--networks", "60")
    assert code == 0
    assert err == ""
    assert out.splitlines()[-1].startswith(
        "60 networks (--seed 0 --dtype float64 --examinee hand): 0 disagree"
    )
    for word in ("dW", "softmax", "cross_entropy", "extreme"):
        assert word in out


def test_the_same_seed_prints_the_same(answer):
    first, second, other = (answer("parity", "--seed", seed, "--networks", "6") for seed in "112")
    assert first == second != other


def test_workers_judge_the_same_networks(answer, monkeypatch):
    monkeypatch.setattr(exam, "CHUNK", 3)  # a task each
    alone, together = (
        answer("parity", "--networks", "6", "--jobs", jobs, "--json")[1] for jobs in ("1", "2")
    )
    assert alone == together


def test_json_is_strict(answer):
    code, out, _ = answer("parity", "--json", "--networks", "60", "--dtype", "float32")
    found = json.loads(out, parse_constant=pytest.fail)
    assert found["exit_code"] == code == 0
    assert found["networks"] == 60
    assert tuple(found["quantities"]) == tuple(found["steps"]) == KINDS
    assert found["unstable"] == 0
    # A step resolves more than a whole network, in the median and in the worst of a hundred.
    for kind, line in found["steps"].items():
        for resolution in ("resolution_median", "resolution_99"):
            assert 0 < line[resolution] <= found["quantities"][kind][resolution], kind


def test_the_reference_against_itself_compares_nothing(answer):
    case = "Case(spec=NetworkSpec(widths=(1, 1), activations=('tanh',), loss='mse'))"
    for words in (("--networks", "3"), ("--case", case)):
        code, out, _ = answer("parity", "--examinee", "autograd", *words)
        assert (code, "nothing was compared" in out) == (3, True)
    assert answer("parity", "--examinee", "autograd", "--dtype", "float32", "--networks", "60")[0] == 0


def test_a_form_that_loses_digits_is_counted_and_no_disagreement(answer, monkeypatch):
    lossy = planted("functions.tanh:return", "2 * sigmoid(2 * z) - 1")
    monkeypatch.setitem(exam.WITNESSES, "hand", lossy)
    case = "Case(spec=NetworkSpec(widths=(1, 1), activations=('tanh',), loss='mse'), scale=0.0001)"
    code, out, _ = answer("parity", "--case", case)
    assert code == 0
    assert "the calculus is right; the form " in out
    found = json.loads(answer("parity", "--networks", "15", "--json").out)
    assert found["unstable"] > 0
    assert not found["disagreeing"]


def test_a_kind_of_network_that_was_not_drawn_fails_the_run(answer):
    code, out, _ = answer("parity", "--networks", "3")
    assert code == 3
    assert "not drawn, so not checked: depth 1" in out


def test_a_disagreement_prints_its_case_its_rows_and_the_first_wrong_quantity(answer, monkeypatch):
    monkeypatch.setitem(exam.WITNESSES, "hand", BROKEN)
    code, out, _ = answer("parity", "--networks", "8", "--seed", "158")
    assert code == 1
    assert "first wrong step: dz" in out
    case = next(line for line in out.splitlines() if line.startswith("Case(spec=NetworkSpec(widths="))

    code, out, _ = answer("parity", "--case", case)
    assert code == 1
    assert out.splitlines()[0] == case
    assert " wrong" in out

    code, out, _ = answer("parity", "--case", case, "--json")
    found = json.loads(out)
    assert (found["exit_code"], found["case"]) == (1, case)
    assert found["first_wrong"].startswith("dz")

    monkeypatch.undo()
    assert answer("parity", "--case", case)[0] == 0


def test_a_case_in_which_nothing_can_be_decided(answer):
    spec = "NetworkSpec(widths=(1, 1), activations=('softmax',), loss='categorical_cross_entropy')"
    code, out, _ = answer("parity", "--case", f"Case(spec={spec}, scale=1e-3)")
    assert code == 0  # z is decidable; every gradient is exactly 0
    assert out.count("undecidable") == 5
    far = "Case(spec=NetworkSpec(widths=(1, 1), activations=('identity',), dtype='float32'), scale=1e30)"
    code, out, _ = answer("parity", "--case", far)
    assert code == 3
    assert "out of range" in out


def test_interrupted(answer, monkeypatch):
    honest = exam.questions

    def interrupted(*arguments):
        if arguments[2] == 8:
            raise KeyboardInterrupt
        return honest(*arguments)

    monkeypatch.setattr(exam, "CHUNK", 4)
    monkeypatch.setattr(exam, "questions", interrupted)
    code, out, err = answer("parity", "--networks", "20", "--seed", "5", "--skip", "2")
    assert code == 130
    assert "6 networks" in out
    assert "to continue: backproof parity --networks 14 --seed 5 --skip 8 --dtype float64" in err


@pytest.mark.parametrize(
    "words",
    [
        ("--networks", "0"), ("--networks", "many"), ("--networks", "9" * 26), ("--seed", "-1"),
        ("--skip", "-1"), ("--dtype", "float16"), ("--examinee", "me"), ("--jobs", "0"),
        ("--jobs", "99999"), ("--case", ""), ("--case", "Case()"), ("--case", "\x1b[31mCase(x=\u202e)"),
        ("--no-such-option",), ("extra",),
    ],
)  # fmt: skip
def test_a_mistaken_command_line(refused, words):
    assert "\u202e" not in "".join(refused("parity", *words))
