"""Every lesson: its inputs all matter, hand and autograd agree, and its pictures can be drawn."""

import pytest

from backproof.data import course
from backproof.parity_tests.meta_tests.course_checks import changed, leaves, run
from backproof.scripts.course.catalogue import LESSONS, find


@pytest.mark.parametrize("name", LESSONS)
def test_hand_and_autograd_agree(name: str) -> None:
    for agreement in run(name, quick=True).agreements:
        assert not agreement.wrong, agreement


@pytest.mark.parametrize("name", LESSONS)
def test_every_input_moves_the_result(name: str) -> None:
    given = course.given(name, quick=True)
    before = run(name, quick=True).numbers
    for path in leaves(given):
        after = find(name)(changed(given, path, lambda number: number + 1), None)
        assert after.numbers != before, f"{path} of {name} changes nothing"
