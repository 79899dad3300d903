"""`backproof parity`: generated networks, every number by hand against autograd."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from backproof.scripts.show import console, printable, progress, strict_json, table

if TYPE_CHECKING:
    from backproof.parity_tests.arbitration import Verdict
    from backproof.parity_tests.cases import Case
    from backproof.parity_tests.comparison import Report
    from backproof.parity_tests.tally import Line, Tally

MOST_NETWORKS, MOST_JOBS = 10**9, 256
SHOWN = 5  # disagreeing networks printed in full
HEADINGS = ("entries compared", "decidable", "largest share of allowance", "at kinks")


def parity(
    networks: Annotated[int, typer.Option(min=1, max=MOST_NETWORKS, help="How many networks to draw.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw.")] = 0,
    skip: Annotated[int, typer.Option(min=0, help="Begin with this network of the seed.")] = 0,
    dtype: Annotated[
        Literal["float64", "float32"], typer.Option(help="Floating-point format of the examined network.")
    ] = "float64",
    examinee: Annotated[
        Literal["hand", "autograd"],
        typer.Option(help="Who sits the exam: scratch, or torch in the same format."),
    ] = "hand",
    jobs: Annotated[
        int, typer.Option(min=1, max=MOST_JOBS, help="Processes to spread the networks over.")
    ] = 1,
    case: Annotated[str | None, typer.Option(help="Judge this one 'Case(...)' line instead.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> int:
    """Compare every z, a, loss, dW, db and dx of generated networks with autograd.

    The tolerance is the derived rounding bound of each entry. Exit code 0: all agree; 1: some disagree;
    3: some kind of network was not drawn, so nothing is known about it.
    """
    if case is not None:
        return _one_case(case, examinee, json)

    from backproof.parity_tests.exam import questions
    from backproof.parity_tests.tally import Tally

    tally = Tally()
    interrupted = False
    with progress("networks") as bar:
        task = bar.add_task("parity", total=networks)
        try:
            for drawn, report in questions(examinee, seed, skip, networks, dtype, jobs):
                tally.add(drawn, report)
                bar.advance(task)
        except KeyboardInterrupt:
            interrupted = True
    missing = [] if interrupted else tally.missing(dtype)
    code = 130 if interrupted else 1 if tally.disagreeing else 3 if missing else 0
    if json:
        settings = {"networks": networks, "seed": seed, "skip": skip, "dtype": dtype, "examinee": examinee}
        typer.echo(strict_json({"exit_code": code, "settings": settings, **_as_json(tally, missing)}))
    else:
        _print(tally, missing, f"--seed {seed} --dtype {dtype} --examinee {examinee}")
    if interrupted:
        rest = f"--networks {networks - tally.networks} --skip {skip + tally.networks}"
        typer.echo(
            f"interrupted after {tally.networks} networks; to continue: backproof parity {rest} "
            f"--seed {seed} --dtype {dtype} --examinee {examinee}",
            err=True,
        )
    return code


def _one_case(line: str, examinee: str, json: bool) -> int:
    from backproof.parity_tests.cases import read_case
    from backproof.parity_tests.comparison import judge_case
    from backproof.parity_tests.exam import WITNESSES

    case = read_case(line)
    report = judge_case(WITNESSES[examinee], case)
    checked = any(row.verdict == "ok" for row in report.rows)
    code = 1 if report.first_wrong else 0 if checked else 3
    if json:
        typer.echo(strict_json({"exit_code": code, **_case_as_json(case, report)}))
    else:
        _print_case(case, report)
    return code


def _print_case(case: "Case", report: "Report") -> None:
    from backproof.parity_tests.report import lines

    out = console()
    out.print(printable(repr(case)))
    for text in lines(report):
        out.print(text)
    for verdict in arbitration(case, report):
        out.print(str(verdict))


def arbitration(case: "Case", report: "Report") -> "list[Verdict]":
    """What the definition says about the worst entry of each disagreeing quantity."""
    wrong = [row for row in report.rows if row.verdict == "wrong"]
    if not wrong:
        return []
    from backproof.parity_tests.arbitration import arbitrate

    return [arbitrate(case.spec, case.arrays(), row) for row in wrong]


def _print(tally: "Tally", missing: list[str], settings: str) -> None:
    out = console()
    for drawn, report in tally.disagreeing[:SHOWN]:
        _print_case(drawn, report)
        out.print()
    if len(tally.disagreeing) > SHOWN:
        out.print(f"... and {len(tally.disagreeing) - SHOWN} more disagreeing networks\n")
    table(
        ("quantity", *HEADINGS, "kinks"),
        ((kind, *cells(line), f"{line.kinks:,}") for kind, line in tally.kinds.items()),
    )
    out.print()
    pairs = sorted(tally.pairs.items())
    table(
        ("gradients by loss, last activation", *HEADINGS),
        ((", ".join(pair), *cells(line)) for pair, line in pairs),
    )
    out.print()
    table(
        ("gradients by activation anywhere", *HEADINGS),
        ((name, *cells(line)) for name, line in sorted(tally.activations.items())),
    )
    out.print()
    table(
        ("networks by", ""),
        (
            (axis, "  ".join(f"{value} {counts[value]}" for value in sorted(counts, key=str)))
            for axis, counts in tally.axes.items()
        ),
        left=2,
    )
    out.print()
    if missing:
        out.print(f"not drawn, so not checked: {', '.join(missing)}; draw more with --networks")
    out.print(
        f"{tally.networks} networks ({settings}): {len(tally.disagreeing)} disagree, "
        f"{tally.out_of_range} out of the dtype's range, {tally.nothing_decidable} with nothing decidable"
    )


def cells(line: "Line") -> tuple[str, ...]:
    """What stands under HEADINGS."""
    return (
        f"{line.entries:,}",
        f"{line.decidable_share:.2%}",
        f"{line.largest_share:.3f}",
        f"{line.largest_at_kinks:.3f}",
    )


def _as_json(tally: "Tally", missing: list[str]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "networks": tally.networks,
        "disagreeing": [
            _case_as_json(case, report, asked=number < SHOWN)
            for number, (case, report) in enumerate(tally.disagreeing)
        ],
        "out_of_range": tally.out_of_range,
        "nothing_decidable": tally.nothing_decidable,
        "not_drawn": missing,
        "quantities": {kind: asdict(line) for kind, line in tally.kinds.items()},
        "losses": {", ".join(pair): asdict(line) for pair, line in tally.pairs.items()},
        "activations": {name: asdict(line) for name, line in tally.activations.items()},
        "drawn": {axis: dict(counts) for axis, counts in tally.axes.items()},
    }


def _case_as_json(case: "Case", report: "Report", asked: bool = True) -> dict[str, Any]:
    from dataclasses import asdict

    first = report.first_wrong
    return {
        "case": repr(case),
        "out_of_range": report.out_of_range,
        "first_wrong": first.quantity if first else None,
        "rows": [{**asdict(row), "verdict": row.verdict} for row in report.rows],
        "by_definition": [asdict(verdict) for verdict in arbitration(case, report)] if asked else [],
    }
