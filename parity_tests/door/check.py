"""`check`: the gradients that one's own script has at hand, judged where they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Row
from backproof.parity_tests.door import own_activation
from backproof.parity_tests.door.callables import (
    LossValue,
    judged_by,
    known_activation,
    known_losses,
    samples,
)
from backproof.parity_tests.door.check_report import CheckReport
from backproof.parity_tests.door.declared import Declared, cast, read_net, result_dtype
from backproof.parity_tests.door.judge import (
    Answer,
    Verdict,
    by_own_penalty,
    catalogued,
    in_part,
    is_gradient,
    judge,
    place,
    printed,
    rows,
    shown_rows,
    something_else,
    unseen,
)
from backproof.parity_tests.door.layout import Reading, ShapeError, numbers, read, readings
from backproof.parity_tests.door.lines import right_line_at
from backproof.parity_tests.door.names import Picked, pick
from backproof.reference.losses import Loss, OwnLoss
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array

# Rates at which an update may have been made before the call, where z does not tell the rate itself.
USUAL_RATES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.001, 1e-4)
FORMS = ("W", "b", "x")


def check(
    given: Mapping[str, Any] | None = None,
    /,
    *,
    net: str | Sequence[str | Callable[[Any], Any]] | None = None,
    loss: Any = None,
    lies: Mapping[str, str] | None = None,
    ascent: bool = False,
    l1: float = 0.0,
    l2: float = 0.0,
    penalty: str = "l2/2 sum W^2",
    penalty_in_loss: bool = True,
    dropout: float = 0.0,
    epsilon: float | None = None,
    **arrays: Any,
) -> CheckReport:
    """Judges gradients against autograd from the arrays of one's own script, such as locals().

    Arrays come as locals(), or by name: x, y, W1 or W=[W1, W2], b1, dW1, db1, and whatever of z1, a1, dz1,
    da1, dx there is. net names one activation for each layer, "tanh softmax", or lists names and functions.
    loss declares the loss ("mse", "half squared_error, sum"; see the guide), as a function of (a, y) too, or
    is the number that was printed. lies says how W, b and x lie where two ways fit the shapes:
    {"W": "in,out", "x": "n,B"}. ascent: the update adds dW.
    Nothing is printed. Raises InputError where what was given cannot be judged at all.
    """
    named = {**(given or {}), **arrays}
    if not (loss is None or isinstance(loss, str) or callable(loss)):
        named["loss"], loss = loss, None
    options: dict[str, Any] = {
        "ascent": ascent, "l1": l1, "l2": l2, "penalty": penalty, "penalty_in_loss": penalty_in_loss,
        "dropout": dropout, "epsilon": epsilon,
    }  # fmt: skip
    picked = pick(named)
    picked.notes = [*picked.written_over()]
    depth = _complete(picked)
    words, own = _activations(net, depth)
    quantities, fit = _fitting(picked, depth, _forms(lies))
    asked = []
    for reading in fit:
        stated, value = _loss_of(loss, reading, quantities["y"], read_net(words)[-1])
        declared = Declared.read(words, stated, reading.layout, **options)
        if own and not value:
            return _by_definition(reading, declared, quantities, own, picked)
        asked.append(_Asked.make(reading, declared, quantities, value))
    return _one_of(asked, fit).report(picked)


def _activations(net: str | Sequence[Any] | None, depth: int) -> tuple[str, dict[int, Callable[[Any], Any]]]:
    """The names of the activations, and those that are functions without a known name, by their layer."""
    if net is None:
        raise InputError(
            "the activations are not declared", 'say net="tanh softmax", one name for each layer'
        )
    listed: list[Any] = [net] if isinstance(net, str) else list(net)
    known = [known_activation(each) if callable(each) else each for each in listed]
    own = {k: each for k, (each, name) in enumerate(zip(listed, known), start=1) if name is None}
    words = " ".join(name or "tanh" for name in known)
    if len(read_net(words)) != depth:
        raise InputError(
            f"net names {len(read_net(words))} activations, and {depth} W were found",
            'name one activation for each layer, net="tanh softmax"',
        )
    return words, own


def _fitting(picked: Picked, depth: int, forms: Mapping[str, str]) -> tuple[Mapping[str, Any], list[Reading]]:
    """The quantities and the layouts that fit their shapes; of several inputs the first that fits."""
    quantities = picked.values()
    W, b = (
        [quantities[f"{letter}{k}"] for k in range(1, depth + 1) if f"{letter}{k}" in quantities]
        for letter in "Wb"
    )
    if b and len(b) < depth:
        raise InputError("some layers have a b and some have none", "give b for every layer, or for none")
    others = {
        q: v for q, v in quantities.items() if q not in ("x", "y") and q[0] not in "Wb" and q[:4] != "mask"
    }
    try:
        for name, quantity, held in (("", "x", quantities["x"]), *picked.others):
            tried = {**quantities, quantity: held}
            if fit := readings(W, b, tried["x"], tried["y"], others, forms):
                if name:
                    picked.left.remove(name)
                    picked.left.append(picked.taken[quantity][0])
                    picked.taken[quantity] = (name, held)
                return tried, fit
    except ShapeError as fault:
        raise InputError(str(fault), "give arrays of real numbers") from None
    shapes = ", ".join(f"{q} {np.shape(_plain(v))}" for q, v in quantities.items() if q[0] in "xyWb")
    raise InputError(
        f"no layout fits these shapes: {shapes}", "are x, y, W and b of the same network, uncut?"
    )


def _loss_of(
    loss: str | Callable[..., Any] | None, reading: Reading, labels: Any, last: str
) -> tuple[str | Loss | None, LossValue | None]:
    """The loss to declare, and of one that is none of the known ones its values."""
    if loss is None or isinstance(loss, str):
        return loss, None
    value = _value_of(loss, reading, labels)
    y = reading.layout.read_labels(labels, reading.batch, reading.widths[-1]).astype("float64")
    known = known_losses(value, [*samples(last, y, np.random.default_rng(0))])
    return (known[0], None) if known else (OwnLoss(), value)


def _by_definition(
    reading: Reading,
    declared: Declared,
    quantities: Mapping[str, Any],
    own: Mapping[int, Callable[[Any], Any]],
    picked: Picked,
) -> CheckReport:
    """The report on a network with an activation that is none of the known ones."""
    asked, layout = _Asked.make(reading, declared, quantities), reading.layout

    def turned(function: Callable[[Any], Any]) -> Callable[[Array], Array]:
        return lambda z: layout.read_batch("a", function(layout.batch(z)), *z.shape)

    functions = {k: turned(each) for k, each in own.items()}
    answer = asked.answer
    found = {name: value for name, value in answer.found.items() if is_gradient(name) and value.shape}
    judged = own_activation.gradients(declared, functions, answer.arrays, found)
    said = f"{declared.loss} through the function that was given"
    return CheckReport(
        verdict=own_activation.verdict([judged], [(answer.batch, answer.outputs)], said),
        rows=tuple(replace(row, index=answer.own_index(row)) for row in judged),
        right={},
        taken=picked.said,
        left=tuple(picked.left),
        reading=asked.words(),
        notes=tuple(picked.notes),
        not_asked=("z, a and dz", *asked.not_asked()),
        faults=answer.faults,
    )


def _value_of(loss: Callable[..., Any], reading: Reading, labels: Any) -> LossValue:
    """A person's loss(a, y) as a function of (B, K), with the labels as they were given."""

    def value(a: Array, _: Array) -> float:
        try:
            found = numbers("the loss", loss(reading.layout.batch(a), labels))
        except ShapeError as fault:
            raise InputError(str(fault), "give a function of (a, y) that answers one number") from None
        if found.size != 1:
            raise InputError(
                f"the loss that was given answers {found.size} numbers",
                "give a function of (a, y) that answers one, such as the sum or the mean of these",
            )
        return float(found.reshape(()))

    return value


def _plain(value: Any) -> Any:
    return value.detach() if hasattr(value, "detach") else value


def _forms(lies: Mapping[str, str] | None) -> dict[str, str]:
    for name in lies or {}:
        if name not in FORMS:
            raise InputError(f"lies says how {name!r} lies", f"it says it of {', '.join(FORMS)}")
    return {name: form.replace(" ", "") for name, form in (lies or {}).items()}


def _complete(picked: Picked) -> int:
    depth = max((int(q[1:]) for q in picked.taken if q[0] == "W"), default=0)
    missing = [f"W{k}" for k in range(1, depth + 1) if f"W{k}" not in picked.taken] or (
        [] if depth else ["W1"]
    )
    missing += [name for name in ("x", "y") if name not in picked.taken]
    if missing:
        found = (
            ", ".join(f"{name} as {quantity}" for quantity, (name, _) in picked.taken.items()) or "nothing"
        )
        raise InputError(
            f"{', '.join(missing)} not found (found: {found})",
            "give them by name, beside locals() too: check(locals(), x=..., y=..., W1=...)",
        )
    return depth


@dataclass(frozen=True)
class _Asked:
    """The arrays under one reading of their layout."""

    reading: Reading
    declared: Declared
    quantities: Mapping[str, Any]
    answer: Answer

    @classmethod
    def make(
        cls,
        reading: Reading,
        declared: Declared,
        quantities: Mapping[str, Any],
        loss: LossValue | None = None,
    ) -> "_Asked":
        found: dict[str, Array] = {}
        faults: dict[str, str] = {}
        inputs = {"x", "y", *(f"{letter}{k}" for letter in "Wb" for k in range(1, declared.depth + 1))}
        for quantity, value in quantities.items():
            if quantity in inputs or quantity.startswith("mask"):
                continue
            try:
                found[quantity] = read(reading, quantity, value)
            except ShapeError as fault:
                faults[quantity] = str(fault)
        dtype = result_dtype(
            [value for name, value in quantities.items() if name in found and name != "loss"]
        )
        layout, widths = reading.layout, reading.widths
        params = []
        for k in range(1, declared.depth + 1):
            W = read(reading, f"W{k}", quantities[f"W{k}"])
            b = read(reading, f"b{k}", quantities[f"b{k}"]) if f"b{k}" in quantities else np.zeros(())
            params.append((cast(W, dtype), cast(np.broadcast_to(b, widths[k : k + 1]), dtype)))
        masks, rate = _masks(reading, declared, quantities)
        if declared.logits:
            found.pop(f"a{declared.depth}", None)
        arrays = Arrays(
            params,
            cast(read(reading, "x", quantities["x"]), dtype),
            cast(layout.read_labels(quantities["y"], reading.batch, widths[-1]), dtype),
            None if masks is None else [cast(mask, dtype) for mask in masks],
        )
        spec = replace(declared, dropout=rate).spec(widths, dtype, reading.batch)
        if not declared.penalty_in_loss:
            found.pop("loss", None)
        answer = Answer(spec, arrays, found, declared.factor, faults, declared.epsilon, layout=reading.layout)
        return cls(reading, declared, quantities, judged_by(answer, loss) if loss else answer)

    def forward_rows(self) -> tuple[Row, ...]:
        return rows(self.answer, lambda name: name[0] in "za")

    @property
    def forward_fits(self) -> bool:
        judged = self.forward_rows()
        return bool(judged) and all(row.verdict != "wrong" for row in judged)

    def report(self, picked: Picked) -> CheckReport:
        answer, declared = self.answer.sorted_out, self.declared
        verdict = judge([answer], declared.loss)
        notes = [*picked.notes]
        if verdict.word == "wrong":
            (answer,), own = by_own_penalty([answer])
            notes += [f"note: {own}"] if own else []
        if verdict.code and (rate := self.updated_before()):
            verdict = Verdict(
                "not judged",
                f"W was updated before this call: what was given belongs to W + {rate:.3g} dW",
                "call check before the update, or give the W that the forward pass used",
            )
        verdict = self.as_far_as_seen(verdict)
        located = place([answer]) if verdict.word in ("wrong", "not judged") and declared.loss else None
        if located and verdict.word == "wrong":
            right = right_line_at(located, declared)
            said = list(located.lines())
            first = [*said, *([f"the right line: {right}"] if right else [])]
            first += self.penalty()
            if located.quantity == "z1":
                first += ["if W was updated after the forward pass, give the W that z1 was computed with"]
            name = catalogued([answer])
            first += [f"it looks like a known mistake: {name}"] if name else []
        else:
            first = []
        notes += (
            [*answer.steps.readings] if verdict.word in ("exact", "factor", "wrong") and declared.loss else []
        )
        if verdict.word == "exact":
            notes += [f"note: {said}" for said in [printed([answer], declared.loss)] if said]
            notes += something_else([answer])
        notes += self.warnings(verdict)
        judged = (
            shown_rows(answer)
            if declared.loss is not None
            else shown_rows(answer, lambda name: name[0] in "za")
        )
        return CheckReport(
            verdict=verdict,
            rows=judged,
            right=self.right(),
            taken=picked.said,
            left=tuple(picked.left),
            reading=self.words(),
            notes=tuple(notes),
            first_wrong_step="\n".join(first),
            not_asked=self.not_asked(),
            faults=answer.faults,
        )

    def as_far_as_seen(self, verdict: Verdict) -> Verdict:
        """A right verdict on what could show: gradients that could not are named, and no pass."""
        if verdict.word != "exact":
            return verdict
        hidden = unseen([self.answer])
        if not hidden:
            return in_part(verdict, [self.answer], self.declared.due)
        zero = [f"W{k}" for k, (W, _) in enumerate(self.answer.arrays.params, start=1) if not W.any()]
        why = f", since {' and '.join(zero)} {'is' if len(zero) == 1 else 'are'} all 0" if zero else ""
        return Verdict(
            "not judged",
            f"no mistake could show in {', '.join(hidden)}{why}: every entry that is due is 0 or rounding; "
            "the other gradients are right",
            "ask with other weights, or after a few updates" if zero else "ask with other x and W",
        )

    def penalty(self) -> list[str]:
        """What is to be declared where every dW is off by the same multiple of W, or of W's signs."""
        if self.declared.l1 or self.declared.l2 or self.answer.slack:
            return []
        found, known = self.answer.normalised, self.answer.known
        names = [f"dW{k}" for k in range(1, self.declared.depth + 1)]
        if not all(name in found and np.isfinite(found[name]).all() for name in names):
            return []
        weights = [W for W, _ in self.answer.arrays.params]
        for option, terms in (("l2", weights), ("l1", [np.sign(W) for W in weights])):
            off = np.concatenate([(found[n] - known.expected[n]).ravel() for n in names])
            term = np.concatenate([each.ravel() for each in terms])
            size = float(term @ term)
            c = abs(self.declared.factor.value(self.answer.batch, self.answer.outputs))
            for over, penalty in ((1, ""), (self.answer.batch, ', penalty="l2/(2B) sum W^2"')):
                strength = float(f"{c * over * (off @ term) / size:.6g}") if size else 0.0
                if strength <= 0:
                    continue
                own = strength / c / over
                spec = replace(self.answer.spec, l1=own * (option == "l1"), l2=own * (option == "l2"))
                held = replace(self.answer, spec=spec)
                if all(row.verdict != "wrong" for row in rows(held, is_gradient)):
                    times = f"{strength:g}{' / B' * (over > 1)} times"
                    what = f"{times} {'W' if option == 'l2' else 'the sign of W'}"
                    declare = f"declare {option}={strength:g}{penalty}"
                    return [f"every dW has {what} in it: {declare} if that is meant"]
        return []

    def words(self) -> str:
        layout = self.reading.layout
        widths = "-".join(map(str, self.reading.widths))
        biases = (
            "no biases"
            if layout.b == "none"
            else "one bias a layer"
            if layout.b == "one"
            else f"b ({layout.b})"
        )
        x = {"B,n": "examples in rows", "n,B": "examples in columns"}.get(layout.x, "one example")
        dtype = self.answer.spec.dtype
        return f"a {widths} network, batch of {self.reading.batch}, {x}, W ({layout.W}), {biases}, {dtype}"

    def right(self) -> dict[str, Array]:
        """The exact gradients in the person's own layout."""
        if self.declared.loss is None:
            return {}
        layout = self.reading.layout
        c = self.declared.factor.value(self.answer.batch, self.answer.outputs)
        expected = self.answer.known.expected
        found: dict[str, Array] = {}
        for k in range(1, self.declared.depth + 1):
            dW, db = c * expected[f"dW{k}"], c * expected[f"db{k}"]
            found[f"dW{k}"] = layout.weights(dW, db)
            if layout.b == "one":
                found[f"db{k}"] = db.sum()
            elif layout.b != "none":
                found[f"db{k}"] = layout.bias(db)
        for name in ("dx", *(f"dz{k}" for k in range(1, self.declared.depth + 1))):
            found[name] = layout.batch(c * expected[name])
        return found

    def updated_before(self) -> float | None:
        """The rate of an update that happened between the forward pass and the call, if there was one."""
        answer = self.answer
        depth = self.declared.depth
        if not all(f"dW{k}" in answer.found for k in range(1, depth + 1)):
            return None
        if not all(np.isfinite(value).all() for value in answer.found.values()):
            return None
        rates = [*self._rate_of_z(), *USUAL_RATES]
        for rate in rates:
            params = [
                (
                    W + rate * answer.found[f"dW{k}"],
                    b + rate * answer.found.get(f"db{k}", np.zeros(())),
                )
                for k, (W, b) in enumerate(answer.arrays.params, start=1)
            ]
            moved = replace(
                answer,
                arrays=answer.arrays._replace(
                    params=[(cast(W, answer.spec.dtype), cast(b, answer.spec.dtype)) for W, b in params]
                ),
            )
            forward = rows(moved, lambda name: name[0] in "za")
            if forward and all(_near(row) for row in forward) and not self.forward_fits:
                return rate
            if not forward and all(_near(row) for row in rows(moved, lambda name: name[:2] in ("dW", "db"))):
                return rate
        return None

    def _rate_of_z(self) -> list[float]:
        answer = self.answer
        if "z1" not in answer.found:
            return []
        W, b = answer.arrays.params[0]
        x = answer.arrays.x
        missing = answer.found["z1"] - (x @ W.T + b)
        moved = x @ answer.found["dW1"].T + answer.found.get("db1", 0.0)
        size = float((moved * moved).sum())
        return [float((missing * moved).sum()) / size] if size else []

    def warnings(self, verdict: Verdict) -> list[str]:
        said = []
        spec, arrays = self.answer.spec, self.answer.arrays
        if verdict.word in ("exact", "factor", "no loss declared"):
            if self.answer.batch == 1:
                said.append("one example: what divides by the batch size, or does not, cannot show")
            if spec.activations[-1] == "softmax" and self.answer.outputs == 2:
                said.append(
                    "K = 2: a softmax taken entry by entry gives exactly half the gradient; ask with 3"
                )
            if 1 in spec.widths[1:-1]:
                said.append(
                    "a layer of width 1: a transposed or mixed-up W cannot show there; ask with another width"
                )
            if self.reading.layout.b != "none" and all(not b.any() for _, b in arrays.params):
                said.append("every bias is 0: what is wrong with biases may not show; ask with others")
        if verdict.word == "exact":
            said += facts(self.answer)
        return said

    def not_asked(self) -> tuple[str, ...]:
        given = {*self.answer.found, *self.answer.faults}
        return tuple(name for name in self.declared.due if name not in given)


def _near(row: Row) -> bool:
    """Whether a row is right but for what W + rate dW itself has lost, which the bound does not know."""
    return row.verdict != "wrong" or row.apart <= np.sqrt(
        row.allowance * max(abs(row.expected), row.allowance)
    )


def _masks(
    reading: Reading, declared: Declared, quantities: Mapping[str, Any]
) -> tuple[list[Array] | None, float]:
    given = {q: v for q, v in quantities.items() if q.startswith("mask")}
    if not given:
        return None, declared.dropout
    names = [f"mask{k}" for k in range(1, declared.depth)]
    if sorted(given) != names:
        raise InputError(
            f"masks given: {', '.join(given)}", f"give one for each hidden layer: {', '.join(names)}"
        )
    masks = [
        reading.layout.read_batch(name, given[name], reading.batch, reading.widths[k])
        for k, name in enumerate(names, 1)
    ]
    scale = max(float(mask.max()) for mask in masks)
    rate = 1 - 1 / scale if scale > 1 else declared.dropout
    return [(mask != 0).astype("float64") for mask in masks], rate


def _one_of(asked: Sequence[_Asked], fit: Sequence[Reading]) -> _Asked:
    """The reading that the numbers bear out, where the shapes allow several; else InputError asks."""
    if len(asked) == 1:
        return asked[0]
    borne_out = [each for each in asked if each.forward_fits]
    if len(borne_out) != 1:
        borne_out = [
            each for each in borne_out or asked if judge([each.answer], each.declared.loss).code == 0
        ]
    if len(borne_out) == 1 or (borne_out and _same_answers(borne_out)):
        return borne_out[0]
    first, second = fit[0].layout, next(each.layout for each in fit[1:] if each.layout != fit[0].layout)
    differing = [name for name in FORMS if getattr(first, name) != getattr(second, name)]
    ways = " or ".join(
        "lies={" + ", ".join(f"{name!r}: {getattr(layout, name)!r}" for name in differing) + "}"
        for layout in (first, second)
    )
    raise InputError("two layouts fit these shapes, and the numbers bear out neither or both", f"say {ways}")


def _same_answers(asked: Sequence[_Asked]) -> bool:
    """Whether it makes no difference which reading is taken, as with vectors and symmetric arrays."""
    first = asked[0].answer
    return all(
        each.answer.spec == first.spec
        and np.array_equal(each.answer.arrays.x, first.arrays.x)
        and all(
            np.array_equal(V, W) for (V, _), (W, _) in zip(each.answer.arrays.params, first.arrays.params)
        )
        for each in asked
    )


def facts(answer: Answer) -> list[str]:
    """What may keep a network with right gradients from learning, as numbers."""
    said = []
    largest = float(np.abs(answer.arrays.x).max())
    expected, spec = answer.known.expected, answer.spec
    if largest > 10:  # an input of order 1 is what initial weights are made for
        said.append(
            f"the largest input is {largest:g}: inputs of order 1 are what usual initial weights expect"
        )
    for layer, name in enumerate(spec.activations, start=1):
        a = expected[f"a{layer}"]
        if name == "relu":
            dead = int((a == 0).all(axis=0).sum())
            if dead:
                said.append(
                    f"{dead} of {a.shape[1]} relu units of layer {layer} are dead: 0 on every example here"
                )
        elif name in ("sigmoid", "tanh", "softmax"):
            slope = a * (1 - a) if name != "tanh" else 1 - a * a
            flat = float((slope.max(axis=1) < 0.01).mean())
            if flat > 0.1:
                said.append(
                    f"{name} of layer {layer} is saturated on {flat:.0%} of the examples: slopes below 0.01"
                )
    return said
