"""What each operating system does in its own way: signals, limits, locks, children and how they end.

Nothing else of ours asks the system for these. Where it has less, as macOS and Windows have, a function does
what can be done and returns or says what it could not.
"""

import contextlib
import importlib
import os
import platform
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from backproof.scratch.errors import InputError

if TYPE_CHECKING:
    import ctypes


def _module(name: str) -> Any:
    """A module that not every system has, or None."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


PIPE_BYTES = 1 << 20

_resource, _fcntl = _module("resource"), _module("fcntl")


# --- Ctrl-C and time ----------------------------------------------------------------------------------


def take_interrupts(handler: Callable[[int, FrameType | None], None]) -> None:
    """Lets `handler` answer Ctrl-C and what `interrupt_later` asks for.

    Where a shell started the process with Ctrl-C ignored, it stays so; without alarms, Python answers it.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler and hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, handler)
        signal.signal(signal.SIGINT, handler)


def interrupt_later(seconds: float) -> None:
    """Calls the handler once more after so many seconds; 0 takes that back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def ignore_interrupts() -> None:
    interrupt_later(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class TimeUpError(BaseException):
    """The block of `within` took too long. Not an Exception, so that no library swallows it."""


def _time_up(*_: object) -> None:
    raise TimeUpError


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises TimeUpError in the block after so much processor time; where that cannot be, it runs on."""
    if not hasattr(signal, "SIGPROF"):
        yield
        return
    signal.signal(signal.SIGPROF, _time_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


# --- children -----------------------------------------------------------------------------------------


def python(module: str, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
    """A child that runs a module of ours, found where this process finds it, with pipes at its streams.

    Its first argument is this process's number, for `end_with`; `options` are Popen's.
    """
    found = os.pathsep.join(path for path in sys.path if path)
    environment = {**options.pop("env", os.environ), "PYTHONPATH": found}
    return subprocess.Popen(
        # -P: the folder at hand does not decide what is imported
        [sys.executable, "-P", "-m", module, str(os.getpid()), *arguments],
        env=environment,
        start_new_session=True,  # a group of its own, where there are groups
        **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


def end_with(parent: int) -> bool:
    """Lets this process end when its parent does, whatever ends that one; False where that cannot be.

    Linux ends it at once; elsewhere it looks every second whether the parent is there. Windows never tells.
    """
    if os.name != "posix":
        return False
    try:
        _prctl(PR_SET_PDEATHSIG, SIGKILL)
        told = True
    except (OSError, AttributeError):
        told = False
    if os.getppid() != parent:  # it ended meanwhile
        os._exit(1)
    if not told:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    return True


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ends a child of `python`, with all that it started where processes have groups."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


def widen(*pipes: int) -> None:
    """Gives pipes more room, where a system can: large arrays then need fewer turns."""
    with contextlib.suppress(OSError, AttributeError):
        for pipe in pipes:
            _fcntl.fcntl(pipe, _fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def ending(code: int) -> str:
    """How a child ended, from its exit code."""
    try:
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended itself with code {code}"
    except ValueError:
        return f"was ended by signal {-code}"


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


# --- one folder, one machine --------------------------------------------------------------------------


def _lock(folder: Path, wait: bool) -> int | None:
    """A descriptor that holds the folder until it is closed, or this process ends; None where none can.

    Raises BlockingIOError where another holds it and is not waited for.
    """
    if not _fcntl:
        return None
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        _fcntl.flock(number, _fcntl.LOCK_EX | (0 if wait else _fcntl.LOCK_NB))
    except OSError as failure:  # a file system without locks, where it is not BlockingIOError
        os.close(number)
        if isinstance(failure, BlockingIOError):
            raise
        return None
    return number


@contextmanager
def alone_in(folder: Path, wait: bool = False) -> Iterator[None]:
    """Keeps other runs out of a folder until the end of the block, or until this process ends.

    Where another is at work there, it is waited for or InputError is raised. Says where it cannot.
    """
    try:
        number = _lock(folder, wait)
    except BlockingIOError:
        raise InputError(
            f"another run is at work in {folder}", "wait for it, or name another folder"
        ) from None
    if number is None:
        print(f"nothing keeps a second run out of {folder} here: start one at a time", file=sys.stderr)
    try:
        yield
    finally:
        if number is not None:
            os.close(number)


@contextmanager
def folder_of_this_run(beside: str | Path, prefix: str) -> Iterator[Path]:
    """A new folder in `beside` for the block; those that killed runs left are removed.

    Where nothing can tell whether a run is still at work, as on Windows, they stay.
    """
    for left in Path(beside).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            # No run is slower than a minute to take the folder that it has just made.
            if time.time() - left.stat().st_mtime > 60 and (number := _lock(left, wait=False)) is not None:
                shutil.rmtree(left, ignore_errors=True)
                os.close(number)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=beside, ignore_cleanup_errors=True) as name:
        number = _lock(Path(name), wait=True)
        try:
            yield Path(name)
        finally:
            if number is not None:
                os.close(number)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def keep_to(count: int) -> None:
    """Lets this process use so many processors only; where that cannot be, all of them."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


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


# --- what a child is kept from ------------------------------------------------------------------------

LIMITS = {
    "AS": "memory",
    "DATA": "memory",
    "CPU": "processor time",
    "FSIZE": "file sizes",
    "NOFILE": "open files",
    "NPROC": "processes",
    "CORE": "core dumps",
}


def limit(**most: int) -> list[str]:
    """Limits this process: limit(DATA=bytes, CPU=seconds), resource's names. Returns what it cannot limit."""
    missing: list[str] = []
    for name, value in most.items():
        with _or_missing(missing, LIMITS[name]):
            kind = getattr(_resource, f"RLIMIT_{name}")
            _, hard = _resource.getrlimit(kind)
            least = value if hard == _resource.RLIM_INFINITY else min(value, hard)
            _resource.setrlimit(kind, (least, least))
    return missing


def no_limits() -> str:
    """What this system limits in no process of ours, in words for people; nothing where it limits all."""
    return "" if _resource else "memory and processor time"


# From the kernel's headers: prctl, seccomp, landlock.
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SIGKILL, SECCOMP_MODE_FILTER, ALLOW, ERRNO = 9, 2, 0x7FFF0000, 0x00050000
EPERM, EAGAIN, EACCES, ENOSYS = 1, 11, 13, 38
CLONE_THREAD, AF_UNIX, X32 = 0x10000, 1, 0x40000000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# machine: (audit number, system call numbers)
NAMES = ("clone", "clone3", "execve", "execveat", "socket", "kill", "tkill", "tgkill", "ptrace",
         "process_vm_writev", "prlimit64", "io_uring_setup",
         "pidfd_send_signal", "fork", "vfork")  # fmt: skip
X86_64 = (56, 435, 59, 322, 41, 62, 200, 234, 101, 311, 302, 425, 424, 57, 58)
AARCH64 = (220, 435, 221, 281, 198, 129, 130, 131, 117, 271, 261, 425, 424)  # which has no fork
CALLS = {
    "x86_64": (0xC000003E, dict(zip(NAMES, X86_64))),
    "aarch64": (0xC00000B7, dict(zip(NAMES, AARCH64))),
}
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
# Every right to change a file or a folder, by the version of landlock that knows it; reading stays free.
WRITING = {1: 0x1FF2, 2: 0x2000, 3: 0x4000}
WRITE_FILE = 0x2


def guard(folder: str) -> list[str]:
    """Lets this process write into `folder` alone, and start, signal and reach nobody else.

    Returns what stays open to it: Linux alone has what this needs.
    """
    if not sys.platform.startswith("linux"):  # elsewhere other calls have these numbers
        return ["files", "other processes and the network"]
    missing: list[str] = []
    with _or_missing(missing, "files"):
        _files(folder)
    with _or_missing(missing, "other processes and the network"):
        _system_calls()
    return missing


@contextmanager
def _or_missing(missing: list[str], what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, AttributeError):
        missing.append(what)


def _libc() -> "ctypes.CDLL":
    import ctypes

    try:
        return ctypes.CDLL(None, use_errno=True)
    except TypeError as failure:  # Windows has no such library
        raise OSError("no C library") from failure


def _prctl(*arguments: Any) -> None:
    import ctypes

    if _libc().prctl(*arguments, *([0] * (5 - len(arguments)))) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _files(folder: str) -> None:
    import ctypes

    libc = _libc()

    def call(number: int, *arguments: object) -> int:
        answer = int(libc.syscall(number, *arguments))
        if answer < 0:
            raise OSError(ctypes.get_errno(), "landlock")
        return answer

    version = call(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    rights = sum(bits for since, bits in WRITING.items() if since <= version)
    handled = struct.pack("Q", rights)
    rules = call(CREATE_RULESET, handled, ctypes.c_size_t(len(handled)), 0)
    for path, allowed in ((folder, rights), (os.devnull, WRITE_FILE)):
        opened = os.open(path, os.O_PATH)
        call(ADD_RULE, rules, 1, struct.pack("=Qi", allowed, opened), 0)
        os.close(opened)
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    call(RESTRICT_SELF, rules, 0)
    os.close(rules)


def _system_calls() -> None:
    """No new process, no other program, no socket but a local one, no signal to anybody else."""
    import ctypes

    audit, calls = CALLS.get(platform.machine(), (0, {}))
    if not calls:
        raise OSError("no system call numbers for this machine")
    program = b"".join(_program(audit, calls, os.getpid()))
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack(
        "HxxxxxxQ" if struct.calcsize("P") == 8 else "HxxI", len(program) // 8, ctypes.addressof(buffer)
    )
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(header))


def _program(audit: int, calls: dict[str, int], own: int) -> Iterator[bytes]:
    """The filter as instructions of 8 bytes; an argument's low half stands at 16 + 8 times its number."""

    def one(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("HBBI", code, if_true, if_false, value)

    def refuse(error: int) -> bytes:
        return one(RETURN, ERRNO | error)

    yield one(LOAD, 4)
    yield one(EQUAL, audit, 1, 0)
    yield refuse(EPERM)
    yield one(LOAD, 0)
    if audit == CALLS["x86_64"][0]:
        yield one(AT_LEAST, X32, 0, 1)
        yield refuse(EPERM)
    simple = dict.fromkeys(("tkill", "ptrace", "process_vm_writev", "pidfd_send_signal"), EPERM)
    simple |= dict.fromkeys(("clone3", "io_uring_setup"), ENOSYS)  # then older calls are used
    simple |= {"fork": EAGAIN, "vfork": EAGAIN, "execve": EACCES, "execveat": EACCES}
    for name, error in simple.items():
        if name in calls:
            yield one(EQUAL, calls[name], 0, 1)
            yield refuse(error)
    # name: the test of its first argument that lets it pass, and the error otherwise
    tests: dict[str, tuple[Callable[[], list[bytes]], int]] = {
        "clone": (lambda: [one(ANY_BIT, CLONE_THREAD, 1, 0)], EAGAIN),
        "socket": (lambda: [one(EQUAL, AF_UNIX, 1, 0)], EACCES),
        "kill": (lambda: [one(EQUAL, own, 1, 0)], EPERM),
        "tgkill": (lambda: [one(EQUAL, own, 1, 0)], EPERM),
        "prlimit64": (lambda: [one(EQUAL, own, 2, 0), one(EQUAL, 0, 1, 0)], EPERM),
    }
    for name, (test, error) in tests.items():
        body = [one(LOAD, 16), *test(), refuse(error), one(RETURN, ALLOW)]
        yield one(EQUAL, calls[name], 0, len(body))
        yield from body
    yield one(RETURN, ALLOW)
