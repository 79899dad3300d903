"""What one exam question needs: drawn from (seed, number), printed as one line, and read back."""

import ast
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from backproof.scratch.errors import InputError
from backproof.scratch.network import forward
from backproof.scratch.spec import (
    ACTIVATION_NAMES,
    DTYPE_NAMES,
    LOSS_NAMES,
    LOSSES,
    Array,
    NetworkSpec,
    Params,
    draw_masks,
    least_outputs,
)

# normal: around 0. pixels: in [0, 1], many of them exactly 0. grid: inputs, weights and biases are small
# multiples of 1/8, so that some pre-activations are exactly 0. saturated: inputs up to 10,000.
INPUT_NAMES = ("normal", "pixels", "grid", "saturated")
STRATUM_NAMES = ("ordinary", "extreme")

MAX_DEPTH, MAX_WIDTH, MAX_BATCH = 6, 64, 32  # what the exam draws
SHARE_ORDINARY = 0.85
ORDINARY_INPUTS = ("normal", "pixels")
ORDINARY_SCALES = (0.5, 2.0)
ORDINARY_Z = 10.0
EXTREME_SCALES = (1e-6, 1e3)
# The strengths l1 and l2. A large penalty brings its own rounding into the loss, where the data's part of
# it, and a small mistake there, may be lost.
ORDINARY_PENALTIES = (0.0, 0.0, 1e-4, 1e-3)
EXTREME_PENALTIES = (0.0, 0.0, 0.01, 0.5)

# What a printed line may ask for, so that reading one back cannot exhaust the machine.
MAX_LINE = 10_000
MAX_PARAMETERS = 10_000_000
MAX_ROWS = 10_000
MAX_ENTRIES = 10_000_000  # of the largest array that answering needs
LARGEST_NUMBER = float(np.finfo("float64").max)


class Arrays(NamedTuple):
    """The arrays of a case, in its spec's dtype: what every witness is given after the spec."""

    params: Params
    x: Array  # (B, n_in)
    y: Array  # (B, K), or (B,) whole numbers
    masks: Sequence[Array] | None  # one (B, n) per masked layer of the spec

    def examples(self, rows: slice | Array) -> "Arrays":
        """The same network with these rows of the batch alone."""
        masks = None if self.masks is None else [mask[rows] for mask in self.masks]
        return self._replace(x=self.x[rows], y=self.y[rows], masks=masks)

    def each(self, change: Callable[[Array], Array]) -> "Arrays":
        """Every array changed alike."""
        return Arrays(
            [(change(W), None if b is None else change(b)) for W, b in self.params],
            change(self.x),
            change(self.y),
            None if self.masks is None else [change(mask) for mask in self.masks],
        )

    def flat(self) -> list[Array]:
        """Every array."""
        params = [array for pair in self.params for array in pair if array is not None]
        return [*params, self.x, self.y, *(self.masks or ())]


def label_names(loss: str) -> tuple[str, ...]:
    """The kinds of labels that a loss takes.

    classes: one-hot. missing: one-hot, and some class does not occur. integers: (B,), class numbers.
    soft: rows of probabilities, with the sum 1 exactly. loose: entries in [0, 1], rows of any sum. real:
    any numbers.
    """
    facts = LOSSES[loss]
    others = () if facts.probabilities else ("real",)
    return ("classes", "missing", *(("integers",) if facts.integers else ()), "soft", "loose", *others)


@dataclass(frozen=True)
class Case:
    """One exam question: a network and how its arrays are drawn. Its repr is the line that repeats it.

    batch examples; every array is drawn from seed; scale is the standard deviation of a layer's z for
    inputs of order 1. Raises InputError, or SpecError from the spec.
    """

    spec: NetworkSpec
    batch: int = 1
    seed: int = 0
    scale: float = 1.0
    inputs: str = "normal"
    labels: str = "classes"

    def __post_init__(self) -> None:
        if not isinstance(self.spec, NetworkSpec):
            raise InputError(f"spec is {self.spec!r}", "give a NetworkSpec(...)")
        if type(self.batch) is not int or not 1 <= self.batch <= MAX_ROWS:
            raise InputError(f"batch is {self.batch!r}", f"a whole number from 1 to {MAX_ROWS}")
        if type(self.seed) is not int or self.seed < 0:
            raise InputError(f"seed is {self.seed!r}", "a whole number, 0 or more")
        if type(self.scale) not in (int, float) or not 0 < self.scale < math.inf:
            raise InputError(f"scale is {self.scale!r}", "a number above 0")
        for name, value in (("scale", self.scale), ("l1", self.spec.l1), ("l2", self.spec.l2)):
            if value > LARGEST_NUMBER:  # a whole number may be
                raise InputError(f"{name} is beyond the range of float64", f"at most {LARGEST_NUMBER:.2g}")
        if self.inputs not in INPUT_NAMES:
            raise InputError(f"unknown inputs {self.inputs!r}", f"choose from {', '.join(INPUT_NAMES)}")
        allowed = label_names(self.spec.loss)
        if self.labels not in allowed:
            raise InputError(
                f"labels {self.labels!r} for {self.spec.loss}", f"choose from {', '.join(allowed)}"
            )
        if self.spec.parameter_count > MAX_PARAMETERS:
            raise InputError(
                f"{self.spec.parameter_count:,} parameters in one case",
                f"a case holds at most {MAX_PARAMETERS:,}",
            )
        outputs = self.spec.widths[-1]
        # Binary cross-entropy after a softmax leaves each output out in turn.
        left_out = least_outputs(self.spec.loss, self.spec.activations[-1]) > 1
        pairs = outputs**2 if left_out else 0
        entries = self.batch * max(*self.spec.widths, pairs)
        if entries > MAX_ENTRIES:
            raise InputError(
                f"an array of {entries:,} entries: {self.batch:,} rows of {entries // self.batch:,}",
                f"a case needs at most {MAX_ENTRIES:,}; take fewer rows or a narrower network",
            )

    @cached_property
    def stratum(self) -> str:
        """ordinary or extreme, as stratum_at says of the network's largest |z|."""
        params, x, _, masks = self.arrays()
        with np.errstate(all="ignore"):
            return self.stratum_at(z for _, z, _ in forward(self.spec, params, x, masks))

    def stratum_at(self, zs: Iterable[Array]) -> str:
        """ordinary where every unit has a slope and no |z| is above ORDINARY_Z; extreme otherwise.

        Extreme are other scales and stronger penalties than the ordinary ones, huge inputs, layers that
        amplify each other, units that are meant to stand on the kink of relu, and a softmax over one output,
        which is 1 whatever it is given; and layers whose z is 0 throughout, behind masks that leave nothing
        where there are no biases.
        """
        low, high = ORDINARY_SCALES
        ordinary = (
            low <= self.scale <= high
            and self.inputs in ORDINARY_INPUTS
            and max(self.spec.l1, self.spec.l2) <= max(ORDINARY_PENALTIES)
            and ("softmax", 1) not in zip(self.spec.activations, self.spec.widths[1:])
            and all(0 < np.abs(z).max() <= ORDINARY_Z for z in zs)
        )
        return "ordinary" if ordinary else "extreme"

    def arrays(self) -> Arrays:
        """Draws the case's arrays, always the same ones."""
        rng = np.random.default_rng(self.seed)
        spec = self.spec
        params = [
            _layer(rng, n_in, n_out, self.scale, self.inputs)
            for n_in, n_out in zip(spec.widths, spec.widths[1:])
        ]
        x = _inputs(rng, self.batch, spec.widths[0], self.inputs)
        y = _labels(rng, self.batch, spec.widths[-1], self.labels)
        return Arrays(
            params=[(W.astype(spec.dtype), b.astype(spec.dtype) if spec.biases else None) for W, b in params],
            x=x.astype(spec.dtype),
            y=y if self.labels == "integers" else y.astype(spec.dtype),
            masks=draw_masks(spec, self.batch, rng),
        )


def draw_case(seed: int, number: int, dtype: str = "float64") -> Case:
    """Case `number` of the exam with this seed: it depends on nothing but its arguments."""
    rng = np.random.default_rng([seed, number])

    def one_of(names: tuple[Any, ...]) -> Any:
        return names[rng.integers(len(names))]

    depth = int(rng.integers(1, MAX_DEPTH + 1))
    loss = one_of(LOSS_NAMES)
    activations = (*(one_of(ACTIVATION_NAMES) for _ in range(depth - 1)), one_of(LOSSES[loss].last))
    widths = [_log_uniform_int(rng, MAX_WIDTH) for _ in range(depth + 1)]
    ordinary = rng.random() < SHARE_ORDINARY
    for layer, name in enumerate(activations, start=1):
        least = least_outputs(loss, name) if layer == depth else 1
        widths[layer] = max(least, 2 if name == "softmax" and ordinary else 1, widths[layer])
    inputs = one_of(ORDINARY_INPUTS if ordinary else INPUT_NAMES)
    # A grid shows its kinks where |z| is of order 1.
    low, high = ORDINARY_SCALES if ordinary or inputs == "grid" else EXTREME_SCALES
    penalties = ORDINARY_PENALTIES if ordinary else EXTREME_PENALTIES
    spec = NetworkSpec(
        widths=tuple(widths),
        activations=activations,
        loss=loss,
        dtype=dtype,
        l1=one_of(penalties),
        l2=one_of(penalties),
        dropout=one_of((0.0, 0.0, 0.25, 0.5)),
        dropout_inputs=one_of((0.0, 0.0, 0.0, 0.2)),
        biases=one_of((True, True, True, False)),
    )
    return Case(
        spec=spec,
        batch=_log_uniform_int(rng, MAX_BATCH),
        seed=int(rng.integers(2**32)),
        scale=float(math.exp(rng.uniform(math.log(low), math.log(high)))),
        inputs=inputs,
        labels=one_of(label_names(loss)),
    )


def in_float64(spec: NetworkSpec, arrays: Arrays) -> tuple[NetworkSpec, Arrays]:
    """The same network and numbers, cast up exactly, for the reference, which is always float64."""
    if spec.dtype == "float64":
        return spec, arrays
    exact = arrays.each(lambda array: array.astype("float64"))
    return replace(spec, dtype="float64"), exact._replace(y=arrays.y if arrays.y.ndim == 1 else exact.y)


def read_case(line: str) -> Case:
    """The case of a printed line, read as a literal: nothing in it is ever run.

    Raises InputError or SpecError.
    """
    advice = "paste a whole line as a report prints it, Case(spec=NetworkSpec(...), batch=..., ...)"
    if len(line) > MAX_LINE:
        raise InputError(f"a case of {len(line):,} characters", f"a case has at most {MAX_LINE:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns about strange literals on standard error
            tree = ast.parse(line.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError("this is not a Case(...) line", advice) from None
    case = _read(tree, advice)
    if not isinstance(case, Case):
        raise InputError("this is not a Case(...) line", advice)
    return case


def _read(node: ast.AST, advice: str) -> Any:
    """A literal, or one of our two classes called with literals."""
    known: dict[str, type[Case] | type[NetworkSpec]] = {"Case": Case, "NetworkSpec": NetworkSpec}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
        given = {keyword.arg or "**": _read(keyword.value, advice) for keyword in node.keywords}
        fields = known[node.func.id].__dataclass_fields__
        for name in given:
            if name not in fields:
                raise InputError(f"{node.func.id} has no {name!r}", f"it has {', '.join(fields)}")
        if node.args or (node.func.id == "Case" and "spec" not in given):
            raise InputError(f"{node.func.id}(...) without names for its values", advice)
        return known[node.func.id](**given)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise InputError("a case holds plain numbers, strings and tuples only", advice) from None


def _log_uniform_int(rng: np.random.Generator, largest: int) -> int:
    """A whole number from 1 to largest, small ones as often as large ones of each size class."""
    return min(largest, int(math.exp(rng.uniform(0, math.log(largest + 1)))))


def _layer(rng: np.random.Generator, n_in: int, n_out: int, scale: float, inputs: str) -> tuple[Array, Array]:
    W = rng.standard_normal((n_out, n_in)) * scale / math.sqrt(n_in)
    b = rng.standard_normal(n_out) * scale
    if inputs == "grid":
        # No bias of 0: leaving b out must show.
        return np.rint(8 * W) / 8, np.copysign(np.maximum(np.rint(8 * np.abs(b)), 1), b) / 8
    return W, b


def _inputs(rng: np.random.Generator, batch: int, n_in: int, inputs: str) -> Array:
    if inputs == "grid":
        return rng.integers(-4, 5, (batch, n_in)) / 4
    if inputs == "pixels":
        pixels = rng.random((batch, n_in))
        lit = rng.random((batch, n_in)) < 0.7
        # Of black pictures alone a network without biases knows nothing: every number in it is 0.
        lit[0, 0] |= not lit.any()
        return pixels * lit
    x = rng.standard_normal((batch, n_in))
    return x * 10 ** rng.uniform(0, 4, (batch, 1)) if inputs == "saturated" else x


def _labels(rng: np.random.Generator, batch: int, classes: int, labels: str) -> Array:
    if labels == "real":
        return rng.standard_normal((batch, classes))
    if labels == "loose":
        return rng.random((batch, classes))
    if labels == "soft":
        # In steps of 2^-20, so that the rows sum to 1 exactly, in any order and in both dtypes.
        up_to = np.rint(rng.dirichlet(np.ones(classes), batch).cumsum(axis=1) * 2**20)
        return np.diff(up_to, axis=1, prepend=0.0) / 2**20
    present = rng.permutation(classes)[: max(1, classes - 1 if labels == "missing" else classes)]
    numbers = rng.choice(present, batch)
    return numbers if labels == "integers" else np.eye(classes)[numbers]


# The exam's other axes, in the order in which reports print them.
AXES = {
    "depth": tuple(range(1, MAX_DEPTH + 1)),
    "activation": ACTIVATION_NAMES,
    "loss": LOSS_NAMES,
    "dtype": DTYPE_NAMES,
    "stratum": STRATUM_NAMES,
}
