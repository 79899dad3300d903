"""The exam of update rules: several steps on generated gradients, every parameter against torch.optim."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from backproof.parity_tests.comparison import Report, Truth, compare
from backproof.parity_tests.error_bound import Near, Rounding
from backproof.parity_tests.exam import one_thread
from backproof.parity_tests.sweep import Task, chunks
from backproof.parity_tests.tally import Line
from backproof.parity_tests.update_bound import Errors, after_update, begin, exactly
from backproof.reference import optimizers as reference
from backproof.scratch.optimizers import Training
from backproof.scratch.spec import OPTIMIZER_NAMES, SCHEDULE_NAMES, Array, OptimizerSpec

# vanishing: smaller at every step. zeros: nothing but 0 after the first steps, where what is kept still
# moves the parameter. sparse: many entries are 0 at each step. turning: the sign changes at every step.
# huge and tiny: far from 1, where squares leave a format's range or fall below epsilon.
GRADIENT_NAMES = ("normal", "vanishing", "zeros", "sparse", "turning", "huge", "tiny")
SHAPES = ((3, 2), (4,), (1, 1), (3, 2))  # two alike, since a state may be shared by shape

# A rule under examination: its steps, each as the parameters after it.
Stepper = Callable[[OptimizerSpec, list[Array], list[list[Array]]], Iterator[list[Array]]]


@dataclass(frozen=True)
class Updates:
    """One exam question: a rule, and how its gradients are drawn. Its repr says all."""

    optimizer: OptimizerSpec
    dtype: str = "float64"
    steps: int = 1
    seed: int = 0
    gradients: str = "normal"

    def arrays(self) -> tuple[list[Array], list[list[Array]]]:
        """The parameters before the first step, and the gradients of every step."""
        rng = np.random.default_rng([self.seed, 1])
        parameters = [rng.standard_normal(shape).astype(self.dtype) for shape in SHAPES]
        given = []
        for t in range(self.steps):
            drawn = [rng.standard_normal(shape) for shape in SHAPES]
            given.append([shaped(rng, self.gradients, t, g).astype(self.dtype) for g in drawn])
        return parameters, given


def shaped(rng: np.random.Generator, name: str, t: int, g: Array) -> Array:
    """A drawn gradient as one of GRADIENT_NAMES has it at step t."""
    if name == "vanishing":
        return g * 0.1 ** (2 * t)
    if name == "zeros":
        return g * (t < 2)
    if name == "sparse":
        return g * (rng.random(g.shape) < 0.3)
    if name == "turning":
        return np.abs(g) * (-1) ** t
    return g * {"huge": 1e6, "tiny": 1e-9}.get(name, 1.0)


def draw(seed: int, number: int, dtype: str) -> Updates:
    """Question `number` of a seed, whatever was drawn before."""
    rng = np.random.default_rng([seed, number])

    def one(*values: float) -> float:
        return float(rng.choice(values))

    steps = int(rng.integers(1, 13))
    spec = OptimizerSpec(
        name=str(rng.choice(OPTIMIZER_NAMES)),
        learning_rate=float(10 ** rng.uniform(-4, 0)),
        momentum=one(0.0, 0.5, 0.9, 0.99),
        alpha=one(0.0, 0.9, 0.99),
        beta1=one(0.0, 0.5, 0.9, 0.99),
        beta2=one(0.0, 0.9, 0.99, 0.999),
        epsilon=one(1e-8, 1e-6, 1e-3),
        weight_decay=one(0.0, 0.0, 1e-4, 0.1),
        clip_norm=one(math.inf, math.inf, 1.0, 0.1),
        schedule=str(rng.choice(SCHEDULE_NAMES)),
        period=int(rng.integers(1, 8)),
    )
    return Updates(spec, dtype, steps, int(rng.integers(2**32)), str(rng.choice(GRADIENT_NAMES)))


def by_hand(o: OptimizerSpec, parameters: list[Array], gradients: list[list[Array]]) -> Iterator[list[Array]]:
    """scratch's own rules."""
    training = Training(o)
    for given in gradients:
        parameters = training.step(parameters, given)
        yield parameters


def by_torch(
    o: OptimizerSpec, parameters: list[Array], gradients: list[list[Array]]
) -> Iterator[list[Array]]:
    """torch.optim in the format of the question."""
    for found in reference.steps(o, parameters, gradients):
        yield [found[f"W{k}"] for k in range(1, len(parameters) + 1)]


def truth(o: OptimizerSpec, parameters: Sequence[Array], gradients: Sequence[list[Array]]) -> Truth:
    """torch.optim in float64, and how far from it an honest rule in the parameters' dtype may be.

    Beside the parameters, `W1 after step 2`, it knows what torch keeps of each: m1 and v1.
    """
    start = [W.astype("float64") for W in parameters]
    exact = [[g.astype("float64") for g in given] for given in gradients]
    formats = Rounding(parameters[0].dtype.name), Rounding("float64")
    errors: list[list[Errors]] = [[begin(W) for W in start] for _ in formats]
    before = {f"W{k}": W for k, W in enumerate(start, start=1)}
    expected: dict[str, Array] = {}
    allowances: dict[str, Array] = {}
    for t, after in enumerate(reference.steps(o, start, exact), start=1):
        with np.errstate(over="ignore", invalid="ignore"):  # such a bound is out of range
            errors = [
                after_update(r, o, t, before, exactly(exact[t - 1]), each, after)
                for r, each in zip(formats, errors)
            ]
        for k in range(1, len(start) + 1):
            name = quantity(k, t)
            expected[name] = after[f"W{k}"]
            allowances[name] = errors[0][k - 1].W + errors[1][k - 1].W
            for letter in "mv":
                if f"{letter}{k}" in after:
                    kept = f"{letter}{k} after step {t}"
                    expected[kept] = after[f"{letter}{k}"]
                    allowances[kept] = sum(getattr(each[k - 1], letter) for each in errors)
        before = after
    return Truth(expected, allowances, {}, any(not r.reach < r.largest for r in formats))


@dataclass(frozen=True)
class OneStep:
    """torch.optim's step in float64 from given parameters and state, and how far an honest one may be.

    errors bounds each parameter and what is kept of it in the format of the parameters, ours in float64.
    """

    before: list[Array]
    after: dict[str, Array]
    errors: list[Errors]
    ours: list[Errors]
    out_of_range: bool

    @property
    def parameters(self) -> list[Array]:
        return [self.after[f"W{k}"] for k in range(1, len(self.errors) + 1)]

    def truth(self, names: Sequence[str]) -> Truth:
        """What compare wants: `step of W1`, by how much it moves, `m of W1`, ... of parameters by name."""
        expected: dict[str, Array] = {}
        allowances: dict[str, Array] = {}
        for k, (name, ours, theirs) in enumerate(zip(names, self.errors, self.ours), start=1):
            for letter in "mvW":
                if f"{letter}{k}" in self.after:
                    said = f"step of {name}" if letter == "W" else f"{letter} of {name}"
                    expected[said] = self.after[f"{letter}{k}"] - (self.before[k - 1] if letter == "W" else 0)
                    allowances[said] = getattr(ours, letter) + getattr(theirs, letter)
        return Truth(expected, allowances, {}, self.out_of_range)


def one_step(
    o: OptimizerSpec,
    steps: int,
    parameters: Sequence[Array],
    kept: Sequence[Mapping[str, Array]],
    gradients: Sequence[Near],
) -> OneStep:
    """The step after `steps` others, from the parameters and what was kept of each then, by letter."""
    dtype = parameters[0].dtype.name
    start = [W.astype("float64") for W in parameters]
    state = [{letter: value.astype("float64") for letter, value in each.items()} for each in kept]
    [after] = reference.steps(o, start, [[g.value for g in gradients]], reference.Training(o, steps, state))
    before = {f"W{k}": W for k, W in enumerate(start, start=1)}
    for k, each in enumerate(state, start=1):
        before |= {f"{letter}{k}": value for letter, value in each.items()}
    formats = Rounding(dtype), Rounding("float64")
    with np.errstate(over="ignore", invalid="ignore"):  # such a bound is out of range
        ours, theirs = (
            after_update(r, o, steps + 1, before, gradients, [begin(W) for W in start], after)
            for r in formats
        )
    return OneStep(start, after, ours, theirs, any(not r.reach < r.largest for r in formats))


def quantity(k: int, t: int) -> str:
    """The name of a parameter after a step in a report."""
    return f"W{k} after step {t}"


def judge(stepper: Stepper, asked: Updates) -> Report:
    """Compares a rule with torch.optim on one question, every parameter after every step."""
    parameters, gradients = asked.arrays()
    known = truth(asked.optimizer, parameters, gradients)
    if known.out_of_range:
        return Report((), out_of_range=True)
    found = {
        quantity(k, t): W
        for t, moved in enumerate(stepper(asked.optimizer, parameters, gradients), start=1)
        for k, W in enumerate(moved, start=1)
    }
    return compare(found, known)


# --- many questions -----------------------------------------------------------------------------------

CHUNK = 200  # sequences of one task of a sweep: about two seconds


@dataclass
class Tally:
    """What many questions add up to; lines by the name of the rule."""

    sequences: int = 0
    out_of_range: int = 0
    nothing_decidable: int = 0
    disagreeing: list[str] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=lambda: {name: Line() for name in OPTIMIZER_NAMES})

    def add(self, asked: Updates, report: Report) -> None:
        self.sequences += 1
        self.out_of_range += report.out_of_range
        self.nothing_decidable += bool(report.rows) and not report.decided
        if report.first_wrong:
            self.disagreeing.append(f"{asked!r}: {report.first_wrong.quantity}")
        for row in report.rows:
            self.lines[asked.optimizer.name].add(row, at_kinks=False)


def tasks(examinee: str, seed: int, first: int, count: int, dtype: str) -> list[Task]:
    """Sequences first .. first + count - 1 of a seed as tasks of `tallied`."""
    return chunks("updates", CHUNK, examinee, seed, first, count, dtype)


def tallied(examinee: str, seed: int, first: int, count: int, dtype: str) -> dict[str, Any]:
    """What the questions of one task add up to, as JSON values."""
    tally, stepper = Tally(), by_hand if examinee == "hand" else by_torch
    with one_thread():
        for number in range(first, first + count):
            asked = draw(seed, number, dtype)
            tally.add(asked, judge(stepper, asked))
    return asdict(tally)
