"""How the tests of the lessons compare: to the last bit, or within the two bounds of rounding."""

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from backproof.data import course
from backproof.scripts.course.catalogue import find
from backproof.scripts.course.lesson import Lesson, Setting


@cache
def run(name: str, quick: bool = False) -> Lesson:
    """The lesson as it is shown, once for all tests of it."""
    return find(name)(course.given(name, quick), Setting())


def same(lesson: Lesson, name: str, expected: Any) -> None:
    """Asserts a lesson's number: bit for bit where it has no error bound.

    Where it has one, the expected number is itself somebody's honest evaluation, so the two may be
    apart by twice the bound.
    """
    found = lesson.numbers[name]
    if name not in lesson.errors:
        assert found == expected, f"{name} is {found!r}, expected {expected!r}"
        return
    found, wanted, error = (
        np.asarray(value, dtype="float64") for value in (found, expected, lesson.errors[name])
    )
    assert found.shape == wanted.shape, f"{name} has shape {found.shape}, expected {wanted.shape}"
    apart = np.abs(found - wanted)
    assert (apart <= 2 * error).all(), f"{name} is {found}, expected {wanted}, apart {apart}, bound {error}"
    # A bound as large as the number would let anything pass.
    assert (error < np.abs(wanted))[wanted != 0].all(), f"the bound of {name} decides nothing: {error}"


def inputs(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the first number of every named input of a lesson stands."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from inputs(entry, (*path, key))
    elif isinstance(value, list) and value:
        yield from inputs(value[0], (*path, 0))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path


def perturbed(given: course.Given, path: tuple[Any, ...]) -> course.Given:
    """The inputs with one number changed: a little if it is real, by 1 if whole, 0 and 1 exchanged."""
    given = copy.deepcopy(given)
    place = given
    for key in path[:-1]:
        place = place[key]
    number = place[path[-1]]
    if isinstance(number, int):
        place[path[-1]] = 1 - number if number in (0, 1) else number + 1
    else:
        place[path[-1]] = number * 0.9 or 0.1
    return given
