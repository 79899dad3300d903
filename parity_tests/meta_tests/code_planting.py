"""Plants every family of mistakes at every place of the lines of a backward function, in its syntax tree."""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.reference.derivation.code_claims import Claims, _Program
from backproof.reference.derivation.language import Derivative, Equation, NotationError

_SUMS = {"sum": "mean", "mean": "sum"}


@dataclass(frozen=True)
class PlantedCode:
    """A file with one mistake: its family, the line it is in, the text, and that line before and after."""

    name: str
    family: str
    line: int
    text: str
    before: str
    after: str


def planted_code(name: str, text: str, options: dict[str, str]) -> Iterator[PlantedCode]:
    """Every mistake, at every place of every line that says a slope; not each one changes a value."""
    claims = _claims(text, options)
    claims.start()
    claimed = [
        s.places[0].line
        for s in claims.statements()
        if isinstance(s, Equation) and s.style == "code" and isinstance(s.left, Derivative)
    ]
    updates = {line.place.line for line, *_ in claims.updates()}
    said = updates.union(claimed)
    tree = ast.parse(text)
    lines = text.split("\n")
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.Assign | ast.AugAssign) or statement.lineno not in said:
            continue
        if statement.end_lineno != statement.lineno or isinstance(statement.value, ast.Name | ast.Constant):
            continue
        seen = {ast.unparse(statement)}
        for family, value in _mistakes(statement.value, text):
            changed = copy.copy(statement)
            changed.value = value
            after = ast.unparse(ast.fix_missing_locations(changed))
            if after in seen or (family == "factor" and statement.lineno in updates):  # the rate is free
                continue
            several = isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple)
            if several and family in {"factor", "sign"}:
                continue  # twice several arrays is no number
            seen.add(after)
            before = lines[statement.lineno - 1]
            new = before[: len(before) - len(before.lstrip())] + after
            whole = "\n".join([*lines[: statement.lineno - 1], new, *lines[statement.lineno :]])
            yield PlantedCode(name, family, statement.lineno, whole, before.strip(), after)


def changes_a_value(text: str, planted: PlantedCode, options: dict[str, str]) -> bool:
    """Whether a planted mistake is one: W1 * 2 in place of 2 * W1 is none."""
    return _differ(_values(_claims(text, options)), planted.text, options)


def _claims(text: str, options: dict[str, str]) -> Claims:
    program = _Program(
        ast.parse(text), options.get("function", ""), options.get("forward", ""), options.get("loss", "")
    )
    return Claims(program, ())


def _values(claims: Claims) -> list[dict[str, Any]]:
    claims.start()
    return claims.points


def _differ(right: list[dict[str, Any]], text: str, options: dict[str, str]) -> bool:
    """Whether any array of the program has another value or shape, or none."""
    try:
        wrong = _values(_claims(text, options))
    except NotationError:
        return True
    for one, other in zip(right, wrong):
        for key, value in one.items():
            now = other.get(key)
            if now is None or np.shape(now) != np.shape(value):
                return True
            if not np.allclose(now, value, rtol=1e-7, atol=1e-9, equal_nan=True):
                return True
    return False


def _mistakes(value: ast.expr, text: str) -> Iterator[tuple[str, ast.expr]]:
    yield "factor", ast.BinOp(ast.Constant(2), ast.Mult(), value)
    yield "sign", ast.UnaryOp(ast.USub(), value)
    for path, node in _spots(value):
        match node:
            case ast.BinOp(left, ast.Add() | ast.Sub() as op, right):
                other = ast.Sub() if isinstance(op, ast.Add) else ast.Add()
                yield "sign", _put(value, path, ast.BinOp(left, other, right))
                if not isinstance(left, ast.Constant) and path == ():
                    yield "missing term", left
            case ast.BinOp(left, ast.Mult(), right):
                for kept, dropped in ((left, right), (right, left)):
                    if _is_slope(dropped):
                        yield "missing slope", _put(value, path, kept)
                    elif isinstance(dropped, ast.Constant):
                        yield "factor", _put(value, path, kept)
            case ast.BinOp(left, ast.Div(), right):
                if isinstance(left, ast.Constant):  # 1 / m
                    yield "mean for sum", _put(value, path, ast.Constant(1))
                else:
                    yield "mean for sum", _put(value, path, left)
            case ast.BinOp(left, ast.MatMult(), right):
                yield "swapped", _put(value, path, ast.BinOp(right, ast.MatMult(), left))
            case ast.BinOp(left, ast.Pow(), ast.Constant()):
                yield "wrong power", _put(value, path, left)
            case ast.Attribute(inner, "T"):
                yield "W for its transpose", _put(value, path, inner)
            case ast.Call(ast.Attribute(where, "sum" | "mean" as word), arguments, keywords):
                called = ast.Call(ast.Attribute(where, _SUMS[word], ast.Load()), arguments, keywords)
                yield "mean for sum", _put(value, path, called)
                for number, keyword in enumerate(keywords):
                    if keyword.arg in {"axis", "dim"} and isinstance(keyword.value, ast.Constant):
                        turned = ast.keyword(keyword.arg, ast.Constant(1 - int(str(keyword.value.value))))
                        rest = [*keywords[:number], turned, *keywords[number + 1 :]]
                        yield "wrong axis", _put(value, path, ast.Call(node.func, arguments, rest))
            case ast.Call(ast.Attribute(_, "dot"), [left, right]):
                yield "swapped", _put(value, path, ast.Call(node.func, [right, left], []))
            case ast.Compare(left, [ast.Gt() | ast.Lt() as sign], [right]):
                turned_sign = ast.Lt() if isinstance(sign, ast.Gt) else ast.Gt()
                yield "sign", _put(value, path, ast.Compare(left, [turned_sign], [right]))
            case ast.Name() | ast.Attribute(ast.Name()):
                for near in _neighbours(ast.unparse(node), text):
                    yield "wrong name", _put(value, path, ast.parse(near, mode="eval").body)


def _is_slope(node: ast.expr) -> bool:
    """1 - a ** 2, a helper of z or a, z > 0."""
    match node:
        case ast.BinOp(ast.Constant(), ast.Sub(), _) | ast.Compare():
            return True
        case ast.Call(ast.Name() | ast.Attribute(ast.Name("self"), _), [_]):
            return True
    return False


def _neighbours(name: str, text: str) -> Iterator[str]:
    """W1 in place of W2: another layer's name of the same kind."""
    found = re.fullmatch(r"((?:self\.)?[A-Za-z_]+)(\d)", name)
    if found:
        for number in (int(found[2]) - 1, int(found[2]) + 1):
            near = f"{found[1]}{number}"
            if re.search(rf"\b{re.escape(near)}\b", text):
                yield near


def _spots(
    node: ast.expr, path: tuple[tuple[str, int | None], ...] = ()
) -> Iterator[tuple[tuple[tuple[str, int | None], ...], ast.expr]]:
    yield path, node
    for field, held in ast.iter_fields(node):
        if isinstance(held, ast.expr):
            yield from _spots(held, (*path, (field, None)))
        elif isinstance(held, list):
            for at, one in enumerate(held):
                if isinstance(one, ast.expr):
                    yield from _spots(one, (*path, (field, at)))


def _put(root: ast.expr, path: tuple[tuple[str, int | None], ...], new: ast.expr) -> ast.expr:
    if not path:
        return new
    changed = copy.copy(root)
    (field, at), rest = path[0], path[1:]
    held = getattr(root, field)
    if at is None:
        setattr(changed, field, _put(held, rest, new))
    else:
        setattr(changed, field, [*held[:at], _put(held[at], rest, new), *held[at + 1 :]])
    return changed
