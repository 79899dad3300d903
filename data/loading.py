"""A data set by its name."""

import os

from backproof.data.dataset import Dataset, sizes


def load(name: str, *, root: str | os.PathLike[str] | None = None, download: bool = True) -> Dataset:
    """The data set called `name`: digits or mnist.

    digits is bundled with scikit-learn, and needs no root. mnist is looked for under `root`, else under
    $BACKPROOF_DATA, else in the user's cache folder, into which it is downloaded where `download` is true
    and BACKPROOF_OFFLINE is not set.

    Raises DataError where the name is unknown or the data is missing, unreadable or corrupt; another
    data set never takes its place.
    """
    # Each loader imports a heavy library, so only the one that is asked for is imported.
    sizes(name)
    if name == "digits":
        from backproof.data import digits

        return digits.load()
    from backproof.data import mnist

    return mnist.load(root, download)
