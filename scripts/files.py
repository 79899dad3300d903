"""How files are written: whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from backproof.scratch.errors import InputError


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that takes `path`'s name, and an older file's place, once it is complete.

    Raises InputError where it cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        os.replace(partial, path)
    except OSError as failure:
        raise not_written(path, failure) from failure
    finally:
        partial.unlink(missing_ok=True)


def check_folder(folder: Path) -> None:
    """Makes the folder where it is missing. Raises InputError where no file can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileExistsError as failure:
        raise InputError(f"{folder} is a file", "a folder is needed there") from failure
    except OSError as failure:
        raise not_written(folder, failure) from failure


def check_file(path: Path) -> None:
    """Raises InputError where a file of that name cannot be written; makes its folder where it is missing."""
    check_folder(path.parent)
    if path.is_dir():
        raise InputError(f"{path} is a folder", "a file is needed there")


def not_written(path: Path, failure: OSError) -> InputError:
    """What to raise where `path` could not be written."""
    reason = failure.strerror or type(failure).__name__
    return InputError(
        f"{path} cannot be written: {reason}", "choose another place, or make room and allow it"
    )
