"""`backproof explain`: one example by hand, every number beside the line of the heart that made it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer
from backproof.scripts.options import DataRoot, Json

if TYPE_CHECKING:
    from backproof.scratch.spec import Array
    from backproof.scripts.explanation import Task

# Well-known examples that come with the package: the lecture's network, and the one of Matt Mazur's
# "A Step by Step Backpropagation Example" (2015).
EXAMPLES = ("w1ij", "mazur")
LIMIT = "every number lies between -1e308 and 1e308"
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
    from backproof.scripts.explanation import tell

    return tell(answer, task, full, blanks, out)


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
    given, biases = parts.get("biases"), list[Any]([None] * len(matrices))
    if given is not None:
        if not isinstance(given, list) or len(given) != len(matrices):
            raise InputError(f"biases do not fit {len(matrices)} layers", "write one list a layer")
        biases = [_array(b, f"the biases of layer {k}", 1) for k, b in enumerate(given, start=1)]
    activations = parts.get("activations", ["sigmoid"] * len(matrices))
    loss = parts.get("loss", "half_squared_error")
    try:
        spec = NetworkSpec(widths, activations, loss, biases=given is not None)
    except TypeError:
        raise SpecError("activations and loss are names", "write activations as a list of names") from None
    x, y = (_examples(parts[key], key) for key in ("x", "y"))
    if len(x) != len(y):
        raise InputError(f"{len(x)} examples in x, {len(y)} in y", "give a target for every example")
    return _task(name, spec, list(zip(matrices, biases)), x, y, **_stepping(parts))


def _task(*given: Any, **more: Any) -> Task:
    """The task; imported late, so that what is wrong with the input is said at once."""
    from backproof.scripts.explanation import Task

    return Task(*given, **more)


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
        return _task(path.stem, spec, params, x, y, **_stepping(said))
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
    return _task(f"{path.stem}-{row}", spec, params, x, y, digit=True, **_stepping(said))
