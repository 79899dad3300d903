"""GUIDE.md is true: its commands are understood, and it names everything; test_door runs its exam files."""

import re
import shlex

import backproof
from backproof.parity_tests.door import declared, exam_file, exam_optimizer, judge, layout
from backproof.parity_tests.meta_tests.conftest import PROJECT
from backproof.reference.losses import NAMES, REDUCTIONS
from backproof.scratch.spec import ACTIVATION_NAMES, OPTIMIZER_NAMES
from backproof.scripts.cli import run

GUIDE = (PROJECT / "parity_tests/GUIDE.md").read_text("utf-8")


def test_its_commands_on_mnist_are_understood(capsys):
    found = re.findall(r"`(backproof compare mnist [^`]+)`", GUIDE)
    planted = [f"{found[0]} {words}" for words in re.findall(r"`(--plant ['\"][^`]+)`", GUIDE)]
    assert len(planted) == 5
    for line in [*found, *planted]:
        assert run([*shlex.split(line)[1:], "--data-root", "nowhere"]) == 2
        assert "no MNIST in nowhere" in capsys.readouterr().err, line


def test_every_name_is_in_it():
    forms = *layout.W_FORMS, *layout.B_FORMS, *layout.X_FORMS, *layout.Y_FORMS
    unsaid = "no loss declared", "cannot be read", "not judged"
    names = [*exam_file.DECLARED, *exam_optimizer.DECLARED, *declared.PENALTIES, *forms, *backproof.PUBLIC]
    names += [*REDUCTIONS, *[*NAMES][:8], *OPTIMIZER_NAMES, *ACTIVATION_NAMES]
    names += [word for word in judge.CODES if word not in unsaid]
    for name in names:
        assert name in GUIDE, name


def test_the_readme_leads_to_it():
    assert "(parity_tests/GUIDE.md)" in (PROJECT / "README.md").read_text("utf-8")
