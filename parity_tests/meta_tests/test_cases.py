"""A printed case is the case: it is read back to the same rows, and nothing in it is ever run."""

import contextlib
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.parity_tests.cases import (
    INPUT_NAMES,
    MAX_LINE,
    ORDINARY_Z,
    SHARE_ORDINARY,
    Case,
    draw_case,
    in_float64,
    read_case,
)
from backproof.parity_tests.comparison import by_hand, judge_case
from backproof.parity_tests.strategies import cases
from backproof.reference import network as reference
from backproof.scratch.errors import InputError
from backproof.scratch.spec import NetworkSpec

numbers = st.integers(0, 2**20)


@given(case=cases(dtypes=("float64", "float32")))
def test_every_printed_line_is_read_back_to_the_same_case_and_rows(case):
    again = read_case(repr(case))
    assert again == case
    assert judge_case(by_hand, again) == judge_case(by_hand, case)


@given(seed=numbers, number=numbers)
def test_a_drawn_case_depends_on_its_seed_and_number_only(seed, number):
    case = draw_case(seed, number)
    draw_case(seed, number + 1)
    assert draw_case(seed, number) == case
    assert read_case(repr(case)) == case
    assert draw_case(seed, number + 1) != case


@given(case=cases(dtypes=("float32",)))
def test_float32_numbers_are_cast_up_exactly(case):
    arrays = case.arrays()
    spec, exact = in_float64(case.spec, arrays)
    assert spec.dtype == "float64"
    assert exact.x.dtype == "float64"
    assert np.array_equal(exact.x.astype("float32"), arrays.x)


@given(seed=numbers)
def test_one_pixel_at_least_is_not_black(seed):
    case = Case(
        NetworkSpec((1, 1), ("identity",), "mse"),
        batch=1,
        seed=seed,
        scale=1.0,
        inputs="pixels",
        labels="real",
    )
    assert case.arrays().x.any()


@given(case=cases())
def test_biases_are_never_0(case):
    assert all((b != 0).all() if case.spec.biases else b is None for _, b in case.arrays().params)


@given(case=cases(dtypes=("float64", "float32")).filter(lambda case: case.labels == "soft"))
def test_soft_rows_sum_to_1_exactly(case):
    y = case.arrays().y
    assert (y.sum(axis=1) == 1).all()
    assert (y[:, ::-1].sum(axis=1) == 1).all()
    assert (y >= 0).all()


def test_what_is_no_ordinary_network_says_so():
    plain = Case(NetworkSpec((3, 2, 2), ("relu", "softmax"), "mse"))
    assert plain.stratum == "ordinary"
    constant = NetworkSpec((3, 1, 2), ("softmax", "softmax"), "mse")
    for other in (
        replace(plain, scale=3.0),
        replace(plain, scale=0.1),
        replace(plain, inputs="grid"),
        replace(plain, inputs="saturated"),
        replace(plain, spec=replace(plain.spec, l2=0.5)),
        replace(plain, spec=constant),
    ):
        assert other.stratum == "extreme", other


def test_the_draw_keeps_to_the_share_of_ordinary_networks():
    drawn = [draw_case(1, number) for number in range(2_000)]
    strata = Counter(case.stratum for case in drawn)
    # Of those that are drawn as ordinary some amplify from layer to layer.
    assert SHARE_ORDINARY - 0.12 < strata["ordinary"] / 2_000 < SHARE_ORDINARY
    extreme = [case for case in drawn if case.stratum == "extreme"]
    assert {case.inputs for case in extreme} == set(INPUT_NAMES)
    assert any(("softmax", 1) in zip(c.spec.activations, c.spec.widths[1:]) for c in extreme)
    assert any(c.spec.l1 == 0.5 for c in extreme)
    assert min(c.scale for c in extreme) < 1e-4
    assert max(c.scale for c in extreme) > 100


def test_ordinary_is_said_of_the_numbers_themselves():
    amplified = replace(
        draw_case(0, 0),
        scale=2.0,
        inputs="normal",
        labels="real",
        spec=NetworkSpec((8, 8, 8, 8, 8, 8), ("identity",) * 5, "mse"),
    )
    assert amplified.stratum == "extreme"
    for case in [draw_case(2, number) for number in range(100)]:
        spec, arrays = in_float64(case.spec, case.arrays())
        found = reference.quantities(spec, *arrays)
        largest = max(np.abs(value).max() for name, value in found.items() if name.startswith("z"))
        assert case.stratum == "extreme" or largest <= ORDINARY_Z


def test_the_draw_has_what_hides_mistakes():
    drawn = [draw_case(0, number) for number in range(400)]
    missing = [case for case in drawn if case.labels == "missing" and case.spec.widths[-1] > 1]
    assert any((case.arrays().y.sum(axis=0) == 0).any() for case in missing)
    loose = [case.arrays().y for case in drawn if case.labels == "loose"]
    assert any((np.abs(y.sum(axis=1) - 1) > 0.5).any() for y in loose)
    grids = [case for case in drawn if case.inputs == "grid" and "relu" in case.spec.activations[:1]]
    assert any((by_hand(case.spec, *case.arrays())["z1"] == 0).any() for case in grids)
    assert any(len(set(case.spec.activations)) > 2 for case in drawn)
    assert {case.stratum for case in drawn} == {"ordinary", "extreme"}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Case()",
        "Case(NetworkSpec())",
        "Case(spec=5)",
        "Case(spec=NetworkSpec(), batch=True)",
        "Case(spec=NetworkSpec(), batch=0)",
        "Case(spec=NetworkSpec(), batch=10**9)",
        "Case(spec=NetworkSpec(), seed=-1)",
        "Case(spec=NetworkSpec(), scale=float('inf'))",
        "Case(spec=NetworkSpec(), scale=1e999)",
        f"Case(spec=NetworkSpec(), scale={10**400})",
        f"Case(spec=NetworkSpec(l2={10**400}))",
        "Case(spec=NetworkSpec(widths=(1_000_000, 1), activations=('relu',)), batch=10_000)",
        "Case(spec=NetworkSpec(widths=(1, 4000), activations=('softmax',), loss='binary_cross_entropy'))",
        "Case(spec=NetworkSpec(), colour='red')",
        "Case(spec=NetworkSpec(), inputs='no such')",
        "Case(spec=NetworkSpec(), labels='integers')",
        "Case(**{'spec': 1})",
        "Case(spec=NetworkSpec(widths=(10000000, 10000000), activations=('relu',)))",
        "Case(spec=NetworkSpec(widths=(0, 1), activations=('relu',)))",
        "Case(spec=NetworkSpec(activations=('sigmund', 'relu', 'relu')))",
        "__import__('os').system('true')",
        "Case(spec=__import__('os'))",
        "(lambda: 0)()",
        "Case(spec=" * 500,
        "(" * 5_000,
        "x" * (MAX_LINE + 1),
        "Case(spec=NetworkSpec())\0",
        "[1, 2]",
    ],
)
def test_a_line_that_is_no_case_says_so(line):
    with pytest.raises(InputError) as raised:
        read_case(line)
    problem, advice = str(raised.value).split("\n")
    assert problem
    assert advice


@given(line=st.text(max_size=200) | st.from_regex(r"Case\(spec=NetworkSpec\([^)]*\)[^)]*\)"))
def test_any_text_is_a_case_or_an_error(line):
    with contextlib.suppress(InputError):
        read_case(line)
