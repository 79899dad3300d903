"""Data flows one way: which room may import which, and what a start-up may load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import backproof.scratch

ROOMS = Path(backproof.scratch.__file__).parent.parent
# room: the backproof modules that it may import
ALLOWED = {
    "scratch": ("scratch.",),
    "reference": ("reference.", "scratch.spec", "scratch.errors"),
    "data": ("data.", "scratch.errors", "scratch.reading"),
    "parity_tests": ("parity_tests.", "scratch.", "reference.", "data."),
    "scripts": ("",),
}
HEAVY = ("torch", "numpy", "matplotlib", "hypothesis", "sympy", "sklearn", "mpmath", "scipy", "pytest")


def imported(path: Path) -> list[str]:
    """The backproof modules that a file imports, without the first name."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports relatively"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name.removeprefix("backproof.") for name in names if name.startswith("backproof.")]


# What not every operating system has, and the files that may use it: each does without where it must.
SYSTEM = ("signal", "resource", "fcntl", "ctypes", "pwd", "grp", "termios", "multiprocessing", "joblib")
MAY_USE_SYSTEM = (
    "parity_tests/process.py",
    "parity_tests/door",  # foreign code in a process of its own, with the limits that the system has
    "reference/derivation/prove.py",  # the same for a proof; it may not import the exam
)


def test_what_needs_an_operating_system_stands_in_one_place():
    for room in ALLOWED:
        for path in (ROOMS / room).rglob("*.py"):
            place = path.relative_to(ROOMS).as_posix()
            if is_test(path) or place.startswith(MAY_USE_SYSTEM):
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                for name in names:
                    assert name.split(".")[0] not in SYSTEM, f"{place} imports {name}"


def is_test(path: Path) -> bool:
    return path.name.startswith("test_") or path.name == "conftest.py" or "meta_tests" in path.parts


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_what_it_may(room):
    files = [path for path in (ROOMS / room).rglob("*.py") if not is_test(path)]
    assert files
    for path in files:
        for name in imported(path):
            assert name.startswith(ALLOWED[room]), f"{path.relative_to(ROOMS)} imports {name}"


def modules_after(code: str) -> set[str]:
    """The top-level names of the modules that are loaded once `code` has run in a fresh interpreter."""
    script = f"import sys\n{code}\nprint('modules', *{{name.split('.')[0] for name in sys.modules}})"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(found.stdout.splitlines()[-1].split())


def test_scratch_does_not_import_torch():
    assert "torch" not in modules_after("import backproof.scratch.network")


@pytest.mark.parametrize("words", ['["--help"]', '["--version"]', '["parity", "--help"]', '["nonsense"]'])
def test_start_up_is_lazy(words):
    code = f"from backproof.scripts.cli import run\nrun({words})"
    assert modules_after(code).isdisjoint(HEAVY)


def test_the_reference_never_draws_random_numbers():
    for path in (ROOMS / "reference").rglob("*.py"):
        source = path.read_text("utf-8")
        for word in ("manual_seed", "rand(", "randn(", "nn.Linear", "normal_("):
            assert word not in source, f"{path.name}: {word}"
