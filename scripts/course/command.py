"""`backproof course`: lists the lessons, runs one or all of them, and writes their pictures."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.course.catalogue import LESSONS
from backproof.scripts.course.claims_command import claims
from backproof.scripts.show import one_line, printable, progress, table

if TYPE_CHECKING:
    from rich.progress import Progress

    from backproof.scripts.course.lesson import Agreement, Lesson

Item = TypeVar("Item")

TEXT_WIDTH = 100

Out = Annotated[Path, typer.Option("--out", help="Folder of the pictures, which replace older ones.")]
Quick = Annotated[bool, typer.Option("--quick", help="Train briefly: fewer epochs, starts and examples.")]
DataRoot = Annotated[
    Path | None,
    typer.Option(
        "--data-root", help="The folder that holds MNIST/raw.", show_default="BACKPROOF_DATA or cache"
    ),
]
DEFAULT_OUT = Path("out") / "course"


course = typer.Typer(name="course", rich_markup_mode=None, invoke_without_command=True)


@course.callback()
def _course(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Run every lesson.")] = False,
    out: Out = DEFAULT_OUT,
    quick: Quick = False,
    data_root: DataRoot = None,
) -> int:
    """Run the course: every system that its documents show. Without a lesson, list them.

    The last digits of what was trained depend on the processor. Exit code 0: hand and autograd agree
    wherever a lesson has a gradient; 1: they do not.
    """
    if context.invoked_subcommand is not None:
        if every or quick or data_root or out != DEFAULT_OUT:
            raise InputError(
                f"options before the name of the lesson {context.invoked_subcommand}",
                "write the lesson's name first, then its options",
            )
        return 0
    if every:
        return run_lessons(list(LESSONS), out, quick, data_root, "--all")
    table(["lesson", "what it shows"], [[name, summary] for name, summary in LESSONS.items()], left=2)
    print("\nbackproof course LESSON runs one, backproof course --all every one")
    print("backproof course claims judges what the documents state")
    return 0


def _register(name: str, summary: str) -> None:
    words = f"{summary[0].upper()}{summary[1:]}."

    @course.command(name, help=words, short_help=words)
    def _one(out: Out = DEFAULT_OUT, quick: Quick = False, data_root: DataRoot = None) -> int:
        return run_lessons([name], out, quick, data_root, name)


for _name, _summary in LESSONS.items():
    _register(_name, _summary)
course.command(short_help="Judge the statements of the course.")(claims)


def run_lessons(names: list[str], out: Path, quick: bool, data_root: Path | None, words: str) -> int:
    """Run lessons, print them, write their pictures into `out`; 1 where hand and autograd disagree."""
    from backproof.scripts.files import check_folder

    check_folder(out)
    lessons: list[Lesson] = []
    try:
        for name in names:
            lessons.append(_run(name, quick, data_root))
            if len(names) > 1:
                print(f"[{len(lessons)}/{len(names)}] {name}")
            _print(lessons[-1], out)
    except KeyboardInterrupt:
        command = ["backproof", "course", words, "--out", str(out)]
        command += ["--quick"] if quick else []
        command += ["--data-root", str(data_root)] if data_root else []
        typer.echo(
            "interrupted; pictures that are complete and epochs that were trained are kept; "
            f"to continue: {one_line(shlex.join(command))}",
            err=True,
        )
        return 130
    wrong = [name for name, lesson in zip(names, lessons) if any(part.wrong for part in lesson.agreements)]
    if len(names) > 1:
        print(
            f"{len(names)} lessons, {sum(len(lesson.systems) for lesson in lessons)} systems, "
            f"{sum(len(lesson.pictures) for lesson in lessons)} pictures; against autograd "
            + (f"WRONG in {', '.join(wrong)}" if wrong else "all agree")
        )
    return 1 if wrong else 0


def _run(name: str, quick: bool, data_root: Path | None) -> Lesson:
    from backproof.data.course import given
    from backproof.scripts.course.catalogue import find
    from backproof.scripts.course.lesson import Setting

    with progress("") as bar:

        def track(items: Iterable[Item], what: str, total: int) -> Iterable[Item]:
            return _tracked(bar, items, what, total)

        return find(name)(given(name, quick), Setting(data_root=data_root, track=track))


def _tracked(bar: Progress, items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    task = bar.add_task(what, total=total)
    for item in items:
        yield item
        bar.advance(task)
    bar.remove_task(task)


def _print(lesson: Lesson, out: Path) -> None:
    from backproof.scripts import pictures
    from backproof.scripts.course.lesson import Picture, Table, Text

    print(f"{lesson.title}\n{'=' * len(lesson.title)}")
    for part in lesson.parts:
        print()
        match part:
            case Text():
                print(textwrap.fill(printable(part.words), TEXT_WIDTH, break_on_hyphens=False))
            case Table():
                print(part.title)
                table(part.columns, part.rows)
            case Picture():
                figure = part.draw()
                for path in (out / f"{part.name}.svg", out / f"{part.name}.png"):
                    pictures.save(figure, path)
                print(textwrap.fill(part.caption, TEXT_WIDTH))
                print(f"  {one_line(str(out / part.name))}.svg and .png")
            case _:
                print(_agreement(part))
    print()


def _agreement(part: Agreement) -> str:
    from backproof.parity_tests.report import lines

    if part.wrong:
        return "\n".join([f"Against autograd, {part.what}: WRONG", *lines(part.report)])
    entries = sum(row.entries for row in part.report.rows)
    share = max(row.share for row in part.report.rows)
    return (
        f"Against autograd, {part.what}: {entries:,} entries agree, "
        f"the furthest apart by {share:.1%} of what rounding may explain."
    )
