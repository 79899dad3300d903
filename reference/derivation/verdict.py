"""What a judged derivation is made of: verdicts, edits, counterexamples, steps and the report of them."""

from dataclasses import dataclass

RIGHT, CONVENTION, FACTOR, WRONG, UNDECIDED = "right", "convention", "factor", "wrong", "undecided"


@dataclass(frozen=True, slots=True)
class Edit:
    """The change that makes a wrong step right."""

    kind: str  # such as "missing slope"
    says: str  # one line for people
    corrected: str  # the right side after the change, in the notation of the text
    line: str = ""  # the whole line then
    at: int | None = None  # where this is not the step's own line: one before, which it adds to


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Simple numbers at which the two sides of a step differ."""

    sizes: dict[str, int]
    values: dict[str, str]  # of the names that matter, as written to people
    entry: str  # what is compared, such as dC/dW2[1, 2]
    written: str  # the value of the step as the text has it
    true: str  # the value by definition


@dataclass(frozen=True, slots=True)
class Step:
    """One step with its verdict.

    verdict is right, convention, factor, wrong or undecided; line counts in the file from 1.
    """

    line: int
    text: str  # left = right, as read
    verdict: str
    reason: str = ""  # which convention or factor, why wrong or undecided
    points: int = 0  # at how many it agrees
    proved: bool = False
    edit: Edit | None = None
    counterexample: Counterexample | None = None
    inherits: int | None = None  # the line whose mistake this one only carries on
    confirmed: bool | None = None  # by torch's autograd, where asked


@dataclass(frozen=True, slots=True)
class Report:
    """Every step of a text, in order, and the text's lines."""

    steps: tuple[Step, ...]
    lines: tuple[str, ...]
    shown: tuple[int, ...]

    @property
    def first_wrong(self) -> int | None:
        """The line of the first step that is wrong or off by a factor."""
        return next((step.line for step in self.steps if step.verdict in {WRONG, FACTOR}), None)

    @property
    def exit_code(self) -> int:
        """0 right (conventions included), 1 wrong (factors included), 3 nothing decided."""
        if self.first_wrong is not None:
            return 1
        return 0 if any(step.verdict in {RIGHT, CONVENTION} for step in self.steps) else 3

    @property
    def undecided(self) -> int:
        """How many lines are neither right nor wrong, as far as the text says."""
        return sum(step.verdict == UNDECIDED for step in self.steps)
