"""One statement's tokens to a tree, and the place and the reason where they are none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

from backproof.reference.derivation.language import (
    BRACKETED,
    ELSE_IN_WORDS,
    FORMULAS,
    FUNCTIONS,
    IF,
    IF_IN_WORDS,
    MOST_RANGE,
    MOST_TOKENS,
    NOWHERE,
    BigSum,
    Call,
    Cases,
    Comparison,
    Declaration,
    Derivative,
    Dots,
    Equation,
    Large,
    Listing,
    Name,
    Negative,
    Node,
    NotationError,
    Number,
    Otherwise,
    Place,
    Power,
    Product,
    Statement,
    Token,
    Total,
    Transposed,
    Vocabulary,
    cells,
    children,
    is_d,
    joined,
    mapped,
    several_names,
    tokenize,
    walk,
    words,
    write,
)

# What a statement may hold at most, beside the bounds of language.py.
_MOST_DEPTH = 40
_MOST_DIGITS = 40
_STARTS = {"name", "number", "(", "[", "{", "|", "‖", "frac", "sqrt", "sum", "diff", "nabla", "cases"}
_ACTIVATIONS = words("f g h a act σ φ ϕ ψ")  # g_softmax is the function behind the _
_WEIGHTS = words("W w b U V θ Θ β γ")  # and ∇W is the slope of the one cost by them
_RELATIONS = {"<", ">", "<=", ">=", "==", "!="}
_ALL = {"batch", "examples", "samples", "data"}  # what a sum without index runs over
_AXES = {"axis=0": 0, "rows": 0, "row": 0, "axis=1": 1, "columns": 1, "cols": 1}
_OPTIONS = {"axis", "dim", "keepdims", "keepdim"}


class Parser:
    """One statement's tokens to a tree; raises NotationError at the place that cannot be read."""

    def __init__(self, tokens: Sequence[Token], known: Vocabulary) -> None:
        last = tokens[-1]
        if len(tokens) > MOST_TOKENS:
            raise last.fail(f"a statement of {len(tokens)} parts", f"at most {MOST_TOKENS} are read")
        end = Token("end", "", Place(last.place.line, last.place.column + len(last.text)))
        self.tokens = [*tokens, end]
        self.known = known
        self.at = 0
        self.depth = 0
        self.indexed: dict[Name, Node] = {}  # what an index stands on, by its formula
        self.second = False  # whether the d before was one of d^2
        self.curly = False  # whether it was a ∂
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
        equation = self.equation()
        return [
            *(Equation(name, (node,), (None,), (NOWHERE,)) for name, node in self.indexed.items()),
            *self.by_each(equation),
        ]

    def by_each(self, equation: Equation) -> list[Equation]:
        """∇f = (∂f/∂x, ∂f/∂y) = (2 x, 1), all the slopes of f in one equation, as one for each of them."""
        left, parts = equation.left, equation.parts
        if not isinstance(left, Listing):
            return [equation]
        slopes = [*children(left)] or [*children(parts[0])]
        if not all(isinstance(slope, Derivative) for slope in slopes):
            return [equation]
        found = []
        for at, slope in enumerate(slopes):
            ours = [_cell(part, at, len(slopes)) for part in parts]
            pairs = [(n, one) for n, one in enumerate(ours) if one is not None and one != slope]
            if None in ours or not pairs:
                token = self.tokens[0]
                raise token.fail(
                    "a gradient by everything at once", "name one variable, as in ∇_W C or dC/dW"
                )
            found.append(
                replace(
                    equation,
                    left=slope,
                    parts=tuple(one for _, one in pairs),
                    conditions=tuple(equation.conditions[n] for n, _ in pairs),
                    places=tuple(equation.places[n] for n, _ in pairs),
                )
            )
        return found

    def declarations(self) -> Iterator[Declaration]:
        while self.now.kind != "end":
            names = []
            while True:
                token = self.take()
                if (token.kind != "name" or token.primes) and token.text != "1":  # 1: (m,) are the ones
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
            for token in (one for one in names if one.kind == "name"):
                yield Declaration(token.name, dims, token.place)
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
                if not re.fullmatch(r"\d{1,9}", token.text) or not int(token.text):
                    raise token.fail(f"a size of {token.text}", "sizes are letters or whole numbers from 1")
                dims.append(size_of(int(token.text)))
            elif token.kind == "name" and not token.primes and token.text not in FUNCTIONS:
                dims.append(token.key)
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
            if self.now.kind not in {"=", "<-"}:
                raise self.unexpected("'=': a line defines (`z = W x + b`) or claims (`dC/dz = ...`)")
        parts: list[Node] = []
        conditions: list[Node | None] = []
        places: list[Place] = []
        while self.now.kind in {"=", "<-"}:
            self.take()
            places.append(self.now.place)
            parts.append(self.expression())
            condition: Node | None = None
            if self.now.kind == ",":
                self.take()
                condition = self.condition()
            elif self.now.kind == "text" or (self.now.kind == "name" and self.now.text in IF):
                condition = self.condition()
            elif behind := self.behind(parts[-1]):
                parts[-1], condition = behind
            conditions.append(condition)
        if self.now.kind != "end":
            raise self.unexpected("an operator or the end of the line")
        return Equation(left, tuple(parts), tuple(conditions), tuple(places))

    def behind(self, node: Node) -> tuple[Node, Node] | None:
        """The formula and the condition of s_j (j ≠ y); 1(j ≠ y) is a number."""
        if not isinstance(node, Product) or node.ops[-1] != " ":
            return None
        *before, last = node.factors
        opened = next((token.kind for token in self.tokens if token.place == last.place), "")
        letters = isinstance(last, Comparison) and all(isinstance(n, Name | Number) for n in children(last))
        if not letters or opened != "(" or before[-1] == Number(Fraction(1)):
            return None
        return joined(before, node.ops[:-1]), last

    def side(self) -> Node:
        """The left side; `C_0(...)` with dots is C_0."""
        if self.now.kind == "name" and self.ahead().kind == "(" and self.ahead(2).kind == "dots":
            token = self.take()
            self.take()
            self.take()
            self.expect(")", token, "the argument")
            return token.name
        return self.expression()

    def unexpected(self, wanted: str) -> NotationError:
        token = self.now
        if token.kind == "dots":
            return token.fail("'...' leaves terms out", "write the sum with an index, as in sum_k w_k a_k")
        if token.kind == "drawn":
            return token.fail("a matrix over several lines", "write its rows in one line, [[3, -1], [-1, 2]]")
        if token.kind == "unknown":
            return token.fail(f"{token.text} is not part of the notation", "see `backproof derive --help`")
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
            if self.now.kind == "dots" and terms and self.ahead().kind == "+" and sign > 0:
                dots = self.take()
                self.take()
                terms[:] = self.all_terms(terms, dots, self.product())
                signs[:] = signs[: len(terms)]
            else:
                terms.append(self.product())
                signs.append(sign)
            if self.now.kind not in {"+", "-"}:
                break
            sign = -1 if self.take().kind == "-" else 1
        self.depth -= 1
        terms, signs = _extended(terms, signs)
        if len(terms) == 1:
            return terms[0] if signs[0] > 0 else Negative(terms[0], place=place)
        return Total(tuple(terms), tuple(signs), place=place)

    def all_terms(self, terms: list[Node], dots: Token, last: Node) -> list[Node]:
        """θ_0 x_0 + θ_1 x_1 + ... + θ_n x_n as a sum over an index, behind the terms before these."""
        subs = {node.sub for node in walk(last) if isinstance(node, Name) and node.sub}
        letter = next(x for x in "iklpqrsuvw" if x not in self.known.values)

        def at(sub: str) -> Node:
            of = {n: replace(n, sub=sub) for n in walk(last) if isinstance(n, Name) and n.sub in subs}
            return mapped(last, lambda n: of.get(n) if isinstance(n, Name) else None)

        starts = ((x, n) for x in ("0", "1") for n in (1, 2, 3))
        fits = ((x, n) for x, n in starts if terms[-n:] == [at(str(int(x) + k)) for k in range(n)])
        first, count = next(fits, ("", 0))
        if len(subs) != 1 or not first:
            raise dots.fail("'...' leaves terms out", "write the sum with an index, as in sum_k w_k a_k")
        (end,) = subs
        upper: Node = Number(Fraction(end)) if end.isdigit() else Name(end)
        size = self.range_of(upper, first, self.now)
        return [*terms[:-count], BigSum(letter, at(letter), False, size, first, place=last.place)]

    def condition(self) -> Node:
        """z > 0, `if z > 0` or `otherwise`."""
        place = self.now.place
        if self.now.kind == "text" or (self.now.kind == "name" and self.now.text in {"otherwise", "else"}):
            word = self.take().text.strip(" .,").casefold()
            if word in ELSE_IN_WORDS:
                return Otherwise(place=place)
            if word not in IF_IN_WORDS | {""}:
                self.at -= 1
                raise self.unexpected("a condition such as z > 0, or `otherwise`")
        elif self.now.kind == "name" and self.now.text in IF:
            self.take()
        left = self.expression()
        if isinstance(left, Comparison):  # (z > 0)
            return left
        if self.now.kind not in _RELATIONS and self.now.kind != "=":
            raise self.unexpected("one of < > <= >= = !=")
        return Comparison(left, self.relation(), self.expression(), place=left.place)

    def relation(self) -> str:
        kind = self.take().kind
        return "==" if kind == "=" else kind

    def product(self) -> Node:
        place = self.now.place
        factors = [self.factor()]
        ops: list[str] = []
        while True:
            token = self.now
            if token.kind in {"*", "·", "⊙", "⊗", "@", "/"}:
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
        if not isinstance(below, Number | Name) or (isinstance(below, Number) and token.kind == "("):
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
            if token.kind in {"T", "^"}:
                node = self.power(node)
            elif token.kind == "'" and (by := self.only_name(node)):
                self.take()  # (1/(1 + e^{-x}))'
                node = Derivative(node, by, place=node.place)
            elif token.kind == "'" and isinstance(node, Name) and node.base[0].isupper() and token.latex:
                self.take()  # (W)', which is no function
                node = Transposed(node, place=node.place)
            elif token.kind == "'":
                raise token.fail("a prime marks the slope of a function", "write f'(z), or ᵀ for a transpose")
            elif token.kind == "method":  # dZ.sum(axis=0)
                self.take()
                empty = self.ahead().kind == ")"
                self.at += 2 * empty
                options = () if empty else children(self.call(token, token.text))
                node = Call(token.text, 0, (node, *options), place=node.place)
            elif token.kind == "sub":
                if isinstance(node, Call | Transposed | Product | Total) and token.text.isalnum():
                    self.take()  # softmax(z)_k, (W x)_i: an entry of what has no name
                    whole = Name(write(node, 4), place=node.place)
                    self.indexed[whole] = node
                    node = replace(whole, sub=token.text)
                    continue
                if isinstance(node, Derivative) and isinstance(node.below, Name) and not node.below.sub:
                    self.take()
                    node = replace(node, below=replace(node.below, sub=token.text))  # (∇_z C)_i
                    continue
                raise token.fail(f"the subscript {token.text} stands on nothing", "put it after a name")
            else:
                return node

    def only_name(self, node: Node) -> Name | None:
        """The x of a formula in LaTeX that is no array's, which a prime behind its bracket is about."""
        names = {n.key: n for n in walk(node) if isinstance(n, Name) and n.key not in {"e", "π"}}
        made = any(isinstance(n, Call | Power) or "/" in getattr(n, "ops", ()) for n in walk(node))
        return next(iter(names.values())) if self.now.latex and made and len(names) == 1 else None

    def power(self, base: Node) -> Node:
        caret = self.now
        if caret.kind == "^" and isinstance(base, Call) and base.function in {"sum", "mean"}:
            name, inner = base.function, write(base.arguments[0])
            raise caret.fail(
                f"{name}({inner})^ can be read as {name}(({inner})^..) or as ({name}({inner}))^..",
                "write the one that is meant",
            )
        if self.turned():
            return Transposed(base, place=base.place)
        self.take()
        token = self.now
        self.deeper()
        exponent: Node
        if turned := self.inverse_turned():
            self.at += turned
            self.depth -= 1
            inverse = Power(base, Number(Fraction(-1), place=token.place), place=base.place)
            return Transposed(inverse, place=base.place)
        if token.kind == "-":
            self.take()
            exponent = Negative(self.exponent(), place=token.place)
        else:
            exponent = self.exponent()
        self.depth -= 1
        if isinstance(exponent, Negative) and isinstance(exponent.inner, Number):
            exponent = Number(-exponent.inner.value, place=exponent.place)
        return Power(base, exponent, place=base.place)

    def inverse_turned(self) -> int:
        """How many tokens of -T, {-T} or (-T) come next; 0 for none."""
        bracket = self.now.kind in {"{", "("}
        sign, turn, close = (self.ahead(at + bracket) for at in range(3))
        fits = sign.kind == "-" and (turn.kind == "T" or turn.text in {"T", "⊤", "ᵀ"})
        return 2 + 2 * bracket if fits and (not bracket or close.kind in {"}", ")"}) else 0

    def turned(self) -> bool:
        """Takes the sign of a transpose, should it come next."""
        token, after = self.now, self.ahead()
        small = after.text == "t" and "t" not in self.known.values and not self.known.timed
        if token.kind == "T":
            self.at += 1
        elif token.kind != "^":
            return False
        elif after.kind == "T" or (after.kind == "name" and (after.text == "T" or small) and not after.sub):
            self.at += 2
        elif after.kind == "{" and self.ahead(3).kind == "}" and self.ahead(2).text in {"T", "t", "⊤", "ᵀ"}:
            self.at += 4
        else:
            return False
        return True

    def exponent(self) -> Node:
        token = self.now
        if token.kind == "super":
            self.take()
            text = token.text.strip("()")
            if not re.fullmatch(r"-?\d{1,4}", text):
                raise token.fail(
                    f"the superscript {token.text} is no power", "write ^(...) for a name's superscript"
                )
            return Number(Fraction(int(text)), place=token.place)
        node = self.primary()
        return self.power(node) if self.now.kind == "^" else node  # 2^3^2 is 2^(3^2)

    def primary(self) -> Node:
        token = self.now
        match token.kind:
            case "number":
                self.take()
                if token.text == "1" and self.now.kind == "sub" and self.now.text.isalpha():
                    self.take()  # 1_m, the ones
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
                return self.sum_of(self.take(), token.text == "mean")
            case "cases":
                return self.cases()
            case "nabla":
                return self.gradient()
            case "diff":
                return self.gradient() if self.ahead().kind == "sub" else self.derivative()  # ∂_w C
            case "name":
                return self.named()
        raise self.unexpected("a name, a number or '('")

    def group(self) -> Node:
        first = not self.at or self.tokens[self.at - 1].kind in {"=", "(", "[", ",", ";", "@", "*", "+", "-"}
        opened = self.take()
        close = {"(": ")", "[": "]", "{": "}"}[opened.kind]
        bars, self.bars = self.bars, 0
        node = self.cell()
        if self.now.kind in _RELATIONS or self.now.kind == "=":
            node = Comparison(node, self.relation(), self.expression(), place=opened.place)
        rows = [[node]]
        while self.now.kind in {",", ";"} and opened.kind != "{" and (first or opened.kind == "["):
            if self.take().kind == ",":
                rows[-1].append(self.cell())
            elif self.now.kind != close:
                rows.append([self.cell()])
        self.bars = bars
        self.expect(close, opened, f"the '{opened.kind}'")
        written_out = len(rows) > 1 or len(rows[0]) > 1
        return self.listing(rows, opened) if written_out else node

    def cell(self) -> Node:
        """What stands in brackets, or between the signs of a listing; dots and bars are no entries."""
        left_out = self.now.kind == "dots" or (self.now.kind == "|" and self.ahead().kind in {",", ";", "]"})
        if self.now.kind in {",", ";"} or left_out:
            self.at += left_out
            return Dots(place=self.now.place)
        return self.expression()

    def listing(self, rows: list[list[Node]], opened: Token) -> Node:
        """[a, b; c, d]; [a, b], turned or not, is a column, and [[a, b], [c, d]] the matrix of both."""
        width = max(map(len, rows))
        rows = [row * width if len(row) == 1 and isinstance(row[0], Dots) else row for row in rows]
        if any(len(row) != width for row in rows):
            raise opened.fail("rows of different lengths", "write as many entries in each")
        if len(rows) == 1 and opened.text != "\\begin":
            columns = [cell for cell in rows[0] if isinstance(cell, Listing)]
            if len(columns) == width and len({len(one.rows) for one in columns}) == 1:
                rows = [[cell for (cell,) in one.rows] for one in columns if len(one.rows[0]) == 1]
            else:
                begin = self.tokens.index(opened)
                if cells(self.tokens[begin : self.at - 1]) not in self.known.columns:
                    self.turned()
                rows = [[cell] for cell in rows[0]]
        return Listing(tuple(map(tuple, rows)), place=opened.place)

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
        if self.now.kind == "sub" and self.now.text in {"F", "2"}:  # Frobenius's and Euclid's norm
            self.take()
        elif self.now.kind == "sub" and self.now.text == "1":
            self.take()
            return Call("sum", 0, (Call("abs", 0, (node,), place=opened.place),), place=opened.place)
        return Call("norm" if double or opened.kind == "‖" else "abs", 0, (node,), place=opened.place)

    def fraction(self) -> Node:
        token = self.take()
        self.deeper()
        halves: list[tuple[Node | None, bool]] = []
        twice = False
        mixed: Node | None = None  # the y of ∂^2 f / ∂x ∂y
        times: list[Node] = []  # the n of ∂C / (n ∂a)
        for _ in range(2):
            opened = self.now
            if opened.kind != "{":  # \\frac12
                halves.append((self.primary(), False))
                continue
            self.take()
            begin, times = self.at, self.before_d() if halves and halves[0][1] else times
            alone = self.now.text == "d" and halves and not halves[0][1]  # 1/d, x/(d r^3)
            alone = alone and (self.ahead().kind == "}" or halves[0][0] != Number(Fraction(1)))
            bare = not halves and [self.now.kind, self.ahead().kind] == ["diff", "-"]  # ∂ -u v
            if bare or (self.starts_differential() and not alone):
                if bare:
                    self.curly, self.second = True, False
                operand = None if bare else self.differential(above=True)
                twice |= self.second
                self.skip_arguments(operand)
                named = not halves and self.tokens[begin].kind == "name" and self.tokens[begin].text != "d"
                if not named and operand is not None and self.now.kind == "^":
                    operand = self.power(operand)
                if halves and twice and self.starts_differential():
                    mixed = self.differential(above=False)
                    mixed = self.power(mixed) if mixed is not None and self.now.kind == "^" else mixed
                product = named and self.now.kind in _STARTS | {"T", "^", "⊙", "*", "·"}  # dS K
                if product:
                    self.at = begin
                    operand = self.expression()
                if not halves and self.curly and not twice and self.now.kind != "}":  # ∂ A V, ∂ uᵀ v
                    self.at = begin + 1
                    operand = self.expression()
                    self.curly = True
                self.expect("}", opened, "the '{'")
                halves.append((operand, not product))
            else:
                halves.append((self.expression(), False))
                self.expect("}", opened, "the '{'")
        self.depth -= 1
        (above, first), (below, second) = halves
        if twice and mixed is not None and second:
            assert below is not None
            above, below = self.derivative_of(above, mixed, token.place), below
        elif twice:
            if isinstance(below, Name) and below.label == "2":  # dw^2
                below = Power(replace(below, label=""), Number(Fraction(2)), place=below.place)
            square = isinstance(below, Power) and below.exponent == Number(Fraction(2))
            if not isinstance(below, Power) or not square or not second:
                raise token.fail(
                    "a second derivative by several names", "write \\partial^2 C / \\partial w^2"
                )
            (above, below) = self.derivative_of(above, below.base, token.place), below.base
        if first and second:
            if below is None:
                raise token.fail("a derivative by nothing", "name the variable below, as in dC/dw")
            slope = self.derivative_of(above, below, token.place)
            return Product((slope, *times), ("/",) * len(times), place=token.place) if times else slope
        if second and above == Number(Fraction(1)) and below is not None:
            return self.derivative_of(None, below, token.place)  # 1/∂w for ∂/∂w
        if first and self.curly and isinstance(below, Name):
            return self.derivative_of(above, below, token.place)  # the second ∂ left out
        if first or second:
            raise token.fail(
                "a differential on one side only of the fraction", "write dC/dw with a d on both sides"
            )
        assert above is not None
        assert below is not None
        return Product((above, below), ("/",), place=token.place)

    def before_d(self) -> list[Node]:
        """The factors before the d of a denominator, should there be one behind them."""
        begin, found = self.at, []
        while self.now.kind in {"name", "number"} and not self.starts_differential():
            found.append(self.factor())
            self.at += self.now.kind in {"·", "*"}
        if not self.starts_differential():
            self.at, found = begin, []
        return found

    def starts_differential(self) -> bool:
        token = self.now
        if token.kind == "diff":
            return True
        if token.kind != "name" or token.primes:
            return False
        if token.text == "d" and not token.sub and "d" not in self.known.defined:
            return self.ahead().kind in {"name", "(", "/", "}", "^", "{"}
        return is_d(token) and token.text not in FUNCTIONS and token.key not in self.known.defined

    def differential(self, above: bool) -> Node | None:
        """What follows a d or ∂; None for the bare d of d/dx."""
        token = self.now
        self.curly = token.kind == "diff"
        if token.kind == "name" and token.text != "d":
            stripped = replace(token, text=token.text[1:])
            self.tokens[self.at] = stripped
            node = self.named(call=above and self.ahead().kind == "(" and self.ahead().tight)
            self.tokens[self.tokens.index(stripped)] = token
            return node
        self.take()
        self.second = above and (token.label == "2" or self.squared())
        if self.now.kind == "name" and self.now.text not in FUNCTIONS | {"d": ""}:
            return self.named(call=above and self.ahead().kind == "(" and self.ahead().tight)
        if self.now.kind == "name":
            return self.named(call=above and self.ahead().kind not in {"/", "}"})
        if self.now.kind in {"(", "{", "["}:
            return self.group()
        if above and self.now.kind in {"/", "}"}:
            return None
        if above and self.now.kind in _STARTS:
            return self.product()
        raise self.unexpected("the name that the d belongs to")

    def squared(self) -> bool:
        """Takes a ^2, should it come next: of ∂^2 or ∇^2."""
        if self.now.kind == "^" and self.ahead().text.strip("()") == "2":
            self.at += 2
        elif self.now.kind == "^" and [self.ahead(i).text for i in (1, 2, 3)] == ["{", "2", "}"]:
            self.at += 4
        elif self.now.kind in {"^", "super"}:
            raise self.now.fail("a higher derivative", "first and second derivatives are checked")
        else:
            return False
        return True

    def derivative(self) -> Node:
        """dC/dw, ∂C/∂w or d/dw (...), at its first sign."""
        token = self.now
        self.deeper()
        above = self.differential(above=True)
        if above is not None and self.now.kind == "^":  # of ∂r^2/∂x
            above = self.power(above)
        self.skip_arguments(above)
        if self.now.kind != "/":
            raise self.unexpected("'/' and the variable: a derivative reads dC/dw")
        self.take()
        if not self.starts_differential():
            raise self.unexpected("d or ∂ and a name: a derivative reads dC/dw")
        second = self.second
        below = self.differential(above=False)
        assert below is not None
        if isinstance(below, Name) and below.key in self.known.functions:
            self.skip_arguments(below)  # of dL/dh(x_i)
        self.depth -= 1
        if second and self.starts_differential():
            inner = self.differential(above=False)
            assert inner is not None
            return self.derivative_of(self.derivative_of(above, inner, token.place), below, token.place)
        if second and isinstance(below, Name) and below.label == "2":
            below = replace(below, label="")
        elif second and not self.squared():
            raise token.fail("a second derivative by one name once", "write d^2C/dw^2")
        found = self.derivative_of(above, below, token.place)
        return self.derivative_of(found, below, token.place) if second else found

    def skip_arguments(self, above: Node | None) -> None:
        """C(W, b) is C: what it is a function of says nothing that its definition does not."""
        if not isinstance(above, Name) or self.now.kind != "(":
            return
        end = self.at + 1
        while end < len(self.tokens) and self.tokens[end].kind in {"name", ",", ";"}:
            end += 1
        if end < len(self.tokens) and self.tokens[end].kind == ")" and end > self.at + 1:
            self.at = end + 1

    def derivative_of(self, above: Node | None, below: Node, place: Place) -> Node:
        match below:
            case Call(function, 0, (Name(),)) if function in self.known.functions and "^" not in function:
                base, _, index = function.partition("_")  # by h_j(x)
                below = Name(base, index, place=below.place)
        if isinstance(below, Power) and isinstance(below.base, Name) and isinstance(below.exponent, Number):
            slope = self.derivative_of(above, below.base, place)  # by σ^2: by σ, through the slope of σ^2
            less = Number(below.exponent.value - 1)
            power = Power(below.base, less) if less.value != 1 else below.base
            return Product((slope, Product((below.exponent, power), (" ",))), ("/",), place=place)
        if above is None and not isinstance(below, Name | Power):
            above = self.factor()
        if not isinstance(below, Name) and isinstance(above, Call) and above.arguments == (below,):
            # ∂σ(β x)/∂(β x)
            return replace(above, primes=above.primes + 1)
        if not isinstance(below, Name):
            raise place.fail("a derivative by an expression", "name the variable below, as in dC/dw")
        curly = self.curly
        signed = 0
        if above is None:
            if self.now.kind == "·":
                self.take()  # d/dx · f
            above, signed = self.operand()
        return Derivative(above, below, curly=curly, signed=signed, place=place)

    def operand(self) -> tuple[Node, int]:
        """What d/dx is applied to: a bracket, or the product that follows, up to another slope.

        And how many of its factors stand before a sign, 0 where there is none.
        """
        grouped = self.now.kind in {"(", "[", "{"}
        place = self.now.place
        factors, ops, signed = [self.factor()], list[str](), 0
        while not grouped and not self.starts_differential():
            sign = self.now.kind in {"·", "*", "⊙", "@"} and not self.slope_behind()
            if not sign and self.now.kind not in {"name", "number", "(", "sqrt", "frac", "sum"}:
                break
            signed = signed or len(factors) * sign
            ops.append(self.take().kind if sign else " ")
            factors.append(self.factor())
        return (Product(tuple(factors), tuple(ops), place=place) if ops else factors[0]), signed

    def slope_behind(self) -> bool:
        """Whether a slope, or what is no factor, comes behind the sign that comes next."""
        one, two, three = (self.ahead(steps) for steps in (1, 2, 3))
        first = three if (one.kind, two.kind) == ("frac", "{") else one
        return one.kind not in _STARTS or first.kind in {"diff", "nabla"} or first.text == "d" or is_d(first)

    def by_everything(self) -> Listing | None:
        """All slopes of f in ∇f(x, y) = (2 x, 1), none where nothing says by what; None for another ∇."""
        if self.at != 1 or self.now.kind != "name":
            return None
        of = Name(self.now.text, self.now.sub or "", self.now.label or "", place=self.now.place)
        end = self.at + 1
        if self.tokens[end].kind == "(":
            end = next((i for i, t in enumerate(self.tokens) if t.kind == ")"), end) + 1
        inside = self.tokens[self.at + 2 : end - 1]
        variables = tuple(token.key for token in inside if token.kind == "name")
        variables = variables or self.known.of.get(of.key, ())
        if self.tokens[min(end, len(self.tokens) - 1)].kind != "=" or len(variables) == 1:
            return None
        listed = any(token.kind in {"[", "("} for token in self.tokens[end + 1 : end + 2])
        if not listed or not (variables or any(is_d(t) or t.kind == "diff" for t in self.tokens[end:])):
            return None
        self.at = end
        slopes = (
            Derivative(of, Name(*key.partition("_")[::2]), curly=True, place=of.place) for key in variables
        )
        return Listing(tuple((slope,) for slope in slopes), place=of.place)

    def gradient(self) -> Node:
        """∇_W C is dC/dW, and ∇^2_W C the slope of that; ∇C(W) and, where C is a function of W alone, ∇C."""
        token = self.take()
        whole = self.by_everything()
        if whole is not None:
            return whole
        twice = self.squared()
        above: Node | None = None
        below: Node | None = None
        if self.now.kind == "{":
            opened = self.take()
            below = self.named(call=False)
            self.expect("}", opened, "the '{'")
        elif self.now.kind == "sub":
            base, _, sub = self.now.text.partition("_")
            below = Name(base, sub, place=self.take().place)
        elif self.now.kind == "name":
            above = self.named(call=False)
            if self.now.kind == "(":
                below = self.group()
            elif isinstance(above, Name) and len(self.known.of.get(above.key, ())) == 1:
                below = Name(self.known.of[above.key][0], place=above.place)
        if below is None and isinstance(above, Name) and self.a_weight(above):
            return replace(above, base=f"d{above.base}", place=token.place)
        if not isinstance(below, Name):
            raise token.fail("a gradient by everything at once", "name one variable, as in ∇_W C or dC/dW")
        if above is None:
            twice |= self.squared()
            begin, first = self.at, self.tokens[0] is token
            above = self.primary()
            self.skip_arguments(above)
            # ∇_x b^T x = b, and ∇_x 1/2 (x - y)^2
            if (first or _a_constant(above)) and self.now.kind in _STARTS | {"^", "T"}:
                self.at = begin
                above = self.product()
        found = Derivative(above, below, place=token.place)
        return Derivative(found, below, place=token.place) if twice else found

    def a_weight(self, name: Name) -> bool:
        """Whether ∇W is the slope of a cost by W."""
        return (
            name.base in _WEIGHTS | self.known.by_entry
            and name.base not in self.known.of
            and self.now.kind in {"=", "end"}
        )

    def sum_of(self, token: Token, mean: bool) -> Node:
        index, lower, size = "", "", ""
        sub = token.sub
        if self.now.kind == "sub" and sub is None:
            sub = self.take().text
        apart = ""
        if sub in _AXES:
            axis = Number(Fraction(_AXES[sub]), place=token.place)
            return Call("mean" if mean else "sum", 0, (self.product(), axis), place=token.place)
        if sub in _ALL:
            sub = None
        if sub is not None and "≠" in sub:
            sub, _, apart = sub.partition("≠")
            sub = sub.removesuffix(f",{sub[0]}")  # j=1, j≠i
        also = ""
        if sub is not None and re.fullmatch(r"[^\W\d],[^\W\d]|[ijkl]{2}", sub):
            sub, also = sub[0], sub[-1]
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
            upper = self.named(call=False) if self.now.kind == "name" else self.primary()
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
        if apart:
            base, _, below = apart.partition("_")
            other = Comparison(Name(index), "!=", Name(base, below), place=token.place)
            body = Product((other, body), (" ",), place=token.place)
        if also:
            body = BigSum(also, body, place=token.place)
        return BigSum(index, body, mean, size, lower, place=token.place)

    def range_of(self, upper: Node, lower: str, caret: Token) -> str:
        first = int(lower) if lower else 1
        if isinstance(upper, Number) and upper.value.denominator == 1:
            size = int(upper.value) - first + 1
            if size >= 1:
                return size_of(size)
            raise caret.fail(f"a sum of {size} terms", "sums have at least one term")
        match upper:
            case Name():
                return upper.key if first == 1 else f"{upper.key}+1"  # a bias counts as the entry 0
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
            while self.now.kind in {",", "."}:
                self.take()
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
        key = token.key
        if (
            is_d(token)
            and len(token.sub or "") > 1
            and token.sub
            and token.sub[0] == "d"
            and not token.primes
        ):
            self.take()  # dJ_dW1
            base, _, sub = token.sub[1:].partition("_")
            below = Name(base, sub, token.label or "", place=token.place)
            return Derivative(Name(token.text[1:], place=token.place), below, place=token.place)
        if token.text in {"I", "𝕀"} and self.indicator_ahead():
            self.take()
            return self.group()
        if call and self.starts_differential():
            divided = self.derivative_ahead()
            if divided:
                return self.derivative()
        self.take()
        if token.sub and token.text in FUNCTIONS and (whole := f"{token.text}{token.sub}") in FUNCTIONS:
            token = replace(token, text=whole, sub=None)  # log_2
        begins = self.at == 1 or self.tokens[self.at - 2].kind in {"=", "min"}
        if (
            begins
            and token.sub
            and token.text in {"min", "max", "argmin", "argmax"}
            and self.now.kind in _STARTS
        ):
            return self.product()  # the cost that is made small
        named = token.sub or ""
        own = token.text not in _ACTIVATIONS or key in self.known.functions or self.now.kind != "("
        if len(named) > 2 and named in FUNCTIONS and not own:
            token = replace(token, text=named, sub=None)  # g_softmax(z)
            key = token.key
        if call and self.now.kind == "(" and not token.primes and self.of_itself(token):
            return token.name  # σ(1 - σ)
        if call and self.now.kind == "(" and token.sub and len(token.sub) == 1 and self.in_family(token):
            return self.call(token, key)
        if (
            token.text in FUNCTIONS
            and key not in self.known.defined
            and key not in self.known.functions
            and call
            and (token.text not in BRACKETED or (self.argument_ahead() and key not in self.known.values))
        ):
            meaning = FUNCTIONS[token.text]
            if meaning in {"sum", "mean"} and (token.sub or self.now.kind not in {"("}):
                if token.sub is None and self.now.kind != "^":
                    raise self.unexpected("'(' or an index: sum(...) or sum_j ...")
                return self.sum_of(token, meaning == "mean")
            # `s` and `S` are a sigmoid only where they are called; σ_2 that is not is a deviation
            deviation = token.text == "σ" and token.sub not in {None, "e"} and self.now.kind not in {"(", "["}
            deviation |= key == "σ" and key in self.known.values - self.known.applied
            letter = len(token.text) == 1 and (token.text != "σ" or deviation)
            factor = letter and not token.primes and key in self.known.variables  # of s(ν s^2 + 1)
            if factor:
                return token.name
            if not letter or token.primes or (self.now.kind in {"(", "["} and not token.sub):
                along = FUNCTIONS[token.text] == "softmax" and self.now.kind == "("
                if along and token.sub and len(token.sub) == 1 and token.sub.isalpha():
                    return self.softmax_along(token.sub)
                if token.sub not in {None, "e"}:
                    advice = "give its value a name, then index the name"
                    raise token.fail(f"the function {token.text} with the index {token.sub}", advice)
                return self.call(token, token.text)
        marked = token.primes and key in self.known.marked and self.now.kind != "("
        name = token.name
        if marked:
            return replace(name, base=token.text + "'" * token.primes)
        if token.primes == 1 and key in self.known.declared and key not in self.known.functions:
            return Transposed(name, place=token.place)  # Octave's X'
        if call and (token.primes or key in self.known.functions) and self.argument_ahead():
            return self.call(token, key)
        # f (x) with a blank is a product, as in 2/N (Z - Y); LaTeX has blanks anywhere
        touching = self.now.tight or token.latex
        value = not {key, token.name.whole}.isdisjoint(self.known.values)  # x_j(σ(z) - y)
        scripts = ["^("] * (token.label is not None) + ["_"] * ((token.sub or "")[-2:] in {"+1", "-1"})
        value |= any(k.startswith(token.text + one) for one in scripts for k in self.known.values)
        behind = self.at > 1 and self.tokens[self.at - 2].kind == "="
        several = behind and several_names(self.tokens, self.at)  # E = J(w, b) = ...
        if call and self.now.kind == "(" and touching and (several or (not value and not self.weighs(token))):
            return self.call(token, key)
        if token.primes:
            raise token.fail(
                f"{token.text}{chr(39) * token.primes} without its argument",
                f"write {token.text}'(z) with the z it is at",
            )
        return name

    def softmax_along(self, letter: str) -> Node:
        """softmax_j(S_ij), of the entries in a formula: exp(S_ij) / sum_j exp(S_ij)."""
        inner = self.group()
        above = Call("exp", 0, (inner,), place=inner.place)
        return Product((above, BigSum(letter, above, place=inner.place)), ("/",), place=inner.place)

    def weighs(self, token: Token) -> bool:
        """Whether a name stands before a sum with its indices: c_i (y_i - p_i), which is a product."""
        end = next((i for i in range(self.at, len(self.tokens)) if self.tokens[i].kind == ")"), self.at)
        inside = self.tokens[self.at + 1 : end]
        sub = token.sub or ""
        pair = len(sub) == 2 and sub.isalpha() and sub.islower()
        alike = any(one.kind == "name" and one.sub in {sub, *sub} - {""} for one in inside)
        return (pair or sub in {*"ijkn"}) and alike and any(one.kind in {"+", "-"} for one in inside)

    def in_family(self, token: Token) -> bool:
        """Whether a line says what σ_i(z) is, so that σ_j(z) is no sigmoid."""
        return any(key[:-1] == f"{token.text}_" and key[-1].isalpha() for key in self.known.functions)

    def of_itself(self, token: Token) -> bool:
        """Whether the bracket ahead holds the same name as a value, which makes it a factor."""
        end = next((i for i in range(self.at, len(self.tokens)) if self.tokens[i].kind == ")"), self.at)
        inside = self.tokens[self.at + 1 : end + 1]
        return any(
            one.kind == "name" and one.key == token.key and then.kind in {"+", "-", ")"} and not one.primes
            for one, then in pairwise(inside)
        )

    def argument_ahead(self) -> bool:
        """Whether the argument's bracket comes next, a power of the function between: tanh^2(z)."""
        at = self.at
        if self.now.kind == "^":
            at += 4 if self.ahead().kind == "{" else 2
        return self.tokens[min(at, len(self.tokens) - 1)].kind == "("

    def indicator_ahead(self) -> bool:
        """I(i = k), I[y = k]: the next token opens a bracket with a relation in it."""
        depth = 0
        for token in self.tokens[self.at + 1 :]:
            depth += (token.kind in {"(", "[", "{"}) - (token.kind in {")", "]", "}"})
            if depth <= 0:
                return False
            if token.kind in _RELATIONS or token.kind == "=":
                return True
        return False

    def derivative_ahead(self) -> bool:
        """Whether the d at this place is the top of a derivative written with a slash."""
        at, depth = self.at, 0
        first = self.tokens[at]
        at += 1 if is_d(first) and first.kind == "name" else 2
        if first.kind == "name" and first.text == "d" and self.tokens[self.at + 1].kind == "/":
            at = self.at + 1
        elif first.text == "d" and self.tokens[min(self.at + 1, len(self.tokens) - 1)].kind == "^":
            at = self.at + 4  # d^2C/dw^2
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
            inverse = _INVERSES.get(FUNCTIONS.get(function, ""), "")
            if inverse and exponent in {Number(Fraction(-1)), Negative(Number(Fraction(1)))}:
                function, exponent = inverse, None  # tan^-1(z)
        self.deeper()
        bare = False
        if self.now.kind == "(":
            opened = self.take()
            bars, self.bars = self.bars, 0
            arguments: list[Node] = []
            keep = False
            while True:
                named = self.now.text if self.now.kind == "name" and self.ahead().kind == "=" else ""
                self.at += 2 * (named in _OPTIONS)
                if named in {"keepdims", "keepdim"} and self.now.text in {"True", "False"}:
                    keep = self.take().text == "True"
                else:
                    arguments.append(self.expression())
                if self.now.kind in _RELATIONS and len(arguments) == 1 and FUNCTIONS.get(function) == "step":
                    raise self.unexpected("')'")
                if self.now.kind not in {",", ";"}:  # J(W, b; x, y)
                    break
                self.take()
            self.bars = bars
            self.expect(")", opened, f"the '(' of {token.text}")
            if keep and len(arguments) == 2:
                arguments.append(Number(Fraction(1)))
        elif bare := not token.primes and (
            self.now.kind in _STARTS or (self.now.kind == "-" and FUNCTIONS.get(function) == "exp")
        ):
            arguments = [self.bare_argument(token.text)]
        else:
            raise self.unexpected(f"'(': the argument of {token.text}")
        self.depth -= 1
        if (along := _ALONG.get(function)) is not None and len(arguments) == 1:
            arguments = [*arguments, Number(Fraction(along)), Number(Fraction(1))]
            function = "sum"
        node: Node = Call(function, token.primes, tuple(arguments), bare, place=token.place)
        sign = {"dot": "@", "multiply": "⊙"}.get(FUNCTIONS.get(function, ""), "")
        if sign and len(arguments) == 2:
            node = Product(tuple(arguments), (sign,), place=token.place)
        elif function == "prod" and any(isinstance(argument, Derivative) for argument in arguments[1:]):
            node = Product(tuple(arguments), (" ",) * (len(arguments) - 1), place=token.place)  # a chain
        elif FUNCTIONS.get(function) == "square" and len(arguments) == 1:
            node = Power(arguments[0], Number(Fraction(2)), place=token.place)
        elif function in {"power", "pow"} and len(arguments) == 2 and function not in self.known.functions:
            node = Power(*arguments, place=token.place)
        elif FUNCTIONS.get(function) == "softmax" and len(arguments) == 2:
            values, axis = arguments
            if isinstance(axis, Number) and axis.value == 0:  # along the columns
                columns = Call(function, 0, (Transposed(values, place=token.place),), place=token.place)
                node = Transposed(columns, place=token.place)
            elif axis == Negative(Number(Fraction(1))) or axis == Number(Fraction(1)):
                node = Call(function, 0, (values,), place=token.place)
        if exponent is not None:
            node = Power(node, exponent, place=token.place)
        return node

    def bare_argument(self, function: str) -> Node:
        """What a function without brackets is of: 2 x of cos 2 x, x of sin x cos x, -x/2 of exp -x/2."""
        minus, meaning = self.now, FUNCTIONS.get(function)
        if minus.kind == "-":
            self.take()
            return Negative(self.product(), place=minus.place)
        factors = [self.factor()]
        while isinstance(factors[0], Number) and meaning != "sqrt":
            before, token = self.tokens[self.at - 1], self.now
            gap = token.place.column - before.place.column - len(before.text) if not factors[1:] else 0
            known = token.text in FUNCTIONS and len(token.text) > 1
            name = token.kind == "name" and not known and token.text not in IF | {"e"}
            group = token.kind in {"(", "frac", "sqrt"} and not gap and not factors[1:]
            if not (name or group) or self.starts_differential():
                break
            if gap > token.latex and meaning in {"log", "log2", "log10"}:
                if token.latex:
                    break  # ln 2\, x
                one = f"{function}({write(factors[0])}"
                raise token.fail(
                    f"it can be read as {one} {token.text}) or as {one}) {token.text}",
                    "write the one that is meant",
                )
            factors.append(self.factor())
        return joined(factors, (" ",) * (len(factors) - 1))


@cache
def formula(text: str) -> Node:
    """A formula of this language, such as a usual cost."""
    return Parser(tokenize(text, 0), Vocabulary()).expression()


def by_formula(name: str, of: Node) -> Node | None:
    """What a known function of this is that is told by a formula; None for any other."""
    text = FORMULAS.get(FUNCTIONS.get(name, ""))
    put: dict[Node, Node] = {Name("t"): of}
    return mapped(formula(text), put.get) if text else None


def _cell(node: Node, at: int, count: int) -> Node | None:
    """One of the entries of a listing, or of a number times one; None for anything else."""
    node = node.inner if isinstance(node, Transposed) else node
    match node:
        case Listing() if len(cells := children(node)) == count:
            return cells[at]
        case Negative(inner) if (one := _cell(inner, at, count)) is not None:
            return Negative(one, place=node.place)
        case Product(factors, ops):
            lists = [n for n, factor in enumerate(factors) if _cell(factor, at, count) is not None]
            if len(lists) == 1 and "/" not in ops[lists[0] - 1 : lists[0]]:
                new = [_cell(f, at, count) if n == lists[0] else f for n, f in enumerate(factors)]
                return replace(node, factors=tuple(one for one in new if one is not None))
    return None


_INVERSES = {name: f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}
# The sums of rows, which stay beside them, and of columns.
_ALONG = {"rowsum": 1, "row_sum": 1, "sum_rows": 1, "colsum": 0, "col_sum": 0, "sum_columns": 0}


def _extended(terms: list[Node], signs: list[int]) -> tuple[list[Node], list[int]]:
    """sum_i y_i log(p_i) + (1 - y_i) log(1 - p_i): the sum goes on, as its index does in the next term."""
    for at in range(len(terms) - 1):
        letter = _last_index(terms[at])
        end = at + 1
        while letter and end < len(terms) and _holds(terms[end], letter):
            end += 1
        if end > at + 1:
            inner = [1, *signs[at + 1 : end]]
            grown = _into_sum(terms[at], terms[at + 1 : end], inner)
            return _extended([*terms[:at], grown, *terms[end:]], [*signs[: at + 1], *signs[end:]])
    return terms, signs


def _last_index(node: Node) -> str:
    """The letter of the sum at the end of a term, '' without one."""
    while isinstance(node, Product):
        node = node.factors[-1]
    return node.index if isinstance(node, BigSum) else ""


def _holds(node: Node, letter: str) -> bool:
    """Whether a name stands under the letter and no sum binds it."""
    if isinstance(node, BigSum) and node.index == letter:
        return False
    if isinstance(node, Name) and (letter in node.sub or letter in {node.label, node.example}):
        return True
    return any(_holds(part, letter) for part in children(node))


def _into_sum(node: Node, more: Sequence[Node], signs: list[int]) -> Node:
    if isinstance(node, Product):
        return replace(node, factors=(*node.factors[:-1], _into_sum(node.factors[-1], more, signs)))
    assert isinstance(node, BigSum)
    return replace(node, body=Total((node.body, *more), tuple(signs), place=node.body.place))


def _a_constant(node: Node) -> bool:
    """1/2, 2 or 1/n, of which no line asks a slope."""
    if isinstance(node, Product):
        return node.ops[:1] == ("/",) and _a_constant(node.factors[0])
    return isinstance(node, Number)


def size_of(size: int) -> str:
    """A size as a dimension, in a smaller array where it is large."""
    return str(size) if size <= MOST_RANGE else Large(size)


def read_number(token: Token) -> Fraction:
    """A decimal as the exact fraction that it is."""
    digits = sum(char.isdigit() for char in token.text)
    mantissa, _, exponent = token.text.lower().partition("e")
    if digits > _MOST_DIGITS or abs(int(exponent or 0)) > 60:
        raise token.fail(
            "a number of this size", f"numbers have at most {_MOST_DIGITS} digits and exponents to 60"
        )
    return Fraction(mantissa if mantissa.strip(".") else "0") * Fraction(10) ** int(exponent or 0)
