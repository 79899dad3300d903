"""What the process of foreign code is kept from: memory, files, other processes and the network.

Linux alone has what this needs; whatever the system refuses is reported, never passed over.
"""

import ctypes
import os
import platform
import resource
import struct
from collections.abc import Callable, Iterator

MEMORY, FILE_SIZE, OPEN_FILES, PROCESSES = 4 << 30, 64 << 20, 256, 512

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
    """Puts every guard in place that the system has; `folder` stays writable. Returns what is missing."""
    missing = []
    for what, put in (("memory", _limits), ("files", lambda: _files(folder)), ("the network", _system_calls)):
        try:
            put()
        except (OSError, ValueError, AttributeError):
            missing.append(what)
    return missing


def _limits() -> None:
    for kind, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    _prctl(PR_SET_PDEATHSIG, SIGKILL)


def _prctl(*arguments: int | ctypes.Array[ctypes.c_char]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(*arguments, *([0] * (5 - len(arguments)))) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _files(folder: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)

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
