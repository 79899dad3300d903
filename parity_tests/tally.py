"""What many reports add up to: entries, decidable shares, resolutions, the largest shares of allowances."""

import math
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from backproof.parity_tests.cases import AXES, Case, read_case
from backproof.parity_tests.comparison import Report, Row
from backproof.parity_tests.steps import Judged
from backproof.scratch.reading import record

KINDS = ("z", "a", "kept", "loss", "dz", "dW", "db", "dkept", "da", "dx")
COUNTS = ("networks", "out_of_range", "nothing_decidable", "unstable")
LINE_COUNTS = ("entries", "nonzero", "decidable", "rows", "undecidable", "kinks")
LARGEST = ("largest_share", "largest_at_kinks")
BIN = 0.02  # of a power of ten
GRADIENTS = ("dW", "db", "dx")


@dataclass
class Line:
    """The rows of one kind of quantity, such as every dW, over many networks.

    largest_share leaves out networks in which the side of a kink is a matter of rounding: there either
    slope is honest and may use the whole allowance; largest_at_kinks is theirs. resolutions counts the rows
    by the logarithm of their resolution, in steps of BIN.
    """

    entries: int = 0
    nonzero: int = 0
    decidable: int = 0
    rows: int = 0
    undecidable: int = 0
    kinks: int = 0
    largest_share: float = 0.0
    largest_at_kinks: float = 0.0
    resolutions: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # JSON has made strings of the numbers.
        self.resolutions = {int(number): count for number, count in self.resolutions.items()}

    def add(self, row: Row, at_kinks: bool) -> None:
        self.entries += row.entries
        self.nonzero += row.nonzero
        self.decidable += row.decidable
        self.rows += 1
        self.undecidable += not row.decidable and row.verdict == "undecidable"
        self.kinks += row.kinks
        if 0 < row.resolution < math.inf:
            number = math.floor(math.log10(row.resolution) / BIN)
            self.resolutions[number] = self.resolutions.get(number, 0) + 1
        if at_kinks and row.share > self.largest_at_kinks:
            self.largest_at_kinks = row.share
        elif not at_kinks and row.share > self.largest_share:
            self.largest_share = row.share

    def merge(self, other: "Line") -> None:
        """Adds the rows of other networks."""
        for name in LINE_COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in LARGEST:
            setattr(self, name, max(getattr(self, name), getattr(other, name)))
        for number, count in other.resolutions.items():
            self.resolutions[number] = self.resolutions.get(number, 0) + count

    def resolution(self, share: float) -> float:
        """What this share of the rows resolves, relative to their largest entries; nan without rows.

        The median is resolution(0.5); of 99 in 100 rows none is coarser than resolution(0.99).
        """
        left = share * sum(self.resolutions.values())
        for number in sorted(self.resolutions):
            left -= self.resolutions[number]
            if left <= 0:
                return float(10 ** ((number + 1) * BIN))
        return math.nan

    @property
    def decidable_share(self) -> float:
        """Of the entries that are not 0."""
        return self.decidable / self.nonzero if self.nonzero else 0.0


@dataclass
class Tally:
    """Everything that `parity` reports, added up case by case."""

    networks: int = 0
    out_of_range: int = 0
    nothing_decidable: int = 0  # networks in which not one row could be decided
    unstable: int = 0  # networks with right calculus in a form that loses digits
    disagreeing: list[Case] = field(default_factory=list)
    kinds: dict[str, Line] = field(default_factory=lambda: {kind: Line() for kind in KINDS})
    # The same kinds, each step from its own inputs.
    steps: dict[str, Line] = field(default_factory=lambda: {kind: Line() for kind in KINDS})
    axes: dict[str, Counter[Any]] = field(default_factory=lambda: {axis: Counter() for axis in AXES})
    # The gradients alone, by (loss, last activation) and by each activation that occurs in the network.
    pairs: dict[tuple[str, str], Line] = field(default_factory=dict)
    activations: dict[str, Line] = field(default_factory=dict)

    def add(self, case: Case, report: Report) -> None:
        spec = case.spec
        self.networks += 1
        for axis, value in (
            ("depth", spec.depth),
            ("loss", spec.loss),
            ("dtype", spec.dtype),
            ("stratum", case.stratum),
        ):
            self.axes[axis][value] += 1
        self.axes["activation"].update(dict.fromkeys(spec.activations, 1))
        self.out_of_range += report.out_of_range
        self.nothing_decidable += bool(report.rows) and not report.decided
        if report.first_wrong:
            self.disagreeing.append(case)
        if isinstance(report, Judged):
            self.unstable += bool(report.steps.unstable)
            for step in report.steps.steps:
                if step.form is None and (kind := kind_of(step.quantity)) in self.steps:
                    self.steps[kind].add(step.row, bool(step.row.kinks))
        at_kinks, gradients = any(row.kinks for row in report.rows), Line()
        for row in report.rows:
            kind = kind_of(row.quantity)
            self.kinds[kind].add(row, at_kinks)
            if kind in GRADIENTS:
                gradients.add(row, at_kinks)
        if gradients.rows:
            self.pairs.setdefault((spec.loss, spec.activations[-1]), Line()).merge(gradients)
            for name in dict.fromkeys(spec.activations):
                self.activations.setdefault(name, Line()).merge(gradients)

    def missing(self, dtype: str) -> list[str]:
        """The values of an axis that no network had, where one of this dtype should have."""
        return [
            f"{axis} {value}"
            for axis, values in AXES.items()
            for value in (values if axis != "dtype" else (dtype,))
            if not self.axes[axis][value]
        ]

    def merge(self, other: "Tally") -> None:
        """Adds the networks of another tally behind one's own."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.disagreeing += other.disagreeing
        for axis, counts in other.axes.items():
            self.axes[axis].update(counts)
        for mine, theirs in (
            (self.kinds, other.kinds),
            (self.steps, other.steps),
            (self.activations, other.activations),
        ):
            for kind, line in theirs.items():
                mine.setdefault(kind, Line()).merge(line)
        for pair, line in other.pairs.items():
            self.pairs.setdefault(pair, Line()).merge(line)

    def plain(self) -> dict[str, Any]:
        """The tally as JSON values."""
        return {
            **{name: getattr(self, name) for name in COUNTS},
            "disagreeing": [repr(case) for case in self.disagreeing],
            "kinds": {kind: asdict(line) for kind, line in self.kinds.items()},
            "steps": {kind: asdict(line) for kind, line in self.steps.items()},
            "axes": {axis: list(counts.items()) for axis, counts in self.axes.items()},
            "pairs": [[*pair, asdict(line)] for pair, line in self.pairs.items()],
            "activations": {name: asdict(line) for name, line in self.activations.items()},
        }

    @classmethod
    def read(cls, values: dict[str, Any]) -> "Tally":
        """What `plain` wrote."""
        tally = cls()
        for name in COUNTS:
            setattr(tally, name, int(values[name]))
        for name in ("kinds", "steps", "activations"):
            for kind, line in values[name].items():
                getattr(tally, name)[str(kind)] = record(Line, line, name)
        for axis, counts in values["axes"].items():
            tally.axes[axis].update({value: int(count) for value, count in counts})
        for loss, last, line in values["pairs"]:
            tally.pairs[str(loss), str(last)] = record(Line, line, "pairs")
        tally.disagreeing = [read_case(text) for text in values["disagreeing"]]
        return tally


def kind_of(quantity: str) -> str:
    """dW for dW3."""
    return quantity.rstrip("0123456789")
