"""Plants a mistake in scratch's own source, to see whether the exam notices."""

import ast
import types
from functools import cache, partial
from pathlib import Path

from backproof.parity_tests import comparison
from backproof.parity_tests.comparison import Witness
from backproof.scratch import functions, network


def plant(right: str, wrong: str) -> types.ModuleType:
    """scratch.network with the one place of its source, or of functions.py, that reads `right` changed.

    The modules of scratch stay as they are: the changed source runs in modules of its own.
    Raises ValueError unless `right` occurs exactly once in the two files together.
    """
    found = sum(_source(module).count(right) for module in (functions, network))
    if found != 1:
        raise ValueError(f"{right!r} occurs {found} times in scratch, and a mistake is planted in one place")
    return plant_sources({module: _source(module).replace(right, wrong) for module in (functions, network)})


def plant_sources(sources: dict[types.ModuleType, str]) -> types.ModuleType:
    """scratch.network from changed sources of itself and of functions.py."""
    changed = {}
    for module in (functions, network):
        copy = types.ModuleType(module.__name__)
        exec(_compiled(sources[module], module.__file__ or ""), copy.__dict__)
        changed[module] = copy
    changed[network].__dict__["f"] = changed[functions]
    return changed[network]


def planted(right: str, wrong: str) -> Witness:
    """The witness by hand with that mistake in it."""
    return partial(comparison.by_hand_in, plant(right, wrong))


@cache
def place(right: str) -> tuple[str, str]:
    """The file and the function of scratch in which `right` stands."""
    for module in (functions, network):
        source = _source(module)
        if right in source:
            line = source[: source.index(right)].count("\n") + 1
            for node in ast.parse(source).body:
                if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0):
                    return Path(module.__file__ or "").name, node.name
    raise ValueError(f"{right!r} stands in no function of scratch")


@cache
def _source(module: types.ModuleType) -> str:
    return Path(module.__file__ or "").read_text("utf-8")


# Compiling takes longer than examining a small network, and whoever judges by the thousand plants again.
@cache
def _compiled(source: str, path: str) -> types.CodeType:
    return compile(source, path, "exec")
