"""Which of a person's names are x, y, W1, dW1, dz2, ...: read from the names alone, and said."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


def parted(quantity: str) -> tuple[str, int]:
    """dW and 3 for dW3; layer 0 where there is none, as in x and loss."""
    kind = quantity.rstrip("0123456789")
    return kind, int(quantity[len(kind) :] or 0)


def _words(listed: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {kind: tuple(words.split()) for kind, words in listed.items()}


# What people call our letters, longest first where one begins another.
LETTERS = _words({
    "W": "weights weight theta wt w",
    "b": "biases bias b",
    "z": "preactivations preactivation pre zs net logits z s",
    "a": "activations activation hidden act out h a o",
    "mask": "masks mask",
})  # fmt: skip
ALONE = _words({
    "x": "x xs x_train x_batch inputs input data features",
    "y": "y ys y_train y_batch y_true labels label targets target t onehot one_hot y_onehot y_one_hot y_enc",
    "aL": "yhat y_hat y_pred ypred pred preds prediction predictions probs p output outputs scores_softmax",
    "zL": "scores logits",
    "loss": "loss cost j c l error_value data_loss total_loss",
    "dzL": "dscores dlogits delta_out delta_output output_delta d_output",
    "daL": "dyhat dy_hat dy_pred dout dal",
    "dx": "dx dinputs d_x grad_x x_grad",
    "params": "params parameters model net_params",
    "grads": "grads gradients grad gradient",
})  # fmt: skip
# Names of a layer that are no number, for networks with one hidden layer.
FIRST = ("input_hidden", "hidden", "ih", "xh", "in", "h")
LAST = ("hidden_output", "output", "out", "ho", "hy", "o")
DELTAS = ("delta", "deltas", "error_signal", "local_gradient", "sigma")

PARAMETERS = ("W", "b", "dW", "db")
QUANTITIES = (*PARAMETERS, "z", "a", "dz", "da")

_GRADIENT = r"(?:d[jlceo]?_?d?|d(?:loss|cost|error)_?d?|grads?_?|gradients?_?|nabla_?|g_?|del_?)"
_LETTERS = "|".join(sorted((name for names in LETTERS.values() for name in names), key=len, reverse=True))
_WHERE = r"_?(?P<where>\d+|" + "|".join(sorted({*FIRST, *LAST}, key=len, reverse=True)) + r"|l)?"
_PLAIN = re.compile(rf"(?P<letter>{_LETTERS}){_WHERE}")
_BEFORE = re.compile(rf"{_GRADIENT}(?P<letter>{_LETTERS}){_WHERE}")
_AFTER = re.compile(rf"(?P<letter>{_LETTERS}){_WHERE}_?(?:grads?|gradients?|g|derivatives?|delta)")
_DELTA = re.compile(rf"(?:(?:{'|'.join(sorted(DELTAS, key=len, reverse=True))}){_WHERE}|d_?(?P<layer>\d+))")
# hidden_weights, output_bias
_PLACED = re.compile(rf"(?P<gradient>{_GRADIENT})?(?P<where>hidden|output|out)_(?P<letter>{_LETTERS})")


@dataclass(frozen=True)
class Name:
    """What a person's name stands for: kind (W, db, z, loss, ...) and where (a number, first or last)."""

    kind: str
    where: str = ""


def understood(name: str) -> Name | None:
    """What one name stands for, as far as the name alone says; None if nothing is known by it."""
    bare = name.rsplit(".", 1)[-1].strip("_").lower()
    for kind, names in ALONE.items():
        if bare in names:
            return Name(kind)
    if found := _DELTA.fullmatch(bare):
        return Name("dz", _where(found["layer"] or found["where"]))
    if found := _PLACED.fullmatch(bare):
        letter = next(letter for letter, names in LETTERS.items() if found["letter"] in names)
        return Name(("d" if found["gradient"] else "") + letter, _where(found["where"]))
    for pattern, prefix in ((_PLAIN, ""), (_BEFORE, "d"), (_AFTER, "d")):
        if found := pattern.fullmatch(bare):
            letter = next(letter for letter, names in LETTERS.items() if found["letter"] in names)
            return Name(
                prefix + letter, _where(found["where"] or ("h" if found["letter"] == "hidden" else None))
            )
    return None


def _where(text: str | None) -> str:
    if text is None:
        return ""
    if text.isdigit():
        return text
    return "last" if text == "l" or text in LAST else "first"


@dataclass
class Picked:
    """What was taken: quantity -> (the person's name for it, its value); and the names that were left."""

    taken: dict[str, tuple[str, Any]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    clashes: list[tuple[str, str, str]] = field(default_factory=list)
    others: list[tuple[str, str, Any]] = field(default_factory=list)  # left: (name, x or y, its value)
    notes: list[str] = field(default_factory=list)

    def take(self, quantity: str, name: str, value: Any) -> None:
        if quantity in self.taken and self.taken[quantity][0] != name:
            self.clashes.append((quantity, self.taken[quantity][0], name))
        else:
            self.taken[quantity] = (name, value)

    @property
    def depth(self) -> int:
        """The number of layers: the largest number of a W or dW."""
        return max((int(q.lstrip("dWb")) for q in self.taken if re.fullmatch(r"d?W\d+", q)), default=0)

    def written_over(self) -> Iterator[str]:
        """What was computed in place of something else, as in dscores = probs; dscores[...] -= 1.

        The earlier of the two does not exist any more, and is taken out.
        """
        for layer in range(1, self.depth + 1):
            for earlier, later in (
                (f"z{layer}", f"a{layer}"),
                (f"a{layer}", f"dz{layer}"),
                (f"da{layer}", f"dz{layer}"),
            ):
                both = [self.taken[each][1] for each in (earlier, later) if each in self.taken]
                if (
                    len(both) == 2
                    and all(isinstance(each, np.ndarray) for each in both)
                    and np.shares_memory(*both)
                ):
                    name, other = self.taken.pop(earlier)[0], self.taken[later][0]
                    yield f"{name} and {other} are one array, {later}; {earlier} was written over"

    @property
    def said(self) -> tuple[str, ...]:
        """The names that were taken, and as what."""
        return tuple(
            name if name == quantity else f"{name} as {quantity}"
            for quantity, (name, _) in self.taken.items()
        )

    def values(self) -> dict[str, Any]:
        return {quantity: value for quantity, (_, value) in self.taken.items()}


def pick(given: Mapping[str, Any], depth: int | None = None) -> Picked:
    """The quantities among named values, such as locals(): arrays, numbers, lists of them, dictionaries.

    depth is the number of layers, where it is known. Layers are counted from 1, and names that count
    otherwise are moved: all from 0 (W0, W1, ...), or z, a and dz from the inputs on (a3 and delta3 beside W2,
    activations = [x, a1, a2]). Of two names for one quantity the one that is spelled as ours wins, and the
    other is left.
    """
    flat, left = _flat(given, depth)
    numbered = [(name, kind) for name, kind, _ in flat if kind.where.isdigit()]
    from_0 = any(kind.where == "0" and kind.kind in PARAMETERS for _, kind in numbered)
    placed = any(kind.where in ("first", "last") and kind.kind in ("W", "dW") for _, kind, _ in flat)
    depth = depth or max(
        (int(kind.where) + from_0 for _, kind in numbered if kind.kind in ("W", "dW")), default=1 + placed
    )
    most: dict[tuple[str, str], int] = {}
    for name, kind in numbered:
        most[_counted(name, kind)] = max(int(kind.where), most.get(_counted(name, kind), 0))

    def moved(name: str, kind: Name) -> Name:
        if not kind.where.isdigit() or kind.kind == "mask":
            return kind
        last = most[_counted(name, kind)]
        by = from_0 if kind.kind in PARAMETERS else (from_0 and last < depth) - (last > depth)
        return Name(kind.kind, str(int(kind.where) + by))

    flat = [(name, moved(name, kind), value) for name, kind, value in flat]
    picked = Picked(left=left)
    # Our own spelling first: then W1 wins over weights1.
    for name, kind, value in sorted(
        flat, key=lambda each: each[0] not in (f"{each[1].kind}{each[1].where}", each[1].kind)
    ):
        quantity = _quantity(kind, depth)
        if quantity is None or (quantity in picked.taken and picked.taken[quantity][0] != name):
            picked.left.append(name)
            if quantity in ("x", "y"):
                picked.others.append((name, quantity, value))
        else:
            picked.take(quantity, name, value)
    return picked


def _counted(name: str, kind: Name) -> tuple[str, str]:
    """What is counted together: the entries of one list or dictionary, or the names that are in none."""
    return name.partition("[")[0] if "[" in name else "", "a" if kind.kind == "z" else kind.kind


def _quantity(kind: Name, depth: int) -> str | None:
    if kind.kind in ("x", "y", "loss", "dx"):
        return kind.kind
    if kind.kind in ("aL", "zL", "dzL", "daL"):
        return f"{kind.kind[:-1]}{depth}"
    if kind.kind in ("params", "grads"):
        return None
    if kind.where == "first":
        return f"{kind.kind}1" if depth <= 2 else None
    if kind.where == "last":
        return f"{kind.kind}{depth}"
    if not kind.where:
        return f"{kind.kind}1" if depth == 1 else None
    layer = int(kind.where)
    if layer == 0:
        return {"a": "x", "da": "dx"}.get(kind.kind)
    return f"{kind.kind}{layer}" if layer <= depth else None


def _flat(given: Mapping[str, Any], depth: int | None) -> tuple[list[tuple[str, Name, Any]], list[str]]:
    """Names with lists and dictionaries taken apart: grads["W1"], W[0] -> W1, params[2] -> W2."""
    found: list[tuple[str, Name, Any]] = []
    left: list[str] = []
    for name, value in given.items():
        if name.startswith("__") or callable(value) or isinstance(value, (str, bytes, bool, type)):
            continue
        kind = understood(name)
        if isinstance(value, Mapping):
            gradients = kind is not None and kind.kind == "grads"
            for key, inner in value.items():
                shown = f"{name}[{key!r}]"
                entry = understood(str(key)) if isinstance(key, str) else None
                if isinstance(key, int) and kind is not None and not kind.where:
                    entry = Name(kind.kind, str(key))
                if entry is not None and gradients and entry.kind in ("W", "b", "z", "a", "x"):
                    entry = Name(f"d{entry.kind}", entry.where)
                if entry is None or not _numeric(inner):
                    left.append(shown)
                else:
                    found.append((shown, entry, inner))
        elif kind is None or value is None:
            left.append(name)
        elif isinstance(value, (list, tuple)) and not kind.where and _layers(kind, value, depth):
            found += _listed(name, kind, value)
        elif kind.kind == "loss" and isinstance(value, int):  # l, c and j count things as often
            left.append(name)
        elif _numeric(value) and kind.kind not in ("params", "grads"):
            found.append((name, kind, value))
        else:
            left.append(name)
    return found, left


def _listed(name: str, kind: Name, value: Sequence[Any]) -> Iterator[tuple[str, Name, Any]]:
    if kind.kind in ("params", "grads"):
        prefix = "d" if kind.kind == "grads" else ""
        pairs = isinstance(value[0], (list, tuple)) and len(value[0]) == 2
        entries = [each for pair in value for each in pair] if pairs else list(value)
        for number, entry in enumerate(entries):
            letter, layer = "Wb"[number % 2], number // 2 + 1
            shown = f"{name}[{layer - 1}][{number % 2}]" if pairs else f"{name}[{number}]"
            if entry is not None:
                yield shown, Name(f"{prefix}{letter}", str(layer)), entry
        return
    if kind.kind == "x" or kind.kind == "y":
        yield name, kind, value
        return
    first = 0 if value[0] is None else 1
    for number, entry in enumerate(value, start=first):
        if entry is not None:
            yield f"{name}[{number - first}]", Name(kind.kind, str(number)), entry


def _layers(kind: Name, value: Sequence[Any], depth: int | None) -> bool:
    """Whether a list holds one array for each layer, rather than being one array written as a list."""
    if kind.kind in QUANTITIES:
        # One array alone would not say whose of several layers it is, and an array has no ragged rows.
        ragged = len({len(each) if isinstance(each, (list, tuple)) else 0 for each in value}) > 1
        if ragged or (depth is not None and depth > 1 and len(value) in (depth, depth + 1)):
            return True
    return bool(value) and (
        any(hasattr(each, "shape") for each in value)
        or (isinstance(value[0], (list, tuple)) and bool(value[0]) and hasattr(value[0][0], "shape"))
        or (isinstance(value[0], (list, tuple)) and bool(value[0]) and isinstance(value[0][0], (list, tuple)))
    )


def _numeric(value: Any) -> bool:
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return True
    if isinstance(value, (list, tuple)):
        return bool(value) and all(_numeric(each) for each in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)
