"""`backproof course claims`: every statement of the course, its place, its verdict and what shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Note, Verdict
from backproof.scripts.kept import Out, keep
from backproof.scripts.options import DataRoot, Json, again
from backproof.scripts.show import progress

if TYPE_CHECKING:
    from backproof.scripts.course.falsify import Falsification
    from backproof.scripts.course.statements import Finding, Statement

# How the closing line says a verdict.
IN_WORDS = {"holds": "hold", "convention": "hold under a convention", "factor": "hold up to a factor"}
LEAST = 97  # percent of the changes that must turn a finding


@dataclass(frozen=True)
class Judged:
    """A statement, what was found, and how it took its falsifications where they were asked for."""

    statement: Statement
    finding: Finding
    falsified: Falsification | None = None

    @property
    def checked(self) -> bool:
        return self.finding.verdict != "not checked here"

    @property
    def agrees(self) -> bool:
        """Whether the verdict is the expected one; what was not checked never agrees."""
        return self.finding.verdict == self.statement.verdict


@dataclass
class Outcome:
    """What was judged of what was asked for."""

    chosen: Sequence[Statement]
    judged: list[Judged] = field(default_factory=list)
    interrupted: bool = False

    @property
    def differ(self) -> list[Judged]:
        return [j for j in self.judged if j.checked and not j.agrees]

    @property
    def falsified(self) -> list[Falsification]:
        return [j.falsified for j in self.judged if j.falsified is not None]

    @property
    def changes(self) -> int:
        return sum(f.counted for f in self.falsified)

    @property
    def caught(self) -> int:
        return sum(f.caught for f in self.falsified)

    @property
    def code(self) -> int:
        """1 where a verdict is not the expected one or too many changes go unnoticed, 3 without a check."""
        if self.interrupted:
            return 130
        if not any(j.checked and j.statement.computed for j in self.judged):
            return 3
        return int(bool(self.differ) or 100 * self.caught < LEAST * self.changes)


def claims(
    context: typer.Context,
    find: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORDS]...", help="Judge these: 001-J, a line as 001:1502, or words of a slide.",
            show_default=False,
        ),
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Show the wrong statements alone.")] = False,
    document: Annotated[
        str | None, typer.Option("--document", help="Judge one document: 000 to 004, or x between them.")
    ] = None,
    falsify: Annotated[
        bool, typer.Option("--falsify", help="Also change everything stated in turn: verdicts must turn.")
    ] = False,
    data_root: DataRoot = None,
    out: Out = None,
    json: Json = False,
) -> Answer:  # fmt: skip
    """Judge the statements of the course.

    Exit code 0 where every verdict is the expected one, 1 where one is not or more than 3% of the falsified
    statements go unnoticed, 3 where nothing was checked.
    """
    answer = Answer(json)
    outcome = Outcome(choose(find or [], document))
    try:
        _judge(outcome, data_root, falsify)
    except KeyboardInterrupt:
        outcome.interrupted = True
    shown = [j for j in outcome.judged if not wrong or j.finding.verdict == "wrong"]
    _show(answer, shown)
    answer.show(*_summary(outcome))
    if outcome.interrupted:
        left = [statement.id for statement in outcome.chosen[len(outcome.judged) :]]
        answer.show(
            Note(f"interrupted: {len(outcome.judged)} of {len(outcome.chosen)} statements judged"),
            Note(f"to continue: {again(context, find=left, document=None)}"),
        )
    keep(answer, out, again(context))
    return answer.end(outcome.code, _as_json(outcome, shown))


def choose(find: Sequence[str], document: str | None) -> list[Statement]:
    """The statements asked for, in order. Raises InputError where a document or a statement is not there."""
    from backproof.scripts.course import statements

    known = statements.statements()
    if document is not None and document not in statements.DOCUMENTS:
        raise InputError(f"no document {document!r}", f"choose from {', '.join(statements.DOCUMENTS)}")
    wanted: set[str] = set()
    for words in find:
        found = statements.find(words, known.values())
        if not found:
            raise InputError(
                f"no statement {words!r}", "give one such as 001-J, a line as 001:1502, or words of a slide"
            )
        wanted |= {statement.id for statement in found}
    chosen = [
        statement
        for statement in known.values()
        if (not find or statement.id in wanted) and document in (None, statement.document)
    ]
    if not chosen:
        raise InputError(f"none of these is of document {document}", "leave --document out")
    return chosen


def _judge(outcome: Outcome, data_root: object, falsify: bool) -> None:
    from backproof.scripts.course import evidence
    from backproof.scripts.course.falsify import falsify as change
    from backproof.scripts.course.statements import NOT_CHECKED, Finding, judge

    evidence.data_root.set(data_root)  # type: ignore[arg-type]
    with progress("statements") as bar:
        for statement in bar.track(outcome.chosen, description="judging"):
            try:
                finding = judge(statement)
                asked = falsify and statement.computed and not statement.same
                outcome.judged.append(
                    Judged(statement, finding, change(statement, finding) if asked else None)
                )
            except evidence.NotCheckedError as missing:
                outcome.judged.append(Judged(statement, Finding(NOT_CHECKED, str(missing))))


# --- what is shown ------------------------------------------------------------------------------------


def _show(answer: Answer, shown: Sequence[Judged]) -> None:
    from backproof.scripts.course.statements import DOCUMENTS

    for key, title in DOCUMENTS.items():
        rows = [j for j in shown if j.statement.document == key]
        if rows:
            answer.show(f"{key}  {title}\n")
        for j in rows:
            answer.show("\n".join([*lines(j), ""]))


def lines(j: Judged) -> list[str]:
    """A statement: its name, place and verdict, its words, what it says, what is right and what shows it."""
    statement, finding = j.statement, j.finding
    how = "" if statement.computed else f", by {statement.kind}"
    found = [f"{statement.id}  {statement.place}  {finding.verdict}{how}"]
    found.append(f"  stands there: {statement.words}")
    found.append(f"  says: {statement.says}")
    if finding.name:
        found.append(f"  holds for: {finding.name}")
    if statement.right:
        corrects = finding.verdict in ("wrong", "factor", "damaged")
        found.append(f"  {'right is' if corrects else 'note'}: {statement.right}")
    if statement.computed:
        found.append(f"  {'shown by' if j.checked else 'not checked'}: {finding.shown}")
    if statement.same:
        found.append(f"  the same as {statement.same}")
    if j.falsified is not None:
        found.append(f"  falsified: {j.falsified.caught} of {j.falsified.counted} changes turn it")
        found += [f"  survives: {change}" for change in j.falsified.survivors]
        if j.falsified.survivors and statement.equivalent:
            found.append(f"  since: {statement.equivalent}")
    return found


def _summary(outcome: Outcome) -> list[str | Verdict]:
    """The closing lines: how many of each verdict, what was falsified, and what differs."""
    judged = outcome.judged
    counted = Counter(j.finding.verdict for j in judged)
    counts = ", ".join(f"{n} {IN_WORDS.get(verdict, verdict)}" for verdict, n in _counts(judged).items() if n)
    by = Counter(j.statement.kind for j in judged)
    shown: list[str | Verdict] = [
        f"{len(judged)} statement{'' if len(judged) == 1 else 's'}: {counts}",
        f"{by['reading']} judged by reading, as their content is lost; {by['definition']} by definition",
    ]
    shown += [f"not checked here: {j.statement.id}, {j.finding.shown}" for j in judged if not j.checked]
    if outcome.falsified:
        unreadable = sum(f.unreadable for f in outcome.falsified)
        share = 100 * outcome.caught / outcome.changes if outcome.changes else 0.0
        words = (
            f"falsified: {outcome.caught:,} of {outcome.changes:,} changes turn a verdict, {share:.1f}%; "
            f"{unreadable:,} more make no sense and are not counted"
        )
        shown.append(Verdict(words, 100 * outcome.caught >= LEAST * outcome.changes))
    for j in outcome.differ:
        words = f"differs: {j.statement.id} is {j.finding.verdict}, expected {j.statement.verdict}"
        shown.append(Verdict(f"{words}: {j.finding.shown}", False))
    if not outcome.differ and counted.total() > counted["not checked here"]:
        shown.append(Verdict("every verdict is the expected one", True))
    return shown


def _counts(judged: Sequence[Judged]) -> dict[str, int]:
    from backproof.scripts.course.statements import VERDICTS

    found = Counter(j.finding.verdict for j in judged)
    return {verdict: found[verdict] for verdict in VERDICTS}


def _as_json(outcome: Outcome, shown: Sequence[Judged]) -> dict[str, object]:
    from backproof.scripts.course.statements import DOCUMENTS

    def as_object(j: Judged) -> dict[str, object]:
        falsified = j.falsified and {
            "caught": j.falsified.caught,
            "counted": j.falsified.counted,
            "survivors": list(j.falsified.survivors),
        }
        return {
            "id": j.statement.id,
            "document": DOCUMENTS[j.statement.document],
            "place": j.statement.place,
            "words": j.statement.words,
            "statement": j.statement.says,
            "verdict": j.finding.verdict,
            "under": j.finding.name,
            "expected": j.statement.verdict,
            "judged_by": j.statement.kind,
            "same_as": j.statement.same,
            "right": j.statement.right,
            "shown_by": j.finding.shown,
            "falsified": falsified,
        }

    return {
        "statements": [as_object(j) for j in shown],
        "verdicts": _counts(outcome.judged),
        "falsified": {"changes": outcome.changes, "caught": outcome.caught},
        "differ": [j.statement.id for j in outcome.differ],
    }
