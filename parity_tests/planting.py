"""Plants a mistake at an address of scratch's syntax tree, to see whether the exam notices.

An address names a module of scratch, a function in it and, after a colon, one value inside the function:

    network.backward:dW             what is assigned to dW
    network.backward:dz#1           the first of several things assigned to dz
    functions.tanh:return           what is returned
    network.forward:activation()    the call of activation
    network.step                    the whole function
    optimizers.Training.step        a method

What is wrong there is given as an expression, or for a whole function as its body. In it RIGHT stands for
what is right: the expression, or the function. Comments, the wrapping of lines, the order of independent
lines and the names of helper variables are no part of an address.
"""

import ast
import types
from collections.abc import Sequence
from copy import deepcopy
from functools import cache, partial
from pathlib import Path

from backproof.parity_tests import comparison
from backproof.parity_tests.comparison import Witness
from backproof.scratch import functions, network, optimizers

MODULES = {"functions": functions, "network": network, "optimizers": optimizers}
NETWORK = ("functions", "network")  # what a network's gradients come from


def plant(at: str, wrong: str) -> types.ModuleType:
    """scratch.network with something wrong at one address of it, or of functions.py.

    The modules of scratch stay as they are: the changed source runs in modules of its own.
    Raises ValueError where the address is not found exactly once, and SyntaxError where `wrong` is no Python.
    """
    changed = module_and_function(at)[0]
    return _run(
        {
            name: _compiled(name, source(name), *((at, wrong) if name == changed else ("", "")))
            for name in NETWORK
        }
    )


def plant_in_layers(at: str, wrong: str, layers: Sequence[int], depth: int) -> types.ModuleType | None:
    """scratch.network with a mistake of backward in some layers alone, which count from 1; None for others.

    A mistake in the loop over the layers stays where the loop is at those; one in a slope is met where the
    dz of those layers is computed.
    """
    module, function = module_and_function(at)
    if at.startswith("network.backward:"):
        if at.endswith(":loss_backward()"):
            return None
        # The loop counts from 0, and what is sent back from layer k + 1 is the da and dz of layer k.
        later = at.endswith((":da_prev", ":activation_backward()"))
        turns = tuple(layer if later else layer - 1 for layer in layers)
        return plant(at, f"({wrong.strip()}) if layer in {turns} else RIGHT")
    if module != "functions" or not function.endswith("_backward") or ":" not in at:
        return None
    call = "PLANTED.activation_backward(spec.activations[layer - 1], da, z, a)"
    place = "network.backward:activation_backward()", f"{call} if layer in {tuple(layers)} else RIGHT"
    if tuple(layers) == (depth,):
        place = "network.backward:loss_backward()", "PLANTED.loss_backward(spec, z, a, y)"
    honest = _compiled("functions", source("functions"))
    changed = _run({"functions": honest, "network": _compiled("network", source("network"), *place)})
    planted_functions = types.ModuleType(functions.__name__)
    exec(_compiled("functions", source("functions"), at, wrong), planted_functions.__dict__)
    changed.__dict__["PLANTED"] = planted_functions
    return changed


def plant_sources(sources: dict[str, str]) -> types.ModuleType:
    """scratch.network from its sources, by the name of the module; those not given stay as they are."""
    return _run({name: _compiled(name, sources.get(name, source(name))) for name in NETWORK})


def plant_rules(at: str, wrong: str) -> types.ModuleType:
    """scratch.optimizers with something wrong at one address of it; raises as plant does."""
    changed = types.ModuleType(optimizers.__name__)
    exec(_compiled("optimizers", source("optimizers"), at, wrong), changed.__dict__)
    return changed


def planted(at: str, wrong: str) -> Witness:
    """The witness by hand with that mistake in it."""
    return partial(comparison.by_hand_in, plant(at, wrong))


def module_and_function(at: str) -> tuple[str, str]:
    """The names of the module and of the function in which an address lies."""
    module, _, function = at.partition(":")[0].partition(".")
    if module not in MODULES or not function:
        raise ValueError(f"address {at!r} begins with none of {', '.join(f'{name}.' for name in MODULES)}")
    return module, function


def line(at: str) -> tuple[int, str]:
    """The number of the line on which the statement at an address begins, and the statement on one line."""
    tree = ast.parse(source(module_and_function(at)[0]))
    found = _found(tree, at)
    statement = next(
        each
        for each in ast.walk(_function(tree, at))
        if isinstance(each, ast.Assign | ast.Return | ast.Expr) and found in ast.walk(each)
    )
    return statement.lineno, ast.unparse(statement)


@cache
def source(name: str) -> str:
    """The source text of a module of scratch."""
    return Path(MODULES[name].__file__ or "").read_text("utf-8")


def _run(codes: dict[str, types.CodeType]) -> types.ModuleType:
    changed = {}
    for name, code in codes.items():
        changed[name] = types.ModuleType(MODULES[name].__name__)
        exec(code, changed[name].__dict__)
    changed["network"].__dict__["f"] = changed["functions"]
    return changed["network"]


# Compiling takes longer than examining a small network, and whoever judges by the thousand plants again.
@cache
def _compiled(name: str, text: str, at: str = "", wrong: str = "") -> types.CodeType:
    tree = ast.parse(text)
    if at:
        right = _found(tree, at)
        if isinstance(right, ast.FunctionDef):
            _replace_body(right, wrong)
        else:
            given = ast.parse(wrong.strip(), mode="eval")
            Replaced("RIGHT", right).visit(given)
            Replaced(right, given.body).visit(tree)
    return compile(ast.fix_missing_locations(tree), MODULES[name].__file__ or "", "exec")


def _found(tree: ast.Module, at: str) -> ast.expr | ast.FunctionDef:
    """The one node at an address."""
    what, _, number = at.partition(":")[2].partition("#")
    function = _function(tree, at)
    if not what:
        return function
    found: list[ast.expr] = []
    for node in ast.walk(function):
        if what == "return" and isinstance(node, ast.Return) and node.value:
            found.append(node.value)
        elif what.endswith("()") and isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            found += [node] if called == what[:-2] else []
        elif isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [what]:
            found.append(node.value)
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    if number:
        found = found[int(number) - 1 :][:1]
    if len(found) != 1:
        raise ValueError(f"address {at!r} fits {len(found)} places of scratch, and names one")
    return found[0]


def _function(tree: ast.Module, at: str) -> ast.FunctionDef:
    body: list[ast.stmt] = tree.body
    for name in module_and_function(at)[1].split("."):
        found = next(
            (n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == name), None
        )
        body = found.body if found else []
        if isinstance(found, ast.FunctionDef):
            return found
    raise ValueError(f"address {at!r}: scratch has no such function")


def _replace_body(function: ast.FunctionDef, wrong: str) -> None:
    """The function's body becomes `wrong`, which sees the right function as RIGHT."""
    right = deepcopy(function)
    right.name = "RIGHT"
    function.body = [right, *ast.parse(wrong.strip()).body]


class Replaced(ast.NodeTransformer):
    """Puts an expression in the place of a node, or of every use of a name."""

    def __init__(self, old: ast.AST | str, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old or (isinstance(node, ast.Name) and node.id == self.old):
            return deepcopy(self.new)
        return self.generic_visit(node)
