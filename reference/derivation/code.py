"""Python with numpy or torch, read and never run: its assignments as the statements of a derivation.

A file's syntax tree is followed as the interpreter would follow it, with formulas in place of arrays: every
assignment becomes a definition, and every assignment to a name that stands for a slope becomes a claim.
"""

import ast
import itertools
import operator
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import Any

from backproof.reference.derivation.arrays import same_function
from backproof.reference.derivation.language import (
    FORMULAS,
    FUNCTIONS,
    MOST_STATEMENTS,
    RATES,
    BigSum,
    Call,
    Cases,
    Comparison,
    Derivative,
    Name,
    Negative,
    Node,
    NotationError,
    Number,
    Otherwise,
    Place,
    Power,
    Product,
    Total,
    Transposed,
    children,
    mapped,
    rebuild,
    signed,
    walk,
    words,
    write,
)
from backproof.reference.derivation.parser import by_formula
from backproof.reference.losses import Loss, read_loss

ALL = 99  # in place of an axis: all of them
_MOST_STEPS = 20_000  # of reading; a loop of a few layers takes hundreds
_MOST_PARTS = 2_000  # of one formula
_MOST_ROUNDS = 12  # of a loop that is read round by round
_MOST_CALLS = 12  # inside each other
_INNER = "·x"  # what a function of one array is given
_ZERO, _ONE, _TWO = (Number(Fraction(n)) for n in range(3))
_GUARD = Fraction(1, 10**4)  # log(a + 1e-8): a constant up to this keeps a program from dividing by 0

_REDUCE = {"sum", "mean", "amax"}
_LIBRARIES = {"np", "numpy", "torch", "jnp", "jax", "cp", "cupy", "F", "math", "nn"}
_INVERSE = words("asin acos atan asinh acosh atanh")
_ENTRYWISE = {
    name: name
    for name in sorted(words("exp log sqrt tanh sin cos tan sinh cosh abs sign sigmoid relu softplus erf"))
} | {
    **{spelling: meaning for spelling, meaning in FUNCTIONS.items() if meaning in _INVERSE},
    "absolute": "abs",
    "fabs": "abs",
    "expit": "sigmoid",
    "log_": "log",
    "tanh_": "tanh",
}
_KNOWN = words("sigmoid relu softplus softmax cross_entropy_error")
_SAME = words(
    "array asarray copy clone detach squeeze float double astype numpy item tensor "
    "as_tensor from_numpy ascontiguousarray contiguous to cpu nan_to_num float64 float32 "
    "requires_grad_ Tensor Variable float_ int64 int32 atleast_2d"
)
_BINARY = {"add": ast.Add, "subtract": ast.Sub, "sub": ast.Sub, "multiply": ast.Mult, "mul": ast.Mult} | {
    "divide": ast.Div, "true_divide": ast.Div, "div": ast.Div, "power": ast.Pow, "pow": ast.Pow,
    "dot": ast.MatMult, "matmul": ast.MatMult, "mm": ast.MatMult, "mv": ast.MatMult,
}  # fmt: skip
_COMPARED = {"greater": ast.Gt, "gt": ast.Gt, "less": ast.Lt, "lt": ast.Lt, "greater_equal": ast.GtE} | {
    "ge": ast.GtE, "less_equal": ast.LtE, "le": ast.LtE, "equal": ast.Eq, "not_equal": ast.NotEq,
}  # fmt: skip
_FIRST = ("a", "x", "x1", "input", "b", "x2")  # what libraries call the arrays that they work with
_FOLD: dict[type[ast.operator], Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Pow: operator.pow,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}  # fmt: skip
_RANDOM = words(
    "randn rand random normal uniform standard_normal random_sample linspace binomial rand_like randn_like"
)
MADE = _RANDOM | words("zeros ones empty full array")  # a new array
_SOME = words("permutation randperm choice randint")  # numbers of examples
_FINITE = {"isfinite": True, "isnan": False, "isinf": False}
_SETTINGS = words("seed manual_seed default_rng RandomState Generator Random print no_grad")
_BUILTINS = words(
    "len range reversed list tuple dict zip enumerate print int float abs str super "
    "isinstance sorted getattr hasattr sum max min"
)
COST_WORD = re.compile(
    r"(?i:(?:total_?|train_?|data_?|mean_?)?(?:loss|cost|objective|criterion|nll|mse|bce|mae)\w*|E_?total|err(?:or)?)"
    r"|[JLCEl](?:_?(?:history|hist|list))?"
)
DATA = re.compile(
    r"(?:self\.)?(?:x|inputs?|data|points|samples|features|feature_?set|a_?0|batch|images?)(?:_?(?:train|tr|test|te|dev|val|set|batch|list|in|b|i)){0,2}|.*onehot.*|(?:input|train|batch)_(?:image|sample)s?|one_hot_(?:x|vec|vector|word|input)s?",
    re.I,
)
_WIDTHS = re.compile(r"layers|(?:layers?)?(?:sizes|dims|widths|dimensions|units)")
OUTPUTS = words(  # as `plain` writes them
    "o out outs output outputs finaloutput finaloutputs yhat ypred yout youtput pred preds "
    "predicted prediction predictions probs a al"
)
_OUTPUT = re.compile("(?!expected|target|true|desired|wanted|right|d|grad|upstream).+(?:output|yhat|pred)")
TARGET = re.compile(
    r"(?i:(?:d|true|desired|expected)_(?:targets?|labels?|outputs?)|(?:input|train|batch)_(?:labels?|targets?))|(?:[yYtT]|(?i:targ(?:et)?s?(?:_?(?:vec|vector|word|output|value|data)s?)?|labels?|expected))(?i:_?(?:true|train|tr|test|te|dev|val|set|batch|list|b|i|one_?hot)){0,2}"
)
MASK = re.compile(r"(?:\w+_)?masks?")  # holds 0 and 1
RATE = re.compile(rf"\b(?:{'|'.join(RATES)})\b")
_WHOLE = {"w": "weight", "b": "bias"}  # what a letter stands for
BACKWARD = re.compile(r"back|grad|_b?prop|delta|vjp|bwd", re.I)
_COST = r"(?:total_?loss|loss|cost|error|err|E_?total)"
_SLOPES = [  # what a slope is called, and whether it is one even where no array has the rest of the name
    (re.compile(rf"d_?(?:{_COST}(?:_+(?:wrt_|by_)?d?|d)|[LJCE]_?(?:wrt_|by_)?d)_?(?P<stem>\w+)", re.I), True),
    (re.compile(r"d_?(?P<above>\w+?)_+d_?(?P<stem>\w+)"), False),
    (re.compile(r"(?:grad(?:ient)?s?|nabla|deltas?|δs?|deriv(?:ative)?)_?(?P<stem>\w*)", re.I), True),
    (re.compile(r"(?P<stem>\w+?)_?(?:grad(?:ient)?s?|deltas?|deriv(?:ative)?)", re.I), True),
    (re.compile(r"(?P<stem>\w+?)_(?:errors?|err)"), True),
    (re.compile(r"(?:errors?|err)_(?P<stem>\w+)"), True),
    (re.compile(r"(?P<stem>\w+)_g"), False),
    (re.compile(r"[dDg]_?(?P<stem>\w+)"), False),
]
_COLLECTED = re.compile(r"(?<=\w)_(?:sum|total|acc)$")  # dw_sum, of what a loop adds up
_BEFORE = re.compile(r"(?P<stem>\w+?)_?(?:prev|previous|last|old)", re.I)  # of one step or layer before
# What functions mean in fewer words, and the share of each entry in a loss of outputs x and labels y.
_LOSSES = {
    "squared_error": "(x - y) ** 2",
    "absolute_error": "np.abs(x - y)",
    "binary_cross_entropy": "-(y * np.log(x) + (1 - y) * np.log(1 - x))",
    "categorical_cross_entropy": "-y * np.log(x)",
    "cross_entropy": "-y * np.log(np.exp(x) / np.sum(np.exp(x), k, keepdims=True))",
}
_OF_ONE = {
    "square": "x ** 2", "negative": "-x", "neg": "-x", "erfc": "1 - np.erf(x)", "reciprocal": "1 / x",
    "rsqrt": "1 / np.sqrt(x)", "norm": "np.sqrt(np.sum(x ** 2))",
}  # fmt: skip
_OF_TWO = {
    "vdot": "np.sum(x * y)",
    "logaddexp": "np.log(np.exp(x) + np.exp(y))",
    "mse_loss": f"np.mean({_LOSSES['squared_error']})",
    "l1_loss": f"np.mean({_LOSSES['absolute_error']})",
    "binary_cross_entropy": f"np.mean({_LOSSES['binary_cross_entropy']})",
    "binary_cross_entropy_with_logits": "np.mean(np.log(1 + np.exp(x)) - x * y)",
    "softmax": "np.exp(x) / np.sum(np.exp(x), y, keepdims=True)",
    "log_softmax": "x - np.log(np.sum(np.exp(x), y, keepdims=True))",
}
_OPPOSITE = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "==": "!=", "!=": "=="}
# What a function of another file says by its name: the slope by what came in, and by what came out.
_SLOPE_OF = re.compile(
    r"(?i:d_?|grad_?)?(?P<of>(?i:relu|sigmoid|tanh))(?i:_?(?:d|deriv|derivative|prime|grad|gradient))?"
)
_SLOPES_OF = {
    "relu": ("(x > 0) * 1.0", "(x > 0) * 1.0"),
    "sigmoid": ("sigmoid(x) * (1 - sigmoid(x))", "x * (1 - x)"),
    "tanh": ("1 - np.tanh(x) ** 2", "1 - x ** 2"),
}
# How many arguments these take; one more is the array that the result goes to, or not known.
_TAKES = {
    **dict.fromkeys([*_ENTRYWISE, *FORMULAS, *_OF_ONE.keys() - {"norm"}], 1),
    **dict.fromkeys([*_BINARY, *_COMPARED, *_OF_TWO], 2),
}
# Options that say nothing of values, and those that are heeded; with any other a function is another one.
_ASIDE = words("dtype out device casting subok requires_grad memory_format inplace non_blocking")
_AXIS = words("axis dim keepdims keepdim")
_HEEDED = {
    **dict.fromkeys(words("sum mean amax max"), _AXIS),
    **dict.fromkeys(words("var std"), _AXIS | words("unbiased ddof")),
    **dict.fromkeys(words("argmax softmax log_softmax unsqueeze expand_dims"), _AXIS),
    **dict.fromkeys(words("cross_entropy nll_loss"), words("reduction")),
    **dict.fromkeys([name for name in _OF_TWO if "loss" in name or "cross" in name], words("reduction")),
    **dict.fromkeys(words("clip clamp"), words("min max a_min a_max")),
    "norm": words("p ord"),
    "transpose": words("axes"),
}


@dataclass(frozen=True, slots=True)
class Unknown:
    """What could not be read: the line, and why."""

    line: int
    why: str
    drawn: bool = False  # by something that knows none of the parameters: examples, where the name says so
    looked: bool = False  # by a look-up, of which the rest is
    shown: bool = False  # in a branch that prints, or is met every 100th round: no line goes on with it


@dataclass(frozen=True, slots=True)
class Library:
    name: str


@dataclass(frozen=True, slots=True)
class ShapeOf:
    node: Node


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new array: random numbers, or `fill` everywhere; dims are numbers, names of sizes, or "" for any."""

    dims: tuple[str, ...] | None  # None: as it is used
    fill: int | None = None
    like: Node | None = None  # the array whose shape it has
    mask: bool = False  # random zeros and ones


@dataclass(frozen=True, slots=True)
class Rows:
    """Numbers of examples: all of them, or some in any order."""

    some: bool = False


@dataclass(frozen=True, slots=True)
class Eye:
    """The identity matrix times `times`, and `more` added everywhere."""

    times: int = 1
    more: int = 0


@dataclass(frozen=True, slots=True)
class Largest:
    """Where the largest entries of an array are along an axis."""

    node: Node
    axis: int


@dataclass(frozen=True, slots=True)
class Each:
    """The number of a class, in a loop over all of them."""


@dataclass(frozen=True, slots=True)
class Along:
    """What such a loop makes for each class: an array along them, times an example."""

    node: Node
    by: Node | None = None


@dataclass(slots=True)
class Instance:
    owner: str
    attributes: dict[str, Any] = field(default_factory=dict)
    made: bool = False  # in the text, so that what it is not given is its own


@dataclass(frozen=True, slots=True)
class Function:
    node: ast.FunctionDef | ast.Lambda
    name: str
    me: Instance | None = None
    home: str = ""  # the file beside in which it stands
    scope: "Frame | None" = None  # where it is defined: what it has no name for is looked up there

    def keeps(self) -> bool:
        """Whether it stores something beyond its own names."""
        return any(isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) for n in ast.walk(self.node))

    def marked(self, word: str) -> bool:
        """Whether a decorator of it says so."""
        marks = getattr(self.node, "decorator_list", [])
        return any(word in ast.unparse(mark) for mark in marks)


@dataclass(frozen=True, slots=True)
class Module:
    """A file beside this one, by its name."""

    name: str


class Size(int):
    """A whole number with the formula that it was given, n or 2 n: where n is an array's size, it is kept."""

    made: Node = _ONE
    name = ""  # of a size that has one


def _size(value: int, made: Node) -> Size:
    size = Size(value)
    size.made, size.name = made, made.base if isinstance(made, Name) else ""
    return size


@dataclass(slots=True)
class Frame:
    variables: dict[str, Any]
    silent: bool = False  # formulas are put in, not named
    hands: "Slope | None" = None  # what a formula that it returns is
    ends: bool = False  # nothing here calls the function: what it returns has no name but in its return
    local: frozenset[str] = frozenset()  # the names that its body gives a value
    shared: frozenset[str] = frozenset()  # those of the file that it says it gives one
    returned: Any = None
    left: str = ""  # what ends the body early: return, break or continue
    home: str = ""
    scope: "Frame | None" = None  # of the function around it

    def around(self) -> list[dict[str, Any]]:
        """The names of a function, and of those around it."""
        return [self.variables, *(self.scope.around() if self.scope is not None else ())]


@dataclass(slots=True)
class Line:
    """One assignment: key = node; `targets` are the names that its own name may be the slope of."""

    key: str
    node: Node
    place: Place
    text: str
    spelling: dict[str, str]
    slope: "Slope | None"
    previous: str = ""  # the version of the same variable that this one is made from
    here: Frame | None = None  # where it stands, with the names that are there
    rounds: Mapping[str, int] = field(default_factory=dict)  # the whole numbers that there are, as a loop's


@dataclass(frozen=True, slots=True)
class Slope:
    """What a name says about a slope: of `above` ('' the cost) by one of `targets`; number: delta2."""

    targets: tuple[str, ...] = ()
    above: str = ""
    number: str = ""
    weak: bool = False  # a slope only where it is used or has the value of one
    stem: str = ""  # a of da, where that may be any array which is called so in the course of the program


class Reader:
    """Follows a syntax tree; raises NotationError only where nothing at all can be read."""

    def __init__(self, tree: ast.Module, beside: Mapping[str, ast.Module] | None = None) -> None:
        self.tree = tree
        self.beside: dict[str, dict[str, Any]] = {name: {} for name in beside or {}}
        self.globals: dict[str, Any] = {"__name__": "__main__"}
        self.classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        self.homes: dict[str, str] = {}  # the file beside in which a class stands
        self.frames: list[Frame] = []
        self.lines: list[Line] = []
        self.leaves: dict[str, tuple[str, ...] | None] = {}  # with their shape, where the text fixes it
        self.sizes: dict[str, tuple[str, int]] = {}  # X.shape[0]: of which name, which axis
        self.letters: dict[str, str] = {}  # what the text calls a size
        self.one_hot: dict[str, int] = {}  # and along which axis
        self.functions: dict[str, tuple[str, Node]] = {}
        self.unread: list[NotationError] = []
        self.cost_unread = ""  # why a line that bears a cost's name could not be read
        self.same: dict[Node, str] = {}
        self.held: dict[str, dict[str, None]] = {}  # which arrays each name stood for, one after the other
        self.spelled: dict[str, str] = {}
        self.here: Frame | None = None
        self.attached: dict[str, dict[str, Any]] = {}  # what arrays have for attributes, such as w.g
        self.rounds: set[str] = set()  # the names that loops count with
        self.outputs: list[Any] = []
        self.notes: dict[int, str] = {}
        self.steps = self.depth = 0
        self.line = 1
        self.started: dict[str, Any] = {}  # what functions that make the first parameters return
        self.returns: dict[str, Any] = {}  # what functions returned when they were last called
        self.fixed: list[tuple[int, str, Slope]] = []  # plain numbers under the name of a slope, as 17 * th
        self.rest: dict[str, str] = {}  # masks of all entries but the first, and of which array
        self.drawn_as: dict[tuple[str, str], Name] = {}  # examples, by what draws them
        self.joined: set[str] = set()  # what went into an array whose parts are not followed
        self.counted: dict[int, str] = {}
        self.layers = 4  # at most, of those that a default counts
        self.widths = 3  # of a network of which no more is said
        self.zeros: set[Node] = set()  # arrays that begin as zeros
        self.batched = False  # whether arrays have an axis of examples before those of a matrix
        left = {_multiplied(node) for node in ast.walk(tree)}
        self.matrices = {  # the lines that make what a matrix product has on its left side
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and left & {one.id for one in node.targets if isinstance(one, ast.Name)}
        }
        self.arrayed = {  # lists that the program makes arrays of, by name: X = np.array(X)
            first.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"array", "asarray", "tensor"}
            for first in node.args[:1]
            if isinstance(first, ast.Name)
        }
        # What is looked up by examples, and made of it in ways that are not read.
        self.looked: set[str] = set()
        self.masks: set[str] = set()  # arrays of random zeros and ones
        self.alike: dict[str, Node] = {}  # random arrays, and what has their shape
        self.rates: set[str] = set()  # what random numbers are compared with: between 0 and 1
        self.overwritten: dict[int, str] = {}  # by line: what a loop makes anew where it adds up others
        self.unsettled: set[str] = set()  # arrays of which a part is given values that are not read
        self.columns: set[str] = set()  # class numbers whose one-hot labels are columns
        self.handed: set[str] = set()  # further names of what the forward pass returns
        self.where: Node | None = None  # for which classes a line of a loop over them is run
        self.unbound: set[str] = set()  # names that nothing in the file gives a value
        self.unmade: set[str] = set()  # names of a function that are read before they have a value
        of_classes = [m for cls in self.classes.values() for m in cls.body if isinstance(m, ast.FunctionDef)]
        called = [(m.name, _methods(m)) for m in of_classes]
        self.storing = {m.name for m in of_classes if Function(m, m.name).keeps()}  # methods that store
        while more := {name for name, inner in called if inner & self.storing} - self.storing:
            self.storing |= more
        self.roles(tree)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self.globals[node.name] = Function(node, node.name)
        for home, other in (beside or {}).items():
            for node in other.body:
                if isinstance(node, ast.FunctionDef):
                    self.beside[home][node.name] = Function(node, node.name, home=home)
                elif isinstance(node, ast.ClassDef):
                    self.beside[home][node.name] = self.classes[node.name] = node
                    self.homes[node.name] = home
        loaded: set[str] = set()

        def load(home: str) -> None:
            """A file, after those that it imports."""
            if home in loaded:
                return
            loaded.add(home)
            other = (beside or {})[home]
            for node in other.body:
                if (
                    isinstance(node, ast.ImportFrom)
                    and (name := (node.module or "").split(".")[-1]) in self.beside
                ):
                    load(name)
            self.body(other.body, Frame(self.beside[home], silent=True, home=home))

        for home in self.beside:
            load(home)

    def roles(self, tree: ast.Module) -> None:
        """What a first look says of names: which are parameters, lists, or how many examples there are."""
        self.moved: set[str] = set()
        self.stepped: set[str] = set()  # those whose formula has a learning rate
        self.listed: set[str] = set()
        self.rolled: set[str] = set()  # lists of what a recurrent network is given
        self.counts: set[str] = set()
        self.units: set[str] = set()
        constants = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant))
        self.numbers = Counter(n for n in constants if isinstance(n, float))  # how often each is written
        self.torch = any(isinstance(n, ast.Import) and n.names[0].name == "torch" for n in ast.walk(tree))
        stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        stems = [(f["stem"], strong) for x in stored for p, strong in _SLOPES if (f := p.fullmatch(x))]
        self.sloped = {stem for stem, _ in stems}
        by_cost = (_SLOPES[0][0].fullmatch(name) for name in stored)
        self.surely_sloped = {found["stem"] for found in by_cost if found}  # w of dL_dw
        self.shared = {x for n in ast.walk(tree) if isinstance(n, ast.Global) for x in n.names}
        for node in ast.walk(tree):
            match node:
                case ast.Subscript(ast.Name(name), ast.Constant(int(at))) if _WIDTHS.fullmatch(plain(name)):
                    self.widths = min(max(self.widths, at + 1), _MOST_ROUNDS)
            if isinstance(node, ast.Assign) and RATE.search(ast.unparse(node.value)):
                self.stepped |= {ast.unparse(target) for target in node.targets}
            over: list[ast.expr] = []
            match node:
                case ast.ListComp(_, [ast.comprehension(_, ast.Call(ast.Name("range"), ends))]):
                    inner = {getattr(n, "attr", getattr(n, "id", "")) for n in ast.walk(node)}
                    if inner & _RANDOM:  # [random() for i in range(n_inputs + 1)]
                        self.units |= {n.id for e in ends for n in ast.walk(e) if isinstance(n, ast.Name)}
                case ast.AugAssign(target, (ast.Add() | ast.Sub()) as op, step):  # b -= rate * db
                    down = isinstance(op, ast.Sub) and _mentions_slope(step)
                    self.moved |= {ast.unparse(target)} if down or RATE.search(ast.unparse(step)) else set()
                case ast.Assign([target], value):
                    sides = ([target], [value])
                    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                        sides = (target.elts, value.elts)
                    self.moved |= {ast.unparse(to) for to, made in zip(*sides) if _moves(to, made)}
                case ast.Subscript(_, ast.Tuple([ast.Call(_, [ast.Name(count)]), *_])):  # p[range(n), y]
                    self.counts.add(count)
                case ast.Call(ast.Name("zip" | "enumerate" | "reversed"), over):
                    pass
                case ast.For(ast.Name(count), _, inside) if "range(" in ast.unparse(node.iter):  # xs[i]
                    parts = [n for s in inside for n in ast.walk(s) if isinstance(n, ast.Subscript)]
                    over = [n.value for n in parts if isinstance(n.slice, ast.Name) and n.slice.id == count]
                case ast.For(iter=ast.Call(ast.Name("zip" | "enumerate"), over)):
                    pass
                case ast.For(iter=one):
                    over = [one]
            names = [one.id for one in over if isinstance(one, ast.Name)]
            data = {x for x in names if DATA.fullmatch(x) or TARGET.fullmatch(x)}
            self.listed |= {*names} - data
            again = bool(self.rolled) and isinstance(node, ast.For) and "reversed(" in ast.unparse(node.iter)
            self.rolled |= data if again or (isinstance(node, ast.For) and _looks_back(node)) else set()
        self.listed -= {  # params["W1"]
            n.value.id
            for n in ast.walk(tree)
            if isinstance(n, ast.Subscript) and isinstance(n.value, ast.Name)
            if isinstance(n.slice, ast.Constant) and isinstance(n.slice.value, str)
        }

    # -- running through
    def top(self) -> Frame:
        return Frame(self.globals)

    def unknown(self, why: str) -> Unknown:
        return Unknown(self.line, why)

    def body(self, statements: Iterable[ast.stmt], frame: Frame) -> None:
        for statement in statements:
            if frame.left:
                return
            self.line, self.here = statement.lineno, frame
            self.spelled = {}
            self.statement(statement, frame)

    def statement(self, s: ast.stmt, frame: Frame) -> None:
        match s:
            case ast.Assign(
                [ast.Subscript(slice=ast.Slice()) as target],
                ast.BinOp(left, (ast.Add() | ast.Sub()) as op, value),
            ) if ast.unparse(left) == ast.unparse(target):
                self.change(target, op, value, frame)
            case ast.Assign(targets, value):
                read = self.read(value, frame)
                for target in targets:
                    again = isinstance(target, ast.Name) and ast.unparse(target) == ast.unparse(value)
                    if again and isinstance(read, Node) and _mentions_slope(value):  # dW = dW
                        read = Total((read,), (1,))
                    self.store(target, read, frame, value)
                    text = ast.unparse(target)
                    made = isinstance(read, int | float) and any(
                        isinstance(n, ast.Name) for n in ast.walk(value)
                    )
                    if made and not frame.silent and (slope := self.slope_name(target, text, frame)):
                        self.fixed.append((s.lineno, text, slope))
                place = self.out(value)
                if place is not None and isinstance(targets[0], ast.Name):  # one array with two names
                    held = frame.variables.get(targets[0].id)
                    self.put(place, held, frame)
            case ast.AnnAssign(target, _, value) if value is not None:
                self.store(target, self.read(value, frame), frame, value)
            case ast.AugAssign(target, op, value):
                self.change(target, op, value, frame)
            case ast.Expr(ast.Call(ast.Attribute(where, "append" | "insert" as how), arguments)):
                held, values = self.read(where, frame), [self.read(a, frame) for a in arguments]
                if isinstance(held, list) and values:
                    values[-1] = self.gathered(where, values[-1], frame)
                    held.insert(
                        len(held) if how == "append" or not isinstance(values[0], int) else values[0],
                        values[-1],
                    )
            case ast.Expr(
                ast.Call(ast.Attribute(ast.Attribute(), "at"), [place, *_])
            ):  # np.add.at(dC, ix, d)
                self.store(place, self.unknown("sums at places that are looked up"), frame, None)
            case ast.Expr(ast.Call() as call):
                read = self.read(call, frame)
                place = self.out(call) or (self.filled(call, frame) if isinstance(read, Unknown) else None)
                if place is not None:
                    self.store(place, read, frame, call)
            case ast.Return(value):
                read = self.read(value, frame) if value else None
                match value:
                    case ast.Call(ast.Attribute(attr="array" | "asarray" | "stack"), [ast.Name() as several]):
                        held = self.read(several, frame)  # np.array(outputs), one for each time
                        read = held if isinstance(held, list) and isinstance(read, Unknown) else read
                if frame.hands and isinstance(read, Node) and not self.moves(read):
                    read = self.enter("return", read, frame.hands)
                elif frame.ends and value is not None:
                    read = self.handed_out(value, read, frame)
                frame.returned, frame.left = read, "return"
            case ast.Break() | ast.Continue():
                frame.left = type(s).__name__.lower()
            case ast.If(test, then, other):
                read = self.read(test, frame)
                truth = self.truth(read)
                if isinstance(test, ast.UnaryOp) and self.read(test.operand, frame) == [] and _ends(then):
                    truth = False  # nothing to work with yet
                if isinstance(read, Along):
                    self.divide(read.node, then, other, frame)
                elif truth is not None:
                    self.body(then if truth else other, frame)
                elif not all(isinstance(x, ast.Raise | ast.Expr | ast.Pass) for x in [*then, *other]):
                    why = self.unknown("a branch whose condition is not known")
                    self.blur([*then, *other], frame, replace(why, shown=_shows(s)))
            case ast.For(target, over, inside):
                self.loop(target, self.read(over, frame), inside, frame)
            case ast.While(_, inside):
                self.forget(_carried([], inside), inside, frame)
                self.body(inside, frame)
            case ast.With(_, inside) | ast.Try(inside):
                self.body(inside, frame)
            case ast.FunctionDef():
                frame.variables[s.name] = Function(s, s.name, home=frame.home, scope=frame)
            case ast.Import(names) | ast.ImportFrom(_, names):
                for one in names:
                    whole = (s.module or "").split(".")[-1] if isinstance(s, ast.ImportFrom) else ""
                    last = one.name.split(".")[-1]
                    if last in self.beside:
                        frame.variables[one.asname or last] = Module(last)
                        continue
                    if last in self.beside.get(whole, {}):
                        frame.variables[one.asname or last] = self.beside[whole][last]
                        continue
                    library = isinstance(s, ast.ImportFrom) or one.name.split(".")[0] in _LIBRARIES
                    frame.variables[(one.asname or one.name).split(".")[0]] = Library(
                        one.name if library else "?"
                    )

    def handed_out(
        self, said: ast.expr, value: Any, frame: Frame, place: tuple[Any, ...] = (), form: str = "return {}"
    ) -> Any:
        """What a function returns: formulas of slopes, or that a key calls so, are entered as slopes."""
        parts: dict[Any, tuple[ast.expr, str]] = {}
        match said:
            case ast.Tuple(several) | ast.List(several):
                parts = {at: (e, "{}") for at, e in enumerate(several)}
            case ast.Dict(said_by, several):
                named = ((key, e) for key, e in zip(said_by, several) if isinstance(key, ast.Constant))
                parts = {key.value: (e, f"{ast.unparse(key)}: {{}}") for key, e in named}
            case ast.Call(ast.Name("dict"), _, options):
                parts = {one.arg: (one.value, f"{one.arg}={{}}") for one in options}
        if isinstance(value, dict | list | tuple):
            pairs = [*(value.items() if isinstance(value, dict) else enumerate(value))]
            pairs = [
                (k, self.handed_out(parts[k][0], one, frame, (*place, k), parts[k][1]) if k in parts else one)
                for k, one in pairs
            ]
            return dict(pairs) if isinstance(value, dict) else [one for _, one in pairs]
        keys = [key for key in place if isinstance(key, str)]
        averaged = isinstance(value, Call) and len(value.arguments) == 1
        plain = isinstance(value, Node) and all(isinstance(x, Name | Number) for x in children(value))
        inside = {part.base for part in _names(value)}
        if (
            (averaged or isinstance(value, Product))
            and plain
            and not keys
            and len(inside - {*self.sizes}) == 1
        ):
            return value  # dw / n, dw.mean()
        if not isinstance(value, Node) or (self.moves(value) and not (keys and isinstance(value, Name))):
            return value
        known = next((line.key for line in self.lines if line.slope and line.node == value), "")
        if known and not keys:
            return Name(known)
        made = {
            x for x in self.leaves if re.fullmatch(r"d_?(?:out\w*|[a-z])|upstream\w*|grad_?\w*", x)
        }  # arrive
        for line in self.lines:  # of slopes, and not of a parameter that has moved by one
            inner = {part.base for part in _names(line.node)}
            made |= {line.key} if line.slope or (inner & made and line.previous not in self.leaves) else set()
        if made & inside or any(map(slope_word, keys)):
            target: ast.expr = ast.Name("grads")
            for key in keys:
                target = ast.Subscript(target, ast.Constant(key), ast.Store())
            text = ast.unparse(target).replace("'", '"')
            slope = (self.slope_name(target, text, frame) if keys else None) or Slope()
            if isinstance(value, Name) and self.hands_on(value, slope, text):
                return value
            if not slope.targets and place:
                text = f"return[{', '.join(map(repr, place))}]"
            before, self.line, self.spelled["line"] = self.line, said.lineno, form
            value = self.enter(text if place else "return", value, slope)
            self.line = before
        return value

    def gathered(self, where: ast.expr, value: Any, frame: Frame) -> Any:
        """What is put into a list: an array with a name, in one of slopes a slope, by what it may be."""
        name = ast.unparse(where).split(".")[-1]
        made = isinstance(value, Node) and not isinstance(value, Name | Number) and not frame.silent
        if not made:
            return value
        if COST_WORD.fullmatch(name):  # losses.append(...)
            return self.enter(name, self.spread(value), None)
        if not slope_word(name):
            return self.hold(self.spread(value))
        if isinstance(where.ctx, ast.Load):  # type: ignore[attr-defined]
            self.spelled["line"] = f"{ast.unparse(where)}.append({{}})"
        return self.enter(name, value, Slope())

    def moves(self, node: Node) -> bool:
        """Whether a formula is a name or a number, or W - rate * dW."""
        if not isinstance(node, Total):
            return isinstance(node, Name | Number)
        slopes = {line.key for line in self.lines if line.slope}
        inner = any(isinstance(part, Name) and part.base in slopes for part in walk(node))
        return inner and any(isinstance(term, Name) and term.base in self.leaves for term in node.terms)

    def change(self, target: ast.expr, op: ast.operator, value: ast.expr, frame: Frame) -> None:
        """x += 1, also for a part of x: x[x < 0] *= 2, x[range(n), y] -= 1."""
        by = self.read(value, frame)
        over = isinstance(by, Along) or self.where is not None
        if over and isinstance(target, ast.Name):  # loss += margin, for each class
            self.store(target, self.binary(op, self.read(target, frame), self.added(by)), frame, value)
            return
        sign = "+" if isinstance(op, ast.Add) else "-"
        said = f"{ast.unparse(target)} {sign}= {ast.unparse(value)}"
        if isinstance(target, ast.Subscript):
            holder, index = self.read(target.value, frame), self.read(target.slice, frame)
            match index:
                case (slice(), (Each() | Name()) as at) if isinstance(holder, Node):  # dW[:, j] += X[i]
                    along, own = (by.node, by.by) if isinstance(by, Along) else (_ONE, by)
                    if isinstance(at, Name):
                        along, own = self.binary(ast.Mult(), self.labels(at), self.added(Along(along))), own
                    elif self.where is not None:
                        along = self.where if along == _ONE else self.binary(ast.Mult(), along, self.where)
                    if isinstance(along, Node) and isinstance(own, Node):
                        self.spelled |= {"classes": "", "text": said}
                        whole: Node = Call("outer", 0, (own, along))
                        self.store(target.value, self.binary(op, holder, whole), frame, value)
                        return
            chosen = self.chosen(holder, index)
            if (
                chosen is not None
                and isinstance(index, Name)
                and isinstance(by, Node)
                and not self.number(by)
            ):
                self.store(target.value, self.unknown("sums at places that are looked up"), frame, None)
                return
            if isinstance(chosen, Node) and isinstance(op, ast.Add | ast.Sub):
                whole = chosen if by == 1 else self.of_rows(by, chosen, index)
                self.spelled["text"] = said
                self.store(target.value, self.binary(op, holder, whole), frame, value)
                return
            masked = isinstance(by, Node) and any(x.base in self.rest for x in _names(by))
            rest = index == slice(1, None) and masked  # grad[1:] += lam * theta[1:]
            if isinstance(holder, Node) and (isinstance(index, Comparison) or rest):
                place = target.value if rest else target
                self.spelled["text"] = said
                self.store(place, self.binary(op, holder, by), frame, value)
                return
        self.store(target, self.binary(op, self.read(target, frame), self.read(value, frame)), frame, value)

    def added(self, value: Any) -> Any:
        """What a loop over classes adds up, of all for which its line is run."""
        node: Any = value.node if isinstance(value, Along) else value
        if isinstance(value, Along) and value.by is not None:
            return self.unknown("a sum of arrays over classes")
        if self.where is not None:
            node = self.binary(ast.Mult(), self.where, node)
        return Call("sum", 0, (node,)) if isinstance(node, Node) and node != _ONE else node

    def divide(self, mask: Node, then: list[ast.stmt], other: list[ast.stmt], frame: Frame) -> None:
        """A branch that some classes take."""
        outer = self.where
        rest = Total((_ONE, mask), (1, -1))
        self.where = mask if outer is None else self.binary(ast.Mult(), outer, mask)
        self.body(then, frame)
        self.where = rest if outer is None else self.binary(ast.Mult(), outer, rest)
        if frame.left != "continue":
            self.body(other, frame)
            self.where = outer
        frame.left = ""

    def loop(self, target: ast.expr, over: Any, inside: list[ast.stmt], frame: Frame) -> None:
        over = list(over) if isinstance(over, dict) else over
        if isinstance(over, range) and _epochs(target, inside):
            over = self.unknown("a loop over unknown rounds")
        if isinstance(over, range):
            over = list(over) if len(over) <= _MOST_ROUNDS else self.unknown("a loop over unknown rounds")
        if isinstance(over, list | tuple) and len(over) <= _MOST_ROUNDS:
            given = {p.base for one in over for p in _names(one)}
            if _goes_down(inside) and given and given <= {*self.leaves}:
                over = over[:1]  # a step for each example: what holds for one holds for the next
            names = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
            self.rounds |= names
            if _goes_down(inside) and names.isdisjoint(_indices(inside)) and all(map(_plain, over)):
                for one in over[:1]:  # a step for each example that the text holds
                    self.store(target, one, frame, None)
                    for name in names:
                        given = frame.variables[name]
                        dims = () if isinstance(given, int | float) else None
                        made = given if isinstance(given, Name) else self.leaf(self.fresh(name), dims)
                        frame.variables[name] = made
                    self.body(inside, frame)
                return
            for one in over:
                self.store(target, one, frame, None)
                self.body(inside, frame)
                if frame.left in {"break", "return"}:
                    break
                frame.left = ""
        elif isinstance(over, Rows) and isinstance(target, ast.Name) and _by_columns(target.id, inside):
            frame.variables[target.id] = Each()
            self.body(inside, frame)
            self.where = None
        else:  # one round of training says it all, unless the round's number is what an index is made of
            if not _epochs(target, inside):
                self.forget(
                    _carried([n.id for n in ast.walk(target) if isinstance(n, ast.Name)], inside),
                    inside,
                    frame,
                )
            self.one_round(target, frame)
            inner = [n for s in inside for n in ast.walk(s)]
            tests = [x for n in inner if isinstance(n, ast.Compare) for x in ast.walk(n)]
            compared = {x.id for x in tests if isinstance(x, ast.Name)}
            if _epochs(target, inside) and isinstance(target, ast.Name) and target.id not in compared:
                frame.variables[target.id] = self.leaf(target.id, ())  # as in rate / (1 + decay * epoch)
            self.overwritten |= _overwritten(inside, frame.variables)
            self.body(inside, frame)
        frame.left = frame.left if frame.left == "return" else ""

    def forget(self, carried: Iterable[ast.expr], inside: list[ast.stmt], frame: Frame) -> None:
        """What each round of a loop makes of the round before is unknown, where no step down is taken."""
        stored = {ast.unparse(one) for s in _simple(inside) for one in _targets(s)}
        called = {
            n.func.id
            for s in inside
            for n in ast.walk(s)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }
        made = [one.node for name in called if isinstance(one := self.globals.get(name), Function)]
        if _goes_down(inside) or stored & (self.moved | self.stepped) or any(map(_mentions_slope, made)):
            return
        silent, frame.silent = frame.silent, True  # the slopes that hang on it say so
        for place in carried:
            self.store(place, self.unknown("a loop over unknown rounds"), frame, None)
        frame.silent = silent

    def one_round(self, target: ast.expr, frame: Frame) -> None:
        """What a loop over examples is given in any round."""
        names = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
        self.store(target, self.unknown("a loop over unknown rounds"), frame, None)
        data = {x for x in names if example(x.rstrip("0123456789"))}
        frame.variables |= {name: self.leaf(name) for name in data}

    def out(self, value: ast.expr) -> ast.expr | None:
        """The array that numpy is told to write a result to."""
        match value:
            case ast.Call(_, _, options):
                place = next((k.value for k in options if k.arg == "out"), None)
                return place if isinstance(place, ast.Name | ast.Attribute | ast.Subscript) else None
        return None

    def filled(self, call: ast.Call, frame: Frame) -> ast.expr | None:
        """The room that something held, of which no more is said, is given for what it makes: act.f(z, a)."""
        match call:
            case ast.Call(ast.Attribute(ast.Attribute() as held, name), [*_, place]) if not _SAYS.search(
                name
            ):
                room = isinstance(place, ast.Name | ast.Attribute) and self.read(place, frame)
                known = isinstance(room, Name) and isinstance(self.read(held, frame), Name)
                return place if known and room in self.zeros else None
        return None

    def put(self, place: ast.expr, value: Any, frame: Frame) -> None:
        """Another name for what a name holds already."""
        holder, key = frame.variables, getattr(place, "id", "")
        if isinstance(place, ast.Attribute):
            owner = self.read(place.value, frame)
            holder, key = owner.attributes if isinstance(owner, Instance) else {}, place.attr
        if holder.get(key) is not None:
            holder[key] = value

    def blur(self, statements: Iterable[ast.stmt], frame: Frame, why: Unknown) -> None:
        """What a part that cannot be followed assigns is unknown afterwards."""
        for statement in statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.Assign | ast.AugAssign):
                    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                        self.line = node.lineno
                        self.store(target, why, frame, None)

    def truth(self, value: Any) -> bool | None:
        if isinstance(value, Node | Unknown | Library | ShapeOf | Fresh):
            return None
        family = self.family_of(self.classes.get(value.owner)) if isinstance(value, Instance) else []
        if any(not isinstance(b, ast.Name) or b.id not in self.classes for one in family for b in one.bases):
            return None  # an empty list of its own kind is false
        return bool(value)

    # -- names and places
    def leaf(self, key: str, dims: tuple[str, ...] | None = None) -> Name:
        self.leaves.setdefault(key, dims)
        return Name(key)

    def name(self, key: str, frame: Frame) -> Any:
        for scope in (*frame.around(), self.beside.get(frame.home, self.globals)):
            if key in scope:
                value = scope[key]
                if isinstance(value, Name):
                    self.spelled[value.base] = key
                return value
        if key in self.classes:
            return self.classes[key]
        if key in _LIBRARIES:
            return Library(key)
        if key in _BUILTINS:
            return Library(f"builtins.{key}")
        if key in _KNOWN or _SLOPE_OF.fullmatch(key):  # a function that every reader knows, defined elsewhere
            return Library(key)
        if key in frame.local:  # Python stops here
            frame.variables[key] = self.leaf(self.fresh(key))
            self.unmade.add(frame.variables[key].base)
            return frame.variables[key]
        made = next((f.variables[key] for f in reversed(self.frames) if key in f.variables), None)
        if isinstance(made, Node) and key not in self.shared:
            self.notes[self.line] = f"{key} is not made here, and taken for what it was elsewhere"
        if not isinstance(made, Node):
            self.unbound.add(key)
        frame.variables[key] = made if isinstance(made, Node) else self.leaf(key)
        return frame.variables[key]

    def fresh(self, text: str) -> str:
        taken = {line.key for line in self.lines} | {*self.leaves} | {*self.letters.values()}
        number, key = 1, text
        while key in taken:
            number += 1
            key = f"{text}·{number}"
        return key

    def store(self, target: ast.expr, value: Any, frame: Frame, source: ast.expr | None) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            self.unpack(target.elts, value, frame)
            return
        if isinstance(target, ast.Starred):
            return
        text = ast.unparse(target)
        if text in self.arrayed and isinstance(value, list) and value:
            value = self.library("array", [value], {}, False)
        attached: dict[str, Any] | None = None
        holder: Any = self.globals if text in frame.shared else frame.variables
        index: Any = text
        if isinstance(target, ast.Attribute):
            owner = self.read(target.value, frame)
            holder = owner.attributes if isinstance(owner, Instance) else frame.variables
            index = target.attr if isinstance(owner, Instance) else text
            if isinstance(owner, Name):  # w.g
                attached = self.attached.setdefault(owner.base, {})
        elif isinstance(target, ast.Subscript):
            holder, index = self.read(target.value, frame), self.read(target.slice, frame)
            text = self.place_text(target, index)
            copied = isinstance(holder, Name) and holder.base != ast.unparse(target.value)
            if copied and type(index) is int and index == 0 and self.as_node(value) == _ZERO:
                self.store(target.value, self.but_first(holder), frame, source)  # temp[0] = 0 in a copy
                return
            if isinstance(holder, Node) and isinstance(index, str | int):
                holder, index = frame.variables, text
            elif isinstance(holder, Node) and index in (slice(None), Ellipsis):  # all of it, in place
                self.store(target.value, value, frame, source)
                return
            elif isinstance(holder, Name) and holder in self.zeros and example(holder.base):
                return  # an array of examples, filled in part by part
            elif (
                isinstance(holder, Name) and holder in self.zeros and isinstance(value, Node) and _cut(index)
            ):
                self.join([holder, value], False)  # concat[:n, :] = h
                return
            elif isinstance(holder, Node):
                new = self.changed(holder, index, self.as_node(value))
                if isinstance(new, Unknown) and isinstance(holder, Name):
                    self.unsettled.add(holder.base)
                self.store(target.value, new, frame, source)
                return
            elif not isinstance(holder, dict | list) or isinstance(index, Unknown | Node):
                self.note_unknown(
                    text,
                    value if isinstance(value, Unknown) else self.unknown("a place that is not known"),
                    frame,
                    target,
                )
                return
        try:
            old = holder[index]
        except (LookupError, TypeError):
            old = Name(text) if text in self.leaves and attached is not None else self.globals.get(text)
        value = self.named(text, target, value, frame, old.base if isinstance(old, Name) else "")
        if attached is not None and isinstance(target, ast.Attribute):
            attached[target.attr] = value
        try:
            holder[index] = value
        except (IndexError, TypeError):
            self.note_unknown(text, self.unknown("a place that is not there"), frame)

    def changed(self, holder: Node, index: Any, value: Any) -> Any:
        """An array of which a part was given other values."""
        index = self.condition(index) if isinstance(index, Name) else index
        chosen = self.chosen(holder, index)
        if isinstance(value, Node) and chosen is not None:
            new = self.of_rows(value, chosen, index)
            kept = self.binary(ast.Mult(), holder, Total((_ONE, chosen), (1, -1)))
            if holder == _ZERO or holder in self.zeros:
                return chosen if value == _ONE else new
            return kept if value == _ZERO else self.binary(ast.Add(), kept, new)
        if isinstance(value, Node) and isinstance(index, Comparison):
            return Cases(((value, index), (holder, Otherwise())))
        return value if isinstance(value, Unknown) else self.unknown("an assignment to a part of an array")

    def but_first(self, whole: Node, said: str = "") -> Node | Unknown:
        """theta[1:], as theta with a 0 in the first place."""
        if not isinstance(whole, Name) or whole.base not in self.leaves:
            return self.unknown("a part of an array")
        mask = self.leaf(re.sub(r"\W", "_", whole.base) + "_rest_mask")
        self.rest[mask.base] = whole.base
        if said:
            held = Comparison(mask, ">", _ZERO)
            self.spelled |= {write(Product((whole, one), ("⊙",))): said for one in (mask, held)}
        return Product((whole, mask), ("⊙",))

    def of_rows(self, value: Any, chosen: Node, index: Any) -> Any:
        """One-hot rows times a number, or a number for each of them."""
        alone = not isinstance(value, Node) or all(
            self.is_size(part) for part in walk(value) if isinstance(part, Name)
        )
        value = value if alone or not isinstance(index, tuple) else self.column(value)
        return self.binary(ast.Mult(), value, chosen)

    def place_text(self, target: ast.Subscript, index: Any) -> str:
        known = isinstance(index, str | int)
        inside = (
            (f'"{index}"' if isinstance(index, str) else int(index)) if known else ast.unparse(target.slice)
        )
        return f"{ast.unparse(target.value)}[{inside}]"

    def unpack(self, targets: Sequence[ast.expr], value: Any, frame: Frame) -> None:
        if isinstance(value, ShapeOf):
            base = self.hold(value.node)
            self.leaves[base.base] = (
                self.leaves.get(base.base) or ("",) * len(targets) if base.base in self.leaves else None
            )
            value = [self.size(value.node, at) for at in range(len(targets))]
        if isinstance(value, Name) and value.base in self.leaves:  # of which no more is said
            value = [self.part(value, at, target) for at, target in enumerate(targets)]
        if not isinstance(value, list | tuple) or len(value) != len(targets):
            why = value if isinstance(value, Unknown) else self.unknown("values that cannot be told apart")
            value = [why] * len(targets)
        for target, one in zip(targets, value):
            self.store(target, one, frame, None)

    def part(self, whole: Name, at: int, target: ast.expr | None = None) -> Name:
        """What stands at a place of something that is handed over as one: parameters, or examples."""
        text = ast.unparse(target) if target is not None else ""
        return self.leaf(text if DATA.fullmatch(text) or TARGET.fullmatch(text) else f"{whole.base}[{at}]")

    def named(self, text: str, target: ast.expr, value: Any, frame: Frame, old: str = "") -> Any:
        """Enters an assignment over an `old` one; the value to go on with."""
        if isinstance(value, Fresh):
            if value.fill == 0 and self.slope_name(target, text, frame):
                return _ZERO
            if value.fill == 1 and (frame.silent or last_of(text).startswith("one")):
                return value
            made = self.drawn_leaf(text, value)
            self.zeros |= {made} if value.fill == 0 else set()
            return made
        if isinstance(value, Transposed) and text in self.moved and (dims := self.leaves.get(base(value))):
            return self.leaf(self.fresh(text), dims[::-1])  # W = w.T, from where the steps go on
        if isinstance(value, Rows) and value.some and TARGET.fullmatch(text):  # classes, drawn
            return self.leaf(self.fresh(text), ("",))
        if isinstance(value, list):
            moved = any(place.startswith(f"{text}[") for place in self.moved)  # w = [0.0, 0.0]
            value = [
                self.leaf(self.fresh(f"{text}[{at}]"), ())
                if moved and isinstance(one, int | float)
                else self.gathered(target, one, frame)
                for at, one in enumerate(value)
            ]
        inner = (Fresh, tuple, list, dict)
        if isinstance(value, list | tuple) and any(isinstance(one, inner) for one in value):
            return type(value)(
                self.named(f"{text}[{at}]", target, x, frame) if isinstance(x, inner) else x
                for at, x in enumerate(value)
            )
        if isinstance(value, dict) and any(isinstance(one, Fresh | list) for one in value.values()):
            value |= {
                k: self.named(f'{text}["{k}"]', target, x, frame)
                for k, x in value.items()
                if isinstance(x, Fresh | list)
            }
        if isinstance(value, Unknown):
            self.looked |= {self.fresh(text)} if value.looked else set()
            if value.drawn and (example(text) or value.looked):  # the same one in the cost and in the slopes
                return self.drawn_as.setdefault((text, value.why), self.leaf(self.fresh(text)))
            moved = old in self.leaves and not example(old) and Name(old) not in self.zeros
            self.note_unknown(text, value, frame, None if moved else target)
            return value
        if isinstance(value, int | float | Number) and not isinstance(value, bool) and not frame.silent:
            letter = re.sub(r"\d+$", "", text)  # x1 = 0.05: an example, and not this one alone
            entered = isinstance(target, ast.Name) and text not in self.rounds and example(letter)
            entered = entered and not isinstance(value, Number)  # zeros_like(p), which is filled later
            begins = (  # b, of db: no count of an int, as k of d_k
                value == 0 and isinstance(target, ast.Attribute) and target.attr in self.sloped
            ) or text in (self.sloped if isinstance(value, float) else self.surely_sloped)
            rate = isinstance(value, float) and RATE.fullmatch(text)
            slope = self.slope_name(target, text, frame)
            adds = value == 0 and slope is not None and slope.targets  # grad_k -= a * x
            if (text in self.moved and not adds) or entered or begins or rate:
                return self.leaf(self.fresh(text), ())
        if type(value) is int and value > 1 and isinstance(target, ast.Name) and not frame.silent:
            value = _size(value, Name(text))
            if text in self.counts:
                self.letters.setdefault(text, text)
                self.counted[value] = text
        if isinstance(value, dict):
            slopes = {line.key for line in self.lines if line.slope}
            nodes = {k: one for k, one in value.items() if isinstance(one, Node)}
            for key in [k for k, one in nodes.items() if not isinstance(one, Name) or one.base in slopes]:
                place = ast.Subscript(target, ast.Constant(key), ast.Store())
                self.store(place, value.pop(key), Frame(frame.variables | {text: value}), None)
        if not isinstance(value, Node):
            return value
        if isinstance(value, Name) and value.base in self.sizes:
            self.letters.setdefault(value.base, text)
        if frame.silent:
            return value if _count(value) <= _MOST_PARTS else self.unknown("a formula too long to follow")
        slope = self.slope_name(target, text, frame)
        if "err" in last_of(text).lower() and squares(value):  # error_out = (out - y) ** 2
            slope = None
        self.spelled.pop("line", None)  # of another target
        if isinstance(target, ast.Subscript):
            self.spelled["line"] = f"{ast.unparse(target)} = {{}}"
        if isinstance(value, Name) and slope is not None and last_of(value.base) == last_of(text):
            slope = None  # gamma = self.gamma is no slope
        if slope is not None and self.hands_on(value, slope, text):
            return value
        if slope is not None and value == _ZERO:  # room for a slope to come
            return value
        if slope is None and isinstance(value, Name | Number):
            if isinstance(value, Name):
                self.held.setdefault(plain(last_of(text)), {})[value.base] = None
            return value
        if slope is None and value in self.same:
            return Name(self.same[value])
        if slope is None and not (isinstance(value, Total) and value.terms[0] == Name(old)):  # a step
            value = self.spread(value)
            if value in self.same:
                return Name(self.same[value])
        return self.enter(text, value, slope, old)

    def hands_on(self, value: Node, slope: Slope, text: str) -> bool:
        """Whether a slope has only one more name for what it is the slope by."""
        line = next((x for x in self.lines if isinstance(value, Name) and x.key == value.base), None)
        handed = line.slope if line and is_delta(text) == is_delta(line.text) else None
        same = handed and slope.targets in ((), handed.targets) and slope.number in ("", handed.number)
        return bool(same)

    def spread(self, node: Node) -> Node:
        """relu(X @ W + b), y - X @ W: what is in brackets or taken away gets a name, to ask for its slope."""
        parts = [self.spread(part) for part in children(node)]
        node = rebuild(node, parts) if parts else node
        if parts and node in self.same:
            return Name(self.same[node])
        inside = isinstance(node, Call) and node.function not in _REDUCE and len(parts) <= 2
        signs = node.signs if isinstance(node, Total) else ()
        held = []
        for part, sign in zip(parts, signs or (1,) * len(parts)):
            inner = part.inner if isinstance(part, Negative) else part
            sums = multiplies(inner) or (inside and _weighs(inner))
            name = self.hold(inner) if sums and (inside or sign < 0) else inner
            held.append(Negative(name) if isinstance(part, Negative) else name)
        return rebuild(node, held) if inside or signs else node

    def enter(self, text: str, value: Node, slope: Slope | None, previous: str = "") -> Name:
        if len(self.lines) >= MOST_STATEMENTS:
            problem = f"more than {MOST_STATEMENTS} assignments, loops round by round"
            raise NotationError(problem, "choose one function with --function", self.line, 1)
        key = self.fresh(text)
        if slope is None:
            self.held.setdefault(plain(last_of(text)), {})[key] = None
            self.same.setdefault(value, key)
        said, names = dict(self.spelled), self.here.variables if self.here else {}
        rounds = {name: n for name, n in names.items() if isinstance(n, int) and name in self.rounds}
        place = Place(self.line, 1)
        self.lines.append(Line(key, value, place, text, said, slope, previous, self.here, rounds))
        return Name(key)

    def hold(self, node: Node) -> Name:
        """A name for a formula."""
        if isinstance(node, Name):
            return node
        return Name(self.same[node]) if node in self.same else self.enter(f"({write(node)})"[:60], node, None)

    def number(self, node: Node) -> bool:
        """Whether a formula is a number in any shapes: a sum of all entries, and what is made of such."""
        match node:
            case Name():
                line = next((line for line in self.lines if line.key == node.base), None)
                size = self.is_size(node) or node.base in self.letters.values()
                return self.number(line.node) if line else size or self.leaves.get(node.base) == ()
            case Call("sum" | "mean" | "amax", _, arguments):
                return len(arguments) == 1
            case Call("outer" | "as_column"):
                return False
            case Product(_, ops) if "@" in ops:
                return False
        return isinstance(node, Number) or (bool(parts := children(node)) and all(map(self.number, parts)))

    def size(self, node: Node, axis: int) -> Name:
        base = self.hold(node).base
        key, known = f"{base}.shape[{axis}]", self.known(base)
        self.sizes[key] = (known, axis if known == base else axis % ALL)  # class numbers: one a row
        return Name(key)

    def known(self, base: str) -> str:
        """The one-hot labels of class numbers, or the name itself."""
        return f"onehot({base})" if f"onehot({base})" in self.one_hot else base

    def note_unknown(self, text: str, value: Unknown, frame: Frame, target: ast.expr | None = None) -> None:
        slope = self.slope_name(target, text, frame) if target is not None else Slope()
        if slope is None and COST_WORD.fullmatch(last_of(text)) and not value.shown:
            self.cost_unread = f"{text} hangs on {value.why}, in line {value.line}"
        if not frame.silent and slope is not None and not slope.weak:
            where = "" if value.line == self.line else f" of line {value.line}"
            problem = f"{text} hangs on {value.why}{where}"
            advice = "what is read: straight lines, known branches and loops over known layers"
            self.unread.append(NotationError(problem, advice, self.line, 1))

    # -- which names stand for slopes
    def slope_name(self, target: ast.expr, text: str, frame: Frame) -> Slope | None:
        last, index, container, path = text, None, "", ""
        within: list[str] = []  # w of grads["layer"]["w"]
        if isinstance(target, ast.Attribute):
            last = target.attr
            path = ast.unparse(target.value) if isinstance(self.read(target.value, frame), Node) else ""
            if last == "grad" or (last == "g" and path):
                last = f"grad_{ast.unparse(target.value)}"
        elif isinstance(target, ast.Subscript):
            container = ast.unparse(target.value).split(".")[-1]
            inside = text.rsplit("[", 1)[1][:-1]
            last, index = (inside.strip('"'), None) if inside.startswith('"') else (container, inside)
            within = _keys(text.replace("'", '"'))[:-1] if index is None else []
        last = _COLLECTED.sub("", last)
        for pattern, strong in _SLOPES:
            found = pattern.fullmatch(last)
            if found is None:
                continue
            stem, above = found["stem"], found.groupdict().get("above") or ""
            if above:
                over = self.find(above, frame)
                if over is None:
                    continue
                above = over
            by = (path and self.of_owner(stem, path)) or self.find(stem, frame, index, within)
            by = by or self.of_owner(stem)
            if by is None and (before := _BEFORE.fullmatch(stem or "")):  # dh_prev, of the h that is given
                given = self.find(before["stem"], frame)
                by = given if given in self.leaves else None
            family = [] if above or index is not None or not stem else self.family(stem, frame)
            if by in self.leaves and not above and TARGET.fullmatch(last_of(by or "")):
                return Slope()  # dy is the slope by what is compared with y
            if by is not None and by != above and len(family) < 2:
                return Slope((by,), above, stem="" if above or index is not None else plain(stem))
            if above:
                continue
            if listed := self.in_lists(stem, frame):
                return Slope(listed)
            number = re.search(r"\d+$", stem or "")
            weak = bool(family) or not strong
            if by is not None and by != above:  # x beside x1 and x2
                return Slope(tuple(dict.fromkeys((by, *family))), "", "", weak, plain(stem))
            return Slope(tuple(family), "", number[0] if number else "", weak)
        if container and re.match(r"d?(?:grad|nabla|deriv|d$)", container, re.I) and index is None:
            by = self.find(last, frame, within=within)
            return Slope((by,)) if by is not None else Slope()
        return None

    def scopes(self, frame: Frame) -> list[Mapping[Any, Any]]:
        found: list[Mapping[Any, Any]] = [
            *frame.around(),
            *(f.variables for f in reversed(self.frames)),
            self.globals,
        ]
        found += [one.attributes for scope in found for one in scope.values() if isinstance(one, Instance)]
        return found + [one for scope in list(found) for one in scope.values() if isinstance(one, dict)]

    def family(self, stem: str, frame: Frame) -> list[str]:
        """z3, z2, z1 for a `dz` that a loop makes one after the other."""
        found: dict[str, None] = {}
        for scope in self.scopes(frame):
            for key, value in scope.items():
                if (
                    isinstance(key, str)
                    and re.fullmatch(rf"{re.escape(plain(stem))}\d+", plain(key))
                    and isinstance(value, Name)
                ):
                    found[value.base] = None
        order = {line.key: number for number, line in enumerate(self.lines)}
        return sorted(found, key=lambda key: -order.get(key, -1)) if len(found) > 1 else []

    def in_lists(self, stem: str, frame: Frame) -> tuple[str, ...]:
        """self.W[1] and self.W[0] for a `dW1`, counted from 0 or from 1."""
        name, number = re.fullmatch(r"(.*?)_?(\d*)", stem or "", re.S).groups()  # type: ignore[union-attr]
        for scope in self.scopes(frame) if name and number else ():
            for key, value in scope.items():
                if isinstance(key, str) and plain(key) == plain(name) and isinstance(value, list):
                    places = [value[at] for at in (int(number), int(number) - 1) if 0 <= at < len(value)]
                    return tuple(one.base for one in places if isinstance(one, Name))
        return ()

    def of_owner(self, stem: str, path: str = "") -> str | None:
        """net.fc2.W for a net.fc2.dW, and p2.W for a dW2: parameters of something that is handed over."""
        name, number = re.fullmatch(r"(.*?)_?(\d*)", stem or "", re.S).groups()  # type: ignore[union-attr]
        for key in self.leaves:
            owner, _, last = key.rpartition(".")
            if path and owner == path and plain(last) == plain(stem):
                return key
            numbered = number and not path and re.fullmatch(rf"\D+{number}", owner)
            if numbered and plain(last) == plain(name):
                return key
        return None

    def find(
        self, stem: str, frame: Frame, index: str | None = None, within: Sequence[str] = ()
    ) -> str | None:
        """The key of the array that a name without its d means."""
        if not stem:
            return None
        scopes = self.scopes(frame)
        wanted = plain(stem)
        letter = re.fullmatch(r"([wb])(\w*)", wanted)
        whole = {f"{_WHOLE[letter[1]]}{end}{letter[2]}" for end in ("", "s", "es")} if letter else set()
        for same in (
            lambda key: key == stem,
            lambda key: plain(key) == wanted,
            lambda key: plain(key) in whole,
            lambda key: plain(_current(key)) == wanted,
            lambda key: index is not None and plain(key).startswith(wanted),
        ):
            for scope in scopes:
                for key, value in scope.items():
                    if not isinstance(key, str) or not same(key.rsplit(".", 1)[-1]):
                        continue
                    if index is not None and isinstance(value, list | dict):
                        try:
                            value = value[int(index)]
                        except (LookupError, ValueError, TypeError):
                            continue
                    elif index is not None:
                        continue
                    if isinstance(value, Name):
                        return value.base
            for key in self.leaves:
                inside = re.search(r'(?:\["|\.)(\w+)(?:"\])?$', key)
                elsewhere = within and (above := _keys(key)[:-1]) and above[-1] != within[-1]
                if inside and index is None and same(inside[1]) and not elsewhere:
                    return key
        return None

    # -- expressions
    def read(self, e: ast.expr, frame: Frame) -> Any:
        self.steps += 1
        if self.steps > _MOST_STEPS or self.depth > _MOST_CALLS:
            return self.unknown("more steps than are followed")
        match e:
            case ast.Constant(value):
                return value
            case ast.Name(key):
                return self.name(key, frame)
            case ast.Attribute():
                return self.spell(self.attribute(self.read(e.value, frame), e.attr, e), e)
            case ast.Subscript(value, index):
                return self.spell(self.subscript(self.read(value, frame), self.read(index, frame), e), e)
            case ast.Tuple(parts) | ast.List(parts):
                values = [self.read(part, frame) for part in parts if not isinstance(part, ast.Starred)]
                return values if isinstance(e, ast.List) else tuple(values)
            case ast.Dict(keys, values):
                read = [
                    (self.read(k, frame), self.read(v, frame)) for k, v in zip(keys, values) if k is not None
                ]
                return {key: value for key, value in read if isinstance(key, str | int | tuple)}
            case ast.Slice(low, high, step):
                ends = [self.read(end, frame) if end is not None else None for end in (low, high, step)]
                known = all(x is None or isinstance(x, int) for x in ends)
                return slice(*ends) if known else Rows(True)
            case ast.UnaryOp(op, inner):
                return self.unary(op, self.read(inner, frame))
            case ast.BinOp(left, op, right):
                return self.binary(op, self.read(left, frame), self.read(right, frame))
            case ast.BoolOp(op, parts):
                truths = [self.truth(self.read(part, frame)) for part in parts]
                decisive = isinstance(op, ast.Or)
                if None in truths and decisive not in truths:
                    return self.unknown("a condition")
                return decisive if decisive in truths else not decisive
            case ast.Compare(left, [op], [right]):
                return self.compare(self.read(left, frame), op, self.read(right, frame))
            case ast.IfExp(test, then, other):
                asked = self.read(test, frame)
                truth = self.truth(asked)
                if truth is not None:
                    return self.read(then if truth else other, frame)
                sides = [self.as_node(self.read(side, frame)) for side in (then, other)]
                if isinstance(asked, Comparison) and all(isinstance(side, Node) for side in sides):
                    return Cases(((sides[0], asked), (sides[1], Otherwise())))
                return self.unknown("a condition")
            case ast.JoinedStr(parts):
                texts = [self.read(p.value if isinstance(p, ast.FormattedValue) else p, frame) for p in parts]
                known = all(isinstance(x, str | int) for x in texts)
                return self.fold(ast.Add(), "".join(map(str, texts)), "") if known else self.unknown("a text")
            case ast.ListComp(inner, [ast.comprehension(target, over, [])]) | ast.GeneratorExp(
                inner, [ast.comprehension(target, over, [])]
            ):
                return self.comprehension(inner, target, self.read(over, frame), frame)
            case ast.DictComp(key, inner, [ast.comprehension(target, over, [])]):
                both = ast.Tuple([key, inner], ast.Load())
                made = self.comprehension(both, target, self.read(over, frame), frame)
                known = isinstance(made, list) and all(isinstance(k, str | int) for k, _ in made)
                return dict(made) if known else self.unknown("a dictionary of unknown names")
            case ast.Lambda():
                return Function(e, "a lambda", home=frame.home, scope=frame)
            case ast.Call():
                return self.spell(self.call(e, frame), e)
        return self.unknown("an expression of a kind that is not followed")

    def spell(self, value: Any, e: ast.expr) -> Any:
        """A value, whose size is written as it stands here."""
        if isinstance(value, Name) and value.base in self.sizes:
            self.spelled[value.base] = ast.unparse(e)
        return value

    def comprehension(self, inner: ast.expr, target: ast.expr, over: Any, frame: Frame) -> Any:
        if isinstance(over, Rows):
            round_ = Frame(dict(frame.variables), silent=True, home=frame.home, scope=frame.scope)
            self.one_round(target, round_)
            return [self.read(inner, round_)]
        if isinstance(over, Node):  # [v ** 2 for v in errors], entry by entry
            round_ = Frame(dict(frame.variables), silent=True, home=frame.home, scope=frame.scope)
            self.store(target, Name(_INNER), round_, None)
            made = self.read(inner, round_)
            if isinstance(made, Node) and _entrywise(made):
                return mapped(made, lambda part: over if part == Name(_INNER) else None)
        if not isinstance(over, list | tuple | range) or len(over) > _MOST_ROUNDS:
            return over if isinstance(over, Unknown) else self.unknown("a list over unknown rounds")
        values = []
        for one in over:
            round_ = Frame(dict(frame.variables), silent=True, home=frame.home, scope=frame.scope)
            self.store(target, one, round_, None)
            values.append(self.read(inner, round_))
        return values

    def attribute(self, owner: Any, name: str, e: ast.Attribute) -> Any:
        match owner:
            case Unknown():
                return owner
            case Module():
                return self.beside[owner.name].get(name) or self.unknown(f"{owner.name}.{name}")
            case Library():
                if name in {"pi", "e", "inf", "newaxis"}:
                    return {"newaxis": None, "pi": Name("π")}.get(name, self.unknown(f"np.{name}"))
                return Library(f"{owner.name}.{name}")
            case Instance():
                if name == "needs_input_grad":
                    return [True] * _MOST_ROUNDS
                if name not in owner.attributes:
                    method = self.method(owner, name)
                    if method is not None and method.marked("property"):
                        return self.enter_function(method, [], {}, silent=True).returned
                    own = f"self.{name}"
                    key = self.fresh(own) if owner.made else own
                    owner.attributes[name] = method or self.begun(owner, name, key)
                if isinstance(owner.attributes[name], Name):
                    self.spelled[owner.attributes[name].base] = ast.unparse(e)
                return owner.attributes[name]
            case ast.ClassDef() if method := self.method(Instance(owner.name), name):
                return method if method.marked("class") else replace(method, me=None)
            case Fresh(dims) if name == "T":
                return Fresh(dims and dims[::-1], owner.fill)
            case Call("amax", _, (inner, Number(axis), *_)) if name == "indices":
                return Largest(inner, int(axis))
            case Node():
                if name == "T":
                    return Transposed(owner)
                if name == "shape":
                    return ShapeOf(owner)
                if name == "size":
                    return self.count(owner)
                if name in {"data", "values"}:  # also of torch's max along an axis
                    return owner
                if name in {"dtype", "flags", "device"}:
                    return Library(name)
                if name == "ndim":  # of a batch, where nothing says more
                    return len(self.leaves.get(getattr(owner, "base", "")) or ("", ""))
                if isinstance(owner, Name) and name in self.attached.get(owner.base, {}):
                    held = self.attached[owner.base][name]
                    if isinstance(held, Name):
                        self.spelled[held.base] = ast.unparse(e)
                    return held
                if isinstance(owner, Name) and owner.base in self.leaves:
                    key = f"{owner.base}.{name}"
                    self.spelled[key] = ast.unparse(e)
                    return self.leaf(key)
        return self.unknown(f".{name}")

    def method(self, owner: Instance, name: str, skip: int = 0) -> Function | None:
        family = self.family_of(self.classes.get(owner.owner))[skip:]
        methods = (n for cls in family for n in cls.body if isinstance(n, ast.FunctionDef))
        found = next((n for n in methods if n.name == name), None)
        return Function(found, name, owner, self.homes.get(owner.owner, "")) if found else None

    def begun(self, owner: Instance, name: str, key: str) -> Name:
        """An attribute, of the shape of self.w = np.zeros(X.shape[1]) in a method that is not followed."""
        for cls in self.family_of(self.classes.get(owner.owner)):
            for node in ast.walk(cls):
                match node:
                    case ast.Assign(
                        [ast.Attribute(ast.Name("self"), attribute)],
                        ast.Call(ast.Attribute(attr="zeros" | "ones" | "randn" | "rand" as how), sizes),
                    ) if attribute == name:
                        made = self.leaf(key)
                        self.zeros |= {made} if how == "zeros" else set()
                        if not re.search(r"shape\b(?!\[)", ast.unparse(node.value)):
                            parts = sizes[0].elts if sizes and isinstance(sizes[0], ast.Tuple) else sizes
                            self.leaves[key] = tuple("1" if ast.unparse(one) == "1" else "" for one in parts)
                        return made
        return self.leaf(key)

    def family_of(self, cls: ast.ClassDef | None) -> list[ast.ClassDef]:
        """A class, and those of the text that it is made from."""
        found = [cls] if cls is not None else []
        for one in found:
            bases = (self.classes.get(base.id) for base in one.bases if isinstance(base, ast.Name))
            found += [base for base in bases if base is not None and base not in found]
        return found

    def count(self, node: Node) -> Node:
        """How many entries an array has; which sizes these are is settled with the shapes."""
        return self.size(node, ALL)

    def column(self, node: Node) -> Node:
        """A (n,) as (n, 1): a sum along an axis keeps that axis."""
        match node:
            case Call("sum" | "mean" | "amax", _, (_, Number(axis))) if axis in (1, -1):
                return Call(node.function, 0, (*node.arguments, _ONE))
        return Call("as_column", 0, (node,))

    def subscript(self, owner: Any, index: Any, e: ast.Subscript) -> Any:
        if isinstance(index, Unknown) and isinstance(owner, Name) and example(owner.base):
            dims = self.leaves.get(owner.base)  # of the examples, one
            self.spelled[f"{owner.base}·one"] = ast.unparse(e)
            return self.leaf(f"{owner.base}·one", dims and dims[1:])
        of_rows = isinstance(index, tuple) and index[1:] == (slice(None),) and index[0] != Each()
        if of_rows and isinstance(owner, Name) and example(owner.base):
            return self.subscript(owner, index[0], e)  # X[i, :] is X[i]
        if isinstance(owner, Unknown) or isinstance(index, Unknown):
            return owner if isinstance(owner, Unknown) else index
        if isinstance(owner, dict | list | tuple | str | range):
            try:
                found = owner[index]
            except (LookupError, TypeError, ValueError):
                return self.unknown(f"a place that holds nothing, {ast.unparse(e)}")
            if isinstance(found, Name):
                self.spelled[found.base] = ast.unparse(e)
            return found
        if isinstance(owner, ShapeOf) and isinstance(index, int):
            return self.size(owner.node, index)
        if isinstance(owner, Instance) and (method := self.method(owner, "__getitem__")):
            return self.enter_function(method, [index], {}, silent=True).returned
        if isinstance(owner, Eye) and isinstance(index, Node):
            return self.labels(index, "")
        if isinstance(owner, Rows):
            return Rows(True)
        if isinstance(owner, Name) and owner.base in self.leaves and batch(owner.base, index):
            alone = isinstance(index, slice) and len(range(*index.indices(ALL))) == 1  # X[0:1]
            key = f"{owner.base}·row {index.start or 0}" if alone else f"{owner.base}·batch"
            self.spelled[key] = ast.unparse(e)
            if owner.base in self.one_hot:
                self.one_hot[key] = self.one_hot[owner.base]
            dims = self.leaves[owner.base]
            return self.leaf(key, ("1", *dims[1:]) if alone and dims else dims)
        if isinstance(owner, Name) and owner.base in self.leaves and isinstance(index, Name):
            self.joined.add(owner.base)  # the rows that an array of numbers names
            key = f"{owner.base}·{index.base}"
            self.looked.add(key)
            self.spelled[key] = ast.unparse(e)
            return self.leaf(key, ("", "") if example(owner.base) else None)
        if isinstance(owner, Node) and isinstance(index, tuple) and None in index:
            if index in ((slice(None), None), (Ellipsis, None)):
                return self.column(owner)
            if index == (None, slice(None)):
                return Transposed(self.column(owner))
        if isinstance(owner, Node) and (index == Each() or index == (slice(None), Each())):
            return Along(owner)
        if isinstance(owner, Node):
            # What p[:, y] is depends on how many rows there are; in d[:, y] -= 1 it is all of them.
            across = isinstance(index, tuple) and isinstance(index[0], slice)
            chosen = None if across else self.chosen(owner, index)
            if chosen is not None:
                axis = [_ONE] if isinstance(index, tuple) and not isinstance(chosen, Call) else []
                axis = [_ZERO] if isinstance(chosen, Transposed) else axis
                return Call("sum", 0, (Product((owner, chosen), ("⊙",)), *axis))
            if isinstance(owner, Name) and owner.base in self.leaves and isinstance(index, str | int):
                key = self.place_text(e, index) if isinstance(index, str) else f"{owner.base}[{int(index)}]"
                key = f"{owner.base}[{key.rsplit('[', 1)[1]}"
                self.spelled[key] = ast.unparse(e)
                return self.leaf(key)
            if index == slice(None) or index is Ellipsis:
                return owner
            if index == slice(1, None) and not example(getattr(owner, "base", "x")):
                return self.but_first(owner, ast.unparse(e))
            if index == slice(None, -1) and f"{write(owner)}[0]" in self.leaves:  # features, and a label
                return owner
        return self.drawn(self.unknown(f"a part of an array, {ast.unparse(e)}"[:60]), [owner])

    def chosen(self, owner: Any, index: Any) -> Node | None:
        """p[range(n), y]: the class of each row, as one-hot rows; p[y, range(n)]: of each column."""
        if isinstance(owner, Node) and isinstance(index, tuple):
            match index:
                case (Rows() | range() as rows, Node() as classes) | (
                    Node() as classes,
                    Rows() | range() as rows,
                ):
                    count = self.counted.get(len(rows), "") if isinstance(rows, range) else ""
                    label = self.labels(classes, count)
                    return label if rows is index[0] else Transposed(label)
        match index:
            case (slice(start=None, stop=None), Name(key)) if f"onehot({key})" in self.one_hot:
                return Call("amax", 0, (self.labels(index[1], ""), _ZERO, _ONE))  # p[:, y], in all rows
        given = isinstance(owner, Name) and owner.base in self.leaves and owner not in self.zeros
        made = isinstance(owner, Node) and not given
        if made and isinstance(index, tuple) and index[1:] == (0,):  # p[y, 0] of a column
            self.columns |= {part.base for part in index[:1] if isinstance(part, Name)}
            index = index[0]
        elif made and isinstance(owner, Name) and (self.leaves.get(owner.base) or ())[1:] == ("1",):
            self.columns |= {index.base} if isinstance(index, Name) else set()
        if (
            made
            and isinstance(index, Name)
            and (index.base in self.leaves or self.known(index.base) != index.base)
        ):
            label = self.labels(index)  # p[y] of one example
            return self.column(label) if index.base in self.columns else label
        return None

    def labels(self, index: Node, *rows: str) -> Name:
        """One-hot labels of class numbers, a row for each; of one example without rows."""
        key = f"onehot({write(index)})"
        self.one_hot[key] = len(rows)
        base = getattr(index, "base", "")
        self.leaves.pop(base, None)
        counts = {size: axis % ALL for size, (of, axis) in self.sizes.items() if of == base}
        self.sizes |= {size: (key, axis) for size, axis in counts.items()}
        return self.leaf(key, (*rows, ""))

    def as_node(self, value: Any) -> Any:
        """A value as a part of a formula, or Unknown."""
        if isinstance(value, Node | Unknown):
            return value
        if isinstance(value, Size) and {x.base for x in _names(value.made)} <= {*self.letters.values()}:
            return value.made
        if isinstance(value, bool | int) or (
            isinstance(value, float) and value == value and abs(value) < 1e30
        ):
            return Number(Fraction(str(int(value) if isinstance(value, bool) else value)))
        if isinstance(value, Fresh) and value.fill == 0:
            return _ZERO
        return self.unknown("something that is no number")

    def unary(self, op: ast.unaryop, value: Any) -> Any:
        if isinstance(op, ast.Not):
            truth = self.truth(value)
            return self.unknown("a condition") if truth is None else not truth
        if isinstance(op, ast.USub) and isinstance(value, int | float):
            return -value
        if isinstance(op, ast.USub) and isinstance(value, Fresh):
            return Fresh(value.dims)
        if isinstance(op, ast.Invert) and isinstance(value, bool):
            return not value
        value = self.as_node(value)
        if isinstance(op, ast.Invert) and isinstance(value, Node):  # of a mask
            test = self.condition(value)
            if isinstance(test, Comparison):
                turned = replace(test, sign=_OPPOSITE[test.sign])
                if write(test) in self.spelled:
                    self.spelled[write(turned)] = f"~{self.spelled[write(test)]}"
                return turned
            return Total((_ONE, value), (1, -1))
        return Negative(value) if isinstance(op, ast.USub) and isinstance(value, Node) else value

    def binary(self, op: ast.operator, a: Any, b: Any) -> Any:
        if isinstance(a, int | float | str | list | tuple) and isinstance(
            b, int | float | str | list | tuple
        ):
            return self.fold(op, a, b)
        if isinstance(a, Along) or isinstance(b, Along):
            return self.along(op, a, b)
        if isinstance(op, ast.MatMult):  # ones(n) @ X adds up the rows
            for one, other, axis in ((a, b, 0), (b, a, 1)):
                if isinstance(one, Fresh) and one.fill == 1 and isinstance(other, Node):
                    keep = [_ONE] * (len(one.dims or ()) - 1)
                    return Call("sum", 0, (other, Number(Fraction(axis)), *keep))
        if isinstance(a, Eye) or isinstance(b, Eye):
            return self.identity(op, a, b)
        for made, other in ((a, b), (b, a)):  # 0.01 * a new array, 2 * it - 1
            number = isinstance(other, int | float | Fresh) or self.scales(other)
            if isinstance(made, Fresh) and made.fill is None and number and not made.mask:
                return made
        a, b = (self.entries(one) if isinstance(one, Fresh) else self.as_node(one) for one in (a, b))
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            why = a if isinstance(a, Unknown) else b
            return self.drawn(replace(why, drawn=False), [a, b]) if why.drawn else why
        if isinstance(a, Negative) and isinstance(op, ast.MatMult | ast.Mult | ast.Div):
            made = self.binary(op, a.inner, b)  # -W @ x is -(W @ x)
            return Negative(made) if isinstance(made, Node) else made
        for one, other in ((a, b), (b, a)):
            match one, other:  # x[:, None] - y[None, :] has an entry for each pair
                case Call("as_column"), Transposed(Call("as_column")) if not isinstance(op, ast.MatMult):
                    wide = [
                        Product(pair, ("@",))
                        for pair in ((one, Power(other, _ZERO)), (Power(one, _ZERO), other))
                    ]
                    a, b = wide if one is a else wide[::-1]
                    break
        match op:
            case ast.Add() | ast.Sub():
                for one, other in ((a, b), (b, a)):
                    if isinstance(one, Number) and 0 < one.value <= _GUARD and isinstance(op, ast.Add):
                        self.notes[self.line] = (
                            f"{write(one)} only keeps the program from dividing by 0, and is left out"
                        )
                        return other
                sign = 1 if isinstance(op, ast.Add) else -1
                terms, signs = (a.terms, a.signs) if isinstance(a, Total) else ((a,), (1,))
                return Total((*terms, b), (*signs, sign))
            case ast.Mult() | ast.Div() | ast.MatMult():
                sign_ = {ast.Mult: "⊙", ast.Div: "/", ast.MatMult: "@"}[type(op)]
                match op, a, b:  # 1 / (1 + exp(-z))
                    case ast.Div(), Number(1), Total((Number(1), Call("exp", 0, (Negative(z),))), (1, 1)):
                        return Call("sigmoid", 0, (z,))
                factors, ops = (a.factors, a.ops) if isinstance(a, Product) else ((a,), ())
                return Product((*factors, b), (*ops, sign_))
            case ast.Pow():
                return Power(a, b)
        return self.unknown("an operator that is not followed")

    def along(self, op: ast.operator, a: Any, b: Any) -> Any:
        """An operation with something for each class; an example is kept apart."""
        bys = [one.by for one in (a, b) if isinstance(one, Along) and one.by is not None]
        for one, other in ((a, b), (b, a)):
            if isinstance(op, ast.Mult) and isinstance(one, Name) and example(one.base.removesuffix("·one")):
                return Along(other.node, one) if not bys else self.unknown("a product of examples")
        left, right = (one.node if isinstance(one, Along) else one for one in (a, b))
        made = self.binary(op, left, right)
        apart = bys and not isinstance(op, ast.Mult | ast.Div)
        return (
            Along(made, *bys[:1])
            if isinstance(made, Node) and not apart
            else self.unknown("what a loop makes for each class")
        )

    def scales(self, node: Any) -> bool:
        """Whether a formula may be a number that a new array begins with, such as sqrt(2 / n)."""
        names = (
            [part.base for part in walk(node) if isinstance(part, Name)] if isinstance(node, Node) else [""]
        )
        made = {line.key for line in self.lines}
        arrays = (x in made or self.leaves.get(x) or DATA.fullmatch(last_of(x)) for x in names)
        return isinstance(node, Node) and (self.number(node) or not any(arrays))

    def entries(self, made: Fresh) -> Any:
        """A new array as a part of a formula: random numbers, or ones as many as another array has."""
        if made.fill is None:
            return self.drawn_leaf("random", made)
        if made.fill == 1 and made.like is not None:
            return Power(made.like, _ZERO)
        return self.as_node(made) if not made.dims else self.unknown("a new array in a formula")

    def drawn_leaf(self, text: str, made: Fresh) -> Name:
        """A name for new random numbers."""
        leaf = self.leaf(self.fresh(text), made.dims)
        self.masks |= {leaf.base} if made.mask else set()
        self.alike |= {leaf.base: made.like} if made.like is not None and made.dims is None else {}
        return leaf

    def identity(self, op: ast.operator, a: Any, b: Any) -> Any:
        """v @ (1 - eye(n)): what others of its row a number has beside it."""
        match a, op, b:
            case (int() | float(), ast.Sub(), Eye(times, more)):
                return Eye(-times, int(a) - more)
            case (Node(), ast.MatMult(), Eye(times, more)):
                one = _ONE
                row = Call("sum", 0, (a, Number(Fraction(-1)), one))
                terms = [self.binary(ast.Mult(), k, x) for k, x in ((more, row), (times, a)) if k]
                return self.binary(ast.Add(), *terms) if len(terms) > 1 else terms[0]
        return self.unknown("an identity matrix in a formula")

    def einsum(self, rule: str, *arrays: Any) -> Any:
        """A sum over indices, of one or two arrays, as products of matrices and sums along axes."""
        inside, _, out = rule.replace(" ", "").partition("->")
        sides = inside.split(",")
        nodes = [self.as_node(one) for one in arrays]
        unknown = self.unknown(f"einsum {rule}"[:40])
        if len(sides) != len(nodes) or not all(isinstance(one, Node) for one in nodes):
            return unknown
        if len(nodes) == 2:
            (a, b), (left, right) = nodes, sides
            shared = [x for x in left if x in right and x not in out]
            if set(left) == set(right):
                node, have = self.binary(ast.Mult(), a, b if left == right else Transposed(b)), left
            elif len(left) == len(right) == 1 and not shared:
                node, have = Call("outer", 0, (a, b)), left + right
            elif len(shared) == 1 and len(set(left + right)) == len(left + right) - 1:
                a = Transposed(a) if left[0] == shared[0] else a
                b = Transposed(b) if right[-1] == shared[0] else b
                node = self.binary(ast.MatMult(), a, b)
                have = (left + right).replace(shared[0], "")
            else:
                return unknown
        else:
            node, have = nodes[0], sides[0]
        for at in reversed(range(len(have))):
            if have[at] not in out and len(have) <= 2:
                node = Call("sum", 0, (node, Number(Fraction(at))) if len(have) > 1 else (node,))
                have = have[:at] + have[at + 1 :]
        return node if have == out else Transposed(node) if have == out[::-1] else unknown

    def fold(self, op: ast.operator, a: Any, b: Any) -> Any:
        """Two of Python's own values, as long as what comes out stays small."""
        numbers = isinstance(a, int | float) and isinstance(b, int | float)
        if isinstance(op, ast.Div) and numbers and b:  # 1.0 / 3 is a third
            over, under = self.as_node(a), self.as_node(b)
            if isinstance(over, Number) and isinstance(under, Number):
                return Number(over.value / under.value)
            return self.binary(op, over, under)
        if isinstance(a, str) and isinstance(op, ast.Mod):  # "W%d" % l
            made = a.count("%") == 1 and isinstance(b, int | str) and len(a) + len(str(b)) <= _MOST_PARTS
            return re.sub("%[dis]", lambda _: str(b), a) if made else self.unknown("a text that is made so")
        if numbers:
            small = not isinstance(op, ast.Pow) or (abs(b) <= 8 and abs(a) < 1e6)
        elif isinstance(op, ast.Mult):
            small = isinstance(a, list) and len(a) == 1 and isinstance(b, int) and 0 <= b <= _MOST_ROUNDS
        else:
            small = isinstance(op, ast.Add) and type(a) is type(b) and len(a) + len(b) <= _MOST_PARTS
        if not small or type(op) not in _FOLD:
            return self.unknown("an operator that is not followed")
        try:
            value = _FOLD[type(op)](a, b)
        except (ArithmeticError, TypeError, ValueError):
            return self.unknown("a number that is none")
        if isinstance(op, ast.Mult) and isinstance(value, int) and isinstance(a, Size) | isinstance(b, Size):
            parts = [x.made if isinstance(x, Size) else Number(Fraction(x)) for x in (a, b)]
            return _size(value, self.binary(op, *parts))
        return value if not numbers or abs(value) < 1e30 else self.unknown("a number of this size")

    def compare(self, a: Any, op: ast.cmpop, b: Any) -> Any:
        if isinstance(a, Each) and isinstance(b, Node) and isinstance(op, ast.Eq | ast.NotEq):
            label = self.labels(b)
            return Along(label if isinstance(op, ast.Eq) else Total((_ONE, label), (1, -1)))
        if isinstance(a, Along):
            made = self.compare(a.node, op, b)
            return Along(made) if isinstance(made, Node) else made
        signs = {ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!="}
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            return a if isinstance(a, Unknown) else b
        if isinstance(op, ast.Is | ast.IsNot):
            same = a is b or (isinstance(a, bool) and isinstance(b, bool) and a == b)
            return same if isinstance(op, ast.Is) else not same
        if isinstance(a, Fresh) or isinstance(b, Fresh):  # random numbers below a rate: a mask
            for rate in (a, b):  # p, or 1 - p
                match rate:
                    case Name(base=key) | Total((Number(), Name(base=key)), (1, -1)):
                        self.rates.add(key)
            return replace(a if isinstance(a, Fresh) else b, fill=None, mask=True)
        if isinstance(a, Node | ShapeOf) or isinstance(b, Node | ShapeOf):
            left, right = self.as_node(a), self.as_node(b)
            known = type(op) in signs and isinstance(left, Node) and isinstance(right, Node)
            of = [self.sizes.get(getattr(one, "base", ""), ("", 0)) for one in (left, right)]
            if isinstance(op, ast.Eq) and [axis for _, axis in of] == [ALL, ALL]:
                return any(TARGET.fullmatch(last_of(key)) for key, _ in of) or self.unknown("sizes")
            return Comparison(left, signs[type(op)], right) if known else self.unknown("a comparison")
        try:
            match op:
                case ast.Eq():
                    return a == b
                case ast.NotEq():
                    return a != b
                case ast.In():
                    return a in b
                case ast.NotIn():
                    return a not in b
            return {">": a > b, "<": a < b, ">=": a >= b, "<=": a <= b}[signs[type(op)]]
        except (TypeError, KeyError):
            return self.unknown("a comparison")

    # -- calls
    def call(self, e: ast.Call, frame: Frame) -> Any:
        options = {k.arg: self.read(k.value, frame) for k in e.keywords if k.arg}
        arguments: list[Any] = []
        for a in e.args:
            given = self.read(a.value if isinstance(a, ast.Starred) else a, frame)
            spread = isinstance(a, ast.Starred) and isinstance(given, list | tuple)
            arguments += given if spread else [given]
        match e:  # W1 = params[a:b].reshape(n, m), out of all parameters in one array
            case ast.Call(ast.Attribute(ast.Subscript(of, ast.Slice()), "reshape"), sizes) if len(
                arguments
            ) == len(sizes):
                flat, shape = self.read(of, frame), arguments
            case ast.Call(ast.Attribute(attr="reshape"), [ast.Subscript(of, ast.Slice()), _]):
                flat, shape = self.read(of, frame), arguments[1:]
            case _:
                flat, shape = None, []
        if isinstance(flat, Name) and flat.base in self.leaves and not example(flat.base):
            return self.create([*shape[0]] if isinstance(shape[0], tuple) else shape, None)
        if isinstance(e.func, ast.Attribute):
            me = next((one for one in frame.variables.values() if isinstance(one, Instance)), None)
            if me is not None and ast.unparse(e.func.value) == "super()":
                above = self.method(me, e.func.attr, skip=1)
                return self.apply(above, arguments, options, frame) if above else None
            owner = self.read(e.func.value, frame)
            if isinstance(owner, Node | Fresh):
                read = self.library(e.func.attr, [owner, *arguments], options, method=True)
                return self.drawn(read, [owner, *arguments])
            if isinstance(owner, dict | list):
                return self.container(owner, e.func.attr, arguments)
            if e.func.attr == "save_for_backward" and isinstance(owner, Instance):
                owner.attributes["saved_tensors"] = tuple(arguments)
                return None
            function = self.attribute(owner, e.func.attr, e.func)
        else:
            function = self.read(e.func, frame)
        if isinstance(function, Unknown):
            return self.drawn(function, arguments)
        if isinstance(function, Library):
            if function.name == "builtins.sum" and isinstance(arguments[0], Node):
                options = {"axis": 0}
            if function.name == "builtins.dict" and not arguments:
                return options
            name = function.name.removesuffix(".reduce").rsplit(".", 1)[-1]
            if function.name.endswith(".reduce"):
                name = {"add": "sum", "maximum": "amax"}.get(name, "reduce")
            return self.drawn(self.library(name, arguments, options, method=False), arguments)
        if isinstance(function, ast.ClassDef):
            return self.build(function, arguments, options)
        if isinstance(function, Instance):
            called = (self.method(function, name) for name in ("__call__", "forward"))
            function = next(filter(None, called), self.unknown(f"a call of a {function.owner}"))
        if isinstance(function, Function):
            value = self.apply(function, arguments, options, frame)
            for place in _overwritten_by(function, e):
                why = f"{ast.unparse(place)}, which {function.name} overwrites"
                self.store(place, self.unknown(why), frame, None)
            if isinstance(value, Call) and [*value.arguments] == arguments:
                self.spelled[f"{value.function}("] = ast.unparse(e.func)
            return value
        return self.drawn(self.unknown(f"{ast.unparse(e.func)[:40]}, which is not in this file"), arguments)

    def drawn(self, value: Any, arguments: Iterable[Any]) -> Any:
        """An unknown value that is made of examples alone, or of what is looked up by them."""
        arguments = [*arguments]
        names = [p.base for a in arguments if isinstance(a, Node) for p in walk(a) if isinstance(p, Name)]
        others = [a for a in arguments if isinstance(a, Unknown)]
        looked = not self.looked.isdisjoint(names) or any(a.looked for a in others)
        drawn = all(x in self.leaves and (example(x) or x in self.looked) for x in names)
        drawn = drawn and all(a.drawn for a in others)
        return replace(value, drawn=True, looked=looked) if isinstance(value, Unknown) and drawn else value

    def build(self, cls: ast.ClassDef, arguments: Sequence[Any], options: Mapping[str, Any]) -> Instance:
        made = Instance(cls.name, made=True)
        fields = [
            s for one in reversed(self.family_of(cls)) for s in one.body if isinstance(s, ast.AnnAssign)
        ]
        names = [ast.unparse(s.target) for s in fields]  # a dataclass
        made.attributes |= {
            n: self.read(s.value, Frame({})) for n, s in zip(names, fields) if s.value is not None
        }
        made.attributes |= dict(zip(names, arguments)) | {k: v for k, v in options.items() if k in names}
        start = self.method(made, "__init__")
        if start is not None:
            self.enter_function(start, arguments, options, silent=False)
        return made

    def enter_function(
        self,
        function: Function,
        arguments: Sequence[Any],
        options: Mapping[str, Any],
        silent: bool,
        first: bool = False,
        hands: "Slope | None" = None,
        ends: bool = False,
    ) -> Frame:
        """Follows a function's body; a parameter without a value has the one that its name has elsewhere."""
        parameters = [
            *function.node.args.posonlyargs,
            *function.node.args.args,
            *function.node.args.kwonlyargs,
        ]
        positional = [p.arg for p in parameters]
        given: dict[str, Any] = {}
        if function.me is not None and positional and not function.marked("static"):
            given[positional.pop(0)] = function.me
        given |= dict(zip(positional, arguments)) | {k: v for k, v in options.items() if k in positional}
        if function.node.args.vararg is not None:
            given[function.node.args.vararg.arg] = tuple(arguments[len(positional) :])
        defaults = dict(
            zip([p.arg for p in function.node.args.args][::-1], function.node.args.defaults[::-1])
        )
        silent = silent or bool(function.home)
        if not silent and not first and re.search(f"{BACKWARD.pattern}|prime|deriv", function.name):
            hands = Slope(weak=True)
        inner = [n for n in ast.walk(function.node) if isinstance(n, ast.Global | ast.Nonlocal)]
        outer = {x for n in inner for x in n.names}
        shared = frozenset(x for n in inner if isinstance(n, ast.Global) for x in n.names)
        stored = {
            n.id for n in ast.walk(function.node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        local = frozenset(stored - outer)
        frame = Frame(given, silent, hands, ends, local, shared, home=function.home, scope=function.scope)
        for key in positional:
            if key not in given:
                default = self.read(defaults[key], Frame({}, home=function.home)) if key in defaults else None
                few = isinstance(default, int) and 1 < default <= 4
                default = min(default, self.layers) if isinstance(default, int) and few else default
                made = self.output()  # of a loss: what arrives is 1
                begins = default == 1 and slope_word(key) and isinstance(made, Node) and self.number(made)
                alone = default == 1 or (isinstance(default, float) and self.numbers[default] == 1)
                if isinstance(default, float) and alone and default > _GUARD and function.name == "__init__":
                    default = self.leaf(self.fresh(key), ())
                plain = (
                    isinstance(default, str | bool | Instance | Name)
                    or few
                    or begins
                    or (not first and key in defaults)
                )
                given[key] = default if plain else self.parameter(key)
                if isinstance(default, float) and given[key] == Name(key) and not slope_word(key):
                    self.leaves[key] = self.leaves.get(key) or ()
        if "out" in positional and "out" in defaults:  # where the result goes is nothing that it is made of
            given["out"] = None
        self.depth += 1
        before = self.line, self.spelled, self.here
        body = (
            [ast.Return(function.node.body, lineno=function.node.lineno)]
            if isinstance(function.node, ast.Lambda)
            else function.node.body
        )
        if self.depth <= _MOST_CALLS:
            self.body(body, frame)
        self.depth -= 1
        self.line, self.spelled, self.here = before
        if not silent:
            self.frames.append(frame)
        return frame

    def output(self) -> Any:
        """What the forward pass returns; of several things the last that it made."""
        given = self.outputs[-1] if self.outputs else None
        if not isinstance(given, tuple | list):
            return given
        order: dict[Node, int] = {Name(line.key): number for number, line in enumerate(self.lines)}
        nodes = [one for one in given if isinstance(one, Node)]
        return max(nodes, key=lambda one: order.get(one, len(order)), default=None)

    def parameter(self, key: str) -> Any:
        for same in (str, _current):
            for name, value in (
                (n, v) for frame in reversed(self.frames) for n, v in frame.variables.items()
            ):
                if same(name) == same(key) and (key not in self.rolled or isinstance(value, list)):
                    moved = next((line.previous for line in self.lines if value == Name(line.key)), "")
                    return Name(moved) if moved in self.leaves else value
        for own in self.beside.values():
            if key in own:
                return own[key]
        if plain(key) in OUTPUTS or key in self.handed or _OUTPUT.fullmatch(plain(key)):
            before = list(itertools.takewhile(lambda line: line.slope is None, self.lines))
            given = self.output()
            if isinstance(given, Node):
                if not isinstance(given, Name):  # so that slopes by it can be told
                    bare, whole = given, self.outputs[-1]
                    given = self.spread(given)
                    given = Name(self.same[given]) if given in self.same else self.enter(key, given, None)
                    several = isinstance(whole, tuple | list)  # the outputs, and a cache
                    self.outputs[-1] = [given if x is bare else x for x in whole] if several else given
                return given
            if len(before) < len(self.lines) and before:
                return Name(before[-1].key)
        if "cache" in key and self.outputs and isinstance(self.outputs[-1], tuple | list | Instance):
            kept = self.outputs[-1]
            return kept if isinstance(kept, Instance) else kept[-1]
        made = self.made_elsewhere(key)
        if made is not None:
            return made
        if _TRAINING.fullmatch(key):  # what is followed is one round of it
            return True
        if key == "ctx":  # torch's own, from the forward pass to the backward pass
            return Instance("")
        if isinstance(self.globals.get(key), list | tuple | dict):
            return self.globals[key]
        if key in self.listed | self.rolled:  # what holds for three layers holds for any number
            return [self.part(Name(key), at) for at in range(2 if key in self.rolled else 3)]
        if key in self.units:
            return 2 + len(key) % 2
        if _WIDTHS.fullmatch(plain(key)):
            self.layers = self.widths - 1
            return [_size(number + 2, Name(f"n{number}")) for number in range(self.widths)]
        return self.leaf(key)

    def made_elsewhere(self, key: str) -> Any:
        """What a function of the file makes under this name and returns, such as the first parameters."""
        for function in [one for one in self.globals.values() if isinstance(one, Function)]:
            inside = list(ast.walk(function.node))
            names = {getattr(n, "attr", getattr(n, "id", "")) for n in inside}
            own = {n.arg for n in inside if isinstance(n, ast.arg)}
            ends = [n.value for n in inside if isinstance(n, ast.Return)]
            given = [n for end in ends for n in (end.elts if isinstance(end, ast.Tuple) else [end])]
            at = [ast.unparse(n) for n in given if n is not None]
            calls = {n.func.id for n in inside if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
            works = {"dot", "matmul"} & names or any(isinstance(self.globals.get(x), Function) for x in calls)
            if len(ends) != 1 or key not in at or not MADE & names or works or key in own:
                continue
            if function.name not in self.started:
                self.started[function.name] = None
                self.started[function.name] = self.enter_function(function, [], {}, False).returned
            made = self.started[function.name]
            return made[at.index(key)] if isinstance(made, tuple) and len(made) == len(at) else made
        return None

    def apply(
        self, function: Function, arguments: Sequence[Any], options: Mapping[str, Any], frame: Frame
    ) -> Any:
        self.returns[function.name] = value = self.applied(function, arguments, options, frame)
        return value

    def applied(
        self, function: Function, arguments: Sequence[Any], options: Mapping[str, Any], frame: Frame
    ) -> Any:
        arrays = [a for a in (*arguments, *options.values()) if isinstance(a, Node)]
        if (
            len(arrays) == 1
            and not isinstance(arrays[0], Number)
            and not self.is_size(arrays[0])
            and not self.keeps(function)
        ):
            # f(z), entry by entry: a function of its own, with a slope
            inner = Name(_INNER)  # no array of a program is called so
            count = len(self.unread)
            body = self.enter_function(
                function,
                [inner if isinstance(a, Node) else a for a in arguments],
                {k: inner if isinstance(v, Node) else v for k, v in options.items()},
                silent=True,
            ).returned
            del self.unread[count:]
            self.one_hot.pop(f"onehot({_INNER})", None)
            if isinstance(body, Node) and _entrywise(body):
                body = mapped(body, lambda part: Name("x") if part == inner else None)
                return self.entrywise(function.name, body, arrays[0])
        if function.me is not None and function.keeps() and not frame.silent:
            arguments = [self.given(one) for one in arguments]
        value = self.enter_function(function, arguments, options, frame.silent).returned
        if isinstance(value, Unknown) and re.search("one_?hot|categorical", function.name, re.I) and arrays:
            self.notes[self.line] = f"{function.name} is taken to give one-hot rows"
            return self.labels(arrays[0], "")
        return value

    def keeps(self, function: Function) -> bool:
        """Whether a function stores something beyond its own names, or calls methods that do."""
        return function.keeps() or not _methods(function.node).isdisjoint(self.storing)

    def given(self, value: Any) -> Any:
        """What a layer is given, a1.forward(l1.forward(x)): with a name, to ask for its slope."""
        made = isinstance(value, Node) and not isinstance(value, Name | Number | Transposed)
        slopes = {line.key for line in self.lines if line.slope}
        return self.hold(value) if made and slopes.isdisjoint(p.base for p in _names(value)) else value

    def is_size(self, node: Node) -> bool:
        return isinstance(node, Name) and node.base in self.sizes

    def entrywise(self, name: str, body: Node, argument: Node) -> Node:
        for known in _ENTRYWISE.values():
            if same_function(body, Call(known, 0, (Name("x"),))):
                return Call(known, 0, (argument,))
        key, number = name, 1
        while key in _ENTRYWISE or self.functions.get(key, ("x", body))[1] != body:
            number += 1
            key = f"{name}_{number}"
        self.functions[key] = ("x", body)
        return Call(key, 0, (argument,))

    def container(self, owner: Any, name: str, arguments: Sequence[Any]) -> Any:
        if isinstance(owner, dict) and name in {"items", "keys", "values"}:
            return list(getattr(owner, name)())
        if isinstance(owner, dict) and name == "get" and arguments:
            return owner.get(arguments[0], arguments[1] if len(arguments) > 1 else None)
        if name == "copy":
            return owner.copy()
        if name == "pop" and isinstance(owner, list) and owner:
            return owner.pop(
                *[a for a in arguments[:1] if isinstance(a, int) and -len(owner) <= a < len(owner)]
            )
        if name in {"append", "insert", "update", "clear"}:
            return None
        return self.unknown(f".{name}()")

    def library(self, name: str, arguments: list[Any], options: Mapping[str, Any], method: bool) -> Any:
        """np.name(...), torch.name(...), array.name(...) or a builtin."""
        name = name.removeprefix("nan") if name in {"nansum", "nanmean"} else name
        if name in _BUILTINS and not method:
            found = self.builtin(name, arguments)
            if found is not NotImplemented:
                return found
        if name in {"rand_like", "randn_like"}:
            return Fresh(None)
        if name in MADE and name != "array":
            kinds = (tuple, list, int, Name, ShapeOf, *((Node, Unknown) if len(arguments) > 1 else ()))
            # Of what is drawn between bounds or around a mean, the sizes come third.
            given = arguments[1:] if method else arguments  # of a generator that is handed over
            given = given[:1] if name == "full" else given  # and then the number that is everywhere
            sizes = given[2:3] if name in {"uniform", "normal", "linspace", "binomial"} else given
            sizes = [a for a in sizes if isinstance(a, kinds)]
            sizes = sizes[:1] if sizes and isinstance(sizes[0], tuple) else sizes  # then comes the dtype
            sizes += [options[k] for k in ("size", "shape") if k in options]
            made = self.create(sizes, {"ones": 1, "zeros": 0, "empty": 0}.get(name))
            ones = name == "binomial" and given[:1] == [1] and isinstance(made, Fresh)
            return replace(made, mask=True) if ones else made
        if name in {"array", "tensor"} and arguments and isinstance(arguments[0], list):
            dims, inner = [], arguments[0]
            while isinstance(inner, list) and inner:
                dims.append("1" if len(inner) == 1 else "")
                inner = inner[0]
            return Fresh(tuple(dims)) if not isinstance(inner, Node) else self.unknown("an array of arrays")
        if name in _SETTINGS:
            return Library("numpy")
        if name in _FINITE:  # of what is worked with: that is checked, and no part of it
            return _FINITE[name]
        if name in {"any", "all"} and arguments and isinstance(arguments[0], bool):
            return arguments[0]
        if name == "eye":
            return Eye()
        if name == "arange" and arguments and all(isinstance(a, int) for a in arguments):
            return self.builtin("range", arguments)
        if name in _SOME and (wide := [a for a in (*arguments, options.get("size")) if _wide(a)]):
            return self.create(wide[-1:], None)
        if name == "arange" or name in _SOME:
            return Rows(name in _SOME)
        arguments = [*arguments, *(options[k] for k in _FIRST if k in options)]
        options = {k: value for k, value in options.items() if k not in _FIRST}
        if not arguments:
            return self.unknown(f"{name}()")
        match name, arguments[0]:
            case "zeros_like" | "empty_like", _:
                return _ZERO
            case "ones_like", Node() as like:
                return Power(like, _ZERO)
            case "frompyfunc" | "vectorize", function:
                return function
            case "einsum", str() as rule:
                return self.einsum(rule, *arguments[1:])
            case "one_hot", Largest(node, at):
                return Comparison(node, ">=", Call("amax", 0, (node, Number(Fraction(at)), _ONE)))
            case "one_hot", Node() as labels:
                return self.labels(labels, "")
            case "append", Node() if not method and len(arguments) > 1:
                return self.join(arguments[:2], beside=options.get("axis") == 1)
            case "concatenate" | "cat" | "hstack" | "vstack" | "row_stack" | "column_stack" | "stack", [
                *parts
            ]:
                beside = (
                    "v" not in name and "row" not in name and options.get("axis", options.get("dim", 1)) == 1
                )
                vectors = name in {"concatenate", "cat", "hstack", "vstack", "row_stack"}
                vectors = vectors and not {"axis", "dim"} & options.keys()
                return self.join(parts, beside, vectors)
            case _, Fresh() as made if name in _SAME or name in _ENTRYWISE:
                return made
        strange = next((k for k in options if k not in _ASIDE | _HEEDED.get(name, frozenset())), "")
        numbers = [a for a in arguments[_TAKES.get(name, len(arguments)) :] if not isinstance(a, Node)]
        if name not in _SAME and (strange or numbers):
            return self.unknown(f"{name} with {strange or 'one more argument'}, which is not known here")
        if name in _BINARY and len(arguments) > 1:
            return self.binary(_BINARY[name](), arguments[0], arguments[1])
        if name in _COMPARED and len(arguments) > 1:
            return self.compare(arguments[0], _COMPARED[name](), arguments[1])
        if isinstance(arguments[0], Along):
            made = self.library(name, [arguments[0].node, *arguments[1:]], options, method)
            return Along(made) if isinstance(made, Node) and name in _ENTRYWISE else self.unknown(name)
        nodes = [self.as_node(a) for a in arguments]
        first = nodes[0]
        if isinstance(first, Unknown):
            return first
        if name in _SAME:
            if options.get("ndmin") == 2 and isinstance(first, Name) and first.base in self.leaves:
                self.leaves[first.base] = self.leaves[first.base] or ("", "")
            return first
        if name in _ENTRYWISE:
            return Call(_ENTRYWISE[name], 0, (first,))
        if name != "logsumexp" and (known := by_formula(name, first)):  # that one is along an axis
            return known
        second = nodes[1] if len(nodes) > 1 else None
        axis = options.get("axis", options.get("dim", arguments[1] if len(arguments) > 1 else None))
        third = arguments[2] if len(arguments) == 3 and isinstance(arguments[2], bool) else False
        keep = options.get("keepdims", options.get("keepdim", third))
        if name in {"sum", "mean", "amax", "max"} and (axis is None or isinstance(axis, int)):
            if name == "max" and not method and second is not None and not options.keys() & {"axis", "dim"}:
                return Call("max", 0, (first, second))
            alone = isinstance(first, Name) and self.leaves.get(first.base, ("",)) is None
            if alone and axis == 1 and not keep and self.line in self.matrices:  # a third axis, or it is none
                self.joined.add(first.base)
                return self.leaf(f"{first.base}·{name}")
            if self.batched and axis == 0 and not keep and name == "sum" and multiplies(first):
                return first  # over the examples of a batch, of which one is read
            parts = [first, *([Number(Fraction(axis))] if axis is not None else [])]
            if keep == 1 and axis is not None:
                parts.append(_ONE)
            return Call("amax" if "max" in name else name, 0, tuple(parts))
        if name in _OF_ONE and (
            name != "norm" or all(p in (None, 2, "fro") for p in (axis, *options.values()))
        ):
            return self.meaning(_OF_ONE[name], x=first)
        divides = options.get("unbiased", self.torch) is False and not options.get("ddof")
        if name in {"var", "std"} and (axis is None or isinstance(axis, int)) and divides:  # by n
            whole = "np.mean((x - np.mean(x, k, keepdims=True)) ** 2, k, keepdims=j)"
            spread = self.meaning(whole, x=first, k=axis, j=keep)
            return spread if name == "var" else Call("sqrt", 0, (spread,))
        if name in {"cross_entropy", "nll_loss"} and isinstance(second, Name):  # of classes, by their numbers
            alone = len(self.leaves.get(second.base) or ()) < 2
            classes = alone and second.base in self.leaves and second.base not in self.one_hot
            label = self.labels(second, "") if classes else second
            if options.get("reduction", "mean") not in ("mean", "sum"):
                return self.unknown(f"{name} without a mean, which is not known here")
            rows = 1 if options.get("reduction") == "sum" else self.size(label, 0)
            if name == "cross_entropy":
                return self.loss(read_loss(name), first, label, [self.as_node(rows)], 0)
            return self.meaning("-np.sum(y * x) / n", x=first, y=label, n=rows)
        if name in {"softmax", "log_softmax"} and len(nodes) == 1 and axis is None:  # of another file
            axis = 0 if self.in_columns(first) else -1
        if name == "cross_entropy_error" and isinstance(second, Node):
            loss = read_loss("categorical_cross_entropy")
            return self.loss(loss, first, second, [self.size(first, axis) for axis in (0, 1)], 0)
        if (slope := _SLOPE_OF.fullmatch(name)) and len(nodes) == 1:
            made = next((line.node for line in self.lines if Name(line.key) == first), None)
            of = slope["of"].lower()
            output = isinstance(made, Call) and made.function == of
            return self.meaning(_SLOPES_OF[of][output], x=first)
        if name in _OF_TWO and (isinstance(second, Node) or isinstance(axis, int)):
            formula, ends = _OF_TWO[name], {"mean": "np.mean", "sum": "np.sum", "none": ""}
            formula = formula.replace("np.mean", ends.get(options.get("reduction", "mean"), "np.mean"))
            return self.meaning(formula, x=first, y=axis if isinstance(axis, int) else second)
        match name:
            case "argmax" if isinstance(axis, int):
                return Largest(first, axis)
            case "t" | "transpose":
                self.batched |= arguments[1:] in ([0, 2, 1], [(0, 2, 1)])
                return Transposed(first)
            case "maximum" if _ZERO in (first, second) and isinstance(second, Node):
                return Call("relu", 0, (second if first == _ZERO else first,))
            case "maximum" | "minimum" if isinstance(second, Node):
                return Call(name[:3], 0, (first, second))
            case "clamp" | "clip" | "clamp_min" | "clamp_max":
                bounds = [*([None] if name == "clamp_max" else []), *arguments[1:], None, None]
                low, high = (options.get(k, options.get(f"a_{k}", b)) for k, b in zip(("min", "max"), bounds))
                return self.clamp(first, low, high)
            case "outer" if isinstance(second, Node):
                return Call("outer", 0, (first, second))
            case "where":
                match [self.condition(first), *nodes[1:]]:
                    case [Comparison() as test, Node() as then, Node() as other]:
                        return Cases(((then, test), (other, Otherwise())))
            case "size" | "numel" if name == "numel" or not method:
                return self.count(first)
            case "reshape" | "view" if len(arguments) == 2 and isinstance(arguments[1], ShapeOf):
                return first
            case "reshape" | "view" if len(arguments) > 1:
                sides: list[Any] = [*arguments[1]] if isinstance(arguments[1], tuple) else arguments[1:]
                of = self.sizes.get(getattr(sides[0], "base", ""), ("·", 0))
                if Name(of[0]) == first and sides[1:] == [-1] and not of[1] and "·" not in of[0]:
                    return first  # as if it had two axes
                if 1 in (sides[0], sides[-1]):
                    return self.column(first) if sides[-1] == 1 else Transposed(self.column(first))
                if (
                    isinstance(first, Name) and first.base in self.leaves
                ):  # emb.view(n, -1), of which rows stay
                    self.joined.add(first.base)
                    return self.leaf(f"{first.base}·{name}")
            case "expand_as" if second is not None:
                return self.binary(ast.Mult(), first, Power(second, _ZERO))
            case "expand_dims" | "unsqueeze" if isinstance(axis, int):
                return self.column(first) if axis else Transposed(self.column(first))
            case "size" if len(arguments) == 2 and isinstance(arguments[1], int):
                return self.size(first, arguments[1])
            case "size":
                return ShapeOf(first)
        unknown = next((a for a in arguments if isinstance(a, Unknown)), None)
        return unknown or self.unknown(f"{name}, which is not known here")

    def in_columns(self, node: Node) -> bool:
        """Whether an array is made as W x, of examples that are columns."""
        made = next((line.node for line in self.lines if Name(line.key) == node), node)
        products = [p.factors for p in walk(made) if isinstance(p, Product) and "@" in p.ops]

        def parameter(one: Node) -> bool:
            return isinstance(one, Name) and one.base in self.leaves and not example(one.base)

        return any(parameter(first) and not parameter(second) for first, second, *_ in products)

    def condition(self, node: Node) -> Node:
        """A comparison, also one that has a name."""
        lines = (line for line in self.lines if isinstance(node, Name) and line.key == node.base)
        made = next((line.node for line in lines if isinstance(line.node, Comparison)), node)
        if made != node and isinstance(node, Name):
            self.spelled[write(made)] = self.spelled.get(node.base, node.base)
        return made

    def join(self, parts: Sequence[Any], beside: bool, vectors: bool = False) -> Fresh:
        """Arrays put together: a new one, with as many rows where they stand beside each other.

        Where they may be vectors the new one may be.
        """
        nodes = [part for part in parts if isinstance(part, Node)]
        self.joined |= {part.base for node in nodes for part in walk(node) if isinstance(part, Name)}
        rows = [f"{x.base}[0]" for x in nodes if isinstance(x, Name) and x.base in self.leaves and beside]
        if vectors and all(isinstance(x, Name) and len(self.leaves.get(x.base) or "1") == 1 for x in nodes):
            return Fresh(None)
        return Fresh((rows[0] if rows else "", ""))

    def loss(self, loss: Loss, x: Node, y: Node, sizes: Sequence[Node | None], examples: int) -> Any:
        """A loss of outputs and labels; `sizes` are those of the outputs, `examples` the axis of examples."""
        count = dict(zip("KB" if examples else "BK", sizes)).get(loss.over)
        whole = f"np.{'mean' if loss.over == 'BK' else 'sum'}({_LOSSES[loss.kind]})"
        whole += (" / n" if count is not None else "") + (" / 2" if loss.half else "")
        return self.meaning(whole, x=x, y=y, n=count, k=1 - examples)

    def meaning(self, formula: str, **values: Any) -> Any:
        """A formula of x and y in Python, with these values."""
        spelled, self.spelled = self.spelled, {}
        own = Frame({"np": Library("numpy"), **values})  # whatever a file calls np
        value = self.read(ast.parse(formula, mode="eval").body, own)
        self.spelled = spelled
        return value

    def clamp(self, node: Node, low: Any, high: Any) -> Any:
        """Bounds close to 0 and 1 keep a logarithm finite; any others bend the function."""
        for bound, function in ((low, "max"), (high, "min")):
            if bound == node:  # what is cut off at itself is not
                continue
            number = self.as_node(bound) if bound is not None else None
            if isinstance(number, Number) and not (
                0 < number.value <= _GUARD or 1 - _GUARD <= number.value < 1
            ):
                relu = function == "max" and number == _ZERO
                node = Call("relu", 0, (node,)) if relu else Call(function, 0, (node, number))
            elif number is not None and not isinstance(number, Number):
                return self.unknown("a bound that is no number")
        return node

    def create(self, sizes: list[Any], fill: int | None) -> Any:
        if len(sizes) == 1 and isinstance(sizes[0], ShapeOf):
            return Fresh(None if fill is None else ("", ""), fill, sizes[0].node)
        if fill is not None and list(sizes) == [()]:
            return Number(Fraction(fill))
        parts = list(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else sizes
        dims = []
        for part in parts:
            if isinstance(part, Node) and self.is_size(part):
                dims.append("")
            elif (isinstance(part, Size) and part.name) or (
                isinstance(part, Name) and not part.base.startswith("self.")
            ):
                name = part.name if isinstance(part, Size) else part.base
                self.letters.setdefault(name, name)
                self.leaves.pop(name, None)
                dims.append(name)
            else:
                dims.append("1" if part == 1 else "")
        of = [self.sizes.get(part.base, ("", 0)) for part in parts if isinstance(part, Name)]
        like = of[0][0] if of and of == [(of[0][0], axis) for axis in range(len(parts))] else ""
        return Fresh(tuple(dims), fill, Name(like) if like else None)

    def builtin(self, name: str, arguments: list[Any]) -> Any:
        first = arguments[0] if arguments else None
        if isinstance(first, Unknown):
            return first
        match name:
            case "len" if isinstance(first, list | tuple | dict | str):
                return len(first)
            case "len" if isinstance(first, Name) and re.fullmatch("param(eter)?s", first.base):
                return 2 * 3  # W and b of three layers, which hold for any number
            case "len" if isinstance(first, Node):
                return self.size(first, 0)
            case "range":
                if (
                    all(isinstance(a, int) for a in arguments)
                    and 1 <= len(arguments) <= 3
                    and 0 not in arguments[2:]
                ):
                    return range(*map(int, arguments))
                rows = len(arguments) == 1 and isinstance(first, Name)
                return Rows() if rows else self.unknown("a loop over unknown rounds")
            case "reversed" if isinstance(first, list | tuple | range):
                few = len(first) <= _MOST_ROUNDS
                return list(first[::-1]) if few else self.unknown("a loop over unknown rounds")
            case "list" | "tuple" if isinstance(first, list | tuple | range) and len(first) <= _MOST_ROUNDS:
                return list(first)
            case "list" if not arguments:
                return []
            case "list" if isinstance(first, Node):  # of class numbers, as an index
                return first
            case "zip" if all(isinstance(a, list | tuple) for a in arguments):
                return list(zip(*arguments))
            case "enumerate" if isinstance(first, list | tuple):
                return list(enumerate(first))
            case "print":
                return None
            case "int" | "float" | "abs" if isinstance(first, int | float) and abs(first) < 1e30:
                return abs(first) if name == "abs" else int(first) if name == "int" else float(first)
            case "str" if isinstance(first, int | str):
                return str(int(first)) if isinstance(first, int) else first
            case "isinstance" if isinstance(first, Instance) and isinstance(arguments[1], ast.ClassDef):
                return arguments[1] in self.family_of(self.classes.get(first.owner))
            case "hasattr" if isinstance(first, Instance):
                return arguments[1] in first.attributes or self.method(first, str(arguments[1])) is not None
            case "super" | "isinstance" | "sorted" | "getattr" | "hasattr":
                return self.unknown(name)
            case "sum" if isinstance(first, list | tuple) and first:
                total = first[0]
                for one in first[1:]:
                    total = self.binary(ast.Add(), total, one)
                return total
            case "max" | "min" if len(arguments) == 2:
                pair = [self.as_node(a) for a in arguments]
                known = all(isinstance(a, Node) for a in pair)
                return Call(name, 0, tuple(pair)) if known else self.unknown(name)
        return NotImplemented


# ------------------------------------------------------------------------------------ looks at formulas


@cache
def last_of(key: str) -> str:
    """W1 of self.W1 and of params["W1"], in each version."""
    return re.split(r"[.\[]", key.partition("·")[0])[-1].strip('"]')


def base(node: Node) -> str:
    """The name of an array, also of one that is transposed or made a column; "" of a formula."""
    inner = node.inner if isinstance(node, Transposed) else node
    inner = inner.arguments[0] if isinstance(inner, Call) and inner.function == "as_column" else inner
    return inner.base if isinstance(inner, Name) else ""


def _multiplied(node: ast.AST) -> str:
    """The h of h @ W, h.T @ ds and np.dot(h, W); '' of anything else."""
    match node:
        case ast.BinOp(ast.Name(name) | ast.Attribute(ast.Name(name), "T"), ast.MatMult()):
            return name
        case ast.Call(
            ast.Attribute(_, "dot" | "matmul"), [ast.Name(name) | ast.Attribute(ast.Name(name), "T"), _]
        ):
            return name
    return ""


def _moves(target: ast.expr, value: ast.expr) -> bool:
    """Whether a value is that of its place and a step: w - rate * dw."""
    match value:
        case ast.BinOp(left, (ast.Add() | ast.Sub()) as op, step):
            down = isinstance(op, ast.Sub) and _mentions_slope(step)
            return ast.unparse(target) == ast.unparse(left) and (down or bool(RATE.search(ast.unparse(step))))
    return False


def _methods(node: ast.AST) -> set[str]:
    """The methods that are called inside, by their names."""
    calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
    return {f.attr for f in calls if isinstance(f, ast.Attribute)}


def _keys(place: str) -> list[str]:
    """The words by which a place is looked up: layer and w of p["layer"]["w"]."""
    return re.findall(r'\["(\w+)"\]', place)


def _mentions_slope(node: ast.AST) -> bool:
    return any(slope_word(name) for name in re.findall(r"[A-Za-z_]\w*", ast.unparse(node)))


def is_delta(text: str) -> bool:
    """Whether a name is that of a layer's error, the slope by what its function is given."""
    return "delta" in text or "δ" in text


def slope_word(name: str) -> int:
    """How much a name looks like a slope's: 2, 1 where it needs another beside it, or 0."""
    return max((1 + strong for pattern, strong in _SLOPES if pattern.fullmatch(name)), default=0)


def _looks_back(loop: ast.For) -> bool:
    """Whether a loop goes on from what its round before made: h[t - 1], or h = tanh(U @ h)."""
    for s in loop.body:
        match s:
            case ast.Assign([ast.Name(to)], ast.Call() as made):
                if any(isinstance(n, ast.Name) and n.id == to for n in ast.walk(made)):
                    return True
    places = (n.slice for s in loop.body for n in ast.walk(s) if isinstance(n, ast.Subscript))
    return f"{ast.unparse(loop.target)} - 1" in map(ast.unparse, places)


def _simple(inside: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a loop's body, those of its branches and inner loops in their place."""
    for s in inside:
        yield s
        for part in ("body", "orelse"):
            yield from _simple(getattr(s, part, ()))


def _targets(s: ast.stmt) -> list[ast.expr]:
    """The places that an assignment gives a value."""
    match s:
        case ast.Assign(targets):
            parts = [t.elts if isinstance(t, ast.Tuple | ast.List) else [t] for t in targets]
            return [one for some in parts for one in some]
        case ast.AugAssign(target) | ast.AnnAssign(target):
            return [target]
    return []


def _carried(each: Sequence[str], inside: list[ast.stmt]) -> list[ast.expr]:
    """What a round makes of the round before: z of z = z * x, but no sum over `each` of what a loop takes."""
    found: dict[str, ast.expr] = {}
    stored, loaded = set[str](), set[str]()
    values = [
        v for s in _simple(inside) if isinstance(v := getattr(s, "value", None), ast.expr) and _targets(s)
    ]
    used = not {*each}.isdisjoint(n.id for v in values for n in ast.walk(v) if isinstance(n, ast.Name))
    for s in _simple(inside):
        value = getattr(s, "value", None)
        if isinstance(value, ast.expr):
            loaded |= {ast.unparse(n) for n in ast.walk(value) if isinstance(n, ast.Name | ast.Attribute)}
        for place in _targets(s):
            text = ast.unparse(place)
            if isinstance(place, ast.Name | ast.Attribute) and text not in stored:
                added = _added(s, text)
                again = isinstance(s, ast.AugAssign) or text in loaded
                if again and not (
                    used and added is not None and text not in map(ast.unparse, ast.walk(added))
                ):
                    found[text] = place
            stored.add(text)
    return list(found.values())


def _overwritten(inside: Sequence[ast.stmt], before: Mapping[str, Any]) -> dict[int, str]:
    """The lines of a loop that begin anew a slope that began as zeros, and how they would add it up.

    Only where the loop adds up others, and does nothing with this one.
    """
    begun = {x for x, value in before.items() if slope_word(x) and isinstance(value, Node) and value == _ZERO}
    added = {ast.unparse(s.target) for s in _simple(inside) if isinstance(s, ast.AugAssign)}
    inner = [n for s in inside for n in ast.walk(s)]
    used = {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    found = {}
    for s in _simple(inside):
        match s:
            case ast.Assign([ast.Name(name)], value) if name in begun - added - used and begun & added:
                found[s.lineno] = f"{name} += {ast.unparse(value)}"
    return found


def _overwritten_by(function: Function, call: ast.Call) -> list[ast.expr]:
    """The arrays that a function gives other values, z[z > 0] = 1, to return their slope."""
    if isinstance(function.node, ast.Lambda) or not re.search("deriv|prime|grad", function.name, re.I):
        return []
    places = [place for s in _simple(function.node.body) for place in _targets(s)]
    own = {n.id for n in places if isinstance(n, ast.Name)}
    parts = {n.value.id for n in places if isinstance(n, ast.Subscript) and isinstance(n.value, ast.Name)}
    names = [a.arg for a in function.node.args.args][
        function.me is not None and not function.marked("static") :
    ]
    given = [a for name, a in zip(names, call.args) if name in parts - own]
    return [a for a in given if isinstance(a, ast.Name | ast.Attribute)]


def _added(s: ast.stmt, text: str) -> ast.expr | None:
    """The e of s += e and of s = s + e."""
    match s:
        case ast.AugAssign(op=ast.Add() | ast.Sub(), value=value):
            return value
        case ast.Assign(value=ast.BinOp(left, ast.Add() | ast.Sub(), right)) if ast.unparse(left) == text:
            return right
    return None


def _goes_down(inside: Sequence[ast.stmt]) -> bool:
    """Whether a loop's body takes steps: w = w - rate * dw, w -= rate * dw."""
    for statement in inside:
        match statement:
            case ast.AugAssign(op=ast.Sub(), value=step) if not isinstance(step, ast.Constant):
                return True
            case ast.Assign(targets=[target], value=ast.BinOp(left=left, op=ast.Sub())):
                if ast.dump(left).replace("Load()", "Store()") == ast.dump(target):
                    return True
    return False


def _shows(branch: ast.If) -> bool:
    """Whether a branch prints, or is one of every 100th round."""
    calls = [n.func for s in branch.body for n in ast.walk(s) if isinstance(n, ast.Call)]
    prints = any(isinstance(f, ast.Name) and f.id == "print" for f in calls)
    return prints or any(isinstance(getattr(n, "op", None), ast.Mod) for n in ast.walk(branch.test))


def _cut(index: Any) -> bool:
    """Whether an index takes some of the rows, one after the other."""
    first = index[0] if isinstance(index, tuple) and index else index
    return first == Rows(True) or (isinstance(first, slice) and first != slice(None))


def _wide(value: Any) -> bool:
    """Whether a value is the shape of an array with two axes or more."""
    return isinstance(value, tuple) and len(value) > 1


def _plain(value: Any) -> bool:
    """Whether a value is made of plain numbers."""
    return all(map(_plain, value)) if isinstance(value, tuple | list) else isinstance(value, int | float)


def _indices(inside: Iterable[ast.stmt]) -> set[str]:
    """The names that places in arrays are made of."""
    places = (n.slice for s in inside for n in ast.walk(s) if isinstance(n, ast.Subscript))
    return {n.id for place in places for n in ast.walk(place) if isinstance(n, ast.Name)}


def _names(value: Any) -> Iterator[Name]:
    """The arrays of an example, or of several beside each other."""
    for part in value if isinstance(value, tuple | list) else (value,):
        if isinstance(part, Node):
            yield from (p for p in walk(part) if isinstance(p, Name))


_SAYS = re.compile("plot|scatter|log|print|debug|info|write|show|add|draw|hist")  # and changes nothing
_TRAINING = re.compile(
    "(?:is_?)?training(?:_?(?:mode|flag))?|(?:is_?)train(?:_?mode)?|train_?fl(?:a)?g", re.I
)
_TRAINS = re.compile(r"(?:train|fit)(?:_|$)")


def _epochs(target: ast.expr, inside: list[ast.stmt]) -> bool:
    """Whether every round of a loop is one of training: slopes are made in it, and nothing of its number."""
    inner = list(ast.walk(ast.Module(inside, [])))
    chosen = [n.slice for n in inner if isinstance(n, ast.Subscript)]
    called = [n for n in inner if isinstance(n, ast.Call) and getattr(n.func, "id", "") != "print"]
    used = {ast.unparse(n) for one in (*chosen, *(a for c in called for a in c.args)) for n in ast.walk(one)}
    names = {
        n.id if isinstance(n, ast.Name) else n.attr for n in inner if isinstance(n, ast.Name | ast.Attribute)
    }
    slopes = sum(map(slope_word, names)) > 1 or any(BACKWARD.search(x) or _TRAINS.match(x) for x in names)
    moves = (n for n in inner if isinstance(n, ast.AugAssign) and _mentions_slope(n.value))
    slopes = slopes or not all(_mentions_slope(step.target) for step in moves)  # W += dW
    slopes = slopes or any(map(_steps_by_name, inner))
    return ast.unparse(target) not in used and slopes


def _steps_by_name(node: ast.AST) -> bool:
    """Whether a statement is P[k] -= rate * G[k]."""
    match node:
        case ast.AugAssign(
            ast.Subscript(_, place), ast.Sub(), ast.BinOp(_, ast.Mult(), ast.Subscript(_, same))
        ):
            return ast.dump(place) == ast.dump(same)
    return False


def _by_columns(name: str, inside: list[ast.stmt]) -> bool:
    """Whether a loop goes through the columns of an array by this number."""
    places = (n.slice for s in inside for n in ast.walk(s) if isinstance(n, ast.Subscript))
    return any(isinstance(p, ast.Tuple) and name == getattr(p.elts[-1], "id", "") for p in places)


def plain(name: str) -> str:
    return name.replace("_", "").lower()


def _count(node: Node) -> int:
    """How many parts a formula has, counted no further than needed."""
    for number, _ in enumerate(walk(node)):
        if number > _MOST_PARTS:
            return number
    return number


def multiplies(node: Node) -> bool:
    return any(isinstance(part, Product) and "@" in part.ops for part in walk(node))


def _current(name: Any) -> str:
    return re.sub(r"_?curr(?:ent)?$", "", str(name))


def _weighs(node: Node) -> bool:
    """Whether a formula is a sum of products, w1 x1 + w2 x2 + b, as a unit of numbers makes it."""
    terms = node.terms if isinstance(node, Total) else ()
    pairs = [t for t in terms if isinstance(t, Product) and {*t.ops} == {"⊙"}]
    return any(all(isinstance(factor, Name) for factor in pair.factors) for pair in pairs)


def _ends(body: Sequence[ast.stmt]) -> bool:
    """Whether these lines only leave a function, with nothing."""
    return all(isinstance(s, ast.Return) and s.value is None for s in body)


def squares(node: Node) -> bool:
    """Whether a formula is one of squares of differences, as the share of each entry in a cost is."""
    return any(
        isinstance(part, Power) and isinstance(part.base, Total) and part.exponent == Number(Fraction(2))
        for part in walk(node)
    )


def example(key: str) -> bool:
    """Whether a name is one of examples or of their labels."""
    return bool(DATA.fullmatch(last_of(key)) or TARGET.fullmatch(last_of(key)))


def batch(key: str, index: Any) -> bool:
    """Whether an index takes some of the examples."""
    return example(key) and (index == Rows(True) or (isinstance(index, slice) and index != slice(None)))


def _entrywise(body: Node) -> bool:
    """Whether a formula of one array acts on each entry alone."""
    for part in walk(body):
        if isinstance(part, Name) and part.base != _INNER:
            return False
        if isinstance(part, Transposed | Derivative) or (isinstance(part, Product) and "@" in part.ops):
            return False
        if isinstance(part, Call) and part.function in {"sum", "mean", "amax", "outer", "as_column"}:
            return False
    return any(isinstance(part, Name) for part in walk(body))


_SLOPE_CODE = {
    "sigmoid": "sigmoid({0}) * (1 - sigmoid({0}))",
    "tanh": "(1 - np.tanh({0}) ** 2)",
    "relu": "({0} > 0)",
    "exp": "np.exp({0})",
    "log": "(1 / ({0}))",
}
_OF_VALUE = {  # slopes by the values that a program has already
    "sigmoid": "{0} * (1 - {0})", "tanh": "(1 - {0} ** 2)", "relu": "({0} > 0)", "exp": "{0}",
}  # fmt: skip
_NUMPY = words("exp log sqrt tanh sin cos tan sinh cosh abs sign outer diag") | _INVERSE


def code_line(template: str, right: str) -> str:
    """A line with this right side: `W -= rate * {}`, with += for one that begins with a minus."""
    if "onehot(" in right:  # which the program has no name for
        return ""
    try:
        top = ast.parse(right, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    summed = isinstance(top, ast.BinOp) and isinstance(top.op, ast.Add | ast.Sub)
    head, _, tail = template.partition("{}")
    if head.endswith("* ") and summed:
        right = f"({right})"
    elif re.search("[-+]= ", head) and right.startswith("-") and not summed:
        head = head.translate(str.maketrans("+-", "-+"))
        right = right.removeprefix("-")
    elif " = -" in head and right.startswith("-"):  # dW = -rate * -x
        head, right = head.replace(" = -", " = "), right.removeprefix("-")
    return head + right + tail


def code_terms(text: str) -> list[str]:
    """The terms of a sum in Python's notation; none where it is not read."""
    try:
        tops = [ast.parse(text, mode="eval").body]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[str] = []
    while tops:
        top = tops.pop()
        if isinstance(top, ast.BinOp) and isinstance(top.op, ast.Add):
            tops += [top.left, top.right]
        else:
            found.insert(0, ast.unparse(top))
    return found


def write_code(node: Node, spelling: Mapping[str, str] | None = None, level: int = 0) -> str:
    """A formula as Python, in brackets where `level` binds tighter than it does."""
    text, own = _code(node, spelling or {})
    return f"({text})" if own < level else text


def _code(node: Node, spelling: Mapping[str, str]) -> tuple[str, int]:
    def put(part: Node, level: int = 0) -> str:
        return write_code(part, spelling, level)

    match node:
        case Number(value):
            if value.denominator == 1:
                return str(value.numerator), 4
            text = str(float(value))
            return (text, 4) if Fraction(text) == value else (f"{value.numerator} / {value.denominator}", 2)
        case Name():
            return "np.pi" if node.key == "π" else spelling.get(node.key, re.sub(r"·\d+$", "", node.key)), 4
        case Derivative(written=written):
            key = f"∂{'/'.join(map(write, children(node)))}"
            return written or spelling.get(key, key), 4
        case Call(name, 1, (inner,)) if name in _OF_VALUE and (
            a := spelling.get(write(replace(node, primes=0)))
        ):
            return _OF_VALUE[name].format(a), 2 if name == "sigmoid" else 4
        case Call(name, 0, arguments) if said := spelling.get(f"{name}("):  # self.sigmoid
            return f"{said}({', '.join(put(a) for a in arguments)})", 4
        case Negative(inner):
            return "-" + put(inner, 2), 2
        case Total(terms, signs):
            return signed(
                (put(t, 2 if at or s < 0 else 1) for at, (t, s) in enumerate(zip(terms, signs))), signs
            ), 1
        case Product() | Comparison() | Call(_, 0) if write(node) in spelling:  # p.size, and a mask
            return spelling[write(node)], 4
        case Product(factors, ops):
            out = put(factors[0], 2)
            for op, factor in zip(ops, factors[1:], strict=True):
                out += f" {op if op in '/@' else '*'} {put(factor, 3)}"
            return out, 2
        case Transposed(inner):
            return put(inner, 4) + ".T", 4
        case Power(inner, Number(0)):
            return f"np.ones_like({put(inner)})", 4
        case Power(base, exponent):
            return f"{put(base, 4)} ** {put(exponent, 3)}", 3
        case Call("as_column", _, (inner,)):
            return put(inner, 4) + "[:, None]", 4
        case Comparison(left, sign, right):
            return f"({put(left, 1)} {sign} {put(right, 1)})", 4
        case Cases(((value, condition), (other, Otherwise()))):
            inside = put(condition)
            inside = inside[1:-1] if isinstance(condition, Comparison) and inside[0] == "(" else inside
            return f"np.where({inside}, {put(value)}, {put(other)})", 4
        case Call("sum" | "mean" | "amax" as name, 0, (inner, *rest)):
            options = [f"axis={put(rest[0])}"] if rest else []
            options += ["keepdims=True"] if len(rest) > 1 else []
            return f"np.{name}({', '.join([put(inner), *options])})", 4
        case Call(name, 1, (inner,)) if name in _SLOPE_CODE:
            text = _SLOPE_CODE[name].format(put(inner, 4 if name in {"relu", "abs"} else 0))
            return text, 2 if "*" in text.replace("**", "") else 4
        case Call("relu", 0, (inner,)):
            return f"np.maximum(0, {put(inner)})", 4
        case Call(name, primes, arguments):
            library = {"max": "np.maximum", "min": "np.minimum"}.get(
                name, f"np.{name}" if name in _NUMPY else name
            )
            return f"{library}{'_slope' * bool(primes)}({', '.join(put(a) for a in arguments)})", 4
        case BigSum(_, body):
            return f"np.sum({put(body)})", 4
    return write(node), 4
