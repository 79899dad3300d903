"""Training by hand: mini-batch gradient descent, which yields what happens and prints nothing."""

from collections.abc import Iterable, Iterator

from backproof.scratch.network import forward, loss, step
from backproof.scratch.spec import LARGEST, Array, NetworkSpec, Params, SpecError

ROWS_AT_ONCE = 1000  # in evaluate, so that wide layers over a whole data set fit into memory


def train(
    spec: NetworkSpec, params: Params, x: Array, y: Array, batches: Iterable[Array], learning_rate: float
) -> Iterator[tuple[Array, Params]]:
    """For each batch its loss before the step, and the parameters after it.

    x (N, n_in) and y (N, K); each of `batches` holds the row numbers of one step, in the order in which
    they are to be seen. Raises SpecError where the learning rate or the arrays cannot be.
    """
    check_learning_rate(learning_rate)
    for rows in batches:
        batch_loss, params = step(spec, params, x[rows], y[rows], learning_rate)
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


def check_learning_rate(learning_rate: float) -> None:
    """Raises SpecError unless it is a finite number above 0."""
    if not 0 < learning_rate < LARGEST:
        raise SpecError(f"learning rate {learning_rate}", "a learning rate is a number above 0")
