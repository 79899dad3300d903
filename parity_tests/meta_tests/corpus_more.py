"""More right derivations, each in the manner of another course, article, lecture or program; see corpus.py."""

# ruff: noqa: E501 - a paragraph of a page is one line

from backproof.parity_tests.meta_tests.corpus import BACKWARDS

# What a program leaves to its caller.
LOSS = {
    "a network of any depth.py": "half_squared_error",
    "three rows of inputs.py": "half_squared_error",
}

MORE: dict[str, str] = {
    "layers, gradient of logistic regression, one example.md": r"""
# Logistic regression gradient descent

For a single example with two features, recap:

$$z = w_1 x_1 + w_2 x_2 + b$$
$$\hat{y} = a = \sigma(z)$$
$$\mathcal{L}(a, y) = -(y \log(a) + (1-y) \log(1-a))$$

Going backwards we compute first

$$da = \frac{d\mathcal{L}(a,y)}{da} = -\frac{y}{a} + \frac{1-y}{1-a}$$

then

$$dz = \frac{d\mathcal{L}}{dz} = \frac{d\mathcal{L}}{da} \cdot \frac{da}{dz} = a - y$$

and at last $dw_1 = x_1 \, dz$, $dw_2 = x_2 \, dz$, $db = dz$. The updates are
$w_1 := w_1 - \alpha \, dw_1$, $w_2 := w_2 - \alpha \, dw_2$ and $b := b - \alpha \, db$.
""",
    "layers, shallow network, three lines each.md": r"""
### Summary of gradient descent (one hidden layer)

$X \in \mathbb{R}^{n_x \times m}$, $Y \in \mathbb{R}^{1 \times m}$, $W^{[1]} \in \mathbb{R}^{n_h \times n_x}$, $b^{[1]} \in \mathbb{R}^{n_h \times 1}$, $W^{[2]} \in \mathbb{R}^{1 \times n_h}$, $b^{[2]} \in \mathbb{R}$.

$$Z^{[1]} = W^{[1]}X + b^{[1]}$$
$$A^{[1]} = g^{[1]}(Z^{[1]})$$
$$Z^{[2]} = W^{[2]}A^{[1]} + b^{[2]}$$
$$A^{[2]} = \sigma(Z^{[2]})$$
$$J = -\frac{1}{m}\sum_{i=1}^{m}\left[y^{(i)}\log a^{[2](i)} + (1-y^{(i)})\log(1-a^{[2](i)})\right]$$

Backpropagation:

$$dZ^{[2]} = A^{[2]} - Y$$
$$dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]^T}$$
$$db^{[2]} = \frac{1}{m} \text{np.sum}(dZ^{[2]}, \text{axis}=1, \text{keepdims}=\text{True})$$
$$dZ^{[1]} = W^{[2]T} dZ^{[2]} * g^{[1]'}(Z^{[1]})$$
$$dW^{[1]} = \frac{1}{m} dZ^{[1]} X^T$$
$$db^{[1]} = \frac{1}{m} \text{np.sum}(dZ^{[1]}, \text{axis}=1, \text{keepdims}=\text{True})$$
""",
    "layers, vectorised, aligned with numbers.tex": r"""
\documentclass{article}
\usepackage{amsmath}
\begin{document}
Let $X \in \mathbb{R}^{n \times m}$, $Y \in \mathbb{R}^{k \times m}$, $W \in \mathbb{R}^{k \times n}$ and $b \in \mathbb{R}^{k}$.
\begin{align}
Z &= W X + b \label{eq:z} \\
A &= \mathrm{softmax}(Z) \\
J &= -\frac{1}{m} \sum_{i=1}^{m} \sum_{c=1}^{k} Y_{c i} \log A_{c i}
\end{align}
where every column of $Y$ is one-hot. Then
\begin{align*}
\frac{\partial J}{\partial Z} &= \frac{1}{m} (A - Y), \\
\frac{\partial J}{\partial W} &= \frac{1}{m} (A - Y) X^{\top}.
\end{align*}
\end{document}
""",
    "layers, L2 cost, deep.md": r"""
We add $\frac{\lambda}{2m}\sum_l \|W^{[l]}\|^2_F$ to the cost, here with $W^{[1]}: (h, n)$, $W^{[2]}: (1, h)$, $X: (n, m)$, $Y: (1, m)$:

$$Z^{[1]} = W^{[1]} X$$
$$A^{[1]} = \text{ReLU}(Z^{[1]})$$
$$Z^{[2]} = W^{[2]} A^{[1]}$$
$$A^{[2]} = \sigma(Z^{[2]})$$
$$J = -\frac{1}{m} \sum \left( Y \log A^{[2]} + (1-Y) \log (1 - A^{[2]}) \right) + \frac{\lambda}{2m} \left( \|W^{[1]}\|_F^2 + \|W^{[2]}\|_F^2 \right)$$

The backward pass gets one more term for each weight:

$$dZ^{[2]} = A^{[2]} - Y$$
$$dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T} + \frac{\lambda}{m} W^{[2]}$$
$$dA^{[1]} = W^{[2]T} dZ^{[2]}$$
$$dZ^{[1]} = dA^{[1]} \ast \mathbb{1}(Z^{[1]} > 0)$$
$$dW^{[1]} = \frac{1}{m} dZ^{[1]} X^T + \frac{\lambda}{m} W^{[1]}$$
""",
    "errors, BP1 to BP4 with sizes.md": r"""
# Backpropagation

Take a network with two layers of weights: $w^2 \in \mathbb{R}^{h \times n}$, $w^3 \in \mathbb{R}^{k \times h}$, $b^2 \in \mathbb{R}^h$, $b^3 \in \mathbb{R}^k$, input $a^1 = x \in \mathbb{R}^n$ and target $y \in \mathbb{R}^k$.

$$z^2 = w^2 a^1 + b^2, \quad a^2 = \sigma(z^2), \quad z^3 = w^3 a^2 + b^3, \quad a^3 = \sigma(z^3)$$

$$C = \frac{1}{2} \|y - a^3\|^2$$

**Output error (BP1).**

$$\delta^3 = \nabla_{a^3} C \odot \sigma'(z^3) = (a^3 - y) \odot \sigma'(z^3)$$

**Backpropagate (BP2).**

$$\delta^2 = ((w^3)^T \delta^3) \odot \sigma'(z^2)$$

**Biases (BP3).**

$$\frac{\partial C}{\partial b^3} = \delta^3, \qquad \frac{\partial C}{\partial b^2} = \delta^2$$

**Weights (BP4).**

$$\frac{\partial C}{\partial w^3} = \delta^3 (a^2)^T, \qquad \frac{\partial C}{\partial w^2} = \delta^2 (a^1)^T$$
""",
    "errors, components with l+1.md": r"""
We prove the second equation. By definition $\delta^l_j = \partial C / \partial z^l_j$, and with the next layer

$$z^{l+1}_k = \sum_j w^{l+1}_{kj} a^l_j + b^{l+1}_k$$
$$a^l_j = \sigma(z^l_j)$$

the chain rule says

$$\delta^l_j = \sum_k \frac{\partial C}{\partial z^{l+1}_k} \frac{\partial z^{l+1}_k}{\partial z^l_j} = \sum_k \frac{\partial z^{l+1}_k}{\partial z^l_j} \delta^{l+1}_k$$

Differentiating,

$$\frac{\partial z^{l+1}_k}{\partial z^l_j} = w^{l+1}_{kj} \sigma'(z^l_j)$$

Substituting back we obtain

$$\delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j)$$
""",
    "errors, cross-entropy over a training set.md": r"""
The cross-entropy for a neuron with $a = \sigma(z)$, $z = \sum_j w_j x_j + b$, is, for one training input,

$$C = -[y \ln a + (1 - y) \ln (1 - a)].$$

Let's compute the partial derivative with respect to the weights. We substitute $a = \sigma(z)$ and apply the chain rule twice:

$$
\frac{\partial C}{\partial w_j} = -\left( \frac{y}{\sigma(z)} - \frac{(1-y)}{1-\sigma(z)} \right) \frac{\partial \sigma}{\partial w_j}
= -\left( \frac{y}{\sigma(z)} - \frac{(1-y)}{1-\sigma(z)} \right) \sigma'(z) x_j.
$$

Putting everything over a common denominator:

$$\frac{\partial C}{\partial w_j} = \frac{\sigma'(z) x_j}{\sigma(z) (1 - \sigma(z))} (\sigma(z) - y).$$

The factors cancel, and

$$\frac{\partial C}{\partial w_j} = x_j (\sigma(z) - y).$$
""",
    "errors, softmax log-likelihood.md": r"""
A softmax layer has $a^L_j = \frac{e^{z^L_j}}{\sum_k e^{z^L_k}}$ with weighted inputs

$$z^L_j = \sum_k w^L_{jk} a^{L-1}_k + b^L_j$$

and the cost $C = -\sum_j y_j \ln a^L_j$, where $y$ is one-hot. Then

$$\frac{\partial C}{\partial z^L_j} = a^L_j - y_j$$
$$\frac{\partial C}{\partial b^L_j} = a^L_j - y_j$$
$$\frac{\partial C}{\partial w^L_{jk}} = a^{L-1}_k (a^L_j - y_j)$$
""",
    "scores, batch of scores.md": """
Let's do a full softmax classifier. `X` is `(N, D)`, `W` is `(D, C)`, `b` is `(C,)` and `y` holds the correct class of each example.

```python
# class scores
scores = X.dot(W) + b
exp_scores = np.exp(scores)
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
correct_logprobs = -np.log(probs[range(N), y])
data_loss = np.sum(correct_logprobs) / N
reg_loss = 0.5 * reg * np.sum(W * W)
loss = data_loss + reg_loss
```

Now the gradient:

```python
dscores = probs
dscores[range(N), y] -= 1
dscores /= N
dW = np.dot(X.T, dscores)
db = np.sum(dscores, axis=0, keepdims=True)
dW += reg * W
```
""",
    "scores, gates with intermediate names.md": r"""
Example: $f(x, y) = \frac{x + \sigma(y)}{\sigma(x) + (x + y)^2}$, computed in stages:

```
sigy = sigmoid(y)
num = x + sigy
sigx = sigmoid(x)
xpy = x + y
xpysqr = xpy**2
den = sigx + xpysqr
invden = 1.0 / den
f = num * invden
```

and backwards

```
df/dnum = invden
df/dinvden = num
df/dden = (-1.0 / (den**2)) * df/dinvden
df/dxpy = 2 * xpy * df/dden
df/dy = df/dnum * sigy * (1 - sigy) + df/dxpy
```
""",
    "scores, matrices with dims in words.md": r"""
Suppose X has shape (N, D), W has shape (D, M) and Y = X W. The loss is L = sum(Y * G), where G: (N, M).

Then $\frac{\partial L}{\partial Y} = G$, and by the chain rule

$$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y} W^T$$

$$\frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Y}$$
""",
    "notes, row gradients.md": r"""
We use the numerator layout and row vectors. Given $x \in \mathbb{R}^{n}$, $W \in \mathbb{R}^{m \times n}$ and

$$z = W x$$
$$h = \text{ReLU}(z)$$
$$\theta = U h$$
$$\hat{y} = \text{softmax}(\theta)$$
$$J = -\sum_i y_i \log \hat{y}_i$$

with $U \in \mathbb{R}^{c \times m}$ and a one-hot $y \in \mathbb{R}^{c}$. Let $\delta_1 = \frac{\partial J}{\partial \theta}$ and $\delta_2 = \frac{\partial J}{\partial z}$:

$$\delta_1 = (\hat{y} - y)^T$$
$$\delta_2 = \delta_1 U \circ \text{sgn}(h)$$
$$\frac{\partial J}{\partial U} = \delta_1^T h^T$$
$$\frac{\partial J}{\partial W} = \delta_2^T x^T$$
""",
    "indices, errors at the units.md": r"""
Each hidden unit computes a weighted sum and passes it on:

$$a_j = \sum_i w_{ji} x_i$$
$$z_j = \tanh(a_j)$$
$$y_k = \sum_j v_{kj} z_j$$
$$E = \frac{1}{2} \sum_k (y_k - t_k)^2$$

For the output units we have

$$\delta_k = y_k - t_k$$

and these are propagated back to the hidden units by

$$\delta_j = (1 - z_j^2) \sum_k v_{kj} \delta_k$$

Finally the derivatives with respect to both layers of weights are

$$\frac{\partial E}{\partial w_{ji}} = \delta_j x_i, \qquad \frac{\partial E}{\partial v_{kj}} = \delta_k z_j$$
""",
    "indices, first and second layer superscripts.md": r"""
$$a_j = \sum_{i} w^{(1)}_{ji} x_i$$
$$z_j = \tanh(a_j)$$
$$y_k = \sum_{j} w^{(2)}_{kj} z_j$$
$$E_n = \frac{1}{2} \sum_{k} (y_k - t_k)^2$$

The chain rule gives $\frac{\partial E_n}{\partial w^{(1)}_{ji}} = \frac{\partial E_n}{\partial a_j} \frac{\partial a_j}{\partial w^{(1)}_{ji}}$, and since

$$\frac{\partial a_j}{\partial w^{(1)}_{ji}} = x_i$$

we find

$$\frac{\partial E_n}{\partial w^{(1)}_{ji}} = (1 - z_j^2) x_i \sum_k w^{(2)}_{kj} (y_k - t_k)$$
$$\frac{\partial E_n}{\partial w^{(2)}_{kj}} = (y_k - t_k) z_j$$
""",
    "indices, logistic regression, sums over n.md": r"""
With $y_n = \sigma(a_n)$ and $a_n = \sum_j w_j \phi_{nj}$, the cross-entropy error function is

$$E = -\sum_{n=1}^N \{ t_n \ln y_n + (1 - t_n) \ln (1 - y_n) \}$$

Taking the gradient with respect to w, we obtain

$$\frac{\partial E}{\partial w_j} = \sum_{n=1}^N (y_n - t_n) \phi_{nj}$$
$$\frac{\partial E}{\partial a_n} = y_n - t_n$$
""",
    "indices, multiclass.md": r"""
The posterior is $y_k = \frac{\exp(a_k)}{\sum_j \exp(a_j)}$, whose derivatives are

$$\frac{\partial y_k}{\partial a_j} = y_k (I_{kj} - y_j)$$

where $I_{kj}$ are the elements of the identity matrix. With $E = -\sum_k t_k \ln y_k$ and $\sum_k t_k = 1$:

$$\frac{\partial E}{\partial a_j} = -\sum_k t_k \frac{1}{y_k} y_k (I_{kj} - y_j) = y_j - t_j$$
""",
    "cookbook, trace and Frobenius.tex": r"""
X: (n, p) \quad W: (p, k) \quad Y: (n, k)
E = X W - Y
f = \mathrm{tr}(E^T E)
\frac{\partial f}{\partial E} = 2 E
\frac{\partial f}{\partial W} = 2 X^T (X W - Y)
g = \|X W - Y\|_F^2 + \lambda \|W\|_F^2
\frac{\partial g}{\partial W} = 2 X^T X W - 2 X^T Y + 2 \lambda W
""",
    "cookbook, differential of a quadratic.md": r"""
Let $f = x^T A x$ with $A \in \mathbb{R}^{n \times n}$ and $x \in \mathbb{R}^n$. The differential is

$$df = dx^T A x + x^T A \, dx = x^T (A + A^T) dx$$

so that

$$\nabla_x f = (A + A^T) x$$

If moreover $A$ does not depend on $x$,

$$\frac{\partial f}{\partial A} = x x^T$$
""",
    "cookbook, differentials of least squares.md": r"""
Take $\ell = \frac12 \|X w - y\|^2$ with $X \in \mathbb{R}^{m \times n}$, $w \in \mathbb{R}^n$ and $y \in \mathbb{R}^m$. Write $r = X w - y$. Then

$$d\ell = r^T dr = r^T X dw$$

hence $\nabla \ell = X^T r$, that is,

$$\frac{\partial \ell}{\partial w} = X^T (X w - y)$$
""",
    "cookbook, logdet free, sigmoid hessian.md": r"""
For one example, $z = w^T x$ with $w, x \in \mathbb{R}^n$:

$$p = \sigma(z)$$
$$\ell = -t \log p - (1 - t) \log(1 - p)$$

The gradient is

$$\nabla_w \ell = (p - t) x$$

and $\frac{dp}{dz} = p (1 - p)$.
""",
    "videos, the chain of one neuron per layer.md": r"""
Just three weights and three biases; look at the connection between the last two neurons. Call the activation of the last neuron $a^{(L)}$, the one before $a^{(L-1)}$, and the desired output $y$.

$$C_0 = (a^{(L)} - y)^2$$
$$z^{(L)} = w^{(L)} a^{(L-1)} + b^{(L)}$$
$$a^{(L)} = \sigma(z^{(L)})$$

How sensitive is the cost to small changes of the weight?

$$\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} \frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}}$$

The pieces are

$$\frac{\partial C_0}{\partial a^{(L)}} = 2(a^{(L)} - y)$$
$$\frac{\partial a^{(L)}}{\partial z^{(L)}} = \sigma'(z^{(L)})$$
$$\frac{\partial z^{(L)}}{\partial w^{(L)}} = a^{(L-1)}$$

Together: $\frac{\partial C_0}{\partial w^{(L)}} = a^{(L-1)} \sigma'(z^{(L)}) 2(a^{(L)} - y)$. For the bias,

$$\frac{\partial C_0}{\partial b^{(L)}} = \frac{\partial z^{(L)}}{\partial b^{(L)}} \frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}} = 1 \cdot \sigma'(z^{(L)}) 2(a^{(L)} - y)$$
""",
    "videos, layers with several neurons.md": r"""
$$z_j^{(L)} = w_{j0}^{(L)} a_0^{(L-1)} + w_{j1}^{(L)} a_1^{(L-1)} + w_{j2}^{(L)} a_2^{(L-1)} + b_j^{(L)}$$
$$a_j^{(L)} = \sigma(z_j^{(L)})$$
$$C_0 = \sum_{j=0}^{n_L - 1} (a_j^{(L)} - y_j)^2$$

$$\frac{\partial C_0}{\partial a_j^{(L)}} = 2(a_j^{(L)} - y_j)$$
""",
    "videos, sum over the next layer.md": r"""
The cost of one training example is $C_0 = \sum_{j} (a_j^{(L)} - y_j)^2$, where $a_j^{(L)} = \sigma(z_j^{(L)})$ and

$$z_j^{(L)} = \sum_k w_{jk}^{(L)} a_k^{(L-1)} + b_j^{(L)}.$$

$$\frac{\partial C_0}{\partial w_{jk}^{(L)}} = \frac{\partial z_j^{(L)}}{\partial w_{jk}^{(L)}} \frac{\partial a_j^{(L)}}{\partial z_j^{(L)}} \frac{\partial C_0}{\partial a_j^{(L)}} = a_k^{(L-1)} \sigma'(z_j^{(L)}) 2 (a_j^{(L)} - y_j)$$

$$\frac{\partial C_0}{\partial a_k^{(L-1)}} = \sum_j \frac{\partial z_j^{(L)}}{\partial a_k^{(L-1)}} \frac{\partial a_j^{(L)}}{\partial z_j^{(L)}} \frac{\partial C_0}{\partial a_j^{(L)}}$$
""",
    "tutorial, numpy third order polynomial.py": """
import numpy as np
import math

x = np.linspace(-math.pi, math.pi, 2000)
y = np.sin(x)

a = np.random.randn()
b = np.random.randn()
c = np.random.randn()
d = np.random.randn()

learning_rate = 1e-6
for t in range(2000):
    # Forward pass: compute predicted y
    y_pred = a + b * x + c * x ** 2 + d * x ** 3

    loss = np.square(y_pred - y).sum()
    if t % 100 == 99:
        print(t, loss)

    # Backprop to compute gradients of a, b, c, d with respect to loss
    grad_y_pred = 2.0 * (y_pred - y)
    grad_a = grad_y_pred.sum()
    grad_b = (grad_y_pred * x).sum()
    grad_c = (grad_y_pred * x ** 2).sum()
    grad_d = (grad_y_pred * x ** 3).sum()

    a -= learning_rate * grad_a
    b -= learning_rate * grad_b
    c -= learning_rate * grad_c
    d -= learning_rate * grad_d
""",
    "tutorial, torch tensors relu.py": """
import torch

dtype = torch.float
device = torch.device("cpu")
N, D_in, H, D_out = 64, 1000, 100, 10

x = torch.randn(N, D_in, device=device, dtype=dtype)
y = torch.randn(N, D_out, device=device, dtype=dtype)
w1 = torch.randn(D_in, H, device=device, dtype=dtype)
w2 = torch.randn(H, D_out, device=device, dtype=dtype)

learning_rate = 1e-6
for t in range(500):
    h = x.mm(w1)
    h_relu = h.clamp(min=0)
    y_pred = h_relu.mm(w2)

    loss = (y_pred - y).pow(2).sum().item()
    print(t, loss)

    grad_y_pred = 2.0 * (y_pred - y)
    grad_w2 = h_relu.t().mm(grad_y_pred)
    grad_h_relu = grad_y_pred.mm(w2.t())
    grad_h = grad_h_relu.clone()
    grad_h[h < 0] = 0
    grad_w1 = x.t().mm(grad_h)

    w1 -= learning_rate * grad_w1
    w2 -= learning_rate * grad_w2
""",
    "tutorial, a network class.py": """
import numpy as np


def sigmoid(x):
    return 1.0 / (1 + np.exp(-x))


def sigmoid_derivative(x):
    return x * (1.0 - x)


class NeuralNetwork:
    def __init__(self, x, y):
        self.input = x
        self.weights1 = np.random.rand(self.input.shape[1], 4)
        self.weights2 = np.random.rand(4, 1)
        self.y = y
        self.output = np.zeros(self.y.shape)

    def feedforward(self):
        self.layer1 = sigmoid(np.dot(self.input, self.weights1))
        self.output = sigmoid(np.dot(self.layer1, self.weights2))

    def loss(self):
        return np.sum((self.y - self.output) ** 2)

    def backprop(self):
        d_weights2 = np.dot(self.layer1.T, (2 * (self.y - self.output) * sigmoid_derivative(self.output)))
        d_weights1 = np.dot(self.input.T, (np.dot(2 * (self.y - self.output) * sigmoid_derivative(self.output), self.weights2.T) * sigmoid_derivative(self.layer1)))

        self.weights1 += d_weights1
        self.weights2 += d_weights2
""",
    "notebook, softmax regression.ipynb": """
# %% [markdown]
# # Softmax regression by hand
# $X$ is `(N, D)` and holds one example in each row; `T` is one-hot, `(N, K)`.
# %%
Z = X @ W + b
P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
loss = -np.mean(np.sum(T * np.log(P), axis=1))
# %% [markdown]
# Backwards, the famous difference comes first.
# %%
dZ = (P - T) / X.shape[0]
dW = X.T @ dZ
db = dZ.sum(axis=0)
""",
    "notebook, formulas then code.ipynb": r"""
# %% [markdown]
# The model is $\hat y = X w$ with the loss
# $$L = \frac{1}{2} \sum_i (\hat y_i - y_i)^2$$
# so that $$\frac{\partial L}{\partial w} = X^T (\hat y - y)$$
# where $X \in \mathbb{R}^{N \times d}$, $w \in \mathbb{R}^d$ and $y \in \mathbb{R}^N$.
# %%
y_hat = X @ w
loss = 0.5 * np.sum((y_hat - y) ** 2)
# %%
grad_w = X.T @ (y_hat - y)
""",
    "prose, leaky relu by cases.md": r"""
The leaky rectifier is

$$f(z) = \begin{cases} z & \text{if } z > 0 \\ 0.01 z & \text{otherwise} \end{cases}$$

and its derivative is

$$f'(z) = \begin{cases} 1 & \text{if } z > 0 \\ 0.01 & \text{otherwise} \end{cases}$$

With $z = w x + b$, $a = f(z)$ and $C = \frac{1}{2}(a - y)^2$ we get

$$\frac{\partial C}{\partial w} = (a - y) f'(z) x$$
""",
    "prose, softmax, quotient rule.md": r"""
Given $S_i = \frac{e^{a_i}}{\sum_{k=1}^N e^{a_k}}$ we want $\frac{\partial S_i}{\partial a_j}$.

When $i = j$:

$$\frac{\partial S_i}{\partial a_j} = S_i (1 - S_j)$$

When $i \neq j$:

$$\frac{\partial S_i}{\partial a_j} = -S_j S_i$$

Both together, with the Kronecker delta,

$$\frac{\partial S_i}{\partial a_j} = S_i (\delta_{ij} - S_j)$$
""",
    "prose, sigmoid derivative in steps.md": r"""
The derivative of the sigmoid $\sigma(x) = \frac{1}{1 + e^{-x}}$:

$$
\begin{aligned}
\frac{d}{dx} \sigma(x) &= \frac{d}{dx} \left[ \frac{1}{1 + e^{-x}} \right] \\
&= \frac{d}{dx} (1 + e^{-x})^{-1} \\
&= -(1 + e^{-x})^{-2} (-e^{-x}) \\
&= \frac{e^{-x}}{(1 + e^{-x})^2} \\
&= \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}} \\
&= \sigma(x) \cdot (1 - \sigma(x))
\end{aligned}
$$
""",
    "prose, tanh from exponentials.md": r"""
By definition $\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}$. The quotient rule gives

$$\frac{d}{dx} \tanh(x) = \frac{(e^x + e^{-x})(e^x + e^{-x}) - (e^x - e^{-x})(e^x - e^{-x})}{(e^x + e^{-x})^2}$$
$$= 1 - \frac{(e^x - e^{-x})^2}{(e^x + e^{-x})^2}$$
$$= 1 - \tanh^2(x)$$
""",
    "blog, net and out with numbers.md": r"""
## Forward

The total net input of h1: $net_{h1} = w_1 i_1 + w_2 i_2 + b_1$, squashed by the logistic function: $out_{h1} = \frac{1}{1 + e^{-net_{h1}}}$. Likewise for h2, $net_{h2} = w_3 i_1 + w_4 i_2 + b_1$ and $out_{h2} = \frac{1}{1 + e^{-net_{h2}}}$.

For the output: $net_{o1} = w_5 out_{h1} + w_6 out_{h2} + b_2$, $out_{o1} = \frac{1}{1 + e^{-net_{o1}}}$.

$$E_{total} = \frac{1}{2}(target_{o1} - out_{o1})^2$$

## Backward

Consider $w_5$. By the chain rule

$$\frac{\partial E_{total}}{\partial w_{5}} = \frac{\partial E_{total}}{\partial out_{o1}} * \frac{\partial out_{o1}}{\partial net_{o1}} * \frac{\partial net_{o1}}{\partial w_{5}}$$

$$\frac{\partial E_{total}}{\partial out_{o1}} = -(target_{o1} - out_{o1})$$

$$\frac{\partial out_{o1}}{\partial net_{o1}} = out_{o1}(1 - out_{o1})$$

$$\frac{\partial net_{o1}}{\partial w_{5}} = out_{h1}$$

So $\frac{\partial E_{total}}{\partial w_{5}} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1}) * out_{h1}$.
""",
    "blog, unicode plain.txt": """
Linear regression, one feature
ŷ = w·x + b
L = (ŷ − y)²
∂L/∂ŷ = 2(ŷ − y)
∂L/∂w = ∂L/∂ŷ · ∂ŷ/∂w = 2(ŷ − y)·x
∂L/∂b = ∂L/∂ŷ · ∂ŷ/∂b = 2(ŷ − y)·1
""",
    "blog, MSE over n examples.md": r"""
We fit a line. The prediction is $\hat{y}_i = m x_i + b$ and the mean squared error is

$$MSE = \frac{1}{n} \sum_{i=1}^{n} (y_i - \hat{y}_i)^2$$

Its partial derivatives are

$$\frac{\partial MSE}{\partial m} = -\frac{2}{n} \sum_{i=1}^n x_i (y_i - \hat{y}_i)$$

$$\frac{\partial MSE}{\partial b} = -\frac{2}{n} \sum_{i=1}^n (y_i - \hat{y}_i)$$
""",
    "blog, logistic loss gradient by chain, theta.md": r"""
Hypothesis: $h_\theta(x) = g(\theta^T x)$ where $g(z) = \frac{1}{1+e^{-z}}$.

The cost of $m$ examples is

$$J(\theta) = -\frac{1}{m} \sum_{i=1}^m \left[ y^{(i)} \log(h_\theta(x^{(i)})) + (1 - y^{(i)}) \log(1 - h_\theta(x^{(i)})) \right]$$

and its gradient

$$\frac{\partial J(\theta)}{\partial \theta_j} = \frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}$$
""",
    "lecture, computational graph.txt": """
# f = (x + y) z with a node q
q = x + y
f = q z
df/dq = z
df/dz = q
dq/dx = 1
dq/dy = 1
df/dx = df/dq dq/dx = z
df/dy = df/dq dq/dy = z
""",
    "lecture, batch norm.md": r"""
For a mini-batch of $m$ values $x_i$:

$$\mu = \frac{1}{m} \sum_{i=1}^m x_i$$
$$v = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2$$
$$\hat{x}_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}}$$
$$y_i = \gamma \hat{x}_i + \beta$$

During training we need, for a loss $\ell$ of all $y_i$,

$$\frac{\partial \ell}{\partial \hat{x}_i} = \frac{\partial \ell}{\partial y_i} \gamma$$
$$\frac{\partial \ell}{\partial \gamma} = \sum_{i=1}^m \frac{\partial \ell}{\partial y_i} \hat{x}_i$$
$$\frac{\partial \ell}{\partial \beta} = \sum_{i=1}^m \frac{\partial \ell}{\partial y_i}$$
""",
    "lecture, rnn two steps.md": r"""
Unrolled for two steps, all vectors of size $n$: $h_0, h_1, h_2, x_1, x_2, y \in \mathbb{R}^n$, $W, U \in \mathbb{R}^{n \times n}$.

$$h_1 = \tanh(W h_0 + U x_1)$$
$$h_2 = \tanh(W h_1 + U x_2)$$
$$L = \frac{1}{2} \|h_2 - y\|^2$$

Then

$$\frac{\partial L}{\partial h_2} = h_2 - y$$
$$\delta_2 = (h_2 - y) \odot (1 - h_2 \odot h_2)$$
$$\frac{\partial L}{\partial h_1} = W^T \delta_2$$
$$\delta_1 = (W^T \delta_2) \odot (1 - h_1 \odot h_1)$$
$$\frac{\partial L}{\partial W} = \delta_2 h_1^T + \delta_1 h_0^T$$
""",
    "octave style.txt": """
X: (m, n)  theta: (n,)  y: (m,)
h = sigmoid(X * theta)
J = (1/m) * sum(-y .* log(h) - (1 - y) .* log(1 - h))
grad = (1/m) * X' * (h - y)
dJ/dtheta = (1/m) * X' * (h - y)
""",
    "numbers, of a book.md": r"""
Assume that the input example is $\mathbf{x} \in \mathbb{R}^d$ and that the hidden layer has no bias:

$$\mathbf{z} = \mathbf{W}^{(1)} \mathbf{x},$$

where $\mathbf{W}^{(1)} \in \mathbb{R}^{h \times d}$. With the activation $\phi$,

$$\mathbf{h} = \phi(\mathbf{z}).$$

The output layer has $\mathbf{W}^{(2)} \in \mathbb{R}^{q \times h}$:

$$\mathbf{o} = \mathbf{W}^{(2)} \mathbf{h}.$$

With the loss $L = \frac{1}{2} \|\mathbf{o} - \mathbf{y}\|^2$, $\mathbf{y} \in \mathbb{R}^q$, and

$$s = \frac{\lambda}{2} \left( \|\mathbf{W}^{(1)}\|_\text{F}^2 + \|\mathbf{W}^{(2)}\|_\text{F}^2 \right),$$

the objective is $J = L + s.$

$$\frac{\partial J}{\partial L} = 1 \; \text{and} \; \frac{\partial J}{\partial s} = 1.$$

$$\frac{\partial J}{\partial \mathbf{o}} = \mathbf{o} - \mathbf{y}$$

$$\frac{\partial J}{\partial \mathbf{W}^{(2)}} = \frac{\partial J}{\partial \mathbf{o}} \mathbf{h}^\top + \lambda \mathbf{W}^{(2)}.$$

$$\frac{\partial J}{\partial \mathbf{h}} = {\mathbf{W}^{(2)}}^\top \frac{\partial J}{\partial \mathbf{o}}.$$

$$\frac{\partial J}{\partial \mathbf{z}} = \frac{\partial J}{\partial \mathbf{h}} \odot \phi'\left(\mathbf{z}\right).$$

$$\frac{\partial J}{\partial \mathbf{W}^{(1)}} = \frac{\partial J}{\partial \mathbf{z}} \mathbf{x}^\top + \lambda \mathbf{W}^{(1)}.$$
""",
    "three rows of inputs.py": """
import numpy as np

def nonlin(x, deriv=False):
    if deriv == True:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1

for j in range(60000):
    l0 = X
    l1 = nonlin(np.dot(l0, syn0))
    l2 = nonlin(np.dot(l1, syn1))
    l2_error = y - l2
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * nonlin(l1, deriv=True)
    syn1 += l1.T.dot(l2_delta)
    syn0 += l0.T.dot(l1_delta)
""",
    "code, micro two layers batch.py": """
import numpy as np

def forward(X, params):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    z1 = X @ W1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ W2 + b2
    exp = np.exp(z2 - z2.max(axis=1, keepdims=True))
    probs = exp / exp.sum(axis=1, keepdims=True)
    return z1, a1, probs

def loss(probs, y):
    n = len(y)
    return -np.log(probs[np.arange(n), y]).mean()

def backward(X, y, params):
    z1, a1, probs = forward(X, params)
    n = X.shape[0]
    delta2 = probs.copy()
    delta2[np.arange(n), y] -= 1
    delta2 /= n
    dW2 = a1.T @ delta2
    db2 = delta2.sum(axis=0)
    delta1 = (delta2 @ params["W2"].T) * (1 - a1 ** 2)
    dW1 = X.T @ delta1
    db1 = delta1.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
""",
    "mixed, indices of a batch.md": r"""
Let $z_{nk} = \sum_d x_{nd} w_{dk} + b_k$ and $p_{nk} = \frac{\exp z_{nk}}{\sum_j \exp z_{nj}}$, and let

$$L = -\frac{1}{N} \sum_{n} \sum_k t_{nk} \log p_{nk}$$

with $\sum_k t_{nk} = 1$. Then

$$\frac{\partial L}{\partial z_{nk}} = \frac{1}{N} (p_{nk} - t_{nk})$$
$$\frac{\partial L}{\partial w_{dk}} = \frac{1}{N} \sum_n x_{nd} (p_{nk} - t_{nk})$$
$$\frac{\partial L}{\partial b_k} = \frac{1}{N} \sum_n (p_{nk} - t_{nk})$$
""",
    "article, chain with dot signs.md": r"""
# Understanding backpropagation

We have one hidden layer. Let's define:

- $z_1 = w_1 \cdot x + b_1$
- $a_1 = \sigma(z_1)$
- $z_2 = w_2 \cdot a_1 + b_2$
- $a_2 = \sigma(z_2)$
- $L = -(y \cdot \log(a_2) + (1 - y) \cdot \log(1 - a_2))$

1. The derivative of the loss with respect to $z_2$:

$$\frac{\partial L}{\partial z_2} = a_2 - y$$

2. Then for the weights

$$\frac{\partial L}{\partial w_2} = \frac{\partial L}{\partial z_2} \cdot \frac{\partial z_2}{\partial w_2} = (a_2 - y) \cdot a_1$$

3. and one layer back

$$\frac{\partial L}{\partial w_1} = \frac{\partial L}{\partial z_2} \cdot \frac{\partial z_2}{\partial a_1} \cdot \frac{\partial a_1}{\partial z_1} \cdot \frac{\partial z_1}{\partial w_1} = (a_2 - y) \cdot w_2 \cdot a_1 (1 - a_1) \cdot x$$
""",
    "article, batch rows with 1 over N.md": r"""
Notation: $X \in \mathbb{R}^{N \times D}$, $W_1 \in \mathbb{R}^{D \times H}$, $W_2 \in \mathbb{R}^{H \times C}$, $b_1 \in \mathbb{R}^{H}$, $b_2 \in \mathbb{R}^{C}$. Labels $Y \in \mathbb{R}^{N \times C}$ are one-hot.

$$Z_1 = X W_1 + b_1, \quad H = \tanh(Z_1)$$
$$Z_2 = H W_2 + b_2, \quad P = \text{softmax}(Z_2)$$
$$L = -\frac{1}{N} \sum_{n} \sum_{c} Y_{nc} \log P_{nc}$$

Gradients:

$$\frac{\partial L}{\partial Z_2} = \frac{1}{N}(P - Y)$$
$$\frac{\partial L}{\partial W_2} = H^T \frac{\partial L}{\partial Z_2}$$
$$\frac{\partial L}{\partial H} = \frac{\partial L}{\partial Z_2} W_2^T$$
$$\frac{\partial L}{\partial Z_1} = \frac{\partial L}{\partial H} \odot (1 - H^2)$$
$$\frac{\partial L}{\partial W_1} = X^T \frac{\partial L}{\partial Z_1}$$
""",
    "encyclopedia, weights into o_j.md": r"""
For a single-layer network with squared error

$$E = \frac{1}{2} (t - y)^2$$

the output is $y = \varphi(\text{net})$ with $\text{net} = \sum_{k=1}^{n} w_{k} o_k$ and the logistic function $\varphi(z) = \frac{1}{1 + e^{-z}}$, whose derivative is

$$\frac{d\varphi}{dz} = \varphi(z)(1 - \varphi(z))$$

The chain rule twice:

$$\frac{\partial E}{\partial w_i} = \frac{\partial E}{\partial y} \frac{\partial y}{\partial \text{net}} \frac{\partial \text{net}}{\partial w_i}$$

$$\frac{\partial \text{net}}{\partial w_i} = o_i$$

$$\frac{\partial E}{\partial y} = y - t$$

so $\frac{\partial E}{\partial w_i} = (y - t) y (1 - y) o_i$.
""",
    "the softmax with a Jacobian.md": r"""
The Jacobian of softmax $S_j = \frac{e^{a_j}}{\sum_{k=1}^{N} e^{a_k}}$ is

$$D_j S_i = \frac{\partial S_i}{\partial a_j} = S_i(\delta_{ij} - S_j)$$

The cross-entropy loss is $\text{xent} = -\sum_k Y_k \log S_k$.
""",
    "greek, updates and momentum.md": r"""
$\theta \in \mathbb{R}^n$, $X \in \mathbb{R}^{m \times n}$, $y \in \mathbb{R}^m$

$$J(\theta) = \frac{1}{2m} (X\theta - y)^T (X\theta - y)$$

$$\nabla_\theta J(\theta) = \frac{1}{m} X^T (X\theta - y)$$

Gradient descent repeats

$$\theta := \theta - \alpha \nabla_\theta J(\theta)$$

until convergence, and the normal equation $X^T X \theta = X^T y$ gives it in one step.
""",
    "regression, one training example.md": r"""
Let's first take the case of one training example $(x, y)$, so that we can neglect the sum in $J$. We have $h_\theta(x) = \sum_i \theta_i x_i$ and

$$J(\theta) = \frac{1}{2} (h_\theta(x) - y)^2.$$

$$\frac{\partial}{\partial \theta_j} J(\theta) = \frac{\partial}{\partial \theta_j} \frac{1}{2} (h_\theta(x) - y)^2$$
$$= 2 \cdot \frac{1}{2} (h_\theta(x) - y) \cdot \frac{\partial}{\partial \theta_j} (h_\theta(x) - y)$$
$$= (h_\theta(x) - y) x_j$$
""",
    "regression, log likelihood.md": r"""
The log likelihood of logistic regression, with $h = g(\theta^T x)$, $\theta, x \in \mathbb{R}^n$ and $g$ the sigmoid $g(z) = \frac{1}{1+e^{-z}}$:

$$\ell = y \log h + (1 - y) \log (1 - h)$$

$$\frac{\partial \ell}{\partial \theta} = (y - h) x$$

The sigmoid satisfies $g'(z) = g(z)(1 - g(z))$.
""",
    "hinge loss svm.md": r"""
The multiclass SVM loss for one example with scores $s_j$ and margin 1, in two dimensions: $s_j = \sum_d w_{jd} x_d$.

$$L = \max(0, s_1 - s_2 + 1)$$

so that

$$\frac{\partial L}{\partial x_d} = \mathbb{1}(s_1 - s_2 + 1 > 0)(w_{1d} - w_{2d})$$
""",
    "relu masks with iverson.md": r"""
Let $h = \max(0, z)$ for $z \in \mathbb{R}^n$ and $C = \frac{1}{2}\|h - y\|_2^2$ with $y \in \mathbb{R}^n$.

$$\frac{\partial C}{\partial z} = (h - y) \odot [z > 0]$$
""",
    "relu, with the delta at one layer.txt": """
x: (n,) W1: (h,n) b1: (h,) W2: (1,h) b2: (1,) y: (1,)
z1 = W1 @ x + b1
a1 = relu(z1)
z2 = W2 @ a1 + b2
loss = 0.5 * sum((z2 - y)**2)
dz2 = z2 - y
dW2 = outer(dz2, a1)
db2 = dz2
da1 = W2.T @ dz2
dz1 = da1 * (z1 > 0)
dW1 = outer(dz1, x)
db1 = dz1
""",
    "attention, one query.md": r"""
One query $q \in \mathbb{R}^d$ attends over $n$ keys $K \in \mathbb{R}^{n \times d}$ with values $V \in \mathbb{R}^{n \times d}$:

$$s = K q$$
$$p = \text{softmax}(s)$$
$$o = V^T p$$
$$L = \frac{1}{2} \|o - y\|^2$$

with $y \in \mathbb{R}^d$.

$$\frac{\partial L}{\partial o} = o - y$$
$$\frac{\partial L}{\partial p} = V (o - y)$$
$$\frac{\partial L}{\partial V} = p (o - y)^T$$
$$\frac{\partial L}{\partial s} = p \odot \left( \frac{\partial L}{\partial p} - p^T \frac{\partial L}{\partial p} \right)$$
$$\frac{\partial L}{\partial q} = K^T \frac{\partial L}{\partial s}$$
$$\frac{\partial L}{\partial K} = \frac{\partial L}{\partial s} q^T$$
""",
    "lstm cell, gates as numbers.md": r"""
A single LSTM cell with one unit:

$$f = \sigma(w_f x + u_f h + b_f)$$
$$i = \sigma(w_i x + u_i h + b_i)$$
$$g = \tanh(w_g x + u_g h + b_g)$$
$$c = f c_0 + i g$$
$$o = \sigma(w_o x + u_o h + b_o)$$
$$s = o \tanh(c)$$
$$E = \frac{1}{2} (s - y)^2$$

$$\frac{\partial E}{\partial s} = s - y$$
$$\frac{\partial E}{\partial o} = \frac{\partial E}{\partial s} \tanh(c)$$
$$\frac{\partial E}{\partial c} = \frac{\partial E}{\partial s} o (1 - \tanh^2(c))$$
$$\frac{\partial E}{\partial f} = \frac{\partial E}{\partial c} c_0$$
$$\frac{\partial E}{\partial g} = \frac{\partial E}{\partial c} i$$
""",
    "convolution in one dimension.md": r"""
$$z_j = \sum_{k} w_k x_{jk} + b$$
$$C = \frac{1}{2} \sum_j (z_j - y_j)^2$$
$$\frac{\partial C}{\partial w_k} = \sum_j (z_j - y_j) x_{jk}$$
$$\frac{\partial C}{\partial b} = \sum_j (z_j - y_j)$$
""",
    "layer norm in vectors.md": r"""
Given $x \in \mathbb{R}^n$, let $\mu = \frac{1}{n} \sum_i x_i$, $u_i = x_i - \mu$, $v = \frac{1}{n} \sum_i u_i^2$ and $s = \sqrt{v}$. The output is $y_i = u_i / s$.

$$\frac{\partial v}{\partial u_i} = \frac{2}{n} u_i$$
$$\frac{\partial s}{\partial v} = \frac{1}{2 \sqrt{v}}$$
""",
    "handout, latex align with text.tex": r"""
\section*{Problem 2}
Let $\mathbf{x} \in \mathbb{R}^{d}$, $\mathbf{W} \in \mathbb{R}^{k \times d}$ and $\mathbf{t} \in \mathbb{R}^{k}$.
\begin{align*}
\mathbf{z} &= \mathbf{W} \mathbf{x} \\
\mathbf{y} &= \sigma(\mathbf{z}) \\
\mathcal{L} &= \frac{1}{2} \| \mathbf{y} - \mathbf{t} \|^2
\end{align*}
Using the bar notation we obtain
\begin{align*}
\frac{\partial \mathcal{L}}{\partial \mathbf{y}} &= \mathbf{y} - \mathbf{t} \\
\frac{\partial \mathcal{L}}{\partial \mathbf{z}} &= \frac{\partial \mathcal{L}}{\partial \mathbf{y}} \circ \sigma'(\mathbf{z}) \\
\frac{\partial \mathcal{L}}{\partial \mathbf{W}} &= \frac{\partial \mathcal{L}}{\partial \mathbf{z}} \mathbf{x}^\top
\end{align*}
""",
    "lecture, bar notation.md": r"""
We write $\overline{v} = \partial \mathcal{L} / \partial v$ for the error signals.

$$z = w x + b$$
$$y = \sigma(z)$$
$$\mathcal{L} = \frac{1}{2} (y - t)^2$$
$$\mathcal{R} = \frac{1}{2} w^2$$
$$\mathcal{L}_{reg} = \mathcal{L} + \lambda \mathcal{R}$$

$$\frac{\partial \mathcal{L}_{reg}}{\partial w} = (\sigma(w x + b) - t) \sigma'(w x + b) x + \lambda w$$
$$\frac{\partial \mathcal{L}}{\partial b} = (\sigma(w x + b) - t) \sigma'(w x + b)$$
""",
    "book, notation g.md": r"""
The forward pass is $h = f(a)$ with $a = b + W x$, $W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $b \in \mathbb{R}^m$ and the cost $J = \frac12 \|h - y\|^2$. The gradient on the output is $g = \nabla_h J = h - y$. Convert it into a gradient on the pre-activation:

$$\nabla_a J = (h - y) \odot f'(a)$$

The gradients on weights and biases:

$$\nabla_b J = \nabla_a J$$
$$\nabla_W J = \nabla_a J \, x^\top$$

Propagate to the level below:

$$\nabla_x J = W^\top \nabla_a J$$
""",
    "derivatives, the table.txt": """
f(x) = x^2
f'(x) = 2 x
g(x) = exp(-x)
g'(x) = -exp(-x)
h(x) = log(1 + exp(x))
h'(x) = 1/(1 + exp(-x))
tanh'(x) = 1 - tanh(x)^2
sigmoid'(x) = sigmoid(x) (1 - sigmoid(x))
""",
    "gelu and swish.md": r"""
Swish is $s(x) = x \sigma(\beta x)$, so

$$s'(x) = \sigma(\beta x) + \beta x \sigma(\beta x) (1 - \sigma(\beta x))$$

and softplus $\zeta(x) = \log(1 + e^x)$ has $\zeta'(x) = \sigma(x)$.
""",
    "autoencoder with tied weights.md": r"""
The encoder is $h = \sigma(W x)$ and the decoder $r = W^T h$ with $W \in \mathbb{R}^{k \times n}$, $x \in \mathbb{R}^n$. With $z = W x$ and $C = \frac12 \|r - x\|^2$,

$$\frac{\partial C}{\partial r} = r - x$$
$$\frac{\partial C}{\partial h} = W (r - x)$$
$$\frac{\partial C}{\partial W} = h (r - x)^T + \left( (W (r - x)) \odot h \odot (1 - h) \right) x^T$$
""",
    "kl between bernoullis.md": r"""
$$D = p \log \frac{p}{q} + (1 - p) \log \frac{1 - p}{1 - q}$$

$$\frac{\partial D}{\partial q} = -\frac{p}{q} + \frac{1 - p}{1 - q} = \frac{q - p}{q (1 - q)}$$
""",
    "poisson regression.md": r"""
$\lambda_i = e^{\eta_i}$, where $\eta_i = \sum_j x_{ij} \beta_j$, and the negative log-likelihood is (up to a constant)

$$\ell = \sum_i (\lambda_i - y_i \eta_i)$$

$$\frac{\partial \ell}{\partial \beta_j} = \sum_i (\lambda_i - y_i) x_{ij}$$
""",
    "word2vec, naive softmax.md": r"""
Let $v \in \mathbb{R}^d$ be the centre vector, $U \in \mathbb{R}^{d \times V}$ the outside vectors (columns), $y \in \mathbb{R}^V$ one-hot.

$$\hat{y} = \text{softmax}(U^T v)$$
$$J = -\sum_w y_w \log(\hat{y}_w)$$

(a) $\frac{\partial J}{\partial v} = U(\hat{y} - y)$

(b) $\frac{\partial J}{\partial U} = v(\hat{y} - y)^T$
""",
    "word2vec, negative sampling pair.md": r"""
$$J = -\log(\sigma(u^T v)) - \log(\sigma(-k^T v))$$

with $u, v, k \in \mathbb{R}^d$. Then

$$\frac{\partial J}{\partial u} = (\sigma(u^T v) - 1) v$$
$$\frac{\partial J}{\partial k} = (1 - \sigma(-k^T v)) v$$
$$\frac{\partial J}{\partial v} = (\sigma(u^T v) - 1) u + (1 - \sigma(-k^T v)) k$$
""",
    "perceptron, delta rule words.md": r"""
**Delta rule.** For output unit j, $net_j = \sum_i w_{ji} x_i$ and $out_j = f(net_j)$, error $E = \frac{1}{2}\sum_j (target_j - out_j)^2$. Hence

$$\frac{\partial E}{\partial w_{ji}} = -(target_j - out_j) f'(net_j) x_i$$
""",
    "answer, softmax derivative.md": r"""
Let $x \in \mathbb{R}^n$, $W \in \mathbb{R}^{k \times n}$ and one-hot $y \in \mathbb{R}^k$.

$o = W x$

$p = \text{softmax}(o)$

$L = -\sum_i y_i \log(p_i)$

Then, noting that $\frac{\partial p_i}{\partial o_j} = p_i (\delta_{ij} - p_j)$,

$$
\begin{align}
\frac{\partial L}{\partial o_i} &= -\sum_k y_k \frac{\partial \log p_k}{\partial o_i} \\
&= -\sum_k y_k \frac{1}{p_k} \frac{\partial p_k}{\partial o_i} \\
&= -y_i (1 - p_i) - \sum_{k \neq i} y_k \frac{1}{p_k} (-p_k p_i) \\
&= -y_i (1 - p_i) + \sum_{k \neq i} y_k p_i \\
&= -y_i + y_i p_i + \sum_{k \neq i} y_k p_i \\
&= p_i \left( \sum_k y_k \right) - y_i \\
&= p_i - y_i
\end{align}
$$
""",
    "answer, sigmoid cross-entropy simplified.md": r"""
$$L = -y \log(\hat y) - (1-y)\log(1-\hat y), \quad \hat y = \frac{1}{1+e^{-z}}$$

$$\frac{\partial L}{\partial \hat y} = \frac{\hat y - y}{\hat y (1 - \hat y)}$$

$$\frac{\partial \hat y}{\partial z} = \hat y (1 - \hat y)$$

$$\implies \frac{\partial L}{\partial z} = \frac{\partial L}{\partial \hat y} \frac{\partial \hat y}{\partial z} = \hat y - y$$
""",
    "readme, code span definitions.md": """
## Math

- `z = w * x + b`
- `a = sigmoid(z)`
- `C = (a - y)^2`

So `dC/da = 2 * (a - y)`, `da/dz = a * (1 - a)`, `dz/dw = x` and therefore

```
dC/dw = 2 * (a - y) * a * (1 - a) * x
dC/db = 2 * (a - y) * a * (1 - a)
```
""",
    "neuron, mul and tanh.txt": """
# a neuron by hand
n = x1*w1 + x2*w2 + b
o = tanh(n)
do/dn = 1 - o**2
do/dx1 = (1 - o**2) * w1
do/dw2 = (1 - o**2) * x2
do/db = 1 - o**2
""",
    "distances, gradient of the norm.md": r"""
For $f(x) = \|x - a\|_2$ with $x, a \in \mathbb{R}^n$ we have

$$\nabla f(x) = \frac{x - a}{\|x - a\|_2}$$

and for $g(x) = \|x - a\|_2^2$, $\nabla g(x) = 2(x - a)$.
""",
    "ridge and lasso.md": r"""
$X \in \mathbb{R}^{n \times p}$, $\beta \in \mathbb{R}^p$, $y \in \mathbb{R}^n$.

Ridge:

$$R = \|y - X\beta\|_2^2 + \lambda \|\beta\|_2^2$$
$$\frac{\partial R}{\partial \beta} = -2 X^T (y - X \beta) + 2 \lambda \beta$$

Setting the derivative to zero: $\hat\beta = (X^T X + \lambda I)^{-1} X^T y$.

Lasso:

$$S = \|y - X\beta\|_2^2 + \lambda \|\beta\|_1$$
$$\frac{\partial S}{\partial \beta} = -2 X^T (y - X \beta) + \lambda \, \text{sign}(\beta)$$
""",
    "vectors by example, sum over the batch.md": r"""
For a batch $\{x^{(i)}, y^{(i)}\}$ of $m$ scalar examples, $\hat{y}^{(i)} = w x^{(i)} + b$ and

$$L = \frac{1}{m} \sum_{i=1}^m (\hat{y}^{(i)} - y^{(i)})^2$$

$$\frac{\partial L}{\partial w} = \frac{2}{m} \sum_{i=1}^m (\hat{y}^{(i)} - y^{(i)}) x^{(i)}$$
""",
    "layers, code with comments.py": """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def propagate(w, b, X, Y):
    m = X.shape[1]
    # FORWARD PROPAGATION (FROM X TO COST)
    A = sigmoid(np.dot(w.T, X) + b)
    cost = -1 / m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    # BACKWARD PROPAGATION (TO FIND GRAD)
    dw = 1 / m * np.dot(X, (A - Y).T)
    db = 1 / m * np.sum(A - Y)
    cost = np.squeeze(np.array(cost))
    grads = {"dw": dw, "db": db}
    return grads, cost
""",
    # The one of two layers, told its sizes by its caller.
    "a network of any depth.py": BACKWARDS["lists of errors"][0]
    .replace("__init__(self)", "__init__(self, sizes)")
    .replace("self.sizes = [4, 3, 2]", "self.sizes = sizes"),
    "torch autograd check.py": """
import torch

x = torch.randn(8, 3)
y = torch.randn(8, 2)
W = torch.randn(3, 2, requires_grad=True)
b = torch.zeros(2, requires_grad=True)

pred = x @ W + b
loss = ((pred - y) ** 2).mean()

grad_pred = 2 * (pred - y) / pred.numel()
grad_W = x.T @ grad_pred
grad_b = grad_pred.sum(0)

loss.backward()
assert torch.allclose(grad_W, W.grad)
assert torch.allclose(grad_b, b.grad)
""",
    "notebook, manual backprop.ipynb": """
# %% [markdown]
# ## Backprop through cross-entropy
# `logits` is `(n, c)`, one-hot `Yb` is `(n, c)`.
# %%
logit_maxes = logits.max(1, keepdims=True)
norm_logits = logits - logit_maxes
counts = np.exp(norm_logits)
counts_sum = counts.sum(1, keepdims=True)
probs = counts / counts_sum
logprobs = np.log(probs)
loss = -(Yb * logprobs).sum() / n
# %%
dlogprobs = -Yb / n
dprobs = dlogprobs / probs
dcounts_sum = (-counts / counts_sum**2 * dprobs).sum(1, keepdims=True)
dcounts = dprobs / counts_sum + dcounts_sum
dnorm_logits = dcounts * counts
""",
    "course, two examples written out.md": r"""
Two training examples, $(x_1, y_1)$ and $(x_2, y_2)$:

$$C = \frac{1}{2}\left[ (w x_1 - y_1)^2 + (w x_2 - y_2)^2 \right]$$

$$\frac{dC}{dw} = x_1 (w x_1 - y_1) + x_2 (w x_2 - y_2)$$
""",
    "partial, dangling and tables.md": r"""
| symbol | meaning |
| --- | --- |
| $x$ | input, $x \in \mathbb{R}^n$ |
| $W$ | weights, $W \in \mathbb{R}^{m \times n}$ |
| $y$ | target, $y \in \mathbb{R}^m$ |

Forward: $z = Wx$, $a = \sigma(z)$, $E = \frac{1}{2}\|a - y\|^2$.

| step | derivative |
| --- | --- |
| output | $\frac{\partial E}{\partial a} = a - y$ |
| activation | $\frac{\partial E}{\partial z} = (a - y) \odot a \odot (1 - a)$ |
| weights | $\frac{\partial E}{\partial W} = \frac{\partial E}{\partial z} x^T$ |
""",
    "german notes.md": r"""
Sei $z = w x + b$ und $a = \sigma(z)$. Die Kostenfunktion ist $C = (a - y)^2$. Dann gilt

$$\frac{\partial C}{\partial a} = 2(a - y)$$

und nach der Kettenregel

$$\frac{\partial C}{\partial w} = \frac{\partial C}{\partial a} \cdot \frac{\partial a}{\partial z} \cdot \frac{\partial z}{\partial w} = 2 (a - y) \cdot \sigma'(z) \cdot x$$
""",
    "thermodynamic softmax with temperature.md": r"""
$$p_i = \frac{\exp(z_i / T)}{\sum_j \exp(z_j / T)}$$
$$L = -\sum_i t_i \log p_i$$
where $\sum_i t_i = 1$. Then
$$\frac{\partial L}{\partial z_i} = \frac{1}{T} (p_i - t_i)$$
""",
    "mixture, log sum exp.md": r"""
Let $f = \log \sum_k e^{z_k}$. Then $\frac{\partial f}{\partial z_i} = \frac{e^{z_i}}{\sum_k e^{z_k}}$.
""",
    "product and quotient.txt": """
f = u v / w
df/du = v / w
df/dv = u / w
df/dw = -u v / w^2
""",
    "notes, one lecture after another.md": r"""
# Lecture 3

**Activation functions.** The logistic one is $g(z) = \frac{1}{1 + e^{-z}}$, with

$$g'(z) = g(z) (1 - g(z))$$

The hyperbolic tangent is $g(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}$, with

$$g'(z) = 1 - g(z)^2$$

# Lecture 4

A small graph: $u = bc$, $v = a + u$ and $J = 3v$, hence

$$\frac{\partial J}{\partial c} = 3b$$

# Lecture 5

One neuron has $z = w x + b$, $\hat{y} = a = \sigma(z)$ and the loss $J = \frac{1}{2} (a - y)^2$. So

$$\mathrm{d}a = a - y, \qquad \mathrm{d}z = \mathrm{d}a \cdot a (1 - a), \qquad \mathrm{d}w = x \, \mathrm{d}z$$

For $x = 2$, $w = 1$, $b = 0$, $y = 1$ the loss would be $J = \frac{1}{2} (0.88 - 1)^2 = 0.0072$.
""",
    "entries, and a sum without index.md": r"""
$$z_1 = \sum x_i w_{i1} + b_1$$
$$z_j = \sum x_i w_{ij} + b_j$$

Die Aktivierung ist $p_j = \sigma(z_j)$, der Fehler $E = \frac{1}{2} \sum_j (t_j - p_j)^2$, und damit

$$\frac{\partial E}{\partial w_{ij}} = (p_j - t_j) p_j (1 - p_j) x_i$$
""",
    "the sigmoid written out, steps added.py": """
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1

for j in range(60000):
    l1 = 1 / (1 + np.exp(-(np.dot(X, syn0))))
    l2 = 1 / (1 + np.exp(-(np.dot(l1, syn1))))
    loss = 0.5 * np.sum((y - l2) ** 2)
    l2_delta = (y - l2) * (l2 * (1 - l2))
    l1_delta = l2_delta.dot(syn1.T) * (l1 * (1 - l1))
    syn1 += l1.T.dot(l2_delta)
    syn0 += X.T.dot(l1_delta)
""",
    "a hinge for each class.py": """
import numpy as np


def svm_loss(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    correct = np.sum(scores * y, axis=1, keepdims=True)
    margins = np.maximum(0, scores - correct + 1) * (1 - y)
    loss = np.sum(margins) / num_train + reg * np.sum(W * W)
    mask = (margins > 0).astype(float)
    row_sum = np.sum(mask, axis=1, keepdims=True)
    dscores = (mask - y * row_sum) / num_train
    dW = X.T.dot(dscores) + 2 * reg * W
    return loss, dW
""",
}
