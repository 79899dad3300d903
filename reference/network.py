"""The torch twin: the same network built from the same arrays, with its gradients from autograd."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils import parameters_to_vector

from backproof.scratch.spec import LEAK, Array, NetworkSpec, Params, check_inputs, check_labels, mask_of

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: functional.leaky_relu(z, LEAK),
    "elu": functional.elu,
    # functional.softplus returns z itself above 20, and functional.gelu loses the digits of its tail: these
    # are the same functions where torch keeps the digits.
    "softplus": lambda z: -functional.logsigmoid(-z),
    "gelu": lambda z: z * torch.special.erfc(-z * math.sqrt(0.5)) / 2,
    "gelu_tanh": lambda z: z * torch.sigmoid(math.sqrt(8 / math.pi) * (z + 0.044715 * z**3)),
    "softmax": lambda z: torch.softmax(z, dim=1),
}


def _log_of_the_others(z: Tensor) -> Tensor:
    """log(1 - softmax(z)), (B, K), without the cancellation in 1 - p."""
    left_out = torch.eye(z.shape[1], dtype=torch.bool, device=z.device)
    others = z[:, None, :].masked_fill(left_out, -torch.inf)
    return torch.logsumexp(others, dim=2) - torch.logsumexp(z, dim=1, keepdim=True)


# The loss of the last layer's (z, a, y). Where torch has a form of z that keeps its digits when a rounds
# to 0 or 1, that form is used; torch's own binary_cross_entropy clamps its logarithms at -100.
LOSSES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "squared_error": lambda _z, a, y: functional.mse_loss(a, y, reduction="sum") / len(y),
    "half_squared_error": lambda _z, a, y: functional.mse_loss(a, y, reduction="sum") / (2 * len(y)),
    "mse": lambda _z, a, y: functional.mse_loss(a, y),
    "mae": lambda _z, a, y: functional.l1_loss(a, y),
    "cross_entropy": lambda _z, a, y: functional.cross_entropy(a, y),
    "binary_cross_entropy sigmoid": lambda z, _a, y: (
        -((y * functional.logsigmoid(z) + (1 - y) * functional.logsigmoid(-z)).mean())
    ),
    "binary_cross_entropy softmax": lambda z, _a, y: (
        -((y * functional.log_softmax(z, dim=1) + (1 - y) * _log_of_the_others(z)).mean())
    ),
    "categorical_cross_entropy sigmoid": lambda z, _a, y: -(y * functional.logsigmoid(z)).sum() / len(y),
    "categorical_cross_entropy softmax": lambda z, _a, y: functional.cross_entropy(z, y),
}


class Twin:
    """The torch network of a spec, holding copies of params [(W, b), ...] on `device`.

    Raises RuntimeError where torch is set to multiply float32 matrices with fewer bits.
    """

    def __init__(self, spec: NetworkSpec, params: Params, device: str = "cpu") -> None:
        if torch.get_float32_matmul_precision() != "highest":
            raise RuntimeError(
                f"torch multiplies float32 matrices with precision {torch.get_float32_matmul_precision()!r}; "
                "call torch.set_float32_matmul_precision('highest')"
            )
        self.spec, self.device = spec, torch.device(device)
        # Copies: a parameter made by from_numpy alone would share scratch's memory.
        self.W = [self.tensor(W).requires_grad_() for W, _ in params]
        # Without biases an empty list, so that an optimizer finds the weights alone.
        self.b = [self.tensor(b).requires_grad_() for _, b in params if b is not None]

    def parameters(self) -> list[Tensor]:
        """Everything that an optimizer trains: W1, b1, W2, b2, ..."""
        if not self.spec.biases:
            return list(self.W)
        return [parameter for pair in zip(self.W, self.b) for parameter in pair]

    def __call__(
        self, x: Tensor, masks: Sequence[Tensor] | None = None
    ) -> list[tuple[Tensor, Tensor, Tensor]]:
        """(a_prev, z, a) of every layer, a_prev (B, n_in) after dropout, from x (B, n_in)."""
        trace, a = [], x
        for layer, W in enumerate(self.W):
            mask = mask_of(self.spec, masks, layer)
            a_prev = a if mask is None else a * mask / (1 - self.spec.drop_rate(layer))
            z = functional.linear(a_prev, W, self.b[layer] if self.spec.biases else None)
            a = ACTIVATIONS[self.spec.activations[layer]](z)
            trace.append((a_prev, z, a))
        return trace

    def loss(self, trace: list[tuple[Tensor, Tensor, Tensor]], y: Tensor) -> Tensor:
        """The scalar loss with its regularisers, from forward's trace and y (B, K)."""
        _, z, a = trace[-1]
        table = LOSSES.get(self.spec.loss) or LOSSES[f"{self.spec.loss} {self.spec.activations[-1]}"]
        loss = table(z, a, y)
        if self.spec.l1 or self.spec.l2:
            weights = parameters_to_vector(self.W)
            loss = loss + self.spec.l1 * weights.abs().sum() + self.spec.l2 / 2 * weights.square().sum()
        return loss

    def tensor(self, array: Array) -> Tensor:
        """A copy of a numpy array on the twin's device."""
        return torch.from_numpy(array.copy()).to(self.device)

    def params(self) -> Params:
        """Copies of the parameters as numpy arrays, [(W, b), ...]."""
        # Copies, since numpy() of a CPU tensor shares its memory.
        biases = [_numpy(b).copy() for b in self.b] if self.spec.biases else [None] * self.spec.depth
        return [(_numpy(W).copy(), b) for W, b in zip(self.W, biases)]


class Graph(NamedTuple):
    """What was computed forwards, and what the loss is asked to be differentiated by."""

    found: dict[str, Array]
    loss: Tensor
    asked: dict[str, Tensor]

    def quantities(self, gradients: Sequence[Tensor | None]) -> dict[str, Array]:
        """Everything, with the gradients of what is asked; None of what the loss is no function of."""
        backwards = {name: _numpy(each) for name, each in zip(self.asked, gradients) if each is not None}
        return self.found | backwards


def graph(
    spec: NetworkSpec,
    params: Params,
    x: Array,
    y: Array,
    masks: Sequence[Array] | None = None,
    device: str = "cpu",
) -> Graph:
    """The twin evaluated on checked arrays, y (B, K), before anything is differentiated."""
    twin = Twin(spec, params, device)
    inputs = twin.tensor(x).requires_grad_()
    trace = twin(inputs, None if masks is None else [twin.tensor(mask) for mask in masks])
    loss = twin.loss(trace, twin.tensor(y))

    found: dict[str, Array] = {}
    asked: dict[str, Tensor] = {}
    for layer, (a_prev, z, a) in enumerate(trace, start=1):
        if mask_of(spec, masks, layer - 1) is not None:
            found[f"kept{layer - 1}"] = _numpy(a_prev)
        found[f"z{layer}"], found[f"a{layer}"] = _numpy(z), _numpy(a)
    found["loss"] = _numpy(loss)
    for layer in reversed(range(1, spec.depth + 1)):
        a_prev, z, a = trace[layer - 1]
        asked |= {f"da{layer}": a, f"dz{layer}": z, f"dW{layer}": twin.W[layer - 1]}
        if spec.biases:
            asked[f"db{layer}"] = twin.b[layer - 1]
        if mask_of(spec, masks, layer - 1) is not None:
            asked[f"dkept{layer - 1}"] = a_prev
    asked["dx"] = inputs
    return Graph(found, loss, asked)


def quantities(
    spec: NetworkSpec,
    params: Params,
    x: Array,
    y: Array,
    masks: Sequence[Array] | None = None,
    device: str = "cpu",
) -> dict[str, Array]:
    """Everything autograd knows: z1 a1 ... loss daL dzL dWL dbL ... dx, L the last layer.

    daL is left out where the loss is computed from z. Where a mask acts on a1, kept1 follows it, and dkept1
    precedes da1. Shapes as in scratch; raises SpecError where the arrays do not fit the spec.
    """
    check_inputs(spec, params, x, masks)
    made = graph(spec, params, x, check_labels(spec, y, len(x)), masks, device)
    return made.quantities(torch.autograd.grad(made.loss, list(made.asked.values()), allow_unused=True))


def pre_activations(
    spec: NetworkSpec, params: Params, x: Array, masks: Sequence[Array] | None = None
) -> list[Array]:
    """z1, z2, ... of the torch twin, each (B, n_out)."""
    twin = Twin(spec, params)
    with torch.no_grad():
        trace = twin(twin.tensor(x), None if masks is None else [twin.tensor(mask) for mask in masks])
    return [_numpy(z) for _, z, _ in trace]


def loss_and_grads(
    spec: NetworkSpec,
    params: Params,
    x: Array,
    y: Array,
    masks: Sequence[Array] | None = None,
    device: str = "cpu",
) -> tuple[Array, Params]:
    """The loss and [(dW, db), ...] by autograd: the signature, names and shapes of scratch."""
    found = quantities(spec, params, x, y, masks, device)
    return found["loss"], [(found[f"dW{k}"], found.get(f"db{k}")) for k in range(1, spec.depth + 1)]


def _numpy(tensor: Tensor) -> Array:
    return tensor.numpy(force=True)
