"""The pytest plugin asks any implementation the suite's questions, and a person's own tests too."""

import subprocess
import sys

import pytest

from backproof.parity_tests.door.exam_file import examine, question_ids
from backproof.parity_tests.meta_tests.strangers import STRANGERS

# The plugin itself is found by its entry point.
PLUGIN = ("-p", "no:cacheprovider", "-q", "-rA")


def run(folder, *words):
    command = [sys.executable, "-m", "pytest", *PLUGIN, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def wrong(tmp_path):
    network, exam = STRANGERS["script"]
    (tmp_path / "network.py").write_text(network.replace("db1 = dz1.sum", "db1 = dz1.mean"), "utf-8")
    (tmp_path / "exam.py").write_text(exam, "utf-8")
    return tmp_path


def test_an_implementation_sits_the_suite(wrong):
    done = run(
        wrong, "-c", "/dev/null", "--pyargs", "backproof.parity_tests.suite", "--implementation", "exam.py"
    )
    assert done.returncode == 1, done.stdout
    assert "FAILED" in done.stdout
    assert "db1[relu,mse,float64]" in done.stdout
    assert "first wrong step: db1[" in done.stdout
    assert "1 failed" in done.stdout.splitlines()[-1]


def test_a_known_failure_is_expected_strictly(wrong):
    (wrong / "test_mine.py").write_text(
        "from backproof import questions\n"
        "@questions('exam.py', failing={'db1': 'a mean', 'dW2': 'no failure'})\n"
        "def test_mine(question):\n    question.require()\n",
        "utf-8",
    )
    done = run(wrong, "--import-mode=importlib", "test_mine.py")
    assert "XFAIL test_mine.py::test_mine[db1[relu,mse,float64]] - a mean" in done.stdout
    assert "FAILED test_mine.py::test_mine[dW2[identity,mse,float64]]" in done.stdout


def test_optimizers_and_several_networks_have_their_own_questions(tmp_path):
    for name in ("adam", "several"):
        network, exam = STRANGERS[name]
        (tmp_path / f"{name}.py").write_text(network, "utf-8")
        (tmp_path / f"exam_{name}.py").write_text(exam.replace("network.py", f"{name}.py"), "utf-8")
    ids = question_ids(tmp_path / "exam_adam.py")
    assert ids["step 1"] == "step 1[adam,float64]"
    assert {q.name for q in examine(tmp_path / "exam_adam.py", networks=2).questions} == set(ids)
    ids = question_ids(tmp_path / "exam_several.py")
    asked = {q.name for q in examine(tmp_path / "exam_several.py", networks=6).questions if q.word != "note"}
    assert asked <= set(ids)
    assert ids["dW1 [tanh sigmoid, mae]"] == "dW1[tanh,mae,float64]"
