"""Honest backpropagation by other hands: the same calculus in many shapes, none of them a mistake.

`Plain` is written as a textbook does it; every other witness changes a piece of it. The judge must accuse
none of them, in any format, by steps or end to end.

    python -m backproof.parity_tests.meta_tests.witnesses float32 11 0 2000      # dtype, seed, first, count
"""

import importlib
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from backproof.parity_tests.cases import Arrays, draw_case
from backproof.parity_tests.comparison import Witness, by_autograd, by_hand, truth
from backproof.parity_tests.exam import one_thread
from backproof.parity_tests.steps import judge_answer
from backproof.reference import network as reference
from backproof.scratch import functions
from backproof.scratch.spec import LOSSES, Array, NetworkSpec, check_labels, mask_of


def sigmoid(z: Array) -> Array:
    with np.errstate(over="ignore"):  # 1 / inf is 0, which is right
        return 1 / (1 + np.exp(-z))


def log_sum_exp(z: Array) -> Array:
    top = z.max(axis=1, keepdims=True)
    return top + np.log(np.exp(z - top).sum(axis=1, keepdims=True))


class Plain:
    """Batches as rows, one line for each formula."""

    def linear(self, a: Array, W: Array, b: Array | None) -> Array:
        return a @ W.T if b is None else a @ W.T + b

    def activation(self, name: str, z: Array) -> Array:
        if name == "sigmoid":
            return sigmoid(z)
        if name == "relu":
            return z * (z > 0)
        if name == "softmax":
            return np.exp(z - log_sum_exp(z))
        return functions.activation(name, z)

    def slope(self, name: str, da: Array, z: Array, a: Array) -> Array:
        if name == "sigmoid":
            return da * (a - a * a)
        if name == "tanh":
            return da * (1 + a) * (1 - a)
        if name == "relu":
            return np.where(z > 0, da, 0)
        if name == "softmax":
            return a * da - a * (a * da).sum(axis=1, keepdims=True)
        return functions.activation_backward(name, da, z, a)

    def loss(self, spec: NetworkSpec, z: Array, a: Array, y: Array) -> Array:
        B, K = y.shape
        if spec.loss == "mae":
            return np.where(a > y, a - y, y - a).mean()
        if spec.loss in ("squared_error", "half_squared_error", "mse"):
            return np.square(y - a).sum() / {"squared_error": B, "half_squared_error": 2 * B}.get(
                spec.loss, B * K
            )
        if spec.loss == "cross_entropy":
            return (y * (log_sum_exp(a) - a)).sum(axis=1).mean()
        if spec.activations[-1] == "softmax":
            return functions.loss(spec, z, a, y)
        terms = y * np.logaddexp(0, -z)
        if spec.loss == "categorical_cross_entropy":
            return terms.sum() / B
        return (terms + (1 - y) * np.logaddexp(0, z)).mean()

    def last(self, spec: NetworkSpec, z: Array, a: Array, y: Array) -> Array:
        """The last dz."""
        B, K = y.shape
        pair = spec.loss, spec.activations[-1]
        if pair == ("binary_cross_entropy", "sigmoid"):
            return (a - y) / (B * K)
        if pair == ("categorical_cross_entropy", "softmax"):
            return (a * y.sum(axis=1, keepdims=True) - y) / B
        if pair == ("categorical_cross_entropy", "sigmoid"):
            return -(y / B) * sigmoid(-z)
        if pair == ("binary_cross_entropy", "softmax"):
            return functions.loss_backward(spec, z, a, y)
        return self.slope(spec.activations[-1], self.last_da(spec, a, y), z, a)

    def last_da(self, spec: NetworkSpec, a: Array, y: Array) -> Array:
        B, K = y.shape
        if spec.loss == "mae":
            return ((a > y) * a.dtype.type(1) - (a < y)) / (B * K)
        if spec.loss == "cross_entropy":
            return (self.activation("softmax", a) * y.sum(axis=1, keepdims=True) - y) / B
        factor = {"squared_error": 2 / B, "half_squared_error": 1 / B, "mse": 2 / (B * K)}[spec.loss]
        return factor * (a - y)

    def outer(self, dz: Array, a: Array) -> Array:
        return dz.T @ a

    def total(self, dz: Array) -> Array:
        return dz.sum(axis=0)

    def back(self, dz: Array, W: Array) -> Array:
        return dz @ W

    def masked(self, a: Array, mask: Array, rate: float) -> Array:
        return np.where(mask == 1, a / (1 - rate), 0).astype(a.dtype)

    def carried(self, y: Array) -> float:
        """dz and da are that many times the gradient."""
        return 1.0 if len(y) else 0.0

    def penalty(self, spec: NetworkSpec, params: Any, data: Array) -> Array:
        """The loss with the penalties."""
        for W, _ in params if spec.l1 or spec.l2 else ():
            data = data + (spec.l1 * np.abs(W).sum() + spec.l2 * (W**2).sum() / 2)
        return data

    def __call__(
        self, spec: NetworkSpec, params: Any, x: Array, y: Array, masks: Any = None
    ) -> dict[str, Array]:
        return self.answer(spec, params, x, check_labels(spec, y, len(x)), masks)

    def answer(self, spec: NetworkSpec, params: Any, x: Array, y: Array, masks: Any) -> dict[str, Array]:
        found: dict[str, Array] = {}
        rates = [spec.drop_rate(layer) for layer in range(spec.depth + 1)]
        kept = self._dropped(found, spec, 0, x, masks, rates, "kept")
        below = []
        for layer, (W, b) in enumerate(params, start=1):
            below.append(kept)
            z = found[f"z{layer}"] = self.linear(kept, W, b)
            a = found[f"a{layer}"] = self.activation(spec.activations[layer - 1], z)
            kept = self._dropped(found, spec, layer, a, masks, rates, "kept")
        found["loss"] = np.asarray(self.penalty(spec, params, self.loss(spec, z, a, y)))
        factor = z.dtype.type(self.carried(y))
        dz = self.last(spec, z, a, y) * factor
        for layer in range(spec.depth, 0, -1):
            W, b = params[layer - 1]
            found[f"dz{layer}"] = dz
            dW = self.outer(dz, below[layer - 1]) / factor
            if spec.l1 or spec.l2:
                dW = dW + (spec.l1 * np.sign(W) + spec.l2 * W)
            found[f"dW{layer}"] = dW
            if b is not None:
                found[f"db{layer}"] = self.total(dz) / factor
            da = self.back(dz, W)
            if layer == 1:
                da = da / factor
                mask = mask_of(spec, masks, 0)
                if mask is not None:
                    found["dkept0"] = da * factor
                    da = self.masked(da, mask, rates[0])
                found["dx"] = da
            else:
                da = self._dropped(found, spec, layer - 1, da, masks, rates, "dkept")
                found[f"da{layer - 1}"] = da
                dz = self.slope(
                    spec.activations[layer - 2], da, found[f"z{layer - 1}"], found[f"a{layer - 1}"]
                )
        return {name: np.asarray(value, spec.dtype) for name, value in self.reported(found).items()}

    def _dropped(
        self,
        found: dict[str, Array],
        spec: NetworkSpec,
        layer: int,
        a: Array,
        masks: Any,
        rates: Any,
        name: str,
    ) -> Array:
        mask = mask_of(spec, masks, layer)
        if mask is None:
            return a
        behind = self.masked(a, mask, rates[layer])
        found[f"{name}{layer}"] = behind if name == "kept" else a
        return behind

    def reported(self, found: dict[str, Array]) -> dict[str, Array]:
        return found


class Columns(Plain):
    """Examples as columns: z = W a + b."""

    def linear(self, a: Array, W: Array, b: Array | None) -> Array:
        z = np.dot(W, np.asfortranarray(a.T))
        return (z if b is None else z + b[:, None]).T

    def outer(self, dz: Array, a: Array) -> Array:
        return np.dot(np.ascontiguousarray(dz.T), a)

    def back(self, dz: Array, W: Array) -> Array:
        return np.dot(W.T, dz.T).T


class Einsum(Plain):
    def linear(self, a: Array, W: Array, b: Array | None) -> Array:
        z = np.einsum("bi,oi->bo", a, W)
        return z if b is None else z + b

    def outer(self, dz: Array, a: Array) -> Array:
        return np.einsum("bo,bi->oi", dz, a)

    def back(self, dz: Array, W: Array) -> Array:
        return np.einsum("bo,oi->bi", dz, W)


class Outer(Plain):
    """One outer product for each example, added up from the last one down."""

    def outer(self, dz: Array, a: Array) -> Array:
        dW = np.zeros((dz.shape[1], a.shape[1]), dz.dtype)
        for row in range(len(dz) - 1, -1, -1):
            dW += np.outer(dz[row], a[row])
        return dW

    def total(self, dz: Array) -> Array:
        db = np.zeros(dz.shape[1], dz.dtype)
        for row in dz:
            db = db + row
        return db


class Backwards(Plain):
    """Every sum from its last term to its first, one after the other; the bias first."""

    def linear(self, a: Array, W: Array, b: Array | None) -> Array:
        z = np.zeros((len(a), len(W)), a.dtype) + (0 if b is None else b)
        for k in range(a.shape[1] - 1, -1, -1):
            z = z + a[:, k : k + 1] * W[:, k]
        return z

    def back(self, dz: Array, W: Array) -> Array:
        da = np.zeros((len(dz), W.shape[1]), dz.dtype)
        for j in range(len(W) - 1, -1, -1):
            da = da + dz[:, j : j + 1] * W[j]
        return da


class Blocks(Plain):
    """Every product in blocks of three."""

    def linear(self, a: Array, W: Array, b: Array | None) -> Array:
        parts = [a[:, k : k + 3] @ W[:, k : k + 3].T for k in range(0, a.shape[1], 3)]
        return sum(parts, np.zeros_like(parts[0])) + (0 if b is None else b)

    def outer(self, dz: Array, a: Array) -> Array:
        parts = [dz[k : k + 3].T @ a[k : k + 3] for k in range(0, len(dz), 3)]
        return sum(parts[1:], parts[0])


class Augmented(Plain):
    """The bias as one more weight, of an input that is always 1."""

    def linear(self, a: Array, W: Array, b: Array | None) -> Array:
        if b is None:
            return a @ W.T
        ones = np.ones((len(a), 1), a.dtype)
        return np.hstack([a, ones]) @ np.hstack([W, b[:, None]]).T

    def total(self, dz: Array) -> Array:
        return np.ones(len(dz), dz.dtype) @ dz


class Cosh(Plain):
    """Slopes from z: 1 / cosh(z)^2, e^-|z| / (1 + e^-|z|)^2."""

    def slope(self, name: str, da: Array, z: Array, a: Array) -> Array:
        with np.errstate(over="ignore"):
            if name == "tanh":
                return da / np.cosh(z) ** 2
            if name == "sigmoid":
                q = np.exp(-np.abs(z))
                return da * (q / (1 + q) ** 2)
        return super().slope(name, da, z, a)


class BothSides(Plain):
    """sigmoid(z) sigmoid(-z), 1 - tanh^2 as one difference, relu by its sign."""

    def slope(self, name: str, da: Array, z: Array, a: Array) -> Array:
        if name == "sigmoid":
            return da * sigmoid(z) * sigmoid(-z)
        if name == "tanh":
            return (1 - np.square(a)) * da
        if name == "relu":
            return da * (a > 0)
        return super().slope(name, da, z, a)


class Jacobian(Plain):
    """The softmax's full Jacobian, example by example."""

    def slope(self, name: str, da: Array, z: Array, a: Array) -> Array:
        if name != "softmax":
            return super().slope(name, da, z, a)
        return np.array([(np.diag(p) - np.outer(p, p)) @ d for p, d in zip(a, da)], a.dtype)


class EntryByEntry(Plain):
    """The softmax's slopes p_i ([i = k] - p_k), entry by entry."""

    def slope(self, name: str, da: Array, z: Array, a: Array) -> Array:
        if name != "softmax":
            return super().slope(name, da, z, a)
        eye = np.eye(a.shape[1], dtype=a.dtype)
        return np.einsum("bi,bik->bk", da, a[:, :, None] * (eye - a[:, None, :]))


class WithoutB(Plain):
    """dz without 1/B: dW, db and dx divide."""

    def carried(self, y: Array) -> float:
        return len(y)


class WithoutBK(Plain):
    def carried(self, y: Array) -> float:
        return y.size


class Uphill(Plain):
    """dz turned round, with its size at half: dW and db make up for both."""

    def carried(self, y: Array) -> float:
        return -len(y) / 2


class Examples(Plain):
    """One example at a time, its penalty inside its own loss, everything averaged at the end."""

    def __call__(
        self, spec: NetworkSpec, params: Any, x: Array, y: Array, masks: Any = None
    ) -> dict[str, Array]:
        arrays = Arrays(params, x, y, masks)
        parts = [Plain.__call__(self, spec, *arrays.examples(slice(k, k + 1))) for k in range(len(x))]
        found = {}
        for name in parts[0]:
            stacked = np.array([part[name] for part in parts], spec.dtype)
            if name == "loss" or name.startswith(("dW", "db")):
                found[name] = sum(stacked[1:], stacked[0]) / len(x)
            else:
                found[name] = stacked[:, 0] / (len(x) if name == "dx" else 1)
        return {name: np.asarray(value, spec.dtype) for name, value in found.items()}


class BehindTheMask(Plain):
    """Every hidden a and da is given as it is behind its mask, under its plain name."""

    def reported(self, found: dict[str, Array]) -> dict[str, Array]:
        found = dict(found)
        for layer in [name[4:] for name in found if name.startswith("kept") and name != "kept0"]:
            found[f"a{layer}"] = found.pop(f"kept{layer}")
            found[f"da{layer}"] = found.pop(f"dkept{layer}")
        return found


class ScaledMasks(Plain):
    """Masks that hold 1 / (1 - rate)."""

    def masked(self, a: Array, mask: Array, rate: float) -> Array:
        return a * (mask / (1 - rate)).astype(a.dtype)


class Wider(Plain):
    """Sums are accumulated in a wider format and rounded once."""

    def linear(self, a: Array, W: Array, b: Array | None) -> Array:
        z = super().linear(a.astype("longdouble"), W.astype("longdouble"), b)
        return z.astype(a.dtype)

    def outer(self, dz: Array, a: Array) -> Array:
        return (dz.T.astype("longdouble") @ a.astype("longdouble")).astype(dz.dtype)

    def back(self, dz: Array, W: Array) -> Array:
        return (dz.astype("longdouble") @ W.astype("longdouble")).astype(dz.dtype)


class Fused(Plain):
    """Everything inside is wider; only what is reported is rounded, as a fused kernel does."""

    def answer(self, spec: NetworkSpec, params: Any, x: Array, y: Array, masks: Any) -> dict[str, Array]:
        wide = "float64" if spec.dtype == "float32" else "longdouble"
        return super().answer(spec, *Arrays(params, x, y, masks).each(lambda array: array.astype(wide)))


class FromBothSides(Plain):
    """The entropies' dz as (1 - y) a - y (1 - a), with 1 - a as sigmoid(-z)."""

    def last(self, spec: NetworkSpec, z: Array, a: Array, y: Array) -> Array:
        if (spec.loss, spec.activations[-1]) == ("binary_cross_entropy", "sigmoid"):
            return (1 - y) / y.size * sigmoid(z) - y / y.size * sigmoid(-z)
        if (spec.loss, spec.activations[-1]) == ("categorical_cross_entropy", "softmax"):
            K = y.shape[1]
            rows = [[p[k] * y_row.sum() - y_row[k] for k in range(K)] for p, y_row in zip(a, y)]
            return np.array(rows, a.dtype) / len(y)
        return super().last(spec, z, a, y)


class Loops(Plain):
    """Scalars in Python's own loops."""

    def linear(self, a: Array, W: Array, b: Array | None) -> Array:
        one = a.dtype.type
        z = [[sum((p * q for p, q in zip(row, w)), one(0)) for w in W] for row in a]
        return np.array(z, a.dtype) if b is None else np.array(z, a.dtype) + b

    def back(self, dz: Array, W: Array) -> Array:
        one = dz.dtype.type
        return np.array([[sum((p * q for p, q in zip(row, w)), one(0)) for w in W.T] for row in dz], dz.dtype)


class Partial(Plain):
    """Only some quantities are given."""

    def __init__(self, *left_out: str) -> None:
        self.left_out = left_out

    def reported(self, found: dict[str, Array]) -> dict[str, Array]:
        return {name: value for name, value in found.items() if not name.startswith(self.left_out)}


def by_torch_func(spec: NetworkSpec, params: Any, x: Array, y: Array, masks: Any = None) -> dict[str, Array]:
    """torch.func.grad of the loss as a plain function: parameters' gradients, dx and the loss alone."""
    y = check_labels(spec, y, len(x))
    twin = reference.Twin(spec, params)
    masks = None if masks is None else [torch.tensor(mask) for mask in masks]

    def loss(W: Any, b: Any, inputs: Any) -> Any:
        twin.W, twin.b = W, b
        return twin.loss(twin(inputs, masks), torch.tensor(y))

    given = [each.detach() for each in twin.W], [each.detach() for each in twin.b], torch.tensor(x)
    (dW, db, dx), value = torch.func.grad_and_value(loss, argnums=(0, 1, 2))(*given)
    found = {"loss": value.numpy()}
    for letter, grads in (("W", dW), ("b", db)):
        found |= {f"d{letter}{layer}": grad.numpy() for layer, grad in enumerate(grads, start=1)}
    return {**found, "dx": dx.numpy()}


def by_jax(spec: NetworkSpec, params: Any, x: Array, y: Array, masks: Any = None) -> dict[str, Array]:
    """jax.grad of one compiled function; zeros that are added to every z and a have dz and da as gradients.

    Raises ImportError where JAX is not installed.
    """
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    y, B = check_labels(spec, y, len(x)), len(x)
    zeros = [np.zeros((B, width), spec.dtype) for width in spec.widths[1:]]

    def loss(params: Any, x: Any, at_z: Any, at_a: Any) -> tuple[Any, dict[str, Any]]:
        a, found = x, {}
        for layer, (W, b) in enumerate(params, start=1):
            mask = mask_of(spec, masks, layer - 1)
            a_prev = a if mask is None else a * mask / (1 - spec.drop_rate(layer - 1))
            z = found[f"z{layer}"] = a_prev @ W.T + (0 if b is None else b) + at_z[layer - 1]
            a = found[f"a{layer}"] = _in_jax(jax, spec.activations[layer - 1], z) + at_a[layer - 1]
        total = _loss_in_jax(jax, spec, z, a, y)
        for W, _ in params:
            total = total + spec.l1 * abs(W).sum() + spec.l2 / 2 * (W * W).sum()
        return total, {**found, "loss": total}

    asked = jax.jit(jax.grad(loss, argnums=(0, 1, 2, 3), has_aux=True))
    (grads, dx, dz, da), found = asked(params, x, zeros, zeros)
    for layer in range(spec.depth, 0, -1):
        found |= {f"dz{layer}": dz[layer - 1], f"dW{layer}": grads[layer - 1][0]}
        found |= {f"db{layer}": grads[layer - 1][1]} if spec.biases else {}
        found |= {f"da{layer - 1}": da[layer - 2]} if layer > 1 else {"dx": dx}
    return {name: np.asarray(value) for name, value in found.items()}


def _in_jax(jax: Any, name: str, z: Any) -> Any:
    if name == "gelu":
        return jax.nn.gelu(z, approximate=False)
    if name in ("identity", "tanh"):
        return z if name == "identity" else jax.numpy.tanh(z)
    return getattr(jax.nn, {"gelu_tanh": "gelu"}.get(name, name))(z)


def _loss_in_jax(jax: Any, spec: NetworkSpec, z: Any, a: Any, y: Array) -> Any:
    B, K = y.shape
    if not LOSSES[spec.loss].probabilities:
        terms = abs(a - y) if spec.loss == "mae" else (a - y) ** 2
        return terms.sum() / {"squared_error": B, "half_squared_error": 2 * B}.get(spec.loss, B * K)
    binary = spec.loss == "binary_cross_entropy"
    if spec.activations[-1] == "sigmoid" and spec.loss != "cross_entropy":
        yes, no = jax.nn.softplus(-z), jax.nn.softplus(z)
    else:
        logits = a if spec.loss == "cross_entropy" else z
        yes, whole = -jax.nn.log_softmax(logits, axis=1), jax.nn.logsumexp(logits, axis=1, keepdims=True)
        others = jax.numpy.where(np.eye(K, dtype=bool), -np.inf, logits[:, None, :])
        no = whole - jax.nn.logsumexp(others, axis=2) if binary else 0
    return (y * yes + (1 - y) * no).mean() if binary else (y * yes).sum() / B


def all_of_autograd(
    spec: NetworkSpec, params: Any, x: Array, y: Array, masks: Any = None
) -> dict[str, Array]:
    """Autograd with every dz and da that it keeps, the last da among them."""
    return reference.quantities(spec, params, x, y, masks)


WITNESSES: dict[str, Callable[..., dict[str, Array]] | Witness] = {
    "by hand": by_hand,
    "by autograd": by_autograd,
    "autograd with its last da": all_of_autograd,
    "torch.func": by_torch_func,
    "JAX": by_jax,
    "plain": Plain(),
    "columns": Columns(),
    "einsum": Einsum(),
    "outer products": Outer(),
    "sums from the end": Backwards(),
    "blocks": Blocks(),
    "bias as a weight": Augmented(),
    "slopes from z": Cosh(),
    "slopes from both sides": BothSides(),
    "full Jacobian": Jacobian(),
    "Jacobian entry by entry": EntryByEntry(),
    "dz without 1/B": WithoutB(),
    "dz without 1/(BK)": WithoutBK(),
    "dz turned round and halved": Uphill(),
    "one example at a time": Examples(),
    "behind the mask": BehindTheMask(),
    "scaled masks": ScaledMasks(),
    "wider sums": Wider(),
    "fused": Fused(),
    "last dz from both sides": FromBothSides(),
    "scalar loops": Loops(),
    "without dz and da": Partial("dz", "da", "dkept"),
    "without z": Partial("z", "kept"),
    "gradients alone": Partial("z", "a", "kept", "dz", "da", "dkept", "loss"),
}


def main(dtype: str, seed: int, first: int, count: int, *names: str) -> int:
    """Puts networks first .. first + count - 1 of a seed to the witnesses; 0 where none is accused.

    Without names to all but JAX, which compiles each network for a second.
    """
    asked = names or tuple(name for name in WITNESSES if name != "JAX")
    accused, beyond, shares = 0, 0, dict.fromkeys(asked, 0.0)
    with one_thread():
        for number in range(first, first + count):
            case = draw_case(seed, number, dtype)
            arrays = case.arrays()
            known = truth(case.spec, arrays)
            beyond += known.out_of_range
            for name in () if known.out_of_range else asked:
                judged = judge_answer(case.spec, arrays, WITNESSES[name](case.spec, *arrays), known)
                if judged.first_wrong:
                    accused += 1
                    print(f"{name}: {judged.first_wrong.quantity} is called wrong\n    {case!r}", flush=True)
                # At a kink either slope is honest and may use the whole allowance.
                used = (step.row.share for step in judged.steps.steps if not step.row.kinks)
                shares[name] = max(shares[name], *used, 0.0)
    largest = max(shares, key=lambda name: shares[name])
    numbers = f"networks {first} to {first + count - 1} of seed {seed} in {dtype}"
    print(
        f"{len(asked)} witnesses, {numbers}, {beyond} beyond its range: {accused} accused; "
        f"largest share of an allowance {shares[largest]:.2f}, {largest}"
    )
    return int(accused > 0)


if __name__ == "__main__":
    dtype, seed, first, count, *names = sys.argv[1:]
    sys.exit(main(dtype, int(seed), int(first), int(count), *names))
