"""`backproof compare`: what it prints and writes, its exit codes, and how it is interrupted and continued."""

import csv
import json
import re
import shlex
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from backproof.data.loading import load
from backproof.parity_tests import training
from backproof.parity_tests.comparison import Truth
from backproof.parity_tests.meta_tests.conftest import COMMAND
from backproof.parity_tests.tally import Line
from backproof.parity_tests.training import Course, Epoch, Event, Logged, Side, State, Task, Verdicts
from backproof.scratch import functions, saved, train
from backproof.scratch.errors import InputError
from backproof.scratch.spec import LOSSES, NetworkSpec, OptimizerSpec, init_params
from backproof.scripts import pictures
from backproof.scripts.files import whole

# Small enough for a second: 6 steps an epoch, the last with 187 examples.
SMALL = ("compare", "digits", "--hidden", "4", "--batch", "250", "--epochs", "3", "--out", "results")
RESULTS = ["answer.json", "checkpoint.npz", "curves.png", "curves.svg", "epochs.csv", "run.json"]


pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture
def real_pictures():
    """Named by the tests that need them: drawing takes most of a small run's time."""


@pytest.fixture(autouse=True)
def sketches(request, monkeypatch):
    """Elsewhere a picture is the text of what it would show."""

    def sketch(figure, kind):
        lines = [line.get_xydata().tolist() for axes in figure.axes for line in axes.lines]
        return f"{kind} of {lines}".encode("ascii")

    if "real_pictures" not in request.fixturenames:
        monkeypatch.setattr(pictures, "rendered", sketch)


def contents(folder="results"):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file()}


# --- a whole run --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("real_pictures")
def test_a_run_prints_every_epoch_and_writes_its_results(answer):
    code, out, err = answer(*SMALL)
    assert code == 0
    assert err == ""
    assert "\x1b" not in out
    lines = out.splitlines()
    assert lines[0].startswith(
        "digits: 1,437 examples to train on, 360 to test on (bundled with scikit-learn"
    )
    assert lines[1] == "network 64-4-10 (sigmoid, sigmoid), squared_error, 310 parameters in float64"
    assert lines[2] == "3 epochs of 6 steps, batch 250, learning rate 1, seed 0"
    assert [line.split()[0] for line in lines[6:10]] == ["0", "1", "2", "3"]
    assert lines[10:13] == ["", "identical up to rounding for all 3 epochs", ""]
    judged = int(lines[13].removeprefix("steps judged from what was given to them: "))
    assert judged >= 11  # 10 steps, epoch 3's first, and those at which the distance leaps
    said = r"distance of the parameters after epoch 3: \S+; the rounding of all steps, added up: \S+"
    assert re.fullmatch(said, lines[-3])
    assert lines[-2] == "results: curves.png, curves.svg, epochs.csv, run.json"
    assert [path.name for path in sorted(Path("results").iterdir())] == RESULTS
    assert [path.name for path in Path().iterdir()] == ["results"]


def test_the_printed_line_repeats_the_run(answer):
    last = answer(*SMALL, "--activation", "relu", "--loss", "cross_entropy")[1].splitlines()[-1]
    first = contents()
    repeat = shlex.split(last.removeprefix("to repeat: "))
    assert repeat[0] == "backproof"
    assert answer(*repeat[1:])[1].splitlines()[-1] == last
    assert contents() == first
    assert json.loads(first["run.json"])["command"] == shlex.join(repeat)


def test_the_tables_hold_every_setting_epoch_and_version(answer):
    answer(*SMALL, "--dtype", "float32")
    found = json.loads(Path("results/run.json").read_text("ascii"), parse_constant=pytest.fail)
    assert found["outcome"] == "finished"
    assert found["settings"] == {
        "data": "digits", "hidden": "4", "activation": "sigmoid", "loss": "squared_error", "epochs": 3,
        "batch": 250, "optimizer": "sgd", "learning_rate": 1.0, "schedule": "constant", "period": 1,
        "momentum": 0.9, "weight_decay": 0.0, "clip_norm": "inf", "dropout": 0.0, "dropout_inputs": 0.0,
        "init": "lecun", "seed": 0, "seeds": 0, "alone": False, "validation": 0, "plant": "",
        "implementation": "", "log": "", "dtype": "float32",
    }  # fmt: skip
    assert found["versions"]["numpy"] == np.__version__
    assert set(found["versions"]) >= {
        "backproof", "python", "torch", "torchvision", "scikit-learn", "matplotlib",
    }  # fmt: skip
    assert found["network"]["widths"] == [64, 4, 10]
    assert found["data"]["training_examples"] == 1437
    assert found["judged"]["batches"] >= 11
    assert set(found["judged"]["lines"]) == {"hand", "autograd"}
    with Path("results/epochs.csv").open(encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    read = [{name: float(value) if value else None for name, value in row.items()} for row in rows]
    assert read == found["epochs"]
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3"]


def test_the_network_trained_by_hand_is_saved(answer):
    code, out, _ = answer(*SMALL, "--save", "networks/digits.npz")
    assert code == 0
    assert "results: curves.png, curves.svg, epochs.csv, run.json; network: networks/digits.npz" in out
    spec, params = saved.load("networks/digits.npz")
    assert spec.widths == (64, 4, 10)
    _, state = training.load(Path("results/checkpoint.npz"))
    for ours, theirs in zip(params, state.params_by_hand):
        for a, b in zip(ours, theirs):
            assert (a == b).all()


def test_every_loss_has_its_output(answer):
    assert all(facts.usual in facts.last for facts in LOSSES.values())
    out = answer(*SMALL, "--hidden", "", "--loss", "categorical_cross_entropy")[1]
    assert "network 64-10 (softmax), categorical_cross_entropy, 650 parameters" in out


def test_mnist_is_compared_too(answer, mnist_root):
    words = ("--batch", "3000", "--epochs", "1", "--out", "results", "--data-root", str(mnist_root))
    code, out, err = answer("compare", "mnist", *words)
    assert (code, err) == (0, "")
    assert "network 784-16-16-10" in out
    last = json.loads(Path("results/run.json").read_text("ascii"))["epochs"][-1]
    assert last["accuracy_by_hand"] == last["accuracy_by_autograd"]


# --- the verdict --------------------------------------------------------------------------------------


def test_a_wrong_gradient_is_found(answer, monkeypatch):
    def halved(da, _z, a, _out=None):
        return da * a * (1 - a) / 2

    monkeypatch.setitem(functions.ACTIVATIONS, "sigmoid", (functions.sigmoid, halved))
    code, out, _ = answer(*SMALL)
    assert code == 1
    assert (
        "\nnot the same algorithm since step 1: dz2\nthe first of 11 wrong steps, by hand, epoch 1, step 1:\n"
        in out
    )
    assert "first wrong: dz2; dW2, db2, da1, dz1, dW1, db1, dx may only follow from it" in out
    assert len(json.loads(Path("results/run.json").read_text("ascii"))["judged"]["disagreements"]) == 11


def test_a_wrong_reference_is_found(answer, monkeypatch):
    import torch

    from backproof.reference import network as reference

    class Halved(torch.autograd.Function):
        @staticmethod
        def forward(_, z):
            return torch.sigmoid(z)

        @staticmethod
        def backward(_, da):
            return da / 2

    monkeypatch.setitem(reference.ACTIVATIONS, "sigmoid", Halved.apply)
    code, out, _ = answer(*SMALL)
    assert code == 1
    assert "first wrong: dz2" in out


def test_nothing_judged_is_no_agreement(answer, monkeypatch):
    monkeypatch.setattr(training, "truth", lambda *_: Truth({}, {}, {}, out_of_range=True))
    code, out, _ = answer(*SMALL)
    assert code == 3
    assert " of the gradients may leave the range of the dtype, so nothing was compared there" in out
    assert "nothing was checked: " in out
    assert "agree:" not in out


def test_a_diverging_run_says_where_and_keeps_what_was_done(answer):
    words = ("--activation", "identity", "--loss", "cross_entropy", "--learning-rate", "1e200")
    code, out, err = answer(*SMALL, *words)
    assert code == 1
    diverged = "diverged in epoch 1, step 2: the loss by hand is not finite"
    assert err == f"{diverged}; the epochs before are kept; try a smaller --learning-rate\n"
    assert "distance of the parameters after epoch 0" in out
    assert json.loads(Path("results/run.json").read_text("ascii"))["outcome"] == diverged
    assert len(Path("results/epochs.csv").read_text("ascii").splitlines()) == 2


# --- step by step -------------------------------------------------------------------------------------

RULES = [
    ("--optimizer", "momentum", "--learning-rate", "0.1"),
    ("--optimizer", "nesterov", "--learning-rate", "0.1", "--clip-norm", "0.5"),
    ("--optimizer", "rmsprop", "--learning-rate", "0.01", "--schedule", "step", "--period", "1"),
    ("--optimizer", "adam", "--learning-rate", "0.01", "--schedule", "cosine", "--weight-decay", "0.01"),
    ("--optimizer", "adamw", "--learning-rate", "0.01", "--weight-decay", "0.1", "--dropout", "0.25"),
    ("--dropout-inputs", "0.25", "--init", "he", "--activation", "relu"),
]


def told():
    return json.loads(Path("results/run.json").read_text("ascii"))


@pytest.mark.parametrize("words", RULES, ids=lambda words: words[1])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_rule_is_the_same_algorithm(answer, words, dtype):
    code, out, _ = answer(*SMALL, *words, "--dtype", dtype)
    assert code == 0
    if dtype == "float64":
        assert "\nidentical up to rounding for all 3 epochs\n" in out
    found = told()
    assert not found["judged"]["disagreements"]
    assert {"step of W1", "step of b2"} < set(found["judged"]["lines"]["hand"])
    assert all(0 <= step["distance"] <= step["floor"] for step in found["steps"]) or found["events"]
    assert [epoch["differing"] for epoch in found["epochs"]][:1] == [0]


def test_a_unit_on_the_other_side_is_an_event_and_no_failure():
    spec = NetworkSpec((2, 2, 1), ("relu", "identity"), "mse")
    x = np.array([[1.0, 1.0], [1.0, 2.0]])
    task = Task(spec, x, x[:, :1], x, x[:, :1], 2, OptimizerSpec(), 0)
    ours = [(np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([0.0, 2.0**-52])), (np.ones((1, 2)), np.zeros(1))]
    theirs = [(ours[0][0], np.zeros(2)), ours[1]]
    course = Course()
    training._flips(task, course, 411, ours, ours, np.array([0, 1]), None)
    assert not course.events
    training._flips(task, course, 412, ours, theirs, np.array([0, 1]), None)
    assert course.events == [Event("flip", 412, 1, 2)]

    epochs = [Epoch(30, 1.0, 1.0, 1.0, 1.0, 0.5, 0.1, 0, 0, 0)]
    verdicts = Verdicts(lines={"hand": {"dW1": Line(decidable=1)}})
    state = State({"hand": Side(ours), "autograd": Side(theirs)}, epochs, verdicts, course)
    assert training.said(state) == ("identical up to rounding for all 30 epochs", True)
    course.events.append(Event("left", 412))
    assert training.said(state) == ("apart since step 412: unit 2 of layer 1 fell on the other side", True)
    course.events[-1] = Event("left", 500)
    said = "apart since step 500: unit 2 of layer 1 fell on the other side at step 412"
    assert training.said(state) == (said, True)
    course.events.append(Event("wrong", 501, quantity="db2"))
    assert training.said(state) == ("not the same algorithm since step 501: db2", False)


PLANTED = {
    "db is zero": ("db2", 1),
    "mean for sum in db": ("db2", 1),
    "the last example of the batch dropped": ("dz2", 1),
    "W updated before dz goes back through it": ("step of W1", 1),
    "gradients add up over calls": ("dW2", 2),
    "the step divides by the batch size once more": ("step of W1", 1),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_not_the_same_algorithm(answer, mistake):
    code, out, _ = answer(*SMALL, "--plant", mistake)
    assert code == 1
    quantity, step = PLANTED[mistake]
    assert f"planted by hand: {mistake}\n" in out
    assert f"\nnot the same algorithm since step {step}: {quantity}\n" in out


@pytest.mark.parametrize(
    ("rule", "mistake", "said"),
    [
        ("adam", "the moments are stored corrected", "m of W1, the moments are stored corrected"),
        ("momentum", "the momentum is averaged", "v of W1, equal to torch's at rate x (1 - momentum)"),
        ("adam", "epsilon inside the root of adam", "step of W1, epsilon inside the root of adam"),
    ],
)
def test_a_mistake_of_an_update_rule_is_planted_and_named(answer, rule, mistake, said):
    words = ("--optimizer", rule, "--learning-rate", "0.01", "--plant", mistake)
    code, out, _ = answer(*SMALL, *words)
    assert code == 1
    assert f"\nnot the same algorithm since step 1: {said}\n" in out


def test_a_mistake_that_does_nothing_here_is_said(answer):
    code, out, _ = answer(*SMALL, "--plant", "relu lets every error pass")
    assert code == 0
    assert "for all 3 epochs: the mistake changes nothing on this network\n" in out


def test_a_training_by_hand_alone_is_judged_and_continued(answer):
    words = (
        "--alone",
        "--seeds",
        "2",
        "--validation",
        "400",
        "--optimizer",
        "adam",
        "--learning-rate",
        "0.01",
    )
    code, out, _ = answer(*SMALL, *words, "--epochs", "4")
    assert code == 0
    assert "1,037 examples to train on, 400 to test on" in out
    assert "\nevery judged step of 4 epochs is right, from what was given to it\n" in out
    assert re.search(r"^test accuracy after epoch 4 over 3 seeds: mean \S+%, ", out, re.MULTILINE)
    whole_run = contents()
    answer(*SMALL, *words, "--epochs", "2")
    assert answer(*SMALL, *words, "--epochs", "4", "--resume")[0] == 0
    assert contents() == whole_run


NETWORK = """
import numpy as np


class Network:
    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases

    def backprop(self, x, y):
        W1, W2 = self.weights
        z1 = x @ W1 + self.biases[0]
        a1 = np.tanh(z1)
        z2 = a1 @ W2 + self.biases[1]
        e = np.exp(z2 - z2.max(axis=1, keepdims=True))
        dz2 = (e / e.sum(axis=1, keepdims=True) - y) / len(x)
        dz1 = SLOPE * (dz2 @ W2.T)
        return [x.T @ dz1, a1.T @ dz2], [dz1.sum(axis=0), dz2.sum(axis=0)]

    def update(self, x, y, rate):
        dW, db = self.backprop(x, y)
        self.weights = [W - rate * g for W, g in zip(self.weights, dW)]
        self.biases = [b - rate * g for b, g in zip(self.biases, db)]
"""
EXAM = """
from backproof import Examinee

e = Examinee("network.py", net="tanh softmax", loss="cross_entropy", W="in,out", b="n", x="B,n")
"""
GRADIENTS = """

@e.gradients
def _(m, p, x, y):
    dW, db = m.Network(p.W, p.b).backprop(x, y)
    return e.named(dW=dW, db=db)
"""
STEP = """

@e.step
def _(m, p, x, y, rate):
    net = m.Network(p.W, p.b)
    net.update(x, y, rate)
    return e.named(W=net.weights, b=net.biases)
"""


@pytest.mark.parametrize("adapters", [GRADIENTS, STEP], ids=["gradients", "step"])
@pytest.mark.parametrize("right", [True, False])
def test_somebody_s_network_takes_the_place_of_ours(answer, adapters, right):
    Path("network.py").write_text(NETWORK.replace("SLOPE", "(1 - a1**2)" if right else "(1 - a1)"))
    Path("exam.py").write_text(EXAM + adapters)
    code, out, _ = answer(*SMALL, "--implementation", "exam.py", "--learning-rate", "0.5")
    assert code == (0 if right else 1)
    first = "dW1" if adapters == GRADIENTS else "step of W1"
    said = (
        "identical up to rounding for all 3 epochs"
        if right
        else f"not the same algorithm since step 1: {first}"
    )
    assert f"\n{said}\n" in out
    repeat = shlex.split(out.splitlines()[-1].removeprefix("to repeat: "))
    assert answer(*repeat[1:])[0] == code


def logged(by, rows, extra=""):
    Path("theirs.csv").write_text("\n".join([f"{by},loss{extra}", *rows]) + "\n")
    return ("--log", "theirs.csv")


def test_a_log_of_the_same_training_agrees(answer):
    answer(*SMALL)
    epochs = told()["epochs"]
    after = [f"{e['epoch']},{e['loss_by_hand']:.5f},{e['accuracy_by_hand']:.2%}" for e in epochs]
    code, out, _ = answer(*SMALL, *logged("epoch", after, ",accuracy"))
    assert code == 0
    assert "in every epoch: the training loss after each epoch\n" in out

    met = [f"{e['epoch']},{e['loss_met']!r}" for e in epochs[1:]]
    code, out, _ = answer(*SMALL, *logged("Epoch", met))
    assert code == 0
    assert "in every epoch: the mean of each epoch's losses, before their steps\n" in out

    wrong = [*after[:2], "2,0.5,12%", after[3]]
    code, out, _ = answer(*SMALL, *logged("epoch", wrong, ",accuracy"))
    assert code == 1
    assert "\nthe log is apart since epoch 2: the training loss after each epoch\n" in out
    assert "\nits accuracy is apart since epoch 2\n" in out


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (0.1, "times 0.1 (the mean over the 10 outputs too)"),
        (0.5, "times 0.5 (half of it)"),
        (500, "times 500 (the sum over the batch's 250 examples, twice that)"),
    ],
)
def test_a_log_of_another_reduction_agrees_and_is_named(answer, times, words):
    answer(*SMALL)
    rows = [f"{e['epoch']},{times * e['loss_by_hand']:.6g}" for e in told()["epochs"]]
    code, out, _ = answer(*SMALL, *logged("epoch", rows))
    assert code == 0
    assert f"in every epoch: the training loss after each epoch, {words}\n" in out


def test_a_log_that_begins_elsewhere_accuses_no_gradient(answer):
    rows = [f"{number},{3 - number / 9}" for number in range(4)]
    code, out, _ = answer(*SMALL, *logged("epoch", rows))
    assert code == 1
    assert (
        "\nso before any update: the parameters that it began with, its first batch or its loss differ\n"
        in out
    )


def test_a_log_of_steps(answer):
    spec = NetworkSpec((64, 4, 10), ("sigmoid", "sigmoid"))
    task = training.task(spec, load("digits"), 250, OptimizerSpec(), 0, losses=True)
    state = training.begin(task)
    for _ in range(3):
        list(training.one_epoch(task, state))
    rows = [f"{number},{loss:.6f},9" for number, loss in enumerate(state.course.losses)]
    code, out, _ = answer(*SMALL, *logged("step", rows, ",lr"))
    assert code == 0
    assert "not read of the log: lr\n" in out
    assert "in every step: the batch's loss before each step\n" in out


@pytest.mark.parametrize(
    ("by", "rows", "problem"),
    [
        ("epoch", ["1,1.0"], "theirs.csv has 1 epochs, and the training 3"),
        ("step", ["0,1.0"], "theirs.csv has 1 steps, and the training 18"),
        ("epoch", ["1,1.0", "2,x", "3,1"], "'x' in line 3 of theirs.csv is no finite number"),
        ("epoch", ["1,1.0", "2,nan", "3,1"], "'nan' in line 3 of theirs.csv is no finite number"),
        ("epoch", ["1,1.0", "2", "3,1"], "line 3 of theirs.csv has 1 cells, not 2"),
        ("epoch", ["1,1.0", "1,1", "3,1"], "the epochs of theirs.csv do not count up from 0 or 1"),
        ("epoch", ["1.5,1.0"], "'1.5' in line 2 of theirs.csv is no whole number"),
        ("time", ["1,1.0"], "theirs.csv has the headings 'time', 'loss'"),
    ],
)
def test_a_log_that_cannot_be_laid_beside(refused, by, rows, problem):
    assert refused(*SMALL, *logged(by, rows))[0] == problem


# --- interruption -------------------------------------------------------------------------------------


def interrupt(monkeypatch, epoch, step):
    """Makes the twin by hand receive a Ctrl-C after that step."""
    honest, calls = train.train, []

    def interrupted(*arguments):
        calls.append(1)
        for number, event in enumerate(honest(*arguments), start=1):
            yield event
            if (len(calls), number) == (epoch, step):
                raise KeyboardInterrupt

    monkeypatch.setattr(train, "train", interrupted)


def test_an_interrupted_run_continues_to_the_same_bits(answer, monkeypatch, tmp_path):
    words = (*SMALL, "--activation", "relu", "--loss", "cross_entropy", "--save", "net.npz")
    _, whole_out, _ = answer(*words)
    expected = contents(".")["net.npz"], contents()

    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    with monkeypatch.context() as patch:
        interrupt(patch, epoch=3, step=2)
        code, out, err = answer(*words)
    assert code == 130
    assert json.loads(Path("results/run.json").read_text("ascii"))["outcome"] == "interrupted"
    assert "after epoch 2: " in out
    assert err.startswith("interrupted; to continue: backproof compare digits ")
    rest = shlex.split(err.removeprefix("interrupted; to continue: backproof "))
    assert rest[-1] == "--resume"

    code, out, err = answer(*rest)
    assert (code, err) == (0, "")
    assert out == whole_out
    assert (contents(".")["net.npz"], contents()) == expected


def test_a_run_interrupted_in_its_first_epoch_leaves_older_results(answer, monkeypatch):
    answer(*SMALL)
    older = contents()
    interrupt(monkeypatch, epoch=1, step=2)
    code, _, err = answer(*SMALL, "--seed", "1")
    assert code == 130
    assert err.startswith(
        "interrupted before the first epoch was complete; to begin again: backproof compare "
    )
    assert contents() == older


def test_ctrl_c_is_answered_by_the_real_command():
    words = [*COMMAND, *SMALL, "--epochs", "1000000"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        # Lines appear while training goes on, so the run is in epoch 3 or later when this ends.
        for line in process.stdout:
            if line.split()[:1] == ["2"]:
                process.send_signal(signal.SIGINT)
                break
        _, err = process.communicate()
    assert process.returncode == 130
    assert re.search(r"^interrupted; to continue: backproof compare .* --resume$", err, re.MULTILINE)
    assert "Traceback" not in err
    assert [path.name for path in sorted(Path("results").iterdir())] == RESULTS


def test_more_epochs_may_be_asked_for(answer):
    longer = ("--epochs", "5")
    answer(*SMALL, *longer)
    whole_run = contents()
    answer(*SMALL)
    assert contents() != whole_run
    assert answer(*SMALL, *longer, "--resume")[0] == 0
    assert contents() == whole_run


def test_only_the_same_training_is_continued(answer, refused):
    answer(*SMALL)
    for words, problem, advice in (
        (
            ("--epochs", "2"),
            "the training in results has already done 3 epochs",
            "ask for more of them, --epochs 6",
        ),
        (
            ("--seed", "1"),
            "the training in results was begun with seed 0",
            "continue it with its own settings",
        ),
        (("--learning-rate", "2"), "the training in results was begun with learning rate 1.0", "continue it"),
        (("--out", "elsewhere"), "no interrupted training in elsewhere", "name its folder with --out"),
    ):
        first, second = refused(*SMALL, *words, "--resume")
        assert first == problem
        assert second.startswith(advice)
    assert not Path("elsewhere").exists()


def test_other_versions_are_noted(answer, monkeypatch):
    answer(*SMALL)
    honest = training.load

    def load(*arguments):
        settings, state = honest(*arguments)
        return {**settings, "versions": {**settings["versions"], "numpy": "1.0"}}, state

    monkeypatch.setattr(training, "load", load)
    code, _, err = answer(*SMALL, "--epochs", "4", "--resume")
    assert code == 0
    assert err == "note: begun with another version of numpy\n"


# --- bad input ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "problem", "advice"),
    [
        (["cifar"], "unknown data set 'cifar'", "choose from digits, mnist"),
        (["\x1b[31mred"], "unknown data set '\\x1b[31mred'", "choose from"),
        (["--activation", "swish"], "unknown activation 'swish'", "choose from identity, sigmoid"),
        (["--loss", "hinge"], "unknown loss 'hinge'", "choose from squared_error"),
        (["--hidden", "0"], "width 0 in (64, 0, 10)", "every width is a whole number, 1 to 1,000,000,000"),
        (["--hidden", "16;16"], "hidden widths '16;16'", "give whole numbers with commas between them"),
        (["--hidden", "1000000,1000000"],
         "widths 64,1000000,1000000,10 with batches of 10 need about 176 TB", ""),
        (["--batch", "0"], "batch 0 with 1,437 examples", "a batch holds 1 to 1,437 of the examples"),
        (["--learning-rate", "nan"], "learning rate nan", "a learning rate is a number above 0"),
        (["--epochs", "0"], "Invalid value for '--epochs'", "see `backproof"),
        (["mnist"], "no MNIST in ", "put MNIST's four unpacked files into "),
        (["mnist", "--data-root", "nowhere"],
         "no MNIST in nowhere, named as the data root", "name the folder"),
        (["--out", "/dev/null/results"],
         "/dev/null/results cannot be written: Not a directory", "choose another"),
        (["--batch", "10" * 20], "batch 1010101010101010101010101010101010101010 with 1,437 examples", ""),
        (["--save", "net.txt"], "--save net.txt", "a saved network is an .npz file"),
        (["--save", "/dev/null/net.npz"], "/dev/null is a file", "a folder is needed there"),
        (["--save", "taken.npz"], "taken.npz is a folder", "a file is needed there"),
        (["--out", "file"], "file is a file", "a folder is needed there"),
        (["--optimizer", "adagrad"], "unknown optimizer 'adagrad'", "choose from sgd, momentum"),
        (["--schedule", "linear"], "unknown schedule 'linear'", "choose from constant, step"),
        (["--init", "zeros"], "unknown initialisation 'zeros'", "choose from lecun, xavier, he"),
        (["--dropout", "1"], "dropout is 1.0", "dropout is a number, 0 or more, below 1"),
        (["--weight-decay", "-1"], "weight_decay is -1.0", "weight_decay is a number"),
        (["--clip-norm", "0"], "clip_norm is 0", "clip_norm is a number above 0"),
        (["--validation", "1437"], "validation 1437 of 1,437 training examples", "hold back some"),
        (["--plant", "db zero"], "no mistake is called 'db zero'", "some are: db is zero; "),
        (["--plant", "m is not corrected"], "'m is not corrected' is a mistake of adam", "--optimizer adam"),
        (["--plant", "step goes uphill", "--optimizer", "adam"],
         "'step goes uphill' is a mistake of plain descent", "leave the settings"),
        (["--plant", "gradients add up over calls", "--resume"],
         "'gradients add up over calls' lives in", ""),
        (["--implementation", "file"],
         "file declares nothing: it has no e = Examinee(...)", "backproof examine"),
        (["--implementation", "exam.py"],
         "exam.py declares 2 layers, and 3 of widths 64, 16, 16, 10 are asked for",
         "say the widths of its hidden layers, such as --hidden 16"),
        (["--implementation", "file", "--loss", "mse"],
         "--loss with --implementation", "file declares its own"),
        (["--log", "nowhere.csv"], "nowhere.csv cannot be read: No such file", "give a file"),
    ],
    ids=lambda value: " ".join(value).replace("\x1b", "esc") if isinstance(value, list) else "",
)  # fmt: skip
def test_bad_input_is_two_lines_and_exit_code_2(refused, words, problem, advice):
    Path("taken.npz").mkdir()
    Path("file").write_text("", "ascii")
    Path("exam.py").write_text(
        "e = Examinee(net='relu softmax', loss='mse')\n@e.gradients\ndef _(m, p, x, y): ...", "ascii"
    )
    first, second = refused("compare", *words)
    assert first.startswith(problem)
    assert second.startswith(advice)


# --- files and pictures -------------------------------------------------------------------------------


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"older")

    def write(content, failure=None):
        with whole(path) as file:
            file.write(content)
            if failure:
                raise failure

    with pytest.raises(KeyboardInterrupt):
        write(b"half", KeyboardInterrupt)
    assert contents(tmp_path) == {"file": b"older"}  # and nothing half-written beside it
    write(b"newer")
    assert path.read_bytes() == b"newer"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "here"]


def test_a_full_disk_is_said(tmp_path):
    with (
        pytest.raises(InputError, match="file cannot be written: No space left on device"),
        whole(tmp_path / "file"),
    ):
        raise OSError(28, "No space left on device")
    assert not (tmp_path / "file").exists()


def drawn(distances, title="a title"):
    """The picture of a training whose distance went like this."""
    spec = NetworkSpec((4, 2), ("sigmoid",))
    x, y = np.zeros((1, 4)), np.zeros((1, 2))
    task = Task(spec, x, y, x, y, 1, OptimizerSpec(), 0)
    epochs = [
        Epoch(number, 2.0 / (number + 1), 2.0 / (number + 1), 0.5, 0.5, distance, 1e-12, 0, 0, 0)
        for number, distance in enumerate(distances)
    ]
    steps = [Logged(number, 1.0, 1.0, distance, 1e-12, True) for number, distance in enumerate(distances)]
    params = init_params(spec, np.random.default_rng(0))
    return pictures.curves(
        task,
        State({"hand": Side(params), "autograd": Side(params)}, epochs, Verdicts(), Course(steps=steps)),
        title,
    )


@pytest.mark.usefixtures("real_pictures")
def test_the_same_picture_is_the_same_file(tmp_path):
    for name in ("one", "two"):
        figure = drawn([0.0, 1e-16, 3e-15])
        for kind in ("png", "svg"):
            pictures.save(figure, tmp_path / f"{name}.{kind}")
    files = contents(tmp_path)
    assert files["one.png"] == files["two.png"]
    assert files["one.svg"] == files["two.svg"]
    assert b"<dc:date>" not in files["one.svg"]
    assert len(files["one.svg"]) < 100_000


@pytest.mark.usefixtures("real_pictures")
def test_pictures_are_opaque_white_cards(tmp_path):
    figure = drawn([0.0, 1e-16, 3e-15])
    pictures.save(figure, tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as picture:
        pixels = np.asarray(picture.convert("RGBA"))
    assert pixels.shape[1] == 1200
    assert (pixels[..., 3] == 255).all()
    assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1], :3] == 255).all()


@pytest.mark.parametrize("distances", [[0.0], [0.0, 1e-15], [0.0, np.inf, 3e-16, 1e150]])
@pytest.mark.parametrize(
    "title", ["short", "digits, " + "-".join(["128"] * 40) + ", categorical_cross_entropy"]
)
def test_no_text_of_a_picture_is_cut_off_or_covered(distances, title):
    figure = drawn(distances, title)
    figure.draw_without_rendering()
    texts = [*figure.texts, *(axes.yaxis.label for axes in figure.axes[:3]), figure.axes[2].xaxis.label]
    for axes in (axes for axes in figure.axes if axes.axison):
        low, high = axes.get_ylim()
        # Ticks beyond the limits are not drawn.
        texts += [label for y, label in zip(axes.get_yticks(), axes.get_yticklabels()) if low <= y <= high]
    boxes = [text.get_window_extent() for text in texts]
    for number, box in enumerate(boxes):
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
        for other in boxes[:number]:
            assert not box.overlaps(other)
    inches = 400 / figure.get_figwidth()  # on a page of 400 pixels no text is smaller than 9
    for text in figure.findobj(Text):
        assert text.get_fontsize() / 72 * inches >= 9
        assert "$" not in text.get_text()  # whose exponents are smaller than the text
