"""A page of answers: one HTML file with everything in it, every text escaped by the template engine."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backproof.scripts.answer import Code, Note, Part, Picture, Table, Text, Verdict
from backproof.scripts.show import printable

if TYPE_CHECKING:
    from markupsafe import Markup

LONGEST = 24  # characters of a word that a cell of a table holds unbroken
MANY = 8  # columns of a table that is not wide
INDENT = "    "  # of a verdict's own remarks
GOOD = {True: "right", False: "wrong", None: "open"}
MATHML = "http://www.w3.org/1998/Math/MathML"
# What a formula may be made of; an element or attribute of another name is left out.
ELEMENTS = frozenset((
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom",
))  # fmt: skip
ATTRIBUTES = frozenset((
    "display", "displaystyle", "columnalign", "columnspacing", "rowspacing", "stretchy", "fence", "form",
    "separator", "accent", "accentunder", "mathvariant", "linethickness", "minsize", "maxsize", "lspace",
    "rspace", "width", "height", "depth",
))  # fmt: skip
# What stands around a line of a document and is no part of its formula.
AROUND = re.compile(
    r"\\(?:begin|end)\{[a-z]+\*?\}|\\\[|\\\]|\$\$?|\\\\\s*$|\\(?:label|tag)\{[^}]*\}|\\nonumber"
)


@dataclass(frozen=True)
class Shown:
    """One command's answer in a section; `pictures` has the SVG of its pictures by name."""

    command: str
    parts: Sequence[Part]
    pictures: Mapping[str, bytes]
    remark: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page; without answers it says which command fills it."""

    id: str
    title: str
    about: str
    command: str
    answers: Sequence[Shown]


def page(sections: Iterable[Section]) -> str:
    """The HTML, which needs nothing else and sends nothing anywhere."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    here = Path(__file__).parent
    engine = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    # Ours, and the only markup beside formulas that is not escaped.
    style, script = (Markup((here / f"page.{ending}").read_text("utf-8")) for ending in ("css", "js"))
    shown = [
        {
            **{name: printable(getattr(section, name)) for name in ("id", "title", "about", "command")},
            "answers": [
                {
                    "command": printable(answer.command),
                    "remark": printable(answer.remark),
                    "parts": _parts(answer),
                }
                for answer in section.answers
            ],
        }
        for section in sections
    ]
    return engine.from_string((here / "page.html").read_text("utf-8")).render(
        sections=shown, style=style, script=script, style_hash=_hash(style), script_hash=_hash(script)
    )


def _hash(text: str) -> str:
    """As a content security policy names a text that may act."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _parts(answer: Shown) -> list[dict[str, Any]]:
    """The parts as the template takes them; lines that belong together are one block."""
    found: list[dict[str, Any]] = []
    for part in answer.parts:
        last = found[-1] if found else {}
        match part:
            case Code(text, latex):
                if last.get("kind") == "lines":
                    last["text"] += f"\n{printable(text)}"
                    last["formulas"] += _formulas(latex)
                elif text.strip():
                    found.append({"kind": "lines", "text": printable(text), "formulas": _formulas(latex)})
            case Text(words) if words.strip():
                found.append({"kind": "text", "words": printable(words).strip("\n")})
            case Verdict(words, good, latex):
                if words.startswith(INDENT) and last.get("good") == GOOD[good]:
                    last["words"] += f"\n{printable(words)}"
                else:
                    made = {"kind": "verdict", "good": GOOD[good], "formulas": _formulas(latex)}
                    found.append({**made, "words": printable(words).strip("\n")})
            case Picture(path, alt):
                data = base64.b64encode(answer.pictures[path.name]).decode()
                alt = printable(alt) or "A picture without words."
                found.append({"kind": "picture", "data": data, "alt": alt})
            case Table(headings, rows, left, caption):
                cells = [[printable(cell) for cell in row] for row in rows]
                named = [printable(heading) for heading in headings]
                unbroken = max(
                    len(word) for row in (named, *cells) for cell in row for word in [*cell.split(), ""]
                )
                kind = "broken" if unbroken > LONGEST else "wide" if len(named) > MANY else "plain"
                shown: dict[str, Any] = {"headings": named, "rows": cells, "left": left, "class": kind}
                found.append({"kind": "table", **shown, "caption": printable(caption)})
            case Note() | Text():
                pass
    return found


def _formulas(latex: str) -> "list[Markup]":
    made = formula(latex) if latex else None
    return [] if made is None else [made]


@cache
def formula(latex: str) -> "Markup | None":
    """LaTeX as MathML of known elements alone; None where it is no formula by itself, such as half of one."""
    from xml.etree import ElementTree

    from latex2mathml.converter import convert
    from markupsafe import Markup

    bare = AROUND.sub("", printable(latex)).replace("&", "").strip(" .,;")
    if not bare or "\\" not in bare:
        return None
    try:
        found = ElementTree.fromstring(convert(bare))
    except Exception:  # whatever the converter makes of what is no whole formula; the source is shown anyway
        return None
    kept = _known(found)
    ElementTree.register_namespace("", MATHML)
    return Markup(ElementTree.tostring(kept, encoding="unicode")) if kept is not None else None


def _known(element: Any) -> Any:
    """The element with its known attributes and children, or None where it is not known itself."""
    from xml.etree.ElementTree import Element

    name = element.tag.removeprefix(f"{{{MATHML}}}")
    if name not in ELEMENTS:
        return None
    attributes = {key: value for key, value in element.attrib.items() if key in ATTRIBUTES}
    made = Element(f"{{{MATHML}}}{name}", attributes)
    made.text = element.text
    for child in element:
        kept = _known(child)
        if kept is not None:
            made.append(kept)
    return made
