"""Backward functions, read and never run: right ones are not accused, mistakes are found at their line."""

import os
import re
import textwrap
from typing import Any

import pytest

from backproof.parity_tests.meta_tests.code_planting import planted_code
from backproof.parity_tests.meta_tests.corpus import BACKWARDS, PAGES
from backproof.parity_tests.meta_tests.derivation_fuzz import code, garbled_code
from backproof.reference.derivation import NotationError
from backproof.reference.derivation.code_claims import check_code


@pytest.mark.parametrize("name", BACKWARDS)
def test_a_right_backward_is_not_accused(name: str) -> None:
    text, options = BACKWARDS[name]
    report = check_code(text, **options)
    assert len(report.steps) >= 2
    assert not [step for step in report.steps if step.verdict not in {"right", "convention"}]


def test_a_planted_mistake_is_found_at_its_line_and_nowhere_else() -> None:
    """One in every 90 of all families, places and functions; all with BACKPROOF_EXAM=thorough."""
    every = [
        (planted, options)
        for name, (text, options) in BACKWARDS.items()
        for planted in planted_code(name, text, options)
    ]
    assert len(every) > 300
    assert {planted.name for planted, _ in every} == set(BACKWARDS)
    chosen = every if os.environ.get("BACKPROOF_EXAM") == "thorough" else every[::90]
    missed = []
    for planted, options in chosen:
        report = check_code(planted.text, **options)
        accused = {step.line for step in report.steps if step.verdict in {"wrong", "factor"}}
        if accused != {planted.line}:
            missed.append((planted.name, planted.line, planted.after, accused))
    assert 100 * len(missed) <= len(chosen), missed


TWO_LINES = """
import numpy as np

def gradients(X, y, W1, b1, W2, b2):
    h = np.maximum(0, X @ W1 + b1)
    a = np.tanh(h @ W2 + b2)
    loss = np.sum((a - y) ** 2) / len(X)
    dz = SLOPE
    dz *= REST
    dW2 = h.T @ dz
    dh = ERROR
    MASKED
    dW1 = X.T @ dh
    db1 = dh.sum(axis=0)
    return loss, dW1, db1, dW2
"""
RIGHT = {"SLOPE": "2 * (a - y)", "REST": "(1 - a**2) / len(X)", "ERROR": "dz @ W2.T", "MASKED": "dh *= h > 0"}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, None),
        ({"MASKED": "dh[h <= 0] = 0"}, None),
        ({"SLOPE": "a - y", "REST": "2 * (1 - a**2) / len(X)"}, None),  # right together alone
        ({"SLOPE": "1 - a**2", "REST": "2 * (a - y) / len(X)"}, None),
        ({"ERROR": "dz @ W2"}, 11),
        ({"ERROR": "-dz @ W2.T"}, 11),
        ({"ERROR": "h"}, 11),
        ({"ERROR": "h", "MASKED": "dh[h <= 0] = 0"}, 11),
        ({"MASKED": "dh *= h < 0"}, 12),
        ({"SLOPE": "a - y", "REST": "3 * (1 - a**2) / len(X)"}, 9),
    ],
)  # fmt: skip
def test_of_two_lines_on_one_name_the_wrong_one_is_accused(
    changes: dict[str, str], wrong: int | None
) -> None:
    text = TWO_LINES
    for name, written in (RIGHT | changes).items():
        text = text.replace(name, written)
    report = check_code(text)
    assert {step.line for step in report.steps if step.verdict in {"wrong", "factor"}} == {wrong} - {None}


# One row of scores and its cost, in the ways in which people write them.
WAYS = """
import numpy as np

def gradients(X, y, W, b):
    n = len(X)
    SELECT
    s = SCORES
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = SHARES
    loss = -np.mean(np.log(p[np.arange(n), y]))
    SLOPE
    dW = X.T @ ds
    db = SUMMED
    return loss, dW, db
"""
PLAIN = {
    "SELECT": "assert len(y) == n",
    "SCORES": "X @ W + b",
    "SHARES": "e / e.sum(axis=1, keepdims=True)",
    "SLOPE": "ds = p.copy()\n    ds[np.arange(n), y] -= 1\n    ds /= n",
    "SUMMED": "ds.sum(axis=0)",
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"SHARES": "e / e.sum(axis=1)[:, None]"},
        {"SHARES": "e / np.sum(e, 1).reshape(-1, 1)"},
        {"SHARES": "e / np.expand_dims(np.sum(e, 1), 1)"},
        {"SCORES": "np.einsum('bi,ij->bj', X, W) + b", "SUMMED": "np.einsum('bk->k', ds)"},
        {"SLOPE": "ds = (p - np.eye(3)[y]) / n"},
        {"SLOPE": "dlogp = np.zeros_like(p)\n    dlogp[np.arange(n), y] = -1.0 / n\n    dp = dlogp / p\n    "
                  "ds = p * (dp - (dp * p).sum(1, keepdims=True))"},
        {"SCORES": "(X * (np.random.rand(*X.shape) < 0.5)) @ W + b", "dW = X.T @ ds": "dscores = ds"},
        {"X, y, W, b)": "X, y, theta)", "SELECT": "W, b = theta"},
        {"X, y, W, b)": "data, labels, W, b, at)", "n = len(X)": "some = np.random.permutation(100)[at:]",
         "SELECT": "X, y = data[some], labels[some]\n    n = X.shape[0]"},
        {"SELECT": "X = np.hstack((np.ones((n, 1)), X))"},
        {"X, y, W, b)": "X, y, W, b, n)", "    n = len(X)": ""},
        {"loss = -np.mean(np.log(p[np.arange(n), y]))": "loss = F.cross_entropy(s, y)"},
        {"SCORES": "X @ W + b * np.ones_like(X @ W)", "SUMMED": "np.ones(n) @ ds"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("slip", [False, True])
def test_each_way_to_write_it_is_read(changes: dict[str, str], slip: bool) -> None:
    """Right it is right, and a slip in one of its lines is found there and nowhere else."""
    text = WAYS
    for name, written in (changes | {n: w for n, w in PLAIN.items() if n not in changes}).items():
        assert name in text
        text = text.replace(name, written)
    line = next(n for n, line in enumerate(text.split("\n"), 1) if line.strip().startswith("db ="))
    if slip:
        text = text.replace("    db = ", "    db = -")
    steps = check_code(text).steps
    assert len(steps) >= 2
    wrong = {step.line for step in steps if step.verdict not in {"right", "convention"}}
    assert wrong == ({line} if slip else set())


def test_a_named_loss_is_not_the_loss_of_a_variable_named_loss() -> None:
    text = """
import numpy as np
def gradients(X, Y, W, b):
    z = X @ W + b
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(p)) / len(X)
    dz = (p - Y) / len(X)
    dW = X.T @ dz
    return loss, dW
"""
    report = check_code(text, loss="categorical_cross_entropy")
    assert [(step.line, step.verdict) for step in report.steps] == [(7, "convention"), (8, "right")]


HANDED_OVER = """
import numpy as np

class Network:
    def __init__(self, n, h, k):
        self.w1, self.w2 = np.random.randn(n, h), np.random.randn(h, k)
    def squash(self, s):
        return 1 / (1 + np.exp(-s))
    def forward(self, X):
        self.h = self.squash(X.dot(self.w1))
        return self.squash(self.h.dot(self.w2))
    def backward(self, X, y, GIVEN):
        self.o_error = y - GIVEN
        self.o_delta = self.o_error * GIVEN * (1 - GIVEN)
        self.h_error = self.o_delta.dot(TURNED)
        self.h_delta = self.h_error * self.h * (1 - self.h)
        self.w1 += X.T.dot(self.h_delta)
        self.w2 += self.h.T.dot(self.o_delta)
"""


@pytest.mark.parametrize(
    ("given", "turned", "undecided", "wrong"),
    [("o", "self.w2.T", [], []), ("o", "self.w2", [], [15]), ("q", "self.w2.T", None, [])],
)
def test_what_backward_is_handed_is_the_output_or_undecided(
    given: str, turned: str, undecided: list[int] | None, wrong: list[int]
) -> None:
    text = HANDED_OVER.replace("GIVEN", given).replace("TURNED", turned)
    report = check_code(text, function="backward", forward="forward", loss="half_squared_error")
    found = [step.line for step in report.steps if step.verdict == "undecided"]
    assert 13 in found if undecided is None else found == undecided
    assert [step.line for step in report.steps if step.verdict in {"wrong", "factor"}] == wrong


@pytest.mark.parametrize(
    ("made", "count", "wrong"),
    [
        ("np.array([[0, 1], [1, 0], [1, 1], [0, 0]])", "4", []),
        ("np.array([[0, 1], [1, 0], [1, 1], [0, 0]])", "2", [4]),
        ("np.random.default_rng(0).standard_normal((4, 2))", "4.0", []),
        ("np.random.rand(5, 2)", "4", [4]),
    ],
)
def test_a_plain_number_may_be_a_size(made: str, count: str, wrong: list[int]) -> None:
    text = f"""X = {made}
o = np.tanh(X @ W)
loss = 0.5 * np.mean(np.sum((o - Y) ** 2, axis=1))
do = (o - Y) / {count}
dW = X.T @ (do * (1 - o ** 2))
"""
    report = check_code(text)
    assert [step.line for step in report.steps if step.verdict in {"wrong", "factor"}] == wrong


@pytest.mark.parametrize(
    "source", ["np.random.RandomState(1)", "np.random.default_rng()", "torch.Generator().manual_seed(1)"]
)
def test_what_numbers_are_drawn_from_is_no_part_of_the_network(source: str) -> None:
    text = f"""
r = {source}
W = r.standard_normal((4, 3))
loss = 0.5 * np.sum((np.tanh(X @ W) - Y) ** 2)
dW = X.T @ ((np.tanh(X @ W) - Y) * (1 - np.tanh(X @ W) ** 2))
"""
    assert [step.verdict for step in check_code(text).steps] == ["right"]


@pytest.mark.parametrize(
    ("loss", "slope"),
    [
        ("cross_entropy(z, Y)", "(F.softmax(z, 1) - F.one_hot(Y, 3)) / 4"),
        ("cross_entropy(z, Y, reduction='sum')", "F.softmax(z, 1) - F.one_hot(Y, 3)"),
        ("nll_loss(torch.log_softmax(z, 1), Y)", "(F.softmax(z, 1) - F.one_hot(Y, 3)) / 4"),
        ("mse_loss(z, T)", "2 * (z - T) / (4 * 3)"),
        ("mse_loss(z, T, reduction='sum')", "2 * (z - T)"),
        ("binary_cross_entropy_with_logits(z, T)", "(torch.sigmoid(z) - T) / T.numel()"),
    ],
)
def test_the_losses_of_torch_are_known(loss: str, slope: str) -> None:
    text = f"""import torch
import torch.nn.functional as F
x, W, T = torch.randn(4, 2), torch.randn(2, 3), torch.rand(4, 3)
Y = torch.randint(0, 3, (4,))
z = x @ W
loss = F.{loss}
dz = {slope}
dW = x.T @ dz
"""
    assert {step.verdict for step in check_code(text).steps} <= {"right", "convention"}
    wrong = check_code(text.replace("dz = ", "dz = 3 * "))
    assert wrong.first_wrong == 7


@pytest.mark.parametrize(("count", "wrong"), [("n", None), ("vocab", 13), ("n_hidden", 13)])
def test_a_size_that_an_array_is_made_with_is_not_another(count: str, wrong: int | None) -> None:
    text = f"""import torch
n_hidden, vocab = 64, 27
W1 = torch.randn((30, n_hidden))
W2 = torch.randn((n_hidden, vocab))
n = 32
emb = torch.randn((n, 30))
Yb = torch.randint(0, vocab, (n,))
h = torch.tanh(emb @ W1)
z = h @ W2
logprobs = z - z.exp().sum(1, keepdim=True).log()
loss = -logprobs[range(n), Yb].mean()
dlogprobs = torch.zeros_like(logprobs)
dlogprobs[range(n), Yb] = -1.0 / {count}
"""
    assert check_code(text).first_wrong == wrong


COLLECTED = """
def grads(xs, ys, w, b):
    loss, dw, db = 0, 0, 0
    for x, y in zip(xs, ys):
        p = w * x + b
        loss += (p - y) ** 2
        dw += 2 * (p - y) * FACTOR
        db += 2 * (p - y)
    return dw, db
"""


@pytest.mark.parametrize(("factor", "wrong"), [("x", []), ("y", [7]), ("1", [7])])
def test_what_a_loop_collects_is_a_slope_at_its_end(factor: str, wrong: list[int]) -> None:
    report = check_code(COLLECTED.replace("FACTOR", factor))
    assert [step.line for step in report.steps] == [7, 8]
    assert [step.line for step in report.steps if step.verdict in {"wrong", "factor"}] == wrong


@pytest.mark.parametrize(("inside", "dx"), [("-w @ x", "w.T @ dz"), ("-(w @ x)", "w.T @ dz")])
def test_a_minus_belongs_to_the_whole_product(inside: str, dx: str) -> None:
    text = f"""
def sgd(x, y, w):
    a = 1 / (1 + np.exp({inside}))
    loss = -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))
    dz = a - y
    dw = dz @ x.T
    dx = {dx}
    return dw, dx
"""
    assert [step.verdict for step in check_code(text).steps] == ["right"] * 3
    assert check_code(text.replace("dx = ", "dx = -")).first_wrong == 7


# Short functions, with the lines that are wrong in them and what the first of these would be.
SHORT: dict[str, tuple[str, set[int], str]] = {
    "an error with a name of its own": (
        """
        def grads(x, y, W):
            e = y - x @ W
            loss = np.sum(e ** 2)
            delta = -2 * e
            dx = delta @ W.T
            return dx""", set(), ""),
    "an error that goes back as it is": (
        """
        def train(x, y, W, V):
            h = np.tanh(x @ W)
            o = h @ V
            error = y - o
            loss = np.sum(error ** 2) / 2
            delta2 = error
            delta1 = delta2 @ V.T * (1 - h ** 2)
            V += 0.1 * h.T @ delta2
            W += 0.1 * x.T @ delta1""", set(), ""),
    "an error, and a rate in a step": (
        """
        def train(x, y, V):
            e = y - x @ V
            loss = np.sum(e ** 2) / 2
            delta = e
            dV = x.T @ delta
            V += 0.1 * dV""", set(), ""),
    "steps alone": (
        """
        def train(x, y, W, V, rate):
            h = np.tanh(x @ W)
            o = h @ V
            loss = np.sum((o - y) ** 2) / 2
            W -= rate * x.T @ ((o - y) @ V.T * (1 - h ** 2))
            V += rate * h.T @ (o - y)""", {7}, "V -= rate * h.T @ (o - y)"),
    "one slope": (
        """
        def fit(X, y, w):
            loss = np.sum((X @ w - y) ** 2)
            dw = X.T @ (X @ w - y)
            return dw""", {4}, "dw = 2 * X.T @ (X @ w - y)"),
    "a slope that is returned": (
        """
        def loss(X, y, w):
            return np.sum((X @ w - y) ** 2) / 2
        def gradient(X, y, w):
            return X @ (X @ w - y)""", {5}, "return X.T @ (X @ w - y)"),
    "a step that is returned": (
        """
        def grads(X, y, w, rate):
            loss = np.sum((X @ w - y) ** 2) / 2
            dw = X.T @ (X @ w - y)
            return w - rate * dw""", set(), ""),
    "a loss beside the class": (
        """
        def loss(p, y):
            return ((p - y) ** 2).sum()
        class Net:
            def forward(self, x):
                self.x = x
                self.p = x @ self.w
                return self.p
            def backward(self, y):
                dp = 2 * (self.p - y)
                self.dw = self.x.T @ dp""", set(), ""),
    "a name of another function": (
        """
        def forward(X, W1, W2):
            Z1 = W1 @ X
            A1 = np.tanh(Z1)
            return A1, W2 @ A1
        def cost(A2, Y):
            return np.sum((A2 - Y) ** 2) / 2
        def backward(X, Y, W2, A1, A2):
            dZ2 = A2 - Y
            dW2 = dZ2 @ A1.T
            dZ1 = W2.T @ dZ2 * (1 - Z1 ** 2)
            dW1 = dZ1 @ X.T
            return dW1, dW2""", {11}, ""),
    "a name that has no value yet": (
        """
        def grads(x, y, W1, W2):
            h = np.tanh(x @ W1)
            o = h @ W2
            loss = np.sum((o - y) ** 2)
            do = 2 * (o - y)
            dh = dh @ W2.T
            dW1 = x.T @ (dh * (1 - h ** 2))
            return dW1""", {7}, ""),
    "layers of which nothing is made": (
        """
        class Linear:
            def forward(self, x):
                self.x = x
                return x @ self.W + self.b
            def backward(self, grad_out):
                self.dW = self.x.T @ grad_out
                self.db = grad_out.sum(axis=0)
                return grad_out @ self.W
        class ReLU:
            def forward(self, x):
                self.x = x
                return np.maximum(x, 0)
            def backward(self, grad_out):
                return grad_out * (self.x < 0)
        class Squared:
            def forward(self, p, y):
                self.p, self.y = p, y
                return np.mean((p - y) ** 2)
            def backward(self):
                return 2 * (self.p - self.y) / self.p.size""", {9, 15}, "return grad_out @ self.W.T"),
    "a sign beside one-hot labels": (
        """
        def grads(X, Y, W):
            Z = X @ W
            P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
            loss = -np.sum(Y * np.log(P))
            dZ = Y - P
            dW = X.T @ dZ
            return dW""", {6}, "dZ = P - Y"),
    "another bound": (
        """
        def grads(x, w):
            z = w @ x
            a = np.maximum(0, z)
            loss = np.sum(a ** 2)
            dz = 2 * a
            dz[z < 1] = 0
            dw = np.outer(dz, x)
            return dw""", {7}, "dz = np.where(z < 0, 0, 2 * a)"),
    "one example of a loop": (
        """
        def grads(X, Y, w):
            dw = np.zeros(w.shape)
            loss = 0
            for i in range(len(X)):
                x, y = X[i], Y[i]
                p = x @ w
                loss += (p - y) ** 2
                dw += 2 * (p - y) * x
            return loss, dw""", set(), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", SHORT)
def test_what_people_write_is_read_and_a_slip_is_found_in_it(name: str) -> None:
    text, wrong, line = SHORT[name]
    report = check_code(textwrap.dedent(text))
    accused = [step for step in report.steps if step.verdict in {"wrong", "factor"}]
    assert {step.line for step in accused} == wrong
    assert len(report.steps) > len(accused) or len(report.steps) == 1
    assert not report.undecided
    if line:
        assert accused[0].edit is not None
        assert accused[0].edit.line == line


def test_what_cannot_be_followed_is_undecided_with_its_line() -> None:
    text, options = BACKWARDS["columns, parameters and caches"]
    lines = text.split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("    dZ1 ="))
    lines[at] = "    dZ1 = layers.tanh_backward(dZ2, cache)"
    report = check_code("\n".join(lines), **options)
    undecided = {step.line for step in report.steps if step.verdict == "undecided"}
    assert at + 1 in undecided
    assert report.first_wrong is None
    assert report.exit_code in {0, 3}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"function": "backward"}, "several functions"),
        ({"function": "A.backwards"}, "no function"),
        ({"function": "A.backward", "loss": "hinge"}, "--loss hinge"),
        ({"function": "A.backward"}, "no cost"),
    ],
)
def test_what_is_not_said_is_asked_for(options: dict[str, Any], says: str) -> None:
    text = "class A:\n  def backward(self, x, y):\n    a = x @ self.W\n    self.dW = x.T @ (a - y)\n"
    with pytest.raises(NotationError, match=re.escape(says)):
        check_code(text + text.replace("A", "B"), **options)


def test_an_edit_in_code_comes_back_as_code() -> None:
    text = PAGES["torch, two layers by hand.py"].replace("grad_y_pred.mm(w2.t())", "grad_y_pred.mm(w2)")
    report = check_code(text)
    (step,) = [step for step in report.steps if step.verdict == "wrong"]
    assert step.edit is not None
    assert step.edit.corrected == "grad_y_pred @ w2.T"


def test_a_mask_that_is_turned_round_comes_back_turned() -> None:
    text, options = BACKWARDS["rows, integer labels"]
    report = check_code(text.replace("dhidden[hidden <= 0]", "dhidden[hidden >= 0]"), **options)
    (step,) = [step for step in report.steps if step.verdict == "wrong"]
    assert "dhidden[hidden >= 0]" in report.lines[step.line - 1]
    assert step.edit is not None
    assert step.edit.corrected == "np.where(hidden <= 0, 0, dhidden)"


def test_no_python_does_anything_but_claims_or_a_notation_error() -> None:
    assert {code(garbled_code(1, number)) for number in range(40)} == {"code", "notation"}
