"""Backward functions, read and never run: right ones are not accused, mistakes are found at their line."""

import os
import re
import textwrap
from typing import Any

import numpy as np
import pytest

from backproof.parity_tests.meta_tests.code_planting import changes_a_value, planted_code
from backproof.parity_tests.meta_tests.code_rewriting import rewritten
from backproof.parity_tests.meta_tests.corpus import BACKWARDS, PAGES
from backproof.parity_tests.meta_tests.derivation_fuzz import code, garbled_code
from backproof.reference.derivation import NotationError
from backproof.reference.derivation.code_claims import check_code, check_page

THOROUGH = os.environ.get("BACKPROOF_EXAM") == "thorough"


@pytest.mark.parametrize("name", BACKWARDS)
def test_a_right_backward_is_not_accused(name: str) -> None:
    text, options = BACKWARDS[name]
    report = check_code(text, **options)
    assert len(report.steps) >= 2
    assert not [step for step in report.steps if step.verdict not in {"right", "convention"}]


def test_a_right_backward_in_other_words_is_not_accused() -> None:
    """Twenty rewritten programs, or 400 with BACKPROOF_EXAM=thorough; few of them may be asked about."""
    names, asked, accused = sorted(BACKWARDS), [], []
    for number in range(400 if THOROUGH else 20):
        text, options = BACKWARDS[names[number % len(names)]]
        try:
            report = check_code(rewritten(text, np.random.default_rng(number)), **options)
        except NotationError as error:
            asked.append((number, error))
            continue
        accused += [(number, step) for step in report.steps if step.verdict in {"wrong", "factor"}]
    assert not accused
    assert len(asked) <= number // 20, asked


def test_a_planted_mistake_is_found_at_its_line_and_nowhere_else() -> None:
    """One in every 90 of all families, places and functions; all with BACKPROOF_EXAM=thorough."""
    every = [
        (text, planted, options)
        for name, (text, options) in BACKWARDS.items()
        for planted in planted_code(name, text, options)
    ]
    assert len(every) > 300
    assert {planted.name for _, planted, _ in every} == set(BACKWARDS)
    chosen = every if THOROUGH else every[::90]
    chosen = [one for one in chosen if changes_a_value(*one)]
    missed = []
    for _, planted, options in chosen:
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
    "the mean over words, an array of three axes": (
        """
h = e.mean(axis=1)
s = h @ W + b
loss = np.mean(np.sum((s - y) ** 2, axis=1))
ds = 2 * (s - y) / len(y)
dW = h.T @ ds
db = ds.sum(0)
""",
        set(),
        "",
    ),
    "attention for a batch, scaled in ds": (
        """
q, k, v = x @ Wq, x @ Wk, x @ Wv
s = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
e = np.exp(s - s.max(axis=-1, keepdims=True))
a = e / e.sum(axis=-1, keepdims=True)
o = a @ v
loss = 0.5 * np.sum((o - y) ** 2)
do = o - y
da = do @ v.transpose(0, 2, 1)
ds = a * (da - (da * a).sum(axis=-1, keepdims=True)) / np.sqrt(q.shape[-1])
dq = ds @ k
dk = ds.transpose(0, 2, 1) @ q
dWq = (x.transpose(0, 2, 1) @ dq).sum(axis=0)
""",
        set(),
        "",
    ),
    "the slope by the h that a cell is given, called dh_prev": (
        """
        import numpy as np

        class Cell:
            def forward(self, x, h):
                self.x, self.h = x, h
                self.out = np.tanh(x @ self.Wx + h @ self.Wh)
                return self.out

            def backward(self, dout):
                dt = dout * (1 - self.out ** 2)
                dx = dt @ self.Wx.T
                dh_prev = dt @ self.Wh.T
                return dx, dh_prev
        """,
        set(),
        "",
    ),
    "rows of examples, and Greek letters for errors": (
        """
        X = np.random.randn(2, 40)
        Y = (X[0:1] + X[1:2] > 0) * 1.
        θ1, θ2 = np.random.randn(5, 2), np.random.randn(1, 5)
        A1 = np.tanh(θ1 @ X)
        A2 = 1 / (1 + np.exp(-θ2 @ A1))
        J = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
        δ2 = (A2 - Y) / Y.shape[1]
        δ1 = (θ2.T @ δ2) * (1 - A1 ** 2)
        dθ2 = δ2 @ A1.T
        dθ1 = δ1 @ X.T
        """, set(), ""),
    "a loss of two branches": (
        """
        def huber(pred, target, delta=1.0):
            r = pred - target
            small = np.abs(r) <= delta
            loss = np.where(small, 0.5 * r ** 2, delta * (np.abs(r) - 0.5 * delta)).mean()
            grad = np.where(small, r, delta * np.sign(r)) / r.size
            return loss, grad
        def fit(X, y, w, b, lr=0.1):
            pred = X @ w + b
            loss, dpred = huber(pred, y)
            dw = X.T @ dpred
            db = dpred.sum()
            w = w - lr * dw
            b = b - lr * db
            return w, b, dw, db""", set(), ""),
    "a unit of one output that may be off": (
        """
        def f(w, b, X, y):
            z = X @ w + b
            a = np.maximum(z, 0)
            loss = 0.5 * np.mean((a - y) ** 2)
            g = (a - y) * (z > 0) / len(y)
            grad_w = X.T @ g
            grad_b = g.sum()
            return loss, grad_w, grad_b""", set(), ""),
    "a unit of one output that leaks": (
        """
        def f(w, b, X, y):
            z = X @ w + b
            a = np.where(z > 0, z, 0.1 * z)
            loss = 0.5 * np.mean((a - y) ** 2)
            g = (a - y) * np.where(z > 0, 1, 0.1) / len(y)
            grad_w = X.T @ g
            grad_b = g.sum()
            return loss, grad_w, grad_b""", set(), ""),
    "a unit without bias that may be off": (
        """
        def f(w, X, y):
            a = np.maximum(X @ w, 0)
            loss = 0.5 * np.mean((a - y) ** 2)
            g = (a - y) * (a > 0) / len(y)
            grad_w = X.T @ g
            return loss, grad_w""", set(), ""),
    "a unit of numbers that may be off": (
        """
        def f(w, b, x, t):
            z = w * x + b
            a = max(z, 0)
            loss = (a - t) ** 2
            q = 2 * (a - t) * (z > 0)
            dw = q * x
            db = q
            return dw, db""", set(), ""),
    "a loss of two branches in one function": (
        """
        def huber(w, b, X, y, d=1.0):
            r = X @ w + b - y
            small = np.abs(r) <= d
            loss = np.where(small, 0.5 * r ** 2, d * (np.abs(r) - 0.5 * d)).mean()
            g = np.where(small, r, d * np.sign(r)) / len(y)
            grad_w = X.T @ g
            grad_b = g.sum()
            return loss, grad_w, grad_b""", set(), ""),
    "functions of a triangle and of a hyperbola": (
        """
        def f(w, X, y):
            z = X @ w
            a = np.cosh(z)
            b = np.log1p(np.sinh(z) ** 2) + np.expm1(a) + np.arcsinh(z) + np.arctan(z) + np.tan(z)
            loss = np.sum((b - y) ** 2)
            db = 2 * (b - y)
            da = db * np.exp(a)
            dz = db * (2 * np.tanh(z) + 1 / np.sqrt(1 + z ** 2) + 1 / (1 + z ** 2) + 1 / np.cos(z) ** 2)
            dz = dz + da * np.sinh(z)
            dw = X.T @ dz
            return dw""", set(), ""),
    "functions that are told by a formula": (
        """
        def f(w, x, y):
            z = x @ w
            a = F.silu(z)
            b = np.log2(1 + a ** 2) + F.softsign(a) + np.arcsin(0.1 * np.tanh(a))
            loss = np.sum((b - y) ** 2)
            db = 2 * (b - y)
            da = db * (2 * a / ((1 + a ** 2) * np.log(2)) + 1 / (1 + np.abs(a)) ** 2)
            da = da + db * 0.1 * (1 - np.tanh(a) ** 2) / np.sqrt(1 - 0.01 * np.tanh(a) ** 2)
            s = 1 / (1 + np.exp(-z))
            dz = da * (s + z * s * (1 - s))
            dw = x.T @ dz
            return dw""", set(), ""),
    "a pair of functions that end in fwd and bwd": (
        """
        def rmsnorm_fwd(x, w, eps=1e-5):
            ms = (x * x).mean(dim=-1, keepdim=True)
            r = torch.rsqrt(ms + eps)
            y = x * r * w
            return y, (x, w, r)
        def rmsnorm_bwd(dy, cache):
            x, w, r = cache
            D = x.shape[-1]
            dw = (dy * x * r).sum(dim=0)
            dyw = dy * w
            dx = r * dyw - (r ** 3 / D) * x * (dyw * x).sum(dim=-1, keepdim=True)
            return dx, dw""", set(), ""),
    "a difference for each pair": (
        """
        class RBFNet:
            def __init__(self, k):
                self.mu = np.random.randn(k)
                self.beta = np.ones(k)
                self.w = np.random.randn(k)
            def forward(self, x):
                self.diff = x[:, None] - self.mu[None, :]
                self.phi = np.exp(-self.beta * self.diff ** 2)
                return self.phi @ self.w
            def backward(self, dy):
                self.dw = self.phi.T @ dy
                dphi = np.outer(dy, self.w)
                self.dbeta = np.sum(dphi * self.phi * (-self.diff ** 2), axis=0)
                self.dmu = np.sum(dphi * self.phi * 2 * self.beta * self.diff, axis=0)""", set(), ""),
    "an error that arrives at one layer of a network with a cost": (
        """
        def mse(y_true, y_pred):
            return np.mean(np.power(y_true - y_pred, 2))
        def mse_prime(y_true, y_pred):
            return 2 * (y_pred - y_true) / y_true.size
        class FCLayer:
            def __init__(self, i, o):
                self.weights = np.random.rand(i, o) - 0.5
                self.bias = np.random.rand(1, o) - 0.5
            def forward_propagation(self, input_data):
                self.input = input_data
                self.output = np.dot(self.input, self.weights) + self.bias
                return self.output
            def backward_propagation(self, output_error, learning_rate):
                input_error = np.dot(output_error, self.weights.T)
                weights_error = np.dot(self.input.T, output_error)
                self.weights -= learning_rate * weights_error
                self.bias -= learning_rate * output_error
                return input_error
        class Network:
            def __init__(self):
                self.layers = [FCLayer(2, 3), FCLayer(3, 1)]
            def fit(self, xs, ys, epochs, lr):
                for e in range(epochs):
                    for j in range(len(xs)):
                        output = xs[j]
                        for layer in self.layers:
                            output = layer.forward_propagation(output)
                        error = mse_prime(ys[j], output)
                        for layer in reversed(self.layers):
                            error = layer.backward_propagation(error, lr)""", set(), ""),
    "the errors of classes, divided by the examples": (
        """
        def loss(X, y, W, reg):
            N, K = X.shape[0], W.shape[1]
            scores = X @ W
            e = np.exp(scores)
            probs = e / e.sum(axis=1, keepdims=True)
            loss = -np.mean(np.log(probs[np.arange(N), y])) + 0.5 * reg * np.sum(W * W)
            dscores = probs.copy()
            dscores[np.arange(N), y] -= 1
            dscores /= N
            dW = X.T @ dscores + reg * W
            return loss, dW""", set(), ""),
    "a slope in two lines that add up": (
        """
        def grads(X, w, v, y):
            s = X @ w
            h = s + np.tanh(s)
            loss = np.sum((h * v - y) ** 2)
            dh = 2 * (h * v - y) * v
            ds = dh
            ds = ds + dh * (1 - np.tanh(s) ** 2)
            dw = X.T @ ds
            return dw""", set(), ""),
    "what a function of torch returns, in the order of what it is given": (
        """
        class Linear(torch.autograd.Function):
            @staticmethod
            def forward(ctx, input, weight, bias):
                ctx.save_for_backward(input, weight)
                return input @ weight.t() + bias
            @staticmethod
            def backward(ctx, grad_output):
                input, weight = ctx.saved_tensors
                grad_input = grad_output @ weight
                gw = grad_output.t() @ input
                grad_bias = grad_output.sum(0)
                return grad_input, gw, grad_bias""", set(), ""),
    "layers in a list, backwards": (
        """
        def forward(x, params):
            h = x
            acts = [x]
            for W, b in params:
                h = np.tanh(h @ W + b)
                acts.append(h)
            return h, acts
        def loss_fn(pred, target):
            return ((pred - target) ** 2).sum() / len(target)
        def grads(x, target, params):
            pred, acts = forward(x, params)
            g = 2 * (pred - target) / len(target)
            out = []
            for (W, b), a_in, a_out in zip(params[::-1], acts[-2::-1], acts[::-1]):
                g = g * (1 - a_out ** 2)
                dW = a_in.T @ g
                db = g.sum(axis=0)
                out.insert(0, (dW, db))
                g = g @ W.T
            return out""", set(), ""),
    "a layer that gives on what arrives": (
        """
        def affine_forward(x, w, b):
            out = x @ w + b
            return out, (x, w, b)
        def affine_backward(dout, cache):
            x, w, b = cache
            dx = dout @ w.T
            dw = x.T @ dout
            db = np.sum(dout, axis=0)
            return dx, dw, db""", set(), ""),
    "examples one by one": (
        """
        def cost_and_grad(W, b, V, X, Y):
            m = X.shape[0]
            J = 0.0
            gW = np.zeros_like(W)
            gb = np.zeros_like(b)
            gV = np.zeros_like(V)
            for i in range(m):
                x, y = X[i], Y[i]
                a = np.tanh(W @ x + b)
                o = V @ a
                J += 0.5 * np.sum((o - y) ** 2)
                do = o - y
                gV += np.outer(do, a)
                dz = (V.T @ do) * (1 - a ** 2)
                gW += np.outer(dz, x)
                gb += dz
            return J / m, gW / m, gb / m, gV / m""", set(), ""),
    "a step up a posterior": (
        """
        def train(X, y, mu, lr):
            lp = -0.5 * np.sum((y - X @ mu) ** 2) - 0.5 * np.sum(mu ** 2)
            dmu = X.T @ (y - X @ mu) - mu
            mu += lr * dmu
            return mu""", set(), ""),
    "a product of the slope that arrives and a Jacobian": (
        """
        def layer(W, x):
            return np.tanh(W @ x)

        def layer_vjp(W, x, g):
            a = np.tanh(W @ x)
            dz = g * (1 - a ** 2)
            dW = np.outer(x, dz)
            dx = W.T @ dz
            return dW, dx""", {8}, "dW = np.outer(dz, x)"),
    "methods of a class in an edit": (
        """
        class Net:
            def __init__(self, n, h):
                self.W1 = np.random.randn(n, h)
                self.W2 = np.random.randn(h, 1)
            def sigmoid(self, z):
                return 1 / (1 + np.exp(-z))
            def slope(self, a):
                return a * (1 - a)
            def forward(self, X):
                self.a1 = self.sigmoid(X @ self.W1)
                self.a2 = self.sigmoid(self.a1 @ self.W2)
            def backward(self, X, y):
                loss = 0.5 * np.sum((self.a2 - y) ** 2)
                delta2 = (self.a2 - y) * self.slope(self.a2)
                delta1 = delta2 @ self.W1.T * self.slope(self.a1)
                self.dW2 = self.a1.T @ delta2
                self.dW1 = X.T @ delta1
        """,
        {16},
        "delta1 = delta2 @ self.W2.T * self.slope(self.a1)",
    ),
    "steps that divide what is added up": (
        """
        def train(X, y, w, lr):
            n = len(X)
            z = X @ w
            p = 1 / (1 + np.exp(-z))
            loss = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / n
            dz = p - y
            gw = X.T @ dz
            w -= lr * gw / n
        """,
        set(),
        "",
    ),
    "steps that divide what a loop adds up": (
        """
        data = [([0.5, 1.0], 1), ([-1.2, 0.3], 0), ([2.0, -0.7], 1)]
        w = [0.1, -0.2]
        b = 0.0
        for epoch in range(3):
            total, gw, gb = 0.0, [0.0, 0.0], 0.0
            for x, y in data:
                z = w[0] * x[0] + w[1] * x[1] + b
                p = 1 / (1 + math.exp(-z))
                total += -(y * math.log(p) + (1 - y) * math.log(1 - p))
                dz = p - y
                gw[0] += dz * x[0]
                gw[1] += dz * x[1]
                gb += dz
            n = len(data)
            total = total / n
            w[0] -= lr * gw[0] / n
            w[1] -= lr * gw[1] / n
            b -= lr * gb / n
        """,
        set(),
        "",
    ),
    "labels behind an activation that is a logarithm": (
        """
        X = rng.randn(20, 4)
        Y = load(20)
        W1 = rng.randn(4, 8)
        W2 = rng.randn(8, 3)
        z1 = X @ W1
        a1 = np.log1p(np.exp(z1))
        z2 = a1 @ W2
        p = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True)
        loss = -(Y * np.log(p)).sum() / 20
        dz2 = (p - Y) / 20
        dW2 = a1.T @ dz2
        da1 = dz2 @ W2.T
        dz1 = da1 / (1 + np.exp(-z1))
        dW1 = X.T @ dz1
        """,
        set(),
        "",
    ),
    "examples one by one, and steps that divide": (
        """
        def train(X, Y, w, b, lr):
            loss, gw, gb = 0, np.zeros(3), 0
            for x, y in zip(X, Y):
                p = 1 / (1 + np.exp(-(x @ w + b)))
                loss += -(y * np.log(p) + (1 - y) * np.log(1 - p))
                dz = p - y
                gw += x * dz
                gb += dz
            n = len(X)
            loss /= n
            w -= lr * gw / n
            b -= lr * gb / n
        """,
        set(),
        "",
    ),
    "examples by their number, and a total": (
        """
        def train(X, Y, w, b, lr):
            total, gw, gb = 0, np.zeros(3), 0
            for i in range(len(X)):
                x, y = X[i], Y[i]
                p = 1 / (1 + np.exp(-(x @ w + b)))
                total += -(y * np.log(p) + (1 - y) * np.log(1 - p))
                dz = p - y
                gw += x * dz
                gb += dz
            n = len(X)
            total /= n
            gw /= n
            gb /= n
        """,
        set(),
        "",
    ),
    "labels by numbers, an example a column": (
        """
        m = X.shape[1]
        Z = W @ X + b
        A = np.exp(Z) / np.sum(np.exp(Z), axis=0, keepdims=True)
        J = -np.sum(np.log(A[Y, np.arange(m)])) / m
        dZ = A.copy()
        dZ[Y, np.arange(m)] -= 1
        dZ /= m
        dW = dZ @ X.T
        db = np.sum(dZ, axis=1, keepdims=True)
        """,
        set(),
        "",
    ),
    "a size that is called like an array": (
        """
        class Model:
            def __init__(self, d, h, k):
                self.W2 = np.random.randn(k, h)
                self.W1 = np.random.randn(h, d)
            def step(self, inputs, targets, lr):
                u = self.W1 @ inputs
                h = np.maximum(0, u)
                out = np.dot(self.W2, h)
                cost = np.sum((out - targets) ** 2)
                dout = 2 * (out - targets)
                self.dW2 = np.dot(dout, h.T)
                dh = self.W2.T @ dout
                du = dh * np.where(u > 0, 1, 0)
                self.dW1 = du @ inputs.T
        """,
        set(),
        "",
    ),
    "a factor of a step whose name says no slope": (
        """
        def train(w1, w2, x, y):
            h = np.tanh(w1 * x)
            a = w2 * h
            loss = (a - y) ** 2
            d_loss_d_a = 2 * (a - y)
            ref = w2 * (1 - h ** 2)
            d_a_d_w2 = h
            w1 -= 0.1 * d_loss_d_a * ref * x
            w2 -= 0.1 * d_loss_d_a * d_a_d_w2
        """,
        set(),
        "",
    ),
    "what a torch Function returns has a name that says no slope": (
        """
        class Square(torch.autograd.Function):
            @staticmethod
            def forward(ctx, z):
                p = torch.sigmoid(z)
                ctx.save_for_backward(p)
                return p ** 2
            @staticmethod
            def backward(ctx, grad_output):
                p, = ctx.saved_tensors
                dp = 2 * p
                aux = grad_output * dp * p * (1 - p)
                return aux
        """,
        set(),
        "",
    ),
    "helpers that are called derivatives, in a script": (
        """
        def relu(z):
            return np.maximum(0, z)
        def relu_derivative(z):
            return (z > 0).astype(float)
        z1 = X @ W1
        a1 = relu(z1)
        z2 = a1 @ W2
        a2 = relu(z2)
        z3 = a2 @ W3
        loss = np.sum((z3 - Y) ** 2) / 2
        dz3 = z3 - Y
        dW3 = a2.T @ dz3
        dz2 = dz3 @ W3.T * relu_derivative(z2)
        dW2 = a1.T @ dz2
        dz1 = dz2 @ W2.T * relu_derivative(z1)
        dW1 = X.T @ dz1
        """,
        set(),
        "",
    ),
    "a rate in the brackets of a product": (
        """
        def train(w1, w2, x, y):
            h = w1 * x
            a = w2 * h
            loss = (a - y) ** 2
            d_loss_d_a = 2 * (a - y)
            d_a_d_h = w2
            w1 -= x * (d_a_d_h * (d_loss_d_a * 0.1))
            w2 -= h * (d_loss_d_a * 0.1)
        """,
        set(),
        "",
    ),
    "a cost with weight decay whose name says no cost": (
        """
        Z = X @ W
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        data_loss = -np.mean(np.log(P[np.arange(len(X)), y]))
        reg = 0.5 * lam * np.sum(W * W)
        st = data_loss + reg
        dZ = P.copy()
        dZ[np.arange(len(X)), y] -= 1
        dZ /= len(X)
        dW = X.T @ dZ + lam * W
        """,
        set(),
        "",
    ),
    "what arrives at a layer under any name": (
        """
        class Dense:
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, obs):
                self.dW = self.x.T @ obs
                return obs @ self.W.T
        """,
        set(),
        "",
    ),
    "labels under any name": (
        """
        class SoftmaxWithLoss:
            def forward(self, x, q):
                self.t = q
                e = np.exp(x - x.max(axis=1, keepdims=True))
                self.y = e / e.sum(axis=1, keepdims=True)
                self.loss = -np.sum(q * np.log(self.y + 1e-07)) / x.shape[0]
                return self.loss
            def backward(self, dout=1):
                n = self.t.shape[0]
                dx = (self.y - self.t) / n
                return dx * dout
        """,
        set(),
        "",
    ),
    "a likelihood without a name that says so": (
        """
        beta, lr = np.zeros(3), 0.01
        mu = np.exp(X @ beta)
        obs = np.sum(y * np.log(mu) - mu)
        grad = X.T @ (y - mu)
        beta = beta + lr * grad
        """,
        set(),
        "",
    ),
    "the slope by the last example, which is not added up": (
        """
        def grads(X, Y, W):
            loss, dW, dx = 0, np.zeros_like(W), np.zeros(3)
            for x, y in zip(X, Y):
                z = W @ x
                loss += 0.5 * np.sum((z - y) ** 2)
                dz = z - y
                dW += np.outer(dz, x)
                dx = W.T @ dz
            return loss, dW, dx
        """,
        set(),
        "",
    ),
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
    "outputs of one column": (
        """
        def grads(X, y, w, b):
            n = len(y)
            z = X @ w + b
            loss = np.mean((z - y) ** 2)
            dz = 2 * (z - y) / n
            dw = X.T @ dz
            db = dz
            return dw, db""", {8}, "db = np.sum(dz, axis=0)"),
    "a slope of one example that is collected": (
        """
        def cost(x, y, w):
            m = x.shape[0]
            total = 0
            for i in range(m):
                total = total + (w * x[i] - y[i]) ** 2
            return total / (2 * m)
        def gradient(x, y, w):
            m = x.shape[0]
            dj_dw = 0
            for i in range(m):
                dj_dw_i = w * x[i] - y[i]
                dj_dw += dj_dw_i
            dj_dw = dj_dw / m
            return dj_dw""", {12}, "dj_dw_i = (w * x[i] - y[i]) * x[i]"),
    "examples by their numbers": (
        """
        def grads(xs, ys, w, b):
            n = len(xs)
            loss = dw = db = 0
            for i in range(n):
                p = w * xs[i] + b
                loss += (p - ys[i]) ** 2 / n
                dw += 2 * (p - ys[i]) * xs[i] / n
                db += (p - ys[i]) / n
            return loss, dw, db""", {9}, ""),
    "a generator of examples": (
        """
        def grads(X, Y, w):
            dw = 0.0
            n = len(X)
            for i in range(n):
                dw += 2 * (w * X[i] - Y[i]) * X[i]
            dw /= n
            return dw
        def loss(X, Y, w):
            return sum((w * X[i] - Y[i]) ** 2 for i in range(len(X))) / len(X)""", set(), ""),
    "lists of slopes": (
        """
        def sig(z): return 1 / (1 + np.exp(-z))
        class Net:
            def __init__(self, sizes):
                self.W = [np.random.randn(b, a) for a, b in zip(sizes[:-1], sizes[1:])]
            def grads(self, x, y):
                acts = [x]
                for W in self.W:
                    acts.append(sig(W @ acts[-1]))
                cost = 0.5 * np.sum((acts[-1] - y) ** 2)
                deltas = [(acts[-1] - y) * acts[-1] * (1 - acts[-1])]
                for W, a in zip(self.W[:0:-1], acts[-2:0:-1]):
                    deltas.append(W.T @ deltas[-1] * a)
                grad_W = [d @ a.T for d, a in zip(deltas[::-1], acts[:-1])]
                return cost, grad_W
        net = Net([2, 3, 1])""", {13}, "deltas.append(W.T @ deltas[-1] * (a * (1 - a)))"),
    "slopes numbered as their list": (
        """
        class Net:
            def __init__(self):
                self.W = [np.random.randn(3, 4), np.random.randn(4, 2)]
            def forward(self, X):
                self.X, self.H = X, np.tanh(X @ self.W[0])
                self.out = self.H @ self.W[1]
                return self.out
            def loss(self, Y):
                return np.mean(np.sum((self.out - Y) ** 2, axis=1))
            def backward(self, Y):
                dout = 2 * (self.out - Y) / len(Y)
                dW1 = self.H.T @ dout
                dH = dout @ self.W[1].T * (self.H != 0)
                dW0 = self.X.T @ (dH * (1 - self.H))""", {15}, "dW0 = self.X.T @ (dH * (1 - self.H ** 2))"),
    "a cache with fields": (
        """
        @dataclass
        class Cache:
            x: Array
            a: Array
            out: Array
        def forward(params: Params, x: Array) -> Cache:
            a = np.maximum(x @ params.w1, 0.0)
            return Cache(x=x, a=a, out=a @ params.w2)
        def loss(cache: Cache, y: Array) -> float:
            return float(np.mean((cache.out - y) ** 2))
        def backward(params: Params, cache: Cache, y: Array) -> Params:
            d_out: Array = 2 * (cache.out - y) / y.size
            d_w2: Array = cache.a.T @ d_out
            d_a: Array = d_out @ params.w2.T
            d_a[cache.a == 0] = 0
            d_w1: Array = cache.x.T @ d_a / y.size
            return Params(d_w1, d_w2)""", {17}, "d_w1 = cache.x.T @ d_a"),
    "a number of the forward pass": (
        """
        def grads(x, y, w, v):
            z = x @ w
            a = np.where(z > 0, z, 0.01 * z)
            l1 = 1 / (1 + np.exp(-(a @ v)))
            loss = np.sum((l1 - y) ** 2)
            dl1 = 2 * (l1 - y)
            ds = dl1 * l1 * (1 - l1)
            da = ds @ v.T
            dz = da * np.where(z > 0, 1, 0)
            dw = x.T @ dz
            return dw""", {10}, "dz = da * np.where(z > 0, 1, 0.01)"),
    "the slope before the last": (
        """
        def grads(x, y, w, v):
            l1 = np.tanh(x @ w)
            l2 = np.tanh(l1 @ v)
            loss = np.sum((l2 - y) ** 2) / len(y)
            dl2 = 2 * (l2 - y) / len(y)
            dz2 = dl2 * (1 - l2 ** 2)
            dl1 = dl2 @ v.T
            dz1 = dl1 * (1 - l1 ** 2)
            dw = x.T @ dz1
            return dw""", {8}, "dl1 = dl2 * (1 - l2 ** 2) @ v.T"),
    "a mean that is a sum": (
        """
        def grads(x, y, w, b):
            z = x @ w + b
            loss = np.sum((z - y) ** 2) / x.shape[0]
            dz = 2 * (z - y) / x.shape[0]
            dw = x.T @ dz
            db = dz.mean(axis=0)
            return dw, db""", {7}, "db = np.sum(dz, axis=0)"),
    "steps that hold a constant": (
        """
        class Adaline:
            def __init__(self, eta=0.01):
                self.eta = eta
            def fit(self, X, y):
                self.w_ = np.zeros(X.shape[1])
                self.b_ = np.float_(0.)
                for i in range(50):
                    errors = y - self.net_input(X)
                    self.w_ += self.eta * X.T.dot(errors) / X.shape[0]
                    self.b_ -= self.eta * 2.0 * errors.mean()
                    loss = (errors**2).mean()
            def net_input(self, X):
                return np.dot(X, self.w_) + self.b_""", {11}, "self.b_ += self.eta * 2 * np.mean(errors)"),
    "one neuron": (
        """
        class Neuron:
            def __init__(self, n):
                self.w = np.random.uniform(-1, 1, n)
                self.b = 0.0
            def forward(self, x):
                self.x = x
                self.z = np.dot(self.w, x) + self.b
                self.a = 1 / (1 + np.exp(-self.z))
                return self.a
            def backward(self, grad_a):
                grad_z = grad_a * self.a * (1 - self.a)
                self.grad_w = grad_z * self.x
                return grad_z * self.x""", {14}, "return grad_z * self.w"),
    "objects that are called": (
        """
        class Linear:
            def __init__(self, i, o):
                self.w = np.random.randn(i, o)
            def __call__(self, x):
                self.x = x
                return x @ self.w
            def backward(self, g):
                self.dw = self.x.T @ g
                return g @ self.w
        class Mse:
            def __call__(self, p, t):
                self.p, self.t = p, t
                return ((p - t) ** 2).mean()
            def backward(self):
                return 2 * (self.p - self.t) / self.p.size
        class Model:
            def __init__(self):
                self.layers, self.loss = [Linear(10, 32), Linear(32, 1)], Mse()
            def __call__(self, x, t):
                for l in self.layers: x = l(x)
                return self.loss(x, t)
            def backward(self):
                g = self.loss.backward()
                for l in reversed(self.layers): g = l.backward(g)
        model = Model()
        x, t = np.random.randn(64, 10), np.random.randn(64, 1)
        for epoch in range(100):
            loss = model(x, t)
            model.backward()
            for l in model.layers:
                if hasattr(l, 'w'):
                    l.w -= 0.1 * l.dw""", {10}, "return g @ self.w.T"),
    "long names": (
        """
        def to_onehot(y, n):
            rows = np.zeros((y.shape[0], n))
            for i, val in enumerate(y):
                rows[i, val] = 1
            return rows
        class Net:
            def __init__(self, features, hidden, classes):
                self.weight_h = np.random.randn(hidden, features)
                self.weight_out = np.random.randn(classes, hidden)
                self.classes = classes
            def forward(self, x):
                a_h = np.tanh(np.dot(x, self.weight_h.T))
                return a_h, np.dot(a_h, self.weight_out.T)
            def loss(self, a_out, y):
                return np.nansum((a_out - to_onehot(y, self.classes)) ** 2)
            def backward(self, x, a_h, a_out, y):
                d_loss__d_a_out = 2. * (a_out - to_onehot(y, self.classes))
                d_loss__dw_out = np.dot(d_loss__d_a_out.T, a_h)
                d_loss__a_h = np.dot(d_loss__d_a_out, self.weight_out)
                d_a_h__d_z_h = 1. - a_h
                d_loss__d_w_h = np.dot((d_loss__a_h * d_a_h__d_z_h).T, x)""", {22}, ""),
    "a mask that is given": (
        """
        def grads(R, mask, U, V, lam):
            E = mask * (U @ V.T - R)
            loss = 0.5 * np.sum(E ** 2) + 0.5 * lam * np.sum(U ** 2)
            dU = E @ V + lam * U
            dV = E @ U
            return loss, dU, dV""", {6}, "dV = E.T @ U"),
    "names of the whole file": (
        """
        W1 = np.random.uniform(-1, 1, (3, 2))
        W2 = np.random.uniform(-1, 1, (1, 3))
        def forward(x):
            global a1, a2
            a1 = np.tanh(W1 @ x)
            a2 = np.tanh(W2 @ a1)
            return a2
        def negative_log_likelihood(y_hat, y):
            return 0.5 * np.sum((y_hat - y)**2)
        def backward(x, y):
            global W1, W2
            delta2 = (a2 - y) * (1 - a2**2)
            delta1 = (W2.T @ delta2) * (1 - a1**2)
            W2 -= 0.1 * delta2 @ a1.T
            W1 -= 0.1 * x @ delta1.T""", {16}, "W1 -= 0.1 * delta1 @ x.T"),
    "columns one by one": (
        """
        def softmax_loss(W, X, y, reg):
            loss, dW = 0.0, np.zeros_like(W)
            for i in range(X.shape[0]):
                scores = X[i].dot(W)
                scores -= np.max(scores)
                p = np.exp(scores) / np.sum(np.exp(scores))
                loss += -np.log(p[y[i]])
                for j in range(W.shape[1]):
                    dW[:, j] += (p[j] - (j == y[i])) * X[i]
            loss /= X.shape[0]
            dW /= X.shape[0]
            loss += reg * np.sum(W * W)
            dW += reg * W
            return loss, dW""", {14}, "dW = dW + 2 * reg * W"),
    "margins, whose mask is under no name of a slope, and a forgotten 2": (
        """
        import numpy as np

        def svm_loss(W, X, y, reg):
            n = X.shape[0]
            scores = X.dot(W)
            margins = np.maximum(0, scores - scores[np.arange(n), y][:, None] + 1)
            margins[np.arange(n), y] = 0
            loss = margins.sum() / n + reg * np.sum(W * W)
            mask = (margins > 0).astype(float)
            mask[np.arange(n), y] = -mask.sum(axis=1)
            dW = X.T.dot(mask) / n + reg * W
            return loss, dW""", {12}, "dW = X.T @ mask / n + 2 * reg * W"),
    "columns by a condition": (
        """
        def svm_loss(W, X, y):
            loss, dW = 0.0, np.zeros(W.shape)
            for i in range(X.shape[0]):
                scores = X[i].dot(W)
                correct = scores[y[i]]
                for j in range(W.shape[1]):
                    if j == y[i]:
                        continue
                    margin = scores[j] - correct + 1
                    if margin > 0:
                        loss += margin
                        dW[:, j] += X[i]
                        dW[:, y[i]] -= X[i]
            loss /= X.shape[0]
            dW /= X.shape[0]
            return loss, dW""", set(), ""),
    "decay that comes in with the step": (
        """
        def train(X, Y, W, V, lr=0.1, reg=1e-3):
            h = np.tanh(X @ W)
            out = h @ V
            loss = np.mean(np.sum((out - Y) ** 2, axis=1)) + 0.5 * reg * (np.sum(W ** 2) + np.sum(V ** 2))
            dout = 2 * (out - Y) / len(X)
            dV = h.T @ dout
            dW = X.T @ (dout @ V.T * (1 - h ** 2))
            W -= lr * (dW + reg * W)
            V -= lr * (dV + 2 * reg * V)
            return W, V""", {10}, "V -= lr * (dV + reg * V)"),
    "one-hot labels of one example": (
        """
        def lossfun(x, y, W, V):
            h = np.tanh(np.dot(W, x))
            ys = np.dot(V, h)
            ps = np.exp(ys) / np.sum(np.exp(ys))
            loss = -np.sum(y * np.log(ps))
            dy = np.copy(ps)
            dy -= y
            dV = np.dot(dy, h.T)
            dh = np.dot(V.T, dy)
            dW = np.dot((1 - h) * dh, x.T)
            return loss, dW, dV""", {11}, "dW = (1 - h ** 2) * dh @ x.T"),
    "examples of a list": (
        """
        class Net:
            def __init__(self):
                self.W1, self.W2 = np.random.randn(4, 3), np.random.randn(2, 4)
            def train(self, xs, ts, lr):
                dW1, dW2, loss = np.zeros_like(self.W1), np.zeros_like(self.W2), 0.0
                for x, t in zip(xs, ts):
                    h = np.tanh(self.W1 @ x)
                    o = self.W2 @ h
                    loss += 0.5 * np.sum((o - t) ** 2)
                    do = o - t
                    dW2 += np.outer(do, h)
                    dW1 += np.outer(self.W2.T @ do * (1 - h ** 2), x)
                self.W1 -= lr * dW1 / len(xs)
                self.W2 -= lr * dW2 / len(xs)""", set(), ""),
    "a layer that is given what another one returns": (
        """
        class Linear:
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, d):
                self.dW = self.x.T @ d
                return d @ self.W.T
        class Square:
            def forward(self, z):
                self.z = z
                return z ** 2
            def backward(self, d):
                return d * self.z
        l1, a1 = Linear(), Square()
        a = a1.forward(l1.forward(x))
        loss = np.sum((a - y) ** 2)
        da = 2 * (a - y)
        l1.backward(a1.backward(da))""", {14}, ""),
    "a step with a name of its own": (
        """
        dW_prev, lr, alpha = 0, 0.1, 0.9
        for i in range(10):
            o = x @ W
            err = t - o
            loss = (err ** 2).sum() / 2
            dW = lr * x.T @ err + alpha * dW_prev
            W += dW
            dW_prev = dW""", set(), ""),
    "a step with a name of its own, uphill": (
        """
        lr = 0.1
        for i in range(10):
            o = x @ W
            err = t - o
            loss = (err ** 2).sum() / 2
            dW = -lr * x.T @ err
            W += dW""", {7}, "dW = lr * x.T @ err"),
    "parameters of two objects": (
        """
        h = x @ net.fc1.W
        o = h @ net.fc2.W
        loss = ((o - y) ** 2).sum()
        do = 2 * (o - y)
        net.fc2.dW = h.T @ do
        net.fc1.dW = -x.T @ (do @ net.fc2.W.T)""", {7}, "net.fc1.dW = x.T @ (do @ net.fc2.W.T)"),
    "parameters of two objects by their number": (
        """
        def grad(p1, p2, x, y):
            z1 = x @ p1.W
            z2 = np.tanh(z1) @ p2.W
            loss = np.sum((z2 - y) ** 2) / 2
            dz2 = z2 - y
            dW2 = -np.tanh(z1).T @ dz2
            return loss, dW2""", {7}, "dW2 = np.tanh(z1).T @ dz2"),
    "the slope before the bend where the one behind it belongs": (
        """
        h = x @ w1
        h_relu = h.clamp(min=0)
        loss = (h_relu - y).pow(2).sum()
        grad_h_relu = 2 * (h_relu - y)
        grad_h = grad_h_relu.clone()
        grad_h[h < 0] = 0
        grad_w1 = x.T @ grad_h_relu""", {8}, "grad_w1 = x.T @ grad_h"),
    "a cost of the outputs and of a decay": (
        """
        def forward(X, parameters):
            W1, W2 = parameters["W1"], parameters["W2"]
            A1 = np.tanh(np.dot(W1, X))
            A2 = 1 / (1 + np.exp(-np.dot(W2, A1)))
            return A2, {"A1": A1, "A2": A2}
        def compute_cost(A2, Y, parameters, lambd):
            m = Y.shape[1]
            cross = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
            return cross + lambd / (2 * m) * (np.sum(parameters["W1"] ** 2) + np.sum(parameters["W2"] ** 2))
        def backward(X, Y, cache, parameters, lambd):
            m = X.shape[1]
            A1, A2 = cache["A1"], cache["A2"]
            dZ2 = A2 - Y
            dW2 = 1. / m * np.dot(dZ2, A1.T) + lambd / m * parameters["W2"]
            dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - np.power(A1, 2))
            dW1 = 1. / m * np.dot(dZ1, X.T) + lambd / m * parameters["W1"]
            return {"dW1": dW1, "dW2": dW2}""", set(), ""),
    "a factor that comes in with the parameters": (
        """
        def step(X, y, W, b):
            a = X @ W + b
            loss = np.sum((a - y) ** 2) / len(X)
            da = a - y
            dW = 2 / len(X) * X.T @ da
            db = 2 / len(X) * np.sum(da, axis=0)
            return dW, db""", set(), ""),
    "a factor that comes in with steps": (
        """
        def step(X, y, W1, W2, lr):
            h = np.tanh(X @ W1)
            a = h @ W2
            loss = np.mean((a - y) ** 2)
            da = (a - y) / 3
            dW2 = 6 / a.size * h.T @ da
            dh = da @ W2.T
            dW1 = 6 / a.size * X.T @ (dh * (1 - h ** 2))
            W1 -= lr * dW1
            W2 -= lr * dW2""", set(), ""),
    "rounds of training that a function does": (
        """
        class Linear:
            def __init__(self, n, k):
                self.W = np.random.randn(n, k)
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, d):
                self.dW = self.x @ d
                return d @ self.W.T
        layers = [Linear(4, 8), Linear(8, 3)]
        def train(x, y, lr):
            out = x
            for layer in layers:
                out = layer.forward(out)
            loss = np.sum((out - y) ** 2)
            d = 2 * (out - y)
            for layer in layers[::-1]:
                d = layer.backward(d)
            for layer in layers:
                layer.W -= lr * layer.dW
            return loss
        for epoch in range(10):
            x, y = np.random.randn(5, 4), np.random.randn(5, 3)
            print(train(x, y, 0.1))""", {9}, ""),
    "a function of torch with a bias that is spread": (
        """
        import torch
        class LinearFunction(torch.autograd.Function):
            @staticmethod
            def forward(ctx, input, weight, bias):
                ctx.save_for_backward(input, weight, bias)
                output = input.mm(weight.t())
                output += bias.unsqueeze(0).expand_as(output)
                return output
            @staticmethod
            def backward(ctx, grad_output):
                input, weight, bias = ctx.saved_tensors
                grad_input = grad_output.mm(weight)
                grad_weight = grad_output.t().mm(input)
                grad_bias = grad_output.mean(0)
                return grad_input, grad_weight""", {15}, "grad_bias = np.sum(grad_output, axis=0)"),
    "a bias that begins below 0": (
        """
        class Gate:
            def __init__(self, d):
                self.W, self.b = np.random.randn(d, d), -np.ones(d)
            def forward(self, x):
                self.x, self.T = x, 1 / (1 + np.exp(-(x @ self.W + self.b)))
                return x * self.T
            def backward(self, dy):
                da = dy * self.x * self.T * (1 - self.T)
                self.dW = self.x.T @ da
                self.db = da.sum(axis=1)
                return dy * self.T + da @ self.W.T""", {11}, "self.db = np.sum(da.T, axis=1)"),
    "a slip in what a layer hands on": (
        """
        class Linear:
            def __init__(self, n, k):
                self.W = np.random.randn(n, k)
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, d):
                self.dW = self.x.T @ d
                return d @ self.W.T
        class Sigmoid:
            def forward(self, x):
                self.out = 1 / (1 + np.exp(-x))
                return self.out
            def backward(self, d):
                return d * (1 - self.out)
        layers = [Linear(4, 8), Sigmoid(), Linear(8, 3)]
        x, y = np.random.randn(5, 4), np.random.randn(5, 3)
        out = x
        for layer in layers:
            out = layer.forward(out)
        loss = np.sum((out - y) ** 2)
        dout = 2 * (out - y)
        for layer in layers[::-1]:
            dout = layer.backward(dout)""", {16}, "return d * (self.out * (1 - self.out))"),
    "a rate inside of a product": (
        """
        def train(x, y, W, eta):
            a = np.tanh(x @ W)
            loss = np.sum((a - y) ** 2)
            delta = 2 * (a - y) * (1 - a ** 2)
            W -= delta @ (eta * x.T)""", {6}, "W -= eta * x.T @ delta"),
    "targets that only a logarithm stands beside": (
        """
        def policy(states, theta):
            e = np.exp(states @ theta)
            return e / e.sum(axis=1, keepdims=True)
        def objective(states, actions, returns, theta):
            return -np.mean(np.sum(actions * np.log(policy(states, theta)), axis=1) * returns)
        def gradient(states, actions, returns, theta):
            dlogits = (policy(states, theta) - actions) * returns[:, None]
            dtheta = states.T @ dlogits
            return dtheta""", {8}, ""),
    "a softmax of one example, step by step": (
        """
        def backprop(x, y, W1, W2):
            h = np.dot(W1.T, x)
            u = np.dot(W2.T, h)
            e = np.exp(u - np.max(u))
            p = e / e.sum()
            loss = -np.sum(y * np.log(p))
            dW2 = np.outer(h, p - y)
            dW1 = np.outer(x, np.dot(W2, p + y))
            return dW1, dW2""", {9}, "dW1 = np.outer(x, W2 @ (p - y))"),
    "outputs without a name, beside a cache": (
        """
        def forward(x, W, V):
            z = x @ W
            h = np.tanh(z)
            return h @ V, (x, z, h)
        def loss_fn(out, y):
            return np.mean((out - y) ** 2)
        def backward(out, y, cache, W, V):
            x, z, h = cache
            dout = 2 * (out - y) / out.size
            dV = h.T @ dout
            dz = (dout @ V.T) * (1 - h)
            dW = x.T @ dz
            return dW, dV""", {12}, "dz = dout @ V.T * (1 - h ** 2)"),
    "layers that are put into lists without names": (
        """
        def sigma(z):
            return 1.0 / (1.0 + np.exp(-z))
        class Network:
            def __init__(self, sizes):
                self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
                self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]
            def backprop(self, x, y):
                nabla_w = [None] * len(self.weights)
                acts, zs = [x], []
                for w, b in zip(self.weights, self.biases):
                    zs.append(w @ acts[-1] + b)
                    acts.append(sigma(zs[-1]))
                delta = 2 * (acts[-1] - y) * acts[-1] * (1 - acts[-1])
                nabla_w[-1] = delta @ acts[-2].T
                for l in range(len(self.weights) - 2, -1, -1):
                    delta = self.weights[l + 1].T @ delta * acts[l + 1] * (1 - acts[l + 1])
                    nabla_w[l] = delta @ acts[l + 1].T
                return nabla_w
            def cost(self, out, y):
                return np.sum((out - y) ** 2)""", {18}, "nabla_w[l] = delta @ acts[l].T"),
    "a function that another one makes": (
        """
        def make(n, h):
            W, V = np.random.randn(h, n), np.random.randn(2, h)
            def loss_and_grads(x, t):
                a = np.tanh(W.dot(x))
                o = V.dot(a)
                loss = 0.5 * np.sum((o - t) ** 2)
                do = o - t
                dV = np.outer(do, a)
                dW = np.outer(V.T.dot(do) * (1 - a), x)
                return loss, dW, dV
            return loss_and_grads""", {10}, "dW = np.outer(V.T @ do * (1 - a ** 2), x)"),
    "functions inside the one that trains": (
        """
        def train():
            rng = np.random.default_rng(0)
            X, y, w = rng.normal(size=(100, 3)), rng.normal(size=(100, 1)), rng.normal(size=(3, 1))
            def forward(x):
                return x @ w
            def grad(x, p, y):
                return x.T @ (p - y) / len(x)
            for _ in range(100):
                p = forward(X)
                loss = ((p - y) ** 2).mean()
                w -= 0.1 * grad(X, p, y)
        if __name__ == "__main__":
            train()""", {8}, "return 2 * x.T @ (p - y) / len(x)"),
    "a name that first holds something else": (
        """
        def loss(X, y, W1, W2):
            z = X.dot(W1)
            a = np.maximum(0, z)
            out = a.dot(W2)
            loss = np.sum((out - y) ** 2) / len(X)
            dout = 2 * (out - y) / len(X)
            dW2 = a.T.dot(dout)
            dW1 = dout.dot(W2.T)
            dz = dW1 * (z > 0)
            dW1 = X.T.dot(dz)
            return loss, dW1, dW2""", set(), ""),
    "an array of zeros and ones with another name": (
        """
        def grads(R, M, P, Q):
            E = M * (R - P @ Q.T)
            loss = np.sum(E ** 2)
            dP = -2 * E @ Q
            dQ = 2 * E.T @ P
            return loss, dP, dQ""", {6}, "dQ = -2 * E.T @ P"),
    "a softmax that one output would make flat": (
        """
        def step(X, y, W, V):
            h = np.maximum(X @ W, 0)
            D = (np.random.rand(*h.shape) < 0.5) / 0.5
            hd = h * D
            e = np.exp(hd @ V)
            p = e / e.sum(axis=1, keepdims=True)
            loss = -np.sum(y * np.log(p)) / len(X)
            ds = (p - y) / len(X)
            dV = hd.T @ ds
            dhd = ds @ V.T
            dh = dhd * h
            dW = X.T @ (dh * (h > 0))""", {12}, "dh = dhd * D"),
    "a network of four widths": (
        """
        class MLP:
            def __init__(self, sizes):
                self.w = np.random.randn(sizes[0], sizes[1]) * np.sqrt(2. / sizes[0])
                self.v = np.random.randn(sizes[1], sizes[2])
                self.u = np.random.randn(sizes[2], sizes[3])
            def forward(self, x):
                self.a = np.tanh(x @ self.w)
                self.b = np.tanh(self.a @ self.v)
                self.out = self.b @ self.u
            def loss(self, y):
                return np.mean((self.out - y) ** 2)
            def backward(self, x, y):
                d3 = 2 * (self.out - y) / y.size
                du = self.b.T @ d3
                d2 = d3 @ self.u.T * (1 - self.b ** 2)
                dv = self.a.T @ d2""", set(), ""),
    "a file that runs what it decorates": (
        """
        @timed
        def forward(X, W):
            return np.tanh(X @ W)
        def mse(p, y):
            return np.mean((p - y) ** 2)
        @timed
        def backward(X, y, p):
            dz = 2 * (p - y) * (1 - p) / y.size
            dW = X.T @ dz
            return dW
        if __name__ == "__main__":
            p = forward(X, W)
            print(mse(p, y))
            dW = backward(X, y, p)""", {9}, "dz = 2 * (p - y) * (1 - p ** 2) / y.size"),
    "layers that are handed over one by one": (
        """
        class Linear:
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, g):
                self.dW = self.x.T @ g
                return g @ self.W.T
        class ReLU:
            def forward(self, x):
                self.x = x
                return np.maximum(0, x)
            def backward(self, g):
                return g * (self.x < 0)
        class Sequential:
            def __init__(self, *layers):
                self.layers = layers
            def forward(self, x):
                for layer in self.layers:
                    x = layer.forward(x)
                return x
            def backward(self, grad):
                for layer in reversed(self.layers):
                    grad = layer.backward(grad)
        model = Sequential(Linear(), ReLU(), Linear())
        out = model.forward(x)
        loss = np.sum((out - y) ** 2)
        model.backward(2 * (out - y))""", {14}, "return g * (self.x > 0)"),
    "a cost that is a product of matrices": (
        """
        def cost(A, Y):
            return -np.dot(Y, np.log(A).T) / Y.shape[1]
        def forward(X, W):
            A = 1 / (1 + np.exp(-np.dot(W, X)))
            return A
        def backward(X, Y, A):
            dA = -np.divide(Y, A)
            dZ = dA * A * (1 - A)
            dW = np.dot(dZ, X.T) / X.shape[1]
            return dW""", set(), ""),
    "a cost of which nobody adds up the entries": (
        """
        def grads(X, W, y):
            a = X @ W
            loss = (a - y) ** 2
            da = 2 * (a - y)
            dW = da.T @ X
            return dW""", {6}, "dW = X.T @ da"),
    "libraries under another name": (
        """
        try:
            import cupy as xp
        except ImportError:
            import numpy as xp
        def train(x, t, W, lr):
            p = 1 / (1 + xp.exp(-xp.dot(x, W)))
            loss = xp.sum((p - t) ** 2)
            gp = 2 * (p - t)
            gW = xp.dot(x.T, gp * p * (1 + p))
            W -= lr * gW""", {10}, "gW = x.T @ (gp * p * (1 - p))"),
    "slopes kept with their arrays": (
        """
        def mse_grad(inp, targ):
            inp.g = 2 * (inp - targ) / inp.shape[0]
        def relu_grad(inp, out):
            inp.g = (inp > 0).float() * out.g
        def lin_grad(inp, out, w, b):
            inp.g = out.g @ w.t()
            w.g = inp.t() @ out.g
            b.g = out.g.mean(0)
        def forward_and_backward(inp, targ):
            l1 = inp @ w1 + b1
            l2 = l1.clamp_min(0.)
            out = l2 @ w2 + b2
            loss = (out - targ).pow(2).mean()
            mse_grad(out, targ)
            lin_grad(l2, out, w2, b2)
            relu_grad(l1, l2)
            lin_grad(inp, l1, w1, b1)""", {9}, "b.g = np.sum(out.g, axis=0)"),
    "slopes with a g behind their name": (
        """
        def fwd_bwd(inp, targ, w1, w2):
            l1 = inp @ w1
            l2 = np.maximum(l1, 0.)
            out = l2 @ w2
            loss = ((out - targ) ** 2).mean()
            out_g = 2. * (out - targ) / out.size
            w2_g = l1.T @ out_g
            l1_g = (l1 > 0) * (out_g @ w2.T)
            w1_g = inp.T @ l1_g""", {8}, "w2_g = l2.T @ out_g"),
    "a cost called c": (
        """
        def grads(x, y, w):
            a = 1 / (1 + np.exp(-(w @ x)))
            c = 0.5 * np.sum((a - y) ** 2)
            dz = (a - y) * a
            dw = dz @ x.T
            return c, dw""", {5}, "dz = (a - y) * (a * (1 - a))"),
    "numbers, and examples in a list": (
        """
        w1, w2, b, lr = 0.1, -0.2, 0.0, 0.5
        for epoch in range(100):
            for (x1, x2), t in [([0, 1], 1), ([1, 1], 0)]:
                z = w1 * x1 + w2 * x2 + b
                a = 1 / (1 + math.exp(-z))
                c = (a - t) ** 2
                dc_da = 2 * (a - t)
                da_dz = a * (1 - a)
                dc_dw1 = dc_da * da_dz * x2
                dc_dw2 = dc_da * da_dz * x2
                w1 -= lr * dc_dw1
                w2 -= lr * dc_dw2
                b -= lr * dc_da * da_dz""", {10}, "dc_dw1 = dc_da * da_dz * x1"),
    "a constant that begins as 1": (
        """
        class LogisticRegression:
            def __init__(self, lr=0.01, C=1.0):
                self.lr, self.C = lr, C
            def fit(self, X, y):
                n = len(X)
                self.w = np.zeros(X.shape[1])
                p = 1 / (1 + np.exp(-(X @ self.w)))
                loss = -(y @ np.log(p) + (1 - y) @ np.log(1 - p)) / n + self.w @ self.w / (2 * self.C)
                dw = X.T @ (p - y) / n + self.w * self.C
                self.w -= self.lr * dw""", {10}, "dw = X.T @ (p - y) / n + self.w * (1 / self.C)"),
    "a parameter that another method begins": (
        """
        class Model:
            def gradient(self, X, y):
                p = 1 / (1 + np.exp(-(X @ self.w)))
                return 2 * X.T @ (p - y) / len(y)
            def loss(self, X, y):
                p = 1 / (1 + np.exp(-(X @ self.w)))
                return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
            def fit(self, X, y):
                self.w = np.zeros(X.shape[1])
                self.w -= self.gradient(X, y)""", {5}, "return X.T @ (p - y) / len(y)"),
    "a slope in place of an array that is none": (
        """
        for j in range(60000):
            l1 = 1 / (1 + np.exp(-(X @ syn0)))
            l2 = 1 / (1 + np.exp(-(l1 @ syn1)))
            l2_error = l2 - y
            loss = 0.5 * np.sum(l2_error ** 2)
            l2_delta = l2_error * l2 * (1 - l2)
            l1_error = l2_error.dot(syn1.T)
            l1_delta = l1_error * l1 * (1 - l1)
            syn1 -= 0.5 * l1.T.dot(l2_delta)
            syn0 -= 0.5 * X.T.dot(l1_delta)""", {8}, "l1_error = l2_error * (l2 * (1 - l2)) @ syn1.T"),
    "characters one after the other": (
        """
        def lossFun(inputs, targets, hprev):
            xs, hs, ys, ps = {}, {}, {}, {}
            hs[-1] = np.copy(hprev)
            loss = 0
            for t in range(len(inputs)):
                xs[t] = np.zeros((vocab_size, 1))
                xs[t][inputs[t]] = 1
                hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t-1]))
                ys[t] = np.dot(Why, hs[t])
                ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))
                loss += -np.log(ps[t][targets[t], 0])
            dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
            dhnext = np.zeros_like(hs[0])
            for t in reversed(range(len(inputs))):
                dy = np.copy(ps[t])
                dy[targets[t]] -= 1
                dWhy += np.dot(dy, hs[t].T)
                dh = np.dot(Why.T, dy) + dhnext
                dhraw = (1 - hs[t] * hs[t]) * dh
                dWxh += np.dot(dhraw, xs[t].T)
                dWhh += np.dot(dhraw, hs[t-1].T)
                dhnext = np.dot(Whh.T, dhraw)
            return loss, dWxh, dWhh, dWhy""", set(), ""),
    "rows that are looked up": (
        """
        ix = torch.randint(0, Xtr.shape[0], (32,))
        Xb, Yb = Xtr[ix], Ytr[ix]
        emb = C[Xb]
        hpre = emb.view(emb.shape[0], -1) @ W1
        h = torch.tanh(hpre)
        logits = h @ W2
        probs = logits.exp() / logits.exp().sum(1, keepdim=True)
        loss = -probs[range(32), Yb].log().mean()
        dlogits = probs.clone()
        dlogits[range(32), Yb] -= 1
        dlogits /= 32
        dW2 = h.T @ dlogits
        dh = dlogits @ W2.T
        dhpre = (1 - h) * dh""", {15}, "dhpre = (1 - h ** 2) * dh"),
    "a step whose backward has no forward of its name": (
        """
        def gate(x, h, W, U):
            z = 1 / (1 + np.exp(-(W @ x + U @ h)))
            hnew = (1 - z) * h
            return hnew, (x, h, z)
        def gate_backward(dhnew, cache, W, U):
            x, h, z = cache
            dz = dhnew * h
            da = dz * z * (1 - z)
            dW = np.outer(da, x)
            return dW""", {8}, "dz = -dhnew * h"),
    "a condition with a name, and a variance": (
        """
        def huber(X, y, w):
            h = X @ w
            r = (h - h.mean(axis=0)) / np.sqrt(h.var(axis=0) + 1e-5) - y
            small = np.abs(r) <= 1.0
            loss = np.where(small, 0.5 * r ** 2, np.abs(r) - 0.5).mean()
            dr = np.where(small, r, -np.sign(r)) / r.size
            return loss, dr""", {7}, "dr = np.where(small, r, np.sign(r)) / r.size"),
    "distances called dpos and dneg": (
        """
        def triplet(a, p, n, W, margin):
            fa, fp, fn = a @ W, p @ W, n @ W
            dpos = np.sum((fa - fp) ** 2)
            dneg = np.sum((fa - fn) ** 2)
            loss = np.maximum(0, dpos - dneg + margin)
            active = (dpos - dneg + margin) > 0
            dfp = 2 * active * (fa - fp)
            dfn = 2 * active * (fa - fn)""", {8}, "dfp = -2 * active * (fa - fp)"),
    "a mean of which one example would make a sum": (
        """
        def lasso(X, y, w, b, l1):
            n = X.shape[0]
            resid = X @ w + b - y
            cost = resid @ resid / (2 * n) + l1 * np.abs(w).sum()
            dw = X.T @ resid / n + l1 * np.sign(w)
            db = resid.sum()
            return cost, dw, db""", {7}, "db = np.mean(resid)"),
    "an error where the delta belongs": (
        """
        def train(self, x, t):
            h = 1 / (1 + np.exp(-(self.w @ x)))
            o = self.v @ h
            loss = 0.5 * np.sum((t - o) ** 2)
            output_delta = t - o
            hidden_errors = self.v.T @ output_delta
            hidden_delta = hidden_errors * h * (1 - h)
            self.v += 0.1 * output_delta @ h.T
            self.w += 0.1 * hidden_errors @ x.T""", {10}, ""),
    "the slope by the sums of a softmax of several lines": (
        """
        def softmax(z):
            z = z - np.max(z, axis=1, keepdims=True)
            e = np.exp(z)
            return e / np.sum(e, axis=1, keepdims=True)
        def train(X, y, W1, W2):
            m = X.shape[0]
            hidden = np.tanh(X @ W1)
            output = softmax(hidden @ W2)
            loss = -np.sum(y * np.log(output)) / m
            d_output = (output - y) / m
            d_W2 = hidden.T @ d_output
            d_hidden = d_output @ W2.T * (1 - hidden ** 2)
            d_W1 = X.T @ d_output""", {14}, "d_W1 = X.T @ d_hidden"),
    "units of plain numbers": (
        """
        class Xor:
            def forward(self, x1, x2):
                self.h = sigmoid(self.w1 * x1 + self.w2 * x2 + self.b)
                self.o = sigmoid(self.v * self.h + self.c)
                return self.o
            def train(self, x1, x2, target, lr=0.5):
                o = self.forward(x1, x2)
                loss = 0.5 * (target - o) ** 2
                d_o = (o - target) * o * (1 - o)
                d_h = d_o * self.v * self.h * (1 - self.h)
                self.v -= lr * d_o * self.h
                self.c -= lr * d_o
                self.w1 -= lr * d_h * x1
                self.w2 -= lr * d_h * x1
                self.b -= lr * d_h""", {15}, "self.w2 -= lr * d_h * x2"),
    "an activation that is called d1": (
        """
        def loss(X, y, W1, W2, p):
            a1 = np.maximum(X @ W1, 0)
            mask = (np.random.rand(*a1.shape) < p) / p
            d1 = a1 * mask
            data_loss = 0.5 * np.sum((d1 @ W2 - y) ** 2)
            dscores = d1 @ W2 - y
            dW2 = a1.T @ dscores
            dd1 = dscores @ W2.T
            da1 = dd1 * mask
            dW1 = X.T @ (da1 * (a1 > 0))""", {8}, ""),
    "a last layer that is called ZL": (
        """
        class Net:
            def __init__(self, dims):
                self.L = len(dims) - 1
                self.params = {}
                for l in range(1, self.L + 1):
                    self.params['W' + str(l)] = np.random.randn(dims[l], dims[l - 1])
            def forward(self, X):
                self.cache = {'A0': X}
                A = X
                for l in range(1, self.L):
                    Z = self.params['W' + str(l)] @ A
                    A = np.maximum(0, Z)
                    self.cache['Z' + str(l)] = Z
                    self.cache['A' + str(l)] = A
                ZL = self.params['W' + str(self.L)] @ A
                return 1 / (1 + np.exp(-ZL))
            def cost(self, AL, Y):
                return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / Y.shape[1]
            def backward(self, AL, Y):
                grads = {}
                dZ = AL - Y
                for l in range(self.L, 0, -1):
                    grads['dW' + str(l)] = dZ @ self.cache['A' + str(l - 1)].T / Y.shape[1]
                    if l > 1:
                        dA = self.params['W' + str(l)].T @ dZ
                        dZ = dA * self.cache['A' + str(l - 1)]
                return grads""", {27}, "dZ = dA * (self.cache['A' + str(l - 1)] > 0)"),
    "a product that is scaled": (
        """
        class Attention:
            def __init__(self, d_model, d_k):
                self.Wq = np.random.randn(d_model, d_k)
                self.Wk = np.random.randn(d_model, d_k)
                self.d_k = d_k
            def forward(self, x):
                self.x = x
                self.q, self.k = x @ self.Wq, x @ self.Wk
                self.scores = self.q @ self.k.T / np.sqrt(self.d_k)
                self.out = np.tanh(self.scores)
                return self.out
            def backward(self, dout):
                dscores = dout * (1 - self.out ** 2)
                dscores = dscores / np.sqrt(self.d_k)
                dq = dscores @ self.k
                dk = dscores @ self.q
                self.dWq = self.x.T @ dq
                self.dWk = self.x.T @ dk""", {17}, "dk = dscores.T @ self.q"),
    "twice a size that is a number": (
        """
        n, d = 100, 3
        X = np.random.randn(n, d)
        y = np.random.randn(n, 1)
        W = np.zeros((d, 1))
        yhat = X @ W
        J = np.sum((yhat - y) ** 2) / (2 * n)
        dyhat = (yhat - y) / n
        dW = X.T @ (yhat - y)""", {9}, "dW = X.T @ (yhat - y) / n"),
    "a dictionary that a comprehension makes, and labels made of the data": (
        """
        X = np.random.randn(64, 2)
        Y = X[:, :1] * X[:, 1:]
        params = {'W1': np.random.randn(2, 5), 'W2': np.random.randn(5, 1)}
        m = {k: np.zeros_like(v) for k, v in params.items()}
        for t in range(1, 1001):
            a1 = np.maximum(0, X @ params['W1'])
            pred = a1 @ params['W2']
            loss = np.mean((pred - Y) ** 2)
            grads = {}
            dpred = 2 * (pred - Y) / pred.size
            grads['W2'] = a1.T @ dpred
            grads['W1'] = X.T @ (dpred @ params['W2'].T)
            for k in params:
                m[k] = 0.9 * m[k] + 0.1 * grads[k]
                params[k] -= 0.01 * m[k]""", {13}, "grads['W1'] = X.T @ (dpred @ params['W2'].T * (a1 > 0))"),
    "weights in a list of numbers, examples in pairs": (
        """
        def train(data, labels, lr):
            w = [0.0, 0.0]
            for (x1, x2), y in zip(data, labels):
                a = math.tanh(w[0] * x1 + w[1] * x2)
                loss = (a - y) ** 2
                dL_da = 2 * (a - y)
                dL_dz = dL_da * (1 - a ** 2)
                w[0] -= lr * dL_dz * x1
                w[1] -= lr * dL_dz * x1""", {10}, "w[1] -= lr * dL_dz * x2"),
    "a step up where slopes are steps downhill": (
        """
        def loss(out, y):
            return np.sum((y - out) ** 2)
        def train(X, y, W1, W2):
            h = 1 / (1 + np.exp(-X @ W1))
            out = h @ W2
            d_W2 = h.T @ (2 * (y - out))
            d_W1 = X.T @ (2 * (y - out) @ W2.T * h * (1 - h))
            W1 += d_W1
            W2 -= d_W2""", {10}, "W2 += d_W2"),
    "a penalty of one": (
        """
        class Ridge:
            def __init__(self, C=1.0):
                self.C = C
            def loss(self, X, y):
                return 1.0 * np.sum((X @ self.w - y) ** 2) + np.sum(self.w ** 2) / self.C
            def gradient(self, X, y):
                grad_w = 2.0 * X.T @ (X @ self.w - y) + 2 * self.w * self.C
                return grad_w""", {8}, ""),
    "the output of several that the slope arrives by": (
        """
        def rnn_cell_forward(xt, a_prev, parameters):
            Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
            a_next = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, xt))
            yt = np.dot(Wya, a_next)
            cache = (a_next, a_prev, xt, parameters)
            return a_next, yt, cache
        def rnn_cell_backward(da_next, cache):
            (a_next, a_prev, xt, parameters) = cache
            Waa = parameters["Waa"]
            dtanh = (1 - a_next ** 2) * da_next
            da_prev = np.dot(Waa, dtanh)
            dWaa = np.dot(dtanh, a_prev.T)
            return da_prev, dWaa""", {12}, "da_prev = Waa.T @ dtanh"),
    "a class that is called FeedForward": (
        """
        class FeedForward:
            def __init__(self, d, h):
                self.W1 = np.random.randn(d, h)
                self.W2 = np.random.randn(h, d)
            def forward(self, x):
                self.x = x
                self.act = np.tanh(x @ self.W1)
                return x + self.act @ self.W2
            def backward(self, dy):
                self.dW2 = self.act.T @ dy
                dpre = dy @ self.W2.T * (1 - self.act ** 2)
                self.dW1 = self.x.T @ dpre
                return dpre @ self.W1.T""", {14}, "return dpre @ self.W1.T + dy"),
    "two heads, and the targets of each": (
        """
        class TwoHead:
            def __init__(self, d, h):
                self.W, self.Va, self.Vb = np.zeros((d, h)), np.zeros((h, 1)), np.zeros((h, 1))
            def forward(self, x):
                self.x = x
                self.h = np.tanh(x.dot(self.W))
                self.ya = self.h.dot(self.Va)
                self.yb = 1 / (1 + np.exp(-self.h.dot(self.Vb)))
                return self.ya, self.yb
            def loss(self, ta, tb):
                lb = -np.mean(tb * np.log(self.yb) + (1 - tb) * np.log(1 - self.yb))
                return np.mean((self.ya - ta) ** 2) + lb
            def backward(self, ta, tb):
                n = self.x.shape[0]
                dya = 2 * (self.ya - ta) / n
                dzb = (self.yb - tb) / n
                dVb = self.h.T.dot(dzb)
                dh = dya.dot(self.Va.T)
                dW = self.x.T.dot(dh * (1 - self.h ** 2))
                return dW, dVb""", {19}, "dh = dya @ self.Va.T + dzb @ self.Vb.T"),
    "a network that is run twice": (
        """
        class Critic:
            def __init__(self, d):
                self.w, self.b = np.random.randn(d), 0.0
            def forward(self, x):
                return 1 / (1 + np.exp(-(x @ self.w + self.b)))
            def loss(self, real, fake):
                return -np.mean(np.log(self.forward(real))) - np.mean(np.log(1 - self.forward(fake)))
            def backward(self, real, fake):
                p_real, p_fake = self.forward(real), self.forward(fake)
                dz_real = -(1 - p_real) / len(real)
                dz_fake = (1 - p_fake) / len(fake)
                dw = real.T @ dz_real + fake.T @ dz_fake
                return dw""", {12}, ""),
    "a layer norm without products": (
        """
        class LayerNorm:
            @staticmethod
            def forward(x, w, b, eps=1e-5):
                mean = x.mean(-1, keepdim=True)
                rstd = (((x - mean) ** 2).mean(-1, keepdim=True) + eps) ** -0.5
                norm = (x - mean) * rstd
                return norm * w + b, (norm, w, rstd)
            @staticmethod
            def backward(dout, cache):
                norm, w, rstd = cache
                dw = (dout * norm).sum(0)
                dnorm = dout
                dx = dnorm - dnorm.mean(-1, keepdim=True) - norm * (dnorm * norm).mean(-1, keepdim=True)
                dx *= rstd
                return dx, dw""", {13}, "dnorm = dout * w"),
    "a step without a slope's name, and numbers one by one": (
        """
        def gradient_descent(x, y):
            m_curr = b_curr = 0
            n = len(x)
            learning_rate = 0.08
            for i in range(10000):
                y_predicted = m_curr * x + b_curr
                cost = (1 / n) * sum([val ** 2 for val in (y - y_predicted)])
                md = -(1 / n) * sum(x * (y - y_predicted))
                bd = -(2 / n) * sum(y - y_predicted)
                m_curr = m_curr - learning_rate * md
                b_curr = b_curr - learning_rate * bd""", {9}, ""),
    "points one by one, and current values": (
        """
        def compute_error(b, m, points):
            total = 0
            for i in range(0, len(points)):
                x = points[i, 0]
                y = points[i, 1]
                total += (y - (m * x + b)) ** 2
            return total / float(len(points))
        def step_gradient(b_current, m_current, points, rate):
            b_gradient = 0
            m_gradient = 0
            N = float(len(points))
            for i in range(0, len(points)):
                x = points[i, 0]
                y = points[i, 1]
                b_gradient += (2 / N) * (y - ((m_current * x) + b_current))
                m_gradient += -(2 / N) * x * (y - ((m_current * x) + b_current))
            return b_gradient""", {16}, "b_gradient -= 2 / N * (y - (m_current * x + b_current))"),
    "all weights but the first": (
        """
        def cost(theta, X, y, lam):
            m = len(y)
            h = X.dot(theta)
            J = np.sum((h - y) ** 2) / (2 * m) + lam / (2 * m) * np.sum(theta[1:] ** 2)
            grad = X.T.dot(h - y) / m
            grad[1:] += lam * theta[1:]
            return J, grad""", {7}, ""),
    "a copy of the weights without the first": (
        """
        def cost(theta, X, y, lam):
            m = y.size
            temp = theta.copy()
            temp[0] = 0
            h = 1 / (1 + np.exp(-X.dot(theta.T)))
            J = np.sum(-y.dot(np.log(h)) - (1 - y).dot(np.log(1 - h))) / m + lam / (2 * m) * np.sum(temp ** 2)
            grad = (1 / m) * (h - y).dot(X)
            grad = grad + lam * temp
            return J, grad""", {9}, ""),
    "a cost after the step that is kept in a list": (
        """
        def gradient_descent(X, y, theta, alpha, num_iters):
            m = len(y)
            J_history = []
            for i in range(num_iters):
                h = X.dot(theta)
                theta = theta + alpha / m * X.T.dot(h - y)
                J_history.append(1 / (2 * m) * np.sum((X.dot(theta) - y) ** 2))
            return theta, J_history""", {7}, "theta -= alpha * 1 / m * (X.T @ (h - y))"),
    "errors and outputs in camel case": (
        """
        def loss(finalOutputs, targets):
            return 0.5 * np.sum((targets - finalOutputs) ** 2)
        def train(self, inputsList, targetsList):
            inputs = np.array(inputsList, ndmin=2).T
            targets = np.array(targetsList, ndmin=2).T
            hiddenOutputs = 1 / (1 + np.exp(-np.dot(self.wIH, inputs)))
            finalOutputs = np.dot(self.wHO, hiddenOutputs)
            outputErrors = targets - finalOutputs
            hiddenErrors = np.dot(self.wHO.T, outputErrors)
            self.wHO -= self.lr * np.dot(outputErrors, hiddenOutputs.T)
            self.wIH += self.lr * np.dot(hiddenErrors * hiddenOutputs * (1 - hiddenOutputs), inputs.T)""",
        {11}, ""),
    "a slope of one number under a condition": (
        """
        def neuron(x1, x2, w1, w2, b, t):
            z = x1 * w1 + x2 * w2 + b
            a = max(z, 0)
            loss = (a - t) ** 2
            dloss_da = 2 * (a - t)
            da_dz = 1 if z > 0 else 0
            dloss_dz = dloss_da * da_dz
            dloss_dw1 = dloss_dz * x1
            dloss_dw2 = dloss_dz * x1
            return dloss_dw1, dloss_dw2""", {10}, "dloss_dw2 = dloss_dz * x2"),
    "as many layers as there are parameters": (
        """
        def model_forward(X, parameters):
            caches, A = [], X
            for l in range(1, len(parameters) // 2 + 1):
                W = parameters['W' + str(l)]
                Z = np.dot(W, A) + parameters['b' + str(l)]
                caches.append((A, W, Z))
                A = np.tanh(Z)
            return A, caches
        def compute_cost(AL, Y):
            return np.sum((AL - Y) ** 2) / Y.shape[1]
        def model_backward(AL, Y, caches):
            grads = {}
            dA = 2 * (AL - Y) / Y.shape[1]
            for l in reversed(range(len(caches))):
                A, W, Z = caches[l]
                dZ = dA * (1 - np.tanh(Z) ** 2)
                grads['dW' + str(l + 1)] = np.dot(dZ, A.T)
                grads['db' + str(l + 1)] = np.mean(dZ, axis=1, keepdims=True)
                dA = np.dot(W.T, dZ)
            return grads""", {19}, "grads['db' + str(l + 1)] = np.sum(dZ, axis=1, keepdims=True)"),
    "labels of one output unit": (
        """
        W = np.zeros((1, 3))
        A = W @ X
        loss = np.sum((A - Y) ** 2) / Y.shape[1]
        dW = 2 * (A - Y) @ X.T / Y.shape[1]""", set(), ""),
    "vectors put together": (
        """
        def f(x, h, W, b, t):
            v = np.concatenate([x, h])
            y = np.tanh(W @ v + b)
            loss = 0.5 * np.sum((y - t) ** 2)
            dy = y - t
            dz = dy * (1 - y)
            dW = np.outer(dz, v)
            db = dz
            dv = W.T @ dz
            return loss, dW, db, dv""", {7}, "dz = dy * (1 - y ** 2)"),
    "a slope on the way that is called ds": (
        """
        def backward(x, W, b, y):
            z = x @ W + b
            s = 1 / (1 + np.exp(-z))
            a = z * s
            loss = 0.5 * np.sum((a - y) ** 2)
            da = a - y
            ds = s * (1 - s)
            dz = da * (s + z * ds)
            dW = x.T @ da
            return loss, dW""", {10}, "dW = x.T @ dz"),
    "one output, example by example": (
        """
        def gradients(X, Y, w, b):
            n = len(X)
            loss, dw, db = 0.0, np.zeros_like(w), 0.0
            for i in range(n):
                z = w @ X[i] + b
                a = 1 / (1 + np.exp(-z))
                loss += -(Y[i] * np.log(a) + (1 - Y[i]) * np.log(1 - a))
                dz = a - Y[i]
                dw += dz * X[i]
                db += dz
            return loss / n, dw / n, db / n""", set(), ""),
    "three lines that add up a slope": (
        """
        def cell(x, h, U, V):
            n = np.tanh(U @ h)
            z = np.tanh(V @ h)
            out = h + z * h * n
            return out, (h, n, z)

        def cell_backward(dout, cache, U, V):
            h, n, z = cache
            dn = dout * z * h
            dz = dout * h * n
            dn_raw = dn * (1 - n * n)
            dz_raw = dz * (1 - z * z)
            dh = dout * (1 + n * z)
            dh += U.T @ dn_raw
            dh += V.T @ dz_raw
            return dh""", set(), ""),
    "a slope that no name says": (
        """
        def backward(x, y, W, V):
            h = np.maximum(x @ W, 0)
            out = h @ V
            loss = 0.5 * np.sum((out - y) ** 2)
            q = out - y
            grad_V = h.T @ q
            u = q @ V.T
            u[h > 0] = 0
            grad_W = x.T @ u
            return loss, grad_V, grad_W""", {9}, "u = np.where(h <= 0, 0, u)"),
    "numbers that slopes are taken by": (
        """
        w, b = 0.3, 0.05
        x, t = 1.0, 2.0
        z = w * x + b
        y = 1 / (1 + math.exp(-z))
        E = 0.5 * (t - y) ** 2
        dE_dy = t - y
        dE_dz = dE_dy * y * (1 - y)
        dE_dw = dE_dz * x
        dE_db = dE_dz""", {7}, "dE_dy = y - t"),
    "a name in its own place": (
        """
        def gradient(theta, X, y, lam):
            m = len(y)
            h = 1 / (1 + np.exp(-(X @ theta)))
            J = -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / m + lam / (2 * m) * np.sum(theta ** 2)
            grad = X.T @ (h - y) / m
            grad = grad
            return J, grad""", {7}, ""),
    "a Function of torch that only returns": (
        """
        class Affine(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x, w):
                ctx.save_for_backward(x, w)
                return x @ w.t()

            @staticmethod
            def backward(ctx, grad_output):
                x, w = ctx.saved_tensors
                return grad_output @ w, x.t() @ grad_output""", {11}, "grad_w = grad_output.T @ x"),
    "a class that nothing uses": (
        """
        class Tanh:
            def forward(self, x):
                self.out = np.tanh(x)
                return self.out
            def backward(self, dout):
                return dout * (1 - self.out ** 2)""", set(), ""),
    "one-hot rows made in place": (
        """
        def reinforce(theta, states, actions, returns):
            logits = states @ theta
            probs = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
            T = len(actions)
            objective = -(np.log(probs[np.arange(T), actions]) * returns).sum()
            onehot = np.zeros_like(probs)
            onehot[np.arange(T), actions] = 1
            dlogits = (probs - onehot) * returns[:, None]
            dtheta = states.T @ dlogits
            return objective, dtheta""", set(), ""),
    "a network of layers of which one has named slopes": (
        """
        class Linear:
            def __init__(self, n_in, n_out):
                self.W = np.random.randn(n_in, n_out)
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, grad_out):
                self.grad_W = self.x.T @ grad_out
                return grad_out @ self.W.T
        class Sigmoid:
            def forward(self, x):
                self.out = 1 / (1 + np.exp(-x))
                return self.out
            def backward(self, grad_out):
                return grad_out * (1 - self.out)
        class MSE:
            def forward(self, pred, target):
                self.diff = pred - target
                return (self.diff ** 2).mean()
            def backward(self):
                return 2 * self.diff / self.diff.size
        class Net:
            def __init__(self):
                self.layers = [Linear(4, 8), Linear(8, 2), Sigmoid()]
                self.loss = MSE()
            def forward(self, x, y):
                for layer in self.layers:
                    x = layer.forward(x)
                return self.loss.forward(x, y)
            def backward(self):
                g = self.loss.backward()
                for layer in reversed(self.layers):
                    g = layer.backward(g)
                return g""", {16}, ""),
    "the last slope of a loop over time, which nothing uses": (
        """
        def recur(W, U, xs, y):
            h = np.zeros(W.shape[0])
            hs = {-1: h}
            for t in range(len(xs)):
                h = np.tanh(W @ h + U @ xs[t])
                hs[t] = h
            loss = 0.5 * np.sum((h - y) ** 2)
            dW, dU = np.zeros_like(W), np.zeros_like(U)
            dh = h - y
            for t in reversed(range(len(xs))):
                da = dh * (1 - hs[t] ** 2)
                dW += np.outer(da, hs[t - 1])
                dU += np.outer(da, xs[t])
                dh = W.T @ da
            return loss, dW, dU""", set(), ""),
    "the last slope of a loop over layers, which nothing uses": (
        """
        def mlp(Ws, x, y):
            acts = [x]
            for W in Ws[:-1]:
                acts.append(np.maximum(acts[-1] @ W, 0))
            out = acts[-1] @ Ws[-1]
            loss = ((out - y) ** 2).sum() / len(x)
            grad = 2 * (out - y) / len(x)
            grads = [None] * len(Ws)
            for i in range(len(Ws) - 1, -1, -1):
                grads[i] = acts[i].T @ grad
                grad = (grad @ Ws[i].T) * (acts[i] > 0)
            return loss, grads""", set(), ""),
    "a mean that is divided where it is returned": (
        """
        def mse_loss(x, y):
            N = x.shape[0]
            loss = np.sum((x - y) ** 2) / N
            dx = x - y
            return loss, 2 * dx / N""", set(), ""),
    "a mean that is divided by all entries where it is returned": (
        """
        class MSE(torch.autograd.Function):
            def forward(ctx, pred, target):
                ctx.save_for_backward(pred, target)
                return ((pred - target) ** 2).mean()
            def backward(ctx, grad_output):
                pred, target = ctx.saved_tensors
                grad = 2 * (pred - target)
                return grad_output * grad / pred.numel(), None""", set(), ""),
    "what arrives at the cost itself": (
        """
        class MSE(torch.autograd.Function):
            def forward(ctx, pred, target):
                ctx.save_for_backward(pred, target)
                return ((pred - target) ** 2).mean()
            def backward(ctx, grad_output):
                pred, target = ctx.saved_tensors
                grad = 2 * (pred - target) / pred.numel()
                grad_pred = grad_output * grad
                return grad_pred, None""", set(), ""),
    "a factor too many behind a right slope": (
        """
        def mse_loss(x, y):
            N = x.shape[0]
            loss = np.sum((x - y) ** 2) / N
            dx = 2 * (x - y) / N
            grad_x = 3 * dx
            return loss, grad_x""", {6}, "grad_x = dx"),
    "a forgotten term at the end of a gated unit": (
        """
        def sigmoid(a):
            return 1 / (1 + np.exp(-a))
        class GRUCell:
            def forward(self, x, h):
                self.x, self.h_prev = x, h
                self.z = sigmoid(self.Wz @ x + self.Uz @ h)
                self.r = sigmoid(self.Wr @ x + self.Ur @ h)
                self.n = np.tanh(self.Wn @ x + self.Un @ (self.r * h))
                return (1 - self.z) * self.n + self.z * h
            def backward(self, dh):
                dz = dh * (self.h_prev - self.n) * self.z * (1 - self.z)
                dn = dh * (1 - self.z) * (1 - self.n ** 2)
                drh = self.Un.T @ dn
                dr = drh * self.h_prev * self.r * (1 - self.r)
                dWz = np.outer(dz, self.x)
                dUz = np.outer(dz, self.h_prev)
                dWr = np.outer(dr, self.x)
                dUr = np.outer(dr, self.h_prev)
                dWn = np.outer(dn, self.x)
                dUn = np.outer(dn, self.r * self.h_prev)
                dh_prev = dh * self.z + drh * self.r + self.Uz.T @ dz
                return dh_prev, dWz, dUz, dWr, dUr, dWn, dUn""", {22},
        "dh_prev = dh * self.z + drh * self.r + self.Uz.T @ dz + self.Ur.T @ dr"),
    "a weight for each example": (
        """
        def grads(theta, states, actions, returns):
            logits = states @ theta
            pi = np.exp(logits - logits.max(axis=1, keepdims=True))
            pi = pi / pi.sum(axis=1, keepdims=True)
            n = np.arange(len(actions))
            loss = -np.sum(returns * np.log(pi[n, actions]))
            dlogits = pi.copy()
            dlogits[n, actions] -= 1
            dlogits *= returns[:, None]
            dtheta = states.T @ dlogits
            return loss, dtheta""", set(), ""),
    "what arrives at a loss is 1 where nothing else is said": (
        """
        class SoftmaxWithLoss:
            def forward(self, x, t):
                self.t = t
                e = np.exp(x - x.max(axis=1, keepdims=True))
                self.y = e / e.sum(axis=1, keepdims=True)
                self.loss = -np.sum(t * np.log(self.y + 1e-7)) / x.shape[0]
                return self.loss
            def backward(self, dout=1):
                batch_size = self.t.shape[0]
                dx = (self.y - self.t) / batch_size
                return dx * dout""", set(), ""),
    "what arrives at a loss is 1, and a slip": (
        """
        class MeanSquaredError:
            def forward(self, x, t):
                self.x, self.t = x, t
                self.loss = np.sum((x - t) ** 2) / x.shape[0]
                return self.loss
            def backward(self, dout=1):
                dx = 2 * (self.x - self.t)
                return dx * dout""", {8}, "dx = 2 * (self.x - self.t) / self.x.shape[0]"),
    "slopes that are returned without names": (
        """
        def backprop(x, y, W1, b1, W2, b2):
            h = np.tanh(x @ W1 + b1)
            out = h @ W2 + b2
            cost = np.sum((out - y) ** 2) / len(x)
            delta2 = 2 * (out - y) / len(x)
            delta1 = (delta2 @ W2.T) * (1 - h ** 2)
            return x.T @ delta1, delta1.sum(0), h.T @ delta2, delta2.sum(0)""", set(), ""),
    "slopes that are returned under keys": (
        """
        def gradients(params, x, y):
            h = np.maximum(x @ params["W1"] + params["b1"], 0)
            out = h @ params["W2"] + params["b2"]
            loss = 0.5 * np.sum((out - y) ** 2)
            dout = out - y
            dh = (dout @ params["W2"].T) * (h > 0)
            return {"W1": x.T @ dh, "b1": dh.sum(axis=0), "W2": h.T @ dout, "b2": dout.sum(axis=0)}, loss""",
        set(),
        ""),
    "slopes that are returned under keys of layers": (
        """
        def forward(p, x):
            z = x @ p["enc"]["W"] + p["enc"]["b"]
            h = 1 / (1 + np.exp(-z))
            return h, h @ p["dec"]["W"] + p["dec"]["b"]
        def loss(p, x):
            return 0.5 * np.sum((forward(p, x)[1] - x) ** 2)
        def backward(p, x):
            h, r = forward(p, x)
            dr = r - x
            dz = (dr @ p["dec"]["W"].T) * h * (1 - h)
            return dict(enc=dict(W=x.T @ dz, b=dz.sum(0)), dec=dict(W=h.T @ dr, b=dr.sum(0)))""", set(), ""),
    "what a layer returns without names": (
        """
        class Linear:
            def forward(self, x):
                self.x = x
                return x @ self.W + self.b
            def backward(self, dout):
                return dout @ self.W.T, self.x.T @ dout, dout.sum(axis=0)""", set(), ""),
    "a loss beside a network that holds layers": (
        """
        class Dense:
            def __init__(self, a, b):
                self.W = np.random.randn(a, b)
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, grad_output):
                self.grad_W = self.x.T @ grad_output
                return grad_output @ self.W.T
        class BCE:
            def forward(self, p, t):
                self.p, self.t = p, t
                return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
            def backward(self):
                return (self.p - self.t) / (self.p * (1 - self.p)) / self.p.size
        class Net:
            def __init__(self, layers):
                self.layers = layers
            def forward(self, x):
                for layer in self.layers:
                    x = layer.forward(x)
                return x
            def backward(self, grad):
                for layer in reversed(self.layers):
                    grad = layer.backward(grad)
                return grad
        net = Net([Dense(3, 4), Dense(4, 1)])""", set(), ""),
    "a mean of differences is one of several": (
        """
        def mae(pred, y):
            return np.mean(np.abs(pred - y))
        def mae_grad(pred, y):
            return np.sign(pred - y) / y.size""", set(), ""),
    "the same slope under two keys": (
        """
        activations = {
            'tanh': (lambda z: np.tanh(z), lambda z: 1 - np.tanh(z) ** 2),
            'relu': (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
        }

        def forward(x, W1, b1, W2, b2, act='tanh'):
            f, _ = activations[act]
            z1 = W1 @ x + b1
            a1 = f(z1)
            z2 = W2 @ a1 + b2
            return z1, a1, z2

        def cost(z2, t):
            return 0.5 * np.sum((z2 - t) ** 2)

        def backward(x, t, W1, b1, W2, b2, act='tanh'):
            _, df = activations[act]
            z1, a1, z2 = forward(x, W1, b1, W2, b2, act=act)
            delta2 = z2 - t
            delta1 = (W2.T @ delta2) * df(z1)
            return {'dW1': np.outer(delta1, x), 'db1': delta2, 'dW2': np.outer(delta2, a1), 'db2': delta2}""",
        {22},
        "'db1': delta1"),
    "weights beside a label of shares": (
        """
        def grads(X, Y, W, weights):
            s = X @ W
            e = np.exp(s)
            p = e / e.sum(axis=1, keepdims=True)
            loss = -np.sum(weights[:, None] * Y * np.log(p))
            ds = weights[:, None] * (p - Y)
            dW = X.T @ ds
            return loss, dW""", set(), ""),
    "two labels of shares": (
        """
        def grads(X, Ya, Yb, W):
            s = X @ W
            e = np.exp(s)
            p = e / e.sum(axis=1, keepdims=True)
            loss = -0.7 * np.sum(Ya * np.log(p)) - 0.3 * np.sum(Yb * np.log(p))
            ds = p - 0.7 * Ya - 0.3 * Yb
            dW = X.T @ ds
            return loss, dW""", set(), ""),
    "two labels that are mixed": (
        """
        def grads(X, y1, y2, lam, W):
            s = X @ W
            e = np.exp(s)
            p = e / e.sum(axis=1, keepdims=True)
            t = lam * y1 + (1 - lam) * y2
            loss = -np.sum(t * np.log(p)) / len(X)
            dz = (p - t) / len(X)
            dW = X.T @ dz
            return loss, dW""", set(), ""),
    "labels that are smoothed": (
        """
        def grads(X, y, W, eps=0.1):
            s = X @ W
            K = s.shape[1]
            e = np.exp(s)
            p = e / e.sum(axis=1, keepdims=True)
            t = (1 - eps) * np.eye(K)[y] + eps / K
            loss = -np.sum(t * np.log(p)) / len(y)
            ds = (p - t) / len(y)
            dW = X.T @ ds
            return loss, dW""", set(), ""),
    "weights of classes": (
        """
        def grads(X, y, W, cw):
            s = X @ W
            e = np.exp(s)
            p = e / e.sum(axis=1, keepdims=True)
            n = np.arange(len(y))
            sw = cw[y]
            loss = -np.sum(sw * np.log(p[n, y])) / len(y)
            ds = p.copy()
            ds[n, y] -= 1
            ds = ds * sw[:, None] / len(y)
            dW = X.T @ ds
            return loss, dW""", set(), ""),
    "a temperature": (
        """
        def f(W, X, Y, T=2.0):
            z = X @ W / T
            p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
            loss = -np.sum(Y * np.log(p)) / len(X)
            ds = (p - Y) / T / len(X)
            dW = X.T @ ds
            return loss, dW""", set(), ""),
    "what is averaged where it goes": (
        """
        def train(w, b, x, y, lr):
            p = w * x + b
            loss = np.mean((p - y) ** 2)
            dw = 2 * (p - y) * x
            db = 2 * (p - y)
            w -= lr * np.mean(dw)
            b -= lr * np.mean(db)
            return w, b""", set(), ""),
    "what is averaged where it is returned, and a slip": (
        """
        def grads(w, b, x, y):
            p = w * x + b
            loss = np.mean((p - y) ** 2)
            dw = 2 * (p - y) * x
            db = 2 * (p - y) * x
            return dw.mean(), db.mean()""", {6}, ""),
    "a sum in place of the mean, of numbers as well": (
        """
        def grads(w, b, x, y):
            p = w * x + b
            loss = np.mean((p - y) ** 2)
            dw = 2 * np.sum((p - y) * x)
            db = 2 * np.mean(p - y)
            return dw, db""", {5}, "dw = 2 * np.mean((p - y) * x)"),
    "a loss of its own class": (
        """
        class BCEWithLogits:
            def forward(self, z, y):
                self.z, self.y = z, y
                return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))
            def backward(self):
                s = 1 / (1 + np.exp(-self.z))
                dz = (s - self.y) / self.z.size
                return dz""", set(), ""),
    "f and f_backward": (
        """
        def rmsnorm(x, g, eps=1e-6):
            r = 1.0 / np.sqrt((x ** 2).mean(-1, keepdims=True) + eps)
            return x * r * g, (x, r, g)
        def rmsnorm_backward(dout, cache):
            x, r, g = cache
            D = x.shape[-1]
            dg = (dout * x * r).sum(axis=0)
            dn = dout * g
            dx = r * dn - x * r ** 2 / D * (dn * x).sum(-1, keepdims=True)
            return dx, dg""", {10}, ""),
    "an exponential of scores is no cost where a slope arrives": (
        """
        def attention_forward(X, Wq, Wk, Wv):
            Q = X @ Wq
            K = X @ Wk
            V = X @ Wv
            d = Q.shape[-1]
            S = Q @ K.T / np.sqrt(d)
            E = np.exp(S - S.max(axis=-1, keepdims=True))
            P = E / E.sum(axis=-1, keepdims=True)
            O = P @ V
            return O, (X, Wq, Wk, Wv, Q, K, V, P)
        def attention_backward(dO, cache):
            X, Wq, Wk, Wv, Q, K, V, P = cache
            d = Q.shape[-1]
            dV = P.T @ dO
            dP = dO @ V.T
            dS = P * (dP - (dP * P).sum(axis=-1, keepdims=True))
            dQ = dS @ K / np.sqrt(d)
            dK = dS @ Q / np.sqrt(d)
            dWq = X.T @ dQ
            dWk = X.T @ dK
            dWv = X.T @ dV
            dX = dQ @ Wq.T + dK @ Wk.T + dV @ Wv.T
            return dX, dWq, dWk, dWv""", {19}, "dK = dS.T @ Q / np.sqrt(d)"),
    "a slope of torch that is asked for": (
        """
        class LinearFunction(torch.autograd.Function):
            @staticmethod
            def forward(ctx, input, weight, bias=None):
                ctx.save_for_backward(input, weight, bias)
                output = input.mm(weight.t())
                if bias is not None:
                    output += bias.unsqueeze(0).expand_as(output)
                return output
            @staticmethod
            def backward(ctx, grad_output):
                input, weight, bias = ctx.saved_tensors
                grad_input = grad_weight = grad_bias = None
                if ctx.needs_input_grad[0]:
                    grad_input = grad_output.mm(weight.t())
                if ctx.needs_input_grad[1]:
                    grad_weight = grad_output.t().mm(input)
                if bias is not None and ctx.needs_input_grad[2]:
                    grad_bias = grad_output.sum(0)
                return grad_input, grad_weight, grad_bias""", {15}, "grad_input = grad_output @ weight"),
    "all but the first, written out": (
        """
        def cost(theta, X, y, lam):
            m = len(y)
            r = X @ theta - y
            return (r @ r) / (2 * m) + lam / (2 * m) * np.sum(theta[1:] ** 2)
        def gradient(theta, X, y, lam):
            m = len(y)
            grad = X.T @ (X @ theta - y) / m
            grad[1:] = grad[1:] + lam / (2 * m) * theta[1:]
            return grad""", {9}, ""),
    "examples with their axes put together": (
        """
        def affine_forward(x, w, b):
            out = x.reshape(x.shape[0], -1).dot(w) + b
            return out, (x, w, b)
        def affine_backward(dout, cache):
            x, w, b = cache
            dx = dout.dot(w.T).reshape(x.shape)
            dw = x.reshape(x.shape[0], -1).T.dot(dout)
            db = np.sum(dout, axis=1)
            return dx, dw, db""", {9}, ""),
    "labels that are drawn in a shape": (
        """
        X = np.random.randn(100, 3)
        Y = np.random.randint(0, 2, (100, 1))
        W = np.random.randn(3, 1)
        b = np.zeros((1, 1))
        for t in range(500):
            A = 1 / (1 + np.exp(-(X @ W + b)))
            m = X.shape[0]
            cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
            dZ = A - Y
            dW = X.T @ dZ / m
            db = np.sum(dZ, axis=0, keepdims=True)
            W -= 0.1 * dW
            b -= 0.1 * db""", {12}, ""),
    "a likelihood that goes up": (
        """
        def fit(X, y, w, lr=0.1):
            p = 1 / (1 + np.exp(-X @ w))
            ll = np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
            grad = X.T @ (y - p)
            w += lr * grad
            return w""", set(), ""),
    "a likelihood with a minus": (
        """
        def fit(X, y, w, lr=0.1):
            p = 1 / (1 + np.exp(-X @ w))
            log_likelihood = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
            grad = X.T @ (p - y)
            w -= lr * grad
            return w""", set(), ""),
    "a cost is a mean of minus the logarithms": (
        """
        def fit(X, y, w, lr=0.1):
            p = 1 / (1 + np.exp(-X @ w))
            J = np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))
            grad = X.T @ (p - y) / len(y)
            w -= lr * grad
            return w""", set(), ""),
    "an objective that goes up": (
        """
        def improve(theta, s, a, R, lr=0.01):
            mu = s @ theta
            objective = -0.5 * np.sum(R * (a - mu) ** 2)
            grad = s.T @ (R * (a - mu))
            theta += lr * grad
            return theta""", set(), ""),
    "slopes under the keys that they are returned with": (
        """
        def forward(x, W1, b1, W2, b2):
            a1 = np.tanh(W1 @ x + b1)
            return a1, W2 @ a1 + b2
        def cost(z2, t):
            return 0.5 * np.sum((z2 - t) ** 2)
        def backward(x, t, W1, b1, W2, b2):
            a1, z2 = forward(x, W1, b1, W2, b2)
            delta2 = z2 - t
            delta1 = (W2.T @ delta2) * (1 - a1 ** 2)
            return {
                'dW1': np.outer(delta1, x), 'db1': delta1,
                'dW2': np.outer(delta2, a1), 'db2': delta1,
            }""", {13}, "'db2': delta2"),
    "slopes under keys inside keys": (
        """
        def forward(params, x):
            h = np.tanh(x @ params['hidden']['w'] + params['hidden']['b'])
            o = h @ params['out']['w'] + params['out']['b']
            return h, o
        def loss_fn(params, x, y):
            _, o = forward(params, x)
            return np.mean((o - y) ** 2)
        def grad_fn(params, x, y):
            h, o = forward(params, x)
            do = 2.0 * (y - o) / y.size
            dh = do @ params['out']['w'].T
            dpre = dh * (1.0 - h ** 2)
            return {
                'hidden': {'w': x.T @ dpre, 'b': dpre.sum(0)},
                'out': {'w': h.T @ do, 'b': do.sum(0)},
            }""", {11}, "do = -2 * (y - o) / y.size"),
    "a slope that is made where it is returned": (
        """
        def loss_and_grad(x, y, W, b):
            a = np.tanh(x @ W + b)
            loss = np.sum((a - y) ** 2)
            delta = 2 * (a - y) * (1 - a ** 2)
            return loss, x.T @ delta / len(x), dict(db=delta.sum(axis=0))""", {6}, ""),
    "what arrives at a loss with a name": (
        """
        class HalfSquares:
            def forward(self, x, t):
                self.x, self.t = x, t
                loss = 0.5 * np.sum((x - t) ** 2)
                return loss
            def backward(self, dout):
                dx = (self.t - self.x) * dout
                return dx""", {8}, "dx = (self.x - self.t) * dout"),
    "two arrays of which one number is made": (
        """
        def vae_kl(mu, logvar):
            kl = -0.5 * np.sum(1 + logvar - mu ** 2 - np.exp(logvar))
            dmu = mu
            dlogvar = 0.5 * (np.exp(logvar) - 1)
            return kl, dmu, dlogvar""", set(), ""),
    "a slip where slopes are returned": (
        """
        def loss_and_grads(W1, W2, x, t):
            h = np.tanh(x @ W1)
            y = h @ W2
            loss = 0.5 * np.sum((y - t) ** 2)
            delta = y - t
            dh = delta @ W2.T * (1 - h ** 2)
            return loss, x.T @ dh * 2, h.T @ delta""", {8}, ""),
    "a state beside its numbered kin": (
        """
        A, y, x = np.random.randn(3, 3), np.random.randn(3), np.random.randn(3)
        x1 = np.tanh(A @ x)
        x2 = np.tanh(A @ x1)
        loss = 0.5 * np.sum((x2 - y) ** 2)
        d_x2 = x2 - y
        d_p2 = d_x2 * (1 - x2 ** 2)
        d_x1 = A.T @ d_p2
        d_p1 = d_x1 * (1 - x1 ** 2)
        d_x = A.T @ d_p1
        d_A = np.outer(d_p2, x1) + np.outer(d_p1, x)
        """, set(), ""),
    "a number beside its numbered kin": (
        """
        a = 0.7
        b = -0.3
        a1 = math.sin(a * b)
        a2 = math.exp(a1) + a
        loss = (a2 - 1) ** 2
        da2 = 2 * (a2 - 1)
        da1 = da2 * math.exp(a1)
        da = da2 + da1 * math.cos(a * b) * b
        db = da1 * math.cos(a * b) * a
        """, set(), ""),
    "a slope that goes from layer to layer, beside an array of its name": (
        """
        def back(X, Y, W1, W2):
            a = X
            a1 = np.tanh(a @ W1)
            a2 = np.tanh(a1 @ W2)
            loss = 0.5 * np.sum((a2 - Y) ** 2)
            da = a2 - Y
            dz = da * (1 - a2 ** 2)
            dW2 = a1.T @ dz
            da = dz @ W2.T
            dz = da * (1 - a1 ** 2)
            dW1 = a.T @ dz
            da = dz @ W1.T
            return dW1, dW2, da
        """, set(), ""),
    "a slope that is called a cost, beside the cost": (
        """
        X, y, W = np.random.randn(5, 3), np.random.randn(5, 2), np.random.randn(3, 2)
        a = np.tanh(X @ W)
        loss = np.sum((a - y) ** 2)
        loss_slope = 2 * (a - y)
        delta = loss_slope * (1 - a ** 2)
        dW = X.T @ delta
        """, set(), ""),
    "a method that returns a slope and is called a loss, beside the loss": (
        """
        class Net:
            def __init__(self, sizes):
                self.w = [np.random.randn(q, p) for p, q in zip(sizes[:-1], sizes[1:])]
            def loss_slope(self, out, y):
                return 2 * (out - y)
            def loss(self, out, y):
                return np.sum((out - y) ** 2)
            def backprop(self, x, y):
                acts = [x]
                for w in self.w:
                    acts.append(np.tanh(w @ acts[-1]))
                gw = [np.zeros(w.shape) for w in self.w]
                delta = np.multiply(self.loss_slope(acts[-1], y), 1 - acts[-1] ** 2)
                gw[-1] = delta @ acts[-2].T
                for l in range(2, len(self.w) + 1):
                    delta = self.w[-l + 1].T @ delta * (1 - acts[-l] ** 2)
                    gw[-l] = delta @ acts[-l - 1].T
                return gw
        """, set(), ""),
    "an adjoint loop whose first slope is 0": (
        """
        def simulate(k, c, x0, v0, dt, n):
            xs, vs = [x0], [v0]
            for i in range(n):
                a = -k * xs[i] - c * vs[i]
                xs.append(xs[i] + dt * vs[i])
                vs.append(vs[i] + dt * a)
            return xs, vs
        def loss(k, c, x0, v0, dt, target):
            xs, vs = simulate(k, c, x0, v0, dt, 4)
            return (xs[4] - target) ** 2
        def grad(k, c, x0, v0, dt, target):
            xs, vs = simulate(k, c, x0, v0, dt, 4)
            gx = 2 * (xs[4] - target)
            gv = 0.0
            grad_k = 0.0
            grad_c = 0.0
            for i in reversed(range(4)):
                ga = dt * gv
                grad_k -= ga * xs[i]
                grad_c -= ga * vs[i]
                gx, gv = gx - k * ga, gv + dt * gx - c * ga
            return grad_k, grad_c
        """, set(), ""),
    "slopes in a dictionary under any name, and a rate that falls": (
        """
        P = {"W1": np.random.randn(6, 5), "b1": np.zeros(5), "W2": np.random.randn(5, 3), "b2": np.zeros(3)}
        X, T = np.random.randn(40, 6), np.random.randn(40, 3)
        for epoch in range(30):
            h = np.tanh(X @ P["W1"] + P["b1"])
            out = h @ P["W2"] + P["b2"]
            loss = 0.5 * np.sum((out - T) ** 2) / len(X)
            G = {}
            dz = (out - T) / len(X)
            G["W2"] = h.T @ dz
            G["b2"] = dz.sum(0)
            dz = dz @ P["W2"].T * (1 - h ** 2)
            G["W1"] = X.T @ dz
            G["b1"] = dz.sum(0)
            for k in P:
                P[k] -= 0.2 / (1 + 0.01 * epoch) * G[k]
        """, set(), ""),
    "a mask over its rate, and a gate by what it leaves": (
        """
        def step(X, y, W1, W2, p):
            H = np.maximum(0, X @ W1)
            U = (np.random.rand(*H.shape) < p) / p
            H *= U
            out = H @ W2
            loss = 0.5 * np.sum((out - y) ** 2)
            dout = out - y
            dW2 = H.T @ dout
            dH = dout @ W2.T
            dH *= U
            dH[H <= 0] = 0
            dW1 = X.T @ dH
            return loss, dW1, dW2""", set(), ""),
    "a mask over its rate, behind the gate": (
        """
        def step(X, y, W, p):
            H = np.maximum(0, X @ W)
            U = (np.random.rand(*H.shape) < p) / p
            H *= U
            loss = 0.5 * np.sum((H - y) ** 2)
            dH = H - y
            dH[H <= 0] = 0
            dH *= U
            dW = X.T @ dH
            return loss, dW""", set(), ""),
    "a mask over its rate, and tanh of what it leaves": (
        """
        def step(X, y, W, rate):
            H = np.tanh(X @ W)
            mask = np.random.binomial(1, 1 - rate, size=H.shape) / (1 - rate)
            Hd = H * mask
            loss = 0.5 * np.sum((Hd - y) ** 2)
            dHd = Hd - y
            dH = dHd * mask
            dW = X.T @ (dH * (1 - H ** 2))
            return loss, dW""", set(), ""),
    "a layer of dropout over its rate": (
        """
        class Dropout:
            def __init__(self, rate):
                self.rate = rate

            def forward(self, x):
                self.mask = (np.random.rand(*x.shape) > self.rate) / (1 - self.rate)
                return x * self.mask

            def backward(self, dout):
                return dout * self.mask""", set(), ""),
    "a loss that calls the label otherwise": (
        """
        def my_loss(o, y):
            return np.mean((y - o) ** 2)

        class Net:
            def train(self, x, y_true):
                y_pred = self.w * x + self.b
                d_L_d_ypred = -2 * (y_true - y_pred)
                d_ypred_d_w = x
                self.w -= 0.1 * d_L_d_ypred * d_ypred_d_w
                self.b -= 0.1 * d_L_d_ypred""", set(), ""),
    "neurons of numbers, and a mean of one number": (
        """
        def mse_loss(y_true, y_pred):
            return ((y_true - y_pred) ** 2).mean()

        class Net:
            def train(self, data, all_y_trues):
                for x, y_true in zip(data, all_y_trues):
                    sum_h1 = self.w1 * x[0] + self.w2 * x[1] + self.b1
                    h1 = sigmoid(sum_h1)
                    sum_o1 = self.w3 * h1 + self.b2
                    y_pred = sigmoid(sum_o1)
                    d_L_d_ypred = -2 * (y_true - y_pred)
                    d_ypred_d_w3 = h1 * deriv_sigmoid(sum_o1)
                    d_ypred_d_h1 = self.w3 * deriv_sigmoid(sum_o1)
                    d_h1_d_w1 = x[0] * deriv_sigmoid(sum_h1)
                    d_h1_d_w2 = x[1] * deriv_sigmoid(sum_h1)
                    self.w1 -= 0.1 * d_L_d_ypred * d_ypred_d_h1 * d_h1_d_w1
                    self.w2 -= 0.1 * d_L_d_ypred * d_ypred_d_h1 * d_h1_d_w2
                    self.w3 -= 0.1 * d_L_d_ypred * d_ypred_d_w3

        def sigmoid(x):
            return 1 / (1 + np.exp(-x))

        def deriv_sigmoid(x):
            fx = sigmoid(x)
            return fx * (1 - fx)""", set(), ""),
    "functions that a class holds": (
        """
        class Sigmoid:
            @staticmethod
            def activation(z):
                return 1 / (1 + np.exp(-z))

            def gradient(z):
                s = Sigmoid.activation(z)
                return s * (1 - s)

        def train_one(x, t, w, v, eta):
            h = Sigmoid.activation(w @ x)
            o = Sigmoid.activation(v @ h)
            E = 0.5 * np.sum((t - o) ** 2)
            delta_o = -(t - o) * Sigmoid.gradient(v @ h)
            delta_h = (v.T @ delta_o) * Sigmoid.gradient(w @ x)
            v = v - eta * np.outer(delta_o, h)
            w = w - eta * np.outer(delta_h, x)
            return w, v, E""", set(), ""),
    "logarithms of sums of exponentials": (
        """
        def grads(X, y, w):
            z = X @ w
            loss = np.mean(np.logaddexp(0, z) - y * z)
            dz = (1 / (1 + np.exp(-z)) - y) / len(y)
            dw = X.T @ dz
            return loss, dw""", set(), ""),
    "a logarithm of two exponentials": (
        """
        def grads(a, b, t):
            s = np.logaddexp(a, b)
            loss = 0.5 * np.sum((s - t) ** 2)
            ds = s - t
            da = ds * np.exp(a - s)
            db = ds * np.exp(b - s)
            return loss, da, db""", set(), ""),
    "slopes that are set to 0 elsewhere": (
        """
        class Linear:
            def __init__(self, i, o):
                self.W = np.random.randn(o, i)
                self.W_grad = np.zeros_like(self.W)
                self.b_grad = np.zeros(o)

            def zero_grad(self):
                self.W_grad[:] = 0
                self.b_grad[:] = 0

            def forward(self, x):
                self.x = x
                return x @ self.W.T

            def backward(self, g):
                self.W_grad += g.T @ self.x
                return g @ self.W""", set(), ""),
    "a line that is right with the one above it as it stands": (
        """
        class GELU:
            c = np.sqrt(2 / np.pi)

            def forward(self, x):
                self.x = x
                self.t = np.tanh(self.c * (x + 0.044715 * x ** 3))
                return 0.5 * x * (1 + self.t)

            def backward(self, g):
                dt = (1 - self.t ** 2) * self.c * (1 + 3 * 0.044715 * self.x ** 2)
                return g * (0.5 * (1 + self.t) + 0.5 * self.x * dt)""", set(), ""),
    "a mask drawn like an array of torch": (
        """
        def net(x, y, W1, W2, p):
            h = torch.relu(x @ W1)
            mask = (torch.rand_like(h) > p).float() / (1 - p)
            hd = h * mask
            out = hd @ W2
            loss = ((out - y) ** 2).mean()
            dout = 2 * (out - y) / y.numel()
            dW2 = hd.t() @ dout
            dhd = dout @ W2.t()
            dh = dhd * mask
            dz = dh * (h > 0).float()
            dW1 = x.t() @ dz
            return loss, dW1, dW2""", set(), ""),
    "a mask of the course, in three lines each way": (
        """
        def forward(X, parameters, keep_prob=0.5):
            W1 = parameters["W1"]; W2 = parameters["W2"]
            Z1 = np.dot(W1, X)
            A1 = np.maximum(0, Z1)
            D1 = np.random.rand(A1.shape[0], A1.shape[1])
            D1 = (D1 < keep_prob).astype(int)
            A1 = A1 * D1
            A1 = A1 / keep_prob
            Z2 = np.dot(W2, A1)
            return Z2, (Z1, D1, A1, W1, Z2, W2)

        def compute_cost(Z2, Y):
            m = Y.shape[1]
            return 1 / (2 * m) * np.sum((Z2 - Y) ** 2)

        def backward(X, Y, cache, keep_prob):
            m = X.shape[1]
            (Z1, D1, A1, W1, Z2, W2) = cache
            dZ2 = Z2 - Y
            dW2 = 1 / m * np.dot(dZ2, A1.T)
            dA1 = np.dot(W2.T, dZ2)
            dA1 = dA1 * D1
            dA1 = dA1 / keep_prob
            dZ1 = np.multiply(dA1, np.int64(A1 > 0))
            dW1 = 1 / m * np.dot(dZ1, X.T)
            return dW1, dW2""", set(), ""),
    "pairs of examples, and a total": (
        """
        def sgd(X, y, w, b, lr=0.1, epochs=10):
            for _ in range(epochs):
                total = 0
                for xi, yi in zip(X, y):
                    z = np.dot(w, xi) + b
                    p = 1 / (1 + np.exp(-z))
                    total += -(yi * np.log(p) + (1 - yi) * np.log(1 - p))
                    err = p - yi
                    w -= lr * err * xi
                    b -= lr * err
            return w, b""", set(), ""),
    "pairs of examples": (
        """
        def sgd(X, y, w, b, lr=0.1, epochs=10):
            for _ in range(epochs):
                loss = 0
                for xi, yi in zip(X, y):
                    z = np.dot(w, xi) + b
                    p = 1 / (1 + np.exp(-z))
                    loss += -(yi * np.log(p) + (1 - yi) * np.log(1 - p))
                    err = p - yi
                    w -= lr * err * xi
                    b -= lr * err
            return w, b""", set(), ""),
    "keys that % makes": (
        """
        def init(sizes):
            return {'W%d' % l: np.random.randn(sizes[l], sizes[l-1]) for l in range(1, len(sizes))}
        def forward(X, params, L=3):
            cache = {'A0': X}
            A = X
            for l in range(1, L):
                Z = params['W%d' % l] @ A + params['b%d' % l]
                A = np.tanh(Z)
                cache['A%d' % l] = A
                cache['Z%d' % l] = Z
            Z = params['W%d' % L] @ A + params['b%d' % L]
            cache['A%d' % L] = Z
            return Z, cache
        def cost(Z, Y):
            return np.sum((Z - Y) ** 2) / (2 * Y.shape[1])
        def backward(cache, params, Y, L=3):
            m = Y.shape[1]
            grads = {}
            dZ = (cache['A%d' % L] - Y) / m
            for l in range(L, 0, -1):
                grads['dW%d' % l] = dZ @ cache['A%d' % (l - 1)].T
                grads['db%d' % l] = dZ.sum(axis=1, keepdims=True)
                if l > 1:
                    dA = params['W%d' % l].T @ dZ
                    dZ = dA * (1 - cache['A%d' % (l - 1)] ** 2)
            return grads""", set(), ""),
}  # fmt: skip


def test_cross_entropy_behind_a_sigmoid_is_averaged_as_the_lines_have_it() -> None:
    text = textwrap.dedent("""
        def forward(X, params):
            cache = {"A0": X}
            cache["Z1"] = params["W1"] @ X + params["b1"]
            cache["A1"] = 1 / (1 + np.exp(-cache["Z1"]))
            return cache
        def backward(params, cache, Y):
            m = Y.shape[1]
            dZ1 = cache["A1"] - Y
            dW1 = dZ1 @ cache["A0"].T / m
            return dW1, np.sum(dZ1, axis=1, keepdims=True) / m
        """)
    for loss in ("cross_entropy", "binary_cross_entropy"):
        report = check_code(text, function="backward", loss=loss)
        assert not {"wrong", "factor", "undecided"} & {step.verdict for step in report.steps}, report.steps


def test_cross_entropy_behind_a_softmax_of_ones_own_is_the_categorical_one() -> None:
    text = """
import numpy as np
def softmax(Z):
    return np.exp(Z) / np.sum(np.exp(Z), axis=0)
def forward(W, b, X):
    Z = W.dot(X) + b
    return Z, softmax(Z)
def backward(Z, A, W, X, Y):
    m = Y.shape[1]
    dZ = A - Y
    dW = 1 / m * dZ.dot(X.T)
    db = np.sum(dZ, axis=1, keepdims=True)
    return dW, db
"""
    report = check_code(text, function="backward", loss="cross_entropy")
    assert [(step.line, step.verdict) for step in report.steps] == [
        (10, "convention"),
        (11, "right"),
        (12, "factor"),
    ]
    assert report.steps[2].text == "db = np.sum(dZ, axis=1, keepdims=True)"


# A slip in a program above: of which, its line, what stands there then, where it is found, and the edit.
SLIPS: dict[str, tuple[str, str, str, set[int], str]] = {
    "the mean over words, and a forgotten 2": (
        "the mean over words, an array of three axes",
        "2 * (s - y) / len",
        "(s - y) / len",
        {5},
        "ds = 2 * (s - y) / len(y)",
    ),
    "attention for a batch, a rate forgotten in one of two": (
        "attention for a batch, scaled in ds",
        " / np.sqrt(q.shape[-1])\ndq = ds @ k",
        "\ndq = ds @ k / np.sqrt(q.shape[-1])",
        {12},
        "",
    ),
    "Greek letters for errors, and a slip": (
        "rows of examples, and Greek letters for errors",
        "δ1 = (θ2.T @ δ2) * (1 - A1 ** 2)",
        "δ1 = (θ2.T @ δ2) * (1 - A2 ** 2)",
        {9},
        "δ1 = θ2.T @ δ2 * (1 - A1 ** 2)",
    ),
    "a loss of two branches, and a slip in the rare one": (
        "a loss of two branches",
        "delta * np.sign(r)) / r.size",
        "delta * np.abs(r)) / r.size",
        {6},
        "",
    ),
    "a unit that may be off, without its slope": (
        "a unit of one output that may be off",
        "(a - y) * (z > 0) / len(y)",
        "(a - y) / len(y)",
        {6},
        "",
    ),
    "a unit that leaks, by another slope": (
        "a unit of one output that leaks",
        "np.where(z > 0, 1, 0.1)",
        "np.where(z > 0, 1, 0.5)",
        {6},
        "",
    ),
    "a unit without bias, without its slope": (
        "a unit without bias that may be off",
        "(a - y) * (a > 0) / len(y)",
        "(a - y) / len(y)",
        {5},
        "",
    ),
    "a loss of two branches in one function, and a slip in the rare one": (
        "a loss of two branches in one function",
        "d * np.sign(r)) / len",
        "d * r) / len",
        {6},
        "",
    ),
    "functions of a triangle and of a hyperbola, and a sign": (
        "functions of a triangle and of a hyperbola",
        "da * np.sinh(z)",
        "da * -np.sinh(z)",
        {10},
        "",
    ),
    "functions that are told by a formula, and a slip": (
        "functions that are told by a formula",
        "(s + z * s * (1 - s))",
        "(s + s * (1 - s))",
        {11},
        "",
    ),
    "a pair of functions that end in fwd and bwd, and a power too little": (
        "a pair of functions that end in fwd and bwd",
        "(r ** 3 / D)",
        "(r ** 2 / D)",
        {12},
        "",
    ),
    "a difference for each pair, without its factor": (
        "a difference for each pair",
        "2 * self.beta * self.diff",
        "2 * self.diff",
        {15},
        "self.dmu = np.sum(dphi * self.phi * 2 * self.diff, axis=0) * self.beta",
    ),
    "an error that arrives at one layer, and the outputs in its place": (
        "an error that arrives at one layer of a network with a cost",
        "weights_error = np.dot(self.input.T, output_error)",
        "weights_error = np.dot(self.input.T, self.output)",
        {16},
        "weights_error = self.input.T @ output_error",
    ),
    "the errors of classes, divided by the classes": (
        "the errors of classes, divided by the examples",
        "dscores /= N",
        "dscores /= K",
        {10},
        "",
    ),
    "the errors of classes, taken away from every row": (
        "the errors of classes, divided by the examples",
        "dscores[np.arange(N), y] -= 1",
        "dscores[:, y] -= 1",
        {9},
        "",
    ),
    "a slope in two lines of which one takes the other's place": (
        "a slope in two lines that add up",
        "ds = ds + dh",
        "ds = dh",
        {8},
        "",
    ),
    "what a function of torch returns, in another order": (
        "what a function of torch returns, in the order of what it is given",
        "return grad_input, gw, grad_bias",
        "return gw, grad_input, grad_bias",
        {13},
        "",
    ),
    "layers in a list, backwards without a transpose": (
        "layers in a list, backwards",
        "g = g @ W.T",
        "g = g @ W",
        {16},
        "",
    ),
    "a layer that gives on what arrives, and a sum without its axis": (
        "a layer that gives on what arrives",
        "db = np.sum(dout, axis=0)",
        "db = np.sum(dout)",
        {9},
        "db = np.sum(dout, axis=0)",
    ),
    "examples one by one, each in place of the one before": (
        "examples one by one",
        "gW += np.outer(dz, x)",
        "gW = np.outer(dz, x)",
        {16},
        "gW += np.outer(dz, x)",
    ),
    "three lines that add up a slope, the second wrong": (
        "three lines that add up a slope",
        "dh += U.T @ dn_raw",
        "dh += U @ dn_raw",
        {15},
        "dh += U.T @ dn_raw",
    ),
    "a weight for each example, and a slip": (
        "a weight for each example",
        "dtheta = states.T @ dlogits",
        "dtheta = states.T @ dlogits / len(actions)",
        {11},
        "",
    ),
    "slopes that are returned without names, and a slip": (
        "slopes that are returned without names",
        "return x.T @ delta1, delta1.sum(0), h.T @ delta2, delta2.sum(0)",
        "return x.T @ delta1, delta1.sum(0), h.T @ delta2 * 2, delta2.sum(0)",
        {8},
        "",
    ),
    "slopes that are returned under keys, and a slip": (
        "slopes that are returned under keys",
        'return {"W1": x.T @ dh, "b1": dh.sum(axis=0), "W2": h.T @ dout, "b2": dout.sum(axis=0)}, loss',
        'return {"W1": x.T @ dh, "b1": dout.sum(0), "W2": h.T @ dout, "b2": dout.sum(0)}, loss',
        {8},
        "'b1': np.sum(dh, axis=0)",
    ),
    "slopes that are returned under keys of layers, and a slip": (
        "slopes that are returned under keys of layers",
        "return dict(enc=dict(W=x.T @ dz, b=dz.sum(0)), dec=dict(W=h.T @ dr, b=dr.sum(0)))",
        "return dict(enc=dict(W=x.T @ dz, b=dz.sum(0)), dec=dict(W=h.T @ dr, b=dr.mean(0)))",
        {12},
        "b=np.sum(dr, axis=0)",
    ),
    "what a layer returns without names, and a slip": (
        "what a layer returns without names",
        "return dout @ self.W.T, self.x.T @ dout, dout.sum(axis=0)",
        "return dout @ self.W.T, self.x.T @ dout / len(self.x), dout.sum(axis=0)",
        {7},
        "self.x.T @ dout",
    ),
    "a loss beside a network that holds layers, and a slip": (
        "a loss beside a network that holds layers",
        "return (self.p - self.t) / (self.p * (1 - self.p)) / self.p.size",
        "return (self.p - self.t) / (self.p * (1 - self.p))",
        {16},
        "return (self.p - self.t) / (self.p * (1 - self.p)) / self.t.shape[0]",
    ),
    "a mean of differences is one of several, and a slip": (
        "a mean of differences is one of several",
        "return np.sign(pred - y) / y.size",
        "return np.sign(pred - y)",
        {5},
        "return np.sign(pred - y) / y.shape[0]",
    ),
    "a rate that labels are mixed by, and a slip": (
        "two labels that are mixed",
        "dz = (p - t) / len(X)",
        "dz = (p - y1) / len(X)",
        {8},
        "",
    ),
    "labels that are smoothed, and a slip": (
        "labels that are smoothed",
        "ds = (p - t) / len(y)",
        "ds = (p - t)",
        {9},
        "",
    ),
    "a loss of its own class without a size": (
        "a loss of its own class",
        "dz = (s - self.y) / self.z.size",
        "dz = (s - self.y)",
        {8},
        "",
    ),
    "steps that do not divide what is added up": (
        "steps that divide what is added up",
        "w -= lr * gw / n",
        "w -= lr * gw",
        {7},
        "dz = (p - y) / n",
    ),
    "steps that divide what a loop adds up wrong": (
        "steps that divide what a loop adds up",
        "gb += dz",
        "gb += dz * x[0]",
        {14},
        "",
    ),
    "labels behind an activation that is a logarithm, and a slip": (
        "labels behind an activation that is a logarithm",
        "dz1 = da1 / (1 + np.exp(-z1))",
        "dz1 = da1 / (1 + np.exp(z1))",
        {14},
        "",
    ),
    "examples one by one, and a step that does not divide": (
        "examples one by one, and steps that divide",
        "b -= lr * gb / n",
        "b -= lr * gb",
        {13},
        "b -= lr * gb / n",
    ),
    "examples one by one, and a slip": (
        "examples one by one, and steps that divide",
        "gw += x * dz",
        "gw += dz",
        {8},
        "",
    ),
    "examples by their number, and a slip": (
        "examples by their number, and a total",
        "gw += x * dz",
        "gw += x * p",
        {9},
        "",
    ),
    "labels by numbers, an example a column, and a slip": (
        "labels by numbers, an example a column",
        "dW = dZ @ X.T",
        "dW = dZ @ X.T / m",
        {9},
        "dW = dZ @ X.T",
    ),
    "a size that is called like an array, and a slip": (
        "a size that is called like an array",
        "np.dot(dout, h.T)",
        "np.dot(dout, u.T)",
        {12},
        "self.dW2 = dout @ h.T",
    ),
    "a factor of a step whose name says no slope, and a slip": (
        "a factor of a step whose name says no slope",
        "ref = w2 * (1 - h ** 2)",
        "ref = w2 * (1 - h)",
        {9},
        "",
    ),
    "helpers that are called derivatives, in a script, and a slip": (
        "helpers that are called derivatives, in a script",
        "dz1 = dz2 @ W2.T * relu_derivative(z1)",
        "dz1 = dz2 @ W2.T * relu_derivative(z2)",
        {16},
        "",
    ),
    "a rate in the brackets of a product, and a slip": (
        "a rate in the brackets of a product",
        "w2 -= h * (d_loss_d_a * 0.1)",
        "w2 += h * (d_loss_d_a * 0.1)",
        {9},
        "",
    ),
    "a cost with weight decay whose name says no cost, and a slip": (
        "a cost with weight decay whose name says no cost",
        "+ lam * W",
        "+ 2 * lam * W",
        {10},
        "",
    ),
    "what arrives at a layer under any name, and a slip": (
        "what arrives at a layer under any name",
        "return obs @ self.W.T",
        "return obs @ self.W",
        {8},
        "",
    ),
    "labels under any name, and a slip": (
        "labels under any name",
        "dx = (self.y - self.t) / n",
        "dx = (self.t - self.y) / n",
        {11},
        "",
    ),
    "a likelihood without a name that says so goes down": (
        "a likelihood without a name that says so",
        "grad = X.T @ (y - mu)",
        "grad = X.T @ (mu - y)",
        {5},
        "",
    ),
    "a likelihood that goes down": ("a likelihood that goes up", "w += lr * grad", "w -= lr * grad", {6}, ""),
    "a state beside its numbered kin, and the slope by one of these": (
        "a state beside its numbered kin",
        "d_x = A.T @ d_p1",
        "d_x = x2 - y",
        {10},
        "",
    ),
    "a number beside its numbered kin, and a slip": (
        "a number beside its numbered kin",
        "da = da2 + da1",
        "da = da1",
        {9},
        "",
    ),
    "a slope that goes from layer to layer, and a slip": (
        "a slope that goes from layer to layer, beside an array of its name",
        "dz = da * (1 - a1 ** 2)",
        "dz = da * (1 - a2 ** 2)",
        {11},
        "",
    ),
    "a slope that is called a cost, beside the cost, and a slip": (
        "a slope that is called a cost, beside the cost",
        "loss_slope * (1 - a ** 2)",
        "loss_slope * (1 - a)",
        {6},
        "delta = loss_slope * (1 - a ** 2)",
    ),
    "a method that returns a slope and is called a loss, and a slip": (
        "a method that returns a slope and is called a loss, beside the loss",
        "1 - acts[-1] ** 2)",
        "1 - acts[-1])",
        {14},
        "",
    ),
    "an adjoint loop whose first slope is 0, and a slip": (
        "an adjoint loop whose first slope is 0",
        "grad_c -= ga * vs[i]",
        "grad_c += ga * vs[i]",
        {21},
        "",
    ),
    "slopes in a dictionary under any name, and a slip": (
        "slopes in a dictionary under any name, and a rate that falls",
        'G["b1"] = dz.sum(0)',
        'G["b1"] = dz.sum()',
        {14},
        "G['b1'] = np.sum(dz, axis=0)",
    ),
    "the slope of tanh by what the mask leaves": (
        "a mask over its rate, and tanh of what it leaves",
        "1 - H ** 2",
        "1 - Hd ** 2",
        {9},
        "",
    ),
    "a mask without its rate": (
        "a mask over its rate, and tanh of what it leaves",
        "dHd * mask\n",
        "dHd * (mask > 0)\n",
        {8},
        "",
    ),
    "a layer of dropout that forgets its rate": (
        "a layer of dropout over its rate",
        "dout * self.mask",
        "dout * (self.mask > 0)",
        {11},
        "",
    ),
    "a gate by what the mask leaves, on one side alone": (
        "a mask over its rate, and a gate by what it leaves",
        "dH[H <= 0]",
        "dH[H < 0]",
        {12},
        "",
    ),
    "neurons of numbers, by the other entry": (
        "neurons of numbers, and a mean of one number",
        "x[1] * deriv_sigmoid",
        "x[0] * deriv_sigmoid",
        {16},
        "",
    ),
    "functions that a class holds, and a forgotten slope": (
        "functions that a class holds",
        "(v.T @ delta_o) * Sigmoid.gradient(w @ x)",
        "(v.T @ delta_o) * Sigmoid.activation(w @ x)",
        {16},
        "",
    ),
    "logarithms of sums of exponentials, and a sign": (
        "logarithms of sums of exponentials",
        "np.exp(-z)) - y",
        "np.exp(z)) - y",
        {5},
        "",
    ),
    "a logarithm of two exponentials, by the other": (
        "a logarithm of two exponentials",
        "db = ds * np.exp(b - s)",
        "db = ds * np.exp(a - s)",
        {7},
        "",
    ),
    "a line with the one above it as it stands, and a forgotten half": (
        "a line that is right with the one above it as it stands",
        "0.5 * self.x * dt",
        "self.x * dt",
        {12},
        "return g * (0.5 * (1 + self.t) + 0.5 * self.x * dt)",
    ),
    "a mask drawn like an array of torch, without its rate": (
        "a mask drawn like an array of torch",
        "dh = dhd * mask",
        "dh = dhd * (mask > 0)",
        {11},
        "",
    ),
    "pairs of examples, and a sign": (
        "pairs of examples",
        "err = p - yi",
        "err = p + yi",
        {9},
        "",
    ),
    "the slope by the h that a cell is given, by the other matrix": (
        "the slope by the h that a cell is given, called dh_prev",
        "dh_prev = dt @ self.Wh.T",
        "dh_prev = dt @ self.Wh",
        {13},
        "dh_prev = dt @ self.Wh.T",
    ),
    "keys that % makes, and a forgotten square": (
        "keys that % makes",
        "1 - cache['A%d' % (l - 1)] ** 2",
        "1 - cache['A%d' % (l - 1)]",
        {26},
        "",
    ),
}
SHORT |= {
    name: (SHORT[of][0].replace(old, new), wrong, line) for name, (of, old, new, wrong, line) in SLIPS.items()
}


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


def test_the_functions_of_a_class_may_call_the_examples_by_two_names() -> None:
    """feedforward(a) and backprop(x): the one that is asked for is given what the other one is."""
    text = """
    class Network:
        def __init__(self, sizes):
            self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]
        def feedforward(self, a):
            for w in self.weights:
                a = np.tanh(w @ a)
            return a
        def backprop(self, x, y):
            acts = [x]
            for w in self.weights:
                acts.append(np.tanh(w @ acts[-1]))
            delta = (acts[-1] - y) * (1 - acts[-1] ** 2)
            nabla_w = [np.zeros(w.shape) for w in self.weights]
            nabla_w[-1] = delta @ acts[-2].T
            for l in range(2, len(self.weights) + 1):
                delta = self.weights[-l + 1].T @ delta * (1 - acts[-l] ** 2)
                nabla_w[-l] = delta @ acts[-l].T
            return nabla_w
        def cost(self, a, y):
            return 0.5 * np.linalg.norm(a - y) ** 2
        """
    report = check_code(textwrap.dedent(text), function="Network.backprop")
    (step,) = [step for step in report.steps if step.verdict == "wrong"]
    assert not report.undecided
    assert step.edit is not None
    assert step.edit.line == "nabla_w[-l] = delta @ acts[-l - 1].T"


@pytest.mark.parametrize("slip", [False, True])
def test_the_m_of_a_page_is_the_number_of_examples(slip: bool) -> None:
    page = """
    ```python
    h = X @ w + b
    J = (1 / (2 * m)) * np.sum((h - y)**2)
    dh = h - y
    dw = (1 / m) * X.T @ dh
    db = (1 / m) * np.sum(dh)
    ```
    """
    report = check_page(textwrap.dedent(page).replace("(1 / m) * X", "X" if slip else "(1 / m) * X"))
    assert report is not None
    accused = [step.line for step in report.steps if step.verdict in {"wrong", "factor"}]
    assert accused == [6] * slip
    assert len(report.steps) == 3


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
    "cost",
    [
        "F.softplus(u, beta=2).sum()",
        "F.softplus(u, 3.0).sum()",
        "torch.add(u, u ** 2, alpha=0.5).sum()",
        "u.norm(p=1)",
        "torch.norm(u, 1)",
        "np.linalg.norm(u, axis=1).sum()",
        "np.sum(u ** 2, where=u > 0)",
        "np.divide(1.0, u, where=u > 0).sum()",
        "np.max(u, axis=1, initial=0.0).sum()",
        "F.cross_entropy(u, y, weight=k)",
        "F.cross_entropy(u, y, label_smoothing=0.2)",
        "F.cross_entropy(u, y, reduction='none').sum()",
        "F.binary_cross_entropy_with_logits(u, y, pos_weight=k)",
    ],
)
def test_an_option_that_is_not_heeded_makes_a_function_unknown(cost: str) -> None:
    """It is another function: a slope of the one without the option is neither right nor wrong."""
    text = f"import numpy as np\nimport torch\nu = x @ w\nloss = {cost}\ndu = u\ndw = x.T @ du"
    with pytest.raises(NotationError, match="which is not known here"):
        check_code(text)


@pytest.mark.parametrize(
    ("cost", "slope"),
    [
        ("np.clip(u, a_min=0, a_max=None).sum()", "(u > 0).astype(float)"),
        ("(u ** 2).sum(1, True).sum()", "2 * u"),
        ("np.sum(u ** 2, axis=1, keepdims=1).sum()", "2 * u"),
        ("F.mse_loss(u, y, reduction='none').sum()", "2 * (u - y)"),
        ("0.5 * torch.norm(u, p=2) ** 2", "u"),
    ],
)
@pytest.mark.parametrize("slip", [False, True])
def test_an_option_is_heeded(cost: str, slope: str, slip: bool) -> None:
    text = f"u = x @ w\nloss = {cost}\ndu = {'3 * ' * slip}{slope}\ndw = x.T @ du"
    wrong = {step.line for step in check_code(text).steps if step.verdict in {"wrong", "factor"}}
    assert wrong == ({3} if slip else set())


@pytest.mark.parametrize(
    ("loop", "more", "dw"),
    [
        ("for i in range(n):", "", "2 * z * x ** n"),
        ("for i in range(20):", "", "2 * z * x ** 20"),
        ("for _ in range(10**9):", "", "2 * z"),
        ("while i < n:", "i += 1", "2 * z * x ** n"),
    ],
)
def test_what_hangs_on_a_loop_of_unknown_rounds_is_open(loop: str, more: str, dw: str) -> None:
    """Each round makes z of the z of the round before."""
    lines = ["def f(w, x, n):", "    z, i = w, 0", f"    {loop}", "        z = z * x", f"        {more}"]
    lines += ["    loss = z ** 2", f"    dw = {dw}", "    return loss, dw"]
    with pytest.raises(NotationError, match="dw hangs on a loop over unknown rounds of line 3"):
        check_code("\n".join(lines))


def test_a_label_under_any_name_is_no_slope_that_arrives() -> None:
    text = """
class Logistic:
    def forward(self, x):
        self.x = x
        self.a = 1 / (1 + np.exp(-(x @ self.W)))
        return self.a
    def backward(self, truth):
        dz = self.a - truth
        self.dW = self.x.T @ dz
"""
    step, _ = check_code(text).steps
    assert "the file has no cost, and cross_entropy, sum is taken for it" in step.reason


@pytest.mark.parametrize("name", ["cost_derivative", "cost_rate", "dcost", "initial_loss_term"])
@pytest.mark.parametrize("made", ["out - y", "2 * (out - y)", "(out - y) / (out * (1 - out))"])
def test_a_function_that_gives_the_slope_of_a_cost_is_no_cost_whatever_it_is_called(
    name: str, made: str
) -> None:
    text = f"""
class Net:
    def __init__(self, n, m):
        self.w = np.random.randn(m, n)
    def backprop(self, x, y):
        a = 1 / (1 + np.exp(-self.w @ x))
        delta = self.{name}(a, y) * a * (1 - a)
        return delta @ x.T
    def {name}(self, out, y):
        return {made}
"""
    report = check_code(text)
    assert report.exit_code == 0
    assert any("the file has no cost, and" in step.reason for step in report.steps)


def test_a_slope_of_plain_numbers_is_open() -> None:
    text = "L = 1.2\nth = 0.1\nom = 0.3\nx = th + om * L\nloss = (x - 0.5) ** 2\n"
    text += "d_x = 2 * (x - 0.5)\nd_om = d_x * L\nd_L = 17 * th\n"
    report = check_code(text)
    assert [(step.line, step.verdict) for step in report.steps] == [
        (6, "right"),
        (7, "right"),
        (8, "undecided"),
    ]


def test_what_may_be_misread_is_not_called_wrong() -> None:
    """The columns of Q are orthonormal, which no line says."""
    text = """
def grads(Q, y, w, v):
    loss = np.sum((Q @ w - y) ** 2) + np.sum((Q @ v + y) ** 2)
    dw = 2 * (w - Q.T @ y)
    dv = 2 * (v + Q.T @ y)
    return dw, dv
"""
    steps = check_code(text).steps
    assert [step.verdict for step in steps] == ["undecided"] * 2
    for said in ("may be misread", "Q (n1, n2)", "X.shape", "loss of line 3", "--loss"):
        assert said in steps[0].reason


@pytest.mark.parametrize(
    "program",
    [
        """
def f(w, b, x, t):
    z = w * x + b
    a = max(z, 0)
    loss = (a - t) ** 2
    q = 2 * (a - t)
    dw = q * x
    db = q
    return dw, db
""",
        """
def f(w, X, y):
    z = X @ w
    a = np.where(z > 0, z, 0)
    loss = 0.5 * np.mean((a - y) ** 2)
    grad_w = X.T @ (a - y) / len(y)
    return loss, grad_w
""",
    ],
)
def test_what_nothing_is_made_of_is_not_right_as_a_whole(program: str) -> None:
    """Nothing at all is made of these lines, and they are wrong where the unit is off."""
    assert not {"right", "convention"} & {step.verdict for step in check_code(program).steps}


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
    text = "class A:\n  def backward(self, x, y):\n    a = x @ self.W\n    self.dW = x.T @ (a - y) ** 3\n"
    with pytest.raises(NotationError, match=re.escape(says)):
        check_code(text + text.replace("A", "B"), **options)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (" / q.shape[1]", "dA hangs on q, "),
        (" + p[1]", "dA hangs on p[1], a part of p, "),
        (" + np.random.randn(3, 4)", "dA hangs on new random numbers, "),
    ],
)
def test_what_a_line_hangs_on_is_said_in_words(more: str, says: str) -> None:
    text = f"""
    def grads(X, Y, W, p, q):
        A = X @ W
        loss = np.sum((A - Y) ** 2)
        dA = 2 * (A - Y){more}"""
    with pytest.raises(NotationError, match=re.escape(says)) as found:
        check_code(textwrap.dedent(text))
    assert found.value.line == 5


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


def test_the_output_is_the_last_that_weights_make_and_a_slip_beside_it_is_found() -> None:
    text = """
    for _ in range(100):
        l1 = 1 / (1 + np.exp(-X @ W0))
        l2 = 1 / (1 + np.exp(-l1 @ W1))
        l2_error = y - l2
        l2_delta = l2_error * l2 * (1 - l2)
        l1_delta = l2_delta @ W1.T * l1 * (1 - l1)
        W1 += l1.T @ l2_delta
        W0 += X.T @ l1_delta
    """
    shapes = "X, y = np.zeros((4, 3)), np.zeros((4, 1))\nW0, W1 = np.zeros((3, 5)), np.zeros((5, 1))"
    right = shapes + textwrap.dedent(text)
    assert check_code(right, loss="half_squared_error").exit_code == 0
    report = check_code(right.replace("y - l2", "y - l1"), loss="half_squared_error")
    assert [step.line for step in report.steps if step.verdict == "wrong"] == [6]


@pytest.mark.parametrize(
    "key", ['"W%d" % "x"', '"W%d%d" % (1, 2)', '"%1000000000d" % 1', '"%d" % None', '"%" % 3']
)
def test_a_key_that_is_made_oddly_ends_nothing(key: str) -> None:
    body = f"w = P[{key}]\n    loss = (w * x - y) ** 2\n    dw = 2 * (w * x - y) * x\n    return dw\n"
    report = check_code(f"def f(x, y, P):\n    {body}")
    assert not {step.verdict for step in report.steps} & {"wrong", "factor"}


def test_a_size_that_is_a_module_ends_nothing() -> None:
    body = "u = np.empty((numpy, 3))\n    loss = (w * x - y) ** 2\n    dw = 2 * (w * x - y) * x\n"
    report = check_code(f"def f(x, y, w):\n    {body}")
    assert [step.verdict for step in report.steps] == ["right"]
