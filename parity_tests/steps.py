"""Each quantity of a network judged from the numbers that the examined code itself fed into it.

    known = judge_steps(spec, arrays, found)     # found: {"z1": ..., "a1": ..., "loss": ..., "dz2": ..., ...}
    known.first_wrong                            # the first wrong step, or None
    known.wrong, known.rows, known.readings, known.unlocated

A step is one operation: z from the activation below, W and b; a from z; the loss from the last z, a and y;
the last dz from the same; dW from dz, the activation below and the penalties; db from dz; da from dz and W;
dz from da and the slope at z. Its inputs are whatever the code answered for them, and its value is torch's
operation, or torch.autograd.grad of that one operation, in float64. So a wrong step is wrong by itself, and
what only inherits a wrong input is not accused.

The allowance is that of one step, by error_bound's rules: n + 1 roundings for a sum of n products, a few for
an elementary function, and one for each input, since fused code rounds what it reports but not what it uses.
Nothing is sized by what the code answered for the step itself.

The referee's evaluation rounds in float64, and that is allowed too. For float64 code this doubles the
allowance, and is sound: both evaluations obey one bound e, from the same inputs, so that they are at most 2 e
apart if both are honest. A wrong step is seen where it is off by more than 2 e, and may pass between e and
2 e; more digits would win back that last binary digit alone.

Any quantity may be missing. Then it is computed from what precedes it, with the error that this may have,
and a step that turns out wrong says which quantities it was judged `through`: the mistake may be in any of
them. On a single example a missing dz is recovered first: db is dz, and dW is dz times the activation below.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from backproof.parity_tests import error_bound
from backproof.parity_tests.cases import Arrays, in_float64
from backproof.parity_tests.comparison import (
    Compared,
    Report,
    Row,
    Truth,
    Witness,
    answered,
    comparing,
    differentiated,
    in_shape,
    rows,
    seen,
    truth,
)
from backproof.parity_tests.error_bound import (
    KINKED,
    Near,
    Rounding,
    ahead,
    largest_of,
    undecided,
)
from backproof.parity_tests.forms import (
    Form,
    activation_forms,
    entropy_da,
    entropy_of_a,
    last_dz_forms,
    loss_forms,
)
from backproof.parity_tests.together import Asking, Question, alone
from backproof.reference import network as reference
from backproof.scratch.errors import InputError
from backproof.scratch.spec import LEAK, LOSSES, Array, NetworkSpec, check_inputs, check_labels, mask_of

Quantities = dict[str, Array]


@dataclass(slots=True)
class Step:
    """One judged step: its row, and the quantities that were not given and had to be computed for it."""

    row: Row
    through: tuple[str, ...] = ()
    form: Form | None = None  # what it is a rounded evaluation of, where it is no honest one of the step
    lost: int = 0  # the decimal digits that this form lost
    declared: bool = False  # the form's epsilon was

    @property
    def quantity(self) -> str:
        return self.row.quantity

    @property
    def verdict(self) -> str:
        """ok, wrong, undecidable, or unstable: right calculus in a form that loses digits."""
        if self.form and not self.form.epsilon:
            return "unstable"
        return "ok" if self.declared else self.row.verdict

    @property
    def said(self) -> str:
        """What a form is, and what to write instead; "" for other steps."""
        if self.form is None:
            return ""
        if self.form.epsilon:
            epsilon = f"an epsilon of {self.form.epsilon:g}"
            return f"{self.quantity} is another function, with {epsilon}: {self.form.name}"
        return (
            f"{self.quantity}: the calculus is right; the form {self.form.name} loses {self.lost} digits at "
            f"{self.row.entry}: write {self.form.write}"
        )


@dataclass(frozen=True)
class Reading:
    """A way of carrying numbers. carried: dz and da are that many times the gradient, and dx as well where
    carried_dx says so; renamed: which answer stands for which quantity, such as a1 for kept1 in code that
    keeps the activation behind the mask; forms: the form of a quantity that was not given."""

    carried: float = 1.0
    carried_dx: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    forms: tuple[tuple[str, Form], ...] = ()
    said: tuple[str, ...] = ()

    def times(self, name: str) -> float:
        """How many times the gradient a quantity is carried."""
        if self.carried == 1:
            return 1.0
        return self.carried if CARRIED.fullmatch(name) or (name == "dx" and self.carried_dx) else 1.0


PLAIN = Reading()


@dataclass(frozen=True)
class Steps:
    """Every step of one network, in the order of computation, in the reading that explains most.

    reading is how the code carries its numbers, where it is not how they are named here. not_given names
    what had to be computed or recovered.
    """

    steps: tuple[Step, ...]
    reading: Reading = PLAIN
    not_given: tuple[str, ...] = ()

    @cached_property
    def wrong(self) -> tuple[Step, ...]:
        """The steps that are wrong by themselves."""
        return tuple(step for step in self.steps if step.verdict == "wrong")

    @cached_property
    def unstable(self) -> tuple[Step, ...]:
        """The steps that are right calculus in a form that loses digits."""
        return tuple(step for step in self.steps if step.verdict == "unstable")

    @property
    def first_wrong(self) -> Step | None:
        """The first wrong step in the order of computation."""
        return next(iter(self.wrong), None)

    @property
    def forms(self) -> "tuple[tuple[str, Form], ...]":
        """The forms that are no mistake, by the quantity whose step has them."""
        seen = [step for step in self.steps if step.form and step.verdict != "wrong"]
        names = [("data_loss" if step.quantity == "loss" else step.quantity, step) for step in seen]
        own = [(name, step.form) for name, step in names if step.form and not step.through]
        return (*self.reading.forms, *own)

    @property
    def readings(self) -> tuple[str, ...]:
        """How the code carries its numbers, in a sentence each; () where they are what their names say."""
        return self.reading.said

    @property
    def plain(self) -> bool:
        """Whether the code's numbers are what their names say, in forms that lose nothing."""
        return self.reading == PLAIN and not self.forms

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(step.row for step in self.steps)

    @property
    def separate(self) -> tuple[Step, ...]:
        """The wrong steps, but of those that may follow from the same missing quantity only the first."""
        kept: list[Step] = []
        for step in self.wrong:
            if not any(set(step.through) & set(other.through) for other in kept):
                kept.append(step)
        return tuple(kept)

    @property
    def unlocated(self) -> tuple[str, ...]:
        """Where the first wrong step may be, among what was not given and itself; () if it is known.

        What several wrong steps have in common is suspected, and none of them.
        """
        first = self.first_wrong
        if first is None or not first.through:
            return ()
        shared = [step for step in self.wrong if set(step.through) & set(first.through)]
        return first.through if len(shared) > 1 else (*first.through, first.quantity)


@dataclass(frozen=True)
class Judged(Report):
    """Both judgements of one network: rows are end to end, and steps each from its own inputs.

    Where the code carries its numbers otherwise than they are named here, or in a form that loses digits,
    the rows are compared with that.
    """

    steps: Steps = Steps(())

    @property
    def decided(self) -> bool:
        return super().decided or any(step.verdict != "undecidable" for step in self.steps.steps)

    @property
    def first_wrong(self) -> Row | None:
        """The first wrong step, or what is wrong end to end only, for want of what leads to it.

        Behind a form that loses digits the whole loses them too, and only the steps can say what is wrong.
        """
        first = self.steps.first_wrong
        if first is None and self.steps.unstable:
            return None
        return first.row if first else super().first_wrong

    @property
    def inherited(self) -> tuple[str, ...]:
        """The quantities that are wrong end to end, though right by what was fed into them."""
        own = {step.quantity for step in self.steps.wrong}
        wrong = (row.quantity for row in self.rows if row.verdict == "wrong")
        return tuple(name for name in wrong if name not in own)


def judge(
    witness: Witness,
    spec: NetworkSpec,
    arrays: Arrays,
    epsilon: float | None = None,
    known: Truth | None = None,
) -> Judged:
    """Judges a witness both ways: its steps, and the whole against autograd; known is its truth, if known.

    A network beyond the range of its dtype is not put to the witness at all. Raises as comparison.judge.
    """
    known = known or truth(spec, arrays)
    return judge_answer(spec, arrays, answered(witness, spec, arrays, known), known, epsilon)


def judge_answer(
    spec: NetworkSpec, arrays: Arrays, found: Quantities, known: Truth, epsilon: float | None = None
) -> Judged:
    """The same of quantities that were answered already, where the truth is known."""
    return alone(judging(Network(spec, arrays, epsilon), found, known))


def judging(network: "Network", found: Quantities, known: Truth) -> Asking[Judged]:
    """The same, for many networks at once, and for many answers about one of them."""
    if known.out_of_range:
        return Judged((), out_of_range=True)
    network = network.answered(found)
    steps = yield from _judged(network, known)

    def whole(steps: Steps) -> Asking[Report]:
        read = as_read(known, network, steps)
        parts = {name: value for name, value in found.items() if name in read.allowances}
        if steps.forms:
            parts = {name: _where_bounded(value, read, name) for name, value in parts.items()}
        return comparing(parts, read, network.rows)

    report = yield from whole(steps)
    if report.first_wrong and not steps.wrong:
        # What leads there was not given: perhaps it is in a form that loses digits.
        for reading in _guesses(network, steps):
            other = yield from whole(replace(steps, reading=reading))
            if not other.first_wrong:
                steps = _named(network, steps, report.first_wrong, reading)
                report = other
                break
    return Judged(report.rows, not_given=report.not_given, steps=steps)


# What nobody needs to answer: it is no step of its own in most code.
OPTIONAL = ("data_loss", "penalty")
CARRIED = re.compile(r"(dz|da|dkept)[0-9]+")  # what may be carried as a multiple of the gradient


def judge_steps(
    spec: NetworkSpec,
    arrays: Arrays,
    found: Quantities,
    epsilon: float | None = None,
    known: Truth | None = None,
) -> Steps:
    """Judges every step whose result was given, in the reading of the numbers that explains most.

    spec with the dtype of the code; arrays as it was given them; found: what it answered, by name, any of
    `names`, in the shapes of scratch; epsilon: the one that its logarithms or denominators are declared to
    hold; known: the truth, by which a reading is preferred that accuses no right dW or db. Raises SpecError
    where the arrays do not fit the spec, InputError for an unknown name, another shape, or what holds no
    real numbers.
    """
    check_inputs(spec, arrays.params, arrays.x, arrays.masks)
    return alone(_judged(Network(spec, arrays, epsilon).answered(found), known))


def _judged(network: "Network", known: Truth | None) -> Asking[Steps]:
    best = yield from _Walk(network, PLAIN).steps()
    reading = PLAIN
    right = (yield from _right_gradients(network, known)) if best.wrong and known else set[str]()
    # Twice, since one way of carrying numbers may show only where another is known.
    for _ in range(2):
        before = reading
        for change in CHANGES:
            for changed in change(network, reading, best) if best.wrong else ():
                other = yield from _Walk(network, changed).steps()
                if _explains(other, best, right, last=f"dz{network.spec.depth}"):
                    best, reading = other, changed
        if reading is before:
            break
    return (yield from _formed(network, reading, best))


def _explains(other: Steps, best: Steps, right: set[str], last: str) -> bool:
    """Whether another reading of the numbers explains more.

    A reading that accuses a step which is right as it stands explains nothing, unless it sets the last dz
    right, from which all others follow, and most of them with it; or clears a dW or db that is the gradient,
    and accuses no other that is.
    """
    accused, before = ({step.quantity for step in steps.wrong} for steps in (other, best))
    rights = last in before - accused and 2 * len(accused) <= len(before)
    clears = accused & right < before & right
    return len(accused) < len(before) and (accused <= before or rights or clears)


def _right_gradients(network: "Network", known: Truth) -> Asking[set[str]]:
    """The dW and db that are the gradient, however they came about."""
    given = {name: value for name, value in network.found.items() if name.startswith(("dW", "db"))}
    report = yield from comparing(given, known, network.rows)
    return {row.quantity for row in report.rows if row.verdict != "wrong"}


def shapes(spec: NetworkSpec, arrays: Arrays) -> dict[str, tuple[int, ...]]:
    """Every quantity that may be given, in the order of computation, with its shape."""
    depth, B, masks = spec.depth, len(arrays.x), arrays.masks
    of_layer = [(B, width) for width in spec.widths]
    masked = spec.masked_layers if masks is not None else ()
    found: dict[str, tuple[int, ...]] = {"kept0": of_layer[0]} if 0 in masked else {}
    for layer in range(1, depth + 1):
        found[f"z{layer}"] = found[f"a{layer}"] = of_layer[layer]
        if layer in masked:
            found[f"kept{layer}"] = of_layer[layer]
    found |= {"data_loss": (), "penalty": (), "loss": (), f"da{depth}": of_layer[depth]}
    for layer in range(depth, 0, -1):
        found[f"dz{layer}"], found[f"dW{layer}"] = (
            of_layer[layer],
            (*of_layer[layer][1:], *of_layer[layer - 1][1:]),
        )
        if spec.biases:
            found[f"db{layer}"] = of_layer[layer][1:]
        if layer - 1 in masked:
            found[f"dkept{layer - 1}"] = of_layer[layer - 1]
        found[f"da{layer - 1}" if layer > 1 else "dx"] = of_layer[layer - 1]
    return found


class Network:
    """The arrays of one network in float64, the format of the examined code, and the answered quantities.

    once: what was computed about this network, by what it was computed from, for every answer; rows: what
    was compared, where many answers are judged.
    """

    found: Quantities  # as it was answered
    given: dict[str, Near]
    inexact: set[str]  # given, with entries below the smallest normal number

    def __init__(
        self, spec: NetworkSpec, arrays: Arrays, epsilon: float | None = None, many: bool = False
    ) -> None:
        self.dtype, self.epsilon = spec.dtype, epsilon
        self.once: dict[Hashable, Any] = {}
        self.rows: dict[Hashable, Any] | None = {} if many else None
        self.spec, exact = in_float64(spec, arrays)
        # Copies, since torch takes no array that is read-only.
        self.arrays = exact._replace(x=exact.x.copy(), y=check_labels(self.spec, exact.y, len(exact.x)))
        self.shapes = shapes(spec, arrays)
        self.fused = LOSSES[spec.loss].of_z  # the loss is computed from the last z: no da between them
        self.sizes = [np.abs(W) for W, _ in self.arrays.params]
        self.tensors = [
            (_tensor(W.copy()), None if b is None else _tensor(b.copy())) for W, b in self.arrays.params
        ]
        self.y = _tensor(self.arrays.y.copy())
        self.inputs = Near(self.arrays.x, np.zeros_like(self.arrays.x))

    def answered(self, found: Quantities) -> "Network":
        """With what was answered, each off by the rounding of its report; in one go, since they are many.

        The same array is the same answer: what was computed from it is not computed again.
        """
        unknown = [name for name in found if name not in self.shapes]
        if unknown:
            raise InputError(f"unknown quantity {unknown[0]!r}", f"name any of {', '.join(self.shapes)}")
        answers = {name: in_shape(name, value, self.shapes[name]) for name, value in found.items()}
        fresh = {name: answer for name, answer in answers.items() if (name, id(answer)) not in self.once}
        if fresh:
            r, end = Rounding(self.dtype, beside="float64"), 0
            values = np.concatenate(list(fresh.values()), axis=None, dtype="float64")
            sizes = np.abs(values)
            below = (sizes < r.tiny) & (sizes > 0)  # their digits end before the format's do
            rounded, any_below = r.u * sizes + r.tiny * below, bool(below.any())
            for name, answer in fresh.items():
                start, end = end, end + answer.size
                near = Near(*(each[start:end].reshape(answer.shape) for each in (values, rounded, sizes)))
                # The answer is kept, since another array might take its place.
                self.once[name, id(answer)] = near, any_below and bool(below[start:end].any()), answer
        known = {name: self.once[name, id(answer)] for name, answer in answers.items()}
        each = copy(self)
        each.found = found
        each.given = {name: near for name, (near, _, _) in known.items()}
        each.inexact = {name for name, (_, inexact, _) in known.items() if inexact}
        return each

    def penalty(self, r: Rounding) -> tuple[Array, Array]:
        """Its value and its rounding."""
        spec, B = self.spec, len(self.arrays.x)
        penalty, rounded = 0.0, 0.0
        for (W, _), sizes in zip(self.arrays.params if spec.l1 or spec.l2 else (), self.sizes):
            one = float(spec.l1 * sizes.sum() + spec.l2 / 2 * (W * W).sum())
            penalty += one
            # Whoever adds it to each example's loss adds it up once more for each of them.
            rounded += r.gamma(W.size + B + 2 * spec.depth + 6) * one + W.size * r.tiny
        return r.met(np.asarray(penalty)), np.asarray(rounded)


# The slopes that people take from a.
SLOPES_OF_A: dict[str, Callable[[Array], Array]] = {
    "identity": np.ones_like,
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a * a,
    "relu": lambda a: np.where(a > 0, 1.0, 0.0),
    "leaky_relu": lambda a: np.where(a > 0, 1.0, LEAK),
    "elu": lambda a: np.where(a > 0, 1.0, a + 1),
    "softplus": lambda a: -np.expm1(-a),
}


Otherwise = Callable[[], tuple[Array, Array] | None]
Forms = Callable[[], Iterator[tuple[Form, Near]]]


class _Asked(NamedTuple):
    """One step of a walk, to be compared.

    otherwise: what the value is as well where some input was itself wrong, such as a slope from a.
    forms: how else the step is written, each with what it is a function of. met: the sizes on its way.
    """

    compared: Compared
    through: tuple[str, ...]
    otherwise: Otherwise | None
    forms: Forms | None
    met: list[Array]


# A function of error_bound.Entrywise, an activation's name, and the Nears whose values and errors it takes.
Curved = tuple[Any, ...]


class _Walk:
    """One walk through the steps, forwards and backwards, in one reading.

    near holds for every quantity what later steps are fed with, and through what was not given for it. What
    was given is asked about and compared in the end, all in one go.
    """

    def __init__(self, network: Network, reading: Reading) -> None:
        self.network, self.spec, self.reading = network, network.spec, reading
        renamed = dict(reading.renamed)
        self.own_name = {ours: theirs for theirs, ours in reading.renamed}
        self.given = {renamed.get(name, name): near for name, near in network.given.items()}
        self.slack: dict[str, Array] = {}  # how far a recovered quantity may be off by its recovery
        # An error is the code's own and the referee's together: an allowance.
        self.r = Rounding(network.dtype, beside="float64")
        self.near: dict[str, Near] = {}
        self.evaluated: dict[int, Near] = {}  # f of the code's z, by any honest evaluation
        self.kinks: dict[int, Near] = {}  # z, as far as its sign is a matter of rounding
        self.through: dict[str, tuple[str, ...]] = {}  # of what was not given
        self.asked: dict[str, _Asked] = {}

    def steps(self) -> Asking[Steps]:
        params = self.network.arrays.params
        self.near["a0"] = self.network.inputs
        self._masked(0)
        yield from self._ahead([self._curve(layer, self._fed(f"z{layer}")) for layer in self._layers("z")])
        for layer in range(1, self.spec.depth + 1):
            yield from self._forward(layer, *params[layer - 1])
            self._masked(layer)
        gradient = yield from self._loss()
        given = [layer for layer in self._layers("da") if layer < self.spec.depth]
        yield from self._ahead([self._curve_backward(layer, self._fed(f"da{layer}")) for layer in given])
        yield from self._last(gradient)
        for layer in range(self.spec.depth, 0, -1):
            yield from self._backward(layer, *params[layer - 1])
        compared = [each.compared for each in self.asked.values()]
        done = self._answers((yield from seen(compared, self.network.rows)))
        self.asked.clear()  # which holds this walk
        # What led to something right is right.
        cleared = {
            name for step in done.values() if step.through and step.verdict == "ok" for name in step.through
        }
        ordered = [done[name] for name in self.network.shapes if name in done]
        if cleared:
            ordered = [
                replace(step, through=tuple(name for name in step.through if name not in cleared))
                for step in ordered
            ]
        skipped = (*OPTIONAL, f"da{self.spec.depth}")
        not_given = (name for name in self.network.shapes if name not in self.given and name not in skipped)
        return Steps(tuple(ordered), self.reading, tuple(not_given))

    def _once(self, about: tuple[Hashable, ...], compute: Callable[[], Any]) -> Any:
        """What was computed, in this walk or another, from the same numbers, with what was met."""
        known = self.network.once.get(about)
        if known is None:
            before = self.r.taken()
            known = self.network.once[about] = compute(), self.r.taken()
            self.r.note(before)
        found, met = known
        if met:
            self.r.note(met)
        return found

    def _layers(self, letter: str) -> list[int]:
        """Those whose z or da was given, but for the softmax, which does not act entry by entry."""
        names = enumerate(self.spec.activations, start=1)
        return [layer for layer, name in names if name != "softmax" and f"{letter}{layer}" in self.given]

    def _curve(self, layer: int, z: Near) -> Curved:
        return _curve, self.spec.activations[layer - 1], z

    def _curve_backward(self, layer: int, da: Near) -> Curved:
        z, a = self._at_kinks(layer), self._f_of_z(layer)
        return _curve_backward, self.spec.activations[layer - 1], da, z, a

    def _ahead(self, asked: Sequence[Curved]) -> Asking[None]:
        """Asks for those of them that are not known yet."""
        new = [each for each in asked if each not in self.network.once]
        if new:
            arrays = [[array for near in each[2:] for array in (near.value, near.error)] for each in new]
            question = [(*each[:2], tuple(flat)) for each, flat in zip(new, arrays)]
            for each, (found, met) in zip(new, (yield from ahead(self.r, question))):
                self.network.once.setdefault(each, (Near(*found), met))

    def judge(
        self,
        name: str,
        value: Array,
        error: Array,
        inputs: Sequence[str],
        kinks: int = 0,
        otherwise: Otherwise | None = None,
        forms: Forms | None = None,
    ) -> None:
        """Asks about a quantity, where it was given, and keeps what later steps take."""
        led = [name for each in inputs for name in self.through.get(each, ())] if self.through else []
        through = tuple(dict.fromkeys(led))
        if name not in self.given and name.startswith("dz") and len(self.network.arrays.x) == 1:
            self._recover(int(name[2:]), Near(value, error))
        if name not in self.given:
            optional = name in OPTIONAL or name == f"da{self.spec.depth}"
            self.near[name] = self._computed(name, Near(value, error), otherwise, forms)
            if through or not optional:
                self.through[name] = through if optional else (*through, name)
            return
        asked = self._compared(name, value, error, kinks)
        self.asked[name] = _Asked(asked, through, otherwise, forms, self.r.taken())
        self.near[name] = self._fed(name)

    def _fed(self, name: str) -> Near:
        """What later steps take of a quantity that was given."""
        given, factor = self.given[name], self.reading.times(name)
        if factor != 1:
            extra = self.r.u * np.abs(given.value) + self.slack.get(name, 0.0)
            return Near(given.value / factor, given.error + extra)
        return Near(given.value, given.error + self.slack[name]) if name in self.slack else given

    def _compared(self, name: str, value: Array, error: Array, kinks: int = 0) -> Compared:
        if name in self.slack:
            error = error + self.slack[name]
        factor = self.reading.times(name)
        if factor != 1:
            value = factor * value
            error = abs(factor) * error + 2 * self.r.u * np.abs(value)
        return Compared(self.own_name.get(name, name), self.given[name].value, value, error, kinks)

    def _answers(self, found: Sequence[Row]) -> dict[str, Step]:
        """Every step that was asked about, by the code's own name for it."""
        done: dict[str, Step] = {}
        beyond = (
            not largest_of([size for asked in self.asked.values() for size in asked.met]) < self.r.largest
        )
        for (name, asked), row in zip(self.asked.items(), found):
            done[row.quantity] = (
                self._settled(name, asked, row)
                if row.verdict == "wrong" or (beyond and self._beyond(asked))
                else Step(row, asked.through)
            )
        return done

    def _settled(self, name: str, asked: _Asked, row: Row) -> Step:
        """What a step is that is not simply right: beyond the range, right otherwise, a form, or wrong."""
        in_range = self._in_range(asked)
        step = Step(row if in_range is asked.compared else _row(in_range), asked.through)
        if step.verdict == "wrong" and asked.otherwise and (another := asked.otherwise()):
            compared = self._compared(name, *another, asked.compared.kinks)
            row = _row(self._in_range(asked._replace(compared=compared, met=[])))
            step = step if step.row.share <= row.share else Step(row, asked.through)
        if step.verdict == "wrong" and asked.forms:
            step = self._as_a_form(name, step, self.reading.times(name), asked.forms)
        return step

    def _beyond(self, asked: _Asked) -> bool:
        return not largest_of(asked.met) < self.r.largest

    def _in_range(self, asked: _Asked) -> Compared:
        """A step beyond the range of the format, or fed with what is not finite, has no expectation."""
        own, given, value, allowance, kinks = asked.compared
        there = np.isfinite(value) & np.isfinite(allowance) & (not self._beyond(asked))
        if there.all():
            return asked.compared
        given, value = np.where(there, given, 0.0), np.where(there, value, 0.0)
        return Compared(own, given, value, np.where(there, allowance, np.inf), kinks)

    def _red(self, name: str) -> bool:
        """Whether a quantity was given and is not what its inputs make of it."""
        return name in self.asked and not _fits(self._in_range(self.asked[name]))

    def _computed(self, name: str, near: Near, otherwise: Otherwise | None, forms: Forms | None) -> Near:
        """What was not given: in the reading's form, or somewhere between all that it may be."""
        chosen = dict(self.reading.forms).get(name)
        for form, of in forms() if chosen and forms else ():
            if chosen and form.name == chosen.name:
                labels = () if name.startswith("a") else (self.network.arrays.y,)
                known, plain = form.bounded(self.r, of, *labels), form.plain(self.network.dtype, of, *labels)
                return Near(known.value, np.where(np.isfinite(plain), known.error, np.inf))
        if otherwise and (another := otherwise()):
            value, error = another
            near = Near(near.value, np.maximum(near.error, np.abs(value - near.value) + error))
        # Behind what overflows anything may be, and no number is above or below a nan.
        return Near(near.value, np.where(np.isnan(near.error), np.inf, near.error))

    def _as_a_form(self, name: str, step: Step, factor: float, forms: Forms) -> Step:
        """The step with the form that explains it: without an epsilon, if one does, and as near as can be."""
        given = self.given[name].value
        labels = () if name.startswith("a") else (self.network.arrays.y,)
        extra = self.near["penalty"] if name == "loss" else Near(np.zeros(()), np.zeros(()))
        last = self.spec.depth
        best, nearest = step, (-1.0, 0.0)
        for form, of in forms():
            if form.epsilon and best.form and not best.form.epsilon:
                break
            about = ("form", name, form.name, of, self._at_kinks(last), self.near[f"a{last}"])
            known, plain = self._once(about, partial(form.evaluated, self.r, self.network.dtype, of, *labels))
            value, allowance = factor * (known.value + extra.value), known.error + extra.error
            allowance = abs(factor) * allowance + 4 * self.r.u * np.abs(value)
            plain = factor * (plain + extra.value)
            # What overflows or is divided by 0 is seen in the format itself.
            open_ended = ~np.isfinite(allowance)
            broken = ~np.isfinite(given) & (~np.isfinite(plain) | open_ended)
            broken |= (given == plain) & open_ended
            off = np.abs(given - value)
            if not (broken | (off <= allowance) & ~open_ended).all():
                continue
            share = float(np.max(np.where(broken, 0.0, off / allowance), initial=0.0))
            how_near = (float((given == plain).mean()), -share)
            if how_near > nearest:
                declared = bool(form.epsilon) and form.epsilon == self.network.epsilon
                best, nearest = (
                    replace(step, form=form, lost=_lost(self.network.dtype, step.row), declared=declared),
                    how_near,
                )
        return best

    # --- forwards ---------------------------------------------------------------------------------------

    def _masked(self, layer: int) -> None:
        """kept from a: what a hidden layer's mask leaves, scaled up; where none acts, a itself."""
        mask = mask_of(self.spec, self.network.arrays.masks, layer)
        a, name = f"a{layer}", f"kept{layer}"
        if mask is not None:
            return self.judge(name, *self._dropped(self.near[a], mask, layer), (a,))
        self.near[name] = self.near[a]
        if a in self.through:
            self.through[name] = self.through[a]
        return None

    def _dropped(self, q: Near, mask: Array, layer: int) -> tuple[Array, Array]:
        r = self.r

        def dropped() -> tuple[Array, Array]:
            scale = mask / (1 - self.spec.drop_rate(layer))
            return q.value * scale, scale * (q.error + r.gamma(4) * r.met(q.size)) + r.tiny

        found: tuple[Array, Array] = self._once(("dropped", q), dropped)
        return found

    def _forward(self, layer: int, W: Array, b: Array | None) -> Asking[None]:
        r, below, n, sizes = self.r, f"kept{layer - 1}", W.shape[1], self.network.sizes[layer - 1].T
        a_prev, rounded = self.near[below], self._rounded(below)

        def affine() -> tuple[Array, Array]:
            value = functional.linear(_tensor(a_prev.value), *self.network.tensors[layer - 1]).numpy()
            error = self._product_error(a_prev, rounded, sizes, n + (b is not None))
            return value, error if b is None else error + r.gamma(n + 1) * np.abs(b)

        value, error = self._once(("z", layer, a_prev, rounded), affine)
        self.judge(f"z{layer}", value, error, (below,))
        z, name, inputs = self.near[f"z{layer}"], self.spec.activations[layer - 1], (f"z{layer}",)
        # Where the sign of z is itself a matter of rounding, either side of a kink is honest.
        if name in KINKED:
            about = ("at kinks", z, a_prev, rounded)
            self.kinks[layer] = self._once(about, lambda: Near(z.value, np.maximum(z.error, error)))
        if name == "softmax" or ("p" in self.given and layer == self.spec.depth):
            near = self._once(("softmax", z), lambda: _softmax(r, z))
            if name != "softmax":
                self.judge("p", near.value, near.error, inputs)
        if name != "softmax":
            near = yield from self._curved(self._curve(layer, z))
        self.evaluated[layer] = near

        def forms() -> Iterator[tuple[Form, Near]]:
            return ((form, self._exact(f"z{layer}")) for form in activation_forms(name))

        self.judge(f"a{layer}", near.value, near.error, inputs, forms=forms)

    def _exact(self, name: str) -> Near:
        """A quantity as a form takes it: exactly what was given."""
        near = self.near[name]
        if name not in self.given:
            return near
        found: Near = self._once(("exactly", near), lambda: Near(near.value, np.zeros_like(near.value)))
        return found

    def _given(self, name: str) -> bool:
        """Whether a quantity is known but for the rounding of its report."""
        if name.startswith("kept") and name not in self.given:  # no mask acts: it is a itself
            name = f"a{name[4:]}"
        return name == "a0" or (
            name not in self.through and name not in self.slack and name not in self.network.inexact
        )

    def _rounded(self, name: str) -> int:
        """By how many roundings a given quantity is off; 0 for one that is off by an error of its own."""
        return 1 + (self.reading.carried != 1) if self._given(name) else 0

    def _product_error(self, p: Near, rounded: int, sizes: Array, n: int) -> Array:
        """The error of p @ M in n roundings, from the sizes of M, with those of a given p."""
        r = self.r
        if rounded:
            return r.gamma(n + rounded) * r.met(p.magnitude @ sizes) + n * r.tiny
        return p.error @ sizes + r.gamma(n) * r.met(p.size @ sizes) + n * r.tiny

    def _loss(self) -> Asking[Array]:
        """Its steps; and its gradient, by the last z or a that it is a function of."""
        last, r, spec, y = self.spec.depth, self.r, self.spec, self.network.arrays.y
        z, a, fused = self.near[f"z{last}"], self.near[f"a{last}"], self.network.fused
        known = self.network.once.get(("loss", z, a))
        if known is None:
            # Of the last z, or of the code's own a.
            leaf = _tensor(z.value if fused else a.value).requires_grad_()
            entropy = (
                reference.LOSSES.get(spec.loss) or reference.LOSSES[f"{spec.loss} {spec.activations[-1]}"]
            )
            loss = entropy(leaf, leaf, self.network.y)  # whichever of the two it takes
            (tensor,) = yield Question(differentiated, None, ([loss], [leaf], [None]))
            known = self.network.once.setdefault(("loss", z, a), (loss.detach().numpy(), tensor.numpy()))
        value, gradient = known
        error = self._once(("loss's error", z, a), lambda: error_bound._loss(r, spec, [], z, a, y))
        forms = self._of_labels(loss_forms)

        def data_of_a() -> tuple[Array, Array] | None:
            if not (fused and self._red(f"a{last}")):
                return None
            data = entropy_of_a(r, spec.loss, a, y)
            return data.value, data.error

        self.judge("data_loss", value, error, (f"z{last}" if fused else f"a{last}",), 0, data_of_a, forms)
        penalty, rounded = self._once(("penalty",), lambda: self.network.penalty(r))
        self.judge("penalty", penalty, rounded, ())
        given, extra = self.near["data_loss"], self.near["penalty"]
        added = extra.error + (r.gamma(2) * (given.size + extra.size) if penalty else 0.0)

        def of_a() -> tuple[Array, Array] | None:
            data = data_of_a()
            return data and (data[0] + extra.value, data[1] + added)

        total, inputs = given.value + extra.value, ("data_loss", "penalty")
        self.judge("loss", total, given.error + added, inputs, 0, of_a, forms)
        return gradient

    def _of_labels(
        self, listed: Callable[[NetworkSpec], Iterator[Form]], slope: Callable[[], Near] | None = None
    ) -> Forms | None:
        """The forms of an entropy, each with the last z or a, exactly as it was given; perhaps chained."""
        if not LOSSES[self.spec.loss].probabilities:
            return None
        return lambda: (
            (form.times(slope()) if slope else form, self._exact(f"{form.takes}{self.spec.depth}"))
            for form in listed(self.spec)
        )

    # --- backwards --------------------------------------------------------------------------------------

    def _last(self, gradient: Array) -> Asking[None]:
        """The last da, where the loss is computed from a, and the last dz."""
        last, r, spec, y = self.spec.depth, self.r, self.spec, self.network.arrays.y
        z, a, forms = self.near[f"z{last}"], self.near[f"a{last}"], self._of_labels(last_dz_forms)
        if not self.network.fused:
            error = self._once(("da", a, z), lambda: self._loss_backward_to_a(gradient))
            self.judge(f"da{last}", gradient, error, (f"a{last}",), forms=forms)
            yield from self._slope(last)
            return
        of_z = self._f_of_z(last)
        error = self._once(("dz", z, of_z), lambda: error_bound.loss_backward(r, spec, z, of_z, y))
        if f"da{last}" in self.given:
            of_a = entropy_da(r, spec.loss, a, y)
            self.judge(f"da{last}", of_a.value, of_a.error, (f"a{last}",))
        self.judge(f"dz{last}", gradient, error, (f"z{last}",), 0, self._fused_from_a, forms)

    def _loss_backward_to_a(self, gradient: Array) -> Array:
        """The error of the last da; what divides it may be multiplied in last."""
        r, a = self.r, self.near[f"a{self.spec.depth}"]
        error = error_bound.loss_backward_to_a(r, self.spec, a, self.network.arrays.y)
        return error_bound.curve_backward(r, "identity", gradient, error, *(a.value, a.error) * 2)[0]

    def _fused_from_a(self) -> tuple[Array, Array] | None:
        """The last dz of a fused loss as a function of a, where that a is itself wrong."""
        last, spec, r, y = self.spec.depth, self.spec, self.r, self.network.arrays.y
        if self._red(f"da{last}"):
            return self._slope_from_a(last)
        if not self._red(f"a{last}"):
            return None
        a, B, labels = self.near[f"a{last}"], len(y), y.sum(axis=1, keepdims=True)
        size = r.gamma(y.shape[1] + 4) * (a.size * (1 + labels) + y + labels)
        if (spec.loss, spec.activations[-1]) == ("categorical_cross_entropy", "softmax"):
            return (a.value * labels - y) / B, size / B
        if spec.activations[-1] == "softmax":
            return None
        if spec.loss == "binary_cross_entropy":
            return (a.value - y) / y.size, size / y.size
        return -y * (1 - a.value) / B, size / B

    def _slope(self, layer: int) -> Asking[None]:
        """dz from da and the slope at z."""
        name, da = self.spec.activations[layer - 1], self.near[f"da{layer}"]
        z, a = self._at_kinks(layer), self._f_of_z(layer)
        if name == "softmax":
            near = self._once(("dz", da, z, a), lambda: _softmax_backward(self.r, da, z, a))
        else:
            near = yield from self._curved(self._curve_backward(layer, da))
        kinks = self._once(("kinks", z), lambda: int(undecided(z).sum())) if name in KINKED else 0

        def of_a() -> tuple[Array, Array] | None:
            known = name in SLOPES_OF_A or name == "softmax"
            return self._slope_from_a(layer) if known and self._red(f"a{layer}") else None

        def slope() -> Near:
            found: Near = self._once(("slope", z, a), lambda: error_bound.CURVES[name][1](self.r, z, a))
            return found

        chained = slope if name != "identity" else None
        forms = self._of_labels(last_dz_forms, chained) if layer == self.spec.depth else None
        self.judge(f"dz{layer}", near.value, near.error, (f"da{layer}", f"z{layer}"), kinks, of_a, forms)

    def _curved(self, asked: Curved) -> Asking[Near]:
        """What was asked ahead, or is asked now."""
        yield from self._ahead([asked])
        found, met = self.network.once[asked]
        self.r.note(met)
        return found

    def _at_kinks(self, layer: int) -> Near:
        """z, as far as its sign is a matter of rounding where that decides."""
        return self.kinks[layer] if self.spec.activations[layer - 1] in KINKED else self.near[f"z{layer}"]

    def _f_of_z(self, layer: int) -> Near:
        """What stands for a in a slope: f of the code's z, or a as it was computed where none was given."""
        return self.evaluated[layer] if f"a{layer}" in self.given else self.near[f"a{layer}"]

    def _slope_from_a(self, layer: int) -> tuple[Array, Array]:
        """The same from the code's own a, for an a that is itself wrong."""
        name, da, a = self.spec.activations[layer - 1], self.near[f"da{layer}"], self.near[f"a{layer}"]
        v = a.value
        if name == "softmax":
            value = v * (da.value - (v * da.value).sum(axis=1, keepdims=True))
            return value, error_bound.softmax_backward(self.r, da, a)
        slope = SLOPES_OF_A[name](v)
        size = 3 * self.r.u * (1 + np.abs(v)) ** 2
        return da.value * slope, self.r.gamma(4) * np.abs(da.value * slope) + da.size * size

    def _backward(self, layer: int, W: Array, b: Array | None) -> Asking[None]:
        r, B, own, below = self.r, len(self.network.arrays.x), f"dz{layer}", f"kept{layer - 1}"
        dz, a_prev, rounded = self.near[own], self.near[below], self._rounded(own)
        exactly = rounded and self._given(below)

        def weights() -> tuple[Array, Array]:
            value = torch.mm(_tensor(dz.value).T, _tensor(a_prev.value)).numpy()
            if exactly:
                error = r.gamma(B + 2 + rounded) * r.met(dz.magnitude.T @ a_prev.magnitude) + B * r.tiny
            else:
                error = error_bound._product(r, dz.T, a_prev, n=B + 1, multiply=np.matmul)
            return self._penalised(layer, value, error)

        def biases() -> tuple[Array, Array]:
            if rounded:
                error = r.gamma(B + rounded) * r.met(dz.magnitude.sum(axis=0)) + B * r.tiny
            else:
                error = dz.error.sum(axis=0) + r.gamma(B) * r.met(dz.size.sum(axis=0)) + B * r.tiny
            return dz.value.sum(axis=0), error

        def inputs() -> tuple[Array, Array]:
            value = torch.mm(_tensor(dz.value), self.network.tensors[layer - 1][0]).numpy()
            return value, self._product_error(dz, rounded, self.network.sizes[layer - 1], len(W) + 1)

        value, error = self._once(("dW", dz, a_prev, rounded, exactly), weights)
        self.judge(f"dW{layer}", value, error, (own, below))
        if b is not None:
            value, error = self._once(("db", dz, rounded), biases)
            self.judge(f"db{layer}", value, error, (own,))
        value, error = self._once(("da", dz, rounded), inputs)
        name = f"da{layer - 1}" if layer > 1 else "dx"
        mask = mask_of(self.spec, self.network.arrays.masks, layer - 1)
        if mask is None:
            self.judge(name, value, error, (own,))
        else:
            kept = f"dkept{layer - 1}"
            self.judge(kept, value, error, (own,))
            self.judge(name, *self._dropped(self.near[kept], mask, layer - 1), (kept,))
        if layer > 1:
            yield from self._slope(layer - 1)

    def _penalised(self, layer: int, value: Array, error: Array) -> tuple[Array, Array]:
        """dW with the gradient of the penalty."""
        (W, _), B = self.network.arrays.params[layer - 1], len(self.network.arrays.x)
        r, spec = self.r, self.spec
        if spec.l1 or spec.l2:
            extra = spec.l1 + spec.l2 * self.network.sizes[layer - 1]
            value = value + spec.l1 * np.sign(W) + spec.l2 * W
            error = error + r.gamma(2) * (np.abs(value) + error) + r.gamma(B + 4) * extra + r.tiny
            error = error + spec.l1 * (W == 0)  # the kink of |w|
        return value, error

    # --- what was not given -----------------------------------------------------------------------------

    def _recover(self, layer: int, expected: Near) -> None:
        """On a single example db is dz, and dW is dz times the activation below: one of them gives dz.

        Where they contradict each other, the one that is what dz should be is believed: the other is wrong.
        """
        name, factor = f"dz{layer}", self.reading.carried
        candidates = [each for each in (self._from_db(layer), self._from_dW(layer)) if each is not None]
        for dz, slack in (*candidates, *candidates[:1]):
            self.given[name] = Near(dz * factor, self.r.u * np.abs(dz * factor))
            self.slack[name] = np.where(np.isfinite(slack), slack, 0.0)
            compared = self._compared(name, expected.value, expected.error)
            if _fits(self._in_range(_Asked(compared, (), None, None, self.r.taken()))):
                return

    def _from_db(self, layer: int) -> tuple[Array, Array] | None:
        db = self.given.get(f"db{layer}")
        return None if db is None else (db.value[None, :], self.r.u * np.abs(db.value[None, :]))

    def _from_dW(self, layer: int) -> tuple[Array, Array] | None:
        W, given = self.network.arrays.params[layer - 1][0], self.given.get(f"dW{layer}")
        below = self.near[f"kept{layer - 1}"]
        room = np.abs(below.value[0]) - below.error[0]
        k = int(np.argmax(room))
        if given is None or not room[k] > 0:
            return None
        dW = given.value[:, k]
        penalty = self.spec.l1 * np.sign(W[:, k]) + self.spec.l2 * W[:, k]
        dz = (dW - penalty) / below.value[0, k]
        rounded = self.r.gamma(6) * (np.abs(dW) + np.abs(penalty)) + self.r.tiny
        return dz[None, :], ((rounded + np.abs(dz) * below.error[0, k]) / room[k])[None, :]


def _row(compared: Compared) -> Row:
    """The row of one quantity."""
    ((row,),) = rows(None, [[compared]])
    return row


def _fits(compared: Compared) -> bool:
    """Whether every entry is within its allowance."""
    return bool((np.abs(compared.found - compared.expected) <= compared.allowance).all())


# --- end to end --------------------------------------------------------------------------------------


def as_read(known: Truth, network: Network, steps: Steps) -> Truth:
    """The truth as the code carries its numbers, and with what its forms may have lost.

    For a form the walk itself is the truth: with nothing given, every step is computed from the one before.
    """
    reading, forms = steps.reading, steps.forms
    if steps.plain:
        return known
    expected, allowances, kinks = dict(known.expected), dict(known.allowances), dict(known.kinks)
    if forms:
        walk = _Walk(network.answered({}), replace(reading, forms=forms))
        alone(walk.steps())
        for name in allowances:
            near = walk.near[name]
            there = np.isfinite(near.value) & np.isfinite(near.error)
            expected[name] = np.where(there, near.value, known.expected[name])
            allowances[name] = np.where(there, near.error, np.inf)
    for theirs, ours in reading.renamed:
        source = ours if ours in expected else ""
        if source:
            expected[theirs], allowances[theirs] = expected[source], allowances[source]
        else:
            allowances.pop(theirs, None)
    for name in allowances:
        if (factor := reading.times(name)) != 1:
            expected[name] = factor * expected[name]
            u = 2 * Rounding("float64").u
            allowances[name] = abs(factor) * allowances[name] + u * np.abs(expected[name])
    return Truth(expected, allowances, kinks, known.out_of_range)


def _where_bounded(given: Array, known: Truth, name: str) -> Array:
    """A quantity behind a form that overflows: what may be anything there, and what it made nan, is right."""
    expected, given = known.expected[name], np.asarray(given)
    if given.shape != expected.shape or given.dtype.kind not in "fiu":
        return given
    return np.where(np.isfinite(given) & np.isfinite(known.allowances[name]), given, expected)


# --- readings ----------------------------------------------------------------------------------------


def _carried(network: Network, reading: Reading, best: Steps) -> Iterator[Reading]:
    """dz and da a multiple of the gradient, such as without 1/B, where dW, db and dx are the gradient."""
    B, K = network.arrays.y.shape
    sizes = dict.fromkeys((1, B, K, B * K))
    for factor in [sign * size * part for size in sizes for part in (1, 0.5, 2) for sign in (1, -1)]:
        if factor != 1 and any(_multiplied(step.row, factor) for step in best.wrong):
            said = f"dz and da are carried as {factor:g} times the gradient, and dW and db make up for it"
            carried = replace(reading, carried=float(factor), said=(*reading.said, said))
            yield carried
            if "dx" in network.given:
                yield replace(carried, carried_dx=True)


def _multiplied(row: Row, factor: float) -> bool:
    """Whether a wrong step looks like a carried factor: in dz or da, or left out of what was made of them."""
    if CARRIED.fullmatch(row.quantity):
        return abs(row.examined - factor * row.expected) <= 2 * abs(factor) * row.allowance
    return abs(factor * row.examined - row.expected) <= 2 * max(1, abs(factor)) * row.allowance


def _renamed(letter: str, ours: str, said: str) -> "Change":
    def change(network: Network, reading: Reading, best: Steps) -> Iterator[Reading]:
        found = network.given
        hidden = [layer for layer in range(1, network.spec.depth) if f"{ours}{layer}" in network.shapes]
        pairs = [(f"{letter}{layer}", f"{ours}{layer}") for layer in hidden]
        pairs = [(theirs, name) for theirs, name in pairs if theirs in found and name not in found]
        if pairs and any(step.quantity.startswith(letter) for step in best.wrong):
            yield replace(reading, renamed=(*reading.renamed, *pairs), said=(*reading.said, said))

    return change


def _softmax_as_a(network: Network, reading: Reading, best: Steps) -> Iterator[Reading]:
    """The last a is softmax(z), where the loss contains the softmax and the a of its spec is z."""
    name = f"a{network.spec.depth}"
    if network.spec.loss == "cross_entropy" and any(step.quantity == name for step in best.wrong):
        said = f"{name} is the softmax that the loss contains"
        yield replace(reading, renamed=(*reading.renamed, (name, "p")), said=(*reading.said, said))


def _places(network: Network, steps: Steps) -> Iterator[tuple[list[str], Iterator[Form]]]:
    """What was not given and may be in a form: every a of one activation, or the last dz; and its forms."""
    spec, places = network.spec, dict[str, list[str]]()
    for name in steps.not_given:
        if name.startswith("a"):
            places.setdefault(spec.activations[int(name[1:]) - 1], []).append(name)
        elif name == f"dz{spec.depth}" and LOSSES[spec.loss].probabilities:
            places["dz"] = [name]
    for kind, found in places.items():
        yield found, last_dz_forms(spec) if kind == "dz" else activation_forms(kind)


def _guesses(network: Network, steps: Steps) -> Iterator[Reading]:
    """The readings with one form more that loses digits."""
    for found, forms in _places(network, steps):
        for form in forms:
            if not form.epsilon:
                more = tuple((name, form) for name in found)
                yield replace(steps.reading, forms=(*steps.reading.forms, *more))


def _named(network: Network, steps: Steps, row: Row, reading: Reading) -> Steps:
    """The steps in a reading whose last form explains a row that is wrong end to end only."""
    form, lost = reading.forms[-1][1], _lost(network.dtype, row)
    named = (
        replace(step, form=form, lost=lost) if step.quantity == row.quantity else step for step in steps.steps
    )
    return replace(steps, steps=tuple(named), reading=reading)


def _formed(network: Network, reading: Reading, best: Steps) -> Asking[Steps]:
    """The steps that are wrong through something that was not given, where a form of that explains them."""
    # One kind after the other, each in the form that explains most beside those before.
    for names_of_it, forms in _places(network, best) if best.wrong else ():
        now, chosen, assumed = best, None, reading
        for form in forms:
            if form.epsilon and chosen and not chosen.epsilon:
                break
            with_it = replace(reading, forms=(*reading.forms, *((name, form) for name in names_of_it)))
            other = yield from _Walk(network, with_it).steps()
            if len(other.wrong) < len(now.wrong):
                now, chosen, assumed = other, form, with_it
        if chosen:
            declared = bool(chosen.epsilon) and chosen.epsilon == network.epsilon
            steps = tuple(
                replace(was, form=chosen, lost=_lost(network.dtype, was.row), declared=declared)
                if was.verdict == "wrong" != then.verdict
                else was
                for was, then in zip(best.steps, now.steps)
            )
            reading = assumed if declared or not chosen.epsilon else reading
            best = replace(best, steps=steps, reading=reading)
    return best


def _lost(dtype: str, row: Row) -> int:
    """The decimal digits that are lost at the entry which a row shows."""
    u = Rounding(dtype).u
    off = row.apart / abs(row.expected) if row.expected else np.inf
    return int(np.ceil(min(-np.log10(u), np.log10(off / u)))) if off < np.inf else int(-np.log10(u))


Change = Callable[[Network, Reading, Steps], Iterator[Reading]]
CHANGES: tuple[Change, ...] = (
    _renamed("a", "kept", "every a is given as it is behind its mask"),
    _renamed("da", "dkept", "every da is given as it is behind its mask"),
    _renamed("da", "dz", "every da is given as it is behind the slope, in place"),
    _softmax_as_a,
    _carried,
)


# --- torch -------------------------------------------------------------------------------------------


def _tensor(array: Array) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))


def _softmax(r: Rounding, z: Near) -> Near:
    p = reference.ACTIVATIONS["softmax"](_tensor(z.value)).numpy()
    return Near(p, error_bound.softmax(r, z, p))


def _softmax_backward(r: Rounding, da: Near, z: Near, a: Near) -> Near:
    return Near(_differentiated("softmax", da.value, z.value), error_bound.softmax_backward(r, da, a))


def _curve(r: Rounding, name: str, z: Array, error: Array) -> tuple[Array, Array]:
    """An activation that acts entry by entry, with its error."""
    value = reference.ACTIVATIONS[name](_tensor(z)).numpy()
    return value, *error_bound.curve(r, name, z, error, value)


def _curve_backward(r: Rounding, name: str, *arrays: Array) -> tuple[Array, Array]:
    """dz with its error, from value and error of da, z and a."""
    return _differentiated(name, arrays[0], arrays[2]), *error_bound.curve_backward(r, name, *arrays)


def _differentiated(name: str, da: Array, z: Array) -> Array:
    """dz."""
    leaf = _tensor(z).requires_grad_()
    graph = [reference.ACTIVATIONS[name](leaf)], [leaf], [_tensor(da)]
    found: Array = differentiated(None, [graph])[0][0].numpy()
    return found
