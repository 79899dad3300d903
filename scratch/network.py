"""The heart: forward through the layers, the chain rule backwards, one step downhill."""

from collections.abc import Sequence

import numpy as np

from backproof.scratch import functions as f
from backproof.scratch.buffers import FRESH, Workspace
from backproof.scratch.spec import Array, NetworkSpec, Params, check_inputs, check_labels

Masks = Sequence[Array] | None
Trace = list[tuple[Array, Array, Array]]  # one (a_prev, z, a) per layer; backwards one (da, da_prev, dz)

# Shapes: B examples in the batch; a layer has n_in inputs and n_out outputs, W (n_out, n_in), b (n_out,).
# The gradient of `name` is `dname`, of the same shape; dz is what the courses call delta.
# Each array goes to its own place in `buffers`, by numpy's out=; FRESH is none, and makes every array anew.


def forward(
    spec: NetworkSpec, params: Params, x: Array, masks: Masks = None, buffers: Workspace = FRESH
) -> Trace:
    if not buffers:  # training, which has them, checks all its examples before the first step
        check_inputs(spec, params, x, masks)
    buffers[-1].parts = None  # what the loss and its gradient shared in the last step
    trace, a = [], x  # (B, n_in)
    for layer, (W, b) in enumerate(params):
        own = buffers[layer]
        a_prev = f.dropout(spec, a, masks, layer, own.a_prev)  # (B, n_in)
        z = f.affine(a_prev, W.T, b, own.z)  # (B, n_out), a_prev @ W.T + b
        a = f.activation(spec.activations[layer], z, own.a)  # (B, n_out)
        trace.append((a_prev, z, a))
    return trace


def loss(spec: NetworkSpec, params: Params, trace: Trace, y: Array, buffers: Workspace = FRESH) -> Array:
    _, z, a = trace[-1]
    return f.loss(spec, z, a, y, buffers[-1]) + f.regularisation(spec, params)


def backward(
    spec: NetworkSpec, params: Params, trace: Trace, y: Array, masks: Masks = None, buffers: Workspace = FRESH
) -> tuple[Params, Trace]:
    grads: Params = []
    dtrace: Trace = []
    _, z, a = trace[-1]
    dz = f.loss_backward(spec, z, a, y, buffers[-1])  # (B, K), forward: loss = loss(z, a, y)
    for layer in reversed(range(spec.depth)):
        (W, _), (a_prev, _, _), own = params[layer], trace[layer], buffers[layer]
        dW = np.dot(dz.T, a_prev, out=own.dW)  # (n_out, n_in), forward: z = a_prev @ W.T + b
        db = f.summed(dz, own.db)  # (n_out,), every example shares b
        if spec.l1 or spec.l2:
            dW += f.regularisation_backward(spec, W)  # forward: loss + l1 sum|W| + l2/2 sum W^2
        grads.insert(0, (dW, db if spec.biases else None))
        if layer == 0 and buffers:
            break  # training needs no dx
        da_prev = np.dot(dz, W, out=own.da_prev)  # (B, n_in), the one place where W is transposed back
        da = f.dropout_backward(spec, da_prev, masks, layer, own.da)  # forward: a_prev = dropout(a)
        dtrace.insert(0, (da, da_prev, dz))
        if layer > 0:
            (_, z, a), own = trace[layer - 1], buffers[layer - 1]
            dz = f.activation_backward(spec.activations[layer - 1], da, z, a, own.dz)  # forward: a = f(z)
    return grads, dtrace  # the da of the inputs is dx


def loss_and_grads(
    spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Masks = None, buffers: Workspace = FRESH
) -> tuple[Array, Params]:
    trace = forward(spec, params, x, masks, buffers)
    y = y if buffers else check_labels(spec, y, len(x))
    grads, _ = backward(spec, params, trace, y, masks, buffers)
    return loss(spec, params, trace, y, buffers), grads


def step(
    spec: NetworkSpec, params: Params, x: Array, y: Array, learning_rate: float, masks: Masks = None
) -> tuple[Array, Params]:
    loss_before, grads = loss_and_grads(spec, params, x, y, masks)
    downhill = [
        (W - learning_rate * dW, None if b is None else b - learning_rate * db)
        for (W, b), (dW, db) in zip(params, grads)
    ]
    return loss_before, downhill
