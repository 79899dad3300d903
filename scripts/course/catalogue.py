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
    "no-correlation": "no light says it alone: hidden layers, and why they must not be linear",
    "four-pixel-camera": "four pixels, four patterns: weights, receptive fields, errors, training",
    "cost-of-being-wrong": "how many M&Ms: costs, exhaustive search, the rolling marble",
    "chain-rule": "slopes, links, chains, branches, and the price of a numeric gradient",
    "w1ij": "one weight of the first layer through three sigmoid layers",
    "digit-network": "13,002 parameters: costs, biases, edges, three ways to raise an activation",
    "digit-training": "real digits: nudges, mini-batches, weight patterns, how many it gets right",
    "activations": "identity, sigmoid, tanh, rectifier, softmax, and their slopes",
    "losses": "absolute, squared, and the two cross-entropies, with their gradients",
    "bias-and-dropout": "the neuron that is always 1, and units that are left out",
}


def find(name: str) -> Callable[[course.Given, Setting], Lesson]:
    """The lesson called `name`: call it with its inputs and setting."""
    module = importlib.import_module(f"backproof.scripts.course.{name.replace('-', '_')}")
    found: Callable[[course.Given, Setting], Lesson] = module.lesson
    return found
