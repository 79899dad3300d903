"""Training by torch: the same mini-batch loop as by hand, with torch's own optimizer."""

from collections.abc import Iterable, Iterator

import torch

from backproof.reference.network import Twin
from backproof.scratch.spec import Array, NetworkSpec, Params, check_inputs, check_labels

ROWS_AT_ONCE = 1000


def train(
    spec: NetworkSpec,
    params: Params,
    x: Array,
    y: Array,
    batches: Iterable[Array],
    learning_rate: float,
    device: str = "cpu",
) -> Iterator[tuple[Array, Params]]:
    """For each batch its loss before the step, and copies of the parameters after it.

    Arguments as in scratch. Raises SpecError where the arrays do not fit the spec.
    """
    twin = Twin(spec, params, device)
    optimizer = torch.optim.SGD(twin.parameters(), lr=learning_rate)
    for rows in batches:
        check_inputs(spec, params, x[rows])
        labels = check_labels(spec, y[rows], len(rows))
        optimizer.zero_grad()
        loss = twin.loss(twin(twin.tensor(x[rows])), twin.tensor(labels))
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        yield loss.detach().cpu().numpy(), twin.params()


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
