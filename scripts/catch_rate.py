"""`backproof catch-rate`: every mistake of the catalogue on generated networks, and who notices."""

import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from backproof.scripts.parity import MOST_JOBS, MOST_NETWORKS
from backproof.scripts.show import console, one_line, progress, strict_json, table

if TYPE_CHECKING:
    from backproof.parity_tests.catch_rate import Miss, Table

SHOWN = 40  # misses printed in full; the JSON has them all

LEGEND = """active: networks on which the mistake changes anything
missed: those of them on which the derived bound does not catch it, and the largest difference there
ordinary, extreme: what the derived bound catches of the active ones; further right, what the habits catch
first: on the how-manieth active network the derived bound caught it"""


def catch_rate(
    networks: Annotated[int, typer.Option(min=1, max=MOST_NETWORKS, help="How many networks to draw.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw.")] = 0,
    dtype: Annotated[
        Literal["float64", "float32"], typer.Option(help="Floating-point format of the networks.")
    ] = "float64",
    jobs: Annotated[
        int, typer.Option(min=1, max=MOST_JOBS, help="Processes to spread the networks over.")
    ] = 2,
    out: Annotated[
        Path, typer.Option(help="Folder of the results, and of what an interrupted run has done.")
    ] = Path("out/catch-rate"),
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> int:
    """Plant every mistake of the catalogue, and count who catches it: the derived bound, the field's habits.

    A mistake is active on a network where it changes some quantity by more than one ulp, which is decided
    with 120 digits and without the bound. Finished networks are kept in --out: the same command continues,
    and one that asks for more networks draws only the rest. Exit code 0: each mistake is caught and honest
    code never accused; 1: not so; 3: some mistake was active on no network.
    """
    from backproof.parity_tests.catch_rate import Log, Table, outcomes
    from backproof.scripts.files import check_file, not_written

    log, tally, interrupted = Log(out, seed, dtype), Table(dtype), False
    check_file(log.path)
    done = log.read()
    missing = [number for number in range(networks) if number not in done]
    with progress("networks") as bar:
        task = bar.add_task("catch-rate", total=networks, completed=networks - len(missing))
        try:
            for outcome in outcomes(seed, missing, dtype, jobs):
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

    settings = {"networks": networks, "seed": seed, "dtype": dtype, "jobs": jobs, "out": out}
    options = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    command = shlex.join(["backproof", "catch-rate", *options])
    code = 130 if interrupted else _code(tally)
    everything = {"exit_code": code, "command": command, **_as_json(tally)}
    if tally.networks:
        _write(out, tally, everything)
    if json:
        typer.echo(strict_json(everything))
    else:
        _print(tally, out)
    if interrupted:
        typer.echo(f"interrupted after {tally.networks} networks; to continue: {one_line(command)}", err=True)
    return code


def _code(tally: "Table") -> int:
    from backproof.parity_tests.catch_rate import OURS

    if tally.alarms[OURS] or tally.never_caught:
        return 1
    return 3 if tally.never_active else 0


def _write(out: Path, tally: "Table", everything: dict[str, Any]) -> None:
    from backproof.scripts import pictures
    from backproof.scripts.files import whole

    with whole(out / "catch-rate.json") as file:
        file.write(strict_json(everything).encode("utf-8"))
    figure = pictures.catch_rates(tally)
    for kind in ("png", "svg"):
        pictures.save(figure, out / f"catch-rate.{kind}")


def _print(tally: "Table", out: Path) -> None:
    from backproof.parity_tests.cases import STRATUM_NAMES
    from backproof.parity_tests.catch_rate import COMPARATORS, OURS, share

    show = console()
    others = COMPARATORS[1:]
    table(
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
    show.print(f"\n{LEGEND}\n")
    active = [score for score in tally.scores.values() if any(score.active.values())]
    strata = tally.strata()
    table(
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
    misses = [miss for score in tally.scores.values() for miss in score.misses]
    misses.sort(key=lambda miss: STRATUM_NAMES.index(miss.stratum))
    if misses:
        inside = sum(miss.share <= 1 for miss in misses)
        show.print(
            f"\nactive and missed: {inside} inside what rounding explains, "
            f"{len(misses) - inside} lost in the mistake's own rounding"
        )
        for miss in misses[:SHOWN]:
            show.print(_line(miss))
        if len(misses) > SHOWN:
            show.print(f"... and {len(misses) - SHOWN} more in {one_line(str(out / 'catch-rate.json'))}")
    show.print()
    if tally.never_caught:
        show.print(f"never caught: {'; '.join(tally.never_caught)}")
    if tally.never_active:
        show.print(f"active on no network, so not checked: {'; '.join(tally.never_active)}; draw more")
    show.print(
        f"{len(tally.scores)} mistakes on {tally.networks} networks, {tally.out_of_range} of them out of the "
        f"dtype's range; honest code used at most {tally.honest_share:.3f} of its allowance"
    )
    caught = [score.first for score in tally.scores.values() if score.first]
    if caught:
        show.print(f"caught at the latest on active network number {max(caught)}")
    show.print(f"{one_line(str(out))}: catch-rate.json, catch-rate.png, catch-rate.svg")


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


def _as_json(tally: "Table") -> dict[str, Any]:
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
