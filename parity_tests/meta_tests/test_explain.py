"""`backproof explain`: published numbers, the heart's lines, factors, wishes, and bad input."""

import inspect
import json
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from backproof.data import course
from backproof.parity_tests.error_bound import Rounding
from backproof.parity_tests.strategies import cases
from backproof.scratch import functions as f
from backproof.scratch import network, saved
from backproof.scratch.spec import Array, NetworkSpec, SpecError, init_params
from backproof.scripts import explanation
from backproof.scripts.course.language import Machine, expression
from backproof.scripts.course.wishes import amount


@pytest.fixture
def shown(answer, tmp_path):
    """What `backproof explain` prints, its pictures in an own folder."""

    def printed(*words, code=0):
        found = answer("explain", *words, "--out", tmp_path)
        assert found.code == code
        return found.out

    return printed


def rows(text: str) -> dict[str, list[str]]:
    """What stands beside each entry, the last time that it is shown."""
    return {words[0]: words[1:] for line in text.splitlines() if (words := line.replace(", ", ",").split())}


def test_a_published_example_step_by_step(shown):
    text = shown("mazur")
    found = rows(text)
    assert "z1[0]  0.15·0.05 + 0.2·0.1 + 0.35  0.3775" in text
    assert found["z1[0]"][-1] == "0.3775"
    assert f"{float(found['a1[0]'][-1]):.9f}" == "0.593269992"
    assert f"{float(found['a1[1]'][-1]):.9f}" == "0.596884378"
    assert f"{float(found['a2[0]'][-1]):.8f}" == "0.75136507"
    assert f"{float(found['a2[1]'][-1]):.9f}" == "0.772928465"
    assert f"{float(found['loss'][-1]):.9f}" == "0.298371109"
    # The article keeps the biases in its step.
    assert "the loss goes from 0.2983711088 to 0.2910277737" in text
    assert "b1[0,0]" not in found
    # The article's w1 to w8, after a step of 0.5.
    after = {
        "W1[0,0]": "0.149780716", "W1[0,1]": "0.19956143", "W1[1,0]": "0.24975114", "W1[1,1]": "0.29950229",
        "W2[0,0]": "0.35891648", "W2[0,1]": "0.408666186", "W2[1,0]": "0.511301270",
        "W2[1,1]": "0.561370121",
    }  # fmt: skip
    for name, expected in after.items():
        digits = len(expected.split(".")[1])
        assert f"{float(found[name][-1]):.{digits}f}" == expected


def test_the_three_factors_of_the_published_example(shown):
    text = shown("mazur").split("One step")[0]
    found = rows(text)
    # dz/dw, da/dz, dC/da and their product for the article's w5 and w1.
    factors = {
        "W2[0,0]": "0.593269992 0.186815602 0.741365070 0.082167041",
        "W1[0,0]": "0.050000000 0.241300709 0.036350306 0.000438568",
    }
    for name, expected in factors.items():
        assert " ".join(f"{float(v):.9f}" for v in found[name][1:5]) == expected
    assert found["W2[0,0]"][5:] == ["decrease", "a", "lot"]


def test_the_lectures_network(tmp_path, shown):
    text = shown("w1ij").split("One step")[0]
    found = rows(text)
    assert f"{float(found['loss'][-1]):.10f}" == "0.1618798036"
    # The lecture's dJ/dW1_ij, which is our dW1[j, i].
    expected = {
        "dW1[0,0]": 0.0013366648444401589,
        "dW1[3,2]": 0.002392654909282389,
        "dW3[0,1]": -0.088239435675487,
    }
    for name, value in expected.items():
        assert f"{float(found[name][-1]):.9g}" == f"{value:.9g}"
    assert "no biases" in text
    assert not any(name.startswith(("b1", "db")) for name in found)
    assert {path.name for path in tmp_path.iterdir()} == {"w1ij.svg", "w1ij.png"}


def test_every_number_stands_beside_its_line(shown):
    source = inspect.getsource(network).splitlines()
    for made in explanation.heart().values():
        place, _, code = made.partition("  ")
        assert source[int(place.removeprefix("network.py:")) - 1].split()[0] == code.split()[0]
    text = shown("mazur")
    for heading, code in (
        ("Forward, layer 1: z", "z = a_prev @ W.T + b"),
        ("Backward, layer 2: dW", "dW = dz.T @ a_prev"),
        ("Backward, layer 2: da1, the sum over the neurons of layer 2", "da_prev = dz @ W"),
    ):
        below = text.splitlines()[text.splitlines().index(heading) + 1]
        assert below.startswith("  network.py:")
        assert below.endswith(code)


def test_a_line_that_the_heart_has_lost_is_noticed(monkeypatch):
    monkeypatch.setitem(explanation.ADDRESSES, "z", "network.forward:zed")
    with pytest.raises(ValueError, match="fits 0 places"):
        explanation.heart()


def as_python(arithmetic: str) -> str:
    """What is written on the board, as Python writes it."""
    return (
        arithmetic.replace("·", "*")
        .replace("²", "**2")
        .replace("[", "(")
        .replace("]", ")")
        .replace("1/2 *", "0.5*")
    )


def entry_of(values: Array, *place: int) -> float:
    return float(values[place])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "identity"])
@pytest.mark.parametrize("loss", ["squared_error", "half_squared_error", "mse"])
def test_the_arithmetic_is_true(activation, loss):
    rng = np.random.default_rng(16)
    spec = NetworkSpec((3, 2, 2), (activation,) * 2, loss)
    params = [(W, rng.standard_normal(len(b))) for W, b in init_params(spec, rng)]
    told = explanation.explain(spec, params, rng.standard_normal((1, 3)), rng.random((1, 2)))
    known: dict[str, Array] = {"x": told.x, "y": told.y, "dx": told.dx}
    for layer in told.layers:
        known |= {
            f"{name}{layer.number}": getattr(layer, name)
            for name in ("W", "b", "z", "a", "da", "dz", "dW", "db")
        }
    # A name that is indexed calls its array here: the language has calls, and the board's brackets are these.
    scope: dict[str, Any] = {name: partial(entry_of, values) for name, values in known.items()}
    scope |= {"sigmoid": f.sigmoid, "tanh": np.tanh, "identity": lambda z: z}
    r, checked = Rounding("float64"), 0
    for section in explanation.board(told, 10**9, named=True):
        for entry, text, _ in section.rows:
            if "path" not in text and not entry.startswith(" "):
                found = Machine("float").value(expression(as_python(text)), scope)
                right = (
                    told.loss
                    if entry == "loss"
                    else Machine("float").value(expression(as_python(entry)), scope)
                )
                size = max(1.0, *(float(np.abs(v).max()) for v in known.values()))
                assert abs(found - right) <= r.gamma(40) * size**3, (entry, text)
                checked += 1
    assert checked == 27


def test_blanks_hold_no_number_before_the_solutions(shown):
    text = shown("mazur", "--blanks")
    sheet, solutions = text.split("\nSolutions\n")
    assert "z1[0]  W1[0, 0]·x[0] + W1[0, 1]·x[1] + b1[0]  ______" in sheet
    for number in ("0.3775", "0.5932", "0.2983", "0.082167"):
        assert number not in sheet
        assert number in solutions


def test_a_mini_batch_is_averaged_and_steps_follow(shown):
    examples = ("--x", "[[0.05, 0.1], [1, -2]]", "--y", "[[0.01, 0.99], [1, 0]]")
    text = shown("mazur", *examples, "--steps", "2")
    assert "Example 2 of 2" in text
    batch = text.split("The mini-batch")[1].split("Step 1")[0]
    found = rows(batch)
    for values in (found["W1[0,0]"], found["b2[1]"]):
        one, other, average = map(float, values)
        assert f"{(one + other) / 2:.6g}" == f"{average:.6g}"
    first, second = (line for line in text.splitlines() if line.startswith("Step "))
    assert first.split(" to ")[1].split(";")[0] == second.split("from ")[1].split(" to ")[0]


@given(cases(extremes=False, dropout=False))
@settings(max_examples=40)
def test_the_factors_multiply_to_the_slope(case):
    params, x, y, _ = case.arrays().examples(slice(1))
    told = explanation.explain(case.spec, params, x, y)
    assert told.report.first_wrong is None
    for layer in told.layers:
        if layer.slope is None or layer.da is None:
            continue
        product = np.outer(layer.slope * layer.da, layer.a_prev) + layer.penalty
        # Three factors, one sum: a handful of roundings on either side.
        allowed = 2 * layer.errors["dW"] + Rounding("float64").gamma(8) * np.abs(product)
        assert (np.abs(product - layer.dW) <= allowed).all()


def test_what_a_weight_wants():
    assert amount(0.31, 1.25) == "increase somewhat"
    assert amount(-1.25, 1.25) == "decrease a lot"
    assert amount(0.03, 1.25) == "increase a little"
    assert amount(0.0, 1.25) == "stay"
    assert amount(0.0, 0.0) == "stay"


def test_a_network_on_the_command_line_equals_the_file(tmp_path, shown):
    parts = course.given("mazur")
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(parts), "utf-8")
    from_file = shown(file)
    options = [
        word for key in ("weights", "biases", "x", "y") for word in (f"--{key}", json.dumps(parts[key]))
    ]
    from_options = shown(*options, "--learning-rate", "0.5", "--keep-biases")
    assert from_file.replace("mine", "network") == from_options


def test_options_replace_parts_of_a_file(shown):
    text = shown("mazur", "--activations", "tanh,softmax", "--loss", "mse")
    assert text.startswith("2-2-2, tanh, softmax, mse")
    headings = [line.split() for line in text.splitlines() if "wants to" in line]
    # Through a softmax the last two factors come as one.
    assert [words[2:-2] for words in headings] == [
        ["dz/dw", "dz", "dC/dw"],
        ["dz/dw", "da/dz", "dC/da", "dC/dw"],
    ]


def test_a_saved_network(tmp_path, shown):
    spec = NetworkSpec((64, 3, 10), ("relu", "identity"), "cross_entropy")
    file = tmp_path / "net.npz"
    saved.save(file, spec, init_params(spec, np.random.default_rng(0)))
    text = shown(file, "--row", "7")
    assert text.startswith("test example 7 of digits, a ")
    assert "The network reads a " in text
    assert len(text.splitlines()) < 50  # a page
    assert "smaller ones are not shown; --full shows them" in text
    assert "entries agree" in text
    assert (tmp_path / "net-7.svg").is_file()
    x, y = json.dumps([0.5] * 64), json.dumps([0.1] * 10)
    shown(file, "--x", x, "--y", y, "--row", "7", code=2)
    full = shown(file, "--row", "7", "--full")
    assert "not shown" not in full
    assert "W1[2, 63]" in full


BAD = {
    "nothing": [],
    "unknown example": ["mazurka"],
    "missing file": ["none.json"],
    "missing network": ["none.npz"],
    "no JSON": ["mazur", "--x", "[1, 2"],
    "an expression": ["mazur", "--x", "__import__('os')"],
    "nan": ["mazur", "--x", "[NaN, 1]"],
    "overflow": ["mazur", "--x", "[1e999, 1]"],
    "huge whole number": ["mazur", "--x", f"[{10**400}, 1]"],
    "more digits than Python reads": ["mazur", "--x", f"[{'1' * 6000}, 1]"],
    "text": ["mazur", "--x", '["a", 1]'],
    "true": ["mazur", "--x", "[true, 1]"],
    "too few inputs": ["mazur", "--x", "[1]"],
    "nested": ["mazur", "--x", "[[[1, 2]]]"],
    "fewer targets than examples": ["mazur", "--x", "[[1, 2], [3, 4]]"],
    "too many examples": ["mazur", "--x", str([[1, 2]] * 9), "--y", str([[0, 1]] * 9)],
    "no steps": ["mazur", "--steps", "0"],
    "steps without a rate": ["--weights", "[[[1]]]", "--x", "[1]", "--y", "[1]", "--steps", "2"],
    "deep": ["mazur", "--x", "[" * 100_000],
    "ragged": ["mazur", "--weights", "[[[1, 2], [3]]]"],
    "layers that do not fit": ["mazur", "--weights", "[[[1, 2]], [[3, 4]]]"],
    "no weights": ["mazur", "--weights", "[]"],
    "biases of another network": ["mazur", "--biases", "[[1]]"],
    "unknown activation": ["mazur", "--activations", "sigmoid,step"],
    "unknown loss": ["mazur", "--loss", "guess"],
    "label outside": ["mazur", "--loss", "binary_cross_entropy", "--y", "[2, 0]"],
    "rate": ["mazur", "--learning-rate", "-1"],
    "row": ["mazur", "--row", "-1"],
    "row of no data": ["mazur", "--row", "0"],
}


@pytest.mark.parametrize("arguments", BAD.values(), ids=BAD.keys())
def test_bad_input_is_two_lines(arguments, own_folder, refused):
    refused("explain", *arguments)
    assert not list(own_folder.iterdir())


def test_the_limit_of_numbers_is_said_as_it_is(refused):
    assert refused("explain", "mazur", "--weights", "[[[1e308, 1], [1, 1]], [[1, 1], [1, 1]]]") == (
        "1e+308 in the weights of layer 1",
        "every number lies between -1e308 and 1e308",
    )


@pytest.mark.parametrize(
    "content",
    [
        "[]", "{", '{"weights": 1, "x": [1], "y": [1]}', '{"wieghts": []}', "\x00", '{"activations": 3}',
        *(
            json.dumps({**course.given("mazur"), "activations": wrong})
            for wrong in (3, [1, 2], [["sigmoid"], "sigmoid"], "sigmoid")
        ),
    ],
)  # fmt: skip
def test_a_bad_file_is_two_lines(content, tmp_path, refused):
    (tmp_path / "bad.json").write_text(content, "utf-8")
    refused("explain", tmp_path / "bad.json")


def test_a_key_twice_is_refused(tmp_path, refused):
    file = tmp_path / "bad.json"
    file.write_text('{"x": [1, 2],' + json.dumps(course.given("mazur"))[1:], "utf-8")
    assert refused("explain", file) == (f"the key 'x' twice in {file}", "keep one of them")


def test_values_beyond_the_format_are_refused():
    spec = NetworkSpec((1, 1, 1), ("identity", "identity"))
    params = [(np.array([[1e200]]), np.zeros(1)), (np.array([[1e200]]), np.zeros(1))]
    with pytest.raises(SpecError, match="range of float64"):
        explanation.explain(spec, params, np.ones((1, 1)), np.ones((1, 1)))


def test_a_wrong_heart_is_noticed(shown, monkeypatch):
    from backproof.scratch import functions

    right = functions.sigmoid_backward
    wrong = (functions.sigmoid, lambda da, z, a, _: right(da, z, a) * 1.01)
    monkeypatch.setitem(functions.ACTIVATIONS, "sigmoid", wrong)
    text = shown("mazur", code=1)
    assert "against autograd: WRONG" in text
