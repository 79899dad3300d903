"""Somebody's optimizer under examination: each update against torch.optim, on gradients that end in 0."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from backproof.parity_tests.comparison import Row
from backproof.parity_tests.door.examined import Examined, Question
from backproof.parity_tests.door.examinee import FORMS, declared_in, target_of
from backproof.parity_tests.door.judge import Verdict
from backproof.parity_tests.door.sandbox import CALL_SECONDS, CrashError, Sandbox
from backproof.parity_tests.exam import one_thread
from backproof.parity_tests.update_diagnosis import Observed, explain, sentence, step_of
from backproof.parity_tests.updates import quantity, shaped
from backproof.scratch.errors import InputError
from backproof.scratch.spec import DTYPE_NAMES, OPTIMIZER_NAMES, Array, OptimizerSpec

# What each rule has: other numbers are not drawn for it.
NUMBERS = {
    "sgd": (),
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "rmsprop": ("alpha", "epsilon"),
    "adam": ("beta1", "beta2", "epsilon"),
    "adamw": ("beta1", "beta2", "epsilon", "weight_decay"),
}
DRAWN: dict[str, tuple[float, ...]] = {
    "momentum": (0.5, 0.75, 0.9),
    "alpha": (0.5, 0.9, 0.99),
    "beta1": (0.5, 0.8, 0.9),
    "beta2": (0.9, 0.99, 0.999),
    "epsilon": (1e-8, 1e-5, 1e-3),
    "weight_decay": (0.0, 0.01, 0.25),
}
FIXED = ("learning_rate", *DRAWN, "clip_norm")
DECLARED = ("optimizer", "arrays", "dtype", *FIXED)
# Two tensors of each shape, since a state may be shared by shape.
WIDTHS = (3, 3, 3)
NAMES = ("W1", "b1", "W2", "b2")
STEPS, ZEROS = 8, 3  # the last gradients are 0, where what is kept still moves the parameters
GRADIENTS = ("normal", "vanishing", "turning", "sparse")
SEQUENCES = 12


@dataclass(frozen=True)
class OptimizerSheet:
    """What an exam file declares of an optimizer; fixed: the numbers that the code has wired in."""

    path: Path
    file: Path
    optimizer: str
    fixed: dict[str, Any]
    dtype: str


def optimizer_sheet(path: Path) -> OptimizerSheet:
    """The declaration of an exam file. Raises InputError where it is none that can be examined."""
    file, given, adapters = declared_in(path, DECLARED)
    if "optimizer" not in adapters:
        raise InputError(f"{path} has no adapter", "write a function under @e.optimizer")
    for name, allowed in (("optimizer", OPTIMIZER_NAMES), ("dtype", DTYPE_NAMES), ("arrays", FORMS)):
        if name in given and given[name] not in allowed:
            raise InputError(f"{path}: {name} is {given[name]!r}", f"choose from {', '.join(allowed)}")
    fixed: dict[str, Any] = {name: given[name] for name in FIXED if name in given}
    name = given.get("optimizer", "sgd")
    OptimizerSpec(name, **fixed)  # says at once what cannot be
    return OptimizerSheet(path, target_of(path, file), name, fixed, given.get("dtype", "float64"))


Asked = tuple[OptimizerSpec, list[Array], list[list[Array]]]


def draw(sheet: OptimizerSheet, seed: int, number: int) -> Asked:
    """A rule, the parameters and the gradients of sequence `number`."""
    rng = np.random.default_rng([seed, number])
    numbers: dict[str, Any] = {"learning_rate": float(2.0 ** -rng.integers(1, 7))}
    numbers |= {name: float(rng.choice(DRAWN[name])) for name in NUMBERS[sheet.optimizer]}
    spec = OptimizerSpec(sheet.optimizer, **{**numbers, **sheet.fixed})
    shapes = [(3, 3), (3,), (3, 3), (3,)]
    parameters = [rng.standard_normal(shape).astype(sheet.dtype) for shape in shapes]
    kind = GRADIENTS[number % len(GRADIENTS)]
    gradients = []
    for t in range(STEPS):
        drawn = [shaped(rng, kind, t, rng.standard_normal(shape)) for shape in shapes]
        gradients.append([(g * (t < STEPS - ZEROS)).astype(sheet.dtype) for g in drawn])
    return spec, parameters, gradients


def examine_optimizer(
    path: Path,
    seed: int = 0,
    sequences: int = SEQUENCES,
    seconds: float = CALL_SECONDS,
    progress: Callable[[int], None] = lambda _: None,
) -> Examined:
    """Examines one exam file that declares an optimizer. Raises InputError where it declares none."""
    sheet = optimizer_sheet(path)
    seen: list[Observed] = []
    faults: list[str] = []
    crash = ""
    with one_thread(), Sandbox(path, seconds) as sandbox:
        for number in range(sequences):
            try:
                observed, said = _asked(sheet, sandbox, draw(sheet, seed, number))
            except CrashError as fault:
                crash = str(fault)
                break
            seen.append(observed)
            faults += said
            progress(number + 1)
        notes = [f"this system did not guard {', '.join(sandbox.guards_missing)} from the file's code"]
        notes, imports = notes if sandbox.guards_missing else [], sandbox.imports
    if crash:
        verdict = Verdict("crash", f"it does not run: {crash}")
        questions = [Question("runs", "crash", crash), Question("updates", "not asked")]
        return Examined(
            str(path),
            verdict,
            tuple(questions),
            imports=imports,
            networks=sequences,
            kind="sequences",
            seed=seed,
        )
    verdict = _verdict(sheet, seen, faults)
    return Examined(
        path=str(path),
        verdict=verdict,
        questions=tuple(_questions(seen, faults)),
        rows=tuple(_rows(seen)),
        place=tuple(_place(seen)) if verdict.word in ("wrong", "factor") else (),
        notes=tuple(notes),
        not_asked=tuple(_not_asked(sheet)),
        imports=imports,
        networks=sequences,
        kind="sequences",
        seed=seed,
    )


def _not_asked(sheet: OptimizerSheet) -> Iterator[str]:
    yield "rates that change"
    for name, said in (("clip_norm", "clipping"), ("weight_decay", "weight decay")):
        if name not in (*sheet.fixed, *NUMBERS[sheet.optimizer]):
            yield said


def _asked(sheet: OptimizerSheet, sandbox: Sandbox, asked: Asked) -> tuple[Observed, list[str]]:
    """One sequence put to the file. Raises CrashError."""
    spec, parameters, gradients = asked
    given = dict(zip(NAMES, parameters))
    for t, each in enumerate(gradients, start=1):
        given |= {f"d{name} at step {t}": g for name, g in zip(NAMES, each)}
    rules = {name: getattr(spec, name) for name in FIXED if name != "clip_norm" or name in sheet.fixed}
    settings = {"widths": WIDTHS, "activations": ("identity",) * 2, "loss": "", "dtype": sheet.dtype,
                "steps": len(gradients), "optimizer": rules}  # fmt: skip
    head, raw = sandbox.ask({"kind": "optimizer", "settings": settings}, given)
    faults = [str(said) for said in dict(head.get("faults", {})).values()]
    found: dict[str, Array] = {}
    for name, value in raw.items():
        own, _, step = name.partition(" after step ")
        kept = own[:1] if own[:1] in ("m", "v") else ""
        letter = NAMES.index(_parameter(own, kept)) + 1 if _parameter(own, kept) in NAMES else 0
        if not letter or not step.isdigit():
            continue
        due = parameters[letter - 1].shape
        if value.shape != due and not kept:
            faults.append(f"{own} has shape {value.shape} after step {step}, {due} is due")
        elif value.shape == due:
            found[f"{kept}{letter} after step {step}" if kept else quantity(letter, int(step))] = value
    return Observed(spec, parameters, gradients, found), faults


def _parameter(own: str, kept: str) -> str:
    """Whose state it is: mW1 is W1's, and m1 is W1's."""
    rest = own[len(kept) :]
    return f"W{rest}" if kept and rest.isdigit() else rest


def _verdict(sheet: OptimizerSheet, seen: Sequence[Observed], faults: Sequence[str]) -> Verdict:
    if faults:
        return Verdict("wrong", faults[0])
    if all(each.known.out_of_range for each in seen) or not seen:
        return Verdict("not judged", "no sequence stays in the range of the format")
    explanations = explain(seen)
    said = sentence(seen, explanations)
    if not any(each.wrong_steps for each in seen):
        return Verdict("exact", f"right: every update is that of torch.optim's {sheet.optimizer}")
    if explanations and explanations[0].rate:
        return Verdict("factor", said, "the rule is right: give torch that rate to compare curves")
    return Verdict("wrong", said, " ".join(dict.fromkeys(each.why for each in explanations)))


def _questions(seen: Sequence[Observed], faults: Sequence[str]) -> Iterator[Question]:
    yield Question("runs", "wrong" if faults else "right", faults[0] if faults else "")
    wrong = {step for each in seen for step in each.wrong_steps}
    zeros = range(STEPS - ZEROS + 1, STEPS + 1)
    for name, steps in (
        ("step 1", {1}),
        ("later steps", set(range(2, zeros[0]))),
        ("gradients of 0", set(zeros)),
    ):
        yield Question(name, "not asked" if faults else "wrong" if steps & wrong else "right")


def _shown(row: Row) -> Row:
    """A row under the name that the person's code has."""
    letter, _, rest = row.quantity.partition(" ")
    state = letter[0] if letter[0] in "mv" else ""
    return replace(row, quantity=f"{f'{state} of ' if state else ''}{NAMES[int(letter[1:]) - 1]} {rest}")


def _rows(seen: Sequence[Observed]) -> Iterator[Row]:
    """The first wrong update, or of a right rule the row that comes nearest to its allowance."""
    rows = [row for each in seen for row in each.report.rows]
    wrong = sorted((row for row in rows if row.verdict == "wrong"), key=step_of)
    if wrong or rows:
        yield _shown(wrong[0] if wrong else max(rows, key=lambda row: row.share))


def _place(seen: Sequence[Observed]) -> Iterator[str]:
    for row in _rows(seen):
        yield f"first wrong update: {row.entry}"
        yield f"from the same numbers torch's is {row.expected:.9g}, yours is {row.examined:.9g}"
    states = [state for each in seen if (state := each.wrong_state())]
    if states:
        first = _shown(min(states, key=step_of))
        yield f"first wrong state: {first.entry}"
        yield f"from the same numbers torch keeps {first.expected:.9g}, yours is {first.examined:.9g}"
