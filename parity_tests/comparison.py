"""The comparison: one row for each quantity, saying how far apart and how far allowed."""

import itertools
import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from backproof.parity_tests.cases import Arrays, Case, in_float64
from backproof.parity_tests.error_bound import bound
from backproof.parity_tests.together import Asking, Question, alone
from backproof.reference import network as reference
from backproof.scratch import network as scratch
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array, NetworkSpec, Params, check_inputs, check_labels, mask_of

# A witness answers with named quantities in the order of computation, L the last layer:
# z1 a1 ... loss dzL dWL dbL da(L-1) dz(L-1) ... dx. Where a mask acts on a1, what is left of it is kept1,
# after a1; its gradient dkept1 comes before da1.
Witness = Callable[[NetworkSpec, Params, Array, Array, Sequence[Array] | None], dict[str, Array]]


def by_hand(
    spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Sequence[Array] | None = None
) -> dict[str, Array]:
    """The quantities of scratch, from its own forward and backward."""
    return by_hand_in(scratch, spec, params, x, y, masks)


def by_hand_in(
    network: ModuleType,
    spec: NetworkSpec,
    params: Params,
    x: Array,
    y: Array,
    masks: Sequence[Array] | None = None,
) -> dict[str, Array]:
    """The same of a module that stands in for scratch.network."""
    trace = network.forward(spec, params, x, masks)
    y = network.check_labels(spec, y, len(x))
    grads, dtrace = network.backward(spec, params, trace, y, masks)
    found = forwards(spec, trace, masks)
    found["loss"] = np.asarray(network.loss(spec, params, trace, y))
    for layer in reversed(range(1, spec.depth + 1)):
        da, da_prev, found[f"dz{layer}"] = dtrace[layer - 1]
        found[f"dW{layer}"], db = grads[layer - 1]
        if spec.biases:
            found[f"db{layer}"] = db
        if mask_of(spec, masks, layer - 1) is not None:
            found[f"dkept{layer - 1}"] = da_prev
        found[f"da{layer - 1}" if layer > 1 else "dx"] = da
    return found


def forwards(
    spec: NetworkSpec, trace: scratch.Trace, masks: Sequence[Array] | None = None
) -> dict[str, Array]:
    """Those of the way forwards."""
    found: dict[str, Array] = {}
    for layer, (a_prev, z, a) in enumerate(trace, start=1):
        if mask_of(spec, masks, layer - 1) is not None:
            found[f"kept{layer - 1}"] = a_prev
        found[f"z{layer}"], found[f"a{layer}"] = z, a
    return found


def by_autograd(
    spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Sequence[Array] | None = None
) -> dict[str, Array]:
    """The quantities of the torch twin."""
    found = reference.quantities(spec, params, x, y, masks)
    found.pop(f"da{spec.depth}", None)  # only some losses have one: the others are computed from z
    return found


@dataclass(slots=True)  # made by the thousand, and a frozen one takes seven times as long to make
class Row:
    """One quantity compared entry by entry; the entry shown uses the largest share of its allowance.

    share is that entry's distance divided by its allowance; decidable counts the non-zero entries whose
    allowance is below their own size. Where no entry is decidable, nothing was checked. resolution is the
    allowance of the largest entry relative to it: what is smaller there passes unseen; inf where all are 0.
    """

    quantity: str
    entries: int
    nonzero: int
    decidable: int
    kinks: int
    index: tuple[int, ...]
    examined: float
    expected: float
    apart: float
    allowance: float
    share: float
    resolution: float = math.inf

    @property
    def verdict(self) -> str:
        """ok, wrong, or undecidable."""
        if not self.apart <= self.allowance:  # so written, a nan is wrong
            return "wrong"
        return "ok" if self.decidable else "undecidable"

    @property
    def entry(self) -> str:
        """The name of the entry shown, such as dW2[3, 0]."""
        return f"{self.quantity}[{', '.join(map(str, self.index))}]" if self.index else self.quantity


@dataclass(frozen=True)
class Report:
    """What was found out about one network: a row for each quantity, in the order of computation.

    out_of_range: the network's exact values may leave the range of its dtype; then there are no rows,
    since nothing can be said about it. not_given names the quantities that the witness did not answer.
    """

    rows: tuple[Row, ...]
    out_of_range: bool = False
    not_given: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether any quantity was checked at all."""
        return any(row.verdict != "undecidable" for row in self.rows)

    @property
    def first_wrong(self) -> Row | None:
        """The first wrong quantity in the order of computation; the later ones follow from it."""
        return next((row for row in self.rows if row.verdict == "wrong"), None)


@dataclass(frozen=True)
class Truth:
    """The reference's quantities on some arrays, and how far from them an honest network may be."""

    expected: dict[str, Array]
    allowances: dict[str, Array]
    kinks: dict[str, int]
    out_of_range: bool


def truth(spec: NetworkSpec, arrays: Arrays) -> Truth:
    """What the float64 reference says, with the allowance of every entry for the spec's dtype.

    Raises SpecError where the arrays do not fit the spec.
    """
    return alone(knowing(spec, arrays))


def knowing(spec: NetworkSpec, arrays: Arrays) -> Asking[Truth]:
    """The truth, for many networks at once."""
    check_inputs(spec, arrays.params, arrays.x, arrays.masks)
    check_labels(spec, arrays.y, len(arrays.x))
    spec64, exact = in_float64(spec, arrays)
    exact = exact._replace(y=check_labels(spec64, exact.y, len(exact.x)))
    graph = reference.graph(spec64, *exact)
    gradients = yield Question(differentiated, None, ([graph.loss], list(graph.asked.values()), [None]))
    expected = graph.quantities(gradients)
    theirs = yield from bound(spec64, *exact, expected, "float64")
    ours = theirs
    if spec.dtype != "float64":
        ours = yield from bound(spec64, *exact, expected, spec.dtype)
    allowances = {name: error + theirs.errors[name] for name, error in ours.errors.items()}
    return Truth(expected, allowances, ours.kinks, ours.out_of_range or theirs.out_of_range)


Differentiated = tuple[Sequence[Tensor], Sequence[Tensor], Sequence[Tensor | None]]


def differentiated(_: Any, asked: Sequence[Differentiated]) -> list[tuple[Any, ...]]:
    """torch.autograd's gradients of outputs by inputs, from the gradients that reach the outputs; of all
    networks in one call, which have nothing in common."""
    outputs, inputs, weights = ([each for one in column for each in one] for column in zip(*asked))
    found = iter(torch.autograd.grad(outputs, inputs, weights, allow_unused=True))
    return [tuple(itertools.islice(found, len(by))) for _, by, _ in asked]


def judge(
    witness: Witness,
    spec: NetworkSpec,
    params: Params,
    x: Array,
    y: Array,
    masks: Sequence[Array] | None = None,
) -> Report:
    """Compares a witness with the float64 reference on these arrays, within the derived bound.

    A network beyond the range of its dtype is not put to the witness at all. Raises SpecError where the
    arrays do not fit the spec, and InputError where the answer cannot be compared or the witness wrote to
    its arguments, which are copies.
    """
    arrays = Arrays(params, x, y, masks)
    known = truth(spec, arrays)
    found = answered(witness, spec, arrays, known)
    return Report((), out_of_range=True) if known.out_of_range else compare(found, known)


def answered(witness: Witness, spec: NetworkSpec, arrays: Arrays, known: Truth) -> dict[str, Array]:
    """What a witness answers about copies of these arrays; raises InputError as judge says.

    Nothing beyond the range of the dtype, where it is not asked.
    """
    if known.out_of_range:
        return {}
    given = arrays.each(lambda array: array.copy())
    found = witness(spec, *given)
    if any(one.tobytes() != other.tobytes() for one, other in zip(arrays.flat(), given.flat())):
        raise InputError("the network wrote to the arrays it was given", "let it copy what it changes")
    if not isinstance(found, Mapping) or not found:
        raise InputError(
            f"the network answered {type(found).__name__} {found!r:.40}",
            f"give a dictionary of {_names(known)}",
        )
    return dict(found)


def _names(known: Truth) -> str:
    return ", ".join(known.allowances)


def judge_case(witness: Witness, case: Case) -> Report:
    """Compares a witness with the float64 reference on a case."""
    return judge(witness, case.spec, *case.arrays())


def quantities(witness: Witness, case: Case) -> dict[str, Array]:
    """The named quantities of a case, in the order of computation, from the witness itself."""
    return witness(case.spec, *case.arrays())


def compare(found: dict[str, Array], known: Truth) -> Report:
    """A row for each quantity that was found, in the order of computation.

    Raises InputError where a quantity is unknown, holds no real numbers, or has another shape than the
    reference's.
    """
    return alone(comparing(found, known))


def comparing(
    found: dict[str, Array], known: Truth, once: dict[Hashable, Any] | None = None
) -> Asking[Report]:
    """The same, for many networks at once."""
    unknown = [name for name in found if name not in known.allowances]
    if unknown:
        raise InputError(f"unknown quantity {unknown[0]!r}", f"name any of {_names(known)}")
    compared = [
        Compared(
            name,
            in_shape(name, found[name], expected.shape),
            expected,
            known.allowances[name],
            known.kinks.get(name, 0),
        )
        for name, expected in ((name, known.expected[name]) for name in known.allowances if name in found)
    ]
    judged = yield from seen(compared, once)
    return Report(tuple(judged), not_given=tuple(name for name in known.allowances if name not in found))


def in_shape(name: str, found: Array, shape: tuple[int, ...]) -> Array:
    """What was answered; raises as compare says."""
    try:
        found = np.asarray(found)
    except (RuntimeError, TypeError, ValueError):  # such as a tensor that waits for its gradient
        found = np.asarray(None)
    if found.dtype.kind not in "fiu":
        raise InputError(f"{name} holds no real numbers", "give a numpy array of float64 or float32")
    if found.shape != shape:
        raise InputError(f"{name} has shape {found.shape}", f"the gradient's shape is {shape}")
    return found


class Compared(NamedTuple):
    """A quantity as it was answered and as it should be, float64 arrays of one shape."""

    name: str
    found: Array
    expected: Array
    allowance: Array
    kinks: int


def seen(asked: Sequence[Compared], once: dict[Hashable, Any] | None) -> Asking[Sequence[Row]]:
    """A row for each quantity; the one that is known `once` where the same arrays were compared before."""
    if once is None:
        return (yield Question(rows, None, asked))
    names = [(each[0], id(each[1]), id(each[2]), id(each[3]), each[4]) for each in asked]
    new = {name: each for name, each in zip(names, asked) if name not in once}
    if new:
        found = yield Question(rows, None, [*new.values()])
        # The arrays are kept, since others might take their place.
        once.update({name: (row, each) for (name, each), row in zip(new.items(), found)})
    return [once[name][0] for name in names]


def rows(_: Any, asked: Sequence[Sequence[Compared]]) -> Iterator[tuple[Row, ...]]:
    """A row for each quantity of each network; all entries are compared in one go, since arrays are small."""
    compared = [each for one in asked for each in one]
    made = iter(_rows(compared) if compared else ())
    return (tuple(itertools.islice(made, len(one))) for one in asked)


def _rows(compared: Sequence[Compared]) -> Iterator[Row]:
    found, right, allowed = (
        np.concatenate(arrays, axis=None, dtype="float64") for arrays in list(zip(*compared))[1:4]
    )
    sizes = np.array([each.expected.size for each in compared])
    starts = np.cumsum(sizes) - sizes
    size = np.abs(right)
    if not size.max() < np.inf:  # where nothing finite is expected, nothing is said
        there = np.isfinite(right)
        found, right, size = (np.where(there, each, 0.0) for each in (found, right, size))
        allowed = np.where(there, allowed, np.inf)
    apart = np.abs(found - right)
    share = apart / allowed
    if np.isnan(share.max()):
        share[np.isnan(share)] = np.inf  # a nan is as far off as can be
        share[apart == 0] = 0.0
    worst, largest = _first_largest(share, sizes, starts), _first_largest(size, sizes, starts)
    # Beside a number that small nothing is resolved.
    resolution = np.divide(
        allowed[largest], size[largest], out=np.full(len(sizes), np.inf), where=size[largest] > 0
    )
    counts = sizes, *(np.add.reduceat(each, starts, dtype=int) for each in (size > 0, allowed < size))
    numbers = *(array[worst] for array in (found, right, apart, allowed, share)), resolution
    return map(
        Row,
        [each.name for each in compared],
        *(column.tolist() for column in counts),
        [each.kinks for each in compared],
        map(_index, (worst - starts).tolist(), [each.expected.shape for each in compared]),
        *(column.tolist() for column in numbers),
    )


def _first_largest(values: Array, sizes: Array, starts: Array) -> Array:
    """Where the largest value of each quantity stands first."""
    hits = np.flatnonzero(values == np.repeat(np.maximum.reduceat(values, starts), sizes))
    return hits[np.searchsorted(hits, starts)]


def _index(at: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return divmod(at, shape[1]) if len(shape) == 2 else (at,) * len(shape)
