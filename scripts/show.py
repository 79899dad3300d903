"""How text reaches the terminal: plain when piped, and a user's own words never act as markup."""

import json
import math
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

# Wider than any table: a terminal wraps what is too long for it, and nothing is cut off.
TABLE_WIDTH = 10_000


def printable(text: str) -> str:
    """`text` with control and direction-changing characters made visible, as \\x1b or \\u202e.

    Line breaks stay: callers pass text of their own layout with a user's words inside.
    """
    return "".join(
        char
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def one_line(text: str) -> str:
    """`printable` text whose line breaks are visible too, as \\n."""
    return printable(text).replace("\n", "\\n")


def console(stderr: bool = False) -> "Console":
    """A rich console that prints text as it stands: no markup, no emoji, no colouring of numbers."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)


def progress(unit: str) -> "Progress":
    """A progress bar on stderr, silent when that is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    shown = console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
        console=shown,
        # Lines printed meanwhile go above the bar, but never into stderr where stdout is a file.
        redirect_stdout=sys.stdout.isatty(),
        disable=not shown.is_terminal,
        transient=True,
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> None:
    """Prints aligned columns: the first `left` ones to the left, the others to the right."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="")
    for number, heading in enumerate(headings):
        made.add_column(heading, justify="left" if number < left else "right", no_wrap=True)
    for row in rows:
        made.add_row(*(printable(cell) for cell in row))
    shown = console()
    shown.width = TABLE_WIDTH
    with shown.capture() as lines:
        shown.print(made)
    # Without the blanks that fill up the last column.
    shown.print("\n".join(line.rstrip() for line in lines.get().splitlines()))


def strict_json(value: Any) -> str:
    """JSON that every parser reads: numbers that are not finite become the strings nan, inf and -inf."""
    return json.dumps(_finite(value), indent=2, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return value
