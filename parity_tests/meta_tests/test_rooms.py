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


# Circles that stand, each with what it would take to leave it.
CIRCLES: set[frozenset[str]] = {
    # The checker, what it tries where a line is wrong, and what confirms a verdict call one another.
    frozenset(f"reference.derivation.{name}" for name in ("check", "confirm", "diagnose", "shrink")),
    frozenset(f"reference.derivation.{name}" for name in ("model", "values")),
    # An answer asks show for text, and show asks answer for its type.
    frozenset(("scripts.answer", "scripts.show")),
}


def arrows() -> dict[str, set[str]]:
    """For each module of the rooms the modules of the rooms that it imports, inside functions too."""
    files = {
        ".".join(path.relative_to(ROOMS).with_suffix("").parts).removesuffix(".__init__"): path
        for room in ALLOWED
        for path in (ROOMS / room).rglob("*.py")
    }
    return {
        module: {
            part
            for name in imported(path)
            for part in (name, name.rpartition(".")[0])
            if part in files and part != module
        }
        for module, path in files.items()
    }


def circles(arrows: dict[str, set[str]]) -> set[frozenset[str]]:
    """The largest sets of modules of which each reaches every other."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        ahead = list(arrows[start])
        while ahead:
            module = ahead.pop()
            if module not in seen:
                seen.add(module)
                ahead += arrows[module]
        return seen

    ways = {module: reached(module) for module in arrows}
    turning = [module for module in arrows if module in ways[module]]
    return {frozenset(other for other in ways[module] if module in ways[other]) for module in turning}


def test_no_modules_import_one_another():
    found = circles(arrows())
    for new in found - CIRCLES:
        # What is left of a circle that stands is better than it was.
        assert any(new < known for known in CIRCLES), f"a circle: {', '.join(sorted(new))}"


def test_a_circle_is_seen():
    turning = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}
    assert circles(turning) == {frozenset("abc")}
    assert circles({"a": {"b"}, "b": set()}) == set()
    # Late imports are arrows too.
    assert "data.mnist" in arrows()["data.loading"]


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
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                assert called not in ("manual_seed", "rand", "randn", "Linear", "normal_"), path.name
