"""The right line of each step, in a person's own layout: what should stand where a step is wrong."""

from backproof.parity_tests.door.declared import Declared
from backproof.parity_tests.door.judge import Place
from backproof.parity_tests.door.layout import Layout
from backproof.parity_tests.door.names import parted
from backproof.reference.losses import ONE, Factor, Loss, OwnLoss

ACTIVATIONS = {
    "identity": "{z}",
    "sigmoid": "1 / (1 + np.exp(-{z}))",
    "tanh": "np.tanh({z})",
    "relu": "np.maximum({z}, 0)",
    "leaky_relu": "np.where({z} > 0, {z}, 0.01 * {z})",
    "elu": "np.where({z} > 0, {z}, np.expm1({z}))",
    "softplus": "np.logaddexp({z}, 0)",
    "softmax": "exp({z}) / sum(exp({z})) of each example",
}
SLOPES = {
    "identity": "{da}",
    "sigmoid": "{da} * {a} * (1 - {a})",
    "tanh": "{da} * (1 - {a} ** 2)",
    "relu": "{da} * ({z} > 0)",
    "leaky_relu": "{da} * np.where({z} > 0, 1, 0.01)",
    "elu": "{da} * np.where({z} > 0, 1, {a} + 1)",
    "softplus": "{da} / (1 + np.exp(-{z}))",
    "softmax": "{a} * ({da} - sum({da} * {a}) of each example)",
}


def right_line_at(place: Place, declared: Declared) -> str:
    """The right line where a network is wrong, from the quantities that it has names for."""
    layout, name = declared.layout, place.quantity
    if place.times != ONE:  # dz may be carried as any multiple
        return f"{name} = what you have{_undone(place.times)}"
    penalties = " + the penalty's slope" if declared.l1 or declared.l2 else ""
    right = right_line(name, layout, declared.activations, declared.loss, penalties, place.carried)
    da = f"da{name[2:]}"
    if name.startswith("dz") and da in right and da not in place.answer.found:
        made = right_line(da, layout, declared.activations, declared.loss)
        right = right.replace(da, f"({made.partition(' = ')[2]})") if made else right
    return right


def right_line(
    quantity: str,
    layout: Layout,
    activations: tuple[str, ...],
    loss: Loss | None,
    penalties: str = "",
    carried: Factor = ONE,
) -> str:
    """What `quantity` is, from what precedes it; empty where that is no single line.

    carried: how many times the gradient dz is, as in code that divides by B in dW and db alone.
    """
    (kind, layer), depth = parted(quantity), len(activations)
    columns, transposed = layout.x in ("n,B", "n,1"), layout.W.startswith(("in", "1"))  # W is (in, out)
    W, z, a, dz, da = f"W{layer}", f"z{layer}", f"a{layer}", f"dz{layer}", f"da{layer}"
    below = "x" if layer == 1 else f"a{layer - 1}"
    if kind == "z":
        bias = "" if layout.b == "none" else f" + b{layer}"
        if columns:
            return f"{z} = {W}{'.T' * transposed} @ {below}{bias}"
        return f"{z} = {below} @ {W}{'.T' * (not transposed)}{bias}"
    if kind == "a":
        return (
            f"{a} = {ACTIVATIONS[activations[layer - 1]].format(z=z)}"
            if activations[layer - 1] in ACTIVATIONS
            else ""
        )
    if kind == "dW":
        if layout.x == "n":
            made = f"np.outer({below}, {dz})" if transposed else f"np.outer({dz}, {below})"
        elif columns:
            made = f"{below} @ {dz}.T" if transposed else f"{dz} @ {below}.T"
        else:
            made = f"{below}.T @ {dz}" if transposed else f"{dz}.T @ {below}"
        return f"dW{layer} = {made}{_undone(carried)}{penalties}"
    if kind == "db":
        undone = _undone(carried)
        if layout.x == "n":
            return f"db{layer} = {dz}{undone}"
        axis = "axis=1" if columns else "axis=0"
        keep = ", keepdims=True" if layout.b in ("1,n", "n,1") else ""
        summed = "sum()" if layout.b == "one" else f"sum({axis}{keep})"
        return f"db{layer} = {dz}.{summed}{undone}"
    if kind == "dz" and layer == depth:
        # A dz carried as a multiple is the dz of another loss of the same kind, where it has a name.
        loss = loss.times(carried) if loss else None
        return _last(loss, activations[-1], f"dz{layer}", a, z)
    if kind == "dz":
        slope = SLOPES.get(activations[layer - 1], "")
        return f"{dz} = {slope.format(da=da, a=a, z=z)}" if slope else ""
    if (kind == "da" and layer < depth) or quantity == "dx":
        above = layer + 1
        V = f"W{above}"
        if columns:
            made = f"{V}{'.T' * (not transposed)} @ dz{above}"
        else:
            made = f"dz{above} @ {V}{'.T' * transposed}"
        return f"{quantity} = {made}{_undone(carried) if quantity == 'dx' else ''}"
    return ""


def _undone(carried: Factor) -> str:
    """What makes up for a dz that is carried as a multiple of the gradient."""
    if carried == ONE:
        return ""
    inverse = ONE / carried
    return f" / {carried}" if "/" not in str(carried) and " " not in str(carried) else f" * {inverse}"


def _last(loss: Loss | None, last: str, dz: str, a: str, z: str) -> str:
    if loss is None or isinstance(loss, OwnLoss):
        return ""
    over = {"": "", "B": " / B", "K": " / K", "BK": " / (B * K)"}[loss.over]
    if loss.kind in ("categorical_cross_entropy", "cross_entropy", "binary_cross_entropy"):
        p = f"softmax({z})" if loss.kind == "cross_entropy" else a
        if (loss.kind, last) in (
            ("categorical_cross_entropy", "sigmoid"),
            ("binary_cross_entropy", "softmax"),
        ):
            return ""
        if loss.kind == "cross_entropy" and last != "identity":
            return ""
        return f"{dz} = ({p} - y){' / 2' * loss.half}{over}"
    base = f"np.sign({a} - y)" if loss.kind == "absolute_error" else f"{'' if loss.half else '2 * '}({a} - y)"
    if loss.kind == "absolute_error" and loss.half:
        base = f"{base} / 2"
    return f"{dz} = {SLOPES.get(last, '{da}').format(da=base, a=a, z=z)}{over}"
