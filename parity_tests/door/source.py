"""A person's file as Python: notebooks joined, training left out or run once, and where a line stands."""

import ast
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from backproof.parity_tests.door.names import PARAMETERS, Name, parted, understood
from backproof.scratch import reading
from backproof.scratch.errors import InputError

MOST_BYTES = 8 << 20
# Calls as statements of their own that only set the scene.
SCENE = ("sys", "os", "np", "numpy", "torch", "random", "warnings", "jax")


def text_of(path: Path) -> str:
    """The Python text of a .py or .ipynb file; a notebook's cells one after the other, magics as comments.

    Raises InputError where it cannot be read.
    """
    text = reading.text(path, MOST_BYTES)
    if path.suffix != ".ipynb":
        return text
    try:
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{path} is no notebook", "save it as a notebook of format 4") from None
    lines = "\n".join(sources).splitlines()
    return "\n".join("# " + line if line.lstrip().startswith(("%", "!")) else line for line in lines)


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file. Raises InputError where it is no Python."""
    try:
        return ast.parse(text_of(path), str(path))
    except InputError:
        raise
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        where = f"line {fault.lineno}: {fault.msg}" if isinstance(fault, SyntaxError) else str(fault)
        raise InputError(f"{path} is no Python: {where}", "does it run by itself?") from None


# --- loading without training ------------------------------------------------------------------------


def load(tree: ast.Module, path: str, names: dict[str, Any]) -> None:
    """Runs a module's imports, definitions and plain assignments; loops, calls and trainings are left out.

    An assignment that fails is passed over: what needs it will say so.
    """
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if not _harmless(node, own):
            continue
        code = compile(ast.Module([node], []), path, "exec")
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            try:
                exec(code, names)
            except Exception:
                continue
        else:
            exec(code, names)


def _harmless(node: ast.stmt, own: Collection[str]) -> bool:
    if isinstance(
        node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Try)
    ):
        return True
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return not any(
            isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in own
            for n in ast.walk(node)
        )
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        root = node.value.func
        while isinstance(root, ast.Attribute):
            root = root.value
        return isinstance(root, ast.Name) and root.id in SCENE
    return isinstance(node, ast.If) and not node.orelse and all(_harmless(each, own) for each in node.body)


# --- a script run once -------------------------------------------------------------------------------


class _Once(ast.NodeTransformer):
    """Assignments to given names take what was given; a loop that trains runs once.

    A loop trains where a gradient or a weight is assigned in it by a name of its own (dW1, not grads[l]).
    """

    def __init__(self, given: Mapping[str, str], renamed: Mapping[str, str]) -> None:
        self.given, self.renamed = given, renamed  # the person's name -> the quantity

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if (
            len(targets) == len(node.targets) == 1
            and targets[0] in self.given
            and not self._update(node, targets[0])
        ):
            node.value = ast.copy_location(_taken(self.given[targets[0]]), node.value)
        elif len(node.targets) == 1 and isinstance(node.targets[0], ast.Tuple):
            return [node, *self._after(node.targets[0], node)]  # type: ignore[return-value]
        return node

    def _after(self, target: ast.Tuple, node: ast.stmt) -> Iterator[ast.stmt]:
        for each in target.elts:
            if isinstance(each, ast.Name) and each.id in self.given:
                made = ast.Assign([ast.Name(each.id, ast.Store())], _taken(self.given[each.id]))
                yield ast.fix_missing_locations(ast.copy_location(made, node))

    @staticmethod
    def _update(node: ast.Assign, name: str) -> bool:
        """W = W - rate * dW is the step, not where W comes from."""
        return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node.value))

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._loop(node)

    def visit_While(self, node: ast.While) -> ast.AST:
        return self._loop(node)

    def _loop(self, node: ast.For | ast.While) -> ast.AST:
        self.generic_visit(node)
        if any(_trains(each, self.renamed) for each in ast.walk(node)):
            node.body.append(ast.fix_missing_locations(ast.copy_location(ast.Break(), node.body[-1])))
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node  # a function is called with what the script has


def _targets(node: ast.AST) -> list[ast.expr]:
    """What a statement assigns to, each by itself."""
    targets: list[ast.expr] = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target]
    return [
        each for target in targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]


def _trains(
    node: ast.AST, renamed: Mapping[str, str], kinds: tuple[str, ...] = ("W", "dW", "b", "db")
) -> bool:
    names = [renamed.get(each.id, each.id) for each in _targets(node) if isinstance(each, ast.Name)]
    return any(known.kind in kinds for known in map(understood, names) if known)


def _filled(tree: ast.Module, given: Mapping[str, str], renamed: Mapping[str, str]) -> dict[str, int]:
    """The last statement before training that alters what stands under a name, for every name with one."""
    found: dict[str, int] = {}
    for at, node in enumerate(tree.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if _begins(node, renamed):
            break
        for each in ast.walk(node):
            for target in _targets(each):
                name = _bare(target.value) if isinstance(target, ast.Subscript) else _bare(target)
                own = isinstance(each, ast.Assign) and isinstance(target, ast.Name)
                if name in given and not (own and not _Once._update(each, name)):  # type: ignore[arg-type]
                    found[name] = at
    return found


def _begins(node: ast.stmt, renamed: Mapping[str, str]) -> bool:
    """Whether training begins: a loop that assigns a weight or a gradient, or a gradient that is assigned."""
    if isinstance(node, (ast.For, ast.While)):
        return any(_trains(each, renamed) for each in ast.walk(node))
    return any(_trains(each, renamed, ("dW", "db")) for each in ast.walk(node))


def _taken(quantity: str) -> ast.expr:
    return ast.parse(f"__given__[{quantity!r}]", mode="eval").body


def run_once(
    tree: ast.Module, path: str, given: Mapping[str, Any], names: dict[str, Any], renamed: Mapping[str, str]
) -> None:
    """Runs a script on given x, y, W and b, its training loop once; names receives what it had.

    given: quantity -> value. A name of the script that is understood as one of them is replaced wherever it
    is assigned, but for an update of itself. renamed: what some of its names stand for.
    """
    replaced: dict[str, str] = {}
    depth = sum(name[0] == "W" for name in given)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Store):
            continue
        if known := understood(renamed.get(node.id, node.id)):
            layer = known.where or ("1" if depth == 1 else "")
            layer = {"first": "1", "last": str(depth)}.get(layer, layer)
            quantity = known.kind if known.kind in ("x", "y") else f"{known.kind}{layer}"
            if quantity in given:
                replaced[node.id] = quantity
    # A t is a target where nothing else is, and time beside a y.
    replaced = {
        name: quantity
        for name, quantity in replaced.items()
        if len(name) > 1 or name.lower() == quantity or list(replaced.values()).count(quantity) == 1
    }
    missing = sorted(set(given) - set(replaced.values()))
    if missing:
        raise InputError(
            f"the script assigns no {', '.join(missing)}", "say which of its names they are: names={...}"
        )
    # What is filled after it was made (X[ix] = ..., X -= X.mean()) is given after the last of that.
    filled = _filled(tree, replaced, renamed)
    body: list[ast.stmt] = []
    for at, node in enumerate(tree.body):
        taken = {name: quantity for name, quantity in replaced.items() if filled.get(name, -1) < at}
        made = _Once(taken, renamed).visit(node)
        body += made if isinstance(made, list) else [made]
        for name in (name for name, last in filled.items() if last == at):
            assigned = ast.Assign([ast.Name(name, ast.Store())], _taken(replaced[name]))
            body.append(ast.copy_location(assigned, node))
    changed = ast.fix_missing_locations(ast.Module(body, []))
    names["__given__"] = dict(given)
    exec(compile(changed, path, "exec"), names)


# --- where a line stands -----------------------------------------------------------------------------


def places(tree: ast.Module, quantity: str, depth: int) -> list[tuple[int, str]]:
    """(line number, text) of every assignment that may be a quantity's: dW2, else a dW of a loop.

    Else the update that a dW is a part of, or the da that a dz is made of.
    """
    found = _shown(_statements(tree, quantity, depth))
    if not found and quantity.startswith(("dW", "db")):
        return updates(tree, quantity[1:], depth)
    return found or (places(tree, f"da{quantity[2:]}", depth) if quantity.startswith("dz") else [])


def updates(tree: ast.Module, parameter: str, depth: int) -> list[tuple[int, str]]:
    """The same of every statement that alters a W or b, and does not make it."""
    return _shown(node for node in _statements(tree, parameter, depth) if _alters(node))


def _shown(statements: Iterable[ast.stmt]) -> list[tuple[int, str]]:
    return sorted({(node.lineno, ast.unparse(node)) for node in statements})


def _alters(node: ast.stmt) -> bool:
    made, names = {ast.unparse(target) for target in _targets(node)}, (ast.Name, ast.Attribute, ast.Subscript)
    within = [each for each in ast.walk(node) if isinstance(each, names) and isinstance(each.ctx, ast.Load)]
    return isinstance(node, ast.AugAssign) or any(ast.unparse(each) in made for each in within)


def _statements(tree: ast.Module, quantity: str, depth: int) -> list[ast.stmt]:
    found: dict[int, list[ast.stmt]] = {SPELLED: [], EXACT: [], LOOSE: []}
    scopes = [*_assigned(tree)]
    # delta3 beside W2 counts the inputs as layer 1.
    kind, layer = parted(quantity)
    above = Name(kind, str(depth + 1))
    if kind in ("z", "a", "dz") and any(understood(_bare(each)) == above for s in scopes for each, _ in s):
        quantity = f"{kind}{layer + 1}"
    for assigned in scopes:
        # Where layers are told apart by numbers, a name without one is that of one layer, unknown which.
        numbered = any(_target_fits(each, f"{kind}{k}", depth) >= EXACT for each, _ in assigned
                       for kind in PARAMETERS for k in range(1, depth + 1))  # fmt: skip
        for each, node in assigned:
            fits = _target_fits(each, quantity, depth)
            if fits and not (fits == LOOSE and numbered):
                found[fits].append(node)
    return found[SPELLED] or found[EXACT] or found[LOOSE]


def _assigned(tree: ast.Module) -> Iterator[list[tuple[ast.expr, ast.stmt]]]:
    """What is assigned to, and where, in each function and at the top level; adapters of an exam left out."""
    scopes: list[ast.Module | ast.FunctionDef] = [tree]
    for scope in scopes:
        found: list[tuple[ast.expr, ast.stmt]] = []
        within: list[ast.AST] = list(scope.body)
        for node in within:
            if isinstance(node, ast.FunctionDef):
                adapters = (ast.unparse(each).rpartition(".")[2] for each in node.decorator_list)
                scopes += [] if {*adapters} & {"gradients", "step", "shards"} else [node]
                continue
            within += ast.iter_child_nodes(node)
            found += [(each, node) for each in _targets(node) if isinstance(node, ast.stmt)]
        yield found


SPELLED, EXACT, LOOSE = 3, 2, 1


def _target_fits(target: ast.expr, quantity: str, depth: int) -> int:
    """SPELLED as we do, EXACT by another name, LOOSE: of its kind, for some layer; 0: neither."""
    if isinstance(target, ast.Subscript):
        key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        if isinstance(key, str):
            name = key
            prefix = "d" if isinstance(target.value, ast.Name) and target.value.id.startswith("grad") else ""
        else:
            name, prefix = _bare(target.value), ""
            if isinstance(key, int):
                known = understood(name)
                return LOOSE * bool(known and known.kind == parted(quantity)[0])
    else:
        name, prefix = _bare(target), ""
    known = understood(name) or _error(name)
    if not known:
        return 0
    kind = known.kind if not prefix or known.kind.startswith("d") else prefix + known.kind
    if kind in ("aL", "zL", "dzL", "daL"):
        return EXACT * (f"{kind[:-1]}{depth}" == quantity)
    due, layer = parted(quantity)
    if kind != due:
        return 0
    where = {"first": "1", "last": str(depth)}.get(known.where, known.where)
    if where == str(layer) or (not where and depth == 1) or not layer:
        return SPELLED if name.lower() == quantity.lower() else EXACT
    return LOOSE * (not where)


def _error(name: str) -> Name | None:
    """hidden_errors or error_output: a da of either sign, to be shown and not to take numbers by."""
    words = name.lower().split("_")
    where = {*words} - {"error", "errors"}
    known = understood(f"a_{where.pop()}") if len(words) == 2 and len(where) == 1 else None
    return Name("da", known.where) if known and known.kind == "a" else None


def _bare(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
