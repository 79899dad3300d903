"""The corpus: each right derivation is read as people wrote it, and nothing in it is accused."""

import pytest

from backproof.parity_tests.meta_tests.corpus import PAGES, notebook
from backproof.parity_tests.meta_tests.corpus_more import LOSS, MORE
from backproof.reference.derivation import Report, check
from backproof.reference.derivation.code_claims import check_code
from backproof.reference.derivation.document import read
from backproof.reference.derivation.language import BigSum, Equation
from backproof.reference.derivation.latex import write_latex

EVERY = PAGES | MORE


def judged(name: str, text: str) -> Report:
    """A page through the front end that its name's ending asks for."""
    if name.endswith(".ipynb"):
        return check_code(notebook(text))
    return check_code(text, loss=LOSS.get(name, "")) if name.endswith(".py") else check(text, prove=False)


@pytest.mark.parametrize("name", EVERY)
def test_a_right_page(name: str) -> None:
    """Read from top to bottom, every step judged, none of them called wrong."""
    report = judged(name, EVERY[name])
    assert report.steps
    assert not [step for step in report.steps if step.verdict not in {"right", "convention"}]


@pytest.mark.parametrize("name", [name for name in EVERY if not name.endswith((".py", ".ipynb"))])
def test_a_formula_in_latex_comes_back_as_it_was(name: str) -> None:
    """Each formula of a page, written again and read behind the page, is the same formula."""
    lines = [s for s in read(EVERY[name]).statements if isinstance(s, Equation) and s.style == "latex"]
    whole = [e for e in lines if e.left is not None and not any(isinstance(n, BigSum) for n in e.right)]
    shown = [  # without sums, whose bounds are left out
        f"$${' = '.join(write_latex(side, line.spelling) for side in line.sides)}$$" for line in whole
    ]
    again = read("\n\n".join([EVERY[name], *shown])).statements[-len(whole) :] if whole else []
    for line, other, text in zip(whole, again, shown, strict=True):
        assert isinstance(other, Equation)
        assert (other.left, other.parts) == (line.left, line.parts), text
