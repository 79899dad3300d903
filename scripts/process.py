"""The process around a command: a Ctrl-C that is never lost, streams that may fail, workers."""

import io
import os
import sys
from types import FrameType
from typing import TYPE_CHECKING

from backproof.scratch import system

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

RECHECKED = 0.02  # seconds until a Ctrl-C that came during an import is looked at again

_interrupted = False


class OutputError(Exception):
    """Standard output takes no more. Not an OSError, so that nobody takes it for another file's."""

    def __init__(self, reason: str | None, reader_left: bool = False) -> None:
        super().__init__(f"standard output cannot be written: {reason}")
        self.reader_left = reader_left


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
    system.take_interrupts(_interrupt)
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
        sys.stdout = output(sys.stdout.fileno(), sys.stdout.encoding, sys.stdout.isatty())


def output(number: int, encoding: str, line_buffering: bool = False) -> io.TextIOWrapper:
    """A standard output that raises OutputError; a terminal without a sign gets its number, no traceback."""
    raw = io.BufferedWriter(_Output(number, "w", closefd=False))
    return io.TextIOWrapper(raw, encoding, "backslashreplace", line_buffering=line_buffering)


def finish() -> None:
    """Ctrl-C comes too late from now on: the answer is given, and Python only tidies up."""
    system.ignore_interrupts()


def _interrupt(_signal: int, frame: FrameType | None) -> None:
    global _interrupted
    _interrupted = True
    if _importing(frame):
        # An import may swallow the exception, as torch's swallows one raised in numpy's.
        system.interrupt_later(RECHECKED)
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
