"""Mutates scratch/ and lets the exam judge every mutant (`make mutation`); not a command, and not in CI.

The mutants are cosmic-ray's: every operator, comparison, number and condition changed in turn. Each runs in
modules of its own on a fixed set of networks, which takes a fraction of a second where a test process would
spend seconds on its start. A mutant is killed where a quantity or a step turns red, where it raises, or where
it warns.
"""

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from backproof.parity_tests.cases import Case, draw_case, last_activation_names
from backproof.parity_tests.exam import one_thread
from backproof.parity_tests.mistakes import QUESTIONS, Known, judge_network
from backproof.parity_tests.planting import plant_sources
from backproof.scratch import functions, network
from backproof.scratch.spec import LOSS_NAMES, NetworkSpec
from backproof.scripts.show import console, progress

SEED, DRAWN = 7, 40


def networks() -> list[Known]:
    """Drawn networks, every pair of loss and last activation, and units that are saturated or exactly 0."""
    cases = [draw_case(SEED, number) for number in range(DRAWN)]
    pairs = [(loss, last) for loss in LOSS_NAMES for last in last_activation_names(loss)]
    for number, (loss, last) in enumerate(pairs):
        spec = NetworkSpec((3, 2, 3), ("tanh", last), loss, l1=0.5, l2=0.25, dropout=0.25)
        for inputs, scale in (("grid", 1.0), ("saturated", 30.0)):
            cases.append(Case(spec, batch=3, seed=number, scale=scale, inputs=inputs, labels="loose"))
        cases.append(Case(NetworkSpec((2, 2), (last,), loss), batch=2, seed=number, labels="missing"))
    zero = Case(NetworkSpec((2, 3, 2), ("relu", "relu"), "mae", l1=0.5), batch=2, labels="missing")
    nothing = zero.arrays()
    nothing = nothing._replace(params=[(0 * W, 0 * b) for W, b in nothing.params], y=0 * nothing.y)
    known = [Known(case.spec, case.arrays()) for case in cases]
    # Small ones first: most mutants end there.
    known.sort(key=lambda each: each.spec.parameter_count)
    return [each for each in [*known, Known(zero.spec, nothing)] if not each.out_of_range("step")]


def killed(sources: dict[Any, str], examined: list[Known]) -> bool:
    """Whether the exam notices."""
    with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("error")
        try:
            mutant = plant_sources(sources)
            for known in examined:
                for question in ("gradients", "step"):
                    if judge_network(mutant, question, known, quiet=False).first_wrong:
                        return True
                honest = network.loss_and_grads(known.spec, *known.arrays)
                mine = mutant.loss_and_grads(known.spec, *known.arrays)
                if any(
                    one.dtype != other.dtype or one.shape != other.shape
                    for pair, others in zip(honest[1], mine[1], strict=True)
                    for one, other in zip(pair, others, strict=True)
                ):
                    return True
        except Exception:
            return True
    return False


def main() -> None:
    """Prints every survivor as the line it changed, and the score."""
    assert "step" in QUESTIONS
    examined = networks()
    honest = {module: Path(module.__file__ or "").read_text("utf-8") for module in (functions, network)}
    assert not killed(honest, examined), "the honest network must pass"
    total, survivors = 0, []
    with progress("mutants") as bar, one_thread():
        task = bar.add_task("mutation", total=None)
        for module, source in honest.items():
            for name in sorted(operator_names()):
                for occurrence in range(sys.maxsize):
                    mutated = mutate_code(source, get_operator(name)(), occurrence)
                    if mutated is None:
                        break
                    total += 1
                    bar.advance(task)
                    if not killed({**honest, module: mutated}, examined):
                        survivors.append((module.__name__, name, _changed(source, mutated)))
    show = console()
    for where, name, line in survivors:
        show.print(f"{where}  {name}\n    {line}")
    show.print(
        f"{total} mutants, {total - len(survivors)} killed, {len(survivors)} survived: "
        f"{(total - len(survivors)) / total:.1%}"
    )


def _changed(source: str, mutated: str) -> str:
    for before, after in zip(source.splitlines(), mutated.splitlines()):
        if before != after:
            return f"{before.strip()}   ->   {after.strip()}"
    return "a line fewer or more"


if __name__ == "__main__":
    main()
