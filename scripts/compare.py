"""`backproof compare`: both twins trained side by side, their curves, and their gradients judged."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.parity import HEADINGS, cells
from backproof.scripts.show import one_line, progress, strict_json, table

if TYPE_CHECKING:
    from backproof.data.dataset import Dataset
    from backproof.parity_tests.training import Epoch, State, Task
    from backproof.scratch.spec import NetworkSpec

# The last layer's activation that goes with each loss.
OUTPUTS = {
    "squared_error": "sigmoid",
    "half_squared_error": "sigmoid",
    "mse": "sigmoid",
    "mae": "sigmoid",
    "binary_cross_entropy": "sigmoid",
    "categorical_cross_entropy": "softmax",
    "cross_entropy": "identity",
}

CHECKPOINT = "checkpoint.npz"


def compare(
    data: Annotated[str, typer.Argument(help="The data set: digits or mnist.")] = "digits",
    hidden: Annotated[str, typer.Option(help="Widths of the hidden layers.")] = "16,16",
    activation: Annotated[str, typer.Option(help="Activation of the hidden layers.")] = "sigmoid",
    loss: Annotated[
        str, typer.Option(help="The loss, which also sets the last activation.")
    ] = "squared_error",
    epochs: Annotated[int, typer.Option(min=1, help="How often to see all training examples.")] = 20,
    batch: Annotated[int, typer.Option(help="Examples in a batch.")] = 10,
    learning_rate: Annotated[float, typer.Option(help="Length of a step, in gradients.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the parameters and of the batches.")] = 0,
    dtype: Annotated[
        Literal["float64", "float32"], typer.Option(help="Floating-point format of both twins.")
    ] = "float64",
    data_root: Annotated[
        Path | None,
        typer.Option(help="The folder that holds MNIST/raw.", show_default="BACKPROOF_DATA or cache"),
    ] = None,
    download: Annotated[
        bool, typer.Option("--download/--no-download", help="Download MNIST where it is missing.")
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the results, which replace older ones.", show_default="out/compare-DATA"
        ),
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Also save the network trained by hand, as .npz.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the training in --out.")] = False,
) -> int:
    """Train the network by hand and by autograd, from the same parameters on the same batches.

    Shows the loss, the accuracy and the distance of the two after every epoch. Judged is the gradient:
    at the first 10 steps and at the first of every epoch both get the same parameters, and the derived
    rounding bound decides. The distance at the end is not judged: rounding grows where training is
    chaotic. Exit code 0: the gradients agree; 1: some disagree, or training diverged; 3: the bound could
    decide nothing.
    """
    spec = _spec(data, hidden, activation, loss, dtype)

    from backproof.data.dataset import load
    from backproof.parity_tests import training
    from backproof.scripts.files import check_file, check_folder

    if save and save.suffix != ".npz":
        raise InputError(f"--save {save}", "a saved network is an .npz file, such as network.npz")
    dataset = load(data, root=data_root, download=download)
    task = training.task(spec, dataset, batch, learning_rate, seed)
    training.check_memory(spec, batch)
    folder = out or Path("out") / f"compare-{data}"

    settings = {
        "data": data,
        "hidden": ",".join(map(str, spec.widths[1:-1])),
        "activation": activation,
        "loss": loss,
        "epochs": epochs,
        "batch": batch,
        "learning_rate": learning_rate,
        "seed": seed,
        "dtype": dtype,
    }
    places = {"data_root": data_root, "out": out, "save": save}
    command = _command(settings, places, download)
    versions = _versions()

    # Before a folder is made: where there is nothing to continue, nothing is left behind.
    state = _continued(folder, settings, versions) if resume else None
    check_folder(folder)
    if save:
        check_file(save)
    _print_heading(task, dataset, epochs)
    outcome, state = _train(task, state, folder, settings, versions)

    if outcome == "interrupted" and (state is None or not state.epochs[1:]):
        typer.echo(
            f"interrupted before the first epoch was complete; to begin again: {one_line(command)}", err=True
        )
        return 130
    assert state is not None
    _write(
        folder, task, dataset, state, {"command": command, "outcome": outcome, "settings": settings}, versions
    )
    if save:
        _save_network(save, spec, state)
    _print_verdict(state, folder, save)
    if outcome == "interrupted":
        typer.echo(f"interrupted; to continue: {one_line(command)} --resume", err=True)
        return 130
    print(f"to repeat: {one_line(command)}")
    if outcome != "finished":
        advice = "" if state.verdicts.disagreements else "; try a smaller --learning-rate"
        typer.echo(f"{outcome}; the epochs before are kept{advice}", err=True)
        return 1
    return 1 if state.verdicts.disagreements else 0 if state.verdicts.checked else 3


def _spec(data: str, hidden: str, activation: str, loss: str, dtype: str) -> "NetworkSpec":
    from backproof.data.dataset import sizes
    from backproof.scratch.spec import NetworkSpec, SpecError

    n_in, classes = sizes(data)
    try:
        widths = [int(width) for width in hidden.split(",")] if hidden.strip() else []
    except ValueError:
        raise SpecError(
            f"hidden widths {hidden!r}", "give whole numbers with commas between them, such as 16,16"
        ) from None
    last = OUTPUTS.get(loss, "identity")  # the spec refuses an unknown loss
    return NetworkSpec((n_in, *widths, classes), (*(activation for _ in widths), last), loss, dtype)


def _train(
    task: "Task", state: "State | None", folder: Path, settings: dict[str, Any], versions: dict[str, str]
) -> "tuple[str, State | None]":
    """Trains until the last epoch; returns how it ended, and where both stand then."""
    import numpy as np

    from backproof.parity_tests import training
    from backproof.parity_tests.exam import one_thread
    from backproof.scripts.files import whole

    # A training that diverges overflows on its way; that is found out and told, not warned about.
    with progress("steps") as bar, one_thread(), np.errstate(over="ignore", invalid="ignore"):
        try:
            state = state or training.begin(task)
            for epoch in state.epochs:
                _print_epoch(epoch)
            first = len(state.epochs)
            shown = bar.add_task("training", total=(settings["epochs"] + 1 - first) * task.steps)
            for _ in range(first, settings["epochs"] + 1):
                for _ in training.one_epoch(task, state):
                    bar.advance(shown)
                _print_epoch(state.epochs[-1])
                with whole(folder / CHECKPOINT) as file:
                    training.save(file, {**settings, "versions": versions}, state)
        except training.DivergenceError as divergence:
            return str(divergence), state
        except KeyboardInterrupt:
            return "interrupted", state
    return "finished", state


def _continued(folder: Path, settings: dict[str, Any], versions: dict[str, str]) -> "State":
    """The state that the folder keeps, if it was reached with these settings."""
    from backproof.parity_tests import training

    found, state = training.load(folder / CHECKPOINT)
    for name, value in settings.items():
        if name != "epochs" and found.get(name) != value:
            raise InputError(
                f"the training in {folder} was begun with {name.replace('_', ' ')} {found.get(name)}",
                "continue it with its own settings, or name another folder with --out",
            )
    done = state.epochs[-1].epoch
    if done >= settings["epochs"]:
        raise InputError(
            f"the training in {folder} has already done {done} epochs",
            f"ask for more of them, --epochs {2 * done}",
        )
    changed = [name for name in versions if found.get("versions", {}).get(name) != versions[name]]
    if changed:
        typer.echo(f"note: begun with another version of {', '.join(changed)}", err=True)
    return state


def _command(settings: dict[str, Any], places: dict[str, Path | None], download: bool) -> str:
    """The line that repeats this run."""
    words = ["backproof", "compare", settings["data"]]
    for name, value in [*settings.items(), *places.items()]:
        if name != "data" and value is not None:
            words += [f"--{name.replace('_', '-')}", str(value)]
    return shlex.join(words + ([] if download else ["--no-download"]))


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    packages = ("backproof", "numpy", "torch", "torchvision", "scikit-learn", "matplotlib")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


# --- results ------------------------------------------------------------------------------------------


def _write(
    folder: Path,
    task: "Task",
    dataset: "Dataset",
    state: "State",
    run: dict[str, Any],
    versions: dict[str, str],
) -> None:
    """The curves as pictures, the epochs as a table, and all that is known about the run as JSON."""
    import csv
    import io
    from dataclasses import asdict

    from backproof.scripts import pictures
    from backproof.scripts.files import whole

    epochs = [asdict(epoch) for epoch in state.epochs]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(epochs[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(epochs)
    with whole(folder / "epochs.csv") as file:
        file.write(text.getvalue().encode("ascii"))

    everything = {
        **run,
        "versions": versions,
        "threads": 1,
        "data": {
            "source": dataset.source,
            "training_examples": len(task.x_train),
            "test_examples": len(task.x_test),
        },
        "network": {**asdict(task.spec), "parameters": task.spec.parameter_count},
        "steps_per_epoch": task.steps,
        "judged": asdict(state.verdicts),
        "epochs": epochs,
    }
    with whole(folder / "run.json") as file:
        file.write(strict_json(everything).encode("ascii") + b"\n")

    spec = task.spec
    title = (
        f"{dataset.name}, {'-'.join(map(str, spec.widths))}, {spec.activations[0]}, {spec.loss}\n"
        f"batch {task.batch}, learning rate {task.learning_rate:g}, seed {task.seed}, {spec.dtype}"
    )
    figure = pictures.curves(state.epochs, title)
    for kind in ("png", "svg"):
        pictures.save(figure, folder / f"curves.{kind}")


def _save_network(path: Path, spec: "NetworkSpec", state: "State") -> None:
    from backproof.scratch import saved
    from backproof.scripts.files import whole

    with whole(path) as file:
        saved.save(file, spec, state.params_by_hand)


# --- what is printed ----------------------------------------------------------------------------------


def _print_heading(task: "Task", dataset: "Dataset", epochs: int) -> None:
    spec = task.spec
    print(
        f"{dataset.name}: {len(task.x_train):,} examples to train on, {len(task.x_test):,} to test on "
        f"({one_line(dataset.source)})"
    )
    print(
        f"network {'-'.join(map(str, spec.widths))} ({', '.join(spec.activations)}), {spec.loss}, "
        f"{spec.parameter_count:,} parameters in {spec.dtype}"
    )
    print(
        f"{epochs} epochs of {task.steps} steps, batch {task.batch}, learning rate {task.learning_rate:g}, "
        f"seed {task.seed}\n"
    )
    print("        training loss               test accuracy")
    print("epoch      by hand  by autograd      by hand  by autograd   distance")


def _print_epoch(epoch: "Epoch") -> None:
    print(
        f"{epoch.epoch:>5} {epoch.loss_by_hand:>#12.6g} {epoch.loss_by_autograd:>#12.6g} "
        f"{epoch.accuracy_by_hand:>12.2%} {epoch.accuracy_by_autograd:>12.2%} {epoch.distance:>10.1e}",
        flush=True,
    )


def _print_verdict(state: "State", folder: Path, save: Path | None) -> None:
    verdicts = state.verdicts
    print(f"\ngradients from the same parameters, judged on {verdicts.batches} batches:")
    for who, found in verdicts.lines.items():
        table((f"by {who}", *HEADINGS), ((quantity, *cells(line)) for quantity, line in found.items()))
    if verdicts.out_of_range:
        print(
            f"{verdicts.out_of_range} of the gradients may leave the range of the dtype, "
            "so nothing was compared there"
        )
    if verdicts.disagreements:
        first, *others = verdicts.disagreements
        print(f"they DISAGREE on {len(verdicts.disagreements)}:" if others else "they DISAGREE:")
        print(first)
    elif verdicts.checked:
        print("they agree: nothing is further apart than rounding explains")
    else:
        print("nothing was checked: no dW has an entry larger than what rounding may do to it")
    last = state.epochs[-1]
    print(f"\ndistance of the parameters after epoch {last.epoch}: {last.distance:.1e} (shown, not judged)")
    files = "curves.png, curves.svg, epochs.csv, run.json"
    print(f"{one_line(str(folder))}: {files}" + (f"; network: {one_line(str(save))}" if save else ""))
