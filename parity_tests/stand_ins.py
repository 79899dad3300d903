"""What takes scratch's place in a training: a mistake of the catalogues, or somebody's own network."""

import difflib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import by_hand_in
from backproof.parity_tests.door.exam_file import Sheet, Sitting, lying, sheet
from backproof.parity_tests.door.sandbox import CrashError, Sandbox
from backproof.parity_tests.mistakes import Mistake, catalogue, update_catalogue
from backproof.parity_tests.training import Examined
from backproof.scratch import network
from backproof.scratch.errors import InputError
from backproof.scratch.network import Masks
from backproof.scratch.spec import OPTIMIZER_NAMES, Array, NetworkSpec, OptimizerSpec, Params


def mistake(name: str) -> Mistake:
    """The mistake of that name in either catalogue. Raises InputError with the names that are like it."""
    known = {**catalogue(), **update_catalogue()}
    if name not in known:
        near = difflib.get_close_matches(name, known, 3, 0) or list(known)[:3]
        raise InputError(f"no mistake is called {name!r}", f"some are: {'; '.join(near)}")
    return known[name]


def planted(found: Mistake, spec: NetworkSpec, o: OptimizerSpec) -> Examined:
    """scratch with that mistake in it. Raises InputError where the training would not meet it."""
    if spec.dtype not in found.dtypes:
        raise InputError(f"{found.name!r} is no mistake in {spec.dtype}", f"--dtype {found.dtypes[0]}")
    module, _, function = found.at.partition(":")[0].partition(".")
    if module == "optimizers":
        met = (o.name, "adam") if o.name == "adamw" else (o.name,)
        if function in OPTIMIZER_NAMES and function not in met:
            raise InputError(f"{found.name!r} is a mistake of {function}", f"--optimizer {function}")
        return Examined("planted", rules=found.rules)
    wrong = found.network()
    if found.question == "step":
        plain = OptimizerSpec(learning_rate=o.learning_rate)
        if o != plain:
            raise InputError(
                f"{found.name!r} is a mistake of plain descent", "leave the settings of the update rule away"
            )

        def step(spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Masks) -> tuple[Array, Params]:
            found: tuple[Array, Params] = wrong.step(spec, params, x, y, o.learning_rate, masks)
            return found

        return Examined("planted", witness=partial(by_hand_in, wrong), step=step)
    # What is kept between calls would be disturbed by a judge that calls too: there it sees what was used.
    disturbed = found.question == "calls"
    return Examined(
        "planted",
        gradients=wrong.loss_and_grads,
        witness=Examined().witness if disturbed else partial(by_hand_in, wrong),
    )


class Implementation:
    """Somebody's network in training, in a process of its own: an exam file as `backproof examine` reads it.

    Gradients are divided by what the declared loss is times the spec's, so that both minimise the same. Its
    own update is used where there is one and the rule is plain descent.
    """

    def __init__(self, path: Path) -> None:
        self.sheet: Sheet = sheet(path)
        if self.sheet.script:
            raise InputError(
                f"{path} is a script, which trains by itself", "lay its losses beside with --log"
            )
        self.path = path
        self.sandbox = Sandbox(path)
        self.sitting = Sitting(self.sheet, self.sandbox, 0)

    def spec(self, widths: Sequence[int], dtype: str) -> NetworkSpec:
        """The network of these widths that it declares. Raises InputError where it has other widths."""
        declared = self.sheet.declared
        fixed = self.sheet.widths or (None,) * len(widths)
        if len(widths) != declared.depth + 1 or any(w not in (None, n) for w, n in zip(fixed, widths)):
            inner = (*fixed, *(None,) * declared.depth)[1 : declared.depth]
            hidden = ",".join(str(width or 16) for width in inner) or "''"
            raise InputError(
                f"{self.path} declares {declared.depth} layers"
                + (f" of widths {', '.join(map(str, fixed))}" if self.sheet.widths else "")
                + f", and {len(widths) - 1} of widths {', '.join(map(str, widths))} are asked for",
                f"say the widths of its hidden layers, such as --hidden {hidden}",
            )
        if dtype != self.sheet.dtype:
            raise InputError(f"{self.path} declares {self.sheet.dtype}", f"--dtype {self.sheet.dtype}")
        return declared.spec(tuple(widths), dtype)

    def examined(self, o: OptimizerSpec) -> Examined:
        """What trains. Raises InputError where it has no way to be trained by that rule."""
        plain = o == OptimizerSpec(learning_rate=o.learning_rate)
        if "step" in self.sheet.adapters and plain:
            return Examined(
                self.path.name, witness=self._quantities, step=partial(self._stepped, o.learning_rate)
            )
        if "gradients" not in self.sheet.adapters:
            raise InputError(
                f"{self.path} has no gradients, only its own plain descent",
                "leave the settings of the update rule away",
            )
        return Examined(self.path.name, gradients=self._gradients, witness=self._quantities)

    def _quantities(
        self, spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Masks = None
    ) -> dict[str, Array]:
        if "gradients" not in self.sheet.adapters:
            return {}
        answers = [self._asked(each, "gradients") for each in self._parts(Arrays(params, x, y, masks))]
        if len(answers) == 1:
            return {n: v for n, v in answers[0].items() if not (n[:2] == "db" and v.shape == ())}
        # One example at a time: the gradient of a mean is the mean of theirs.
        shared = [name for name in answers[0] if name[:2] in ("dW", "db") or name == "loss"]
        return {
            name: np.mean([found[name] for found in answers], axis=0, dtype=spec.dtype) for name in shared
        }

    def _gradients(
        self, spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Masks
    ) -> tuple[Array, Params]:
        found = self._quantities(spec, params, x, y, masks)
        grads: Params = []
        for layer, (W, b) in enumerate(params, start=1):
            for name, array in ((f"dW{layer}", W), (f"db{layer}", b)):
                if array is not None and found.get(name, np.zeros(0)).shape != array.shape:
                    raise InputError(f"{self.path} answers no {name}", "backproof examine says more of it")
            db = None if b is None else np.asarray(found[f"db{layer}"], spec.dtype)
            grads.append((np.asarray(found[f"dW{layer}"], spec.dtype), db))
        loss = found["loss"] if "loss" in found else self._loss(spec, params, x, y, masks)
        return np.asarray(loss), grads

    def _stepped(
        self, rate: float, spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Masks
    ) -> tuple[Array, Params]:
        own = rate / abs(self.sheet.declared.factor.value(len(x), spec.widths[-1]))
        found: dict[str, Array] = {}
        parts = self._parts(Arrays(params, x, y, masks))
        for each in parts:
            for name, gradient in self._asked(each, "step", own).items():
                found[name] = found.get(name, 0) + gradient / len(parts)
        after: Params = []
        for layer, (W, b) in enumerate(params, start=1):
            moved = (W - rate * found[f"dW{layer}"]).astype(spec.dtype)
            after.append((moved, None if b is None else (b - rate * found[f"db{layer}"]).astype(spec.dtype)))
        return self._loss(spec, params, x, y, masks), after

    def _asked(self, arrays: Arrays, kind: str, rate: float | None = None) -> dict[str, Array]:
        try:
            return self.sitting.ask(lying(self.sheet, arrays), kind, rate).normalised
        except CrashError as crash:
            raise InputError(f"{self.path} crashed: {crash}", "backproof examine says more of it") from None

    def _parts(self, arrays: Arrays) -> list[Arrays]:
        if not self.sheet.declared.layout.one_example:
            return [arrays]
        return [arrays.examples(slice(k, k + 1)) for k in range(len(arrays.x))]

    def _loss(self, spec: NetworkSpec, params: Params, x: Array, y: Array, masks: Masks) -> Array:
        """The loss of its parameters by hand, where it tells none."""
        return np.asarray(network.loss(spec, params, network.forward(spec, params, x, masks), y))
