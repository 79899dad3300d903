"""Textbook forms that are right calculus and lose digits, and functions with an epsilon put in on purpose.

A form is written once, over a few operations that exist three times: `Rounded` follows how far rounding may
have carried an evaluation (running error analysis: Higham, chapter 3.3), numpy evaluates it in the format
itself to see where it overflows, and mpmath with 120 digits, where a form without an epsilon must be the
honest function. A step is forgiven for a form only where the form's own rounding covers what was seen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backproof.parity_tests.error_bound import LARGEST_EXPONENT, Near, Rounding
from backproof.scratch.spec import Array, NetworkSpec

# Epsilons that people write: powers of ten, and the roundoffs of the two formats.
EPSILONS = (*(10.0**-k for k in range(3, 21)), 2.0**-52, 2.0**-53, 2.0**-23, 2.0**-24)


class Rounded:
    """A value, and by how much an evaluation of it in one format may be off so far; inf: anything may be."""

    __array_priority__ = 1000  # an array on the left leaves the operation to this class

    def __init__(self, r: Rounding, value: Array, error: Array | float = 0.0) -> None:
        self.r, self.value = r, value
        self.error = np.where(np.isnan(error) | ~np.isfinite(value), np.inf, error)

    def _rounded(self, value: Array, error: Array, units: float = 1.0) -> "Rounded":
        """The result of one operation: what its inputs were off by, and its own rounding."""
        size = np.abs(value) + error
        error = np.where(size < self.r.largest, error + units * self.r.u * size + self.r.tiny, np.inf)
        return Rounded(self.r, value, error)

    def _other(self, other: Any) -> "Rounded":
        return other if isinstance(other, Rounded) else Rounded(self.r, np.asarray(other, "float64"))

    def __add__(self, other: Any) -> "Rounded":
        other = self._other(other)
        return self._rounded(self.value + other.value, self.error + other.error)

    def __mul__(self, other: Any) -> "Rounded":
        other = self._other(other)
        error = np.abs(self.value) * other.error + self.error * np.abs(other.value) + self.error * other.error
        # 0 times anything finite is 0, and what is not finite is seen in the format itself.
        nothing = ((self.value == 0) & (self.error == 0)) | ((other.value == 0) & (other.error == 0))
        return self._rounded(np.where(nothing, 0.0, self.value * other.value), np.where(nothing, 0.0, error))

    def __truediv__(self, other: Any) -> "Rounded":
        other = self._other(other)
        value = self.value / other.value
        room = np.abs(other.value) - other.error
        error = np.where(room > 0, (self.error + np.abs(value) * other.error) / room, np.inf)
        return self._rounded(value, error)

    def reshape(self, shape: tuple[int, ...]) -> "Rounded":
        return Rounded(self.r, self.value.reshape(shape), self.error.reshape(shape))

    def __neg__(self) -> "Rounded":
        return Rounded(self.r, -self.value, self.error)

    def __sub__(self, other: Any) -> "Rounded":
        return self + -self._other(other)

    def __rsub__(self, other: Any) -> "Rounded":
        return self._other(other) + -self

    def __rtruediv__(self, other: Any) -> "Rounded":
        return self._other(other) / self

    __radd__, __rmul__ = __add__, __mul__


class _Rounded:
    """The operations on Rounded."""

    @staticmethod
    def exp(x: Rounded) -> Rounded:
        value = np.exp(x.value)
        return x._rounded(value, value * np.expm1(np.minimum(x.error, LARGEST_EXPONENT)), x.r.c / x.r.u)

    @staticmethod
    def log(x: Rounded) -> Rounded:
        room = x.value - x.error
        moved = np.where(room > 0, x.error / room, np.inf)
        return x._rounded(np.log(x.value), moved, x.r.c / x.r.u)

    @staticmethod
    def tanh(x: Rounded) -> Rounded:
        return x._rounded(np.tanh(x.value), np.minimum(x.error, 2.0), x.r.c / x.r.u)

    @staticmethod
    def total(x: Rounded, axis: int | None = -1) -> Rounded:
        """The sum of each row, or of everything."""
        n = x.value.shape[-1] if axis == -1 else x.value.size
        size = (np.abs(x.value) + x.error).sum(axis=axis, keepdims=True)
        error = x.error.sum(axis=axis, keepdims=True) + x.r.gamma(n) * size
        return Rounded(
            x.r, x.value.sum(axis=axis, keepdims=True), np.where(size < x.r.largest, error, np.inf)
        )

    @staticmethod
    def top(x: Rounded, axis: int | None = -1) -> Rounded:
        error = x.error.max(axis=axis, keepdims=True)
        return Rounded(x.r, x.value.max(axis=axis, keepdims=True), error)

    @staticmethod
    def clip(x: Rounded, low: float) -> Rounded:
        return Rounded(x.r, np.clip(x.value, low, 1 - low), x.error + x.r.u * (x.value > 1 - low))


class _Plain:
    """The operations on arrays of the format itself."""

    exp, log, tanh = staticmethod(np.exp), staticmethod(np.log), staticmethod(np.tanh)

    @staticmethod
    def total(x: Array, axis: int | None = -1) -> Array:
        return x.sum(axis=axis, keepdims=True)

    @staticmethod
    def top(x: Array, axis: int | None = -1) -> Array:
        return x.max(axis=axis, keepdims=True)

    @staticmethod
    def clip(x: Array, low: float) -> Array:
        return np.clip(x, low, 1 - low)


class Digits(_Plain):
    """The operations on arrays of mpmath's numbers, for a form without an epsilon."""

    def __init__(self) -> None:
        import mpmath

        for name in ("exp", "log", "tanh"):
            setattr(self, name, np.frompyfunc(getattr(mpmath, name), 1, 1))


@dataclass(frozen=True)
class Form:
    """One way to write a step, as a function of the operations, z (or a), and for a loss y.

    takes: the input it is a function of, "z" or "a", beside the labels of a loss; write: what keeps the
    digits. An epsilon makes it another function.
    """

    name: str
    takes: str
    write: str
    evaluate: Callable[..., Any]
    epsilon: float = 0.0

    def times(self, slope: Near) -> "Form":
        """The same, chained with a slope."""

        def chained(o: Any, given: Any, y: Any) -> Any:
            if isinstance(given, Rounded):
                return self.evaluate(o, given, y) * Rounded(given.r, slope.value, slope.error)
            return self.evaluate(o, given, y) * slope.value.astype(given.dtype)

        return replace(self, evaluate=chained)

    def bounded(self, r: Rounding, given: Near, *labels: Array) -> Near:
        """Its value, and how far an evaluation in the format may be from it; inf where anything may be."""
        found = self.evaluate(_Rounded, Rounded(r, given.value, given.error), *labels)
        return Near(found.value, found.error)

    def plain(self, dtype: str, given: Near, *labels: Array) -> Array:
        """Its value in the format itself, for what overflows, vanishes, or is divided by 0."""
        arrays = (each.astype(dtype) for each in (given.value, *labels))
        return np.asarray(self.evaluate(_Plain, *arrays)).astype("float64")

    def evaluated(self, r: Rounding, dtype: str, given: Near, *labels: Array) -> tuple[Near, Array]:
        """Both."""
        return self.bounded(r, given, *labels), self.plain(dtype, given, *labels)


# --- activations -------------------------------------------------------------------------------------


def _softmax(o: Any, z: Any, epsilon: float = 0.0) -> Any:
    e = o.exp(z)
    return e / (o.total(e) + epsilon)


_SHIFT = "e = np.exp(z - z.max(axis=1, keepdims=True)); e / e.sum(axis=1, keepdims=True)"

# By name of the activation: how it is written, and what to write instead.
_WRITTEN: dict[str, tuple[str, dict[str, Callable[..., Any]]]] = {
    "tanh": (
        "np.tanh(z)",
        {
            "(e^z - e^-z) / (e^z + e^-z)": lambda o, z: (o.exp(z) - o.exp(-z)) / (o.exp(z) + o.exp(-z)),
            "(e^2z - 1) / (e^2z + 1)": lambda o, z: (o.exp(2 * z) - 1) / (o.exp(2 * z) + 1),
            "(1 - e^-2z) / (1 + e^-2z)": lambda o, z: (1 - o.exp(-2 * z)) / (1 + o.exp(-2 * z)),
            "2 sigmoid(2z) - 1": lambda o, z: 2 * (1 / (1 + o.exp(-2 * z))) - 1,
        },
    ),
    "sigmoid": (
        "1 / (1 + np.exp(-z))",
        {
            "(1 + tanh(z / 2)) / 2": lambda o, z: 0.5 * (1 + o.tanh(0.5 * z)),
            "e^z / (1 + e^z)": lambda o, z: o.exp(z) / (1 + o.exp(z)),
            "1 - 1 / (1 + e^z)": lambda o, z: 1 - 1 / (1 + o.exp(z)),
        },
    ),
    "softmax": (
        _SHIFT,
        {
            "e^z / sum e^z, not shifted by each row's maximum": lambda o, z: _softmax(o, z),
            "e^z / sum e^z, shifted by one maximum for the whole batch": lambda o, z: _softmax(
                o, z - o.top(z, None)
            ),
        },
    ),
    "softplus": ("np.logaddexp(0, z)", {"log(1 + e^z)": lambda o, z: o.log(1 + o.exp(z))}),
}


def activation_forms(name: str) -> Iterator[Form]:
    """How people write an activation; with a padded denominator it is another function."""
    write, written = _WRITTEN.get(name, ("", {}))
    for text, evaluate in written.items():
        yield Form(text, "z", write, evaluate)
    for epsilon in EPSILONS if name == "softmax" else ():

        def padded(o: Any, z: Any, epsilon: float = epsilon) -> Any:
            return _softmax(o, z - o.top(z), epsilon)

        yield Form(f"e^z / (sum e^z + {epsilon:g})", "z", _SHIFT, padded, epsilon)


# --- losses, and their dz ----------------------------------------------------------------------------


def _surprise(o: Any, loss: str, p: Any, y: Any, pad: float = 0.0, low: float = 0.0) -> Any:
    """-log of p where y is, and in the binary cross-entropy of 1 - p where y is not, (B, K)."""
    p = o.clip(p, low) if low else p
    terms = y * -o.log(p + pad if pad else p)
    if loss == "binary_cross_entropy":
        terms = terms + (1 - y) * -o.log(1 - p + pad if pad else 1 - p)
    return terms


def _average(o: Any, loss: str, terms: Any, y: Any) -> Any:
    return (o.total(terms, None) / _count(loss, y)).reshape(())


def _count(loss: str, y: Any) -> int:
    return y.size if loss == "binary_cross_entropy" else len(y)


def _chained(o: Any, loss: str, last: str, a: Any, y: Any, pad: float = 0.0, low: float = 0.0) -> Any:
    """dz as the slope of the logarithm times the slope of the last activation."""
    return _sloped(o, last, _entropy_da(loss, o.clip(a, low) if low else a, y, pad), a)


def _entropy_da(loss: str, p: Any, y: Any, pad: float = 0.0) -> Any:
    da = -y / (p + pad if pad else p)
    if loss == "binary_cross_entropy":
        da = da + (1 - y) / (1 - p + pad if pad else 1 - p)
    return da / _count(loss, y)


def entropy_da(r: Rounding, loss: str, a: Near, y: Array) -> Near:
    """The da of an entropy whose dz needs none, (B, K), for code that answers it."""
    found = _entropy_da(loss, Rounded(r, a.value, a.error), y)
    return Near(found.value, found.error)


def entropy_of_a(r: Rounding, loss: str, a: Near, y: Array) -> Near:
    """The loss as a function of a, for an a that was itself wrong."""
    found = _average(_Rounded, loss, _surprise(_Rounded, loss, Rounded(r, a.value, a.error), y), y)
    return Near(found.value, found.error)


def _quotient(o: Any, loss: str, last: str, a: Any, y: Any, pad: float = 0.0) -> Any:
    """The same of the binary cross-entropy, by way of (a - y) / (a (1 - a))."""
    below = a * (1 - a)
    return _sloped(o, last, (a - y) / (below + pad if pad else below) / _count(loss, y), a)


def _sloped(o: Any, last: str, da: Any, a: Any) -> Any:
    # a - a^2 is the least exact way to write a (1 - a), and covers the others.
    return da * (a - a * a) if last == "sigmoid" else a * da - a * o.total(a * da)


# The sigmoid's entropies of z, which overflow where np.logaddexp does not.
_OF_LOGITS: dict[str, Callable[..., Any]] = {
    "log(1 + e^z) - y z": lambda o, z, y: o.log(1 + o.exp(z)) - y * z,
    "log(1 + e^-z) + (1 - y) z": lambda o, z, y: o.log(1 + o.exp(-z)) + (1 - y) * z,
    "y log(1 + e^-z)": lambda o, z, y: y * o.log(1 + o.exp(-z)),
}


def loss_forms(spec: NetworkSpec) -> Iterator[Form]:
    """How people write the entropies; with a padded or clipped logarithm they are other functions."""
    loss, last = spec.loss, spec.activations[-1]
    logits = "a" if loss == "cross_entropy" else "z"
    if loss == "cross_entropy" or (loss, last) == ("categorical_cross_entropy", "softmax"):
        write = (
            "m = z.max(axis=1, keepdims=True); log_p = z - m - np.log(np.exp(z - m).sum(1, keepdims=True))"
        )
        for text, shifted in (("", True), (", not shifted by each row's maximum", False)):

            def of_p(o: Any, z: Any, y: Any, pad: float = 0.0, shifted: bool = shifted) -> Any:
                p = _softmax(o, z - o.top(z) if shifted else z)
                return _average(o, loss, y * -o.log(p + pad if pad else p), y)

            yield Form(f"-log p of a rounded p = softmax(z){text}", logits, write, of_p)
            if loss == "cross_entropy":
                yield from _with_epsilons("-log(p + {:g})", logits, of_p, "pad")
        yield Form(
            "log sum e^z without the maximum",
            logits,
            write,
            lambda o, z, y: _average(o, loss, y * (o.log(o.total(o.exp(z))) - z), y),
        )
    if loss != "cross_entropy":

        def of_a(o: Any, a: Any, y: Any, pad: float = 0.0, low: float = 0.0) -> Any:
            return _average(o, loss, _surprise(o, loss, a, y, pad, low), y)

        write = "np.logaddexp(0, -z) for -log(a) and np.logaddexp(0, z) for -log(1 - a)"
        if last == "softmax":
            write = "the logarithm as z - m - log sum e^(z - m), with m the row's maximum"
        yield Form("-log of a rounded a", "a", write, of_a)
        for text, terms in _OF_LOGITS.items() if last == "sigmoid" else ():
            if text.startswith("y") == loss.startswith("categorical"):

                def of_z(o: Any, z: Any, y: Any, terms: Any = terms) -> Any:
                    return _average(o, loss, terms(o, z, y), y)

                yield Form(text, "z", write, of_z)
        yield from _with_epsilons("-log(a + {:g})", "a", of_a, "pad")
        yield from _with_epsilons("-log of a clipped to [{0:g}, 1 - {0:g}]", "a", of_a, "low")


def last_dz_forms(spec: NetworkSpec) -> Iterator[Form]:
    """How people write the last dz of an entropy."""
    loss, last = spec.loss, spec.activations[-1]
    if loss == "cross_entropy":

        def naive(o: Any, z: Any, y: Any) -> Any:
            return (_softmax(o, z) * y.sum(axis=1, keepdims=True) - y) / len(y)

        yield Form("softmax(z) - y, not shifted by each row's maximum", "a", _SHIFT, naive)
        return
    write = "the last dz as one formula of p, such as (p - y) / B: the slopes cancel on paper"

    def chained(o: Any, a: Any, y: Any, **epsilon: float) -> Any:
        return _chained(o, loss, last, a, y, **epsilon)

    def quotient(o: Any, a: Any, y: Any, pad: float = 0.0) -> Any:
        return _quotient(o, loss, last, a, y, pad)

    def clipped(o: Any, a: Any, y: Any, low: float) -> Any:
        return (o.clip(a, low) - y) / _count(loss, y)

    yield Form("-y / a times the slope of a", "a", write, chained)
    yield from _with_epsilons("-y / (a + {:g}) times the slope of a", "a", chained, "pad")
    yield from _with_epsilons("-y / a times the slope, a clipped to [{0:g}, 1 - {0:g}]", "a", chained, "low")
    if loss == "binary_cross_entropy":
        yield Form("(a - y) / (a (1 - a)) times the slope of a", "a", write, quotient)
        yield from _with_epsilons("(a - y) / (a (1 - a) + {:g}) times the slope of a", "a", quotient, "pad")
    if (loss == "binary_cross_entropy") == (last == "sigmoid"):
        yield from _with_epsilons("a - y, a clipped to [{0:g}, 1 - {0:g}]", "a", clipped, "low")


def _with_epsilons(text: str, takes: str, evaluate: Callable[..., Any], where: str) -> Iterator[Form]:
    for epsilon in EPSILONS:

        def padded(o: Any, given: Any, y: Any, epsilon: float = epsilon) -> Any:
            return evaluate(o, given, y, **{where: epsilon})

        yield Form(text.format(epsilon), takes, "", padded, epsilon)
