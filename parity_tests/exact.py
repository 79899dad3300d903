"""scratch, honest or mistaken, evaluated with 120 digits and more: does a mistake change anything at all?

The source that runs is scratch's own, on numpy arrays of balls (python-flint's arb): each number is a
midpoint with a radius that holds the exact value, so what is called different here is different. Comparisons
inside the network, such as z >= 0, are true where they are for the whole ball.
Nothing of the error bound, of torch, or of float64 takes part in that verdict.
"""

import itertools
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import forwards
from backproof.parity_tests.mistakes import Mistake, answers, honest
from backproof.parity_tests.planting import module_and_function, plant
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array, NetworkSpec, check_labels

# Working precisions in bits, tried in turn while a comparison is open: 120 digits; then enough to tell
# numbers down to the smallest double apart.
PRECISIONS = (400, 1600)

Function = tuple[str, str]  # of scratch: its module and its name


@dataclass(frozen=True)
class _ExactSpec:
    """A spec as scratch reads it, for arrays of balls."""

    spec: NetworkSpec
    dtype: str = "object"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.spec, name)


def _flint() -> Any:
    try:
        import flint
    except ImportError:
        raise InputError(
            "python-flint, which evaluates with 120 digits, is not installed",
            "pip install 'backproof[judge]', or pip install python-flint",
        ) from None
    return flint


class _Balls(np.ndarray[Any, Any]):
    """An array of balls whose matrix product is python-flint's: the one of object arrays is slow.

    A whole power is a product: python-flint's own is nan where the ball holds 0.
    """

    def __pow__(self, exponent: Any, _: Any = None, /) -> Any:
        return math.prod([self] * exponent)

    def __matmul__(self, other: Any) -> Any:
        return _product(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _product(other, self)


def _product(left: Array, right: Array) -> Array:
    arb_mat = _flint().arb_mat
    product = arb_mat(*left.shape, list(left.flat)) * arb_mat(*right.shape, list(right.flat))
    entries = np.empty(len(left) * right.shape[1], dtype=object)
    entries[:] = product.entries()
    return entries.reshape(len(left), right.shape[1]).view(_Balls)


class _Numpy:
    """numpy as scratch uses it, for arrays whose entries may be balls or plain numbers."""

    def __init__(self, arb: Any) -> None:
        def sign(x: Any) -> Any:
            # A ball that holds 0 and more may have any sign; what no precision tells from 0 is 0.
            open_sign = arb(0) if _flint().ctx.prec == PRECISIONS[-1] else arb(0, 1)
            return arb(1) if x > 0 else arb(-1) if x < 0 else arb(0) if x == 0 else open_sign

        one = {"sign": sign, "exp": arb.exp, "expm1": arb.expm1, "log": arb.log, "log1p": arb.log1p}
        one |= {"tanh": arb.tanh, "abs": abs}
        for name, function in one.items():
            self.__dict__[name] = np.frompyfunc(lambda x, function=function: function(arb(x)), 1, 1)
        self.maximum = np.frompyfunc(lambda x, y: arb(x).max(y), 2, 1)
        self.minimum = np.frompyfunc(lambda x, y: arb(x).min(y), 2, 1)

    def dot(self, left: Any, right: Any, **_: None) -> Any:
        if left.ndim == 1:
            return (left[:, None] * right).sum(axis=0)
        return left @ right if right.ndim == 2 else (left * right).sum(axis=-1)

    def vdot(self, left: Any, right: Any) -> Any:
        return (left * right).sum()

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


@dataclass
class _Honest:
    """What scratch computes with so many bits: its answers, and what each of its functions returned.

    returned: by the function's module and name and the arguments, which are kept beside it, so that their
    addresses stay theirs. reaches: what a function called in turn, itself among it.
    """

    network: ModuleType
    returned: dict[tuple[Any, ...], tuple[Any, Any]] = field(default_factory=dict)
    reaches: dict[Function, set[Function]] = field(default_factory=dict)
    answers: dict[str, list[dict[str, Array]]] = field(default_factory=dict)
    ulps: dict[int, list[Any]] = field(default_factory=dict)  # of every entry, by where its answer is


class Exact:
    """The honest quantities of one network, and whether a mistake differs from them.

    A difference counts where it is above one ulp of the honest value, in the network's dtype.
    """

    def __init__(self, spec: NetworkSpec, arrays: Arrays) -> None:
        self.flint = _flint()
        self.spec: Any = _ExactSpec(spec)
        to_balls = np.frompyfunc(self.flint.arb, 1, 1)

        def exact(array: Array) -> Array:
            return np.asarray(to_balls(array.astype("float64")), dtype=object).view(_Balls)

        self.arrays = arrays._replace(y=check_labels(spec, arrays.y, len(arrays.x))).each(exact)
        self._honest: dict[int, _Honest] = {}

    def met(self, mistake: Mistake) -> bool:
        """Whether the honest network ever calls the function that the mistake changes."""
        with self.flint.ctx.workprec(PRECISIONS[0]), np.errstate(all="ignore"):
            self._honest_answers(mistake.question, PRECISIONS[0])
        return module_and_function(mistake.at) in self._honest[PRECISIONS[0]].reaches

    def first_difference(self, mistake: Mistake) -> tuple[int, str] | None:
        """The first answer and quantity, in the order of computation, where the mistake shows; else None."""
        for bits in PRECISIONS if self.met(mistake) else ():
            last = bits == PRECISIONS[-1]
            with self.flint.ctx.workprec(bits), np.errstate(all="ignore"):
                settled = True
                for number, right, wrong in self._stages(mistake, bits):
                    for name, value in wrong.items():
                        verdict = self._apart(right[name], value, bits)
                        if verdict and (settled or last):
                            return number, name
                        settled &= verdict is False
                if settled:
                    return None
        return None

    def _stages(
        self, mistake: Mistake, bits: int
    ) -> Iterator[tuple[int, dict[str, Array], dict[str, Array]]]:
        """The number of each answer, the honest one and the mistaken one, first what leads to gradients."""
        honest_ones = self._honest_answers(mistake.question, bits)
        network, (params, x, _, masks) = self._mistaken(mistake, bits), self.arrays
        if mistake.question == "gradients":
            yield 0, honest_ones[0], forwards(self.spec, network.forward(self.spec, params, x, masks), masks)
        answered = self._answers(network, mistake.question)
        yield from zip(itertools.count(), honest_ones, answered)

    def differs(self, mistake: Mistake) -> bool:
        """Whether the mistake shows anywhere."""
        return self.first_difference(mistake) is not None

    def largest_gap(
        self, mistake: Mistake, allowances: list[dict[str, Array]]
    ) -> tuple[str, float, float, float]:
        """The largest difference as a share of its allowance: its quantity, size, ulps and share."""
        largest = ("", 0.0, 0.0, -1.0)
        bits = PRECISIONS[-1]
        with self.flint.ctx.workprec(bits), np.errstate(all="ignore"):
            honest_ones = self._honest_answers(mistake.question, bits)
            wrong_ones = self._answers(self._mistaken(mistake, bits), mistake.question)
            for right, wrong, allowed in zip(honest_ones, wrong_ones, allowances, strict=True):
                for name, value in right.items():
                    columns = value, wrong[name], self._ulps(value), allowed[name]
                    for h, m, ulp, allowance in zip(*map(np.ravel, columns), strict=True):
                        gap = abs(float(self.flint.arb(m) - h))
                        if gap and gap > largest[3] * allowance:
                            largest = name, gap, gap / float(ulp), gap / float(allowance or gap)
        return largest

    def _ulps(self, values: Array) -> Array:
        """Of every entry, in the network's dtype."""
        return np.spacing(np.abs(values.astype("float64").astype(self.spec.spec.dtype))).astype("float64")

    def _answers(self, network: ModuleType, question: str) -> list[dict[str, Array]]:
        return [found for _, found in answers(network, question, self.spec, self.arrays)]

    def _prepared(self, network: ModuleType) -> ModuleType:
        """The planted module for balls, without the checks of dtype that they would not pass."""
        network.__dict__.update(check_inputs=lambda *_: None, check_labels=lambda _spec, y, _batch: y)
        network.__dict__["np"] = network.f.np = _Numpy(self.flint.arb)
        network.f.erfc = np.frompyfunc(lambda x: self.flint.arb(x).erfc(), 1, 1)
        return network

    def _honest_answers(self, question: str, bits: int) -> list[dict[str, Array]]:
        known = self._honest.get(bits)
        if known is None:
            known = self._honest[bits] = _Honest(self._prepared(honest()))
            for function, run in _functions(known.network):
                _put(known.network, function, _keeping(known, function, run))
            self._multiply(known.network, partial(_keeping, known))
        if question not in known.answers:
            with _recorded(known.reaches):
                known.answers[question] = self._answers(known.network, question)
        return known.answers[question]

    def _mistaken(self, mistake: Mistake, bits: int) -> ModuleType:
        """The mistaken module, which takes over from the honest one what the mistake cannot reach.

        A function that never calls the changed one returns what it returned on the same arguments.
        """
        network, known = self._prepared(plant(mistake.at, mistake.wrong)), self._honest[bits]
        changed = module_and_function(mistake.at)
        if mistake.question == "calls":  # a network that remembers is another one at the second call
            return network
        for function, run in _functions(network):
            if changed not in known.reaches.get(function, {changed}):
                _put(network, function, _taking_over(known, function, run))
        self._multiply(network, partial(_taking_over, known))
        return network

    def _multiply(self, network: ModuleType, known: Callable[[Function, Any], Any]) -> None:
        """Lets products be known, too; of others than those with a weight copies, since a dW is added to."""
        weights = {_address(W) for W, _ in self.arrays.params}
        product = known(("numpy", "dot"), network.np.dot)

        def dot(left: Any, right: Any, **_: None) -> Any:
            found = product(left, right)
            return found if _address(right) in weights else found.copy()

        network.np.dot = network.f.np.dot = dot

    def _apart(self, right: Any, wrong: Any, bits: int) -> bool | None:
        """Whether some entry differs by more than one ulp of the right one; None if it stays open.

        Few bits may give a nan, as the logarithm of a ball that holds 0; in the last precision it counts.
        """
        if right is wrong:
            return False
        ulps = self._honest[bits].ulps
        if id(right) not in ulps:  # which stays where it is, among the honest answers
            ulps[id(right)] = [self.flint.arb(ulp) for ulp in np.ravel(self._ulps(right))]
        settled, last = True, bits == PRECISIONS[-1]
        for h, m, ulp in zip(np.ravel(right), np.ravel(wrong), ulps[id(right)], strict=True):
            if h is m:
                continue
            gap = abs(self.flint.arb(m) - h)
            # Both comparisons are true only if they hold for every value in the balls.
            if gap > ulp or (last and not gap.is_finite()):
                return True
            if not gap <= ulp:
                settled = False
        return False if settled else None


def _functions(network: ModuleType) -> list[tuple[Function, Any]]:
    """The functions that a planted network calls, with those of its functions.py."""
    return [
        ((module, name), run)
        for module, space in (("network", network.__dict__), ("functions", network.f.__dict__))
        for name, run in space.items()
        if isinstance(run, FunctionType) and run.__globals__ is space
    ]


def _put(network: ModuleType, function: Function, run: Any) -> None:
    module = network if function[0] == "network" else network.f
    module.__dict__[function[1]] = run


def _asked(function: Function, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """A call, arrays by where they are: what stands there stays, since nobody may write to it."""
    return function, *(
        (_address(each), each.shape, each.strides) if isinstance(each, np.ndarray) else id(each)
        for each in arguments
    )


def _address(array: Array) -> int:
    """Where an array's first entry is; array.ctypes.data takes twice as long."""
    address: int = array.__array_interface__["data"][0]
    return address


def _keeping(known: _Honest, function: Function, run: Any) -> Any:
    def kept(*arguments: Any) -> Any:
        asked = _asked(function, arguments)
        if asked not in known.returned:
            found = run(*arguments)
            for each in found if isinstance(found, tuple) else [found]:
                if isinstance(each, np.ndarray):
                    each.flags.writeable = False
            known.returned[asked] = found, arguments
        return known.returned[asked][0]

    return kept


def _taking_over(known: _Honest, function: Function, run: Any) -> Any:
    def taken(*arguments: Any) -> Any:
        found = known.returned.get(_asked(function, arguments))
        return found[0] if found else run(*arguments)

    return taken


@contextmanager
def _recorded(reaches: dict[Function, set[Function]]) -> Iterator[None]:
    """Notes for every function that is called meanwhile what it calls, directly or not."""
    running: list[Function] = []
    stem = cache(lambda file: Path(file).stem)

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            running.append((stem(frame.f_code.co_filename), frame.f_code.co_name))
            for each in running:
                reaches.setdefault(each, set()).add(running[-1])
        elif event == "return" and running:
            running.pop()

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before if callable(before) else None)
