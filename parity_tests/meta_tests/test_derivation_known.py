"""Networks from scratch in the ways in which they are copied most: read, and accused of slips alone."""

from typing import Any

import pytest

from backproof.reference.derivation.code_claims import check_code

GATE = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_derivative(x):
    return x * (1 - x)

points = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
wanted = np.array([[0], [1], [1], [0]])
rounds, rate = 5000, 0.3
inner, outer = 3, 1
weights_in = np.random.uniform(size=(2, inner))
bias_in = np.random.uniform(size=(1, inner))
weights_out = np.random.uniform(size=(inner, outer))
bias_out = np.random.uniform(size=(1, outer))
for _ in range(rounds):
    inner_sum = np.dot(points, weights_in)
    inner_sum += bias_in
    inner_output = sigmoid(inner_sum)
    outer_sum = np.dot(inner_output, weights_out)
    outer_sum += bias_out
    answer = sigmoid(outer_sum)
    error = wanted - answer
    d_answer = error * sigmoid_derivative(answer)
    inner_error = d_answer.dot(weights_out.T)
    d_inner = inner_error * sigmoid_derivative(inner_output)
    weights_out += inner_output.T.dot(d_answer) * rate
    bias_out += np.sum(d_answer, axis=0, keepdims=True) * rate
    weights_in += points.T.dot(d_inner) * rate
    bias_in += np.sum(d_inner, axis=0, keepdims=True) * rate
"""

KEPT = """
import numpy as np

class Net:
    def __init__(self, x, y):
        self.input = x
        self.weights1 = np.random.rand(self.input.shape[1], 4)
        self.weights2 = np.random.rand(4, 1)
        self.y = y
        self.output = np.zeros(self.y.shape)

    def feedforward(self):
        self.layer1 = sigmoid(np.dot(self.input, self.weights1))
        self.output = sigmoid(np.dot(self.layer1, self.weights2))

    def backprop(self):
        slope = 2 * (self.y - self.output) * slope_of(self.output)
        d_weights2 = np.dot(self.layer1.T, (2 * (self.y - self.output) * slope_of(self.output)))
        d_weights1 = np.dot(self.input.T, (np.dot(slope, self.weights2.T) * slope_of(self.layer1)))
        self.weights1 += d_weights1
        self.weights2 += d_weights2

def slope_of(x):
    return x * (1.0 - x)
"""

OBJECTS = """
import numpy as np

class Dense:
    def __init__(self, width, units):
        self.weights = 0.01 * np.random.randn(width, units)
        self.biases = np.zeros((1, units))

    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights) + self.biases

    def backward(self, dvalues):
        self.dweights = np.dot(self.inputs.T, dvalues)
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        self.dinputs = np.dot(dvalues, self.weights.T)

class Rectifier:
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.maximum(0, inputs)

    def backward(self, dvalues):
        self.dinputs = dvalues.copy()
        self.dinputs[self.inputs <= 0] = 0

class SharesAndLoss:
    def forward(self, inputs, y_true):
        powers = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
        self.output = powers / np.sum(powers, axis=1, keepdims=True)
        clipped = np.clip(self.output, 1e-7, 1 - 1e-7)
        return np.mean(-np.log(clipped[range(len(clipped)), y_true]))

    def backward(self, dvalues, y_true):
        samples = len(dvalues)
        self.dinputs = dvalues.copy()
        self.dinputs[range(samples), y_true] -= 1
        self.dinputs = self.dinputs / samples

X, y = draw(samples=100, classes=3)
first, bend, second, end = Dense(2, 64), Rectifier(), Dense(64, 3), SharesAndLoss()
for epoch in range(4):
    first.forward(X)
    bend.forward(first.output)
    second.forward(bend.output)
    loss = end.forward(second.output, y)
    if not epoch % 100:
        print(epoch, loss)
    end.backward(end.output, y)
    second.backward(end.dinputs)
    bend.backward(second.dinputs)
    first.backward(bend.dinputs)
    for layer in (first, second):
        layer.weights += -0.5 * layer.dweights
        layer.biases += -0.5 * layer.dbiases
"""

HANDED_OVER = """
import numpy as np

def shares(x):
    e = np.exp(x - np.max(x, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)

def steep(Z):
    return Z > 0

def hot(Y):
    hot_Y = np.zeros((Y.size, Y.max() + 1))
    hot_Y[np.arange(Y.size), Y] = 1
    hot_Y = hot_Y.T
    return hot_Y

def forward_prop(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2.dot(A1) + b2
    A2 = shares(Z2)
    return Z1, A1, Z2, A2

def backward_prop(Z1, A1, Z2, A2, W1, W2, X, Y):
    m = Y.size
    hot_Y = hot(Y)
    dZ2 = A2 - hot_Y
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T.dot(dZ2) * steep(Z1)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2
"""

# name: the text, its options, and slips (what is written, what is written instead)
PROGRAMS: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "a gate": (
        GATE,
        {"loss": "half_squared_error"},
        [("inner_error * sigmoid", "inner_error + sigmoid"),
         ("points.T.dot(d_inner)", "-points.T.dot(d_inner)")],
    ),
    "layers as objects": (
        OBJECTS,
        {},
        [("np.dot(self.inputs.T, dvalues)", "np.dot(self.inputs.T, -dvalues)"),
         ("self.inputs <= 0", "self.inputs > 0"), ("self.dinputs / samples", "self.dinputs * samples")],
    ),
    "a layer that returns its slope": (
        OBJECTS.replace(
            "self.dinputs = dvalues.copy()\n        self.dinputs[self.inputs <= 0] = 0",
            "return dvalues * (self.inputs > 0)",
        ).replace(
            "bend.backward(second.dinputs)\n    first.backward(bend.dinputs)",
            "first.backward(bend.backward(second.dinputs))",
        ),
        {},
        [("self.inputs > 0", "self.inputs < 0")],
    ),
    "functions that are handed everything": (
        HANDED_OVER,
        {"loss": "categorical_cross_entropy"},
        [("np.sum(dZ2, axis=1, keepdims=True)", "np.sum(dZ2)"), ("1 / m * dZ1.dot(X.T)", "dZ1.dot(X.T)")],
    ),
    "a class that keeps its examples": (
        KEPT,
        {"loss": "squared_error"},
        [("self.layer1.T, (2 *", "self.layer1.T, (3 *"), ("* slope_of(self.layer1)))", "))")],
    ),
}  # fmt: skip


def accused(text: str, options: dict[str, Any]) -> set[int]:
    return {step.line for step in check_code(text, **options).steps if step.verdict in {"wrong", "factor"}}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_is_copied_everywhere_is_read(name: str) -> None:
    text, options, slips = PROGRAMS[name]
    report = check_code(text, **options)
    assert report.steps
    assert {step.verdict for step in report.steps} <= {"right", "convention"}
    for written, slip in slips:
        assert text.count(written) == 1, written
        line = text[: text.index(written)].count("\n") + 1
        assert accused(text.replace(written, slip), options) == {line}, slip


@pytest.mark.parametrize(
    ("loss", "two", "says", "wrong"),
    [
        ("squared_error", "", "read as `squared_error, sum`", []),
        ("squared_error, sum", "", "", []),
        ("squared_error, mean over B", "", "", [18, 19]),
        ("squared_error", "/ len(self.y)", "", [18]),  # one of two: forgotten, whatever the loss is
    ],
)
def test_a_loss_that_is_named_is_a_sum_or_a_mean_for_all_lines(
    loss: str, two: str, says: str, wrong: list[int]
) -> None:
    text = KEPT.replace("(np.dot(slope, self.weights2.T) *", f"(np.dot(slope, self.weights2.T) {two} *")
    report = check_code(text, loss=loss)
    assert [step.line for step in report.steps if step.verdict not in {"right", "convention"}] == wrong
    assert all(says in step.reason for step in report.steps if step.line == 19)


HINGE = """
import numpy as np
def svm(W, X, y, reg):
    N = X.shape[0]
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[np.arange(N), y][:, None] + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    dS = (margins > 0).astype(float)
    dS[np.arange(N), y] -= dS.sum(axis=1)
    dW = X.T.dot(dS) / N + 2 * reg * W
    return loss, dW
"""

GATED = """
import numpy as np
def step(x, h, t, Wz, Uz, Wg, Ug):
    z = 1 / (1 + np.exp(-(Wz @ x + Uz @ h)))
    g = np.tanh(Wg @ x + Ug @ h)
    new = (1 - z) * h + z * g
    loss = 0.5 * np.sum((new - t) ** 2)
    dnew = new - t
    daz = dnew * (g - h) * z * (1 - z)
    dag = dnew * z * (1 - g ** 2)
    dWz, dUz = np.outer(daz, x), np.outer(daz, h)
    dWg, dUg = np.outer(dag, x), np.outer(dag, h)
    dx = Wz.T @ daz + Wg.T @ dag
    dh = dnew * (1 - z) + Uz.T @ daz + Ug.T @ dag
    return loss, dWz, dUz, dWg, dUg, dx, dh
"""

ONE_BY_ONE = """
def train(inputs, goals, w, b, rate):
    for x, y in zip(inputs, goals):
        guess = w * x + b
        loss = (guess - y) ** 2
        dguess = 2 * (guess - y)
        dw = dguess * x
        db = dguess
        w = w - rate * dw
        b = b - rate * db
    return w, b
"""

ONE_NEURON_A_LAYER = """
import math
class Chain:
    def step(self, x, t, rate):
        z1 = self.w1 * x + self.b1
        a1 = 1 / (1 + math.exp(-z1))
        z2 = self.w2 * a1 + self.b2
        a2 = 1 / (1 + math.exp(-z2))
        loss = 0.5 * (a2 - t) ** 2
        d2 = (a2 - t) * a2 * (1 - a2)
        d1 = d2 * self.w2 * a1 * (1 - a1)
        self.w2 -= rate * d2 * a1
        self.b2 -= rate * d2
        self.w1 -= rate * d1 * x
        self.b1 -= rate * d1
"""


@pytest.mark.parametrize(
    ("source", "old", "new", "wrong"),
    [
        (ONE_NEURON_A_LAYER, "", "", []),
        (ONE_NEURON_A_LAYER, "w2 * a1 * (1 - a1)", "w2 * a1", [11]),
        (ONE_NEURON_A_LAYER, "rate * d1 * x", "rate * d1", [14]),
        (HINGE, "", "", []),
        (HINGE, "-= dS", "+= dS", [10]),
        (HINGE, "sum(axis=1)", "sum(axis=0)", [10]),
        (GATED, "", "", []),
        (GATED, "1 - g ** 2", "1 - g", [10]),
        (GATED, "Wg.T @ dag", "Wg.T @ daz", [13]),
        (ONE_BY_ONE, "", "", []),
        (ONE_BY_ONE, "dguess * x", "dguess", [7]),
        (ONE_BY_ONE, "2 * (guess", "(guess", [6]),
    ],
)
def test_what_is_meant_is_told_by_what_it_is_used_for(
    source: str, old: str, new: str, wrong: list[int]
) -> None:
    report = check_code(source.replace(old, new))
    assert [step.line for step in report.steps if step.verdict in {"wrong", "factor"}] == wrong
    assert all(step.verdict != "undecided" for step in report.steps), report.steps
