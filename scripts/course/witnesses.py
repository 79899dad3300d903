"""A network worked through by hand, its error bound, and autograd's opinion of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Report, by_hand, compare, truth
from backproof.parity_tests.error_bound import Rounding
from backproof.scratch.spec import Array, NetworkSpec, Params
from backproof.scripts.course.listings import Update


@dataclass(frozen=True)
class Worked:
    """found: scratch's quantities, z1 a1 ... loss ... dx; errors bounds each; report compares them."""

    found: dict[str, Array]
    errors: dict[str, Array]
    report: Report


def work(spec: NetworkSpec, params: Params, x: Array, y: Array, masks: list[Array] | None = None) -> Worked:
    """Every quantity of one batch by hand, beside the bound of its error and autograd's verdict.

    The network is float64, and its values stay in range.
    """
    known = truth(spec, Arrays(params, x, y, masks))
    found = by_hand(spec, params, x, y, masks)
    # An allowance is the sum of two bounds, the hand's and the reference's, which are equal here.
    errors = {name: allowance / 2 for name, allowance in known.allowances.items()}
    return Worked(found, errors, compare(found, known))


def judge_updates(
    rows: Sequence[Sequence[float]], goals: Sequence[float], updates: Sequence[Update]
) -> Report:
    """Compares the listing's updates with autograd, each as the one-neuron network that it is.

    The listing's delta * input is the gradient of half its error.
    """
    reports = []
    for inputs, goal, update in zip(rows, goals, updates, strict=True):
        spec = NetworkSpec((len(inputs), 1), ("identity",), "half_squared_error")
        found = {
            "z1": np.array([[update.prediction]]),
            "loss": np.array(update.error / 2),
            "dW1": np.array([update.weight_deltas]),
            "db1": np.array([update.delta]),
        }
        params = [(np.array([update.before], dtype="float64"), np.zeros(1))]
        arrays = Arrays(
            params, np.array([inputs], dtype="float64"), np.array([[goal]], dtype="float64"), None
        )
        reports.append(compare(found, truth(spec, arrays)))
    return together(reports)


def together(reports: Sequence[Report]) -> Report:
    """The rows of several reports as one."""
    return Report(
        tuple(row for report in reports for row in report.rows),
        out_of_range=any(report.out_of_range for report in reports),
    )


def elementary(value: float) -> float:
    """The error bound of one exp, log, tanh or sigmoid of an exact number."""
    return Rounding("float64").c * abs(value)


def rounded(size: float, operations: int) -> float:
    """The error bound of so many roundings of numbers not larger than size."""
    return Rounding("float64").gamma(operations) * abs(size)
