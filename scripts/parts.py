"""The parts of an answer, whatever they are shown on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Text:
    """Sentences, line by line; `fill` makes one paragraph of them that fills the width."""

    words: str
    fill: bool = False


@dataclass(frozen=True)
class Code:
    """What is copied or compared character by character, and never wrapped: a case, a row, a command.

    `latex` is a formula in it, which a page also sets.
    """

    text: str
    latex: str = ""


@dataclass(frozen=True)
class Table:
    """Aligned columns: the first `left` ones to the left, the others, numbers, to the right."""

    headings: Sequence[str]
    rows: Iterable[Sequence[str]]
    left: int = 1
    caption: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", [tuple(row) for row in self.rows])


@dataclass(frozen=True)
class Picture:
    """A picture that becomes `path`.svg and `path`.png; drawn once, when it is first asked for."""

    path: Path
    alt: str
    draw: "Callable[[], Figure]"

    @cached_property
    def figure(self) -> "Figure":
        return self.draw()

    def content(self, kind: str) -> bytes:
        """The file of that kind, png or svg."""
        from backproof.scripts.pictures import rendered

        return rendered(self.figure, kind)


@dataclass(frozen=True)
class Verdict:
    """A line that judges: good True is right, False is wrong, None is open. Printed as it stands.

    `latex` is a formula in it, which a page also sets.
    """

    words: str
    good: bool | None
    latex: str = ""


@dataclass(frozen=True)
class Note:
    """A remark beside the answer, such as how to continue; goes to standard error, at once."""

    words: str


Part = Text | Code | Table | Picture | Verdict | Note
