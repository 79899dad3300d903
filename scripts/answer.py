"""What a command answers: parts in reading order, shown as they come, then files and an exit code."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from backproof.scratch.errors import InputError
from backproof.scripts import show
from backproof.scripts.files import whole
from backproof.scripts.parts import Code, Note, Part, Picture, Table, Text, Verdict

__all__ = ["Answer", "Code", "Note", "Part", "Picture", "Table", "Text", "Verdict", "deliver"]

SCHEMA = 1  # of every JSON object that a command prints; higher where a key goes or changes its meaning


@dataclass
class Answer:
    """Grows while the command works: `show` prints each part at once, or keeps it where `json` is asked for.

    `data` is what the JSON object holds beside its schema and exit code, by default the parts; `files` maps
    each file still to be written to what makes its content, and `failures` are of those that could not be.
    `deliver` does what is left to do.
    """

    json: bool = False
    code: int = 0
    data: dict[str, Any] | None = None
    parts: list[Part] = field(default_factory=list)
    files: dict[Path, Callable[[], bytes]] = field(default_factory=dict)
    failures: list[InputError] = field(default_factory=list)
    held: ExitStack = field(default_factory=ExitStack)  # let go once everything is written

    def show(self, *parts: Part | str) -> None:
        """Adds parts, a string being a Text, and shows them."""
        for given in parts:
            part = Text(given) if isinstance(given, str) else given
            self.parts.append(part)
            if isinstance(part, Note) or not self.json:
                show.part(part)
            if isinstance(part, Picture):
                for kind in ("svg", "png"):
                    path = part.path.with_name(f"{part.path.name}.{kind}")
                    self.files[path] = partial(part.content, kind)

    def end(self, code: int, data: dict[str, Any] | None = None) -> "Answer":
        """The answer with its exit code and what its JSON object holds."""
        self.code, self.data = code, data
        return self

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        data = {"parts": [show.as_object(part) for part in self.parts]} if self.data is None else self.data
        return {"schema": SCHEMA, "exit_code": self.code, **data}

    def write(self) -> None:
        """Writes the files that are still to be written, each that can be; keeps the others' failures."""
        while self.files:
            path, content = next(iter(self.files.items()))
            try:
                with whole(path) as file:
                    file.write(content())
            except InputError as failure:
                self.failures.append(failure)
            del self.files[path]


def deliver(answer: Answer) -> int:
    """Prints the JSON object where it was asked for, writes the files, and returns the exit code.

    Files come last: where one cannot be written, the answer is given all the same. Raises InputError then.
    """
    if answer.json:
        print(show.strict_json(answer.as_json()))
    sys.stdout.flush()
    with answer.held:
        answer.write()
    if answer.failures:
        raise answer.failures[0]
    return answer.code
