"""Which undeclared names are columns, rows and matrices, as far as the way in which they are used says it."""

from collections.abc import Iterable, Mapping, Sequence

from backproof.reference.derivation.language import (
    FUNCTIONS,
    Call,
    Cases,
    Derivative,
    Entry,
    Name,
    Negative,
    Node,
    Product,
    Total,
    Transposed,
    children,
    walk,
)
from backproof.reference.derivation.model import Model

# A form says whether there are rows and whether there are columns; its shape has "" where the size is open.
_Form = tuple[bool, bool]
_NUMBER, _COLUMN, _ROW, _MATRIX = (False, False), (True, False), (False, True), (True, True)
_SHAPES: dict[_Form, tuple[str, ...]] = {_COLUMN: ("",), _ROW: ("1", ""), _MATRIX: ("", "")}
_TO_NUMBERS = {"sum", "mean", "trace", "norm", "dot", "amax"}
_ROUNDS = 8


def supposed(
    model: Model, known: Mapping[str, Sequence[str]], arrays: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The shape of each name that no line declares or indexes and that is used as an array, "" being any
    size; and the defined array whose shape a name has, as Y has that of A in A - Y.

    xᵀ and softmax(x) make x a column, Wᵀ makes W a matrix; what stands right of a matrix is a column or, with
    a capital letter, a matrix; what is added to an array has its form, but for a bias.
    """
    forms = _Forms(model, known, arrays)
    for _ in range(_ROUNDS):
        before = dict(forms.guess)
        forms.look()
        if before == forms.guess:
            break
    return {key: _SHAPES[form] for key, form in forms.guess.items()}, forms.twins


class _Forms:
    def __init__(self, model: Model, known: Mapping[str, Sequence[str]], arrays: Iterable[str]) -> None:
        self.model = model
        self.fixed: dict[str, _Form] = dict.fromkeys(arrays, _COLUMN)
        for key, dims in known.items():
            self.fixed[key] = (tuple(dims[:1]) not in ((), ("1",)), tuple(dims[1:]) not in ((), ("1",)))
        self.closed = {dim for dims in known.values() for dim in dims} | {"e", "π"}
        bodies = [definition.body for definition in model.definitions.values()]
        self.sides = [*bodies, *(side for claim in model.claims for side in (claim.left, claim.right))]
        for node in (node for side in self.sides for node in walk(side)):
            if isinstance(node, Product):  # what divides is a number
                divisors = [
                    factor for op, factor in zip(node.ops, node.factors[1:], strict=True) if op == "/"
                ]
                self.closed |= {
                    part.key for factor in divisors for part in walk(factor) if isinstance(part, Name)
                }
        self.guess: dict[str, _Form] = {}
        self.twins: dict[str, str] = {}
        self.seen: dict[str, _Form] = {}

    def look(self) -> None:
        self.seen = {}
        for body in self.sides:
            for node in walk(body):
                self.form(node)

    def suppose(self, node: Node, lower: _Form, capital: _Form = _MATRIX) -> None:
        """Gives a name of which nothing is known yet the one form or, with a capital letter, the other."""
        if isinstance(node, Name) and node.key not in self.closed | self.fixed.keys() | self.guess.keys():
            form = capital if node.base[0].isupper() else lower
            if form != _NUMBER and node.key not in self.model.definitions:
                self.guess[node.key] = form

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
                case Call(_, 0, (inner,)) | Negative(inner):
                    self.demand(inner)
                case Total(terms, _):
                    for term in terms:
                        self.demand(term)

    def form(self, node: Node) -> _Form:
        match node:
            case Name(key=key) if key in self.model.definitions:
                if key not in self.seen:
                    self.seen[key] = _NUMBER
                    definition = self.model.definitions[key]
                    self.seen[key] = _COLUMN if definition.indices else self.form(definition.body)
                return self.seen[key]
            case Name(key=key):
                return self.fixed.get(key) or self.guess.get(key, _NUMBER)
            case Entry():
                return _NUMBER
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
            case Call(function, _, (first, *_)):
                if FUNCTIONS.get(function) in {"softmax", "diag"}:
                    self.demand(first)
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
            if op not in {" ", "@"}:
                whole = self.joint([left, right], whole)
                continue
            if whole[1]:
                self.suppose(right, _COLUMN)
            if (
                whole == _NUMBER
                and self.form(right) == _MATRIX
                and isinstance(left, Name)
                and left.base.isascii()
            ):
                self.suppose(left, _ROW)  # x W
                whole = self.form(left) if left is node.factors[0] else whole
            behind = self.form(right)
            if behind[0] and whole == _NUMBER:
                self.suppose(left, _NUMBER)
                whole = self.form(left) if left is node.factors[0] else whole
            whole = behind if whole == _NUMBER else whole if behind == _NUMBER else (whole[0], behind[1])
        return whole

    def joint(self, parts: Sequence[Node], before: _Form = _NUMBER) -> _Form:
        """The form of what is added or multiplied entry by entry."""
        forms = [before, *(self.form(part) for part in parts)]
        whole = (any(rows for rows, _ in forms), any(columns for _, columns in forms))
        bias = whole[1] and any(isinstance(part, Product) for part in parts)
        names = [part.key for part in parts if isinstance(part, Name)]
        for part in parts:
            self.suppose(part, (whole[0], False) if bias else whole, whole)
            if isinstance(part, Name) and whole == _COLUMN:
                self.demand(part)
        known = next((key for key in names if key in self.model.definitions), None)
        for key in names:
            if known is not None and key in self.guess:
                self.twins.setdefault(key, known)
        return whole
