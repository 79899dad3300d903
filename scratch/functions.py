"""Each activation and each loss, beside the rule that carries a gradient back through it."""

# B examples in the batch, K outputs of the last layer, n outputs of any layer. z and a are (B, n);
# da and dz are the gradients of the loss with respect to them, of the same shape. `out` is where the result
# may go, as in numpy; it may be da itself, so that nothing is written there before da was read. Without it,
# and where a rule has no use for it, numpy makes a new array.

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from backproof.scratch.buffers import NOTHING, Buffers
from backproof.scratch.spec import LEAK, Array, NetworkSpec, Params, mask_of

Out = Array | None

# --- activations: a = f(z), and dz = da * f'(z) ------------------------------------------------------


def identity(z: Array, out: Out = None) -> Array:
    return z


def identity_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    return da


def sigmoid(z: Array, out: Out = None) -> Array:
    # 1 / (1 + exp(-z)) overflows for large -z; with q = exp(-|z|), which is at most 1, nothing can.
    q = np.exp(np.negative(np.abs(z, out=out), out=out), out=out)
    return np.divide(np.maximum(q, z >= 0), 1 + q, out=out)


def sigmoid_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    return np.multiply(da * a, 1 - a, out=out)


def tanh(z: Array, out: Out = None) -> Array:
    return np.tanh(z, out=out)


def tanh_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    return np.multiply(da, 1 - a * a, out=out)


def relu(z: Array, out: Out = None) -> Array:
    return np.maximum(z, 0, out=out)


def relu_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    return np.multiply(da, z > 0, out=out)  # slope 0 at exactly 0


def leaky_relu(z: Array, out: Out = None) -> Array:
    return np.maximum(z, LEAK * z, out=out)


def leaky_relu_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    return np.where(z > 0, da, LEAK * da)  # as relu, at exactly 0 the slope of the left


def elu(z: Array, out: Out = None) -> Array:
    # z above 0 and exp(z) - 1 below, where expm1 keeps the digits that the difference loses near 0.
    return np.add(np.maximum(z, 0), np.expm1(np.minimum(z, 0)), out=out)


def elu_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    return np.multiply(da, np.exp(np.minimum(z, 0)), out=out)  # 1 where z > 0


def softplus(z: Array, out: Out = None) -> Array:
    # log(1 + exp(z)), without overflow.
    return np.add(np.maximum(z, 0), np.log1p(np.exp(-np.abs(z))), out=out)


def softplus_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    return np.multiply(da, sigmoid(z), out=out)


def gelu(z: Array, out: Out = None) -> Array:
    return np.multiply(z, normal_cdf(z), out=out)


def gelu_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)  # d cdf / dz
    return np.multiply(da, normal_cdf(z) + z * density, out=out)


def gelu_tanh(z: Array, out: Out = None) -> Array:
    # z (1 + tanh(u)) / 2, and (1 + tanh(u)) / 2 = sigmoid(2u), which keeps its digits where tanh(u) nears -1.
    return np.multiply(z, sigmoid(2 * GELU_SCALE * (z + GELU_CUBE * z**3)), out=out)


def gelu_tanh_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    two_u = 2 * GELU_SCALE * (z + GELU_CUBE * z**3)
    du = GELU_SCALE * (1 + 3 * GELU_CUBE * z * z)
    s = sigmoid(two_u)
    return np.multiply(da, s + 2 * z * du * s * sigmoid(-two_u), out=out)


def softmax(z: Array, out: Out = None) -> Array:
    _, e, total = exponentials(z)
    return np.divide(e, total, out=out)


def softmax_backward(da: Array, z: Array, a: Array, out: Out = None) -> Array:
    # Every output of a row depends on every z of it: da_i/dz_k = a_i ([i = k] - a_k).
    return np.multiply(a, da - (da * a).sum(axis=1, keepdims=True), out=out)


# --- losses of the outputs a (B, K) and labels y (B, K), and da --------------------------------------


def squared_error(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return ((a - y) ** 2).sum() / len(y)


def squared_error_backward(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return 2 * (a - y) / len(y)


def half_squared_error(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return ((a - y) ** 2).sum() / (2 * len(y))


def half_squared_error_backward(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return (a - y) / len(y)


def mse(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return ((a - y) ** 2).sum() / y.size


def mse_backward(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return 2 * (a - y) / y.size


def mae(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return np.abs(a - y).sum() / y.size


def mae_backward(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return np.sign(a - y) / y.size  # slope 0 at exactly a = y


def cross_entropy(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return np.asarray(np.vdot(y, minus_log_softmax(a, own)) / len(y))


def cross_entropy_backward(a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return np.divide(softmax_minus_labels(probabilities(a, own), y), len(y), out=own.dz)


# --- entropies fused with the last activation: loss of z, and dz directly ----------------------------
# The long form, da = -y / a / B and dz = activation_backward(da, z, a), divides by an a that rounds to 0.


def sigmoid_binary_cross_entropy(z: Array, y: Array, own: Buffers = NOTHING) -> Array:
    # -log(sigmoid(z)) = softplus(-z) and -log(1 - sigmoid(z)) = softplus(z)
    return (y * softplus(-z) + (1 - y) * softplus(z)).sum() / y.size


def sigmoid_binary_cross_entropy_backward(z: Array, y: Array, own: Buffers = NOTHING) -> Array:
    # a - y = (1 - y) a - y (1 - a), and 1 - a = sigmoid(-z) keeps its digits where a rounds to 1.
    return ((1 - y) * sigmoid(z) - y * sigmoid(-z)) / y.size


def softmax_binary_cross_entropy(z: Array, y: Array, own: Buffers = NOTHING) -> Array:
    log_1_minus_a = log_sum_exp(each_left_out(z)).reshape(z.shape) - log_sum_exp(z)
    return (y * minus_log_softmax(z) + (1 - y) * -log_1_minus_a).sum() / y.size


def softmax_binary_cross_entropy_backward(z: Array, y: Array, own: Buffers = NOTHING) -> Array:
    # Through the softmax's Jacobian, (a - y) / (a (1 - a)) becomes d_k - sum_j d_j a_k / (1 - a_j)
    # with d = a - y and j other than k; a_k / (1 - a_j) is the softmax with j left out, never 0/0.
    a, others = softmax(z), softmax(each_left_out(z))  # (B, K), and (B, j, k), 0 at k = j
    d = (1 - y) * a - y * others_sum(a)  # (B, K)
    return (d - (d[:, :, None] * others).sum(axis=1)) / y.size


def sigmoid_categorical_cross_entropy(z: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return (y * softplus(-z)).sum() / len(y)


def sigmoid_categorical_cross_entropy_backward(z: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return -y * sigmoid(-z) / len(y)


def softmax_categorical_cross_entropy(z: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return np.asarray(np.vdot(y, minus_log_softmax(z, own)) / len(y))


def softmax_categorical_cross_entropy_backward(z: Array, y: Array, own: Buffers = NOTHING) -> Array:
    return np.divide(softmax_minus_labels(probabilities(z, own), y), len(y), out=own.dz)


# --- what the losses are made of ---------------------------------------------------------------------


def log_sum_exp(z: Array) -> Array:
    """log of the sum of exp over the last axis, which stays with length 1."""
    m = z.max(axis=-1, keepdims=True)
    return m + np.log(np.exp(z - m).sum(axis=-1, keepdims=True))


def exponentials(z: Array, own: Buffers = NOTHING) -> tuple[Array, Array, Array]:
    """z minus the maximum of its row, exp of that, and the row's sum of these (..., 1).

    Subtracting the maximum changes no softmax, but keeps exp from overflowing. Where `own` has buffers, the
    loss and its gradient share one evaluation in a step.
    """
    if own.parts:
        return own.parts
    # The longer axis last: along a short one numpy takes several times as long.
    largest = np.maximum.reduce(z.T.copy(), axis=0).T[..., None]
    shifted = np.subtract(z, largest, out=own.shifted)
    e = np.exp(shifted, out=own.e)
    parts = shifted, e, np.add.reduce(e, axis=-1, keepdims=True)
    if own is not NOTHING:
        own.parts = parts
    return parts


def probabilities(z: Array, own: Buffers) -> Array:
    """softmax(z) of the outputs."""
    _, e, total = exponentials(z, own)
    return e / total


def minus_log_softmax(z: Array, own: Buffers = NOTHING) -> Array:
    """-log(softmax(z)), also where softmax(z) is too small for the dtype."""
    shifted, _, total = exponentials(z, own)
    return np.log(total) - shifted


@lru_cache
def all_but_itself(K: int, dtype: "np.dtype[Any]") -> Array:
    """1 everywhere but on the diagonal, (K, K); nobody may write to it, since it is kept."""
    ones = 1 - np.eye(K, dtype=dtype)
    ones.flags.writeable = False
    return ones


def others_sum(v: Array) -> Array:
    """For each entry the sum of the others of its row, added up directly, never as total minus entry."""
    return np.dot(v, all_but_itself(v.shape[1], v.dtype))


def each_left_out(z: Array) -> Array:
    """(B, K) to (B, K, K): row j of an example is its z with entry j at minus infinity."""
    return np.where(np.eye(z.shape[1], dtype=bool), z.dtype.type(-np.inf), z[:, None, :])


def softmax_minus_labels(p: Array, y: Array) -> Array:
    """p sum(y) - y for each row: the courses' p - y where the labels of a row sum to 1.

    Written p_k (sum of the other y) - y_k (sum of the other p), which is the same and keeps its digits
    for one-hot labels: there p - 1 would cancel to 0 once p rounds to 1.
    """
    return p * others_sum(y) - y * others_sum(p)


GELU_SCALE, GELU_CUBE = math.sqrt(2 / math.pi), 0.044715

# numpy has no erfc, and scratch is numpy only. C's is right to the last digit, also far out, at the price of
# one call of Python for each entry; a series of our own would be many lines that nobody reads for a speed
# that nothing here needs.
erfc = np.frompyfunc(math.erfc, 1, 1)


def normal_cdf(z: Array) -> Array:
    """(1 + erf(z / sqrt(2))) / 2, by way of erfc: 1 + erf loses its digits where z is negative."""
    return np.asarray(erfc(-z / math.sqrt(2))).astype(z.dtype) / 2


# --- the tables ---------------------------------------------------------------------------------------

ACTIVATIONS = {
    "identity": (identity, identity_backward),
    "sigmoid": (sigmoid, sigmoid_backward),
    "tanh": (tanh, tanh_backward),
    "relu": (relu, relu_backward),
    "leaky_relu": (leaky_relu, leaky_relu_backward),
    "elu": (elu, elu_backward),
    "softplus": (softplus, softplus_backward),
    "gelu": (gelu, gelu_backward),
    "gelu_tanh": (gelu_tanh, gelu_tanh_backward),
    "softmax": (softmax, softmax_backward),
}

LOSSES = {
    "squared_error": (squared_error, squared_error_backward),
    "half_squared_error": (half_squared_error, half_squared_error_backward),
    "mse": (mse, mse_backward),
    "mae": (mae, mae_backward),
    "cross_entropy": (cross_entropy, cross_entropy_backward),
}

FUSED_LOSSES = {
    ("binary_cross_entropy", "sigmoid"): (
        sigmoid_binary_cross_entropy,
        sigmoid_binary_cross_entropy_backward,
    ),
    ("binary_cross_entropy", "softmax"): (
        softmax_binary_cross_entropy,
        softmax_binary_cross_entropy_backward,
    ),
    ("categorical_cross_entropy", "sigmoid"): (
        sigmoid_categorical_cross_entropy,
        sigmoid_categorical_cross_entropy_backward,
    ),
    ("categorical_cross_entropy", "softmax"): (
        softmax_categorical_cross_entropy,
        softmax_categorical_cross_entropy_backward,
    ),
}


def activation(name: str, z: Array, out: Out = None) -> Array:
    """a = f(z), (B, n)."""
    return ACTIVATIONS[name][0](z, out)


def activation_backward(name: str, da: Array, z: Array, a: Array, out: Out = None) -> Array:
    """dz from da, both (B, n)."""
    return ACTIVATIONS[name][1](da, z, a, out)


def loss(spec: NetworkSpec, z: Array, a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    """The data's part of the loss from the last layer's z and a and the labels, all (B, K)."""
    fused = FUSED_LOSSES.get((spec.loss, spec.activations[-1]))
    return fused[0](z, y, own) if fused else LOSSES[spec.loss][0](a, y, own)


def loss_backward(spec: NetworkSpec, z: Array, a: Array, y: Array, own: Buffers = NOTHING) -> Array:
    """The last layer's dz (B, K): one answer for the pair of loss and last activation."""
    fused = FUSED_LOSSES.get((spec.loss, spec.activations[-1]))
    if fused:
        return fused[1](z, y, own)
    da = LOSSES[spec.loss][1](a, y, own)
    return activation_backward(spec.activations[-1], da, z, a, own.dz)


# --- a layer, regularisation and dropout --------------------------------------------------------------


def affine(x: Array, M: Array, b: Array | None, out: Out = None) -> Array:
    """x @ M + b, (B, n_out) of x (B, n_in) and M (n_in, n_out)."""
    z = np.dot(x, M, out=out)
    return z if b is None else np.add(z, b, out=out)


@lru_cache
def ones(B: int, dtype: np.dtype[Any]) -> Array:
    """(B,), kept as all_but_itself is."""
    made = np.ones(B, dtype)
    made.flags.writeable = False
    return made


def summed(dz: Array, out: Out = None) -> Array:
    """dz.sum(axis=0), as the product with ones that it is: BLAS is several times faster at that."""
    return np.dot(ones(len(dz), dz.dtype), dz, out=out)


def regularisation(spec: NetworkSpec, params: Params) -> Array:
    """l1 sum|W| + l2/2 sum W^2 over all W; 0 where neither is asked for."""
    total = np.zeros((), spec.dtype)
    if not (spec.l1 or spec.l2):
        return total
    for W, _ in params:
        total = total + spec.l1 * np.abs(W).sum() + spec.l2 / 2 * (W * W).sum()
    return total


def regularisation_backward(spec: NetworkSpec, W: Array) -> Array:
    """Its gradient for one W, (n_out, n_in); sign(0) = 0."""
    return spec.l1 * np.sign(W) + spec.l2 * W


def dropout(spec: NetworkSpec, a: Array, masks: Sequence[Array] | None, layer: int, out: Out = None) -> Array:
    """What is kept of a layer's a (B, n): dropped units at 0, the others scaled up so that the mean stays."""
    mask = mask_of(spec, masks, layer)
    return a if mask is None else np.divide(np.multiply(a, mask, out=out), 1 - spec.drop_rate(layer), out=out)


def dropout_backward(
    spec: NetworkSpec, da: Array, masks: Sequence[Array] | None, layer: int, out: Out = None
) -> Array:
    """Dropout is linear in a, so da passes through the same scaling."""
    return dropout(spec, da, masks, layer, out)
