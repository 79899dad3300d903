"""The corpus: each right derivation is read as people wrote it, and nothing in it is accused."""

import pytest

from backproof.parity_tests.meta_tests.corpus import PAGES, notebook
from backproof.parity_tests.meta_tests.corpus_more import LOSS, MORE
from backproof.reference.derivation import Report, check
from backproof.reference.derivation.code_claims import check_code

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
