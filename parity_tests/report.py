"""The report line: one formatter for tests, commands and pages."""

from collections.abc import Iterable

from backproof.parity_tests.comparison import Report, Row


def line(row: Row, examined: str = "by hand", expected: str = "by autograd") -> str:
    """One row as text: the entry that uses the largest share of its allowance."""
    undecided = f"   {row.kinks} at a kink" if row.kinks else ""
    return (
        f"{row.entry:<14} {examined} {row.examined:> .9e}   {expected} {row.expected:> .9e}   "
        f"apart {row.apart:.1e}   explainable by rounding {row.allowance:.1e}   "
        f"{row.share:.3%}   {row.verdict}{undecided}"
    )


def lines(report: Report, examined: str = "by hand", expected: str = "by autograd") -> Iterable[str]:
    """The rows in the order of computation, then which one is wrong first."""
    if report.out_of_range:
        yield "out of range: values of this network may leave the range of its dtype, so nothing was compared"
        return
    for row in report.rows:
        yield line(row, examined, expected)
    if report.not_given:
        yield f"not given, so not compared: {', '.join(report.not_given)}"
    wrong = [row.quantity for row in report.rows if row.verdict == "wrong"]
    if wrong:
        rest = f"; {', '.join(wrong[1:])} may only follow from it" if wrong[1:] else ""
        yield f"first wrong: {wrong[0]}{rest}"
