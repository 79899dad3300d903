"""GUIDE.md is true: its exam files are those that the tests run, and it names everything."""

import ast
import re
import shlex

import backproof
from backproof.parity_tests.door import declared, exam_file, exam_optimizer, judge, layout
from backproof.parity_tests.meta_tests.conftest import PROJECT
from backproof.parity_tests.meta_tests.strangers import MINI_BATCH_EXAM, OPTIMIZERS, STRANGERS
from backproof.reference.losses import NAMES, REDUCTIONS
from backproof.scratch.spec import ACTIVATION_NAMES, OPTIMIZER_NAMES
from backproof.scripts.cli import run

GUIDE = (PROJECT / "parity_tests/GUIDE.md").read_text("utf-8")


def test_its_exam_files_are_examined_by_the_tests():
    blocks = [block for block in re.findall(r"```python\n(.*?)```", GUIDE, re.S) if "Examinee" in block]
    assert len(blocks) == 8  # seven networks and an optimizer
    exams = [MINI_BATCH_EXAM, *(exam for _, exam in STRANGERS.values())] + [
        exam for _, exam, *_ in OPTIMIZERS
    ]
    ours = {ast.dump(ast.parse(exam)) for exam in exams}
    assert {ast.dump(ast.parse(block)) for block in blocks} <= ours


def test_its_commands_on_mnist_are_understood(capsys):
    found = re.findall(r"`(backproof compare mnist [^`]+)`", GUIDE)
    planted = [f"{found[0]} {words}" for words in re.findall(r"`(--plant ['\"][^`]+)`", GUIDE)]
    assert len(planted) == 5
    for line in [*found, *planted]:
        assert run([*shlex.split(line)[1:], "--data-root", "nowhere"]) == 2
        assert "no MNIST in nowhere" in capsys.readouterr().err, line


def test_every_name_is_in_it():
    names = [
        *exam_file.DECLARED,
        *exam_optimizer.DECLARED,
        *OPTIMIZER_NAMES,
        *declared.PENALTIES,
        *layout.W_FORMS,
        *layout.B_FORMS,
        *layout.X_FORMS,
    ]
    names += [*layout.Y_FORMS, *REDUCTIONS, *list(NAMES)[:8], *backproof.PUBLIC]
    names += [
        word for word in judge.CODES if word not in ("no loss declared", "cannot be read", "not judged")
    ]
    names += ACTIVATION_NAMES
    for name in names:
        assert name in GUIDE, name


def test_the_readme_leads_to_it():
    assert "(parity_tests/GUIDE.md)" in (PROJECT / "README.md").read_text("utf-8")
