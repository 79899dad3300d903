"""`backproof diagnose`: plants every mistake of the catalogue and says what diagnosis makes of it."""

import shlex
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.show import console, one_line, progress, strict_json, table

if TYPE_CHECKING:
    from backproof.parity_tests.diagnosis import Trial


def diagnose(
    seed: Annotated[int, typer.Option(min=0, help="Seed of the networks.")] = 0,
    networks: Annotated[
        int, typer.Option(min=1, help="How many wrong networks each diagnosis is shown.")
    ] = 5,
    mistake: Annotated[
        str, typer.Option(help="Only mistakes whose name contains this.", show_default="all")
    ] = "",
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many mistakes, the first ones.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> int:
    """Plant mistakes, show their gradients on a few networks, and see whether diagnosis names them.

    Exit code 0: none was named wrongly; 1: some was.
    """
    from backproof.parity_tests.diagnosis import trial
    from backproof.parity_tests.exam import one_thread
    from backproof.parity_tests.mistakes import Known, catalogue

    fitting = [each for name, each in catalogue().items() if mistake in name]
    if not fitting:
        raise InputError(f"no mistake whose name contains {mistake!r}", "leave --mistake out for all of them")
    chosen = fitting[skip:]
    if not chosen:
        raise InputError(f"--skip {skip} of {len(fitting)} mistakes", "skip fewer of them")
    drawn: dict[int, Known] = {}
    trials: list[Trial] = []
    interrupted = False
    with progress("mistakes") as bar, one_thread():
        task = bar.add_task("diagnosis", total=len(chosen))
        try:
            for entry in chosen:
                trials.append(trial(entry, seed, networks, drawn))
                bar.advance(task)
        except KeyboardInterrupt:
            interrupted = True
    outcomes = Counter(each.outcome for each in trials)
    code = 130 if interrupted else 1 if outcomes["wrong"] else 0
    if json:
        typer.echo(
            strict_json({"exit_code": code, "seed": seed, "trials": [_as_json(each) for each in trials]})
        )
    else:
        _print(trials, outcomes, f"--seed {seed} --networks {networks}")
    if interrupted:
        settings = {"skip": skip + len(trials), "seed": seed, "networks": networks}
        command = ["backproof", "diagnose"]
        command += [word for name, value in settings.items() for word in (f"--{name}", str(value))]
        command += ["--mistake", mistake] if mistake else []
        command += ["--json"] if json else []
        typer.echo(
            f"interrupted after {len(trials)} mistakes; to continue: {one_line(shlex.join(command))}",
            err=True,
        )
    return code


def _print(trials: "list[Trial]", outcomes: Counter[str], settings: str) -> None:
    show = console()
    table(
        ("planted", "diagnosis", "shown", "drawn"),
        ((t.planted, t.outcome, f"{t.networks}", f"{t.drawn}") for t in trials),
        left=2,
    )
    for each in trials:
        if each.outcome != "right":
            show.print(f"\n{each.planted}: {each.outcome}")
            for name in each.diagnosis.names:
                show.print(f"    fits: {name}")
            if each.diagnosis.apart:
                show.print(f"    told apart by {each.diagnosis.apart}")
    named = ", ".join(f"{outcomes[word]} {word}" for word in ("right", "tie", "unknown", "wrong"))
    show.print(f"\n{len(trials)} mistakes planted ({settings}): {named}")


def _as_json(each: Any) -> dict[str, Any]:
    apart = each.diagnosis.apart
    return {
        "planted": each.planted,
        "outcome": each.outcome,
        "networks": each.networks,
        "drawn": each.drawn,
        "explanations": list(each.diagnosis.names),
        "told_apart_by": repr(apart) if apart else None,
    }
