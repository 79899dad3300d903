"""One example worked through by hand: every number, the factors behind it, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Report, by_hand, compare, truth
from backproof.parity_tests.planting import line
from backproof.scratch import functions as f
from backproof.scratch import network
from backproof.scratch.spec import Array, NetworkSpec, Params, SpecError, check_labels
from backproof.scripts.course.lesson import near
from backproof.scripts.course.wishes import amount

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Where in the heart each quantity is made; what stands there is read from the source, so it cannot rot here.
ADDRESSES = {
    "z": "network.forward:z",
    "a": "network.forward:activation()",
    "loss": "network.loss:return",
    "dz, last layer": "network.backward:loss_backward()",
    "dW": "network.backward:dW",
    "db": "network.backward:db",
    "da": "network.backward:da_prev",
    "dz": "network.backward:activation_backward()",
    "step": "network.step:downhill",
}
MOST_UNITS = 10  # of a layer in the picture


def heart() -> dict[str, str]:
    """The lines of the heart that make each quantity; raises ValueError where one is not to be found."""
    made = {name: line(at) for name, at in ADDRESSES.items()}
    return {name: f"network.py:{number}  {code}" for name, (number, code) in made.items()}


@dataclass(frozen=True)
class Layer:
    """One layer of the example: vectors (n_out,), a_prev (n_in,), W and dW (n_out, n_in).

    da is None where the heart answers for loss and activation at once, slope there and for a softmax.
    """

    number: int
    activation: str
    a_prev: Array
    W: Array
    b: Array
    z: Array
    a: Array
    da: Array | None
    slope: Array | None
    dz: Array
    dW: Array
    db: Array
    penalty: Array  # the regularisers' part of dW
    errors: dict[str, Array]  # of z, a, dz, dW, db, and da where it is a quantity


@dataclass(frozen=True)
class Explanation:
    """The example, its layers from first to last, and autograd's opinion."""

    spec: NetworkSpec
    params: Params
    x: Array
    y: Array
    loss: float
    loss_error: float
    layers: tuple[Layer, ...]
    dx: Array
    dx_error: Array
    report: Report

    @property
    def largest_wish(self) -> float:
        """The size of the largest component of the gradient."""
        return max(float(np.abs(part).max()) for layer in self.layers for part in (layer.dW, layer.db))


def explain(spec: NetworkSpec, params: Params, x: Array, y: Array) -> Explanation:
    """Works one example through; x (1, n_in) and y (1, K), or (1,) for integer labels. Nothing is dropped.

    Raises SpecError where the arrays do not fit, or the network's values may leave the range of its dtype.
    """
    known = truth(spec, Arrays(params, x, y, None))
    if known.out_of_range:
        raise SpecError(
            f"values of this network may leave the range of {spec.dtype}", "give smaller weights or inputs"
        )
    trace = network.forward(spec, params, x)
    labels = check_labels(spec, y, len(x))
    found = by_hand(spec, params, x, y)
    errors = known.allowances
    layers = []
    for number in range(1, spec.depth + 1):
        (W, b), (a_prev, z, a) = params[number - 1], trace[number - 1]
        name = spec.activations[number - 1]
        da, slope = found.get(f"da{number}"), None
        if number == spec.depth and spec.loss in f.LOSSES:
            da = f.LOSSES[spec.loss][1](a, labels)
        if name != "softmax" and da is not None:
            slope = f.activation_backward(name, np.ones_like(z), z, a)[0]
        layers.append(
            Layer(
                number,
                name,
                a_prev[0],
                W,
                b,
                z[0],
                a[0],
                None if da is None else da[0],
                slope,
                found[f"dz{number}"][0],
                found[f"dW{number}"],
                found[f"db{number}"],
                np.broadcast_to(f.regularisation_backward(spec, W), W.shape),
                {
                    each: errors[f"{each}{number}"][0 if each in ("z", "a", "dz", "da") else slice(None)]
                    for each in ("z", "a", "dz", "dW", "db", "da")
                    if f"{each}{number}" in errors
                },
            )
        )
    return Explanation(
        spec,
        params,
        x[0],
        labels[0],
        float(found["loss"]),
        float(errors["loss"]),
        tuple(layers),
        found["dx"][0],
        errors["dx"][0],
        compare(found, known),
    )


Row = tuple[str, str, str]  # the quantity's entry, its number, the heart's line


def quantities(told: Explanation, most: int) -> Iterator[tuple[str, list[Row], int]]:
    """Heading, rows and how many rows were left out, in the order in which the heart computes them.

    Of a quantity with more than `most` entries the largest are shown.
    """
    made_by = heart()
    for layer in told.layers:
        for name in ("z", "a"):
            yield (
                f"Forward, layer {layer.number}: {name}",
                *_rows(
                    f"{name}{layer.number}", getattr(layer, name), layer.errors[name], made_by[name], most
                ),
            )
    yield "Forward: loss", [("loss", near(told.loss, told.loss_error), made_by["loss"])], 0
    for layer in reversed(told.layers):
        last = layer.number == told.spec.depth
        made = {"dz": made_by["dz, last layer" if last else "dz"], "dW": made_by["dW"], "db": made_by["db"]}
        for name, code in made.items():
            values, errors = getattr(layer, name), layer.errors[name]
            yield (
                f"Backward, layer {layer.number}: {name}",
                *_rows(f"{name}{layer.number}", values, errors, code, most),
            )
        if layer.number > 1:
            before = told.layers[layer.number - 2]
            assert before.da is not None
            yield (
                f"Backward, layer {layer.number}: da of the layer before",
                *_rows(f"da{before.number}", before.da, before.errors["da"], made_by["da"], most),
            )
    yield "Backward: dx", *_rows("dx", told.dx, told.dx_error, made_by["da"], most)


def factors(told: Explanation, most: int) -> Iterator[tuple[Layer, list[str], list[list[str]], int]]:
    """For each layer, last first: headings, a row for every weight and bias, and how many were left out.

    A weight's slope is the product of how z follows it, how a follows z, and how the loss follows a.
    Where the heart answers for the last two at once, their product dz stands in their place.
    """
    for layer in reversed(told.layers):
        n_out, n_in = layer.W.shape
        places = [(j, k) for j in range(n_out) for k in range(n_in + 1)]  # k = n_in is the bias
        size = {(j, k): abs(float(layer.db[j] if k == n_in else layer.dW[j, k])) for j, k in places}
        shown = sorted(sorted(places, key=lambda place: -size[place])[:most])
        whole = layer.slope is not None and layer.da is not None
        penalised = bool(np.any(layer.penalty))
        headings = [
            "parameter",
            "value",
            "dz/dw",
            *(("da/dz", "dC/da") if whole else ("dz",)),
            *(("penalty",) if penalised else ()),
            "dC/dw",
            "wants to",
        ]
        rows = []
        for j, k in shown:
            bias = k == n_in
            name = f"b{layer.number}[{j}]" if bias else f"W{layer.number}[{j}, {k}]"
            slope, error = (
                (layer.db[j], layer.errors["db"][j]) if bias else (layer.dW[j, k], layer.errors["dW"][j, k])
            )
            first = "1" if bias else near(layer.a_prev[k], _input_error(told, layer, k))
            if whole:
                assert layer.slope is not None
                assert layer.da is not None
                others = [
                    near(layer.slope[j], _share(layer.errors["dz"][j], layer.da[j])),
                    near(layer.da[j], _share(layer.errors["dz"][j], layer.slope[j])),
                ]
            else:
                others = [near(layer.dz[j], layer.errors["dz"][j])]
            penalty = ["" if bias else f"{layer.penalty[j, k]:.6g}"] if penalised else []
            rows.append(
                [
                    name,
                    f"{float(layer.b[j] if bias else layer.W[j, k]):.10g}",
                    first,
                    *others,
                    *penalty,
                    near(slope, error),
                    amount(-float(slope), told.largest_wish),
                ]
            )
        yield layer, headings, rows, len(places) - len(shown)


def stepped(told: Explanation, learning_rate: float) -> tuple[Params, float]:
    """The parameters after one step, and the loss there."""
    x, y = told.x[None], told.y[None]
    _, params = network.step(told.spec, told.params, x, y, learning_rate)
    trace = network.forward(told.spec, params, x)
    return params, float(network.loss(told.spec, params, trace, y))


def _rows(name: str, values: Array, errors: Array, code: str, most: int) -> tuple[list[Row], int]:
    values, errors = np.asarray(values), np.broadcast_to(errors, np.shape(values))
    places = list(np.ndindex(values.shape))
    shown = sorted(sorted(places, key=lambda place: -abs(float(values[place])))[:most])
    rows = [
        (f"{name}[{', '.join(map(str, place))}]", near(float(values[place]), float(errors[place])), code)
        for place in shown
    ]
    return rows, len(places) - len(shown)


def _share(error: float, factor: float) -> float:
    """The error of one factor: dz = da f'(z), whose bound holds both factors' errors times the other."""
    return error / abs(factor) if factor else error


def _input_error(told: Explanation, layer: Layer, k: int) -> float:
    return 0.0 if layer.number == 1 else float(told.layers[layer.number - 2].errors["a"][k])


# --- the picture --------------------------------------------------------------------------------------


def draw(told: Explanation) -> Figure:
    """The network twice: what its links weigh, and what they want to become."""
    from backproof.scripts.course import drawing

    chosen = _shown_units(told)
    tallest = max(len(units) for units in chosen)
    few = tallest <= 2  # only then do the links leave room for their numbers
    figure, axes = drawing.card(2 * (1.2 + (1.0 if few else 0.6) * tallest), 2, 1)
    values = [told.x, *(layer.a for layer in told.layers)]
    # Where units are left out, those shown say which they are.
    names = [[f"{k}: " if len(units) < len(v) else "" for k in units] for v, units in zip(values, chosen)]
    forward = [
        [f"{name}{float(v[k]):.4g}" for name, k in zip(group, units)]
        for v, units, group in zip(values, chosen, names)
    ]
    slopes = [told.dx, *(layer.dz for layer in told.layers)]
    backward = [
        [f"{name}{float(v[k]):+.2g}" for name, k in zip(group, units)]
        for v, units, group in zip(slopes, chosen, names)
    ]
    titles = [f"layer {layer}" if layer else "inputs" for layer in range(len(chosen))]
    for layer, (v, units) in enumerate(zip(values, chosen)):
        if len(units) < len(v):
            titles[layer] += f"\n{len(units)} of {len(v)}"
    weights = [layer.W[np.ix_(chosen[layer.number], chosen[layer.number - 1])] for layer in told.layers]
    wishes = [-layer.dW[np.ix_(chosen[layer.number], chosen[layer.number - 1])] for layer in told.layers]
    labels = [[[[f"{float(v):.2g}" for v in row] for row in W] for W in group] for group in (weights, wishes)]
    drawing.network(axes[0, 0], weights, forward, titles, labels[0] if few else None)
    drawing.network(axes[1, 0], wishes, backward, titles, labels[1] if few else None)
    axes[0, 0].set_title("Activations and weights: blue positive, red negative", fontsize=10)
    axes[1, 0].set_title("dz and wishes, -dW: blue up, red down (inputs: dx)", fontsize=10)
    return figure


def _shown_units(told: Explanation) -> list[list[int]]:
    """For each layer from the inputs on, the units that matter most to this example."""
    sizes = [np.abs(told.x), *(np.abs(layer.dz) for layer in told.layers)]
    return [sorted(np.argsort(-size, kind="stable")[:MOST_UNITS].tolist()) for size in sizes]
