"""How far apart two honest evaluations of the same formulas may be: the only tolerance there is.

For every entry of every quantity, `errors` bounds the distance between any honest floating-point
evaluation with unit roundoff u and the exact value. Two evaluations, one examined and one of the
reference, may then differ by the sum of their two bounds; what differs by more is not rounding.

The bound is computed from the reference's float64 values alone: code under examination cannot raise
its own allowance. It holds for any order of summation and with fused multiply-add.

Letters: u = unit roundoff; gamma(n) = n u / (1 - n u), the relative error of a sum of n products
(Higham, Accuracy and Stability of Numerical Algorithms, chapter 3); e_q = bound on the error of q.
An evaluated q, its exact value and the reference's value are all within 2 e_q of each other, so
size(q) = |q| + 2 e_q bounds them all, and a product pq of erring factors is off by at most

    |p| e_q + e_p |q| + 3 e_p e_q + gamma(n) size(p) size(q).
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from backproof.parity_tests.together import Asking, Question
from backproof.scratch.spec import LEAK, LOSSES, Array, NetworkSpec, Params, mask_of

# exp, expm1, log, log1p, tanh, erfc, softplus and the sigmoid are allowed 10 u of relative error: the largest
# that is documented or was seen in what people compute with, and an error of k ulp is at most 2 k u.
#     numpy (SVML, float32 and float64)    8 u   documented: below 4 ulp
#     glibc's vector functions             8 u   documented: up to 4 ulp
#     torch on CPUs (SLEEF)                7 u   documented: 3.5 ulp; seen: 7 u, the sigmoid in float32
#     XLA on CPUs                        7.4 u   seen: tanh in float64, over millions of points
#     CUDA                                10 u   documented: erfc in float64, 5 ulp; the others less
ELEMENTARY = 10

# Bounds are clipped here before exp, so that they overflow to large and never to nan.
LARGEST_EXPONENT = 700.0


class Rounding:
    """One floating-point format, and what was met while bounding with it.

    reach is the largest magnitude that an evaluation may meet; where it exceeds `largest`, the format's
    largest number, an honest evaluation may overflow and there is no bound.

    beside: another format, whose roundings are counted as well. As every bound is a sum of products of
    roundings, one for both is at least the sum of each one's: how far apart two evaluations may be.
    """

    def __init__(self, dtype: str, beside: str = "") -> None:
        self.formats = dtype, beside
        # u: half of an eps; tiny: results below it may be flushed to 0; the largest number of the first;
        # every gamma that was asked for
        self.u, self.tiny, self.largest, self._gammas = _format(*self.formats)
        self.c = ELEMENTARY * self.u  # relative error of an elementary function
        self.small: float = SMALL
        self._met: list[Array] = []

    def gamma(self, n: int) -> float:
        """Relative error of a sum of n products, in any order; a sum too long for a bound is out of range."""
        known = self._gammas.get(n)
        if known is None:
            if n * self.u >= 1:
                self._met.append(np.asarray(np.inf))
                return np.inf
            known = self._gammas[n] = n * self.u / (1 - n * self.u)
        return known

    def met(self, size: Array) -> Array:
        """Notes how large an intermediate result may be; returns it."""
        # Small arrays are looked at in the end, together, for the time; large ones at once, for the memory.
        self._met.append(size if size.size <= self.small else size.max())
        return size

    @property
    def reach(self) -> float:
        """Of all that was met."""
        return largest_of(self._met)

    def taken(self) -> list[Array]:
        """All that was met since the last call."""
        met, self._met = self._met, []
        return met

    def note(self, met: Sequence[Array]) -> None:
        """Adds what another one of the same format has taken."""
        self._met += met


@lru_cache
def _format(dtype: str, beside: str) -> tuple[float, float, float, dict[int, float]]:
    formats = [np.finfo(name) for name in (dtype, beside) if name]
    u = sum(float(each.eps) for each in formats) / 2
    tiny = sum(float(each.tiny) for each in formats)
    # numpy's own numbers: a product of a small array and one of Python's takes half as long again.
    return np.float64(u), np.float64(tiny), float(formats[0].max), {}


SMALL = 4096


def largest_of(arrays: Sequence[Array]) -> float:
    """The largest entry of all; infinite where one is no number, 0 without any."""
    top = float(np.concatenate(arrays, axis=None).max(initial=0.0)) if arrays else 0.0
    return np.inf if top != top else top


class Near:
    """A reference value and the bound on the error of any honest evaluation of it, of one shape."""

    __slots__ = ("_magnitude", "_parts", "_size", "error", "value")

    def __init__(self, value: Array, error: Array, magnitude: Array | None = None) -> None:
        self.value, self.error = value, error
        self._magnitude = magnitude
        self._size: Array | None = None
        self._parts: tuple[Array, Array, Array] | None = None

    @property
    def magnitude(self) -> Array:
        """|value|."""
        if self._magnitude is None:
            self._magnitude = np.abs(self.value)
        return self._magnitude

    @property
    def size(self) -> Array:
        """What bounds an evaluation and the exact value alike."""
        if self._size is None:
            self._size = self.magnitude + (self.error + self.error)
        return self._size

    @property
    def parts(self) -> tuple[Array, Array, Array]:
        """softmax(value), |value - max value|, and the errors, both 0 for a value of minus infinity."""
        if self._parts is None:
            top = self.value.max(axis=-1, keepdims=True)
            p = np.exp(self.value - top)
            p = p / p.sum(axis=-1, keepdims=True)
            there = np.isfinite(self.value)
            shift = np.where(there, np.abs(np.where(there, self.value, 0.0) - top), 0.0)
            self._parts = p, shift, np.where(there, self.error, 0.0)
        return self._parts

    @property
    def T(self) -> "Near":
        turned = Near(self.value.T, self.error.T, self.magnitude.T)
        turned._size = self.size.T
        return turned

    def sum(self, axis: int, keepdims: bool = False) -> "Near":
        """Entry by entry: the rounding of the sum itself is the caller's to add."""
        return Near(self.value.sum(axis, keepdims=keepdims), self.error.sum(axis, keepdims=keepdims))


def _product(
    r: Rounding, p: Near, q: Near, n: int, multiply: Callable[[Array, Array], Array] = np.multiply
) -> Array:
    """The error of p times q, entrywise or as matrices, where each entry takes n roundings."""
    moved = multiply(p.magnitude + p.error, q.error) + multiply(p.error, q.size)  # the module's three
    return moved + r.gamma(n) * r.met(multiply(p.size, q.size)) + n * r.tiny


def _times_exact(r: Rounding, p: Near, sizes: Array) -> Array:
    """The error of p @ M for an exactly known matrix M, of which the sizes are enough."""
    n = len(sizes)
    return p.error @ sizes + r.gamma(n) * r.met(p.size @ sizes) + n * r.tiny


# --- activations --------------------------------------------------------------------------------------


# A function of (r, name, *arrays) that acts entry by entry, with its name and the arrays, all of one shape;
# and what comes of it: arrays of that shape, and what r met.
Entrywise = tuple[Callable[..., tuple[Array, ...]], str, tuple[Array, ...]]
Evaluated = tuple[tuple[Array, ...], Sequence[Array]]


def ahead(r: Rounding, asked: Sequence[Entrywise]) -> Asking[list[Evaluated]]:
    """Several of them, in one go with those of every network that asks; what they met is not noted yet."""
    return (yield Question(_entrywise, r.formats, asked))


def entrywise(r: Rounding, *asked: Any) -> Asking[tuple[Array, ...]]:
    """One of them: function, name, and the arrays."""
    function, name, *arrays = asked
    ((found, met),) = yield from ahead(r, [(function, name, tuple(arrays))])
    r.note(met)
    return found


def _entrywise(formats: tuple[str, str], given: Sequence[Sequence[Entrywise]]) -> list[list[Evaluated]]:
    same: dict[tuple[Any, str], list[tuple[Array, ...]]] = {}
    for function, name, arrays in itertools.chain(*given):
        same.setdefault((function, name), []).append(arrays)
    found = {what: iter(_in_one(Rounding(*formats), *what, each)) for what, each in same.items()}
    return [[next(found[function, name]) for function, name, _ in asked] for asked in given]


def _in_one(r: Rounding, function: Any, name: str, given: Sequence[tuple[Array, ...]]) -> list[Evaluated]:
    if len(given) == 1:
        return [(function(r, name, *given[0]), r.taken())]
    r.small = math.inf  # what was met is told apart below
    ends = list(itertools.accumulate(arrays[0].size for arrays in given))
    starts = [0, *ends[:-1]]
    found = function(r, name, *(np.concatenate(arrays, axis=None) for arrays in zip(*given)))
    met = zip(*(np.maximum.reduceat(sizes, starts) for sizes in r.taken()))
    return [
        (tuple(flat[start:end].reshape(shape) for flat in found), sizes)
        for shape, start, end, sizes in zip(
            (arrays[0].shape for arrays in given), starts, ends, itertools.chain(met, itertools.repeat(()))
        )
    ]


def activation(r: Rounding, name: str, z: Near, a: Array) -> Asking[Array]:
    """The error of a = f(z): the steepest slope near z, plus what evaluating f itself may lose."""
    if name == "softmax":
        return softmax(r, z, a)
    return (yield from entrywise(r, curve, name, z.value, z.error, a))[0]


def curve(r: Rounding, name: str, z: Array, error: Array, a: Array) -> tuple[Array]:
    """The error of an activation that acts entry by entry."""
    return (CURVES[name][0](r, Near(z, error), a),)


def _bell(t: Array) -> Array:
    """sigmoid(t) sigmoid(-t), which keeps its digits where s (1 - s) would cancel to 0."""
    q = np.exp(-np.abs(t))
    return q / (1 + q) ** 2


def _exponent(r: Rounding, z: Near) -> Array:
    """By how much log softmax(z) may be off: z itself, the shift by the maximum, the sum and its log.

    Errors d_j of each z_j, at most e_j, move log p_i by -log sum_j p_j exp(d_j - d_i), which is at most
    F = log(1 + sum over j other than i of p_j expm1(e_i + e_j)) up or down (up by Cauchy-Schwarz), and at
    most e_i + max_j e_j. F is convex, and p is the reference's, so F of the doubled errors is halved: two
    such halves bound the F of what lies between two evaluations. Each exp(z_j - m) carries the rounding
    u |z_j - m| of its argument and c of its own; in the sum they weigh p_j each. Whoever takes z - log sum
    exp(z), as autograd does, rounds that logarithm, at most |m| + log K, as well. An entry at minus infinity
    (an output left out) takes no part.
    """
    p, shift, error = z.parts
    grown = np.expm1(2 * error)
    most = error + error.max(axis=-1, keepdims=True)
    # Where exp overflows the first is nan or infinite.
    moved = np.fmin(np.log1p(grown * _others(p) + (1 + grown) * _others(p * grown)) / 2, most)
    K = z.value.shape[-1]
    largest = np.abs(z.value.max(axis=-1, keepdims=True)) + np.log(K)
    rounded = r.u * (3 * shift + (p * shift).sum(axis=-1, keepdims=True) + largest)
    return moved + rounded + 2 * r.c + r.gamma(K + 4)


def _log_sum_exp(r: Rounding, z: Near) -> Near:
    """log sum exp(z) over the last axis: its errors weigh p_j each, as in _exponent."""
    p, shift, error = z.parts
    moved = np.fmin(np.log1p((p * np.expm1(2 * error)).sum(axis=-1)) / 2, error.max(axis=-1))
    rounded = r.u * (p * shift).sum(axis=-1) + 2 * r.c + r.gamma(z.value.shape[-1] + 4)
    top = z.value.max(axis=-1, keepdims=True)
    value = (top + np.log(np.exp(z.value - top).sum(axis=-1, keepdims=True)))[..., 0]
    return Near(value, moved + rounded)


def softmax(r: Rounding, z: Near, p: Array) -> Array:
    """The error of p = softmax(z), from the error x of log p, and never more than the range of a p.

    exp is convex too, so half of p expm1(2 x) is taken; where x is large, p exp(2 x), by way of log p since
    p itself may be 0 in the format.
    """
    x = _exponent(r, z)
    log_p = z.value - _log_sum_exp(r, z).value[..., None]
    return np.where(x < 1, p * np.expm1(2 * x) / 2, np.exp(np.minimum(log_p + 2 * x, 0.0))) + r.tiny


# --- activations that act entry by entry: the error of a = f(z), and f'(z) with its error ---------------


def _identity_error(r: Rounding, z: Near, a: Array) -> Array:
    return z.error


def _identity_slope(r: Rounding, z: Near, a: Near) -> Near:
    return Near(np.ones_like(z.value), np.zeros_like(z.value))


def _sigmoid_error(r: Rounding, z: Near, a: Array) -> Array:
    """The slope s(z) s(-z) falls with |z|, and a never moves by more than the width 1 of its range."""
    moved = np.minimum(_bell(_nearest(z)) * z.error, 1.0)
    return moved + r.c * (np.abs(a) + moved) + r.tiny


def _sigmoid_slope(r: Rounding, z: Near, a: Near) -> Near:
    """Evaluated from a as everybody does: a (1 - a) moves by |1 - 2a| e_a."""
    slope = _bell(z.value)
    moved = (np.abs(1 - 2 * a.value) + 3 * a.error) * a.error
    return Near(slope, moved + 3 * r.u * (np.abs(a.value) + slope) + r.tiny)


def _tanh_error(r: Rounding, z: Near, a: Array) -> Array:
    """The slope 4 s(2z) s(-2z) falls with |z|, and a never moves by more than the width 2 of its range."""
    moved = np.minimum(4 * _bell(2 * _nearest(z)) * z.error, 2.0)
    return moved + r.c * (np.abs(a) + moved) + r.tiny


def _tanh_slope(r: Rounding, z: Near, a: Near) -> Near:
    """Evaluated from a as most people do, 1 - a^2 moves by 2|a| e_a; from z, 1 / cosh(z)^2 by two cosh."""
    slope, moved = 4 * _bell(2 * z.value), (2 * np.abs(a.value) + 3 * a.error) * a.error
    from_a, from_z = moved + 3 * r.u * (1 + a.value**2), (2 * r.c + 3 * r.u) * slope
    return Near(slope, np.maximum(from_a, from_z) + r.tiny)


def _relu_error(r: Rounding, z: Near, a: Array) -> Array:
    return np.where(z.value + 2 * z.error > 0, z.error, 0.0)


def _relu_slope(r: Rounding, z: Near, a: Near) -> Near:
    """Where the sign of z is itself a matter of rounding, either slope is honest."""
    return Near((z.value > 0).astype(float), undecided(z).astype(float))


def _leaky_relu_error(r: Rounding, z: Near, a: Array) -> Array:
    """Slope 1 where z may be above 0, else LEAK; LEAK is rounded to the format, and its product with z."""
    steepest = np.where(z.value + 2 * z.error > 0, 1.0, LEAK)
    return steepest * z.error + np.where(z.value - 2 * z.error > 0, 0.0, r.gamma(3) * LEAK * z.size) + r.tiny


def _leaky_relu_slope(r: Rounding, z: Near, a: Near) -> Near:
    """As relu's, with a gap of 1 - LEAK between the two slopes; LEAK is rounded to the format."""
    error = np.where(z.value > 0, 0.0, r.u * LEAK) + (1 - LEAK) * undecided(z)
    return Near(np.where(z.value > 0, 1.0, LEAK), error)


def _elu_error(r: Rounding, z: Near, a: Array) -> Array:
    """expm1(z) below 0, whose slope exp(z) rises to the 1 that holds above: no kink."""
    moved = np.exp(np.minimum(z.value + 2 * z.error, 0.0)) * z.error
    return moved + np.where(z.value > 2 * z.error, 0.0, r.c * (np.abs(a) + moved)) + r.tiny


def _elu_slope(r: Rounding, z: Near, a: Near) -> Near:
    """exp(z) below 0, or a + 1, as many write it: c of exp, or e_a and the rounding of a number near 1."""
    slope = np.exp(np.minimum(z.value, 0.0))
    error = 3 * a.error + r.c * slope + 3 * r.u * (np.abs(a.value) + slope)
    return Near(slope, np.where(z.value > 2 * z.error, 0.0, error) + r.tiny)


def _softplus_error(r: Rounding, z: Near, a: Array) -> Array:
    return _softplus(r, z).error


def _softplus_slope(r: Rounding, z: Near, a: Near) -> Near:
    """sigmoid(z), from z or as -expm1(-a): its slope moves it with z, that of a by e_a sigmoid(-z)."""
    slope = 1 / (1 + np.exp(np.minimum(-z.value, LARGEST_EXPONENT)))
    return Near(slope, _sigmoid_error(r, z, slope) + a.error * (1 - slope) + 2 * r.c * slope + r.tiny)


def _gelu_error(r: Rounding, z: Near, a: Array) -> Array:
    """z Phi(z), Phi the normal distribution and phi its density: f' = Phi + z phi, f'' = (2 - z^2) phi.

    Nearby f' is at most |f'(z)| + 2 e_z max|f''|, and never above 1.13. Evaluated by erfc, Phi loses c and
    what the rounding of z / sqrt(2) moves it by, gamma(3)|z| phi. Most people, and torch, write 1 + erf,
    whose roundings are those of numbers near 1: so c/2 of 1 is allowed and not of Phi.
    """
    steepest = np.minimum(np.abs(_gelu_slope_at(z.value)) + 2 * z.error * _gelu_bend(z), 1.13)
    lost = r.c / 2 + r.c * _normal_cdf(z.value) + r.gamma(3) * np.abs(z.value) * _normal_density(z.value)
    return steepest * z.error + (np.abs(z.value) + z.error) * lost + r.gamma(3) * np.abs(a) + r.tiny


def _gelu_slope(r: Rounding, z: Near, a: Near) -> Near:
    """Phi + z phi, moved by f''; Phi as above, phi = exp(-z^2/2)/sqrt(2 pi) loses c and gamma(4) z^2/2."""
    density, size = _normal_density(z.value), np.abs(z.value) + z.error
    r.met(size**2)
    lost = r.c + r.gamma(3) * size * density + (2 * r.c + r.gamma(4) * size**2) * size * density
    return Near(_gelu_slope_at(z.value), _gelu_bend(z) * z.error + lost + r.tiny)


def _gelu_tanh_error(r: Rounding, z: Near, a: Array) -> Array:
    """z sigmoid(2u), u = k (z + 0.044715 z^3); f'' is at most 0.85, and f' at most 1.13.

    Evaluated as z (1 + tanh u) / 2, which most people and torch do, it loses c/2 of a number near 1 as gelu
    does, and the roundings of u move it by gamma(8)|u| times half of tanh's slope.
    """
    u, moved, slope = _gelu_u(z.value), np.minimum, _gelu_tanh_slope_at(z.value)
    steepest = moved(np.abs(slope) + 2 * z.error * 0.85, 1.13)
    lost = r.c / 2 + r.c * np.abs(_sigmoid(2 * u)) + r.gamma(8) * 2 * np.abs(u) * _bell(2 * u)
    r.met(_gelu_u(z.size))
    return steepest * z.error + (np.abs(z.value) + z.error) * lost + r.gamma(3) * np.abs(a) + r.tiny


def _gelu_tanh_slope(r: Rounding, z: Near, a: Near) -> Near:
    """sigmoid(2u) + 2 z u' s(2u) s(-2u), moved by f''.

    1 - tanh(u)^2 is off by 6 u of a number near 1, which z u' / 2 multiplies, until every tanh is exactly 1,
    above |u| = 25; the roundings of u move both parts by gamma(8)|u| times slopes that are at most 4 bells.
    """
    u, size = _gelu_u(z.value), np.abs(z.value) + z.error
    du = _gelu_du(size)
    r.met(size * du)
    bell = _bell(2 * u)
    lost = r.c + np.where(np.abs(u) > 25, 0.0, (6 * r.u + 2 * r.c * bell) * size * du)
    lost = lost + r.gamma(8) * (np.abs(u) + 1) * 4 * bell * (1 + 2 * size * du)
    return Near(_gelu_tanh_slope_at(z.value), 0.85 * z.error + lost + r.tiny)


def _nearest(z: Near) -> Array:
    """The smallest |z| nearby."""
    return np.maximum(z.magnitude - 2 * z.error, 0.0)


def _sigmoid(t: Array) -> Array:
    q = np.exp(-np.abs(t))
    return np.where(t >= 0, 1.0, q) / (1 + q)


def _normal_cdf(z: Array) -> Array:
    return torch.special.erfc(torch.from_numpy(-z / math.sqrt(2))).numpy() / 2


def _normal_density(z: Array) -> Array:
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _gelu_slope_at(z: Array) -> Array:
    return _normal_cdf(z) + z * _normal_density(z)


def _gelu_bend(z: Near) -> Array:
    """The largest |f''| = |2 - z^2| phi nearby."""
    return _normal_density(_nearest(z)) * np.maximum(2.0, z.size**2)


def _gelu_u(z: Array) -> Array:
    return math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)


def _gelu_du(z: Array) -> Array:
    return math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)


def _gelu_tanh_slope_at(z: Array) -> Array:
    u = _gelu_u(z)
    return _sigmoid(2 * u) + 2 * z * _gelu_du(z) * _bell(2 * u)


Curve = tuple[Callable[[Rounding, Near, Array], Array], Callable[[Rounding, Near, Near], Near]]
CURVES: dict[str, Curve] = {
    "identity": (_identity_error, _identity_slope),
    "sigmoid": (_sigmoid_error, _sigmoid_slope),
    "tanh": (_tanh_error, _tanh_slope),
    "relu": (_relu_error, _relu_slope),
    "leaky_relu": (_leaky_relu_error, _leaky_relu_slope),
    "elu": (_elu_error, _elu_slope),
    "softplus": (_softplus_error, _softplus_slope),
    "gelu": (_gelu_error, _gelu_slope),
    "gelu_tanh": (_gelu_tanh_error, _gelu_tanh_slope),
}
KINKED = ("relu", "leaky_relu")  # where the sign of z decides between two slopes


def undecided(z: Near) -> Array:
    """Where z is 0, or rounding may change its sign: the kinks of relu, leaky_relu and of |a - y|."""
    return z.magnitude <= 2 * z.error


def activation_backward(r: Rounding, name: str, da: Near, z: Near, a: Near) -> Asking[Array]:
    """The error of dz from da."""
    if name == "softmax":
        return softmax_backward(r, da, a)
    arrays = da.value, da.error, z.value, z.error, a.value, a.error
    return (yield from entrywise(r, curve_backward, name, *arrays))[0]


def curve_backward(r: Rounding, name: str, *arrays: Array) -> tuple[Array]:
    """The same of an activation that acts entry by entry, from value and error of da, z and a."""
    da, z, a = (Near(*pair) for pair in zip(arrays[::2], arrays[1::2]))
    return (_product(r, da, CURVES[name][1](r, z, a), n=3) + 2 * r.tiny,)


def softmax_backward(r: Rounding, da: Near, a: Near) -> Array:
    """The error of dz from da: dz_k = a_k (da_k - s) with s = sum_j a_j da_j.

    Errors of a and da move it by the product rule; the sum and both its usual forms (this one and the full
    Jacobian) round by at most gamma(K + 5) a_k (|da_k| + sum_j a_j |da_j|).
    """
    K = a.value.shape[1]
    terms = Near(a.value * da.value, _product(r, a, da, n=1)).sum(axis=1, keepdims=True)
    inner = Near(da.value - terms.value, da.error + terms.error)
    largest = r.met(da.size + (a.size * da.size).sum(axis=1, keepdims=True))
    return _product(r, a, inner, n=2) + r.gamma(K + 5) * a.size * largest + 2 * r.tiny


# --- losses -------------------------------------------------------------------------------------------


def _others(v: Array) -> Array:
    """The sum of the other entries of each row, which is the last axis."""
    return v @ _but_itself(v.shape[-1])


@lru_cache(maxsize=64)
def _but_itself(K: int) -> Array:
    return 1 - np.eye(K)


def _softplus(r: Rounding, z: Near) -> Near:
    """log(1 + exp(z)): its slope sigmoid(z) is at most sigmoid(z + 2 e_z) nearby."""
    value = np.logaddexp(0.0, z.value)
    steepest = 1 / (1 + np.exp(np.minimum(-(z.value + 2 * z.error), LARGEST_EXPONENT)))
    moved = steepest * z.error
    return Near(value, moved + r.c * (value + moved) + r.tiny)


def _minus_log_softmax(r: Rounding, z: Near) -> Near:
    """-log softmax(z), by log-sum-exp or as the log of a softmax: c |log p| for the log itself.

    The log of a p that is below the format's smallest normal number loses more than that.
    """
    value = np.log(np.exp(z.value - z.value.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True))
    value = value - (z.value - z.value.max(axis=-1, keepdims=True))
    return Near(value, _exponent(r, z) * (1 + r.c) + r.c * (1 + value))


def _left_out(z: Near) -> Near:
    """(B, K) to (B, K, K): row j without entry j, which stands at minus infinity."""
    out = np.eye(z.value.shape[1], dtype=bool)
    shape = (*z.value.shape, z.value.shape[1])
    return Near(
        np.where(out, -np.inf, z.value[:, None, :]),
        np.where(out, 0.0, np.broadcast_to(z.error[:, None, :], shape)),
    )


def _minus_log_others(r: Rounding, z: Near) -> Near:
    """-log(1 - softmax(z)) as the difference of two log-sum-exps, whose sizes it may cancel."""
    whole, part = _log_sum_exp(r, z), _log_sum_exp(r, _left_out(z))
    rounded = 4 * r.u * (np.abs(whole.value)[:, None] + np.abs(part.value)) + r.c
    value = np.maximum(whole.value[:, None] - part.value, 0.0)
    return Near(value, whole.error[:, None] + part.error + rounded + r.c * value)


def _apart(r: Rounding, a: Near, y: Array) -> Near:
    """a - y."""
    return Near(a.value - y, a.error + r.u * (np.abs(a.value - y) + a.error))


def _square(r: Rounding, d: Near) -> Near:
    return Near(d.value**2, _product(r, d, d, n=1))


def _square_slope(r: Rounding, d: Near) -> Array:
    return 2 * (d.error + r.gamma(4) * d.size)


def _half_square(r: Rounding, d: Near) -> Near:
    square = _square(r, d)
    return Near(square.value / 2, square.error / 2)


def _half_square_slope(r: Rounding, d: Near) -> Array:
    return d.error + r.gamma(4) * d.size


def _absolute(r: Rounding, d: Near) -> Near:
    return Near(np.abs(d.value), d.error)


def _absolute_slope(r: Rounding, d: Near) -> Array:
    """At the kink the slope may be anything from -1 to 1, and where d is exactly 0 the reference has 0."""
    return (1.0 + np.abs(np.sign(d.value))) * undecided(d) + r.gamma(2)


# The losses that add up a t(d) of each difference d = a - y: t with its error, and the error of its slope.
OF_DIFFERENCE: dict[str, tuple[Callable[[Rounding, Near], Near], Callable[[Rounding, Near], Array]]] = {
    "squared_error": (_square, _square_slope),
    "half_squared_error": (_half_square, _half_square_slope),
    "mse": (_square, _square_slope),
    "mae": (_absolute, _absolute_slope),
}


def _loss_terms(r: Rounding, spec: NetworkSpec, z: Near, a: Near, y: Array) -> Near:
    """The summands of the loss, (B, K), all of them 0 or more, before the sum and the division."""
    if spec.loss in OF_DIFFERENCE:
        return OF_DIFFERENCE[spec.loss][0](r, _apart(r, a, y))
    if spec.loss == "cross_entropy":
        yes = _minus_log_softmax(r, a)
    elif spec.activations[-1] == "sigmoid":
        yes = _softplus(r, Near(-z.value, z.error))
    else:
        yes = _minus_log_softmax(r, z)
    terms = Near(y * yes.value, y * yes.error)
    if spec.loss == "binary_cross_entropy":
        no = _softplus(r, z) if spec.activations[-1] == "sigmoid" else _minus_log_others(r, z)
        terms = Near(terms.value + (1 - y) * no.value, terms.error + (1 - y) * no.error)
    return Near(terms.value, terms.error + r.gamma(4) * terms.size + r.tiny)


def _loss(r: Rounding, spec: NetworkSpec, params: Params, z: Near, a: Near, y: Array) -> Array:
    """The error of the loss: its summands' errors, then gamma of the number of summands.

    Whoever adds the penalty to each example's loss adds it up once more for each of the B examples.
    """
    terms = _loss_terms(r, spec, z, a, y)
    divisor = y.size if LOSSES[spec.loss].per_output else len(y)
    total = float(r.met(terms.size.sum()))
    error = (float(terms.error.sum()) + r.gamma(y.size + 3) * total + y.size * r.tiny) / divisor
    size = total / divisor
    for W, _ in params if spec.l1 or spec.l2 else ():
        sums = r.met(np.asarray([np.abs(W).sum(), (W * W).sum()]))
        penalty = float(spec.l1 * sums[0] + spec.l2 / 2 * sums[1])
        error += r.gamma(W.size + len(y) + 4) * penalty + W.size * r.tiny
        size += penalty
    return np.asarray(error + r.gamma(2 * len(params) + 2) * r.met(np.asarray(size)))


def _softmax_minus_labels(r: Rounding, p: Near, y: Array) -> Array:
    """The error of p sum(y) - y, whichever way it is written.

    Directly: sum(y) e_p, and roundings of both terms. As p_k (sum of the other y) - y_k (sum of the
    other p) the errors of the other p enter with y_k.
    """
    labels = y.sum(axis=1, keepdims=True)
    moved = labels * p.error + y * _others(p.error)
    return moved + r.gamma(y.shape[1] + 4) * (p.size * labels + y) + r.tiny


def _softmax_binary_cross_entropy(r: Rounding, z: Near, p: Near, y: Array) -> Array:
    """The error of BK dz for binary cross-entropy after a softmax.

    With q_jk the softmax that leaves output j out, dz_k is (p_k - y_k) - sum_j q_jk (p_j - y_j), or,
    as autograd adds it up, K p_k - y_k - sum_j q_jk (1 - y_j), j other than k. The weight of q_jk is at
    most w_j = max(1 - y_j, |p_j - y_j|), and p_k enters at most K times.
    """
    K = y.shape[1]
    others = _left_out(z)
    q_value = np.exp(others.value - others.value.max(axis=2, keepdims=True))
    q_value = q_value / q_value.sum(axis=2, keepdims=True)
    q = Near(q_value, softmax(r, others, q_value))
    w = np.maximum(1 - y, np.abs(p.value - y) + 2 * p.error)[:, :, None]
    moved = K * p.error + (q.error * w + q.size * p.error[:, :, None]).sum(axis=1) + y * _others(p.error)
    return moved + r.gamma(K + 6) * (K * p.size + y + (q.size * w).sum(axis=1)) + K * r.tiny


def loss_backward(r: Rounding, spec: NetworkSpec, z: Near, a: Near, y: Array) -> Array:
    """The error of the last layer's dz, (B, K), where the loss is computed from z."""
    B, K = y.shape
    if (spec.loss, spec.activations[-1]) == ("binary_cross_entropy", "sigmoid"):
        # a - y, or (1 - y) a - y (1 - a) with 1 - a = sigmoid(-z): as near to z, and c of its own.
        b = np.maximum(1 - a.value, 0)
        error = a.error + r.c * ((1 - y) * a.size + y * b) + r.gamma(4) * (a.size + y)
        return error / (B * K) + r.tiny
    if (spec.loss, spec.activations[-1]) == ("categorical_cross_entropy", "sigmoid"):
        # -y (1 - a): with 1 - a computed from a, or as sigmoid(-z).
        return y * (a.error + r.c * np.maximum(1 - a.value, 0) + r.gamma(4)) / B + r.tiny
    if spec.loss == "binary_cross_entropy":
        return _softmax_binary_cross_entropy(r, z, a, y) / (B * K) + r.tiny
    return _softmax_minus_labels(r, a, y) / B + r.tiny


def loss_backward_to_a(r: Rounding, spec: NetworkSpec, a: Near, y: Array) -> Array:
    """The error of the last layer's da, (B, K), where the loss is computed from a."""
    B, K = y.shape
    if spec.loss in OF_DIFFERENCE:
        divisor = B * K if LOSSES[spec.loss].per_output else B
        error = OF_DIFFERENCE[spec.loss][1](r, _apart(r, a, y)) / divisor
    else:
        p = np.exp(a.value - a.value.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True)
        error = _softmax_minus_labels(r, Near(p, softmax(r, a, p)), y) / B
    return error + r.tiny


# --- the whole network --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bound:
    """errors[name] bounds the error of every entry of a quantity; kinks counts undecided slopes.

    out_of_range: an honest evaluation may overflow in this format, so nothing can be said.
    """

    errors: dict[str, Array]
    kinks: dict[str, int]
    out_of_range: bool


def bound(
    spec: NetworkSpec,
    params: Params,
    x: Array,
    y: Array,
    masks: Sequence[Array] | None,
    reference: dict[str, Array],
    dtype: str,
) -> Asking[Bound]:
    """Bounds the error of an honest evaluation in `dtype` from the reference's float64 quantities.

    params, x (B, n_in), y (B, K) and masks in float64 (exact copies of what the evaluation used);
    reference as reference.network.quantities returns it. See the module's head for the method.
    """
    r, errors = Rounding(dtype), dict[str, Array]()
    kinks: dict[str, int] = {}
    depth, B = spec.depth, len(x)
    sizes = [np.abs(W) for W, _ in params]

    def dropped(q: Near, layer: int) -> Array:
        """The error of q mask / (1 - rate), behind a layer's mask; 1 - rate may lose digits itself."""
        mask = mask_of(spec, masks, layer)
        if mask is None:
            return q.error
        keep = 1 - spec.drop_rate(layer)
        scale = mask / keep
        return scale * (q.error + r.gamma(4) / keep * r.met(q.size)) + r.tiny

    def kept(a: Near, layer: int) -> Near:
        """What the next layer is given of a layer's a, 0 for the inputs."""
        near = Near(reference.get(f"kept{layer}", a.value), dropped(a, layer))
        if f"kept{layer}" in reference:
            errors[f"kept{layer}"] = near.error
        return near

    a_prev = [kept(Near(x, np.zeros_like(x)), 0)]
    zs: list[Near] = []
    activations: list[Near] = []
    for layer, (W, b) in enumerate(params, start=1):
        n_in, largest = W.shape[1], a_prev[-1].size @ sizes[layer - 1].T
        error = a_prev[-1].error @ sizes[layer - 1].T + r.gamma(n_in) * largest + n_in * r.tiny
        error = error + r.gamma(n_in + 1) * r.met(largest if b is None else np.abs(b) + largest)
        z = Near(reference[f"z{layer}"], error)
        a_value = reference[f"a{layer}"]
        a = Near(a_value, (yield from activation(r, spec.activations[layer - 1], z, a_value)))
        errors[f"z{layer}"], errors[f"a{layer}"] = z.error, a.error
        if spec.activations[layer - 1] in KINKED:
            kinks[f"a{layer}"] = int(undecided(z).sum())
        zs.append(z)
        activations.append(a)
        a_prev.append(kept(a, layer))

    errors["loss"] = _loss(r, spec, params, zs[-1], activations[-1], y)
    if spec.loss == "mae":
        kinks["loss"] = int(undecided(_apart(r, activations[-1], y)).sum())

    z, a = zs[-1], activations[-1]
    if LOSSES[spec.loss].of_z:
        error = loss_backward(r, spec, z, a, y)
    else:
        da = Near(reference[f"da{depth}"], loss_backward_to_a(r, spec, a, y))
        error = yield from activation_backward(r, spec.activations[-1], da, z, a)
    dz = Near(reference[f"dz{depth}"], error)
    for layer in reversed(range(1, depth + 1)):
        W, _ = params[layer - 1]
        errors[f"dz{layer}"] = dz.error
        dW_error = _product(r, dz.T, a_prev[layer - 1], n=B + 1, multiply=np.matmul)
        if spec.l1 or spec.l2:
            # Averaged over the B examples, where it is added to each one's loss. At W = 0 the slope of |w|
            # may be anything from -1 to 1.
            penalty = spec.l1 + spec.l2 * sizes[layer - 1]
            rounded = r.gamma(4) * (np.abs(reference[f"dW{layer}"]) + dW_error) + r.gamma(B + 8) * penalty
            dW_error = dW_error + rounded + spec.l1 * (W == 0) + r.tiny
        if spec.l1:
            kinks[f"dW{layer}"] = int((W == 0).sum())
        errors[f"dW{layer}"] = dW_error
        if spec.biases:
            errors[f"db{layer}"] = dz.error.sum(axis=0) + r.gamma(B) * r.met(dz.size.sum(axis=0)) + B * r.tiny
        name = f"da{layer - 1}" if layer > 1 else "dx"
        error = _times_exact(r, dz, sizes[layer - 1])
        da_prev = Near(reference.get(f"dkept{layer - 1}", reference[name]), error)
        if f"dkept{layer - 1}" in reference:
            errors[f"dkept{layer - 1}"] = da_prev.error
        # Behind dropout, the gradient of a itself: the same scaling again.
        da = Near(reference[name], dropped(da_prev, layer - 1))
        errors[name] = da.error
        if layer > 1:
            z, a = zs[layer - 2], activations[layer - 2]
            error = yield from activation_backward(r, spec.activations[layer - 2], da, z, a)
            dz = Near(reference[f"dz{layer - 1}"], error)
    return Bound(errors, kinks, out_of_range=not r.reach < r.largest)


def after_step(W: Array, dW: Array, dW_allowance: Array, rate: float, dtype: str) -> Array:
    """How far apart W - rate dW may be by two honest evaluations, one in `dtype` and one in float64.

    dW may be off by its own allowance; the product and the difference each round once in each format.
    """
    formats = Rounding(dtype), Rounding("float64")
    size = np.abs(W) + rate * (np.abs(dW) + dW_allowance)
    rounded = sum((r.gamma(2) * size + 2 * r.tiny for r in formats), np.zeros_like(size))
    return rate * dW_allowance + rounded


UNDER_WAY = 2.0**-10  # of a quotient, by which its last terms may move it


def of_quotients(
    quotients: Sequence[float], sizes: Sequence[float], steps: Sequence[float], u: float
) -> float:
    """How far the last of a sequence of extrapolated difference quotients may be from the derivative.

    quotients: Richardson's extrapolations of central differences, each with one more term of the series
    removed; what the last term removed is bounded by what the one before it moved, and where that is not
    far below the quotient, a kink or a steep turn is near: the answer is inf. sizes: the sum of the
    magnitudes that each function value was added up from, each entry of which an honest evaluation gives to
    ELEMENTARY roundings for every term; a quotient of two of them divides that error by its step.
    """
    moved = max((abs(a - b) for a, b in itertools.pairwise(quotients[-3:])), default=np.inf)
    rounded = max(ELEMENTARY**2 * u * size / step for size, step in zip(sizes, steps))
    return moved + rounded if moved <= UNDER_WAY * abs(quotients[-1]) + rounded / UNDER_WAY else np.inf


def honest(largest: float, like: object) -> float:
    """The rounding of a backward of few operations with entries up to `largest`, in the format of `like`."""
    dtype = "float32" if getattr(like, "dtype", None) == "float32" else "float64"
    return ELEMENTARY**2 * Rounding(dtype).u * largest


def of_shards(parts: Sequence[tuple[float, Array, Array]], dtype: str) -> Array:
    """What rounding may do to sum_i share_i g_i, from (share_i, g_i, the error of g_i) of every shard.

    A share may be multiplied into the gradient, or into the loss before it: then every number of the
    backward pass carries that rounding, which at most doubles its error, since each error holds a rounding
    of every number. The product and the sum over n shards round each term n + 2 times.
    """
    r = Rounding(dtype)
    errors = sum(2 * share * error for share, _, error in parts)
    sizes = sum(share * (np.abs(value) + error) for share, value, error in parts)
    return np.asarray(errors + r.gamma(len(parts) + 2) * sizes + r.tiny)
