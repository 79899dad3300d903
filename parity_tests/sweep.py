"""Sweeps: a list of pure tasks, each named by what it asks, worked off by one process, many, or a cluster.

An answer depends on the name alone, so a task may be asked again, by anybody, and no answer counts twice.
Each finished task is one line of an append-only file: a checksum, the name, the answer as JSON. A sweep that
was ended goes on from there, and the lines of several files are those of one.
"""

import hashlib
import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from backproof.scratch import reading
from backproof.scratch.errors import InputError
from backproof.scratch.system import end_with

Engine = Literal["loky", "dask"]
Shard = tuple[int, int]  # the how-manieth part, from 1, of how many

CHECKSUM = 16  # hexadecimal digits of a SHA-256
MOST_LINE = 2 * reading.MOST_TEXT
CONNECTED = 10  # seconds until a cluster has answered
TRIES = 3  # how often workers may die of a task
AHEAD = 8  # for each worker of a cluster, the tasks that are handed out: enough to hide the way there
SUSPECTS = 4  # for each worker, the tasks that may have been in its hands when it died


@dataclass(frozen=True)
class Task:
    """`name` says everything that the answer depends on; `size` is what progress counts it as."""

    name: str
    arguments: tuple[Any, ...]
    size: int = 1


def named(*asked: Any) -> str:
    """The name of a task, on one line whatever a text in it holds; the code that decides is a part of it."""
    return reading.json_text([*asked, digest()])


@cache
def digest() -> str:
    """Changes when the code that decides does, so that answers of other code are never mixed in."""
    rooms = Path(__file__).parent.parent
    folders = ("scratch", "parity_tests", "parity_tests/door", "reference")
    found = [
        path for each in folders for ending in ("py", "toml") for path in (rooms / each).glob(f"*.{ending}")
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(found))).hexdigest()[:12]


def chunks(kind: str, chunk: int, who: str, seed: int, first: int, count: int, dtype: str) -> list[Task]:
    """Questions first .. first + count - 1 of a seed as tasks of at most `chunk`.

    Their borders lie at multiples of it, so that longer, shorter and later runs share them.
    """
    end, found = first + count, []
    while first < end:
        size = min(end, first - first % chunk + chunk) - first
        asked = who, seed, first, size, dtype
        found.append(Task(named(kind, *asked), asked, size))
        first += size
    return found


def part(tasks: Sequence[Task], shard: Shard | None) -> Sequence[Task]:
    """Every n-th task, so that no part has all the long ones."""
    return tasks if shard is None else tasks[shard[0] - 1 :: shard[1]]


# --- what is done already -----------------------------------------------------------------------------


class Log:
    """What the files of a folder say about some tasks, and the file of this run's own.

    `done` has the place of each answer that is there; a line that is damaged or cut off is as if it were not.
    Raises InputError where a file cannot be read.
    """

    def __init__(self, folder: Path, tasks: Iterable[Task], shard: Shard | None = None) -> None:
        self.path = own_file(folder, shard)
        self.failure: OSError | None = None
        self.done: dict[str, tuple[Path, int]] = {}
        self._broken = False  # whether the last line of the own file may be cut off
        wanted = {task.name for task in tasks}
        for path in sorted({*folder.glob("results*.tsv"), self.path}):
            if not path.exists():
                continue
            with reading.opened(path) as file:
                at = 0
                while line := file.readline(MOST_LINE):
                    name = checked(line)[0]
                    if name in wanted:
                        self.done.setdefault(name, (path, at))
                    at += len(line)
                    if path == self.path:
                        self._broken = not line.endswith(b"\n")

    def answer(self, name: str) -> str | None:
        """The answer of a task that was found done; None where it is not there any more."""
        path, at = self.done[name]
        with reading.opened(path) as file:
            file.seek(at)
            found, answer = checked(file.readline(MOST_LINE))
        return answer if found == name else None

    def add(self, name: str, answer: str) -> None:
        """Appends a line; one that cannot be written is the `failure`, and costs nothing else."""
        line = f"{_checksum(name, answer)}\t{name}\t{answer}\n".encode("ascii")
        try:
            with self.path.open("ab", buffering=0) as file:
                whole = b"\n" + line if self._broken else line
                self._broken = file.write(whole) != len(whole)
        except OSError as failure:
            self.failure, self._broken = failure, True


def own_file(folder: Path, shard: Shard | None) -> Path:
    """The file that a run, or a part of one, appends to."""
    return folder / ("results.tsv" if shard is None else f"results-{shard[0]}-of-{shard[1]}.tsv")


def _checksum(name: str, answer: str) -> str:
    return hashlib.sha256(f"{name}\t{answer}".encode("ascii")).hexdigest()[:CHECKSUM]


def checked(line: bytes) -> tuple[str, str]:
    """The name and the answer of a line, both empty where its checksum is not theirs."""
    try:
        checksum, name, answer = line.decode("ascii").removesuffix("\n").split("\t")
    except ValueError:
        return "", ""
    return (name, answer) if checksum == _checksum(name, answer) else ("", "")


# --- the work -----------------------------------------------------------------------------------------


def sweep(
    work: Callable[..., Any],
    tasks: Sequence[Task],
    *,
    jobs: int = 1,
    engine: Engine = "loky",
    log: Log | None = None,
    done: Callable[[Task], None] = lambda _: None,
) -> Iterator[tuple[Task, Any]]:
    """Each task with work(*its arguments) as JSON values, in the order of `tasks`, whoever works.

    What `log` has already is taken from there; what is finished is added to it, and `done` called, at once.
    A worker that dies costs its task a retry. Raises InputError where workers die again and again.
    """
    kept = log.done if log else {}
    missing = [task for task in tasks if task.name not in kept]
    coming, waiting = _computed(work, missing, jobs, engine), dict[str, str]()
    for task in tasks:
        answer = log.answer(task.name) if log and task.name in kept else None
        if task.name in kept and answer is None:  # somebody changed the file meanwhile
            ((_, answer),) = _computed(work, [task], 1, "loky")
        while answer is None and task.name not in waiting:
            finished, found = next(coming)
            if log:
                log.add(finished.name, found)
            done(finished)
            waiting[finished.name] = found
        yield task, reading.json_value(answer or waiting.pop(task.name), f"the answer to {task.name}", False)


def _computed(
    work: Callable[..., Any], tasks: Sequence[Task], jobs: int, engine: Engine
) -> Iterator[tuple[Task, str]]:
    """The answers as JSON texts, in the order in which they come; what workers die of is left to the end."""
    lost: list[str] = []
    if not tasks:
        return
    if engine == "dask":
        yield from _on_dask(work, tasks, jobs, lost)
    elif jobs > 1 and len(tasks) > 1:
        yield from _on_loky(work, tasks, jobs, lost)
    else:
        yield from (_one(work, task, digest()) for task in tasks)
    if lost:
        others = f" and of {len(lost) - 1} more" if lost[1:] else ""
        raise InputError(
            f"worker processes died again and again of {lost[0]}{others}",
            "they were killed, or ran out of memory: try fewer --jobs, or see what is special about it",
        )


_alone = threading.Lock()  # a worker of a cluster may have threads, and neither flint nor torch may share


def _one(work: Callable[..., Any], task: Task, code: str) -> tuple[Task, str]:
    if digest() != code:
        raise InputError(
            f"a worker has the code {digest()}, and this process {code}", "install the same backproof there"
        )
    with _alone:
        return task, reading.json_text(work(*task.arguments))


def _on_loky(
    work: Callable[..., Any], tasks: Sequence[Task], jobs: int, lost: list[str]
) -> Iterator[tuple[Task, str]]:
    """On processes of this machine, with one thread each, that end with this one."""
    from joblib import Parallel, delayed, parallel_config

    left = {task.name: task for task in tasks}
    suspects: list[Task] = []
    died: Counter[str] = Counter()
    while left:
        # Where a worker died, what may have been in its hands is asked again one by one, and then the rest.
        asked, careful = suspects or list(left.values()), bool(suspects)
        with parallel_config("loky", inner_max_num_threads=1):
            workers = Parallel(
                n_jobs=jobs,
                return_as="generator_unordered",
                initializer=end_with,
                initargs=(os.getpid(),),
                **({"pre_dispatch": 1, "batch_size": 1} if careful else {}),
            )
            coming = workers(delayed(_one)(work, task, digest()) for task in asked)
        try:
            for task, answer in coming:
                del left[task.name]
                yield task, answer
            suspects = []
        except BrokenExecutor:
            suspects = [task for task in asked if task.name in left][: SUSPECTS * jobs]
            if careful:
                name = suspects[0].name
                died[name] += 1
                if died[name] == TRIES:
                    lost.append(name)
                    del left[name], suspects[0]


def _on_dask(
    work: Callable[..., Any], tasks: Sequence[Task], jobs: int, lost: list[str]
) -> Iterator[tuple[Task, str]]:
    """On the cluster that dask is told of, or on one of this machine's processes.

    Not through joblib, whose backend waits for ever where a worker dies of a task; dask tries it again.
    """
    try:
        from dask import config
        from distributed import Client, LocalCluster, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise InputError("--engine dask: dask is not installed", "pip install 'backproof[dask]'") from None
    address = config.get("scheduler-address", None)  # such as from DASK_SCHEDULER_ADDRESS
    with ExitStack() as held:
        try:
            if address is None:
                local = LocalCluster(
                    n_workers=jobs, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.ERROR
                )
                client = held.enter_context(Client(held.enter_context(local)))
            else:
                client = held.enter_context(Client(address, timeout=CONNECTED))
        except (OSError, TimeoutError) as failure:
            raise InputError(f"no dask cluster at {address}: {failure}", "start one first") from None
        waiting, suspects = iter(tasks), list[Task]()
        coming, asked = as_completed(), {}

        def ask(more: Iterable[Task]) -> None:
            for task in more:
                future = client.submit(_one, work, task, digest(), pure=False)
                asked[future.key] = task
                coming.add(future)

        ask(islice(waiting, AHEAD * max(jobs, sum(client.ncores().values()))))
        for future in coming:
            ask(islice(waiting, 1))
            try:
                yield future.result()
            except KilledWorker:
                suspects.append(asked[future.key])
            del asked[future.key]
        # Who was at the same worker when it died is suspected as well: each is asked by itself again.
        for task in suspects:
            ask([task])
            try:
                yield next(coming).result()
            except KilledWorker:
                lost.append(task.name)
