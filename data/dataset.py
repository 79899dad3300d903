"""A data set in memory."""

from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from backproof.scratch.errors import InputError

Array = NDArray[Any]

SIZES = {"digits": (64, 10), "mnist": (784, 10)}  # (inputs, classes), known before anything is loaded


class DataError(InputError):
    """Data that cannot be had or cannot be right; `advice` says what to do about it."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples as rows, split into a part to train on and a part to test on.

    x_train (N, n_in) and x_test (M, n_in) are float64 from 0 to 1; y_train (N,) and y_test (M,) are
    int64 class numbers, 0 to classes - 1; source says in one phrase where the examples came from.
    """

    name: str
    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    classes: int
    source: str


def sizes(name: str) -> tuple[int, int]:
    """The numbers of inputs and of classes of a data set. Raises DataError where the name is unknown."""
    if name not in SIZES:
        raise DataError(f"unknown data set {name!r}", f"choose from {', '.join(SIZES)}")
    return SIZES[name]


def held_out(dataset: Dataset, count: int) -> Dataset:
    """The data set whose test part is the last `count` training examples; its own test part is not looked at.

    Settings chosen on it owe nothing to the test part. Raises DataError where nothing would be left.
    """
    left = len(dataset.x_train) - count
    if not 0 < left < len(dataset.x_train):
        raise DataError(
            f"validation {count} of {len(dataset.x_train):,} training examples",
            "hold back some and leave some",
        )
    return replace(
        dataset,
        x_train=dataset.x_train[:left],
        y_train=dataset.y_train[:left],
        x_test=dataset.x_train[left:],
        y_test=dataset.y_train[left:],
        source=f"{dataset.source}; tested on the last {count:,} of its training examples",
    )
