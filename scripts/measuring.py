"""What `backproof bench` runs in a process of its own: measures, and prints each sample as a line of JSON.

The process is given the environment that the figures are to be taken in, and the processors: as many as the
threads that were asked for. Contestants take turns, a few milliseconds each, so that a machine that becomes
slower or faster meanwhile favours nobody.
"""

from __future__ import annotations

import ast
import contextlib
import json
import math
import platform
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import median
from subprocess import DEVNULL
from time import perf_counter, perf_counter_ns, process_time
from typing import Any

BLOCK = 0.02  # seconds of one turn
GATHER, UPDATE = -1, 0  # no lines of the heart
# Series that double one thing: its values, and the network and batch for each.
GROWTH: dict[str, tuple[tuple[int, ...], Callable[[int], tuple[tuple[int, ...], int]]]] = {
    "width": ((32, 64, 128, 256, 512, 1024), lambda n: ((784, n, n, 10), 64)),
    "depth": ((1, 2, 4, 8, 16), lambda n: ((784, *(128,) * n, 10), 64)),
    "batch": ((8, 16, 32, 64, 128, 256, 512), lambda n: ((784, 128, 10), n)),
}
GROWING = ("scratch", "in-place numpy", "torch eager")


def network_of(name: str) -> tuple[tuple[int, ...], int]:
    """Widths and batch of a name such as 784-30-10 at 10."""
    widths, batch = name.split(" at ")
    return tuple(int(width) for width in widths.split("-")), int(batch)


def emit(kind: str, **values: Any) -> None:
    """One line for the process that asked."""
    print(json.dumps({"kind": kind, **values}), flush=True)


def main(parent: int, settings: dict[str, Any]) -> None:
    """Measures what the settings name: threads, rounds, parts, networks; or shows the help of one command."""
    if "help" in settings:
        from backproof.scripts.cli import run

        sys.exit(run([settings["help"], "--help"]))
    threads = settings["threads"]
    from backproof.scratch import system
    from backproof.scripts.contestants import absent

    system.end_with(parent)
    system.keep_to(threads)
    import threadpoolctl
    import torch

    torch.set_num_threads(threads)
    threadpoolctl.threadpool_limits(threads)
    missing = absent()
    emit("libraries", found=libraries(), absent=missing)
    parts = settings["parts"]
    if "profile" in parts:
        for name in settings["networks"]:
            emit("profile", network=name, lines=profile(*network_of(name), settings["rounds"]))
    if "networks" in parts:
        chosen = {name: network_of(name) for name in settings["networks"]}
        steps(chosen, [name for name in contestants() if name not in missing], "step", settings)
        for name, (widths, batch) in chosen.items():
            emit("memory", network=name, **memory(widths, batch))
    if "growth" in parts:
        series = {f"{what} {n}": at(n) for what, (values, at) in GROWTH.items() for n in values}
        steps(series, [name for name in GROWING if name not in missing], "growth", settings)
    if "exam" in parts:
        exam(settings["rounds"])
    if "start" in parts:
        start_up(settings["rounds"])


def contestants() -> list[str]:
    """Their names, in the order in which they are shown."""
    from backproof.scripts.contestants import CONTESTANTS

    return list(CONTESTANTS)


def libraries() -> list[dict[str, Any]]:
    """Each library that computes, with its kernel and its threads, as it says itself."""
    import numpy as np
    import threadpoolctl
    import torch

    from backproof.scratch.system import processors

    found: list[dict[str, Any]] = [
        {"name": "python", "version": platform.python_version(), "kernel": "", "threads": ""}
    ]
    pools = {pool["internal_api"]: pool for pool in threadpoolctl.threadpool_info()}
    for api, pool in pools.items():
        kernel = f"{api} {pool.get('architecture') or ''}".strip()
        name = f"numpy {np.__version__}" if api == "openblas" else "thread pool"
        found.append(
            {"name": name, "version": pool["version"] or "", "kernel": kernel, "threads": pool["num_threads"]}
        )
    torch_kernel = torch.backends.cpu.get_cpu_capability()
    found.append(
        {
            "name": "torch",
            "version": torch.__version__,
            "kernel": torch_kernel,
            "threads": torch.get_num_threads(),
        }
    )
    there = processors()
    for name, package in (("jax", "jax"), ("scikit-learn", "scikit-learn")):
        with contextlib.suppress(ImportError):
            found.append({"name": name, "version": version(package), "kernel": "", "threads": there})
    return found


# --- steps ----------------------------------------------------------------------------------------------


def steps(
    networks: dict[str, tuple[tuple[int, ...], int]], names: list[str], kind: str, settings: dict[str, Any]
) -> None:
    """Seconds a step of each contestant on each network, turn after turn; the order turns too.

    With one thread they are processor time, from which other processes on the machine take nothing away.
    """
    clock = process_time if settings["threads"] == 1 else perf_counter
    from backproof.scripts.contestants import CONTESTANTS, Problem

    for network, (widths, batch) in networks.items():
        problem = Problem(widths, batch)
        runs = {}
        for name in names:
            run, _ = CONTESTANTS[name](problem)
            run(problem.rows(1, 0))
            once = problem.rows(1, 1)
            start = clock()
            run(once)
            run(once)
            count = max(1, min(1000, math.ceil(2 * BLOCK / (clock() - start))))
            run(problem.rows(count, 2))  # what is compiled for this many steps is compiled now
            runs[name] = run, count
        for turn in range(settings["rounds"]):
            order = names[turn % len(names) :] + names[: turn % len(names)]
            seconds = {}
            for name in order:
                run, count = runs[name]
                rows = problem.rows(count, 3 + turn)
                start = clock()
                run(rows)
                seconds[name] = (clock() - start) / count
            emit(kind, network=network, seconds={name: seconds[name] for name in names})


def memory(widths: tuple[int, ...], batch: int) -> dict[str, int]:
    """Bytes: the most that scratch holds in a step, the parameters', and one batch's activations'.

    The data and the parameters given are not counted, nor what the check before the first step takes.
    """
    from backproof.scripts.contestants import Problem, scratch

    problem = Problem(widths, batch)
    rows = problem.rows(3, 0)
    _ = problem.params, problem.x, problem.y
    tracemalloc.start()
    run, _ = scratch(problem)
    run(rows[:1])
    tracemalloc.reset_peak()
    run(rows[1:])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    one = problem.x.itemsize
    return {
        "peak": peak,
        "parameters": one * problem.spec.parameter_count,
        "activations": one * batch * (widths[0] + sum(widths[1:])),
    }


# --- the exam and the commands ----------------------------------------------------------------------------


def exam(rounds: int) -> None:
    """Processor time of a network that is examined, and of a pair of mistake and network that is judged."""
    from backproof.parity_tests import catch_rate
    from backproof.parity_tests.exam import questions

    networks = 40
    for _ in questions("hand", 1, 0, 3, "float64"):
        pass
    catch_rate.examine(0, 0, "float64")
    for turn in range(rounds):
        start = process_time()
        for _ in questions("hand", 0, turn * networks, networks, "float64"):
            pass
        emit("exam", what="examined networks", each=(process_time() - start) / networks)
        start = process_time()
        catch_rate.examine(0, turn + 1, "float64")
        pairs = len(catch_rate.planted_in("float64"))
        emit("exam", what="judged pairs", each=(process_time() - start) / pairs)


def start_up(rounds: int) -> None:
    """Seconds that `backproof COMMAND --help` takes, for each command, from the start of its process."""
    import typer

    from backproof.scratch.system import python
    from backproof.scripts.commands import app

    command = typer.main.get_command(app)
    for _ in range(min(3, rounds)):
        for name in getattr(command, "commands", {}):
            start = perf_counter()
            with python("backproof.scripts.measuring", json.dumps({"help": name}), stdout=DEVNULL) as process:
                process.wait()
            emit("start", command=name, seconds=perf_counter() - start)


# --- line by line ---------------------------------------------------------------------------------------


def profile(widths: tuple[int, ...], batch: int, rounds: int) -> list[dict[str, Any]]:
    """Seconds a step that each line of the heart takes, and what a step takes around the heart; medians.

    A clock is read before every line of a copy of the heart; what reading it costs is taken off.
    """
    from backproof.scratch import functions, network
    from backproof.scratch.buffers import Workspace
    from backproof.scratch.optimizers import Training, flat
    from backproof.scratch.spec import OptimizerSpec
    from backproof.scripts.contestants import Problem

    text = Path(network.__file__).read_text("utf-8")
    marks: list[int] = []
    space: dict[str, Any] = {"__name__": network.__name__, "_marks": marks, "_now": perf_counter_ns}
    exec(compile(_clocked(ast.parse(text)), network.__file__, "exec"), space)
    space["f"] = functions
    problem = Problem(widths, batch)
    cost = _cost_of_a_mark()
    own, params = Workspace.of(problem.spec, batch), problem.params
    training = Training(OptimizerSpec(learning_rate=problem.rate))
    lines, spent = text.splitlines(), []
    for rows in (each for turn in range(rounds) for each in problem.rows(20, turn)):
        first = perf_counter_ns()
        problem.y.take(rows, axis=0, out=own.y)
        problem.x.take(rows, axis=0, out=own.x, mode="wrap")
        second = perf_counter_ns()
        del marks[:]
        _, grads = space["loss_and_grads"](problem.spec, params, own.x, own.y, None, own)
        third = perf_counter_ns()
        moved = training.step(flat(params), flat(grads), own.parameters, own.gradients)
        params = list(zip(moved[::2], moved[1::2]))
        one = {GATHER: float(second - first), UPDATE: float(perf_counter_ns() - third)}
        for (line, at), (_, then) in pairwise([*zip(marks[::2], marks[1::2]), (0, third)]):
            one[line] = one.get(line, 0) + then - at - cost
        spent.append(one)
    code = {GATHER: "gather the batch", UPDATE: "update the parameters"}
    code |= {line: lines[line - 1].split("  #")[0].strip() for line in spent[0] if line > 0}
    return [
        {"line": line, "code": code[line], "seconds": max(0.0, median(one[line] for one in spent)) / 1e9}
        for line in sorted(spent[0], key=lambda line: (line <= 0, line))
    ]


def _clocked(tree: ast.Module) -> ast.Module:
    """The module with `_marks += (line, _now())` before each statement of its functions."""

    def marked(body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in body:
            yield from ast.parse(f"_marks += ({statement.lineno}, _now())").body
            for name in ("body", "orelse"):
                if inner := getattr(statement, name, None):
                    setattr(statement, name, list(marked(inner)))
            yield statement

    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            function.body = [ast.Global(["_marks"]), *marked(function.body)]
    return ast.fix_missing_locations(tree)


def _cost_of_a_mark() -> float:
    """Nanoseconds that one such statement takes."""
    space: dict[str, Any] = {"_marks": [], "_now": perf_counter_ns}
    exec("def marks():\n    global _marks\n" + "    _marks += (1, _now())\n" * 1000, space)
    space["marks"]()
    times = space["_marks"][1::2]
    return float(sorted(then - at for at, then in pairwise(times))[500])


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
