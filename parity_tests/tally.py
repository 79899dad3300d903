"""What many reports add up to: entries, decidable shares, resolutions, the largest shares of allowances."""

import math
from dataclasses import dataclass, field, is_dataclass, replace
from typing import Any

from backproof.parity_tests.cases import AXES, Case
from backproof.parity_tests.comparison import Report, Row
from backproof.parity_tests.steps import Judged

KINDS = ("z", "a", "kept", "loss", "dz", "dW", "db", "dkept", "da", "dx")
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
    disagreeing: list[str] = field(default_factory=list)  # the cases, as they are written
    kinds: dict[str, Line] = field(default_factory=lambda: {kind: Line() for kind in KINDS})
    # The same kinds, each step from its own inputs.
    steps: dict[str, Line] = field(default_factory=lambda: {kind: Line() for kind in KINDS})
    # How many networks have each value of an axis.
    axes: dict[str, dict[str, int]] = field(default_factory=lambda: {axis: {} for axis in AXES})
    # The gradients alone, by loss and last activation, and by each activation that occurs in the network.
    pairs: dict[str, Line] = field(default_factory=dict)
    activations: dict[str, Line] = field(default_factory=dict)

    def add(self, case: Case, report: Report) -> None:
        spec, activations = case.spec, dict.fromkeys(case.spec.activations)
        self.networks += 1
        for axis, values in {
            "depth": (spec.depth,),
            "activation": activations,
            "loss": (spec.loss,),
            "dtype": (spec.dtype,),
            "stratum": (case.stratum,),
        }.items():
            for value in map(str, values):
                self.axes[axis][value] = self.axes[axis].get(value, 0) + 1
        self.out_of_range += report.out_of_range
        self.nothing_decidable += bool(report.rows) and not report.decided
        if report.first_wrong:
            self.disagreeing.append(repr(case))
        if isinstance(report, Judged):
            self.unstable += bool(report.steps.unstable)
            for step in report.steps.steps:
                if step.form is None and (kind := kind_of(step.quantity)) in self.steps:
                    self.steps[kind].add(step.row, bool(step.row.kinks))
        at_kinks = any(row.kinks for row in report.rows)
        for row in report.rows:
            kind = kind_of(row.quantity)
            self.kinds[kind].add(row, at_kinks)
            if kind in GRADIENTS:
                self.pairs.setdefault(f"{spec.loss}, {spec.activations[-1]}", Line()).add(row, at_kinks)
                for name in activations:
                    self.activations.setdefault(name, Line()).add(row, at_kinks)

    def missing(self, dtype: str) -> list[str]:
        """The values of an axis that no network had, where one of this dtype should have."""
        return [
            f"{axis} {value}"
            for axis, values in AXES.items()
            for value in (values if axis != "dtype" else (dtype,))
            if str(value) not in self.axes[axis]
        ]


def added(one: Any, other: Any) -> Any:
    """What two tallies come to: counts and lists add up, tables key by key, and the larger share stays."""
    if is_dataclass(one):
        return replace(one, **added(vars(one), vars(other)))  # type: ignore[type-var]
    if isinstance(one, dict):
        return {**one, **other} | {key: added(one[key], other[key]) for key in one if key in other}
    return max(one, other) if isinstance(one, float) else one + other


def kind_of(quantity: str) -> str:
    """dW for dW3."""
    return quantity.rstrip("0123456789")
