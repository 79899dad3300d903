"""What `check` and `check_step` answer."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field

from backproof.parity_tests.comparison import Row
from backproof.parity_tests.door.judge import Verdict
from backproof.parity_tests.report import line
from backproof.scratch.spec import Array


@dataclass(frozen=True)
class CheckReport:
    """What was found: its repr is the table; `require()` raises where the gradients are not right.

    right holds the exact gradients, float64, lying as the given ones do; rows what was compared.
    """

    verdict: Verdict
    rows: tuple[Row, ...]
    right: Mapping[str, Array]
    taken: tuple[str, ...]
    left: tuple[str, ...]
    reading: str
    notes: tuple[str, ...] = ()
    first_wrong_step: str = ""
    not_asked: tuple[str, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the gradients are those of the declared loss."""
        return self.verdict.code == 0

    def require(self) -> "CheckReport":
        """The report itself where it is right, else AssertionError with its text."""
        if not self.ok:
            raise AssertionError(repr(self))
        return self

    def lines(self) -> list[str]:
        """The report as lines of text."""
        verdict = self.verdict
        said = [f"{verdict.word}: {verdict.sentence.removeprefix('right: ')}"]
        said += [f"  {verdict.advice}"] if verdict.advice else []
        said += [f"  {fault}" for fault in self.faults.values()]
        said += [f"  {text}" for text in self.first_wrong_step.splitlines()]
        said += [f"  {note}" for note in self.notes]
        said += ["", *(line(row, "yours", "right") for row in self.rows)] if self.rows else []
        said += ["", f"taken: {', '.join(self.taken)}", f"read as: {self.reading}"]
        said += [f"left: {', '.join(self.left)}"] if self.left else []
        said += [f"not asked: {', '.join(self.not_asked)}"] if self.not_asked else []
        return said

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        verdict = self.verdict
        cells = "".join(
            f"<tr><td>{html.escape(row.entry)}</td><td>{row.examined:.9e}</td><td>{row.expected:.9e}</td>"
            f"<td>{row.apart:.1e}</td><td>{row.allowance:.1e}</td><td>{row.verdict}</td></tr>"
            for row in self.rows
        )
        table = (
            "<table><tr><th>entry</th><th>yours</th><th>right</th><th>apart</th>"
            f"<th>explainable by rounding</th><th></th></tr>{cells}</table>"
        )
        rest = [
            text for text in self.lines()[1:] if text not in {line(r, "yours", "right") for r in self.rows}
        ]
        return (
            f"<p><b>{html.escape(verdict.word)}</b>: {html.escape(verdict.sentence)}</p>{table}"
            f"<pre>{html.escape(chr(10).join(rest).strip())}</pre>"
        )
