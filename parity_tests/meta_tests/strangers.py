"""Networks as strangers write them, each with the few lines that bring it to the exam."""

import re

from backproof.parity_tests.meta_tests.conftest import PROJECT

# The guide's exam files, in their order there.
(
    COLUMNS_EXAM,
    LISTS_EXAM,
    MINI_BATCH_EXAM,
    SCRIPT_EXAM,
    LAYERS_EXAM,
    CLASSES_EXAM,
    UPHILL_EXAM,
    ADAM_EXAM,
) = re.findall(
    r"```python\n(from backproof import Examinee.*?)```",
    (PROJECT / "parity_tests/GUIDE.md").read_text("utf-8"),
    re.DOTALL,
)

COLUMNS = """
import numpy as np

def propagate(X, parameters):
    W1, b1, W2, b2 = [parameters[k] for k in ("W1", "b1", "W2", "b2")]
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def cost(A2, Y):
    return np.squeeze(-np.sum(np.log(A2) * Y + np.log(1 - A2) * (1 - Y)) / Y.shape[1])

def backward(parameters, cache, X, Y):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dW2 = np.dot(dZ2, cache["A1"].T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - cache["A1"] ** 2)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""

LISTS = """
import numpy as np

class Network:
    def __init__(self, sizes):
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = [np.random.randn(n, m) for m, n in zip(sizes, sizes[1:])]

    def backprop(self, x, y):
        activation, activations, zs = x, [x], []
        for b, w in zip(self.biases, self.weights):
            zs.append(w @ activation + b)
            activation = sigmoid(zs[-1])
            activations.append(activation)
        nabla_b, nabla_w = [None] * len(zs), [None] * len(zs)
        delta = (activations[-1] - y) * slope(zs[-1])
        for l in range(1, len(zs) + 1):
            if l > 1:
                delta = (self.weights[-l + 1].T @ delta) * slope(zs[-l])
            nabla_b[-l] = delta
            nabla_w[-l] = delta @ activations[-l - 1].T
        return nabla_b, nabla_w

    def update(self, x, y, eta):
        nabla_b, nabla_w = self.backprop(x, y)
        self.weights = [w - eta * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - eta * nb for b, nb in zip(self.biases, nabla_b)]

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""

# The same class with a step over a mini batch of (x, y) pairs.
MINI_BATCH = """
def update_mini_batch(net, batch, eta):
    sums = None
    for x, y in batch:
        nabla_b, nabla_w = net.backprop(x, y)
        found = [*nabla_w, *nabla_b]
        sums = found if sums is None else [s + f for s, f in zip(sums, found)]
    n = len(net.weights)
    net.weights = [w - (eta / len(batch)) * s for w, s in zip(net.weights, sums[:n])]
    net.biases = [b - (eta / len(batch)) * s for b, s in zip(net.biases, sums[n:])]
"""

SCRIPT = """
import numpy as np
X = np.random.rand(100, 3)
y = np.random.rand(100, 2)
W1 = np.random.randn(3, 4) * 0.1
b1 = np.zeros((1, 4))
W2 = np.random.randn(4, 2) * 0.1
b2 = np.zeros((1, 2))
for epoch in range(10**9):
    z1 = X.dot(W1) + b1
    a1 = np.maximum(0, z1)
    z2 = a1.dot(W2) + b2
    loss = np.mean((z2 - y) ** 2)
    dz2 = 2 * (z2 - y) / y.size
    dW2 = a1.T.dot(dz2)
    db2 = dz2.sum(axis=0, keepdims=True)
    dz1 = dz2.dot(W2.T) * (a1 > 0)
    dW1 = X.T.dot(dz1)
    db1 = dz1.sum(axis=0, keepdims=True)
    W1 -= 0.1 * dW1
    b1 -= 0.1 * db1
    W2 -= 0.1 * dW2
    b2 -= 0.1 * db2
    print(epoch, loss)
"""

LAYERS = """
import numpy as np

class Dense:
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW, self.db = self.x.T @ grad, grad.sum(0)
        return grad @ self.W.T

class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, grad):
        return grad * self.mask

class Model:
    def __init__(self, depth):
        self.dense = [Dense() for _ in range(depth)]
        self.layers = [layer for dense in self.dense for layer in (dense, ReLU())][:-1]

    def run(self, x, y):
        for layer in self.layers:
            x = layer.forward(x)
        x_out, grad = x, 2 * (x - y) / y.size
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return ((x_out - y) ** 2).mean()
"""


CLASSES = """
import numpy as np

def loss_and_grads(X, y, W1, W2):
    h = np.maximum(0, X @ W1)
    scores = h @ W2
    shifted = scores - scores.max(axis=1, keepdims=True)
    probs = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    n = len(X)
    loss = -np.log(probs[np.arange(n), y]).mean()
    dscores = probs.copy()
    dscores[np.arange(n), y] -= 1
    dscores /= n
    dhidden = dscores @ W2.T
    dhidden[h <= 0] = 0
    return loss, X.T @ dhidden, h.T @ dscores
"""

TORCH = """
import torch

class Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        return x @ w.t() + b

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        return g @ w, g.t() @ x, g.sum(0)
"""
TORCH_EXAM = """
from backproof import Examinee
import torch
e = Examinee("network.py", net="tanh identity", loss="mse", arrays="torch")

@e.gradients
def _(m, p, x, y):
    for each in p.listed:
        each.requires_grad_()
    a1 = torch.tanh(m.Linear.apply(x, p.W1, p.b1))
    loss = ((m.Linear.apply(a1, p.W2, p.b2) - y) ** 2).mean()
    loss.backward()
    return e.named(loss=loss, a1=a1, dW1=p.W1.grad, db1=p.b1.grad, dW2=p.W2.grad, db2=p.b2.grad)
"""

# The updates of weights alone, in the direction that adds (target - output).
UPHILL = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def train_step(X, y, syn0, syn1, rate):
    l1 = sigmoid(X @ syn0)
    l2 = sigmoid(l1 @ syn1)
    l2_delta = (y - l2) * l2 * (1 - l2)
    l1_delta = (l2_delta @ syn1.T) * l1 * (1 - l1)
    return syn0 + rate * X.T @ l1_delta, syn1 + rate * l1.T @ l2_delta
"""

BARE = """
import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1
for j in range(60000):
    l1 = 1 / (1 + np.exp(-(np.dot(X, syn0))))
    l2 = 1 / (1 + np.exp(-(np.dot(l1, syn1))))
    l2_delta = (y - l2) * (l2 * (1 - l2))
    l1_delta = l2_delta.dot(syn1.T) * (l1 * (1 - l1))
    syn1 += l1.T.dot(l2_delta)
    syn0 += X.T.dot(l1_delta)
"""
BARE_EXAM = """
from backproof import Examinee
e = Examinee(
    "network.py", net="sigmoid sigmoid", loss="half squared_error, sum", W="in,out", b="none",
    script=True, rate=1.0, names={"syn0": "W1", "syn1": "W2"},
)
"""

# Biases in the first column of W, a penalty divided by the batch size, and the inputs counted as layer 1.
THETA = """
import numpy as np


def sig(z):
    return 1 / (1 + np.exp(-z))


def cost(T1, T2, X, Y, lam):
    m = len(X)
    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1 @ T1.T
    a2 = np.hstack([np.ones((m, 1)), sig(z2)])
    z3 = a2 @ T2.T
    a3 = sig(z3)
    J = (-Y * np.log(a3) - (1 - Y) * np.log(1 - a3)).sum() / m + lam / (2 * m) * (
        (T1[:, 1:] ** 2).sum() + (T2[:, 1:] ** 2).sum()
    )
    delta3 = a3 - Y
    delta2 = (delta3 @ T2[:, 1:]) * sig(z2) * (1 - sig(z2))
    D1 = delta2.T @ a1 / m
    D2 = delta3.T @ a2 / m
    D1[:, 1:] += lam / m * T1[:, 1:]
    D2[:, 1:] += lam / m * T2[:, 1:]
    return J, D1, D2, z2, z3, a3, delta2, delta3
"""
THETA_EXAM = """
from backproof import Examinee

e = Examinee(
    "network.py",
    net="sigmoid sigmoid",
    loss="binary_cross_entropy, mean over B",
    W="out,1+in",
    l2=0.3,
    penalty="l2/(2B) sum W^2",
)


@e.gradients
def _(m, p, x, y):
    loss, dW1, dW2, z2, z3, a3, delta2, delta3 = m.cost(p.W1, p.W2, x, y, 0.3)
    return e.named(locals())
"""

# All parameters in one vector, as optimisers of scipy want them.
FLAT = """
import numpy as np


def cost(theta, x, y, n0, n1, n2):
    k = n1 * n0
    W1 = theta[:k].reshape(n1, n0)
    b1 = theta[k : k + n1]
    r = theta[k + n1 :]
    W2 = r[: n2 * n1].reshape(n2, n1)
    b2 = r[n2 * n1 :]
    h = np.tanh(x @ W1.T + b1)
    o = h @ W2.T + b2
    d = o - y
    J = (d**2).mean()
    do = 2 * d / d.size
    dh = do @ W2 * (1 - h * h)
    return J, np.concatenate([(dh.T @ x).ravel(), dh.sum(0), (do.T @ h).ravel(), do.sum(0)])
"""
FLAT_EXAM = """
from backproof import Examinee

e = Examinee("network.py", net="tanh identity", loss="mse")


@e.gradients
def _(m, p, x, y):
    loss, grad = m.cost(p.flat, x, y, *p.widths)
    return e.named(loss=loss, flat=grad)
"""

# Every weight a number of its own, and an update with its rate wired in.
SCALARS = """
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def ds(x):
    f = sigmoid(x)
    return f * (1 - f)


class OurNeuralNetwork:
    def train(self, x, y_true, learn_rate=0.1):
        sum_h1 = self.w1 * x[0] + self.w2 * x[1] + self.b1
        h1 = sigmoid(sum_h1)
        sum_h2 = self.w3 * x[0] + self.w4 * x[1] + self.b2
        h2 = sigmoid(sum_h2)
        sum_o1 = self.w5 * h1 + self.w6 * h2 + self.b3
        o1 = sigmoid(sum_o1)
        d = -2 * (y_true - o1)
        d_w5 = h1 * ds(sum_o1)
        d_w6 = h2 * ds(sum_o1)
        d_b3 = ds(sum_o1)
        dh1 = self.w5 * ds(sum_o1)
        dh2 = self.w6 * ds(sum_o1)
        self.w1 -= learn_rate * d * dh1 * x[0] * ds(sum_h1)
        self.w2 -= learn_rate * d * dh1 * x[1] * ds(sum_h1)
        self.b1 -= learn_rate * d * dh1 * ds(sum_h1)
        self.w3 -= learn_rate * d * dh2 * x[0] * ds(sum_h2)
        self.w4 -= learn_rate * d * dh2 * x[1] * ds(sum_h2)
        self.b2 -= learn_rate * d * dh2 * ds(sum_h2)
        self.w5 -= learn_rate * d * d_w5
        self.w6 -= learn_rate * d * d_w6
        self.b3 -= learn_rate * d * d_b3
"""
SCALARS_EXAM = """
from backproof import Examinee

e = Examinee(
    "network.py", net="sigmoid sigmoid", loss="squared_error", x="n", y="B", widths=(2, 2, 1), rate=0.1
)


@e.step
def _(m, p, x, y, rate):
    n = m.OurNeuralNetwork()
    (n.w1, n.w2), (n.w3, n.w4) = p.W1
    n.b1, n.b2 = p.b1
    n.w5, n.w6 = p.W2[0]
    n.b3 = p.b2[0]
    n.train(x, y)
    return e.named(W1=[[n.w1, n.w2], [n.w3, n.w4]], b1=[n.b1, n.b2], W2=[[n.w5, n.w6]], b2=[n.b3])
"""

# A logarithm with an epsilon.
EPSILON = """
import numpy as np


def run(X, Y, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1 + b1)
    Z2 = A1 @ W2 + b2
    A2 = np.exp(Z2) / np.sum(np.exp(Z2), axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(A2 + 1e-9)) / len(X)
    dZ2 = A2 - Y
    dW2 = A1.T @ dZ2 / len(X)
    db2 = np.sum(dZ2, axis=0, keepdims=True) / len(X)
    dZ1 = dZ2 @ W2.T * (1 - np.power(A1, 2))
    dW1 = X.T @ dZ1 / len(X)
    db1 = np.sum(dZ1, axis=0, keepdims=True) / len(X)
    return loss, A1, A2, dZ1, dZ2, dW1, db1, dW2, db2
"""
EPSILON_EXAM = """
from backproof import Examinee

e = Examinee("network.py", net="tanh softmax", loss="cross_entropy", W="in,out", b="1,n", epsilon=1e-9)


@e.gradients
def _(m, p, x, y):
    loss, A1, A2, dZ1, dZ2, dW1, db1, dW2, db2 = m.run(x, y, p.W1, p.b1, p.W2, p.b2)
    return e.named(locals())
"""

# Dropout by a mask that is handed in.
DROPOUT = """
import numpy as np


def run(x, y, W1, b1, W2, b2, mask, keep):
    z1 = W1 @ x + b1
    a1 = np.maximum(z1, 0)
    a1 = a1 * mask / keep
    z2 = W2 @ a1 + b2
    m = x.shape[1]
    dz2 = 2 * (z2 - y) / m
    dW2 = dz2 @ a1.T
    db2 = dz2.sum(1, keepdims=True)
    da1 = W2.T @ dz2 * mask / keep
    dz1 = da1 * (z1 > 0)
    return z1, a1, dW2, db2, dz1 @ x.T, dz1.sum(1, keepdims=True)
"""
DROPOUT_EXAM = """
from backproof import Examinee

e = Examinee("network.py", net="relu identity", loss="squared_error", b="n,1", x="n,B", dropout=0.3)


@e.gradients
def _(m, p, x, y):
    z1, a1, dW2, db2, dW1, db1 = m.run(x, y, p.W1, p.b1, p.W2, p.b2, p.mask1, 0.7)
    return e.named(locals())
"""

# Functions of jax, whose gradient is its own: asked where it is installed.
JAX = """
import jax, jax.numpy as jnp


def loss(params, x, y):
    for W, b in params[:-1]:
        x = jnp.tanh(x @ W + b)
    W, b = params[-1]
    return jnp.mean((x @ W + b - y) ** 2)
"""
JAX_EXAM = """
from backproof import Examinee
import jax

e = Examinee("network.py", net="tanh tanh identity", loss="mse", W="in,out", arrays="jax")


@e.gradients
def _(m, p, x, y):
    l, g = jax.value_and_grad(m.loss)(p.params, x, y)
    return e.named(loss=l, grads=g)
"""


# scikit-learn's own backward, reached from outside; {declared} and {made} are filled in.
SKLEARN_EXAM = """
from backproof import Examinee
from sklearn.neural_network import MLPClassifier, MLPRegressor
e = Examinee(net="tanh {last}", W="in,out", {declared})

@e.gradients
def _(m, p, x, y):
    net = {made}
    net.n_layers_, net.n_outputs_, net.out_activation_ = 3, p.widths[-1], "{last}"
    net.coefs_, net.intercepts_ = p.W, p.b
    zeros = [W * 0 for W in p.W], [b * 0 for b in p.b]
    loss, dW, db = net._backprop(x, y, None, [x, None, None], [None, None], *zeros)
    return e.named(loss=loss, dW=dW, db=db)
"""


# --- optimizers ---------------------------------------------------------------------------------------

ADAM = """
import numpy as np


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.iter = 0
        self.m = None
        self.v = None

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = {}, {}
            for k, val in params.items():
                self.m[k] = np.zeros_like(val)
                self.v[k] = np.zeros_like(val)
        self.iter += 1
        for k in params.keys():
            self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * grads[k]
            self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * grads[k] ** 2
            mh = self.m[k] / (1 - self.beta1**self.iter)
            vh = self.v[k] / (1 - self.beta2**self.iter)
            params[k] -= self.lr * mh / (np.sqrt(vh) + 1e-7)
"""

VELOCITY = """
import numpy as np


def initialize_velocity(parameters):
    return {"d" + k: np.zeros(v.shape) for k, v in parameters.items()}


def update(parameters, grads, v, beta, learning_rate):
    for l in range(len(parameters) // 2):
        for c in "Wb":
            k = c + str(l + 1)
            v["d" + k] = beta * v["d" + k] + grads["d" + k]
            parameters[k] = parameters[k] - learning_rate * v["d" + k]
    return parameters, v
"""
VELOCITY_EXAM = """
from backproof import Examinee

e = Examinee("network.py", optimizer="momentum")


@e.optimizer
def _(m, o, p):
    v = m.initialize_velocity(p.named)

    def step(p, g):
        grads = {"d" + k: x for k, x in g.named.items()}
        parameters, _ = m.update(p.named, grads, v, o.momentum, o.learning_rate)
        return parameters

    return step
"""

RMSPROP = """
import numpy as np


def rmsprop(w, dw, config=None):
    config.setdefault("cache", np.zeros_like(w))
    config["cache"] = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw**2
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"]), config
"""
RMSPROP_EXAM = """
from backproof import Examinee

e = Examinee("network.py", optimizer="rmsprop", dtype="float32")


@e.optimizer
def _(m, o, p):
    configs = {k: dict(learning_rate=o.learning_rate, decay_rate=o.alpha, epsilon=o.epsilon) for k in p.named}

    def step(p, g):
        return {k: m.rmsprop(w, g.named[k], configs[k])[0] for k, w in p.named.items()}

    return step
"""


# --- declarations of several networks, of a loss of its own, of what is frozen ---------------------------

SEVERAL = """
import numpy as np

A = {
    "relu": (lambda z: np.maximum(z, 0), lambda z, a: z > 0),
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
    "identity": (lambda z: z, lambda z, a: 1.0),
}


def run(x, y, P, acts, loss):
    a = [x]
    zs = []
    for (W, b), n in zip(P, acts):
        zs.append(a[-1] @ W.T + b)
        a.append(A[n][0](zs[-1]))
    d = a[-1] - y
    l, da = (
        ((d**2).sum() / len(x), 2 * d / len(x))
        if loss == "squared_error"
        else (abs(d).mean(), np.sign(d) / d.size)
    )
    out = {"loss": l}
    for k in range(len(P), 0, -1):
        dz = da * A[acts[k - 1]][1](zs[k - 1], a[k])
        out[f"dW{k}"] = dz.T @ a[k - 1]
        out[f"db{k}"] = dz.sum(0)
        da = dz @ P[k - 1][0]
    return out
"""
SEVERAL_EXAM = """
from backproof import Examinee

e = Examinee(
    "network.py", net=["relu identity", "tanh sigmoid", "tanh relu identity"], loss=["squared_error", "mae"]
)


@e.gradients
def _(m, p, x, y):
    return e.named(m.run(x, y, p.params, p.activations, p.loss))
"""

OWN_LOSS = """
import numpy as np


def run(x, y, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    o = h @ W2 + b2
    d = np.tanh(o - y) / len(x)
    dh = d @ W2.T * (1 - h * h)
    return x.T @ dh, dh.sum(0), h.T @ d, d.sum(0)


def logcosh(a, y):
    return np.log(np.cosh(a - y)).sum() / len(a)
"""
OWN_LOSS_EXAM = """
from backproof import Examinee

e = Examinee("network.py", net="tanh identity", W="in,out")


@e.loss
def loss(m, a, y):
    return m.logcosh(a, y)


@e.gradients
def _(m, p, x, y):
    dW1, db1, dW2, db2 = m.run(x, y, *p.listed)
    return e.named(locals())
"""

# An activation that is a function of one's own.
OWN_ACTIVATION = """
import numpy as np


def swish(z):
    return z / (1 + np.exp(-z))


def slope(z):
    s = 1 / (1 + np.exp(-z))
    return s + z * s * (1 - s)


def run(x, y, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = swish(z1)
    d = (W2 @ a1 + b2 - y) / x.shape[1]
    dz = W2.T @ d * slope(z1)
    return dz @ x.T, dz.sum(1, keepdims=True), d @ a1.T + 0.1 * W2, d.sum(1, keepdims=True)
"""
OWN_ACTIVATION_EXAM = """
from backproof import Examinee

e = Examinee("network.py", net="swish identity", loss="half squared_error", b="n,1", x="n,B", l2=0.1)


@e.activation
def swish(m, z):
    return m.swish(z)


@e.gradients
def _(m, p, x, y):
    dW1, db1, dW2, db2 = m.run(x, y, *p.listed)
    return e.named(locals(), dW1=dW1 + 0.1 * p.W1)
"""

FROZEN = """
import numpy as np


def run(x, y, W1, b1, W2, b2):
    h = np.maximum(x @ W1 + b1, 0)
    o = h @ W2 + b2
    d = 2 * (o - y) / o.size
    dh = d @ W2.T * (h > 0)
    return x.T @ dh, 0 * b1, h.T @ d, d.sum(0)
"""
FROZEN_EXAM = """
from backproof import Examinee

e = Examinee("network.py", net="relu identity", loss="mse", W="in,out", frozen="b1")


@e.gradients
def _(m, p, x, y):
    dW1, db1, dW2, db2 = m.run(x, y, *p.listed)
    return e.named(locals())
"""

DROPPED_INPUTS = """
import numpy as np


def run(x, y, W1, b1, W2, b2, m0, m1, k0, k1):
    x0 = x * m0 / k0
    z1 = x0 @ W1.T + b1
    h = np.tanh(z1)
    h = h * m1 / k1
    o = h @ W2.T + b2
    d = 2 * (o - y) / o.size
    dh = d @ W2 * m1 / k1
    dz = dh * (1 - np.tanh(z1) ** 2)
    return dz.T @ x0, dz.sum(0), d.T @ h, d.sum(0)
"""
DROPPED_INPUTS_EXAM = """
from backproof import Examinee

e = Examinee("network.py", net="tanh identity", loss="mse", dropout=0.5, dropout_inputs=0.2)


@e.gradients
def _(m, p, x, y):
    dW1, db1, dW2, db2 = m.run(x, y, *p.listed, p.mask0, p.mask1, 0.8, 0.5)
    return e.named(locals())
"""

# An update rule with a memory, as a step beside the gradients.
ADAM_STEP = """
import numpy as np

def gradients(x, y, W, b):
    dz = (x @ W + b - y) / len(x)
    return x.T @ dz, dz.sum(axis=0)

def step(W, b, dW, db, rate):
    m, v = [0.1 * g for g in (dW, db)], [0.001 * g * g for g in (dW, db)]
    return [p - rate * (m_ / 0.1) / (np.sqrt(v_ / 0.001) + 1e-8) for p, m_, v_ in zip((W, b), m, v)]
"""
ADAM_STEP_EXAM = """
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

# A script that fills its arrays before it trains.
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

# Gradients to which a second call of the same shape adds.
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

# name: (network, exam file)
STRANGERS = {
    "columns": (COLUMNS, COLUMNS_EXAM),
    "lists": (LISTS, LISTS_EXAM),
    "script": (SCRIPT, SCRIPT_EXAM),
    "layers": (LAYERS, LAYERS_EXAM),
    "classes": (CLASSES, CLASSES_EXAM),
    "torch": (TORCH, TORCH_EXAM),
    "uphill": (UPHILL, UPHILL_EXAM),
    "bare": (BARE, BARE_EXAM),
    "theta": (THETA, THETA_EXAM),
    "flat": (FLAT, FLAT_EXAM),
    "scalars": (SCALARS, SCALARS_EXAM),
    "epsilon": (EPSILON, EPSILON_EXAM),
    "dropout": (DROPOUT, DROPOUT_EXAM),
    "jax": (JAX, JAX_EXAM),
    "adam": (ADAM, ADAM_EXAM),
    "velocity": (VELOCITY, VELOCITY_EXAM),
    "rmsprop": (RMSPROP, RMSPROP_EXAM),
    "several": (SEVERAL, SEVERAL_EXAM),
    "own_loss": (OWN_LOSS, OWN_LOSS_EXAM),
    "own_activation": (OWN_ACTIVATION, OWN_ACTIVATION_EXAM),
    "frozen": (FROZEN, FROZEN_EXAM),
    "dropped_inputs": (DROPPED_INPUTS, DROPPED_INPUTS_EXAM),
    "adam_step": (ADAM_STEP, ADAM_STEP_EXAM),
    "filled": (FILLED, FILLED_EXAM),
    "kept": (KEPT, KEPT_EXAM),
    "mini_batch": (LISTS + MINI_BATCH, MINI_BATCH_EXAM),
}

# (who, right text, mistaken text, the verdict, what is said in its sentence or of its place)
MISTAKES = [
    ("columns", '(1 - cache["A1"] ** 2)', '(1 - cache["Z1"] ** 2)', "wrong", ": dz1["),
    ("columns", "np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)", "wrong", ": dW1["),
    ("columns", "A1 = np.tanh(Z1)", "A1 = np.maximum(Z1, 0)", "wrong", ": a1["),
    ("lists", "* slope(zs[-l])", "* slope(activations[-l])", "wrong", ": dz2["),
    ("lists", "(activations[-1] - y)", "(y - activations[-1])", "ascent", "minus the gradient"),
    (
        "lists",
        "(activations[-1] - y) * slope(zs[-1])",
        "(activations[-1] - y)",
        "other loss",
        "the gradient of",
    ),
    ("mini_batch", "w - (eta / len(batch)) * s", "w - eta * s", "wrong", ""),
    ("script", "/ y.size\n", "/ len(y)\n", "factor", "K times"),
    ("script", "dz2.dot(W2.T) * (a1 > 0)", "dz2.dot(W2.T)", "wrong", ": dz1["),
    ("script", "db1 = dz1.sum", "db1 = dz1.mean", "wrong", ": db1["),
    ("layers", "grad.sum(0)", "grad.sum()", "wrong", ""),
    ("layers", "return grad * self.mask", "return grad", "wrong", "first wrong"),
    ("classes", "dscores /= n", "pass", "factor", "B times"),
    ("classes", "scores.max(axis=1, keepdims=True)", "scores.max()", "exact", "right"),
    ("torch", "g.sum(0)", "g.mean(0)", "wrong", ": db2["),
    # After a step at a small rate the digits are gone that would tell dW1 from the dz1 that leads to it.
    ("bare", "l2_delta.dot(syn1.T)", "(y - l2).dot(syn1.T)", "wrong", ": dW1["),
    ("theta", "sig(z2) * (1 - sig(z2))", "(1 - sig(z2))", "wrong", ": dz1["),
    ("uphill", "syn1.T) * l1", "(syn1 + rate * l1.T @ l2_delta).T) * l1", "wrong", ": dz1["),
    ("adam", "mh = self.m", "mh = self.m[k] = self.m", "wrong", "right at step 1, apart from step 2 on"),
    ("adam", "np.sqrt(vh) + 1e-7", "np.sqrt(vh + 1e-7)", "wrong", "epsilon inside the root of adam"),
    ("adam", "self.iter += 1", "self.iter = 1", "wrong", "every step is corrected as the first"),
    ("velocity", "+ grads[", "+ (1 - beta) * grads[", "factor", "equal to torch's at rate x (1 - momentum)"),
    ("rmsprop", "    return", "    w[:] = 0\n    return", "wrong", "apart from step 1 on"),
    ("rmsprop", 'config["epsilon"]), config', "0), config", "wrong", "apart from step"),
    ("rmsprop", "dw / (", "dw.T / (", "wrong", "apart from step 1 on"),
    ("rmsprop", "return w", "return w.sum(), config\n    return w", "wrong", "is due"),
    ("rmsprop", "np.zeros_like(w)", "np.zero_like(w)", "crash", "has no attribute 'zero_like'"),
    ("several", "1 - a * a", "1 - z * z", "wrong", "tanh sigmoid, squared_error: dW and db"),
    ("own_loss", "(1 - h * h)", "(1 - h)", "wrong", "the loss that was given as a function"),
    ("own_loss", "np.tanh(o - y) / len(x)", "np.tanh(o - y)", "factor", "B times"),
    ("own_loss", "np.log(np.cosh(a - y)).sum() / len(a)", "np.zeros(2)", "crash", "answers no number"),
    ("own_activation", "s + z * s * (1 - s)", "s * (1 - s)", "wrong", "quotients: dW1, db1"),
    ("frozen", "x.T @ dh", "2 * x.T @ dh", "wrong", "not the gradient of mse"),
    ("dropped_inputs", "dz.T @ x0", "dz.T @ x", "wrong", "not the gradient of mse"),
    ("filled", "delta1 /= n", "pass", "factor", "B times"),
]

# What is said of right code that is judged otherwise than by a known loss.
SAID = {
    "adam": "every update is that of torch.optim's adam",
    "velocity": "torch.optim's momentum",
    "rmsprop": "torch.optim's rmsprop",
    "several": "all 6 networks and losses",
    "own_loss": "the gradient of the loss that was given as a function",
    "own_activation": "derivative of half_squared_error through swish",
}

# (who, right text, mistaken text, the right line, what the catalogue calls it)
NAMED = [
    ("columns", "np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)",
     "dW1 = what you have / B", "dW1 alone is B times too large"),
    ("lists", "* slope(zs[-l])", "* slope(activations[-l])", "dz2 = (W3.T @ dz3) * a2 * (1 - a2)",
     "the sigmoid's slope taken at a instead of z, in the hidden layers alone"),
    ("script", "db1 = dz1.sum", "db1 = dz1.mean",
     "db1 = dz1.sum(axis=0, keepdims=True)", "mean for sum in db, in layer 1"),
    ("layers", "return grad * self.mask", "return grad",
     "dz2 = (dz3 @ W3.T) * (z2 > 0)", "the slope of hidden activ"),
    ("columns", "A1 = np.tanh(Z1)", "A1 = np.maximum(Z1, 0)", "a1 = np.tanh(z1)", ""),
]  # fmt: skip
