"""`backproof explain`: one example by hand, every number beside the line of the heart that made it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Code, Picture, Table, Text, Verdict
from backproof.scripts.options import DataRoot, Json
from backproof.scripts.show import one_line

if TYPE_CHECKING:
    from backproof.scratch.spec import Array, NetworkSpec, Params
    from backproof.scripts.explanation import Explanation

# Well-known examples that come with the package: the lecture's network, and the one of Matt Mazur's
# "A Step by Step Backpropagation Example" (2015).
EXAMPLES = ("w1ij", "mazur")
LIMIT = "every number lies between -1e308 and 1e308"
FEW = 32  # entries of a quantity that are printed unless all are asked for
NAMES = (
    "W1[j, k] leads to neuron j from input k: the videos' w_jk, the lecture's W_kj. dW is the slope of the "
    "loss by W; a{last} is the lecture's p, y its a, the loss its J and the videos' C."
)
SMALL = 200  # weights of a network that is written out on the board
GLANCE = 4  # wishes of a layer of a larger one
MOST_STEPS = 100
MOST_EXAMPLES = 8  # of a mini-batch
KEYS = ("weights", "biases", "keep_biases", "activations", "loss", "x", "y", "learning_rate", "steps")


def explain(
    network: Annotated[
        str | None,
        typer.Argument(
            help=f"An example ({', '.join(EXAMPLES)}), a .json file, or an .npz file from compare --save.",
            show_default=False,
        ),
    ] = None,
    weights: Annotated[
        str | None, typer.Option(help="JSON: one matrix a layer, a row for each of its neurons.")
    ] = None,
    biases: Annotated[
        str | None, typer.Option(help="JSON: one list a layer.", show_default="no biases")
    ] = None,
    keep_biases: Annotated[
        bool, typer.Option("--keep-biases", help="Let a step leave the biases as they are.")
    ] = False,
    activations: Annotated[
        str | None, typer.Option(help="One name a layer, with commas.", show_default="all sigmoid")
    ] = None,
    loss: Annotated[str | None, typer.Option(help="The loss.", show_default="half_squared_error")] = None,
    x: Annotated[
        str | None,
        typer.Option("--x", help="JSON: the inputs, or a list of them for each example of a batch."),
    ] = None,
    y: Annotated[str | None, typer.Option("--y", help="JSON: what the outputs should be.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Also take steps of this length.")] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, max=MOST_STEPS, help="How many steps.", show_default="1")
    ] = None,
    row: Annotated[
        int | None,
        typer.Option(min=0, help="For an .npz file: which test example to explain.", show_default="0"),
    ] = None,
    data_root: DataRoot = None,
    full: Annotated[bool, typer.Option("--full", help="Print every entry, however many there are.")] = False,
    blanks: Annotated[
        bool,
        typer.Option("--blanks", help="Leave the numbers out, for students; the solutions stand behind."),
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder of the picture.")] = Path("out") / "explain",
    json: Json = False,
) -> Answer:
    """Work one example through by hand, as on the board: forward, backward, and what every weight wants.

    The network is an example that comes with backproof, a small JSON file whose keys are named as the
    options, a file saved by `backproof compare --save`, or given by the options, which also replace parts
    of a JSON file. Exit code 0: autograd agrees; 1: it does not; 3: nothing could be decided.
    """
    answer = Answer(json)
    from backproof.scratch.reading import json_value

    texts = {"weights": weights, "biases": biases, "x": x, "y": y}
    said = {name: json_value(words, f"--{name}") for name, words in texts.items() if words is not None}
    options = {
        "activations": None if activations is None else activations.split(","),
        "loss": loss,
        "learning_rate": learning_rate,
        "steps": steps,
        "keep_biases": keep_biases or None,
    }
    said |= {name: value for name, value in options.items() if value is not None}
    if network is not None and Path(network).suffix == ".npz":
        task = _saved(answer, Path(network), said, row, data_root)
    else:
        if row is not None:
            raise InputError(f"--row {row} without a saved network", "give an .npz file, or leave --row out")
        name, parts = _parts(network)
        parts |= said
        task = _small(name, parts)
    return _tell(answer, task, full, blanks, out)


@dataclass(frozen=True)
class Task:
    """What is to be explained: x is (B, n_in) and y (B, K); `digit` says that x is an image."""

    name: str
    spec: NetworkSpec
    params: Params
    x: Array
    y: Array
    biased: bool = True
    keep_biases: bool = False
    learning_rate: float | None = None
    steps: int = 1
    digit: bool = False


# --- where the network comes from ---------------------------------------------------------------------


def _parts(network: str | None) -> tuple[str, dict[str, Any]]:
    """The name and the parts of a small network, before the options."""
    if network is None:
        return "network", {}
    if network == "w1ij":
        return network, _lecture()
    if network in EXAMPLES:
        from backproof.data.course import given

        return network, given(network)
    from backproof.scratch.reading import json_value, text

    path = Path(network)
    if path.suffix != ".json":
        raise InputError(
            f"no network {network!r}",
            f"give {', '.join(EXAMPLES)}, a .json or an .npz file, or --weights with --x and --y",
        )
    parts = json_value(text(path), str(path))
    if not isinstance(parts, dict):
        raise InputError(f"{path} holds no object", f"give an object with the keys {', '.join(KEYS)}")
    for key in parts:
        if key not in KEYS:
            raise InputError(f"unknown key {key!r} in {path}", f"the keys are {', '.join(KEYS)}")
    return path.stem, parts


def _lecture() -> dict[str, Any]:
    """The lecture's network as parts; its W_ij runs from i to j, a row here belongs to a receiving neuron."""
    from backproof.data.course import given

    lesson = given("w1ij")
    return {
        "weights": [[list(row) for row in zip(*lesson[name])] for name in ("W1", "W2", "W3")],
        "x": lesson["x"],
        "y": lesson["a"],
        "learning_rate": lesson["alpha"],
    }


def _small(name: str, parts: dict[str, Any]) -> Task:
    """The arrays of a network that was written down."""

    from backproof.scratch.spec import NetworkSpec, SpecError

    for key in ("weights", "x", "y"):
        if key not in parts:
            raise InputError(f"no {key} given", f"give --{key}, or a JSON file that has it")
    if not isinstance(parts["weights"], list) or not parts["weights"]:
        raise InputError("weights is no list of matrices", "write one matrix a layer")
    matrices = [_array(W, f"the weights of layer {k}", 2) for k, W in enumerate(parts["weights"], start=1)]
    widths = (matrices[0].shape[1], *(len(W) for W in matrices))
    for k, W in enumerate(matrices[1:], start=2):
        if W.shape[1] != len(matrices[k - 2]):
            raise InputError(
                f"layer {k} has {W.shape[1]} weights a row for {len(matrices[k - 2])} neurons before it",
                "a row of a matrix holds one weight for each neuron of the layer before",
            )
    given = parts.get("biases")
    if given is None:
        given = [[0.0] * len(W) for W in matrices]
    if not isinstance(given, list) or len(given) != len(matrices):
        raise InputError(f"biases do not fit {len(matrices)} layers", "write one list a layer")
    biases = [_array(b, f"the biases of layer {k}", 1) for k, b in enumerate(given, start=1)]
    activations = parts.get("activations", ["sigmoid"] * len(matrices))
    loss = parts.get("loss", "half_squared_error")
    try:
        spec = NetworkSpec(widths, activations, loss)
    except TypeError:
        raise SpecError("activations and loss are names", "write activations as a list of names") from None
    x, y = (_examples(parts[key], key) for key in ("x", "y"))
    if len(x) != len(y):
        raise InputError(f"{len(x)} examples in x, {len(y)} in y", "give a target for every example")
    biased = parts.get("biases") is not None
    return Task(name, spec, list(zip(matrices, biases)), x, y, biased, **_stepping(parts))


def _examples(value: Any, what: str) -> Array:
    """One example, or a list of them, as a batch."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        if len(value) > MOST_EXAMPLES:
            raise InputError(
                f"{len(value)} examples in {what}", f"at most {MOST_EXAMPLES} are explained together"
            )
        return _array(value, what, 2)
    return _array(value, what, 1)[None]


def _stepping(parts: dict[str, Any]) -> dict[str, Any]:
    """How the steps are to be taken. Raises InputError where that makes no sense."""
    from backproof.scratch.train import check_learning_rate

    rate, steps, keep = parts.get("learning_rate"), parts.get("steps", 1), parts.get("keep_biases", False)
    if rate is not None:
        if isinstance(rate, bool) or not isinstance(rate, (int, float)):
            raise InputError(f"learning_rate is {rate!r}", "a learning rate is a number above 0")
        check_learning_rate(rate)
    elif "steps" in parts:
        raise InputError("steps without a learning rate", "give --learning-rate too")
    if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
        raise InputError(f"steps is {steps!r}", f"a whole number from 1 to {MOST_STEPS}")
    if not isinstance(keep, bool):
        raise InputError(f"keep_biases is {keep!r}", "true or false")
    return {"learning_rate": rate, "steps": steps, "keep_biases": keep}


def _array(value: Any, what: str, dimensions: int) -> Array:
    """Nested lists of finite numbers as a float64 array of so many dimensions."""
    import numpy as np

    example = "[0.1, 0.2]" if dimensions == 1 else "[[0.1, 0.2], [0.3, 0.4]]"

    def check(entry: Any, depth: int) -> None:
        if depth:
            if not isinstance(entry, list) or not entry:
                raise InputError(f"{what}: not written as {example}", f"write {what} as {example}")
            for part in entry:
                check(part, depth - 1)
        elif isinstance(entry, bool) or not isinstance(entry, (int, float)):
            raise InputError(f"{entry!r} in {what}", "every entry is a number")
        elif not -1e308 < entry < 1e308 or not math.isfinite(entry):
            raise InputError(f"{entry!r} in {what}", LIMIT)

    check(value, dimensions)
    if dimensions == 2 and len({len(row) for row in value}) > 1:
        raise InputError(f"the rows of {what} differ in length", f"write {what} as {example}")
    return np.array(value, dtype="float64")


def _saved(answer: Answer, path: Path, said: dict[str, Any], row: int | None, data_root: Path | None) -> Task:
    """A network that compare has saved, and a test example of the data that it was trained on."""
    import numpy as np

    from backproof.data.dataset import SIZES
    from backproof.data.loading import load
    from backproof.scratch.saved import load as load_network

    for key in ("weights", "biases", "activations", "loss"):
        if key in said:
            raise InputError(f"--{key} for a saved network", f"{path} has its own")
    spec, params = load_network(path)
    if "x" in said or "y" in said:
        if not {"x", "y"} <= said.keys():
            raise InputError("only one of --x and --y", "give both, or none for a test example")
        if row is not None:
            raise InputError(f"--row {row} beside --x and --y", "leave --row out, or --x and --y")
        x, y = (_array(said[name], name, 1)[np.newaxis].astype(spec.dtype) for name in ("x", "y"))
        return Task(path.stem, spec, params, x, y, **_stepping(said))
    fitting = [name for name, size in SIZES.items() if size == (spec.widths[0], spec.widths[-1])]
    if not fitting:
        raise InputError(
            f"no data set has {spec.widths[0]} inputs and {spec.widths[-1]} classes", "give --x and --y"
        )
    dataset = load(fitting[0], root=data_root, download=False)
    row = row or 0
    if row >= len(dataset.x_test):
        raise InputError(f"row {row} of {len(dataset.x_test):,} test examples", "rows count from 0")
    answer.show(f"test example {row} of {dataset.name}, a {dataset.y_test[row]}")
    x = dataset.x_test[row : row + 1].astype(spec.dtype)
    y = np.eye(dataset.classes, dtype=spec.dtype)[dataset.y_test[row : row + 1]]
    return Task(f"{path.stem}-{row}", spec, params, x, y, digit=True, **_stepping(said))


# --- what is printed ----------------------------------------------------------------------------------


def _tell(answer: Answer, task: Task, full: bool, blanks: bool, out: Path) -> Answer:
    from backproof.scripts import explanation
    from backproof.scripts.files import check_folder

    spec = task.spec
    told = [
        explanation.explain(spec, task.params, task.x[k : k + 1], task.y[k : k + 1], task.biased)
        for k in range(len(task.x))
    ]
    check_folder(out)
    widths = "-".join(map(str, spec.widths))
    answer.show(f"{widths}, {', '.join(spec.activations)}, {spec.loss}, {spec.dtype}")
    if not task.biased:
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
            answer.show("", Code(explanation.image(each.x)), "", explanation.reading(each))
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
    picture = Picture(out / one_line(task.name), "", lambda: explanation.draw(told[0], blanks))
    answer.show("", picture)
    codes = [_against_autograd(answer, each) for each in told]
    return answer.end(1 if 1 in codes else min(codes))


def _board(answer: Answer, told: Explanation, most: int, blanks: bool) -> None:
    """The example as it stands on the board; with blanks, names in place of numbers."""
    from backproof.scripts import explanation

    answer.show("", Table(["given", "numbers"], explanation.given(told), 2), "")
    answer.show(Text(NAMES.format(last=told.spec.depth), fill=True))
    for section in explanation.board(told, most, named=blanks):
        caption = f"{section.heading}\n  {section.made}"
        rows = [(entry, text, "______" if blanks else value) for entry, text, value in section.rows]
        answer.show("", Table(["entry", "is", "number"], rows, 2, caption), *_more(section.left_out))
    if not blanks:
        _wishes(answer, told, most)


def _wishes(answer: Answer, told: Explanation, most: int) -> None:
    from backproof.scripts import explanation

    for layer, headings, cells, left in explanation.factors(told, most):
        caption = (
            f"Layer {layer.number}, the factors of every slope, and what each parameter wants in this layer"
        )
        answer.show("", Table(headings, cells, caption=caption), *_more(left))


def _solutions(answer: Answer, told: Explanation, most: int) -> None:
    from backproof.scripts import explanation

    rows = [
        (entry.strip(), value)
        for section in explanation.board(told, most)
        for entry, _, value in section.rows
    ]
    answer.show("", Table(["entry", "number"], rows))
    _wishes(answer, told, most)


def _at_a_glance(answer: Answer, told: Explanation) -> None:
    """A large network on one page: its outputs, and the largest wishes of each layer."""
    from backproof.scripts import explanation

    last = told.layers[-1]
    rows = [
        (str(j), f"{float(a):.4g}", f"{float(y):g}", f"{float(-dz):+.3g}")
        for j, (a, y, dz) in enumerate(zip(last.a, told.y, last.dz))
    ][:FEW]
    answer.show("", Table(["output", f"a{last.number}", "y", "wanted of z"], rows, 1))
    for layer, headings, cells, left in explanation.factors(told, GLANCE):
        keep = [0, 1, len(headings) - 2, len(headings) - 1]
        rows_of_layer = [[row[k] for k in keep] for row in cells]
        answer.show(
            "",
            Table([headings[k] for k in keep], rows_of_layer, caption=f"Layer {layer.number}"),
            *_more(left),
        )


def _average(answer: Answer, told: list[Explanation]) -> None:
    """Every parameter's slope in each example, and their average, which is the batch's."""
    from backproof.scripts import explanation

    headings = ["parameter", *(f"example {k}" for k in range(1, len(told) + 1)), "average"]
    rows = [(name, *(f"{v:.9g}" for v in values)) for name, values in explanation.averages(told)]
    answer.show(
        "", Table(headings, rows, caption="The mini-batch: slopes of the examples, and their average")
    )


def _against_autograd(answer: Answer, told: Explanation) -> int:
    from backproof.parity_tests.report import lines

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
    import numpy as np

    from backproof.scratch import network
    from backproof.scripts import explanation

    assert task.learning_rate is not None
    params = task.params
    before = float(network.loss(task.spec, params, network.forward(task.spec, params, task.x), task.y))
    kept = task.keep_biases or not task.biased
    for number in range(1, task.steps + 1):
        moved, after = explanation.stepped(task.spec, params, task.x, task.y, task.learning_rate, kept)
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
        stays = "; the biases stay as they are" if task.keep_biases and task.biased else ""
        answer.show(
            f"\n{which} of {task.learning_rate:g}: the loss goes from {before:.10g} to {after:.10g}{stays}",
            Code(explanation.heart()["step"]),
            Table(
                ["parameter", "before", "after"],
                [[rows[k][0], f"{rows[k][1]:.10g}", f"{rows[k][2]:.9g}"] for k in sorted(chosen)],
            ),
            *_more(len(rows) - len(chosen)),
        )
        params, before = moved, after
