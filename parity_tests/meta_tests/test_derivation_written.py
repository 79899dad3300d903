"""What people write: lines as published notes have them, each with the verdict that it deserves."""

import pytest

from backproof.reference.derivation import Report, Step, check
from backproof.reference.derivation.build import build
from backproof.reference.derivation.document import read
from backproof.reference.derivation.values import standard_costs

RIGHT = {"right", "convention"}
WRONG = {"wrong", "factor"}
OPEN = {"undecided"}


def judged(text: str) -> Report:
    return check(text, prove=False)


def at(report: Report, line: int) -> Step:
    """The verdict of a line; of a chain, its worst."""
    steps = [step for step in report.steps if step.line == line]
    assert steps, report.steps
    worst = ["wrong", "factor", "undecided", "convention", "right"]
    return min(steps, key=lambda step: worst.index(step.verdict))


NET = (
    "h = relu(x W1 + b1) / s = h W2 / s += b2 / loss = sum((s - y)^2) / ds = 2 (s - y) / dW2 = hᵀ ds / "
    "dh = ds W2ᵀ"
)

UNIT = "a = max(0, z), z = w x + b / L = (a - y)^2"

# text, {line: one of the verdicts}; lines are parted by " / "
ROWS: list[tuple[str, dict[int, set[str]]]] = [
    # -- steps with arrows between them, and values put in further down
    (
        "``` / x -> z = w*x + b -> a = relu(z) -> p = a / Loss L = (p - y)^2 / ``` / Numbers: `x=2, w=0.5, b=0, y=3` / ``` / "
        "z = 0.5*2 + 0 = 1.0 / L = (1.0 - 3)^2 = 4.0 / dL/dp = 2*(p - y) = -4.0   (p = a, so dp/da = 1) / "
        "dL/dw = -4.0 * x = -8.0   (relu'(x>0)=1) / dL/db = -4.0 * 1 = -4.0 / dL/dw = -4.0 * w = -2.0 / ```",
        {7: RIGHT, 8: RIGHT, 9: RIGHT, 10: RIGHT, 11: RIGHT, 12: WRONG},
    ),
    (r"x -> z = w x -> L = (z - y)^2 / dL/dw = 2 (z - y) x / dL/dw = 2 (z - y) w", {2: RIGHT, 3: WRONG}),
    (  # a formula in brackets, in a sentence of another alphabet
        r"$$ h = \phi(z) \quad y = w h $$ / Если (\phi) линейна (то есть (\phi(z)=z)): / "
        r"$$ \frac{\partial y}{\partial z} = w \phi'(z) $$ / $$ \frac{\partial y}{\partial z} = \phi'(z) $$",
        {3: RIGHT, 4: WRONG},
    ),
    (  # classes by their numbers, and in one-hot form
        r"$P = \mathrm{softmax}(Z)$, $Z \in \mathbb{R}^{N\times 3}$, $Y \in \mathbb{R}^{N\times 3}$ one-hot / "
        r"$L = -\frac1N \sum_{i=1}^N \log P_{i,y_i}$ / $$\frac{\partial L}{\partial Z} = \frac1N (P - Y)$$ / "
        r"$$\frac{\partial L}{\partial Z} = P - Y$$ / $$\frac{\partial L}{\partial Z} = \frac1N (Y - P)$$",
        {3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (  # an entry of a matrix by its class and its example, in a net of which A is said before and behind its slope
        r"$$ L = -\frac1m \sum_{i=1}^m \sum_{k=1}^K Y_k^{(i)} \log(A_k^{[2](i)}) $$ / "
        r"$$ A^{[2]} = \text{softmax}(Z^{[2]}) $$ / $$ dZ^{[2]} = \frac{\partial L}{\partial Z^{[2]}} $$ / "
        r"$$ dZ^{[2]} = A^{[2]} - Y $$ / $$ Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]} $$ / "
        r"$$ dW^{[2]} = \frac1m dZ^{[2]} A^{[1]T} $$ / $$ db^{[2]} = \frac1m \sum_{i=1}^m dZ^{[2](i)} $$ / "
        r"$$ dA^{[1]} = W^{[2]T} dZ^{[2]} $$ / $$ A^{[1]} = \text{ReLU}(Z^{[1]}) $$ / "
        r"$$ dA^{[1]} = \frac{\partial L}{\partial Z^{[2]}} \cdot \frac{\partial Z^{[2]}}{\partial A^{[1]}} $$ / "
        r"$$ dZ^{[1]} = dA^{[1]} \odot \text{ReLU}'(Z^{[1]}) $$ / $$ Z^{[1]} = W^{[1]} X + b^{[1]} $$ / "
        r"$$ dW^{[1]} = \frac1m dZ^{[1]} X^T $$ / $$ dW^{[1]} = dZ^{[1]} X^T $$ / "
        r"$$ dZ^{[1]} = dA^{[1]} \odot \text{ReLU}'(Z^{[2]}) $$",
        {
            3: RIGHT,
            4: RIGHT,
            6: RIGHT,
            7: RIGHT,
            8: RIGHT,
            10: RIGHT,
            11: RIGHT,
            13: RIGHT,
            14: WRONG,
            15: WRONG,
        },
    ),
    (  # a matrix entry by entry
        r"$Z \in \mathbb{R}^{n \times m}$, $Y \in \mathbb{R}^{n \times m}$ / $A = \tanh(Z)$ / $L = \frac12 \sum (A - Y) \odot (A - Y)$ / "
        r"$$ \frac{\partial A}{\partial Z} = 1 - A \odot A $$ / $$ \frac{\partial A}{\partial Z} = 1 - Z \odot Z $$ / "
        r"$P = \text{softmax}(Z)$ / $$ \frac{\partial P}{\partial Z} = P \odot (1 - P) $$",
        {4: RIGHT, 5: OPEN, 7: OPEN},
    ),
    (  # what is said of layer L holds for the one before, and in which order numbers stand does not matter
        r"$$ C = (a^L - y)^2 \quad a^L = \sigma(a^{L-1} w^L + b^L) = \sigma(z^L) \quad z^L = a^{L-1} w^L + b^L $$ / "
        r"$$ \delta^L = \frac{\partial C}{\partial z^L} = \frac{\partial C}{\partial a^L} \frac{\partial a^L}{\partial z^L} $$ / "
        r"$$ \frac{\partial C}{\partial z^L_j} = \delta^L_j $$ / $$ z^L = w^L \sigma(z^{L-1}) + b^L $$ / "
        r"$$ \frac{\partial z^L}{\partial z^{L-1}} = w^L \sigma'(z^{L-1}) $$ / $$ \delta^{L-1} = \frac{\partial C}{\partial z^{L-1}} $$ / "
        r"$$ \delta^{L-1} = ((w^L)^T \delta^L) \odot \sigma'(z^{L-1}) $$ / $$ \frac{\partial C}{\partial w^L} = a^{L-1} \delta^L $$ / "
        r"$$ \frac{\partial C}{\partial w^L} = a^L \delta^L $$ / $$ \delta^{L-1} = ((w^L)^T \delta^L) \odot \sigma'(z^L) $$",
        {2: RIGHT, 4: RIGHT, 5: RIGHT, 7: RIGHT | OPEN, 8: RIGHT, 9: WRONG, 10: WRONG | OPEN},
    ),
    (  # a slope behind =, below a sentence, which is not what stands above it
        r"$$ J(\theta) = (X \theta - y)^T (X \theta - y) $$ / We need to find its slope, step by step: / "
        r"$$ \begin{aligned} & = \nabla_\theta (X \theta - y)^T (X \theta - y) \\ / "
        r"& = \nabla_\theta (\theta^T X^T X \theta - 2 y^T X \theta + y^T y) \\ / & = 2 X^T X \theta - 2 X^T y \\ / "
        r"& = 2 X^T X \theta - X^T y \end{aligned} $$",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (  # a chain of slopes goes on below a sentence
        r"$z = w x$, $L = (z - y)^2$ / $$ \frac{dL}{dw} = 2 (z - y) x $$ / We can write this in two factors: / "
        r"$$ = \frac{dL}{dz} \frac{dz}{dx} $$",
        {2: RIGHT, 4: WRONG},
    ),
    # -- one array, by its entries and whole
    (
        "z_j = sum_k w_jk x_k + b_j / z = W x + b / a = sigmoid(z) / L = sum_j (a_j - y_j)^2 / "
        "dL/dz_j = 2 (a_j - y_j) a_j (1 - a_j) / dL/dw_jk = 2 (a_j - y_j) a_j (1 - a_j) x_k / "
        "dL/dW = (2 (a - y) ⊙ a ⊙ (1 - a)) x^T / dL/dx = W^T (2 (a - y) ⊙ a ⊙ (1 - a)) / "
        "dL/dw_jk = 2 (a_j - y_j) a_j (1 - a_j) x_j / dL/dx = W (2 (a - y) ⊙ a ⊙ (1 - a))",
        {2: RIGHT, 5: RIGHT, 6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG | OPEN, 10: WRONG},
    ),
    (  # w_ij from i to j, which is no entry of the W of W x
        "z_j = sum_i w_ij x_i / z = W x / L = sum_j z_j^2 / dL/dz = 2 z / dL/dw_ij = 2 z_j x_i",
        {4: RIGHT, 5: RIGHT | OPEN},
    ),
    (  # of what comes behind y, entry by entry
        r"$$ y_i = w_i x_i^2 $$ / $$ dx_i = \frac{\partial o}{\partial x_i} = \sum_k \frac{\partial o}{\partial y_k} \frac{\partial y_k}{\partial x_i} $$ / "
        r"$$ dw_i = \frac{\partial o}{\partial y_i} x_i^2 $$ / $$ dx_i = 2 w_i x_i dy_i $$ / $$ \partial w = \partial y \odot x \odot x $$ / "
        r"$$ dw_i = \frac{\partial o}{\partial y_i} x_i $$ / $$ dx_i = 2 x_i dy_i $$",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG, 7: WRONG},
    ),
    (  # a cost of any name that is -log p_k for the true class k
        r"$$ s = CE(y, \hat y) = -\sum_i y_i \log \hat y_i = -\log \hat y_k $$ / As $\hat y = softmax(\theta)$, we have / "
        r"$$ \frac{\partial s}{\partial \theta_i} = \frac{\partial s}{\partial \hat y_k} \frac{\partial \hat y_k}{\partial \theta_i} "
        r"= -\frac{1}{\hat y_k} \frac{\partial \hat y_k}{\partial \theta_i} $$ / $$ \frac{\partial s}{\partial \theta} = \hat y - y $$ / "
        r"$$ \frac{\partial s}{\partial \theta} = y - \hat y $$",
        {1: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (  # what stands behind entries with dots
        r"$\hat y = softmax(\theta)$, $J = -\sum_i y_i \log \hat y_i$ / $$ \theta = \begin{bmatrix} u_1^T v_c \\ ... \\ u_W^T v_c \end{bmatrix} = U^T v_c $$ / "
        r"$$ \frac{\partial J}{\partial v_c} = U (\hat y - y) $$ / $$ \frac{\partial J}{\partial U} = v_c (\hat y - y)^T $$ / "
        r"$$ \frac{\partial J}{\partial U} = (\hat y - y) v_c^T $$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (  # K said to be 3 in a sentence
        r"Here K = 3. $$ \hat y_i = \frac{\exp(\theta_i)}{\sum_{j=1}^3 \exp(\theta_j)} $$ / "
        r"$$ J = CE(y, \hat y) = -\sum_{i=1}^3 y_i \log \hat y_i $$ / "
        r"$$ \frac{\partial J}{\partial \theta_i} = -\sum_{j=1}^K \frac{y_j}{\hat y_j} \frac{\partial \hat y_j}{\partial \theta_i} = \hat y_i \sum_{j=1}^K y_j - y_i $$ / "
        r"$$ \frac{\partial J}{\partial \theta_i} = \hat y_i \sum_{j=1}^K y_j + y_i $$",
        {3: RIGHT, 4: WRONG},
    ),
    (  # the root mean square by its name, of what some o comes behind, beside a line that is not read
        r"$$ y_i = \frac{x_i}{\sqrt{\epsilon + \frac1n \sum_k x_k^2}} w_i $$ / $$ dx_i = \frac{\partial o}{\partial x_i} = "
        r"\sum_k \frac{\partial o}{\partial y_k} \frac{\partial y_k}{\partial x_i} $$ / $$ u' = 1 $$ / "
        r"$$ \frac{\partial y_i}{\partial x_i} = \frac{1}{\text{RMS}} (w_i - \frac{1}{n \text{RMS}^2} x_i^2 w_i) $$ / "
        r"$$ dx_i = \frac{1}{\text{RMS}} (w_i dy_i - \frac{1}{n \text{RMS}^2} x_i \sum_j x_j w_j dy_j) $$ / "
        r"$$ dx_i = \frac{1}{\text{RMS}} (w_i dy_i - \frac{1}{\text{RMS}^2} x_i \sum_j x_j w_j dy_j) $$ / "
        r"$$ dw_i = x_i dy_i $$",
        {2: RIGHT, 4: RIGHT, 5: RIGHT, 6: OPEN, 7: WRONG},
    ),
    (  # a first line about J that is not understood, and one that is
        r"$$ h(x) = \sum_{i=0}^n \theta_i x_i = \theta^T x $$ / $$ J(\theta) = \frac12 \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})^2 $$ / "
        r"$$ J = \frac12 (h(x) - y)^2 $$ / $$ \frac{\partial}{\partial\theta_i} J(\theta) = (h_\theta(x) - y) x_i $$ / "
        r"$$ \frac{\partial}{\partial\theta_i} J(\theta) = h_\theta(x) - y $$",
        {4: RIGHT, 5: OPEN | WRONG},
    ),
    # -- upper indices, and sums over what stands twice
    (
        r"$$S^{ij} = \frac{1}{\sqrt{d_k}} Q^{ia} K^{ja}$$ / $$A^{ij} = \text{softmax}_j(S^{ij})$$ / $$O^{ib} = A^{ij} V^{jb}$$ / "
        r"$$\frac{\partial O^{ib}}{\partial V^{mn}} = A^{ij} \delta^j_m \delta^b_n = A^{im} \delta^b_n$$ / "
        r"$$\frac{\partial L}{\partial V^{mn}} = A^{im} \frac{\partial L}{\partial O^{in}}$$ / $\frac{\partial L}{\partial V} = A^T \frac{\partial L}{\partial O}$ / "
        r"$$\frac{\partial L}{\partial S^{ij}} = A^{ij} (\frac{\partial L}{\partial A^{ij}} - \sum_{j'} A^{ij'} \frac{\partial L}{\partial A^{ij'}})$$ / "
        r"$$\frac{\partial L}{\partial Q^{kl}} = \frac{1}{\sqrt{d_k}} \frac{\partial L}{\partial S^{kj}} K^{jl}$$ / "
        r"$$\frac{\partial L}{\partial Q^{kl}} = \frac{\partial L}{\partial S^{kj}} K^{jl}$$ / $\frac{\partial L}{\partial V} = A \frac{\partial L}{\partial O}$",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG, 10: WRONG | OPEN},
    ),
    (  # z_j of a row z, where the letters of w say something else of j
        "w: (p, q) / x: (1, p) / y: (1, q) / z = x w / C = (z - y)^2 / δ_j = dC/dz_j / δ = 2 (z - y) / dC/dz_j = δ / dC/dw_jk = x_k δ_j",
        {8: OPEN},
    ),
    (  # the a of ∇_a C where no line says what C is
        r"$$ \delta^L_j = \frac{\partial C}{\partial a^L_j} \sigma'(z^L_j) $$ / $$ \delta^L = \nabla_a C \odot \sigma'(z^L) $$ / "
        r"$$ \delta^l_j = \frac{\partial C}{\partial z^l_j} $$ / $$ \delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l) $$ / "
        r"$$ a^l_j = \sigma(z^l_j) $$ / $$ z^{l+1}_k = \sum_j w^{l+1}_{kj} a^l_j + b^{l+1}_k $$ / "
        r"$$ \delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j) $$",
        {2: RIGHT | OPEN, 4: RIGHT | OPEN, 7: RIGHT | OPEN},
    ),
    # -- what pages of the public say in ways of their own
    (  # entries of a softmax under the name of the function, and Kronecker's δ beside an error δ
        r"$$\sigma_i(z)=\frac{e^{z_i}}{\sum_{k=1}^n e^{z_k}}$$ / $$N(z)=\sum_{k=1}^n e^{z_k}$$ / "
        r"$$\frac{\partial\sigma_i(z)}{\partial z_j}=\frac{\partial}{\partial z_j}\frac{e^{z_i}}{N(z)}"
        r"=\sigma_i(z)\left(\delta_{ij}-\sigma_j(z)\right)$$ / $$J(z)=-\sum_{i=1}^n t_i\log\sigma_i(z)$$ / "
        r"For each, $t_i=\delta_{ic}$, where $c$ is the correct label. / $$J(z) = -\sum_{i=1}^n \delta_{ic}\log\sigma_i(z)=-\log\sigma_c(z)$$ / "
        r"$$\frac{\partial J}{\partial z_i}=\sigma_i(z)-\delta_{ic}$$ / The error $\delta_i=\sigma_i(z)-\delta_{ic}$: / "
        r"$$\frac{\partial J}{\partial z_i}=\delta_i$$ / $$\frac{\partial J}{\partial z_i}=\sigma_i(z)+\delta_{ic}$$ / "
        r"$$\frac{\partial\sigma_i(z)}{\partial z_j}=\sigma_i(z)\left(\delta_{ij}+\sigma_j(z)\right)$$ / $$J(z) = -\sum_{i=1}^n \delta_{ic}\log\sigma_i(z)=-\sigma_c(z)$$",
        {3: RIGHT, 6: RIGHT, 7: RIGHT, 9: RIGHT, 10: WRONG, 11: WRONG, 12: WRONG},
    ),
    (  # the x̂ of all examples, without its index
        r"$$ \mu = \frac{1}{N}\sum_{i=1}^N x_i $$ / $$ v = \frac{1}{N}\sum_{i=1}^N (x_i - \mu)^2 $$ / "
        r"$$ \hat{x} = \frac{x_i - \mu}{\sqrt{v + \epsilon}} $$ / $$ y_i = \gamma_i \cdot \hat{x} + \beta_i $$ / "
        r"$$ \frac{\partial L}{\partial v} = -\frac12 \sum_{i=1}^N \frac{\partial L}{\partial y_i} \gamma_i (x_i - \mu) (v + \epsilon)^{-3/2} $$ / "
        r"$$ \frac{\partial L}{\partial \gamma_i} = \frac{\partial L}{\partial y_i} \hat{x_i} $$ / "
        r"$$ \frac{\partial L}{\partial \gamma_i} = \frac{\partial L}{\partial y_i} x_i $$",
        {5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (  # an array where a number belongs, in what another line defines
        "x: (n,) / y_i = x_i + 2 x / C = sum_i y_i^2 / dC/dy_i = 2 y_i",
        {4: OPEN},
    ),
    (  # what a name is, once more and in another way
        r"$$u = W^T x, \quad y = f_1(u)$$ / $$\frac{\partial E}{\partial u} = \frac{\partial E}{\partial y} \odot f_1'(u)$$ / "
        r"$$y = f(u)$$ / $$y = h(u)$$ / $$\frac{\partial E}{\partial u} = \frac{\partial E}{\partial y} \odot u$$",
        {2: RIGHT, 5: WRONG | OPEN},
    ),
    (  # the function of a layer, and what arrives at it
        r"$$Z^{[l]} = W^{[l]}A^{[l-1]} + b^{[l]}, \quad A^{[l]} = g^{[l]}(Z^{[l]}) \tag{1}$$ / "
        r"$$dZ^{[l]} := \frac{\partial J}{\partial Z^{[l]}} = dA^{[l]} * g^{[l]'}(Z^{[l]})$$ / "
        r"$$dW^{[l]} := \frac{\partial J}{\partial W^{[l]}} = \frac{1}{m} dZ^{[l]} A^{[l-1] T}$$ / "
        r"$$dA^{[l-1]} := \frac{\partial J}{\partial A^{[l-1]}} = W^{[l] T} dZ^{[l]}$$ / "
        r"$$W^{[l]} = W^{[l]} - \alpha \text{ } dW^{[l]} \tag{7}$$ / $$dA^{[l-1]} = W^{[l]} dZ^{[l]}$$",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 6: WRONG},
    ),
    (
        r"$$z^l = W^l a^{l-1} + b^l$$ / $$a^l = g^l(z^l)$$ / $$\delta^l = \frac{\partial L}{\partial z^l}$$ / "
        r"$$\delta^l = \frac{\partial L}{\partial a^l} \odot (g^l)'(z^l)$$ / "
        r"$$\delta^l = (W^{l+1})^T \delta^{l+1} \odot g^{l\prime}(z^l)$$ / $$\delta^l = (W^{l+1})^T \delta^{l+1} \odot g^l(z^l)$$",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (
        r"$$z_l = W_l a_{l-1} + b_l, \quad a_l = \sigma_l(z_l)$$ / $$\epsilon_l = \frac{\partial C}{\partial z_l}$$ / "
        r"$$\epsilon_l = \frac{\partial C}{\partial a_l} \odot \sigma_l'(z_l)$$ / "
        r"$$\epsilon_l = \frac{\partial C}{\partial a_l} \odot \sigma_l(z_l)$$",
        {3: RIGHT, 4: WRONG},
    ),
    (  # Kronecker's with an index above
        r"$$\mu = \frac1N \sum_{i=1}^N X_i, \quad Z_i = X_i - \mu$$ / "
        r"$$\frac{\partial Z_i}{\partial X_j} = \delta_j^i - \frac1N$$ / $$\frac{\partial Z_i}{\partial X_j} = \delta_j^i + \frac1N$$",
        {2: RIGHT, 3: WRONG},
    ),
    (  # a cost that says only what it is of, in displays of a page's own making, between figures
        r"{{< figure src='a.svg' width='70%' >}} / {{< displaymath >}} / \begin{align*} / z &= w x + b \\ a &= \sigma(z) \\ "
        r"L &= L(a, y) / \end{align*} / {{< /displaymath >}} / \begin{figure} / \includegraphics[width=0.7\textwidth]{a} / \end{figure} / "
        r"$$\frac{dL}{dw} = \frac{dL}{da} \sigma'(z) x$$ / $$\frac{dL}{dw} = \frac{dL}{da} \sigma(z) x$$",
        {10: RIGHT, 11: WRONG},
    ),
    (  # conditions in brackets
        r"$$a = \max(0, z)$$ / $$\frac{\partial a}{\partial z} = \begin{cases} 1 & (z > 0) \\ 0 & (z < 0) \end{cases}$$ / "
        r"$$\frac{\partial a}{\partial z} = \begin{cases} 0 & (z > 0) \\ 1 & (z < 0) \end{cases}$$",
        {2: RIGHT, 3: WRONG},
    ),
    (  # scores and shares as functions of x
        r"$$h_j(x) = \sum_k w_{jk} x_k$$ / $$p_i(x) = \frac{e^{h_i(x)}}{\sum_j e^{h_j(x)}}$$ / "
        r"$$L(x) = -\sum_i y_i \log p_i(x)$$ / $$\frac{\partial L}{\partial h_i} = p_i(x) - y_i$$ / "
        r"$$\frac{\partial p_i(x)}{\partial h_j(x)} = p_i(x)(\delta_{ij} - p_j(x))$$ / "
        r"$$\frac{\partial L}{\partial w_{jk}} = (p_j(x) - y_j) x_k$$ / $$\frac{\partial L}{\partial w_{jk}} = p_j(x) - y_j$$ / "
        r"$$\frac{\partial p_i(x)}{\partial h_j(x)} = p_i(x)(1 - p_j(x))$$",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG, 8: WRONG},
    ),
    (  # and two functions with numbers
        r"$f_1(x) = x_1^2 x_2$ and $f_2(x) = 5 x_1 + \sin x_2$ / $$\frac{\partial f_1(x)}{\partial x_1} = 2 x_1 x_2$$ / "
        r"$$\frac{\partial f_2}{\partial x_2} = \cos x_2$$ / $$\frac{\partial f_2}{\partial x_1} = 4$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (  # a slope that is 0 as far as the text says
        r"$$J(\theta) = \frac{1}{2m} \sum_{i=1}^{m} (h_\theta(x^{(i)}) - y^{(i)})^2$$ / "
        r"$$\frac{\partial J(\theta)}{\partial \theta_0} = \frac{1}{m} \sum_{i=1}^{m} (h_\theta(x^{(i)}) - y^{(i)})$$ / "
        r"$$\frac{\partial J(\theta)}{\partial \theta_1} = \frac{1}{m} \sum_{i=1}^{m} (h_\theta(x^{(i)}) - y^{(i)}) x^{(i)}$$",
        {2: OPEN, 3: OPEN},
    ),
    (
        "E = 1/2 (ŷ - y)^2 / ŷ = w_2 a / a = σ(z) / z = w_1 x / dE/dw_1 = (ŷ - y) w_2 a (1 - a) x / "
        "- It is largest at a = 0.5 (σ' = 0.25) / "
        "da/dz = σ(z) (1 - σ(z)) / da/dz = σ(z)",
        {5: RIGHT, 7: OPEN | RIGHT, 8: OPEN | WRONG},
    ),
    (  # values of a function that no line says
        r"$$z^L = h(a^L), \quad L = -y \cdot \log p$$ / $$L = -y \cdot \log p = -y \cdot z^L$$",
        {2: OPEN},
    ),
    (  # what a sum runs to before what it runs from, and chains of slopes of arrays
        r"$$\mu = \frac{1}{m} \sum^{m}_{i = 1} x_{i}$$ / $$\sigma^{2} = \frac{1}{m} \sum^{m}_{i = 1} (x_{i} - \mu)^{2}$$ / "
        r"$$\hat{x_{i}} = \frac{x_{i} - \mu}{\sqrt{\sigma^{2} + \epsilon}}$$ / $$y_{i} = \gamma \hat{x_{i}} + \beta$$ / "
        r"$$\frac{\partial L}{\partial \gamma} = \sum^{m}_{i=1}\frac{\partial L}{\partial y_{i}} \cdot \hat{x}_{i}$$ / "
        r"$$\frac{\partial L}{\partial \mu} = \frac{\partial L}{\partial \hat{x}} \cdot \frac{\partial \hat{x}}{\partial \mu} + "
        r"\frac{\partial L}{\partial \sigma^{2}} \cdot \frac{\partial \sigma^{2}}{\partial \mu}$$ / "
        r"$$\frac{\partial \hat{x}}{\partial x} = \frac{1}{\sqrt{\sigma^{2} + \epsilon}}$$ / "
        r"$$\frac{\partial L}{\partial \gamma} = \sum^{m}_{i=1}\frac{\partial L}{\partial y_{i}} \cdot y_{i}$$",
        {5: RIGHT, 6: OPEN | RIGHT, 7: OPEN | RIGHT, 8: WRONG},
    ),
    (  # displays as Jekyll has them, pictures, and a cost said twice
        r"\\[ p = w x + b \\] / ![a picture](/img/f(x)=y.png) / \\[ E = J(w, b) = \frac12 (p - y)^2 \\] / "
        r"\\[ \frac{\partial J}{\partial w} = (p - y) x \\] / \\[ \frac{\partial E}{\partial b} = p \\]",
        {4: RIGHT, 5: WRONG},
    ),
    (  # if and otherwise in another language
        r"$a = \mathrm{softmax}(z)$ / $$\frac{\partial a_i}{\partial z_j} = \begin{cases} a_i (1 - a_i) & \text{ si } i = j \\ "
        r"-a_i a_j & \text{ sinon.} \end{cases}$$ / $$\frac{\partial a_i}{\partial z_j} = \begin{cases} a_i (1 - a_i) "
        r"& \text{若 } i = j \\ a_i a_j & \text{否则} \end{cases}$$",
        {2: RIGHT, 3: WRONG},
    ),
    (  # a * that may be a convolution
        r"$$z = W a + b, \quad y = \sigma(z), \quad C = \frac12 \|y - t\|^2$$ / "
        r"$$\frac{\partial C}{\partial a} = W^T ((y - t) \odot y \odot (1 - y))$$ / "
        r"In a convolution: $$y = \sigma(z) = \sigma(a * W + b)$$ / $$\frac{\partial C}{\partial a} = W ((y - t) \odot y)$$",
        {2: RIGHT, 3: OPEN | RIGHT, 4: WRONG},
    ),
    # -- what a cost is, said by its first slope
    (
        r"$a = \sigma(w x)$ / $$ \frac{\partial L}{\partial w} = \frac{\partial}{\partial w} \left( \frac12 (a - y)^2 \right) "
        r"= (a - y) a (1 - a) x $$ / $$ \frac{\partial L}{\partial w} = (a - y) a x $$",
        {2: RIGHT, 3: OPEN},
    ),
    (
        r"$a = \sigma(w x)$ / $$ \frac{\partial L}{\partial w} = \frac{\partial}{\partial w} \left( \frac12 (a - y)^2 \right) $$ / "
        r"$$ = (a - y) a x $$",
        {2: RIGHT, 3: WRONG},
    ),
    (  # two of them are no one cost
        r"$$ \frac{\partial L}{\partial w} = \frac{\partial}{\partial w} (w x)^2 = 2 w x^2 $$ / "
        r"$$ \frac{\partial L}{\partial v} = \frac{\partial}{\partial v} (v x)^3 = 3 v^2 x^3 $$",
        {1: RIGHT | OPEN, 2: RIGHT | OPEN},
    ),
    (
        r"Softmax and cross-entropy: / $$ \frac{\partial L}{\partial o_i} = -\sum_k y_k \frac{\partial \log p_k}{\partial o_i} "
        r"= -\sum_k y_k \frac{1}{p_k} \frac{\partial p_k}{\partial o_i} $$ / "
        r"$$ \frac{\partial L}{\partial o_i} = -y_i (1 - p_i) + \sum_{k \neq i} y_k p_i = p_i - y_i $$ / "
        r"$$ \frac{\partial L}{\partial o_i} = y_i - p_i $$",
        {2: RIGHT, 3: RIGHT, 4: OPEN | WRONG},
    ),
    (  # p is the softmax of which the text speaks; without it p is anything
        r"The slopes of the softmax: / $$ \frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j) $$ / "
        r"$$ \frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} + p_j) $$",
        {2: RIGHT, 3: OPEN},
    ),
    (r"The slopes: / $$ \frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j) $$", {2: OPEN}),
    # -- scripts of several parts, and what stands for one range
    (  # x^{(p,3)} is layer 3 of example p, and (x^{(p,3)})_q its entry; two names of one size
        r"$$ E = -\frac{1}{m} \sum_{p=1}^m \sum_{k=1}^K y_k^{(p)} \log(q_k^{(p)}) $$ / $$ q_k^{(p)} = softmax(x^{(p,3)})_k $$ / "
        r"$$ (x^{(p,3)})_j = \sum_{i=1}^{n} w_{ij} (x^{(p,2)})_i + b_j $$ / "
        r"$$ \frac{\partial E}{\partial w_{ij}} = -\frac{1}{m} \sum_{p=1}^m \sum_{k=1}^{n_{out}} y_k^{(p)} "
        r"\frac{\partial \log(q_k^{(p)})}{\partial (x^{(p,3)})_j} (x^{(p,2)})_i $$ / "
        r"$$ \frac{\partial \log(q_k^{(p)})}{\partial (x^{(p,3)})_j} = \delta_{kj} - softmax(x^{(p,3)})_j $$ / "
        r"$$ \frac{\partial E}{\partial w_{ij}} = -\frac{1}{m} \sum_{p=1}^m \sum_{k=1}^{n_{out}} y_k^{(p)} "
        r"[\delta_{kj} - q_j^{(p)}] (x^{(p,2)})_i $$ / "
        r"$$ \frac{\partial E}{\partial w_{ij}} = -\frac{1}{m} \sum_{p=1}^m \sum_{k=1}^{n_{out}} y_k^{(p)} "
        r"[\delta_{kj} - q_k^{(p)}] (x^{(p,2)})_i $$",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (  # log is what the text says of it; a rule in a sentence has letters of its own
        r"$$ (x^{(p,3)})_j = \sum_i w_{ij} (x^{(p,2)})_i $$ / If $x = g(t)$, then $\frac{dy}{dt} = \frac{dy}{dx} \frac{dx}{dt}$. / "
        r"$$ q_k^{(p)} = softmax(x^{(p,3)})_k $$ / "
        r"$$ log(q_k^{(p)}) = \frac{ln(q_k^{(p)})}{ln(10)} = \frac{(x^{(p,3)})_k - ln(\sum_i e^{(x^{(p,3)})_i})}{ln(10)} $$ / "
        r"$$ \frac{\partial log(q_k^{(p)})}{\partial (x^{(p,3)})_j} = \frac{1}{ln(10)} [\delta_{kj} - q_j^{(p)}] $$ / "
        r"$$ \frac{\partial log(q_k^{(p)})}{\partial (x^{(p,3)})_j} = \delta_{kj} - q_j^{(p)} $$ / "
        r"$$ log(q_k^{(p)}) = \frac{(x^{(p,3)})_k + ln(\sum_i e^{(x^{(p,3)})_i})}{ln(10)} $$ / "
        r"si $k \ne j$ / $$ \frac{\partial log(q_k^{(p)})}{\partial (x^{(p,3)})_j} = -\frac{q_j^{(p)}}{ln(10)} $$",
        {2: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG, 7: WRONG, 9: RIGHT},
    ),
    (  # the size of layer l + 1 is that of L, where this is taken to be the last
        r"$$ C = \sum_{j=1}^{n_L} \frac12 (a_j^L - y_j)^2 $$ / $$ a_j^L = \sigma(z_j^L) $$ / "
        r"$$ z_j^L = \sum_{k=1}^{n_{L-1}} w_{jk}^L a_k^{L-1} + b_j^L $$ / $$ \delta_j^L = \frac{\partial C}{\partial z_j^L} $$ / "
        r"$$ \frac{\partial C}{\partial a_j^l} = \sum_{q=1}^{n_{l+1}} w_{qj}^{l+1} \delta_q^{l+1} $$ / "
        r"$$ \frac{\partial C}{\partial a_j^l} = -\sum_{q=1}^{n_{l+1}} w_{qj}^{l+1} \delta_q^{l+1} $$",
        {5: RIGHT, 6: WRONG},
    ),
    (  # a cost of what functions give is called by its name; (W)' is the transpose
        r"$$ z_i = \sum_j W_{ij} h_j + b_i $$ / $$ p = \sigma(z) $$ / "
        r"$$ \frac{\partial \ell(f(x), y)}{\partial z_i} = \sum_j \frac{\partial \ell(f(x), y)}{\partial p_j} \frac{\partial p_j}{\partial z_i} $$ / "
        r"$$ \frac{\partial \ell(f(x), y)}{\partial W_{ij}} = \frac{\partial \ell(f(x), y)}{\partial z_i} h_j $$ / "
        r"$$ \nabla_h \ell(f(x), y) = \left(W\right)' \enskip \nabla_z \ell(f(x), y) $$ / "
        r"$$ \frac{\partial \ell(f(x), y)}{\partial W_{ij}} = \frac{\partial \ell(f(x), y)}{\partial z_j} h_i $$ / "
        r"$$ \nabla_h \ell(f(x), y) = W \nabla_z \ell(f(x), y) $$",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG, 7: WRONG},
    ),
    (  # the cost of all examples is another one than that of one; n_l is the last layer
        r"$$ J(W,b;x,y) = \frac12 \sum_{i=1}^{s_{(L)}} (a_i^{(n_l)} - y_i)^2 $$ / "
        r"$$ J(W,b) = \frac1m \sum_{k=1}^m J(W,b;x^{(k)},y^{(k)}) + \frac\lambda2 \sum_{l=1}^{n_l-1} \sum_{i=1}^{s_l} (W_{ji}^{(l)})^2 $$ / "
        r"%$$ J = a $$ / $$ a^{(l)} = f(z^{(l)}) $$ / "
        r"$$ \frac{\partial J}{\partial a_i^{(n_l)}} = a_i^{(n_l)} - y_i $$ / "
        r"$$ \frac{\partial J}{\partial z_i^{(n_l)}} = (a_i^{(n_l)} - y_i) f'(z_i^{(n_l)}) $$ / "
        r"$$ \frac{\partial J}{\partial a_i^{(n_l)}} = y_i - a_i^{(n_l)} $$",
        {2: OPEN, 5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (  # one z_i may be made of some of the weights only: no line says so, nor that it is not
        r"$$ \frac{\partial L}{\partial W_{ij}} = \sum_k \frac{\partial L}{\partial z_k} \frac{\partial z_k}{\partial W_{ij}} $$ / "
        r"$$ \frac{\partial L}{\partial W_{ij}} = \frac{\partial L}{\partial z_i} \frac{\partial z_i}{\partial W_{ij}} $$ / "
        r"$$ \frac{\partial L}{\partial b_i} = \frac{\partial L}{\partial z_i} \frac{\partial z_i}{\partial b_i} $$",
        {1: RIGHT, 2: OPEN, 3: OPEN},
    ),
    (  # ∇a_11 is the slope by an entry where several lines have such
        r"$$ C = \frac12 (z_{11} - y_1)^2 + \frac12 (z_{12} - y_2)^2 $$ / $$ z_{11} = a_{11} w_{11} + a_{12} w_{12} + a_{21} w_{21} $$ / "
        r"$$ z_{12} = a_{12} w_{11} + a_{13} w_{12} + a_{22} w_{21} $$ / $$ \delta_{11} = \frac{\partial C}{\partial z_{11}} $$ / "
        r"$$ \delta_{12} = \frac{\partial C}{\partial z_{12}} $$ / $$ \nabla a_{11} = \delta_{11} w_{11} $$ / "
        r"$$ \nabla a_{12} = \delta_{11} w_{12} + \delta_{12} w_{11} $$ / $$ \nabla a_{22} = \delta_{11} w_{21} $$",
        {6: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (
        r"$$ C = \sum_k (a_k^{(2)} - y_k)^2 $$ / $$ z_{11} = a_{11} w_{11} + a_{12} w_{12} $$ / "
        r"$$ \nabla v_{11} = \delta_{11} w_{11} $$ / $$ \nabla v_{12} = \delta_{11} w_{12} $$",
        {3: OPEN, 4: OPEN},
    ),
    (  # σ^l is the function of layer l
        r"$$ z^l = W^l a^{l-1} + b^l $$ / $$ a^l = \sigma^l(z^l) $$ / $$ C = \frac12 ||a^L - y||^2 $$ / "
        r"$$ \delta^L = \frac{\partial C}{\partial z^L} = (a^L - y) \bigodot \sigma'(z^L) $$ / "
        r"$$ \frac{\partial C}{\partial z^L} = (a^L - y) \bigodot \sigma^L(z^L) $$",
        {4: RIGHT, 5: WRONG},
    ),
    (  # a * of which nobody says that it is no convolution
        r"$$ z = w * x $$ / $$ C = (z - y)^2 $$ / $$ \frac{\partial C}{\partial w} = 2 (z - y) x $$ / "
        r"$$ \frac{\partial C}{\partial w} = (z - y) x $$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"A convolutional layer: / $$ z = w * x $$ / $$ C = (z - y)^2 $$ / $$ \frac{\partial C}{\partial w} = 2 (z - y) x $$ / "
        r"$$ \frac{\partial C}{\partial w} = (z - y) x $$ / $$ \frac{\partial C}{\partial z} = z - y $$",
        {5: OPEN},
    ),
    (  # a conditional probability is a name of its own
        r"$$ z = w^T x + b $$ / $$ P(y=1|x) = \sigma(z) $$ / $$ L = -\log P(y=1|x) $$ / "
        r"$$ \frac{\partial L}{\partial z} = P(y=1|x) - 1 $$ / $$ \frac{\partial L}{\partial z} = P(y=1|x) + 1 $$",
        {4: RIGHT, 5: WRONG},
    ),
    (
        r"$$ q_i = \sigma(s_i) $$ / $$ \log p(y_i \mid x_i) = y_i \log q_i + (1 - y_i) \log(1 - q_i) $$ / "
        r"$$ \frac{\partial \log p(y_i|x_i)}{\partial s_i} = y_i - q_i $$ / "
        r"$$ \frac{\partial \log p(y_i|x_i)}{\partial s_i} = q_i - y_i $$ / "
        r"$$ \frac{\partial Log(p(t|\theta))}{\partial \theta} = \frac{1}{p(t|\theta)} \frac{\partial p(t|\theta)}{\partial \theta} $$ / "
        r"$$ \frac{\partial}{\partial \theta} p(t|\theta) = \theta $$",
        {3: RIGHT, 4: WRONG, 5: RIGHT, 6: OPEN},
    ),
    (  # := -E at the end says what E is; v'_j beside v_k is another vector
        r"$$ y = \sigma(u) $$ / $$ \log y = u - \log(1 + e^u) := -E $$ / $$ u = \sum_j v'_{j} v_{k} $$ / "
        r"$$ \frac{\partial E}{\partial u} = y - 1 $$ / $$ \frac{\partial E}{\partial u} = 1 - y $$",
        {2: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (  # what goes on from a display that is not read
        r"$$ C = w^2 $$ / $$ \frac{\partial C}{\partial w} = 2 w $$ / $$ E_{x \sim p(x)}[x] = a $$ / Expand: / $$ = 3 w $$",
        {2: RIGHT, 3: OPEN, 5: OPEN},
    ),
    (  # sums that are left out in Einstein's way, over letters that stand twice
        r"In Einstein notation: / $$ t = x U + b $$ / $$ h = \sigma(t) $$ / $$ v = h W + g $$ / $$ J = \frac12 ||v - y||^2 $$ / "
        r"$$ \frac{\partial v_b}{\partial h_c} = \frac{\partial}{\partial h_c} [h_i W_{ib} + g_b] = W_{ib} \delta{ic} = W_{cb} $$ / "
        r"$$ \frac{\partial h_c}{\partial t_d} = \sigma(t_c) (1 - \sigma(t_c)) \delta_{cd} $$ / "
        r"$$ \frac{\partial J}{\partial x_k} = (v_b - y_b) W_{cb} \sigma'(t_c) \delta_{cd} U_{kd} $$ / "
        r"$$ \frac{\partial J}{\partial x_k} = (v_b - y_b) W_{bc} \sigma'(t_c) U_{kc} $$ / "
        r"$$ \frac{\partial v_b}{\partial h_c} = W_{ib} $$ / "
        r"$$ \frac{\partial h_c}{\partial t_d} = \sigma(t_c) \delta_{cd} $$",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG | OPEN, 10: WRONG | OPEN, 11: WRONG},
    ),
    (  # what names are, said in words of any language; the last layer K in small letters above
        "*  a⁽ᵏ⁾ : Le vecteur des activations (sorties) de la couche k. / *  h : hidden state vector / "
        "1.  z⁽ᵏ⁾ = w⁽ᵏ⁾ · a⁽ᵏ⁻¹⁾ + b⁽ᵏ⁾ / 2.  a⁽ᵏ⁾ = f(z⁽ᵏ⁾) / L = 1/2 ||a⁽ᴷ⁾ - y||² / δ⁽ᵏ⁾ = ∂L/∂z⁽ᵏ⁾ / "
        "**Équation 1 : L'erreur à la couche de sortie (δ⁽ᴷ⁾)** / "
        "δ⁽ᴷ⁾ = ∂L/∂a⁽ᴷ⁾ ⊙ f'(z⁽ᴷ⁾) / ∂L/∂w⁽ᵏ⁾ = δ⁽ᵏ⁾ · (a⁽ᵏ⁻¹⁾)ᵀ / ∂L/∂w⁽ᵏ⁾ = a⁽ᵏ⁻¹⁾ · (δ⁽ᵏ⁾)ᵀ",
        {8: RIGHT, 9: RIGHT, 10: WRONG},
    ),
    (  # a link, a comma at the end, and => between formulas
        "https://example.com/z=1?a.b / z = w⋅x + b, / a = 1/(1 + e^-z) / C = (a - y)^2 / "
        "da/dz = a⋅(1 - a)  =>  ∂C/∂z = (∂C/∂a)⋅a / Loss : mean squared error C = (a - y)^2",
        {5: WRONG},
    ),
    (  # a slope times a number on the left
        r"$$ L = \frac{1}{n} \sum_{i=1}^n (w x_i - y_i)^2 $$ / "
        r"$$ n \cdot \frac{\partial L}{\partial w} = 2 \sum_{i=1}^n (w x_i - y_i) x_i $$ / "
        r"$$ 2 \frac{\partial L}{\partial w} = \frac{4}{n} \sum_{i=1}^n (w x_i - y_i) x_i $$ / "
        r"$$ n \frac{\partial L}{\partial w} = \sum_{i=1}^n (w x_i - y_i) x_i $$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    # -- values put in for arrays
    (  # scores left out of the softmax, and the values of one example between its lines
        r"$$ p_j = \frac{e^j}{\sum_i e^i} $$ / $$ L = -\sum_i y_i \log p_i $$ / $$ o = [2, 3, 4] $$ / $$ y = [0, 1, 0] $$ / "
        r"$$ L = -y_k \log p_k = -\log p_k $$ / $$ \frac{\partial L}{\partial o_k} = p_k - 1 $$ / $$ \frac{\partial L}{\partial o} = p - y $$ / "
        r"$$ \frac{\partial L}{\partial o} = [0.090, -0.755, 0.665] $$ / $$ \frac{\partial L}{\partial o_k} = 1 - p_k $$ / "
        r"$$ \frac{\partial L}{\partial o} = [0.090, -0.775, 0.665] $$",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG, 10: WRONG},
    ),
    (  # each entry rounded by itself
        "L = 1/3 sum(x ⊙ x) / x = [2, 3, 4] / dL/dx = 2/3 x = [1.333, 2, 2.667] / dL/dx = [1.333, 2, 2.676] / "
        "dL/dx = [2.667, 2, 1.333]",
        {3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (
        "y = W x / W = [[0.15, 0.21], [0.33, 0.47]] / x = [0.5, 0.7] / L = 1/2 ||y||^2 / dL/dy = y = [0.222, 0.494] / "
        "dL/dW = y x^T = [[0.111, 0.155], [0.247, 0.346]] / dL/dW = [[0.111, 0.155], [0.247, 0.364]]",
        {5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (  # drawn as boxes, of an example in between; the class k of the text is that of its y
        r"$$ p_j = \frac{e^{o_j}}{\sum_i e^{o_i}} $$ / $$ L = -\sum_i y_i \log p_i $$ / "
        r"$$ o = \boxed{2}\boxed{3}\boxed{4} $$ / $$ y = \boxed{0}\boxed{1}\boxed{0} $$ / "
        r"$$ p = \boxed{0.090}\boxed{0.245}\boxed{0.665} $$ / $$ L = -y_k \log p_k = -\log p_k $$ / "
        r"$$ \frac{\partial L}{\partial o_k} = p_k - 1 $$ / $$ \frac{\partial L}{\partial o_j} = \frac{1}{p_k} p_k p_j = p_j $$ / "
        r"$$ \frac{\partial L}{\partial o} = p - y $$ / $$ \frac{\partial L}{\partial o} = \boxed{0.090}\boxed{-0.755}\boxed{0.665} $$ / "
        r"$$ \frac{\partial L}{\partial o} = \boxed{0.090}\boxed{-0.775}\boxed{0.665} $$ / "
        r"$$ \frac{\partial L}{\partial o_k} = p_k $$",
        {7: RIGHT, 8: RIGHT, 9: RIGHT, 10: RIGHT, 11: WRONG, 12: WRONG},
    ),
    (  # one entry in numbers, of a softmax
        "p_j = e^{o_j}/sum_i e^{o_i} / L = -sum_i y_i log(p_i) / o = [2, 3, 4] / p_1 = e^2/(e^2+e^3+e^4) = 0.09 / "
        "dL/do = p - y / dL/do_k = p_k - y_k / dL/do_k = p_k",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (  # entries of arrays that are written out
        "z = W x + b / x = [1, 2] / W = [[1, 1], [2, 0]] / b = [0, 1] / L = 1/2 z^T z / dL/dz = z / dL/dz_1 = z_1 = 3 / "
        "dL/dW = z x^T / dL/dW_11 = 3 / dL/dW_{12} = 6 / dL/dW_{12} = 3 / dL/dx_2 = 4",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: RIGHT, 10: RIGHT, 11: WRONG, 12: WRONG},
    ),
    (  # a formula and its shape behind it, with braces in braces
        r"$Q \in \mathbb{R}^{N \times d}$, $K \in \mathbb{R}^{N \times d}$, $V \in \mathbb{R}^{N \times d}$ / "
        r"$$ S = Q K^T, \quad P = \text{softmax}(S), \quad O = P V $$ / "
        r"$$ \frac{\partial L}{\partial \mathbf{P}} = \frac{\partial L}{\partial \mathbf{O}} \mathbf{V}^T \in \mathbb{R}^{N \times N} $$ / "
        r"$$ \frac{\partial L}{\partial \mathbf{Q}} = \frac{\partial L}{\partial \mathbf{S}} \mathbf{K} \in \mathbb{R}^{N \times d} $$ / "
        r"$$ \frac{\partial L}{\partial \mathbf{K}} = \frac{\partial L}{\partial \mathbf{S}} \mathbf{Q} \in \mathbb{R}^{N \times d} $$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (  # J(w) sums up the J_i
        r"$x_i \in \mathbb{R}^d$, $w \in \mathbb{R}^d$, $p_i = w^T x_i + b$ / $J(w, b) = \sum_{i=1}^n (p_i - y_i)^2$ / "
        r"$J_i = (p_i - y_i)^2$ / $\frac{dJ}{dw} = \sum_i \frac{dJ_i}{dp_i} \frac{dp_i}{dw}$ / "
        r"$\nabla_w J = 2 \sum_{i=1}^n (p_i - y_i) x_i$ / $\frac{dJ}{db} = 2 \sum_i (p_i - y_i)$ / $\nabla_w J = \sum_i (p_i - y_i) x_i$",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (  # two equations in one frame
        r"$$ y = w x + b $$ / $$ L = (y - t)^2 $$ / $$ \boxed{ \frac{dL}{dw} = 2 (y - t) x, \qquad \frac{dL}{db} = 2 (y - t) } $$ / "
        r"$$ \boxed{ \frac{dL}{db} = 2 (y - t), \qquad \frac{dL}{dw} = 2 (y - t) } $$",
        {3: RIGHT, 4: WRONG},
    ),
    (  # δ for ∂, and colours
        r"$$ y = w x + b $$ / $$ L = (y - t)^2 $$ / $$ \frac{\delta L}{\delta w} = \frac{\delta L}{\delta y} \frac{\delta y}{\delta w} $$ / "
        r"$$ \textcolor{red}{\frac{\delta L}{\delta w}} = \textcolor{blue}{2 (y - t)} \text{\textcolor{green}{\framebox{$ x $}}} $$ / "
        r"$$ \frac{\delta L}{\delta b} = \textcolor{blue}{2 (y - t)} \textcolor{green}{x} $$ / "
        r"$$ \frac{\delta L}{\delta w} = \textcolor{blue}{-} 2 (y - t) x $$",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    ("y = w x + b / L = (y - t)^2 / δL/δw = 2 (y - t) x / δL/δb = 2 (y - t) x", {3: RIGHT, 4: WRONG}),
    (  # X beside its rows, or its columns
        r"$x_i \in \mathbb{R}^d$, $w \in \mathbb{R}^d$, $X \in \mathbb{R}^{n \times d}$ has the rows $x_i^T$ / "
        r"$$ p_i = w^T x_i + b $$ / $$ J(w, b) = \sum_{i=1}^n (p_i - y_i)^2 $$ / $$ \nabla_w J = 2 X^T (p - y) $$ / "
        r"$$ \nabla_b J = 2 \mathbf{1}^T (p - y) $$ / $$ \nabla_w J = X^T (p - y) $$ / $$ \nabla_w J = 2 X (p - y) $$",
        {4: RIGHT, 5: RIGHT, 6: WRONG, 7: WRONG},
    ),
    (
        r"$w \in \mathbb{R}^d$, $X \in \mathbb{R}^{d \times n}$ / $p_i = w^T x_i$ / $J(w) = \frac{1}{n} \sum_{i=1}^n (p_i - y_i)^2$ / "
        r"$\nabla_w J = \frac{2}{n} X (p - y)$ / $\nabla_w J = \frac{2}{n} X^T (p - y)$ / $\nabla_w J = 2 X (p - y)$",
        {4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    (  # y_k (= o_k), and w_jk for the w_kj of the sums
        r"$h_k = \sum_j w_{kj} a_j$, $o_k = \sigma(h_k)$, the output is $y_k (= o_k)$ / $E = \frac{1}{2} \sum_k (d_k - y_k)^2$ / "
        r"$\sigma'(h_k) = y_k (1 - y_k)$ / $\frac{\partial E}{\partial w_{jk}} = -(d_k - y_k) y_k (1 - y_k) a_j$ / "
        r"$\frac{\partial E}{\partial w_{jk}} = (d_k - y_k) y_k (1 - y_k) a_j$ / "
        r"$\frac{\partial E}{\partial w_{jk}} = -(d_k - y_k) y_k (1 - y_k) a_k$",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    (  # both are slopes of their own
        r"$h_k = \sum_j w_{kj} a_j$ / $E = \frac{1}{2} \sum_k (d_k - h_k)^2$ / "
        r"$\frac{\partial E}{\partial w_{kj}} = -(d_k - h_k) a_j$ / $\frac{\partial E}{\partial w_{jk}} = -(d_k - h_k) a_j$",
        {3: RIGHT, 4: WRONG},
    ),
    (  # what a trace is, and slopes of traces
        r"$$tr(A) = \sum_i A_{ii}$$ / $$tr(A) = tr(A^T)$$ / $$tr(ABC) = tr(BCA) = tr(CAB)$$ / $$tr(ABC) = tr(BAC)$$ / "
        r"$$\nabla_B tr(ABC) = A^T C^T$$ / $$\nabla_A trAB = B^T$$ / $$\nabla_A trAB = B$$",
        {1: RIGHT, 2: RIGHT, 3: RIGHT, 4: WRONG, 5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (  # a number behind ∇, and the trace of one
        r"$$ J(\theta) = \frac{1}{2m} (X \theta - y)^T (X \theta - y) $$ / "
        r"$$ \nabla_\theta J(\theta) = \nabla_\theta \frac{1}{2m} tr(\theta^T X^T X \theta - 2 y^T X \theta + y^T y) $$ / "
        r"$$ = \frac{1}{2m} (2 X^T X \theta - 2 X^T y) $$ / $$ \nabla_\theta J(\theta) = \nabla_\theta \frac{1}{m} tr(X \theta - y)^2 $$ / "
        r"$$ \nabla_\theta J(\theta) = \frac{1}{2m} (2 X^T X \theta - X^T y) $$",
        {2: RIGHT, 3: RIGHT, 5: WRONG},
    ),
    (  # an entry of a product in a chain
        r"A: (n, m) / B: (m, k) / C: (k, n) / $$ \frac{\partial tr(ABC)}{\partial B_{jk}} = \sum_i A_{ij} C_{ki} $$ / $$ = (CA)_{kj} $$ / "
        r"$$ = [CA]_{kj} $$ / $$ \frac{\partial tr(ABC)}{\partial B_{jk}} = 2 (CA)_{kj} $$",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (  # ∇W is by W
        r"$$ z = W x + b $$ / $$ C = \sum_i (z_i - y_i)^2 $$ / $$ \delta = \frac{\partial C}{\partial z} $$ / $$ \nabla W = \delta x^T $$ / "
        r"$$ \nabla b = \delta $$ / $$ \nabla W = x \delta^T $$",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (  # y = m x + b is the line, and ŷ what it predicts
        r"The line is $y = m x + b$. / $C = (\hat{y} - y)^2$ / $\frac{dC}{dm} = 2 x (\hat{y} - y)$ / $\frac{dC}{db} = 2 (\hat{y} - y)$ / "
        r"$\frac{dC}{db} = -2 (\hat{y} - y)$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (  # the labels are ŷ
        r"The line is $y = m x + b$. / $C = (\hat{y} - y)^2$ / $\frac{dC}{dm} = -2 x (\hat{y} - y)$ / $\frac{dC}{db} = -2 (\hat{y} - y)$ / "
        r"$\frac{dC}{db} = 2 (\hat{y} - y)$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (  # a matrix C is no cost
        r"$A \in \mathbb{R}^{m \times n}$, $B \in \mathbb{R}^{n \times p}$ / For $C = AB$: / "
        r"- $\frac{\partial L}{\partial A} = \frac{\partial L}{\partial C} B^T$ / - $\frac{\partial L}{\partial B} = A^T \frac{\partial L}{\partial C}$ / "
        r"- $\frac{\partial L}{\partial B} = \frac{\partial L}{\partial C} A^T$ /  / For $C = A^T$: / "
        r"- $\frac{\partial L}{\partial A} = \left(\frac{\partial L}{\partial C}\right)^T$",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 8: RIGHT},
    ),
    (  # the diagonal of a matrix, once of its rows
        "P: (n, n) / dL/dS = P ⊙ (dL/dP - diag(dL/dP Pᵀ)) / z = W x / L = sum(z^2) / dL/dW = 2 z xᵀ",
        {2: OPEN, 5: RIGHT},
    ),
    (  # formulas of one example, and the cost of all
        r"$$L(y, \hat{y}) = -[y \log(\hat{y}) + (1-y) \log(1-\hat{y})]$$ / "
        r"$$J(w, b) = -\frac{1}{m} \sum_{i=1}^m [y^{(i)} \log(\hat{y}^{(i)}) + (1-y^{(i)}) \log(1-\hat{y}^{(i)})]$$ / "
        r"$$z = w^T x + b$$ / $$\hat{y} = \frac{1}{1 + e^{-z}}$$ / $$\frac{\partial L}{\partial z} = \hat{y} - y$$ / "
        r"$$\frac{\partial L}{\partial w} = (\hat{y} - y) x$$ / "
        r"$$\frac{\partial J}{\partial w} = \frac{1}{m} \sum_{i=1}^m (\hat{y}^{(i)} - y^{(i)}) x^{(i)}$$ / $$= \frac{1}{m} X^T (\hat{y} - y)$$ / "
        r"$$dw = \frac{1}{m} X^T (\hat{y} - y)$$ / $$\frac{\partial J}{\partial b} = \frac{1}{m} \sum_{i=1}^m (\hat{y}^{(i)} - y^{(i)})$$ / "
        r"$$\frac{\partial L}{\partial z} = y - \hat{y}$$ / $$\frac{\partial J}{\partial b} = \sum_{i=1}^m (\hat{y}^{(i)} - y^{(i)})$$",
        {5: RIGHT, 6: RIGHT, 7: RIGHT, 8: RIGHT, 9: RIGHT, 10: RIGHT, 11: WRONG, 12: WRONG},
    ),
    (  # a function by cases, of a vector
        r"z: (n,) / $$h = \text{ReLU}(z)$$ / $$\text{ReLU}(z) = \begin{cases} z & \text{if } z > 0 \\ 0 & \text{if } z \leq 0 \end{cases}$$ / "
        r"$$L = \sum_i (h_i - y_i)^2$$ / $$\frac{dL}{dz} = 2 (h - y) \odot \text{ReLU}'(z)$$ / "
        r"$$\frac{dL}{dz_i} = 2 (h_i - y_i) \mathbb{1}(z_i > 0)$$ / $$\frac{dL}{dz} = 2 (h - y)$$",
        {5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (  # rows of cases that have lost a backslash
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ / "
        r"$$\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i(1 - p_i) & \text{if } i = j \ -p_i p_j & \text{if } i \neq j \end{cases}$$ / "
        r"$$\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i(1 - p_i) & \text{if } i = j \ p_i p_j & \text{if } i \neq j \end{cases}$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "``` / ŷ = wx + b / L = (1/n) Σ (y - ŷ)² / dL/dw = -(2/n) Σ x(y - ŷ) / dL/dw = (2/n) Σ x(y - ŷ) / ```",
        {4: RIGHT, 5: WRONG},
    ),
    (  # steps in time, and an operator with a dot
        r"$z = w x$, $E = \frac12 (z - y)^2$ / $w(t+1) = w(t) - \eta (z - y) x$ / $w(t+1) = w(t) + \eta (z - y) x$ / "
        r"$\frac{\partial}{\partial w} \cdot E = (z - y) x$ / $\frac{\partial}{\partial w} \cdot E = (z - y)$",
        {2: RIGHT, 3: WRONG, 4: RIGHT, 5: WRONG},
    ),
    (  # quoted
        r"> Def. We have / > $$ / > L = \frac12 (w x - y)^2 / > $$ /  / - > so that / > $$ / > \frac{dL}{dw} = (w x - y) x / > $$ /  / "
        r"> $\frac{dL}{dw} = (w x - y)$",
        {8: RIGHT, 11: WRONG},
    ),
    (  # a program's dictionaries say nothing
        '```python / W = parameters["W"] / m, n = X.shape / z = W @ x / L = sum((z - y)**2) / dz = 2*(z - y) / dW = np.outer(dz, x) / '
        'dx = W @ dz / cache = {"z": z, / "L": L} / ```',
        {6: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (  # where, sets, and an update that is repeated
        r"$$ / a = \sigma(w^Tx + b) \\ / where \ x \in R^n, w \in R^n, b \in R, \sigma(z)=\frac{1}{1+e^{-z}} / $$ / $$ L = (a - y)^2 $$ / "
        r"$$ / Repeat\ \{\ / w := w - \alpha 2 (a - y) a (1 - a) x / \ \} / $$ / "
        r"$$ \text{repeat until convergence: } \{ b := b + \alpha 2 (a - y) a (1 - a) \} $$ / "
        r"$$ \frac{\partial L}{\partial w} = 2 (a - y) a (1 - a) x $$ / $$ \frac{\partial L}{\partial w} = 2 (a - y) a (1 - a) $$",
        {8: RIGHT, 11: WRONG, 12: RIGHT, 13: WRONG},
    ),
    (  # J adds up L(a, y) of all examples
        r"$$L(a, y) = -[y \log(a) + (1-y) \log(1-a)]$$ / $$J(w, b) = \frac{1}{m} \sum_{i=1}^m L(a^{(i)}, y^{(i)})$$ / $$z = w^T x + b$$ / "
        r"$$a = \frac{1}{1 + e^{-z}}$$ / $$\frac{\partial L}{\partial z} = a - y$$ / "
        r"$$\frac{\partial J}{\partial w} = \frac{1}{m} \sum_{i=1}^m (a^{(i)} - y^{(i)}) x^{(i)}$$ / "
        r"$$\frac{\partial J}{\partial w} = \sum_{i=1}^m (a^{(i)} - y^{(i)}) x^{(i)}$$ / "
        r"$$\frac{\partial J}{\partial b} = \frac{1}{m} \sum_{i=1}^m (y^{(i)} - a^{(i)})$$",
        {5: RIGHT, 6: RIGHT, 7: WRONG, 8: WRONG},
    ),
    (  # what a name stands for, in words
        "z (= what the unit gets) is w x. / z = w x / L = (z - y)^2 / dL/dw = 2 (z - y) x / dL/dw (= 2 (z - y)) / dL/dz (= z - y)",
        {4: RIGHT, 6: WRONG},
    ),
    # -- what a name is and what is 0 there
    (  # a solution further down, at which any multiple of the slope is 0
        "J(b) = 1/2 ||X b - y||^2 / dJ/db = X^T X b - X^T y / dJ/db = 2 X^T X b - 2 X^T y / b = (X^T X)^{-1} X^T y",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "J(b) = (b x - y)^2 / dJ/db = 2 (b x - y) x / dJ/db = 2 (b x - y) / So the best is / b = y/x",
        {2: RIGHT, 3: WRONG},
    ),
    (  # a slope by what a formula is not written with
        "f = w x / L = f^2 / d tanh(x)/df = 0 / dL/df = 2 f / dL/df = f",
        {3: OPEN, 4: RIGHT, 5: WRONG},
    ),
    (  # letters run together where a name has another meaning further down
        "``` / J(β) = ½||Xβ - y||² + ½λ||β||² / ``` / ``` / J(β) = ½(Xβ - y)ᵀ(Xβ - y) + ½λβᵀβ / ``` / "
        "``` / ∂J(β)/∂β = XᵀXβ - Xᵀy + λβ / = (XᵀX + λI)β - Xᵀy / ∂J(β)/∂β = XᵀXβ - Xᵀy - λβ / ```",
        {8: RIGHT, 9: RIGHT, 10: WRONG},
    ),
    (  # dz that is said to be the slope, and is m times the slope in the other lines
        "W: (q, p)   A: (p, m)   b: (q, 1)   Y: (q, m) / Z = W A + b / P = sigmoid(Z) / "
        r"L = -1/m sum(Y ⊙ log(P) + (1 - Y) ⊙ log(1 - P)) / $$dZ = \frac{\partial L}{\partial Z}$$ / dZ = P - Y / dW = 1/m dZ A^T / db = -1/m sum(dZ, axis=1)",
        {5: RIGHT, 6: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (  # Y_k^(i) for an entry of Y, and an entry of a softmax that another line says whole
        r"$$L = -\frac1m \sum_{i=1}^m \sum_{k=1}^{n_L} Y_k^{(i)} \log(A_k^{[L](i)})$$ / $$A^{[L]} = softmax(z^{[L]})$$ / "
        r"$$A_k^{[L]} = \frac{e^{z_k^{[L]}}}{\sum_{j=1}^{n_L} e^{z_j^{[L]}}}$$ / $$dz^{[L]} = A^{[L]} - Y$$ / "
        r"$$z^{[L]} = W^{[L]} A^{[L-1]} + b^{[L]}$$ / $$dW^{[L]} = \frac1m dz^{[L]} A^{[L-1]T}$$ / "
        r"$$dW^{[L]} = -\frac1m dz^{[L]} A^{[L-1]T}$$",
        {3: RIGHT, 4: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    # -- a quadratic form with its half
    (
        "A quadratic form (usually symmetric) / x: (n,)   Q: (n, n)   c: (n,) / f = 1/2 x^T Q x + c^T x / df/dx = Q x + c / df/dx = 2 Q x + c",
        {4: RIGHT, 5: WRONG},
    ),
    ("x: (n,)   Q: (n, n) / f = x^T Q x / df/dx = 2 Q x", {3: WRONG}),
    (
        "x: (n,)   Q: (n, n) / For any matrix Q, not a symmetric one: / f = 1/2 x^T Q x / df/dx = Q x",
        {4: WRONG},
    ),
    (  # for which a line in letters holds: a condition
        "z = w x / a = relu(z) / L = (a - y)^2 / dL/dz = dL/da * 1   (relu'(x>0)=1) / dL/dw = dL/dz x / dL/dw = dL/dz w",
        {4: OPEN, 5: RIGHT, 6: WRONG},
    ),
    (  # a name without its index, below the slope by an entry of it
        r"$$y_k = \gamma \hat{x}_k + \beta$$ / $$\hat{x}_k = \frac{x_k - \mu}{s}$$ / "
        r"$$\frac{\partial y_k}{\partial x_i} = \frac{\partial (\gamma \hat{x} + \beta)}{\partial \hat{x}_k} \frac{\partial \hat{x}_k}{\partial x_i}$$ / "
        r"$$\frac{\partial y_k}{\partial x_i} = \frac{\partial (\gamma \hat{x}^2 + \beta)}{\partial \hat{x}_k} \frac{\partial \hat{x}_k}{\partial x_i}$$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- numbers put in, with fewer digits, beside names that have values
    ("x = 3 / w = 0.7 / E = (w x)^3 / dE/dw = 13.2 x = 39.7 / dE/dw = 13.6 x = 39.7", {4: RIGHT, 5: WRONG}),
    (
        "x = 0.5 / w = 0.7 / z = w x / E = z^3 / dE/dz = 3 z^2 = 0.3675 / dE/dw = 0.37 * 0.5 = 0.18 / "
        "dE/dw = 0.34 * 0.5",
        {6: RIGHT, 7: WRONG},
    ),
    (
        "x = 2 / w = 0.5 / t = 3 / a = sigmoid(w x) / E = (a - t)^2/2 / dE/da = a - t = -2.269 / "
        "dE/dw = -2.269 * 0.1966 * x / dE/dw = -2.269 * a (1 - a) x / dE/dw = -2.269 * a * x",
        {7: RIGHT, 8: RIGHT, 9: WRONG},
    ),
    (  # values of i_1, which is no range of i
        "Inputs $i_1 = 0.05$ and $i_2 = 0.10$; weights $w_1 = 0.15$, $w_2 = 0.2$; $t = 1$. / "
        r"$z = w_1 i_1 + w_2 i_2 = 0.0275$, $E = (z - t)^2$ / $\frac{\partial E}{\partial w_1} = -1.945 \cdot i_1$ / "
        r"$\frac{\partial E}{\partial w_1} = -1.945 \cdot i_2$",
        {3: RIGHT, 4: WRONG},
    ),
    (  # the same where no line gives them
        r"$z = w x$, $E = (z - t)^2$ / $\frac{\partial E}{\partial z} = 2 (z - t) = -1.945$ / "
        r"$\frac{\partial E}{\partial w} = -1.945 \cdot x$ / $\frac{\partial E}{\partial w} = (z - t) x$",
        {3: OPEN, 4: WRONG},
    ),
    # -- a cost that is not said has no part of what the output is made of as its target
    (
        "y = x + tanh(x) / g = dL/dy / dL/dx = g (1 + (1 - tanh(x)^2)) / dL/dx = g (1 - tanh(x)^2)",
        {3: RIGHT, 4: WRONG},
    ),
    ("y = x + f(x) / g = dL/dy / dL/dx = g (1 + f'(x)) / dL/dx = g f'(x)", {3: RIGHT, 4: WRONG}),
    # -- a line that says nothing of the lines beside it
    (  # a value in brackets, and a formula that is said again with a remark
        "- x = 2.0 / - w = 0.5 / `z = w·x` / `h = tanh(z)` / `∂h/∂w = (1 - h²) × x` / `∂h/∂w = (1 - h) × x` / "
        "- Largest slope: 1 (at x=0)",
        {5: RIGHT, 6: WRONG},
    ),
    (
        "`z = w·x + b` / `L = (ŷ - y)²` / `ŷ = z` / **Last step**: Since ŷ = z (no activation): / "
        "`∂L/∂z = 2(ŷ - y)` / `∂L/∂z = (ŷ - y)`",
        {5: RIGHT, 6: WRONG},
    ),
    (  # what cannot be read further down
        "z = w x + b / L = (z - y)^2 / dL/dw = 2 (z - y) x / dL/dw = (z - y) x / z = w ? x",
        {3: RIGHT, 4: WRONG},
    ),
    (  # ∂w alone
        r"$$y_i = w_i x_i$$ / $$\frac{\partial y_i}{\partial w_i} = x_i$$ / $$\frac{\partial y_i}{\partial w_i} = w_i$$ / "
        r"$$\partial w = \sum_{\text{batch b}} (\partial y \odot x)$$",
        {2: RIGHT, 3: WRONG},
    ),
    (  # values for an example
        r"$$O = A V$$ / $$\frac{\partial L}{\partial V} = A^T \frac{\partial L}{\partial O}$$ / "
        r"$$\frac{\partial L}{\partial V} = \frac{\partial L}{\partial O} A^T$$ / ```python / V = np.random.randn(20, 64) / ```",
        {2: RIGHT, 3: WRONG | OPEN},
    ),
    (
        r"$$\require{cancel} h = \frac{1}{1 + e^{-x}}$$ / $$\frac{\partial h}{\partial x} = h (1 - h)$$ / "
        r"$$\frac{\partial h}{\partial x} = h (1 + h)$$",
        {2: RIGHT, 3: WRONG},
    ),
    (  # a function that is said at an entry
        r"$$h_\theta(x_i) = \theta_0 + \theta_1 x_i$$ / $$J = \frac{1}{2m} \sum_{i=1}^{m} (h_\theta(x_i) - y_i)^2$$ / "
        r"$$\frac{\partial J}{\partial \theta_1} = \frac{1}{m} \sum_{i=1}^{m} (h_\theta(x_i) - y_i) x_i$$ / "
        r"$$\frac{\partial J}{\partial \theta_1} = \frac{1}{m} \sum_{i=1}^{m} (h_\theta(x_i) - y_i)$$ / "
        r"$$\frac{\partial J}{\partial \theta_1} = \sum_{i=1}^{m} (h_\theta(x_i) - y_i) x_i$$",
        {3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (  # one that is said at a value of another, and a matrix with a column of ones
        r"$$X = \begin{bmatrix} 1 & x^{(1)} \\ \vdots & \vdots \\ 1 & x^{(m)} \end{bmatrix}$$ / "
        r"$$h_{\theta}(x^{(i)}) = \theta x^{(i)}$$ / "
        r"$$J = \frac{1}{m} \sum_{i=1}^{m} \text{Cost}(h_{\theta}(x^{(i)}), y^{(i)})$$ / "
        r"$$\text{Cost}(h_{\theta}(x^{(i)}), y^{(i)}) = (h_{\theta}(x^{(i)}) - y^{(i)})^2$$ / "
        r"$$\frac{\partial J}{\partial \theta} = \frac{2}{m} \sum_{i=1}^{m} (h_{\theta}(x^{(i)}) - y^{(i)}) x^{(i)}$$ / "
        r"$$\frac{\partial J}{\partial \theta} = \frac{1}{m} \sum_{i=1}^{m} (h_{\theta}(x^{(i)}) - y^{(i)}) x^{(i)}$$",
        {5: RIGHT, 6: WRONG},
    ),
    (  # slopes by a function's value
        "h(x) = 1/(1 + exp(-w x - b)) / dh/dw = h(x) (1 - h(x)) x / d(log(h(x)))/dw = d(log(h(x)))/dh dh/dw / "
        "d(log(h(x)))/dh = 1/h(x) / d(log(h(x)))/dh = h(x) / d(log(h(x)))/dw = (1 + h(x)) x",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    (
        "h(x_i) = 1/(1 + exp(-w x_i - b)) / J = - 1/m sum_{i=1}^m log(h(x_i)) / "
        "d(log(h(x_i)))/dw = d(log(h(x_i)))/dh dh/dw / d(log(h(x_i)))/dh(x_i) = 1/h(x_i) / "
        "d(log(h(x_i)))/dw = - 1/h(x_i) dh/dw / dJ/dw = - 1/m sum_i (1 - h(x_i)) x_i / "
        "dJ/dw = - 1/m sum_i (1 - h(x_i))",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: RIGHT, 7: WRONG},
    ),
    (  # x_j of many, in the one line of a text about numbers
        r"$$h(x^{(i)}) = \sigma(a + b x^{(i)})$$ / "
        r"$$J = -\frac{1}{m} \sum_{i=1}^m y^{(i)} \log h(x^{(i)}) + (1 - y^{(i)}) \log (1 - h(x^{(i)}))$$ / "
        r"$$\frac{\partial J}{\partial b} = \frac{1}{m} \sum_{i=1}^m (h(x^{(i)}) - y^{(i)}) x^{(i)}$$ / "
        r"$$\frac{\partial h}{\partial b} = h(x) (1 - h(x)) x$$ / "
        r"$$\frac{\partial J}{\partial a} = \frac{1}{m} \sum_{i=1}^m (h(x^{(i)}) + y^{(i)})$$ / "
        r"$$\frac{\partial J}{\partial \theta_j} = \frac{1}{m} \sum_{i=1}^m (h(x^{(i)}) - y^{(i)}) x_j^{(i)}$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: OPEN},
    ),
    (  # Δb and aᵀ b on a left side
        r"$$z = w x + b$$ / $$L = (z - y)^2$$ / $$\Delta{b} = \delta$$ / $$\frac{\partial L}{\partial w} = 2 (z - y) x$$ / "
        r"$$\frac{\partial L}{\partial w} = (z - y) x$$ / $$u^T x = x^T u$$ / $$\frac{\partial L}{\partial b} = 2 (z - y)$$",
        {4: RIGHT, 5: WRONG, 7: RIGHT},
    ),
    (  # functions of two
        "d/dx swish(x, β) = σ(β x) + β x σ(β x)(1 - σ(β x)) / d/dx swish(x, β) = σ(β x) + x σ(β x)(1 - σ(β x)) / "
        "d/dβ swish(x, β) = x^2 σ(β x)(1 - σ(β x)) / d/dβ swish(x, β) = x σ(β x)(1 - σ(β x))",
        {1: RIGHT, 2: WRONG, 3: RIGHT, 4: WRONG},
    ),
    (
        "p = exp(w x) / s = E(y, p) = (y - p)^2 / J = E(y, p) / dJ/dp = 2 (p - y) / dJ/dp = 2 (y - p) / "
        "dJ/dw = 2 (p - y) p x / dJ/dw = 2 (p - y) x",
        {4: RIGHT, 5: WRONG, 6: RIGHT, 7: WRONG},
    ),
    (  # CS229: one example of a sum over examples, h for h_θ
        "h_θ(x) = g(θ^T x) / g(z) = 1/(1 + exp(-z)) / "
        "ℓ(θ) = sum_{i=1}^m y^(i) log h(x^(i)) + (1 - y^(i)) log(1 - h(x^(i))) / "
        "d/dθ_j ℓ(θ) = (y - h_θ(x)) x_j / d/dθ_j ℓ(θ) = (h(x) - y) x_j / "
        "d/dθ_j ℓ(θ) = sum_{i=1}^m (y^(i) - h(x^(i))) x_j^(i)",
        {4: RIGHT, 5: WRONG, 6: RIGHT},
    ),
    (
        "h_θ(x) = θ^T x / J(θ) = 1/(2m) sum_{i=1}^m (h(x^(i)) - y^(i))^2 / dJ/dθ_j = (h(x) - y) x_j / "
        "dJ/dθ_j = 1/m (h(x) - y) x_j / dJ/dθ_j = 2 (h(x) - y) x_j / "
        "dJ/dθ_j = sum_i (h(x^(i)) - y^(i)) x_j^(i)",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    (  # UFLDL
        r"Let $J(W,b;x,y) = \frac{1}{2} \left\| h_{W,b}(x) - y \right\|^2$ with $h_{W,b}(x) = a^{(3)}$. / "
        r"$$ z^{(2)} = W^{(1)} x + b^{(1)} $$ / $$ a^{(2)} = f(z^{(2)}) $$ / $$ z^{(3)} = W^{(2)} a^{(2)} + b^{(2)} $$ / "
        r"$$ a^{(3)} = f(z^{(3)}) $$ / $$ \delta^{(3)} = -(y - a^{(3)}) \bullet f'(z^{(3)}) $$ / "
        r"$$ \delta^{(2)} = \left((W^{(2)})^T \delta^{(3)}\right) \bullet f'(z^{(2)}) $$ / "
        r"$$ \nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l+1)} (a^{(l)})^T $$ / $$ \nabla_{b^{(l)}} J(W,b;x,y) = \delta^{(l+1)} $$ / "
        r"$$ \nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l+1)} (a^{(l+1)})^T $$",
        {8: RIGHT, 9: RIGHT, 10: WRONG | OPEN},
    ),
    (  # bars for slopes
        r"$$ z = w x + b $$ / $$ y = \sigma(z) $$ / $$ \mathcal{L} = \frac{1}{2} (y - t)^2 $$ / "
        r"$$ \mathcal{R} = \frac{1}{2} w^2 $$ / $$ \mathcal{L}_{reg} = \mathcal{L} + \lambda \mathcal{R} $$ / "
        r"$$ \overline{\mathcal{L}_{reg}} = 1 $$ / $$ \overline{\mathcal{R}} = \overline{\mathcal{L}_{reg}} \lambda $$ / "
        r"$$ \overline{\mathcal{L}} = \overline{\mathcal{L}_{reg}} $$ / $$ \overline{y} = \overline{\mathcal{L}} (y - t) $$ / "
        r"$$ \overline{z} = \overline{y} \sigma'(z) $$ / $$ \overline{w} = \overline{z} x + \overline{\mathcal{R}} w $$ / "
        r"$$ \bar{b} = \bar{z} $$ / $$ \overline{w} = \overline{z} x + w $$",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: RIGHT, 10: RIGHT, 11: RIGHT, 12: RIGHT, 13: WRONG},
    ),
    (  # in a table
        r"Let $X \in \mathbb{R}^{N \times D}$, $W_1 \in \mathbb{R}^{D \times H}$, $W_2 \in \mathbb{R}^{H \times C}$. /  / "
        r"| $Z = X W_1$ | $\bar{W}_1 = X^T \bar{Z}$ | / | $H = \max(0, Z)$ | $\bar{Z} = \bar{H} \odot [Z > 0]$ | / "
        r"| $S = H W_2$ | $\bar{W}_2 = H^T \bar{S}$, $\bar{H} = \bar{S} W_2$ | / "
        r"| $L = \frac{1}{2N} \|S - Y\|_F^2$ | $\bar{S} = \frac{1}{N} (S - Y)$ |",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: RIGHT},
    ),
    (
        "Z1 = W1 X + b1 / A1 = tanh(Z1) / Z2 = W2 A1 + b2 / A2 = sigmoid(Z2) / "
        "J = -1/m sum(Y ⊙ log(A2) + (1 - Y) ⊙ log(1 - A2)) / dZ2 = A2 - Y / dZ1 = W2^T dZ2 ⊙ (1 - A1^2) / "
        "dW1 = 1/m dZ1 A0^T / dW1 = dZ1 A0^T",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG},
    ),
    (  # any cost, and a chain called prod
        r"$$ z = W_1 x, h = \phi(z), o = W_2 h $$ / $$ L = l(o, y) $$ / "
        r"$$ \frac{\partial L}{\partial h} = \textrm{prod}\left(\frac{\partial L}{\partial o}, \frac{\partial o}{\partial h}\right) "
        r"= W_2^\top \frac{\partial L}{\partial o} $$ / "
        r"$$ \frac{\partial L}{\partial W_1} = \left(\frac{\partial L}{\partial h} \odot \phi'(z)\right) x^\top $$ / "
        r"$$ \frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial h} x^\top $$ / $$ \frac{\partial L}{\partial o} = o - y $$",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: OPEN},
    ),
    # -- slopes of slopes
    (
        "f = x^3 y / d(df/dx)/dx = 6 x y / d/dy df/dx = 3 x^2 / d^2f/dx^2 = 6 x y / d²f/dx² = 3 x y / "
        r"$$ \frac{\partial^2 f}{\partial x^2} = 6 x y $$ / $$ \nabla_x^2 f = 6 x y $$ / $$ \nabla^2_x f = 6 x $$",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG, 6: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (
        "x: (n,) A: (n, n) / f = x^T A x / d(df/dx)/dx = A + A^T / d(df/dx)/dx = A",
        {3: RIGHT, 4: WRONG},
    ),
    # -- classes counted by K, logarithms that define, variances, dots, brackets of inner products
    (
        r"Label smoothing: $q_k = (1 - \epsilon) y_k + \epsilon/K$, $p = \mathrm{softmax}(z)$, $L = -\sum_k q_k \log p_k$. / "
        r"$$ \frac{\partial L}{\partial z_k} = p_k - q_k $$ / $$ \frac{\partial L}{\partial z_k} = p_k - y_k $$ / "
        r"$$ \frac{\partial L}{\partial z_k} = p_k - (1 - \epsilon) y_k - \frac{\epsilon}{K} $$",
        {2: RIGHT, 3: WRONG, 4: RIGHT},
    ),
    (
        r"For a Gaussian, $\log p = -\frac{1}{2} \log(2 \pi \sigma^2) - \frac{(x - \mu)^2}{2 \sigma^2}$. / "
        r"$$ \frac{\partial \log p}{\partial \mu} = \frac{x - \mu}{\sigma^2} $$ / "
        r"$$ \frac{\partial \log p}{\partial \sigma^2} = -\frac{1}{2 \sigma^2} + \frac{(x - \mu)^2}{2 \sigma^4} $$ / "
        r"$$ \frac{\partial \log p}{\partial \sigma^2} = -\frac{1}{\sigma} + \frac{(x - \mu)^2}{\sigma^3} $$ / "
        r"$$ \frac{\partial \log p}{\partial \sigma} = -\frac{1}{\sigma} + \frac{(x - \mu)^2}{\sigma^3} $$",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 5: RIGHT},
    ),
    (
        "Let f(w) = log(1 + exp(-y w.x)). Show that the gradient is -y x sigma(-y w.x). / "
        "df/dw = 1/(1 + exp(-y w.x)) * exp(-y w.x) * (-y x) / = -y x sigma(-y w.x) / df/dw = y x sigma(-y w.x)",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"Let $f(W) = \|X W - Y\|_F^2$, so $df = 2\langle X W - Y, X dW \rangle$, where $X \in \mathbb{R}^{n\times d}$, "
        r"$W \in \mathbb{R}^{d \times k}$, $Y \in \mathbb{R}^{n \times k}$. / $df = \langle X W - Y, X dW \rangle$",
        {1: RIGHT, 2: WRONG},
    ),
    (
        r"$$ FL = -(1 - p)^\gamma \log p $$ / $$ \frac{d FL}{d p} = \gamma (1 - p)^{\gamma - 1} \log p - \frac{(1 - p)^\gamma}{p} $$ / "
        r"$$ \frac{d FL}{d p} = \gamma (1 - p)^{\gamma - 1} \log p $$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- cases in lines of their own, sizes in words, names that a slope is asked of
    (
        "r = y - w x / L = 0.5 r^2, if |r| <= delta / L = delta (|r| - 0.5 delta), otherwise / "
        "dL/dw = -r x, if |r| <= delta / dL/dw = -delta sign(r) x  otherwise / dL/dw = -x, if |r| <= delta",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (
        "Label smoothing with K = 3 classes, z in R^3, y in R^3. / q_k = (1 - eps) y_k + eps/3 / "
        "L = -sum_k q_k log p_k, p = softmax(z), sum_k y_k = 1 / dL/dz_k = p_k - q_k / dL/dz_k = p_k - y_k",
        {4: RIGHT, 5: WRONG},
    ),
    (
        "l(mu, s) = -n/2 log(2 pi) - n log s - 1/(2 s^2) sum_i (x_i - mu)^2 / dl/dmu = 1/s^2 sum_i (x_i - mu) / "
        "d^2 l/dmu^2 = -n/s^2 / d^2 l/dmu^2 = -1/s^2",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        "z = sigmoid(az) / r = sigmoid(ar) / n = tanh(an + r * hn) / h = (1 - z) * n + z * h_prev / "
        "dz = dh * (h_prev - n) / dn = dh * (1 - z) / dan = dn * (1 - n^2) / dr = dan * hn / daz = dz * z * (1 - z) / "
        "dar = dr * r",
        {5: RIGHT, 6: RIGHT, 8: RIGHT, 9: RIGHT, 10: WRONG},
    ),
    (
        r"$$ z = \sigma(W_z x + U_z h), \quad \tilde{h} = \tanh(W_h x + U_h h) $$ / "
        r"$$ h' = (1 - z) \odot h + z \odot \tilde{h} $$ / $$ L = \frac12 \|h'\|^2 $$ / "
        r"$$ \frac{\partial L}{\partial z} = h' \odot (\tilde{h} - h) $$ / "
        r"$$ \frac{\partial L}{\partial z} = h' \odot (h - \tilde{h}) $$",
        {4: RIGHT, 5: WRONG},
    ),
    # -- recurrent networks, through time
    (
        "x_t: (n,)  h_t: (m,)  y_t: (k,)  b: (m,)  c: (k,) / W: (m, n)  U: (m, m)  V: (k, m) / a_t = W x_t + U h_{t-1} + b / h_t = tanh(a_t) / "
        "o_t = V h_t + c / p_t = softmax(o_t) / L_t = -sum(y_t * log(p_t)) / L = sum_t L_t / dL/do_t = p_t - y_t / "
        "dL/dV = sum_t (p_t - y_t) h_t^T / dL/dh_t = V^T (p_t - y_t) + U^T ((1 - h_{t+1}^2) * dL/dh_{t+1}) / "
        "dL/da_t = (1 - h_t^2) * dL/dh_t / dL/dU = sum_t dL/da_t h_{t-1}^T / dL/db = sum_t dL/da_t / "
        "dL/dU = sum_t dL/da_t h_t^T / dL/dh_t = V^T (p_t - y_t) / dL/dh_t = V^T (p_t - y_t) + U ((1 - h_{t+1}^2) * dL/dh_{t+1}) / "
        "dL/dh_t = V^T (p_t - y_t) + U^T dL/dh_{t+1} / dL/db = dL/da_t",
        {9: RIGHT, 10: RIGHT, 11: RIGHT, 12: RIGHT, 13: RIGHT, 14: RIGHT}
        | dict.fromkeys((15, 16, 17, 18, 19), WRONG),
    ),
    (
        r"$$ h_t = W_{hx} x_t + W_{hh} h_{t-1}, o_t = W_{qh} h_t $$ / $$ L = \frac{1}{T} \sum_{t=1}^T l(o_t, y_t) $$ / "
        r"$$ \frac{\partial L}{\partial W_{qh}} = \sum_{t=1}^T \frac{\partial L}{\partial o_t} h_t^\top $$ / "
        r"$$ \frac{\partial L}{\partial h_T} = W_{qh}^\top \frac{\partial L}{\partial o_T} $$ / "
        r"$$ \frac{\partial L}{\partial h_t} = W_{hh}^\top \frac{\partial L}{\partial h_{t+1}} + W_{qh}^\top \frac{\partial L}{\partial o_t} $$ / "
        r"$$ \frac{\partial L}{\partial W_{hh}} = \sum_{t=1}^T \frac{\partial L}{\partial h_t} h_{t-1}^\top $$ / "
        r"$$ \frac{\partial L}{\partial W_{hh}} = \sum_{t=1}^T \frac{\partial L}{\partial h_t} h_t^\top $$",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (
        r"$$ a^{(t)} = b + W h^{(t-1)} + U x^{(t)} $$ / $$ h^{(t)} = \tanh(a^{(t)}) $$ / $$ o^{(t)} = c + V h^{(t)} $$ / "
        r"$$ L = \sum_t \frac{1}{2} \|o^{(t)} - y^{(t)}\|^2 $$ / $$ (\nabla_{o^{(t)}} L)_i = o_i^{(t)} - y_i^{(t)} $$ / "
        r"$$ \nabla_{h^{(\tau)}} L = V^\top \nabla_{o^{(\tau)}} L $$ / "
        r"$$ \nabla_{h^{(t)}} L = W^\top \mathrm{diag}\left(1 - (h^{(t+1)})^2\right) (\nabla_{h^{(t+1)}} L) + V^\top (\nabla_{o^{(t)}} L) $$ / "
        r"$$ \nabla_W L = \sum_t \mathrm{diag}\left(1 - (h^{(t)})^2\right) (\nabla_{h^{(t)}} L) h^{(t-1)\top} $$ / "
        r"$$ \nabla_U L = \sum_t (\nabla_{h^{(t)}} L) x^{(t)\top} $$",
        {5: RIGHT, 6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG},
    ),
    # -- inverses, determinants, covariances
    (
        r"Let $f(X) = \log\det X$. Then $df = \mathrm{tr}(X^{-1} dX)$ and so $\nabla_X f = X^{-T}$. / $\nabla_X f = X^{T}$",
        {1: RIGHT, 2: WRONG},
    ),
    (
        "X: (n, n)  A: (n, n) / f = tr(X^-1 A) / df/dX = -X^-T A^T X^-T / df/dX = -X^-1 A^T X^-1",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "Σ: (d, d)  x: (d,)  μ: (d,) / q = (x - μ)ᵀ Σ⁻¹ (x - μ) / dq/dΣ = -Σ⁻ᵀ (x - μ)(x - μ)ᵀ Σ⁻ᵀ / "
        "dq/dμ = -2 Σ⁻¹ (x - μ) / dq/dμ = 2 Σ⁻¹ (x - μ)",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        r"$\ell = -\frac{1}{2} (x - \mu)^T \Sigma^{-1} (x - \mu)$ with $x \in \mathbb{R}^d$, $\Sigma \in \mathbb{R}^{d\times d}$. / "
        r"$$\frac{\partial \ell}{\partial \mu} = \Sigma^{-1} (x - \mu)$$ / $$\frac{\partial \ell}{\partial x} = \Sigma^{-1} (x - \mu)$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$X \in \mathbb{R}^{m \times n}$, $w \in \mathbb{R}^n$, $y \in \mathbb{R}^m$ / "
        r"$$ J = \frac{1}{2} \|X w - y\|^2 $$ / $$ w^* = (X^T X)^{-1} X^T y $$ / $$ \nabla_w J = X^T (X w - y) $$",
        {4: RIGHT},
    ),
    # -- a d that is a size, division entry by entry, sentences in a line
    (
        r"Layer norm of one vector $x \in \mathbb{R}^d$: / $$ \mu = \frac{1}{d} \sum_{i=1}^{d} x_i, \qquad "
        r"\sigma^2 = \frac{1}{d} \sum_{i=1}^d (x_i - \mu)^2 $$ / $$ \hat{x}_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}} $$ / "
        r"$$ \frac{\partial L}{\partial x_i} = \frac{1}{\sqrt{\sigma^2 + \epsilon}} \left( \frac{\partial L}{\partial \hat{x}_i} - "
        r"\frac{1}{d} \sum_j \frac{\partial L}{\partial \hat{x}_j} - \hat{x}_i \frac{1}{d} \sum_j \frac{\partial L}{\partial \hat{x}_j} \hat{x}_j \right) $$",
        {4: RIGHT},
    ),
    (
        r"$L = -\sum_i y_i \log s_i$ with $s = \mathrm{softmax}(z)$, $\sum_i y_i = 1$, $z \in \mathbb{R}^n$ / "
        r"$$ \nabla_s L = -y \oslash s $$ / $$ \nabla_s L = -s \oslash y $$ / dL/ds = -y ⊘ s",
        {2: RIGHT, 3: WRONG, 4: RIGHT},
    ),
    (
        "f(x) = x^T A x, A symmetric. grad f(x) = 2 A x. / h(w) = log(1 + exp(-y w^T x)). grad h(w) = y x/(1 + exp(y w^T x)).",
        {1: RIGHT, 2: WRONG},
    ),
    # -- vectors and matrices that are written out
    (
        r"\[ x = \begin{bmatrix} x_1 \\ x_2 \end{bmatrix}, \quad W = \begin{pmatrix} w_{11} & w_{12} \\ w_{21} & w_{22} "
        r"\end{pmatrix} \] / z = W x / a = tanh(z) / L = a_1 + 2 a_2 / dz/dx = [w_11, w_12; w_21, w_22] / "
        r"\[ \frac{\partial a}{\partial z} = \begin{bmatrix} 1 - a_1^2 & 0 \\ 0 & 1 - a_2^2 \end{bmatrix} \] / "
        "dL/dw_12 = (1 - a_1^2) x_2 / dL/dw_12 = (1 - a_1^2) x_1 / da/dz = [1 - a_1^2, 0; 0, 1 + a_2^2]",
        {5: RIGHT, 6: RIGHT, 7: RIGHT, 8: WRONG, 9: WRONG},
    ),
    (
        r"\[ x = \left[\begin{array}{c} x_1 \\ \vdots \\ x_n \end{array}\right] \] / "
        r"\[ W = \begin{pmatrix} w_{11} & \cdots & w_{1n} \\ \vdots & \ddots & \vdots \\ w_{m1} & \cdots & w_{mn} "
        r"\end{pmatrix} \] / z = W x / L = 1/2 sum_k (z_k - y_k)^2 / dL/dw_jk = (z_j - y_j) x_k / dL/dx = W^T (z - y) / "
        r"dL/dx = W (z - y) / \[ \frac{\partial L}{\partial x} = \begin{pmatrix} z_1 \\ \vdots \\ z_n \end{pmatrix} \]",
        {5: RIGHT, 6: RIGHT, 7: WRONG, 8: OPEN},
    ),
    (
        "x = [1, 2]^T / W = [[1, 0], [2, -1]] / y = (0, 1) / z = W x = [1, 0] / L = 1/2 ||z - y||^2 = 1 / "
        "dL/dz = z - y = [1, -1] / dL/dW = (z - y) x^T = [1, 2; -1, -2] / dL/dx = W^T (z - y) = [-1, 2]",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (
        r"\[ X = \begin{bmatrix} | & & | \\ x^{(1)} & \cdots & x^{(m)} \\ | & & | \end{bmatrix} \] / "
        "W: (1, n) X: (n, m) Y: (1, m) / Z = W X / J = 1/(2m) sum((Z - Y)^2) / dW = 1/m (Z - Y) X^T",
        {5: RIGHT},
    ),
    (
        r"\[ z = \begin{bmatrix} z_1 & z_2 & z_3 \end{bmatrix} \] / p = softmax(z) / sum(y) = 1 / L = -sum_k y_k log p_k / "
        "dL/dz_1 = p_1 - y_1 / dL/dz_1 = p_1 - y_2",
        {5: RIGHT, 6: WRONG},
    ),
    # -- the loss of one class
    (
        "p = softmax(z) / L = -log p_c / dL/dz_j = p_j - δ_cj / dp_c/dz_j = p_c (δ_cj - p_j) / dL/dz_c = p_c - 1 / "
        "dL/dz_j = p_j for j ≠ c / dL/dz = p - e_c / dL/dz_j = δ_cj - p_j / dL/dz = p + e_c / dL/dz_c = p_c",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: RIGHT, 7: RIGHT, 8: WRONG, 9: WRONG, 10: WRONG},
    ),
    (
        r"$z = W x$ with $W \in \mathbb{R}^{K \times d}$ / \[ L = -z_c + \log \sum_j e^{z_j} \] / "
        r"\[ \frac{\partial L}{\partial z} = \mathrm{softmax}(z) - e_c \] / "
        r"\[ \frac{\partial L}{\partial W} = (\mathrm{softmax}(z) - \mathbf{e}_c) x^\top \] / "
        r"\[ \frac{\partial L}{\partial W} = (\mathbf{e}_c - \mathrm{softmax}(z)) x^\top \]",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        r"$s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$ and $L = -\ln s_t$, where $t$ is the true class. / "
        r"If $i = t$: $\frac{\partial L}{\partial z_i} = s_i - 1$. / If $i \neq t$, $\frac{\partial L}{\partial z_i} = s_i$. / "
        r"So $\frac{\partial L}{\partial z_i} = s_i$ if $i = t$.",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$L_i = -\log\left(\frac{e^{f_{y_i}}}{\sum_j e^{f_j}}\right)$$ / $$p_k = \frac{e^{f_k}}{\sum_j e^{f_j}}$$ / "
        r"$$\frac{\partial L_i}{\partial f_k} = p_k - \mathbb{1}(y_i = k)$$ / "
        r"$$\frac{\partial L_i}{\partial f_k} = p_k + \mathbb{1}(y_i = k)$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"$$L_i = \sum_{j \ne y_i} \max(0, s_j - s_{y_i} + 1)$$ / "
        r"$$\frac{\partial L_i}{\partial s_j} = \mathbb{1}(s_j - s_{y_i} + 1 > 0) \quad (j \neq y_i)$$ / "
        r"$$\frac{\partial L_i}{\partial s_{y_i}} = -\sum_{j \ne y_i} \mathbb{1}(s_j - s_{y_i} + 1 > 0)$$ / "
        r"$$\frac{\partial L_i}{\partial s_{y_i}} = \sum_{j \ne y_i} \mathbb{1}(s_j - s_{y_i} + 1 > 0)$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    ("L = sum_{j≠y} max(0, s_j - s_y + 1) / dL/ds_j = 1[s_j - s_y + 1 > 0]   (j ≠ y)", {2: RIGHT}),
    # -- letters that tell layers apart
    (
        r"$a_j = \sum_i w_{ji} x_i + b_j$, $z_j = \tanh(a_j)$, $a_k = \sum_j w_{kj} z_j + b_k$, / "
        r"$y_k = \frac{\exp(a_k)}{\sum_l \exp(a_l)}$ and $E = -\sum_k t_k \ln y_k$ with $\sum_k t_k = 1$. / "
        r"$$\delta_k = y_k - t_k$$ / $$\delta_j = (1 - z_j^2) \sum_k w_{kj} \delta_k$$ / "
        r"$$\frac{\partial E}{\partial w_{kj}} = \delta_k z_j$$ / $$\frac{\partial E}{\partial w_{ji}} = \delta_j x_i$$ / "
        r"$$\frac{\partial E}{\partial b_j} = \delta_j$$ / $$\frac{\partial E}{\partial w_{ji}} = \delta_j z_j$$",
        {5: RIGHT, 6: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (
        "x_j = sum_i y_i w_ji / y_j = 1/(1 + exp(-x_j)) / E = 1/2 sum_j (y_j - d_j)^2 / dE/dx_j = dE/dy_j y_j (1 - y_j) / "
        "dE/dy_i = sum_j dE/dx_j w_ji / Δw_ji = -ε dE/dw_ji = -ε (y_j - d_j) y_j (1 - y_j) y_i / dE/dy_i = sum_j dE/dx_j w_ij",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (
        r"$net_j = \sum_i w_{ij} o_i$, $o_j = \sigma(net_j)$, $net_k = \sum_j w_{jk} o_j$, $o_k = \sigma(net_k)$, / "
        r"$E = \frac12 \sum_k (t_k - o_k)^2$ / $$\delta_k = (t_k - o_k) o_k (1 - o_k)$$ / "
        r"$$\delta_j = o_j (1 + o_j) \sum_k \delta_k w_{jk}$$ / $$\frac{\partial E}{\partial w_{jk}} = -\delta_k o_j$$ / "
        r"$$\frac{\partial E}{\partial w_{ij}} = -\delta_j o_i$$",
        {4: WRONG, 5: RIGHT, 6: RIGHT},
    ),
    (
        r"$z^{(l)} = W^{(l)} a^{(l-1)}$, $a^{(l)} = \tanh(z^{(l)})$ for $l = 1, 2$, $a^{(0)} = x$, $E = \frac12 \|a^{(2)} - y\|^2$. / "
        r"$$\delta^{(2)} = (a^{(2)} - y) \odot (1 - a^{(2)} \odot a^{(2)})$$ / "
        r"$$\delta^{(1)} = (W^{(2)})^T \delta^{(2)} \odot (1 - a^{(1)} \odot a^{(1)})$$ / "
        r"$$\frac{\partial E}{\partial W^{(l)}} = \delta^{(l)} (a^{(l-1)})^T$$ / "
        r"$$\frac{\partial E}{\partial W^{(l)}} = \delta^{(l)} (a^{(l)})^T$$",
        {4: RIGHT, 5: WRONG},
    ),
    (
        r"$a = X W$ ($X$: $N\times D$), $y_{nk} = \frac{e^{a_{nk}}}{\sum_j e^{a_{nj}}}$, $\sum_k t_{nk} = 1$ / "
        r"$J = -\frac1N \sum_n \sum_k t_{nk} \log y_{nk}$ / $$\frac{\partial J}{\partial W} = \frac1N X^T (Y - T)$$ / "
        r"$$\frac{\partial J}{\partial W} = \frac1N X^T (T - Y)$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"$\mu_i = e^{w^\top x_i}$, \[ \ell(w) = \sum_{i=1}^n \left( y_i w^\top x_i - e^{w^\top x_i} \right) \] / "
        r"\[ \nabla \ell(w) = \sum_{i=1}^n (y_i - \mu_i) x_i \] / \[ \nabla \ell(w) = \sum_{i=1}^n (\mu_i - y_i) x_i \]",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$a = \sigma(\mathbf{w}\cdot\mathbf{x} + b)$, $C = -[y\ln a + (1-y)\ln(1-a)]$ / $z = \mathbf{w}\cdot\mathbf{x} + b$ / "
        r"$\partial C/\partial w_j = x_j(\sigma(z) - y)$ / $\partial C/\partial w_j = x_j(\sigma(z) + y)$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- an error by what has no name is blamed where it is said
    (
        "h = relu(x W1 + b1) / s = h W2 + b2 / loss = 1/N sum((s - y)^2) / ds = 2/N (s - y) / dW2 = h^T ds / "
        "delta1 = (ds W2^T) * (h <= 0) / dW1 = x^T delta1",
        {4: RIGHT, 5: RIGHT, 6: WRONG, 7: RIGHT},
    ),
    # -- letters that are no indices, and some that are
    (
        r"$$J = -\log \sigma(u_o^\top v) - \sum_{k=1}^K \log \sigma(-u_k^\top v)$$ / "
        r"$$\frac{\partial J}{\partial u_o} = (\sigma(u_o^\top v) - 1) v$$ / "
        r"$$\frac{\partial J}{\partial u_k} = (1 - \sigma(-u_k^\top v)) v$$ / "
        r"$$\frac{\partial J}{\partial u_o} = (1 - \sigma(u_o^\top v)) v$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$\mu_n = \sigma(\mathbf{w}^\top \mathbf{x}_n)$$ / $$\hat{\boldsymbol{y}} = \sum_n \mu_n$$ / "
        r"$$\frac{\partial \mu_n}{\partial w_d} = \mu_n (1 - \mu_n) x_{nd}$$ / $$\frac{\partial \hat{y}}{\partial \mu_n} = 1$$ / "
        r"$$\frac{\partial \mu_n}{\partial w_d} = \mu_n (1 + \mu_n) x_{nd}$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        "We have `out = relu(inp @ w1 + b1) @ w2`; `l1 = inp @ w1 + b1`, `l2 = relu(l1)`, `out = l2 @ w2`, and / "
        "`loss = 1/n * sum((out - targ)**2)`. Here inp is (n, m), w1 is (m, h), b1 is (h,), w2 is (h, 1) and targ is (n, 1). / "
        "``` / dout = 2/n * (out - targ) / dl2 = dout @ w2.T / dl1 = dl2 * (l1 > 0) / dw1 = inp.T @ dl1 / dw1 = inp.T @ dl2 / ```",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (
        "a_j = sum_i w_ji x_i / z_j = tanh(a_j) / y_k = sum_j v_kj z_j / E_n = 1/2 sum_k (y_k - t_k)^2 / "
        "δ_k = y_k - t_k / δ_j = (1 - z_j) sum_k v_kj δ_k / dE_n/dw_ji = δ_j x_i",
        {6: WRONG, 7: RIGHT},
    ),
    # -- what public pages write around a missing cost
    (
        r"$x$ is n x m, $y$ is 1 x m. / $z^{[1]} = W^{[1]} \cdot x + b^{[1]}$, $a = \sigma(z^{[1]})$, "
        r"$J = -\frac1m \sum (y \odot \log a + (1 - y) \odot \log(1 - a))$ / - $dz^{[1]} = a - y$ / "
        r"- $dW^{[1]} = \frac1m dz^{[1]} \cdot x^T$ / - $db^{[1]} = \frac{1}{m}$`np.sum(`$dz^{[1]}$`, axis = 1)` / "
        r"- $db^{[1]} = $`np.sum(`$dz^{[1]}$`, axis = 1)` / if z = 0, $g(z) = 0$ and $g'(z) = 1$",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    # -- a slope with more than two dimensions in a chain
    (
        r"W: (m, n), x: (n,), b: (m,), y: (m,) / $z = W x + b$, $a = \sigma(z)$, $L = \frac12 \|a - y\|^2$ / "
        r"$$\frac{\partial L}{\partial W} = \frac{\partial L}{\partial a} \frac{\partial a}{\partial z} \frac{\partial z}{\partial W}$$ / "
        r"$$\frac{\partial L}{\partial W} = \frac{\partial z}{\partial W} \cdot \frac{\partial L}{\partial z}$$ / "
        r"$$\frac{\partial L}{\partial W} = \frac{\partial L}{\partial a} \frac{\partial z}{\partial W}$$ / "
        r"$$\frac{\partial L}{\partial W} = ((a - y) \odot \sigma'(z)) \frac{\partial z}{\partial W}$$ / "
        r"$$\frac{\partial L}{\partial W} = (a + y) \frac{\partial z}{\partial W}$$ / "
        r"$$\frac{\partial L}{\partial W} = 2 \frac{\partial z}{\partial W}$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: RIGHT, 7: WRONG, 8: OPEN},
    ),
    (
        r"X: (m, n), W: (n, k), y: (m, k) / Z = X W / A = sigmoid(Z) / L = 1/(2 m) sum((A - y)^2) / "
        "dL/dW = dL/dA dA/dZ dZ/dW / dL/dW = X^T (dL/dA · dA/dZ) / dL/dW = dL/dA dZ/dW",
        {5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (
        "Z1 = W1 * X + b1 / A1 = f(Z1) / Z2 = W2 * A1 + b2 / A2 = softmax(Z2) / J = -1/m sum(Y ⊙ log(A2)) / "
        "dZ2 = (A2 - Y) / dW2 = (1/m)*dZ2*A1.T / dZ1 = W2.T * dZ2 * f1 prime (Z1) / dZ1 = W2.T * dZ2",
        {8: RIGHT, 9: WRONG},
    ),
    (
        r"$$Z = W X + b, \quad A = \frac{e^{Z_i}}{\sum e^{Z_j}}, \quad J = -\frac1m \sum Y \odot \log A$$ / $$dZ = A - Y$$ / "
        r"$$dW = \frac1m dZ \cdot X^T$$ / $$dW = \frac1m dZ \cdot X$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$Z = W X + b, \quad A = \frac{e^{Z}}{\sum e^{Z}}, \quad J = -\frac1m \sum Y \odot \log A$$ / $$dZ = A - Y$$ / "
        r"$$dW = \frac1m dZ X^T$$",
        {2: RIGHT, 3: RIGHT},
    ),
    (
        "Z1 = W1 * X + b1 / A1 = tanh(Z1) / Z2 = W2 * A1 + b2 / A2 = softmax(Z2) / J = -1/m sum(Y ⊙ log(A2)) / dZ2 = (A2 - Y) / "
        "dW2 = (1/m) * dZ2 * A1.T",
        {6: RIGHT, 7: RIGHT},
    ),
    (
        r"with $p_k = \frac{e^{o_k}}{\sum_j e^{o_j}}$, $L = -\sum_k y_k \log p_k$ / "
        r"$$\frac{\partial L}{\partial o_i} = p_i \left(\sum_k y_k\right) - y_i = p_i - y_i$$ / "
        r"$$C = \frac12 \sum_j (y_j - a_j)^2$$ / $$\frac{\partial C}{\partial b_j} = \delta_j, \quad \delta_j = \frac{\partial C}{\partial b_j}$$",
        {2: RIGHT},
    ),
    (
        r"$h_j = g(u_j)$, $u_k = \sum_j w_{jk} h_j$, $y_k = g(u_k)$, $E = \frac12 \sum_k (t_k - y_k)^2$ / "
        r"$\delta_k = (t_k - y_k) \cdot g'(u_k)$ /  / Let $E = \frac12 (t_k - y_k)^2$, where $y_k = \sigma(u_k)$ / "
        r"Defining $\delta_k = (t_k - y_k) y_k (1 - y_k)$, we get / $$\frac{\partial E}{\partial w_{jk}} = -\delta_k h_j$$",
        {6: RIGHT},
    ),
    (
        r"$$z^{(L)} = W a^{(1)}, \quad a^{(L)} = \phi(z^{(L)}), \quad \mathcal{L} = -[y \log a^{(L)} + (1 - y) \log(1 - a^{(L)})]$$ / "
        r"$$\delta^{(L)} = \frac{\partial \mathcal{L}}{\partial z^{(L)}}$$, and with sigmoid outputs / $$\delta^{(L)} = a^{(L)} - y$$ / "
        r"$$\delta^{(L)} = y - a^{(L)}$$",
        {3: RIGHT, 4: WRONG | OPEN},
    ),
    (
        r"Let $y = \tanh(W x)$ with $W \in \mathbb{R}^{2 \times 3}$, $x \in \mathbb{R}^3$. With $z = W x$ / "
        r"\[ \frac{\partial y}{\partial z} = \begin{bmatrix} 1 - y_1^2 & 0 \\ 0 & 1 - y_2^2 \end{bmatrix} \] / "
        r"\[ \frac{\partial y_1}{\partial x_2} = (1 - y_1^2) W_{12} \] / \[ \frac{\partial y_1}{\partial x_2} = (1 - y_1^2) W_{21} \]",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$E_n = \frac12 \sum_k (y_{nk} - t_{nk})^2, \quad y_{nk} = \sum_i w_{ki} x_{ni}$$ / "
        r"$$\frac{\partial E_n}{\partial w_{ji}} = (y_{nj} - t_{nj}) x_{ni}$$ / "
        r"$$\frac{\partial E_n}{\partial w_{ji}} = (y_{nj} - t_{nj}) x_{nj}$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$$a^l = \sigma(w^l \cdot a^{l-1} + b^l)$$ with $z^l = w^l a^{l-1} + b^l$ and $C = \frac12 \|a^L - y\|^2$. / "
        r"1. $\delta^L = \nabla_a C \odot \sigma'(z^L)$ / 2. $\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$ / "
        r"3. $\frac{\partial C}{\partial b^l} = \delta^l$ / 4. $\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T$ / "
        r"5. $\frac{\partial C}{\partial w^l} = \delta^l (a^l)^T$",
        {4: RIGHT, 5: RIGHT, 6: WRONG | OPEN},
    ),
    (
        r"$$a^L = \sigma(z^L), \quad z^L = w^L x$$ / $$\delta^L = \nabla_a C \odot \sigma'(z^L)$$ / "
        r"For quadratic cost $\delta^L = (a^L - y) \odot \sigma'(z^L)$.",
        {3: RIGHT},
    ),
    # -- the targets of a row sum to 1
    ("z: (K,) y: (K,) / p = softmax(z) / L = -sum(y ⊙ log(p)) / dL/dz = p - y", {4: {"convention"}}),
    ("z: (K,) y: (K,) / p = softmax(z) / L = -sum(y ⊙ log(p)) / dL/dz = y - p", {4: WRONG}),
    ("z: (K,) y: (K,) / sum(y) = 1 / p = softmax(z) / L = -sum(y ⊙ log(p)) / dL/dz = p - y", {5: RIGHT}),
    ("z: (K,) y: (K,) / sum_k y_k = 1 / p = softmax(z) / L = -sum(y ⊙ log(p)) / dL/dz = p - y", {5: RIGHT}),
    ("z: (K,) y: (K,) / y is one-hot / p = softmax(z) / L = -sum(y ⊙ log(p)) / dL/dz = p - y", {5: RIGHT}),
    (
        "p_i = exp(z_i)/sum_j exp(z_j) / L = -sum_i y_i log(p_i) / dL/dz_i = p_i - y_i",
        {3: {"convention"}},
    ),
    (
        "X: (N, d) W: (d, K) Y: (N, K) / Z = X W / P = softmax(Z) / L = -1/N sum(Y ⊙ log(P)) / "
        "dL/dZ = 1/N (P - Y) / dL/dW = 1/N Xᵀ (P - Y)",
        {5: {"convention"}, 6: {"convention"}},
    ),
    (
        "W: (K, n) X: (n, m) Y: (K, m) / Z = W X / A = softmax(Z) / J = -1/m sum(Y ⊙ log(A)) / "
        "dZ = A - Y / dW = 1/m dZ Xᵀ",
        {5: {"convention"}, 6: RIGHT},
    ),
    # -- what a sum is divided by is the number of its terms
    (
        "μ = 1/n sum_i x_i / v = 1/n sum_i (x_i - μ)^2 / dv/dx_i = 2/n (x_i - μ) / dμ/dx_i = 1/n",
        {3: RIGHT, 4: RIGHT},
    ),
    ("μ = 1/n sum_i x_i / v = 1/n sum_i (x_i - μ)^2 / dv/dx_i = 1/n (x_i - μ)", {3: WRONG}),
    ("x: (k,) / C = 1/n sum_i x_i^2 / dC/dx_i = 2/n x_i / dC/dx_i = 2/k x_i", {3: RIGHT, 4: WRONG}),
    # -- layers in brackets, sums and gradients in words
    (
        "X: (n, m) Y: (1, m) W[1]: (h, n) W[2]: (1, h) / Z[1] = W[1] X / A[1] = relu(Z[1]) / Z[2] = W[2] A[1] / "
        "J = 1/(2m) sum((Z[2] - Y)^2) / dZ[2] = Z[2] - Y / dW[2] = (1/m) dZ[2] A[1].T / "
        "dZ[1] = W[2].T dZ[2] * relu'(Z[1]) / dW[1] = (1/m) dZ[1] X.T / dW[1] = (1/m) dZ[2] X.T",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: RIGHT, 10: WRONG},
    ),
    (
        "X: (m, n) W: (n, k) b: (k,) / Z = X W + b / L = 1/2 sum((Z - 1)^2) / dZ = Z - 1 / "
        "db = sum over rows of dZ / db = sum over columns of dZ",
        {5: RIGHT, 6: WRONG | OPEN},
    ),
    ("X: (m, n) y: (m,) w: (n,) / J = 1/2 ||X w - y||^2 / grad_w J = X^T (X w - y)", {3: RIGHT}),
    ("X: (m, n) y: (m,) w: (n,) / J = 1/2 ||X w - y||^2 / grad_w J = X^T (y - X w)", {3: WRONG}),
    # -- a cost that is said and not understood is not made up
    (
        "z = w x / J = -(1/m) * sum over the batch of y log z / dJ/dz = 3 z",
        {3: OPEN},
    ),
    (
        "a = elu(z), elu(z) = z for z > 0 and exp(z) - 1 otherwise / L = sum_i a_i / dL/dz_i = 1 for z_i > 0 / "
        "dL/dz_i = exp(z_i) for z_i < 0 / dL/dz_i = exp(z_i) for z_i > 0",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    ("z = w x / with a = z for z > 0 and 0 for z < 0 / L = a^2 / dL/dw = 2 a x", {4: OPEN}),
    # -- numbers that are given, behind words
    (
        "forward pass (numbers): x = 2, w = 3, b = 1, y = 5 / z = w x + b = 7 / L = (z - y)^2 = 4 / dL/dw = 8 / "
        "dL/db = 5",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    ("known:: x = 2, w = 3 / z = w x = 6 / dz/dw = 2", {2: OPEN, 3: OPEN}),
    ("A filter by hand, 1d: y_i = sum_j w_j x_{ij} / dy_i/dw_j = x_{ij}", {2: RIGHT}),
    # -- what is a number and what is none
    (
        "X: (N, D) Y: (N, C) W: (D, C) / S = X W / L = 1/(2N) sum((S - Y)^2) + 1/2 r sum(W^2) / dS = (S - Y)/N / "
        "dW = X^T dS / dW += r * W",
        {4: RIGHT, 6: RIGHT},
    ),
    (
        r"\[ L = \frac{1}{N}\sum_{n=1}^N \log(1 + \exp(-y_n w^T x_n)) \] / "
        r"\[ \nabla_w L = -\frac{1}{N}\sum_{n=1}^N \frac{y_n x_n}{1 + \exp(y_n w^T x_n)} \]",
        {2: RIGHT},
    ),
    # -- brackets that choose, axes, and w.x
    (
        "z: (K,) y: (K,) / p = softmax(z) / L = -log p[y] / dz = p - onehot(y) / dL/dp[1] = 0",
        {3: OPEN, 4: OPEN},
    ),
    ("L = sum_i (x[i] - 1)^2 / dL/dx[i] = 2 (x[i] - 1) / dL/dx_i = 2 (x[i] + 1)", {2: RIGHT, 3: WRONG}),
    (
        "x: (N, D) W: (D, C) y: (N, C) / s = x @ W / p = softmax(s, axis=1) / L = -sum(y * log(p))/N / "
        "ds = (p - y)/N",
        {5: RIGHT},
    ),
    ("J = 1/N sum_n (w.x_n - y_n)^2 / dJ/dw_j = 2/N sum_n (w.x_n - y_n) x_nj", {2: RIGHT}),
    # -- numbers that are rounded
    (
        "x = 0.5 / w = 0.8 / a = tanh(w x) = 0.3799 / L = (a - 1)^2 = 0.3845 / dL/da = 2 (a - 1) = -1.2401 / "
        "dL/dw = -1.2401 * (1 - 0.3799^2) * 0.5 = -0.5306 / dL/dw ≈ -0.531 / dL/dw ≈ -0.533 / "
        "dL/dw = -1.2401 * (1 + 0.3799^2) * 0.5",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: RIGHT, 7: RIGHT, 8: WRONG, 9: WRONG},
    ),
    ("x = 0.5 / w = 0.4 / C = -w x / dC/dw = -0.5 / dC/dw = -0.5 * 1.05", {4: RIGHT, 5: WRONG}),
    (r"For $x = 0.5$: $a = \tanh(x) \approx 0.46$, and $e^x \approx 1 + x$.", {1: RIGHT}),
    (r"For $x = 0.5$: $a = \tanh(x) \approx 0.47$.", {1: WRONG}),
    ("x = 1, w = 2, t = 3 / z = w x = 2 / dz/dw = 1 / dz/dw = 2", {2: RIGHT, 3: RIGHT, 4: WRONG}),
    (r"Sei $x = 2$, $w = 0{,}5$. Dann ist $z = w x = 1$ und $\frac{dz}{dw} = 2$.", {1: RIGHT}),
    # -- declarations behind a formula, tags, and what a prime makes new
    ("y = A x, A: (m, n), x: (n,) / L = 1/2 yᵀ y / dL/dx = Aᵀ y / dL/dx = A y", {3: RIGHT, 4: WRONG}),
    (
        "z = w x      (1) / C = z^2     (BP2) / dC/dw = 2 z x    (3.1) / v' = μ v - η dC/dw / w' = w + v' / dC/dw = z x",
        {3: RIGHT, 4: OPEN, 6: WRONG},
    ),
    (
        "Let `s = W x` and `L = sum_{j≠y} max(0, s_j - s_y + 1)`. / - `dL/ds_j = 1[s_j - s_y + 1 > 0]` for j ≠ y / "
        "- `dL/ds_j = 1[s_j - s_y > 0]` for j ≠ y",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "z1 = W1 x + b1 / h = relu(z1) / z2 = W2 h / C = ||z2 - y||^2 + lambda/2 (||W1||^2 + ||W2||^2) / "
        "dC/dz2 = 2(z2 - y) / dW2 = 2(z2 - y) h^T + lambda W2 / dW2 = 2(z2 - y) h^T + 2 lambda W2",
        {5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    # -- what is given a name after it was used
    (
        "x: (n,) W1: (m, n) W2: (n, m) t: (n,) / h = x + W2 φ(W1 x) / L = 1/2 ‖h - t‖^2 / φ(z) = tanh(z) / "
        "u = W1 x / v = φ(u) / dL/dv = W2ᵀ (h - t) / dL/dv = W2 (h - t)",
        {7: RIGHT, 8: WRONG},
    ),
    # -- what holds under a condition
    (f"{UNIT} / da/dz = 1 for z > 0 / da/dz = 0 for z < 0", {3: RIGHT, 4: RIGHT}),
    (f"{UNIT} / da/dz = 1 if z > 0 else 0 / da/dz = 1, if z > 0, else 2", {3: RIGHT, 4: WRONG}),
    (f"{UNIT} / da/dz = 1 if z < 0 else 0 / da/dz = 2 when z > 0", {3: WRONG, 4: WRONG}),
    (f"{UNIT} / dL/dw = 2 (a - y) x if z > 0 and 0 otherwise", {3: RIGHT}),
    (f"{UNIT} / dL/dw = (2 (a - y) x if z > 0 else 0)", {3: RIGHT}),
    (f"{UNIT} / dL/dw = 2 (a - y) x", {3: WRONG}),
    (f"{UNIT} / Then $da/dz = 1$ if $z > 0$ and $0$ otherwise.", {3: RIGHT}),
    (f"{UNIT} / Then $da/dz = 1$ if $z < 0$ and $0$ otherwise.", {3: WRONG}),
    # -- a name gets a new value further down
    (f"{NET} / dh = dh * (h > 0) / dW1 = xᵀ dh", {5: RIGHT, 6: RIGHT, 7: RIGHT, 9: RIGHT}),
    (f"{NET} / dh *= h > 0 / dW1 = xᵀ dh", {7: RIGHT, 9: RIGHT}),
    (f"{NET} / dh[h <= 0] = 0 / dW1 = xᵀ dh", {7: RIGHT, 9: RIGHT}),
    (f"{NET} / dh[h > 0] = 0 / dW1 = xᵀ dh", {7: RIGHT, 8: WRONG, 9: RIGHT}),
    (f"{NET} / dh[off] = 0 / dW1 = xᵀ dh", {7: RIGHT, 8: OPEN, 9: OPEN}),
    (f"{NET} / zero the entries of dh where h <= 0 / dW1 = xᵀ dh", {7: RIGHT, 9: OPEN}),
    (f"{NET} / dh <- where(h > 0, dh, 0) / dW1 = xᵀ dh", {7: RIGHT, 9: OPEN}),
    (f"{NET} / dW1 = xᵀ dh", {7: RIGHT, 8: WRONG}),
    (
        "p = sigmoid(x W + b) / L = 1/m sum((p - y)^2) / dW = 2 xᵀ ((p - y) p (1 - p)) / dW = dW/m / W -= η dW",
        {4: RIGHT},
    ),
    (
        "x: (m, n) W: (n, 1) y: (m, 1) / p = sigmoid(x W) / L = 1/m sum((p - y)^2) / "
        "dW = 2 xᵀ ((p - y) ⊙ p ⊙ (1 - p)) / dW = dW/2 / W -= η dW",
        {5: WRONG},
    ),
    (
        "z = w x / z = z + b / a = z / a = sigmoid(a) / C = (a - y)^2 / dC/dw = 2 (a - y) a (1 - a) x",
        {6: RIGHT},
    ),
    # -- dZ belongs to the summed loss, and 1/m comes in with dW and db
    (
        "W: (1, n) X: (n, m) Y: (1, m) / Z = W X / A = sigmoid(Z) / "
        "J = -1/m sum(Y ⊙ log(A) + (1 - Y) ⊙ log(1 - A)) / dZ = A - Y / dW = 1/m dZ Xᵀ",
        {5: {"convention"}, 6: RIGHT},
    ),
    (
        "W: (1, n) X: (n, m) Y: (1, m) b: (1, 1) / Z = W X + b / A = sigmoid(Z) / "
        "J = -1/m sum(Y ⊙ log(A) + (1 - Y) ⊙ log(1 - A)) / dZ = A - Y / dW = dZ Xᵀ / db = 1/m sum(dZ)",
        {5: {"convention"}, 6: WRONG, 7: RIGHT},
    ),
    # -- a sum without index runs over the examples
    (
        "X: (m, n) W: (n, k) b: (k,) / Z = X W + b / L = 1/2 sum(Z^2) / dZ = Z / db = sum(dZ)",
        {4: RIGHT, 5: {"convention"}},
    ),
    (
        "W: (k, n) X: (n, m) b: (k, 1) / Z = W X + b / L = 1/2 sum(Z^2) / dZ = Z / db = sum(dZ)",
        {5: {"convention"}},
    ),
    (
        "W: (k, n) X: (n, m) b: (k, 1) / Z = W X + b / L = 1/(2 m) sum(Z^2) / dZ = Z / db = 1/m sum(dZ)",
        {4: {"convention"}, 5: {"convention"}},
    ),
    # -- norms
    (
        r"W: (h, n) x: (n,) y: (h,) / $$s = \frac12 \|W\|_F^2$$ / $$J = \frac12 \|W x - y\|^2 + s$$ / "
        r"$$\frac{\partial J}{\partial W} = (W x - y) x^T + W$$",
        {4: RIGHT},
    ),
    # -- Kronecker's delta
    ("p_i = exp(z_i)/sum_j exp(z_j) / dp_i/dz_k = p_i (δ_ik - p_k)", {2: RIGHT}),
    ("p_i = exp(z_i)/sum_j exp(z_j) / dp_i/dz_k = p_i (1{i = k} - p_k)", {2: RIGHT}),
    ("p_i = exp(z_i)/sum_j exp(z_j) / dp_i/dz_k = p_i ([i = k] - p_k)", {2: RIGHT}),
    ("p_i = exp(z_i)/sum_j exp(z_j) / dp_i/dz_k = p_i (δ_ik - p_i)", {2: WRONG}),
    (
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ / $$\frac{\partial p_i}{\partial z_k} = p_i (\mathbb{1}[i = k] - p_k)$$",
        {2: RIGHT},
    ),
    (
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ / $$\frac{\partial p_i}{\partial z_k} = p_i (\delta_{ik} - p_k)$$",
        {2: RIGHT},
    ),
    # -- cases in prose
    (
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ / If i = k: / $$\frac{\partial p_i}{\partial z_k} = p_k (1 - p_k)$$",
        {3: RIGHT},
    ),
    (
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ / If $i \neq k$: / $$\frac{\partial p_i}{\partial z_k} = -p_i p_k$$",
        {3: RIGHT},
    ),
    (
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ / $$\frac{\partial p_i}{\partial z_k} = \begin{cases} p_i (1 - p_i) & \text{if } i = k "
        r"\\ -p_i p_k & \text{if } i \ne k \end{cases}$$",
        {2: RIGHT},
    ),
    (
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ / When i = k / $$\frac{\partial p_i}{\partial z_k} = p_k (1 + p_k)$$",
        {3: WRONG},
    ),
    # -- T inside a superscript
    *(
        (
            r"W^(2): (m, h) g: (h,) y: (m,) / $$z = W^{(2)} g$$ / $$C = \frac12 \|z - y\|^2$$ / "
            rf"$$\frac{{\partial C}}{{\partial g}} = {turned} (z - y)$$",
            {4: RIGHT},
        )
        for turned in (r"W^{(2)T}", r"{W^{(2)}}^T", r"W^{(2)\top}", r"(W^{(2)})^{t}", r"W^{(2)^T}")
    ),
    (
        r"W^[2]: (m, h) g: (h,) y: (m,) / $$z = W^{[2]} g$$ / $$C = \frac12 \|z - y\|^2$$ / "
        r"$$\frac{\partial C}{\partial g} = W^{[2]T} (z - y)$$",
        {4: RIGHT},
    ),
    # -- a for the only a there is
    (r"$$a^L = \sigma(z^L)$$ / $$C = \frac12 (a^L - y)^2$$ / $$\nabla_a C = a^L - y$$", {3: {"convention"}}),
    # -- * as the matrix product
    (
        "W: (h, n) x: (n,) b: (h,) / z = W * x + b / C = 1/2 sum(z^2) / dC/db = z / dC/dW = z xᵀ",
        {4: RIGHT, 5: RIGHT},
    ),
    (
        "W: (h, n) x: (n,) b: (h,) / z = W · x + b / C = 1/2 sum(z^2) / dC/db = z / dC/dW = z xᵀ",
        {4: RIGHT, 5: RIGHT},
    ),
    # -- d/dx takes the whole product
    ("L = x log(x) / dL/dx = d/dx x log(x) = log(x) + 1", {2: RIGHT}),
    # -- a row transposed is a column
    ("w: (n, 1) X: (n, m) Y: (1, m) / A = wᵀ X / J = 1/2 sum((A - Y)^2) / dJ/dw = X (A - Y)ᵀ", {4: RIGHT}),
    # -- names run together
    ("z = wx + b / a = sigmoid(z) / C = (a - y)^2 / dC/dw = 2(a - y) a (1 - a) x", {4: {"convention"}}),
    (
        "z = w1x1 + w2x2 + b / C = (z - y)^2 / dC/dw1 = 2 (z - y) x1 / dC/dw2 = 2 (z - y) x1",
        {3: {"convention"}, 4: WRONG},
    ),
    ("z = w_1x_1 + w_2x_2 / C = (z - y)^2 / dC/dw_2 = 2 (z - y) x_2", {3: {"convention"}}),
    (
        r"$X$: (n, d), $w$: (d,), $y$: (n,) / $$L(w) = \|X w - y\|^2$$ / $$\nabla L = 2 X^T (X w - y)$$",
        {3: RIGHT},
    ),
    # Any layer: 1/m comes in with dW, the layer below has dA as this one has, and i counts its columns.
    (
        r"$$Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}, \quad A^{[l]} = g^{[l]}(Z^{[l]})$$"
        r" / $$dZ^{[l]} = dA^{[l]} * g^{[l]'}(Z^{[l]})$$ / $$dW^{[l]} = \frac1m dZ^{[l]} A^{[l-1]T}$$"
        r" / $$db^{[l]} = \frac1m \sum_{i=1}^m dZ^{[l](i)}$$ / $$dA^{[l-1]} = W^{[l]T} dZ^{[l]}$$",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: RIGHT},
    ),
    (
        r"$$Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}, \quad A^{[l]} = g^{[l]}(Z^{[l]})$$"
        r" / $$dZ^{[l]} = dA^{[l]} * g^{[l]'}(Z^{[l]})$$ / $$dW^{[l]} = \frac1m dZ^{[l]} A^{[l-1]T}$$"
        r" / $$dA^{[l-1]} = W^{[l]T} dZ^{[l]}$$",
        {2: RIGHT, 3: {"convention"}, 4: RIGHT},
    ),
    (r"$$f = \mathrm{tr}(A X), \quad \frac{\partial f}{\partial X} = A^T$$", {1: RIGHT}),
    # Second slopes.
    (
        "g(z) = tanh(z) / g'(z) = 1 - g(z)^2 / g''(z) = -2 g(z) (1 - g(z)^2) / g''(z) = -2 g(z) g(z)",
        {2: {"right"}, 3: {"right"}, 4: WRONG},
    ),
    ("f(x) = x^3 + a x / f''(x) = 6 x / f''(x) = 3 x", {2: {"right"}, 3: {"factor"}}),
    # Words, and sizes as numpy asks for them.
    (
        r"$$Cost = (Pred - Target)^2, \quad Pred = \sigma(Sum), \quad Sum = Weight \cdot Input + Bias$$"
        r" / $$\frac{dCost}{dWeight} = \frac{dCost}{dPred}\frac{dPred}{dSum}\frac{dSum}{dWeight}$$"
        r" / $$\frac{\partial Cost}{\partial Bias} = (Pred - Target) Pred (1 - Pred)$$",
        {2: {"right"}, 3: {"factor"}},
    ),
    (
        "X: (m, n) W: (n, k) Y: (m, k) / Z = X @ W / L = np.sum(np.power(Z - Y, 2))/X.shape[0]"
        " / dZ = 2 * (Z - Y)/len(X) / dW = X.T @ dZ / dZ = 2 * (Z - Y)/X.shape[1]",
        {4: {"right"}, 5: {"right"}, 6: {"factor"}},
    ),
    # A cost by the loss of one example, and lines in an array.
    (
        r"Let $J(w, b) = \frac1m \sum_{i=1}^m \mathcal{L}(a^{(i)}, y^{(i)})$ with $a^{(i)} = \sigma(z^{(i)})$, "
        r"$z^{(i)} = w^T x^{(i)} + b$ and $\mathcal{L}(a, y) = -y \log a - (1 - y) \log(1 - a)$."
        r" / $$\frac{\partial J}{\partial b} = \frac1m \sum_{i=1}^m (a^{(i)} - y^{(i)})$$"
        r" / $$\frac{\partial J}{\partial b} = \frac1m \sum_{i=1}^m (y^{(i)} - a^{(i)})$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$$ / \begin{array}{rcl} / z &=& w x \\ / C &=& (z - y)^2 \\ / \frac{dC}{dw} &=& 2 (z - y) x"
        r" / \end{array} / $$",
        {5: RIGHT},
    ),
    # Sums of rows and columns by their names; what a word does that no line explains is open.
    (
        "S: (n, m) T: (n, m) / P = softmax(S) / L = 1/2 ||P - T||^2 / dP = P - T"
        " / dS = P * (dP - rowsum(P * dP)) / dS = P * (dP - normalise(P * dP)) / dS = P * (dP - colsum(P * dP))",
        {4: RIGHT, 5: RIGHT, 6: OPEN, 7: WRONG},
    ),
    # do as the slope by o, a title before a declaration, Kronecker's delta in letters.
    (
        "One query. V: (n, d), s: (n,) / alpha = softmax(s) / o = V^T alpha / L = 1/2 ||o - t||^2"
        " / do = o - t / dalpha = V do / dV = alpha do^T / dV = do alpha^T",
        {5: RIGHT, 6: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (
        "p_j = exp(z_j)/sum_k exp(z_k) / dp_j/dz_k = p_j (delta_jk - p_k) / dp_j/dz_k = p_j (delta_jk - p_j)",
        {2: RIGHT, 3: WRONG},
    ),
    # A forgotten 1/m stays wrong where no line says a shape.
    (
        r"$$Z_1 = W_1 X + b_1$$ / $$A_1 = \tanh(Z_1)$$ / $$Z_2 = W_2 A_1 + b_2$$ / $$A_2 = \sigma(Z_2)$$"
        r" / $$J = -\frac1m \sum_{i=1}^m (y^{(i)} \log a_2^{(i)} + (1-y^{(i)}) \log(1 - a_2^{(i)}))$$"
        r" / $$dZ_2 = A_2 - Y$$ / $$dW_2 = dZ_2 A_1^T$$ / $$db_2 = \frac1m \sum dZ_2$$"
        r" / $$dZ_1 = W_2^T dZ_2 * (1 - A_1^2)$$ / $$dW_1 = \frac1m dZ_1 X^T$$",
        {6: RIGHT, 7: {"factor"}, 8: RIGHT, 9: RIGHT, 10: RIGHT},
    ),
    # A whole array beside its entries is that array: a factor of 3 is found, and no slope vanishes.
    (
        "u_i = gamma x_i + mu / L = f(u) / dL/dmu = sum_i dL/du_i / dL/dmu = -sum_i dL/du_i"
        " / dL/dgamma = 3 sum_i dL/du_i x_i",
        {3: RIGHT, 4: WRONG, 5: {"factor"}},
    ),
    # The layer's output in place of its input, where the error is blamed by its entries.
    (
        r"$$C = \frac12 \sum_j (y_j - a^L_j)^2, \quad z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j, \quad a^l_j = \sigma(z^l_j)$$"
        r" / $$\delta^L = (a^L - y) \odot \sigma'(z^L)$$"
        r" / $$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$"
        r" / $$\frac{\partial C}{\partial w^l_{jk}} = a^l_k \delta^l_j$$",
        {4: WRONG},
    ),
    # -- C is the mean over all x, and the lines are about one; a is a^L
    (
        r"$$z^l = w^l a^{l-1} + b^l, \quad a^l = \sigma(z^l)$$ / $$C = \frac{\sum_x C_x}{n}$$ / "
        r"$$C = \frac{1}{2n} \sum_{x} || y(x) - a^L(x) ||^2$$ / $$\delta^L = \nabla_a C \odot \sigma'(z^L)$$ / "
        r"$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$ / "
        r"$$\nabla_a C = a^L - y$$ / $$\frac{\partial C}{\partial b^l_j} = \delta^l_j$$ / "
        r"$$\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j$$ / "
        r"$$\nabla_a C = y - a^L$$ / $$\frac{\partial C}{\partial w^l_{jk}} = a^l_k \delta^l_j$$",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG, 10: WRONG},
    ),
    (
        r"$$z^l = w^l a^{l-1} + b^l, \quad a^l = \sigma(z^l)$$ / $$C = \frac{1}{2} \sum_j (y_j - a_j)^2$$ / "
        r"$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$ / $$\frac{\partial C}{\partial b^L} = \delta^L$$ / "
        r"$$\frac{\partial C}{\partial a} = a^L - y$$ / $$\frac{\partial C}{\partial a} = y - a^L$$",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    # An unknown function of which the text speaks elsewhere, at the output alone.
    (
        r"$$z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}, \quad a^{(l)} = \phi(z^{(l)})$$ / "
        r"$$L = -[y \log a^{(L)} + (1 - y) \log(1 - a^{(L)})]$$ / "
        r"$$\delta^{(l)} = \frac{\partial L}{\partial z^{(l)}}$$ / "
        r"$$\delta^{(l)} = \left((W^{(l+1)})^T \delta^{(l+1)}\right) \odot \phi'(z^{(l)})$$ / "
        r"For a sigmoid output: / $$\delta^{(L)} = a^{(L)} - y$$ / $$\delta^{(L)} = a^{(L)} + y$$",
        {4: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    # -- entries and rows of arrays that nothing declares; o and the o_k below it
    ("C = 1/2 ||w - y||^2 / dC/dw_1 = w_1 - y_1 / dC/dw_2 = w_2 + y_2", {2: RIGHT, 3: WRONG}),
    (
        r"$$x = \begin{bmatrix} x_1 \\ x_2 \end{bmatrix}, W = \begin{bmatrix} w_{11} & w_{12} \\ w_{21} & w_{22} \end{bmatrix}$$ / "
        r"$$z = W x, \quad C = \frac12 \|z - y\|^2$$ / $$\frac{\partial C}{\partial w_{12}} = (z_1 - y_1) x_2$$ / "
        r"$$\frac{\partial C}{\partial w_{12}} = (z_2 - y_2) x_1$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"Scores: $s_i = q^T k_i$, $a_i = \frac{e^{s_i}}{\sum_j e^{s_j}}$, $o = \sum_i a_i v_i$, $L = \frac12\|o - y\|^2$. / "
        r"$$\frac{\partial L}{\partial a_i} = (o - y)^T v_i$$ / $$\frac{\partial L}{\partial v_i} = a_i (o - y)$$ / "
        r"$$\frac{\partial L}{\partial v_i} = a_i (o + y)$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"A neuron: $o = \varphi(net)$, $net = \sum_{k} w_k o_k$, $E = L(o, t)$. With $E = \tfrac12 (t - o)^2$ and "
        r"$\varphi(z) = 1/(1+e^{-z})$: / $$\frac{\partial E}{\partial w_i} = (o - t)\, o (1 - o)\, o_i$$ / "
        r"$$\frac{\partial E}{\partial w_i} = (o - t)\, o (1 - o)\, w_i$$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- a delta without its slope, which each of its uses lacks, is blamed itself
    (
        "W1: (h, n)  x: (n,)  W2: (o, h)  y: (o,) / z1 = W1 @ x / a1 = relu(z1) / z2 = W2 @ a1 / "
        "L = 1/2 ||z2 - y||^2 / delta2 = z2 - y / dL/dW2 = delta2 @ a1.T / delta1 = W2.T @ delta2 / "
        "dL/dW1 = delta1 x^T / dL/dx = W1^T delta1",
        {7: RIGHT, 8: WRONG, 9: RIGHT, 10: RIGHT},
    ),
    # -- h' as a value, d_p as a distance, n_i over a size d, a title with a colon
    (
        r"GRU: $h' = (1 - z) \odot h + z \odot g$, $g = \tanh(W x)$. / "
        r"$$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial h'} \odot (g - h)$$ / "
        r"$$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial h'} \odot (h - g)$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"A triplet: $d_p = \|a - p\|^2$, $d_n = \|a - q\|^2$, $L = \max(0, d_p - d_n + \alpha)$. / "
        r"If $d_p - d_n + \alpha > 0$: / $$\frac{\partial L}{\partial q} = 2(a - q)$$ / "
        r"$$\frac{\partial L}{\partial a} = 2(p - q)$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"$\mu = \frac{1}{d}\sum_{i=1}^d x_i$, $u_i = x_i - \mu$, $L = \sum_i c_i u_i$. / "
        r"$$\frac{\partial L}{\partial x_i} = c_i - \sum_j \frac{c_j}{d}$$ / $$\frac{\partial L}{\partial x_i} = c_i - \sum_j \frac{c_j}{2}$$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- W as itself and transposed, which makes it a square matrix
    (
        "z1 = W1 x + b1 / a1 = tanh(z1) / z2 = W2 a1 + b2 / Z1 = W1^T X + b1 / A1 = tanh(Z1) / Z2 = W2^T A1 + b2 / "
        "J = 1/2 sum((Z2 - Y)^2) / dZ2 = Z2 - Y / dZ1 = W2^T dZ2 * (1 - A1^2) / dZ1 = W2 dZ2 * (1 - A1^2)",
        {9: RIGHT | OPEN, 10: RIGHT},
    ),
    # -- vectors one below the other
    (
        "W: (p, d)  h: (q,)  x: (n,)  b: (p,) / v = [h; x] / z = W v + b / a = tanh(z) / L = 1/2 ||a - y||^2 / "
        "dL/dW = dL/dz v^T / dL/dW = dL/dz [h; x]^T / dL/dv = W^T dL/dz / dL/dW = dL/dz h^T / dL/dv = W dL/dz",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG, 10: WRONG},
    ),
    (
        r"\[ f_t = \sigma(W_f [h_{t-1}, x_t] + b_f), \quad L = \frac12 \| f_t - y_t \|^2 \] / "
        r"\[ \frac{\partial L}{\partial W_f} = ((f_t - y_t) \odot f_t \odot (1 - f_t)) [h_{t-1}, x_t]^T \] / "
        r"\[ \frac{\partial L}{\partial b_f} = (f_t - y_t) \odot f_t \odot (1 - f_t) \] / "
        r"\[ \frac{\partial L}{\partial W_f} = (f_t - y_t) [h_{t-1}, x_t]^T \]",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$p_i = \sigma(x_i^\top \beta)$, $\ell = \sum_i c_i ( y_i \log p_i + (1 - y_i) \log(1 - p_i))$ / "
        r"$$\nabla_\beta \ell = \sum_i c_i (y_i - p_i) x_i$$ / $$\nabla_\beta \ell = \sum_i c_i (p_i - y_i) x_i$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$C = \frac{1}{2n} \sum_x \|y(x) - a^L(x)\|^2$ where $a^l = \sigma(z^l)$ and $z^l = w^l a^{l-1} + b^l$. / "
        r"We define $\delta^l = \frac{\partial C}{\partial z^l}$. / $$\delta^L = (a^L - y) \odot \sigma'(z^L)$$ / "
        r"$$\delta^l = (w^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)$$ / $$\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T$$ / "
        r"$$\delta^l = w^{l+1} \delta^{l+1} \odot \sigma'(z^l)$$",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (
        r"$h = \frac{1}{C} \sum_{c} v_c$, $u_j = w_j^\top h$, $p_j = \frac{\exp(u_j)}{\sum_k \exp(u_k)}$, "
        r"$E = -\sum_j t_j \log p_j$, $\sum_j t_j = 1$ / $$\frac{\partial E}{\partial w_j} = (p_j - t_j) h$$ / "
        r"$$\frac{\partial E}{\partial h} = \sum_j (p_j - t_j) w_j$$ / $$\frac{\partial E}{\partial w_j} = (t_j - p_j) h$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    # f is any function where the lines say f'.
    (
        "z = w x / a = f(z) / C = (a - y)^2 / dC/dz = 2(a - y) f'(z) / dC/dw = 2(a - y) sigmoid'(z) x",
        {4: RIGHT, 5: WRONG},
    ),
    # A deviation, and no function.
    (
        r"$$D = \log\frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2 \sigma_2^2}$$"
        r" / $$\frac{\partial D}{\partial \sigma_1} = -\frac{1}{\sigma_1} + \frac{\sigma_1}{\sigma_2^2}$$"
        r" / $$\frac{\partial D}{\partial \mu_2} = \frac{\mu_1 - \mu_2}{\sigma_2^2}$$",
        {2: RIGHT, 3: WRONG},
    ),
    # Numbers whose names no line gives a value are open; a slope that is the same everywhere is not.
    (
        "z = w x + b / a = sigmoid(z) / E = 1/2 (t - a)^2 / dE/da = -(t - a) = -0.3775 / dz/dw = x = 0.5"
        " / da/dz = 0.235 / dz/db = d(w x + b)/db = 0",
        {4: OPEN, 5: OPEN, 6: OPEN, 7: WRONG},
    ),
    (
        "x = 0.5, w = 0.8, b = 0.1 / z = w x + b = 0.5 / dz/dw = x = 0.5 / dz/dx = w = 0.9",
        {2: {"right"}, 3: {"right"}, 4: WRONG},
    ),
    # The y of an indicator is the number of a class.
    (
        r"$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$ / $$L = -\sum_k \mathbb{1}[k = y] \log p_k$$"
        r" / $$\frac{\partial L}{\partial z_k} = p_k - \mathbb{1}[k = y]$$"
        r" / $$\frac{\partial L}{\partial z_k} = p_k + \mathbb{1}[y = k]$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "Z: (N, K) y: (N,) / P = softmax(Z) / L = -1/N sum_i sum_k 1{y_i = k} log(P_ik)"
        " / dL/dZ_ik = 1/N (P_ik - 1{y_i = k})",
        {4: RIGHT},
    ),
    # -- one name in two spellings
    (
        "y: () / ```backproof / ŷ = σ(z) / C = 1/2 (ŷ - y)^2 / ``` / "
        r"$$\frac{\partial C}{\partial z} = (\hat{y} - y) \sigma'(z)$$",
        {6: RIGHT},
    ),
    # -- the i-th entry
    (
        r"X: (n, d) w: (d,) y: (n,) / $$p = \sigma(X w)$$ / "
        r"$$J = -\frac1n \sum_{i=1}^n (y^{(i)} \log p^{(i)} + (1 - y^{(i)}) \log(1 - p^{(i)}))$$ / "
        r"$$\frac{\partial J}{\partial w} = \frac1n X^T (p - y)$$",
        {4: RIGHT},
    ),
    # -- both sides of a chain define
    ("a = sigmoid(w x + b) = sigmoid(z) / z = w x + b / da/dz = sigmoid'(z)", {1: RIGHT, 3: RIGHT}),
    # -- f' on the left is a claim
    ("f(x) = tanh(x) = (exp(x) - exp(-x))/(exp(x) + exp(-x)) / f'(x) = -(tanh(x))^2", {1: RIGHT, 2: WRONG}),
    ("f(x) = tanh(x) / f'(x) = 1 - (tanh(x))^2", {2: RIGHT}),
    ("sigmoid'(z) = sigmoid(z) (1 - sigmoid(z))", {1: RIGHT}),
    ("sigmoid'(z) = sigmoid(z) (1 + sigmoid(z))", {1: WRONG}),
    # -- the outer product
    ("x: (n,) W: (m, n) y: (m,) / z = W x / C = 1/2 sum((z - y)^2) / dC/dW = (z - y) ⊗ x", {4: RIGHT}),
    # -- Octave's transpose
    ("X: (m, n) w: (n,) y: (m,) / C = 1/2 sum((X w - y)^2) / dC/dw = X' (X w - y)", {3: RIGHT}),
    # -- brackets
    (
        "X: (N, n) W1: (n, h) W2: (h, k) Y: (N, k) / Z1 = X W1 / A1 = tanh(Z1) / Z2 = A1 W2 / "
        "J = 1/2 sum((Z2 - Y)^2) / dJ/dW1 = Xᵀ (Z2 - Y) W2ᵀ ⊙ tanh'(Z1)",
        {6: WRONG},
    ),
    # -- what the text leaves open
    (
        r"$$z = W h$$ / $$p = \text{softmax}(z)$$ / $$C = -\sum_k y_k \log p_k$$ / "
        r"$$\frac{\partial C}{\partial z} = p - y$$",
        {4: OPEN | {"convention"}},
    ),
    (r"$$z = W h$$ / $$p = \text{softmax}(z)$$ / $$\frac{\partial p}{\partial z} = p (1 - p)$$", {3: OPEN}),
    # -- missed
    (
        "W: (h, n) X: (n, m) Y: (h, m) / Z = W @ X / J = 1/2 * sum((Z - Y)**2) / dZ = Z - Y / dW = dZ * X.T",
        {4: RIGHT, 5: WRONG},
    ),
    (
        "W: (h, n) x: (n,) y: (h,) / z = W x / a = sigmoid(z) / C = 1/2 sum((a - y)^2) / "
        "delta = (a - y) ⊙ sigmoid(z) / dC/dW = delta xᵀ",
        {5: WRONG, 6: RIGHT},
    ),
    ("z = w x / a = sigmoid(z) / C = (a - y)^2 / dC/dw = sigmoid'(z) x", {4: WRONG}),
    ("x: (n,) y: (n,) / sum(y) = 1 / C = sum(x) / dC/dx = 0", {4: WRONG}),
    # -- conditions that are not read, or only in part
    (r"Let $a=\max(0,z)$. / Si $z > 0$, alors $\frac{\partial a}{\partial z}=1$.", {2: OPEN | RIGHT}),
    (r"Let $a=\max(0,z)$. / 当 $z > 0$ 时,$\frac{\partial a}{\partial z}=1$.", {2: OPEN | RIGHT}),
    (r"Let $a=\max(0,z)$. / $$\frac{\partial a}{\partial z}=1 \quad (z > 0)$$", {2: OPEN | RIGHT}),
    (r"Let $a=\max(0,z)$. / For positive $z$, $\frac{\partial a}{\partial z}=1$.", {2: OPEN | RIGHT}),
    (r"Let $a=\max(0,z)$. / $$\frac{\partial a}{\partial z}=1$$", {2: WRONG}),
    (r"Let $d > 0$ and $L = d|r|$. / If $r > d$: $\frac{dL}{dr} = d$.", {2: OPEN | RIGHT}),
    (
        r"$L = -\sum_k y_k \log p_k$, $p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$ / "
        r"For the correct class $c$: $\frac{\partial L}{\partial z_c} = p_c - 1$. / "
        r"For the off-diagonal entries $\frac{\partial p_i}{\partial z_j} = -p_i p_j$. / "
        r"$$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$",
        {2: OPEN | RIGHT, 3: OPEN | RIGHT, 4: WRONG},
    ),
    # -- refused, crashed
    (r"\partial y ^ / y = x / dy/dx = 1", {3: RIGHT}),
    (r"$E = \sum_{i=1}^n (a - y)^2$ / $a = w x$ / $\frac{dE}{dw} = 2 (a - y) x$", {3: OPEN}),
    ("z = w x / C = (z - y)^2 / dC/dz_j = 2 (z - y)", {3: OPEN}),
    (
        r"W: (h, n) x: (n,) y: (h,) / $$z = W x$$ / $$C = \frac12 \sum (z - y)^2$$ / "
        r"$$\frac{\partial C(W, b)}{\partial W} = (z - y) x^T$$",
        {4: RIGHT},
    ),
    (
        r"w: (n,) x: (n,) / $$a = w^t x$$ / $$\frac{\partial \frac12 (a - y)^2}{\partial w} = (a - y) x$$",
        {3: RIGHT},
    ),
    (
        r"$$\frobnicate{z}$$ / $$C = (a - y)^2$$ / $$\frac{dC}{da} = 2 (a - y)$$",
        {3: RIGHT},
    ),
    (
        r"$$a = \frobnicate{z}$$ / $$C = (a - y)^2$$ / $$\frac{dC}{dz} = 2 (a - y)$$ / $$\frac{dC}{da} = 2 (a - y)$$",
        {3: OPEN},
    ),
    # -- notations
    (
        r"W^[1]: (h, n) A^[0]: (n, m) b^[1]: (h, 1) Y: (h, m) / $$Z^{[1]} = W^{[1]} A^{[0]} + b^{[1]}$$ / "
        r"$$J = \frac{1}{2m} \|Z^{[1]} - Y\|_F^2$$ / $$dZ^{[1]} = Z^{[1]} - Y$$ / "
        r"$$dW^{[1]} = \frac1m dZ^{[1]} A^{[0]T}$$ / $$db^{[1]} = \frac1m \sum dZ^{[1]}$$",
        {4: RIGHT, 5: RIGHT, 6: RIGHT},
    ),
    ("w: (n,) x: (n,) / C = 1/2 (wᵀ x - y)^2 / dC/dw = (wᵀ x - y) x / w = w - η dC/dw", {3: RIGHT}),
    ("w: (n,) x: (n,) / C = 1/2 (wᵀ x - y)^2 / dw = (wᵀ x - y) x / w := w - η dw", {3: RIGHT}),
    (
        r"w: (n,) x: (n,) / $$C = \frac12 (w^T x - y)^2$$ / $$\nabla_w C = (w^T x - y) x$$ / $$w \leftarrow w - \eta \nabla_w C$$",
        {3: RIGHT},
    ),
    (r"$$f(x) = x^2$$ / $$f^{'}(x) = 2x$$", {2: RIGHT}),
    (
        r"$$z = w x + b, \quad a = \sigma(z)$$ / $$C = (a - y)^2$$ / $$\frac{\partial C}{\partial w} = 2 (a - y) \sigma'(z) x$$",
        {3: RIGHT},
    ),
    (
        r"$$z = w x + b, a = \sigma(z)$$ / $$C = (a - y)^2$$ / $$\frac{\partial C}{\partial w} = 2 (a - y) \sigma'(z) x$$",
        {3: RIGHT},
    ),
    (
        r"$$z = w x + b \text{ and } a = \sigma(z)$$ / $$C = (a - y)^2$$ / $$\frac{\partial C}{\partial w} = 2 (a - y) \sigma'(z) x$$",
        {3: RIGHT},
    ),
    (
        r"The cost is $C = (a - y)^2$ with $a = \sigma(z)$. / $$\frac{dC}{dz} = 2(a - y) \sigma'(z)$$",
        {2: RIGHT},
    ),
    (
        r"The cost is \(C = (a - y)^2\) with \(a = \sigma(z)\). / $$\frac{dC}{dz} = 2(a - y) a(1 + a)$$",
        {2: WRONG},
    ),
    (
        r"$$net_{h1} = w_1 i_1 + b$$ / $$out_{h1} = \sigma(net_{h1})$$ / $$E = \frac12 (target - out_{h1})^2$$ / "
        r"$$\frac{\partial E}{\partial out_{h1}} = -(target - out_{h1})$$ / "
        r"$$\frac{\partial out_{h1}}{\partial net_{h1}} = out_{h1} (1 - out_{h1})$$ / "
        r"$$\frac{\partial E}{\partial w_1} = -(target - out_{h1}) out_{h1} (1 - out_{h1}) i_1$$",
        {4: RIGHT, 5: RIGHT, 6: RIGHT},
    ),
    ("```python / z = w * x + b / C = (z - y)**2 / ``` / $$\\frac{dC}{dw} = 2 (z - y) x$$", {5: RIGHT}),
    (r"$$\begin{aligned} C &= (a - y)^2 \\[4pt] \frac{dC}{da} &= 2 (a - y) \end{aligned}$$", {1: RIGHT}),
    (
        r"$$J = \frac12 \|X w - y\|_2^2 + \frac{\lambda}{2} \|w\|_2^2$$ / X: (n, d) w: (d,) y: (n,) / "
        r"$$\nabla_w J = X^T (X w - y) + \lambda w$$",
        {3: RIGHT},
    ),
    (
        r"$$C = \sum_{i \neq k} z_i$$ / z: (n,) / $$\frac{dC}{dz} = 1$$",
        {3: OPEN},
    ),
    # -- a name that looks like a word, a line that goes on from an unread one, a slope to solve for
    (
        "A: (n, m) V: (m, p) T: (n, p) / O = A V / C = 1/2 sum((O - T)^2) / dO = O - T / dV = Aᵀ dO",
        {5: RIGHT},
    ),
    ("C = (a - y)^2 / ∂C/∂a b = c / = 3 a / dC/da = 2 (a - y)", {3: OPEN, 4: RIGHT}),
    (
        r"C = (w - 1)^2 / Setting the slope to zero, $\frac{dC}{dw} = 0$ gives $w = 1$. / $$\frac{dC}{dw} = 2(w - 1)$$",
        {3: RIGHT},
    ),
    (
        r"$a^L = \sigma(z^L)$ with $z^L \in \mathbb{R}^n$, $a^{L-1} \in \mathbb{R}^n$, $y \in \mathbb{R}^n$ / "
        r"$C = \frac12 \|y - a^L\|^2$ / $$\delta^L = \nabla_a C \odot \sigma'(z^L)$$ / "
        r"$$\frac{\partial C}{\partial z^L} = \delta^L$$",
        {4: RIGHT},
    ),
    (
        "W: (k, n) x: (n,) y: (k,) / z = W x + b / L = 1/2 sum((z - y)^2) / dL/dz = z - y =: δ / dL/dW = δ xᵀ"
        " / dL/db = δ",
        {4: {"right", "convention"}, 5: {"right", "convention"}, 6: {"convention"}},
    ),
    ("i1: () / out = w1 i1 / E = 1/2 (t - out)^2 / dE/dw_1 = -(t - out) i_1", {4: {"convention"}}),
    # -- a size that no line declares is the one with which the lines fit
    *(
        (
            rf"Let $z = Wx + b$ with {said} $W \in \mathbb{{R}}^{{K\times d}}$, $p_k = \frac{{e^{{z_k}}}}{{\sum_j e^{{z_j}}}}$ / "
            r"$$L = -\sum_k y_k \log p_k, \qquad \sum_k y_k = 1 .$$ / "
            rf"$$\frac{{\partial L}}{{\partial W_{{kj}}}} = ({slope}) x_j, \qquad \frac{{\partial L}}{{\partial b_k}} = p_k - y_k .$$",
            {3: verdict},
        )
        for said in ("", r"$b \in \mathbb{R}^K$ with")
        for slope, verdict in (("p_k - y_k", {"convention"}), ("p_k + y_k", WRONG))
    ),
    # -- names that no line declares are the arrays that they are used as
    (
        r"$$Z = W X + b$$ / $$A = \sigma(Z)$$ / $$J = -\frac{1}{m} \sum_{i=1}^m (y^{(i)} \log a^{(i)} + (1 - y^{(i)}) \log(1 - a^{(i)}))$$ / "
        r"$$dZ = A - Y$$ / $$dW = \frac{1}{m} dZ X^T$$ / $$db = \frac{1}{m} np.sum(dZ, axis=1, keepdims=True)$$",
        {4: {"convention"}, 5: {"convention"}, 6: {"convention"}},
    ),
    (
        r"$$z = W x + b$$ / $$p = \text{softmax}(z)$$ / $$L = -y^T \log p$$ / $$\frac{\partial L}{\partial z} = p - y$$ / "
        r"$$\frac{\partial L}{\partial W} = x (p - y)^T$$",
        {4: {"convention"}, 5: WRONG},
    ),
    (
        r"We minimise / $$J(w) = \frac{1}{2n} \|Xw - y\|_2^2 + \frac{\lambda}{2} \|w\|_2^2, \quad X \in \mathbb{R}^{n \times p}.$$ / "
        r"The gradient is $\nabla J(w) = \frac{1}{n} X^\top (Xw - y) + \lambda w$.",
        {3: {"convention"}},
    ),
    ("X is n × d, W is d × k, Y is n × k / R = X W - Y / f = 1/2 tr(Rᵀ R) / df/dW = Xᵀ R", {4: RIGHT}),
    ("z = W x / C = 1/2 (z - y)ᵀ (z - y) / dC/dW = (z - y) xᵀ / dC/dx = W (z - y)", {3: RIGHT, 4: WRONG}),
    (
        "X: (N, D) W: (D, K) T: (N, K) / P = X W + b / L = 1/2 sum_n sum_k (P_nk - T_nk)^2 / dL/db = sum_(n=1)^N (P_n - T_n)",
        {4: {"convention"}},
    ),
    (
        "X: (N, D) W: (D, K) b: (K,) T: (N, K) / P = softmax(X W + b) / L = -1/N sum_n sum_k T_nk log(P_nk) / "
        "dL/db = 1/N sum_(n=1)^N (P_n - T_n) / dL/db = sum_(n=1)^N (P_n - T_n)",
        {4: {"convention"}, 5: WRONG},
    ),
    # -- a condition behind a gap, a row that goes on, a power of e, a cost that the text leaves open
    (
        r"$$a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}$$ / $$\frac{\partial a_j}{\partial z_i} = a_i (1 - a_i), \quad i = j$$ / "
        r"$$L = -\sum_k y_k \log a_k$$ / $$\frac{\partial L}{\partial z_i} = a_i \sum_k y_k - y_i$$ / $$= a_i - y_i$$",
        {2: RIGHT, 4: RIGHT, 5: {"convention"}},
    ),
    (
        r"$$\begin{aligned} C &= (a - y)^2 \\ &+ a^2 \end{aligned}$$ / $$\frac{dC}{da} = 2 (a - y) + 2 a$$",
        {2: RIGHT},
    ),
    (
        r"$$Z = W X + b$$ / $$A = \sigma(Z)$$ / $$dZ = A - Y$$ / $$dW = \frac1m dZ X^T$$ / $$db = \frac1m \sum_{\text{axis}=1} dZ$$",
        {3: OPEN | {"convention"}, 4: RIGHT, 5: RIGHT},
    ),
    # -- the loss of one class, an error of one output, a slope over a bare fraction
    (
        r"$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$ and $L = -\log p_c$ / $$\frac{\partial L}{\partial z_i} = p_i - \delta_{ic}$$ / "
        r"$$\frac{\partial L}{\partial z_c} = p_c - 1$$ / $$\frac{\partial L}{\partial z_i} = p_i - 1$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$y_k = \sum_j v_{kj} h_j$$ / $$E = \frac12 (y_k - t_k)^2$$ / $$\frac{\partial E}{\partial v_{kj}} = (y_k - t_k) h_j$$",
        {3: {"convention"}},
    ),
    (
        r"$$z = w x$$ / $$\frac{\partial z}{\partial w} = \frac{1}{\partial w} (w x) = x$$ / | slope | $\frac{\partial z}{\partial x} = x$ |",
        {2: RIGHT, 3: WRONG},
    ),
    ("z = w . x + b / C = (z - y)^2 / => dC/dz = 2 (z - y) / => dC/dw = 2 (z - y) x.", {3: RIGHT, 4: RIGHT}),
    # -- whose mistake: a line that is right as some slope is not to blame
    (
        r"$$z_j = \sum_k w_{jk} x_k$$ / $$a_j = \sigma(z_j)$$ / $$C = \frac12 \sum_j (a_j - y_j)^2$$ / "
        r"$$\delta_j = (a_j - y_j) \sigma'(z_j)$$ / $$\frac{\partial C}{\partial w_{jk}} = \delta_j x_k \sigma'(z_j)$$",
        {5: WRONG},
    ),
    # -- a name of a cost that is a matrix
    (
        "A: (m, n) U: (m, r) V: (n, r) / F = 1/2 sum((U Vᵀ - A)^2) / E = U Vᵀ - A / dF/dU = E V / dF/dV = Eᵀ U / dF/dV = E U",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (
        "F = 1/2 sum((U Vᵀ - A)^2) / dF/dU = (U Vᵀ - A) V / dF/dV = (U Vᵀ - A)ᵀ U",
        {2: {"convention"}, 3: {"convention"}},
    ),
    ("W: (1, h) a: (h,) / z = W a + b / C = 1/2 (z - y)^2 / dC/dW = outer(z - y, a)", {4: RIGHT}),
    # -- formulas in code spans, and spans that are none
    (
        "Run `train.py --lr=0.1`: `z = W @ x + b`, `h = relu(z)`, `L = 0.5 * ||h - t||^2`. /  / - δ = (h − t) ⊙ 1[z > 0] / "
        "- ∂L/∂W = δ xᵀ / - ∂L/∂b = h − t",
        {4: RIGHT, 5: WRONG},
    ),
    (
        "- `z = X @ W`, `p = softmax(z)` / - `loss = -np.sum(Y * np.log(p))`, where `Y` is one-hot / - `dz = p - Y` / - `dW = X.T @ dz`"
        " / - `db = dz`",
        {3: RIGHT, 4: RIGHT},
    ),
    # -- macros, bold labels, fractions of one sign, words before a shape, the lines of a letter
    (
        r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}\def\z{\mathbf{z}} / $$C = \frac12 (\z - y)^2$$ / $$\pd{C}{\z} = \z - y$$ / "
        r"$$\pd{C}{\z} = \z + y$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "Hi Ann, / **Eingabe**: x ∈ ℝ^n, Gewichte V ∈ ℝ^{h×n} / **Ausgabe:** s = V x, o = tanh(s) / E = ½ ‖o − t‖² / "
        "∂E/∂V = ((o − t) ⊙ (1 − o²)) xᵀ / Best, / Tom",
        {5: {"convention"}},
    ),
    # -- σ² beside σ, d before a marked letter, a sum that counts a bias, z named after it is used
    (
        r"$$\mu = \frac1m \sum_{i=1}^m x_i$$ / $$\sigma^2 = \frac1m \sum_{i=1}^m (x_i - \mu)^2$$ / "
        r"$$\frac{\partial \sigma^2}{\partial x_i} = \frac2m (x_i - \mu)$$",
        {3: RIGHT},
    ),
    (
        r"$$\tilde{a} = \frac1q \mathbf{s} a$$ / $$C = (\tilde{a} - y)^2$$ / $$d\tilde{a} = 2 (\tilde{a} - y)$$ / "
        r"$$d\mathbf{s} = d\tilde{a} \frac{a}{q}$$",
        {3: RIGHT, 4: RIGHT},
    ),
    (
        r"$$a_j = \sum_{i=0}^{D} w_{ji} x_i$$ / $$E = \frac12 \sum_j (a_j - t_j)^2$$ / $$\frac{\partial E}{\partial w_{ji}} = (a_j - t_j) x_i$$",
        {3: RIGHT},
    ),
    ("C = (sigmoid(w x + b) - y)^2 / z = w x + b / dC/dz = 2 (sigmoid(z) - y) sigmoid'(z)", {3: RIGHT}),
    # -- whose mistake it is
    (
        r"$$a_j = \sum_i v_{ji} x_i$$ / $$z_j = \tanh(a_j)$$ / $$E = \frac12 \sum_j (z_j - t_j)^2$$ / "
        r"$$\delta_j = (1 - z_j) (z_j - t_j)$$ / $$\frac{\partial E}{\partial v_{ji}} = \delta_j x_i$$",
        {4: WRONG, 5: RIGHT},
    ),
    (
        "X: (n, d) W: (d, k) Y: (n, k) / f(W) = 1/2 tr((X W - Y)ᵀ (X W - Y)) / R = X W - Y / dR = 2 X dW / df = tr(Rᵀ dR)",
        {4: WRONG, 5: RIGHT},
    ),
    ("out = w i / E = (out - t)^2 / dE/dout = dF/dout + dG/dout", {3: OPEN}),
    ("y_i = sum_k w_k x_{i+k} / L = 1/2 sum_i (y_i - t_i)^2 / dL/dy_i = y_i + t_i", {3: {"undecided"}}),
    # -- 1 as the ones
    *(
        (
            "X: (m, n) W: (n, k) b: (k,) Y: (m, k) / Z = X W + b / L = 1/(2m) sum((Z - Y)^2) / dZ = (Z - Y)/m / "
            f"db = {ones} / db = 2 dZᵀ 1",
            {4: RIGHT, 5: RIGHT, 6: WRONG},
        )
        for ones in (
            "dZᵀ 1",
            "1ᵀ dZ",
            "dZᵀ 1_m",
            r"dZ^T \mathbf{1}",
            r"dZ^T \mathbf{1}_m",
            "sum_i dZ_i",
            r"\sum_{rows} dZ",
        )
    ),
    ("1: (m,) E: (m, k) b: (k,) / D = 1/2 sum((E + b)^2) / G = E + b / dD/db = Gᵀ 1", {4: RIGHT}),
    ("W: (m, n) x: (n,) / C = sum(W x) / dC/dW = 1 x^T / dC/dW = 2 x^T", {3: RIGHT, 4: WRONG}),
    # -- a batch as a chapter of its own, whose entries have the names of numbers
    (
        r"$$z = w^T x + b$$ / $$a = \sigma(z)$$ / $$L = (a - y)^2$$ / $$\frac{dL}{da} = 2 (a - y)$$ / - $z^{(i)} = w^T x^{(i)} + b$ / "
        r"- $a^{(i)} = \sigma(z^{(i)})$ / $$J = \frac1m \sum_{i=1}^m (a^{(i)} - y^{(i)})^2$$",
        {4: RIGHT},
    ),
    # -- f = tanh says what f is
    (
        "Let $a = f(z)$ where $f = \\sigma$, $L = (a - y)^2$. So $\\frac{dL}{dz} = 2 (a - y) f'(z)$.",
        {1: RIGHT},
    ),
    (
        "z = w x / a = g(z) / g = tanh / L = (a - y)^2 / dL/dz = 2 (a - y) (1 - a^2) / dL/dz = 2 (a - y) a (1 - a)",
        {5: RIGHT, 6: WRONG},
    ),
    # -- names that are used as arrays are no numbers
    *(
        (
            f"z = W x + b / {cost} / dL/dW = x (z - y)^T / dL/dx = W (z - y) / dL/dW = (z - y) x^T",
            {3: WRONG, 4: WRONG, 5: RIGHT},
        )
        for cost in ("L = 1/2 ||z - y||^2", "L = 1/2 (z - y)^T (z - y)", "L = 1/2 sum((z - y) ⊙ (z - y))")
    ),
    (
        "z = W x + b / a = sigmoid(z) / L = 1/2 ||a - y||^2 / delta = (a - y) ⊙ a ⊙ (1 - a) / dL/dW = delta x / dL/dx = W delta",
        {5: WRONG, 6: WRONG},
    ),
    ("z = W x + b / C = (z - y)^2 / dC/dW = 2 (z - y) x / dC/db = 2 (z - y)", {3: {"convention"}, 4: RIGHT}),
    ("z = w x + b / C = (z - y)^2 / dC/dw = 2 (z - y) x", {3: {"right"}}),
    # -- the numerator layout, in a text that has rows for columns
    (
        "z = W x + b / a = sigmoid(z) / L = 1/2 ||a - y||^2 / dL/da = (a - y)^T / dL/dz = (a - y)^T diag(sigmoid'(z)) / "
        "dL/dW = x dL/dz / dL/dx = dL/dz W / dL/db = dL/dz",
        {4: RIGHT, 5: RIGHT, 6: {"convention"}, 7: RIGHT, 8: RIGHT},
    ),
    # -- sizes of real networks
    (
        "X: (32, 784) W: (784, 10) b: (10,) Y: (32, 10) / Z = X W + b / L = 1/32 sum((Z - Y)^2) / dL/dZ = 1/16 (Z - Y) / "
        "dL/dW = X^T (Z - Y)/16 / dL/dW = X^T (Z - Y) / M = mean((Z - Y)^2) / dM/dZ = (Z - Y)/160 / dM/dZ = (Z - Y)/16",
        {4: RIGHT, 5: RIGHT, 6: WRONG, 8: RIGHT, 9: WRONG},
    ),
    (
        "Shapes: x (64, 784), W1 (784, 100), y (64, 100) / $z = x W_1$ and $L = \\frac12 \\|z - y\\|^2$ / $$dW_1 = x^T (z - y)$$ / "
        "$$dW_1 = x (z - y)$$",
        {3: RIGHT, 4: WRONG},
    ),
    ("a = sum_{j=1}^{99} w_j x_j / L = (a - y)^2 / dL/dw_j = 2 (a - y) x_j", {3: RIGHT}),
    # -- remarks behind a formula
    (
        "z = w x   // linear / L = (z - y)^2  # squared / dL/dz = 2 (z - y)  (by the power rule) / dL/dw = dL/dz x  <- chain rule! / "
        "dL/dx = 2 (z - y) w -- and so on / dL/dx = 2 (z - y) x [chain rule]",
        {3: {"right"}, 4: {"right"}, 5: {"right"}, 6: WRONG},
    ),
    # -- numpy's functions and methods among formulas
    (
        "Z = np.dot(W, X) + b / A = sigmoid(Z) / J = 1/(2*m) * np.sum(np.square(A - Y)) / dZ = np.multiply(A - Y, A * (1 - A)) / "
        "dW = 1/m * dZ.dot(X.T) / db = 1/m * dZ.sum(axis=1, keepdims=True)",
        {4: {"convention"}, 5: RIGHT, 6: RIGHT},
    ),
    (
        "z = W x / L = 0.5 * sum((z - y)^2) / dW = np.outer(z - y, x) / dx = W.T @ (z - y) / dW = np.outer(x, z - y)",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    ("z = W x / h = z.^2 / L = 1/2 ||h - y||^2 / dL/dz = (h - y) .* (2 z)", {4: RIGHT}),
    # -- costs by their names
    (
        "L = BCE(p, y) / p = σ(z) / ∂L/∂p = (p - y)/(p (1 - p)) / ∂L/∂z = p - y / ∂L/∂z = y - p",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    ("p = softmax(z) / L = CE(y, p) / y is one-hot / dL/dz = p - y / dL/dz = p + y", {4: RIGHT, 5: WRONG}),
    ("L = MSE(a, y) / dL/da = 2 (a - y) / dL/da = 2 (a + y)", {2: {"convention"}, 3: OPEN}),
    # -- an index on an expression
    (
        "z: (K,) y: (K,) / L = -sum_k y_k log softmax(z)_k / dL/dz_k = softmax(z)_k - y_k / dL/dz_k = softmax(z)_k + y_k",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "W: (m, n) x: (n,) / $$C = \\frac12 \\sum_i ((W x)_i - y_i)^2$$ / $$\\frac{\\partial C}{\\partial W_{ij}} = ((W x)_i - y_i) x_j$$ / "
        "$$\\frac{\\partial C}{\\partial W_{ij}} = ((W x)_j - y_j) x_i$$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- any layer l beside the last, L
    *(
        (
            "Layers $z^l = W^l a^{l-1} + b^l$, $a^l = \\sigma(z^l)$, cost $C = \\frac{1}{2} \\| a^L - y \\|^2$, and "
            "$\\delta^l = \\frac{\\partial C}{\\partial z^l}$. / $$\\delta^L = (a^L - y) \\odot \\sigma'(z^L)$$ / "
            f"$$\\delta^l = {delta}$$ / $$\\frac{{\\partial C}}{{\\partial W^l}} = \\delta^l (a^{{l-1}})^T$$",
            {2: RIGHT, 3: verdict, 4: RIGHT},
        )
        for delta, verdict in (
            (r"((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)", RIGHT),
            (r"((W^{l+1})^T \delta^{l+1}) \odot \sigma(z^l)", WRONG),
            (r"(W^{l+1} \delta^{l+1}) \odot \sigma'(z^l)", WRONG),
        )
    ),
    # -- a number beside the entries of an array of the same name
    (
        r"$\hat y = wx + b$ and $\ell = (\hat y - y)^2$ / $$\frac{\partial \ell}{\partial w} = 2 (\hat y - y) x$$ / "
        r"With $L = \frac1n \sum_{i=1}^n (w x_i + b - y_i)^2$ / $$\frac{\partial L}{\partial w} = \frac2n \sum_{i=1}^n (w x_i + b - y_i) x_i$$",
        {2: RIGHT, 4: RIGHT},
    ),
    # -- a function of the text that is another name of a definition, a count that nothing declares
    (
        "W: (m, n) / f(x) = relu(W x + b) / L = 1/2 ||f(x) - y||^2 / z = W x + b / h = max(0, z) / dL/dh = h - y / "
        "dL/dz = (h - y) ⊙ (z > 0) / dL/dz = h ⊙ (z > 0)",
        {6: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (
        "Yhat = X W + b / L = mean((Yhat - Y)^2) / dYhat = 2 (Yhat - Y)/(m k) / dW = X^T dYhat",
        {3: {"convention"}, 4: RIGHT},
    ),
    # -- b beside an inner product is a number
    (
        "x: (n,) / z = w^T x + b / a = sigmoid(z) / L = (a - y)^2 / dL/db = 2 (a - y) a (1 - a) / dL/db = 2 (a - y) a (1 - a) x",
        {5: RIGHT, 6: WRONG},
    ),
    # -- y = x W in a sentence after `for`, a cost that only its slope names
    (
        "For a layer y = x @ W with x of shape (N, D) and W of shape (D, M) and dy = dL/dy: / dx = dy @ W.T / dx = dy @ W",
        {2: RIGHT, 3: WRONG},
    ),
    # -- what stands around: YAML, graphs, a column of shapes
    (
        "--- / tags: [a, b] / --- / ``` / x -> n -> o / n = w x / ``` / $$L = (n - y)^2$$ / $$\\frac{dL}{dw} = 2 (n - y) x$$",
        {9: RIGHT},
    ),
    (
        r"\begin{align*} z &= W x & W &\in \mathbb{R}^{h \times n} \\ L &= \tfrac12 \|z - y\|^2 & x &\in \mathbb{R}^n \end{align*} / "
        r"$$\frac{\partial L}{\partial W} = (z - y) x^T$$ / $$\frac{\partial L}{\partial W} = x (z - y)^T$$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- a symmetric matrix, a line that is wrong in one reading of the shapes only
    *(
        (
            f"A: (n, n) / {says} / $f(w) = \\frac{{1}}{{2}} w^T A w - b^T w$ / $$\\nabla f(w) = A w - b$$ / $$\\nabla f(w) = A w + b$$",
            {4: verdict, 5: WRONG},
        )
        for says, verdict in (
            ("Let $A$ be symmetric.", RIGHT),
            ("symmetric $A$", RIGHT),
            ("$A = A^T$", RIGHT),
            ("any $A$", OPEN),
        )
    ),
    # -- the rows of a matrix as columns
    (
        "f_n = w^T x_n + b / l_n = (f_n - y_n)^2 / L = 1/N sum_{n=1}^N l_n / dl_n/df_n = 2 (f_n - y_n) / "
        "dL/dw = 1/N sum_{n=1}^N 2 (f_n - y_n) x_n / dL/dw = 1/N sum_{n=1}^N 2 (f_n + y_n) x_n",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    # -- what stands behind `where` defines, and is on the way
    (
        "h = tanh(W x + b) / L = 1/2 ||h - y||^2 / dL/dh = h - y / dL/da = dL/dh ⊙ (1 - h^2)   where a = W x + b / dL/dW = dL/da x^T",
        {3: RIGHT, 4: RIGHT, 5: RIGHT},
    ),
    # -- a declaration in another spelling
    (
        r"$W_1 \in \mathbb{R}^{D \times K}$, $x \in \mathbb{R}^{B \times D}$ / z = x @ W1 / L = sum((z - y)**2) / $$\frac{\partial L}{\partial W_1} = 2 x^T (z - y)$$",
        {4: RIGHT},
    ),
    # -- what is known twice: f is num times invden as well
    (
        "f = num/den / invden = 1/den / f = num * invden / df/dnum = invden / df/dinvden = num / df/dinvden = 2 num",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    # -- a slope for one case of two
    (
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ / If $i \neq k$: / $$\frac{\partial p_i}{\partial z_k} = p_i p_k$$",
        {3: WRONG},
    ),
    # -- all slopes of a function in one equation, and slopes by two names
    (
        r"$f(x, y) = x^2 y + \sin(x y)$ / $\nabla f = [2xy + y \cos(xy), x^2 + x\cos(xy)]$ / "
        r"$\nabla f(x, y) = (2xy + y \cos(xy), x^2 - x\cos(xy))$ / $\frac{\partial^2 f}{\partial x \partial y} = 2x + \cos(xy) - xy \sin(xy)$",
        {2: RIGHT, 3: RIGHT | WRONG, 4: RIGHT},
    ),
    ("f = x^2 y / ∂²f/∂x∂y = 2x / ∂²f/∂y∂x = y", {2: RIGHT, 3: WRONG}),
    (
        r"$L = (w x + b - y)^2$ / $$\nabla L = \begin{bmatrix} \frac{dL}{dw} \\ \frac{dL}{db} \end{bmatrix} = "
        r"\begin{bmatrix} 2 x (w x + b - y) \\ 2 (w x + b - y) \end{bmatrix}$$ / "
        r"$$\begin{bmatrix} \frac{dL}{dw} \\ \frac{dL}{db} \end{bmatrix} = (w x + b - y) \begin{bmatrix} x \\ 1 \end{bmatrix}$$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- a fraction of a product that begins with a slope, and a factor before the d below
    (
        r"$C = n \, c(a)$, $c(a) = a^2$ / $\frac{d c(a)}{n \cdot da} = \frac{2 a}{n}$ / $\frac{d C}{da} = \frac{dC a}{a}$",
        {2: RIGHT},
    ),
    (
        r"$S = \frac{Q K^T}{\sqrt{d}}$, $O = S V$. Given $dO$: / $dV = S^T dO$ / $dS = dO V^T$ / $dQ = \frac{dS K}{\sqrt{d}}$ / "
        r"$dK = \frac{dS Q}{\sqrt{d}}$",
        {2: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    # -- the o and c of word2vec; a chance that a line names; what L is a mean of
    (
        r"$\hat y_o = P(O = o | C = c) = \frac{\exp(u_o^T v_c)}{\sum_w \exp(u_w^T v_c)}$ / "
        r"$J = -\log \frac{\exp(u_o^T v_c)}{\sum_w \exp(u_w^T v_c)}$ / "
        r"$\frac{dJ}{dv_c} = -u_o + \sum_w \hat y_w u_w$ / $\frac{dJ}{du_o} = (\hat y_o - 1) v_c$ / $\frac{dJ}{du_o} = \hat y_o v_c$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    ("y = w x / L = 1/n (l(y, t) + l(x, t)) / dL/dy = 1/n dl(y, t)/dy / dL/dw = dL/dy x", {3: OPEN}),
    (r"We know $\frac{dL}{dy_i}$. / $$\frac{dL}{dw_k} = \sum_i \frac{dL}{dy_i} x_{i+k}$$", {2: OPEN}),
    # -- shapes of undeclared names: below a declared one, in a dot product, of a row; and none for one example
    (
        r"$\mu, \ell \in \mathbb{R}^J$ with $\ell = \log \sigma^2$, $z = \mu + e^{\ell/2} \odot \epsilon$ / "
        r"$$\frac{dR}{d\ell} = \frac{1}{2} \frac{dR}{dz} \odot e^{\ell/2} \odot \epsilon$$ / "
        r"$$\frac{dR}{d\ell} = \frac{dR}{dz} \odot e^{\ell/2} \odot \epsilon$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "z = w · x + b / ∂z/∂w = xᵀ / a = max(0, z) / C = 1/2 (y − a)² / if z > 0: / ∂C/∂w = (a − y) xᵀ / ∂C/∂b = y - a",
        {2: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (
        "z = w · x + b / ∂z/∂w = xᵀ / a = max(0, z) / C = 1/2 (y − a)² / ∂C/∂w = (a − y) xᵀ",
        {2: RIGHT, 5: WRONG},
    ),
    (  # XᵀX has an inverse where X has no more columns than rows
        "X: (n, k), y: (n,) / b = (X^T X)^-1 X^T y / r = y - X b / C = sum(r^2) / dC/dy = 2 r / dC/dy = r",
        {5: RIGHT, 6: WRONG},
    ),
    (
        r"$s_j = \frac{q^T c_j}{\tau}$, $p = \mathrm{softmax}(s)$, $L = -\log p_0$. / "
        r"$\frac{dL}{dq} = \frac{1}{\tau} ( \sum_j p_j c_j - c_0 )$ / $\frac{dL}{dc_0} = \frac{1}{\tau} p_0 q$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$E = (r_{ui} - p_u^T q_i)^2 + \lambda (\|p_u\|^2 + \|q_i\|^2)$, $e_{ui} = r_{ui} - p_u^T q_i$ / "
        r"$\frac{dE}{dp_u} = -2 e_{ui} q_i + 2 \lambda p_u$ / $\frac{dE}{dq_i} = -2 e_{ui} p_u + \lambda q_i$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- rows that a line defines; the w_j of a W that is known whole only
    (
        r"Let $a_n = W^T x_n$, $\mu_n = \mathrm{softmax}(a_n)$ and $L = -\sum_n \sum_c y_{nc} \log \mu_{nc}$. / "
        r"$\frac{d\mu_{nc}}{da_{nj}} = \mu_{nc} (\delta_{cj} - \mu_{nj})$ / $\frac{d\mu_{nc}}{da_{nj}} = \mu_{nc} \mu_{nj}$ / "
        r"$\nabla_{w_j} L = \sum_n (\mu_{nj} - y_{nj}) x_n$",
        {2: RIGHT, 3: WRONG, 4: RIGHT},
    ),
    # -- several values of a name: each holds until the next
    (
        r"$L = (1-y) x^2 + y x^3$ / For $y=0$: / $\frac{\partial L}{\partial x} = 2 x$ / For $y=1$: / "
        r"$\frac{\partial L}{\partial x} = 3 x^2$ / $\frac{\partial L}{\partial x} = 2 x$",
        {3: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (
        r"For $k = 2$ let $E = \frac12 k x^2$; then $\frac{dE}{dx} = 2x$. / For $k = 3$ we have $\frac{dE}{dx} = 3x$. / "
        r"And $\frac{dE}{dx} = 2x$.",
        {1: RIGHT, 2: RIGHT, 3: WRONG},
    ),
    (r"$E = k x^2$. For $k = 2$: $dE/dx = 4x$.", {1: RIGHT}),
    (r"$E = k x^2$. For $k = 2$: $dE/dx = 5x$.", {1: WRONG}),
    (
        r"$E = \frac12 (y - t)^2$ and $y = w x$ / At $x = 1$: $dE/dw = w - t$. / At $x = 2$: $dE/dw = 2(2w - t)$. / "
        r"At $x = 3$: $dE/dw = 3w - t$.",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        "E = (w x - t)^2 / Example 1: x = 1, t = 2 / dE/dw = 2 (w - 2) / Example 2: x = 3, t = 1 / dE/dw = 6 (3 w - 1) / "
        "dE/dw = 6 (w - 1) / dE/dw = 2 x (w x - t)",
        {3: RIGHT, 5: RIGHT, 6: WRONG, 7: RIGHT},
    ),
    (
        r"$f(x) = x^n$ / For $n = 2$: $f'(x) = 2x$. / For $n = 3$: $f'(x) = 3x^2$. / In general $f'(x) = n x^{n-1}$. / "
        r"In general $f'(x) = 3 x^2$.",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    ("f = y x^2 / y = 0 / df/dx = 0 / y = 1 / df/dx = 2 x / df/dx = 0", {3: RIGHT, 5: RIGHT, 6: WRONG}),
    ("f = k x^2 / k = 2 / df/dx = 4 x / k = 3 / df/dx = 6 x / df/dx = 4 x", {3: RIGHT, 5: RIGHT, 6: WRONG}),
    # a slip that hides at 0
    ("f = x^2 / At x = 0: f = 0 / df/dx = 3 x / At x = 1: df/dx = 2", {3: WRONG, 4: RIGHT}),
    # the value behind
    (
        r"$E = k x^2$. / We have $dE/dx = 4x$ for $k = 2$. / We have $dE/dx = 6x$ for $k = 3$. / "
        r"We have $dE/dx = 4x$ for $k = 3$.",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    # of which of both values a line is, is not clear
    (
        r"$E = k x^2$, with $k = 2$ for some and $k = 3$ for others. / $dE/dx = 2 k x$ / $dE/dx = 6 x$",
        {2: RIGHT, 3: OPEN},
    ),
    # -- functions of powers, and mixed slopes by them
    (
        "L(m, s^2) = -n/2 log(s^2) - (x - m)^2/(2 s^2) / dL/dm = (x - m)/s^2 / dL/ds = -n/s + (x - m)^2/s^3 / dL/dm = (x - m)/s",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$\ell(\mu,\sigma^2) = - \frac{n}{2}\log\sigma^2 - \frac{1}{2\sigma^2}\sum_{i=1}^n (x_i-\mu)^2$$ / "
        r"$$\frac{\partial \ell}{\partial \sigma^2} = -\frac{n}{2\sigma^2} + \frac{1}{2\sigma^4}\sum_{i=1}^n (x_i-\mu)^2$$ / "
        r"$$\frac{\partial^2 \ell}{\partial \mu\,\partial\sigma^2} = -\frac{1}{\sigma^4}\sum_{i=1}^n (x_i-\mu)$$ / "
        r"$$\frac{\partial^2 \ell}{\partial \mu\,\partial\sigma^2} = -\frac{1}{2\sigma^4}\sum_{i=1}^n (x_i-\mu)$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    ("dl/dm = (x - m)/s^2 / d^2 l/dm^2 = -1/s^2", {1: OPEN, 2: OPEN}),
    # -- more than two indices
    (
        "L = sum_i sum_j sum_k a_ijk x_i y_j z_k / dL/da_ijk = x_i y_j z_k / dL/dx_i = sum_j sum_k a_ijk y_j z_k / "
        "dL/da_ijk = x_i y_j",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    # -- a case that the words around tell
    (
        "z: (K,) / p = softmax(z) / t: class index / L = -log p_t / dL/dz_k = p_k for k != t / dL/dz_k = -p_k for k != t",
        {5: RIGHT, 6: WRONG},
    ),
    (
        r"Let $p = \mathrm{softmax}(z)$ and $L = -\sum_k y_k \log p_k$. / If $k$ is the true class, "
        r"$\frac{dL}{dz_k} = p_k - 1$, otherwise $\frac{dL}{dz_k} = p_k$. / If we apply the rule, $\frac{dL}{dz_k} = p_k$.",
        {2: OPEN, 3: WRONG},
    ),
    (
        r"$p = \sigma(z)$, $L = -y \log p - (1-y) \log(1-p)$. / When $y = 1$: / $$\frac{dL}{dz} = p - 1$$ / When $y = 0$: / "
        r"$$\frac{dL}{dz} = p$$ / When $y = 1$, / $$\frac{dL}{dz} = p$$",
        {3: RIGHT, 5: RIGHT, 7: WRONG},
    ),
    (
        r"SVM: $L_i = \sum_{j \ne y_i} \max(0, s_j - s_{y_i} + 1)$. / "
        r"If $s_j - s_{y_i} + 1 > 0$ then $\frac{dL_i}{ds_j} = 1$ for $j \ne y_i$.",
        {2: OPEN},
    ),
    (
        r"Let $z = w x + b$, $L = \frac12 (z - y)^2$. / For $n > 1$ examples the same holds. / $$\frac{dL}{db} = z - y$$",
        {3: RIGHT},
    ),
    (
        r"$L = \max(0, u^2 - v^2 + c)$. / When the loss is active (i.e. $L > 0$): / $$\frac{dL}{du} = 2 u$$ / and / "
        r"$$\frac{dL}{dv} = 2 v$$ / Otherwise / $$\frac{dL}{du} = 0$$",
        {3: RIGHT, 5: WRONG, 7: RIGHT},
    ),
    (
        r"$s = w x + b$, $L = \max(0, 1 - y s)$. / When the margin is violated: / $$\frac{dL}{ds} = -y$$ / and otherwise / "
        r"$$\frac{dL}{ds} = 0$$",
        {5: OPEN},
    ),
    (
        "L = max(0, 1 - y s) / If y s < 1 then dL/ds = -y. / Otherwise dL/ds = 0. / if y s > 1: / dL/ds = -y",
        {2: RIGHT, 3: RIGHT, 5: WRONG},
    ),
    (
        r"$h = \max(0, z)$ and $L = h a$. / If $z > 0$ we have $\frac{dL}{dz} = a$, otherwise $\frac{dL}{dz} = 0$.",
        {2: RIGHT},
    ),
    ("C = 1/2 (a - y)^2 / a = w x + b / a - y = dC/da / (y - a) x = dC/dw", {3: RIGHT, 4: WRONG}),
    ("C = 1/2 (a - y)^2 / a = w x + b / 2 (a - y) = dC/da = a - y", {3: WRONG}),
    # -- a slope of what no line defines, in a recurrence
    (r"$c_t = c_{t-1} + x_t$ / Let $\delta h_t = \partial L/\partial h_t$.", {2: OPEN}),
    # -- families of vectors: p_iᵀ q_j, and f_ij (...), which is a product
    (
        r"$J = \sum_{i,j} (r_{ij} - p_i^\top q_j)^2$ / "
        r"$$\frac{\partial J}{\partial p_i} = -2\sum_j (r_{ij} - p_i^\top q_j) q_j$$ / "
        r"$$\frac{\partial J}{\partial q_j} = -2\sum_i (r_{ij} - p_i^\top q_j) p_i$$ / "
        r"$$\frac{\partial J}{\partial p_i} = 2\sum_j (r_{ij} - p_i^\top q_j) q_j$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$p_i, q_j \in \mathbb{R}^k$, $J = \sum_{i,j} (r_{ij} - p_i^\top q_j)^2$ / "
        r"$$\frac{\partial J}{\partial p_i} = -2\sum_j (r_{ij} - p_i^\top q_j) q_j$$ / "
        r"$$\frac{\partial J}{\partial p_i} = -2\sum_j (r_{ij} - p_i^\top q_j) p_i$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$J = \sum_{i,j} f_{ij} (w_i^\top u_j + b_i + c_j - \log X_{ij})^2$. / "
        r"$$\frac{\partial J}{\partial w_i} = 2\sum_j f_{ij}(w_i^\top u_j + b_i + c_j - \log X_{ij}) u_j$$ / "
        r"$$\frac{\partial J}{\partial c_j} = 2\sum_i f_{ij}(w_i^\top u_j + b_i + c_j - \log X_{ij})$$ / "
        r"$$\frac{\partial J}{\partial c_j} = 2 f_{ij}(w_i^\top u_j + b_i + c_j - \log X_{ij})$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    # -- conditions on an index: k_0 is one of several
    (
        r"$$L = -\log\frac{\exp(q^\top k_0/\tau)}{\sum_{i} \exp(q^\top k_i/\tau)}$$ / "
        r"Let $p_i = \frac{\exp(q^\top k_i/\tau)}{\sum_j \exp(q^\top k_j/\tau)}$. Then / "
        r"$$\frac{\partial L}{\partial k_i} = \frac{1}{\tau} p_i q \quad (i \neq 0)$$ / "
        r"$$\frac{\partial L}{\partial k_i} = \frac{1}{\tau} p_i q \quad \text{for } i \neq 0$$ / "
        r"$$\frac{\partial L}{\partial k_i} = \frac{1}{\tau} p_i q \quad i = 1, \dots, K$$ / "
        r"$$\frac{\partial L}{\partial k_i} = -\frac{1}{\tau} p_i q \quad (i \neq 0)$$ / "
        r"$$\frac{\partial L}{\partial k_i} = \frac{1}{\tau} p_i q$$",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG, 7: WRONG},
    ),
    (
        r"$L = -z_1 + \log \sum_j e^{z_j}$. / "
        r"$$\frac{\partial L}{\partial z_j} = \frac{e^{z_j}}{\sum_k e^{z_k}} \quad \text{for } j > 1$$ / "
        r"We have $\frac{\partial L}{\partial z_j} = \frac{e^{z_j}}{\sum_k e^{z_k}}$ for $j \neq 1$. / "
        r"$$\frac{\partial L}{\partial z_1} = \frac{e^{z_1}}{\sum_k e^{z_k}} - 1$$ / "
        r"$$\frac{\partial L}{\partial z_j} = \frac{e^{z_j}}{\sum_k e^{z_k}}, \quad j = 1, \dots, K$$",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        "L = -z_1 + log sum_j e^(z_j) / dL/dz_j = e^(z_j)/(sum_k e^(z_k)) for j != 1 / "
        "dL/dz_j = e^(z_j)/(sum_k e^(z_k)), j > 1 / dL/dz_j = e^(z_j)/(sum_k e^(z_k)) (j != 1) / "
        "dL/dz_j = -e^(z_j)/(sum_k e^(z_k)) (j != 1)",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    # -- an error whose sign is lost is to blame itself, through other errors too, but not where all have it
    (
        r"$z^l = W^l a^{l-1} + b^l$, $a^l = \sigma(z^l)$, two layers, $a^0 = x$, $C = \frac12 \|y - a^2\|^2$. / "
        r"$$\delta^2 = (y - a^2) \odot \sigma'(z^2)$$ / $$\delta^1 = (W^2)^T \delta^2 \odot \sigma'(z^1)$$ / "
        r"$$\frac{\partial C}{\partial b^1} = \delta^1$$ / $$\frac{\partial C}{\partial W^2_{jk}} = a^1_k \delta^2_j$$",
        {2: WRONG, 4: RIGHT, 5: RIGHT},
    ),
    (
        r"$z^l = W^l a^{l-1} + b^l$, $a^l = \sigma(z^l)$, two layers, $a^0 = x$, $C = \frac12 \|y - a^2\|^2$. / "
        r"$$\delta^2 = (y - a^2) \odot \sigma'(z^2)$$ / $$\delta^1 = (W^2)^T \delta^2 \odot \sigma'(z^1)$$ / "
        r"$$\frac{\partial C}{\partial b^1} = -\delta^1$$ / $$\frac{\partial C}{\partial W^2} = \delta^2 (a^1)^T$$",
        {4: RIGHT, 5: WRONG},
    ),
    # -- log det Σ of a covariance that is declared or not, and n over 2 without braces
    *(
        (
            first
            + r" / $$\ell = -\frac n2\log\det\Sigma - \frac12\sum_{i=1}^n (x_i-\mu)^\top\Sigma^{-1}(x_i-\mu)$$ / "
            r"$$\frac{\partial \ell}{\partial\mu} = \Sigma^{-1}\sum_{i=1}^n (x_i - \mu)$$ / "
            r"$$\frac{\partial \ell}{\partial\Sigma} = -\frac n2 \Sigma^{-1} + "
            r"\frac12 \Sigma^{-1}\left(\sum_{i=1}^n (x_i-\mu)(x_i-\mu)^\top\right)\Sigma^{-1}$$ / "
            r"$$\frac{\partial \ell}{\partial\mu} = -\Sigma^{-1}\sum_{i=1}^n (x_i - \mu)$$",
            {3: RIGHT, 4: RIGHT, 5: WRONG},
        )
        for first in (
            r"samples $x_i \in \mathbb{R}^d$",
            r"samples $x_i \in \mathbb{R}^d$ with $\Sigma \in \mathbb{R}^{d \times d}$",
        )
    ),
    (  # δ o for the slope by o
        r"$$ h = o t, \quad t = \tanh(c) $$ / $$ \delta o = \delta h\, t $$ / "
        r"$$ \delta c = \delta h\, o (1 - t^2) $$ / $$ \delta c = \delta h\, o t $$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    # -- pi is the number, but where a line says what it is or takes slopes by it
    (
        "f(x) = exp(-x^2/2)/sqrt(2 pi) / g(x) = x erf(x/sqrt(2)) / g'(x) = erf(x/sqrt(2)) + 2 x f(x) / "
        "g'(x) = erf(x/sqrt(2)) + x f(x)",
        {3: RIGHT, 4: WRONG},
    ),
    *(
        (
            f"L = y log {pi} + (1 - y) log(1 - {pi}) / dL/d{pi} = y/{pi} - (1 - y)/(1 - {pi}) / dL/d{pi} = y/{pi}",
            {2: RIGHT, 3: WRONG},
        )
        for pi in ("pi", "π")
    ),
    # -- an entry beside another: u_o and u_1, w_y and w_j, each with a line of its own
    (
        "J = -log sigmoid(u_o^T v) - log sigmoid(-u_1^T v) - log sigmoid(-u_2^T v) / dJ/du_o = (sigmoid(u_o^T v) - 1) v / "
        "dJ/du_1 = (1 - sigmoid(-u_1^T v)) v / dJ/du_1 = (1 - sigmoid(u_1^T v)) v",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        "L = -log p_c - log p_1 / dL/dp_c = -1/p_c / dL/dp_1 = -1/p_1 / dL/dp_1 = -1/p_c",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$L_i = \sum_{j\neq y_i} \max(0, w_j^T x_i - w_{y_i}^T x_i + \Delta)$$ / "
        r"$$\nabla_{w_{y_i}} L_i = - (\sum_{j\neq y_i} 1(w_j^Tx_i - w_{y_i}^Tx_i + \Delta > 0)) x_i$$ / "
        r"$$\nabla_{w_j} L_i = 1(w_j^Tx_i - w_{y_i}^Tx_i + \Delta > 0) x_i$$ / "
        r"$$\nabla_{w_j} L_i = - 1(w_j^Tx_i - w_{y_i}^Tx_i + \Delta > 0) x_i$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        "z: (n,) / p = softmax(z) / L = -log p_y / dL/dz_y = p_y - 1 / dL/dz_j = p_j / dL/dz_j = p_j - 1",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    ("z: (n,) / p = softmax(z) / L = -log p_y / dL/dz_j = p_j", {4: WRONG}),
    # -- errors through time, whose last has no successor; where the cost is of the last time alone, it is unsaid
    (
        "h_t = tanh(w h_{t-1} + u x_t) / L = sum_t 1/2 (h_t - y_t)^2 / delta_t = (h_t - y_t + w delta_{t+1}) (1 - h_t^2) / "
        "dL/dw = sum_t delta_t h_{t-1} / dL/dw = sum_t delta_t h_t",
        {4: RIGHT, 5: WRONG},
    ),
    (
        "h_t = tanh(w h_{t-1} + u x_t) / L = sum_t 1/2 (h_t - y_t)^2 / delta_t = (h_t - y_t + delta_{t+1}) (1 - h_t^2) / "
        "dL/dw = sum_t delta_t h_{t-1}",
        {4: WRONG},
    ),
    (
        "h_t = tanh(w h_{t-1} + u x_t) / L = sum_t 1/2 (h_t - y_t)^2 / g_t = h_t - y_t + w e_{t+1} / e_t = g_t (1 - h_t^2) / "
        "dL/dw = sum_t e_t h_{t-1} / dL/dw = sum_t g_t h_{t-1}",
        {5: RIGHT, 6: WRONG},
    ),
    (
        "h_t = tanh(w h_{t-1} + u x_t) / L = 1/2 (h_T - y)^2 / delta_t = w delta_{t+1} (1 - h_t^2) / "
        "dL/dw = sum_t delta_t h_{t-1}",
        {4: OPEN},
    ),
    (
        "h_t = tanh(W h_{t-1} + U x_t + b) / o_t = V h_t / L = sum_t 1/2 ||o_t - y_t||^2 / "
        "delta_t = (V^T (o_t - y_t) + W^T delta_{t+1}) * (1 - h_t^2) / dL/dW = sum_t delta_t h_{t-1}^T / dL/db = sum_t delta_t",
        {5: RIGHT, 6: RIGHT},
    ),
    # -- words in brackets behind a formula, and numbers of equations
    (
        "z = w x + b (preactivation) / C = (z - y)^2 (loss) / dC/dw = 2 (z - y) x (chain rule) / dC/dw = (z - y) x (output)",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "net = w x / out = tanh (net) / L = 1/2 (out - y)^2 / dL/dw = (out - y) (1 - out^2) x (hidden) / dL/dw = (out - y) x (hidden)",
        {4: RIGHT, 5: WRONG},
    ),
    (
        "z = w x + b (1) / C = (z - y)^2 (2) / dC/dw = 2 (z - y) x (3) / dC/dw = 2 (z - y) (4)",
        {3: RIGHT, 4: WRONG},
    ),
    ("C = (w x - y)^2 / dC/dw = (w x - y) x (2) / dC/dw = (w x - y) x (3)", {2: RIGHT | WRONG, 3: WRONG}),
    ("C = (w x - y)^2 / dC/dw = (w x - y) x (2)", {2: RIGHT}),
    ("loss = (w x - y)^2 / dloss/dw = 2 (w x - y) x (loss)", {2: WRONG}),
    # -- what a function is that is not read leaves open what is made of it
    *(
        (f"{first} / C = g(x) y / dC/dx = 3 x^2 y", {3: OPEN})
        for first in ("g(x) = max over k of x^k", "g(x) := x ↦ x^3", "g(x) = P[x, 3]")
    ),
    ("s(x) = x tanh²x / s'(x) = tanh(x)^2 + 2 x tanh(x) (1 - tanh(x)^2)", {2: RIGHT}),
    # -- over what a softmax runs, where the text says it
    *(
        (
            rf"$S = QK^T$, $P = \mathrm{{softmax}}(S)$ {said}, $O = PV$. Let $dO = \partial L/\partial O$. / $dP = dO\, V^T$ / "
            r"$dS_{ij} = P_{ij}(dP_{ij} - \sum_k P_{ik} dP_{ik})$ / $dS_{ij} = P_{ij}(dP_{ij} - \sum_k P_{kj} dP_{kj})$",
            {3: RIGHT if rows else WRONG, 4: WRONG if rows else RIGHT},
        )
        for said, rows in (("row-wise", True), ("over the keys", True), ("of each column", False))
    ),
    # -- a cost that cannot be read with numbers for its arrays tells against numbers
    (
        r"$Z^{[1]} = W^{[1]} X + b^{[1]}$, $A^{[1]} = \tanh(Z^{[1]})$, $Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$, "
        r"$A^{[2]} = \sigma(Z^{[2]})$ / "
        r"$J = -\frac{1}{m}\sum_{i=1}^m \left( y^{(i)}\log a^{[2](i)} + (1-y^{(i)})\log(1-a^{[2](i)})\right)$ / "
        r"$dZ^{[2]} = A^{[2]} - Y$ / $dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}$ / "
        r"$dZ^{[1]} = W^{[2]T} dZ^{[2]} * (1 - (A^{[1]})^2)$ / $dW^{[1]} = dZ^{[1]} X^T$",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    # -- a list of activations; a raised ² of a function; words behind given numbers
    (
        "- sigmoid: σ(x) = 1/(1+e^{-x}), σ'(x) = σ(x)(1-σ(x)) / - tanh: tanh'(x) = 1 - tanh²(x) / "
        "- swish: f(x) = x σ(x), f'(x) = σ(x) + x σ(x)(1-σ(x)) / - softplus: s(x) = log(1+e^x), s'(x) = 1/(1+e^{x})",
        {1: RIGHT, 2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        "y = tanh²(w x) / dy/dw = 2 tanh(w x) (1 - tanh²(w x)) x / dy/dw = 2 tanh(w x) (1 - tanh²(x)) x",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "w = 0.15, x = 0.05, t = 0.01, no biases. / h = w x, linear / E = 1/2 (h - t)^2 / dE/dw = (h - t) x / dE/dw = (h - t) w",
        {4: RIGHT, 5: WRONG},
    ),
    (
        "z = w x, h = max(0, z) / dh/dz = 1, if z > 0 / dh/dz = 1, otherwise",
        {2: RIGHT, 3: WRONG},
    ),
    ("d(x^2)/dx = x / d(x^3)/dx = 3 x^2 / d(x_1^2 + w)/dx_1 = 2 x_1", {1: WRONG, 2: RIGHT, 3: RIGHT}),
    # update rules
    (
        "a = w x + b / C = (a - y)^2 / w = w - η 2 (a - y) x / b := b - η (a - y) / w = w + η 2 (a - y) x / "
        "b ← b - η dC/db = b - η 2 (a - y) x",
        {3: {"right"}, 4: {"convention"}, 5: WRONG, 6: WRONG},
    ),
    (
        "net_j = sum_i w_ji x_i / o_j = f(net_j) / net_k = sum_j w_kj o_j / o_k = f(net_k) / "
        "E = 1/2 sum_k (t_k - o_k)^2 / delta_k = (t_k - o_k) f'(net_k) / delta_j = f'(net_j) sum_k delta_k w_kj / "
        "Δw_kj = eta delta_k o_j / Δw_ji = eta delta_j x_i / Δw_ji = eta delta_j o_j / Δw_kj = -eta delta_k o_j",
        {8: RIGHT, 9: RIGHT, 10: WRONG, 11: WRONG},
    ),
    (
        r"$\hat y = \sigma(w^T x + b)$ and $L = -y \log \hat y - (1 - y) \log(1 - \hat y)$. / "
        r"$$w := w - \alpha (\hat y - y) x$$ / $$b := b - \alpha (y - \hat y)$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "The log likelihood is ℓ = sum_i (y_i log h_i + (1 - y_i) log(1 - h_i)) with h_i = sigmoid(sum_j θ_j x_ij). / "
        "θ_j := θ_j + α sum_i (y_i - h_i) x_ij / θ_j := θ_j + α sum_i (y_i - 2 h_i) x_ij",
        {2: RIGHT, 3: {"undecided", "wrong"}},
    ),
    (
        "z = W x + b / a = sigmoid(z) / C = 1/2 ||a - y||^2 + λ/2 ||W||^2 / "
        "W_new = W - η ((a - y) ⊙ a ⊙ (1 - a) x^T + λ W) / b_new = b - η (a - y) ⊙ a ⊙ (1 + a) / "
        "W = W - η (a - y) ⊙ a ⊙ (1 - a) x^T - η λ W",
        {4: RIGHT, 5: WRONG, 6: RIGHT},
    ),
    (
        "J = 1/(2m) sum((X w - y)^2) / w = w - alpha/m X^T (X w - y) / w = w - alpha/m X (X w - y) / "
        "w = w - alpha X^T (X w - y)",
        {2: RIGHT, 3: WRONG, 4: WRONG},
    ),
    # another rule than the step down a slope
    ("o = sign(w^T x) / E = 1/2 (t - o)^2 / Δw = η (t - o) x", {3: {"undecided"}}),
    # what stands for a whole formula
    (
        "KL = -1/2 sum_j (1 + log(σ_j^2) - μ_j^2 - σ_j^2) / dKL/dσ_j = σ_j - 1/σ_j / s_j = log(σ_j^2) / "
        "dKL/ds_j = 1/2 (e^(s_j) - 1) / dKL/ds_j = 1/2 (e^(s_j) + 1)",
        {2: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    ("GELU(x) = x Φ(x) / dGELU/dx = Φ(x) + x φ(x) / dGELU/dx = Φ(x) - x φ(x)", {2: RIGHT, 3: WRONG}),
    (
        "GELU(x) = x Φ(x) / φ(x) = 1/sqrt(2π) exp(-x^2/2) / dGELU/dx = Φ(x) + x φ(x) / dGELU/dx = Φ(x) + φ(x)",
        {3: RIGHT, 4: WRONG},
    ),
    # -- what stands behind a formula
    (
        "z = w x + b (preactivation) / C = (z - y)^2 (loss) / dC/dw = 2 (z - y) x (chain rule) / "
        "dC/db = 2 (z - y) (since dz/db = 1) / dC/dx = 2 (z - y) w (QED) / dC/dw = (z - y) x (chain rule)",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (
        "z = w x + b {linear} / C = (z - y)^2 {squared error} / dC/dw = 2 (z - y) x {chain rule} / dC/dw = 2 z x {expanded}",
        {3: RIGHT, 4: WRONG},
    ),
    ("L = S, $Y = X W$. / $dL = tr((Y - T)ᵀ dY)$", {2: {"undecided"}}),
    (
        "Z1 = R.dot(W1) + b1 / A1 = np.tanh(Z1) / Z2 = A1.dot(W2) + b2 / L = np.sum((Z2 - Y) ** 2) / dZ2 = 2 * (Z2 - Y) / "
        "dZ1 = dZ2.dot(W2.T) * (1 - np.power(A1, 2)) / dW1 = R.T.dot(dZ1) / db1 = np.sum(dZ1, axis=0) / db1 = np.sum(Z1, axis=0)",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG},
    ),
    (
        "P = softmax(Z) (row-wise) / L = -sum(Y * log(P)) (cross-entropy) / dZ = P - Y / dZ = P + Y",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "z = w x + b, linear / C = (z - y)^2, squared error / dC/dw = 2 (z - y) x / dC/dw = 2 z x",
        {3: RIGHT, 4: WRONG},
    ),
    (  # factors
        "z = w gain + b / C = (z - y)^2 / dC/dw = 2 (z - y) (gain) / dC/dw = 2 (z - y) / dC/dgain = 2 (w) (z - y) / "
        "dC/dw = 2 (gain) (gain)",
        {3: RIGHT, 4: WRONG, 5: RIGHT, 6: WRONG},
    ),
    (
        "err = o - t, hid = tanh(u), o = v hid / E = err^2/2 / dE/dv = (err hid) / dE/dv = 2 (err hid) / "
        "dE/du = v (1 - hid^2) (err)",
        {3: RIGHT, 4: WRONG, 5: RIGHT},
    ),
    ("z = w x / a = tanh (z) / a2 = f (z) / C = (a - y)^2 / dC/dw = 2 (a - y) (1 - a^2) (x)", {5: RIGHT}),
    (
        "a) forward pass: z = w x + b, p = sigmoid(z) (logistic) (1) / b) L = -(y log p + (1 - y) log(1 - p)); log-loss (2) / "
        "c) dL/dz = p - y (convex!) (3) / d) dL/dw = (p - y) x (eq. 3) (4) / e) dL/dw = (y - p) x (eq. 3) (5)",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        "Lernrate eta = 0.1 / Prediction o = q h / Loss L = (o - t)^2 / dL/dq = 2 (o - t) h, no biases. / dL/dq = 2 (o - t) q",
        {4: RIGHT, 5: WRONG},
    ),
    # -- numbers of lines
    *(
        (
            f"z = w x + b {numbers[0]} / C = (z - y)^2 {numbers[1]} / dC/dw = 2 (z - y) x {numbers[2]} / "
            f"dC/db = 2 (z - y) (1) / dC/dw = (z - y) x {numbers[3]}",
            {3: RIGHT, 4: RIGHT, 5: WRONG},
        )
        for numbers in (
            ["(1)", "(2)", "(3)", "(4)"],
            ["[1]", "[2]", "[3]", "[5]"],
            ["(2.1)", "(2.2)", "(2.3)", "(3.1)"],
            ["(*)", "(**)", "(***)", "(*)"],
            ["(BP1)", "(BP2)", "(BP3)", "(BP4)"],
        )
    ),
    (
        "x = 3, w = 2, t = 5 / C = (w x - t)^2 / dC/dt = -2 (1) / dC/dw = 2 (3) / dC/dw = 2 (4)",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    ("C = 2 u (3) + v / dC/du = 2 (3) / dC/dv = (1) / dC/du = 2 (1)", {2: RIGHT, 3: RIGHT, 4: WRONG}),
    (
        "C = w u (0.5) / D = w v (0.7) / dC/du = w (0.5) / dD/dv = w (0.7) / dD/dv = w",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    # -- words before a definition
    (
        "Density g(x) = x^2 / C = (g(x) - t)^2 / dC/dx = 4 x (x^2 - t) / dC/dx = 2 x (x^2 - t)",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "Activation function sigma(z) = z/(1 + |z|) / a = sigma(z), C = (a - y)^2 / dC/dz = 2 (a - y)/(1 + |z|)^2 / "
        "dC/dz = 2 (a - y) a (1 - a)",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "Activation (elementwise) g(x) = x^2 / C = (g(x) - t)^2 / dC/dx = 4 x (g(x) - t) / dC/dx = 2 (g(x) - t)",
        {3: RIGHT, 4: WRONG},
    ),
    ("Kosten C = (w x - y)^2 / dC/dw = 2 (w x - y) x / dC/dw = (w x - y) x", {2: RIGHT, 3: WRONG}),
    ("Cost function J(w) = (w x - y)^2 / dJ/dw = 2 (w x - y) x / dJ/dw = 2 (w x - y)", {2: RIGHT, 3: WRONG}),
    ("- sigmoid: σ(x) = 1/(1+e^{-x}), σ'(x) = σ(x) (1 - σ(x)), σ'(x) = σ(x) (1 + σ(x))", {1: WRONG}),
    ("- sigmoid: σ(x) = 1/(1+e^{-x}), σ'(x) = σ(x) (1 - σ(x))", {1: RIGHT}),
    (
        "z = w x / C = (z - y)^2 / gradient w = 2 (z - y) x / dC/dw = 2 (z - y) x / dC/dw = 2 z x",
        {4: RIGHT, 5: WRONG},
    ),
    # -- an intercept beside a sum
    (
        r"Linear: $f = w_0 + \sum_i w_i x_i$, $L = \frac{1}{2}(f - y)^2$. / $\partial L/\partial w_i = (f - y) x_i$ / "
        r"$\partial L/\partial w_0 = f - y$ / $\partial L/\partial w_0 = 2 (f - y)$ / $\partial L/\partial w_i = f - y$",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (
        "f = θ_0 + sum_{j=1}^n θ_j x_j / J = (f - y)^2 / dJ/dθ_j = 2 (f - y) x_j / dJ/dθ_0 = 2 (f - y) / dJ/dθ_0 = f - y / "
        "dJ/dθ_j = 2 (y - f) x_j",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    (  # x_0 = 1 makes it one of the terms
        r"$h = \theta_0 + \sum_{j=1}^n \theta_j x_j$, $J = (h - y)^2$, where $x_0 = 1$. / $$\frac{dJ}{d\theta_j} = 2(h-y)x_j$$ / "
        r"$$\frac{dJ}{d\theta_0} = 2(h-y)$$ / $$\frac{dJ}{d\theta_j} = 2(h-y)$$ / $$\frac{dJ}{d\theta_0} = h-y$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (
        "x_0 = 1 / f = sum_{i=0}^N w_i x_i / L = (f - t)^2 / dL/dw_i = 2 (f - t) x_i / dL/dw_0 = 2 (f - t) / dL/dw_1 = 2 (f - t)",
        {4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (
        r"$y = w_0 + w^\top x$, $L=\frac12(y-t)^2$. / $$\frac{dL}{dw} = (y-t)x$$ / $$\frac{dL}{dw_0} = y-t$$ / $$\frac{dL}{dw_0} = 2(y-t)$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$a_j = \sum_{i=1}^D w_{ji} x_i + w_{j0}$, $L = \frac12\sum_j (a_j - t_j)^2$. / "
        r"$$\frac{dL}{dw_{ji}} = (a_j-t_j)x_i$$ / $$\frac{dL}{dw_{j0}} = a_j-t_j$$ / $$\frac{dL}{dw_{j0}} = (a_j-t_j)x_j$$ / $$\frac{dL}{dw_{k0}} = t_k-a_k$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG | OPEN, 5: WRONG},
    ),
    (  # of classes counted from 0, the first is one of all
        "L = -z_0 + log(sum_j exp(z_j)) / p_j = exp(z_j)/sum_k exp(z_k) / dL/dz_0 = p_0 - 1 / dL/dz_0 = p_0",
        {3: RIGHT, 4: WRONG},
    ),
    # -- symmetric, beside a shape
    (
        "S: (n, n), symmetric   a: (n,)   t: (n,)   lam: scalar / J = 1/2 ||S a - t||^2 + lam/2 a^T S a / "
        "dJ/da = S (S a - t) + lam S a / dJ/da = S (S a - t) + 2 lam S a",
        {3: RIGHT, 4: WRONG},
    ),
    ("S: (n, n)   a: (n,) / J = 1/2 a^T S a / dJ/da = S a", {3: WRONG}),
    (  # a rate is no row
        "X: (m, n)   w: (n,)   y: (m,)   P: (n, n), symmetric / J = 1/2 ||X w - y||^2 + lambda/2 w^T P w / "
        "dJ/dw = X^T (X w - y) + lambda P w / dJ/dw = X (X w - y) + lambda P w",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"With $P\in\mathbb R^{n\times n}$ symmetric, $w\in\mathbb R^n$, $J = \lambda w^\top P w$, so $\nabla_w J = 2\lambda P w$. / "
        r"$\nabla_w J = \lambda P w$",
        {1: RIGHT, 2: WRONG},
    ),
    (
        r"For a non-symmetric $P\in\mathbb R^{n\times n}$, $w\in\mathbb R^n$, $J = w^\top P w$. / $\nabla_w J = 2 P w$",
        {2: WRONG},
    ),
    # -- one sign behind \mathbf, and other columns of a row
    (
        r"$Y = XW + \mathbf{1}b^\top$, $L=\frac12\|Y-T\|_F^2$, $X\in\mathbb{R}^{N\times d}$, $W\in\mathbb{R}^{d\times k}$. / "
        r"$$\frac{\partial L}{\partial b} = (Y-T)^\top\mathbf 1$$ / $$\frac{\partial L}{\partial b} = \frac1N (Y-T)^\top\mathbf 1$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"Let $J = \sum_{n=1}^N \ell_n$, $\ell_n = -t_n\ln y_n-(1-t_n)\ln(1-y_n)$, $y_n=\sigma(a_n)$, "
        r"$a_n = \mathbf w^{\mathrm T}\boldsymbol\phi_n$. / $$\frac{\partial \ell_n}{\partial a_n} = y_n - t_n$$ / "
        r"$$\nabla J(\mathbf w) = \sum_{n=1}^N(y_n-t_n)\boldsymbol\phi_n$$ / $$\nabla J(\mathbf w) = \frac1N\sum_{n=1}^N(y_n-t_n)\boldsymbol\phi_n$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"\begin{align} / L &= \frac12(a-y)^2 & a &= \sigma(z) & z &= w x + b \\ / "
        r"\frac{dL}{dz} &= \frac{dL}{da}\frac{da}{dz} && \text{since } a = \sigma(z) \\ / "
        r"&= (a-y)\, a(1-a) && \text{by (2)} \\ / &= (a-y)\, a && (3) \\ / "
        r"\frac{dL}{db} &= \frac{dL}{dz} & \frac{dL}{dw} &= \frac{dL}{dz} x \\ / "
        r"\frac{dL}{db} &= \frac{dL}{dz} & \frac{dL}{dx} &= \frac{dL}{dz} x / \end{align}",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: RIGHT, 7: WRONG},
    ),
    (
        r"\begin{aligned} / \frac{dL}{dz} &= \frac{dL}{da}\cdot\frac{da}{dz} && L=-y\ln a-(1-y)\ln(1-a),\ a=\sigma(z)\\ / "
        r"&= \left[-\frac ya+\frac{1-y}{1-a}\right]a(1-a)\\ / &= -y(1-a)-(1-y)a / \end{aligned}",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ / \begin{align*} / \frac{\partial p_i}{\partial z_j} &= p_i(1-p_i) && i = j \\ / "
        r"\frac{\partial p_i}{\partial z_j} &= -p_ip_j && i \neq j \\ / \frac{\partial p_i}{\partial z_j} &= p_ip_j && i \neq j / \end{align*}",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        r"\begin{eqnarray} / f &=& w x \\ / \frac{df}{dw} &=& x \\ / \frac{df}{dx} &=& x / \end{eqnarray}",
        {3: RIGHT, 4: WRONG},
    ),
    # -- steps of a cost J(w), counted ones, and new values
    (
        r"The loss is $E(w) = \frac12(wx-t)^2$. / $$w \leftarrow w - \eta\,(wx-t)\,x$$ / $w_{t+1} = w_t - \eta\,(w_tx-t)\,x$. / "
        r"$w^{(k+1)} = w^{(k)} - \eta\,(w^{(k)}x-t)\,x$. / $w_{n+1} = w_n - \eta\,(w_nx-t)$. / $w := w + \eta\,(wx-t)\,x$.",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    (
        r"$E = \frac12\|Xw-y\|^2$, $X\in\mathbb R^{m\times n}$. / $$w_{k+1} = w_k - \eta X^\top (X w_k - y)$$ / "
        r"$$w_{k+1} = w_k - \eta X^\top (y - X w_k)$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$u = w_1x_1 + w_2x_2$, $E=\frac12(t-u)^2$. / $\frac{\partial E}{\partial w_1} = -(t-u)x_1$. / "
        r"$w_1^{+} = w_1 - \eta\frac{\partial E}{\partial w_1}$ / $w_1^+ = w_1 + \eta (t-u) x_1$ / $w_2^+ = w_2 + \eta (t-u) x_1$",
        {2: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (r"Start with $f(\theta) = \frac12\theta^\top\theta$, $g=\nabla f=\theta$.", {1: RIGHT}),
    (r"Start with $f(\theta) = \frac12\theta^\top\theta$, $g=\nabla f=2\theta$.", {1: WRONG}),
    # -- tables
    (
        r"RBF kernel $k = \exp\!\left(-\frac{\|x-c\|^2}{2 s^2}\right)$: /  / | derivative | value | / |---|---| / "
        r"| $\partial k/\partial x$ | $-\frac{x-c}{s^2}\,k$ | / | $\partial k/\partial s$ | $\frac{\|x-c\|^2}{s^2}\,k$ |",
        {5: RIGHT, 6: WRONG},
    ),
    (
        "z = w x + b, a = σ(z), L = (a - y)^2 /  / | what | slope | / |---|:---:| / | dL/da | 2 (a - y) | / "
        "| dL/dz | 2 (a - y) a (1 - a) | / | dL/dw | 2 (a - y) a x | / | p = w + b | dp/dw = 1 | / | q = σ(b) | dq/db = q (1 + q) |",
        {5: RIGHT, 6: RIGHT, 7: WRONG, 8: RIGHT, 9: WRONG},
    ),
    (r"Gradient penalty: $P=(\|w\|-1)^2$. / $$\nabla_wP = 2\left(1-\frac1{\|w\|}\right)w$$", {2: RIGHT}),
    (r"Gradient penalty: $P=(\|w\|-1)^2$. / $$\nabla_wP = 2\left(\|w\|-1\right)w$$", {2: WRONG}),
    # -- δ h for a slope that is given, and d for a size
    (
        r"$c = f\odot p + i\odot g$, $h = o\odot\tanh(c)$. / Given $\delta h = \partial L/\partial h$: / "
        r"$$\frac{\partial L}{\partial o} = \delta h\odot\tanh(c)$$ / $$\frac{\partial L}{\partial c} = \delta h\odot o\odot(1-\tanh^2(c))$$ / "
        r"$$\frac{\partial L}{\partial c} = \delta h\odot o\odot(1-\tanh(c))$$ / $$\frac{\partial L}{\partial f} = \frac{\partial L}{\partial c}\odot c$$",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    (
        r"RMSNorm: $r = \sqrt{\frac1d\sum_j x_j^2}$, $y_i = g_i\frac{x_i}{r}$. With $u_i = \frac{\partial L}{\partial y_i}$: / "
        r"$$\frac{\partial L}{\partial x_i} = \frac{g_iu_i}{r} - \frac{x_i}{d\,r^3}\sum_j g_ju_jx_j$$ / "
        r"$$\frac{\partial L}{\partial x_i} = \frac{g_iu_i}{r} - \frac{x_i}{d\,r}\sum_j g_ju_jx_j$$",
        {2: RIGHT, 3: WRONG},
    ),
    (  # what is inside a function lies on the way too
        r"Residual block: $y = x + F(x)$ where $F(x) = W_2\tanh(W_1 x)$. / Let $g = \partial L/\partial y$, $h = \tanh(W_1 x)$. Then / "
        r"$$\frac{\partial L}{\partial x} = g + W_1^\top\left((W_2^\top g)\odot(1-h\odot h)\right)$$ / "
        r"$$\frac{\partial L}{\partial W_2} = g h^\top$$ / $$\frac{\partial L}{\partial x} = W_1^\top\left((W_2^\top g)\odot(1-h\odot h)\right)$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    # -- functions of the field, in any spelling
    (
        "G = log(cosh(u)) / dG/du = tanh(u) / d^2G/du^2 = 1 - tanh(u)^2 / dG/du = sinh(u) / H = artanh(u) + arctan(u) / "
        "dH/du = 1/(1 - u^2) + 1/(1 + u^2) / dH/du = 1/(1 + u^2) + 1/(1 + u^2) / K = arcsin(u) + acos(u) + tan(u) / "
        "dK/du = 1 + tan(u)^2 / dK/du = 1 - tan(u)^2",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 6: RIGHT, 7: WRONG, 9: RIGHT, 10: WRONG},
    ),
    (
        r"The log-cosh loss is $\ell = \log\cosh(r)$ with $r = f - y$. / $$\frac{\partial\ell}{\partial f} = \tanh(f - y)$$ / "
        r"$$\frac{\partial\ell}{\partial f} = -\tanh(f - y)$$ / $$G = \tan^{-1}(u) + \operatorname{arsinh}(u)$$ / "
        r"$$\frac{dG}{du} = \frac{1}{1+u^2} + \frac{1}{\sqrt{1+u^2}}$$ / $$\frac{dG}{du} = \frac{1}{1-u^2} + \frac{1}{\sqrt{1+u^2}}$$ / "
        r"$$K = \tanh(u)$$ / $$\frac{dK}{du} = \operatorname{sech}^2(u)$$ / $$\frac{dK}{du} = \operatorname{sech}(u)$$",
        {2: RIGHT, 3: WRONG, 5: RIGHT, 6: WRONG, 8: RIGHT, 9: WRONG},
    ),
    (
        r"Information in bits: $H = -p \log_2 p - (1-p)\log_2(1-p)$ for a coin. / $$\frac{dH}{dp} = \log_2\frac{1-p}{p}$$ / "
        r"$$\frac{dH}{dp} = \log\frac{1-p}{p}$$ / $$G = \log_{10}(u)$$ / $$\frac{dG}{du} = \frac{1}{u \ln 10}$$",
        {2: RIGHT, 3: WRONG, 5: RIGHT},
    ),
    (
        "G = log1p(u) + expm1(u) + logit(u) / dG/du = 1/(1 + u) + exp(u) + 1/(u (1 - u)) / dG/du = 1/u + exp(u) + 1/(u (1 - u)) / "
        "K = silu(u) + logsigmoid(u) / dK/du = sigmoid(u) + u sigmoid(u) (1 - sigmoid(u)) + sigmoid(-u) / "
        "dK/du = sigmoid(u) + u sigmoid(u) (1 - sigmoid(u)) + sigmoid(u) / M = Swish(u) / dM/du = sigmoid(u) + Swish(u) (1 - sigmoid(u)) / "
        "P = elu(u) / dP/du = 1 if u > 0 else exp(u) / dP/du = exp(u) / Q = cbrt(u) / dQ/du = 1/(3 cbrt(u)^2)",
        {2: RIGHT, 3: WRONG, 5: RIGHT, 6: WRONG, 8: RIGHT, 10: RIGHT, 11: WRONG, 13: RIGHT},
    ),
    ("x: (n,) / G = logsumexp(x) / dG/dx = softmax(x) / dG/dx = x", {3: RIGHT, 4: WRONG}),
    # names of such functions that are values
    (
        "logit = w x + b / p = sigmoid(logit) / L = -y log(p) - (1 - y) log(1 - p) / dL/dlogit = p - y / dL/dlogit = y - p",
        {4: RIGHT, 5: WRONG},
    ),
    (
        "silu = x sigmoid(x) / L = (silu - y)^2 / dL/dsilu = 2 (silu - y) / dL/dsilu = silu - y",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"Probit: $z = w x$, $\ell = y \log\Phi(z) + (1-y)\log(1 - \Phi(z))$, $\Phi$ being the normal distribution function. / "
        r"$$\frac{d\ell}{dz} = \frac{e^{-z^2/2} (y - \Phi(z))}{\sqrt{2\pi} \Phi(z)(1 - \Phi(z))}$$ / "
        r"$$\frac{d\ell}{dz} = \frac{e^{-z^2/2} (y - \Phi(z))}{\sqrt{2\pi} \Phi(z)}$$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- functions that nothing defines: words are not known, letters are any function
    (
        "G = lrelu(u) / dG/du = 1 if u > 0 else 0.1 / K = var(u) / dK/du = 2 (u - mean(u)) / y = g(x) / dy/dx = 2 x / "
        "dy/dx = g(x) / dy/dx = g'(x)",
        {2: OPEN, 4: OPEN, 6: WRONG, 7: WRONG, 8: RIGHT},
    ),
    ("y = g(x) / dy/dx = 2 x / M = u x / dM/du = u", {2: OPEN, 4: WRONG}),
    ("y = g(x) / dy/dx = g(x) / a = g(z), C = (a - y)^2 / dC/dz = 2 (a - y)", {2: WRONG, 4: WRONG}),
    (
        "x: (n,) / G = norm1(x) + w / dG/dx = sign(x) / C = (swoosh(z) - y)^2 / dC/dy = swoosh(z) - y",
        {3: OPEN, 5: WRONG},
    ),
    (
        "h = act(w x) / C = (v h - y)^2 / dC/dh = 2 (v h - y) v / dC/dw = dC/dh x / dC/dw = dC/dh (1 - h^2) x / dC/dh = 2 (v h - y)",
        {3: RIGHT, 4: OPEN, 5: OPEN, 6: WRONG},
    ),
    (
        "h = act(w x) / C = (v h - y)^2 / dC/dw = dC/dh act'(w x) x / dC/dw = dC/dh x / dC/dx = dC/dw w",
        {3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    ("z = w x / C = (act(z) - y)^2 / dC/dw = dC/dz x / dC/dw = dC/dz w", {3: RIGHT, 4: WRONG}),
    # -- functions without brackets
    (
        r"$$f = \sin 2x$$ / $$\frac{df}{dx} = 2\cos 2x$$ / $$\frac{df}{dx} = \cos 2x$$ / $$g = \sin x \cos x$$ / $$\frac{dg}{dx} = \cos 2 x$$ / "
        r"$$\frac{dg}{dx} = \sin 2x$$ / $$h = \log 2x + x$$ / $$\frac{dh}{dx} = 1/x + 1$$ / $$\frac{dh}{dx} = 1/(2x) + 1$$",
        {2: RIGHT, 3: WRONG, 5: RIGHT, 6: WRONG, 8: RIGHT, 9: WRONG},
    ),
    (
        r"$$\ell = -\tfrac12\log 2\pi\sigma^2 - \frac{(x-\mu)^2}{2\sigma^2}$$ / "
        r"$$\frac{\partial\ell}{\partial\sigma} = -\frac1\sigma + \frac{(x-\mu)^2}{\sigma^3}$$ / "
        r"$$\frac{\partial\ell}{\partial\sigma} = -\frac{1}{2\sigma} + \frac{(x-\mu)^2}{\sigma^3}$$ / "
        r"$$p = \exp -x^2/2$$ / $$\frac{dp}{dx} = -x p$$ / $$\frac{dp}{dx} = -2 x p$$",
        {2: RIGHT, 3: WRONG, 5: RIGHT, 6: WRONG},
    ),
    (
        r"$$y = A \sin \omega t$$ / $$\frac{dy}{dt} = A \omega \cos \omega t$$ / $$\frac{dy}{d\omega} = A t \cos \omega t$$ / "
        r"$$\frac{dy}{dt} = A \cos \omega t$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$u = \cos\theta x - \sin\theta y$$ / $$\frac{du}{d\theta} = -\sin\theta x - \cos\theta y$$ / $$\frac{du}{d\theta} = \sin\theta x - \cos\theta y$$ / "
        r"$$f = \sin\theta e^{-\theta}$$ / $$\frac{df}{d\theta} = \cos\theta e^{-\theta} - \sin\theta e^{-\theta}$$",
        {2: RIGHT, 3: WRONG, 5: RIGHT},
    ),
    (
        "G = log2(u) / dG/du = 1/(ln 2 u) / H = 2 cos 2 x / dH/dx = -4 sin 2 x / dH/dx = -2 sin 2 x",
        {2: OPEN, 4: RIGHT, 5: WRONG},
    ),
    (
        r"$$G = \log_2 u$$ / $$\frac{dG}{du} = \frac{1}{\ln 2\, u}$$ / $$\frac{dG}{du} = \frac{1}{\ln 2}$$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- the name of a function in words
    (
        r"Weibull log density, $k$ shape: / $$\ell = \log k + \log t$$ / $$\frac{\partial\ell}{\partial t} = \frac{1}{t}$$ / "
        r"$$\frac{\partial\ell}{\partial t} = \frac{1}{k}$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"Gamma log likelihood, shape $k$: / $$\ell = \log k + \log t$$ / $$\frac{\partial\ell}{\partial t} = \frac{1}{t}$$ / "
        r"$$\frac{\partial\ell}{\partial t} = -\frac{1}{t}$$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- one formula makes no page unreadable
    (
        r"Regression, $s = \log\sigma^2$: / $$ L = \tfrac12 e^{-s}(y-\mu)^2 + \tfrac12 s $$ / $$ \partial_\mu L = -e^{-s}(y-\mu) $$ / "
        r"$$ \partial_s L = \tfrac12 - \tfrac12 e^{-s}(y-\mu)^2 $$ / $$ \partial_\mu L = e^{-s}(y-\mu) $$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        r"\[ \mathbf{f}(x,y) = \begin{bmatrix} x^2 y \\ 5x \end{bmatrix} \] / has the Jacobian / "
        r"\[ \frac{\partial \mathbf{f}}{\partial (x, y)} = \begin{bmatrix} 2xy & x^2 \\ 5 & 0 \end{bmatrix} \]",
        {3: OPEN},
    ),
    (
        r"Classes: / $$P_k = \frac{\exp(\theta\cdot\phi_k)}{\sum_{k'}\exp(\theta\cdot\phi_{k'})}$$ / $$\nabla_\theta \ell = \phi_1$$",
        {3: OPEN},
    ),
    (r"With $p = \sigma(X w)$: / $$\nabla J = X^T (p - y)$$", {2: OPEN}),
    (
        "weight normalisation, w = g v/||v|| / v: (n,) / x: (n,) / nv = sqrt(sum(v^2)) / w = g v/nv / z = w^T x / "
        "dz/dg = (v^T x)/nv / dz/dv = (g/nv) (x - v (v^T x)/nv^2) / dz/dv = (g/nv) (x - v (v^T x)/nv)",
        {5: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG},
    ),
    # -- a function whose definition is not read
    (
        "g(x) = x^2 whenever the input is not tiny (see [3]) / C = (g(x) - t)^2 / dC/dx = 4 x (x^2 - t) / D = x y / dD/dx = x",
        {3: OPEN, 5: WRONG},
    ),
    ("f(x) = max over k of x^k / h(x) = f(x)^2 / C = h(w) / dC/dw = 2 w / f'(x) = 1", {4: OPEN, 5: OPEN}),
    (
        "sigma(x) = P[x, 3] / C = sigma(w) / dC/dw = sigma(w) (1 - sigma(w))",
        {3: OPEN},
    ),
    ("f(x) := x ↦ x^2 / C = f(w) / dC/dw = 2 w", {3: OPEN}),
    (
        "s(x) = x tanh²x / s'(x) = tanh(x)^2 + 2 x tanh(x) (1 - tanh(x)^2) / s'(x) = 2 x tanh²(x)",
        {2: RIGHT, 3: WRONG},
    ),
    # -- a cost that hangs on nothing below it: 0 = 0 is no proof
    (
        r"$z = wx+b$, $\hat Y = \tanh(z)$, $L=(\hat y - y)^2$. / "
        r"$\frac{\partial L}{\partial z} = 7\frac{\partial L}{\partial\hat Y}(1-\hat Y^2)$ / "
        r"$\frac{\partial L}{\partial w} = 0$",
        {2: OPEN, 3: OPEN},
    ),
    (
        r"$H = \tanh(XW_1 + b_1)$, $\hat Y = HW_2 + b_2$, $L=\frac{1}{n}\sum_{i}\|\hat y_i-y_i\|^2$ for $n$ rows. / "
        r"$\frac{\partial L}{\partial W_2} = 5 H^\top\frac{\partial L}{\partial\hat Y}$",
        {2: OPEN},
    ),
    (
        r"$Z = XW$, $P=\mathrm{softmax}(Z)$ row-wise, $L = -\frac1n\sum_i\log p_{i,y_i}$. / "
        r"$\frac{\partial L}{\partial W} = 3X^\top\frac{\partial L}{\partial Z}$",
        {1: OPEN, 2: OPEN},
    ),
    (
        "z = w x + b / mu = 3 + c / L = (z - y)^2 + mu / dL/dq = 0 / dmu/dw = 0 / dL/dk = 0 * x / dL/dz = 0",
        {4: RIGHT, 5: RIGHT, 6: OPEN, 7: WRONG},
    ),
    (
        "f = (x + y)^2 / s = x + y / f = s^2 / df/dx = df/ds / df/dx = 2 s / df/ds = 2 s / df/ds = s / df/dx = 3 df/ds",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG, 8: WRONG},
    ),
    # -- both sides of a hinge are looked at
    (
        r"$d = \|u - v\|$, $L = \max(0, m-d)^2$. / $\frac{\partial L}{\partial d} = 2\max(0,m-d)$ / "
        r"$\frac{\partial L}{\partial d} = -2\max(0,m-d)$",
        {2: WRONG, 3: RIGHT},
    ),
    ("d = |u - v| / L = max(0, m - d)^2 / dL/dd = 17 max(0, m - d)", {3: WRONG}),
    (
        r"Let $d = \|u - v\|$, $y$ and $m$ scalars, $L = \tfrac12 y d^2 + \tfrac12 (1-y)\max(0, m-d)^2$. / "
        r"$\frac{\partial L}{\partial d} = y d + (1-y)\max(0,m-d)$ / "
        r"$\frac{\partial L}{\partial d} = y d - (1-y)\max(0,m-d)$",
        {2: WRONG, 3: RIGHT},
    ),
    (
        "K = (max(0, w x) - t)^2 / dK/dw = 2 (max(0, w x) - t) x / dK/dw = 2 (max(0, w x) - t) (w x > 0) x",
        {2: WRONG, 3: RIGHT},
    ),
    # -- the slope of what is itself a slope, and of what other lines bring a parameter into
    ("f(x) = x^4 / g(x) = f'(x) / g'(x) = 12 x^2 / g'(x) = 12 x^3", {3: RIGHT, 4: WRONG}),
    ("f(x) = x^4 / g(x) = f'(x) = 4 x^3 / dg/dx = 12 x^2 / dg/dx = 12 x", {2: RIGHT, 3: RIGHT, 4: WRONG}),
    ("f(x) = x^4 / g(x) = df/dx / g'(x) = 12 x^2 / g'(x) = 4 x^3", {3: RIGHT, 4: WRONG}),
    (
        "f(x) = sin(a x) / p = f'(x) / dp/da = cos(a x) - a x sin(a x) / dp/da = cos(a x)",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "g(x) = tanh''(x) / g'(x) = -2 (1 - tanh(x)^2) (1 - 3 tanh(x)^2) / g'(x) = -2 (1 - tanh(x)^2)",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "u = x^2 / f(x) = exp(u) / f'(x) = 2 x exp(u) / f''(x) = (2 + 4 x^2) exp(u) / f'(x) = 3 x exp(u)",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        r"$\rho(r) = \frac{c^2}{2} \log(1 + (r/c)^2)$ / $\psi(r) = \rho'(r) = \frac{r}{1 + (r/c)^2}$ / "
        r"$\psi'(r) = \frac{1 - (r/c)^2}{(1 + (r/c)^2)^2}$ / $\psi'(r) = \frac{1 - (r/c)^2}{1 + (r/c)^2}$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    # -- what is summed, and stands beside an array in a sum, is an array
    ("x: (N,) / y = x + b / L = sum(k * y) / dL/db = sum(k) / dL/db = N", {4: RIGHT, 5: WRONG}),
    ("x: (N,) / y = x + b / L = sum(k y) / dL/dx = k / dL/db = sum(k)", {4: RIGHT, 5: RIGHT}),
    (
        "x: (N,) / m = sum(x)/N / c = x - m / v = sum(c ⊙ c)/N / r = 1/sqrt(v + eps) / "
        "y = g * c * r + b / L = sum(k ⊙ y) / dL/dg = sum(k ⊙ c) r / dL/db = sum(k) / "
        "dL/dv = -1/2 g sum(k ⊙ c) (v + eps)^(-3/2) / dL/dx = g r (k - sum(k)/N - c r^2 sum(k ⊙ c)/N) / "
        "dL/dx = g r (k - sum(k) - c r^2 sum(k ⊙ c)/N)",
        {8: RIGHT, 9: RIGHT, 10: RIGHT, 11: RIGHT, 12: WRONG},
    ),
    (
        "z: (n,) / a = s z + t / C = 1/2 sum(q * a * a) / dC/dz = s q * a / m = sum(q) / "
        "dC/dt = s sum(q * z) + t m / dC/dt = s sum(q * z) + t",
        {4: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (
        "a: (n,) / s = tau + sum(a)/n / e = a - s / J = 1/2 sum(u * e * e) / dJ/dtau = -sum(u * e) / "
        "dJ/da = u * e - sum(u * e)/n / dJ/dtau = -sum(u * e)/n",
        {5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    # -- words above names are no powers, and what hangs on a formula that is not read waits for it
    (
        r"Unit: $u_i = \tanh(c_i)$, $z_i = \sigma(a_i)$, $h_i = z_i u_i + (1 - z_i) h^{old}_i$. Loss $L$. / "
        r"$$\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial h_i} (u_i - h^{old}_i)$$ / "
        r"$$\frac{\partial L}{\partial c_i} = \frac{\partial L}{\partial h_i} z_i (1 - u_i^2)$$ / "
        r"$$\frac{\partial L}{\partial c_i} = \frac{\partial L}{\partial h_i} z_i (1 - u_i)$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"Unit: $u_i = \tanh(c_i)$, $z_i = \sigma(a_i)$, $h_i = z_i u_i + (1 - z_i) !! h_i$. Loss $L$. / "
        r"$$\frac{\partial L}{\partial a_i} = \frac{\partial L}{\partial z_i} z_i (1 - z_i)$$ / "
        r"$$\frac{\partial L}{\partial c_i} = \frac{\partial L}{\partial h_i} z_i (1 - u_i^2)$$",
        {2: RIGHT | OPEN, 3: OPEN},
    ),
    # -- s(...) where s is a variable
    (
        r"$$n = \frac{\nu+1}{2}\log\left(1 + \frac{(x-m)^2}{\nu s^2}\right) + \log s$$ / "
        r"$$\frac{\partial n}{\partial s} = \frac1s - \frac{(\nu+1)(x-m)^2}{s(\nu s^2 + (x-m)^2)}$$ / "
        r"$$\frac{\partial n}{\partial s} = \frac1s + \frac{(\nu+1)(x-m)^2}{s(\nu s^2 + (x-m)^2)}$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "z = (x - m)/s / L = log(s) + 1/2 z^2 / dL/dm = -(x - m)/(s(s)) / dL/dm = -(x - m)/s",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"$$a = s(w x + b), C = \frac12 (a - y)^2$$ / $$\frac{\partial s}{\partial z} = s(z)(1 - s(z))$$ / "
        r"$$\frac{\partial C}{\partial b} = (a - y) s(w x + b) (1 - s(w x + b))$$",
        {3: RIGHT},
    ),
    # -- second slopes by what other lines define, as d2G/du2, and beside the unit matrix; 1 as an array of ones
    ("G = u^3 + a u / dG/du = 3 u^2 + a / d2G/du2 = 6 u / d2G/du2 = 6", {3: RIGHT, 4: WRONG}),
    (
        "f(x) = x^3 - 2 x / x = 2 / df/dx = 10 / d²f/dx² = 6 x / d²f/dx² = 12 / d²f/dx² = 6",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG},
    ),
    (
        "z = w x / G = z^3 / d^2G/dz^2 = 6 z / d^2G/dw^2 = 6 z x^2 / d^2G/dz^2 = 3 z",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        "w: (n,), X: (N, n), y: (N,) / J = 1/(2 N) sum((X w - y)^2) + lam/2 sum(w^2) / d²J/dw² = Xᵀ X/N + lam I / "
        "d²J/dw² = Xᵀ X/N + 2 lam I",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"Let $r = Ax - b$, $A\in\mathbb{R}^{m\times n}$: / $$\phi(x) = \tfrac12 r^\top r + \tfrac{\mu}{2} x^\top x$$ / "
        r"$$\nabla^2\phi(x) = A^\top A + \mu I_n$$ / $$\nabla^2\phi(x) = A A^\top + \mu I_n$$",
        {3: RIGHT, 4: WRONG | OPEN},
    ),
    ("L = (w x - y)^2 / dL/dw = 2 (w x - y) I", {2: OPEN}),
    ("x: (3, 4) / f = sum(x) / df/dx = 1 / df/dx = 2", {3: RIGHT, 4: WRONG}),
    ("x: (100000000, 100000000) / f = sum(x) / df/dx = 1", {3: RIGHT}),
    # -- a cost that is left open is one for all lines
    (
        "guess = slope * x + offset / d cost/d slope = 2 (guess - truth) x / d cost/d offset = (guess - truth) / "
        "d cost/d guess = 2 (guess - truth)",
        {2: RIGHT, 3: OPEN, 4: RIGHT},
    ),
    (
        "guess = slope * x + offset / d cost/d slope = (guess - truth) x / d cost/d offset = (guess - truth) / "
        "d cost/d guess = 2 (guess - truth)",
        {2: RIGHT, 3: RIGHT, 4: OPEN},
    ),
    # -- functions without what they are of
    ("σ(z) = 1/(1 + exp(-z)) / σ' = σ(1 - σ) / σ' = σ(1 + σ)", {2: RIGHT, 3: WRONG}),
    (
        "f(x) = exp(x)/(1 + exp(x)) / f'(x) = f(1 - f) / df/dx = f(1 - f) / f' = f(1 - 2 f)",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    ("a = tanh(z) / da/dz = 1 - tanh^2 / da/dz = 1 - tanh", {2: RIGHT, 3: WRONG}),
    (
        "h = σ(u), a = σ(z) / z = v h, u = w x / C = (a - y)^2/2 / σ' = σ(1 - σ) / dC/dz = (a - y) a (1 - a) / "
        "dC/du = (a - y) a (1 - a) v h (1 - h) / dC/du = (a - y) a (1 - a) h (1 - h)",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (
        "f(x) = x^3 / g(x) = x^2 / h(x) = f(x) g(x) / h' = f' g + f g' / h' = f' g' / f'' = 6 x",
        {4: RIGHT, 5: WRONG, 6: RIGHT},
    ),
    (
        r"""Let $\sigma$ be the sigmoid, $a_j = \sigma(z_j)$. Recall that $\sigma' = \sigma(1-\sigma)$, and $\tanh' = 1 - \tanh^2$. / """
        r"""$C = \sum_j (a_j - y_j)^2/2$ / $\frac{\partial C}{\partial z_j} = (a_j - y_j) a_j (1-a_j)$ / """
        r"""$\frac{\partial C}{\partial z_j} = (a_j - y_j) \sigma'$ / $\frac{\partial C}{\partial z_j} = (a_j - y_j)(1-a_j)$""",
        {1: RIGHT, 3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    # -- labels that are -1 or 1
    (
        "y is -1 or +1 / f = log(1 + exp(-y w x)) / d^2f/dw^2 = exp(y w x)/(1 + exp(y w x))^2 x^2 / "
        "d^2f/dw^2 = exp(y w x)/(1 + exp(y w x)) x^2 / df/dw = -x / (1 + exp(y w x))",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"""With labels $y_i\in\{-1,+1\}$ and $p_i = \sigma(w^\top x_i)$, $f(w) = \sum_i \log(1+\exp(-y_i w^\top x_i))$. / """
        r"""$\nabla^2 f(w) = \sum_i p_i (1 - p_i) x_i x_i^\top$ / $\nabla^2 f(w) = \sum_i y_i p_i (1 - p_i) x_i x_i^\top$""",
        {2: RIGHT, 3: WRONG},
    ),
    ("$f = x^3$ / $$\\frac{d^2 f}{dx^2} = 6x$$ / $$\\frac{d^2 f}{dx^2} = 3x$$", {2: RIGHT, 3: WRONG}),
    # -- the slope of the cost by the examples, where dZ is m times the cost's
    (
        "X: (n, m) W: (k, n) Y: (k, m) / Z = W X / A = sigmoid(Z) / J = -(1/m) * sum(Y * log(A) + (1 - Y) * log(1 - A)) / "
        "dZ = A - Y / dW = (1/m) * dZ @ X.T / dX = (1/m) * W.T @ dZ / dX = W.T @ dZ / dX = -(1/m) * W.T @ dZ / dW = dZ @ X.T",
        {5: RIGHT, 6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG, 10: WRONG},
    ),
    # -- r^2 = x^2 + y^2 says what r is
    (
        "r^2 = x^2 + y^2 / f = 1/r / df/dx = -x/r^3 / df/dx = -1/r^2 / dr/dx = x/r / dr/dx = 2 x/r / "
        "∂r^2/∂x = 2 x / ∂r^2/∂x = x",
        {3: RIGHT, 4: WRONG, 5: RIGHT, 6: WRONG, 7: RIGHT, 8: WRONG},
    ),
    ("c² = a² + b², c > 0 / dc/da = a/c / dc/da = a/(2 c)", {2: RIGHT, 3: WRONG}),
    (
        r"$s^2 = x^2 + 1$, $u = x/s$ / $\frac{\partial u}{\partial x} = \frac{1}{s} - \frac{x^2}{s^3}$ / "
        r"$\frac{\partial u}{\partial x} = \frac{1}{s} + \frac{x^2}{s^3}$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$\mu = \frac1n \sum_{i=1}^n x_i$, $\sigma^2 = \frac1n\sum_{i=1}^n (x_i-\mu)^2$, $u_i = (x_i - \mu)/\sigma$ / "
        r"$\frac{\partial u_i}{\partial x_j} = \frac{1}{\sigma}(\delta_{ij} - \frac1n - \frac{u_i u_j}{n})$ / "
        r"$\frac{\partial u_i}{\partial x_j} = \frac{1}{\sigma}(\delta_{ij} - \frac1n - u_i u_j)$ / "
        r"$\frac{\partial \sigma^2}{\partial x_i} = \frac2n (x_i - \mu)$ / $\frac{\partial \sigma^2}{\partial x_i} = \frac1n (x_i - \mu)$",
        {2: RIGHT, 3: WRONG, 4: RIGHT, 5: WRONG},
    ),
    (
        r"$\sigma^2_j = \frac1m \sum_i (x_{ij}-\mu_j)^2$, $\mu_j = \frac1m \sum_i x_{ij}$, $u_{ij} = (x_{ij}-\mu_j)/\sigma_j$ / "
        r"$\frac{\partial \sigma_j}{\partial x_{ij}} = \frac{1}{m} u_{ij}$ / "
        r"$\frac{\partial \sigma_j}{\partial x_{ij}} = \frac{2}{m} u_{ij}$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$L = \|x\|^2 + c$, $c^2 = \|x\|^2 + 1$ / $\partial L/\partial x = 2x + x/c$ / $\partial L/\partial x = 2x + x/c^2$",
        {2: RIGHT, 3: WRONG},
    ),
    (  # the numbers of layers
        "a^1 = tanh(w^1 x) / a^2 = tanh(w^2 a^1) / a = a^2 / L = (a - y)^2 / dL/da^2 = 2 (a^2 - y) / dL/da^2 = a^2 - y",
        {5: RIGHT, 6: WRONG},
    ),
    # -- nothing says what z is, or the cost: a cost that neither side hangs on makes no line right
    (
        "a = σ(z) / dC/dz = dC/da a (1 - a) / dC/dw = dC/dz x / dC/db = 7 dC/dz / dC/db = 0 dC/dz / dC/dz = dC/da a",
        {2: RIGHT, 3: OPEN, 4: OPEN, 5: OPEN, 6: WRONG},
    ),
    (
        "a = σ(z) / dC/dw = dC/dz dz/dw / dC/dw = dC/dz x / dC/dw = 2 dC/dz dz/dw / dC/dx = dC/dz dz/dx / dC/dx = dC/dz w / "
        "dC/dx = dC/dz / dC/dx = dC/da dz/dx",
        {2: RIGHT, 3: OPEN, 4: WRONG, 5: RIGHT, 6: OPEN, 7: WRONG, 8: WRONG},
    ),
    # -- a name defined anew for use, and slopes of the first below it
    (
        "Training: y_i = g x_i + b / At test time: / y_i = g (x_i - r) + b / dL/dg = sum_i dL/dy_i x_i / dL/db = sum_i dL/dy_i / "
        "dL/dg = sum_i dL/dy_i / dL/db = 2 sum_i dL/dy_i",
        {4: RIGHT, 5: RIGHT, 6: WRONG, 7: WRONG},
    ),
    (
        "y_i = g x_i + b / y_i = g (x_i - r) + b / dL/dg = sum_i dL/dy_i x_i / dL/dg = sum_i dL/dy_i (x_i - r) / "
        "dL/dg = sum_i dL/dy_i (x_i + r)",
        {3: OPEN, 4: RIGHT, 5: WRONG},
    ),
    ("y = x^2 / dy/dx = 2 x / y = x^3 / dy/dx = 3 x^2 / dy/dx = 2 x", {2: RIGHT, 4: RIGHT, 5: WRONG}),
    ("y = x^2 / dy/dx = 2 x / y = 2 y w / L = 3 y / dL/dx = 6 x", {2: RIGHT, 5: WRONG}),
    # -- the slope of σ(x) by an f that is made of the same x
    (
        r"$f = \exp(-x)$ / $\frac{d\sigma(x)}{dx} = \frac{d\sigma(x)}{df} \frac{df}{dx}$ / $\frac{d\sigma(x)}{df} = -1/(1 + f)^2$ / "
        r"$\frac{d\sigma(x)}{df} = 1/(1 + f)^2$ / $\frac{d\sigma(x)}{dx} = \frac{d\sigma(x)}{df}$ / "
        r"$\frac{d\sigma(x)}{dx} = 2 \frac{d\sigma(x)}{df} \frac{df}{dx}$ / $\frac{d\sigma(x)}{df} = 0$",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 5: WRONG, 6: WRONG, 7: WRONG},
    ),
    (
        r"$f = w x$ / $\frac{d\tanh(x)}{dx} = \frac{d\tanh(x)}{df} \frac{df}{dx}$ / "
        r"$\frac{d\tanh(x)}{dx} = 1 - \tanh(x)^2$ / $\frac{d\tanh(x)}{dx} = \tanh(x)^2$",
        {2: OPEN, 3: RIGHT, 4: WRONG},
    ),
    # -- slopes by each of what a cost is written with, the others held, one of them being made of another
    (
        r"$A = \tanh(q) \quad O = A v \quad L = O + A$ / "
        r"$\frac{\partial L}{\partial q} = \frac{\partial L}{\partial O} v (1-A^2) + \frac{\partial L}{\partial A} (1-A^2)$ / "
        r"$\frac{\partial L}{\partial q} = \frac{\partial L}{\partial O} v (1-A^2) + \frac{\partial L}{\partial A}$ / "
        r"$\frac{\partial L}{\partial q} = \frac{\partial L}{\partial O} (1-A^2) + \frac{\partial L}{\partial A} (1-A^2)$ / "
        r"$\frac{\partial L}{\partial q} = \frac{\partial L}{\partial O} v (1-A^2)$ / "
        r"$\frac{\partial L}{\partial q} = \frac{\partial L}{\partial A} (1-A^2)$",
        {2: RIGHT, 3: WRONG, 4: WRONG, 5: WRONG, 6: RIGHT},
    ),
    (
        "A = tanh(q) / O = A v / L = O + A / dL/dA = dL/dO v + 1 / dL/dq = dL/dO v (1 - A^2) + dL/dA (1 - A^2) / "
        "dL/dq = dL/dA (1 - A^2)",
        {4: RIGHT, 5: WRONG, 6: RIGHT},
    ),
    ("z = w x / r = w^2 / L = z^2 + r / dL/dw = dL/dz x / dL/dw = dL/dz x + dL/dr 2 w", {4: WRONG, 5: RIGHT}),
    # -- a prime behind a bracket
    (
        r"$\sigma'(x) = \left(\frac{1}{1+e^{-x}}\right)' = \frac{e^{-x}}{(1+e^{-x})^2}$ / $C = (\sigma(z) - y)^2$ / "
        r"$\frac{\partial C}{\partial z} = 2(\sigma(z)-y)\sigma'(z)$ / "
        r"$\sigma'(x) = \left(\frac{1}{1+e^{-x}}\right)' = \frac{e^{-x}}{1+e^{-x}}$ / $\frac{\partial C}{\partial z} = (\sigma(z)-y)\sigma'(z)$",
        {1: RIGHT, 3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (  # unread, and says nothing of σ
        r"$\sigma'(x) = \frac{1}{1+e^{-x}} \unknown \{$ / $C = (\sigma(z) - y)^2$ / $\frac{\partial C}{\partial z} = 2(\sigma(z)-y)\sigma'(z)$ / "
        r"$\frac{\partial C}{\partial z} = 2(\sigma(z)-y)\sigma(z)$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- signs of LaTeX
    (
        r"$O = a v \quad L = (O - y)^2$ / $\frac{\partial L}{\partial v} = \frac{\partial L}{\partial O} \cdot{} \frac{\partial O}{\partial v}$ / "
        r"$\because \frac{\partial L}{\partial O} = 2(O-y)$ / $\frac{\partial L}{\partial v} = {2 (O-y) a \over 1}$ / "
        r"$\pdv{L}{v} = 2(O-y)a$ / $\frac{\partial O}{\partial v} = a \Longleftrightarrow \frac{\partial O}{\partial a} = v$ / "
        r"$\frac{\partial x_i}{\partial x_j} = 1_{i = j}$ / "
        r"$\frac{\partial L}{\partial v} = 2 \cdot{} \frac{\partial L}{\partial O} \frac{\partial O}{\partial v}$ / "
        r"$\because \frac{\partial L}{\partial O} = (O-y)$ / $\frac{\partial L}{\partial v} = {(O-y) a \over 2}$ / "
        r"$\pdv{L}{v} = 2(O-y)v$ / $\frac{\partial O}{\partial v} = a \Longleftrightarrow \frac{\partial O}{\partial a} = a$ / "
        r"$\frac{\partial x_i}{\partial x_j} = 1_{i \ne j}$",
        {
            2: RIGHT,
            3: RIGHT,
            4: RIGHT,
            5: RIGHT,
            6: RIGHT,
            7: RIGHT,
            8: WRONG,
            9: WRONG,
            10: WRONG,
            11: WRONG,
            12: WRONG,
            13: WRONG,
        },
    ),
    (
        r"$L = \log\sum_j e^{\theta_j}$ / $\frac{\partial L}{\partial \theta{_k}} = \frac{e^{\theta{_k}}}{\sum_j e^{\theta_j}}$ / "
        r"$\frac{\partial L}{\partial \theta{_k}} = e^{\theta{_k}}$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- x and y are made of r, and r is not made of them but where the text says so
    (
        "x = r cos(t) / y = r sin(t) / df/dt = df/dx r sin(t) + df/dy r cos(t) / "
        "df/dt = -df/dx r sin(t) + df/dy r cos(t) / dr/dx = x/r / z = w x / L = (z - y)^2 / dL/dw = dL/dz dw/dz",
        {3: WRONG, 4: RIGHT, 5: OPEN, 8: WRONG},
    ),
    (
        "x = r cos(t) / y = r sin(t) / r^2 = x^2 + y^2 / dr/dx = x/r / dr/dx = y/r / dx/dt = -y / dx/dt = y",
        {4: RIGHT, 5: WRONG, 6: RIGHT, 7: WRONG},
    ),
    (
        "r = sqrt(x^2 + y^2) / x = r cos(t) / y = r sin(t) / dr/dy = y/r / dr/dy = x/r",
        {4: RIGHT, 5: WRONG},
    ),
    # -- ∂f/∂x holds the y of f(x, y), df/dx does not
    (
        "f(x, y) = x^2 y / y = e^x / ∂f/∂x = 2xy / ∂f/∂y = x^2 / df/dx = ∂f/∂x + ∂f/∂y dy/dx / df/dx = 2x e^x + x^2 e^x / "
        "∂f/∂x = xy / ∂f/∂y = x / df/dx = ∂f/∂x + ∂f/∂y / df/dx = 2x e^x",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG, 8: WRONG, 9: WRONG, 10: WRONG},
    ),
    (
        r"$z = x^2 y$, $x = \cos t$, $y = x \sin t$ / $\frac{\partial z}{\partial x} = 2xy$ / "
        r"$\frac{dz}{dt} = \frac{\partial z}{\partial x}\frac{dx}{dt} + \frac{\partial z}{\partial y}\frac{dy}{dt}$ / "
        r"$\frac{\partial z}{\partial x} = xy$ / $\frac{dz}{dt} = \frac{\partial z}{\partial x} + \frac{\partial z}{\partial y}\frac{dy}{dt}$",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (
        "f(x, y) = x^2 y / x = cos(t) / y = x sin(t) / df/dx = 2 x y / df/dy = x^2 / df/dt = df/dx dx/dt + df/dy dy/dt / "
        "df/dx = x y / df/dt = df/dx dx/dt - df/dy dy/dt",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG, 8: WRONG},
    ),
    ("f(x, y) = x^2 y / y = e^x / df/dx = 2x e^x + x^2 e^x / df/dx = 2x y", {3: RIGHT, 4: WRONG}),
    ("E(w, a) = (a - t)^2 / a = w x / ∂E/∂w = 2 (a - t) x / ∂E/∂w = (a - t) x", {3: RIGHT, 4: WRONG}),
    ("E(w, a) = (a - t)^2 + w^2 / a = w x + b / ∂E/∂w = 2 w / ∂E/∂b = 2 (a - t)", {3: WRONG, 4: RIGHT}),
    (
        "E(w, a) = (a - t)^2 + w^2 / a = w x + b / ∂E/∂w = 2 w / dE/dw = 2 (a - t) x + ∂E/∂w / dE/dw = 2 (a - t) x + w",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    # -- a slope at a number, in a sentence
    (
        "f(x) = x^2 / f'(x) = 2x / At x = 1: f'(1) = 2. / Hence f'(3) = 7. / So f'(2) = 4 and f'(4) = 8. / At x = 5: f'(5) = 4.",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 5: RIGHT, 6: WRONG},
    ),
    (
        "f(x) = x^2 exp(-x) / f'(0) = 0 / f''(0) = 2 / f'(0) = 1 / f''(0) = 1 / f'(2) = 0",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 5: WRONG, 6: RIGHT},
    ),
    (
        "The hypothesis is h(x) = w x + b, the squared error is C = 1/n ∑_{i=1}^n (h(x_i) - y_i)^2. / "
        "Then ∂C/∂w = 2/n ∑_{i=1}^n (h(x_i) - y_i) x_i, and ∂C/∂b = 2/n ∑_{i=1}^n (h(x_i) - y_i). / "
        "Then ∂C/∂w = 2 ∑_{i=1}^n (h(x_i) - y_i) x_i.",
        {2: RIGHT, 3: WRONG},
    ),
    # -- two layers without shapes, and brackets for a 1 -
    (
        "Z1 = W1 X + b1 / A1 = tanh(Z1) / Z2 = W2 A1 + b2 / A2 = sigmoid(Z2) / "
        "J = -(1/m) sum(Y log(A2) + (1-Y) log(1-A2)) / dZ2 = A2 - Y / dW2 = (1/m) dZ2 A1^T / "
        "db2 = (1/m) np.sum(dZ2, axis=1, keepdims=True) / dZ1 = W2^T dZ2 * A1 (1 - A1) / dW1 = (1/m) dZ1 X^T",
        {6: RIGHT, 7: RIGHT, 8: RIGHT, 9: WRONG, 10: RIGHT},
    ),
    # -- Σ with limits, as a letter of the keyboard
    (
        "C = Σ_{i=1}^n (x_i - u)^2 / dC/du = -2 Σ_{i=1}^n (x_i - u) / dC/du = 2 Σ_{i=1}^n (x_i - u)",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "J = 1/(2m) Σ_{i=1}^{m} (a + b x_i - y_i)^2 / ∂J/∂b = (1/m) Σ_{i=1}^{m} (a + b x_i - y_i) x_i / "
        "∂J/∂b = Σ_{i=1}^{m} (a + b x_i - y_i) x_i",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "$q = \\frac12 (x - u)^\\top Σ^{-1} (x - u)$, Σ of shape (n, n), x and u of shape (n,) / "
        "$\\frac{\\partial q}{\\partial u} = -Σ^{-1} (x - u)$ / $\\frac{\\partial q}{\\partial u} = Σ^{-1} (x - u)$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- I beside matrices
    (
        r"$K = A + s I$ and $L = y^\top K y$ / $\frac{\partial L}{\partial s} = y^\top y$ / "
        r"$\frac{\partial L}{\partial s} = y^\top A y$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$L = \frac12 y^\top K^{-1} y + \frac12 \log\det K$, $K = A + s I$ with $A$ symmetric, $\alpha = K^{-1} y$ / "
        r"$\frac{\partial L}{\partial s} = -\frac12 \alpha^\top \alpha + \frac12 tr(K^{-1})$ / "
        r"$\frac{\partial L}{\partial s} = -\frac12 \alpha^\top \alpha - \frac12 tr(K^{-1})$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "P = I - u u^T / f = x^T P x / df/dx = 2 P x / df/du = -2 (u^T x) x / df/du = -(u^T x) x",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        "X: (n, p) w: (p,) y: (n,) / J = sum((X w - y)^2) + λ sum(w^2) / v = (X^T X + λ I)^-1 X^T y / "
        "d²J/dw² = 2 X^T X + 2 λ I / d²J/dw² = 2 X^T X + λ I",
        {4: RIGHT, 5: WRONG},
    ),
    (  # a current
        "w: (n,) x: (n,) / u = w^T x + g I / V = E - r I / L = V u / dL/dr = -I u / dL/dg = V I / dL/dg = V",
        {5: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    # -- the true class is k, as -log p_k says
    (
        r"$$p_j = \frac{e^{o_j}}{\sum_i e^{o_i}}$$ / $$L = -y_k \log(p_k) = -\log(p_k)$$ / "
        r"$$\frac{\partial L}{\partial o_k} = p_k - 1$$ / $$\frac{\partial L}{\partial o_k} = p_k$$ / "
        r"For an incorrect class $j \neq k$: / $$\frac{\partial L}{\partial o_j} = p_j$$ / $$\frac{\partial L}{\partial o_j} = p_j - 1$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 6: RIGHT, 7: WRONG},
    ),
    (
        r"z: (n,) y: (n,) / $$p = \text{softmax}(z)$$ / $$L = -\sum_i y_i \log p_i = -\log p_k$$ / "
        r"$$\frac{\partial L}{\partial p_j} = -\frac{y_j}{p_j}$$ / $$\frac{\partial L}{\partial z_i} = p_i - y_i$$ / "
        r"$$\frac{\partial L}{\partial z} = p - y$$ / $$\frac{\partial L}{\partial p_j} = \frac{y_j}{p_j}$$ / "
        r"$$\frac{\partial L}{\partial z_i} = y_i - p_i$$ / $$\frac{\partial L}{\partial z_i} = p_i - 1$$ / "
        r"$$\frac{\partial L}{\partial z} = p$$",
        {3: RIGHT, 4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG, 8: WRONG, 9: WRONG, 10: WRONG},
    ),
    (  # in lines of their own, with the sum over k
        "p_i = exp(z_i)/sum_j exp(z_j) / L = -sum_k y_k log(p_k) / Only y_k = 1, for the true class k, and so / "
        "L = -log(p_k) / dL/dp_j = -y_j/p_j / dL/dz_i = sum_j (-y_j/p_j) (dp_j/dz_i) / dL/dz_i = p_i - y_i / "
        "dL/dz_i = p_i + y_i / dL/dp_j = -1/p_j",
        {2: RIGHT, 5: RIGHT, 6: RIGHT, 7: RIGHT, 8: WRONG, 9: WRONG},
    ),
    (
        "p_i = exp(z_i)/sum_j exp(z_j) / L = -sum_i y_i log(p_i) = -2 log(p_k) / dL/dz_i = p_i sum_j y_j - y_i / "
        "dL/dz_i = p_i sum_j y_j + y_i",
        {2: WRONG | OPEN, 3: RIGHT, 4: WRONG},
    ),
    # -- words in brackets behind i ≠ j
    (
        "p_i = exp(z_i)/sum_j exp(z_j) / When j ≠ i (what does z_i do to the others): / dp_j/dz_i = -p_j p_i / "
        "dp_j/dz_i = p_j p_i / When i = j (the entry itself): / dp_j/dz_i = p_j (1 - p_j) / dp_j/dz_i = -p_j p_i",
        {3: RIGHT, 4: WRONG, 6: RIGHT, 7: WRONG},
    ),
    (
        "`p_i = exp(z_i)/sum_j exp(z_j)` / When `j ≠ i` (how does `p_j` move with `z_i`): / `dp_j/dz_i = -p_j p_i` / "
        "`dp_j/dz_i = p_j p_i`",
        {3: RIGHT, 4: WRONG},
    ),
    # -- a word or a letter that stays beside the index of a sum
    (
        r"$$L = -\sum_{k=1}^{K} \log \sigma(-s_{n,k})$$ / $$\frac{\partial L}{\partial s_{n,k}} = \sigma(s_{n,k})$$ / "
        r"$$\frac{\partial L}{\partial s_{n,k}} = K \sigma(s_{n,k})$$ / $$\frac{\partial L}{\partial s_{n,k}} = -\sigma(s_{n,k})$$",
        {2: RIGHT, 3: WRONG, 4: WRONG},
    ),
    (
        r"$$L = -\log \sigma(s_{\text{pos}}) - \sum_{k=1}^{K} \log \sigma(-s_{\text{neg},k})$$ / "
        r"$$\frac{\partial L}{\partial s_{\text{neg},k}} = \sigma(s_{\text{neg},k})$$ / "
        r"$$\frac{\partial L}{\partial s_{\text{pos}}} = \sigma(s_{\text{pos}}) - 1$$ / "
        r"$$\frac{\partial L}{\partial s_{\text{neg},k}} = \sigma(-s_{\text{neg},k})$$ / "
        r"$$\frac{\partial L}{\partial s_{\text{neg},k}} = \sigma(s_{\text{pos}})$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (
        r"$$L = \sum_k (s_{a,k}^2 + s_{b,k})$$ / $$\frac{\partial L}{\partial s_{a,k}} = 2 s_{a,k}$$ / "
        r"$$\frac{\partial L}{\partial s_{b,k}} = 1$$ / $$\frac{\partial L}{\partial s_{a,k}} = 2 s_{b,k}$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    # -- words before a definition, and a definition that is not read
    (
        r"$$\mu = \frac{1}{N} \sum_{j=1}^N x_j$$ / $$(Variance) \space \sigma^2 = \frac{1}{N} \sum_{j=1}^N (x_j - \mu)^2$$ / "
        r"$$\frac{\partial \sigma^2}{\partial x_i} = \frac{2}{N} (x_i - \mu)$$ / $$\frac{\partial \sigma^2}{\partial x_i} = 0$$ / "
        r"$$\frac{\partial \sigma^2}{\partial x_i} = 2 (x_i - \mu)$$",
        {3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (
        r"$$\text{the total cost}\quad J = (w x - y)^2$$ / $$\frac{\partial J}{\partial w} = 2 x (w x - y)$$ / "
        r"$$\frac{\partial J}{\partial w} = 2 (w x - y)$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$$v \text{ and } \sigma^2 = \frac{1}{N} \sum_{j=1}^N x_j^2 @@$$ / $$c \sigma^2 = x_1^2 + x_2^2$$ / "
        r"$$\frac{\partial \sigma^2}{\partial x_i} = \frac{2}{N} x_i$$ / $$u = a x$$ / $$\frac{du}{dx} = a$$ / $$\frac{du}{dx} = x$$",
        {3: OPEN, 5: RIGHT, 6: WRONG},
    ),
    # -- values for the lines below, up to the next sentence
    (
        r"$$c = f a + i g$$ / If $i = 0$ and $f = 1$: / $$c = f a + i g = a$$ / $$c = f a + i g = g$$ / "
        r"The gates are open or closed in other cells. / $$c = f a + i g = a$$",
        {3: RIGHT, 4: WRONG, 6: WRONG},
    ),
    (
        r"$$c = f a + i g$$ / With $f = 0$, $i = 1$: / $$\frac{\partial c}{\partial g} = 1$$ / "
        r"$$\frac{\partial c}{\partial a} = 0$$ / $$\frac{\partial c}{\partial a} = 1$$ / $$c = g$$ / $$c = a$$ / "
        r"If $i = 0$, then $c = f a$. / Now all of it: / $$\frac{\partial c}{\partial a} = f$$ / $$\frac{\partial c}{\partial a} = 0$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: RIGHT, 7: WRONG, 8: RIGHT, 10: RIGHT, 11: WRONG},
    ),
    (
        r"With $i^{(3)} = 0$, $f^{(3)} = 1$: / $$c^{(3)} = f^{(3)} \odot c^{(2)} + i^{(3)} \odot g^{(3)} = c^{(2)}$$ / "
        r"$$c^{(3)} = g^{(3)}$$",
        {2: RIGHT, 3: WRONG},
    ),
    (  # of which t is open
        r"$$c^{(3)} = f^{(3)} c^{(2)} + i^{(3)} g^{(3)}$$ / For all $t$ with $i^{(t)} = 0$, $f^{(t)} = 1$: / $$c^{(3)} = c^{(2)}$$ / "
        r"$$\frac{\partial c^{(3)}}{\partial g^{(3)}} = i^{(3)}$$",
        {3: OPEN, 4: RIGHT},
    ),
    (  # a name that a line makes
        r"$$f = \sigma(u)$$ / $$c = f a$$ / For $f = 1$: / $$\frac{\partial c}{\partial u} = f (1 - f) a$$ / $$\frac{\partial c}{\partial u} = f a$$",
        {4: RIGHT, 5: WRONG | OPEN},
    ),
    # -- words of the sentence behind a formula
    (
        "Minimize f(x) = ½ Q x² + c x subject to constraints. /  / ``` / ∇f(x) = Q x + c / ∇f(x) = Q x / ```",
        {4: RIGHT, 5: WRONG},
    ),
    (  # which is a name
        "Let u = price demand and v = u^2. / `du/dprice = demand` / `du/dprice = price` / `dv/du = 2 u`",
        {2: RIGHT, 3: WRONG, 4: RIGHT},
    ),
    # -- h^t, beside h^{t-1}, is h at a time
    (
        r"$$a^t = w x^t + v h^{t-1} + b$$ / $$a^0 = w x^0 + b$$ / $$h^t = \sigma(a^t)$$ / "
        r"$$\frac{\partial h^0}{\partial b} = \sigma'(a^0)$$ / $$\frac{\partial h^t}{\partial a^t} = h^t (1 - h^t)$$ / "
        r"$$\frac{\partial a^t}{\partial h^{t-1}} = v$$ / $$\frac{\partial h^0}{\partial b} = 1$$ / "
        r"$$\frac{\partial h^t}{\partial a^t} = h^t$$ / $$\frac{\partial a^t}{\partial h^{t-1}} = w$$",
        {4: RIGHT, 5: RIGHT, 6: RIGHT, 7: WRONG, 8: WRONG, 9: WRONG},
    ),
    (
        r"$$h^t = \tanh(w h^{t-1} + x^t)$$ / $$\frac{\partial h^2}{\partial h^1} = (1 - (h^2)^2) w$$ / "
        r"$$\frac{\partial h^2}{\partial h^0} = (1 - (h^2)^2) (1 - (h^1)^2) w^2$$ / $$\frac{\partial h^2}{\partial h^0} = (1 - (h^2)^2) w^2$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    ("x: (n,) w: (n,) / s = w^t x / ds/dx = w / ds/dx = 2 w", {3: RIGHT, 4: WRONG}),
    # -- d/dw a · w is of the whole product
    (
        r"$$y_i = \frac{x_i}{r} w_i$$ / $$\frac{\partial y_i}{\partial w_i} = \frac{\partial}{\partial w_i} \frac{x_i}{r} \cdot w_i = \frac{x_i}{r}$$ / "
        r"$$\frac{\partial y_i}{\partial w_i} = \frac{\partial}{\partial w_i} \frac{x_i}{r} \cdot w_i = \frac{x_i}{r} w_i$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "y = a w + b w / dy/dw = d/dw a · w + d/dw b · w = a + b / dy/dw = d/dw a · w = a",
        {2: RIGHT, 3: WRONG},
    ),
    (  # the rule for products
        "u = x^2 / v = sin(x) / y = u v / dy/dx = d/dx u · v + u · d/dx v / dy/dx = d/dx u · v - u · d/dx v",
        {4: RIGHT, 5: WRONG},
    ),
    (  # a chain
        r"$$z = w x$$ / $$a = \tanh(z)$$ / $$\frac{da}{dw} = \frac{d}{dz} \tanh(z) \cdot \frac{dz}{dw} = (1 - a^2) x$$ / "
        r"$$\frac{da}{dw} = \frac{d}{dz} \tanh(z) \cdot x$$ / $$\frac{da}{dw} = \frac{d}{dz} \tanh(z) \cdot w$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    # -- a word for what a name is
    (
        r"y: (q,) z: (q,) / $$C = \frac12 \sum_i (\sigma(z_i) - y_i)^2$$ / $$\delta = error$$ / "
        r"$$\delta = (\sigma(z) - y) \odot \sigma'(z)$$ / $$\frac{\partial C}{\partial z} = \delta$$ / $$\frac{\partial C}{\partial z} = 2 \delta$$",
        {5: RIGHT, 6: WRONG},
    ),
    # -- a (1 - a) of an array is entry by entry
    (
        r"a: (1, h) / $$\sigma'(a) = \sigma(a)(1-\sigma(a))$$ / $$\sigma'(a) = \sigma(a)(1+\sigma(a))$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"x: (d,) W: (h, d) / $$z = W x$$ / $$a = \sigma(z)$$ / $$\frac{\partial a}{\partial z} = a(1-a)$$ / "
        r"$$\frac{\partial a}{\partial z} = a(1-z)$$",
        {4: RIGHT, 5: WRONG},
    ),
    (
        r"x: (d,) W: (h, d) t: (h,) / $$a = W x$$ / $$J = \sum (\sigma(a) - t)^2$$ / "
        r"$$\frac{\partial J}{\partial a} = \sigma(a)(1-\sigma(a)) \odot 2(\sigma(a) - t)$$ / "
        r"$$\frac{\partial J}{\partial a} = \sigma(a)(1-\sigma(a)) \odot (\sigma(a) - t)$$",
        {4: RIGHT, 5: WRONG},
    ),
    # -- numbers put in that were rounded or cut off before
    (
        "h = 0.41398 / w = 1.2 / b = 0.3 / y = 4 / p = w h + b / L = (p - y)^2 / "
        "dL/dw = 2 (0.7967 - 4.0) * 0.4139 = 2 (-3.2033) * 0.4139 ≈ -2.652 / dL/db = 2 (0.7967 - 4.0) = -6.407 / "
        "dL/dw = 2 (0.7967 - 4.0) * 0.4139 = -2.658 / dL/dw = 2 (0.7867 - 4.0) * 0.4139 / "
        "dL/db = 2 (0.7967 - 4.0) = -6.398 / dL/db = (0.7967 - 4.0)",
        {7: RIGHT, 8: RIGHT, 9: WRONG, 10: WRONG, 11: WRONG, 12: WRONG},
    ),
    (  # a number that is given is none that was cut off
        "r = 0.125 / u = 3 / C = r u^2 / dC/du = 2 * 0.125 * 3 = 0.75 / dC/du = 2 * 0.125 * 3 = 0.76 / dC/du = 0.125 * 3",
        {4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    # -- a factor written with few digits is no room for a mistake
    (
        "x = 2 / w = 0.5 / C = 0.003 w x / dC/dw = 0.003 * 2 = 0.006 / dC/dw = 0.003 * 3",
        {4: RIGHT, 5: WRONG},
    ),
    # -- a matrix drawn over several lines
    (
        "``` / f(x) = [1 2] [3  -1] [1] /              [-1  2] [2] /  /      = 1(1) + 2(3) = 7 / g = 2 x / dg/dx = 2 / dg/dx = x / ```",
        {5: RIGHT, 7: RIGHT, 8: WRONG},
    ),
    (
        "``` / x = [x₁, x₂]^T / A = [2  1] /     [1  3] / f(x) = [x₁ x₂] [2  1] [x₁] /                 [1  3] [x₂] / "
        "     = 2x₁² + 2x₁x₂ + 3x₂² / ∂f/∂x₁ = 4x₁ + 2x₂ / ∂f/∂x₂ = 2x₁ + 3x₂ / ``` / **∇f(x) = [4x₁ + 2x₂, 2x₁ + 6x₂]^T** / "
        "**∇f(x) = 2Ax** / **∇f(x) = Ax** / ``` / ∇f(x) = 2 [2  1] [x₁] /            [1  3] [x₂] / ∇f(x) = 2 [2  1] [x₁] /            [3  1] [x₂] / ```",
        {7: RIGHT, 8: RIGHT, 9: WRONG, 11: RIGHT, 12: RIGHT, 13: WRONG, 15: RIGHT, 17: WRONG},
    ),
    (  # n is 2 in the one example
        "A: (n, n) / x: (n,) / f = 1/2 x^T A x / A = [[3, -1], [-1, 2]] / x = [1, 2] / df/dx = A x = [1, 3] / df/dx = [1, 2]",
        {6: RIGHT, 7: WRONG},
    ),
    ("f(x) = x₁² + 3x₁x₂ / ∇f(x) = [2x₁ + 3x₂, 3x₁] / ∇f(x) = [2x₁ + 3x₂, 3x₂]", {2: RIGHT, 3: WRONG}),
    (
        "``` / f(x) = a x^2 / df/dx = 2 a x / f(2) = [1 2] [3] /            [4] / W = [1 2] /     [3 4] / s = W u / df/dx = a x / ```",
        {3: RIGHT, 4: OPEN, 9: WRONG},
    ),
    # -- signs and fences around formulas that say nothing
    (
        r"$\mathbb{b} = [b_1, b_2]^T$ / $$L = \frac12 \sum_i (\mathbb{b}_i)^2$$ / "
        r"$$\frac{\partial L}{\partial \mathbb{b}} = \mathbb{b}$$ / $$\frac{\partial L}{\partial \mathbb{b}} = 2 \mathbb{b}$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"$$\require{cancel} h = \frac{1}{1 + e^{-x}}$$ / $$\underset{(1)}{\frac{\partial h}{\partial x}} = h (1 - h) ✓$$ / "
        r"$$\frac{\partial h}{\partial x} \overset{!}{=} h (1 + h), \forall x \in X$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        "```math y = w x``` / ```math L = \\frac12 (y - t)^2``` / "
        "```math \\frac{\\partial L}{\\partial w} = (y - t) x``` / ```math \\frac{\\partial L}{\\partial w} = (y - t)``",
        {3: RIGHT, 4: WRONG},
    ),
    (
        "|Name|$C$| / |:-|:-| / ||$$| / $$y = 2x$$ / so $x$ is / $$\\frac{dy}{dx} = 2$$ / $$\\frac{dy}{dx} = x$$",
        {6: RIGHT, 7: WRONG},
    ),
    (
        "title: A note / date: 2018-03-13 21:19:45 / --- / $$y = 2x$$ / $$\\frac{dy}{dx} = 2$$ / $$\\frac{dy}{dx} = x$$",
        {5: RIGHT, 6: WRONG},
    ),
    (
        r"$$O = A V$$ / 1. **dL/dV** = $A^T \cdot \frac{\partial L}{\partial O}$ / "
        r"2. **dL/dA** = $\frac{\partial L}{\partial O} V$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- a ∂ that is left out below, and a slope by what a function is of
    (
        r"$$L = -\log(p)$$ / $$p = e^{o}$$ / $$\frac{\partial L}{\partial o} = \frac{\partial}{o}(-\log(p)) = -1$$ / "
        r"$$\frac{\partial L}{o} = -p$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"$$y = x \sigma(\beta x)$$ / "
        r"$$\frac{\partial y}{\partial \beta} = x \frac{\partial}{\partial (\beta x)}\sigma(\beta x) \frac{\partial}{\partial \beta} \beta x$$ / "
        r"$$\frac{\partial y}{\partial \beta} = x \frac{\partial \sigma(\beta x)}{\partial (\beta x)}$$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- indicators, and sums without one index
    (
        r"$$y_i = 2 x_i$$ / $$\frac{\partial y_k}{\partial x_i} = 2 \cdot 1(k == i)$$ / $$\frac{\partial y_k}{\partial x_i} = 2 \cdot 1(k != i)$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$$s = \sum_{j=1}^N x_j$$ / $$t_i = \sum_{j=1, j \ne i}^N x_j + x_i^2$$ / $$\frac{\partial t_i}{\partial x_i} = 2 x_i$$ / "
        r"$$\frac{\partial t_i}{\partial x_i} = 2 x_i + 1$$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- a gradient of a product without brackets, and a product of slopes on the left
    (
        r"x: (n,) b: (n,) A: (n, n) / $$\nabla_{x} b^T x = b$$ / $$\nabla_{x} x^T A x = (A + A^T) x$$ / $$\nabla_{x} x^T A x = A x$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$z = w x$$ / $$a = \sigma(z)$$ / $$L = -(y \log a + (1-y) \log(1-a))$$ / "
        r"$$\frac{\partial L}{\partial a} \cdot \frac{\partial a}{\partial z} = a - y$$ / "
        r"$$\frac{\partial L}{\partial a} \cdot \frac{\partial a}{\partial z} = a + y$$ / "
        r"$$\frac{\partial L}{\partial a} \cdot \frac{\partial a}{\partial z} \cdot \frac{\partial z}{\partial w} = (a - y) x$$",
        {4: RIGHT, 5: WRONG, 6: RIGHT},
    ),
    # -- a cost behind min, and a time above
    (
        r"$$J(\theta) = \min_{\theta}\frac{1}{2} (\theta x - y)^{2}$$ / $$\frac{\partial J}{\partial \theta} = (\theta x - y) x$$ / "
        r"$$\frac{\partial J}{\partial \theta} = (\theta x + y) x$$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$$\hat{y}^t = u h^t + d$$ / $$L^t = \frac{1}{2}(y^t - \hat{y}^t)^2$$ / "
        r"$$\frac{\partial L^t}{\partial d} = -(y^t - \hat{y}^t)$$ / $$\frac{\partial L^t}{\partial u} = -(y^t - \hat{y}^t) h^t$$ / "
        r"$$\frac{\partial L^t}{\partial u} = (y^t - \hat{y}^t) h^t$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    ("x: (n,) / f = x^t x / df/dx = 2 x / df/dx = x", {3: RIGHT, 4: WRONG}),
    # -- a softmax along an index
    (
        r"S: (m, n) / V: (n, k) / $$A_{ij} = \text{softmax}_j(S_{ij})$$ / $$O = A V$$ / "
        r"$$\frac{\partial L}{\partial S_{ij}} = A_{ij} (\frac{\partial L}{\partial A_{ij}} - \sum_k A_{ik} \frac{\partial L}{\partial A_{ik}})$$ / "
        r"$$\frac{\partial L}{\partial S_{ij}} = A_{ij} (\frac{\partial L}{\partial A_{ij}} - \sum_k A_{kj} \frac{\partial L}{\partial A_{kj}})$$",
        {5: RIGHT, 6: WRONG},
    ),
    # -- a slope by ∂ alone, a line that ends with =, braces that nobody sees, and names before a definition
    (
        r"$$y_i = w_i x_i$$ / $$L = \frac12 \sum_i y_i^2$$ / $$\partial y = y$$ / $$\partial w = \partial y \odot x$$ / "
        r"$$\partial w = \partial y$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    (
        r"$$J = \frac12 (w x - y)^2$$ / $$\frac{\partial J}{\partial w} = \frac{\partial}{\partial w}\frac12 (w x - y)^2 = $$ / "
        r"$$= (w x - y) x = $$ / $$(w x - y) w$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$(Mean) \space \mu = \frac{1}{N} {\sum_{j=1}^N} x_j$$ / $$r = \sqrt{{\frac{1}{n}\sum_{k}}x^{2}_{k}}$$ / "
        r"$$\frac{\partial \mu}{\partial x_i} = \frac1N$$ / $$\frac{\partial r}{\partial x_i} = \frac{x_i}{n r}$$ / "
        r"$$\frac{\partial r}{\partial x_i} = \frac{2 x_i}{n r}$$ / $$\frac{\partial \mu}{\partial x_i} = 1$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    (
        r"$$y = a - b c$$ / $$\frac{\partial y}{\partial b} = {1 - 1 - (1)}(c)$$ / $$\frac{\partial y}{\partial b} = {1 - 1 + (1)}(c)$$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- cases of two letters, one above the formulas of each
    (
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ / $i = j$ / $$\frac{\partial p_i}{\partial z_i} = p_i (1 - p_i)$$ / $i \neq j$ / "
        r"$$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$ / $i = j$ / $$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$",
        {3: RIGHT, 5: RIGHT, 7: WRONG},
    ),
    (
        "`p_i = exp(z_i)/Σ_j exp(z_j)` / `L = -Σ_i y_i log(p_i)` / `dL/dz_i = Σ_j (-y_j/p_j) (dp_j/dz_i)` / "
        "Split into `j = i` and `j ≠ i`: / ``` / = (-y_i/p_i) p_i(1 - p_i) + Σ_{j≠i} (-y_j/p_j) (-p_j p_i) / "
        "= -y_i (1 + p_i) + Σ_{j≠i} y_j p_i / ```",
        {3: RIGHT, 6: RIGHT, 7: WRONG},
    ),
    (
        "W_o: (n, n) x: (n,) / o = W_o x / y = o / L = sum(y^2) / dL/do = 2 y / dL/do = y",
        {5: RIGHT, 6: WRONG},
    ),
    # -- dots in a sum
    (
        r"$$h = \theta_0 + \theta_1 x_1 + \dots + \theta_n x_n$$ / $$J = \frac12 (h - y)^2$$ / "
        r"$$\frac{\partial J}{\partial \theta_i} = (h - y) x_i$$ / $$\frac{\partial J}{\partial \theta_i} = (h - y) \theta_i$$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- the ε below a root that a line leaves out, and the ε of smoothed targets
    (
        r"$$y_i = \frac{w_i x_i}{\sqrt{\epsilon + \frac{1}{n} \sum_k x_k^2}}$$ / "
        r"$$\frac{\partial y_i}{\partial x_i} = \frac{w_i}{(\frac{1}{n} \sum_k x_k^2)^{1/2}} - \frac{w_i x_i^2}{n (\frac{1}{n} \sum_k x_k^2)^{3/2}}$$ / "
        r"$$\frac{\partial y_i}{\partial x_i} = \frac{w_i}{(\frac{1}{n} \sum_k x_k^2)^{1/2}} - \frac{2 w_i x_i^2}{n (\frac{1}{n} \sum_k x_k^2)^{3/2}}$$",
        {2: OPEN, 3: WRONG},
    ),
    ("s = (1 - ε) y + ε/3 / L = (p - s)^2 / dL/dp = 2 (p - y) / dL/dp = 2 (p - s)", {3: WRONG, 4: RIGHT}),
    ("v = x + ε / L = v^2 / dL/dx = 2 x", {3: WRONG}),
    # -- the arguments of one function do not hang on each other
    (
        r"$$\frac{\partial}{\partial \beta} swish(x, \beta) = \frac{\partial x}{\partial \beta} \sigma(\beta x) + "
        r"x \frac{\partial}{\partial \beta} \sigma(\beta x)$$ / "
        r"$$\frac{\partial}{\partial \beta} swish(x, \beta) = x^2 \sigma(\beta x) (1 - \sigma(\beta x))$$ / "
        r"$$\frac{\partial}{\partial \beta} swish(x, \beta) = x \sigma(\beta x) (1 - \sigma(\beta x))$$",
        {1: RIGHT, 2: RIGHT, 3: WRONG},
    ),
    # -- a condition on another letter than the line's
    (
        r"$$y_i = w_i x_i$$ / If $k \neq i$, we have: / $$\frac{\partial y_j}{\partial x_i} = 0$$ / If $k \neq i$, we have: / "
        r"$$\frac{\partial y_j}{\partial x_i} = w_i$$ / If $k = i$, we have: / $$\frac{\partial y_i}{\partial x_i} = w_i$$",
        {3: RIGHT, 5: WRONG, 7: RIGHT},
    ),
    # -- a bold letter beside the same one that a line defines
    (
        r"$$y = \sum_j \theta_j x_j$$ / $$C = (\mathbf{X} \theta - \mathbf{y})^T (\mathbf{X} \theta - \mathbf{y})$$ / "
        r"$$\nabla_\theta C = 2 \mathbf{X}^T (\mathbf{X} \theta - \mathbf{y})$$ / $$\nabla_\theta C = \mathbf{X}^T (\mathbf{X} \theta - \mathbf{y})$$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- the slope of a product without brackets
    (
        r"x: (n,) y: (m,) U: (n, m) / $$J = \frac12 (U^T x - y)^T (U^T x - y)$$ / "
        r"$$\frac{\partial J}{\partial x} = \left(\frac{\partial U^T x}{\partial x}\right)^T (U^T x - y)$$ / "
        r"$$\frac{\partial U^T x}{\partial x} = 2 U^T$$ / $$\frac{\partial -U^T x}{\partial x} = -U^T$$ / $$\frac{\partial -U^T x}{\partial x} = U^T$$",
        {3: RIGHT, 4: WRONG, 5: RIGHT, 6: WRONG},
    ),
    (
        r"$$J = -\sum_{j=1}^K y_j \log(q_j)$$ / $$\frac{\partial J}{\partial q_i} = -\sum_{j=1}^K \frac{\partial y_j \log(q_j)}{\partial q_i}$$ / "
        r"$$\frac{\partial J}{\partial q_i} = -\sum_{j=1}^K \frac{\partial y_j q_j}{\partial q_i}$$",
        {2: RIGHT, 3: WRONG},
    ),
    # -- shapes of layers
    (
        "- W[1]: 4 x 3 (as W[1]X) / - X: 3 x m / - Shape: Z[1] ~ 4 x m / - dW[1]: 4 x 3 / Z[1] = W[1] X / L = 1/2 sum(Z[1]^2) / "
        "dL/dW[1] = Z[1] X^T / dL/dW[1] = X^T Z[1] / dL/dX = W[1]^T Z[1]",
        {7: RIGHT, 8: WRONG, 9: RIGHT},
    ),
    # -- a network in one line of arrows, and what is said behind a line
    (
        "x -> z = w*x + b -> p = z / Loss L = (p - y)^2 / dL/dz = dL/dp * dp/dz = 2 (p - y)     (p = z, so dp/dz=1) / "
        "dL/dw = 2 (p - y) x / dL/dw = (p - y) x / dL/dz = (p - y)     (p = z, so dp/dz=1) / L = (1 - 3)^2 = 4",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: WRONG},
    ),
    ("z = w x → a = relu(z) → L = a^2 / dL/dw = 2 a relu'(z) x / dL/dw = 2 a x^2", {2: RIGHT, 3: WRONG}),
    (
        "z = w x / a = relu(z) / L = (a - y)^2 / dL/dz = dL/da * 1   (z > 0, so relu'(z) = 1) / dL/da = 2 (a - y)",
        {4: OPEN},
    ),
    (
        "L = -y log p - (1 - y) log(1 - p) / dL/dp = -1/p     (y = 1, so dL/dp=-1/p) / dL/dp = (p - y) / (p (1 - p))",
        {2: OPEN},
    ),
    # -- commas between thousands
    (
        r"$$C = (w x - y)^2$$ / Take $w = 0.5$, $x = 1000$, $y = 0$. / $$\frac{dC}{dw} = 1{,}000{,}000$$ / "
        r"$$\frac{dC}{dw} = 1{,}000{,}001$$ / $$\frac{dC}{dw} = 1,000,000$$ / $$\frac{dC}{dw} = 1{,}000$$",
        {3: RIGHT, 4: WRONG, 5: RIGHT, 6: WRONG},
    ),
    (
        "C = (w x - y)^2 / x = 1000 / w = 0.5 / y = 0 / dC/dw = 2 · 500 · 1,000 = 1,000,000 / dC/dw = 2 · 500 · 1,001",
        {5: RIGHT, 6: WRONG},
    ),
    (  # and between digits before and behind the point
        r"$$C = (w x - y)^2$$ / $w = 0{,}5$, $x = 3$, $y = 0{,}25$ / $$\frac{dC}{dw} = 7{,}5$$ / "
        r"$$\frac{dC}{dw} = 7{,}125$$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- a function's name for its value, in a text that has both
    (
        r"$$\sigma(z) = \frac{1}{1 + e^{-z}}$$ / For one example with $\sigma = \sigma(w x)$: / "
        r"$$\frac{\partial}{\partial w} \log(\sigma) = \frac{1}{\sigma} \cdot \frac{\partial \sigma}{\partial w}$$ / "
        r"$$\frac{\partial \sigma}{\partial w} = \sigma(1-\sigma) x$$ / "
        r"$$\frac{\partial}{\partial w} \log(\sigma) = \frac{\sigma}{\sigma(1-\sigma)} \cdot \frac{\partial \sigma}{\partial w}$$ / "
        r"$$\frac{\partial}{\partial w} \log(\sigma) = \frac{1-\sigma}{\sigma(1-\sigma)} \cdot \frac{\partial \sigma}{\partial w}$$",
        {3: RIGHT, 4: RIGHT, 5: WRONG, 6: RIGHT},
    ),
    # -- sums that are left out
    (
        "The sum over an index that stands twice is implied (Einstein notation). / p: (n,) y: (n,) z: (n,) / p = softmax(z) / "
        "J = -y_i log(p_i) / dJ/dz_k = -y_i/p_i dp_i/dz_k / dJ/dz_k = -y_i/p_i (p_i (i == k) - p_i p_k) / "
        "dJ/dp_k = -2 y_i/p_i (i == k) / dJ/dz_k = y_i/p_i dp_i/dz_k",
        {5: RIGHT, 6: RIGHT, 7: WRONG, 8: WRONG},
    ),
    (
        "x: (n,) W: (m, n) t: (m,) / a = W x / L = sum_i (a_i - t_i)^2 / dL/dx_k = sum_i 2 (a_i - t_i) W_ik / "
        "dL/dx_k = 2 (a_i - t_i) W_ik",
        {4: RIGHT, 5: WRONG},
    ),
    # -- a function that is named below another letter
    (
        r"x: (n,) / $$p = g_{\text{softmax}}(x)$$ / $$\frac{\partial p_i}{\partial x_j} = p_i (\delta_{ij} - p_j)$$ / "
        r"$$a = f_{relu}(x)$$ / $$\frac{\partial p_i}{\partial x_j} = p_i (\delta_{ij} + p_j)$$",
        {3: RIGHT, 5: WRONG},
    ),
    # -- costs with names of several letters
    (
        r"X: (n, p) y: (n,) / $$RSS(\beta) = (y - X\beta)^T (y - X\beta)$$ / "
        r"$$\frac{\partial RSS}{\partial \beta} = -2 X^T (y - X\beta)$$ / $$\frac{\partial RSS}{\partial \beta} = 2 X^T (y - X\beta)$$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- a slope that is set to 0 within a sentence
    (
        "X: (n, p) y: (n,) w: (p,) / $L(w) = (y - X w)^T (y - X w)$ / We solve for the $w$ at which the slope is 0. This $w$, where / "
        r"$\frac{\partial L}{\partial w} = 0$, is the one of the least $L$. / "
        r"$$\frac{\partial L}{\partial w} = -2 X^T (y - X w)$$ / $$\frac{\partial L}{\partial w} = 0$$",
        {5: RIGHT, 6: WRONG},
    ),
    # -- shapes behind a colon, and what is none
    (
        r"- $X$: 784 x m / - $Z \sim A$: 10 x m / - $W$: 10 x 784 / - $dW$: 10 x 784 / $$Z = W X$$ / $$L = \sum Z^2$$ / "
        r"$$dW = 2 Z X^T$$ / $$dW = 2 X Z^T$$",
        {7: {"right"}, 8: WRONG},
    ),
    (
        r"$$\sigma(x) = \frac{1}{1 + e^{-x}}$$ / $$f(x) = \begin{cases} x & x > 0 \\\\ \alpha x & x \leq 0 \end{cases}$$ / "
        r"- Range: (0, 1) / - Range: (-1, 1) / "
        r"$$f'(x) = \begin{cases} 1 & x > 0 \\\\ \alpha & x \leq 0 \end{cases}$$ / "
        r"$$f'(x) = \begin{cases} 1 & x > 0 \\\\ x & x \leq 0 \end{cases}$$",
        {5: RIGHT, 6: WRONG},
    ),
    # -- what stands in brackets on the left of a line that is not read is not defined by it
    (
        r"$y = 1$ and $p = 0.5$ / Likelihood $P(y|p) = p^y (1-p)^{1-y}$, and $\text{sign}(y - p) = \pm 1$ / $L = (y - p)^2 z$ / "
        r"$$\frac{\partial L}{\partial z} = (y - p)^2$$ / $$\frac{\partial L}{\partial z} = (y - p)$$",
        {4: RIGHT, 5: WRONG},
    ),
    # -- sizes, indices with a prime, names of several words, and a cost that is called J for short
    (
        r"$X \in \mathbb{R}^{n \times d}$, $W^Q, W^K \in \mathbb{R}^{d \times d_k}$ / $$Q = XW^Q, \quad K = XW^K$$ / "
        r"$$S = \frac{QK^T}{\sqrt{d_k}}$$ / $$A_{ij} = \frac{\exp(S_{ij})}{\sum_k \exp(S_{ik})}$$ / $$L = \sum S^2$$ / "
        r"$$\frac{\partial L}{\partial Q} = \frac{1}{\sqrt{d_k}} \frac{\partial L}{\partial S} K$$ / "
        r"$$\frac{\partial L}{\partial Q} = \frac{1}{d_k} \frac{\partial L}{\partial S} K$$",
        {6: RIGHT, 7: WRONG},
    ),
    (
        r"z: (n,) / $$p_i = \frac{\exp(z_i)}{\sum_{i'} \exp(z_{i'})}$$ / "
        r"$$\frac{\partial p_i}{\partial z_{i'}} = p_i (\delta_{ii'} - p_{i'})$$ / "
        r"$$\frac{\partial p_i}{\partial z_{i^{\prime}}} = p_i (\delta_{ii'} - p_i)$$",
        {3: RIGHT, 4: WRONG},
    ),
    (
        r"$$J_{naive-softmax}(v, o, u) = -a^T v + \log \sum_w \exp(u_w^T v)$$ / "
        r"$$\frac{\partial J_{naive-softmax}(v, o, u)}{\partial v} = -a + \frac{\sum_w \exp(u_w^T v) u_w}{\sum_w \exp(u_w^T v)}$$ / "
        r"$$\frac{\partial J}{\partial v} = -a + \frac{\sum_w \exp(u_w^T v) u_w}{\sum_w \exp(u_w^T v)}$$ / "
        r"$$\frac{\partial J}{\partial v} = -a + \frac{\sum_w \exp(u_w^T v)}{\sum_w \exp(u_w^T v)}$$",
        {2: RIGHT, 3: RIGHT, 4: OPEN},
    ),
    # -- a known function whose argument stands on the right side alone
    (
        r"$$\frac{\partial \sigma}{\partial x} = \sigma(x)(1-\sigma(x))$$ / $$\frac{\partial \sigma}{\partial x} = \sigma(x)(1+\sigma(x))$$",
        {1: RIGHT, 2: WRONG},
    ),
    (
        "The sums over i are implied, as in Einstein's notation. / dC/dz_k = -y_i ((i == k) - p_k) / J = a_i b_i / dJ/da_k = (i == k) b_i / "
        "dJ/da_k = 2 (i == k) b_i",
        {2: RIGHT, 4: RIGHT, 5: WRONG},
    ),
    # -- what a chain of a cost says on its way
    (
        r"$$\text{CE}(y, \hat y) = -\sum_i y_i \log \hat y_i = -\log \hat y_k = -\log(\text{softmax}(v)_k) = \log\sum_j e^{v_j} - v_k$$ / "
        r"$$\frac{\partial \text{CE}(y, \hat y)}{\partial v_k} = \hat y_k - 1$$ / $$\frac{\partial \text{CE}}{\partial v} = \hat y - y$$ / "
        r"$$\frac{\partial \text{CE}(y, \hat y)}{\partial v_{i \neq k}} = \frac{e^{v_i}}{\sum_j e^{v_j}}$$ / "
        r"$$= \hat y_i$$ / $$\frac{\partial \text{CE}(y, \hat y)}{\partial v_{i \neq k}} = \hat y_i - 1$$ / "
        r"$$\frac{\partial \text{CE}}{\partial v} = y - \hat y$$ / $$\frac{\partial \text{CE}}{\partial v_k} = \hat y_k$$",
        {1: RIGHT, 2: RIGHT, 3: RIGHT, 4: RIGHT, 5: RIGHT, 6: WRONG, 7: WRONG, 8: WRONG},
    ),
    (
        r"$$\text{CE}(y, \hat y) = -\sum_i y_i \log \hat y_i = -\log(\text{softmax}(v)_k) + v_k$$ / "
        r"$$\frac{\partial \text{CE}}{\partial \hat y_j} = -\frac{y_j}{\hat y_j}$$",
        {1: WRONG | OPEN, 2: RIGHT},
    ),
    (
        r"$L = -\sum_i t_i \log p_i = -t_k \log p_k$ with $p = \text{softmax}(v)$, where $k$ is the class / "
        "$dL/dv_k = p_k - 1$ / $dL/dv_k = p_k$",
        {1: RIGHT, 2: RIGHT, 3: WRONG},
    ),
    (
        r"$$L = (a - t)^2 = (\sigma(w x) - t)^2$$ / $dL/dw = 2 (a - t) a (1 - a) x$ / $dL/dw = 2 (a - t) (1 - a) x$",
        {2: RIGHT, 3: WRONG},
    ),
    (
        r"$$L = (a - t)^2 = (\sigma(w x) - t)^2$$ / $dL/dw = 2 (a - t) a (1 - a) x$ / In another part, $a = u v$: / "
        r"$dL/dv = 2 (a - t) u$ / $dL/dv = 2 (a - t) v$",
        {2: RIGHT, 5: WRONG | OPEN},
    ),
    (
        r"$$J(a, t) = (a - t)^2 = (a - t)(a - t)$$ / $a = w x$ / "
        r"$\frac{\partial J(a, t)}{\partial w} = 2 (a - t) x$ / $\frac{\partial J(a, t)}{\partial w} = (a - t) x$",
        {1: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    # -- what goes without saying is tried, and never to tell a line wrong
    (
        r"$$L = -\sum_k t_k \log q_k$$ / $$\frac{\partial L}{\partial s_k} = q_k - t_k$$ / "
        r"$$\frac{\partial L}{\partial s_k} = q_k + t_k$$ / $$\frac{\partial L}{\partial s_k} = 2 (q_k - t_k)$$",
        {2: RIGHT, 3: OPEN, 4: OPEN},
    ),
    (
        r"$$L = -(y \log \hat y + (1 - y) \log(1 - \hat y))$$ / $$\frac{\partial L}{\partial s} = \hat y - y$$ / "
        r"$$\frac{\partial L}{\partial s} = y - \hat y$$ / $$\frac{\partial L}{\partial s} = \hat y (1 - \hat y)$$",
        {2: RIGHT, 3: OPEN, 4: OPEN},
    ),
    (  # another cost is said
        r"$$L = \frac12 (\hat y - y)^2$$ / The last layer is a sigmoid. / $$\frac{\partial L}{\partial s} = \hat y - y$$",
        {3: OPEN},
    ),
    (
        r"The last layer is a softmax. / $$\frac{\partial L}{\partial s} = \hat y - y$$ / $$\frac{\partial L}{\partial s} = y - \hat y$$",
        {2: RIGHT, 3: OPEN},
    ),
    (  # a line that says what it is of, where J is several things
        r"At $y = 0, p = 0.2$: $L = -\ln(1 - p) = -\ln(0.8)$ / "
        r"$\frac{\partial L}{\partial p} = \frac{d}{dp} (y - p)^2 = 2 (y - p)(-1) = -2 (y - p)$ / "
        r"$L = -y \ln q - (1 - y) \ln(1 - q)$",
        {1: RIGHT, 2: RIGHT},
    ),
    (
        r"At $y = 0, p = 0.2$: $L = -\ln(1 - p) = -\ln(0.8)$ / "
        r"$\frac{\partial L}{\partial p} = \frac{d}{dp} (y - p)^2$ / $\frac{\partial L}{\partial p} = 2 (y - p)$ / "
        r"$L = -y \ln q - (1 - y) \ln(1 - q)$",
        {2: RIGHT, 3: OPEN | WRONG},
    ),
    (
        r"$\frac{\partial C}{\partial w} = \frac{d}{dw} (w x - t)^2 = 2 (w x - t) x$ / $\frac{\partial C}{\partial w} = 2 (w x - t)$ / "
        r"$\frac{\partial C}{\partial x} = 2 (w x - t) w$ / $\frac{\partial C}{\partial x} = (w x - t) w$",
        {1: RIGHT, 2: OPEN | WRONG, 3: RIGHT, 4: OPEN | WRONG},
    ),
    # -- word vectors
    (
        r"$$\frac{\partial J}{\partial v_c} = \sum_{w \in V} \hat y_w u_w - u_o = U(\hat y - y)$$ / "
        r"$$\frac{\partial J}{\partial u_o} = (\hat y_o - 1) v_c$$ / If $w \neq o$: / "
        r"$$\frac{\partial J}{\partial u_w} = \hat y_w v_c = (\hat y_w - y_w) v_c$$ / "
        r"$$\frac{\partial J}{\partial U} = v_c (\hat y - y)^T$$ / $$\frac{\partial J}{\partial v_c} = U(y - \hat y)$$ / "
        r"$$\frac{\partial J}{\partial u_w} = \hat y_w$$ / $$\frac{\partial J}{\partial U} = (\hat y - y)^T v_c$$",
        {1: RIGHT, 2: RIGHT, 4: RIGHT, 5: RIGHT, 6: OPEN, 7: OPEN, 8: OPEN},
    ),
    (
        r"With negative samples: / $$\frac{\partial J}{\partial v_c} = (\sigma(u_o^T v_c) - 1) u_o + \sum_{k=1}^K (1 - \sigma(-u_k^T v_c)) u_k$$ / "
        r"$$\frac{\partial J}{\partial u_o} = (\sigma(u_o^T v_c) - 1) v_c$$ / $$\frac{\partial J}{\partial u_k} = \sigma(u_k^T v_c) v_c$$ / "
        r"$$\frac{\partial J}{\partial u_k} = \sigma(-u_k^T v_c) v_c$$ / $$\frac{\partial J}{\partial u_o} = (1 - \sigma(u_o^T v_c)) v_c$$",
        {2: RIGHT, 3: RIGHT, 4: RIGHT, 5: OPEN, 6: OPEN},
    ),
    # -- X_i is the i-th row of X
    (
        r"$$J(w) = \sum_{i=1}^n (y_i - X_i w)^2 = (y - X w)^2$$ / $$\frac{\partial J}{\partial w} = -2 X^T y + 2 X^T X w$$ / "
        r"$$\frac{\partial J}{\partial w} = -2 \sum_i (y_i - X_i w) X_i^T$$ / $$\frac{\partial J}{\partial w} = -X^T y + 2 X^T X w$$ / "
        r"$$\frac{\partial J}{\partial w} = -2 X (y - X w)$$ / Set it to zero: / $$0 = -2 X^T y + 2 X^T X w$$",
        {1: RIGHT, 2: RIGHT, 3: RIGHT, 4: WRONG, 5: WRONG},
    ),
    (
        r"$$J(w) = \sum_{i=1}^n (y_i - X_i w)^2 = (y - X w)$$ / $$\frac{\partial J}{\partial w} = -2 X^T (y - X w)$$",
        {1: WRONG | OPEN, 2: RIGHT},
    ),
    (
        r"$$J(w) = (y - X w)^T (y - X w) = \frac12 (y - X w)^2$$ / $$\frac{\partial J}{\partial w} = -2 X^T (y - X w)$$",
        {1: WRONG | OPEN, 2: RIGHT},
    ),
    # -- a network of two layers whose cost goes without saying, and a shape that is said in two ways
    (
        r"$Z^{[1]} = W^{[1]} X + b^{[1]}$ / $A^{[1]} = \text{ReLU}(Z^{[1]})$ / $Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}$ / "
        r"$A^{[2]} = \text{softmax}(Z^{[2]})$ / $dZ^{[2]} = A^{[2]} - Y$ / $dW^{[2]} = \frac1m dZ^{[2]} A^{[1]T}$ / "
        r"$dB^{[2]} = \frac1m \sum dZ^{[2]}$ / $dZ^{[1]} = W^{[2]T} dZ^{[2]} .* g^{[1]\prime}(z^{[1]})$ / $dW^{[1]} = \frac1m dZ^{[1]} X^T$ / "
        r"$dZ^{[2]} = Y - A^{[2]}$ / $dZ^{[1]} = W^{[2]T} dZ^{[2]}$ / "
        r"- $W^{[1]}$: 10 x 784 / - $W^{[1]}$: 10 x 10 / - $B^{[2]}$: 10 x 1",
        {5: RIGHT, 6: RIGHT, 7: RIGHT, 8: RIGHT, 9: RIGHT, 10: OPEN, 11: WRONG | OPEN},
    ),
    # -- W is something else in another part
    (
        r"# One / $Y = XW$ with $X \in \mathbb{R}^{N \times D}$ and $W \in \mathbb{R}^{D \times M}$. / "
        r"$$\frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Y}$$ / # Two / Let $D = WX$. Then / "
        r"$$\frac{\partial L}{\partial W} = \frac{\partial L}{\partial D} X^T$$ / $$\frac{\partial L}{\partial X} = W^T \frac{\partial L}{\partial D}$$ / "
        r"$$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial D} W^T$$",
        {3: RIGHT, 6: RIGHT, 7: RIGHT, 8: OPEN | WRONG},
    ),
    (  # a chain about one example
        r"$$h_\theta(x^{(i)}) = \sigma(\theta^T x^{(i)}) = \frac{1}{1 + e^{-\theta^T x^{(i)}}}$$ / "
        r"$$\ell_i(\theta) = y^{(i)} \log h_\theta(x^{(i)}) + (1 - y^{(i)}) \log(1 - h_\theta(x^{(i)}))$$",
        {1: RIGHT},
    ),
    (
        r"$$h_\theta(x^{(i)}) = \sigma(\theta^T x^{(i)}) = \frac{1}{1 + e^{\theta^T x^{(i)}}}$$",
        {1: WRONG | OPEN},
    ),
    (  # X has a column of ones, for β_0
        r"y: (n,) x: (n, p) X: (n, p) β: (p,) / $$S(\beta) = \sum_{i=1}^n (y_i - \beta_0 - \sum_{j=1}^p x_{ij} \beta_j)^2 = \sum_{i=1}^n (y_i - X_i \beta)^2$$",
        {2: OPEN},
    ),
    # -- one bracket too many, and what behind ∈ is said of a whole formula
    (
        r"$$L = (\sigma(w x) - y)^2$$ / $$\frac{\partial L}{\partial w} = 2 (\sigma(w x) - y)) \sigma'(w x) x$$ / "
        r"$$\frac{\partial L}{\partial w} = 2 (\sigma(w x) - y)) x$$",
        {2: RIGHT, 3: OPEN},
    ),
    (
        r"$$L = (w^T x - y)^2$$ / $$\frac{\partial L}{\partial w} = 2 (w^T x - y) x \in \mathbb{R}^{n}$$ / "
        r"$$\frac{\partial L}{\partial w} = 2 (w^T x - y) x \in \mathbb{R}^{n \times 1}, \text{as has } w$$ / "
        r"$$\frac{\partial L}{\partial w} = (w^T x - y) x \in \mathbb{R}^{n \times 1}, \text{as has } w$$",
        {2: RIGHT, 3: RIGHT, 4: WRONG},
    ),
    (
        r"$$ y = w^T x + b, x \in \mathbb{R}^n $$ / $$ L = (y - t)^2 $$ / $$ \frac{dL}{dw} = 2 (y - t) x $$"
        r" / $$ \frac{dL}{dw} = 2 (y - t) w $$",
        {3: RIGHT, 4: WRONG},
    ),
    # -- what a slope alone says of a function, and sums without an index beside sums over examples
    (
        "The units are logistic. / $$ a = f(z) $$ / $$ z = w x $$ / $$ da/dz = a (1 - a) $$ / "
        "$$ da/dw = a (1 - a) x $$",
        {4: OPEN, 5: OPEN},
    ),
    (
        r"$$J(w,b) = -\frac{1}{m} \sum_{i=1}^{m} [y^{(i)} \log(p^{(i)}) + (1-y^{(i)}) \log(1-p^{(i)})]$$ / "
        r"$$z = w^T x + b$$ / $$p = \sigma(z)$$ / $$dL/dz = p - y$$ / "
        r"$$\frac{\partial J}{\partial b} = \frac{1}{m} \sum_{i=1}^{m} (p^{(i)} - y^{(i)})$$ / "
        r"$$\text{error} = p - y$$ / $$db = \frac{1}{m} \sum \text{error}$$",
        {5: RIGHT, 7: RIGHT | OPEN},
    ),
    ("p = w x + b / error = p - y / db = 1/m sum(error) / dw = 1/m sum(error x)", {3: OPEN, 4: OPEN}),
]


@pytest.mark.parametrize(
    "update", ["w := w {} alpha ((w x - y) x + lam w)", "update: w <- w {} alpha ((w x - y) x + lam w)"]
)
def test_an_update_below_a_cost_of_its_parameter(update: str) -> None:
    """J(w) = ... is a cost as J = ... is."""
    for sign, verdicts in (("-", RIGHT), ("+", WRONG)):
        report = judged(f"J(w) = 1/2 (w x - y)^2 + (lam/2) w^2\n{update.format(sign)}")
        assert at(report, 2).verdict in verdicts


@pytest.mark.parametrize(
    "cost", ["max(0, 1 - y w x)", "lam/2 w^2 + max(0, 1 - y w x)", "1/2 max(0, 1 - y w x)^2"]
)
def test_the_active_side_of_a_hinge_alone_is_a_convention(cost: str) -> None:
    """What holds only where the hinge is active, and does not say so."""
    claims = {"m": "-y x", "l": "lam w - y x", "1": "-y x (1 - y w x)"}
    report = judged(f"L = {cost}\ndL/dw = {claims[cost[0]]}\ndL/dw = 2 ({claims[cost[0]]})")
    assert at(report, 2).verdict == "convention"
    assert "only where max(0, 1 - y w x) is not 0" in at(report, 2).reason
    assert at(report, 3).verdict in WRONG


@pytest.mark.parametrize(("text", "verdicts"), ROWS, ids=[f"{n}" for n in range(len(ROWS))])
def test_verdicts(text: str, verdicts: dict[int, set[str]]) -> None:
    report = judged(text.replace(" / ", "\n"))
    for line, expected in verdicts.items():
        assert at(report, line).verdict in expected, (line, at(report, line))


def test_a_name_with_grad_in_it_is_no_gradient() -> None:
    report = judged("z = w x\nL = (z - y)^2\ngrad_numerical = L - 1\ndL/dw = 2 (z - y) x")
    assert [(step.line, step.verdict) for step in report.steps] == [(4, "right")]


def test_drawings_and_equations_without_slopes_claim_nothing() -> None:
    text = (
        'We draw it: $z = w x$\n<svg width="9">\n<rect x="6" y="5" />\n</svg>\n```\nx ─┐\nw ─┴─> z\nz — what is drawn\n```\n'
        "$$A^T A u = A^T b$$\n$$(A B)^T = B^T A^T$$\n$$\\frac{dz}{dw} = x$$\n$$\\frac{dz}{dw} = w$$\n"
        "$$2 \\frac{dz}{dw} = x$$\n$$2 J = z$$"
    )
    report = judged(text)
    assert [(step.line, step.verdict) for step in report.steps] == [
        (12, "right"),
        (13, "wrong"),
        (14, "factor"),
        (15, "undecided"),
    ]


def test_shapes_and_sentences_that_are_not_read_claim_nothing() -> None:
    text = (
        "$$x: 1 * D$$\nShifting & Scaling: both are\nयदि (\\phi) ऐसा (\\phi(z)=z) है\n"
        "$$L = u^2$$\n$$\\frac{dL}{du} = 2 u$$\n$$\\frac{dL}{du} = u$$\n\nयदि \\frac{\\partial L}{\\partial u} = u"
    )
    report = judged(text)
    assert [(step.line, step.verdict in RIGHT | WRONG) for step in report.steps] == [
        (5, True),
        (6, True),
        (8, False),
    ]
    assert 8 in report.shown


def test_a_formula_beside_code_is_told_once() -> None:
    code = "```python\nimport numpy as np\nu = np.zeros(8)\nprint(u.shape)\n```"
    report = judged(
        f"$y_i = g x_i + b$\n\n$\\partial L/\\partial g = \\sum_i \\partial L/\\partial y_i x_i$\n\n{code}"
    )
    assert [(step.line, step.verdict) for step in report.steps] == [(3, "convention")]


def test_usual_costs_are_made_once() -> None:
    """They are looked up at every value of a cost that the text leaves open, which took minutes."""
    model = build(read("a = w x\ndC/dw = 2 (a - y) x"))
    assert standard_costs(model, "C") is standard_costs(model, "C")


EDITS = {
    r"""The Huber loss of $r = w x - y$:
\[ H = \begin{cases} \frac12 r^2 & |r| \le \delta \\ \delta (|r| - \frac12 \delta) & |r| > \delta \end{cases} \]
\[ \frac{\partial H}{\partial r} = \begin{cases} r & |r| \le \delta \\ \operatorname{sign}(r) & |r| > \delta \end{cases} \]""": (
        r"\operatorname{sign}(r) \delta & |r| > \delta"
    ),
    r"""The Huber loss with $r = w^\top x - y$:
\[ L = \begin{cases} \frac12 r^2 & |r| \le \delta \\ \delta (|r| - \frac12 \delta) & |r| > \delta \end{cases} \]
\[ \frac{\partial L}{\partial r} = \begin{cases} r & |r| \le \delta \\ \delta & |r| > \delta \end{cases} \]""": (
        r"\delta \operatorname{sign}(r) & |r| > \delta"
    ),
    r"""\[ C = \frac12 \sum_j (a^L_j - y_j)^2, \quad z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j, \quad a^l_j = \sigma(z^l_j) \]
\[ \delta^L_j = (a^L_j - y_j)\,\sigma'(z^L_j) \]
\[ \delta^l_j = \sum_k w^{l+1}_{jk} \delta^{l+1}_k \sigma'(z^l_j) \]
\[ \frac{\partial C}{\partial b^l_j} = \delta^l_j \]""": r"\sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)",
    r"""\[ C = \frac12 \sum_j (a_j - y_j)^2, \quad a_j = \sum_k w_{jk} x_k, \quad \delta_j = a_j - y_j \]
\[ \frac{\partial C}{\partial w_{jk}} = \delta_k x_j \]""": r"= \delta_j x_k",
    "s = tanh(u), L = s a / dL/du = (1 - u^2) a".replace(" / ", "\n"): "(1 - tanh(u)^2) a",
    "z = w x + b / a = σ(z) / C = (a - y)^2 / ā = 2 (a - y) / z̄ = ā a / w̄ = z̄ x".replace(
        " / ", "\n"
    ): "z̄ = ā σ'(z)",
    "s = q k/sqrt(d) / L = s^2 / dL/dq = 2 s k".replace(" / ", "\n"): "(2 s k)/sqrt(d)",
    "L = 2 |w| + a w / dL/dw = 2 w + a".replace(" / ", "\n"): "2 sign(w) + a",
    "y = sin(b)^2 / dy/db = 2 sin(b) sin(b)".replace(" / ", "\n"): "cos(b)",
    "x = (x_1, x_2, x_3) / y_1 = w_1 x_1 + w_2 x_2 / y_2 = w_1 x_2 + w_2 x_3 / L = y_1 + y_2^2 / "
    "dL/dx_2 = w_1 + 2 y_2 w_2".replace(" / ", "\n"): "w_2 + 2 y_2 w_1",
    r"""$$s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$
$$\frac{\partial s_i}{\partial z_j} = \begin{cases} s_i (1 - s_i) & i = j \\ s_i s_j & i \ne j \end{cases}$$""": "-s_i s_j",
}


@pytest.mark.parametrize("text", EDITS)
def test_edits(text: str) -> None:
    (edit,) = (step.edit for step in judged(text).steps if step.verdict in WRONG)
    assert edit is not None
    assert EDITS[text] in edit.line


@pytest.mark.parametrize(
    "text", ["L = max(0, z - 3) / dL/dz = -1", "L = max(0, -2 - z) w / dL/dw = max(0, z)"]
)
def test_no_edit_for_some_points_only(text: str) -> None:
    """A slope that is 0 at the points that are looked at, and not beyond a kink."""
    (step,) = judged(text.replace(" / ", "\n")).steps
    assert step.verdict == "wrong"
    assert step.edit is None


def test_sizes_of_counterexamples_are_sizes() -> None:
    (step,) = judged("C = (w x - y)^2 / (2 m)\ndC/dw = (w x - y) x / m^2").steps
    assert step.counterexample is not None
    assert int(step.counterexample.values["m"]) >= 1


@pytest.mark.parametrize("end", ["\r", "\v", "\f", "\r\n"])
def test_line_ends(end: str) -> None:
    """A lone CR, VT or FF ends a line."""
    report = judged(end.join(["C = (a - y)^2", "dC/da = 2 (a - y)"]))
    assert [(step.line, step.verdict) for step in report.steps] == [(2, "right")]


@pytest.mark.parametrize(
    "text",
    [
        "L = sum_i sum_j sum_k sum_l a_ijkl x_i x_j x_k x_l\ndL/da_ijkl = x_i x_j x_k x_l",
        "\n".join(
            [
                "z0 = x",
                *(f"z{i} = tanh(z{i - 1} + z{i - 1}^2)" for i in range(1, 200)),
                "L = z199",
                "dL/dx = " + " ".join(f"dz{i}/dz{i - 1}" for i in range(199, 0, -1)),
            ]
        ),
    ],
)
def test_what_takes_too_long_is_open(text: str) -> None:
    (step,) = judged(text).steps
    assert step.verdict == "undecided"
    assert "work" in step.reason
