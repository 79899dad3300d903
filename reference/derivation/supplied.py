"""What a text leaves unsaid and everybody knows: tried where lines stay open, and never to tell one wrong."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from backproof.reference.derivation.document import Document, read
from backproof.reference.derivation.language import (
    FUNCTIONS,
    NOWHERE,
    Call,
    Derivative,
    Equation,
    Name,
    Node,
    Statement,
    Total,
    Transposed,
    mapped,
    walk,
    write,
)
from backproof.reference.derivation.model import TARGETS, like_a_cost, names_in
from backproof.reference.derivation.rewrite import said_by_slope, without_d

_HEADING = re.compile(r"\s*(?:#{1,6}\s|\\(?:sub)*section\b)")
_MOST = 6  # readings that are tried
# The words for center and outside words that courses share: u_w and v_c.
_SOFTMAX_OF_WORDS = (
    "θ_w = u_w^T v_c\nŷ_w = exp(θ_w)/sum_q exp(θ_q)\nJ = -sum_w y_w log(ŷ_w) = -log(ŷ_o)",
    "J is -log ŷ_o, ŷ the softmax of the u_wᵀ v_c, and o the word that is seen",
)
_NEGATIVE_SAMPLES = (
    "J = -log(σ(u_o^T v_c)) - sum_k log(σ(-u_k^T v_c))",
    "J is -log σ(u_oᵀ v_c) - sum_k log σ(-u_kᵀ v_c)",
)
_ENTROPIES = {
    "softmax": ("{p} = softmax({z})", "{L} = -sum_i {y}_i log({p}_i)"),
    "sigmoid": ("{p} = sigmoid({z})", "{L} = -{y} log({p}) - (1 - {y}) log(1 - {p})"),
}
_OF_BATCHES = {  # with A for what the last layer gives
    "softmax": "J = -1/m sum(Y ⊙ log(A))",
    "sigmoid": "J = -1/m sum(Y ⊙ log(A) + (1 - Y) ⊙ log(1 - A))",
}


def supplied(document: Document) -> Iterator[tuple[Document, str]]:
    """A text with what it leaves unsaid put in, in a few ways, and how that is said."""
    yield from _sections(document)
    kinds = (_in_its_lines, _words, _shares, _predictions, _of_batches)
    for statements, says in [way for kind in kinds for way in kind(document)][:_MOST]:
        named = True if says.startswith(_NEGATIVE_SAMPLES[1][:8]) else None
        yield replace(document, statements=statements, updates=[], suggested=None, named=named), says


def of_lines(document: Document, lines: Container[int]) -> Document | None:
    """The text without the slopes that other lines claim; None where no claim is left."""
    names = {n.key for e in _equations(document.statements) for n in e.names}
    chains, claims = [], False
    for chain in _chains(document.statements):
        left = getattr(chain[0], "left", None)
        slope = isinstance(left, Derivative) or without_d(_key(left)) in names
        if not slope or any(place.line in lines for e in _equations(chain) for place in e.places):
            chains.append(chain)
            claims |= slope
    return replace(document, statements=[one for chain in chains for one in chain]) if claims else None


def _sections(document: Document) -> Iterator[tuple[Document, str]]:
    """Each part between headings by itself, as names may mean something else in another."""
    starts, fenced = [0], False
    for number, line in enumerate(document.lines, 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced and _HEADING.match(line):
            starts.append(number)
    parts = [*pairwise([*starts, len(document.lines) + 1])]
    for first, end in parts if not document.python and len(parts) > 1 else ():
        some = [s for s in document.statements if first <= _line(s) < end]
        if any(isinstance(s, Equation) and s.key for s in some) and len(some) < len(document.statements):
            missing = {key: line for key, line in document.missing.items() if first <= line < end}
            part = replace(document, statements=some, missing=missing, unread=[], updates=[], suggested=None)
            yield part, "in its own part of the text"


def _line(statement: Statement) -> int:
    if isinstance(statement, Equation):
        return statement.places[0].line
    return statement.place.line


def several(statements: Sequence[Statement]) -> set[str]:
    """The costs that a text says to be different things."""
    bodies: dict[str, list[Node]] = {}
    for equation in _equations(statements):
        if isinstance(equation.left, Name | Call) and any(True for _ in names_in(equation.parts[0])):
            bodies.setdefault(_key(equation.left), []).append(equation.parts[0])
    return {key for key, some in bodies.items() if len(some) > 1 and like_a_cost(key)}


def _in_its_lines(document: Document) -> Iterator[tuple[list[Statement], str]]:
    """J = E, where a line has dJ/dx = d/dx E and nothing else says what J is, or it is said to be several."""
    lefts = {_key(e.left) for e in _equations(document.statements) if any(names_in(e.parts[0]))}
    unclear = several(document.statements)
    for equation in _equations(document.statements):
        own = said_by_slope(equation)
        if own is not None and (own.key not in lefts or own.key in unclear):
            says = f"{own.key} is {write(own.parts[0])}, as line {equation.places[0].line} has it"
            below = getattr(getattr(equation.left, "below", None), "whole", "")
            yield [*_nowhere([own]), *_about(below, _without_costs(document.statements))], says


def _words(document: Document) -> Iterator[tuple[list[Statement], str]]:
    """The costs of word vectors, with U for all of the u_w, as columns and as rows."""
    names = {n.key for e in _equations(document.statements) for n in e.names}
    slopes = [n for e in _equations(document.statements) for n in e.nodes if isinstance(n, Derivative)]
    costs = [n.above for n in slopes if getattr(n.below, "key", "") in {"v_c", "u_o", "u_w", "u_k", "U"}]
    cost = next((n.base for n in costs if isinstance(n, Name)), "")
    if "v_c" not in names or not names & {"u_o", "u_w", "u_k"} or cost not in {"J", "L"}:
        return
    for text, says in (_SOFTMAX_OF_WORDS, _NEGATIVE_SAMPLES):
        first = _read(text.replace("J", cost))
        own = {_key(e.left) for e in _equations(first)}
        for columns in (True, False) if "U" in names else (True,):

            def meant(node: Node, columns: bool = columns) -> Node | None:
                match node:
                    case Name("U"):
                        whole = Name("u", place=node.place)
                        return Transposed(whole, place=node.place) if columns else whole
                    case Name(base, sub) if base == cost and sub:
                        return Name(cost, place=node.place)
                    case Call(function, 0, _) if function.partition("_")[0] == cost:
                        return Name(cost, place=node.place)
                    case Derivative(above, Name("U")):
                        return replace(node, above=mapped(above, meant), below=Name("u"))
                return None

            statements: list[Statement] = []
            for one in _without(document.statements, own):
                if isinstance(one, Equation):
                    if columns and isinstance(one.left, Derivative) and one.left.below == Name("U"):
                        one = replace(one, parts=tuple(Transposed(part) for part in one.parts))
                    statements.append(one.mapped(meant))
            yield (
                [*first, *statements],
                says.replace("J", cost)
                + (f", the u_w are the {'columns' if columns else 'rows'} of U" if "U" in names else ""),
            )


def _shares(document: Document) -> Iterator[tuple[list[Statement], str]]:
    """p = softmax(z), where slopes of p_i by z_j stand, a softmax is spoken of and no line says what p is."""
    equations = [*_equations(document.statements)]
    lefts = {getattr(e.left, "whole", _key(e.left)) for e in equations} | document.missing.keys()
    slopes = [n for e in equations for n in e.nodes if isinstance(n, Derivative)]
    pairs = [(n.above, n.below) for n in slopes] if "softmax" in " ".join(document.lines).lower() else []
    for p, z in dict.fromkeys(
        (above.whole, below.whole)
        for above, below in pairs
        if isinstance(above, Name) and isinstance(below, Name) and above.sub and below.sub
    ):
        if p not in lefts and p not in TARGETS and p != z and not like_a_cost(p):
            text = _ENTROPIES["softmax"][0].format(p=p, z=z)
            yield [*_read(text), *document.statements], f"{text}, as is usual"


def _predictions(document: Document) -> Iterator[tuple[list[Statement], str]]:
    """p = softmax(z), where dL/dz is made of p, L is made of log p or not said, and p is not said."""
    equations = [*_equations(document.statements)]
    lefts = {getattr(e.left, "whole", _key(e.left)) for e in equations} | document.missing.keys()
    said = {_key(e.left): e for e in equations if any(names_in(e.parts[0]))}
    words = " ".join(document.lines).lower()
    seen, unclear = set[tuple[str, str]](), several(document.statements)
    for equation in equations:
        slope = equation.left
        if not isinstance(slope, Derivative) or slope.short or not isinstance(slope.below, Name):
            continue
        cost, z = _key(slope.above), slope.below.whole
        own = said.get(cost)
        targets = [n.whole for n in equation.names if n.base in TARGETS]
        for p in [n for part in equation.parts for n in walk(part) if isinstance(n, Name)]:
            known = {p.whole, z} & lefts or p.base in TARGETS or p.whole == z or len(p.sub) > 1
            if known or (p.whole, z) in seen or not targets or not like_a_cost(cost) or cost in unclear:
                continue
            seen.add((p.whole, z))
            logs = [n.arguments[0] for n in (own.right if own else ()) if isinstance(n, Call) and _is_log(n)]
            if own and not any(getattr(one, "whole", "") == p.whole for one in logs):
                continue
            if own:
                two = any(isinstance(one, Total) and p.whole in {*_wholes(one)} for one in logs)
                kinds = ["sigmoid" if two else "softmax"]
            else:
                kinds = ["softmax"] * ("softmax" in words) + ["sigmoid"]
                kinds = ["softmax"] if slope.below.sub or p.sub else kinds
            for kind in kinds:
                put = {"p": p.whole, "z": z, "L": cost, "y": targets[0]}
                texts = [text.format(**put) for text in _ENTROPIES[kind]][: 1 if own else 2]
                rest = document.statements if own else _without_costs(document.statements)
                yield (
                    [*_read("\n".join(texts)), *_about(p.whole, rest)],
                    " and ".join(texts) + ", as is usual",
                )


def _without_costs(statements: Sequence[Statement]) -> list[Statement]:
    """The statements without what other costs are."""
    return _without(statements, {key for one in statements if like_a_cost(key := _key(_left(one)))})


def _left(one: Statement) -> Node | None:
    left = getattr(one, "left", None)
    return left if isinstance(left, Name | Call) else None


def _of_batches(document: Document) -> Iterator[tuple[list[Statement], str]]:
    """The usual cost of dZ = A - Y, where A = softmax(Z) and no line says what a cost is."""
    equations = [*_equations(document.statements)]
    bodies = {e.key: e.parts[0] for e in reversed(equations) if e.key}
    if any(like_a_cost(_key(e.left)) for e in equations) or {"J", "m"} & bodies.keys():
        return
    for equation in equations:
        terms = equation.parts[0].terms if isinstance(equation.parts[0], Total) else ()
        a, y = terms if len(terms) == 2 and equation.key.startswith("d") else (None, None)
        call = bodies.get(_key(a))
        kind = FUNCTIONS.get(call.function.rpartition("_")[2].lower()) if isinstance(call, Call) else None
        if kind not in _OF_BATCHES or not isinstance(y, Name) or not isinstance(a, Name):
            continue
        put: dict[Node, Node] = {Name("A"): a, Name("Y"): y}
        cost = [one.mapped(put.get) for one in _equations(_read(_OF_BATCHES[kind]))]
        says = f"J is {write(cost[0].parts[0])}, as is usual"
        yield [*cost, *document.statements], says


def _about(name: str, statements: Sequence[Statement]) -> list[Statement]:
    """The statements, but of slopes those that have a name."""
    return [
        one
        for chain in _chains(statements)
        if not isinstance(getattr(chain[0], "left", None), Derivative)
        or name in {n.whole for e in _equations(chain) for n in e.names}
        for one in chain
    ]


def _chains(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """The statements, each with the lines that go on from it."""
    chain: list[Statement] = []
    for one in statements:
        if chain and (not isinstance(one, Equation) or one.left is not None):
            yield chain
            chain = []
        chain.append(one)
    if chain:
        yield chain


def _read(text: str) -> list[Statement]:
    """The statements of a text that is not the one that is judged."""
    return _nowhere(read(text).statements)


def _nowhere(statements: Sequence[Statement]) -> list[Statement]:
    """Equations that stand on no line of the text."""
    found: list[Statement] = []
    for one in _equations(statements):
        left = replace(one.left, place=NOWHERE) if one.left is not None else None
        found.append(replace(one, left=left, places=(NOWHERE,) * len(one.places)))
    return found


def _without(statements: Sequence[Statement], keys: set[str]) -> list[Statement]:
    """The statements but for those that define some names, with the lines that go on from them."""
    found = list[Statement]()
    for chain in _chains(statements):
        key = _key(_left(chain[0]))
        found += chain if {key, key.partition("_")[0]}.isdisjoint(keys) else []
    return found


def _equations(statements: Sequence[Statement]) -> Iterator[Equation]:
    return (s for s in statements if isinstance(s, Equation) and s.style != "code")


def _key(node: Node | None) -> str:
    return getattr(node, "key", getattr(node, "function", ""))


def _is_log(node: Node) -> bool:
    return isinstance(node, Call) and FUNCTIONS.get(node.function) == "log"


def _wholes(node: Node) -> Iterator[str]:
    return (n.whole for n in walk(node) if isinstance(n, Name))
