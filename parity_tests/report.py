"""The report line: one formatter for tests, commands and pages."""

from collections.abc import Iterable

from backproof.parity_tests.comparison import Report, Row
from backproof.parity_tests.steps import Judged


def line(row: Row, examined: str = "by hand", expected: str = "by autograd") -> str:
    """One row as text: the entry that uses the largest share of its allowance."""
    undecided = f"   {row.kinks} at a kink" if row.kinks else ""
    return (
        f"{row.entry:<14} {examined} {row.examined:> .9e}   {expected} {row.expected:> .9e}   "
        f"apart {row.apart:.1e}   explainable by rounding {row.allowance:.1e}   "
        f"{_used(row.share)}   {row.verdict}{undecided}"
    )


def _used(share: float) -> str:
    """The share of its allowance that an entry uses."""
    return f"{share:.3%}" if share < 10 else f"{share:.0e} times"


def lines(report: Report, examined: str = "by hand", expected: str = "by autograd") -> Iterable[str]:
    """The rows in the order of computation, then which one is wrong first."""
    if report.out_of_range:
        yield "out of range: values of this network may leave the range of its dtype, so nothing was compared"
        return
    for row in report.rows:
        yield line(row, examined, expected)
    if report.not_given:
        yield f"not given, so not compared: {', '.join(report.not_given)}"
    if isinstance(report, Judged):
        yield from _of_steps(report, examined)
        return
    wrong = [row.quantity for row in report.rows if row.verdict == "wrong"]
    if wrong:
        rest = f"; {', '.join(wrong[1:])} may only follow from it" if wrong[1:] else ""
        yield f"first wrong: {wrong[0]}{rest}"


def _of_steps(report: Judged, examined: str) -> Iterable[str]:
    """Which steps are wrong by themselves, what only inherits, and what else the steps showed."""
    steps = report.steps
    for reading in steps.readings:
        yield f"read so that {reading}"
    for step in steps.unstable:
        yield step.said
    for step in steps.wrong:
        through = f"   (through {', '.join(step.through)}, not given)" if step.through else ""
        yield f"{line(step.row, examined, 'from its own inputs')}{through}"
        if step.form:
            yield step.said
    wrong = [step.quantity for step in steps.separate]
    if wrong:
        more = f"; wrong by themselves too: {', '.join(wrong[1:])}" if wrong[1:] else ""
        place = f"one of {', '.join(steps.unlocated)}" if steps.unlocated else wrong[0]
        yield f"first wrong step: {place}{more}"
    if report.inherited:
        inherits = "only inherits" if wrong or steps.unstable else "wrong end to end, and no step shows where"
        yield f"{inherits}: {', '.join(report.inherited)}"
