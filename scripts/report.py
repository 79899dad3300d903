"""`backproof report`: what commands have kept with --out, bound into one page that needs no network."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from backproof.scripts.answer import Answer, Note, Part, Table, Text, Verdict
from backproof.scripts.kept import NAME, Kept, machine, read
from backproof.scripts.options import Json
from backproof.scripts.page import Section, Shown, page
from backproof.scripts.show import word

# The words of a command, the section of its answers, what it is about, and how to fill it.
SECTIONS = {
    "parity": (
        "Parity with autograd",
        "Generated networks, every number compared within a derived rounding bound: end to end against "
        "autograd, and step by step from what the examined code itself fed into each step.",
        "backproof parity --networks 2000 --jobs 2 --out {out}/parity",
    ),
    "catch-rate": (
        "What the exam catches",
        "Mistakes that people make, planted one by one on generated networks, and who notices.",
        "backproof catch-rate --networks 30 --out {out}/catch-rate",
    ),
    "compare": (
        "Training side by side",
        "The same network trained by hand and by autograd, from the same parameters on the same batches.",
        "backproof compare digits --out {out}/compare-digits",
    ),
    "examine": (
        "Your own network and its update",
        "Somebody's forward, loss, backward and update under examination.",
        "backproof examine my_exam.py --out {out}/examine",
    ),
    "derive": (
        "Derivations",
        "Derivations on paper or in code, each line judged with the true values of what precedes it.",
        "backproof derive my_derivation.tex --out {out}/derive",
    ),
    "course": (
        "What the course states",
        "Statements of the course's documents and slides, each with what shows it.",
        "backproof course claims --wrong --out {out}/claims",
    ),
    "bench": (
        "Speed",
        "How long the same work takes by hand and by autograd on this machine.",
        "backproof bench --out {out}/bench",
    ),
}
ENDS = {0: "right", 1: "wrong or disagreeing", 2: "the input", 3: "nothing was checked", 130: "interrupted"}
OUT = Path("out")  # where the README's commands keep theirs, and the one folder that may not be there yet


def report(
    folder: Annotated[Path, typer.Argument(help="The folder in whose folders commands kept answers.")] = OUT,
    to: Annotated[
        Path | None, typer.Option(help="The page.", show_default="report.html in that folder")
    ] = None,
    json: Json = False,
) -> Answer:
    """Bind what commands have kept with --out into one page, to read, to print and to send.

    The page is one file that loads nothing. A section whose command was not run says so. Exit code 1 where
    an answer of the page is wrong or disagrees, 3 where there is none at all.
    """
    from backproof.scratch.errors import InputError
    from backproof.scripts.files import check_file

    answer = Answer(json)
    path = to or folder / "report.html"
    if folder != OUT and not folder.is_dir():
        raise InputError(
            f"there is no folder {word(folder)}", "name the one that has the folders of --out in it"
        )
    kept = [read(each) for each in sorted(folder.glob(f"*/{NAME}"))]
    check_file(path)
    answer.files[path] = lambda: page(sections(kept, folder)).encode("utf-8")
    answer.show(Table(("section", "answers", "what came of it"), list(_rows(kept)), left=3))
    code = 1 if any(each.exit_code == 1 for each in kept) else 0 if kept else 3
    if not kept:
        answer.show(Note(f"no answer in {word(folder)}: run commands with --out {word(folder)}/NAME"))
    answer.show(Text(f"report: {word(path)}"))
    return answer.end(code, {"report": str(path), "bound": [each.command for each in kept]})


def _rows(kept: list[Kept]) -> "list[tuple[str, str, str]]":
    rows = []
    for name, (title, _, _) in SECTIONS.items():
        ends = [_end(each) for each in kept if _name(each) == name]
        rows.append((title, str(len(ends)), ", ".join(ends) or "not run"))
    return rows


def sections(kept: list[Kept], folder: Path) -> list[Section]:
    """Every section, the first one on what was run and on which machine."""
    here = machine()
    found = [_first(kept, here)]
    for name, (title, about, command) in SECTIONS.items():
        mine = [each for each in kept if _name(each) == name]
        found.append(_section(name, title, about, command.format(out=word(folder)), mine, here))
    others = [each for each in kept if _name(each) not in SECTIONS]
    if others:
        found.append(_section("others", "Also run", "", "", others, here))
    return found


def _section(
    name: str, title: str, about: str, command: str, kept: list[Kept], here: dict[str, str]
) -> Section:
    shown = []
    for each in kept:
        older = each.machine.get("code") != here["code"]
        remark = "Kept by another version of the code than the one that bound this page." if older else ""
        shown.append(Shown(each.command, each.parts, each.pictures, remark))
    return Section(name, title, about, command, shown)


def _first(kept: list[Kept], here: dict[str, str]) -> Section:
    runs = [(SECTIONS.get(_name(each), (_name(each),))[0], _end(each), each.command) for each in kept]
    machines = list({tuple(sorted(each.machine.items())): each.machine for each in kept}.values()) or [here]
    names = list(dict.fromkeys(name for each in machines for name in each))
    columns = [f"machine {number}" if machines[1:] else "value" for number in range(1, len(machines) + 1)]
    parts: list[Part] = [
        # The runs that are not simply right.
        *(
            Verdict(f"{_end(each)}: {each.command}", False if each.exit_code == 1 else None)
            for each in kept
            if each.exit_code
        ),
        Table(("section", "what came of it", "command"), runs, left=3, caption="What was run"),
        Table(
            ("", *columns),
            [(name, *(each.get(name, "-") for each in machines)) for name in names],
            left=1 + len(machines),
            caption="Machine and versions",
        ),
    ]
    return Section("run", "What was compared, and where", "", "", [Shown("", parts, {})])


def _end(kept: Kept) -> str:
    """How the command ended, in words."""
    return ENDS.get(kept.exit_code, "?")


def _name(kept: Kept) -> str:
    """The command's own word."""
    try:
        return shlex.split(kept.command)[1]
    except (ValueError, IndexError):
        return "?"
