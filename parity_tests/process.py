"""The process around a command: a Ctrl-C that is never lost, streams that may fail, workers that end with it.

Signals, locks and what else each operating system does in its own way stand here. Where one cannot, as
Windows, a worker looks every second whether its parent is there, and no two runs in one folder are kept
apart.
"""

import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from backproof.scratch.errors import InputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

RECHECKED = 0.02  # seconds until a Ctrl-C that came during an import is looked at again

_interrupted = False


class OutputError(Exception):
    """Standard output takes no more. Not an OSError, so that nobody takes it for another file's."""

    def __init__(self, reason: str | None, reader_left: bool = False) -> None:
        super().__init__(f"standard output cannot be written: {reason}")
        self.reader_left = reader_left


Answer = TypeVar("Answer")


class _Errors(io.FileIO):
    """Standard error, which may fail without a word: there is no place left to say it."""

    def write(self, data: "ReadableBuffer") -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


class _Output(io.FileIO):
    def write(self, data: "ReadableBuffer") -> int:
        try:
            return super().write(data)
        except OSError as failure:
            raise OutputError(failure.strerror, isinstance(failure, BrokenPipeError)) from failure


def prepare() -> None:
    """Takes over Ctrl-C and the standard streams; to be called before what takes long to import."""
    # Where a shell started the process with Ctrl-C ignored, it stays so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler and hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _interrupt)
        signal.signal(signal.SIGINT, _interrupt)
    if sys.stderr is None:  # closed by the shell
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    else:
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_Errors(sys.stderr.fileno(), "w", closefd=False)),
            sys.stderr.encoding,
            "backslashreplace",
            line_buffering=True,
        )
    if sys.stdout is not None:
        old = sys.stdout
        raw = _Output(old.fileno(), "w", closefd=False)
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(raw),
            old.encoding,
            "backslashreplace",  # a terminal without a sign gets its number and no traceback
            line_buffering=old.isatty(),
        )


def finish() -> None:
    """Ctrl-C comes too late from now on: the answer is given, and Python only tidies up."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interrupt(_signal: int, frame: FrameType | None) -> None:
    global _interrupted
    _interrupted = True
    if _importing(frame):
        # An import may swallow the exception, as torch's swallows one raised in numpy's.
        signal.setitimer(signal.ITIMER_REAL, RECHECKED)
    else:
        raise KeyboardInterrupt


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def interrupted() -> bool:
    """Whether there was a Ctrl-C, also one that got lost where Python drops exceptions, as in __del__."""
    return _interrupted


def check_output() -> None:
    """Raises OutputError where the shell has closed standard output."""
    if sys.stdout is None:
        raise OutputError("it is closed")


def drop_output() -> None:
    """Lets what is still to be printed vanish, so that Python does not fail on it when it ends."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# --- workers ------------------------------------------------------------------------------------------


def in_order(
    work: Callable[..., Answer], arguments: Iterable[tuple[Any, ...]], jobs: int
) -> Iterator[Answer]:
    """work(*each) for each of `arguments`, in this order, on `jobs` processes that end with this one."""
    from joblib import Parallel, delayed

    workers = Parallel(n_jobs=jobs, return_as="generator", initializer=_end_with, initargs=(os.getpid(),))
    yield from workers(delayed(work)(*each) for each in arguments)


def _end_with(parent: int) -> None:
    """Lets this process end when its parent does, whatever ends that one."""
    try:
        import ctypes

        die, kill = 1, 9  # PR_SET_PDEATHSIG, SIGKILL
        told = ctypes.CDLL(None).prctl(die, kill) == 0
    except (OSError, AttributeError, TypeError):
        told = False
    if os.getppid() != parent:  # it ended meanwhile
        os._exit(1)
    if not told:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


# --- several runs at once -----------------------------------------------------------------------------


@contextmanager
def alone_in(folder: Path, wait: bool = False) -> Iterator[None]:
    """Keeps other runs out of a folder until the end of the block, or until this process ends.

    Where another is at work there, it is waited for or InputError is raised.
    """
    try:
        import fcntl

        number = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise InputError(
                f"another run is at work in {folder}", "wait for it, or name another folder"
            ) from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(number)


def ended(process: int) -> bool:
    """Whether no process has this number any more; False where that cannot be known."""
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


def memory() -> int:
    """Bytes of memory of this machine, or of the share that a container is limited to; 0 where unknown."""
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        limit = Path("/sys/fs/cgroup/memory.max").read_text("ascii").strip()
    except (AttributeError, ValueError):
        return 0
    except OSError:
        return there
    return min(there, int(limit)) if limit.isdigit() else there
