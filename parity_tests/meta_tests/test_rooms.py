"""Data flows one way: which room may import which, and what a start-up may load."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import backproof.scratch

ROOMS = Path(backproof.scratch.__file__).parent.parent
# room: the backproof modules that it may import
ALLOWED = {
    "scratch": ("scratch.",),
    "reference": ("reference.", "scratch.spec", "scratch.errors", "scratch.system"),
    "data": ("data.", "scratch.errors", "scratch.reading", "scratch.system"),
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


# What not every operating system has or does alike: scratch/system.py asks for it, and nothing else does.
MODULES = {
    *("signal", "resource", "fcntl", "ctypes", "pwd", "grp", "termios", "tty", "pty", "select", "selectors"),
    *("syslog", "msvcrt", "winreg", "multiprocessing", "mmap"),
}
OS = {name for name in dir(os) if name.startswith(("sched_", "W", "P_", "RTLD_", "posix_", "spawn"))} | {
    *("fork", "forkpty", "kill", "killpg", "wait", "waitpid", "setsid", "setpgid", "getpgid", "getppid"),
    *("nice", "mkfifo", "getuid", "geteuid", "sysconf", "uname", "set_blocking", "O_PATH", "O_DIRECTORY"),
}
ARGUMENTS = {"preexec_fn", "pass_fds", "start_new_session", "process_group", "creationflags", "startupinfo"}


def of_a_system(tree: ast.AST) -> set[str]:
    """What a module imports, calls or passes that belongs to one operating system or another."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] in MODULES}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} if node.module.split(".")[0] in MODULES else set()
            found |= {alias.name for alias in node.names if node.module == "os" and alias.name in OS}
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os":
            found |= {node.attr} & OS
        elif isinstance(node, ast.Call):
            found |= {str(keyword.arg) for keyword in node.keywords} & ARGUMENTS
    return found


def test_what_belongs_to_one_system_stands_in_one_file():
    for room in ALLOWED:
        for path in (ROOMS / room).rglob("*.py"):
            found = of_a_system(ast.parse(path.read_text("utf-8")))
            place = path.relative_to(ROOMS).as_posix()
            assert is_test(path) or not found or place == "scratch/system.py", f"{place} uses {found}"


# Who may start processes, so that all of them end with this one: the two ways that see to it, torch's, which
# does so too, and the two tools of the repository whose children are its own test suite and commands.
MAY_START = {
    *("scratch/system.py", "parity_tests/sweep.py", "parity_tests/data_parallel.py"),
    *("scripts/elsewhere.py", "scripts/readme.py"),
}
STARTS = {"Popen", "run", "call", "check_call", "check_output", "system", "popen"}


def starts(tree: ast.AST) -> set[str]:
    """What in a module starts processes by itself."""
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    words = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))}
    found = {
        name
        for name in called
        if name.rpartition(".")[2] in STARTS and name.startswith(("subprocess.", "os."))
    }
    return found | {
        line
        for line in words
        if any(name in line for name in ("joblib", "distributed", "futures", "multiprocessing"))
    }


def test_processes_are_started_where_they_are_bound_to_end():
    for room in ALLOWED:
        for path in (ROOMS / room).rglob("*.py"):
            place = path.relative_to(ROOMS).as_posix()
            found = starts(ast.parse(path.read_text("utf-8")))
            assert is_test(path) or not found or place in MAY_START, f"{place} starts by {found}"
    assert starts(ast.parse("import os, joblib\nos.system('true')")) == {"import os, joblib", "os.system"}


@pytest.mark.parametrize(
    "line",
    ["import signal", "from fcntl import flock", "os.kill(1, 9)", "from os import fork", "f(pass_fds=1)"],
)
def test_a_use_of_the_system_is_seen(line):
    assert of_a_system(ast.parse(f"def f():\n    {line}"))


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
CIRCLES: set[frozenset[str]] = set()


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


def test_start_up_is_lazy():
    asked = ("--help", "--version", "parity --help", "nonsense", "explain -h")
    lessons = ("course", "course --help", "course w1ij --help")
    calls = [f"run({words.split()})" for words in (*asked, *lessons)]
    code = "\n".join(["from backproof.scripts.cli import run", *calls])
    assert modules_after(code).isdisjoint(HEAVY)


def test_the_reference_never_draws_random_numbers():
    for path in (ROOMS / "reference").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                assert called not in ("manual_seed", "rand", "randn", "Linear", "normal_"), path.name
