"""Files that somebody gives, read within bounds: regular files, their sizes checked before unpacking."""

import json
import math
import os
import stat
import types
import typing
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from io import BytesIO
from typing import IO, Any, TypeVar

import numpy as np

from backproof.scratch.errors import InputError

Record = TypeVar("Record")

MOST_TEXT = 1_000_000  # bytes of a JSON text
MOST_DIGITS = 309  # of a whole number; longer ones lie beyond float64
MOST_MEMBERS = 1_000  # of an archive


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A regular file, open for reading. Raises InputError for anything else; a pipe is not waited for."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or failure
        raise InputError(f"{_named(path)} cannot be read: {reason}", "give a file that can be read") from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise InputError(f"{_named(path)} is no file, but a folder, a pipe or a device", "give a file")
    with os.fdopen(number, "rb") as file:
        yield file


def content(path: str | os.PathLike[str], most: int = MOST_TEXT) -> bytes:
    """The bytes of a regular file that has at most `most` of them. Raises InputError otherwise."""
    with opened(path) as file:
        try:
            found = file.read(most + 1)
        except OSError as failure:
            raise InputError(f"{_named(path)} cannot be read: {failure.strerror}", "give another") from None
    if len(found) > most:
        raise InputError(f"{_named(path)} has more than {most:,} bytes", "give a smaller file")
    return found


def text(path: str | os.PathLike[str], most: int = MOST_TEXT) -> str:
    """The text of such a file in UTF-8, with or without a mark at its beginning. Raises InputError."""
    try:
        return content(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise InputError(
            f"{_named(path)}: byte {failure.start + 1} is not UTF-8", "save it as text in UTF-8"
        ) from None


def json_value(words: str, where: str, finite: bool = True, most: int = MOST_TEXT) -> Any:
    """The value of a JSON text; `where` names it in errors.

    Raises InputError for anything else: a key that stands twice, numbers that are not `finite`, whole
    numbers beyond float64, nesting without end, more than `most` characters.
    """

    def constant(name: str) -> float:
        if finite:
            raise InputError(f"{name} in {where}", "every number lies between -1e308 and 1e308")
        return float(name)

    def whole(digits: str) -> int:
        if len(digits.lstrip("-")) > MOST_DIGITS:
            raise InputError(
                f"a whole number of {len(digits.lstrip('-')):,} digits in {where}",
                "every number lies between -1e308 and 1e308",
            )
        return int(digits)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise InputError(f"the key {key!r} twice in {where}", "keep one of them")
            found[key] = value
        return found

    if len(words) > most:
        raise InputError(f"{where} has more than {most:,} characters", "give a smaller one")
    try:
        return json.loads(words, parse_constant=constant, parse_int=whole, object_pairs_hook=once)
    except json.JSONDecodeError as failure:
        raise InputError(
            f"{where} is no JSON: {failure.msg} at character {failure.pos}", "write lists as [0.1, 0.2]"
        ) from None
    except RecursionError:
        raise InputError(f"{where} is nested too deeply", "write lists as [0.1, 0.2]") from None


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON that every parser reads: numbers that are not finite become the strings nan, inf and -inf."""
    separators = (",", ":") if indent is None else None
    return json.dumps(_finite(value), indent=indent, allow_nan=False, separators=separators)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return value


# --- archives of arrays -------------------------------------------------------------------------------


class Archive:
    """The members of an .npz file by name, each unpacked when it is asked for."""

    def __init__(self, path: str | os.PathLike[str], members: zipfile.ZipFile) -> None:
        self.path, self._members = path, members
        self.names = [name.removesuffix(".npy") for name in members.namelist()]

    def array(self, name: str) -> np.ndarray[Any, Any]:
        """One array of numbers, truth values or text. Raises InputError where it is no such thing."""
        if name not in self.names:
            raise self.wrong(f"it holds no {name}")
        try:
            packed = self._members.read(f"{name}.npy")
            file = BytesIO(packed)
            version = np.lib.format.read_magic(file)
            header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[version]
            shape, fortran, dtype = header(file)
        except Exception:  # whatever an altered header makes numpy's reader do
            raise self.wrong(f"its {name} is no array") from None
        entries = math.prod(shape)
        if dtype.kind not in "biufU" or entries * dtype.itemsize != len(packed) - file.tell():
            raise self.wrong(f"its {name} is {dtype} {shape} in {len(packed) - file.tell():,} bytes")
        found = np.frombuffer(packed, dtype, entries, file.tell()) if entries else np.empty(0, dtype)
        return found.reshape(shape[::-1]).T.copy() if fortran else found.reshape(shape).copy()

    def value(self, name: str, finite: bool = True) -> Any:
        """The value of a member that is a JSON text. Raises InputError."""
        return json_value(str(self.array(name)), f"the {name} of {_named(self.path)}", finite)

    def wrong(self, reason: str) -> InputError:
        """What to raise where the archive does not hold what it should."""
        return InputError(f"{_named(self.path)} cannot be used: {reason}", "give a file that was saved here")


@contextmanager
def archive(path: str | os.PathLike[str], most: int) -> Iterator[Archive]:
    """An .npz file whose members unpack to at most `most` bytes. Raises InputError otherwise."""
    with opened(path) as file:
        try:
            with zipfile.ZipFile(file) as members:
                listed = members.infolist()
                if len(listed) > MOST_MEMBERS or sum(member.file_size for member in listed) > most:
                    raise InputError(
                        f"{_named(path)} unpacks to more than {most:,} bytes or {MOST_MEMBERS:,} arrays",
                        "give a smaller network",
                    )
                for member in listed:
                    if member.flag_bits & 1 or member.compress_type not in (
                        zipfile.ZIP_STORED,
                        zipfile.ZIP_DEFLATED,
                    ):
                        raise InputError(
                            f"{_named(path)} is encrypted or packed in an unknown way",
                            "give a file that was saved here",
                        )
                yield Archive(path, members)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            ValueError,
            OverflowError,
            NotImplementedError,
        ) as failure:
            if isinstance(failure, InputError):
                raise
            raise InputError(
                f"{_named(path)} is no .npz file, or a damaged one", "give a file that was saved here"
            ) from None


# --- records ------------------------------------------------------------------------------------------


def record(kind: type[Record], values: Any, where: str) -> Record:
    """The dataclass that plain JSON values say, every field there and of its type. Raises InputError."""
    made = _value(kind, values)
    if made is None:
        raise InputError(f"{where} holds no {kind.__name__}", "give what was written here")
    return made.value


class _Made(typing.NamedTuple):
    value: Any


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(kind: Any, given: Any) -> _Made | None:
    """The value of that type, or None where it is none."""
    if kind is Any:
        return _Made(given)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        wanted = [field.name for field in fields(kind) if field.init]
        if not isinstance(given, dict) or set(given) != set(wanted):
            return None
        parts = {name: _value(hints[name], given[name]) for name in wanted}
        if any(part is None for part in parts.values()):
            return None
        try:
            return _Made(kind(**{name: part.value for name, part in parts.items() if part}))  # type: ignore
        except InputError:
            return None
    if origin in (typing.Union, types.UnionType):
        return next((made for each in inner if (made := _value(each, given)) is not None), None)
    if origin in (list, tuple):
        if not isinstance(given, (list, tuple)):
            return None
        many = origin is list or inner[1:] == (...,)
        if not many and len(given) != len(inner):
            return None
        parts_ = [_value(inner[0] if many else inner[k], part) for k, part in enumerate(given)]
        if any(part is None for part in parts_):
            return None
        return _Made(origin(part.value for part in parts_ if part))
    if origin is dict:
        if not isinstance(given, dict):
            return None
        entries = {str(key): _value(inner[1], part) for key, part in given.items()}
        if any(part is None for part in entries.values()):
            return None
        return _Made({key: part.value for key, part in entries.items() if part})
    if kind is float and isinstance(given, (int, float, str)) and not isinstance(given, bool):
        try:
            return _Made(float(given))
        except (ValueError, OverflowError):
            return None
    if kind is type(None):
        return _Made(None) if given is None else None
    return _Made(given) if type(given) is kind else None


def _named(path: str | os.PathLike[str]) -> str:
    return os.fspath(path) or "''"
