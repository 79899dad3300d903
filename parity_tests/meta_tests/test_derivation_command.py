"""`backproof derive`: what it prints, its exit codes, its JSON, and that a user's text is only ever text."""

import io
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from backproof.reference.derivation import Report, check
from backproof.scripts.cli import run

RIGHT = "C = (a - y)^2\na = σ(z)\ndC/dz = 2(a - y) σ'(z)\n"
WRONG = "C = (a - y)^2\na = σ(z)\n\ndC/dz = 2(a - y) σ'(a)\n"


@pytest.fixture
def derive(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def command(text: str, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "notes.txt"
        path.write_text(text, encoding="utf-8")
        code = run(["derive", str(path), *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (RIGHT, 0),
        ("b = w a; derr/da = db/da derr/db", 0),
        (WRONG, 1),
        ("C = (a - y)^2; dC/da = a - y", 1),
        ("C = (a - y", 2),
        ("C = (a - y)^2", 3),
        ("", 3),
        ("dC/dw = x", 3),
    ],
)
def test_exit_codes(derive, text: str, code: int) -> None:
    assert derive(text)[0] == code


def test_the_page_has_a_mark_on_each_step_and_details_under_the_wrong_one(derive) -> None:
    _, out, _ = derive(WRONG)
    lines = out.split("\n")
    assert lines[0] == "line 4 is the first step that is wrong: dC/dz = 2(a - y) σ'(a)"
    at = next(number for number, line in enumerate(lines) if line.startswith("  ✗ 4  dC/dz"))
    assert lines[at + 1].strip() == "wrong"
    assert "slope at activation" in lines[at + 2]
    assert lines[at + 3].strip() == "the line would be: dC/dz = 2(a - y) σ'(z)"
    assert "for example at" in lines[at + 4]
    assert "this line gives" in lines[at + 5]
    assert lines[-2] == "1 step: 1 wrong"


def test_json_is_strict(derive) -> None:
    code, out, _ = derive(WRONG + "dC/da = 2(a - y)\n", "--json")
    found = json.loads(out, parse_constant=lambda name: pytest.fail(name))
    assert code == 1
    assert found["first_wrong"] == 4
    assert [(step["line"], step["verdict"]) for step in found["steps"]] == [(4, "wrong"), (5, "right")]
    assert found["steps"][0]["edit"]["corrected"] == "2(a - y) σ'(z)"
    assert set(found["steps"][0]["counterexample"]) == {"sizes", "values", "entry", "written", "true"}
    assert json.loads(derive(RIGHT, "--json")[1])["first_wrong"] is None


def test_notation_errors_point_with_a_caret(derive) -> None:
    code, out, err = derive("C = a^2\n\tdC/da = 2(a\n")
    assert (code, out) == (2, "")
    first, source, caret, advice = err.rstrip("\n").split("\n")
    assert first.startswith("error: line 2, column 13: the '(' opened at column 11 is not closed")
    assert source[caret.index("^") - 1] == "a"
    assert advice == "expected ')'"


def test_one_line_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["derive", "--given", "a = s(z)", "--given", "z = w x", "--claim", "da/dw = s'(z) x"]) == 0
    assert run(["derive", "--given", "a = s(z); z = w x", "--claim", "da/dw = s'(a) x"]) == 1
    assert run(["derive", "--claim", "a = s(z)"]) == 3
    assert run(["derive"]) == 2
    assert "nothing to check" in capsys.readouterr().err
    assert run(["derive", "notes.txt", "--claim", "da/dw = x"]) == 2


def test_from_the_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Input:
        buffer = io.BytesIO(RIGHT.encode())

    monkeypatch.setattr(sys, "stdin", Input)
    assert run(["derive", "-"]) == 0
    assert "the step is right" in capsys.readouterr().out


def test_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing, large, binary = tmp_path / "missing", tmp_path / "large", tmp_path / "binary"
    notebook, cells, deep = tmp_path / "a.ipynb", tmp_path / "b.ipynb", tmp_path / "deep"
    notebook.write_text('{"cells": {"cell_type": "code", "source": null}}', encoding="utf-8")
    cells.write_text('{"cells": [{"cell_type": "code", "source": null}]}', encoding="utf-8")
    for number in range(1002):
        (deep / str(number)).mkdir(parents=True)
    large.write_bytes(b"# " + b"x" * 70_000)
    binary.write_bytes(b"a = \xff\xfe")
    for path, problem in (
        (missing, "No such file"),
        (large, "more than 65,536 bytes"),
        (binary, "byte 5 is not UTF-8"),
        (notebook, "no notebook: none of its cells can be read"),
        (deep, "holds more than 1000 folders"),
        ("--given", "see `backproof derive --help`"),
    ):
        assert run(["derive", str(path)]) == 2
        error = capsys.readouterr().err
        assert problem in error
        assert "Traceback" not in error
    assert run(["derive", str(cells)]) == 3


def test_a_notebook_with_broken_cells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are read, and the answer says which is not."""
    prose = '{"cell_type": "markdown", "source": ["$a=x^2$\\n", "$\\\\frac{da}{dx}=2x$"]}'
    path = tmp_path / "a.ipynb"
    path.write_text(f'{{"cells": [{{"cell_type": "markdown", "source": 5}}, 7, {prose}]}}', encoding="utf-8")
    assert run(["derive", str(path)]) == 0
    out = capsys.readouterr().out
    assert "the step is right" in out
    assert "cell 2 is broken" in out


@pytest.mark.parametrize(
    "hostile",
    [
        "x[i]",
        "[/x]",
        "[red]x[/red]",
        "\x1b[31mred\x1b[0m",
        "\u202eabc\u202c",
        "\x07",
        "\x00",
        ":smile:",
        "\u2066x",
    ],
)
def test_a_users_text_is_only_text(derive, hostile: str) -> None:
    """In a comment it is printed as it stands; in a formula it is part of the error or of the line."""
    for text in (f"{RIGHT}# {hostile}\n", f"C = {hostile}\n", f"{hostile}\n"):
        _, out, err = derive(text)
        printed = out + err
        assert not {"\x1b", "\u202e", "\x07", "\x00", "\u2066"} & set(printed)
        assert "Traceback" not in printed
    _, out, _ = derive(f"{RIGHT}# {hostile}\n")
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in hostile)
    assert f"# {visible}" in out


def test_torch_is_asked_only_with_confirm(derive) -> None:
    assert "torch agrees with the definition" in derive(RIGHT, "--confirm")[1]
    assert "torch" not in derive(RIGHT)[1]


# What scratch/network.py is given by its callers.
GIVEN = """
from backproof.scratch.spec import NetworkSpec

spec = NetworkSpec((3, 4, 2), ("gelu", "softmax"), loss="categorical_cross_entropy")
params = [(W1, b1), (W2, b2)]
masks = None
"""


@pytest.mark.parametrize(
    ("right", "instead", "edit"),
    [
        ("", "", ""),
        ("np.dot(dz.T, a_prev, out=own.dW)", "np.dot(a_prev.T, dz, out=own.dW)", "dz.T @ a_prev"),
        ("np.dot(dz, W, out=own.da_prev)", "np.dot(dz, W.T, out=own.da_prev)", "dz @ W"),
    ],
)
def test_our_own_backward_is_right_by_our_own_checker(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], right: str, instead: str, edit: str
) -> None:
    """The heart as it trains, with the files that it imports; a slip is found in each round of its loop."""
    rooms = Path(__file__).parents[2]
    heart = (rooms / "scratch" / "network.py").read_text("utf-8")
    assert right in heart
    texts = {"network": heart.replace(right, instead), "given": GIVEN}
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    others = [rooms / "scratch" / f"{name}.py" for name in ("functions", "buffers", "spec")]
    beside = [x for path in (*others, tmp_path / "given.py") for x in ("--beside", str(path))]
    network = str(tmp_path / "network.py")
    code = run(["derive", network, "--function", "backward", "--loss", "loss", *beside, "--json"])
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert code == (1 if edit else 0)
    assert len(steps) >= 9
    wrong = [step for step in steps if step["verdict"] != "right"]
    lines = texts["network"].split("\n")  # a statement may stand on several
    assert all(instead in "".join(lines[step["line"] - 1 :][:3]) for step in wrong)
    assert len({step["line"] for step in wrong}) == bool(edit)
    assert {step["edit"]["corrected"] for step in wrong} <= {edit}


OPEN = RIGHT + "dC/dw = x\n"


def test_lines_that_are_not_decided_count_in_the_headline_and_under_strict(derive) -> None:
    code, out, _ = derive(OPEN)
    assert (code, out.split("\n")[0]) == (0, "1 right, 1 not decided, none wrong")
    assert derive(OPEN, "--strict")[0] == 3
    assert derive(RIGHT, "--strict")[0] == 0
    assert derive(WRONG, "--strict")[0] == 1
    assert derive(WRONG + "dC/da = 2(a - y)\n")[1].split("\n")[0].endswith("(1 right, 1 wrong)")


def test_our_own_mistake_with_one_file_leaves_the_others_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(text: str, confirm: bool = False) -> Report:
        return [][0] if "b = " in text else check(text, confirm=confirm)

    monkeypatch.setattr("backproof.reference.derivation.check", breaks)
    for name, text in (("a.txt", RIGHT), ("b.txt", "b = w x\n"), ("c.txt", WRONG)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run(["derive", str(tmp_path)]) == 1
    said = [line.split(": ", 1)[1] for line in capsys.readouterr().out.strip().split("\n")]
    assert said[0] == "the step is right"
    assert said[1].startswith("not judged: a mistake of this program, IndexError")
    assert said[2].startswith("line 4 is the first step that is wrong")


def test_several_files_have_one_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder stands for the derivations in it; the worst of them decides the exit code."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "empty").mkdir()
    for name, text in (("notes/a.md", f"$$\n{RIGHT}$$\n"), ("notes/b.txt", WRONG), ("c.txt", "C = (a")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = tmp_path / "report.xml"
    given = [str(tmp_path / "notes"), str(tmp_path / "c.txt")]
    assert run(["derive", *given, "--junit", str(report)]) == 1
    lines = capsys.readouterr().out.split("\n")
    assert [line.split(": ")[1] for line in lines[1:3]] == [
        "line 4 is the first step that is wrong",
        "cannot be read",
    ]
    suites = list(ElementTree.parse(report).getroot())
    assert [suite.get("failures") for suite in suites] == ["0", "1"]
    assert suites[1][0][0].tag == "failure"
    assert run(["derive", str(tmp_path / "c.txt"), str(tmp_path / "notes" / "a.md")]) == 2
    capsys.readouterr()
    assert run(["derive", *given, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["files"]
    assert [sorted(each)[:1] for each in found] == [["file"], ["file"], ["error"]]
    assert run(["derive", str(tmp_path / "empty")]) == 2
    assert "holds no derivation" in capsys.readouterr().err
