"""`backproof course`: lists the lessons and their systems, runs one or all, and writes their pictures."""

from __future__ import annotations

import json as jsons
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Code, Note, Picture, Table, Text, Verdict
from backproof.scripts.course.catalogue import LESSONS
from backproof.scripts.course.claims_command import claims
from backproof.scripts.course.lesson import Agreement, Lesson
from backproof.scripts.options import DataRoot, Json, again
from backproof.scripts.show import progress

if TYPE_CHECKING:
    from rich.progress import Progress

    from backproof.data.course import Given, System

Item = TypeVar("Item")

Out = Annotated[Path, typer.Option("--out", help="Folder of the pictures, which replace older ones.")]
Quick = Annotated[bool, typer.Option("--quick", help="Train briefly: fewer epochs, starts and examples.")]
DEFAULT_OUT = Path("out") / "course"

course = typer.Typer(name="course", rich_markup_mode=None, invoke_without_command=True)


@course.callback()
def _course(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Run every lesson.")] = False,
    out: Out = DEFAULT_OUT,
    quick: Quick = False,
    data_root: DataRoot = None,
    json: Json = False,
) -> Answer | int:
    """Run the course: every system that its documents show. Without a lesson, list them.

    The last digits of what was trained depend on the processor. Exit code 0: hand and autograd agree
    wherever a lesson has a gradient; 1: they do not.
    """
    if context.invoked_subcommand is not None:
        if every or quick or data_root or json or out != DEFAULT_OUT:
            raise InputError(
                f"options before the name of the lesson {context.invoked_subcommand}",
                "write the lesson's name first, then its options",
            )
        return 0
    answer = Answer(json)
    if every:
        return run_lessons(answer, context, list(LESSONS), out, quick, data_root)
    answer.show(
        Table(["lesson", "what it shows"], LESSONS.items(), left=2),
        "\nbackproof course LESSON runs one, backproof course --all every one",
        "backproof course systems says what each lesson runs, and where the documents have it",
        "backproof course claims judges what the documents state",
    )
    return answer.end(0)


def _register(name: str, summary: str) -> None:
    words = f"{summary[0].upper()}{summary[1:]}."

    @course.command(name, help=words, short_help=words)
    def _one(
        context: typer.Context,
        out: Out = DEFAULT_OUT,
        quick: Quick = False,
        data_root: DataRoot = None,
        json: Json = False,
    ) -> Answer:
        return run_lessons(Answer(json), context, [name], out, quick, data_root)


for _name, _summary in LESSONS.items():
    _register(_name, _summary)


@course.command("systems", short_help="List the systems, their lessons and places.")
def _systems(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS]...", help="Those of a name, a line such as 001:1274, or words."),
    ] = None,
    json: Json = False,
) -> Answer:  # fmt: skip
    """List the systems that the documents show, each with its lesson, its place and its first words."""
    from backproof.data.course import systems

    wanted = words or []
    found = [s for s in systems() if not wanted or any(_has(s, each) for each in wanted)]
    if not found:
        raise InputError(f"no system {' '.join(wanted)!r}", "`backproof course systems` lists all of them")
    answer = Answer(json)
    rows = [(s.name, s.lesson, s.at, s.words) for s in found]
    answer.show(Table(["system", "lesson", "place", "stands there"], rows, left=4))
    documents = {s.at[:3] for s in found}
    answer.show("", *(f"{key}  {title}" for key, title in _titles().items() if key in documents))
    return answer.end(0, {"systems": [vars(s) for s in found]})


course.command("claims", short_help="Judge the statements of the course.")(claims)


def _titles() -> dict[str, str]:
    from backproof.scripts.course.statements import DOCUMENTS

    return DOCUMENTS


def _has(system: System, words: str) -> bool:
    from backproof.scripts.course.statements import plain

    text = plain(f"{system.name} {system.lesson} {system.words}")
    return system.at == words or all(part in text for part in plain(words).split())


def run_lessons(
    answer: Answer, context: typer.Context, names: list[str], out: Path, quick: bool, data_root: Path | None
) -> Answer:
    """Run lessons, show them, write their pictures into `out`; 1 where hand and autograd disagree."""
    from backproof.data.course import given, systems
    from backproof.scripts.files import check_folder

    check_folder(out)
    lessons: list[Lesson] = []
    try:
        for name in names:
            inputs = given(name, quick)
            lessons.append(_run(name, inputs, data_root))
            if len(names) > 1:
                answer.show(f"[{len(lessons)}/{len(names)}] {name}")
            _show(answer, lessons[-1], name, inputs, out)
            answer.write()  # so that an interruption costs no picture
    except KeyboardInterrupt:
        kept = "interrupted; pictures that are complete and epochs that were trained are kept"
        answer.show(Note(f"{kept}; to continue: {again(context)}"))
        return answer.end(130)
    wrong = [name for name, lesson in zip(names, lessons) if any(part.wrong for part in lesson.of(Agreement))]
    if len(names) > 1:
        pictures = sum(len(lesson.of(Picture)) for lesson in lessons)
        counted = f"{len(names)} lessons, {len(systems())} systems, {pictures} pictures"
        verdict = f"WRONG in {', '.join(wrong)}" if wrong else "all agree"
        answer.show(Verdict(f"{counted}; against autograd {verdict}", not wrong))
    return answer.end(1 if wrong else 0)


def _run(name: str, inputs: Given, data_root: Path | None) -> Lesson:
    from backproof.scripts.course.catalogue import find
    from backproof.scripts.course.lesson import Setting

    with progress("") as bar:

        def track(items: Iterable[Item], what: str, total: int) -> Iterable[Item]:
            return _tracked(bar, items, what, total)

        return find(name)(inputs, Setting(data_root=data_root, track=track))


def _tracked(bar: Progress, items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    task = bar.add_task(what, total=total)
    for item in items:
        yield item
        bar.advance(task)
    bar.remove_task(task)


def _show(answer: Answer, lesson: Lesson, name: str, inputs: Given, out: Path) -> None:
    from backproof.data.course import systems

    answer.show(f"{lesson.title}\n{'=' * len(lesson.title)}\n")
    places = [(s.at, _titles()[s.at[:3]], s.words) for s in systems() if s.lesson == name]
    answer.show(Table(["place", "document", "stands there"], places, 3, "In the documents"), "")
    answer.show(Table(["input", "value"], list(entries(inputs)), 2, "What goes in"))
    for part in lesson.parts:
        answer.show("")
        match part:
            case Text() | Table():
                answer.show(part)
            case Picture():
                answer.show(replace(part, path=out / part.path))
            case _:
                answer.show(*_agreement(part))
    answer.show("")


def entries(inputs: Given, before: str = "") -> Iterator[tuple[str, str]]:
    """Every input of a lesson by its name, as JSON writes it."""
    for name, value in inputs.items():
        if isinstance(value, dict):
            yield from entries(value, f"{before}{name}, ")
        elif value is not None:
            yield f"{before}{name}", _written(value)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else jsons.dumps(value)


def _agreement(part: Agreement) -> list[Verdict | Code]:
    from backproof.parity_tests.report import lines

    if part.wrong:
        words = f"Against autograd, {part.what}: WRONG"
        return [Verdict(words, False), *(Code(line) for line in lines(part.report))]
    counted = sum(row.entries for row in part.report.rows)
    share = max(row.share for row in part.report.rows)
    agree = f"Against autograd, {part.what}: {counted:,} entries agree"
    return [Verdict(f"{agree}, the furthest apart by {share:.1%} of what rounding may explain.", True)]
