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

# The file cuts its inputs out of a table, and gives a function's name a new meaning once it is trained.
CUT = """
import numpy as np
import pandas as pd
table = pd.read_csv("seen.csv")
table = np.array(table)
count, width = table.shape
X_train_set = table[:, 1:] / 255
Y_train_set = table[:, 0]
guesses = table
def softmax(z): return np.exp(z) / sum(np.exp(z))
def one_hot(Y):
    rows = np.zeros((Y.size, Y.max() + 1))
    rows[np.arange(Y.size), Y] = 1
    return rows.T
def forward(W1, W2, X):
    Z1 = W1.dot(X.T)
    A1 = np.maximum(Z1, 0)
    A2 = softmax(W2.dot(A1))
    return Z1, A1, A2
def backward(Z1, A1, A2, W2, X, Y):
    m = X.shape[0]
    dZ2 = A2 - one_hot(Y)
    dW2 = dZ2.dot(A1.T) / m
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = dZ1.dot(X) / m
    return dW1, dW2
def descend(X, Y, rounds):
    W1, W2 = np.random.rand(4, 6), np.random.rand(3, 4)
    for _ in range(rounds):
        Z1, A1, A2 = forward(W1, W2, X_train_set)
        dW1, dW2 = backward(Z1, A1, A2, W2, X_train_set, Y_train_set)
        W1, W2 = W1 - 0.1 * dW1, W2 - 0.1 * dW2
    return W1, W2
"""
# What the file calls its outputs is what the loss compares, though its name is that of a label elsewhere.
TEACHER = """
import numpy as np
def softmax(x):
    x_exp = np.exp(x - x.max(axis=1, keepdims=True))
    return x_exp / np.sum(x_exp, axis=1, keepdims=True)
class Softmax:
    def __init__(self, optimizer=None):
        self.w = np.random.uniform(low=-0.1, high=0.1, size=(7, 3))
    def forward(self, x):
        return softmax(np.matmul(x, self.w))
    def gradient(self, x, y, t, batch_size):
        delta = y - t
        self.dw = np.matmul(x.T, delta) / batch_size
    def loss(self, y, t):
        return (-t * np.log(np.clip(a=y, a_min=1e-9, a_max=y))).sum(axis=1).mean()
    def ridge_loss(self, y, t):
        return self.loss(y, t) + np.sum(self.w ** 2)
    def train(self, x, t):
        y = self.forward(x)
        self.gradient(x, y, t, x.shape[0])
        return self.loss(y, t)
"""
# A share of the step that has a rate already, and a number that is only printed.
MOVING = AT_ONCE.replace("self.d_w2 = np", "self.d_w2 = rate * np").replace(
    "self.d_w1 = np", "self.d_w1 = rate * np"
)
MOVING = MOVING.replace("+= self.d", "+= momentum * self.d").replace(
    "backprop(self)", "backprop(self, rate, momentum)"
)
MOVING += """
    def rmse(self, y, out):
        shares = [math.sqrt(one) for one in (y - out).tolist()]
        return sum(shares)
    def train(self):
        print(self.rmse(self.y, self.out))
"""
# One example and one step of a gated unit, whose sums have no names, beside a number of numbers alone.
GATED = """
import math
import numpy as np
def sigmoid(x): return 1 / (1 + np.exp(-x))
class Unit:
    def __init__(self, n, m):
        s = math.sqrt(1.0 / n)
        self.U, self.V = np.random.randn(n, m), np.random.randn(n, m)
        self.W = np.random.randn(m, n)
    def update(self, x, y_true, lr):
        r = sigmoid(x @ self.U)
        k = np.tanh(x @ self.V)
        h = r * k
        e = np.exp(h @ self.W)
        p = e / e.sum()
        d_out = p - y_true
        dW = np.outer(h, d_out)
        dh = self.W @ d_out
        dr = dh * k * r * (1 - r)
        dk = dh * r * (1 - k ** 2)
        dU = np.outer(x, dr)
        dV = np.outer(x, dk)
        for p, g in [(self.U, dU), (self.V, dV), (self.W, dW)]:
            p -= lr * g
"""
# Slopes that are called after the layer and not after its weights, which the steps say.
WORDS = """
import numpy as np
class Words:
    def __init__(self, n, m):
        self.W1, self.W2 = np.random.randn(n, m), np.random.randn(m, n)
    def forward(self, one_hot_word):
        hidden_layer = np.dot(one_hot_word, self.W1)
        output_layer = np.dot(hidden_layer, self.W2)
        exp_x = np.exp(output_layer)
        output_layer = exp_x / exp_x.sum()
        return hidden_layer, output_layer
    def backward(self, one_hot_word, target_word, rate):
        hidden_layer, output_layer = self.forward(one_hot_word)
        wide = output_layer - target_word
        output_layer_gradient = np.outer(hidden_layer, wide)
        hidden_layer_gradient = np.outer(one_hot_word, np.dot(self.W2, wide))
        self.W1 -= rate * hidden_layer_gradient
        self.W2 -= rate * output_layer_gradient
"""
# A cost of as many entries as there are examples, and parameters that are drawn the other way round.
SHARED = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def drawn(n, m):
    w = np.random.rand(n, m)
    b = np.random.rand(m, 1)
    return w, b
def train(X, Y, m, rate, rounds):
    w, b = drawn(X.shape[0], 3)
    W1, b1 = w.T, b
    w, b = drawn(3, 1)
    W2, b2 = w.T, b
    for i in range(rounds):
        Z1 = np.dot(W1, X) + b1
        A1 = Z1 * np.greater(Z1, 0)
        A2 = sigmoid(np.dot(W2, A1) + b2)
        J = -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, A1.T)
        db2 = np.sum(dZ2, axis=1, keepdims=True)
        dZ1 = np.dot(W2.T, dZ2) * np.greater(Z1, 0).astype(int)
        dW1 = np.dot(dZ1, X.T)
        db1 = np.sum(dZ1, axis=1, keepdims=True)
        J /= m
        dW1 /= m
        db1 /= m
        dW2 /= m
        db2 /= m
        W1, b1 = W1 - rate * dW1, b1 - rate * db1
        W2, b2 = W2 - rate * dW2, b2 - rate * db2
"""

# Only the last of the outputs counts, and what is handed over is gone through by enumerate.
LAST = """
import numpy as np
class Last:
    def __init__(self, n, m, k):
        self.U = np.random.randn(m, m) / 100
        self.W = np.random.randn(m, n) / 100
        self.V = np.random.randn(k, m) / 100
        self.b = np.zeros((m, 1))
    def forward(self, inputs):
        h = np.zeros((self.U.shape[0], 1))
        self.seen, self.states = inputs, {0: h}
        for i, x in enumerate(inputs):
            h = np.tanh(self.W @ x + self.U @ h + self.b)
            self.states[i + 1] = h
        y = self.V @ h
        return y, h
    def backprop(self, d_y, rate):
        n = len(self.seen)
        d_V = d_y @ self.states[n].T
        d_U, d_W, d_b = np.zeros(self.U.shape), np.zeros(self.W.shape), np.zeros(self.b.shape)
        d_h = self.V.T @ d_y
        for t in reversed(range(n)):
            inner = (1 - self.states[t + 1] ** 2) * d_h
            d_b += inner
            d_U += inner @ self.states[t].T
            d_W += inner @ self.seen[t].T
            d_h = self.U.T @ inner
        self.U -= rate * d_U
        self.W -= rate * d_W
        self.V -= rate * d_V
        self.b -= rate * d_b
"""
# Images, normalised channel by channel.
IMAGES = """
import numpy as np
class Norm:
    def __init__(self, count):
        self.gamma, self.beta = np.ones((1, count, 1, 1)), np.zeros((1, count, 1, 1))
    def forward(self, x):
        mean = np.mean(x, axis=(0, 2, 3), keepdims=True)
        var = np.var(x, axis=(0, 2, 3), keepdims=True)
        x_hat = (x - mean) / np.sqrt(var + 1e-5)
        self.kept = (x, x_hat, mean, var)
        return self.gamma * x_hat + self.beta
    def backward(self, dout):
        x, x_hat, mean, var = self.kept
        n, c, h, w = x.shape
        count = n * h * w
        scale = 1 / np.sqrt(var + 1e-5).reshape(1, c, 1, 1)
        dx_hat = dout * self.gamma
        dvar = np.sum(dx_hat * (x - mean), axis=(0, 2, 3), keepdims=True) * -0.5 * scale ** 3
        dmean = -np.sum(dx_hat * scale, axis=(0, 2, 3), keepdims=True)
        dx = dx_hat * scale + dvar * 2 * (x - mean) / count + dmean / count
        self.dgamma = np.sum(dout * x_hat, axis=(0, 2, 3)).reshape(1, c, 1, 1)
        self.dbeta = np.sum(dout, axis=(0, 2, 3)).reshape(1, c, 1, 1)
        return dx
"""
# Two functions that know nothing of each other.
APART = """
import numpy as np
def line(x, y, w, b):
    loss = np.mean((x * w + b - y) ** 2)
    dw = np.mean(2 * (x * w + b - y) * x)
    db = np.mean(2 * (x * w + b - y))
    return loss, dw, db
def curve(x, y, u, v):
    h = np.tanh(u * x)
    loss = np.mean((h * v - y) ** 2)
    du = np.mean(2 * (h * v - y) * v * (1 - h ** 2) * x)
    dv = np.mean(2 * (h * v - y) * h)
    return loss, du, dv
"""

# What goes in is to come out: it is checked, and there are no labels.
AGAIN = """
import numpy as np
class Code:
    def __init__(self, wide=9, narrow=4):
        scale = np.sqrt(2.0 / (wide + narrow))
        self.We, self.be = np.random.randn(narrow, wide) * scale, np.zeros((narrow, 1))
        self.Wd, self.bd = np.random.randn(wide, narrow) * scale, np.zeros((wide, 1))
    def forward(self, x):
        if np.any(~np.isfinite(x)):
            x = np.nan_to_num(x, nan=0.0)
        self.inner = np.tanh(self.We @ x + self.be)
        self.again = self.Wd @ self.inner + self.bd
        return self.again, self.inner
    def score(self, x):
        return float(np.mean((x - self.forward(x)[0]) ** 2))
    def train(self, x, rate):
        again, _ = self.forward(x)
        error_out = again - x
        grad_Wd, grad_bd = error_out @ self.inner.T, error_out
        error_in = self.Wd.T @ error_out * (1 - self.inner ** 2)
        grad_We, grad_be = error_in @ x.T, error_in
        self.Wd, self.bd = self.Wd - rate * grad_Wd, self.bd - rate * grad_bd
        self.We, self.be = self.We - rate * grad_We, self.be - rate * grad_be
"""
# Functions that are given nothing, and leave what they make in the file's own names.
COMMON = """
import numpy as np
X = []
Wh, Wo, H, Zo, guess = [], [], None, None, None
Y = []
def sigmoid(z): return 1 / (1 + np.exp(-z))
def begin():
    global Wh, Wo
    Wh, Wo = np.full((5, 4), 0.1), np.full((4, 3), 0.1)
def forward():
    global H, Zo, guess
    H = sigmoid(np.dot(X, Wh))
    Zo = np.dot(H, Wo)
    guess = sigmoid(Zo)
def backward():
    global Wh, Wo
    dZo = (guess - Y) * sigmoid(Zo) * (1 - sigmoid(Zo))
    dH = np.dot(dZo, Wo.T) * H * (1 - H)
    dWo = np.dot(H.T, dZo)
    dWh = np.dot(X.T, dH)
    Wh -= 0.1 * dWh
    Wo -= 0.1 * dWo
def main():
    begin()
    forward()
    backward()
"""

# A cell that puts what it is given into one array, part by part.
CELL = """
import numpy as np
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    Wf, bf = parameters["Wf"], parameters["bf"]
    Wc, bc = parameters["Wc"], parameters["bc"]
    Wo, bo = parameters["Wo"], parameters["bo"]
    n_x, m = xt.shape
    n_a = a_prev.shape[0]
    concat = np.zeros((n_a + n_x, m))
    concat[:n_a, :] = a_prev
    concat[n_a:, :] = xt
    ft = sigmoid(np.dot(Wf, concat) + bf)
    cct = np.tanh(np.dot(Wc, concat) + bc)
    c_next = ft * c_prev + (1 - ft) * cct
    ot = sigmoid(np.dot(Wo, concat) + bo)
    a_next = ot * np.tanh(c_next)
    cache = (a_next, c_next, a_prev, c_prev, ft, cct, ot, xt, parameters, concat)
    return a_next, c_next, cache
def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, cct, ot, xt, parameters, concat = cache
    dot = da_next * np.tanh(c_next) * ot * (1 - ot)
    dc = dc_next + da_next * ot * (1 - np.tanh(c_next) ** 2)
    dcct = dc * (1 - ft) * (1 - cct ** 2)
    dft = dc * (c_prev - cct) * ft * (1 - ft)
    dWf = np.dot(dft, concat.T)
    dWc = np.dot(dcct, concat.T)
    dWo = np.dot(dot, concat.T)
    dbf = np.sum(dft, axis=1, keepdims=True)
    dc_prev = dc * ft
    return dWf, dWc, dWo, dbf, dc_prev
"""
# Steps in two objects, for each row of the examples; noise as long as a vector.
NOISY = """
import numpy as np
class Coder:
    def __init__(self, n, m):
        self.V = np.random.randn(m, n)
        self.W = np.random.randn(m, n)
    def forward(self, x):
        self.x = x
        self.mu = self.V @ x
        self.wide = np.exp(self.W @ x)
        self.noise = np.random.randn(*self.mu.shape)
        return self.mu + self.wide * self.noise
    def backward(self, dz):
        dV = np.outer(dz, self.x)
        dW = np.outer(dz * self.noise * self.wide, self.x)
        self.V -= 0.1 * dV
        self.W -= 0.1 * dW
class Pair:
    def __init__(self, n, m):
        self.coder = Coder(n, m)
        self.U = np.random.randn(n, m)
    def step(self, x):
        z = self.coder.forward(x)
        again = self.U @ z
        loss = 0.5 * np.sum((again - x) ** 2)
        dU = np.outer(again - x, z)
        dz = self.U.T @ (again - x)
        self.U -= 0.1 * dU
        self.coder.backward(dz)
        return loss
    def train(self, X, rounds):
        for _ in range(rounds):
            total = 0
            for x in X:
                total += self.step(x)
            print(total / len(X))
"""
# Rows that are looked up, and put together in a way that is not read: an input of what comes after.
BAG = """
import numpy as np
class Bag:
    def __init__(self, words, n, k):
        self.E, self.W = np.random.randn(words, n), np.random.randn(n, k)
    def forward(self, X, is_train):
        kept = (X > 0).astype(np.float32)[:, :, None]
        seen = self.E[X] * kept
        self.pooled = np.sum(seen, axis=1) / np.sum(kept, axis=1)
        if is_train == True:
            self.rows = len(X)
        e = np.exp(self.pooled @ self.W)
        self.p = e / e.sum(axis=1, keepdims=True)
        return self.p
    def loss(self, y):
        return -np.mean(np.log(self.p[np.arange(len(y)), y]))
    def backward(self, y):
        m = len(y)
        dz = self.p.copy()
        dz[np.arange(m), y] -= 1
        dz /= m
        dW = self.pooled.T @ dz
        dpooled = dz @ self.W.T
        return dW, dpooled
"""

# The rate is in the slope by the outputs, and so in all that is made of it.
INSIDE = """
import numpy as np
def sigmoid(x): return 1 / (1 + np.exp(-x))
W1, W2 = np.random.rand(2, 3), np.random.rand(3, 1)
lr = 0.1
for i in range(10000):
    h = sigmoid(X @ W1)
    out = sigmoid(h @ W2)
    loss = 0.5 * np.sum((y - out) ** 2)
    error = y - out
    d_out = lr * error * out * (1 - out)
    error_h = d_out @ W2.T
    d_h = error_h * h * (1 - h)
    W2 += h.T @ d_out
    W1 += X.T @ d_h
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
    "no cost, and inputs that the file cuts out": (CUT, 4),
    "outputs under the name of labels": (TEACHER, 2),
    "no cost, and a number that is printed": (MOVING, 2),
    "no cost, and a gated unit": (GATED, 7),
    "no cost, and slopes named after layers": (WORDS, 2),
    "a cost of as many entries as examples": (SHARED, 8),
    "the last of many outputs": (LAST, 6),
    "images by channel": (IMAGES, 6),
    "functions apart": (APART, 4),
    "a rate inside": (INSIDE, 5),
    "a cell that fills an array": (CELL, 9),
    "steps for each row": (NOISY, 4),
    "rows that are looked up": (BAG, 4),
    "no cost, and no labels": (AGAIN, 6),
    "no cost, and names of the file": (COMMON, 4),
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
    (CUT, "(Z1 > 0)", "(Z1 < 0)", 24),
    (CUT, "dZ1.dot(X) / m", "dZ1.dot(X) / -m", 25),
    (TEACHER, "np.matmul(x.T, delta) / batch_size", "np.matmul(x.T, delta) / batch_size ** 2", 13),
    (TEACHER, "delta = y - t", "delta = t - y", 12),
    (MOVING, "arrives * sigmoid_slope(self.a)", "arrives * self.a", 16),
    (GATED, "dh * k * r * (1 - r)", "dh * k * r", 19),
    (GATED, "np.outer(x, dk)", "np.outer(x, -dk)", 22),
    (
        WORDS,
        "np.outer(one_hot_word, np.dot(self.W2, wide))",
        "np.outer(one_hot_word, -np.dot(self.W2, wide))",
        16,
    ),
    (SHARED, "db2 = np.sum(dZ2, axis=1, keepdims=True)", "db2 = dZ2", 20),
    (LAST, "self.U.T @ inner", "self.U @ inner", 27),
    (LAST, "d_b += inner", "d_b = inner", 24),
    (IMAGES, "dvar * 2 *", "dvar *", 20),
    (IMAGES, "dmean / count", "dmean / n", 20),
    (IMAGES, "dout * x_hat, axis=(0, 2, 3)", "dout * x, axis=(0, 2, 3)", 21),
    (APART, "(1 - h ** 2) * x", "(1 - h) * x", 11),
    (AGAIN, "(1 - self.inner ** 2)", "(1 - self.inner)", 20),
    (COMMON, "* H * (1 - H)", "* H * H", 18),
    (COMMON, "np.dot(X.T, dH)", "-np.dot(X.T, dH)", 20),
    (CELL, "(1 - cct ** 2)", "(1 - cct)", 25),
    (CELL, "dWc = np.dot(dcct, concat.T)", "dWc = np.dot(dft, concat.T)", 28),
    (NOISY, "dz * self.noise * self.wide", "dz * self.wide", 15),
    (NOISY, "self.U.T @ (again", "-self.U.T @ (again", 27),
    (BAG, "self.pooled.T @ dz", "-self.pooled.T @ dz", 22),
    (BAG, "dz @ self.W.T", "dz @ self.W.T / m", 23),
    (INSIDE, "h * (1 - h)", "h * h", 13),
    (INSIDE, "d_h = error_h", "d_h = lr * error_h", 13),
    (SHARED, "np.greater(Z1, 0).astype(int)", "np.less(Z1, 0).astype(int)", 21),
]


@pytest.mark.parametrize(("text", "right", "slip", "line"), SLIPS)
def test_a_slip_in_it_is_found_at_its_line(text: str, right: str, slip: str, line: int) -> None:
    assert text.count(right) == 1
    report = check_code(text.replace(right, slip))
    assert {step.line for step in report.steps if step.verdict in {"wrong", "factor"}} == {line}


@pytest.mark.parametrize("slip", [False, True])
def test_what_a_function_of_torch_keeps_has_any_name(slip: bool) -> None:
    text = """
import torch
class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(c, x, gain):
        h = torch.tanh(x)
        c.save_for_backward(h, gain)
        return h * gain
    @staticmethod
    def backward(kept, grad_output):
        h, gain = kept.saved_tensors
        dh = grad_output * gain
        return dh * (1 - h ** 2), (grad_output * h).sum(0)
"""
    report = check_code(text.replace("dh * (1 - h ** 2)", "dh * (1 - h)") if slip else text)
    assert {step.line for step in report.steps if step.verdict in {"wrong", "factor"}} == (
        {13} if slip else set()
    )
    assert not report.undecided


def test_what_is_read_after_its_slope_was_put_in_its_place_is_open() -> None:
    text = COLUMNS.replace(
        "from activations import sigmoid, sigmoid_prime, softmax", "from activations import softmax"
    )
    text += "def relu(x):\n    return np.maximum(x, 0)\ndef relu_prime(x):\n    x[x > 0] = 1\n    return x\n"
    text = text.replace("= sigmoid(", "= relu(").replace("sigmoid_prime(Z1)", "relu_prime(A1)")
    assert "dZ1 = W2.T @ dZ2 * relu_prime(A1)\n" in text
    early = text.replace("    A2 =", "    slope = relu_prime(A1)\n    A2 =").replace(
        "* relu_prime(A1)", "* slope"
    )
    assert check_code(text).exit_code == 0
    with pytest.raises(NotationError, match="A1, which relu_prime overwrites"):
        check_code(early, loss="cross_entropy")


@pytest.mark.parametrize("fills", [False, True])
def test_what_something_unknown_fills_is_open(fills: bool) -> None:
    text = LAYER.replace("np.dot(x, self.W) + self.b", "self.z").replace(
        "output = ", "z = np.zeros((5, 3))\n        "
    )
    made = "self.act.f(x, self.z)" if fills else "self.z += np.dot(x, self.W) + self.b"
    text = text.replace("self.z\n    def back", f"{made}\n        return self.z\n    def back")
    if not fills:
        assert check_code(text).exit_code == 0
        return
    with pytest.raises(
        NotationError, match="what goes forward hangs on f, which is not known here, in line 10"
    ):
        check_code(text)


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


@pytest.mark.parametrize("slip", [False, True])
def test_a_cost_that_calls_the_forward_pass_is_not_handed_its_outputs(slip: bool) -> None:
    """x was taken for them, where the forward pass calls it otherwise."""
    text = f"""
import numpy as np
class Net:
    def forward(self, inputs):
        return np.tanh(self.W @ inputs)
    def loss(self, x, y):
        return 0.5 * np.sum((self.forward(x) - y) ** 2)
    def backward(self, x, y):
        a = np.tanh(self.W @ x)
        delta = (a - y) * (1 - a{" ** 2" if not slip else ""})
        dW = np.outer(delta, x)
        return dW
"""
    wrong = [step.line for step in check_code(text).steps if step.verdict in {"wrong", "factor"}]
    assert wrong == [10] * slip


def test_a_usual_cost_is_made_whatever_a_file_calls_np() -> None:
    text = GATE.replace("import numpy as np", "import numpy as np\nnp = 2 * np.random.rand(4, 1)")
    assert check_code(text).exit_code in {0, 3}


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
