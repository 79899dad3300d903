"""What a Python file claims: which assignments are slopes, of what by what, in which shapes."""

import ast
import contextlib
import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from backproof.reference.derivation.arrays import MisfitError, Shape, Sizes, shape_of, value_of
from backproof.reference.derivation.check import judge
from backproof.reference.derivation.code import (
    ALL,
    BACKWARD,
    COST_WORD,
    DATA,
    MADE,
    MASK,
    OUTPUTS,
    RATE,
    TARGET,
    Frame,
    Function,
    Instance,
    Line,
    Reader,
    Slope,
    Unknown,
    base,
    example,
    is_delta,
    last_of,
    multiplies,
    plain,
    slope_word,
    squares,
    write_code,
)
from backproof.reference.derivation.diagnose import has_kinks
from backproof.reference.derivation.document import Document, read
from backproof.reference.derivation.language import (
    MOST_BYTES,
    Call,
    Comparison,
    Declaration,
    Derivative,
    Equation,
    Name,
    Negative,
    Node,
    NotationError,
    Number,
    Place,
    Product,
    Statement,
    Total,
    Transposed,
    children,
    mapped,
    spliced,
    walk,
    write,
)
from backproof.reference.derivation.values import chance, of_one_class
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
from backproof.reference.losses import NAMES, REDUCTIONS, Loss, read_loss
from backproof.scratch.errors import InputError

_FORWARD = re.compile(r"forward|predict|__call__|think|get_?outputs?", re.I)
_LOSS = re.compile(
    r"loss|cost|objective|criterion|mse|rmse|mae|entropy|bce|likelihood|nll|hinge|huber|risk|compute_?error|total_?error",
    re.I,
)
_NO_LOSS = re.compile(r"back|prime|deriv|grad|delta|^d_|_d$", re.I)
_COUNT = re.compile(r"[mMnNB]|(?:num|n|m)_?(?:examples|samples|train|data|points)|batch_?size")
# What goes up, unless a minus stands before a logarithm; what is a cost as well, where the steps go up.
_CLIMBS = re.compile(
    r"(?!\w*(?:neg|minus))(?:\w+_)?(?:ll|lp|log_?l|log_?p(?:ost\w*|rob\w*)?|(?:log_?)?lik(?:elihood)?|elbo|rewards?"
    r"|utility|returns?)|(?P<either>J|objective|score)",
    re.I,
)
_CLOSE = 1e-5  # of quotients in float64: a wrong slope is off in its first digits
_POINTS = 3
_MOST_VALUES = 250_000  # of single lines, all points and quotients together
_MOST_COUNTS = 6  # ways to read as many plain numbers as sizes
_ONE = Number(Fraction(1))


def check_code(
    text: str,
    function: str = "",
    forward: str = "",
    loss: str = "",
    confirm: bool = False,
    beside: Mapping[str, str] | None = None,
) -> Report:
    """The verdict of each line of a backward function, in a Python file or a notebook, that claims a slope.

    function names it (`Network.backward`), forward its forward pass and loss its cost: a function of the file
    or a loss of the catalogue; each is looked for where it is not named. beside holds other files by the name
    under which they are imported: their functions are followed, and their values known. Raises NotationError
    as read_code does. Nothing of the text is ever run.
    """
    prose: list[Statement] = []
    if text.lstrip().startswith("{"):
        text, written = notebook_text(text)
        with contextlib.suppress(NotationError):
            prose = read(written).statements
    alone, made = ([], []) if function or loss else _layers(_tree(_lines(text)))
    steps: list[Step] = []
    shown: set[int] = set()
    several: _SeveralError | None = None
    if made or len(alone) < 2:
        try:
            report = _judged(*_read_code(text, function, forward, loss, prose, beside), confirm)
        except _SeveralError as error:
            several, alone = error, error.functions
        else:
            steps, shown = [*report.steps], {*report.shown}
            judged = {step.line for step in steps}
            # What is made and never asked to go back is judged alone too.
            alone = [*alone, *(() if steps else made)]
            alone = [layer for layer in alone if not judged & {*layer[1]}] if made or not steps else []
            if not alone:
                return report
    for name, lines in alone:
        line = lines[0]
        try:
            report = _judged(*_read_code(text, name, forward, loss, prose, beside), confirm)
        except NotationError as error:
            steps.append(Step(line, "", UNDECIDED, f"{name}: {error.problem}; {error.advice}"))
            shown.add(line)
        else:
            steps += report.steps
            shown |= {*report.shown}
    if several and {step.verdict for step in steps} <= {UNDECIDED}:
        raise several
    steps.sort(key=lambda step: step.line)
    return Report(tuple(steps), tuple(_lines(text)), tuple(sorted(shown)))


def _judged(claims: "Claims", document: Document, confirm: bool) -> Report:
    """The verdicts, where what may be misread is not called wrong.

    A slip is one line, and a small change mends it; a misreading of the program shows in several lines.
    """
    report = judge(document, confirm)
    certain = {error.line for error in document.unread if error.certain}
    steps = [
        replace(step, verdict=CONVENTION, reason=_AS_A_WHOLE, points=_POINTS, edit=None, counterexample=None)
        if step.verdict in {WRONG, FACTOR} and claims.right_as_a_whole(step.line, step.verdict == FACTOR)
        else step
        for step in report.steps
    ]
    whole = {step.line for step in steps if step.reason == _AS_A_WHOLE}
    steps = [
        replace(step, verdict=CONVENTION, reason=f"right with line {waits} as it stands", points=_POINTS)
        if step.verdict == UNDECIDED
        and (waits := claims.waits.get(step.line)) in whole
        and claims.right_as_a_whole(step.line, True)
        else step
        for step in steps
    ]
    # Of an example, or of the state that the rounds begin with, the last round's is the slope.
    targets = {
        line.place.line: claims.chosen[line.key][1] for line in claims.slopes if line.key in claims.chosen
    }
    summed = {at for at, by in targets.items() if claims.is_parameter(by) and _WEIGHTS.match(last_of(by))}
    steps = [
        replace(step, verdict=WRONG, reason=_OVERWRITTEN, edit=Edit("missing sum", "add it up", "", line))
        if step.verdict in {RIGHT, CONVENTION}
        and step.line in summed
        and (line := claims.reader.overwritten.get(step.line))
        else step
        for step in steps
    ]
    once = claims.rates_once()
    steps = [
        replace(step, verdict=CONVENTION, reason=said, points=_POINTS, edit=None, counterexample=None)
        if step.verdict in {WRONG, FACTOR} and step.edit and (said := once.get(step.edit.says))
        else step
        for step in steps
    ]
    again = claims.rates_again()
    steps = [
        replace(step, verdict=FACTOR, reason=again[step.line], points=0)
        if step.verdict in {RIGHT, CONVENTION} and step.line in again
        else step
        for step in steps
    ]
    judged = {line.place.line for line in claims.reader.lines} - certain
    wrong = [step for step in steps if step.verdict in {WRONG, FACTOR} and step.line in judged]
    first = {step.line for step in wrong if step.inherits is None}
    right = {step.line for step in steps if step.verdict in {RIGHT, CONVENTION}}
    mended = {step.line for step in wrong if step.edit is not None or step.line in again}
    open_ = first - mended if len(first) > 1 or not right else set()
    open_ = first if open_ and len(first) > len(right) else open_
    open_ |= claims.hanging(open_) & {step.line for step in wrong}
    reason = f"{_MISREAD}; {claims.taken()}"
    steps = [
        Step(step.line, step.text, UNDECIDED, "; ".join(filter(None, [step.reason, reason])))
        if step in wrong and {step.line, step.inherits} & open_
        else step
        for step in steps
    ]
    return replace(report, steps=tuple(steps))


_WEIGHTS = re.compile(r"(?i)[wbuvθ]|theta|kernel")
_OVERWRITTEN = "each round of the loop puts its own in place of what the rounds before made"
_AS_A_WHOLE = "no slope by itself, but all that is made of it comes out right"
_MISREAD = "this and more may be misread, for no small change of this line alone makes it right"


def _layers(tree: ast.Module) -> tuple[list[tuple[str, range]], list[tuple[str, range]]]:
    """The backward functions, with their lines, of classes that the file does not make, and that it makes."""
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    found: tuple[list[tuple[str, range]], list[tuple[str, range]]] = ([], [])
    for cls in (s for s in tree.body if isinstance(s, ast.ClassDef)):
        methods = {m.name: m for m in cls.body if isinstance(m, ast.FunctionDef)}
        back = next((m for name, m in methods.items() if BACKWARD.search(name)), None)
        if back is None or not any(map(_FORWARD.search, methods)):
            continue
        if any(isinstance(n, ast.Assign | ast.AugAssign | ast.Return) for n in ast.walk(back)):
            lines = range(back.lineno, (back.end_lineno or 0) + 1)
            found[cls.name in called].append((f"{cls.name}.{back.name}", lines))
    return found


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _readings(text: str, loss: str) -> Iterator[tuple[str, Mapping[int, str], str]]:
    """Other readings of a program: its loss, its plain numbers that are sizes, and what is taken to be so."""
    if loss in NAMES and not re.search(rf"\bdef +{loss}\b", text):
        # The name does not say what is added up: over a batch, people sum and average.
        for words, over in REDUCTIONS.items():
            if over in ("B", "BK", "" if loss[0] != "m" else "B") and over != read_loss(loss).over:
                yield f"{loss}, {words}", {}, f"the loss is read as `{loss}, {words}`"
    # (a - y) / 4 where X has four rows: right for this X is all that such a line can be.
    counts = _counts(text)
    for several in range(1, len(counts) + 1):
        for chosen in itertools.islice(itertools.combinations(counts, several), _MOST_COUNTS):
            meant = {count: counts[count] for count in chosen}
            yield loss, meant, ", ".join(f"{count} is taken for {size}" for count, size in meant.items())


def _counts(text: str) -> dict[int, str]:
    """Plain numbers that a text multiplies or divides by and that are sizes of arrays which it makes.

    Such as {4: "X.shape[0]", 12: "T.size"}; of several arrays the first counts.
    """
    found: dict[int, str] = {}
    tree = _tree(re.split(r"\r\n|\r|\n", text))
    for s in tree.body:
        match s:
            case ast.Assign([ast.Name(name)], value):
                pairs = [(name, value)]
            case ast.Assign([ast.Tuple(names)], ast.Tuple(values)):
                pairs = [(each.id, value) for each, value in zip(names, values) if isinstance(each, ast.Name)]
            case _:
                pairs = []
        for name, value in pairs:
            shape = _literal_shape(value)
            for axis, count in enumerate(shape):
                found.setdefault(count, f"{name}.shape[{axis}]")
            found.setdefault(math.prod(shape), f"{name}.size")
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(ast.Name(name), ast.Tuple([ast.Call(_, [ast.Constant(int(count))]), *_])):
                found.setdefault(count, f"{name}.shape[0]")  # p[range(32), y]
    reader = _Counted(found)
    reader.visit(tree)
    return {count: found[count] for count in sorted(reader.met - {1})}


def _literal_shape(made: ast.expr) -> list[int]:
    """The shape of np.random.randn(4, 3), np.zeros((4, 3)) or np.array([[0, 1], [1, 0]]); [] of others."""
    match made:
        case ast.Call(ast.Attribute(attr=name), [ast.List() as rows, *_]) if name in {*MADE, "tensor"}:
            shape: list[int] = []
            inner: ast.expr = rows
            while isinstance(inner, ast.List) and inner.elts:
                shape.append(len(inner.elts))
                inner = inner.elts[0]
            return shape
        case ast.Call(ast.Attribute(attr=name), arguments, keywords) if name in MADE:
            sized = [each.value for each in keywords if each.arg in {"size", "shape"}]
            if name not in {"uniform", "normal", "binomial", "linspace"}:  # whose first numbers are no sizes
                sized = sized or arguments
            parts = sized[0].elts if sized and isinstance(sized[0], ast.Tuple) else sized
            known = [
                part.value for part in parts if isinstance(part, ast.Constant) and type(part.value) is int
            ]
            return known if len(known) == len(parts) else []
    return []


class _Counted(ast.NodeTransformer):
    """Writes X.shape[0] for the plain number that it is."""

    def __init__(self, counts: Mapping[int, str]) -> None:
        self.counts, self.met = counts, set[int]()

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div | ast.Mult):
            node.left, node.right = self.counted(node.left), self.counted(node.right)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div | ast.Mult):
            node.value = self.counted(node.value)
        return node

    def counted(self, node: ast.expr) -> ast.expr:
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, int | float)
            and node.value in self.counts
        ):
            self.met.add(int(node.value))
            size = ast.parse(self.counts[int(node.value)], mode="eval").body
            for part in ast.walk(size):
                ast.copy_location(part, node)
            return size
        return node


def check_page(text: str, confirm: bool = False) -> Report | None:
    """The verdicts of a page in which numpy or torch stands among the formulas; None where none does.

    Shapes are taken from the prose; formulas and code are judged each with their own meaning.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    code, rest, inside = [""] * len(lines), list(lines), False
    block: list[int] = []
    spans: dict[int, list[str]] = {}
    for number, line in enumerate(lines):
        if re.match(r"\s{0,3}(```|~~~)", line):
            if inside and _is_numpy([lines[at] for at in block]):
                for at in (block[0] - 1, *block, number) if block else ():
                    code[at], rest[at] = (lines[at] if at in block else ""), ""
            inside, block = not inside, []
        elif inside:
            block.append(number)
        else:  # `scores = X.dot(W) + b` in a sentence
            spans[number] = [part for part in re.findall(r"`([^`]+=[^`=][^`]*)`", line) if _is_python(part)]
    if any(_is_numpy([part]) for parts in spans.values() for part in parts):
        code = ["; ".join(spans.get(at, ())) or line for at, line in enumerate(code)]
        taken = re.compile("|".join(f"`{re.escape(p)}`" for parts in spans.values() for p in parts))
        rest = [taken.sub(" ", line) for line in rest]
    if not any(code):
        return None
    whole = "\n".join(code)
    code += [text for name, text in _WELL_KNOWN.items() if f"{name}(" in whole and f"def {name}" not in whole]
    try:
        document = read("\n".join(rest))
        judged = _judged(*_read_code("\n".join(code), prose=document.statements), confirm)
    except NotationError:
        return None  # the formulas' own reader says what it makes of it
    if not judged.steps:
        return None
    own = [step for step in judged.steps if code[step.line - 1].strip()]  # formulas are told beside
    beside = judge(document, confirm).steps if document.statements else ()
    steps = tuple(sorted([*own, *beside], key=lambda step: step.line))
    return replace(judged, steps=steps, lines=tuple(lines), shown=tuple(range(1, len(lines) + 1)))


# What a page need not define.
_WELL_KNOWN = {
    "sigmoid": "def sigmoid(z): return 1 / (1 + np.exp(-z))",
    "relu": "def relu(z): return np.maximum(0, z)",
    "softmax": "def softmax(z): return np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)",
}


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _is_numpy(lines: list[str]) -> bool:
    text = "\n".join(lines)
    return _is_python(text) and bool(re.search(r"\b(?:np|torch)\.|\.dot\(|\.T\b|\bdef\b|\.shape|axis=", text))


def notebook_text(text: str) -> tuple[str, str]:
    """A notebook's cells in order as one Python text, its prose as comments; and the prose alone, in place.

    Raises NotationError for what is no notebook.
    """
    try:
        given = [*json.loads(text)["cells"]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        problem, advice = "no notebook: it has no list of cells", "save it as .ipynb again"
        raise NotationError(problem, advice, 1, 1) from None
    cells = []
    for number, cell in enumerate(given, 1):
        try:
            cells.append((cell["cell_type"], "".join(cell.get("source") or "")))
        except (LookupError, TypeError, AttributeError):
            cells.append(("broken", f"cell {number} is broken: it is not read"))
    if given and all(kind == "broken" for kind, _ in cells):
        problem, advice = "no notebook: none of its cells can be read", "save it as .ipynb again"
        raise NotationError(problem, advice, 1, 1)
    lines, prose = [], []
    for number, (kind, source) in enumerate(cells, 1):
        lines.append(f"# cell {number}")
        prose.append("")
        for line in source.split("\n"):
            code = kind == "code" and not line.lstrip().startswith(("%", "!"))
            lines.append(line if code else f"# {line}")
            prose.append(line if kind == "markdown" else "")
    return "\n".join(lines), "\n".join(prose)


def read_code(
    text: str,
    function: str = "",
    forward: str = "",
    loss: str = "",
    prose: Sequence[Statement] = (),
    beside: Mapping[str, str] | None = None,
) -> Document:
    """The claims of a Python file of at most 64 KiB, as statements; nothing of it is run.

    Where lines are not right, other readings are tried, and one under which fewer are wrong, by two where
    other ones are, is taken and named. Raises NotationError for a text that is no Python, for a name that
    fits no function or several, and where no cost is found.
    """
    return _read_code(text, function, forward, loss, prose, beside)[1]


def _read_code(
    text: str,
    function: str = "",
    forward: str = "",
    loss: str = "",
    prose: Sequence[Statement] = (),
    beside: Mapping[str, str] | None = None,
) -> tuple["Claims", Document]:
    lines = _lines(text)
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise NotationError(f"more than {MOST_BYTES} bytes", f"at most {MOST_BYTES} are read", 1, 1)
    others = {name: _tree(other.splitlines()) for name, other in (beside or {}).items()}

    def reading(
        loss: str, counts: Mapping[int, str], says: Mapping[int, str], unnamed: Set[int] = frozenset()
    ) -> tuple[Claims, Document]:
        document = Document(lines, set())
        program = _Program(_Counted(counts).visit(_tree(lines)), function, forward, loss, others)
        claims = Claims(program, prose, says, unnamed)
        if _long(claims.dims(program.cost)):
            said = f"the entries of {last_of(program.cost)} are added up"
            program.add_up()
            claims = Claims(program, prose, {line.place.line: said for line in claims.slopes} | {**says})
        document.statements = claims.statements()
        reader = claims.reader
        document.shown = claims.program.shown(len(lines))
        document.labels, document.rates = dict(reader.one_hot), reader.rates
        document.known.functions = set(reader.functions)
        document.unread = [error.with_source(lines) for error in reader.unread]
        return claims, document

    def usual() -> tuple[str, Claims, Document] | None:
        """The reading under the usual cost under which the fewest lines are wrong, for a file without a cost.

        Of those under which the slopes by the outputs, in which no other slope is, are right; None where two
        blame different lines.
        """
        found: list[tuple[str, Claims, Document]] = []
        for cost in (f"{name}{over}" for name in _USUAL for over in ("", ", sum")):
            said = dict.fromkeys(range(len(lines) + 1), f"the file has no cost, and {cost} is taken for it")
            with contextlib.suppress(NotationError):
                found.append((cost, *reading(cost, {}, said)))
                if not found[-1][1].missed:
                    break
        told = [one.told() & one.missed for _, one, _ in found]
        firsts = [one.first() for _, one, _ in found]
        # Of several that know of no other slope, one may be the slip.
        fits = [at for at, first in enumerate(firsts) if not told[at] & first or told[at] & first < first]
        best = min(fits, key=lambda at: len(told[at]), default=None)
        if best is None or any(told[at] != told[best] for at in fits if len(told[at]) == len(told[best])):
            return None
        return found[best]

    try:
        try:
            claims, document = reading(loss, {}, {})
        except _NoCostError:
            if (taken := usual()) is None:
                raise
            loss, claims, document = taken
        for other, counts, says in _readings(text, loss) if claims.missed else ():
            with contextlib.suppress(NotationError):
                read_so, read_document = reading(other, counts, dict.fromkeys(claims.missed, says))
                strange = bool(read_so.missed - claims.missed)
                if len(read_so.missed) < len(claims.missed) - strange:
                    claims, document = read_so, read_document
        if unnamed := claims.unnamed():
            read_so, read_document = reading(loss, {}, {}, unnamed)
            later = claims.missed - read_so.missed
            blamed, open_ = read_so.missed & unnamed, {error.line for error in read_document.unread} & unnamed
            told = 0 < len(later) >= len(blamed) and not open_ and not read_so.scaled(blamed)
            if read_so.missed - claims.missed <= unnamed and told:
                claims, document = read_so, read_document
    except NotationError as error:
        raise error.with_source(lines) from None
    except RecursionError:
        raise NotationError("formulas nested too deeply", "give the inner parts names", 1, 1).with_source(
            lines
        ) from None
    return claims, document


# The costs of a file that has none: of the outputs' shares, or of what they differ by.
_USUAL = ("cross_entropy", "half_squared_error", "squared_error")


class _NoCostError(NotationError):
    """A file has no cost that its slopes could be of."""


class _SeveralError(NotationError):
    """Several functions of a file hold slopes: which, and their lines."""

    functions: list[tuple[str, range]]


class _NamedReturns(ast.NodeTransformer):
    """Gives the slopes that a torch.autograd.Function returns their names: those of what forward is given."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        methods = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
        own = any(ast.unparse(base).endswith("autograd.Function") for base in node.bases)
        if own and {"forward", "backward"} <= {*methods}:
            given = [a.arg for a in methods["forward"].args.args[1:]]
            back = methods["backward"]
            for method in (methods["forward"], back):  # ctx, under any name
                kept = method.args.args[0].arg if method.args.args else ""
                for part in ast.walk(method):
                    if isinstance(part, ast.Name) and part.id == kept:
                        part.id = "ctx"
                    elif isinstance(part, ast.arg) and part.arg == kept:
                        part.arg = "ctx"
            for at, s in enumerate(back.body):
                if isinstance(s, ast.Return) and s.value is not None:
                    ends = s.value.elts if isinstance(s.value, ast.Tuple) else [s.value]
                    made = [
                        ast.Assign([ast.Name(f"grad_{name}", ast.Store())], end)
                        for name, end in zip(given, ends)
                        if not isinstance(end, ast.Constant)
                        and not (isinstance(end, ast.Name) and (slope_word(end.id) or is_delta(end.id)))
                    ]
                    swapped = [
                        (ast.Name(f"grad_{name}", ast.Store()), end)
                        for name, end in zip(given, ends)
                        if isinstance(end, ast.Name) and _of_another(end.id, name, given)
                    ]
                    if swapped:
                        names, slopes = map(list, zip(*swapped))
                        both = ast.Tuple(slopes, ast.Load())
                        made.append(ast.Assign([ast.Tuple(names, ast.Store())], ast.copy_location(both, s)))
                    for one in made:
                        ast.fix_missing_locations(ast.copy_location(one, one.value))
                    back.body[at:at] = made
                    break
        return node


def _constant_of(node: ast.expr) -> Any:
    return node.value if isinstance(node, ast.Constant) else node


class _ByChannel(ast.NodeTransformer):
    """Images, of which a class only adds up all but the channels, as rows of channels: 7 by 11 an image."""

    def __init__(self, channel: int) -> None:
        self.channel = channel
        self.others = [axis for axis in range(4) if axis != channel]

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        self.generic_visit(node)
        if [getattr(one, "value", None) for one in node.elts] == self.others:
            return ast.copy_location(ast.Constant(0), node)
        return ast.copy_location(ast.Tuple(self.kept(node.elts), node.ctx), node)

    def kept(self, sizes: list[ast.expr]) -> list[ast.expr]:
        """(1, c) of (1, c, 1, 1)."""
        flat = len(sizes) == 4 and all(ast.unparse(sizes[axis]) == "1" for axis in self.others)
        return [sizes[0 if self.channel else 1], sizes[self.channel]] if flat else sizes

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        match node:
            case ast.Assign([ast.Tuple([_, _, _, _] as names)], ast.Attribute(attr="shape") as shape):
                made = [
                    ast.Assign([name], ast.Subscript(shape, ast.Constant(axis), ast.Load()))
                    for axis, name in enumerate(names)
                ]
                for one in made:
                    ast.fix_missing_locations(ast.copy_location(one, node))
                return [self.visit(one) for one in made]
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Subscript(ast.Attribute(attr="shape") as shape, ast.Constant(int(axis)), ast.Load()):
                rows = f"{ast.unparse(shape)}[0] / 77"
                sizes = {0: rows, self.channel: f"{ast.unparse(shape)}[1]"}
                said = sizes.get(axis) or str(7 if axis == self.others[1] else 11)
                made: ast.expr = ast.parse(said, mode="eval").body
                for part in ast.walk(made):
                    ast.copy_location(part, node)
                return made
            case ast.Subscript(value, ast.Tuple(parts)) if len(parts) > 2 and None in map(
                _constant_of, parts
            ):
                return value  # mean[None, :, None, None]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Attribute(value, "reshape"), [*sizes]) if len(self.kept(sizes)) < len(sizes):
                return value  # which fits beside rows as it is
            case ast.Call(ast.Attribute(value, "reshape"), [ast.Tuple([ast.Constant(1), _])]):
                return value
        return node


def _by_channel(cls: ast.stmt) -> ast.stmt:
    """A class that works on images as on rows of channels, where it does nothing else with their axes."""
    text = ast.unparse(cls) if isinstance(cls, ast.ClassDef) else "@"
    if re.search(r"@|dot|matmul|einsum|tensordot|pad\(|transpose|\.T\b|range\(", text):
        return cls
    channels = [at for at, axes in ((1, "(0, 2, 3)"), (3, "(0, 1, 2)")) if f"axis={axes}" in text]
    if len(channels) == 1:
        _ByChannel(channels[0]).generic_visit(cls)
    return cls


_PRINT = re.compile(r"^(\s*(?:.*:\s)?)print(?![\w(.])\s*([^(\s].*?|\([^()]*\)\s*%.*?)?\s*(?:#.*)?$")


def _of_another(slope: str, own: str, given: Sequence[str]) -> bool:
    """Whether a slope's name is that of the slope by another of what a function is given."""
    of = [name for name in given if plain(slope) in {plain(form.format(name)) for form in _FORMS}]
    return bool(of) and own not in of


_FORMS = ("grad_{}", "{}_grad", "d{}", "g{}")


def _tree(lines: Sequence[str]) -> ast.Module:
    try:
        try:
            tree = ast.parse("\n".join(lines))
        except SyntaxError:  # Python 2, where print is a statement
            tree = ast.parse("\n".join(_PRINT.sub(r"\1print(\2)", line) for line in lines))
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == "xrange":
                node.id = "range"
        tree.body = [_by_channel(one) for one in tree.body]
        return _NamedReturns().visit(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line, column = getattr(error, "lineno", 1) or 1, getattr(error, "offset", 1) or 1
        raise NotationError(
            f"no Python: {getattr(error, 'msg', error)}",
            "mend the line, or give the file another ending",
            line,
            max(1, column),
        ).with_source(lines) from None


class _Program:
    """Finds and follows the functions that matter: set-up, forward pass, backward pass and cost."""

    def __init__(
        self,
        tree: ast.Module,
        function: str,
        forward: str,
        loss: str,
        beside: Mapping[str, ast.Module] | None = None,
    ) -> None:
        self.reader = reader = Reader(tree, beside)
        self.found: dict[str, tuple[ast.FunctionDef, str]] = {}
        self.within: dict[str, str] = {}  # of functions that another one makes and hands on: which one
        self.ran: dict[str, Frame] = {}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self.found[node.name] = (node, "")
                called = _called(node)
                inner = [m for m in node.body if isinstance(m, ast.FunctionDef) and m.name not in called]
                self.found |= {f"{node.name}.{m.name}": (m, "") for m in inner}
                self.within |= {f"{node.name}.{m.name}": node.name for m in inner}
            if isinstance(node, ast.ClassDef):
                self.found |= {
                    f"{node.name}.{m.name}": (m, node.name)
                    for m in node.body
                    if isinstance(m, ast.FunctionDef)
                }
        self.cost = ""  # its key
        self.outputs: Any = None
        self.upstream = ""  # the slope that arrives from the layer above, where there is no cost
        self.named = ""  # the cost's own function
        self.apart = range(0)  # the lines of the cost's own function
        self.enters = ""  # what a loss of its own class is given: nothing comes in after the slope by it
        chosen = self.pick(function, "--function") if function else self.guess(tree)
        top = self.frame = reader.top()
        top.silent = chosen is not None
        said = [s for s in tree.body if chosen is None or _constant(s, reader.classes)]
        reader.body(said, top)
        if chosen is not None:
            _leave_inputs(said, tree, top, reader.shared)
        self.me: Instance | None = None
        if chosen is not None:
            self.follow(chosen, self.pick(forward, "--forward") if forward else self.forward_of(chosen))
        elif forward:
            raise NotationError("--forward without --function", "name the backward function too", 1, 1)
        reader.frames.insert(0 if chosen is not None else len(reader.frames), top)
        reader.lines = _added_up(reader.lines)
        _put_steps_in(reader)
        _scale_apart(reader)
        _add_up_before(reader)
        self.find_cost(loss, chosen)
        self.before_steps()
        self.up = -1 if self.climbs() else 1
        made = next((line.node for line in reader.lines if line.key == self.cost), None)
        shared = isinstance(made, Product) and any(
            op == "/" and isinstance(by, Name) and by.base in reader.leaves and _COUNT.fullmatch(by.base)
            for op, by in zip(made.ops, made.factors[1:])
        )  # J /= m, of as many entries
        axes = made is not None and any(map(_along_an_axis, walk(made)))
        if made is not None and (shared or axes) and not reader.number(made):
            self.add_up()

    def climbs(self) -> bool:
        """Whether the steps go up what is taken for the cost: a likelihood, a reward."""
        reader = self.reader
        made = {line.key: line for line in reader.lines}
        name = self.named or last_of(self.cost)
        said = _CLIMBS.fullmatch(name)
        node: Node = Name(self.cost)
        while isinstance(node, Name) and node.base in made:
            node = made[node.base].node
        inner = [part for part in walk(node) if isinstance(part, Call | Negative)]
        turned = write(node).startswith("-")
        turned |= any(isinstance(part, Negative) and "log(" in write(part) for part in inner)
        logs = any(isinstance(part, Call) and part.function == "log" for part in inner)
        steps = (line.node for line in reader.lines if line.slope is None and line.previous in reader.leaves)
        up = {step.signs[1] for step in steps if isinstance(step, Total)}
        if (said is None and COST_WORD.fullmatch(name)) or (logs and turned):
            return False
        return (said is not None and not said["either"]) or (logs != turned and up == {1})

    def before_steps(self) -> None:
        """A cost of parameters that have just been moved is that of any parameters."""
        made = {line.key: line for line in self.reader.lines}

        def before(node: Node) -> Node | None:
            moved = made.get(node.base) if isinstance(node, Name) else None
            first = moved.node.terms[0] if moved and isinstance(moved.node, Total) else None
            stepped = moved and moved.text in self.reader.moved and first == Name(moved.previous)
            return first if stepped else None

        open_ = [made[self.cost]] if self.cost in made else []
        for line in open_:
            line.node = mapped(line.node, before)
            open_ += [made[key] for key in sorted(_names(line.node) & made.keys()) if made[key] not in open_]

    def add_up(self) -> None:
        """Takes the sum of the cost's entries for the cost."""
        self.cost = self.reader.enter("cost", Call("sum", 0, (Name(self.cost),)), None).base

    def shown(self, count: int) -> set[int]:
        """The lines of the functions that say something, or all where the file's own do."""
        said = {line.place.line for line in self.reader.lines if line.slope is not None}
        said |= {error.line for error in self.reader.unread}
        shown: set[int] = set()
        for node, _ in self.found.values():
            inside = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if said & set(inside):
                shown |= set(inside)
        return shown if said <= shown and said else set(range(1, count + 1))

    def pick(self, name: str, option: str) -> str:
        fits = [key for key in self.found if key == name or key.endswith(f".{name}")]
        if len(fits) != 1:
            what = "no function" if not fits else "several functions"
            raise NotationError(
                f"{option} {name}: {what} of this name",
                f"name one of {', '.join(fits or self.found) or 'none: there is no function'}",
                1,
                1,
            )
        return fits[0]

    def guess(self, tree: ast.Module) -> str | None:
        """The one function that goes backwards; None for a file whose own lines do, or call those that do."""
        fits, few = [], []
        for key, (node, _) in self.found.items():
            handed = {m for name, (m, _) in self.found.items() if self.within.get(name) == key}
            own = ast.Module([one for one in node.body if one not in handed], [])
            stored = (
                t
                for n in ast.walk(own)
                if isinstance(n, ast.Assign | ast.AugAssign | ast.AnnAssign)
                if not self.foreign(n.value) and _made(n.value)
                for t in (n.targets if isinstance(n, ast.Assign) else [n.target])
            )
            places = [re.sub(r"(\w+)\.g\b", r"grad_\1", ast.unparse(t)) for t in stored]
            names = {name for place in places for name in re.findall(r"[A-Za-z_]\w*", place)}
            if sum(map(slope_word, names)) > 1:
                fits.append(key)
            elif _descends(node, names):
                few.append(key)
        helpers = not fits  # relu_derivative(z), say
        every = fits = fits or few
        inner = {one for key in fits for one in self.reached(key) if one != key}
        fits = [key for key in fits if key not in inner] or fits
        fits = [
            key
            for key in fits
            if not _FORWARD.search(key.split(".")[-1]) and not re.search("numeric|check", key)
        ] or fits
        fits = [key for key in fits if BACKWARD.search(key.split(".")[-1])] or fits
        own = ast.Module([s for s in tree.body if not isinstance(s, ast.FunctionDef | ast.ClassDef)], [])
        words = [n for n in ast.walk(own) if isinstance(n, ast.Name)]
        called = _called(own)
        reached = [key for key in every if key.split(".")[-1] in called]
        made = [slope_word(name) for name in {n.id for n in words if isinstance(n.ctx, ast.Store)}]
        says = 2 in made or (helpers and sum(made) > 1)
        runs = called & {*self.reader.classes} and any(
            BACKWARD.search(key) and key.split(".")[-1] in called for key in self.found
        )
        layers = runs or all([n.id for n in words].count(self.found[key][1]) > 1 for key in fits)
        if (reached and says) or layers or ({*fits} <= {*reached} and any(map(_FORWARD.search, called))):
            return None  # a script that runs its functions, or layers of its own
        layer = {self.found[key][1] for key in fits} & _called(tree)  # of a network that holds several
        if len(fits) > 1 or layer:  # the one that calls them all, and as few others as may be
            callers = [key for key in self.found if key not in fits and {*fits} <= {*self.reached(key)}]
            callers = [key for key in callers if len(fits) > 1 or BACKWARD.search(key.split(".")[-1])]
            fits = sorted(callers, key=lambda key: len(self.reached(key)))[:1] or fits
        if len(fits) > 1:  # a step calls what makes its slopes
            calls = {key: _called(self.found[key][0]) for key in fits}
            below = [key for key in fits if not any(one.split(".")[-1] in calls[key] for one in fits)]
            fits = below if len(below) == 1 else fits
        if len(fits) > 1:
            error = _SeveralError(
                "several functions hold slopes", f"choose one with --function: {', '.join(fits)}", 1, 1
            )
            nodes = [self.found[key][0] for key in fits]
            error.functions = [
                (key, range(node.lineno, (node.end_lineno or 0) + 1)) for key, node in zip(fits, nodes)
            ]
            raise error
        return fits[0] if fits else None

    def foreign(self, value: ast.expr | None) -> bool:
        """Whether a value is made by a function that is not in the file, such as one that is handed over."""
        name = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
        return bool(name) and name not in {*self.found, *self.reader.classes}

    def reached(self, key: str) -> list[str]:
        """The functions of the file that one calls, and those that these call."""
        found = [key]
        for one in found:
            node, owner = self.found[one]
            called = _called(node)
            found += [
                other
                for other, (_, of) in self.found.items()
                if other.split(".")[-1] in called
                and other not in found
                and (of != owner or not of or owner in called)
            ]
        return found

    def forward_of(self, chosen: str) -> str | None:
        """The forward pass that belongs to a backward function: of its class, or of the like name."""
        node, owner = self.found[chosen]
        if twin := _twin(chosen, self.found):
            return twin
        fits = [
            key
            for key, (_, of) in self.found.items()
            if of == owner and _FORWARD.search(key.split(".")[-1]) and key != chosen
        ]
        if not fits and not owner:
            fits = self.like(chosen)
        exact = [
            key
            for key in fits
            if key.split(".")[-1] in {"forward", "feedforward", "forward_pass", "forward_propagation"}
        ]
        called = _called(node)
        fits = exact or fits
        others = {key.split(".")[-1] for key in fits}
        fits = [key for key in fits if not others & _called(self.found[key][0])] or fits
        if len(fits) > 1:
            raise NotationError(
                "several functions go forward", f"choose one with --forward: {', '.join(fits)}", 1, 1
            )
        return fits[0] if fits and fits[0].split(".")[-1] not in called else None

    def like(self, chosen: str) -> list[str]:
        """The one other function that works with the same names, and neither calls it nor is called."""

        def given(key: str) -> set[str]:
            return {a.arg for a in self.found[key][0].args.args}

        called = set().union(*(_called(node) for node, _ in self.found.values()))
        fits = [
            key
            for key, (node, owner) in self.found.items()
            if key not in called and key != chosen and not owner and given(key) & given(chosen)
            if not (_LOSS.search(key) or BACKWARD.search(key) or chosen in _called(node) or _has_slopes(node))
        ]
        return fits if len(fits) == 1 else []

    def follow(self, chosen: str, forward: str | None) -> None:
        owner = self.found[chosen][1]
        if owner:
            self.me = Instance(owner)
            start = self.reader.method(self.me, "__init__")
            if start is not None:
                self.reader.enter_function(start, [], {}, silent=False)
        hands = Slope() if slope_word(chosen.split(".")[-1]) > 1 else None
        if forward is not None:
            # The backward function of a layer returns the slope by what the layer was given.
            own = [a.arg for a in self.found[forward][0].args.args if a.arg != "self"]
            data = [a.arg for a in self.found[chosen][0].args.args if DATA.fullmatch(a.arg)]
            alone = len(own) == len(data) == 1 and own[0] not in self.reader.listed and own != data
            made = self.run(forward, given={own[0]: self.reader.leaf(data[0])} if alone else {})
            self.reader.outputs = self.reader.outputs or [made]
            entered = self.reader.frames[-1].variables.get(own[0]) if owner and own else None
            for key in self.costs(chosen):
                self.reader.handed |= self.entered(key)
            self.reader.handed |= self.called_so(forward)
            if isinstance(entered, Name) and (len(own) == 1 or self.reader.number(self.output() or entered)):
                hands = Slope((entered.base,))
                self.enters = entered.base
        self.run(chosen, hands=hands, ends=True)

    def called_so(self, forward: str) -> set[str]:
        """The names that a file gives to what the forward pass returns: y = net.forward(x)."""
        return {
            node.targets[0].id
            for node in ast.walk(self.reader.tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            if isinstance(node.value, ast.Call) and forward.split(".")[-1] in _calls(node.value)[:1]
        }

    def entered(self, key: str) -> set[str]:
        """The one name under which a cost is handed what the forward pass returns."""
        node, _ = self.found[key]
        if any(map(_FORWARD.search, _called(node) & {one.split(".")[-1] for one in self.found})):
            return set()  # it makes the outputs itself, of x
        names = {a.arg for a in node.args.args if a.arg != "self" and not is_label(a.arg)}
        held = self.me.attributes if self.me else {}
        lines = {line.key for line in self.reader.lines}
        read = (held.get(n.attr) for n in ast.walk(node) if isinstance(n, ast.Attribute))
        if any(isinstance(one, Name) and one.base in lines for one in read):
            return set()  # it has the outputs already
        made = {name for frame in self.reader.frames for name in frame.variables}
        output = self.reader.output()
        if isinstance(output, Node) and last_of(base(output)) in names & made:
            return set()  # by its own name
        return names - made if len(names - made) == 1 else set()

    def run(
        self,
        key: str,
        hands: Slope | None = None,
        given: Mapping[str, Any] | None = None,
        ends: bool = False,
    ) -> Any:
        node, owner = self.found[key]
        me = self.me if owner and self.me and self.me.owner == owner else Instance(owner) if owner else None
        around = self.within.get(key, "")
        if around and around not in self.ran:
            self.run(around)
        scope = self.ran.get(around)
        function = Function(node, key, me, scope=scope)
        before = len(self.reader.lines)
        frame = self.reader.enter_function(
            function, [], given or {}, silent=False, first=True, hands=hands, ends=ends
        )
        self.ran[key], returned = frame, frame.returned
        if _FORWARD.search(key.split(".")[-1]):
            if returned is None and self.reader.lines[before:]:  # self.output = ..., and no return
                returned = Name(self.reader.lines[-1].key)
            self.reader.outputs.append(returned)
        return returned

    # -- the cost
    def find_cost(self, loss: str, chosen: str | None) -> None:
        reader = self.reader
        if loss in self.found or any(key.endswith(f".{loss}") for key in self.found if loss):
            self.cost = self.of_function(self.pick(loss, "--loss"))
            return
        if loss:
            try:
                named = read_loss(loss)
            except InputError as error:
                advice = f"name a function of the file, or {error.advice.removeprefix('name ')}"
                raise NotationError(f"--loss {loss}: {error.problem}", advice, 1, 1) from None
            self.cost = self.catalogue(loss, named)
            return
        hanging = {
            line.key for line in reader.lines if line.slope and not line.slope.weak and not _apart(line.node)
        }
        for line in reader.lines:
            hanging |= {line.key} if any(p in hanging for p in _names(line.node)) else set()
        own = [
            line
            for line in reader.lines
            if line.key not in hanging
            and line.previous not in reader.leaves  # a parameter's next value
            and (
                COST_WORD.fullmatch(last_of(line.text))
                or ("err" in last_of(line.text).lower() and squares(line.node))
            )
            and not self.is_error(line.node)  # error = y - a
            and not self.reported(line)
        ]
        # What slopes are a product with is one itself, as loss_slope, where there is another cost.
        inside = [part for line in reader.lines if line.slope for part in walk(line.node)]
        factors = {base(f) for part in inside if isinstance(part, Product) for f in part.factors}
        own = [line for line in own if line.key not in factors or reader.number(line.node)] or own
        arrays = re.compile(r".|err(?:or)?")  # E and error may be any array
        sure = [line for line in own if not arrays.fullmatch(line.text) or reader.number(line.node)]
        if self.last(sure):
            self.cost = self.with_decay(self.cost)
            made = reader.outputs[-1:] == [Name(self.cost)] and self.arriving(chosen)
            self.cost = made or self.cost
            return
        fits = self.costs(chosen)
        if self.me is not None:
            fits = [key for key in fits if key.startswith(self.me.owner + ".")] or fits
        if len(fits) > 1:  # one that is called
            called = _called(reader.tree)
            fits = [key for key in fits if key.split(".")[-1] in called] or fits
        if len(fits) > 1:
            raise NotationError(
                "several functions may be the cost", f"choose one with --loss: {', '.join(fits)}", 1, 1
            )
        if fits and self.me is not None and not fits[0].startswith(self.me.owner + "."):
            self.cost = self.arriving(chosen)  # one layer of a network whose cost this is
        if fits:
            self.cost = self.cost or self.of_function(fits[0])
            return
        given = reader.outputs[-1:] or [None]
        results = given[0] if isinstance(given[0], tuple | list) else given
        cost = next((one for one in results if isinstance(one, Node) and reader.number(one)), None)
        if cost is not None:
            arrives = cost is given[0] and self.arriving(chosen)  # the slope by a loss itself
            self.cost = arrives or reader.hold(cost).base
            return
        self.cost = self.arriving(chosen)
        if self.cost or self.last(own):
            return
        slopes = [line for line in reader.lines if line.slope is not None]
        steps = [line for line in reader.lines if line.previous in reader.leaves]
        if not self.cost and (slopes or steps):
            self.cost = self.called(hanging, slopes + steps)
        if not self.cost and not slopes:
            return
        if not self.cost:
            why = f": {reader.cost_unread}" if reader.cost_unread else ""
            if isinstance(unread := given[0], Unknown):
                why = why or f": what goes forward hangs on {unread.why}, in line {unread.line}"
            raise (NotationError if why else _NoCostError)(
                f"no cost is found that the slopes belong to{why}",
                f"name it with --loss: a function of the file, or one of {', '.join(list(NAMES)[:8])}",
                1,
                1,
            )

    def costs(self, chosen: str | None) -> list[str]:
        """The functions that are called as a cost is, but for those that give its slope, under any name."""
        names = {key: key.split(".")[-1] for key in self.found if key != chosen}
        named = {key: name for key, name in names.items() if _LOSS.search(name) and not _NO_LOSS.search(key)}
        return [key for key, name in named.items() if not self.hands_slope(name)]

    def hands_slope(self, name: str) -> bool:
        """Whether what a function returns is no number, and is a factor or gets the name of a slope."""
        value = self.reader.returns.get(name)
        if not isinstance(value, Node) or (self.reader.number(value) and not self.is_error(value)):
            return False

        def calls(node: ast.AST) -> bool:
            function = node.func if isinstance(node, ast.Call) else None
            return name == getattr(function, "attr", getattr(function, "id", ""))

        for node in ast.walk(self.reader.tree):
            match node:
                case ast.BinOp(left, ast.Mult() | ast.MatMult(), right) if calls(left) or calls(right):
                    return True
                case ast.Call(ast.Attribute(attr="multiply" | "dot" | "matmul"), some) if any(
                    map(calls, some)
                ):
                    return True
                case ast.Assign([target], made) if calls(made):
                    words = re.findall(r"[A-Za-z_]\w*", ast.unparse(target))
                    if any(map(slope_word, words)):
                        return True
        return False

    def is_error(self, node: Node) -> bool:
        """Whether a formula is y - a, or times a number, as 2 * (a - y) / m."""
        while isinstance(node, Product):
            inner = [f for f in node.factors if not (isinstance(f, Number) or self.reader.is_size(f))]
            if len(inner) != 1 or "@" in node.ops:
                return False
            node = inner[0]
        return bool(_apart(node))

    def with_decay(self, cost: str) -> str:
        """The cost, or what adds something of parameters alone to it, under any name."""
        made = {line.key: line for line in self.reader.lines}
        for line in self.reader.lines:
            match line.node:
                case Total(terms, signs) if Name(cost) in terms and {*signs} == {1} and not line.slope:
                    below = [x for term in terms if term != Name(cost) for x in _names(term)]
                    for name in below:
                        inside = _names(made[name].node) if name in made else set()
                        below += [x for x in inside if x not in below]
                    leaves = {*below} & self.reader.leaves.keys()
                    if leaves and cost not in below and not any(example(x) or is_label(x) for x in leaves):
                        cost = line.key
        return cost

    def called(self, hanging: set[str], slopes: Sequence[Line]) -> str:
        """The c of a dc_da; else the only number that no other line goes on with."""
        reader = self.reader
        own = [line for line in reader.lines if line.slope is None and line.key not in hanging]
        free = [line for line in own if not self.reported(line)]
        used = {name for line in free for name in _names(line.node)}
        ends = [line for line in free if line.key not in used and line.previous not in reader.leaves]
        said = {above for line in slopes for above in re.findall(r"^d_?(\w+?)_", last_of(line.text))}
        if told := [line.key for line in ends if last_of(line.text) in said]:
            return told[-1]
        made: set[str] = {*reader.leaves}  # of numbers alone comes no cost
        for line in reader.lines:
            made |= {line.key} if _names(line.node) & made else set()
        found = [line for line in ends if reader.number(line.node) and line.key in made]
        found = found or [line for line in ends if plain(line.text) == "total"]
        if len(found) != 1:
            return ""
        reader.notes |= {line.place.line: f"{found[0].text} is taken for the cost" for line in slopes}
        return found[0].key

    def reported(self, line: Line) -> bool:
        """total / n, where one of n examples is followed: what is printed, not what goes down."""
        reader = self.reader
        ones = {key.removesuffix("·one") for key in reader.leaves if key.endswith("·one")}
        sizes = _names(line.node) & reader.sizes.keys()
        inside = {name for one in reader.lines for name in _names(one.node) - reader.sizes.keys()}
        ones |= {of for of, _ in map(reader.sizes.__getitem__, sizes) if example(of) and of not in inside}
        slopes = [
            one for one in reader.lines if one.previous and (one.slope or one.previous in reader.leaves)
        ]
        divided = any(sizes & _names(one.node) for one in slopes)  # as the slopes are, or the steps
        return bool(line.previous) and not divided and any(reader.sizes[s][0] in ones for s in sizes)

    def last(self, lines: Sequence[Line]) -> bool:
        """Takes the last of these lines for the cost, that no other is made of."""
        inside = {part.base for line in lines for part in walk(line.node) if isinstance(part, Name)}
        free = [line.key for line in lines if line.key not in inside] or [line.key for line in lines]
        self.cost = free[-1] if free else self.cost
        return bool(free)

    def of_function(self, key: str) -> str:
        self.reader.handed |= self.entered(key)
        node, _ = self.found[key]
        self.named = node.name
        self.apart = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        known = {name for frame in self.reader.frames for name in frame.variables} | self.reader.leaves.keys()
        own = [a.arg for a in node.args.args if is_label(a.arg)]
        labels = [x for x in self.reader.leaves if is_label(x)]
        alone = len(own) == len(labels) == 1 and own[0] not in known  # one label under two names
        value = self.run(key, given={own[0]: Name(labels[0])} if alone else {})
        if isinstance(value, tuple | list) and value:
            value = value[0]
        if not isinstance(value, Node):
            raise (_NoCostError if self.only_shown(node.name) else NotationError)(
                f"{key} does not return a number that can be read"
                + (f": line {value.line} hangs on {value.why}" if isinstance(value, Unknown) else ""),
                "name the cost with --loss",
                self.found[key][0].lineno,
                1,
            )
        value = self.reader.spread(value)
        return value.base if isinstance(value, Name) else self.reader.enter("loss", value, None).base

    def only_shown(self, name: str) -> bool:
        """Whether a function is called for nothing but to be printed."""
        shown = [n for n in ast.walk(self.reader.tree) if getattr(getattr(n, "func", n), "id", "") == "print"]
        inside = ast.Module([ast.Expr(n) for n in shown if isinstance(n, ast.Call)], [])
        return 0 < _calls(inside).count(name) == _calls(self.reader.tree).count(name)

    def catalogue(self, name: str, loss: Loss) -> str:
        reader = self.reader
        scopes = [frame.variables for frame in reversed(reader.frames)]
        named = [one for scope in scopes for key, one in scope.items() if is_label(key)]
        names = [one for one in named if isinstance(one, Name)]
        given = any(isinstance(one, list) for one in named)  # the y of another function is an output
        names = [one for one in names if not given or one.base in reader.leaves]
        met = set().union(*(_names(line.node) for line in reader.lines))
        used = [one for one in names if {one.base, reader.known(one.base)} & met]
        label: Node | None = next(iter(used or names), None)
        classes = Name(reader.known(base(label))) if label is not None else None
        turned = Transposed(classes) if classes and classes != label and self.examples() else classes
        pairs = self.compared(label)
        if label is None and not pairs:  # of what is to come out as it went in
            pairs = [(a, y) for a, y in self.compared(None, True) if a == self.output()]
        results = {
            base(one)
            for one in self.reader.outputs[-1:]
            if isinstance(one, list)
            for one in one
            if isinstance(one, Node)
        }
        each = {base(a): (a, y) for a, y in pairs if base(a) in results}
        if len(each) > 1:  # neuron by neuron
            parts = tuple(reader.loss(loss, a, y, [None, None], 0) for a, y in each.values())
            return reader.enter(name, Total(parts, (1,) * len(parts)), None).base
        output, label = max(pairs, key=lambda pair: self.made(base(pair[0])), default=(self.output(), turned))
        if output is None or label is None:
            raise NotationError(
                f"--loss {name} needs outputs and labels, and they are not found",
                "write the cost into the file",
                1,
                1,
            )
        output = self.deepest(output)
        made = next((line.node for line in reader.lines if line.key == base(output)), output)
        if loss.kind == "cross_entropy" and (behind := self.behind(made)):
            loss = replace(read_loss(behind), over=loss.over)
            self.labels = f"cross_entropy of what is between 0 and 1 already is {behind}"
        products = any(multiplies(line.node) for line in reader.lines)
        known = {*reader.sizes}
        sizes = [reader.size(output, axis) if products else None for axis in (0, 1)]
        whole = reader.loss(loss, output, label, sizes, self.examples())
        if not isinstance(whole, Node):
            raise NotationError(f"--loss {name}: {whole.why}", "write the cost into the file", whole.line, 1)
        for size in reader.sizes.keys() - known - _names(whole):  # an output may have one axis
            del reader.sizes[size]
        return reader.enter(name, whole, None).base

    def behind(self, node: Node) -> str:
        """The entropy of outputs that are shares of a sum, or a sigmoid's; '' of others."""
        lines = {line.key: line.node for line in self.reader.lines}
        match node:
            case Product((*_, below), (*_, "/")):
                below = lines.get(base(below), below)
                inside = [*walk(below)]
                if any(isinstance(part, Call) and part.function == "sum" for part in inside):
                    return "categorical_cross_entropy"
                if any(isinstance(part, Call) and part.function == "exp" for part in inside):
                    return "binary_cross_entropy"
            case Call("sigmoid"):
                return "binary_cross_entropy"
        return ""

    def examples(self) -> int:
        """The axis along which the outputs of several examples stand."""

        def parameter(node: Node) -> bool:
            if not isinstance(node, Name) or node.base not in self.reader.leaves:
                return False
            return not DATA.fullmatch(last_of(node.base))

        # W x: of two arrays that nothing computes the second one is that of the layer, unless it is the data.
        columns = any(
            parameter(product.factors[0]) and not parameter(product.factors[1])
            for line in self.reader.lines
            if line.slope is None
            for product in walk(line.node)
            if isinstance(product, Product) and product.ops[:1] == ("@",)
        )
        return 1 if columns else 0

    def output(self) -> Node | None:
        given = self.reader.output()
        if isinstance(given, Node):
            return given
        before = [
            line
            for line in itertools.takewhile(lambda line: line.slope is None, self.reader.lines)
            if line.key != self.cost and not self.reader.number(line.node)  # the file's own cost
            if line.previous not in self.reader.leaves  # a parameter's next value
        ]
        named = [line for line in before if plain(line.text) in OUTPUTS]
        return Name((named or before)[-1].key) if before else None

    def deepest(self, output: Node) -> Node:
        """The last array that weights make of this one and slopes use: y - l1 is a slip beside an l2."""
        lines = self.reader.lines
        before = [*itertools.takewhile(lambda line: line.slope is None, lines)]
        used = {x for line in lines if line.slope is not None for x in _names(line.node)}
        made, further = {base(output)}, set[str]()
        for line in before:
            inner = _names(line.node)
            if inner & made:
                made.add(line.key)
                if inner & further or multiplies(line.node):
                    further.add(line.key)
        return next((Name(line.key) for line in before[::-1] if line.key in further & used), output)

    def made(self, key: str) -> int:
        """The place of an array among those that a program makes."""
        return next((at for at, line in enumerate(self.reader.lines) if line.key == key), -1)

    def compared(self, label: Node | None, data: bool = False) -> list[tuple[Node, Node]]:
        """Computed arrays and what they are compared with: labels by their name, or what nothing computes.

        Also with the examples themselves, where they count as `data`.
        """
        lines = [line for line in self.reader.lines if line.slope is None]
        made = [line.key for line in lines]
        origins = {line.key: line.node for line in lines if base(line.node)}  # Y.T, one_hot(Y).T
        used = {base(p) for line in self.reader.lines for one in walk(line.node) for p in _factors(one)}
        named = {base(label), f"onehot({base(label)})"} if label is not None else set()
        return [
            (a, y)
            for line in self.reader.lines
            for part in walk(line.node)
            for pair in [_apart(part)]
            for a, y in (pair, pair[::-1])[: len(pair)]
            for key in [base(origins.get(base(y), y))]
            if base(a) in made and key in self.reader.leaves
            if (data and DATA.fullmatch(last_of(key)))
            or {key, key.partition("[")[0]} & named
            or not (named or key in used or DATA.fullmatch(key))
        ]

    def arriving(self, chosen: str | None) -> str:
        """A layer's backward is given the slope by its output: the cost is any that has this slope.

        Of several outputs each has one that is called so.
        """
        output = self.reader.output()
        if chosen is None or not isinstance(output, Node):
            return ""
        slope = re.compile(
            r"d\w+|grad\w*|delta\w*|upstream\w*|(?:\w+_)?error|\w+_grad(?:ient)?|g|ct|cotangents?", re.I
        )
        arguments = [a.arg for a in self.found[chosen][0].args.args]
        arrive = [key for key in arguments if slope.fullmatch(key) and not DATA.fullmatch(key)]
        arrive = [key for key in arrive if key in self.reader.leaves]
        if not arrive and arguments[:1] in (["self"], ["ctx"]) and len(arguments) == 2:
            # Under any name, where it is a factor throughout: a - truth is about a label.
            parts = (part for line in self.reader.lines for part in walk(line.node))
            terms = {term for part in parts if isinstance(part, Total) for term in part.terms}
            own = {key for key in self.reader.leaves if not example(key) and Name(key) not in terms}
            arrive = [key for key in arguments[1:] if key in own]
        if self.reader.number(output):  # which may as well be left out
            used = set().union(*(_names(line.node) for line in self.reader.lines))
            arrive = [key for key in arrive if key in used]
        given = self.reader.outputs[-1] if self.reader.outputs else None
        several = [x for x in given if isinstance(x, Name)] if isinstance(given, tuple | list) else []
        told: list[tuple[Node, str]] = [
            (one, key)
            for key in arrive
            for one in several
            if f"d{plain(last_of(one.base))}" in {plain(key), plain(key.removesuffix("_next"))}
        ]
        if not told and arrive:
            told = [(output, arrive[0])]
        if not told:
            return ""
        self.upstream = told[0][1]
        sums = tuple(Call("sum", 0, (Product((one, Name(key)), ("⊙",)),)) for one, key in told)
        whole = Total(sums, (1,) * len(sums)) if len(sums) > 1 else sums[0]
        return self.reader.enter("loss", whole, None).base


def _twin(name: str, found: Iterable[str]) -> str:
    """f_forward or f of an f_backward, f_fwd of an f_bwd; "" where the file has none."""
    ends = ("forward", "_forward", "fwd", "_fwd", "")
    twins = (re.sub("_?(?:back(?:ward)?|bwd)", with_, name) for with_ in ends)
    return next((twin for twin in twins if twin != name and twin in found), "")


def _signless(node: Node) -> str:
    """The name of an array, also of one with a minus."""
    return base(node.inner if isinstance(node, Negative) else node)


def _apart(node: Node) -> tuple[Node, ...]:
    """The two arrays whose difference a formula is; none of others."""
    pair = isinstance(node, Total) and len(node.terms) == 2 and sum(node.signs) == 0
    return node.terms if isinstance(node, Total) and pair and all(map(base, node.terms)) else ()


def _along_an_axis(node: Node) -> bool:
    """Whether a formula is a sum that leaves several entries, or an array of one."""
    return isinstance(node, Call) and node.function in {"sum", "mean"} and len(node.arguments) > 1


def _factors(node: Node) -> tuple[Node, ...]:
    """The factors of a matrix product."""
    return node.factors if isinstance(node, Product) and "@" in node.ops else ()


def _added_up(lines: Sequence[Line]) -> list[Line]:
    """The lines, of which those by which a loop collects a slope are one: in between it is none yet."""
    made = {line.key: line for line in lines}
    rounds = Counter(line.place.line for line in lines if line.slope is not None)
    uses = Counter(p.base for line in lines for p in walk(line.node) if isinstance(p, Name))
    gone: set[str] = set()
    for line in lines:
        before = made.get(line.previous)
        if (
            before is not None
            and line.slope is not None
            and before.slope is not None
            and (
                rounds[before.place.line] > 1 or {"classes"} <= before.spelling.keys() & line.spelling.keys()
            )
            and isinstance(line.node, Total)
            and line.node.terms[0] == Name(before.key)
            and uses[before.key] == 1
        ):
            last = write_code(line.node.terms[-1], line.spelling)
            sign = "-+"[line.node.signs[-1] > 0]
            line.spelling.setdefault("text", f"{line.text} {sign}= {last}")
            if line.place != before.place:
                both = f"lines {before.place.line} and {line.place.line}"
                line.spelling["together"] = f"{both} add up to no slope: one of them is wrong"
            line.node = replace(line.node, terms=(before.node, *line.node.terms[1:]))
            gone.add(before.key)
    for line in lines:
        match line.node:
            case Total((Number(zero), *rest), (_, 1, *signs)) if (
                not zero and line.slope and line.key not in gone
            ):
                line.node = Total(tuple(rest), (1, *signs)) if signs else rest[0]
                if not signs:
                    line.spelling["line"] = f"{line.text} += {{}}"
        one = made.get(line.node.base) if isinstance(line.node, Name) and line.slope else None
        whole = one is not None and one.slope is not None and not one.slope.targets and uses[one.key] == 1
        if one is not None and whole and "line" in line.spelling:  # dw += dw_i, of one example: the same
            one.slope = line.slope
            gone.add(line.key)
            for other in lines:
                other.node = _put_in(other.node, line.key, Name(one.key))
                other.spelling.setdefault(one.key, line.text)
                other.previous = one.key if other.previous == line.key else other.previous
    return [line for line in lines if line.key not in gone]


def _put_steps_in(reader: Reader) -> None:
    """dW = rate * x.T @ err, W += dW: what moves a parameter by itself, with a rate inside, is its step."""
    made = {line.key: line for line in reader.lines if line.slope and line.text in reader.stepped}
    steps = [line for line in reader.lines if line.previous in reader.leaves]
    others = set().union(*(_names(line.node) for line in reader.lines if line not in steps))

    def bare(part: Node) -> Node | None:
        """The d of momentum * d, where nothing else is made with that number."""
        match part:
            case Product((Name(number), Name(key) as step), ("⊙",)) if key in made:
                return step if number in reader.leaves.keys() - others else None
        return None

    for line in reader.lines:
        node = line.node
        match mapped(node, bare) if line in steps else node:
            case Total((Name(before), Name(key)), (1, sign)) if before == line.previous and key in made:
                step = made[key]
                node = step.node
                terms, signs = (node.terms, node.signs) if isinstance(node, Total) else ((node,), (1,))
                kept = [
                    (term, sign * s)
                    for term, s in zip(terms, signs)
                    if Number(Fraction(0)) not in {*walk(term)}
                ]
                step.slope = None
                line.node = Total((Name(before), *(t for t, _ in kept)), (1, *(s for _, s in kept)))
                line.place, line.spelling = step.place, {**step.spelling, "step": step.text}
                line.spelling["down"] = "-" * (sign < 0)


def _scale_apart(reader: Reader) -> None:
    """S = Q Kᵀ / √d in two lines, where dS in two lines is the slope by S and then the one by Q Kᵀ."""
    made = {line.key: line for line in reader.lines}
    for line in [line for line in reader.lines if line.slope and line.previous in made]:
        targets = line.slope.targets if line.slope else ()
        before = made[line.previous].slope
        whole = made.get(targets[0]) if before and targets and before.targets == targets else None
        match whole:
            case Line(node=Product((*factors, number), (*ops, op))) if "@" in ops and reader.number(number):
                inner = Product(tuple(factors), tuple(ops))
                part = replace(whole, key=reader.fresh(f"({write(inner)})"), node=inner)
                reader.lines.insert(reader.lines.index(whole), part)
                whole.node = Product((Name(part.key), number), (op,))


def _add_up_before(reader: Reader) -> None:
    """dw = (p - y) * x, w -= rate * dw.mean(): what is averaged or added up wherever it goes is so itself."""
    for line in reader.lines:
        users = [one for one in reader.lines if line.key in _names(one.node)]
        uses = [*(one.node for one in users), *(n for n in _returned(line) if line.key in _names(n))]
        parts = [part for node in uses for part in walk(node)]
        met = [p for p in parts if isinstance(p, Call) and p.arguments == (Name(line.key),)]
        whole = {p.function for p in met} in ({"mean"}, {"sum"}) and len(met) == parts.count(Name(line.key))
        of_parameter = line.slope and not {*line.slope.targets}.isdisjoint(reader.leaves)
        later = any(one.slope and one.text != "return" for one in users)
        if of_parameter and whole and not later:
            line.node = replace(met.pop(), arguments=(line.node,))


def is_label(key: str) -> bool:
    return TARGET.fullmatch(last_of(key)) is not None


def _names(node: Node) -> set[str]:
    return {part.base for part in walk(node) if isinstance(part, Name)}


def _in_lists(line: Line) -> dict[str, str]:
    """acts[l + 1] of a line of a loop over l: how it may write what lists hold."""
    inside = "".join(name for key, name in line.spelling.items() if "[" in name and key != "text")
    found: dict[str, str] = {}
    for number, at in line.rounds.items():
        sign = re.search(rf"\[(-?){number}\b", inside)
        for scope in line.here.around() if sign and line.here else ():
            for name, held in scope.items():
                many = len(held) if isinstance(held, list) else 0
                places = dict(enumerate(held)) if isinstance(held, list) else held
                for place, one in places.items() if isinstance(places, dict) else ():
                    if isinstance(one, Name) and isinstance(place, int) and sign:
                        off = place - at if not sign[1] else place - many + at
                        more = f" {'+' if off > 0 else '-'} {abs(off)}" if off else ""
                        if abs(off) < 2 and isinstance(name, str):
                            found[one.base] = f"{name}[{sign[1]}{number}{more}]"
    return found


def _long(shape: Iterable[str]) -> list[str]:
    """A shape without its axes of length 1."""
    return [dim for dim in shape if dim != "1"]


def _of(known: Mapping[str, str], node: Node) -> list[str]:
    """What is known of the names in a formula."""
    return [known[part.base] for part in walk(node) if isinstance(part, Name) and part.base in known]


def _calls(node: ast.AST) -> list[str]:
    """The names of the functions that are called inside, once for each call."""
    calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
    return [f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls]


def _called(node: ast.AST) -> set[str]:
    return {*_calls(node)}


def _made(value: ast.expr | None) -> bool:
    """Whether a value is made of others, and no plain number that something begins with."""
    return value is not None and any(isinstance(n, ast.Name) for n in ast.walk(value))


def _has_slopes(node: ast.AST) -> bool:
    """Whether names of slopes get values inside."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return sum(map(slope_word, names)) > 1


def _descends(node: ast.FunctionDef, stored: set[str]) -> bool:
    """Whether a function makes one slope, dw beside w, or returns it, or moves what it is given."""
    inner = list(ast.walk(node))
    own = {plain(n.id) for n in inner if isinstance(n, ast.Name)} | {
        plain(n.arg) for n in inner if isinstance(n, ast.arg)
    }
    one = any(re.sub("^d_?|^grad(ient)?_?", "", name.lower()) in own for name in stored if slope_word(name))
    steps: list[tuple[ast.expr, ast.expr]] = [
        (n.target, n.value)
        for n in inner
        if isinstance(n, ast.AugAssign) and isinstance(n.op, ast.Add | ast.Sub)
    ]
    for n in inner:
        match n:
            case ast.Assign([to], ast.BinOp(left, ast.Add() | ast.Sub() as op, step)):
                down = isinstance(op, ast.Sub) or RATE.search(ast.unparse(step))
                steps += [(to, step)] if down and ast.unparse(to) == ast.unparse(left) else []
    given = {a.arg for a in node.args.args}
    moves = any(
        (getattr(to, "id", "") in given or isinstance(to, ast.Attribute) or RATE.search(ast.unparse(step)))
        and not isinstance(step, ast.Constant)
        for to, step in steps
    )
    ends = [n.value for n in inner if isinstance(n, ast.Return)]
    returns = slope_word(node.name) > 1 and any(isinstance(end, ast.BinOp | ast.Call) for end in ends)
    return one or moves or returns


def _constant(s: ast.stmt, classes: Iterable[str]) -> bool:
    """Whether a statement of the file itself says what its functions work with: no more is made there."""
    if isinstance(s, ast.Import | ast.ImportFrom | ast.FunctionDef):
        return True
    if isinstance(s, ast.Try):  # import cupy as xp, or numpy
        return all(isinstance(one, ast.Import | ast.ImportFrom) for one in s.body)
    if not isinstance(s, ast.Assign):
        return False
    inner = {n for f in ast.walk(s.value) if isinstance(f, ast.Lambda) for n in ast.walk(f)}
    calls = [n.func for n in ast.walk(s.value) if isinstance(n, ast.Call) and n not in inner]
    known = {*classes, "zip", "range", "len", "enumerate"}
    return all(
        f.attr in MADE | {"sqrt", "astype"} if isinstance(f, ast.Attribute) else getattr(f, "id", "") in known
        for f in calls
    )


def _leave_inputs(said: Iterable[ast.stmt], tree: ast.Module, top: Frame, shared: Set[str]) -> None:
    """Forgets how the file itself cuts out what its functions are given: to these it is just an input.

    So is what a function gives its first value.
    """
    own = (n for s in tree.body if isinstance(s, ast.FunctionDef | ast.ClassDef) for n in ast.walk(s))
    used = {n.id for n in own if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    for name in [x for x, value in top.variables.items() if value in ([], None)]:
        if name in shared or example(name):
            del top.variables[name]
    for s in said:
        match s:
            case ast.Assign([ast.Name(name)], made) if name in top.variables:
                value = top.variables[name]
                names = {n.id for n in ast.walk(made) if isinstance(n, ast.Name)}
                again = name in names and isinstance(value, Node) and not isinstance(value, Name | Number)
                if again or (isinstance(value, Unknown) and not (names - {name}) & used):
                    del top.variables[name]


@dataclass(frozen=True, slots=True)
class _Convention:
    """What the slopes of all steps between are times the cost's own; and those of the parameters."""

    between: tuple[str, ...]  # sizes
    sign: int = 1
    parameters: tuple[str, ...] = ()  # sizes that they are divided by
    steps: int = 1  # -1 where they are steps downhill, added to the parameters
    whole: bool = False  # the slopes by parameters are times `between` as well, and the steps divide by it


class Claims:
    def __init__(
        self,
        program: _Program,
        prose: Sequence[Statement],
        says: Mapping[int, str] | None = None,
        unnamed: Set[int] = frozenset(),
    ) -> None:
        self.reader = program.reader
        self.says = says or {}  # what lines are taken to mean
        self.missed: set[int] = set()  # the lines that are not right
        self.waits: dict[int, int] = {}  # the lines that hang on one of them, and on which
        self.program = program
        self.labels = ""  # what is taken to be so of the labels
        self.chosen: dict[str, tuple[str, str]] = {}  # by line: the slope of what by what it is
        self.convention = _Convention(())
        self.left = _MOST_VALUES
        self.cost = program.cost
        self.prose = prose
        self.lines = {line.key: line for line in self.reader.lines}
        self.op = "@" if any(multiplies(line.node) for line in self.reader.lines) else "⊙"  # of a layer
        self.needs: dict[str, frozenset[str]] = {}
        self.users: dict[str, list[Line]] = {}  # the lines with a name in their formula
        for line in self.reader.lines:
            inner = {p.base for p in walk(line.node) if isinstance(p, Name)}
            for one in inner:
                self.users.setdefault(one, []).append(line)
            inner |= {self.reader.sizes[one][0] for one in inner if one in self.reader.sizes}
            self.needs[line.key] = frozenset(inner | {line.key}).union(
                *(self.needs.get(one, ()) for one in inner)
            )
        above = self.needs.get(self.cost, frozenset())
        made = [line.node for line in self.reader.lines if line.key in above]
        products = [p for node in made for p in walk(node) if isinstance(p, Product)]
        factors = [p.factors for p in products if "@" not in p.ops]
        logs = [some for some in factors if any(self.made_by(f, "log") for f in some)]
        self.beside = {base(f) for some in logs for f in some}  # what stands beside a logarithm
        inside = self.beside.union(*(self.needs.get(one, ()) for one in self.beside))
        self.several = {
            x for x in inside if TARGET.fullmatch(re.sub(r"_?[a-z\d]$", "", last_of(x)))
        }  # ya, yb
        self.beside |= self.several
        for line in self.reader.lines:
            if line.slope is None and line.place.line in unnamed and line.key not in above:
                line.slope = Slope(weak=True)
        self.slopes = [line for line in self.reader.lines if line.slope is not None and line.key not in above]
        for line in self.slopes:
            if line.slope and {*line.slope.targets} <= {*self.reader.leaves} and self.reused(line):
                line.slope = Slope(weak=True)
        for line in [one for one in self.slopes if one.key in self.reader.unsettled]:
            problem = f"a part of {line.text} is given other values, and what they are is not read"
            self.reader.unread.append(
                NotationError(problem, "give it all its values here", line.place.line, 1)
            )
            self.slopes.remove(line)
        for line in [one for one in self.slopes if self.lost(one)]:
            self.slopes.remove(line)
        self.leaves = dict(self.reader.leaves)
        self.several_examples: set[str] = set()  # numbers of examples, of which there are several
        for line in self.slopes:
            line.slope = self.of_plain(line)
        self.by_use()
        sought = {key for line in self.slopes if line.slope for key in line.slope.targets}
        output = program.output()
        known = self.reader.letters | {key: key for key in self.reader.leaves}
        said_of = {dim for dims in self.reader.leaves.values() for dim in dims or ()}  # n of x: (n, 30)
        for key, name in known.items():
            array = self.reader.sizes.get(key, (key, 0))[0]
            users = self.users.get(key, [])
            lines = [line for line in users if line in self.slopes]
            free = bool(lines) and not {array, f"{array}·batch"} & above
            if array == key in above:  # 1 / (2 * m) in the cost
                made = [line.node for line in users if line.key in above]
                free = key not in sought and all(_divides(key, node) for node in made)
            free = free and bool(_COUNT.fullmatch(name)) and name not in said_of
            if isinstance(output, Name) and free:  # m, of which no more is said
                self.reader.sizes[key] = (output.base, program.examples())
                self.reader.letters[key] = name
                self.reader.leaves.pop(key, None)
                self.several_examples.add(key)
                said = f"{name} is taken for the number of examples"
                self.reader.notes |= {line.place.line: said for line in lines}
        joined = set().union(*(self.needs.get(one, {one}) for one in self.reader.joined))
        for line in [one for one in self.slopes if one.slope and joined & {*one.slope.targets}]:
            problem = f"{line.text}: its array goes into one that is joined of several or looked up in it"
            advice = "arrays put together and look-ups are not followed"
            self.reader.unread.append(NotationError(problem, advice, line.place.line, 1))
            self.slopes.remove(line)
        self.settle()

    def of_plain(self, line: Line) -> Slope | None:
        """What dx is the slope by where x has kin, x1 and x2: by x, where the cost hangs on it.

        By another one, as a variable that goes from layer to layer, where a slope is made of it and not each
        of the kin has a slope under its own name.
        """
        slope = line.slope
        if slope is None or not (slope.weak and slope.stem):
            return slope
        own, *family = slope.targets
        if own not in self.needs.get(self.cost, ()):
            return replace(slope, targets=tuple(family), stem="")
        single = (one.slope.targets for one in self.slopes if one.slope and len(one.slope.targets) == 1)
        named = {by for (by,) in single}
        running = self.serves(line) and not named.issuperset(family)
        return replace(slope, targets=slope.targets if running else (own,), weak=False)

    def unnamed(self) -> set[int]:
        """The lines under no name of a slope that what is not right is made of: the slip may be theirs."""
        wrong = [line for line in self.slopes if line.place.line in self.missed]
        below = set().union(*(self.needs[line.key] for line in wrong)) - self.needs.get(
            self.cost, frozenset()
        )
        slopes = {line.key for line in self.slopes}
        errors = {*slopes, *filter(is_label, self.leaves), *self.reader.one_hot, self.program.upstream}
        return {
            line.place.line
            for line in self.reader.lines
            if line.key in below - slopes and line.text.isidentifier() and self.needs[line.key] & errors
        } - {line.place.line for line in self.slopes}

    def scaled(self, numbers: Set[int]) -> bool:
        """Whether a line is a size times a slope, as that of the summed loss: the next may lack 1/m."""
        sizes = {dim for key in self.needs[self.cost] for dim in self.dims(key)} - {"1"}
        return any(
            all(
                abs(abs(_along(point.get(line.key), true)) - self.counted(point, (size,))) < _CLOSE
                for at, point in enumerate(self.points)
                for true in [self.quotient(at, *self.chosen[line.key])]
            )
            for line in self.slopes
            if line.place.line in numbers and line.key in self.chosen
            for size in sizes
        )

    def by_use(self) -> None:
        """What a parameter goes down by is a slope under any name, as the md of m -= rate * md."""
        above = self.needs.get(self.cost, frozenset())
        known = {*above, *self.reader.sizes, *self.reader.letters}
        known |= self.made_of(known)
        for _, origin, step, _ in self.updates():
            while isinstance(step, Product | Negative):
                arrays = [p for p in children(step) if not (isinstance(p, Name) and RATE.search(p.base))]
                made = self.lines.keys() | above  # no 1 + decay * epoch
                arrays = [p for p in arrays if _names(p) & made]
                step = arrays[0] if len(arrays) == 1 else Number(Fraction(0))
            line = self.lines.get(base(step))
            # Of a slope by another array, as G["W1"] = x.T @ dz; the mean of dW over steps is none.
            right = line.node if line is not None else step
            adds = multiplies(right) or isinstance(right, Call)
            between = {one.key for one in self.slopes if one.slope and {*one.slope.targets} - {origin}}
            between |= {one.key for one in self.slopes if adds and one.slope and not one.slope.targets}
            if line is not None and line.slope is None and _names(right) <= known | between:
                line.slope = Slope((origin,))
                self.slopes = [
                    one for one in self.reader.lines if one.slope is not None and one.key not in above
                ]

    def made_of(self, known: Set[str]) -> set[str]:
        """The lines that are made of what is known, and of no slope: y - a."""
        slopes = {line.key for line in self.reader.lines if line.slope}
        return {x for x, all_ in self.needs.items() if all_ & {*self.leaves} <= known and not all_ & slopes}

    def reused(self, line: Line) -> bool:
        """dW1 = dz @ W2.T, dz1 = dW1 * (z1 > 0), dW1 = x.T @ dz1: a name that first holds something else."""
        if all(one.previous != line.key or line.key in _names(one.node) for one in self.slopes):
            return False
        others = (
            _names(one.node) - {line.key}
            for one in self.users.get(line.key, ())
            if one in self.slopes and one.text != line.text and isinstance(one.node, Product)
        )
        return any(names & self.needs[self.cost] for names in others)

    def lost(self, line: Line) -> bool:
        """Whether the next line on a variable puts another slope in its place, unused as it is."""
        later = next((one for one in self.slopes if one.previous == line.key), None)
        same = later is not None and later.slope == line.slope and later.text == line.text
        kept = self.users.get(line.key) or any(line.key in _names(node) for node in _returned(line))
        return same and bool(line.slope and line.slope.targets) and not kept

    # -- shapes
    def settle(self) -> None:
        used = {one for needs in self.needs.values() for one in needs}
        self.leaves = {key: dims for key, dims in self.reader.leaves.items() if key in used}
        declared = {s.name.key: s.dims for s in self.prose if isinstance(s, Declaration)}
        self.leaves |= {key: dims for key, dims in declared.items() if key in self.leaves}
        for size in {dim for key, dims in declared.items() if key in self.leaves for dim in dims}:
            if size in self.leaves and size not in declared:  # N of X: (N, D)
                del self.leaves[size]
                self.reader.letters.setdefault(size, size)
        drawn = self.reader.masks
        self.masks = {x for x in self.leaves if x in drawn or MASK.fullmatch(last_of(x))}  # they hold 0 and 1
        self.averages: set[str] = set()  # those of several entries, of which a mean is the cost
        self.weights: set[str] = set()  # those that a matrix product is made with
        free = [key for key, dims in self.leaves.items() if dims is None and key not in self.reader.rest]
        open_ = {key: self.options(key) for key in free}
        self.layered = self.of_layers()
        self.open = open_
        scores: dict[tuple[int, ...], float] = {}

        def score(pick: dict[str, int]) -> float:
            at = tuple(pick.values())
            if at not in scores:
                scores[at] = self.infer(open_, pick)
            return scores[at]

        alike: dict[tuple[str, int], list[str]] = {}  # b1, b2 and b3 are of one kind
        for key, options in open_.items():
            alike.setdefault((re.sub(r"\d+", "", key), len(options)), []).append(key)
        kinds = [keys for keys in alike.values() if len(keys) > 1]
        every = itertools.product(*(range(len(open_[keys[0]])) for keys in kinds))
        steps = [
            {key: at for keys, at in zip(kinds, choice) for key in keys}
            for choice in itertools.islice(every, 60)
        ]
        steps += [{key: at} for key, options in open_.items() for at in range(len(options))]
        pairs = [
            {a: i, b: j}
            for a, b in itertools.islice(itertools.combinations(open_, 2), 40)
            for i, j in itertools.product(range(len(open_[a])), range(len(open_[b])))
        ]

        def descended(pick: dict[str, int], narrow: bool = False) -> dict[str, int]:
            before = None
            while pick != before:
                before, less = pick, self.narrower(pick)
                pairwise = pairs if score(pick) >= 0.4 else ()
                for step in (*less, *steps, *pairwise) if narrow else (*steps, *less, *pairwise):
                    pick = pick | step if score(pick | step) < score(pick) - 1e-9 else pick
            return pick

        first = dict.fromkeys(open_, 0)
        starts = [first, *(first | changes for changes in self.narrower(first))]
        self.pick = min(map(descended, starts), key=score)
        if score(self.pick) >= 10:  # of one example, or of rows: where all fits so
            data = {key: [*map(len, open_[key])] for key in open_ if DATA.fullmatch(last_of(key))}
            starts.append(first | {key: wide.index(2) for key, wide in data.items() if 2 in wide})
            other = min((descended(start, narrow=True) for start in starts), key=score)
            self.infer(open_, other)
            self.pick = self.pick if self.misshapen or score(other) > score(self.pick) else other
        self.misfit = score(self.pick)
        self.name_sizes(self.pick)

    def narrower(self, pick: dict[str, int]) -> list[dict[str, int]]:
        """The shapes of a choice without one of their sizes, or with 1 in its place: of one example, say."""
        self.infer(self.open, pick)
        known = {key: [self.sizes.find(dim) for dim in self.shapes[key]] for key in self.open}
        forms = {
            key: [[dim == "1" for dim in shape] for shape in shapes] for key, shapes in self.open.items()
        }
        found = []
        for size in sorted({dim for dims in known.values() for dim in dims if dim != "1"}):
            wide = {key: dims for key, dims in known.items() if size in dims}
            for left in ([], ["1"]):
                one = {
                    key: [x for dim in dims for x in (left if dim == size else [dim])]
                    for key, dims in wide.items()
                }
                form = {key: [dim == "1" for dim in dims] for key, dims in one.items()}
                if all(form[key] in forms[key] for key in form):
                    found.append({key: forms[key].index(form[key]) for key in form})
        return found

    def of_layers(self) -> set[str]:
        """What is added to the sums of a layer that has several units: a hidden one, or one with shares."""
        above = [line for line in self.reader.lines if line.key in self.needs.get(self.cost, ())]
        shares = any(
            op == "/" and isinstance(under, Call) and under.function == "sum" and len(under.arguments) > 1
            for line in above
            for part in walk(line.node)
            if isinstance(part, Product)
            for op, under in zip(part.ops, part.factors[1:])
        )
        products = [
            line
            for line in above
            if any(self.is_parameter(base(factor)) for part in walk(line.node) for factor in _factors(part))
        ]
        back = (_factors(part) for line in self.slopes for part in walk(line.node))
        goes_on = self.program.upstream and any(
            self.is_parameter(base(f)) for factors in back for f in factors
        )
        return {
            base(term)
            for line in above
            for part in walk(line.node)
            if isinstance(part, Total) and any(map(multiplies, part.terms))
            if shares
            or goes_on
            or any(
                line.key in self.needs[one.key] and one is not line
                for one in products
                if one.key != self.cost
            )
            for term in part.terms
        }

    def others(self) -> Iterator[dict[str, int]]:
        """Other shapes that fit about as well as the chosen ones; and numbers throughout, as of neurons."""
        numbers = {key: options.index(()) for key, options in self.open.items() if () in options}
        calls = [p for line in self.slopes for p in walk(line.node) if isinstance(p, Call)]
        summed = any(p.function in {"sum", "mean"} for p in calls)  # which are the same of a number
        if self.op != "@" and numbers.keys() == self.open.keys() and not summed:
            yield numbers
        choices = [
            (key, at)
            for key, options in self.open.items()
            for at in range(len(options[:2] if self.is_parameter(key) else options))
            if (len(options[0]) == 2 or self.op != "@") and at != self.pick[key]
        ]
        changes = itertools.chain(
            ((one,) for one in choices),
            (pair for pair in itertools.combinations(choices, 2) if pair[0][0] != pair[1][0]),
        )
        found = [self.pick | dict(change) for change in itertools.islice(changes, 200)]
        found += [self.pick | changes for changes in self.narrower(self.pick)]
        self.infer(self.open, self.pick)
        ones = self.ones()
        scored = []
        for number, pick in enumerate(found):
            score = self.infer(self.open, pick)
            scored += [(score, number)] if self.ones() <= ones else []
        for score, number in sorted(scored)[:16]:
            if score < self.misfit + 24.4:
                yield found[number]

    def ones(self) -> int:
        """How many of the sizes that the text works with are 1, which hides what divides by them."""
        places = [(self.shapes.get(base, ()), at, size) for size, (base, at) in self.reader.sizes.items()]
        one = [x for s, at, x in places if -len(s) <= at < len(s) and self.sizes.find(s[at]) == "1"]
        return len(one) + 4 * len(self.several_examples.intersection(one))

    def single(self) -> int:
        """How many weights are one number alone: with those any product fits, as W for W.T."""
        return sum(self.dims(key) == ("1", "1") and self.is_parameter(key) for key in self.leaves)

    def single_outputs(self, shapes: dict[str, int]) -> Iterator[tuple[str, dict[str, int]]]:
        """Shapes with which the outputs of an example are one number."""
        for label in filter(is_label, self.open):
            dims = self.dims(label)
            wide = [key for key in self.leaves if dims[-1:] and dims[-1] in self.dims(key)]
            one = label.endswith("·one") and len(dims) == 1  # the label of one example
            column = () if one else ("1",)
            single = {
                key: next((at for at, shape in enumerate(self.open.get(key, [])) if shape == narrow), None)
                for key in wide
                for narrow in [(f"{key}[0]", *column) if len(self.dims(key)) == 2 else ()]
            }
            if (one or len(dims) == 2) and None not in single.values():
                yield label, shapes | {key: at for key, at in single.items() if at is not None}

    def name_sizes(self, pick: dict[str, int]) -> None:
        self.infer(self.open, pick)
        self.letter_of: dict[str, str] = {}
        taken = set(self.lines) | set(self.leaves)
        for size, letter in self.reader.letters.items():
            base, axis = self.reader.sizes.get(size, ("", 0))
            shape = self.shapes.get(base, ())
            dim = shape[axis] if -len(shape) <= axis < len(shape) else letter if size == letter else "1"
            if self.sizes.find(dim) != "1":
                self.letter_of.setdefault(
                    self.sizes.find(dim), letter if letter not in taken else f"{letter}·size"
                )
        for shape in self.shapes.values():
            for dim in shape:
                root = self.sizes.find(dim)
                if root != "1" and root not in self.letter_of:
                    plain_ = root if root.isidentifier() and root not in taken else ""
                    self.letter_of[root] = plain_ or f"n{len(self.letter_of) + 1}"
                    while (
                        not plain_
                        and list(self.letter_of.values()).count(self.letter_of[root])
                        + (self.letter_of[root] in taken)
                        > 1
                    ):
                        self.letter_of[root] += "'"

    def options(self, key: str) -> list[Shape]:
        """The shapes that an array may have of which the text says none, the likeliest first."""
        matrix, vector, column, row = (
            (f"{key}[0]", f"{key}[1]"),
            (f"{key}[0]",),
            (f"{key}[0]", "1"),
            ("1", f"{key}[1]"),
        )
        multiplied = added = alone = False
        products = any(multiplies(line.node) for line in self.reader.lines)
        calls = [p for line in self.reader.lines for p in walk(line.node) if isinstance(p, Call)]
        summed = [p for p in calls if p.function in {"sum", "mean"} and key in _names(p.arguments[0])]
        kept = any(len(p.arguments) == 3 for p in summed)
        axes = [axis for base, axis in self.reader.sizes.values() if base == key]
        for line in self.reader.lines:
            for part in walk(line.node):
                inside = {Name(key), Transposed(Name(key))} & {*children(part)}
                if isinstance(part, Product):
                    ops = zip(part.factors, (part.ops[0], *part.ops))
                    multiplied |= any(op == "@" and factor in inside for factor, op in ops)
                elif isinstance(part, Total) and inside:
                    added |= any(isinstance(p, Product) and "@" in p.ops for p in part.terms)
                    alone |= not any(isinstance(term, Number) for term in part.terms)  # 1 - lam
                elif isinstance(part, Call) and inside:
                    alone, kept = True, kept or len(part.arguments) == 3
        if key in self.reader.alike:
            return [matrix, vector, column, row]
        if any(axis in {1, -2} for axis in axes):
            return [matrix]
        if any(p == Call("as_column", 0, (Name(key),)) for p in calls):
            return [vector]
        if key in self.several and products:
            return [matrix, vector, column, ()]
        outer = [p for p in calls if p.function == "outer"]
        entered = is_label(key) or DATA.fullmatch(last_of(key)) or key.partition("[")[0] in self.reader.listed
        if outer and (entered or any(Name(key) in p.arguments for p in outer)):
            return [vector, matrix, column, ()]
        if key.endswith("·one"):
            return [vector, (), matrix] if products else [(), vector, matrix]
        if multiplied:
            self.weights.add(key)
        if key == self.program.upstream:
            output = self.program.output()
            if output is not None and self.reader.number(output):
                return [()]
            return [matrix, vector, column, ()]
        if multiplied or kept:
            return [matrix, vector, column]
        if not products:
            along = any(len(p.arguments) > 1 for p in calls if p.function in {"sum", "mean"})
            if along and (is_label(key) or key in self.beside):
                return [matrix, vector, ()]
            if self.averaged(key):
                self.averages.add(key)
                return [vector, matrix]
            return [(), vector, matrix] if not axes else [vector, matrix]
        if added and not DATA.fullmatch(last_of(key)) and plain(key)[:1] != "y":
            return [vector, column, row, (), matrix]
        if alone or axes or is_label(key) or DATA.fullmatch(last_of(key)):
            return [matrix, vector, column, *([] if 0 in axes else [()])]
        return [(), vector, matrix]

    def averaged(self, key: str) -> bool:
        """Whether the cost is a mean over all entries of a label and of what nothing computes."""
        above = [line.node for line in self.reader.lines if line.key in self.needs.get(self.cost, ())]
        parts = [part for node in above for part in walk(node)]
        if not any(isinstance(p, Call) and p.function == "mean" and len(p.arguments) == 1 for p in parts):
            return False
        pairs = (_names(part) for part in parts if isinstance(part, Total | Product))
        alone = (pair for pair in pairs if len(pair) == 2 and pair <= {*self.leaves} and key in pair)
        return any(map(is_label, itertools.chain.from_iterable(alone)))

    def infer(self, open_: dict[str, list[Shape]], pick: dict[str, int]) -> float:
        """Shapes under a choice for the open ones, and how badly they fit."""
        self.sizes = Sizes()
        self.shapes: dict[str, Shape] = {}
        self.apart: set[str] = set()  # labels with more axes than what they are compared with
        cost = 0.0
        misfits: dict[int, float] = {}  # by line: a loop's line is one line, wrong once
        for key, dims in self.leaves.items():
            shape = (
                self.shapes[self.reader.rest[key]]
                if key in self.reader.rest
                else open_[key][pick[key]]
                if dims is None
                else tuple(d or f"{key}[{at}]" for at, d in enumerate(dims))
            )
            self.shapes[key] = shape
            cost += 0.01 * pick.get(key, 0)
            alone = 0 in self.reader.one_hot.values()  # one example
            if pick.get(key) and len(open_[key]) == 3 and len(open_[key][0]) == 2 and not alone:
                cost += 12  # a matrix, unless much speaks against it: one wrong line is not enough
        above = self.needs.get(self.cost, frozenset())
        slopes = {line.key for line in self.slopes}
        backward = {key for key, needs in self.needs.items() if needs & slopes and key not in above}
        ordered = sorted(self.reader.lines, key=lambda line: line.key in backward)
        for line in ordered:  # what goes forward decides; what goes backward may be wrong
            if line.key in backward and not self.sizes.fixed:
                self.sizes.fix(self.shapes.values())
            meant = self.meant(line)
            true = [self.shapes[key] for key in meant if key in self.shapes]
            if line.key in above:
                self.compare(line.node)
            if (line.key in above and not self.handed(line)) or line.key in slopes:
                cost += (5 if self.op == "@" else 30) * any(map(self.of_a_number, walk(line.node)))
            outer = any(isinstance(p, Call) and p.function == "outer" for p in walk(line.node))
            wrong = 16 if outer else 10
            try:
                found = shape_of(line.node, self.look_shape, self.sizes)
            except MisfitError:
                misfits[line.place.line] = wrong if line.key in backward else 100
                found = None
            except KeyError:
                continue
            if line.slope is not None and line.key not in above and found is not None and true:
                mine = [self.sizes.find(d) for d in found]
                fits = [shape for shape in true if _long(mine) == _long(map(self.sizes.find, shape))]
                if fits:
                    exact = any(mine == [self.sizes.find(d) for d in shape] for shape in fits)
                    misfits[line.place.line] = max(misfits.get(line.place.line, 0), 0.5 * (not exact))
                else:
                    misfits[line.place.line] = wrong * (not line.slope.weak)
                    found = found if line.slope.weak else None
            # What comes after is given the true slope: a line that is judged itself convicts no other.
            if found is None and len({*true}) == 1:
                found = true[0]
            if found is not None:
                self.shapes[line.key] = found
            if line.key == self.cost and multiplies(line.node):  # Y @ log(A).T of one output is a number
                cost += 20 * bool(_long(map(self.sizes.find, self.shapes.get(line.key, ()))))
                for dim in self.shapes.get(line.key, ()):
                    self.sizes.join(dim, "1")
        self.misshapen = sum(misfit >= 10 for misfit in misfits.values())
        cost += sum(misfits.values()) + 20 * self.ones()
        places = [(self.shapes.get(base), axis) for base, axis in self.reader.sizes.values() if axis != ALL]
        cost += 100 * sum(
            s is not None and not -len(s) <= axis < len(s) for s, axis in places
        )  # no such size
        cost += 5 * self.sizes.crossed
        inner = {
            self.sizes.find(d)
            for key in open_
            if key in self.weights and self.is_parameter(key)
            for d in self.shapes[key]
        }
        for key in open_:  # a bias belongs to a layer's units, not to the examples
            if (
                inner
                and len(open_[key][0]) == 1
                and self.is_parameter(key)
                and {self.sizes.find(d) for d in self.shapes[key]} - inner - {"1"}
            ):
                cost += 30
        cost += 15 * len(self.apart)
        own = filter(self.is_parameter, self.weights & open_.keys())
        cost += 40 * sum([*map(self.sizes.find, self.shapes[key])] == ["1", "1"] for key in own)
        for key in self.layered & open_.keys():
            cost += 15 * (self.shapes[key] == ())
        if self.program.upstream in self.shapes:  # as many as the outputs
            shapes = (self.shapes.get(base(one)) for one in [self.program.output()] if one is not None)
            arrives = [self.sizes.find(x) for x in self.shapes[self.program.upstream]]
            cost += 20 * any(s is not None and [*map(self.sizes.find, s)] != arrives for s in shapes)
        for key, like in self.reader.alike.items():
            with contextlib.suppress(MisfitError, KeyError):
                cost += 20 * (len(self.shapes[key]) != len(shape_of(like, self.look_shape, self.sizes)))
        if self.cost in self.shapes:
            cost += 0.5 * bool(self.shapes[self.cost])
            cost += 100 * any(self.sizes.find(x) != "1" for x in self.shapes[self.cost])
        for shape in self.shapes.values():  # square by chance is what a wrong choice makes of a matrix
            open_dims = [d for d in map(self.sizes.find, shape) if d != "1"]
            cost += len(open_dims) != len(set(open_dims))
        return cost

    def handed(self, line: Line) -> bool:
        """Whether a line of the cost's own function is about what others make: there may be one number."""
        made = [self.lines[key].place.line for key in _names(line.node) & self.lines.keys()]
        own = self.program.apart
        return line.place.line in own and any(number not in own for number in made)

    def of_a_number(self, node: Node) -> bool:
        """Whether a formula is the mean or the sum of a number: a text writes it for an array."""
        with contextlib.suppress(MisfitError, KeyError):
            whole = isinstance(node, Call) and node.function in {"sum", "mean"} and len(node.arguments) == 1
            return whole and not shape_of(children(node)[0], self.look_shape, self.sizes)
        return False

    def compare(self, node: Node) -> None:
        """Labels of which nothing else is said have the very shape of what they are compared with."""
        for part in walk(node):
            inner = part.terms if isinstance(part, Total) else ()
            with contextlib.suppress(MisfitError, KeyError):  # W @ x + U @ h are of one kind
                kinds = {len(shape_of(x, self.look_shape, self.sizes)) for x in inner if multiplies(x)} - {0}
                self.apart |= {write(part)} if len(kinds) > 1 else set()
            if isinstance(part, Product) and "@" not in part.ops:
                inner = part.factors
            for label in (one for one in inner if isinstance(one, Name) and is_label(one.base)):
                beside = []
                for other in inner:
                    with contextlib.suppress(MisfitError, KeyError):
                        beside += [shape_of(other, self.look_shape, self.sizes)] if other != label else []
                own = self.shapes.get(label.base, ())
                self.apart |= {label.base} if any(len(shape) == 1 < len(own) for shape in beside) else set()
                for axis, dim in enumerate(own):
                    there = {self.sizes.find(x[axis]) for x in beside if len(x) == len(own)}
                    if there == {"1"} and self.sizes.find(dim) == f"{label.base}[{axis}]":
                        self.sizes.join("1", dim)

    def meant(self, line: Line) -> list[str]:
        """The names that a line's own name may be the slope by: z, in each round of a loop for dz."""
        slope = line.slope
        above = self.needs.get(self.cost, frozenset())
        if slope is None or slope.above:
            return []
        if not slope.targets:
            handed = line.text.startswith("return[")
            inner = [key for key in self.leaves if key in above and not (handed and is_label(key))]
            return [*(one.key for one in self.reader.lines if one.key in above), *inner]
        stems = (slope.stem, *(f"{slope.stem}{end}" for end in ("l", "out", "last") if slope.stem))
        versions = [key for stem in stems for key in self.reader.held.get(stem, ()) if key in above]
        return list(dict.fromkeys((*slope.targets, *versions)))

    def look_shape(self, node: Name | Derivative) -> Shape:
        if isinstance(node, Derivative):
            return shape_of(node.below, self.look_shape, self.sizes)
        return () if self.is_size(node) else self.shapes[node.base]

    def dims(self, key: str) -> Shape:
        return tuple(self.letter_of.get(self.sizes.find(d), "1") for d in self.shapes.get(key, ()))

    def sized(self, node: Node, spelling: dict[str, str]) -> Node:
        """A formula with X.shape[0] as the letter of that size."""

        def letter(part: Node) -> Node | None:
            if isinstance(part, Transposed) and self.is_vector(part.inner):  # the same in numpy
                return mapped(part.inner, letter)
            if isinstance(part, Name) and part.base in self.masks:
                holds = Comparison(part, ">", Number(Fraction(0)))
                spelling[write(holds)] = spelling.get(part.base, part.base)
                return holds
            if not isinstance(part, Name) or not self.is_size(part):
                return None
            letters = self.letters_of(part.base)
            if len(letters) > 1:
                every = Product(tuple(Name(x) for x in letters), ("⊙",) * (len(letters) - 1))
                if part.base in spelling:
                    spelling[write(every)] = spelling[part.base]
                return every
            if letters and part.base in spelling:
                spelling[letters[0]] = spelling[part.base]
            return Name(letters[0]) if letters else _ONE

        return mapped(node, letter)

    def is_vector(self, node: Node) -> bool:
        with contextlib.suppress(MisfitError, KeyError):
            return len(shape_of(node, self.look_shape, self.sizes)) < 2
        return False

    def is_size(self, node: Name) -> bool:
        return node.base in self.reader.sizes or node.base in self.reader.letters

    def letters_of(self, size: str) -> list[str]:
        if size not in self.reader.sizes:
            return [x for x in [self.letter_of.get(self.sizes.find(size), "")] if x]
        base, axis = self.reader.sizes[size]
        dims = self.dims(base)
        chosen = (
            dims if axis == ALL else dims[axis : axis + 1 or None] if -len(dims) <= axis < len(dims) else ()
        )
        return [x for x in chosen if x != "1"]

    # -- values at one point
    def start(self) -> None:
        letters = sorted(set(self.letter_of.values()))
        self.points: list[dict[str, Any]] = []
        for point in range(_POINTS):  # not of the same sizes, or a 3 in the text might be one of them
            sizes = dict(zip(letters, itertools.cycle(((3, 2, 4, 5), (2, 3, 5, 4))[point % 2])))
            values: dict[str, Any] = {f"size {letter}": np.float64(n) for letter, n in sizes.items()}
            for key in self.leaves:
                shape = tuple(sizes.get(d, 1) for d in self.dims(key))
                label = is_label(key) or key in self.reader.one_hot
                low = 0.15 if label or not shape else -0.9
                shares = [float(chance("code", point, key, at)) for at in range(math.prod(shape))]
                value = np.asarray(low + (0.9 - low) * np.array(shares).reshape(shape))
                values[key] = value
                if key in self.masks:
                    values[key] = (value > 0).astype(float)
                if key in self.reader.one_hot:
                    along = self.reader.one_hot[key]
                    top = np.expand_dims(value.argmax(along), along)
                    values[key] = of_one_class(value.shape, along, top).astype(float)
            self.evaluate(self.reader.lines, values)
            self.points.append(values)
        self.quotients: dict[tuple[int, str, str], Any] = {}
        self.used: dict[str, str] = {}
        self.turn(_POINTS - 1)

    def turn(self, at: int) -> None:
        """Makes parameters that are numbers negative at a point, so that branches are met from both sides.

        Not where the cost has no slope then, as of a unit that is off, or no value, as of a scale.
        """
        own = [key for key in self.leaves if key in self.needs.get(self.cost, ()) and not self.dims(key)]
        aims = {key for line in self.slopes if line.slope for key in line.slope.targets}
        aims |= {origin for _, origin, *_ in self.updates()}
        own = [key for key in own if key in aims]
        if not own or not self.branches():
            return
        before = self.points[at]
        for far in (1.0, 0.5, 0.25):
            self.points[at] = before | {key: np.asarray(-far * before[key]) for key in own}
            self.evaluate(self.reader.lines, self.points[at])
            slopes = [self.quotient(at, self.cost, key) for key in own]
            self.quotients = {}
            if all(one is not None and 1e-9 < abs(one) < 1e9 for one in slopes):
                return
        self.points[at] = before

    def branches(self) -> bool:
        """Whether anything that a program makes has branches, as a maximum has."""
        return has_kinks(part for line in self.reader.lines for part in walk(line.node))

    def evaluate(self, lines: Iterable[Line], values: dict[str, Any]) -> None:
        for line in lines:
            self.left -= 1
            if self.left < 0:
                problem = f"{len(self.reader.lines)} assignments take too long to follow"
                raise NotationError(problem, "choose one function with --function", line.place.line, 1)
            values.pop(line.key, None)
            try:
                values[line.key] = self.value(line.node, values)
            except (MisfitError, KeyError):
                continue

    def number(self, node: Name | Derivative, values: dict[str, Any]) -> Any:
        assert isinstance(node, Name)
        if self.is_size(node):
            return self.counted(values, self.letters_of(node.base))
        return values[node.base]

    def counted(self, values: dict[str, Any], letters: Iterable[str]) -> Any:
        """The product of sizes at a point."""
        sizes = (float(x) if x.isdigit() else values[f"size {x}"] for x in letters)
        return math.prod(sizes, start=np.float64(1))

    def quotient(self, point: int, above: str, below: str) -> Any:
        """The slope of a number by an array at a point, by the symmetric quotient; or None."""
        if (point, above, below) in self.quotients:
            return self.quotients[point, above, below]
        base, found = self.points[point], None
        if (
            below in base
            and above in base
            and above in self.needs
            and (base[above].size == 1 or self.inside(above) == below)
            and base[below].size <= 60
        ):
            later = [
                line
                for line in self.reader.lines
                if line.key in self.needs[above] and below in self.needs[line.key] and line.key != below
            ]
            found = np.zeros(base[below].shape)
            for at in np.ndindex(found.shape):
                ends = []
                for step in (1e-5, -1e-5):
                    values = dict(base)
                    values[below] = base[below].copy()
                    values[below][at] += step
                    self.evaluate(later, values)
                    ends.append(float(values[above].sum()) if above in values else float("nan"))
                found[at] = (ends[0] - ends[1]) / 2e-5
        self.quotients[point, above, below] = found
        return found

    # -- which slope each line is, under a convention
    def statements(self) -> list[Statement]:
        if not self.slopes and not self.updates():
            return list(self.prose)
        if self.cost not in self.needs:
            raise NotationError("no line says what the cost is", "name the cost with --loss", 1, 1)
        best, shapes, single = self.best(), self.pick, self.single()
        told = {line.place.line for line in self.slopes if not self.adds(line)}
        whole = len(told) + len(self.updates()) - 0.5
        if best[0] < whole:
            for label, pick in list(self.single_outputs(shapes)):
                self.name_sizes(pick)
                other = self.best()
                if other[0] > best[0] + 0.5 and self.single() <= single:
                    says = f"{label} is taken to have one column"
                    if label.endswith("·one"):
                        says = f"{label.removesuffix('·one')} is taken to be one number for each example"
                    self.says = {**self.says, **dict.fromkeys(best[3] - other[3], says)}
                    best, shapes = other, pick
            self.name_sizes(shapes)
            misshapen = self.misshapen
            for pick in list(self.others()):
                self.name_sizes(pick)
                fewer = self.misshapen < misshapen
                ones = "1" in {dim for key in pick for dim in self.dims(key)}
                other = self.best()
                # one line more says little of a parameter's shape, unless all of them fit, or shapes do
                data = all(pick[key] == shapes[key] or not self.is_parameter(key) for key in pick)
                least = 0.5 if data or fewer or other[0] >= whole else 1.5
                least = -0.001 if fewer and not ones else least
                if other[0] > best[0] + least:
                    best, shapes, misshapen = other, pick, misshapen - fewer
            self.name_sizes(shapes)
            self.start()
        for mask, pick in self.may_mask(shapes) if best[0] < whole else ():
            self.masks.add(mask)
            self.name_sizes(pick)
            other = self.best()
            if other[0] > best[0] + 0.5:
                best, shapes = other, pick
                break
            self.masks.discard(mask)
            self.name_sizes(shapes)
            self.start()
        calls = [p for one in self.reader.lines for p in walk(one.node) if isinstance(p, Call)]
        summed = any(p.function == "exp" for p in calls)
        shares = any(p.function == "sum" and self.made_by(p.arguments[0], "exp") for p in calls)
        sides = [key for key in self.leaves if is_label(key) or (shares and key in self.beside)]
        wide = [key for key in sides if len(self.dims(key)) == 2]
        labels = wide or [key for key in sides if self.dims(key) and shares]
        known = self.reader.one_hot
        if best[0] < whole and labels and not {*known} & self.needs[self.cost]:
            singles = [pick for _, pick in self.single_outputs(shapes)]
            shaped = [self.dims(key) for key in labels]
            alike = [
                [one for one, dims in zip(labels, shaped) if dims == own] for own in dict.fromkeys(shaped)
            ]
            axes = range(max(map(len, shaped)))[::-1]
            picks = [*((shapes, axis) for axis in axes), *((pick, 0) for pick in singles)]
            for (pick, axis), some in itertools.product(picks, alike):
                self.name_sizes(pick)
                if self.dims(some[0])[axis : axis + 1] in {(), ("1",)} or self.single() > single:
                    continue  # one class alone says nothing
                sizes = {*self.dims(some[0])} - {"1"}
                if not summed and len(sizes) == 1 and sizes <= self.examples():
                    continue  # a number for each example
                self.reader.one_hot = {**known, **dict.fromkeys(some, axis)}
                other = self.best()
                if other[0] > best[0] + 0.5 * (not summed) and (summed or other[0] >= whole):
                    self.labels = f"{' and '.join(some)} {'is' if len(some) == 1 else 'are'} one-hot"
                    return self.write_out(*other[1:])
            self.reader.one_hot = known
            self.name_sizes(shapes)
            self.start()
        return self.write_out(*best[1:])

    def examples(self) -> set[str]:
        """The sizes of what the program is given beside its labels, such as how many examples there are."""
        given = (key for key in self.leaves if not is_label(key) and not self.is_parameter(key))
        return {size for key in given for size in self.dims(key)}

    def made_by(self, node: Node, function: str) -> bool:
        """Whether a formula, or the line of its name, is a call of a function."""
        made = self.lines[base(node)].node if base(node) in self.lines else node
        return isinstance(made, Call) and made.function == function

    def adds(self, line: Line) -> bool:
        """Whether a line is one of several that add up to a slope, as what the next time step gives."""
        users = self.users.get(line.key, [])
        terms = (one.node.terms if isinstance(one.node, Total) else () for one in users)
        weak = line.slope is not None and line.slope.weak and not line.slope.targets
        return weak and all(Name(line.key) in inner for inner in terms)

    def may_mask(self, shapes: dict[str, int]) -> list[tuple[str, dict[str, int]]]:
        """The arrays that the cost multiplies another by, entry by entry, and that nothing goes down by."""
        sought = {key for line in self.slopes if line.slope for key in line.slope.targets}
        above = [line.node for line in self.reader.lines if line.key in self.needs.get(self.cost, ())]
        factors = (
            factor.base
            for node in above
            for part in walk(node)
            if isinstance(part, Product) and "@" not in part.ops
            for factor in part.factors
            if isinstance(factor, Name) and last_of(factor.base)[:1].isupper()
        )
        found = sorted({x for x in factors if x in self.open and not is_label(x)} - sought)[:3]
        wide = {x: next((at for at, dims in enumerate(self.open[x]) if len(dims) == 2), 0) for x in found}
        return [(x, shapes | {x: wide[x]}) for x in found]

    def best(self) -> tuple[float, dict[str, tuple[str, str]], dict[str, str], set[int], _Convention]:
        """The convention under which most lines fit: what `assign` says of it, and the convention."""
        self.start()
        found = [(*self.assign(convention), convention) for convention in self.conventions()]
        best = max(found, key=lambda one: one[0])
        slopes = [self.quotient(0, *one) for one in best[1].values()]
        flat = all(one is None or np.abs(one).max(initial=0) < 1e-9 for one in slopes)
        return (-1.0, *best[1:]) if slopes and flat else best  # a softmax of one output tells nothing

    def conventions(self) -> Iterator[_Convention]:
        letters: list[tuple[str, ...]] = []
        for key in self.needs[self.cost]:
            for size in (x for x in self.dims(key) if x != "1"):
                if (size,) not in letters:
                    letters.append((size,))
        inside = {
            x
            for key in self.needs[self.cost]
            if key in self.lines
            for p in walk(self.lines[key].node)
            if isinstance(p, Name)
            for x in (self.letters_of(p.base) if self.is_size(p) else ())
        }
        letters = sorted(letters, key=lambda x: x[0] not in inside)[:4]
        own = [line for line in self.reader.lines if line.key in self.needs[self.cost] | {self.cost}]
        rounds = Counter(line.place.line for line in own if isinstance(line.node, Total))
        for line in own:  # total / 3, after three rounds that add to it
            match _scale(line.node, line.previous):
                case Product((Number(1), Number(many)), ("/",)) if many in rounds.values() and many > 1:
                    letters.append((str(many),))
        yield _Convention(())
        sought = {key for line in self.slopes if line.slope for key in line.slope.targets}
        if {self.program.enters} == sought and not self.updates():
            return
        if self.program.upstream:  # what arrives has its sign
            yield from (_Convention((), 1, one) for one in letters)
            return
        yield from (_Convention(one) for one in letters)
        under = [p for _, _, step, _ in self.updates() for p in _under(step)]
        divided = [(str(p.value),) if isinstance(p, Number) else (*self.letters_of(p.base),) for p in under]
        yield from (_Convention(one, whole=True) for one in letters if one in divided)
        yield _Convention((), -1)
        yield from (_Convention(one, -1) for one in letters)
        slopes = {line.key for line in self.slopes}
        steps = [self.bare(step, sign) for _, _, step, sign in self.updates()]
        bare = [
            sign * self.program.up
            for step, sign, _ in steps
            if isinstance(step, Name) and step.base in slopes
        ]
        if bare and max(bare) > 0:  # W += dW
            yield _Convention((), -1, (), -1)

    def true(self, at: int, convention: _Convention, target: str, above: str = "") -> Any:
        """What a line that is the slope by a name says at a point; or None."""
        slope = self.quotient(at, above or self.cost, target)
        if slope is None or above:
            return slope
        if self.is_parameter(target) and not convention.whole:
            return slope * convention.steps / self.counted(self.points[at], convention.parameters)
        return slope * convention.sign * self.counted(self.points[at], convention.between)

    def given(
        self, key: str, convention: _Convention, target: str, worlds: list[dict[str, Any]], above: str = ""
    ) -> list[dict[str, Any]] | None:
        """The same worlds with a line as the slope by a name, or with "" as it stands; None without slope."""
        trues = [self.true(at, convention, target, above) if target else None for at in range(_POINTS)]
        if target and any(true is None for true in trues):
            return None
        return [{**values, key: true} if target else dict(values) for values, true in zip(worlds, trues)]

    def is_parameter(self, key: str) -> bool:
        entered = is_label(key) or DATA.fullmatch(last_of(key)) or key == self.program.upstream
        return key in self.leaves and not entered

    def assign(
        self, convention: _Convention
    ) -> tuple[float, dict[str, tuple[str, str]], dict[str, str], set[int]]:
        """(how many lines fit, key: (above, target)) with the true values of what precedes each line.

        Third, the lines that do not fit but hang on another of which it cannot be told what it is meant for;
        last, the numbers of those that do not fit.
        """
        chosen: dict[str, tuple[str, str]] = {}
        score, scaled = 0.0, True
        slopes = {line.key for line in self.slopes}
        rounds = Counter(line.place.line for line in self.slopes)  # a loop's line is one line
        worlds = [dict(point) for point in self.points]
        guessed: set[str] = set()  # lines that fit nowhere and may be meant for several names
        missed: set[str] = set()
        doubtful: dict[str, str] = {}
        strangers = {key: key for key in self.strangers()}  # what hangs on one of them, and on which
        known = {dim for key in self.needs[self.cost] for dim in self.dims(key)}
        strangers |= {
            size: of
            for size, (of, _) in self.reader.sizes.items()
            if of in strangers and not known.issuperset(self.letters_of(size))
        }
        for number, line in enumerate(self.reader.lines):
            for values in worlds:
                self.evaluate([line], values)
            if strange := _of(strangers, line.node):
                strangers[line.key] = strange[0]
            if line.key not in slopes:
                continue
            assert line.slope is not None
            above = line.slope.above
            options = [*line.slope.targets] if above else self.candidates(line)
            if self.masked(line) and not isinstance(line.node, Total):  # it goes on: never back again
                done = {by for key, (_, by) in chosen.items() if self.lines[key].text == line.text}
                options = [one for one in options if one not in done] or options
            copied = (one for one in self.slopes if one.previous == line.key and self.masked(one))
            if self.idle(line, worlds):
                score += 1 / rounds[line.place.line]
                continue
            later = (next(copied, None) if isinstance(line.node, Name) else None) or self.goes_on(line)
            if later and later.previous == line.key and line.slope.weak and (used := self.used_for(later)):
                options = [used]  # what the two are together
            hits = [one for one in options if self.fits(line.key, convention, one, worlds, above)]
            for name in () if hits or above else line.slope.targets:  # dt, the slope of t = f(z) by z
                below = self.inside(name)
                if below and self.fits(line.key, convention, below, worlds, name):
                    above, hits = name, [below]
                    options = hits
                    slope = f"{last_of(line.key)} is the slope of {last_of(name)} by {last_of(below)}"
                    self.says = {**self.says, line.place.line: slope}
                    break
            if not hits and not line.slope.targets and line.slope.weak and not self.used_for(line):
                asis, users = self.followed(number, convention, "", worlds)
                options = [
                    one
                    for one in options
                    if self.followed(number, convention, one, worlds)[0] == users > asis
                ]
            if not hits and len(options) == 1 and len(self.users.get(line.key, ())) > 1:
                others = [one for one in self.candidates(line, wide=True) if one not in options]
                hits = [one for one in others if self.fits(line.key, convention, one, worlds, above)][:1]
                options = [*options, *hits]  # used for two arrays: one of the two is mistaken
            if not hits and line.text.startswith("return["):
                whole = [one for one in options if self.fits(line.key, convention, one, self.points)]
                options = whole[:1] or self.left_over(line, convention, worlds, chosen)
                passed = [x for x in _names(line.node) & slopes if _scale(line.node, x)]  # dw / n
                if not options and (passed or self.reader.number(line.node)):
                    continue
                doubtful |= {} if options else {line.key: ""}
            alone = None
            added = None if hits or later else self.added_in_step(line)
            if added and self.downhill(*added, worlds):
                chosen[line.key] = (self.cost, added[0])
                score += 1 / rounds[line.place.line]
                continue
            if not hits and later:
                alone = self.wrong_alone(line, later, convention, options, worlds)
                if alone is None or not alone[0]:
                    score += bool(alone) / rounds[line.place.line]
                    continue
                options = [alone[0]]
            taken = {by for key, (_, by) in chosen.items() if self.lines[key].text != line.text}
            hangs = [p.base for p in walk(line.node) if isinstance(p, Name) and p.base in guessed]
            target = next(iter(hits or options), "")
            if len(options) > 1 and not above:
                right, users = self.followed(number, convention, target, worlds)
                if not hits or right < users or (target in taken and len(options) < 4):
                    ranked = []
                    for at, one in enumerate([*hits, *(o for o in options if o not in hits)][:8]):
                        right, users = self.followed(number, convention, one, worlds)
                        told = 0.25 * (one not in hits and one in options[:1])
                        worth = (one in hits) + right + 0.5 * (one not in taken) + told
                        ranked.append((worth, -at, one, right))
                    target = max(ranked)[2]
                    if target not in hits and users and (hangs or not any(right for *_, right in ranked)):
                        guessed.add(line.key)
            held = {*chosen} - missed | {line.key}
            if (
                target not in hits
                and held.issuperset(one.key for one in self.rounds(line))
                and self.dead(line)
            ):
                score += 1 / rounds[line.place.line]
                continue
            if target not in hits and (hangs or strange):
                doubtful[line.key] = [*hangs, *strange][0]
            score += (target in hits) / rounds[line.place.line]
            trial = alone[1] if alone else self.given(line.key, convention, target, worlds, above)
            if target not in hits:
                missed.add(line.key)
                near = (
                    [
                        _along(values.get(line.key), self.true(at, convention, target, above))
                        for at, values in enumerate(worlds)
                    ]
                    if target
                    else [0]
                )
                scaled &= all(near)
            if target and trial is not None:
                worlds, chosen[line.key] = trial, (above or self.cost, target)
        for line, origin, step, sign in self.updates():
            down = self.downhill(origin, step, sign, worlds)
            score += down
            if not down:
                missed.add(line.key)
            if not down and (strange := _of(strangers, step)):
                doubtful[line.key] = strange[0]
        for line in reversed(self.slopes):
            later = None if isinstance(line.node, Name) else self.goes_on(line)
            if line.key not in chosen and later is not None and later.key in chosen:
                above, target = chosen[later.key]
                trues = [(self.quotient(at, above, target), values) for at, values in enumerate(worlds)]
                if later.key not in missed or not all(
                    _along(values.get(line.key), true) for true, values in trues
                ):
                    chosen[line.key] = chosen[later.key]  # else the one that scales it is to blame
        score += 0.005 * scaled  # what is missed is off by a sign or a factor alone
        score -= 0.01 * len(convention.between) + 0.02 * (convention.sign < 0)
        return score, chosen, doubtful, {self.lines[key].place.line for key in missed}

    def left_over(
        self,
        line: Line,
        convention: _Convention,
        worlds: list[dict[str, Any]],
        chosen: Mapping[str, tuple[str, str]],
    ) -> list[str]:
        """The one parameter that none of the other formulas that a function returns is the slope by.

        Nothing where there are several, or where one more of these formulas is no slope.
        """
        beside = [one for one in self.slopes if one.here is line.here and one.text.startswith("return[")]
        for values in worlds:
            self.evaluate(beside, values)
        found = {by for _, by in chosen.values()}
        for one in beside:
            by = [x for x in self.candidates(one) if self.fits(one.key, convention, x, worlds)]
            if not by and one is not line:
                return []
            found |= {*by}
        wide = self.dims(line.key) or not self.reader.number(line.node)
        own = [x for x in self.leaves if x in self.needs[self.cost] and self.is_parameter(x)]
        left = [x for x in own if x not in found and bool(self.dims(x)) == bool(wide)]
        left = [x for x in left if len(left) == 1 or self.same_size(line.key, x)]
        return left if len(left) == 1 else []

    def in_words(self, key: str) -> str:
        """What an array is called in the text: a part of one by its place, new random numbers as such."""
        made, last = key.partition("·")[0], last_of(key)
        if made == "random":
            return "new random numbers"
        return f"{made}, a part of {made.partition('[')[0]}" if last.isdigit() else last

    def strangers(self) -> list[str]:
        """The arrays that the cost knows nothing of, and no label: what they are is not said."""
        above = self.needs[self.cost]
        totals = [part for line in self.reader.lines for part in walk(line.node) if isinstance(part, Total)]
        # A rate and a size are factors; what is added to arrays is one of them.
        added = {term.base for total in totals for term in total.terms if isinstance(term, Name)}
        return [
            key
            for key in self.leaves
            if key not in above and not is_label(key)
            if key in added or len(self.dims(key)) == 2 or key in self.reader.unbound
        ]

    def followed(
        self, number: int, convention: _Convention, target: str, worlds: list[dict[str, Any]]
    ) -> tuple[int, int]:
        """How many later lines are right if this line is the slope by this name, and how many use it.

        With "" in place of a name: if the line is as it stands.
        """
        line = self.reader.lines[number]
        trial = self.given(line.key, convention, target, worlds)
        if trial is None:
            return 0, 0
        steps = {one.key: (origin, step, sign) for one, origin, step, sign in self.updates()}
        made, found, count = {line.key}, 0, 0
        for later in self.reader.lines[number + 1 :]:
            if not made & {p.base for p in walk(later.node) if isinstance(p, Name)}:
                continue
            if later.key in steps:
                count += 1
                found += self.downhill(*steps[later.key], trial)
                continue
            for values in trial:
                self.evaluate([later], values)
            handed = isinstance(later.node, Name) and later.previous  # grad = layer.backward(grad)
            if later.slope is None or handed:
                made.add(later.key)
            if later.slope is not None and not later.slope.above:
                count += 1
                found += self.right(later, convention, trial)
        return found, count

    def downhill(
        self, origin: str, step: Node, sign: int, worlds: list[dict[str, Any]], plain: bool = False
    ) -> bool:
        """Whether a step is a negative number times the slope; of plain numbers everywhere the same."""
        step, sign, _ = self.bare(step, sign)
        along = []
        for at, values in enumerate(worlds):
            try:
                moved = sign * self.program.up * self.value(step, values)
            except (MisfitError, KeyError):
                return False
            along.append(_along(moved, self.quotient(at, self.cost, origin)))
        plain |= not any(self.shapes.values())
        return max(along) < 0 and (not plain or max(along) <= min(along) * (1 - _CLOSE))

    def value(self, node: Node, values: dict[str, Any]) -> Any:
        return value_of(node, lambda one: self.number(one, values), self.reader.functions)

    def goes_on(self, line: Line) -> Line | None:
        """The next line on the same variable, where it only adds to it or scales it."""
        for later in self.slopes:
            if later.previous == line.key and isinstance(later.node, Total | Product):
                first = later.node.terms[0] if isinstance(later.node, Total) else later.node.factors[0]
                across = isinstance(later.node, Product) and "@" in later.node.ops  # to another layer
                return later if first == Name(line.key) and not across else None
        users = self.users.get(line.key, []) if line.slope and not line.slope.targets else []
        scale = _scale(users[0].node, line.key) if len(users) == 1 and users[0].slope else None
        sizes = scale and all(self.is_size(p) for p in walk(scale) if isinstance(p, Name))
        return users[0] if sizes else None

    def wrong_alone(
        self,
        line: Line,
        later: Line,
        convention: _Convention,
        options: list[str],
        worlds: list[dict[str, Any]],
    ) -> tuple[str, list[dict[str, Any]]] | None:
        """The name by which a line is the slope so that the one that goes on with it is right; the worlds.

        A line that only divides by a size takes the slope times that size. "" for a name where the two are
        right together; None where the one that goes on is right with no true slope.
        """
        between = self.reader.lines
        between = between[between.index(line) + 1 : between.index(later) + 1]
        scale = _scale(later.node, line.key) or _ONE
        divides = self.divides(scale)
        for one, times in itertools.product(("", *options), (_ONE, scale) if divides else (_ONE,)):
            trial = self.given(line.key, convention, one, worlds)
            for values in trial or ():
                if one:
                    values[line.key] = values[line.key] / self.value(times, values)
                self.evaluate(between, values)
            if trial is not None and self.right(later, convention, trial):
                return one, trial
        return None

    def divides(self, scale: Node) -> bool:
        """Whether a scale is one over sizes."""
        match scale:
            case Product((Number(1), *under), ops) if {*ops} == {"/"}:
                return all(isinstance(size, Name) and self.is_size(size) for size in under)
        return False

    def divisor(self, line: Line, target: str) -> Node | None:
        """The one size that a slope is to be divided by, or None: what divides by another one is mistaken."""
        for letter in sorted({*self.letter_of.values()}):
            if all(
                abs(_along(point.get(line.key), true) / self.counted(point, [letter]) - 1) < _CLOSE
                for at, point in enumerate(self.points)
                for true in [self.true(at, self.convention, target)]
            ):
                return Name(letter)
        return None

    def right(self, line: Line, convention: _Convention, worlds: list[dict[str, Any]]) -> bool:
        """Whether a line is the slope by any name that it may be meant for."""
        return any(self.fits(line.key, convention, one, worlds) for one in self.candidates(line))

    def fits(
        self, key: str, convention: _Convention, target: str, worlds: list[dict[str, Any]], above: str = ""
    ) -> bool:
        for at, values in enumerate(worlds):
            true = self.true(at, convention, target, above)
            if key not in values or true is None or values[key].size != true.size:
                return False
            true = true.ravel()
            if not np.all(np.abs(values[key].ravel() - true) <= _CLOSE * (1e-3 + np.abs(true).max())):
                return False
        return True

    def candidates(self, line: Line, wide: bool = False) -> list[str]:
        """The names that a line may be the slope by, the likeliest first; `wide`: whatever it is used for."""
        assert line.slope is not None
        above = self.needs[self.cost]
        used = "" if wide else self.used_for(line)
        targets = [one for one in line.slope.targets if one in above and one != self.cost]
        versions = [one for one in self.meant(line) if one in above and one != self.cost]
        if not targets and len(versions) == 1 and self.same_size(versions[0], line.key):
            targets = versions  # a size may have the name that an attribute has
        if used in self.leaves and not {*targets} & {*self.leaves}:  # w -= rate * hidden_layer_gradient
            return [used, *(x for x in versions if self.same_size(x, line.key))]
        if line.slope.targets and not line.slope.weak and (len(versions) > 1 or not targets):
            # a loop's `a` may be the layer's above while da is the one below
            sums = {x for one in versions for x in self.behind(one)}
            return [x for x in ([used] if used in sums else []) + versions if self.same_size(x, line.key)]
        if line.slope.targets and not line.slope.weak:
            inner = self.inside(targets[0]) if targets else None
            if any(
                one.slope and one.slope.targets == (inner,) and one.text != line.text for one in self.slopes
            ):
                return targets  # the slope by z has a line of its own
            behind = [*self.behind(targets[0])] if targets else []
            if used in behind:  # the sums that a softmax is made of, in several lines
                return [used, *targets]
            if not used and (is_delta(line.text) or (line.previous and self.masked(line))):
                return [*behind, *targets]
            return targets if used or self.serves(line) else [*targets, *behind]
        if used:
            return [used]
        names = [one.key for one in reversed(self.reader.lines) if one.key in above and one.key != self.cost]
        if line.slope.weak and (targets or not self.serves(line)):
            names = targets
        elif line.slope.number:
            numbered = [key for key in names if re.search(rf"(?<!\d){line.slope.number}$", last_of(key))]
            before = [key for key in numbered if "z" in key.lower()]
            names = [*before, *(z for z in map(self.inside, numbered) if z in above), *numbered]
        else:
            own = [key for key in self.leaves if key in above and self.is_parameter(key)]
            names = own + names if re.search("grad|nabla|deriv", line.text) else names + own
            names += [key for key in self.leaves if key in above and not is_label(key)]  # the examples last
            names = [key for key in names if self.shapes.get(key)] or names  # the cost's terms come last
        return [key for key in dict.fromkeys(names) if self.same_size(key, line.key)]

    def serves(self, line: Line) -> bool:
        """Whether a slope is made of a line, or a step."""
        users = (one for one in self.users.get(line.key, ()) if not one.text.startswith("return["))
        return any(one.slope is not None for one in users) or any(
            line.key in _names(step) for _, _, step, _ in self.updates()
        )

    def same_size(self, a: str, b: str) -> bool:
        if b not in self.shapes:  # a line that fits nowhere may be meant for anything
            return True
        return [x for x in self.dims(a) if x != "1"] == [x for x in self.dims(b) if x != "1"]

    def masked(self, line: Line) -> bool:
        return line.previous in {p.base for p in walk(line.node) if isinstance(p, Name)}

    def inside(self, key: str) -> str | None:
        """The z of a = f(z)."""
        line = self.lines.get(key)
        if line is None:
            return None
        match line.node:
            case (
                Call(_, 0, (Name() as inner,))
                | Call("max", 0, (Number(), Name() as inner))
                | Call("max", 0, (Name() as inner, Number()))
            ):
                return inner.base
            case Transposed():
                return None
        names = {p.base for p in walk(line.node) if isinstance(p, Name) and self.shapes.get(p.base)}
        return (
            names.pop()
            if len(names) == 1 and not any(isinstance(p, Product) and "@" in p.ops for p in walk(line.node))
            else None
        )

    def behind(self, key: str) -> Iterator[str]:
        """The arrays that one is made of without any other: z of exp(z) of exp(z) / sum(exp(z))."""
        inner = self.inside(key)
        while inner is not None:
            yield inner
            inner = self.inside(inner)

    def used_for(self, line: Line) -> str:
        """What `makes_with` says, asked once under the same shapes."""
        if line.key not in self.used:
            self.used[line.key] = self.makes_with(line)
        return self.used[line.key]

    def makes_with(self, line: Line) -> str:
        """z where a later line makes dW of this one, and z is made with W; '' where none does.

        In Whᵀ @ dag and z = Wh @ x, of several z, the one that is made with the other factor too.
        """
        makes = [
            (one.node, one.slope.targets[0])
            for one in self.slopes
            if one.slope and one.slope.targets[:1] == one.slope.targets != ()
        ]
        makes += [(step, origin) for _, origin, step, _ in self.updates()]
        found = ""
        for _, origin, step, sign in self.updates():
            if self.bare(step, sign)[0] == Name(line.key) and len(self.users[line.key]) == 1:
                return origin  # w -= rate * grad(x, y)
        for node, weight in makes:
            product = next((one for one in walk(node) if self.factor(line.key, one)), None)
            if product is None or not self.is_parameter(weight):
                continue
            others = _names(product) - {line.key}
            for made in self.reader.lines:
                if not self.same_size(made.key, line.key) or made.key not in self.needs[self.cost]:
                    continue
                inside = [_names(p) for p in walk(made.node) if isinstance(p, Product) and self.op in p.ops]
                if any(weight in names and names & others for names in inside):
                    return self.summed(made.key)
                if not found and any(weight in names for names in inside):
                    found = self.summed(made.key)
        for node, weight in makes if not found else ():
            match node:  # outer(dz, x) of W @ x, outer(x, dz) of x @ W
                case Call("outer", 0, both) if line.key in (sides := [*map(_signless, both)]):
                    at = sides.index(line.key)
                    factors = (Name(weight), both[1]) if at == 0 else (both[0], Name(weight))
                    for made in self.reader.lines if self.is_parameter(weight) else ():
                        products = [p for p in walk(made.node) if isinstance(p, Product) and "@" in p.ops]
                        sized = self.same_size(made.key, line.key) and made.key in self.needs[self.cost]
                        if sized and any(_factors(p) == factors for p in products):
                            return self.summed(made.key)
        return found

    def factor(self, key: str, node: Node) -> bool:
        """Whether a formula is a matrix product with an array itself, or with some number of it."""
        if not isinstance(node, Product):
            return False

        def array(part: Node) -> bool:
            return self.op != "@" or any(self.shapes.get(p.base) for p in walk(part) if isinstance(p, Name))

        sides = [
            (list(filter(array, node.factors[: at + 1])), node.factors[at + 1])
            for at, op in enumerate(node.ops)
            if op == self.op
        ]
        return any(key == _signless(right) or [*map(_signless, left)] == [key] for left, right in sides)

    def summed(self, key: str) -> str:
        """z = x @ w, then z += b: the last of the sums that an array goes into alone."""
        users = [line for line in self.users.get(key, ()) if line.key in self.needs.get(self.cost, ())]
        match users:
            case [Line(key=later, node=Total(terms=terms, signs=signs))]:
                if (Name(key), 1) in zip(terms, signs) and self.same_size(key, later):
                    return self.summed(later)
        return key

    def updates(self) -> list[tuple[Line, str, Node, int]]:
        """(line, array, step, sign) of each W += step that is not a slope under a name of its own."""
        found = []
        for line in self.reader.lines:
            if (
                line.slope is None
                and line.key not in self.needs.get(self.cost, ())
                and isinstance(line.node, Total)
                and line.node.terms[0] == Name(line.previous)
            ):
                origin = line.previous
                if (
                    origin in self.leaves
                    and self.is_parameter(origin)
                    and origin in self.needs.get(self.cost, ())
                ):
                    for term, sign in zip(line.node.terms[1:], line.node.signs[1:]):
                        found.append((line, origin, term, sign))
        return found

    def rates(self) -> Iterator[tuple[str, dict[str, float], Callable[[Node], float]]]:
        """Each rate, how many times the steps are themselves where it is doubled, and that of any formula."""
        rates = [x for x in self.leaves if RATE.fullmatch(last_of(x)) and not self.dims(x)]
        for rate in rates if self.updates() else ():
            twice = dict(self.points[0])
            twice[rate] = twice[rate] * 2
            self.evaluate(self.reader.lines, twice)

            def times(node: Node, twice: dict[str, Any] = twice) -> float:
                with contextlib.suppress(MisfitError, KeyError):
                    return _along(self.value(node, twice), self.value(node, self.points[0]))
                return 0.0

            yield rate, {line.key: round(times(step), 5) for line, _, step, _ in self.updates()}, times

    def rates_again(self) -> dict[int, str]:
        """The lines that multiply by a rate what has it already, so that one step goes with its square."""
        found: dict[int, str] = {}
        for rate, steps, times in self.rates():
            for line in self.reader.lines if {*steps.values()} >= {2, 4} else ():
                inner = {round(times(Name(key)), 5) for key in _names(line.node) & self.lines.keys()}
                own = steps.get(line.key, round(times(Name(line.key)), 5))
                if own == 4 and 2 in inner and rate in _names(line.node):
                    found[line.place.line] = f"{last_of(rate)} is in it already: a step goes with its square"
        return found

    def rates_once(self) -> dict[str, str]:
        """What is said of a line that a rate is left out of, where each step has this rate as it should."""
        once = [last_of(rate) for rate, steps, _ in self.rates() if {*steps.values()} == {2}]
        return {f"leave out {rate}": f"{rate} comes in here, and in no step" for rate in once}

    # -- what a misreading would show
    def results(self, lines: Set[int]) -> list[Line]:
        """The steps, and the slopes that nothing else is made of, that hang on given lines of the text."""
        steps = {line.key for line, *_ in self.updates()}
        made = [line for line in self.reader.lines if line.key in self.chosen or line.key in steps]
        own = {line.key for line in made if line.place.line in lines}
        used = set().union(*(self.needs[line.key] - {line.key} for line in made)) - steps
        return [line for line in made if line.key not in used and own & self.needs[line.key]]

    def hanging(self, lines: Set[int]) -> set[int]:
        """The lines of the text that are made of what given ones make."""
        own = {line.key for line in self.reader.lines if line.place.line in lines}
        return {line.place.line for line in self.reader.lines if own & self.needs[line.key]}

    def right_as_a_whole(self, number: int, exactly: bool) -> bool:
        """Whether all that hangs on a line of the text is right as the program computes it, line after line.

        A step goes down by some rate: where it is no slope under a name, it says nothing `exactly`.
        """
        steps = {line.key: (origin, step, sign) for line, origin, step, sign in self.updates()}

        own = [line for line in self.reader.lines if line.place.line == number and line.key in self.chosen]
        if any(map(self.unseen, own)):
            return False

        def fits(key: str, above: str, target: str) -> bool:
            above = "" if above == self.cost else above
            same = all(key in p and p[key].shape == p[target].shape for p in self.points)
            return same and self.fits(key, self.convention, target, self.points, above)

        def right(line: Line) -> bool:
            if line.key not in steps:
                return fits(line.key, *self.chosen[line.key]) or self.right_returned(line)
            origin, step, sign = steps[line.key]
            slope = base(self.bare(step, sign)[0])
            known = fits(slope, self.cost, origin) if slope in self.chosen else not exactly
            return known and self.downhill(origin, step, sign, self.points, not self.dims(origin))

        results = self.results({number})
        return bool(results) and all(map(right, results))

    def unseen(self, line: Line) -> bool:
        """Whether a line, made of true slopes, is right at all points: its slip is in another branch."""
        if not self.branches():
            return False
        above, target = self.chosen[line.key]
        before = {key: by for key, by in self.chosen.items() if key in _names(line.node)}
        worlds: list[dict[str, Any]] | None = self.points
        for key, (of, by) in before.items():
            of = "" if of == self.cost else of
            worlds = worlds and self.given(key, self.convention, by, worlds, of)
        worlds = [dict(values) for values in worlds or ()]
        for values in worlds:
            self.evaluate([line], values)
        above = "" if above == self.cost else above
        return bool(worlds) and self.fits(line.key, self.convention, target, worlds, above)

    def right_returned(self, line: Line) -> bool:
        """Whether a slope leaves its function only in formulas that are right: return 2 * dx / N."""
        above, target = self.chosen[line.key]
        above = "" if above == self.cost else above
        handed = [node for node in _returned(line) if line.key in _names(node)]
        for node in handed:
            try:
                worlds = [{line.key: self.value(node, values)} for values in self.points]
            except (MisfitError, KeyError):
                return False
            same = all(w[line.key].shape == p[target].shape for w, p in zip(worlds, self.points))
            if not same or not self.fits(line.key, self.convention, target, worlds, above):
                return False
        return bool(handed)

    def rounds(self, line: Line) -> list[Line]:
        """What a line makes in each round of its loop."""
        return [x for x in self.slopes if (x.place.line, x.text) == (line.place.line, line.text)]

    def dead(self, line: Line) -> bool:
        """Whether nothing uses the slope that the last round of a loop makes, as it does those before."""
        rounds = self.rounds(line)
        kept = self.users.get(line.key) or line.key in {key for n in _returned(line) for key in _names(n)}
        return len(rounds) > 1 and rounds[-1] is line and line.text.isidentifier() and not kept

    def idle(self, line: Line, worlds: list[dict[str, Any]]) -> bool:
        """Whether a line is 0, and the slope by what a loop made last and the cost does not hang on."""
        made = self.reader.held.get(line.slope.stem if line.slope else "", ())
        return any(one not in self.needs[self.cost] for one in made) and not any(
            np.any(values.get(line.key, 1)) for values in worlds
        )

    def taken(self) -> str:
        """What of the program is taken to be so without being said, for a reader to say it."""
        guessed = [key for key in self.open if key in self.needs.get(self.cost, ())]
        shapes = [f"{self.in_words(key)} ({', '.join(self.dims(key))})" for key in guessed[:4]]
        cost = self.lines.get(self.cost)
        where = f"the cost is {cost.text} of line {cost.place.line}" if cost else f"the cost is {self.cost}"
        said = f"the shapes are taken to be {', '.join(shapes)}: say `n, d = X.shape`" if shapes else ""
        return "; ".join(filter(None, [said, f"{where}: choose another with --loss"]))

    # -- statements
    def write_out(
        self,
        chosen: dict[str, tuple[str, str]],
        doubtful: dict[str, str],
        missed: set[int],
        convention: _Convention,
    ) -> list[Statement]:
        self.missed = missed
        self.costs: dict[str, Node] = {}
        claims: list[Equation] = []  # in the order of the program, not of the page
        self.written: dict[str, str] = {}  # ∂z: how the program writes the slope by z
        self.chosen, self.convention = chosen, convention
        updates = {line.key: (line, origin, step, sign) for line, origin, step, sign in self.updates()}
        for line in self.reader.lines:
            unmade = next(iter(_names(line.node) & self.reader.unmade), "") if line.key in chosen else ""
            if line.key in doubtful or unmade:
                cause = unmade or doubtful.get(line.key, "")
                problem = f"{line.text} hangs on {self.in_words(cause)}, and nothing here says what that is"
                advice = "let --function name what calls this function, or call it output where it is one"
                if not cause:
                    problem = f"{line.text} has no name, and is the slope of the cost by nothing of its size"
                    advice = "name it before it is returned, as dW = ..."
                elif unmade:
                    problem = f"{last_of(cause)} is read before any line gives it a value"
                elif cause in self.lines:
                    self.waits[line.place.line] = place = self.lines[cause].place.line
                    problem = (
                        f"{line.text} hangs on {last_of(cause)} of line {place}, which is not right itself"
                    )
                    advice = "mend that line first"
                error = NotationError(problem, advice, line.place.line, 1)
                error.certain = bool(unmade)
                self.reader.unread.append(error)
            elif line.key in chosen:
                made = self.claim(line)
                claims += made
                self.written |= {
                    f"∂{'/'.join(map(write, children(one.left)))}": line.text for one in made if one.left
                }
            if line.key in updates and line.key not in doubtful:
                claims += self.update(*updates[line.key])
        for number, text, slope in self.reader.fixed:
            if not slope.weak and {*slope.targets} & self.needs[self.cost]:
                problem = f"{text} is made of plain numbers alone, and of nothing that the cost hangs on"
                advice = "make it of names that the cost is made of"
                self.reader.unread.append(NotationError(problem, advice, number, 1))
        wanted: dict[str, None] = {}
        for claim in claims:
            for side in (claim.left, *claim.parts):
                assert side is not None
                for part in walk(side):
                    if isinstance(part, Name):
                        wanted[part.base.removeprefix("·")] = None
        names = set(wanted) | {
            p.base for node in self.costs.values() for p in walk(node) if isinstance(p, Name)
        }
        needed = names.union(*(self.needs.get(one, frozenset()) for one in names), self.needs[self.cost])
        said = {dim for key in needed for dim in self.dims(key)}
        needed |= {
            key for key in self.leaves if names & {*self.dims(key)} - said
        }  # whose size stands in a line
        statements: list[Statement] = [
            Equation(Call(key, 0, (Name("x"),)), (body,), (None,), (Place(1, 1),))
            for key, (_, body) in self.reader.functions.items()
        ]
        sizes = set(self.letter_of.values())
        for key in self.leaves:
            if key in needed and key not in sizes:
                statements.append(Declaration(Name(key), self.dims(key), Place(1, 1)))
        for line in self.reader.lines:
            if line.key in needed and line.key not in chosen:
                spelling = dict(line.spelling)
                node = self.sized(self.with_slopes(line.node, line), spelling)
                left = Name(line.key, place=line.place)
                statements.append(
                    Equation(left, (node,), (None,), (line.place,), style="code", spelling=spelling)
                )
        for key, node in self.costs.items():
            statements.append(Equation(Name(key), (self.sized(node, {}),), (None,), (Place(1, 1),)))
        return [self.owned(one) if isinstance(one, Equation) else one for one in (*statements, *claims)]

    def scaled_cost(self, cost: str, target: str) -> tuple[str, str]:
        """The cost that a line's slope belongs to, made where the text has none; and the convention."""
        convention = self.convention
        if cost != self.cost:
            if not self.shapes.get(cost):
                return cost, ""
            key = f"sum of {cost}"  # da/dz of a = f(z), entry by entry
            self.costs[key] = Call("sum", 0, (Name(cost),))
            return key, ""
        if self.is_parameter(target) and not convention.whole:
            if convention.steps < 0:
                self.costs[f"-{cost}"] = Negative(Name(cost))
                return f"-{cost}", "what is added to a parameter is written with the other sign"
            if not convention.parameters:
                return cost, ""
            sizes = tuple(map(_size, convention.parameters))
            key = f"{cost}/{'·'.join(convention.parameters)}"
            self.costs[key] = Product((Name(cost), *sizes), ("/",) * len(sizes))
            arriving = "the slopes that arrive are those of the summed loss"
            return key, f"1/{convention.parameters[0]} comes in with the parameters: {arriving}"
        if not convention.between and convention.sign > 0:
            return cost, ""
        key = ("-" if convention.sign < 0 else "") + "·".join((*convention.between, cost))
        node: Node = (
            Product((*map(_size, convention.between), Name(cost)), ("⊙",) * len(convention.between))
            if convention.between
            else Name(cost)
        )
        self.costs[key] = Negative(node) if convention.sign < 0 else node
        says = []
        if convention.between:
            times = "·".join(convention.between)
            where, which = ("steps", "") if convention.whole else ("parameters", " between")
            says.append(f"1/{times} comes in with the {where}: slopes{which} are those of the summed loss")
        if convention.sign < 0:
            says.append("slopes between are written with the other sign, as steps downhill")
        return key, "; ".join(says)

    def derivative(self, key: str, spelling: dict[str, str]) -> Derivative:
        above, target = self.chosen[key]
        cost = self.scaled_cost(above, target)[0]
        if self.added_in_step(self.lines[key]):
            cost = self.part_of(self.lines[key], cost) or cost
        written = spelling.get(key, self.lines[key].text)
        return Derivative(Name(cost), Name(target), True, written=written)

    def with_slopes(self, node: Node, line: Line) -> Node:
        def slope(part: Node) -> Node | None:
            known = isinstance(part, Name) and part.base in self.chosen
            return self.derivative(base(part), line.spelling) if known else None

        return mapped(node, slope)

    def spelling(self, line: Line) -> dict[str, str]:
        """How a line writes names, and how it may write those that it has not: "?" for no way."""
        lines = [*self.reader.lines, *self.slopes, line]
        around = [self.reader.globals, *(line.here.around()[::-1] if line.here else ())]
        visible = {
            value.base: name for scope in around for name, value in scope.items() if isinstance(value, Name)
        }
        said = [
            (key, name)
            for one in lines
            for key, name in one.spelling.items()
            if one.here is line.here or not name.isidentifier()
        ]
        seen = {key: name for key, name in said if "[-" not in name}  # acts[-1], while it was the last
        seen |= _in_lists(line)
        mine = {
            value.base: f"{name}.{attribute}"
            for scope in (line.here.around() if line.here else ())
            for name, one in scope.items()
            if isinstance(one, Instance)
            for attribute, value in one.attributes.items()
            if isinstance(value, Name)
        }
        seen = {key: name for key, name in seen.items() if not re.fullmatch(r"self\.\w+", name)} | mine
        called = {key: name for key, name in said if key.endswith("(") and (mine or "self." not in name)}
        made = {one.key: one.text for one in self.reader.lines if one.here is line.here or "." in one.text}
        arrays = {
            key: seen.get(key, visible.get(key, made.get(key, "?"))) for key in (*self.lines, *self.leaves)
        }
        own = {said: key for key, said in line.spelling.items()}
        said_of = {key: said if own.get(said, key) == key else "?" for key, said in arrays.items()}
        of_values = {
            write(one.node): said_of[one.key] for one in self.reader.lines if isinstance(one.node, Call)
        }
        sizes: dict[str, str] = {}
        for key in (*self.leaves, *own.values()):
            if key in said_of and key not in self.reader.one_hot:
                sizes |= {dim: f"{said_of[key]}.shape[{at}]" for at, dim in enumerate(self.dims(key))}
        named = {*self.reader.letters.values()}
        sizes = {dim: said for dim, said in sizes.items() if dim not in named}
        return {**of_values, **called, **sizes, **said_of, **self.written, **line.spelling}

    def owned(self, equation: Equation) -> Equation:
        """An equation without names of values that would be read as slopes, such as `dx` and `data_loss`."""

        def own(text: str) -> str:
            return re.sub(r"""(?<![\w.·"[])d[\w·.["\]]*""", lambda m: "·" * (m[0] in self.lines) + m[0], text)

        def renamed(node: Node) -> Node:
            return mapped(
                node, lambda one: replace(one, base=own(one.base)) if isinstance(one, Name) else None
            )

        left, parts = equation.left and renamed(equation.left), tuple(map(renamed, equation.parts))
        spelling = equation.spelling and {own(key): said for key, said in equation.spelling.items()}
        return replace(equation, left=left, parts=parts, spelling=spelling)

    def claim(self, line: Line) -> list[Equation]:
        above, target = self.chosen[line.key]
        whole, note = self.scaled_cost(above, target)
        cost = self.part_of(line, whole)
        if cost is None:
            return []  # the next line on this name says what it is
        left: Node = Derivative(Name(cost), Name(target), True, written=line.text)
        spelling = self.spelling(line)
        node, pieces = self.after(line, cost, target)
        right, *grown = (
            self.sized(self.with_slopes(one, line), spelling) for one in (node, *pieces.values())
        )
        labels = self.labels if not self.is_parameter(target) else ""
        masks = sorted(self.needs[self.cost] & self.masks - {*self.reader.rest, *self.reader.masks})
        known = [self.says.get(line.place.line), note, labels, self.reader.notes.get(line.place.line)]
        known += [f"{mask} holds 0 and 1" for mask in masks]
        places = [self.reader.sizes.get(one, ("", ALL)) for one in sorted(_names(line.node))]
        single = [of for of, axis in places if axis == 0 and of in self.averages and len(self.dims(of)) == 1]
        known += [f"{last_of(of)} is taken to be one number for each example" for of in single]
        said = "; ".join(filter(None, known))
        if line.text == "return":
            spelling.setdefault("line", "return {}")
        return [
            Equation(
                left,
                (right,),
                (None,),
                (line.place,),
                style="code",
                spelling=spelling,
                note=said,
                grown=tuple(zip(pieces, grown)),
            )
        ]

    def told(self) -> set[int]:
        """The lines that are judged: slopes, and the steps."""
        slopes = {line.place.line for line in self.slopes if line.key in self.chosen}
        return slopes | {line.place.line for line, *_ in self.updates()}

    def first(self) -> set[int]:
        """The lines of the slopes, and of the steps, that no other slope is a part of."""
        slopes = {line.key for line in self.slopes}
        own = [*self.slopes, *(line for line, *_ in self.updates())]
        return {line.place.line for line in own if not (self.needs[line.key] - {line.key}) & slopes}

    def regulariser(self, target: str) -> Node | None:
        """The part of the cost that knows nothing of the data: what weight decay adds."""
        parts = self.parts(Name(self.cost), 1)
        own = [
            (part, sign)
            for part, sign in parts
            if not any(DATA.fullmatch(last_of(k)) or k in self.reader.one_hot for k in self.below(part))
            and target in self.below(part)
        ]
        if not own or len(own) == len(parts):
            return None
        return (
            Total(tuple(p for p, _ in own), tuple(s for _, s in own))
            if len(own) > 1 or own[0][1] < 0
            else own[0][0]
        )

    def below(self, node: Node) -> set[str]:
        names = {p.base for p in walk(node) if isinstance(p, Name)}
        return names.union(*(self.needs.get(one, frozenset()) for one in names)) & set(self.leaves)

    def parts(self, node: Node, sign: int) -> list[tuple[Node, int]]:
        """The terms that a number is the sum of, through its definitions."""
        made = self.lines[node.base].node if isinstance(node, Name) and node.base in self.lines else node
        match made:
            case Call("sum", 0, (Name(key) as inner,)) if not self.shapes.get(key):
                return self.parts(inner, sign)
            case Total(terms, signs):
                return [one for term, s in zip(terms, signs) for one in self.parts(term, sign * s)]
            case Name() if made != node:
                return self.parts(made, sign)
        return [(node, sign)]

    def added_in_step(self, line: Line) -> tuple[str, Node, int] | None:
        """The step W -= rate * (dW + reg * W) of a slope: its array, what is added, and the sign."""
        for _, origin, step, sign in self.updates():
            node, sign, _ = self.bare(step, sign)
            if isinstance(node, Total) and Name(line.key) in node.terms and self.regulariser(origin):
                return origin, node, sign
        return None

    def part_of(self, line: Line, cost: str) -> str | None:
        """The cost whose slope a line is, before all that goes on with it; None where nothing says it."""
        later = next((one for one in self.slopes if self.before(one) == line.key), None)
        if later is None or self.chosen.get(later.key, ("", ""))[1] != self.chosen[line.key][1]:
            origin = self.chosen[line.key][1]
            decay = self.regulariser(origin) if self.added_in_step(line) else None
            if decay is None or self.fits(line.key, self.convention, origin, self.points):
                return cost
            self.costs[f"{cost} without decay of {origin}"] = Total((Name(cost), decay), (1, -1))
            return f"{cost} without decay of {origin}"
        part = self.part_of(later, cost)
        return part and self.partial(line, later, part)

    def scaled_as(self, cost: str, node: Node) -> Node:
        """A part of the whole cost, scaled as a cost is before a line that divides its slope."""
        match self.costs.get(cost):
            case Product((Name(whole), scale), ("/",)) if " before line " in cost:
                return Product((self.scaled_as(whole, node), scale), ("/",))
        return node

    def partial(self, line: Line, later: Line, cost: str) -> str | None:
        """The cost whose slope a line is before the next one adds the weight decay, or scales it."""
        target = self.chosen[later.key][1]
        scale = _scale(later.node, line.key)
        slipped = self.fits(line.key, self.convention, target, self.points) and not self.fits(
            later.key, self.convention, target, self.points
        )
        arrays = slipped or any(self.shapes.get(p.base) for p in walk(scale or _ONE) if isinstance(p, Name))
        if scale and not arrays:
            key = f"{cost} before line {later.place.line}"
            meant = self.divisor(line, target) if self.divides(scale) else None
            self.costs[key] = Product((Name(cost), meant or scale), ("⊙" if meant else "/",))
            return key
        match later.node:
            case Total((Name(first), *_), (1, *_)) if first == line.key:
                decay = self.regulariser(target)
                if decay is not None:
                    key = f"{cost} without decay of {target}"
                    self.costs[key] = Total((Name(cost), self.scaled_as(cost, decay)), (1, -1))
                    return key
        return None

    def before(self, line: Line) -> str:
        """The line that this one changes or goes on from, by its key."""
        if self.masked(line):
            return line.previous
        return next((one.key for one in self.slopes if self.goes_on(one) is line), "")

    def after(self, line: Line, cost: str, target: str) -> tuple[Node, dict[Place, Node]]:
        """A line; one that changes an earlier one with that one's true slope, or with what that one says.

        With what each of several lines adds, where they only add: dh = a, dh += b.
        """
        key = self.before(line)
        if not key or self.chosen.get(key, ("", ""))[1] != target:
            return line.node, {line.place: line.node}
        before, part = self.lines[key], self.partial(self.lines[key], line, cost)
        if part:
            new: Node = Derivative(Name(part), Name(target), True, written=before.text)
            return _put_in(line.node, key, new), {}
        new, pieces = self.after(before, cost, target)
        match line.node:
            case Total((Name(first), one), (1, 1)) if first == key and pieces:
                pieces = pieces | {line.place: one}
            case _:
                pieces = {}
        return _put_in(line.node, key, new), pieces

    def is_number(self, node: Node) -> bool:
        """Whether a factor is a number that neither the cost nor a slope is made of."""
        names = {p.base for p in walk(node) if isinstance(p, Name)}
        own = self.needs[self.cost] | {line.key for line in self.slopes}
        within = {x for name in names for x in self.needs.get(name, ()) if self.is_parameter(x)}
        return not (names | within) & own and not any(map(self.shapes.get, names))

    def rate(self, node: Product) -> int | None:
        """Where a number stands that a product is multiplied by, as a step is by its rate."""
        if self.is_number(node.factors[0]) and (
            node.ops[0] == "⊙" or (node.ops[0] == "/" and isinstance(node.factors[0], Name))
        ):
            return 0
        for at, (op, factor) in enumerate(zip(node.ops, node.factors[1:]), 1):
            inside = {p for p in walk(factor) if isinstance(p, Name)}
            divides = op == "/" and isinstance(factor, Number)
            if divides or (op == "⊙" and self.is_number(factor) and not any(map(self.is_size, inside))):
                return at
        return None

    def bare(self, node: Node, sign: int) -> tuple[Node, int, list[Node]]:
        """A step without what only sets its size, its sign, and what was left out."""
        rates: list[Node] = []
        while True:
            flat = _without_brackets(node)
            if isinstance(node, Negative):
                node, sign = node.inner, -sign
            elif isinstance(node, Product) and (at := self.rate(node)) is not None:
                factor = node.factors[at]
                sign = -sign if isinstance(factor, Number) and factor.value < 0 else sign
                if isinstance(factor, Number) and factor.value:
                    size = abs(factor.value)
                    factor = Number(1 / size if at and node.ops[at - 1] == "/" else size)
                rates.append(factor)
                if at == 0 and node.ops[0] == "/":  # rate / m * dW
                    node = replace(node, factors=(_ONE, *node.factors[1:]))
                    continue
                rest = node.factors[:at] + node.factors[at + 1 :]
                ops = node.ops[: at - 1] + node.ops[at:] if at else node.ops[1:]
                node = Product(rest, ops) if ops else rest[0]
            elif flat != node and isinstance(flat, Product) and self.rate(flat) is not None:
                node = flat  # x * (dz * rate)
            elif isinstance(node, Product) and (inner := self.inner_rate(node)):
                at, rate, other = inner  # delta @ (rate * x.T)
                node = replace(node, factors=(*node.factors[:at], other, *node.factors[at + 1 :]))
                rates.append(rate)
            else:
                return node, sign, rates

    def inner_rate(self, node: Product) -> tuple[int, Node, Node] | None:
        """Which factor of a matrix product is a rate times an array: where, the rate and the array."""
        for at, factor in enumerate(_factors(node)):
            match factor:
                case Product((Name() as rate, other), ("⊙",)) if self.is_number(rate):
                    return at, rate, other
        return None

    def scale_of(self, node: Node, origin: str) -> Node | None:
        """The number, or times or over a size, that a step is times the slope but for its sign; or None."""
        shares = []
        for at, values in enumerate(self.points):
            try:
                shares.append(abs(_along(self.value(node, values), self.quotient(at, self.cost, origin))))
            except (MisfitError, KeyError):
                return None
        for letter, op in itertools.product((None, *sorted(set(self.letter_of.values()))), "⊙/"):
            sizes = [self.counted(values, [letter] if letter else []) for values in self.points]
            rest = [share / size if op == "⊙" else share * size for share, size in zip(shares, sizes)]
            if min(rest) > 0 and max(rest) - min(rest) < _CLOSE * max(rest):
                number = Number(Fraction(rest[0]).limit_denominator(10_000))
                return Product((number, Name(letter)), (op,)) if letter else number
        return None

    def update(self, line: Line, origin: str, step: Node, sign: int) -> list[Equation]:
        """W += step, where the step is no bare slope: up to the rate, it goes down the slope."""
        node, sign, rates = self.bare(step, sign)
        names = {p.base for p in walk(node) if isinstance(p, Name)}
        known = self.needs[self.cost] | {*self.chosen, *self.reader.sizes, *self.reader.letters}
        known |= self.made_of(known)
        lost = [
            key for key in names if key in self.lines and self.lines[key].slope and key not in self.chosen
        ]
        if lost:
            cause = self.in_words(lost[0])
            problem = f"the step of {line.text} hangs on {cause}, and nothing here says what that is"
            advice = "name the slope after what it is the slope by: dz1, dW1"
            self.reader.unread.append(NotationError(problem, advice, line.place.line, 1))
            return []
        if not names <= known or (isinstance(node, Name) and node.base not in self.chosen):
            return []  # momentum and the like
        spelling = self.spelling(line)
        right = self.sized(self.with_slopes(node, line), spelling)
        between = [
            p.base
            for p in walk(node)
            if isinstance(p, Name) and not self.is_parameter(self.chosen.get(p.base, ("", origin))[1])
        ]
        cost = self.scaled_cost(self.cost, self.chosen[between[0]][1])[0] if between else self.cost
        bare = isinstance(node, Name) and self.chosen[node.base][1] == origin
        way = sign * self.program.up
        shares = [Number(1 / Fraction(x)) for x in self.convention.between if x.isdigit()]
        summed = self.convention.whole and not (shares and {*shares} <= {*rates})
        if bare and way * self.convention.steps < 0 and not summed:
            return []  # W -= rate * dW
        if way * (self.convention.sign if between else 1) > 0:
            self.costs[f"-{cost}"] = Negative(Name(cost))
            cost = f"-{cost}"
        if names.isdisjoint(self.chosen) and (scale := self.scale_of(node, origin)):
            self.costs[f"{write(scale)} {cost}"] = Product((scale, Name(cost)), ("⊙",))
            cost = f"{write(scale)} {cost}"
        rate = "".join(f"{write_code(one, spelling, 3)} * " for one in rates)
        if "step" in spelling:
            down = spelling["down"] if sign > 0 else "" if spelling["down"] else "-"
            spelling["line"] = f"{spelling['step']} = {down}{rate}{{}}"
        else:
            spelling["line"] = f"{line.text} {'+' if sign > 0 else '-'}= {rate}{{}}"
        note = "; ".join(filter(None, (self.says.get(line.place.line), "up to the learning rate")))
        left = Derivative(Name(cost), Name(origin), True, written=f"the step of {line.text}")
        return [Equation(left, (right,), (None,), (line.place,), style="code", spelling=spelling, note=note)]


def _returned(line: Line) -> list[Node]:
    """The formulas that the function returns in which a line stands."""
    parts, found = [line.here.returned if line.here else None], []
    while parts:
        match parts.pop():
            case dict() as several:
                parts += several.values()
            case list() | tuple() as several:
                parts += several
            case Node() as node:
                found.append(node)
    return found


def _along(values: Any, true: Any) -> float:
    """How many times a slope an array is; 0 for no such number."""
    if values is None or true is None or values.size != true.size:
        return 0.0
    if not (np.isfinite(values).all() and np.isfinite(true).all()):
        return 0.0
    along = float((values.ravel() * true.ravel()).sum() / max((true**2).sum(), 1e-30))
    apart = np.abs(values.ravel() - along * true.ravel()).max(initial=0.0)
    return along if apart <= _CLOSE * np.abs(values).max(initial=0.0) else 0.0


def _size(text: str) -> Node:
    return Number(Fraction(text)) if text.isdigit() else Name(text)


def _without_brackets(node: Node) -> Node:
    """x * dz * rate for x * (dz * rate): what is multiplied entry by entry is one product."""
    match node:
        case Product(factors, ops):
            for at, (op, factor) in enumerate(zip(("⊙", *ops), factors)):
                if op == "⊙" and isinstance(factor, Product) and {*factor.ops} <= {"⊙", "/"}:
                    return _without_brackets(spliced(node, at, 1, factor.factors, factor.ops))
    return node


def _scale(node: Node, key: str) -> Node | None:
    """The c of c times key; None for any other formula."""
    match node:
        case Name(base) if base == key:
            return _ONE
        case Negative(inner):
            scale = _scale(inner, key)
            return scale and Negative(scale)
        case Product(factors, ops) if "@" not in ops:
            scales = [_scale(factor, key) for factor in factors]
            at = next((at for at, scale in enumerate(scales) if scale), None)
            others = (p for n, factor in enumerate(factors) if n != at for p in walk(factor))
            if at is not None and "/" not in ops[max(0, at - 1) : at] and Name(key) not in others:
                return Product((*factors[:at], scales[at] or _ONE, *factors[at + 1 :]), ops)
    return None


def _divides(key: str, node: Node) -> bool:
    """Whether all that a formula does with a name is to divide by it, or by 2 m."""
    ops = ("", *node.ops) if isinstance(node, Product) else ("",) * len(children(node))
    parts = [part for part, op in zip(children(node), ops) if op != "/" or _names(part) != {key}]
    return node != Name(key) and all(_divides(key, part) for part in parts)


def _under(node: Node) -> list[Name | Number]:
    """What a formula divides by."""
    products = [part for part in walk(node) if isinstance(part, Product)]
    pairs = [pair for part in products for pair in zip(part.ops, part.factors[1:])]
    return [factor for op, factor in pairs if op == "/" and isinstance(factor, Name | Number)]


def _put_in(node: Node, key: str, new: Node) -> Node:
    return mapped(node, lambda part: new if isinstance(part, Name) and part.base == key else None)
