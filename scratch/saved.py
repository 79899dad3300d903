"""A network in a file: its spec as JSON text and its parameters as plain arrays, nothing that could run."""

import json
from dataclasses import asdict
from os import PathLike
from typing import IO

import numpy as np

from backproof.scratch import reading
from backproof.scratch.errors import InputError
from backproof.scratch.spec import NetworkSpec, Params, SpecError

LARGEST = 256_000_000  # bytes of all arrays of a file together


def save(file: str | PathLike[str] | IO[bytes], spec: NetworkSpec, params: Params) -> None:
    """Writes an .npz that holds spec, W1, b1, W2, b2, ...; a path that ends otherwise gets .npz appended."""
    names = [(f"W{layer}", f"b{layer}") for layer in range(1, spec.depth + 1)]
    arrays = {
        name: array
        for pair, both in zip(names, params)
        for name, array in zip(pair, both)
        if array is not None
    }
    np.savez(file, allow_pickle=False, spec=np.array(json.dumps(asdict(spec))), **arrays)


def load(path: str | PathLike[str]) -> tuple[NetworkSpec, Params]:
    """What `save` wrote. Raises SpecError where the file cannot be read or holds anything else."""
    try:
        with reading.archive(path, LARGEST) as found:
            try:
                spec = NetworkSpec(**found.value("spec"))
            except TypeError:
                raise found.wrong("its spec has other names than a network's") from None
            layers = range(1, spec.depth + 1)
            params: Params = [
                (found.array(f"W{layer}"), found.array(f"b{layer}") if spec.biases else None)
                for layer in layers
            ]
    except InputError as failure:
        raise SpecError(f"{path} holds no network: {failure.problem}", failure.advice) from failure
    for layer, (W, b) in enumerate(params, start=1):
        n_in, n_out = spec.widths[layer - 1 : layer + 1]
        for name, array, shape in [("W", W, (n_out, n_in)), ("b", b, (n_out,))][: 1 + spec.biases]:
            if array.shape != shape or array.dtype != spec.dtype:
                raise SpecError(
                    f"{path}: {name}{layer} is {array.dtype} {array.shape}, "
                    f"where its spec says {spec.dtype} {shape}",
                    "give a file that was saved here",
                )
            if not np.isfinite(array).all():
                raise SpecError(
                    f"{path}: {name}{layer} is not finite everywhere", "train it again with a smaller rate"
                )
    return spec, params
