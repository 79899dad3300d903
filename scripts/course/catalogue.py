"""The lessons in the order of a course, and how one is found by name."""

import importlib
from collections.abc import Callable

from backproof.data import course
from backproof.scripts.course.lesson import Lesson, Setting

# name -> what it shows; the module is the name with underscores.
LESSONS = {
    "one-neuron": "one weight: predict, compare, learn, and how large a step may be",
    "several-inputs": "weighted sums, and one delta shared by many weights",
    "streetlights": "which of three lights says walk: one sample, 40 epochs, weight pressure",
}


def find(name: str) -> Callable[[course.Given | None, Setting | None], Lesson]:
    """The lesson called `name`: call it with its inputs and setting, or with None for the usual ones."""
    module = importlib.import_module(f"backproof.scripts.course.{name.replace('-', '_')}")
    found: Callable[[course.Given | None, Setting | None], Lesson] = module.lesson
    return found
