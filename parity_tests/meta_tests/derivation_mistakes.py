"""Plants every family of derivation mistakes at every place of a right derivation where it applies."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from backproof.reference.derivation.build import build
from backproof.reference.derivation.document import read
from backproof.reference.derivation.language import (
    BigSum,
    Call,
    Derivative,
    Entry,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Product,
    Total,
    Transposed,
    children,
    rebuild,
    walk,
    write,
)
from backproof.reference.derivation.model import Model, free_letters
from backproof.reference.derivation.values import (
    CannotEvaluateError,
    Floats,
    Point,
    Reading,
    Work,
    World,
    chances,
    lengths,
)

# The kinds of edit that undo each family. Where one family's mistake is also another's (a factor that is a
# number of outputs is a mean for a sum), both names are right.
UNDONE_BY = {
    "factor": {"factor"},
    "sign": {"sign"},
    "missing slope": {"missing slope"},
    "extra slope": {"extra slope"},
    "slope at activation": {"slope at activation"},
    "slope of another function": {"other slope"},
    "slope of another layer": {"other slope", "slope at activation"},
    "a for a_prev": {"wrong name"},
    "W for its transpose": {"transpose"},
    "outer product swapped": {"outer swapped", "transpose", "order"},
    "wrong index": {"wrong index"},
    "missing sum": {"missing sum"},
    "missing term": {"missing term"},
    "mean for sum": {"mean for sum", "sum for mean"},
}


@dataclass(frozen=True)
class Planted:
    """A derivation with one mistake: its family, the line it is in, the text, and the right side before."""

    name: str
    family: str
    line: int
    text: str
    before: str
    after: str


def planted(name: str, text: str) -> Iterator[Planted]:
    """Every mistake of every family, at every place of every step where it changes the value."""
    text = text.strip()
    document = read(text)
    model = build(document)
    claims = {claim.place: claim for claim in model.claims}
    lines = text.split("\n")
    worlds = points(model)
    for statement in document.statements:
        if not isinstance(statement, Equation):
            continue
        for place in statement.places:
            claim = claims.get(place)
            if claim is None or statement.left is None:
                continue
            seen: set[Node] = {claim.right}
            for family, node in mistakes(claim.left, claim.right, model):
                if node in seen or not differs(worlds, claim.left, claim.right, node):
                    continue
                seen.add(node)
                changed = list(lines)
                changed[place.line - 1] = f"{write(statement.left)} = {write(node)}"
                yield Planted(name, family, place.line, "\n".join(changed), write(claim.right), write(node))


def points(model: Model) -> list[World]:
    """Where a change of a value is looked for; what a slope is there is worked out once for all changes."""
    sizes = {letter: 2 + number for number, letter in enumerate(model.letters)} | model.sizes
    found = []
    for seed in range(4):
        leaves = {}
        for key in model.leaves:
            shares = chances(lengths(model.shapes[key], sizes), "plant", seed, key)
            leaves[key] = shares * Fraction(3, 5) + Fraction(1, 5)
        found.append(World(model, Point(sizes, leaves, str(seed)), 12, Work()))
    return found


def differs(worlds: Sequence[World], left: Node, before: Node, after: Node) -> bool:
    """Whether a change is a mistake at all: another value somewhere, or no value."""
    index = {letter: number % 2 for number, letter in enumerate(free_letters(left))}
    for world in worlds:
        world.work = Work()
        context = world.context(Reading(), Floats())
        try:
            old = context.evaluate(before, index)
        except CannotEvaluateError:
            continue
        try:
            new = context.evaluate(after, index)
        except CannotEvaluateError:
            return True
        if old.shape != new.shape:
            return True
        if any(round(apart, 9) for apart in (old.data - new.data).flat):
            return True
    return False


def mistakes(left: Node, right: Node, model: Model) -> Iterator[tuple[str, Node]]:
    slopes = list(_slopes(model))
    # d(vector)/d(vector) may be transposed: that is a layout, and right under its name
    layout = isinstance(left, Derivative) and bool(model.shapes.get(getattr(left.above, "key", "")))
    yield from _factors(right)
    yield from _signs(right)
    for path, node in _spots(right):
        put = partial(_put, right, path)
        if isinstance(node, Call) and node.primes:
            yield from _wrong_slopes(node, slopes, put)
        if isinstance(node, Product):
            yield from _in_product(node, slopes, model, put)
        if isinstance(node, Transposed) and _is_matrix(node.inner, model):
            yield "W for its transpose", put(node.inner)
        if (
            isinstance(node, Name)
            and _is_matrix(node, model)
            and not _under_transpose(right, path)
            and not (layout and node is right)
        ):
            yield "W for its transpose", put(Transposed(node))
        if isinstance(node, Entry) and len(node.indices) == 2:
            yield "wrong index", put(replace(node, indices=node.indices[::-1]))
        if isinstance(node, BigSum):
            yield "missing sum", put(node.body)
            others = {i for n in walk(node.body) if isinstance(n, Entry) for i in n.indices} - {node.index}
            for letter in sorted(others):
                yield "wrong index", put(replace(node, index=letter))
            yield "mean for sum", put(replace(node, mean=not node.mean))
        if isinstance(node, Call) and node.function == "sum" and len(node.arguments) == 2:
            yield "missing sum", put(node.arguments[0])
            axis = node.arguments[1]
            assert isinstance(axis, Number)
            yield "wrong index", put(replace(node, arguments=(node.arguments[0], Number(1 - axis.value))))
            yield "mean for sum", put(replace(node, function="mean"))
        if isinstance(node, Name | Entry):
            yield from _neighbours(node, model, put)
    if isinstance(right, Total) and len(right.terms) > 1:
        for number in range(len(right.terms)):
            terms = tuple(t for n, t in enumerate(right.terms) if n != number)
            signs = tuple(s for n, s in enumerate(right.signs) if n != number)
            if any(isinstance(n, Product | Derivative) for n in terms) and isinstance(
                right.terms[number], Product
            ):
                yield "missing term", _total(terms, signs)
    for size in model.letters:
        if size in ("B", "n", "m") and any(size in model.shapes.get(n.key, ()) for n in _names(left)):
            yield "mean for sum", Product((right, Name(size)), ("/",))
    rank = _rank(left, model)
    for slope, _, z in slopes:
        if rank == ("entry" if isinstance(z, Entry) else model.shapes.get(z.key)):
            if isinstance(z, Entry) and not set(z.indices) <= set(free_letters(left)):
                continue
            op = "⊙" if rank and rank != "entry" else " "
            factors = (*right.factors, slope) if isinstance(right, Product) else (right, slope)
            ops = (*right.ops, op) if isinstance(right, Product) else (op,)
            yield "extra slope", Product(factors, ops)


def _factors(right: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(right, Product) and isinstance(right.factors[0], Number) and right.ops[0] == " ":
        rest = right.factors[1:]
        yield "factor", Product(rest, right.ops[1:]) if len(rest) > 1 else rest[0]
    for factor in (Fraction(2), Fraction(1, 2), Fraction(4)):
        if isinstance(right, Product):
            yield "factor", Product((Number(factor), *right.factors), (" ", *right.ops))
        else:
            yield "factor", Product((Number(factor), right), (" ",))


def _signs(right: Node) -> Iterator[tuple[str, Node]]:
    yield "sign", right.inner if isinstance(right, Negative) else Negative(right)
    for path, node in _spots(right):
        if isinstance(node, Total):
            for number in range(len(node.terms)):
                signs = tuple(-s if n == number else s for n, s in enumerate(node.signs))
                yield "sign", _put(right, path, replace(node, signs=signs))


def _slopes(model: Model) -> Iterator[tuple[Call, str, "Name | Entry"]]:
    """f'(z), a, z for each a = f(z)."""
    for key, definition in model.definitions.items():
        body = definition.body
        if (
            isinstance(body, Call)
            and len(body.arguments) == 1
            and body.function not in {"softmax", "sum", "mean"}
        ):
            (z,) = body.arguments
            if isinstance(z, Name | Entry):
                yield Call(body.function, 1, (z,)), key, z


_OTHER = {
    "sigmoid": "tanh",
    "σ": "tanh",
    "tanh": "sigmoid",
    "relu": "sigmoid",
    "softplus": "tanh",
    "f": "sigmoid",
    "φ": "tanh",
}


def _wrong_slopes(
    node: Call, slopes: list[tuple[Call, str, "Name | Entry"]], put: Callable[[Node], Node]
) -> Iterator[tuple[str, Node]]:
    yield "slope of another function", put(replace(node, function=_OTHER.get(node.function, "tanh")))
    (inner,) = node.arguments
    for slope, a, z in slopes:
        if z == inner and slope.function == node.function:
            activation = replace(z, key=a) if isinstance(z, Entry) else Name(a)
            yield "slope at activation", put(replace(node, arguments=(activation,)))
        elif z != inner:
            if isinstance(z, Entry) != isinstance(inner, Entry):
                continue
            if isinstance(z, Entry) and isinstance(inner, Entry):
                z = replace(z, indices=inner.indices)
            yield "slope of another layer", put(Call(slope.function, 1, (z,)))


def _spelled(node: Product, at: int) -> str | None:
    """The a of the factors a (1 - a) at a place."""
    if at + 1 >= len(node.factors) or node.ops[at] == "/" or (at and node.ops[at - 1] == "/"):
        return None
    first, second = node.factors[at : at + 2]
    if isinstance(first, Name | Entry) and isinstance(second, Total) and len(second.terms) == 2:
        one, other = second.terms
        if isinstance(one, Number) and other == first and second.signs == (1, -1):
            return first.key
    return None


def _in_product(
    node: Product,
    slopes: list[tuple[Call, str, "Name | Entry"]],
    model: Model,
    put: Callable[[Node], Node],
) -> Iterator[tuple[str, Node]]:
    for at, factor in enumerate(node.factors):
        if isinstance(factor, Call) and factor.primes:
            yield "missing slope", put(_less(node, at, 1))
        if isinstance(factor, Total) and len(factor.terms) == 2 and isinstance(factor.terms[0], Number):
            second = factor.terms[1]
            base = getattr(second, "base", None)
            if isinstance(base, Name | Entry) and any(a == base.key for _, a, _ in slopes):  # 1 - a^2
                yield "missing slope", put(_less(node, at, 1))
                activation = Product(
                    (base, Total((Number(Fraction(1)), base), (1, -1))),
                    (" " if not model.shapes.get(base.key) or isinstance(base, Entry) else "⊙",),
                )
                swapped = (*node.factors[:at], activation, *node.factors[at + 1 :])
                yield "slope of another function", put(replace(node, factors=swapped))
        key = _spelled(node, at)
        if key is not None:
            yield "missing slope", put(_less(node, at, 2))
            one = Number(Fraction(1))
            square = Total(
                (one, Product((node.factors[at], node.factors[at]), ("⊙" if node.ops[at] == "⊙" else " ",))),
                (1, -1),
            )
            factors = (*node.factors[:at], square, *node.factors[at + 2 :])
            ops = (*node.ops[:at], *node.ops[at + 1 :])
            yield "slope of another function", put(Product(factors, ops) if ops else square)
            for _, other, _ in slopes:
                if other == key or len(model.shapes[other]) != len(model.shapes[key]):
                    continue
                a = node.factors[at]
                new = replace(a, key=other) if isinstance(a, Entry) else Name(other)
                pair = (new, Total((one, new), (1, -1)))
                yield (
                    "slope of another layer",
                    put(replace(node, factors=(*node.factors[:at], *pair, *node.factors[at + 2 :]))),
                )
    for at in range(len(node.factors) - 1):
        first, second = node.factors[at : at + 2]
        outer = node.ops[at] == " " and isinstance(second, Transposed) and _is_vector(second.inner, model)
        if outer and _is_vector(first, model):
            assert isinstance(second, Transposed)
            swapped = (*node.factors[:at], second.inner, Transposed(first), *node.factors[at + 2 :])
            yield "outer product swapped", put(replace(node, factors=swapped))


def _less(node: Product, at: int, width: int) -> Node:
    factors = (*node.factors[:at], *node.factors[at + width :])
    if not factors:
        return Number(Fraction(1))
    ops = node.ops[width:] if at == 0 else (*node.ops[: at - 1], *node.ops[at - 1 + width :])
    return Product(factors, ops) if ops else factors[0]


def _neighbours(
    node: "Name | Entry", model: Model, put: Callable[[Node], Node]
) -> Iterator[tuple[str, Node]]:
    """The activation of the next or the last layer in place of this one."""
    layers = _layers(model)
    for layer in layers:
        if node.key in layer:
            at = layer.index(node.key)
            for near in (at - 1, at + 1):
                if 0 <= near < len(layer):
                    new = replace(node, key=layer[near]) if isinstance(node, Entry) else Name(layer[near])
                    if isinstance(node, Entry) and len(model.shapes[layer[near]]) != len(node.indices):
                        continue
                    yield "a for a_prev", put(new)


def _layers(model: Model) -> list[list[str]]:
    """x, a1, a2, ...: inputs and activations in order."""
    activations = [a for _, a, _ in _slopes(model)]
    first = [key for key in model.leaves if key in {"x", "X", "a^(L-1)"}]
    return [[*first, *activations]]


def _total(terms: tuple[Node, ...], signs: tuple[int, ...]) -> Node:
    if len(terms) == 1:
        return terms[0] if signs[0] > 0 else Negative(terms[0])
    return Total(terms, signs)


def _names(node: Node) -> list[Name | Entry]:
    return [n for n in walk(node) if isinstance(n, Name | Entry)]


def _rank(left: Node, model: Model) -> "tuple[str, ...] | str | None":
    if isinstance(left, Derivative) and isinstance(left.above, Name) and not model.shapes.get(left.above.key):
        if isinstance(left.below, Entry):
            return "entry"
        if isinstance(left.below, Name):
            return model.shapes.get(left.below.key)
    return None


def _is_matrix(node: Node, model: Model) -> bool:
    if isinstance(node, Derivative) and isinstance(node.below, Name):
        return len(model.shapes.get(node.below.key, ())) == 2
    return isinstance(node, Name) and len(model.shapes.get(node.key, ())) == 2


def _is_vector(node: Node, model: Model) -> bool:
    if isinstance(node, Derivative) and isinstance(node.below, Name):
        return len(model.shapes.get(node.below.key, ())) == 1
    if isinstance(node, Name):
        return len(model.shapes.get(node.key, ())) == 1
    ranks = [_is_vector(child, model) for child in children(node)]
    return isinstance(node, Total) and any(ranks)


def _under_transpose(right: Node, path: tuple[int, ...]) -> bool:
    node = right
    for step in path[:-1]:
        node = children(node)[step]
    return bool(path) and isinstance(node, Transposed)


def _spots(node: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    yield path, node
    if isinstance(node, Derivative) or (isinstance(node, Call) and node.primes):
        return
    for number, child in enumerate(children(node)):
        yield from _spots(child, (*path, number))


def _put(node: Node, path: tuple[int, ...], new: Node) -> Node:
    if not path:
        return new
    parts = list(children(node))
    parts[path[0]] = _put(parts[path[0]], path[1:], new)
    return rebuild(node, parts)
