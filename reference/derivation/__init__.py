"""Checks a written derivation line by line: `check(text)` returns the verdict of each step."""

from backproof.reference.derivation.check import judge
from backproof.reference.derivation.document import read
from backproof.reference.derivation.language import NotationError
from backproof.reference.derivation.verdict import Report, Step

__all__ = ["NotationError", "Report", "Step", "check"]


def check(text: str, confirm: bool = False, prove: bool = True) -> Report:
    """Checks a derivation (plain text, LaTeX or Markdown); see the notation in `backproof derive --help`.

    Raises NotationError where the text cannot be read. Never evaluates the text as a program.
    """
    if "`" in text:
        from backproof.reference.derivation.code_claims import check_page

        page = check_page(text, confirm)
        if page is not None:
            return page
    return judge(read(text), confirm, text if prove else "")
