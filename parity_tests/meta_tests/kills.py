"""Kills commands at random moments and completes them (`make kills`): KILLS SEED [FIRST [COMMAND]].

Each command is ended by INT, TERM or KILL after a random part of its time, then run again to its end: what it
prints and every file must be those of a run that nobody disturbed, and no process may be left after 5 s.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from backproof.parity_tests import sweep
from backproof.parity_tests.meta_tests.conftest import COMMAND

COMMANDS = {
    "compare": (
        "compare digits --hidden 8 --batch 200 --epochs 4 --optimizer adam --learning-rate 0.01 "
        "--dropout 0.2 --seeds 1 --out results --save results/net.npz"
    ),
    "parity": "parity --networks 40 --jobs 2 --out results",
    "catch-rate": "catch-rate --networks 2 --jobs 1 --mistakes outside --out results",
    "course": "course digit-training --quick --out results",
}
Result = tuple[int, bytes, dict[str, bytes]]  # exit code, output, files
MARK = "BACKPROOF_KILLS"
PATIENCE = 5.0  # seconds that a process may be left


def start(words: list[str], folder: Path, mark: str) -> "subprocess.Popen[bytes]":
    """The command in that folder, with a cache there and a mark that its children inherit."""
    home = {"XDG_CACHE_HOME": str(folder / "cache"), "BACKPROOF_OFFLINE": "1", MARK: mark}
    return subprocess.Popen(
        [*COMMAND, *words],
        cwd=folder,
        env={**os.environ, **home},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def left(mark: str) -> list[int]:
    """The processes that carry a mark."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the results; the lines of finished tasks sorted, without one that was cut off."""

    def read(path: Path) -> bytes:
        content = path.read_bytes()
        if path.suffix != ".tsv":
            return content
        return b"".join(sorted(line for line in content.splitlines(True) if sweep.checked(line)[0]))

    return {
        path.relative_to(folder).as_posix(): read(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "cache" not in path.parts
    }


def undisturbed(words: list[str]) -> tuple[float, Result]:
    """Seconds, exit code, output and files of a run that nobody kills."""
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        process = start(words, Path(name), "none")
        out, _ = process.communicate()
        return time.monotonic() - began, (process.returncode, out, contents(Path(name)))


def killed(words: list[str], number: signal.Signals, after: float, mark: str, wanted: Result) -> str:
    """One kill and what is completed afterwards; what is wrong with it, or nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        process = start(words, folder, mark)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        _, first = process.communicate()
        until = time.monotonic() + PATIENCE
        while rest := left(mark):
            if time.monotonic() > until:
                return f"{len(rest)} processes are left"
            time.sleep(0.05)
        if b"Traceback" in first:
            return f"a traceback: {first.decode()[-500:]}"
        again = [*words, "--resume"] if words[0] == "compare" else words
        process = start(again, folder, mark)
        out, err = process.communicate()
        if words[0] == "compare" and process.returncode == 2 and b"no interrupted training" in err:
            process = start(words, folder, mark)
            out, err = process.communicate()
        if err:
            return f"completing it says {err.decode()[-500:]}"
        found = (process.returncode, out, contents(folder))
        return "" if found == wanted else f"another result: {difference(found, wanted)}"


def difference(found: Result, wanted: Result) -> str:
    """Where two results differ, in a few words."""
    names = {name for name in {*found[2], *wanted[2]} if found[2].get(name) != wanted[2].get(name)}
    return f"exit codes {found[0]}, {wanted[0]}; output equal: {found[1] == wanted[1]}; files {sorted(names)}"


def main(kills: int, seed: int, first: int = 0, only: str = "") -> int:
    """The kills from number `first` on, all or one command's; 0 where each was completed to the same."""
    names, known, done, wrong = list(COMMANDS), {}, 0, 0
    for name in [only] if only else names:
        seconds, wanted = undisturbed(COMMANDS[name].split())
        known[name] = seconds, wanted
        print(f"{name}: {seconds:.1f} s undisturbed, exit code {wanted[0]}", flush=True)
    for number in range(first, first + kills):
        name = names[number % len(names)]
        if name not in known:
            continue
        seconds, result = known[name]
        chosen = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)[number // len(names) % 3]
        after = float(np.random.default_rng([seed, number]).uniform(0, 1.05 * seconds))
        problem = killed(COMMANDS[name].split(), chosen, after, f"{os.getpid()}-{number}", result)
        done, wrong = done + 1, wrong + bool(problem)
        print(f"{number}: {name}, {chosen.name} after {after:.2f} s: {problem or 'the same'}", flush=True)
    numbers = f"{first} to {first + kills - 1} of seed {seed}"
    print(f"{done} kills, numbers {numbers}: {done - wrong} completed to the same bytes, {wrong} not")
    return int(wrong > 0)


if __name__ == "__main__":
    kills, seed, first, only = (*sys.argv[1:], *("0", "")[len(sys.argv) - 3 :])
    sys.exit(main(int(kills), int(seed), int(first), only))
