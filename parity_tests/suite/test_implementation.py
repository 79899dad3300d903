"""The questions to somebody else's implementation, which --implementation names."""

from backproof.parity_tests.door.plugin import Asked


def test_question(implementation_question: Asked) -> None:
    implementation_question.require()
