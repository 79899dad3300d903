"""Means of means are caught, torch's data parallelism is judged, and an examinee's own."""

from backproof.parity_tests.cases import draw_case
from backproof.parity_tests.comparison import by_hand
from backproof.parity_tests.data_parallel import Question, by_distributed, judge, put_together


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
    unequal, equal = questions(equal=False, count=4), questions(equal=True, count=4)
    assert all(agree(by_distributed([*unequal, *equal]), [*unequal, *equal]))
    plain = by_distributed([*unequal, *equal], weighted=False)
    assert agree(plain, [*unequal, *equal]) == [False] * 4 + [True] * 4
