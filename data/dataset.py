"""A data set in memory, and its checks."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
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


def check(dataset: Dataset) -> None:
    """Raises DataError unless every array has its shape and dtype, inputs are finite and labels in range."""
    for part in ("train", "test"):
        x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
        advice = f"this data set ({dataset.source}) cannot be used as it is"
        if x.ndim != 2 or x.dtype != np.float64 or not x.size:
            raise DataError(f"x_{part} is {x.dtype} of shape {x.shape}, expected float64 (N, n_in)", advice)
        if y.shape != (len(x),) or y.dtype != np.int64:
            raise DataError(f"y_{part} is {y.dtype} of shape {y.shape}, expected int64 {(len(x),)}", advice)
        if not np.isfinite(x).all():
            row, column = (int(i) for i in np.argwhere(~np.isfinite(x))[0])
            raise DataError(
                f"x_{part}[{row}, {column}] of {dataset.name} is {x[row, column]}",
                "remove or replace what is not finite",
            )
        outside = np.flatnonzero((y < 0) | (y >= dataset.classes))
        if outside.size:
            raise DataError(
                f"y_{part}[{outside[0]}] of {dataset.name} is {y[outside[0]]} of {dataset.classes} classes",
                f"labels count from 0 to {dataset.classes - 1}",
            )
    n_train, n_test = dataset.x_train.shape[1], dataset.x_test.shape[1]
    if n_train != n_test:
        raise DataError(
            f"{dataset.name} has {n_train} inputs to train on and {n_test} to test on",
            "both parts need the same columns",
        )


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
