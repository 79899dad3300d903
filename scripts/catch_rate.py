"""`backproof catch-rate`: every mistake of a list on generated networks, and who notices."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from backproof.scripts.answer import Answer, Code, Note, Picture, Table, Verdict
from backproof.scripts.kept import keep
from backproof.scripts.options import Dtype, Json, Networks, Seed, again
from backproof.scripts.show import strict_json, word
from backproof.scripts.sweeping import Engine, Jobs, Part, read_shard, swept

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from backproof.parity_tests.catch_rate import Miss
    from backproof.parity_tests.catch_rate import Table as Rates
    from backproof.parity_tests.mistakes import Mistake

SHOWN = 40  # misses printed in full; the JSON has them all

ALT = "Share of the active networks on which each comparator catches each family of mistakes."
LEGEND = """active: networks on which the mistake changes anything
missed: those of them on which backproof does not catch it, and the largest difference there
ordinary, extreme: what backproof catches of the active ones, by its steps or end to end against autograd;
    further right, what each of the two catches alone, and what the field's tolerances catch
first: on the how-manieth active network backproof caught it"""


def catch_rate(
    context: typer.Context,
    networks: Networks = 100,
    seed: Seed = 0,
    dtype: Dtype = "float64",
    mistakes: Annotated[
        Literal["catalogue", "outside"],
        typer.Option(help="The catalogue, or mistakes that nobody told the judge of."),
    ] = "catalogue",
    jobs: Jobs = 2,
    engine: Engine = "loky",
    shard: Part = None,
    out: Annotated[
        Path, typer.Option(help="Folder of the results, and of what an interrupted run has done.")
    ] = Path("out/catch-rate"),
    json: Json = False,
) -> Answer:
    """Plant every mistake of a list, and count who catches it: backproof, the field's tolerances.

    A mistake is active on a network where it changes some quantity by more than one ulp, the gap between
    neighbouring numbers, which is decided with 120 digits and without the bound. Finished networks are kept
    in --out: the same command continues, and one that asks for more networks draws only the rest. Exit code
    0: each mistake is caught and honest code never accused; 1: not so; 3: some mistake was active on no
    ordinary network.
    """
    from backproof.parity_tests import catch_rate as counting
    from backproof.scratch.reading import record

    answer, tally, interrupted = Answer(json), counting.Table(dtype, mistakes), False
    mine, tasks = read_shard(shard, out), counting.tasks(seed, networks, dtype, mistakes)
    try:
        for task, found in swept(answer, "networks", counting.asked, tasks, out, mine, engine, jobs):
            tally.add(record(counting.Examined, found, task.name))
    except KeyboardInterrupt:
        interrupted = True

    code = 130 if interrupted else _code(tally, mine is not None)
    _show(answer, tally, out, code)
    if interrupted:
        answer.show(Note(f"interrupted after {tally.networks} networks; to continue: {again(context)}"))
    answer.end(code, {"command": again(context), **_as_json(tally)})
    if tally.networks and not mine:
        answer.show(Picture(out / "catch-rate", ALT, lambda: _picture(tally)))
        answer.files[out / "catch-rate.json"] = lambda: strict_json(answer.as_json()).encode("ascii")
        keep(answer, out, again(context))
    return answer


def _code(tally: "Rates", of_a_part: bool) -> int:
    """What is caught nowhere and active nowhere is known of the whole alone."""
    from backproof.parity_tests.catch_rate import OURS

    if of_a_part:
        return 1 if tally.alarms[OURS] else 0 if tally.networks else 3
    if tally.alarms[OURS] or tally.never_caught:
        return 1
    return 3 if tally.never_active else 0


def _picture(tally: "Rates") -> "Figure":
    from backproof.scripts import pictures

    return pictures.catch_rates(tally)


def _show(answer: Answer, tally: "Rates", out: Path, code: int) -> None:
    from backproof.parity_tests.cases import STRATUM_NAMES
    from backproof.parity_tests.catch_rate import COMPARATORS, OURS, share

    others = COMPARATORS[1:]
    planted = Table(
        ("mistake", "active", "missed", "at most", *STRATUM_NAMES, "first", *others),
        (
            (
                name,
                f"{sum(score.active.values())}",
                f"{len(score.misses)}",
                f"{max(miss.gap for miss in score.misses):.0e}" if score.misses else "-",
                *(_percent(share([score], OURS, [stratum])) for stratum in STRATUM_NAMES),
                f"{score.first or '-'}",
                *(_percent(share([score], other)) for other in others),
            )
            for name, score in tally.scores.items()
        ),
    )
    active = [score for score in tally.scores.values() if any(score.active.values())]
    strata = tally.strata()
    comparators = Table(
        ("comparator", "caught: ordinary", "extreme", "caught everywhere", "false alarms on honest code"),
        (
            (
                name,
                *(_percent(strata[stratum][name], digits=2) for stratum in STRATUM_NAMES),
                f"{sum(score.caught[name] == score.active for score in active)} of {len(active)} mistakes",
                f"{tally.alarms[name]} of {tally.networks - tally.out_of_range} networks",
            )
            for name in COMPARATORS
        ),
    )
    answer.show(planted, f"\n{LEGEND}\n", comparators, "", *_parts(tally))
    misses = [miss for score in tally.scores.values() for miss in score.misses]
    misses.sort(key=lambda miss: STRATUM_NAMES.index(miss.stratum))
    if misses:
        inside = sum(miss.share <= 1 for miss in misses)
        answer.show(
            f"\nactive and missed: {inside} inside what rounding explains, "
            f"{len(misses) - inside} lost in the mistake's own rounding"
        )
        for miss in misses[:SHOWN]:
            answer.show(Code(_line(miss)))
        if len(misses) > SHOWN:
            answer.show(f"... and {len(misses) - SHOWN} more in {word(out / 'catch-rate.json')}")
    answer.show("")
    if tally.never_caught:
        answer.show(f"never caught: {'; '.join(tally.never_caught)}")
    if tally.never_active:
        answer.show(
            f"active on no ordinary network, so not checked: {'; '.join(tally.never_active)}; draw more"
        )
    counted = (
        f"{len(tally.scores)} mistakes on {tally.networks} networks, {tally.out_of_range} of them out of the "
        f"dtype's range; honest code used at most {tally.honest_share:.3f} of its allowance"
    )
    answer.show(Verdict(counted, {0: True, 1: False}.get(code)))
    caught = [score.first for score in tally.scores.values() if score.first]
    if caught:
        answer.show(f"caught at the latest on active network number {max(caught)}")


def _parts(tally: "Rates") -> Iterator[str]:
    """What is caught on ordinary networks but for some mistakes, and where the first wrong step was."""
    without: dict[str, Callable[[Mistake], bool]] = {
        "logarithms with an epsilon": lambda mistake: mistake.family == "epsilon in the log",
        "what is below 32 u in float32": lambda mistake: mistake.below,
    }
    for what, left_out in without.items():
        if any(left_out(mistake) for mistake in tally.planted):
            yield f"caught on ordinary networks without {what}: {_percent(tally.without(left_out), digits=2)}"
    places = tally.places
    told = sum(places.values()) - places["none"] - places["tie"]
    if told:
        yield (
            f"the first wrong step, where some step is wrong: the first quantity that the mistake changes in "
            f"{_percent(places['right'] / told, digits=2)} of {told:,}; a later one {places['later']}, "
            f"an earlier one {places['earlier']}; apart from these, {places['tie']} ties: a later one that "
            "the mistake makes wrong too, since its change at the first is within rounding"
        )


def _percent(share: float, digits: int = 1) -> str:
    """Rounded down: never 100% for less than all."""
    if math.isnan(share):
        return "-"
    return "100%" if share == 1 else f"{math.floor(10 ** (digits + 2) * share) / 10**digits:.{digits}f}%"


def _line(miss: "Miss") -> str:
    at = f", {miss.kinks} units at a kink" if miss.kinks else ""
    # In exact numbers it is off by more than its allowance, and its rounded values are not.
    share = f"{miss.share:.1%} of its allowance" if miss.share <= 1 else "lost in the mistake's own rounding"
    off = f"{miss.quantity} off by {miss.gap:.1e}, {share}{at}"
    return f"{miss.mistake}: {off} ({miss.stratum})\n    {miss.case}"


def _as_json(tally: "Rates") -> dict[str, Any]:
    from dataclasses import asdict

    from backproof.parity_tests.catch_rate import COMPARATORS, OURS, share
    from backproof.parity_tests.habits import HABITS

    return {
        "networks": tally.networks,
        "out_of_range": tally.out_of_range,
        "largest_honest_share": tally.honest_share,
        "comparators": {
            name: {
                "share": share(tally.scores.values(), name),
                **{stratum: row[name] for stratum, row in tally.strata().items()},
                "alarms": tally.alarms[name],
            }
            for name in COMPARATORS
        },
        "sources": {habit.name: habit.source for habit in HABITS},
        "families": tally.families(),
        "mistakes": {
            each.name: {
                **asdict(each),
                **asdict(tally.scores[each.name]),
                "rate": share([tally.scores[each.name]], OURS),
            }
            for each in tally.planted
        },
        "places": tally.places,
        "never_active": tally.never_active,
        "never_caught": tally.never_caught,
    }
