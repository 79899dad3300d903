"""Submissions as a teacher gets them, generated: right, off by a factor, wrong, hanging, crashing."""

import sys
from pathlib import Path

import numpy as np

EXAM = """from backproof import Examinee

e = Examinee("{file}", net="{hidden} identity", loss="mse", W="in,out")


@e.gradients
def _(m, p, x, y):
    return e.named(m.gradients(x, y, p.W1, p.b1, p.W2, p.b2))
"""
NETWORK = """import numpy as np


def gradients(x, y, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a1 = {a1}
    a2 = a1 @ W2 + b2
    {before}dz2 = {factor}(a2 - y) / y.size
    dW2, db2 = a1.T @ dz2, {db2}
    dz1 = dz2 @ {back} * {slope}
    dW1, db1 = x.T @ dz1, dz1.sum(axis=0)
    return locals()
"""
HIDDEN = {
    "tanh": ("np.tanh(z1)", "(1 - a1**2)", "(1 - z1**2)"),
    "sigmoid": ("1 / (1 + np.exp(-z1))", "a1 * (1 - a1)", "a1"),
    "relu": ("np.maximum(z1, 0)", "(z1 > 0)", "(a1 >= 0)"),
}
# What a submission is, and the verdicts that are right about it.
KINDS = {
    "right": {"exact"},
    "factor": {"factor"},
    "wrong": {"wrong"},
    "hanging": {"crash"},
    "crashing": {"crash"},
}


def submission(number: int) -> tuple[str, str, str]:
    """The kind, the exam file and the network of submission `number`."""
    rng = np.random.default_rng([17, number])
    kind = list(KINDS)[number % len(KINDS)]
    hidden = str(rng.choice(list(HIDDEN)))
    a1, slope, wrong_slope = HIDDEN[hidden]
    mistake = int(rng.integers(3)) if kind == "wrong" else -1
    before = {"hanging": "while True: pass\\n    ", "crashing": "raise ValueError(x.shape)\\n    "}.get(
        kind, ""
    )
    network = NETWORK.format(
        a1=a1,
        slope=wrong_slope if mistake == 0 else slope,
        db2="dz2.mean(axis=0) + 1" if mistake == 1 else "dz2.sum(axis=0)",
        back="abs(W2.T)" if mistake == 2 else "W2.T",
        factor="" if kind == "factor" else "2 * ",
        before=before.replace("\\n", "\n"),
    )
    return kind, EXAM.format(file=f"network{number}.py", hidden=hidden), network


def write(count: int, folder: Path) -> dict[str, str]:
    """Writes so many; the kind of each exam file."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {}
    for number in range(count):
        kind, exam, network = submission(number)
        (folder / f"network{number}.py").write_text(network)
        (folder / f"exam{number}.py").write_text(exam)
        kinds[str(folder / f"exam{number}.py")] = kind
    return kinds


def main(count: int, folder: Path, *words: str) -> int:
    """Examines them in one call, and says how many lines are what they should be."""
    import csv
    import io
    import time
    from collections import Counter
    from contextlib import redirect_stdout

    from backproof.scripts.cli import run

    kinds, printed, began = write(count, folder), io.StringIO(), time.monotonic()
    with redirect_stdout(printed):
        run(["examine", str(folder), "--csv", *words])
    seconds = time.monotonic() - began
    lines = list(csv.DictReader(io.StringIO(printed.getvalue())))
    right = Counter(kinds[line["file"]] for line in lines if line["verdict"] in KINDS[kinds[line["file"]]])
    print(
        f"{count} files in {seconds:.0f} s ({' '.join(words)}): {len(lines)} lines, right about {dict(right)}"
    )
    for line in lines:
        if line["verdict"] not in KINDS[kinds[line["file"]]]:
            print(f"    {kinds[line['file']]}: {line}")
    return int(len(lines) != count or sum(right.values()) != count)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
