"""Mutates scratch/ and lets the exam judge every mutant (`make mutation`); not a command, and not in CI.

The mutants are cosmic-ray's: every operator, comparison, number and condition changed in turn. Each runs in
modules of its own on a fixed set of networks, which takes a fraction of a second where a test process would
spend seconds on its start. A mutant is killed where a quantity or a step turns red, where it raises, or where
it warns.
"""

import ast
import warnings
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from types import ModuleType
from typing import Any

import numpy as np

from backproof.parity_tests import planting
from backproof.parity_tests.cases import Case, draw_case
from backproof.parity_tests.exam import one_thread
from backproof.parity_tests.mistakes import Known, judge_network
from backproof.parity_tests.sweep import Task, named, sweep
from backproof.scratch import network
from backproof.scratch.buffers import Workspace
from backproof.scratch.spec import LEAK, PAIRS, Array, NetworkSpec, Params, SpecError, check_labels
from backproof.scripts.show import console, progress

SEED, DRAWN = 7, 40

# What survives because it is the same function: where, what is changed, and why.
EQUIVALENT = {
    ("network.backward", "layer > 0", "layer != 0"): "a layer's number is never below 0",
    ("network.backward", "layer == 0", "layer <= 0"): "likewise",
    ("network.backward", "break", "continue"): "layer 0 is the loop's last",
    ("functions.sigmoid", "z >= 0", "z > 0"): "at 0 both branches are 1/2",
    (
        "functions.exponentials",
        "own is not NOTHING",
        "own != NOTHING",
    ): "buffers are equal to themselves alone",
}


@cache
def networks() -> list[Known]:
    """Drawn networks, every pair of loss and last activation, and units that are saturated or exactly 0."""
    cases = [draw_case(SEED, number) for number in range(DRAWN)]
    for number, (loss, last) in enumerate(PAIRS):
        spec = NetworkSpec((3, 2, 3), ("tanh", last), loss, l1=0.5, l2=0.25, dropout=0.25)
        one = NetworkSpec((2, 2), (last,), loss)
        for inputs, scale in (("grid", 1.0), ("saturated", 30.0)):
            cases.append(Case(spec, batch=3, seed=number, scale=scale, inputs=inputs, labels="loose"))
            cases.append(Case(one, batch=2, seed=number, scale=scale, inputs=inputs, labels="missing"))
    zero = Case(NetworkSpec((2, 3, 2), ("relu", "relu"), "mae", l1=0.5), batch=2, labels="missing")
    nothing = zero.arrays()
    nothing = nothing._replace(params=[(0 * W, 0 * b) for W, b in nothing.params], y=0 * nothing.y)
    known = [Known(case.spec, case.arrays()) for case in cases]
    # Small ones first: most mutants end there.
    known.sort(key=lambda each: each.spec.parameter_count)
    return [each for each in [*known, Known(zero.spec, nothing)] if not each.out_of_range("step")]


def killed(sources: dict[str, str], examined: list[Known]) -> bool:
    """Whether the exam notices."""
    with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("error")
        try:
            mutant = planting.plant_sources(sources)
            if not (
                _our_slopes(mutant.f) and _keeps_what_it_makes(mutant.f) and _looks_at_what_is_given(mutant)
            ):
                return True
            for known in examined:
                for question in ("gradients", "step"):
                    if judge_network(mutant, question, known, quiet=False).first_wrong:
                        return True
                honest = network.loss_and_grads(known.spec, *known.arrays)
                mine = mutant.loss_and_grads(known.spec, *known.arrays)
                if _kinds(honest[1]) != _kinds(mine[1]) or not _trains(mutant, known, _bytes(mine)):
                    return True
        except Exception:
            return True
    return False


def _kinds(grads: Params) -> list[tuple[object, ...]]:
    """The format and the shape of each gradient; a layer may have no db."""
    return [(each.dtype, each.shape) if each is not None else () for pair in grads for each in pair]


def _our_slopes(f: ModuleType) -> bool:
    """Whether the slope at a kink, where the bound allows either, is the one that we say it is."""
    zero = np.zeros((1, 1))
    hidden = f.relu_backward(zero + 1, zero, zero), f.leaky_relu_backward(zero + 1, zero, zero)
    return (*hidden, f.mae_backward(zero, zero)) == (0, LEAK, 0)


def _keeps_what_it_makes(f: ModuleType) -> bool:
    """Whether the arrays that steps share are made once, and can be written to by none of them."""
    shared = [
        (make(2, np.dtype("float64")), make(2, np.dtype("float64"))) for make in (f.ones, f.all_but_itself)
    ]
    return all(one is other and not one.flags.writeable for one, other in shared)


def _looks_at_what_is_given(mutant: ModuleType) -> bool:
    """Whether arrays of another dtype are refused, but in training, which has looked at all before."""
    case = Case(NetworkSpec((2, 2), ("sigmoid",), "mse"))
    given = case.arrays()
    for arrays in given._replace(x=given.x.astype("float32")), given._replace(y=given.y.astype("float32")):
        mutant.loss_and_grads(case.spec, *arrays, buffers=Workspace.of(case.spec, case.batch))
        try:
            mutant.loss_and_grads(case.spec, *arrays)
        except SpecError:
            continue
        return False
    return True


def _trains(mutant: ModuleType, known: Known, expected: list[bytes]) -> bool:
    """Whether the same bytes come out as in training: without dx, in arrays that other batches have used."""
    spec, arrays = known.spec, known.arrays
    arrays = arrays._replace(y=check_labels(spec, arrays.y, len(arrays.x)))
    kept = Workspace.of(spec, len(arrays.x))
    mutant.loss_and_grads(spec, *arrays.examples(slice(None, None, -1)), buffers=kept)
    if _bytes(mutant.loss_and_grads(spec, *arrays, buffers=kept)) != expected:
        return False
    trace = mutant.forward(spec, arrays.params, arrays.x, arrays.masks, kept)
    _, dtrace = mutant.backward(spec, arrays.params, trace, arrays.y, arrays.masks, kept)
    return len(dtrace) == spec.depth - 1


def _bytes(answer: tuple[Array, Params]) -> list[bytes]:
    return [answer[0].tobytes(), *(each.tobytes() for pair in answer[1] for each in pair if each is not None)]


def survives(module: str, mutated: str) -> bool:
    """Whether the exam passes a mutant of one module of scratch."""
    with one_thread():
        return not killed({module: mutated}, networks())


def mutants() -> Iterator[tuple[str, str, str]]:
    """(which module, the operator's name, the mutated source); operators that need arguments are left out."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    for module in planting.NETWORK:  # the update rules have an exam of their own
        for name in sorted(operator_names()):
            try:
                operator = get_operator(name)()
            except TypeError:
                continue
            occurrence = 0
            while (mutated := mutate_code(planting.source(module), operator, occurrence)) is not None:
                yield module, name, mutated
                occurrence += 1


def main() -> None:
    """Prints every survivor with what it changed, and the score of what was judged."""
    assert survives("network", planting.source("network")), "the honest network must pass"
    asked, judged, survivors = list(mutants()), 0, 0
    show = console()
    with progress("mutants") as bar:
        task = bar.add_task("mutation", total=len(asked))
        tasks = [Task(named(module, k), (module, mutated)) for k, (module, _, mutated) in enumerate(asked)]
        try:
            for (module, name, mutated), (_, alive) in zip(asked, sweep(survives, tasks, jobs=2)):
                judged += 1
                bar.advance(task)
                if alive:
                    survivors += 1
                    where, before, after = change(module, mutated)
                    reason = EQUIVALENT.get((where, before, after), "NOT EXPLAINED")
                    show.print(f"{where}  {name}\n    {before}   ->   {after}\n    survives: {reason}")
        except KeyboardInterrupt:
            show.print(f"interrupted: {len(asked) - judged} mutants not judged")
    if judged:
        score = (judged - survivors) / judged
        show.print(f"{judged} mutants, {judged - survivors} killed, {survivors} survived: {score:.1%}")


def change(module: str, mutated: str) -> tuple[str, str, str]:
    """Which function a mutant changes, and its smallest changed part, before and after."""
    before, after = ast.parse(planting.source(module)), ast.parse(mutated)
    where = module
    while (parts := _changed_parts(before, after)) is not None:
        before, after = parts
        where = f"{module}.{before.name}" if isinstance(before, ast.FunctionDef) else where
    return where, ast.unparse(before), ast.unparse(after)


def _changed_parts(before: ast.AST, after: ast.AST) -> tuple[Any, Any] | None:
    """The only parts in which two nodes differ, if they are no mere signs of an operation."""
    if type(before) is not type(after):
        return None
    pairs = list(zip_longest(ast.iter_child_nodes(before), ast.iter_child_nodes(after)))
    if any(one is None or other is None for one, other in pairs):
        return None
    changed = [(one, other) for one, other in pairs if ast.dump(one) != ast.dump(other)]
    signs = (ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
    return changed[0] if len(changed) == 1 and not isinstance(changed[0][0], signs) else None
