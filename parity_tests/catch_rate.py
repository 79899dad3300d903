"""How much the exam catches: every mistake of the catalogue on the networks that the exam draws.

A mistake is *active* on a network where exact.Exact says that it changes some quantity by more than one ulp;
the error bound takes no part in that. It is *caught* where a comparator calls some quantity wrong; what is
inactive and caught all the same, by the rounding of the mistake's own formula, is not counted. Networks out
of their dtype's range are counted, and nothing is claimed about them.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from backproof.parity_tests.cases import STRATUM_NAMES, draw_case
from backproof.parity_tests.comparison import compare
from backproof.parity_tests.exact import Exact
from backproof.parity_tests.exam import one_thread
from backproof.parity_tests.habits import HABITS
from backproof.parity_tests.mistakes import QUESTIONS, Known, Mistake, answers, catalogue, honest
from backproof.scratch.spec import Array

OURS = "derived bound"
COMPARATORS = (OURS, *(habit.name for habit in HABITS))


@dataclass(frozen=True)
class Miss:
    """A mistake that was active and not caught.

    gap is the exact difference at the entry where it is the largest share of its allowance; ulps is that
    gap in ulps of the honest value there. A share above 1 is lost in the rounding of the mistake's own
    formula. kinks counts the units of the network on whose kink rounding decides: there any slope is
    honest, and a large gap may be.
    """

    mistake: str
    case: str
    stratum: str
    quantity: str
    gap: float
    ulps: float
    share: float
    kinks: int


@dataclass(frozen=True)
class Outcome:
    """One network. results: for each mistake one flag 0 or 1 for active, then one for each comparator."""

    number: int
    case: str
    stratum: str
    out_of_range: bool = False
    honest_share: float = 0.0
    alarms: str = ""  # one flag for each comparator, on honest code
    results: dict[str, str] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)


def planted_in(dtype: str) -> list[Mistake]:
    """The mistakes that are any in this format."""
    return [mistake for mistake in catalogue().values() if dtype in mistake.dtypes]


def examine(seed: int, number: int, dtype: str) -> Outcome:
    """Puts every mistake to network `number` of a seed. Raises InputError without python-flint."""
    case = draw_case(seed, number, dtype)
    about = number, repr(case), case.stratum
    known = Known(case.spec, case.arrays())
    if any(known.out_of_range(question) for question in QUESTIONS):
        return Outcome(*about, out_of_range=True)
    with one_thread(), np.errstate(all="ignore"):
        alarms, share = [False] * len(COMPARATORS), 0.0
        for question in QUESTIONS:
            flags, used = _judged(answers(honest(), question, known.spec, known.arrays), question, known)
            alarms = [one or other for one, other in zip(alarms, flags)]
            share = max(share, used)
        results, misses, exact = {}, [], Exact(known.spec, known.arrays)
        for mistake in planted_in(dtype):
            given = answers(mistake.network(), mistake.question, known.spec, known.arrays)
            flags, _ = _judged(given, mistake.question, known)
            active = exact.differs(mistake)
            results[mistake.name] = _flags([active, *flags])
            if active and not flags[0]:
                misses.append(_miss(mistake, exact, known, about[1], about[2]))
    return Outcome(*about, False, share, _flags(alarms), results, misses)


def _judged(
    given: Sequence[tuple[object, dict[str, Array]]], question: str, known: Known
) -> tuple[list[bool], float]:
    """What each comparator says is wrong, and the largest share of an allowance that was used."""
    flags, share = [False] * len(COMPARATORS), 0.0
    for (_, found), truth in zip(given, known.truths(question), strict=True):
        report = compare(found, truth)
        flags[0] |= report.first_wrong is not None
        if not any(truth.kinks.values()):  # at a kink either slope is honest and may use it all
            share = max([share, *(row.share for row in report.rows)])
        for place, habit in enumerate(HABITS, start=1):
            flags[place] |= habit.disagrees(found, truth.expected, known.spec.dtype)
    return flags, share


def _miss(mistake: Mistake, exact: Exact, known: Known, case: str, stratum: str) -> Miss:
    allowances = [truth.allowances for truth in known.truths(mistake.question)]
    quantity, gap, ulps, share = exact.largest_gap(mistake, allowances)
    kinks = max(sum(truth.kinks.values()) for truth in known.truths(mistake.question))
    return Miss(mistake.name, case, stratum, quantity, gap, ulps, share, kinks)


def _flags(values: Iterable[bool]) -> str:
    return "".join("01"[bool(value)] for value in values)


# --- many networks ------------------------------------------------------------------------------------


def outcomes(seed: int, numbers: Sequence[int], dtype: str, jobs: int = 1) -> Iterator[Outcome]:
    """One outcome for each number, in this order, on `jobs` processes."""
    if jobs == 1:
        for number in numbers:
            yield examine(seed, number, dtype)
        return
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=jobs, return_as="generator")(
        delayed(examine)(seed, number, dtype) for number in numbers
    )


def digest() -> str:
    """Changes when the code that decides does, so that outcomes of other code are never mixed in."""
    rooms = Path(__file__).parent.parent
    sources = sorted(
        path
        for room in ("scratch", "parity_tests", "reference")
        for ending in ("py", "toml")
        for path in (rooms / room).glob(f"*.{ending}")
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


class Log:
    """The outcomes of one seed and dtype, one line each, kept in a file while they come."""

    def __init__(self, folder: Path, seed: int, dtype: str) -> None:
        self.path = folder / f"networks-{dtype}-seed{seed}-{digest()}.jsonl"

    def read(self) -> dict[int, Outcome]:
        """What is there already, by number; a line that was cut off by an interruption is left out."""
        found: dict[int, Outcome] = {}
        for line in self.path.read_text("utf-8").splitlines() if self.path.exists() else ():
            try:
                values = json.loads(line)
            except json.JSONDecodeError:
                continue
            misses = [Miss(**miss) for miss in values.pop("misses")]
            found[values["number"]] = Outcome(**values, misses=misses)
        return found

    def add(self, outcome: Outcome) -> None:
        # The line break comes first, so that a line that was cut off spoils itself alone.
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(asdict(outcome)))


def _counts() -> dict[str, int]:
    return dict.fromkeys(STRATUM_NAMES, 0)


@dataclass
class Score:
    """What the networks of each stratum say about one mistake; caught is counted among the active ones.

    first is the number of active networks that were drawn until our comparator caught it, 0 for never;
    drawn counts all networks until then.
    """

    networks: dict[str, int] = field(default_factory=_counts)
    active: dict[str, int] = field(default_factory=_counts)
    caught: dict[str, dict[str, int]] = field(
        default_factory=lambda: {name: _counts() for name in COMPARATORS}
    )
    first: int = 0
    drawn: int = 0
    misses: list[Miss] = field(default_factory=list)

    def add(self, stratum: str, flags: str, drawn: int) -> None:
        """Counts one network, the `drawn`-th of all, with the flags of its Outcome."""
        self.networks[stratum] += 1
        if flags[0] == "1":
            self.active[stratum] += 1
            for comparator, flag in zip(COMPARATORS, flags[1:]):
                self.caught[comparator][stratum] += flag == "1"
            if flags[1] == "1" and not self.first:
                self.first, self.drawn = sum(self.active.values()), drawn


def share(scores: Iterable[Score], comparator: str, strata: Sequence[str] = STRATUM_NAMES) -> float:
    """What a comparator catches of all active pairs of a mistake and a network; nan where none is active."""
    pairs = [(score, stratum) for score in scores for stratum in strata]
    active = sum(score.active[stratum] for score, stratum in pairs)
    caught = sum(score.caught[comparator][stratum] for score, stratum in pairs)
    return caught / active if active else math.nan


@dataclass
class Table:
    """Everything that catch-rate reports about the networks of one format."""

    dtype: str = "float64"
    networks: int = 0
    out_of_range: int = 0
    honest_share: float = 0.0
    alarms: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COMPARATORS, 0))
    scores: dict[str, Score] = field(init=False)

    def __post_init__(self) -> None:
        self.scores = {mistake.name: Score() for mistake in planted_in(self.dtype)}

    def add(self, outcome: Outcome) -> None:
        self.networks += 1
        self.out_of_range += outcome.out_of_range
        self.honest_share = max(self.honest_share, outcome.honest_share)
        for name, flag in zip(COMPARATORS, outcome.alarms):
            self.alarms[name] += flag == "1"
        for name, flags in outcome.results.items():
            self.scores[name].add(outcome.stratum, flags, self.networks)
        for miss in outcome.misses:
            self.scores[miss.mistake].misses.append(miss)

    @property
    def never_active(self) -> list[str]:
        return [name for name, score in self.scores.items() if not any(score.active.values())]

    @property
    def never_caught(self) -> list[str]:
        return [name for name, score in self.scores.items() if any(score.active.values()) and not score.first]

    def strata(self) -> dict[str, dict[str, float]]:
        """Each comparator's share of the active pairs, by stratum."""
        scores = self.scores.values()
        return {
            stratum: {name: share(scores, name, [stratum]) for name in COMPARATORS}
            for stratum in STRATUM_NAMES
        }

    def families(self) -> dict[str, dict[str, float]]:
        """The same by family of mistakes, both strata together."""
        shares: dict[str, dict[str, float]] = {}
        planted = planted_in(self.dtype)
        for family in dict.fromkeys(mistake.family for mistake in planted):
            scores = [self.scores[mistake.name] for mistake in planted if mistake.family == family]
            shares[family] = {name: share(scores, name) for name in COMPARATORS}
        return shares
