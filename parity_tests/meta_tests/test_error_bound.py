"""The bound is wide enough for every honest evaluation, and narrow enough to mean something."""

from functools import partial
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from backproof.parity_tests import steps
from backproof.parity_tests.arbitration import arbitrate
from backproof.parity_tests.cases import Case, draw_case, read_case
from backproof.parity_tests.comparison import Witness, by_hand, compare, judge, judge_case, truth
from backproof.parity_tests.error_bound import Near, Rounding, _exponent, _log_sum_exp, softmax
from backproof.parity_tests.exam import questions
from backproof.parity_tests.planting import planted
from backproof.parity_tests.report import lines
from backproof.parity_tests.tally import Tally
from backproof.reference import definition_network
from backproof.reference.definition import derivative
from backproof.scratch import functions
from backproof.scratch.errors import InputError
from backproof.scratch.spec import LOSSES, PAIRS, NetworkSpec

ELEMENTARY_FUNCTIONS: dict[str, tuple[Any, Any, Any]] = {
    "exp": (np.exp, torch.exp, mpmath.exp),
    "log1p": (np.log1p, torch.log1p, mpmath.log1p),
    "tanh": (np.tanh, torch.tanh, mpmath.tanh),
    "sigmoid": (functions.sigmoid, torch.sigmoid, definition_network.sigmoid),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ELEMENTARY_FUNCTIONS)
@given(z=st.lists(st.floats(-80, 80, width=32), min_size=1, max_size=8))
def test_elementary_functions_lose_no_more_than_allowed(name, dtype, z):
    in_numpy, in_torch, exactly = ELEMENTARY_FUNCTIONS[name]
    values = np.abs(np.array(z, dtype)) if name == "log1p" else np.array(z, dtype)
    r = Rounding(dtype)
    for found in (in_numpy(values), in_torch(torch.tensor(values)).numpy()):
        assert found.dtype == dtype
        with mpmath.workdps(60):
            for value, result in zip(values, found):
                exact = exactly(mpmath.mpf(float(value)))
                assert abs(mpmath.mpf(float(result)) - exact) <= r.c * abs(exact) + r.tiny


def test_the_allowance_of_elementary_functions_is_above_what_was_seen():
    """XLA's float64 tanh is off by up to 7.4 u, CUDA's erfc by up to 5 ulp."""
    for dtype in ("float64", "float32"):
        assert Rounding(dtype).c >= max(7.4 * Rounding(dtype).u / 0.8, 5 * float(np.finfo(dtype).eps))


@given(
    values=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=60),
    dtype=st.sampled_from(("float64", "float32")),
)
def test_gamma_covers_a_sum_of_products_in_any_order(values, dtype):
    a = np.array(values, dtype)
    b = a[::-1].copy()
    r = Rounding(dtype)
    with mpmath.workdps(60):
        exact = mpmath.fsum(mpmath.mpf(float(p)) * mpmath.mpf(float(q)) for p, q in zip(a, b))
        size = mpmath.fsum(abs(mpmath.mpf(float(p)) * mpmath.mpf(float(q))) for p, q in zip(a, b))
        forwards = backwards = np.zeros((), dtype)[()]
        for p, q in zip(a, b):
            forwards = forwards + p * q
        for p, q in zip(a[::-1], b[::-1]):
            backwards = backwards + p * q
        for found in (a @ b, forwards, backwards):
            assert abs(mpmath.mpf(float(found)) - exact) <= r.gamma(len(a)) * size + len(a) * r.tiny


ERRORS = (st.floats(-16, 2) | st.floats(-1, 0)).map(lambda exponent: 10**exponent)


@given(
    rows=st.lists(st.tuples(st.floats(-60, 60), st.sampled_from((-1, 1))), min_size=1, max_size=6),
    theirs=ERRORS,
    ours=ERRORS,
)
def test_the_error_of_a_softmax_covers_any_two_evaluations_of_its_z(rows, theirs, ours):
    """One evaluation is off by its error at most, the reference by its own; only the reference is known."""
    z, signs = (np.array(column, dtype="float64") for column in zip(*rows))
    moved = z + signs * (theirs + ours)
    r = Rounding("float64")
    one, other = (Near(z[None, :], np.full((1, len(z)), error)) for error in (theirs, ours))
    with mpmath.workdps(60), np.errstate(all="ignore"):
        p, q = (definition_network.softmax([mpmath.mpf(each) for each in values]) for values in (z, moved))
        reference = np.array([[float(each) for each in p]])
        # The bound itself is evaluated in float64, in a few operations.
        evaluated = 1 + r.gamma(10)
        allowed = (softmax(r, one, reference) + softmax(r, other, reference)) * evaluated
        log_allowed = (_exponent(r, one) + _exponent(r, other)) * evaluated
        for k, (before, after) in enumerate(zip(p, q)):
            assert abs(after - before) <= allowed[0, k]
            assert abs(mpmath.log(after) - mpmath.log(before)) <= log_allowed[0, k]
        sums = [mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(v)) for v in values)) for values in (z, moved)]
        sum_allowed = (_log_sum_exp(r, one).error[0] + _log_sum_exp(r, other).error[0]) * evaluated
        assert abs(sums[1] - sums[0]) <= sum_allowed


def test_the_winner_of_a_softmax_is_as_certain_as_it_is_far_ahead():
    z = Near(np.array([[40.0, 0.0]]), np.full((1, 2), 1e-8))
    p = np.array([[1.0, np.exp(-40.0)]])
    assert softmax(Rounding("float64"), z, p)[0, 0] < Rounding("float64").gamma(100)
    # The loser's p may be anything between its neighbours, also where it is 0 in the format.
    far = Near(np.array([[0.0, -900.0]]), np.array([[0.0, 2e3]]))
    with np.errstate(over="ignore", invalid="ignore"):  # as in bound
        assert softmax(Rounding("float64"), far, np.array([[1.0, 0.0]]))[0, 1] == pytest.approx(1.0)


def test_autograd_rounds_the_logarithm_of_the_sum_of_a_saturated_softmax():
    """Behind binary_cross_entropy its softmax is exp(z - log sum exp(z)), with a logarithm far from 0."""
    spec = NetworkSpec(
        (16, 44, 18, 1, 1, 20, 15),
        ("tanh", "sigmoid", "identity", "sigmoid", "softmax", "softmax"),
        "binary_cross_entropy",
    )
    case = Case(spec, batch=18, seed=96301814, scale=685.1319307859965, inputs="saturated")
    assert judge_case(by_hand, case).first_wrong is None


def test_a_sum_too_long_for_a_bound_is_out_of_range():
    r = Rounding("float32")
    assert r.gamma(2**23) == 1
    assert r.reach == 0
    assert r.gamma(2**24) == np.inf
    assert r.reach == np.inf


def test_a_penalty_that_overflows_is_out_of_range():
    spec = NetworkSpec((4, 4), ("identity",), "mae", "float32", l2=1e-4)
    arrays = Case(spec, batch=1).arrays()
    (W, b) = arrays.params[0]
    huge = arrays._replace(params=[(np.full_like(W, 1.5e19), b)], x=0 * arrays.x)
    assert truth(spec, huge).out_of_range


def test_on_the_default_mix_most_is_decidable_and_nothing_disagrees():
    tally = Tally()
    for case, report in questions("hand", seed=0, first=0, count=400, dtype="float64"):
        tally.add(case, report)
    assert not tally.disagreeing
    assert not tally.missing("float64")
    assert tally.kinds["dW"].decidable_share >= 0.95
    # Honest rounding uses some of what is allowed, and never all of it.
    for kind, line in tally.kinds.items():
        assert 0 < line.largest_share <= 1, kind


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_difference_just_beyond_the_allowance_is_wrong(dtype):
    case = Case(NetworkSpec((3, 4, 2), ("tanh", "sigmoid"), "mse", dtype), batch=3)
    arrays = case.arrays()
    found = {name: value.astype("float64") for name, value in by_hand(case.spec, *arrays).items()}
    known = truth(case.spec, arrays)
    for name, value in found.items():
        # Half and twice the allowance, since float64 itself is coarse beside a float64 allowance.
        for share, verdict in ((0.5, "ok"), (2.0, "wrong")):
            moved = known.expected[name] + share * known.allowances[name]
            report = compare({name: moved.reshape(value.shape)}, known)
            assert report.rows[0].verdict == verdict


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_wrong(bad):
    case = Case(NetworkSpec((1, 1), ("identity",), "mse"))
    found = by_hand(case.spec, *case.arrays())
    found["dW1"] = found["dW1"] * bad
    report = compare(found, truth(case.spec, case.arrays()))
    assert report.first_wrong is not None
    assert report.first_wrong.quantity == "dW1"


def test_a_network_beyond_the_range_of_its_dtype_is_not_judged():
    spec = NetworkSpec((2, 2, 2), ("identity", "identity"), "squared_error", "float32")
    case, tally = Case(spec, scale=1e15), Tally()
    report = judge_case(by_hand, case)
    assert report.out_of_range
    assert not report.rows
    tally.add(case, report)
    assert (tally.out_of_range, tally.nothing_decidable) == (1, 0)


def test_a_quantity_of_another_shape_is_refused():
    case = Case(NetworkSpec((2, 1), ("identity",), "mse"))
    found = by_hand(case.spec, *case.arrays())
    with pytest.raises(InputError, match=r"dW1 has shape \(2, 1\)"):
        compare({"dW1": found["dW1"].T}, truth(case.spec, case.arrays()))


SMALL = Case(NetworkSpec((2, 3, 1), ("tanh", "identity"), "mse"), batch=2, labels="real")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: {name: value + 1j for name, value in found.items()}, "z1 holds no real numbers"),
        (lambda found: {**found, "dx": found["dx"].astype(str)}, "dx holds no real numbers"),
        (lambda found: {**found, "dx": [[1, 2], [3]]}, "dx holds no real numbers"),
        (lambda found: {**found, "loss": torch.ones((), requires_grad=True)}, "loss holds no real numbers"),
        (lambda found: {**found, "delta": found["dx"]}, "unknown quantity 'delta'"),
        (lambda _: {}, "answered dict {}"),
        (lambda _: None, "answered NoneType None"),
    ],
)
def test_an_answer_that_cannot_be_compared_says_so(change, said):
    with pytest.raises(InputError) as raised:
        judge(lambda *given: change(by_hand(*given)), SMALL.spec, *SMALL.arrays())
    problem, advice = str(raised.value).split("\n")
    assert said in problem
    assert advice


def test_a_network_that_writes_to_its_arguments_is_refused_and_harms_nobody():
    def vandal(spec, params, x, y, masks=None):
        found = by_hand(spec, params, x, y, masks)
        params[0][0][...] = 0
        return found

    arrays = SMALL.arrays()
    with pytest.raises(InputError, match="wrote to the arrays"):
        judge(vandal, SMALL.spec, *arrays)
    assert arrays.params[0][0].any()


def test_rows_come_in_the_order_of_computation_and_what_is_not_given_is_named():
    def backwards(*given):
        found = by_hand(*given)
        return {name: found[name] + (name in ("z1", "dx")) for name in reversed(found) if name != "db2"}

    report = judge(backwards, SMALL.spec, *SMALL.arrays())
    assert report.first_wrong is not None
    assert report.first_wrong.quantity == "z1"
    assert report.not_given == ("db2",)
    assert "not given, so not compared: db2" in lines(report)


def test_a_reused_tally_adds_up():
    tally, cases = Tally(), [draw_case(1, number) for number in range(3)]
    for case in cases:
        tally.add(case, judge_case(by_hand, case))
    assert tally.networks == 3
    assert sum(tally.axes["depth"].values()) == 3
    assert tally.kinds["dW"].rows == sum(case.spec.depth for case in cases)


ENTROPIES = [*(pair for pair in PAIRS if len(LOSSES[pair[0]].last) == 2), ("cross_entropy", "identity")]


@pytest.mark.parametrize(("loss", "last"), ENTROPIES)
@given(z=st.lists(st.floats(-60, 60), min_size=3, max_size=3), label=st.integers(0, 2))
@example(z=[0.75, 0.0, -3.0], label=1)
def test_the_last_dz_keeps_its_digits_for_labels_0_and_1(loss, last, z, label):
    """Against the limit quotient of the loss as its definition writes it.

    Three elementary functions' worth of relative error, and the rounding of z - max(z) in the softmax's
    exponents, are all that the formula may lose; p - y is off by all of its digits where p rounds to 1.
    The derivative of the binary cross-entropy after a softmax passes through 0 itself, away from its label:
    it is a_k (2 - sum over the other j of a_j / (1 - a_j)), and its digits are those of its terms.
    """
    spec = NetworkSpec((1, 3), (last,), loss)
    y = np.eye(3)[[label]]
    found = functions.loss_backward(spec, np.array([z]), functions.activation(last, np.array([z])), y)[0]

    labels = [mpmath.mpf(label == j) for j in range(3)]

    def loss_at(k, value):
        moved = [mpmath.mpf(entry) for entry in z]
        moved[k] = value
        return definition_network.LOSSES[loss](definition_network.ACTIVATIONS[last](moved), labels)

    r = Rounding("float64")
    relative = 3 * r.c + 2 * r.u * (max(z) - min(z))
    for k in range(3):
        if (loss, last) == ("categorical_cross_entropy", "sigmoid") and k != label:
            assert found[k] == 0  # this output is not in the loss
            continue
        slope = derivative(partial(loss_at, k), z[k], digits=20)
        with mpmath.workdps(80):
            size = abs(slope)
            if (loss, last) == ("binary_cross_entropy", "softmax") and k != label:
                a = definition_network.softmax([mpmath.mpf(entry) for entry in z])
                size = a[k] * (2 + sum(a[j] / (1 - a[j]) for j in range(3) if j not in (k, label))) / 3
            assert abs(mpmath.mpf(float(found[k])) - slope) <= relative * size + r.tiny, k


def test_at_a_weight_of_0_any_slope_of_l1_is_honest():
    """The slope of |w| at 0 is 0 here and 1 in JAX; judge and the definition say the same of both."""
    case = read_case(
        "Case(spec=NetworkSpec(widths=(2, 2), activations=('identity',), loss='mse', l1=0.5), "
        "batch=1, seed=7, inputs='grid', labels='real')"
    )
    arrays = case.arrays()
    ((W, _),) = arrays.params
    assert (W == 0).any()

    def sloped(slope: float) -> Witness:
        def witness(spec, params, *rest):
            found = by_hand(spec, params, *rest)
            return {**found, "dW1": found["dW1"] + slope * spec.l1 * (params[0][0] == 0)}

        return witness

    for slope in (-1.0, 0.0, 1.0):
        (row,) = [row for row in judge_case(sloped(slope), case).rows if row.quantity == "dW1"]
        assert row.verdict != "wrong"
        assert row.kinks == (W == 0).sum()
        assert arbitrate(case.spec, arrays, row).wrong == ()
    (row,) = [row for row in judge_case(sloped(3.0), case).rows if row.quantity == "dW1"]
    assert row.verdict == "wrong"


@pytest.mark.parametrize("slope", ["-1.0", "0.5", "1.0", "3.0"])
def test_where_a_is_y_any_slope_of_mae_is_honest(slope):
    """The slope of |a - y| at 0 is 0 here and 1 in JAX; end to end and step by step judge alike."""
    case = read_case(
        "Case(spec=NetworkSpec(widths=(1, 8), activations=('identity',), loss='mae', dtype='float32'), "
        "batch=1, seed=0, inputs='grid', labels='classes')"
    )
    arrays = case.arrays()
    assert (by_hand(case.spec, *arrays)["a1"] == arrays.y).any()
    at_kinks = f"np.where(a == y, a.dtype.type({slope}), np.sign(a - y)) / y.size"
    witness = planted("functions.mae_backward:return", at_kinks)
    for found in (judge(witness, case.spec, *arrays), steps.judge(witness, case.spec, arrays).steps):
        assert (found.first_wrong is None) == (abs(float(slope)) <= 1)


@pytest.mark.parametrize("batch", [40, 1000])
def test_the_penalty_may_stand_inside_each_examples_loss(batch):
    """Added to each example's loss and then averaged, it is added up B times."""
    spec = "NetworkSpec(widths=(1, 1), activations=('sigmoid',), loss='mse', dtype='float32', l1=0.5)"
    case = read_case(f"Case(spec={spec}, batch={batch}, seed=9, scale=1000.0)")

    def inside(spec, params, x, y, masks):
        found = by_hand(spec, params, x, y, masks)
        ((W, _),) = params
        penalty = np.float32(spec.l1) * np.abs(W).sum()
        total, slope = np.float32(0), np.zeros_like(W)
        for a, dz, label, row in zip(found["a1"], found["dz1"], y, x):
            total = total + (((a - label) ** 2).sum() + penalty)
            slope = slope + (np.float32(batch) * np.outer(dz, row) + np.float32(spec.l1) * np.sign(W))
        return {**found, "loss": total / np.float32(batch), "dW1": slope / np.float32(batch)}

    report = judge_case(inside, case)
    assert report.rows
    assert report.first_wrong is None, "\n".join(lines(report))


@pytest.mark.parametrize("name", ["leaky_relu", "elu", "softplus", "gelu", "gelu_tanh"])
@given(z=st.floats(-30, 30), dtype=st.sampled_from(("float64", "float32")))
def test_an_activation_keeps_its_digits(name, z, dtype):
    """By hand, a is as near to the definition as its own condition allows, far out in the tail too."""
    at = np.array([[z]], dtype)
    with mpmath.workdps(400):
        (exact,) = definition_network.ACTIVATIONS[name]([mpmath.mpf(float(at[0, 0]))])
    r = Rounding(dtype)
    off = abs(mpmath.mpf(float(functions.activation(name, at)[0, 0])) - exact)
    # The roundings of z / sqrt(2), or of the cubic, move the tail by z^2 or z^4 of them.
    assert off <= (r.c + r.gamma(4) * (z * z + z**4 * (name == "gelu_tanh"))) * abs(exact) + r.tiny


# The forms that most people write, torch among them.
THEIRS = {
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "elu": torch.nn.functional.elu,
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
    "gelu": torch.nn.functional.gelu,
    "gelu_tanh": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", THEIRS)
def test_the_usual_forms_of_an_activation_are_honest(name, dtype):
    for seed, scale in enumerate((0.01, 1.0, 10.0, 300.0)):
        spec = NetworkSpec((3, 16), (name,), "half_squared_error", dtype)
        case = Case(spec, batch=32, seed=seed, scale=scale)
        arrays = case.arrays()
        z = torch.tensor(by_hand(spec, *arrays)["z1"]).requires_grad_()
        a = THEIRS[name](z)
        (((a - torch.tensor(arrays.y)) ** 2).sum() / (2 * case.batch)).backward()
        assert z.grad is not None
        given = {"a1": a.detach().numpy(), "dz1": z.grad.numpy()}
        report = compare(given, truth(spec, arrays))
        assert report.first_wrong is None, "\n".join(lines(report))
