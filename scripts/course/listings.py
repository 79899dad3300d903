"""The course's own listings: plain Python floats, added up from left to right."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Update(NamedTuple):
    """One example seen and learnt from; delta is prediction - goal, error its square."""

    prediction: float
    error: float
    delta: float
    weight_deltas: list[float]
    before: list[float]
    weights: list[float]


def left_to_right(values: Iterable[float]) -> float:
    """The plain sum. Python's own compensates its rounding from 3.12 on, which no listing did."""
    total = 0.0
    for value in values:
        total += value
    return total


def weighted_sum(inputs: Sequence[float], weights: Sequence[float]) -> float:
    """The prediction of a neuron without bias or activation."""
    return left_to_right(value * weight for value, weight in zip(inputs, weights, strict=True))


def learn(inputs: Sequence[float], goal: float, weights: Sequence[float], alpha: float) -> Update:
    """One step of the course's learning rule, weight -= alpha * delta * input."""
    prediction = weighted_sum(inputs, weights)
    delta = prediction - goal
    weight_deltas = [delta * value for value in inputs]
    moved = [weight - alpha * change for weight, change in zip(weights, weight_deltas)]
    return Update(prediction, delta**2, delta, weight_deltas, list(weights), moved)


def learn_rows(
    rows: Sequence[Sequence[float]],
    goals: Sequence[float],
    weights: Sequence[float],
    alpha: float,
    epochs: int,
) -> list[list[Update]]:
    """Epochs of one step a row, each from the weights that the row before left."""
    history = []
    for _ in range(epochs):
        epoch = []
        for inputs, goal in zip(rows, goals, strict=True):
            epoch.append(learn(inputs, goal, weights, alpha))
            weights = epoch[-1].weights
        history.append(epoch)
    return history


def learn_again(
    inputs: Sequence[float], goal: float, weights: Sequence[float], alpha: float, steps: int
) -> list[Update]:
    """So many steps on one example."""
    return [update for (update,) in learn_rows([inputs], [goal], weights, alpha, steps)]
