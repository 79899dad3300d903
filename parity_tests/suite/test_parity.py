"""Every quantity of a generated network agrees with autograd, entry by entry, within the bound."""

import pytest
from hypothesis import given, settings

from backproof.parity_tests.cases import Case
from backproof.parity_tests.comparison import Witness, by_autograd, by_hand, judge_case
from backproof.parity_tests.report import lines
from backproof.parity_tests.strategies import cases

EXAMPLES = settings().max_examples  # of the profile


def check(witness: Witness, case: Case) -> None:
    """Fails with the case's own line, its rows, and the first wrong quantity."""
    report = judge_case(witness, case)
    if report.first_wrong:
        pytest.fail("\n".join([repr(case), *lines(report)]), pytrace=False)


@settings(max_examples=5 * EXAMPLES)
@given(case=cases())
def test_by_hand_in_float64(case: Case) -> None:
    check(by_hand, case)


@settings(max_examples=2 * EXAMPLES)
@given(case=cases(dtypes=("float32",)))
def test_by_hand_in_float32(case: Case) -> None:
    check(by_hand, case)


@given(case=cases(dtypes=("float32",)))
def test_by_autograd_in_float32(case: Case) -> None:
    # torch in float32 is a second examinee: the truth is always the float64 reference.
    check(by_autograd, case)
