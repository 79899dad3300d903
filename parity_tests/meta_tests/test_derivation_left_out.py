"""What people's programs leave out: the cost, the functions of another file, the return of a layer."""

import textwrap
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from backproof.reference.derivation.code_claims import check_code
from backproof.reference.derivation.language import NotationError
from backproof.reference.derivation.values import chance, of_one_class

# A network with one hidden layer, of rows; the lines count from 1, which is blank.
GATE = """
import numpy as np
class Gate:
    def __init__(self, n, m, k):
        self.wi = np.random.rand(n, m)
        self.wo = np.random.rand(m, k)
        self.bo = np.zeros((1, k))
    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))
    def sigmoid_derivative(self, x):
        return x * (1 - x)
    def forward(self, inputs):
        self.inside = self.sigmoid(inputs @ self.wi)
        self.out = self.sigmoid(self.inside @ self.wo + self.bo)
        return self.out
    def train(self, inputs, wanted):
        out = self.forward(inputs)
        error = wanted - out
        delta = error * self.sigmoid_derivative(out)
        inside_error = delta @ self.wo.T
        inside_delta = inside_error * self.sigmoid_derivative(self.inside)
        self.wo += self.inside.T @ delta
        self.bo += delta.sum(axis=0, keepdims=True)
        self.wi += inputs.T @ inside_delta
"""
# One of columns, whose functions are in another file.
COLUMNS = """
from activations import sigmoid, sigmoid_prime, softmax
def train(X, Y, W1, b1, W2, b2):
    m = X.shape[1]
    Z1 = W1 @ X + b1
    A1 = sigmoid(Z1)
    A2 = softmax(W2 @ A1 + b2)
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = W2.T @ dZ2 * sigmoid_prime(Z1)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
"""
LAYER = """
import numpy as np
class Dense:
    def __init__(self, n, m):
        self.W = np.random.randn(n, m)
        self.b = np.zeros((1, m))
    def forward(self, x):
        self.x = x
        self.output = np.dot(x, self.W) + self.b
    def backward(self, dvalues):
        self.dW = np.dot(self.x.T, dvalues)
        self.db = np.sum(dvalues, axis=0, keepdims=True)
        self.dx = np.dot(dvalues, self.W.T)
"""
RELU = """
import numpy as np
class Relu:
    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out
    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout
        return dx
"""
# Both forms of labels, and of inputs, of which a batch in two axes with one-hot rows is taken.
FORMS = """
import numpy as np
from functions import softmax, cross_entropy_error
class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        if x.ndim != 2:
            n, c, h, w = x.shape
            x = x.reshape(n, -1)
        self.y = softmax(x)
        self.loss = cross_entropy_error(self.y, self.t)
        return self.loss
    def backward(self, dout=1):
        n = self.t.shape[0]
        if self.t.size == self.y.size:
            dx = (self.y - self.t) / n
        else:
            dx = self.y.copy()
            dx[np.arange(n), self.t] -= 1
            dx = dx / n
        return dx
"""
MOONS = """
import numpy as np
def sigmoid(x): return 1 / (1 + np.exp(-x))
def sigmoid_der(x): return sigmoid(x) * (1 - sigmoid(x))
z = np.dot(X, w)
a = sigmoid(z)
error_out = (1 / 2) * np.power(a - labels, 2)
print(error_out.sum())
dcost_da = a - labels
da_dz = sigmoid_der(z)
dz_dw = X
dcost_dw = np.dot(dz_dw.T, dcost_da * da_dz)
"""
OLD = """
import numpy as np
def step(X, y, theta, rate, rounds):
    n = X.shape[0]
    print "from", theta
    for i in xrange(rounds):
        p = np.dot(X, theta)
        loss = np.sum((p - y) ** 2) / (2 * n)
        grad = np.dot(X.T, p - y) / n
        theta = theta - rate * grad
        if i % 10 == 0: print "cost: %f" % (loss,)
    return theta
"""
LISTS = """
import numpy as np
def train(X, y, rate):
    n = len(y)
    X = np.array(X)
    y = np.array(y)
    w = np.zeros((X.shape[1],))
    b = 0.0
    for _ in range(100):
        p = 1 / (1 + np.exp(-(X @ w + b)))
        loss = -(1 / n) * sum(y * np.log(p) + (1 - y) * np.log(1 - p))
        grad_w = X.T @ (p - y) / n
        grad_b = np.mean(p - y)
        w, b = w - rate * grad_w, b - rate * grad_b
X = [[0], [1], [2], [3]]
y = [0, 0, 1, 1]
train(X, y, 0.1)
"""
STEPS = """
import numpy as np
class Net:
    def gradients(self, x, y):
        n = x.shape[0]
        z = x.dot(self.model['W1'])
        a = np.maximum(0, z)
        e = np.exp(a.dot(self.model['W2']))
        probs = e / e.sum(axis=1, keepdims=True)
        loss = np.sum(-np.log(probs[range(n), y])) / n
        grads = {}
        dscores = probs.copy()
        dscores[range(n), list(y)] -= 1
        dscores /= n
        grads['W2'] = a.T.dot(dscores)
        dh = dscores.dot(self.model['W2'].T) * (a > 0)
        grads['W1'] = x.T.dot(dh)
        return loss, grads
    def train(self, x, y, rate):
        loss, grads = self.gradients(x, y)
        self.model['W1'] -= rate * grads['W1']
        self.model['W2'] -= rate * grads['W2']
"""
GIVEN = GATE.replace("def train(self, inputs, wanted)", "def train(self, net_output, wanted)").replace(
    "        out = self.forward(inputs)\n", ""
)
GIVEN = GIVEN.replace("wanted - out", "wanted - net_output").replace(
    "derivative(out)", "derivative(net_output)"
)
GIVEN = GIVEN.replace("def forward(self, inputs):", "def think(self, inputs):\n        self.inputs = inputs")
GIVEN = GIVEN.replace("+= inputs.T", "+= self.inputs.T")
GUARD = GATE.replace("self.bo = np", "self.seen = []\n        self.bo = np").replace(
    "        out = self.forward", "        if not self.seen:\n            return\n        out = self.forward"
)

RECURRENT = """
import numpy as np
class Recurrent:
    def __init__(self, n, m, k):
        self.W = np.random.randn(m, n)
        self.U = np.random.randn(m, m)
        self.V = np.random.randn(k, m)
    def forward(self, x):
        h, outputs = np.zeros((len(self.U), 1)), []
        self.inputs, self.states = [], [h]
        for t in range(len(x)):
            self.inputs.append(x[t].reshape(-1, 1))
            h = np.tanh(np.dot(self.W, self.inputs[t]) + np.dot(self.U, h))
            y = np.dot(self.V, h)
            outputs.append(y)
            self.states.append(h)
        self.outputs = outputs
        return np.array(outputs)
    def backward(self, x, y):
        dW, dU, dV = np.zeros_like(self.W), np.zeros_like(self.U), np.zeros_like(self.V)
        dnext = np.zeros_like(self.states[0])
        for t in reversed(range(len(x))):
            dy = self.outputs[t] - y[t].reshape(-1, 1)
            dV += np.dot(dy, self.states[t + 1].T)
            dh = np.dot(self.V.T, dy) + dnext
            draw = (1 - self.states[t + 1] ** 2) * dh
            dW += np.dot(draw, self.inputs[t].T)
            dU += np.dot(draw, self.states[t].T)
            dnext = np.dot(self.U.T, draw)
        return dW, dU, dV
"""
ROWS = """
import numpy as np
def f(z): return 1 / (1 + np.exp(-z))
X = np.array([[1, 0], [1, -1]], dtype=float)
d_targets = np.array([[0.5], [-0.3]])
V = np.random.randn(2, 3)
W = np.random.randn(3, 1)
loss = 0
for i in range(X.shape[0]):
    x = X[i:i + 1, :]
    target = d_targets[i:i + 1, :]
    a = f(np.dot(x, V))
    error = np.dot(a, W) - target
    loss = loss + 0.5 * np.sum(error ** 2)
    delta_out = error
    delta_hidden = np.dot(delta_out, W.T) * a * (1 - a)
    dW = np.dot(a.T, delta_out)
    dV = np.dot(x.T, delta_hidden)
"""
FLAT = """
import numpy as np
from activations import sigmoid, sigmoid_grad, softmax
def both(data, labels, params, dimensions):
    n, m, k = dimensions[0], dimensions[1], dimensions[2]
    at = n * m
    W1 = np.reshape(params[0:at], (n, m))
    b1 = np.reshape(params[at:at + m], (1, m))
    at += m
    W2 = params[at:at + m * k].reshape(m, k)
    h = sigmoid(data @ W1 + b1)
    probs = softmax(h @ W2)
    cost = -np.sum(np.log(probs) * labels)
    dout = probs - labels
    gradW2 = h.T @ dout
    dz = dout @ W2.T * sigmoid_grad(h)
    gradW1 = data.T @ dz
    gradb1 = np.sum(dz, axis=0).reshape(1, -1)
    return cost, np.concatenate((gradW1.flatten(), gradb1.flatten(), gradW2.flatten()))
"""
TOTALS = """
def fit(X, Y, rate):
    w, c, n = 0.0, 1.0, len(X)
    J, dw_sum, dc_sum = 0.0, 0.0, 0.0
    for i in range(n):
        p = w * X[i] + c
        J += 0.5 * (p - Y[i]) ** 2
        dL_dw = X[i] * (p - Y[i])
        dL_dc = p - Y[i]
        dw_sum += dL_dw
        dc_sum += dL_dc
    J = J / n
    w = w - rate * (dw_sum / n)
    c = c - rate * (dc_sum / n)
"""
# The loss is shown now and then, and is not the one that goes down.
SHOWN = """
import numpy as np
def sigmoid(x): return 1 / (1 + np.exp(-x))
for epoch in range(rounds):
    h = sigmoid(X @ W1)
    out = sigmoid(h @ W2)
    error = out - y
    dW2 = h.T @ error / len(X)
    dh = error @ W2.T * h * (1 - h)
    dW1 = X.T @ dh / len(X)
    if epoch % 100 == 0:
        loss = np.mean(error ** 2)
        print(loss)
"""
AT_ONCE = """
import numpy as np
def sigmoid(x): return 1 / (1 + np.exp(-x))
def sigmoid_slope(x): return x * (1 - x)
class Net:
    def __init__(self, x, y):
        self.input, self.y = x, y
        self.w1 = np.random.rand(self.input.shape[1], 4)
        self.w2 = np.random.rand(4, 1)
    def feedforward(self):
        self.a = sigmoid(np.dot(self.input, self.w1))
        self.out = sigmoid(np.dot(self.a, self.w2))
    def backprop(self):
        self.d_w2 = np.dot(self.a.T, 2 * (self.y - self.out) * sigmoid_slope(self.out))
        arrives = np.dot(2 * (self.y - self.out) * sigmoid_slope(self.out), self.w2.T)
        self.d_w1 = np.dot(self.input.T, arrives * sigmoid_slope(self.a))
        self.w1 += self.d_w1
        self.w2 += self.d_w2
"""

RIGHT = {
    "no cost, half a squared error": (GATE, 6),
    "no cost, a cross-entropy": (COLUMNS, 6),
    "no cost, and what the forward pass returned is handed over": (GIVEN, 6),
    "a guard against an empty list": (GUARD, 6),
    "a layer that returns nothing": (LAYER, 3),
    "a mask that has a name": (RELU, 2),
    "labels in one of two forms": (FORMS, 1),
    "a cost of many entries under the name of an error": (MOONS, 3),
    "Python 2": (OLD, 1),
    "lists that become arrays": (LISTS, 2),
    "a step that calls what makes its slopes": (STEPS, 5),
    "no cost, one for each time": (RECURRENT, 7),
    "rows of the examples": (ROWS, 3),
    "all parameters in one array": (FLAT, 5),
    "what a loop adds up": (TOTALS, 4),
    "no cost, but one that is shown at times": (SHOWN, 3),
    "no cost, and each slope in one line": (AT_ONCE, 2),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_a_file_leaves_out_is_found_and_told(name: str) -> None:
    text, steps = RIGHT[name]
    report = check_code(text)
    assert len(report.steps) >= steps
    assert report.exit_code == 0
    assert not report.undecided
    if name.startswith("no cost"):
        assert all("the file has no cost, and" in step.reason for step in report.steps)


SLIPS = [
    (GATE, "inside_error * self.sigmoid_derivative(self.inside)", "inside_error * self.inside", 21),
    (GATE, "self.bo += delta", "self.bo -= delta", 23),
    (GATE, "inputs.T @ inside_delta", "inputs.T @ inside_error", 24),
    (COLUMNS, "db2 = dZ2.sum(axis=1, keepdims=True) / m", "db2 = dZ2.sum(axis=1, keepdims=True)", 10),
    (COLUMNS, "sigmoid_prime(Z1)", "sigmoid(Z1)", 11),
    (COLUMNS, "dZ1 @ X.T / m", "dZ1 @ X.T / m ** 2", 12),
    (LAYER, "np.sum(dvalues, axis=0, keepdims=True)", "np.sum(dvalues, keepdims=True)", 12),
    (LAYER, "np.dot(self.x.T, dvalues)", "-np.dot(self.x.T, dvalues)", 11),
    (RELU, "dout[self.mask] = 0", "dout[~self.mask] = 0", 10),
    (FORMS, "dx = (self.y - self.t) / n\n        else", "dx = (self.y - self.t) / n ** 2\n        else", 16),
    (MOONS, "da_dz = sigmoid_der(z)", "da_dz = sigmoid_der(a)", 10),
    (OLD, "np.dot(X.T, p - y) / n", "np.dot(X.T, y - p) / n", 9),
    (LISTS, "np.mean(p - y)", "np.sum(p - y)", 13),
    (STEPS, "(a > 0)", "(a < 0)", 16),
    (RECURRENT, "draw = (1 - self.states[t + 1] ** 2) * dh", "draw = (1 - self.states[t] ** 2) * dh", 26),
    (RECURRENT, "dU += np.dot(draw, self.states[t].T)", "dU += np.dot(draw, self.states[t + 1].T)", 28),
    (ROWS, "a * (1 - a)", "(1 - a)", 16),
    (ROWS, "np.dot(x.T, delta_hidden)", "np.dot(x.T, -delta_hidden)", 18),
    (FLAT, "sigmoid_grad(h)", "sigmoid_grad(dout @ W2.T)", 16),
    (FLAT, "np.sum(dz, axis=0)", "np.mean(dz, axis=0)", 18),
    (TOTALS, "dL_dc = p - Y[i]", "dL_dc = Y[i] - p", 9),
    (GIVEN, "inside_error * self.sigmoid_derivative(self.inside)", "inside_error * self.inside", 21),
]


@pytest.mark.parametrize(("text", "right", "slip", "line"), SLIPS)
def test_a_slip_in_it_is_found_at_its_line(text: str, right: str, slip: str, line: int) -> None:
    assert text.count(right) == 1
    report = check_code(text.replace(right, slip))
    assert {step.line for step in report.steps if step.verdict in {"wrong", "factor"}} == {line}


@pytest.mark.parametrize(
    ("right", "slip"),
    [
        ("error * self.sigmoid_derivative(out)", "error * out"),  # the slope of no usual cost
        ("wanted - out", "out - wanted"),  # and the steps go up
    ],
)
def test_a_cost_is_asked_for_where_the_slope_by_the_outputs_fits_none(right: str, slip: str) -> None:
    with pytest.raises(NotationError, match=r"no cost is found[^|]*name it with --loss"):
        check_code(GATE.replace(right, slip))


def test_a_cost_that_stands_there_and_is_not_read_is_never_replaced() -> None:
    text = "def f(W, x, y):\n    h = W @ x\n    loss = stats.energy(h, y)\n    dW = np.outer(h - y, x)\n"
    with pytest.raises(NotationError, match=r"no cost is found .*: loss hangs on .*, in line 3"):
        check_code(text)


@pytest.mark.parametrize(
    ("branch", "asked"),
    [
        ("if kind == 'wide':", True),
        ("if self.wide:", True),
        ("if rounds % 100 == 0:", False),
        ("if verbose:\n            print(rounds)", False),
    ],
)
def test_a_cost_in_a_branch_is_never_replaced(branch: str, asked: bool) -> None:
    """But for one that is only shown."""
    error = "        error = wanted - out\n"
    assert GATE.count(error) == 1
    text = GATE.replace(error, f"{error}        {branch}\n            loss = np.sum(error ** 4)\n")
    text = text.replace("inputs, wanted)", "inputs, wanted, kind, rounds, verbose)")
    if asked:
        with pytest.raises(NotationError, match=r"no cost is found .*: loss hangs on a branch"):
            check_code(text)
    else:
        assert check_code(text).exit_code == 0


@pytest.mark.parametrize("other", ["get_output_shape", "rethink", "get_outputs_from"])
def test_a_word_within_a_name_makes_no_forward_pass(other: str) -> None:
    """The first function of a class whose name said so was the one that is followed."""
    text = f"""
import numpy as np
class Net:
    def {other}(self, x):
        return x.shape[0]
    def run(self, x):
        self.h = self.w @ x
        return self.h
    def train(self, x, y):
        out = self.run(x)
        loss = np.sum((out - y) ** 2) / 2
        dw = np.outer(out - y, x)
        self.w -= 0.1 * dw
"""
    assert check_code(text).exit_code == 0


def test_no_two_numbers_of_a_point_are_the_same() -> None:
    """A maximum at a tie has no slope, and a label that is the largest entry would be of two classes."""
    drawn = [chance("value", point, at) for point in range(20) for at in range(500)]
    assert len(set(drawn)) == len(drawn)
    assert all(isinstance(one, Fraction) and 0 <= one < 1 for one in drawn)


@given(hnp.arrays(float, hnp.array_shapes(min_dims=1, max_dims=3), unique=True), st.data())
def test_a_label_is_of_one_class(shares: Any, data: st.DataObject) -> None:
    axis = data.draw(st.integers(0, shares.ndim - 1))
    labels = of_one_class(shares.shape, axis, np.expand_dims(shares.argmax(axis), axis))
    assert set(labels.flat) <= {0, 1}
    np.testing.assert_array_equal(labels.sum(axis), np.ones(np.delete(shares.shape, axis), int))
    np.testing.assert_array_equal(labels.argmax(axis), shares.argmax(axis))


def test_a_label_has_any_name() -> None:
    """The values of a point hang on the names: two entries of this one were the largest."""
    text = """
    def train(X, y_onehot, W, W2):
        A1 = np.maximum(0, X @ W)
        E = np.exp(A1 @ W2)
        A = E / np.sum(E, axis=1, keepdims=True)
        loss = -np.sum(y_onehot * np.log(A)) / len(X)
        dZ = (A - y_onehot) / len(X)
        dW2 = A1.T @ dZ
    """
    assert check_code(textwrap.dedent(text)).exit_code == 0
