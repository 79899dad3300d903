"""torch's own update rules, on the same numbers: what scratch's are compared with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from backproof.scratch.spec import Array, OptimizerSpec

# What torch calls what is kept of a parameter, and scratch's letter for it.
AVERAGES = {"exp_avg": "m", "exp_avg_sq": "v"}
KEPT: dict[str, dict[str, str]] = {
    "sgd": {},
    "momentum": {"momentum_buffer": "v"},
    "nesterov": {"momentum_buffer": "v"},
    "rmsprop": {"square_avg": "v"},
    "adam": AVERAGES,
    "adamw": AVERAGES,
}


def optimizer(o: OptimizerSpec, parameters: Iterable[Tensor]) -> torch.optim.Optimizer:
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


@dataclass
class Training:
    """torch's optimizer under way: the steps taken, and what it keeps of each parameter, by letter."""

    optimizer: OptimizerSpec
    t: int = 0
    kept: list[dict[str, Array]] = field(default_factory=list)

    def begin(self, parameters: Sequence[Tensor]) -> torch.optim.Optimizer:
        """torch's optimizer of these parameters, which remembers what is kept."""
        made = optimizer(self.optimizer, parameters)
        for W, kept in zip(parameters, self.kept):
            state = {
                name: torch.tensor(kept[letter])
                for name, letter in KEPT[self.optimizer.name].items()
                if letter in kept
            }
            made.state[W] = {"step": torch.tensor(float(self.t)), **state}
        return made

    def step(self, made: torch.optim.Optimizer, parameters: Sequence[Tensor]) -> None:
        """One more step. The rates are plain numbers, since they carry no gradient."""
        self.t += 1
        for group in made.param_groups:
            group["lr"] = self.optimizer.rate(self.t)
        if self.optimizer.clip_norm < torch.inf:
            torch.nn.utils.clip_grad_norm_(parameters, self.optimizer.clip_norm)
        made.step()

    def keep(self, made: torch.optim.Optimizer, parameters: Sequence[Tensor]) -> None:
        """Takes over what torch's optimizer remembers."""
        names = KEPT[self.optimizer.name]
        self.kept = [
            {
                letter: made.state[W][name].detach().cpu().numpy().copy()
                for name, letter in names.items()
                if made.state[W].get(name) is not None
            }
            for W in parameters
        ]


def steps(
    o: OptimizerSpec, parameters: list[Array], gradients: Iterable[list[Array]], after: Training | None = None
) -> Iterator[dict[str, Array]]:
    """After each step W1, W2, ... of the parameters, and v1, m1, ... of what torch keeps of them.

    parameters and each entry of gradients are arrays of the same shapes and one dtype; copies are made.
    The steps follow those of `after`, by default none.
    """
    held = [torch.tensor(W, requires_grad=True) for W in parameters]
    training = after or Training(o)
    made = training.begin(held)
    for given in gradients:
        for W, g in zip(held, given):
            W.grad = torch.tensor(g)
        training.step(made, held)
        training.keep(made, held)
        found = {f"W{k}": W.detach().numpy().copy() for k, W in enumerate(held, start=1)}
        for k, kept in enumerate(training.kept, start=1):
            found |= {f"{letter}{k}": value for letter, value in kept.items()}
        yield found
