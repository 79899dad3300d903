"""Foreign code in a process of its own: asked many times, limited, and replaced where it ends."""

import contextlib
import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from backproof.parity_tests.door import wire
from backproof.scratch import system
from backproof.scratch.spec import Array

FIRST_SECONDS, CALL_SECONDS = 30.0, 10.0  # to start and load, and for one call
MOST_OUTPUT, KEPT_OUTPUT = 16 << 20, 4_000  # bytes: what it may print, and the end of it that is kept


class CrashError(Exception):
    """A call that gave no answer; the message says how it ended, in one line."""


class _Child:
    """One process with three pipes: questions go in, answers come out, what it prints is drained beside.

    Reading and writing wait; whatever must not be waited for ends the process, which ends the waiting.
    """

    def __init__(self, folder: str, path: Path) -> None:
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        environment |= {
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MPLBACKEND": "agg",
            **dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), folder),
        }
        self.process = system.python(
            "backproof.parity_tests.door.worker",
            folder,
            str(path.resolve()),
            env=environment,
            cwd=path.resolve().parent,
            bufsize=0,
        )
        self.ask, self.answer, printed = self.process.stdin, self.process.stdout, self.process.stderr
        assert self.ask is not None and self.answer is not None and printed is not None  # noqa: PT018
        system.widen(self.ask.fileno(), self.answer.fileno())
        self.stopped = ""  # why it was ended from here
        self._turn = threading.Lock()
        self._printed = bytearray()
        self._drain = threading.Thread(target=self._drained, args=(printed,), daemon=True)
        self._drain.start()

    def exchange(self, question: bytes, seconds: float) -> tuple[dict[str, Any], dict[str, Array]]:
        """One message there, if any, and one back, within that time. Raises CrashError."""
        answered = threading.Event()
        late = f"no answer within {seconds:g} s: it hangs, or is too slow"
        clock = threading.Timer(seconds, self._stop, (late, answered))
        clock.daemon = True
        clock.start()
        assert self.ask is not None
        assert self.answer is not None
        try:
            with contextlib.suppress(OSError):  # it ended: then no answer comes either
                wire.write_to(self.ask.fileno(), question)
            try:
                found = wire.unpack(wire.read_from(self.answer.fileno()))
            except wire.EndError:
                raise CrashError(self._ended()) from None
            except wire.WireError as fault:
                raise CrashError(f"it wrote over its own answer ({fault})") from None
        finally:
            with self._turn:
                answered.set()
            clock.cancel()
        if self.stopped:
            raise CrashError(self.stopped)
        return found

    def _stop(self, reason: str, answered: threading.Event | None = None) -> None:
        with self._turn:
            if self.stopped or (answered is not None and answered.is_set()):
                return
            self.stopped = reason
        system.end(self.process)

    def _drained(self, printed: Any) -> None:
        count = 0
        with printed:
            while part := printed.read(1 << 16):
                count += len(part)
                self._printed = (self._printed + part)[-KEPT_OUTPUT:]
                if count > MOST_OUTPUT:
                    self._stop(f"it printed more than {MOST_OUTPUT >> 20} MB")

    def _ended(self) -> str:
        """Why no answer comes any more."""
        try:
            code = self.process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "it closed the way to its answer"
        self._drain.join(1.0)
        last = bytes(self._printed).decode("utf-8", "replace").strip().splitlines()
        return self.stopped or f"its process {system.ending(code)}" + (f": {last[-1]}" if last else "")

    def close(self) -> None:
        """Ends the process, with all that it started."""
        self._stop("closed")
        self.process.wait()
        self._drain.join(1.0)
        for pipe in (self.ask, self.answer):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


@dataclass
class Sandbox:
    """A process that runs one exam file. Use it as a context; it starts at the first question."""

    path: Path
    seconds: float = CALL_SECONDS
    guards_missing: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    starts: int = 0
    _child: _Child | None = None
    _held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(
        self, message: dict[str, Any], arrays: dict[str, Array]
    ) -> tuple[dict[str, Any], dict[str, Array]]:
        """One question and its answer. Raises CrashError, with a fresh process at the next question."""
        try:
            if self._child is None:
                own = system.folder_of_this_run(tempfile.gettempdir(), "backproof-sandbox-")
                self._child = _Child(str(self._held.enter_context(own)), self.path)
                self.starts += 1
                head, _ = self._child.exchange(b"", FIRST_SECONDS)
                self.guards_missing = tuple(map(str, head.get("missing", ())))
                head, _ = self._child.exchange(wire.pack({"kind": "load"}, {}), FIRST_SECONDS)
                if "crash" in head:
                    raise CrashError(str(head["crash"])[:KEPT_OUTPUT])
            head, found = self._child.exchange(wire.pack(message, arrays), self.seconds)
        except CrashError:
            self.close()
            raise
        self.imports = tuple(sorted({*self.imports, *map(str, head.get("imports", ()))}))
        if "crash" in head:
            raise CrashError(str(head["crash"])[:KEPT_OUTPUT])
        return head, found

    def renew(self) -> None:
        """Lets the next question meet a fresh process."""
        self.close()

    def close(self) -> None:
        """Ends the process, with all that it started."""
        if self._child is not None:
            self._child.close()
            self._child = None
        self._held.close()
