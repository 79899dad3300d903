"""`backproof diagnose`: plants every mistake of the catalogue and says what diagnosis makes of it."""

from collections import Counter
from typing import Annotated, Any

import typer

from backproof.scripts.show import console, progress, strict_json, table


def diagnose(
    seed: Annotated[int, typer.Option(min=0, help="Seed of the networks.")] = 0,
    networks: Annotated[
        int, typer.Option(min=1, help="How many wrong networks each diagnosis is shown.")
    ] = 5,
    mistake: Annotated[
        str, typer.Option(help="Only mistakes whose name contains this.", show_default="all")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> int:
    """Plant mistakes, show their gradients on a few networks, and see whether diagnosis names them.

    Exit code 0: none was named wrongly; 1: some was; 3: nothing was planted.
    """
    from backproof.parity_tests.diagnosis import Trial, trial
    from backproof.parity_tests.exam import one_thread
    from backproof.parity_tests.mistakes import Known, catalogue

    chosen = [each for name, each in catalogue().items() if mistake in name]
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
    code = 130 if interrupted else 3 if not trials else 1 if outcomes["wrong"] else 0
    if json:
        typer.echo(
            strict_json({"exit_code": code, "seed": seed, "trials": [_as_json(each) for each in trials]})
        )
        return code
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
    show.print(f"\n{len(trials)} mistakes planted (--seed {seed} --networks {networks}): {named}")
    if not trials:
        show.print(f"no mistake of the catalogue has {mistake!r} in its name")
    if interrupted:
        typer.echo("interrupted; --mistake takes part of a name", err=True)
    return code


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
