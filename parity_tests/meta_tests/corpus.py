"""Right derivations in the styles of published courses, in words of our own: pages, notebooks and code.

A name's ending says how its text is given to the checker: .txt, .tex, .md, .py, or .ipynb, whose cells stand
here in the percent format (`# %%` begins code, `# %% [markdown]` prose) and become a notebook by program.
"""

import json
from typing import Any

PAGES: dict[str, str] = {
    # -- layers in square brackets, examples in columns, 1/m
    "brackets, logistic regression.md": r"""
# Logistic regression on a whole batch

There are $m$ examples in the columns of $X \in \mathbb{R}^{n \times m}$, the labels are
$Y \in \mathbb{R}^{1 \times m}$, and we learn $w \in \mathbb{R}^{n \times 1}$ and a number $b$.

$$Z = w^T X + b, \qquad A = \sigma(Z)$$

$$J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log a^{(i)} + (1 - y^{(i)}) \log(1 - a^{(i)}) \right)$$

One pass backwards gives everything that gradient descent needs:

$$dZ = A - Y$$
$$dw = \frac{1}{m} X \, dZ^T$$
$$db = \frac{1}{m} \sum_{i=1}^{m} dZ^{(i)}$$

and the update is $w := w - \alpha \, dw$, $b := b - \alpha \, db$.
""",
    "brackets, one hidden layer.md": r"""
## A network with one hidden layer

Shapes: $X: (n_0, m)$, $W^{[1]}: (n_1, n_0)$, $b^{[1]}: (n_1, 1)$, $W^{[2]}: (1, n_1)$, $b^{[2]}: (1, 1)$
and $Y: (1, m)$.

Forward propagation:

$$
\begin{aligned}
Z^{[1]} &= W^{[1]} X + b^{[1]} \\
A^{[1]} &= \tanh(Z^{[1]}) \\
Z^{[2]} &= W^{[2]} A^{[1]} + b^{[2]} \\
A^{[2]} &= \sigma(Z^{[2]})
\end{aligned}
$$

The cost is $J = -\frac{1}{m} \sum \left( Y \log A^{[2]} + (1 - Y) \log(1 - A^{[2]}) \right)$.

Backward propagation:

$$
\begin{aligned}
dZ^{[2]} &= A^{[2]} - Y \\
dW^{[2]} &= \frac{1}{m} dZ^{[2]} A^{[1]T} \\
db^{[2]} &= \frac{1}{m} \sum_{i=1}^m dZ^{[2](i)} \\
dZ^{[1]} &= W^{[2]T} dZ^{[2]} * (1 - (A^{[1]})^2) \\
dW^{[1]} &= \frac{1}{m} dZ^{[1]} X^T \\
db^{[1]} &= \frac{1}{m} \sum_{i=1}^m dZ^{[1](i)}
\end{aligned}
$$
""",
    "brackets, any layer.md": r"""
# Layer $l$ of a deep network

Forward, for the $m$ examples in the columns of $A^{[l-1]} \in \mathbb{R}^{p \times m}$, with
$W^{[l]} \in \mathbb{R}^{q \times p}$ and $b^{[l]} \in \mathbb{R}^{q \times 1}$:

$$Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}$$
$$A^{[l]} = g(Z^{[l]})$$

Backward, where $dA^{[l]}$ arrives from the layer above:

$$dZ^{[l]} = dA^{[l]} * g'(Z^{[l]})$$
$$dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}$$
$$dA^{[l-1]} = W^{[l]T} dZ^{[l]}$$
""",
    "brackets, softmax output.tex": r"""
W^{[2]}: (k, h) \quad A^{[1]}: (h, m) \quad b^{[2]}: (k, 1) \quad Y: (k, m)
Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}
A^{[2]} = \text{softmax}(Z^{[2]})
J = -\frac{1}{m} \sum_{i=1}^{m} \sum_{j=1}^{k} Y_{ji} \log A^{[2]}_{ji}
dZ^{[2]} = A^{[2]} - Y
dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}
dA^{[1]} = W^{[2]T} dZ^{[2]}
""",
    "brackets, weight decay.md": r"""
Regularised cost for a linear layer, $W \in \mathbb{R}^{q \times p}$, $X \in \mathbb{R}^{p \times m}$,
$Y \in \mathbb{R}^{q \times m}$:

$$Z = W X$$
$$J = \frac{1}{2m} \|Z - Y\|_F^2 + \frac{\lambda}{2m} \|W\|_F^2$$

so that

$$dZ = Z - Y$$
$$dW = \frac{1}{m} dZ X^T + \frac{\lambda}{m} W$$

and one step of descent is

$$W := W - \alpha \, dW$$
""",
    "brackets, in numpy.md": r"""
# Two layers in numpy

`X` has shape `(n_x, m)`, one example in each column; `Y` is `(1, m)`.

```python
m = X.shape[1]
Z1 = np.dot(W1, X) + b1
A1 = np.maximum(0, Z1)
Z2 = np.dot(W2, A1) + b2
A2 = 1 / (1 + np.exp(-Z2))
cost = -(1 / m) * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
```

Going back:

```python
dZ2 = A2 - Y
dW2 = (1 / m) * np.dot(dZ2, A1.T)
db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
dZ1 = np.dot(W2.T, dZ2) * (Z1 > 0)
dW1 = (1 / m) * np.dot(dZ1, X.T)
db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
```
""",
    # -- errors delta, the Hadamard product, four equations
    "errors, the four equations.md": r"""
# Four equations

Let $z^l = w^l a^{l-1} + b^l$ and $a^l = \sigma(z^l)$ with $w^l \in \mathbb{R}^{p \times q}$,
$a^{l-1} \in \mathbb{R}^q$, $b^l \in \mathbb{R}^p$; the next layer is $z^{l+1} = w^{l+1} a^l + b^{l+1}$ with
$w^{l+1} \in \mathbb{R}^{r \times p}$. The error of a layer is defined by

$$\delta^l = \frac{\partial C}{\partial z^l}$$

and then

$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$
$$\frac{\partial C}{\partial b^l} = \delta^l$$
$$\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T$$
""",
    "errors, two layers.tex": r"""
x: (n,) \quad W^{1}: (h, n) \quad b^{1}: (h,) \quad W^{2}: (k, h) \quad b^{2}: (k,) \quad y: (k,)
z^{1} = W^{1} x + b^{1}
a^{1} = \sigma(z^{1})
z^{2} = W^{2} a^{1} + b^{2}
a^{2} = \sigma(z^{2})
C = \frac{1}{2} \|y - a^{2}\|^2
\delta^{2} = \nabla_{a^{2}} C \odot \sigma'(z^{2})
\delta^{2} = (a^{2} - y) \odot \sigma'(z^{2})
\delta^{1} = ((W^{2})^T \delta^{2}) \odot \sigma'(z^{1})
\frac{\partial C}{\partial b^{1}} = \delta^{1}
\frac{\partial C}{\partial W^{1}} = \delta^{1} x^T
\frac{\partial C}{\partial b^{2}} = \delta^{2}
\frac{\partial C}{\partial W^{2}} = \delta^{2} (a^{1})^T
""",
    "errors, entry by entry.md": r"""
Write $w^L_{jk}$ for the weight from neuron $k$ to neuron $j$ of the last layer:

$$z^L_j = \sum_k w^L_{jk} a^{L-1}_k + b^L_j$$
$$a^L_j = \sigma(z^L_j)$$
$$C = \frac{1}{2} \sum_j (y_j - a^L_j)^2$$

The error is $\delta^L_j \equiv \frac{\partial C}{\partial z^L_j}$. By the chain rule

$$\delta^L_j = \frac{\partial C}{\partial a^L_j} \sigma'(z^L_j) = (a^L_j - y_j) \sigma'(z^L_j)$$

and therefore

$$\frac{\partial C}{\partial b^L_j} = \delta^L_j$$
$$\frac{\partial C}{\partial w^L_{jk}} = a^{L-1}_k \delta^L_j$$
""",
    "errors, cross-entropy.md": r"""
For a single neuron with inputs $x_1, x_2, \ldots$ and output $a = \sigma(z)$, where $z = \sum_j w_j x_j + b$,
take the cross-entropy of one example

$$C = -(y \ln a + (1 - y) \ln(1 - a))$$

Then

$$\frac{\partial C}{\partial w_j} = -\left( \frac{y}{\sigma(z)} - \frac{1 - y}{1 - \sigma(z)} \right) \sigma'(z) x_j$$

Since $\sigma'(z) = \sigma(z)(1 - \sigma(z))$, this is simply

$$\frac{\partial C}{\partial w_j} = x_j (\sigma(z) - y)$$
$$\frac{\partial C}{\partial b} = \sigma(z) - y$$
""",
    "errors, plain text.txt": """
x: (n,)  W1: (h, n)  b1: (h,)  W2: (k, h)  b2: (k,)  y: (k,)
z1 = W1 x + b1
a1 = sigmoid(z1)
z2 = W2 a1 + b2
a2 = sigmoid(z2)
C = 1/2 ‖a2 - y‖²
δ2 = (a2 - y) ⊙ σ'(z2)
dC/dW2 = δ2 a1ᵀ
dC/db2 = δ2
δ1 = (W2ᵀ δ2) ⊙ σ'(z1)
dC/dW1 = δ1 xᵀ
dC/db1 = δ1
""",
    # -- batch first, scores, softmax, numpy
    "scores, linear classifier.md": r"""
# A linear classifier

With $N$ rows of data in $X$ (shape $(N, D)$), weights $W$ of shape $(D, K)$ and biases $b$ of shape $(K,)$, the scores
are `scores = X.dot(W) + b`, the probabilities

```python
exp_scores = np.exp(scores)
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
```

and the loss, with one-hot rows `Y`, is

```python
loss = -np.sum(Y * np.log(probs)) / N + 0.5 * reg * np.sum(W * W)
```

The gradient on the scores is probabilities minus targets:

```python
dscores = (probs - Y) / N
dW = np.dot(X.T, dscores) + reg * W
db = np.sum(dscores, axis=0)
```
""",
    "scores, the loss of one row.md": r"""
The scores of one example are $f \in \mathbb{R}^K$ and its correct class is $y$; the targets $t \in \mathbb{R}^K$ are one-hot.

$$p_k = \frac{e^{f_k}}{\sum_j e^{f_j}}$$
$$L = -\sum_k t_k \log p_k$$

It is a pleasant surprise how simple the gradient is:

$$\frac{\partial L}{\partial f_k} = p_k - t_k$$

because

$$\frac{\partial p_j}{\partial f_k} = p_j (\mathbb{1}(j = k) - p_k)$$
""",
    "scores, gates.txt": """
# one neuron as a circuit of gates
q = w0 x0 + w1 x1 + w2
f = 1 / (1 + exp(-q))
df/dq = (1 - f) f
df/dw0 = x0 (1 - f) f
df/dw1 = x1 df/dq
df/dw2 = df/dq
df/dx0 = w0 df/dq
""",
    "scores, hidden layer.ipynb": r"""
# %% [markdown]
# A hidden layer with a ReLU between two affine maps; rows are examples, $X: (N, D)$.
# %%
hidden = np.maximum(0, X @ W + b)
scores = hidden @ W2 + b2
# %%
data_loss = 0.5 * np.sum((scores - Y) ** 2) / X.shape[0]
reg_loss = 0.5 * reg * np.sum(W * W) + 0.5 * reg * np.sum(W2 * W2)
loss = data_loss + reg_loss
# %% [markdown]
# Now backwards through the same expressions.
# %%
dscores = (scores - Y) / X.shape[0]
dW2 = hidden.T @ dscores
db2 = np.sum(dscores, axis=0)
dhidden = dscores @ W2.T
dhidden[hidden <= 0] = 0
dW = X.T @ dhidden
db = np.sum(dhidden, axis=0)
dW2 += reg * W2
dW += reg * W
""",
    "scores, matrices by shapes.md": r"""
# Let the shapes tell

With $X: (N, D)$, $W: (D, M)$ and $Y = XW$, suppose that a loss $L$ is computed from $Y$. Then

$$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y} W^T$$

$$\frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Y}$$
""",
    # -- indices and sums
    "indices, two layers.md": r"""
The sum-of-squares error of one pattern in a two-layer network with linear outputs:

$$a_j = \sum_i w^{(1)}_{ji} x_i$$
$$z_j = \tanh(a_j)$$
$$y_k = \sum_j w^{(2)}_{kj} z_j$$
$$E = \frac{1}{2} \sum_k (y_k - t_k)^2$$

For the outputs

$$\delta_k = y_k - t_k$$

and for the hidden units

$$\delta_j = (1 - z_j^2) \sum_k w^{(2)}_{kj} \delta_k$$

Finally

$$\frac{\partial E}{\partial w^{(1)}_{ji}} = \delta_j x_i, \qquad \frac{\partial E}{\partial w^{(2)}_{kj}} = \delta_k z_j$$
""",
    "indices, linear model.md": r"""
A linear model $y_k = \sum_i w_{ki} x_i$ has the error $E = \frac{1}{2} \sum_k (y_k - t_k)^2$, whose gradient is

$$\frac{\partial E}{\partial w_{ki}} = (y_k - t_k) x_i$$
""",
    "indices, a batch.tex": r"""
y_{nk} = \sum_{i} x_{ni} w_{ik}
E = \frac{1}{2} \sum_{n} \sum_{k} (y_{nk} - t_{nk})^2
\frac{\partial E}{\partial y_{nk}} = y_{nk} - t_{nk}
\frac{\partial E}{\partial w_{ik}} = \sum_{n} x_{ni} (y_{nk} - t_{nk})
""",
    "indices, softmax.md": r"""
The softmax $y_k = \frac{\exp(a_k)}{\sum_j \exp(a_j)}$ has the derivatives

$$\frac{\partial y_k}{\partial a_j} = y_k (I_{kj} - y_j)$$

where $I_{kj}$ are the entries of the identity matrix. With the cross-entropy

$$E = -\sum_k t_k \ln y_k$$

and $\sum_k t_k = 1$ we get

$$\frac{\partial E}{\partial a_j} = y_j - t_j$$
""",
    "indices, logistic outputs.md": r"""
With $a_k = \sum_j w_{kj} z_j$, logistic outputs $y_k = \sigma(a_k)$ and

$$E = -\sum_k \left\{ t_k \ln y_k + (1 - t_k) \ln(1 - y_k) \right\}$$

we find

$$\frac{\partial E}{\partial y_k} = \frac{y_k - t_k}{y_k (1 - y_k)}$$
$$\frac{\partial E}{\partial a_k} = y_k - t_k$$
$$\frac{\partial E}{\partial w_{kj}} = (y_k - t_k) z_j$$
$$\frac{\partial E}{\partial z_j} = \sum_k w_{kj} (y_k - t_k)$$
""",
    # -- matrix calculus
    "matrices, least squares.md": r"""
Let $A \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $b \in \mathbb{R}^m$ and

$$f = \frac{1}{2} \|A x - b\|_2^2$$

Then

$$\nabla_x f = A^\top (A x - b)$$
$$\nabla_A f = (A x - b) x^\top$$
""",
    "matrices, differentials.md": r"""
With $W \in \mathbb{R}^{m \times n}$, $X \in \mathbb{R}^{n \times N}$ and $Y \in \mathbb{R}^{m \times N}$:

$$E = W X - Y$$
$$L = \frac{1}{2} \operatorname{tr}(E^T E)$$

Taking differentials,

$$dL = \operatorname{tr}(E^T dE) = \operatorname{tr}(E^T \, dW \, X) = \operatorname{tr}(X E^T dW)$$

from which we read off

$$\frac{\partial L}{\partial W} = E X^T$$
""",
    "matrices, quadratic form.tex": r"""
A: (n, n) \quad x: (n,)
f = x^{\top} A x
\frac{\partial f}{\partial x} = (A + A^{\top}) x
\frac{\partial f}{\partial A} = x x^{\top}
""",
    "matrices, Jacobians.md": r"""
Let $x \in \mathbb{R}^n$, $W \in \mathbb{R}^{m \times n}$, $z = W x$ and $h = \tanh(z)$. The Jacobians are

$$\frac{\partial z}{\partial x} = W$$
$$\frac{\partial h}{\partial z} = \operatorname{diag}(1 - h^2)$$
$$\frac{\partial h}{\partial x} = \operatorname{diag}(1 - h^2) W$$
""",
    # -- the chain of the videos
    "chain, one neuron a layer.md": r"""
One neuron in each layer, so everything is a number:

$$z^{(L)} = w^{(L)} a^{(L-1)} + b^{(L)}$$
$$a^{(L)} = \sigma(z^{(L)})$$
$$C_0 = (a^{(L)} - y)^2$$

The three derivatives of the chain are

$$\frac{\partial C_0}{\partial a^{(L)}} = 2(a^{(L)} - y)$$
$$\frac{\partial a^{(L)}}{\partial z^{(L)}} = \sigma'(z^{(L)})$$
$$\frac{\partial z^{(L)}}{\partial w^{(L)}} = a^{(L-1)}$$

and together

$$\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} \frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}} = a^{(L-1)} \sigma'(z^{(L)}) 2(a^{(L)} - y)$$
$$\frac{\partial C_0}{\partial b^{(L)}} = \sigma'(z^{(L)}) 2(a^{(L)} - y)$$
$$\frac{\partial C_0}{\partial a^{(L-1)}} = w^{(L)} \sigma'(z^{(L)}) 2(a^{(L)} - y)$$
""",
    "chain, several neurons.tex": r"""
z_j^{(L)} = \sum_{k=0}^{n_{L-1}-1} w_{jk}^{(L)} a_k^{(L-1)} + b_j^{(L)}
a_j^{(L)} = \sigma(z_j^{(L)})
C_0 = \sum_{j=0}^{n_L-1} (a_j^{(L)} - y_j)^2
\frac{\partial C_0}{\partial w_{jk}^{(L)}} = a_k^{(L-1)} \sigma'(z_j^{(L)}) 2(a_j^{(L)} - y_j)
\frac{\partial C_0}{\partial a_k^{(L-1)}} = \sum_{j=0}^{n_L-1} w_{jk}^{(L)} \sigma'(z_j^{(L)}) 2(a_j^{(L)} - y_j)
""",
    "chain, words as names.md": r"""
A tiny network with the error $E_{total} = \frac{1}{2} (target - out)^2$, where $net = w \, in + b$ and
$out = \frac{1}{1 + e^{-net}}$. Then

$$\frac{\partial E_{total}}{\partial out} = -(target - out)$$
$$\frac{\partial out}{\partial net} = out (1 - out)$$
$$\frac{\partial net}{\partial w} = in$$
$$\frac{\partial E_{total}}{\partial w} = -(target - out) \cdot out (1 - out) \cdot in$$
""",
    "chain, average over examples.tex": r"""
z_k = w x_k + b
a_k = \sigma(z_k)
C = \frac{1}{n} \sum_{k=1}^{n} (a_k - y_k)^2
\frac{\partial C}{\partial w} = \frac{1}{n} \sum_{k=1}^{n} 2(a_k - y_k) \sigma'(z_k) x_k
\frac{\partial C}{\partial b} = \frac{2}{n} \sum_{k=1}^{n} (a_k - y_k) \sigma'(z_k)
""",
    "chain, two paths.txt": """
# x reaches the cost twice
u = w x
v = u^2 + x
C = (u v - y)^2
∂C/∂u = 2(u v - y) (v + 2 u^2)
∂C/∂v = 2(u v - y) u
∂C/∂x = 2(u v - y) ((v + 2 u^2) w + u)
""",
    # -- tutorials in torch and numpy
    "torch, two layers by hand.py": """
import torch

N, D_in, H, D_out = 64, 1000, 100, 10
x = torch.randn(N, D_in)
y = torch.randn(N, D_out)
w1 = torch.randn(D_in, H)
w2 = torch.randn(H, D_out)

h = x.mm(w1)
h_relu = h.clamp(min=0)
y_pred = h_relu.mm(w2)
loss = (y_pred - y).pow(2).sum()

grad_y_pred = 2.0 * (y_pred - y)
grad_w2 = h_relu.t().mm(grad_y_pred)
grad_h_relu = grad_y_pred.mm(w2.t())
grad_h = grad_h_relu.clone()
grad_h[h < 0] = 0
grad_w1 = x.t().mm(grad_h)
""",
    "torch, polynomial.py": """
import numpy as np

x = np.linspace(-3, 3, 2000)
y = np.sin(x)
y_pred = a + b * x + c * x ** 2 + d * x ** 3
loss = np.square(y_pred - y).sum()

grad_y_pred = 2.0 * (y_pred - y)
grad_a = grad_y_pred.sum()
grad_b = (grad_y_pred * x).sum()
grad_c = (grad_y_pred * x ** 2).sum()
grad_d = (grad_y_pred * x ** 3).sum()
""",
    "torch, batch of logits.ipynb": r"""
# %% [markdown]
# ## The gradient of cross-entropy by hand
# `X` is `(n, d)`, `W` is `(d, c)` and the rows of `Y` are one-hot, so $\sum_k Y_{ik} = 1$.
# %%
n = X.shape[0]
logits = X @ W + b
probs = torch.softmax(logits, dim=1)
loss = -(Y * torch.log(probs)).sum(dim=1).mean()
# %%
dlogits = (probs - Y) / n
dW = X.T @ dlogits
db = dlogits.sum(dim=0)
dX = dlogits @ W.T
""",
    "torch, sigmoid units.py": """
z1 = torch.matmul(x, w1) + b1
a1 = torch.sigmoid(z1)
z2 = torch.matmul(a1, w2) + b2
a2 = torch.sigmoid(z2)
loss = torch.mean((a2 - y) ** 2)

d_a2 = 2 * (a2 - y) / a2.numel()
d_z2 = d_a2 * a2 * (1 - a2)
d_w2 = torch.matmul(a1.T, d_z2)
d_b2 = d_z2.sum(0)
d_a1 = torch.matmul(d_z2, w2.T)
d_z1 = d_a1 * a1 * (1 - a1)
d_w1 = torch.matmul(x.T, d_z1)
d_b1 = d_z1.sum(0)
""",
    "torch, linear regression.ipynb": r"""
# %% [markdown]
# Predictions are $\hat{y} = X w + b$ and the loss is the mean squared error
# $$L = \frac{1}{N} \sum_{i=1}^{N} (\hat{y}_i - y_i)^2$$
# so its gradients are $\frac{\partial L}{\partial w} = \frac{2}{N} X^T (\hat{y} - y)$ and so on. In code:
# %%
def gradients(X, y, w, b):
    N = X.shape[0]
    y_hat = X @ w + b
    loss = np.mean((y_hat - y) ** 2)
    grad_w = (2 / N) * X.T @ (y_hat - y)
    grad_b = (2 / N) * np.sum(y_hat - y)
    return loss, grad_w, grad_b
""",
    # -- prose, markup and cases
    "prose, softmax by cases.md": r"""
# The derivative of softmax

$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$

If $i = k$:

$$\frac{\partial p_i}{\partial z_k} = p_i (1 - p_k)$$

If $i \neq k$:

$$\frac{\partial p_i}{\partial z_k} = -p_i p_k$$

Both at once:

$$\frac{\partial p_i}{\partial z_k} = \begin{cases} p_i (1 - p_i) & i = k \\ -p_i p_k & i \neq k \end{cases}$$
""",
    "prose, ReLU by cases.md": r"""
The rectifier $a = \max(0, z)$ is applied to $z = w x + b$, and the loss is $L = (a - y)^2$.

Its slope is

$$\frac{\partial a}{\partial z} = \begin{cases} 1, & z > 0 \\ 0, & \text{otherwise} \end{cases}$$

so

$$\frac{\partial L}{\partial w} = \begin{cases} 2(a - y) x, & z > 0 \\ 0, & \text{otherwise} \end{cases}$$
""",
    "prose, the sigmoid.md": r"""
**Claim.** For $\sigma(x) = \frac{1}{1 + e^{-x}}$ we have $\sigma'(x) = \sigma(x)(1 - \sigma(x))$.

$$
\begin{aligned}
\frac{d}{dx} \sigma(x) &= \frac{d}{dx} \frac{1}{1 + e^{-x}} \\
&= \frac{e^{-x}}{(1 + e^{-x})^2} \\
&= \sigma(x) (1 - \sigma(x))
\end{aligned}
$$
""",
    "prose, logistic regression.md": r"""
We have $X \in \mathbb{R}^{m \times n}$, $y \in \mathbb{R}^m$ and $\theta \in \mathbb{R}^n$. The hypothesis is
$h = \sigma(X \theta)$ and the cost

$$J(\theta) = -\frac{1}{m} \left( y^T \log(h) + (1 - y)^T \log(1 - h) \right)$$

> The gradient looks just like the one of linear regression.

$$\nabla_\theta J(\theta) = \frac{1}{m} X^T (h - y)$$

1. Start anywhere.
2. Repeat $\theta \leftarrow \theta - \alpha \nabla_\theta J(\theta)$.
""",
    "prose, tanh layer.md": r"""
A layer $a = \tanh(z)$ with $z = W x + b$, where $W: (h, n)$, $x: (n,)$ and $b: (h,)$, feeds the loss
$L = \frac{1}{2} \|a - y\|^2$.

| quantity | gradient |
|---|---|
| $a$ | $\frac{\partial L}{\partial a} = a - y$ |
| $z$ | $\frac{\partial L}{\partial z} = (a - y) \odot (1 - a \odot a)$ |

$$\frac{\partial L}{\partial W} = \left( (a - y) \odot (1 - a^2) \right) x^T, \quad \frac{\partial L}{\partial b} = (a - y) \odot (1 - a^2)$$
""",
}


BACKWARDS: dict[str, tuple[str, dict[str, Any]]] = {
    # name: (the file, what the command line is given)
    "columns, parameters and caches": (
        """
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def initialize(n_x, n_h, n_y):
    W1 = np.random.randn(n_h, n_x) * 0.01
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.01
    b2 = np.zeros((n_y, 1))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def forward_propagation(X, parameters):
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = sigmoid(Z2)
    assert A2.shape == (1, X.shape[1])
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    return A2, cache


def compute_cost(A2, Y):
    m = Y.shape[1]
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    cost = -np.sum(logprobs) / m
    return float(np.squeeze(cost))


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    W2 = parameters["W2"]
    A1 = cache["A1"]
    A2 = cache["A2"]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.power(A1, 2))
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    grads = {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
    return grads
""",
        {"function": "backward_propagation"},
    ),
    "rows, integer labels": (
        """
import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        self.params = {}
        self.params["W1"] = std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        N, D = X.shape

        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        if y is None:
            return scores

        scores = scores - np.max(scores, axis=1, keepdims=True)
        exp_scores = np.exp(scores)
        probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
        loss = np.sum(-np.log(probs[np.arange(N), y])) / N
        loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        grads = {}
        dscores = probs.copy()
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads["W2"] = hidden.T.dot(dscores) + 2 * reg * W2
        grads["b2"] = np.sum(dscores, axis=0)
        dhidden = dscores.dot(W2.T)
        dhidden[hidden <= 0] = 0
        grads["W1"] = X.T.dot(dhidden) + 2 * reg * W1
        grads["b1"] = np.sum(dhidden, axis=0)
        return loss, grads
""",
        {"function": "TwoLayerNet.loss"},
    ),
    "lists of errors": (
        """
import numpy as np


class Network(object):
    def __init__(self):
        self.sizes = [4, 3, 2]
        self.num_layers = len(self.sizes)
        self.biases = [np.random.randn(y, 1) for y in self.sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(self.sizes[:-1], self.sizes[1:])]

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = self.cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            z = zs[-l]
            sp = sigmoid_prime(z)
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return (nabla_b, nabla_w)

    def cost_derivative(self, output_activations, y):
        return output_activations - y


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
""",
        {"function": "Network.backprop", "loss": "half_squared_error"},
    ),
    "numbers only": (
        """
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def deriv_sigmoid(x):
    fx = sigmoid(x)
    return fx * (1 - fx)


def mse_loss(y_true, y_pred):
    return ((y_true - y_pred) ** 2).mean()


class OurNeuralNetwork:
    def train(self, x, y_true):
        sum_h1 = self.w1 * x[0] + self.w2 * x[1] + self.b1
        h1 = sigmoid(sum_h1)
        sum_h2 = self.w3 * x[0] + self.w4 * x[1] + self.b2
        h2 = sigmoid(sum_h2)
        sum_o1 = self.w5 * h1 + self.w6 * h2 + self.b3
        o1 = sigmoid(sum_o1)
        y_pred = o1

        d_L_d_ypred = -2 * (y_true - y_pred)
        d_ypred_d_w5 = h1 * deriv_sigmoid(sum_o1)
        d_ypred_d_w6 = h2 * deriv_sigmoid(sum_o1)
        d_ypred_d_b3 = deriv_sigmoid(sum_o1)
        d_ypred_d_h1 = self.w5 * deriv_sigmoid(sum_o1)
        d_ypred_d_h2 = self.w6 * deriv_sigmoid(sum_o1)
        d_h1_d_w1 = x[0] * deriv_sigmoid(sum_h1)
        d_h1_d_w2 = x[1] * deriv_sigmoid(sum_h1)
        d_h1_d_b1 = deriv_sigmoid(sum_h1)
        d_h2_d_w3 = x[0] * deriv_sigmoid(sum_h2)

        self.w1 -= 0.1 * d_L_d_ypred * d_ypred_d_h1 * d_h1_d_w1
        self.w3 -= 0.1 * d_L_d_ypred * d_ypred_d_h2 * d_h2_d_w3
        self.w5 -= 0.1 * d_L_d_ypred * d_ypred_d_w5
""",
        {"function": "OurNeuralNetwork.train", "loss": "mse_loss"},
    ),
    "errors times slopes": (
        """
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
        {"loss": "half_squared_error"},
    ),
    "masked copy": (
        """
def loss_and_gradients(x, y, w1, w2):
    h = x.dot(w1)
    h_relu = np.maximum(h, 0)
    y_pred = h_relu.dot(w2)
    loss = np.square(y_pred - y).sum()

    grad_y_pred = 2.0 * (y_pred - y)
    grad_w2 = h_relu.T.dot(grad_y_pred)
    grad_h_relu = grad_y_pred.dot(w2.T)
    grad_h = grad_h_relu.copy()
    grad_h[h < 0] = 0
    grad_w1 = x.T.dot(grad_h)
    return loss, grad_w1, grad_w2
""",
        {"function": "loss_and_gradients"},
    ),
    "helpers for each step": (
        """
def linear_forward(A, W, b):
    Z = W @ A + b
    cache = (A, W, b)
    return Z, cache


def relu_forward(Z):
    A = np.maximum(0, Z)
    return A, Z


def sigmoid_forward(Z):
    A = 1 / (1 + np.exp(-Z))
    return A, Z


def model_forward(X, parameters):
    Z1, linear1 = linear_forward(X, parameters["W1"], parameters["b1"])
    A1, act1 = relu_forward(Z1)
    Z2, linear2 = linear_forward(A1, parameters["W2"], parameters["b2"])
    AL, act2 = sigmoid_forward(Z2)
    caches = [(linear1, act1), (linear2, act2)]
    return AL, caches


def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = (-1 / m) * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
    return np.squeeze(cost)


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = (1 / m) * np.dot(dZ, A_prev.T)
    db = (1 / m) * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def relu_backward(dA, cache):
    Z = cache
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


def sigmoid_backward(dA, cache):
    Z = cache
    s = 1 / (1 + np.exp(-Z))
    dZ = dA * s * (1 - s)
    return dZ


def model_backward(AL, Y, caches):
    grads = {}
    Y = Y.reshape(AL.shape)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    linear_cache, activation_cache = caches[1]
    dZ2 = sigmoid_backward(dAL, activation_cache)
    grads["dA1"], grads["dW2"], grads["db2"] = linear_backward(dZ2, linear_cache)
    linear_cache, activation_cache = caches[0]
    dZ1 = relu_backward(grads["dA1"], activation_cache)
    grads["dA0"], grads["dW1"], grads["db1"] = linear_backward(dZ1, linear_cache)
    return grads
""",
        {"function": "model_backward"},
    ),
    "a layer of its own": (
        """
class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros((1, n_out))

    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        self.a = np.tanh(self.z)
        return self.a

    def backward(self, da):
        dz = da * (1 - self.a ** 2)
        self.dW = self.x.T @ dz
        self.db = dz.sum(axis=0, keepdims=True)
        dx = dz @ self.W.T
        return dx
""",
        {"function": "Dense.backward"},
    ),
    "theta": (
        """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost(theta, X, y, lam):
    m = len(y)
    h = sigmoid(X @ theta)
    J = -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / m
    return J + lam / (2 * m) * np.sum(theta ** 2)


def gradient(theta, X, y, lam):
    m = len(y)
    h = sigmoid(X @ theta)
    grad = X.T @ (h - y) / m
    grad = grad + lam / m * theta
    return grad
""",
        {"function": "gradient", "loss": "cost"},
    ),
    "softmax regression": (
        """
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def train_step(X, labels, W, b, num_classes):
    n = len(X)
    Y = np.eye(num_classes)[labels]
    P = softmax(X @ W + b)
    loss = -np.mean(np.sum(Y * np.log(P), axis=1))
    dlogits = (P - Y) / n
    dW = X.T @ dlogits
    db = dlogits.sum(axis=0)
    W -= 0.1 * dW
    b -= 0.1 * db
    return loss
""",
        {"function": "train_step"},
    ),
    "attributes and weight decay": (
        """
class Network:
    def sigmoid(self, z):
        return 1.0 / (1.0 + np.exp(-z))

    def sigmoid_derivative(self, a):
        return a * (1.0 - a)

    def forward(self, X):
        self.z1 = np.dot(X, self.W1) + self.b1
        self.a1 = self.sigmoid(self.z1)
        self.z2 = np.dot(self.a1, self.W2) + self.b2
        self.a2 = self.sigmoid(self.z2)
        return self.a2

    def loss(self, X, y):
        out = self.forward(X)
        data = 0.5 * np.sum((out - y) ** 2) / X.shape[0]
        return data + 0.5 * self.lam * (np.sum(self.W1 ** 2) + np.sum(self.W2 ** 2))

    def backward(self, X, y):
        m = X.shape[0]
        delta2 = (self.a2 - y) * self.sigmoid_derivative(self.a2)
        self.dW2 = np.dot(self.a1.T, delta2) / m
        self.dW2 += self.lam * self.W2
        self.db2 = np.sum(delta2, axis=0, keepdims=True) / m
        delta1 = np.dot(delta2, self.W2.T) * self.sigmoid_derivative(self.a1)
        self.dW1 = np.dot(X.T, delta1) / m
        self.dW1 += self.lam * self.W1
        self.db1 = np.sum(delta1, axis=0, keepdims=True) / m
""",
        {"function": "Network.backward"},
    ),
    "written to arrays that are there": (
        """
import numpy as np


class Net:
    def __init__(self, n_in, n_hidden, n_out, batch):
        self.W1 = np.random.randn(n_in, n_hidden)
        self.W2 = np.random.randn(n_hidden, n_out)
        self.h = np.empty((batch, n_hidden))
        self.out = np.empty((batch, n_out))
        self.dW1 = np.empty_like(self.W1)
        self.dW2 = np.empty_like(self.W2)

    def forward(self, x):
        np.dot(x, self.W1, out=self.h)
        np.tanh(self.h, out=self.h)
        np.dot(self.h, self.W2, out=self.out)
        return self.out

    def loss(self, y):
        return 0.5 * np.sum((self.out - y) ** 2)

    def backward(self, x, y):
        dout = self.out - y
        np.dot(self.h.T, dout, out=self.dW2)
        dh = dout @ self.W2.T
        dh *= 1 - self.h ** 2
        np.dot(x.T, dh, out=self.dW1)
""",
        {},
    ),
    "a loop over three layers": (
        """
L = 3


def forward(x, params):
    cache = {"a0": x}
    for l in range(1, L + 1):
        cache[f"z{l}"] = cache[f"a{l - 1}"] @ params[f"W{l}"] + params[f"b{l}"]
        cache[f"a{l}"] = np.tanh(cache[f"z{l}"]) if l < L else cache[f"z{l}"]
    return cache["a3"], cache


def backward(params, cache, y):
    grads = {}
    a = cache[f"a{L}"]
    loss = np.mean(np.sum((a - y) ** 2, axis=1))
    dz = 2 * (a - y) / y.shape[0]
    for l in reversed(range(1, L + 1)):
        grads[f"dW{l}"] = cache[f"a{l - 1}"].T @ dz
        grads[f"db{l}"] = dz.sum(axis=0)
        if l > 1:
            da = dz @ params[f"W{l}"].T
            dz = da * (1 - np.tanh(cache[f"z{l - 1}"]) ** 2)
    return loss, grads
""",
        {"function": "backward"},
    ),
    "layers as objects": (
        """
import numpy as np

SHAPES = {"tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2), "identity": (lambda z: z, lambda z: np.ones_like(z))}

class Dense:
    def __init__(self, n_in, n_out, shape):
        self.W = np.random.normal(0, 0.1, size=(n_in, n_out))
        self.b = np.zeros((1, n_out))
        self.f, self.slope = SHAPES[shape]

    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        return self.f(self.z)

    def backward(self, grad_out):
        dz = grad_out * self.slope(self.z)
        self.grad_W = self.x.T @ dz
        self.grad_b = dz.sum(axis=0, keepdims=True)
        return dz @ self.W.T

class CrossEntropy:
    def forward(self, logits, y):
        z = logits - np.max(logits, axis=1, keepdims=True)
        self.p, self.y = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True), y
        return -np.mean(np.log(self.p[np.arange(len(y)), y]))

    def backward(self):
        grad = self.p.copy()
        grad[np.arange(len(self.y)), self.y] -= 1
        return grad / len(self.y)

class Network:
    def __init__(self):
        self.layers = [Dense(784, 32, "tanh"), Dense(32, 10, "identity")]
        self.criterion = CrossEntropy()

    def forward(self, x, y):
        for layer in self.layers:
            x = layer.forward(x)
        return self.criterion.forward(x, y)

    def backward(self):
        grad = self.criterion.backward()
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad
""",
        {},
    ),
    "downhill without a name": (
        """
import numpy as np

def relu_prime(a):
    return (a > 0).astype(float)

def train_step(x, t, W1, W2, eta):
    a1 = np.maximum(x @ W1, 0)
    a2 = 1 / (1 + np.exp(-(a1 @ W2)))
    E = np.mean((a2 - t) ** 2)
    delta2 = 2 * (a2 - t) / t.size * (a2 * (1 - a2))
    delta1 = delta2 @ W2.T * relu_prime(a1)
    W2 -= eta * a1.T @ delta2
    W1 -= eta * x.T @ delta1
    return E
""",
        {},
    ),
    "pairs in a list": (
        """
import numpy as np

def leaky(z, alpha=0.1):
    return np.where(z > 0, z, alpha * z)

def leaky_slope(z, alpha=0.1):
    out = np.ones_like(z)
    out[z < 0] = alpha
    return out

def forward(layers, x):
    cache, a = [], x
    for i, (W, b) in enumerate(layers):
        z = a @ W + b
        cache.append((a, z))
        a = leaky(z) if i < len(layers) - 1 else z
    return a, cache

def loss(out, y):
    return np.sum((out - y) ** 2) / (2 * len(y))

def backward(layers, cache, out, y):
    grads = [None] * len(layers)
    dz = (out - y) / len(y)
    for i in range(len(layers) - 1, -1, -1):
        a, z = cache[i]
        W, b = layers[i]
        dW = a.T @ dz
        db = dz.sum(axis=0)
        grads[i] = (dW, db)
        if i > 0:
            da = dz @ W.T
            dz = da * leaky_slope(cache[i - 1][1])
    return grads

layers = [(np.random.randn(3, 8), np.zeros(8)), (np.random.randn(8, 2), np.zeros(2))]
""",
        {},
    ),
    "a function of torch": (
        """
import torch

class Normalised(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gamma, beta):
        xc = x - x.mean(dim=-1, keepdim=True)
        rstd = 1 / torch.sqrt((xc**2).mean(dim=-1, keepdim=True) + 1e-5)
        xhat = xc * rstd
        ctx.save_for_backward(xhat, rstd, gamma)
        return xhat * gamma + beta

    @staticmethod
    def backward(ctx, grad_output):
        xhat, rstd, gamma = ctx.saved_tensors
        grad_gamma = (grad_output * xhat).sum(0)
        grad_beta = grad_output.sum(0)
        dxhat = grad_output * gamma
        mean, along = dxhat.mean(-1, keepdim=True), (dxhat * xhat).mean(-1, keepdim=True)
        grad_x = rstd * (dxhat - mean - xhat * along)
        return grad_x, grad_gamma, grad_beta
""",
        {},
    ),
    "a cell with gates": (
        """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def forward(x, h_prev, c_prev, p):
    z = np.concatenate((x, h_prev), axis=1)
    f = sigmoid(z @ p["Wf"] + p["bf"])
    g = np.tanh(z @ p["Wg"] + p["bg"])
    c = f * c_prev + (1 - f) * g
    return np.tanh(c), (z, f, g, c, c_prev)

def backward(dh, cache, p):
    z, f, g, c, c_prev = cache
    dc = dh * (1 - np.tanh(c) ** 2)
    df = dc * (c_prev - g)
    dg = dc * (1 - f)
    dc_prev = dc * f
    dWf = z.T @ (df * f * (1 - f))
    dWg = z.T @ (dg * (1 - g**2))
    dbg = (dg * (1 - g**2)).sum(axis=0)
    return dWf, dWg, dbg, dc_prev
""",
        {},
    ),
    "a script of layers": (
        """
import numpy as np

class Layer:
    def __init__(self):
        self.input = None

class Dense(Layer):
    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        weights_gradient = np.dot(output_gradient, self.input.T)
        input_gradient = np.dot(self.weights.T, output_gradient)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * output_gradient
        return input_gradient

class Activation(Layer):
    def __init__(self, f, slope):
        self.f, self.slope = f, slope

    def forward(self, input):
        self.input = input
        return self.f(self.input)

    def backward(self, output_gradient, learning_rate):
        return np.multiply(output_gradient, self.slope(self.input))

class Tanh(Activation):
    def __init__(self):
        super().__init__(np.tanh, lambda x: 1 - np.tanh(x) ** 2)

X = np.reshape([[0, 0], [0, 1], [1, 0], [1, 1]], (4, 2, 1))
Y = np.reshape([[0, 1], [1, 0], [1, 0], [0, 1]], (4, 2, 1))
network = [Dense(2, 3), Tanh(), Dense(3, 2), Tanh()]
for epoch in range(10000):
    error = 0
    for x, y in zip(X, Y):
        output = x
        for layer in network:
            output = layer.forward(output)
        error += np.mean(np.power(y - output, 2))
        grad = 2 * (output - y) / np.size(y)
        for layer in reversed(network):
            grad = layer.backward(grad, 0.1)
""",
        {},
    ),
    "one word of many": (
        """
import numpy as np

def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)

def loss_and_gradients(center, word, vectors):
    y_hat = softmax(vectors.dot(center))
    loss = -np.log(y_hat[word])
    delta = y_hat.copy()
    delta[word] -= 1
    grad_center = vectors.T.dot(delta)
    grad_vectors = np.outer(delta, center)
    return loss, grad_center, grad_vectors
""",
        {},
    ),
}


def notebook(text: str) -> str:
    """A notebook of the cells of a text in the percent format."""
    cells = []
    for part in text.strip().split("# %%")[1:]:
        first, _, rest = part.partition("\n")
        prose = "[markdown]" in first
        lines = [line.removeprefix("# ") if prose else line for line in rest.strip("\n").split("\n")]
        cell: dict[str, object] = {"cell_type": "markdown" if prose else "code", "metadata": {}}
        cell["source"] = [line + "\n" for line in lines[:-1]] + lines[-1:]
        if not prose:
            cell |= {"outputs": [], "execution_count": None}
        cells.append(cell)
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
