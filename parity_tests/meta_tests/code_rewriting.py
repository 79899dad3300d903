"""Says a program in other words: what is right stays right, whoever writes it."""

import ast
import builtins
import copy

import numpy as np

_OTHER_NAMES = "q r s u v k val foo res mat vec cur buf aux st feat inp obs gt truth ref lab"


def rewritten(text: str, rng: np.random.Generator) -> str:
    """The program in other habits: np.dot for @, x.sum() for np.sum(x), b * a, other names, lines split."""
    tree: ast.AST = ast.parse(text)
    for change in (_Dots, _Methods, _Swaps, _Squares, _Steps):
        if rng.random() < 0.3:
            tree = change().visit(tree)
    if rng.random() < 0.25:
        tree = _InTwoLines(rng).visit(tree)
    if rng.random() < 0.6:
        tree = _Renamed(_renaming(tree, rng)).visit(tree)
    return ast.unparse(ast.fix_missing_locations(tree))


class _Dots(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        dot = ast.Attribute(ast.Name("np", ast.Load()), "dot", ast.Load())
        return ast.Call(dot, [node.left, node.right], []) if isinstance(node.op, ast.MatMult) else node


class _Methods(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Attribute(ast.Name("np"), "sum"), [inner, *rest], keywords):
                return ast.Call(ast.Attribute(inner, "sum", ast.Load()), rest, keywords)
        return node


class _Swaps(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        return ast.BinOp(node.right, node.op, node.left) if isinstance(node.op, ast.Mult) else node


class _Squares(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.BinOp(inner, ast.Pow(), ast.Constant(2)):
                return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "square", ast.Load()), [inner], [])
        return node


class _Steps(ast.NodeTransformer):
    """a = a - b for a -= b, where a is no part of an array."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        before = copy.copy(node.target)
        before.ctx = ast.Load()
        whole = isinstance(before, ast.Name | ast.Attribute)
        return ast.Assign([node.target], ast.BinOp(before, node.op, node.value)) if whole else node


class _InTwoLines(ast.NodeTransformer):
    """part = a * b, c = part * d for c = a * b * d."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng, self.count = rng, 0

    def visit(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.For | ast.With):
            node.body = [line for statement in node.body for line in self.lines(statement)]
        return node

    def lines(self, statement: ast.stmt) -> list[ast.stmt]:
        match statement:
            case ast.Assign(_, ast.BinOp(ast.BinOp() as first)) if self.rng.random() < 0.3:
                self.count += 1
                statement.value.left = ast.Name(f"part{self.count}", ast.Load())  # type: ignore[attr-defined]
                return [ast.Assign([ast.Name(f"part{self.count}", ast.Store())], first), statement]
        return [statement]


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self.names.get(node.arg, node.arg))


def _renaming(tree: ast.AST, rng: np.random.Generator) -> dict[str, str]:
    """Names that say nothing for one or two variables."""
    nodes = list(ast.walk(tree))
    words = {n.id for n in nodes if isinstance(n, ast.Name)} | {
        n.arg for n in nodes if isinstance(n, ast.arg)
    }
    kept = {k.arg for n in nodes if isinstance(n, ast.Call) for k in n.keywords} | {"self", "np", "torch"}
    kept |= {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)} | {*dir(builtins)}
    kept |= {a.asname or a.name for n in nodes if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}
    own, free = sorted(words - kept), [name for name in _OTHER_NAMES.split() if name not in words]
    some = rng.permutation(own)[: int(rng.integers(1, 3))]
    return dict(zip(map(str, some), map(str, rng.permutation(free))))
