"""The edit that makes a wrong step right: people's mistakes, undone one by one until the step agrees."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product, takewhile
from math import prod

import numpy as np
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
from backproof.reference.derivation.model import COUNTS, Claim, Opaque, free_letters, names_in, stem
from backproof.reference.derivation.trial import EQUAL_SHARE, Trial
from backproof.reference.derivation.values import (
    CannotEvaluateError,
    Context,
    Floats,
    Reading,
    Value,
    World,
    each,
)
from backproof.reference.derivation.verdict import Edit

# Edits are tried in float64 first; what comes within this share there is judged again like any step.
_NEAR = 1e-7
# Work for the edits of one step, and what is kept for the rest of the text.
_WORK_A_STEP = 300_000
_RESERVE = 150_000
_MOST_EDITS = 6000

_ENTRYWISE = {"sigmoid", "tanh", "relu", "softplus", "exp", "log", "sqrt", "sin", "cos", "abs"}
_KINKS = {"max", "min", "relu", "abs", "step", "sign", "clip"}


def _number(value: Fraction | int) -> Node:
    return Number(Fraction(value))


# ---------------------------------------------------------------------------------------------- factors


@dataclass(frozen=True, slots=True)
class _Factor:
    """A number times some sizes, over others."""

    number: Fraction
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    @property
    def inverse(self) -> "_Factor":
        return _Factor(1 / self.number, self.below, self.above)

    @property
    def sides(self) -> tuple[list[Node], list[Node]]:
        """What stands above and below its stroke."""
        above, below = ([Name(size) for size in sizes] for sizes in (self.above, self.below))
        one = self.number.numerator == 1 and above
        over = self.number.denominator == 1
        return (
            [*([] if one else [_number(self.number.numerator)]), *above],
            [*([] if over else [_number(self.number.denominator)]), *below],
        )

    def at(self, sizes: dict[str, int]) -> mpf:
        above, below = (prod(sizes[size] for size in some) for some in (self.above, self.below))
        return mpf(self.number.numerator * above) / (self.number.denominator * below)

    def text(self, claim: Claim) -> str:
        above, below = (" ".join(map(claim.shown, side)) for side in self.sides)
        return f"{above}/({below})" if len(self.sides[1]) > 1 else f"{above}/{below}" if below else above


def find_factor(checker: Trial, claim: Claim) -> tuple[str, Edit] | None:
    """c > 0 with step = c times the truth, at every point and entry; None where there is none with a name."""
    ratios: list[tuple[mpf, dict[str, int]]] = []
    if isinstance(claim.left, Call) and isinstance(claim.right, Number):
        return None  # f'(3) = 7
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
    named = {*checker.model.letters, *checker.model.sizes}
    with mp.workdps(50):
        for factor in _factors([letter for letter in ratios[0][1] if letter in named]):
            if all(_close(ratio, factor.at(sizes)) for ratio, sizes in ratios):
                return _factor_edit(checker, claim, factor)
    return None


def _close(a: mpf, b: mpf) -> bool:
    return bool(fabs(a - b) <= EQUAL_SHARE * fabs(b))


def _ratio(checker: Trial, claim: Claim, context: Context) -> mpf | None:
    """The one positive ratio of all entries; 0 where both sides vanish; None where there is none."""
    ratio = mpf(0)
    for entry in _entries(checker, claim, context):
        if entry is None:
            return None
        true, written, largest = entry
        if fabs(true) <= EQUAL_SHARE * largest or written / true <= 0:
            return None
        if ratio and not _close(written / true, ratio):
            return None
        ratio = ratio or written / true
    return ratio


def _entries(checker: Trial, claim: Claim, context: Context) -> Iterator[tuple[mpf, mpf, mpf] | None]:
    """(true, written, largest) wherever not both vanish; None where the sides have different shapes."""
    directions = checker.directions(claim, context)
    yield from directions
    for _, left, right in checker.sides(claim, context) if not directions else ():
        if not _same_but_ones(left, right):
            yield None
        largest = max(abs(left.data).max(), abs(right.data).max())
        for true, written in zip(left.data.flat, right.data.flat, strict=True):
            if max(fabs(true), fabs(written)) > EQUAL_SHARE * largest:
                yield true, written, largest


def _same_but_ones(a: Value, b: Value) -> bool:
    return [dim for dim in a.shape if dim != "1"] == [dim for dim in b.shape if dim != "1"]


def _factors(letters: list[str]) -> Iterator[_Factor]:
    """The factors that have names: small rationals, and powers of two times or over one or two sizes."""
    plain = [Fraction(2) ** k for k in (-1, 1, -2, 2, -3, 3, -4, 4)]
    plain += [Fraction(p, q) for q in range(1, 13) for p in range(1, 13)]
    yield from (_Factor(value) for value in dict.fromkeys(plain) if value != 1)
    for two in (Fraction(2) ** k for k in (0, 1, -1, 2, -2)):
        for first in letters:
            yield _Factor(two, (first,))
            yield _Factor(two, (), (first,))
            for second in letters:
                if first <= second:
                    yield _Factor(two, (first, second))
                    yield _Factor(two, (), (first, second))
                if first != second:
                    yield _Factor(two, (first,), (second,))


def _factor_edit(checker: Trial, claim: Claim, factor: _Factor) -> tuple[str, Edit]:
    above = write(claim.left.above) if isinstance(claim.left, Derivative) else "it"
    right, name, inverse = claim.right, factor.text(claim), factor.inverse.text(claim)
    if not factor.above and not factor.below:
        times = {Fraction(1, 2): "half of", Fraction(2): "twice"}.get(factor.number, f"{name} times")
        does = f"multiply by {inverse}" if factor.number.numerator == 1 else f"divide by {name}"
        corrected = _written(checker, claim, _scaled(right, _number(1 / factor.number)))
        return f"{name}: this is the slope of {times} {above}; {does}", Edit("factor", does, corrected)
    kind, does = "mean for sum", f"multiply by {inverse}"
    examples = COUNTS | {dim for key in checker.targets for dim in checker.model.shapes[key]}
    sums = any(isinstance(n, BigSum) or getattr(n, "function", "") in {"sum", "mean"} for n in walk(right))
    if not sums and not examples & {*factor.above, *factor.below}:  # 1/d
        kind, what = "factor", f"this is {name} times the slope of {above}"
    elif not factor.above and factor.number.numerator == 1:
        what = "a mean where a sum belongs"
    elif not factor.below and factor.number.denominator == 1:
        what, kind, does = "a sum where a mean belongs", "sum for mean", f"divide by {name}"
    else:
        what = f"this is {name} times the slope of {above}"
    reason = f"{name}: {what}; {does}"
    other = {"sum": "mean", "mean": "sum"}

    def swap(node: Node) -> Node | None:
        if isinstance(node, Call) and node.function in other:
            return replace(node, function=other[node.function])
        return None

    swapped = mapped(right, swap)
    if swapped != right and checker.outcome(replace(claim, right=swapped), checker.base).status == "agree":
        return reason, Edit(kind, kind.replace("for", "in place of"), _written(checker, claim, swapped))
    corrected = _written(checker, claim, _times(factor.inverse, right, claim.code))
    return reason, Edit(kind, does, corrected)


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


def _times(factor: _Factor, right: Node, behind: bool) -> Node:
    """`right` times a factor such as 1/(n m), which may stand behind it."""
    above, below = (joined(side, (" ",) * (len(side) - 1)) if side else None for side in factor.sides)
    assert above is not None
    if below is not None:
        if behind and above == _number(1):
            return joined((right, below), ("/",))
        return Product((Product((above, below), ("/",)), right), (" ",))
    if isinstance(right, Product):  # or without the divisor that it has
        for at, op in enumerate(right.ops):
            if op == "/" and _sizes(right.factors[at + 1]) == _sizes(above):
                rest = _without(right, at + 1, 1)
                ones = isinstance(rest, Product) and rest.factors[0] == _number(1) and rest.ops[0] != "/"
                return (_without(rest, 0, 1) if isinstance(rest, Product) and ones else rest) or right
    return Product((above, right), (" ",))


# ---------------------------------------------------------------------------------------------- the search


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of a formula that an edit may change, and the way back up to the whole."""

    node: Node
    above: "Spot | None" = None
    at: int = 0  # which of the parts above it is

    @property
    def parent(self) -> Node | None:
        return None if self.above is None else self.above.node

    @property
    def depth(self) -> int:
        return 0 if self.above is None else self.above.depth + 1

    @property
    def takes_factor(self) -> bool:
        """Whether a factor put beside it would be one of a formula's own."""
        return not isinstance(self.parent, Call | Power | Comparison) and not isinstance(self.node, Number)

    def put(self, new: Node) -> Node:
        """The whole formula with something else here."""
        if self.above is None:
            return new
        parts = [*children(self.above.node)]
        parts[self.at] = new
        return self.above.put(rebuild(self.above.node, parts))

    def all(self) -> Iterator["Spot"]:
        """It and every part below it, a derivative being one part."""
        yield self
        if not isinstance(self.node, Derivative):
            for at, child in enumerate(children(self.node)):
                yield from Spot(child, self, at).all()


# kind, what is said ('' for "new in place of old"), where, and what stands there instead
Candidate = tuple[str, str, Spot, Node]
# The candidates of one kind of edit at all spots, the first of which is the whole right side.
Row = Callable[[Sequence[Spot], "_Names"], Iterator[Candidate]]


def _each(row: Callable[[Spot, "_Names"], Iterator[tuple[str, str, Node]]]) -> Row:
    """An edit that looks at one spot after the other."""
    return lambda spots, names: (
        (kind, says, spot, new) for spot in spots for kind, says, new in row(spot, names)
    )


@dataclass(slots=True)
class _Target:
    """The truth at one point as floats, for a quick look at many right sides."""

    world: World
    reading: Reading
    indices: list[dict[str, int]]
    values: list[Value]
    size: float

    def pairs(self, node: Node) -> Iterator[tuple[Value, Value]]:
        """The truth and a formula's value for each index; raises CannotEvaluateError where it has none."""
        context = self.world.context(self.reading, Floats())
        for index, value in zip(self.indices, self.values, strict=True):
            try:
                with np.errstate(all="ignore"):
                    found = context.evaluate(node, index)
            except (ZeroDivisionError, OverflowError) as error:
                raise CannotEvaluateError from error
            yield value, found

    def entries(self, node: Node) -> list[tuple[float, float]] | None:
        """The same entry by entry; None where there is no value, or one of another shape."""
        found: list[tuple[float, float]] = []
        try:
            for true, value in self.pairs(node):
                if true.shape != value.shape:
                    return None
                found += zip(true.data.flat, value.data.flat, strict=True)
        except CannotEvaluateError:
            return None
        return found

    def close(self, a: float, b: float) -> bool:
        return abs(a - b) <= _NEAR * (self.size + 1e-3)

    def matches(self, node: Node) -> bool:
        try:
            return all(
                _same_but_ones(true, value) and all(map(self.close, true.data.flat, value.data.flat))
                for true, value in self.pairs(node)
            )
        except CannotEvaluateError:
            return False


def diagnose(checker: Trial, claim: Claim) -> Edit | None:
    """The first edit, in the order of people's habits, after which the step agrees; None without one."""
    end = max(checker.work.left - _WORK_A_STEP, _RESERVE)
    targets = _targets(checker, claim)
    if not targets:
        return None
    if all(target.size == 0 for target in targets):
        if checker.base != checker.stated:
            return None
        says, vanishes = f"{claim.written} is 0", replace(claim, right=_number(0))
        if has_kinks(checker.hangs_on(claim)[2]) or checker.outcome(vanishes, checker.base).status != "agree":
            return None  # it is 0 at these points only
        return Edit("extra factor", says, _written(checker, claim, vanishes.right))
    tried: set[Node] = {claim.right, claim.left}
    names, spots = _Names(checker, claim, targets, end), [*Spot(claim.right).all()]
    candidates = (candidate for row in _ROWS for candidate in row(spots, names))
    for number, candidate in enumerate(candidates):
        if names.worked_off or number > _MOST_EDITS:
            return None
        kind, says, node = _done(candidate)
        if node in tried or _means_nothing(node):
            continue
        tried.add(node)
        if all(target.matches(node) for target in targets):
            changed = replace(claim, right=node)
            same = write(node) == write(claim.right)  # a name in its own place helps nobody
            fits = not same and checker.outcome(changed, checker.base).status == "agree"
            if fits and (kind != "comparison" or _covers(checker, claim, changed)):
                return Edit(kind, says, _written(checker, claim, node))
    return _sign_and_factor(checker, claim)


def _covers(checker: Trial, claim: Claim, changed: Claim) -> bool:
    """Whether cases that are told apart in another way have a value wherever the claim's own ones have."""
    for number in range(8):
        context = checker.small_world(number).context(checker.base)
        for one in (claim, changed):
            try:
                with mp.workdps(20):
                    all(checker.sides(one, context))
            except CannotEvaluateError:
                if one is changed:
                    return False
                break
    return True


def has_kinks(nodes: Iterable[Node]) -> bool:
    """Whether a function with a kink is among the parts of formulas."""
    return any(isinstance(n, Cases) or FUNCTIONS.get(getattr(n, "function", "")) in _KINKS for n in nodes)


def _done(candidate: Candidate) -> tuple[str, str, Node]:
    """(kind, what is said, the right side after it)."""
    kind, says, spot, new = candidate
    return kind, says or f"{write(new)} in place of {write(spot.node)}", spot.put(new)


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
        floats = [Value(value.shape, each(float, value.data)) for value in values]
        size = max((abs(value.data).max() for value in floats), default=0.0)
        targets.append(_Target(world, checker.base, indices, floats, size))
        if sum(target.size > 0 for target in targets) == 2:
            break
    return targets


class _Names:
    """What the text offers to put in: names, slopes of its activations, true derivatives of its cost."""

    def __init__(self, checker: Trial, claim: Claim, targets: Sequence[_Target], end: int) -> None:
        model = checker.model
        self.model = model
        self.targets = targets
        self.work, self.end = checker.work, end
        self.shapes = model.shapes
        self.sizes = [*model.letters, *model.sizes]
        self.keys = [key for key in model.shapes if not isinstance(model.body(key), Opaque)]
        letters = [*free_letters(claim.left)]
        for node in walk(claim.right):
            letters += [i for i in node.indices if i.isalpha()] if isinstance(node, Entry) else _summed(node)
        for node in (node for other in model.claims for node in walk(other.right)):
            letters += _summed(node)
        for definition in model.definitions.values():
            letters += [*definition.indices, *(i for node in walk(definition.body) for i in _summed(node))]
        self.letters = [*dict.fromkeys(letters)]
        nodes = [*model.parts]
        entries = [getattr(claim.left, "below", claim.left), *walk(claim.right), *nodes]
        self.places = sorted({i for n in entries if isinstance(n, Entry) for i in n.indices if i.isdigit()})
        self.indexed = bool(free_letters(claim.left)) or any(isinstance(n, Entry) for n in walk(claim.right))
        self.op = " " if self.indexed or not any(self.shapes.values()) else "⊙"
        self.cost = claim.left.above if isinstance(claim.left, Derivative) else None
        self.below = claim.left.below if isinstance(claim.left, Derivative) else None
        absolute = (n for n in nodes if isinstance(n, Call) and FUNCTIONS.get(n.function) == "abs")
        self.sized = dict.fromkeys(n.arguments[0] for n in absolute)
        self.calls: dict[Node, list[Node]] = {}  # tanh(c) and sign(w), where c and w stand alone
        for call in dict.fromkeys(n for n in nodes if isinstance(n, Call) and len(n.arguments) == 1):
            name = "sign" if FUNCTIONS.get(call.function) == "abs" else call.function
            if isinstance(call.arguments[0], Name | Entry):
                self.calls.setdefault(call.arguments[0], []).append(replace(call, function=name))
        self.entries = dict.fromkeys(node for node in nodes if isinstance(node, Entry))
        self.complements = {
            n.terms[1] for n in nodes if isinstance(n, Total) and n.terms[0] == Number(Fraction(1))
        }
        below = [f for n in nodes if isinstance(n, Product) for o, f in zip(n.ops, n.factors[1:]) if o == "/"]
        parts = [part for f in below for part in (f.factors if isinstance(f, Product) else (f,))]
        parts += [n for n in nodes if isinstance(n, Call) and FUNCTIONS.get(n.function) == "norm"]
        self.dividers = dict.fromkeys(part for part in parts if isinstance(part, Name | Call))
        self.slopes = list(self._slopes())
        self.derivatives = list(self._derivatives())

    @property
    def worked_off(self) -> bool:
        """Whether the work for the edits of this step is used up."""
        return self.work.left < self.end

    def rank(self, key: str) -> int:
        return len(self.shapes.get(key, ()))

    def atoms(self, key: str) -> Iterator[Name | Entry]:
        """The name as it can stand in this formula: whole, or one entry for each choice of index letters."""
        if self.indexed and self.rank(key):
            yield from (Entry(key, chosen) for chosen in permutations(self.letters, self.rank(key)))
        else:
            yield Name(key)

    def _slopes(self) -> Iterator[tuple[Node, str, str]]:
        """(slope, a, z) for each definition a = f(z)."""
        for key, definition in self.model.definitions.items():
            body = definition.body
            if isinstance(body, Call) and len(body.arguments) == 1 and not body.primes:
                inner = body.arguments[0]
                meaning = FUNCTIONS.get(body.function, "")
                if body.function not in self.model.functions and meaning and meaning not in _ENTRYWISE:
                    continue
                if isinstance(inner, Name | Entry):
                    for atom in self.atoms(inner.key):
                        yield Call(body.function, 1, (atom,)), key, inner.key
                else:
                    yield Call(body.function, 1, (inner,)), key, write(inner)
            elif not isinstance(body, Opaque):
                keys = set(names_in(body))
                if len(keys) == 1 and any(isinstance(n, Power | Call) for n in walk(body)):
                    (below,) = keys
                    for a, z in product(self.atoms(key), self.atoms(below)):
                        yield Derivative(a, z), key, below

    def _derivatives(self) -> Iterator[Derivative]:
        for key in self.shapes if self.cost is not None else ():
            if key in self.model.definitions and key != getattr(self.cost, "key", ""):
                for atom in self.atoms(key):
                    if atom != self.below and self.cost is not None:
                        yield Derivative(self.cost, atom)


def _summed(node: Node) -> list[str]:
    return [node.index] if isinstance(node, BigSum) and node.index else []


# ---------------------------------------------------------------------------------------------- edits


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


def _signs(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    node = spot.node
    for inner in names.sized if isinstance(spot.parent, Cases) and not isinstance(node, Comparison) else ():
        says = f"multiply {write(node)} by sign({write(inner)})"
        yield "sign", says, Product((node, Call("sign", 0, (inner,))), (" ",))
    if isinstance(spot.parent, Cases) and not isinstance(node, Comparison | Number):
        yield "sign", f"change the sign of {write(node)}", _flipped(node)
    for call in names.calls.get(node, ()):
        yield "missing slope", "", call
    if isinstance(node, Call) and node.function in {"sin", "cos"}:
        yield "other slope", "", replace(node, function={"sin": "cos", "cos": "sin"}[node.function])
    if spot.above is None:
        yield "sign", "change the sign of the whole right side", _flipped(node)
    match node:
        case Total(terms, signs):
            for at, term in enumerate(terms):
                turned = (*signs[:at], -signs[at], *signs[at + 1 :])
                yield "sign", f"change the sign of {write(term)}", replace(node, signs=turned)
            if signs == (1, -1):
                yield "sign", "", replace(node, terms=terms[::-1])
        case Negative(inner) if spot.above is not None:
            yield "sign", f"change the sign of {write(inner)}", inner
        case Name() | Entry() if node in names.complements:
            yield (
                "other slope",
                f"1 - {write(node)} in place of {write(node)}",
                Total((_number(1), node), (1, -1)),
            )
        case Call(_, _, (inner,)) if not isinstance(inner, Negative):
            yield "sign", f"change the sign of {write(inner)}", replace(node, arguments=(Negative(inner),))
        case Comparison(_, sign, right) if sign[0] in "<>":
            mirrored = {"<": ">", ">": "<"}[sign[0]]
            for other in (mirrored + sign[1:], mirrored + ("" if sign[1:] else "=")):
                yield "comparison", f"{other} in place of {sign}", replace(node, sign=other)
            if isinstance(right, Number) and right.value:
                for other in (sign, sign.removesuffix("=") if "=" in sign else sign + "="):
                    yield "comparison", "", replace(node, sign=other, right=_number(0))


def _transposes(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    node = spot.node
    if isinstance(node, Transposed):
        yield "transpose", "", node.inner
    elif not isinstance(spot.parent, Transposed) and (
        isinstance(node, Derivative)
        or (isinstance(node, Name) and names.rank(node.key))
        or (isinstance(node, Total | Product) and spot.above is not None)
    ):
        yield "transpose", "", Transposed(node)


def _whole_transposed(spot: Spot, _: _Names) -> Iterator[tuple[str, str, Node]]:
    if spot.above is None and isinstance(spot.node, Product | Total):
        yield "transpose", "transpose the right side", Transposed(spot.node)


def _turned(node: Node) -> Node:
    return node.inner if isinstance(node, Transposed) else Transposed(node)


def _bare(node: Node) -> Node:
    return node.inner if isinstance(node, Transposed) else node


def _orders(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    """Factors of a matrix product in the other order, transposed where that gives it a shape."""
    node = spot.node
    if isinstance(node, Call) and FUNCTIONS.get(node.function) == "outer":
        yield "outer swapped", "", replace(node, arguments=node.arguments[::-1])
    if not isinstance(node, Product) or "/" in node.ops[1:]:
        return
    count = len(node.factors)
    for cut in range(1, count):
        if node.ops[cut - 1] not in {" ", "@", "*", "·"}:
            continue
        for begin, end in product(range(cut), range(cut + 1, count + 1)):
            first, second = group(node, begin, cut - begin), group(node, cut, end - cut)
            kind = "outer swapped" if _rank(first, names) == _rank(second, names) == 1 else "order"
            old = write(Product((first, second), (node.ops[cut - 1],)))
            for a, b in (
                (second, first),
                (_bare(second), Transposed(_bare(first))),
                (Transposed(_bare(second)), _bare(first)),
                (_turned(second), _turned(first)),
            ):
                says = f"{write(Product((a, b), (' ',)))} in place of {old}"
                yield kind, says, spliced(node, begin, end - begin, (a, b), " ")


def _brackets(spot: Spot, _: _Names) -> Iterator[tuple[str, str, Node]]:
    """Brackets around some of the factors, or none around those that have some."""
    node = spot.node
    if not isinstance(node, Product):
        return
    for width in range(len(node.factors) - 1, 1, -1):
        for start in range(len(node.factors) - width + 1):
            inner = group(node, start, width)
            yield "brackets", f"brackets around {write(inner)}", spliced(node, start, width, [inner])
    for at, part in enumerate(node.factors):
        if isinstance(part, Product) and (at == 0 or node.ops[at - 1] != "/"):
            new = spliced(node, at, 1, part.factors, part.ops)
            yield "brackets", f"no brackets around {write(part)}", new


def _rank(node: Node, names: _Names) -> int:
    node = _bare(node)
    if isinstance(node, Name):
        return names.rank(node.key)
    if isinstance(node, Derivative) and isinstance(node.below, Name):
        return names.rank(node.below.key)
    return max((_rank(child, names) for child in children(node)), default=0)


def _stem(key: str) -> str:
    return stem(key).rstrip("0123456789")


def _arguments(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    """The slope is taken at the wrong place, or it is the slope of another function."""
    node = spot.node
    if not isinstance(node, Call) or not node.primes or len(node.arguments) != 1:
        return
    (inner,) = node.arguments
    old = inner.key if isinstance(inner, Name | Entry) else ""
    for slope, a, z in names.slopes:
        if not isinstance(slope, Call) or slope == node:
            continue
        says = f"{write(slope)} in place of {write(node)}"
        if slope.function == node.function and a == old:
            says += f": the slope is taken at {z}, not at {a} = {slope.function}({z})"
            yield "slope at activation", says, slope
        else:
            yield "other slope", says, slope
    if isinstance(inner, Name | Entry):
        for key in sorted(names.keys, key=lambda k: _stem(k) != _stem(old)):
            if key != old and names.rank(key) == names.rank(old):
                yield "other slope", "", replace(node, arguments=(_rekeyed(inner, key),))


def _rekeyed(node: Name | Entry, key: str) -> Node:
    return replace(node, key=key) if isinstance(node, Entry) else Name(key)


def _slope_spelling(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    """One or two neighbouring factors that were meant as a slope, such as a (1 - a) or 1 - a^2."""
    activations = {key for _, a, z in names.slopes for key in (a, z)}
    node = spot.node
    if isinstance(node, Call) and len(node.arguments) == 1 and node.primes < 2:
        yield "other slope", "", replace(node, primes=1 - node.primes)
    if not isinstance(node, Product):
        return
    for width in (2, 1):
        for start in range(len(node.factors) - width + 1):
            some = group(node, start, width)
            used = set(names_in(some))
            divides = "/" in node.ops[max(start - 1, 0) : start + width - 1]
            if used and used <= activations and not divides:
                for slope, _, _ in names.slopes:
                    says = f"{write(slope)} in place of {write(some)}"
                    yield "other slope", says, spliced(node, start, width, [slope])


def _renamed(near: bool) -> Row:
    """One name in place of another; `near` ones first: another layer, or a layer's input for its output."""

    def alike(a: str, b: str) -> bool:
        return (_stem(a) == _stem(b)) == near

    def row(spots: Sequence[Spot], names: _Names) -> Iterator[Candidate]:
        whole = spots[0]
        for spot in spots:
            node = spot.node
            if isinstance(node, Derivative) and isinstance(node.below, Name | Entry):
                for other in names.derivatives:
                    assert isinstance(other.below, Name | Entry)
                    if other != node and alike(other.below.key, node.below.key):
                        yield "wrong name", "", spot, other
            elif isinstance(node, Name | Entry) and not isinstance(spot.parent, Call):
                for key in names.keys:
                    fits = isinstance(node, Name) or names.rank(key) == len(node.indices)
                    if key != node.key and alike(key, node.key) and fits:
                        yield "wrong name", "", spot, _rekeyed(node, key)
                for entry in names.entries if isinstance(node, Entry) and not near else ():
                    if entry.key != node.key:
                        yield "wrong name", "", spot, entry
                for slope in () if near or names.indexed else names.derivatives:  # an error for a delta
                    if names.shapes.get(node.key) == names.shapes.get(getattr(slope.below, "key", ""), ()):
                        yield "wrong name", "", spot, slope
        if isinstance(whole.node, Number) and not near:
            for atom in (atom for key in names.keys for atom in names.atoms(key)):
                yield "wrong name", "", whole, atom
        used = Counter(spot.node.key for spot in spots if isinstance(spot.node, Name | Entry))
        for old in sorted(key for key, times in used.items() if times > 1):
            others = [key for key in names.keys if key != old and names.rank(key) == names.rank(old)]
            kind = "other slope" if _is_slope_pair(whole.node, old) else "wrong name"
            for key in others if old in names.shapes else ():
                if alike(key, old):
                    new = _rename_all(whole.node, old, key)
                    yield kind, f"{key} in place of {old}", whole, new
            for spot, node in ((spot, spot.node) for spot in spots):
                for start, pair in enumerate(pairwise(node.factors) if isinstance(node, Product) else ()):
                    for key in others if all(_holds(part, old) for part in pair) else ():
                        assert isinstance(node, Product)
                        changed = tuple(_rename_all(part, old, key) for part in pair)
                        new = spliced(node, start, 2, changed, [node.ops[start]])
                        shown, by = (write(Product(parts, (" ",))) for parts in (pair, changed))
                        yield "other slope", f"{by} in place of {shown}", spot, new

    return row


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


def _indices(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    """Indices swapped, another index, a sum over another index or dimension."""
    node = spot.node
    match node:
        case Entry(_, indices):
            if len(indices) == 2:
                yield "wrong index", "", replace(node, indices=indices[::-1])
            for other in _other_letters(node, names):
                yield "wrong index", "", other
        case Derivative(above, below):
            for other in _other_letters(above, names):
                yield "wrong index", "", replace(node, above=other)
            for other in _other_letters(below, names):
                yield "wrong index", "", replace(node, below=other)
        case BigSum(old, body):
            for letter in names.letters:
                if letter != old:
                    says = f"sum over {letter} in place of {old or 'no index'}"
                    yield "wrong index", says, replace(node, index=letter)
                    new = replace(node, index=letter, body=_reindexed(body, old, letter))
                    yield "wrong index", f"{letter} in place of {old}", new
        case Call("sum" | "mean", _, (inner, Number(axis))):
            yield "wrong index", "", replace(node, arguments=(inner, Number(1 - axis)))


def _letters(spots: Sequence[Spot], names: _Names) -> Iterator[Candidate]:
    """Another letter wherever one stands."""
    right = spots[0].node
    entries = [spot.node for spot in spots if isinstance(spot.node, Entry)]
    letters = sorted({i for node in entries for i in node.indices if i.isalpha()})
    for first in letters:
        for second in names.letters:
            if first != second:
                new = _reindexed(right, first, second)
                yield "wrong index", f"{second} in place of {first}", spots[0], new
    numbers = [(key, {i for node in entries if node.key == key for i in node.indices}) for key in names.keys]
    for key, some in [("", {*letters}), *((key, {i for i in some if i.isdigit()}) for key, some in numbers)]:
        for one, two in combinations(sorted(some), 2):
            other = {one: two, two: one}

            def swapped(part: Node, key: str = key, other: Mapping[str, str] = other) -> Node | None:
                if isinstance(part, Entry) and key in {"", part.key}:
                    return replace(part, indices=tuple(other.get(i, i) for i in part.indices))
                return None

            yield "wrong index", f"{one} and {two} in each other's place", spots[0], mapped(right, swapped)
    alike = sorted({n for n in walk(right) if isinstance(n, Name) and n.key != n.base}, key=write)
    for first_name, second_name in combinations(alike, 2):
        if first_name.base == second_name.base:
            by: dict[Node, Node] = {first_name: second_name, second_name: first_name}
            says = f"{write(first_name)} and {write(second_name)} in each other's place"
            yield "wrong name", says, spots[0], mapped(right, by.get)


def _other_letters(node: Node, names: _Names) -> Iterator[Entry]:
    """An entry with another letter in one of its places."""
    if isinstance(node, Entry):
        for (at, old), letter in product(enumerate(node.indices), [*names.letters, *names.places]):
            if letter != old and letter.isalpha() == old.isalpha():
                yield replace(node, indices=(*node.indices[:at], letter, *node.indices[at + 1 :]))


def _reindexed(node: Node, old: str, new: str) -> Node:
    def indexed(part: Node) -> Node | None:
        if isinstance(part, Entry):
            return replace(part, indices=tuple(new if i == old else i for i in part.indices))
        return None

    return mapped(node, indexed)


def _missing_slopes(spots: Sequence[Spot], names: _Names) -> Iterator[Candidate]:
    whole, op = spots[0], names.op
    right = whole.node
    late = op == "⊙" and isinstance(right, Product) and " " in right.ops  # δ ⊙ s xᵀ, and not δ xᵀ ⊙ s
    beside = [
        spot
        for spot in sorted(spots, key=lambda spot: late and spot.above is None)
        if not isinstance(spot.parent, Call | Power) and not isinstance(spot.node, Number)
        if spot.above is None or not isinstance(spot.node, Product)
    ]
    for slope, _, _ in names.slopes:
        says = f"multiply by {write(slope)}"
        if isinstance(right, Number):
            yield "missing slope", says, whole, slope if right.value == 1 else _scaled(slope, right)
        for spot in beside:
            where = "" if isinstance(spot.parent, Product | None) else f" at {write(spot.node)}"
            yield "missing slope", says + where, spot, _times_behind(spot.node, op, slope)
        for spot, node in ((spot, spot.node) for spot in spots if isinstance(spot.node, Product)):
            if spot.above is not None:
                yield "missing slope", says, spot, _times_behind(node, op, slope)
            for width in range(2, len(node.factors)):
                for start in range(len(node.factors) - width + 1):
                    inner = _times_behind(group(node, start, width), op, slope)
                    yield "missing slope", says, spot, spliced(node, start, width, [inner])


def _times_behind(node: Node, op: str, factor: Node) -> Node:
    """A formula with one more factor at its end."""
    factors, ops = (node.factors, node.ops) if isinstance(node, Product) else ((node,), ())
    return Product((*factors, factor), (*ops, op))


def _dropped(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    """Factors, terms and powers that are one too many."""
    activations = {a for _, a, _ in names.slopes}
    node = spot.node
    match node:
        case Product(factors, _):
            for width, start in product((1, 2), range(len(factors))):
                rest = _without(node, start, width) if start + width <= len(factors) else None
                if rest is None:
                    continue
                some = group(node, start, width)
                parts = list(walk(some))
                slope = any(isinstance(n, Call) and n.primes for n in parts) or (
                    any(isinstance(n, Name | Entry) and n.key in activations for n in parts)
                    and any(isinstance(n, Total) for n in parts)
                )
                number = isinstance(some, Number) or (isinstance(some, Name) and some.key in names.sizes)
                kind = "factor" if number else "extra slope" if slope else "extra factor"
                yield kind, f"leave out {write(some)}", rest
        case Total(terms, signs) if len(terms) > 1:
            for at, term in enumerate(terms):
                left = Total((*terms[:at], *terms[at + 1 :]), (*signs[:at], *signs[at + 1 :]))
                alone = len(terms) == 2
                one = left.terms[0] if left.signs[0] > 0 else Negative(left.terms[0])
                yield "extra term", f"leave out {write(term)}", one if alone else left
        case Power(base, _):
            yield "extra factor", "", base


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


def _paths(spots: Sequence[Spot], names: _Names) -> Iterator[Candidate]:
    """A sum that is missing where paths join."""
    right = spots[0].node
    own = names.below.indices if isinstance(names.below, Entry) else ()
    for letter in (letter for letter in names.letters if letter not in own):
        every = f"sum over {letter}: every path counts"
        yield "missing sum", every, spots[0], BigSum(letter, right)
        says = f"mean over {letter}: every example counts"
        yield "missing sum", says, spots[0], BigSum(letter, right, True)
        for spot in spots[1:]:
            if isinstance(spot.node, Product | Entry | BigSum):
                says = f"sum over {letter} in {write(spot.node)}"
                yield "missing sum", says, spot, BigSum(letter, spot.node)
        for spot, node in ((spot, spot.node) for spot in spots if isinstance(spot.node, Product)):
            for start in range(1, len(node.factors)):
                if node.ops[start - 1] != "/":
                    tail = BigSum(letter, joined(node.factors[start:], node.ops[start:]))
                    new = Product((*node.factors[:start], tail), node.ops[:start])
                    yield "missing sum", every, spot, new


def _sums(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    """A sum that is one too many, a mean or one over other dimensions; or one over a dimension missing."""
    node = spot.node
    match node:
        case BigSum(index, body, mean):
            yield "extra sum", f"no sum over {index}", body
            says = "sum in place of mean" if mean else "mean in place of sum"
            yield "mean for sum", says, replace(node, mean=not mean)
            for letter in names.letters:
                yield "extra sum", f"{letter} alone, no sum", _reindexed(body, index, letter)
        case Call("sum" | "mean" as name, _, arguments):
            other = "mean" if name == "sum" else "sum"
            yield "mean for sum", f"{other} in place of {name}", replace(node, function=other)
            yield "extra sum", f"no {name}", arguments[0]
            for axis, keep in product((0, 1), ((), (_number(1),))) if len(arguments) == 1 else ():
                yield "wrong index", "", replace(node, arguments=(*arguments, _number(axis), *keep))
        case Name() | Derivative() | Product() if not names.indexed and spot.above is None:
            for axis, over in enumerate(("rows", "columns")):
                says = f"sum over the {over}: every example counts"
                yield "missing sum", says, Call("sum", 0, (node, _number(axis)))
            yield "missing sum", "sum over all entries", Call("sum", 0, (node,))
        case Name() | Derivative() if not names.indexed:
            for axis in (0, 1):
                yield "missing sum", "", Call("sum", 0, (node, _number(axis)))


def _factors_inside(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    """A number or a size that belongs to one term."""
    node = spot.node
    below = isinstance(spot.parent, Product) and spot.at and spot.parent.ops[spot.at - 1] == "/"
    for count in names.sizes if below and isinstance(node, Number) else ():
        yield "factor", "", Name(count)
    if spot.takes_factor and not isinstance(spot.parent, Product):
        for factor in (Fraction(2), Fraction(1, 2)):
            yield "factor", f"multiply {write(node)} by {factor}", _scaled(node, _number(factor))
        for size in dict.fromkeys([*map(Name, names.sizes), *names.dividers]):
            divided = Product((node, size), ("/",))
            kind = "mean for sum" if isinstance(size, Name) and size.key not in "dq" else "factor"  # sqrt(d)
            yield kind, f"divide {write(node)} by {write(size)}", divided
            yield kind, f"multiply {write(node)} by {write(size)}", _scaled(node, size)


def _sizes(node: Node) -> list[str] | Node:
    """The factors of a product of names, in any order and notation."""
    factors = node.factors if isinstance(node, Product) and "/" not in node.ops else (node,)
    names = sorted(f.key for f in factors if isinstance(f, Name))
    return names if len(names) == len(factors) else node


def _scaled(node: Node, factor: Node) -> Node:
    """A formula times a factor; the number at its front is changed where there is one."""
    match node, factor:
        case Product((Number(first), *rest), (op, *ops)), Number(times) if op != "/":
            if first * times == 1:
                return joined(rest, ops)
            return replace(node, factors=(_number(first * times), *rest))
        case Product(factors, ops), _:
            return Product((factor, *factors), (" ", *ops))
        case Negative(inner), _:
            return Negative(_scaled(inner, factor))
    return Product((factor, node), (" ",))


def _operators(spot: Spot, _: _Names) -> Iterator[tuple[str, str, Node]]:
    match spot.node:
        case Total(terms, (1, 1)):
            yield "product", "⊙ in place of +", Product(terms, ("⊙",))
            yield "product", "a product in place of the sum", Product(terms, (" ",))
        case Product(factors, ops):
            for at, op in enumerate(ops):
                for other in {" ": "⊙", "@": "⊙", "⊙": " ", "*": "⊙ ", "·": "⊙ "}.get(op, ""):
                    yield "product", "", Product(factors, (*ops[:at], other, *ops[at + 1 :]))


def _upstream(spots: Sequence[Spot], names: _Names) -> Iterator[Candidate]:
    """The slope of the cost by a step on the way, forgotten."""
    for slope in names.derivatives:
        says = f"the slope of {write(slope.above)} by {write(slope.below)}, {write(slope)}, is missing"
        for spot in sorted(spots, key=lambda spot: -spot.depth):
            node = spot.node
            for op in names.op.replace("⊙", "⊙ ") if spot.takes_factor else "":
                if isinstance(spot.parent, Product) and op == " ":
                    continue  # the product around it puts it there too
                factors, ops = (node.factors, node.ops) if isinstance(node, Product) else ((node,), ())
                yield "missing factor", says, spot, Product((slope, *factors), (op, *ops))
                yield "missing factor", says, spot, Product((*factors, slope), (*ops, op))


def _added_factors(spots: Sequence[Spot], names: _Names) -> Iterator[Candidate]:
    rights = (node for claim in names.model.claims for node in walk(claim.right))
    calls = [n for n in rights if isinstance(n, Call) and len(n.arguments) == 1 and not n.primes]
    for atom in (*(atom for key in names.keys for atom in names.atoms(key)), *dict.fromkeys(calls)):
        array = isinstance(atom, Name) and names.rank(atom.key) and not names.indexed
        for one in (atom, Transposed(atom)) if array else (atom,):
            says = f"multiply by {write(one)}"
            for spot, node in ((spot, spot.node) for spot in spots):
                if spot.takes_factor and not isinstance(spot.parent, Product):
                    yield "missing factor", says, spot, Product((node, one), (" ",))
                    yield "missing factor", says, spot, Product((one, node), (" ",))
                    yield "missing factor", says, spot, Product((node, one), ("⊙",))


def _missing_terms(spots: Sequence[Spot], names: _Names) -> Iterator[Candidate]:
    """right ± t for terms t that the text's names make up."""
    right = spots[0].node
    residuals = [target.entries(right) for target in names.targets]
    if None in residuals:
        return
    apart = [[true - value for true, value in entries or ()] for entries in residuals]
    tried: set[Node] = set()
    for term in takewhile(lambda _: not names.worked_off, _terms(names)):
        if term in tried:
            continue
        tried.add(term)
        factor = _multiple(term, names.targets, apart)
        if factor is None:
            continue
        scaled = term if abs(factor) == 1 else _scaled(term, _number(abs(factor)))
        sign = 1 if factor > 0 else -1
        before = right if isinstance(right, Total) else Total((right,), (1,))
        if isinstance(right, Negative):
            before = Total((right.inner,), (-1,))
        new = Total((*before.terms, scaled), (*before.signs, sign))
        says = f"the term {'+' if sign > 0 else '-'} {write(scaled)} is missing"
        yield "missing term", says, spots[0], new


def _terms(names: _Names) -> Iterator[Node]:
    """Parts of the text's own lines, multiples of its names, and products with its slopes."""
    for other in names.model.claims:
        for spot in Spot(other.right).all():
            if isinstance(spot.node, Product | Name | Entry | BigSum | Derivative | Call):
                yield spot.node
    scalars = [Name(key) for key in names.keys if not names.shapes[key]]
    deltas: list[Node] = list(names.derivatives)
    deltas += [a for key in names.keys if _stem(key) in {"d", "δ", "delta", "g"} for a in names.atoms(key)]
    atoms = [*(atom for key in names.keys if names.shapes[key] for atom in names.atoms(key)), *scalars]
    for atom, scalar in product(atoms, scalars):
        yield Product((scalar, atom), (" ",))
        yield Product((scalar, Call("sign", 0, (atom,))), (" ",))
    for delta in deltas:
        for piece in (delta, *(Product((delta, slope), (names.op,)) for slope, _, _ in names.slopes)):
            yield piece
            for atom in atoms:
                if names.indexed:
                    term = Product((atom, piece), (" ",))
                    yield term
                    yield from (BigSum(letter, term) for letter in names.letters)
                else:
                    yield Product((Transposed(atom), piece), (" ",))
                    yield Product((piece, Transposed(atom)), (" ",))
                    yield Product((atom, Transposed(piece)), (" ",))
                    yield Product((atom, piece), (" ",))
                    yield Product((atom, piece), ("⊙",))


def _multiple(term: Node, targets: Sequence[_Target], apart: Sequence[Sequence[float]]) -> Fraction | None:
    """The simple multiple of a term that makes up for what is missing at every target."""
    ratio: float | None = None
    for target, missing in zip(targets, apart, strict=True):
        entries = target.entries(term)
        if entries is None:
            return None
        values = [value for _, value in entries]
        if not values:
            continue  # its condition holds nowhere at this point
        top = max(range(len(values)), key=lambda at: abs(values[at]))
        if not abs(values[top]) > _NEAR:
            return None
        here = missing[top] / values[top]
        if ratio is not None and abs(here - ratio) > _NEAR * 10:
            return None
        ratio = here
        if not all(target.close(one, here * value) for one, value in zip(missing, values, strict=True)):
            return None
    simple = (Fraction(sign, over) * times for times, over in ((1, 1), (2, 1), (1, 2)) for sign in (1, -1))
    return next((one for one in simple if ratio is not None and abs(ratio - one) < _NEAR * 10), None)


def _numbers(spot: Spot, names: _Names) -> Iterator[tuple[str, str, Node]]:
    node = spot.node
    if isinstance(node, Number):
        others = {n.value for n in names.model.parts if isinstance(n, Number)}
        near = (node.value + 1, node.value - 1, 2 * node.value, node.value / 2, Fraction(1), node.value + 2)
        for value in dict.fromkeys((*near, *sorted(others))):
            if value != node.value:
                yield "number", "", _number(value)
    elif isinstance(node, Name | Entry | Call) and not isinstance(spot.parent, Call | None):
        yield "number", "", Power(node, _number(2))
        if isinstance(spot.parent, Product):
            yield "factor", f"divide by {write(node)}", Product((_number(1), node), ("/",))


def _two_at_once(spots: Sequence[Spot], names: _Names) -> Iterator[Candidate]:
    """A lost transpose or order together with a sign, a missing slope or a lost transpose."""
    signs, transposes, orders = _each(_signs), _each(_transposes), _each(_orders)
    for candidate in (*transposes(spots, names), *orders(spots, names)):
        kind, says, node = _done(candidate)
        inner = [*Spot(node).all()]
        for row in (signs, transposes, _missing_slopes):
            for more, also, both in map(_done, row(inner, names)):
                yield more if row is _missing_slopes else kind, f"{says}, and {also}", spots[0], both
    for _, says, node in map(_done, signs(spots, names)):
        inner = [*Spot(node).all()]
        for one in (*_missing_slopes(inner, names), *_upstream(inner, names)):
            kind, more, both = _done(one)
            yield kind, f"{more}, and {says}", spots[0], both


# In the order of people's habits: the first edit after which a step agrees is the one that is named.
_ROWS: tuple[Row, ...] = (
    _each(_signs),
    _each(_transposes),
    _each(_orders),
    _each(_whole_transposed),
    _each(_brackets),
    _each(_arguments),
    _each(_slope_spelling),
    _renamed(near=True),
    _each(_indices),
    _letters,
    _missing_slopes,
    _each(_dropped),
    _paths,
    _each(_sums),
    _each(_factors_inside),
    _renamed(near=False),
    _each(_operators),
    _upstream,
    _added_factors,
    _missing_terms,
    _each(_numbers),
    _two_at_once,
)
