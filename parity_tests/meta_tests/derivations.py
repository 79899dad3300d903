"""Right derivations beyond the course: the ground in which the tests plant mistakes."""

DERIVATIONS: dict[str, str] = {
    # -- numbers
    "one neuron": """
z = w x + b
a = sigmoid(z)
C = (a - y)^2
dC/da = 2(a - y)
dC/dz = dC/da sigmoid'(z)
dC/dw = dC/dz x
dC/db = 2(a - y) a (1 - a)
""",
    "one neuron, half the cost": """
z = w x + b
a = tanh(z)
C = 1/2 (a - y)^2
dC/dz = (a - y) (1 - a^2)
dC/dw = (a - y) tanh'(z) x
dC/dx = (a - y) tanh'(z) w
""",
    "two neurons in a row": """
z1 = w1 x + b1
a1 = σ(z1)
z2 = w2 a1 + b2
a2 = σ(z2)
C = (a2 - y)^2
dC/dz2 = 2(a2 - y) σ'(z2)
dC/dw2 = dC/dz2 a1
dC/da1 = dC/dz2 w2
dC/dz1 = dC/da1 σ'(z1)
dC/dw1 = 2(a2 - y) σ'(z2) w2 σ'(z1) x
""",
    "three links with unlike functions": """
u = tanh(p x)
v = softplus(q u)
C = (v - t)^2
dC/dv = 2(v - t)
dC/dq = dC/dv softplus'(q u) u
dC/du = dC/dv softplus'(q u) q
dC/dp = dC/du (1 - u^2) x
""",
    "two paths that join, numbers": """
u = sigmoid(w x)
v = tanh(w x)
C = (u + v - y)^2
dC/du = 2(u + v - y)
dC/dv = 2(u + v - y)
dC/dw = dC/du u (1 - u) x + dC/dv (1 - v^2) x
""",
    "a skip connection, numbers": """
z = w x
h = tanh(z)
o = h + x
C = 1/2 (o - y)^2
dC/do = o - y
dC/dh = o - y
dC/dw = (o - y) tanh'(z) x
dC/dx = (o - y) + (o - y) tanh'(z) w
""",
    "weight decay, one weight": """
C = (w x - y)^2 + λ w^2
dC/dw = 2(w x - y) x + 2 λ w
dC/dx = 2(w x - y) w
""",
    "binary cross-entropy, one output": """
z = w x + b
p = sigmoid(z)
L = -(y log(p) + (1 - y) log(1 - p))
dL/dp = (1 - y)/(1 - p) - y/p
dp/dz = p (1 - p)
dL/dz = p - y
dL/dw = (p - y) x
dL/db = p - y
""",
    "relu chain": """
z = w x + b
a = relu(z)
C = (a - y)^2
dC/dz = 2(a - y) relu'(z)
dC/dw = 2(a - y) relu'(z) x
""",
    "an arbitrary activation": """
z = w x + b
a = f(z)
C = (a - y)^2
dC/dz = 2(a - y) f'(z)
dC/dw = 2(a - y) f'(z) x
""",
    "the same weight twice": """
a1 = sigmoid(w x)
a2 = sigmoid(w a1)
C = (a2 - y)^2
dC/da2 = 2(a2 - y)
dC/da1 = dC/da2 a2 (1 - a2) w
dC/dw = dC/da2 a2 (1 - a2) a1 + dC/da1 a1 (1 - a1) x
""",
    # -- vectors
    "one layer": """
x: (n,)  W: (m, n)  b: (m,)  y: (m,)
z = W x + b
a = sigmoid(z)
C = sum((a - y)^2)
dC/da = 2(a - y)
dC/dz = dC/da ⊙ sigmoid'(z)
dC/dW = dC/dz xᵀ
dC/db = dC/dz
dC/dx = Wᵀ dC/dz
""",
    "two layers": """
x: (n,)  W1: (h, n)  b1: (h,)  W2: (m, h)  b2: (m,)  y: (m,)
z1 = W1 x + b1
a1 = sigmoid(z1)
z2 = W2 a1 + b2
a2 = sigmoid(z2)
C = sum((a2 - y)^2)
dC/dz2 = 2(a2 - y) ⊙ a2 ⊙ (1 - a2)
dC/dW2 = dC/dz2 a1ᵀ
dC/da1 = W2ᵀ dC/dz2
dC/dz1 = dC/da1 ⊙ a1 ⊙ (1 - a1)
dC/dW1 = dC/dz1 xᵀ
""",
    "tanh, then nothing": """
x: (n,)  W: (h, n)  V: (m, h)  y: (m,)
z = W x
a = tanh(z)
o = V a
C = 1/2 sum((o - y)^2)
dC/do = o - y
dC/dV = (o - y) aᵀ
dC/da = Vᵀ (o - y)
dC/dz = (Vᵀ (o - y)) ⊙ (1 - a^2)
dC/dW = ((Vᵀ (o - y)) ⊙ tanh'(z)) xᵀ
""",
    "relu, then sigmoid": """
x: (n,)  W1: (h, n)  b1: (h,)  W2: (m, h)  y: (m,)
z1 = W1 x + b1
a1 = relu(z1)
z2 = W2 a1
a2 = sigmoid(z2)
C = sum((a2 - y)^2)
dC/dz2 = 2(a2 - y) ⊙ sigmoid'(z2)
dC/dW2 = dC/dz2 a1ᵀ
dC/dz1 = (W2ᵀ dC/dz2) ⊙ relu'(z1)
dC/dW1 = dC/dz1 xᵀ
dC/db1 = dC/dz1
""",
    "softmax with cross-entropy": """
z: (K,)  y: (K,)
p = softmax(z)
C = -sum(y ⊙ log(p))
dp/dz = diag(p) - p pᵀ
dC/dz = p sum(y) - y
""",
    "softmax with cross-entropy on a layer": """
x: (n,)  W: (K, n)  b: (K,)  y: (K,)
z = W x + b
p = softmax(z)
C = -sum(y ⊙ log(p))
dC/dz = p sum(y) - y
dC/dW = dC/dz xᵀ
dC/db = dC/dz
dC/dx = Wᵀ (p sum(y) - y)
""",
    "binary cross-entropy on a layer": """
x: (n,)  W: (m, n)  b: (m,)  y: (m,)
z = W x + b
p = sigmoid(z)
C = -sum(y ⊙ log(p) + (1 - y) ⊙ log(1 - p))
dC/dz = p - y
dC/dW = (p - y) xᵀ
dC/db = p - y
dC/dx = Wᵀ (p - y)
""",
    "L2 on the weights": """
x: (n,)  W: (m, n)  y: (m,)
z = W x
C = sum((z - y)^2) + λ sum(W^2)
dC/dz = 2(z - y)
dC/dW = 2(z - y) xᵀ + 2 λ W
dC/dx = 2 Wᵀ (z - y)
""",
    "L2 with a half, two layers": """
x: (n,)  W1: (h, n)  W2: (m, h)  y: (m,)
z1 = W1 x
a1 = tanh(z1)
z2 = W2 a1
C = 1/2 sum((z2 - y)^2) + λ/2 (sum(W1^2) + sum(W2^2))
dC/dz2 = z2 - y
dC/dW2 = (z2 - y) a1ᵀ + λ W2
dC/dz1 = (W2ᵀ (z2 - y)) ⊙ tanh'(z1)
dC/dW1 = dC/dz1 xᵀ + λ W1
""",
    "a residual block": """
x: (n,)  W: (n, n)  y: (n,)
z = W x
h = tanh(z)
o = x + h
C = sum((o - y)^2)
dC/do = 2(o - y)
dC/dz = 2(o - y) ⊙ tanh'(z)
dC/dW = dC/dz xᵀ
dC/dx = dC/do + Wᵀ dC/dz
""",
    "two branches from one vector": """
x: (n,)  U: (m, n)  V: (m, n)  y: (m,)
u = sigmoid(U x)
v = tanh(V x)
C = sum((u + v - y)^2)
dC/du = 2(u + v - y)
dC/dv = 2(u + v - y)
dC/dU = (dC/du ⊙ u ⊙ (1 - u)) xᵀ
dC/dx = Uᵀ (dC/du ⊙ u ⊙ (1 - u)) + Vᵀ (dC/dv ⊙ (1 - v^2))
""",
    "a gate": """
x: (n,)  U: (m, n)  V: (m, n)  y: (m,)
p = U x
q = V x
g = sigmoid(p)
c = tanh(q)
h = g ⊙ c
C = 1/2 sum((h - y)^2)
dC/dh = h - y
dC/dp = dC/dh ⊙ c ⊙ sigmoid'(p)
dC/dq = dC/dh ⊙ g ⊙ tanh'(q)
dC/dU = dC/dp xᵀ
dC/dx = Uᵀ dC/dp + Vᵀ dC/dq
""",
    "five layers deep": """
x: (n,)  W1: (k, n)  W2: (l, k)  W3: (p, l)  W4: (q, p)  W5: (m, q)  y: (m,)
z1 = W1 x
a1 = tanh(z1)
z2 = W2 a1
a2 = sigmoid(z2)
z3 = W3 a2
a3 = tanh(z3)
z4 = W4 a3
a4 = sigmoid(z4)
z5 = W5 a4
C = 1/2 sum((z5 - y)^2)
dC/dz5 = z5 - y
dC/dz4 = (W5ᵀ dC/dz5) ⊙ sigmoid'(z4)
dC/dz3 = (W4ᵀ dC/dz4) ⊙ tanh'(z3)
dC/dz2 = (W3ᵀ dC/dz3) ⊙ a2 ⊙ (1 - a2)
dC/dz1 = (W2ᵀ dC/dz2) ⊙ (1 - a1^2)
dC/dW1 = dC/dz1 xᵀ
dC/dW4 = dC/dz4 a3ᵀ
""",
    "five layers of numbers": """
a1 = sigmoid(w1 x)
a2 = sigmoid(w2 a1)
a3 = sigmoid(w3 a2)
a4 = sigmoid(w4 a3)
a5 = sigmoid(w5 a4)
C = (a5 - y)^2
dC/da5 = 2(a5 - y)
dC/da4 = dC/da5 a5 (1 - a5) w5
dC/da3 = dC/da4 a4 (1 - a4) w4
dC/da2 = dC/da3 a3 (1 - a3) w3
dC/da1 = dC/da2 a2 (1 - a2) w2
dC/dw1 = dC/da1 a1 (1 - a1) x
""",
    "Jacobians": """
x: (n,)  W: (m, n)  b: (m,)
z = W x + b
a = sigmoid(z)
dz/dx = W
da/dz = diag(a ⊙ (1 - a))
da/dx = diag(a ⊙ (1 - a)) W
""",
    "a quadratic form": """
x: (n,)  A: (n, n)  b: (n,)
C = 1/2 xᵀ A x - bᵀ x
dC/dx = 1/2 (A + Aᵀ) x - b
dC/db = -x
""",
    "least squares": """
A: (m, n)  w: (n,)  y: (m,)
r = A w - y
C = 1/2 rᵀ r
dC/dr = r
dC/dw = Aᵀ r
dC/dA = r wᵀ
""",
    "an autoencoder with tied weights": """
x: (n,)  W: (h, n)
z = W x
a = tanh(z)
o = Wᵀ a
C = 1/2 sum((o - x)^2)
dC/do = o - x
dC/da = W dC/do
dC/dz = dC/da ⊙ tanh'(z)
dC/dW = dC/dz xᵀ + a (o - x)ᵀ
""",
    # -- batches: examples are rows
    "a batch, half squared error": """
X: (B, n)  W: (m, n)  b: (m,)  Y: (B, m)
Z = X Wᵀ + b
C = 1/(2 B) sum((Z - Y)^2)
dC/dZ = 1/B (Z - Y)
dC/dW = dC/dZᵀ X
dC/db = sum(dC/dZ, axis=0)
dC/dX = dC/dZ W
""",
    "a batch, two layers": """
X: (B, n)  W1: (h, n)  b1: (h,)  W2: (m, h)  b2: (m,)  Y: (B, m)
Z1 = X W1ᵀ + b1
A1 = sigmoid(Z1)
Z2 = A1 W2ᵀ + b2
A2 = sigmoid(Z2)
C = 1/B sum((A2 - Y)^2)
dC/dZ2 = 2/B (A2 - Y) ⊙ sigmoid'(Z2)
dC/dW2 = (dC/dZ2)ᵀ A1
dC/db2 = sum(dC/dZ2, axis=0)
dC/dZ1 = (dC/dZ2 W2) ⊙ A1 ⊙ (1 - A1)
dC/dW1 = (dC/dZ1)ᵀ X
""",
    "a batch with a mean": """
X: (B, n)  W: (m, n)  Y: (B, m)
Z = X Wᵀ
A = tanh(Z)
C = mean((A - Y)^2)
dC/dA = 2/(B m) (A - Y)
dC/dZ = dC/dA ⊙ (1 - A^2)
dC/dW = (dC/dZ)ᵀ X
""",
    "a batch, softmax with cross-entropy": """
X: (B, n)  W: (K, n)  Y: (B, K)
Z = X Wᵀ
P = softmax(Z)
s_b = sum_c Y_bc
C = -1/B sum_b sum_c Y_bc log(P_bc)
dC/dZ_bc = 1/B (P_bc s_b - Y_bc)
dC/dW = (dC/dZ)ᵀ X
""",
    "a batch as columns": """
X: (n, B)  W: (m, n)  b: (m,)  Y: (m, B)
Z = W X + b
A = sigmoid(Z)
C = 1/(2 B) sum((A - Y)^2)
dC/dZ = 1/B (A - Y) ⊙ A ⊙ (1 - A)
dC/dW = dC/dZ Xᵀ
dC/db = sum(dC/dZ, axis=1)
dC/dX = Wᵀ dC/dZ
""",
    "a batch with weight decay": """
X: (B, n)  W: (m, n)  Y: (B, m)
Z = X Wᵀ
C = 1/B sum((Z - Y)^2) + λ/2 sum(W^2)
dC/dZ = 2/B (Z - Y)
dC/dW = (dC/dZ)ᵀ X + λ W
""",
    # -- entries
    "a layer by entries": """
z_j = sum_k w_jk x_k + b_j
a_j = σ(z_j)
C = sum_j (a_j - y_j)^2
dC/da_j = 2(a_j - y_j)
dC/dz_j = dC/da_j σ'(z_j)
dC/dw_jk = dC/dz_j x_k
dC/dx_k = sum_j w_jk dC/dz_j
dC/db_j = 2(a_j - y_j) a_j (1 - a_j)
""",
    "two layers by entries": """
u_i = sum_k v_ik x_k
h_i = tanh(u_i)
z_j = sum_i w_ji h_i
a_j = sigmoid(z_j)
C = 1/2 sum_j (a_j - y_j)^2
dC/dz_j = (a_j - y_j) a_j (1 - a_j)
dC/dw_ji = dC/dz_j h_i
dC/dh_i = sum_j dC/dz_j w_ji
dC/du_i = dC/dh_i (1 - h_i^2)
dC/dv_ik = dC/du_i x_k
""",
    "the video's layer": """
z_j^(L) = sum_k w_jk^(L) a_k^(L-1) + b_j^(L)
a_j^(L) = σ(z_j^(L))
C_0 = sum_j (a_j^(L) - y_j)^2
∂C_0/∂w_jk^(L) = a_k^(L-1) σ'(z_j^(L)) 2(a_j^(L) - y_j)
∂C_0/∂b_j^(L) = σ'(z_j^(L)) 2(a_j^(L) - y_j)
∂C_0/∂a_k^(L-1) = sum_j w_jk^(L) σ'(z_j^(L)) 2(a_j^(L) - y_j)
""",
    "softmax by entries": """
z: (K,)  y: (K,)
p = softmax(z)
C = -sum_k y_k log(p_k)
dC/dp_k = -y_k/p_k
dC/dz_i = p_i sum_k y_k - y_i
""",
    "a mean over examples": """
z_k = w x_k + b
a_k = sigmoid(z_k)
C = mean_k (a_k - y_k)^2
dC/dw = mean_k 2(a_k - y_k) sigmoid'(z_k) x_k
dC/db = mean_k 2(a_k - y_k) sigmoid'(z_k)
""",
    "a regression by entries": """
p_i = sum_j X_ij w_j
C = sum_i (p_i - t_i)^2 + λ sum_j w_j^2
dC/dp_i = 2(p_i - t_i)
dC/dw_j = sum_i 2(p_i - t_i) X_ij + 2 λ w_j
""",
    "an arbitrary activation by entries": """
z_j = sum_k w_jk x_k
a_j = φ(z_j)
C = 1/2 sum_j (a_j - y_j)^2
dC/dz_j = (a_j - y_j) φ'(z_j)
dC/dx_k = sum_j w_jk (a_j - y_j) φ'(z_j)
""",
    "a hidden layer of relu with binary cross-entropy": """
x: (n,)  W1: (h, n)  b1: (h,)  w2: (h,)
z1 = W1 x + b1
a1 = relu(z1)
q = w2ᵀ a1
p = sigmoid(q)
L = -(y log(p) + (1 - y) log(1 - p))
dL/dq = p - y
dL/dw2 = (p - y) a1
dL/da1 = (p - y) w2
dL/dz1 = dL/da1 ⊙ relu'(z1)
dL/dW1 = dL/dz1 xᵀ
""",
}
