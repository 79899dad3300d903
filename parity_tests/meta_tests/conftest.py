"""What several tests of commands share."""

import os
from pathlib import Path

import pytest

# Whoever runs the tests on several processes sets it for them; tables are as wide as they are.
os.environ.pop("COLUMNS", None)
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def mnist_root() -> Path:
    """The folder of the real MNIST; where it is absent the summary says so."""
    root = Path(os.environ.get("BACKPROOF_DATA") or PROJECT.parent / "shared" / "mnist")
    if not (root / "MNIST").is_dir():
        pytest.skip(f"the real MNIST was NOT tested: there is none in {root}; set BACKPROOF_DATA")
    return root
