"""Data-parallel gradients as a question: a batch in shards, each with its own gradients, put together.

A loss that is a mean over examples has as its gradient the sum of the shards' gradients, each weighted by its
share of the examples; a penalty too, since the shares add up to 1. The mean of the shards' means is another
thing wherever they are not of one size.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Report, Truth, Witness, compare, truth
from backproof.parity_tests.error_bound import of_shards
from backproof.reference.network import Twin
from backproof.scratch.spec import Array, NetworkSpec


class Question(NamedTuple):
    """A batch, and the sizes of the shards that it is cut into, in order."""

    spec: NetworkSpec
    arrays: Arrays
    sizes: tuple[int, ...]


def shards(arrays: Arrays, sizes: Sequence[int]) -> Iterator[Arrays]:
    """The batch in parts; every size at least 1, and their sum the batch's."""
    assert min(sizes) >= 1
    assert sum(sizes) == len(arrays.x)
    first = 0
    for size in sizes:
        yield arrays.examples(slice(first, first + size))
        first += size


def gradients(names: Sequence[str]) -> list[str]:
    """Of the names of quantities those that a batch has one of: dW1, db1, ..."""
    return [name for name in names if name.startswith(("dW", "db"))]


def put_together(witness: Witness, question: Question, weighted: bool = True) -> dict[str, Array]:
    """The shards' gradients by a witness, weighted by their sizes, or else their plain mean."""
    spec, arrays, sizes = question
    found: dict[str, Array] = {}
    for part, size in zip(shards(arrays, sizes), sizes):
        share = np.asarray(size / sum(sizes) if weighted else 1 / len(sizes), dtype=spec.dtype)
        answered = witness(spec, *part)
        for name in gradients(list(answered)):
            found[name] = found.get(name, np.zeros_like(answered[name])) + share * answered[name]
    return found


def truth_of(question: Question, weighted: bool = True) -> Truth:
    """The whole batch's gradients, or the plain means, with what the shards' rounding may do to the sum."""
    spec, arrays, sizes = question
    whole = truth(spec, arrays)
    parts = [truth(spec, part) for part in shards(arrays, sizes)]
    shares = [size / sum(sizes) if weighted else 1 / len(sizes) for size in sizes]
    expected, allowances = {}, {}
    for name in gradients(list(whole.allowances)):
        known = [(share, part.expected[name], part.allowances[name]) for share, part in zip(shares, parts)]
        means = np.asarray(sum(share * value for share, value, _ in known))
        expected[name] = whole.expected[name] if weighted else means
        allowances[name] = whole.allowances[name] + of_shards(known, spec.dtype)
    out_of_range = whole.out_of_range or any(part.out_of_range for part in parts)
    return Truth(expected, allowances, whole.kinks, out_of_range)


def judge(found: dict[str, Array], question: Question, weighted: bool = True) -> Report:
    """Whether these are the gradients of the whole batch, or the plain means, within the shards' rounding."""
    known = truth_of(question, weighted)
    return Report((), out_of_range=True) if known.out_of_range else compare(found, known)


# --- torch's own --------------------------------------------------------------------------------------


class _Module(nn.Module):
    """The torch twin as torch's data parallelism wants it."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.twin = Twin(question.spec, question.arrays.params)
        self.W = nn.ParameterList(self.twin.W)
        self.b = nn.ParameterList(self.twin.b)
        self.twin.W, self.twin.b = list(self.W), list(self.b)

    def forward(self, part: Arrays) -> torch.Tensor:
        masks = None if part.masks is None else [self.twin.tensor(mask) for mask in part.masks]
        return self.twin.loss(self.twin(self.twin.tensor(part.x), masks), self.twin.tensor(part.y))


def by_distributed(questions: Sequence[tuple[Question, bool]]) -> list[dict[str, Array]]:
    """torch's DistributedDataParallel on two gloo processes, each with one of two shards.

    It averages over processes; where a question is to be weighted, each scales its loss by its share, as it
    must where shards differ.
    """
    from torch.multiprocessing.spawn import spawn

    with tempfile.TemporaryDirectory() as folder:
        spawn(_process, (folder, list(questions)), nprocs=2)  # type: ignore[no-untyped-call]
        found = []
        for number in range(len(questions)):
            with np.load(Path(folder, f"{number}.npz"), allow_pickle=False) as kept:
                found.append({name: kept[name] for name in kept.files})
        return found


def _process(rank: int, folder: str, questions: list[tuple[Question, bool]]) -> None:
    from torch import distributed
    from torch.nn.parallel import DistributedDataParallel

    torch.set_num_threads(1)
    meeting = Path(folder, "meeting").as_uri()
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=2)
    try:
        for number, (question, weighted) in enumerate(questions):
            module = _Module(question)
            parallel = DistributedDataParallel(module)  # which must outlive backward, or nothing is averaged
            share = question.sizes[rank] / sum(question.sizes)
            loss = parallel(list(shards(question.arrays, question.sizes))[rank])
            (loss * (2 * share if weighted else 1)).backward()
            if rank == 0:
                np.savez(Path(folder, f"{number}.npz"), **_named(module))
    finally:
        distributed.destroy_process_group()


def _named(module: _Module) -> dict[str, Any]:
    pairs = (("dW", module.twin.W), ("db", module.twin.b))
    return {
        f"{kind}{layer}": np.array(parameter.grad)
        for kind, parameters in pairs
        for layer, parameter in enumerate(parameters, start=1)
    }
