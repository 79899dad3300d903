"""The catalogue of mistakes: each turns the exam red, and every entry is a function of its own."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, find, settings
from hypothesis import strategies as st

from backproof.parity_tests.cases import Case, draw_case, label_names
from backproof.parity_tests.comparison import by_hand_in, compare, truth
from backproof.parity_tests.exact import Exact
from backproof.parity_tests.mistakes import (
    QUESTIONS,
    RATES,
    Known,
    after_steps,
    answers,
    catalogue,
    honest,
    judge_mistake,
    judge_network,
    outside,
)
from backproof.scratch import network
from backproof.scratch.spec import ACTIVATION_NAMES, LOSS_NAMES, LOSSES, NetworkSpec

CATALOGUE = catalogue()
SEED, NETWORKS = 3, 40
KNOWN = {
    number: Known(case.spec, case.arrays())
    for number in range(NETWORKS)
    for case in [draw_case(SEED, number)]
}
# Losses and last activations that a mistake may live in.
LAST = [
    ("squared_error", "sigmoid"), ("half_squared_error", "softmax"), ("mse", "relu"), ("mae", "identity"),
    ("categorical_cross_entropy", "sigmoid"), ("categorical_cross_entropy", "softmax"),
    ("binary_cross_entropy", "sigmoid"), ("binary_cross_entropy", "softmax"), ("cross_entropy", "tanh"),
]  # fmt: skip


def paired(*seeds: int, **more: Any) -> list[Known]:
    """A network for each of them and of the seeds; more are fields of its spec."""
    specs = [NetworkSpec((3, 4, 12), ("tanh", last), loss, **more) for loss, last in LAST]
    cases = [Case(spec, batch=3, seed=seed, labels="loose") for spec in specs for seed in seeds]
    return [Known(case.spec, case.arrays()) for case in cases]


PAIRED = paired(1, 2)


def test_scratch_knows_nothing_of_the_catalogue():
    for path in Path(network.__file__).parent.glob("*.py"):
        source = path.read_text("utf-8")
        assert not any(name in source for name in (*CATALOGUE, "parity_tests", "plant"))


@pytest.mark.parametrize("mistakes", [catalogue, outside])
@pytest.mark.parametrize(
    "unusual",
    [{"biases": False}, {"widths": (2, 1), "activations": ("identity",), "biases": False, "l2": 0.1}],
)
def test_a_mistake_runs_on_networks_without_biases(mistakes, unusual):
    case = Case(
        NetworkSpec(**{"widths": (3, 2, 2), "activations": ("tanh", "sigmoid"), "loss": "mse", **unusual}),
        batch=2,
        seed=1,
    )
    exact = Exact(case.spec, case.arrays())
    with np.errstate(all="ignore"):
        for mistake in mistakes().values():
            answers(mistake.network(), mistake.question, case.spec, case.arrays())
            exact.first_difference(mistake)


def test_there_are_fifty_and_more_each_explained_in_a_sentence():
    assert len(CATALOGUE) >= 50
    for name, mistake in CATALOGUE.items():
        assert mistake.why.endswith(".")
        assert not name.endswith(".")
        assert mistake.question in QUESTIONS


def test_the_honest_network_passes_every_question():
    for known in (*KNOWN.values(), *PAIRED):
        for question in QUESTIONS:
            assert judge_network(network, question, known).first_wrong is None
            assert judge_network(honest(), question, known).first_wrong is None


def test_no_two_entries_are_the_same_function():
    seen: dict[tuple[bytes, ...], str] = {}
    for name, mistake in CATALOGUE.items():
        print_of_it: list[bytes] = []
        for known in (*PAIRED, *list(KNOWN.values())[:20]):
            with np.errstate(all="ignore"):
                given = answers(mistake.network(), mistake.question, known.spec, known.arrays)
            print_of_it += [value.tobytes() for _, found in given for value in found.values()]
        assert seen.setdefault(tuple(print_of_it), name) == name


@pytest.mark.parametrize("name", [name for name, mistake in CATALOGUE.items() if mistake.equals])
def test_an_entry_that_is_the_gradient_of_another_loss_says_which(name):
    mistake = CATALOGUE[name]
    for known in PAIRED:
        spec, arrays = known.spec, known.arrays
        found = by_hand_in(mistake.network(), spec, *arrays)
        if spec.loss != mistake.equals and judge_mistake(mistake, known).first_wrong:
            other = truth(replace(spec, loss=mistake.equals), arrays)
            grads = {name: value for name, value in found.items() if name.startswith("d")}
            assert compare(grads, other).first_wrong is None


def test_the_step_is_examined_at_two_rates():
    assert len(set(RATES)) == 2
    known = PAIRED[0]
    found = after_steps(network, known.spec, known.arrays)
    assert {name.rpartition(" ")[2] for name in found} == {str(rate) for rate in RATES}


def test_a_mistake_in_one_call_leaves_the_next_plant_clean():
    known = PAIRED[0]
    for mistake in CATALOGUE.values():
        if mistake.question == "calls":
            first, second = judge_mistake(mistake, known), judge_mistake(mistake, known)
            assert first == second


@st.composite
def small_cases(draw: Any) -> Case:
    """The exam's questions on networks of at most 3 layers and 12 units, which are quick to shrink."""
    loss = draw(st.sampled_from(LOSS_NAMES))
    last = draw(st.sampled_from(LOSSES[loss].last))
    widths = st.sampled_from((1, 2, 3, 12))
    hidden = draw(st.lists(st.tuples(widths, st.sampled_from(ACTIVATION_NAMES)), max_size=2))
    outputs = widths if (loss, last) != ("binary_cross_entropy", "softmax") else st.sampled_from((2, 3, 12))
    spec = NetworkSpec(
        widths=(draw(widths), *(width for width, _ in hidden), draw(outputs)),
        activations=(*(name for _, name in hidden), last),
        loss=loss,
        l1=draw(st.sampled_from((0.0, 0.5))),
        l2=draw(st.sampled_from((0.0, 0.5))),
        dropout=draw(st.sampled_from((0.0, 0.25))),
    )
    return Case(
        spec,
        batch=draw(st.integers(1, 3)),
        seed=draw(st.integers(0, 20)),
        scale=draw(st.sampled_from((1.0, 2.0))),
        labels=draw(st.sampled_from(label_names(loss))),
    )


@pytest.mark.parametrize("name", CATALOGUE)
def test_it_shrinks_and_the_first_wrong_quantity_is_named_rightly(name):
    mistake = CATALOGUE[name]

    def red(case: Case) -> bool:
        return judge_mistake(mistake, Known(case.spec, case.arrays())).first_wrong is not None

    case = find(
        small_cases(),
        red,
        settings=settings(max_examples=3_000, database=None, suppress_health_check=list(HealthCheck)),
        random=Random(0),
    )
    # No smaller network of the same kind shows it: that is what shrinking is for.
    assert case.spec.depth <= 3
    assert max(case.spec.widths) <= 12
    for smaller in _one_step_smaller(case):
        assert not red(smaller), smaller
    # Which quantity is wrong first is known with 120 digits, without the bound.
    known = Known(case.spec, case.arrays())
    first = judge_mistake(mistake, known).first_wrong
    truly = Exact(known.spec, known.arrays).first_difference(mistake)
    assert first is not None
    assert truly is not None
    assert first.quantity == truly[1]


def _one_step_smaller(case: Case) -> list[Case]:
    """The case with one example less, or without one of its options."""
    found = [replace(case, batch=case.batch - 1)] if case.batch > 1 else []
    plainer = (replace(case.spec, l1=0.0), replace(case.spec, l2=0.0), replace(case.spec, dropout=0.0))
    return found + [replace(case, spec=spec) for spec in plainer if spec != case.spec]
