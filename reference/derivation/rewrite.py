"""The lines of a text as they are meant: what they leave out is put in, and one thing has one name."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise

from backproof.reference.derivation.descent import CHANGE, change, uncounted
from backproof.reference.derivation.document import Document
from backproof.reference.derivation.language import (
    FUNCTIONS,
    BigSum,
    Call,
    Comparison,
    Declaration,
    Derivative,
    Dots,
    Equation,
    Index,
    Listing,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Total,
    Transposed,
    children,
    mapped,
    rebuild,
    spliced,
    walk,
    write,
)
from backproof.reference.derivation.model import COUNTS, TARGETS, Model, like_a_cost, names_in, stem
from backproof.reference.derivation.parser import size_of
from backproof.reference.derivation.recurrent import in_time

_MOST_LAYERS = 8  # for which what holds for any is written out
CLASSIC_INDICES = frozenset("ijk")
_Rewrite = Callable[[list[Equation]], list[Equation]]


class Rewriter:
    """The lines of a text: with what they leave out put in, and one name for one thing."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.model = Model(python=document.python)
        self.declared: dict[str, tuple[str, ...]] = {}
        self.true: tuple[str, Name] | None = None  # the letter of the true class, and its p_k
        self.entropies = set[str]()  # costs of which is said that they are -log p_k, whatever their names
        self.true_at: int | None = None  # where the 1 of its y = [0, 1, 0] is
        self.arguments = set[tuple[str, ...]]()  # the x and β of swish(x, β)
        self.cells = set[str]()  # the x of X = [1, x^(1); ...; 1, x^(m)]

    def rewritten(self) -> list[Equation]:
        """Declares what the text declares; what its other lines say."""
        equations: list[Equation] = []
        for statement in in_time(self.document.statements, self.document.missing):
            if isinstance(statement, Declaration):
                self.declare(statement)
            else:
                equations.append(statement)
        calls = [n for n in nodes_of(equations) if isinstance(n, Call) and len(n.arguments) > 1]
        self.arguments = {tuple(getattr(one, "key", "") for one in call.arguments) for call in calls}
        changes = [change(update) for _, update in self.document.updates]
        own = {*lefts_of(equations)}
        equations += [one for one in changes if one is not None and one.key not in own]
        for rewrite in self.rewriting():
            equations = rewrite(equations)
        return equations

    def rewriting(self) -> tuple[_Rewrite, ...]:
        """What puts in what a text leaves out, and calls one thing by one name; in this order."""
        return (
            _to_a_base,
            _values_of_costs,
            _components,
            _but_for,
            _negated,
            self.said_in_chains,
            _rows,
            _exponentials,
            partial(_densities, bool(_NORMAL.search(" ".join(self.document.lines)))),
            uncounted,
            _in_words,
            _once_said,
            self.by_labels,
            self.said_by_slopes,
            self.scores,
            self.entries_of_capitals,
            self.one_of_all,
            self.one_example,
            self.true_class,
            self.one_range,
            _kronecker,
            self.numbered_class,
            self.sized,
            self.by_numbers,
            self.listed,
            self.with_its_index,
            self.intercepts,
            _of_entries,
            _called,
            self.with_softmax,
            self.spelled,
            _of_layers,
            self.on_the_way,
            self.in_between,
            self.told_apart,
            self.other_layers,
            self.layer_before,
            self.from_the_inputs,
            self.taken_apart,
            self.named_functions,
        )

    def spelled(self, equations: list[Equation]) -> list[Equation]:
        """W1: (m, n) declares W_1 where only that is used."""
        defining = [e for e in equations if isinstance(e.left, Name | Call)]
        inside = {n.key for n in names_inside(defining)}
        used = inside or {n.key for n in names_of(equations)}
        for key in [key for key in self.declared if key not in used]:
            same = [one for one in used if unscripted(one) == unscripted(key)]
            if not same and key[0] == "B":  # B1: (n, 1) declares b1
                same = [one for one in used if unscripted(one) == "b" + unscripted(key)[1:]]
            if len(same) == 1:
                self.declared.setdefault(same[0], self.declared.pop(key))
        return equations

    def one_range(self, equations: list[Equation]) -> list[Equation]:
        """n_out is K where sum_{k=1}^K and sum_{k=1}^{n_out} run over one index of one array."""
        declared = {dim for dims in self.declared.values() for dim in dims}
        ranges: dict[tuple[str, str], dict[str, None]] = {}
        for side in (side for e in equations for side in e.sides):
            for place, size in _ranges(side, {}):
                ranges.setdefault(place, {})[size] = None
        same: dict[str, str] = {}
        for first, *others in (dict.fromkeys(same.get(one, one) for one in some) for some in ranges.values()):
            same |= {one: first for one in others if not {one, first} <= declared}
        return resized(equations, same)

    def sized(self, equations: list[Equation]) -> list[Equation]:
        """The n of A: (n, n) is 2 where A = [2, 1; 1, 3] is its one example, in numbers."""
        found: dict[str, set[int]] = {}
        for e in equations:
            values, dims = e.parts[0], self.declared.get(e.key, ())
            if isinstance(values, Listing) and not any(True for _ in names_in(values)):
                shape = (len(values.rows), len(values.rows[0]))[: len(dims)]
                for letter, number in zip(dims, shape, strict=False):
                    found.setdefault(letter, set()).add(number)
        for letter, (number, *others) in found.items():
            if letter.isdigit() or others:
                continue
            self.declared = {
                key: tuple(f"{number}" if dim == letter else dim for dim in dims)
                for key, dims in self.declared.items()
            }
            equations = [e.mapped(in_number(letter, number)) for e in equations]
        return equations

    def by_numbers(self, equations: list[Equation]) -> list[Equation]:
        """The x of f(x) = x_1^2 + 3 x_1 x_2 is [x_1, x_2]."""
        calls = [e.left for e in equations if isinstance(e.left, Call) and not e.left.primes]
        alone = {
            x.key
            for call in calls
            for x in call.arguments
            if len(call.arguments) == 1 and isinstance(x, Name)
        }
        slopes = [n.below for n in nodes_of(equations) if isinstance(n, Derivative)]
        own = {*lefts_of(equations)} | self.declared.keys()
        for key in alone & {getattr(below, "key", "") for below in slopes} - own:
            entries = {n.sub for n in names_of(equations) if n.whole == key and n.sub.isdigit()}
            numbers = {f"{at}" for at in range(1, len(entries) + 1)}
            if len(entries) > 1 and entries == numbers and own.isdisjoint(f"{key}_{at}" for at in numbers):
                self.declared[key] = (f"{len(entries)}",)
        return equations

    def with_its_index(self, equations: list[Equation]) -> list[Equation]:
        """x̂_i for the x̂ of x̂ = (x_i - μ)/σ, which stands beside entries i wherever it is used."""
        sums = {n.index for n in nodes_of(equations) if isinstance(n, BigSum) and n.index}
        for e in equations:
            left = e.left
            if not isinstance(left, Name) or left.sub or like_a_cost(left.key) or left.key in self.declared:
                continue
            letters = {n.sub for part in e.parts for n in walk(part) if isinstance(n, Name)} & sums
            letters -= {n.index for part in e.parts for n in walk(part) if isinstance(n, BigSum)}
            uses = [one for one in equations if one is not e and left in one.names]
            if len(letters) == 1 and uses and all(letters & {n.sub for n in one.names} for one in uses):
                entry = replace(left, sub=letters.pop())
                indexed = {id(one) for one in (e, *uses)}
                put = partial(_put, left, entry)
                equations = [one.mapped(put) if id(one) in indexed else one for one in equations]
        return equations

    def listed(self, equations: list[Equation]) -> list[Equation]:
        """W = [w_11, w_12; w_21, w_22] says what shape W has, and that w_jk are its entries."""
        lefts = {*lefts_of(equations)}
        beside = [n.factors for n in nodes_of(equations) if isinstance(n, Product)]
        leads = {
            left.key
            for factors in beside
            for left, right in pairwise(factors)
            if isinstance(left, Name) and isinstance(right, Name) and right.base[0].isupper()
        }
        found, called = [], dict[str, Name]()
        for e in equations:
            if isinstance(e.parts[0], Listing):
                rows = [row for row in e.parts[0].rows if len(row) > 1]
                self.cells |= {n.base for row in rows for n in row if isinstance(n, Name) and n.label}
            dims = _shape_of_entries(e.parts[0], lefts - {e.left.key}) if isinstance(e.left, Name) else None
            if dims is None:  # of θ = [u_1ᵀ v; ...; u_Wᵀ v] = Uᵀ v, the last
                full = [at for at, part in enumerate(e.parts) if not any(map(_is_dots, walk(part)))]
                found.append(e.part(e.left, full) if isinstance(e.left, Name) and full else e)
                continue
            if not dims:
                continue
            assert isinstance(e.left, Name)
            if len(dims) == 1 or dims[0] == "1":  # [x_1, ..., x_n], which is a row where x W is written
                dims = ("1", dims[-1]) if e.left.key in leads else dims[-1:]
            old = self.declared.get(e.left.key, dims)
            if [dim for dim in old if dim != "1"] != [dim for dim in dims if dim != "1"]:
                fixed = [(one, other) for one, other in zip(old, dims, strict=False) if one != other]
                if len(old) != len(dims) or any(one.isdigit() or not other.isdigit() for one, other in fixed):
                    self.declare(Declaration(e.left, dims, e.left.place))  # refuses it
                self.model.sizes.update((one, int(other)) for one, other in fixed)
            self.declared.setdefault(e.left.key, dims)
            entries = (cell for cell in walk(e.parts[0]) if isinstance(cell, Name))
            called.update({cell.whole: e.left for cell in entries})
            if len(e.parts) > 1:
                found.append(e.part(e.left, range(1, len(e.parts))))

        def entry(name: Name) -> Name | None:
            array = called.get(name.whole) if name.sub and name.key not in self.declared else None
            return replace(array, sub=name.sub, place=name.place) if array is not None else None

        return [e.renamed(entry) for e in found] if called else found

    def intercepts(self, equations: list[Equation]) -> list[Equation]:
        """In w_0 + sum_i w_i x_i and w_0 + wᵀ x, w_0 is a number of its own, and so is each w_j0.

        Where x_0 = 1 is said, they are terms of the sum like the others.
        """
        given = {
            e.left.whole: e
            for e in (*equations, *(remark for _, remark in self.document.remarks))
            if isinstance(e.left, Name) and e.left.sub == "0" and e.parts == (Number(Fraction(1)),)
        }
        used, nodes = {n.key for n in names_of(equations)}, nodes_of(equations)
        sums = [n for n in nodes if isinstance(n, BigSum) and n.start == "0"]
        known = {first.key for one in sums for first, _ in _first_terms(one)} | self.declared.keys()
        below = {getattr(n.below, "whole", "") for n in nodes if isinstance(n, Derivative)}
        given = {key: e for key, e in given.items() if key not in below}
        every = {other.whole for n in nodes for _, others in _first_terms(n) for other in others}
        self.model.ones = every & given.keys()
        put, arrays = dict[Node, Node](), set[str]()
        for total in [n for e in equations if e.left for n in e.right if isinstance(n, Total)]:
            terms = [*zip(total.terms, total.signs, strict=True)]
            for at, sign, first, others in (
                (at, sign, *one) for at, (term, sign) in enumerate(terms) for one in _first_terms(term)
            ):
                alone = [i for i, (t, s) in enumerate(terms) if i != at and s == sign and first in walk(t)]
                told = {other.whole for other in others} & given.keys()
                if not alone or first.key in known:
                    continue
                if told and first == terms[alone[0]][0]:
                    terms_left, signs = zip(*terms[: alone[0]], *terms[alone[0] + 1 :], strict=True)
                    put[total] = Total(terms_left, signs, place=total.place)
                elif not told and used.isdisjoint(other.key for other in others):
                    if len(first.sub) > 1:
                        arrays.add(first.whole)
                    else:
                        self.declared[first.key] = ()
        equations = [e for e in equations if e not in [given[key] for key in self.model.ones]]

        def apart(name: Name) -> Name | None:
            if name.whole not in arrays or not re.fullmatch("0,?[a-z]|[a-z],?0", name.sub):
                return None
            new = replace(name, base=name.base + "0", sub=name.sub.strip("0,"))
            self.model.called.setdefault(new.whole, name.key)
            return new

        return [replace(e.mapped(put.get), left=e.left).renamed(apart) for e in equations]

    def one_of_all(self, equations: list[Equation]) -> list[Equation]:
        """C = 1/n sum_x C_x, and ‖y(x) - a‖² for C_x, no more than costs having an x: C is that of one x."""
        sums = [n for n in nodes_of(equations) if isinstance(n, BigSum) and len(n.index) == 1 and not n.size]
        names = names_of(equations)
        for letter in {n.index for n in sums}:
            inside = [n for one in sums if one.index == letter for n in walk(one.body)]
            of_it = [n for n in names if letter in {n.example, n.label, *n.sub}]
            others = [n for n in of_it if n.sub != letter or not like_a_cost(n.key)]
            if not others and all(self.given(n, letter) for n in inside if getattr(n, "key", "") == letter):
                equations = [e.mapped(self.for_one(letter)) for e in equations]
                equations = [e for e in equations if e.left != e.parts[0]]
                self.model.one_of_all = letter
        return equations

    def given(self, node: Node, letter: str) -> bool:
        """Whether a name is the x of y(x)."""
        before = self.document.lines[node.place.line - 1][: node.place.column - 1] if node.place.line else ""
        return isinstance(node, Name) and node.key == letter and before.endswith("(")

    def for_one(self, letter: str) -> Callable[[Node], Node | None]:
        """What gives ‖y - a‖² for 1/n sum_x ‖y(x) - a‖²."""

        def one(node: Node) -> Node | None:
            match node:
                case Name(sub=sub) if sub == letter:
                    return replace(node, sub="")
                case BigSum(index=index, body=body) if index == letter:
                    return mapped(body, one)
                case Product(factors, ops):
                    mean = any(isinstance(n, BigSum) and n.index == letter for n in factors)
                    (_, first), *rest = [
                        (op, mapped(_without_count(factor) if mean else factor, one))
                        for op, factor in zip((" ", *ops), factors, strict=True)
                        if not self.given(factor, letter) and not (mean and op == "/" and _is_count(factor))
                    ]
                    parts, between = (first, *(part for _, part in rest)), tuple(op for op, _ in rest)
                    return Product(parts, between, place=node.place) if rest else first
            return None

        return one

    def one_example(self, equations: list[Equation]) -> list[Equation]:
        """L_i = -log p_{y_i}, where all that has an i is of example i: L = -log p_y."""
        names = names_of(equations)
        nested = {n.sub for n in names if re.fullmatch("[a-z]_[a-z]", n.sub)}
        for letter in {sub[-1] for sub in nested}:
            of_it = {n for n in names if n.sub == letter or (n.sub in nested and n.sub[-1] == letter)}
            alone = {n.key: replace(n, sub=n.sub[:-1].rstrip("_")) for n in of_it}
            bare = {n.key for n in alone.values()}
            others = {n for n in names if letter in n.sub} - of_it or bare & {n.key for n in names}
            sums = any(isinstance(n, BigSum) and n.index == letter for n in nodes_of(equations))
            if others or sums or letter in {n.key for n in names}:
                continue
            equations = replaced(equations, alone)
        return equations

    def said_in_chains(self, equations: list[Equation]) -> list[Equation]:
        """p = softmax(z) above L = -log p_k = -log softmax(z)_k, where nothing else says what p is."""
        lefts = {getattr(e.left, "whole", "") for e in equations} | self.document.missing.keys()
        found: list[Equation] = []
        for number, equation in enumerate(equations):
            chained = isinstance(equation.left, Name | Call) and equation.style != "code"
            for one, other in pairwise(equation.parts) if chained else ():
                old, new = _only_difference(one, other)
                match old:  # MSE = J(w, b) = ...
                    case Call(function, 0, arguments) if old is one and function.isalpha():
                        if function not in FUNCTIONS and all(isinstance(x, Name) for x in arguments):
                            old = Name(function, place=old.place)
                if not isinstance(old, Name) or old.key in {*names_in(new)}:
                    continue
                own = [at for at, e in enumerate(equations) if getattr(e.left, "whole", "") == old.whole]
                inside = {key for at in own for part in equations[at].parts for key in names_in(part)}
                if old.whole in lefts and (min(own, default=0) <= number or inside & {*names_in(new)}):
                    continue  # but for p = softmax(v) further down
                if isinstance(new, Name) and old.sub == new.sub and new.whole in lefts:  # softmax(z)_k
                    old, new = replace(old, sub=""), replace(new, sub="")
                elif isinstance(new, Name) or not any(True for _ in names_in(new)):
                    continue
                found.append(Equation(old, (new,), (None,), (equation.places[0],), style=equation.style))
                lefts.add(old.whole)
            found.append(equation)
        return found

    def true_class(self, equations: list[Equation]) -> list[Equation]:
        """L = -sum_i y_i log p_i = -log p_k, where the true class is k: y is 1 at k, and 0 elsewhere.

        So is L = -sum_i y_i log p_i = -y_k log p_k.
        """
        said_both = [e for e in equations if len({*filter(None, map(_cross_entropy, e.parts))}) > 1]
        costs = [e for e in equations if isinstance(e.left, Name)]
        costs = [e for e in costs if like_a_cost(e.key) or e in said_both]
        self.entropies = {e.key for e in said_both}
        sums = {n.index for e in costs for n in e.right if isinstance(n, BigSum)}
        found = [pair for e in costs for part in e.parts if (pair := _cross_entropy(part))]
        logs = {p.whole: p for y, p in found if y is None}
        said = [(y, logs[p.whole]) for y, p in found if y is not None and p.whole in logs]
        if not logs:
            logs = {p.whole: p for _, p in found if p.sub not in sums}
            said = [(y, logs[p.whole]) for y, p in found if y and p.sub in sums and p.whole in logs]
        given = [e for e in equations if not any(True for _ in names_in(e.parts[0]))]  # of an example
        lefts = {getattr(e.left, "whole", "") for e in equations if e not in given}
        if len({(y.whole, p.key) for y, p in said}) != 1 or said[0][0].whole in lefts:
            return equations
        (target, p), k = said[0], said[0][1].sub
        taken = {sign for n in names_of(equations) for sign in (n.key, n.sub, n.label)}
        taken |= {n.index for n in nodes_of(equations) if isinstance(n, BigSum)}
        other = next((one for one in "ijlmnqrstuv" if one not in taken), "")

        def chosen(node: Node) -> Node | None:
            if isinstance(node, BigSum) and node.index == k:  # its k is another one
                new = {n.key: replace(n, sub=other) for n in walk(node) if isinstance(n, Name) and n.sub == k}
                body = mapped(node.body, lambda n: new.get(n.key) if isinstance(n, Name) else None)
                return replace(node, index=other, body=mapped(body, chosen))
            if not isinstance(node, Name) or node.whole != target.whole or len(node.sub) > 1:
                return None
            if node.sub == k:
                return Number(Fraction(1), place=node.place)
            return Derivative(p, replace(p, sub=node.sub), place=node.place, written=node.key)

        self.true = k, p
        values = [[*children(e.parts[0])] for e in given if getattr(e.left, "whole", "") == target.whole]
        one, zero = Number(Fraction(1)), Number(Fraction(0))
        if values and values[0].count(one) == 1 and {*values[0]} <= {one, zero}:
            self.true_at = values[0].index(one)
        meant = [e.mapped(chosen) for e in equations if getattr(e.left, "whole", "") != target.whole]
        own = next(e for e in meant if (None, p) in map(_cross_entropy, e.parts))
        alone = next(at for at, part in enumerate(own.parts) if _cross_entropy(part) == (None, p))
        others = [at for at, part in enumerate(own.parts) if at != alone and not _is_named(part)]
        return [own.part(own.left or p, [alone, *others]), *(e for e in meant if e is not own)]

    def numbered_class(self, equations: list[Equation]) -> list[Equation]:
        """σ_1 for the σ_c of t_i = δ_ic, where a sentence says that c is the class of the example."""
        bound = {n.index for n in nodes_of(equations) if isinstance(n, BigSum)}
        bound |= {letter for e in equations if isinstance(e.left, Name) for letter in e.left.sub}
        fixed = {found[1] for line in self.document.lines for found in _CLASS.finditer(line)} - bound
        fixed -= {*lefts_of(equations)} | ({self.true[0]} if self.true else set())
        at = f"{self.model.first_index}"

        def entry(node: Node) -> Node | None:
            match node:
                case Name(sub=sub) if fixed & {*sub}:
                    return replace(node, sub="".join(at if letter in fixed else letter for letter in sub))
                case Index(letter) if letter in fixed:
                    return Number(Fraction(at), place=node.place)
            return None

        said_of = [e for e in equations if isinstance(e.left, Name | Call)]
        if not any(isinstance(n, Index) and n.letter in fixed for n in nodes_of(said_of)):
            return equations
        costs = [key for key in lefts_of(equations) if like_a_cost(key)]
        said = f"{', '.join(sorted(fixed))} is taken to be {at}, as any class is like another"
        self.model.paths |= dict.fromkeys(costs, said)
        return [e.mapped(entry) for e in equations]

    def said_by_slopes(self, equations: list[Equation]) -> list[Equation]:
        """L = (a - y)^2, which no other line defines, of dL/dw = d/dw (a - y)^2."""
        own = {*lefts_of(equations)} | {n.function for n in nodes_of(equations) if isinstance(n, Call)}
        found: dict[str, list[Equation]] = {}
        for e in equations:
            said = said_by_slope(e)
            if said is not None and own.isdisjoint({said.key, getattr(said.left, "whole", "")}):
                found.setdefault(said.key, []).append(said)
        said_once = {key: some[0] for key, some in found.items() if len({e.parts for e in some}) == 1}
        self.model.paths |= {key: f"{key} is taken to be {write(e.parts[0])}" for key, e in said_once.items()}
        self.model.told |= {key: e.places[0] for key, e in said_once.items()}
        self.document.known.defined |= said_once.keys()
        return [*said_once.values(), *equations]

    def scores(self, equations: list[Equation]) -> list[Equation]:
        """p_j = e^{o_j} / sum_i e^{o_i} for e^j / sum_i e^i, where slopes by entries are by those of o."""
        own = {getattr(e.left, "whole", "") for e in equations if any(True for _ in names_in(e.parts[0]))}
        below = [n.below for n in nodes_of(equations) if isinstance(n, Derivative)]
        by = {n.whole: n for n in below if isinstance(n, Name) and re.fullmatch("[a-z]", n.sub)}
        (score,) = by.values() if len(by) == 1 and own.isdisjoint(by) else (None,)

        def meant(letters: set[str], node: Node) -> Node | None:
            if not isinstance(node, Power) or node.base != Name("e") or score is None:
                return None
            letter = getattr(node.exponent, "key", "")
            return replace(node, exponent=replace(score, sub=letter)) if letter in letters else None

        found = []
        for e in equations:
            sums = {n.index for n in e.right if isinstance(n, BigSum)}
            sums &= {getattr(n.exponent, "key", "") for n in e.right if isinstance(n, Power)}
            letters = sums | {e.left.sub} if isinstance(e.left, Name) and sums else set[str]()
            found.append(e.mapped(partial(meant, letters)) if letters else e)
        return found

    def entries_of_capitals(self, equations: list[Equation]) -> list[Equation]:
        """w_jk is W_jk where the text knows W whole, and w neither whole nor with one index."""
        names = {n.key: n for n in names_of(equations)}
        sizes = {n.size for n in nodes_of(equations) if isinstance(n, BigSum)} | COUNTS
        bare = {key for key, n in names.items() if not n.sub and n.key not in sizes}
        pairs = {n.key: n for n in names.values() if re.fullmatch("[a-z],?[a-z]", n.sub)}
        others = {n.whole for n in names.values() if n.key not in pairs} | bare
        found = {
            key: replace(n, base=n.base.upper())
            for key, n in pairs.items()
            if len(n.base) == 1 and n.base.isascii() and n.base.islower() and n.whole not in others
        }
        found = {key: n for key, n in found.items() if n.whole in bare}
        if not found or self.document.capitals is False:
            return equations
        self.document.capitals = True
        self.model.placed |= {pairs[key].whole: n.whole for key, n in found.items()}
        return replaced(equations, found)

    def by_labels(self, equations: list[Equation]) -> list[Equation]:
        """sum_k Y_ik log P_ik for the log P_{i,y_i} of class numbers y, where Y is their one-hot form."""
        names = {n.key for n in names_of(equations)} | self.declared.keys()
        taken = {letter for n in names_of(equations) for letter in (*n.sub, n.key)}
        k = next(letter for letter in "kcjlq" if letter not in taken or letter == "q")

        def summed(node: Node) -> Node | None:
            if not isinstance(node, Call) or FUNCTIONS.get(node.function) != "log":
                return None
            log, p = node.function, node.arguments[0]
            found = re.fullmatch(r"([a-z]),([a-z])_\1", p.sub) if isinstance(p, Name) else None
            if found is None or not isinstance(p, Name):
                return None
            if found[2].upper() not in names or not self.document.one_hot:
                error = p.place.fail(
                    f"{p.key} is an entry by its class", f"declare the one-hot {found[2].upper()}"
                )
                error.open = True
                raise error
            y = Name(found[2].upper(), found[1] + k, place=p.place)
            logs = Call(log, 0, (replace(p, sub=found[1] + k),), place=node.place)
            return BigSum(k, Product((y, logs), (" ",), place=p.place), place=p.place)

        return [e.mapped(summed) for e in equations]

    def with_softmax(self, equations: list[Equation]) -> list[Equation]:
        """e^Z / sum e^Z as softmax(Z), but in code."""
        code = self.document.python
        bare = {n.whole for n in names_of(equations) if not n.sub}
        return [e if code or e.style == "code" else _with_softmax(e, bare) for e in equations]

    def on_the_way(self, equations: list[Equation]) -> list[Equation]:
        """z = w x + b, said beside ŷ = σ(w x + b): ŷ is σ(z)."""
        below = {
            n.below.key
            for n in nodes_of(equations)
            if isinstance(n, Derivative) and isinstance(n.below, Name)
        }
        below |= {inner for key in lefts_of(equations) if (inner := without_d(key))}
        below |= {key.partition("_")[0] for key in below}  # z, where a slope is by z_j
        for e in reversed(equations):  # and what they are made of: v = φ(u) with u = W x
            if e.key in below:
                below |= {*names_in(e.parts[0])}
        first = {e.key: e for e in reversed(equations)}
        names: dict[Node, Node] = {
            _plainly(e.parts[0]): e.left
            for e in equations
            if isinstance(e.left, Name) and e.key in below and e is first[e.key]
            if isinstance(e.parts[0], Total | Product) or (isinstance(e.parts[0], Call) and e.style != "code")
            if not any(e.conditions)
        }
        for node, name in [*names.items()]:  # of s = log σ², σ² is e^s, or a slope by s would leave it fixed
            if isinstance(node, Call) and FUNCTIONS.get(node.function) == "log" and len(node.arguments) == 1:
                names.setdefault(node.arguments[0], Call("exp", 0, (name,), place=name.place))
        calls: dict[Node, Node] = {
            e.left: e.parts[0]
            for e in equations
            if isinstance(e.left, Call) and any(_plainly(node) in names for node in walk(e.parts[0]))
        }

        def named(node: Node) -> Node | None:
            if node in calls:  # f(x) = relu(W x + b), said beside h = relu(z)
                return mapped(calls[node], named)
            found = names.get(_plainly(node))
            if found is None and (parts := children(node)):
                inner = rebuild(node, [mapped(part, named) for part in parts])
                return names.get(_plainly(inner), inner)
            return found

        def put(part: Node, left: Name) -> Node:
            if names.get(_plainly(part)) == left:  # what defines the name itself
                own = [isinstance(names.get(inner), Call) for inner in children(part)]
                inside = zip(own, children(part), strict=True)
                return rebuild(part, [inner if one else mapped(inner, named) for one, inner in inside])
            return mapped(part, named)

        return [
            replace(e, parts=tuple(put(part, e.left) for part in e.parts))
            if names and isinstance(e.left, Name)
            else e
            for e in equations
        ]

    def in_between(self, equations: list[Equation]) -> list[Equation]:
        """ŷ = a = σ(z), dC/dz = δ = (a - y) σ'(z): what stands between is defined by the way."""
        defining = [e for e in equations if isinstance(e.left, Name | Call)]
        own = {*lefts_of(defining)} | self.declared.keys()
        inside = {n.key for n in names_inside(defining)}
        functions = {e.left.function for e in equations if isinstance(e.left, Call)} | FUNCTIONS.keys()
        made = made_by(defining)
        found: list[Equation] = []
        before: set[str] = set()

        def define(name: Node) -> None:
            assert isinstance(name, Name)
            own.add(name.key)
            self.document.known.defined.add(name.key)

        def named(equation: Equation, left: Node, at: int) -> Equation:
            """Says that one of the parts of a line is a name for its left side; the line without it."""
            name = equation.parts[at]
            define(name)
            found.append(replace(equation.part(name, [at]), parts=(left,)))
            return equation.part(left, [number for number in range(len(equation.parts)) if number != at])

        for equation in equations:
            left, first, several = equation.left, equation.parts[0], len(equation.parts) > 1
            if isinstance(left, Call) and several and _is_named(first):
                equation = equation.part(left, range(1, len(equation.parts)))
            if isinstance(left, Name) and several and isinstance(first, Call) and not first.primes:
                new = first.function not in functions
                if _is_named(first):  # J = CE(y, ŷ) = ...
                    equation = equation.part(left, range(1, len(equation.parts)))
                elif new and [type(one) for one in first.arguments] == [Name]:  # a = g(z) = σ(z): what g is
                    functions.add(first.function)
                    found.append(equation.part(first, [1]))
            last, several = equation.parts[-1], len(equation.parts) > 1
            new = isinstance(last, Name) and own.isdisjoint({last.key, last.whole})
            if isinstance(last, Name) and new and not any(equation.conditions):
                # dC/dz = a - y =: δ; a = σ(z) = ŷ, and a = ŷ where a is known
                slope = isinstance(left, Derivative) and several and inside.isdisjoint({last.key, last.whole})
                again = isinstance(left, Name) and (several or left.key in before)
                again &= all(
                    last.key not in made_of(part, made) for part in equation.parts[:-1]
                )  # g = ∇f = θ
                if left is not None and (slope or again):
                    equation = named(equation, left, len(equation.parts) - 1)
                    if slope:
                        found.append(equation)
                    if slope or not several:
                        continue
            if isinstance(left, Name):
                before.add(left.key)
            below = made_of(left.above, made) if isinstance(left, Derivative) else set()
            fresh = [
                number
                for number, part in enumerate(equation.parts[:-1])
                if isinstance(part, Name) and not {part.key, part.whole, without_d(part.key)} & (own | below)
            ]
            if not fresh or any(equation.conditions) or not isinstance(left, Name | Derivative):
                found.append(equation)
            elif isinstance(left, Derivative):  # dC/dz = δ = (a - y) σ'(z)
                found.append(named(equation, left, fresh[0]))
            else:  # ŷ = a = σ(z)
                at = fresh[0] + 1
                name, rest = equation.parts[fresh[0]], range(at, len(equation.parts))
                define(name)
                found += [equation.part(name, rest), equation.part(left, range(at))]
        return found

    def told_apart(self, equations: list[Equation]) -> list[Equation]:
        """z_j = h(a_j) and a_j = sum_i w_ji z_i: letters tell the layers apart."""
        rules = [
            (e.left.whole, e.left.sub, {(n.whole, n.sub) for part in e.parts for n in _single(part)})
            for e in equations
            if isinstance(e.left, Name) and [*_single(e.left)]
        ]
        below = {array: {(array, letter)} for array, letter, _ in rules}
        for _ in rules:
            for array, _, inside in rules:
                below[array] = below[array].union(inside, *(below.get(one, ()) for one, _ in inside))
        own = {array: {letter for one, letter, _ in rules if one == array} for array in below}
        circles = {
            array
            for array, letter, inside in rules
            if any(
                array in dict(below.get(one, ())) and (one, other) != (array, letter) for one, other in inside
            )
        }
        layer: dict[str, str] = {letter: letter for array, letter, _ in rules if array in circles}
        for _, letter, inside in rules:  # the l of y_k = exp(a_k) / sum_l exp(a_l) is a k
            layer = {
                q: letter if (one, letter) in inside else q for one, q in inside if one in circles
            } | layer
        for array, letter in ((n.whole, n.sub) for e in equations for side in e.sides for n in _single(side)):
            if array in circles:
                layer.setdefault(letter, min(own[array]) if len(own[array]) == 1 else letter)
        kinds: dict[tuple[str, int], dict[tuple[str, ...], None]] = {}

        def told(name: Name) -> Name | None:
            """The name with as many signs behind it as its array has kinds before it."""
            letters = name.sub.replace(",", "")
            if not {*letters} & layer.keys() or len(letters) > 2:
                return None
            kind = tuple(sorted(layer.get(letter, letter) for letter in letters))  # w_kj is none but w_jk
            found = kinds.setdefault((name.whole.removeprefix(CHANGE), len(letters)), {})  # Δw_kj as w_kj
            found.setdefault(kind)
            new = replace(name, base=name.base + "_" * [*found].index(kind))
            self.model.called.setdefault(new.whole, name.key)
            return new

        return [equation.renamed(told) for equation in equations] if circles else equations

    def named_functions(self, equations: list[Equation]) -> list[Equation]:
        """∂σ/∂w is the slope of the one σ(...) that the text has; g'(z), with no g anywhere, of a = f(z)."""
        calls: dict[str, dict[Node, None]] = {}
        applied: dict[Node, dict[str, None]] = {}
        for equation in equations:
            for node in equation.right:
                if isinstance(node, Call) and len(node.arguments) == 1 and not node.primes:
                    calls.setdefault(node.function, {})[node] = None
                    if equation.key and node in equation.parts:
                        applied.setdefault(node.arguments[0], {})[node.function] = None
        own = {e.left.function for e in equations if isinstance(e.left, Call)}

        def meant(node: Node) -> Node | None:
            if (
                isinstance(node, Derivative)
                and isinstance(node.above, Name)
                and not self.defines(node.above.key)
            ):
                found = list(calls.get(node.above.key, ()))
                if len(found) == 1 and node.above.key in FUNCTIONS:
                    return replace(node, above=found[0])
            if isinstance(node, Call) and node.function not in own | FUNCTIONS.keys():
                stem_of = node.function.partition("_")[0]
                same = [function for function in own if function.partition("_")[0] == stem_of]
                if len(same) == 1 and stem_of in (node.function, *same):  # h(x), where h_θ(x) is defined
                    self.model.placed[node.function] = same[0]
                    return replace(node, function=same[0])
            if isinstance(node, Call) and node.primes and len(node.arguments) == 1:
                functions = list(applied.get(node.arguments[0], ()))
                unknown = node.function not in FUNCTIONS and node.function not in own | calls.keys()
                if unknown and len(functions) == 1:
                    self.model.placed[node.function] = functions[0]
                    return replace(node, function=functions[0])
            return None

        return [equation.mapped(meant) for equation in equations]

    def other_layers(self, equations: list[Equation]) -> list[Equation]:
        """What is said of any layer l holds for l + 1 too, where that is named, or for the last layer, L."""
        labels = {n.label for n in names_of(equations)}
        equations = self.numbered_layers(self.at_times(equations))
        for one in sorted(label for label in labels if label.isalpha() and label.islower()):
            last, after = one.upper(), f"{one}+1"
            if last in labels:
                of_each = [{n.label for n in e.names} for e in equations]
                equations = [
                    replace(e, spelling={**e.spelling, "last": f"{last} {after}"})
                    if after in own and last not in own
                    else e
                    for e, own in zip(equations, of_each, strict=True)
                ]
                equations = self.outputs(_relabelled(equations, {after: last, f"{last}-1": one}), last)
                sizes = {n.size for n in nodes_of(equations) if isinstance(n, BigSum)}
                moved = {size: size.replace(after, last) for size in sizes if size.endswith(f"_{after}")}
                equations = resized(equations, moved)
                after = last
            own = {*lefts_of(equations)}
            used = {(n.base, n.label) for n in names_of(equations)}
            added: list[Equation] = []
            for e in reversed(equations):  # a^L = σ(z^L) asks for z^L
                inside = {n.label for n in names_inside([e])}
                if not isinstance(e.left, Name) or e.left.label != one or not inside <= {one, f"{one}-1", ""}:
                    continue
                (new,) = _relabelled([e.part(e.left, [0])], {one: after, f"{one}-1": one})
                key = replace(e.left, label=after).key
                slope = after == last and isinstance(new.parts[0], Derivative)
                if (e.left.base, after) in used and key not in self.declared and (slope or key not in own):
                    added.insert(0, new)
                    used |= {(n.base, n.label) for n in new.names}
            if added and after == last:
                self.model.layers = f"{one} + 1 is taken to be {last}, the last layer"
            equations = [*added, *equations]
        return equations

    def layer_before(self, equations: list[Equation]) -> list[Equation]:
        """a^(L-1) = σ(z^(L-1)), as a^L = σ(z^L), where the lines know both of them."""
        used, own = {n.key for n in names_of(equations)}, {*lefts_of(equations)} | self.declared.keys()
        found: dict[str, Equation] = {}
        for e in equations:
            left, label = e.left, getattr(e.left, "label", "")
            for at, part in enumerate(e.parts if label.isalpha() else ()):
                assert isinstance(left, Name)
                inside = {n.label for n in walk(part) if isinstance(n, Name)}
                (new,) = _relabelled([e.part(left, [at])], {label: f"{label}-1"})
                if inside == {label} and {n.key for n in new.names} <= used and new.key not in own:
                    found.setdefault(new.key, new)
        return [*equations, *found.values()]

    def outputs(self, equations: list[Equation], last: str) -> list[Equation]:
        """The a of C = ‖y - a‖², and of ∇_a C where C is made of a^L, is a^L."""
        costs = [e for e in equations if like_a_cost(getattr(e.left, "key", ""))]
        by = {
            n.below.base
            for n in nodes_of(equations)
            if isinstance(n, Derivative) and isinstance(n.below, Name)
            if like_a_cost(getattr(n.above, "key", ""))
        }
        inside = {n.base for n in names_inside(costs)} or by
        names = [n for n in names_of(equations) if n.base in inside]
        bare = {n for n in names if not n.label and not self.defines(n.base)}
        bare = {n for n in bare if any((n.base, last) == (other.base, other.label) for other in names)}
        self.model.placed |= {n.base: f"{n.base}^({last})" for n in bare}
        return [e.renamed(lambda n: replace(n, label=last) if n in bare else None) for e in equations]

    def at_times(self, equations: list[Equation]) -> list[Equation]:
        """h^t = σ(a^t) says what h^0 is, where a line names that."""
        own = {*lefts_of(equations)} | self.declared.keys()
        used = {n.key for n in names_of(equations)} - own
        numbers = {int(n.label) for n in names_of(equations) if n.label.isdigit()}
        found: list[Equation] = []
        for at in sorted(numbers, reverse=True)[:_MOST_LAYERS]:
            for e in reversed(equations):
                left = e.left
                if isinstance(left, Name) and left.label == "t" and replace(left, label=str(at)).key in used:
                    moved = {"t-1": str(at - 1), "t": str(at), "t+1": str(at + 1)}
                    (new,) = _relabelled([e.part(left, [0])], moved)
                    found.append(new)
                    own.add(new.key)
                    used = (used | {n.key for n in names_inside([new])}) - own
        return [*equations, *(e for e in found if "-1" not in {n.label for n in e.names})]

    def numbered_layers(self, equations: list[Equation]) -> list[Equation]:
        """What is said of any layer l holds for each up to the one that the output is made of."""
        names = names_of(equations)
        lefts = {*lefts_of(equations)}
        outputs = [
            e for e in equations if isinstance(e.left, Call | Name) and not getattr(e.left, "label", "")
        ]
        ends = [int(n.label) for n in names_inside(outputs) if n.label.isdigit()]
        letters = {n.label for n in names if len(n.label) == 1 and n.label.islower()}
        letters -= {n.index for n in nodes_of(equations) if isinstance(n, BigSum)} | {
            n.example for n in names
        }
        for one in sorted(letters - {n.label.lower() for n in names if n.label.isupper()}):
            found = []
            for e in equations:
                inside = {n.label for n in e.names}
                if one not in inside or not ends:
                    found.append(e)
                    continue
                for at in range(1, min(max(ends), _MOST_LAYERS) + 1):
                    moved = {f"{one}-1": str(at - 1), one: str(at), f"{one}+1": str(at + 1)}
                    (new,) = _relabelled([e], moved)
                    if new.key not in lefts and (f"{one}+1" not in inside or at < max(ends)):
                        found.append(new)
            equations = found
        return equations

    def from_the_inputs(self, equations: list[Equation]) -> list[Equation]:
        """A0 where A1 and A2 are defined, A0 is not, and there are inputs X: it is X."""
        names = {n.key: n for n in names_of(equations)}
        own = {*lefts_of(equations)} | self.declared.keys()
        inputs = [names[key] for key in ("x", "X") if key in names]
        found: dict[str, Name] = {}
        for key in names.keys() - own if len(inputs) == 1 else ():
            number = re.fullmatch(r"([aAhH](?:_|\^\()?)([01])(\)?)", key)
            if number is not None and f"{number[1]}{int(number[2]) + 1}{number[3]}" in own:
                found[key] = inputs[0]
        self.model.placed |= {key: name.key for key, name in found.items()}

        return replaced(equations, found)

    def taken_apart(self, equations: list[Equation]) -> list[Equation]:
        """wx where w and x both occur and nothing says what wx is: w times x; and λI."""
        nodes = nodes_of(equations)
        names = names_of(equations)
        own = {n.key for n in names} | self.declared.keys() | self.document.names
        below = {n.below.key for n in nodes if isinstance(n, Derivative) and isinstance(n.below, Name)}
        slopes = {key[1:] for key in lefts_of(equations) if key[0] == "d"}
        below |= slopes & own  # an is a name where a line says dan
        for e in equations:  # in n = tanh(hn), hn is no product with n
            below |= {n.key for n in names_inside([e]) if e.key in run_together(n.key)}
        numbered = {key[0] for key in own if re.fullmatch(r".(?:_?\d+)", key)}
        apart: dict[str, Node] = {}
        for name in names:
            base = name.key
            parts = run_together(base)
            unit = parts[-1:] == ["I"]
            occur = all(
                part in own or (part[1:] and part[0] in numbered) for part in parts[: len(parts) - unit]
            )
            new = base not in below and base[0] not in "d∂" and not self.defines(base)
            if len(parts) in (2, 3) and occur and new:
                factors = tuple(Name(*part.split("_"), place=name.place) for part in parts)
                apart[base] = Product(factors, (" ",) * (len(parts) - 1))
        self.model.apart += apart

        def product(name: Name) -> Node | None:
            return replace(apart[name.key], place=name.place) if name.key in apart else None

        return [e.renamed(product) for e in equations] if apart else equations

    def declare(self, declaration: Declaration) -> None:
        key = declaration.name.key
        if self.declared.get(key, declaration.dims) != declaration.dims:
            raise declaration.place.fail(
                f"{key} is declared twice, with different shapes", "keep one of them"
            )
        self.declared[key] = declaration.dims

    def defines(self, key: str) -> bool:
        """Whether a line declares or defines the name."""
        return key in self.declared or key in self.document.known.defined


def _first_terms(term: Node) -> Iterator[tuple[Name, list[Name]]]:
    """The w_0 of sum_i w_i x_i and of wᵀ x, with the x_0 that would stand beside it."""
    factors = term.factors if isinstance(term, Product) else (term,)
    sums = [factor for factor in factors if isinstance(factor, BigSum) and factor.index]
    for letter, body in [(one.index, one.body) for one in sums] or [("", term)]:
        if not isinstance(body, Product):
            continue
        names = [n for n in walk(body) if isinstance(n, Name) and (letter in n.sub if letter else not n.sub)]
        firsts = {n.whole: replace(n, sub=n.sub.replace(letter, "0") if letter else "0") for n in names}
        for one in (factor.inner if isinstance(factor, Transposed) else factor for factor in body.factors):
            if one in names and isinstance(one, Name):
                yield firsts[one.whole], [other for key, other in firsts.items() if key != one.whole]


def made_by(equations: Iterable[Equation]) -> dict[str, set[str]]:
    """The names of which the lines make each name."""
    made: dict[str, set[str]] = {}
    for e in equations:
        made.setdefault(getattr(e.left, "key", ""), set()).update(k for p in e.parts for k in names_in(p))
    return made


def made_of(node: Node, made: Mapping[str, set[str]]) -> set[str]:
    """The names of a formula, and those of what defines them: w, x and b of z."""
    found: set[str] = set()
    waiting = [*names_in(node)]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += made.get(key, ())
    return found


def run_together(key: str) -> list[str]:
    """The one-letter names, with their numbers, of a word: w and x of wx, w1 and x1 of w1x1, w_1x_1."""
    parts = re.findall(r"[^\W\d_](?:_?\d+)?", key)
    return parts if "".join(parts) == key else []


def _with_softmax(equation: Equation, bare: Set[str]) -> Equation:
    """A = e^Z / sum e^Z, and A = e^(Z_i) / sum_j e^(Z_j), as A = softmax(Z).

    So is A_k = e^(Z_k) / sum_j e^(Z_j) where A and Z, which may be matrices, stand bare in other lines.
    """
    left = equation.left
    each = getattr(left, "sub", "")
    whole = not each or (len(each) == 1 and each.isalpha() and getattr(left, "whole", "") in bare)

    def exponent(node: Node) -> Node | None:
        match node:
            case Power(Name(base="e", sub=""), inner) | Call("exp", 0, (inner,)):
                letters = CLASSIC_INDICES | {each}
                letter = isinstance(inner, Name) and len(inner.sub) == 1 and inner.sub in letters
                return replace(inner, sub="") if letter and whole else inner  # type: ignore[call-arg]
        return None

    def spelled(node: Node) -> Node | None:
        match node:
            case Product((above, BigSum(body=below) | Call("sum", 0, (below,))), ("/",)):
                own = not each or any(isinstance(n, Name) and n.sub == each for n in walk(above))
                if (inner := exponent(above)) is not None and inner == exponent(below) and whole and own:
                    return Call("softmax", 0, (inner,), place=node.place)
        return None

    if not isinstance(left, Name):
        return equation
    new = equation.mapped(spelled)
    if not each or new == equation:
        return new
    parts = (replace(p, sub="") if isinstance(p, Name) and p.sub == each else p for p in new.parts)
    new = replace(new, left=replace(left, sub=""), parts=tuple(parts))
    return new if {n.key for n in new.nodes if isinstance(n, Name)} <= bare else equation


def _cross_entropy(node: Node) -> tuple[Name | None, Name] | None:
    """y and p of -sum_i y_i log p_i and of -y_k log p_k, p of -log p_k; None for any other formula."""
    total = node.inner if isinstance(node, Negative) else None
    body = total.body if isinstance(total, BigSum) else total
    y, log = body.factors if isinstance(body, Product) and len(body.factors) == 2 else (None, body)
    p = log.arguments[0] if isinstance(log, Call) and FUNCTIONS.get(log.function) == "log" else None
    y = None if y == Number(Fraction(1)) else y
    if not isinstance(p, Name) or not re.fullmatch("[a-z]", p.sub) or not isinstance(y, Name | None):
        return None
    index = total.index if isinstance(total, BigSum) else p.sub
    fits = index == p.sub and (y.sub == p.sub if y else total is body)
    return (y, p) if fits else None


def _only_difference(one: Node, other: Node) -> tuple[Node, Node]:
    """What stands in one formula where something else stands in another one that is else the same."""
    first, second = [*children(one)], [*children(other)]
    if len(first) == len(second) > 0 and type(one) is type(other) and rebuild(one, second) == other:
        apart = {_only_difference(*both) for both in zip(first, second, strict=True) if both[0] != both[1]}
        if len(apart) == 1:
            return apart.pop()
    return one, other


def said_by_slope(equation: Equation) -> Equation | None:
    """L = (a - y)^2 of dL/dw = d/dw (a - y)^2, which says what L is; None for any other line."""
    left = equation.left
    if not isinstance(left, Derivative) or not isinstance(left.above, Name) or left.short:
        return None
    body = _slope_of(equation.parts[0], left.below)
    if body is None or left.above.key in names_in(body):
        return None
    return replace(equation.part(left.above, [0]), parts=(body,), conditions=(None,))


def _slope_of(node: Node, below: Node) -> Node | None:
    """What a formula is the slope of by a name: (a - y)^2, of d/dw (a - y)^2."""
    match node:
        case Derivative(above, by) if by == below:
            return None if isinstance(above, Name | Derivative) else above
        case Negative(inner):
            body = _slope_of(inner, below)
            return None if body is None else replace(node, inner=body)
        case BigSum():
            body = _slope_of(node.body, below)
            return None if body is None else replace(node, body=body)
        case Product(factors) if isinstance(factors[-1], Derivative | BigSum):
            numbers = all(
                isinstance(n, Number | Product) or stem(getattr(n, "key", "")) in TARGETS | COUNTS
                for factor in factors[:-1]
                for n in walk(factor)
            )
            body = _slope_of(factors[-1], below) if numbers else None
            return None if body is None else replace(node, factors=(*factors[:-1], body))
    return None


def _ranges(node: Node, scope: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Where a letter stands, in which array, and the name of what a sum lets it run over."""
    if isinstance(node, BigSum) and node.index:
        plain = node.size and not node.size.isdigit() and "+1" not in node.size
        scope = {**scope, node.index: node.size if plain else ""}
    if isinstance(node, Name):
        for letter in {*node.sub, node.label, node.example} & scope.keys():
            if scope[letter]:
                of = replace(node, sub=node.sub.replace(letter, "·"), label=node.label.replace(letter, "·"))
                yield (of.key, letter), scope[letter]
    for part in children(node):
        yield from _ranges(part, scope)


def resized(equations: list[Equation], sizes: Mapping[str, str]) -> list[Equation]:
    """Equations with other names for some sizes."""

    def put(node: Node) -> Node | None:
        if isinstance(node, BigSum) and node.size in sizes:
            return replace(node, size=sizes[node.size], body=mapped(node.body, put))
        if isinstance(node, Name) and node.key in sizes:
            base, _, sub = sizes[node.key].partition("_")
            return Name(base, sub, place=node.place)
        return None

    return [e.mapped(put) for e in equations] if sizes else equations


def in_number(letter: str, number: int) -> Callable[[Node], Node | None]:
    """What puts a number for a size."""
    value = Number(Fraction(number))

    def put(node: Node) -> Node | None:
        if isinstance(node, BigSum) and node.size == letter:
            return replace(node, size=f"{number}", body=mapped(node.body, put))
        return value if isinstance(node, Name) and node.key == letter else None

    return put


def _is_named(node: Node) -> bool:
    """CE(y, ŷ), which says no more than what goes into it."""
    return isinstance(node, Call) and len(node.arguments) > 1 and node.function not in FUNCTIONS


def _is_dots(node: Node) -> bool:
    return isinstance(node, Dots)


def _without_count(node: Node) -> Node:
    """1/(2n) without its n; a sum stays what it is."""
    one = Number(Fraction(1))
    return node if isinstance(node, BigSum) else mapped(node, lambda n: one if _is_count(n) else None)


def _is_count(node: Node) -> bool:
    return isinstance(node, Name) and node.key in COUNTS


def _single(node: Node) -> Iterator[Name]:
    """The names with one letter for an index that a formula is made of, and not only slopes."""
    if isinstance(node, Name) and len(node.sub) == 1 and node.sub.isalpha():
        yield node
    for part in () if isinstance(node, Derivative) else children(node):
        yield from _single(part)


def _shape_of_entries(node: Node, lefts: set[str]) -> tuple[str, ...] | None:
    """The shape that a listing of an array's own entries says, () where it says none; None for any other."""
    turned = isinstance(node, Transposed)
    node = node.inner if isinstance(node, Transposed) else node
    if not isinstance(node, Listing):
        return None
    rows = [*zip(*node.rows, strict=True)] if turned else [*node.rows]
    shape = (len(rows), len(rows[0]))
    cells = {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row)}
    named = {at: cell for at, cell in cells.items() if not isinstance(cell, Dots)}
    if any(not isinstance(cell, Name) or {cell.key, cell.base} & lefts for cell in named.values()):
        return None

    def indices(at: tuple[int, int]) -> tuple[str, ...]:
        sub = getattr(cells.get(at), "sub", "")
        return (sub,) if 1 in shape else tuple(sub.split(",") if "," in sub else sub)

    first = 0 if indices((0, 0))[:1] == ("0",) else 1
    last = indices((shape[0] - 1, shape[1] - 1))
    one = len({cell.whole for cell in named.values() if isinstance(cell, Name)}) == 1
    if len(named) < len(cells):
        if not one or not all(part.isalnum() for part in last) or not first:
            return ()
        dims = [size_of(int(part)) if part.isdigit() else part for part in last]
    else:
        places = ((str(at), str(r + first), str(c + first)) for at, (r, c) in enumerate(cells, first))
        wanted = [(at,) if 1 in shape else (r, c) for at, r, c in places]
        if not one or [*map(indices, cells)] != wanted:
            return None
        dims = [size_of(size) for size in shape if size > 1]
    return ("1", *dims) if shape[0] == 1 else tuple(dims)


def _plainly(node: Node) -> Node:
    """The same with relu(z) for max(0, z)."""
    if (
        isinstance(node, Call)
        and FUNCTIONS.get(node.function) == "max"
        and Number(Fraction(0)) in node.arguments
    ):
        others = tuple(one for one in node.arguments if one != Number(Fraction(0)))
        return Call("relu", 0, others) if len(others) == 1 else node
    if isinstance(node, Call) and FUNCTIONS.get(node.function) == "relu":
        return replace(node, function="relu")
    return node


def _kronecker(equations: list[Equation]) -> list[Equation]:
    """[i = j] for the δ_ij beside a δ_i = y_i - δ_ij, which is another, and for an undefined δ^i_j."""
    own = {e.left for e in equations if isinstance(e.left, Name) and e.left.base in {"δ", "delta"}}
    one = {len(name.sub) for name in own} == {1}
    letters = {n.sub for n in names_of(equations) if n.base not in {"δ", "delta"}}

    def same(node: Node) -> Node | None:
        match node:
            case Name("δ" | "delta", sub, "", "") if one and len(sub) == 2 and sub.isalpha():
                return Comparison(Index(sub[0]), "==", Index(sub[1]), place=node.place)
            case Name("δ" | "delta", sub, label, "") if not own and {sub, label} <= letters - {""}:
                return Comparison(Index(label), "==", Index(sub), place=node.place)
        return None

    return [e.mapped(same) for e in equations]


# where $c$ is the correct label
_CLASS = re.compile(
    r"(?<![\w\\])([a-z])\$?,?\s+(?:is|denotes|being|=|:|stands for|represents)\s+(?:the\s+)?"
    r"(?:index of the\s+)?"
    r"(?:correct|true|right|actual|real|target|ground[- ]truth)\s+(?:class|label|category|index|word|answer)",
    re.IGNORECASE,
)


def _components(equations: list[Equation]) -> list[Equation]:
    """σ_i for the σ_i(z) of σ_i(z) = e^z_i / sum_k e^z_k: entries of one array, as all have one argument."""

    def component(node: Node | None) -> tuple[str, str, Name] | None:
        match node:
            case Call(function, 0, (Name(sub="", label="", example="") as z,)):
                base, _, letter = function.rpartition("_")
                return (base, letter, z) if base and len(letter) == 1 and letter.isalpha() else None
        return None

    found = dict[str, str]()
    for e in equations:
        one = component(e.left)
        letters = {*"".join(n.sub for n in e.names)} | {other[1] for n in e.right if (other := component(n))}
        if one is not None and one[1] in letters:
            found[one[0]] = one[2].key
    for node in nodes_of(equations):  # f_1(x) and f_2(h) are functions
        base = node.function.rpartition("_")[0] if isinstance(node, Call) else ""
        if base in found and ((one := component(node)) is None or one[2].key != found[base]):
            del found[base]

    def entry(node: Node) -> Node | None:
        one = component(node)
        return Name(one[0], one[1], place=node.place) if one and one[0] in found else None

    return [e.mapped(entry) for e in equations] if found else equations


def _exponentials(equations: list[Equation]) -> list[Equation]:
    """log p = ... defines p, which nothing else does."""
    own = {*lefts_of(equations)}
    found = []
    for e in equations:
        left = e.left
        log = isinstance(left, Call) and FUNCTIONS.get(left.function) == "log" and not left.primes
        name = left.arguments[0] if log and isinstance(left, Call) else None
        if isinstance(name, Name) and name.key not in own:
            parts = tuple(Call("exp", 0, (part,), place=part.place) for part in e.parts)
            e = replace(e, left=name, parts=parts)
        found.append(e)
    return found


# What says of Φ that it is the normal distribution's.
_NORMAL = re.compile(
    r"\bprobit|\b(?:normal|gaussian)\b[^.]*\b(?:cdf|cumulative|distribution function)\b"
    r"|\b(?:cdf|distribution function)\b[^.]*\b(?:normal|gaussian)\b",
    re.IGNORECASE,
)


def _densities(normal: bool, equations: list[Equation]) -> list[Equation]:
    """What Φ is, which no line defines: the normal distribution function where that is said, or where a line
    says what the density φ is; φ is its slope else.
    """
    calls = {n.function: n for n in nodes_of(equations) if isinstance(n, Call) and not n.primes}
    own = {e.left.function: e for e in equations if isinstance(e.left, Call)}
    for whole, density in (("Φ", "φ"), ("Phi", "phi")):
        inside = [
            n.function
            for part in children(calls.get(whole, Number(Fraction(0))))
            for n in walk(part)
            if isinstance(n, Call)
        ]
        if whole not in calls or whole in own or density in inside:  # Φ(wᵀ φ(x))
            continue
        said = own.get(density)
        if density in calls and said is None:
            slope = partial(_renamed, density, whole)
            equations = [e.mapped(slope) for e in equations]
        by_exp = said and any(isinstance(n, Call) and FUNCTIONS.get(n.function) == "exp" for n in said.right)
        if normal or by_exp:
            t, place = Name("t"), calls[whole].place
            root = Call("sqrt", 0, (Number(Fraction(2)),))
            total = Total((Number(Fraction(1)), Call("erf", 0, (Product((t, root), ("/",)),))), (1, 1))
            body = Product((Number(Fraction(1, 2)), total), (" ",))
            left = Call(whole, 0, (t,), place=place)
            equations = [Equation(left, (body,), (None,), (place,)), *equations]
    return equations


def _put(old: Name, new: Name, node: Node) -> Node | None:
    """One name for another."""
    return replace(new, place=node.place) if node == old else None


def _renamed(old: str, new: str, node: Node) -> Node | None:
    """new'(x) for old(x)."""
    if isinstance(node, Call) and node.function == old:
        arguments = tuple(mapped(one, partial(_renamed, old, new)) for one in node.arguments)
        return replace(node, function=new, primes=node.primes + 1, arguments=arguments)
    return None


def _in_words(equations: list[Equation]) -> list[Equation]:
    """The same without δ = error, a word that no other line has: it says what δ is called."""
    count = Counter(n.key for n in names_of(equations))
    return [
        e
        for e in equations
        if not isinstance(e.left, Name)
        or e.style == "code"
        or len(e.parts) > 1
        or not isinstance(word := e.parts[0], Name)
        or not re.fullmatch("[A-Za-z]{3,}", word.key)
        or count[word.key] > 1
        or count[e.key] < 2
    ]


def _values_of_costs(equations: list[Equation]) -> list[Equation]:
    """CE = ... for CE(y, p) = ..., where CE is of no other names anywhere: the value is all that is meant."""
    defining = [e.left for e in equations if isinstance(e.left, Call) and e.style != "code"]
    calls = {
        left.function: left
        for left in defining
        if len(left.arguments) > 1 and like_a_cost(left.function) and not left.primes
    }
    for node in nodes_of(equations):
        if isinstance(node, Call) and calls.get(node.function, node) != node:
            calls.pop(node.function)

    def value(node: Node) -> Node | None:
        if not isinstance(node, Call) or node.function not in calls:
            return None
        return Name(node.function, place=node.place)  # J_naive, not the J that other lines are about

    return [e.mapped(value) for e in equations] if calls else equations


def _to_a_base(equations: list[Equation]) -> list[Equation]:
    """log10(x) for every log(x) of a text that says log(x) = ln(x)/ln(10); likewise for 2."""
    bases = {
        f"log{below.arguments[0].value}"
        for e in equations
        for part in e.parts
        if isinstance(part, Product) and part.ops == ("/",) and isinstance(e.left, Call)
        for above, below in [part.factors]
        if isinstance(below, Call) and isinstance(below.arguments[0], Number)
        if e.left.function == "log" and above == replace(e.left, function="ln") and below.function == "ln"
    } & FUNCTIONS.keys()

    def based(node: Node) -> Node | None:
        if not isinstance(node, Call) or node.function != "log":
            return None
        arguments = tuple(mapped(one, based) for one in node.arguments)
        return replace(node, function=next(iter(bases)), arguments=arguments)

    return [e.mapped(based) for e in equations] if len(bases) == 1 else equations


def _negated(equations: list[Equation]) -> list[Equation]:
    """E = -log y_k of log y_k = ... := -E, and of -log y_k := E, where no line says what E is."""
    own = {*lefts_of(equations)}
    found = []
    for e in equations:
        last = e.parts[-1]
        name = last.inner if isinstance(last, Negative) else last
        plain = name is last and (e.left is None or isinstance(e.left, Name | Derivative))
        new = isinstance(name, Name) and like_a_cost(name.key) and name.key not in own
        if isinstance(name, Name) and new and not plain and len(e.parts) > 1:
            whole = e.part(name, [len(e.parts) - 2])
            if name is not last:
                whole = replace(whole, parts=(Negative(whole.parts[0], place=last.place),))
            own.add(name.key)
            found.append(whole)
            e = replace(e, parts=e.parts[:-1], conditions=e.conditions[:-1], places=e.places[:-1])
        found.append(e)
    return found


def _but_for(equations: list[Equation]) -> list[Equation]:
    """dC/dθ_i = ... where i ≠ k, for dC/dθ_{i≠k} = ... and the lines that go on from it."""
    found, apart = list[Equation](), ""

    def letter(name: Name) -> Name:
        return replace(name, sub=name.sub[0]) if name.sub == apart else name

    for equation in equations:
        if equation.left is not None:
            slope = equation.left if isinstance(equation.left, Derivative) else None
            below = getattr(slope.below, "sub", "") if slope else ""
            apart = below if re.fullmatch("[a-z]≠[a-z]", below) else ""
        if apart:
            case = Comparison(Index(apart[0]), "!=", Index(apart[2]))
            conditions = tuple(case if one is None else one for one in equation.conditions)
            equation = replace(equation.renamed(letter), conditions=conditions)
        found.append(equation)
    return found


def _rows(equations: list[Equation]) -> list[Equation]:
    """sum_q X_iq β_q for the X_i β of a sum over i, beside X β: X_i is the i-th row of X."""
    beside = [b for n in nodes_of(equations) if isinstance(n, Product) for b in pairwise(n.factors)]
    whole = {(a.key, b.key) for a, b in beside if isinstance(a, Name) and isinstance(b, Name)}
    runs = {n.index for n in nodes_of(equations) if isinstance(n, BigSum)} - {""}
    taken = {letter for n in names_of(equations) for letter in (n.key, *n.sub)} | runs
    q = next((letter for letter in "qrsuvghlm" if letter not in taken), "")

    def row(node: Node) -> Node | None:
        if not isinstance(node, Product):
            return None
        for at, (a, op, b) in enumerate(zip(node.factors, node.ops, node.factors[1:], strict=False)):
            if not isinstance(a, Name) or not isinstance(b, Name) or (a.whole, b.key) not in whole:
                continue
            if q and op == " " and a.sub in runs and a.base[0].isupper():
                entries = Product((replace(a, sub=a.sub + q), replace(b, sub=q)), (" ",), place=a.place)
                return mapped(spliced(node, at, 2, [BigSum(q, entries, place=a.place)]), row)
        return None

    return [e.mapped(row) if e.style != "code" else e for e in equations]


def _of_layers(equations: list[Equation]) -> list[Equation]:
    """g'(Z^(1)) for g'(z^(1)), where Z^(1) is defined and no definition has z^(1)."""
    lefts = {*lefts_of(equations)}
    own = {n.key for n in names_inside(e for e in equations if e.key and without_d(e.key) is None)} | lefts

    def capital(name: Name) -> Name | None:
        great = replace(name, base=name.base.upper())
        return great if name.label and name.key not in own and great.key in lefts else None

    return [e.renamed(capital) for e in equations]


def _once_said(equations: list[Equation]) -> list[Equation]:
    """The same without E = L(o, t) where another line says what E is, and none what L is."""
    functions = {e.left.function for e in equations if isinstance(e.left, Call)} | FUNCTIONS.keys()
    lefts = [getattr(e.left, "key", getattr(e.left, "function", "")) for e in equations]
    return [
        e
        for e, left in zip(equations, lefts, strict=True)
        if not left
        or lefts.count(left) < 2
        or len(e.parts) > 1
        or not any(
            isinstance(n, Call) and len(n.arguments) > 1 and n.function not in functions
            for n in walk(e.parts[0])
        )
    ]


def _of_entries(equations: list[Equation]) -> list[Equation]:
    """h(x) = w x for h(x_i) = w x_i, and L(p, y) = (p - y)^2 for L(h(x_i), y_i) = (h(x_i) - y_i)^2.

    Where more on the right than what the function is of is for one i, it is left as it is; so is a value.
    """
    values = {n.key for n in names_of(equations)}
    given: dict[str, Name] = {}  # the x_i of h(x_i) = w x_i

    def said(equation: Equation) -> Equation:
        left = equation.left
        if not isinstance(left, Call) or left.primes or left.function in FUNCTIONS:
            return equation
        put: dict[Node, Node] = {}
        letters = set[str]()
        for at, argument in enumerate(left.arguments):
            own = {
                one for n in walk(argument) if isinstance(n, Name) for one in _scripts(n)
            } & CLASSIC_INDICES
            if isinstance(argument, Call):
                put[argument] = Name(f"·{at}", place=argument.place)
            elif isinstance(argument, Name) and own:
                put[argument] = replace(argument, sub="", label="", example="")
            letters |= own
        alone = left.arguments[0] if len(left.arguments) == 1 else None
        if not put or (left.function in values and not isinstance(alone, Name)):
            return equation
        body = mapped(equation.parts[0], put.get)
        inside = [n for n in walk(body) if isinstance(n, Name)]
        new = {getattr(one, "key", "") for one in put.values()}
        before = {n.key for n in walk(equation.parts[0]) if isinstance(n, Name)}
        if new & before or any(letters & {*"".join(_scripts(n))} for n in inside):
            return equation
        if isinstance(alone, Name):
            given[left.function] = alone
        arguments = tuple(put.get(argument, argument) for argument in left.arguments)
        parts = tuple(mapped(part, put.get) for part in equation.parts)
        return replace(equation, left=replace(left, arguments=arguments), parts=parts)

    return _valued([said(equation) for equation in equations], given)


def _valued(equations: list[Equation], given: Mapping[str, Name]) -> list[Equation]:
    """The same with a name for h(x), or for each h(x_i), where a slope is by h, or of it: dh/dw."""
    functions = {
        e.left.function: e.left.arguments[0]
        for e in reversed(equations)
        if isinstance(e.left, Call) and len(e.left.arguments) == 1 and not e.left.primes
    }
    slopes = [n for n in nodes_of(equations) if isinstance(n, Derivative)]
    by = {getattr(n.below, "key", "") for n in slopes if any(isinstance(m, Call) for m in walk(n.above))}
    chains: list[list[Equation]] = []
    for equation in equations:
        if equation.left is not None or not chains:
            chains.append([])
        chains[-1].append(equation)
        calls = {n for e in chains[-1] for n in e.nodes if isinstance(n, Call) and len(n.arguments) == 1}
        others = {n.function for n in calls if n.arguments[0] != functions.get(n.function)} | given.keys()
        by |= others & {
            getattr(n.above, "key", "") for e in chains[-1] for n in e.nodes if isinstance(n, Derivative)
        }
    new: dict[Name, Equation] = {}

    def value(call: Call) -> Name | None:
        of = call.arguments[0] if len(call.arguments) == 1 and not call.primes else None
        if not isinstance(of, Name) or call.function not in by & functions.keys():
            return None
        if of == functions[call.function]:
            return Name(call.function, place=call.place)
        whole = replace(of, sub="", label="", example="").key
        return replace(of, base=f"{call.function}({whole})", place=call.place)

    def named(chain: list[Equation]) -> list[Equation]:
        left = chain[0].left
        own = left.function if isinstance(left, Call) else ""
        nodes = [n for e in chain for n in e.nodes] if not own or like_a_cost(own) else []
        calls = {n: n.function for n in nodes if isinstance(n, Call) and n.function != own and value(n)}
        single = {f: call for call, f in calls.items() if [*calls.values()].count(f) == 1}
        single |= {f: Call(f, 0, (x,)) for f, x in given.items() if x in nodes and f not in calls.values()}

        def by_name(node: Node) -> Node | None:
            call = node if isinstance(node, Call) else single.get(getattr(node, "key", ""))
            name = value(call) if call is not None and (call is not node or call in calls) else None
            if name is not None and call is not None and name.base != call.function:
                new.setdefault(name, Equation(name, (call,), (None,), (chain[0].places[0],)))
            return name and replace(name, place=node.place)

        return [equation.mapped(by_name) for equation in chain] if calls or single else chain

    found = [equation for chain in chains for equation in named(chain)]
    return [*new.values(), *found]


def _scripts(name: Name) -> tuple[str, ...]:
    return name.sub, name.label, name.example


def _called(equations: list[Equation]) -> list[Equation]:
    """The same with what L(a^(i), y^(i)) is, where a line says what L(a, y) is, as J = L(a, y) = ... does."""
    functions: dict[str, tuple[list[str], Node]] = {}
    for equation in equations:
        left = equation.left
        if isinstance(left, Call) and len(left.arguments) > 1 and not left.primes:
            keys = [getattr(argument, "key", "") for argument in left.arguments]
            functions.setdefault(left.function, (keys, equation.parts[0]))
    implied = set[str]()
    for equation in equations:
        call = equation.parts[0]
        if isinstance(call, Call) and len(call.arguments) > 1 and equation.key and len(equation.parts) > 1:
            keys = [argument.key for argument in call.arguments if isinstance(argument, Name)]
            new = call.function not in functions.keys() | FUNCTIONS.keys() and not call.primes
            if new and len({*keys}) == len(call.arguments):
                functions[call.function] = keys, equation.parts[1]
                implied.add(call.function)

    def put(node: Node) -> Node | None:
        if not isinstance(node, Call) or node.primes:
            return None
        if node.function not in functions:
            if FUNCTIONS.get(node.function) != "silu" or len(node.arguments) != 2:
                return None
            x, rate = node.arguments  # swish(x, β)
            return Product((x, Call("sigmoid", 0, (Product((rate, x), (" ",)),))), (" ",), place=node.place)
        keys, body = functions[node.function]
        given = dict(zip(keys, node.arguments, strict=False))
        same = all(getattr(x, "key", "") == key for key, x in given.items())
        if len(keys) != len(node.arguments) or (same and node.function not in implied):
            return None
        return mapped(body, lambda part: given.get(part.key) if isinstance(part, Name) else None)

    def slope(node: Node) -> Node | None:
        return mapped(node, put) if isinstance(node, Derivative) and isinstance(node.above, Call) else None

    return [
        replace(
            e,
            left=slope(e.left) or e.left if e.left is not None else None,
            parts=tuple(mapped(part, put) for part in e.parts),
        )
        for e in equations
    ]


def _relabelled(equations: Iterable[Equation], layers: Mapping[str, str]) -> list[Equation]:
    """Equations with their names at other layers."""
    return [
        e.renamed(lambda name: replace(name, label=layers.get(name.label, name.label))) for e in equations
    ]


def replaced(equations: list[Equation], others: Mapping[str, Name]) -> list[Equation]:
    """Equations with some names, by their keys, replaced by others."""

    def other(name: Name) -> Name | None:
        return replace(others[name.key], place=name.place) if name.key in others else None

    return [e.renamed(other) for e in equations] if others else equations


def without_d(key: str) -> str | None:
    return key[1:] if len(key) > 1 and key[0] in "d∂" and (key[1].isalpha()) else None


def nodes_of(equations: Iterable[Equation]) -> list[Node]:
    return [node for equation in equations for node in equation.nodes]


def names_of(equations: Iterable[Equation]) -> list[Name]:
    return [name for equation in equations for name in equation.names]


def lefts_of(equations: Iterable[Equation]) -> list[str]:
    """The names that stand alone on the left."""
    return [equation.key for equation in equations if equation.key]


def names_inside(equations: Iterable[Equation]) -> list[Name]:
    """The names behind the signs of equality."""
    return [node for equation in equations for node in equation.right if isinstance(node, Name)]


def unscripted(key: str) -> str:
    """i1 of i_1: the same name, in code and in formulas."""
    return key.replace("_", "")
