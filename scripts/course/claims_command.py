"""`backproof course claims`: every statement of the course with its computed verdict."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.show import one_line

if TYPE_CHECKING:
    from backproof.scripts.course.claims import Claim, Judgement

# How the closing line says a verdict.
IN_WORDS = {"holds": "hold", "convention": "hold under a convention", "factor": "hold up to a factor"}

PIPED_WIDTH = 160  # columns where no terminal says how many there are


def claims(
    only: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Judge these statements, such as 001-J.")
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Show the wrong statements alone.")] = False,
    document: Annotated[
        str | None, typer.Option("--document", help="Judge one document: 000 to 004, or x between them.")
    ] = None,
    data_root: Annotated[
        Path | None, typer.Option("--data-root", help="The folder that holds MNIST/raw, where there is one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write everything as JSON.")] = False,
) -> int:
    """Judge the statements of the course.

    Exit code 0 where every computed verdict is the expected one and every falsified twin is caught,
    1 where one is not, 3 where nothing was checked.
    """
    chosen = choose(only or [], document)
    judgements: list[Judgement] = []
    interrupted = False
    try:
        _judge(chosen, judgements, data_root)
    except KeyboardInterrupt:
        interrupted = True
    shown = [j for j in judgements if j.finding.verdict == "wrong"] if wrong else judgements
    code = 130 if interrupted else exit_code(judgements)
    if as_json:
        typer.echo(to_json(judgements, shown, code))
    else:
        _print(judgements, shown)
    if interrupted:
        command = ["backproof", "course", "claims"]
        if judgements:
            command += [claim.id for claim in chosen[len(judgements) :]]
        else:
            command += [*(only or []), *(["--document", document] if document else [])]
        command += ["--wrong"] if wrong else []
        command += ["--data-root", str(data_root)] if data_root else []
        command += ["--json"] if as_json else []
        typer.echo(
            f"interrupted: {len(judgements)} of {len(chosen)} statements judged\n"
            f"continue with: {one_line(shlex.join(command))}",
            err=True,
        )
    return code


def choose(ids: Sequence[str], document: str | None) -> list[Claim]:
    """The statements asked for, in order. Raises InputError for an unknown document or statement."""
    from backproof.scripts.course.claims import DOCUMENTS, all_claims

    known = all_claims()
    if document is not None and document not in DOCUMENTS:
        raise InputError(f"no document {document!r}", f"choose from {', '.join(DOCUMENTS)}")
    missing = set(ids) - {claim.id for claim in known}
    if missing:
        raise InputError(
            f"no statement {min(missing)!r}", "`backproof course claims` lists all of them, such as 001-J"
        )
    chosen = [
        claim
        for claim in known
        if (not ids or claim.id in ids) and (document is None or claim.document == document)
    ]
    if not chosen:
        raise InputError(f"none of these is of document {document}", "leave --document out")
    return chosen


def exit_code(judgements: Sequence[Judgement]) -> int:
    """0 where all is as expected, 1 where a verdict differs or a twin is not caught, 3 without a check."""
    computed = [j for j in judgements if j.checked and not j.claim.by_reading]
    return int(any(not (j.agrees and j.caught) for j in computed)) if computed else 3


def _judge(chosen: Sequence[Claim], judgements: list[Judgement], data_root: Path | None) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from backproof.scripts.course import evidence
    from backproof.scripts.course.claims import judge

    evidence.data_root.set(data_root)
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("judging", total=len(chosen))
        for claim in chosen:
            bar.update(task, description=f"judging {claim.id}")
            judgements.append(judge(claim))
            bar.advance(task)


def to_json(judgements: Sequence[Judgement], shown: Sequence[Judgement], code: int) -> str:
    """The exit code, the judgements shown, and the counts of all of them, as strict JSON."""
    import json

    return json.dumps(
        {
            "exit_code": code,
            "statements": [_as_object(j) for j in shown],
            "verdicts": _counts(judgements),
            "by_reading": sum(j.claim.by_reading for j in judgements),
            "twins": {
                "judged": sum(j.twin is not None for j in judgements),
                "caught": sum(j.caught for j in judgements),
            },
            "differ": [j.claim.id for j in judgements if j.checked and not j.agrees],
        },
        indent=2,
        ensure_ascii=False,
        allow_nan=False,
    )


def _as_object(j: Judgement) -> dict[str, object]:
    from backproof.scripts.course.claims import DOCUMENTS

    twin = (
        None
        if j.twin is None
        else {"altered": j.claim.altered, "verdict": j.twin.verdict, "caught": j.caught}
    )
    return {
        "id": j.claim.id,
        "document": DOCUMENTS[j.claim.document],
        "statement": j.claim.statement,
        "verdict": j.finding.verdict,
        "under": j.finding.name,
        "expected": j.claim.expected,
        "by_reading": j.claim.by_reading,
        "right": j.claim.remedy,
        "shown_by": j.finding.shown,
        "twin": twin,
    }


def _counts(judgements: Sequence[Judgement]) -> dict[str, int]:
    from backproof.scripts.course.claims import VERDICTS

    found = Counter(j.finding.verdict for j in judgements)
    return {verdict: found[verdict] for verdict in VERDICTS}


def _print(judgements: Sequence[Judgement], shown: Sequence[Judgement]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from backproof.scripts.course.claims import DOCUMENTS, HOLDS, NOT_CHECKED, WRONG

    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)
    styles = {WRONG: "bold red", HOLDS: "green", NOT_CHECKED: "dim"}
    for key, title in DOCUMENTS.items():
        rows = [j for j in shown if j.claim.document == key]
        if not rows:
            continue
        table = Table(title=Text(f"{key}  {title}"), title_justify="left", box=box.SIMPLE_HEAD)
        table.add_column("statement", no_wrap=True)
        table.add_column("verdict", no_wrap=True)
        table.add_column("what it says, what is right, and what shows it", ratio=1)
        for j in rows:
            verdict = f"{j.finding.verdict}, by reading" if j.claim.by_reading else j.finding.verdict
            table.add_row(Text(j.claim.id), Text(verdict, styles.get(j.finding.verdict, "")), Text(_words(j)))
        console.print(table)
    for line in summary(judgements):
        console.print(Text(line), soft_wrap=True)


def _words(j: Judgement) -> str:
    """The statement, and where it does not simply hold what is right and what shows it."""
    from backproof.scripts.course.claims import FACTOR, HOLDS, NOT_CHECKED, WRONG

    lines = [j.claim.statement]
    if j.finding.verdict == NOT_CHECKED:
        return "\n".join([*lines, f"Not checked: {j.finding.shown}"])
    if j.finding.name:
        lines.append(f"Holds for: {j.finding.name}")
    if j.finding.verdict != HOLDS:
        right = "Right is: " if j.finding.verdict in (WRONG, FACTOR) else ""
        lines.append(right + j.claim.remedy)
        lines += [] if j.claim.by_reading else [f"Shown by: {j.finding.shown}"]
    return "\n".join(lines)


def summary(judgements: Sequence[Judgement]) -> list[str]:
    """The closing lines: how many of each verdict, how many twins were caught, and what differs."""
    from backproof.scripts.course.claims import NOT_CHECKED

    counts = ", ".join(
        f"{count} {IN_WORDS.get(verdict, verdict)}" for verdict, count in _counts(judgements).items() if count
    )
    twins = [j for j in judgements if j.twin is not None]
    lines = [
        f"{_count(len(judgements), 'statement')}: {counts}",
        f"{sum(j.claim.by_reading for j in judgements)} judged by reading; "
        f"{_count(len(twins), 'falsified twin')}, {sum(j.caught for j in twins)} caught",
    ]
    lines += [f"{NOT_CHECKED}: {j.claim.id}, {j.finding.shown}" for j in judgements if not j.checked]
    lines += [f"twin not caught: {j.claim.id}, {j.claim.altered}" for j in twins if not j.caught]
    differ = [j for j in judgements if j.checked and not j.agrees]
    lines += [
        f"differs: {j.claim.id} is {j.finding.verdict}, expected {j.claim.expected}: {j.finding.shown}"
        for j in differ
    ]
    if not differ and any(j.checked for j in judgements):
        lines.append("every computed verdict is the expected one")
    return lines


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
