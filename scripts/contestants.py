"""The same training written by several hands, for `backproof bench`: each gathers a batch and takes a step.

A contestant is made from a Problem and gives back two functions: `run`, which takes one step for each row of
an array of row numbers (n, B), and `found`, the parameters so far.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backproof.scratch.spec import Array, NetworkSpec, OptimizerSpec, Params, init_params

EXAMPLES = 6000
Contestant = tuple[Callable[[Array], Any], Callable[[], Params]]


@dataclass(frozen=True)
class Problem:
    """A network of relu units with a cross-entropy, in float32, on drawn examples."""

    widths: tuple[int, ...]
    batch: int
    rate: float = 0.01
    examples: int = EXAMPLES

    @property
    def spec(self) -> NetworkSpec:
        hidden = ("relu",) * (len(self.widths) - 2)
        return NetworkSpec(self.widths, (*hidden, "identity"), "cross_entropy", "float32")

    @cached_property
    def params(self) -> Params:
        return init_params(self.spec, np.random.default_rng(0))

    @cached_property
    def x(self) -> Array:
        """(N, n_in), from 0 to 1 as pixels are."""
        return np.random.default_rng(1).random((self.examples, self.widths[0]), dtype="float32")

    @cached_property
    def labels(self) -> Array:
        """(N,), class numbers."""
        return np.random.default_rng(2).integers(0, self.widths[-1], self.examples)

    @cached_property
    def y(self) -> Array:
        """(N, K), one-hot."""
        return np.eye(self.widths[-1], dtype="float32")[self.labels]

    def rows(self, steps: int, seed: int) -> Array:
        """(steps, B): the examples that each step sees."""
        rng = np.random.default_rng([3, seed])
        return np.stack([rng.permutation(self.examples)[: self.batch] for _ in range(steps)])


def scratch(problem: Problem) -> Contestant:
    """The hand, as it trains and as it is examined."""
    from backproof.scratch.optimizers import Training
    from backproof.scratch.train import train

    given: list[Array] = []
    latest = [problem.params]
    batches = ((given.pop(), None) for _ in iter(int, 1))
    descent = Training(OptimizerSpec(learning_rate=problem.rate))
    steps = train(problem.spec, problem.params, problem.x, problem.y, batches, descent)

    def run(rows: Array) -> None:
        for each in rows:
            given.append(each)
            _, latest[0] = next(steps)

    return run, lambda: latest[0]


def plain(problem: Problem) -> Contestant:
    """numpy as it is written down from the blackboard."""
    x, y, rate = problem.x, problem.y, problem.rate
    weights = [W for W, _ in problem.params]
    biases = [b for _, b in problem.params]
    last = len(weights) - 1

    def step(rows: Array) -> Any:
        a, labels = [x[rows]], y[rows]
        for layer, (W, b) in enumerate(zip(weights, biases)):
            z = a[-1] @ W.T + b
            a.append(np.maximum(z, 0) if layer < last else z)
        z = a[-1] - a[-1].max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1, keepdims=True)
        dz = (e / total - labels) / len(rows)
        for layer in range(last, -1, -1):
            dW, db = dz.T @ a[layer], dz.sum(axis=0)
            if layer:
                dz = (dz @ weights[layer]) * (a[layer] > 0)
            weights[layer] = weights[layer] - rate * dW
            biases[layer] = biases[layer] - rate * db
        return (np.log(total)[:, 0] - (labels * z).sum(axis=1)).mean()

    def run(rows: Array) -> None:
        for each in rows:
            step(each)

    return run, lambda: list(zip(weights, biases))


def in_place(problem: Problem) -> Contestant:
    """The best that numpy can do, without regard to beauty."""
    x, y, B, K = problem.x, problem.y, problem.batch, problem.widths[-1]
    weights, biases = [W.copy() for W, _ in problem.params], [b.copy() for _, b in problem.params]
    last, f4 = len(weights) - 1, np.float32
    rate, share, ones, ones_K = f4(problem.rate), f4(1 / B), np.ones(B, f4), np.ones((K, 1), f4)
    x_B, y_B, zs = (
        np.empty((B, x.shape[1]), f4),
        np.empty((B, K), f4),
        [np.empty((B, len(b)), f4) for b in biases],
    )
    dWs, dbs, das = (
        [np.empty_like(W) for W in weights],
        [np.empty_like(b) for b in biases],
        [np.empty_like(z) for z in zs],
    )
    masks, transposed = [np.empty(z.shape, bool) for z in zs], np.empty((K, B), f4)
    m, total, logs = np.empty(B, f4), np.empty((B, 1), f4), np.empty((B, 1), f4)
    dot, add, maximum, multiply, subtract, exp = (
        np.dot,
        np.add,
        np.maximum,
        np.multiply,
        np.subtract,
        np.exp,
    )
    column, layers = m[:, None], list(zip(weights, biases, dWs, dbs, zs, [x_B, *zs[:-1]]))

    def step(rows: Array) -> Any:
        x.take(rows, axis=0, out=x_B, mode="clip")
        y.take(rows, axis=0, out=y_B, mode="clip")
        for W, b, _, _, z, a in layers:
            dot(a, W.T, out=z)
            add(z, b, out=z)
            if z is not zs[-1]:
                maximum(z, 0, out=z)
        z, dz = zs[-1], das[-1]
        np.copyto(transposed, z.T)
        maximum.reduce(transposed, axis=0, out=m)
        subtract(z, column, out=z)
        exp(z, out=dz)
        dot(dz, ones_K, out=total)
        np.log(total, out=logs)
        loss = (add.reduce(logs, axis=None) - np.vdot(y_B, z)) * share
        np.divide(dz, total, out=dz)
        subtract(dz, y_B, out=dz)
        multiply(dz, share, out=dz)
        for layer in range(last, -1, -1):
            W, b, dW, db, z, a = layers[layer]
            dot(dz.T, a, out=dW)
            dot(ones, dz, out=db)
            if layer:
                da, mask = das[layer - 1], masks[layer - 1]
                dot(dz, W, out=da)
                multiply(da, np.greater(a, 0, out=mask), out=da)
                dz = da
            multiply(dW, rate, out=dW)
            subtract(W, dW, out=W)
            multiply(db, rate, out=db)
            subtract(b, db, out=b)
        return loss

    def run(rows: Array) -> None:
        for each in rows:
            step(each)

    return run, lambda: list(zip(weights, biases))


def products(problem: Problem) -> Contestant:
    """The matrix products of a step alone: what no implementation on this BLAS can be faster than."""
    sizes = [np.ones((problem.batch, width), "float32") for width in problem.widths]
    weights = [W for W, _ in problem.params]
    dWs, outs = [np.empty_like(W) for W in weights], [np.empty_like(a) for a in sizes]

    def run(rows: Array) -> None:
        for _ in rows:
            for layer, W in enumerate(weights):
                np.dot(sizes[layer], W.T, out=outs[layer + 1])
                np.dot(sizes[layer + 1].T, sizes[layer], out=dWs[layer])
                if layer:
                    np.dot(sizes[layer + 1], W, out=outs[layer])

    return run, lambda: problem.params


def torch_eager(problem: Problem) -> Contestant:
    """torch's modules and its own SGD."""
    import torch

    parts: list[torch.nn.Module] = []
    for W, b in problem.params:
        linear = torch.nn.Linear(W.shape[1], W.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W))
            linear.bias.copy_(torch.tensor(b))
        parts += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*parts[:-1])
    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=problem.rate)
    x, labels = torch.tensor(problem.x), torch.tensor(problem.labels)

    def run(rows: Array) -> None:
        for each in torch.from_numpy(rows):
            optimizer.zero_grad()
            loss_of(model(x[each]), labels[each]).backward()
            optimizer.step()

    def found() -> Params:
        arrays = [parameter.detach().numpy().copy() for parameter in model.parameters()]
        return list(zip(arrays[::2], arrays[1::2]))

    return run, found


def _jax_step(problem: Problem) -> tuple[Any, Any, Any, Any]:
    import jax
    import jax.numpy as jnp

    def loss_of(params: Any, rows: Any, x: Any, labels: Any) -> Any:
        a = x[rows]
        for W, b in params[:-1]:
            a = jnp.maximum(a @ W.T + b, 0)
        W, b = params[-1]
        logs = jax.nn.log_softmax(a @ W.T + b)
        return -jnp.take_along_axis(logs, labels[rows][:, None], axis=1).mean()

    def step(params: Any, rows: Any, x: Any, labels: Any) -> Any:
        loss, grads = jax.value_and_grad(loss_of)(params, rows, x, labels)
        return jax.tree.map(lambda W, dW: W - problem.rate * dW, params, grads), loss

    start = [(jnp.array(W), jnp.array(b)) for W, b in problem.params]
    return jax, step, start, (jnp.asarray(problem.x), jnp.asarray(problem.labels))


def jax_jit(problem: Problem) -> Contestant:
    """JAX, each step compiled as a whole, the parameters given up to it."""
    jax, step, start, data = _jax_step(problem)
    compiled, latest = jax.jit(step, donate_argnums=0), [start]

    def run(rows: Array) -> None:
        for each in rows:
            latest[0], _ = compiled(latest[0], each, *data)
        jax.block_until_ready(latest[0])

    return run, lambda: [(np.array(W), np.array(b)) for W, b in latest[0]]


def jax_scan(problem: Problem) -> Contestant:
    """JAX, all steps of a call compiled into one loop."""
    jax, step, start, data = _jax_step(problem)

    def loop(params: Any, rows: Any, *data: Any) -> Any:
        return jax.lax.scan(lambda params, each: step(params, each, *data), params, rows)

    compiled, latest = jax.jit(loop, donate_argnums=0), [start]

    def run(rows: Array) -> None:
        latest[0], _ = compiled(latest[0], rows, *data)
        jax.block_until_ready(latest[0])

    return run, lambda: [(np.array(W), np.array(b)) for W, b in latest[0]]


def scikit_learn(problem: Problem) -> Contestant:
    """scikit-learn's network, a batch at a time."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        problem.widths[1:-1],
        solver="sgd",
        alpha=0,
        batch_size=problem.batch,
        learning_rate_init=problem.rate,
        momentum=0,
        shuffle=False,
    )
    classes = np.arange(problem.widths[-1])
    model.partial_fit(problem.x[: problem.batch], problem.labels[: problem.batch], classes=classes)
    for layer, (W, b) in enumerate(problem.params):
        model.coefs_[layer][...], model.intercepts_[layer][...] = W.T, b

    def run(rows: Array) -> None:
        for each in rows:
            model.partial_fit(problem.x[each], problem.labels[each])

    return run, lambda: [(W.T.copy(), b.copy()) for W, b in zip(model.coefs_, model.intercepts_)]


CONTESTANTS: dict[str, Callable[[Problem], Contestant]] = {
    "scratch": scratch,
    "plain numpy": plain,
    "in-place numpy": in_place,
    "products": products,
    "torch eager": torch_eager,
    "JAX jit": jax_jit,
    "JAX scan": jax_scan,
    "scikit-learn": scikit_learn,
}
NEEDS = {"torch eager": "torch", "JAX jit": "jax", "JAX scan": "jax", "scikit-learn": "sklearn"}


def absent() -> dict[str, str]:
    """The contestants whose library is not installed, with its name."""
    return {name: needed for name, needed in NEEDS.items() if importlib.util.find_spec(needed) is None}
