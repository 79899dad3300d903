"""Verdicts of single steps: what is right, under which convention, wrong how, and when nothing is decided."""

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from backproof.parity_tests.meta_tests.derivations import DERIVATIONS
from backproof.reference.definition import derivative
from backproof.reference.derivation import NotationError, Report, Step, check, values
from backproof.reference.derivation.build import build
from backproof.reference.derivation.check import Checker, explained
from backproof.reference.derivation.document import read
from backproof.reference.derivation.trial import Trial
from backproof.reference.derivation.values import _SLOPES, _VALUES, Numbers, Reading, Work, single

ISSUE = """
W1: (h, n)   x: (n,)   b1: (h,)   W2: (m, h)   b2: (m,)   y: (m,)
z1 = W1 x + b1
a1 = sigmoid(z1)
z2 = W2 a1 + b2
a2 = sigmoid(z2)
C  = sum((a2 - y)^2)

d2     = 2(a2 - y) ⊙ a2 ⊙ (1 - a2)
dC/dz2 = dC/da2 ⊙ sigmoid'(z2)
       = d2
dC/dW2 = d2 a1ᵀ
dC/dz1 = (W2ᵀ d2) ⊙ a1 ⊙ (1 - a1)
dC/dW1 = dC/dz1 xᵀ
""".strip()


def only(text: str) -> Step:
    """The last step of a text."""
    return check(text, prove=False).steps[-1]


def verdicts(report: Report) -> dict[int, str]:
    return {step.line: step.verdict for step in report.steps}


@pytest.mark.parametrize("name", DERIVATIONS)
def test_right_derivations_are_right(name: str) -> None:
    report = check(DERIVATIONS[name].strip(), prove=False)
    assert {step.verdict for step in report.steps} == {"right"}
    assert report.exit_code == 0


def test_the_notations_own_example() -> None:
    report = check(ISSUE, prove=False)
    assert verdicts(report) == dict.fromkeys((9, 10, 11, 12, 13), "right")


@pytest.mark.parametrize(
    ("text", "convention"),
    [
        ("b = w a; derr/da = db/da derr/db", "err depends on a only through b"),
        ("x: (n,)  W: (m, n); z = W x; dz/dx = Wᵀ", "transposed layout"),
        ("x: (n,)  W: (m, n)  y: (m,); z = W x; C = sum((z - y)^2); dC/dx = dC/dz dz/dx", "as rows"),
        ("x: (n,)  W: (m, n)  y: (m,); z = W x; C = sum((z - y)^2); dC/dx = 2(z - y)ᵀ W", "orientation"),
        (
            "z: (m,)  y: (m,); a = tanh(z); C = sum((a - y)^2); dC/dz = dC/da ⊙ da/dz",
            "diagonal of the Jacobian",
        ),
        ("a = relu(z); da/dz = [z > 0]", "no slope at the kink, and this line takes 0"),
        ("a = relu(z); da/dz = [z >= 0]", "no slope at the kink, and this line takes 1"),
        ("p: (K,)  a: (K,); J = 1/2 (p - a)^2; dJ/dp = p - a", "sum over its entries"),
        ("p: (K,)  a: (K,); J = 1/2 (p - a)^2; dJ/dp = 1/K (p - a)", "mean of its squares"),
        ("y: (); dC/da = 2(a - y)", "right for C = (a - y)^2"),
        ("y: (); dC/da = a - y", "right for C = 1/2 (a - y)^2"),
        ("z: (K,)  y: (K,); dC/dz = softmax(z) sum(y) - y", "log(softmax(z))"),
        ("A: (n, n)  B: (n, n); C = sum((A B)^2); dC/dA = 2(A B) * Bᵀ", "the other reading of * or ·"),
    ],
)
def test_conventions_are_named(text: str, convention: str) -> None:
    step = only(text)
    assert step.verdict == "convention"
    assert convention in step.reason


def test_a_definition_beats_every_convention() -> None:
    """With the cost in the text, the slope of half of it is a factor, not a convention."""
    assert only("C = (a - y)^2; dC/da = a - y").verdict == "factor"
    assert only("C = 1/2 (a - y)^2; dC/da = a - y").verdict == "right"
    assert only("σ(x) = tanh(x); a = σ(z); da/dz = 1 - a^2").verdict == "right"
    assert only("σ(x) = tanh(x); a = σ(z); da/dz = a (1 - a)").verdict == "wrong"


def test_another_cost_of_the_text_is_named() -> None:
    text = "a: (n,)  y: (n,); L = sum((a - y)^2); E = 1/2 sum((a - y)^2); da = "
    assert only(text + "2(a - y)").verdict == "right"
    assert only(text + "a - y").verdict == "convention"
    assert only(text + "3(a - y)").verdict in {"factor", "wrong"}


@pytest.mark.parametrize(
    ("right", "reason", "corrected"),
    [
        ("(a - y)", "1/2: this is the slope of half of C", "2(a - y)"),
        ("4(a - y)", "2: this is the slope of twice C", "2(a - y)"),
        ("6(a - y)", "3: this is the slope of 3 times C", "2(a - y)"),
    ],
)
def test_factors_are_named(right: str, reason: str, corrected: str) -> None:
    step = only(f"C = (a - y)^2; dC/da = {right}")
    assert step.verdict == "factor"
    assert step.reason.startswith(reason)
    assert step.edit is not None
    assert step.edit.corrected.replace(" ", "") == corrected.replace(" ", "")


@pytest.mark.parametrize(
    ("factor", "reason"),
    [
        ("1/n", "1/n: a mean where"),
        ("n", "n: a sum where"),
        ("1/3", "1/3:"),
        ("n/2", "n/2: this is n/2 times the slope of C; multiply by 2/n"),
    ],
)
def test_factors_that_no_binary_number_is(factor: str, reason: str) -> None:
    step = only(f"x: (n,); C = sum(x^2); dC/dx = {factor} 2 x")
    assert step.verdict == "factor"
    assert step.reason.startswith(reason)


def test_a_factor_is_positive() -> None:
    """A wrong sign is no factor: the step goes up the slope."""
    step = only("C = (a - y)^2; dC/da = -2(a - y)")
    assert step.verdict == "wrong"
    assert step.edit is not None
    assert step.edit.kind == "sign"


@pytest.mark.parametrize(
    ("old", "new", "kind", "corrected"),
    [
        ("d2 a1ᵀ", "d2 a1", "transpose", "d2 a1ᵀ"),
        ("d2 a1ᵀ", "a1 d2ᵀ", "", "d2 a1ᵀ"),
        ("(W2ᵀ d2)", "(W2 d2)", "transpose", "(W2ᵀ d2) ⊙ a1 ⊙ (1 - a1)"),
        ("sigmoid'(z2)", "sigmoid'(a2)", "slope at activation", "dC/da2 ⊙ sigmoid'(z2)"),
        ("dC/da2 ⊙ sigmoid'(z2)", "dC/da2", "missing slope", "dC/da2 ⊙ sigmoid'(z2)"),
        ("⊙ a1 ⊙ (1 - a1)", "⊙ (1 - a1^2)", "other slope", "(W2ᵀ d2) ⊙ sigmoid'(z1)"),
        ("dC/dz1 xᵀ", "dC/dz1 a1ᵀ", "wrong name", "dC/dz1 xᵀ"),
    ],
)
def test_edits(old: str, new: str, kind: str, corrected: str) -> None:
    text = ISSUE.replace(old, new, 1) if old in ISSUE else ISSUE
    report = check(text, prove=False)
    line = next(
        n for n, (a, b) in enumerate(zip(ISSUE.split("\n"), text.split("\n"), strict=True), 1) if a != b
    )
    assert report.first_wrong == line
    step = next(step for step in report.steps if step.line == line)
    assert step.edit is not None
    assert not kind or step.edit.kind == kind
    assert step.edit.corrected == corrected or not kind


def test_shapes_are_said_as_shapes() -> None:
    step = next(s for s in check(ISSUE.replace("d2 a1ᵀ", "d2 a1"), prove=False).steps if s.line == 11)
    assert step.reason == "d2 (m,) times a1 (h,) has no product; the outer product d2 a1ᵀ is (m, h)"


def test_later_lines_that_only_inherit_say_so() -> None:
    text = ISSUE.replace("d2     = 2(a2 - y)", "d2     = 3(a2 - y)")
    report = check(text, prove=False)
    assert report.first_wrong == 8  # d2 stands for dC/dz2, and its own line is blamed
    assert {step.line: step.verdict for step in report.steps if step.line > 8} == {
        9: "right",
        10: "convention",
        11: "convention",
        12: "convention",
        13: "right",
    }


def test_each_step_is_judged_with_the_true_values() -> None:
    """A wrong line does not spoil the next one that is right by itself."""
    text = ISSUE.replace("dC/da2 ⊙ sigmoid'(z2)", "dC/da2").replace("\n       = d2", "")
    assert list(verdicts(check(text, prove=False)).values()) == ["wrong", "right", "right", "right"]


def test_the_counterexample_is_small_and_true() -> None:
    step = only("C = (a - y)^2; a = sigmoid(z); z = w x; dC/dw = 2(a - y) x")
    example = step.counterexample
    assert example is not None
    assert set(example.values) == {"w", "x", "y"}
    assert all(value in {"0", "1"} for value in example.values.values())
    assert (example.true, example.written) == ("0.25", "1.0")


def test_the_counterexample_has_the_smallest_shapes() -> None:
    step = next(
        s for s in check(ISSUE.replace("⊙ sigmoid'(z2)", "⊙ sigmoid'(a2)"), prove=False).steps if s.line == 9
    )
    assert step.counterexample is not None
    assert set(step.counterexample.sizes.values()) == {1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("dC/dw = a_prev s'(z) 2(a - y)", "does not say how C depends on w"),
        ("x: (n,)  W: (m, n); z = W x; dz/dW = x", "more than two dimensions: (m, m, n)"),
        ("C = log(-1 - w^2); dC/dw = 2w", "no point was found"),
    ],
)
def test_what_cannot_be_decided_says_why(text: str, reason: str) -> None:
    report = check(text, prove=False)
    assert report.steps[-1].verdict == "undecided"
    assert reason in report.steps[-1].reason
    assert report.exit_code == 3


def test_an_undefined_function_is_never_a_sigmoid() -> None:
    assert only("a = f(z); da/dz = f'(z)").verdict == "right"
    assert only("a = f(z); da/dz = a (1 - a)").verdict == "wrong"
    assert only("a = φ(z); da/dz = 1 - a^2").verdict == "wrong"


def test_a_page_keeps_its_line_numbers_and_carries_definitions_over() -> None:
    page = "# Notes\n\nThe cost is $C$:\n\n$$C = (a - y)^2$$\n\nand *then* $a$ = 3.\n\n"
    page += "```python\ndC/da = 7\n```\n\n"
    page += "$$\n\\frac{\\partial C}{\\partial a} = 2(a - y)\n$$\n\n"
    page += "```backproof\na = s(z)\ndC/dz = 2(a - y) s'(a)\n```\n"
    report = check(page, prove=False)
    assert verdicts(report) == {10: "wrong", 14: "right", 19: "wrong"}


def test_a_display_that_cannot_be_read_is_not_passed_over() -> None:
    page = "$$C = (a - y)^2$$\n$$\\frac{dC}{da} = 2(a - y)$$\n$$\\frac{dC}{da} = \\oint x$$\n"
    report = check(page, prove=False)
    assert verdicts(report) == {2: "right", 3: "undecided"}
    assert (report.exit_code, report.undecided) == (0, 1)


def test_scalars_are_proved() -> None:
    report = check("a = σ(z); z = w x + b; C = (a - y)^2\ndC/dw = 2(a - y) a (1 - a) x\nda/dz = tanh(z)")
    assert [(step.verdict, step.proved) for step in report.steps] == [("right", True), ("wrong", False)]


def test_arrays_agree_and_are_not_proved() -> None:
    step = only("x: (n,); C = sum(x^2); dC/dx = 2x")
    assert (step.verdict, step.proved) == ("right", False)
    assert step.points >= 3


@pytest.mark.parametrize(
    "name", ["two layers", "a batch, two layers", "the video's layer", "a gate", "relu chain"]
)
def test_autograd_confirms_the_definition(name: str) -> None:
    report = check(DERIVATIONS[name].strip(), confirm=True, prove=False)
    assert {step.confirmed for step in report.steps} == {True}


@given(name=st.sampled_from(sorted(_SLOPES)), x=st.fractions(Fraction(1, 4), 3))
def test_the_slopes_are_slopes(name: str, x: Fraction) -> None:
    """What f'(z) stands for, held against the limit quotient."""
    numbers = Numbers()
    with mp.workdps(60):
        at = numbers.number(x)
        true = derivative(lambda t: _VALUES[name](numbers, single(t))[0], at[0], digits=40)
        assert mp.nstr(true, 35) == mp.nstr(_SLOPES[name](numbers, at)[0], 35)


def test_a_wrong_name_is_not_replaced_inside_a_derivative() -> None:
    """Whether a line only carries on `dC/dw = h` is asked without touching the h of dC/dh."""
    report = check("h = w x; C = (h - y)^2; dC/dw = h\ndC/dh = dC/dh h", prove=False)
    assert verdicts(report) == {1: "wrong", 2: "wrong"}


VECTORS = "x: (n,) W: (m, n) y: (m,)\nz = W x\na = tanh(z)\nC = sum((a - y)^2)\n"


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        (
            "z = w x\na = sigmoid(z)\nC = (a - y)^2\ndC/dw = sigmoid'(z) x",
            "missing factor",
            "dC/dw = dC/da sigmoid'(z) x",
        ),
        (VECTORS + "dC/dW = tanh'(z) xᵀ", "missing factor", "dC/dW = (dC/da ⊙ tanh'(z)) xᵀ"),
        (VECTORS + "dC/dz = dC/da", "missing slope", "dC/dz = dC/da ⊙ tanh'(z)"),
        (VECTORS + "dC/dW = x dC/dzᵀ", "outer swapped", "dC/dW = dC/dz xᵀ"),
        ("z = w x\nC = (z - y)^2\ndC/dw = -(z - y) x", "sign", "dC/dw = 2(z - y) x"),
        (
            "z = w x\na = tanh(z)\nC = 1/2 (a - y)^2\ndC/dw = (y - a) x",
            "missing slope",
            "dC/dw = (a - y) x tanh'(z)",
        ),
        (
            "X: (N, n) W1: (n, h) W2: (h, k) Y: (N, k)\nZ1 = X W1\nA1 = tanh(Z1)\nZ2 = A1 W2\n"
            "J = 1/2 sum((Z2 - Y)^2)\ndJ/dW1 = Xᵀ (Z2 - Y) W2ᵀ ⊙ tanh'(Z1)",
            "brackets",
            "dJ/dW1 = Xᵀ ((Z2 - Y) W2ᵀ ⊙ tanh'(Z1))",
        ),
        (
            "w: (n,) x: (n,)\nL = (wᵀ x - t)^2\ndL/dw_1 = 2 (wᵀ x - t) x_2",
            "wrong index",
            "dL/dw_1 = 2(wᵀ x - t) x_1",
        ),
        ("z = x + y - x\nC = z^2\ndC/dx = 2 z", "extra factor", "dC/dx = 0"),
        ("s = g h + (1 - g) c\nC = s^2\ndC/dc = 2 s g", "other slope", "dC/dc = 2 s (1 - g)"),
        ("C = log(sigmoid(-z))\ndC/dz = -sigmoid(-z)", "sign", "dC/dz = -sigmoid(z)"),
        (
            "X: (m, n) w: (n,) y: (m,)\nC = 1/(2 T) sum((X w - y)^2) + r sum(w^2)\n"
            "dC/dw = Xᵀ (X w - y) + 2 r w",
            "mean for sum",
            "dC/dw = (Xᵀ (X w - y))/T + 2 r w",
        ),
        ("C = (v + r)^(-1/2)\ndC/dv = -1/2 (v + r)^(-1/2)", "number", "dC/dv = -1/2 (v + r)^(-3/2)"),
        (
            "C = 1/2 sum_i sum_j (sum_f p_if q_jf - r_ij)^2\ne_ij = sum_f p_if q_jf - r_ij\n"
            "dC/dp_if = sum_j e_ij p_jf",
            "wrong name",
            "dC/dp_if = sum_j e_ij q_jf",
        ),
        (
            "s(x) = x sigmoid(x)\ns'(x) = sigmoid(x) + x sigmoid(x)",
            "other slope",
            "s'(x) = sigmoid(x) + x sigmoid'(x)",
        ),
        (
            "$$W: (m, n) \\quad x: (n,) \\quad y: (m,)$$\n$$z = W x, \\quad a^{[1]} = \\sigma(z)$$\n"
            "$$C = \\frac12 \\|a^{[1]} - y\\|^2$$\n$$\\delta = (a^{[1]} - y) \\odot \\sigma(z)$$\n"
            "$$\\frac{\\partial C}{\\partial W} = \\delta x^T$$",
            "other slope",
            "\\delta = (a^{[1]} - y) \\odot \\sigma'(z)",
        ),
    ],
)
def test_an_edit_gives_the_line_back_as_it_would_be_written(text: str, kind: str, line: str) -> None:
    (edit,) = [step.edit for step in check(text, prove=False).steps if step.verdict == "wrong"]
    assert edit is not None
    assert (edit.kind, edit.line) == (kind, line)


def test_no_edit_takes_everything_away() -> None:
    """f = num z, num = x + sigmoid(y): what is left of a side is never y - y, and never a multiple of 0."""
    text = "x: (n,) y: (n,)\nz = 3 x\nC = sum((z - y)^2)\ndC/dz = {}"
    for right in ("2 (z - z)", "2 y", "2 (y - y)", "z", "2 (z + y)"):
        (step,) = check(text.format(right), prove=False).steps
        assert step.edit is None or ("y - y" not in step.edit.line and "z - z" not in step.edit.line)


def test_the_clock_gives_up_and_blames_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    text = VECTORS + "dC/dW = tanh'(z) xᵀ"
    assert check(text, prove=False).exit_code == 1
    monkeypatch.setattr(values, "_GUARD", -1.0)
    report = check(text, prove=False)
    assert (report.exit_code, report.first_wrong) == (3, None)
    assert "too long" in report.steps[0].reason


def test_little_work_leaves_lines_open_and_turns_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little may be evaluated, a verdict is the one that it is, or none."""
    text = VECTORS + "dC/da = 2 (a - y)\ndC/dW = tanh'(z) xᵀ\ndC/dz = dC/da ⊙ tanh'(z)"
    full = [step.verdict for step in check(text, prove=False).steps]
    assert full == ["right", "wrong", "right"]
    for most in (500, 2_000, 8_000, 32_000):
        monkeypatch.setattr(values.Work.__init__, "__defaults__", (most, True))
        found = [step.verdict for step in check(text, prove=False).steps]
        assert all(one in {verdict, "undecided"} for one, verdict in zip(found, full, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "X: (m, n) W: (n, k) Y: (m, k)\nZ = X W\nA = sigmoid(Z)\ndL/dZ = A - Y",  # no L anywhere
        "X: (m, n) W: (n, k) Y: (m, k)\nZ = X W\nA = sigmoid(Z)\ndZ = A - Y\ndW = Xᵀ dZ",
        "C = (a - y)^2\nz = w x\ndC/dw = 2 (a - y) x",  # an a that knows nothing of z
        "J = 3 v\nz = w x\na = sigmoid(z)\ndz = a - y",  # a J that knows nothing of z
        "w: (n, 1)\nz = wᵀ x + b\na = sigmoid(z)\nL = -(y log(a) + (1 - y) log(1 - a))\ndb = a - y",
    ],
)
def test_what_the_text_leaves_open_is_never_wrong(text: str) -> None:
    with contextlib.suppress(NotationError):  # which asks for the cost
        assert check(text, prove=False).first_wrong is None


def test_a_name_with_another_meaning_begins_a_chapter() -> None:
    """Each line is judged with what the text says where it stands, and a slip is found there."""
    text = "z = w x\nC = z^2\ndC/dw = 2 z x\nz = w x + b\nC = (z - y)^2\ndC/db = 2 (z - y)\ndC/dw = 2 z x"
    report = check(text, prove=False)
    assert [(step.line, step.verdict) for step in report.steps] == [(3, "right"), (6, "right"), (7, "wrong")]


_READINGS = (
    Reading(star="matrix"),
    Reading(gradient="row"),
    Reading(jacobian="transposed"),
    Reading(mean=True),
    Reading(softmax="first"),
    Reading(targets=True),
    Reading(examples="0"),
)


@pytest.mark.parametrize("name", [*DERIVATIONS][::6])
def test_a_reading_that_does_not_bear_on_a_step_changes_nothing(name: str) -> None:
    """Steps are tried once for all the readings that are one to them: each must come out the same."""
    document = read(DERIVATIONS[name].strip())
    model = build(document)
    for reading in _READINGS:
        trial = Trial(document, model, Work())
        for claim in model.claims:
            _, keys, parts = trial.hangs_on(claim)
            if reading.bearing_on(model, keys, parts, trial.targets) == Reading():
                assert trial.tried(claim, reading, 2).status == trial.tried(claim, Reading(), 2).status


def test_the_star_bears_on_what_has_one_through_the_definitions() -> None:
    document = read("W: (n, n)\nX: (n, n)\nz = W * X\nC = sum(z)\ns = sum(X ⊙ X)\ndC/dX = W\nds/dX = 2 X")
    model = build(document)
    trial = Trial(document, model, Work())
    star = Reading(star="matrix")
    slope, other = (star.bearing_on(model, *trial.hangs_on(claim)[1:]) for claim in model.claims)
    assert slope.star == "matrix"
    assert other == Reading()


def test_a_long_chain_does_not_use_up_the_work_of_a_text() -> None:
    """Edits are made of all pairs of a text's names, one by one, as far as the work for a step goes."""
    chain = "\n".join(f"a{i + 1} = tanh(a{i})" for i in range(60))
    document = read(f"{chain}\nda60/da0 = 1")
    work = Work()
    before = work.left
    (step,) = Checker(document, build(document), work).steps()
    assert explained(step).verdict == "wrong"
    assert work.left > before / 2


def test_edits_are_looked_for_when_they_are_asked_for() -> None:
    document = read(VECTORS + "dC/dW = tanh'(z) xᵀ")
    work = Work()
    (step,) = Checker(document, build(document), work).steps()
    before = work.left
    assert (step.verdict, step.edit) == ("wrong", None)
    assert explained(step).edit is not None
    spent = work.left
    assert spent < before
    assert explained(step).edit is not None
    assert work.left == spent  # and once
