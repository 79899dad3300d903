"""The order in which training sees its examples, the same for everyone who trains."""

from collections.abc import Iterator

import numpy as np

from backproof.data.dataset import Array, DataError


def batches(examples: int, batch: int, seed: int, epoch: int) -> Iterator[Array]:
    """Index arrays that visit each of `examples` once: `batch` at a time, the rest in a smaller last one.

    The order depends on (seed, epoch) and nothing else, so that two trainings share it and one that was
    interrupted continues with it. Epochs count from 1.

    Raises DataError where batch is not within 1 and `examples`, or the seed is negative.
    """
    if not 1 <= batch <= examples:
        raise DataError(
            f"batch {batch} with {examples:,} examples", f"a batch holds 1 to {examples:,} of the examples"
        )
    if seed < 0:
        raise DataError(f"seed {seed}", "a seed is a whole number, 0 or more")
    return _slices(np.random.default_rng([seed, epoch]).permutation(examples), batch)


def _slices(order: Array, batch: int) -> Iterator[Array]:
    for start in range(0, len(order), batch):
        yield order[start : start + batch]
