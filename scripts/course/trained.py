"""Digit networks, trained once and then kept in the cache folder."""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from backproof.data.batches import batches
from backproof.data.dataset import Dataset
from backproof.data.loading import load
from backproof.data.mnist import cache_folder
from backproof.scratch import buffers, functions, network, spec, train
from backproof.scratch.errors import InputError
from backproof.scratch.optimizers import Training
from backproof.scratch.saved import load as load_network
from backproof.scratch.saved import save as save_network
from backproof.scratch.spec import Array, NetworkSpec, OptimizerSpec, Params, init_params
from backproof.scratch.system import alone_in
from backproof.scripts.files import check_folder, whole
from backproof.scripts.show import one_line

SETTINGS = ("epochs", "batch", "rate", "falling")  # of `trained`, as the lesson's networks name them


@cache
def digits(root: Path | None) -> Dataset:
    """MNIST where it is, else the bundled digits; nothing is downloaded. `name` says which.

    Raises DataError where MNIST is corrupt, and where `root` or BACKPROOF_DATA names a folder without it.
    """
    promised = root is not None or os.environ.get("BACKPROOF_DATA")
    there = (cache_folder() / "MNIST" / "raw").is_dir()
    return load("mnist", root=root, download=False) if promised or there else load("digits")


def first(dataset: Dataset, examples: int | None, test_examples: int | None) -> Dataset:
    """The data set cut to its first examples; None keeps them all."""
    train = {name: getattr(dataset, name)[:examples] for name in ("x_train", "y_train")}
    test = {name: getattr(dataset, name)[:test_examples] for name in ("x_test", "y_test")}
    return replace(dataset, **train, **test)


def described(how: Mapping[str, Any], dataset: Dataset) -> NetworkSpec:
    """The network with these hidden widths, activation and loss, for the data's inputs and classes."""
    last = "identity" if how["loss"] == "cross_entropy" else "sigmoid"
    widths = (dataset.x_train.shape[1], *how["hidden"], dataset.classes)
    return NetworkSpec(widths, (*(how["activation"] for _ in how["hidden"]), last), how["loss"])


def neighbours(weights: Array) -> float:
    """The correlation of a first layer's weights on pixels side by side, of square images."""
    side = round(weights.shape[1] ** 0.5)
    patterns = weights.reshape(-1, side, side)
    return float(np.corrcoef(patterns[:, :, :-1].ravel(), patterns[:, :, 1:].ravel())[0, 1])


def trained(
    network_spec: NetworkSpec,
    dataset: Dataset,
    *,
    epochs: int,
    batch: int,
    rate: float,
    falling: bool,
    seed: int,
    track: Callable[[Iterable[int], str, int], Iterable[int]],
    what: str,
) -> Params:
    """The parameters after `epochs` of mini-batch descent, from the cache where they are already there.

    falling lowers the rate along half a cosine, from the full rate in the first epoch towards 0. What
    was trained is kept after every epoch, so an interrupted training continues.
    """
    settings = {**asdict(network_spec), "epochs": epochs, "batch": batch, "rate": rate, "falling": falling}
    folder = cache_folder() / "course"
    check_folder(folder, "name a folder for caches that can be written in XDG_CACHE_HOME")
    key = fingerprint({**settings, "seed": seed}, dataset)
    done = {epoch: folder / f"{key}-{epoch}.npz" for epoch in range(1, epochs + 1)}
    with alone_in(folder, wait=True):
        start, params = _latest(done, network_spec)
        if params is None:
            params = init_params(network_spec, np.random.default_rng(seed))
        y = np.eye(dataset.classes)[dataset.y_train]
        for epoch in track(range(start + 1, epochs + 1), what, epochs - start):
            now = rate * (1 + math.cos(math.pi * (epoch - 1) / epochs)) / 2 if falling else rate
            order = ((rows, None) for rows in batches(len(y), batch, seed, epoch))
            descent = Training(OptimizerSpec(learning_rate=now))
            *_, (_, params) = train.train(network_spec, params, dataset.x_train, y, order, descent)
            with whole(done[epoch]) as file:
                save_network(file, network_spec, params)
            if epoch > 1:
                done[epoch - 1].unlink(missing_ok=True)
    return params


def _latest(done: dict[int, Path], network_spec: NetworkSpec) -> tuple[int, Params | None]:
    """The last epoch that is kept, and its parameters; 0 and None without one.

    A file that is damaged is ours, so it is set aside, which is said, and trained again.
    """
    for epoch in sorted(done, reverse=True):
        if not done[epoch].exists():
            continue
        try:
            found, params = load_network(done[epoch])
            if found == network_spec:
                return epoch, params
            problem = f"{done[epoch]} holds another network"
        except InputError as failure:
            problem = failure.problem
        aside = done[epoch].with_suffix(".damaged")
        os.replace(done[epoch], aside)
        print(f"note: {one_line(problem)}; it is now {aside.name}, and is trained again", file=sys.stderr)
    return 0, None


def fingerprint(settings: dict[str, object], dataset: Dataset) -> str:
    """A hash of the settings, of the code that trains, and of the data."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for module in (buffers, functions, network, spec, train, batches):
        path = Path(module.__code__.co_filename if callable(module) else str(module.__file__))
        digest.update(path.read_bytes())
    digest.update(Path(__file__).read_bytes())
    digest.update(dataset.x_train.tobytes() + dataset.y_train.tobytes())
    return digest.hexdigest()[:16]
