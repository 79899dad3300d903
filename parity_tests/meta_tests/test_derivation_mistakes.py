"""Planted mistakes: the first wrong line is found, the edit undoes it, and nothing right is called wrong.

Every family is planted at every place of every derivation. A run takes a part, spread over all families; all
of them, some fifteen minutes, with BACKPROOF_EXAM=thorough.
"""

import os
from collections import Counter
from functools import cache

from backproof.parity_tests.meta_tests.derivation_mistakes import UNDONE_BY, Planted, planted
from backproof.parity_tests.meta_tests.derivations import DERIVATIONS
from backproof.reference.derivation import Report, check

_A_FAMILY = 4  # of each family, where not all are run


@cache
def every() -> tuple[Planted, ...]:
    return tuple(mistake for name, text in DERIVATIONS.items() for mistake in planted(name, text))


@cache
def judged() -> tuple[tuple[Planted, Report], ...]:
    chosen = list(every())
    if os.environ.get("BACKPROOF_EXAM") != "thorough":
        by_family: dict[str, list[Planted]] = {}
        for mistake in chosen:
            by_family.setdefault(mistake.family, []).append(mistake)
        chosen = [
            mistake
            for family in by_family.values()
            for mistake in family[:: max(1, len(family) // _A_FAMILY)][:_A_FAMILY]
        ]
    return tuple((mistake, check(mistake.text, prove=False)) for mistake in chosen)


def test_enough_is_planted() -> None:
    """At least 40 derivations, more than 500 mistakes, every family."""
    assert len(DERIVATIONS) >= 40
    assert len(every()) > 500
    assert {mistake.family for mistake in every()} == set(UNDONE_BY)


def test_the_first_wrong_line_is_the_planted_one() -> None:
    missed = [(m.family, m.name, m.line, m.after) for m, report in judged() if report.first_wrong != m.line]
    assert not missed


def test_nothing_right_is_called_wrong() -> None:
    accused = [
        (mistake.name, mistake.line, step)
        for mistake, report in judged()
        for step in report.steps
        if step.line != mistake.line and step.verdict != "right"
    ]
    assert not accused


def test_the_edit_undoes_the_mistake() -> None:
    """In at least nine of ten, by the edit's name or by giving back the very line that was there."""
    undone = Counter[bool]()
    missed = []
    for mistake, report in judged():
        step = next(step for step in report.steps if step.line == mistake.line)
        edit = step.edit
        found = edit is not None and (
            edit.kind in UNDONE_BY[mistake.family] or edit.corrected == mistake.before
        )
        undone[found] += 1
        if not found:
            missed.append((mistake.family, mistake.name, mistake.after, edit))
    assert 10 * undone[True] >= 9 * len(judged()), missed
