"""The bundled data set: 1,797 real handwritten digits of 8 x 8 pixels."""

import numpy as np

from backproof.data.dataset import DataError, Dataset

TRAIN_EXAMPLES = 1437  # four fifths; the other 360 are for testing


def load(seed: int = 0) -> Dataset:
    """scikit-learn's digits divided by 16, shuffled with the seed, 1,437 to train on and 360 to test on.

    Raises DataError for a negative seed.
    """
    if seed < 0:
        raise DataError(f"seed {seed}", "a seed is a whole number, 0 or more")
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(x))
    x, y = x[order].astype(np.float64) / 16, y[order].astype(np.int64)  # pixels count from 0 to 16
    return Dataset(
        name="digits",
        x_train=x[:TRAIN_EXAMPLES],
        y_train=y[:TRAIN_EXAMPLES],
        x_test=x[TRAIN_EXAMPLES:],
        y_test=y[TRAIN_EXAMPLES:],
        classes=10,
        source=f"bundled with scikit-learn, shuffled with seed {seed}",
    )
