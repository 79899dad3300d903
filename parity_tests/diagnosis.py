"""Which mistake explains wrong gradients: an entry of the catalogue, a factor, another loss, or nothing.

The first wrong step is found first, each step judged from the numbers that were fed into it. A candidate is
wrong at that step, and predicts every number that was given, on every network, within the bound; where two
predict the same, both are named, with a network that would tell them apart. What fits a single wrong network
is said to fit it: one network is no evidence. Nothing is ever guessed.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType
from typing import Protocol

import numpy as np

from backproof.parity_tests.cases import Arrays, Case, draw_case, in_float64
from backproof.parity_tests.comparison import Report, Truth, compare
from backproof.parity_tests.mistakes import Known, Mistake, answers, catalogue
from backproof.parity_tests.planting import plant_in_layers
from backproof.parity_tests.steps import judge_steps
from backproof.reference import network as reference
from backproof.scratch.spec import LOSS_NAMES, Array, NetworkSpec, SpecError

Given = list[dict[str, Array]]  # one dictionary of named quantities for each answer to the question

EXPONENTS = (-1, 0, 1)
RESOLVED = 2.0**-10  # of the largest entry: what an allowance must be below to tell mistakes apart
# How many networks are searched for one that tells two explanations apart.
SEARCHED = 300


@dataclass(frozen=True)
class Evidence:
    """One network and what somebody says its quantities are: any of z1 a1 ... loss dW1 db1 ... dx.

    question and given are as mistakes.answers has them. foreign: the code is no copy of scratch, so that it
    may round otherwise also where the honest value is an exact 0; its first wrong step was found already.
    """

    known: Known
    given: Given
    question: str = "gradients"
    foreign: bool = False

    @cached_property
    def resolution(self) -> float:
        """How far any entry of a gradient may be off, relative to the largest of its quantity."""
        expected, allowances = self.known.whole.expected, self.known.whole.allowances
        sizes = {name: float(np.abs(expected[name]).max()) for name in allowances if name[0] == "d"}
        off = (float(allowances[name].max()) / size for name, size in sizes.items() if size)
        return max((each for each in off if each < RESOLVED), default=0.0)


def evidence(spec: NetworkSpec, arrays: Arrays, found: dict[str, Array]) -> Evidence:
    """The evidence of one network: its arrays and the quantities somebody computed from them."""
    return Evidence(Known(spec, arrays), [found])


class Candidate(Protocol):
    """Something that may be wrong, and what the quantities are if it is."""

    @property
    def name(self) -> str: ...

    def predict(self, known: Known, question: str) -> Given | None:
        """Every quantity as it would be; None where it does not apply."""


@dataclass(frozen=True)
class Listed:
    """A mistake of the catalogue."""

    mistake: Mistake

    @property
    def name(self) -> str:
        other = self.mistake.also or (f"the gradient of {self.mistake.equals}" if self.mistake.equals else "")
        return f"{self.mistake.name} (also: {other})" if other else self.mistake.name

    def predict(self, known: Known, question: str) -> Given | None:
        with np.errstate(all="ignore"):
            return _answered(self.mistake, known, question)


@dataclass(frozen=True)
class InLayers:
    """A mistake of the catalogue in some layers alone."""

    mistake: Mistake
    where: str
    network: ModuleType

    @property
    def name(self) -> str:
        return f"{self.mistake.name}, {self.where}"

    def predict(self, known: Known, question: str) -> Given | None:
        with np.errstate(all="ignore"):
            asked = answers(self.network, question, known.spec, known.arrays)
        return [found for _, found in asked] if question == "gradients" else None


@dataclass(frozen=True)
class Multiplied:
    """One quantity times a constant, and what follows from it not changed."""

    quantity: str
    factor: "Factor"

    @property
    def name(self) -> str:
        return f"{self.quantity} alone is {self.factor.letters} times too large"

    def predict(self, known: Known, question: str) -> Given | None:
        if question != "gradients" or self.quantity not in known.whole.expected:
            return None
        expected = {name: known.whole.expected[name] for name in known.whole.allowances}
        return [{**expected, self.quantity: self.factor.value(known) * expected[self.quantity]}]


def alone(places: Sequence[str], depth: int) -> Iterator[Candidate]:
    """What can be wrong in some layers and not in others, near the first wrong steps."""
    found = {name for place in places for name in place.split(" or ")}
    layers = {int(name.lstrip("dWbzakept")) for name in found if name[-1:].isdigit()} & {*range(1, depth + 1)}
    choices: dict[tuple[int, ...], str] = {(layer,): f"in layer {layer} alone" for layer in sorted(layers)}
    if depth > 2:
        choices[tuple(range(1, depth))] = "in the hidden layers alone"
    for chosen, where in choices.items():
        for mistake in catalogue().values() if layers & {*chosen} else ():
            if mistake.question == "gradients":
                network = plant_in_layers(mistake.at, mistake.wrong, chosen, depth)
                if network is not None:
                    yield InLayers(mistake, where, network)
    for name in sorted(found):
        if name.startswith(("dW", "db")):
            yield from (Multiplied(name, each) for each in candidates() if isinstance(each, Factor))


@dataclass(frozen=True)
class Factor:
    """Every gradient multiplied by 2^k B^a K^b, with B examples and K outputs."""

    k: int
    a: int
    b: int

    @property
    def letters(self) -> str:
        return " ".join(
            letter if power == 1 else f"{letter}^{power}"
            for letter, power in (("2", self.k), ("B", self.a), ("K", self.b))
            if power
        )

    @property
    def name(self) -> str:
        return f"every gradient times {self.letters} (B examples, K outputs)"

    def value(self, known: Known) -> float:
        return 2.0**self.k * float(len(known.arrays.x)) ** self.a * float(known.spec.widths[-1]) ** self.b

    def predict(self, known: Known, question: str) -> Given | None:
        if question != "gradients":
            return None
        c, expected = self.value(known), known.whole.expected
        names = known.whole.allowances
        return [{name: expected[name] * (c if name.startswith("d") else 1) for name in names}]


@dataclass(frozen=True)
class OtherLoss:
    """The right gradient of another loss than the declared one; value_too: that loss is printed as well."""

    declared: str
    other: str
    value_too: bool = False

    @property
    def name(self) -> str:
        what = "value and gradient" if self.value_too else "gradient"
        return f"the {what} of {self.other}, not of {self.declared}"

    def predict(self, known: Known, question: str) -> Given | None:
        if question != "gradients":
            return None
        expected = known.whole.expected
        if known.spec.loss == self.declared:
            try:
                spec, arrays = in_float64(replace(known.spec, loss=self.other), known.arrays)
                theirs = reference.quantities(spec, *arrays)
            except SpecError:
                return None
            expected = theirs if self.value_too else {**theirs, "loss": expected["loss"]}
        return [{name: expected[name] for name in known.whole.allowances}]


def candidates() -> Iterator[Candidate]:
    """Every explanation that is tried."""
    for mistake in catalogue().values():
        yield Listed(mistake)
    for k, a, b in itertools.product(EXPONENTS, repeat=3):
        if (k, a, b) != (0, 0, 0):
            yield Factor(k, a, b)
    for declared, other in itertools.permutations(LOSS_NAMES, 2):
        yield OtherLoss(declared, other)
        yield OtherLoss(declared, other, value_too=True)


@dataclass(frozen=True)
class Diagnosis:
    """What explains the evidence, and a network that tells the first two explanations apart, if there is one.

    verdict: right (nothing is wrong), named, fits this network (there is one alone that is wrong), tie,
    unknown, or nothing checked. first_wrong holds the first wrong step of each wrong network, where some step
    is; with the quantities that were not given and may be wrong instead.
    """

    verdict: str
    explanations: tuple[Candidate, ...] = ()
    apart: Case | None = None
    first_wrong: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(explanation.name for explanation in self.explanations)


def diagnose(given: Sequence[Evidence], seed: int | None = 0) -> Diagnosis:
    """Names what explains wrong gradients on a few networks.

    seed draws the network that breaks a tie; with None a tie stays one.
    """
    judged = [(each, _reports(each)) for each in given if not each.known.out_of_range(each.question)]
    if not any(report.decided for _, reports in judged for report in reports):
        return Diagnosis("nothing checked")
    if not any(_wrong(reports) for _, reports in judged):
        return Diagnosis("right")
    # The wrong networks come first: most explanations fail on one of them.
    judged.sort(key=lambda pair: (not _wrong(pair[1]), pair[0].known.spec.parameter_count))
    shown = [each for each, _ in judged]
    wrong = [each for each, reports in judged if _wrong(reports)]
    located = [(each, _first_wrong(each)) for each in wrong[: 1 if shown[0].foreign else None]]
    first_wrong = tuple(place for _, place in located if place)
    fitting: list[Candidate] = []
    for tried in (candidates(), alone(first_wrong, shown[0].known.spec.depth)):
        fitting = fitting or _folded([each for each in tried if all(_fits(each, one) for one in shown)])
        if not shown[0].foreign:
            fitting = [each for each in fitting if all(_wrong_there(each, *one) for one in located)]
    if not fitting:
        return Diagnosis("unknown", first_wrong=first_wrong)
    if len(fitting) == 1:
        single = len({id(each.known) for each in wrong}) == 1
        return Diagnosis("fits this network" if single else "named", tuple(fitting), None, first_wrong)
    apart = None if seed is None else telling_apart(fitting[0], fitting[1], shown[0], seed)
    return Diagnosis("tie", tuple(fitting), apart, first_wrong)


def telling_apart(one: Candidate, other: Candidate, example: Evidence, seed: int) -> Case | None:
    """A network on which two explanations predict different numbers; None if none was met."""
    for number in range(SEARCHED):
        case = draw_case(seed, number, example.known.spec.dtype)
        known = Known(case.spec, case.arrays())
        if case.stratum != "ordinary" or known.out_of_range(example.question):
            continue
        first = one.predict(known, example.question)
        if first is not None and not _fits(other, Evidence(known, first, example.question)):
            return case
    return None


def _reports(each: Evidence) -> list[Report]:
    truths = each.known.truths(each.question)
    return [compare(found, known) for found, known in zip(each.given, truths, strict=True)]


def _first_wrong(each: Evidence) -> str:
    """The first wrong step of the first answer that has one, and what else it may be; "" for none.

    The parameters after an update say nothing of the steps before it.
    """
    arrays = each.known.arrays
    asked = {"gradients": [arrays], "calls": [arrays.examples(slice(1)), arrays]}.get(each.question, [])
    for about, found in zip(asked, each.given):
        steps = judge_steps(each.known.spec, about, found)
        if steps.first_wrong:
            return " or ".join(steps.unlocated) or steps.first_wrong.quantity
    return ""


def _wrong_there(candidate: Candidate, each: Evidence, place: str) -> bool:
    """Whether a candidate's own first wrong step is the one that was found."""
    predicted = candidate.predict(each.known, each.question) if place else None
    if predicted is None:
        return not place
    given = [
        {name: np.asarray(one[name]) for name in found}
        for one, found in zip(predicted, each.given, strict=True)
    ]
    return _first_wrong(replace(each, given=given)) == place


def _wrong(reports: Sequence[Report]) -> bool:
    return any(report.first_wrong for report in reports)


def _fits(explanation: Candidate, each: Evidence) -> bool:
    """Whether every given number is what the explanation predicts, within the bound."""
    predicted = explanation.predict(each.known, each.question)
    return predicted is not None and all(
        _near(found[name], prediction[name], known, name, each.resolution * each.foreign)
        for found, prediction, known in zip(
            each.given, predicted, each.known.truths(each.question), strict=True
        )
        for name in found
    )


def _near(found: Array, predicted: Array, known: Truth, name: str, resolution: float = 0.0) -> bool:
    """Whether two evaluations of the same mistake may be so far apart.

    The allowance is that of the honest quantity, larger by as much as the mistaken one is larger in the
    entries where it then stays below the mistaken one itself: where it does not, anything would fit.
    resolution: what every entry may be off by beside the largest.
    """
    with np.errstate(all="ignore"):
        largest, size = np.abs(known.expected[name]).max(), np.abs(predicted).max()
        grown = max(1.0, float(size / largest)) if largest else 1.0
        allowances = known.allowances[name]
        allowances = np.where(grown * allowances < size, grown * allowances, allowances)
        allowances = np.maximum(allowances, resolution * size)
        close = np.abs(found - predicted) <= allowances
    # A mistake may overflow; then it must do so in the same entries.
    return bool((close | ((found == predicted) | (np.isnan(found) & np.isnan(predicted)))).all())


def _folded(fitting: list[Candidate]) -> list[Candidate]:
    """Without the losses that are only the second name of what fits too."""
    second = {each.mistake.equals for each in fitting if isinstance(each, Listed) and each.mistake.equals}
    return [
        each
        for each in fitting
        if not isinstance(each, OtherLoss)
        or not (each.other in second or (each.value_too and replace(each, value_too=False) in fitting))
    ]


# --- the examiner examined: does it name what was planted? ---------------------------------------------


@dataclass(frozen=True)
class Trial:
    """One mistake planted, the networks it was shown on, and what diagnosis made of it."""

    planted: str
    networks: int
    drawn: int
    diagnosis: Diagnosis

    @property
    def outcome(self) -> str:
        """right, tie (with the right one among them), unknown, or wrong."""
        planted = any(
            isinstance(e, Listed) and e.mistake.name == self.planted for e in self.diagnosis.explanations
        )
        if self.diagnosis.verdict in ("named", "fits this network"):
            return "right" if planted else "wrong"
        if self.diagnosis.verdict == "tie":
            return "tie" if planted else "wrong"
        return "unknown"


def trial(mistake: Mistake, seed: int, networks: int, drawn: dict[int, Known], most: int = 1_000) -> Trial:
    """Plants a mistake and diagnoses it from the networks of a seed.

    Shown are the first `networks` on which the exam turns red, and as many on which it does not, of those
    drawn on the way. drawn keeps the networks that were drawn already, by number.
    """
    red: list[list[Evidence]] = []
    green: list[list[Evidence]] = []
    # What a plain call returns belongs to the evidence, also where the mistake is in the step.
    asked = dict.fromkeys(("gradients", mistake.question))
    for number in range(most):
        if number not in drawn:
            case = draw_case(seed, number)
            drawn[number] = Known(case.spec, case.arrays())
        known = drawn[number]
        if known.out_of_range(mistake.question):
            continue
        with np.errstate(all="ignore"):
            seen = [Evidence(known, _answered(mistake, known, question), question) for question in asked]
        (red if _wrong(_reports(seen[-1])) else green).append(seen)
        if len(red) == networks:
            break
    shown = [each for seen in (*red, *green[:networks]) for each in seen]
    return Trial(mistake.name, len(red), number + 1, diagnose(shown, seed))


def _answered(mistake: Mistake, known: Known, question: str) -> Given:
    return [found for _, found in answers(mistake.network(), question, known.spec, known.arrays)]
