"""What commands show: the same parts on a terminal, piped, as JSON and on a page, and lines to continue."""

import json
import os
import re
import shlex
import subprocess
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from rich.cells import cell_len

from backproof.parity_tests.meta_tests.bad_input import commands
from backproof.scratch.errors import InputError
from backproof.scripts import show
from backproof.scripts.answer import Answer, Code, Note, Picture, Table, Text, Verdict, deliver
from backproof.scripts.commands import app
from backproof.scripts.options import again

HOSTILE = "<script>alert('1') & \x1b[31m[red]\u202e"
CELLS = st.text(st.characters(exclude_categories=["Cs", "Mn", "Me", "Zs"]) | st.just(" "), max_size=40)


def everything(folder):
    return [
        Text(HOSTILE),
        Code(HOSTILE),
        Table([HOSTILE, "number"], [[HOSTILE, "1"]], caption=HOSTILE),
        Verdict(HOSTILE, False),
        Note(HOSTILE),
        Picture(folder / "picture", HOSTILE, Figure),
    ]


@given(
    st.integers(40, 130),
    st.integers(1, 6).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1)),
    st.integers(0, 2),
)
def test_a_table_keeps_to_its_width_and_loses_nothing(width, rows, left):
    headings, *body = rows
    lines = list(show.table_lines(Table(headings, body, left), width))
    assert all(line == line.rstrip() and cell_len(line) <= width for line in lines)
    found = "".join(lines)
    for row in body:
        for cell in row:
            assert set(show.one_line(cell)) <= {*found, " "}


def test_a_table_that_is_too_wide_folds_its_headings_then_stands_in_groups():
    table = Table(("quantity", "share of allowance", "kinks"), [("z", "0.1", "0"), ("dW", "0.25", "1")])
    assert list(show.table_lines(table, 35)) == [
        "quantity  share of allowance  kinks",
        "z                        0.1      0",
        "dW                      0.25      1",
    ]
    assert list(show.table_lines(table, 27)) == [
        "            share of",
        "quantity   allowance  kinks",
        "z                0.1      0",
        "dW              0.25      1",
    ]
    assert list(show.table_lines(table, 22)) == [
        "           share of",
        "quantity  allowance",
        "z               0.1",
        "dW             0.25",
        "",
        "quantity  kinks",
        "z             0",
        "dW            1",
    ]


def test_piped_tables_take_the_columns_that_are_asked_for(capsys, monkeypatch):
    table = Table([f"heading {k}" for k in range(12)], [["1,000,000"] * 12], left=0)
    for columns in (60, 90, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        show.part(table)
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= columns
        assert sum(line.count("1,000,000") for line in lines) == 12


def test_a_users_text_neither_steers_the_terminal_nor_acts_as_markup(capsys, tmp_path):
    Answer().show(*everything(tmp_path))
    out, err = capsys.readouterr()
    for text in (out, err):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\\x1b[31m[red]" in text


def test_json_holds_the_parts_or_the_commands_own_values(capsys, tmp_path):
    answer = Answer(json=True)
    answer.show("words", Table(("a", "b"), [("1", "2")]), Picture(tmp_path / "p", "alt", Figure))
    assert capsys.readouterr().out == ""
    assert deliver(answer.end(3)) == 3
    found = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert (found["schema"], found["exit_code"]) == (1, 3)
    assert [part["kind"] for part in found["parts"]] == ["text", "table", "picture"]
    assert {path.name for path in tmp_path.iterdir()} == {"p.svg", "p.png"}
    deliver(Answer(json=True).end(0, {"share": float("nan")}))
    assert json.loads(capsys.readouterr().out) == {"schema": 1, "exit_code": 0, "share": "nan"}


def test_files_come_last_and_one_that_fails_costs_no_other(capsys, tmp_path):
    answer = Answer()
    answer.show("the verdict")
    answer.files = {tmp_path / "absent" / "a": lambda: b"1", tmp_path / "b": lambda: b"2"}
    with pytest.raises(InputError, match="absent/a cannot be written"):
        deliver(answer.end(0))
    assert capsys.readouterr().out == "the verdict\n"
    assert (tmp_path / "b").read_bytes() == b"2"


def repeated(words, **changes):
    """What `again` makes of a command line, and the values of its parameters."""
    group: Any = typer.main.get_group(app)
    with group.make_context("backproof", []) as root:
        command = group.get_command(root, words[0])
        with command.make_context(words[0], list(words[1:]), parent=root) as context:
            return again(context, **changes), dict(context.params)


@pytest.mark.parametrize(
    "words",
    [
        ["parity", "--jobs", "2", "--json", "--case", "Case('x y')"],
        ["compare", "mnist", "--no-download", "--hidden", "", "--out", "a b/\u00fc", "--resume"],
        ["explain", "mazur", "--full", "--row", "3"],
        ["catch-rate", "--dtype", "float32", "--json"],
        ["diagnose", "--mistake", "it's"],
        ["derive", "--given", "a = b", "--given", "b = $c", "--claim", "da/dc = 1"],
    ],
    ids=lambda words: words[0],
)
def test_the_line_that_repeats_a_run_says_every_setting(words):
    line, settings = repeated(words)
    same_line, same_settings = repeated(shlex.split(line)[1:])
    assert same_settings == settings
    assert same_line == line


def test_a_run_is_continued_with_what_has_changed():
    line, _ = repeated(["parity", "--jobs", "2", "--json"], skip=40, networks=160)
    assert line == (
        "backproof parity --networks 160 --seed 0 --skip 40 --dtype float64 --examinee hand --jobs 2 "
        "--engine loky --json"
    )


@pytest.mark.parametrize(
    "name", [b"plain/path.npz", b"two words", b"it's", b"a\xffb", b"line\nbreak", b"back\\slash\x1b'", b""]
)
def test_a_word_can_be_pasted_into_a_shell(name):
    text = show.word(os.fsdecode(name))
    assert text.isprintable()
    done = subprocess.run(["bash", "-c", f"printf %s {text}"], capture_output=True, check=True)
    assert done.stdout == name


EXPLAINED = {
    "decidable": "An entry is decidable where",
    "kink": "corner of its activation",
    "share": "a share is the part of an allowance",
    "allowance": "derived rounding bound",
    "ulp": "gap between neighbouring numbers",
}


def test_help_explains_the_words_that_it_uses():
    for words, command in commands().items():
        told = " ".join([command.help or "", *(getattr(each, "help", None) or "" for each in command.params)])
        told = " ".join(told.split())
        for word, meaning in EXPLAINED.items():
            used = re.search(rf"\b{word}s?\b", told)
            assert not used or meaning in told, f"{words} --help: {word}"
