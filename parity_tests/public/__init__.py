"""What a stranger imports from backproof: names that stay, loaded when they are first asked for."""

from importlib import import_module
from typing import Any

# Each public name, and the module that defines it.
PUBLIC: dict[str, str] = {
    "Case": "backproof.parity_tests.cases",
    "Examinee": "backproof.parity_tests.door.examinee",
    "InputError": "backproof.scratch.errors",
    "check": "backproof.parity_tests.door.check",
    "check_step": "backproof.parity_tests.door.check_step",
    "questions": "backproof.parity_tests.door.plugin",
    "NetworkSpec": "backproof.scratch.spec",
}

__all__ = list(PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"module 'backproof' has no attribute {name!r}")
    return getattr(import_module(PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
