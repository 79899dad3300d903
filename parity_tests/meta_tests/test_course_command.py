"""`backproof course`: the list, one lesson, its pictures, and what goes wrong."""

import shlex
from pathlib import Path

import pytest

from backproof.scripts.course.catalogue import LESSONS


def test_without_a_lesson_they_are_listed(answer):
    code, shown, _ = answer("course")
    assert code == 0
    for name, summary in LESSONS.items():
        assert name in shown
        assert summary in shown


def test_one_lesson_with_its_pictures(tmp_path, answer):
    shown = answer("course", "streetlights", "--out", tmp_path)
    assert (shown.code, shown.err) == (0, "")
    assert "0.00053373677328488" in shown.out  # the last error that the slide prints
    assert "entries agree" in shown.out
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        f"streetlights-{name}.{kind}" for name in ("weights", "pressure", "lights") for kind in ("svg", "png")
    }


def test_a_lesson_shows_its_places_and_its_inputs(tmp_path, answer):
    code, shown, _ = answer("course", "w1ij", "--out", tmp_path)
    assert code == 0
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
def test_a_system_is_found_by_name_line_or_words(words, name, answer):
    code, shown, _ = answer("course", "systems", words, "--json")
    assert code == 0
    assert f'"name": "{name}"' in shown
    assert shown.count('"name"') == 1


def test_the_output_is_the_same_twice(tmp_path, answer):
    words = ("course", "several-inputs", "--out", tmp_path)
    assert answer(*words) == answer(*words)


@pytest.mark.parametrize("words", [[], ["course"]])
@pytest.mark.parametrize("columns", ["50", "80"])
def test_the_help_cuts_off_no_summary(words, columns, answer, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    code, out, _ = answer(*words, "--help")
    assert code == 0
    assert "..." not in out.split("Commands:")[1]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("streetlamps", "streetlamps"),
        *((f"{options} w1ij", "w1ij") for options in ("--all", "--quick", "--out x", "--data-root x")),
        ("w1ij --out file/below", "file/below"),
        ("digit-training --out out --data-root .", "no MNIST"),
    ],
)
@pytest.mark.usefixtures("own_folder")
def test_what_cannot_be_is_said(words, named, refused):
    Path("file").write_text("", "utf-8")
    assert named in refused("course", *words.split())[0]


def test_interrupted(tmp_path, answer, monkeypatch):
    from backproof.scripts.course import catalogue

    def stop(_name):
        raise KeyboardInterrupt

    monkeypatch.setattr(catalogue, "find", stop)
    for words in (["w1ij"], ["--all"]):
        words = [*words, "--out", str(tmp_path / "co x"), "--data-root", "my data"]
        code, _, err = answer("course", *words)
        assert code == 130
        assert shlex.split(err.split("to continue: ")[1]) == ["backproof", "course", *words]


def test_a_disagreement_is_shown_and_fails(tmp_path, answer, monkeypatch):
    from backproof.scratch import functions

    right = functions.sigmoid_backward
    wrong = (functions.sigmoid, lambda da, z, a, _: right(da, z, a) * 1.001)
    monkeypatch.setitem(functions.ACTIVATIONS, "sigmoid", wrong)
    code, shown, _ = answer("course", "w1ij", "--out", tmp_path)
    assert code == 1
    assert "WRONG" in shown
    assert "first wrong: dz3" in shown
