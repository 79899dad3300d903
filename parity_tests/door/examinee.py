"""What a person writes to bring a network to the exam: a declaration and one function."""

import ast
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from backproof.parity_tests.door import source
from backproof.parity_tests.door.names import pick
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array

Adapter = Callable[..., Any]
FORMS = ("numpy", "list", "torch", "jax")


class P:
    """The parameters as the person's code wants them: p.W1, p.b1, ..., and in the forms that people carry.

    p.W and p.b are lists, p.params is [(W, b), ...], p.listed [W1, b1, W2, ...], p.named {"W1": ...},
    p.flat one vector of them all; p.mask1, ... and p.masks are the dropout's masks (p.mask0 that of the
    inputs), p.widths the widths,
    p.activations, p.loss and p.dtype what this network is asked with.
    """

    def __init__(self, arrays: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
        self.widths = tuple(settings["widths"])
        self.activations = tuple(settings["activations"])
        self.loss, self.dtype = settings["loss"], settings["dtype"]
        layers = range(1, len(self.widths))
        for name, value in arrays.items():
            setattr(self, name, value)
        self.W = [arrays[f"W{k}"] for k in layers]
        self.b = [arrays[f"b{k}"] for k in layers if f"b{k}" in arrays]
        self.masks = [arrays[f"mask{k}"] for k in (0, *layers) if f"mask{k}" in arrays]

    @cached_property
    def named(self) -> dict[str, Any]:
        names = [f"{letter}{k}" for k in range(1, len(self.widths)) for letter in "Wb"]
        return {name: getattr(self, name) for name in names if hasattr(self, name)}

    @cached_property
    def listed(self) -> list[Any]:
        return [*self.named.values()]

    @property
    def params(self) -> list[tuple[Any, Any]]:
        return list(zip(self.W, self.b))

    @property
    def flat(self) -> Array:
        return np.concatenate([np.ravel(each) for each in self.listed])

    def after(self, returned: Any, before: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters after a step that returned them, or altered or replaced them here."""
        if returned is not None:
            return _parameters(returned)
        found = {}
        for at, (name, was) in enumerate(before.items()):
            list_of_all, at_layer = (self.W, self.b)[name[0] == "b"], int(name[1:]) - 1
            held = (self.named[name], self.listed[at], list_of_all[at_layer], getattr(self, name))
            found[name] = next((each for each in held if each is not was), was)
        return found


class Examinee:
    """A declaration: which file, which network, which loss, and how its arrays lie.

    Everything is written as plain literals, since it is read from the text of the file and not from what
    the code does: Examinee("my_network.py", net="relu softmax", loss="cross_entropy", W="in,out", b="1,n").
    The guide lists what can be declared.
    """

    latest: "Examinee | None" = None

    def __init__(self, file: str | None = None, **declared: Any) -> None:
        self.file, self.declared = file, declared
        self.adapters: dict[str, Adapter] = {}
        self.activations: dict[str, Adapter] = {}
        self.asked: P | None = None  # the parameters of the present call
        self._module: types.ModuleType | None = None
        Examinee.latest = self

    def gradients(self, adapter: Adapter) -> Adapter:
        """Declares f(m, p, x, y), which returns e.named(locals()): z, a, loss, dz, dW, db, what there is."""
        self.adapters["gradients"] = adapter
        return adapter

    def step(self, adapter: Adapter) -> Adapter:
        """Declares f(m, p, x, y, rate), which returns the parameters after a step, or alters p in place."""
        self.adapters["step"] = adapter
        return adapter

    def shards(self, adapter: Adapter) -> Adapter:
        """Declares f(m, p, xs, ys): data-parallel code, which gets a batch in shards of different sizes.

        It returns e.named(...) with the gradients of the whole batch. Asked beside gradients or step.
        """
        self.adapters["shards"] = adapter
        return adapter

    def loss(self, adapter: Adapter) -> Adapter:
        """Declares f(m, a, y), which answers the loss of the outputs a, where it has no name."""
        self.adapters["loss"] = adapter
        return adapter

    def activation(self, adapter: Adapter) -> Adapter:
        """Declares f(m, z), an activation that net names as the function is called here."""
        self.activations[adapter.__name__] = adapter
        return adapter

    def optimizer(self, adapter: Adapter) -> Adapter:
        """Declares f(m, o, p), which returns step(p, g): parameters and gradients in, the moved ones out.

        o has learning_rate, momentum, alpha, beta1, beta2, epsilon, weight_decay and clip_norm; p and g are
        as in the other adapters. step may alter p in place, or return the parameters, and m1, v1, ... too.
        """
        self.adapters["optimizer"] = adapter
        return adapter

    def named(self, given: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """Picks z, a, dz, da, dW, db, W, b and loss from names such as locals() or vars(network)."""
        renamed = self.declared.get("names", {})
        held = {renamed.get(name, name): value for name, value in {**(given or {}), **more}.items()}
        flat = held.pop("flat", None) if "flat" in more else None
        depth = len(self.asked.W) if self.asked else None
        return {**pick(held, depth).values(), **(self._parted(flat) if flat is not None else {})}

    def _parted(self, flat: Any) -> dict[str, Any]:
        """dW1, db1, dW2, ... from one vector of all gradients, as p.flat has the parameters."""
        at, found, vector = 0, {}, np.ravel(flat)
        for name, value in self.asked.named.items() if self.asked else ():
            size = int(np.size(value))
            found[f"d{name}"] = vector[at : at + size].reshape(np.shape(value))
            at += size
        if at != len(vector):
            raise ValueError(f"flat has {len(vector)} entries, and there are {at} parameters")
        return found

    def module(self, folder: Path, own: types.ModuleType) -> types.ModuleType:
        """The person's file as a module, loaded once; without a file, the exam file itself."""
        if self.file is None:
            return own
        if self._module is None:
            path = (folder / self.file).resolve()
            made = types.ModuleType(path.stem)
            made.__file__ = str(path)
            sys.modules[path.stem] = made
            sys.path.insert(0, str(path.parent))
            source.load(source.parsed(path), str(path), made.__dict__)
            self._module = made
        return self._module


def answer(
    examinee: Examinee,
    own: types.ModuleType,
    kind: str,
    settings: Mapping[str, Any],
    arrays: Mapping[str, Array],
) -> dict[str, Any]:
    """Calls an adapter; what it returns, by our names."""
    given = {name: _formed(value, examinee.declared.get("arrays", "numpy")) for name, value in arrays.items()}
    folder = Path(own.__file__ or "").parent
    if kind == "activation":
        function = examinee.activations[settings["name"]]
        return {"a": function(examinee.module(folder, own), given["z"])}
    if kind == "loss":
        module = examinee.module(folder, own)
        return {"loss": examinee.adapters["loss"](module, given["a"], given["y"])}
    p = P({name: value for name, value in given.items() if name not in ("x", "y")}, settings)
    examinee.asked = p
    if examinee.declared.get("script"):
        return _scripted(examinee, folder, given)
    module = examinee.module(folder, own)
    if kind == "shards":
        form = examinee.declared.get("arrays", "numpy")
        xs, ys = (
            [_formed(part, form) for part in np.split(arrays[name], settings["ends"], axis)]
            for name, axis in (("x", settings["axis"]), ("y", min(settings["axis"], arrays["y"].ndim - 1)))
        )
        returned = examinee.adapters[kind](module, p, xs, ys)
    elif kind == "gradients":
        returned = examinee.adapters[kind](module, p, given["x"], given["y"])
    else:
        returned = examinee.adapters[kind](module, p, given["x"], given["y"], settings["rate"])
    if kind == "step" and (returned is None or isinstance(returned, (P, list, tuple))):
        return p.after(returned, {name: given[name] for name in p.named})
    if isinstance(returned, P):
        return returned.named
    if not isinstance(returned, Mapping):
        what = "nothing" if returned is None else type(returned).__name__
        raise TypeError(f"the adapter returned {what}; return e.named(locals())")
    return dict(returned)


def _parameters(returned: Any) -> dict[str, Any]:
    """What a step returned, by our names."""
    if isinstance(returned, P):
        return returned.named
    if isinstance(returned, Mapping):
        return dict(returned)
    if isinstance(returned, (list, tuple)):
        return pick({"params": list(returned)}).values()
    what = type(returned).__name__
    raise TypeError(f"the step returned {what}; return the parameters, or nothing where it alters them")


def updates(
    examinee: Examinee,
    own: types.ModuleType,
    settings: Mapping[str, Any],
    arrays: Mapping[str, Array],
) -> dict[str, Any]:
    """Lets an optimizer make every step of a sequence; what the parameters are after each, `W1 after step 2`.

    arrays: the parameters, and `dW1 at step 2` for each gradient.
    """
    form = examinee.declared.get("arrays", "numpy")
    names = [name for name in arrays if " " not in name]
    rules = types.SimpleNamespace(**settings["optimizer"])
    given = {name: _formed(arrays[name], form) for name in names}
    step = examinee.adapters["optimizer"](examinee.module(Path(own.__file__ or "").parent, own), rules,
                                          P(given, settings))  # fmt: skip
    if not callable(step):
        raise TypeError(f"the adapter returned {type(step).__name__}; return a function step(p, g)")
    found: dict[str, Any] = {}
    for t in range(1, settings["steps"] + 1):
        p = P(given, settings)
        g = P({name: _formed(arrays[f"d{name} at step {t}"], form) for name in names}, settings)
        after = p.after(step(p, g), given)
        missing = [name for name in names if name not in after]
        if missing:
            raise TypeError(f"the step returned no {', '.join(missing)}; it returned {', '.join(after)}")
        given = {name: after[name] for name in names}
        found |= {f"{name} after step {t}": _kept(value) for name, value in after.items()}
    return found


def _kept(value: Any) -> Any:
    """What a value is now, since the next step may alter it."""
    return value.copy() if hasattr(value, "copy") else value.clone() if hasattr(value, "clone") else value


def _scripted(examinee: Examinee, folder: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    path = (folder / str(examinee.file)).resolve()
    names: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
    sys.path.insert(0, str(path.parent))
    source.run_once(source.parsed(path), str(path), given, names, examinee.declared.get("names", {}))
    found = examinee.named({name: value for name, value in names.items() if not name.startswith("__")})
    stepped = "rate" in examinee.declared
    return {
        name: value
        for name, value in found.items()
        if (name[0] in "Wb") == stepped and name not in ("x", "y")
    }


def _formed(array: Array, form: str) -> Any:
    if form == "list":
        return array.tolist()
    if form == "torch":
        import torch

        return torch.from_numpy(array)
    if form == "jax":
        import jax

        if array.dtype == "float64":  # which jax would turn into float32
            update: Callable[..., None] = jax.config.update
            update("jax_enable_x64", True)
        return jax.numpy.asarray(array)
    return array


# --- the declaration, read from the text -------------------------------------------------------------


def declaration(tree: ast.Module) -> tuple[str | None, dict[str, Any], list[str]]:
    """(the file, what is declared, which adapters there are) of an exam file, without running anything.

    A value that is no literal becomes the text of its expression in `Callable`. Raises LookupError where
    the file has no Examinee(...).
    """
    call = next(
        (
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func).rsplit(".", 1)[-1] == "Examinee"
        ),
        None,
    )
    if call is None:
        raise LookupError
    declared: dict[str, Any] = {}
    for keyword in call.keywords:
        declared[keyword.arg or "**"] = _literal(keyword.value)
    file = _literal(call.args[0]) if call.args else declared.pop("file", None)
    adapters = [
        f"activation {node.name}" if word == "activation" else word
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        for word in [ast.unparse(decorator).rsplit(".", 1)[-1]]
    ]
    return file, declared, adapters


class NoLiteral(str):
    """The text of an expression that stands where a literal is due."""


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return NoLiteral(ast.unparse(node))


def declared_in(path: Path, known: Sequence[str] = ()) -> tuple[str | None, dict[str, Any], list[str]]:
    """(the file, what is declared, the adapters) of an exam file.

    Raises InputError for a name that is not known, where some are, and for a value that is no literal.
    """
    tree = source.parsed(path)
    try:
        file, given, adapters = declaration(tree)
    except LookupError:
        raise InputError(
            f"{path} declares nothing: it has no e = Examinee(...)",
            f"backproof examine --new {path} writes a declaration for it",
        ) from None
    for name, value in given.items():
        if known and name not in known:
            raise InputError(f"{path}: Examinee has no {name!r}", f"it has {', '.join(known)}")
        if known and isinstance(value, NoLiteral):
            raise InputError(
                f"{path}: {name} is {value}, no literal", "write it out: the declaration is read as text"
            )
    return file, given, adapters


def target_of(path: Path, file: str | None) -> Path:
    """The file that is examined. Raises InputError where it is none."""
    target = path if file is None else (path.parent / str(file))
    if not target.is_file():
        raise InputError(f"{path} examines {file}, which is no file", "name a file beside it")
    return target
