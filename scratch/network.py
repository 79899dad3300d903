"""The heart: forward through the layers, the chain rule backwards, one step downhill."""

from collections.abc import Sequence

from backproof.scratch import functions as f
from backproof.scratch.spec import Array, NetworkSpec, Params, check_inputs, check_labels

Masks = Sequence[Array] | None
Trace = list[tuple[Array, Array, Array]]  # one (a_prev, z, a) per layer; backwards one (da, da_prev, dz)

# Shapes: B examples in the batch; a layer has n_in inputs and n_out outputs, W (n_out, n_in), b (n_out,).
# The gradient of `name` is `dname`, of the same shape; dz is what the courses call delta.


def forward(spec: NetworkSpec, params: Params, x: Array, masks: Masks = None) -> Trace:
    check_inputs(spec, params, x, masks)
    trace, a = [], x  # (B, n_in)
    for layer, (W, b) in enumerate(params):
        a_prev = f.dropout(spec, a, masks, layer)  # (B, n_in)
        z = a_prev @ W.T + (0 if b is None else b)  # (B, n_out)
        a = f.activation(spec.activations[layer], z)  # (B, n_out)
        trace.append((a_prev, z, a))
    return trace


def loss(spec: NetworkSpec, params: Params, trace: Trace, y: Array) -> Array:
    _, z, a = trace[-1]
    return f.loss(spec, z, a, y) + f.regularisation(spec, params)


def backward(
    spec: NetworkSpec, params: Params, trace: Trace, y: Array, masks: Masks = None
) -> tuple[Params, Trace]:
    grads: Params = []
    dtrace: Trace = []
    _, z, a = trace[-1]
    dz = f.loss_backward(spec, z, a, y)  # (B, K), forward: loss = loss(z, a, y)
    for layer in reversed(range(spec.depth)):
        (W, _), (a_prev, _, _) = params[layer], trace[layer]
        dW = dz.T @ a_prev  # (n_out, n_in), forward: z = a_prev @ W.T + b
        db = dz.sum(axis=0)  # (n_out,), every example shares b
        da_prev = dz @ W  # (B, n_in), the one place where W is transposed back
        da = f.dropout_backward(spec, da_prev, masks, layer)  # forward: a_prev = dropout(a)
        grads.insert(0, (dW + f.regularisation_backward(spec, W), db if spec.biases else None))
        dtrace.insert(0, (da, da_prev, dz))
        if layer > 0:
            _, z, a = trace[layer - 1]
            dz = f.activation_backward(spec.activations[layer - 1], da, z, a)  # forward: a = f(z)
    return grads, dtrace  # the da of the inputs is dx


def loss_and_grads(
    spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Masks = None
) -> tuple[Array, Params]:
    trace = forward(spec, params, x, masks)
    y = check_labels(spec, y, len(x))
    grads, _ = backward(spec, params, trace, y, masks)
    return loss(spec, params, trace, y), grads


def step(
    spec: NetworkSpec, params: Params, x: Array, y: Array, learning_rate: float, masks: Masks = None
) -> tuple[Array, Params]:
    loss_before, grads = loss_and_grads(spec, params, x, y, masks)
    downhill = [
        (W - learning_rate * dW, None if b is None else b - learning_rate * db)
        for (W, b), (dW, db) in zip(params, grads)
    ]
    return loss_before, downhill
