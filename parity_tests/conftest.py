"""How the exam runs under pytest: hypothesis profiles, and one thread."""

import os
from collections.abc import Iterator

import pytest
import torch
from hypothesis import Phase, settings
from threadpoolctl import threadpool_limits

# The explain phase adds lines about numpy's internals; the case's own line says it all.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
_IN_CI = bool(os.environ.get("CI"))

# In CI the same examples every time, and no database that one run leaves for the next.
_FRESH = settings(deadline=None, phases=_PHASES, print_blob=False, database=None)
_QUICK = settings(_FRESH, derandomize=True) if _IN_CI else settings(deadline=None, phases=_PHASES)
settings.register_profile("quick", _QUICK, max_examples=60)
settings.register_profile("thorough", _FRESH, max_examples=2_000)
settings.register_profile("exhaustive", _FRESH, max_examples=20_000)
settings.load_profile("quick")


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Another number of threads adds in another order; the bound allows it, but repeats should repeat."""
    threads = int(os.environ.get("BACKPROOF_THREADS", "1"))
    torch.set_num_threads(threads)
    with threadpool_limits(threads):
        yield
