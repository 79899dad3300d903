"""What a network is: its widths, functions and loss, and which arrays fit it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from backproof.scratch.errors import InputError

Array = NDArray[Any]
Mask = TypeVar("Mask")  # an array of whichever twin
Params = list[tuple[Array, Any]]  # [(W, b), ...], W (n_out, n_in), b (n_out,); without biases b is None

ACTIVATION_NAMES = (
    "identity",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "softplus",
    "gelu",
    "gelu_tanh",
    "softmax",
)
LEAK = 0.01  # the slope of leaky_relu below 0


@dataclass(frozen=True)
class LossFacts:
    """What everybody who meets a loss must know of it.

    last: the last activations that it goes with. of_z: the loss is computed from the last z, for the pair of
    loss and last activation, since a may round to 0 or 1. probabilities: its labels lie in [0, 1]. integers:
    it takes class numbers too. per_output: an average over the outputs as well as over the examples. usual:
    the last activation that goes with it where nobody asks for another.
    """

    last: tuple[str, ...] = ACTIVATION_NAMES
    of_z: bool = False
    probabilities: bool = False
    integers: bool = False
    per_output: bool = False
    usual: str = "sigmoid"


_BUT_SOFTMAX = tuple(name for name in ACTIVATION_NAMES if name != "softmax")

LOSSES = {
    "squared_error": LossFacts(),
    "half_squared_error": LossFacts(),
    "mse": LossFacts(per_output=True),
    "mae": LossFacts(per_output=True),
    "binary_cross_entropy": LossFacts(("sigmoid", "softmax"), True, True, per_output=True),
    "categorical_cross_entropy": LossFacts(("sigmoid", "softmax"), True, True, usual="softmax"),
    "cross_entropy": LossFacts(_BUT_SOFTMAX, probabilities=True, integers=True, usual="identity"),
}
LOSS_NAMES = tuple(LOSSES)
PAIRS = tuple((loss, last) for loss, facts in LOSSES.items() for last in facts.last)
MOST_UNITS = 10**9  # of a layer
LARGEST = float(np.finfo("float64").max)
DTYPE_NAMES = ("float64", "float32")
OPTIMIZER_NAMES = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULE_NAMES = ("constant", "step", "cosine")


class SpecError(InputError):
    """A network, or arrays for it, that cannot be; `advice` says what to do instead."""


@dataclass(frozen=True, repr=False)
class NetworkSpec:
    """Everything that a network is but its parameters: plain strings and numbers.

    widths[0] inputs, then one width per layer; one activation name per layer. The losses, with B
    examples and K outputs: `squared_error` = 1/B sum (a-y)^2, `half_squared_error` = half of it,
    `mse` = 1/(BK) sum (a-y)^2, `mae` = 1/(BK) sum |a-y|,
    `binary_cross_entropy` = 1/(BK) sum -(y log a + (1-y) log(1-a)),
    `categorical_cross_entropy` = 1/B sum -y log a, `cross_entropy` = 1/B sum -y log softmax(a).
    l1 and l2 add l1 sum|W| + l2/2 sum W^2 (never of biases). dropout is the probability that a hidden
    unit is dropped, dropout_inputs that an input is; they act where masks are given.

    Raises SpecError for anything else.
    """

    widths: tuple[int, ...] = (784, 16, 16, 10)
    activations: tuple[str, ...] = ("sigmoid", "sigmoid", "sigmoid")
    loss: str = "squared_error"
    dtype: str = "float64"
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    dropout_inputs: float = 0.0
    biases: bool = True

    def __post_init__(self) -> None:
        # Lists are welcome; tuples keep the spec hashable.
        for name in ("widths", "activations"):
            value = getattr(self, name)
            if not isinstance(value, (list, tuple)):
                raise SpecError(f"{name} is {value!r}", f"give {name} as a tuple, one entry per layer")
            object.__setattr__(self, name, tuple(value))
        if len(self.widths) < 2:
            raise SpecError(
                f"widths {self.widths} has no layer", "give the number of inputs, then one width per layer"
            )
        for width in self.widths:
            if not _is_whole(width) or not 1 <= width <= MOST_UNITS:
                raise SpecError(
                    f"width {width!r} in {self.widths}", f"every width is a whole number, 1 to {MOST_UNITS:,}"
                )
        if len(self.activations) != self.depth:
            raise SpecError(
                f"{len(self.activations)} activations for {self.depth} layers",
                f"name one activation per layer, from {', '.join(ACTIVATION_NAMES)}",
            )
        for activation in self.activations:
            _one_of("activation", activation, ACTIVATION_NAMES)
        _one_of("loss", self.loss, LOSS_NAMES)
        _one_of("dtype", self.dtype, DTYPE_NAMES)
        for name in ("l1", "l2"):
            _number(name, getattr(self, name), math.inf)
        _number("dropout", self.dropout, 1.0)
        _number("dropout_inputs", self.dropout_inputs, 1.0)
        if not isinstance(self.biases, bool):
            raise SpecError(f"biases is {self.biases!r}", "biases is True or False")
        self._check_pair()

    def __repr__(self) -> str:
        # What came later is left out where it is as it was before, so that older lines stay as they are.
        later = {"dropout_inputs": 0.0, "biases": True}
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        shown = [f"{name}={value!r}" for name, value in values.items() if later.get(name) != value]
        return f"NetworkSpec({', '.join(shown)})"

    def _check_pair(self) -> None:
        last, allowed = self.activations[-1], LOSSES[self.loss].last
        if last not in allowed and self.loss == "cross_entropy":
            raise SpecError(
                f"cross_entropy after {last}: cross_entropy already contains the softmax",
                "end in identity, or use the loss categorical_cross_entropy",
            )
        if last not in allowed:
            raise SpecError(
                f"{self.loss} after {last}: it takes the logarithm of outputs that must lie in (0, 1)",
                f"end in {' or '.join(allowed)}, or use the loss cross_entropy on the outputs of {last}",
            )
        if self.widths[-1] < least_outputs(self.loss, last):
            raise SpecError(
                "binary_cross_entropy after a softmax over 1 output: it is always 1, and log(1 - 1) infinite",
                "end in sigmoid, or in two outputs or more",
            )

    @property
    def depth(self) -> int:
        """Number of layers, which is the number of W."""
        return len(self.widths) - 1

    @property
    def masked_layers(self) -> range:
        """The layers on whose a masks act where there are any: 0, the inputs, only with dropout_inputs."""
        return range(0 if self.dropout_inputs else 1, self.depth)

    def drop_rate(self, layer: int) -> float:
        """The probability with which the a of a layer, 0 for the inputs, is dropped."""
        return self.dropout if layer else self.dropout_inputs

    @property
    def parameter_count(self) -> int:
        """Number of weights and biases."""
        return sum(n_out * (n_in + self.biases) for n_in, n_out in zip(self.widths, self.widths[1:]))


@dataclass(frozen=True)
class OptimizerSpec:
    """An update rule and its numbers; the defaults are torch's.

    name, with g the gradient and eta the rate of the step:
      sgd       W -= eta g
      momentum  v = momentum v + g, W -= eta v (Polyak 1964, as torch averages nothing)
      nesterov  the same v, W -= eta (g + momentum v) (Sutskever et al. 2013)
      rmsprop   s = alpha s + (1 - alpha) g^2, W -= eta g / (sqrt(s) + epsilon) (Hinton 2012)
      adam      m and v averages of g and g^2, each divided by 1 - beta^t (Kingma and Ba 2015)
      adamw     the same after W -= eta weight_decay W (Loshchilov and Hutter 2019)
    weight_decay adds weight_decay W to g, but for adamw, where it is decoupled. clip_norm scales all
    gradients together where their norm is above it. schedule: the rate stays, is divided by ten every
    `period` steps, or falls along half a cosine to 0 at step `period`.

    Raises SpecError for anything else.
    """

    name: str = "sgd"
    learning_rate: float = 1.0
    momentum: float = 0.9
    alpha: float = 0.99
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    clip_norm: float = math.inf
    schedule: str = "constant"
    period: int = 1

    def __post_init__(self) -> None:
        _one_of("optimizer", self.name, OPTIMIZER_NAMES)
        _one_of("schedule", self.schedule, SCHEDULE_NAMES)
        for name in ("learning_rate", "epsilon", "clip_norm"):
            value = getattr(self, name)
            if (name, value) != ("clip_norm", math.inf):  # no limit
                _number(name, value, math.inf)
            if value == 0:
                raise SpecError(f"{name} is 0", f"{name} is a number above 0")
        for name in ("momentum", "alpha", "beta1", "beta2"):
            _number(name, getattr(self, name), 1.0)
        _number("weight_decay", self.weight_decay, math.inf)
        if not _is_whole(self.period) or self.period < 1:
            raise SpecError(f"period is {self.period!r}", "a number of steps, 1 or more")

    def rate(self, t: int) -> float:
        """The learning rate of step t, which counts from 1."""
        if self.schedule == "step":
            return self.learning_rate * 0.1 ** ((t - 1) // self.period)
        if self.schedule == "cosine":
            return self.learning_rate * (1 + math.cos(math.pi * min((t - 1) / self.period, 1.0))) / 2
        return self.learning_rate


def least_outputs(loss: str, last: str) -> int:
    """The fewest outputs that a loss can do with after a last activation."""
    return 2 if (loss, last) == ("binary_cross_entropy", "softmax") else 1


# The variance of W (n_out, n_in), whose entries are drawn from a normal distribution, is 1 over this; biases
# begin at 0.
INITIALISATIONS: dict[str, Callable[[int, int], float]] = {
    "lecun": lambda n_in, _: n_in,  # LeCun et al. 1998
    "xavier": lambda n_in, n_out: (n_in + n_out) / 2,  # Glorot and Bengio 2010
    "he": lambda n_in, _: n_in / 2,  # He et al. 2015
}


def init_params(spec: NetworkSpec, rng: np.random.Generator, initialisation: str = "lecun") -> Params:
    """Weights drawn as one of INITIALISATIONS says and biases of 0, in the spec's dtype."""
    check_initialisation(initialisation)
    return [
        (
            (
                rng.standard_normal((n_out, n_in)) / math.sqrt(INITIALISATIONS[initialisation](n_in, n_out))
            ).astype(spec.dtype),
            np.zeros(n_out, spec.dtype) if spec.biases else None,
        )
        for n_in, n_out in zip(spec.widths, spec.widths[1:])
    ]


def check_initialisation(name: str) -> None:
    """Raises SpecError unless it is one of INITIALISATIONS."""
    _one_of("initialisation", name, tuple(INITIALISATIONS))


def draw_masks(spec: NetworkSpec, batch: int, rng: np.random.Generator) -> list[Array] | None:
    """The 0/1 masks of dropout for one batch, as check_inputs wants them; None where nothing is dropped."""
    if not spec.dropout and not spec.dropout_inputs:
        return None
    return [
        (rng.random((batch, spec.widths[layer])) >= spec.drop_rate(layer)).astype(spec.dtype)
        for layer in spec.masked_layers
    ]


def check_inputs(spec: NetworkSpec, params: Params, x: Array, masks: Sequence[Array] | None = None) -> None:
    """Raises SpecError where params, x (B, n_in) or masks do not fit.

    masks holds one 0/1 array (B, n) per hidden layer, and before them one for the inputs where
    dropout_inputs is above 0.
    Parameters may be nan or infinite, since training may diverge; inputs may not.
    """
    if len(params) != spec.depth:
        raise SpecError(f"{len(params)} pairs (W, b) for {spec.depth} layers", "give one pair per layer")
    for layer, pair in enumerate(params, start=1):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise SpecError(f"the parameters of layer {layer} are no pair", "give params = [(W, b), ...]")
        W, b = pair
        n_in, n_out = spec.widths[layer - 1 : layer + 1]
        _fits(spec, f"W{layer}", W, (n_out, n_in), "(n_out, n_in)")
        if spec.biases:
            _fits(spec, f"b{layer}", b, (n_out,), "(n_out,)")
        elif b is not None:
            raise SpecError(f"b{layer} in a network without biases", "give (W, None) for each layer")
    batch = len(x) if isinstance(x, np.ndarray) and x.ndim == 2 else 0
    _fits(spec, "x", x, (batch, spec.widths[0]), "(B, n_in)")
    if batch == 0:
        raise SpecError("x has no rows", "give at least one example")
    _finite("x", x)
    if masks is not None:
        masked = spec.masked_layers
        if len(masks) != len(masked):
            first, inputs = ("inputs and ", "one for the inputs, then ") if 0 in masked else ("", "")
            raise SpecError(
                f"{len(masks)} masks for {first}{spec.depth - 1} hidden layers",
                f"give {inputs}one per hidden layer",
            )
        for layer, mask in zip(masked, masks):
            name = f"the mask of layer {layer}" if layer else "the mask of the inputs"
            _fits(spec, name, mask, (batch, spec.widths[layer]), "(B, n)")
            if not ((mask == 0) | (mask == 1)).all():
                raise SpecError(f"{name} holds more than 0 and 1", "1 keeps a unit, 0 drops it")


def mask_of(spec: NetworkSpec, masks: Sequence[Mask] | None, layer: int) -> Mask | None:
    """The mask on the a of a layer, 0 for the inputs; None where none acts."""
    if masks is None:
        return None
    masked = spec.masked_layers
    return None if layer not in masked else masks[layer - masked[0]]


def check_labels(spec: NetworkSpec, y: Array, batch: int) -> Array:
    """The labels as (B, K) in the spec's dtype; raises SpecError where they do not fit.

    y is (B, K); for cross_entropy also whole numbers (B,) in 0..K-1, which become one-hot rows. Rows
    need not sum to 1, but the entropies take only entries in [0, 1].
    """
    if LOSSES[spec.loss].integers and isinstance(y, np.ndarray) and y.dtype.kind in "iu" and y.ndim == 1:
        return _one_hot(spec, y, batch)
    _fits(spec, "y", y, (batch, spec.widths[-1]), "(B, K)")
    _finite("y", y)
    if LOSSES[spec.loss].probabilities and (y.min() < 0 or y.max() > 1):
        outside = y[(y < 0) | (y > 1)][0]
        raise SpecError(f"label {outside} for {spec.loss}", "its labels are probabilities, 0 to 1")
    return y


def _one_hot(spec: NetworkSpec, y: Array, batch: int) -> Array:
    classes = spec.widths[-1]
    if y.shape != (batch,):
        raise SpecError(f"y has shape {y.shape} for {batch} rows of x", "give one class number per row")
    wrong = y[(y < 0) | (y >= classes)]
    if wrong.size:
        raise SpecError(f"label {wrong[0]} for {classes} classes", f"classes count from 0 to {classes - 1}")
    return np.eye(classes, dtype=spec.dtype)[y]


def _fits(spec: NetworkSpec, name: str, array: Array, shape: tuple[int, ...], letters: str) -> None:
    if not isinstance(array, np.ndarray):
        raise SpecError(f"{name} is a {type(array).__name__}", f"give a numpy array {letters} = {shape}")
    if array.shape != shape:
        raise SpecError(
            f"{name} has shape {array.shape}, expected {letters} = {shape}",
            "reshape it yourself: nothing is broadcast, since (B,) against (B, 1) would pass unseen",
        )
    if array.dtype != spec.dtype:
        raise SpecError(
            f"{name} is {array.dtype} in a {spec.dtype} network",
            f"convert it yourself, {name}.astype({spec.dtype!r}): nothing is cast silently",
        )


def _finite(name: str, array: Array) -> None:
    if not np.isfinite(array).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise SpecError(
            f"{name}[{row}, {column}] is {array[row, column]}", "remove or replace what is not finite"
        )


def _one_of(kind: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SpecError(f"unknown {kind} {value!r}", f"choose from {', '.join(allowed)}")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(name: str, value: object, below: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < min(below, LARGEST):
        raise SpecError(
            f"{name} is {value!r}",
            f"{name} is a number, 0 or more" + (f", below {below:g}" if below < math.inf else ""),
        )
