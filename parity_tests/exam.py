"""The exam: question after question, each drawn, put to a witness and judged."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from backproof.parity_tests.cases import Case, draw_case
from backproof.parity_tests.comparison import Witness, by_autograd, by_hand
from backproof.parity_tests.process import in_order
from backproof.parity_tests.steps import Judged, judge
from backproof.scratch import functions
from backproof.scratch.spec import Array, NetworkSpec, Params, check_labels


def by_hand_in_parts(
    spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Sequence[Array] | None = None
) -> dict[str, Array]:
    """The quantities of scratch, and where there is a penalty the two parts of its loss."""
    found = by_hand(spec, params, x, y, masks)
    if spec.l1 or spec.l2:
        z, a = found[f"z{spec.depth}"], found[f"a{spec.depth}"]
        found["data_loss"] = np.asarray(functions.loss(spec, z, a, check_labels(spec, y, len(x))))
        found["penalty"] = np.asarray(functions.regularisation(spec, params))
    return found


WITNESSES: dict[str, Witness] = {"hand": by_hand_in_parts, "autograd": by_autograd}

# Cases that one worker judges before it answers: long enough to outweigh the hand-over.
CHUNK = 50


def questions(
    witness: str, seed: int, first: int, count: int, dtype: str, jobs: int = 1
) -> Iterator[tuple[Case, Judged]]:
    """Judges cases first .. first + count - 1 of a seed both ways, in this order, on `jobs` processes.

    Case k depends on (seed, k, dtype) only, so runs may be split and continued at will.
    """
    numbers = range(first, first + count)
    if jobs == 1:
        with one_thread():
            for number in numbers:
                yield _question(witness, seed, number, dtype)
        return
    chunks = (numbers[start : start + CHUNK] for start in range(0, count, CHUNK))
    for answer in in_order(_questions, ((witness, seed, chunk, dtype) for chunk in chunks), jobs):
        yield from answer


def _questions(witness: str, seed: int, numbers: range, dtype: str) -> list[tuple[Case, Judged]]:
    with one_thread():
        return [_question(witness, seed, number, dtype) for number in numbers]


def _question(witness: str, seed: int, number: int, dtype: str) -> tuple[Case, Judged]:
    case = draw_case(seed, number, dtype)
    return case, judge(WITNESSES[witness], case.spec, case.arrays())


def one_thread() -> threadpool_limits:
    """Keeps numpy and torch to one thread, numpy until the end of the `with` block that it opens."""
    # Matrices this small lose time to threads, and one thread adds in the same order every time.
    torch.set_num_threads(1)
    return threadpool_limits(1)
