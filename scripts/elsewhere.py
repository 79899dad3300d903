"""Runs the tests as other processors would (`make elsewhere`); not a command, and only in part in CI.

Another processor takes other kernels, and their last bits differ: what depends on which way a bit falls turns
red here before it does on somebody's machine. Forced are OpenBLAS's kernels, numpy and torch without the
extensions that they would choose on this processor, and two threads.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence

# Where numpy.show_runtime() reads what it prints; numpy has no public name for it.
from numpy._core._multiarray_umath import (  # type: ignore[import-not-found]
    __cpu_dispatch__,
    __cpu_features__,
)

from backproof.scripts.show import console, table

SUITE = ("--pyargs", "backproof.parity_tests.suite")
ALL = ("-n", "2", "--dist", "worksteal")


def found_extensions() -> list[str]:
    """The extensions that numpy chooses on this processor; those of its baseline cannot be switched off."""
    return [name for name in __cpu_dispatch__ if __cpu_features__[name]]


def plain() -> dict[str, str]:
    """numpy without its extensions, torch without its own."""
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(found_extensions()), "ATEN_CPU_CAPABILITY": "default"}


def settings() -> Iterator[tuple[str, dict[str, str | None]]]:
    """What is forced, and the environment that forces it; None takes a variable away."""
    yield "no kernel forced", {"OPENBLAS_CORETYPE": None, "OPENBLAS_L2_SIZE": None}
    for kernel in ("Prescott", "Haswell"):
        yield f"OpenBLAS as on {kernel}", {"OPENBLAS_CORETYPE": kernel}
    yield "no extensions", dict(plain())
    yield "two threads", {"BACKPROOF_THREADS": "2"}


def in_a_moved_heart() -> tuple[str, float]:
    """Every test in a copy whose scratch/ is written otherwise and says the same.

    All but CONTRIBUTING's recipes: they tell people behind which line of scratch/ to write.
    """
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "backproof.parity_tests.meta_tests.moved_heart", folder], check=True
        )
        package = f"{folder}/package"
        recipes = "--deselect=parity_tests/meta_tests/test_contributing.py"
        return run({"PYTHONPATH": package, "MYPYPATH": package}, (*ALL, recipes), folder)


def run(
    environment: Mapping[str, str | None], arguments: Sequence[str], folder: str | None = None
) -> tuple[str, float]:
    """The last line of a run of pytest, and its seconds."""
    changed = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        env=changed,
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = done.stdout.splitlines() or [f"exit code {done.returncode}"]
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    for line in failed:
        console().print(line)
    return ("green" if done.returncode == 0 else f"RED, {len(failed)} failed") + f": {lines[-1]}", (
        time.monotonic() - started
    )


def main() -> None:
    """With --short, the suite's files without extensions; else every test under every setting."""
    short = "--short" in sys.argv[1:]
    asked = [("no extensions", dict(plain()))] if short else list(settings())
    rows = []
    for name, environment in asked:
        result, seconds = run(environment, SUITE if short else ALL)
        rows.append((name, result, f"{seconds:.0f} s"))
        console().print(f"{name}: {result}")
    if not short:
        result, seconds = in_a_moved_heart()
        rows.append(("a moved heart", result, f"{seconds:.0f} s"))
    table(("setting", "tests", "time"), rows, left=2)
    sys.exit(any("RED" in result for _, result, _ in rows))


if __name__ == "__main__":
    main()
