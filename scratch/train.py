"""Training by hand: mini-batch gradient descent, which yields what happens and prints nothing."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from backproof.scratch.buffers import Workspace
from backproof.scratch.network import Masks, forward, loss, loss_and_grads
from backproof.scratch.optimizers import Training, flat, in_pairs
from backproof.scratch.spec import (
    LARGEST,
    Array,
    NetworkSpec,
    Params,
    SpecError,
    check_inputs,
    check_labels,
)

ROWS_AT_ONCE = 1000  # in evaluate, so that wide layers over a whole data set fit into memory

Batch = tuple[Array, Masks]  # the row numbers of one step, and its masks of dropout
Gradients = Callable[[NetworkSpec, Params, Array, Array, Masks, Workspace], tuple[Array, Params]]


def train(
    spec: NetworkSpec,
    params: Params,
    x: Array,
    y: Array,
    batches: Iterable[Batch],
    training: Training,
    gradients: Gradients = loss_and_grads,
) -> Iterator[tuple[Array, Params]]:
    """For each batch its loss before the step, and the parameters after it.

    x (N, n_in) and y (N, K); the batches in the order in which they are to be seen; training goes on from
    where it is. The parameters are the same arrays every time, and the next step overwrites them: copy what
    is to be kept. `params` itself stays as it is. Raises SpecError where the arrays cannot be, before the
    first step.
    """
    check_inputs(spec, params, x)
    y = check_labels(spec, y, len(x))
    largest, parameters = Workspace.of(spec, 0), flat(params)
    for rows, masks in batches:
        if len(rows) > len(largest.x):
            largest = Workspace.of(spec, len(rows))
        own = largest if len(rows) == len(largest.x) else largest.first(len(rows))
        y.take(rows, axis=0, out=own.y)  # raises IndexError for a row that is not there, so that
        x.take(rows, axis=0, out=own.x, mode="wrap")  # this need not look: then numpy would copy
        batch_loss, grads = gradients(spec, params, own.x, own.y, masks, own)
        parameters = training.step(parameters, flat(grads), own.parameters, own.gradients)
        params = in_pairs(parameters, spec.biases)
        yield batch_loss, params


def evaluate(spec: NetworkSpec, params: Params, x: Array, y: Array) -> tuple[float, float]:
    """The loss over all N examples, and the share whose largest output is at their largest label."""
    total, right = 0.0, 0
    for start in range(0, len(x), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        trace = forward(spec, params, x[part])
        _, _, a = trace[-1]
        total += float(loss(spec, params, trace, y[part])) * len(a)
        right += int((a.argmax(axis=1) == y[part].argmax(axis=1)).sum())
    return total / len(x), right / len(x)


def predicted(spec: NetworkSpec, params: Params, x: Array) -> Array:
    """For each of the N examples the number of its largest output, (N,)."""
    parts = [x[start : start + ROWS_AT_ONCE] for start in range(0, len(x), ROWS_AT_ONCE)]
    return np.concatenate([forward(spec, params, part)[-1][-1].argmax(axis=1) for part in parts])


def check_learning_rate(learning_rate: float) -> None:
    """Raises SpecError unless it is a finite number above 0."""
    if not 0 < learning_rate < LARGEST:
        raise SpecError(f"learning rate {learning_rate}", "a learning rate is a number above 0")
