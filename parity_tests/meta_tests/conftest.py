"""What several tests of commands share."""

import os
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from backproof.scripts.cli import run

# Whoever runs the tests on several processes sets it for them; tables are as wide as they are.
os.environ.pop("COLUMNS", None)
PROJECT = Path(__file__).resolve().parents[2]
# The real command in a process of its own. A test run may have been started with the signal ignored, which
# children inherit.
MAIN = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from backproof.scripts.cli import main; main()"
)
COMMAND = (sys.executable, "-c", MAIN)


class Answered(NamedTuple):
    """How a command line ended, and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def answer(capsys):
    """Runs a command line, its words given one by one."""

    def answered(*words):
        capsys.readouterr()
        code = run([str(each) for each in words])
        return Answered(code, *capsys.readouterr())

    return answered


@pytest.fixture
def refused(answer):
    """Runs a command line that cannot be: its problem and its advice, a line each, are all that is said."""

    def problem_and_advice(*words):
        code, out, err = answer(*words)
        assert (code, out) == (2, "")
        problem, advice = err.splitlines()
        assert problem.startswith("error: ")
        assert advice
        assert "\x1b" not in err
        assert "pickle" not in err
        return problem.removeprefix("error: "), advice

    return problem_and_advice


@pytest.fixture
def own_folder(monkeypatch, tmp_path):
    """An empty current folder, and no setting or cache of one's own."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("BACKPROOF_DATA", raising=False)
    monkeypatch.setenv("BACKPROOF_OFFLINE", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "here"


@pytest.fixture(scope="session")
def mnist_root() -> Path:
    """The folder of the real MNIST; where it is absent the summary says so."""
    root = Path(os.environ.get("BACKPROOF_DATA") or PROJECT.parent / "shared" / "mnist")
    if not (root / "MNIST").is_dir():
        pytest.skip(f"the real MNIST was NOT tested: there is none in {root}; set BACKPROOF_DATA")
    return root
