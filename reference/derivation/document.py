"""A text to its statements: plain lines, LaTeX, or the blocks of a Markdown page."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from backproof.reference.derivation.language import (
    MOST_BYTES,
    MOST_STATEMENTS,
    NotationError,
    Place,
    Statement,
    Token,
    Vocabulary,
    assemble,
    collect_names,
    look_over,
    tokenize,
)
from backproof.reference.derivation.latex import tokenize_latex
from backproof.reference.derivation.parser import Parser

_COMMAND = re.compile(r"\\[A-Za-z]{2}")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)")
_CLOSED = {"$$": "$$", "\\[": "\\]"}


@dataclass(slots=True)
class Document:
    """What was read: the lines as given, the statements in order, and the formulas that were not read."""

    lines: list[str]
    shown: set[int]  # the lines that belong to the derivation, from 1
    statements: list[Statement] = field(default_factory=list)
    unread: list[NotationError] = field(default_factory=list)
    known: Vocabulary = field(default_factory=Vocabulary)
    one_hot: dict[str, int] = field(default_factory=dict)  # arrays with one 1 along an axis


def read(text: str) -> Document:
    """The statements of a text of at most 64 KiB.

    Raises NotationError, with line, column and a caret, for what cannot be read. Displays of a Markdown page
    that cannot be read are kept in `unread` instead: a page holds more than its derivation.
    """
    # Only \n and \r\n end a line: splitlines would also split at signs that an editor does not count.
    lines = text.replace("\r\n", "\n").split("\n")
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise NotationError(
            f"{len(text.encode('utf-8', 'replace'))} bytes", f"at most {MOST_BYTES} are read", 1, 1
        ).with_source([])
    try:
        return _read(lines)
    except NotationError as error:
        raise error.with_source(lines) from None


def _read(lines: list[str]) -> Document:
    document = Document(lines, set())
    page = _is_page(lines)
    pieces: list[list[Token]] = []  # one statement each
    loose: set[int] = set()  # those from Markdown displays
    for first, block, display in _blocks(lines) if page else [(1, "\n".join(lines), False)]:
        document.shown.update(range(first, first + block.count("\n") + 1))
        if display or _COMMAND.search(block):
            try:
                statements = tokenize_latex(block, _placer(block, first), lines_end=not display)
            except NotationError as error:
                if not display:
                    raise
                document.unread.append(error.with_source(lines))
                continue
            for statement in statements:
                if display:
                    loose.add(len(pieces))
                pieces.append(statement)
        else:
            for offset, line in enumerate(block.split("\n")):
                pieces.extend(_split(tokenize(line, first + offset)))
    if len(pieces) > MOST_STATEMENTS:
        raise pieces[MOST_STATEMENTS][0].fail(
            f"{len(pieces)} statements", f"at most {MOST_STATEMENTS} are read"
        )
    document.known = look_over(pieces)
    joined = [assemble(piece, document.known) for piece in pieces]
    collect_names(joined, document.known)
    for number, tokens in enumerate(joined):
        if number in loose and not any(token.kind in {"=", ":"} for token in tokens):
            continue  # a display of an expression alone says nothing that could be wrong
        try:
            document.statements.extend(Parser(tokens, document.known).statement())
        except NotationError as error:
            if number not in loose:
                raise
            document.unread.append(error.with_source(lines))
    return document


def _split(tokens: list[Token]) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == ";":
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [piece for piece in pieces if piece]


def _is_page(lines: list[str]) -> bool:
    for line in lines:
        fence = _FENCE.match(line)
        if (fence and fence.group(2) == "backproof") or "$$" in line or "\\[" in line:
            return True
    return False


def _blocks(lines: list[str]) -> list[tuple[int, str, bool]]:
    """(first line, text, whether a display) of each block of a Markdown page.

    A display's text keeps the columns of its first line by leading blanks.
    """
    blocks: list[tuple[int, str, bool]] = []
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        if fence:
            end = number + 1
            closing = re.compile(rf"^ {{0,3}}{re.escape(fence.group(1)[0])}{{{len(fence.group(1))},}}\s*$")
            while end < len(lines) and not closing.match(lines[end]):
                end += 1
            if fence.group(2) == "backproof":
                blocks.append((number + 2, "\n".join(lines[number + 1 : end]), False))
            number = end + 1
            continue
        number = _displays(lines, number, blocks)
    return blocks


def _displays(lines: list[str], number: int, blocks: list[tuple[int, str, bool]]) -> int:
    """Collects the displays that begin on a line; returns the line to go on with."""
    column = 0
    while True:
        line = lines[number]
        found = [(line.find(sign, column), sign) for sign in _CLOSED if line.find(sign, column) >= 0]
        if not found:
            return number + 1
        start, sign = min(found)
        begin, first = start + len(sign), number
        parts = [" " * begin]
        while True:
            end = lines[number].find(_CLOSED[sign], begin if number == first else 0)
            low = begin if number == first else 0
            if end >= 0:
                parts.append(lines[number][low:end])
                break
            parts.append(lines[number][low:] + "\n")
            number += 1
            if number == len(lines):
                raise NotationError(
                    f"this {sign} is never closed", f"close it with {_CLOSED[sign]}", first + 1, start + 1
                )
        blocks.append((first + 1, "".join(parts), True))
        column = end + len(_CLOSED[sign])


def _placer(block: str, first: int) -> Callable[[int], Place]:
    starts = [0]
    for at, char in enumerate(block):
        if char == "\n":
            starts.append(at + 1)

    def place(offset: int) -> Place:
        low, high = 0, len(starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if starts[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        return Place(first + low, offset - starts[low] + 1)

    return place
