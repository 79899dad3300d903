"""The course's statements: verdicts, places, falsification, their language, and the command."""

import ast
import json
import os
import re
import shlex
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from backproof.data import course
from backproof.parity_tests.meta_tests.conftest import PROJECT
from backproof.scripts.course import evidence, falsify, statements, trained
from backproof.scripts.course.evidence import NotCheckedError, dot, draws, net, project, quantity_is, rounded
from backproof.scripts.course.language import DIGITS, LanguageError, Machine, expression, listing, mpf_of
from backproof.scripts.course.statements import (
    CONVENTION,
    DAMAGED,
    DOCUMENTS,
    FACTOR,
    HOLDS,
    UNDECIDED,
    UNEXPLAINED,
    WRONG,
    Outcome,
    decide,
    judge,
    plain,
)

STATEMENTS = statements.statements()
OWN = [key for key, statement in STATEMENTS.items() if not statement.same]
NEEDS_MNIST = {"002-96", "002-98", "002-minibatch-figure"}


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
    """Every statement is judged once, whichever test asks first."""
    return judge(STATEMENTS[key])


# --- the statements -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in OWN if key not in NEEDS_MNIST])
def test_the_verdict_is_the_expected_one(key):
    finding = judged(key)
    assert finding.verdict == STATEMENTS[key].verdict, finding.shown
    assert finding.shown


def test_how_many_there_are_of_each():
    counts = dict.fromkeys((HOLDS, CONVENTION, FACTOR, WRONG, DAMAGED, UNDECIDED), 0)
    for statement in STATEMENTS.values():
        counts[statement.verdict] += 1
    assert counts == {HOLDS: 147, CONVENTION: 76, FACTOR: 6, WRONG: 29, DAMAGED: 11, UNDECIDED: 8}
    kinds = [statement.kind for statement in STATEMENTS.values()]
    assert kinds.count("definition") <= 20
    assert kinds.count("reading") <= 6


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_is_complete(statement):
    assert statement.says.endswith((".", "?"))
    assert re.fullmatch(r"\d{3}:\d+", statement.place)
    assert statement.document in (statement.place[:3], "x")
    assert statement.words
    assert statement.right or statement.verdict == HOLDS
    assert bool(statement.trials) == statement.computed
    if statement.verdict in (WRONG, DAMAGED) and statement.computed:
        assert statement.mended is not None


def test_what_says_the_same_is_judged_alike():
    for statement in STATEMENTS.values():
        if statement.same:
            assert not STATEMENTS[statement.same].same
            assert statement.verdict == STATEMENTS[statement.same].verdict


def made(**row):
    """A statement of this row."""
    usual = {"at": "000:1", "words": "a", "says": "A.", "verdict": HOLDS}
    return statements._statement("000-a", {**usual, **row}, {})


def documents():
    """The folder with the five documents; where it is absent the summary says so."""
    folder = Path(os.environ.get("BACKPROOF_COURSE") or PROJECT.parent / "shared" / "course")
    if not folder.is_dir():
        pytest.skip(
            f"the places in the documents were NOT tested: there are none in {folder}; set BACKPROOF_COURSE"
        )
    return {key: next(folder.glob(f"{key}_*.txt")).read_text("utf-8") for key in DOCUMENTS if key != "x"}


def test_every_place_is_where_its_words_stand():
    texts = {key: text.splitlines() for key, text in documents().items()}
    for statement in STATEMENTS.values():
        document, line = statement.place.split(":")
        passage = plain(" ".join(texts[document][int(line) - 1 : int(line) + 5]))
        assert plain(statement.words) in passage, (statement.id, statement.words, passage)
    for system in course.systems():
        document, line = system.at.split(":")
        passage = plain(" ".join(texts[document][int(line) - 1 : int(line) + 6]))
        assert plain(system.words) in passage, (system, passage)


# --- falsified ----------------------------------------------------------------------------------------


def test_changes_of_what_is_stated_are_noticed():
    """Of every other statement, of all in the longer profiles; `course claims --falsify` adds formulas."""
    caught, counted = 0, 0
    for key in OWN[:: 1 if settings().max_examples > 100 else 2]:
        statement = STATEMENTS[key]
        if key not in NEEDS_MNIST and statement.kind == "claim" and not statement.listed:
            found = falsify.falsify(statement, judged(key))
            caught, counted = caught + found.caught, counted + found.counted
            assert found.counted, key
    assert 100 * caught >= 95 * counted


def test_a_check_that_does_not_look_is_found_out():
    blind = made(claim="0 * 3 == 0")
    found = falsify.falsify(blind, judge(blind))
    assert (found.caught, found.counted) == (4, 5)
    assert "3 to 4" in found.survivors


def test_everything_in_an_expression_is_changed():
    claim = expression("-a[1] + 2.50 * f(b) <= max(a, 'x')")
    changed = [ast.unparse(tree) for tree, _ in falsify.of_tree(claim, {"a": "b", "b": "a"})]
    assert len(set(changed)) == len(changed)
    for part in (
        "a[1] +", "-b[1]", "-a[2]", "-a[1] - 2", "2.6", "2.5 + f",
        "f(a)", "> max", "< max", "min(a", "max(b", "'1'",
    ):  # fmt: skip
        assert any(part in text for text in changed), part
    assert ast.unparse(claim) == "-a[1] + 2.5 * f(b) <= max(a, 'x')"


def test_everything_in_a_formula_is_changed():
    changed = [text for text, _ in falsify.of_formula(r"\frac{dC}{dw_j} = 2 (a - y) \sigma'(z)")]
    for part in (r"dw}", "w_a", "= 3", "a + y", r"\sigma(z)", "(C)"):
        assert any(part in text for text in changed), part


# --- how outcomes become verdicts ---------------------------------------------------------------------

rights = st.lists(st.booleans(), min_size=1, max_size=4)


def outcomes(right, factor=None):
    return {f"reading {i}": Outcome(r, "", None if r else factor) for i, r in enumerate(right)}


@given(rights, st.booleans())
def test_a_statement_holds_only_where_every_reading_does(right, lost):
    found = decide(outcomes(right), lost)
    mixed = any(right) and not all(right)
    assert (found.verdict == HOLDS) == all(right)
    assert (found.verdict == WRONG) == (not any(right))
    assert (found.verdict == UNDECIDED) == (mixed and lost)
    assert (found.verdict == CONVENTION) == (mixed and not lost)
    if mixed:
        assert found.name.split("; ") == [name for name, o in outcomes(right).items() if o.right]


@given(rights, st.fractions(min_value="1/8", max_value=8))
def test_a_common_factor_is_named_only_where_nothing_is_right(right, factor):
    finding = decide(outcomes(right, factor))
    assert (finding.verdict == FACTOR) == (not any(right))
    assert (str(factor) in finding.name) == (finding.verdict == FACTOR)


def test_two_different_factors_are_wrong():
    assert (
        decide({"a": Outcome(False, "", Fraction(2)), "b": Outcome(False, "", Fraction(3))}).verdict == WRONG
    )


def stated(**row):
    return judge(made(**row))


def test_what_is_said_to_be_right_has_to_be():
    assert stated(claim="1 == 2", mended="1 == 1").verdict == WRONG
    assert stated(claim="1 == 2", mended="1 == 3").verdict == UNEXPLAINED
    assert stated(claim="1 == 2", mend=["2", "1"], damaged=True).verdict == DAMAGED


@given(st.fractions(min_value="1/9", max_value=9, max_denominator=9))
def test_a_formula_that_is_off_by_a_factor_is_told_its_factor(ratio):
    found = stated(over="x y", claim=f"x + y == (x + y) * {ratio.denominator} / {ratio.numerator}")
    assert found.verdict == (HOLDS if ratio == 1 else FACTOR)
    assert found.name == ("" if ratio == 1 else f"{ratio} times what is stated")


@given(st.integers(-5, 5), st.integers(1, 4))
def test_a_slope_is_told_from_its_neighbours(shift, power):
    found = stated(over="x", claim=f"{power} * x**{power - 1} + {shift} == D(x**{power}, x)")
    assert (found.verdict == HOLDS) == (shift == 0)


@pytest.mark.parametrize(
    ("line", "verdict", "name"),
    [
        (r"\frac{de}{dw} = 2 w", HOLDS, ""),
        (r"\frac{de}{dw} = w", FACTOR, "2 times what is stated"),
        (r"\frac{de}{dw} = 6 w", FACTOR, "1/3 times what is stated"),
        (r"\frac{de}{dw} = 2 + w", WRONG, ""),
        (r"\frac{de}{dw} = = w", WRONG, ""),
    ],
)
def test_the_derivation_checker_is_asked(line, verdict, name):
    found = stated(given="e = w^2", formula=line)
    assert (found.verdict, found.name) == (verdict, name)


# --- the evidence -------------------------------------------------------------------------------------


@given(st.integers(0, 2**16))
def test_a_gradient_is_told_from_its_multiples(seed):
    drawn = net((2, 3, 2), "sigmoid", "half_squared_error", 1, False, seed)
    right = drawn.known.expected["dW1"]
    assert quantity_is(right, "dW1", drawn).right
    assert quantity_is(right / 3, "dW1", drawn).factor == 3
    wrong = quantity_is(right[::-1], "dW1", drawn)
    assert (wrong.right, wrong.factor) == (False, None)
    assert "shape" in quantity_is(right.T, "dW1", drawn).shown


def test_drawn_points_are_never_zero_and_keep_to_their_ranges():
    for point in draws("a b+ c%", 200):
        assert point["a"] != 0
        assert point["b"] > 0
        assert 0 < point["c"] < 1


@given(st.decimals(-10, 10, places=5), st.integers(0, 4))
def test_rounding_is_to_the_nearest(value, places):
    found = rounded(Fraction(value), places)
    assert abs(found - Fraction(value)) * 10**places <= Fraction(1, 2)
    assert (found * 10**places).denominator == 1


def rows_of(length):
    return st.lists(st.integers(-4, 4), min_size=length, max_size=length)


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


# --- the language -------------------------------------------------------------------------------------


def value(text, mode="exact", **scope):
    return Machine(mode).value(expression(text), {**evidence.library(), **scope})


numbers = st.integers(-9, 9)


@given(numbers, numbers, numbers, st.sampled_from("+-*/"), st.sampled_from(["+", "-", "*", "**"]))
def test_arithmetic_is_exact(a, b, c, one, other):
    text = f"({a} {one} {b}) {other} {abs(c)}"
    if one == "/" and b == 0:
        with pytest.raises(LanguageError):
            value(text)
        return
    inner = (
        Fraction(a, b)
        if one == "/"
        else {"+": Fraction(a + b), "-": Fraction(a - b), "*": Fraction(a * b)}[one]
    )
    right = {"+": inner + abs(c), "-": inner - abs(c), "*": inner * abs(c), "**": inner ** abs(c)}[other]
    assert value(text) == right


def test_a_listing_runs_as_pythons_own():
    text = "total = 0.0\nfor k in range(4):\n    if k != 2:\n        total += 0.1 * k\nprint('sum', total)\n"
    machine = Machine("float")
    machine.run(listing(text), evidence.library())
    total = 0.0
    for k in range(4):
        if k != 2:
            total += 0.1 * k
    assert machine.printed == [f"sum {total}"]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')", "a.__class__", "().__class__.__bases__", "open('x')", "[1][0:1].append(2)",
        "9**99999", "lambda: 1 if", "f'{1}'", "{1: 2}", "1 << 99", "[0 for _ in range(10**9)]",
        "sum([1 for k in range(10**9)])", "np.zeros(3)",
    ],
)  # fmt: skip
def test_what_is_not_of_the_language_is_refused(text):
    with pytest.raises(LanguageError):
        value(text, a=1)


def test_a_slope_has_its_digits():
    with mp.workdps(2 * DIGITS):
        found = value("D(sin(x), x) - cos(x)", "digits", x=mpf_of(Fraction(1, 3)))
        assert abs(found) * 10 ** (DIGITS - 1) < 1


def test_a_property_of_nothing_is_none():
    assert stated(claim="all(k > 0 for k in range(0))").verdict == WRONG


def test_arrays_are_compared_with_their_shapes():
    assert not value("a == b", a=np.ones((2, 1)), b=np.ones((1, 2)))
    assert value("a == b", a=np.ones(2), b=[1, 1])


# --- MNIST --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(NEEDS_MNIST))
def test_without_mnist_its_statements_are_not_checked(key):
    with pytest.raises(NotCheckedError):
        judge(STATEMENTS[key])


def test_the_figure_is_mnist_but_for_one_digit(mnist_root):
    token = evidence.data_root.set(mnist_root)
    try:
        assert judge(STATEMENTS["002-minibatch-figure"]).verdict == DAMAGED
    finally:
        evidence.data_root.reset(token)


@pytest.mark.parametrize(
    ("shares", "verdicts"),
    [
        ((96, 95, 98), (CONVENTION, CONVENTION)),
        ((90, 90, 90), (WRONG, WRONG)),
        ((96, 98, 98), (CONVENTION, HOLDS)),
    ],
)
def test_the_share_of_digits_read_decides(shares, verdicts, monkeypatch):
    # Training takes minutes on MNIST, so what it gives is put in its place here.
    names = ("relu, cross-entropy", "sigmoid, squared error", "relu, one wide layer")
    known = dict(zip(names, shares))
    monkeypatch.setattr(evidence, "reads", lambda *asked: max(known[name] for name in asked))
    monkeypatch.setattr(evidence.reads, "__name__", "reads")
    assert (judge(STATEMENTS["002-96"]).verdict, judge(STATEMENTS["002-98"]).verdict) == verdicts


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def claims(answer):
    """Runs `backproof course claims`."""
    return partial(answer, "course", "claims")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("001-J", "001-J"),
        ("001:1502", "001-any-weight"),
        ("001:1505", "001-any-weight"),
        ("all connections", "001-Wi"),
        ("gradients ADD at branches", "001-branches"),
        ("$w_{13,002}$", "002-vector-index"),
        ("not the actual gradient", "002-minibatch-approx"),
        ("sqrt(d)", "004-costs"),
    ],
)
def test_a_statement_is_found_by_name_line_or_words(words, key):
    assert [s.id for s in statements.find(words, STATEMENTS.values())] == [key]


def test_a_statement_is_shown_with_its_place_and_evidence(claims):
    code, out, err = claims("001-act-tanh", "--falsify")
    assert (code, err) == (0, "")
    for text in (
        "001  Lecture on feed-forward networks", "001-act-tanh  001:1003  damaged", "stands there: ",
        "says: Tanh is", "right is: A minus sign is lost", "shown by: at x = ", "falsified: ",
        "1 statement: 1 damaged", "every verdict is the expected one",
    ):  # fmt: skip
        assert text in out


def test_wrong_shows_the_wrong_ones_and_counts_all(claims):
    code, out, _ = claims("001-act-relu", "001-randomness", "--wrong")
    assert code == 0
    assert "001-randomness" in out
    assert "001-act-relu" not in out
    assert "2 statements: 1 hold, 1 wrong" in out


def with_statement(monkeypatch, **row):
    """A course of a single statement."""
    monkeypatch.setattr(statements, "statements", lambda: {"000-a": made(**row)})


def test_another_verdict_than_expected_is_exit_code_1(claims, monkeypatch):
    with_statement(monkeypatch, claim="1 == 2")
    code, out, _ = claims()
    assert code == 1
    assert "differs: 000-a is wrong, expected holds" in out
    assert "every verdict" not in out


def test_changes_that_go_unnoticed_are_exit_code_1(claims, monkeypatch):
    with_statement(monkeypatch, claim="0 * 3 == 0")
    assert claims()[0] == 0
    code, out, _ = claims("--falsify")
    assert code == 1
    assert "survives: 3 to 4" in out


@pytest.mark.parametrize("row", [{"kind": "reading", "verdict": UNDECIDED}, {"claim": "labels(1) == [5]"}])
def test_nothing_checked_is_exit_code_3(row, claims, monkeypatch):
    with_statement(monkeypatch, **row)
    code, out, _ = claims()
    assert code == 3
    if "claim" in row:
        assert "not checked here: 000-a, needs MNIST" in out


def test_json_is_strict_and_complete(claims):
    code, out, err = claims("--document", "x", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out, parse_constant=lambda name: pytest.fail(name))
    assert [s["id"] for s in found["statements"]] == [key for key in STATEMENTS if key.startswith("x-")]
    assert found["differ"] == []
    for statement in found["statements"]:
        assert all(
            statement[name] for name in ("place", "words", "statement", "verdict", "right", "shown_by")
        )


@pytest.mark.parametrize(
    ("words", "problem", "advice"),
    [
        (("--document", "9"), "no document '9'", "choose from 000, 001, 002, 003, 004, x"),
        (("zyx",), "no statement 'zyx'", "give one such as 001-J, a line as 001:1502, or words of a slide"),
        (("$$$",), "no statement '$$$'", "give one such as 001-J, a line as 001:1502, or words of a slide"),
        (("001-J", "--document", "002"), "none of these is of document 002", "leave --document out"),
    ],
)
def test_a_wrong_name_is_answered_in_two_lines(claims, words, problem, advice):
    assert claims(*words) == (2, "", f"error: {problem}\n{advice}\n")


def test_an_interruption_keeps_what_is_done_and_says_how_to_go_on(claims, monkeypatch):
    def interrupted(statement):
        if statement.id == "001-two-mult":
            raise KeyboardInterrupt
        return judge(statement)

    monkeypatch.setattr(statements, "judge", interrupted)
    code, out, err = claims("001-date", "001-two-mult", "001-0225", "--wrong")
    assert code == 130
    assert "1 statement" in out
    command = shlex.split(err.split("to continue: ")[1])
    assert command[:3] == ["backproof", "course", "claims"]
    assert {"001-two-mult", "001-0225", "--wrong"} <= {*command}
    assert "001-date" not in command
