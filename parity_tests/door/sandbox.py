"""Foreign code in a process of its own: asked many times, limited, and replaced where it ends."""

import contextlib
import fcntl
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from backproof.parity_tests.door import wire, worker
from backproof.scratch.spec import Array

FIRST_SECONDS, CALL_SECONDS = 30.0, 10.0  # to start and load, and for one call
PIPE_BYTES = 1 << 20
MOST_OUTPUT, KEPT_OUTPUT = 16 << 20, 4_000  # bytes: what it may print, and the end of it that is kept


class CrashError(Exception):
    """A call that gave no answer; the message says how it ended, in one line."""


@dataclass
class Sandbox:
    """A process that runs one exam file. Use it as a context; it starts at the first question."""

    path: Path
    seconds: float = CALL_SECONDS
    guards_missing: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    _process: "subprocess.Popen[bytes] | None" = None
    _pipes: tuple[int, int, int] = (
        -1,
        -1,
        -1,
    )  # to write questions, to read answers, to read what is printed
    _folder: str = ""
    _printed: bytearray = field(default_factory=bytearray)
    _printed_bytes: int = 0
    starts: int = 0

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
        fresh = self._process is None
        if fresh:
            self._start()
        try:
            if fresh:
                head, _ = self._exchange(b"", FIRST_SECONDS)
                self.guards_missing = tuple(map(str, head.get("missing", ())))
                head, _ = self._exchange(wire.pack({"kind": "load"}, {}), FIRST_SECONDS)
                if "crash" in head:
                    raise CrashError(str(head["crash"])[:KEPT_OUTPUT])
            head, found = self._exchange(wire.pack(message, arrays), self.seconds)
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

    def _start(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="backproof-")
        asks_read, asks_write = os.pipe()
        answers_read, answers_write = os.pipe()
        printed_read, printed_write = os.pipe()
        for descriptor in (asks_write, answers_write):
            with contextlib.suppress(OSError):  # a small pipe is only slower
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        environment |= {
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MPLBACKEND": "agg",
            **dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), self._folder),
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-u", worker.__file__, *map(str, (asks_read, answers_write)),
                 self._folder, str(self.path.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=printed_write,
                stderr=printed_write,
                pass_fds=(asks_read, answers_write),
                env=environment,
                cwd=self.path.resolve().parent,
                start_new_session=True,
            )  # fmt: skip
        finally:
            for descriptor in (asks_read, answers_write, printed_write):
                os.close(descriptor)
        self._pipes = asks_write, answers_read, printed_read
        for descriptor in self._pipes:
            os.set_blocking(descriptor, False)
        self._printed, self._printed_bytes = bytearray(), 0
        self.starts += 1

    def _exchange(self, question: bytes, seconds: float) -> tuple[dict[str, Any], dict[str, Array]]:
        until = time.monotonic() + seconds
        ask, answer, printed = self._pipes
        came, left = bytearray(), memoryview(question)
        with selectors.DefaultSelector() as ready:
            ready.register(answer, selectors.EVENT_READ)
            ready.register(printed, selectors.EVENT_READ)
            if left:
                ready.register(ask, selectors.EVENT_WRITE)
            while not self._whole(came):
                events = ready.select(max(0.0, until - time.monotonic()))
                if not events and time.monotonic() >= until:
                    raise CrashError(f"no answer within {seconds:g} s: it hangs, or is too slow")
                for key, _ in events:
                    if key.fd == ask:
                        try:
                            left = left[os.write(ask, left[:PIPE_BYTES]) :]
                        except BlockingIOError:
                            continue
                        except BrokenPipeError:
                            left = left[:0]
                        if not left:
                            ready.unregister(ask)
                    elif key.fd == printed:
                        if not self._drain():
                            ready.unregister(printed)
                    else:
                        part = os.read(answer, 1 << 20)
                        if not part:
                            raise CrashError(self._ended())
                        came += part
        try:
            at = 0

            def read(size: int) -> bytes:
                nonlocal at
                at += size
                return bytes(came[at - size : at])

            return wire.unpack(read)
        except wire.WireError as fault:
            raise CrashError(f"it wrote over its own answer ({fault})") from None

    @staticmethod
    def _whole(came: bytearray) -> bool:
        if len(came) < wire.HEADER.size:
            return False
        lengths = wire.HEADER.unpack(came[: wire.HEADER.size])
        if lengths[0] > wire.MOST_JSON or lengths[1] > wire.MOST_BYTES:
            return True  # which unpack refuses
        return len(came) >= wire.HEADER.size + sum(lengths)

    def _drain(self) -> bool:
        part = os.read(self._pipes[2], 1 << 16)
        self._printed_bytes += len(part)
        if self._printed_bytes > MOST_OUTPUT:
            raise CrashError(f"it printed more than {MOST_OUTPUT >> 20} MB")
        self._printed = (self._printed + part)[-KEPT_OUTPUT:]
        return bool(part)

    def _ended(self) -> str:
        assert self._process is not None
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "it closed the way to its answer"
        last = bytes(self._printed).decode("utf-8", "replace").strip().splitlines()
        said = f": {last[-1]}" if last else ""
        if code < 0:
            return f"its process was ended by {signal.Signals(-code).name}{said}"
        return f"its process ended itself with code {code}{said}"

    def close(self) -> None:
        """Ends the process, with all that it started."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                self._process.kill()
            self._process.wait()
            for descriptor in self._pipes:
                os.close(descriptor)
            shutil.rmtree(self._folder, ignore_errors=True)
            self._process = None
