"""`backproof compare`: both twins trained side by side, their curves, and their gradients judged."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Code, Note, Picture, Table, Verdict
from backproof.scripts.kept import keep
from backproof.scripts.options import DataRoot, Dtype, Json, Seed, again
from backproof.scripts.parity import HEADINGS, cells
from backproof.scripts.show import one_line, progress, strict_json, word

if TYPE_CHECKING:
    from backproof.data.dataset import Dataset
    from backproof.parity_tests.foreign_log import Log
    from backproof.parity_tests.stand_ins import Implementation
    from backproof.parity_tests.training import Epoch, State, Task
    from backproof.scratch.spec import NetworkSpec

CHECKPOINT = "checkpoint.npz"
DECLARED = ("activation", "loss", "dropout", "dropout_inputs")  # by an exam file itself
ELSEWHERE = ("data_root", "download", "out", "save", "resume", "json")  # which say nothing of the training
ALT = "Loss, accuracy and distance of the two networks over the epochs."


def compare(
    context: typer.Context,
    data: Annotated[str, typer.Argument(help="The data set: digits or mnist.")] = "digits",
    hidden: Annotated[str, typer.Option(help="Widths of the hidden layers; '' for none.")] = "16,16",
    activation: Annotated[str, typer.Option(help="Activation of the hidden layers.")] = "sigmoid",
    loss: Annotated[
        str, typer.Option(help="The loss, which also sets the last activation.")
    ] = "squared_error",
    epochs: Annotated[
        int, typer.Option(min=1, max=10**6, help="How often to see all training examples.")
    ] = 20,
    batch: Annotated[int, typer.Option(help="Examples in a batch.")] = 10,
    optimizer: Annotated[str, typer.Option(help="The update rule.")] = "sgd",
    learning_rate: Annotated[float, typer.Option(help="Length of a step, in gradients.")] = 1.0,
    schedule: Annotated[str, typer.Option(help="How the rate falls: constant, step or cosine.")] = "constant",
    period: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=10**6,
            help="Epochs until a cosine is at 0, or after which step divides by ten.",
            show_default="--epochs",
        ),
    ] = None,
    momentum: Annotated[float, typer.Option(help="Of momentum and nesterov.")] = 0.9,
    weight_decay: Annotated[float, typer.Option(help="Times W, in the gradient; adamw: beside it.")] = 0.0,
    clip_norm: Annotated[float, typer.Option(help="The longest a gradient may be.")] = float("inf"),
    dropout: Annotated[float, typer.Option(help="Share of the hidden units that a step drops.")] = 0.0,
    dropout_inputs: Annotated[float, typer.Option(help="Share of the inputs that a step drops.")] = 0.0,
    init: Annotated[str, typer.Option(help="How weights begin: lecun, xavier or he.")] = "lecun",
    plant: Annotated[str, typer.Option(help="A mistake of the catalogue, to see what it does.")] = "",
    implementation: Annotated[
        Path | None, typer.Option(help="An exam file (see examine): that network takes the place of ours.")
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(help="CSV of another training to lay beside: epoch or step, loss, accuracy."),
    ] = None,
    seed: Seed = 0,
    seeds: Annotated[
        int, typer.Option(min=0, max=100, help="How many other seeds to train by hand, as a band.")
    ] = 0,
    alone: Annotated[bool, typer.Option("--alone", help="Train by hand only; steps are judged.")] = False,
    validation: Annotated[
        int, typer.Option(min=0, help="Test on the last so many training examples, and train on the rest.")
    ] = 0,
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

    Shows loss and accuracy, the distance of the two and how much of it rounding explains after every epoch.
    Judged are steps, each from the parameters and the state that were given to it: the first 10, the first of
    every epoch and each at which the distance leaps. So a distance alone accuses nobody: a unit may fall on
    the other side of a kink, a corner of its activation such as 0 of relu, by rounding. Exit code 0: every
    judged step is right; 1: some step is wrong, a log is apart, or training
    diverged; 3: the bound could decide nothing.
    """
    spec = _spec(data, hidden, activation, loss, dtype, dropout, dropout_inputs)
    answer = Answer(json)

    from backproof.data.dataset import held_out
    from backproof.data.loading import load
    from backproof.parity_tests import foreign_log, stand_ins, training
    from backproof.scratch.spec import OptimizerSpec
    from backproof.scratch.system import alone_in
    from backproof.scratch.train import check_learning_rate
    from backproof.scripts.files import check_file, check_folder

    if save and save.suffix != ".npz":
        raise InputError(f"--save {save}", "a saved network is an .npz file, such as network.npz")
    check_learning_rate(learning_rate)
    rule = OptimizerSpec(
        optimizer, learning_rate, momentum, weight_decay=weight_decay, clip_norm=clip_norm, schedule=schedule
    )
    theirs = foreign_log.read(log) if log else None
    somebody = _implementation(context, answer, implementation) if implementation else None
    if somebody:
        spec = somebody.spec(spec.widths, dtype)
    dataset = load(data, root=data_root, download=download)
    if validation:
        dataset = held_out(dataset, validation)
    task = training.task(
        spec,
        dataset,
        batch,
        rule,
        seed,
        initialisation=init,
        alone=alone,
        others=seeds,
        losses=theirs is not None,
    )
    if theirs and log:
        foreign_log.check_length(log, theirs, epochs, task.steps)
    if schedule != "constant":
        rule = replace(rule, period=task.steps * (period or epochs))
        task = replace(task, optimizer=rule)
    if plant:
        found = stand_ins.mistake(plant)
        if resume and found.question == "calls":
            raise InputError(
                f"{plant!r} lives in what is kept between calls, which no file keeps", "leave --resume away"
            )
        task = replace(task, examined=stand_ins.planted(found, spec, rule))
    if somebody:
        task = replace(task, examined=somebody.examined(rule))
    training.check_memory(spec, batch, seeds)
    folder = out or Path("out") / f"compare-{data}"

    names = [str(each.name) for each in context.command.params]  # in their own order, not the line's
    settings = {name: context.params[name] for name in names if name not in ELSEWHERE}
    settings |= {
        "hidden": ",".join(map(str, spec.widths[1:-1])),
        "period": rule.period,
        "implementation": str(implementation or ""),
        "log": str(log or ""),
    }
    declared = dict.fromkeys(DECLARED) if implementation else {}
    command = again(context, resume=False, **declared)

    # Before a folder is made: where there is nothing to continue, nothing is left behind.
    state = _continued(answer, folder, task, settings) if resume else None
    check_folder(folder)
    answer.held.enter_context(alone_in(folder))
    if save:
        check_file(save)
    if plant:
        answer.show(f"planted by hand: {plant}")
    _show_heading(answer, task, dataset, epochs)
    outcome, state = _train(answer, task, state, folder, settings)

    if outcome == "interrupted" and (state is None or not state.epochs[1:]):
        answer.show(Note(f"interrupted before the first epoch was complete; to begin again: {command}"))
        return answer.end(130)
    assert state is not None
    # On a page the lines of the epochs are a table, behind the verdict.
    answer.parts = [part for part in answer.parts if not isinstance(part, Code)]
    run = {"command": command, "outcome": outcome, "settings": settings}
    _show_verdict(answer, task, state)
    answer.parts.append(_epochs(state))
    fits = True
    if theirs and outcome == "finished":
        fits, run["log"] = _show_log(answer, theirs, task, state)
    data_of_run = _as_json(task, dataset, state, run)
    answer.show(
        f"{word(folder)}: curves.png, curves.svg, epochs.csv, run.json"
        + (f"; network: {word(save)}" if save else "")
    )
    curves = _curves(folder, task, dataset, state, theirs)
    answer.parts.append(curves)  # which the line above names
    if save:  # before the pictures, which can be drawn again
        answer.files[save] = partial(_network, spec, state)
    answer.files |= _files(folder, curves, data_of_run)
    keep(answer, folder, command)
    if outcome == "interrupted":
        answer.show(Note(f"interrupted; to continue: {again(context, resume=True, **declared)}"))
        return answer.end(130, data_of_run)
    answer.show(Code(f"to repeat: {command}"))
    if outcome != "finished":
        advice = "" if state.verdicts.disagreements else "; try a smaller --learning-rate"
        answer.show(Note(f"{outcome}; the epochs before are kept{advice}"))
    good = training.said(state)[1] if outcome == "finished" and fits else False
    return answer.end({True: 0, False: 1, None: 3}[good], data_of_run)


def _implementation(context: typer.Context, answer: Answer, path: Path) -> "Implementation":
    """Somebody's network, in a process that ends with the answer; it declares its own functions."""
    from backproof.parity_tests.stand_ins import Implementation

    for name in (*DECLARED, "plant"):
        source = context.get_parameter_source(name)
        if source and source.name == "COMMANDLINE":
            raise InputError(
                f"--{name.replace('_', '-')} with --implementation", f"{path} declares its own network"
            )
    made = Implementation(path)
    answer.held.enter_context(made.sandbox)
    return made


def _spec(
    data: str, hidden: str, activation: str, loss: str, dtype: str, dropout: float, dropout_inputs: float
) -> "NetworkSpec":
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
    return NetworkSpec(
        (n_in, *widths, classes),
        (*(activation for _ in widths), last),
        loss,
        dtype,
        dropout=dropout,
        dropout_inputs=dropout_inputs,
    )


def _train(
    answer: Answer, task: "Task", state: "State | None", folder: Path, settings: dict[str, Any]
) -> "tuple[str, State | None]":
    """Trains until the last epoch; returns how it ended, and where both stand then."""
    import numpy as np

    from backproof.parity_tests import training
    from backproof.parity_tests.exam import one_thread
    from backproof.scripts.files import whole

    # A training that diverges overflows on its way; that is found out and told, not warned about.
    with progress("steps") as bar, one_thread(), np.errstate(all="ignore"):
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


def _continued(answer: Answer, folder: Path, task: "Task", settings: dict[str, Any]) -> "State":
    """The state that the folder keeps, if it was reached with these settings; it may be the last one."""
    from backproof.parity_tests import training

    found, state = training.load(folder / CHECKPOINT, (2 + task.others) * task.spec.parameter_count)
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
    training.check_fits(folder / CHECKPOINT, task, state)
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

    from backproof.parity_tests import training

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
        "verdict": training.said(state)[0],
        "epochs": [asdict(epoch) for epoch in state.epochs],
        "steps": [asdict(step) for step in state.course.steps],
        "events": [asdict(event) for event in state.course.events],
        "other_seeds": [asdict(other) for other in state.others],
    }


def _curves(folder: Path, task: "Task", dataset: "Dataset", state: "State", theirs: "Log | None") -> Picture:
    from backproof.scripts import pictures

    spec = task.spec
    title = (
        f"{dataset.name}, {'-'.join(map(str, spec.widths))}, {spec.activations[0]}, {spec.loss}\n"
        f"batch {task.batch}, {_rule(task)}, seed {task.seed}, {spec.dtype}"
    )
    return Picture(folder / "curves", ALT, lambda: pictures.curves(task, state, title, theirs))


def _files(folder: Path, curves: Picture, run: dict[str, Any]) -> dict[Path, Callable[[], bytes]]:
    """The curves as pictures, the epochs as a table, and all that is known about the run as JSON."""
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
        f"{epochs} epochs of {task.steps} steps, batch {task.batch}, {_rule(task)}, seed {task.seed}\n",
    )
    if task.alone:
        answer.show(Code("epoch  training loss  test accuracy"))
        return
    answer.show(
        Code("           training loss         test accuracy    predicted   distance"),
        Code("epoch    by hand by autograd  by hand autograd differently  of params   rounding"),
    )


def _rule(task: "Task") -> str:
    """The update rule in words, as far as it is not plain descent."""
    o, spec = task.optimizer, task.spec
    parts = [] if o.name == "sgd" else [o.name]
    parts.append(f"learning rate {o.learning_rate:g}")
    parts += [] if o.schedule == "constant" else [f"schedule {o.schedule}"]
    parts += [f"weight decay {o.weight_decay:g}"] if o.weight_decay else []
    parts += [f"gradients at most {o.clip_norm:g} long"] if o.clip_norm < float("inf") else []
    dropped = [(spec.dropout_inputs, "inputs"), (spec.dropout, "hidden units")]
    parts += [f"{share:.0%} of the {what} dropped" for share, what in dropped if share]
    parts += [] if task.initialisation == "lecun" else [f"{task.initialisation} initialisation"]
    return ", ".join(parts)


def _epoch(epoch: "Epoch") -> Code:
    if epoch.distance is None:
        return Code(f"{epoch.epoch:>5} {epoch.loss_by_hand:>#14.6g} {epoch.accuracy_by_hand:>14.2%}")
    return Code(
        f"{epoch.epoch:>5} {epoch.loss_by_hand:>#10.5g} {epoch.loss_by_autograd:>#11.5g} "
        f"{epoch.accuracy_by_hand:>8.2%} {epoch.accuracy_by_autograd:>8.2%} {epoch.differing:>11,} "
        f"{epoch.distance:>10.1e} {epoch.floor:>10.1e}"
    )


def _epochs(state: "State") -> Table:
    both = ("loss by hand", "by autograd", "accuracy by hand", "by autograd", "predicted differently")
    alone = state.epochs[0].distance is None
    headings = ("training loss", "test accuracy") if alone else (*both, "distance of parameters", "rounding")
    return Table(("epoch", *headings), [_epoch(epoch).text.split() for epoch in state.epochs])


def _show_verdict(answer: Answer, task: "Task", state: "State") -> None:
    from backproof.parity_tests import training

    verdicts, last = state.verdicts, state.epochs[-1]
    words, good = training.said(state)
    if good and task.examined.who == "planted":
        words = f"{words}: the mistake changes nothing on this network"
    answer.show("", Verdict(words, good))
    if verdicts.disagreements:
        first, *others = verdicts.disagreements
        several = f"the first of {len(verdicts.disagreements)} wrong steps, " if others else ""
        answer.show(Code(f"{several}{first}"))
    answer.show(f"\nsteps judged from what was given to them: {verdicts.batches:,}")
    for who, found in verdicts.lines.items():
        rows = [(quantity, *cells(line)) for quantity, line in found.items()]
        answer.show(Table((task.examined.who if who == "hand" else f"by {who}", *HEADINGS), rows))
    if verdicts.out_of_range:
        answer.show(
            f"{verdicts.out_of_range} of the gradients may leave the range of the dtype, "
            "so nothing was compared there"
        )
    if last.distance is not None:
        _show_distance(answer, state)
    if state.others:
        accuracies = [last.accuracy_by_hand, *(other.accuracies[-1] for other in state.others)]
        answer.show(
            f"test accuracy after epoch {last.epoch} over {len(accuracies)} seeds: "
            f"mean {sum(accuracies) / len(accuracies):.2%}, {min(accuracies):.2%} to {max(accuracies):.2%}"
        )


def _show_distance(answer: Answer, state: "State") -> None:
    last = state.epochs[-1]
    answer.show(
        f"\ndistance of the parameters after epoch {last.epoch}: {last.distance:.1e}; the rounding of all "
        f"steps, added up: {last.floor:.1e}"
    )
    flip = state.course.first("flip")
    if flip:
        answer.show(
            f"step {flip.step}: unit {flip.unit} of layer {flip.layer} falls on the other side of its kink, "
            "the first to do so"
        )
    if last.differing:
        answer.show(
            f"predicted differently: {last.differing:,} test examples, {last.only_by_hand:,} right only by "
            f"hand and {last.only_by_autograd:,} only by autograd"
        )


def _show_log(answer: Answer, theirs: "Log", task: "Task", state: "State") -> tuple[bool, dict[str, Any]]:
    """Lays a foreign log beside ours; returns whether it agrees, and what is to be kept of it."""
    from backproof.parity_tests import foreign_log

    found, logged = foreign_log.beside(theirs, task, state), {each.step for each in state.course.steps}
    rows = [
        (str(number), f"{our:#.6g}", f"{value:#.6g}", f"{abs(our - value):.1e}")
        for number, our, value in zip(theirs.numbers, found.ours, theirs.loss.values)
        if theirs.by == "epoch" or number == found.apart or number in logged
    ]
    answer.show(Table((theirs.by, "loss by hand", "of the log", "apart"), rows))
    if theirs.left_out:
        answer.show(f"not read of the log: {', '.join(sorted(theirs.left_out))}")
    accuracy = foreign_log.accuracy_apart(theirs, state)
    if found.apart is not None:
        answer.show(Verdict(f"the log is apart since {theirs.by} {found.apart}: {found.meaning}", False))
        if found.apart == theirs.numbers[0] and (theirs.by == "step" or found.apart == 0):
            answer.show(
                "so before any update: the parameters that it began with, its first batch or its loss differ"
            )
    else:
        words = f"the log agrees to the digits written, or to rounding, in every {theirs.by}: {found.meaning}"
        answer.show(Verdict(words, True))
    if accuracy is not None:
        answer.show(Verdict(f"its accuracy is apart since epoch {accuracy}", False))
    kept = {"meaning": found.meaning, "apart": found.apart, "accuracy_apart": accuracy}
    return found.apart is None and accuracy is None, kept
