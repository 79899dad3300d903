"""Where sigmoids and softmaxes round to 0 and 1: no warning, no nan, and digits where they matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.parity_tests.comparison import by_hand, judge
from backproof.parity_tests.report import lines
from backproof.scratch.spec import ACTIVATION_NAMES, PAIRS, NetworkSpec

extreme_z = st.floats(-1e4, 1e4)


def one_layer(loss, last, dtype, z, y):
    """A network whose pre-activations are exactly z: W = 0 and b = z, on one example per row of y."""
    spec = NetworkSpec((1, len(z)), (last,), loss, dtype)
    params = [(np.zeros((len(z), 1), dtype), np.array(z, dtype))]
    return spec, params, np.ones((len(y), 1), dtype), np.array(y, dtype)


@pytest.mark.parametrize(("loss", "last"), PAIRS)
@given(
    dtype=st.sampled_from(["float64", "float32"]),
    z=st.lists(extreme_z, min_size=3, max_size=3),
    label=st.integers(0, 2),
)
def test_z_up_to_10000(loss, last, dtype, z, label):
    spec, params, x, y = one_layer(loss, last, dtype, z, np.eye(3)[[label]])
    with np.errstate(all="raise", under="ignore"):
        found = by_hand(spec, params, x, y)
    assert all(np.isfinite(value).all() for value in found.values())
    report = judge(by_hand, spec, params, x, y)
    assert report.rows
    assert report.first_wrong is None, "\n".join(lines(report))


@pytest.mark.parametrize("hidden", ACTIVATION_NAMES)
@given(scale=st.sampled_from((1.0, 1e2, 1e4)), seed=st.integers(0, 2**32 - 1))
def test_hidden_layers_in_saturation(hidden, scale, seed):
    rng = np.random.default_rng(seed)
    spec = NetworkSpec((3, 4, 2), (hidden, "sigmoid"), "binary_cross_entropy")
    params = [(rng.standard_normal((n, m)) * scale, rng.standard_normal(n)) for m, n in ((3, 4), (4, 2))]
    x, y = rng.standard_normal((2, 3)), rng.random((2, 2))
    with np.errstate(all="raise", under="ignore"):
        report = judge(by_hand, spec, params, x, y)
    assert report.first_wrong is None, "\n".join(lines(report))
