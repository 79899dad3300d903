"""One example worked through by hand: every number, the factors behind it, and what it asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Report, by_hand, compare, truth
from backproof.parity_tests.planting import line
from backproof.parity_tests.report import lines
from backproof.scratch import functions as f
from backproof.scratch import network
from backproof.scratch.spec import Array, NetworkSpec, Params, SpecError, check_labels
from backproof.scripts.answer import Answer, Code, Picture, Table, Text, Verdict
from backproof.scripts.course.lesson import near
from backproof.scripts.course.wishes import amount
from backproof.scripts.files import check_folder
from backproof.scripts.show import one_line

if TYPE_CHECKING:
    from pathlib import Path

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
MOST_TERMS = 6  # of a sum that is written out
FEW = 32  # entries of a quantity that are printed unless all are asked for
NAMES = (
    "W1[j, k] leads to neuron j from input k: the videos' w_jk, the lecture's W_kj. dW is the slope of the "
    "loss by W; a{last} is the lecture's p, y its a, the loss its J and the videos' C."
)
SMALL = 200  # weights of a network that is written out on the board
GLANCE = 4  # wishes of a layer of a larger one
SHADES = " .:-=+*#%@"  # dark to bright

Arithmetic = Callable[[tuple[int, ...]], str]


def heart() -> dict[str, str]:
    """The lines of the heart that make each quantity; raises ValueError where one is not to be found."""
    made = {name: line(at) for name, at in ADDRESSES.items()}
    return {
        name: f"network.py:{number}  {ast.unparse(_OnTheBoard().visit(ast.parse(code)))}"
        for name, (number, code) in made.items()
    }


class _OnTheBoard(ast.NodeTransformer):
    """A line of the heart without the places that its numbers go to, its products with an @."""

    def visit_Call(self, call: ast.Call) -> ast.expr:
        self.generic_visit(call)
        places = ("own", "buffers")
        call.keywords = [each for each in call.keywords if each.arg != "out"]
        call.args = [each for each in call.args if not ast.unparse(each).startswith(places)]
        if ast.unparse(call.func) == "np.dot":
            return ast.BinOp(call.args[0], ast.MatMult(), call.args[1])
        if ast.unparse(call.func) == "f.affine":
            product = ast.BinOp(call.args[0], ast.MatMult(), call.args[1])
            return ast.BinOp(product, ast.Add(), call.args[2])
        return call


@dataclass(frozen=True)
class Task:
    """What is to be explained: x is (B, n_in) and y (B, K); `digit` says that x is an image."""

    name: str
    spec: NetworkSpec
    params: Params
    x: Array
    y: Array
    keep_biases: bool = False
    learning_rate: float | None = None
    steps: int = 1
    digit: bool = False


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
                np.zeros(len(W), spec.dtype) if b is None else b,
                z[0],
                a[0],
                None if da is None else da[0],
                slope,
                found[f"dz{number}"][0],
                found[f"dW{number}"],
                found.get(f"db{number}", found[f"dz{number}"][0]),
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


@dataclass(frozen=True)
class Section:
    """One quantity as on the board: the heart's line for it; a row is an entry, arithmetic and number."""

    heading: str
    made: str
    rows: tuple[tuple[str, str, str], ...]
    left_out: int = 0  # entries that are not among the rows


@dataclass(frozen=True)
class Term:
    """A number with its name, as a factor or summand is written."""

    name: str
    value: float

    def written(self, named: bool) -> str:
        if named:
            return self.name
        shown = f"{self.value:.6g}"
        return f"({shown})" if shown.startswith("-") else shown


def board(told: Explanation, most: int, named: bool = False) -> Iterator[Section]:
    """Every quantity in the order in which the heart computes it, with its arithmetic written out.

    Of a quantity with more than `most` entries the largest are shown. `named` writes names for numbers.
    """
    made_by = heart()
    for layer in told.layers:
        for name, each in (("z", _sum_of_inputs), ("a", _activation)):
            heading = f"Forward, layer {layer.number}: {name}"
            yield _section(heading, made_by[name], layer, name, partial(each, told, layer, named), most)
    loss = near(told.loss, told.loss_error)
    yield Section("Forward: loss", made_by["loss"], (("loss", _loss(told, named), loss),))
    for layer in reversed(told.layers):
        last = layer.number == told.spec.depth
        made = {"dz": made_by["dz, last layer" if last else "dz"], "dW": made_by["dW"], "db": made_by["db"]}
        for name, how in (("dz", _dz), ("dW", _dW), ("db", _db)):
            if name != "db" or told.spec.biases:
                heading = f"Backward, layer {layer.number}: {name}"
                arithmetic = partial(how, told, layer, named)
                yield _section(heading, made[name], layer, name, arithmetic, most)
        yield _paths(told, layer, made_by["da"], most, named)


def _section(heading: str, made: str, layer: Layer, name: str, arithmetic: Arithmetic, most: int) -> Section:
    values, errors = getattr(layer, name), layer.errors[name]
    errors = np.broadcast_to(errors, values.shape)
    places = _largest(values, most)
    rows = tuple(
        (
            _entry(f"{name}{layer.number}", place),
            _begun(arithmetic(place)),
            near(float(values[place]), float(errors[place])),
        )
        for place in places
    )
    return Section(heading, made, rows, values.size - len(places))


def _paths(told: Explanation, layer: Layer, made: str, most: int, named: bool) -> Section:
    """What an earlier value is asked for, neuron by neuron of the layer that it feeds, and the sum."""
    name, values, errors = "dx", told.dx, told.dx_error
    if layer.number > 1:
        before = told.layers[layer.number - 2]
        assert before.da is not None
        name, values, errors = f"da{before.number}", before.da, before.errors["da"]
    errors = np.broadcast_to(errors, values.shape)
    rows: list[tuple[str, str, str]] = []
    places = _largest(values, most)
    for (k,) in places:
        products = [
            (Term(f"W{layer.number}[{j}, {k}]", float(layer.W[j, k])), _term(layer, "dz", j))
            for j in range(len(layer.dz))
        ]
        texts = [f"{W.written(named)}·{dz.written(named)}" for W, dz in products]
        text = _added(texts)
        if 1 < len(products) <= MOST_TERMS:
            paths = [W.value * dz.value for W, dz in products]
            rows += [
                (f"  through neuron {j}", _begun(path), f"{value:.6g}")
                for j, (path, value) in enumerate(zip(texts, paths))
            ]
            text = " + ".join(Term(f"path {j}", value).written(named) for j, value in enumerate(paths))
        rows.append((_entry(name, (k,)), _begun(text), near(float(values[k]), float(errors[k]))))
    heading = f"Backward, layer {layer.number}: {name}, the sum over the neurons of layer {layer.number}"
    return Section(heading, made, tuple(rows), len(values) - len(places))


def _begun(text: str) -> str:
    """An arithmetic whose first number needs no brackets round its sign."""
    return re.sub(r"^\((-[^()]*)\)", r"\1", text)


def _largest(values: Array, most: int) -> list[tuple[int, ...]]:
    places = list(np.ndindex(values.shape))
    return sorted(sorted(places, key=lambda place: -abs(float(values[place])))[:most])


def _entry(name: str, place: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, place))}]"


def _term(layer: Layer, name: str, j: int) -> Term:
    return Term(f"{name}{layer.number}[{j}]", float(getattr(layer, name)[j]))


def _input(layer: Layer, k: int) -> Term:
    return Term(f"x[{k}]" if layer.number == 1 else f"a{layer.number - 1}[{k}]", float(layer.a_prev[k]))


def _added(texts: list[str]) -> str:
    """Summands, the middle ones left out where there are many."""
    if len(texts) > MOST_TERMS:
        return f"{texts[0]} + {texts[1]} + ... + {texts[-1]}   ({len(texts)} products)"
    return " + ".join(texts)


def _sum_of_inputs(_told: Explanation, layer: Layer, named: bool, place: tuple[int, ...]) -> str:
    (j,) = place
    weights = [Term(f"W{layer.number}[{j}, {k}]", float(w)) for k, w in enumerate(layer.W[j])]
    texts = [f"{w.written(named)}·{_input(layer, k).written(named)}" for k, w in enumerate(weights)]
    bias = Term(f"b{layer.number}[{j}]", float(layer.b[j]))
    return _added(texts) + (f" + {bias.written(named)}" if bias.value else "")


def _activation(_told: Explanation, layer: Layer, named: bool, place: tuple[int, ...]) -> str:
    if layer.activation == "softmax":
        return "softmax(z)"
    return f"{layer.activation}({_bare(_term(layer, 'z', place[0]).written(named))})"


def _bare(written: str) -> str:
    return written.strip("()")


def _loss(told: Explanation, named: bool) -> str:
    """The loss written out where it is a sum of squares."""
    before = {"half_squared_error": "1/2 · ", "squared_error": "", "mse": f"1/{len(told.y)} · "}
    if told.spec.loss not in before or len(told.y) > MOST_TERMS:
        return f"{told.spec.loss}(a{told.spec.depth}, y)"
    squares = [f"({difference})²" for difference in (_difference(told, j, named) for j in range(len(told.y)))]
    total = " + ".join(squares)
    return f"{before[told.spec.loss]}[{total}]" if len(squares) > 1 else f"{before[told.spec.loss]}{total}"


def _difference(told: Explanation, j: int, named: bool) -> str:
    a, y = _term(told.layers[-1], "a", j), Term(f"y[{j}]", float(told.y[j]))
    return f"{a.written(named)} - {y.written(named)}"


def _slope(layer: Layer, named: bool, j: int) -> str:
    """f'(z) as the courses write it: from a where that is how it is known."""
    z, a = (_term(layer, name, j).written(named) for name in ("z", "a"))
    known = {"sigmoid": f"{a}·(1 - {a})", "tanh": f"(1 - {a}²)", "identity": "1"}
    return known.get(layer.activation, f"{layer.activation}'({_bare(z)})")


def _dz(told: Explanation, layer: Layer, named: bool, place: tuple[int, ...]) -> str:
    (j,) = place
    last = layer.number == told.spec.depth
    if layer.slope is None or layer.da is None:  # the heart answers for loss and activation at once
        pairs = ("cross_entropy", "categorical_cross_entropy", "binary_cross_entropy")
        return "prediction - target" if last and told.spec.loss in pairs else "through the softmax"
    factor = {"half_squared_error": "", "squared_error": "2·", "mse": f"2/{len(told.y)}·"}.get(told.spec.loss)
    if last and factor is not None:
        return f"{factor}({_difference(told, j, named)})·{_slope(layer, named, j)}"
    da = Term(f"da{layer.number}[{j}]", float(layer.da[j]))
    return f"{da.written(named)}·{_slope(layer, named, j)}"


def _dW(_told: Explanation, layer: Layer, named: bool, place: tuple[int, ...]) -> str:
    j, k = place
    product = f"{_term(layer, 'dz', j).written(named)}·{_input(layer, k).written(named)}"
    penalty = Term("penalty", float(layer.penalty[j, k]))
    return product + (f" + {penalty.written(named)}" if penalty.value else "")


def _db(_told: Explanation, layer: Layer, named: bool, place: tuple[int, ...]) -> str:
    return _term(layer, "dz", place[0]).written(named)


def given(told: Explanation) -> Iterator[tuple[str, str]]:
    """x, y, W1, b1, ... as they are written down: a line for each row of a matrix."""
    yield "x", _list(told.x)
    yield "y", _list(told.y)
    for layer in told.layers:
        for j, row in enumerate(layer.W):
            yield f"W{layer.number}[{j}]", _list(row)
        if told.spec.biases:
            yield f"b{layer.number}", _list(layer.b)


def _list(values: Array) -> str:
    return f"[{', '.join(f'{float(value):.10g}' for value in values)}]"


def image(x: Array) -> str:
    """A square image in characters, dark to bright, two rows of pixels in a line of text."""
    side = round(len(x) ** 0.5)
    pixels = np.clip(x.reshape(side, side), 0, 1)
    pairs = pixels[: side - side % 2].reshape(side // 2, 2, side).mean(axis=1)
    return "\n".join(
        "".join(SHADES[round(float(v) * (len(SHADES) - 1))] for v in row).rstrip() for row in pairs
    )


def reading(told: Explanation) -> str:
    """What the network takes the example for, in words; y is 1 at the right class."""
    scores = told.layers[-1].a.astype("float64")
    kind = "output"
    if told.spec.loss == "cross_entropy":
        scores, kind = f.activation("softmax", scores[np.newaxis])[0], "probability"
    best, second = np.argsort(-scores, kind="stable")[:2]
    right = int(np.argmax(told.y))
    verdict = "right" if best == right else f"wrong, it is a {right}"
    first, next_one = (f"{k} ({kind} {scores[k]:.3f})" for k in (best, second))
    return f"The network reads a {first}, next a {next_one}: {verdict}."


def factors(told: Explanation, most: int) -> Iterator[tuple[Layer, list[str], list[list[str]], int]]:
    """For each layer, last first: headings, a row for every weight and bias, and how many were left out.

    A weight's slope is the product of how z follows it, how a follows z, and how the loss follows a.
    Where the heart answers for the last two at once, their product dz stands in their place.
    """
    for layer in reversed(told.layers):
        n_out, n_in = layer.W.shape
        places = [
            (j, k) for j in range(n_out) for k in range(n_in + told.spec.biases)
        ]  # k = n_in is the bias
        size = {(j, k): abs(float(layer.db[j] if k == n_in else layer.dW[j, k])) for j, k in places}
        shown = sorted(sorted(places, key=lambda place: -size[place])[:most])
        largest = max(size.values())
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
                    amount(-float(slope), largest),
                ]
            )
        yield layer, headings, rows, len(places) - len(shown)


def stepped(
    spec: NetworkSpec, params: Params, x: Array, y: Array, learning_rate: float, keep_biases: bool
) -> tuple[Params, float]:
    """The parameters after one step on x (B, n_in) and y (B, K), and the loss there; biases may stay."""
    _, moved = network.step(spec, params, x, y, learning_rate)
    if keep_biases:
        moved = [(W, b) for (W, _), (_, b) in zip(moved, params)]
    return moved, float(network.loss(spec, moved, network.forward(spec, moved, x), y))


def averages(told: Sequence[Explanation]) -> Iterator[tuple[str, list[float]]]:
    """For every parameter its slope in each example of a mini-batch, and their average."""
    for layers in zip(*(each.layers for each in told)):
        for name, kind in (("W", "dW"), ("b", "db")):
            if kind == "db" and not told[0].spec.biases:
                continue
            values = np.array([getattr(layer, kind) for layer in layers])
            for place in np.ndindex(values.shape[1:]):
                each = [float(v) for v in values[(slice(None), *place)]]
                yield _entry(f"{name}{layers[0].number}", place), [*each, sum(each) / len(each)]


def _share(error: float, factor: float) -> float:
    """The error of one factor: dz = da f'(z), whose bound holds both factors' errors times the other."""
    return error / abs(factor) if factor else error


def _input_error(told: Explanation, layer: Layer, k: int) -> float:
    return 0.0 if layer.number == 1 else float(told.layers[layer.number - 2].errors["a"][k])


# --- the picture --------------------------------------------------------------------------------------


def draw(told: Explanation, blanks: bool = False) -> Figure:
    """The network twice: what its links weigh, and what they want to become; blank nodes have no numbers."""
    from backproof.scripts.course import drawing

    chosen = _shown_units(told)
    tallest = max(len(units) for units in chosen)
    few = tallest <= 2  # only then do the links leave room for their numbers
    figure, axes = drawing.card(2 * (1.2 + (1.0 if few else 0.6) * tallest), 2, 1)
    values = [told.x, *(layer.a for layer in told.layers)]
    # Where units are left out, those shown say which they are.
    names = [[f"{k}: " if len(units) < len(v) else "" for k in units] for v, units in zip(values, chosen)]
    forward = [
        [f"{name}      " if blanks and layer else f"{name}{float(v[k]):.4g}" for name, k in zip(group, units)]
        for layer, (v, units, group) in enumerate(zip(values, chosen, names))
    ]
    if told.spec.biases and not blanks and tallest <= MOST_TERMS:
        for each, units in zip(told.layers, chosen[1:]):
            texts = forward[each.number]
            forward[each.number] = [f"{t}\nb {float(each.b[j]):.2g}" for t, j in zip(texts, units)]
    slopes = [0 - told.dx, *(0 - layer.dz for layer in told.layers)]
    backward = [
        [f"{name}      " if blanks else f"{name}{float(v[k]):+.2g}" for name, k in zip(group, units)]
        for v, units, group in zip(slopes, chosen, names)
    ]
    titles = [f"layer {layer}" if layer else "inputs" for layer in range(len(chosen))]
    for layer, (v, units) in enumerate(zip(values, chosen)):
        if len(units) < len(v):
            titles[layer] += f"\n{len(units)} of {len(v)}"
    weights = [layer.W[np.ix_(chosen[layer.number], chosen[layer.number - 1])] for layer in told.layers]
    wishes = [-layer.dW[np.ix_(chosen[layer.number], chosen[layer.number - 1])] for layer in told.layers]
    drawing.network(axes[0, 0], weights, forward, titles)
    drawing.network(axes[1, 0], wishes, backward, titles)
    goals = "" if blanks or len(told.y) > MOST_TERMS else f"; y = {_list(told.y)}"
    axes[0, 0].set_title(f"Activations and weights{goals}", fontsize=10)
    axes[1, 0].set_title("What z and the weights want: -dz and -dW (inputs: -dx)", fontsize=10)
    return figure


def _shown_units(told: Explanation) -> list[list[int]]:
    """For each layer from the inputs on, the units that matter most to this example."""
    sizes = [np.abs(told.x), *(np.abs(layer.dz) for layer in told.layers)]
    return [sorted(np.argsort(-size, kind="stable")[:MOST_UNITS].tolist()) for size in sizes]


# --- what is printed ----------------------------------------------------------------------------------


def tell(answer: Answer, task: Task, full: bool, blanks: bool, out: Path) -> Answer:
    spec = task.spec
    told = [explain(spec, task.params, task.x[k : k + 1], task.y[k : k + 1]) for k in range(len(task.x))]
    check_folder(out)
    widths = "-".join(map(str, spec.widths))
    answer.show(f"{widths}, {', '.join(spec.activations)}, {spec.loss}, {spec.dtype}")
    if not spec.biases:
        answer.show("no biases")
    if spec.dropout:
        answer.show(
            f"no unit is dropped here; in training each hidden one is, with probability {spec.dropout:g}"
        )
    small = max(spec.widths) <= FEW and sum(W.size for W, _ in task.params) <= SMALL
    most = 10**9 if full else FEW
    for number, each in enumerate(told, start=1):
        if len(told) > 1:
            answer.show(f"\nExample {number} of {len(told)}")
        if task.digit:
            answer.show("", Code(image(each.x)), "", reading(each))
        if small or full:
            _board(answer, each, most, blanks)
        else:
            _at_a_glance(answer, each)
    if blanks:
        answer.show("\nSolutions")
        for each in told:
            _solutions(answer, each, most)
    if len(told) > 1:
        _average(answer, told)
    if task.learning_rate is not None:
        _steps(answer, task, most if small or full else GLANCE)
    picture = Picture(out / one_line(task.name), "", lambda: draw(told[0], blanks))
    answer.show("", picture)
    codes = [_against_autograd(answer, each) for each in told]
    return answer.end(1 if 1 in codes else min(codes))


def _board(answer: Answer, told: Explanation, most: int, blanks: bool) -> None:
    """The example as it stands on the board; with blanks, names in place of numbers."""
    answer.show("", Table(["given", "numbers"], given(told), 2), "")
    answer.show(Text(NAMES.format(last=told.spec.depth), fill=True))
    for section in board(told, most, named=blanks):
        caption = f"{section.heading}\n  {section.made}"
        rows = [(entry, text, "______" if blanks else value) for entry, text, value in section.rows]
        answer.show("", Table(["entry", "is", "number"], rows, 2, caption), *_more(section.left_out))
    if not blanks:
        _wishes(answer, told, most)


def _wishes(answer: Answer, told: Explanation, most: int) -> None:
    for layer, headings, cells, left in factors(told, most):
        caption = (
            f"Layer {layer.number}, the factors of every slope, and what each parameter wants in this layer"
        )
        answer.show("", Table(headings, cells, caption=caption), *_more(left))


def _solutions(answer: Answer, told: Explanation, most: int) -> None:
    rows = [(entry.strip(), value) for section in board(told, most) for entry, _, value in section.rows]
    answer.show("", Table(["entry", "number"], rows))
    _wishes(answer, told, most)


def _at_a_glance(answer: Answer, told: Explanation) -> None:
    """A large network on one page: its outputs, and the largest wishes of each layer."""
    last = told.layers[-1]
    rows = [
        (str(j), f"{float(a):.4g}", f"{float(y):g}", f"{float(-dz):+.3g}")
        for j, (a, y, dz) in enumerate(zip(last.a, told.y, last.dz))
    ][:FEW]
    answer.show("", Table(["output", f"a{last.number}", "y", "wanted of z"], rows, 1))
    for layer, headings, cells, left in factors(told, GLANCE):
        keep = [0, 1, len(headings) - 2, len(headings) - 1]
        rows_of_layer = [[row[k] for k in keep] for row in cells]
        answer.show(
            "",
            Table([headings[k] for k in keep], rows_of_layer, caption=f"Layer {layer.number}"),
            *_more(left),
        )


def _average(answer: Answer, told: list[Explanation]) -> None:
    """Every parameter's slope in each example, and their average, which is the batch's."""
    headings = ["parameter", *(f"example {k}" for k in range(1, len(told) + 1)), "average"]
    rows = [(name, *(f"{v:.9g}" for v in values)) for name, values in averages(told)]
    answer.show(
        "", Table(headings, rows, caption="The mini-batch: slopes of the examples, and their average")
    )


def _against_autograd(answer: Answer, told: Explanation) -> int:
    if told.report.first_wrong is not None:
        answer.show(Verdict("against autograd: WRONG", False), *(Code(line) for line in lines(told.report)))
        return 1
    decided = sum(row.verdict == "ok" for row in told.report.rows)
    entries = sum(row.entries for row in told.report.rows)
    if decided:
        answer.show(Verdict(f"against autograd: {entries:,} entries agree", True))
        return 0
    words = "against autograd: rounding may explain everything, so nothing was checked"
    answer.show(Verdict(words, None))
    return 3


def _more(left: int) -> list[str]:
    return [f"{left:,} smaller ones are not shown; --full shows them"] if left else []


def _steps(answer: Answer, task: Task, most: int) -> None:
    """Steps against the gradient of the batch, one after the other."""
    assert task.learning_rate is not None
    params = task.params
    before = float(network.loss(task.spec, params, network.forward(task.spec, params, task.x), task.y))
    kept = task.keep_biases or not task.spec.biases
    for number in range(1, task.steps + 1):
        moved, after = stepped(task.spec, params, task.x, task.y, task.learning_rate, kept)
        rows = []
        for layer, (old_pair, new_pair) in enumerate(zip(params, moved), start=1):
            for name, old, new in zip("Wb", old_pair, new_pair):
                if name == "W" or not kept:
                    places = [tuple(place) for place in np.ndindex(old.shape)]
                    rows += [
                        (f"{name}{layer}[{', '.join(map(str, p))}]", float(old[p]), float(new[p]))
                        for p in places
                    ]
        chosen = sorted(range(len(rows)), key=lambda k: -abs(rows[k][2] - rows[k][1]))[:most]
        which = "One step" if task.steps == 1 else f"Step {number}"
        stays = "; the biases stay as they are" if task.keep_biases and task.spec.biases else ""
        answer.show(
            f"\n{which} of {task.learning_rate:g}: the loss goes from {before:.10g} to {after:.10g}{stays}",
            Code(heart()["step"]),
            Table(
                ["parameter", "before", "after"],
                [[rows[k][0], f"{rows[k][1]:.10g}", f"{rows[k][2]:.9g}"] for k in sorted(chosen)],
            ),
            *_more(len(rows) - len(chosen)),
        )
        params, before = moved, after
