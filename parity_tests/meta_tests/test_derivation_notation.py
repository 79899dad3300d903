"""The notation of derivations: every spelling, what is refused and where, and that no text does more."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.parity_tests.meta_tests.derivation_fuzz import garbled, read_only, valid, whole
from backproof.parity_tests.meta_tests.derivations import DERIVATIONS
from backproof.reference.derivation import NotationError, check
from backproof.reference.derivation.document import read
from backproof.reference.derivation.language import MOST_BYTES, Declaration, Equation, write
from backproof.scripts.course.statements import formulas


def written(text: str) -> str:
    """What was read, written back, the last statement of a text."""
    statement = read(text).statements[-1]
    assert isinstance(statement, Equation)
    parts = [write(part) for part in statement.parts]
    return " = ".join(([] if statement.left is None else [write(statement.left)]) + parts)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("∂C/∂w = x", "dC/dw = x"),
        ("d C / d w = x", "dC/dw = x"),
        ("dC/dw1 = σ'(z)", "dC/dw1 = σ'(z)"),
        ("d/dx (x^2) = 2x", "d(x^2)/dx = 2 x"),
        ("dσ(x)/dx = x", "d(σ(x))/dx = x"),
        ("∇_W C = x", "dC/dW = x"),
        (r"\frac{\partial C}{\partial w} = x", "dC/dw = x"),
        (r"\dfrac{dC}{dw} = x", "dC/dw = x"),
        ("a = b**2 + b", "a = b^2 + b"),
        ("a = b² + b", "a = b^2 + b"),
        ("a = Wᵀ x + W.T x + W^T x", "a = Wᵀ x + Wᵀ x + Wᵀ x"),
        (r"a = W^{\top} x + W^T x + W^\intercal x", "a = Wᵀ x + Wᵀ x + Wᵀ x"),
        ("z = a^(L-1) w_jk", "z = a^(L-1) w_jk"),
        (r"z = a^{(L-1)} w_{jk}^{(L)}", "z = a^(L-1) w_jk^(L)"),
        ("z = a⁽ᴸ⁻¹⁾ a₀", "z = a^(L-1) a_0"),
        ("z = w^L + b^L", "z = w^(L) + b^(L)"),
        ("z = w^2 + w", "z = w^2 + w"),
        ("z = w^L + w", "z = w^L + w"),
        ("z = (a)^(2)", "z = a^2"),
        ("z = (a + b)^(2)", "z = (a + b)^2"),
        ("z = e^-x + e^(-x)", "z = e^(-x) + e^(-x)"),
        ("C = sum_j (a_j - y_j)^2", "C = sum_j (a_j - y_j)^2"),
        ("C = Σ_j a_j + ∑_j a_j", "C = (sum_j a_j) + (sum_j a_j)"),
        (r"C = \sum_{j=0}^{n_L-1} a_j", "C = sum_j a_j"),
        (r"C = (\overline{a + b} - y)^2", "C = (a + b - y)^2"),
        ("C = mean_k C_k", "C = mean_k C_k"),
        ("C = 1/2 x", "C = 1/2 x"),
        ("C = 1/2(a - y)^2", "C = 1/2 (a - y)^2"),
        ("C = 2/N (Z - Y)", "C = 2/N (Z - Y)"),
        ("C = y(1 - y)", "C = y (1 - y)"),
        ("C = y (1 - y) + g(y)", "C = y (1 - y) + g(y)"),
        ("s = 2; C = s(x)", "C = s x"),
        ("C = s(x)", "C = s(x)"),
        ("C = tanh^2(z)", "C = tanh(z)^2"),
        ("C = log p + ln(p)", "C = log(p) + ln(p)"),
        ("C = |x| ‖v‖ ||v||^2", "C = |x| norm(v) norm(v)^2"),
        ("C = 1[z > 0] x", "C = 1(z > 0) x"),
        (r"C = a \odot b \cdot c \times x", "C = a ⊙ b · c * x"),
        (
            r"C = \begin{cases} 1, & z > 0 \\ 0, & \text{otherwise} \end{cases}",
            "C = {1, (z > 0); 0, otherwise}",
        ),
        (r"C = \frac12 x", "C = 1/2 x"),
        (r"C = \sqrt{x} \exp(y) \mathbf{W}", "C = sqrt(x) exp(y) W"),
        (r"b = wa", "b = wa"),
        (r"b = \text{err} wa", "b = err w a"),
        (r"\text{Cost} \rightarrow C_0(\dots) = (a - y)^2", "C_0 = (a - y)^2"),
        ("a = x  # a comment = 3", "a = x"),
        ("a = 2^3^2", "a = 2^(3^2)"),
        ("a = -b c", "a = -b c"),
    ],
)
def test_spellings(text: str, same: str) -> None:
    assert written(text) == same


@pytest.mark.parametrize("name", DERIVATIONS)
def test_what_is_written_reads_the_same(name: str) -> None:
    """The tree, written and read again, is the same tree."""
    for statement in read(DERIVATIONS[name].strip()).statements:
        if isinstance(statement, Declaration) or statement.left is None:
            continue
        declared = "\n".join(line for line in DERIVATIONS[name].strip().split("\n") if ":" in line)
        others = "\n".join(line for line in DERIVATIONS[name].strip().split("\n") if ":" not in line)
        again = read(
            f"{declared}\n{others}\n{write(statement.left)} = {write(statement.parts[0])}"
        ).statements[-1]
        assert isinstance(again, Equation)
        assert again.left == statement.left
        assert again.parts == statement.parts


@pytest.mark.parametrize(
    ("text", "column", "problem", "advice"),
    [
        ("a = x/2b", 8, "(x/2) b or as x/(2 b)", "write the one that is meant"),
        ("C = sum(a - y)^2", 15, "sum((a - y)", "write the one that is meant"),
        ("a = (x + 2", 11, "opened at column 5 is not closed", "expected ')'"),
        ("a = x + ", 8, "the line ends here", "expected a name, a number or '('"),
        ("a + b", 6, "the line ends here", "expected '='"),
        ("a = x $ y", 7, "'$' is not part of the notation", "write names"),
        ("a = x \x1b[31m", 7, "the character U+001B", "write names"),
        ("a = w_1 x + ... + v_n x", 13, "'...' leaves terms out", "sum_k"),
        ("a = f'", 5, "f' without its argument", "write f'(z)"),
        ("dC/d(w + x) = 2", 1, "a derivative by an expression", "name the variable below"),
        ("d²C/dw = 2", 1, "a second derivative by one name once", "d^2C/dw^2"),
        ("W: (a, b, c)", 4, "a shape of 3 dimensions", "scalars, vectors and matrices"),
        ("W: (0,)", 5, "a size of 0", "from 1"),
        ("= 3", 1, "continues the line above, and there is none", "begin with a name"),
        ("a = b; b = a", 8, "defined by", "break the circle"),
        ("z_j = w_jk x_k", 1, "the index k stands only on the right", "sum over it"),
        ("x: (n,)  W: (m, k)\nz = W x", 1, "W (m, k) times x (n,) has no product", "this line defines z"),
        ("a2 = x; C = (a2 - y)^2; dC/dx = 2(a22 - y)", 35, "a22 is not defined; is a2 meant?", "a22: ()"),
        ("a = " + "(" * 60 + "x" + ")" * 60, 45, "nested more than 40 deep", "give the inner part a name"),
        ("a = " + "9" * 50, 5, "a number of this size", "at most 40 digits"),
        ("a = sum_{j=1}^{0} x_j", 14, "a sum of 0 terms", "at least one term"),
        (r"\foo{x} = 2", 1, r"\foo is not part of the notation", "derive --help"),
        ("$$ a = 1", 1, "this $$ is never closed", "close it with $$"),
    ],
)
def test_refusals_point_at_the_place(text: str, column: int, problem: str, advice: str) -> None:
    with pytest.raises(NotationError) as refused:
        check(text, prove=False)
    error = refused.value
    assert (error.column, error.line) == (column, text.count("\n") + 1)
    assert problem in error.args[0]
    assert advice in error.advice
    caret = error.args[0].split("\n")[-1]
    assert caret.strip() == "^"


def test_too_much_is_refused() -> None:
    with pytest.raises(NotationError, match="65537 bytes"):
        read("a" * (MOST_BYTES + 1))
    with pytest.raises(NotationError, match="statements"):
        read("\n".join(f"a{n} = x" for n in range(500)))


@given(number=st.integers(0, 10**9))
@settings(max_examples=300)
def test_garbled_text_is_read_or_refused(number: int) -> None:
    read_only(garbled(7, number))


def test_a_circle_through_a_cost_that_no_line_defines_has_a_place() -> None:
    text = (
        "z: (K,) y: (K,)\np = soft∂C/∂zmax(z)\ndC = -sum(y ⊙ log(p))\ndp/dz = diag(p) - p pᵀ\ndC/dz = p - y"
    )
    assert read_only(text)


def test_a_name_with_a_value_may_get_another_under_a_condition() -> None:
    report = check("z = w x\na = z\na = 0, z > 0\nC = (a - y)^2\ndC/da = 2 (a - y)", prove=False)
    assert [(step.line, step.verdict) for step in report.steps] == [(5, "right")]


@pytest.mark.parametrize("slope", ["dW1", "d_W1", "grad_W1", "W1_grad"])
def test_a_slope_of_the_cost_has_several_names(slope: str) -> None:
    text = f"W1: (h, n)  x: (n,)  y: (h,)\nz = W1 x\nC = sum((z - y)^2)\n{slope} = 2 (z - y) x^T"
    (step,) = check(text, prove=False).steps
    assert (step.line, step.verdict) == (4, "right")


@pytest.mark.parametrize("function", ["dot", "max", "outer", "multiply"])
def test_one_argument_of_a_function_of_two_is_not_decided(function: str) -> None:
    text = f"z_j = sum_k w_kj {function}(a_k)\ndz_j/da_k = w_kj\nC = x^2\ndC/dx = 2 x"
    assert [step.verdict for step in check(text, prove=False).steps][-1] == "right"


@given(number=st.integers(0, 10**9))
def test_the_grammars_derivations_get_verdicts(number: int) -> None:
    verdicts = set(whole(valid(7, number)).split())
    assert verdicts <= {"right", "convention", "factor", "wrong", "undecided", "notation"}


def test_names_run_together_have_a_place() -> None:
    """zb where z and b occur is a product, and stands where an argument's name should."""
    read_only("z = w x + b\na = f(zb) = (a - y)^2\ndC/dz = 2(a - y) f'(z)")


@given(text=st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    read_only(text)


@pytest.mark.parametrize(
    "text",
    [
        "a = __import__('os').getpid()",
        "a = open('planted')",
        "a = exec(1)",
        "a = (lambda: 1)()",
        "dC/dw = ().__class__",
    ],
)
def test_no_text_is_a_program(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    opened = []
    sys_hook_active = [True]
    sys.addaudithook(
        lambda event, args: opened.append(args) if sys_hook_active[0] and event == "open" else None
    )
    try:
        whole(text)
    finally:
        sys_hook_active[0] = False
    assert not [args for args in opened if str(tmp_path) in str(args[0]) or args[0] == "planted"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "C = 9^9^9^9^9 w; dC/dw = 1",
        "C = exp(exp(exp(exp(exp(9 w))))); dC/dw = 1",
        "C = " + "(" * 39 + "w" + ")^2" * 39 + "; dC/dw = 1",
        "C = " + " + ".join(["w"] * 900) + "; dC/dw = 900",
        "C = " + "sum_j " * 30 + "w_j; dC/dw_j = 1",
        "; ".join(["f0(x) = x"] + [f"f{n}(x) = f{n - 1}(f{n - 1}(x))" for n in range(1, 30)])
        + "; C = f29(w); dC/dw = 1",
        "W: (12, 12)  x: (12,); C = sum((W W W W x)^2); dC/dW = x xᵀ",
        "dC/dw = f'''''''(w)",
        "- " * 8000 + "C = w^2; dC/dw = 2 w",
    ],
)
def test_costly_text_ends_in_a_verdict(text: str) -> None:
    assert whole(text)


def test_every_course_formula_is_read() -> None:
    assert all(map(read_only, formulas()))
