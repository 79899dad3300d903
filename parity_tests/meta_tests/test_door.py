"""Strangers' networks come through the door: right ones are cleared, wrong ones are told where."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

from backproof.parity_tests.door.exam_file import examine
from backproof.parity_tests.door.sandbox import CrashError, Sandbox
from backproof.parity_tests.door.source import places
from backproof.parity_tests.meta_tests.strangers import (
    DECLARATIONS,
    FROZEN,
    FROZEN_EXAM,
    JAX,
    JAX_EXAM,
    MINI_BATCH,
    MINI_BATCH_EXAM,
    MISTAKES,
    NAMED,
    OPTIMIZERS,
    OWN_ACTIVATION,
    OWN_ACTIVATION_EXAM,
    OWN_LOSS,
    OWN_LOSS_EXAM,
    SKLEARN_EXAM,
    STRANGERS,
)
from backproof.scratch.errors import InputError

NETWORKS, FEW = 6, 3
X = np.ones((2, 2))
SETTINGS = {"widths": [2, 2], "activations": ["identity"], "loss": "mse", "dtype": "float64"}
QUESTION = {"kind": "gradients", "settings": SETTINGS}
HOSTILE = """
from backproof import Examinee
e = Examinee(net="identity", loss="mse", widths=(2, 2))

@e.gradients
def f(m, p, x, y):
    {}
    return e.named(dW1=p.W1, db1=p.b1)
"""


def written(folder: Path, network: str, exam: str) -> Path:
    (folder / "network.py").write_text(network, "utf-8")
    path = folder / "exam.py"
    path.write_text(exam, "utf-8")
    return path


@pytest.mark.parametrize("name", STRANGERS)
def test_right_code_is_cleared(name, tmp_path):
    found = examine(written(tmp_path, *STRANGERS[name]), seed=3, networks=NETWORKS)
    assert (found.verdict.word, found.code) == ("exact", 0), found
    assert not any(question.failed for question in found.questions)
    assert not any("something else" in note for note in found.notes), found.notes


@pytest.mark.parametrize(("name", "right", "wrong", "verdict", "first"), MISTAKES)
def test_a_mistake_is_found_and_placed(name, right, wrong, verdict, first, tmp_path):
    network, exam = STRANGERS[name]
    assert network.count(right) == 1
    found = examine(written(tmp_path, network.replace(right, wrong), exam), seed=3, networks=NETWORKS)
    assert found.verdict.word == verdict, found
    assert found.code == (0 if verdict == "exact" else 1)
    if first:
        # After a step at a small rate the digits are gone that would tell dW1 from the dz1 that leads to it.
        assert found.place[0].startswith((f"first wrong step: {first}[", f"first wrong: {first}["))


@pytest.mark.parametrize(("name", "right", "wrong", "line", "mistake"), NAMED)
def test_the_right_line_and_the_known_mistake_are_said(name, right, wrong, line, mistake, tmp_path):
    network, exam = STRANGERS[name]
    assert network.count(right) == 1
    found = examine(written(tmp_path, network.replace(right, wrong), exam), seed=3, networks=NETWORKS)
    assert found.line[-1] == f"the right line: {line}"
    assert found.mistake.startswith(mistake)
    assert bool(found.mistake) == bool(mistake)


def test_a_wrong_network_is_shown_as_small_as_it_can_be_by_all_witnesses(tmp_path):
    network, exam = STRANGERS["script"]
    wrong = network.replace("dz2.dot(W2.T) * (a1 > 0)", "dz2.dot(W2.T)")
    found = examine(written(tmp_path, wrong, exam), networks=NETWORKS)
    line = next(each for each in found.place if each.startswith("dW1["))
    assert "by autograd 0, by the definition of the derivative 0" in line
    names: dict[str, np.ndarray] = {}
    exec(found.snippet.replace("print", "shown ="), names)  # our own text, which needs numpy alone
    assert names["W1"].shape == (1, 1)
    # The report's numbers are in the units of the loss that was declared, as the snippet's.
    assert names["shown"] > 0
    row = next(row for row in found.rows if row.quantity == "dz1")
    assert row.examined in names["yours_dz1"]


@pytest.mark.parametrize(
    ("name", "declared", "said"),
    [
        ("classes", 'net="relu softmax", widths=(3, 4, 2)', "K was 2 throughout"),
        ("classes", 'net="relu softmax", widths=(3, 1, 3)', "width 1 throughout"),
        ("classes", 'net="relu softmax", batch=1', "one example at a time"),
    ],
)
def test_what_acquits_is_said(name, declared, said, tmp_path):
    network, exam = STRANGERS[name]
    found = examine(written(tmp_path, network, exam.replace('net="relu softmax"', declared)), networks=FEW)
    assert found.verdict.word == "exact"
    assert any(said in note for note in found.notes), found.notes


def test_undivided_errors_are_divided_in_the_right_line(tmp_path):
    network, exam = STRANGERS["columns"]
    exam = exam.replace("cache = m", "cache = kept = m").replace("**m.backward", "**kept, **m.backward")
    network = network.replace('return {"dW1": dW1,', 'return {"dZ1": dZ1, "dZ2": dZ2, "dW1": dW1,')
    wrong = network.replace("np.sum(dZ1, axis=1, keepdims=True) / m", "np.sum(dZ1, axis=1, keepdims=True)")
    found = examine(written(tmp_path, wrong, exam), seed=3, networks=NETWORKS)
    assert found.line[-1] == "the right line: db1 = dz1.sum(axis=1, keepdims=True) / B"
    assert "dz is carried as B times the gradient, and dW and db make up for it" in found.notes


@pytest.mark.parametrize(("network", "exam", "right", "wrong", "verdict", "said"), OPTIMIZERS)
def test_an_optimizer_is_judged_update_by_update(network, exam, right, wrong, verdict, said, tmp_path):
    assert not right or network.count(right) == 1
    found = examine(written(tmp_path, network.replace(right or "\0", wrong), exam), networks=FEW)
    assert (found.verdict.word, said in found.verdict.sentence) == (verdict, True), found
    assert found.code == (0 if verdict == "exact" else 1)
    if verdict == "exact":
        assert [question.word for question in found.questions] == ["right"] * 4


@pytest.mark.parametrize(("network", "exam", "right", "wrong", "verdict", "said"), DECLARATIONS)
def test_what_is_declared_is_asked(network, exam, right, wrong, verdict, said, tmp_path):
    assert not right or network.count(right) == 1
    found = examine(written(tmp_path, network.replace(right or "\0", wrong), exam), networks=NETWORKS)
    assert (found.verdict.word, said in found.verdict.sentence) == (verdict, True), found


def test_what_is_frozen_is_not_judged_and_what_is_missing_is_said(tmp_path):
    found = examine(written(tmp_path, FROZEN, FROZEN_EXAM), networks=FEW)
    assert [q.word for q in found.questions if q.name == "db1"] == ["not judged"]
    assert "db1 (frozen)" in found.not_asked
    found = examine(written(tmp_path, FROZEN, FROZEN_EXAM.replace('frozen="b1"', "")), networks=FEW)
    assert found.place[0].startswith("first wrong step: db1[")
    missing = FROZEN_EXAM.replace("dW1, db1, dW2", "dW1, _, dW2").replace('frozen="b1"', "")
    found = examine(written(tmp_path, FROZEN, missing), networks=FEW)
    assert found.verdict.word == "exact"
    assert "db1 (not given)" in found.not_asked


def test_an_activation_that_has_the_values_of_a_known_one_is_that(tmp_path):
    network = OWN_ACTIVATION.replace("z / (1 + np.exp(-z))", "np.tanh(z)")
    network = network.replace("s + z * s * (1 - s)", "1 - np.tanh(z) ** 2")
    found = examine(written(tmp_path, network, OWN_ACTIVATION_EXAM), networks=FEW)
    assert found.verdict.sentence == "right: dW and db are the gradient of half_squared_error"


def test_another_slope_of_leaky_relu_is_told_of_ours(tmp_path):
    network, exam = STRANGERS["classes"]
    network = network.replace("np.maximum(0, X @ W1)", "np.maximum(0.1 * (X @ W1), X @ W1)")
    network = network.replace("dhidden[h <= 0] = 0", "dhidden[h <= 0] *= 0.1")
    exam = exam.replace("relu softmax", "leaky_relu softmax")
    found = examine(written(tmp_path, network, exam), networks=FEW)
    assert any("leaky_relu has the slope 0.01 below 0" in line for line in found.place), found


def test_a_loss_that_has_the_values_of_a_known_one_is_that(tmp_path):
    network = OWN_LOSS.replace("np.log(np.cosh(a - y)).sum() / len(a)", "((a - y) ** 2).mean()")
    network = network.replace("np.tanh(o - y) / len(x)", "2 * (o - y) / o.size")
    found = examine(written(tmp_path, network, OWN_LOSS_EXAM), networks=FEW)
    assert found.verdict.sentence == "right: dW and db are the gradient of mse"


def test_a_jax_function_is_asked_where_jax_is_installed(tmp_path):
    pytest.importorskip("jax", reason="jax is not installed here")
    found = examine(written(tmp_path, JAX, JAX_EXAM), networks=FEW, seconds=60.0)
    assert found.verdict.word == "exact", found
    assert any("what autograd computes is right by construction" in note for note in found.notes)


@pytest.mark.parametrize(
    ("declared", "verdict"),
    [("epsilon=1e-9", "exact"), ("", "another function"), ("epsilon=1e-8", "another function")],
)
def test_an_epsilon_in_the_printed_loss_is_no_mistake(declared, verdict, tmp_path):
    network, exam = STRANGERS["epsilon"]
    assert exam.count("epsilon=1e-9") == 1
    found = examine(written(tmp_path, network, exam.replace("epsilon=1e-9", declared)), networks=FEW)
    assert found.verdict.word == verdict, found
    assert "something is kept between calls" not in " ".join(found.notes)


@pytest.mark.parametrize(("factor", "word"), [("", "exact"), (" * 1.01", "wrong")])
def test_what_is_handed_on_in_float32_is_judged_as_such(factor, word, tmp_path):
    network, exam = ADAM.replace("x.T @ dz", f"np.float32(x.T @ dz{factor})"), ADAM_EXAM
    found = examine(written(tmp_path, network, exam.replace("@e.step", "#")), seed=3, networks=NETWORKS)
    assert found.verdict.word == word
    assert any("float32" in note for note in found.notes) == (word == "exact")


ADAM = """
import numpy as np

def gradients(x, y, W, b):
    dz = (x @ W + b - y) / len(x)
    return x.T @ dz, dz.sum(axis=0)

def step(W, b, dW, db, rate):
    m, v = [0.1 * g for g in (dW, db)], [0.001 * g * g for g in (dW, db)]
    return [p - rate * (m_ / 0.1) / (np.sqrt(v_ / 0.001) + 1e-8) for p, m_, v_ in zip((W, b), m, v)]
"""
ADAM_EXAM = """
from backproof import Examinee
e = Examinee("network.py", net="identity", loss="half squared_error", W="in,out")

@e.gradients
def f(m, p, x, y):
    dW, db = m.gradients(x, y, p.W1, p.b1)
    return e.named(dW1=dW, db1=db)

@e.step
def g(m, p, x, y, rate):
    W, b = m.step(p.W1, p.b1, *m.gradients(x, y, p.W1, p.b1), rate)
    return e.named(W1=W, b1=b)
"""


@pytest.mark.parametrize(
    ("exam", "word"), [(ADAM_EXAM, "exact"), (ADAM_EXAM.replace("@e.gradients", "#"), "not judged")]
)
def test_a_step_of_adam_is_no_wrong_gradient(exam, word, tmp_path):
    found = examine(written(tmp_path, ADAM, exam), seed=3, networks=NETWORKS)
    assert found.verdict.word == word
    assert any("first step of Adam" in question.said for question in found.questions)
    assert "the update" in found.not_asked


FILLED = """
import numpy as np
X = np.zeros((30, 2))
y = np.zeros(30, dtype="uint8")
for j in range(3):
    ix = range(10 * j, 10 * (j + 1))
    t = np.linspace(j, j + 1, 10)
    X[ix] = np.c_[t * np.sin(t), t * np.cos(t)]
    y[ix] = j
X -= X.mean(axis=0)
W1 = np.random.randn(2, 3)
W1 *= 0.01
b1 = np.zeros((1, 3))
n = len(X)
for i in range(100):
    p = np.exp(X @ W1 + b1)
    p = p / p.sum(axis=1, keepdims=True)
    delta1 = p.copy()
    delta1[range(n), y] -= 1
    delta1 /= n
    dW1 = X.T @ delta1
    db1 = delta1.sum(axis=0, keepdims=True)
    W1 -= 0.5 * dW1
    b1 -= 0.5 * db1
"""
FILLED_EXAM = """
from backproof import Examinee
e = Examinee("network.py", net="softmax", loss="cross_entropy", W="in,out", b="1,n", y="classes", script=True)
"""


def test_a_script_may_fill_its_arrays_before_it_trains(tmp_path):
    found = examine(written(tmp_path, FILLED, FILLED_EXAM), networks=NETWORKS)
    assert found.verdict.word == "exact", found
    found = examine(written(tmp_path, FILLED.replace("delta1 /= n", "pass"), FILLED_EXAM), networks=NETWORKS)
    assert found.verdict.word == "factor", found


def test_an_update_with_its_sign_turned_is_said_and_its_line_alone(tmp_path):
    network = FILLED.replace("b1 -= 0.5 * db1", "b1 += 0.5 * db1")
    exam = FILLED_EXAM.replace("script=True", "script=True, rate=0.5")
    found = examine(written(tmp_path, network, exam), networks=NETWORKS)
    assert found.verdict.word == "wrong"
    assert found.verdict.sentence.startswith("the update of b1 has its sign turned")
    assert found.line == ("network.py, line 24: b1 += 0.5 * db1",)


KEPT = """
import numpy as np
kept = 0

def gradients(x, y, W, b):
    global kept
    dz = 2 * (x @ W + b - y) / y.size
    dW = x.T @ dz
    if np.shape(kept) == dW.shape:
        dW = dW + kept
    kept = dW
    return dW, dz.sum(axis=0)
"""
KEPT_EXAM = """
from backproof import Examinee
e = Examinee("network.py", net="identity", loss="mse", W="in,out")

@e.gradients
def _(m, p, x, y):
    dW1, db1 = m.gradients(x, y, p.W1, p.b1)
    return e.named(locals())
"""


SHARED_RATE = """
def update(W, b, dW, db, rate):
    W -= rate * dW
    b -= db
"""


def test_an_update_that_is_not_in_proportion_to_the_rate_is_said(tmp_path):
    exam = ADAM_EXAM.replace("W, b = m.step(", "m.update(").replace("return e.named(W1=W, b1=b)", "return p")
    found = examine(written(tmp_path, ADAM + SHARED_RATE, exam), networks=FEW)
    assert found.verdict.sentence == "the update: the change of b1 is not in proportion to the rate"
    assert found.line == ("network.py, line 14: b -= db",)
    assert [q.word for q in found.questions if q.name in ("dW1", "db1")] == ["right", "right"]


def test_a_name_under_which_something_else_was_given_is_not_accused(tmp_path):
    network, exam = STRANGERS["columns"]
    network = network.replace('return {"Z1": Z1, ', 'Z1 -= 1\n    return {"Z1": Z1, ')
    found = examine(written(tmp_path, network, exam), networks=FEW)
    assert found.verdict.word == "exact"
    assert "what was given as z1 is something else" in found.notes
    assert not any(row.verdict == "wrong" for row in found.rows)
    wrong = network.replace('(1 - cache["A1"] ** 2)', '(1 - cache["A1"])')
    found = examine(written(tmp_path, wrong, exam), seed=3, networks=NETWORKS)
    assert found.place[0].startswith("first wrong step: dz1[")


def test_a_name_without_a_number_is_not_shown_where_layers_have_numbers():
    assert places(ast.parse("ds = 1\ndb1 = 2\ndef f():\n    dz = 3"), "dz1", 2) == [(4, "dz = 3")]
    assert places(ast.parse("delta3 = 1\ndelta2 = 2\nd1 = 3"), "dz1", 2) == [(2, "delta2 = 2")]
    assert places(ast.parse("d1 = 1\ndz1 = 2"), "dz1", 2) == [(2, "dz1 = 2")]
    errors = ast.parse(
        "hidden_errors = who.T @ output_errors\nself.wih = f()\nself.wih += 0.5 * (hidden_errors * h @ x.T)"
    )
    assert [line for line, _ in places(errors, "dz1", 2)] == [1]
    assert [line for line, _ in places(errors, "dW1", 2)] == [3]
    assert places(errors, "dW2", 2) == places(errors, "dz2", 2) == []
    own = ast.parse("@e.gradients\ndef _(m, p, x, y):\n    dW1 = m.f(x)")
    assert places(own, "dW1", 1) == []


def test_a_wrong_penalty_in_the_printed_loss_is_named(tmp_path):
    network, exam = STRANGERS["theta"]
    found = examine(
        written(tmp_path, network.replace("lam / (2 * m) * (", "lam / m * ("), exam), networks=FEW
    )
    assert found.verdict.sentence == "the penalty in the loss that you print is 2 times the declared one"


@pytest.mark.parametrize(
    ("by", "times"), [("2 * lam", "2"), ("lam / m", "1 / B"), ("2 * lam / m", "2 / B"), ("lam", "")]
)
def test_a_penalty_on_which_gradients_and_printed_loss_agree_is_no_mistake(tmp_path, by, times):
    network, exam = STRANGERS["theta"]
    network = network.replace("m = len(X)", f"m = len(X)\n    lam = {by}")
    found = examine(written(tmp_path, network, exam), networks=FEW)
    said = f"dW and db, and the loss that you print, have {times} times the declared penalty"
    assert (found.verdict.word, found.verdict.sentence) == ("other loss", said) if times else found.code == 0


@pytest.mark.parametrize("wrong", ["delta3.T @ a2", "delta3.T @ a2 / (m + 1)"])
def test_a_mistake_beside_another_penalty_is_the_one_that_is_placed(tmp_path, wrong):
    network, exam = STRANGERS["theta"]
    network = network.replace("m = len(X)", "m = len(X)\n    lam = 2 * lam")
    found = examine(written(tmp_path, network.replace("delta3.T @ a2 / m", wrong), exam), networks=NETWORKS)
    assert found.verdict.word == "wrong"
    assert found.place[0].startswith(("first wrong step: dW2[", "first wrong step: db2["))
    assert "the loss that you print, and dW1, have 2 times the declared penalty" in found.notes


def test_soft_labels_are_asked_beside_the_verdict(tmp_path):
    network, exam = STRANGERS["epsilon"]
    found = examine(written(tmp_path, network, exam), networks=FEW)
    assert [q.said for q in found.questions if q.name == "with soft labels"] == ["right"]
    picked = network.replace("dZ2 = A2 - Y", "dZ2 = A2 - np.eye(Y.shape[1])[Y.argmax(1)]")
    found = examine(written(tmp_path, picked, exam), networks=FEW)
    assert found.verdict.word == "exact"
    assert [q.said for q in found.questions if q.name == "with soft labels"] == [
        "wrong: right for one-hot labels alone"
    ]


def test_a_difference_quotient_is_said_to_be_like_one(tmp_path):
    network, exam = STRANGERS["classes"]
    network = network.replace("h.T @ dscores", "(1 + 1e-9) * h.T @ dscores")
    found = examine(written(tmp_path, network, exam), networks=FEW)
    due, yours = found.place[1].removeprefix("from your own numbers it is ").split(", yours is ")
    assert due != yours
    assert "which is off by 1e-09 of its size, as a difference quotient or a padded number is" in found.place


def test_gradients_that_add_up_over_calls_are_found(tmp_path):
    # Two networks of different shapes: only a second call on the same arrays adds up.
    found = examine(written(tmp_path, KEPT, KEPT_EXAM), networks=2)
    assert found.code == 1
    assert "something is kept between calls" in found.verdict.sentence
    right = KEPT.replace("dW = dW + kept", "pass")
    found = examine(written(tmp_path, right, KEPT_EXAM), networks=2)
    assert found.verdict.word == "exact"


def test_what_one_example_cannot_show_is_not_asked_and_a_mini_batch_can_be(tmp_path):
    network, exam = STRANGERS["lists"]
    found = examine(written(tmp_path, network, exam), networks=FEW)
    assert "sums and means over a batch" in found.not_asked
    found = examine(written(tmp_path, network + MINI_BATCH, MINI_BATCH_EXAM), networks=FEW)
    assert found.verdict.word == "exact"
    assert "sums and means over a batch" not in found.not_asked
    wrong = (network + MINI_BATCH).replace("eta / len(batch)", "eta * len(batch)")
    found = examine(written(tmp_path, wrong, MINI_BATCH_EXAM), networks=NETWORKS)
    assert found.code == 1


def test_where_dz_was_not_given_its_right_line_is_said_too(tmp_path):
    network, exam = STRANGERS["bare"]
    assert network.count("l2_delta.dot(syn1.T)") == 1
    wrong = network.replace("l2_delta.dot(syn1.T)", "(y - l2).dot(syn1.T)")
    found = examine(written(tmp_path, wrong, exam), networks=NETWORKS)
    assert found.place[0].startswith("first wrong")
    assert any(line.startswith("the right line: dz1 = ") for line in found.line), found.line


def test_a_script_without_gradients_is_told_of_its_rate(tmp_path):
    unnamed = FILLED.replace("dW1", "change").replace("db1", "shift")
    found = examine(written(tmp_path, unnamed, FILLED_EXAM), networks=FEW)
    assert found.verdict.word == "not judged"
    assert "declares its learning rate, such as rate=1.0" in found.verdict.advice
    rated = FILLED_EXAM.replace("script=True", "script=True, rate=0.5")
    assert examine(written(tmp_path, unnamed, rated), networks=FEW).verdict.word == "exact"


def test_a_network_that_is_no_python_is_at_fault_itself(tmp_path):
    with pytest.raises(InputError, match=r"network\.py is no Python: line 1"):
        examine(written(tmp_path, "def (", FILLED_EXAM))


def test_a_notebook_is_read_as_its_cells(tmp_path):
    network, exam = STRANGERS["script"]
    cells = [{"cell_type": "code", "source": ["%matplotlib inline\n", network]}]
    (tmp_path / "network.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}), "utf-8")
    path = tmp_path / "exam.py"
    path.write_text(exam.replace("network.py", "network.ipynb"), "utf-8")
    assert examine(path, networks=4).verdict.word == "exact"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os._exit(3)", "ended itself with code 3"),
        ("raise ValueError('no')", "ValueError: no"),
        ("raise SystemExit", "SystemExit"),
        ("import os; os.fork()", "BlockingIOError"),
        ("import os; os.kill(os.getppid(), 9)", "PermissionError"),
        ("import socket; socket.socket(socket.AF_INET)", "PermissionError"),
        ("open(__file__, 'a')", "PermissionError"),
        ("import subprocess; subprocess.run(['true'])", "Error"),
        ("bytearray(10**11)", "MemoryError"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("import builtins; builtins.len = None", "ended itself"),
        ("import os; [os.write(k, b'x' * 99) for k in range(3, 9) if k != 5]", ""),
        ("while True: pass", "no answer within"),
        ("print('x' * 10**8)", "printed more than"),
        ("return None", "returned nothing"),
        ("return 'dW1'", "the adapter returned str"),
        ("import os; os.closerange(3, 99)", "ended itself"),
        ("raise type('E', (Exception,), {'__str__': lambda s: 1 / 0})()", "ended itself"),
        ("raise ValueError('\\x1b[2Jexact\\nexact: right')", "ValueError: \x1b[2Jexact (exam.py, line 7"),
        ("import numpy; numpy.seterr(all='raise'); numpy.float64(1) / 0", "FloatingPointError"),
    ],
)
def test_hostile_code_crashes_and_the_judge_does_not(code, said, tmp_path):
    path = tmp_path / "exam.py"
    path.write_text(HOSTILE.replace("{}", code), "utf-8")
    found = examine(path, networks=2, seconds=1.0 if "while" in code else 30.0)
    assert found.code == 1
    assert said in found.verdict.sentence


@pytest.mark.parametrize(
    "code",
    [
        "import numpy; numpy.allclose = numpy.array_equal = lambda *a: True",
        "import numpy; numpy.asarray = None",
        "import sys; sys.modules['backproof.parity_tests.door.judge'] = None",
        "e.declared['loss'] = 'anything'; Examinee.named = lambda *a, **k: {}",
        "import threading; threading.Thread(target=lambda: [0 for _ in iter(int, 1)], daemon=True).start()",
        "return {'dW1': [[1, 2], [3]], 'db1': 'text'}",
        "return {'dW1': p.W1[:1], 'db1': p.b1.astype('float32')}",
        "return e.named(dW1=p.W1 * float('nan'), db1=p.b1)",
        "x[:] = 0; p.W1[:] = 0",
        "return {1: p.W1, None: p.b1, 'dW0': p.W1, 'dW9': p.W1}",
        "return {'dW1': p.W1.astype(complex), 'db1': p.b1}",
        "x = []; x.append(x); return {'dW1': x}",
        "import sys; sys.stdout.close(); sys.stderr.close()",
    ],
)
def test_nothing_that_it_does_turns_red_into_green(code, tmp_path):
    path = tmp_path / "exam.py"
    path.write_text(HOSTILE.replace("{}", code), "utf-8")
    assert examine(path, networks=2, seconds=30.0).code in (1, 3)


def test_a_crash_is_answered_by_a_fresh_process(tmp_path):
    path = tmp_path / "exam.py"
    path.write_text(HOSTILE.format("import os; os._exit(0)"), "utf-8")
    with Sandbox(path) as sandbox:
        for _ in range(2):
            with pytest.raises(CrashError, match="ended itself"):
                sandbox.ask(QUESTION, {"x": X, "y": X, "W1": X, "b1": X[0]})
        assert sandbox.starts == 2


@pytest.mark.parametrize(
    ("exam", "said"),
    [
        ("x = 1", "declares nothing"),
        ("e = Examinee(net='relu', loss='mse')", "has no adapter"),
        ("e = Examinee(net='relu', loss='mse', bias='n')", "has no 'bias'"),
        ("e = Examinee(net='relu', loss=open('x'))", "no literal"),
        (
            "e = Examinee(net='rellu', loss='mse')\n@e.gradients\ndef f(m, p, x, y): pass",
            "unknown activation",
        ),
        (
            "e = Examinee('nowhere.py', net='relu', loss='mse')\n@e.gradients\ndef f(m, p, x, y): pass",
            "no file",
        ),
        ("e = (", "no Python"),
        *(
            (f"e = Examinee(net='relu', loss='mse', {option})", f"{option.partition('=')[0]} is ")
            for option in (
                "l1=[1]",
                "l2='a lot'",
                "dropout='0.5'",
                "dropout_inputs=True",
                "epsilon='small'",
                "rate='fast'",
                "scale=None",
                "W=1",
                "b=2",
                "x=None",
                "y=3",
                "penalty=1.0",
                "dtype=64",
                "arrays=['numpy']",
                "ascent='no'",
                "penalty_in_loss=1",
                "script='yes'",
                "frozen={'b1'}",
                "batch=1.5",
                "batch=0",
                "names='W'",
                "names={1: 'W1'}",
                "l2=-1.0",
            )
        ),
        ("e = Examinee(net=3, loss='mse')", "net is 3"),
        ("e = Examinee(net='relu', loss=[2])", "loss is"),
    ],
)
def test_a_declaration_that_cannot_be_is_said(exam, said, tmp_path):
    path = tmp_path / "exam.py"
    path.write_text(exam, "utf-8")
    with pytest.raises(InputError, match=said):
        examine(path)


# Its squared error is averaged over the outputs and its gradient is not; its penalty is divided by B only.
@pytest.mark.parametrize(
    ("made", "last", "declared", "verdict", "factor"),
    [
        ('MLPClassifier(activation="tanh", alpha=0)', "softmax", 'loss="cross_entropy"', "exact", "1"),
        (
            'MLPRegressor(activation="tanh", alpha=0)',
            "identity",
            'loss="half mse", widths=(3, 4, 1)',
            "exact",
            "1",
        ),
        (
            'MLPRegressor(activation="tanh", alpha=0)',
            "identity",
            'loss="half mse", widths=(3, 4, 3)',
            "factor",
            "K",
        ),
        (
            'MLPRegressor(activation="tanh", alpha=0.5)',
            "identity",
            'loss="half mse", widths=(3, 4, 3), l2=0.5, penalty="l2/(2B) sum W^2"',
            "wrong",
            "1",
        ),
    ],
)
def test_scikit_learn(made, last, declared, verdict, factor, tmp_path):
    path = tmp_path / "exam.py"
    path.write_text(SKLEARN_EXAM.format(made=made, last=last, declared=declared), "utf-8")
    found = examine(path, networks=NETWORKS)
    assert (found.verdict.word, str(found.verdict.factor)) == (verdict, factor), found
