"""When hand and autograd disagree, the definition says which of them is wrong."""

import math
from dataclasses import dataclass

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Row
from backproof.scratch.spec import NetworkSpec

DIGITS = 20  # asked of the definition: a few more than float64 has


@dataclass(frozen=True)
class Verdict:
    """What the definition says about one entry on which two witnesses disagree.

    low and high are the smallest and the largest honest value, the same number except at a kink, or None
    where the definition could not be asked, and reason says why. wrong names the witnesses that are further
    from it than rounding explains.
    """

    entry: str
    wrong: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.entry:<14} by definition: not asked, {self.reason}"
        value = f"{self.low:> .9e}"
        if self.low != self.high:
            value = f"anything from {self.low:.9e} to {self.high:.9e} (a kink)"
        verdict = (
            f"wrong: {' and '.join(self.wrong)}" if self.wrong else "both are as near as rounding explains"
        )
        return f"{self.entry:<14} by definition {value}   {verdict}"


def arbitrate(spec: NetworkSpec, arrays: Arrays, row: Row) -> Verdict:
    """Asks the definition about the entry that a row shows, in three forward passes for each setting.

    It is asked about exactly the numbers that were examined, in their own dtype.
    """
    from backproof.reference.definition import KinkError, NoLimitError
    from backproof.reference.definition_network import DefinedNetwork, TooLargeError

    try:
        value = DefinedNetwork(spec, *arrays).quantity(row.quantity, row.index, DIGITS, _zero(row.allowance))
        low = high = float(value)
    except KinkError as kink:
        low, high = sorted((float(kink.left), float(kink.right)))
    except (NoLimitError, TooLargeError) as refusal:
        return Verdict(row.entry, (), reason=str(refusal))

    def astray(value: float) -> bool:
        # So written, a nan is astray.
        return not low - row.allowance <= value <= high + row.allowance

    witnesses = (("by hand", row.examined), ("by autograd", row.expected))
    return Verdict(row.entry, tuple(name for name, value in witnesses if astray(value)), low, high)


def _zero(allowance: float) -> int:
    """The decimal place at which nothing matters beside an allowance."""
    return 2 + max(DIGITS, math.ceil(-math.log10(allowance)) if 0 < allowance < 1 else 0)
