"""A document to its model: names become arrays and entries, d-names become derivatives."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise

from backproof.reference.derivation.descent import Step, ascends, renews, spelled, step
from backproof.reference.derivation.document import Document
from backproof.reference.derivation.language import (
    COST_NAMES,
    FUNCTIONS,
    NOWHERE,
    OF_MATRICES,
    BigSum,
    Call,
    Cases,
    Comparison,
    Declaration,
    Derivative,
    Entry,
    Equation,
    Index,
    Listing,
    Name,
    Negative,
    Node,
    NotationError,
    Number,
    Place,
    Power,
    Product,
    Statement,
    Total,
    Transposed,
    children,
    mapped,
    rebuild,
    walk,
    words,
    write,
)
from backproof.reference.derivation.model import (
    ADDS_UP,
    COUNTS,
    TARGETS,
    Claim,
    Definition,
    Function,
    Model,
    Opaque,
    free_letters,
    like_a_cost,
    names_in,
    stem,
    with_bars,
)
from backproof.reference.derivation.parser import by_formula
from backproof.reference.derivation.rewrite import (
    CLASSIC_INDICES,
    Rewriter,
    in_number,
    lefts_of,
    made_by,
    made_of,
    names_inside,
    names_of,
    nodes_of,
    replaced,
    unscripted,
    without_d,
)
from backproof.reference.derivation.shapes import supposed, units
from backproof.reference.derivation.values import (
    PLUS,
    CannotEvaluateError,
    EitherError,
    ShapeError,
    UnsaidError,
    Work,
    said,
    shape_of,
    summands,
)

_ENTROPIES = words("BCE CE")
# For undeclared sizes: neither indices nor what examples and classes are counted by.
_SIZE_LETTERS = "pqrsuvghfz"
_WORK = 400_000  # for the shapes of all definitions
_MOST_LETTERS = 40  # for sizes
_MOST_FUNCTIONS = 30  # inside each other
_MOST_ENTRIES = 12  # the largest index written as a number


def two_sizes(place: Place, what: str, one: str, other: str) -> NotationError:
    error = place.fail(f"{what} runs over {one} and over {other}", "use one letter for one range")
    error.sizes = [(one, other)]
    return error


def _times_a_slope(factors: Sequence[Node]) -> bool:
    """Whether factors are one slope, and numbers or what examples are counted by."""
    others = [factor for factor in factors if not isinstance(factor, Derivative)]
    counts = (isinstance(n, Number) or getattr(n, "key", "") in COUNTS for n in others)
    return len(factors) - len(others) == 1 and all(counts)


class _Classes:
    """Dimensions that must be equal, joined; a class may carry a size letter or a number."""

    def __init__(self) -> None:
        self.parent: dict[object, object] = {}
        self.label: dict[object, str] = {}
        self.anchored: set[object] = set()  # what definitions and left sides have fixed

    def find(self, item: object) -> object:
        self.parent.setdefault(item, item)
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, a: object, b: object, place: Place, what: str) -> None:
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        first, second = self.label.get(a), self.label.get(b)
        if first and second and first != second:
            raise two_sizes(place, what, first, second)
        self.parent[b] = a
        if second:
            self.label[a] = second

    def held(self, item: object) -> bool:
        root = self.find(item)
        return any(self.find(one) == root for one in self.anchored)

    def name(self, item: object, label: str, place: Place, what: str) -> None:
        root = self.find(item)
        old = self.label.setdefault(root, label)
        if old != label:
            raise two_sizes(place, what, old, label)


class Builder(Rewriter):
    """Document to Model; raises NotationError where the text contradicts itself."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.invented: set[str] = set()  # the names of undeclared sizes
        self.classes = _Classes()
        self.letters: set[str] | frozenset[str] = set()
        self.summed_over: set[str] = set()
        self.subscripts: set[str] = set()  # all letters in them
        self.arrays: dict[str, int] = {}  # key: number of indices, from index letters
        self.doubles: set[str] = set()
        self.written: dict[str, int] = {}  # how many indices arrays have that are written out in numbers
        self.inside: dict[str, set[str]] = {}  # names inside each function
        self.entered: set[str] = set()
        self.largest: dict[tuple[str, int], tuple[int, Place]] = {}  # how far a dimension's entries are named
        self.families: dict[str, str] = {}
        self.made: dict[str, set[str]] = {}  # what the first line of each name makes it of
        self.chosen: dict[str, Name] = {}  # the p_c of L = -log p_c, by c
        self.unknown_costs: list[NotationError] = []

    def build(self) -> Model:
        equations = self.rewritten()
        self.find_letters(equations)
        equations = [e.renamed(self.with_words) for e in equations]
        equations = self.reread(equations)
        for e in equations:
            if isinstance(e.left, Name) and isinstance(e.parts[0], Listing):
                self.written[e.key] = 1 if 1 in {len(e.parts[0].rows), len(e.parts[0].rows[0])} else 2
        self.find_doubles(equations)
        self.find_arrays(equations)
        self.sort([equation.mapped(self.resolve) for equation in equations])
        for node in nodes_of(equations):
            body = by_formula(node.function, Name("·t")) if isinstance(node, Call) else None
            if isinstance(node, Call) and body is not None:  # no text has a name like that
                self.model.functions.setdefault(node.function, Function("·t", body))
        self.opaque_names()
        self.arrange()
        if self.document.suggested is None and not any(claim.code for claim in self.model.claims):
            self.document.suggested = supposed(self.model, self.declared, self.arrays)
        self.dimensions()
        self.shorten(equations)
        return self.model

    def shorten(self, equations: list[Equation]) -> None:
        """Gives undeclared sizes letters that the text leaves free: W (p, q), and not W (n1_W, n2_W)."""
        model = self.model
        names = names_of(equations)
        used = {sign for n in names for sign in (n.base, *n.sub, *n.label)} | {*model.letters, *model.sizes}
        used |= {n.index for n in nodes_of(equations) if isinstance(n, BigSum)} | self.document.known.bases
        free = [f"{letter}{number}" for number in ("", *"2345") for letter in _SIZE_LETTERS]
        sizes = [size for size in (*model.letters, *model.sizes) if size in self.invented]
        new = dict(zip(sizes, (size for size in free if size not in used), strict=False))
        model.letters = [new.get(size, size) for size in model.letters]
        model.sizes = {new.get(size, size): value for size, value in model.sizes.items()}
        model.ranges = {letter: new.get(size, size) for letter, size in model.ranges.items()}
        for key, shape in model.shapes.items():
            model.shapes[key] = tuple(_spelled(size, new) for size in shape)

    # -- declarations and indices
    def reread(self, equations: list[Equation]) -> list[Equation]:
        """Names that occur only in claims: read as a known one with its scripts elsewhere, or questioned.

        A name of its own there would be a number that the truth knows nothing of.
        """
        known: dict[str, Name] = {}
        definitions = [e for e in equations if isinstance(e.left, Name | Call)]
        for statement in self.document.statements:
            if isinstance(statement, Declaration) and statement.name.key in self.declared:
                known[statement.name.key] = statement.name
        for equation in definitions:
            if without_d(equation.key) is not None:
                continue  # a claim, should its name be known
            for part in equation.sides:
                named = [n for n in walk(part) if isinstance(n, Name)]
                slopes = [n.below for n in walk(part) if isinstance(n, Derivative)]
                known.update((n.key, n) for n in named if n not in slopes)
        sizes = {dim for dims in self.declared.values() for dim in dims}
        changed: dict[str, Name] = {}
        own = {*lefts_of(definitions)}
        made = {e.key: {*names_in(e.parts[0])} for e in definitions if e.key}
        slopes_by: dict[str, set[str]] = {}
        for n in nodes_of(equations):
            if isinstance(n, Derivative) and isinstance(n.above, Name) and isinstance(n.below, Name):
                slopes_by.setdefault(n.below.key, set()).add(n.above.key)
        terms = self.of_examples(definitions)

        def look(node: Node, inside: bool) -> None:
            if isinstance(node, Name) and node.key not in known and node.key not in sizes:
                same = [
                    k
                    for k in known.values()
                    if _same_scripts(k, node)
                    and not (self.indices(k) and not node.sub)
                    and k.key not in terms
                ]
                same = same or [k for k in known.values() if unscripted(k.key) == unscripted(node.key)]
                if len(same) > 1:  # ∇_a C, where C is made of a^L
                    costs = slopes_by.get(node.key, set())
                    near = [k for k in same if any(k.key in made.get(cost, ()) for cost in costs)]
                    same = near if len(near) == 1 else [k for k in same if k.key in own] or same
                if not same and len(node.key) == 1 and node.key.isupper():  # Y, where y_nk is known
                    small = [k for k in known.values() if k.base == node.base.lower() and len(k.sub) == 2]
                    same = [replace(k, sub="") for k in small if k.sub.isalpha()][:1]
                if len(same) == 1:
                    changed[node.key] = same[0]
                    self.model.placed[node.key] = same[0].key
                elif not inside and not same:
                    self.question(node, known)
            for child in children(node):
                look(child, inside or isinstance(node, Derivative))

        for equation in equations:
            claims = isinstance(equation.left, Derivative) or equation.left is None
            if claims or without_d(equation.key) in known:
                for part in equation.sides:
                    if not isinstance(part, Name) or part is not equation.left:
                        look(part, False)
            else:
                for node in equation.right:
                    if isinstance(node, Derivative):
                        look(node, True)
        return replaced(equations, changed)

    def of_examples(self, definitions: list[Equation]) -> set[str]:
        """x^(i) and y^(i) of a sum over i, where the text knows none of them whole."""
        for total in (n for e in definitions for n in e.right if isinstance(n, BigSum)):
            names = {n for n in walk(total.body) if isinstance(n, Name) and n.label == total.index != ""}
            wholes = {replace(n, label="").key for n in names}
            if names and not any(self.defines(key) or self.defines(key.upper()) for key in wholes):
                return {n.key for n in names}
        return set()

    def question(self, name: Name, known: dict[str, Name]) -> None:
        """A name that no line defines and that resembles one that is: most likely a slip of the pen."""
        if without_d(name.key) in known:
            return
        others = [one for one in known.values() if one.whole == name.whole and one.sub]
        if name.sub.isalpha() and others:
            return  # w_kj beside w_jk: other indices of the same array, which may be the mistake itself
        for key in known:
            if len(name.key) > 1 and len(key) > 1 and _resemble(name.key, key):
                raise name.place.fail(
                    f"{name.key} is not defined; is {key} meant?",
                    f"write {key}, or declare {name.key} if it is a number of its own: {name.key}: ()",
                )

    def find_letters(self, equations: list[Equation]) -> None:
        sums = [n for n in nodes_of(equations) if isinstance(n, BigSum) and n.index]
        for name, letter in ((n, one.index) for one in sums for n in walk(one.body) if isinstance(n, Name)):
            if letter in re.split("[+-]", name.sub)[:2] and name.sub != letter:  # x_{i+k} is no number
                problem = f"{name.key}: indices that are added are not followed"
                error = name.place.fail(problem, "write the sum out, or name the shifted array")
                error.open = True
                raise error
        self.summed_over = {one.index for one in sums}
        self.subscripts = {letter for n in names_of(equations) for letter in n.sub} | self.summed_over
        for letter in self.summed_over:
            sizes = {one.size for one in sums if one.index == letter} - {""}
            if len(sizes) == 1:
                self.model.ranges[letter] = sizes.pop()
        own = {*lefts_of(e for e in equations if not isinstance(e.parts[0], Name | Number))}
        self.letters = (CLASSIC_INDICES - own) | self.summed_over
        named = [n for n in names_of(equations) if len(n.sub) == 1 and n.sub.islower()]
        arrays = {n.whole for n in named if n.sub in self.summed_over}
        lefts = {*lefts_of(equations)}
        pairs = [n for n in names_of(equations) if re.fullmatch("[a-z]{2}", n.sub)]
        beside = {n.sub[1] for n in pairs if n.sub[0] in self.letters and n.whole in arrays}
        beside |= {n.sub[0] for n in pairs if n.sub[1] in self.summed_over}  # x_nd, and the n of sum_k y_nk
        self.letters |= beside - {n.key for n in names_of(equations)}
        self.letters |= {letter for n in pairs for letter in n.sub} if self.document.implied else set()
        others = {n.sub for n in named if n.whole in arrays and n.key not in lefts} - own
        # The o of J = -log σ(u_oᵀ v) - sum_k log σ(-u_kᵀ v) is no index that runs.
        defining = [e for e in equations if isinstance(e.left, Name | Call)]
        free = {n.sub for n in names_inside(defining) if n in named} & others
        free -= self.letters | {getattr(e.left, "sub", "") for e in defining}
        # Nor is the i of r_ui, p_u and q_i, none of which is summed.
        whole = {letter for sub in {n.sub for n in pairs} for letter in sub if not {*sub} <= self.letters}
        whole &= self.letters - self.summed_over
        if (free or whole) and self.document.named is None:
            self.document.named = False
        self.letters = self.letters - whole if self.document.named else self.letters
        self.letters |= others - free if self.document.named else others
        values = {n.key for e in equations for side in e.sides for n in _values(side) if isinstance(n, Name)}
        for e in equations:  # L = -log p_c: the number of a class
            if isinstance(e.left, Name) and not self.document.named and like_a_cost(e.key):
                inside = [*e.right]
                entropy = any(isinstance(n, Call) and FUNCTIONS.get(n.function) == "log" for n in inside)
                found = [n for n in named if n in inside and n.key not in lefts and entropy]
                given = values | own | self.declared.keys() | self.summed_over | {e.left.sub}
                numbered = {n.whole for n in e.names if n.sub.isdigit() and not self.defines(n.whole)}
                found = [n for n in found if n.whole not in numbered]  # u_o and u_1 are two
                if len({n.sub for n in found}) > 1:  # in u_oᵀ v_c, with other u_w, v_c is a name
                    known = {(one.base, one.sub) for one in named} | {(key, "") for key in values | own}
                    found = [n for n in found if any(n.base == base and n.sub != sub for base, sub in known)]
                self.chosen.update((n.sub, n) for n in found if n.sub not in given)
        self.chosen.update([self.true] if self.true else ())
        self.letters |= self.chosen.keys()

    def find_doubles(self, equations: list[Equation]) -> None:
        """C = 1/n sum_k C_k: the number C and the array of all C_k are two things."""
        indexed = {
            n.whole
            for n in names_of(equations)
            if (parts := self.indices(n)) and any(p.isalpha() for p in parts)
        }
        lefts = [e.left for e in equations if isinstance(e.left, Name)]
        entries = {left.whole for left in lefts if left.sub and not left.sub.isdigit()}
        bare = [{n.key for n in e.names} & indexed for e in equations]
        entered = [{n.whole for n in e.names if n.sub} for e in equations]
        both = set().union(*bare) - self.declared.keys() - set().union(*map(set.intersection, bare, entered))
        both = {key for key in both if not self.defines(key) and key not in entries}
        if both and self.document.doubles is None:
            self.document.doubles = False
        if self.document.doubles:
            self.doubles |= both
        arrays = {n.key: n.whole for n in names_of(equations) if n.sub}
        made = made_by(equations)
        for e in equations:  # o = φ(net), with net = sum_k w_k o_k
            key = e.left.function if isinstance(e.left, Call) else getattr(e.left, "key", "")
            if key in indexed:
                inside = {arrays.get(one) for p in e.parts for one in made_of(p, made)}
                if key in inside or (key in entries and like_a_cost(key)):
                    self.doubles.add(key)

    def array(self, name: Name) -> str:
        """The key of the array that a name with indices is an entry of."""
        key = name.whole
        return key.replace(name.base, name.base + "_", 1) if key in self.doubles else key

    def with_words(self, name: Name) -> Name | None:
        """s_{neg,k} under a sum over k: an entry of s^(neg), as is s_{n,k} where no line runs over n."""
        parts = name.sub.split(",")
        runs = [part for part in parts if part in self.summed_over]
        fixed = [part for part in parts if part.isalpha() and part not in self.letters]
        if len(parts) != 2 or len(runs) != 1 or len(fixed) != 1 or name.label or name.whole in self.declared:
            return None
        return replace(name, sub=runs[0], label=fixed[0])

    def indices(self, name: Name) -> tuple[str, ...] | None:
        """The indices that a subscript may be, None where it is a part of the name."""
        if not name.sub or name.key in self.declared or any(name.key in d for d in self.declared.values()):
            return None  # d_k, beside W: (d, d_k)
        if self.document.tensors and name.base == "d":
            return None
        parts = tuple(name.sub.split(",")) if "," in name.sub else tuple(name.sub)
        if name.sub.isdigit() and "," not in name.sub:
            key = name.whole
            known = self.declared.get(key) or self.document.supposed.shapes.get(key) or ()
            rank = len(known) or self.written.get(key)
            parts = (name.sub,) if rank != len(name.sub) else tuple(name.sub)
        run = len({*parts}) == len(parts) and self.summed_over.issuperset(parts)  # sum_i sum_j sum_k a_ijk
        if (len(parts) > 2 and not run) or not all(part in self.letters or part.isdigit() for part in parts):
            dims = self.declared.get(name.whole)
            lower = all(len(part) == 1 and part.isalpha() and part.islower() for part in parts)
            return parts if dims and lower and len(parts) == len(dims) else None
        return parts

    def find_arrays(self, equations: list[Equation]) -> None:
        found = names_of(equations)
        self.model.rows |= self.document.rows
        self.members(equations)
        for name in found:
            parts = self.indices(name)
            if parts and any(part.isalpha() for part in parts):
                key = self.array(name)
                self.arrays[key] = max(len(parts), self.arrays.get(key, 0))  # P_n is a row of the P_nk
        wholes = self.made_of_arrays(equations)
        for name in found:
            key = name.whole
            if name.sub.isdigit() and key in wholes and not self.defines(name.key):
                # a_1, where a = tanh(W x) is known whole
                supposed = len(self.document.supposed.shapes.get(key, "1"))
                self.arrays.setdefault(key, self.written.get(key, supposed))
        for node in (n for n in nodes_of(equations) if isinstance(n, Product)):
            for left, right in pairwise(node.factors):
                columns = self.declared.keys() | self.document.supposed.shapes.keys()
                behind = isinstance(right, Name) and right.key in columns  # of x_iᵀ w
                inner = left.inner if isinstance(left, Transposed) else None
                both = (inner, right) if isinstance(inner, Name) and isinstance(right, Name) else ()
                behind |= bool(both) and all(self.indices(one) for one in both)  # of p_iᵀ q_j
                for one in (inner, right)[not behind :] if inner is not None else ():
                    key = self.array(one) if isinstance(one, Name) and self.indices(one) else ""
                    also = {
                        n.sub[:1] for n in found if n.base == getattr(one, "base", "") and len(n.sub) == 2
                    }
                    row = self.arrays.get(key) == 1 or getattr(one, "sub", "") in also  # beside x_nd
                    if row and key in self.arrays and key not in self.declared:
                        self.model.rows.add(key)  # wᵀ x_n: x_n is one of many columns, written as rows
                        self.arrays[key] = 2
        zero = bool(self.model.ones)
        for name in found:
            parts = self.indices(name)
            key = self.array(name) if parts else ""
            if parts and (self.arrays.get(key, -1) == len(parts) or key in self.model.rows):
                zero |= "0" in parts
        self.model.first_index = 0 if zero else 1

    def members(self, equations: list[Equation]) -> None:
        """Of p_i, q_j: (k,) and dJ/dp_i, where J sums over i and j: p_i and q_j are rows of p and q."""
        found = {n.key: n for n in names_of(equations) if n.sub in self.summed_over}
        own = {*lefts_of(equations), *(n.whole for n in found.values() if self.defines(n.whole))}
        of_one = {
            key: n
            for key, n in found.items()
            if len(self.declared.get(key, ())) == 1 and not own & {key, n.whole}
        }
        slopes = [n.below for n in nodes_of(equations) if isinstance(n, Derivative)]
        if any(getattr(below, "key", "") in of_one for below in slopes):
            for key, name in of_one.items():
                (size,) = self.declared.pop(key)
                self.classes.name((name.whole, 1), size, name.place, name.whole)
                self.classes.anchored.add((name.whole, 1))
                self.arrays[name.whole] = 2
                self.model.rows.add(name.whole)

    def made_of_arrays(self, equations: list[Equation]) -> set[str]:
        """The names, but for costs, whose definitions arrays go into, and what is used as one."""
        arrays = {key for key, dims in self.declared.items() if dims} | self.written.keys()
        arrays |= self.document.supposed.shapes.keys()
        for e in [*equations, *reversed(equations)]:
            if e.key and not like_a_cost(e.key) and arrays & {*names_in(e.parts[0])}:
                arrays.add(e.key)
        return arrays - self.declared.keys()

    def resolve(self, node: Node) -> Node:
        if isinstance(node, Name):
            both = tuple(node.sub.replace(",", ""))
            delta = node.base in {"δ", "delta", "I"} and not self.defines(node.base)
            if delta and len(both) == 2 and {*both} <= self.letters:
                return Comparison(Index(both[0]), "==", Index(both[1]), place=node.place)
            if (node.base == "e" and node.sub in self.chosen) and not self.defines("e"):
                return self.unit(node, node.sub)
            example = self.example(node)
            if example is not None:
                return example
            parts = self.indices(node)
            key = self.array(node)
            if parts:
                dims = self.declared.get(key)
                wanted = len(dims) if dims is not None else self.arrays.get(key)
                row = self.arrays.get(key) == 2 and any(part.isalpha() for part in parts)
                row |= key in self.model.rows  # c_0, beside the columns c_j
                row |= dims is not None and len(dims) == 2 and "1" in dims  # x_2 of a row or of (n, 1)
                if wanted == len(parts) or row:
                    return Entry(key, parts, place=node.place)
                if dims and any(part.isalpha() for part in parts):
                    raise node.place.fail(
                        f"{key} has {len(dims)} indices, not {len(parts)}", "write one for each"
                    )
            return node
        if (
            isinstance(node, Derivative)
            and isinstance(node.above, Call)
            and not node.above.primes
            and len(node.above.arguments) > 1
            and node.above.function in self.document.known.functions
        ):  # dL(a, y)/da, with L(a, y) = ... above
            return self.resolve(replace(node, above=Name(node.above.function, place=node.above.place)))
        if isinstance(node, Comparison):
            if node.sign == "==" and getattr(node.left, "key", "") in self.letters - self.subscripts:
                return node  # k = 2, k being no index
            return replace(node, left=self.counted(node.left), right=self.counted(node.right))
        if isinstance(node, Call) and node.function.replace("_", "") == "onehot":
            key = getattr(node.arguments[0], "key", "")
            return self.unit(node, key) if key in self.chosen else node
        inner = children(node)
        return rebuild(node, [self.resolve(part) for part in inner]) if inner else node

    def unit(self, node: Node, letter: str) -> Node:
        """e_c as what it is, the slope of p_c by p."""
        entry = self.resolve(replace(self.chosen[letter], place=node.place))
        whole = replace(self.chosen[letter], sub="", place=node.place)
        return Derivative(entry, whole, place=node.place, written=write(node))

    def example(self, name: Name) -> Entry | None:
        """y^(i) under a sum over i: the i-th example of y, or of Y where only that is known."""
        letter = name.example or name.label
        if letter not in self.summed_over or (name.example and self.indices(name)):
            return None  # x_j^{(p,3)} stands for that of any example
        whole = replace(name, example="") if name.example else replace(name, label="")
        row = () if whole.base in self.cells else (replace(whole, base=whole.base.upper()).key,)
        for key in (whole.key, *row):
            if (
                self.defines(key)
                or (without_d(key) or "") in self.document.known.defined
                or (key != whole.key and key in self.document.known.values)
            ):
                return Entry(key, (letter,), place=name.place)
        return None

    def counted(self, node: Node) -> Node:
        """One side of a comparison: the i and k of [i = k] are indices."""
        if isinstance(node, Name) and node.key in self.letters and not self.defines(node.key):
            return Index(node.key, place=node.place)
        return self.resolve(node)

    # -- definitions and claims
    def sort(self, equations: list[Equation]) -> None:
        defined = self.find_defined(equations)
        self.general = {
            e.left.key
            for e in equations
            if isinstance(e.left, Name) or (isinstance(e.left, Entry) and "".join(e.left.indices).isalpha())
        }
        used = {key for e in equations for part in e.sides for key in names_in(part)} | set(self.declared)
        self.used = used
        self.defined = defined
        equations = [new for e in equations for new in self.taken_step(e, equations)]
        uses = Counter(key for e in equations for key in {x for part in e.sides for x in names_in(part)})
        self.made = {e.key: {*names_in(e.parts[0])} for e in reversed(equations) if e.key}
        chain = -1
        last: tuple[Node, str] | None = None  # what a continued line goes on with
        for equation in equations:
            start = 0
            if equation.left is not None:
                chain += 1
                left, first = equation.left, equation.parts[0]
                if isinstance(left, Product | Total) and isinstance(first, Derivative):
                    # 2 (a - y) = dC/da is written backwards; D_j S_i = dS_i/da_j = ... names what it is
                    new = {key for key in names_in(left) if uses[key] == 1} - {*self.declared}
                    if len(equation.parts) > 1 and new:
                        equation = equation.part(first, range(1, len(equation.parts)))
                    else:
                        equation = replace(equation, left=first, parts=(left, *equation.parts[1:]))
                assert equation.left is not None
                left, start = self.about(equation)
                last = left, write(with_bars(equation.left, equation.spelling))
            elif last is None:
                place = equation.places[0]
                raise Place(place.line, max(1, place.column - 2)).fail(
                    "a line that begins with = continues the line above, and there is none",
                    "begin with a name or a derivative",
                )
            left, written = last
            sides = [*zip(equation.parts, equation.conditions, equation.places, strict=True)]
            self.model.claims += [Claim(left, *side, chain, written, equation) for side in sides[start:]]
        self.model.claims = [
            replace(
                claim,
                left=self.with_gradients(claim.left, not any(names_in(claim.right)))
                if not isinstance(claim.left, Name | Entry) or claim.left.key in self.families
                else claim.left,
                right=self.with_gradients(claim.right),
            )
            for claim in self.model.claims
        ]
        for key, definition in list(self.model.definitions.items()):
            self.model.definitions[key] = replace(definition, body=self.with_gradients(definition.body))

    def taken_step(self, equation: Equation, others: Iterable[Equation]) -> Iterator[Equation]:
        """Δw = -η G, and w = w - η G, as the claim that G is the slope of the cost by w."""
        if not renews(equation.left):
            yield equation
            return
        defining = [e for e in others if isinstance(e.left, Name | Entry | Call) and e != equation]
        lefts = {getattr(e.left, "key", getattr(e.left, "function", "")) for e in defining}
        inside = {key for e in defining for part in e.parts for key in names_in(part)}
        costs = filter(like_a_cost, lefts & self.defined)
        taken = step(equation, lambda n: n.key in inside - lefts, lefts) if any(costs) else None
        if taken is None or not self.followed(taken, inside | lefts | self.declared.keys()):
            if equation.spelling.get("step") != "renewed":
                yield equation
            return
        cost = self.find_costs()[0]
        self.used.add(cost)  # the value of J(w)
        key = f"-{cost}" if taken.up else cost
        if taken.up:
            self.model.definitions[key] = Definition(key, (), Negative(Name(cost)), equation.places[0])
        spelling = {**equation.spelling, "step": spelled(equation, taken), "by rate": write(taken.rate)}
        spelling["up"] = "up" * taken.up
        if ascends(self.document.lines, cost):
            spelling["ascends"] = cost
        own = f"-d{cost}/d{write(taken.below)}" if taken.up else ""
        left = Derivative(Name(key), taken.below, not taken.up, place=equation.places[0], written=own)
        yield replace(equation, left=left, parts=taken.slopes, spelling=spelling)

    def followed(self, taken: Step, known: set[str]) -> bool:
        """Whether a step is by a formula of known names, and neither by momentum nor of one example."""
        letters = taken.below.indices if isinstance(taken.below, Entry) else ()
        names = [n for s in taken.slopes for n in walk(s) if isinstance(n, Name | Entry)]
        return (
            all(n.key in known or self.is_slope(n) for n in names)
            and all({*free_letters(slope, letters)} <= {*letters} for slope in taken.slopes)
            and not all(map(self.is_slope, taken.slopes))
        )

    def is_slope(self, node: Node) -> bool:
        """Whether a formula is but a name for a slope, which the line of that name is about."""
        return isinstance(node, Derivative) or (
            isinstance(node, Name | Entry) and self.below(node) is not None and node.key not in self.defined
        )

    def about(self, equation: Equation) -> tuple[Node, int]:
        """What a line is about, and how many of its right sides define it; the others are claims."""
        assert equation.left is not None
        left, first = self.as_derivative(equation.left), equation.parts[0]
        match left:
            case Derivative():
                return left, 0
            case Product((Derivative(), *_), ("/",)):
                return left, 0  # the slope by σ^2
            case Product(factors) if all(isinstance(factor, Derivative) for factor in factors):
                return left, 0  # dC/da · da/dz = a - y
            case Product(factors, ops) if "/" not in ops and _times_a_slope(factors):
                return left, 0  # n dC/dw = sum_i (a_i - y_i)
            case Call() if left.primes or FUNCTIONS.get(left.function) in OF_MATRICES:
                return left, 0
            case Call() if self.is_function(left):
                return self.define_function(left, first), 1
            case Call() if left.function in FUNCTIONS and {*names_in(left)} <= self.defined:
                return left, 0  # log(p_k) = z_k - log(sum_i e^z_i), where a line says what p is
            case Name() | Entry():
                if self.define_root(equation) or self.define(left, equation):
                    return left, 1
                example = not any(True for _ in names_in(first))  # one in numbers
                return (first, 1) if example else (left, 0)
        raise left.place.fail(
            f"'{write(equation.left)}' on a left side",
            "a line defines a name or f(x), or claims a derivative such as dC/dw",
        )

    def define_root(self, equation: Equation) -> bool:
        """Enters r = sqrt(x^2 + y^2) beside x = r cos θ and y = r sin θ: said again, and positive."""
        left, root, key = equation.left, equation.parts[0], equation.key
        if not isinstance(root, Call) or root.function != "sqrt" or equation.style == "code":
            return False
        found = key not in names_in(root) and key in made_of(root, self.made)
        if found and isinstance(left, Name):
            self.model.roots[key] = Claim(left, root, None, equation.places[0], 0, write(left), equation)
        return found

    def find_defined(self, equations: list[Equation]) -> set[str]:
        keys = {e.left.key for e in equations if isinstance(e.left, Name | Entry)}
        keys |= {e.left.function for e in equations if isinstance(e.left, Call)}
        inside = {key for e in equations for part in e.parts for key in names_in(part)} | set(self.declared)
        known = keys | inside
        # dW2 = ... is a claim where W2 is known and dW2 is not declared
        return {
            key
            for key in keys
            if key in self.declared
            or (inner := without_d(key)) is None
            or (
                not {inner, inner[:1].lower() + inner[1:]} & known
                and inner.partition("_")[0] not in self.document.known.by_entry
            )
        }

    def as_derivative(self, left: Node) -> Node:
        """dW2 on a left side becomes dC/dW2, C the one cost that is defined."""
        if isinstance(left, Name | Entry) and left.key not in self.defined:
            below = self.below(left)
            cost = self.the_cost(left)
            if below is not None and cost is not None:
                return Derivative(cost, below, True, place=left.place)
            if (inner := without_d(left.key) or "").partition("_")[0] in self.document.known.by_entry:
                error = left.place.fail(
                    f"the text does not say how {cost.key if cost else 'a cost'} depends on {inner}",
                    "define what lies between",
                )
                error.open = True
                raise error
        return left

    def below(self, name: Name | Entry) -> Name | Entry | None:
        inner = without_d(name.key)
        if inner is None or (inner not in self.used and inner not in self.defined):
            small = None if inner is None else inner[:1].lower() + inner[1:]
            if small == inner or small not in self.used | self.defined or isinstance(name, Entry):
                return None
            return replace(name, base=name.base[1:].lower())  # dB, where only b is known
        if isinstance(name, Entry):
            return replace(name, key=inner)
        return replace(name, base=name.base[1:])

    def the_cost(self, at: Name | Entry) -> Name | None:
        costs = self.find_costs()
        if not costs:
            problem = at.place.fail(
                f"{write(at)} is the slope of a cost, and no cost is defined",
                "define one, as in C = sum((a - y)^2), or declare the shape of a name of its own",
            )
            problem.open = True
            raise problem
        return Name(costs[0])

    def find_costs(self) -> list[str]:
        """Names that look like the cost: a cost's usual name, else what nothing else is made of."""
        if self.model.costs:
            return self.model.costs
        bodies = [e for e in self.document.statements if isinstance(e, Equation)]
        keys = [self.left_key(e.left) for e in bodies]
        lefts = [key for key in keys if key]
        lefts = [key for key in dict.fromkeys(lefts) if key in self.defined]
        errors = {key for e, key in zip(bodies, keys, strict=True) if _an_error(key, e.parts[0])}
        named = [key for key in lefts if like_a_cost(key) and key not in errors]
        said = self.said_costs(bodies)
        if not named and (said or not self.document.missing):  # what was not read may be the cost
            inside_of: dict[str, set[str]] = {key: set() for key in lefts}
            for e, key in zip(bodies, keys, strict=True):
                names = {name for part in e.parts for name in names_in(self.resolve(part))}
                inside_of.setdefault(key, set()).update(names)
            used = set().union(*inside_of.values())
            slopes = {key for key in used if (without_d(key) or "") in used | set(lefts)}
            plain = [key for key in lefts if key not in slopes and not slopes & inside_of[key]]
            slopes_of = [n for n in nodes_of(bodies) if isinstance(n, Derivative) and _of(n) in said]
            by = {getattr(self.resolve(n.below), "key", "") for n in slopes_of}
            by |= {inner for key in used if by and (inner := without_d(key))}
            if self.document.missing and not by & {*plain}:
                return []
            plain = [key for key in plain if key in by] or plain
            named = [key for key in plain if key not in used][-1:]
            if named and f"d{named[0]}" in used and f"d{named[0]}" not in self.defined:
                return self.arriving(named[0])
            outputs = [key for key in plain if not any(key in inside_of[other] for other in plain)]
            if not named and outputs:
                return self.arriving(outputs[-1])  # dZ = A - Y, and the text leaves open of which cost
        inside: dict[str, set[str]] = {key: set() for key in named}
        for e in bodies:
            if e.key in inside:
                inside[e.key].update(n for p in e.parts for n in names_in(p))
        # C = data + reg: the cost is the one that the others are made into
        named.sort(key=lambda key: any(key in inside[other] for other in named if other != key))
        self.model.costs = named
        return named

    def said_costs(self, equations: Iterable[Equation]) -> list[str]:
        """The o of dx = do/dx, which no line defines."""
        firsts = [(e.key, e.parts[0]) for e in equations]
        return [
            _of(part)
            for key, part in firsts
            if isinstance(part, Derivative) and _of(part) and _of(part) not in self.defined
            if getattr(part.below, "key", "") == without_d(key)
        ]

    def left_key(self, left: Node | None) -> str:
        """The array or name, or the function, that a line is about."""
        if isinstance(left, Call):
            return left.function if self.is_function(left) else ""
        return self.resolve(left).key if isinstance(left, Name) else ""  # type: ignore[attr-defined]

    def arriving(self, output: str) -> list[str]:
        """dA arrives from the layer above: the cost is any function of A."""
        equations = [s for s in self.document.statements if isinstance(s, Equation)]
        named = [key for n in nodes_of(equations) if (key := _of(n)) and key not in self.defined]
        free = [name for name in (*"JCLE", "cost of " + output) if name not in self.used | self.defined]
        said = self.said_costs(equations)
        cost = next((name for name in named if name in COST_NAMES), (*said, *free)[0])  # dy = dL/dy
        opaque = Opaque(cost, (output,))
        self.model.definitions[cost] = Definition(cost, (), opaque, opaque.place)
        self.model.costs = [cost]
        self.model.opaque_costs.append(cost)
        self.model.paths[cost] = f"{cost} is some function of {output}"
        return self.model.costs

    def is_function(self, left: Call) -> bool:
        return (
            left.primes == 0 and left.function not in FUNCTIONS
        ) or left.function in self.document.known.functions

    def define_function(self, left: Call, body: Node) -> Node:
        for argument in left.arguments:
            if not isinstance(argument, Name | Entry):
                raise argument.place.fail(
                    "a function is defined as f(x) = ...", "put one name into the brackets"
                )
        first = left.arguments[0]
        assert isinstance(first, Name | Entry)
        old = self.model.functions.get(left.function)
        if old is not None and old.body != body:
            self.model.again.append((left.function, left.place))
        elif len(left.arguments) == 1:
            self.model.functions[left.function] = Function(
                first.key, mapped(body, partial(self.prime, first))
            )
        if {left.function, f"d{left.function}"} & self.used:  # C(w) = (w x - y)^2 defines the value C as well
            self.model.definitions[left.function] = Definition(left.function, (), body, left.place)
        return left

    def prime(self, by: Node, node: Node) -> Node | None:
        """f'(x) for df/dx, where x is what it is asked by."""
        if not isinstance(node, Derivative) or node.below != by:
            return None
        above = self.prime(by, node.above) or node.above
        if isinstance(above, Name) and above.key in self.document.known.functions:
            above = Call(above.key, 0, (by,), place=node.place)
        alone = isinstance(above, Call) and above.arguments == (by,)
        return replace(above, primes=above.primes + 1) if alone and isinstance(above, Call) else None

    def define(self, left: Name | Entry, equation: Equation) -> bool:
        """Enters a definition; False where the name has one already, so that this is a claim about it."""
        key, body = left.key, equation.parts[0]
        indices = left.indices if isinstance(left, Entry) else ()
        if any(part.isdigit() for part in indices) and key in self.general:
            return False  # z_1 = ..., beside z_j = ...
        if any(part.isdigit() for part in indices):
            raise left.place.fail(f"one entry of {key} is defined alone", "define the array, as in z_j = ...")
        if len(set(indices)) < len(indices):
            raise left.place.fail(f"{write(left)} repeats an index", "use different letters")
        for part in walk(body):
            if isinstance(part, Name | Entry) and part.key == key:
                raise part.place.fail(
                    f"{key} is defined by itself",
                    f"give the new value another name, as {key}_new",
                )
        body = self.spelled_out(key, body)
        extra = [letter for letter in free_letters(body, indices) if letter not in indices]
        inside = {
            part.key for part in walk(body) if isinstance(part, Entry) and set(extra) & set(part.indices)
        }
        true = self.true is not None and extra == [self.true[0]]
        cost = like_a_cost(key) or key in self.entropies
        if (true or len(extra) == 1 == len(inside)) and not indices and cost:
            self.families[key] = extra[0]  # L = -log p_c: for a class c
            self.arrays[key] = 1
            indices, extra = (extra[0],), []
        elif len(extra) == 1 and not indices and like_a_cost(key):
            self.model.paths[key] = f"{key} {ADDS_UP} {extra[0]}"
            body, extra = BigSum(extra[0], body, place=body.place), []
        elif len(extra) == 1 and not indices and key not in self.arrays:
            self.arrays[key] = 1
            indices, extra = (extra[0],), []
        implied = [letter for letter in extra if indices and self.document.implied and _twice(letter, body)]
        for letter in implied:  # Einstein's way
            self.model.paths[key] = f"the sum over {letter} is left out"
            body, extra = BigSum(letter, body, place=body.place), [one for one in extra if one != letter]
        if extra:
            raise left.place.fail(
                f"the index {extra[0]} stands only on the right of {write(left)}",
                f"sum over it (sum_{extra[0]} ...), or write it on the left too",
            )
        if key in self.model.definitions:
            return False
        if len(indices) == 1 and self.arrays.get(key) == 2:
            self.model.rows.add(key)
        condition = equation.conditions[0]
        if condition is not None and "told" not in equation.spelling:
            body = Cases(((body, condition),), place=body.place)
        self.model.definitions[key] = Definition(key, indices, body, left.place, equation)
        return True

    def spelled_out(self, key: str, body: Node) -> Node:
        """L = BCE(p, y) in full, y being the one of both that has a target's name."""

        def full(node: Node) -> Node | None:
            if not isinstance(node, Call) or node.function not in _ENTROPIES or len(node.arguments) != 2:
                return None
            named = [n for n in node.arguments if stem(getattr(n, "key", "")) in TARGETS]
            if len(named) != 1 or node.function in self.model.functions:
                return None
            statements = [s for s in self.document.statements if isinstance(s, Equation)]
            calls = {FUNCTIONS.get(n.function) for n in nodes_of(statements) if isinstance(n, Call)}
            (y,) = named
            (p,) = (n for n in node.arguments if n is not y)
            one = Number(Fraction(1))
            terms: list[Node] = [Product((y, Call("log", 0, (p,))), ("*",))]
            if node.function == "BCE" or "softmax" not in calls:
                others = [Total((one, x), (1, -1)) for x in (y, p)]
                terms.append(Product((others[0], Call("log", 0, (others[1],))), ("*",)))
            found: Node = Total(tuple(terms), (-1,) * len(terms)) if len(terms) > 1 else Negative(terms[0])
            self.model.paths[key] = f"{write(node)} is read as {write(found)}"
            return found

        found = mapped(body, full)
        known = FUNCTIONS.keys() | self.document.known.functions
        several = [one for one in walk(found) if isinstance(one, Call) and len(one.arguments) > 1]
        for one in several:
            if one.function not in known and all(isinstance(x, Name) for x in one.arguments):
                self.model.paths[key] = f"{key} is any function of {_and(names_in(found))}"
                if one.function in COST_NAMES:
                    self.model.opaque_costs.append(key)
                return Opaque(key, tuple(names_in(found)), place=body.place)  # L = l(o, y), whatever l is
        return found

    def with_gradients(self, node: Node, values: bool = False) -> Node:
        """dz2 as a value on a right side is dC/dz2; a cost that is defined for a class c is the one of c.

        Where values are put in, it is the one of the class that they say.
        """

        def member(name: Name) -> Entry:
            at = self.true_at if values else None
            index = self.families[name.key] if at is None else f"{at + self.model.first_index}"
            return Entry(name.key, (index,), place=name.place)

        def slope(part: Node) -> Node | None:
            if isinstance(part, Name) and part.key in self.families:
                return member(part)
            if (
                isinstance(part, Derivative)
                and isinstance(part.above, Name)
                and part.above.key in self.families
            ):
                return replace(part, above=member(part.above))
            if isinstance(part, Derivative) or (
                isinstance(part, Name | Entry) and part.key in self.defined | self.declared.keys()
            ):
                return part
            below = self.below(part) if isinstance(part, Name | Entry) else None
            if below is not None and self.find_costs():
                return Derivative(Name(self.find_costs()[0]), below, True, place=part.place)
            return None

        return mapped(node, slope)

    # -- names that are differentiated but never defined
    def opaque_names(self) -> None:
        below: dict[str, dict[str, None]] = {}
        entries: dict[str, Node] = {}
        for node in (*(n for claim in self.model.claims for n in claim.nodes), *self.model.parts):
            match node:
                case Derivative(Name() | Entry() as above, Name(key=by) | Entry(key=by)):
                    beside = any({above.key, by} <= {*names} for names in self.arguments)
                    if above.key not in self.model.definitions and above.key != by and not beside:
                        below.setdefault(above.key, {})[by] = None
                        entries.setdefault(above.key, above)
        for key, variables in below.items():  # of dr/dx, r is not made of an x = r cos θ
            below[key] = {one: None for one in variables if key not in self.reach(one, {}, set())}
        for key, variables in below.items():
            reduced = [
                one
                for one in variables
                if not any(other != one and one in self.reach(other, below, {key}) for other in variables)
            ]
            reduced = [one for one in reduced if key not in self.reach(one, below, set())]
            if not reduced:
                continue
            if len(reduced) < len(variables):
                dropped = [one for one in variables if one not in reduced]
                self.model.paths[key] = f"{key} depends on {_and(dropped)} only through {_and(reduced)}"
            node = entries[key]
            indices = tuple("ij"[: len(node.indices)]) if isinstance(node, Entry) else ()
            body = Opaque(key, tuple(reduced), place=node.place)
            self.model.definitions[key] = Definition(key, indices, body, node.place)
            if like_a_cost(key) and not indices:
                self.model.opaque_costs.append(key)

    def reach(self, key: str, below: dict[str, dict[str, None]], seen: set[str]) -> set[str]:
        """Every name that `key` is made of, itself included."""
        reached: set[str] = set()
        stack = [key]
        while stack:
            top = stack.pop()
            if top in reached or top in seen:
                continue
            reached.add(top)
            definition = self.model.definitions.get(top)
            if definition is not None:
                stack.extend({*names_in(definition.body), *self.function_names(definition.body)})
            stack.extend(below.get(top, ()))
        return reached

    # -- order and shapes
    def arrange(self) -> None:
        done: dict[str, frozenset[str]] = {}
        for first in self.model.definitions:
            stack: list[tuple[str, bool]] = [(first, False)]
            open_names: set[str] = set()
            while stack:
                key, leaving = stack.pop()
                if key in done:
                    continue
                definition = self.model.definitions.get(key)
                if definition is None:
                    done[key] = frozenset({key})
                    continue
                inner = set(names_in(definition.body)) | self.function_names(definition.body)
                if leaving:
                    open_names.discard(key)
                    done[key] = frozenset({key}.union(*(done[name] for name in inner)))
                    self.model.order.append(key)
                    continue
                open_names.add(key)
                stack.append((key, True))
                for name in sorted(inner):
                    if name in open_names:
                        both = (definition.place, self.model.definitions[name].place)
                        place = max(both) if NOWHERE in both else definition.place  # a supposed cost has none
                        raise place.fail(f"{key} and {name} are defined by each other", "break the circle")
                    stack.append((name, False))
        self.model.needs = done

    def function_names(self, body: Node) -> set[str]:
        """The names inside the functions that a formula calls, their parameters excepted."""
        names: set[str] = set()
        for node in walk(body):
            if isinstance(node, Call) and node.function in self.model.functions:
                names |= self.inside_function(node.function, node.place)
        return names

    def inside_function(self, name: str, place: Place) -> set[str]:
        if name not in self.inside:
            if name in self.entered:
                raise place.fail(f"{name} is defined by itself", "break the circle")
            self.entered.add(name)
            if len(self.entered) > _MOST_FUNCTIONS:
                raise place.fail(
                    "too many functions inside each other", f"at most {_MOST_FUNCTIONS} are read"
                )
            function = self.model.functions[name]
            found = set(names_in(function.body)) | self.function_names(function.body)
            self.entered.discard(name)
            self.inside[name] = found - {function.parameter}
        return self.inside[name]

    def dimensions(self) -> None:
        for key, dims in self.declared.items():
            for position, label in enumerate(dims):
                self.classes.name((key, position), label, Place(1, 1), key)
                self.classes.anchored.add((key, position))
        scopes: dict[int, dict[str, object]] = {}
        definitions = self.model.definitions.values()
        for number, definition in enumerate(definitions):
            scope: dict[str, object] = {}
            if definition.indices:
                self.visit(Entry(definition.key, definition.indices), scope, (number,))
            self.visit(definition.body, scope, (number,))
        # A right side may be the mistake, so it decides only what nothing else has decided.
        lefts = [claim.left for claim in self.model.claims]
        for side in (lefts, [claim.right for claim in self.model.claims]):
            self.classes.anchored.update(item for item in self.classes.parent if isinstance(item[0], str))  # type: ignore[index]
            for at, (claim, node) in enumerate(zip(self.model.claims, side, strict=True)):
                scope = scopes.setdefault(claim.chain, {})
                path = (len(definitions) + claim.chain, at * (side is not lefts))
                self.visit(node, scope, path, lenient=True)
        whole = [definition.key for definition in definitions if not definition.indices]
        settled = {self.classes.find((key, at)) for key in whole for at in (0, 1)}  # by what they are made of
        declared = {dim for dims in self.declared.values() for dim in dims}
        for item, (size, _) in sorted(self.largest.items(), key=lambda one: one[1][0]):
            root = self.classes.find(item)
            label = self.classes.label.get(root, "0")
            guessed = item[0] in self.document.supposed.shapes
            one = size == 1  # beside k_i, k_0 is one of several
            if root not in settled and label.isdigit() and label not in declared and not (guessed or one):
                self.classes.label[root] = str(size)
        self.settle_shapes()
        for item, (size, place) in self.largest.items():
            label = self.label(*item)
            if not label.isdigit():
                self.model.sizes[label] = max(size, self.model.sizes.get(label, 3))
            elif int(label) < size:
                raise place.fail(f"an index past the size {label}", "indices count up to the size")
        self.model.letters = [letter for letter in self.model.letters if letter not in self.model.sizes]

    def visit(
        self, node: Node, scope: dict[str, object], path: tuple[int, ...], lenient: bool = False
    ) -> None:
        """Joins the dimensions that one index runs over; lenient, where both are fixed already."""
        if isinstance(node, Entry):
            if node.key not in self.model.rows and len(node.indices) < max(
                len(self.declared.get(node.key, ())), self.arrays.get(node.key, 2)
            ):
                return  # an example of a batch: which dimension that is, the values say
            for position, index in enumerate(node.indices):
                item = (node.key, position)
                if index.isdigit():
                    size = int(index) + 1 - self.model.first_index
                    if size < 1 or size > _MOST_ENTRIES:
                        problem = f"the index {index} of {node.key}"
                        raise node.place.fail(problem, f"indices go up to {_MOST_ENTRIES}")
                    self.largest[item] = (max(size, self.largest.get(item, (0, node.place))[0]), node.place)
                    self.classes.find(item)
                    continue
                mine = scope.setdefault(index, (None, index, path))
                if not (lenient and self.classes.held(item) and self.classes.held(mine)):
                    self.classes.join(item, mine, node.place, f"the index {index}")
        inner = scope
        if isinstance(node, BigSum):
            inner = dict(scope)
            if node.index:
                inner[node.index] = (None, node.index, (*path, id(node)))
                if node.size:
                    self.classes.name(inner[node.index], node.size, node.place, f"the index {node.index}")
        for number, child in enumerate(children(node)):
            self.visit(child, inner, (*path, number), lenient)

    def settle_shapes(self) -> None:
        model = self.model
        work = Work(_WORK)
        ranks = self.ranks = {key: len(dims) for key, dims in self.declared.items()}
        for key, count in self.arrays.items():
            ranks.setdefault(key, count)
        for key, shape in self.document.supposed.shapes.items():
            ranks.setdefault(key, len(shape))
            twin = self.document.supposed.twins.get(key)
            if twin is not None:
                ranks.setdefault(twin, len(shape))
                for at in range(len(shape)):
                    self.classes.join((key, at), (twin, at), Place(1, 1), key)
        every = [*self.declared]
        for definition in model.definitions.values():
            every += [*names_in(definition.body), definition.key]
        for claim in model.claims:
            every += [*names_in(claim.left), *names_in(claim.right)]
        for function in model.functions.values():
            every += [name for name in names_in(function.body) if name != function.parameter]
        dims = {label for label in self.classes.label.values() if not label.isdigit()}
        known = {*model.definitions, *dims, "e", *"π" * self.document.pi}
        model.leaves = [key for key in dict.fromkeys(every) if key not in known]
        if "e" in self.declared:
            model.leaves.append("e")
        inside = set().union(*model.needs.values()) - units(model, self.declared, self.arrays)
        for key in model.leaves:
            if re.fullmatch("I(_[a-z])?", key) and key not in self.declared.keys() | inside:  # 2 Xᵀ X + 2 α I
                model.units.add(key)
                ranks[key] = 2
                self.classes.join((key, 0), (key, 1), Place(1, 1), key)
        for key in model.leaves:
            model.shapes[key] = tuple(self.label(key, position) for position in range(ranks.get(key, 0)))
        for key in model.order:
            while key not in model.shapes:
                try:
                    model.shapes[key] = self.settled(key, work)
                except NotationError as error:
                    if not self.fits(error.sizes, self.invented):
                        raise
        for key in model.leaves:
            model.shapes[key] = tuple(self.label(key, position) for position in range(ranks.get(key, 0)))
        for node in (*model.parts, *(n for claim in model.claims for n in walk(claim.right))):
            if isinstance(node, Total) and node.signs == (1, -1):  # A - Y: they are of one shape
                one, other = (model.shapes.get(getattr(term, "key", ""), ()) for term in node.terms)
                if len(one) == len(other) == 2:
                    self.fits(zip(one, other, strict=True), self.invented)
        for claim in model.claims:
            while self.invented and self.fit(claim, inside, work):
                pass
        labels = (*(label for shape in model.shapes.values() for label in shape), *sorted(dims))
        letters = dict.fromkeys(letter for label in labels for letter in _letters(label))
        model.letters = [letter for letter in letters if letter not in model.sizes]
        if len(model.letters) > _MOST_LETTERS:
            raise Place(0, 1).fail(
                f"{len(model.letters)} different sizes", f"at most {_MOST_LETTERS} are read"
            )

    def settled(self, key: str, work: Work) -> tuple[str, ...]:
        """The shape of a definition; raises NotationError where it has none."""
        definition = self.model.definitions[key]
        try:
            shape = shape_of(definition.body, self.model, work)
        except CannotEvaluateError as error:
            problem = definition.place.fail(str(error.args[0]), f"this line defines {key}")
            problem.sizes = getattr(error, "sizes", ())
            problem.open, problem.read = isinstance(error, UnsaidError), True
            again = [s for s in self.document.statements if isinstance(s, Equation) and s.key == key]
            again = [s for s in again if s.places[0] > definition.place and isinstance(s.left, Name)]
            if isinstance(error, ShapeError) or not like_a_cost(key) or again:
                raise problem from None
            # A cost that is not understood is some function of what is in it.
            inside = tuple(dict.fromkeys(names_in(definition.body)))
            self.model.definitions[key] = replace(
                definition, body=Opaque(key, inside, place=definition.place)
            )
            self.model.opaque_costs.append(key)
            self.unknown_costs.append(problem)
            shape = ()
        if definition.indices:
            own = tuple(self.label(key, position) for position in range(len(definition.indices)))
            row = shape if len(shape) == len(own) == 1 and key in self.model.rows else ()
            for dim in row:  # a_n = Wᵀ x_n
                self.classes.name((key, 1), dim, definition.place, key)
            shape = own + row
        else:
            if shape and self.looks_like_cost(key):
                self.model.summed.add(key)
                shape = ()
            declared = self.declared.get(key)
            turned = declared is not None and [d for d in declared if d != "1"] == [
                d for d in shape if d != "1"
            ]
            if declared is not None and declared != shape and not turned:
                problem = definition.place.fail(
                    f"{key} is declared {said(declared)}, and its definition is {said(shape)}",
                    "change one of them",
                )
                if len(declared) == len(shape):
                    problem.sizes = list(zip(declared, shape, strict=True))
                raise problem
            if len(shape) == self.ranks.get(key):
                for position, label in enumerate(shape):
                    self.classes.name((key, position), label, definition.place, key)
        return shape

    def fits(self, pairs: Iterable[tuple[str, str]], undeclared: set[str]) -> bool:
        """Takes an undeclared size for the one that it must be for one of the pairs to be one size."""
        for new, old in (both for pair in pairs for both in (pair, pair[::-1])):
            block = PLUS in old and new.isalpha()  # W: (p, d) says what d is where W [h; x] is written
            if (new in undeclared or block) and new not in _letters(old):
                self.invented.discard(new)
                labels, by = self.classes.label, {new: old}
                labels.update((item, _spelled(label, by)) for item, label in labels.items())
                for key, shape in self.model.shapes.items():
                    renamed = tuple(_spelled(dim, by) for dim in shape)
                    if renamed != shape:
                        self.model.shapes[key] = renamed
                        self.model.fitted.add(key)
                return True
        return False

    def fit(self, claim: Claim, inside: set[str], work: Work) -> bool:
        """Takes an undeclared size for the one with which a claim has a shape; numbers tell if it is right.

        A right side may be the mistake, so it decides about names only that nothing is made of.
        """
        shapes = self.model.shapes
        free = {dim for key in self.model.leaves if key not in inside for dim in shapes[key]}
        for undeclared, sides in (
            (self.invented, (claim.left,)),
            (self.invented & free, (claim.left, claim.right)),
        ):
            try:
                found = [shape_of(side, self.model, work) for side in sides]
            except CannotEvaluateError as error:
                pairs = getattr(error, "sizes", [])
                if isinstance(error, EitherError):  # how far an index runs is said, whatever is right
                    undeclared = self.invented
            else:
                pairs = list(zip(*found, strict=False)) if len({*map(len, found)}) == 1 < len(found) else []
                if len(found) == 2 and () in found:
                    pairs = [(dim, "1") for shape in found for dim in shape]
            if self.fits(pairs, undeclared):
                return True
        return False

    def looks_like_cost(self, key: str) -> bool:
        """C = (a - y)^2 with vectors: a square of a vector is meant as their sum, but in code."""
        if any(isinstance(s, Equation) and s.style == "code" for s in self.document.statements):
            return False
        rights = (claim.right for claim in self.model.claims)
        used = any(_value_in(key, side) for side in (*self.model.bodies, *rights))
        slopes = (n for claim in self.model.claims for n in claim.nodes if isinstance(n, Derivative))
        used |= any(getattr(n.below, "key", "") == key for n in slopes)  # dL/dC, of C = A B
        return like_a_cost(key) and not used and key not in self.declared

    def label(self, key: str, position: int) -> str:
        root = self.classes.find((key, position))
        supposed = self.document.supposed.shapes.get(key, ())[position : position + 1]
        label = self.classes.label.get(root) or "".join(supposed)
        if not label:
            label = f"n_{key}" if self.ranks.get(key, 1) == 1 else f"n{position + 1}_{key}"
            self.invented.add(label)
            self.classes.label[root] = label
        return label


def _letters(size: str) -> list[str]:
    """The letters of a size: n, n and m of n + m, none of 3."""
    return [letter for letter in summands(size) if not letter.isdigit()]


def _spelled(size: str, by: Mapping[str, str]) -> str:
    """A size with other letters."""
    return PLUS.join(by.get(one, one) for one in summands(size)) if PLUS in size else by.get(size, size)


def _values(node: Node) -> Iterator[Node]:
    """The parts of a formula, but for what a comparison compares."""
    yield node
    for part in () if isinstance(node, Comparison) else children(node):
        yield from _values(part)


def _value_in(key: str, node: Node) -> bool:
    """Whether a formula is made of a name's value, not only of its slopes."""
    if isinstance(node, Derivative):
        return False
    return getattr(node, "key", "") == key or any(_value_in(key, part) for part in children(node))


def _same_scripts(known: Name, name: Name) -> bool:
    """z_L for z^(L), w_jk for w_jk^(L): the same letters, with a script elsewhere or left out."""
    if known.base != name.base or known.key == name.key:
        return False
    if (known.sub, known.label) == (name.label, name.sub) or not (name.sub or name.label):
        return True
    return bool(name.sub) and known.sub == name.sub and not name.label


def _resemble(a: str, b: str) -> bool:
    """One sign more, one less, or another number after the same letters."""
    if a.rstrip("0123456789") == b.rstrip("0123456789") and a[-1].isdigit() and b[-1].isdigit():
        return True
    if abs(len(a) - len(b)) == 1:
        short, long = sorted((a, b), key=len)
        return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    return len(a) == len(b) and any(a[:i] + a[i + 1] + a[i] + a[i + 2 :] == b for i in range(len(a) - 1))


def _and(names: Iterable[str]) -> str:
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _reaches(statement: Statement, line: int) -> bool:
    """Whether a part of a formula stands on a line below its first."""
    parts = statement.parts if isinstance(statement, Equation) else ()
    return any(node.place is not None and node.place.line == line for part in parts for node in walk(part))


def build(document: Document, suggest: bool = False) -> Model:
    """The model of what can be understood of a document; where suggest, no more than the shapes it suggests.

    A statement that contradicts the others is put to the unread ones, and what it would have defined to the
    missing names. Raises NotationError where nothing is left.
    """
    first: NotationError | None = document.unread[0] if document.unread else None
    while not suggest or document.suggested is None:
        builder = Builder(document)
        try:
            model = builder.build()
            unsaid = document.page or any(e.open for e in document.unread)
            if not model.claims and first is not None and not unsaid:
                raise first
            document.unread += [error.with_source(document.lines) for error in builder.unknown_costs]
            return model
        except NotationError as error:
            if error is first:
                raise first from None
            if _said_size(document, error.sizes):
                continue
            error = error.with_source(document.lines)
            first = first or error
            same_line = [s for s in document.statements if begin(s).line == error.line]
            same_line = same_line or [s for s in document.statements if _reaches(s, error.line)]
            before = [s for s in same_line if begin(s).column <= error.column]
            if not same_line:
                raise first from None
            culprit = before[-1] if before else same_line[0]
            at = document.statements.index(culprit)
            document.statements.pop(at)
            if not (isinstance(culprit, Equation) and _only_a_remark(culprit, document.page)):
                document.unread.append(error)
            if isinstance(culprit, Equation):
                _without_what_follows(document, at, error.line)
            if isinstance(culprit, Declaration):
                others = [s for s in document.statements if isinstance(s, Declaration) and s != culprit]
                twice = [s for s in others if s.name.key == culprit.name.key]
                if not twice:
                    document.missing.setdefault(culprit.name.key, error.line)
                for other in twice:  # neither counts
                    document.statements.remove(other)
            elif isinstance(name := _defined(culprit.left), Name):
                again = name.sub.isalpha() and any(
                    isinstance(s, Equation) and s.key == name.whole for s in document.statements
                )
                for key in (name.key, name.whole) if not again else (name.key,):  # the whole is said too
                    document.missing.setdefault(key, error.line)
            elif (last := _last(culprit.left)) and builder.is_function(last):  # f(x) = ..., behind words
                _as_defined(document, last.function)
                document.missing.setdefault(last.function, error.line)
    return Model()


def _as_defined(document: Document, key: str) -> None:
    """J for the J(θ) of other lines, where one says what J is."""

    def named(node: Node) -> Node | None:
        bare = isinstance(node, Call) and node.function == key and not node.primes
        return Name(key, place=node.place) if bare else None

    if any(
        isinstance(s, Equation) and isinstance(s.left, Name) and s.key == key for s in document.statements
    ):
        document.statements[:] = [
            s.mapped(named) if isinstance(s, Equation) else s for s in document.statements
        ]


def _said_size(document: Document, pairs: Iterable[tuple[str, str]]) -> bool:
    """Takes the K of sum_j^K for 3, where another line says sum_j^3 and the text K = 3."""
    for letter, number in (both for pair in pairs for both in (pair, pair[::-1])):
        said = re.compile(rf"(?<!\w){re.escape(letter)}\s*=\s*{number}(?!\w|\.\d)")
        if number.isdigit() and not letter.isdigit() and any(map(said.search, document.lines)):
            put = in_number(letter, int(number))
            named = [s.mapped(put) if isinstance(s, Equation) else s for s in document.statements]
            changed, document.statements[:] = named != document.statements, named
            return changed
    return False


def _an_error(key: str | None, body: Node) -> bool:
    """Whether a line is error = a - y, one name less another, and no cost."""
    match body:
        case Total((Name(), Name()), signs) if key:
            return sorted(signs) == [-1, 1] and re.match("(?i)err|e$", stem(key)) is not None
    return False


def _twice(letter: str, body: Node) -> bool:
    """Whether two factors of a product have an index."""
    factors = [n for n in children(body) if isinstance(n, Entry)] if isinstance(body, Product) else []
    return sum(letter in factor.indices for factor in factors) == 2


def _of(node: Node) -> str:
    """The name that a slope is of."""
    return getattr(node.above, "key", "") if isinstance(node, Derivative) else ""


def _defined(left: Node | None) -> Node | None:
    """σ of σ^2."""
    return left.base if isinstance(left, Power) and isinstance(left.exponent, Number) else left


def _last(left: Node | None) -> Call | None:
    """f(x), alone or the last of a product."""
    last = left.factors[-1] if isinstance(left, Product) else left
    return last if isinstance(last, Call) else None


def _only_a_remark(equation: Equation, page: bool) -> bool:
    """Whether an equation in a sentence, or without slopes, neither defines nor claims: XᵀX θ = Xᵀ y."""
    if equation.aside:
        return not isinstance(equation.left, Name | Entry | Call | Derivative)
    names = [name.base for name in equation.names]
    slopes = any(isinstance(n, Derivative) or getattr(n, "primes", 0) for n in equation.nodes)
    slopes = slopes or any(re.match("d|δ|Δ|grad", one) or like_a_cost(one) for one in names)
    zero = equation.left == Number(Fraction(0))
    return page and not slopes and (zero or isinstance(equation.left, Product | Total | Transposed))


def _without_what_follows(document: Document, at: int, line: int) -> None:
    """The lines that begin with = and go on from one that is gone are not read either."""
    while at < len(document.statements):
        following = document.statements[at]
        if not isinstance(following, Equation) or following.left is not None:
            return
        document.statements.pop(at)
        place = following.places[0]
        problem = f"this goes on from line {line}, which was not read"
        lost = place.fail(problem, "mend that line")
        document.unread.append(lost.with_source(document.lines))


def begin(statement: Statement) -> Place:
    """Where a statement begins."""
    if isinstance(statement, Declaration):
        return statement.place
    return statement.left.place if statement.left is not None else statement.places[0]
