"""README.md and GUIDE.md are true: their commands print what they show, and pictures can be drawn again."""

import re
from pathlib import Path

import pytest

from backproof.parity_tests.meta_tests.conftest import PROJECT
from backproof.parity_tests.mistakes import catalogue
from backproof.scripts import readme
from backproof.scripts.course.statements import statements

README = (PROJECT / "README.md").read_text("utf-8")
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
GUIDE = (PROJECT / "parity_tests/GUIDE.md").read_text("utf-8")


@pytest.mark.parametrize(("command", "shown"), [*readme.commands(README), *readme.commands(GUIDE)])
def test_a_command_prints_what_is_shown(command, shown):
    assert readme.masked(readme.answer_command(command).output) == readme.masked(shown)


@pytest.mark.parametrize(("code", "shown"), [*readme.examples(README), *readme.examples(GUIDE)])
def test_a_python_example_prints_what_is_shown(code, shown):
    assert readme.masked(readme.answer_example(code).output) == readme.masked(shown)


def test_there_is_something_to_check():
    assert len(list(readme.commands(README))) >= 2
    assert len(list(readme.examples(README))) == 1


def test_the_numbers_in_its_sentences_are_counted():
    assert f"\n{len(catalogue())} mistakes that people make" in README
    assert f"judges {len(statements())}\nstatements of five course documents" in README


def test_it_is_short_and_begins_with_a_command():
    lines = README.splitlines()
    assert len(lines) <= 140
    assert any(line.startswith("    make") for line in lines[:20])


def test_the_pictures_are_drawn_by_the_commands_and_are_small():
    shown = re.findall(r"!\[[^]]+\]\((data/pictures/[^)]+)\)", README)
    drawn = readme.pictures(README)
    assert sorted(drawn) == sorted(Path(name).name for name in shown)
    assert len(shown) <= 3
    for picture in [*((PROJECT / name).read_bytes() for name in shown), *drawn.values()]:
        assert 1_000 < len(picture) < 100_000
        assert b"<dc:date>" not in picture


@pytest.mark.parametrize("text", [README, CONTRIBUTING])
def test_every_file_that_is_named_exists(text):
    for name in re.findall(r"`((?:\w+/)+[\w.]*)`", text):
        assert (PROJECT / name).exists(), name


def test_what_depends_on_the_machine_is_masked_and_nothing_else():
    assert readme.masked("took 3.2 s, 1.7e-15 apart, 0.455") == readme.masked("took 11 s, 2e-16 apart, 0.449")
    assert readme.masked("dz  84,598  0.122  0.081  35") == readme.masked("dz  84,598  0.123  0.080  36")
    assert readme.masked("98.69%, 30 of 40 mistakes") == readme.masked("98.70%, 31 of 40 mistakes")
    row = (
        "dW1[{}]   by hand  6.0e-01   by autograd  6.0e-01   apart {}   explainable by rounding 1e-15   {} {}"
    )
    first = readme.masked(row.format("0, 0", "0.0e+00", "0.000%", "ok"))
    assert first == readme.masked(row.format("1, 0", "1.1e-16", "7.4%", "ok"))
    assert first != readme.masked(row.format("0, 0", "0.0e+00", "0.000%", "wrong"))
    assert readme.masked("loss 0.898315") != readme.masked("loss 0.898316")
    assert readme.masked("200 networks") != readme.masked("201 networks")
