"""Falsifies the course's statements by program: what is stated is changed, and the finding must turn.

Numbers, signs, comparisons, operators, names, indices and words are changed one by one, as mutation testing
changes code. What cannot be read or evaluated any more says nothing and is not counted. What joins several
statements, `and` and `all`, is left: each of them is changed.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from backproof.scripts.course.language import LanguageError, expression, listing
from backproof.scripts.course.statements import DAMAGED, MENDED, WRONG, Finding, Statement, Trial, judge


@dataclass(frozen=True)
class Mutant:
    """A statement with one thing changed, in words what, and in which trials."""

    statement: Statement
    change: str
    trials: tuple[str, ...]


@dataclass(frozen=True)
class Falsification:
    """How a statement took its mutants; `reason` says why the survivors say the same as the original."""

    statement: Statement
    caught: int
    survivors: tuple[str, ...]
    unreadable: int

    @property
    def counted(self) -> int:
        return self.caught + len(self.survivors)


def falsify(statement: Statement, finding: Finding) -> Falsification:
    """Judges every mutant of a statement; a statement by reading or definition has none."""
    caught, unreadable, survivors = 0, 0, []
    for mutant in mutants(statement, finding):
        found = judge(mutant.statement)
        if not statement.listed and set(mutant.trials) <= set(found.broken):
            unreadable += 1
        elif (found.verdict, found.name) != (finding.verdict, finding.name):
            caught += 1
        else:
            survivors.append(mutant.change)
    return Falsification(statement, caught, tuple(survivors), unreadable)


def mutants(statement: Statement, finding: Finding) -> Iterator[Mutant]:
    """What holds, changed: of a wrong statement what is right, of several readings the right ones."""
    names = names_of(statement)
    if finding.verdict in (WRONG, DAMAGED) and statement.mended is not None:
        for trial, change in _of_trial(statement.mended, statement.kind, names):
            yield Mutant(replace(statement, mended=trial), change, (MENDED,))
        return
    if len({(trial.claim, trial.listing) for trial in statement.trials}) == 1:  # one claim, in several cases
        first, *others = statement.trials
        for changed, change in _of_trial(first, statement.kind, names):
            trials = [replace(t, claim=changed.claim, listing=changed.listing) for t in others]
            yield Mutant(
                replace(statement, trials=(changed, *trials)), change, tuple(t.name for t in statement.trials)
            )
        return
    for index, trial in enumerate(statement.trials):
        if trial.name in finding.name.split("; "):
            for changed, change in _of_trial(trial, statement.kind, names):
                trials = [*statement.trials]
                trials[index] = changed
                yield Mutant(
                    replace(statement, trials=tuple(trials)), f"{trial.name}: {change}", (trial.name,)
                )


def _of_trial(trial: Trial, kind: str, names: Mapping[str, str]) -> Iterator[tuple[Trial, str]]:
    if kind == "formula":
        for text, change in of_formula(trial.claim):
            yield replace(trial, claim=text), change
        return
    for tree, change in of_tree(expression(trial.claim), names):
        yield replace(trial, claim=ast.unparse(tree)), change
    if trial.listing:
        for tree, change in of_tree(ast.Module(list(listing(trial.listing)), []), names):
            yield replace(trial, listing=ast.unparse(tree)), change


# --- expressions and listings -------------------------------------------------------------------------

OTHER_OPERATOR: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.MatMult: ast.Add, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.Gt, ast.Gt: ast.Lt,
    ast.LtE: ast.Gt, ast.GtE: ast.Lt,
}  # fmt: skip
STRICTER: dict[type, type] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OTHER_FUNCTION = {
    "sigma": "tanh", "tanh": "sigma", "exp": "log", "sin": "cos", "cos": "sin", "sqrt": "abs", "relu": "abs",
    "max": "min", "min": "max", "abs": "sign", "sign": "abs", "dot": "correlation", "correlation": "dot",
    "sum": "max", "total": "mean", "rows": "mean", "mean": "total", "argmax": "argmin", "argmin": "argmax",
    "round": "abs", "steps": "sorted", "way": "len",
    "torch_sigmoid": "torch_tanh", "torch_tanh": "torch_sigmoid",
    "torch_relu": "torch_sigmoid", "least": "fit", "parameters": "len", "log": "exp", "t": "flat",
}  # fmt: skip


def names_of(statement: Statement) -> dict[str, str]:
    """For each name that stands for a value in the statement's data, another of these names."""
    trials = [*statement.trials, *([statement.mended] if statement.mended else [])]
    found: list[str] = []
    if statement.kind == "formula":
        return {}
    for trial in trials:
        try:
            trees: list[ast.AST] = [expression(trial.claim), *listing(trial.listing)]
        except LanguageError:
            continue
        called = {n.func for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call)}
        for tree in trees:
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Name)
                    and node not in called
                    and node.id not in ("True", "False", "np")
                ):
                    found.append(node.id)
    different = list(dict.fromkeys(found))
    return dict(zip(different, different[1:] + different[:1])) if len(different) > 1 else {}


def of_tree(tree: ast.AST, names: Mapping[str, str]) -> Iterator[tuple[ast.AST, str]]:
    """Copies of a tree, each with one thing changed, and what."""
    for place, node in enumerate(ast.walk(tree)):
        for changed, change in _changes(node, names):
            made = copy.deepcopy(tree)
            twin = next(found for number, found in enumerate(ast.walk(made)) if number == place)
            twin.__class__ = changed.__class__
            twin.__dict__.clear()
            twin.__dict__.update(copy.deepcopy(changed).__dict__)
            yield made, change


def _changes(node: ast.AST, names: Mapping[str, str]) -> Iterator[tuple[ast.AST, str]]:
    where = ast.unparse(node) if isinstance(node, ast.expr) else ""
    match node:
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value), f"{value} to {not value}"
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1), f"{value} to {value + 1}"
        case ast.Constant(value=float() as value):
            written = Decimal(repr(value))
            other = float(written + Decimal(1).scaleb(int(written.as_tuple().exponent)))
            yield ast.Constant(other), f"{value} to {other}"
        case ast.Constant(value=str() as text):
            other_text = text[:-1] + ("1" if text[-1:] != "1" else "2")
            yield ast.Constant(other_text), f"{text!r} to {other_text!r}"
        case ast.UnaryOp(op=ast.USub()):
            yield node.operand, f"{where}: sign"
        case ast.BinOp() | ast.AugAssign() if type(node.op) in OTHER_OPERATOR:
            other_op = OTHER_OPERATOR[type(node.op)]
            yield _with(node, op=other_op()), f"{where}: {type(node.op).__name__} to {other_op.__name__}"
        case ast.Compare():
            for index, op in enumerate(node.ops):
                for table in (OTHER_OPERATOR, STRICTER):
                    if type(op) in table:
                        ops = [*node.ops]
                        ops[index] = table[type(op)]()
                        yield (
                            _with(node, ops=ops),
                            f"{type(op).__name__} to {table[type(op)].__name__} in {where}",
                        )
        case ast.Name(ctx=ast.Load()) if node.id in names:
            yield ast.Name(names[node.id], ast.Load()), f"{node.id} to {names[node.id]}"
        case ast.Name(ctx=ast.Load()) if node.id in OTHER_FUNCTION:
            yield ast.Name(OTHER_FUNCTION[node.id], ast.Load()), f"{node.id} to {OTHER_FUNCTION[node.id]}"


def _with(node: ast.AST, **changes: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


# --- formulas -----------------------------------------------------------------------------------------

TOKEN = re.compile(
    r"\\partial|\\frac|\\text\{\w+\}|\\[a-z]+'?|(?<![A-Za-z])d(?=\w*/|\w+(?:_\w+)? =)|(?<=/)d|sum|\d+"
    r"|[A-Za-zσδ]|[-+<>]"
)
OTHER_TOKEN = {
    "+": "-", "-": "+", "<": ">", ">": "<", r"\sigma'": r"\sigma", r"\sigma": r"\tanh", r"\tanh": r"\sigma",
    "σ": "tanh",    r"\sin": r"\cos", r"\cos": r"\sin",
}  # fmt: skip
UNTOUCHED = {"d", "sum"}  # of a slope, and what no other sign stands for


def of_formula(text: str) -> Iterator[tuple[str, str]]:
    """Copies of a written formula, each with one number, sign, function or name changed, and what.

    A name becomes another one of the same formula; an index is a name.
    """
    found = [match for match in TOKEN.finditer(text) if match[0] not in UNTOUCHED]
    letters = [m[0] for m in found if re.fullmatch(r"\\text\{\w+\}|[A-Zac-zσδ]|b", m[0])]
    different = list(dict.fromkeys(letters))
    other = dict(zip(different, different[1:] + different[:1])) if len(different) > 1 else {}
    for match in found:
        token = match[0]
        if token.isdigit():
            changed = str(int(token) + 1)
        elif token in OTHER_TOKEN:
            changed = OTHER_TOKEN[token]
        elif token in other:
            changed = other[token]
        else:
            continue
        yield (
            text[: match.start()] + changed + text[match.end() :],
            (f"{token} to {changed} in ...{text[max(0, match.start() - 12) : match.end() + 12]}..."),
        )
