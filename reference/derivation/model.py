"""What a derivation says: which names are arrays of which shape, what is defined, and what is claimed."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from backproof.reference.derivation.descent import in_step
from backproof.reference.derivation.language import (
    COST_NAMES,
    BigSum,
    Call,
    Derivative,
    Differential,
    Entry,
    Equation,
    Index,
    Name,
    Node,
    Place,
    children,
    mapped,
    walk,
    words,
    write,
)
from backproof.reference.derivation.verdict import Edit

ADDS_UP = "adds up over"  # of a cost that is written without its sum
COUNTS = words("m n N M B")  # of examples, where no shape has them
# What the values that a network should give are called.
TARGETS = words("y t Y T target targets label labels Target Targets d onehot goal true")


@dataclass(frozen=True, slots=True)
class Opaque(Node):
    """An unknown smooth function of all entries of other names: what an undefined name stands for."""

    name: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """key[indices] = body; indices are empty where the whole array is defined at once."""

    key: str
    indices: tuple[str, ...]
    body: Node
    place: Place
    source: Equation | None = None  # where it stands


@dataclass(frozen=True, slots=True)
class Function:
    parameter: str
    body: Node


def with_bars(node: Node, spelling: Mapping[str, str]) -> Node:
    """The same with z̄ for dz, where the text writes slopes so."""
    bars = spelling.get("bars", "").split()

    def barred(part: Node) -> Node | None:
        name = part.below if isinstance(part, Derivative) and part.short else part
        base = name.base[name is part :] if isinstance(name, Name) else ""
        if not isinstance(name, Name) or base not in bars or (name is part and name.base[0] != "d"):
            return None
        return replace(name, base=unicodedata.normalize("NFC", f"{base[0]}\u0304{base[1:]}"))

    return mapped(node, barred) if bars else node


@dataclass(frozen=True, slots=True)
class Claim:
    """One step: `left` is claimed to equal `right`. A chain of = makes one claim for each part."""

    left: Node
    right: Node
    condition: Node | None
    place: Place  # of the right side
    chain: int  # steps of one chain share this number
    written: str  # the left side as the text has it
    source: Equation | None = None  # where it stands, with the spelling of its line

    @property
    def nodes(self) -> Iterator[Node]:
        """Every part of both sides."""
        return (node for side in (self.left, self.right) for node in walk(side))

    def mapped(self, f: Callable[[Node], Node | None]) -> "Claim":
        """The same claim with every part of its sides for which f gives another one replaced by it."""
        return replace(self, left=mapped(self.left, f), right=mapped(self.right, f))

    @property
    def style(self) -> str:
        """How its line is written: plain, latex or code."""
        return self.source.style if self.source is not None else "plain"

    @property
    def spelling(self) -> Mapping[str, str]:
        """What its line calls a name, by its key."""
        return self.source.spelling if self.source is not None else {}

    @property
    def code(self) -> bool:
        """Whether a program claims it."""
        return self.style == "code"

    def shown(self, node: Node) -> str:
        """A formula as code where a program claims it, else as plain text."""
        node = self.own(node)
        if not self.code:
            return write(node)
        from backproof.reference.derivation.code import write_code

        own = {key: text for key, text in self.spelling.items() if "(" not in key or text != self.written}
        return write_code(node, own)

    def corrected(self, node: Node) -> str:
        """A right side in the notation of the claim's own line."""
        if self.style != "latex":
            return self.shown(node)
        from backproof.reference.derivation.latex import write_latex

        return write_latex(self.own(node), self.spelling)

    def own(self, node: Node) -> Node:
        """The same with l + 1 where the line has it, and it is taken to be L."""
        last, _, after = self.spelling.get("last", "").partition(" ")
        node = with_bars(node, self.spelling)

        def renamed(part: Node) -> Node | None:
            if isinstance(part, Name) and part.label == last:
                return replace(part, label=after)
            if isinstance(part, Entry):
                return replace(part, key=part.key.replace(f"^({last})", f"^({after})"))
            return None

        return mapped(node, renamed) if last else node

    def line(self, right: str) -> str:
        """The claim's own line with this right side; '' where no line of a program says it."""
        if self.code:
            from backproof.reference.derivation.code import code_line

            if "text" in self.spelling:  # what a loop collects, round by round
                return ""
            return code_line(self.spelling.get("line", f"{self.written} = {{}}"), right)
        if "by rate" in self.spelling:
            return in_step(self.spelling, right)
        left = self.source.left if self.source is not None and self.style == "latex" else None
        return f"{self.corrected(left) if left is not None else self.written} = {right}"

    def mended(self, edit: Edit) -> Edit:
        """An edit with the whole line: of several that add up a slope, the one that the change is in."""
        from backproof.reference.derivation.code import code_terms

        grown = self.source.grown if self.source else ()
        own = [code_terms(self.shown(piece)) for _, piece in grown]
        now, was = code_terms(edit.corrected), [term for terms in own for term in terms]
        start = 0
        for (place, _), terms in zip(grown, own) if len(own) > 1 else ():
            behind = len(was) - start - len(terms)
            new = now[start : len(now) - behind]
            if new and now[:start] + terms + now[len(now) - behind :] == was:
                line = f"{self.written} {'+=' if start else '='} {' + '.join(new)}"
                return replace(edit, line=line, at=place.line)
            start += len(terms)
        return replace(edit, line=self.line(edit.corrected))


@dataclass(slots=True)
class Model:
    """All that the text says, resolved: names to arrays and entries, d-names to derivatives."""

    shapes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of every name, by key
    sizes: dict[str, int] = field(default_factory=dict)  # those that the text fixes
    letters: list[str] = field(default_factory=list)  # those that are free
    definitions: dict[str, Definition] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)  # defined names, each after those that it needs
    needs: dict[str, frozenset[str]] = field(default_factory=dict)  # all names below a defined one
    functions: dict[str, Function] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)
    first_index: int = 1  # whether written entries count from 0 or from 1
    paths: dict[str, str] = field(default_factory=dict)  # what an undefined name is assumed to depend on
    ranges: dict[str, str] = field(default_factory=dict)  # how far an index runs wherever the text says it
    layers: str = ""  # which of the layers that the text tells apart are taken to be one
    one_of_all: str = ""  # over which examples the sum is left out
    summed: set[str] = field(
        default_factory=set
    )  # costs written as vectors, read as the sum of their entries
    costs: list[str] = field(default_factory=list)
    opaque_costs: list[str] = field(default_factory=list)
    told: dict[str, Place] = field(default_factory=dict)  # costs that only the slope at a place defines
    again: list[tuple[str, Place]] = field(default_factory=list)  # functions defined anew, and where
    fitted: set[str] = field(default_factory=set)  # arrays whose sizes are those that make the lines fit
    rows: set[str] = field(default_factory=set)  # matrices of which only rows are named: wᵀ x_n
    called: dict[str, str] = field(default_factory=dict)  # w_kj and w_ji, where letters tell arrays apart
    units: set[str] = field(default_factory=set)  # I and I_n, the unit matrix
    roots: dict[str, Claim] = field(default_factory=dict)  # r = sqrt(x^2 + y^2), where x and y are made of r
    python: bool = False  # `*` is entry by entry, as in numpy
    ones: set[str] = field(default_factory=set)  # arrays whose first entry is 1: x, where x_0 = 1
    apart: list[str] = field(default_factory=list)  # names run together, read as products
    placed: dict[str, str] = field(
        default_factory=dict
    )  # names read as another that differs in its scripts only

    # usual costs that may stand in for one that is not defined; another model has others
    usual: dict[str, dict[str, Node]] = field(default_factory=dict, init=False, compare=False)

    @property
    def bodies(self) -> list[Node]:
        """What the defined names are defined as."""
        return [definition.body for definition in self.definitions.values()]

    @property
    def parts(self) -> Iterator[Node]:
        """Every part of every definition."""
        return (part for body in self.bodies for part in walk(body))

    def body(self, name: Node | str | None) -> Node | None:
        """What a name is defined as, where it is."""
        definition = self.definitions.get(name if isinstance(name, str) else getattr(name, "key", ""))
        return None if definition is None else definition.body


def stem(key: str) -> str:
    """A name without its scripts."""
    return key.split("_")[0].split("^")[0]


def like_a_cost(key: str) -> bool:
    """Whether a name is one that costs are given."""
    return stem(key) in COST_NAMES


def names_in(node: Node) -> Iterator[str]:
    """The keys of all names and arrays in a formula."""
    for part in walk(node):
        if isinstance(part, Name | Entry):
            yield part.key
        elif isinstance(part, Opaque):
            yield from part.of


def reach(model: Model, *nodes: Node) -> tuple[set[str], list[Node]]:
    """The names and functions that formulas are made of, through the definitions, and every part of these."""
    keys: set[str] = set()
    called: set[str] = set()  # an array may be called mean as well
    parts: list[Node] = []
    waiting = [*nodes]
    while waiting:
        node = waiting.pop(0)
        found, calls = set(names_in(node)), set()
        for part in walk(node):
            parts.append(part)
            if isinstance(part, Call):
                calls.add(part.function)
            elif isinstance(part, Differential):
                found |= {part.key, *part.moving}
        for key in sorted(found - keys):
            waiting += [one.body for one in (model.definitions.get(key), model.functions.get(key)) if one]
        for key in sorted(calls - called - keys - found):
            waiting += [model.functions[key].body] if key in model.functions else []
        keys |= found
        called |= calls
    return keys | called, parts


def free_letters(node: Node, outer: Sequence[str] | None = None) -> list[str]:
    """Index letters that no sum around them binds, in order; a sum without index binds all but the outer."""
    found: dict[str, None] = {}

    def visit(part: Node, bound: frozenset[str]) -> None:
        if isinstance(part, Entry):
            for letter in part.indices:
                if letter.isalpha() and letter not in bound:
                    found.setdefault(letter)
        if isinstance(part, Index) and part.letter not in bound:
            found.setdefault(part.letter)
        inner = bound
        if isinstance(part, BigSum):
            open_sum = outer is not None and not part.index
            inner = bound | (set(free_letters(part.body)) - set(outer or ()) if open_sum else {part.index})
        for child in children(part):
            visit(child, inner)

    visit(node, frozenset())
    return list(found)
