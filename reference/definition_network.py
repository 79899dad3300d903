"""Any quantity of a whole network from the definitions alone: forward passes in mpmath, quotients of them.

No chain rule and no autograd: a derivative is taken by asking what the loss is nearby. Every function is
written as the blackboard defines it, since digits are raised until they suffice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mpmath import erf, exp, fabs, fdot, fsum, isfinite, log, mp, mpf, pi, sqrt, tanh

from backproof.reference.definition import ZERO_DIGITS, NoLimitError, derivative
from backproof.scratch.spec import LEAK, Array, NetworkSpec, Params, check_inputs, check_labels, mask_of

# B examples times the number of parameters: above it one answer would take minutes.
LARGEST = 50_000
_MOST_DIGITS = 2_000

Row = list[Any]  # of mpf
Layer = tuple[list[Row], Row]  # (W, b), b empty without biases
Moved = tuple[str, int, mpf]  # an x, z, a or kept, which unit of it, and what is added there


class TooLargeError(ArithmeticError):
    """The network is too large for the definition; its size and what is allowed are in the message."""


def sigmoid(z: mpf) -> mpf:
    return 1 / (1 + exp(-z))


def relu(z: mpf) -> mpf:
    return max(z, mpf(0))


def softmax(z: Row) -> Row:
    total = fsum(exp(each) for each in z)
    return [exp(each) / total for each in z]


ACTIVATIONS: dict[str, Callable[[Row], Row]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: [sigmoid(each) for each in z],
    "tanh": lambda z: [tanh(each) for each in z],
    "relu": lambda z: [relu(each) for each in z],
    "leaky_relu": lambda z: [max(each, LEAK * each) for each in z],
    "elu": lambda z: [each if each > 0 else exp(each) - 1 for each in z],
    "softplus": lambda z: [log(1 + exp(each)) for each in z],
    "gelu": lambda z: [each * (1 + erf(each / sqrt(mpf(2)))) / 2 for each in z],
    "gelu_tanh": lambda z: [
        each * (1 + tanh(sqrt(2 / pi) * (each + mpf("0.044715") * each**3))) / 2 for each in z
    ],
    "softmax": softmax,
}


def _y_log(y: mpf, p: mpf) -> mpf:
    """y log p, with 0 log 0 = 0."""
    return y * log(p) if y else mpf(0)


# The loss of one example's outputs a and labels y; `loss` divides by what its name says.
LOSSES: dict[str, Callable[[Row, Row], mpf]] = {
    "squared_error": lambda a, y: fsum((p - t) ** 2 for p, t in zip(a, y)),
    "half_squared_error": lambda a, y: fsum((p - t) ** 2 for p, t in zip(a, y)) / 2,
    "mse": lambda a, y: fsum((p - t) ** 2 for p, t in zip(a, y)) / len(y),
    "mae": lambda a, y: fsum(fabs(p - t) for p, t in zip(a, y)) / len(y),
    "binary_cross_entropy": lambda a, y: (
        -fsum(_y_log(t, p) + _y_log(1 - t, 1 - p) for p, t in zip(a, y)) / len(y)
    ),
    "categorical_cross_entropy": lambda a, y: -fsum(_y_log(t, p) for p, t in zip(a, y)),
    "cross_entropy": lambda a, y: -fsum(_y_log(t, p) for p, t in zip(softmax(a), y)),
}


@dataclass(frozen=True)
class DefinedNetwork:
    """A network's numbers, taken over exactly; its quantities under whatever precision mpmath has.

    params, x (B, n_in), y (B, K) and masks as scratch takes them; raises SpecError where they do not fit
    and TooLargeError for B times the number of parameters above LARGEST.
    """

    spec: NetworkSpec
    params: Params
    x: Array
    y: Array
    masks: Sequence[Array] | None = None

    def __post_init__(self) -> None:
        check_inputs(self.spec, self.params, self.x, self.masks)
        object.__setattr__(self, "y", check_labels(self.spec, self.y, len(self.x)))
        size = len(self.x) * self.spec.parameter_count
        if size > LARGEST:
            raise TooLargeError(
                f"{len(self.x)} examples times {self.spec.parameter_count:,} parameters are {size:,}; "
                f"the definition is asked up to {LARGEST:,}"
            )

    def forward(
        self, layers: list[Layer], row: Row, example: int, moved: Moved | None = None
    ) -> list[tuple[Row, Row, Row]]:
        """(a_prev, z, a) of every layer for one row of x, which is example number `example`."""

        def moving(name: str, values: Row) -> Row:
            if moved is None or moved[0] != name:
                return values
            return [value + moved[2] * (unit == moved[1]) for unit, value in enumerate(values)]

        trace, a = [], moving("x", row)
        for layer, (W, b) in enumerate(layers, start=1):
            a_prev, mask = a, mask_of(self.spec, self.masks, layer - 1)
            if mask is not None:
                keep = 1 - mpf(self.spec.drop_rate(layer - 1))
                kept = [each * int(there) / keep for each, there in zip(a, mask[example])]
                a_prev = moving(f"kept{layer - 1}", kept)
            z = moving(
                f"z{layer}", [fdot(weights, a_prev) + bias for weights, bias in zip(W, b or [0] * len(W))]
            )
            a = moving(f"a{layer}", ACTIVATIONS[self.spec.activations[layer - 1]](z))
            trace.append((a_prev, z, a))
        return trace

    def share(self, layers: list[Layer], row: Row, example: int, moved: Moved | None = None) -> mpf:
        """What one example adds to the loss."""
        _, _, a = self.forward(layers, row, example, moved)[-1]
        return LOSSES[self.spec.loss](a, _exact(self.y[example])) / len(self.x)

    def loss(self, layers: list[Layer], rows: list[Row]) -> mpf:
        """The loss as a plain function of the parameters and the inputs."""
        total = fsum(self.share(layers, row, example) for example, row in enumerate(rows))
        weights = [weight for W, _ in layers for row in W for weight in row]
        if self.spec.l1:
            total += mpf(self.spec.l1) * fsum(fabs(weight) for weight in weights)
        if self.spec.l2:
            total += mpf(self.spec.l2) / 2 * fsum(weight**2 for weight in weights)
        return total

    def loss_of(self, quantity: str, index: tuple[int, ...]) -> Callable[[mpf], mpf]:
        """The loss as a function of what is added to one entry: dW2 and (i, j) for W2[i, j]."""
        name = quantity[1:]

        def f(step: mpf) -> mpf:
            layers = self._layers()
            if name[0] not in "Wb":
                # The other examples' shares do not depend on it, and are the same in every quotient.
                example, unit = index
                return self.share(layers, _exact(self.x[example]), example, (name, unit, step))
            W, b = layers[int(name[1:]) - 1]
            if name[0] == "W":
                W[index[0]][index[1]] += step
            else:
                b[index[0]] += step
            return self.loss(layers, [_exact(row) for row in self.x])

        return f

    def quantity(
        self, name: str, index: tuple[int, ...], digits: int = 30, zero_digits: int = ZERO_DIGITS
    ) -> mpf:
        """One entry of z1 a1 ... loss ... dW1 db1 dx, right to `digits` digits, or 0 below 10^-zero_digits.

        Raises KinkError with the slopes of both sides, or NoLimitError.
        """
        if name.startswith("d"):
            return derivative(self.loss_of(name, index), 0, digits, zero_digits)
        return _settled(lambda: self._value(name, index), digits, zero_digits)

    def _layers(self) -> list[Layer]:
        return [([_exact(row) for row in W], [] if b is None else _exact(b)) for W, b in self.params]

    def _value(self, name: str, index: tuple[int, ...]) -> mpf:
        layers = self._layers()
        if name == "loss":
            return self.loss(layers, [_exact(row) for row in self.x])
        example, unit = index
        letters = name.rstrip("0123456789")
        layer = int(name[len(letters) :]) - (letters != "kept")
        found = self.forward(layers, _exact(self.x[example]), example)[layer]
        return found[("kept", "z", "a").index(letters)][unit]


def _exact(values: Array) -> Row:
    return [mpf(float(value)) for value in values]


def _settled(f: Callable[[], mpf], digits: int, zero_digits: int) -> mpf:
    """f's value once twice as many digits no longer change the first `digits`.

    Two zeros may only mean that 1 - p was rounded to 0 twice, so zero needs more digits than the rest.
    """
    k, before = 2 * digits, None
    while k <= _MOST_DIGITS:
        with mp.workdps(k):
            try:
                now = f()
            except (ZeroDivisionError, ValueError):  # a log of 0, for want of digits
                now = None
            if now is not None and isfinite(now):
                close = before is not None and fabs(now - before) <= mpf(10) ** -digits * fabs(now)
                if close and (now != 0 or k >= 2 * zero_digits):
                    return now
                before = now
        k *= 2
    raise NoLimitError(f"no two settings agree on {digits} digits")
