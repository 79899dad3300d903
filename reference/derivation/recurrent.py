"""A network that is the same at each time: h_t = tanh(W x_t + U h_{t-1}), written out for three times."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

from backproof.reference.derivation.language import (
    BigSum,
    Declaration,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Product,
    Statement,
    Total,
    Transposed,
    children,
    mapped,
    rebuild,
    walk,
)

_STEPS = 3  # how many times: one at each end, and one that has a time before it and one after it
_OFFSETS = {"t-1": -1, "t": 0, "t+1": 1}
_LAST = {"T": _STEPS, "τ": _STEPS, "T-1": _STEPS - 1, "τ-1": _STEPS - 1}


def in_time(statements: list[Statement], missing: dict[str, int]) -> list[Statement]:
    """The statements for each of a few times, the names with their time as a label; as they are without a
    recurrence, and where one time is all that is spoken of. `missing` gets what is left unsaid, and where.
    """
    names = [node for one in statements for node in _nodes(one) if isinstance(node, Name)]
    defining = [one for one in statements if isinstance(one, Equation) and isinstance(one.left, Name)]
    lefts = [one.left for one in defining if isinstance(one.left, Name)]
    defined = {left.base for left in lefts if _at(left) == "t"}
    back = any(_at(name) == "t-1" and name.base in defined for name in names)
    sums = any(isinstance(node, BigSum) and node.index == "t" for one in statements for node in _nodes(one))
    if not back or not (sums or any(_at(name) == "t+1" for name in names)):
        return statements
    timed = {name.base for name in names if _at(name)}
    ended = _ended(statements, timed)
    lasting = any(isinstance(node, BigSum) for one in defining for part in one.parts for node in walk(part))
    if not lasting:  # the cost is of the last time alone
        missing.update((f"{left.base}^({_STEPS})", left.place.line) for left in lefts if left.base in ended)
        ended = set()
    found: list[Statement] = []
    zero = {n.base for n in names if n.label == "0"} - {n.base for n in lefts if n.label == "0"}
    chains: list[list[Equation]] = []  # lines with those that go on from them
    for one in statements:
        if isinstance(one, Declaration):
            each = range(_STEPS + 2) if _at(one.name) else ()
            found += [replace(one, name=_moved(one.name, at)) for at in each] or [one]
        elif one.left is None and chains:
            chains[-1].append(one)
        else:
            chains.append([one])
    for chain in chains:
        left = chain[0].left
        said = {_at(name) for one in chain for side in one.sides for name in _free(side)} - {""}
        ends = isinstance(left, Name) and any(
            n.base in ended and _at(n) == "t+1" for one in chain for n in one.names
        )
        last = _STEPS - ("t+1" in said and not ends)
        first = 1 if said & _OFFSETS.keys() else last
        if isinstance(left, Name) and _at(left) == "t" and left.base in zero and "t-1" not in said:
            first = 0
        for at in range(first, last + 1):
            for one in chain:
                now = one if at < _STEPS or not ends else one.mapped(partial(_at_the_end, ended))
                found.append(_written_out(now, at, timed))
    return found


def _ended(statements: Iterable[Statement], timed: Collection[str]) -> set[str]:
    """The δ of δ_t = ... δ_{t+1}, where no line says what the last is: 0 comes after it."""
    made: dict[str, set[tuple[str, str]]] = {}
    for one in statements:
        if isinstance(one, Equation) and isinstance(one.left, Name) and _at(one.left):
            inside = {(name.base, _at(name)) for part in one.parts for name in _free(part)}
            made.setdefault(one.left.base, set()).update(inside, {("", _at(one.left))})
    for _ in made:  # e_t = g_t s_t, and g_t = ... e_{t+1}
        for inside in made.values():
            inside.update(*(made.get(base, ()) for base, at in [*inside] if at == "t"))
    return {
        base
        for base, inside in made.items()
        if (base, "t+1") in inside and (base, "t-1") not in inside and not {at for _, at in inside} & {*_LAST}
        if base[0] != "d" or base[1:] not in timed
    }


def _at_the_end(ended: Collection[str], node: Node) -> Node | None:
    """0 for δ_{t+1}, and for what it is a factor of."""
    if isinstance(node, Name):
        return Number(Fraction(0), place=node.place) if node.base in ended and _at(node) == "t+1" else None
    if isinstance(node, Product | Transposed | Negative):
        inner = [mapped(part, partial(_at_the_end, ended)) for part in children(node)]
        return inner[inner.index(_ZERO)] if _ZERO in inner else rebuild(node, inner)
    return None


_ZERO = Number(Fraction(0))


def _nodes(statement: Statement) -> Iterator[Node]:
    return iter(statement.nodes if isinstance(statement, Equation) else ())


def _at(node: Node | None) -> str:
    """The time that a name is of, as written; '' for none."""
    if not isinstance(node, Name):
        return ""
    return next((text for text in (node.label, node.sub) if text in _OFFSETS or text in _LAST), "")


def _free(node: Node) -> Iterator[Name]:
    """The names of a formula that no sum over t is about."""
    if isinstance(node, Name):
        yield node
    elif not (isinstance(node, BigSum) and node.index == "t"):
        for part in children(node):
            yield from _free(part)


def _moved(name: Name, at: int) -> Name:
    """The name at a time."""
    time = _at(name)
    number = str(_LAST[time] if time in _LAST else at + _OFFSETS[time])
    return replace(name, label=number, sub="" if name.sub == time else name.sub)


def _written_out(equation: Equation, at: int, timed: Iterable[str]) -> Equation:
    """An equation at a time, with every term of its sums over the times."""

    def moved(at: int, part: Node) -> Node | None:
        if isinstance(part, BigSum) and part.index == "t":
            terms = tuple(mapped(part.body, partial(moved, each)) for each in range(1, _STEPS + 1))
            total = Total(terms, (1,) * _STEPS, place=part.place)
            return Product((total, Number(Fraction(_STEPS))), ("/",)) if part.mean else total
        if not isinstance(part, Name):
            return None
        if _at(part):
            return _moved(part, at)
        if part.base in timed and part.sub.isdigit() and not part.label:  # h_0
            return replace(part, sub="", label=part.sub)
        return Number(Fraction(_STEPS), place=part.place) if part.key == "T" else None

    return equation.mapped(partial(moved, at))
