"""torch's own update rules, on the same numbers: what scratch's are compared with."""

from collections.abc import Iterable, Iterator

import torch
from torch.optim import lr_scheduler

from backproof.scratch.spec import Array, OptimizerSpec

# What torch calls what is kept of a parameter, and scratch's letter for it.
KEPT = {"momentum_buffer": "v", "square_avg": "v", "exp_avg_sq": "v", "exp_avg": "m"}


def optimizer(o: OptimizerSpec, parameters: Iterable[torch.Tensor]) -> torch.optim.Optimizer:
    """torch's optimizer of that name with those numbers."""
    rate, decay = o.learning_rate, o.weight_decay
    if o.name in ("sgd", "momentum", "nesterov"):
        mu = 0.0 if o.name == "sgd" else o.momentum
        # torch refuses Nesterov's rule without momentum, where it is plain descent.
        ahead = o.name == "nesterov" and mu > 0
        return torch.optim.SGD(parameters, lr=rate, momentum=mu, weight_decay=decay, nesterov=ahead)
    if o.name == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, alpha=o.alpha, eps=o.epsilon, weight_decay=decay)
    made = torch.optim.AdamW if o.name == "adamw" else torch.optim.Adam
    return made(parameters, lr=rate, betas=(o.beta1, o.beta2), eps=o.epsilon, weight_decay=decay)


def schedule(o: OptimizerSpec, made: torch.optim.Optimizer) -> lr_scheduler.LambdaLR:
    """The rates of the spec: the twin takes them as plain numbers, since they carry no gradient."""
    return lr_scheduler.LambdaLR(made, lambda steps: o.rate(steps + 1) / o.learning_rate)


def steps(
    o: OptimizerSpec, parameters: list[Array], gradients: Iterable[list[Array]]
) -> Iterator[dict[str, Array]]:
    """After each step W1, W2, ... of the parameters, and v1, m1, ... of what torch keeps of them.

    parameters and each entry of gradients are arrays of the same shapes and one dtype; copies are made.
    """
    held = [torch.tensor(W, requires_grad=True) for W in parameters]
    made = optimizer(o, held)
    rates = schedule(o, made)
    for given in gradients:
        for W, g in zip(held, given):
            W.grad = torch.tensor(g)
        torch.nn.utils.clip_grad_norm_(held, o.clip_norm)
        made.step()
        rates.step()
        found = {f"W{k}": W.detach().numpy().copy() for k, W in enumerate(held, start=1)}
        for k, W in enumerate(held, start=1):
            for name, value in made.state[W].items():
                if name in KEPT and value is not None:
                    found[f"{KEPT[name]}{k}"] = value.detach().numpy().copy()
        yield found
