"""The verdicts on the course's statements: each as expected, each twin caught, and the command's answers."""

import inspect
import json
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.data.dataset import load
from backproof.scripts.cli import run
from backproof.scripts.course import claims, claims_002, claims_command, evidence, trained
from backproof.scripts.course.claims import (
    ALTERATIONS,
    CONVENTION,
    DOCUMENTS,
    FACTOR,
    HOLDS,
    NOT_CHECKED,
    UNDECIDED,
    WRONG,
    Claim,
    NotCheckedError,
    Outcome,
    Readings,
    all_claims,
    decide,
    judge,
)
from backproof.scripts.course.claims_001 import dot, one_character_apart, project, right_W1
from backproof.scripts.course.claims_002 import RELU, SIGMOID, WIDE
from backproof.scripts.course.evidence import (
    always,
    derived,
    draws,
    equal,
    gradient_is,
    net,
    rounds_to,
    same,
    slope_is,
)

CLAIMS = {claim.id: claim for claim in all_claims()}
COMPUTED = [key for key, claim in CLAIMS.items() if not claim.by_reading]
NEEDS_MNIST = {"002-96", "002-98", "002-minibatch-figure"}
EXPECTED = {HOLDS: 138, CONVENTION: 69, FACTOR: 5, WRONG: 29, UNDECIDED: 17}
WRONG_ONES = [
    "000-add-all",
    "000-multiply-layer",
    "000-weight-probability",
    "000-relu-deriv-words",
    "000-gd-definition",
    "000-inverted-rate",
    "001-wrt-swapped",
    "001-mio-delta-bug",
    "001-mio-name-bug",
    "001-mio-nn",
    "001-randomness",
    "001-outer-down",
    "001-act-tanh",
    "001-yj-def",
    "001-choose-path",
    "001-dyi-dW1",
    "001-w1ij-final",
    "002-digits-range",
    "002-bias-sign",
    "002-b-range",
    "002-vector-index",
    "002-all-less-active",
    "002-single-params",
    "002-z-name",
    "003-b-range",
    "003-steepest",
    "003-a-vs-z",
    "003-costfunc-label",
    "003-sequential",
]


@pytest.fixture(autouse=True, scope="module")
def without_mnist(tmp_path_factory):
    """Most tests run as on a machine without MNIST, whose caches are empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BACKPROOF_DATA", raising=False)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))
        trained.digits.cache_clear()
        yield
    trained.digits.cache_clear()


@cache
def judged(key):
    """Every claim is judged once, whichever test asks first."""
    return judge(CLAIMS[key])


# --- the table ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in CLAIMS if key not in NEEDS_MNIST])
def test_the_verdict_is_the_expected_one(key):
    judgement = judged(key)
    assert judgement.finding.verdict == judgement.claim.expected, judgement.finding.shown


@pytest.mark.parametrize("key", [key for key in COMPUTED if key not in NEEDS_MNIST])
def test_the_falsified_twin_is_caught(key):
    judgement = judged(key)
    assert judgement.caught, f"{judgement.claim.altered} altered, still {judgement.finding.verdict}"


@pytest.mark.parametrize("key", sorted(NEEDS_MNIST))
def test_without_mnist_its_statements_are_not_checked_and_never_pass(key):
    judgement = judged(key)
    assert judgement.finding.verdict == NOT_CHECKED
    assert not judgement.agrees
    assert not judgement.caught


def test_the_figure_is_mnist_but_for_one_digit(mnist_root):
    token = evidence.data_root.set(mnist_root)
    try:
        judgement = judge(CLAIMS["002-minibatch-figure"])
    finally:
        evidence.data_root.reset(token)
    assert (judgement.finding.verdict, judgement.caught) == (UNDECIDED, True)
    assert "entry 39: stated 2, right 7" in judgement.finding.shown


@pytest.mark.parametrize("key", ["002-96", "002-98"])
@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ({RELU: 0.9605, SIGMOID: 0.9451, WIDE: 0.98}, CONVENTION),
        ({RELU: 0.9, SIGMOID: 0.9, WIDE: 0.9}, WRONG),
        ({RELU: 0.9605, SIGMOID: 0.9801, WIDE: 0.98}, None),
    ],
)
def test_the_share_of_digits_read_decides(key, shares, verdict, monkeypatch):
    # Training takes minutes on MNIST, so what it gives is put in its place here.
    monkeypatch.setattr(claims_002, "mnist", lambda: load("digits"))
    monkeypatch.setattr(claims_002, "digit_network", lambda name: (name, []))
    monkeypatch.setattr(claims_002, "evaluate", lambda name, *_: (0.0, shares[name]))
    judgement = judge(CLAIMS[key])
    assert judgement.finding.verdict == (verdict or {"002-96": CONVENTION, "002-98": HOLDS}[key])
    assert judgement.caught or verdict == WRONG


def test_there_are_258_statements_of_five_documents():
    assert len(all_claims()) == len(CLAIMS) == 258
    assert {claim.document for claim in CLAIMS.values()} == set(DOCUMENTS)
    counts = dict.fromkeys(EXPECTED, 0)
    for claim in CLAIMS.values():
        counts[claim.expected] += 1
    assert counts == EXPECTED


def test_the_wrong_ones_come_with_what_is_right_and_what_shows_it():
    found = [judged(key) for key in CLAIMS if judged(key).finding.verdict == WRONG]
    assert sorted(j.claim.id for j in found) == sorted(WRONG_ONES)
    for j in found:
        assert j.claim.remedy
        assert j.finding.shown


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=str)
def test_a_claim_is_complete(claim):
    assert claim.statement.endswith((".", "?"))
    assert claim.remedy or claim.expected == HOLDS
    assert claim.expected in EXPECTED
    if claim.by_reading:
        assert claim.twin is None
        return
    assert claim.altered in ALTERATIONS
    parameters = inspect.signature(claim.check).parameters
    assert claim.twin
    for name, value in claim.twin.items():
        default = parameters[name].default
        assert default is not inspect.Parameter.empty
        assert default is not value


# --- how outcomes become verdicts ---------------------------------------------------------------------

rights = st.lists(st.booleans(), min_size=1, max_size=4)


def readings(right, damaged=False, factor=None):
    outcomes = {f"reading {i}": Outcome(r, "", None if r else factor) for i, r in enumerate(right)}
    return Readings(outcomes, damaged)


@given(rights, st.booleans())
def test_a_statement_holds_only_where_every_reading_does(right, damaged):
    verdict = decide(readings(right, damaged)).verdict
    assert (verdict == HOLDS) == all(right)
    assert (verdict == WRONG) == (not any(right))
    mixed = any(right) and not all(right)
    assert (verdict == UNDECIDED) == (mixed and damaged)
    assert (verdict == CONVENTION) == (mixed and not damaged)


@given(rights, st.fractions(min_value="1/8", max_value=8))
def test_a_common_factor_is_named_only_where_nothing_is_right(right, factor):
    finding = decide(readings(right, factor=factor))
    assert (finding.verdict == FACTOR) == (not any(right))
    assert (str(factor) in finding.name) == (finding.verdict == FACTOR)


def test_two_different_factors_are_wrong():
    outcomes = {"a": Outcome(False, "", Fraction(2)), "b": Outcome(False, "", Fraction(3))}
    assert decide(Readings(outcomes)).verdict == WRONG


def test_a_convention_names_the_readings_that_hold():
    assert decide(readings([True, False, True])).name == "reading 0; reading 2"


# --- the evidence -------------------------------------------------------------------------------------

ratios = st.fractions(min_value="1/9", max_value=9, max_denominator=9)


@given(ratios)
def test_a_formula_that_is_off_by_a_factor_is_told_its_factor(ratio):
    found = same(lambda x, y: (x + y) * ratio.denominator / ratio.numerator, lambda x, y: x + y, "x y")
    assert found.right == (ratio == 1)
    assert found.factor == (None if ratio == 1 else ratio)


@given(st.integers(-5, 5), st.integers(1, 4))
def test_a_slope_is_told_from_its_neighbours(shift, power):
    found = slope_is(lambda x: power * x ** (power - 1) + shift, lambda x: x**power, "x", "x")
    assert found.right == (shift == 0)


def test_another_sign_is_no_factor():
    assert same(lambda x: -x, lambda x: x, "x").factor is None


@given(st.integers(0, 2**16))
def test_a_gradient_is_told_from_its_multiples(seed):
    n = net(2, 3, 2, 2, loss="half_squared_error", biases=False, seed=seed)
    assert gradient_is(right_W1, "dW1", [n]).right
    assert gradient_is(lambda n: right_W1(n) / 3, "dW1", [n]).factor == 3
    wrong = gradient_is(lambda n: right_W1(n)[::-1], "dW1", [n])
    assert not wrong.right
    assert wrong.factor is None


def test_a_gradient_of_another_shape_is_wrong():
    assert "shape" in gradient_is(lambda n: right_W1(n).T, "dW1", [net(2, 3, 2, 2)]).shown


@pytest.mark.parametrize(
    ("line", "right", "factor"),
    [
        (r"\frac{de}{dw} = 2 w", True, None),
        (r"\frac{de}{dw} = w", False, 2),
        (r"\frac{de}{dw} = 6 w", False, Fraction(1, 3)),
        (r"\frac{de}{dw} = 2 + w", False, None),
    ],
)
def test_the_derivation_checker_is_asked(line, right, factor):
    found = derived("e = w^2", line)
    assert (found.right, found.factor) == (right, factor)


def test_drawn_points_are_never_zero_and_keep_to_their_ranges():
    for point in draws("a b+ c%", 200):
        assert point["a"] != 0
        assert point["b"] > 0
        assert 0 < point["c"] < 1


@given(st.decimals(-10, 10, places=5), st.integers(0, 4))
def test_what_is_printed_is_compared_in_its_own_digits(value, places):
    printed = f"{value:.{places}f}"
    assert rounds_to(printed, Fraction(value)).right
    step = Fraction(1, 10**places)
    assert not rounds_to(printed, Fraction(printed) + step).right


@given(st.text("019.", max_size=8), st.text("019.", max_size=8))
def test_one_character_apart(a, b):
    assert one_character_apart(a, b) == one_character_apart(b, a)
    assert one_character_apart(a, a + "7")
    assert not one_character_apart(a, a + "77")
    if one_character_apart(a, b):
        assert abs(len(a) - len(b)) <= 1


small = st.integers(-4, 4)


def rows_of(length):
    return st.lists(small, min_size=length, max_size=length)


# Up to three inputs and an output of as many examples.
fits = st.integers(2, 5).flatmap(
    lambda n: st.tuples(st.lists(rows_of(n), min_size=1, max_size=3), rows_of(n))
)


@given(fits)
def test_what_least_squares_leaves_is_at_right_angles_to_every_input(case):
    inputs, y = case
    weights, error = project(inputs, y)
    rest = [goal - sum(w * row[i] for w, row in zip(weights, inputs)) for i, goal in enumerate(y)]
    assert error == dot(rest, rest)
    assert all(dot(rest, row) == 0 for row in inputs)


def test_nothing_checked_is_an_error_of_ours():
    with pytest.raises(AssertionError):
        always(bool, [])
    with pytest.raises(AssertionError):
        gradient_is(right_W1, "dW1", [])


def test_numbers_of_numpy_are_compared_and_printed_as_plain_ones():
    assert equal([1.0, 2.0], np.array([1.0, 2.0])).right
    assert equal(1.0, np.float64(2)).shown == "stated 1.0, right 2.0"


# --- the command --------------------------------------------------------------------------------------


def answer(capsys, *words):
    """Exit code, standard output and standard error of `backproof course claims`."""
    code = run(["course", "claims", *words])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def three(monkeypatch):
    """A table of three claims, the last one by reading, that a test may change."""

    def check(stated=2):
        return equal(stated, 2)

    def three_is_two(stated=3):
        return check(stated)

    table = [
        Claim("000-a", "Two is two.", HOLDS, "", check, {"stated": 3}, "value"),
        Claim("001-b", "Three is two.", WRONG, "It is two.", three_is_two, {"stated": 2}, "value"),
        Claim("002-c", "A picture.", UNDECIDED, "It is lost."),
    ]
    monkeypatch.setattr(claims, "all_claims", lambda: table)
    return table


@pytest.mark.usefixtures("three")
def test_the_table_shows_what_is_right_and_what_shows_it(capsys):
    code, out, err = answer(capsys)
    assert (code, err) == (0, "")
    for text in ("Two is two.", "Right is: It is two.", "Shown by: stated 3, right 2", "by reading"):
        assert text in out
    assert "3 statements: 1 hold, 1 wrong, 1 undecidable" in out
    assert "1 judged by reading; 2 falsified twins, 2 caught" in out
    assert out.splitlines()[-1] == "every computed verdict is the expected one"


@pytest.mark.usefixtures("three")
def test_wrong_shows_the_wrong_ones_and_counts_all(capsys):
    code, out, _ = answer(capsys, "--wrong")
    assert code == 0
    assert "Three is two." in out
    assert "Two is two." not in out
    assert "3 statements" in out


def test_another_verdict_than_expected_is_exit_code_1(capsys, three):
    three[0] = Claim("000-a", "Two is two.", WRONG, "", three[0].check, three[0].twin, "value")
    code, out, _ = answer(capsys)
    assert code == 1
    assert "differs: 000-a is holds, expected wrong" in out
    assert "every computed verdict" not in out


def test_a_twin_that_is_not_caught_is_exit_code_1(capsys, three):
    three[0] = Claim(
        "000-a", "Two is two.", HOLDS, "", lambda stated=2: equal(2, min(stated, 2)), {"stated": 3}, "value"
    )
    code, out, _ = answer(capsys)
    assert code == 1
    assert "twin not caught: 000-a, value" in out


def test_what_cannot_be_checked_here_never_passes(capsys, three):
    def check(stated=2):
        raise NotCheckedError(f"needs MNIST for {stated}")

    three[0] = Claim("000-a", "Two is two.", HOLDS, "", check, {"stated": 3}, "value")
    code, out, _ = answer(capsys)
    assert code == 0
    assert "1 not checked here" in out
    assert "Not checked: needs MNIST for 2" in out
    assert "not checked here: 000-a, needs MNIST for 2" in out
    assert "1 falsified twin, 1 caught" in out
    three[1:] = []
    code, out, _ = answer(capsys)
    assert code == 3
    assert "every computed verdict" not in out


def test_json_is_strict_and_complete(capsys):
    code, out, err = answer(capsys, "--document", "x", "--json")
    assert (code, err) == (0, "")

    def constant(name):
        raise AssertionError(name)

    found = json.loads(out, parse_constant=constant)
    assert [s["id"] for s in found["statements"]] == [key for key in CLAIMS if key.startswith("x-")]
    assert found["verdicts"][CONVENTION] == len(found["statements"])
    assert found["verdicts"][NOT_CHECKED] == 0
    assert found["twins"] == {"judged": 4, "caught": 4}
    assert found["differ"] == []
    for statement in found["statements"]:
        assert None not in [statement[name] for name in ("statement", "verdict", "right", "shown_by")]
        assert statement["twin"]["verdict"] != statement["verdict"]


def test_single_statements_are_asked_for_by_name(capsys):
    code, out, _ = answer(capsys, "001-act-tanh", "002-066")
    assert code == 0
    assert "001-act-tanh" in out
    assert "002-066" in out
    assert "2 statements: 1 hold, 1 wrong" in out


@pytest.mark.parametrize(
    ("words", "problem", "advice"),
    [
        (("--document", "9"), "no document '9'", "choose from 000, 001, 002, 003, 004, x"),
        (("001-K",), "no statement '001-K'", "`backproof course claims` lists all of them, such as 001-J"),
        (("001-J", "--document", "002"), "none of these is of document 002", "leave --document out"),
    ],
)
def test_a_wrong_name_is_answered_in_two_lines(capsys, words, problem, advice):
    code, out, err = answer(capsys, *words)
    assert (code, out) == (2, "")
    assert err == f"error: {problem}\n{advice}\n"


@pytest.mark.usefixtures("three")
def test_an_interruption_keeps_what_is_done_and_says_how_to_go_on(capsys, monkeypatch):
    def interrupted(claim):
        if claim.id == "001-b":
            raise KeyboardInterrupt
        return judge(claim)

    monkeypatch.setattr(claims, "judge", interrupted)
    code, out, err = answer(capsys)
    assert code == 130
    assert "Two is two." in out
    assert "Three is two." not in out
    assert err.splitlines() == [
        "interrupted: 1 of 3 statements judged",
        "continue with: backproof course claims 001-b 002-c",
    ]
    code, out, err = answer(capsys, "--json", "--wrong", "--data-root", "my data")
    found = json.loads(out)
    assert (code, found["exit_code"], found["verdicts"][HOLDS]) == (130, 130, 1)
    assert err.endswith(" claims 001-b 002-c --wrong --data-root 'my data' --json\n")
    err = answer(capsys, "001-b", "002-c")[2]
    assert err.endswith("course claims 001-b 002-c\n")
    err = answer(capsys, "--document", "001", "--json")[2]
    assert err.endswith("course claims --document 001 --json\n")


def test_the_counts_need_a_check(three):
    by_reading = [judge(three[2])]
    assert claims_command.exit_code(by_reading) == 3
