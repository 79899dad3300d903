"""Both twins trained in step: the same arrays, the same batches, the same parameters to begin with.

Every step of a training is judged, where it is judged, from what was given to it: the parameters before it
and what its update rule had kept. So a wrong step is found by itself, and what the two trainings make of
their differences of rounding afterwards is nobody's fault.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from itertools import tee
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import numpy as np

from backproof.data.batches import batches
from backproof.data.dataset import Dataset
from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Report, Truth, Witness, compare, truth
from backproof.parity_tests.comparison import by_autograd as by_autograd_judged
from backproof.parity_tests.comparison import by_hand as by_hand_judged
from backproof.parity_tests.error_bound import KINKED, Near
from backproof.parity_tests.report import lines
from backproof.parity_tests.tally import Line
from backproof.parity_tests.update_bound import exactly
from backproof.parity_tests.update_diagnosis import Observed, explain
from backproof.parity_tests.updates import one_step, quantity
from backproof.reference import network as twin
from backproof.reference import optimizers as theirs
from backproof.reference import train as by_autograd
from backproof.scratch import network, optimizers, reading, system
from backproof.scratch import train as by_hand
from backproof.scratch.buffers import Workspace
from backproof.scratch.errors import InputError
from backproof.scratch.network import Masks
from backproof.scratch.optimizers import Training, flat
from backproof.scratch.spec import (
    Array,
    NetworkSpec,
    OptimizerSpec,
    Params,
    check_initialisation,
    check_inputs,
    draw_masks,
    init_params,
)
from backproof.scratch.train import Batch

# Judged are these first steps, the first of every epoch, and each at which the distance leaps.
JUDGED_STEPS = 10
LEAP = 2  # times the largest distance at a step that was judged
LOGGED = 8  # steps between 10^k and 10^(k+1) whose distance is kept, beside those judged

# What training holds at most, in float64 numbers for each parameter and for each output of a layer and
# row. Measured as peaks of memory while a batch is judged, which is when the bound's arrays come on top.
NUMBERS_PER_PARAMETER = 22
NUMBERS_PER_OUTPUT = 20

LARGEST = 256_000_000  # bytes of all arrays of a checkpoint, where nothing larger is asked for
MOST_TEXT = 100_000_000  # bytes of a checkpoint beside its parameters


class DivergenceError(ArithmeticError):
    """Numbers left the range of the dtype: what did, in which epoch and step, both counted from 1."""

    def __init__(self, what: str, epoch: int, step: int) -> None:
        super().__init__(f"diverged in epoch {epoch}, step {step}: {what} is not finite")
        self.epoch, self.step = epoch, step


# What stands in for scratch in a training: of (params, x, y, masks) the loss, and gradients or a whole step.
Own = Callable[[NetworkSpec, Params, Array, Array, Masks], tuple[Array, Params]]


@dataclass(frozen=True)
class Examined:
    """The network that is trained beside the twin: scratch's own, or what takes its place.

    witness answers with its quantities where a step is judged. rules stands in for scratch.optimizers. step
    is its own update, where it has one, which is plain descent: then no rule of scratch's is used.
    """

    who: str = "by hand"
    gradients: Own = network.loss_and_grads
    witness: Witness = by_hand_judged
    rules: ModuleType = optimizers
    step: Own | None = None


@dataclass(frozen=True)
class Task:
    """What both do: a network, the arrays to train and test it on as rows, labels one-hot, and how.

    alone: only the network by hand is trained; steps are judged all the same. others is how many more seeds
    are trained by hand beside it, to show what chance does. losses: whether the loss of every batch is kept.
    """

    spec: NetworkSpec
    x_train: Array  # (N, n_in)
    y_train: Array  # (N, K)
    x_test: Array  # (M, n_in)
    y_test: Array  # (M, K)
    batch: int
    optimizer: OptimizerSpec
    seed: int
    initialisation: str = "lecun"
    alone: bool = False
    others: int = 0
    losses: bool = False
    examined: Examined = Examined()

    @property
    def steps(self) -> int:
        """Steps in an epoch; the last one may see a smaller batch."""
        return -(-len(self.x_train) // self.batch)

    def batches(self, seed: int, epoch: int) -> Iterator[Batch]:
        """The row numbers and masks of each step of an epoch, from (seed, epoch) alone."""
        rng = np.random.default_rng([seed, epoch, 1])
        for rows in batches(len(self.x_train), self.batch, seed, epoch):
            yield rows, draw_masks(self.spec, len(rows), rng)


@dataclass(frozen=True)
class Epoch:
    """Where the trainings stand after an epoch; epoch 0 is before the first step.

    Losses over all training examples, accuracies over the test examples; distance is that of the parameters,
    ||by hand - by autograd|| / ||by autograd||, and floor what rounding explains of it. differing counts the
    test examples that the two predict differently, only_by_hand those that only one of them gets right
    (McNemar's counts). Without a twin, what is the twin's is None. loss_met is the mean of the losses of the
    epoch's batches, each before its step.
    """

    epoch: int
    loss_by_hand: float
    loss_by_autograd: float | None
    accuracy_by_hand: float
    accuracy_by_autograd: float | None
    distance: float | None
    floor: float | None
    differing: int | None
    only_by_hand: int | None
    only_by_autograd: int | None
    loss_met: float | None = None


@dataclass(frozen=True)
class Logged:
    """A step, counted from 1 over the whole training: both losses before it, distance and floor after it."""

    step: int
    loss_by_hand: float
    loss_by_autograd: float
    distance: float
    floor: float
    judged: bool


@dataclass(frozen=True)
class Event:
    """Something that happened at a step: `flip`, where a unit's z lies on two sides of 0; layer and unit.

    Both count from 1, as the step does. what is also `wrong`, the first wrong quantity of a judged step, or
    `left`, where the distance is above the floor.
    """

    what: str
    step: int
    layer: int = 0
    unit: int = 0
    quantity: str = ""


@dataclass
class Verdicts:
    """What the bound says about steps, each from the parameters and the state that were given to it.

    lines holds for each examinee (hand; autograd too in float32, where the reference stays in float64)
    one Line a quantity; disagreements the report of each step with a wrong entry.
    """

    batches: int = 0
    out_of_range: int = 0
    disagreements: list[str] = field(default_factory=list)
    lines: dict[str, dict[str, Line]] = field(default_factory=dict)

    @property
    def checked(self) -> bool:
        """Whether the bound could decide any entry of a dW, or of the step of a W."""
        return any(
            line.decidable
            for each in self.lines.values()
            for quantity, line in each.items()
            if quantity.startswith(("dW", "step of W"))
        )


@dataclass
class Side:
    """One training under way: its parameters, the steps taken, and what its rule keeps of each parameter."""

    params: Params
    t: int = 0
    kept: list[dict[str, Array]] = field(default_factory=list)

    @classmethod
    def now(cls, params: Params, training: Training) -> "Side":
        """Where a training stands, until its next step writes there."""
        return cls(params, training.t, [vars(each) for each in training.kept])

    def training(self, task: Task) -> Training:
        """The optimizer by hand, going on from here with copies."""
        rules = task.examined.rules
        going_on: Training = rules.Training(
            task.optimizer, self.t, [rules.Kept(**deepcopy(each)) for each in self.kept]
        )
        return going_on


@dataclass
class Seed:
    """Another seed, trained by hand: its loss and accuracy after each epoch."""

    seed: int
    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)


@dataclass
class Course:
    """How the distance went: the rounding of one step and of all so far, and the peak of what was judged.

    losses holds the loss of every batch before its step, where the task keeps them; named what explains
    updates that are not torch's.
    """

    rounding: float = 0.0
    floor: float = 0.0
    peak: float = 0.0
    steps: list[Logged] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    def first(self, what: str) -> Event | None:
        return next((event for event in self.events if event.what == what), None)

    @property
    def cause(self) -> Event | None:
        """The last unit that fell on the other side before the two went apart, or as they did."""
        left = self.first("left")
        flips = [each for each in self.events if each.what == "flip" and left and each.step <= left.step]
        return flips[-1] if flips else None


@dataclass
class State:
    """How far the trainings have come: after the last of `epochs`."""

    sides: dict[str, Side]  # hand, autograd, and other seeds by their number
    epochs: list[Epoch]
    verdicts: Verdicts
    course: Course = field(default_factory=Course)
    others: list[Seed] = field(default_factory=list)

    @property
    def params_by_hand(self) -> Params:
        return self.sides["hand"].params

    @property
    def params_by_autograd(self) -> Params:
        return self.sides["autograd"].params


def task(
    spec: NetworkSpec,
    data: Dataset,
    batch: int,
    optimizer: OptimizerSpec,
    seed: int,
    initialisation: str = "lecun",
    **more: Any,
) -> Task:
    """The task of training `spec` on `data`, its arrays in the spec's dtype; `more` are fields of Task.

    Raises DataError where the batch cannot be, and SpecError for an unknown initialisation.
    """
    check_initialisation(initialisation)
    batches(len(data.x_train), batch, seed, epoch=1)
    one_hot = np.eye(data.classes, dtype=spec.dtype)
    return Task(
        spec,
        data.x_train.astype(spec.dtype, copy=False),
        one_hot[data.y_train],
        data.x_test.astype(spec.dtype, copy=False),
        one_hot[data.y_test],
        batch,
        optimizer,
        seed,
        initialisation,
        **more,
    )


def begin(task: Task) -> State:
    """All trainings before the first step, each with the parameters of its seed."""

    def drawn(seed: int) -> Params:
        return init_params(task.spec, np.random.default_rng(seed), task.initialisation)

    sides = {"hand": Side(drawn(task.seed))} | ({} if task.alone else {"autograd": Side(drawn(task.seed))})
    others = [Seed(task.seed + k) for k in range(1, task.others + 1)]
    sides |= {str(other.seed): Side(drawn(other.seed)) for other in others}
    state = State(sides, [], Verdicts(), others=others)
    _look(task, state, None)
    return state


def one_epoch(task: Task, state: State) -> Iterator[None]:
    """Trains all for one more epoch, yielding after every step of the seed that is compared.

    What `state` holds changes once the epoch is complete; its verdicts and its course at once. Raises
    DivergenceError.
    """
    epoch, course, losses = len(state.epochs), state.course, []
    seen, for_hand, for_twin = tee(task.batches(task.seed, epoch), 3)
    side, used = state.sides["hand"], dict[str, Array]()
    params, training = side.params, side.training(task)
    hand = _by_hand(task, params, for_hand, training, used)
    other = None if task.alone else deepcopy(state.sides["autograd"])
    if other:
        remembered = theirs.Training(task.optimizer, other.t, other.kept)
        data = task.x_train, task.y_train
        autograd = by_autograd.train(task.spec, other.params, *data, for_twin, remembered)
    observed = _Observed(params) if epoch == 1 else None
    for step, (rows, masks) in enumerate(seen, start=1):
        t = (epoch - 1) * task.steps + step
        judged = step == 1 or t <= JUDGED_STEPS
        if judged or other:  # a leap is seen after the step only, which writes into params
            before = deepcopy(Side.now(params, training))
        loss, params = next(hand)
        losses.append(float(loss))
        _check_finite(task.examined.who, loss, params, epoch, step)
        apart = 0.0
        if other:
            if not course.first("left"):
                _flips(task, course, t, before.params, other.params, rows, masks)
            twin_loss, other.params = next(autograd)
            _check_finite("by autograd", twin_loss, other.params, epoch, step)
            apart = distance(params, other.params)
            judged = judged or (apart > LEAP * course.peak and not course.first("wrong"))
        if judged:
            _judge(task, state, before, Side.now(params, training), used, (rows, masks), epoch, step)
            course.peak = max(course.peak, apart)
        if observed and t <= JUDGED_STEPS:
            observed.add(used, params)
            if t in (JUDGED_STEPS, task.steps):
                course.named = observed.names(task, course)
        course.floor += course.rounding
        if other:
            if apart > course.floor and not course.first("left"):
                course.events.append(Event("left", t))
            if judged or step == task.steps or _is_logged(t):
                course.steps.append(Logged(t, float(loss), float(twin_loss), apart, course.floor, judged))
        yield
    state.sides["hand"] = deepcopy(Side.now(params, training))
    if other:
        next(autograd, None)  # after its last batch it says what torch keeps
        state.sides["autograd"] = Side(other.params, remembered.t, remembered.kept)
    course.losses += losses if task.losses else []
    for each in state.others:
        state.sides[str(each.seed)] = _another(task, state.sides[str(each.seed)], each.seed, epoch)
    _look(task, state, math.fsum(losses) / len(losses))


class _Observed:
    """The first updates, to see what explains them where they are not torch's."""

    def __init__(self, params: Params) -> None:
        self.parameters = flat(params)
        self.gradients: list[list[Array]] = []
        self.found: dict[str, Array] = {}

    def add(self, used: dict[str, Array], params: Params) -> None:
        self.gradients.append([used[name].copy() for name in used if name != "loss"])
        for k, W in enumerate(flat(params), start=1):
            self.found[quantity(k, len(self.gradients))] = W.copy()

    def names(self, task: Task, course: Course) -> list[str]:
        """Nothing unless gradients are right and the update or what it keeps is not."""
        wrong = course.first("wrong")
        if wrong is None or " of " not in wrong.quantity or not self.gradients[0]:
            return []
        seen = Observed(task.optimizer, self.parameters, self.gradients, self.found)
        return [each.name for each in explain([seen])]


def _is_logged(t: int) -> bool:
    return math.floor(LOGGED * math.log10(t)) > math.floor(LOGGED * math.log10(t - 1)) if t > 1 else True


def _by_hand(
    task: Task, params: Params, order: Iterable[Batch], training: Training, used: dict[str, Array]
) -> Iterator[tuple[Array, Params]]:
    """The examined network's training; `used` holds the loss and the gradients of its latest step."""
    spec, x, y, examined = task.spec, task.x_train, task.y_train, task.examined
    if examined.step is not None:
        for rows, masks in order:
            loss, params = examined.step(spec, params, x[rows], y[rows], masks)
            training.t += 1
            yield loss, params
        return

    # Without the buffers: what `used` holds must outlive the update.
    def gradients(
        spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Masks, _: Workspace
    ) -> tuple[Array, Params]:
        loss, grads = examined.gradients(spec, params, x, y, masks)
        used["loss"] = np.asarray(loss)
        for layer, pair in enumerate(grads, start=1):
            used.update({f"d{name}{layer}": g for name, g in zip("Wb", pair) if g is not None})
        return loss, grads

    yield from by_hand.train(spec, params, x, y, order, training, gradients)


def _another(task: Task, side: Side, seed: int, epoch: int) -> Side:
    """One epoch of another seed."""
    training = side.training(task)
    *_, (loss, params) = _by_hand(task, side.params, task.batches(seed, epoch), training, {})
    _check_finite(f"{task.examined.who} of seed {seed}", loss, params, epoch, task.steps)
    return Side.now(params, training)


def _flips(
    task: Task, course: Course, t: int, ours: Params, theirs: Params, rows: Array, masks: Masks
) -> None:
    """Notes the first unit with a kink whose z has one sign by hand and another by autograd."""
    spec = task.spec
    kinked = [k for k, name in enumerate(spec.activations, start=1) if name in KINKED]
    if not kinked or all((p == q).all() for p, q in zip(flat(ours), flat(theirs))):
        return
    x = task.x_train[rows]
    hand = network.forward(spec, ours, x, masks)
    autograd = twin.pre_activations(spec, theirs, x, masks)
    for layer in kinked:
        sides = (hand[layer - 1][1] > 0) != (autograd[layer - 1] > 0)
        if sides.any():
            unit = int(np.argwhere(sides)[0][1]) + 1
            course.events.append(Event("flip", t, layer, unit))
            return


# --- the verdict on one step --------------------------------------------------------------------------


def _judge(
    task: Task,
    state: State,
    before: Side,
    after: Side,
    used: dict[str, Array],
    batch: Batch,
    epoch: int,
    step: int,
) -> None:
    """Judges the gradients and the update of a step, and bounds what its rounding does to the parameters."""
    verdicts, course, (rows, masks) = state.verdicts, state.course, batch
    verdicts.batches += 1
    arrays = Arrays(before.params, task.x_train[rows], task.y_train[rows], masks)
    known = truth(task.spec, arrays)
    verdicts.out_of_range += known.out_of_range
    if known.out_of_range:
        return
    t = (epoch - 1) * task.steps + step
    course.rounding = _rounding(task, before, known)
    # In float64 autograd is the reference itself.
    for who in ("hand",) if task.spec.dtype == "float64" else ("hand", "autograd"):
        witness = task.examined.witness if who == "hand" else by_autograd_judged
        found = dict(witness(task.spec, *arrays))
        said = task.examined.who if who == "hand" else "by autograd"
        if who == "hand":
            found |= used
        report = compare(found, known)
        if who == "hand":
            report = replace(report, rows=(*report.rows, *_update(task, before, after, found, known).rows))
        first = report.first_wrong
        if first:
            title = f"{said}, epoch {epoch}, step {step}:"
            verdicts.disagreements.append("\n".join([title, *lines(report, examined=said)]))
            if not course.first("wrong"):
                course.events.append(Event("wrong", t, quantity=first.quantity))
        at_kinks = any(row.kinks for row in report.rows)
        for row in report.rows:
            verdicts.lines.setdefault(who, {}).setdefault(row.quantity, Line()).add(row, at_kinks)


def _names(spec: NetworkSpec) -> list[str]:
    """W1, b1, W2, ... as flat lists them."""
    letters = "Wb" if spec.biases else "W"
    return [f"{letter}{layer}" for layer in range(1, spec.depth + 1) for letter in letters]


def _update(task: Task, before: Side, after: Side, found: dict[str, Array], due: Truth) -> Report:
    """The parameters after the step, and what the rule keeps, from the examined network's own gradients."""
    names = _names(task.spec)
    if task.examined.step is not None:  # which tells no gradients, so that the reference's are due
        gradients = [Near(due.expected[f"d{name}"], due.allowances[f"d{name}"]) for name in names]
    else:
        gradients = exactly([found[f"d{name}"].astype("float64") for name in names])
    known = one_step(task.optimizer, before.t, flat(before.params), before.kept, gradients).truth(names)
    given = {
        f"step of {name}": new.astype("float64") - old
        for name, new, old in zip(names, flat(after.params), flat(before.params))
    }
    for name, kept in zip(names, after.kept):
        given |= {f"{letter} of {name}": value for letter, value in kept.items()}
    if known.out_of_range:
        return Report(())
    return compare({name: value for name, value in given.items() if name in known.allowances}, known)


def _rounding(task: Task, before: Side, known: Truth) -> float:
    """How far apart two honest trainings in the dtype may be after this step from the same place, relative.

    That of whole vectors: the norm of what each entry is allowed, twice, over that of the parameters.
    """
    names = _names(task.spec)
    gradients = [Near(known.expected[f"d{name}"], known.allowances[f"d{name}"]) for name in names]
    with np.errstate(over="ignore", invalid="ignore"):
        step = one_step(task.optimizer, before.t, flat(before.params), before.kept, gradients)
        allowed = [2 * error.W for error in step.errors]
        norms = (
            math.sqrt(math.fsum(float((each * each).sum()) for each in group))
            for group in (allowed, step.parameters)
        )
        apart, size = norms
    return apart / size if size and math.isfinite(apart) else 0.0


def _check_finite(who: str, loss: Array, params: Params, epoch: int, step: int) -> None:
    if not np.isfinite(loss):
        raise DivergenceError(f"the loss {who}", epoch, step)
    for layer, pair in enumerate(params, start=1):
        for name, array in zip("Wb", pair):
            if array is not None and not np.isfinite(array).all():
                raise DivergenceError(f"{name}{layer} {who}", epoch, step)


# --- where both stand ---------------------------------------------------------------------------------


def _look(task: Task, state: State, loss_met: float | None) -> None:
    """Appends where the trainings stand."""
    epoch, labels = len(state.epochs), task.y_test.argmax(axis=1)
    hand = state.params_by_hand
    loss = _finite_loss(task, by_hand.evaluate, hand, task.examined.who, epoch)
    ours = by_hand.predicted(task.spec, hand, task.x_test)
    right = ours == labels
    found = Epoch(
        epoch, loss, None, float(right.mean()), None, None, None, None, None, None, loss_met=loss_met
    )
    if not task.alone:
        autograd = state.params_by_autograd
        guessed = by_autograd.predicted(task.spec, autograd, task.x_test)
        found = replace(
            found,
            loss_by_autograd=_finite_loss(task, by_autograd.evaluate, autograd, "by autograd", epoch),
            accuracy_by_autograd=float((guessed == labels).mean()),
            distance=distance(hand, autograd),
            floor=state.course.floor,
            differing=int((ours != guessed).sum()),
            only_by_hand=int((right & (guessed != labels)).sum()),
            only_by_autograd=int((~right & (guessed == labels)).sum()),
        )
    for other in state.others:
        params = state.sides[str(other.seed)].params
        other.losses.append(by_hand.evaluate(task.spec, params, task.x_train, task.y_train)[0])
        other.accuracies.append(by_hand.evaluate(task.spec, params, task.x_test, task.y_test)[1])
    state.epochs.append(found)


def _finite_loss(
    task: Task, evaluate: Callable[..., tuple[float, float]], params: Params, who: str, epoch: int
) -> float:
    loss = evaluate(task.spec, params, task.x_train, task.y_train)[0]
    if not np.isfinite(loss):
        raise DivergenceError(f"the loss {who} over the training set", epoch, task.steps)
    return loss


def distance(by_hand: Params, by_autograd: Params) -> float:
    """||by hand - by autograd|| / ||by autograd||, over all weights and biases, in float64."""
    ours, theirs = (
        np.concatenate(
            [array.ravel().astype("float64") for pair in params for array in pair if array is not None]
        )
        for params in (by_hand, by_autograd)
    )
    # Squares of large numbers overflow.
    largest = max(np.abs(ours).max(), np.abs(theirs).max())
    return float(np.linalg.norm(ours / largest - theirs / largest) / np.linalg.norm(theirs / largest))


def said(state: State) -> tuple[str, bool | None]:
    """The verdict on the whole training in words, and whether it is good; None where nothing was checked."""
    course, done = state.course, state.epochs[-1].epoch
    wrong, left, cause = course.first("wrong"), course.first("left"), course.cause
    if wrong:
        named = f", {' or '.join(course.named)}" if course.named else ""
        return f"not the same algorithm since step {wrong.step}: {wrong.quantity}{named}", False
    if not state.verdicts.checked:
        return (
            "nothing was checked: no dW and no step has an entry larger than what rounding may do to it",
            None,
        )
    if "autograd" not in state.sides:
        return f"every judged step of {done} epochs is right, from what was given to it", True
    if not left:
        return f"identical up to rounding for {'1 epoch' if done == 1 else f'all {done} epochs'}", True
    if cause:
        return (
            f"apart since step {left.step}: unit {cause.unit} of layer {cause.layer} fell on the other side"
            + (f" at step {cause.step}" if cause.step < left.step else ""),
            True,
        )
    return (
        f"apart since step {left.step}, where training makes more of rounding; each judged step is right",
        True,
    )


# --- memory -------------------------------------------------------------------------------------------


def check_memory(spec: NetworkSpec, batch: int, others: int = 0) -> None:
    """Raises InputError where training the network would need more memory than the machine has."""
    needed, there = memory_needed(spec, batch, others), system.memory()
    if 0 < there < needed:
        raise InputError(
            f"widths {','.join(map(str, spec.widths))} with batches of {batch} need about {_bytes(needed)} "
            f"of memory; this machine has {_bytes(there)}",
            "choose smaller widths, or a smaller batch",
        )


def memory_needed(spec: NetworkSpec, batch: int, others: int = 0) -> int:
    """Bytes that training both twins takes at most, about, besides the data; others more by hand."""
    rows = max(batch, by_hand.ROWS_AT_ONCE)
    numbers = (NUMBERS_PER_PARAMETER + 3 * others) * spec.parameter_count + NUMBERS_PER_OUTPUT * rows * sum(
        spec.widths[1:]
    )
    return 8 * numbers


def _bytes(count: int) -> str:
    size, unit = float(count), "bytes"
    for larger in ("kB", "MB", "GB", "TB", "PB", "EB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:,.3g} {unit}" if size < 1000 else f"{size:,.0f} {unit}"


# --- what continues an interrupted training -----------------------------------------------------------


def save(file: IO[bytes], settings: dict[str, Any], state: State) -> None:
    """Writes everything that a training needs to continue exactly, as arrays and JSON text."""
    text = {
        "settings": settings,
        "epochs": [asdict(epoch) for epoch in state.epochs],
        "verdicts": asdict(state.verdicts),
        "course": asdict(state.course),
        "others": [asdict(other) for other in state.others],
        "steps": {who: side.t for who, side in state.sides.items()},
    }
    arrays = {}
    for who, side in state.sides.items():
        for layer, (W, b) in enumerate(side.params, start=1):
            arrays[f"W{layer}_{who}"] = W
            arrays |= {} if b is None else {f"b{layer}_{who}": b}
        for number, kept in enumerate(side.kept, start=1):
            arrays |= {f"{letter}{number}_kept_{who}": value for letter, value in kept.items()}
    np.savez(file, allow_pickle=False, state=np.array(json.dumps(text)), **arrays)


@dataclass(frozen=True)
class _Kept:
    """The text of a checkpoint."""

    settings: dict[str, Any]
    epochs: list[Epoch]
    verdicts: Verdicts
    course: Course
    others: list[Seed]
    steps: dict[str, int]


@contextmanager
def _to_continue(path: Path) -> Iterator[None]:
    """What is wrong with a checkpoint is said of its path, with what to do."""
    try:
        yield
    except InputError as failure:
        raise InputError(
            f"{path} cannot be continued from: {failure.problem}", "leave --resume away to begin again"
        ) from failure


def load(path: Path, parameters: int = 0) -> tuple[dict[str, Any], State]:
    """What `save` wrote: the settings and the state. Raises InputError where it cannot be read.

    parameters is how many are to be continued, of all networks together, where that may be large.
    """
    if not path.exists():
        raise InputError(
            f"no interrupted training in {path.parent}", "name its folder with --out, or leave --resume away"
        )
    size = max(LARGEST, 24 * parameters + MOST_TEXT)
    with _to_continue(path), reading.archive(path, size) as found:
        kept = reading.record(_Kept, found.value("state", finite=False), str(path))
        if not kept.epochs or [epoch.epoch for epoch in kept.epochs] != list(range(len(kept.epochs))):
            raise found.wrong("its epochs do not follow each other")
        if "hand" not in kept.steps:
            raise found.wrong("it holds no network trained by hand")
        sides = {who: _side(found, who, t) for who, t in kept.steps.items()}
    return kept.settings, State(sides, kept.epochs, kept.verdicts, kept.course, kept.others)


def _side(found: reading.Archive, who: str, t: int) -> Side:
    depth = sum(name.startswith("W") and name.endswith(f"_{who}") for name in found.names)
    params: Params = []
    for layer in range(1, depth + 1):
        b = f"b{layer}_{who}"
        params.append((found.array(f"W{layer}_{who}"), found.array(b) if b in found.names else None))
    kept = []
    for number in range(1, len(flat(params)) + 1):
        names = {letter: f"{letter}{number}_kept_{who}" for letter in "vm"}
        kept.append({letter: found.array(name) for letter, name in names.items() if name in found.names})
    return Side(params, t, kept if any(kept) else [])


def check_fits(path: Path, task: Task, state: State) -> None:
    """Raises InputError where the arrays of a checkpoint are not those of the task's networks."""
    spec = task.spec
    wanted = {
        "hand",
        *([] if task.alone else ["autograd"]),
        *(str(task.seed + k + 1) for k in range(task.others)),
    }
    with _to_continue(path):
        if set(state.sides) != wanted:
            raise InputError("it holds other trainings", "")
        for side in state.sides.values():
            check_inputs(spec, side.params, np.zeros((1, spec.widths[0]), spec.dtype))
            for W, kept in zip(flat(side.params), side.kept):
                for letter, value in kept.items():
                    if value.shape != W.shape or value.dtype != W.dtype:
                        raise InputError(
                            f"{letter} is {value.dtype} {value.shape} for a {W.dtype} {W.shape}", ""
                        )
