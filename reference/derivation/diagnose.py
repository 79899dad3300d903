"""The edit that makes a wrong step right: people's mistakes, undone one by one until the step agrees."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, product

from mpmath import fabs, mp, mpf

from backproof.reference.derivation.language import (
    FUNCTIONS,
    BigSum,
    Call,
    Cases,
    Comparison,
    Derivative,
    Entry,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Total,
    Transposed,
    children,
    group,
    joined,
    mapped,
    rebuild,
    spliced,
    walk,
    write,
)
from backproof.reference.derivation.model import Claim, Opaque, free_letters, stem
from backproof.reference.derivation.trial import EQUAL_SHARE, Trial
from backproof.reference.derivation.values import (
    CannotEvaluateError,
    Context,
    Floats,
    Reading,
    Value,
    World,
    every_index,
)
from backproof.reference.derivation.verdict import Edit

# Edits are tried in float64 first; what comes within this share there is judged again like any step.
_NEAR = 1e-7
# Work for the edits of one step, and what is kept for the rest of the text.
_WORK_A_STEP = 300_000
_RESERVE = 150_000
_MOST_EDITS = 6000

_ENTRYWISE = {"sigmoid", "tanh", "relu", "softplus", "exp", "log", "sqrt", "sin", "cos", "abs"}

Path = tuple[int, ...]
# kind, what is said ('' for "new in place of old"), the place, and what stands there instead
Candidate = tuple[str, str, Path, Node]


def _number(value: Fraction | int) -> Node:
    return Number(Fraction(value))


# ---------------------------------------------------------------------------------------------- factors


def find_factor(checker: Trial, claim: Claim) -> tuple[str, Edit] | None:
    """c > 0 with step = c times the truth, at every point and entry; None where there is none with a name."""
    ratios: list[tuple[mpf, dict[str, int]]] = []
    for number in range(12):
        world = checker.world(number, checker.base)
        try:
            with mp.workdps(50):
                ratio = _ratio(checker, claim, world.context(checker.base))
        except CannotEvaluateError:
            continue
        if ratio is None:
            return None
        if ratio:
            ratios.append((ratio, world.point.sizes))
        if len(ratios) == 4:
            break
    if len(ratios) < 2:
        return None
    letters = [letter for letter in ratios[0][1] if letter in _mentioned(checker)]
    with mp.workdps(50):
        for name, c, above, below in _factors(letters):
            if all(_close(ratio, _factor_at(c, above, below, sizes)) for ratio, sizes in ratios):
                return _factor_edit(checker, claim, name)
    return None


def _mentioned(checker: Trial) -> list[str]:
    return [*checker.model.letters, *checker.model.sizes]


def _close(a: mpf, b: mpf) -> bool:
    return bool(fabs(a - b) <= EQUAL_SHARE * fabs(b))


def _ratio(checker: Trial, claim: Claim, context: Context) -> mpf | None:
    """The one positive ratio of all entries; 0 where both sides vanish; None where there is none."""
    ratio: mpf | None = None
    directions = checker.directions(claim, context)
    if directions:
        for true, written, largest in directions:
            if fabs(true) <= EQUAL_SHARE * largest or written / true <= 0:
                return None
            if ratio is not None and not _close(written / true, ratio):
                return None
            ratio = written / true
        return ratio
    for _, left, right in checker.sides(claim, context):
        if [dim for dim in left.shape if dim != "1"] != [dim for dim in right.shape if dim != "1"]:
            return None
        largest = max(fabs(x) for x in (*left.data, *right.data))
        for true, written in zip(left.data, right.data, strict=True):
            if fabs(true) <= EQUAL_SHARE * largest and fabs(written) <= EQUAL_SHARE * largest:
                continue
            if fabs(true) <= EQUAL_SHARE * largest or written / true <= 0:
                return None
            if ratio is None:
                ratio = written / true
            elif not _close(written / true, ratio):
                return None
    return mpf(0) if ratio is None else ratio


def _factors(letters: list[str]) -> Iterator[tuple[str, Fraction, tuple[str, ...], tuple[str, ...]]]:
    """The named factors: small rationals, and powers of two times or over one or two sizes.

    Each is (name, number, sizes above, sizes below).
    """
    plain = [Fraction(2) ** k for k in (-1, 1, -2, 2, -3, 3, -4, 4)]
    plain += [Fraction(p, q) for q in range(1, 13) for p in range(1, 13)]
    for value in dict.fromkeys(plain):
        if value != 1:
            yield str(value), value, (), ()
    for k in (0, 1, -1, 2, -2):
        two = Fraction(2) ** k
        for first in letters:
            yield _times(two, first), two, (first,), ()
            yield f"{two.numerator}/{_over(two, first)}", two, (), (first,)
            for second in letters:
                if first <= second:
                    both = f"{first} {second}"
                    yield _times(two, both), two, (first, second), ()
                    yield f"{two.numerator}/{_over(two, f'({both})')}", two, (), (first, second)
                if first != second:
                    yield f"{_times(two, first)}/{second}", two, (first,), (second,)


def _factor_at(
    number: Fraction, above: tuple[str, ...], below: tuple[str, ...], sizes: dict[str, int]
) -> mpf:
    for letter in above:
        number *= sizes[letter]
    for letter in below:
        number /= sizes[letter]
    return mpf(number.numerator) / number.denominator


def _times(two: Fraction, letter: str) -> str:
    return letter if two == 1 else f"{two} {letter}"


def _over(two: Fraction, letter: str) -> str:
    return letter if two.denominator == 1 else f"({two.denominator} {letter})"


def _factor_edit(checker: Trial, claim: Claim, name: str) -> tuple[str, Edit]:
    above = write(claim.left.above) if isinstance(claim.left, Derivative) else "it"
    right = claim.right
    if name.replace("/", "").isdigit():
        factor = Fraction(name)
        what = {Fraction(1, 2): f"half of {above}", Fraction(2): f"twice {above}"}.get(
            factor, f"{name} times {above}"
        )
        does = f"multiply by {1 / factor}" if factor.numerator == 1 else f"divide by {factor}"
        corrected = _written(checker, claim, _scaled(right, _number(1 / factor)))
        return f"{name}: this is the slope of {what}; {does}", Edit("factor", does, corrected)
    inverse = _inverse(name)
    if name[0] == "1":
        what, kind, does = "a mean where a sum belongs", "mean for sum", f"multiply by {inverse}"
    elif "/" not in name:
        what, kind, does = "a sum where a mean belongs", "sum for mean", f"divide by {name}"
    else:
        what, kind, does = (
            f"this is {name} times the slope of {above}",
            "mean for sum",
            f"multiply by {inverse}",
        )
    other = {"sum": "mean", "mean": "sum"}
    swapped = mapped(
        right,
        lambda n: (
            replace(n, function=other[n.function]) if isinstance(n, Call) and n.function in other else None
        ),
    )
    if swapped != right and checker.outcome(replace(claim, right=swapped), checker.base).status == "agree":
        return f"{name}: {what}; {does}", Edit(
            kind, kind.replace("for", "in place of"), _written(checker, claim, swapped)
        )
    corrected = _written(checker, claim, _with_factor(right, inverse, claim.code))
    said, does = (re.sub(r"[^\W\d]\w*", lambda size: claim.shown(Name(size[0])), x) for x in (name, does))
    return f"{said}: {what}; {does}", Edit(kind, does, corrected)


def _written(checker: Trial, claim: Claim, node: Node) -> str:
    """A right side in the notation of its line; in code no product goes without its sign."""
    shapes = checker.model.shapes

    def array(part: Node) -> bool:
        return any(shapes.get(n.key) for n in walk(part) if isinstance(n, Name)) or any(
            isinstance(n, Derivative) and shapes.get(getattr(n.below, "key", "")) for n in walk(part)
        )

    def signs(part: Node) -> Node:
        parts = children(part)
        part = rebuild(part, [signs(one) for one in parts]) if parts else part
        if not isinstance(part, Product):
            return part
        before = [any(array(f) for f in part.factors[: at + 1]) for at in range(len(part.ops))]
        ops = (
            op if op != " " else "@" if before[at] and array(part.factors[at + 1]) else "⊙"
            for at, op in enumerate(part.ops)
        )
        return replace(part, ops=tuple(ops))

    return claim.corrected(signs(node) if claim.code else node)


def _with_factor(right: Node, factor: str, behind: bool) -> Node:
    """`right` times a factor such as 1/(n m), which may stand behind it."""
    above, _, below = factor.partition("/")
    parts = [Number(Fraction(int(x))) if x.isdigit() else Name(x) for x in above.split()]
    under = [Number(Fraction(int(x))) if x.isdigit() else Name(x) for x in below.strip("()").split()]
    first: Node = Product(tuple(parts), (" ",) * (len(parts) - 1)) if len(parts) > 1 else parts[0]
    if isinstance(right, Product):  # or without the divisor that it has
        for at, op in enumerate(right.ops):
            if op == "/" and _sizes(right.factors[at + 1]) == _sizes(first):
                rest = _without(right, at + 1, 1)
                ones = isinstance(rest, Product) and rest.factors[0] == _number(1) and rest.ops[0] != "/"
                return (_without(rest, 0, 1) if isinstance(rest, Product) and ones else rest) or right
    if under:
        divisor: Node = Product(tuple(under), (" ",) * (len(under) - 1)) if len(under) > 1 else under[0]
        if behind and first == _number(1):
            return joined((right, divisor), ("/",))
        first = Product((first, divisor), ("/",))
    return Product((first, right), (" ",))


def _inverse(name: str) -> str:
    above, _, below = name.partition("/")
    if not below:
        return f"1/{above}" if " " not in above else f"1/({above})"
    below = below.strip("()") if above == "1" else below
    return below if above == "1" else f"{below}/{above if ' ' not in above else f'({above})'}"


# ---------------------------------------------------------------------------------------------- edits


@dataclass(slots=True)
class _Target:
    """The truth at one point as floats, for a quick look at many right sides."""

    world: World
    indices: list[dict[str, int]]
    values: list[Value]
    size: float
    reading: Reading


def diagnose(checker: Trial, claim: Claim) -> Edit | None:
    """The first edit, in the order of people's habits, after which the step agrees; None without one."""
    end = max(checker.work.left - _WORK_A_STEP, _RESERVE)
    targets = _targets(checker, claim)
    if not targets:
        return None
    if all(target.size == 0 for target in targets):
        if checker.base != checker.stated:
            return None
        says = f"{claim.written} is 0"
        return Edit("extra factor", says, _written(checker, claim, _number(0)))
    tried: set[Node] = {claim.right, claim.left}
    for number, candidate in enumerate(_edits(checker, claim, targets)):
        if checker.work.left < end or number > _MOST_EDITS:
            return None
        kind, says, node = _done(claim.right, candidate)
        if node in tried or _means_nothing(node):
            continue
        tried.add(node)
        if all(_matches(target, node) for target in targets):
            changed = replace(claim, right=node)
            same = write(node) == write(claim.right)  # a name in its own place helps nobody
            if not same and checker.outcome(changed, checker.base).status == "agree":
                return Edit(kind, says, _written(checker, claim, node))
    return _sign_and_factor(checker, claim)


def _sign_and_factor(checker: Trial, claim: Claim) -> Edit | None:
    """Both at once: the other sign makes a step right up to a factor."""
    found = find_factor(checker, replace(claim, right=_flipped(claim.right)))
    if found is None:
        return None
    _, edit = found
    return replace(edit, kind="sign", says=f"change the sign, and {edit.says}")


def _means_nothing(node: Node) -> bool:
    """Whether a difference in it is of two equal terms, such as y - y, or a case depends on a number."""
    return any(
        {(term, 1), (term, -1)} <= set(zip(part.terms, part.signs, strict=True))
        for part in walk(node)
        if isinstance(part, Total)
        for term in part.terms
    ) or any(
        isinstance(condition, Product | Total | Negative | Number | Power)
        for part in walk(node)
        if isinstance(part, Cases)
        for _, condition in part.branches
    )


def _targets(checker: Trial, claim: Claim) -> list[_Target]:
    targets: list[_Target] = []
    for number in range(8):
        world = checker.small_world(number)
        try:
            with mp.workdps(20):
                context = world.context(checker.base)
                indices = list(checker.indices(claim, context))
                values = [context.evaluate(claim.left, index) for index in indices]
        except (CannotEvaluateError, IndexError):
            continue
        floats = [Value(value.shape, [float(x) for x in value.data]) for value in values]
        size = max((abs(x) for value in floats for x in value.data), default=0.0)
        targets.append(_Target(world, indices, floats, size, checker.base))
        if len(targets) == 2:
            break
    return targets


def _matches(target: _Target, node: Node) -> bool:
    context = target.world.context(target.reading, Floats())
    try:
        for index, value in zip(target.indices, target.values, strict=True):
            found = context.evaluate(node, index)
            if [dim for dim in found.shape if dim != "1"] != [dim for dim in value.shape if dim != "1"]:
                return False
            for a, b in zip(value.data, found.data, strict=True):
                if not abs(a - b) <= _NEAR * (target.size + 1e-3):
                    return False
    except (CannotEvaluateError, ZeroDivisionError, OverflowError):
        return False
    return True


def _spots(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every part of a formula that an edit may change, with its place; derivatives count as one part."""
    yield path, node
    if isinstance(node, Derivative):
        return
    for number, child in enumerate(children(node)):
        yield from _spots(child, (*path, number))


def _put(node: Node, path: Path, new: Node) -> Node:
    if not path:
        return new
    parts = list(children(node))
    parts[path[0]] = _put(parts[path[0]], path[1:], new)
    return rebuild(node, parts)


def _get(node: Node, path: Path) -> Node:
    for step in path:
        node = children(node)[step]
    return node


def _done(right: Node, candidate: Candidate) -> tuple[str, str, Node]:
    """(kind, what is said, the right side after it)."""
    kind, says, path, new = candidate
    return kind, says or f"{write(new)} in place of {write(_get(right, path))}", _put(right, path, new)


def _without(node: Product, start: int, width: int) -> Node | None:
    """A product without `width` neighbouring factors; a divisor goes with its slash, a dividend becomes 1."""
    if width == len(node.factors):
        return None
    if start == 0:
        if node.ops[width - 1] == "/":
            return spliced(node, 0, width, [_number(1)])
        return joined(node.factors[width:], node.ops[width:])
    return joined(
        (*node.factors[:start], *node.factors[start + width :]),
        (*node.ops[: start - 1], *node.ops[start - 1 + width :]),
    )


class _Names:
    """What the text offers to put in: names, slopes of its activations, true derivatives of its cost."""

    def __init__(self, checker: Trial, claim: Claim) -> None:
        model = checker.model
        self.model = model
        self.shapes = model.shapes
        self.keys = [
            key
            for key in model.shapes
            if not isinstance(getattr(model.definitions.get(key), "body", None), Opaque)
        ]
        letters: dict[str, None] = dict.fromkeys(free_letters(claim.left))
        for node in walk(claim.right):
            if isinstance(node, BigSum) and node.index:
                letters[node.index] = None
            if isinstance(node, Entry):
                letters.update(dict.fromkeys(i for i in node.indices if i.isalpha()))
        for claim_ in model.claims:
            for node in walk(claim_.right):
                if isinstance(node, BigSum) and node.index:
                    letters[node.index] = None
        for definition in model.definitions.values():
            letters.update(dict.fromkeys(definition.indices))
            for node in walk(definition.body):
                if isinstance(node, BigSum) and node.index:
                    letters[node.index] = None
        self.letters = list(letters)
        self.indexed = bool(free_letters(claim.left)) or any(isinstance(n, Entry) for n in walk(claim.right))
        self.cost = claim.left.above if isinstance(claim.left, Derivative) else None
        self.below = claim.left.below if isinstance(claim.left, Derivative) else None
        self.slopes = list(self._slopes())
        self.derivatives = list(self._derivatives())

    def atoms(self, key: str) -> Iterator[Node]:
        """The name as it can stand in this formula: whole, or one entry for each choice of index letters."""
        rank = len(self.shapes.get(key, ()))
        if not self.indexed or rank == 0:
            yield Name(key)
        else:
            for at in every_index([len(self.letters)] * rank):
                chosen = tuple(self.letters[i] for i in at)
                if len(set(chosen)) == rank:
                    yield Entry(key, chosen)

    def _slopes(self) -> Iterator[tuple[Node, str, str]]:
        """(slope, a, z) for each definition a = f(z)."""
        for key, definition in self.model.definitions.items():
            body = definition.body
            if isinstance(body, Call) and len(body.arguments) == 1 and not body.primes:
                inner = body.arguments[0]
                meaning = FUNCTIONS.get(body.function)
                if (
                    body.function not in self.model.functions
                    and meaning is not None
                    and meaning not in _ENTRYWISE
                ):
                    continue
                if isinstance(inner, Name | Entry):
                    for atom in self.atoms(inner.key):
                        yield Call(body.function, 1, (atom,)), key, inner.key
                else:
                    yield Call(body.function, 1, (inner,)), key, write(inner)
            elif not isinstance(body, Opaque):
                inner_names = [n for n in walk(body) if isinstance(n, Name | Entry)]
                keys = {n.key for n in inner_names}
                if len(keys) == 1 and any(isinstance(n, Power | Call) for n in walk(body)):
                    (below,) = keys
                    for a in self.atoms(key):
                        for z in self.atoms(below):
                            yield Derivative(a, z), key, below

    def _derivatives(self) -> Iterator[Derivative]:
        if self.cost is None:
            return
        for key in self.shapes:
            if key in self.model.definitions and key != getattr(self.cost, "key", ""):
                for atom in self.atoms(key):
                    if isinstance(atom, Name | Entry) and atom != self.below:
                        yield Derivative(self.cost, atom)


def _edits(checker: Trial, claim: Claim, targets: list[_Target]) -> Iterator[Candidate]:
    names = _Names(checker, claim)
    right = claim.right
    spots = list(_spots(right))
    yield from _signs(right, spots)
    yield from _transposes(right, spots, names)
    yield from _orders(spots, names)
    if isinstance(right, Product | Total):
        yield "transpose", "transpose the right side", (), Transposed(right)
    yield from _brackets(spots)
    yield from _arguments(spots, names)
    yield from _slope_spelling(spots, names)
    yield from _renamed(right, spots, names, near=True)
    yield from _indices(right, spots, names)
    yield from _missing_slopes(right, spots, names)
    yield from _dropped(spots, names)
    yield from _sums(right, spots, names)
    yield from _factors_inside(right, spots, checker)
    yield from _renamed(right, spots, names, near=False)
    yield from _operators(spots)
    yield from _upstream(right, spots, names)
    yield from _added_factors(right, spots, names)
    yield from _missing_terms(checker, claim, names, targets)
    yield from _numbers(right, spots, checker)
    yield from _two_at_once(right, spots, names)


def _flipped(right: Node) -> Node:
    """The right side with the other sign."""
    if isinstance(right, Product):
        first = right.factors[0]
        if isinstance(first, Negative) or (isinstance(first, Total) and first.signs == (1, -1)):
            return replace(right, factors=(_flipped(first), *right.factors[1:]))
    if isinstance(right, Total) and len(right.terms) == 2 and right.signs == (1, -1):
        return Total(right.terms[::-1], (1, -1))
    if isinstance(right, Total):
        return replace(right, signs=tuple(-s for s in right.signs))
    return right.inner if isinstance(right, Negative) else Negative(right)


def _signs(right: Node, spots: list[tuple[Path, Node]]) -> Iterator[Candidate]:
    yield "sign", "change the sign of the whole right side", (), _flipped(right)
    for path, node in spots:
        if isinstance(node, Total):
            for number, term in enumerate(node.terms):
                signs = tuple(-s if n == number else s for n, s in enumerate(node.signs))
                yield "sign", f"change the sign of {write(term)}", path, replace(node, signs=signs)
            if len(node.terms) == 2 and node.signs == (1, -1):
                swapped = replace(node, terms=node.terms[::-1])
                yield "sign", "", path, swapped
        elif isinstance(node, Negative) and path:
            yield "sign", f"change the sign of {write(node.inner)}", path, node.inner
        elif isinstance(node, Comparison) and node.sign[0] in "<>":
            mirrored = {"<": ">", ">": "<"}[node.sign[0]]
            for sign in (mirrored + node.sign[1:], mirrored + ("" if node.sign[1:] else "=")):
                yield "comparison", f"{sign} in place of {node.sign}", path, replace(node, sign=sign)
            if isinstance(node.right, Number) and node.right.value:
                for sign in (node.sign, node.sign.removesuffix("=") if "=" in node.sign else node.sign + "="):
                    yield "comparison", "", path, replace(node, sign=sign, right=_number(0))


def _transposes(right: Node, spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    for path, node in spots:
        if isinstance(node, Transposed):
            yield "transpose", "", path, node.inner
        elif isinstance(node, Derivative) or (isinstance(node, Name) and names.shapes.get(node.key)):
            if path and isinstance(_get(right, path[:-1]), Transposed):
                continue
            yield "transpose", "", path, Transposed(node)
        elif (
            isinstance(node, Total | Product) and path and not isinstance(_get(right, path[:-1]), Transposed)
        ):
            yield "transpose", "", path, Transposed(node)


def _turned(node: Node) -> Node:
    return node.inner if isinstance(node, Transposed) else Transposed(node)


def _bare(node: Node) -> Node:
    return node.inner if isinstance(node, Transposed) else node


def _orders(spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    """Factors of a matrix product in the other order, transposed where that gives it a shape."""
    for path, node in spots:
        if isinstance(node, Call) and FUNCTIONS.get(node.function) == "outer":
            yield "outer swapped", "", path, replace(node, arguments=node.arguments[::-1])
        if not isinstance(node, Product) or "/" in node.ops[1:]:
            continue
        count = len(node.factors)
        for cut in range(1, count):
            if node.ops[cut - 1] not in {" ", "@", "*", "·"}:
                continue
            for begin in range(cut):
                for end in range(cut + 1, count + 1):
                    first, second = group(node, begin, cut - begin), group(node, cut, end - cut)
                    for a, b in (
                        (second, first),
                        (_bare(second), Transposed(_bare(first))),
                        (Transposed(_bare(second)), _bare(first)),
                        (_turned(second), _turned(first)),
                    ):
                        new = spliced(node, begin, end - begin, (a, b), " ")
                        outer = _rank(first, names) == 1 and _rank(second, names) == 1
                        kind = "outer swapped" if outer else "order"
                        old = Product((first, second), (node.ops[cut - 1],))
                        yield kind, f"{write(Product((a, b), (' ',)))} in place of {write(old)}", path, new


def _brackets(spots: list[tuple[Path, Node]]) -> Iterator[Candidate]:
    """Brackets around some of the factors, or none around those that have some."""
    for path, node in spots:
        if not isinstance(node, Product):
            continue
        count = len(node.factors)
        for width in range(count - 1, 1, -1):
            for start in range(count - width + 1):
                inner = group(node, start, width)
                new = spliced(node, start, width, [inner])
                yield "brackets", f"brackets around {write(inner)}", path, new
        for at, part in enumerate(node.factors):
            if isinstance(part, Product) and (at == 0 or node.ops[at - 1] != "/"):
                new = spliced(node, at, 1, part.factors, part.ops)
                yield "brackets", f"no brackets around {write(part)}", path, new


def _rank(node: Node, names: _Names) -> int:
    node = _bare(node)
    if isinstance(node, Name):
        return len(names.shapes.get(node.key, ()))
    if isinstance(node, Derivative) and isinstance(node.below, Name):
        return len(names.shapes.get(node.below.key, ()))
    ranks = [_rank(child, names) for child in children(node)]
    return max(ranks, default=0)


def _stem(key: str) -> str:
    return stem(key).rstrip("0123456789")


def _arguments(spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    """The slope is taken at the wrong place, or it is the slope of another function."""
    for path, node in spots:
        if not isinstance(node, Call) or not node.primes or len(node.arguments) != 1:
            continue
        inner = node.arguments[0]
        old = inner.key if isinstance(inner, Name | Entry) else ""
        for slope, a, z in names.slopes:
            if not isinstance(slope, Call) or slope == node:
                continue
            at_activation = slope.function == node.function and a == old
            kind = "slope at activation" if at_activation else "other slope"
            says = f"{write(slope)} in place of {write(node)}"
            if at_activation:
                says += f": the slope is taken at {z}, not at {a} = {slope.function}({z})"
            yield kind, says, path, slope
        if isinstance(inner, Name | Entry):
            for key in sorted(names.keys, key=lambda k: _stem(k) != _stem(old)):
                if key != old and len(names.shapes[key]) == len(names.shapes.get(old, ())):
                    new = replace(node, arguments=(_rekeyed(inner, key),))
                    yield "other slope", "", path, new


def _rekeyed(node: Name | Entry, key: str) -> Node:
    return replace(node, key=key) if isinstance(node, Entry) else Name(key)


def _slope_spelling(spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    """One or two neighbouring factors that were meant as a slope, such as a (1 - a) or 1 - a^2."""
    activations = {a for _, a, _ in names.slopes} | {z for _, _, z in names.slopes}
    for path, node in spots:
        if isinstance(node, Call) and len(node.arguments) == 1 and node.primes < 2:
            yield "other slope", "", path, replace(node, primes=1 - node.primes)
        if isinstance(node, Product):
            for width in (2, 1):
                for start in range(len(node.factors) - width + 1):
                    some = group(node, start, width)
                    used = {n.key for n in walk(some) if isinstance(n, Name | Entry)}
                    if not used or not used <= activations or (start and node.ops[start - 1] == "/"):
                        continue
                    if width == 2 and node.ops[start] == "/":
                        continue
                    for slope, _, _ in names.slopes:
                        says = f"{write(slope)} in place of {write(some)}"
                        yield "other slope", says, path, spliced(node, start, width, [slope])


def _renamed(right: Node, spots: list[tuple[Path, Node]], names: _Names, near: bool) -> Iterator[Candidate]:
    """One name in place of another; `near` ones first: another layer, or a layer's input for its output."""
    for path, node in spots:
        if isinstance(node, Derivative):
            for other in names.derivatives:
                if other != node and isinstance(node.below, Name | Entry):
                    assert isinstance(other.below, Name | Entry)
                    same = _stem(other.below.key) == _stem(node.below.key)
                    if same == near:
                        yield "wrong name", "", path, other
        elif isinstance(node, Name | Entry):
            if path and isinstance(_get(right, path[:-1]), Call):
                continue
            for key in names.keys:
                if key == node.key or (_stem(key) == _stem(node.key)) != near:
                    continue
                if isinstance(node, Entry) and len(names.shapes[key]) != len(node.indices):
                    continue
                new = _rekeyed(node, key)
                yield "wrong name", "", path, new
    if isinstance(right, Number) and not near:
        for key in names.keys:
            for atom in names.atoms(key):
                yield "wrong name", f"{write(atom)} in place of {write(right)}", (), atom
    used = {n.key for _, n in spots if isinstance(n, Name | Entry)}
    for old in sorted(used):
        if sum(isinstance(n, Name | Entry) and n.key == old for _, n in spots) < 2:
            continue
        for key in names.keys:
            if key == old or (_stem(key) == _stem(old)) != near or old not in names.shapes:
                continue
            if len(names.shapes[key]) == len(names.shapes[old]):
                kind = "other slope" if _is_slope_pair(right, old) else "wrong name"
                yield kind, f"{key} in place of {old}", (), _rename_all(right, old, key)
        for path, node in spots:
            if isinstance(node, Product):
                for start in range(len(node.factors) - 1):
                    pair = node.factors[start : start + 2]
                    if not all(_holds(p, old) for p in pair):
                        continue
                    for key in names.keys:
                        if key != old and len(names.shapes[key]) == len(names.shapes.get(old, ())):
                            changed = tuple(_rename_all(p, old, key) for p in pair)
                            new = spliced(node, start, 2, changed, [node.ops[start]])
                            old_pair, new_pair = (write(Product(p, (" ",))) for p in (pair, changed))
                            says = f"{new_pair} in place of {old_pair}"
                            yield "other slope", says, path, new


def _is_slope_pair(right: Node, key: str) -> bool:
    products = (n for n in walk(right) if isinstance(n, Product))
    return any(_holds(a, key) and _holds(b, key) for n in products for a, b in pairwise(n.factors))


def _holds(node: Node, key: str) -> bool:
    return any(isinstance(n, Name | Entry) and n.key == key for n in walk(node))


def _rename_all(node: Node, old: str, new: str) -> Node:
    def named(part: Node) -> Node | None:
        if isinstance(part, Name | Entry) and part.key == old:
            return _rekeyed(part, new)
        return part if isinstance(part, Derivative) else None

    return mapped(node, named)


def _indices(right: Node, spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    """Indices swapped, another index, a sum over another index."""
    for path, node in spots:
        if isinstance(node, Entry):
            if len(node.indices) == 2:
                new: Node = replace(node, indices=node.indices[::-1])
                yield "wrong index", "", path, new
            for new in _other_letters(node, names):
                yield "wrong index", "", path, new
        elif isinstance(node, Derivative):
            for new in _other_letters(node.above, names):
                yield "wrong index", "", path, replace(node, above=new)
            for new in _other_letters(node.below, names):
                yield "wrong index", "", path, replace(node, below=new)
        elif isinstance(node, BigSum):
            for letter in names.letters:
                if letter != node.index:
                    says = f"sum over {letter} in place of {node.index or 'no index'}"
                    yield "wrong index", says, path, replace(node, index=letter)
                    new = replace(node, index=letter, body=_reindexed(node.body, node.index, letter))
                    yield "wrong index", f"{letter} in place of {node.index}", path, new
        elif isinstance(node, Call) and node.function in {"sum", "mean"} and len(node.arguments) == 2:
            axis = node.arguments[1]
            if isinstance(axis, Number):
                other = 1 - axis.value
                new = replace(node, arguments=(node.arguments[0], Number(other)))
                yield "wrong index", "", path, new
    letters = sorted({i for _, n in spots if isinstance(n, Entry) for i in n.indices if i.isalpha()})
    for first in letters:
        for second in names.letters:
            if first != second:
                yield "wrong index", f"{second} in place of {first}", (), _reindexed(right, first, second)


def _other_letters(node: Node, names: _Names) -> Iterator[Entry]:
    """An entry with another letter in one of its places."""
    for at, old in enumerate(node.indices) if isinstance(node, Entry) else ():
        for letter in names.letters:
            if letter != old:
                assert isinstance(node, Entry)
                yield replace(node, indices=(*node.indices[:at], letter, *node.indices[at + 1 :]))


def _reindexed(node: Node, old: str, new: str) -> Node:
    def indexed(part: Node) -> Node | None:
        if isinstance(part, Entry):
            return replace(part, indices=tuple(new if i == old else i for i in part.indices))
        return None

    return mapped(node, indexed)


def _op(names: _Names) -> str:
    return " " if names.indexed or not any(names.shapes.values()) else "⊙"


def _missing_slopes(right: Node, spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    for slope, _, _ in names.slopes:
        op = _op(names)
        says = f"multiply by {write(slope)}"
        if isinstance(right, Number):
            yield "missing slope", says, (), slope if right.value == 1 else _scaled(slope, right)
        late = op == "⊙" and isinstance(right, Product) and " " in right.ops  # δ ⊙ s xᵀ, and not δ xᵀ ⊙ s
        for path, node in sorted(spots, key=lambda spot: late and not spot[0]):
            if path and isinstance(_get(right, path[:-1]), Call | Power):
                continue
            if isinstance(node, Number) or (path and isinstance(node, Product)):
                continue
            if isinstance(node, Product):
                new: Node = Product((*node.factors, slope), (*node.ops, op))
            else:
                new = Product((node, slope), (op,))
            where = "" if not path or isinstance(_get(right, path[:-1]), Product) else f" at {write(node)}"
            yield "missing slope", says + where, path, new
        for path, node in spots:
            if isinstance(node, Product) and path:
                yield "missing slope", says, path, Product((*node.factors, slope), (*node.ops, op))
            if isinstance(node, Product) and len(node.factors) > 2:
                for width in range(2, len(node.factors)):
                    for start in range(len(node.factors) - width + 1):
                        ops = (*node.ops[start : start + width - 1], op)
                        inner = joined((*node.factors[start : start + width], slope), ops)
                        yield "missing slope", says, path, spliced(node, start, width, [inner])


def _dropped(spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    activations = {a for _, a, _ in names.slopes}
    for path, node in spots:
        if isinstance(node, Product):
            for width in (1, 2):
                for start in range(len(node.factors) - width + 1):
                    rest = _without(node, start, width)
                    if rest is None:
                        continue
                    some = group(node, start, width)
                    parts = list(walk(some))
                    slope = any(isinstance(n, Call) and n.primes for n in parts) or (
                        any(isinstance(n, Name | Entry) and n.key in activations for n in parts)
                        and any(isinstance(n, Total) for n in parts)
                    )
                    number = isinstance(some, Number) or _is_size(some, names)
                    kind = "factor" if number else "extra slope" if slope else "extra factor"
                    yield kind, f"leave out {write(some)}", path, rest
        elif isinstance(node, Total) and len(node.terms) > 1:
            for number_, term in enumerate(node.terms):
                terms = tuple(t for n, t in enumerate(node.terms) if n != number_)
                signs = tuple(s for n, s in enumerate(node.signs) if n != number_)
                left: Node = Total(terms, signs)
                if len(terms) == 1:
                    left = terms[0] if signs[0] > 0 else Negative(terms[0])
                yield "extra term", f"leave out {write(term)}", path, left
        elif isinstance(node, Power):
            yield "extra factor", "", path, node.base


def _is_size(node: Node, names: _Names) -> bool:
    return isinstance(node, Name) and node.key in {*names.model.letters, *names.model.sizes}


def _sums(right: Node, spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    """A sum that is missing where paths join, or one too many."""
    letters = [
        letter
        for letter in names.letters
        if letter not in (names.below.indices if isinstance(names.below, Entry) else ())
    ]
    new: Node
    for letter in letters:
        yield "missing sum", f"sum over {letter}: every path counts", (), BigSum(letter, right)
        yield "missing sum", f"mean over {letter}: every example counts", (), BigSum(letter, right, True)
        for path, node in spots:
            if path and isinstance(node, Product | Entry | BigSum):
                yield "missing sum", f"sum over {letter} in {write(node)}", path, BigSum(letter, node)
        for path, node in spots:
            if isinstance(node, Product):
                for start in range(1, len(node.factors)):
                    if node.ops[start - 1] == "/":
                        continue
                    tail = BigSum(letter, joined(node.factors[start:], node.ops[start:]))
                    new = Product((*node.factors[:start], tail), node.ops[:start])
                    yield "missing sum", f"sum over {letter}: every path counts", path, new
    for path, node in spots:
        if isinstance(node, BigSum):
            yield "extra sum", f"no sum over {node.index}", path, node.body
            says = "sum in place of mean" if node.mean else "mean in place of sum"
            yield "mean for sum", says, path, replace(node, mean=not node.mean)
            for letter in names.letters:
                bound = BigSum(node.index, _reindexed(node.body, node.index, letter), node.mean)
                yield "extra sum", f"{letter} alone, no sum", path, bound.body
        elif isinstance(node, Call) and node.function in {"sum", "mean"}:
            other = "mean" if node.function == "sum" else "sum"
            yield "mean for sum", f"{other} in place of {node.function}", path, replace(node, function=other)
            yield "extra sum", f"no {node.function}", path, node.arguments[0]
            if len(node.arguments) == 1:
                for axis, keep in product((0, 1), ((), (_number(1),))):
                    new = replace(node, arguments=(*node.arguments, _number(axis), *keep))
                    yield "wrong index", "", path, new
        elif not names.indexed and isinstance(node, Name | Derivative | Product) and not path:
            for axis, over in enumerate(("rows", "columns")):
                new = Call("sum", 0, (node, _number(axis)))
                yield "missing sum", f"sum over the {over}: every example counts", (), new
            yield "missing sum", "sum over all entries", (), Call("sum", 0, (node,))
        if not names.indexed and path and isinstance(node, Name | Derivative):
            for axis in (0, 1):
                new = Call("sum", 0, (node, _number(axis)))
                yield "missing sum", "", path, new


def _factors_inside(right: Node, spots: list[tuple[Path, Node]], checker: Trial) -> Iterator[Candidate]:
    """A number or a size that belongs to one term."""
    sizes = [Name(letter) for letter in (*checker.model.letters, *checker.model.sizes)]
    for path, node in spots:
        parent = _get(right, path[:-1]) if path else None
        if isinstance(parent, Product | Call | Power | Comparison) or isinstance(node, Number):
            continue
        for factor in (Fraction(2), Fraction(1, 2)):
            new = _scaled(node, _number(factor))
            verb = f"multiply {write(node)} by {factor}"
            yield "factor", verb, path, new
        for size in sizes:
            yield "mean for sum", f"divide {write(node)} by {size.key}", path, Product((node, size), ("/",))
            yield "mean for sum", f"multiply {write(node)} by {size.key}", path, _scaled(node, size)


def _sizes(node: Node) -> list[str] | Node:
    """The factors of a product of names, in any order and notation."""
    factors = node.factors if isinstance(node, Product) and "/" not in node.ops else (node,)
    return (
        sorted(f.key for f in factors if isinstance(f, Name))
        if all(isinstance(f, Name) for f in factors)
        else node
    )


def _scaled(node: Node, factor: Node) -> Node:
    """A formula times a factor; the number at its front is changed where there is one."""
    match node, factor:
        case Product((Number(first), *rest), (op, *ops)), Number(times) if op != "/":
            if first * times == 1:
                return joined(rest, ops)
            return replace(node, factors=(_number(first * times), *rest))
    if isinstance(node, Product):
        return Product((factor, *node.factors), (" ", *node.ops))
    if isinstance(node, Negative):
        return Negative(_scaled(node.inner, factor))
    return Product((factor, node), (" ",))


def _operators(spots: list[tuple[Path, Node]]) -> Iterator[Candidate]:
    for path, node in spots:
        if isinstance(node, Total) and node.signs == (1, 1):
            for op, says in (("⊙", "⊙ in place of +"), (" ", "a product in place of the sum")):
                yield "product", says, path, Product(node.terms, (op,))
        if isinstance(node, Product):
            for place, op in enumerate(node.ops):
                for other in {" ": "⊙", "@": "⊙", "⊙": " ", "*": "⊙ ", "·": "⊙ "}.get(op, "").strip("") or []:
                    ops = (*node.ops[:place], other, *node.ops[place + 1 :])
                    new = replace(node, ops=ops)
                    yield "product", "", path, new


def _upstream(right: Node, spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    """The slope of the cost by a step on the way, forgotten."""
    for slope in names.derivatives:
        says = f"the slope of {write(slope.above)} by {write(slope.below)}, {write(slope)}, is missing"
        for path, node in sorted(spots, key=lambda spot: -len(spot[0])):
            parent = _get(right, path[:-1]) if path else None
            if isinstance(parent, Call | Power | Comparison) or isinstance(node, Number):
                continue
            factors, ops = (node.factors, node.ops) if isinstance(node, Product) else ((node,), ())
            for op in (" ",) if _op(names) == " " else ("⊙", " "):
                if isinstance(parent, Product) and op == " ":
                    continue  # the product around it puts it there too
                for new in (
                    Product((slope, *factors), (op, *ops)),
                    Product((*factors, slope), (*ops, op)),
                ):
                    yield "missing factor", says, path, new


def _added_factors(right: Node, spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    calls = dict.fromkeys(
        node
        for claim in names.model.claims
        for node in walk(claim.right)
        if isinstance(node, Call) and len(node.arguments) == 1 and not node.primes
    )
    for atom in (*(atom for key in names.keys for atom in names.atoms(key)), *calls):
        array = isinstance(atom, Name) and names.shapes[atom.key] and not names.indexed
        turned = [atom, Transposed(atom)] if array else [atom]
        for one in turned:
            says = f"multiply by {write(one)}"
            for path, node in spots:
                parent = _get(right, path[:-1]) if path else None
                if isinstance(parent, Call | Power | Product | Comparison) or isinstance(node, Number):
                    continue
                for new in (
                    Product((node, one), (" ",)),
                    Product((one, node), (" ",)),
                    Product((node, one), ("⊙",)),
                ):
                    yield "missing factor", says, path, new


def _missing_terms(
    checker: Trial, claim: Claim, names: _Names, targets: list[_Target]
) -> Iterator[Candidate]:
    """right ± t for terms t that the text's names make up."""
    right = claim.right
    terms: list[Node] = []
    for other in checker.model.claims:
        for _, node in _spots(other.right):
            if isinstance(node, Product | Name | Entry | BigSum | Derivative | Call):
                terms.append(node)
    scalars = [Name(key) for key in names.keys if not names.shapes[key]]
    deltas: list[Node] = list(names.derivatives)
    deltas += [a for key in names.keys if _stem(key) in {"d", "δ", "delta", "g"} for a in names.atoms(key)]
    arrays = [atom for key in names.keys if names.shapes[key] for atom in names.atoms(key)]
    slopes = [slope for slope, _, _ in names.slopes]
    for atom in (*arrays, *scalars):
        for scalar in scalars:
            terms.append(Product((scalar, atom), (" ",)))
            terms.append(Product((scalar, Call("sign", 0, (atom,))), (" ",)))
    for delta in deltas:
        pieces: list[Node] = [delta, *(Product((delta, slope), (_op(names),)) for slope in slopes)]
        for piece in pieces:
            terms.append(piece)
            for atom in (*arrays, *scalars):
                if names.indexed:
                    product = Product((atom, piece), (" ",))
                    terms.append(product)
                    terms.extend(BigSum(letter, product) for letter in names.letters)
                else:
                    terms.append(Product((Transposed(atom), piece), (" ",)))
                    terms.append(Product((piece, Transposed(atom)), (" ",)))
                    terms.append(Product((atom, Transposed(piece)), (" ",)))
                    terms.append(Product((atom, piece), (" ",)))
                    terms.append(Product((atom, piece), ("⊙",)))
    residuals = [_residual(target, right) for target in targets]
    if any(residual is None for residual in residuals):
        return
    for term in dict.fromkeys(terms):
        for factor in _multiples(term, targets, residuals):
            scaled = (
                term
                if abs(factor) == 1
                else _scaled(term, _number(Fraction(abs(factor)).limit_denominator(16)))
            )
            sign = 1 if factor > 0 else -1
            if isinstance(right, Total):
                new: Node = Total((*right.terms, scaled), (*right.signs, sign))
            elif isinstance(right, Negative):
                new = Total((right.inner, scaled), (-1, sign))
            else:
                new = Total((right, scaled), (1, sign))
            yield "missing term", f"the term {'+' if sign > 0 else '-'} {write(scaled)} is missing", (), new


def _residual(target: _Target, right: Node) -> list[float] | None:
    context = target.world.context(target.reading, Floats())
    out: list[float] = []
    try:
        for index, value in zip(target.indices, target.values, strict=True):
            found = context.evaluate(right, index)
            if found.shape != value.shape:
                return None
            out += [a - b for a, b in zip(value.data, found.data, strict=True)]
    except (CannotEvaluateError, ZeroDivisionError, OverflowError):
        return None
    return out


def _multiples(term: Node, targets: list[_Target], residuals: list[list[float] | None]) -> list[float]:
    """The simple multiple of a term that makes up for the residual at every target."""
    ratio: float | None = None
    for target, residual in zip(targets, residuals, strict=True):
        assert residual is not None
        context = target.world.context(target.reading, Floats())
        out: list[float] = []
        try:
            for index, value in zip(target.indices, target.values, strict=True):
                found = context.evaluate(term, index)
                if found.shape != value.shape:
                    return []
                out += found.data
        except (CannotEvaluateError, ZeroDivisionError, OverflowError):
            return []
        if not out:
            continue  # its condition holds nowhere at this point
        top = max(range(len(out)), key=lambda i: abs(out[i]))
        if not abs(out[top]) > _NEAR:
            return []
        here = residual[top] / out[top]
        if ratio is not None and abs(here - ratio) > _NEAR * 10:
            return []
        ratio = here
        if any(abs(r - ratio * x) > _NEAR * (target.size + 1e-3) for r, x in zip(residual, out, strict=True)):
            return []
    for simple in (1, -1, 2, -2, 0.5, -0.5):
        if ratio is not None and abs(ratio - simple) < _NEAR * 10:
            return [simple]
    return []


def _numbers(right: Node, spots: list[tuple[Path, Node]], checker: Trial) -> Iterator[Candidate]:
    bodies = [definition.body for definition in checker.model.definitions.values()]
    others = {n.value for body in bodies for n in walk(body) if isinstance(n, Number)}
    for path, node in spots:
        if isinstance(node, Number):
            near = (node.value + 1, node.value - 1, 2 * node.value, node.value / 2, Fraction(1))
            for value in dict.fromkeys((*near, *sorted(others))):
                if value != node.value:
                    yield "number", "", path, _number(value)
        elif isinstance(node, Name | Entry | Call) and path and not isinstance(_get(right, path[:-1]), Call):
            yield "number", "", path, Power(node, _number(2))
            if isinstance(_get(right, path[:-1]), Product):
                yield "factor", f"divide by {write(node)}", path, Product((_number(1), node), ("/",))


def _two_at_once(right: Node, spots: list[tuple[Path, Node]], names: _Names) -> Iterator[Candidate]:
    """A lost transpose or order together with a sign, a missing slope or a lost transpose."""
    for candidate in (*_transposes(right, spots, names), *_orders(spots, names)):
        kind, says, node = _done(right, candidate)
        inner = list(_spots(node))
        pairs = (_signs(node, inner), _transposes(node, inner, names), _missing_slopes(node, inner, names))
        for number, second in enumerate(pairs):
            for more, also, both in (_done(node, one) for one in second):
                yield more if number == 2 else kind, f"{says}, and {also}", (), both
    for _, says, node in (_done(right, one) for one in _signs(right, spots)):
        inner = list(_spots(node))
        for one in (*_missing_slopes(node, inner, names), *_upstream(node, inner, names)):
            kind, more, both = _done(node, one)
            yield kind, f"{more}, and {says}", (), both
