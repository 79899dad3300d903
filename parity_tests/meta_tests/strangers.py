"""Networks as strangers write them, each with the few lines that bring it to the exam."""

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
COLUMNS_EXAM = """
from backproof import Examinee
e = Examinee("network.py", net="tanh sigmoid", loss="cross_entropy", W="out,in", b="n,1", x="n,B")

@e.gradients
def _(m, p, x, y):
    cache = m.propagate(x, p.named)
    return e.named({**cache, "loss": m.cost(cache["A2"], y), **m.backward(p.named, cache, x, y)})
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
LISTS_EXAM = """
from backproof import Examinee
e = Examinee("network.py", net="sigmoid sigmoid sigmoid", loss="half squared_error", b="n,1", x="n,1")

def network(m, p):
    net = m.Network(p.widths)
    net.weights, net.biases = p.W, p.b
    return net

@e.gradients
def _(m, p, x, y):
    nabla_b, nabla_w = network(m, p).backprop(x, y)
    return e.named(dW=nabla_w, db=nabla_b)

@e.step
def _(m, p, x, y, rate):
    net = network(m, p)
    net.update(x, y, rate)
    return e.named(W=net.weights, b=net.biases)
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
SCRIPT_EXAM = """
from backproof import Examinee
e = Examinee("network.py", net="relu identity", loss="mse", W="in,out", b="1,n", script=True)
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

LAYERS_EXAM = """
from backproof import Examinee
e = Examinee("network.py", net="relu relu identity", loss="mse", W="in,out")

@e.gradients
def _(m, p, x, y):
    net = m.Model(3)
    for layer, W, b in zip(net.dense, p.W, p.b):
        layer.W, layer.b = W, b
    loss = net.run(x, y)
    return e.named(loss=loss, dW=[d.dW for d in net.dense], db=[d.db for d in net.dense])
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
CLASSES_EXAM = """
from backproof import Examinee
e = Examinee("network.py", net="relu softmax", loss="cross_entropy", W="in,out", b="none", y="classes")

@e.gradients
def _(m, p, x, y):
    loss, dW1, dW2 = m.loss_and_grads(x, y, p.W1, p.W2)
    return e.named(locals())
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
UPHILL_EXAM = """
from backproof import Examinee
e = Examinee("network.py", net="sigmoid sigmoid", loss="half squared_error, sum", W="in,out", b="none")

@e.step
def _(m, p, x, y, rate):
    W1, W2 = m.train_step(x, y, p.W1, p.W2, rate)
    return e.named(locals())
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
}
# (who, right text, mistaken text, the verdict, the first wrong step or "")
MISTAKES = [
    ("columns", '(1 - cache["A1"] ** 2)', '(1 - cache["Z1"] ** 2)', "wrong", "dz1"),
    ("columns", "np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)", "wrong", "dW1"),
    ("columns", "A1 = np.tanh(Z1)", "A1 = np.maximum(Z1, 0)", "wrong", "a1"),
    ("lists", "* slope(zs[-l])", "* slope(activations[-l])", "wrong", "dz2"),
    ("lists", "(activations[-1] - y)", "(y - activations[-1])", "ascent", ""),
    ("lists", "(activations[-1] - y) * slope(zs[-1])", "(activations[-1] - y)", "other loss", ""),
    ("script", "/ y.size\n", "/ len(y)\n", "factor", ""),
    ("script", "dz2.dot(W2.T) * (a1 > 0)", "dz2.dot(W2.T)", "wrong", "dz1"),
    ("script", "db1 = dz1.sum", "db1 = dz1.mean", "wrong", "db1"),
    ("layers", "grad.sum(0)", "grad.sum()", "wrong", ""),
    ("layers", "return grad * self.mask", "return grad", "wrong", ""),
    ("classes", "dscores /= n", "pass", "factor", ""),
    ("classes", "scores.max(axis=1, keepdims=True)", "scores.max()", "exact", ""),
    ("torch", "g.sum(0)", "g.mean(0)", "wrong", "db2"),
    ("bare", "l2_delta.dot(syn1.T)", "(y - l2).dot(syn1.T)", "wrong", ""),
    ("uphill", "syn1.T) * l1", "(syn1 + rate * l1.T @ l2_delta).T) * l1", "wrong", ""),
]


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
