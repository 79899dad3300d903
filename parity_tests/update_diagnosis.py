"""What explains updates that are not torch's: another rate, another rule, a known mistake, or nothing.

    observed = Observed(spec, parameters, gradients, found)   # found: {"W1 after step 1": ..., ...}
    sentence([observed], explain([observed]))
    # "right at step 1, apart from step 2 on: the moments are stored corrected"

An explanation predicts every parameter after every step of every question that was observed, within the
bound. What is only another rate is said as that. Nothing is guessed: without one, nothing is named.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import ModuleType

import numpy as np

from backproof.parity_tests.comparison import Report, Row, Truth, compare
from backproof.parity_tests.mistakes import update_catalogue
from backproof.parity_tests.updates import quantity, truth
from backproof.scratch import optimizers
from backproof.scratch.spec import OPTIMIZER_NAMES, Array, OptimizerSpec, SpecError


@dataclass(frozen=True)
class Observed:
    """One question and what a rule answered: the parameters after each step, and what it keeps if that shows.

    found is named as updates.truth names: W1 after step 2. Anything may be missing.
    """

    optimizer: OptimizerSpec
    parameters: list[Array]
    gradients: list[list[Array]]
    found: Mapping[str, Array]

    @cached_property
    def known(self) -> Truth:
        return truth(self.optimizer, self.parameters, self.gradients)

    @cached_property
    def report(self) -> Report:
        """The parameters alone against torch.optim."""
        if self.known.out_of_range:
            return Report((), out_of_range=True)
        return compare({n: v for n, v in self.found.items() if n[0] == "W"}, self.known)

    @property
    def wrong_steps(self) -> set[int]:
        """The steps after which some parameter is not torch's."""
        return {step_of(row) for row in self.report.rows if row.verdict == "wrong"}

    def wrong_state(self) -> Row | None:
        """The first kept average or velocity that is not torch's, nor a usual multiple of it."""
        kept = {name: value for name, value in self.found.items() if name[0] in "mv"}
        kept = {
            n: v
            for n, v in kept.items()
            if n in self.known.allowances and v.shape == self.known.expected[n].shape
        }
        if not kept or self.known.out_of_range:
            return None
        o, rows = self.optimizer, None
        # A velocity may hold the rate, the sign, or be an average.
        usual = (
            (1.0, -o.learning_rate, o.learning_rate, 1 - o.momentum)
            if o.name in ("momentum", "nesterov")
            else (1.0,)
        )
        for factor in usual:
            row = compare({name: value / factor for name, value in kept.items()}, self.known).first_wrong
            if row is None:
                return None
            rows = rows or row
        return rows

    def fits(self, steps: Iterable[list[Array]], allowances: Mapping[str, Array]) -> bool:
        """Whether every parameter that was found is what a rule gives, within the honest one's allowances.

        They grow as the prediction moves the parameters further than the honest rule does.
        """
        for t, after in enumerate(steps, start=1):
            for k, predicted in enumerate(after, start=1):
                name = quantity(k, t)
                if name not in self.found:
                    continue
                start, honest = self.parameters[k - 1].astype("float64"), self.known.expected[name]
                moved, due = np.abs(predicted - start).max(), np.abs(honest - start).max()
                grown = max(1.0, float(moved / due)) if due else 1.0
                given = np.asarray(self.found[name], "float64")
                near = np.abs(given - predicted) <= grown * allowances[name]
                if not (near | (np.isnan(given) & np.isnan(predicted))).all():
                    return False
        return True


def step_of(row: Row) -> int:
    """The step after which a row's parameter is."""
    return int(row.quantity.rsplit(" ", 1)[-1])


# What the rate of torch's rule may be multiplied with to be another's.
RATES: dict[str, Callable[[OptimizerSpec], float]] = {
    "(1 - momentum)": lambda o: 1 - o.momentum,
    "1 / (1 - momentum)": lambda o: 1 / (1 - o.momentum),
    "rate": lambda o: o.learning_rate,
    "1 / rate": lambda o: 1 / o.learning_rate,
    "2": lambda _: 2.0,
    "1/2": lambda _: 0.5,
    "(1 - beta1)": lambda o: 1 - o.beta1,
}


def _renamed(name: str, o: OptimizerSpec) -> OptimizerSpec:
    return replace(o, name=name)


# What else of torch's it may be.
OTHERS: dict[str, Callable[[OptimizerSpec], OptimizerSpec]] = {
    **{f"torch's {name}": partial(_renamed, name) for name in OPTIMIZER_NAMES},
    "torch's without weight_decay": lambda o: replace(o, weight_decay=0.0),
    "torch's without clip_norm": lambda o: replace(o, clip_norm=float("inf")),
    "torch's at a constant rate": lambda o: replace(o, schedule="constant"),
    "torch's with momentum 0.9": lambda o: replace(o, momentum=0.9),
    "torch's with beta1=0.9, beta2=0.999": lambda o: replace(o, beta1=0.9, beta2=0.999),
    "torch's with epsilon=1e-8": lambda o: replace(o, epsilon=1e-8),
    "torch's with epsilon=1e-7": lambda o: replace(o, epsilon=1e-7),
}


@dataclass(frozen=True)
class Explanation:
    """A name for what the updates are; rate: it is torch's own rule at another rate; why people make it."""

    name: str
    rate: bool = False
    why: str = ""


def explain(observed: Sequence[Observed]) -> list[Explanation]:
    """Everything that predicts all that was observed, another rate first; [] for nothing."""
    asked = [each for each in observed if not each.known.out_of_range]
    wrong = [each for each in asked if each.wrong_steps]
    if not wrong:
        return []
    found = [
        Explanation(f"equal to torch's at rate x {name}", True)
        for name, factor in RATES.items()
        if all(_is(each, _at(each.optimizer, factor(each.optimizer))) for each in asked)
    ]
    if any(each.rate for each in found):
        return found[:1]
    listed = [
        Explanation(name, why=mistake.why)
        for name, mistake in update_catalogue().items()
        if all(_by(mistake.rules, each) for each in asked)
    ]
    if listed:
        return listed
    others = [
        Explanation(f"equal to {name}")
        for name, other in OTHERS.items()
        if all(_is(each, other(each.optimizer)) for each in asked)
    ]
    return others or _uphill(asked) or _measured(asked)


def _at(o: OptimizerSpec, factor: float) -> OptimizerSpec | None:
    try:
        return replace(o, learning_rate=o.learning_rate * factor)
    except SpecError:
        return None


def _is(each: Observed, other: OptimizerSpec | None) -> bool:
    """Whether the updates are those of torch with other numbers."""
    if other is None or (other == each.optimizer and each.wrong_steps):
        return False
    known = truth(other, each.parameters, each.gradients)
    if known.out_of_range:
        return False
    return each.fits(_parameters(known, each), known.allowances)


def _parameters(known: Truth, each: Observed) -> Iterator[list[Array]]:
    for t in range(1, len(each.gradients) + 1):
        yield [known.expected[quantity(k, t)] for k in range(1, len(each.parameters) + 1)]


def _by(rules: ModuleType, each: Observed, sign: int = 1) -> bool:
    """Whether the updates are those of a module that stands in for scratch.optimizers."""
    parameters = [W.astype("float64") for W in each.parameters]
    training = rules.Training(each.optimizer)

    def steps() -> Iterator[list[Array]]:
        nonlocal parameters
        for given in each.gradients:
            parameters = training.step(parameters, [sign * g.astype("float64") for g in given])
            yield parameters

    with np.errstate(all="ignore"):
        return each.fits(steps(), each.known.allowances)


def _uphill(asked: Sequence[Observed]) -> list[Explanation]:
    """The update adds where it should subtract."""
    plain = all(not each.optimizer.weight_decay for each in asked)
    up = plain and all(_by(optimizers, each, -1) for each in asked)
    return [Explanation("the update is added, not subtracted")] if up else []


def _measured(asked: Sequence[Observed]) -> list[Explanation]:
    """One number by which every rate is multiplied, as the first step shows it."""
    factors = set()
    for each in asked:
        name = quantity(1, 1)
        start, due = each.parameters[0].astype("float64"), each.known.expected[name]
        at = np.unravel_index(int(np.abs(due - start).argmax()), due.shape)
        if name not in each.found or due[at] == start[at]:
            return []
        factors.add(float(f"{float((each.found[name][at] - start[at]) / (due[at] - start[at])):.3g}"))
    factor = factors.pop()
    if factors or factor in (0, 1) or not all(_is(each, _at(each.optimizer, factor)) for each in asked):
        return []
    return [Explanation(f"equal to torch's at rate x {factor:g}", True)]


def sentence(observed: Sequence[Observed], explanations: Sequence[Explanation]) -> str:
    """From which step on the updates are not torch's, and what explains it."""
    wrong = [each.wrong_steps for each in observed if each.wrong_steps]
    if not wrong:
        return "right: every parameter after every step is torch's"
    first = min(min(steps) for steps in wrong)
    apart = f"right at step 1, apart from step {first} on" if first == 2 else f"apart from step {first} on"
    apart = f"right up to step {first - 1}, apart from step {first} on" if first > 2 else apart
    return apart + "".join(f"{': ' if not n else ', or '}{each.name}" for n, each in enumerate(explanations))
