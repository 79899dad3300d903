"""Strangers' networks come through the door: right ones are cleared, wrong ones are told where."""

import ast
import json
import re

import numpy as np
import pytest

from backproof.parity_tests.door.exam_file import examine
from backproof.parity_tests.door.sandbox import CrashError, Sandbox
from backproof.parity_tests.door.source import places
from backproof.parity_tests.meta_tests.strangers import MISTAKES, NAMED, SAID, SKLEARN_EXAM, STRANGERS
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


@pytest.fixture
def examined(tmp_path):
    """Examines a stranger whose network, or whose exam file, has other words in place of some."""

    def answered(name, *changes, declared=(), networks=FEW, **options):
        network, exam = STRANGERS[name]
        for right, wrong in changes:
            assert right in network
            network = network.replace(right, wrong)
        for said, instead in declared:
            assert said in exam
            exam = exam.replace(said, instead)
        (tmp_path / "network.py").write_text(network, "utf-8")
        (tmp_path / "exam.py").write_text(exam, "utf-8")
        return examine(tmp_path / "exam.py", networks=networks, **options)

    return answered


@pytest.mark.parametrize("name", [name for name in STRANGERS if name not in ("jax", "adam_step", "kept")])
def test_right_code_is_cleared(examined, name):
    found = examined(name, networks=NETWORKS, seed=3)
    assert (found.verdict.word, found.code) == ("exact", 0), found
    assert SAID.get(name, "right") in found.verdict.sentence
    assert not any(question.failed for question in found.questions)
    assert not any("something else" in note for note in found.notes), found.notes


@pytest.mark.parametrize(("name", "right", "wrong", "verdict", "said"), MISTAKES)
def test_a_mistake_is_found_and_placed(examined, name, right, wrong, verdict, said):
    found = examined(name, (right, wrong), networks=NETWORKS, seed=3)
    assert found.verdict.word == verdict, found
    assert found.code == (0 if verdict == "exact" else 1)
    assert said in "\n".join([found.verdict.sentence, *found.place[:1]]), found


@pytest.mark.parametrize(("name", "right", "wrong", "line", "mistake"), NAMED)
def test_the_right_line_and_the_known_mistake_are_said(examined, name, right, wrong, line, mistake):
    found = examined(name, (right, wrong), networks=NETWORKS, seed=3)
    assert found.line[-1] == f"the right line: {line}"
    assert found.mistake.startswith(mistake)
    assert bool(found.mistake) == bool(mistake)


def test_a_wrong_network_is_shown_as_small_as_it_can_be_by_all_witnesses(examined):
    found = examined("script", ("dz2.dot(W2.T) * (a1 > 0)", "dz2.dot(W2.T)"), networks=NETWORKS)
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
    ("declared", "said"),
    [
        ("widths=(3, 4, 2)", "K was 2 throughout"),
        ("widths=(3, 1, 3)", "width 1 throughout"),
        ("batch=1", "one example at a time"),
    ],
)
def test_what_acquits_is_said(examined, declared, said):
    found = examined("classes", declared=[('loss="', f'{declared}, loss="')])
    assert found.verdict.word == "exact"
    assert any(said in note for note in found.notes), found.notes


def test_undivided_errors_are_divided_in_the_right_line(examined):
    found = examined(
        "columns",
        ('return {"dW1": dW1,', 'return {"dZ1": dZ1, "dZ2": dZ2, "dW1": dW1,'),
        ("np.sum(dZ1, axis=1, keepdims=True) / m", "np.sum(dZ1, axis=1, keepdims=True)"),
        declared=[("cache = m", "cache = kept = m"), ("**m.backward", "**kept, **m.backward")],
        networks=NETWORKS,
        seed=3,
    )
    assert found.line[-1] == "the right line: db1 = dz1.sum(axis=1, keepdims=True) / B"
    assert "dz is carried as B times the gradient, and dW and db make up for it" in found.notes


def test_what_is_frozen_is_not_judged_and_what_is_missing_is_said(examined):
    found = examined("frozen")
    assert [q.word for q in found.questions if q.name == "db1"] == ["not judged"]
    assert "db1 (frozen)" in found.not_asked
    trained = (', frozen="b1"', "")
    assert examined("frozen", declared=[trained]).place[0].startswith("first wrong step: db1[")
    found = examined("frozen", declared=[trained, ("dW1, db1, dW2", "dW1, _, dW2")])
    assert found.verdict.word == "exact"
    assert "db1 (not given)" in found.not_asked


@pytest.mark.parametrize(
    ("name", "value", "slope", "loss"),
    [
        ("own_activation", ("z / (1 + np.exp(-z))", "np.tanh(z)"),
         ("s + z * s * (1 - s)", "1 - np.tanh(z) ** 2"), "half_squared_error"),
        ("own_loss", ("np.log(np.cosh(a - y)).sum() / len(a)", "((a - y) ** 2).mean()"),
         ("np.tanh(o - y) / len(x)", "2 * (o - y) / o.size"), "mse"),
    ],
)  # fmt: skip
def test_a_function_that_has_the_values_of_a_known_one_is_that(examined, name, value, slope, loss):
    found = examined(name, value, slope)
    assert found.verdict.sentence == f"right: dW and db are the gradient of {loss}"


def test_another_slope_of_leaky_relu_is_told_of_ours(examined):
    steeper = ("np.maximum(0, X @ W1)", "np.maximum(0.1 * (X @ W1), X @ W1)")
    found = examined(
        "classes", steeper, ("[h <= 0] = 0", "[h <= 0] *= 0.1"), declared=[("relu soft", "leaky_relu soft")]
    )
    assert any("leaky_relu has the slope 0.01 below 0" in line for line in found.place), found


def test_a_jax_function_is_asked_where_jax_is_installed(examined):
    pytest.importorskip("jax", reason="jax is not installed here")
    found = examined("jax", seconds=60.0)
    assert found.verdict.word == "exact", found
    assert any("what autograd computes is right by construction" in note for note in found.notes)


@pytest.mark.parametrize(
    ("declared", "verdict"),
    [("epsilon=1e-9", "exact"), ("", "another function"), ("epsilon=1e-8", "another function")],
)
def test_an_epsilon_in_the_printed_loss_is_no_mistake(examined, declared, verdict):
    found = examined("epsilon", declared=[("epsilon=1e-9", declared)])
    assert found.verdict.word == verdict, found
    assert "something is kept between calls" not in " ".join(found.notes)


@pytest.mark.parametrize(("factor", "word"), [("", "exact"), (" * 1.01", "wrong")])
def test_what_is_handed_on_in_float32_is_judged_as_such(examined, factor, word):
    narrow = ("x.T @ dz", f"np.float32(x.T @ dz{factor})")
    found = examined("adam_step", narrow, declared=[("@e.step", "#")], networks=NETWORKS, seed=3)
    assert found.verdict.word == word
    assert any("float32" in note for note in found.notes) == (word == "exact")


@pytest.mark.parametrize(("adapter", "word"), [("@e.gradients", "exact"), ("#", "not judged")])
def test_a_step_of_adam_is_no_wrong_gradient(examined, adapter, word):
    found = examined("adam_step", declared=[("@e.gradients", adapter)], networks=NETWORKS, seed=3)
    assert found.verdict.word == word
    assert any("first step of Adam" in question.said for question in found.questions)
    assert "the update" in found.not_asked


def test_an_update_with_its_sign_turned_is_said_and_its_line_alone(examined):
    found = examined("filled", ("b1 -= 0.5", "b1 += 0.5"), declared=[RATED], networks=NETWORKS)
    assert found.verdict.word == "wrong"
    assert found.verdict.sentence.startswith("the update of b1 has its sign turned")
    assert found.line == ("network.py, line 24: b1 += 0.5 * db1",)


RATED = ("script=True", "script=True, rate=0.5")
SHARED_RATE = """
def update(W, b, dW, db, rate):
    W -= rate * dW
    b -= db

def step("""


def test_an_update_that_is_not_in_proportion_to_the_rate_is_said(examined):
    in_place = [("W, b = m.step(", "m.update("), ("return e.named(W1=W, b1=b)", "return p")]
    found = examined("adam_step", ("\ndef step(", SHARED_RATE), declared=in_place)
    assert found.verdict.sentence == "the update: the change of b1 is not in proportion to the rate"
    assert found.line == ("network.py, line 10: b -= db",)
    assert [q.word for q in found.questions if q.name in ("dW1", "db1")] == ["right", "right"]


def test_a_name_under_which_something_else_was_given_is_not_accused(examined):
    shifted = ('return {"Z1": Z1, ', 'Z1 -= 1\n    return {"Z1": Z1, ')
    found = examined("columns", shifted)
    assert found.verdict.word == "exact"
    assert "what was given as z1 is something else" in found.notes
    assert not any(row.verdict == "wrong" for row in found.rows)
    wrong = ('(1 - cache["A1"] ** 2)', '(1 - cache["A1"])')
    found = examined("columns", shifted, wrong, networks=NETWORKS, seed=3)
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


def test_a_wrong_penalty_in_the_printed_loss_is_named(examined):
    found = examined("theta", ("lam / (2 * m) * (", "lam / m * ("))
    assert found.verdict.sentence == "the penalty in the loss that you print is 2 times the declared one"


def strength(by):
    return "m = len(X)", f"m = len(X)\n    lam = {by}"


@pytest.mark.parametrize(
    ("by", "times"), [("2 * lam", "2"), ("lam / m", "1 / B"), ("2 * lam / m", "2 / B"), ("lam", "")]
)
def test_a_penalty_on_which_gradients_and_printed_loss_agree_is_no_mistake(examined, by, times):
    found = examined("theta", strength(by))
    said = f"dW and db, and the loss that you print, have {times} times the declared penalty"
    assert (found.verdict.word, found.verdict.sentence) == ("other loss", said) if times else found.code == 0


@pytest.mark.parametrize("wrong", ["delta3.T @ a2", "delta3.T @ a2 / (m + 1)"])
def test_a_mistake_beside_another_penalty_is_the_one_that_is_placed(examined, wrong):
    found = examined("theta", strength("2 * lam"), ("delta3.T @ a2 / m", wrong))
    assert found.verdict.word == "wrong"
    assert found.place[0].startswith(("first wrong step: dW2[", "first wrong step: db2["))
    assert "the loss that you print, and dW1, have 2 times the declared penalty" in found.notes


@pytest.mark.parametrize(
    ("labels", "said"),
    [("Y", "right"), ("np.eye(Y.shape[1])[Y.argmax(1)]", "wrong: right for one-hot labels alone")],
)
def test_soft_labels_are_asked_beside_the_verdict(examined, labels, said):
    found = examined("epsilon", ("dZ2 = A2 - Y", f"dZ2 = A2 - {labels}"))
    assert found.verdict.word == "exact"
    assert [q.said for q in found.questions if q.name == "with soft labels"] == [said]


def test_a_difference_quotient_is_said_to_be_like_one(examined):
    found = examined("classes", ("h.T @ dscores", "(1 + 1e-9) * h.T @ dscores"))
    due, yours = found.place[1].removeprefix("from your own numbers it is ").split(", yours is ")
    assert due != yours
    assert "which is off by 1e-09 of its size, as a difference quotient or a padded number is" in found.place


def test_gradients_that_add_up_over_calls_are_found(examined):
    # Two networks of different shapes: only a second call on the same arrays adds up.
    found = examined("kept", networks=2)
    assert found.code == 1
    assert "something is kept between calls" in found.verdict.sentence
    assert examined("kept", ("dW = dW + kept", "pass"), networks=2).verdict.word == "exact"


def test_what_one_example_cannot_show_is_not_asked_and_a_mini_batch_can_be(examined):
    assert "sums and means over a batch" in examined("lists").not_asked
    assert "sums and means over a batch" not in examined("mini_batch").not_asked


def test_where_dz_was_not_given_its_right_line_is_said_too(examined):
    found = examined("bare", ("l2_delta.dot(syn1.T)", "(y - l2).dot(syn1.T)"), networks=NETWORKS)
    assert found.place[0].startswith("first wrong")
    assert any(line.startswith("the right line: dz1 = ") for line in found.line), found.line


def test_a_script_without_gradients_is_told_of_its_rate(examined):
    unnamed = ("dW1", "change"), ("db1", "shift")
    found = examined("filled", *unnamed)
    assert found.verdict.word == "not judged"
    assert "declares its learning rate, such as rate=1.0" in found.verdict.advice
    assert examined("filled", *unnamed, declared=[RATED]).verdict.word == "exact"


def test_a_network_that_is_no_python_is_at_fault_itself(examined):
    with pytest.raises(InputError, match=r"network\.py is no Python: line \d"):
        examined("filled", ("import numpy as np", "def ("))


def test_a_notebook_is_read_as_its_cells(examined, tmp_path):
    cells = [{"cell_type": "code", "source": ["%matplotlib inline\n", STRANGERS["script"][0]]}]
    (tmp_path / "network.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}), "utf-8")
    assert examined("script", declared=[("network.py", "network.ipynb")]).verdict.word == "exact"


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


ADAPTER = "\n@e.gradients\ndef f(m, p, x, y): pass"
WRONG = """
    l1=[1]; l2='a lot'; l2=-1.0; dropout='0.5'; dropout_inputs=True; epsilon='small'; rate='fast'; scale=None
    W=1; b=2; x=None; y=3; penalty=1.0; penalty_in_loss=1; dtype=64; arrays=['numpy']; ascent='no'
    script='yes'; frozen={'b1'}; batch=1.5; batch=0; names='W'; names={1: 'W1'}
"""
WRONG_OPTIONS = re.split(r";\s|\n\s+", WRONG.strip())


@pytest.mark.parametrize(
    ("exam", "said"),
    [
        ("x = 1", "declares nothing"),
        ("e = Examinee(net='relu', loss='mse')", "has no adapter"),
        ("e = Examinee(net='relu', loss='mse', bias='n')", "has no 'bias'"),
        ("e = Examinee(net='relu', loss=open('x'))", "no literal"),
        (f"e = Examinee(net='rellu', loss='mse'){ADAPTER}", "unknown activation"),
        (f"e = Examinee('nowhere.py', net='relu', loss='mse'){ADAPTER}", "no file"),
        ("e = (", "no Python"),
        ("e = Examinee(net=3, loss='mse')", "net is 3"),
        ("e = Examinee(net='relu', loss=[2])", "loss is"),
        *(
            (f"e = Examinee(net='relu', loss='mse', {o})", f"{o.partition('=')[0]} is ")
            for o in WRONG_OPTIONS
        ),
    ],
)
def test_a_declaration_that_cannot_be_is_said(exam, said, tmp_path):
    path = tmp_path / "exam.py"
    path.write_text(exam, "utf-8")
    with pytest.raises(InputError, match=said):
        examine(path)


CLASSES, NUMBERS = (f'MLP{kind}(activation="tanh", alpha={{}})' for kind in ("Classifier", "Regressor"))
PENALISED = 'loss="half mse", widths=(3, 4, 3), l2=0.5, penalty="l2/(2B) sum W^2"'


# Its squared error is averaged over the outputs and its gradient is not; its penalty is divided by B only.
@pytest.mark.parametrize(
    ("made", "last", "declared", "verdict", "factor"),
    [
        (CLASSES.format(0), "softmax", 'loss="cross_entropy"', "exact", "1"),
        (NUMBERS.format(0), "identity", 'loss="half mse", widths=(3, 4, 1)', "exact", "1"),
        (NUMBERS.format(0), "identity", 'loss="half mse", widths=(3, 4, 3)', "factor", "K"),
        (NUMBERS.format(0.5), "identity", PENALISED, "wrong", "1"),
    ],
)
def test_scikit_learn(made, last, declared, verdict, factor, tmp_path):
    path = tmp_path / "exam.py"
    path.write_text(SKLEARN_EXAM.format(made=made, last=last, declared=declared), "utf-8")
    found = examine(path, networks=NETWORKS)
    assert (found.verdict.word, str(found.verdict.factor)) == (verdict, factor), found
