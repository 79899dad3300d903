"""Which undeclared names are columns, rows and matrices, as far as the way in which they are used says it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from backproof.reference.derivation.language import (
    FUNCTIONS,
    BigSum,
    Call,
    Cases,
    Derivative,
    Entry,
    Listing,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Total,
    Transposed,
    children,
    walk,
)
from backproof.reference.derivation.latex import GREEK
from backproof.reference.derivation.model import Model, names_in, stem

# A form says whether there are rows and whether there are columns; its shape has "" where the size is open.
_Form = tuple[bool, bool]
_NUMBER, _COLUMN, _ROW, _MATRIX = (False, False), (True, False), (False, True), (True, True)
_SHAPES: dict[_Form, tuple[str, ...]] = {_COLUMN: ("",), _ROW: ("1", ""), _MATRIX: ("", "")}
_TO_NUMBERS = {"sum", "mean", "trace", "det", "norm", "amax", "logsumexp"}
_ROUNDS = 16
_LAST = 2  # of the phases

_NUMBERS = {"lam", *GREEK}  # no rows, where a matrix stands behind them


@dataclass(frozen=True, slots=True)
class Supposed:
    """Shapes that the way in which undeclared names are used suggests, "" being any size."""

    shapes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)  # Y, where A - Y says that it has the shape of A
    added: frozenset[str] = frozenset()  # columns for no more than that they are added to one
    terms: frozenset[str] = frozenset()  # what is added to something, bare
    summed: frozenset[str] = frozenset()  # columns whose entries are added up, and beside others as well
    by_letters: bool = False  # for no more than that W is a capital letter and x is none

    def fewer(self) -> Iterator["Supposed"]:
        """The same, with numbers for what is added to columns, and for what they are multiplied by too."""
        for keys in dict.fromkeys((frozenset(), self.terms & self.added, self.added)):
            yield self.only(self.shapes.keys() - keys) if keys else self

    def only(self, keys: Set[str]) -> "Supposed":
        """The shapes of these names."""
        shapes = {key: shape for key, shape in self.shapes.items() if key in keys}
        return Supposed(shapes, {key: twin for key, twin in self.twins.items() if key in shapes})


def supposed(model: Model, known: Mapping[str, Sequence[str]], arrays: Mapping[str, int]) -> Supposed:
    """The shape of each name that no line declares or indexes and that is used as an array.

    xᵀ, softmax(x), ‖x‖ and x ⊙ y make x a column, Wᵀ makes W a matrix; what stands right of a matrix is a
    column or, with a capital letter, a matrix; what is added to an array has its form, but for a bias. Where
    nothing of this is found, W x takes W for a matrix.
    """
    for by_letters in (False, True):
        forms = _Forms(model, known, arrays)
        if by_letters:
            forms.capitals()
        for _ in range(_ROUNDS):
            before = dict(forms.guess)
            forms.look()
            forms.phase += before == forms.guess
            if forms.phase > _LAST:
                break
        if forms.guess:
            break
    shapes = {key: _SHAPES[form] for key, form in forms.guess.items()}
    summed = frozenset(forms.summed & shapes.keys())
    totals = [part for part in model.parts if isinstance(part, Total)]
    terms = frozenset(term.key for part in totals for term in part.terms if isinstance(term, Name))
    return Supposed(shapes, forms.twins, frozenset(forms.added - summed), terms, summed, by_letters)


def units(model: Model, known: Mapping[str, Sequence[str]], arrays: Mapping[str, int]) -> set[str]:
    """I and I_n where they are the unit matrix alone: always added to matrices, as in A + s I."""
    sides = [*model.bodies, *(side for claim in model.claims for side in (claim.left, claim.right))]
    nodes = [node for side in sides for node in walk(side)]
    matrices = any(count == 2 for count in (*map(len, known.values()), *arrays.values())) or any(
        isinstance(n, Transposed) or (isinstance(n, Call) and FUNCTIONS.get(n.function) in {"det", "trace"})
        for n in nodes
    )
    found = Counter(n.key for n in nodes if isinstance(n, Name) and re.fullmatch("I(_[a-z])?", n.key))
    for node in nodes if matrices else ():
        terms = node.terms if isinstance(node, Total) else ()
        for term in terms:
            inner = term.inner if isinstance(term, Negative) else term
            *times, last = inner.factors if isinstance(inner, Product) else (inner,)
            beside = any(_is_matrix(other) for other in terms if other is not term)
            if beside and not any(map(_is_matrix, times)):
                found[getattr(last, "key", "")] -= 1
    return (
        {key for key, others in found.items() if key and not others} - known.keys() - model.definitions.keys()
    )


def _is_matrix(node: Node) -> bool:
    """Whether a term has a capital letter or ends in a row: A, 2 Xᵀ X, u uᵀ."""
    ends = isinstance(node, Product) and isinstance(node.factors[-1], Transposed)
    return ends or any(isinstance(n, Name | Entry) and stem(n.key).isupper() for n in walk(node))


class _Forms:
    def __init__(self, model: Model, known: Mapping[str, Sequence[str]], arrays: Mapping[str, int]) -> None:
        self.model = model
        self.fixed = {key: _MATRIX if count == 2 else _COLUMN for key, count in arrays.items()}
        for key, dims in known.items():
            self.fixed[key] = (tuple(dims[:1]) not in ((), ("1",)), tuple(dims[1:]) not in ((), ("1",)))
        own = units(model, known, arrays)
        self.fixed |= dict.fromkeys(own, _MATRIX)
        self.closed = {dim for dims in known.values() for dim in dims} | {"e", "π"}
        self.sides = [*model.bodies, *(side for claim in model.claims for side in (claim.left, claim.right))]
        for node in (node for side in self.sides for node in walk(side)):
            if isinstance(node, Product) and getattr(node.factors[-1], "key", "") in own:  # the s of A + s I
                self.closed |= {key for factor in node.factors[:-1] for key in names_in(factor)}
            if isinstance(node, Product):  # what divides is a number
                for op, factor in zip(node.ops, node.factors[1:], strict=True):
                    self.closed |= _numbers(factor) if op == "/" else set()
        for node in model.parts:
            if isinstance(node, Product) and any(map(_is_total, node.factors)):  # λ sum(W²), λ/2 ‖W‖²
                self.closed |= {factor.key for factor in node.factors if isinstance(factor, Name)}
        # The k of sum(k ⊙ y) and sum(k) is no number.
        sums = [node for side in self.sides for node in walk(side) if _is_sum(node)]
        self.summed = {getattr(node, "key", "") for one in sums for node in children(one)[:1]} - {""}
        beside = [n for one in sums for n in walk(one) if isinstance(n, Product) and "/" not in n.ops]
        self.summed &= {getattr(factor, "key", "") for node in beside for factor in node.factors}
        slopes = [n for c in model.claims for n in walk(c.left) if isinstance(n, Derivative)]
        self.below = {n.below for n in slopes if isinstance(n.below, Name) and n.below.base.isascii()}
        self.guess: dict[str, _Form] = {}
        self.twins: dict[str, str] = {}
        self.added: set[str] = set()
        self.phase = 0  # first what a name's own use says, then what stands beside it, then x ⊙ y alone
        self.seen: dict[str, _Form] = {}

    def look(self) -> None:
        self.seen = {}
        for key, definition in self.model.definitions.items():
            if self.fixed.get(key) == _COLUMN and not definition.indices:
                self.demand(definition.body)  # of ℓ: (n,) and ℓ = log σ^2
        for body in self.sides:
            for node in walk(body):
                self.form(node)

    def capitals(self) -> None:
        """In a definition, W x is a matrix times a column."""
        own = self.model.definitions
        for node in (n for d in own.values() for n in walk(d.body) if isinstance(n, Product)):
            for left, op, right in zip(node.factors, node.ops, node.factors[1:], strict=False):
                capital = isinstance(left, Name) and left.base[0].isupper() and left.key not in own
                if capital and op == " " and isinstance(right, Name):
                    self.demand(right)

    def suppose(self, node: Node, lower: _Form, capital: _Form = _MATRIX) -> None:
        """Gives a name of which nothing is known yet the one form or, with a capital letter, the other."""
        if isinstance(node, Name) and node.key not in self.closed | self.fixed.keys() | self.guess.keys():
            known = self.fixed | self.guess  # w^(l + 1) is what w^(l) is
            alike = any(key.split("^")[0] == node.base and known[key] == _MATRIX for key in known)
            layer = node.base == "w" and bool(node.label)  # of (w^(l + 1))ᵀ δ^(l + 1)
            form = capital if node.base[0].isupper() or alike or layer else lower
            if form != _NUMBER and node.key not in self.model.definitions:
                self.guess[node.key] = form
                self.seen = {}

    def demand(self, node: Node) -> None:
        """What stands there is an array, and so is what it is made of."""
        self.suppose(node, _COLUMN)
        if self.form(node) == _NUMBER:
            match node:
                case Name(key=key) if key in self.model.definitions:
                    self.demand(self.model.definitions[key].body)
                case Product(factors, ops) if {*ops} <= {" ", "@"}:
                    self.suppose(factors[0], _NUMBER)
                    self.demand(factors[-1])
                case Call(_, _, (*_, inner)) | Negative(inner) | Power(inner, _) | Derivative(_, inner):
                    self.demand(inner)
                case Total(terms, _):
                    for term in sorted(terms, key=lambda term: isinstance(term, Name)):
                        if self.form(node) == _NUMBER:
                            self.demand(term)

    def form(self, node: Node) -> _Form:
        match node:
            case Name(key=key) if key in self.model.definitions:
                if key not in self.seen:
                    definition = self.model.definitions[key]
                    self.seen[key] = _COLUMN if definition.indices else self.form(definition.body)
                return self.seen[key]
            case Name(key=key):
                return self.fixed.get(key) or self.guess.get(key, _NUMBER)
            case Entry(key, indices):
                row = len(indices) == 1 and self.fixed.get(key) == _MATRIX
                return _COLUMN if row else _NUMBER
            case Listing(cells):
                return len(cells) > 1, len(cells[0]) > 1
            case Derivative(above, below):
                return self.form(below) if self.form(above) == _NUMBER else _NUMBER
            case Transposed(inner):
                self.demand(inner)
                rows, columns = self.form(inner)
                return columns, rows
            case Product():
                return self.product(node)
            case Total() | Cases():
                return self.joint(children(node))
            case Call(function, _, arguments) if FUNCTIONS.get(function) in {"max", "min"}:
                return self.joint(arguments)
            case Call(function, _, (first, *_)):
                if FUNCTIONS.get(function) in {"softmax", "diag", "norm"}:
                    self.demand(first)
                if FUNCTIONS.get(function) == "det":
                    self.suppose(first, _MATRIX)
                if FUNCTIONS.get(function) == "diag":
                    return _MATRIX
                return _NUMBER if FUNCTIONS.get(function) in _TO_NUMBERS else self.form(first)
        forms = [self.form(part) for part in children(node)]
        return forms[0] if forms else _NUMBER

    def product(self, node: Product) -> _Form:
        whole = self.form(node.factors[0])
        for left, op, right in zip(node.factors, node.ops, node.factors[1:], strict=False):
            if op == "/":
                continue
            for one, other in ((left, right), (right, left)):
                if getattr(one, "key", "") in self.summed and self.form(other) == _COLUMN:
                    self.suppose(one, _COLUMN)
            if op == "·" and self.form(left) == self.form(right) == _COLUMN:
                whole = _NUMBER
                continue
            if op == "·" and _COLUMN in {self.form(left), self.form(right)} and {left, right} & self.below:
                self.suppose(left, _COLUMN)  # the w of w · x, of which ∂z/∂w = xᵀ
                self.suppose(right, _COLUMN)
                continue
            if op not in {" ", "@"}:
                whole = self.joint([left, right], whole, op == "⊙" or self.model.python)
                if op == "⊙" and whole == _NUMBER and self.phase == _LAST:
                    self.demand(left)
                    self.demand(right)
                continue
            if whole[1]:
                self.suppose(right, _COLUMN)
            if isinstance(right, Listing) and isinstance(left, Name) and left.base[0].isupper():
                blocks = [
                    cell for cell in children(right) if isinstance(cell, Name) and not cell.sub.isdigit()
                ]
                for cell in blocks if len(right.rows[0]) == 1 else ():  # W [h; x]
                    self.suppose(cell, _COLUMN)
            if (
                whole == _NUMBER
                and self.form(right) == _MATRIX
                and isinstance(left, Name)
                and left.base.isascii()
                and left.base not in _NUMBERS
            ):
                self.suppose(left, _ROW)  # x W
                whole = self.form(left) if left is node.factors[0] else whole
            behind = self.form(right)
            if behind[0] and whole == _NUMBER:
                self.suppose(left, _NUMBER)
                whole = self.form(left) if left is node.factors[0] else whole
            whole = behind if whole == _NUMBER else whole if behind == _NUMBER else (whole[0], behind[1])
        return whole

    def joint(self, parts: Sequence[Node], before: _Form = _NUMBER, alike: bool = True) -> _Form:
        """The form of what is added or multiplied entry by entry; alike, where that is sure."""
        forms = [before, *(self.form(part) for part in parts)]
        whole = (any(rows for rows, _ in forms), any(columns for _, columns in forms))
        bias = whole[1] and any(isinstance(part, Product) for part in parts)
        names = [part.key for part in parts if isinstance(part, Name)]
        for part in parts if self.phase else ():
            new = isinstance(part, Name) and part.key not in self.guess
            self.suppose(part, _COLUMN if bias and whole == _MATRIX else whole, whole)
            if new and whole in {_COLUMN, _ROW} and isinstance(part, Name) and part.key in self.guess:
                self.added.add(part.key)
            if isinstance(part, Name) and whole == _COLUMN:
                known = {*self.guess}
                self.demand(part)
                self.added |= self.guess.keys() - known
        twin = next((key for key in names if key in self.model.definitions), None)
        for key in names:
            if twin is not None and key in self.guess and alike:
                self.twins.setdefault(key, twin)
        return whole


def _is_sum(node: Node) -> bool:
    """sum(X), of all entries."""
    if isinstance(node, BigSum):
        return not node.index
    return isinstance(node, Call) and len(node.arguments) == 1 and FUNCTIONS.get(node.function) == "sum"


def _numbers(node: Node) -> set[str]:
    """The names of a number that are numbers themselves: not those of wᵀ x or of a function's argument."""
    match node:
        case Name():
            return {node.key}
        case Call(function, _, _) if FUNCTIONS.get(function) != "sqrt":
            return set()
        case Product(factors, _) if any(isinstance(factor, Transposed) for factor in factors):
            return set()
    return set().union(*map(_numbers, children(node)))


def _is_total(node: Node) -> bool:
    """A number that all entries of an array go into."""
    if isinstance(node, Total):
        return all(map(_is_total, node.terms))
    inner = node.base if isinstance(node, Power) else node
    return (
        isinstance(inner, Call) and len(inner.arguments) == 1 and FUNCTIONS.get(inner.function) in _TO_NUMBERS
    )
