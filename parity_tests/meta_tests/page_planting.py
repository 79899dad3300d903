"""Plants mistakes in pages as they stand, LaTeX or plain: one right side is replaced, all else stays.

python -m backproof.parity_tests.meta_tests.page_planting --every 10: one plant in 10, and how they came out.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator

from backproof.parity_tests.meta_tests.corpus import PAGES
from backproof.parity_tests.meta_tests.corpus_more import MORE
from backproof.parity_tests.meta_tests.derivation_mistakes import (
    UNDONE_BY,
    Planted,
    differs,
    mistakes,
    points,
)
from backproof.reference.derivation import NotationError, Step, check
from backproof.reference.derivation.build import build
from backproof.reference.derivation.code_claims import check_page
from backproof.reference.derivation.document import Document, normalised, read
from backproof.reference.derivation.language import Derivative, Equation, Place, write
from backproof.reference.derivation.latex import write_latex
from backproof.reference.derivation.model import Claim

TEXTS = {name: text for name, text in (PAGES | MORE).items() if not name.endswith((".py", ".ipynb"))}
_STOP = re.compile(
    r"=|\$|`|\\\\|\\q?quad\b|\\end\b|\\text\b|&|\n|;|,?\s*\\;|[,.](?=\s|\$|\\?$)|,|\.(?!\d)|\s{2}"
    r"|(?<=\$)\s|\|(?= )"
)


def _offset(text: str, place: Place) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1


def _end(text: str, start: int) -> int:
    """Where the formula that begins at `start` ends: at a sign that ends it outside of all brackets."""
    at, depth = start, 0
    while at < len(text):
        if depth == 0 and (found := _STOP.match(text, at)) and at > start:
            return found.start()
        if text.startswith(("\\{", "\\}"), at):
            at += 2
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth < 0:
            return at
        if text[at] == "\n" and text[at - 1 : at] == "\n":
            return at
        at += 1
    return at


def _put(text: str, claim: Claim, shown: str) -> str:
    start = _offset(text, claim.place)
    return text[:start] + shown + " " + text[_end(text, start) :]


def _shown(claim: Claim, node: object) -> str:
    assert claim.source is not None
    latex = claim.source.style == "latex"
    return write_latex(node, claim.source.spelling) if latex else write(node)  # type: ignore[arg-type]


def planted_page(name: str, given: str) -> Iterator[Planted]:
    """Every mistake of every family, at every claim whose right side can be put back as it was."""
    text = normalised(given)
    document = read(text)
    try:
        model = build(document)
    except NotationError:
        return
    if "`" in text and check_page(text) is not None:
        return  # a page of code
    before, worlds = _statements(document), points(model)
    for claim in model.claims:
        if claim.source is None or not isinstance(claim.left, Derivative):
            continue
        same = _put(text, claim, _shown(claim, claim.right))
        try:
            again = read(same)
        except NotationError:
            continue
        if again.unread or _statements(again) != before:
            continue
        seen = {claim.right}
        for family, node in mistakes(claim.left, claim.right, model):
            if node in seen or not differs(worlds, claim.left, claim.right, node):
                continue
            seen.add(node)
            yield Planted(
                name,
                family,
                claim.place.line,
                _put(text, claim, _shown(claim, node)),
                claim.corrected(claim.right),
                write(node),
            )


def _statements(document: Document) -> list[str]:
    return [
        " = ".join(write(part) for part in (s.left, *s.parts) if part is not None)
        for s in document.statements
        if isinstance(s, Equation)
    ]


def outcome(mistake: Planted) -> tuple[str, list[Step]]:
    """(found, excused, missed or unread; steps that are accused beside it)."""
    try:
        report = check(mistake.text, prove=False)
    except NotationError:
        return "unread", []
    here = [step for step in report.steps if step.line == mistake.line]
    wrong = [step for step in here if step.verdict in {"wrong", "factor"}]
    beside = [
        step
        for step in report.steps
        if step.line != mistake.line and step.verdict in {"wrong", "factor"} and step.inherits is None
    ]
    if wrong and report.first_wrong == mistake.line:
        edits = [step.edit for step in wrong if step.edit is not None]
        undone = any(
            edit.kind in UNDONE_BY[mistake.family] or edit.corrected == mistake.before for edit in edits
        )
        return "edited" if undone else "found", beside
    if any(step.verdict == "undecided" for step in here):
        return "undecided", beside
    return "excused", beside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--page", default="")
    given = parser.parse_args()
    counts = Counter[str]()
    number = 0
    for name, text in TEXTS.items():
        if given.page not in name:
            continue
        for mistake in planted_page(name, text):
            number += 1
            if number % given.every != given.first % given.every:
                continue
            what, beside = outcome(mistake)
            counts[what] += 1
            counts["beside"] += bool(beside)
            if what != "edited" or beside:
                said = "; ".join(f"line {s.line} {s.text}: {s.verdict}" for s in beside)
                print(
                    f"{what}: {name}, line {mistake.line}, {mistake.family}: {mistake.after} {said}",
                    flush=True,
                )
    print(f"{number} plants in all, tried one in {given.every}: {dict(counts)}")


if __name__ == "__main__":
    main()
