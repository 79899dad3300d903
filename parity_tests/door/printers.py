"""What an examination says to others: JSON, JUnit, Gradescope's results.json, a line of CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from backproof.parity_tests.door.examined import Examined, Question
from backproof.parity_tests.report import line

REVEALS = ("verdict", "place", "line")
CSV_HEADINGS = ("file", "exit_code", "verdict", "sentence", "first_wrong", "line")
WORDS = {0: "right", 1: "wrong", 2: "cannot be read", 3: "nothing was judged"}
POINTS = 1.0


def text(found: Examined, reveal: str = "line") -> list[str]:
    """The report as lines; reveal: verdict says only that, place also where, line everything."""
    verdict = found.verdict
    if verdict.word == "cannot be read":
        named = found.path in verdict.sentence
        return [f"error: {'' if named else f'{found.path}: '}{verdict.sentence}", f"  {verdict.advice}"]
    said = [f"{found.path}: {verdict.word}: {verdict.sentence.removeprefix('right: ')}"]
    if reveal == "verdict":
        return said
    said += [f"  {verdict.advice}"] if verdict.advice else []
    said += [f"  {each}" for each in found.place if reveal == "line" or "numbers" not in each]
    if reveal == "line":
        said += [f"  {each}" for each in found.line]
        said += [f"  a known mistake: {found.mistake}"] if found.mistake else []
    said += [f"  {note}" for note in found.notes]
    said += [""] + [f"  {q.name:<22}{q.word}{': ' * bool(q.said)}{q.said}" for q in found.questions]
    wrong = [row for row in found.rows if row.verdict == "wrong"]
    if wrong and reveal == "line":
        said += ["", *(line(row, "yours", "right") for row in wrong)]
    if found.snippet and reveal == "line":
        said += [
            "",
            "the network that shows it, in numpy:",
            *(f"    {each}" for each in found.snippet.splitlines()),
        ]
    said += [
        "",
        f"  {found.networks} {found.kind}, --seed {found.seed}; not asked: {', '.join(found.not_asked)}",
    ]
    said += [f"  the file imports {', '.join(found.imports)}"] if found.imports else []
    return said


def as_object(found: Examined, reveal: str = "line") -> dict[str, Any]:
    """The report as an object for JSON."""
    made: dict[str, Any] = {
        "file": found.path,
        "exit_code": found.code,
        "verdict": found.verdict.word,
        "sentence": found.verdict.sentence,
        "advice": found.verdict.advice,
        "questions": [{"name": q.name, "word": q.word, "said": q.said} for q in found.questions],
        "notes": list(found.notes),
        "not_asked": list(found.not_asked),
        "imports": list(found.imports),
        "networks": found.networks,
        "seed": found.seed,
    }
    if reveal != "verdict":
        made["first_wrong"] = list(found.place[:1])
    if reveal == "line":
        made |= {
            "place": list(found.place),
            "line": list(found.line),
            "mistake": found.mistake,
            "snippet": found.snippet,
        }
    return made


def csv_line(found: Examined, reveal: str = "line") -> str:
    """One line of CSV under CSV_HEADINGS."""
    out = io.StringIO()
    place = found.place[0] if found.place and reveal != "verdict" else ""
    own = found.line[0] if found.line and reveal == "line" else ""
    cells = (found.path, found.code, found.verdict.word, found.verdict.sentence, place, own)
    # A cell that a spreadsheet would take for a formula is text.
    csv.writer(out, lineterminator="").writerow(
        [f"'{c}" if str(c).startswith(("=", "+", "-", "@")) else c for c in cells]
    )
    return out.getvalue()


def junit(all_found: Sequence[Examined]) -> bytes:
    """JUnit's XML: a suite for each file, a case for each question."""
    root = ElementTree.Element("testsuites")
    for found in all_found:
        cases = [q for q in found.questions if q.word != "note"] or [Question("runs", found.verdict.word)]
        failed = sum(q.failed for q in cases)
        suite = ElementTree.SubElement(
            root, "testsuite", name=_xml(found.path), tests=str(len(cases)), failures=str(failed)
        )
        for question in cases:
            case = ElementTree.SubElement(
                suite, "testcase", classname=_xml(found.path), name=_xml(question.name)
            )
            if question.failed:
                failure = ElementTree.SubElement(
                    case, "failure", message=_xml(question.said or question.word)
                )
                failure.text = _xml("\n".join(text(found)))
            elif question.word in ("not asked", "not given", "not judged"):
                ElementTree.SubElement(case, "skipped", message=_xml(question.word))
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _xml(text: str) -> str:
    """Without the characters that XML 1.0 has no place for."""
    return "".join(
        c
        if c in "\t\n" or (ord(c) >= 32 and c not in "\ufffe\uffff" and not 0xD800 <= ord(c) < 0xE000)
        else "?"
        for c in text
    )


def gradescope(found: Examined, reveal: str, points: Mapping[str, float]) -> dict[str, Any]:
    """Gradescope's results.json: a test for each question, with `points` of its own name or POINTS."""
    tests = []
    asked = [q for q in found.questions if q.word not in ("note", "not given", "not judged")] or [
        Question("runs", found.verdict.word)
    ]
    for question in asked:
        most = points.get(question.name, POINTS)
        good = not question.failed and question.word not in ("not asked", "follows")
        tests.append({"name": question.name, "score": most if good else 0.0, "max_score": most,
                      "status": "passed" if good else "failed",
                      "output": question.said if reveal == "line" else ""})  # fmt: skip
    shown = "\n".join(text(found, reveal))
    return {"output": shown, "visibility": "visible", "stdout_visibility": "hidden", "tests": tests}
