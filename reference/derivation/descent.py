"""Update rules: w = w - η G and Δw = -η G claim that G is the slope of the cost by w."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from backproof.reference.derivation.language import (
    RATES,
    Call,
    Entry,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Product,
    Total,
    children,
    mapped,
    rebuild,
    walk,
    words,
    write,
)
from backproof.reference.derivation.latex import write_latex

_RATES = RATES | words("η α ε ϵ γ epsilon l_r")
_UP = re.compile(r"(?i)ascen[dt]|maximi|likelihood|reward|steigt")
_NEW = re.compile(r"new|neu|next|nouveau|updated|\+1|\(\+\)")
CHANGE = "Δ"


@dataclass(frozen=True)
class Step:
    """Of `below`, by `rate` times `slopes`, the parts of a chain; up where the step is added."""

    below: Name | Entry
    rate: Name
    up: bool
    slopes: tuple[Node, ...]


def change(update: Equation) -> Equation | None:
    """Δw = -η G for w = w - η G; None where w stands inside G."""
    left = update.left
    assert isinstance(left, Name)
    parts: list[Node] = []
    for part in update.parts:
        if not isinstance(part, Total) or (left, 1) not in zip(part.terms, part.signs, strict=True):
            return None
        parts.append(_rest(part, part.terms.index(left)))
    new = replace(left, base=CHANGE + left.base)
    spelling = {**update.spelling, "step": "renewed"}
    return replace(update, left=new, parts=tuple(parts), spelling=spelling)


def renews(left: Node | None) -> bool:
    """Whether a left side is a change, Δw, or a new value, w_new."""
    return isinstance(left, Name | Entry) and bool(left.key.startswith(CHANGE) or _NEW.search(left.key))


def step(equation: Equation, known: Callable[[Name | Entry], bool], fixed: set[str]) -> Step | None:
    """The step that a line takes down or up the slope of a cost; None where it is none that is followed.

    `known` tells the names that the cost is made of, `fixed` the names that lines say the meaning of.
    """
    left, parts = equation.left, equation.parts
    if not isinstance(left, Name | Entry):
        return None
    below: Node | None = None
    if left.key.startswith(CHANGE):
        changed = left.key.removeprefix(CHANGE)
        below = replace(left, key=changed) if isinstance(left, Entry) else replace(left, base=left.base[1:])
    elif _NEW.search(left.key):  # w_new = w - η G
        totals = [part for part in parts if isinstance(part, Total)]
        firsts = {total.terms[0] for total in totals if total.signs[0] > 0}
        below = firsts.pop() if len(firsts) == 1 else None
        if len(totals) == len(parts) and left.key.startswith(getattr(below, "key", "?")[:1]):
            parts = tuple(_rest(total, 0) for total in totals)
    if not isinstance(below, Name | Entry) or not known(below):
        return None
    parts = tuple(mapped(part, _times) for part in parts)
    rates = {n for part in parts for n in walk(part) if isinstance(n, Name) and n.key in _RATES - fixed}
    if len(rates) != 1:
        return None
    (rate,) = rates
    moved = (getattr(n, "key", "").startswith(CHANGE) for part in parts for n in walk(part))
    signs = any(isinstance(n, Call) and n.function == "sign" for part in parts for n in walk(part))
    if any(moved) or signs or not all(_multiplies(part, rate) for part in parts):
        return None
    last = parts[-1]
    up = not isinstance(last, Negative) and not (isinstance(last, Total) and last.signs[0] < 0)
    slopes = tuple(_without(part if up else _turned(part), rate) for part in parts)
    return Step(below, rate, up, slopes)


def uncounted(equations: list[Equation]) -> list[Equation]:
    """w_(t+1) = w - η G for w_(t+1) = w_t - η G, where the other lines know of w alone."""
    names = [{n.key for n in e.names} for e in equations]
    found = []
    for at, e in enumerate(equations):
        others = set().union(*(own for i, own in enumerate(names) if i != at and e.key not in own))
        first = e.parts[0].terms[0] if isinstance(e.parts[0], Total) else None
        bare = _at_a_step(e.left, first) if isinstance(e.left, Name) and isinstance(first, Name) else None
        if bare is not None and isinstance(first, Name) and bare.key in others and first.key not in others:
            put: dict[Node, Node] = {first: bare}
            e = replace(e.mapped(put.get), left=e.left)
        found.append(e)
    return found


def _at_a_step(new: Name, old: Name) -> Name | None:
    """The w of w_(t+1) and w_t, and of w^(t+1) and w^(t); None for other scripts."""
    if old.sub and (new.base, new.sub, new.label) == (old.base, f"{old.sub}+1", old.label):
        return replace(old, sub="")
    if old.label and (new.base, new.sub, new.label) == (old.base, old.sub, f"{old.label}+1"):
        return replace(old, label="")
    return None


def ascends(lines: Sequence[str], cost: str) -> bool:
    """Whether a text may go up the slope of what it calls its cost: a likelihood, a reward."""
    return cost.partition("_")[0] in {"ℓ", "LL", "R"} or any(map(_UP.search, lines))


def spelled(equation: Equation, taken: Step) -> str:
    """The line with {0} for its sign and {1} for its slope."""
    written = write_latex if equation.style == "latex" else write
    left = equation.left
    assert isinstance(left, Name | Entry)
    if equation.spelling.get("step") or not left.key.startswith(CHANGE):
        new = taken.below if left.key.startswith(CHANGE) else left
        before = f"{written(new)} = {written(taken.below)} "
    else:
        before = f"{written(left)} = "
    rate = f" {written(taken.rate)} "
    return (
        f"{before}\0{rate}\1".replace("{", "{{").replace("}", "}}").replace("\0", "{0}").replace("\1", "{1}")
    )


def in_step(spelling: Mapping[str, str], slope: str) -> str:
    """The line of a step with its slope: in brackets where it is a sum, its sign where it belongs."""
    flat, before = slope, ""
    while flat != before:
        flat, before = re.sub(r"\([^()]*\)|\{[^{}]*\}", "", flat), flat
    up, several = bool(spelling["up"]), re.search(r"\s[-+]\s", flat)
    if slope.startswith("-") and not several:
        slope, up = slope[1:], not up
    line = spelling["step"].format("+" if up else "-", f"({slope})" if several else slope)
    return line.replace("= + ", "= ").replace("= - ", "= -")


def _times(node: Node) -> Node | None:
    """η (a - y), which may look like a function."""
    if isinstance(node, Call) and node.function in _RATES and len(node.arguments) == 1 and not node.primes:
        (inner,) = node.arguments
        return Product(
            (Name(node.function, place=node.place), mapped(inner, _times)), (" ",), place=node.place
        )
    return None


def _rest(total: Total, at: int) -> Node:
    """A sum without one of its terms."""
    terms, signs = total.terms[:at] + total.terms[at + 1 :], total.signs[:at] + total.signs[at + 1 :]
    if len(terms) > 1:
        return Total(terms, signs, place=total.place)
    return terms[0] if signs[0] > 0 else Negative(terms[0], place=total.place)


def _turned(node: Node) -> Node:
    match node:
        case Negative(inner):
            return inner
        case Total(terms, signs) if signs[0] < 0:
            return Total(terms, tuple(-sign for sign in signs), place=node.place)
    return Negative(node, place=node.place)


def _multiplies(node: Node, rate: Name) -> bool:
    """Whether a formula is one times the rate."""
    match node:
        case Negative(inner):
            return _multiplies(inner, rate)
        case Total(terms):
            return all(_multiplies(term, rate) for term in terms)
        case Product(factors, ops):
            inside = [at for at, factor in enumerate(factors) if rate in walk(factor)]
            below = any(at and ops[at - 1] == "/" for at in inside)
            return len(inside) == 1 and not below and _multiplies(factors[inside[0]], rate)
    return node == rate


def _without(node: Node, rate: Name) -> Node:
    """A formula without the rate: η / m leaves 1 / m."""
    if isinstance(node, Product) and rate in node.factors:
        at, factors, ops = node.factors.index(rate), node.factors, node.ops
        if at or ops[0] != "/":
            factors, ops = factors[:at] + factors[at + 1 :], ops[: max(at - 1, 0)] + ops[max(at, 1) :]
            return Product(factors, ops, place=node.place) if ops else factors[0]
    if node == rate:
        return Number(Fraction(1), place=node.place)
    return rebuild(node, [_without(part, rate) for part in children(node)]) if children(node) else node
