"""`backproof`: runs one command line and turns a user's mistake into two plain lines."""

import sys
from collections.abc import Sequence

from backproof.scratch.errors import InputError
from backproof.scripts import process

INTERRUPTED, READER_LEFT = 130, 141  # as a shell says it of a process that SIGINT or SIGPIPE ended


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (the process's own by default); returns the exit code.

    0 right, 1 wrong or disagreeing, 2 the input, 3 nothing was checked, 130 interrupted, 141 nobody reads
    the output any more.
    """
    try:
        process.check_output()
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
        if process.interrupted() and code != INTERRUPTED:
            raise KeyboardInterrupt
        return code
    except process.OutputError as failure:
        process.drop_output()
        return READER_LEFT if failure.reader_left else _complain(str(failure), "send it to another place")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


def _run(arguments: Sequence[str]) -> int:
    import logging

    import typer

    from backproof.scripts.answer import Answer, deliver
    from backproof.scripts.commands import app

    # Without a home that can be written, matplotlib finds its fonts anew and draws the same.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    command = typer.main.get_command(app)
    try:
        _check_filled(arguments)
        # Not by calling app: that answers Ctrl-C without a word, and a broken pipe with 1.
        with command.make_context("backproof", list(arguments) or ["--help"]) as context:
            answer = command.invoke(context)
            return deliver(answer) if isinstance(answer, Answer) else int(answer or 0)
    except typer.Exit as done:  # --help, --version
        return done.exit_code
    except typer.TyperException as mistake:  # an unknown option, a value of the wrong kind
        where = getattr(mistake, "ctx", None)
        known = [word for word in arguments[:1] if word in getattr(command, "commands", {})]
        name = where.command_path if where else " ".join(["backproof", *known])
        return _complain(mistake.format_message(), f"see `{name} --help`")
    except InputError as mistake:
        # What points at a column of a derivation has lines of its own.
        return _complain(mistake.args[0], mistake.advice, points=hasattr(mistake, "column"))
    except OSError as failure:  # what the system says of a path before anything is read, as of a long name
        if failure.filename is None:
            raise
        return _complain(f"{failure.filename}: {failure.strerror}", "give the name of a file")


def _check_filled(arguments: Sequence[str]) -> None:
    """Raises InputError for an argument without a character, as of a variable that is not set.

    The name of a file would become the current folder's.
    """
    for before, word in zip(["", *arguments], arguments):
        option, equals, value = word.partition("=") if word.startswith("--") else (before, "=", word)
        if equals and not value and option != "--hidden":
            raise InputError(
                f"an empty argument after {option or 'backproof'}", "leave it out, or give its value"
            )


def _complain(problem: str, advice: str, points: bool = False) -> int:
    from backproof.scripts.show import one_line, printable

    shown = printable(problem) if points else one_line(problem)
    print(f"error: {shown}\n{one_line(advice)}", file=sys.stderr)
    return 2


def main() -> None:
    """The console command."""
    process.prepare()
    code = run()
    process.finish()
    sys.exit(code)
