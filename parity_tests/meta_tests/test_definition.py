"""The derivative by its definition: against closed forms at 400 digits, at kinks, where digits are lost."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import cos, exp, fabs, log, mp, mpf, sin, sqrt, tanh

from backproof.reference.definition import KinkError, NoLimitError, derivative, one_sided, smooth
from backproof.reference.definition_network import relu, sigmoid

Function = Callable[[mpf], mpf]


SMOOTH: dict[str, tuple[Function, Function]] = {
    "a cube": (lambda x: x**3 - 2 * x, lambda x: 3 * x**2 - 2),
    "exp": (exp, exp),
    "sin": (sin, cos),
    "tanh": (tanh, lambda x: 1 - tanh(x) ** 2),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x))),
    "softplus": (lambda x: log(1 + exp(x)), sigmoid),
    "a root": (lambda x: sqrt(1 + x**2), lambda x: x / sqrt(1 + x**2)),
    "a composition": (
        lambda x: (sigmoid(3 * x + 1) - mpf(1) / 3) ** 2,
        lambda x: 6 * (sigmoid(3 * x + 1) - mpf(1) / 3) * sigmoid(3 * x + 1) * sigmoid(-3 * x - 1),
    ),
}


def right_digits(found: mpf, true: mpf, digits: int) -> bool:
    with mp.workdps(2 * digits + 50):
        return bool(fabs(found - true) <= mpf(10) ** -digits * fabs(true))


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("x", [0.3, -1.7, 2])
def test_400_digits_of_closed_forms(name, x) -> None:
    f, slope = SMOOTH[name]
    found = derivative(f, x, digits=400)
    with mp.workdps(1000):
        assert right_digits(found, slope(mpf(x)), 400)


@given(name=st.sampled_from(sorted(SMOOTH)), x=st.fractions(-9, 9, max_denominator=99))
def test_both_sides_at_one_step_are_right_or_say_nothing(name, x) -> None:
    f, slope = SMOOTH[name]
    with mp.workdps(1000):
        x = mpf(x.numerator) / x.denominator
        found, true = smooth(f, x, 40), slope(x)
    assert right_digits(found, true, 39) if true else found is None


@pytest.mark.parametrize(
    "f", [relu, fabs, lambda x: x**2, lambda x: mpf(1) / 3 + x - x, lambda x: -log(1 - sigmoid(x + 400))]
)
def test_one_step_says_nothing_of_a_kink_a_zero_and_lost_digits(f) -> None:
    assert smooth(f, 0, 40) is None


@given(name=st.sampled_from(sorted(SMOOTH)), x=st.floats(-30, 30), digits=st.integers(1, 60))
def test_as_many_digits_as_asked(name, x, digits) -> None:
    f, slope = SMOOTH[name]
    found = derivative(f, x, digits=digits)
    with mp.workdps(1000):
        true = slope(mpf(x))
    # A slope below the smallest double is called 0: exactly so at a stationary point.
    assert right_digits(found, true, digits - 1 or 1) or (found == 0 and fabs(true) < mpf(10) ** -330)


def test_where_fixed_precision_loses_every_digit() -> None:
    """-log(1 - sigmoid(z)) is log(0) in 50 digits from z = 118; its slope is sigmoid(z)."""
    for z in (118, 745, 1500):
        found = derivative(lambda v: -log(1 - sigmoid(v)), z, digits=40)
        with mp.workdps(2000):
            assert right_digits(found, sigmoid(mpf(z)), 40)


def test_a_slope_that_underflows_in_float64_keeps_its_digits() -> None:
    for z in (-700, 700):
        found = derivative(sigmoid, z, digits=40)
        with mp.workdps(2000):
            assert right_digits(found, sigmoid(mpf(z)) * sigmoid(-mpf(z)), 40)


@pytest.mark.parametrize("f", [lambda x: (x - 1) ** 2, lambda x: mpf(3) + 0 * x, lambda x: (x - 1) ** 3])
def test_zero_is_found(f) -> None:
    assert derivative(f, 1) == 0


@pytest.mark.parametrize(
    ("f", "left", "right"), [(relu, 0, 1), (fabs, -1, 1), (lambda x: max(x, 3 * x) - x, 0, 2)]
)
def test_a_kink_says_both_sides(f, left, right) -> None:
    with pytest.raises(KinkError) as kink:
        derivative(f, 0)
    for found, true in zip(
        (*one_sided(f, 0), kink.value.left, kink.value.right), 2 * (left, right), strict=True
    ):
        assert right_digits(found, mpf(true), 30)


def test_beside_a_kink_there_is_none() -> None:
    assert derivative(relu, 1e-60) == 1
    assert derivative(relu, -1e-300) == 0


@pytest.mark.parametrize("x", [1e300, -1e18, 1e-300])
def test_the_size_of_x_does_not_matter(x) -> None:
    found = derivative(lambda v: v**3, x, digits=40)
    with mp.workdps(700):
        assert right_digits(found, 3 * mpf(x) ** 2, 40)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: mpf(x > 0), 0),  # a jump
        (sqrt, 0),  # vertical, and complex on the left
        (lambda x: 1 / x, 0),
        (log, -1),
        (exp, float("inf")),
        (lambda x: sin(1 / x), 0),
    ],
)
def test_no_limit_is_said(f, x) -> None:
    with pytest.raises(NoLimitError):
        derivative(f, x)


def test_digits_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="digits=0: at least 1"):
        derivative(exp, 0, digits=0)
