"""Tasks that do next to nothing, or kill their process; and how many a second the engines hand out."""

import os
import signal
import sys
import time
from pathlib import Path


def square(number: int) -> dict[str, int]:
    return {"square": number * number}


def dies(number: int) -> dict[str, int]:
    """Kills its process at every call with 3."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def dies_once(number: int, folder: str) -> dict[str, int]:
    """Kills its process at the first call with 3."""
    mark = Path(folder, "died")
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def main(engine: str, jobs: int, count: int, folder: str) -> None:
    """Prints how many stubs a second a sweep hands out that is kept in a folder."""
    from backproof.parity_tests.sweep import Log, Task, named, sweep

    asked = [Task(named("square", number), (number,)) for number in range(count)]
    began = time.monotonic()
    log = Log(Path(folder), asked)
    assert all(
        found == square(*task.arguments)
        for task, found in sweep(square, asked, jobs=jobs, engine=engine, log=log)  # type: ignore[arg-type]
    )
    seconds = time.monotonic() - began
    print(f"{engine}, {jobs} jobs: {count:,} tasks in {seconds:.1f} s, {count / seconds:,.0f} a second")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
