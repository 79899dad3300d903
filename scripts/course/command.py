"""`backproof course`: lists the lessons, runs one or all of them, and writes their pictures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from backproof.scripts.course.catalogue import LESSONS

if TYPE_CHECKING:
    from rich.console import Console

    from backproof.scripts.course.lesson import Agreement, Lesson, Table

Item = TypeVar("Item")

DEFAULT_OUT = Path("out") / "course"
PIPED_WIDTH = 160  # columns where no terminal says how many there are

Out = Annotated[Path, typer.Option("--out", help="Folder for the pictures.")]
Quick = Annotated[bool, typer.Option("--quick", help="Train briefly: few epochs and few repetitions.")]
DataRoot = Annotated[
    Path | None, typer.Option("--data-root", help="Folder that holds MNIST/raw, for the digit lessons.")
]

course = typer.Typer(
    name="course",
    help="Run the course: every system that its documents show. Without a lesson, list them.",
    rich_markup_mode=None,
    invoke_without_command=True,
)


@course.callback()
def _course(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Run every lesson.")] = False,
    out: Out = DEFAULT_OUT,
    quick: Quick = False,
    data_root: DataRoot = None,
) -> int:
    if context.invoked_subcommand is not None:
        return 0
    if not every:
        _list()
        return 0
    return run_lessons(list(LESSONS), out, quick, data_root)


def _register(name: str, summary: str) -> None:
    @course.command(name, help=f"{summary[0].upper()}{summary[1:]}.")
    def _one(out: Out = DEFAULT_OUT, quick: Quick = False, data_root: DataRoot = None) -> int:
        return run_lessons([name], out, quick, data_root)


for _name, _summary in LESSONS.items():
    _register(_name, _summary)


def run_lessons(names: list[str], out: Path, quick: bool, data_root: Path | None) -> int:
    """Run lessons, print them, write their pictures under `out`; 1 where hand and autograd disagree."""
    from backproof.data.course import given
    from backproof.scripts.course.catalogue import find
    from backproof.scripts.course.lesson import Setting

    console = _console()
    _make(out)
    wrong, pictures, agreements = [], 0, 0
    for count, name in enumerate(names, start=1):
        with _progress() as track:
            lesson = find(name)(given(name, quick), Setting(data_root=data_root, track=track))
        if len(names) > 1:
            console.print(f"[{count}/{len(names)}] {name}", markup=False, highlight=False)
        _print(console, lesson, out)
        pictures += len(lesson.pictures)
        agreements += len(lesson.agreements)
        if any(agreement.wrong for agreement in lesson.agreements):
            wrong.append(name)
    if len(names) > 1:
        console.print(
            f"{len(names)} lessons, {pictures} pictures, {agreements} comparisons with autograd: "
            + (f"wrong in {', '.join(wrong)}" if wrong else "all agree"),
            markup=False,
            highlight=False,
        )
    return 1 if wrong else 0


def _list() -> None:
    width = max(map(len, LESSONS))
    for name, summary in LESSONS.items():
        typer.echo(f"{name:{width}}  {summary}")
    typer.echo("\nbackproof course LESSON runs one, backproof course --all every one")


def _console() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise typer.BadParameter(f"{out}: {failure.strerror}", param_hint="--out") from None


def _print(console: Console, lesson: Lesson, out: Path) -> None:
    from rich.text import Text as Words

    from backproof.scripts.course import drawing
    from backproof.scripts.course.lesson import Picture, Table, Text

    console.print(Words(lesson.title, style="bold"))
    console.print("=" * len(lesson.title), markup=False)
    for part in lesson.parts:
        console.print()
        match part:
            case Text():
                console.print(Words(part.words), width=min(100, console.width))
            case Table():
                console.print(_rich_table(part))
            case Picture():
                svg, png = drawing.save(part.draw(), out, part.name)
                console.print(Words(f"{part.caption}\n  {svg}\n  {png}"))
            case _:
                console.print(Words(_agreement(part)))
    console.print()


def _rich_table(table: Table):  # type: ignore[no-untyped-def]
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text as Words

    grid = Grid(title=Words(table.title), title_justify="left", title_style="", box=box.SIMPLE_HEAD)
    numeric = [all(_is_number(row[c]) for row in table.rows) for c in range(len(table.columns))]
    for name, right in zip(table.columns, numeric):
        grid.add_column(Words(name), justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*(Words(cell) for cell in row))
    return grid


def _is_number(cell: str) -> bool:
    return not cell.strip("0123456789.+-e% ")


def _agreement(part: Agreement) -> str:
    report = part.report
    if report.out_of_range:
        return f"Against autograd, {part.what}: out of the range of the numbers, nothing was checked."
    if report.first_wrong is not None:
        row = report.first_wrong
        return (
            f"Against autograd, {part.what}: WRONG at {row.entry}, by hand {row.examined!r}, "
            f"by autograd {row.expected!r}, explainable by rounding {row.allowance:.1e}."
        )
    entries = sum(row.entries for row in report.rows)
    share = max((row.share for row in report.rows), default=0.0)
    return (
        f"Against autograd, {part.what}: {entries:,} entries agree, "
        f"the furthest apart by {share:.1%} of what rounding may explain."
    )


class _progress:  # noqa: N801 - used as a function
    """Shows how far a long lesson is, on stderr and only on a terminal."""

    def __enter__(self) -> Callable[[Iterable[Item], str, int], Iterable[Item]]:
        from rich.console import Console
        from rich.progress import Progress

        self.bar = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
        self.bar.start()
        return self._track

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def _track(self, items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
        task = self.bar.add_task(what, total=total)
        for item in items:
            yield item
            self.bar.advance(task)
        self.bar.remove_task(task)
