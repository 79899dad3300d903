"""Both twins trained in step: the same arrays, the same batches, the same parameters to begin with."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from backproof.data.batches import batches
from backproof.data.dataset import Dataset
from backproof.parity_tests.comparison import judge
from backproof.parity_tests.exam import WITNESSES
from backproof.parity_tests.report import lines
from backproof.parity_tests.tally import Line
from backproof.reference import train as by_autograd
from backproof.scratch import reading, system
from backproof.scratch import train as by_hand
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array, NetworkSpec, Params, check_inputs, init_params

# The gradient is judged at these first steps, and at the first step of every epoch.
JUDGED_STEPS = 10

# What training holds at most, in float64 numbers for each parameter and for each output of a layer and
# row. Measured as peaks of memory while a batch is judged, which is when the bound's arrays come on top.
NUMBERS_PER_PARAMETER = 14
NUMBERS_PER_OUTPUT = 20

LARGEST = 256_000_000  # bytes of all arrays of a checkpoint, where nothing larger is asked for
MOST_TEXT = 100_000_000  # bytes of a checkpoint beside its parameters


class DivergenceError(ArithmeticError):
    """Numbers left the range of the dtype: what did, in which epoch and step, both counted from 1."""

    def __init__(self, what: str, epoch: int, step: int) -> None:
        super().__init__(f"diverged in epoch {epoch}, step {step}: {what} is not finite")
        self.epoch, self.step = epoch, step


@dataclass(frozen=True)
class Task:
    """What both twins do: a network and the arrays to train and test it on, as rows, labels one-hot."""

    spec: NetworkSpec
    x_train: Array  # (N, n_in)
    y_train: Array  # (N, K)
    x_test: Array  # (M, n_in)
    y_test: Array  # (M, K)
    batch: int
    learning_rate: float
    seed: int

    @property
    def steps(self) -> int:
        """Steps in an epoch; the last one may see a smaller batch."""
        return -(-len(self.x_train) // self.batch)


@dataclass(frozen=True)
class Epoch:
    """Where both trainings stand after an epoch; epoch 0 is before the first step.

    Losses over all training examples, accuracies over the test examples, and the distance of the
    parameters, ||by hand - by autograd|| / ||by autograd||.
    """

    epoch: int
    loss_by_hand: float
    loss_by_autograd: float
    accuracy_by_hand: float
    accuracy_by_autograd: float
    distance: float


@dataclass
class Verdicts:
    """What the bound says about gradients computed by both from the same parameters and batch.

    lines holds for each examinee (hand; autograd too in float32, where the reference stays in float64)
    one Line a quantity; disagreements the report of each batch with a wrong entry.
    """

    batches: int = 0
    out_of_range: int = 0
    disagreements: list[str] = field(default_factory=list)
    lines: dict[str, dict[str, Line]] = field(default_factory=dict)

    @property
    def checked(self) -> bool:
        """Whether the bound could decide any entry of a dW."""
        return any(
            line.decidable
            for each in self.lines.values()
            for quantity, line in each.items()
            if quantity.startswith("dW")
        )


@dataclass
class State:
    """How far both trainings have come: after the last of `epochs`."""

    params_by_hand: Params
    params_by_autograd: Params
    epochs: list[Epoch]
    verdicts: Verdicts


def task(spec: NetworkSpec, data: Dataset, batch: int, learning_rate: float, seed: int) -> Task:
    """The task of training `spec` on `data`, its arrays in the spec's dtype.

    Raises DataError or SpecError where the batch or the learning rate cannot be.
    """
    batches(len(data.x_train), batch, seed, epoch=1)
    by_hand.check_learning_rate(learning_rate)
    one_hot = np.eye(data.classes, dtype=spec.dtype)
    return Task(
        spec,
        data.x_train.astype(spec.dtype, copy=False),
        one_hot[data.y_train],
        data.x_test.astype(spec.dtype, copy=False),
        one_hot[data.y_test],
        batch,
        learning_rate,
        seed,
    )


def begin(task: Task) -> State:
    """Both twins before the first step, with the parameters of the task's seed."""
    params = init_params(task.spec, np.random.default_rng(task.seed))
    state = State(params, params, [], Verdicts())
    _look(task, state)
    return state


def one_epoch(task: Task, state: State) -> Iterator[None]:
    """Trains both for one more epoch, yielding after every step.

    The parameters of `state` change, and its epochs grow, once the epoch is complete; its verdicts at
    once. Raises DivergenceError.
    """
    epoch = len(state.epochs)
    spec, x, y, rate = task.spec, task.x_train, task.y_train, task.learning_rate
    order = list(batches(len(x), task.batch, task.seed, epoch))
    hand = by_hand.train(spec, state.params_by_hand, x, y, order, rate)
    autograd = by_autograd.train(spec, state.params_by_autograd, x, y, order, rate)

    before = state.params_by_hand
    for step, (rows, (loss, params), (twin_loss, twin_params)) in enumerate(
        zip(order, hand, autograd), start=1
    ):
        if step == 1 or (epoch - 1) * task.steps + step <= JUDGED_STEPS:
            _judge(task, state.verdicts, before, rows, epoch, step)
        _check_finite("by hand", loss, params, epoch, step)
        _check_finite("by autograd", twin_loss, twin_params, epoch, step)
        before = params
        yield
    state.params_by_hand, state.params_by_autograd = params, twin_params
    _look(task, state)


def _judge(task: Task, verdicts: Verdicts, params: Params, rows: Array, epoch: int, step: int) -> None:
    verdicts.batches += 1
    # In float64 autograd is the reference itself.
    for who in ("hand",) if task.spec.dtype == "float64" else ("hand", "autograd"):
        report = judge(WITNESSES[who], task.spec, params, task.x_train[rows], task.y_train[rows])
        verdicts.out_of_range += report.out_of_range
        if report.first_wrong:
            title = f"by {who}, epoch {epoch}, step {step}:"
            verdicts.disagreements.append("\n".join([title, *lines(report, examined=f"by {who}")]))
        at_kinks = any(row.kinks for row in report.rows)
        for row in report.rows:
            verdicts.lines.setdefault(who, {}).setdefault(row.quantity, Line()).add(row, at_kinks)


def _check_finite(who: str, loss: Array, params: Params, epoch: int, step: int) -> None:
    if not np.isfinite(loss):
        raise DivergenceError(f"the loss {who}", epoch, step)
    for layer, pair in enumerate(params, start=1):
        for name, array in zip("Wb", pair):
            if not np.isfinite(array).all():
                raise DivergenceError(f"{name}{layer} {who}", epoch, step)


def _look(task: Task, state: State) -> None:
    """Appends where both stand."""
    hand, autograd, epoch = state.params_by_hand, state.params_by_autograd, len(state.epochs)
    train, test = (task.x_train, task.y_train), (task.x_test, task.y_test)
    found = Epoch(
        epoch,
        by_hand.evaluate(task.spec, hand, *train)[0],
        by_autograd.evaluate(task.spec, autograd, *train)[0],
        by_hand.evaluate(task.spec, hand, *test)[1],
        by_autograd.evaluate(task.spec, autograd, *test)[1],
        distance(hand, autograd),
    )
    for who, loss in (("by hand", found.loss_by_hand), ("by autograd", found.loss_by_autograd)):
        if not np.isfinite(loss):
            raise DivergenceError(f"the loss {who} over the training set", epoch, task.steps)
    state.epochs.append(found)


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


# --- memory -------------------------------------------------------------------------------------------


def check_memory(spec: NetworkSpec, batch: int) -> None:
    """Raises InputError where training the network would need more memory than the machine has."""
    needed, there = memory_needed(spec, batch), system.memory()
    if 0 < there < needed:
        raise InputError(
            f"widths {','.join(map(str, spec.widths))} with batches of {batch} need about {_bytes(needed)} "
            f"of memory; this machine has {_bytes(there)}",
            "choose smaller widths, or a smaller batch",
        )


def memory_needed(spec: NetworkSpec, batch: int) -> int:
    """Bytes that training both twins takes at most, about, besides the data."""
    rows = max(batch, by_hand.ROWS_AT_ONCE)
    numbers = NUMBERS_PER_PARAMETER * spec.parameter_count + NUMBERS_PER_OUTPUT * rows * sum(spec.widths[1:])
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
    }
    arrays = {}
    for who, params in (("hand", state.params_by_hand), ("autograd", state.params_by_autograd)):
        for layer, (W, b) in enumerate(params, start=1):
            arrays[f"W{layer}_{who}"] = W
            arrays |= {} if b is None else {f"b{layer}_{who}": b}
    np.savez(file, allow_pickle=False, state=np.array(json.dumps(text)), **arrays)


@dataclass(frozen=True)
class _Kept:
    """The text of a checkpoint."""

    settings: dict[str, Any]
    epochs: list[Epoch]
    verdicts: Verdicts


def load(path: Path, parameters: int = 0) -> tuple[dict[str, Any], State]:
    """What `save` wrote: the settings and the state. Raises InputError where it cannot be read.

    parameters is how many the network has that is to be continued, where it is known to be large.
    """
    if not path.exists():
        raise InputError(
            f"no interrupted training in {path.parent}", "name its folder with --out, or leave --resume away"
        )
    try:
        with reading.archive(path, max(LARGEST, 16 * parameters + MOST_TEXT)) as found:
            kept = reading.record(_Kept, found.value("state", finite=False), str(path))
            if not kept.epochs or [epoch.epoch for epoch in kept.epochs] != list(range(len(kept.epochs))):
                raise found.wrong("its epochs do not follow each other")
            both = []
            for who in ("hand", "autograd"):
                depth = sum(name.startswith("W") and name.endswith(f"_{who}") for name in found.names)
                biases = [f"b{k}_{who}" for k in range(1, depth + 1)]
                params = [
                    (found.array(f"W{k}_{who}"), found.array(b) if b in found.names else None)
                    for k, b in enumerate(biases, start=1)
                ]
                both.append(params)
    except InputError as failure:
        raise InputError(
            f"{path} cannot be continued from: {failure.problem}", "leave --resume away to begin again"
        ) from failure
    return kept.settings, State(both[0], both[1], kept.epochs, kept.verdicts)


def check_fits(path: Path, spec: NetworkSpec, state: State) -> None:
    """Raises InputError where the arrays of a checkpoint are not those of the network."""
    for params in (state.params_by_hand, state.params_by_autograd):
        try:
            check_inputs(spec, params, np.zeros((1, spec.widths[0]), spec.dtype))
        except InputError as failure:
            raise InputError(
                f"{path} cannot be continued from: {failure.problem}", "leave --resume away to begin again"
            ) from failure
