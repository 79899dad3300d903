"""Both twins' training loops, and what is kept of them."""

import contextlib
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backproof.data.batches import batches
from backproof.data.dataset import Dataset
from backproof.parity_tests import stand_ins, training
from backproof.parity_tests.comparison import truth
from backproof.parity_tests.mistakes import update_catalogue
from backproof.reference import network as autograd
from backproof.reference import optimizers as theirs
from backproof.reference import train as by_autograd
from backproof.scratch import network as hand
from backproof.scratch import saved
from backproof.scratch import train as by_hand
from backproof.scratch.errors import InputError
from backproof.scratch.optimizers import Training
from backproof.scratch.spec import (
    LOSS_NAMES,
    OPTIMIZER_NAMES,
    NetworkSpec,
    OptimizerSpec,
    SpecError,
    init_params,
)

SPEC = NetworkSpec((3, 4, 2), ("tanh", "sigmoid"))


def data(examples: int = 7) -> Dataset:
    rng = np.random.default_rng(0)
    x, y = rng.random((examples, 3)), rng.integers(0, 2, examples)
    return Dataset("made up", x, y, x[:3], y[:3], 2, "made up")


def flat(params):
    return np.concatenate([array.ravel() for pair in params for array in pair])


# --- the loops ----------------------------------------------------------------------------------------

# With a rate that is a power of two, rate * gradient is exact, so a step rounds once whoever takes it.
RATE = 0.25
DESCENT = OptimizerSpec(learning_rate=RATE)


def without_masks(*numbers):
    return [(rows, None) for rows in batches(*numbers)]


@pytest.mark.parametrize(
    ("loop", "gradient", "training_of"),
    [
        (by_hand.train, hand.loss_and_grads, Training),
        (by_autograd.train, autograd.loss_and_grads, theirs.Training),
    ],
    ids=["hand", "autograd"],
)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_batch_is_one_step_downhill(loop, gradient, training_of, dtype):
    spec = replace(SPEC, dtype=dtype)
    task = training.task(spec, data(), batch=3, optimizer=DESCENT, seed=0)
    params = init_params(spec, np.random.default_rng(0))
    order = without_masks(7, 3, 0, 1)
    assert [len(rows) for rows, _ in order] == [3, 3, 1]

    taken = loop(spec, params, task.x_train, task.y_train, order, training_of(DESCENT))
    for (rows, _), (loss, after) in zip(order, taken, strict=True):
        expected_loss, grads = gradient(spec, params, task.x_train[rows], task.y_train[rows])
        assert loss == expected_loss
        params = [(W - RATE * dW, b - RATE * db) for (W, b), (dW, db) in zip(params, grads)]
        assert (flat(after) == flat(params)).all()
        assert flat(after).dtype == dtype


@pytest.mark.parametrize(
    ("loop", "training_of"),
    [(by_hand.train, Training), (by_autograd.train, theirs.Training)],
    ids=["hand", "autograd"],
)
def test_training_writes_to_no_argument(loop, training_of):
    task = training.task(SPEC, data(), 3, DESCENT, 0)
    params = init_params(SPEC, np.random.default_rng(0))
    before = [array.copy() for array in (flat(params), task.x_train, task.y_train)]
    list(loop(SPEC, params, task.x_train, task.y_train, without_masks(7, 3, 0, 1), training_of(DESCENT)))
    for array, copy in zip((flat(params), task.x_train, task.y_train), before):
        assert (array == copy).all()


@pytest.mark.parametrize("witness", [by_hand, by_autograd], ids=["hand", "autograd"])
def test_evaluation_in_parts_is_the_loss_of_the_whole(witness, monkeypatch):
    # Whole numbers add up exactly, and so do their means over 8 and over the 4 that are left.
    spec = NetworkSpec((2, 3), ("identity",), "squared_error")
    rng = np.random.default_rng(0)
    W, b = rng.integers(-3, 4, (3, 2)).astype(float), np.array([1.0, 0.0, -1.0])
    x = rng.integers(-3, 4, (12, 2)).astype(float)
    y = np.eye(3)[rng.integers(0, 3, 12)]
    a = x @ W.T + b
    expected = ((a - y) ** 2).sum() / 12, np.mean(a.argmax(axis=1) == y.argmax(axis=1))
    for rows in (1, 4, 8):
        monkeypatch.setattr(witness, "ROWS_AT_ONCE", rows)
        assert witness.evaluate(spec, [(W, b)], x, y) == expected


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf])
def test_a_learning_rate_that_cannot_be(rate):
    with pytest.raises(SpecError, match=f"learning rate {rate}"):
        by_hand.check_learning_rate(rate)


# --- both in step -------------------------------------------------------------------------------------


def trained(task, epochs):
    state = training.begin(task)
    for _ in range(epochs):
        for _ in training.one_epoch(task, state):
            pass
    return state


@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_twins_agree_for_every_loss(loss, dtype):
    last = {"categorical_cross_entropy": "softmax", "cross_entropy": "identity"}.get(loss, "sigmoid")
    task = training.task(NetworkSpec((3, 4, 2), ("relu", last), loss, dtype), data(), 3, DESCENT, 0)
    state = trained(task, 4)
    assert not state.verdicts.disagreements
    assert state.verdicts.checked
    assert set(state.verdicts.lines) == ({"hand"} if dtype == "float64" else {"hand", "autograd"})
    assert training.distance(state.params_by_hand, training.begin(task).params_by_hand) > 0
    assert [epoch.epoch for epoch in state.epochs] == [0, 1, 2, 3, 4]
    assert state.epochs[0].distance == 0


@pytest.mark.parametrize("name", update_catalogue())
def test_every_mistake_of_a_rule_is_named_by_the_first_steps(name):
    found = update_catalogue()[name]
    rule = found.at.split(".")[1].split(":")[0]
    o = OptimizerSpec(
        rule if rule in OPTIMIZER_NAMES else "adam", 2.0**-6, weight_decay=0.25 * (rule == "adamw")
    )
    spec = NetworkSpec((3, 3, 3, 2), ("tanh", "tanh", "sigmoid"))  # two layers of one shape
    task = training.task(spec, data(40), 4, o, 0, examined=stand_ins.planted(found, spec, o))
    state = training.begin(task)
    with np.errstate(all="ignore"), contextlib.suppress(training.DivergenceError):
        list(training.one_epoch(task, state))
    if len(state.epochs) == 1:  # it diverges before there is enough to name it by
        return
    assert state.course.first("wrong")
    rates = [["equal to torch's at rate x (1 - momentum)"], ["equal to torch's at rate x rate"]]
    named = state.course.named
    assert name in named or named in rates, training.said(state)
    assert len(named) <= 2


def test_which_steps_are_judged_and_on_which_parameters(monkeypatch):
    task = training.task(SPEC, data(10), 3, DESCENT, 0)  # 4 steps an epoch
    judged = []

    def spy(spec, arrays):
        judged.append((flat(arrays.params), arrays.x, arrays.y))
        return truth(spec, arrays)

    monkeypatch.setattr(training, "truth", spy)
    monkeypatch.setattr(training, "LEAP", math.inf)
    state = trained(task, 5)

    expected, params = [], init_params(SPEC, np.random.default_rng(0))
    for epoch in range(1, 6):
        for step, rows in enumerate(batches(10, 3, 0, epoch), start=1):
            x, y = task.x_train[rows], task.y_train[rows]
            # Epochs 1 and 2 have steps 1 to 8; steps 9 and 10 open epoch 3.
            if epoch <= 2 or (epoch == 3 and step <= 2) or step == 1:
                expected.append((flat(params), x, y))
            _, params = hand.step(SPEC, params, x, y, RATE)
    assert len(judged) == len(expected) == 12 == state.verdicts.batches
    for ours, others in zip(judged, expected):
        for a, b in zip(ours, others):
            assert (a == b).all()


def test_one_epoch_is_added_at_its_end_only():
    task = training.task(SPEC, data(), 3, DESCENT, 0)
    state = training.begin(task)
    before = flat(state.params_by_hand)
    steps = training.one_epoch(task, state)
    next(steps)
    assert len(state.epochs) == 1
    assert (flat(state.params_by_hand) == before).all()
    assert len(list(steps)) == task.steps - 1 == 2
    assert len(state.epochs) == 2
    assert not (flat(state.params_by_hand) == before).all()


@pytest.mark.parametrize("witness", ["by_hand", "by_autograd"])
@pytest.mark.parametrize("what", ["loss", "parameters"])
def test_what_is_not_finite_is_named_with_epoch_and_step(monkeypatch, witness, what):
    task = training.task(SPEC, data(), 3, DESCENT, 0)
    state = trained(task, 1)
    honest = getattr(training, witness).train

    def broken(*arguments):
        for step, (loss, params) in enumerate(honest(*arguments), start=1):
            if step == 2 and what == "loss":
                loss = np.array(np.nan)
            if step == 2 and what == "parameters":
                params = [params[0], (params[1][0], np.array([0.0, np.inf]))]
            yield loss, params

    monkeypatch.setattr(getattr(training, witness), "train", broken)
    name = "the loss" if what == "loss" else "b2"
    with pytest.raises(training.DivergenceError) as raised:
        list(training.one_epoch(task, state))
    expected = f"diverged in epoch 2, step 2: {name} {witness.replace('_', ' ')} is not finite"
    assert str(raised.value) == expected
    assert (raised.value.epoch, raised.value.step) == (2, 2)
    assert len(state.epochs) == 2


def test_distance_is_relative_to_the_reference():
    hand_params = [(np.array([[3.0, 0.0]]), np.array([4.0])), (np.array([[1.0]]), np.array([0.0]))]
    reference_params = [(np.array([[0.0, 0.0]]), np.array([0.0])), (np.array([[1.0]]), np.array([0.0]))]
    assert training.distance(hand_params, reference_params) == 5.0
    huge = [[(1e307 * W, 1e307 * b) for W, b in params] for params in (hand_params, reference_params)]
    assert training.distance(*huge) == pytest.approx(5.0)


def test_nothing_judged_is_not_checked():
    assert not training.Verdicts().checked


# --- memory -------------------------------------------------------------------------------------------


def test_memory_is_refused_in_words():
    with pytest.raises(InputError, match=r"need about .* TB of memory; this machine has") as raised:
        training.check_memory(NetworkSpec((64, 10**6, 10**6, 10), ("relu", "relu", "sigmoid")), 10)
    assert raised.value.advice == "choose smaller widths, or a smaller batch"
    training.check_memory(SPEC, 10)


def test_memory_counts_at_least_the_arrays_there_are():
    spec = NetworkSpec((784, 500, 10), ("relu", "sigmoid"))
    # Both twins, the gradients of both, and the new parameters beside the old.
    assert training.memory_needed(spec, 1) > 6 * 8 * spec.parameter_count
    assert training.memory_needed(spec, 60_000) > 2 * 8 * 60_000 * 510


@pytest.mark.parametrize(("limit", "wins"), [("1000000", True), ("max", False), ("9" * 20, False)])
def test_a_container_s_limit_counts(monkeypatch, limit, wins):
    monkeypatch.setattr(Path, "read_text", lambda *_: f"{limit}\n")
    assert (training.system.memory() == 10**6) == wins


# --- what is kept -------------------------------------------------------------------------------------


def kept(task, epochs, folder):
    state = trained(task, epochs)
    with (folder / "checkpoint.npz").open("wb") as file:
        training.save(file, {"seed": 0}, state)
    return state


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_was_kept_continues_to_the_same_bits(tmp_path, dtype):
    task = training.task(replace(SPEC, dtype=dtype), data(10), 3, OptimizerSpec("adam", 0.01), 5)
    kept(task, 2, tmp_path)
    settings, state = training.load(tmp_path / "checkpoint.npz")
    assert settings == {"seed": 0}
    for _ in training.one_epoch(task, state):
        pass
    whole = trained(task, 3)
    assert state.epochs == whole.epochs
    assert state.verdicts == whole.verdicts
    for ours, others in (
        (state.params_by_hand, whole.params_by_hand),
        (state.params_by_autograd, whole.params_by_autograd),
    ):
        assert (flat(ours) == flat(others)).all()
        assert flat(ours).dtype == dtype


def test_nothing_to_continue_from_is_said(tmp_path):
    with pytest.raises(InputError, match="no interrupted training in ") as raised:
        training.load(tmp_path / "checkpoint.npz")
    assert raised.value.advice == "name its folder with --out, or leave --resume away"


# --- saved networks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_saved_network_comes_back(tmp_path, dtype):
    spec = replace(SPEC, dtype=dtype, l2=0.5)
    params = init_params(spec, np.random.default_rng(0))
    saved.save(tmp_path / "network.npz", spec, params)
    found_spec, found = saved.load(tmp_path / "network.npz")
    assert found_spec == spec
    assert (flat(found) == flat(params)).all()
    assert flat(found).dtype == dtype
    with np.load(tmp_path / "network.npz", allow_pickle=False) as arrays:
        assert sorted(arrays.files) == ["W1", "W2", "b1", "b2", "spec"]
        assert json.loads(str(arrays["spec"]))["widths"] == [3, 4, 2]


def network_file(folder, **changes):
    spec = {"widths": [1, 1], "activations": ["relu"]}
    arrays = {"spec": np.array(json.dumps(spec)), "W1": np.zeros((1, 1)), "b1": np.zeros(1), **changes}
    np.savez(folder / "some.npz", **{name: array for name, array in arrays.items() if array is not None})
    return folder / "some.npz"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"W1": None}, "holds no network"),
        ({"spec": None}, "holds no network"),
        ({"spec": np.array("not json")}, "holds no network"),
        ({"spec": np.array("[]")}, "holds no network"),
        ({"spec": np.array('{"depth": 3}')}, "holds no network"),
        ({"spec": np.array('{"widths": [1, 0], "activations": ["relu"]}')}, "holds no network: width 0"),
        ({"W1": np.zeros((2, 1))}, r"W1 is float64 \(2, 1\), where its spec says float64 \(1, 1\)"),
        ({"b1": np.zeros(1, "float32")}, r"b1 is float32 \(1,\), where its spec says float64 \(1,\)"),
        ({"W1": np.array([[None]])}, "holds no network"),
    ],
    ids=str,
)
def test_a_file_that_holds_no_network(tmp_path, changes, problem):
    assert saved.load(network_file(tmp_path))[0].depth == 1
    with pytest.raises(SpecError, match=problem):
        saved.load(network_file(tmp_path, **changes))
