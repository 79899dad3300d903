"""`backproof compare`: both twins trained side by side, their curves, and their gradients judged."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Code, Note, Picture, Table, Verdict
from backproof.scripts.options import DataRoot, Dtype, Json, Seed, again
from backproof.scripts.parity import HEADINGS, cells
from backproof.scripts.show import one_line, progress, strict_json, word

if TYPE_CHECKING:
    from backproof.data.dataset import Dataset
    from backproof.parity_tests.training import Epoch, State, Task
    from backproof.scratch.spec import NetworkSpec

CHECKPOINT = "checkpoint.npz"


def compare(
    context: typer.Context,
    data: Annotated[str, typer.Argument(help="The data set: digits or mnist.")] = "digits",
    hidden: Annotated[str, typer.Option(help="Widths of the hidden layers.")] = "16,16",
    activation: Annotated[str, typer.Option(help="Activation of the hidden layers.")] = "sigmoid",
    loss: Annotated[
        str, typer.Option(help="The loss, which also sets the last activation.")
    ] = "squared_error",
    epochs: Annotated[
        int, typer.Option(min=1, max=10**6, help="How often to see all training examples.")
    ] = 20,
    batch: Annotated[int, typer.Option(help="Examples in a batch.")] = 10,
    learning_rate: Annotated[float, typer.Option(help="Length of a step, in gradients.")] = 1.0,
    seed: Seed = 0,
    dtype: Dtype = "float64",
    data_root: DataRoot = None,
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
    json: Json = False,
) -> Answer:
    """Train the network by hand and by autograd, from the same parameters on the same batches.

    Shows the loss, the accuracy and the distance of the two after every epoch. Judged is the gradient:
    at the first 10 steps and at the first of every epoch both get the same parameters, and the derived
    rounding bound decides. The distance at the end is not judged: rounding grows where training is
    chaotic. Exit code 0: the gradients agree; 1: some disagree, or training diverged; 3: the bound could
    decide nothing.
    """
    spec = _spec(data, hidden, activation, loss, dtype)

    from backproof.data.loading import load
    from backproof.parity_tests import training
    from backproof.scratch.system import alone_in
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
    command = again(context, resume=False)
    answer = Answer(json)

    # Before a folder is made: where there is nothing to continue, nothing is left behind.
    state = _continued(answer, folder, spec, settings) if resume else None
    check_folder(folder)
    answer.held.enter_context(alone_in(folder))
    if save:
        check_file(save)
    _show_heading(answer, task, dataset, epochs)
    outcome, state = _train(answer, task, state, folder, settings)

    if outcome == "interrupted" and (state is None or not state.epochs[1:]):
        answer.show(Note(f"interrupted before the first epoch was complete; to begin again: {command}"))
        return answer.end(130)
    assert state is not None
    run = {"command": command, "outcome": outcome, "settings": settings}
    data_of_run = _as_json(task, dataset, state, run)
    _show_verdict(answer, state)
    answer.show(
        f"{word(folder)}: curves.png, curves.svg, epochs.csv, run.json"
        + (f"; network: {word(save)}" if save else "")
    )
    answer.files = _files(folder, task, dataset, state, data_of_run)
    if save:
        answer.files[save] = partial(_network, spec, state)
    if outcome == "interrupted":
        answer.show(Note(f"interrupted; to continue: {again(context, resume=True)}"))
        return answer.end(130, data_of_run)
    answer.show(Code(f"to repeat: {command}"))
    if outcome != "finished":
        advice = "" if state.verdicts.disagreements else "; try a smaller --learning-rate"
        answer.show(Note(f"{outcome}; the epochs before are kept{advice}"))
    wrong = outcome != "finished" or state.verdicts.disagreements
    return answer.end(1 if wrong else 0 if state.verdicts.checked else 3, data_of_run)


def _spec(data: str, hidden: str, activation: str, loss: str, dtype: str) -> "NetworkSpec":
    from backproof.data.dataset import sizes
    from backproof.scratch.spec import LOSSES, NetworkSpec, SpecError

    n_in, classes = sizes(data)
    try:
        widths = [int(width) for width in hidden.split(",")] if hidden.strip() else []
    except ValueError:
        raise SpecError(
            f"hidden widths {hidden!r}", "give whole numbers with commas between them, such as 16,16"
        ) from None
    last = LOSSES[loss].usual if loss in LOSSES else "identity"  # the spec refuses an unknown loss
    return NetworkSpec((n_in, *widths, classes), (*(activation for _ in widths), last), loss, dtype)


def _train(
    answer: Answer, task: "Task", state: "State | None", folder: Path, settings: dict[str, Any]
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
                answer.show(_epoch(epoch))
            first = len(state.epochs)
            shown = bar.add_task("training", total=(settings["epochs"] + 1 - first) * task.steps)
            for _ in range(first, settings["epochs"] + 1):
                for _ in training.one_epoch(task, state):
                    bar.advance(shown)
                answer.show(_epoch(state.epochs[-1]))
                try:
                    with whole(folder / CHECKPOINT) as file:
                        training.save(file, {**settings, "versions": _versions()}, state)
                except InputError as failure:  # the training goes on, and is told all the same
                    answer.failures = [failure]
        except training.DivergenceError as divergence:
            return str(divergence), state
        except KeyboardInterrupt:
            return "interrupted", state
    return "finished", state


def _continued(answer: Answer, folder: Path, spec: "NetworkSpec", settings: dict[str, Any]) -> "State":
    """The state that the folder keeps, if it was reached with these settings; it may be the last one."""
    from backproof.parity_tests import training

    found, state = training.load(folder / CHECKPOINT, spec.parameter_count)
    for name, value in settings.items():
        if name != "epochs" and found.get(name) != value:
            raise InputError(
                f"the training in {folder} was begun with {name.replace('_', ' ')} {found.get(name)}",
                "continue it with its own settings, or name another folder with --out",
            )
    done = state.epochs[-1].epoch
    if done > settings["epochs"]:
        raise InputError(
            f"the training in {folder} has already done {done} epochs",
            f"ask for more of them, --epochs {2 * done}",
        )
    training.check_fits(folder / CHECKPOINT, spec, state)
    versions, older = _versions(), found.get("versions")
    older = older if isinstance(older, dict) else {}
    changed = [name for name in versions if older.get(name) != versions[name]]
    if changed:
        answer.show(Note(f"note: begun with another version of {', '.join(changed)}"))
    return state


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    packages = ("backproof", "numpy", "torch", "torchvision", "scikit-learn", "matplotlib")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


# --- results ------------------------------------------------------------------------------------------


def _as_json(task: "Task", dataset: "Dataset", state: "State", run: dict[str, Any]) -> dict[str, Any]:
    """All that is known about the run."""
    from dataclasses import asdict

    return {
        **run,
        "versions": _versions(),
        "threads": 1,
        "data": {
            "source": dataset.source,
            "training_examples": len(task.x_train),
            "test_examples": len(task.x_test),
        },
        "network": {**asdict(task.spec), "parameters": task.spec.parameter_count},
        "steps_per_epoch": task.steps,
        "judged": asdict(state.verdicts),
        "epochs": [asdict(epoch) for epoch in state.epochs],
    }


def _files(
    folder: Path, task: "Task", dataset: "Dataset", state: "State", run: dict[str, Any]
) -> dict[Path, Callable[[], bytes]]:
    """The curves as pictures, the epochs as a table, and all that is known about the run as JSON."""
    from backproof.scripts import pictures

    spec = task.spec
    title = (
        f"{dataset.name}, {'-'.join(map(str, spec.widths))}, {spec.activations[0]}, {spec.loss}\n"
        f"batch {task.batch}, learning rate {task.learning_rate:g}, seed {task.seed}, {spec.dtype}"
    )
    curves = Picture(folder / "curves", "", lambda: pictures.curves(state.epochs, title))
    return {
        folder / "epochs.csv": lambda: _csv(run["epochs"]),
        folder / "run.json": lambda: strict_json(run).encode("ascii") + b"\n",
        folder / "curves.png": partial(curves.content, "png"),
        folder / "curves.svg": partial(curves.content, "svg"),
    }


def _csv(epochs: list[dict[str, Any]]) -> bytes:
    import csv
    import io

    text = io.StringIO()
    writer = csv.DictWriter(text, list(epochs[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(epochs)
    return text.getvalue().encode("ascii")


def _network(spec: "NetworkSpec", state: "State") -> bytes:
    import io

    from backproof.scratch import saved

    file = io.BytesIO()
    saved.save(file, spec, state.params_by_hand)
    return file.getvalue()


# --- what is shown ------------------------------------------------------------------------------------


def _show_heading(answer: Answer, task: "Task", dataset: "Dataset", epochs: int) -> None:
    spec = task.spec
    answer.show(
        f"{dataset.name}: {len(task.x_train):,} examples to train on, {len(task.x_test):,} to test on "
        f"({one_line(dataset.source)})",
        f"network {'-'.join(map(str, spec.widths))} ({', '.join(spec.activations)}), {spec.loss}, "
        f"{spec.parameter_count:,} parameters in {spec.dtype}",
        f"{epochs} epochs of {task.steps} steps, batch {task.batch}, learning rate {task.learning_rate:g}, "
        f"seed {task.seed}\n",
        Code("        training loss               test accuracy"),
        Code("epoch      by hand  by autograd      by hand  by autograd   distance"),
    )


def _epoch(epoch: "Epoch") -> Code:
    return Code(
        f"{epoch.epoch:>5} {epoch.loss_by_hand:>#12.6g} {epoch.loss_by_autograd:>#12.6g} "
        f"{epoch.accuracy_by_hand:>12.2%} {epoch.accuracy_by_autograd:>12.2%} {epoch.distance:>10.1e}"
    )


def _show_verdict(answer: Answer, state: "State") -> None:
    verdicts = state.verdicts
    answer.show(f"\ngradients from the same parameters, judged on {verdicts.batches} batches:")
    for who, found in verdicts.lines.items():
        rows = [(quantity, *cells(line)) for quantity, line in found.items()]
        answer.show(Table((f"by {who}", *HEADINGS), rows))
    if verdicts.out_of_range:
        answer.show(
            f"{verdicts.out_of_range} of the gradients may leave the range of the dtype, "
            "so nothing was compared there"
        )
    if verdicts.disagreements:
        first, *others = verdicts.disagreements
        words = f"they DISAGREE on {len(verdicts.disagreements)}:" if others else "they DISAGREE:"
        answer.show(Verdict(words, False), Code(first))
    elif verdicts.checked:
        answer.show(Verdict("they agree: nothing is further apart than rounding explains", True))
    else:
        words = "nothing was checked: no dW has an entry larger than what rounding may do to it"
        answer.show(Verdict(words, None))
    last = state.epochs[-1]
    answer.show(
        f"\ndistance of the parameters after epoch {last.epoch}: {last.distance:.1e} (shown, not judged)"
    )
