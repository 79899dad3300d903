"""`backproof parity`: generated networks, every number by hand against autograd."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from backproof.scripts.answer import Answer, Code, Table, Verdict
from backproof.scripts.kept import keep
from backproof.scripts.options import Dtype, Json, Networks, Seed, again
from backproof.scripts.sweeping import Engine, Jobs, Kept, Part, read_shard, rest_of, swept

if TYPE_CHECKING:
    from backproof.parity_tests import arbitration as by_definition
    from backproof.parity_tests.cases import Case
    from backproof.parity_tests.comparison import Report
    from backproof.parity_tests.steps import Judged
    from backproof.parity_tests.tally import Line, Tally

    Disagreeing = tuple[Case, Judged, list[by_definition.Verdict]]

SHOWN = 5  # disagreeing networks printed in full
RESOLVES = ("resolves, median", "99 in 100")
HEADINGS = ("entries compared", "decidable", "largest share of allowance", "at kinks")


def parity(
    context: typer.Context,
    networks: Networks = 200,
    seed: Seed = 0,
    skip: Annotated[int, typer.Option(min=0, help="Begin with this network of the seed.")] = 0,
    dtype: Dtype = "float64",
    examinee: Annotated[
        Literal["hand", "autograd"],
        typer.Option(help="Who sits the exam: scratch, or torch in the same format."),
    ] = "hand",
    jobs: Jobs = 1,
    engine: Engine = "loky",
    shard: Part = None,
    case: Annotated[str | None, typer.Option(help="Judge this one 'Case(...)' line instead.")] = None,
    out: Kept = None,
    json: Json = False,
) -> Answer:
    """Compare every number of generated networks with autograd, end to end and step by step.

    Each step, such as dW from dz, is judged from what the examined network itself fed into it. The tolerance
    is the derived rounding bound of each entry, its allowance. An entry is decidable where its allowance is
    below its own size; a share is the part of an allowance that rounding used. A unit is at a kink where
    rounding decides on which side of a corner of its activation it lies, such as 0 of relu: there either
    slope is honest. A quantity resolves changes of its largest entry that are larger than the share shown.

    Exit code 0: all agree; 1: some disagree; 3: nothing was compared, or some kind of network was not drawn,
    so nothing is known about it.
    """
    from backproof.parity_tests.cases import read_case

    answer = Answer(json)
    if examinee == "autograd" and (read_case(case).spec.dtype if case else dtype) == "float64":
        answer.show(Verdict("nothing was compared: autograd in float64 is the reference itself", None))
        return answer.end(3, {"compared": 0})
    if case is not None:
        return _one_case(answer, read_case(case), examinee)

    from backproof.parity_tests import exam
    from backproof.parity_tests.tally import Tally, added
    from backproof.scratch.reading import record

    settings = {"networks": networks, "seed": seed, "skip": skip, "dtype": dtype, "examinee": examinee}
    tally, interrupted, mine = Tally(), False, read_shard(shard, out)
    tasks = exam.tasks(examinee, seed, skip, networks, dtype)
    try:
        for _, found in swept(answer, "networks", exam.tallied, tasks, out, mine, engine, jobs):
            tally = added(tally, record(Tally, found, "a part"))
    except KeyboardInterrupt:
        interrupted = True
    missing = [] if interrupted or mine else tally.missing(dtype)
    code = 130 if interrupted else 1 if tally.disagreeing else 3 if missing or not tally.networks else 0
    # In full where they are printed; as JSON all of them.
    judged = [_judged(read_case(each), examinee) for each in tally.disagreeing[: None if json else SHOWN]]
    part = f" --shard {shard}" if mine else ""
    _show(answer, tally, judged, missing, f"--seed {seed} --dtype {dtype} --examinee {examinee}{part}")
    if interrupted:
        answer.show(rest_of(context, "networks", tally.networks))
    if not mine:
        keep(answer, out, again(context))
    return answer.end(code, {"settings": settings, **_as_json(tally, judged, missing)})


def _judged(case: "Case", examinee: str) -> "Disagreeing":
    from backproof.parity_tests.exam import WITNESSES
    from backproof.parity_tests.steps import judge

    report = judge(WITNESSES[examinee], case.spec, case.arrays())
    return case, report, arbitration(case, report)


def _one_case(answer: Answer, case: "Case", examinee: str) -> Answer:
    case, report, asked = _judged(case, examinee)
    checked = any(row.verdict == "ok" for row in (*report.rows, *report.steps.rows))
    _show_case(answer, case, report, asked)
    return answer.end(1 if report.first_wrong else 0 if checked else 3, _case_as_json(case, report, asked))


def _show_case(answer: Answer, case: "Case", report: "Report", asked: "list[by_definition.Verdict]") -> None:
    from backproof.parity_tests.report import lines

    answer.show(Code(repr(case)))
    answer.show(*(Code(text) for text in lines(report)))
    answer.show(*(Code(str(verdict)) for verdict in asked))


def arbitration(case: "Case", report: "Report") -> "list[by_definition.Verdict]":
    """What the definition says about the worst entry of each disagreeing quantity."""
    wrong = [row for row in report.rows if row.verdict == "wrong"]
    if not wrong:
        return []
    from backproof.parity_tests.arbitration import arbitrate

    return [arbitrate(case.spec, case.arrays(), row) for row in wrong]


def _show(
    answer: Answer, tally: "Tally", judged: "list[Disagreeing]", missing: list[str], settings: str
) -> None:
    for each in judged[:SHOWN]:
        _show_case(answer, *each)
        answer.show("")
    if len(tally.disagreeing) > SHOWN:
        answer.show(f"... and {len(tally.disagreeing) - SHOWN} more disagreeing networks\n")
    axes = [
        (axis, "  ".join(f"{value} {counts[value]}" for value in sorted(counts)))
        for axis, counts in tally.axes.items()
    ]
    answer.show(
        Table(
            ("end to end", *HEADINGS, "kinks", *RESOLVES),
            [(kind, *cells(line), f"{line.kinks:,}", *_resolves(line)) for kind, line in tally.kinds.items()],
        ),
        "",
        Table(
            ("step by step", *HEADINGS, "kinks", *RESOLVES),
            [(kind, *cells(line), f"{line.kinks:,}", *_resolves(line)) for kind, line in tally.steps.items()],
        ),
        "",
        Table(
            ("gradients by loss, last activation", *HEADINGS),
            [(pair, *cells(line)) for pair, line in sorted(tally.pairs.items())],
        ),
        "",
        Table(
            ("gradients by activation anywhere", *HEADINGS),
            [(name, *cells(line)) for name, line in sorted(tally.activations.items())],
        ),
        "",
        Table(("networks by", ""), axes, left=2),
        "",
    )
    if missing:
        answer.show(f"not drawn, so not checked: {', '.join(missing)}; draw more with --networks")
    counted = (
        f"{tally.networks} networks ({settings}): {len(tally.disagreeing)} disagree, "
        f"{tally.unstable} in a form that loses digits, {tally.out_of_range} out of the dtype's range, "
        f"{tally.nothing_decidable} with nothing decidable"
    )
    answer.show(Verdict(counted, False if tally.disagreeing else None if missing else True))


def cells(line: "Line") -> tuple[str, ...]:
    """What stands under HEADINGS."""
    return (
        f"{line.entries:,}",
        f"{line.decidable_share:.2%}",
        *(
            f"{share:.3f}" if share < 10 else f"{share:.0e}"
            for share in (line.largest_share, line.largest_at_kinks)
        ),
    )


def _resolves(line: "Line") -> tuple[str, ...]:
    """What stands under RESOLVES."""
    return tuple(f"{line.resolution(share):.0e}" for share in (0.5, 0.99))


def _as_json(tally: "Tally", judged: "list[Disagreeing]", missing: list[str]) -> dict[str, Any]:
    return {
        "networks": tally.networks,
        "disagreeing": [_case_as_json(*each) for each in judged],
        "out_of_range": tally.out_of_range,
        "nothing_decidable": tally.nothing_decidable,
        "unstable": tally.unstable,
        "not_drawn": missing,
        "quantities": {kind: _line_as_json(line) for kind, line in tally.kinds.items()},
        "steps": {kind: _line_as_json(line) for kind, line in tally.steps.items()},
        "losses": {pair: _line_as_json(line) for pair, line in tally.pairs.items()},
        "activations": {name: _line_as_json(line) for name, line in tally.activations.items()},
        "drawn": tally.axes,
    }


def _line_as_json(line: "Line") -> dict[str, Any]:
    from dataclasses import asdict

    found = asdict(line)
    del found["resolutions"]
    return {**found, "resolution_median": line.resolution(0.5), "resolution_99": line.resolution(0.99)}


def _case_as_json(case: "Case", report: "Report", asked: "list[by_definition.Verdict]") -> dict[str, Any]:
    from dataclasses import asdict

    from backproof.parity_tests.steps import Judged

    first = report.first_wrong
    steps = report.steps.steps if isinstance(report, Judged) else ()
    return {
        "case": repr(case),
        "out_of_range": report.out_of_range,
        "first_wrong": first.quantity if first else None,
        "rows": [{**asdict(row), "verdict": row.verdict} for row in report.rows],
        "steps": [{**asdict(step.row), "verdict": step.verdict, "said": step.said} for step in steps],
        "by_definition": [asdict(verdict) for verdict in asked],
    }
