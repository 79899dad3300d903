"""What the course's lessons start from: small tables of numbers, one file a lesson, and their places."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Given = dict[str, Any]


@dataclass(frozen=True)
class System:
    """A system of the documents: the lesson that runs it, its place as document:line, its first words."""

    name: str
    lesson: str
    at: str
    words: str


def given(lesson: str, quick: bool = False) -> Given:
    """The inputs of a lesson, from course/<lesson>.json beside this module.

    A file's "quick" holds what changes where training has to be short; it is merged in, or left out.
    """
    found = _read(lesson)
    brief = found.pop("quick", {})
    return {**found, **brief} if quick else found


@cache
def systems() -> tuple[System, ...]:
    """The systems of the documents, lesson by lesson."""
    return tuple(System(name, **row) for name, row in _read("systems").items())


def _read(name: str) -> Given:
    text = files("backproof.data").joinpath("course", f"{name}.json").read_text(encoding="utf-8")
    found: Given = json.loads(text)
    return found
