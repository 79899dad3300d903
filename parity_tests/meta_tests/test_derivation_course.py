"""The lecture's mistake is found in place; test_course_claims.py judges every other formula of the course."""

from backproof.reference.derivation import check
from backproof.reference.derivation.verdict import WRONG

LECTURE = """
u_j = sum_i A_ij x_i
y_j = σ(u_j)
v_k = sum_j B_jk y_j
z_k = σ(v_k)
q = sum_k D_k z_k
p = σ(q)
J = 1/2 (p - a)^2
dJ/dA_ij = (p - a) dp/dA_ij
         = (p - a) p (1 - p) dq/dA_ij
dq/dA_ij = sum_k D_k dz_k/dA_ij
dz_k/dA_ij = z_k (1 - z_k) dv_k/dA_ij
dv_k/dA_ij = sum_l B_lk dy_l/dA_ij
dy_j/dA_ij = y_j (1 - y_j) du_j/dA_ij
du_j/dA_ij = sum_k x_k
dJ/dA_ij = (p - a) p (1 - p) sum_k [D_k z_k (1 - z_k) sum_l [B_lk y_l (1 - y_l) sum_m x_m]]
"""


def test_the_lectures_formula_is_wrong_where_it_goes_wrong() -> None:
    """Everything before the last but one line is right; there the sum over the inputs should be x_i alone."""
    report = check(LECTURE, prove=False)
    verdicts = {step.line: step.verdict for step in report.steps}
    assert report.first_wrong == 15
    assert [line for line, verdict in verdicts.items() if verdict == WRONG] == [15, 16]
    first = next(step for step in report.steps if step.line == 15)
    assert first.edit is not None
    assert first.edit.corrected == "x_i"


def test_the_lectures_formula_as_printed_hangs_on_what_it_leaves_out() -> None:
    """By itself it does not say how J depends on W^(1): it is accused with the lines that do, above."""
    report = check(
        r"p_j: ()  a: ()"
        "\n"
        r"J = \frac{1}{2}(\mathbf{p}_j - \mathbf{a})^2"
        "\n"
        r"\frac{\partial \mathbf{J}}{\partial \mathbf{W}_{ij}^{1}} = (\mathbf{p}_{j} - "
        r"\mathbf{a})\mathbf{p}_{j}(1 - "
        r"\mathbf{p}_{j}) \sum_{j} \left[\mathbf{W}_{ij}^{3} \mathbf{z}_{j}(1 - \mathbf{z}_{j}) \sum_{j} "
        r"\left[\mathbf{W}_{ij}^{2} \mathbf{y}_{j}(1 - \mathbf{y}_{j}) \sum_{j} \mathbf{x}_{j} "
        r"\right] \right]",
        prove=False,
    )
    (step,) = report.steps
    assert (step.verdict, step.reason) == ("undecided", "the text does not say how J depends on W^(1)")
