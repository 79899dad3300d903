"""Somebody's log of a training, read from a CSV file and laid beside ours."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backproof.parity_tests.training import State, Task
from backproof.scratch import reading
from backproof.scratch.errors import InputError

COUNTERS = ("step", "epoch")
ADVICE = "the columns are step or epoch, loss, and where there is one accuracy, with a line of headings"


@dataclass(frozen=True)
class Column:
    """The numbers of one column as they were written, and how far a written number may be from what it says.

    That is half a unit of its last digit.
    """

    values: tuple[float, ...]
    halves: tuple[float, ...]


@dataclass(frozen=True)
class Log:
    """A log: what its rows count, their numbers, and its losses and accuracies (0 to 1) or none."""

    by: str
    numbers: tuple[int, ...]
    loss: Column
    accuracy: Column | None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Beside:
    """Our losses in the meaning that fits best, and the first number at which theirs are apart, or None."""

    meaning: str
    ours: tuple[float, ...]
    apart: int | None


def read(path: Path) -> Log:
    """The log in a CSV file. Raises InputError where a row or a column cannot be read."""
    rows = list(csv.reader(reading.text(path).rstrip().splitlines()))
    if len(rows) < 2:
        raise InputError(f"{path} has no rows", ADVICE)
    if len(rows[0]) == 1 and ";" in rows[0][0]:
        raise InputError(
            f"{path} has semicolons between its cells", "write commas there, and points in numbers"
        )
    headings = [heading.strip().lower() for heading in rows[0]]
    by = next((name for name in COUNTERS if name in headings), None)
    if by is None or "loss" not in headings or len(set(headings)) != len(headings):
        raise InputError(f"{path} has the headings {', '.join(map(repr, rows[0]))}", ADVICE)
    used = [name for name in (by, "loss", "accuracy") if name in headings]
    written: dict[str, list[str]] = {name: [] for name in used}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(headings):
            raise InputError(f"line {number} of {path} has {len(row)} cells, not {len(headings)}", ADVICE)
        for name in used:
            written[name].append(row[headings.index(name)].strip())
    counted = tuple(_whole(path, number, word) for number, word in enumerate(written[by], start=2))
    if (
        not counted
        or counted != tuple(range(counted[0], counted[0] + len(counted)))
        or counted[0] not in (0, 1)
    ):
        raise InputError(f"the {by}s of {path} do not count up from 0 or 1", "give every one of them, once")
    accuracy = _column(path, written["accuracy"]) if "accuracy" in used else None
    if accuracy is not None and max(accuracy.values) > 1:  # percentages
        accuracy = Column(
            tuple(value / 100 for value in accuracy.values), tuple(half / 100 for half in accuracy.halves)
        )
    return Log(by, counted, _column(path, written["loss"]), accuracy, tuple(set(headings) - set(used)))


def _whole(path: Path, line: int, word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise InputError(f"{word!r} in line {line} of {path} is no whole number", ADVICE) from None


def _column(path: Path, words: Sequence[str]) -> Column:
    values, halves = [], []
    for line, word in enumerate(words, start=2):
        try:
            value = float(word.removesuffix("%"))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InputError(f"{word!r} in line {line} of {path} is no finite number", ADVICE)
        mantissa, _, exponent = word.removesuffix("%").lower().partition("e")
        last = int(exponent or 0) - len(mantissa.partition(".")[2])
        values.append(value)
        halves.append(10.0**last / 2)
    return Column(tuple(values), tuple(halves))


def check_length(path: Path, log: Log, epochs: int, steps: int) -> None:
    """Raises InputError unless the log has a row for every epoch, or for every step, of the training."""
    count = epochs if log.by == "epoch" else epochs * steps
    have = len(log.numbers) - (log.numbers[0] == 0 and log.by == "epoch")
    if have != count:
        raise InputError(
            f"{path} has {have:,} {log.by}s, and the training {count:,}",
            f"log each, and give that training's data, --epochs and --batch: {steps:,} steps an epoch here",
        )


def beside(log: Log, task: Task, state: State) -> Beside:
    """Theirs beside ours, by whichever meaning of a loss they agree with longest."""
    after = [epoch.loss_by_hand for epoch in state.epochs]
    met = [epoch.loss_met or 0.0 for epoch in state.epochs]
    meanings = {"the training loss after each epoch": after[log.numbers[0] :]}
    if log.by == "step":
        meanings = {"the batch's loss before each step": state.course.losses}
    elif log.numbers[0] == 1:
        meanings["the mean of each epoch's losses, before their steps"] = met[1:]
    found = [
        _beside(meaning, times, ours, log, state)
        for times in _reductions(task)
        for meaning, ours in meanings.items()
    ]
    return max(found, key=lambda each: math.inf if each.apart is None else each.apart)


def _reductions(task: Task) -> list[tuple[float, str]]:
    """What a loss may be times ours, which is a mean over examples, without another training: ours first."""
    outputs, batch = task.spec.widths[-1], task.batch
    halves = [(1.0, ""), (0.5, "half of it"), (2.0, "twice that")]
    means = [
        (1.0, ""),
        (1 / outputs, f"the mean over the {outputs} outputs too"),
        (outputs, "the outputs' sum"),
    ]
    sums = [(1.0, ""), (batch, f"the sum over the batch's {batch} examples")]
    return [
        (first * second * third, ", ".join(filter(None, (which, what, how))))
        for first, which in sums
        for second, what in means
        for third, how in halves
    ]


def _beside(
    meaning: str, reduction: tuple[float, str], ours: Sequence[float], log: Log, state: State
) -> Beside:
    times, words = reduction
    ours = tuple(times * our for our in ours)
    said = f"{meaning}, times {times:.6g} ({words})" if words else meaning
    return Beside(said, ours, _first_apart(log.numbers, log.loss, ours, state.course.floor))


def accuracy_apart(log: Log, state: State) -> int | None:
    """The first epoch whose test accuracy is not theirs."""
    if log.accuracy is None or log.by == "step":
        return None
    ours = [epoch.accuracy_by_hand for epoch in state.epochs][log.numbers[0] :]
    return _first_apart(log.numbers, log.accuracy, ours, 0.0)


def _first_apart(
    numbers: Sequence[int], theirs: Column, ours: Sequence[float], relative: float
) -> int | None:
    """The first row that neither its own last digit nor what rounding adds up to explains."""
    for number, value, half, our in zip(numbers, theirs.values, theirs.halves, ours):
        # A sum of two halves: a last digit of theirs may itself have been rounded from a rounded number.
        if not abs(value - our) <= 2 * half + relative * abs(our):
            return number
    return None
