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
The referee's evaluation has the same bound in float64. Nothing is sized by what the code answered for the
step itself.

Any quantity may be missing. Then it is computed from what precedes it, with the error that this may have,
and a step that turns out wrong says which quantities it was judged `through`: the mistake may be in any of
them. On a single example a missing dz is recovered first: db is dz, and dW is dz times the activation below.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from backproof.parity_tests import error_bound
from backproof.parity_tests.cases import Arrays, in_float64
from backproof.parity_tests.comparison import (
    Compared,
    Report,
    Row,
    Truth,
    Witness,
    answered,
    compare,
    in_shape,
    rows,
    truth,
)
from backproof.parity_tests.error_bound import KINKED, Near, Rounding, undecided
from backproof.parity_tests.forms import (
    Form,
    activation_forms,
    entropy_da,
    entropy_of_a,
    last_dz_forms,
    loss_forms,
)
from backproof.reference import network as reference
from backproof.scratch.errors import InputError
from backproof.scratch.spec import LEAK, LOSSES, Array, NetworkSpec, check_inputs, check_labels, mask_of

Quantities = dict[str, Array]


@dataclass(frozen=True)
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
class Steps:
    """Every step of one network, in the order of computation, in the reading that explains most.

    reading is how the code carries its numbers, where it is not how they are named here. not_given names
    what had to be computed or recovered.
    """

    steps: tuple[Step, ...]
    reading: "Reading" = field(default_factory=lambda: Reading())
    not_given: tuple[str, ...] = ()

    @property
    def wrong(self) -> tuple[Step, ...]:
        """The steps that are wrong by themselves."""
        return tuple(step for step in self.steps if step.verdict == "wrong")

    @property
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
        seen = [step for step in self.steps if step.form and step.verdict in ("unstable", "ok")]
        names = [("data_loss" if step.quantity == "loss" else step.quantity, step) for step in seen]
        own = [(name, step.form) for name, step in names if step.form and not step.through]
        return (*self.reading.forms, *own)

    @property
    def readings(self) -> tuple[str, ...]:
        """How the code carries its numbers, in a sentence each; () where they are what their names say."""
        return self.reading.said

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
class Reading:
    """A way of carrying numbers. carried: dz and da are that many times the gradient; renamed: which answer
    stands for which quantity, such as a1 for kept1 in code that keeps the activation behind the mask; forms:
    the form of a quantity that was not given."""

    carried: float = 1.0
    renamed: tuple[tuple[str, str], ...] = ()
    forms: tuple[tuple[str, Form], ...] = ()
    said: tuple[str, ...] = ()


# What nobody needs to answer: it is no step of its own in most code.
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


def judge(witness: Witness, spec: NetworkSpec, arrays: Arrays, epsilon: float | None = None) -> Judged:
    """Judges a witness both ways: its steps, and the whole against autograd.

    A network beyond the range of its dtype is not put to the witness at all. Raises as comparison.judge.
    """
    known = truth(spec, arrays)
    if known.out_of_range:
        return Judged((), out_of_range=True)
    return judge_answer(spec, arrays, answered(witness, spec, arrays, known), known, epsilon)


def judge_answer(
    spec: NetworkSpec, arrays: Arrays, found: Quantities, known: Truth, epsilon: float | None = None
) -> Judged:
    """The same of quantities that were answered already, where the truth is known."""
    steps = _judged(_Network.of(spec, arrays, epsilon), found)  # whose truth is known was checked
    known = _read(known, spec, arrays, steps)
    parts = {name: value for name, value in found.items() if name in known.allowances}
    if steps.forms:
        parts = {name: _where_bounded(value, known, name) for name, value in parts.items()}
    report = compare(parts, known)
    return Judged(report.rows, not_given=report.not_given, steps=steps)


OPTIONAL = ("data_loss", "penalty")
CARRIED = re.compile(r"(dz|da|dkept)[0-9]+")  # what may be carried as a multiple of the gradient


def judge_steps(spec: NetworkSpec, arrays: Arrays, found: Quantities, epsilon: float | None = None) -> Steps:
    """Judges every step whose result was given, in the reading of the numbers that explains most.

    spec with the dtype of the code; arrays as it was given them; found: what it answered, by name, any of
    `names`, in the shapes of scratch; epsilon: the one that its logarithms or denominators are declared to
    hold. Raises SpecError where the arrays do not fit the spec, InputError for
    an unknown name, another shape, or what holds no real numbers.
    """
    check_inputs(spec, arrays.params, arrays.x, arrays.masks)
    return _judged(_Network.of(spec, arrays, epsilon), found)


def _judged(network: "_Network", found: Quantities) -> Steps:
    unknown = [name for name in found if name not in network.names]
    if unknown:
        raise InputError(f"unknown quantity {unknown[0]!r}", f"name any of {', '.join(network.names)}")
    with np.errstate(all="ignore"):
        best = _Walk(network, found, Reading()).steps()
        reading = Reading()
        # Twice, since one way of carrying numbers may show only where another is known.
        for change in CHANGES * 2:
            for changed in change(network, found, reading, best) if best.wrong else ():
                other = _Walk(network, found, changed).steps()
                accused = {step.quantity for step in other.wrong}
                before = {step.quantity for step in best.wrong}
                # A reading that accuses a step which is right as it stands explains nothing, unless it sets
                # the last dz right, from which all others follow, and most of them with it.
                last = f"dz{network.spec.depth}"
                rights = last in before - accused and 2 * len(accused) <= len(before)
                if len(accused) < len(before) and (accused <= before or rights):
                    best, reading = other, changed
        return _formed(network, found, reading, best)


def names(spec: NetworkSpec, masks: Sequence[Array] | None) -> list[str]:
    """Every quantity that may be given, in the order of computation."""
    depth = spec.depth
    masked = [layer for layer in range(depth) if mask_of(spec, masks, layer) is not None]
    found = ["kept0"] if 0 in masked else []
    for layer in range(1, depth + 1):
        found += [f"z{layer}", f"a{layer}", *([f"kept{layer}"] if layer in masked else [])]
    found += ["data_loss", "penalty", "loss", f"da{depth}"]
    for layer in range(depth, 0, -1):
        found += [f"dz{layer}", f"dW{layer}", *([f"db{layer}"] if spec.biases else [])]
        found += [f"dkept{layer - 1}"] if layer - 1 in masked else []
        found += [f"da{layer - 1}" if layer > 1 else "dx"]
    return found


@dataclass(frozen=True)
class _Network:
    """The arrays of one network in float64, and the format of the examined code."""

    spec: NetworkSpec
    arrays: Arrays
    dtype: str
    names: list[str]
    epsilon: float | None
    sizes: list[Array]  # |W| of every layer

    @classmethod
    def of(cls, spec: NetworkSpec, arrays: Arrays, epsilon: float | None) -> "_Network":
        spec64, exact = in_float64(spec, arrays)
        y = check_labels(spec64, exact.y, len(exact.x))
        sizes = [np.abs(W) for W, _ in exact.params]
        return cls(spec64, exact._replace(y=y), spec.dtype, names(spec, arrays.masks), epsilon, sizes)

    @property
    def fused(self) -> bool:
        """Whether the loss is computed from the last z, so that no da belongs between them."""
        return LOSSES[self.spec.loss].of_z


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


class _Walk:
    """One walk through the steps, forwards and backwards, in one reading.

    near holds for every quantity what later steps are fed with, and through what was not given for it.
    """

    def __init__(self, network: _Network, found: Quantities, reading: Reading) -> None:
        renamed = dict(reading.renamed)
        self.own_name = {ours: theirs for theirs, ours in reading.renamed}
        self.slack: dict[str, Array] = {}  # how far a recovered quantity may be off by its recovery
        self.network, self.spec, self.reading = network, network.spec, reading
        self.found = {renamed.get(name, name): value for name, value in found.items()}
        self.r = Rounding(network.dtype)
        self.sizes = network.sizes
        # The code's own error, and the referee's in float64, which is that much smaller.
        self.wider = 1 + Rounding("float64").u / self.r.u
        self.near: dict[str, Near] = {}
        self.graphs: dict[int, tuple[Tensor, Tensor]] = {}  # torch's z and f(z) of every layer
        self.evaluated: dict[int, Near] = {}  # f of the code's z, by any honest evaluation
        self.kinks: dict[int, Near] = {}  # z, as far as its sign is a matter of rounding
        self.slopes: dict[int, Array] = {}  # dz by autograd, of the layers whose da was given
        self.through: dict[str, tuple[str, ...]] = {}
        self.red: set[str] = set()
        self.inexact: set[str] = set()  # given, with entries below the smallest normal number
        # What was judged; the rows of what is right are made together at the end.
        self.done: list[tuple[Compared, Step | None, tuple[str, ...]]] = []

    def steps(self) -> Steps:
        params, x, y, _ = self.network.arrays
        self.near["a0"], self.through["a0"] = Near(x, np.zeros_like(x)), ()
        self._masked(0)
        for layer in range(1, self.spec.depth + 1):
            self._forward(layer, *params[layer - 1])
            self._masked(layer)
        self._loss(y)
        self._last(y)
        for layer in range(self.spec.depth, 0, -1):
            self._backward(layer, *params[layer - 1])
        right = iter(rows([compared for compared, step, _ in self.done if step is None]))
        done = [step or Step(next(right), through) for _, step, through in self.done]
        # What led to something right is right.
        cleared = {name for step in done if step.verdict == "ok" for name in step.through}
        order = {name: number for number, name in enumerate(self.network.names)}
        done = [
            replace(step, through=tuple(name for name in step.through if name not in cleared))
            if step.through
            else step
            for step in sorted(done, key=lambda step: order[step.quantity])
        ]
        return Steps(tuple(done), self.reading, self._not_given())

    def _not_given(self) -> tuple[str, ...]:
        skipped = (*OPTIONAL, f"da{self.spec.depth}")
        return tuple(name for name in self.network.names if name not in self.found and name not in skipped)

    def judge(
        self,
        name: str,
        value: Array,
        error: Array,
        inputs: Sequence[str],
        kinks: int = 0,
        otherwise: Sequence[Callable[[], tuple[Array, Array]]] = (),
        forms: "Callable[[], Iterator[tuple[Form, Near]]] | None" = None,
    ) -> None:
        """Compares a quantity with its step's value, where it was given, and keeps what later steps take.

        otherwise: what the value is as well where some input was itself wrong, such as a slope from a.
        forms: how else the step is written, each with what it is a function of.
        """
        through: tuple[str, ...] = ()
        for each in inputs:
            if self.through[each]:
                through = tuple(dict.fromkeys((*through, *self.through[each])))
        if name not in self.found and name.startswith("dz"):
            self._recover(int(name[2:]), Near(value, error))
        if name not in self.found:
            skipped = () if name in OPTIONAL or name == f"da{self.spec.depth}" else (name,)
            self.near[name] = self._computed(name, Near(value, error), otherwise, forms)
            self.through[name] = (*through, *skipped)
            return
        factor = self.reading.carried if self.reading.carried != 1 and CARRIED.fullmatch(name) else 1.0
        own = self.own_name.get(name, name)
        given = in_shape(own, self.found[name], value.shape)
        compared = Compared(own, given, value, self.wider * error, kinks)
        if factor != 1 or name in self.slack or not self._fits(compared):
            compared = self._compared(name, value, error, factor, kinks)
        if self._fits(compared):
            self.r.reach = 0.0
            self.done.append((compared, None, through))
        else:
            self.red.add(name)
            step = Step(rows([compared])[0], through)
            for another in otherwise:
                row = rows([self._compared(name, *another(), factor, kinks)])[0]
                step = step if step.row.share <= row.share else Step(row, through)
            if step.verdict == "wrong":
                step = self._as_a_form(name, step, factor, forms) if forms else step
            else:
                self.red.discard(name)
            self.done.append((compared, step, through))
        given = given / factor if factor != 1 else given
        size = np.abs(given)
        rounded = (1 + (factor != 1)) * self.r.u * size
        if (tiny := (size < self.r.tiny) & (size > 0)).any():  # its digits end before the format's do
            self.inexact.add(name)
            rounded = rounded + self.r.tiny * tiny
        if name in self.slack:
            rounded = rounded + self.slack[name]
        self.near[name] = Near(given, rounded)
        self.through[name] = ()

    def _fits(self, compared: Compared) -> bool:
        """Whether every entry is within its allowance, in a step that stays in the range of the format."""
        within = np.abs(compared.found - compared.expected) <= compared.allowance
        return self.r.reach < self.r.largest and bool(within.all())

    def _computed(
        self,
        name: str,
        near: Near,
        otherwise: Sequence[Callable[[], tuple[Array, Array]]],
        forms: "Callable[[], Iterator[tuple[Form, Near]]] | None",
    ) -> Near:
        """What was not given: in the reading's form, or somewhere between all that it may be."""
        chosen = dict(self.reading.forms).get(name)
        for form, of in forms() if chosen and forms else ():
            if chosen and form.name == chosen.name:
                labels = () if name.startswith("a") else (self.network.arrays.y,)
                known, plain = form.bounded(self.r, of, *labels), form.plain(self.network.dtype, of, *labels)
                return replace(known, error=np.where(np.isfinite(plain), known.error, np.inf))
        for another in otherwise:
            value, error = another()
            near = replace(near, error=np.maximum(near.error, np.abs(value - near.value) + error))
        return near

    def _compared(self, name: str, value: Array, error: Array, factor: float, kinks: int) -> Compared:
        """A step beyond the range of the format, or fed with what is not finite, has no expectation."""
        beyond = not self.r.reach < self.r.largest
        self.r.reach = 0.0
        if name in self.slack:
            error = error + self.slack[name]
        allowance, own = self.wider * error, self.own_name.get(name, name)
        given = in_shape(own, self.found[name], value.shape)
        if factor != 1:
            value = factor * value
            allowance = abs(factor) * allowance + 2 * self.r.u * np.abs(value)
        if beyond or not np.isfinite(value + allowance).all():
            there = np.isfinite(value) & np.isfinite(allowance) & (not beyond)
            given, value = np.where(there, given, 0.0), np.where(there, value, 0.0)
            allowance = np.where(there, allowance, np.inf)
        if allowance.shape != value.shape:
            allowance = np.broadcast_to(allowance, value.shape)
        return Compared(own, given, value, allowance, kinks)

    def _as_a_form(
        self, name: str, step: Step, factor: float, forms: Callable[[], Iterator[tuple[Form, Near]]]
    ) -> Step:
        """The step with the form that explains it: without an epsilon, if one does, and as near as can be."""
        given = np.asarray(self.found[name]).astype("float64")
        labels = () if name.startswith("a") else (self.network.arrays.y,)
        extra = self.near["penalty"] if name == "loss" else Near(np.zeros(()), np.zeros(()))
        best, nearest = step, (-1.0, 0.0)
        for form, of in forms():
            if form.epsilon and best.form and not best.form.epsilon:
                break
            known = form.bounded(self.r, of, *labels)
            value, allowance = factor * (known.value + extra.value), known.error + extra.error
            allowance = abs(factor) * self.wider * allowance + 4 * self.r.u * np.abs(value)
            plain = factor * (form.plain(self.network.dtype, of, *labels) + extra.value)
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
                    replace(step, form=form, lost=_lost(self.r, step.row), declared=declared),
                    how_near,
                )
        return best

    # --- forwards ---------------------------------------------------------------------------------------

    def _masked(self, layer: int) -> None:
        """kept from a: what a hidden layer's mask leaves, scaled up; where none acts, a itself."""
        mask = mask_of(self.spec, self.network.arrays.masks, layer)
        a, name = self.near[f"a{layer}"], f"kept{layer}"
        if mask is None:
            self.near[name], self.through[name] = a, self.through[f"a{layer}"]
            if f"a{layer}" in self.inexact:
                self.inexact.add(name)
        else:
            self.judge(name, *self._dropped(a, mask, layer), (f"a{layer}",))

    def _dropped(self, q: Near, mask: Array, layer: int) -> tuple[Array, Array]:
        scale = mask / (1 - self.spec.drop_rate(layer))
        return q.value * scale, scale * (q.error + self.r.gamma(4) * self.r.met(q.size)) + self.r.tiny

    def _forward(self, layer: int, W: Array, b: Array | None) -> None:
        r, a_prev, n = self.r, self.near[f"kept{layer - 1}"], W.shape[1]
        value = torch.mm(_tensor(a_prev.value), _tensor(W).T).numpy()
        value = value if b is None else value + b
        error = self._product_error(f"kept{layer - 1}", a_prev, self.sizes[layer - 1].T, n + (b is not None))
        if b is not None:
            error = error + r.gamma(n + 1) * np.abs(b)
        self.judge(f"z{layer}", value, error, (f"kept{layer - 1}",))
        z, name = self.near[f"z{layer}"], self.spec.activations[layer - 1]
        leaf = _tensor(z.value).requires_grad_()
        out = reference.ACTIVATIONS[name](leaf)
        self.graphs[layer] = leaf, out
        value = out.detach().numpy()
        # Where the sign of z is itself a matter of rounding, either side of a kink is honest.
        if name in KINKED:
            self.kinks[layer] = Near(z.value, np.maximum(z.error, error))
        if "p" in self.found and layer == self.spec.depth:
            p = torch.softmax(_tensor(z.value), dim=1).numpy()
            self.judge("p", p, error_bound._activation(r, "softmax", z, p), (f"z{layer}",))
        error = error_bound._activation(r, name, z, value)
        self.evaluated[layer] = Near(value, error)
        self.judge(
            f"a{layer}",
            value,
            error,
            (f"z{layer}",),
            forms=lambda: ((form, self._exact(f"z{layer}")) for form in activation_forms(name)),
        )

    def _exact(self, name: str) -> Near:
        """A quantity as a form takes it: exactly what was given."""
        near = self.near[name]
        return Near(near.value, np.zeros_like(near.value)) if name in self.found else near

    def _given(self, name: str) -> bool:
        """Whether a quantity is known but for the rounding of its report."""
        known = not self.through[name] and name not in self.slack
        return name == "kept0" or (known and name not in self.inexact)

    def _product_error(self, name: str, p: Near, sizes: Array, n: int) -> Array:
        """The error of p @ M in n roundings, from the sizes of M; a given p is off by one more."""
        r = self.r
        if self._given(name):
            return r.gamma(n + 1 + (self.reading.carried != 1)) * r.met(np.abs(p.value) @ sizes) + n * r.tiny
        return p.error @ sizes + r.gamma(n) * r.met(p.size @ sizes) + n * r.tiny

    def _loss(self, y: Array) -> None:
        last, r, spec = self.spec.depth, self.r, self.spec
        z, a = self.near[f"z{last}"], self.near[f"a{last}"]
        inputs = (f"z{last}",) if self.network.fused else (f"a{last}",)
        value = _loss_of(spec)(_tensor(z.value), _tensor(a.value), _tensor(y)).numpy()
        error = error_bound._loss(r, spec, [], z, a, y)
        forms = self._of_labels(loss_forms)
        of_a: Sequence[Callable[[], tuple[Array, Array]]] = ()
        if self.network.fused and f"a{last}" in self.red:
            data = entropy_of_a(r, spec.loss, a, y)
            of_a = (lambda: (data.value, data.error),)
        self.judge("data_loss", value, error, inputs, otherwise=of_a, forms=forms)
        penalty, rounded = 0.0, 0.0
        for W, _ in self.network.arrays.params if spec.l1 or spec.l2 else ():
            one = float(spec.l1 * np.abs(W).sum() + spec.l2 / 2 * (W * W).sum())
            penalty += one
            # Whoever adds it to each example's loss adds it up once more for each of them.
            rounded += r.gamma(W.size + len(y) + 2 * last + 6) * one + W.size * r.tiny
        r.met(np.asarray(penalty))
        self.judge("penalty", np.asarray(penalty), np.asarray(rounded), ())
        given, extra = self.near["data_loss"], self.near["penalty"]
        added = r.gamma(2) * (given.size + extra.size) if penalty else 0.0
        total, error = given.value + extra.value, given.error + extra.error + added
        if of_a:
            of_a = (lambda: (data.value + extra.value, data.error + extra.error + added),)
        self.judge("loss", total, error, ("data_loss", "penalty"), otherwise=of_a, forms=forms)

    def _of_labels(
        self, listed: Callable[[NetworkSpec], Iterator[Form]]
    ) -> Callable[[], Iterator[tuple[Form, Near]]] | None:
        """The forms of an entropy, each with the last z or a, exactly as it was given."""
        if not LOSSES[self.spec.loss].probabilities:
            return None

        def forms() -> Iterator[tuple[Form, Near]]:
            for form in listed(self.spec):
                yield form, self._exact(f"{form.takes}{self.spec.depth}")

        return forms

    # --- backwards --------------------------------------------------------------------------------------

    def _last(self, y: Array) -> None:
        """The last da, where the loss is computed from a, and the last dz."""
        last, r, spec = self.spec.depth, self.r, self.spec
        z, a = self.near[f"z{last}"], self.near[f"a{last}"]
        loss = _loss_of(spec)
        if not self.network.fused:
            leaf = _tensor(a.value).requires_grad_()
            da = self._gradients(loss(leaf, leaf, _tensor(y)), leaf)
            plain: Any = SimpleNamespace(loss=spec.loss, activations=("identity",))
            error = error_bound._loss_backward(r, plain, a, a, y, da)
            forms = self._of_labels(last_dz_forms)
            self.judge(f"da{last}", da, error, (f"a{last}",), forms=forms)
            return self._slope(last)
        leaf, out = self.graphs[last]
        dz = self._gradients(loss(leaf, out, _tensor(y)), leaf)
        error = error_bound._loss_backward(r, spec, z, self._f_of_z(last), y, None)
        if f"da{last}" in self.found:
            of_a = entropy_da(r, spec.loss, a, y)
            self.judge(f"da{last}", of_a.value, of_a.error, (f"a{last}",))
        otherwise, forms = self._fused_from_a(y), self._of_labels(last_dz_forms)
        self.judge(f"dz{last}", dz, error, (f"z{last}",), otherwise=otherwise, forms=forms)
        return None

    def _gradients(self, loss: Tensor, leaf: Tensor) -> Array:
        """The loss's gradient, and in the same call of autograd the dz of every layer whose da was given.

        One call for all of them takes half the time of one call each; they have nothing in common.
        """
        layers, outputs, inputs = [], [loss], [leaf]
        weights: list[Tensor | None] = [None]
        for layer in range(1, self.spec.depth):
            given = self.found.get(f"da{layer}")
            if given is not None and np.shape(given) == self.near[f"z{layer}"].value.shape:
                layers.append(layer)
                inputs.append(self.graphs[layer][0])
                outputs.append(self.graphs[layer][1])
                weights.append(_tensor(np.asarray(given).astype("float64") / self.reading.carried))
        first, *rest = torch.autograd.grad(outputs, inputs, weights, retain_graph=True)
        self.slopes = {layer: gradient.numpy() for layer, gradient in zip(layers, rest)}
        return first.numpy()

    def _fused_from_a(self, y: Array) -> Sequence[Callable[[], tuple[Array, Array]]]:
        """The last dz of a fused loss as a function of a, where that a is itself wrong."""
        last, spec, r = self.spec.depth, self.spec, self.r
        if f"da{last}" in self.red:
            return (lambda: self._slope_from_a(last),)
        if f"a{last}" not in self.red:
            return ()
        a, B = self.near[f"a{last}"], len(y)

        def from_a() -> tuple[Array, Array]:
            labels = y.sum(axis=1, keepdims=True)
            size = r.gamma(y.shape[1] + 4) * (a.size * (1 + labels) + y + labels)
            if spec.activations[-1] == "softmax":
                return (a.value * labels - y) / B, size / B
            if spec.loss == "binary_cross_entropy":
                return (a.value - y) / y.size, size / y.size
            return -y * (1 - a.value) / B, size / B

        return (from_a,) if (spec.loss, spec.activations[-1]) != ("binary_cross_entropy", "softmax") else ()

    def _slope(self, layer: int) -> None:
        """dz from da and the slope at z."""
        name, da = self.spec.activations[layer - 1], self.near[f"da{layer}"]
        value = self.slopes.get(layer)
        if value is None:
            leaf, out = self.graphs[layer]
            value = torch.autograd.grad(out, leaf, _tensor(da.value), retain_graph=True)[0].numpy()
        z = self.kinks[layer] if name in KINKED else self.near[f"z{layer}"]
        error = error_bound._activation_backward(self.r, name, da, z, self._f_of_z(layer))
        kinks = int(undecided(z).sum()) if name in KINKED else 0
        of_a = f"a{layer}" in self.red and (name in SLOPES_OF_A or name == "softmax")
        otherwise = (lambda: self._slope_from_a(layer),) if of_a else ()
        forms = self._of_labels(last_dz_forms) if layer == self.spec.depth and name == "identity" else None
        self.judge(f"dz{layer}", value, error, (f"da{layer}", f"z{layer}"), kinks, otherwise, forms)

    def _f_of_z(self, layer: int) -> Near:
        """What stands for a in a slope: f of the code's z, or a as it was computed where none was given."""
        return self.evaluated[layer] if f"a{layer}" in self.found else self.near[f"a{layer}"]

    def _slope_from_a(self, layer: int) -> tuple[Array, Array]:
        """The same from the code's own a, for an a that is itself wrong."""
        name, da, a = self.spec.activations[layer - 1], self.near[f"da{layer}"], self.near[f"a{layer}"]
        v = a.value
        if name == "softmax":
            value = v * (da.value - (v * da.value).sum(axis=1, keepdims=True))
            return value, error_bound._activation_backward(self.r, name, da, a, a)
        slope = SLOPES_OF_A[name](v)
        size = 3 * self.r.u * (1 + np.abs(v)) ** 2
        return da.value * slope, self.r.gamma(4) * np.abs(da.value * slope) + da.size * size

    def _backward(self, layer: int, W: Array, b: Array | None) -> None:
        r, spec, B = self.r, self.spec, len(self.network.arrays.x)
        dz, a_prev = self.near[f"dz{layer}"], self.near[f"kept{layer - 1}"]
        value = torch.mm(_tensor(dz.value).T, _tensor(a_prev.value)).numpy()
        given, carried = self._given(f"dz{layer}"), self.reading.carried != 1
        sizes = np.abs(dz.value)
        if given and self._given(f"kept{layer - 1}"):
            largest = r.met(sizes.T @ np.abs(a_prev.value))
            error = r.gamma(B + 3 + carried) * largest + B * r.tiny
        else:
            error = error_bound._product(r, dz.T, a_prev, n=B + 1, multiply=np.matmul)
        if spec.l1 or spec.l2:
            extra = spec.l1 + spec.l2 * np.abs(W)
            value = value + spec.l1 * np.sign(W) + spec.l2 * W
            error = error + r.gamma(2) * (np.abs(value) + error) + r.gamma(B + 4) * extra + r.tiny
            error = error + spec.l1 * (W == 0)  # the kink of |w|
        inputs = (f"dz{layer}", f"kept{layer - 1}")
        self.judge(f"dW{layer}", value, error, inputs)
        if b is not None:
            if given:
                total = r.gamma(B + 1 + carried) * r.met(sizes.sum(axis=0)) + B * r.tiny
            else:
                total = dz.error.sum(axis=0) + r.gamma(B) * r.met(dz.size.sum(axis=0)) + B * r.tiny
            self.judge(f"db{layer}", dz.value.sum(axis=0), total, (f"dz{layer}",))
        n = W.shape[0]
        value = torch.mm(_tensor(dz.value), _tensor(W)).numpy()
        error = self._product_error(f"dz{layer}", dz, self.sizes[layer - 1], n + 1)
        name = f"da{layer - 1}" if layer > 1 else "dx"
        mask = mask_of(spec, self.network.arrays.masks, layer - 1)
        if mask is None:
            self.judge(name, value, error, (f"dz{layer}",))
        else:
            self.judge(f"dkept{layer - 1}", value, error, (f"dz{layer}",))
            dkept = self.near[f"dkept{layer - 1}"]
            self.judge(name, *self._dropped(dkept, mask, layer - 1), (f"dkept{layer - 1}",))
        if layer > 1:
            self._slope(layer - 1)

    # --- what was not given -----------------------------------------------------------------------------

    def _recover(self, layer: int, expected: Near) -> None:
        """On a single example db is dz, and dW is dz times the activation below: one of them gives dz.

        Where they contradict each other, the one that is what dz should be is believed: the other is wrong.
        """
        name, factor = f"dz{layer}", self.reading.carried
        if len(self.network.arrays.x) > 1:
            return
        candidates = [each for each in (self._from_db(layer), self._from_dW(layer)) if each is not None]
        for dz, slack in (*candidates, *candidates[:1]):
            self.found[name], self.slack[name] = dz * factor, np.where(np.isfinite(slack), slack, 0.0)
            if self._fits(self._compared(name, expected.value, expected.error, factor, 0)):
                return

    def _from_db(self, layer: int) -> tuple[Array, Array] | None:
        db = self.found.get(f"db{layer}")
        if db is None or np.shape(db) != (self.spec.widths[layer],):
            return None
        dz = np.asarray(db).astype("float64")[None, :]
        return dz, self.r.u * np.abs(dz)

    def _from_dW(self, layer: int) -> tuple[Array, Array] | None:
        W, given = self.network.arrays.params[layer - 1][0], self.found.get(f"dW{layer}")
        below = self.near[f"kept{layer - 1}"].value[0]
        k = int(np.argmax(np.abs(below)))
        if given is None or np.shape(given) != W.shape or not below[k]:
            return None
        dW = np.asarray(given).astype("float64")[:, k]
        penalty = self.spec.l1 * np.sign(W[:, k]) + self.spec.l2 * W[:, k]
        rounded = self.r.gamma(6) * (np.abs(dW) + np.abs(penalty)) + self.r.tiny
        return ((dW - penalty) / below[k])[None, :], (rounded / abs(below[k]))[None, :]


# --- end to end --------------------------------------------------------------------------------------


def _read(known: Truth, spec: NetworkSpec, arrays: Arrays, steps: Steps) -> Truth:
    """The truth as the code carries its numbers, and with what its forms may have lost.

    For a form the walk itself is the truth: with nothing given, every step is computed from the one before.
    """
    reading, forms = steps.reading, steps.forms
    expected, allowances, kinks = dict(known.expected), dict(known.allowances), dict(known.kinks)
    if forms:
        walk = _Walk(_Network.of(spec, arrays, None), {}, replace(reading, forms=forms))
        with np.errstate(all="ignore"):
            walk.steps()
        for name in allowances:
            near = walk.near[name]
            there = np.isfinite(near.value) & np.isfinite(near.error)
            expected[name] = np.where(there, near.value, known.expected[name])
            allowances[name] = np.where(there, walk.wider * near.error, np.inf)
    for theirs, ours in reading.renamed:
        source = ours if ours in expected else ""
        if source:
            expected[theirs], allowances[theirs] = expected[source], allowances[source]
        else:
            allowances.pop(theirs, None)
    for name in allowances:
        if reading.carried != 1 and CARRIED.fullmatch(name):
            expected[name] = reading.carried * expected[name]
            u = 2 * Rounding("float64").u
            allowances[name] = abs(reading.carried) * allowances[name] + u * np.abs(expected[name])
    return Truth(expected, allowances, kinks, known.out_of_range)


def _where_bounded(given: Array, known: Truth, name: str) -> Array:
    """A quantity behind a form that overflows: what may be anything there, and what it made nan, is right."""
    expected, given = known.expected[name], np.asarray(given)
    if given.shape != expected.shape or given.dtype.kind not in "fiu":
        return given
    return np.where(np.isfinite(given) & np.isfinite(known.allowances[name]), given, expected)


# --- readings ----------------------------------------------------------------------------------------


def _carried(network: _Network, _: Quantities, reading: Reading, best: Steps) -> Iterator[Reading]:
    """dz and da a multiple of the gradient, such as without 1/B, where dW, db and dx are the gradient."""
    B, K = network.arrays.y.shape
    sizes = dict.fromkeys((1, B, K, B * K))
    for factor in [sign * size * part for size in sizes for part in (1, 0.5, 2) for sign in (1, -1)]:
        if factor != 1 and any(_multiplied(step.row, factor) for step in best.wrong):
            said = f"dz and da are carried as {factor:g} times the gradient, and dW and db make up for it"
            yield replace(reading, carried=float(factor), said=(*reading.said, said))


def _multiplied(row: Row, factor: float) -> bool:
    """Whether a wrong step looks like a carried factor: in dz or da, or left out of what was made of them."""
    if CARRIED.fullmatch(row.quantity):
        return abs(row.examined - factor * row.expected) <= 2 * abs(factor) * row.allowance
    return abs(factor * row.examined - row.expected) <= 2 * max(1, abs(factor)) * row.allowance


def _renamed(letter: str, ours: str, said: str) -> "Change":
    def change(network: _Network, found: Quantities, reading: Reading, best: Steps) -> Iterator[Reading]:
        hidden = [layer for layer in range(1, network.spec.depth) if f"{ours}{layer}" in network.names]
        pairs = [(f"{letter}{layer}", f"{ours}{layer}") for layer in hidden]
        pairs = [(theirs, name) for theirs, name in pairs if theirs in found and name not in found]
        if pairs and any(step.quantity.startswith(letter) for step in best.wrong):
            yield replace(reading, renamed=(*reading.renamed, *pairs), said=(*reading.said, said))

    return change


def _softmax_as_a(network: _Network, _: Quantities, reading: Reading, best: Steps) -> Iterator[Reading]:
    """The last a is softmax(z), where the loss contains the softmax and the a of its spec is z."""
    name = f"a{network.spec.depth}"
    if network.spec.loss == "cross_entropy" and any(step.quantity == name for step in best.wrong):
        said = f"{name} is the softmax that the loss contains"
        yield replace(reading, renamed=(*reading.renamed, (name, "p")), said=(*reading.said, said))


def _formed(network: _Network, found: Quantities, reading: Reading, best: Steps) -> Steps:
    """The steps that are wrong through something that was not given, where a form of that explains them."""
    first, spec = best.first_wrong, network.spec
    places: dict[str, list[str]] = {}
    for name in best.not_given if first else ():
        if name.startswith("a"):
            places.setdefault(spec.activations[int(name[1:]) - 1], []).append(name)
        elif name == f"dz{spec.depth}" and LOSSES[spec.loss].probabilities:
            places["dz"] = [name]
    # One kind after the other, each in the form that explains most beside those before.
    for kind, names_of_it in places.items():
        now, chosen, assumed = best, None, reading
        for form in last_dz_forms(spec) if kind == "dz" else activation_forms(kind):
            if form.epsilon and chosen and not chosen.epsilon:
                break
            with_it = replace(reading, forms=(*reading.forms, *((name, form) for name in names_of_it)))
            other = _Walk(network, found, with_it).steps()
            if len(other.wrong) < len(now.wrong):
                now, chosen, assumed = other, form, with_it
        if chosen:
            declared = bool(chosen.epsilon) and chosen.epsilon == network.epsilon
            steps = tuple(
                replace(was, form=chosen, lost=_lost(Rounding(network.dtype), was.row), declared=declared)
                if was.verdict == "wrong" != then.verdict
                else was
                for was, then in zip(best.steps, now.steps)
            )
            reading = assumed if declared or not chosen.epsilon else reading
            best = replace(best, steps=steps, reading=reading)
    return best


def _lost(r: Rounding, row: Row) -> int:
    """The decimal digits that are lost at the entry which a row shows."""
    digits = -np.log10(r.u)
    off = row.apart / abs(row.expected) if row.expected else np.inf
    return int(np.ceil(min(digits, np.log10(off / r.u)))) if off < np.inf else int(digits)


Change = Callable[[_Network, Quantities, Reading, Steps], Iterator[Reading]]
CHANGES: tuple[Change, ...] = (
    _renamed("a", "kept", "every a is given as it is behind its mask"),
    _renamed("da", "dkept", "every da is given as it is behind its mask"),
    _softmax_as_a,
    _carried,
)


# --- torch -------------------------------------------------------------------------------------------


def _tensor(array: Array) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))


def _loss_of(spec: NetworkSpec) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    return reference.LOSSES.get(spec.loss) or reference.LOSSES[f"{spec.loss} {spec.activations[-1]}"]
