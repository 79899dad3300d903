"""The process in which foreign code runs: it answers questions with numbers, and judges nothing."""

import os
import sys
import traceback
import types
from pathlib import Path
from typing import Any

import numpy as np

from backproof.parity_tests.door import examinee, guards, source, wire
from backproof.parity_tests.door.layout import ShapeError, numbers
from backproof.scratch.spec import Array

# Kept from before the foreign code was there, which may replace what it finds in a module.
_write, _read, _bytes = os.write, os.read, np.ndarray.tobytes


def main(asks: int, answers: int, folder: str, path: Path) -> None:
    """Guards the process, loads the exam file at the first question, and answers until the pipe closes."""
    missing = guards.guard(folder)
    wire.write_to(answers, wire.pack({"missing": missing}, {}), _write)
    before = set(sys.modules)
    read = wire.read_from(asks, _read)
    own: types.ModuleType | None = None
    loaded = 0
    foreign: list[str] = []
    while True:
        try:
            message, arrays = wire.unpack(read)
        except wire.WireError:
            return
        try:
            if own is None:
                own = _loaded(path)
            reply, found = _answer(own, message, arrays)
        except BaseException as fault:  # SystemExit and KeyboardInterrupt are theirs too
            reply, found = {"crash": _said(fault, path)}, {}
        if len(sys.modules) != loaded:
            loaded = len(sys.modules)
            new = {name.split(".")[0] for name in set(sys.modules) - before} - {"exam_file"}
            foreign = sorted(name for name in new if name not in sys.stdlib_module_names and name[0] != "_")
        reply["imports"] = foreign
        wire.write_to(answers, wire.pack(reply, found), _write)


def _loaded(path: Path) -> types.ModuleType:
    module = types.ModuleType("exam_file")
    module.__file__ = str(path)
    sys.modules["exam_file"] = module
    sys.path.insert(0, str(path.parent))
    # A network that stands in the exam file itself may train there too.
    source.load(source.parsed(path), str(path), module.__dict__)
    return module


def _answer(
    own: types.ModuleType, message: dict[str, Any], arrays: dict[str, Array]
) -> tuple[dict[str, Any], dict[str, Array]]:
    sitting = examinee.Examinee.latest
    if sitting is None:
        raise LookupError("the file makes no Examinee")
    if message["kind"] == "load":
        if not sitting.declared.get("script"):
            sitting.module(Path(own.__file__ or "").parent, own)
        return {}, {}
    before = {name: _bytes(array) for name, array in arrays.items()}
    found = examinee.answer(sitting, own, message["kind"], message["settings"], arrays)
    altered = [name for name, array in arrays.items() if _bytes(array) != before[name]]
    numeric, faults = {}, {}
    for name, value in found.items():
        if name in ("x", "y"):
            continue
        try:
            array = numbers(str(name), value)
            if str(array.dtype) not in wire.DTYPES:
                array = array.astype("float64")
            numeric[str(name)] = array
        except ShapeError as fault:
            faults[str(name)] = str(fault)
    return {"faults": faults, "altered": altered}, numeric


def _said(fault: BaseException, path: Path) -> str:
    """One line: what was raised, and where in the person's own files."""
    here = Path(__file__).parent
    own = [
        frame for frame in traceback.extract_tb(fault.__traceback__) if Path(frame.filename).parent != here
    ]
    place = next(
        (
            f" ({Path(frame.filename).name}, line {frame.lineno}: {frame.line})"
            for frame in reversed(own)
            if str(path.parent) in frame.filename
        ),
        "",
    )
    text = str(fault).splitlines()[0] if str(fault) else ""
    return f"{type(fault).__name__}: {text}{place}"


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
