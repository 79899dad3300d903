"""What a person says about their network: its functions, its loss, its penalties, and how its arrays lie."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from backproof.parity_tests.door.layout import Layout
from backproof.reference.losses import SPEC_LOSSES, Factor, Loss, OwnLoss, read_loss, settled
from backproof.scratch.errors import InputError
from backproof.scratch.spec import ACTIVATION_NAMES, NetworkSpec

# Names that people give to activations.
SYNONYMS = {
    "linear": "identity",
    "none": "identity",
    "logistic": "sigmoid",
    "sigm": "sigmoid",
    "lrelu": "leaky_relu",
}
# form: (how many times l2/2 sum W^2 and l1 sum|W|, whether both are divided by B)
PENALTIES = {
    "l2/2 sum W^2": (1.0, False),
    "l2 sum W^2": (2.0, False),
    "l2/(2B) sum W^2": (1.0, True),
    "l2/B sum W^2": (2.0, True),
}


def read_net(net: str | Sequence[str]) -> tuple[str, ...]:
    """One activation for each layer from `tanh softmax` or a list. Raises InputError."""
    words = net.replace(",", " ").split() if isinstance(net, str) else list(net)
    found = tuple(SYNONYMS.get(word.lower(), word.lower()) for word in words)
    for word in found:
        if word not in ACTIVATION_NAMES:
            raise InputError(f"unknown activation {word!r}", f"choose from {', '.join(ACTIVATION_NAMES)}")
    if not found:
        raise InputError("net names no activation", 'name one for each layer, such as net="tanh softmax"')
    return found


@dataclass(frozen=True)
class Declared:
    """A declaration. loss None: which known loss the gradients belong to is the question.

    l1 and l2 are the strengths, penalty one of PENALTIES; penalty_in_loss: whether the printed loss has it.
    dropout is the share that is dropped, kept units divided by 1 - dropout where scaled. Raises InputError.
    """

    activations: tuple[str, ...]
    loss: Loss | None = None
    layout: Layout = field(default_factory=Layout)
    ascent: bool = False
    l1: float = 0.0
    l2: float = 0.0
    penalty: str = "l2/2 sum W^2"
    penalty_in_loss: bool = True
    dropout: float = 0.0
    dropout_inputs: float = 0.0
    epsilon: float | None = None
    logits: bool = False  # the last a holds no sigmoid, the loss does

    @classmethod
    def read(
        cls,
        net: str | Sequence[str],
        loss: str | Loss | None = None,
        layout: Layout | None = None,
        *,
        penalty: str = "l2/2 sum W^2",
        **rest: float | bool | None,
    ) -> "Declared":
        """The declaration that words like net="relu softmax", loss="cross_entropy" make."""
        if penalty not in PENALTIES:
            raise InputError(f"unknown penalty {penalty!r}", f"choose from {', '.join(map(repr, PENALTIES))}")
        activations, logits, known = read_net(net), False, None
        if loss is not None:
            stated = read_loss(loss) if isinstance(loss, str) else loss
            known, last = (
                (stated, activations[-1]) if isinstance(stated, OwnLoss) else settled(stated, activations[-1])
            )
            logits = last != activations[-1]
            activations = (*activations[:-1], last)
        made = cls(activations, known, layout or Layout(), penalty=penalty, logits=logits, **rest)  # type: ignore[arg-type]
        made.spec((1,) * (made.depth) + (2,))  # says at once what does not go together
        return made

    @property
    def depth(self) -> int:
        return len(self.activations)

    @property
    def due(self) -> list[str]:
        """The gradients that an answer should have, in the order in which they are computed."""
        kinds = ("dW",) if self.layout.b == "none" else ("dW", "db")
        return [f"{kind}{k}" for k in range(self.depth, 0, -1) for kind in kinds]

    @property
    def loss_kind(self) -> str:
        """The kind of the declared loss; "" where none is."""
        return self.loss.kind if self.loss else ""

    @property
    def factor(self) -> Factor:
        """How many times the gradient of the spec's loss is due."""
        own = self.loss.factor if self.loss else Factor()
        return own * Factor(negative=self.ascent)

    def spec(self, widths: tuple[int, ...], dtype: str = "float64", batch: int = 1) -> NetworkSpec:
        """The network of these widths as a NetworkSpec: its loss times `factor` is the declared one."""
        times, averaged = PENALTIES[self.penalty]
        c = abs(self.factor.value(batch, widths[-1])) * (batch if averaged else 1)
        return NetworkSpec(
            widths=widths,
            activations=self.activations,
            loss=SPEC_LOSSES[self.loss.kind][0] if self.loss else "squared_error",
            dtype=dtype,
            l1=self.l1 / c,
            l2=times * self.l2 / c,
            dropout=self.dropout,
            dropout_inputs=self.dropout_inputs,
        )


def result_dtype(arrays: Sequence[object]) -> str:
    """float32 where any of the results is in it, else float64. Raises InputError for coarser ones."""
    dtypes = {str(getattr(array, "dtype", "float64")).removeprefix("torch.") for array in arrays}
    coarse = sorted(dtype for dtype in dtypes if "float16" in dtype)
    if coarse:
        raise InputError(
            f"a result is {coarse[0]}", "float64 and float32 are judged; convert before you compute"
        )
    return "float32" if "float32" in dtypes else "float64"


def cast(array: np.ndarray, dtype: str) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=dtype)
