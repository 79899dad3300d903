"""Random, mutated and grammar-made derivations: none may do anything but give verdicts or notation errors.

python -m backproof.parity_tests.meta_tests.derivation_fuzz --inputs 1000000 --valid 20000 --code 20000
"""

import argparse
import re
import sys
import time

import numpy as np

from backproof.parity_tests.meta_tests.corpus import BACKWARDS, PAGES, notebook
from backproof.parity_tests.meta_tests.derivations import DERIVATIONS
from backproof.reference.derivation import NotationError, check
from backproof.reference.derivation.build import build
from backproof.reference.derivation.code_claims import notebook_text, read_code
from backproof.reference.derivation.document import read
from backproof.scripts.course.statements import formulas

# Pieces of the notation, and of what is no part of it.
_PIECES = [
    "dC/dw",
    "∂C/∂z",
    "dz/dx",
    "∂",
    "d",
    "=",
    "+",
    "-",
    "*",
    "/",
    "^",
    "'",
    "@",
    "·",
    "⊙",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "‖",
    ",",
    ":",
    ";",
    "#",
    "ᵀ",
    ".T",
    "^T",
    "**",
    "^-1",
    "_j",
    "_jk",
    "^(L)",
    "^(L-1)",
    "^2",
    "²",
    "₀",
    "ᴸ",
    "sum_j",
    "sum(",
    "mean_k",
    "Σ_j",
    "∑",
    "sigmoid(",
    "σ(",
    "σ'",
    "s(z)",
    "f(",
    "f'(z)",
    "tanh",
    "relu'",
    "exp(",
    "log(",
    "max(0,",
    "softmax(",
    "diag(",
    "W",
    "W1",
    "x",
    "x_i",
    "a2",
    "z",
    "y",
    "b",
    "C",
    "J",
    "e",
    "p_k",
    "0",
    "1",
    "2",
    "1/2",
    "0.5",
    "1e-8",
    "99999999999999999999",
    "(n,)",
    "(m,",
    "n)",
    "()",
    "W:",
    "x:",
    "->",
    "$$",
    "```",
    "```backproof",
    "\\frac{",
    "\\partial",
    "\\sigma",
    "\\sum_{j=0}^{n-1}",
    "\\odot",
    "^{\\top}",
    "\\begin{aligned}",
    "\\end{aligned}",
    "\\begin{cases}",
    "\\end{cases}",
    "\\\\",
    "&",
    "\\quad",
    "\\text{err}",
    "\\mathbf{W}",
    "\\left(",
    "\\right)",
    "\\dots",
    ">",
    "<",
    ">=",
    "otherwise",
    "e^",
    "∇_W",
    "\x1b[31m",
    "\u202e",
    "\x00",
    "é",
    "漢",
    "\n",
    "\n",
    "\n",
    "\t",
]
_CODE = [text for text, _ in BACKWARDS.values()] + [t for name, t in PAGES.items() if name.endswith(".py")]
_LINES = [
    "x = x @ x",
    "W1 = W1.T",
    "for i in range(10**9): z = z * z",
    "while True: a = a + a",
    "dW = dW + dW",
    "z = [z] * 10**9",
    "z = 9 ** 9 ** 9",
    "z = z[1:, None]",
    "f = lambda f: f(f)",
    "z = f(f)",
    "self = None",
    "return return_",
    "return self.backward(x, y)",
    "loss = np.sum(x, axis=99)",
    "dz = np.where(z, z, z)",
    "m = X.shape",
    "grads = grads['dW1']['dW2']",
    "a, b = b, a = x",
    "exec('1')",
    "z = '\x1b[31m'",
]
_SEEDS = [*DERIVATIONS.values(), *formulas()]


def garbled(seed: int, number: int) -> str:
    """Input `number`: pieces at random, or a right derivation with characters and lines changed."""
    rng = np.random.default_rng([seed, number])
    if rng.random() < 0.3:
        pieces = rng.choice(len(_PIECES), size=int(rng.integers(1, 40)))
        return str(rng.choice(["", " "])).join(_PIECES[piece] for piece in pieces)
    text = _SEEDS[int(rng.integers(len(_SEEDS)))]
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(len(text) + 1))
        match int(rng.integers(6)):
            case 0:
                text = text[:at] + text[at + int(rng.integers(1, 4)) :]
            case 1:
                text = text[:at] + _PIECES[int(rng.integers(len(_PIECES)))] + text[at:]
            case 2:
                text = text[:at] + chr(int(rng.integers(1, 0x3000))) + text[at:]
            case 3:
                end = min(len(text), at + int(rng.integers(1, 30)))
                text = text[:end] + text[at:end] * int(rng.integers(1, 4)) + text[end:]
            case 4:
                lines = text.split("\n")
                first, second = rng.integers(len(lines), size=2)
                lines[first], lines[second] = lines[second], lines[first]
                text = "\n".join(lines)
            case 5:
                other = int(rng.integers(len(text) + 1))
                low, high = sorted((at, other))
                text = text[:low] + text[high:] if rng.random() < 0.2 else text[low:high]
    return text


def garbled_code(seed: int, number: int) -> str:
    """Python file or notebook `number`: a right one with characters, lines and pieces of code changed."""
    rng = np.random.default_rng([seed, number, 2])
    text = _CODE[int(rng.integers(len(_CODE)))]
    for _ in range(int(rng.integers(1, 4))):
        lines = text.split("\n")
        at, other = (int(x) for x in rng.integers(len(lines), size=2))
        match int(rng.integers(4)):
            case 0:
                del lines[at]
            case 1:
                lines[at], lines[other] = lines[other], lines[at]
            case 2:
                indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
                lines[at] = indent + _LINES[int(rng.integers(len(_LINES)))]
            case 3:
                names = re.findall(r"[A-Za-z_]\w*", text)
                one, two = (names[int(x)] for x in rng.integers(len(names), size=2))
                lines[at] = re.sub(rf"\b{one}\b", two, lines[at])
        text = "\n".join(lines)
    return notebook("# %%\n" + text) if rng.random() < 0.2 else text


def code(text: str) -> str:
    """Through the reading of Python; whether its claims could be written down."""
    try:
        if text.startswith("{"):
            text, _ = notebook_text(text)
        build(read_code(text))
    except NotationError:
        return "notation"
    return "code"


def valid(seed: int, number: int) -> str:
    """Derivation `number` from the grammar: definitions in a row, then claims that may be right or wrong."""
    rng = np.random.default_rng([seed, number, 1])
    return _Grammar(rng).derivation()


class _Grammar:
    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.arrays = rng.random() < 0.5
        self.vectors: list[str] = []
        self.numbers: list[str] = []

    def one(self, *choices: str) -> str:
        return choices[int(self.rng.integers(len(choices)))]

    def expression(self, depth: int, vector: bool) -> str:
        names = self.vectors if vector else self.numbers
        if depth == 0 or self.rng.random() < 0.25:
            return (
                self.one(*names)
                if vector or self.rng.random() < 0.8
                else self.one("1", "2", "1/2", "0.25", "3")
            )
        inner = lambda: self.expression(depth - 1, vector)  # noqa: E731
        match int(self.rng.integers(9)):
            case 0 | 1:
                return f"{inner()} {self.one('+', '-')} {inner()}"
            case 2 | 3:
                return f"({inner()}) {self.one('⊙', '*')} ({inner()})"
            case 4:
                return f"{self.one('sigmoid', 'tanh', 'softplus', 'f', 'sin', 'relu')}({inner()})"
            case 5:
                return f"({inner()})^2"
            case 6:
                return f"{self.one('2', '1/2', '3')} ({self.expression(depth - 1, vector)})"
            case 7:
                return f"-({inner()})"
            case _:
                if vector:
                    return f"({self.expression(depth - 1, False)}) ({inner()})"
                return f"sum({self.expression(depth - 1, True)})" if self.vectors else f"exp({inner()}/4)"

    def derivation(self) -> str:
        lines = []
        if self.arrays:
            lines.append("x: (n,)  v: (n,)")
            self.vectors = ["x", "v"]
        self.numbers = ["w", "b", "y"]
        for number in range(int(self.rng.integers(1, 5))):
            vector = bool(self.vectors) and self.rng.random() < 0.5
            name = f"{'h' if vector else 'q'}{number}"
            lines.append(f"{name} = {self.expression(2, vector)}")
            (self.vectors if vector else self.numbers).append(name)
        last = self.one(*(self.numbers + self.vectors))
        lines.append(f"C = sum(({last} - {last}/3)^2)" if last in self.vectors else f"C = ({last} - y)^2")
        for _ in range(int(self.rng.integers(1, 4))):
            vector = bool(self.vectors) and self.rng.random() < 0.5
            below = self.one(*(self.vectors if vector else self.numbers))
            factor = f"dC/d{self.one(*(self.vectors if vector else self.numbers))}"
            right = self.one(
                self.expression(2, vector), f"{factor} ⊙ ({self.expression(1, vector)})", factor, "0"
            )
            lines.append(f"dC/d{below} = {right}")
        return "\n".join(lines)


def read_only(text: str) -> bool:
    """Through tokenizer, parser and shapes; whether it could be read."""
    try:
        build(read(text))
    except NotationError as error:
        if not (error.line >= 1 and error.column >= 1 and error.advice):
            raise RuntimeError("a notation error that points nowhere") from error
        return False
    return True


def whole(text: str) -> str:
    """Through the whole checker; the verdicts, or `notation`."""
    try:
        report = check(text, prove=False)
    except NotationError:
        return "notation"
    return " ".join(step.verdict for step in report.steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--valid", type=int, default=20_000)
    parser.add_argument("--code", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    given = parser.parse_args()
    counts: dict[str, int] = {}
    slowest = 0.0
    for kind, amount in (("read", given.inputs), ("whole", given.valid), ("code", given.code)):
        for number in range(given.first, given.first + amount):
            make = {"read": garbled, "whole": valid, "code": garbled_code}[kind]
            text = make(given.seed, number)
            started = time.process_time()
            try:
                outcomes = {"read": lambda t: [f"read {read_only(t)}"], "whole": lambda t: whole(t).split()}
                for outcome in outcomes.get(kind, lambda t: [code(t)])(text):
                    counts[outcome] = counts.get(outcome, 0) + 1
            except Exception:
                print(f"{kind} {number} of seed {given.seed}: {text!r}", file=sys.stderr)
                raise
            slowest = max(slowest, time.process_time() - started)
            if number % 10_000 == 9_999:
                print(f"{kind} {number + 1}: {counts}, slowest {slowest:.2f} s", flush=True)
    print(f"done: {counts}, slowest {slowest:.2f} s of processor time")


if __name__ == "__main__":
    main()
