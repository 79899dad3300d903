"""How numbers cross between the judge and the process of foreign code: a line of JSON, then plain bytes."""

import json
import os
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from backproof.scratch.spec import Array

HEADER = struct.Struct("<QQ")  # bytes of JSON, bytes of arrays
MOST_JSON, MOST_BYTES = 4 << 20, 1 << 30
DTYPES = ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")


class WireError(Exception):
    """What came is no message: the sender wrote something else."""


class EndError(WireError):
    """The sender ended."""


def pack(message: dict[str, Any], arrays: dict[str, Array]) -> bytes:
    """One message with named arrays."""
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    head = {**message, "arrays": [[name, str(a.dtype), np.shape(arrays[name])] for name, a in plain.items()]}
    text = json.dumps(head).encode()
    body = b"".join(array.tobytes() for array in plain.values())
    return HEADER.pack(len(text), len(body)) + text + body


def unpack(read: Callable[[int], bytes]) -> tuple[dict[str, Any], dict[str, Array]]:
    """One message from a function that reads exactly so many bytes. Raises WireError."""
    lengths = HEADER.unpack(read(HEADER.size))
    if lengths[0] > MOST_JSON or lengths[1] > MOST_BYTES:
        raise WireError("a message is too long")
    text, body = read(lengths[0]), read(lengths[1])
    try:
        head = json.loads(text)
        arrays, at = {}, 0
        for name, dtype, shape in head["arrays"]:
            if dtype not in DTYPES or not all(type(n) is int and n >= 0 for n in shape):
                raise WireError(f"an array of {dtype}")
            size = int(np.prod(shape, dtype=object)) * np.dtype(dtype).itemsize
            if at + size > len(body):
                raise WireError("an array is longer than the message")
            arrays[str(name)] = np.frombuffer(bytearray(body[at : at + size]), dtype).reshape(shape)
            at += size
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise WireError(f"no message: {fault}") from None
    return head, arrays


def read_from(descriptor: int, _read: Callable[[int, int], bytes] = os.read) -> Callable[[int], bytes]:
    """Reads exactly so many bytes of a pipe. Raises EndError at its end."""

    def read(size: int) -> bytes:
        parts = []
        while size:
            part = _read(descriptor, min(size, 1 << 20))
            if not part:
                raise EndError("the pipe is closed")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    return read


def write_to(descriptor: int, data: bytes, _write: Callable[[int, memoryview], int] = os.write) -> None:
    view = memoryview(data)
    while view:
        view = view[_write(descriptor, view) :]
