"""Plants a mistake in scratch's own source, to see whether the exam notices."""

import types
from functools import partial
from pathlib import Path

from backproof.parity_tests import comparison
from backproof.parity_tests.comparison import Witness
from backproof.scratch import functions, network


def plant(right: str, wrong: str) -> types.ModuleType:
    """scratch.network with the one place of its source, or of functions.py, that reads `right` changed.

    The modules of scratch stay as they are: the changed source runs in modules of its own.
    Raises ValueError unless `right` occurs exactly once in the two files together.
    """
    sources = {
        module.__name__: Path(module.__file__ or "").read_text("utf-8") for module in (functions, network)
    }
    found = sum(source.count(right) for source in sources.values())
    if found != 1:
        raise ValueError(f"{right!r} occurs {found} times in scratch, and a mistake is planted in one place")
    changed = {}
    for module in (functions, network):
        copy = types.ModuleType(module.__name__)
        exec(
            compile(sources[module.__name__].replace(right, wrong), module.__file__ or "", "exec"),
            copy.__dict__,
        )
        changed[module] = copy
    changed[network].__dict__["f"] = changed[functions]
    return changed[network]


def planted(right: str, wrong: str) -> Witness:
    """The witness by hand with that mistake in it."""
    return partial(comparison.by_hand_in, plant(right, wrong))
