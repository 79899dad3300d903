"""The derivative formulas of the course documents, by the ids of their inventory, each with its verdict."""

from dataclasses import dataclass

RIGHT, CONVENTION, FACTOR, WRONG = "right", "convention", "factor", "wrong"


@dataclass(frozen=True)
class Formula:
    """A formula as its document prints it, the definitions it stands on, and the verdict of the inventory.

    Where the document's text leaves out which of two things is meant, there is a row for each. `because` says
    why the inventory's verdict (`listed`) is not the one to give.
    """

    id: str
    given: str
    claim: str
    verdict: str
    listed: str = ""
    because: str = ""


_VIDEO = r"""
C_0 = (a^{(L)} - y)^2
z^{(L)} = w^{(L)} a^{(L-1)} + b^{(L)}
a^{(L)} = \sigma(z^{(L)})
"""
_LAYER = r"""
C_0 = \sum_{j=0}^{n_L-1} (a_j^{(L)} - y_j)^2
z_j^{(L)} = \sum_{k=0}^{n-1} w_{jk}^{(L)} a_k^{(L-1)} + b_j^{(L)}
a_j^{(L)} = \sigma(z_j^{(L)})
"""
# The lecture's net, the inputs and outputs of its neurons under names of their own: u to y, v to z, q to p.
_LECTURE = """
u_j = sum_i A_ij x_i
y_j = σ(u_j)
v_k = sum_j B_jk y_j
z_k = σ(v_k)
q = sum_k D_k z_k
p = σ(q)
J = 1/2 (p - a)^2
"""
_LISTING = """
pred = input weight
error = (pred - goal_pred)^2
"""
_EXAMPLES = r"""
C_k = (a_k - y_k)^2
a_k = \sigma(w^{(L)} x_k)
"""
_SMALL = "y = x * w_1\ne = y * w_2\n"
_CHAIN = (
    r"\frac{\partial \text{err}}{\partial \text{weight}} = \frac{\partial a}{\partial \text{weight}} * "
    r"\frac{\partial b}{\partial a} * \frac{\partial c}{\partial b} * \frac{\partial d}{\partial c} * "
    r"\frac{\partial y}{\partial d} * \frac{\partial z}{\partial y} * \frac{\partial \text{err}}{\partial z}"
)
_LINK = (
    r"\frac{\partial \text{err}}{\partial a} = \frac{\partial b}{\partial a} * "
    r"\frac{\partial \text{err}}{\partial b}"
)
_SIGMOID = r"\frac{\partial b}{\partial a} = \sigma(a) * (1 - \sigma(a))"
_DCDA = r"\frac{\partial C_0}{\partial a^{(L)}} = 2(a^{(L)} - y)"
_STAND_IN = (
    "the same sum in plain letters: the deck's subscripts mean input and output of a node, not entries"
)

FORMULAS = [
    Formula("000-square-slope", "err = w^2", "derr/dw = 2w", RIGHT),
    Formula("000-chain-general", "", _CHAIN, CONVENTION),
    Formula("000-link", "b = wa", r"\frac{\partial b}{\partial a} = w", RIGHT),
    Formula("000-link-err", r"b = \text{w} a", _LINK, CONVENTION),
    Formula("000-sum-node", "z = a + b + c + d", r"\frac{\partial z}{\partial a} = 1", RIGHT),
    Formula(
        "000-sum-weighted",
        "z = a w_a + b w_b + c w_c",
        "dz/da = w_a",
        RIGHT,
        CONVENTION,
        "the two readings are two definitions of z, and a definition in the text beats every convention",
    ),
    Formula(
        "000-sum-weighted",
        "z = a w_a + b w_b + c w_c",
        "dz/da = 1",
        WRONG,
        CONVENTION,
        "the other reading: with the weighted sum defined, the printed 1 is not its slope",
    ),
    Formula("000-sigmoid-deriv", r"b = \frac{1}{1 + e^{-a}}", _SIGMOID, RIGHT),
    Formula("000-sigmoid-words", "b = σ(a)", "db/da = b (1 - b)", RIGHT),
    Formula("000-sigmoid-self-function", "b = σ(a)", "db/da = b - b^2", RIGHT),
    Formula("000-sigmoid-self-function", "b = tanh(a)", "db/da = 1 - b^2", RIGHT),
    Formula(
        "000-relu-deriv",
        r"\begin{aligned} b &= a, a > 0 \\ &= 0, \text{ otherwise} \end{aligned}",
        r"\frac{\partial b}{\partial a} = \begin{cases} 1, & a > 0 \\ 0, & \text{otherwise} \end{cases}",
        CONVENTION,
    ),
    Formula(
        "001-derivative-half",
        _LISTING,
        "derror/dweight = input (pred - goal_pred)",
        FACTOR,
    ),
    Formula(
        "001-weight-delta",
        "pred = sum_i weight_i input_i\ndelta = pred - true\nerror = delta^2",
        "derror/dweight_i = delta * input_i",
        FACTOR,
    ),
    Formula(
        "001-common-delta",
        "pred = sum_i weight_i input_i\ndelta = pred - true\nerror = delta^2",
        "derror/dweight_i = 2 delta input_i",
        RIGHT,
    ),
    Formula(
        "001-shared-error",
        "p = sum_i w_i x_i\nδ = p - t\nE = δ^2",
        "dE/dw_i = δ x_i",
        FACTOR,
    ),
    Formula("001-weight-sensitivity", "p = sum_i w_i x_i", "dp/dx_i = w_i", RIGHT),
    Formula("001-branches", "u = 2a\nv = sin(a)\nz = u v", "dz/da = dz/du du/da + dz/dv dv/da", RIGHT),
    Formula(
        "001-dsigma",
        r"\sigma(x) = \frac{1}{1 + e^{-x}}",
        r"\frac{d\sigma(x)}{d(x)} = \sigma(x)(1 - \sigma(x))",
        RIGHT,
    ),
    Formula("001-J", "p: (K,)  a: (K,)\nJ = 1/2 (p - a)^2", "dJ/dp = p - a", CONVENTION),
    Formula(
        "001-dJdp",
        r"J = \frac{1}{2}(\mathbf{p} - \mathbf{a})^2",
        r"\frac{dJ}{dp} = (\mathbf{p} - \mathbf{a})",
        RIGHT,
    ),
    Formula(
        "001-dJdn",
        "J = 1/2 (n - a)^2",
        r"\frac{dJ}{dn} = (\boldsymbol{n} - \boldsymbol{a})",
        RIGHT,
        "damaged",
        "reading A: n is a misread p",
    ),
    Formula(
        "001-dJdn",
        "p = σ(n)\nJ = 1/2 (p - a)^2",
        r"\frac{dJ}{dn} = (\boldsymbol{p} - \boldsymbol{a})",
        WRONG,
        "damaged",
        "reading B: n is the net input, and its slope p (1 - p) is missing",
    ),
    Formula(
        "001-start",
        "p_j: ()  a: ()",
        r"\frac{\partial \mathbf{J}}{\partial \mathbf{W}_{ij}^{1}} = \frac{\partial "
        r"\mathbf{J}}{\partial \mathbf{p}_{j}}"
        r" \frac{\partial \mathbf{p}_{j}}{\partial \mathbf{W}_{ij}^{1}}"
        r" = (\mathbf{p}_{j} - \mathbf{a}) \frac{\partial \mathbf{p}_{j}}{\partial \mathbf{W}_{ij}^{1}}",
        CONVENTION,
    ),
    Formula(
        "001-p-local",
        "p_j: ()  p_i: ()  a: ()\np_j = σ(p_i)\nJ = 1/2 (p_j - a)^2",
        "dJ/dp_i = (p_j - a) p_j (1 - p_j)",
        RIGHT,
    ),
    Formula("001-pi-sum", _LECTURE, "dq/dA_ij = sum_k dq/dz_k dz_k/dA_ij", RIGHT),
    Formula(
        "001-W3",
        "q_k = sum_j W_kj z_j",
        "dq_i/dz_j = W_ij",
        RIGHT,
        CONVENTION,
        "from the second index to the first",
    ),
    Formula(
        "001-W3",
        "q_k = sum_j W_jk z_j",
        "dq_i/dz_j = W_ij",
        WRONG,
        CONVENTION,
        "by the deck's own W[from, to] the indices are swapped: a definition would decide",
    ),
    Formula("001-z-local", _LECTURE, "dz_k/dv_k = z_k (1 - z_k)", RIGHT),
    Formula("001-W2", "v_k = sum_j W_kj y_j", "dv_i/dy_j = W_ij", RIGHT, CONVENTION, "as for 001-W3"),
    Formula("001-W2", "v_k = sum_j W_jk y_j", "dv_i/dy_j = W_ij", WRONG, CONVENTION, "as for 001-W3"),
    Formula("001-y-sum", "v: ()", "dv/dA_ij = sum_l dv/dy_l dy_l/dA_ij", CONVENTION),
    Formula("001-y-local", _LECTURE, "dy_j/du_j = y_j (1 - y_j)", RIGHT),
    Formula("001-dyi-dW1", _LECTURE, "du_j/dA_ij = sum_k x_k", WRONG),
    Formula(
        "001-w1ij-final",
        _LECTURE,
        "dJ/dA_ij = (p - a) p (1 - p) sum_k [D_k z_k (1 - z_k) sum_l [B_lk y_l (1 - y_l) sum_m x_m]]",
        WRONG,
    ),
    Formula(
        "001-w1ij-final",
        _LECTURE,
        "dJ/dA_ij = (p - a) p (1 - p) [sum_k D_k z_k (1 - z_k) B_jk] y_j (1 - y_j) x_i",
        RIGHT,
        WRONG,
        "the inventory's own correction of the formula, for one output",
    ),
    Formula("002-nudge-size", _VIDEO, r"\frac{\partial C_0}{\partial a^{(L)}} = a^{(L)} - y", FACTOR),
    Formula("002-wi-ai", "z = sum_i w_i a_i + b", "dz/dw_i = a_i", RIGHT),
    Formula("002-ai-wi", "z = sum_i w_i a_i + b", "dz/da_i = w_i", RIGHT),
    Formula(
        "002-desires",
        _LAYER,
        r"\frac{\partial C_0}{\partial a_k^{(L-1)}} = \sum_j w_{jk}^{(L)} \sigma'(z_j^{(L)}) "
        r"2(a_j^{(L)} - y_j)",
        RIGHT,
    ),
    Formula(
        "002-average-is-gradient",
        _EXAMPLES + "C = 1/n sum_{k=0}^{n-1} C_k",
        r"\frac{\partial C}{\partial w^{(L)}} = \frac{1}{n} \sum_{k=0}^{n-1} \frac{\partial "
        r"C_k}{\partial w^{(L)}}",
        RIGHT,
        CONVENTION,
        "with the cost as the average, the text's own definition",
    ),
    Formula(
        "002-average-is-gradient",
        _EXAMPLES + r"C = \sum_{k=0}^{n-1} C_k",
        r"\frac{\partial C}{\partial w^{(L)}} = \frac{1}{n} \sum_{k=0}^{n-1} \frac{\partial "
        r"C_k}{\partial w^{(L)}}",
        FACTOR,
        CONVENTION,
        "with the cost as the total: 1/n of it",
    ),
    Formula(
        "002-chain",
        _VIDEO,
        r"\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} "
        r"\frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}}",
        RIGHT,
    ),
    Formula("002-dCda", _VIDEO, _DCDA, RIGHT),
    Formula("002-dadz", _VIDEO, r"\frac{\partial a^{(L)}}{\partial z^{(L)}} = \sigma'(z^{(L)})", RIGHT),
    Formula("002-dzdw", _VIDEO, r"\frac{\partial z^{(L)}}{\partial w^{(L)}} = a^{(L-1)}", RIGHT),
    Formula(
        "002-dCdw",
        _VIDEO,
        r"\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} "
        r"\frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}} "
        r"= a^{(L-1)} \sigma'(z^{(L)}) 2(a^{(L)} - y)",
        RIGHT,
    ),
    Formula(
        "002-average",
        _EXAMPLES + r"C = \frac{1}{n} \sum_{k=0}^{n-1} C_k",
        r"\frac{\partial C}{\partial w^{(L)}} = \overbrace{\frac{1}{n} \sum_{k=0}^{n-1} "
        r"\frac{\partial C_k}{\partial w^{(L)}}}",
        RIGHT,
    ),
    Formula(
        "002-bias-same",
        _VIDEO,
        r"\frac{\partial C_0}{\partial b^{(L)}} = \sigma'(z^{(L)}) 2(a^{(L)} - y)",
        RIGHT,
    ),
    Formula(
        "002-dCdak",
        _LAYER,
        r"\frac{\partial C_0}{\partial a_k^{(L-1)}} = \underbrace{\sum_{j=0}^{n_L-1} "
        r"\frac{\partial z_j^{(L)}}{\partial a_k^{(L-1)}} \frac{\partial a_j^{(L)}}{\partial z_j^{(L)}} "
        r"\frac{\partial C_0}{\partial a_j^{(L)}}}_{\text{Sum over layer L}}",
        RIGHT,
    ),
    Formula(
        "002-only-that-changes",
        _LAYER,
        r"\frac{\partial C_0}{\partial w_{jk}^{(L)}} = \frac{\partial z_j^{(L)}}{\partial w_{jk}^{(L)}} "
        r"\frac{\partial a_j^{(L)}}{\partial z_j^{(L)}} \frac{\partial C_0}{\partial a_j^{(L)}}",
        RIGHT,
    ),
    Formula(
        "003-total-average",
        _EXAMPLES + r"C = \frac{1}{n} \sum_{k=0}^{n-1} C_k",
        r"\frac{\partial C}{\partial w^{(L)}} = \sum_{k=0}^{n-1} \frac{\partial C_k}{\partial w^{(L)}}",
        FACTOR,
    ),
    Formula(
        "003-chain",
        _VIDEO,
        r"\frac{\partial C_0}{\partial w^L} = \frac{\partial z^{(L)}}{\partial w^{(L)}} \cdot "
        r"\frac{\partial a^{(L)}}{\partial z_L} \frac{\partial C_0}{\partial a^{(L)}}",
        CONVENTION,
        RIGHT,
        "z_L is nowhere defined: the formula holds once it is read as z^(L), which is said",
    ),
    Formula("003-dCda", _VIDEO, r"\frac{\partial C_0}{\partial a^L} = 2(a^{(L)} - y)", RIGHT),
    Formula(
        "003-dCdw",
        _VIDEO,
        r"\frac{\partial C_0}{\partial w^{(L)}} = a^{(L-1)} \cdot \sigma'(z^{(L)}) \cdot 2(a^{(L)} - y)",
        RIGHT,
    ),
    Formula(
        "003-average",
        _EXAMPLES + r"C = \frac{1}{n} \sum_{k=0}^{n-1} C_k",
        r"\frac{\partial C}{\partial w^{(L)}} = \frac{1}{n} \sum \frac{\partial C_k}{\partial w^{(L)}}",
        RIGHT,
    ),
    Formula(
        "003-true-gradient",
        _EXAMPLES + "C = mean_k C_k",
        r"\frac{\partial C}{\partial w^{(L)}} = \frac{1}{n} \sum_{k=1}^{n} \frac{\partial "
        r"C_k}{\partial w^{(L)}}",
        RIGHT,
    ),
    Formula(
        "003-bias",
        _VIDEO,
        r"\frac{\partial C_0}{\partial b^L} = \frac{\partial z^L}{\partial b^L} \frac{\partial "
        r"a^L}{\partial z^L} "
        r"\frac{\partial C_0}{\partial a^L}",
        RIGHT,
    ),
    Formula(
        "003-dCdwjk",
        _LAYER,
        r"\frac{\partial C_0}{\partial w_{jk}} = \frac{\partial z_j^{(L)}}{\partial w_{jk}^{(L)}} "
        r"\frac{\partial a_j^{(L)}}{\partial z_j^{(L)}} \frac{\partial C_0}{\partial a_j^{(L)}}",
        CONVENTION,
        RIGHT,
        "the left side has lost its (L): the formula holds once w_jk is read as w_jk^(L), which is said",
    ),
    Formula(
        "004-relu-deriv",
        "R = relu(z)",
        r"\frac{dR}{dz} = \begin{cases} 1 & z > 0 \\ 0 & z < 0 \end{cases}",
        RIGHT,
    ),
    Formula("004-dy-dw1", _SMALL, r"\frac{\partial y}{\partial w_1} = x", RIGHT),
    Formula("004-de-dy", _SMALL, r"\frac{\partial e}{\partial y} = w_2", RIGHT),
    Formula("004-e", _SMALL, r"\frac{\partial e}{\partial w_2} = x * w_1", RIGHT),
    Formula("004-de-dw1", "e = x * w_1 * w_2", r"\frac{\partial e}{\partial w_1} = x * w_2", RIGHT),
    Formula(
        "004-de-chain",
        _SMALL,
        r"\frac{\partial e}{\partial w_1} = \frac{\partial y}{\partial w_1} * \frac{\partial e}{\partial y}",
        RIGHT,
    ),
    Formula("004-chain-long", "", _CHAIN, CONVENTION),
    Formula("004-sum", "z = a+b+c+d", r"\frac{\partial z}{\partial a} = 1", RIGHT),
    Formula(
        "004-sum-err",
        "z = a+b+c+d",
        r"\frac{\partial \text{err}}{\partial a} = \frac{\partial z}{\partial a} * \frac{\partial "
        r"\text{err}}{\partial z}",
        CONVENTION,
        RIGHT,
        "the same formula as 000-link-err, which the inventory lists under the convention of a single path",
    ),
    Formula("004-sig-deriv", r"b = \sigma(a)", _SIGMOID, RIGHT),
    Formula(
        "004-relu-last",
        "b = a, a > 0\n= 0, otherwise",
        r"\frac{\partial b}{\partial a} = \begin{cases} 1, & a > 0 \\ 0, & \text{otherwise} \end{cases}",
        CONVENTION,
    ),
    Formula(
        "004-cce",
        "p: (M,)  z: (M,)  y: (M,)\np = softmax(z)\nL = -sum_c y_c log(p_c)",
        "dL/dz_i = p_i sum_c y_c - y_i",
        RIGHT,
        CONVENTION,
        "the convention is the natural log, which log means here; p - y needs labels that sum to 1",
    ),
    Formula("004-L", "L = sum_i (n_i - g)^2", "dL/dg = -2 sum_i (n_i - g)", RIGHT),
    Formula("x-half", "y: ()", "dC/da = a - y", CONVENTION),
    Formula("x-half", "y: ()", "dC/da = 2(a - y)", CONVENTION),
    Formula(
        "x-index-order",
        "W: (m, n)  x: (n,)  y: (m,)\nz = W x\nC = sum((z - y)^2)\nd = 2(z - y)",
        "dC/dW = d xᵀ",
        RIGHT,
        CONVENTION,
        "w[to, from], as its definition says",
    ),
    Formula(
        "x-index-order",
        "W: (n, m)  x: (n,)  y: (m,)\nz = Wᵀ x\nC = sum((z - y)^2)\nd = 2(z - y)",
        "dC/dW = x dᵀ",
        RIGHT,
        CONVENTION,
        "W[from, to], as its definition says",
    ),
]

# Rows of the inventory about a slope or a gradient that are no formula to check, each with the reason.
LEFT_OUT = {
    "000-relu-deriv-words": "words that garble the formula of 000-relu-deriv",
    "000-gd-definition": "a definition in words, without a right side",
    "000-inverted-rate": "names dw/derr and claims nothing of it",
    "000-rate-right": "names derr/dw and claims nothing of it",
    "000-backprop-name": "names dz/dw and derr/dw and claims nothing of them",
    "000-expensive": "counts passes",
    "000-direct-better": "a question about cost in time",
    "000-tends-to-minimum": "about a run, not a formula",
    "001-wrt-swapped": "words: which of the two is differentiated",
    "001-opposite": "words: the direction of a step",
    "001-update": "an update, no derivative",
    "001-update-W": "an update, no derivative",
    "001-alpha": "an inequality about step sizes",
    "001-delta": "defines delta = p - t; its slope is 001-weight-delta",
    "001-stopping": "a special value of 001-weight-delta",
    "001-negative-reversal": "a sign of 001-weight-delta",
    "001-scaling": "a proportion in 001-weight-delta",
    "001-local-first": "says when slopes can be computed",
    "001-local-upstream": "words: a product of two slopes, without names",
    "001-choose-path": "words about the sum of 001-pi-sum",
    "001-x-number": "words: an input is a number",
    "001-W-order": "defines what W_ij connects; its consequence is 001-W3",
    "001-derivative-amount": "words: first order",
    "001-derivative-direction": "words: sign and size of a step",
    "001-composite": "words: what the error depends on",
    "002-slope-rule": "a step rule",
    "002-no-overshoot": "about step sizes",
    "002-steepest": "a statement about all directions at once",
    "002-neg-gradient": "a statement about all directions at once",
    "002-length": "a statement about all directions at once",
    "002-advice": "signs of printed numbers",
    "002-importance": "sizes of unprinted numbers",
    "002-32x": "a quotient of two printed numbers",
    "002-increase-weight": "words about the sign of a_i; the formula is 002-wi-ai",
    "002-brightest": "words about the largest a_i; the formula is 002-wi-ai",
    "002-bright-dim": "words about signs",
    "002-nudge-table": "printed numbers without their network",
    "002-minibatch-approx": "says that two gradients differ",
    "002-grad-vector": "a list of slopes, nothing claimed of them",
    "003-steepest": "a statement about all directions at once",
    "003-slope": "damaged words",
    "003-algo": "a step rule",
    "003-update": "an update, no derivative",
    "003-costfunc-label": "a caption",
    "003-sequential": "words about the order of updates",
    "003-recalc": "words about the order of updates",
    "004-slope": "the fraction bar is lost",
    "004-sig-err-damaged": "numerators and denominators are scrambled",
    "004-estimate-quote": "words",
}
