"""The pytest plugin: any implementation under the suite, and a decorator for one's own tests."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from backproof.parity_tests.door.examined import Examined

OPTION = "--implementation"
SUITE = Path(__file__).parent.parent / "suite"
OURS = "test_implementation.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --implementation FILE: `--pyargs backproof.parity_tests.suite` then examines that exam file."""
    group = parser.getgroup("backproof")
    group.addoption(OPTION, metavar="FILE", help="examine this exam file instead of backproof's own network")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of the suite, the questions to an implementation where one is named, else those to our own network."""
    # An editable install links its files, not its folders.
    if (
        collection_path.suffix != ".py"
        or collection_path.resolve() != (SUITE / collection_path.name).resolve()
    ):
        return None
    asks_theirs = collection_path.name == OURS
    return None if asks_theirs == bool(config.getoption(OPTION)) or collection_path.name[0] == "_" else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each question that the implementation can be asked."""
    path = metafunc.config.getoption(OPTION)
    if "implementation_question" in metafunc.fixturenames:
        # Without a file there is nothing to ask, and pytest says so where the question itself is named.
        metafunc.parametrize("implementation_question", parameters(Path(path), {}) if path else [])


class Asked:
    """One question to an exam file; the file is examined once, when the first of its questions is asked."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def require(self) -> None:
        """Fails where the answer is wrong, and skips where the question was not asked, with the reason."""
        from backproof.parity_tests.door.printers import text

        found = examined(self.path)
        question = next((each for each in found.questions if each.name == self.name), None)
        if question is None and self.name != "runs":
            pytest.skip(f"{self.name} was not asked: {found.verdict.word}")
        if question is None or question.failed:
            pytest.fail("\n".join(text(found)), pytrace=False)
        if question.word in ("not given", "not asked", "not judged"):
            pytest.skip(f"{self.name}: {question.word}")


@cache
def examined(path: Path) -> "Examined":
    """What came of an exam file, examined once in a session."""
    from backproof.parity_tests.door.exam_file import examine

    return examine(path)


def parameters(path: Path, failing: dict[str, str]) -> list[Any]:
    """The questions to a file, with ids like dW2[relu,cross_entropy,float64]; failing: question -> reason."""
    from backproof.parity_tests.door.exam_file import question_ids

    ids = question_ids(path)
    unknown = set(failing) - set(ids)
    if unknown:
        raise pytest.UsageError(f"{path}: there is no question {min(unknown)!r}; there are {', '.join(ids)}")
    made = []
    for name, shown in ids.items():
        marks = [pytest.mark.xfail(reason=failing[name], strict=True)] if name in failing else []
        made.append(pytest.param(Asked(path, name), id=shown, marks=marks))
    return made


def questions(path: str | Path, failing: dict[str, str] | None = None) -> Callable[[Any], Any]:
    """A decorator for one's own tests: each gets `question`, and calls question.require().

    failing names the questions that are known to fail, each with its reason; one that passes then fails.
    """
    return pytest.mark.parametrize("question", parameters(Path(path), failing or {}))
