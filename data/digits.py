"""The bundled data set: 1,797 real handwritten digits of 8 x 8 pixels."""

import numpy as np

from backproof.data.dataset import Dataset

TRAIN_EXAMPLES = 1437  # four fifths; the other 360 are for testing
SEED = 0


def load() -> Dataset:
    """scikit-learn's digits divided by 16, shuffled, 1,437 to train on and 360 to test on."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(SEED).permutation(len(x))
    x, y = x[order].astype(np.float64) / 16, y[order].astype(np.int64)  # pixels count from 0 to 16
    return Dataset(
        name="digits",
        x_train=x[:TRAIN_EXAMPLES],
        y_train=y[:TRAIN_EXAMPLES],
        x_test=x[TRAIN_EXAMPLES:],
        y_test=y[TRAIN_EXAMPLES:],
        classes=10,
        source=f"bundled with scikit-learn, shuffled with seed {SEED}",
    )
