"""Nothing holds on to the text of scratch: where its lines move, every place in it is found again."""

import ast
import builtins
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import ModuleType

import numpy as np
import pytest

from backproof.parity_tests import catch_rate, planting
from backproof.parity_tests.meta_tests.moved_heart import BLACKBOARD, copy_project, moved
from backproof.parity_tests.meta_tests.test_catch_rate import SMALL
from backproof.parity_tests.meta_tests.test_mistakes import paired
from backproof.parity_tests.mistakes import QUESTIONS, answers, catalogue, honest
from backproof.scripts import explanation, mutation

SOURCES = {name: planting.source(name) for name in planting.MODULES}
NETWORKS = paired(1, l1=0.5, l2=0.25, dropout=0.25)


@contextmanager
def moved_heart() -> Iterator[None]:
    """Everybody who asks for the source of scratch gets the moved one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planting, "source", {name: moved(text) for name, text in SOURCES.items()}.__getitem__)
        yield


def test_everything_is_moved():
    for text in SOURCES.values():
        other = moved(text)
        assert "# " not in other
        longest = max(len(line) for line in other.splitlines() if line.lstrip().startswith("return"))
        assert longest < len("    return some value")
    hearts = SOURCES["network"], moved(SOURCES["network"])
    orders = {text.index("db = ") < text.index("dW = ") for text in hearts}
    assert orders == {False, True}
    assert "moved_q" in moved(SOURCES["functions"])


def given(network: ModuleType, question: str) -> list[np.ndarray]:
    with np.errstate(all="ignore"):
        return [
            value
            for known in NETWORKS
            for _, found in answers(network, question, known.spec, known.arrays)
            for value in found.values()
        ]


def all_given() -> dict[str, list[np.ndarray]]:
    """What each mistake answers, and what honest code does."""
    found = {name: given(each.network(), each.question) for name, each in catalogue().items()}
    return found | {question: given(honest(), question) for question in QUESTIONS}


def test_every_mistake_finds_its_place_and_does_the_same():
    with moved_heart():
        there = all_given()
    for name, values in all_given().items():
        for one, other in zip(values, there[name], strict=True):
            np.testing.assert_array_equal(one, other, err_msg=name)


def test_the_catch_rate_is_the_same():
    with moved_heart():
        there = catch_rate.examine(SMALL, 0, "float64")
    assert catch_rate.examine(SMALL, 0, "float64") == there


def test_explain_shows_the_same_lines():
    with moved_heart():
        there = explanation.heart()
    here = explanation.heart()
    assert there != here
    assert [line.split("  ")[1] for line in there.values()] == [line.split("  ")[1] for line in here.values()]


@pytest.mark.parametrize("heart", [nullcontext, moved_heart], ids=["here", "moved"])
@pytest.mark.parametrize(("address", "before", "after"), mutation.EQUIVALENT)
def test_each_mutant_that_is_the_same_function_is_found(heart, address, before, after):
    with heart():
        module, _ = planting.module_and_function(address)
        tree = ast.parse(planting.source(module))
        old = next(
            node
            for node in ast.walk(function_at(tree, address))
            if isinstance(node, ast.expr | ast.stmt) and ast.unparse(node) == before
        )
        (new,) = ast.parse(after).body
        planting.Replaced(old, new.value if isinstance(new, ast.Expr) else new).visit(tree)
        assert mutation.change(module, ast.unparse(tree)) == (address, before, after)


def function_at(tree: ast.Module, address: str) -> ast.FunctionDef:
    _, name = planting.module_and_function(address)
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)


@pytest.mark.parametrize("name", catalogue())
def test_what_is_wrong_is_written_on_the_blackboard(name):
    """A mistake that used a helper variable of scratch would be lost when that is renamed."""
    mistake = catalogue()[name]
    module, _ = planting.module_and_function(mistake.at)
    arguments = function_at(ast.parse(SOURCES[module]), mistake.at).args.args
    known = {*dir(builtins), *vars(planting.MODULES[module]), "RIGHT", *(each.arg for each in arguments)}
    wrong = [node for node in ast.walk(ast.parse(mistake.wrong.strip())) if isinstance(node, ast.Name)]
    made = {node.id for node in wrong if isinstance(node.ctx, ast.Store)}
    inside = set() if ":" not in mistake.at else BLACKBOARD
    assert {node.id for node in wrong} <= known | made | inside


def test_a_copy_of_the_project_runs(tmp_path):
    copy_project(tmp_path / "copy")
    script = "import backproof.scratch.functions as f, sys; sys.exit('moved_' not in open(f.__file__).read())"
    done = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": str(tmp_path / "copy" / "package")}, check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize("module", planting.MODULES)
def test_what_is_honest_survives_the_exam_of_mutants(module):
    assert mutation.survives(module, SOURCES[module])
