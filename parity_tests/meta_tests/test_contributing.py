"""CONTRIBUTING's recipes, followed word by word in a copy: what they add is examined as everything else."""

import os
import re
import subprocess
import sys
import textwrap

from backproof.parity_tests.meta_tests.conftest import PROJECT
from backproof.parity_tests.meta_tests.moved_heart import copy_project

CONTRIBUTING = PROJECT / "CONTRIBUTING.md"
STEP = re.compile(
    r"^\d+\. `(\S+)`, (before|behind) `([^\n]+?)`[:;].*?```text\n(.*?)```$", re.MULTILINE | re.DOTALL
)

EXAMINE = """
import itertools

from backproof.parity_tests import catch_rate
from backproof.parity_tests.arbitration import arbitrate
from backproof.parity_tests.cases import Case, draw_case
from backproof.parity_tests.comparison import by_hand, judge_case
from backproof.parity_tests.mistakes import catalogue
from backproof.scratch.spec import LOSSES, NetworkSpec
from backproof.scripts.cli import run

MISTAKE = "a single example sends nothing back"
assert any("softsign" in draw_case(0, number).spec.activations for number in range(40))
assert any(draw_case(0, number).spec.loss == "quartic_error" for number in range(40))
for dtype in ("float64", "float32"):
    pairs = itertools.product(("softsign", "tanh"), ("quartic_error", "cross_entropy"))
    for seed, (hidden, loss) in enumerate(pairs):
        case = Case(NetworkSpec((3, 4, 2), (hidden, "softsign"), loss, dtype, l1=1e-3), batch=2, seed=seed)
        report = judge_case(by_hand, case)
        assert report.rows and report.first_wrong is None, report.first_wrong
        assert all(row.verdict == "ok" for row in report.rows), report.rows
        for row in report.rows[:: 3]:
            verdict = arbitrate(case.spec, case.arrays(), row)
            assert verdict.low is not None and verdict.wrong == (), verdict
for number in range(60):
    case = draw_case(1, number)
    assert judge_case(by_hand, case).first_wrong is None, case
for number in itertools.count():
    case = draw_case(0, number)
    small = case.spec.depth > 1 and case.spec.parameter_count < 500 and case.spec.loss.endswith("error")
    if case.batch == 1 and case.stratum == "ordinary" and small:
        break
outcome = catch_rate.examine(0, number, "float64")
assert outcome.results[MISTAKE][:2] == "11", outcome
small = ["--epochs", "1", "--hidden", "4", "--batch", "479", "--out", "results"]
assert run(["compare", "digits", "--activation", "softsign", "--loss", "quartic_error", *small]) == 0
print("examined")
"""


def test_the_recipes_are_followed_and_what_they_add_is_examined(tmp_path):
    copy_project(tmp_path, moving=False)
    steps = STEP.findall(CONTRIBUTING.read_text("utf-8"))
    assert len(steps) == 15
    for name, where, anchor, code in steps:
        path = tmp_path / name
        lines = path.read_text("utf-8").splitlines(keepends=True)
        (at,) = [number for number, line in enumerate(lines) if line.strip() == anchor]
        depth = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines.insert(at + (where == "behind"), textwrap.indent(code, depth))
        path.write_text("".join(lines), "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", EXAMINE],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "package")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "examined"
