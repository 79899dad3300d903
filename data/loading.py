"""A data set by its name, checked."""

import os

from backproof.data.dataset import Dataset, check, sizes


def load(
    name: str, *, root: str | os.PathLike[str] | None = None, download: bool = True, seed: int = 0
) -> Dataset:
    """The data set called `name`: digits or mnist, checked.

    digits is bundled with scikit-learn and shuffled with `seed` before it is split. mnist is looked for
    under `root`, else under $BACKPROOF_DATA, else in the user's cache folder, into which it is
    downloaded where `download` is true and BACKPROOF_OFFLINE is not set. digits needs no root and mnist
    no seed.

    Raises DataError where the name is unknown or the data is missing, unreadable or corrupt; another
    data set never takes its place.
    """
    # Each loader imports a heavy library, so only the one that is asked for is imported.
    sizes(name)
    if name == "digits":
        from backproof.data import digits

        dataset = digits.load(seed)
    else:
        from backproof.data import mnist

        dataset = mnist.load(root, download)
    check(dataset)
    return dataset
