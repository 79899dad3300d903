"""What the commands that sweep share: options, the live line, and the folder that keeps what is done."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Note
from backproof.scripts.options import again

if TYPE_CHECKING:
    from backproof.parity_tests.sweep import Shard, Task

MOST_JOBS, MOST_SHARDS = 256, 10**6

Jobs = Annotated[int, typer.Option("--jobs", min=1, max=MOST_JOBS, help="Processes to spread the work over.")]
Engine = Annotated[
    Literal["loky", "dask"],
    typer.Option(help="Processes of this machine, or dask's: DASK_SCHEDULER_ADDRESS, else a cluster here."),
]
Part = Annotated[
    str | None,
    typer.Option(
        "--shard",
        help="Only this part, such as 3/16, kept in --out; without it, parts found there are merged.",
    ),
]
Kept = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Folder that keeps what is done: the same command continues there after any end."
    ),
]


def read_shard(text: str | None, out: Path | None) -> "Shard | None":
    """(3, 16) for 3/16. Raises InputError for anything else, and where nothing would keep it."""
    if text is None:
        return None
    first, _, second = text.partition("/")
    if not (first.isdecimal() and second.isdecimal() and len(text) < 20 and 1 <= int(first) <= int(second)):
        raise InputError(f"--shard {text!r}", "write which part of how many, from 1/16 to 16/16")
    if int(second) > MOST_SHARDS:
        raise InputError(f"--shard {text!r}", f"at most {MOST_SHARDS:,} parts")
    if out is None:
        raise InputError(f"--shard {text} without --out", "name the folder that keeps the part")
    return int(first), int(second)


def rest_of(context: typer.Context, unit: str, done: int) -> Note:
    """How an interrupted run goes on: by itself where --out keeps what is done, or else with what is left."""
    given = context.params
    left = {} if given["out"] else {unit: given[unit] - done, "skip": given["skip"] + done}
    return Note(f"interrupted after {done} {unit}; to continue: {again(context, **left)}")


def swept(
    answer: Answer,
    unit: str,
    work: Callable[..., Any],
    tasks: "Sequence[Task]",
    out: Path | None,
    shard: "Shard | None",
    engine: Literal["loky", "dask"],
    jobs: int,
) -> "Iterator[tuple[Task, Any]]":
    """The tasks of this part with their answers, in their order, with a live line meanwhile.

    With `out`, what was done before is taken from there, and what is finished is kept there at once. Another
    run in the folder raises InputError; other parts may be at work in it.
    """
    from backproof.parity_tests import sweep
    from backproof.scratch.system import alone_in
    from backproof.scripts.files import check_file, not_written
    from backproof.scripts.show import progress

    mine, log = sweep.part(tasks, shard), None
    if out is not None:
        path = sweep.own_file(out, shard)
        check_file(path)
        if shard is not None:
            path.touch()
        answer.held.enter_context(alone_in(out if shard is None else path))
        log = sweep.Log(out, mine, shard)
    with progress(unit) as bar:
        shown = bar.add_task(
            "", total=sum(task.size for task in mine),
            completed=sum(task.size for task in mine if log and task.name in log.done),
        )  # fmt: skip
        yield from sweep.sweep(
            work, mine, jobs=jobs, engine=engine, log=log, done=lambda task: bar.advance(shown, task.size)
        )
    if log and log.failure:  # the work went on, and is told all the same
        answer.failures.append(not_written(log.path, log.failure))
