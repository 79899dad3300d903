"""What many networks ask for, computed in one go: calls of numpy and torch cost more than small arrays do.

Whatever judges a network is a generator. Where many networks may ask for the same thing it yields a Question
and is sent the answer; everything between two questions runs as if it were alone.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import numpy as np

T = TypeVar("T")


class Question(NamedTuple):
    """answer(about, every `given` of those who ask the same) has one answer for each; about is hashable."""

    answer: Callable[[Any, Sequence[Any]], Iterable[Any]]
    about: Any
    given: Any


Asking = Generator[Question, Any, T]


AT_ONCE = 20  # so that the arrays of all stay in a processor's cache


def together(asking: Iterable[Asking[T]]) -> list[T]:
    """What each of them returns. numpy is silent meanwhile: what overflows is looked at in the end."""
    waiting, found = iter(asking), list[T]()
    with np.errstate(all="ignore"):
        while some := list(islice(waiting, AT_ONCE)):
            found += _together(some)
    return found


def _together(running: list[Asking[T]]) -> list[T]:
    ended: dict[int, T] = {}
    told: Iterable[tuple[int, Any]] = [(each, None) for each in range(len(running))]
    while told:
        asked: dict[tuple[Any, Any], tuple[list[int], list[Any]]] = {}
        for each, answer in told:
            try:
                answers, about, given = running[each].send(answer)
            except StopIteration as end:
                ended[each] = end.value
            else:
                those, all_given = asked.setdefault((answers, about), ([], []))
                those.append(each)
                all_given.append(given)
        told = [
            each_answer
            for (answers, about), (those, all_given) in asked.items()
            for each_answer in zip(those, answers(about, all_given), strict=True)
        ]
    return [ended[each] for each in range(len(running))]


def alone(asking: Asking[T]) -> T:
    """What it returns, asked by itself."""
    return together([asking])[0]
