"""What somebody's numbers are worth: exact, a known constant too large, another loss's, or wrong."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from backproof.parity_tests.arbitration import arbitrate
from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Row, Truth, compare, truth
from backproof.parity_tests.diagnosis import Evidence, diagnose
from backproof.parity_tests.door.layout import Layout
from backproof.parity_tests.door.names import parted
from backproof.parity_tests.error_bound import Rounding, after_step
from backproof.parity_tests.mistakes import Known
from backproof.parity_tests.steps import Network, Step, Steps, as_read, judge_steps, shapes
from backproof.reference.losses import MINUS, ONE, SPEC_LOSSES, Factor, Loss, factors
from backproof.scratch.errors import InputError
from backproof.scratch.spec import LOSSES, Array, NetworkSpec

# Words of a verdict on gradients, and the exit code that goes with each.
CODES = {
    **dict.fromkeys(("exact", "ascent declared", "unstable form"), 0),
    **dict.fromkeys(("factor", "ascent", "other loss", "wrong", "another function", "no loss declared"), 1),
    "crash": 1,
    "cannot be read": 2,
    "not judged": 3,
}


EXACT_RATE = 2.0**30  # from which on (W - (W - rate dW)) / rate has the digits that a step is judged by


@dataclass(frozen=True)
class Answer:
    """What one network answered on some arrays, in our shapes.

    spec has the declared loss's kind; factor is how many times the spec's loss the declared one is, with a
    minus sign where ascent is declared. faults: what is wrong with the shape of a quantity, by its name.
    layout: how the person's own arrays lie. strays: names under which something else was given.
    """

    spec: NetworkSpec
    arrays: Arrays
    found: Mapping[str, Array]
    factor: Factor = ONE
    faults: Mapping[str, str] = field(default_factory=dict)
    epsilon: float | None = None  # what its logarithms or denominators are declared to hold
    rate: float | None = None  # where dW and db are (W - W after a step of this rate) / rate
    slack: float = 0.0  # where the loss is a function: how far its slope may be off
    layout: Layout = field(default_factory=Layout)
    strays: tuple[str, ...] = ()

    @property
    def batch(self) -> int:
        return len(self.arrays.x)

    def own_index(self, row: Row) -> tuple[int, ...]:
        """The index of a row's entry in the person's own array."""
        return self.layout.own_index(row.quantity, row.index)

    def entry(self, row: Row) -> str:
        """The name of a row's entry, indexed as in the person's own array."""
        return replace(row, index=self.own_index(row)).entry

    @property
    def outputs(self) -> int:
        return self.spec.widths[-1]

    @cached_property
    def known(self) -> Truth:
        """The reference's quantities and their allowances, as they are for the spec's own loss."""
        known = truth(self.spec, self.arrays)
        r = Rounding(self.spec.dtype)
        expected, allowances = dict(known.expected), dict(known.allowances)
        if self.slack:
            da = np.abs(expected[f"da{self.spec.depth}"]).max()
            for name in allowances if da else ():
                if name[0] == "d":
                    moved = self.slack * (1 + np.abs(expected[name]).max() / da)
                    allowances[name] = allowances[name] * (1 + self.slack / (r.u * da)) + moved
        for k, (W, b) in enumerate(self.arrays.params, start=1):
            for name, before in ((f"dW{k}", W), (f"db{k}", b)):
                if self.rate is not None:
                    own = 1 / abs(self.factor.value(self.batch, self.outputs))
                    moved = after_step(
                        own * before, expected[name], allowances[name], self.rate, self.spec.dtype
                    )
                    allowances[name] = moved / self.rate
            if f"db{k}" in self.found and self.found[f"db{k}"].shape == ():  # one bias for the whole layer
                db = expected[f"db{k}"]
                added = r.gamma(db.size) * (np.abs(db) + allowances[f"db{k}"])
                expected[f"db{k}"], allowances[f"db{k}"] = db.sum(), (allowances[f"db{k}"] + added).sum()
        return replace(known, expected=expected, allowances=allowances)

    @cached_property
    def steps(self) -> Steps:
        """Each quantity judged from the answer's own numbers, as far as they have our shapes.

        None is, where the numbers have lost the digits for that.
        """
        if not self.digits:
            return Steps(())
        given = {
            name: value
            for name, value in self.normalised.items()
            if name in shapes(self.spec, self.arrays)
            and np.isfinite(value).all()  # of nan and infinity no step can be said to be right
            and not (name[:2] == "db" and value.shape == ())
        }
        with np.errstate(all="ignore"):
            return judge_steps(self.spec, self.arrays, given, self.epsilon, self.known)

    @property
    def digits(self) -> bool:
        """Whether the numbers have the digits that a single step is judged by."""
        return not self.slack and (self.rate is None or self.rate >= EXACT_RATE)

    def under(self, loss: str) -> "Answer":
        """The same answer held against another loss; its factor is then 1."""
        return replace(self, spec=replace(self.spec, loss=loss), factor=ONE)

    def times(self, factor: Factor) -> "Answer":
        """The same answer held against a multiple of the gradient that is due."""
        return self._alike(factor=self.factor * factor)

    def penalised(self, times: float) -> "Answer":
        """The same answer held against a network with that many times its penalties."""
        return replace(self, spec=replace(self.spec, l1=times * self.spec.l1, l2=times * self.spec.l2))

    def but(self, *names: str) -> "Answer":
        """The same answer without some of its quantities."""
        return self._alike(found={name: v for name, v in self.found.items() if name not in names})

    def _alike(self, **changed: Any) -> "Answer":
        other = replace(self, **changed)
        other.__dict__["known"] = self.known  # which depends on neither the answer nor its factor
        return other

    @cached_property
    def sorted_out(self) -> "Answer":
        """The same answer without what is wrong under its name, though what is made of it is right.

        Such as an a that was written over with what came after it: the code did not compute with that.
        """
        judged = {row.quantity: row.verdict for row in rows(self)}
        stray = tuple(
            name for name, verdict in judged.items() if verdict == "wrong" and self._stray(name, judged)
        )
        if not stray:
            return self
        other = self.but(*stray)
        other.__dict__["sorted_out"] = other
        object.__setattr__(other, "strays", stray)
        return other

    def _stray(self, name: str, judged: Mapping[str, str]) -> bool:
        kind, layer = parted(name)
        last = [("loss",), (f"dz{layer}",)] if layer == self.spec.depth else []
        made: dict[str, list[tuple[str, ...]]] = {
            "z": [(f"a{layer}",), *last],
            "a": [(f"z{layer + 1}",), (f"dW{layer + 1}",), *last],
            "dz": [(f"dW{layer}", f"db{layer}")],
            "da": [(f"dz{layer}",), (f"dW{layer}", f"db{layer}")],
        }
        # Ways of carrying numbers that the steps know: behind a mask, or a softmax that the loss contains.
        if kind[-1:] == "a" and (
            self.arrays.masks is not None or (kind == "a" and last and self.spec.loss == "cross_entropy")
        ):
            return False
        seen = [[judged[each] for each in names if each in judged] for names in made.get(kind, [])]
        if not any(words and {*words} == {"ok"} for words in seen):
            return False
        if kind in "za":
            return True
        behind = kind == "da" and np.array_equal(self.found[name], self.found.get(f"dz{layer}", 0))
        return not behind and multiple(self, name) is None

    @cached_property
    def normalised(self) -> dict[str, Array]:
        """The answer divided by its factor: what is to be compared with the spec's own loss."""
        c = self.factor.value(self.batch, self.outputs)
        signed = replace(self.factor, negative=False).value(self.batch, self.outputs)
        return {
            name: value if _forward(name) else value / (signed if name in LOSS_VALUES else c)
            for name, value in self.found.items()
        }


# What is met in penalties beside the declared one: a number, and the power of 1 / B.
PENALTY_TIMES = ((2, 0), (0.5, 0), (1, 1), (2, 1), (0.5, 1), (1, -1), (2, -1), (0.5, -1))
LOSS_VALUES = ("loss", "data_loss", "penalty")


def _forward(name: str) -> bool:
    return name[0] in "zak" or name in ("x", "y")


def is_gradient(name: str) -> bool:
    """Whether a quantity is the gradient of a parameter: dW1, db2."""
    return name.startswith(("dW", "db"))


@dataclass(frozen=True)
class Verdict:
    """A word of CODES, what it means here in one sentence, and what to do; with factor and loss."""

    word: str
    sentence: str
    advice: str = ""
    factor: Factor = ONE
    loss: str = ""

    @property
    def code(self) -> int:
        return CODES[self.word]


def multiple(answer: Answer, name: str) -> Factor | None:
    """How many times what is due a quantity is, where that is a usual constant."""

    def right(factor: Factor) -> bool:
        return all(row.verdict != "wrong" for row in rows(answer.times(factor), name.__eq__))

    return next(filter(right, factors()), None)


def _as_meant(answer: Answer) -> Answer:
    """The same answer held against the truth as the code carries its numbers."""
    other = replace(answer)
    other.__dict__["known"] = as_read(answer.known, Network(answer.spec, answer.arrays), answer.steps)
    return other


def something_else(answers: Sequence[Answer]) -> list[str]:
    """What was given beside right gradients and is not what its name says, in sentences."""
    stray = dict.fromkeys(name for each in answers for name in each.strays)
    said = [f"what was given as {', '.join(stray)} is something else"] if stray else []
    for each in answers:
        for row in rows(_as_meant(each)):
            name = row.quantity
            if row.verdict == "wrong" and name not in LOSS_VALUES and not is_gradient(name):
                times = multiple(each, name) if name[0] == "d" else None
                what = "minus" if times == MINUS else f"{times} times"
                said.append(
                    f"what was given as {name} is something else"
                    if times is None
                    else f"what was given as {name} is {what} the gradient that its name says"
                )
    return [*dict.fromkeys(said)]


def rows(answer: Answer, names: Callable[[str], bool] = lambda _: True) -> tuple[Row, ...]:
    """A row for each quantity that can be compared, in the order of computation."""
    known = answer.known
    found = {
        name: value for name, value in answer.normalised.items() if name in known.allowances and names(name)
    }
    return compare(found, known).rows if found else ()


def shown_rows(answer: Answer, names: Callable[[str], bool] = lambda _: True) -> tuple[Row, ...]:
    """The same rows in the person's own units: for a loss that is a multiple of the spec's, and where dz and
    da are carried otherwise than dW and db."""
    c = answer.factor.value(answer.batch, answer.outputs)

    def own(row: Row) -> Row:
        times = 1.0 if _forward(row.quantity) else abs(c) if row.quantity in LOSS_VALUES else c
        return replace(
            row,
            index=answer.own_index(row),
            examined=times * row.examined,
            expected=times * row.expected,
            apart=abs(times) * row.apart,
            allowance=abs(times) * row.allowance,
        )

    return tuple(own(row) for row in rows(_as_meant(answer), names))


def fitting(answers: Sequence[Answer]) -> list[Factor]:
    """The constants by which every dW and db is what is due, on every network; the simplest first."""
    found = list(factors())
    for answer in answers:
        if any(is_gradient(name) for name in answer.faults):
            return []
        found = [factor for factor in found if _may_fit(answer, factor) and _fits(answer.times(factor))]
    return found


def _may_fit(answer: Answer, factor: Factor) -> bool:
    """Whether the largest entry of each tensor alone leaves the factor possible: quick, and most are not."""
    c = (answer.factor * factor).value(answer.batch, answer.outputs)
    for name, value in answer.found.items():
        if is_gradient(name):
            expected, allowance = answer.known.expected[name], answer.known.allowances[name]
            at = np.unravel_index(int(np.abs(expected).argmax()), np.shape(expected))
            if (
                not abs(float(value[at]) / c - expected[at])
                <= np.broadcast_to(allowance, np.shape(expected))[at]
            ):
                return False
    return True


def _fits(answer: Answer) -> bool:
    judged = rows(answer, is_gradient)
    return bool(judged) and all(row.verdict != "wrong" for row in judged)


def decided(answers: Sequence[Answer]) -> bool:
    """Whether any gradient entry could have been seen to be wrong."""
    return any(row.decidable for answer in answers for row in rows(answer, is_gradient))


def in_part(verdict: Verdict, answers: Sequence[Answer], due: Sequence[str]) -> Verdict:
    """A right verdict that names in its sentence which of the gradients that are due were not given."""
    given = {name for each in answers for name in (*each.found, *each.faults)}
    missing = [name for name in due if name not in given]
    if verdict.code or not missing:
        return verdict
    right = verdict.sentence.removeprefix("right: ")
    were = "was" if len(missing) == 1 else "were"
    return replace(verdict, sentence=f"right as far as given: {right}; {', '.join(missing)} {were} not given")


def unseen(answers: Sequence[Answer]) -> list[str]:
    """The given gradients none of whose entries could have been seen to be wrong, on any of the networks."""
    judged = [row for each in answers for row in rows(each, is_gradient)]
    seen = {row.quantity for row in judged if row.verdict != "undecidable"}
    return [name for name in dict.fromkeys(row.quantity for row in judged) if name not in seen]


def judge(answers: Sequence[Answer], loss: Loss | None) -> Verdict:
    """The verdict on dW and db of one network that answered on some arrays, or on several.

    loss: what was declared; None makes the verdict a question of which known loss fits.
    """
    answers = [each for each in answers if not each.known.out_of_range]
    asked = [each for each in answers if any(is_gradient(name) for name in (*each.found, *each.faults))]
    if not asked:
        return Verdict(
            "not judged", "no dW and no db was given", "give dW and db, under names like dW1 or db2"
        )
    if not decided(asked) and not any(each.faults for each in asked):
        return Verdict(
            "not judged", "no entry of dW or db is large enough for rounding to be told from a mistake"
        )
    if loss is None:
        return _undeclared(asked)
    fit = fitting(asked)
    if ONE in fit and (off := _wrong_dx(asked)):
        return off
    if ONE in fit:
        if asked[0].factor.negative:
            return Verdict(
                "ascent declared", f"right: dW and db are minus the gradient of {loss}, as declared"
            )
        return Verdict("exact", f"right: dW and db are the gradient of {loss}")
    if fit:
        return _factor(fit, loss, asked)
    for other, factor in _other_losses(asked):
        belongs = f"{factor} times the gradient of {other}" if factor != ONE else f"the gradient of {other}"
        return Verdict(
            "other loss",
            f"dW and db are {belongs}, not of {loss}",
            f"declare loss={str(other)!r} if that is the loss that you mean",
            factor,
            str(other),
        )
    if times := _other_penalty(asked):
        return Verdict(
            "other loss",
            f"dW and db, and the loss that you print, have {times} times the declared penalty",
            'if that is meant, declare it: penalty="l2 sum W^2", "l2/(2B) sum W^2" or "l2/B sum W^2"',
        )
    lost = sorted({name for each in asked for name, v in each.found.items() if not np.isfinite(v).all()})
    if lost:
        return Verdict("wrong", f"not every number is finite in {', '.join(lost)}")
    fault = next((f": {said}" for each in asked for n, said in each.faults.items() if is_gradient(n)), "")
    return by_form(asked) or Verdict("wrong", f"dW and db are not the gradient of {loss}{fault}")


def _other_penalty(answers: Sequence[Answer]) -> str:
    """How many times the declared penalty every dW and the printed loss agree on; "" where they do not."""
    spec = answers[0].spec
    if not (spec.l1 or spec.l2) or not all("loss" in each.found and not each.faults for each in answers):
        return ""
    return _penalty_times(answers, lambda name: name == "loss" or is_gradient(name))


def _penalty_times(answers: Sequence[Answer], names: Callable[[str], bool]) -> str:
    """How many times the declared penalty makes all of these quantities right; "" where no usual one does."""
    right = (times for times, held in _penalised(answers) if not any(_wrong(each, names) for each in held))
    return next(right, "")


def _penalised(answers: Sequence[Answer]) -> Iterator[tuple[str, list[Answer]]]:
    """The answers held against each usual multiple of the declared penalty, and how many times that is."""
    for times, power in PENALTY_TIMES:
        said = f"{times:g}" + ("", " / B", " B")[power]
        yield said, [each.penalised(times / each.batch**power) for each in answers]


def _wrong(answer: Answer, names: Callable[[str], bool]) -> set[str]:
    """Which of these quantities are wrong end to end."""
    return {row.quantity for row in rows(answer, names) if row.verdict == "wrong"}


def by_own_penalty(answers: list[Answer]) -> tuple[list[Answer], str]:
    """Wrong answers held against the penalty that their printed loss has, and what to say of that.

    As they are, and "", unless some gradients have that penalty too, and none the declared one instead: what
    is still wrong is wrong beside it.
    """
    spec = answers[0].spec
    if (spec.l1 or spec.l2) and all("loss" in each.found for each in answers):
        off = set[str]().union(*(_wrong(each, is_gradient) for each in answers))
        for times, held in _penalised(answers):
            if not any(_wrong(each, LOSS_VALUES.__contains__) for each in held):
                left = set[str]().union(*(_wrong(each, is_gradient) for each in held))
                if left < off:
                    right = ", ".join(sorted(off - left))
                    return (
                        held,
                        f"the loss that you print, and {right}, have {times} times the declared penalty",
                    )
    return answers, ""


def _wrong_dx(answers: Sequence[Answer]) -> Verdict | None:
    """The verdict on a dx that no usual constant makes right, behind a right dW and db."""

    def right(factor: Factor) -> bool:
        held = (rows(each.times(factor), lambda name: name == "dx") for each in answers)
        return all(row.verdict != "wrong" for judged in held for row in judged)

    if any(right(factor) for factor in factors()):
        return None
    return Verdict("wrong", "dW and db are right, and dx is not the gradient of the inputs")


def printed(answers: Sequence[Answer], loss: Loss | None) -> str:
    """What the printed loss is, where it is not the declared one; "" where it is, or was not given."""

    def right(factor: Factor) -> bool:
        held = (rows(each.times(factor), lambda name: name in LOSS_VALUES) for each in answers)
        return all(row.verdict != "wrong" for judged in held for row in judged)

    fit = [factor for factor in _telling_factors(answers) if not factor.negative and right(factor)]
    if ONE in fit:
        return ""
    if not fit:
        return _printed_form(answers)
    alike = _alike(fit)
    due = loss.times(fit[0]) if loss and len(alike) == 1 else None
    text = f"the loss that you print is {_either(alike, answers)} times the one that you declare"
    return text + (f" ({due})" if due else "")


def _telling_factors(answers: Sequence[Answer]) -> list[Factor]:
    """The usual constants, without the letters of what is 1 on every network."""
    one_output, one_example = ({*sizes} == {1} for sizes in zip(*((a.outputs, a.batch) for a in answers)))
    return [each for each in factors() if not (each.k and one_output) and not (each.b and one_example)]


def _alike(fit: Sequence[Factor]) -> list[Factor]:
    """Those that are as simple as the first."""
    return [each for each in fit if each.simplicity[0] == fit[0].simplicity[0]]


def _either(alike: Sequence[Factor], answers: Sequence[Answer]) -> str:
    """The constants, and where there are several, why they cannot be told apart."""
    said = " or ".join(map(str, alike))
    used = [
        name
        for name, power in (("2", "two"), ("B", "b"), ("K", "k"))
        if any(getattr(f, power) for f in alike)
    ]
    if len(alike) == 1 or answers[0].batch != answers[0].outputs or not {"B", "K"} <= {*used}:
        return said
    return f"{said} (B and K are both {answers[0].batch} here)"


def _printed_form(answers: Sequence[Answer]) -> str:
    """The same where no constant makes it right: with an epsilon, in a form that loses digits, or wrong."""
    off = [
        each
        for each in answers
        if any(row.verdict == "wrong" for row in rows(each, LOSS_VALUES.__contains__))
    ][:TOLD]
    if off and (off[0].spec.l1 or off[0].spec.l2):
        bare = (row for each in answers for row in rows(each.penalised(0), LOSS_VALUES.__contains__))
        if all(row.verdict != "wrong" for row in bare):
            return "the loss that you print leaves out the penalty: declare penalty_in_loss=False if meant"
        if times := _penalty_times(answers, LOSS_VALUES.__contains__):
            return f"the penalty in the loss that you print is {times} times the declared one"
    steps = [step for each in off for step in each.steps.steps if step.quantity in LOSS_VALUES]
    if any(step.form is None and step.verdict == "wrong" for step in steps) or not steps:
        return "the printed loss is not the declared one, nor a usual multiple of it"
    epsilons = {step.form.epsilon for step in steps if step.form and step.form.epsilon and not step.declared}
    if not epsilons:
        return ""
    return (
        f"the loss that you print is another function, with an epsilon of {min(epsilons):g}: "
        f"declare epsilon={min(epsilons):g} if it is there on purpose"
    )


def by_form(answers: Sequence[Answer]) -> Verdict | None:
    """The verdict on what is wrong end to end though no step is: a form that loses digits, or an epsilon."""
    if any(each.faults for each in answers):
        return None
    steps = [step for each in telling(answers) for step in each.steps.steps]
    epsilons = {step.form.epsilon: step for step in steps if step.form and step.form.epsilon}
    wrong = [step for step in steps if step.verdict == "wrong" and not (step.form and step.form.epsilon)]
    if wrong or not any(step.form for step in steps):
        return None
    if any(not step.declared for step in epsilons.values()):
        epsilon, step = next(iter(epsilons.items()))
        return Verdict(
            "another function",
            f"{step.said}; every step is right for it",
            f"declare epsilon={epsilon:g} if it is there on purpose",
        )
    if epsilons:
        return Verdict("exact", f"right with the declared epsilon={next(iter(epsilons)):g}")
    said = dict.fromkeys(step.said for step in steps if step.verdict == "unstable")
    return Verdict("unstable form", "the calculus is right, and a form loses digits", "; ".join(said))


@dataclass(frozen=True)
class Place:
    """The first wrong step of some answers: which quantity, on which answer, and what is said of it.

    unlocated: the quantities among which it is, where what lies between was not given. wrong: every
    quantity whose own step is wrong. follows: what is off end to end by following from it.
    """

    quantity: str
    answer: Answer
    row: Row
    unlocated: tuple[str, ...]
    wrong: tuple[str, ...]
    follows: tuple[str, ...]
    readings: tuple[str, ...] = ()
    carried: Factor = ONE  # how many times the gradient that is due dz and da are
    times: Factor = ONE  # how many times what is due a dW or db is, where dz was not given

    def lines(self) -> Iterator[str]:
        """The sentences of a report."""
        entry = self.answer.entry(self.row)
        if self.unlocated:
            before = ", ".join(self.unlocated[:-1])
            yield f"first wrong: {entry}, or what leads to it and was not given ({before})"
        else:
            yield f"first wrong step: {entry}"
        c = abs(self.answer.factor.value(self.answer.batch, self.answer.outputs))
        own = 1 if _forward(self.quantity) else c
        due, given = own * self.row.expected, own * self.row.examined
        few, all_digits = f"it is {due:.9g}, yours is {given:.9g}", f"it is {due:.17g}, yours is {given:.17g}"
        yield f"from your own numbers {all_digits if f'{due:.9g}' == f'{given:.9g}' else few}"
        if 0 < self.row.apart < SLIGHT * abs(self.row.expected):
            share = self.row.apart / abs(self.row.expected)
            yield f"which is off by {share:.1g} of its size, as a difference quotient or a padded number is"
        forward = any(map(_forward, (*self.unlocated, self.quantity)))
        if forward and "leaky_relu" in self.answer.spec.activations:
            yield "leaky_relu has the slope 0.01 below 0: where yours has another, give it as a function"
        if len(self.wrong) > 1:
            others = ", ".join(name for name in self.wrong if name != self.quantity)
            yield f"wrong by themselves as well: {others}"
        if self.follows:
            yield f"only follow from it: {', '.join(self.follows)}"


SLIGHT = 2.0**-20  # of a number, below which what is wrong is no usual mistake of calculus

# What few people keep under a name, and what is one expression with the step that uses it.
PASSING = ("da", "dkept", "kept")
NAMED, MOST_NAMES = 5, 2  # answers that an explanation has to fit, and names that are said
TOLD = 4  # answers of each kind whose steps are judged


def _unknown(step: Step) -> tuple[str, ...]:
    """The quantities that were not given and may hold a step's mistake as well."""
    return tuple(name for name in step.through if not name.startswith(PASSING))


def telling(answers: Sequence[Answer]) -> list[Answer]:
    """A few wrong answers with a single example, where dz can be recovered, and a few others."""
    wrong = [each for each in answers if any(row.verdict == "wrong" for row in rows(each))]
    wrong = [each for each in wrong if each.digits]
    single = [each for each in wrong if each.batch == 1]
    several = [each for each in wrong if each.batch > 1]
    return [*single[:TOLD], *several[:TOLD]]


def place(answers: Sequence[Answer]) -> Place | None:
    """The first wrong step in the order of computation, from the answers that show it most plainly."""
    told = telling(answers)
    if not told:
        return _end_to_end(answers)
    seen = [(each, step) for each in told for step in each.steps.wrong]
    if not seen:
        return None
    order = {name: at for at, name in enumerate(shapes(answers[0].spec, answers[0].arrays))}
    located = [(each, step) for each, step in seen if not _unknown(step)]
    # What leads to the printed loss is asked by other steps too, which say more.
    sure = [(each, step) for each, step in seen if not (_unknown(step) and step.quantity in LOSS_VALUES)]

    def first(pair: tuple[Answer, Step]) -> tuple[int, bool, int]:
        return order.get(pair[1].quantity, 0), bool(_unknown(pair[1])), pair[0].arrays.x.size

    answer, step = min(sure or seen, key=first)
    candidates = [(answer, step), *located] if located else seen
    wrong = sorted({s.quantity for _, s in candidates}, key=lambda name: order.get(name, 0))
    # A dz that is carried as a multiple of the gradient is off end to end, and right.
    off = {
        row.quantity
        for each in told
        for row in rows(each)
        if row.verdict == "wrong" and each.steps.reading.times(row.quantity) == 1
    }
    follows = sorted(off - set(wrong), key=lambda name: order.get(name, 0))
    unknown = (*_unknown(step), step.quantity) if _unknown(step) else ()
    alike = [each for each, own in candidates if own.quantity == step.quantity]
    return Place(step.quantity, answer, step.row, unknown, tuple(wrong), tuple(follows),
                 answer.steps.readings, _carried(told, answer), _times(step.quantity, alike))  # fmt: skip


def _times(name: str, answers: Sequence[Answer]) -> Factor:
    """The constant by which a dW or db is too large on every answer, where its dz was not given."""
    if not is_gradient(name) or any(f"dz{name[2:]}" in each.found for each in answers):
        return ONE

    def right(factor: Factor) -> bool:
        judged = [row for each in answers for row in rows(each.times(factor), name.__eq__)]
        return bool(judged) and all(row.verdict != "wrong" for row in judged)

    return next((factor for factor in factors() if right(factor)), ONE)


def _end_to_end(answers: Sequence[Answer]) -> Place | None:
    """The same where no step can be judged by itself: after an update, or of a loss that is a function."""
    wrong = [(each, [row for row in rows(each) if row.verdict == "wrong"]) for each in answers]
    wrong = [(each, judged) for each, judged in wrong if judged]
    if not wrong:
        return None
    order = {name: at for at, name in enumerate(shapes(answers[0].spec, answers[0].arrays))}
    names = sorted({row.quantity for _, judged in wrong for row in judged}, key=lambda name: order[name])
    first = names[0]
    answer, row = next((each, row) for each, judged in wrong for row in judged if row.quantity == first)
    layer = first[2:]
    own = tuple(name for name in names if is_gradient(name) and name[2:] == layer)
    own = own if is_gradient(first) else (first,)
    unknown = (f"dz{layer}", first) if is_gradient(first) and f"dz{layer}" not in answer.found else ()
    return Place(first, answer, row, unknown, own, tuple(name for name in names if name not in own))


def witnesses(answer: Answer) -> str:
    """The first wrong gradient of an answer by everybody: the person's code, autograd and the definition."""
    judged = (row for row in rows(answer, is_gradient) if row.verdict == "wrong")
    row = next((row for row in judged if np.shape(answer.found[row.quantity])), None)
    if row is None or answer.slack:
        return ""
    said = arbitrate(answer.spec, answer.arrays, row)
    if said.low is None or said.high is None:
        return ""
    c = answer.factor.value(answer.batch, answer.outputs)
    defined = f"{c * said.low:.9g}" + (f" to {c * said.high:.9g}" if said.low != said.high else "")
    return (
        f"{answer.entry(row)}: yours {c * row.examined:.9g}, by autograd {c * row.expected:.9g}, "
        f"by the definition of the derivative {defined}"
    )


def catalogued(answers: Sequence[Answer]) -> str:
    """What the catalogue calls a mistake, from the answers that show it; "" where it knows none that fits."""
    given = []
    for each in [answer for answer in telling(answers) if answer.rate is None and not answer.faults][:NAMED]:
        expected = each.known.expected
        plain = not each.steps.readings
        found = {
            name: value
            for name, value in each.normalised.items()
            if name in each.known.allowances
            and np.shape(value) == np.shape(expected[name])
            and (is_gradient(name) or (plain and name not in LOSS_VALUES))
        }
        if found and np.shape(each.found.get("db1", np.zeros(1))):
            given.append(Evidence(Known(each.spec, each.arrays), [found], foreign=True))
    named = diagnose(given, None).names if given else ()
    # Where K is 1 throughout, a constant with a K in it is no other than the same without.
    for letter, ones in (
        ("K", all(a.outputs == 1 for a in answers)),
        ("B", all(a.batch == 1 for a in answers)),
    ):
        named = tuple(name for name in named if not (ones and _has(letter, name))) or named
    more = f", or {len(named) - MOST_NAMES} more that fit" if len(named) > MOST_NAMES else ""
    return ", or ".join(named[:MOST_NAMES]) + more


def _has(letter: str, name: str) -> bool:
    """Whether the name of a mistake is that of a constant with this letter in it."""
    return name.endswith("times too large") and letter in re.findall(r"[BK]", name.rpartition(" is ")[2])


def _carried(shown: Sequence[Answer], answer: Answer) -> Factor:
    """The constant that dz is carried with, the simplest that is right on every answer that carries one."""
    alike = [each for each in shown if each.steps.reading.carried != 1]

    def right(factor: Factor, held: Sequence[Answer]) -> bool:
        return all(factor.value(each.batch, each.outputs) == each.steps.reading.carried for each in held)

    several = (factor for factor in factors() if right(factor, [answer, *alike]))
    return next(several, next((factor for factor in factors() if right(factor, [answer])), ONE))


def readings_of(answers: Sequence[Answer]) -> list[str]:
    """How the answers carry their numbers, in a sentence each."""
    said = dict.fromkeys(text for each in answers for text in each.steps.readings if "times" not in text)
    carried = {_carried(answers, each) for each in answers} - {ONE}
    if carried:
        factor = min(carried, key=lambda each: each.simplicity)
        said[f"dz is carried as {factor} times the gradient, and dW and db make up for it"] = None
    return [*said]


def _factor(fit: list[Factor], loss: Loss, answers: Sequence[Answer]) -> Verdict:
    factor = fit[0]
    alike = _alike([each for each in fit if each in _telling_factors(answers)] or fit)
    shown = _either(alike, answers)
    if factor.negative:
        rest = replace(factor, negative=False)
        due = loss.times(rest)
        declare = "declare ascent=True" + (f" and loss={str(due)!r}" if due and rest != ONE else "")
        times = "minus" if rest == ONE else f"{shown} times"
        return Verdict(
            "ascent",
            f"dW and db are {times} the gradient of {loss}: they point uphill, as in code that adds them",
            f"{declare} if the update adds them; else turn the sign round (a - y, not y - a)",
            factor,
        )
    why = dict.fromkeys(_why(each, loss).removeprefix(": ") for each in alike)
    said = ", or ".join(each for each in why if each)
    sentence = f"dW and db are {shown} times the gradient of {loss}" + f": {said}" * bool(said)
    dues = [repr(str(due)) for due in (loss.times(each) for each in alike) if due]
    advice = f"declare loss={' or '.join(dues)} if that is what you descend on" if dues else "divide by it"
    return Verdict("factor", sentence, advice, factor)


def _why(factor: Factor, loss: Loss) -> str:
    """The sentence that people recognise."""
    due = loss.times(factor)
    if due is None:
        return ""
    said = []
    if factor.b > 0:
        said.append("you sum over the batch, the loss that you state is its mean")
    elif factor.b < 0:
        said.append("you divide by the batch size, the loss that you state is a sum over the batch")
    if factor.k > 0:
        said.append("you sum over the outputs, the loss that you state is their mean")
    elif factor.k < 0:
        said.append("you divide by the number of outputs, the loss that you state is their sum")
    if factor.two > 0:
        said.append("the 2 of the square's slope stays, the loss that you state is halved")
    elif factor.two < 0:
        said.append("the 2 of the square's slope is missing, as if the loss were halved")
    return ": " + "; ".join(said) if said else ""


def _other_losses(answers: Sequence[Answer]) -> Iterator[tuple[Loss, Factor]]:
    """Known losses whose gradient, times a positive constant, the answers are: as a loss where it is one."""
    spec = answers[0].spec
    for kind, (name, _) in SPEC_LOSSES.items() if not answers[0].slack else ():
        if name == spec.loss or spec.activations[-1] not in LOSSES[name].last:
            continue
        try:
            held = [each.under(name) for each in answers]
            fit = [factor for factor in fitting(held) if not factor.negative]
        except InputError:  # labels or widths that this loss does not take
            continue
        if fit:
            yield named(kind, fit[0])


def named(kind: str, factor: Factor) -> tuple[Loss, Factor]:
    """A multiple of a spec's loss as a loss that has a name and what is left of the factor."""
    base = Loss(kind, False, SPEC_LOSSES[kind][1])
    due = base.times(factor)
    return (due, ONE) if due else (base, factor)


def _undeclared(answers: Sequence[Answer]) -> Verdict:
    spec = answers[0].spec
    met: list[tuple[Loss, Factor]] = []
    for kind, (name, _) in SPEC_LOSSES.items():
        if spec.activations[-1] not in LOSSES[name].last:
            continue
        try:
            fit = fitting([each.under(name) for each in answers])
        except InputError:
            continue
        met += [named(kind, factor) for factor in fit[:1]] if fit and not fit[0].negative else []
        if fit and fit[0].negative:
            base, _ = named(kind, replace(fit[0], negative=False))
            met.append((base, Factor(negative=True)))
    if not met:
        return Verdict(
            "wrong",
            "dW and db are the gradient of no loss that is known here, at no usual constant",
            "declare the loss, such as loss='mse', to be told where the first wrong step is",
        )
    said = " and ".join(
        f"{'minus ' if factor.negative else f'{factor} times ' * (factor != ONE)}the gradient of {loss}"
        for loss, factor in met
    )
    return Verdict(
        "no loss declared",
        f"dW and db are {said}; whether that is the loss that you mean was not asked",
        f"declare loss={str(met[0][0])!r}"
        + (" and ascent=True" if met[0][1].negative else "")
        + " to have it judged",
        met[0][1],
        str(met[0][0]),
    )
