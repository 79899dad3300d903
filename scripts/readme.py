"""Keeps README.md true: runs its commands, and rebuilds its outputs and pictures (`make readme`)."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

# A block of README.md that shows one command and what it prints.
_BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)
_EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n(?P<output>.*?)```", re.DOTALL)

# What depends on the clock or on the processor's last digits: times, which entry of a row comes closest to
# its allowance, distances at the level of rounding, shares of an allowance, and whatever is counted by
# comparing with one of these: percentages, and the mistakes that a comparator catches.
_MASKED = [
    (re.compile(r"^(\w+)(\[[^]]*\])? +(?:by \w+|yours) .* (ok|wrong|undecidable)", re.MULTILINE), r"\1 \3"),
    (re.compile(r"(first wrong step: \w+)\[.*\n.*"), r"\1"),
    (re.compile(r"\d+(\.\d+)? s\b"), "# s"),
    (re.compile(r"-?\d(\.\d+)?e-(0[89]|1[0-9]|[2-9][0-9]|\d{3})"), "#"),
    (re.compile(r"(\b\d\.\d{3} +\d\.\d{3} +)[\d,]+"), r"\1#"),  # kinks, after their shares
    (re.compile(r"\b\d\.\d{3}\b"), "#"),
    (re.compile(r"\d+(\.\d+)?%"), "#%"),
    (re.compile(r"\d+ (of \d+ mistakes)"), r"# \1"),
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


class Answer(NamedTuple):
    """What a command printed, standard error included, and the pictures that it drew."""

    output: str
    pictures: dict[str, bytes]


# Each command is run once, for its output and for its pictures.
@cache
def answer(*words: str) -> Answer:
    """Runs a command in an empty folder; raises where it fails oddly."""
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
        pictures = {path.name: path.read_bytes() for path in Path(folder).rglob("*.svg")}
    if done.returncode not in (0, 1, 3):
        raise RuntimeError(f"{words} ended with exit code {done.returncode}:\n{done.stdout}")
    return Answer("\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n", pictures)


def answer_command(command: str) -> Answer:
    return answer("bash", "-c", command)


def answer_example(code: str) -> Answer:
    return answer(sys.executable, "-c", code)


def masked(output: str) -> str:
    """The output without what differs from run to run and from processor to processor."""
    for pattern, replacement in _MASKED:
        output = pattern.sub(replacement, output)
    return output.strip()


def rebuilt(readme: str) -> str:
    """The text with every shown output replaced by what is printed today."""

    def command(block: re.Match[str]) -> str:
        return f"```console\n$ {block['command']}\n{answer_command(block['command']).output}```"

    def example(block: re.Match[str]) -> str:
        return f"```python\n{block['code']}```\n\n```text\n{answer_example(block['code']).output}```"

    return _EXAMPLE.sub(example, _BLOCK.sub(command, readme))


def pictures(readme: str) -> dict[str, bytes]:
    """The pictures that the text's commands draw, by their file names."""
    drawn: dict[str, bytes] = {}
    for command, _ in commands(readme):
        drawn |= answer_command(command).pictures
    return drawn


def main() -> None:
    """Rewrite README.md and data/pictures/ of the project in the current folder."""
    path = Path("README.md")
    text = path.read_text("utf-8")
    path.write_text(rebuilt(text), "utf-8")
    for name, picture in pictures(text).items():
        (Path("data/pictures") / name).write_bytes(picture)


if __name__ == "__main__":
    main()
