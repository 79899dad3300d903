"""Keeps README.md true: runs its commands, and rebuilds its outputs and pictures (`make readme`)."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# A block of README.md that shows one command and what it prints.
_BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)
_EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n(?P<output>.*?)```", re.DOTALL)

# What depends on the clock or on the processor's last digits: times, which entry of a row comes closest to
# its allowance, distances at the level of rounding, and shares of an allowance.
_MASKED = [
    (re.compile(r"^(\w+)(\[[^]]*\])? +by \w+ .* (ok|wrong|undecidable)", re.MULTILINE), r"\1 \3"),
    (re.compile(r"\d+(\.\d+)? s\b"), "# s"),
    (re.compile(r"-?\d(\.\d+)?e-(1[0-9]|[2-9][0-9]|\d{3})"), "#"),
    (re.compile(r"\b0\.\d{3}\b"), "#"),
    (re.compile(r"\s+"), " "),
]


def commands(readme: str) -> Iterator[tuple[str, str]]:
    """Each command line shown in the text, with the output shown under it."""
    for block in _BLOCK.finditer(readme):
        yield block["command"], block["output"]


def examples(readme: str) -> Iterator[tuple[str, str]]:
    """Each Python example of the text, with the output shown under it."""
    for block in _EXAMPLE.finditer(readme):
        yield block["code"], block["output"]


def answer(words: list[str]) -> str:
    """What a command prints in an empty folder, standard error included; raises where it fails oddly."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            words,
            cwd=folder,
            env={**os.environ, "PATH": path, "BACKPROOF_OFFLINE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if done.returncode not in (0, 1, 3):
        raise RuntimeError(f"{words} ended with exit code {done.returncode}:\n{done.stdout}")
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


def answer_command(command: str) -> str:
    return answer(["bash", "-c", command])


def answer_example(code: str) -> str:
    return answer([sys.executable, "-c", code])


def masked(output: str) -> str:
    """The output without what differs from run to run and from processor to processor."""
    for pattern, replacement in _MASKED:
        output = pattern.sub(replacement, output)
    return output.strip()


def rebuilt(readme: str) -> str:
    """The text with every shown output replaced by what is printed today."""
    readme = _BLOCK.sub(
        lambda block: f"```console\n$ {block['command']}\n{answer_command(block['command'])}```", readme
    )
    return _EXAMPLE.sub(
        lambda block: f"```python\n{block['code']}```\n\n```text\n{answer_example(block['code'])}```", readme
    )


def main() -> None:
    """Rewrite README.md and data/pictures/ of the project in the current folder."""
    draw(Path("data/pictures"))
    path = Path("README.md")
    path.write_text(rebuilt(path.read_text("utf-8")), "utf-8")


def draw(folder: Path) -> None:
    """Draws the pictures that README.md shows into a folder."""
    with tempfile.TemporaryDirectory() as results:
        answer(["backproof", "compare", "digits", "--out", results])
        shutil.copy(Path(results) / "curves.svg", folder)
        answer(["backproof", "catch-rate", "--networks", "40", "--out", results])
        shutil.copy(Path(results) / "catch-rate.svg", folder)


if __name__ == "__main__":
    main()
