"""Arrays that training writes to again at every step, so that numpy need not make new ones."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from backproof.scratch.spec import Array, NetworkSpec


@dataclass(eq=False, slots=True)
class Buffers:
    """The arrays of one layer, by their names on the blackboard; None where numpy is to make a new one.

    What nobody reads again gives its place away: without dropout the da from above to dz, z to a where the
    slope can be read from either, and a itself to the da_prev of a layer that is not wider below.
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
# a tells their slope as well as z does, and they are worked out in one go, so that a may take the place of z.
SLOPE_FROM_A = ("tanh", "relu", "leaky_relu")


class Workspace(list[Buffers]):
    """The buffers of every layer of a network, and the batch x (B, n_in) and y (B, K) itself."""

    def __init__(self, x: Array, y: Array, layers: list[Buffers]) -> None:
        super().__init__(layers)
        self.x, self.y = x, y

    @classmethod
    def of(cls, spec: NetworkSpec, batch: int) -> Workspace:
        """New ones, for `batch` examples."""
        layers: list[Buffers] = []
        for layer, (n_in, n_out) in enumerate(zip(spec.widths, spec.widths[1:])):
            last, dropped = layer == spec.depth - 1, bool(spec.drop_rate(layer))
            shapes: dict[str, tuple[int, ...]] = {"W": (n_out, n_in), "dW": (n_out, n_in)}
            shapes |= {"b": (n_out,), "db": (n_out,)} if spec.biases else {}
            shapes |= dict.fromkeys(("a_prev", "da"), (batch, n_in)) if dropped else {}
            shapes["z"] = batch, n_out
            if last or spec.activations[layer] not in SLOPE_FROM_A:
                shapes["a"] = batch, n_out
            if last or spec.drop_rate(layer + 1):
                shapes["dz"] = batch, n_out
            if last:
                shapes |= {"shifted": (batch, n_out), "e": (batch, n_out)}
            if layer > 0 and (last or n_in > n_out):
                shapes["da_prev"] = batch, n_in
            own = Buffers(**{name: np.empty(shape, spec.dtype) for name, shape in shapes.items()})
            own.a = own.z if own.a is None else own.a
            if layer > 0 and own.da_prev is None:
                own.da_prev = own.a.ravel()[: batch * n_in].reshape(batch, n_in)
            if layer > 0 and not dropped:
                layers[-1].dz = own.da_prev
            layers.append(own)
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
