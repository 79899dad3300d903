"""Means of means are caught, torch's data parallelism is judged, and an examinee's own."""

import pytest

from backproof.parity_tests.cases import draw_case
from backproof.parity_tests.comparison import by_hand
from backproof.parity_tests.data_parallel import Question, by_distributed, judge, put_together
from backproof.scripts.cli import run

EXAM = """
import numpy as np
from backproof import Examinee

e = Examinee(net="tanh identity", loss="mse", W="in,out", x="{x}", b="{b}")


def gradients(p, x, y):
    {turned}
    z1 = x @ p.W1 + p.b1.ravel()
    a1 = np.tanh(z1)
    dz2 = 2 * (a1 @ p.W2 + p.b2.ravel() - y) / y.size
    dz1 = (dz2 @ p.W2.T) * (1 - a1**2)
    found = [x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0)]
    return [each.reshape(of.shape) for each, of in zip(found, (p.W1, p.b1, p.W2, p.b2))]


@e.gradients
def _(m, p, x, y):
    dW1, db1, dW2, db2 = gradients(p, x, y)
    return e.named(dW1=dW1, db1=db1, dW2=dW2, db2=db2)


@e.shards
def _(m, p, xs, ys):
    parts = [gradients(p, x, y) for x, y in zip(xs, ys)]
    shares = {shares}
    dW1, db1, dW2, db2 = (sum(s * part[k] for s, part in zip(shares, parts)) for k in range(4))
    return e.named(dW1=dW1, db1=db1, dW2=dW2, db2=db2)
"""
BY_SIZE, ALIKE = "[y.size / sum(y.size for y in ys) for y in ys]", "[1 / len(ys)] * len(ys)"


@pytest.mark.parametrize(
    "lies", [{"x": "B,n", "b": "n", "turned": ""}, {"x": "n,B", "b": "n,1", "turned": "x, y = x.T, y.T"}]
)
@pytest.mark.parametrize(
    ("shares", "code", "said"),
    [
        (BY_SIZE, 0, "shards"),
        (ALIKE, 1, "the gradients are the mean of the shards' means"),
        ("[1] * len(ys)", 1, "the gradients are not the gradients of the whole batch"),
        ("[1 / 0]", 1, "in shards it ends"),
    ],
)
def test_an_examinee_s_own(tmp_path, capsys, lies, shares, code, said):
    path = tmp_path / "exam.py"
    path.write_text(EXAM.format(shares=shares, **lies))
    assert run(["examine", str(path), "--networks", "6"]) == code
    assert said in capsys.readouterr().out


def questions(equal, count=12):
    """Ordinary networks of which the definition decides something, in two shards."""
    found = []
    for number in range(400):
        case = draw_case(7, number)
        if case.stratum == "ordinary" and case.batch >= 3 and (not equal or case.batch % 2 == 0):
            first = case.batch // 2 if equal else 1
            question = Question(case.spec, case.arrays(), (first, case.batch - first))
            if judge(put_together(by_hand, question), question).rows:
                found.append(question)
        if len(found) == count:
            return found
    raise AssertionError("too few networks were drawn")


def agree(found, asked):
    return [judge(each, question).first_wrong is None for each, question in zip(found, asked, strict=True)]


def test_means_of_means_are_caught_on_unequal_shards_and_right_on_equal_ones():
    for equal in (True, False):
        asked = questions(equal)
        found = [put_together(by_hand, question, weighted=False) for question in asked]
        assert agree(found, asked) == [equal] * len(asked), equal


def test_torch_s_data_parallelism():
    """Two processes: right where each scales its loss by its share, means of means where it does not."""
    asked = [*questions(equal=False, count=4), *questions(equal=True, count=4)]
    found = by_distributed([(question, weighted) for weighted in (True, False) for question in asked])
    assert all(agree(found[:8], asked))
    assert agree(found[8:], asked) == [False] * 4 + [True] * 4
