"""A batch in shards: their gradients, weighted by their sizes, are those of the whole."""

from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from backproof.parity_tests.comparison import by_autograd, by_hand
from backproof.parity_tests.data_parallel import Question, judge, put_together
from backproof.parity_tests.strategies import cases


@given(case=cases(dtypes=("float64", "float32")), data=st.data())
def test_shards_weighted_by_their_sizes_are_the_whole(case, data):
    assume(case.batch > 1)
    borders = data.draw(st.sets(st.integers(1, case.batch - 1), min_size=1, max_size=3))
    ends = [0, *sorted(borders), case.batch]
    sizes = tuple(end - start for start, end in pairwise(ends))
    question = Question(case.spec, case.arrays(), sizes)
    for witness in (by_hand, by_autograd):
        report = judge(put_together(witness, question), question)
        assert report.first_wrong is None, report.first_wrong
