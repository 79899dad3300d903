"""The error that is a person's mistake and not ours: every room may raise it, and the commands print it."""


class InputError(ValueError):
    """What a person gave cannot be used.

    `problem` names the value and what is wrong with it, `advice` says what to do instead, one line each.
    """

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem, advice)  # both, or the error could not come back from another process
        self.problem, self.advice = problem, advice

    def __str__(self) -> str:
        return f"{self.problem}\n{self.advice}"
