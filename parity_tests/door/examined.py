"""What comes of an examination: a verdict, and a word on each question."""

from dataclasses import dataclass

from backproof.parity_tests.comparison import Row
from backproof.parity_tests.door.judge import CODES, Verdict

UNASKED = ("not given", "not asked", "not judged", "note")  # words of a question that has no answer


@dataclass(frozen=True)
class Question:
    """One question and what came of it. word: right, a verdict's word, crash, not given or not asked."""

    name: str
    word: str
    said: str = ""

    @property
    def failed(self) -> bool:
        return CODES.get(self.word) != 0 and self.word not in ("right", *UNASKED)


@dataclass(frozen=True)
class Examined:
    """What came of one file: a verdict, the questions, and where the first wrong step is."""

    path: str
    verdict: Verdict
    questions: tuple[Question, ...] = ()
    rows: tuple[Row, ...] = ()
    place: tuple[str, ...] = ()
    mistake: str = ""  # what the catalogue calls it
    line: tuple[str, ...] = ()
    snippet: str = ""
    notes: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    networks: int = 0  # that were asked, or sequences of gradients
    kind: str = "networks"
    seed: int = 0

    @property
    def code(self) -> int:
        """0 right, 1 wrong, 2 the file is at fault, 3 nothing was judged."""
        return self.verdict.code
