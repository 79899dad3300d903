"""Checks a written derivation line by line: `check(text)` returns the verdict of each step."""

from backproof.reference.derivation.check import Report, Step, check
from backproof.reference.derivation.language import NotationError

__all__ = ["NotationError", "Report", "Step", "check"]
