"""scratch, honest or mistaken, evaluated with 120 digits and more: does a mistake change anything at all?

The source that runs is scratch's own, on numpy arrays of balls (python-flint's arb): each number is a
midpoint with a radius that holds the exact value, so what is called different here is different. Comparisons
inside the network, such as z >= 0, are true where they are for the whole ball.
Nothing of the error bound, of torch, or of float64 takes part in that verdict.
"""

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.mistakes import Mistake, answers, honest
from backproof.parity_tests.planting import module_and_function, plant
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array, NetworkSpec, check_labels

# Working precisions in bits, tried in turn while a comparison is open: 120 digits; then enough to tell
# numbers down to the smallest double apart.
PRECISIONS = (400, 1600)


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
    """What scratch computes with so many bits, and which of its functions each phase calls."""

    network: ModuleType
    trace: Any
    loss: Any
    backward: Any
    called: dict[str, set[tuple[str, str]]]
    answers: dict[str, list[dict[str, Array]]] = field(default_factory=dict)


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

    def first_difference(self, mistake: Mistake) -> tuple[int, str] | None:
        """The first answer and quantity, in the order of computation, where the mistake shows; else None."""
        for bits in PRECISIONS:
            last = bits == PRECISIONS[-1]
            with self.flint.ctx.workprec(bits), np.errstate(all="ignore"):
                settled = True
                honest_ones = self._honest_answers(mistake.question, bits)
                wrong_ones = self._answers(self._mistaken(mistake, bits), mistake.question)
                for number, (right, wrong) in enumerate(zip(honest_ones, wrong_ones, strict=True)):
                    for name, value in right.items():
                        verdict = self._apart(value, wrong[name], last)
                        if verdict and (settled or last):
                            return number, name
                        settled &= verdict is False
                if settled:
                    return None
        return None

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
                    entries = zip(
                        np.ravel(value), np.ravel(wrong[name]), np.ravel(allowed[name]), strict=True
                    )
                    for h, m, allowance in entries:
                        gap = abs(float(self.flint.arb(m) - h))
                        if gap and gap > largest[3] * allowance:
                            largest = name, gap, gap / self._ulp(h), gap / float(allowance or gap)
        return largest

    def _ulp(self, value: Any) -> float:
        return float(np.spacing(np.abs(np.dtype(self.spec.spec.dtype).type(float(value)))))

    def _answers(self, network: ModuleType, question: str) -> list[dict[str, Array]]:
        return [found for _, found in answers(network, question, self.spec, self.arrays)]

    def _prepared(self, network: ModuleType) -> ModuleType:
        """The planted module for balls, without the checks of dtype that they would not pass."""
        network.__dict__.update(check_inputs=lambda *_: None, check_labels=lambda _spec, y, _batch: y)
        network.__dict__["np"] = network.f.np = _Numpy(self.flint.arb)
        network.f.erfc = np.frompyfunc(lambda x: self.flint.arb(x).erfc(), 1, 1)
        return network

    def _at(self, bits: int) -> _Honest:
        if bits not in self._honest:
            network, (params, x, y, masks) = self._prepared(honest()), self.arrays
            called: dict[str, set[tuple[str, str]]] = {}
            with _recorded(called, "forward"):
                trace = network.forward(self.spec, params, x, masks)
            with _recorded(called, "loss"):
                loss = network.loss(self.spec, params, trace, y)
            with _recorded(called, "backward"):
                backward = network.backward(self.spec, params, trace, y, masks)
            self._honest[bits] = _Honest(network, trace, loss, backward, called)
        return self._honest[bits]

    def _honest_answers(self, question: str, bits: int) -> list[dict[str, Array]]:
        known = self._at(bits)
        if question not in known.answers:
            if question != "calls":
                self._spare(known.network, known, {"forward", "loss", "backward"})
            known.answers[question] = self._answers(known.network, question)
        return known.answers[question]

    def _mistaken(self, mistake: Mistake, bits: int) -> ModuleType:
        """The mistaken module, which takes over from the honest one whatever the mistake cannot reach.

        A phase whose inputs are the honest ones, and which never calls the changed function, is the same.
        """
        network, known = self._prepared(plant(mistake.at, mistake.wrong)), self._at(bits)
        changed = module_and_function(mistake.at)
        reached = {phase for phase, names in known.called.items() if changed in names}
        if mistake.question != "calls":
            self._spare(network, known, set() if "forward" in reached else {*known.called} - reached)
        return network

    def _spare(self, network: ModuleType, known: _Honest, phases: set[str]) -> None:
        """Makes phases of a module return what is known, as long as they are asked about these arrays."""
        for phase in phases:
            network.__dict__[phase] = self._answer(phase, known, network.__dict__[phase])

    def _answer(self, phase: str, known: _Honest, run: Any) -> Any:
        def answer(spec: Any, params: Any, *rest: Any) -> Any:
            # Parameters and inputs are told apart by identity: after a step they are others.
            if params is not self.arrays.params or not (rest[0] is self.arrays.x or rest[0] is known.trace):
                return run(spec, params, *rest)
            if phase == "backward":
                return tuple(list(part) for part in known.backward)
            return known.trace if phase == "forward" else known.loss

        return answer

    def _apart(self, right: Any, wrong: Any, last: bool) -> bool | None:
        """Whether some entry differs by more than one ulp of the right one; None if it stays open.

        Few bits may give a nan, as the logarithm of a ball that holds 0; in the last precision it counts.
        """
        if right is wrong:
            return False
        settled = True
        for h, m in zip(np.ravel(right), np.ravel(wrong), strict=True):
            gap = abs(self.flint.arb(m) - h)
            ulp = self._ulp(h)
            # Both comparisons are true only if they hold for every value in the balls.
            if gap > ulp or (last and not gap.is_finite()):
                return True
            if not gap <= ulp:
                settled = False
        return False if settled else None


@contextmanager
def _recorded(called: dict[str, set[tuple[str, str]]], phase: str) -> Iterator[None]:
    """Notes the module and name of every function that is called meanwhile."""
    names: set[tuple[str, str]] = set()

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            names.add((Path(frame.f_code.co_filename).stem, frame.f_code.co_name))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before if callable(before) else None)
    called[phase] = names
