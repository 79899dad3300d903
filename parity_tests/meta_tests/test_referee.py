"""torch's known errors, called now: what the table says of them."""

import json

from backproof.reference.known_errors import MOST, known_errors
from backproof.scripts.cli import run


def test_the_definition_has_the_digits_and_torch_has_not():
    found = {each.function: each for each in known_errors()}
    assert found["slope of sigmoid, then binary_cross_entropy, label 1"].right_digits == 0
    assert found["slope of binary_cross_entropy_with_logits, label 1"].by_torch == 0
    assert found["slope of hardsigmoid"].right_digits < MOST / 2
    assert found["softplus"].right_digits < MOST
    assert found["binary_cross_entropy, label 1: the logarithm"].by_torch == 100


def test_relu_has_a_kink_where_torch_chooses_three_slopes():
    kinks = [each for each in known_errors() if each.other_side is not None]
    assert [each.by_torch for each in kinks] == [0.0, 1.0, 0.5]
    assert all((each.by_definition, each.other_side) == (0, 1) for each in kinks)
    assert all(each.right_digits == MOST for each in kinks)


def test_the_command_prints_the_table(capsys):
    assert run(["referee"]) == 0
    out = capsys.readouterr().out
    assert "hardsigmoid" in out
    assert "a kink" in out
    assert run(["referee", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == len(known_errors())
