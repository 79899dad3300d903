"""The verdict of each step of a derivation, decided by the limit quotient at well-conditioned points."""

import contextlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, partial
from itertools import combinations, pairwise, permutations
from typing import Any

from mpmath import fabs, mp

from backproof.reference.derivation.build import begin, build
from backproof.reference.derivation.diagnose import diagnose, find_factor, has_kinks
from backproof.reference.derivation.document import Document
from backproof.reference.derivation.language import (
    FUNCTIONS,
    BigSum,
    Call,
    Cases,
    Comparison,
    Declaration,
    Derivative,
    Differential,
    Entry,
    Equation,
    Index,
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
    Total,
    Transposed,
    children,
    group,
    joined,
    mapped,
    rebuild,
    spliced,
    walk,
    words,
    write,
)
from backproof.reference.derivation.latex import GREEK
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
    reach,
    stem,
)
from backproof.reference.derivation.renewed import Renewed
from backproof.reference.derivation.rewrite import run_together, said_by_slope
from backproof.reference.derivation.shapes import Supposed
from backproof.reference.derivation.shrink import shrink
from backproof.reference.derivation.supplied import of_lines, several, supplied
from backproof.reference.derivation.trial import (
    DIGITS,
    EQUAL_SHARE,
    POINTS,
    Outcome,
    Trial,
    half_a_digit,
    in_numbers,
    targets,
    values_of,
)
from backproof.reference.derivation.values import (
    FORMAL,
    ON_NOTHING,
    SUMMED,
    CannotEvaluateError,
    GaveUpError,
    Reading,
    Work,
    said,
    standard_costs,
)
from backproof.reference.derivation.verdict import (
    CONVENTION,
    FACTOR,
    RIGHT,
    UNDECIDED,
    WRONG,
    Edit,
    Report,
    Step,
)

_EXAMPLES = words("x a h")
_FIXED = FUNCTIONS.keys() - words("σ sigma s S")  # functions that are known by their names alone
_Judged = tuple[list[Step], Document]
_Conventions = frozenset[tuple[str, Any]]  # fields of a reading that differ from what the text states


@dataclass(frozen=True)
class _Rejected(Step):
    """A wrong step, whose edit is looked for when it is asked for: most readings of a text are dropped."""

    explain: Callable[[], Step] = field(kw_only=True)


def explained(step: Step) -> Step:
    """A step with its edit and its counterexample."""
    return replace(step.explain(), confirmed=step.confirmed) if isinstance(step, _Rejected) else step


def _blamed(steps: list[Step]) -> list[Step]:
    """The steps with the blame at the lines that their edits change."""
    moved = {step.line: step.edit.at for step in steps if step.edit and step.edit.at}
    placed = [replace(step, line=step.edit.at) if step.edit and step.edit.at else step for step in steps]
    return [
        replace(step, inherits=at, reason=f"carries on the mistake of line {at}")
        if (at := moved.get(step.inherits or 0))
        else step
        for step in placed
    ]


def judge(document: Document, confirm: bool = False, text: str = "") -> Report:
    """The verdicts of a document that any front end has read; `text` where its steps are to be proved too."""
    try:
        steps, document = _as_meant(document, confirm, text, Work())
        steps = _blamed([explained(step) for step in steps])
    except GaveUpError:
        reason = "given up: this machine takes too long for it"
        steps = [Step(line, "", UNDECIDED, reason) for line in sorted(document.shown)[:1] or [1]]
    unread = [
        Step(error.line, "", UNDECIDED, f"{says}{error.problem}; {error.advice}")
        if not error.certain
        else Step(error.line, document.lines[error.line - 1].strip(), WRONG, error.problem)
        for error in document.unread
        for says in ("" if error.open or error.read else "this formula cannot be read: ",)
    ]
    ordered = sorted([*steps, *unread], key=lambda step: step.line)
    shown = document.shown | {step.line for step in ordered}
    return Report(tuple(ordered), tuple(document.lines), tuple(sorted(shown)))


def _as_meant(document: Document, confirm: bool, text: str, work: Work) -> _Judged:
    """As it fits; where more is right then, with a renewed name for the first of its values, with n for the
    number of terms in 1/n sum_i, with the numbers that are mentioned, and with letters for parts of names.
    """
    renewed, first, pairs = Renewed(document), set[str](), list[_Judged]()
    given_as = _copy(document)
    for columns in (True, False):
        if (paired := _paired(document.statements, columns)) != document.statements:
            with contextlib.suppress(NotationError):
                pairs.append(_as_it_fits(replace(_copy(document), statements=paired), confirm, text, work))
    pairs = [one for one in pairs if not one[1].solved]
    whole = any(len(one[1].unread) == len(document.unread) for one in pairs)
    best = pairs[0] if whole else _as_it_fits(renewed.read(first), confirm, text, work)
    for one in pairs:
        best = one if _beats(one, best) else best
    if solved := best[1].solved:
        named = [_solution(s, solved) if isinstance(s, Equation) else s for s in document.statements]
        if named != document.statements:
            return _as_meant(replace(document, statements=named, solved=set()), confirm, "", work)

    def better(other: Document, proved: str = text) -> bool:
        """Whether more is right in another reading, which then is the best."""
        nonlocal best
        with contextlib.suppress(NotationError):
            found = _as_it_fits(other, confirm, proved, work)
            if not found[1].solved and _beats(found, best):
                best = found
                return True
        return False

    for key in renewed.slopes:
        if better(renewed.read(first | {key})):
            first |= {key}
    read = renewed.read(first).statements
    given = [*document.statements]
    for at, remark in reversed(document.remarks):
        given.insert(at, remark)
    wide, ended = ([s.mapped(f) if isinstance(s, Equation) else s for s in read] for f in (_wide, _ended))
    for statements in ([_counted(s) if isinstance(s, Equation) else s for s in read], wide, ended, given):
        if _rightness(*best)[1] < 0 and statements not in (read, document.statements):
            better(replace(document, statements=statements, updates=[]))
    if best[1].named is not None and _rightness(*best)[1] < 0:
        better(replace(renewed.read(first), named=True))
    if best[1].capitals and _rightness(*best)[1] < 0:
        with contextlib.suppress(NotationError):
            other = _as_it_fits(replace(renewed.read(first), capitals=False), confirm, "", work)
            best = other if _beats(other, best) else (_agreed(best[0], [other], ()), best[1])
    if _rightness(*best)[1] < 0 and (odd := _at_odds(read)):
        kept = [s for s in read if s not in odd]
        problem, advice = "it has indices that the lines before it have not", "declare the shapes"
        errors = [begin(s).fail(problem, advice).with_source(document.lines) for s in odd]
        for error in errors:
            error.open = True
        better(replace(document, statements=kept, unread=[*document.unread, *errors], updates=[]))
    for instead, notes, rows in _otherwise(read) if _rightness(*best)[1] < 0 else ():
        if notes:
            better(replace(_copy(given_as), statements=instead, rows=rows, notes=notes, updates=[]))
    if (halved := _halved(read) - document.symmetric) and _rightness(*best)[1] < 0:
        against = " ".join(line for line in document.lines if _NOT_SYMMETRIC.search(line))
        halved -= {*re.findall(r"\w+", against)}
        spoken = any(re.search(r"(?i)\bsymmetric", line) for line in document.lines)  # of other matrices
        halved = halved if spoken else set()
    if halved:
        better(replace(renewed.read(first), halved=halved, symmetric=document.symmetric | halved), "")
    if (apart := _held(read, document.known.of)) != read and _rightness(*best)[1] < 0:
        better(replace(document, statements=apart, updates=[]), "")
    return _with_more_said(_with_several(best, given_as), given_as, confirm)


def _with_more_said(best: _Judged, document: Document, confirm: bool) -> _Judged:
    """What is open, with what goes without saying."""
    spare = 2 * _AGAIN
    for meant, says in supplied(document) if _rightness(*best)[1] < 0 else ():
        open_ = {s.line for s in best[0] if s.verdict == UNDECIDED} | {e.line for e in best[1].unread}
        narrowed = of_lines(meant, open_)
        with contextlib.suppress(NotationError):
            if narrowed is not None:
                work = Work(most := min(spare, _AGAIN), explains=False)
                found = _as_it_fits(_copy(narrowed), confirm, "", work)
                best = _filled_in(best, found, says)
                spare -= most - max(work.left, 0)
    return best


def _with_several(best: _Judged, document: Document) -> _Judged:
    """What is wrong only in a line that says itself what a cost of several meanings is there, open."""
    steps, unclear = best[0], several(document.statements)
    lines, own = set[int](), False
    for one in document.statements if unclear and _wrong(steps) else ():
        if isinstance(one, Equation):
            if one.left is not None:
                meant = said_by_slope(one)
                own = meant is not None and meant.key in unclear
            lines |= {place.line for place in one.places} if own else set()
    opened = [
        Step(
            s.line, s.text, UNDECIDED, "the cost has several meanings here, and this line has one of its own"
        )
        if s.line in lines and _wrong([s])
        else s
        for s in (map(explained, steps) if lines else steps)
    ]
    return opened, best[1]


def _filled_in(best: _Judged, other: _Judged, says: str) -> _Judged:
    """The steps with what was open and is right with more said than the text says."""
    steps, document = best
    found, filled = other
    unread = {error.line for error in filled.unread}
    new = {line for e in document.unread if (line := e.line) not in unread and (e.open or e.read)}
    new -= {step.line for step in steps}
    lines: dict[int, list[Step]] = {}
    for step in found:
        lines.setdefault(step.line, []).append(step)
    at = Counter[int]()

    def meant(step: Step, told: Step) -> Step:
        right = told.verdict in {RIGHT, CONVENTION} and step.verdict == UNDECIDED
        right = right and _UNSAID_COST not in told.reason  # that would be a second guess
        reason = "; ".join(filter(None, [says, told.reason]))
        return replace(told, text=step.text, verdict=CONVENTION, reason=reason) if right else step

    count = Counter(step.line for step in steps)
    result = []
    for step in steps:
        here = lines.get(step.line, [])
        number, at[step.line] = at[step.line], at[step.line] + 1
        paired = here[number : number + 1] if len(here) == count[step.line] else here
        same = [one for one in paired if len(here) == count[step.line] or one.text == step.text]
        result.append(meant(step, same[0]) if same else step)
    said = {begin(s).line for s in filled.statements} if result != steps else set()
    for line in sorted(new & (lines.keys() | said)):
        told = lines.get(line, [])  # none where a definition stands
        if all(one.verdict in {RIGHT, CONVENTION} for one in told):
            result += [meant(replace(one, verdict=UNDECIDED), one) for one in told]
            document = replace(document, unread=[e for e in document.unread if e.line != line])
    return result, document


def _paired(statements: Sequence[Statement], columns: bool) -> list[Statement]:
    """Y_ki, or else Y_ik, for the Y_k^(i) of sums over k and i, where Y stands in other lines."""
    equations = [s for s in statements if isinstance(s, Equation)]
    bare = {n.key for e in equations for n in e.names if not n.sub}
    sums = {n.index for e in equations for n in e.nodes if isinstance(n, BigSum) and n.index}
    marked = (n for e in equations for n in e.names if n.sub not in {"", *sums} and n.example in sums)
    bare -= {replace(n, sub="").key for n in marked}  # beside x_q^{(p,3)}, x_j^{(p,3)} stands under no sum

    def entry(node: Node) -> Node | None:
        if not isinstance(node, Name) or node.sub not in sums or (node.example or node.label) not in sums:
            return None
        whole = replace(node, sub="", example="") if node.example else replace(node, sub="", label="")
        both = (node.sub, node.example or node.label)
        return replace(whole, sub="".join(both if columns else both[::-1])) if whole.key in bare else None

    return [s.mapped(entry) if isinstance(s, Equation) else s for s in statements]


def _otherwise(statements: Sequence[Statement]) -> Iterator[tuple[list[Statement], dict[str, str], set[str]]]:
    """Other ways to read names, what is said of these, and the arrays x of which x_i is a row."""
    one, said = _of_one(statements)
    for read, before in ((statements, {}), (one, said)) if said else ((statements, {}),):
        for columns in (False, True):
            stacked, notes = _stacked(read, columns)
            yield stacked, before | notes if notes else {}, {*notes}
    yield one, said, set()
    yield *_turned(statements), set()
    yield *_predicted(statements), set()


def _of_one(statements: Sequence[Statement]) -> tuple[list[Statement], dict[str, str]]:
    """z_i = w x_i for z = w x beside a sum over the x^(i); and that lines without (i) are about one example.

    Lines with a matrix X keep their z, which is all of them.
    """
    equations = [s for s in statements if isinstance(s, Equation)]
    sums = {n.index for e in equations for n in e.nodes if isinstance(n, BigSum) and n.index}
    marked = {n.base: n.example or n.label for e in equations for n in e.names if {n.example, n.label} & sums}
    plain = {n.base for e in equations for n in e.names if n.base == n.key}
    made = {e.left.base: e for e in equations if isinstance(e.left, Name) and e.left.base == e.left.key}
    calls = [n for e in equations for n in e.nodes if isinstance(n, Call)]
    for e in equations:  # L(a, y) = ..., used as L
        left = e.left if isinstance(e.left, Call) else None
        arguments = [getattr(a, "base", "") for a in left.arguments] if left else []
        same = (c for c in calls if left and c.function == left.function)
        alike = all([getattr(a, "base", "") for a in c.arguments] == arguments for c in same)
        if left and alike and {*arguments} <= plain & marked.keys():
            made[left.function] = e
    of_one = {*marked}
    for _ in made:
        inside = {key: {n.key for n in walk(e.parts[0]) if isinstance(n, Name)} for key, e in made.items()}
        of_one |= {key for key, names in inside.items() if names & of_one}
    if len({*marked.values()}) != 1 or not marked.keys() & made.keys():
        return list(statements), {}
    (letter,) = {*marked.values()}
    matrices = {base.upper() for base in of_one} & plain - made.keys() - of_one

    def one(node: Node) -> Node | None:
        if isinstance(node, Call) and node.function in made and node.function in of_one:
            return Name(node.function, letter, place=node.place)
        match node:  # sum error: of them all
            case BigSum(index="", body=body) | Call("sum", 0, (body,)) if of_one & {
                n.key for n in walk(body) if isinstance(n, Name)
            }:
                return BigSum(letter, mapped(body, one), place=node.place)
        if not isinstance(node, Name) or node.base not in of_one:
            return None
        return Name(node.base, letter + node.sub, place=node.place)

    notes = dict.fromkeys(of_one, f"lines without ({letter}) are taken for those of one example")
    found = list[Statement]()
    for s in statements:
        whole = isinstance(s, Declaration) or any(n.key in matrices for n in s.names)
        found.append(s if isinstance(s, Declaration) or whole else s.mapped(one))
    return found, notes


def _stacked(statements: Sequence[Statement], columns: bool) -> tuple[list[Statement], dict[str, str]]:
    """x for a given X beside x_i, which are its rows, or else its columns; and what each of these x is."""
    equations = [s for s in statements if isinstance(s, Equation)]
    names = {n for e in equations for n in e.names}
    defined = {_defined_by(e) for e in equations if isinstance(e.left, Name | Call)}
    letters = {n.base: n.sub for n in names if len(n.sub) == 1 and n.sub.isalpha() and n.base.islower()}
    other = {n.base for n in names if n.label or letters.get(n.base) != n.sub}
    bare = {n.base for n in names if n.base == n.key} - {n.base for n in names if n.base != n.key} - defined
    renamed = {one.upper(): one for one in letters.keys() - other - defined if one.upper() in bare}

    def row(node: Node) -> Node | None:
        turned = columns and isinstance(node, Transposed)
        name = node.inner if turned and isinstance(node, Transposed) else node
        if not isinstance(name, Name) or name.key not in renamed:
            return None
        whole = replace(name, base=renamed[name.key])
        return Transposed(whole, place=node.place) if columns and not turned else whole

    found = list[Statement]()
    declared = {s.name.key for s in statements if isinstance(s, Declaration)}
    sums = [n for e in equations for n in e.nodes if isinstance(n, BigSum)]
    sizes = {i: f"n_{i}" for i in letters.values()} | {n.index: n.size for n in sums if n.size}
    for s in statements:
        small = renamed.get(s.name.key, s.name.base) if isinstance(s, Declaration) else ""
        if isinstance(s, Equation):
            found.append(s.mapped(row))
        elif small not in renamed.values():
            found.append(s)
        elif s.name.key in renamed:
            dims = s.dims[::-1] if columns else s.dims
            found.append(replace(s, name=replace(s.name, base=small), dims=dims))
        elif small.upper() not in declared:  # x_i: (d,) alone
            found.append(replace(s, name=replace(s.name, sub=""), dims=(sizes[letters[small]], *s.dims)))
    kind = "columns" if columns else "rows"
    return found, {
        n: f"the {n}_{letters[n]} are taken for the {kind} of {n.upper()}" for n in renamed.values()
    }


def _predicted(statements: Sequence[Statement]) -> tuple[list[Statement], dict[str, str]]:
    """y = w x + b as what ŷ is, where nothing else says it and lines have both; and that it is taken so."""
    equations = [s for s in statements if isinstance(s, Equation)]
    lefts = [e.left.key for e in equations if isinstance(e.left, Name)]
    names = {n.key for e in equations for n in e.names}
    once = {key for key in names if lefts.count(key) == 1}
    notes = dict[str, str]()
    found = list[Statement]()
    for s in statements:
        left = s.left if isinstance(s, Equation) else None
        if isinstance(s, Equation) and isinstance(left, Name) and left.key in once:
            hat = replace(left, base=unicodedata.normalize("NFC", f"{left.base}\u0302"))
            if hat.key in names and hat.key not in lefts:
                s = replace(s, left=hat)
                notes[hat.key] = f"what {left.key} is said to be is taken for {hat.key}"
        found.append(s)
    return found, notes


def _of_slopes(equation: Equation) -> bool:
    return any(isinstance(node, Derivative) for node in equation.nodes)


def _turned(statements: Sequence[Statement]) -> tuple[list[Statement], dict[str, str]]:
    """w_kj for the w_jk of slopes, where what is defined has w_kj alone; and that it is taken so."""
    equations = [s for s in statements if isinstance(s, Equation)]
    made = [e for e in equations if isinstance(e.left, Name | Call) and not _of_slopes(e)]
    below = (n.below for e in equations for n in e.nodes if isinstance(n, Derivative))
    slopes = {getattr(n, "key", "") for n in below}
    inside = {n.key for e in made for n in e.names} - slopes
    notes = dict[str, str]()

    def turned(node: Node) -> Node | None:
        two = isinstance(node, Name) and re.fullmatch(r"[^\W\d_]{2}", node.sub)
        if not isinstance(node, Name) or not two or node.key not in slopes:
            return None
        other = replace(node, sub=node.sub[::-1])
        if other.key not in inside:
            return None
        notes[other.key] = notes[other.whole] = f"{node.key} is taken for {other.key}, as it stands elsewhere"
        return other

    return [s.mapped(turned) if isinstance(s, Equation) else s for s in statements], notes


def _halved(statements: Sequence[Statement]) -> set[str]:
    """The Q of 1/2 xᵀ Q x."""
    found = set[str]()
    products = (n for s in statements if isinstance(s, Equation) for n in s.nodes if isinstance(n, Product))
    for whole in products:
        halves = (Number(Fraction(1, 2)), Product((Number(Fraction(1)), Number(Fraction(2))), ("/",)))
        below = (one for op, one in zip(whole.ops, whole.factors[1:], strict=True) if op == "/")
        half = any(one in halves for one in whole.factors) or Number(Fraction(2)) in below
        for one in walk(whole) if half else ():
            factors = one.factors if isinstance(one, Product) else ()
            for x, q, other in zip(factors, factors[1:], factors[2:], strict=False):
                if isinstance(x, Transposed) and x.inner == other and isinstance(q, Name):
                    found.add(q.key)
    return found


def _solution(equation: Equation, solved: Collection[str]) -> Equation:
    """w* = ... for w = ..., the w at which a slope by w is 0."""
    left = equation.left
    if not isinstance(left, Name) or left.key not in solved:
        return equation
    return replace(equation, left=replace(left, base=f"{left.base}*"))


def _at_odds(statements: Sequence[Statement]) -> list[Equation]:
    """Claims about x_j, where x stands without an index in all that is defined."""
    equations = [s for s in statements if isinstance(s, Equation)]
    claims = [e for e in equations if any(isinstance(n, Derivative) for n in e.nodes)]
    names = {n for e in equations if isinstance(e.left, Name | Call) and e not in claims for n in e.names}
    bare = {n.whole for n in names if not n.sub} - {n.whole for n in names if n.sub}
    bare -= {s.name.key for s in statements if isinstance(s, Declaration)} | {f"d{n.whole}" for n in names}
    odd, goes_on = list[Equation](), False
    for equation in equations:
        if equation.left is not None:
            letters = (n for n in equation.names if len(n.sub) == 1 and n.sub.isalpha() and n.whole in bare)
            goes_on = equation in claims and any(letters)
        if goes_on:
            odd.append(equation)
    return odd


def _held(statements: Sequence[Statement], of: Mapping[str, tuple[str, ...]]) -> list[Statement]:
    """The statements with ∂f/∂x as the slope of f(x, y) by x alone, where a line makes y of other names.

    So is df/dx beside df/dt, t being no argument of f; else a d is the whole slope, through y too, as is the
    ∂ of a cost that no d is of. Where a text has both kinds of slopes of an f = x y, its arguments are x, y.
    """
    equations = {s.key: s for s in reversed(statements) if isinstance(s, Equation)}
    nodes = [n for s in statements if isinstance(s, Equation) for n in s.nodes if isinstance(n, Derivative)]
    curly, plain = ({_of(n) for n in nodes if n.curly is one and not n.short} for one in (True, False))
    both = {f: tuple({name.key: 0 for name in equations[f].names[1:]}) for f in curly & plain & {*equations}}
    of = {
        f: some
        for f, some in {**both, **of}.items()
        if len(some) > 1 and not equations.keys().isdisjoint(some)
    }
    by = {f: {n.below.key for n in nodes if _of(n) == f and isinstance(n.below, Name)} for f in of}

    def partly(node: Node) -> Node | None:
        if not isinstance(node, Derivative) or not isinstance(node.below, Name):
            return None
        f, key = _of(node), node.below.key
        others = tuple(one for one in of.get(f, ()) if one != key)
        if key not in of.get(f, ()):
            return None
        between = not like_a_cost(f) and not by[f] <= {*of[f]}
        alone = between or (node.curly and (f in plain or not like_a_cost(f)))
        return replace(node, above=mapped(node.above, partly), held=others) if alone else None

    return [s.mapped(partly) if isinstance(s, Equation) else s for s in statements]


def _of(slope: Derivative) -> str:
    """The name of what a slope is of: f, of df/dx, df(x, y)/dx and d^2f/dx^2."""
    above = slope.above
    while isinstance(above, Derivative):
        above = above.above
    return above.function if isinstance(above, Call) else getattr(above, "key", "")


def _wide(node: Node) -> Node | None:
    """sin(ω t) for sin ω t, which is sin(ω) t else."""
    if not isinstance(node, Product):
        return None
    for at, factor in enumerate(node.factors):
        call = factor.base if isinstance(factor, Power) else factor
        if isinstance(call, Call) and call.bare and isinstance(call.arguments[0], Name):
            end = at + 1
            while end < len(node.factors) and node.ops[end - 1] == " " and _a_name(node.factors[end]):
                end += 1
            if end > at + 1:
                inner = joined((call.arguments[0], *node.factors[at + 1 : end]), (" ",) * (end - at - 1))
                new: Node = replace(call, arguments=(inner,))
                new = replace(factor, base=new) if isinstance(factor, Power) else new
                return mapped(spliced(node, at, end - at, [new]), _wide)
    return None


def _by_entries(node: Node) -> Node | None:
    """a ⊙ (1 - a) for a (1 - a), dL/dp · dp/dz for dL/dp × dp/dz and d(2 a_k)/da_k for d(2 a)/da_k: what else
    they could be of arrays.
    """
    if isinstance(node, Derivative) and isinstance(one := node.below, Entry):
        above = mapped(node.above, lambda n: one if isinstance(n, Name) and n.key == one.key else None)
        return replace(node, above=above) if not isinstance(node.above, Name) else None
    if not isinstance(node, Product):
        return None
    factors = [mapped(factor, _by_entries) for factor in node.factors]
    ops = tuple(
        "⊙"
        if op == " " and (_rest(one, two) or _rest(two, one))
        else "·"
        if op == "*"
        and isinstance(one, Derivative)
        and isinstance(two, Derivative)
        and one.below == two.above
        else op
        for op, one, two in zip(node.ops, factors, factors[1:], strict=False)
    )
    return replace(node, factors=tuple(factors), ops=ops)


def _rest(one: Node, other: Node) -> bool:
    """Whether other is 1 - one."""
    return other == Total((Number(Fraction(1)), one), (1, -1))


def _ended(node: Node) -> Node | None:
    """(d/dx u) · v for the d/dx u · v of a sum, as a product's slope has it, which is d/dx (u · v) else."""

    def apart(part: Node) -> Node | None:
        if not isinstance(part, Derivative) or not part.signed or not isinstance(part.above, Product):
            return None
        at, (factors, ops) = part.signed, (part.above.factors, part.above.ops)
        first = replace(part, above=joined(factors[:at], ops[: at - 1]), signed=0)
        return Product((first, *factors[at:]), ops[at - 1 :], place=part.place)

    return (
        replace(node, terms=tuple(mapped(one, apart) for one in node.terms))
        if isinstance(node, Total)
        else None
    )


def _a_name(node: Node) -> bool:
    """Whether a factor is a name or a power of one, e excepted."""
    base = node.base if isinstance(node, Power) else node
    return isinstance(base, Name) and (base.key != "e" or base is node)


def _counted(equation: Equation) -> Equation:
    """sum_i as the sum from 1 to n where it is divided by n."""

    def with_size(node: Node) -> Node | None:
        if not isinstance(node, Product):
            return None
        ones = [f.factors[1] for f in node.factors if isinstance(f, Product) and f.ops == ("/",)]
        below = [f for f, op in zip(node.factors[1:], node.ops, strict=True) if op == "/"] + ones
        names = [name.key for name in below if isinstance(name, Name) and len(name.base) == 1]
        if len(names) != 1:
            return None
        parts = [
            replace(f, size=names[0]) if isinstance(f, BigSum) and f.index and not f.size else f
            for f in node.factors
        ]
        return replace(node, factors=tuple(parts)) if parts != [*node.factors] else None

    return replace(equation, parts=tuple(mapped(part, with_size) for part in equation.parts))


def _as_it_fits(document: Document, confirm: bool, text: str, work: Work) -> _Judged:
    """The steps, and the document as it was read for them: undeclared names are the arrays that they are used
    as, or numbers where that fits better.
    """
    document = replace(document, suggested=None)  # of other statements, maybe
    plain = _copy(document)
    with contextlib.suppress(NotationError):
        build(document, suggest=True)
    guess = document.suggested or Supposed()
    if guess.summed:
        plain = replace(plain, supposed=guess.only(guess.summed))
    arrays: list[_Judged] = []
    for some in guess.fewer() if guess.shapes else ():
        shaped = replace(_copy(plain), suggested=Supposed(), supposed=some)
        with contextlib.suppress(NotationError):
            arrays.append((_judged(shaped, confirm, "", work), shaped))
            if _rightness(*arrays[-1])[1] == 0:
                return arrays[-1]
    for at in range(1, len(arrays)):
        if _beats(arrays[at], arrays[0]):
            arrays.insert(0, arrays.pop(at))
    try:
        numbers = [(_judged(plain, confirm, text, work), plain)]
    except NotationError:
        if not arrays:
            raise
        return _cautious(arrays[0][0]), arrays[0][1]
    if document.doubles is not None and _rightness(*numbers[0])[1] < 0:
        apart = replace(_copy(plain), doubles=True)
        with contextlib.suppress(NotationError):
            numbers.append((_judged(apart, confirm, "", work), apart))
            if all(_beats(numbers[-1], other) for other in (*numbers[:-1], *arrays)):
                return numbers[-1]
    steps, document = numbers[0]
    if not arrays:
        return _cautious(steps, True) if guess.shapes else steps, document
    if len(document.unread) > len(arrays[0][1].unread):  # numbers that have indices
        slips = _ORDER | {"sum for mean"}
        return _cautious(_agreed(arrays[0][0], [*arrays[1:], *numbers], slips)), arrays[0][1]
    fewer = _beats(numbers[0], arrays[0], ties=guess.by_letters)
    if fewer and (guess.by_letters or not _out_of_order(arrays[0][0], steps)):
        steps = _doubted(steps, arrays[0][0], guess.by_letters)
        return _cautious(_agreed(steps, arrays, ()), True), document
    return _cautious(_agreed(arrays[0][0], [*arrays[1:], *numbers], _ORDER)), arrays[0][1]


def _agreed(steps: Sequence[Step], others: Sequence[_Judged], slips: Collection[str]) -> list[Step]:
    """What is wrong in one reading of the shapes and right in another is open, but for the given slips.

    The other must make no less of the whole text right; more of it, where a mean over examples is forgotten.
    """
    least = sum(step.verdict in {RIGHT, CONVENTION} for step in steps)
    rights = [[s for s in other if s.verdict in {RIGHT, CONVENTION}] for other, _ in others]
    right = {
        (s.line, s.text): len(some) for some in sorted(rights, key=len) if len(some) >= least for s in some
    }
    open_ = {
        step.line
        for step in steps
        if step.verdict in {WRONG, FACTOR} and step.inherits is None and (step.line, step.text) in right
        for step in (explained(step),)
        if step.edit is None or step.edit.kind not in slips
        if step.edit is None or step.edit.kind != "sum for mean" or right[step.line, step.text] > least
    }
    return _opened(steps, open_)


def _copy(document: Document) -> Document:
    """A document of its own for a build, which takes out what it cannot use."""
    statements, unread, solved = [*document.statements], [*document.unread], {*document.solved}
    missing = {**document.missing}
    return replace(document, statements=statements, unread=unread, missing=missing, solved=solved)


def _rightness(steps: Sequence[Step], document: Document) -> tuple[int, int]:
    """How many steps are right, and how many are not, below 0."""
    right = sum(step.verdict in {RIGHT, CONVENTION} for step in steps)
    return right, right - len(steps) - len(document.unread)


def _beats(one: _Judged, other: _Judged, ties: bool = True) -> bool:
    """Whether more is right; with as much, whether less is wrong for no reason that is found."""
    first, second = _rightness(*one), _rightness(*other)
    if first != second or not ties:
        return first > second
    lost, more = (
        sum(step.verdict in {WRONG, FACTOR} and step.edit is None for step in map(explained, steps))
        for steps, _ in (one, other)
    )
    return lost < more


def _cautious(steps: list[Step], numbers: bool = False) -> list[Step]:
    """What is wrong for the shapes that the lines suggest, or for numbers, and may be right else, is open."""

    @cache
    def careful() -> list[Step]:
        right = sum(step.verdict in {RIGHT, CONVENTION} for step in steps)
        wrong = [explained(step) for step in steps if step.verdict in {WRONG, FACTOR}]
        shaky = {
            step.line
            for step in wrong
            if step.inherits is None
            if (step.counterexample is None and (numbers or step.edit is None))
            or (step.edit is None and len(wrong) > right)
        }
        return _opened(steps, shaky)

    def later(at: int, step: Step) -> Step:
        return _Rejected(step.line, step.text, WRONG, confirmed=step.confirmed, explain=lambda: careful()[at])

    return [later(at, s) if s.verdict in {WRONG, FACTOR} else s for at, s in enumerate(steps)]


def _opened(steps: Sequence[Step], lines: Collection[int]) -> list[Step]:
    """The steps with what is wrong in some lines, and what only follows from it, undecided."""
    return [
        Step(step.line, step.text, UNDECIDED, f"declare the shapes: {step.reason or step.text}")
        if step.verdict in {WRONG, FACTOR} and (step.line in lines or step.inherits in lines)
        else step
        for step in map(explained, steps)
    ]


def _out_of_order(arrays: Sequence[Step], numbers: Sequence[Step]) -> bool:
    """Whether all that is right for numbers only is formal, or a matrix product with a slip: x δᵀ, W δ."""
    right = {(step.line, step.text) for step in numbers if step.verdict in {RIGHT, CONVENTION}}
    only = [s for s in arrays if s.verdict not in {RIGHT, CONVENTION} and (s.line, s.text) in right]
    formal = [s for s in only if s.verdict == UNDECIDED and FORMAL in s.reason]
    edits = (explained(step).edit for step in only if step not in formal)
    return bool(only) and all(edit is not None and edit.kind in _ORDER for edit in edits)


def _doubted(steps: list[Step], arrays: Sequence[Step], by_letters: bool) -> list[Step]:
    """A step that is right for numbers only is open, or says so where only letters tell of arrays."""
    against = {(s.line, s.text): s.verdict for s in arrays if s.verdict not in {RIGHT, CONVENTION}}
    reason = "right if all names are numbers, not for the arrays as which they are used: declare the shapes"
    found = []
    for step in steps:
        other = against.get((step.line, step.text))
        if other and step.verdict in {RIGHT, CONVENTION}:
            verdict = CONVENTION if by_letters or other == UNDECIDED else UNDECIDED
            says = "; ".join(filter(None, [reason, step.reason]))
            step = replace(step, verdict=verdict, reason=says, proved=False)
        found.append(step)
    return found


def _judged(document: Document, confirm: bool, text: str, work: Work, divided: bool = False) -> list[Step]:
    model = build(document)
    checker = Checker(document, model, work)
    document.solved |= checker.solved()
    again = None if divided else checker.defined_again()
    if again is not None and document.capitals:  # z_j = sum_i w_ij x_i and z = W x: w is not W
        document.capitals = False
        return _judged(document, confirm, text, work, divided)
    if again is not None:
        return _in_chapters(document, *again, confirm, work)
    prover = None
    if text and model.claims:
        from backproof.reference.derivation.prove import Prover

        prover = Prover.start(text, model)
    try:
        steps = checker.steps()
        proved = prover.results() if prover is not None else set()
    finally:
        if prover is not None:
            prover.stop()
    steps = [
        replace(step, proved=True) if number in proved and step.verdict in {RIGHT, CONVENTION} else step
        for number, step in enumerate(steps)
    ]
    if confirm:
        from backproof.reference.derivation.confirm import confirm as ask_torch

        steps = [
            replace(step, confirmed=ask_torch(claim, checker))
            for step, claim in zip(steps, model.claims, strict=True)
        ]
    return [*steps, *checker.standing.values()]


def _in_chapters(document: Document, key: str, place: Place, confirm: bool, work: Work) -> list[Step]:
    """A text that gives a name another meaning further down: what comes before, then what comes after."""
    before = [s for s in document.statements if begin(s) < place]
    after = [s for s in document.statements if not begin(s) < place]
    anew = {_defined_by(s) for s in after if isinstance(s, Equation) and isinstance(s.left, Name | Call)}
    kept = [
        s
        for s in before
        if isinstance(s, Declaration) or (isinstance(s.left, Name | Call) and _defined_by(s) != key)
        if not (isinstance(s, Equation) and _defined_by(s) in anew and key in {n.whole for n in s.names})
    ]
    steps: list[Step] = []
    names = {n.key for s in document.statements if isinstance(s, Equation) for n in s.names}
    # as if the first meaning went on, where the second is an aside or comes before all that is claimed
    on = [*before, *(s for s in after if not (isinstance(s, Equation) and _defined_by(s) == key))]
    begins = max((begin(s).line for s in before), default=0)
    aside = any(_IN_USE.search(line) for line in document.lines[begins : place.line])
    for statements, first in ((before, 0), ([*kept, *after], place.line), (on, place.line)):
        if statements is on and not (_wrong(steps) and (aside or min(s.line for s in steps) >= place.line)):
            break
        chapter = replace(_copy(document), statements=statements, unread=[], names=names | document.names)
        with contextlib.suppress(NotationError):
            same = len(statements) == len(document.statements)  # nothing that could be left out says it first
            found = [s for s in _judged(chapter, confirm, "", work, same) if s.line >= first]
            if statements is on:
                return _as_before(steps, found, f"{key} is taken as it is above line {place.line}", aside)
            steps += found
        document.solved |= chapter.solved
        known = {(error.line, error.column) for error in document.unread}
        document.unread += [e for e in chapter.unread if (e.line, e.column) not in known and e.line >= first]
    return steps


def _as_before(steps: list[Step], others: Sequence[Step], says: str, sure: bool) -> list[Step]:
    """The steps with what is wrong only for a name's second meaning as it is for its first, or open."""
    right = {(s.line, s.text): s for s in others if s.verdict in {RIGHT, CONVENTION}}
    either = set[str]()  # what the last line is right about for the first meaning only

    def meant(step: Step) -> Step:
        other = right.get((step.line, step.text))
        if step.verdict in {RIGHT, CONVENTION}:
            either.discard(_about(step))
        if step.verdict not in {WRONG, FACTOR}:
            return step
        if other is None and _about(step) in either:
            return Step(step.line, step.text, UNDECIDED, f"the line above is right only if {says}")
        if other is None:
            return step
        reason = "; ".join(filter(None, [f"{says} (there for use, not for training)" * sure, other.reason]))
        if sure:
            return replace(other, verdict=CONVENTION, reason=reason)
        either.add(_about(step))
        return Step(step.line, step.text, UNDECIDED, f"right if {says}, wrong as it is there")

    return [meant(step) for step in steps]


def _about(step: Step) -> str:
    """The left side of a step."""
    return step.text.partition(" = ")[0]


def _defined_by(statement: Equation) -> str:
    left = statement.left
    if isinstance(left, Call):
        return left.function
    return left.whole if isinstance(left, Name) else getattr(left, "key", "")


_UNSAID_COST = "the text does not define"
_AGAIN = 400_000  # the work for a text with more said than it says, of which two are affordable
_SMALL = words("ε ϵ eps epsilon")


_SPOKEN = re.compile(r"(?i)softmax|sigmoid|logistic|tanh|relu")  # functions of outputs


class Checker(Trial):
    """Judges the claims of one model, in order."""

    def __init__(self, document: Document, model: Model, work: Work) -> None:
        super().__init__(document, model, work)
        self.declared = {s.name.key for s in document.statements if isinstance(s, Declaration)}
        bodies = (*model.bodies, *(function.body for function in model.functions.values()))
        inside = {name for body in bodies for name in names_in(body)}
        known = {dim for key, shape in model.shapes.items() if key not in model.units for dim in shape}
        units = {key for key in model.units if known.issuperset(model.shapes[key])}
        # names that no definition is made of; those whose shape is all that is said of them
        self.elsewhere = set(model.leaves) - inside - units
        self.nowhere = self.elsewhere - self.declared
        self.implies = document.implied
        self.standing: dict[str, Step] = {}  # the lines of names that stand for a slope
        self.costs_meant: dict[int, str] = {}  # what a step is right for, where the text leaves the cost open
        self.chosen: _Conventions = frozenset()
        self.wrong: list[tuple[Claim, int]] = []  # earlier wrong steps and their lines

    def steps(self) -> list[Step]:
        """A step for each claim, in order."""
        self.chosen = self.conventions()
        self.base = self.under(self.chosen) or self.stated
        steps = self.with_one_cost([self.judge(claim) for claim in self.model.claims])
        return self.with_sizes(steps) if _wrong(steps) else steps

    def with_one_cost(self, steps: list[Step]) -> list[Step]:
        """The steps where what a text leaves open of its cost is one cost throughout: that of most lines."""
        counts = Counter(self.costs_meant.values())

        def rival(at: int) -> str:
            """The cost of more lines, of the same names, under which this step is not right."""
            mine, order = self.costs_meant[at], counts.most_common()
            for cost, _ in order[: [one for one, _ in order].index(mine)]:
                if _of_names(cost) == _of_names(mine):
                    fits = self.agrees(self.model.claims[at], replace(self.base, cost=cost))
                    return "" if fits else cost
            return ""

        open_ = {at: other for at in self.costs_meant if (other := rival(at))}
        return [
            replace(step, verdict=UNDECIDED, reason=f"{step.reason}; other lines are right for {open_[at]}")
            if at in open_
            else step
            for at, step in enumerate(steps)
        ]

    def with_sizes(self, steps: list[Step]) -> list[Step]:
        """The steps where a K or n of the definitions is how many there are, if fewer are wrong then."""
        inside = {name for body in self.model.bodies for name in names_in(body)}
        counts = inside & (COUNTS | {"K", "C"}) & {*self.model.leaves}
        names = {key for key in counts if not self.model.shapes[key]}
        claims = self.model.claims if not any(claim.code for claim in self.model.claims) else []
        said = {dim for s in self.document.statements if isinstance(s, Declaration) for dim in s.dims}
        for key in sorted(names - self.declared) if claims else ():
            sizes = [one for one in self.model.letters if key not in COUNTS or one not in said]
            for put, says in _as_sizes([key], sizes):
                model = replace(
                    self.model,
                    definitions={
                        name: replace(one, body=mapped(one.body, put.get))
                        for name, one in self.model.definitions.items()
                    },
                    claims=[replace(one, right=mapped(one.right, put.get)) for one in claims],
                    leaves=[leaf for leaf in self.model.leaves if leaf != key],
                )
                checker = Checker(self.document, model, self.work)
                fit = replace(self.base, summed=write(put[Name(key)]) if self.base.summed else "")
                readings = (fit, replace(fit, targets=bool(checker.targets)))
                doubted = [c for c, step in zip(model.claims, steps, strict=True) if _wrong([step])]
                if not any(checker.agrees(c, reading) for c in doubted for reading in readings):
                    continue  # without what the others take
                counted = checker.steps()
                if _wrong(counted) < _wrong(steps):
                    reasons = ("; ".join(filter(None, [*says, step.reason])) for step in counted)
                    return [
                        replace(step, text=own.text, verdict=CONVENTION, reason=reason)
                        if step.verdict in {RIGHT, CONVENTION}
                        else step
                        for own, step, reason in zip(steps, counted, reasons, strict=True)
                    ]
        return steps

    def defined_again(self) -> tuple[str, Place] | None:
        """The first name to which the text gives another meaning further down, and where it does."""
        found = list(self.model.again)
        for claim in filter(self.restates, self.model.claims):
            outcome = self.outcome(claim, self.stated)
            status = outcome.status
            if (values_of(claim.condition) and status != "undecided") or ON_NOTHING in outcome.message:
                continue  # it is for x = 1, or a formula that says nothing
            of_slope = self.stands_for_slope(getattr(claim.left, "key", ""))
            if status != "agree" and not of_slope and claim.source is not None:
                found.append((_defined_by(claim.source), begin(claim.source)))
        return min(found, key=lambda one: (one[1].line, one[1].column), default=None)

    def restates(self, claim: Claim) -> bool:
        """Whether a line says once more what a name is that another defines, and no slope is in either."""
        key = getattr(claim.left, "key", "")
        source, definition = claim.source, self.model.definitions.get(key)
        if source is None or definition is None or claim.code or not isinstance(claim.left, Name | Entry):
            return False
        if claim.place != source.places[0] or definition.source is source:
            return False  # a chain goes on
        sides = (definition.body, claim.right)
        return not any(isinstance(n, Derivative) for side in sides for n in walk(side))

    def solved(self) -> set[str]:
        """The names whose values further down make a slope by them 0, so that any multiple of it is right."""
        found = set[str]()
        for claim in self.model.claims:
            key = getattr(claim.left.below, "key", "") if isinstance(claim.left, Derivative) else ""
            definition = self.model.definitions.get(key)
            if definition is None or claim.code or not claim.place < definition.place:
                continue
            if self.waits_for(claim) or self.undefined(claim):  # 0 = 0 for what is not read
                continue
            zero = claim.right != Number(Fraction(0)) and self.vanishes(claim, claim.right)
            if zero and self.outcome(claim, self.stated).status in {"agree", "undecided"}:  # of a norm at 0
                found.add(key)
        return found

    def vanishes(self, claim: Claim, side: Node) -> bool:
        """Whether a side is 0 but for rounding wherever it has a value, and has one."""
        met = False
        for number in range(POINTS):
            with contextlib.suppress(CannotEvaluateError), mp.workdps(DIGITS):
                context = self.world(number, self.stated).context(self.stated)
                for index in self.indices(claim, context):
                    entries = [abs(x) for x in context.evaluate(side, index).data.flat]
                    if max(entries) > EQUAL_SHARE * self.largest(side, context, index, max(entries)):
                        return False
                    met = True
        return met

    def stands_for_slope(self, key: str) -> bool:
        """Whether a name is on no way to a cost, as an error delta is."""
        costs, needs = self.costs, self.model.needs
        return bool(costs) and all(key != cost and key not in needs.get(cost, ()) for cost in costs)

    @property
    def costs(self) -> list[str]:
        """The costs of the text: those that it takes slopes of, or what is called like one."""
        return self.model.costs or [key for key in self.model.definitions if like_a_cost(key)]

    # -- the conventions of a whole text
    def conventions(self) -> _Conventions:
        """The set of conventions under which most of the text is right; none where it is right without."""
        claims = [c for c in self.model.claims if not self.waits_for(c) and not self.undefined(c)]
        open_claims = [c for c in claims if not self.agrees(c, self.stated)]
        options = self.options(claims) if open_claims else []
        wanted: Counter[_Conventions] = Counter()
        for claim in open_claims:
            for size in (1, 2, 3):
                sets = [*map(frozenset, combinations(options, size))]
                fits = [one for one in sets if (r := self.under(one)) and self.agrees(claim, r)]
                wanted.update(fits)
                if fits:
                    break
        best, most, grown = frozenset[tuple[str, Any]](), len(claims) - len(open_claims), True
        ordered = sorted(wanted, key=lambda one: (-wanted[one], len(one), repr(self.under(one))))
        while grown:  # one set after the other joins the best, as long as more of the text is right with it
            grown = False
            for both in (best | one for one in ordered):
                reading = self.under(both)
                if both == best or reading is None:
                    continue
                count = sum(self.agrees(claim, reading) for claim in claims)
                if count > most:
                    best, most, grown = both, count, True
        return best

    def under(self, chosen: _Conventions) -> Reading | None:
        """What the text says with some conventions; None where two of them differ."""
        found = dict(chosen)
        return replace(self.stated, **found) if len(found) == len(chosen) else None

    def agrees(self, claim: Claim, reading: Reading) -> bool:
        """Whether a claim is right under a reading; one under which both sides vanish explains nothing."""
        if reading.summed and _names_the_slope(claim):
            reading = replace(reading, summed="")
        outcome = self.outcome(claim, reading)
        explains = outcome.nonzero or self.outcome(claim, self.stated).status == "agree"
        return outcome.status == "agree" and explains

    def options(self, claims: Sequence[Claim]) -> list[tuple[str, Any]]:
        """What a text may mean by convention, where something in it can be meant so."""
        if any(claim.code for claim in claims):
            return []  # a program means what it computes
        model = self.model
        sides = [node for c in claims for node in c.nodes]
        nodes = [*sides, *model.parts]
        calls = {FUNCTIONS.get(n.function) for n in nodes if isinstance(n, Call)}
        calls |= {"exp" for n in nodes if isinstance(n, Power) and n.base == Name("e")}
        matrices = any(len(shape) == 2 for shape in model.shapes.values())
        rows = any("is the row" in note for c in claims for note in self.outcome(c, self.stated).notes)
        found: list[tuple[str, Any]] = []
        if not self.stated.targets and targets(model, self.document) and calls & {"softmax", "exp"}:
            found.append(("targets", True))
        if rows and matrices:
            found.append(("gradient", "numerator"))
        if "softmax" in calls and matrices and not self.axis:
            found.append(("softmax", "first"))
        between = [c for c in claims if isinstance(c.left, Derivative) and c.left.short]
        named = {n.key for n in nodes if isinstance(n, Name)}
        counts = [key for key in model.leaves if key in COUNTS and not model.shapes[key]]
        for letter in (*model.letters, *model.sizes, *counts):
            means = Reading(summed=letter)
            size = letter in named and not model.shapes.get(letter)  # no H that is a matrix as well
            if size and any(means.between(n, model) for c in between for n in names_in(c.left)):
                found.append(("summed", letter))
        sums = [n for n in sides if (isinstance(n, Call) and len(n.arguments) == 1) or isinstance(n, BigSum)]
        if matrices and any(
            isinstance(n, BigSum) or FUNCTIONS.get(n.function) in {"sum", "mean"} for n in sums
        ):
            found += [("examples", "0"), ("examples", "1")]
        if not model.python and any(isinstance(n, Product) and {"*", "·"} & set(n.ops) for n in nodes):
            found.append(("star", "matrix"))
        return found

    def named(self, claim: Claim) -> list[str]:
        """The conventions of the text that this step needs."""
        without = ((name, value, self.under(self.chosen - {(name, value)})) for name, value in self.chosen)
        needed = {name: value for name, value, r in without if r is not None and not self.agrees(claim, r)}
        return [says.format(needed[name]) for name, says in _SAYS.items() if name in needed]

    def judge(self, claim: Claim) -> Step:
        shown = claim.shown(claim.right)
        said = claim.spelling.get("text") if claim.code else ""
        whole = claim.code or "by rate" in claim.spelling
        text = said or (whole and claim.line(shown)) or f"{claim.written} = {shown}"
        step = Step(claim.place.line, text, UNDECIDED)
        if isinstance(claim.left, Derivative) and claim.left.short and claim.left.above == claim.left.below:
            own = claim.left.above.key if isinstance(claim.left.above, Name) else ""
            needs = self.model.needs
            over = [cost for cost in self.model.costs if cost != own and own in needs.get(cost, ())]
            # the L of J = L + R, or dL = ..., L being the cost itself
            claim = with_cost(claim, over[0]) if over else self.differential(claim)
        waits = self.waits_for(claim)
        if waits and self.waits_for(claim, in_part=True):
            return replace(step, reason=waits)
        if not waits and (changed := claim.mapped(partial(self.by_another, claim.code))) != claim:
            outcome = self.outcome(changed, self.base)
            if outcome.status == "agree":
                return self.accepted(step, changed, outcome, [])
            if outcome.status == "differ":
                return self.rejected(step, changed, outcome)
        first = self.outcome(claim, self.base)
        if waits and not (first.status == "agree" and first.nonzero):
            return replace(step, reason=waits)
        if first.status == "agree":
            if not first.nonzero and (aside := self.beside(claim)):
                return replace(step, reason=aside)
            return self.accepted(step, claim, first, self.named(claim))
        if first.status == "late":
            return replace(step, reason=first.message)
        if first.status == "shape" and (entries := claim.mapped(_by_entries)) != claim and not claim.code:
            wrong = [*self.wrong]
            judged = self.judge(entries)
            self.wrong = wrong
            if judged.verdict in {RIGHT, CONVENTION}:
                entrywise = write(entries.right).count("⊙") > write(claim.right).count("⊙")
                why = "a (1 - a) is taken entry by entry" if entrywise else ""
                above, bare = (
                    [n.above for n in walk(s) if isinstance(n, Derivative)]
                    for s in (entries.right, claim.right)
                )
                if above != bare:
                    why = "a name without its index stands for the entry by which the slope is"
                reason = "; ".join(filter(None, [why, judged.reason]))
                return replace(judged, text=step.text, verdict=CONVENTION, reason=reason)
        for reading, says in self.readings(claim):
            if reading.cost and first.status == "shape":
                break  # no cost gives a parameter another shape
            other = self.outcome(claim, reading)
            # a cost that neither side hangs on makes any line right: 0 = 7 * 0
            if other.status == "agree" and (other.nonzero or not reading.cost):
                if reading.cost and claim in self.model.claims:
                    self.costs_meant[self.model.claims.index(claim)] = reading.cost
                return self.accepted(step, claim, other, says)
        others = (
            *self.other_costs(claim),
            *self.other_definitions(claim),
            *self.sized(claim),
            *self.added_up(claim),
            *self.others(claim),
            *self.active(claim),
            *self.in_general(claim),
            *self.of_the_cost(claim),
            *self.one_by_one(claim),
            *self.as_one_slope(claim),
            *self.as_said(claim),
            *self.implied(claim),
        )
        for other_claim, says in others:
            other = self.outcome(other_claim, self.base)
            if other.status == "agree":
                return self.accepted(step, other_claim, other, says)
        changed = self.differential(claim)
        if changed != claim and not self.slopes_by_d() and self.agrees(changed, self.base):
            return self.accepted(step, changed, self.outcome(changed, self.base), ["d marks small changes"])
        if changed != claim and self.small_changes():
            return self.rejected(step, changed, self.outcome(changed, self.base))
        if first.status == "undecided":
            return replace(step, reason=first.message)
        if first.status == "differ" and (names := self.without_values(claim)):
            reason = f"no line gives the value of {', '.join(names)}, on which it hangs"
            return replace(step, reason=f"{reason}: write {names[0]} = 0.5")
        unknown = self.unknown(claim)
        for other_claim, _ in self.other_definitions(claim) if unknown else ():
            other = self.outcome(other_claim, self.base)
            if other.status == "differ":
                return self.rejected(step, other_claim, other)
        if unknown and (usual := self.with_rms(claim)):
            return replace(step, verdict=CONVENTION, reason=usual, points=POINTS)
        if unknown:
            return replace(step, reason=unknown)
        for other_claim, _ in self.implied(claim) if first.status == "free" and self.implies else ():
            other = self.outcome(other_claim, self.base)
            if other.status == "differ":
                return self.rejected(step, other_claim, other)
            return replace(step, reason=first.message)
        below = getattr(getattr(claim.left, "below", None), "key", "")
        unsaid = below in self.model.leaves and below not in self.declared and not self.model.shapes[below]
        unsaid = unsaid and not self.beside_a_number(below)
        if first.status == "shape" and unsaid and not claim.code:
            return replace(step, reason=f"declare the shape of {below}: {first.message}")
        flipped = {getattr(n.inner, "key", "") for n in walk(claim.left) if isinstance(n, Transposed)}
        if unsaid and below in flipped and any(self.model.shapes.values()) and not claim.code:
            return replace(step, reason=f"declare the shape of {below}: {below}ᵀ stands here")
        both = (getattr(claim.left, "above", None), getattr(claim.left, "below", None))
        arrays = all(self.model.shapes.get(getattr(one, "key", "")) for one in both)
        if first.status == "shape" and arrays and first.message.endswith("is a number") and not claim.code:
            return replace(step, reason=f"one number for a slope of an array by an array: {first.message}")
        if first.status == "shape" and _chain_rule(claim.right) and not claim.code:
            return replace(step, reason=f"a chain of slopes that are not numbers: {first.message}")
        if first.status == "shape" and isinstance(claim.left, Product) and not claim.code:
            return replace(step, reason=f"a product of slopes on the left side: {first.message}")
        if first.status == "differ" and (small := self.left_out(claim)) and not claim.code:
            return replace(step, reason=f"this line leaves {small} out, and is right only for {small} = 0")
        rate = claim.spelling.get("by rate", "")
        turned = rate and self.right(replace(claim, right=Negative(claim.right)))
        stands = None if turned else self.stands_for(claim)
        if stands is not None:
            key, slope = stands
            meaning = f"{key} stands for {write(slope)}, whose own line is judged"
            return replace(step, verdict=CONVENTION, reason=meaning, points=POINTS)
        usual = self.with_a_usual_function(claim)
        if usual:
            return replace(step, verdict=CONVENTION, reason=usual, points=POINTS)
        if rate:
            return self.stepped(step, claim, first, rate)
        if self.restates(claim) and not values_of(claim.condition):
            line = self.model.definitions[getattr(claim.left, "key", "")].place.line
            return replace(step, reason=f"line {line} says something else of what {claim.written} is")
        return self.rejected(step, claim, first)

    def by_another(self, code: bool, node: Node) -> Node | None:
        """dσ(x)/dx / (df/dx) for dσ(x)/df, f being a function of x alone as σ(x) is: f = exp(-x)."""
        match node:
            case Derivative(above, Name() as below) if not code and self.aside(above, below.key):
                leaves = {*self.model.leaves}
                under, over = self.deep(below) & leaves, self.deep(above) & leaves
                x = Name(min(under))
                if under == over == {x.key} and not self.model.shapes[x.key]:
                    slopes = replace(node, below=x), Derivative(below, x, place=node.place)
                    return Product(slopes, ("/",), place=node.place)
        return None

    def aside(self, above: Node, key: str) -> bool:
        """Whether a formula is not made of a defined name, and hangs on what that is made of."""
        if key not in self.model.definitions or isinstance(above, Name | Entry | Derivative):
            return False
        deep = self.deep(above)
        return key not in deep and not deep.isdisjoint(self.deep(Name(key)) & {*self.model.leaves})

    def beside(self, claim: Claim) -> str:
        """Why the slope of tanh(x) by f = w x is no 0; '' where no such slope is in a claim."""
        for node in () if claim.code else claim.nodes:
            if isinstance(node, Derivative) and isinstance(node.below, Name):
                key = node.below.key
                if self.aside(node.above, key):
                    both = min(self.deep(node.above) & self.deep(node.below))
                    return f"{write(node.above)} is not written with {key}, and both hang on {both}"
        return ""

    def stepped(self, step: Step, claim: Claim, outcome: Outcome, rate: str) -> Step:
        """An update that is no step by the slope as it is: a rate takes numbers, other rules are open."""
        explained = self.explained(step, claim, outcome)
        factor = explained.reason.partition(":")[0] if explained.verdict == FACTOR else ""
        if factor and not re.search(r"[^\W\d_]", factor):  # 2, but no forgotten 1/m
            reason = f"the rate {rate} takes a factor: {explained.reason}"
            return replace(step, verdict=CONVENTION, reason=reason, points=POINTS)
        if explained.edit is None and self.inherited(claim) is None:
            reason = "no small change makes it a step by the slope of the cost; it may be another rule"
            return replace(step, reason=reason)
        return self.rejected(step, claim, outcome)

    def with_a_usual_function(self, claim: Claim) -> str:
        """How a step is right once the one unknown function is one that the text speaks of elsewhere."""
        deep = self.deep(claim)
        bodies = [d.body for key, d in self.model.definitions.items() if key in deep]
        calls = {node.function for body in bodies for node in walk(body) if isinstance(node, Call)}
        unknown = [*calls - FUNCTIONS.keys() - self.model.functions.keys()]
        named = any(isinstance(node, Call) and node.function not in unknown for node in walk(claim.right))
        spoken = " ".join(
            line for at, line in enumerate(self.document.lines, 1) if at != claim.place.line or not named
        )
        usuals = [name for name in ("sigmoid", "tanh") if name in spoken]  # δ = a - y, for sigmoid outputs
        for usual in usuals if len(unknown) == 1 and not claim.code else ():
            function = Function("t", Call(usual, 0, (Name("t"),)))
            model = replace(self.model, functions={**self.model.functions, unknown[0]: function})
            if Checker(self.document, model, self.work).outcome(claim, self.base).status == "agree":
                return f"{unknown[0]}, which the text does not define, is taken to be {usual}"
        return ""

    def with_rms(self, claim: Claim) -> str:
        """How a step is right once RMS, which the text does not define, is the one root in it."""
        roots = {n for n in self.model.parts if isinstance(n, Call) and FUNCTIONS.get(n.function) == "sqrt"}
        names = [key for key in self.model.leaves if key.lower() == "rms" and key in self.deep(claim)]
        if (
            claim.code
            or len(roots) != 1
            or not names
            or any(True for root in roots for _ in free_letters(root))
        ):
            return ""
        (root,), key = roots, names[0]
        place = root.place or claim.place
        model = replace(
            self.model,
            definitions={**self.model.definitions, key: Definition(key, (), root, place)},
            needs={**self.model.needs, key: frozenset(self.deep(root))},
            order=[key, *self.model.order],
            leaves=[leaf for leaf in self.model.leaves if leaf != key],
        )
        says = f"{key}, which the text does not define, is taken to be {write(root)}"
        return says if Checker(self.document, model, self.work).agrees(claim, self.base) else ""

    def without_values(self, claim: Claim) -> list[str]:
        """The names that a value hangs on, where it is the end of a chain in names or has decimals."""
        names = any(isinstance(node, Name | Entry | Derivative | Call) for node in walk(claim.right))
        numbers = [node for node in walk(claim.right) if isinstance(node, Number)]
        if claim.code or not numbers:
            return []
        if names:  # 0.1401 x_1, as 0.1401 is the value of another slope
            values = [n for c in self.model.claims if in_numbers(c.right) for n in walk(c.right)]
            numbers = [one for one in numbers if one in values and one not in self.model.bodies]
        before = (c for c in self.model.claims if c.chain == claim.chain and c.place < claim.place)
        value = any(half_a_digit(number, 3) for number in numbers) or any(
            any(True for _ in names_in(c.right)) and self.agrees(c, self.base) for c in before if not names
        )
        if not value or not self.varies(claim):
            return []
        return [key for key in self.model.leaves if key in self.deep(claim)]

    def varies(self, claim: Claim) -> bool:
        """Whether the left side has another value at another point."""
        seen: list[Any] = []
        for number in range(POINTS):
            with contextlib.suppress(CannotEvaluateError), mp.workdps(DIGITS):
                context = self.world(number, self.base).context(self.base)
                seen += next(([*left.data.flat[:1]] for _, left, _ in self.sides(claim, context)), [])
        return any(fabs(one - seen[0]) > EQUAL_SHARE * fabs(one) for one in seen)

    def beside_a_number(self, key: str) -> bool:
        """Whether a name is added to an inner product, as b is in wᵀ x + b: then it is a number."""
        return any(
            isinstance(node, Total)
            and Name(key) in node.terms
            and not self.model.shapes[name]
            and any(self.model.shapes.get(n.key) for n in walk(node) if isinstance(n, Name))
            for name, definition in self.model.definitions.items()
            for node in (definition.body,)
        )

    def differential(self, claim: Claim) -> Claim:
        """dz = dW x as small changes of z and W; the claim itself where it has none on its right."""
        named = {
            node.below.key
            for node in walk(claim.right)
            if isinstance(node, Derivative) and node.short and isinstance(node.below, Name)
        }
        leaves = tuple(key for key in self.model.leaves if key in named)
        deep = set().union(*(self.model.needs.get(key, frozenset({key})) for key in named))
        moving = leaves or tuple(key for key in self.model.leaves if key in deep)
        if not named or claim.code:
            return claim

        def small(node: Node) -> Node | None:
            if isinstance(node, Derivative) and node.short and isinstance(node.below, Name):
                return Differential(node.below.key, moving, place=node.place)
            return None

        return claim.mapped(small)

    def slopes_by_d(self) -> bool:
        """Whether a line of the text is right with dW for the slope of the cost by W."""
        return any(
            isinstance(c.left, Derivative) and c.left.short and self.agrees(c, self.base)
            for c in self.model.claims
        )

    def small_changes(self) -> bool:
        """Whether a line of the text is right only with dW for a small change of W."""
        pairs = [(claim, self.differential(claim)) for claim in self.model.claims]
        return not self.slopes_by_d() and any(
            claim != changed and not self.agrees(claim, self.base) and self.agrees(changed, self.base)
            for claim, changed in pairs
        )

    def waits_for(self, claim: Claim, in_part: bool = False) -> str:
        """What an unread line would have defined, where this claim hangs on it; '' where it does not.

        In part: but for what another line defines as well, and for what the slope is by.
        """
        missing = self.document.missing
        if in_part:
            own = {*self.model.definitions, getattr(getattr(claim.left, "below", None), "key", "")}
            missing = {key: line for key, line in missing.items() if key not in own}
        short = {
            "d" + node.below.key
            for node in walk(claim.right)
            if isinstance(node, Derivative) and node.short and isinstance(node.below, Name | Entry)
        }
        lost = {key for key in missing if key not in self.model.functions and key not in _FIXED}
        for key in sorted((self.deep(claim) | short) & missing.keys() | self.called(claim) & lost):
            if self.said_above(key, claim.place.line) and claim.place.line < missing[key]:
                continue  # what is said of it further down is another value
            return f"it hangs on {key}, and line {missing[key]}, which says what {key} is, was not understood"
        return ""

    def said_above(self, key: str, line: int) -> bool:
        """Whether a line above another one defines a name."""
        definition = self.model.definitions.get(key)
        return definition is not None and definition.place.line < line

    def called(self, claim: Claim) -> set[str]:
        """Every function that a claim is made of, through the definitions."""
        bodies = [self.model.body(Name(key)) for key in self.deep(claim)]
        nodes = [*claim.nodes, *(node for body in bodies if body is not None for node in walk(body))]
        found = set[str]()
        while new := {node.function for node in nodes if isinstance(node, Call)} - found:
            found |= new
            nodes = [
                n for key in new & self.model.functions.keys() for n in walk(self.model.functions[key].body)
            ]
        return found

    def deep(self, part: Claim | Node) -> set[str]:
        """Every name that a claim or one side is made of, through the definitions."""
        nodes = part.nodes if isinstance(part, Claim) else walk(part)
        names = {node.key for node in nodes if isinstance(node, Name | Entry | Differential)}
        return names.union(*(self.model.needs.get(name, frozenset()) for name in names))

    def other_costs(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """dW2 where several costs are defined: the claim for each of the others; a step up a likelihood."""
        if cost := "by rate" in claim.spelling and claim.spelling.get("ascends"):
            assert isinstance(claim.left, Derivative)
            up = getattr(claim.left.above, "key", "") == cost
            other = Negative(Name(cost)) if up else Name(cost)
            yield (
                replace(claim, left=replace(claim.left, above=other)),
                [f"the step goes up the slope of {cost}"],
            )
            return
        above = getattr(claim.left, "above", None)
        if isinstance(above, Name) and isinstance(self.model.body(above), Opaque) and not claim.code:
            named = [key for key in self.model.definitions if key.startswith(f"{above.key}_")]
            for cost in named if len(named) == 1 else ():  # J_skip, which is called J further down
                yield claim.mapped(partial(_replaced, above, Name(cost))), [f"{above.key} is {cost}"]
        if isinstance(claim.left, Derivative) and claim.left.short and not claim.code:
            for cost in self.model.costs[1:]:
                yield with_cost(claim, cost), [f"{claim.written} is the slope of {cost}"]

    def other_definitions(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """df/dq where f is given by its variables and, further down, as q z: the claim for the second."""
        by: dict[str, str] = {}

        def elsewhere(node: Node) -> Node | None:
            if not isinstance(node, Derivative) or not isinstance(node.above, Name):
                return None
            key, below = node.above.key, getattr(node.below, "key", "")
            if key not in self.model.needs or below in self.model.needs[key]:
                return None
            for other in (*self.model.claims, *self.model.roots.values()):
                if other.left == node.above and other.condition is None and below in self.deep(other):
                    new = below in self.deep(other.right) - self.model.needs[key]
                    if new and self.agrees(other, self.base):
                        by[key] = write(other.right)
                        return replace(node, above=other.right)
            return None

        meant = claim.mapped(elsewhere)
        if by and not claim.code:
            says = [f"{key} is taken as {written}, as the text says too" for key, written in by.items()]
            yield meant, says
        yield from self.for_one_example(claim)

    def for_one_example(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """(h(x) - y) x_j, where the cost is a sum over (x^(i), y^(i)): the claim for one term of it."""
        above = getattr(claim.left, "above", None)
        if isinstance(above, Call) and (function := self.model.functions.get(above.function)):
            body: Node | None = function.body
        else:
            body = self.model.body(above)
        if claim.code or not isinstance(claim.left, Derivative) or body is None:
            return
        sums = [n for n in walk(body) if isinstance(n, BigSum) and n.index]
        for total in sums[:1] if len(sums) == 1 else ():
            own = f"^({total.index})"
            names = {n.key for n in walk(total.body) if isinstance(n, Name | Entry) and n.key.endswith(own)}
            bare = {key.removesuffix(own) for key in names}
            used = {n.key for n in claim.nodes if isinstance(n, Name | Entry)}
            if not bare & used or names & used or bare & (self.declared | self.model.definitions.keys()):
                continue

            def without(node: Node, own: str = own) -> Node | None:
                if isinstance(node, Entry) and node.key.endswith(own):
                    return replace(node, key=node.key.removesuffix(own))
                return replace(node, label="") if isinstance(node, Name) and node.key.endswith(own) else None

            term = mapped(total.body, without)
            put: dict[Node, Node] = {total: term}
            alone = mapped(body, put.get)
            says = f"for one example, one term of the sum over {total.index}"
            size = Name(total.size)
            times = [Product((size, alone), (" ",))] if size in walk(body) else []  # without a mean's 1/m
            for one in (*times, alone):
                yield replace(claim, left=replace(claim.left, above=one)), [says]

    def sized(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """2/m Xᵀ (X w - y) under a mean, where nothing says what m is: the claim for each size it may be."""
        names = {n.key for n in walk(claim.right) if isinstance(n, Name)} & self.nowhere & _SIZES
        sizes = [size for size in self.model.letters if size not in _SIZES]
        for put, says in _as_sizes(sorted(names), sizes) if 0 < len(names) < 3 and len(sizes) < 7 else ():
            yield replace(claim, right=mapped(claim.right, put.get)), says

    def added_up(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """J = (y - X w)^2, below J = (y - X w)ᵀ (y - X w): the claim for the sum of the squares."""
        key = getattr(claim.left, "key", getattr(claim.left, "function", ""))
        square = any(isinstance(n, Power) and n.exponent == Number(Fraction(2)) for n in walk(claim.right))
        if like_a_cost(key) and square and isinstance(claim.left, Name | Call) and not claim.code:
            right = Call("sum", 0, (claim.right,), place=claim.right.place)
            yield replace(claim, right=right), ["the square of a vector is the sum of its squares"]

    def others(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """dL/dw_j, where another line is about dL/dw_y: the claim for each j but y."""
        for other in self.model.claims if claim.condition is None and not claim.code else ():
            match claim.left, other.left:
                case Derivative(above, Entry(key, (own,))), Derivative(its, Entry(its_key, (index,))):
                    letters = {one for one in (own, index) if one.isalpha()}
                    same = (above, key) == (its, its_key) and own != index
                    if same and letters and letters <= {*free_letters(claim.left)}:
                        sides = (Index(i) if i.isalpha() else Number(Fraction(i)) for i in (own, index))
                        apart = Comparison(next(sides), "!=", next(sides))
                        says = f"{key}_{own} and {key}_{index} are two, as each has a line of its own"
                        yield replace(claim, condition=apart), [says]

    def active(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """-y x under a cost max(0, 1 - y wᵀ x): the claim for where the hinge lets something through."""
        key = getattr(getattr(claim.left, "above", None), "key", "")
        body = self.model.body(key) if like_a_cost(key) else None
        given = claim.condition
        told = given is None or bool(values_of(given))
        for hinge in _hinges(body) if body and told and not claim.code else ():
            own: Node = Comparison(hinge, "!=", Number(Fraction(0)))
            own = own if given is None else Product((given, own), ("*",))
            yield replace(claim, condition=own), [f"only where {write(hinge)} is not 0, which is not said"]

    def in_general(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """A line below x = 1, which is right for any x."""
        if values_of(claim.condition):
            yield replace(claim, condition=None), []

    def of_the_cost(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """dX = Wᵀ dZ/m, X being the examples: the claim for the slope of the cost, which dZ is m times."""
        left, size = claim.left, self.base.summed
        key = getattr(left.below, "key", "") if isinstance(left, Derivative) and left.short else ""
        examples = stem(key).lower() in _EXAMPLES and key in self.model.leaves
        if size and examples and self.base.between(key, self.model):
            times = Product((Name(size), claim.right), (" ",))
            yield replace(claim, right=times), [f"{claim.written} is the slope of the cost, not times {size}"]

    def one_by_one(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """dL/dq = dL/dO dO/dq + dL/dA dA/dq where L = O + A and O = A v: the claim for each slope of L by
        what L is written with, the others held, where no line says what dL/dA is.
        """
        if claim.code or not isinstance(claim.left, Derivative) or not isinstance(claim.left.above, Name):
            return
        cost, below = claim.left.above, getattr(claim.left.below, "key", "")
        body, needs = self.model.body(cost), self.model.needs
        names = set(names_in(body)) if body is not None else set[str]()
        args = sorted(key for key in names if below in needs.get(key, ()) and key != below)
        told = {getattr(c.left.below, "key", "") for c in self.model.claims if isinstance(c.left, Derivative)}
        inner = {key for key in args if any(key in needs[other] for other in args if other != key)}
        slopes = [n for n in walk(claim.right) if isinstance(n, Derivative) and n.above == cost]
        used = {getattr(n.below, "key", "") for n in slopes}

        def alone(node: Node) -> Node | None:
            if not isinstance(node, Derivative) or node.above != cost:
                return None
            key = getattr(node.below, "key", "")
            held = tuple(one for one in args if one != key and one not in needs.get(key, ()))
            return replace(node, held=held) if key in args else None

        if inner and used.issuperset(args) and inner.isdisjoint(told):
            yield replace(claim, right=mapped(claim.right, alone)), []

    def as_said(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """dy_j/dx_i below "if k ≠ i" as for j ≠ i."""
        letters, given = free_letters(claim.left), claim.condition
        match given:
            case Comparison(Index(one), "!=", Index(other)) if (
                len(letters) == 2 and len({one, other} & {*letters}) == 1
            ):
                (letter,), own = {*letters} - {one, other}, one if one in letters else other
                apart = Comparison(Index(letter), "!=", Index(own))
                yield replace(claim, condition=apart), [f"{write(given)} is said of {letter}"]

    def left_out(self, claim: Claim) -> str:
        """The ε below a root that a line leaves out, if it is right with ε = 0; '' for another one."""
        made_of = self.deep(claim.left)
        told = (self.model.definitions[key].body for key in made_of if key in self.model.definitions)
        nodes = [node for body in (claim.left, *told) for node in walk(body)]
        below = [n.base for n in nodes if isinstance(n, Power) and not isinstance(n.exponent, Number)]
        below += [n.arguments[0] for n in nodes if isinstance(n, Call) and n.function == "sqrt"]
        terms = [term for one in below if isinstance(one, Total) for term in one.terms]
        for small in map(Name, sorted((made_of & _SMALL) - self.deep(claim.right))):
            zero: Node = Comparison(small, "==", Number(Fraction(0)))
            for one in (claim, *(other for other, _ in self.as_said(claim))):
                both = zero if one.condition is None else Product((one.condition, zero), ("*",))
                if terms.count(small) == nodes.count(small) and self.right(replace(one, condition=both)):
                    return small.key
        return ""

    def as_one_slope(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """dC/da · da/dz = a - y as a claim about dC/dz."""
        slopes = claim.left.factors if isinstance(claim.left, Product) else ()
        chain = [one for one in slopes if isinstance(one, Derivative)]
        if chain and len(chain) == len(slopes) and all(a.below == b.above for a, b in pairwise(chain)):
            yield replace(claim, left=replace(chain[0], below=chain[-1].below)), []

    def implied(self, claim: Claim) -> Iterator[tuple[Claim, list[str]]]:
        """-y_i dp_i/dz_k with the sums over indices that stand twice, where the text says that it leaves sums
        out, or where the cost is written without its own.
        """
        free = [x for x in free_letters(claim.right) if x not in free_letters(claim.left)]
        if not self.implies:
            own = {path.rpartition(" ")[2] for path in self.model.paths.values() if ADDS_UP in path}
            free = free if own.issuperset(free) else []
        if free and not claim.code:
            summed = claim.right
            for letter in free:
                summed = _summed(summed, letter)
            yield replace(claim, right=summed), [f"the sum over {', '.join(free)} is left out"]

    def unknown(self, claim: Claim) -> str:
        """Why a step about a name that the text never defines cannot be called wrong; '' where it can."""
        apart = self.apart(claim) or self.undefined(claim)
        if apart or claim.code:
            return apart
        if strange := self.strange(claim):
            return f"the text does not say what {strange} is"
        parts = (*reach(self.model, claim.left)[1], *reach(self.model, claim.right)[1])
        if not any(isinstance(n, Derivative) or getattr(n, "primes", 0) for n in parts):  # values, of any f
            known = FUNCTIONS.keys() | self.model.functions.keys()
            unsaid = [n.function for n in parts if isinstance(n, Call) and n.function not in known]
            if unsaid:
                return f"the text does not say what {unsaid[0]} is"
        if "grad" in (self.deep(claim.left) | self.deep(claim.right)) & {*self.model.leaves}:
            return "grad is taken for a name here"
        own = set(names_in(claim.left))
        for key in sorted(self.deep(claim)):  # dL/db_i = dL/dz_i, where z_i is made of the one b_i
            definition = self.model.definitions.get(key)
            if definition and definition.indices and isinstance(definition.body, Opaque):
                return f"the text does not say what {key} is"
        beneath = self.deep(claim.left) - self.deep(claim.right)
        if isinstance(claim.left, Name | Entry) and (costs := beneath & {*self.model.opaque_costs}):
            return f"the text does not say what {min(costs)} is"
        said = {n.function for n in (*walk(claim.left), *self.model.parts) if isinstance(n, Call)}
        said |= FUNCTIONS.keys() | self.model.functions.keys()
        sums = {n.index for one in self.model.claims for n in one.nodes if isinstance(n, BigSum)}
        for node in walk(claim.right):
            if isinstance(node, Call) and node.function not in said:
                return f"the text does not say what {node.function} is"
            match node:
                case BigSum(index="", body=Name(key)) | Call("sum", 0, (Name(key),)) if sums - {""}:
                    if not {*self.model.shapes.get(key, ())} - {"1"}:  # of all examples, as other lines
                        return f"the text does not say over what the sum of {key} runs"
            above = getattr(node.above, "key", "") if isinstance(node, Derivative) else ""
            if isinstance(self.model.body(above), Opaque) and above not in own | self.deep(claim.left):
                return f"the text does not say what {above} is"
            new = self.elsewhere if isinstance(claim.left, Name | Call) else self.nowhere
            if isinstance(node, Name | Entry) and node.key in new - own:
                return f"the text does not say what {node.key} is"
            if not isinstance(node, Name) or not re.fullmatch("[A-Z]{3,}", node.key):  # RMS
                continue
            if node.key in {*self.model.leaves} - {*self.declared} - self.deep(claim.left):
                return f"the text does not say what {node.key} is"
        return ""

    def strange(self, claim: Claim) -> str:
        """A function that no line defines, and on which a claim hangs that does not say so; '' without one.

        A letter is any function: what is made of it is wrong without its slope, but where the text speaks of
        a usual function and a line says by its own slope which one it is. A word is a function that is not
        known here, unless its slope is written somewhere, as act'(z), or left to one that goes through it.
        """
        nodes = [*self.model.parts, *(node for one in self.model.claims for node in one.nodes)]
        written = {node.function for node in nodes if isinstance(node, Call) and node.primes}
        told = {
            self.tells(one) for one in self.model.claims
        }  # da/dz = a (1 - a), of a = f(z), says what f is
        if (function := self.tells(claim)) and function not in written:
            return function
        slopes = any(isinstance(node, Derivative) for node in walk(claim.left))
        through = self.through(claim.right, slopes)
        beneath = {node.function for node in reach(self.model, claim.right)[1] if isinstance(node, Call)}
        for call in self.through(claim.left, slopes):
            name = _bare(call.function).rstrip("0123456789'")
            word = len(name) > 1 and name not in GREEK
            if (
                call not in through
                and call.function not in written
                and (word or call.function not in beneath or call.function in told)
            ):
                return call.function
        return ""

    def tells(self, claim: Claim) -> str:
        """The f of a = f(z), which no line defines, where a claim gives da/dz by what f is; '' of others.

        Where the text speaks of a function that f may be.
        """
        left = claim.left
        goes_on = any(isinstance(node, Derivative) for node in walk(claim.right))
        if not isinstance(left, Derivative) or goes_on or not any(map(_SPOKEN.search, self.document.lines)):
            return ""
        match self.model.body(getattr(left.above, "key", "")):
            case Call(function=f, arguments=(Name(base) | Entry(base),)) if (
                f not in FUNCTIONS.keys() | self.model.functions.keys()
                and base == getattr(left.below, "key", "")
                and not any(isinstance(node, Call) and node.function == f for node in walk(claim.right))
            ):
                return f
        return ""

    def through(self, side: Node, slopes: bool) -> list[Call]:
        """The calls of functions that no line defines through which a side, or its slopes, hang on names."""
        known = FUNCTIONS.keys() | self.model.functions.keys()
        tops = [(n.above, getattr(n.below, "key", "")) for n in walk(side) if isinstance(n, Derivative)]
        return [
            node
            for top, below in (tops if slopes else [(side, "")])
            for node in reach(self.model, top)[1]
            if isinstance(node, Call) and node.function not in known
            if not slopes or any(below in self.deep(one) for one in node.arguments)
        ]

    def undefined(self, claim: Claim) -> str:
        """What of the left side is not defined; '' where all is."""
        if isinstance(claim.left, Call):
            known = claim.left.function in self.model.functions or claim.left.function in FUNCTIONS
            return "" if known else f"the text does not say what {claim.left.function} is"
        if isinstance(claim.left, Differential):
            own, moving = claim.left.key, claim.left.moving
            still = bool(moving) and self.model.needs.get(own, frozenset({own})).isdisjoint(moving)
            return f"the text does not say how {own} depends on {' or '.join(moving)}" if still else ""
        if not isinstance(claim.left, Derivative):
            return ""
        above, under = claim.left.above, claim.left.below
        while isinstance(above, Derivative):  # of the slope of a slope
            above = above.above
        key = getattr(above, "key", "")
        if claim.left.short and self.model.shapes.get(key):
            return f"the text does not say what the cost is; define it, as in C = sum(({key} - y)^2)"
        by = {getattr(under, "key", "")} - {*names_in(claim.left.above)}  # not of d(x^2)/dx
        if by & self.nowhere and not isinstance(claim.right, Number):
            return f"the text does not say how {write(claim.left.above)} depends on {write(under)}"
        if not key:
            return ""
        body = self.model.body(key)
        if between := self.between(claim, key, by):
            return f"the text does not say what {between} is"
        if not isinstance(body, Opaque):
            return ""
        parts = (claim.right, *filter(None, map(self.model.body, names_in(claim.right))))
        nodes = (n for part in parts for n in walk(part))
        goes_on = any(isinstance(n, Derivative) and n.above == above for n in nodes)
        if key in self.model.paths and goes_on and by.isdisjoint(body.of):
            return ""
        below = write(claim.left.below)
        return f"the text does not say how {key} depends on {below}; define {key}, and what lies between"

    def between(self, claim: Claim, key: str, by: set[str]) -> str:
        """What no line defines between, and the right side writes a slope of: z, of dC/dW = dC/dz x."""
        slopes: dict[Node, Node] = {n: n.above for n in walk(claim.right) if isinstance(n, Derivative)}
        gone = {getattr(above, "key", "") for above in slopes.values()}
        ones: dict[Node, Node] = dict.fromkeys(slopes, Number(Fraction(1)))
        if not any(True for _ in names_in(mapped(claim.right, ones.get))):
            return ""  # a chain of slopes alone, whatever they are
        needs = self.model.needs
        way = (one for one in needs.get(key, frozenset()) - by - gone - {key} if by & needs.get(one, set()))
        return min((one for one in way if isinstance(self.model.body(one), Opaque)), default="")

    def apart(self, claim: Claim) -> str:
        """Why a slope by a name that its function knows nothing of is open: what is between is left out."""
        if claim.code:
            return ""
        model = self.model
        for node in self.hangs_on(claim)[2]:
            if not isinstance(node, Derivative) or not isinstance(node.below, Name | Entry):
                continue
            above, below = getattr(node.above, "key", ""), node.below.key
            if not node.short and self.aside(node.above, below):
                return f"the text does not say how {write(node.above)} depends on {below}"
            costs = {above, *model.costs} if node.short else {above}
            inverse = above in model.needs.get(below, ())  # dr/dx, where x = r cos θ
            if (inverse or above in model.definitions) and all(
                below not in model.needs.get(one, ()) for one in costs
            ):
                turned: dict[Node, Node] = (
                    {node: replace(node, above=node.below, below=node.above)} if inverse else {}
                )
                right = mapped(claim.right, turned.get)
                if right == claim.right or not self.agrees(replace(claim, right=right), self.base):
                    return f"the text does not say how {above} depends on {below}"
        return ""

    def empty(self, claim: Claim) -> str:
        """Why 0 = 0 says nothing: a cost that hangs on nothing below it makes any factor right."""
        if claim.right != Number(Fraction(0)) or self.document.unread:
            return self.apart(claim)
        below = getattr(getattr(claim.left, "below", None), "key", "")
        above = {_bare(key) for key in self.deep(claim.left) & {*self.model.leaves} - {below}}
        return self.apart(claim) if any(_bare(key) in above for key in self.model.definitions) else ""

    def stands_for(self, claim: Claim) -> tuple[str, Node] | None:
        """A name that is defined as the slope of something, where only its definition makes this line wrong.

        delta = (a - y) ⊙ sigmoid(z) lies on no way to the cost: it stands for dC/dz. Its own line is judged
        as that claim, and blamed.
        """
        if claim.code:
            return None
        model = self.model
        costs = [Name(key) for key in self.costs]
        named = sorted(set(names_in(claim.right)))
        below = {one for other in named if _is_error(other) for one in model.needs.get(other, ())}
        for key in (*named, *sorted(filter(_is_error, below - {*named}))):
            definition = model.definitions.get(key)
            if definition is None or isinstance(definition.body, Opaque):
                continue
            claim = claim if key in named else self.written_out(claim, key)
            at, source = definition.place, definition.source
            slopes: list[Node] = [
                Derivative(
                    cost, Entry(below, definition.indices) if definition.indices else Name(below), place=at
                )
                for cost in costs
                if key not in model.needs.get(cost.key, ())
                for below in (*model.order, *(model.leaves if stem(key) in _ERRORS else ()))
                if below in model.needs.get(cost.key, ()) and below != cost.key
                if model.shapes[below] == model.shapes[key]
            ]
            slopes += [Negative(slope) for slope in slopes]  # δ = t - y
            for slope in [s for s in slopes if isinstance(s, Derivative) and isinstance(s.below, Name)]:
                body = model.body(slope.below)
                if isinstance(body, Call) and not body.primes and not isinstance(body.arguments[0], Name):
                    inner = replace(body, primes=1)  # by the x W + b of h = relu(x W + b), which has no name
                    slopes.append(Product((slope, inner), ("⊙",), place=at))
            meant = (replace(claim, right=rename(claim.right, key, slope)) for slope in slopes)
            found = next((s for s, m in zip(slopes, meant, strict=True) if self.right(m)), None)
            written = write(source.left) if source is not None and source.left is not None else key
            own = [Claim(slope, definition.body, None, at, -1, written, source) for slope in slopes]
            if found is None:
                continue
            uses = [*self.uses(key)] if _is_error(key) else []
            short = len(uses) > 1 and not any(  # no use takes delta = Wᵀ delta2 for the slope that it is
                self.right(c) or not self.right(replace(c, right=rename(c.right, key, found))) for c in uses
            )
            if key not in self.standing and not short and any(self.right(one) for one in own):
                continue  # a line that is right as some slope is not to blame
            if key not in self.standing:
                self.standing[key] = self.judge(own[slopes.index(found)])
            return written, found
        return None

    def uses(self, key: str) -> Iterator[Claim]:
        """The claims that an error is used in, also through other errors."""
        for claim in self.model.claims:
            written_out = self.written_out(claim, key)
            if key in names_in(written_out.right):
                yield written_out

    def written_out(self, claim: Claim, key: str) -> Claim:
        """A claim with the errors on its right written out that are made of an error."""
        right = claim.right
        for other in reversed(self.model.order):
            definition = self.model.definitions[other]
            made_of_it = other != key and key in self.model.needs[other]
            if made_of_it and _is_error(other) and not definition.indices:
                right = rename(right, other, definition.body)
        return replace(claim, right=right)

    def right(self, claim: Claim) -> bool:
        """Whether a claim agrees at the first points."""
        return self.outcome(claim, self.base, 2).status == "agree"

    def accepted(self, step: Step, claim: Claim, outcome: Outcome, says: list[str]) -> Step:
        if not outcome.nonzero and (unsaid := self.empty(claim)):
            others = [(c, why, self.outcome(c, self.base)) for c, why in self.other_definitions(claim)]
            for meant, why, other in others:
                if other.status == "agree" and other.nonzero:
                    return self.accepted(step, meant, other, why)
            if others and all(other.status == "differ" for _, _, other in others):
                return self.rejected(step, others[0][0], others[0][2])
            return replace(step, reason=unsaid)
        reasons = [*says, *sorted(outcome.notes), *self.assumptions(claim)]
        if claim.source is not None and claim.source.note:
            reasons.insert(0, claim.source.note)
        slope = "" if claim.code else kink_convention(claim)
        if slope:
            reasons.append(slope)
        verdict = CONVENTION if reasons else RIGHT
        return replace(step, verdict=verdict, reason="; ".join(reasons), points=outcome.points)

    def assumptions(self, claim: Claim) -> list[str]:
        """What the text leaves open and this step needs: a single path, a square that is a sum of squares."""
        names = {node.key for node in claim.nodes if isinstance(node, Name | Entry)}
        above = {
            node.above.key
            for node in claim.nodes
            if isinstance(node, Derivative) and isinstance(node.above, Name | Entry)
        }
        deep = self.deep(claim)
        found = [
            f"{written} is read as {key}"
            for written, key in self.model.placed.items()
            if stem(key) in {stem(name) for name in names}
        ]
        found += [
            f"{written} is read as {' times '.join(run_together(written))}"
            for written in self.model.apart
            if deep.issuperset(run_together(written))
        ]
        if self.model.layers and any("^" in name for name in names):
            found.append(self.model.layers)
        if self.model.one_of_all:
            found.append(f"the cost is taken for one example {self.model.one_of_all}")
        found += [
            f"{write(node)} is by {write(node.below)} alone, with {' and '.join(node.held)} held"
            for node in dict.fromkeys(claim.nodes)
            if isinstance(node, Derivative) and node.held
        ]
        found += self.taken(claim)
        called = names | {self.model.called.get(name, name) for name in names}
        found += dict.fromkeys(says for key, says in sorted(self.document.notes.items()) if key in called)
        found += [f"{key} is taken to be symmetric" for key in sorted(self.document.halved & deep)]
        found += [text for key, text in self.model.paths.items() if key in above or key in deep & above]
        found += [
            f"{key}, written with a vector, is the sum over its entries"
            for key in sorted(self.model.summed)
            if key in above
        ]
        return found

    def taken(self, claim: Claim) -> list[str]:
        """The shapes of undeclared names under which a step is judged."""
        names = {node.key for node in claim.nodes if isinstance(node, Name | Entry)}
        deep = self.deep(claim)
        leaves = (self.model.fitted | self.document.supposed.shapes.keys()) & set(self.model.leaves) & deep
        leaves -= self.model.units
        fitted = sorted(leaves if len(leaves) < 9 else leaves & names)
        if not leaves:
            return []
        taken = " is taken to be of shape " if len(leaves) < 3 else " "
        called = self.model.called
        shapes = ", ".join(f"{called.get(key, key)}{taken}{said(self.model.shapes[key])}" for key in fitted)
        return [shapes if len(leaves) < 3 else f"shapes as the lines fit{': ' * bool(shapes)}{shapes}"]

    def readings(self, claim: Claim) -> Iterator[tuple[Reading, list[str]]]:
        """Other ways in which the text may be meant, each with its name."""
        if claim.code:
            return  # a program means what it computes
        if self.base.summed and _names_the_slope(claim):
            says = f"{claim.written} is the slope itself here, and times {self.base.summed} in other lines"
            yield replace(self.base, summed=""), [says]
        parts = list(claim.nodes)
        derivatives = [node for node in self.hangs_on(claim)[2] if isinstance(node, Derivative)]
        arrays = any(self.model.shapes.get(n.key) for n in parts if isinstance(n, Name))
        if derivatives and arrays:
            row = "gradients of a number are written as rows"
            layout = "the transposed layout: rows of d(vector)/d(vector) stand for the variable below"
            yield replace(self.base, gradient="row"), [row]
            yield replace(self.base, jacobian="transposed"), [layout]
            yield replace(self.base, gradient="row", jacobian="transposed"), [row, layout]
            yield (
                replace(self.base, jacobian="diagonal"),
                ["the slopes of an entrywise function are written as a vector, the diagonal of the Jacobian"],
            )
        starred = any(isinstance(n, Product) and {"*", "·"} & set(n.ops) for n in parts)
        if starred and arrays and not self.model.python:
            yield replace(self.base, star="matrix"), ["the other reading of * or ·"]
        above = {n.above.key for n in derivatives if isinstance(n.above, Name | Entry)}
        if above & self.model.summed:
            yield replace(self.base, mean=True), ["the square of a vector is the mean of its squares"]
        for cost in sorted(above & set(self.model.opaque_costs)):
            for name in standard_costs(self.model, cost):
                yield replace(self.base, cost=name), [f"{_UNSAID_COST} {cost}: right for {name}"]

    # -- wrong steps
    def rejected(self, step: Step, claim: Claim, outcome: Outcome) -> Step:
        if together := claim.spelling.get("together"):
            return replace(step, reason=together)
        for key in sorted(self.model.told.keys() & self.deep(claim)):  # elsewhere it may be of all examples
            place = self.model.told[key]
            if claim.chain not in {one.chain for one in self.model.claims if one.place == place}:
                return replace(step, reason=f"{self.model.paths[key]}, of line {place.line}: define {key}")
        if unclear := {*claim.spelling.get("unclear", "").split()} & self.deep(claim):
            return replace(step, reason=f"it is not clear for which value of {min(unclear)} this is")
        case = claim.spelling.get("worded") or (not self.heeds(claim) and claim.spelling.get("case"))
        if case and self.has_cases(claim, case):
            return replace(step, reason=f"'{case}' was not understood: write the case as a formula, z > 0")
        if positive := self.where_positive(claim):
            reason = f"right where {positive} is positive"
            return replace(step, verdict=CONVENTION, reason=reason, points=POINTS)
        if self.may_be_of_a_case(claim):
            return replace(step, reason="a condition stands beside this line, and it was not read as a whole")
        if not claim.code and not any(isinstance(n, BigSum) for n in walk(claim.right)):
            for part in reach(self.model, claim.left)[1]:
                if isinstance(part, BigSum) and part.index and part.size and _leaves_its_index_out(part):
                    return replace(step, reason=f"nothing in the sum over {part.index} has an {part.index}")
        if outcome.status == "differ" and self.stands_still(claim):
            return replace(step, reason=f"as the text has it, {claim.written} is 0: say what lies between")
        if self.convolved(claim):
            return replace(step, reason="the text speaks of convolutions: define what * is")
        if key := "" if claim.code else self.both_ways(claim):
            return replace(step, reason=f"the text has both {key} and {key}ᵀ: declare the shape of {key}")
        if any(SUMMED in note for note in outcome.notes):
            found = find_factor(self, claim)
            if found is not None and found[1].kind == "mean for sum":
                reason = "1/m stands beside a slope that may be of the loss of one example"
                return replace(step, reason=reason)
        inherited = self.inherited(claim)
        self.wrong.append((claim, step.line))
        step = replace(step, verdict=WRONG)
        if inherited is not None:
            return replace(step, inherits=inherited, reason=f"carries on the mistake of line {inherited}")
        if not self.work.explains:
            return step
        explain = cache(partial(self.explained, step, claim, outcome))
        return _Rejected(step.line, step.text, WRONG, outcome.message, explain=explain)

    def explained(self, step: Step, claim: Claim, outcome: Outcome) -> Step:
        """A wrong step with the edit that makes it right, and numbers at which it differs."""
        verdict, reason = WRONG, outcome.message
        edit: Edit | None = None
        if outcome.status == "differ":
            found = find_factor(self, claim)
            if found is not None:
                verdict, (reason, edit) = FACTOR, found
        if edit is None:
            edit = diagnose(self, claim) or self.edit_by_convention(claim)
        if edit is not None:
            edit = claim.mended(edit)
        reason = "; ".join(filter(None, [reason, *self.taken(claim)]))
        example = shrink(self, claim) if outcome.status == "differ" else None
        return replace(step, verdict=verdict, reason=reason, edit=edit, counterexample=example)

    def may_be_of_a_case(self, claim: Claim) -> bool:
        """Whether what stands beside a claim about kinks, classes or indices may say where it holds."""
        if claim.code or claim.condition is not None:
            return False
        if any(isinstance(n, Comparison | Cases | BigSum) for n in walk(claim.right)):
            return False
        kinks = has_kinks(reach(self.model, claim.left)[1])
        entries = any(
            isinstance(n, Derivative) and isinstance(n.above, Entry) and isinstance(n.below, Entry)
            for n in walk(claim.left)
        )
        classes = entries or any(stem(key) in TARGETS for key in self.deep(claim.left))
        number, lines = claim.place.line, self.document.lines
        first = max((one.place.line for one in self.model.claims if one.place.line < number), default=0)
        above = [line for line in lines[max(first, number - 4) : number - 1] if "=" not in line]
        own = lines[number - 1]
        bounded = kinks and any(map(_BOUNDED.search, (own, *above)))
        return bounded or (classes and _OF_A_CLASS.search(own) is not None)

    def where_positive(self, claim: Claim) -> str:
        """The d of r > d for which a claim is right where it is positive; '' where it is not, or none is."""
        match claim.condition:
            case Comparison(_, "<" | ">" | "<=" | ">=", bound) if not claim.code:
                keys = sorted({*names_in(bound)} & {*self.model.leaves})
            case _:
                return ""
        met = False
        for number in range(4 * POINTS) if keys else ():
            world = self.world(number, self.base)
            if any((world.point.leaves[key] <= 0).any() for key in keys):
                continue
            with contextlib.suppress(CannotEvaluateError), mp.workdps(DIGITS):
                same = self.compare(claim, world.context(self.base))
                if same is False:
                    return ""
                met |= same is True
        return ", ".join(keys) if met else ""

    def stands_still(self, claim: Claim) -> bool:
        """Whether a slope is 0 as far as the text is read: its function has none of what it is by."""
        parts = reach(self.model, claim.left)[1]
        slopes = [n for n in parts if isinstance(n, Derivative)]
        given = values_of(claim.condition)
        if claim.code or (claim.condition is not None and not given) or not slopes or has_kinks(parts):
            return False
        for slope in slopes:
            function = self.model.functions.get(getattr(slope.above, "function", ""))
            above = slope.above if function is None else function.body
            if getattr(slope.below, "key", "") in self.deep(above) and getattr(above, "key", "") not in given:
                return False
        return self.vanishes(claim, claim.left)

    def convolved(self, claim: Claim) -> bool:
        """Whether a * between names may be a convolution, in a claim or in what it is made of."""
        if claim.style != "latex" or not any(map(_CONVOLUTION.search, self.document.lines)):
            return False
        bodies = (self.model.body(key) for key in self.deep(claim))
        products = (n for part in (claim.right, *filter(None, bodies)) for n in walk(part))
        return any(
            op == "*" and all(isinstance(n, Name) and not n.sub.isdigit() for n in pair)
            for product in products
            if isinstance(product, Product)
            for op, *pair in zip(product.ops, product.factors, product.factors[1:], strict=False)
        )

    def has_cases(self, claim: Claim, case: str) -> bool:
        """Whether a function with a kink is on the way, or one class of several is the true one."""
        deep = self.deep(claim)
        if not deep.isdisjoint(self.targets) and re.search(r"class|label|categor", case):
            return True
        bodies = [*claim.nodes, *(n for key in deep for n in walk(self.model.body(Name(key)) or Name("")))]
        return has_kinks(bodies)

    def both_ways(self, claim: Claim) -> str:
        """A matrix of z = W x and, apart from it, of Z = Wᵀ X; '' where there is none."""
        model, bare, turned = self.model, dict[str, set[str]](), dict[str, set[str]]()
        for key, definition in model.definitions.items():
            for node in walk(definition.body) if key[-1] != "*" else ():  # no solution
                if isinstance(node, Product) and isinstance(node.factors[0], Name):
                    bare.setdefault(node.factors[0].key, set()).add(key)
                if isinstance(node, Transposed) and isinstance(node.inner, Name):
                    turned.setdefault(node.inner.key, set()).add(key)
        both = bare.keys() & turned.keys() & self.deep(claim) - self.declared
        together = [{key, *model.needs[key]} for key in model.definitions]
        tied = {key for key in both if any(bare[key] & some and turned[key] & some for some in together)}
        return min((key for key in both - tied if len(model.shapes[key]) == 2), default="")

    def edit_by_convention(self, claim: Claim) -> Edit | None:
        """The edit that makes a step right where targets sum to 1, which only this step would have needed."""
        options = self.options([claim])
        if ("targets", True) not in options:
            return None
        base = self.base
        edit = None
        for first in (False, True):
            if edit is None and (not first or ("softmax", "first") in options):
                self.base = replace(base, targets=True, softmax="first" if first else base.softmax)
                self.small_worlds = []
                edit = diagnose(self, claim)
        self.base, self.small_worlds = base, []
        return edit

    def inherited(self, claim: Claim) -> int | None:
        """The earlier wrong line whose mistake is all that is wrong with this one."""
        for earlier, line in self.wrong:
            if earlier.chain == claim.chain and (
                earlier.right == claim.right or self.right(replace(claim, left=earlier.right))
            ):
                return line
            meant = [substitute(claim.right, earlier.right, earlier.left)]
            if isinstance(earlier.right, Name):  # the name that an earlier wrong step gave its result
                meant.insert(0, rename(claim.right, earlier.right.key, earlier.left))
            new = [one for one in meant if one is not None and one != claim.right]
            if any(self.right(replace(claim, right=one)) for one in new):
                return line
        return None


# What comes after training: a name that is defined anew there keeps its meaning in the slopes below.
_IN_USE = re.compile(
    r"\binfer|\btest(?:ing)?[ -](?:time|phase|set)|\bat test\b|\bpredicti(?:on|ng) (?:time|phase)", re.I
)
# What may say where a slope at a kink holds, in words of any language: z > 0, for positive z, 当 z > 0 时
_BOUNDED = re.compile(
    r"[≤≥]|(?<![-=\w])>(?![A-Za-z])|(?<=\w)>\s*[\d\\$]|<(?![A-Za-z/!-])|\\(?:leq?|geq?|lt|gt)(?![A-Za-z])"
    r"|\b(?:positive?|negative?|greater|less than|active|elsewhere)\b",
    re.IGNORECASE,
)
# and what may say of which class or of which entries a line is
_OF_A_CLASS = re.compile(
    r"≠|\\neq?(?![A-Za-z])|\bind(?:ices|ex) differ|off-diagonal|\blabel\b[^.=]*\bis [01]\b|\bvaut [01]\b"
    r"|\b(?:correct|true|right|wrong|incorrect|other)\s+(?:class|label|word)(?:es)?\b"
    r"|\b(?:positive?|negative?)[a-z]*\s+(?:example|sample|beispiel)|(?<![\w\\])y(?:_\{?\w\}?)?\s*=\s*[01]\b",
    re.IGNORECASE,
)
_CONVOLUTION = re.compile(r"(?i)convol|faltung|свёртк|свертк|卷积|畳み込み|합성곱|tích chập")
_NOT_SYMMETRIC = re.compile(r"(?i)\b(?:non-?|un|a|not (?:\w+ )?)symmetric|\bany (?:\w+ )?matri|\bgeneral\b")
_ORDER = words("transpose order") | {"outer swapped"}  # kinds of edits
_ERRORS = words("δ delta Δ d g grad ε e err error")  # names that stand for slopes
_SIZES = COUNTS | words("k K d D c C")

# What each convention of a whole text says.
_SAYS = {
    "targets": "the targets of an example sum to 1",
    "softmax": "softmax runs over the columns, one for each example",
    "summed": "dZ between the layers is the slope of the cost times {}, and dW and db divide by it",
    "gradient": "the numerator layout: the slope of a number by a column is a row, by a matrix its transpose",
    "examples": "a sum without index runs over the examples",
    "star": "the other reading of * or ·, the matrix product",
}


def _replaced(old: Node, new: Node, node: Node) -> Node | None:
    return new if node == old else None


def _summed(node: Node, letter: str) -> Node:
    """With the sum over an index around the smallest term that has all of it, if it stands there twice."""
    parts = [part for part in children(node) if letter in free_letters(part)]
    if isinstance(node, Total) or (len(parts) == 1 and any(isinstance(n, Total) for n in walk(parts[0]))):
        return rebuild(node, [_summed(n, letter) if n in parts else n for n in children(node)])
    times = [n.indices.count(letter) if isinstance(n, Entry) else n == Index(letter) for n in walk(node)]
    return BigSum(letter, node) if sum(times) > 1 else node


def _leaves_its_index_out(part: BigSum) -> bool:
    """Whether a sum adds up what has nothing of its index, as sum_i (y - a)^2."""
    return not any(
        part.index in (*getattr(n, "indices", ()), getattr(n, "letter", "")) for n in walk(part.body)
    )


def _chain_rule(side: Node) -> bool:
    """Whether a side is the chain rule itself: products of slopes of names, or a sum of such."""
    match side:
        case Total(terms):
            return all(map(_chain_rule, terms))
        case Product(factors):
            slopes = [one for one in factors if isinstance(one, Derivative)]
            return len(slopes) == len(factors) and all(isinstance(one.above, Name | Entry) for one in slopes)
    return False


def _is_error(key: str) -> bool:
    return stem(key).rstrip("0123456789") in _ERRORS


def _of_names(cost: str) -> tuple[frozenset[str], bool]:
    """The names that a usual cost is of, and whether it is made of squares."""
    return frozenset(re.findall(r"[^\W\d]\w*", cost)) - words("sum mean log softmax"), "^2" in cost


def _hinges(cost: Node) -> Iterator[Node]:
    """The max(0, z) that terms of a cost are made of as factors."""
    match cost:
        case Call() if FUNCTIONS.get(cost.function) == "max" and len(cost.arguments) == 2:
            yield cost
        case Total() | Negative() | Product():
            for part in children(cost):
                yield from _hinges(part)
        case Power(Call() as base):
            yield from _hinges(base)


def _names_the_slope(claim: Claim) -> bool:
    """Whether a line says that dz = dL/dz, or dz = dL/da · da/dz, and nothing else."""
    left = claim.left
    slopes = claim.right.factors if isinstance(claim.right, Product) else (claim.right,)
    if not isinstance(left, Derivative) or not left.short:
        return False
    full = all(isinstance(one, Derivative) and not one.short for one in slopes)
    return full and left.below == getattr(slopes[-1], "below", None)


def _bare(key: str) -> str:
    """A name without scripts, hats and the case of its letters, by which slips of the pen differ."""
    return "".join(c for c in unicodedata.normalize("NFD", stem(key).lower()) if not unicodedata.combining(c))


def _as_sizes(keys: Sequence[str], sizes: Sequence[str]) -> Iterator[tuple[dict[Node, Node], list[str]]]:
    """Names as sizes, in every way: what is put in for them, and how that is said."""
    for chosen in permutations(sizes, len(keys)):
        put: dict[Node, Node] = {Name(key): Name(size) for key, size in zip(keys, chosen, strict=True)}
        yield put, [f"{write(key)} is taken to be the size {write(size)}" for key, size in put.items()]


def _wrong(steps: Sequence[Step]) -> int:
    return sum(step.verdict in {WRONG, FACTOR} for step in steps)


def with_cost(claim: Claim, cost: str) -> Claim:
    """The claim with every dW read as the slope of another cost."""

    def other(part: Node) -> Node | None:
        if isinstance(part, Derivative):
            return replace(part, above=Name(cost)) if part.short else part
        return None

    return claim.mapped(other)


def rename(node: Node, key: str, new: Node) -> Node:
    """`node` with every bare name `key` replaced; dC/dw names w, it is not made of it."""

    slope = new.inner if isinstance(new, Negative) else new

    def named(part: Node) -> Node | None:
        if isinstance(part, Derivative):
            return part
        if isinstance(part, Entry) and part.key == key and isinstance(slope, Derivative):
            there = replace(slope, below=Entry(getattr(slope.below, "key", ""), part.indices))
            return there if slope is new else Negative(there, place=part.place)
        return new if isinstance(part, Name) and part.key == key else None

    return mapped(node, named)


def substitute(node: Node, old: Node, new: Node) -> Node | None:
    """`node` with the part `old` (a subtree, or neighbouring factors) replaced; None where it is not."""
    if node == old:
        return new
    if isinstance(node, Derivative):  # dC/dw names w, it is not made of it
        return None
    if isinstance(node, Product) and isinstance(old, Product) and len(old.factors) < len(node.factors):
        width = len(old.factors)
        for start in range(len(node.factors) - width + 1):
            if group(node, start, width) == old:
                return spliced(node, start, width, [new])
    parts = list(children(node))
    for number, part in enumerate(parts):
        changed = substitute(part, old, new)
        if changed is not None:
            parts[number] = changed
            return rebuild(node, parts)
    return None


def kink_convention(claim: Claim) -> str:
    """The value that a right step gives the slope at a kink; '' where it says none."""
    if not isinstance(claim.left, Derivative):
        return ""
    for node in walk(claim.right):
        value = ""
        if isinstance(node, Comparison) and not {type(node.left), type(node.right)} & {Index}:
            value = "1" if node.sign in {">=", "<="} else "0"
        elif isinstance(node, Call) and node.function in {"step", "heaviside", "sign", "sgn"}:
            value = "0"
        elif isinstance(node, Cases):
            there = [
                branch
                for branch, condition in node.branches
                if isinstance(condition, Otherwise) or getattr(condition, "sign", "") in {">=", "<="}
            ]
            if not there:
                return ""
            value = write(there[0])
        if value:
            return f"there is no slope at the kink, and this line takes {value} there"
    return ""
