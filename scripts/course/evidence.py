"""What the course's statements are tried on: drawn numbers and networks, the lectures' data, torch, MNIST."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from mpmath import mp, nstr

from backproof.data.course import given
from backproof.data.dataset import Dataset
from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Truth, compare, truth
from backproof.parity_tests.error_bound import Rounding
from backproof.scratch import functions
from backproof.scratch import network as scratch
from backproof.scratch.spec import Array, NetworkSpec, Params, init_params
from backproof.scratch.train import evaluate as evaluate_network
from backproof.scripts.course import trained
from backproof.scripts.course.language import LanguageError, Rounded, Scope, mpf_of
from backproof.scripts.course.trained import SETTINGS, described, digits
from backproof.scripts.course.wishes import amount

SEED = 258


class NotCheckedError(Exception):
    """A statement could not be checked here, because its data is missing."""


# --- drawn numbers ------------------------------------------------------------------------------------


def draws(names: str, count: int = 6) -> list[dict[str, Fraction]]:
    """`count` points with a value for each of the names, exact in binary and never 0.

    A plain name is drawn from -4 to 4; `a+` from 0 to 4; `p%` from 0 to 1.
    """
    rng = np.random.default_rng(SEED)
    points = []
    for _ in range(count):
        point = {}
        for name in names.split():
            if name.endswith("%"):
                point[name[:-1]] = Fraction(int(rng.integers(1, 64)), 64)
            else:
                value = Fraction(2 * int(rng.integers(0, 32)) + 1, 16)
                point[name.rstrip("+")] = value if name.endswith("+") or rng.random() < 0.5 else -value
        points.append(point)
    return points


# --- drawn networks -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Net:
    """A drawn network, its forward pass by hand by name (x y W1 b1 z1 a1 ...), and autograd's opinion."""

    spec: NetworkSpec
    scope: Scope
    known: Truth


@cache
def net(widths: tuple[int, ...], activation: str, loss: str, batch: int, biases: bool, seed: int) -> Net:
    """A network with drawn parameters, inputs and targets."""
    rng = np.random.default_rng([SEED, seed, *widths])
    spec = NetworkSpec(widths, (activation,) * (len(widths) - 1), loss)
    params = [
        (rng.standard_normal((n_out, n_in)), rng.standard_normal(n_out) * biases)
        for n_in, n_out in itertools.pairwise(widths)
    ]
    x, y = rng.standard_normal((batch, widths[0])), rng.random((batch, widths[-1]))
    scope: Scope = {"x": x, "y": y, "a0": x, "B": batch, "spec": spec, "params": params}
    for layer, ((W, b), (_, z, a)) in enumerate(zip(params, scratch.forward(spec, params, x)), start=1):
        scope |= {f"W{layer}": W, f"b{layer}": b, f"z{layer}": z, f"a{layer}": a}
    return Net(spec, scope, truth(spec, Arrays(params, x, y, None)))


@dataclass(frozen=True)
class Comparison:
    """Whether a stated quantity is autograd's; factor is by how much the right one exceeds it."""

    right: bool
    shown: str
    factor: Fraction | None = None


def quantity_is(stated: Any, quantity: str, drawn: Net) -> Comparison:
    """Whether a stated quantity, dW1 or db2 or dx, is autograd's, within the derived bound."""
    right = drawn.known.expected[quantity]
    try:
        found = np.asarray(stated, dtype="float64")
    except (TypeError, ValueError) as failure:
        raise LanguageError(f"no array of numbers: {failure}") from None
    if found.shape != right.shape:
        return Comparison(False, f"stated shape {found.shape}, right {right.shape}")
    (row,) = compare({quantity: found}, drawn.known).rows
    if row.verdict == "ok":
        return Comparison(True, "autograd's within the derived bound")
    values = f"stated {row.examined:.7g}, right {row.expected:.7g}"
    return Comparison(
        False, f"{row.entry} of widths {drawn.spec.widths}: {values}", _factor(found, quantity, drawn)
    )


def _factor(found: Array, quantity: str, drawn: Net) -> Fraction | None:
    right = drawn.known.expected[quantity]
    largest = np.unravel_index(int(np.argmax(np.abs(right))), right.shape)
    if found[largest] == 0 or not right[largest] / found[largest] > 0:
        return None
    factor = Fraction(float(right[largest] / found[largest])).limit_denominator(64)
    (row,) = compare({quantity: found * factor.numerator / factor.denominator}, drawn.known).rows
    return factor if row.verdict == "ok" else None


# --- functions ----------------------------------------------------------------------------------------


def _either(of_arrays: Callable[[Any], Any], of_numbers: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of numpy's arrays and floats, and of numbers on many digits."""
    return lambda v: of_arrays(v) if isinstance(v, (np.ndarray, float)) else of_numbers(mpf_of(v))


def sign(value: Any) -> Any:
    """-1, 0 or 1, entry by entry."""
    return np.sign(value) if isinstance(value, np.ndarray) else int(value > 0) - int(value < 0)


def dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    """The sum of the products, from left to right."""
    total = 0  # Python's own sum compensates the rounding of floats from 3.12 on
    for x, y in zip(a, b, strict=True):
        total += x * y
    return total


def column(rows: Sequence[Sequence[Any]], index: int) -> list[Any]:
    """One column of a table."""
    return [row[index] for row in rows]


def centred(values: Sequence[Any]) -> list[Any]:
    """The values less their mean."""
    mean = Fraction(sum(values)) / len(values)
    return [value - mean for value in values]


def correlation(a: Sequence[Any], b: Sequence[Any]) -> Fraction | str:
    """The squared correlation with its sign, exactly; "undefined" where one of the two never changes."""
    a, b = centred(a), centred(b)
    if not dot(a, a) or not dot(b, b):
        return "undefined"
    return Fraction(sign(dot(a, b)) * dot(a, b) ** 2) / Fraction(dot(a, a) * dot(b, b))


def project(columns: Sequence[Sequence[Any]], y: Sequence[Any]) -> tuple[list[Fraction], Fraction]:
    """The least-squares weights of linearly independent columns (others get 0), and the summed squared error.

    Gram-Schmidt in exact fractions: each column loses what the earlier ones explain, then explains what it
    can of y.
    """
    basis: list[tuple[list[Fraction], list[Fraction]]] = []  # (direction, its weights in the columns)
    rest, weights = [Fraction(value) for value in y], [Fraction(0)] * len(columns)
    for index, values in enumerate(columns):
        direction = [Fraction(value) for value in values]
        own = [Fraction(int(i == index)) for i in range(len(columns))]
        for other, parts in basis:
            share = dot(direction, other) / dot(other, other)
            direction = [a - share * b for a, b in zip(direction, other)]
            own = [a - share * b for a, b in zip(own, parts)]
        if not any(direction):
            continue
        basis.append((direction, own))
        share = dot(rest, direction) / dot(direction, direction)
        rest = [a - share * b for a, b in zip(rest, direction)]
        weights = [a + share * b for a, b in zip(weights, own)]
    return weights, dot(rest, rest)


def fit(rows: Sequence[Sequence[Any]], goals: Sequence[Any]) -> list[Fraction]:
    """The weights without bias that fit best."""
    return project([column(rows, i) for i in range(len(rows[0]))], goals)[0]


def least(rows: Sequence[Sequence[Any]], goals: Sequence[Any]) -> Fraction:
    """The summed squared error of the weights that fit best."""
    return project([column(rows, i) for i in range(len(rows[0]))], goals)[1]


def steps(values: Sequence[Any]) -> list[Any]:
    """How far each value is from the one before."""
    return [after - before for before, after in itertools.pairwise(values)]


def way(values: Sequence[Any]) -> int:
    """The sign that all the values have, 0 where they differ."""
    signs = {int(sign(value)) for value in values}
    return signs.pop() if len(signs) == 1 else 0


def rounded(value: Any, digits: int) -> Fraction:
    """A number rounded to so many digits after the point, halves to the even one, exactly."""
    exact = value if isinstance(value, (int, Fraction)) else Fraction(nstr(mpf_of(value), 40))
    return Fraction(round(Fraction(exact), int(digits)))


def advice(nudge: Any, largest: Any) -> str:
    """What a nudge says in words, beside the largest one."""
    return amount(float(nudge), float(largest))


# --- other people's code ------------------------------------------------------------------------------


def _torch(name: str) -> Callable[[Any], Rounded]:
    def call(x: Any) -> Rounded:
        import torch

        value = float(getattr(torch, name)(torch.tensor(float(x), dtype=torch.float64)))
        r = Rounding("float64")
        return Rounded(value, r.c * abs(value) + r.tiny)

    return call


def torch_slope(name: str, x: Any) -> int:
    """The slope of one of torch's functions, as autograd has it, where that is a whole number."""
    import torch

    at = torch.tensor([float(x)], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(getattr(torch, name)(at).sum(), at)
    return int(slope.item())


def torch_step(weight: Any, alpha: float, slope: Any) -> Any:
    """A weight, or an array of them, after one step of torch's SGD."""
    import torch

    w = torch.tensor(np.asarray(weight, dtype="float64"), requires_grad=True)
    w.grad = torch.tensor(np.asarray(slope, dtype="float64"))
    torch.optim.SGD([w], lr=float(alpha)).step()
    moved = w.detach().numpy()
    return moved if moved.ndim else float(moved)


def neuron(name: str, x: Any) -> float:
    """One of scratch's activations of one number."""
    return float(functions.activation(name, np.array([[float(x)]]))[0, 0])


def parameters(widths: Sequence[int]) -> int:
    """How many weights and biases a network has, counted in drawn arrays."""
    return sum(rows * columns + biases for rows, columns, biases in sizes(widths))


def sizes(widths: Sequence[int]) -> list[list[int]]:
    """The rows and columns of each W and the length of each b, from drawn arrays."""
    spec = NetworkSpec(tuple(widths), ("sigmoid",) * (len(widths) - 1))
    return [[*W.shape, *b.shape] for W, b in init_params(spec, np.random.default_rng(0))]


def numeric_passes(widths: Sequence[int]) -> int:
    """How many forward passes a numeric gradient of both sides takes, counted while it is made."""
    drawn = net(tuple(widths), "sigmoid", "squared_error", 1, True, 0)
    passes = 0
    for array in itertools.chain.from_iterable(drawn.scope["params"]):
        for index in np.ndindex(array.shape):
            for h in (-1e-5, 1e-5):
                kept = array[index]
                array[index] = kept + h
                scratch.forward(drawn.spec, drawn.scope["params"], drawn.scope["x"])
                array[index] = kept
                passes += 1
    return passes


def step(drawn: Scope, rate: float, layers: Sequence[int]) -> Params:
    """The parameters after one step against the gradient, of these layers alone."""
    spec, params = drawn["spec"], drawn["params"]
    _, grads = scratch.loss_and_grads(spec, params, drawn["x"], drawn["y"])
    return [
        (W - rate * dW, b - rate * db) if layer in layers else (W, b)
        for layer, ((W, b), (dW, db)) in enumerate(zip(params, grads), start=1)
    ]


def cost_of(drawn: Scope, params: Params) -> float:
    """The cost of other parameters on a drawn network's examples."""
    spec = drawn["spec"]
    return float(scratch.loss(spec, params, scratch.forward(spec, params, drawn["x"]), drawn["y"]))


def gradient_at(drawn: Scope, params: Params, layer: int) -> Array:
    """dW of one layer at other parameters, by hand."""
    spec = drawn["spec"]
    grads, _ = scratch.backward(spec, params, scratch.forward(spec, params, drawn["x"]), drawn["y"])
    return grads[layer - 1][0]


# --- digits -------------------------------------------------------------------------------------------

# The folder that holds MNIST/raw, where the command was given one.
data_root: ContextVar[Path | None] = ContextVar("data_root", default=None)


def real_digits() -> Dataset:
    """MNIST where it is on this machine, else the bundled digits; nothing is downloaded."""
    return digits(data_root.get())


def mnist() -> Dataset:
    """MNIST. Raises NotCheckedError where it is not on this machine."""
    found = real_digits()
    if found.name != "mnist":
        raise NotCheckedError("needs MNIST, which is not on this machine")
    return found


def labels(count: int) -> list[int]:
    """The first labels of MNIST."""
    return [int(label) for label in mnist().y_train[:count]]


@cache
def digit_network(name: str) -> tuple[NetworkSpec, Params]:
    """One of the networks of the lesson on real digits, from the cache folder or trained now."""
    lesson, data = given("digit-training"), real_digits()
    how = lesson["networks"][name]
    spec, settings = described(how, data), {key: how[key] for key in SETTINGS}
    return spec, trained.trained(
        spec, data, **settings, seed=lesson["seed"], track=lambda items, _what, _total: items, what=name
    )


def reads(*names: str) -> int:
    """The share of MNIST's test digits that the best of these networks reads, in whole percents."""
    data = mnist()
    y = np.eye(data.classes)[data.y_test]
    return round(100 * max(evaluate_network(*digit_network(name), data.x_test, y)[1] for name in names))


def neighbours(when: str) -> Fraction:
    """The correlation of neighbouring weights of the first layer, in units of what chance makes of it.

    The correlation of n pairs of independent numbers has the standard deviation 1 / sqrt(n).
    """
    spec, learnt = digit_network("sigmoid, squared error")
    untrained = init_params(spec, np.random.default_rng(given("digit-training")["seed"]))
    weights = {"before": untrained, "after": learnt}[when][0][0]
    pairs = weights.size - weights.size // round(spec.widths[0] ** 0.5)  # the last of a row has no neighbour
    return Fraction(abs(trained.neighbours(weights)) * pairs**0.5)


def pixels() -> list[float]:
    """The pixels of the bundled digits: darkest, brightest, most frequent."""
    from backproof.data.digits import load

    found, counts = np.unique(load().x_train, return_counts=True)
    return [float(found[0]), float(found[-1]), float(found[counts.argmax()])]


def classes() -> list[int]:
    """The labels of the bundled digits, in order."""
    from backproof.data.digits import load

    return sorted(set(load().y_train.tolist()))


# --- what every statement may use ---------------------------------------------------------------------


def library() -> Scope:
    """The names that a claim or a listing may use."""
    camera, lamps, others = given("four-pixel-camera"), given("streetlights"), given("no-correlation")
    digit = given("digit-network")
    plain: Iterable[Callable[..., Any]] = (
        abs, max, min, sum, len, range, round, sorted, str, all, any, enumerate, zip,
    )  # fmt: skip
    own: Iterable[Callable[..., Any]] = (
        sign, dot, column, correlation, centred, fit, least, steps, way, rounded, advice, torch_slope,
        torch_step, neuron, parameters, sizes, numeric_passes, step, cost_of, gradient_at, labels, reads,
        neighbours, pixels, classes,
    )  # fmt: skip
    return {
        **{f.__name__: f for f in (*plain, *own)},
        "True": True, "False": False,
        "pairs": lambda a, b: [list(pair) for pair in zip(a, b)],
        "distinct": lambda values: sorted(set(values)),
        "every": lambda values, count: [list(row) for row in itertools.product(values, repeat=count)],
        "product": lambda values: math.prod(values),
        "sigma": _either(functions.sigmoid, lambda z: 1 / (1 + mp.exp(-z))),
        "tanh": _either(np.tanh, mp.tanh),
        "exp": _either(np.exp, mp.exp),
        "log": _either(np.log, mp.log),
        "log2": _either(np.log2, lambda v: mp.log(v, 2)),
        "sin": _either(np.sin, mp.sin),
        "cos": _either(np.cos, mp.cos),
        "sqrt": _either(np.sqrt, mp.sqrt),
        "relu": lambda v: np.maximum(v, 0) if isinstance(v, np.ndarray) else max(v, 0),
        "torch_sigmoid": _torch("sigmoid"), "torch_tanh": _torch("tanh"), "torch_relu": _torch("relu"),
        "outer": np.outer, "array": np.array, "t": np.transpose, "ones": np.ones,
        "mean": lambda v: np.mean(v, axis=0),
        "total": np.sum, "rows": lambda v: np.sum(v, axis=0), "norm": lambda v: float(np.linalg.norm(v)),
        "flat": np.ravel, "argmax": lambda v: int(np.argmax(v)), "argmin": lambda v: int(np.argmin(v)),
        "weekday": lambda *day: date(*day).strftime("%A"),
        "camera": camera["patterns"], "lights": lamps["lights"], "walk": lamps["walk"],
        "others": others["lights"], "goals": others["walk"],
        "three": [int(k == digit["digit"]) for k in range(10)],
        **{
            name + ending: [Fraction(repr(value)) for value in digit[name][key]]
            for name in ("trash", "good")
            for ending, key in (("", "activations"), ("_squares", "squares"))
        },
    }  # fmt: skip
