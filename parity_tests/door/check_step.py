"""`check_step`: one function and its backward, judged by the definition of the derivative."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import numpy as np

from backproof.parity_tests.comparison import Row
from backproof.parity_tests.door.callables import derivative
from backproof.parity_tests.door.check_report import CheckReport
from backproof.parity_tests.door.judge import Verdict
from backproof.parity_tests.door.layout import ShapeError, numbers
from backproof.parity_tests.error_bound import honest
from backproof.reference.losses import ONE, factors
from backproof.scratch.errors import InputError
from backproof.scratch.spec import Array

ENTRIES = 48  # of each input that are judged
MORE_DIGITS = 4  # times what the longest format changes is what another order of terms may


def check_step(
    forward: Callable[..., Any],
    backward: Callable[..., Any] | None,
    inputs: Sequence[Any] | Mapping[str, Any],
    *,
    dout: Any = None,
    seed: int = 0,
) -> CheckReport:
    """Judges a forward function with its backward: check_step(affine_forward, affine_backward, (x, w, b)).

    forward(*inputs) answers out or (out, cache); backward(dout, cache), or backward(dout, *inputs), answers
    the gradients in the order of the inputs that are arrays of real numbers. backward None: forward answers
    (loss, dx) or (loss, {"W1": ...}). dout is drawn from the seed unless given. Whole numbers, strings and
    dictionaries among the inputs are passed on and not differentiated.

    The derivative is that of sum(dout * out) by difference quotients, in numpy's longest format where the
    function keeps it; at a kink nothing is judged. Raises InputError where there is nothing to judge.
    """
    for function in (forward, *([] if backward is None else [backward])):
        if not callable(function):
            raise InputError(f"{function!r} is no function", "give check_step(forward, backward, inputs)")
    names, values = _named(forward, inputs)
    values = [_array(name, value) if isinstance(value, (list, tuple)) and _real(value) else value
              for name, value in zip(names, values)]  # fmt: skip
    forward = _said(forward, "forward")
    backward = None if backward is None else _said(backward, "backward")
    moved = [k for k, value in enumerate(values) if _real(value)]
    if not moved:
        raise InputError("no input is an array of real numbers", "give arrays of floats, such as (x, w, b)")
    out, cache = _split(forward(*_copies(values)), backward is None)
    again, _ = _split(forward(*_copies(values)), backward is None)
    if not np.array_equal(out, again, equal_nan=True):
        raise InputError("forward answers otherwise the second time", "fix its seed, or hand it its mask")
    rng = np.random.default_rng(seed)
    weight = np.asarray(
        rng.standard_normal(np.shape(out)) if dout is None and backward else 1.0 if dout is None else dout
    )
    wanted = [names[k] for k in moved]
    given = _gradients(backward, weight, cache, values, wanted)
    u = _roundoff(forward, values, backward is None)
    longer = _in_the_longest_format(forward, backward, weight, values, wanted)
    rows, kinks, right = [], 0, {}
    faults: dict[str, str] = {}
    pairs: list[tuple[float, float, float]] = []
    for k in moved:
        name = f"d{names[k]}"
        if name not in given:
            continue
        found = _numbers(name, given[name]).astype("float64")
        if found.shape != (shape := numbers("", values[k]).shape):
            faults[name] = f"{name} has shape {found.shape}, {shape} is due"
            continue
        entries = rng.permutation(found.size)[:ENTRIES]
        judged = [
            (i, *_quotient(forward, values, k, int(i), weight, backward is None, u)) for i in sorted(entries)
        ]
        largest = max((abs(value) for _, value, error in judged if np.isfinite(error)), default=0.0)
        # The rounding of the backward itself: of few operations, or as much as more digits change.
        own = honest(largest, values[k]) + MORE_DIGITS * _apart(found, longer.get(name))
        sound = [(int(i), value, error + own) for i, value, error in judged if np.isfinite(error)]
        kinks += len(judged) - len(sound)
        if sound:
            rows.append(_row(name, found, sound))
            pairs += [(float(found.flat[i]), value, error) for i, value, error in sound]
        exact = np.full(found.shape, np.nan)
        for i, value, _ in sound:
            exact.flat[i] = value
        right[name] = exact
    missing = [f"d{names[k]}" for k in moved if f"d{names[k]}" not in given]
    sizes = sorted({n for k in moved for n in numbers("", values[k]).shape if n > 1}, reverse=True)
    return CheckReport(
        verdict=_verdict(rows, pairs, faults, missing, sizes),
        rows=tuple(rows),
        right=right,
        taken=tuple(names[k] for k in moved),
        left=tuple(name for k, name in enumerate(names) if k not in moved),
        reading=f"a function of {', '.join(names)} with out {np.shape(out)}",
        notes=(f"{kinks} entries at a kink, or beside numbers that are not finite, were not judged",)
        if kinks
        else (),
        first_wrong_step="",
        not_asked=tuple(missing),
        faults=faults,
    )


def _named(
    forward: Callable[..., Any], inputs: Sequence[Any] | Mapping[str, Any]
) -> tuple[list[str], list[Any]]:
    if isinstance(inputs, Mapping):
        return list(inputs), list(inputs.values())
    values = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    try:
        names = list(inspect.signature(forward).parameters)
    except (TypeError, ValueError):
        names = []
    return [names[k] if k < len(names) else f"input{k + 1}" for k in range(len(values))], values


def _array(name: str, given: Any) -> Array:
    try:
        return numbers(name, given)
    except ShapeError as fault:
        raise InputError(str(fault), "give rows of one length") from None


def _said(function: Callable[..., Any], what: str) -> Callable[..., Any]:
    """A person's function, whose exceptions are said in a sentence."""

    @wraps(function)
    def called(*given: Any) -> Any:
        try:
            return function(*given)
        except Exception as fault:
            raise InputError(
                f"{what} raises {type(fault).__name__}: {fault}",
                f"call {what} on these inputs by itself to see where",
            ) from fault

    return called


def _real(value: Any) -> bool:
    """Whether an input is differentiated: real numbers as an array, a tensor, a float or a list of them."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(_real(each) for each in value)
    return isinstance(value, float) or str(getattr(value, "dtype", "")).removeprefix("torch.")[:5] == "float"


def _copies(values: Sequence[Any]) -> list[Any]:
    return [_like(value, numbers("", value)) if _real(value) else value for value in values]


def _like(value: Any, array: Array) -> Any:
    """An array in the form of an input: tensor, number or array."""
    if hasattr(value, "detach"):
        import torch

        return torch.from_numpy(array.astype("float64"))
    return array.copy() if hasattr(value, "dtype") else array[()]


def _in_the_longest_format(
    forward: Callable[..., Any],
    backward: Callable[..., Any] | None,
    dout: Array,
    values: Sequence[Any],
    names: Sequence[str],
) -> dict[str, Any]:
    """The same gradients computed in numpy's longest format; {} where the functions do not take it."""
    longer = _in_format(values, _longest(values))
    try:
        with np.errstate(all="ignore"):
            _, cache = _split(forward(*longer), backward is None)
            return _gradients(backward, dout.astype(np.longdouble), cache, longer, names)
    except Exception:  # whatever code that knows two formats raises at a third
        return {}


def _apart(found: Array, longer: Any) -> float:
    """How far a gradient moves in the longest format; 0 where it was not answered in it."""
    if not isinstance(longer, np.ndarray) or longer.shape != found.shape or longer.dtype != np.longdouble:
        return 0.0
    with np.errstate(all="ignore"):
        moved = np.abs(found - longer)
    return float(moved[np.isfinite(moved)].max(initial=0.0))


def _split(answer: Any, loss_alone: bool) -> tuple[Array, Any]:
    """(out, cache), or (loss, gradients) where there is no backward."""
    if isinstance(answer, tuple) and len(answer) >= 2:
        out, *rest = answer
        return _numbers("out", out), rest[0] if len(rest) == 1 else tuple(rest)
    if loss_alone:
        raise InputError("forward answers no (loss, gradient)", "give its backward as well")
    return _numbers("out", answer), None


def _numbers(name: str, given: Any) -> Array:
    """An array of real numbers, in the format that it has. Raises InputError."""
    try:
        return numbers(name, given)
    except ShapeError as fault:
        raise InputError(
            str(fault), f"let {'forward' if name == 'out' else 'backward'} answer arrays"
        ) from None


def _gradients(
    backward: Callable[..., Any] | None, dout: Array, cache: Any, values: Sequence[Any], names: Sequence[str]
) -> dict[str, Any]:
    if backward is None:
        answer = cache
    else:
        like = next((value for value in values if hasattr(value, "detach")), dout)
        dout, most = _like(like, dout), _arguments(backward)
        if cache is not None and most == 2:
            answer = backward(dout, cache)
        elif cache is None and most == 1 + len(values):
            answer = backward(dout, *_copies(values))
        else:
            answer = backward(dout) if most == 1 else backward(dout, cache)
    if isinstance(answer, Mapping):
        return {name if str(name).startswith("d") else f"d{name}": value for name, value in answer.items()}
    listed = list(answer) if isinstance(answer, (tuple, list)) else [answer]
    return {f"d{name}": value for name, value in zip(names, listed) if value is not None}


def _arguments(function: Callable[..., Any]) -> int:
    try:
        kinds = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
        return len(kinds)
    except (TypeError, ValueError):
        return 2


def _in_format(values: Sequence[Any], longer: Sequence[Array]) -> list[Any]:
    """Inputs in their own forms, from arrays of numpy's longest format."""
    return [_like(value, array) if _real(value) else value for value, array in zip(values, longer)]


def _longest(values: Sequence[Any]) -> list[Any]:
    return [numbers("", value).astype(np.longdouble) if _real(value) else value for value in values]


def _roundoff(forward: Callable[..., Any], values: Sequence[Any], loss_alone: bool) -> float:
    """Of the format in which forward computes: code that casts answers the same with more digits."""
    own, _ = _split(forward(*_copies(values)), loss_alone)
    out, _ = _split(forward(*_in_format(values, _longest(values))), loss_alone)
    longest = out.dtype == np.longdouble and not np.array_equal(out, own)
    dtype = out.dtype if longest or (out.dtype.kind == "f" and out.dtype.itemsize < 8) else "float64"
    return float(np.finfo(dtype).eps)


def _quotient(
    forward: Callable[..., Any],
    values: Sequence[Any],
    k: int,
    entry: int,
    dout: Array,
    loss_alone: bool,
    u: float,
) -> tuple[float, float]:
    """The derivative of sum(dout * out) by one entry, and how far it may be off; inf at a kink."""

    def at(step: float) -> tuple[Any, float]:
        moved = _longest(values)
        moved[k].flat[entry] += np.longdouble(step)
        out, _ = _split(forward(*_in_format(values, moved)), loss_alone)
        terms = dout * out
        return terms.sum(), float(np.abs(terms).sum() + np.abs(moved[k]).sum())

    scale = max(1.0, abs(float(numbers("", values[k]).flat[entry])))
    return derivative(at, scale, u)


def _row(name: str, found: Array, judged: Sequence[tuple[int, float, float]]) -> Row:
    worst = max(
        judged,
        key=lambda each: (
            abs(float(found.flat[each[0]]) - each[1]) / each[2]
            if np.isfinite(found.flat[each[0]])
            else np.inf
        ),
    )
    i, expected, allowance = worst
    apart = abs(float(found.flat[i]) - expected)
    return Row(
        quantity=name,
        entries=len(judged),
        nonzero=sum(value != 0 for _, value, _ in judged),
        decidable=sum(error < abs(value) for _, value, error in judged),
        kinks=0,
        index=tuple(int(n) for n in np.unravel_index(i, found.shape)),
        examined=float(found.flat[i]),
        expected=expected,
        apart=apart,
        allowance=allowance,
        share=apart / allowance,
    )


def _verdict(
    rows: Sequence[Row],
    pairs: Sequence[tuple[float, float, float]],
    faults: Mapping[str, str],
    missing: Sequence[str],
    sizes: Sequence[int],
) -> Verdict:
    if faults:
        return Verdict("wrong", "; ".join(faults.values()))
    if not any(row.decidable for row in rows):
        return Verdict("not judged", "no entry could be judged")
    if all(row.verdict != "wrong" for row in rows):
        if missing:
            right = f"{', '.join(row.quantity for row in rows)} {'is' if len(rows) == 1 else 'are'} right"
            return Verdict(
                "not judged",
                f"{right}, and backward answers no {', '.join(missing)}",
                "answer a gradient for each of the inputs that are floats",
            )
        return Verdict("exact", "right: backward is the derivative of forward")
    usual = [factor for factor in factors() if factor != ONE and not factor.b and not factor.k]
    for c, said in (
        *((f.value(1, 1), f) for f in usual),
        *((float(n) ** p, None) for n in sizes for p in (1, -1)),
    ):
        if all(abs(g - c * e) <= abs(c) * a for g, e, a in pairs):
            number = f"{c:g}" if c >= 1 else f"1/{1 / c:g}"
            shown = (
                f"{said}"
                if said is not None
                else f"{number} ({round(max(c, 1 / c))} is a size of the inputs)"
            )
            return Verdict(
                "factor", f"backward is {shown} times the derivative of forward", factor=said or ONE
            )
    wrong = [row.quantity for row in rows if row.verdict == "wrong"]
    return Verdict("wrong", f"backward is not the derivative of forward: {', '.join(wrong)}")
