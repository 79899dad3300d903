"""The notation of a derivation: characters to tokens, what a tree is made of, and a tree back to text."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, pairwise
from operator import attrgetter, is_
from typing import Any

from backproof.scratch.errors import InputError

# What is read at most. Every bound is far above what a derivation on paper needs; together they keep any
# input from taking long or overflowing the stack.
MOST_BYTES = 64 * 1024
MOST_STATEMENTS = 400
MOST_RANGE = 6  # the largest size that is taken as it is

FUNCTIONS = {
    name: meaning
    for meaning, names in {
        "sigmoid": "sigmoid Sigmoid σ sigma s S logistic",
        "tanh": "tanh Tanh",
        "relu": "relu ReLU Relu RELU",
        "softplus": "softplus",
        "softmax": "softmax Softmax",
        "exp": "exp",
        "log": "log ln Log",
        "sqrt": "sqrt",
        "sin": "sin",
        "cos": "cos",
        "tan": "tan",
        "sinh": "sinh",
        "cosh": "cosh",
        "asin": "asin arcsin",
        "acos": "acos arccos",
        "atan": "atan arctan",
        "asinh": "asinh arsinh arcsinh",
        "acosh": "acosh arcosh arccosh",
        "atanh": "atanh artanh arctanh",
        "erf": "erf",
        "abs": "abs",
        "sign": "sign sgn",
        "max": "max maximum",
        "amax": "amax",
        "min": "min minimum",
        "sum": "sum",
        "mean": "mean",
        "diag": "diag",
        "trace": "tr trace",
        "det": "det",
        "inverse": "inv",
        "norm": "norm",
        "outer": "outer",
        "dot": "dot matmul",
        "multiply": "multiply",
        "square": "square",
        "column": "as_column",
        "step": "step heaviside",
        "cot": "cot",
        "sec": "sec",
        "csc": "csc cosec",
        "coth": "coth",
        "sech": "sech",
        "csch": "csch",
        "log1p": "log1p",
        "log2": "log2",
        "log10": "log10",
        "expm1": "expm1",
        "cbrt": "cbrt",
        "logit": "logit",
        "logsigmoid": "logsigmoid LogSigmoid",
        "silu": "silu SiLU swish Swish",
        "elu": "elu ELU",
        "mish": "mish Mish",
        "softsign": "softsign Softsign",
        "logsumexp": "logsumexp LogSumExp LSE lse",
    }.items()
    for name in names.split()
}
# What each of the last ones is; their slopes are those of the formulas.
FORMULAS = {
    "cot": "cos(t)/sin(t)",
    "sec": "1/cos(t)",
    "csc": "1/sin(t)",
    "coth": "1/tanh(t)",
    "sech": "1/cosh(t)",
    "csch": "1/sinh(t)",
    "log1p": "log(1 + t)",
    "log2": "log(t)/log(2)",
    "log10": "log(t)/log(10)",
    "expm1": "exp(t) - 1",
    "cbrt": "sign(t) ⊙ abs(t)^(1/3)",
    "logit": "log(t) - log(1 - t)",
    "logsigmoid": "-log(1 + exp(-t))",
    "silu": "t ⊙ sigmoid(t)",
    "elu": "max(0, t) + exp(min(0, t)) - 1",
    "mish": "t ⊙ tanh(log(1 + exp(t)))",
    "softsign": "t/(1 + abs(t))",
    "logsumexp": "log(sum(exp(t)))",
}
# Names for values as well, which are functions only where brackets follow; and those that are none.
BRACKETED = {
    name
    for name, meaning in FUNCTIONS.items()
    if meaning in {"logit", "logsigmoid", "silu", "elu", "mish", "softsign", "logsumexp"}
}
OF_MATRICES = {"trace", "det", "inverse"}  # of which a text says nothing new
UNBRACKETED = FUNCTIONS.keys() - BRACKETED


def words(text: str) -> frozenset[str]:
    """A set of words, written as a line of them."""
    return frozenset(text.split())


IF = words("if when whenever for where falls wenn für")  # what stands before a condition such as z > 0
ELSE = words("otherwise else sonst")
# and what does so in a \text{...}, where no name can be meant
IF_IN_WORDS = IF | words(
    "si pour quand lorsque se para quando cuando если при nếu khi jeśli gdy dla als 若 如果 当 當"
)
ELSE_IN_WORDS = ELSE | words("sinon autrement senão altrimenti иначе anders inaczej 否则 其他 其它")
ELSE_IN_WORDS |= {"en otro caso", "caso contrário", "de lo contrario", "en caso contrario"}


class NotationError(InputError):
    """A text that cannot be read: what was found where, and (`advice`) what was expected.

    line and column count from 1 in the text as given.
    """

    def __init__(self, problem: str, advice: str, line: int, column: int, source: str = "") -> None:
        super().__init__(problem, advice)
        self.line = line
        self.column = column
        self.source = source
        self.open = False  # the text can be read, and leaves something open
        self.read = False  # the formula can be read, and what its names are has to be said
        self.certain = False  # the text can be read, and is wrong
        self.sizes: Sequence[tuple[str, str]] = ()  # any of these pairs, were they one size, would mend it

    def with_source(self, lines: Sequence[str]) -> "NotationError":
        """The same error, its first argument pointing at the place with a caret."""
        self.source = lines[self.line - 1] if 0 < self.line <= len(lines) else ""
        where = f"line {self.line}, column {self.column}: {self.problem}"
        if self.source:
            # A tab or a wide sign must not move the caret away from its place.
            shown, pad = [], []
            first = max(0, self.column - 80)
            for number, char in enumerate(self.source[first : first + 160]):
                char = " " if char == "\t" else char
                shown.append(char)
                if number < self.column - 1 - first and not unicodedata.combining(char):
                    visible = char if char.isprintable() else char.encode("unicode_escape").decode()
                    pad.append(" " * (len(visible) + (unicodedata.east_asian_width(char) in "WF")))
            where += f"\n  {''.join(shown)}\n  {''.join(pad)}^"
        self.args = (where, self.advice)
        return self


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column, both from 1."""

    line: int
    column: int

    def fail(self, problem: str, advice: str) -> NotationError:
        return NotationError(problem, advice, self.line, self.column)


NOWHERE = Place(0, 0)


# ---------------------------------------------------------------------------------------------- tokens


@dataclass(frozen=True, slots=True)
class Token:
    """kind is name, number, sub, an operator's own sign, or one of diff, sum, frac, sqrt, text, T, end."""

    kind: str
    text: str
    place: Place
    tight: bool = False  # nothing stands between it and the token before
    label: str | None = None  # a name's superscript
    sub: str | None = None  # a name's subscript
    primes: int = 0
    latex: bool = False
    example: str = ""  # the i of a^{[2](i)}

    def fail(self, problem: str, advice: str) -> NotationError:
        return self.place.fail(problem, advice)

    @property
    def name(self) -> "Name":
        """The name that it is, with its scripts."""
        return Name(self.text, self.sub or "", self.label or "", self.example, place=self.place)

    @property
    def key(self) -> str:
        return self.name.key


_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᴴᴷᴸᴹᴺⁿⁱʲᵏˡᵐᵖᵗᵀ", "0123456789+-()HKLMNnijklmptT", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₖₗₘₙₒₚₛₜₓ₊₋", "0123456789aeijklmnopstx+-", strict=True))
_SIGNS = dict(zip("−–×∗⋅•∘⊘′’ʹ⊤∥", "--**··⊙/'''T‖", strict=True)) | {
    "∑": "sum", "Σ": "sum", "∂": "diff", "√": "sqrt", "∇": "nabla", "…": "dots",
    "≤": "<=", "≥": ">=", "≠": "!=", "←": "<-",
}  # fmt: skip
_METHOD = re.compile(r"\.(dot|sum|mean)(?=\()")
_LIBRARIES = words("np numpy torch math jnp")
_OPERATORS = "+-*/^=()[]{}|,;:'<>@·⊙⊗‖&≈"


def tokenize(line: str, number: int, column: int = 0) -> list[Token]:
    """The tokens of a plain text in line `number` of the file, behind `column` signs."""
    tokens: list[Token] = []
    at = 0

    def add(kind: str, text: str, start: int) -> None:
        tight = bool(tokens) and start > 0 and not line[start - 1].isspace()
        tokens.append(Token(kind, text, Place(number, column + start + 1), tight))

    while at < len(line):
        char, start = line[at], at
        if char == "#":
            break
        if char.isspace():
            at += 1
        elif char in _SUPERSCRIPTS:
            while at < len(line) and line[at] in _SUPERSCRIPTS:
                at += 1
            inner = "".join(_SUPERSCRIPTS[c] for c in line[start:at])
            if inner in {"T", "-T"}:
                for sign in ("^", "-") if inner == "-T" else ():
                    add(sign, sign, start)
                add("T", "ᵀ", start)
            else:
                add("^", "^", start)
                add("super", inner, start)
        elif char in _SUBSCRIPTS:
            while at < len(line) and line[at] in _SUBSCRIPTS:
                at += 1
            add("sub", "".join(_SUBSCRIPTS[c] for c in line[start:at]), start)
        elif char == "_":
            at = _subscript(line, at, number, column, add)
        elif line.startswith("...", at):
            at += 3
            add("dots", "...", start)
        elif (method := _METHOD.match(line, at)) is not None:
            at = method.end()
            add("@" if method[1] == "dot" else "method", method[1], start)
        elif line.startswith(".T", at) and not line[at + 2 : at + 3].isalnum():
            at += 2
            add("T", "ᵀ", start)
        elif char.isascii() and (char.isdigit() or (char == "." and line[at + 1 : at + 2].isdigit())):
            match = re.compile(r"\d*\.?\d*(?:[eE][+-]?\d{1,3}(?![\w]))?", re.ASCII).match(line, at)
            assert match is not None
            at = match.end()
            add("number", line[start:at], start)
        elif char in _SIGNS:
            at += 1
            add(_SIGNS[char], char, start)
        elif unicodedata.decomposition(char).startswith("<fraction>") and char != "\u215f":  # ½, but no 1/
            at += 1
            add("number", unicodedata.normalize("NFKC", char).replace("\u2044", "/"), start)
        elif char.isalpha():
            while at < len(line) and (
                line[at].isalpha()
                or (line[at].isascii() and line[at].isdigit())
                or unicodedata.combining(line[at])
            ):
                if line[at] in _SUPERSCRIPTS or line[at] in _SUBSCRIPTS:
                    break
                at += 1
            if line[start:at] in _LIBRARIES and re.match(r"\.[A-Za-z]", line[at : at + 2]):
                at += 1
                continue  # np.outer is outer
            add("name", unicodedata.normalize("NFC", line[start:at]), start)
        elif line[at : at + 2] in {"**", "<=", ">=", ":=", "!=", "==", "<-", ".*", ".^", "./"}:
            at += 2
            kind = {"**": "^", ":=": "=", ".*": "⊙", ".^": "^", "./": "/"}.get(line[start:at], line[start:at])
            add(kind, line[start:at], start)
        elif char in _OPERATORS:
            at += 1
            add(char, char, start)
        else:
            raise Place(number, column + start + 1).fail(
                f"{describe(char)} is not part of the notation",
                "write names, numbers, + - * / ^ ' @ ⊙ · ( ) =, sum_j and functions",
            )
    return tokens


def _subscript(line: str, at: int, number: int, column: int, add: Callable[[str, str, int], None]) -> int:
    start = at
    at += 1
    if at < len(line) and line[at] in "({":
        close = {"(": ")", "{": "}"}[line[at]]
        end = line.find(close, at)
        if end < 0:
            problem = f"the subscript's {line[at]} is never closed"
            raise Place(number, column + at + 1).fail(problem, f"close it with {close}")
        text, at = line[at + 1 : end], end + 1
    else:
        while at < len(line) and (line[at].isalpha() or line[at].isdigit() or line[at] == "_"):
            if line[at] in _SUPERSCRIPTS:
                break
            at += 1
        text = line[start + 1 : at]
    text = "".join(_SUBSCRIPTS.get(c, c) for c in "".join(text.split()))
    if not 0 < len(text) <= 20 or not all(is_script(c) for c in text):
        where = Place(number, column + start + 1)
        raise where.fail("_ begins a subscript", "letters or digits follow it, as in w_jk")
    add("sub", text, start)
    return at


def is_script(char: str) -> bool:
    """Whether a character can stand in a subscript; ① and ² are digits to Python, but no numbers to it."""
    return char.isalpha() or char in "0123456789_,+-=≠"


def describe(char: str) -> str:
    """A character as a person can find it: itself where it is visible, its number where it is not."""
    return f"'{char}'" if char.isprintable() else f"the character U+{ord(char):04X}"


# ---------------------------------------------------------------------------------------------- tree


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula; `place` is where it begins and does not count in comparisons."""

    place: Place = field(default=NOWHERE, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Fraction


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name with its scripts: base W, sub jk, label (L); a prime that is a part of it stands in the base."""

    base: str
    sub: str = ""
    label: str = ""
    example: str = field(default="", compare=False)  # the i of a^{[2](i)}

    @property
    def key(self) -> str:
        return self.base + (f"_{self.sub}" if self.sub else "") + (f"^({self.label})" if self.label else "")

    @property
    def whole(self) -> str:
        """The key of the array that it is an entry of, should its subscript be indices."""
        return self.base + (f"^({self.label})" if self.label else "")


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """An entry of an array, made of a name whose subscript is indices: index letters or numbers."""

    key: str
    indices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index(Node):
    """An index letter as a number, as in [i = k]."""

    letter: str


@dataclass(frozen=True, slots=True)
class Negative(Node):
    inner: Node


@dataclass(frozen=True, slots=True)
class Total(Node):
    """terms[0] ± terms[1] ± ...; signs[i] is +1 or -1."""

    terms: tuple[Node, ...]
    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """factors joined by ops, read from left to right; ops[i] stands before factors[i + 1].

    An op is ' ' (written side by side), '@', '⊙', '⊗', '*', '·' or '/'.
    """

    factors: tuple[Node, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Power(Node):
    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Transposed(Node):
    inner: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    primes: int
    arguments: tuple[Node, ...]
    bare: bool = field(default=False, compare=False)  # written without brackets, as sin ω


@dataclass(frozen=True, slots=True)
class BigSum(Node):
    """sum_j body (or mean_j): index is the letter and size its range, '' where the text leaves them open."""

    index: str
    body: Node
    mean: bool = False
    size: str = ""
    start: str = field(default="", compare=False)  # 0 or 1, where the text says it


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    above: Node
    below: Node
    short: bool = field(default=False, compare=False)  # written dW for dC/dW
    written: str = field(default="", compare=False)  # written delta2 for dC/dz2
    curly: bool = field(default=False, compare=False)  # written with ∂
    signed: int = field(default=0, compare=False)  # 1 for d/dw a · w: what stands before the first sign
    held: tuple[str, ...] = ()  # names that stay as they are while `below` moves, and all made of them


@dataclass(frozen=True, slots=True)
class Differential(Node):
    """dx as a small change, while the names in `moving` change and everything else stays."""

    key: str
    moving: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """1 where it holds, 0 elsewhere."""

    left: Node
    sign: str
    right: Node


@dataclass(frozen=True, slots=True)
class Otherwise(Node):
    """The condition that holds where none above it does."""


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """(value, condition) pairs; the first condition that holds counts."""

    branches: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Listing(Node):
    """A vector or matrix that is written out, row by row; a vector is a column."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Dots(Node):
    """The entries that a listing leaves out."""


# Where a node's parts are: each in a field of its own, all in one field, or in the rows of one.
_PARTS: dict[type[Node], tuple[str, ...]] = {
    Negative: ("inner",),
    Transposed: ("inner",),
    Power: ("base", "exponent"),
    BigSum: ("body",),
    Derivative: ("above", "below"),
    Comparison: ("left", "right"),
}
_SEVERAL: dict[type[Node], str] = {Total: "terms", Product: "factors", Call: "arguments"}
_ROWS: dict[type[Node], str] = {Listing: "rows", Cases: "branches"}


def _only(name: str) -> Callable[[Node], tuple[Node, ...]]:
    part = attrgetter(name)
    return lambda node: (part(node),)


def _in_rows(name: str) -> Callable[[Node], tuple[Node, ...]]:
    rows = attrgetter(name)
    return lambda node: tuple(chain.from_iterable(rows(node)))


_CHILDREN: dict[type[Node], Callable[[Node], tuple[Node, ...]]] = {
    **{kind: attrgetter(*names) if len(names) > 1 else _only(*names) for kind, names in _PARTS.items()},
    **{kind: attrgetter(name) for kind, name in _SEVERAL.items()},
    **{kind: _in_rows(name) for kind, name in _ROWS.items()},
}


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in order."""
    parts = _CHILDREN.get(type(node))
    return parts(node) if parts is not None else ()


def rebuild(node: Node, parts: Sequence[Node]) -> Node:
    """The same node around other parts."""
    kind = type(node)
    new: dict[str, Any] = dict(zip(_PARTS.get(kind, ()), parts, strict=False))
    if kind in _SEVERAL:
        new = {_SEVERAL[kind]: tuple(parts)}
    elif kind in _ROWS:
        rest = iter(parts)
        new = {_ROWS[kind]: tuple(tuple(next(rest) for _ in row) for row in getattr(node, _ROWS[kind]))}
    return replace(node, **new) if new else node


def joined(factors: Sequence[Node], ops: Sequence[str]) -> Node:
    """The product of some factors, or the one there is."""
    return factors[0] if not ops else Product(tuple(factors), tuple(ops))


def group(node: Product, start: int, width: int) -> Node:
    """Some neighbouring factors of a product."""
    return joined(node.factors[start : start + width], node.ops[start : start + width - 1])


def spliced(node: Product, start: int, width: int, new: Sequence[Node], ops: Sequence[str] = ()) -> Node:
    """A product with other factors, joined by ops, in the place of some neighbours."""
    factors = (*node.factors[:start], *new, *node.factors[start + width :])
    return joined(factors, (*node.ops[:start], *ops, *node.ops[start + width - 1 :]))


def mapped(node: Node, f: Callable[[Node], Node | None]) -> Node:
    """The node with every part for which f gives another one replaced by it, from the outside in."""
    new = f(node)
    if new is not None:
        return new
    parts = children(node)
    made = [mapped(part, f) for part in parts]
    return node if all(map(is_, parts, made)) else rebuild(node, made)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, from left to right."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack += children(top)[::-1]


# ---------------------------------------------------------------------------------------------- statements


class Large(str):
    """A size written as a number: any size stands for it, as for a letter; in a mean it is this number."""

    __slots__ = ()

    def isdigit(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Declaration:
    """name: (dims); dims are letters or numbers."""

    name: Name
    dims: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Equation:
    """left = parts[0] = parts[1] ...; left is None on a line that begins with `=`."""

    left: Node | None
    parts: tuple[Node, ...]
    conditions: tuple[Node | None, ...]
    places: tuple[Place, ...]
    slope: "Name | None" = None  # the left side is the slope of the cost by this name, whatever it is called
    style: str = "plain"  # or "latex" or "code": how a corrected line is written back
    aside: bool = False  # stands in a sentence: it may define what nothing else defines
    # What this line calls a name, by its key.
    spelling: Mapping[str, str] = field(default_factory=dict, compare=False)
    note: str = ""  # the convention under which a claim is meant
    grown: tuple[tuple[Place, Node], ...] = ()  # of a sum that lines of a program add up: what each adds
    _nodes: list[Node] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def sides(self) -> list[Node]:
        """The left side, where there is one, and what stands behind each sign of equality."""
        return [part for part in (self.left, *self.parts) if part is not None]

    @property
    def nodes(self) -> list[Node]:
        """Every part of every side, looked for once."""
        if not self._nodes:
            self._nodes.extend(node for side in self.sides for node in walk(side))
        return self._nodes

    @property
    def key(self) -> str:
        """The key of the name on the left; '' where anything else stands there."""
        return self.left.key if isinstance(self.left, Name) else ""

    @property
    def names(self) -> list[Name]:
        """Every name of every side."""
        return [node for node in self.nodes if isinstance(node, Name)]

    @property
    def right(self) -> Iterator[Node]:
        """Every part of what stands behind a sign of equality."""
        return (node for part in self.parts for node in walk(part))

    def mapped(self, f: Callable[[Node], Node | None]) -> "Equation":
        """The same equation with every part for which f gives another one replaced by it."""
        return replace(
            self,
            left=mapped(self.left, f) if self.left is not None else None,
            parts=tuple(mapped(part, f) for part in self.parts),
            conditions=tuple(mapped(one, f) if one is not None else None for one in self.conditions),
        )

    def part(self, left: Node, numbers: Iterable[int]) -> "Equation":
        """An equation of some of the parts of this one."""
        some = [(self.parts[n], self.conditions[n], self.places[n]) for n in numbers]
        parts, conditions, places = zip(*some, strict=True) if some else ((), (), ())
        return replace(self, left=left, parts=parts, conditions=conditions, places=places)

    def renamed(self, f: Callable[[Name], Node | None]) -> "Equation":
        """The same with every name for which f gives something else replaced by it."""
        return self.mapped(lambda node: f(node) if isinstance(node, Name) else None)


Statement = Declaration | Equation


@dataclass(slots=True)
class Vocabulary:
    """What a first look at all tokens knows about the names, before anything is parsed."""

    always_labelled: set[str] = field(default_factory=set)  # bases that never occur without a superscript
    labelled: set[tuple[str, str]] = field(default_factory=set)  # (base, label) seen with parentheses
    values: set[str] = field(default_factory=set)  # bases that are defined, declared or used as values
    applied: set[str] = field(default_factory=set)  # keys that something stands behind, as behind a function
    variables: set[str] = field(default_factory=set)  # keys that slopes are by or definitions made of
    bases: set[str] = field(default_factory=set)  # of all names, without scripts
    functions: set[str] = field(default_factory=set)  # keys that a line `f(x) = ...` defines
    of: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what they are functions of
    columns: set[str] = field(default_factory=set)  # [h, x] written without a T, so that [h, x]^T is a row
    marked: set[str] = field(default_factory=set)  # of ∂L/∂h' and h' = ..., where h' is a value and no slope
    lengths: set[str] = field(default_factory=set)  # the p of d_p, a distance that a cost is made of
    defined: set[str] = field(default_factory=set)  # keys on the left of a definition or of a colon
    declared: set[str] = field(default_factory=set)  # keys on the left of a colon
    by_entry: set[str] = field(default_factory=set)  # the a of ∇a_11 = ... and ∇a_12 = ...
    timed: bool = False  # whether the t of h^t is a time, as h^{t-1} says


_LABEL = re.compile(r"[^\W\d_](?:[+-]\d)?|\d{1,2}")
_WORDS_ABOVE = words("old new prev next ref obs true pred init out")  # no powers: h^{old}
_CLOSE = {"(": ")", "{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Script:
    """A name's superscript: W^(2), W^{[2]T}, a^{[2](i)}."""

    text: str
    bracketed: bool
    end: int
    turned: bool = False  # a T stands inside
    example: str = ""
    primes: int = 0  # g^{[1]'}


def _superscript(tokens: Sequence[Token], at: int) -> Script | None:
    """The label after a `^` at `at`; None if none."""
    after = at + 1
    if after >= len(tokens) or tokens[at].text == "**":
        return None
    first = tokens[after]
    if first.kind == "super":
        text = first.text
        turned = len(text) > 1 and text[-1] == "T"
        text = text[:-1] if turned else text
        bracketed = text.startswith("(") and text.endswith(")")
        text = text[1:-1] if bracketed else text
        return Script(text, bracketed, after + 1, turned) if _LABEL.fullmatch(text) else None
    if first.kind not in _CLOSE:
        if first.kind in {"name", "number"} and _LABEL.fullmatch(first.text) and not first.sub:
            return Script(first.text, False, after + 1)
        return None
    end, open_ = after, 0
    while end < len(tokens) and end < after + 14:
        open_ += (tokens[end].kind in _CLOSE) - (tokens[end].kind in _CLOSE.values())
        if not open_:
            break
        end += 1
    if end >= len(tokens) or tokens[end].kind != _CLOSE[first.kind]:
        return None
    inner = list(tokens[after + 1 : end])
    turned, primes = False, 0
    bracketed = first.kind != "{"
    if first.kind == "{":
        while len(inner) > 1 and (inner[-1].kind in {"T", "^"} or inner[-1].text in {"T", "⊤"}):
            turned = True
            inner.pop()
        while len(inner) > 1 and inner[-1].kind == "'":
            primes += 1
            inner.pop()
    if len(inner) == 1 and inner[0].kind == "super":
        inner = [replace(inner[0], text=inner[0].text.strip("()"))]
    texts = ["".join(part) for part in _bracketed(inner)] if first.kind == "{" else []
    example = ""
    if texts:
        bracketed = True
        if len(texts) == 2:
            letters = [text for text in texts if text.isalpha() and len(text) == 1]
            square = next((i for i, token in enumerate(inner) if token.kind == "["), 0)
            example = texts[1] if square == 0 else texts[0]
            texts = [texts[0] if square == 0 else texts[1]]
            if example not in letters:
                return None
        text = texts[0]
        if both := _layer_and_example(text):
            text, example = both
    else:
        text = "".join(token.text for token in inner)
    bracketed |= text in _WORDS_ABOVE
    labels = _LABEL.fullmatch(text) or text in _WORDS_ABOVE
    return Script(text, bracketed, end + 1, turned, example, primes) if labels else None


def _layer_and_example(text: str) -> tuple[str, str] | None:
    """3 and p of x^{(p,3)}, x^{(3,p)}; None where nothing says which of two is the layer."""
    parts = text.split(",")
    layers = [part for part in parts if re.fullmatch(r"\d{1,2}|[lL](?:[+-]\d)?", part)]
    examples = [part for part in parts if part not in layers and len(part) == 1 and part.isalpha()]
    return (layers[0], examples[0]) if len(parts) == 2 and len(layers) == len(examples) == 1 else None


def _bracketed(inner: Sequence[Token]) -> list[list[str]]:
    """The insides of (..), [..] or [..](..); [] where something else stands there."""
    parts: list[list[str]] = []
    at = 0
    while at < len(inner):
        if inner[at].kind not in {"(", "["}:
            return []
        close = next((i for i in range(at, len(inner)) if inner[i].kind == _CLOSE[inner[at].kind]), None)
        if close is None:
            return []
        parts.append([token.text for token in inner[at + 1 : close]])
        at = close + 1
    return parts if len(parts) <= 2 else []


RATES = words("lr l_rate eta alpha rate learning_rate step_size")  # of the steps down a slope
COST_NAMES = words(
    "C J L E ℓ ℒ loss cost error err Loss Cost Error objective MSE mse RMSE MAE RSS SSE NLL BCE CE"
)


def look_over(statements: Sequence[Sequence[Token]]) -> Vocabulary:
    """Which superscripts belong to names and which names are values: a look at every token, in two rounds."""
    known = Vocabulary()
    texts = [[token.text for token in tokens] for tokens in statements]
    known.timed = any(
        one[at : at + 3] == ["^", "{", "t"]
        and one[at + 3 : at + 4] in (["-"], ["+"])
        and at
        and one[at + 4].isdigit()
        for one in texts
        for at in range(len(one) - 4)
    )
    seen: set[str] = set()
    bare: set[str] = set()
    known.timed |= _timed(statements)
    for tokens in statements:
        if [t.kind for t in tokens[:2]] == ["name", "="] and tokens[0].text in COST_NAMES:
            known.lengths |= {sub.text for d, sub in pairwise(tokens) if (d.text, sub.kind) == ("d", "sub")}
        for at, token in enumerate(tokens):
            if token.kind != "name":
                continue
            base = token.text
            known.bases.add(base)
            after = at + 1
            if after < len(tokens) and tokens[after].kind == "sub":
                after += 1
            found = _superscript(tokens, after) if after < len(tokens) and tokens[after].kind == "^" else None
            stripped = base[1:] if len(base) > 1 and base[0] == "d" else base
            for name in {base, stripped}:
                if found and found.text != "T" and (found.text != "t" or found.bracketed or known.timed):
                    seen.add(name)
                    # a^L = ...: a power is no name that a line defines
                    defines = at == 0 and found.end < len(tokens) and tokens[found.end].kind in {"=", ":"}
                    below = at > 0 and tokens[at - 1].kind == "diff" and not found.text.isdigit()
                    if found.bracketed or defines or below:
                        known.labelled.add((name, found.text))
                elif name == base or not found:
                    bare.add(name)
    known.always_labelled = {name for name in seen - bare if name not in FUNCTIONS and name != "e"}
    return known


def _timed(statements: Sequence[Sequence[Token]]) -> bool:
    """Whether lines say what several names are at t, as in h^t = ... and L^t = ..."""
    found: set[str] = set()
    for tokens in statements:
        power = 1 + ([token.kind for token in tokens[1:2]] == ["sub"])
        script = _superscript(tokens, power) if [t.kind for t in tokens[power : power + 1]] == ["^"] else None
        if script and script.text == "t" and [t.kind for t in tokens[script.end : script.end + 1]] == ["="]:
            found.add(tokens[0].text)
    return len(found) > 1


def assemble(tokens: Sequence[Token], known: Vocabulary) -> list[Token]:
    """Joins a name with the subscripts, superscripts and primes that belong to it."""
    joined: list[Token] = []
    at = 0
    bases = known.bases
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.kind != "name":
            joined.append(token)
            continue
        sub: str | None = None
        label = token.label
        primes = 0
        example = ""
        turned = False
        base = token.text
        while at < len(tokens):
            following = tokens[at]
            if following.kind == "sub" and sub is None and (following.tight or following.latex):
                sub, at = following.text, at + 1
            elif following.kind == "'" and (following.tight or following.latex):
                primes, at = primes + 1, at + 1
            elif following.kind == "^" and label is None and not primes:
                found = _superscript(tokens, at)
                if (
                    found is None
                    or found.text == "T"
                    or (found.text == "t" and not found.bracketed and not known.timed)
                    or (
                        base in FUNCTIONS and not found.bracketed and (base, found.text) not in known.labelled
                    )
                    or (found.bracketed and token.primes)
                ):
                    break
                names = {base, base[1:] if len(base) > 1 and base[0] == "d" else base}
                belongs = (
                    (found.bracketed and base != "e")
                    or found.turned
                    or any((name, found.text) in known.labelled for name in names)
                    or any((name, found.text.rstrip("0123456789 +-")) in known.labelled for name in names)
                    or any((name, found.text.lower()) in known.labelled for name in names)  # a^L, beside a^l
                    or any(name in known.always_labelled for name in names)
                    or (sub is None and found.end < len(tokens) and tokens[found.end].kind == "sub")
                )
                if not belongs:
                    break
                label, example, at = found.text, found.example, found.end
                primes += found.primes
                if found.turned:
                    turned = True
                    break
            else:
                break
        if base == "d" and sub in known.lengths:
            pass
        elif base in {"d", "grad"} and sub and sub in bases and not (len(sub) == 1 and sub in "ijklmn"):
            token, sub = replace(token, text=f"d{sub}"), None  # d_W1, grad_W1
        elif sub in {"grad", "gradient"}:
            token, sub = replace(token, text=f"d{base}"), None  # W1_grad
        joined.append(replace(token, sub=sub, label=label, primes=primes, example=example))
        if turned:
            joined.append(Token("T", "ᵀ", token.place))
    return joined


MOST_TOKENS = 2000  # of a statement
_ARGUMENTS = {"(", "[", "name", "number", "frac", "sqrt"}


def collect_names(statements: Sequence[Sequence[Token]], known: Vocabulary) -> None:
    """Fills in which names are values, functions and defined, from assembled tokens."""
    numerators: set[str] = set()
    primed: set[str] = set()
    for every in statements:
        tokens = every[:MOST_TOKENS]
        for at, token in enumerate(tokens):
            ends = [i for i in range(at, len(tokens)) if token.kind == "[" and tokens[i].kind == "]"][:1]
            if ends and tokens[ends[0] + 1 :] and tokens[ends[0] + 1].kind not in {"^", "T"}:
                known.columns.add(cells(tokens[at : ends[0]]))
        for at, token in enumerate(tokens):
            if token.kind != "name":
                continue
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            before = tokens[at - 1] if at else None
            key = token.key
            if token.primes or (following is not None and following.kind in _ARGUMENTS):
                known.applied.add(key)
            if token.primes:
                primed.add(key)
                behind = getattr(following, "kind", "")
                steps = any(one.kind == "diff" or is_d(one) for one in tokens)  # v' = μ v - η dC/dw
                by_it = before is not None and before.kind == "diff" and behind != "("
                if by_it or (before is None and behind == "=" and not steps):
                    known.marked |= {key, f"d{key}"}
                continue
            if before is not None and (before.kind == "diff" or before.text == "d"):
                under = [t.kind for t in tokens[max(0, at - 3) : at - 1]]
                if under[1:] == ["/"] or under == ["}", "{"]:
                    known.variables.add(key)
                if following is not None and following.kind == "(" and several_names(tokens, at + 1):
                    continue  # of l(o, y)
                (known.values if before is not tokens[0] and tokens[at - 2].kind == "/" else numerators).add(
                    key
                )
                continue
            if is_d(token):
                (known.values if before is not None and before.kind == "/" else numerators).add(key[1:])
            if (
                key == "t"
                and before is not None
                and (before.kind == "^" or (before.kind == "{" and at > 1 and tokens[at - 2].kind == "^"))
            ):
                continue  # w^t may be a transpose
            beside = [t.kind for t in tokens[at + 2 : at + 5]]  # of x(y - a), but of no x(t - 1)
            factor = key in {"x", "X"} and beside[:2] == ["name", "-"] and beside[2:] == ["name"]
            if following is None or following.kind != "(" or not (following.tight or token.latex) or factor:
                known.values.add(key)
                if at > 1 and [one.kind for one in tokens[:2]] == ["name", "="]:
                    known.variables.add(key)
        first = next((i for i, token in enumerate(tokens) if token.kind != "text"), 0)
        start = tokens[first:]
        if len(start) > 2 and start[0].kind == "name" and start[1].kind == "(":
            close = next((i for i, token in enumerate(start) if token.kind == ")"), None)
            inside = start[2:close] if close else []
            plain = bool(inside) and all(token.kind in {"name", ",", ";", "dots"} for token in inside)
            plain &= FUNCTIONS.get(start[0].key) not in OF_MATRICES
            if plain and close and close + 1 < len(start) and start[close + 1].kind == "=":
                known.functions.add(start[0].key)
                if not any(token.sub or token.kind == "dots" for token in inside):
                    known.of[start[0].key] = tuple(t.text for t in inside if t.kind == "name")
        for at, token in enumerate(tokens):
            if token.kind == ":" and tokens[at + 1 :]:  # but not behind words, "Gamma log likelihood:"
                before_it = range(max(0, at - 7), at)
                known.declared.update(tokens[i].key for i in before_it if tokens[i].kind == "name")
        known.defined |= known.declared
        known.values |= known.declared
        if len(start) > 1 and start[0].kind == "name" and start[1].kind == "=" and not is_d(start[0]):
            known.defined.add(start[0].key)
    known.values |= numerators - primed
    known.marked |= _primed_entries(statements)
    known.by_entry = _by_entry(statements)


def _primed_entries(statements: Sequence[Sequence[Token]]) -> set[str]:
    """The v'_j of a text that has a v_k as well: another vector, and no slope of a function."""
    names = [
        (token, after)
        for tokens in statements
        for token, after in pairwise([*tokens, None])
        if token is not None and token.kind == "name" and token.text not in FUNCTIONS
    ]
    called = {token.text for token, after in names if after is not None and after.kind == "("}
    plain = {token.text for token, _ in names if token.sub and not token.primes} - called
    return {token.key for token, _ in names if token.primes and token.sub and token.text in plain}


def _by_entry(statements: Sequence[Sequence[Token]]) -> set[str]:
    """The arrays of which a text says one slope for each of several entries, as in ∇a_11 = ..."""
    lefts = [tokens[1] for tokens in statements if [t.kind for t in tokens[:3]] == ["nabla", "name", "="]]
    entries = {(token.text, token.sub) for token in lefts if token.sub and token.sub.isdigit()}
    bases = [base for base, _ in entries]
    return {base for base in bases if bases.count(base) > 1}


def several_names(tokens: Sequence[Token], at: int) -> bool:
    """Whether names with commas between them stand in the bracket that is opened there."""
    close = next((i for i in range(at, len(tokens)) if tokens[i].kind == ")"), at)
    kinds = [token.kind for token in tokens[at + 1 : close]]
    return "," in kinds and {*kinds} <= {"name", ",", "sub"}


def cells(tokens: Sequence[Token]) -> str:
    """A listing up to its end, for a look whether two are the same."""
    return " ".join(token.key for token in tokens)


AGAIN = "\u02b9"  # before a name that has another value in other lines; a text's own primes are written '


def is_d(token: Token) -> bool:
    """dW2: a d and then a name."""
    return token.kind == "name" and len(token.text) > 1 and token.text[0] == "d" and token.text[1].isalpha()


# ---------------------------------------------------------------------------------------------- text again


def write(node: Node, level: int = 0) -> str:
    """The tree as plain text of the same notation, in brackets where `level` binds tighter than it does."""
    text, own = _write(node)
    return f"({text})" if own < level else text


def signed(terms: Iterable[str], signs: Sequence[int]) -> str:
    """A sum of terms as they are written: a - b + c."""
    first, *rest = zip(terms, signs, strict=True)
    marked = (f" {'-' if sign < 0 else '+'} {term}" for term, sign in rest)
    return f"{'-' if first[1] < 0 else ''}{first[0]}{''.join(marked)}"


def _write(node: Node) -> tuple[str, int]:
    match node:
        case Number(value):
            if value.denominator == 1:
                return str(value.numerator), 4
            decimal = value.denominator
            while decimal % 10 == 0:
                decimal //= 10
            while decimal % 2 == 0:
                decimal //= 2
            while decimal % 5 == 0:
                decimal //= 5
            if decimal == 1 and value.denominator > 2:
                return f"{float(value):.15g}", 4
            return f"{value.numerator}/{value.denominator}", 2
        case Name():
            return node.key.replace(AGAIN, ""), 4
        case Entry(key, indices):
            key = key.replace(AGAIN, "")
            base, caret, label = key.partition("^(")
            joined = "".join(indices) if all(len(i) == 1 for i in indices) else "(" + ",".join(indices) + ")"
            return f"{base.rstrip('_')}_{joined}{caret}{label}", 4
        case Negative(inner):
            return "-" + write(inner, 2), 1
        case Total(terms, signs):
            return signed((write(term, 2) for term in terms), signs), 1
        case Product(factors, ops):
            out = write(factors[0], 3 if isinstance(factors[0], Product) and "/" not in factors[0].ops else 2)
            for op, factor in zip(ops, factors[1:], strict=True):
                shown = write(factor, 3)
                if op == "/":
                    out += "/" + shown
                else:
                    glued = op == " " and out[-1:].isdigit() and shown[:1] == "(" and "/" not in out
                    out += ("" if glued else " " if op == " " else f" {op} ") + shown
            return out, 2
        case Power(base, exponent):
            return f"{write(base, 4)}^{write(exponent, 4)}", 3
        case Transposed(inner):
            return write(inner, 4) + "ᵀ", 4
        case Call(function, primes, arguments):
            if function == "abs":
                return f"|{write(arguments[0])}|", 4
            return f"{function}{chr(39) * primes}({', '.join(write(part) for part in arguments)})", 4
        case BigSum(index, body, mean):
            name = ("mean" if mean else "sum") + (f"_{index}" if index else "")
            return f"{name} {write(body, 2)}", 1
        case Derivative(written=written) if written:
            return written, 4
        case Derivative(_, below, short=True):
            return f"d{write(below)}", 4
        case Derivative(above, below):
            d = "∂" if node.held else "d"
            if isinstance(above, Name | Entry):
                return f"{d}{write(above)}/{d}{write(below)}", 3
            return f"{d}({write(above)})/{d}{write(below)}", 3
        case Differential(key):
            return f"d{key}", 4
        case Listing((row,)):
            return "[" + "; ".join(map(write, row)) + "]ᵀ", 4
        case Listing(rows):
            return "[" + "; ".join(", ".join(map(write, row)) for row in rows) + "]", 4
        case Dots():
            return "...", 4
        case Index(letter):
            return letter, 4
        case Otherwise():
            return "otherwise", 4
        case Comparison(left, sign, right):
            return f"({write(left)} {sign} {write(right)})", 4
        case Cases(branches):
            return "{" + "; ".join(
                f"{write(value)}, {write(condition)}" for value, condition in branches
            ) + "}", 4
    raise TypeError(f"not a part of a formula: {node!r}")
