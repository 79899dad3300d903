"""Names that a text gives a new value further down: dh = ds Wᵀ and then dh = dh ⊙ (h > 0).

An update rule, W = W - η dW, is none of them: it is made of a slope, and what stands below it is about the W
before.
"""

from collections.abc import Set
from dataclasses import replace

from backproof.reference.derivation.document import Document
from backproof.reference.derivation.language import (
    AGAIN,
    Derivative,
    Equation,
    Name,
    Node,
    Statement,
    mapped,
    walk,
)


class Renewed:
    """The names of a document that get new values."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.in_order: list[Statement] = []
        self.values: dict[str, int] = {}  # how many values a name has, where it has several
        before: set[str] = set()
        waiting = list(document.updates)
        for index in range(len(document.statements) + 1):
            while waiting and waiting[0][0] == index:
                _, equation = waiting.pop(0)
                key = _key(equation)
                if key in before and not _update(equation, key):
                    self.in_order.append(equation)
                    self.values[key] = self.values.get(key, 1) + 1
            for statement in document.statements[index : index + 1]:
                self.in_order.append(statement)
                if isinstance(statement, Equation):
                    before.add(_key(statement))
        self.slopes = [key for key in self.values if key[0] in "dδ"]

    def read(self, first: Set[str]) -> Document:
        """The document with a name of its own for each value; the plain one is the last's.

        For the names in `first` it is the first's: of dW = xᵀ dz and dW = dW / m the last is the slope, of
        dh = ds Wᵀ and dh = dh ⊙ (h > 0) the first.
        """
        if not self.values:
            return self.document
        seen = dict.fromkeys(self.values, 0)

        def spelled(node: Node) -> Node | None:
            if not isinstance(node, Name) or node.key not in seen:
                return None
            now = max(seen[node.key], 1)
            marks = now - 1 if node.key in first else self.values[node.key] - now
            return replace(node, base=AGAIN * marks + node.base)

        named: list[Statement] = []
        for statement in self.in_order:
            if isinstance(statement, Equation):
                parts = tuple(mapped(part, spelled) for part in statement.parts)
                if _key(statement) in seen:
                    seen[_key(statement)] += 1
                left = None if statement.left is None else mapped(statement.left, spelled)
                statement = replace(statement, left=left, parts=parts)
            named.append(statement)
        return replace(self.document, statements=named, updates=[])


def _key(equation: Equation) -> str:
    return equation.left.key if isinstance(equation.left, Name) else ""


def _update(equation: Equation, key: str) -> bool:
    """Whether a slope of something else is in it."""
    return any(
        isinstance(node, Derivative) or (isinstance(node, Name) and node.base[0] == "d" and node.key != key)
        for part in equation.parts
        for node in walk(part)
        if not (isinstance(node, Name) and len(node.base) == 1)
    )
