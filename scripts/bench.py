"""`backproof bench`: the same training by several hands, side by side, and what else takes time here."""

import json as text_json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Note, Picture, Table
from backproof.scripts.kept import keep
from backproof.scripts.options import Json, again
from backproof.scripts.show import progress

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What chooses a kernel, a number of threads or a way of computing in numpy's OpenBLAS, MKL, OpenMP, torch,
# oneDNN and XLA. Figures are taken without them.
FORCING = (
    *("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS"),
    *("OPENBLAS_DEFAULT_NUM_THREADS", "OPENBLAS_MAIN_FREE", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    *("NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES", "NVPL_BLAS_DEBUG_CPU_TYPE"),
    *("MKL_NUM_THREADS", "MKL_ENABLE_INSTRUCTIONS", "MKL_DEBUG_CPU_TYPE", "MKL_CBWR", "MKL_DYNAMIC"),
    *("OMP_NUM_THREADS", "OMP_PROC_BIND", "OMP_PLACES", "OMP_WAIT_POLICY", "OMP_DYNAMIC", "OMP_THREAD_LIMIT"),
    *("GOMP_CPU_AFFINITY", "GOMP_SPINCOUNT", "KMP_AFFINITY", "KMP_BLOCKTIME", "KMP_HW_SUBSET"),
    *("ATEN_CPU_CAPABILITY", "DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA", "TORCH_NUM_THREADS"),
    *("XLA_FLAGS", "JAX_PLATFORMS", "JAX_ENABLE_X64", "JAX_DISABLE_JIT", "NPROC"),
    *(
        "MALLOC_ARENA_MAX",
        "MALLOC_MMAP_THRESHOLD_",
        "MALLOC_TRIM_THRESHOLD_",
        "MALLOC_TOP_PAD_",
        "GLIBC_TUNABLES",
    ),
)
PARTS = ("networks", "growth", "exam", "start")
NETWORKS = (
    "784-16-16-10 at 100",
    "784-30-10 at 10",
    "784-100-10 at 32",
    "784-512-512-10 at 128",
    "784-2048-2048-10 at 256",
)


@dataclass
class Samples:
    """What was measured so far: seconds, a list of rounds for each network, contestant or question."""

    libraries: list[dict[str, Any]] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    growth: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    memory: dict[str, dict[str, int]] = field(default_factory=dict)
    exam: dict[str, list[float]] = field(default_factory=dict)
    start: dict[str, list[float]] = field(default_factory=dict)
    profile: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, found: dict[str, Any]) -> None:
        """One line of the process that measures."""
        kind = found["kind"]
        if kind == "libraries":
            self.libraries, self.absent = found["found"], found["absent"]
        elif kind in ("step", "growth"):
            rounds = (self.steps if kind == "step" else self.growth).setdefault(found["network"], {})
            for name, seconds in found["seconds"].items():
                rounds.setdefault(name, []).append(seconds)
        elif kind == "memory":
            self.memory[found["network"]] = {
                name: found[name] for name in ("peak", "parameters", "activations")
            }
        elif kind == "exam":
            self.exam.setdefault(found["what"], []).append(found["each"])
        elif kind == "start":
            self.start.setdefault(found["command"], []).append(found["seconds"])
        else:
            self.profile[found["network"]] = found["lines"]


def bench(
    context: typer.Context,
    threads: Annotated[int, typer.Option(min=1, max=1024, help="Processors and threads for everybody.")] = 1,
    rounds: Annotated[int, typer.Option(min=1, max=10_000, help="Turns that everybody takes.")] = 15,
    part: Annotated[
        list[str] | None, typer.Option(help=f"Of {', '.join(PARTS)}, this alone; may be repeated.")
    ] = None,
    network: Annotated[
        list[str] | None, typer.Option(help=f"Of {', '.join(NETWORKS)}, this alone; may be repeated.")
    ] = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Show where scratch's time goes instead, line by line.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder of the picture and of the answer.")] = Path("out/bench"),
    json: Json = False,
) -> Answer:
    """Time a training step of scratch, plain and in-place numpy, torch, JAX and scikit-learn, side by side.

    Everybody trains the same relu network with a cross-entropy in float32, gathers its batch itself, and
    takes turns of some milliseconds in one process. Ratios are taken within a turn, then their median and
    quartiles. With one thread processor time is counted, else time on the clock. Variables that force a
    kernel or threads are left out of that process's environment. Also: how a step grows with width, depth
    and batch, its memory, networks examined and pairs judged a second, and each command's start. Exit code
    0: measured.
    """
    from backproof.scratch.system import processors
    from backproof.scripts.files import check_folder

    chosen = _of("network", network, NETWORKS)
    there = processors()
    if threads > there:
        raise InputError(f"{threads} threads on {there} processors", f"ask for {there} at most")
    check_folder(out)
    answer, samples, interrupted = Answer(json), Samples(), False
    parts = ["profile"] if profile else _of("part", part, PARTS)
    forced = {name: os.environ[name] for name in FORCING if name in os.environ}
    settings = {"threads": threads, "rounds": rounds, "parts": parts, "networks": chosen}
    try:
        with progress("samples") as bar:
            shown = bar.add_task("bench", total=None)
            for found in measured(settings):
                samples.add(found)
                bar.advance(shown)
    except KeyboardInterrupt:
        interrupted = True
    _show(answer, samples, forced, threads, out)
    command = again(context)
    if interrupted:
        answer.show(Note(f"interrupted; to measure again: {command}"))
    keep(answer, out, command)
    return answer.end(130 if interrupted else 0, {"command": command, **as_json(samples, forced, threads)})


def _of(what: str, asked: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    """Those of the known names that are asked for, or all."""
    for name in asked or ():
        if name not in known:
            raise InputError(f"no {what} {name!r} to measure", f"choose from {', '.join(known)}")
    return [name for name in known if not asked or name in asked]


def measured(settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the process that measures prints, as it comes; the process ends with the caller."""
    import tempfile
    from subprocess import DEVNULL

    from backproof.scratch import system

    environment = {name: value for name, value in os.environ.items() if name not in FORCING}
    with tempfile.TemporaryFile() as said:
        process = system.python(
            "backproof.scripts.measuring",
            text_json.dumps(settings),
            env=environment,
            stdin=DEVNULL,
            stderr=said,
        )
        try:
            for line in process.stdout or ():
                yield text_json.loads(line)
            if process.wait():
                said.seek(0)
                last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
                raise InputError(
                    f"the process that measures ended with {process.returncode}: {''.join(last)}",
                    "leave out what it was measuring, with --part and --network",
                )
        finally:
            system.end(process)
            if process.stdout:
                process.stdout.close()


# --- what the samples say -----------------------------------------------------------------------------


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper quartile."""
    import numpy as np

    low, middle, high = np.percentile(values, (25, 50, 75))
    return float(low), float(middle), float(high)


def ratios(rounds: dict[str, list[float]], name: str, to: str) -> tuple[float, float, float]:
    """Quartiles of what a contestant takes in a turn, in units of what another takes in the same turn."""
    return quartiles([mine / yours for mine, yours in zip(rounds[name], rounds[to])])


def as_json(samples: Samples, forced: dict[str, str], threads: int) -> dict[str, Any]:
    """The figures, and every sample in seconds."""
    from dataclasses import asdict

    figures = {
        network: {
            name: {
                "microseconds": 1e6 * quartiles(seconds)[1],
                "over scratch": ratios(rounds, name, "scratch"),
                "scratch over": ratios(rounds, "scratch", name),
            }
            for name, seconds in rounds.items()
        }
        for network, rounds in samples.steps.items()
    }
    return {"threads": threads, "left_out": forced, "steps": figures, "samples": asdict(samples)}


def _show(answer: Answer, samples: Samples, forced: dict[str, str], threads: int, out: Path) -> None:
    left_out = ", ".join(f"{name}={value}" for name, value in forced.items()) or "none is set"
    answer.show(
        f"{threads} thread{'s' * (threads > 1)}; what forces a kernel or threads was left out: {left_out}",
        Table(
            ("library", "version", "kernel", "threads"),
            [
                tuple(str(each[k]) for k in ("name", "version", "kernel", "threads"))
                for each in samples.libraries
            ],
            left=3,
        ),
    )
    for name, needed in samples.absent.items():
        answer.show(f"absent: {name}, since {needed} is not installed (pip install 'backproof[bench]')")
    if samples.steps:
        answer.show("", _steps(samples.steps), "", _against(samples.steps))
    if samples.memory:
        answer.show("", _memory(samples.memory))
    if samples.growth:
        answer.show("", _growth(samples.growth))
    if samples.exam:
        rows = [(what, f"{1 / quartiles(each)[1]:,.0f}") for what, each in samples.exam.items()]
        answer.show("", Table(("on one core", "a second"), rows))
    if samples.start:
        rows = [
            (f"backproof {name} --help", f"{quartiles(each)[1]:.2f}") for name, each in samples.start.items()
        ]
        answer.show("", Table(("start-up", "seconds"), rows))
    for network, lines in samples.profile.items():
        answer.show("", _profile(network, lines))
    if samples.steps or samples.growth:
        alt = "Ratios of a step's time to scratch's, and how a step grows with width, depth and batch"
        answer.show("", Picture(out / "bench", alt, lambda: picture(samples, threads)))


def _steps(steps: dict[str, dict[str, list[float]]]) -> Table:
    names = list(dict.fromkeys(name for rounds in steps.values() for name in rounds))
    rows = [
        (network, *(f"{1e6 * quartiles(rounds[name])[1]:,.0f}" if name in rounds else "-" for name in names))
        for network, rounds in steps.items()
    ]
    return Table(("microseconds a step", *names), rows)


def _against(steps: dict[str, dict[str, list[float]]]) -> Table:
    names = list(dict.fromkeys(name for rounds in steps.values() for name in rounds))
    rows = []
    for network, rounds in steps.items():
        cells = []
        for name in names:
            low, middle, high = ratios(rounds, name, "scratch")
            cells.append(f"{middle:.2f} ({low:.2f}-{high:.2f})")
        rows.append((network, *cells[1:]))
    return Table(("in units of scratch (quartiles)", *names[1:]), rows)


def _memory(memory: dict[str, dict[str, int]]) -> Table:
    rows = [
        (
            network,
            f"{each['peak'] / 1e6:,.2f}",
            f"{each['parameters'] / 1e6:,.2f}",
            f"{each['activations'] / 1e6:,.2f}",
            f"{(each['peak'] - 2 * each['parameters']) / each['activations']:.2f}",
        )
        for network, each in memory.items()
    ]
    headings = ("memory of a step", "MB at most", "parameters", "one batch", "batches beside 2 x parameters")
    return Table(headings, rows)


def _growth(growth: dict[str, dict[str, list[float]]]) -> Table:
    names = list(next(iter(growth.values())))
    rows, before = [], ""
    for network, rounds in growth.items():
        what = network.split()[0]
        cells = []
        for name in names:
            now = quartiles(rounds[name])[1]
            times = f" ({now / quartiles(growth[before][name])[1]:.2f})" if before.startswith(what) else ""
            cells.append(f"{1e6 * now:,.0f}{times}")
        rows.append((network, *cells))
        before = network
    return Table(("microseconds a step (times the one before)", *names), rows)


def _profile(network: str, lines: list[dict[str, Any]]) -> Table:
    total = sum(line["seconds"] for line in lines)
    rows = [
        (
            f"{line['line']}" if line["line"] > 0 else "",
            line["code"],
            f"{1e6 * line['seconds']:.2f}",
            f"{line['seconds'] / total:.1%}",
        )
        for line in lines
    ]
    headings = ("network.py", network, "microseconds a step", "share")
    return Table(headings, [*rows, ("", "all", f"{1e6 * total:.2f}", "")], left=2)


PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 1}
COLOURS = ("#1f3b73", "#f2a65a", "#7a9a3c", "#b3261e", "#6f4a8e", "#3c8d93", "#8a6d3b")


def picture(samples: Samples, threads: int) -> "Figure":
    """Bars of ratios for each network, then a step's growth on logarithmic axes."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from backproof.scripts.pictures import SETTINGS

    series: dict[str, list[str]] = {}
    for name in samples.growth:
        series.setdefault(name.split()[0], []).append(name)
    with rc_context(SETTINGS):
        count = len(samples.steps) + len(series)
        heights = [0.5 + 0.16 * len(rounds) for rounds in samples.steps.values()] + [2.2] * len(series)
        figure = Figure(figsize=(5, 0.6 + sum(heights)), facecolor="white", layout="constrained")
        axes = figure.subplots(count, 1, gridspec_kw={"height_ratios": heights}, squeeze=False)[:, 0]
        figure.suptitle(f"time of one step, {threads} thread{'s' * (threads > 1)}", fontsize=11)
        for each, (network, rounds) in zip(axes, samples.steps.items()):
            names = [name for name in rounds if name != "scratch"]
            middles = [ratios(rounds, name, "scratch")[1] for name in names]
            each.barh(names, middles, color=COLOURS[: len(names)])
            each.axvline(1, color="black", linewidth=1)
            each.set_axisbelow(True)
            each.invert_yaxis()
            each.set_title(f"{network}, scratch = 1", fontsize=10, loc="left")
            each.tick_params(labelsize=9)
            each.grid(visible=False, axis="y")
            most = sorted(middles)[-2] if len(middles) > 1 else middles[0]
            each.set_xlim(0, 1.25 * max(1.0, most))  # a bar that is far longer ends there, with its number
            for row, middle in enumerate(middles):
                place = min(middle, 1.1 * max(1.0, most)) + 0.01 * max(1.0, most)
                each.text(place, row, f"{middle:.2f}", va="center", fontsize=9, bbox=PLATE)
        for each, (what, points) in zip(axes[len(samples.steps) :], series.items()):
            for colour, name in zip(COLOURS, samples.growth[points[0]]):
                at = [int(point.split()[1]) for point in points]
                each.plot(
                    at,
                    [1e6 * quartiles(samples.growth[point][name])[1] for point in points],
                    "o-",
                    color=colour,
                    markersize=3,
                    label=name,
                )
            each.set_xscale("log", base=2)
            each.set_yscale("log")
            each.set_xticks(at, [str(n) for n in at])
            each.set_xlabel(what)
            each.set_ylabel("microseconds")
            each.tick_params(labelsize=9)
            each.legend(frameon=False, fontsize=9)
    return figure
