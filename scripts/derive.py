"""`backproof derive`: a written derivation printed back with a verdict on each line."""

import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backproof.scratch import system
from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Code, Note, Verdict
from backproof.scripts.kept import Out, keep
from backproof.scripts.options import Json, again
from backproof.scripts.show import printable

if TYPE_CHECKING:
    from backproof.reference.derivation import Report, Step

_MOST_BYTES = 64 * 1024
_MOST_FILES = 1000  # of a folder and all below it, hidden ones left out
_MOST_FOLDERS = 1000
_SUFFIXES = (".txt", ".md", ".tex", ".py", ".ipynb")
_MARKS = {"right": "✓", "convention": "✓", "factor": "✗", "wrong": "✗", "undecided": "?"}
_GOOD = {"right": True, "convention": True, "factor": False, "wrong": False, "undecided": None}
_WORST = ["wrong", "factor", "undecided", "convention", "right"]


def derive(
    context: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            help="Derivations: plain text, LaTeX, Markdown, .py or .ipynb, or folders of at most 1,000; "
            "- reads one from the input. Of several, each has one line."
        ),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--given", help="A definition, such as 'a = sigmoid(z)'; may be repeated."),
    ] = None,
    claim: Annotated[
        list[str] | None,
        typer.Option("--claim", help="A line to check, such as 'da/dz = a (1 - a)'; may be repeated."),
    ] = None,
    function: Annotated[
        str,
        typer.Option(help="In a .py file: the function that goes backwards, such as Network.backward."),
    ] = "",
    forward: Annotated[str, typer.Option(help="In a .py file: the function that goes forward.")] = "",
    loss: Annotated[
        str, typer.Option(help="In a .py file: the cost, a function of the file or a loss such as mse.")
    ] = "",
    beside: Annotated[
        list[str] | None,
        typer.Option(
            "--beside",
            help="A .py file whose functions the code calls or whose values it uses; may be repeated.",
        ),
    ] = None,
    json: Json = False,
    out: Out = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 3 where a line could not be decided.")
    ] = False,
    junit: Annotated[
        Path | None, typer.Option(help="Write JUnit's XML there, one test case for each step.")
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Ask torch's autograd for every step as well (slower).")
    ] = False,
) -> Answer:
    """Check a written derivation: which step is the first wrong one, and what makes it right.

    A line defines a name, as in a1 = sigmoid(W1 x + b1). A line whose left side is a derivative is a claim,
    dC/dW1 = d1 xᵀ or dW1 = ..., and a line that begins with = goes on from the one above. Shapes are
    declared, W1: (h, n) x: (n,); without one a name is a number, or the array that it is used as, and each
    line says which shapes were taken. # begins a comment.

    Juxtaposition and @ are the matrix product or scaling, ⊙ acts entry by entry, ᵀ, .T and ^T transpose,
    f' is the slope of f, a^(L-1), w_jk and a₀ are names, sum_j and \\sum add up. In Markdown, $$ and
    ```backproof blocks are read, and $ and `code` that define or claim; in LaTeX, \\newcommand, \\frac,
    \\partial, \\odot and aligned environments.

    A Python file or a notebook is read and never run: each assignment to a name like dW1, db, delta or
    grad_w is judged as the slope of the cost, with the true values of what precedes it.

    Exit codes: 0 right (conventions included, and lines that are not decided, but for --strict), 1 wrong
    (factors included), 2 notation, 3 nothing decided.
    """
    names = list(dict.fromkeys(name for given_name in files or [] for name in _inside(given_name)))
    code = bool(names) and all(name.endswith((".py", ".ipynb")) for name in names)
    if not code and (function or forward or loss or beside):
        raise InputError(
            "--function, --forward, --loss and --beside belong to code", "name a .py or .ipynb file"
        )
    others = {Path(name).stem: _text(name, [], []) for name in beside or []}

    def judged(name: str | None) -> "Report":
        text = _text(name, given or [], claim or [])
        if name is not None and name.endswith((".py", ".ipynb")):
            from backproof.reference.derivation.code_claims import check_code

            return check_code(text, function, forward, loss, confirm, others)
        from backproof.reference.derivation import check

        return check(text, confirm=confirm)

    answer = Answer(json)
    if system.no_limits() and not code:
        answer.show(Note(f"this system does not limit the {system.no_limits()} of proofs"))
    reports: dict[str, Report] = {}
    codes: set[int] = set()
    if len(names) < 2:
        name = names[0] if names else None
        report = reports[name or "--claim"] = judged(name)
        codes.add(_code(report, strict))
        answer.show(*_page(report))
        data = as_dict(report)
    else:
        found: list[dict[str, object]] = []
        for name in names:
            try:
                report = reports[name] = judged(name)
            except InputError as error:
                answer.show(Verdict(f"{name}: cannot be read: {error.problem}; {error.advice}", None))
                found.append({"file": name, "error": error.problem})
                codes.add(2)
                continue
            except Exception as mistake:  # of ours: the other files are judged all the same
                what = f"a mistake of this program, {type(mistake).__name__}; name it alone to see where"
                answer.show(Verdict(f"{name}: not judged: {what}", None))
                found.append({"file": name, "error": what})
                codes.add(3)
                continue
            codes.add(_code(report, strict))
            headline = _headline(report)
            answer.show(Verdict(f"{name}: {headline.words}", headline.good))
            found.append({"file": name, **as_dict(report)})
        data = {"files": found}
    if junit is not None:
        answer.files[junit] = lambda: _junit(reports)
    keep(answer, out, again(context))
    return answer.end(next(each for each in (1, 2, 3, 0) if each in codes), data)


def _inside(name: str) -> list[str]:
    """The file itself, or the derivations in a folder and below it, in order.

    Raises InputError for a folder of none or of too many.
    """
    if name in ("", "-") or not Path(name).is_dir():
        return [name]
    found: list[str] = []
    for seen, (folder, folders, files) in enumerate(os.walk(name)):
        folders[:] = [each for each in folders if not each.startswith(".")]
        found += [str(Path(folder) / file) for file in files if file.endswith(_SUFFIXES)]
        if len(found) > _MOST_FILES or seen > _MOST_FOLDERS:
            what = f"{_MOST_FILES} derivations" if len(found) > _MOST_FILES else f"{_MOST_FOLDERS} folders"
            raise InputError(f"{name} holds more than {what}", "name the files, or a folder in it")
    if not found:
        raise InputError(f"{name} holds no derivation", f"its files would end in {', '.join(_SUFFIXES)}")
    return sorted(found)


def _code(report: "Report", strict: bool) -> int:
    return 3 if strict and report.exit_code == 0 and report.undecided else report.exit_code


def _junit(reports: "dict[str, Report]") -> bytes:
    """JUnit's XML: a suite for each file, a case for each step; one that is not decided is skipped."""
    from xml.etree import ElementTree

    root = ElementTree.Element("testsuites")
    for name, report in reports.items():
        wrong = [step for step in report.steps if _GOOD[step.verdict] is False]
        counts = {"tests": len(report.steps), "failures": len(wrong), "skipped": report.undecided}
        suite = ElementTree.SubElement(
            root, "testsuite", {"name": printable(name), **{key: str(n) for key, n in counts.items()}}
        )
        for step in report.steps:
            named = {"classname": printable(name), "name": printable(f"line {step.line}: {step.text}")}
            case = ElementTree.SubElement(suite, "testcase", named)
            if _GOOD[step.verdict] is not True:
                kind = "skipped" if step.verdict == "undecided" else "failure"
                message = printable("; ".join(_details(step, several=False)))
                ElementTree.SubElement(case, kind, {"message": message})
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _text(file: str | None, given: list[str], claim: list[str]) -> str:
    if file is not None and (given or claim):
        raise InputError("both a file and --given or --claim", "give one of them")
    if file is None:
        if not claim:
            raise InputError("nothing to check", "name a file, - for the input, or --claim 'dC/dw = ...'")
        return "\n".join([*given, *claim])
    if file == "-":
        if sys.stdin is None:
            raise InputError("the input is closed", "name a file, or give the derivation to the input")
        try:
            raw = sys.stdin.buffer.read(_MOST_BYTES + 1)
        except OSError as failure:
            raise InputError(f"the input cannot be read: {failure.strerror}", "name a file") from None
    else:
        from backproof.scratch import reading

        raw = reading.content(file, _MOST_BYTES)
    if len(raw) > _MOST_BYTES:
        raise InputError(
            f"{file} has more than {_MOST_BYTES:,} bytes", "a derivation is a page, split this one"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: byte {error.start + 1} is not UTF-8", "save it as UTF-8 text") from None


def as_dict(report: "Report") -> dict[str, object]:
    """The report as plain JSON values."""
    return {"first_wrong": report.first_wrong, "steps": [asdict(step) for step in report.steps]}


def _page(report: "Report") -> Iterator[Code | Verdict]:
    """The lines to print, each with what it says of the derivation."""
    steps: dict[int, list[Step]] = {}
    for step in report.steps:
        steps.setdefault(step.line, []).append(step)
    yield _headline(report)
    yield Code("")
    width = len(str(max(report.shown, default=1)))
    for number in report.shown:
        text = report.lines[number - 1].replace("\t", "    ").rstrip()
        here = steps.get(number, [])
        if not here:
            yield Code(f"    {number:{width}}  {text}".rstrip(), _latex(text))
            continue
        verdict = min((step.verdict for step in here), key=_WORST.index)
        yield Verdict(f"  {_MARKS[verdict]} {number:{width}}  {text}", _GOOD[verdict], _latex(text))
        indent = " " * (width + 6)
        for step in here:
            for line in _details(step, several=len(here) > 1):
                yield Verdict(f"{indent}{line}", _GOOD[step.verdict])
    yield Code("")
    yield Code(_summary(report))


def _latex(text: str) -> str:
    """The line where it is LaTeX, which is known by its backslashes."""
    return text if "\\" in text else ""


def _headline(report: "Report") -> Verdict:
    first = next(
        (
            step
            for step in report.steps
            if step.line == report.first_wrong and step.verdict in {"wrong", "factor"}
        ),
        None,
    )
    right = sum(_GOOD[step.verdict] is True for step in report.steps)
    if first is not None:
        what = "right up to a factor" if first.verdict == "factor" else "wrong"
        wrong = sum(_GOOD[step.verdict] is False for step in report.steps)
        counts = [(right, "right"), (report.undecided, "not decided"), (wrong, "wrong")]
        tail = f" ({', '.join(f'{n} {name}' for n, name in counts if n)})" if len(report.steps) > 1 else ""
        return Verdict(f"line {first.line} is the first step that is {what}: {first.text}{tail}", False)
    count = len(report.steps)
    if not count:
        words = "nothing was checked: no line claims a derivative (dC/dw = ...) or continues one with ="
        return Verdict(words, None)
    if report.undecided:
        words = f"{right} right, {report.undecided} not decided, none wrong"
        return Verdict(words, None)
    return Verdict(f"all {count} steps are right" if count > 1 else "the step is right", True)


def _details(step: "Step", several: bool) -> list[str]:
    head = {
        "right": "right",
        "convention": "right under a convention",
        "factor": "right up to a factor",
        "wrong": "wrong",
        "undecided": "not decided",
    }[step.verdict]
    if step.verdict in {"right", "convention"}:
        head += ", proved" if step.proved else f", agrees at {step.points} points"
    if step.confirmed is not None:
        head += (
            "; torch agrees with the definition"
            if step.confirmed
            else "; torch does not agree with the definition"
        )
    lines = [f"{step.text}: {head}" if several else head]
    if step.reason:
        lines[0] += f": {step.reason}"
    if step.edit is not None:
        if step.edit.says not in step.reason:
            lines.append(f"what makes it right ({step.edit.kind}): {step.edit.says}")
        if step.edit.line:
            lines.append(f"the line would be: {step.edit.line}")
    example = step.counterexample
    if example is not None:
        parts = [f"{name} = {value}" for name, value in (*example.sizes.items(), *example.values.items())]
        lines.append(f"for example at {', '.join(parts)}:" if parts else "for example:")
        lines.append(f"  {example.entry} is {example.true}, this line gives {example.written}")
    return lines


def _summary(report: "Report") -> str:
    names = {
        "right": "right",
        "convention": "right under a convention",
        "factor": "right up to a factor",
        "wrong": "wrong",
        "undecided": "not decided",
    }
    counts = [
        (sum(step.verdict == verdict for step in report.steps), name) for verdict, name in names.items()
    ]
    steps = f"{len(report.steps)} step{'s' if len(report.steps) != 1 else ''}"
    return f"{steps}: " + (
        ", ".join(f"{count} {name}" for count, name in counts if count) or "nothing was checked"
    )
