"""How a person's arrays lie: rows or columns, W this way or that, and the way to ours and back."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.parity_tests.door.names import parted
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array

# Letters: B examples, n units of a layer (n_in below it, n_out its own), K outputs.
W_FORMS = ("out,in", "in,out", "out,in+1", "out,1+in", "in+1,out", "1+in,out")  # +1: the biases lie in W
B_FORMS = ("n", "1,n", "n,1", "one", "none")  # one: a single bias for the whole layer
X_FORMS = ("B,n", "n,B", "n", "n,1", "1,n")  # without B: one example at a time
Y_FORMS = ("same", "classes", "B")  # B: one number for each example, (B,)


class ShapeError(ValueError):
    """A tensor's own fault: its shape cannot be what its name says; the message says what is due."""


@dataclass(frozen=True)
class Layout:
    """How W, b, x and y lie. z, a, dz, da and dx lie as x does, and a gradient lies as its parameter.

    Raises InputError for a form that is not in the lists above.
    """

    W: str = "out,in"
    b: str = "n"
    x: str = "B,n"
    y: str = "same"

    def __post_init__(self) -> None:
        for name, forms in (("W", W_FORMS), ("b", B_FORMS), ("x", X_FORMS), ("y", Y_FORMS)):
            value = getattr(self, name).replace(" ", "") if isinstance(getattr(self, name), str) else None
            if value not in forms:
                raise InputError(
                    f"{name} is declared as {getattr(self, name)!r}",
                    f"choose from {', '.join(map(repr, forms))}",
                )
            object.__setattr__(self, name, value)
        if "1" in self.W and self.b != "none":
            object.__setattr__(self, "b", "none")

    @property
    def one_example(self) -> bool:
        return "B" not in self.x

    # --- ours to theirs ----------------------------------------------------------------------------------

    def weights(self, W: Array, b: Array) -> Array:
        """W (n_out, n_in), and b (n_out,) where it lies in W, as the person's code has it."""
        if "1" in self.W:
            W = np.column_stack([b, W] if "1+in" in self.W else [W, b])
        return np.ascontiguousarray(W.T if self.W.startswith(("in", "1")) else W)

    def bias(self, b: Array) -> Array:
        """b (n_out,) as the person's code has it."""
        return {"n": b, "1,n": b[None, :], "n,1": b[:, None], "one": b[0], "none": b}[self.b]

    def batch(self, rows: Array) -> Array:
        """What has one row for each example, (B, n), as the person's code has it."""
        if self.x == "n":
            return rows[0]
        return np.ascontiguousarray(rows.T) if self.x in ("n,B", "n,1") else rows

    def labels(self, y: Array) -> Array:
        """y (B, K) as the person's code has it."""
        if self.y == "same":
            return self.batch(y)
        numbers = y.argmax(axis=1) if self.y == "classes" else y[:, 0]
        return numbers[0] if self.one_example else numbers

    def own_index(self, name: str, index: tuple[int, ...]) -> tuple[int, ...]:
        """Where an entry of ours stands in the person's array."""
        kind, _ = parted(name)
        if len(index) == 1 and kind in ("b", "db"):
            return {"1,n": (0, *index), "n,1": (*index, 0)}.get(self.b, index)
        if len(index) != 2:
            return index
        if kind in ("W", "dW"):
            index = (index[0], index[1] + ("1+in" in self.W))
            return index[::-1] if self.W.startswith(("in", "1")) else index
        if self.x == "n":
            return index[1:]
        return index[::-1] if self.x in ("n,B", "n,1") else index

    # --- theirs to ours ----------------------------------------------------------------------------------

    def weights_due(self, n_out: int, n_in: int) -> tuple[int, int]:
        """The shape of a W as the person's code has it."""
        n_in = n_in + ("1" in self.W)
        return (n_in, n_out) if self.W.startswith(("in", "1")) else (n_out, n_in)

    def read_weights(self, name: str, given: Any, n_out: int, n_in: int) -> tuple[Array, Array | None]:
        """(W, b or None) as (n_out, n_in) and (n_out,). Raises ShapeError."""
        array, due = numbers(name, given), self.weights_due(n_out, n_in)
        fits = array.shape == due or (array.size == n_out * n_in and 1 in due and array.ndim < 2)
        if not fits:
            raise ShapeError(_wrong_shape(name, array.shape, due))
        array = array.reshape(due)
        rows = array.T if self.W.startswith(("in", "1")) else array
        if "1" not in self.W:
            return rows, None
        return (rows[:, 1:], rows[:, 0]) if "1+in" in self.W else (rows[:, :-1], rows[:, -1])

    def read_bias(self, name: str, given: Any, n: int) -> Array:
        """b or db as (n,), or as () where a layer has a single one. Raises ShapeError.

        A gradient may have another shape than its b where the update b - rate db still has b's size.
        """
        array = numbers(name, given)
        due = {"n": (n,), "1,n": (1, n), "n,1": (n, 1), "one": (), "none": (n,)}[self.b]
        size = 1 if self.b == "one" else n
        if array.size != size or (n > 1 and np.broadcast_shapes(array.shape, due) not in _same_size(due)):
            raise ShapeError(_wrong_shape(name, array.shape, due))
        return array.reshape(()) if self.b == "one" else array.reshape(n)

    def read_batch(self, name: str, given: Any, batch: int, n: int) -> Array:
        """z, a, dz, da or x as (B, n). Raises ShapeError."""
        array = numbers(name, given)
        due = {"B,n": (batch, n), "n,B": (n, batch), "n": (n,), "n,1": (n, 1), "1,n": (1, n)}[self.x]
        flat = array.size == batch * n and 1 in (batch, n)
        if array.shape != due and not flat:
            raise ShapeError(_wrong_shape(name, array.shape, due))
        return array.reshape(due).T if self.x in ("n,B", "n,1") else array.reshape(batch, n)

    def read_labels(self, given: Any, batch: int, outputs: int) -> Array:
        """y as (B, K): class numbers become one-hot rows. Raises ShapeError."""
        array = numbers("y", given)
        if array.size == batch and outputs > 1 and np.equal(np.mod(array, 1), 0).all():
            classes = array.reshape(batch).astype(int)
            if classes.min() < 0 or classes.max() >= outputs:
                raise InputError(
                    f"y holds the class {int(classes.max() if classes.max() >= outputs else classes.min())} "
                    f"for {outputs} outputs",
                    f"classes count from 0 to {outputs - 1}",
                )
            return np.eye(outputs)[classes]
        return self.read_batch("y", array, batch, outputs)


def _same_size(due: tuple[int, ...]) -> set[tuple[int, ...]]:
    """The shapes to which b of shape `due` may be broadcast without growing."""
    return {due, (1, *due)}


def numbers(name: str, given: Any) -> Array:
    """An array of real numbers from an array, a tensor, a number or a list. Raises ShapeError."""
    if hasattr(given, "detach"):  # a torch tensor that may wait for its gradient
        given = given.detach().cpu()
    try:
        array = np.asarray(given)
    except (TypeError, ValueError, RuntimeError):
        raise ShapeError(f"{name} is a list of unequal rows, or no array of numbers") from None
    if array.dtype.kind == "b":
        array = array.astype("float64")
    if array.dtype.kind not in "fiu":
        what = f"{type(given).__name__}" if array.dtype.kind == "O" else f"an array of {array.dtype}"
        raise ShapeError(f"{name} is {what}: it holds no real numbers")
    return array


def _wrong_shape(name: str, found: tuple[int, ...], due: tuple[int, ...]) -> str:
    said = "one number" if not found else f"{found}"
    text = f"{name} is {said}, {due} is due"
    if name.startswith("dW") and not found:
        return f"{text}: np.dot of two vectors is a number, np.outer is meant"
    if len(due) == 2 and found == due[::-1]:
        return f"{text}: it is transposed"
    if name.startswith("db") and len(found) == 2 and due[-1] in found:
        return f"{text}: is it not summed over the batch?"
    return text


# --- read off the shapes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """One layout that the shapes allow, with the widths and the number of examples that it gives."""

    layout: Layout
    widths: tuple[int, ...]
    batch: int


def readings(
    W: Sequence[Any], b: Sequence[Any], x: Any, y: Any, others: Mapping[str, Any], declared: Mapping[str, str]
) -> list[Reading]:
    """Every layout that fits the shapes of W, b, x and y, and of as many others as can be had.

    declared fixes some of W, b, x, y. What no layout explains is left out of account, since a wrong shape
    may be the very mistake.
    """
    found = []
    arrays = [np.atleast_2d(_column(numbers(f"W{k}", each))) for k, each in enumerate(W, start=1)]
    for form_W, form_x in itertools.product(("in,out", "out,in"), ("B,n", "n,B", "n")):
        if declared.get("W", form_W) != form_W or declared.get("x", form_x) != form_x:
            continue
        for widths in _chains(W, arrays, form_W):
            batch = _batch(numbers("x", x), widths[0], form_x)
            if batch is None:
                continue
            layout = Layout(form_W, _bias_form(b, widths, declared), form_x, "same")
            if _labels_fit(layout, y, batch, widths[-1]) and _biases_fit(layout, b, widths, batch):
                found.append(Reading(layout, widths, batch))
    return _most_fitting(found, others)


def _column(array: Array) -> Array:
    return array[:, None] if array.ndim == 1 else array


def _chains(W: Sequence[Any], arrays: Sequence[Array], form: str) -> Iterator[tuple[int, ...]]:
    """The widths that a form of W gives: (n_0, ..., n_L). A vector W may be a row or a column."""
    pairs = []
    for given, array in zip(W, arrays):
        shape = numbers("W", given).shape
        if array.ndim != 2 or len(shape) > 2:
            return
        both = {array.shape, array.shape[::-1]} if len(shape) < 2 else {array.shape}
        pairs.append({s if form == "in,out" else s[::-1] for s in both})
    for chain in itertools.product(*pairs):
        if all(below[1] == above[0] for below, above in itertools.pairwise(chain)):
            yield (chain[0][0], *(n_out for _, n_out in chain))


def _batch(x: Array, n: int, form: str) -> int | None:
    if form == "n":
        return 1 if (x.shape == (n,) and n > 1) or (x.ndim == 0 and n == 1) else None
    if x.ndim == 1:
        return len(x) if n == 1 and form == "B,n" else None
    if x.ndim != 2:
        return None
    rows, columns = x.shape if form == "B,n" else x.shape[::-1]
    return rows if columns == n else None


def _bias_form(b: Sequence[Any], widths: Sequence[int], declared: Mapping[str, str]) -> str:
    if "b" in declared:
        return declared["b"]
    if not b:
        return "none"
    shapes = [numbers("b", each).shape for each in b]
    if any(int(np.prod(shape)) == 1 and n > 1 for shape, n in zip(shapes, widths[1:])):
        return "one"
    if all(len(shape) == 2 and shape[1] == 1 for shape in shapes) and any(s[0] > 1 for s in shapes):
        return "n,1"
    if all(len(shape) == 2 for shape in shapes):
        return "n,1" if all(shape[1] == 1 for shape in shapes) and shapes[0][0] != 1 else "1,n"
    return "n"


def _biases_fit(layout: Layout, b: Sequence[Any], widths: Sequence[int], batch: int) -> bool:
    for each, n in zip(b, widths[1:]):
        array = numbers("b", each)
        if array.size not in (n, 1):
            return False
        # What z + b would be in this layout must be as large as z, whatever the batch size.
        any_batch = max(batch, n) + 1
        due = {"B,n": (any_batch, n), "n,B": (n, any_batch), "n": (n,)}[layout.x]
        try:
            if np.broadcast_shapes(array.shape, due) != due and (batch > 1 or n > 1 < array.ndim):
                return False
        except ValueError:
            return False
    return True


def _labels_fit(layout: Layout, y: Any, batch: int, outputs: int) -> bool:
    if y is None:
        return True
    try:
        layout.read_labels(y, batch, outputs)
    except (ShapeError, InputError):
        return False
    return True


def _most_fitting(found: list[Reading], others: Mapping[str, Any]) -> list[Reading]:
    """The readings that explain the most of the other shapes."""

    def explained(reading: Reading) -> int:
        return sum(fits(reading, quantity, value) for quantity, value in others.items())

    most = max(map(explained, found), default=0)
    return [reading for reading in found if explained(reading) == most]


def fits(reading: Reading, quantity: str, value: Any) -> bool:
    """Whether a named quantity has the shape that it should have in a reading."""
    try:
        read(reading, quantity, value)
    except ShapeError:
        return False
    return True


def read(reading: Reading, quantity: str, value: Any) -> Array:
    """A named quantity in our own shape: (B, n), (n_out, n_in), (n,) or (). Raises ShapeError."""
    layout, widths, batch = reading.layout, reading.widths, reading.batch
    if quantity == "loss":
        array = numbers("loss", value)
        if array.size != 1:
            raise ShapeError(f"loss has shape {array.shape}, one number is due: is it not summed?")
        return array.reshape(())
    if quantity in ("x", "dx"):
        return layout.read_batch(quantity, value, batch, widths[0])
    kind, layer = parted(quantity)
    n_out, n_in = widths[layer], widths[layer - 1]
    if kind in ("W", "dW"):
        return layout.read_weights(quantity, value, n_out, n_in)[0]
    if kind in ("b", "db"):
        return layout.read_bias(quantity, value, n_out)
    return layout.read_batch(quantity, value, batch, n_out)
