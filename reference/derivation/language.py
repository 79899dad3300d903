"""The notation of a derivation: characters to tokens, tokens to a tree, and a tree back to text."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

# What is read at most. Every bound is far above what a derivation on paper needs; together they keep any
# input from taking long or overflowing the stack.
MOST_BYTES = 64 * 1024
_MOST_DEPTH = 40
_MOST_DIGITS = 40
_MOST_TOKENS_A_STATEMENT = 2000
MOST_STATEMENTS = 400
MOST_RANGE = 12  # the largest size written as a number, in a shape or a sum

FUNCTIONS = {
    name: meaning
    for meaning, names in {
        "sigmoid": "sigmoid σ sigma s S logistic",
        "tanh": "tanh",
        "relu": "relu ReLU Relu RELU",
        "softplus": "softplus",
        "softmax": "softmax Softmax",
        "exp": "exp",
        "log": "log ln",
        "sqrt": "sqrt",
        "sin": "sin",
        "cos": "cos",
        "abs": "abs",
        "sign": "sign sgn",
        "max": "max",
        "min": "min",
        "sum": "sum",
        "mean": "mean",
        "diag": "diag",
        "trace": "tr trace",
        "norm": "norm",
        "outer": "outer",
        "dot": "dot",
        "step": "step heaviside",
    }.items()
    for name in names.split()
}


class NotationError(ValueError):
    """A text that cannot be read: what was found where, and (`advice`) what was expected.

    line and column count from 1 in the text as given.
    """

    def __init__(self, problem: str, advice: str, line: int, column: int, source: str = "") -> None:
        self.problem = problem
        self.advice = advice
        self.line = line
        self.column = column
        self.source = source
        super().__init__(problem)

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
        self.args = (where,)
        return self


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both from 1."""

    line: int
    column: int


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

    def fail(self, problem: str, advice: str) -> NotationError:
        return NotationError(problem, advice, self.place.line, self.place.column)


_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᴸⁿⁱʲᵏˡᵐᵗᵀ", "0123456789+-()LnijklmtT", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₖₗₘₙₒₚₛₜₓ₊₋", "0123456789aeijklmnopstx+-", strict=True))
_SIGNS = {
    "−": "-",
    "–": "-",
    "×": "*",
    "∗": "*",
    "⋅": "·",
    "•": "·",
    "∘": "⊙",
    "⊗": "⊙",
    "∑": "sum",
    "Σ": "sum",
    "∂": "diff",
    "′": "'",
    "’": "'",
    "ʹ": "'",
    "⊤": "T",
    "√": "sqrt",
    "≤": "<=",
    "≥": ">=",
    "∥": "‖",
    "∇": "nabla",
    "…": "dots",
}
_OPERATORS = "+-*/^=()[]{}|,;:'<>@·⊙‖&"


def tokenize(line: str, number: int) -> list[Token]:
    """The tokens of one line of plain text; `number` is its line in the file."""
    tokens: list[Token] = []
    at = 0

    def add(kind: str, text: str, start: int) -> None:
        tight = bool(tokens) and start > 0 and not line[start - 1].isspace()
        tokens.append(Token(kind, text, Place(number, start + 1), tight))

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
            if inner == "T":
                add("T", "ᵀ", start)
            else:
                add("^", "^", start)
                add("super", inner, start)
        elif char in _SUBSCRIPTS:
            while at < len(line) and line[at] in _SUBSCRIPTS:
                at += 1
            add("sub", "".join(_SUBSCRIPTS[c] for c in line[start:at]), start)
        elif char == "_":
            at = _subscript(line, at, number, add)
        elif line.startswith("...", at):
            at += 3
            add("dots", "...", start)
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
        elif char.isalpha():
            while at < len(line) and (
                line[at].isalpha()
                or (line[at].isascii() and line[at].isdigit())
                or unicodedata.combining(line[at])
            ):
                if line[at] in _SUPERSCRIPTS or line[at] in _SUBSCRIPTS:
                    break
                at += 1
            add("name", unicodedata.normalize("NFC", line[start:at]), start)
        elif line[at : at + 2] in {"**", "<=", ">=", ":="}:
            at += 2
            add({"**": "^", ":=": "="}.get(line[start:at], line[start:at]), line[start:at], start)
        elif char in _OPERATORS:
            at += 1
            add(char, char, start)
        else:
            raise NotationError(
                f"{describe(char)} is not part of the notation",
                "write names, numbers, + - * / ^ ' @ ⊙ · ( ) =, sum_j and functions",
                number,
                start + 1,
            )
    return tokens


def _subscript(line: str, at: int, number: int, add: object) -> int:
    start = at
    at += 1
    if at < len(line) and line[at] in "({":
        close = {"(": ")", "{": "}"}[line[at]]
        end = line.find(close, at)
        if end < 0:
            raise NotationError(
                f"the subscript's {line[at]} is never closed", f"close it with {close}", number, at + 1
            )
        text, at = line[at + 1 : end], end + 1
    else:
        while at < len(line) and (line[at].isalpha() or line[at].isdigit() or line[at] == "_"):
            if line[at] in _SUPERSCRIPTS:
                break
            at += 1
        text = line[start + 1 : at]
    text = "".join(_SUBSCRIPTS.get(c, c) for c in "".join(text.split()))
    if not 0 < len(text) <= 20 or not all(is_script(c) for c in text):
        raise NotationError(
            "_ begins a subscript", "letters or digits follow it, as in w_jk", number, start + 1
        )
    add("sub", text, start)  # type: ignore[operator]
    return at


def is_script(char: str) -> bool:
    """Whether a character can stand in a subscript; ① and ² are digits to Python, but no numbers to it."""
    return char.isalpha() or char in "0123456789_,+-="


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
    """A name with its scripts: base W, sub jk, label (L). `primes` only where a prime is part of the name."""

    base: str
    sub: str = ""
    label: str = ""

    @property
    def key(self) -> str:
        return self.base + (f"_{self.sub}" if self.sub else "") + (f"^({self.label})" if self.label else "")


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """An entry of an array: indices are index letters or numbers."""

    key: str
    indices: tuple[str, ...]
    # The scripts as written, so that it prints back as it was.


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

    An op is ' ' (written side by side), '@', '⊙', '*', '·' or '/'.
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


@dataclass(frozen=True, slots=True)
class BigSum(Node):
    """sum_j body (or mean_j): index is the letter, '' where the text leaves it open; upper names the size."""

    index: str
    body: Node
    mean: bool = False
    size: str = ""


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    above: Node
    below: Node
    short: bool = field(default=False, compare=False)  # written dW for dC/dW


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


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in order."""
    match node:
        case Negative(inner) | Transposed(inner):
            return (inner,)
        case Total(terms, _):
            return terms
        case Product(factors, _):
            return factors
        case Power(base, exponent):
            return (base, exponent)
        case Call(_, _, arguments):
            return arguments
        case BigSum(_, body):
            return (body,)
        case Derivative(above, below):
            return (above, below)
        case Comparison(left, _, right):
            return (left, right)
        case Cases(branches):
            return tuple(part for branch in branches for part in branch)
    return ()


def rebuild(node: Node, parts: Sequence[Node]) -> Node:
    """The same node around other parts."""
    match node:
        case Negative() | Transposed():
            return replace(node, inner=parts[0])
        case Total():
            return replace(node, terms=tuple(parts))
        case Product():
            return replace(node, factors=tuple(parts))
        case Power():
            return replace(node, base=parts[0], exponent=parts[1])
        case Call():
            return replace(node, arguments=tuple(parts))
        case BigSum():
            return replace(node, body=parts[0])
        case Derivative():
            return replace(node, above=parts[0], below=parts[1])
        case Comparison():
            return replace(node, left=parts[0], right=parts[1])
        case Cases():
            return replace(node, branches=tuple(zip(parts[::2], parts[1::2], strict=True)))
    return node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, from left to right."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))


# ---------------------------------------------------------------------------------------------- statements


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


Statement = Declaration | Equation


@dataclass(slots=True)
class Vocabulary:
    """What a first look at all tokens knows about the names, before anything is parsed."""

    always_labelled: set[str] = field(default_factory=set)  # bases that never occur without a superscript
    labelled: set[tuple[str, str]] = field(default_factory=set)  # (base, label) seen with parentheses
    values: set[str] = field(default_factory=set)  # bases that are defined, declared or used as values
    functions: set[str] = field(default_factory=set)  # keys that a line `f(x) = ...` defines
    defined: set[str] = field(default_factory=set)  # keys on the left of a definition or of a colon


_LABEL = re.compile(r"[^\W\d_](?:[+-]\d)?|\d{1,2}")


def _superscript(tokens: Sequence[Token], at: int) -> tuple[str, bool, int] | None:
    """The label after a `^` at `at`: its text, whether in parentheses, where it ends; None if none."""
    after = at + 1
    if after >= len(tokens) or tokens[at].text == "**":
        return None
    first = tokens[after]
    if first.kind == "super":
        text = first.text
        bracketed = text.startswith("(") and text.endswith(")")
        text = text[1:-1] if bracketed else text
        return (text, bracketed, after + 1) if _LABEL.fullmatch(text) else None
    close = {"(": ")", "{": "}"}.get(first.kind)
    if close is None:
        if first.kind in {"name", "number"} and _LABEL.fullmatch(first.text):
            return first.text, False, after + 1
        return None
    end = after + 1
    while end < len(tokens) and end < after + 8 and tokens[end].kind != close:
        end += 1
    if end >= len(tokens) or tokens[end].kind != close:
        return None
    inner = tokens[after + 1 : end]
    bracketed = first.kind == "("
    if first.kind == "{" and inner and inner[0].kind == "(" and inner[-1].kind == ")":
        inner, bracketed = inner[1:-1], True
    text = "".join(token.text for token in inner)
    return (text, bracketed, end + 1) if _LABEL.fullmatch(text) else None


def look_over(statements: Sequence[Sequence[Token]]) -> Vocabulary:
    """Which superscripts belong to names and which names are values: a look at every token, in two rounds."""
    known = Vocabulary()
    seen: set[str] = set()
    bare: set[str] = set()
    for tokens in statements:
        for at, token in enumerate(tokens):
            if token.kind != "name":
                continue
            base = token.text
            after = at + 1
            if after < len(tokens) and tokens[after].kind == "sub":
                after += 1
            found = _superscript(tokens, after) if after < len(tokens) and tokens[after].kind == "^" else None
            stripped = base[1:] if len(base) > 1 and base[0] == "d" else base
            for name in {base, stripped}:
                if found and found[0] not in {"T", "t"}:
                    seen.add(name)
                    if found[1]:
                        known.labelled.add((name, found[0]))
                elif name == base or not found:
                    bare.add(name)
    known.always_labelled = {name for name in seen - bare if name not in FUNCTIONS and name != "e"}
    return known


def assemble(tokens: Sequence[Token], known: Vocabulary) -> list[Token]:
    """Joins a name with the subscripts, superscripts and primes that belong to it."""
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.kind != "name":
            joined.append(token)
            continue
        sub: str | None = None
        label: str | None = None
        primes = 0
        base = token.text
        while at < len(tokens):
            following = tokens[at]
            if following.kind == "sub" and sub is None and (following.tight or following.latex):
                sub, at = following.text, at + 1
            elif following.kind == "'" and (following.tight or following.latex):
                primes, at = primes + 1, at + 1
            elif following.kind == "^" and label is None and not primes:
                found = _superscript(tokens, at)
                if found is None or found[0] in {"T", "t"} or (base in FUNCTIONS and not found[1]):
                    break
                text, bracketed, end = found
                names = {base, base[1:] if len(base) > 1 and base[0] == "d" else base}
                belongs = (
                    (bracketed and base != "e")
                    or any((name, text) in known.labelled for name in names)
                    or any(name in known.always_labelled for name in names)
                )
                if not belongs:
                    break
                label, at = text, end
            else:
                break
        joined.append(replace(token, sub=sub, label=label, primes=primes))
    return joined


def collect_names(statements: Sequence[Sequence[Token]], known: Vocabulary) -> None:
    """Fills in which names are values, functions and defined, from assembled tokens."""
    numerators: set[str] = set()
    primed: set[str] = set()
    for tokens in statements:
        for at, token in enumerate(tokens):
            if token.kind != "name":
                continue
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            before = tokens[at - 1] if at else None
            key = _key(token)
            if token.primes:
                primed.add(key)
                continue
            if before is not None and (before.kind == "diff" or before.text == "d"):
                (known.values if before is not tokens[0] and tokens[at - 2].kind == "/" else numerators).add(
                    key
                )
                continue
            if _is_d(token):
                (known.values if before is not None and before.kind == "/" else numerators).add(key[1:])
            if following is None or following.kind != "(" or not (following.tight or token.latex):
                known.values.add(key)
        first = next((i for i, token in enumerate(tokens) if token.kind != "text"), 0)
        start = tokens[first:]
        if len(start) > 2 and start[0].kind == "name" and start[1].kind == "(":
            close = next((i for i, token in enumerate(start) if token.kind == ")"), None)
            inside = start[2:close] if close else []
            plain = bool(inside) and all(token.kind in {"name", ",", "dots"} for token in inside)
            if plain and close and close + 1 < len(start) and start[close + 1].kind == "=":
                known.functions.add(_key(start[0]))
        for at, token in enumerate(tokens):
            if token.kind == ":":
                known.defined.update(
                    _key(tokens[i]) for i in range(at - 1, -1, -1) if tokens[i].kind == "name" and i > at - 8
                )
                known.values.update(
                    _key(tokens[i]) for i in range(at - 1, -1, -1) if tokens[i].kind == "name" and i > at - 8
                )
        if len(start) > 1 and start[0].kind == "name" and start[1].kind == "=" and not _is_d(start[0]):
            known.defined.add(_key(start[0]))
    known.values |= numerators - primed


def _key(token: Token) -> str:
    return Name(token.text, token.sub or "", token.label or "").key


def _is_d(token: Token) -> bool:
    """dW2: a d and then a name."""
    return token.kind == "name" and len(token.text) > 1 and token.text[0] == "d" and token.text[1].isalpha()


# ---------------------------------------------------------------------------------------------- parser

_STARTS = {"name", "number", "(", "[", "{", "|", "‖", "frac", "sqrt", "sum", "diff", "nabla", "cases"}
_RELATIONS = {"<", ">", "<=", ">="}


class Parser:
    """One statement's tokens to a tree; raises NotationError at the place that cannot be read."""

    def __init__(self, tokens: Sequence[Token], known: Vocabulary) -> None:
        last = tokens[-1]
        if len(tokens) > _MOST_TOKENS_A_STATEMENT:
            raise last.fail(
                f"a statement of {len(tokens)} parts", f"at most {_MOST_TOKENS_A_STATEMENT} are read"
            )
        end = Token("end", "", Place(last.place.line, last.place.column + len(last.text)))
        self.tokens = [*tokens, end]
        self.known = known
        self.at = 0
        self.depth = 0
        self.bars = 0  # inside |...| a bar closes

    # -- small steps
    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def ahead(self, steps: int = 1) -> Token:
        return self.tokens[min(self.at + steps, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.now
        if token.kind != "end":
            self.at += 1
        return token

    def expect(self, kind: str, opened: Token, what: str) -> None:
        if self.now.kind == kind:
            self.at += 1
            return
        found = "the end of the line" if self.now.kind == "end" else f"'{self.now.text}'"
        raise self.now.fail(
            f"{what} opened at column {opened.place.column} is not closed: found {found}",
            f"expected '{kind}'",
        )

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _MOST_DEPTH:
            raise self.now.fail(f"brackets nested more than {_MOST_DEPTH} deep", "give the inner part a name")

    # -- statements
    def statement(self) -> list[Statement]:
        if any(token.kind == ":" for token in self.tokens):
            return list(self.declarations())
        return [self.equation()]

    def declarations(self) -> Iterator[Declaration]:
        while self.now.kind != "end":
            names = []
            while True:
                token = self.take()
                if token.kind != "name" or token.primes:
                    raise token.fail(
                        "a shape declaration reads `name: (rows, columns)`", "expected a name here"
                    )
                names.append(token)
                if self.now.kind == ":":
                    break
                if self.now.kind != ",":
                    raise self.now.fail(f"'{token.text}' is followed by '{self.now.text}'", "expected ':'")
                self.take()
            self.take()
            dims = self.shape()
            for token in names:
                yield Declaration(Name(token.text, token.sub or "", token.label or ""), dims, token.place)
            if self.now.kind in {",", ";"}:
                self.take()

    def shape(self) -> tuple[str, ...]:
        opened = self.take()
        if opened.kind == "name" and opened.text in {"scalar", "number"}:
            return ()
        if opened.kind != "(":
            raise opened.fail("a shape is written (m, n), (n,) or ()", "expected '('")
        dims: list[str] = []
        while self.now.kind not in {")", "end"}:
            token = self.take()
            if token.kind == "number":
                if not re.fullmatch(r"\d{1,3}", token.text) or not 1 <= int(token.text) <= MOST_RANGE:
                    raise token.fail(
                        f"a size of {token.text}", f"sizes are letters or numbers from 1 to {MOST_RANGE}"
                    )
                dims.append(str(int(token.text)))
            elif token.kind == "name" and not token.primes and token.text not in FUNCTIONS:
                dims.append(_key(token))
            else:
                raise token.fail(f"'{token.text}' is not a size", "expected a letter or a number")
            if self.now.kind == ",":
                self.take()
            elif self.now.kind != ")":
                break
        self.expect(")", opened, "the shape")
        if len(dims) > 2:
            raise opened.fail(f"a shape of {len(dims)} dimensions", "scalars, vectors and matrices are read")
        return tuple(dims)

    def equation(self) -> Equation:
        left: Node | None = None
        start = self.now
        if start.kind != "=":
            left = self.side()
            if self.now.kind != "=":
                raise self.unexpected("'=': a line defines (`z = W x + b`) or claims (`dC/dz = ...`)")
        parts: list[Node] = []
        conditions: list[Node | None] = []
        places: list[Place] = []
        while self.now.kind == "=":
            self.take()
            places.append(self.now.place)
            parts.append(self.expression())
            condition: Node | None = None
            if self.now.kind == ",":
                self.take()
                condition = self.condition()
            conditions.append(condition)
        if self.now.kind != "end":
            raise self.unexpected("an operator or the end of the line")
        return Equation(left, tuple(parts), tuple(conditions), tuple(places))

    def side(self) -> Node:
        """The left side; `C_0(...)` with dots is C_0."""
        if self.now.kind == "name" and self.ahead().kind == "(" and self.ahead(2).kind == "dots":
            token = self.take()
            self.take()
            self.take()
            self.expect(")", token, "the argument")
            return Name(token.text, token.sub or "", token.label or "", place=token.place)
        return self.expression()

    def unexpected(self, wanted: str) -> NotationError:
        token = self.now
        if token.kind == "dots":
            return token.fail("'...' leaves terms out", "write the sum with an index, as in sum_k w_k a_k")
        found = "the line ends here" if token.kind == "end" else f"'{token.text}' cannot stand here"
        return token.fail(found, f"expected {wanted}")

    # -- expressions
    def expression(self) -> Node:
        self.deeper()
        place = self.now.place
        terms: list[Node] = []
        signs: list[int] = []
        sign = 1
        if self.now.kind in {"+", "-"}:
            sign = -1 if self.take().kind == "-" else 1
        while True:
            terms.append(self.product())
            signs.append(sign)
            if self.now.kind not in {"+", "-"}:
                break
            sign = -1 if self.take().kind == "-" else 1
        self.depth -= 1
        if len(terms) == 1:
            return terms[0] if signs[0] > 0 else Negative(terms[0], place=place)
        return Total(tuple(terms), tuple(signs), place=place)

    def condition(self) -> Node:
        """z > 0, `if z > 0` or `otherwise`."""
        place = self.now.place
        if self.now.kind == "text" or (self.now.kind == "name" and self.now.text in {"otherwise", "else"}):
            word = self.take().text.strip(" .,").casefold()
            if word in {"otherwise", "else", "sonst"}:
                return Otherwise(place=place)
            if word not in {"if", "for", "when", "falls", ""}:
                self.at -= 1
                raise self.unexpected("a condition such as z > 0, or `otherwise`")
        elif self.now.kind == "name" and self.now.text in {"if", "for", "when"}:
            self.take()
        left = self.expression()
        if self.now.kind not in _RELATIONS:
            raise self.unexpected("one of < > <= >=")
        sign = self.take().text
        return Comparison(left, {"≤": "<=", "≥": ">="}.get(sign, sign), self.expression(), place=left.place)

    def product(self) -> Node:
        place = self.now.place
        factors = [self.factor()]
        ops: list[str] = []
        while True:
            token = self.now
            if token.kind in {"*", "·", "⊙", "@", "/"}:
                self.take()
                ops.append(token.kind)
                if self.now.kind == "-":
                    minus = self.take()
                    factors.append(Negative(self.factor(), place=minus.place))
                else:
                    factors.append(self.factor())
            elif token.kind in _STARTS and not (token.kind in {"|", "‖"} and self.bars):
                if ops and ops[-1] == "/" and token.tight:
                    self.refuse_tight_division(factors, token)
                ops.append(" ")
                factors.append(self.factor())
            else:
                break
        return factors[0] if not ops else Product(tuple(factors), tuple(ops), place=place)

    def refuse_tight_division(self, factors: list[Node], token: Token) -> None:
        above, below = factors[-2], factors[-1]
        if not isinstance(below, Number | Name | Entry) or (isinstance(below, Number) and token.kind == "("):
            return
        start = self.at
        third = self.factor()
        self.at = start
        a, b, c = (write(node, 3) for node in (above, below, third))
        raise token.fail(
            f"{a}/{b}{c} can be read as ({a}/{b}) {c} or as {a}/({b} {c})", "write the one that is meant"
        )

    def factor(self) -> Node:
        node = self.primary()
        while True:
            token = self.now
            if token.kind == "T":
                self.take()
                node = Transposed(node, place=node.place)
            elif token.kind == "^":
                node = self.power(node)
            elif token.kind == "'":
                raise token.fail("a prime marks the slope of a function", "write f'(z), or ᵀ for a transpose")
            elif token.kind == "sub":
                if (
                    isinstance(node, Call | Transposed | Derivative | Product | Total)
                    and token.text.isalnum()
                ):
                    raise token.fail(
                        "an index on an expression", "give the expression a name, then index the name"
                    )
                raise token.fail(f"the subscript {token.text} stands on nothing", "put it after a name")
            else:
                return node

    def power(self, base: Node) -> Node:
        caret = self.take()
        if isinstance(base, Call) and base.function in {"sum", "mean"}:
            name, inner = base.function, write(base.arguments[0])
            raise caret.fail(
                f"{name}({inner})^ can be read as {name}(({inner})^..) or as ({name}({inner}))^..",
                "write the one that is meant",
            )
        token = self.now
        if token.kind == "T" or (token.kind == "name" and token.text == "T" and not token.sub):
            self.take()
            return Transposed(base, place=base.place)
        if token.kind == "{" and self.ahead(2).kind == "}" and self.ahead().text in {"T", "t", "⊤", "ᵀ"}:
            self.at += 3
            return Transposed(base, place=base.place)
        self.deeper()
        exponent: Node
        if token.kind == "super":
            self.take()
            text = token.text.strip("()")
            if not re.fullmatch(r"-?\d{1,4}", text):
                raise token.fail(
                    f"the superscript {token.text} is no power", "write ^(...) for a name's superscript"
                )
            exponent = Number(Fraction(int(text)), place=token.place)
        elif token.kind == "-":
            self.take()
            exponent = Negative(self.exponent(), place=token.place)
        else:
            exponent = self.exponent()
        self.depth -= 1
        return Power(base, exponent, place=base.place)

    def exponent(self) -> Node:
        node = self.primary()
        return self.power(node) if self.now.kind == "^" else node  # 2^3^2 is 2^(3^2)

    def primary(self) -> Node:
        token = self.now
        match token.kind:
            case "number":
                self.take()
                return Number(read_number(token), place=token.place)
            case "(" | "[" | "{":
                return self.group()
            case "|" | "‖":
                return self.bars_group()
            case "frac":
                return self.fraction()
            case "sqrt":
                self.take()
                self.deeper()
                inner = self.primary()
                self.depth -= 1
                return Call("sqrt", 0, (inner,), place=token.place)
            case "sum":
                return self.big_sum()
            case "cases":
                return self.cases()
            case "nabla":
                return self.gradient()
            case "diff":
                return self.derivative()
            case "name":
                return self.named()
        raise self.unexpected("a name, a number or '('")

    def group(self) -> Node:
        opened = self.take()
        close = {"(": ")", "[": "]", "{": "}"}[opened.kind]
        bars, self.bars = self.bars, 0
        node = self.expression()
        if self.now.kind in _RELATIONS:
            sign = self.take().text
            sign = {"≤": "<=", "≥": ">="}.get(sign, sign)
            node = Comparison(node, sign, self.expression(), place=opened.place)
        self.bars = bars
        self.expect(close, opened, f"the '{opened.kind}'")
        return node

    def bars_group(self) -> Node:
        opened = self.take()
        self.deeper()
        self.bars += 1
        double = opened.kind == "|" and self.now.kind == "|" and self.now.tight
        if double:
            self.take()
        node = self.expression()
        self.bars -= 1
        self.expect(opened.kind, opened, f"the '{opened.text}'")
        if double:
            self.expect("|", opened, "the '||'")
        self.depth -= 1
        return Call("norm" if double or opened.kind == "‖" else "abs", 0, (node,), place=opened.place)

    def fraction(self) -> Node:
        token = self.take()
        self.deeper()
        halves: list[tuple[Node | None, bool]] = []
        for _ in range(2):
            opened = self.now
            if opened.kind != "{":  # \\frac12
                halves.append((self.primary(), False))
                continue
            self.take()
            if self.starts_differential():
                operand = self.differential(above=True)
                self.expect("}", opened, "the '{'")
                halves.append((operand, True))
            else:
                halves.append((self.expression(), False))
                self.expect("}", opened, "the '{'")
        self.depth -= 1
        (above, first), (below, second) = halves
        if first and second:
            if below is None:
                raise token.fail("a derivative by nothing", "name the variable below, as in dC/dw")
            return self.derivative_of(above, below, token.place)
        if first or second:
            raise token.fail(
                "a differential on one side only of the fraction", "write dC/dw with a d on both sides"
            )
        assert above is not None
        assert below is not None
        return Product((above, below), ("/",), place=token.place)

    def starts_differential(self) -> bool:
        token = self.now
        if token.kind == "diff":
            return True
        if token.kind != "name" or token.primes:
            return False
        if token.text == "d" and not token.sub and "d" not in self.known.defined:
            return self.ahead().kind in {"name", "(", "/", "}", "^", "{"}
        return _is_d(token) and token.text not in FUNCTIONS and _key(token) not in self.known.defined

    def differential(self, above: bool) -> Node | None:
        """What follows a d or ∂; None for the bare d of d/dx."""
        token = self.now
        if token.kind == "name" and token.text != "d":
            stripped = replace(token, text=token.text[1:])
            self.tokens[self.at] = stripped
            node = self.named(call=above and self.ahead().kind == "(" and self.ahead().tight)
            self.tokens[self.tokens.index(stripped)] = token
            return node
        self.take()
        if self.now.kind == "^" or self.now.kind == "super":
            raise self.now.fail("a second derivative", "first derivatives are checked")
        if self.now.kind == "name" and self.now.text not in FUNCTIONS | {"d": ""}:
            return self.named(call=above and self.ahead().kind == "(" and self.ahead().tight)
        if self.now.kind == "name":
            return self.named(call=True) if above else self.named(call=False)
        if self.now.kind in {"(", "{", "["}:
            return self.group()
        if above and self.now.kind in {"/", "}"}:
            return None
        raise self.unexpected("the name that the d belongs to")

    def derivative(self) -> Node:
        """dC/dw, ∂C/∂w or d/dw (...), at its first sign."""
        token = self.now
        self.deeper()
        above = self.differential(above=True)
        if self.now.kind != "/":
            raise self.unexpected("'/' and the variable: a derivative reads dC/dw")
        self.take()
        if not self.starts_differential():
            raise self.unexpected("d or ∂ and a name: a derivative reads dC/dw")
        below = self.differential(above=False)
        assert below is not None
        self.depth -= 1
        return self.derivative_of(above, below, token.place)

    def derivative_of(self, above: Node | None, below: Node, place: Place) -> Node:
        if not isinstance(below, Name | Entry):
            raise NotationError(
                "a derivative by an expression",
                "name the variable below, as in dC/dw",
                place.line,
                place.column,
            )
        if above is None:
            above = self.factor()
        return Derivative(above, below, place=place)

    def gradient(self) -> Node:
        """∇_W C is dC/dW."""
        token = self.take()
        if self.now.kind != "sub":
            raise token.fail("a gradient by everything at once", "name one variable, as in ∇_W C or dC/dW")
        below = self.take()
        base, _, sub = below.text.partition("_")
        return Derivative(self.primary(), Name(base, sub, place=below.place), place=token.place)

    def big_sum(self) -> Node:
        token = self.take()
        return self.sum_of(token, token.text == "mean")

    def sum_of(self, token: Token, mean: bool) -> Node:
        index, lower, size = "", "", ""
        sub = token.sub
        if self.now.kind == "sub" and sub is None:
            sub = self.take().text
        if sub is not None:
            index, _, lower = sub.partition("=")
            if not (len(index) == 1 and index.isalpha()) or lower not in {"", "0", "1"}:
                raise token.fail(
                    f"a sum over '{sub}'",
                    "sums run over the whole range of one letter: sum_j, or from j=0 or j=1",
                )
        if self.now.kind == "^":
            caret = self.take()
            self.deeper()
            upper = self.primary()
            self.depth -= 1
            size = self.range_of(upper, lower, caret)
        elif token.label is not None:
            size = token.label
        if self.now.kind not in _STARTS and self.now.kind != "-":
            raise self.unexpected("what is summed")
        self.deeper()
        if self.now.kind == "-":
            minus = self.take()
            body: Node = Negative(self.product(), place=minus.place)
        else:
            body = self.product()
        self.depth -= 1
        return BigSum(index, body, mean, size, place=token.place)

    def range_of(self, upper: Node, lower: str, caret: Token) -> str:
        first = int(lower) if lower else 1
        if isinstance(upper, Number) and upper.value.denominator == 1:
            size = int(upper.value) - first + 1
            if 1 <= size <= MOST_RANGE:
                return str(size)
            raise caret.fail(f"a sum of {size} terms", f"sums of 1 to {MOST_RANGE} terms are read")
        match upper:
            case Name() if first == 1:
                return upper.key
            case Total((Name() as name, Number(value)), (1, -1)) if value == 1 and first == 0:
                return name.key
        raise caret.fail(
            "a sum over a part of the range", "sums run over the whole range: j=0 to n-1, j=1 to n, or sum_j"
        )

    def cases(self) -> Node:
        token = self.take()
        self.deeper()
        branches: list[tuple[Node, Node]] = []
        while self.now.kind != "endcases":
            value = self.expression()
            while self.now.kind in {",", "&"}:
                self.take()
            branches.append((value, self.condition()))
            if self.now.kind == ";":
                self.take()
            elif self.now.kind != "endcases":
                raise self.unexpected("'\\\\\\\\' or \\\\end{cases}")
        self.take()
        self.depth -= 1
        if not 1 <= len(branches) <= 8:
            raise token.fail(f"{len(branches)} cases", "1 to 8 are read")
        return Cases(tuple(branches), place=token.place)

    def named(self, call: bool = True) -> Node:
        token = self.now
        key = _key(token)
        if token.text == "d" and token.label == "2" and self.ahead().kind == "name":
            raise token.fail("a second derivative", "first derivatives are checked")
        if call and self.starts_differential():
            divided = self.derivative_ahead()
            if divided:
                return self.derivative()
        self.take()
        if (
            token.text in FUNCTIONS
            and key not in self.known.defined
            and key not in self.known.functions
            and call
        ):
            meaning = FUNCTIONS[token.text]
            if meaning in {"sum", "mean"} and (token.sub or self.now.kind not in {"("}):
                if token.sub is None and self.now.kind != "^":
                    raise self.unexpected("'(' or an index: sum(...) or sum_j ...")
                return self.sum_of(token, meaning == "mean")
            # `s` and `S` are a sigmoid only where they are called
            letter = len(token.text) == 1 and token.text != "σ"
            if not letter or token.primes or self.now.kind in {"(", "["}:
                return self.call(token, token.text)
        if call and self.now.kind == "(" and (token.primes or key in self.known.functions):
            return self.call(token, key)
        # f (x) with a blank is a product, as in 2/N (Z - Y); LaTeX has blanks anywhere
        touching = self.now.tight or token.latex
        if call and self.now.kind == "(" and touching and key not in self.known.values:
            return self.call(token, key)
        if token.primes:
            raise token.fail(
                f"{token.text}{chr(39) * token.primes} without its argument",
                f"write {token.text}'(z) with the z it is at",
            )
        return Name(token.text, token.sub or "", token.label or "", place=token.place)

    def derivative_ahead(self) -> bool:
        """Whether the d at this place is the top of a derivative written with a slash."""
        at, depth = self.at, 0
        first = self.tokens[at]
        at += 1 if _is_d(first) and first.kind == "name" else 2
        if first.kind == "name" and first.text == "d" and self.tokens[self.at + 1].kind == "/":
            at = self.at + 1
        elif at < len(self.tokens) and (self.tokens[at].kind == "(" or self.tokens[at - 1].kind == "("):
            at = at if self.tokens[at].kind == "(" else at - 1
            while at < len(self.tokens):
                depth += {"(": 1, ")": -1}.get(self.tokens[at].kind, 0)
                at += 1
                if depth == 0:
                    break
        if at + 1 >= len(self.tokens) or self.tokens[at].kind != "/":
            return False
        start, self.at = self.at, at + 1
        found = self.starts_differential()
        self.at = start
        return found

    def call(self, token: Token, function: str) -> Node:
        exponent: Node | None = None
        if self.now.kind == "^":  # tanh^2(z)
            self.take()
            exponent = self.exponent()
        self.deeper()
        if self.now.kind == "(":
            opened = self.take()
            bars, self.bars = self.bars, 0
            arguments = []
            while True:
                if self.now.kind == "name" and self.now.text in {"axis", "dim"} and self.ahead().kind == "=":
                    self.at += 2
                arguments.append(self.expression())
                if self.now.kind in _RELATIONS and len(arguments) == 1 and FUNCTIONS.get(function) == "step":
                    raise self.unexpected("')'")
                if self.now.kind != ",":
                    break
                self.take()
            self.bars = bars
            self.expect(")", opened, f"the '(' of {token.text}")
        elif self.now.kind in _STARTS and not token.primes:
            arguments = [self.factor()]
        else:
            raise self.unexpected(f"'(': the argument of {token.text}")
        self.depth -= 1
        node: Node = Call(function, token.primes, tuple(arguments), place=token.place)
        if exponent is not None:
            node = Power(node, exponent, place=token.place)
        return node


def read_number(token: Token) -> Fraction:
    """A decimal as the exact fraction that it is."""
    digits = sum(char.isdigit() for char in token.text)
    mantissa, _, exponent = token.text.lower().partition("e")
    if digits > _MOST_DIGITS or abs(int(exponent or 0)) > 60:
        raise token.fail(
            "a number of this size", f"numbers have at most {_MOST_DIGITS} digits and exponents to 60"
        )
    return Fraction(mantissa if mantissa.strip(".") else "0") * Fraction(10) ** int(exponent or 0)


# ---------------------------------------------------------------------------------------------- text again

_LEVELS = {"+": 1, "*": 2, "^": 3, "atom": 4}


def write(node: Node, level: int = 0) -> str:
    """The tree as plain text of the same notation, in brackets where `level` binds tighter than it does."""
    text, own = _write(node)
    return f"({text})" if own < level else text


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
            return node.key, 4
        case Entry(key, indices):
            base, caret, label = key.partition("^(")
            joined = "".join(indices) if all(len(i) == 1 for i in indices) else "(" + ",".join(indices) + ")"
            return f"{base.rstrip('_')}_{joined}{caret}{label}", 4
        case Negative(inner):
            return "-" + write(inner, 2), 1
        case Total(terms, signs):
            out = ""
            for number, (term, sign) in enumerate(zip(terms, signs, strict=True)):
                mark = ("-" if sign < 0 else "") if number == 0 else (" - " if sign < 0 else " + ")
                out += mark + write(term, 2)
            return out, 1
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
        case Derivative(_, below, short=True):
            return f"d{write(below)}", 4
        case Derivative(above, below):
            if isinstance(above, Name | Entry):
                return f"d{write(above)}/d{write(below)}", 3
            return f"d({write(above)})/d{write(below)}", 3
        case Otherwise():
            return "otherwise", 4
        case Comparison(left, sign, right):
            return f"({write(left)} {sign} {write(right)})", 4
        case Cases(branches):
            return "{" + "; ".join(
                f"{write(value)}, {write(condition)}" for value, condition in branches
            ) + "}", 4
    raise TypeError(f"not a part of a formula: {node!r}")
