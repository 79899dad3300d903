"""How files are written: whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from backproof.scratch.errors import InputError
from backproof.scratch.system import ended

PARTIAL = ".backproof-{}.partial"  # a file that is not complete, with the number of its process


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that takes `path`'s name, and an older file's place, once it is complete.

    Raises InputError where it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():  # a device, such as /dev/null, keeps its place
            if not path.is_char_device():
                raise InputError(f"{path} is no file", "a file is needed there")
            with path.open("wb") as file:
                yield file
            return
        partial = path.with_name(PARTIAL.format(os.getpid()))
        try:
            with partial.open("wb") as file:
                yield file
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as failure:
        raise not_written(path, failure) from failure


def check_folder(folder: Path, advice: str = "") -> None:
    """Makes the folder where it is missing, and clears it of files that killed runs left half-written.

    Raises InputError, with this advice where one is given, where no file can be written into it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        for left in folder.glob(PARTIAL.format("*")):
            number = left.name.split("-")[-1].removesuffix(".partial")
            if number.isdecimal() and ended(int(number)):
                left.unlink(missing_ok=True)
    except FileExistsError as failure:
        raise InputError(f"{folder} is a file", advice or "a folder is needed there") from failure
    except OSError as failure:
        raise not_written(folder, failure, advice) from failure


def check_file(path: Path) -> None:
    """Raises InputError where a file of that name cannot be written; makes its folder where it is missing."""
    check_folder(path.parent)
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder", "a file is needed there")
        if not path.exists():
            path.touch()
            path.unlink()
    except OSError as failure:  # such as a name that is too long
        raise not_written(path, failure) from failure


def not_written(path: Path, failure: OSError, advice: str = "") -> InputError:
    """What to raise where `path` could not be written."""
    reason = failure.strerror or type(failure).__name__
    return InputError(
        f"{path} cannot be written: {reason}", advice or "choose another place, or make room and allow it"
    )
