"""Answers kept in folders: what a command showed, how to repeat it, and on what machine it ran."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import SCHEMA, Answer, Code, Note, Part, Picture, Table, Text, Verdict
from backproof.scripts.show import as_object, strict_json

NAME = "answer.json"
PACKAGES = ("backproof", "numpy", "torch", "scikit-learn", "sympy")
MOST_ANSWER = 8_000_000  # bytes of a kept answer
MOST_PICTURE = 2_000_000

Out = Annotated[
    Path | None, typer.Option("--out", help="Folder that keeps the answer, for `backproof report`.")
]


@dataclass(frozen=True)
class Kept:
    """An answer that was read back; `pictures` has the SVG of each of its pictures by name."""

    folder: Path
    command: str
    exit_code: int
    machine: Mapping[str, str]
    parts: tuple[Part, ...]
    pictures: Mapping[str, bytes]


def keep(answer: Answer, folder: Path | None, command: str) -> None:
    """Lets the answer write itself into the folder when it is delivered; nothing where there is none."""
    if folder is None:
        return
    from backproof.scripts.files import check_folder

    check_folder(folder)
    answer.files[folder / NAME] = lambda: _text(answer, command)


def _text(answer: Answer, command: str) -> bytes:
    about = {"schema": SCHEMA, "command": command, "exit_code": answer.code, "machine": machine()}
    parts = [as_object(part) for part in answer.parts if not isinstance(part, Note)]
    return strict_json({**about, "parts": parts}).encode("ascii")


def machine() -> dict[str, str]:
    """What the numbers and times of an answer depend on, beside the command."""
    from importlib.metadata import PackageNotFoundError, version

    from backproof.parity_tests.sweep import digest
    from backproof.scratch.system import memory

    def found(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return "not installed"

    return {
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "processor": _processor(),
        "processors": f"{os.cpu_count()}",
        "memory": f"{memory() / 1e9:.0f} GB",
        "python": platform.python_version(),
        **{package: found(package) for package in PACKAGES},
        "code": digest(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


# --- reading back -------------------------------------------------------------------------------------


def read(path: Path) -> Kept:
    """The answer in a file. Raises InputError where it is none."""
    from backproof.scratch.reading import content, json_value, text

    found = json_value(text(path, MOST_ANSWER), str(path), finite=False, most=MOST_ANSWER)
    try:
        if found["schema"] != SCHEMA:
            raise InputError(f"{path} has the schema {found['schema']}", f"this version reads {SCHEMA}")
        parts = tuple(_part(each) for each in found["parts"])
        pictures = {}
        for part in parts:
            if isinstance(part, Picture):
                drawn = path.parent / f"{part.path.name}.svg"
                pictures[part.path.name] = content(drawn, MOST_PICTURE)
        about = {str(name): str(value) for name, value in found["machine"].items()}
        return Kept(path.parent, str(found["command"]), int(found["exit_code"]), about, parts, pictures)
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        if isinstance(failure, InputError):
            raise
        raise InputError(f"{path} is no kept answer", "run its command again, with --out") from None


def _part(values: Any) -> Part:
    kind = values["kind"]
    if kind == "text":
        return Text(str(values["words"]), bool(values["fill"]))
    if kind == "code":
        return Code(str(values["text"]), str(values.get("latex", "")))
    if kind == "verdict":
        good = values["good"]
        return Verdict(
            str(values["words"]), good if good is None else bool(good), str(values.get("latex", ""))
        )
    if kind == "table":
        rows = [tuple(str(cell) for cell in row) for row in values["rows"]]
        headings = tuple(str(heading) for heading in values["headings"])
        if any(len(row) != len(headings) for row in rows):
            raise ValueError("a row of another length")
        return Table(headings, rows, int(values["left"]), str(values["caption"]))
    if kind == "picture":
        return Picture(Path(str(values["path"])), str(values["alt"]), _drawn_before)
    raise ValueError(kind)


def _drawn_before() -> Any:
    raise AssertionError("a picture that was read back is never drawn again")
