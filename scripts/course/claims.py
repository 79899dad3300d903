"""The course's statements: each is judged by a computation, whose verdict its falsified twin must change.

A check is a function whose default arguments are what the document states: a formula, a number, a rule.
Called as it is, it judges the statement; called with the arguments of the twin, in which a sign, a factor,
an index, an order or a value is altered, it has to come to another verdict. A check that does not, did not
look at the statement.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

HOLDS, CONVENTION, FACTOR, WRONG, UNDECIDED = "holds", "convention", "factor", "wrong", "undecidable"
NOT_CHECKED = "not checked here"
VERDICTS = (HOLDS, CONVENTION, FACTOR, WRONG, UNDECIDED, NOT_CHECKED)

DOCUMENTS = {
    "000": "Notes on how deep learning works",
    "001": "Lecture on feed-forward networks",
    "002": "Typed notes on a series of four videos",
    "003": "Handwritten notes on the same videos",
    "004": "Workshop slides",
    "x": "Between the documents",
}

# What a twin may alter.
ALTERATIONS = ("sign", "factor", "index", "order", "value")


class NotCheckedError(Exception):
    """A check could not be made here, because its data is missing or its time ran out."""


@dataclass(frozen=True)
class Outcome:
    """Whether a statement is right in one reading, and the number or example that shows it.

    factor is by how much the right answer exceeds the stated one, where that is the same everywhere.
    """

    right: bool
    shown: str
    factor: Fraction | None = None


@dataclass(frozen=True)
class Readings:
    """One outcome for each way in which a statement can be meant, by name.

    With `damaged`, the ways are those in which the damaged text can be read, and nothing says which one
    it was: where they disagree, the statement cannot be decided.
    """

    outcomes: Mapping[str, Outcome]
    damaged: bool = False


@dataclass(frozen=True)
class Finding:
    """The verdict on one statement; `name` is the convention or the factor under which it holds."""

    verdict: str
    shown: str
    name: str = ""


Check = Callable[..., Outcome | Readings]


@dataclass(frozen=True)
class Claim:
    """One statement of the course, how it is judged, and what is expected to come out.

    `remedy` says what is right, where the statement does not simply hold. A statement about wording alone
    has no check: it is judged by reading, and `expected` is what the reader found.
    """

    id: str
    statement: str
    expected: str
    remedy: str = ""
    check: Check | None = None
    twin: Mapping[str, Any] | None = None
    altered: str = ""

    @property
    def document(self) -> str:
        """The key in DOCUMENTS."""
        return self.id.partition("-")[0]

    @property
    def by_reading(self) -> bool:
        return self.check is None


@dataclass(frozen=True)
class Judgement:
    """A claim with its computed verdict and that of its falsified twin."""

    claim: Claim
    finding: Finding
    twin: Finding | None

    @property
    def checked(self) -> bool:
        return self.finding.verdict != NOT_CHECKED

    @property
    def agrees(self) -> bool:
        """Whether the verdict is the expected one; what was not checked never agrees."""
        return self.finding.verdict == self.claim.expected

    @property
    def caught(self) -> bool:
        """Whether the falsified twin came to another verdict."""
        return self.checked and self.twin is not None and self.twin.verdict != self.finding.verdict


class Chapter:
    """The claims of one document, in order; its methods enter them."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []

    def claim(
        self,
        key: str,
        statement: str,
        expected: str,
        *,
        twin: Mapping[str, Any],
        altered: str,
        remedy: str = "",
    ) -> Callable[[Check], Check]:
        """Enters the decorated check; `twin` gives the arguments that falsify its statement."""

        def enter(check: Check) -> Check:
            self.claims.append(Claim(key, statement, expected, remedy, check, twin, altered))
            return check

        return enter

    def reading(self, key: str, statement: str, expected: str, remedy: str) -> None:
        """Enters a statement that is judged by reading."""
        self.claims.append(Claim(key, statement, expected, remedy))


def all_claims() -> list[Claim]:
    """Every claim, document by document."""
    modules = ("claims_000", "claims_001", "claims_002", "claims_003", "claims_004", "claims_between")
    return [
        claim
        for name in modules
        for claim in importlib.import_module(f"backproof.scripts.course.{name}").chapter.claims
    ]


def judge(claim: Claim) -> Judgement:
    """Computes the verdict on a claim, and on its falsified twin."""
    if claim.check is None or claim.twin is None:
        return Judgement(claim, Finding(claim.expected, "by reading"), None)
    try:
        return Judgement(claim, decide(claim.check()), decide(claim.check(**claim.twin)))
    except NotCheckedError as missing:
        return Judgement(claim, Finding(NOT_CHECKED, str(missing)), None)


def judge_all(claims: Iterable[Claim]) -> Iterator[Judgement]:
    """The judgements, one by one as they are made."""
    return map(judge, claims)


def decide(result: Outcome | Readings) -> Finding:
    """The verdict that follows from the outcomes, and what shows it."""
    if isinstance(result, Outcome):
        result = Readings({"": result})
    right = {name: outcome for name, outcome in result.outcomes.items() if outcome.right}
    other = {name: outcome for name, outcome in result.outcomes.items() if not outcome.right}
    if not other:
        return Finding(HOLDS, _shown(right))
    if right and result.damaged:
        return Finding(UNDECIDED, _shown(result.outcomes))
    if right:
        return Finding(CONVENTION, _shown(other), "; ".join(right))
    factors = {outcome.factor for outcome in other.values()}
    if len(factors) == 1 and None not in factors:
        return Finding(FACTOR, _shown(other), f"{factors.pop()} times what is stated")
    return Finding(WRONG, _shown(other))


def _shown(outcomes: Mapping[str, Outcome]) -> str:
    return "; ".join(
        f"{name}: {outcome.shown}" if name else outcome.shown for name, outcome in outcomes.items()
    )
