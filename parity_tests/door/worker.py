"""The process in which foreign code runs: it answers questions with numbers, and judges nothing."""

import os
import sys
import traceback
import types
from pathlib import Path
from typing import Any

import numpy as np

from backproof.parity_tests.door import examinee, source, wire
from backproof.parity_tests.door.layout import ShapeError, numbers
from backproof.scratch import system
from backproof.scratch.spec import Array

MEMORY, FILE_SIZE, OPEN_FILES, PROCESSES = 4 << 30, 64 << 20, 256, 512

# Kept from before the foreign code was there, which may replace what it finds in a module.
_write, _read, _bytes = os.write, os.read, np.ndarray.tobytes


def main(parent: int, folder: str, path: Path) -> None:
    """Guards the process, loads the exam file at the first question, and answers until the pipe closes."""
    missing = [] if system.end_with(parent) else ["the end of its judge"]
    # The pipes are ours alone: foreign code reads nothing, and what it prints goes elsewhere.
    asks, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    missing += system.limit(DATA=MEMORY, FSIZE=FILE_SIZE, NOFILE=OPEN_FILES, NPROC=PROCESSES, CORE=0)
    missing += system.guard(folder)
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
            new = {name.split(".")[0] for name in set(sys.modules) - before} - {"exam_file", _own_name()}
            foreign = sorted(name for name in new if name not in sys.stdlib_module_names and name[0] != "_")
        reply["imports"] = foreign
        wire.write_to(answers, wire.pack(reply, found), _write)


def _own_name() -> str:
    """The module that is examined, which is nothing that it imports."""
    sitting = examinee.Examinee.latest
    return Path(str(sitting.file)).stem if sitting and sitting.file else ""


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
    if message["kind"] == "optimizer":
        found = examinee.updates(sitting, own, message["settings"], arrays)
    else:
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
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
