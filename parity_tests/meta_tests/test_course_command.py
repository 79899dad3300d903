"""`backproof course`: the list, one lesson, its pictures, and what goes wrong."""

import shlex

import pytest

from backproof.parity_tests.meta_tests.test_rooms import HEAVY, modules_after
from backproof.scripts.cli import run
from backproof.scripts.course.catalogue import LESSONS


def test_without_a_lesson_they_are_listed(capsys):
    assert run(["course"]) == 0
    shown = capsys.readouterr().out
    for name, summary in LESSONS.items():
        assert name in shown
        assert summary in shown


def test_one_lesson_with_its_pictures(tmp_path, capsys):
    assert run(["course", "streetlights", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "0.00053373677328488" in shown.out  # the last error that the slide prints
    assert "entries agree" in shown.out
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        f"streetlights-{name}.{kind}" for name in ("weights", "pressure", "lights") for kind in ("svg", "png")
    }


def test_a_lesson_shows_its_places_and_its_inputs(tmp_path, capsys):
    assert run(["course", "w1ij", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "001:1274  Lecture on feed-forward networks" in shown
    assert "W2     [[0.3, 0.6], [0.05, 0.35], [-0.2, 0.1], [-0.45, -0.15]]" in shown


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("weight pressure table", "weight-pressure-table"),
        ("001:1274", "w1ij-three-sigmoid-layers"),
        ("let the marble roll", "marble-gradient-descent"),
        ("EXHAUSTIVE search", "exhaustive-search"),
        ("the gradient for the other edge", "sensitivity-ratio"),
    ],
)
def test_a_system_is_found_by_name_line_or_words(words, name, capsys):
    assert run(["course", "systems", words, "--json"]) == 0
    shown = capsys.readouterr().out
    assert f'"name": "{name}"' in shown
    assert shown.count('"name"') == 1


def test_the_output_is_the_same_twice(tmp_path, capsys):
    shown = []
    for _ in range(2):
        assert run(["course", "several-inputs", "--out", str(tmp_path)]) == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]


def test_an_unknown_lesson(capsys):
    assert run(["course", "streetlamps"]) == 2
    problem, advice = capsys.readouterr().err.splitlines()
    assert problem.startswith("error: ")
    assert "streetlamps" in problem
    assert "backproof course" in advice


@pytest.mark.parametrize("words", [[], ["course"]])
@pytest.mark.parametrize("columns", ["50", "80"])
def test_the_help_cuts_off_no_summary(words, columns, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert run([*words, "--help"]) == 0
    assert "..." not in capsys.readouterr().out.split("Commands:")[1]


@pytest.mark.parametrize("options", [["--all"], ["--quick"], ["--out", "x"], ["--data-root", "x"]])
def test_options_before_the_lesson_are_not_lost(options, capsys):
    assert run(["course", *options, "w1ij"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_pictures_that_cannot_be_written(tmp_path, capsys):
    file = tmp_path / "file"
    file.write_text("", "utf-8")
    assert run(["course", "w1ij", "--out", str(file / "below")]) == 2
    problem, _advice = capsys.readouterr().err.splitlines()
    assert problem.startswith("error: ")


def test_a_folder_without_mnist(tmp_path, capsys):
    assert (
        run(["course", "digit-training", "--out", str(tmp_path / "out"), "--data-root", str(tmp_path)]) == 2
    )
    problem, _advice = capsys.readouterr().err.splitlines()
    assert "no MNIST" in problem


def test_interrupted(tmp_path, capsys, monkeypatch):
    from backproof.scripts.course import catalogue

    def stop(_name):
        raise KeyboardInterrupt

    monkeypatch.setattr(catalogue, "find", stop)
    for words in (["w1ij"], ["--all"]):
        words = [*words, "--out", str(tmp_path / "co x"), "--data-root", "my data"]
        assert run(["course", *words]) == 130
        command = capsys.readouterr().err.split("to continue: ")[1]
        assert shlex.split(command) == ["backproof", "course", *words]


def test_a_disagreement_is_shown_and_fails(tmp_path, capsys, monkeypatch):
    from backproof.scratch import functions

    right = functions.sigmoid_backward
    wrong = (functions.sigmoid, lambda da, z, a, _: right(da, z, a) * 1.001)
    monkeypatch.setitem(functions.ACTIVATIONS, "sigmoid", wrong)
    assert run(["course", "w1ij", "--out", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert "WRONG" in shown
    assert "first wrong: dz3" in shown


@pytest.mark.parametrize(
    "words", [["course"], ["course", "--help"], ["course", "w1ij", "--help"], ["explain", "-h"]]
)
def test_start_up_is_lazy(words):
    assert modules_after(f"from backproof.scripts.cli import run\nrun({words})").isdisjoint(HEAVY)
