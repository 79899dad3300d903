"""Training by torch: the same mini-batch loop as by hand, with torch's own optimizer."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch

from backproof.reference.network import Twin
from backproof.reference.optimizers import Training
from backproof.scratch.spec import Array, NetworkSpec, Params, check_inputs, check_labels

ROWS_AT_ONCE = 1000


def train(
    spec: NetworkSpec,
    params: Params,
    x: Array,
    y: Array,
    batches: Iterable[tuple[Array, Sequence[Array] | None]],
    training: Training,
    device: str = "cpu",
) -> Iterator[tuple[Array, Params]]:
    """For each batch its loss before the step, and copies of the parameters after it.

    Arguments as in scratch; training holds what torch keeps once the last batch is done. Raises SpecError
    where the arrays do not fit the spec.
    """
    twin = Twin(spec, params, device)
    parameters = twin.parameters()
    optimizer = training.begin(parameters)
    for rows, masks in batches:
        check_inputs(spec, params, x[rows], masks)
        labels = check_labels(spec, y[rows], len(rows))
        optimizer.zero_grad()
        kept = None if masks is None else [twin.tensor(mask) for mask in masks]
        loss = twin.loss(twin(twin.tensor(x[rows]), kept), twin.tensor(labels))
        loss.backward()  # type: ignore[no-untyped-call]
        training.step(optimizer, parameters)
        yield loss.detach().cpu().numpy(), twin.params()
    training.keep(optimizer, parameters)


def evaluate(
    spec: NetworkSpec, params: Params, x: Array, y: Array, device: str = "cpu"
) -> tuple[float, float]:
    """The loss over all N examples, and the share whose largest output is at their largest label."""
    twin = Twin(spec, params, device)
    total, right = 0.0, 0
    with torch.no_grad():
        for start in range(0, len(x), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            trace = twin(twin.tensor(x[part]))
            labels = twin.tensor(y[part])
            _, _, a = trace[-1]
            total += float(twin.loss(trace, labels)) * len(a)
            right += int((a.argmax(dim=1) == labels.argmax(dim=1)).sum())
    return total / len(x), right / len(x)


def predicted(spec: NetworkSpec, params: Params, x: Array, device: str = "cpu") -> Array:
    """For each of the N examples the number of its largest output, (N,)."""
    twin = Twin(spec, params, device)
    parts = [twin.tensor(x[start : start + ROWS_AT_ONCE]) for start in range(0, len(x), ROWS_AT_ONCE)]
    with torch.no_grad():
        return np.concatenate([twin(part)[-1][-1].argmax(dim=1).cpu().numpy() for part in parts])
