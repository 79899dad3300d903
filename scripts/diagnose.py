"""`backproof diagnose`: plants every mistake of the catalogue and says what diagnosis makes of it."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Code, Note, Table
from backproof.scripts.options import Json, Seed, again
from backproof.scripts.show import progress

if TYPE_CHECKING:
    from backproof.parity_tests.diagnosis import Trial


def diagnose(
    context: typer.Context,
    seed: Seed = 0,
    networks: Annotated[
        int, typer.Option(min=1, max=1_000, help="How many wrong networks each diagnosis is shown.")
    ] = 5,
    mistake: Annotated[
        str, typer.Option(help="Only mistakes whose name contains this.", show_default="all")
    ] = "",
    skip: Annotated[int, typer.Option(min=0, help="Leave out so many mistakes, the first ones.")] = 0,
    json: Json = False,
) -> Answer:
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
    answer = Answer(json)
    _show(answer, trials, outcomes, f"--seed {seed} --networks {networks}")
    if interrupted:
        rest = again(context, skip=skip + len(trials))
        answer.show(Note(f"interrupted after {len(trials)} mistakes; to continue: {rest}"))
    return answer.end(code, {"seed": seed, "trials": [_as_json(each) for each in trials]})


def _show(answer: Answer, trials: "list[Trial]", outcomes: Counter[str], settings: str) -> None:
    answer.show(
        Table(
            ("planted", "diagnosis", "shown", "drawn"),
            [(t.planted, t.outcome, f"{t.networks}", f"{t.drawn}") for t in trials],
            left=2,
        )
    )
    for each in trials:
        if each.outcome != "right":
            places = Counter(each.diagnosis.first_wrong).most_common(1)
            first = f"; first wrong step {places[0][0]}" if places else ""
            answer.show(f"\n{each.planted}: {each.outcome}{first}")
            answer.show(*(f"    fits: {name}" for name in each.diagnosis.names))
            if each.diagnosis.apart:
                answer.show(Code(f"    told apart by {each.diagnosis.apart}"))
    named = ", ".join(f"{outcomes[word]} {word}" for word in ("right", "tie", "unknown", "wrong"))
    answer.show(f"\n{len(trials)} mistakes planted ({settings}): {named}")


def _as_json(each: Any) -> dict[str, Any]:
    apart = each.diagnosis.apart
    return {
        "planted": each.planted,
        "outcome": each.outcome,
        "networks": each.networks,
        "drawn": each.drawn,
        "first_wrong": list(each.diagnosis.first_wrong),
        "explanations": list(each.diagnosis.names),
        "told_apart_by": repr(apart) if apart else None,
    }
