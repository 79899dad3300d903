"""The catalogue: mistakes that people really make in hand-written backprop, one place of scratch each.

They were met in public repositories and their issue threads, and stand in mistakes.toml, by family and name.
A mistake gives an address in scratch's syntax tree and what stands there instead, as planting has it; scratch
itself contains nothing for it. Entries that would be the same function on every network are one entry, with
the other name in `also`.
"""

import tomllib
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType

import numpy as np

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Report, Truth, by_hand_in, compare, truth
from backproof.parity_tests.error_bound import after_step
from backproof.parity_tests.planting import plant, plant_rules, plant_sources
from backproof.scratch.spec import DTYPE_NAMES, Array, NetworkSpec

# What a mistake must be asked before it shows. gradients: the quantities of one call. step: the parameters
# after one step, at each rate. calls: the quantities of a call on the first example alone, then on all.
QUESTIONS = ("gradients", "step", "calls")
# A stale W is wrong in proportion to the rate, so the rates are large, and two.
RATES = (0.5, 0.25)


@dataclass(frozen=True)
class Mistake:
    """One entry: why people make it or what it does, its address in scratch, and what is wrong there.

    question is one of QUESTIONS; also is a second name for the same function; equals names the loss whose
    right gradient it is; dtypes are the formats in which it is a mistake; below says that in float32 it
    changes nothing by more than 32 units of roundoff.
    """

    name: str
    family: str
    at: str
    wrong: str
    why: str = ""
    question: str = "gradients"
    also: str = ""
    equals: str = ""
    dtypes: Sequence[str] = DTYPE_NAMES
    below: bool = False

    @cached_property
    def _network(self) -> ModuleType:
        return plant(self.at, self.wrong)

    def network(self) -> ModuleType:
        """scratch.network with the mistake in it; fresh where it keeps something between calls."""
        return plant(self.at, self.wrong) if self.question == "calls" else self._network

    @cached_property
    def rules(self) -> ModuleType:
        """scratch.optimizers with the mistake in it, for one of update_catalogue."""
        return plant_rules(self.at, self.wrong)


def answers(
    network: ModuleType, question: str, spec: NetworkSpec, arrays: Arrays
) -> list[tuple[Arrays, dict[str, Array]]]:
    """What a module that stands in for scratch.network answers: the arrays asked about, and the quantities.

    All calls are made before any answer is looked at, so that a reused buffer shows.
    """
    if question == "calls":
        asked = [arrays.examples(slice(1)), arrays]
        return [(each, by_hand_in(network, spec, *each)) for each in asked]
    if question == "step":
        return [(arrays, after_steps(network, spec, arrays))]
    return [(arrays, by_hand_in(network, spec, *arrays))]


def after_steps(network: ModuleType, spec: NetworkSpec, arrays: Arrays) -> dict[str, Array]:
    """W and b of every layer after one step downhill from the same place, for each rate."""
    found: dict[str, Array] = {}
    for rate in RATES:
        _, params = network.step(spec, arrays.params, arrays.x, arrays.y, rate, arrays.masks)
        for layer in reversed(range(1, spec.depth + 1)):
            for letter, value in zip("Wb" if spec.biases else "W", params[layer - 1]):
                found[step_name(letter, layer, rate)] = value
    return found


def step_name(letter: str, layer: int, rate: float) -> str:
    """The quantity's name in a report."""
    return f"{letter}{layer} after a step at rate {rate}"


@dataclass(frozen=True)
class Known:
    """The truth about one network for every question; computed once, for many mistakes."""

    spec: NetworkSpec
    arrays: Arrays

    @cached_property
    def whole(self) -> Truth:
        return truth(self.spec, self.arrays)

    @cached_property
    def first(self) -> Truth:
        return truth(self.spec, self.arrays.examples(slice(1)))

    @cached_property
    def stepped(self) -> Truth:
        whole = self.whole
        steps = self.after_steps(lambda name: (whole.expected[name], whole.allowances[name]))
        return replace(steps, kinks=whole.kinks, out_of_range=whole.out_of_range)

    def after_steps(self, gradient: Callable[[str], tuple[Array, Array]]) -> Truth:
        """W and b after one step for each rate, from a gradient and its error, asked for by name: dW1."""
        steps = Truth({}, {}, {}, False)
        for rate in RATES:
            for layer in reversed(range(1, self.spec.depth + 1)):
                for letter, value in zip("Wb" if self.spec.biases else "W", self.arrays.params[layer - 1]):
                    (dvalue, error), start = gradient(f"d{letter}{layer}"), value.astype("float64")
                    name = step_name(letter, layer, rate)
                    steps.expected[name] = start - rate * dvalue
                    steps.allowances[name] = after_step(start, dvalue, error, rate, self.spec.dtype)
        return steps

    def truths(self, question: str) -> list[Truth]:
        """One for each of the question's answers."""
        if question == "calls":
            return [self.first, self.whole]
        return [self.stepped] if question == "step" else [self.whole]

    def out_of_range(self, question: str) -> bool:
        return any(known.out_of_range for known in self.truths(question))


def judge_network(network: ModuleType, question: str, known: Known, quiet: bool = True) -> Report:
    """The rows of every answer of a module that stands in for scratch.network.

    quiet: a mistaken network may overflow without a warning.
    """
    if known.out_of_range(question):
        return Report((), out_of_range=True)
    with np.errstate(all="ignore") if quiet else nullcontext():
        given = answers(network, question, known.spec, known.arrays)
    return Report(
        tuple(
            row
            for (_, found), each in zip(given, known.truths(question), strict=True)
            for row in compare(found, each).rows
        )
    )


def judge_update(network: ModuleType, known: Known, found: dict[str, Array]) -> Report:
    """The rows of the parameters after a step, each judged from the gradients of that network itself."""
    own = by_hand_in(network, known.spec, *known.arrays)
    exact = {name: (value.astype("float64"), np.zeros(value.shape)) for name, value in own.items()}
    return compare(found, known.after_steps(exact.__getitem__))


def judge_mistake(mistake: Mistake, known: Known) -> Report:
    """What the exam says about a mistaken network."""
    return judge_network(mistake.network(), mistake.question, known)


def honest() -> ModuleType:
    """scratch.network run from its source as a mistaken one is, with nothing changed."""
    return plant_sources({})


def catalogue() -> dict[str, Mistake]:
    """Every mistake by its name, in the order of mistakes.toml."""
    return _read("mistakes.toml")


def outside() -> dict[str, Mistake]:
    """Mistakes that are not in the catalogue, to see how the judge does on what nobody told it of."""
    return _read("outside.toml")


def update_catalogue() -> dict[str, Mistake]:
    """Mistakes of update rules, by name."""
    return _read("update_mistakes.toml")


@cache  # and so is what each mistake has planted
def _read(file: str) -> dict[str, Mistake]:
    families = tomllib.loads(Path(__file__).with_name(file).read_text("utf-8"))
    return {
        name: Mistake(name, family, **entry)
        for family, entries in families.items()
        for name, entry in entries.items()
    }
