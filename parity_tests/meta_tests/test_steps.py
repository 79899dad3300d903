"""Steps judged from their own inputs: honest code is never accused, and the wrong step is named."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.parity_tests.cases import Case, draw_case
from backproof.parity_tests.comparison import by_hand, by_hand_in, truth
from backproof.parity_tests.forms import Digits, activation_forms, last_dz_forms, loss_forms
from backproof.parity_tests.meta_tests.witnesses import WITNESSES, Plain, sigmoid
from backproof.parity_tests.planting import plant, planted
from backproof.parity_tests.report import lines
from backproof.parity_tests.steps import Judged, Network, judge, judge_answer, judge_steps, judging
from backproof.parity_tests.strategies import cases
from backproof.parity_tests.together import AT_ONCE, Asking, Question, together
from backproof.reference import definition_network as defined
from backproof.scratch import functions
from backproof.scratch.errors import InputError
from backproof.scratch.spec import LOSSES, PAIRS, Array, NetworkSpec

# 400 networks for each witness and format in the thorough profile.
EXAMPLES = max(4, settings().max_examples // 5)
SPEC = NetworkSpec((3, 4, 5, 2), ("tanh", "sigmoid", "softmax"), "categorical_cross_entropy", l2=1e-3)
CASE = Case(SPEC, batch=4)


def judged(witness: Any, case: Case, **more: Any) -> Judged:
    """A network of which nothing can be said is none."""
    return judge(witness, case.spec, case.arrays(), **more)


def quietly_judged(witness: Any, case: Case, **more: Any) -> Judged:
    """The same of code that overflows on its way."""
    with np.errstate(all="ignore"):
        return judged(witness, case, **more)


def not_accused(witness: Any, case: Case) -> Judged:
    """The judgement of right calculus, in whatever form."""
    report = quietly_judged(witness, case)
    assert report.first_wrong is None, "\n".join([repr(case), *lines(report)])
    return report


def first_wrong(report: Judged) -> str:
    assert report.first_wrong is not None
    return report.first_wrong.quantity


def forms(report: Judged) -> set[str]:
    """The names of the forms that lose digits."""
    return {step.form.name for step in report.steps.unstable if step.form}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", WITNESSES)
def test_no_honest_code_is_accused(name, dtype):
    if name == "JAX":
        pytest.importorskip("jax", reason="JAX is not installed; where it is, it sits this exam as well")

    # JAX compiles each network for a second.
    @settings(max_examples=max(2, EXAMPLES // 6) if name == "JAX" else EXAMPLES)
    @given(case=cases(dtypes=(dtype,)))
    def never(case: Case) -> None:
        report = judged(WITNESSES[name], case)
        assert report.first_wrong is None, "\n".join([repr(case), *lines(report)])
        assert not report.steps.unstable

    never()


# A mistake of each step: its address, what stands there instead, and the steps that are wrong, in order.
MISTAKES = {
    "z": ("network.forward:z", "RIGHT - 2 * b", ("z1", "z2", "z3")),
    "a": ("functions.tanh:return", "RIGHT * (1 + 1e-9)", ("a1",)),
    "kept": ("functions.dropout:return", "a if mask is None else a * mask", ("kept1", "kept2", "da2", "da1")),
    "loss": ("network.loss:regularisation()", "0.0", ("loss",)),
    "last dz": ("functions.softmax_categorical_cross_entropy_backward:return", "RIGHT * 2", ("dz3",)),
    "dW": ("network.backward:dW", "RIGHT * (1 - 1e-9)", ("dW3", "dW2", "dW1")),
    "db": ("network.backward:db", "dz[1:].sum(axis=0)", ("db3", "db2", "db1")),
    "da": ("network.backward:da_prev", "RIGHT * 1.5", ("dkept2", "dkept1", "dx")),
    "dz": ("functions.sigmoid_backward:return", "da * a * a", ("dz2",)),
}
MASKED = Case(NetworkSpec((3, 4, 5, 2), SPEC.activations, SPEC.loss, l2=0.5, dropout=0.25), batch=6)


@pytest.mark.parametrize("name", MISTAKES)
def test_the_wrong_steps_are_those_with_the_mistake(name):
    at, wrong, steps = MISTAKES[name]
    report = judged(planted(at, wrong), MASKED)
    assert tuple(step.quantity for step in report.steps.wrong) == steps
    assert first_wrong(report) == steps[0]
    assert not set(report.inherited) & set(steps)
    assert any(line.startswith(f"first wrong step: {steps[0]}") for line in lines(report))


def test_two_mistakes_are_both_named_and_the_rest_inherits():
    slope = partial(plant_twice, MISTAKES["dz"][:2], MISTAKES["a"][:2])
    report = judged(slope(), MASKED)
    assert [step.quantity for step in report.steps.separate] == ["a1", "dz2"]
    assert "first wrong step: a1; wrong by themselves too: dz2" in list(lines(report))
    assert {"z2", "loss", "dW1"} <= set(report.inherited)


def plant_twice(one: tuple[str, str], other: tuple[str, str]) -> Any:
    """scratch with two mistakes in functions.py."""
    first, second = plant(*one), plant(*other)
    name = other[0].partition(".")[2].partition(":")[0]
    first.f.ACTIVATIONS[name] = second.f.ACTIVATIONS[name]
    return partial(by_hand_in, first)


# --- what was not given ------------------------------------------------------------------------------


def without(witness: Any, *letters: str) -> Any:
    def fewer(*given: Any) -> dict[str, Array]:
        return {name: value for name, value in witness(*given).items() if not name.startswith(letters)}

    return fewer


@pytest.mark.parametrize("name", ["loss", "last dz", "dW", "db", "dz", "da"])
def test_on_a_single_example_a_missing_dz_is_recovered(name):
    """db is dz there, and dW is dz times the activation below."""
    at, wrong, steps = MISTAKES[name]
    wrong = "RIGHT * 1.25" if name == "db" else wrong
    report = judged(without(planted(at, wrong), "dz", "da", "dkept"), replace(MASKED, batch=1))
    # da is not given there, so that its mistake is seen in the next dz, which is recovered.
    assert first_wrong(report) == {"da": "dz2"}.get(name, steps[0])


def test_what_only_a_batch_shows_is_found_and_said_to_be_unlocated():
    at, wrong, _ = MISTAKES["dz"]
    report = judged(without(planted(at, wrong), "dz", "da", "dkept"), MASKED)
    assert report.first_wrong is not None
    # dW3 and db3 are right, so that dz3 is too; dz2, and what leads to it, is what the wrong ones share.
    assert report.steps.unlocated == ("dkept2", "da2", "dz2")
    assert "first wrong step: one of dkept2, da2, dz2" in list(lines(report))


def test_no_reading_accuses_a_step_that_is_right_as_it_stands():
    """Doubled dW and db look like a dz that is carried as half of itself, and would leave one culprit: dz."""
    arrays = MASKED.arrays()
    found = by_hand(MASKED.spec, *arrays)
    found |= {name: 2 * value for name, value in found.items() if name.startswith(("dW", "db"))}
    wrong = judge_steps(MASKED.spec, arrays, found).wrong
    assert [step.quantity for step in wrong] == ["dW3", "db3", "dW2", "db2", "dW1", "db1"]


@pytest.mark.parametrize("quantity", ["dW1", "db1", "dW2", "db3"])
def test_a_forgotten_division_is_blamed_where_dz_is_carried_undivided(quantity):
    """dz without 1/B, dW and db divide by B, and one of them forgets to: that one is wrong, and no other."""
    arrays = MASKED.arrays()
    found = by_hand(MASKED.spec, *arrays)
    B = len(arrays.x)
    found |= {name: B * value for name, value in found.items() if name.startswith(("dz", "da", "dkept"))}
    found[quantity] = B * found[quantity]
    wrong = judge_steps(MASKED.spec, arrays, found).wrong
    assert [step.quantity for step in wrong] == [quantity]


@pytest.mark.parametrize("quantities", [["dW1", "dW2", "dW3"], ["db2"], []])
def test_dx_may_be_carried_as_da_is(quantities):
    """da and dx without 1/B, and no dz: what forgets to divide is wrong, and nothing else."""
    arrays = MASKED.arrays()
    known, B = truth(MASKED.spec, arrays), len(arrays.x)
    found = by_hand(MASKED.spec, *arrays)
    found = {name: value for name, value in found.items() if not name.startswith("dz")}
    found |= {name: B * found[name] for name in found if name.startswith(("da", "dkept", "dx"))}
    found |= {name: B * found[name] for name in quantities}
    steps = judge_steps(MASKED.spec, arrays, found, known=known)
    assert {step.quantity for step in steps.wrong} == set(quantities)
    assert quantities or steps.readings == (CARRIED.format(B),)


def test_a_nan_is_wrong_where_it_arises():
    arrays = MASKED.arrays()
    found = by_hand(MASKED.spec, *arrays)
    found["a2"] = found["a2"] * np.nan
    assert judge_steps(MASKED.spec, arrays, found).wrong[0].quantity == "a2"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"delta": np.zeros(1)}, "unknown quantity 'delta'"),
        ({"dz3": np.zeros((2, 4))}, r"dz3 has shape \(2, 4\)"),
        ({"a1": np.zeros((4, 4), "complex128")}, "a1 holds no real numbers"),
    ],
)
def test_an_answer_that_cannot_be_judged_says_so(change, said):
    with pytest.raises(InputError, match=said):
        judge_steps(SPEC, CASE.arrays(), change)


# --- readings ----------------------------------------------------------------------------------------

CARRIED = "dz and da are carried as {} times the gradient, and dW and db make up for it"
READINGS = {
    "dz without 1/B": CARRIED.format(6),
    "dz turned round and halved": CARRIED.format(-3),
    "one example at a time": CARRIED.format(6),
    "behind the mask": "every a is given as it is behind its mask",
}


@pytest.mark.parametrize("name", READINGS)
def test_another_way_of_carrying_numbers_is_named(name):
    report = judged(WITNESSES[name], MASKED)
    assert report.first_wrong is None
    assert READINGS[name] in report.steps.readings
    assert f"read so that {READINGS[name]}" in list(lines(report))


def test_a_factor_that_nobody_makes_up_for_is_a_mistake():
    report = judged(planted(MISTAKES["last dz"][0], "RIGHT * len(y)"), MASKED)
    assert report.steps.readings == ()
    assert report.first_wrong is not None


class SoftmaxAsOutput(Plain):
    """Answers softmax(z) as its last a, where the loss contains the softmax."""

    def reported(self, found: dict[str, Array]) -> dict[str, Array]:
        return {**found, "a2": functions.softmax(found["z2"])}


def test_the_softmax_that_the_loss_contains_may_be_given_as_a():
    case = Case(NetworkSpec((3, 4, 3), ("tanh", "identity"), "cross_entropy"), batch=2)
    report = judged(SoftmaxAsOutput(), case)
    assert report.first_wrong is None
    assert report.steps.readings == ("a2 is the softmax that the loss contains",)


# --- forms that lose digits, and other functions -----------------------------------------------------

NUMBERS = st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=4)
# Of 120 digits, 45 are lost at the smallest float32, and what is left must be the same.
ALIKE = mpmath.mpf(10) ** -60


def entropy(spec: NetworkSpec, z: list[Any], y: list[Any]) -> Any:
    """The loss of one example by its definition, in as many digits as there are."""
    return defined.LOSSES[spec.loss](defined.ACTIVATIONS[spec.activations[-1]](z), y)


ENTROPIES = [*(pair for pair in PAIRS if len(LOSSES[pair[0]].last) == 2), ("cross_entropy", "identity")]


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softmax", "softplus"])
@given(numbers=NUMBERS)
def test_every_form_of_an_activation_is_the_honest_function(name, numbers):
    with mpmath.workdps(120):
        z = np.array([[mpmath.mpf(each) for each in numbers]], dtype=object)
        right = defined.ACTIVATIONS[name](list(z[0]))
        for form in activation_forms(name):
            found = form.evaluate(Digits(), z)[0]
            close = all(abs(p - q) <= ALIKE * abs(q) for p, q in zip(found, right))
            assert close == (not form.epsilon), form.name


@pytest.mark.parametrize(("loss", "last"), ENTROPIES)
@given(numbers=NUMBERS, seed=st.integers(0, 100))
def test_every_form_of_an_entropy_is_the_honest_function(loss, last, numbers, seed):
    labels = np.random.default_rng(seed).random(len(numbers)).tolist()
    spec = NetworkSpec((1, len(numbers)), (last,), loss)
    with mpmath.workdps(120):
        z = [mpmath.mpf(each) for each in numbers]
        y = np.array([[mpmath.mpf(each) for each in labels]], dtype=object)
        right = entropy(spec, z, y[0])
        inputs = {"z": np.array([z], object), "a": np.array([defined.ACTIVATIONS[last](z)], object)}
        for form in loss_forms(spec):
            if not form.epsilon:
                found = form.evaluate(Digits(), inputs[form.takes], y)[()]
                assert abs(found - right) <= ALIKE * abs(right), form.name
        slopes = [
            mpmath.diff(lambda value, k=k: entropy(spec, [*z[:k], value, *z[k + 1 :]], y[0]), z[k])
            for k in range(len(z))
        ]
        for form in last_dz_forms(spec):
            if not form.epsilon:
                found = form.evaluate(Digits(), inputs[form.takes], y)[0]
                apart = max(abs(p - q) for p, q in zip(found, slopes))
                assert apart <= mpmath.sqrt(ALIKE), form.name  # the quotient takes half of the digits


def softmax_by(power: Any) -> Any:
    return lambda z: power(z) / power(z).sum(axis=1, keepdims=True)


# Code that loses digits: what stands for a function of scratch, z's size, and the form that is named.
UNSTABLE_ACTIVATIONS = {
    "(e^z - e^-z) / (e^z + e^-z)": (
        "tanh",
        lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
        1e-4,
    ),
    "(e^2z - 1) / (e^2z + 1)": ("tanh", lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1), 1e3),
    "(1 - e^-2z) / (1 + e^-2z)": ("tanh", lambda z: (1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z)), 1e-4),
    "2 sigmoid(2z) - 1": ("tanh", lambda z: 2 * sigmoid(2 * z) - 1, 1e-4),
    "(1 + tanh(z / 2)) / 2": ("sigmoid", lambda z: (1 + np.tanh(z / 2)) / 2, 30.0),
    "e^z / (1 + e^z)": ("sigmoid", lambda z: np.exp(z) / (1 + np.exp(z)), 1e3),
    "1 - 1 / (1 + e^z)": ("sigmoid", lambda z: 1 - 1 / (1 + np.exp(z)), 30.0),
    "log(1 + e^z)": ("softplus", lambda z: np.log(1 + np.exp(z)), 30.0),
    "e^z / sum e^z, not shifted by each row's maximum": ("softmax", softmax_by(np.exp), 1e3),
    "e^z / sum e^z, shifted by one maximum for the whole batch": (
        "softmax",
        softmax_by(lambda z: np.exp(z - z.max())),
        1e3,
    ),
}


# How many arguments a table's functions and their slopes take, before the place given for the result.
TAKEN = {"ACTIVATIONS": (1, 3), "LOSSES": (2, 2), "FUSED_LOSSES": (2, 2)}


def otherwise(table: str, name: Any, value: Any = None, slope: Any = None) -> Any:
    """scratch with a function of one of its tables written otherwise, or its slope, or both."""
    network = plant("functions.identity:return", "RIGHT")
    found = vars(network.f)[table]
    found[name] = tuple(
        (lambda *given, count=count, new=new: new(*given[:count])) if new else right
        for count, new, right in zip(TAKEN[table], (value, slope), found[name])
    )
    return partial(by_hand_in, network)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", UNSTABLE_ACTIVATIONS)
def test_a_form_that_loses_digits_is_named_and_no_mistake(name, dtype):
    activation, form, scale = UNSTABLE_ACTIVATIONS[name]
    case = Case(NetworkSpec((3, 4, 2), (activation, "identity"), "mse", dtype), 6, 1, scale)
    report = not_accused(otherwise("ACTIVATIONS", activation, form), case)
    assert {step.quantity for step in report.steps.unstable} >= {"a1"}
    step = report.steps.unstable[0]
    assert step.lost >= 1
    assert step.form is not None
    assert step.form.name == name
    assert step.said in list(lines(report))
    # A wrong slope hidden behind it is still wrong.
    wrong = otherwise("ACTIVATIONS", activation, form, lambda da, _, a: da * (1 + a))
    assert first_wrong(quietly_judged(wrong, replace(case, scale=1.0))) == "dz1"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("loss", "last"), ENTROPIES[:4])
def test_the_logarithm_of_a_rounded_a_and_its_chained_slope_are_no_mistakes(loss, last, dtype):
    binary, case = loss.startswith("b"), Case(NetworkSpec((3, 3), (last,), loss, dtype), 3, 0, 300.0)

    def of_a(z: Array, y: Array) -> Array:
        a = functions.activation(last, z)
        terms = -y * np.log(a) - ((1 - y) * np.log(1 - a) if binary else 0)
        return terms.sum() / (y.size if binary else len(y))

    def chained(z: Array, y: Array) -> Array:
        a = functions.activation(last, z)
        da = (-y / a + ((1 - y) / (1 - a) if binary else 0)) / (y.size if binary else len(y))
        return functions.activation_backward(last, da.astype(dtype), z, a)

    named, witness = set(), otherwise("FUSED_LOSSES", (loss, last), of_a, chained)
    for seed in range(30):
        named |= forms(not_accused(witness, replace(case, seed=seed)))
    assert named <= {
        "-log of a rounded a",
        "-y / a times the slope of a",
        "-log p of a rounded p = softmax(z)",
    }
    assert named


@pytest.mark.parametrize("given", [("dz", "da", "dkept"), ("z", "a", "kept", "dz", "da", "dkept", "loss")])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", UNSTABLE_ACTIVATIONS)
def test_a_form_is_no_mistake_either_where_what_shows_it_is_not_given(name, dtype, given):
    """Its digits are seen to be lost in what follows, or not at all."""
    activation, form, scale = UNSTABLE_ACTIVATIONS[name]
    witness = without(otherwise("ACTIVATIONS", activation, form), *given)
    spec = NetworkSpec((3, 4, 2), (activation, "identity"), "mse", dtype)
    for seed, batch in enumerate((1, 6, 1, 6)):
        assert forms(not_accused(witness, Case(spec, batch, seed, scale))) <= {*UNSTABLE_ACTIVATIONS}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("last", ["identity", "elu", "relu"])
def test_an_unshifted_softmax_minus_labels_is_no_mistake_where_it_overflows(last, dtype):
    case = Case(NetworkSpec((3, 3), (last,), "cross_entropy", dtype), 3, 0, 1e3)

    def naive(a: Array, y: Array) -> Array:
        return (np.exp(a) / np.exp(a).sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True) - y) / len(y)

    (step,) = not_accused(otherwise("LOSSES", "cross_entropy", slope=naive), case).steps.unstable
    assert step.quantity == "dz1"
    assert "softmax(z) - y, not shifted by each row's maximum" in step.said
    # A factor that is lost behind it is still wrong.
    wrong = otherwise("LOSSES", "cross_entropy", slope=lambda a, y: 2 * naive(a, y))
    assert first_wrong(quietly_judged(wrong, replace(case, scale=1.0))) == "dz1"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_log_sum_exp_without_the_maximum_is_no_mistake_where_it_overflows(dtype):
    case = Case(NetworkSpec((3, 3), ("identity",), "cross_entropy", dtype), 3, 0, 1e3)

    def plainly(a: Array, y: Array) -> Array:
        return (y * (np.log(np.exp(a).sum(axis=1, keepdims=True)) - a)).sum() / len(y)

    report = not_accused(otherwise("LOSSES", "cross_entropy", plainly), case)
    assert [step.quantity for step in report.steps.unstable] == ["loss"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("loss", "form", "of_z"),
    [
        ("binary_cross_entropy", "log(1 + e^z) - y z", lambda z, y: np.log(1 + np.exp(z)) - y * z),
        (
            "binary_cross_entropy",
            "log(1 + e^-z) + (1 - y) z",
            lambda z, y: np.log(1 + np.exp(-z)) + (1 - y) * z,
        ),
        ("categorical_cross_entropy", "y log(1 + e^-z)", lambda z, y: y * np.log(1 + np.exp(-z))),
    ],
)
def test_an_entropy_of_logits_that_overflows_is_no_mistake(loss, form, of_z, dtype):
    def averaged(more: int) -> Any:
        count = (lambda y: y.size) if loss.startswith("b") else len
        return otherwise("FUSED_LOSSES", (loss, "sigmoid"), lambda z, y: of_z(z, y).sum() / (count(y) + more))

    named = set()
    for seed in range(40):  # one output shows which digits are lost, large z what overflows
        spec = NetworkSpec((3, 1 + 2 * (seed % 2)), ("sigmoid",), loss, dtype)
        labels = ("loose", "missing", "classes")[seed % 3]
        case = Case(spec, 1, seed, (10.0, 1e3)[seed % 4 // 2], labels=labels)
        named |= forms(not_accused(averaged(0), case))
    assert form in named
    assert first_wrong(quietly_judged(averaged(1), replace(case, scale=1.0, labels="loose"))) == "loss"


EPSILONS = {
    "functions.sigmoid_binary_cross_entropy:return": (
        "binary_cross_entropy",
        "(-y * np.log(sigmoid(z) + 1e-8) - (1 - y) * np.log(1 - sigmoid(z) + 1e-8)).sum() / y.size",
        "loss",
        1e-8,
    ),
    "functions.sigmoid_categorical_cross_entropy:return": (
        "categorical_cross_entropy",
        "(-y * np.log(np.clip(sigmoid(z), 0.001, 0.999))).sum() / len(y)",
        "loss",
        1e-3,
    ),
    "functions.sigmoid_categorical_cross_entropy_backward:return": (
        "categorical_cross_entropy",
        "-y / (sigmoid(z) + 1e-7) / len(y) * sigmoid(z) * (1 - sigmoid(z))",
        "dz1",
        1e-7,
    ),
}


@pytest.mark.parametrize("at", EPSILONS)
def test_an_epsilon_is_named_and_wrong_unless_it_is_declared(at):
    loss, wrong, quantity, epsilon = EPSILONS[at]
    case = Case(NetworkSpec((3, 4), ("sigmoid",), loss), 5, 1, 8.0)
    report = judged(planted(at, wrong), case)
    (step,) = report.steps.wrong
    assert step.quantity == quantity
    assert step.form is not None
    assert step.form.epsilon == epsilon
    assert f"an epsilon of {epsilon:g}" in step.said
    declared = judged(planted(at, wrong), case, epsilon=epsilon)
    assert declared.first_wrong is None, "\n".join(lines(declared))
    assert judged(planted(at, wrong), case, epsilon=1e-5).first_wrong is not None


# --- the judge itself --------------------------------------------------------------------------------


def test_no_size_that_the_code_reports_raises_its_allowance():
    """tanh(z) + 3e7 - 3e7 loses digits: the step that does it is wrong, whatever it feeds on."""
    assert first_wrong(judged(planted("functions.tanh:return", "RIGHT + 3e7 - 3e7"), CASE)) == "a1"


def test_a_step_resolves_more_than_the_whole_network():
    """dx = 0 behind an ill-conditioned network in float32: nothing shows it end to end."""
    spec = NetworkSpec((20, 30, 30, 30, 4), ("tanh", "tanh", "tanh", "softmax"), "squared_error", "float32")
    report = judged(by_hand, Case(spec, batch=4, scale=2.0))
    by_step = {step.quantity: step.row.resolution for step in report.steps.steps}
    whole = {row.quantity: row.resolution for row in report.rows}
    for name in ("dW1", "db1", "dx"):
        assert by_step[name] < whole[name]


def test_the_same_answer_is_judged_the_same_with_a_truth_that_was_known():
    case = draw_case(5, 3)
    arrays, known = case.arrays(), truth(case.spec, case.arrays())
    found = by_hand(case.spec, *arrays)
    assert judge_answer(case.spec, arrays, found, known) == judge(by_hand, case.spec, arrays)


def test_many_answers_about_one_network_are_judged_as_each_of_them_alone():
    """What they have in common is computed once; here all but one quantity, which is wrong or missing."""
    spec = replace(MASKED.spec, activations=("relu", "sigmoid", "softmax"))
    arrays = replace(MASKED, spec=spec).arrays()
    known, right = truth(spec, arrays), by_hand(spec, *arrays)
    answers = [right, *({**right, name: 1.01 * value} for name, value in right.items())]
    answers += [{**right, name: right["z1"]} for name in ("a1", "kept1", "da1", "dz1")]
    answers += [{other: right[other] for other in right if other != name} for name in right]
    network = Network(spec, arrays, many=True)
    assert together(judging(network, found, known) for found in answers) == [
        judge_answer(spec, arrays, found, known) for found in answers
    ]


def test_what_is_asked_together_is_answered_to_each():
    def answer(about: int, given: Sequence[int]) -> list[int]:
        return [2 * each + about for each in given]

    def asking(n: int) -> Asking[list[int]]:
        found: list[int] = []
        for about in range(n):
            found.append((yield Question(answer, about, n + about)))
        return found

    assert together(asking(n % 7) for n in range(3 * AT_ONCE)) == [
        [2 * (n % 7) + 3 * about for about in range(n % 7)] for n in range(3 * AT_ONCE)
    ]
