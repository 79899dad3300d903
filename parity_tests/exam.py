"""The exam: question after question, each drawn, put to a witness and judged."""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from backproof.parity_tests.cases import Case, draw_case
from backproof.parity_tests.comparison import Witness, answered, by_autograd, by_hand, knowing
from backproof.parity_tests.steps import Judged, Network, judging
from backproof.parity_tests.sweep import Task, chunks
from backproof.parity_tests.tally import Tally
from backproof.parity_tests.together import AT_ONCE, together
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

CHUNK = 100  # networks of one task of a sweep: about two seconds, and never more than 30


def tasks(witness: str, seed: int, first: int, count: int, dtype: str) -> list[Task]:
    """Cases first .. first + count - 1 of a seed as tasks of `tallied`."""
    return chunks("parity", CHUNK, witness, seed, first, count, dtype)


def tallied(witness: str, seed: int, first: int, count: int, dtype: str) -> dict[str, Any]:
    """What the questions of one task add up to, as JSON values."""
    tally = Tally()
    for each in questions(witness, seed, first, count, dtype):
        tally.add(*each)
    return asdict(tally)


def questions(witness: str, seed: int, first: int, count: int, dtype: str) -> Iterator[tuple[Case, Judged]]:
    """Judges cases first .. first + count - 1 of a seed both ways, in this order.

    Case k depends on (seed, k, dtype) only, so runs may be split and continued at will.
    """
    with one_thread():
        for start in range(first, first + count, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, first + count))
            yield from _judged(witness, [draw_case(seed, number, dtype) for number in numbers])


def _judged(witness: str, cases: list[Case]) -> Iterator[tuple[Case, Judged]]:
    drawn, asked = [(case.spec, case.arrays()) for case in cases], []
    for case, each, known in zip(cases, drawn, together(knowing(*each) for each in drawn)):
        # Every z is known here, and drawing the arrays anew for the stratum takes long.
        zs = (known.expected[f"z{layer}"] for layer in range(1, case.spec.depth + 1))
        case.__dict__["stratum"] = case.stratum_at(zs)
        asked.append(judging(Network(*each), answered(WITNESSES[witness], *each, known), known))
    yield from zip(cases, together(asked))


def one_thread() -> threadpool_limits:
    """Keeps numpy and torch to one thread, numpy until the end of the `with` block that it opens."""
    _settle()
    # Matrices this small lose time to threads, and one thread adds in the same order every time.
    torch.set_num_threads(1)
    return threadpool_limits(1)


@cache
def _settle() -> None:
    """What the libraries hold is not searched for cycles again and again, which takes a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # judging makes many objects and hardly any cycles
