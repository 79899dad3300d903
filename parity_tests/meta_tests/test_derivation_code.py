"""Backward functions, read and never run: right ones are not accused, mistakes are found at their line."""

import pytest

from backproof.parity_tests.meta_tests.corpus import BACKWARDS, PAGES, notebook
from backproof.reference.derivation.code_claims import check_code


@pytest.mark.parametrize("name", BACKWARDS)
def test_a_right_backward_is_not_accused(name: str) -> None:
    text, options = BACKWARDS[name]
    report = check_code(text, **options)
    assert len(report.steps) >= 2
    assert not [step for step in report.steps if step.verdict not in {"right", "convention"}]


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith((".py", ".ipynb"))])
def test_a_right_page_of_code_is_not_accused(name: str) -> None:
    report = check_code(notebook(PAGES[name]) if name.endswith(".ipynb") else PAGES[name])
    assert len(report.steps) >= 2
    assert not [step for step in report.steps if step.verdict not in {"right", "convention"}]
