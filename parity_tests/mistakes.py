"""The catalogue: mistakes that people really make in hand-written backprop, one place of scratch each.

They were met in public repositories and their issue threads. A mistake quotes the right place of scratch's
own source, which must occur there exactly once, and gives what stands there instead; scratch itself
contains nothing for it. Entries that would be the same function on every network are one entry, with the
other name in `also`.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Report, Truth, by_hand_in, compare, truth
from backproof.parity_tests.error_bound import after_step
from backproof.parity_tests.planting import plant
from backproof.scratch.spec import DTYPE_NAMES, Array, NetworkSpec

# What a mistake must be asked before it shows. gradients: the quantities of one call. step: the parameters
# after one step, at each rate. calls: the quantities of a call on the first example alone, then on all.
QUESTIONS = ("gradients", "step", "calls")
# A stale W is wrong in proportion to the rate, so the rates are large, and two.
RATES = (0.5, 0.25)


@dataclass(frozen=True)
class Mistake:
    """One entry: `right`, as it stands in scratch once, and the `wrong` text in its place.

    also is a second name for the same function; equals names the loss whose right gradient it is; dtypes are
    the formats in which it is a mistake.
    """

    name: str
    family: str
    sentence: str
    right: str
    wrong: str
    question: str = "gradients"
    also: str = ""
    equals: str = ""
    dtypes: tuple[str, ...] = DTYPE_NAMES

    @cached_property
    def _network(self) -> ModuleType:
        return plant(self.right, self.wrong)

    def network(self) -> ModuleType:
        """scratch.network with the mistake in it; fresh where it keeps something between calls."""
        return plant(self.right, self.wrong) if self.question == "calls" else self._network


def answers(
    network: ModuleType, question: str, spec: NetworkSpec, arrays: Arrays
) -> list[tuple[Arrays, dict[str, Array]]]:
    """What a module that stands in for scratch.network answers: the arrays asked about, and the quantities.

    All calls are made before any answer is looked at, so that a reused buffer shows.
    """
    if question == "calls":
        asked = [first_row(arrays), arrays]
        return [(each, by_hand_in(network, spec, *each)) for each in asked]
    if question == "step":
        return [(arrays, after_steps(network, spec, arrays))]
    return [(arrays, by_hand_in(network, spec, *arrays))]


def after_steps(network: ModuleType, spec: NetworkSpec, arrays: Arrays) -> dict[str, Array]:
    """W and b of every layer after one step downhill from the same place, for each rate."""
    found: dict[str, Array] = {}
    for rate in RATES:
        _, params = network.step(spec, arrays.params, arrays.x, arrays.y, rate, arrays.masks)
        for layer in reversed(range(1, spec.depth + 1)):
            W, b = params[layer - 1]
            found[step_name("W", layer, rate)], found[step_name("b", layer, rate)] = W, b
    return found


def step_name(letter: str, layer: int, rate: float) -> str:
    """The quantity's name in a report."""
    return f"{letter}{layer} after a step at rate {rate}"


def first_row(arrays: Arrays) -> Arrays:
    """The first example of a batch, alone."""
    masks = None if arrays.masks is None else [mask[:1] for mask in arrays.masks]
    return Arrays(arrays.params, arrays.x[:1], arrays.y[:1], masks)


@dataclass(frozen=True)
class Known:
    """The truth about one network for every question; computed once, for many mistakes."""

    spec: NetworkSpec
    arrays: Arrays

    @cached_property
    def whole(self) -> Truth:
        return truth(self.spec, self.arrays)

    @cached_property
    def first(self) -> Truth:
        return truth(self.spec, first_row(self.arrays))

    @cached_property
    def stepped(self) -> Truth:
        expected: dict[str, Array] = {}
        allowances: dict[str, Array] = {}
        for rate in RATES:
            for layer, (W, b) in enumerate(self.arrays.params, start=1):
                for letter, value in (("W", W), ("b", b)):
                    name, start = f"d{letter}{layer}", value.astype("float64")
                    gradient = self.whole.expected[name]
                    expected[step_name(letter, layer, rate)] = start - rate * gradient
                    allowances[step_name(letter, layer, rate)] = after_step(
                        start, gradient, self.whole.allowances[name], rate, self.spec.dtype
                    )
        return Truth(expected, allowances, self.whole.kinks, self.whole.out_of_range)

    def truths(self, question: str) -> list[Truth]:
        """One for each of the question's answers."""
        if question == "calls":
            return [self.first, self.whole]
        return [self.stepped] if question == "step" else [self.whole]

    def out_of_range(self, question: str) -> bool:
        return any(known.out_of_range for known in self.truths(question))


def judge_network(network: ModuleType, question: str, known: Known, quiet: bool = True) -> Report:
    """The rows of every answer of a module that stands in for scratch.network.

    quiet: a mistaken network may overflow without a warning.
    """
    if known.out_of_range(question):
        return Report((), out_of_range=True)
    with np.errstate(all="ignore") if quiet else nullcontext():
        given = answers(network, question, known.spec, known.arrays)
    return Report(
        tuple(
            row
            for (_, found), each in zip(given, known.truths(question), strict=True)
            for row in compare(found, each).rows
        )
    )


def judge_mistake(mistake: Mistake, known: Known) -> Report:
    """What the exam says about a mistaken network."""
    return judge_network(mistake.network(), mistake.question, known)


def honest() -> ModuleType:
    """scratch.network run from its source as a mistaken one is, with nothing changed."""
    return plant(_STEP, _STEP)


def catalogue() -> dict[str, Mistake]:
    """Every mistake by its name."""
    return {mistake.name: mistake for mistake in _all()}


# --- the places of scratch that several mistakes change ------------------------------------------------

_Z = "z = a_prev @ W.T + b  # (B, n_out)"
_A = "a = f.activation(spec.activations[layer], z)  # (B, n_out)"
_TRACE = "trace.append((a_prev, z, a))"
_LOSS = "return f.loss(spec, z, a, y) + f.regularisation(spec, params)"
_LAST = "dz = f.loss_backward(spec, z, a, y)  # (B, K), forward: loss = loss(z, a, y)"
_DW = "dW = dz.T @ a_prev  # (n_out, n_in), forward: z = a_prev @ W.T + b"
_DB = "db = dz.sum(axis=0)  # (n_out,), every example shares b"
_DA = "da = dz @ W  # (B, n_in), the one place where W is transposed back"
_GRADS = "grads.insert(0, (dW + f.regularisation_backward(spec, W), db))"
_DROP = "da = f.dropout_backward(spec, da, masks, layer - 1)  # forward: a_prev = dropout(a)"
_HIDDEN = "dz = f.activation_backward(spec.activations[layer - 1], da, z, a)  # forward: a = f(z)"
_RETURN = "return grads, da  # the da of the inputs is dx"
_STEP = (
    "downhill = [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, grads)]"
)
_OUTPUT = "return activation_backward(spec.activations[-1], da, z, a)"
_PENALTY = "return spec.l1 * np.sign(W) + spec.l2 * W"


def _stepped(name: str, sentence: str, wrong: str, also: str = "") -> Mistake:
    return Mistake(name, "order of update", sentence, _STEP, wrong, "step", also)


def _all() -> Iterator[Mistake]:
    yield from _update()
    yield from _factors()
    yield from _slopes()
    yield from _softmax()
    yield from _losses()
    yield from _reductions()
    yield from _wiring()
    yield from _regularisation()
    yield from _dropout()
    yield from _state()
    yield from _numbers()


def _update() -> Iterator[Mistake]:
    yield _stepped(
        "W updated before dz goes back through it",
        "Each layer is updated at once, so the error goes back through weights that already moved.",
        """downhill, trace = list(params), forward(spec, params, x, masks)
    for layer in reversed(range(spec.depth)):
        grads, _ = backward(spec, downhill, trace, check_labels(spec, y, len(x)), masks)
        (W, b), (dW, db) = downhill[layer], grads[layer]
        downhill[layer] = (W - learning_rate * dW, b - learning_rate * db)""",
    )
    yield _stepped(
        "layers updated one after the other",
        "The network runs again between them, so every layer after the first sees one that has changed.",
        """downhill = list(params)
    for layer in range(spec.depth):
        _, grads = loss_and_grads(spec, downhill, x, y, masks)
        (W, b), (dW, db) = downhill[layer], grads[layer]
        downhill[layer] = (W - learning_rate * dW, b - learning_rate * db)""",
    )
    yield _stepped(
        "step goes uphill",
        "The gradient is added, so the loss grows.",
        _STEP.replace("W - learning", "W + learning").replace("b - learning", "b + learning"),
    )
    yield _stepped(
        "biases are never updated",
        "The step changes the weights and forgets the biases.",
        _STEP.replace("b - learning_rate * db", "b"),
    )
    yield _stepped(
        "biases are updated twice",
        "Two pieces of code both take the step of the biases.",
        _STEP.replace("learning_rate * db", "2 * learning_rate * db"),
    )
    yield _stepped(
        "the step divides by the batch size once more",
        "The gradient is already an average, and the update averages it again.",
        _STEP.replace("learning_rate *", "learning_rate / len(x) *"),
    )
    yield _stepped(
        "gradients are clipped inside the update",
        "A clip of dW to [-1, 1] that was meant as an option is always on.",
        _STEP.replace("learning_rate * dW", "learning_rate * f.np.clip(dW, -1, 1)"),
    )
    yield _stepped(
        "weight decay on top of the l2 gradient",
        "The penalty is in the gradient already, and the update subtracts it a second time.",
        _STEP.replace("learning_rate * dW", "learning_rate * (dW + spec.l2 * W)"),
    )


def _factors() -> Iterator[Mistake]:
    family = "missing or doubled factors"
    yield Mistake(
        "sum over the batch where the loss takes the mean",
        family,
        "The gradient is summed over the examples and never divided by their number.",
        _LAST,
        "dz = f.loss_backward(spec, z, a, y) * len(y)",
    )
    yield Mistake(
        "divided by the batch size twice",
        family,
        "Both the loss's derivative and the layer divide by the number of examples.",
        _LAST,
        "dz = f.loss_backward(spec, z, a, y) / len(y)",
    )
    yield Mistake(
        "dW divided by the batch size once more",
        family,
        "The weights' gradient is averaged again, the biases' is not.",
        _DW,
        "dW = dz.T @ a_prev / len(a_prev)",
    )
    yield Mistake(
        "the 2 of the squared error forgotten",
        family,
        "The derivative of (a - y)^2 is 2(a - y); without the 2 it belongs to half of it.",
        "return 2 * (a - y) / len(y)",
        "return (a - y) / len(y)",
        equals="half_squared_error",
    )
    yield Mistake(
        "the 2 of the mean squared error forgotten",
        family,
        "The derivative of (a - y)^2 is 2(a - y), whatever the mean is taken over.",
        "return 2 * (a - y) / y.size",
        "return (a - y) / y.size",
    )
    yield Mistake(
        "a 2 too many in the half squared error",
        family,
        "The half of the loss and the 2 of its derivative cancel; here the 2 stays.",
        "return (a - y) / len(y)",
        "return 2 * (a - y) / len(y)",
        equals="squared_error",
    )
    yield Mistake(
        "the slope of hidden activations forgotten",
        family,
        "The error goes back through W, but never through f'(z).",
        _HIDDEN,
        "dz = da",
    )
    yield Mistake(
        "the slope of hidden activations applied twice",
        family,
        "Both the layer above and the layer itself multiply with f'(z).",
        _HIDDEN,
        "dz = f.activation_backward(spec.activations[layer - 1], da, z, a)\n"
        "            dz = f.activation_backward(spec.activations[layer - 1], dz, z, a)",
    )
    yield Mistake(
        "the slope of the output activation forgotten",
        family,
        "The loss's derivative with respect to a is taken for the one with respect to z.",
        _OUTPUT,
        "return da",
    )
    yield Mistake(
        "the slope of the output activation applied twice",
        family,
        "f'(z) of the last layer is multiplied in by the loss and by the layer.",
        _OUTPUT,
        "return activation_backward(\n"
        "        spec.activations[-1], activation_backward(spec.activations[-1], da, z, a), z, a\n"
        "    )",
    )
    yield Mistake(
        "the output error goes back without its slope",
        family,
        "The last layer's own gradient is right, but a - y itself is sent back through W instead of dz.",
        _DA,
        "da = (\n"
        "            f.LOSSES[spec.loss][1](trace[-1][2], y)\n"
        "            if layer == spec.depth - 1 and spec.loss in f.LOSSES\n"
        "            else dz\n"
        "        ) @ W",
    )
    yield Mistake(
        "the slope forgotten for the biases",
        family,
        "db sums da where it should sum dz.",
        _DB,
        "db = (dz if layer == spec.depth - 1 else da).sum(axis=0)",
    )
    yield Mistake(
        "the slope forgotten for the weights",
        family,
        "dW is built from da where it should be built from dz; what goes further back is right.",
        _DW,
        "dW = (dz if layer == spec.depth - 1 else da).T @ a_prev",
    )
    yield Mistake(
        "the error from above discarded",
        family,
        "dz = f'(z) where it should be dz = da * f'(z): an assignment for a multiplication.",
        _HIDDEN,
        "dz = f.activation_backward(spec.activations[layer - 1], 0 * da + 1, z, a)",
    )
    yield Mistake(
        "the gradient points uphill",
        family,
        "Target minus output, in an implementation that says it returns the gradient of the loss.",
        _LAST,
        "dz = -f.loss_backward(spec, z, a, y)",
    )


def _slopes() -> Iterator[Mistake]:
    family = "wrong slope"

    def slope(name: str, sentence: str, right: str, wrong: str, also: str = "") -> Mistake:
        return Mistake(name, family, sentence, right, wrong, also=also)

    sigmoid, tanh, relu = (
        "return da * a * (1 - a)",
        "return da * (1 - a * a)",
        "return da * (z > 0)  # slope 0 at exactly 0",
    )
    yield slope(
        "the sigmoid's slope taken at a instead of z",
        "A function that expects z is given a, and applies the sigmoid a second time.",
        sigmoid,
        "return da * sigmoid(a) * (1 - sigmoid(a))",
    )
    yield slope(
        "the tanh's slope taken at a instead of z",
        "A function that expects z is given a, and applies tanh a second time.",
        tanh,
        "return da * (1 - np.tanh(a) * np.tanh(a))",
    )
    yield slope(
        "the sigmoid's a (1 - a) computed from z",
        "The formula expects the output and gets the input: z (1 - z).",
        sigmoid,
        "return da * z * (1 - z)",
    )
    yield slope(
        "the tanh's 1 - a^2 computed from z",
        "The formula expects the output and gets the input: 1 - z^2.",
        tanh,
        "return da * (1 - z * z)",
    )
    yield slope(
        "the 1 - a of the sigmoid's slope forgotten",
        "Half of the formula: a instead of a (1 - a).",
        sigmoid,
        "return da * a",
    )
    yield slope(
        "the a of the sigmoid's slope forgotten",
        "Half of the formula: 1 - a instead of a (1 - a).",
        sigmoid,
        "return da * (1 - a)",
    )
    yield slope(
        "the tanh's slope is (1 - a)^2",
        "The square stands outside the bracket instead of inside.",
        tanh,
        "return da * (1 - a) ** 2",
    )
    yield slope(
        "the tanh's slope is 1 - a",
        "The square is forgotten.",
        tanh,
        "return da * (1 - a)",
    )
    yield slope(
        "the tanh's slope is tanh itself",
        "The function stands where its derivative should.",
        tanh,
        "return da * a",
    )
    yield slope(
        "the sigmoid with exp(+z)",
        "A sign lost in the forward pass: the sigmoid falls, and its slope keeps the sign of one that rises.",
        "return np.where(z >= 0, 1, q) / (1 + q)",
        "return np.where(z >= 0, q, 1) / (1 + q)",
    )
    yield slope(
        "relu lets every error pass",
        "relu is treated as linear: its slope is 1 on both sides.",
        relu,
        "return da",
    )
    yield slope(
        "relu in the output layer treated as linear",
        "The hidden layers multiply with the slope of relu, the output layer does not.",
        _OUTPUT,
        "last = spec.activations[-1]\n"
        '    return da if last == "relu" else activation_backward(last, da, z, a)',
    )
    yield slope(
        "relu applied to the error",
        "The sign of da decides what passes, where the sign of z should.",
        relu,
        "return np.maximum(da, 0)",
    )
    yield slope(
        "relu's value taken for its slope",
        "The error is multiplied with a instead of with 1 where z > 0.",
        relu,
        "return da * a",
    )
    yield slope(
        "relu's slope on the wrong side",
        "The mask keeps what was switched off.",
        relu,
        "return da * (z < 0)",
    )
    yield slope(
        "the slope of the wrong layer's activation",
        "The layer above decides which formula is used: invisible while all activations are equal.",
        _HIDDEN,
        "dz = f.activation_backward(spec.activations[layer], da, z, a)",
    )
    yield slope(
        "the first layer's activation used for every slope",
        "One derivative is chosen for the whole network.",
        _HIDDEN,
        "dz = f.activation_backward(spec.activations[0], da, z, a)",
    )


def _softmax() -> Iterator[Mistake]:
    family = "softmax Jacobian"
    right = "return a * (da - (da * a).sum(axis=1, keepdims=True))"
    yield Mistake(
        "softmax's slope entry by entry",
        family,
        "a (1 - a), as if no output depended on the other inputs.",
        right,
        "return da * a * (1 - a)",
        also="the diagonal of the Jacobian alone",
    )
    yield Mistake(
        "softmax's Jacobian summed over its columns",
        family,
        "The columns of the Jacobian sum to 0, so the gradient vanishes.",
        right,
        "return da * a * (1 - a.sum(axis=1, keepdims=True))",
    )
    yield Mistake(
        "softmax's product term forgotten",
        family,
        "a da, without the sum over the other outputs.",
        right,
        "return a * da",
    )
    yield Mistake(
        "softmax's product term summed over the batch",
        family,
        "The sum runs over the examples instead of over the outputs.",
        right,
        "return a * (da - (da * a).sum(axis=0, keepdims=True))",
    )
    yield Mistake(
        "softmax's product term averaged over the outputs",
        family,
        "A mean where the formula has a sum.",
        right,
        "return a * (da - (da * a).mean(axis=1, keepdims=True))",
    )
    yield Mistake(
        "softmax normalised over the batch",
        family,
        "The sum runs over the examples, so a row of probabilities does not sum to 1.",
        "return e / e.sum(axis=-1, keepdims=True)",
        "return e / e.sum(axis=0, keepdims=True)",
    )
    yield Mistake(
        "softmax's Jacobian applied to p - y",
        family,
        "p - y is already the derivative with respect to z, and goes through the Jacobian once more.",
        "return softmax_minus_labels(softmax(z), y) / len(y)",
        "return softmax_backward(softmax_minus_labels(softmax(z), y) / len(y), z, softmax(z))",
    )


def _losses() -> Iterator[Mistake]:
    family = "loss derivative"
    mse, size = "return 2 * (a - y) / y.size", "return ((1 - y) * sigmoid(z) - y * sigmoid(-z)) / y.size"
    yield Mistake(
        "the absolute error's sign turned round",
        family,
        "sign(y - a) where it should be sign(a - y).",
        "return np.sign(a - y) / y.size",
        "return np.sign(y - a) / y.size",
    )
    yield Mistake(
        "the absolute error without its sign",
        family,
        "a - y where it should be its sign: the derivative of half the squared error.",
        "return np.sign(a - y) / y.size",
        "return (a - y) / y.size",
    )
    yield Mistake(
        "the squared error's sign turned round",
        family,
        "y - a where it should be a - y, for this loss only.",
        "return 2 * (a - y) / len(y)",
        "return 2 * (y - a) / len(y)",
    )
    yield Mistake(
        "p - y after a squared error",
        family,
        "The short form belongs to a cross-entropy; a squared error keeps its 2 and the output's slope.",
        "    da = LOSSES[spec.loss][1](a, y)\n",
        '    if spec.loss in ("squared_error", "mse"):\n'
        "        return (a - y) / len(y)\n"
        "    da = LOSSES[spec.loss][1](a, y)\n",
    )
    yield Mistake(
        "p - y after a sigmoid and -y log a",
        family,
        "Without the (1 - y) log(1 - a) of the binary cross-entropy the derivative is -y (1 - a).",
        "return -y * sigmoid(-z) / len(y)",
        "return (sigmoid(z) - y) / len(y)",
    )
    yield Mistake(
        "p - y after a softmax and the binary cross-entropy",
        family,
        "With the softmax's slope taken entry by entry, the binary cross-entropy's denominator cancels.",
        "return (d - (d[:, :, None] * others).sum(axis=1)) / y.size",
        "return (a - y) / y.size",
    )
    yield Mistake(
        "p - y for rows that do not sum to 1",
        family,
        "The derivative of -sum y log p is p sum(y) - y; the short form needs sum(y) = 1.",
        "return p * others_sum(y) - y * others_sum(p)",
        "return p - y",
    )
    yield Mistake(
        "logits taken for probabilities",
        family,
        "The gradient of the cross-entropy uses its inputs without the softmax.",
        "return softmax_minus_labels(softmax(a), y) / len(y)",
        "return (a - y) / len(y)",
        equals="half_squared_error",
    )
    yield Mistake(
        "outputs compared with every label of the batch",
        family,
        "(B, 1) against (B,) broadcasts to (B, B), and the mean over it still has the right shape.",
        mse,
        "return 2 * (a[:, None] - y[None]).mean(axis=1) / y.size",
    )
    yield Mistake(
        "the mean squared error divided by B alone",
        family,
        "The loss averages over the outputs as well, its gradient does not.",
        mse,
        "return 2 * (a - y) / len(y)",
        equals="squared_error",
    )
    yield Mistake(
        "the binary cross-entropy divided by B alone",
        family,
        "The loss averages over the outputs as well, its gradient does not.",
        size,
        "return ((1 - y) * sigmoid(z) - y * sigmoid(-z)) / len(y)",
    )
    yield Mistake(
        "the cross-entropy divided by the outputs too",
        family,
        "The loss sums over the outputs, its gradient averages over them.",
        "return softmax_minus_labels(softmax(a), y) / len(y)",
        "return softmax_minus_labels(softmax(a), y) / y.size",
    )
    yield Mistake(
        "the printed loss leaves out the regulariser",
        family,
        "The gradient has the penalty, the loss that is reported does not.",
        _LOSS,
        "return f.loss(spec, z, a, y)",
    )
    yield Mistake(
        "the printed loss is summed over the batch",
        family,
        "The gradient belongs to the mean, the loss that is reported is the sum.",
        _LOSS,
        "return f.loss(spec, z, a, y) * len(y) + f.regularisation(spec, params)",
    )


def _reductions() -> Iterator[Mistake]:
    family = "bias gradients"

    def bias(name: str, sentence: str, wrong: str, also: str = "") -> Mistake:
        return Mistake(name, family, sentence, _DB, wrong, also=also)

    yield bias(
        "mean for sum in db",
        "dz already carries the 1/B of the loss; a mean over the examples divides once more.",
        "db = dz.mean(axis=0)",
        also="db divided by the batch size once more",
    )
    yield bias(
        "db summed to one number",
        "The sum runs over the outputs too, and every bias gets the total.",
        "db = dz.sum(axis=0) * 0 + dz.sum()",
    )
    yield bias("db is zero", "The biases get no gradient.", "db = dz.sum(axis=0) * 0")
    yield bias(
        "db of the first example alone",
        "The row is taken where the sum over the rows is due.",
        "db = dz[0]",
    )
    yield bias(
        "db from the inputs",
        "The product with a_prev belongs to dW; db has no input but 1.",
        "db = (dz.T @ a_prev).sum(axis=1)",
    )
    yield bias(
        "the first layer's biases get no gradient",
        "The loop over the biases stops one layer early.",
        "db = dz.sum(axis=0) * (layer > 0)",
    )


def _wiring() -> Iterator[Mistake]:
    transposes = "transposes"
    yield Mistake(
        "dW laid out the other way round",
        transposes,
        "a' dz is forced into the shape of W with a reshape, which mixes up its entries.",
        _DW,
        "dW = (a_prev.T @ dz).reshape(W.shape)",
    )
    yield Mistake(
        "W reshaped where it should be transposed back",
        transposes,
        "The shapes fit after a reshape, the entries do not.",
        _DA,
        "da = dz @ W.T.reshape(W.shape)",
    )
    yield Mistake(
        "W reshaped where forward transposes it",
        transposes,
        "The shapes fit after a reshape, the entries do not.",
        _Z,
        "z = a_prev @ W.reshape(W.T.shape) + b",
    )
    yield Mistake(
        "square W not transposed back",
        transposes,
        "W.T where W belongs: only a square W hides it from the shapes.",
        _DA,
        "da = dz @ (W.T if len(W) == len(W.T) else W)",
    )
    family = "wiring"
    yield Mistake(
        "no bias in forward",
        family,
        "z = W a: the bias exists, is updated, and never takes part.",
        _Z,
        "z = a_prev @ W.T",
    )
    yield Mistake(
        "the saved z overwritten by a",
        family,
        "The activation works in place, so backward finds a where it saved z.",
        _TRACE,
        "trace.append((a_prev, a, a))",
    )
    yield Mistake(
        "activation left out of the last hidden layer",
        family,
        "Forward skips one activation that backward takes into account.",
        _A,
        "a = z if layer == spec.depth - 2 else f.activation(spec.activations[layer], z)",
    )
    yield Mistake(
        "the error of the first ten outputs alone",
        family,
        "A width is written into the code: right for ten units, wrong for more.",
        _DA,
        "da = dz[:, :10] @ W[:10]",
    )
    yield Mistake(
        "ten outputs written into the mean",
        family,
        "The mean over the outputs divides by 10, whatever their number.",
        "return 2 * (a - y) / y.size",
        "return 2 * (a - y) / (len(y) * 10)",
    )
    yield Mistake(
        "the last example of the batch dropped",
        family,
        "A loop ends one row early.",
        _LAST,
        "dz = f.loss_backward(spec, z, a, y) * (f.np.arange(len(y)) < len(y) - 1)[:, None]",
    )
    yield Mistake(
        "labels counted from the smallest one in the batch",
        family,
        "Without class 0 in the batch every label moves down.",
        _LAST,
        "y = f.np.roll(y, -int((y != 0).any(axis=0).argmax()), axis=1)\n"
        "    dz = f.loss_backward(spec, z, a, y)",
    )
    yield Mistake(
        "soft labels made hard",
        family,
        "The largest label of a row becomes 1 and the others 0.",
        _LAST,
        "dz = f.loss_backward(spec, z, a, 1.0 * (y == y.max(axis=1, keepdims=True)))",
    )
    yield Mistake(
        "dx divided by the batch size once more",
        family,
        "The gradient of the inputs belongs to the averaged loss like the others.",
        _RETURN,
        "return grads, da / len(da)",
    )


def _regularisation() -> Iterator[Mistake]:
    family = "regularisation"

    def penalty(name: str, sentence: str, wrong: str, right: str = _PENALTY, also: str = "") -> Mistake:
        return Mistake(name, family, sentence, right, wrong, also=also)

    yield penalty(
        "l2 gradient doubled",
        "l2 W^2 / 2 has the derivative l2 W; 2 l2 W belongs to the penalty without the half.",
        "return spec.l1 * np.sign(W) + 2 * spec.l2 * W",
    )
    yield penalty(
        "l2 gradient halved",
        "The half of the penalty is kept and the 2 of its derivative forgotten.",
        "return spec.l1 * np.sign(W) + spec.l2 / 2 * W",
    )
    yield penalty(
        "l2 missing from the gradient",
        "The loss is penalised, the gradient knows nothing of it.",
        "return spec.l1 * np.sign(W)",
    )
    yield penalty(
        "l1 missing from the gradient",
        "The loss is penalised, the gradient knows nothing of it.",
        "return spec.l2 * W",
    )
    yield penalty(
        "l1 treated as l2",
        "W where its sign belongs.",
        "return spec.l1 * W + spec.l2 * W",
    )
    yield penalty(
        "l1 gradient doubled",
        "A 2 from the squares, where there is no square.",
        "return 2 * spec.l1 * np.sign(W) + spec.l2 * W",
    )
    yield penalty(
        "the penalty pushes weights away from 0",
        "The regulariser's gradient is subtracted.",
        "grads.insert(0, (dW - f.regularisation_backward(spec, W), db))",
        _GRADS,
    )
    yield penalty(
        "the penalty's gradient left out",
        "The regulariser's gradient is computed and never added.",
        "grads.insert(0, (dW, db))",
        _GRADS,
    )
    yield penalty(
        "the penalty divided by the batch size",
        "Only the data's part of the loss is an average.",
        "grads.insert(0, (dW + f.regularisation_backward(spec, W) / len(y), db))",
        _GRADS,
    )
    yield penalty(
        "the penalty's gradient for the biases too",
        "The loss penalises weights only.",
        "grads.insert(\n"
        "            0,\n"
        "            (\n"
        "                dW + f.regularisation_backward(spec, W),\n"
        "                db + f.regularisation_backward(spec, params[layer][1]),\n"
        "            ),\n"
        "        )",
        _GRADS,
    )
    yield penalty(
        "the output layer is not regularised",
        "The loop over the penalties stops one layer early.",
        "grads.insert(0, (dW + f.regularisation_backward(spec, W) * (layer < spec.depth - 1), db))",
        _GRADS,
    )
    yield penalty(
        "the penalty in the loss for the biases too",
        "The reported loss counts the biases, the gradient does not.",
        "for W in [array for pair in params for array in pair] if spec.l1 or spec.l2 else ():",
        "for W, _ in params if spec.l1 or spec.l2 else ():",
    )
    yield penalty(
        "the penalty added to the output error",
        "The number that belongs to the loss is added to its derivative.",
        "dz = f.loss_backward(spec, z, a, y) + f.regularisation(spec, params)",
        _LAST,
    )
    yield penalty(
        "the penalty's gradient overwrites the data's",
        "dW is assigned where the penalty should be added to it.",
        "grads.insert(0, (f.regularisation_backward(spec, W) if spec.l1 or spec.l2 else dW, db))",
        _GRADS,
    )


def _dropout() -> Iterator[Mistake]:
    family = "dropout mask"
    forward = "return a * masks[layer] / (1 - spec.dropout)"
    backward = "return dropout(spec, da, masks, layer)"
    yield Mistake(
        "the dropout mask not applied backwards",
        family,
        "Dropped units get a gradient.",
        _DROP,
        "pass",
    )
    yield Mistake(
        "dropout without its scale",
        family,
        "Kept units are not divided by 1 - p, so the mean of a layer shrinks.",
        forward,
        "return a * masks[layer]",
    )
    yield Mistake(
        "dropout scaled by 1/p",
        family,
        "The probability to drop stands where the probability to keep belongs.",
        forward,
        "return a * masks[layer] / spec.dropout",
    )
    yield Mistake(
        "dropout's scale forgotten backwards",
        family,
        "Forward divides by 1 - p, backward only masks.",
        backward,
        "return da if masks is None else da * masks[layer]",
    )
    yield Mistake(
        "dropout applied twice backwards",
        family,
        "The scale comes in once with the mask and once with the layer.",
        backward,
        "return dropout(spec, dropout(spec, da, masks, layer), masks, layer)",
    )
    yield Mistake(
        "the slope taken after dropout",
        family,
        "f'(z) is computed from the dropped and scaled a.",
        _HIDDEN,
        "dz = f.activation_backward(\n"
        "                spec.activations[layer - 1], da, z, f.dropout(spec, a, masks, layer - 1)\n"
        "            )",
    )
    yield Mistake(
        "dW from units that were dropped",
        family,
        "dW uses the layer's a as it was before dropout.",
        _DW,
        "dW = dz.T @ (trace[layer - 1][2] if layer else a_prev)",
    )


def _state() -> Iterator[Mistake]:
    family = "state between calls"
    yield Mistake(
        "gradients add up over calls",
        family,
        "Nobody sets them back to zero before the next backward.",
        _RETURN,
        'kept = backward.__dict__.setdefault("grads", [(0 * W, 0 * b) for W, b in params])\n'
        "    kept[:] = [(kW + dW, kb + db) for (kW, kb), (dW, db) in zip(kept, grads)]\n"
        "    return list(kept), da",
        "calls",
    )
    yield Mistake(
        "the batch size of the first call",
        family,
        "The number of examples is remembered, and wrong for a batch of another size.",
        _LAST,
        'first = backward.__dict__.setdefault("batch", len(y))\n'
        "    dz = f.loss_backward(spec, z, a, y) * len(y) / first",
        "calls",
        also="stale batch size",
    )
    yield Mistake(
        "the same arrays returned by every call",
        family,
        "The next call overwrites the gradients that the last one returned.",
        _RETURN,
        'kept = backward.__dict__.setdefault("grads", grads)\n'
        "    for (kW, kb), (dW, db) in zip(kept, grads):\n"
        "        kW[...], kb[...] = dW, db\n"
        "    return kept, da",
        "calls",
        also="reused buffers",
    )
    yield Mistake(
        "the labels of the first call",
        family,
        "The first batch's labels are kept, and the next batch is compared with them.",
        _LAST,
        'first = backward.__dict__.setdefault("labels", y)\n'
        "    dz = f.loss_backward(spec, z, a, first[:1] + 0 * y)",
        "calls",
    )


def _numbers() -> Iterator[Mistake]:
    leak = "float32 leak"
    yield Mistake(
        "activations kept in float32",
        leak,
        "The activations of a float64 network are kept with half the digits.",
        _A,
        'a = f.activation(spec.activations[layer], z).astype("float32") + 0 * z',
        dtypes=("float64",),
    )
    yield Mistake(
        "1/B as a float32 constant",
        leak,
        "A constant is rounded to float32 before it is used; exact only for powers of 2.",
        _LAST,
        "dz = f.loss_backward(spec, z, a, y) * len(y) * float(f.np.float32(1 / len(y)))",
        dtypes=("float64",),
    )
    yield Mistake(
        "a float32 third in tanh's slope",
        leak,
        "A third rounded to float32, three times: 3 * (1/3) is 3e-8 away from 1.",
        "return da * (1 - a * a)",
        "return da * (1 - a * a) * 3 * float(np.float32(1 / 3))",
        dtypes=("float64",),
    )
    log = "epsilon in the log"
    yield Mistake(
        "log(p + 1e-8) in the loss",
        log,
        "A small number against log(0) changes every value a little.",
        "return (y * -log_softmax(z)).sum() / len(y)",
        "return (y * -np.log(softmax(z) + 1e-8)).sum() / len(y)",
    )
    yield Mistake(
        "y / (p + 1e-8) in the gradient",
        log,
        "The derivative of log(p + 1e-8), sent back through the softmax.",
        "return softmax_minus_labels(softmax(z), y) / len(y)",
        "return softmax_backward(-y / (softmax(z) + 1e-8) / len(y), z, softmax(z))",
    )
    yield Mistake(
        "log(1 - a + 1e-12) in the binary cross-entropy",
        log,
        "A small number in both logarithms caps the loss near 27.6 instead of letting it grow with z.",
        "return (y * softplus(-z) + (1 - y) * softplus(z)).sum() / y.size",
        "return (y * -np.log(sigmoid(z) + 1e-12) + (1 - y) * -np.log(sigmoid(-z) + 1e-12)).sum() / y.size",
    )
