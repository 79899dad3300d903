"""How text reaches the terminal: plain when piped, and a user's own words never act as markup."""

import os
import shlex
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from backproof.scripts.parts import Code, Note, Part, Picture, Table, Text, Verdict

if TYPE_CHECKING:
    from rich.align import VerticalAlignMethod
    from rich.console import Console
    from rich.progress import Progress

PIPED_WIDTH = 120  # columns of tables where neither a terminal nor COLUMNS says how many there are
TEXT_WIDTH = 100  # columns of a filled paragraph at most
NARROWEST = 8  # columns that are left to a cell, however narrow the terminal
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}  # categories of characters that hide or steer
COLOURS = {True: "green", False: "red", None: "yellow"}  # of a verdict


def printable(text: str) -> str:
    """`text` with control and direction-changing characters made visible, as \\x1b or \\u202e.

    Line breaks stay: callers pass text of their own layout with a user's words inside.
    """
    return "".join(
        char if char == "\n" or unicodedata.category(char) not in HIDDEN else _visible(char) for char in text
    )


def _visible(char: str) -> str:
    if "\udc80" <= char <= "\udcff":  # a byte of a file's name that is not UTF-8
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def one_line(text: str) -> str:
    """`printable` text whose line breaks are visible too, as \\n."""
    return printable(text).replace("\n", "\\n")


def word(text: str | os.PathLike[str]) -> str:
    """A path or another word of a command line, so that a shell takes it back: quoted where it must be."""
    text = os.fspath(text)
    if one_line(text) == text:
        return shlex.quote(text)
    bare = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{one_line(bare)}'"


def console(stderr: bool = False) -> "Console":
    """A rich console that prints text as it stands: no markup, no emoji, no colouring of numbers."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)


def progress(unit: str) -> "Progress":
    """A progress bar on stderr, silent when that is no terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.3g} a second" if task.speed else "")

    shown = console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        Rate(),
        TimeRemainingColumn(),
        console=shown,
        # Lines printed meanwhile go above the bar, but never into stderr where stdout is a file.
        redirect_stdout=sys.stdout.isatty(),
        disable=not shown.is_terminal,
        transient=True,
    )


# --- on the terminal, and piped -----------------------------------------------------------------------


def part(shown: Part) -> None:
    """Prints one part of an answer: in the terminal's width and colours, or plainly where it is piped."""
    match shown:
        case Note(words):
            sys.stdout.flush()
            print(one_line(words), file=sys.stderr)
        case Verdict(words, good):
            console().print(printable(words), style=COLOURS[good])
        case Text(words, fill=True):
            filled = textwrap.fill(printable(words), min(TEXT_WIDTH, width()), break_on_hyphens=False)
            console().print(filled)
        case Text(words):  # a terminal breaks it between words; lines that are piped stay whole
            console().print(printable(words), soft_wrap=not sys.stdout.isatty())
        case Code(text):
            console().print(printable(text))
        case Picture(path, alt):
            if alt:
                part(Text(alt, fill=True))
            console().print(f"{'  ' if alt else 'picture: '}{word(path)}.svg and .png")
        case Table():
            if shown.caption:
                console().print(printable(shown.caption))
            console().print("\n".join(table_lines(shown, width())))


def width() -> int:
    """Columns that a table or a filled paragraph may take."""
    if sys.stdout.isatty():
        return console().width
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdecimal() and 0 < int(columns) < 10_000 else PIPED_WIDTH


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> None:
    """Prints a table by itself."""
    part(Table(headings, rows, left))


def table_lines(shown: Table, most: int) -> Iterator[str]:
    """The lines of a table of at most `most` columns.

    Where it is wider its headings take several lines; where that does not do, the right columns stand in
    groups one below the other, each beside the left ones. No cell is cut off: one that is too long goes on
    in the next line.
    """
    from rich.cells import cell_len

    headings = [one_line(heading) for heading in shown.headings]
    rows = [[one_line(cell) for cell in row] for row in shown.rows]
    columns = range(len(headings))
    bodies = [max((cell_len(row[k]) for row in rows), default=0) for k in columns]
    widths = [max(bodies[k], cell_len(headings[k])) for k in columns]
    spare = most - sum(widths) - 2 * (len(widths) - 1)
    for k in reversed(columns):  # the headings of the right columns give way first
        if spare < 0:
            folded = max([bodies[k], *(cell_len(word) for word in headings[k].split())])
            folded = min(widths[k], max(folded, widths[k] + spare))
            spare += widths[k] - folded
            widths[k] = folded
    beside = list(columns[: shown.left])
    room = most // 2 if len(headings) > shown.left else most
    while spare < 0 and beside and sum(widths[k] + 2 for k in beside) > room:
        widest = max(beside, key=lambda k: widths[k])
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    rest = most - sum(widths[k] + 2 for k in beside)
    widths = [wide if k in beside else min(wide, rest) for k, wide in enumerate(widths)]
    groups = [beside]
    for k in columns[shown.left :]:
        if len(groups[-1]) > shown.left and sum(widths[c] + 2 for c in [*groups[-1], k]) - 2 > most:
            groups.append(beside)
        groups[-1] = [*groups[-1], k]
    for number, group in enumerate(groups):
        if number:
            yield ""
        yield from _grid([headings], group, widths, shown.left, "bottom")
        yield from _grid(rows, group, widths, shown.left, "top")


def _grid(
    rows: list[list[str]], columns: list[int], widths: list[int], left: int, vertical: "VerticalAlignMethod"
) -> Iterator[str]:
    """Some columns of cells side by side; a cell that is too long for its width is folded."""
    from rich import table as rich

    made = rich.Table(box=None, pad_edge=False, show_header=False)
    for k in columns:
        made.add_column(
            justify="left" if k < left else "right", width=widths[k], overflow="fold", vertical=vertical
        )
    for row in rows:
        made.add_row(*(row[k] for k in columns))
    shown = console()
    shown.width = sum(widths) + 2 * len(widths)
    with shown.capture() as lines:
        shown.print(made)
    # Without the blanks that fill up the last column.
    yield from (line.rstrip() for line in lines.get().splitlines())


# --- as JSON --------------------------------------------------------------------------


def as_object(shown: Part) -> dict[str, Any]:
    """A part as plain JSON values, its kind first."""
    values = {name: value for name, value in vars(shown).items() if name not in ("draw", "figure")}
    if isinstance(shown, Picture):
        values["path"] = str(shown.path)
    return {"kind": type(shown).__name__.lower(), **values}


def strict_json(value: Any) -> str:
    """The JSON text that a command prints or writes, indented."""
    from backproof.scratch.reading import json_text

    return json_text(value, indent=2)
