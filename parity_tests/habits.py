"""How the field compares gradients today: the tolerances people use, as data, each with where it is from."""

from dataclasses import dataclass

import numpy as np

from backproof.scratch.spec import Array


@dataclass(frozen=True)
class Habit:
    """One comparator. Entries agree where |found - expected| <= atol + rtol |expected|.

    tolerances holds (rtol, atol) for each dtype. ratio replaces them: all gradients in one vector a,
    the expected ones in b, and ||a - b|| / (||a|| + ||b||) at most that.
    """

    name: str
    source: str
    tolerances: dict[str, tuple[float, float]] | None = None
    ratio: float | None = None

    def disagrees(self, found: dict[str, Array], expected: dict[str, Array], dtype: str) -> bool:
        """Whether this comparator would call the quantities wrong."""
        with np.errstate(all="ignore"):
            names = [name for name in found if self.tolerances or name.startswith(("dW", "db", "W", "b"))]
            # All entries in one go, since a network has many small arrays.
            a = np.concatenate([found[name] for name in names], axis=None, dtype="float64")
            b = np.concatenate([expected[name] for name in names], axis=None)
            if self.tolerances:
                rtol, atol = self.tolerances[dtype]
                return not (np.abs(a - b) <= atol + rtol * np.abs(b)).all()
            size = np.linalg.norm(a) + np.linalg.norm(b)
            return not (size == 0 or np.linalg.norm(a - b) / size <= (self.ratio or 0))


def _same(rtol: float, atol: float) -> dict[str, tuple[float, float]]:
    return {"float64": (rtol, atol), "float32": (rtol, atol)}


HABITS = (
    Habit("llm.c", "karpathy/llm.c, test_gpt2.c: |a - b| at most 2e-2", _same(0, 2e-2)),
    Habit(
        "numpy-ml",
        "ddbourgin/numpy-ml, tests/test_nn.py: assert_almost_equal with decimal=3, |a - b| below 1.5e-3",
        _same(0, 1.5e-3),
    ),
    Habit("gradcheck", "torch.autograd.gradcheck's defaults: atol=1e-5, rtol=1e-3", _same(1e-3, 1e-5)),
    Habit(
        "assert_close",
        "torch.testing.assert_close's defaults for the dtype: rtol and atol 1e-7 in float64, "
        "1.3e-6 and 1e-5 in float32",
        {"float64": (1e-7, 1e-7), "float32": (1.3e-6, 1e-5)},
    ),
    Habit("allclose", "numpy.allclose's defaults: rtol=1e-5, atol=1e-8", _same(1e-5, 1e-8)),
    Habit(
        "ratio",
        "the gradient-checking lessons of deep-learning courses: ||a - b|| / (||a|| + ||b||) below 1e-7",
        ratio=1e-7,
    ),
)
