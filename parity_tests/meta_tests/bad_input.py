"""Draws bad values for every option of every command and calls it (`make bad-input`): CALLS SEED [FIRST].

The options are found from the commands themselves. A call may end in 0, 1, 2, 3 or 130 only, within 10 s and
1 GB, without a traceback; an error is two lines, or four with a caret where a notation could not be read.
"""

import contextlib
import io
import json
import os
import resource
import signal
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import typer

from backproof.parity_tests.exam import one_thread
from backproof.scripts.cli import run
from backproof.scripts.commands import app

SECONDS, BYTES = 10, 10**9

# What keeps a command that was given nothing bad small.
SMALL: dict[str, list[str]] = {
    "parity": ["--networks", "1"],
    "updates": ["--sequences", "1"],
    "compare": ["--epochs", "1", "--hidden", "2", "--batch", "700"],
    "catch-rate": ["--networks", "1", "--jobs", "1"],
    "bench": ["--rounds", "1", "--part", "exam"],
    "diagnose": ["--networks", "1", "--mistake", "tanh"],
    "examine": ["--networks", "2", "--seconds", "5"],
}
# Valid, and work for longer than a test may take: they are not bad.
LONG = {
    *("--networks", "--sequences", "--seeds", "--epochs", "--jobs", "--steps", "--seconds", "--all"),
    *("--falsify", "--skip", "--rounds"),
}
NUMBERS = [
    "-1", "0", "", "nan", "inf", "-0", "1e3", "0x10", "1.5", "\u0661", "two", "9" * 26, "9" * 400,
    "1" * 5000,
]  # fmt: skip
TEXTS = [
    "", " ", "-", "--", "\x1b[31mred\x1b[0m", "a\nb", "[red]", "\u202e", "\udcff\udcfe", "\ud800", "\x7f",
    "9" * 310, "x" * 300, "\u00e9" * 3000, "../..", "~nosuchuser/x", "$HOME", "%s%n{0}", "[[1, 2], [3]]",
    "[1e400]", "[" * 5000, '{"a": 1, "a": 2}', "NaN", "[[1" + "0" * 400 + "]]", "[[0.1, 0.2]]", "16,16",
    "relu", "sigmoid,softmax", "mse", "001-J", "Case(spec=1if 1else 2)",
    "Case(spec=NetworkSpec(widths=(9" + "9" * 300 + ",1)))",
    "Case(spec=NetworkSpec(widths=(1,1), activations=('relu',), l1=1" + "0" * 400 + "))",
    "__import__('os').system('true')", "z = w x; dz/dw = x", "dz/dw = \\frac{1", "$$" * 50,
    "a = " + "(" * 300,
]  # fmt: skip


def _member(kind: str, shape: str, content: bytes = b"") -> bytes:
    """An array of an archive that says to be of that kind and shape."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}}}".encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + content


def _text(words: str) -> bytes:
    made = io.BytesIO()
    np.lib.format.write_array(made, np.array(words), allow_pickle=False)
    return made.getvalue()


# What stands in an archive where the text of a network's spec should be.
BAD_SPECS = {
    "a header that claims 745 GiB": _member("<f8", f"({10**11},)"),
    "an object": _member("|O", "()", b"cos\nsystem\n(S'true'\ntR."),
    "no array": b"words",
    "a nested text": _text("[" * 100_000),
    "a number without end": _text('{"l1": 1' + "0" * 400 + "}"),
    "another name": _text('{"widht": 3}'),
    "a list": _text("[1, 2]"),
    "escapes": _text('{"loss": "\\u001b[31m"}'),
}


def folder_of_bad_files(folder: Path) -> list[str]:
    """Files and other things that nobody should be given, and their names."""
    rng = np.random.default_rng(0)

    def archive(name: str, members: dict[str, bytes], **kind: Any) -> None:
        with zipfile.ZipFile(folder / name, "w", **kind) as made:
            for member, content in members.items():
                made.writestr(member, content)

    (folder / "a_folder").mkdir()
    os.mkfifo(folder / "pipe.npz")
    os.mkfifo(folder / "pipe.json")
    (folder / "zero.npz").symlink_to("/dev/zero")
    (folder / "zero.tex").symlink_to("/dev/zero")
    (folder / "loop.json").symlink_to("loop.json")
    for name in ("noise.npz", "noise.json", "noise.tex", "noise.py"):
        (folder / name).write_bytes(rng.bytes(500))
    (folder / "empty.npz").touch()
    (folder / "empty.tex").touch()
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "long.json").write_text("[" + "1," * 800_000 + "1]")
    (folder / "number.json").write_text(
        '{"weights": [[[1]]], "x": [1], "y": [0], "learning_rate": ' + "9" * 309 + "}"
    )
    (folder / "object.json").write_text('{"weights": {"a": []}, "x": null, "y": true}')
    (folder / "long.tex").write_text("x" * 100_000)
    (folder / "python.py").write_text("import os\nwhile True: os.getcwd()\n")
    for number, content in enumerate(BAD_SPECS.values()):
        archive(f"spec{number}.npz", {"spec.npy": content})
    archive("huge.npz", {name: _member("<f8", f"({10**11},)") for name in ("spec.npy", "W1.npy")})
    archive("bomb.npz", {"spec.npy": b"\0" * 300_000_000}, compression=zipfile.ZIP_DEFLATED)
    archive("lzma.npz", {"spec.npy": _text("{}")}, compression=zipfile.ZIP_LZMA)
    return [path.name for path in folder.iterdir()]


class TooLongError(BaseException):
    """Not an Exception, so that no command catches it."""


def _stop(*_: object) -> None:
    raise TooLongError


def commands() -> dict[str, Any]:
    """Every command that can be called, by its words."""
    found = {}

    def walk(command: Any, words: str) -> None:
        for name, each in getattr(command, "commands", {}).items():
            walk(each, f"{words} {name}".strip())
        if words:
            found[words] = command

    walk(typer.main.get_command(app), "")
    return found


def drawn(rng: np.random.Generator, known: dict[str, Any], files: list[str]) -> list[str]:
    """One command line with one to three bad values."""

    def one_of(values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    lessons = [name for name in known if name.startswith("course ")]
    name = one_of([*sorted(set(known) - set(lessons)), one_of(lessons)])
    words, after = [*name.split(), *SMALL.get(name, [])], []
    if name.startswith("course "):
        words += [] if name == "course claims" else ["--quick"]
    options = [each for each in known[name].params if each.name not in ("help", "_version")]
    for _ in range(int(rng.integers(1, 4))):
        if not options:
            break
        option = one_of(options)
        if getattr(option, "is_flag", False):
            if option.opts[0] not in LONG:
                words.append(option.opts[0])
            continue
        pool = [*NUMBERS[:4], *NUMBERS[-3:]] if option.opts[0] in LONG else [*TEXTS, *NUMBERS, *files * 2]
        if rng.random() < 0.1:
            pool = ["".join(map(chr, rng.integers(1, 0x2FF, size=int(rng.integers(1, 40)))))]
        value = one_of(pool)
        if option.opts[0] in LONG and value in ("0", "1.5", "1e3", "inf"):
            value = "-1"
        if option.opts[0] == "--mistake" and not value.strip():  # every mistake has it in its name
            value = "no such mistake"
        if option.param_type_name == "argument":
            after.append(value)
        else:
            words += [option.opts[0], value]
    return words + after


def called(words: list[str]) -> tuple[str, int | None]:
    """What is wrong with how a command line ends, or nothing; and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    old = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(b"z = w x\ndz/dw = x\n"))
    code = None
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of the processor, which others may be using too
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(6 * SECONDS)  # for one that waits
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(words)
    except TooLongError:
        return f"longer than {SECONDS} s", None
    except BaseException:
        return traceback.format_exc()[-1500:], None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        sys.stdin = old
    said = err.getvalue()
    if code not in (0, 1, 2, 3, 130):
        return f"exit code {code}", code
    if "\x1b" in out.getvalue() + said or "Traceback" in said or "Warning" in said:
        return f"it says {said[-500:]!r}", code
    if code == 2 and (said or not out.getvalue()):  # examine says of each file what is wrong with it
        lines = said.splitlines()
        first = next((k for k, line in enumerate(lines) if line.startswith("error: ")), len(lines))
        if len(lines) - first != 2 and not (len(lines) - first == 4 and lines[-2].strip() == "^"):
            return f"an error of {len(lines) - first} lines: {said[-500:]!r}", code
    if "--json" in words and code in (0, 1, 3) and "--help" not in words:
        try:
            json.loads(out.getvalue(), parse_constant=_refuse)
        except ValueError as failure:
            return f"no strict JSON: {failure}", code
    return "", code


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def main(calls: int, seed: int, first: int = 0) -> int:
    """The calls from number `first` on, each drawn by itself; 0 where every one ended as it should."""
    known, wrong = commands(), 0
    codes: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    os.environ["BACKPROOF_OFFLINE"] = "1"
    with tempfile.TemporaryDirectory() as name, one_thread():
        os.environ["XDG_CACHE_HOME"] = f"{name}/cache"
        folder = Path(name) / "here"
        folder.mkdir()
        os.chdir(folder)
        files = folder_of_bad_files(folder)
        run(["--version"])
        for number in range(first, first + calls):
            words = drawn(np.random.default_rng([seed, number]), known, files)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            problem, code = called(words)
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if not problem and after - before > BYTES // 1024:
                problem = f"{after - before:,} kB more memory"
            asked[" ".join(words[:1])] += 1
            codes[str(code)] += 1
            wrong += bool(problem)
            if problem:
                print(f"{number}: {words!r:.600}\n    {problem}", flush=True)
            if number % 100 == 99:
                print(f"to {number + 1}: {wrong} ended wrongly", flush=True)
    print(f"commands: {dict(asked)}; exit codes: {dict(codes)}")
    drawn_ones = f"{calls} calls of seed {seed} from {first} on"
    print(f"{drawn_ones}: {calls - wrong} ended as they should, {wrong} did not")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
