"""What a lesson is: text, tables and pictures in reading order, and its numbers by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from backproof.scripts.parts import Picture, Table, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from backproof.parity_tests.comparison import Report

Item = TypeVar("Item")
Number = Any  # a float or whole number, or a list of them, nested as the quantity is

# What decides how many digits are printed: the error bound of what went through numpy, torch or libm.
MOST_DIGITS = 10


@dataclass(frozen=True)
class Agreement:
    """A comparison of the hand with autograd, within the derived bound."""

    what: str
    report: Report

    @property
    def wrong(self) -> bool:
        """Whether the two disagree, or nothing could be compared."""
        return (
            self.report.first_wrong is not None
            or self.report.out_of_range
            or not any(row.verdict == "ok" for row in self.report.rows)
        )


@dataclass
class Lesson:
    """One lesson.

    numbers holds every result by name. A number that also stands in errors went through numpy, torch or
    the C library, and errors bounds how far it may be from the exact value. One in measured came out of
    a training, in which rounding grows: it has no bound. All others are the same on every machine, to
    the last bit.
    """

    title: str
    parts: list[Text | Table | Picture | Agreement] = field(default_factory=list)
    numbers: dict[str, Number] = field(default_factory=dict)
    errors: dict[str, Number] = field(default_factory=dict)
    measured: set[str] = field(default_factory=set)

    def say(self, words: str) -> None:
        """Add a paragraph."""
        self.parts.append(Text(" ".join(words.split()), fill=True))

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Add a table; floats are printed in full, so round or use `near` before."""
        cells = tuple(tuple(cell if isinstance(cell, str) else repr(cell) for cell in row) for row in rows)
        self.parts.append(Table(columns, cells, caption=title))

    def picture(
        self,
        name: str,
        caption: str,
        draw: Callable[[Any], object],
        height: float = 3.6,
        shape: tuple[int, int] = (1, 1),
    ) -> None:
        """Add a picture, drawn when it is asked for; name is its file's, without an ending.

        draw is given the axes of a card of that height in inches: one by itself, else an array of the shape.
        """

        def drawn() -> Figure:
            from backproof.scripts.course.drawing import card

            figure, axes = card(height, *shape)
            draw(axes if axes.size > 1 else axes[0, 0])
            return figure

        self.parts.append(Picture(Path(name), caption, drawn))

    def agree(self, what: str, report: Report) -> None:
        """Add a comparison of the hand with autograd."""
        self.parts.append(Agreement(what, report))

    def number(self, name: str, value: Number, error: Number = None) -> Number:
        """Record a result and give it back; error bounds it where it is not exact."""
        assert name not in self.numbers, name
        self.numbers[name] = _plain(value)
        if error is not None:
            self.errors[name] = _plain(error)
        return value

    def shown(self, name: str, *place: int) -> str:
        """An entry of a recorded result, to the decimals that its error leaves alone."""
        value, error = self.numbers[name], self.errors[name]
        for index in place:
            value, error = value[index], error[index]
        return near(value, error)

    def measure(self, name: str, value: Number) -> Number:
        """Record what came out of a training and give it back."""
        self.measured.add(name)
        return self.number(name, value)

    def of(self, kind: type[Item]) -> list[Item]:
        """The parts that are Text, Table, Picture or Agreement."""
        return [part for part in self.parts if isinstance(part, kind)]


@dataclass(frozen=True)
class Setting:
    """Where a lesson runs: the folder of MNIST if one was named, and who watches.

    track(items, what, total) passes the items on and may show how far it is.
    """

    data_root: Path | None = None
    track: Callable[[Iterable[Item], str, int], Iterable[Item]] = lambda items, _what, _total: items


def near(value: float, error: float) -> str:
    """`value` to the decimals that an error of at most `error` leaves alone, ten digits at most.

    Both ends of value +- 2 error round to what is printed, so another machine, whose own value is within
    2 error of this one, prints the same.
    """
    value, error = float(value), float(error)
    if error == 0 and value == int(value):
        return str(int(value))
    for digits in range(MOST_DIGITS, 0, -1):
        shown = f"{value:.{digits}g}"
        if f"{value - 2 * error:.{digits}g}" == shown == f"{value + 2 * error:.{digits}g}":
            return shown
    return "0" if abs(value) <= 2 * error else f"{value:.1g}"


def _plain(value: Number) -> Number:
    """numpy's scalars and arrays as floats and lists."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value
