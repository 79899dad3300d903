"""What is damaged, hostile, full, killed or missing costs no more than it must, and is said in two lines."""

import contextlib
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.data import mnist
from backproof.parity_tests import training
from backproof.parity_tests.catch_rate import Examined
from backproof.parity_tests.meta_tests.bad_input import BAD_SPECS
from backproof.parity_tests.meta_tests.conftest import COMMAND
from backproof.scratch import reading, saved, system
from backproof.scratch.errors import InputError
from backproof.scratch.spec import NetworkSpec, init_params
from backproof.scripts import files, process
from backproof.scripts.cli import run
from backproof.scripts.course import trained

SMALL = ("compare", "digits", "--hidden", "4", "--batch", "700", "--epochs", "2", "--out", "results")
SPEC = NetworkSpec((2, 3, 1), ("tanh", "identity"), "mse")


pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture
def problem(refused):
    """What is said to be wrong with a command line that cannot be."""
    return lambda *words: refused(*words)[0]


# --- what is read -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BAD_SPECS)
@pytest.mark.parametrize(
    "words", [["explain"], ["compare", "digits", "--out", ".", "--resume"]], ids=lambda w: w[0]
)
def test_an_archive_that_is_no_network_is_two_lines(problem, kind, words):
    name = "net.npz" if words[0] == "explain" else "checkpoint.npz"
    with zipfile.ZipFile(name, "w") as made:
        made.writestr("spec.npy" if words[0] == "explain" else "state.npy", BAD_SPECS[kind])
    problem(*words, *([name] if words[0] == "explain" else []))


def test_sizes_are_checked_before_anything_is_unpacked(problem):
    with zipfile.ZipFile("bomb.npz", "w", zipfile.ZIP_DEFLATED) as made, made.open("spec.npy", "w") as file:
        for _ in range(257):
            file.write(bytes(1_000_000))
    assert Path("bomb.npz").stat().st_size < 300_000
    assert "unpacks to more than 256,000,000 bytes" in problem("explain", "bomb.npz")


@pytest.mark.parametrize("ending", ["npz", "json"])
def test_only_regular_files_are_read(problem, answer, ending):
    os.mkfifo(f"pipe.{ending}")
    Path(f"zero.{ending}").symlink_to("/dev/zero")
    Path(f"folder.{ending}").mkdir()
    for name in ("pipe", "zero", "folder"):
        assert "no file, but a folder, a pipe or a device" in problem("explain", f"{name}.{ending}")
    assert "no file" in problem("derive", f"pipe.{ending}")
    assert "no file, but a folder, a pipe or a device" in answer("examine", f"pipe.{ending}").out


def test_weights_that_are_no_numbers_are_said_to_be(problem):
    params = init_params(SPEC, np.random.default_rng(0))
    params[1][0][0, 2] = np.nan
    with Path("net.npz").open("wb") as file:
        saved.save(file, SPEC, params)
    assert "W2 is not finite" in problem("explain", "net.npz", "--x", "[1, 2]", "--y", "[1]")


@given(st.binary(max_size=400), st.integers(0, 4000), st.data())
def test_any_damage_to_a_saved_file_is_an_input_error_or_none(damage, place, data):
    file = BytesIO()
    saved.save(file, SPEC, init_params(SPEC, np.random.default_rng(0)))
    whole = bytearray(file.getvalue())
    place %= len(whole)
    whole[place : place + len(damage)] = damage
    if data.draw(st.booleans()):
        del whole[place:]
    path = Path("damaged.npz")
    path.write_bytes(whole)
    with contextlib.suppress(InputError):
        saved.load(path)
    with pytest.raises(InputError, match="cannot be continued from"):
        training.load(path)


def test_python_s_own_warnings_on_a_case_are_not_shown(problem):
    assert problem("parity", "--case", "Case(spec=1if 1else 2)")


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "--hidden", "9" * 310],
        ["compare", "--learning-rate", "1" + "0" * 400],
        ["explain", "mazur", "--learning-rate", "inf"],
        ["derive", ""],
    ],
    ids=lambda words: words[0],
)
def test_numbers_without_end_are_two_lines(problem, words):
    Path("page.txt").write_text("dx/dx = 1")
    problem(*words)


# --- homes, names and disks ---------------------------------------------------------------------------


def test_a_home_that_does_not_exist_is_two_lines(problem, monkeypatch):
    assert "does not exist" in problem("compare", "mnist", "--data-root", "~nosuchuser/x")
    monkeypatch.setenv("BACKPROOF_DATA", "~nosuchuser/x")
    assert "does not exist" in problem("compare", "mnist")
    monkeypatch.delenv("BACKPROOF_DATA")
    monkeypatch.delenv("XDG_CACHE_HOME")

    def homeless(_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    with pytest.raises(InputError, match="XDG_CACHE_HOME"):
        mnist.cache_folder()


@pytest.mark.parametrize("command", ["derive", "examine", "explain", "examine --new"])
def test_a_name_of_5000_characters_is_no_file(problem, command):
    assert "File name too long" in problem(*command.split(), "[" * 5000 + ".npz")


@pytest.mark.parametrize("name", ["/", ".", ".."])
def test_an_exam_of_a_folder_is_not_begun(problem, name):
    assert "is a folder" in problem("examine", "--new", name)


def test_a_name_that_is_too_long_is_known_before_the_training(problem):
    assert "File name too long" in problem(*SMALL, "--save", "n" * 300 + ".npz")
    assert run([*SMALL, "--save", "n" * 248 + ".npz"]) == 0


def test_pictures_need_no_home(tmp_path):
    nowhere = {"HOME": "/dev/null", "XDG_CACHE_HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*COMMAND, "course", "one-neuron", "--quick", "--out", "drawn"],
        capture_output=True,
        env={name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ} | nowhere,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(Path("drawn").rglob("*.svg"))


@pytest.mark.parametrize("words", [SMALL, ("parity", "--networks", "1", "--out", "kept")], ids=lambda w: w[0])
def test_a_full_disk_costs_the_files_and_not_the_answer(answer, monkeypatch, words):
    honest = Path.open

    def full(path, mode="r", *arguments, **options):
        if path.name.endswith(".partial"):
            raise OSError(28, "No space left on device")
        return honest(path, mode, *arguments, **options)

    monkeypatch.setattr(Path, "open", full)
    code, out, err = answer(*words)
    assert code == 2
    assert ("identical up to rounding" in out) or ("1 networks" in out)
    assert err.splitlines()[0].endswith("No space left on device")
    assert len(err.splitlines()) == 2


def test_resume_writes_what_is_missing(answer):
    whole = answer(*SMALL)
    wanted = {path.name: path.read_bytes() for path in Path("results").iterdir()}
    for name in ("run.json", "curves.svg", "epochs.csv"):
        Path("results", name).unlink()
    assert answer(*SMALL, "--resume") == whole
    assert {path.name: path.read_bytes() for path in Path("results").iterdir()} == wanted


def test_the_next_run_clears_what_a_killed_one_left(tmp_path):
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    dead, alive = (tmp_path / files.PARTIAL.format(number) for number in (done.pid, os.getpid()))
    dead.touch()
    alive.touch()
    files.check_folder(tmp_path)
    assert not dead.exists()
    assert alive.exists()


def test_two_runs_in_one_folder_are_kept_apart(problem, own_folder):
    files.check_folder(own_folder / "results")
    with system.alone_in(own_folder / "results"):
        assert "another run is at work in results" in problem(*SMALL)
    assert run(SMALL) == 0


def test_a_device_keeps_its_place():
    with files.whole(Path("/dev/null")) as file:
        file.write(b"1")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    "arguments",
    [("compare", "digits", "--out", ""), ("report", ""), ("parity", "--out="), ("examine", "--new", "")],
)
def test_an_empty_argument_is_no_folder(problem, arguments):
    assert "an empty argument after" in problem(*arguments)


def test_a_page_is_not_bound_of_a_folder_that_is_not_there(problem):
    assert "there is no folder mistyped" in problem("report", "mistyped")
    assert not Path("mistyped").exists()


@pytest.mark.parametrize("path", ["", ".", ".."])
def test_a_folder_is_no_file_to_write_to(path):
    with pytest.raises(InputError, match="is no file"), files.whole(Path(path)):
        pass


def test_a_damaged_cache_is_set_aside(capsys, tmp_path):
    path = tmp_path / "net-2.npz"
    path.write_bytes(b"damaged")
    assert trained._latest({2: path}, SPEC) == (0, None)
    assert "is trained again" in capsys.readouterr().err
    assert [left.name for left in tmp_path.iterdir() if left.is_file()] == ["net-2.damaged"]


# --- what is continued --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [int, float, str, list[int], dict[str, float], Examined])
@given(
    value=st.none()
    | st.integers()
    | st.text()
    | st.lists(st.integers())
    | st.dictionaries(st.text(), st.text())
)
def test_a_record_is_of_its_kind_or_refused(kind, value):
    made = reading._value(kind, value)
    if made is not None and kind in (int, float, str):
        assert type(made.value) is kind


# --- streams ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"), [(["parity", "--networks", "0"], 2), (["derive", "--claim", "d(x^2)/dx = 2 x"], 0)]
)
def test_standard_error_may_be_full_or_closed(words, code):
    program = [*COMMAND, *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(program, stdout=subprocess.PIPE, stderr=full)
    assert done.returncode == code
    closed = subprocess.run(program, stdout=subprocess.PIPE, preexec_fn=lambda: os.close(2))
    assert (closed.returncode, closed.stdout) == (code, done.stdout)


def test_a_sign_that_a_terminal_lacks_is_shown_by_its_number(monkeypatch):
    with Path("printed").open("wb") as file, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", process.output(file.fileno(), "ascii"))
        assert run(["derive", "--claim", "d(sigmoid(x))/dx = sigmoid(x) (1 - sigmoid(x))"]) == 0
    assert b"\\u2713" in Path("printed").read_bytes()


def test_sixty_columns_hold_every_table(answer, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    tables = answer("parity", "--networks", "2").out.split("not drawn")[0]
    assert tables
    assert all(len(row) <= 60 for row in tables.splitlines() if "Case(" not in row)
