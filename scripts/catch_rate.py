"""`backproof catch-rate`: every mistake of the catalogue on generated networks, and who notices."""

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backproof.scripts.answer import Answer, Code, Note, Table, Verdict
from backproof.scripts.options import Dtype, Jobs, Json, Networks, Seed, again
from backproof.scripts.show import progress, strict_json, word

if TYPE_CHECKING:
    from backproof.parity_tests.catch_rate import Miss
    from backproof.parity_tests.catch_rate import Table as Rates

SHOWN = 40  # misses printed in full; the JSON has them all

LEGEND = """active: networks on which the mistake changes anything
missed: those of them on which the derived bound does not catch it, and the largest difference there
ordinary, extreme: what the derived bound catches of the active ones; further right, what the habits catch
first: on the how-manieth active network the derived bound caught it"""


def catch_rate(
    context: typer.Context,
    networks: Networks = 100,
    seed: Seed = 0,
    dtype: Dtype = "float64",
    jobs: Jobs = 2,
    out: Annotated[
        Path, typer.Option(help="Folder of the results, and of what an interrupted run has done.")
    ] = Path("out/catch-rate"),
    json: Json = False,
) -> Answer:
    """Plant every mistake of the catalogue, and count who catches it: the derived bound, the field's habits.

    A mistake is active on a network where it changes some quantity by more than one ulp, which is decided
    with 120 digits and without the bound. Finished networks are kept in --out: the same command continues,
    and one that asks for more networks draws only the rest. Exit code 0: each mistake is caught and honest
    code never accused; 1: not so; 3: some mistake was active on no network.
    """
    from backproof.parity_tests import catch_rate as counting
    from backproof.scripts.files import check_file, not_written

    log, tally, interrupted = counting.Log(out, seed, dtype), counting.Table(dtype), False
    check_file(log.path)
    done = log.read()
    missing = [number for number in range(networks) if number not in done]
    with progress("networks") as bar:
        task = bar.add_task("catch-rate", total=networks, completed=networks - len(missing))
        try:
            for outcome in counting.outcomes(seed, missing, dtype, jobs):
                try:
                    log.add(outcome)
                except OSError as failure:
                    raise not_written(log.path, failure) from failure
                done[outcome.number] = outcome
                bar.advance(task)
        except KeyboardInterrupt:
            interrupted = True
    for number in range(networks):
        if number in done:
            tally.add(done[number])

    code = 130 if interrupted else _code(tally)
    answer = Answer(json)
    _show(answer, tally, out)
    if interrupted:
        answer.show(Note(f"interrupted after {tally.networks} networks; to continue: {again(context)}"))
    answer.end(code, {"command": again(context), **_as_json(tally)})
    if tally.networks:
        answer.files[out / "catch-rate.json"] = lambda: strict_json(answer.as_json()).encode("ascii")
        for kind in ("png", "svg"):
            answer.files[out / f"catch-rate.{kind}"] = partial(_picture, tally, kind)
    return answer


def _code(tally: "Rates") -> int:
    from backproof.parity_tests.catch_rate import OURS

    if tally.alarms[OURS] or tally.never_caught:
        return 1
    return 3 if tally.never_active else 0


def _picture(tally: "Rates", kind: str) -> bytes:
    from backproof.scripts import pictures

    return pictures.rendered(pictures.catch_rates(tally), kind)


def _show(answer: Answer, tally: "Rates", out: Path) -> None:
    from backproof.parity_tests.cases import STRATUM_NAMES
    from backproof.parity_tests.catch_rate import COMPARATORS, OURS, share

    others = COMPARATORS[1:]
    mistakes = Table(
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
    answer.show(mistakes, f"\n{LEGEND}\n", comparators)
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
        answer.show(f"active on no network, so not checked: {'; '.join(tally.never_active)}; draw more")
    counted = (
        f"{len(tally.scores)} mistakes on {tally.networks} networks, {tally.out_of_range} of them out of the "
        f"dtype's range; honest code used at most {tally.honest_share:.3f} of its allowance"
    )
    answer.show(Verdict(counted, {0: True, 1: False}.get(_code(tally))))
    caught = [score.first for score in tally.scores.values() if score.first]
    if caught:
        answer.show(f"caught at the latest on active network number {max(caught)}")
    answer.show(f"{word(out)}: catch-rate.json, catch-rate.png, catch-rate.svg")


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
    from backproof.parity_tests.mistakes import catalogue

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
            name: {**asdict(catalogue()[name]), **asdict(score), "rate": share([score], OURS)}
            for name, score in tally.scores.items()
        },
        "never_active": tally.never_active,
        "never_caught": tally.never_caught,
    }
