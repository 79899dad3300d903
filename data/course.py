"""What the course's lessons start from: small tables of numbers, one file a lesson."""

import json
from importlib.resources import files
from typing import Any

Given = dict[str, Any]


def given(lesson: str, quick: bool = False) -> Given:
    """The inputs of a lesson, from course/<lesson>.json beside this module.

    A file's "quick" holds what changes where training has to be short; it is merged in, or left out.
    """
    text = files("backproof.data").joinpath("course", f"{lesson}.json").read_text(encoding="utf-8")
    found: Given = json.loads(text)
    brief = found.pop("quick", {})
    return {**found, **brief} if quick else found
