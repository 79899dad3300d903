"""Scratch laid out as somebody else would, its mathematics untouched, to see who holds on to its text.

`python -m backproof.parity_tests.meta_tests.moved_heart FOLDER` writes a copy of the project with such a
scratch; `PYTHONPATH=FOLDER/package python -m pytest FOLDER` runs the suite on it.
"""

import ast
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from backproof.parity_tests.planting import MODULES, source

# What the heart calls things by, as it stands on the blackboard; every other local name is free to change.
BLACKBOARD = {
    *("x", "y", "W", "b", "z", "a", "a_prev", "dz", "dW", "db", "da", "da_prev"),
    *("params", "mask", "masks", "layer", "trace", "dtrace", "grads", "loss_before", "downhill", "own"),
    *("m", "v"),  # of the update rules
}
ROOMS = ("scratch", "reference", "parity_tests", "data", "scripts")
LEFT_OUT = (".*", "build", "out", "results", "package", "__pycache__", "*.egg-info")


def moved(text: str) -> str:
    """The module without comments, its statements wrapped, helpers renamed, independent lines swapped."""
    tree = ast.parse(text)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            _rename(function)
            _swap(function.body)
    rewritten = ast.unparse(tree)
    wrapped = "\n".join(_wrapped(line) for line in rewritten.splitlines()) + "\n"
    assert ast.dump(ast.parse(wrapped)) == ast.dump(ast.parse(rewritten))
    return wrapped


def copy_project(folder: Path, moving: bool = True) -> None:
    """Writes the project into a folder, importable through its package/; moving: with a moved scratch."""
    root = Path(MODULES["network"].__file__ or "").resolve().parent.parent
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
    for name in MODULES if moving else ():
        (folder / "scratch" / f"{name}.py").write_text(moved(source(name)), "utf-8")
    package = folder / "package" / "backproof"
    package.mkdir(parents=True)
    for room in ROOMS:
        (package / room).symlink_to(Path("../..") / room)
    for path in (folder / "parity_tests" / "public").glob("*.py*"):
        (package / path.name).symlink_to(Path("../../parity_tests/public") / path.name)


def _rename(function: ast.FunctionDef) -> None:
    arguments = {argument.arg for argument in function.args.args}
    free = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in free - arguments - BLACKBOARD and node.id != "_":
            node.id = f"moved_{node.id}"


def _swap(body: list[ast.stmt]) -> None:
    """Lets every statement run as early as may be, in every block: once what it sees is made."""
    for block in (getattr(statement, "body", None) for statement in body):
        if isinstance(block, list):
            _swap(block)
    for place in range(1, len(body)):
        while place and _independent(body[place - 1], body[place]):
            body[place - 1], body[place] = body[place], body[place - 1]
            place -= 1


def _independent(one: ast.stmt, other: ast.stmt) -> bool:
    if not (_movable(one) and _movable(other)):
        return False
    return not (_made(one) & _seen(other) or _made(other) & _seen(one))


def _movable(statement: ast.stmt) -> bool:
    """Whether it only assigns, or calls a method: anything else may raise, return or jump."""
    if "check_" in ast.unparse(statement):
        return False
    return isinstance(statement, ast.Assign | ast.AnnAssign) or _owner(statement) is not None


def _owner(statement: ast.stmt) -> str | None:
    """The variable whose method a statement calls, as in grads.insert(...)."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        called = statement.value.func
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            return called.value.id
    return None


def _made(statement: ast.stmt) -> set[str]:
    """The variables that a statement gives a value, or a part of whose is given one, as in kept.v = ..."""
    stored = [node for node in ast.walk(statement) if isinstance(getattr(node, "ctx", None), ast.Store)]
    parts = {node.id for made in stored for node in ast.walk(made) if isinstance(node, ast.Name)}
    return parts | {owner for owner in [_owner(statement)] if owner}


def _seen(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _wrapped(line: str) -> str:
    """One line of unparsed code, its value in brackets on a line of its own."""
    code = line.strip()
    indent = line[: len(line) - len(code)]
    try:
        (statement,) = ast.parse(code).body or [ast.Pass()]
    except SyntaxError:  # the head of a block, or a part of a docstring
        return line
    if not isinstance(statement, ast.Assign | ast.Return | ast.Expr) or not statement.value:
        return line
    if isinstance(statement.value, ast.Constant):
        return line
    start = statement.value.col_offset
    if isinstance(statement.value, ast.Tuple) and code[start - 1 : start] == "(":
        return line
    return f"{indent}{code[:start]}(\n{indent}    {code[start:]}\n{indent})"


def main(words: Sequence[str]) -> None:
    """Copies the project into the folder that is named."""
    (folder,) = words
    copy_project(Path(folder))
    print(f"PYTHONPATH={folder}/package python -m pytest {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
