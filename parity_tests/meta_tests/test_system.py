"""Children end with their parent, and a system that has less does what it can and says what it cannot."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backproof.parity_tests.meta_tests.conftest import MAIN
from backproof.scratch import system

EXAM = """
from backproof import Examinee
e = Examinee(net="identity", loss="mse", widths=(2, 2))

@e.gradients
def f(m, p, x, y):
    {}
    d = 2 * (x @ p.W1.T + p.b1 - y) / y.size
    return e.named(dW1=d.T @ x, db1=d.sum(0))
"""
CHECK = """
import numpy as np
from backproof import check
x, y, W1, b1 = np.eye(3), np.ones((3, 2)), np.full((2, 3), 0.5), np.ones(2)
d = 2 * (x @ W1.T + b1 - y) / y.size
print(check(x=x, y=y, W1=W1, b1=b1, dW1=d.T @ x, db1=d.sum(0), net="identity", loss="mse").ok)
"""
# What Windows and others lack; joblib and subprocess have ways of their own there.
LESS = """
import ctypes, os, signal, sys
sys.modules.update(dict.fromkeys(("resource", "fcntl", "pwd", "grp", "termios")))
for name in ("fork", "forkpty", "killpg", "setsid", "setpgid", "sysconf", "mkfifo", "geteuid", "O_NONBLOCK"):
    delattr(os, name)
for name in ("SIGALRM", "SIGPROF", "setitimer", "getitimer", "ITIMER_REAL", "ITIMER_PROF", "pthread_sigmask"):
    delattr(signal, name)
class CDLL(ctypes.CDLL):
    def __init__(self, name, *arguments, **options):
        if name is None:
            raise TypeError("no library has no name")
        super().__init__(name, *arguments, **options)
ctypes.CDLL = CDLL
"""


def started(words, folder, program=MAIN, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# --- children -----------------------------------------------------------------------------------------


def descendants(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [below for child in map(int, children) for below in (child, *descendants(child))]


def guarded(process: int, module: str) -> bool:
    """Whether this is a child that runs `module`, and its limits show that it has begun to guard itself."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_text().split("\0")
        limits = Path(f"/proc/{process}/limits").read_text().splitlines()
    except OSError:
        return False
    size = next(line for line in limits if line.startswith("Max file size"))
    return module in words and "unlimited" not in size


@pytest.mark.parametrize(
    ("words", "module", "many"),
    [
        (["derive", "page.txt"], "backproof.reference.derivation.prove", 1),
        (["examine", "exam.py"], "backproof.parity_tests.door.worker", 1),
        (["examine", "exam.py", "other.py", "--jobs", "2"], "backproof.parity_tests.door.worker", 2),
    ],
    ids=["derive", "examine", "examine --jobs"],
)
def test_nothing_is_left_of_a_command_that_is_killed(words, module, many, tmp_path):
    (tmp_path / "page.txt").write_text("f = sin(x)\n" + "df/dx = cos(x)\n" * 40)
    for name in ("exam.py", "other.py"):
        (tmp_path / name).write_text(EXAM.format("while True: pass"))
    with started(words, tmp_path) as command:
        found: list[int] = []
        while len(found) < many:
            assert command.poll() is None
            found = [process for process in descendants(command.pid) if guarded(process, module)]
        for process in found:
            os.kill(process, signal.SIGSTOP)  # so that it does not come to its end by itself
        kill_and_see(command)


def kill_and_see(command):
    """Kills a command and asserts that each process below it ends, within a minute if it must."""
    every = [os.pidfd_open(process) for process in descendants(command.pid)]
    command.kill()
    left = [process for process in every if not select.select([process], [], [], 60)[0]]
    for process in left:
        signal.pidfd_send_signal(process, signal.SIGKILL)
    for process in every:
        os.close(process)
    assert not left


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path):
    with system.folder_of_this_run(tmp_path, "part-") as used:
        left, fresh = tmp_path / "part-left", tmp_path / "part-fresh"
        for folder in (used, left, fresh):
            folder.mkdir(exist_ok=True)
            (folder / "half").write_text("half")
            if folder != fresh:
                os.utime(folder, (0, 0))
        with system.folder_of_this_run(tmp_path, "part-") as own:
            assert set(tmp_path.iterdir()) == {own, used, fresh}
    assert list(tmp_path.iterdir()) == [fresh]


def test_nothing_is_removed_where_no_lock_can_be_held(tmp_path, monkeypatch, capsys):
    left = tmp_path / "part-left"
    left.mkdir()
    os.utime(left, (0, 0))

    def refuse(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(system._fcntl, "flock", refuse)
    with system.folder_of_this_run(tmp_path, "part-") as own:
        assert set(tmp_path.iterdir()) == {own, left}
    assert capsys.readouterr().err == ""
    with system.alone_in(left):
        assert "nothing keeps a second run out of" in capsys.readouterr().err


# --- systems that have less ---------------------------------------------------------------------------


@pytest.fixture
def lesser(tmp_path):
    """Starts a command where the system has less."""
    (tmp_path / "less").mkdir()
    (tmp_path / "less" / "sitecustomize.py").write_text(LESS)
    (tmp_path / "exam.py").write_text(EXAM.format("pass"))
    path = os.pathsep.join([str(tmp_path / "less"), *(each for each in sys.path if each)])
    return lambda *words, program=MAIN: started(words, tmp_path, program, PYTHONPATH=path, COLUMNS="200")


@pytest.fixture
def elsewhere(lesser):
    """Runs a command there; its exit code, output and errors."""

    def run(*words, program=MAIN):
        with lesser(*words, program=program) as command:
            out, err = command.communicate()
        return command.returncode, out, err

    return run


def test_a_child_looks_for_its_parent_where_nothing_ends_it(lesser, tmp_path):
    (tmp_path / "exam.py").write_text(EXAM.format("while True: pass"))

    def looks(process):
        try:
            told = Path(f"/proc/{process}/cmdline").read_text() + Path(f"/proc/{process}/status").read_text()
        except OSError:
            return False
        return "door.worker" in told and "Threads:\t1\n" not in told

    with lesser("examine", "exam.py") as command:
        while not any(map(looks, descendants(command.pid))):
            assert command.poll() is None
        kill_and_see(command)


def test_windows_cannot_tell_of_a_parent_or_another_process(monkeypatch):
    monkeypatch.setattr(os, "name", "nt")
    assert not system.end_with(os.getppid())
    assert not system.ended(os.getpid())


def test_derive_needs_no_limits_and_says_so(elsewhere):
    code, out, err = elsewhere("derive", "--claim", "d(x^2)/dx = 2 x")
    assert (code, err) == (0, "this system does not limit the memory and processor time of proofs\n")
    assert "right, proved" in out


def test_examine_says_what_it_did_not_guard(elsewhere):
    code, out, err = elsewhere("examine", "exam.py", "--networks", "4")
    assert (code, err) == (0, "")
    assert "exam.py: exact" in out
    kept = "memory, file sizes, open files, processes, core dumps, files, other processes and the network"
    assert f"this system did not guard {kept} from the file's code" in out


def test_runs_that_nothing_keeps_apart_are_said(elsewhere):
    _, out, err = elsewhere("parity", "--networks", "2", "--out", "kept")
    assert err == "nothing keeps a second run out of kept here: start one at a time\n"
    assert "2 networks" in out


def test_check_needs_nothing(elsewhere):
    code, out, err = elsewhere(program=CHECK)
    assert (code, out, err) == (0, "True\n", "")
