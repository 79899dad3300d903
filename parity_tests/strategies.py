"""Hypothesis strategies over the exam's ranges, which shrink to one neuron and one example."""

from typing import Any

from hypothesis import strategies as st

from backproof.parity_tests.cases import INPUT_NAMES, MAX_BATCH, MAX_DEPTH, MAX_WIDTH, Case, label_names
from backproof.scratch.spec import ACTIVATION_NAMES, LOSS_NAMES, LOSSES, NetworkSpec, least_outputs

# Simplest first: hypothesis shrinks towards the front.
ORDINARY = (1.0, 0.5, 2.0)
EXTREME = (1e-6, 1e-3, 30.0, 1e3)
PENALTIES = (0.0, 0.5, 0.01, 1e-3)


@st.composite
def cases(
    draw: Any, *, dtypes: tuple[str, ...] = ("float64",), extremes: bool = True, dropout: bool = True
) -> Case:
    """Exam questions on networks of depth 1 to 6 and widths 1 to 64, whose activations and loss go together.

    A batch of 1 to 32, and a seed rather than arrays.
    """
    widths = st.integers(1, MAX_WIDTH)
    loss = draw(st.sampled_from(LOSS_NAMES))
    last = draw(st.sampled_from(LOSSES[loss].last))
    hidden = draw(st.lists(st.tuples(widths, st.sampled_from(ACTIVATION_NAMES)), max_size=MAX_DEPTH - 1))
    outputs = st.integers(least_outputs(loss, last), MAX_WIDTH)
    spec = NetworkSpec(
        widths=(draw(widths), *(width for width, _ in hidden), draw(outputs)),
        activations=(*(name for _, name in hidden), last),
        loss=loss,
        dtype=draw(st.sampled_from(dtypes)),
        l1=draw(st.sampled_from(PENALTIES)),
        l2=draw(st.sampled_from(PENALTIES)),
        dropout=draw(st.sampled_from((0.0, 0.5, 0.25))) if dropout else 0.0,
        dropout_inputs=draw(st.sampled_from((0.0, 0.2))) if dropout else 0.0,
        biases=draw(st.sampled_from((True, False))),
    )
    extreme = extremes and draw(st.integers(0, 6)) == 6
    return Case(
        spec=spec,
        batch=draw(st.integers(1, MAX_BATCH)),
        seed=draw(st.integers(0, 2**32 - 1)),
        scale=draw(st.sampled_from(EXTREME if extreme else ORDINARY)),
        inputs=draw(st.sampled_from(INPUT_NAMES if extreme else INPUT_NAMES[:3])),
        labels=draw(st.sampled_from(label_names(spec.loss))),
    )
