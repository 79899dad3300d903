"""How much the exam catches: every mistake of a list on the networks that the exam draws.

A mistake is *active* on a network where exact.Exact says that it changes some quantity by more than one ulp;
the error bound takes no part in that. It is *caught* where a comparator calls some quantity wrong; what is
inactive and caught all the same, by the rounding of the mistake's own formula, is not counted. Its *place* is
the first quantity that it changes, by the same exact evaluation; the first wrong step is compared with that.
Networks out of their dtype's range are counted, and nothing is claimed about them.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from backproof.parity_tests.cases import STRATUM_NAMES, draw_case
from backproof.parity_tests.comparison import Report, Row, compare
from backproof.parity_tests.exact import Exact
from backproof.parity_tests.exam import one_thread
from backproof.parity_tests.habits import HABITS
from backproof.parity_tests.mistakes import (
    QUESTIONS,
    Known,
    Mistake,
    answers,
    catalogue,
    honest,
    judge_update,
    outside,
)
from backproof.parity_tests.steps import Network, Step, judging
from backproof.parity_tests.sweep import Task, named
from backproof.parity_tests.together import Asking, together
from backproof.scratch.spec import Array

# Ours is wrong where some step is, or the whole is, end to end against autograd.
OURS = "backproof"
COMPARATORS = (OURS, "steps", "end to end", *(habit.name for habit in HABITS))
LISTS = {"catalogue": catalogue, "outside": outside}
# Where the first wrong step lies beside a mistake's place: there; later, since the change at the place itself
# is within that step's rounding, a tie; later all the same; earlier; no step is wrong.
PLACES = {"right": "=", "tie": "~", "later": ">", "earlier": "<", "none": "-"}
Place = tuple[int, str]  # the number of the answer, and the quantity
# The parts of the loss, which a witness may answer or not, count as the loss.
PARTS = ("data_loss", "penalty")


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
class Examined:
    """One network.

    results: for each mistake one flag 0 or 1 for active, one for each comparator, and one of PLACES.
    """

    number: int
    case: str
    stratum: str
    out_of_range: bool = False
    honest_share: float = 0.0
    alarms: str = ""  # one flag for each comparator, on honest code
    results: dict[str, str] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)


def planted_in(dtype: str, mistakes: str = "catalogue") -> list[Mistake]:
    """The mistakes of one of LISTS that are any in this format."""
    return [mistake for mistake in LISTS[mistakes]().values() if dtype in mistake.dtypes]


def examine(seed: int, number: int, dtype: str, mistakes: str = "catalogue") -> Examined:
    """Puts every mistake of a list to network `number` of a seed. Raises InputError without python-flint."""
    case = draw_case(seed, number, dtype)
    about = number, repr(case), case.stratum
    known = Known(case.spec, case.arrays())
    if any(known.out_of_range(question) for question in QUESTIONS):
        return Examined(*about, out_of_range=True)
    planted = planted_in(dtype, mistakes)
    with one_thread(), np.errstate(all="ignore"):
        exact, right = Exact(known.spec, known.arrays), honest()
        # Who never calls what is wrong answers as the honest network does.
        networks = [each.network() if exact.met(each) else right for each in planted]
        told = _judged(
            [
                *((right, each) for each in QUESTIONS),
                *((network, each.question) for network, each in zip(networks, planted)),
            ],
            known,
        )
        alarms = [any(flags) for flags in zip(*(each[0] for each in told[: len(QUESTIONS)]))]
        share = max(each[1] for each in told[: len(QUESTIONS)])
        results, misses = {}, []
        for mistake, (flags, _, first, passed) in zip(planted, told[len(QUESTIONS) :]):
            place = exact.first_difference(mistake)
            active = place is not None
            results[mistake.name] = _flags([active, *flags]) + PLACES[_beside(first, place, passed, known)]
            if active and not flags[0]:
                misses.append(_miss(mistake, exact, known, about[1], about[2]))
    return Examined(*about, False, share, _flags(alarms), results, misses)


# What each comparator says is wrong, the largest share of an allowance that was used, the first wrong step,
# and the steps that passed.
Told = tuple[list[bool], float, Place | None, set[Place]]


def _judged(asked: Sequence[tuple[ModuleType, str]], known: Known) -> list[Told]:
    """What is told of each network and question; what gave the same answers is judged once."""
    telling: dict[Hashable, Asking[Told]] = {}
    said: dict[tuple[ModuleType, str], Hashable] = {}
    first: dict[Hashable, Array] = {}  # the first array of those that are the same

    def same(name: str, array: Array) -> Array:
        return first.setdefault((name, array.shape, array.dtype, array.tobytes()), array)

    examined = {
        id(truth): Network(known.spec, arrays, many=True)
        for truth, arrays in ((known.first, known.arrays.examples(slice(1))), (known.whole, known.arrays))
    }
    for each in dict.fromkeys(asked):
        network, question = each
        given = [
            {name: same(name, array) for name, array in found.items()}
            for _, found in answers(network, question, known.spec, known.arrays)
        ]
        values = (id(array) for found in given for array in found.values())
        # A step is judged by that network's own gradients, too.
        said[each] = question, network if question == "step" else None, *values
        telling.setdefault(said[each], _telling(network, question, known, given, examined))
    told = dict(zip(telling, together(telling.values())))
    return [told[said[each]] for each in asked]


def _telling(
    network: ModuleType,
    question: str,
    known: Known,
    given: list[dict[str, Array]],
    examined: dict[int, Network],
) -> Asking[Told]:
    flags, share, first = [False] * len(COMPARATORS), 0.0, None
    passed: set[Place] = set()
    step_wrong: Row | Step | None
    for number, (found, truth) in enumerate(zip(given, known.truths(question), strict=True)):
        if question == "step":
            whole = compare(found, truth)
            step, wrong = judge_update(network, known, found), whole.first_wrong is not None
            step_wrong = step.first_wrong
            passed |= {(number, row.quantity) for row in step.rows if row.verdict != "wrong"}
        else:
            judged = yield from judging(examined[id(truth)], found, truth)
            step_wrong, wrong = judged.steps.first_wrong, judged.first_wrong is not None
            passed |= {(number, each.quantity) for each in judged.steps.steps if each.verdict != "wrong"}
            # Otherwise the rows are compared with what the code's reading makes of the truth.
            whole = Report(judged.rows) if judged.steps.plain else compare(found, truth)
        if step_wrong and not first:
            first = number, "loss" if step_wrong.quantity in PARTS else step_wrong.quantity
        ours = wrong or step_wrong is not None
        says = [ours, step_wrong is not None, whole.first_wrong is not None]
        says += [habit.disagrees(found, truth.expected, known.spec.dtype) for habit in HABITS]
        flags = [one or other for one, other in zip(flags, says)]
        if not any(truth.kinks.values()):  # at a kink either slope is honest and may use it all
            share = max([share, *(row.share for row in whole.rows)])
    return flags, share, first, passed


def _beside(first: Place | None, place: Place | None, passed: set[Place], known: Known) -> str:
    """Where the first wrong step lies beside the mistake's place."""
    if first is None or place is None:
        return "none"
    order = {name: number for number, name in enumerate([*known.whole.expected, *known.stepped.expected])}
    one, other = ((number, order[name]) for number, name in (first, place))
    if one > other:
        return "tie" if place in passed else "later"
    return "right" if one == other else "earlier"


def _miss(mistake: Mistake, exact: Exact, known: Known, case: str, stratum: str) -> Miss:
    allowances = [truth.allowances for truth in known.truths(mistake.question)]
    quantity, gap, ulps, share = exact.largest_gap(mistake, allowances)
    kinks = max(sum(truth.kinks.values()) for truth in known.truths(mistake.question))
    return Miss(mistake.name, case, stratum, quantity, gap, ulps, share, kinks)


def _flags(values: Iterable[bool]) -> str:
    return "".join("01"[bool(value)] for value in values)


# --- many networks ------------------------------------------------------------------------------------


def tasks(seed: int, networks: int, dtype: str, mistakes: str) -> list[Task]:
    """The first networks of a seed as tasks of `asked`."""
    each = [(seed, number, dtype, mistakes) for number in range(networks)]
    return [Task(named("catch-rate", *asked), asked) for asked in each]


def asked(seed: int, number: int, dtype: str, mistakes: str) -> dict[str, Any]:
    """What `examine` finds, as JSON values."""
    return asdict(examine(seed, number, dtype, mistakes))


def _counts() -> dict[str, int]:
    return dict.fromkeys(STRATUM_NAMES, 0)


@dataclass
class Score:
    """What the networks of each stratum say about one mistake; caught is counted among the active ones.

    first is the number of active networks that were drawn until our comparator caught it, 0 for never;
    drawn counts all networks until then; places counts where the first wrong step was.
    """

    networks: dict[str, int] = field(default_factory=_counts)
    active: dict[str, int] = field(default_factory=_counts)
    caught: dict[str, dict[str, int]] = field(
        default_factory=lambda: {name: _counts() for name in COMPARATORS}
    )
    first: int = 0
    drawn: int = 0
    places: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PLACES, 0))
    misses: list[Miss] = field(default_factory=list)

    def add(self, stratum: str, flags: str, drawn: int) -> None:
        """Counts one network, the `drawn`-th of all, with the flags of its Examined."""
        self.networks[stratum] += 1
        if flags[0] == "1":
            self.active[stratum] += 1
            for comparator, flag in zip(COMPARATORS, flags[1:]):
                self.caught[comparator][stratum] += flag == "1"
            for place, sign in PLACES.items():
                self.places[place] += stratum == "ordinary" and flags[-1] == sign
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
    mistakes: str = "catalogue"
    networks: int = 0
    out_of_range: int = 0
    honest_share: float = 0.0
    alarms: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COMPARATORS, 0))
    scores: dict[str, Score] = field(init=False)

    def __post_init__(self) -> None:
        self.scores = {mistake.name: Score() for mistake in self.planted}

    @property
    def planted(self) -> list[Mistake]:
        return planted_in(self.dtype, self.mistakes)

    def without(self, left_out: Callable[[Mistake], bool]) -> float:
        """What ours catches on ordinary networks of the active mistakes that are not left out."""
        scores = [self.scores[mistake.name] for mistake in self.planted if not left_out(mistake)]
        return share(scores, OURS, ["ordinary"])

    @property
    def places(self) -> dict[str, int]:
        """How often the first wrong step was where, over the active mistakes on ordinary networks."""
        return {place: sum(score.places[place] for score in self.scores.values()) for place in PLACES}

    def add(self, each: Examined) -> None:
        self.networks += 1
        self.out_of_range += each.out_of_range
        self.honest_share = max(self.honest_share, each.honest_share)
        for name, flag in zip(COMPARATORS, each.alarms):
            self.alarms[name] += flag == "1"
        for name, flags in each.results.items():
            self.scores[name].add(each.stratum, flags, self.networks)
        for miss in each.misses:
            self.scores[miss.mistake].misses.append(miss)

    @property
    def never_active(self) -> list[str]:
        """What changed nothing on any ordinary network, and was caught on no extreme one."""
        return [
            name for name, score in self.scores.items() if not score.active["ordinary"] and not score.first
        ]

    @property
    def never_caught(self) -> list[str]:
        return [name for name, score in self.scores.items() if score.active["ordinary"] and not score.first]

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
        for family in dict.fromkeys(mistake.family for mistake in self.planted):
            scores = [self.scores[mistake.name] for mistake in self.planted if mistake.family == family]
            shares[family] = {name: share(scores, name) for name in COMPARATORS}
        return shares
