"""One person's file under examination: the questions in order, and a verdict on each."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from backproof.parity_tests import data_parallel
from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Row
from backproof.parity_tests.door import own_activation, source
from backproof.parity_tests.door.callables import (
    LossValue,
    judged_by,
    known_activation,
    known_losses,
    samples,
)
from backproof.parity_tests.door.declared import Declared, cast, read_net
from backproof.parity_tests.door.exam_optimizer import examine_optimizer, optimizer_sheet
from backproof.parity_tests.door.examined import Examined, Question
from backproof.parity_tests.door.examinee import FORMS, declared_in, target_of
from backproof.parity_tests.door.judge import (
    LOSS_VALUES,
    TOLD,
    Answer,
    Place,
    Verdict,
    by_own_penalty,
    catalogued,
    in_part,
    is_gradient,
    judge,
    place,
    printed,
    readings_of,
    rows,
    shown_rows,
    something_else,
    telling,
    unseen,
    witnesses,
)
from backproof.parity_tests.door.layout import Layout, Reading, ShapeError, read
from backproof.parity_tests.door.lines import right_line_at
from backproof.parity_tests.door.names import parted
from backproof.parity_tests.door.sandbox import CALL_SECONDS, CrashError, Sandbox
from backproof.parity_tests.exam import one_thread
from backproof.parity_tests.steps import shapes
from backproof.reference.losses import ONE, SPEC_LOSSES, Factor, OwnLoss, family, read_loss
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array

NETWORKS = 24
SMALL, SMALL_DRAWS = ((1, 1), (1, 2), (2, 1), (2, 2)), 3  # widths and batches of a smallest wrong network
OWN_NETWORKS = 4  # with an activation that is a function, where every entry takes a dozen evaluations
OWN_LOSS_NETWORKS = 8  # of a loss that is a function, which is asked for its slope at every output
# One rate at which W - (W - rate dW) keeps every digit, and an ordinary one that shows what hangs on it.
RATES = {"float64": (2.0**60, 2.0**-3), "float32": (2.0**40, 2.0**-3)}
WIDTHS, OUTPUTS, BATCHES = (2, 3, 4, 5), (1, 2, 3, 4), (1, 2, 3, 5)
SATURATED = 400.0
DECLARED = ("net", "loss", "W", "b", "x", "y", "ascent", "l1", "l2", "penalty", "penalty_in_loss", "dropout",
            "dropout_inputs", "epsilon", "frozen", "widths", "batch", "dtype", "script", "names", "arrays",
            "rate", "scale")  # fmt: skip
BEYOND = "batch norm, convolutions, recurrence and attention"


@dataclass(frozen=True)
class Sheet:
    """What an exam file declares, read from its text alone."""

    path: Path
    file: Path
    declared: Declared
    widths: tuple[int | None, ...] | None
    batch: int | None
    dtype: str
    adapters: tuple[str, ...]
    script: bool
    rate: float | None
    scale: float
    loss: str
    given: Mapping[str, Any]
    frozen: tuple[str, ...] = ()  # parameters that the code leaves as they are, by design
    own: Mapping[int, str] = field(default_factory=dict)  # layer -> the function that is its activation


def sheets(path: Path) -> list[Sheet]:
    """What an exam file declares: one sheet for every network and loss that go together.

    Raises InputError where there is no declaration, or one that cannot be.
    """
    file, given, adapters = declared_in(path, DECLARED)
    if "net" not in given or ("loss" not in given and "loss" not in adapters):
        raise InputError(f"{path} declares no {'net' if 'net' not in given else 'loss'}",
                         'Examinee("my_network.py", net="relu softmax", loss="cross_entropy")')  # fmt: skip
    _check_types(path, given)
    kinds = tuple(kind for kind in ("gradients", "step", "shards") if kind in adapters)
    if not {*kinds} & {"gradients", "step"} and not given.get("script"):
        raise InputError(f"{path} has no adapter", "write a function under @e.gradients or @e.step")
    if given.get("arrays", "numpy") not in FORMS:
        raise InputError(f"{path}: arrays is {given['arrays']!r}", f"choose from {', '.join(FORMS)}")
    nets = _several(given["net"])
    functions = {word.partition(" ")[2] for word in adapters if word.startswith("activation ")}
    losses = given["loss"] if isinstance(given.get("loss"), (list, tuple)) else [given.get("loss")]
    made, refused, target = [], None, target_of(path, file)
    for net, loss in itertools.product(nets, losses):
        words = net.replace(",", " ").split() if isinstance(net, str) else list(net)
        own = {k: word for k, word in enumerate(words, start=1) if word in functions}
        net = " ".join(PLACEHOLDER if k in own else word for k, word in enumerate(words, start=1))
        try:
            declared = _declared(given, net, loss)
        except InputError as fault:
            if len(nets) * len(losses) == 1 or _names_nothing_known(net, loss):
                raise
            refused = fault  # such as an entropy behind a tanh: they don't go together
            continue
        made.append(_sheet(path, given, declared, file=target, adapters=kinds, loss=str(loss or ""), own=own))
    if not made and refused:
        raise refused
    return made


PLACEHOLDER = "tanh"  # where an activation is the person's own function


def _is_texts(value: Any) -> bool:
    several = isinstance(value, (list, tuple)) and bool(value)
    return isinstance(value, str) or (several and all(map(_is_texts, value)))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and bool(np.isfinite(value)) and value >= 0


def _is_renaming(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for pair in value.items() for each in pair)


# The names of values, what these are, and whether one is that.
TYPES: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("l1 l2 dropout dropout_inputs scale", "a number, 0 or more", _is_number),
    ("epsilon rate", "a number, 0 or more", lambda value: value is None or _is_number(value)),
    ("W b x y penalty dtype arrays", "a text", lambda value: isinstance(value, str)),
    ("ascent penalty_in_loss script", "True or False", lambda value: isinstance(value, bool)),
    ("net loss", "a text, or a list of them", _is_texts),
    ("frozen", "a text, or a list of them", lambda value: _is_texts(value) or value in ((), [])),
    ("batch", "a whole number, 1 or more", lambda value: value is None or (type(value) is int and value > 0)),
    ("names", 'a dictionary of texts, such as {"syn0": "W1"}', _is_renaming),
)


def _check_types(path: Path, given: Mapping[str, Any]) -> None:
    """Raises InputError for a declared value of a wrong type."""
    for names, due, right in TYPES:
        for name in names.split():
            if name in given and not right(given[name]):
                raise InputError(f"{path}: {name} is {given[name]!r}", f"it is {due}")


def sheet(path: Path) -> Sheet:
    """The first network that an exam file declares. Raises as sheets does."""
    return sheets(path)[0]


def _several(net: Any) -> list[Any]:
    """Several networks are a list with all activations of each: ["relu softmax", "tanh softmax"]."""
    if isinstance(net, (list, tuple)) and any(not isinstance(each, str) or " " in each for each in net):
        return list(net)
    return [net]


def _names_nothing_known(net: Any, loss: Any) -> bool:
    """Whether a name is unknown, rather than two that do not go together."""
    try:
        read_net(net)
        if loss is not None:
            read_loss(loss)
    except InputError:
        return True
    return False


def _declared(given: Mapping[str, Any], net: Any, loss: Any) -> Declared:
    layout = Layout(**{name: given[name] for name in ("W", "b", "x", "y") if name in given})
    names = {field.name for field in fields(Declared)} - {"loss", "layout"}
    options = {name: value for name, value in given.items() if name in names}
    return Declared.read(net, OwnLoss() if loss is None else loss, layout, **options)


def _sheet(path: Path, given: Mapping[str, Any], declared: Declared, **more: Any) -> Sheet:
    """The sheet of one network and loss; more are fields that are told by other things than literals."""
    widths, depth = given.get("widths"), declared.depth
    if widths is not None and not _are_widths(widths, depth + 1):
        due = f"{depth + 1} whole numbers, None where any will do"
        raise InputError(f"{path}: widths is {widths!r}", due)
    frozen = given.get("frozen", ())
    frozen = tuple(frozen.replace(",", " ").split() if isinstance(frozen, str) else frozen)
    known = [f"{letter}{k}" for k in range(1, depth + 1) for letter in "Wb"]
    for name in frozen:
        if name not in known:
            raise InputError(f"{path}: frozen names {name!r}", f"choose from {', '.join(known)}")
    return Sheet(
        path=path,
        declared=declared,
        widths=None if widths is None else tuple(widths),
        batch=given.get("batch"),
        dtype=given.get("dtype", "float64"),
        script=bool(given.get("script")),
        rate=given.get("rate"),
        scale=float(given.get("scale", 1.0)),
        given=given,
        frozen=frozen,
        **more,
    )


def _are_widths(given: Any, most: int) -> bool:
    return (
        isinstance(given, (tuple, list))
        and len(given) == most
        and all(width is None or (type(width) is int and width > 0) for width in given)
    )


# --- the networks that are asked ---------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One network as the exam draws it: ours, and the same arrays as the person's code wants them."""

    sheet: Sheet
    reading: Reading
    arrays: Arrays
    given: Mapping[str, Array]

    @property
    def settings(self) -> dict[str, Any]:
        declared = self.sheet.declared
        return {"widths": self.reading.widths, "activations": declared.activations, "loss": self.sheet.loss,
                "dtype": self.sheet.dtype}  # fmt: skip

    def __str__(self) -> str:
        widths = "-".join(map(str, self.reading.widths))
        return f"widths {widths}, batch {self.reading.batch}"


def draw(sheet: Sheet, seed: int, number: int, scale: float = 1.0, zeros: bool = False) -> Asked:
    """Network `number` of the exam with this seed."""
    rng = np.random.default_rng([seed, number])
    declared, layout = sheet.declared, sheet.declared.layout
    several = (
        declared.activations[-1] == "softmax"
        or layout.y == "classes"
        or declared.loss_kind == "cross_entropy"
    )
    widths = []
    for at in range(declared.depth + 1):
        fixed = sheet.widths[at] if sheet.widths else None
        choices = [n for n in OUTPUTS if n > 1 or not several] if at == declared.depth else list(WIDTHS)
        if at < declared.depth and number % 8 == 7:
            choices = [1, *choices]
        if at == declared.depth and layout.y == "B":
            choices = [1]
        drawn = int(choices[int(rng.integers(len(choices)))])
        widths.append(fixed or drawn)
    batch = 1 if layout.one_example else sheet.batch or int(BATCHES[number % len(BATCHES)])
    params = []
    for n_in, n_out in itertools.pairwise(widths):
        W = rng.standard_normal((n_out, n_in)) * sheet.scale * scale / np.sqrt(n_in)
        b = rng.standard_normal(n_out) * sheet.scale
        if layout.b == "one":
            b = np.full(n_out, b[0])
        if layout.b == "none" and "1" not in layout.W:
            b = np.zeros(n_out)
        params.append((cast(W, sheet.dtype), cast(b, sheet.dtype)))
    x = cast(rng.standard_normal((batch, widths[0])), sheet.dtype)
    if zeros:
        params = [(W, np.zeros_like(b)) for W, b in params]
        x = np.zeros_like(x)
    y = cast(_labels(rng, declared, batch, widths[-1]), sheet.dtype)
    masks, spec = None, declared.spec(tuple(widths), sheet.dtype, batch)
    if declared.dropout or declared.dropout_inputs:
        masks = [
            cast(rng.random((batch, widths[k])) >= spec.drop_rate(k), sheet.dtype) for k in spec.masked_layers
        ]
    return lying(sheet, Arrays(params, x, y, masks))


def lying(sheet: Sheet, arrays: Arrays) -> Asked:
    """These arrays of ours as the declared layout wants them."""
    layout, (params, x, y, masks) = sheet.declared.layout, arrays
    given = {"x": layout.batch(x), "y": layout.labels(y)}
    for k, (W, b) in enumerate(params, start=1):
        given[f"W{k}"] = layout.weights(W, b)
        if layout.b != "none":
            given[f"b{k}"] = np.asarray(layout.bias(b))
    for k, mask in enumerate(masks or (), start=0 if sheet.declared.dropout_inputs else 1):
        given[f"mask{k}"] = layout.batch(mask)
    widths = (x.shape[1], *(len(W) for W, _ in params))
    reading = Reading(layout, widths, len(x))
    return Asked(sheet, reading, arrays, {n: np.asarray(v) for n, v in given.items()})


def _labels(rng: np.random.Generator, declared: Declared, batch: int, outputs: int) -> Array:
    kind = declared.loss_kind
    if declared.layout.y == "classes" or kind in ("categorical_cross_entropy", "cross_entropy"):
        return np.eye(outputs)[rng.integers(0, outputs, batch)]
    if kind == "binary_cross_entropy":
        return rng.integers(0, 2, (batch, outputs)).astype("float64")
    if declared.activations[-1] in ("sigmoid", "softmax"):
        return rng.random((batch, outputs))
    return rng.standard_normal((batch, outputs))


# --- asking ------------------------------------------------------------------------------------------


@dataclass
class Sitting:
    """The answers of one file, as they come."""

    sheet: Sheet
    sandbox: Sandbox
    seed: int
    answers: list[tuple[Asked, Answer]] = field(default_factory=list)
    steps: list[tuple[Asked, Answer]] = field(default_factory=list)
    crashes: list[tuple[Asked, str]] = field(default_factory=list)
    altered: set[str] = field(default_factory=set)

    def ask(
        self, asked: Asked, kind: str, rate: float | None = None, shards: Mapping[str, Any] | None = None
    ) -> Answer:
        """One network put to the file, or its batch in shards. Raises CrashError."""
        settings = {**asked.settings, **({} if rate is None else {"rate": rate}), **(shards or {})}
        head, found = self.sandbox.ask({"kind": kind, "settings": settings}, dict(asked.given))
        parameters = {name for name in asked.given if name[0] in "Wb"}
        meant = parameters if rate or self.sheet.script else set()
        self.altered |= set(map(str, head.get("altered", ()))) - meant
        faults = {str(name): str(said) for name, said in dict(head.get("faults", {})).items()}
        found = {name: value for name, value in found.items() if name.lstrip("d") not in self.sheet.frozen}
        answer = understood(asked, found, faults, rate)
        if isinstance(self.sheet.declared.loss, OwnLoss):
            return judged_by(answer, self.value_of(asked.reading))
        return answer

    @property
    def hands_on_float32(self) -> bool:
        """Whether gradients of float64 networks come back in float32."""
        found = [
            value for _, answer in self.answers for name, value in answer.found.items() if is_gradient(name)
        ]
        return self.sheet.dtype == "float64" and any(value.dtype == np.float32 for value in found)

    def activation_of(self, name: str, layout: Layout) -> Callable[[Array], Array]:
        """An activation that the file has as a function. Raises CrashError."""

        def value(z: Array) -> Array:
            settings = {"widths": (), "activations": (), "loss": "", "dtype": self.sheet.dtype, "name": name}
            _, found = self.sandbox.ask({"kind": "activation", "settings": settings}, {"z": layout.batch(z)})
            try:
                return layout.read_batch("a", found.get("a"), *z.shape)
            except ShapeError as fault:
                raise CrashError(f"{name} answers another shape: {fault}") from None

        return value

    def value_of(self, reading: Reading) -> LossValue:
        """The loss that the file has as a function. Raises CrashError."""
        layout = reading.layout

        def value(a: Array, y: Array) -> float:
            settings = {"widths": reading.widths, "activations": (), "loss": "", "dtype": self.sheet.dtype}
            given = {"a": layout.batch(a), "y": np.asarray(layout.labels(y))}
            _, found = self.sandbox.ask({"kind": "loss", "settings": settings}, given)
            if np.size(found.get("loss", ())) != 1:
                raise CrashError("the loss that was given answers no number")
            return float(found["loss"].reshape(()))

        return value


def understood(
    asked: Asked, raw: Mapping[str, Array], faults: Mapping[str, str], rate: float | None
) -> Answer:
    """What came back, in our shapes; after a step W and b are turned into the gradient they moved by."""
    found: dict[str, Array] = {}
    said = dict(faults)
    reading, declared = asked.reading, asked.sheet.declared
    layout = reading.layout
    spec = declared.spec(reading.widths, asked.sheet.dtype, reading.batch)
    known = {*shapes(spec, asked.arrays)}
    known |= {f"{letter}{k}" for letter in "Wb" for k in range(1, declared.depth + 1)}
    for name, value in raw.items():
        if name not in known:
            continue
        if rate is not None and name[0] not in "Wb":
            continue
        if rate is None and (name[0] in "Wb" or name in ("x", "y") or name.startswith("mask")):
            continue
        if name == f"a{declared.depth}" and declared.logits:
            continue
        try:
            kind, layer = parted(name)
            if rate is not None:
                before = asked.given[name]
                if np.shape(value) != np.shape(before):
                    raise ShapeError(
                        f"{name} is {np.shape(value)} after the step and was {np.shape(before)} before it"
                    )
                with np.errstate(all="ignore"):
                    value, name, kind = (before.astype("float64") - value) / rate, f"d{name}", f"d{kind}"
            if kind == "dW" and "1" in layout.W:
                n_out, n_in = reading.widths[layer], reading.widths[layer - 1]
                dW, db = layout.read_weights(name, value, n_out, n_in)
                found[name] = dW
                if db is not None:
                    found[f"db{layer}"] = db
            else:
                found[name] = read(reading, name, value)
        except (ShapeError, KeyError, IndexError) as fault:
            if isinstance(fault, ShapeError):
                said[name] = str(fault)
    if not declared.penalty_in_loss and (declared.l1 or declared.l2) and "loss" in found:
        found["data_loss"] = found.pop("loss")
    gradients = {n: v for n, v in said.items() if n[0] == "d" or n == "loss"}
    return Answer(
        spec, asked.arrays, found, declared.factor, gradients, declared.epsilon, rate, layout=layout
    )


FLOAT32 = 'your numbers come back in float32, and were judged as such: declare dtype="float32"'


def examine(
    path: Path,
    seed: int = 0,
    networks: int = NETWORKS,
    seconds: float = CALL_SECONDS,
    progress: Callable[[int], None] = lambda _: None,
) -> Examined:
    """Examines one exam file. Raises InputError where it declares nothing that can be examined."""
    if "optimizer" in declared_in(path)[1]:
        return examine_optimizer(path, seed, networks, seconds, progress)
    declared = sheets(path)
    source.parsed(declared[0].file)  # what is no Python is not run
    each = max(1, networks // len(declared))
    found = []
    with one_thread(), Sandbox(path, seconds) as sandbox:
        for number, one in enumerate(declared):
            if one.own:
                one = _by_the_values_of(one, sandbox, seed)
            if one.own:
                found.append(_by_definition(Sitting(one, sandbox, seed), min(each, OWN_NETWORKS)))
                continue
            sitting = Sitting(_by_its_values(one, sandbox, seed), sandbox, seed)
            own = isinstance(sitting.sheet.declared.loss, OwnLoss)
            asked = min(each, OWN_LOSS_NETWORKS) if own else each
            seen = partial(_later, progress, number * each)
            found.append(_Exam(sitting, asked, seen).taken())
            if found[-1].code == 1 and sitting.hands_on_float32:
                narrow = Sitting(replace(sitting.sheet, dtype="float32"), sandbox, seed)
                if (again := _Exam(narrow, asked, seen).taken()).code == 0:
                    found[-1] = replace(again, notes=(*again.notes, FLOAT32))
    return found[0] if len(found) == 1 else _of_all(declared, found, each * len(found))


def question_ids(path: Path) -> dict[str, str]:
    """Every question that an exam file can be asked, with an id such as dW2[relu,cross_entropy,float64]."""
    if "optimizer" in declared_in(path)[1]:
        rule = optimizer_sheet(path)
        asked_of_rules = ("runs", "step 1", "later steps", "gradients of 0")
        return {name: f"{name}[{rule.optimizer},{rule.dtype}]" for name in asked_of_rules}
    ids, declared = {}, sheets(path)
    for one in declared:
        depth, activations = one.declared.depth, one.declared.activations
        names = ["runs", "forward", "loss"]
        names += [f"{kind}{k}" for k in range(depth, 0, -1) for kind in ("dW", "db")]
        names += [*(["update"] if "step" in one.adapters else []), "a second call"]
        for name in names:
            layer = int(name[2:]) if name[:2] in ("dW", "db") else depth
            asked = name if len(declared) == 1 else f"{name} [{_name(one)}]"
            ids[asked] = f"{name}[{activations[layer - 1]},{one.declared.loss},{one.dtype}]"
    return ids


def _name(one: Sheet) -> str:
    """What one of several networks is called in a report."""
    return f"{' '.join(one.declared.activations)}, {one.loss}"


def _later(progress: Callable[[int], None], before: int, done: int) -> None:
    progress(before + done)


def _by_its_values(declared: Sheet, sandbox: Sandbox, seed: int) -> Sheet:
    """A sheet whose loss is a function, with the known loss that has the same values, where there is one."""
    if not isinstance(declared.declared.loss, OwnLoss):
        return declared
    last, sitting = declared.declared.activations[-1], Sitting(declared, sandbox, seed)
    rng = np.random.default_rng([seed, 0])
    found = {loss for kind in SPEC_LOSSES for loss in family(kind)}
    try:
        # Several batch sizes and numbers of outputs, since with 1 of them a sum is a mean.
        for number in range(len(BATCHES)):
            asked = draw(declared, seed, number)
            y = asked.arrays.y.astype("float64")
            found &= set(known_losses(sitting.value_of(asked.reading), [*samples(last, y, rng)]))
    except CrashError:
        return declared  # what comes of it is said where a network is asked
    known = min(found, default=None, key=lambda loss: (loss.half, len(loss.over), loss))
    if known is None:
        return declared
    return replace(
        declared,
        declared=_declared(declared.given, declared.declared.activations, str(known)),
        loss=str(known),
    )


def _by_the_values_of(one: Sheet, sandbox: Sandbox, seed: int) -> Sheet:
    """A sheet whose activations are functions, with the known activations that have the same values."""
    sitting, names = Sitting(one, sandbox, seed), dict[int, str]()
    try:
        for layer, name in one.own.items():
            if known := known_activation(sitting.activation_of(name, one.declared.layout)):
                names[layer] = known
    except CrashError:
        return one  # what comes of it is said where a network is asked
    words = [names.get(k, word) for k, word in enumerate(one.declared.activations, start=1)]
    words[-1] = "identity" if one.declared.logits else words[-1]
    own = {k: name for k, name in one.own.items() if k not in names}
    return replace(one, declared=_declared(one.given, words, one.loss or None), own=own)


def _by_definition(sitting: Sitting, networks: int) -> Examined:
    """What comes of a network with an activation that is none of the known ones."""
    sheet, judged, sizes = sitting.sheet, [], []
    layout, names = sheet.declared.layout, ", ".join(dict.fromkeys(sheet.own.values()))
    own = {k: sitting.activation_of(name, layout) for k, name in sheet.own.items()}
    not_asked = ("forward and dz of a network with an activation of its own", BEYOND)
    try:
        for number in range(networks):
            asked = draw(sheet, sitting.seed, number)
            answer = sitting.ask(asked, "gradients")
            found = {n: v for n, v in answer.found.items() if is_gradient(n) and v.shape}
            found_rows = own_activation.gradients(sheet.declared, own, asked.arrays, found)
            judged.append(tuple(replace(row, index=answer.own_index(row)) for row in found_rows))
            sizes.append((answer.batch, answer.outputs))
        said = f"{sheet.declared.loss} through {names}"
        verdict = own_activation.verdict(judged, sizes, said)
    except (CrashError, InputError) as fault:
        word = "crash" if isinstance(fault, CrashError) else "not judged"
        runs = Question("runs", word, str(fault))
        return Examined(str(sheet.path), Verdict(word, str(fault)), (runs,), seed=sitting.seed)
    worst: dict[str, Row] = {}
    for row in (row for rows_of in judged for row in rows_of):
        worst[row.quantity] = max(row, worst.get(row.quantity, row), key=lambda each: each.share)
    off = {row.quantity for row in worst.values() if row.verdict == verdict.word}
    return Examined(
        path=str(sheet.path),
        verdict=verdict,
        questions=(
            Question("runs", "right"),
            *(Question(name, "wrong" if name in off else "right") for name in worst),
        ),
        rows=tuple(row for row in worst.values() if row.quantity in off),
        not_asked=not_asked,
        imports=sitting.sandbox.imports,
        networks=networks,
        seed=sitting.seed,
    )


def _of_all(declared: Sequence[Sheet], found: Sequence[Examined], networks: int) -> Examined:
    """One report of several networks and losses: the worst of them, with every question of each."""
    names = [_name(each) for each in declared]
    order = (1, 2, 3, 0)
    worst = min(range(len(found)), key=lambda at: order.index(found[at].code))
    questions = [
        replace(question, name=f"{question.name} [{name}]")
        for name, each in zip(names, found)
        for question in each.questions
    ]
    verdict = found[worst].verdict
    if verdict.code:
        verdict = replace(verdict, sentence=f"{names[worst]}: {verdict.sentence}")
    elif all(each.verdict.sentence.startswith("right: ") for each in found):
        verdict = replace(verdict, sentence=f"right: all {len(found)} networks and losses that are declared")
    return replace(found[worst], verdict=verdict, questions=tuple(questions), networks=networks)


class _Exam:
    def __init__(self, sitting: Sitting, networks: int, progress: Callable[[int], None]) -> None:
        self.sitting, self.sheet, self.networks, self.progress = sitting, sitting.sheet, networks, progress
        self.questions: list[Question] = []
        self.notes: list[str] = []
        self.turned: tuple[str, ...] = ()  # parameters whose updates have the sign turned
        self.apart: tuple[str, ...] = ()  # parameters that do not change in proportion to the rate

    def taken(self) -> Examined:
        kinds = list(self.sheet.adapters)
        if (
            self.sheet.script
        ):  # its weights after one turn of the loop, where it has a rate, else its gradients
            kinds = ["gradients"] if self.sheet.rate is None else ["step"]
        for kind in kinds:
            if kind != "shards":
                self._all(kind)
        asked = [answer for _, answer in self.sitting.answers] or [answer for _, answer in self.sitting.steps]
        if not asked:
            said = self.sitting.crashes[0][1] if self.sitting.crashes else "no answer"
            crash = Verdict("crash", f"it does not run: {said}")
            return self._done(
                crash, [Question("runs", "crash", said), Question("the numbers", "not asked")], []
            )
        verdict = judged = judge(asked, self.sheet.declared.loss)
        step = self._update()
        if step is not None and not self.sitting.answers and (step.word == "not judged" or self.apart):
            verdict = judged = step
        if verdict.word == "ascent" and step is not None and self._climbs_down():
            verdict = Verdict("exact", "right: dW and db point uphill, and the update adds them")
        if verdict.word == "not judged" and self.sheet.script and self.sheet.rate is None:
            advice = "a script that has no dW of its own declares its learning rate, such as rate=1.0: then "
            verdict = replace(verdict, advice=f"{advice}the weights after one turn of its loop are judged")
        due = [name for name in self.sheet.declared.due if name[1:] not in self.sheet.frozen]
        verdict = in_part(verdict, asked, due)
        if (
            verdict.word == "wrong"
            and asked[0].rate is not None
            and not self.apart
            and (turned := self._turned(asked))
        ):
            verdict = judged = step = turned
        if verdict.word == "wrong":
            asked, said = by_own_penalty(asked)
            self.notes += [said] if said else []
        located = place(asked) if verdict.word in ("wrong", "crash") and not self.turned else None
        if located is not None:
            located = self._smallest(located)
        self._ask_in_order(asked, verdict, located, step)
        if step is not None and verdict.code == 0 and step.code == 1:
            verdict = replace(step, sentence=f"the update: {step.sentence}")
        loss = next((q for q in self.questions if q.name == "loss"), None)
        if verdict.code == 0 and loss is not None and loss.failed:
            verdict = Verdict(loss.word, loss.said)
        if self.sitting.crashes:
            where, said = self.sitting.crashes[0]
            crashed = (
                f"it ends on {len(self.sitting.crashes)} of {self.networks} networks, as with {where}: {said}"
            )
            if verdict.code in (0, 3):
                verdict = Verdict(
                    "crash", crashed, "declare widths=(...) or batch=... if others are not meant to work"
                )
            else:
                self.notes.append(crashed)
        if verdict.code == 0:
            again = self._second_call()
            if again is not None:
                verdict = again
            if verdict.code == 0 and "shards" in self.sheet.adapters:
                verdict = self._in_shards() or verdict
            self._robustness()
        elif judged.word == "wrong":
            self._fresh()
        return self._done(verdict, self.questions, asked, located)

    # --- the calls ------------------------------------------------------------------------------------

    def _all(self, kind: str) -> None:
        rates: Sequence[float | None] = (None,)
        if kind == "step":
            rates = (self.sheet.rate,) if self.sheet.rate is not None else RATES[self.sheet.dtype]
        gone = 0
        for number in range(self.networks):
            asked = draw(self.sheet, self.sitting.seed, number)
            for rate in rates:
                try:
                    answer = self.sitting.ask(asked, kind, rate).sorted_out
                except CrashError as crash:
                    self.sitting.crashes.append((asked, str(crash)))
                    gone += "no answer" in str(crash)
                    continue
                (self.sitting.answers if kind == "gradients" else self.sitting.steps).append((asked, answer))
            self.progress(number + 1)
            if gone >= 2 or (len(self.sitting.crashes) == number + 1 >= 4):
                return

    # --- the questions --------------------------------------------------------------------------------

    def _update(self) -> Verdict | None:
        if not self.sitting.steps:
            return None
        verdict = judge([answer for _, answer in self.sitting.steps], self.sheet.declared.loss)
        signs = [_by_sign(answer) for _, answer in self.sitting.steps]
        by_sign = 4 * sum(signs) > 3 * len(signs)  # a rule's epsilon shows on the others
        if verdict.word == "wrong" and by_sign:
            advice = "an update rule with a memory is examined by a function under @e.optimizer"
            self.notes.append(advice)
            said = "every entry moves by the same amount, as in the first step of Adam or RMSprop"
            return Verdict("not judged", said, advice)
        if verdict.word == "wrong" and self.sitting.answers:
            off = {
                row.quantity
                for _, each in self.sitting.steps
                for row in rows(each, is_gradient)
                if row.verdict == "wrong"
            }
            names = ", ".join(sorted(name[1:] for name in off))
            verdict = replace(
                verdict,
                sentence=f"{names} {'do' if len(off) > 1 else 'does'} not move by -rate times the gradient",
            )
        if verdict.word == "wrong" and (apart := self._out_of_proportion()):
            self.apart = apart
            return Verdict(
                "wrong",
                f"the change of {', '.join(apart)} is not in proportion to the rate",
                "a weight is used after its own update, or some term is not multiplied by the rate: "
                "compute every gradient first, then update",
            )
        return verdict

    def _out_of_proportion(self) -> tuple[str, ...]:
        """The parameters whose changes at two rates are not of one gradient, on some network."""
        found = set()
        for (asked, one), (same, other) in itertools.pairwise(self.sitting.steps):
            for name in {*one.normalised} & {*other.normalised} if asked is same else ():
                apart = np.abs(one.normalised[name] - other.normalised[name])
                if (apart > one.known.allowances[name] + other.known.allowances[name]).any():
                    found.add(name[1:])
        return tuple(sorted(found))

    def _turned(self, asked: Sequence[Answer]) -> Verdict | None:
        """The verdict where some updates alone are wrong, and right with the sign turned."""
        minus = Factor(negative=True)
        judged = [row for each in asked for row in rows(each, is_gradient) if row.verdict != "undecidable"]
        turned = [
            row for each in asked for row in rows(each.times(minus), is_gradient) if row.verdict == "wrong"
        ]
        off = {row.quantity for row in judged if row.verdict == "wrong"}
        if not off or off & {row.quantity for row in turned} or any(each.faults for each in asked):
            return None
        self.turned = tuple(sorted(name[1:] for name in off))
        names = ", ".join(self.turned)
        return Verdict(
            "wrong",
            f"the update of {names} has its sign turned: it goes uphill, by a gradient that is right",
            f"subtract: {self.turned[0]} - rate * d{self.turned[0]}",
        )

    def _climbs_down(self) -> bool:
        """Whether the update goes downhill though the gradients point uphill."""
        verdict = judge([answer for _, answer in self.sitting.steps], self.sheet.declared.loss)
        return verdict.word == "exact"

    def _ask_in_order(
        self, asked: list[Answer], verdict: Verdict, located: Place | None, step: Verdict | None
    ) -> None:
        self.questions.append(Question("runs", "crash" if self.sitting.crashes else "right"))
        depth = self.sheet.declared.depth
        wrong = set(located.wrong) if located else set()
        known = [answer for answer in asked if answer.rate is None]
        held = [answer.times(verdict.factor) for answer in known] if verdict.factor != ONE else known
        bad = {row.quantity for answer in held for row in rows(answer) if row.verdict == "wrong"}
        lost = bad - {*LOSS_VALUES}
        told = telling(held) if lost and verdict.code == 0 else ()
        unstable = {step.quantity for answer in told for step in answer.steps.unstable}
        faulty = {name: said for answer in known for name, said in answer.faults.items()}
        seen = {name for answer in known for name in answer.found}
        forward = [f"{letter}{k}" for k in range(1, depth + 1) for letter in "za"]
        backward = [f"{kind}{k}" for k in range(depth, 0, -1) for kind in ("dz", "dW", "db")]
        for group, names in (
            ("forward", forward),
            ("loss", ["loss", "data_loss"]),
            *((n, [n]) for n in backward),
        ):
            present = [name for name in names if name in seen or name in faulty]
            off = [name for name in present if name in bad or name in wrong or name in faulty]
            if not present:
                if group[1:] in self.sheet.frozen:
                    self.questions.append(Question(group, "not judged", "declared as frozen"))
                elif (
                    known
                    and group[:2] != "dz"
                    and not (group[:2] == "db" and self.sheet.declared.layout.b == "none")
                ):
                    self.questions.append(Question(group, "not given"))
            elif not off or (verdict.code == 0 and group != "loss"):
                word = "unstable form" if any(n in unstable for n in present) else "right"
                self.questions.append(Question(group, word))
            elif group == "loss":
                said = printed(known, self.sheet.declared.loss)
                self.questions.append(Question("loss", _word_of_loss(said), said))
            else:
                own = [name for name in off if name in wrong or name in faulty]
                said = faulty.get(off[0], "")
                self.questions.append(Question(group, "wrong" if own or not located else "follows", said))
        if step is not None:
            self.questions.append(Question("update", step.word, step.sentence))
        self._declare_activation(located)

    def _smallest(self, located: Place) -> Place:
        """The same place on the smallest network that shows it, of a few that are asked for it."""
        if not self.sitting.answers or located.answer.faults:
            return located
        fixed = self.sheet.widths or (None,) * (self.sheet.declared.depth + 1)
        for width, batch in SMALL:
            widths = tuple(
                own or max(width, 2 if at == len(fixed) - 1 else 1) for at, own in enumerate(fixed)
            )
            if self.sheet.declared.layout.y == "B":
                widths = (*widths[:-1], 1)
            if sum(widths) * batch >= sum(located.answer.spec.widths) * located.answer.batch:
                continue
            small = replace(self.sheet, widths=widths, batch=self.sheet.batch or batch)
            for number in range(SMALL_DRAWS):
                try:
                    answer = self.sitting.ask(draw(small, self.sitting.seed, number), "gradients")
                    found = place([answer])
                except (CrashError, InputError):
                    continue
                if found is not None and found.quantity == located.quantity and not found.unlocated:
                    return replace(located, answer=answer, row=found.row)
        return located

    def _declare_activation(self, located: Place | None) -> None:
        """Where a is not f(z) for the declared f: the known activation that it is."""
        if located is None or located.quantity[0] != "a" or located.quantity.startswith("da"):
            return
        from backproof.scratch.spec import ACTIVATION_NAMES

        layer = int(located.quantity[1:])
        answer = located.answer
        for name in ACTIVATION_NAMES:
            activations = list(answer.spec.activations)
            activations[layer - 1] = name
            try:
                other = replace(answer, spec=replace(answer.spec, activations=tuple(activations)))
                if all(
                    step.verdict != "wrong" for step in other.steps.steps if step.quantity == located.quantity
                ):
                    self.notes.append(
                        f"{located.quantity} is {name} of z{layer}: declare it in net if it is meant"
                    )
                    return
            except InputError:
                continue

    def _second_call(self) -> Verdict | None:
        """The first network again, twice, in a process that has answered all the others.

        What is added up over calls starts anew at another shape: only two calls on the same arrays show it.
        """
        kind = "gradients" if self.sitting.answers else "step"
        asked, first = (self.sitting.answers or self.sitting.steps)[0]
        try:
            again = [self.sitting.ask(asked, kind, first.rate) for _ in range(2)]
        except CrashError as crash:
            self.questions.append(Question("a second call", "crash", str(crash)))
            return Verdict("crash", f"a second call on the same arrays ends: {crash}")
        verdict = judge(again, self.sheet.declared.loss)
        if verdict.word in ("wrong", "factor", "other loss", "ascent"):
            self.questions.append(Question("a second call", "wrong"))
            return Verdict(
                "wrong", "a second call on the same arrays answers otherwise: something is kept between calls"
            )
        self.questions.append(Question("a second call", "right"))
        return None

    def _in_shards(self) -> Verdict | None:
        """The gradients of a batch in two shards of different sizes; a verdict where they are not right."""
        layout, found = self.sheet.declared.layout, []
        for number in range(self.networks):
            asked = draw(self.sheet, self.sitting.seed, number)
            if asked.reading.batch < 3 or layout.one_example or self.sheet.declared.dropout:
                continue
            sizes = (1, asked.reading.batch - 1)
            cut = {"ends": [1], "axis": layout.x.split(",").index("B")}
            try:
                answer = self.sitting.ask(asked, "shards", shards=cut)
            except CrashError as crash:
                self.questions.append(Question("shards", "crash", str(crash)))
                return Verdict("crash", f"in shards it ends, as with {asked}: {crash}")
            question = data_parallel.Question(answer.spec, answer.arrays, sizes)
            names = data_parallel.gradients(list(answer.normalised))
            given = {name: answer.normalised[name] for name in names if answer.normalised[name].shape}
            if answer.faults or not given:
                said = next(iter(answer.faults.values()), "no dW and no db")
                self.questions.append(Question("shards", "wrong", said))
                return Verdict("wrong", f"what comes of the shards is no gradient: {said}")
            found.append((given, question))
        reports = [data_parallel.judge(*each) for each in found]
        if not any(report.decided for report in reports):
            self.questions.append(Question("shards", "not asked"))
            return None
        if not any(report.first_wrong for report in reports):
            self.questions.append(Question("shards", "right"))
            return None
        means = not any(data_parallel.judge(*each, weighted=False).first_wrong for each in found)
        said = "the mean of the shards' means" if means else "not the gradients of the whole batch"
        self.questions.append(Question("shards", "wrong", said))
        return Verdict(
            "wrong",
            f"put together from shards of 1 and more examples, the gradients are {said}",
            "weight each shard's gradients by its share of the examples",
        )

    def _fresh(self) -> None:
        """Whether what is wrong is right in a fresh process: then something is kept between calls."""
        kind = "gradients" if self.sitting.answers else "step"
        for asked, answer in self.sitting.answers or self.sitting.steps:
            if any(row.verdict == "wrong" for row in rows(answer, is_gradient)):
                self.sitting.sandbox.renew()
                try:
                    alone = self.sitting.ask(asked, kind, answer.rate)
                except CrashError:
                    return
                if judge([alone], self.sheet.declared.loss).code == 0:
                    self.notes.append(
                        "right in a first call and wrong in later ones: something is kept between calls"
                    )
                return

    def _robustness(self) -> None:
        """Outside the verdict: saturation, exact zeros and labels that are no classes."""
        kind = "gradients" if self.sitting.answers else "step"
        for text, scale, zeros in (
            (f"|z| of about {SATURATED:g}", SATURATED, False),
            ("exact zeros", 1.0, True),
        ):
            asked = draw(self.sheet, self.sitting.seed, 1, scale, zeros)
            try:
                answer = self.sitting.ask(asked, kind, RATES[self.sheet.dtype][1] if kind == "step" else None)
            except CrashError as crash:
                self.questions.append(Question(f"with {text}", "note", str(crash)))
                continue
            lost = [name for name, value in answer.found.items() if not np.isfinite(value).all()]
            said = f"not finite: {', '.join(lost)}" if lost else "every number is finite"
            self.questions.append(Question(f"with {text}", "note", said))
        if self._takes_soft_labels:
            self.questions.append(Question("with soft labels", "note", self._with_soft_labels(kind)))

    @property
    def _takes_soft_labels(self) -> bool:
        declared = self.sheet.declared
        return declared.loss_kind.endswith("entropy") and declared.layout.y != "classes"

    def _with_soft_labels(self, kind: str) -> str:
        """What comes of labels that are probabilities, and sum to 1 behind a softmax."""
        found = []
        for number in range(len(BATCHES)):
            asked = draw(self.sheet, self.sitting.seed, number)
            y = np.random.default_rng([self.sitting.seed, number]).random(asked.arrays.y.shape)
            if self.sheet.declared.loss_kind != "binary_cross_entropy":
                y = y / y.sum(axis=1, keepdims=True)
            soft = lying(self.sheet, asked.arrays._replace(y=cast(y, self.sheet.dtype)))
            try:
                found.append(
                    self.sitting.ask(soft, kind, RATES[self.sheet.dtype][0] if kind == "step" else None)
                )
            except CrashError as crash:
                return str(crash)
        verdict = judge(found, self.sheet.declared.loss)
        return "right" if verdict.code == 0 else f"{verdict.word}: right for one-hot labels alone"

    # --- the end --------------------------------------------------------------------------------------

    def _done(
        self,
        verdict: Verdict,
        questions: list[Question],
        asked: list[Answer],
        located: Place | None = None,
    ) -> Examined:
        if self.sitting.altered:
            self.notes.append(f"it writes to what it was given: {', '.join(sorted(self.sitting.altered))}")
        missing = self.sitting.sandbox.guards_missing
        if missing:
            self.notes.append(f"this system did not guard {', '.join(missing)} from the file's code")
        known = set(self.sitting.sandbox.imports) & {"torch", "jax", "tensorflow", "autograd", "tinygrad"}
        if known and verdict.code == 0:
            self.notes.append(
                f"it imports {', '.join(sorted(known))}: what autograd computes is right by construction"
            )
        if verdict.code == 0 and asked:
            self.notes += _acquitting(asked)
            hidden = unseen(asked)
            self.notes += [f"no mistake could show in {', '.join(hidden)}"] if hidden else []
        self.notes += something_else(asked) if verdict.word == "exact" else ()
        told = asked[:TOLD]
        self.notes += readings_of([each.times(verdict.factor).but(*LOSS_VALUES) for each in told])
        where: tuple[str, ...] = ()
        lines: tuple[str, ...] = ()
        snippet = mistake = ""
        if located is not None:
            where = tuple(located.lines())
            by_all = witnesses(located.answer)
            where += (by_all,) if by_all else ()
            mistake = catalogued(asked) if verdict.word == "wrong" else ""
            lines = () if self.apart else tuple(self._own_line(located))
            snippet = "\n".join(_snippet(located, self.sheet))
        updates = (text for name in (*self.turned, *self.apart) for text in self._update_lines(name))
        lines = (*lines, *dict.fromkeys(updates))
        shown = located.answer if located else None
        if shown is None and asked:
            shown = max(asked, key=lambda each: max((row.share for row in rows(each)), default=0.0))
        return Examined(
            path=str(self.sheet.path),
            verdict=verdict,
            questions=tuple(questions),
            rows=shown_rows(shown) if shown else (),
            place=where,
            mistake=mistake,
            line=lines,
            snippet=snippet,
            notes=tuple(self.notes),
            not_asked=tuple(self._not_asked(questions, asked)),
            imports=self.sitting.sandbox.imports,
            networks=self.networks,
            seed=self.sitting.seed,
        )

    def _not_asked(self, questions: list[Question], asked: list[Answer]) -> list[str]:
        """What the verdict says nothing of."""
        declared, frozen = self.sheet.declared, self.sheet.frozen
        words = {each.name: each.word for each in questions}
        given = {name for each in asked for name in (*each.found, *each.faults)}
        left_out = {
            BEYOND: True,
            "penalties": not (declared.l1 or declared.l2),
            "dropout": not (declared.dropout or declared.dropout_inputs),
            "the printed loss": isinstance(declared.loss, OwnLoss),
            **{f"{name} (frozen)": name[1:] in frozen for name in declared.due},
            **{f"{n} (not given)": n not in given and n[1:] not in frozen for n in declared.due},
            "soft labels": self._takes_soft_labels and "with soft labels" not in words,
            "sums and means over a batch": declared.layout.one_example or self.sheet.batch == 1,
            "the update": words.get("update", "not judged") == "not judged",
            "other widths": self.sheet.widths and None not in self.sheet.widths,
        }
        return [what for what, so in left_out.items() if so]

    def _update_lines(self, name: str) -> Iterator[str]:
        """The lines that alter a parameter, and do not make it."""
        tree = source.parsed(self.sheet.file)
        for number, text in source.updates(tree, name, self.sheet.declared.depth):
            yield f"{self.sheet.file.name}, line {number}: {text}"

    def _own_line(self, located: Place) -> Iterator[str]:
        tree = source.parsed(self.sheet.file)
        declared = self.sheet.declared
        before = located.unlocated[:-1] if located.times == ONE else ()
        for name in (*before, located.quantity):
            for number, text in source.places(tree, name, declared.depth)[:3]:
                yield f"{self.sheet.file.name}, line {number}: {text}"
        for name in (*before, located.quantity):
            right = right_line_at(replace(located, quantity=name), declared)
            if right:
                yield f"the right line: {right}"


def _acquitting(asked: Sequence[Answer]) -> Iterator[str]:
    """What was the same in every network and hides mistakes."""
    if asked[0].spec.activations[-1] == "softmax" and {each.outputs for each in asked} == {2}:
        yield "K was 2 throughout: a softmax taken entry by entry is exactly half there; ask with more"
    hidden = zip(*(each.spec.widths[1:-1] for each in asked))
    if any(set(widths) == {1} for widths in hidden):
        yield "a hidden layer had width 1 throughout: a transposed W cannot show there; ask with more"
    if {each.batch for each in asked} == {1}:
        yield "one example at a time: what divides by the batch size, or does not, cannot show"


def _word_of_loss(said: str) -> str:
    if not said:
        return "right"
    return "factor" if "times" in said else "another function" if "epsilon" in said else "wrong"


ALIKE = 1 / 64  # of an amount, by which two may differ and be called the same


def _by_sign(answer: Answer) -> bool:
    """Whether an update moved every entry against its gradient's sign, and all that have one equally far."""
    moved = []
    for name, value in answer.normalised.items():
        if is_gradient(name) and np.shape(value) == np.shape(answer.known.expected[name]):
            due = answer.known.expected[name]
            there = np.abs(due) > ALIKE * np.abs(due).max(initial=0.0)
            moved.append((value * np.sign(due))[there])
    amounts = np.concatenate([np.ravel(each) for each in moved]) if moved else np.zeros(1)
    return bool(amounts.size and amounts.min() > 0 and np.ptp(amounts) <= ALIKE * amounts.max())


def _snippet(located: Place, sheet: Sheet) -> Iterator[str]:
    """The network that shows it, as Python that needs numpy alone."""
    answer = located.answer
    layout = sheet.declared.layout
    yield "import numpy as np"

    def shown(array: Any) -> str:
        return f"np.array({np.asarray(array).tolist()!r})"

    yield f"x = {shown(layout.batch(answer.arrays.x))}"
    yield f"y = {shown(layout.labels(answer.arrays.y))}"
    for k, (W, b) in enumerate(answer.arrays.params, start=1):
        yield f"W{k} = {shown(layout.weights(W, b))}"
        if layout.b != "none":
            yield f"b{k} = {shown(layout.bias(b))}"
    name = next((n for n in (located.quantity, *located.follows) if n in answer.found), located.quantity)
    c = answer.factor.value(answer.batch, answer.outputs)
    if name in answer.known.expected and name in answer.found:
        forward = name[0] in "za"
        due = answer.known.expected[name] * (1 if forward else c)
        turned = _turned(name, layout)
        yield f"right_{name} = {shown(turned(due))}"
        yield f"yours_{name} = {shown(turned(answer.found[name]))}"
        yield f"print(np.abs(right_{name} - yours_{name}).max())"


def _turned(name: str, layout: Layout) -> Callable[[Array], Array]:
    if name.startswith("dW") and "1" not in layout.W:
        return lambda array: layout.weights(array, array[:, 0])
    if name.startswith("db"):
        return lambda array: (
            array if np.ndim(array) == 0 or layout.b in ("one", "none") else layout.bias(array)
        )
    if name[0] in "za" or name.startswith(("dz", "da", "dx")):
        return layout.batch
    return lambda array: array
