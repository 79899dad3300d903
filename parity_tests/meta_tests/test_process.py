"""The real command, interrupted at any moment, and printing to where nothing can be printed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backproof.parity_tests.meta_tests.conftest import MAIN
from backproof.scripts import process
from backproof.scripts.cli import run

# Ctrl-C during the import of torch, which swallows what is raised meanwhile.
SWALLOWS = """
import sys, importlib.abc
from signal import SIGINT, raise_signal
class Swallows(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "torch":
            sys.meta_path.remove(self)
            try:
                raise_signal(SIGINT)
            except BaseException:
                pass
sys.meta_path.insert(0, Swallows())
"""
LOST = """
from backproof.scripts import show
class Dropped:
    def __del__(self):
        raise_signal(SIGINT)
from signal import SIGINT, raise_signal
honest = show.part
def part(*arguments):
    Dropped()
    honest(*arguments)
show.part = part
"""
COMMANDS = [
    ["parity", "--networks", "1"], ["referee"], ["course"], ["course", "claims", "001-J"],
    ["explain", "mazur"], ["derive", "--claim", "d(x^2)/dx = 2 x"], ["--help"],
]  # fmt: skip


def started(words, before="", **streams):
    return subprocess.Popen(
        [sys.executable, "-c", f"{before}\n{MAIN}", *words], stderr=subprocess.PIPE, text=True, **streams
    )


@pytest.mark.parametrize(
    "words",
    [
        ["explain", "a\nb.json"],
        ["compare", "digits", "--out", "/dev/null/a\nb"],
        ["derive", "no\nsuch"],
        ["a\nb"],
    ],
)
def test_a_line_break_of_the_user_adds_no_line(words, refused):
    assert f"{words[-1]!r}"[1:-1] in refused(*words)[0]


def test_an_import_cannot_swallow_ctrl_c():
    with started(["parity", "--networks", "1000"], SWALLOWS, stdout=subprocess.PIPE) as command:
        out, err = command.communicate()
    assert command.returncode == 130
    (line,) = err.splitlines()
    assert line.startswith("interrupted")
    assert "1000 networks" not in out


def test_ctrl_c_that_python_drops_is_said_at_the_end():
    with started(["referee"], f"import sys\n{LOST}", stdout=subprocess.DEVNULL) as command:
        _, err = command.communicate()
    assert command.returncode == 130
    assert err.splitlines()[-1] == "interrupted"


FULL = "error: standard output cannot be written: No space left on device\nsend it to another place\n"


@pytest.mark.usefixtures("own_folder")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_output_that_cannot_be_written_is_two_lines(words, monkeypatch, capsys):
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", process.output(full.fileno(), "utf-8"))
        assert run(words) == 2
        monkeypatch.undo()
    assert capsys.readouterr().err == FULL


@pytest.mark.usefixtures("own_folder")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_reader_that_leaves_ends_it_quietly(words, monkeypatch, capsys):
    reading, writing = os.pipe()
    os.close(reading)
    monkeypatch.setattr(sys, "stdout", process.output(writing, "utf-8"))
    assert run(words) == 141
    monkeypatch.undo()
    os.close(writing)
    assert capsys.readouterr().err == ""


def test_the_real_command_s_output_is_such_a_one():
    with Path("/dev/full").open("w") as full, started(["--help"], stdout=full) as command:
        assert (command.communicate()[1], command.returncode) == (FULL, 2)


def test_a_closed_output_is_two_lines():
    with started(["parity"], preexec_fn=lambda: os.close(1)) as command:
        _, err = command.communicate()
    assert command.returncode == 2
    assert err.splitlines()[0] == "error: standard output cannot be written: it is closed"


def test_a_closed_input_is_two_lines():
    with started(["derive", "-"], preexec_fn=lambda: os.close(0)) as command:
        _, err = command.communicate()
    assert command.returncode == 2
    assert err.splitlines()[0] == "error: the input is closed"
