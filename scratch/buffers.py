"""Arrays that training writes to again at every step, so that numpy need not make new ones."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from backproof.scratch.spec import Array, NetworkSpec


@dataclass(eq=False, slots=True)
class Buffers:
    """The arrays of one layer, by their names on the blackboard; None where numpy is to make a new one.

    Without dropout a layer's dz takes the place of the da from above, which nobody reads after it.
    shifted and e are of the outputs; `parts` holds them and e's sums once this step has computed them.
    """

    z: Any = None
    a: Any = None
    dz: Any = None
    a_prev: Any = None  # only with dropout, as da
    da_prev: Any = None
    da: Any = None
    shifted: Any = None
    e: Any = None
    W: Any = None  # from here on without a row for each example
    b: Any = None
    dW: Any = None
    db: Any = None
    parts: Any = None


NAMES = tuple(field.name for field in fields(Buffers))[:-1]
OF_LAYER = ("W", "b", "dW", "db")
NOTHING = Buffers()


class Workspace(list[Buffers]):
    """The buffers of every layer of a network, and the batch x (B, n_in) and y (B, K) itself."""

    def __init__(self, x: Array, y: Array, layers: list[Buffers]) -> None:
        super().__init__(layers)
        self.x, self.y = x, y

    @classmethod
    def of(cls, spec: NetworkSpec, batch: int) -> Workspace:
        """New ones, for `batch` examples."""
        layers = []
        for layer, (n_in, n_out) in enumerate(zip(spec.widths, spec.widths[1:])):
            shapes: dict[str, tuple[int, ...]] = {"W": (n_out, n_in), "dW": (n_out, n_in)}
            shapes |= {"b": (n_out,), "db": (n_out,)} if spec.biases else {}
            shapes |= dict.fromkeys(("z", "a"), (batch, n_out))
            if layer == spec.depth - 1 or spec.drop_rate(layer + 1):
                shapes["dz"] = batch, n_out
            shapes |= {"da_prev": (batch, n_in)} if layer > 0 else {}
            shapes |= dict.fromkeys(("a_prev", "da"), (batch, n_in)) if spec.drop_rate(layer) else {}
            if layer == spec.depth - 1:
                shapes |= {"shifted": (batch, n_out), "e": (batch, n_out)}
            layers.append(Buffers(**{name: np.empty(shape, spec.dtype) for name, shape in shapes.items()}))
        for below, above in pairwise(layers):
            if above.da is None:
                below.dz = above.da_prev
        x, y = (np.empty((batch, width), spec.dtype) for width in (spec.widths[0], spec.widths[-1]))
        return cls(x, y, layers)

    @cached_property
    def parameters(self) -> list[Array]:
        """W1, b1, W2, ... without the biases of a network that has none."""
        return [array for own in self for array in (own.W, own.b) if array is not None]

    @cached_property
    def gradients(self) -> list[Array]:
        """dW1, db1, dW2, ... likewise."""
        return [array for own in self for array in (own.dW, own.db) if array is not None]

    def first(self, batch: int) -> Workspace:
        """The same memory, for a smaller batch."""
        layers = []
        for own in self:
            rows = {name: array[:batch] for name in NAMES if (array := getattr(own, name)) is not None}
            layers.append(Buffers(**rows | {name: getattr(own, name) for name in OF_LAYER}))
        return Workspace(self.x[:batch], self.y[:batch], layers)


class _Fresh(Workspace):
    def __getitem__(self, layer: Any) -> Any:
        return NOTHING


FRESH = _Fresh(np.empty((0, 0)), np.empty((0, 0)), [])  # no buffers for any layer: every array is a new one
