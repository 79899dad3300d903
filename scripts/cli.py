"""`backproof`: ties the commands together and turns a user's mistake into two plain lines."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from backproof.scripts.catch_rate import catch_rate
from backproof.scripts.compare import compare
from backproof.scripts.course.command import course
from backproof.scripts.derive import derive
from backproof.scripts.diagnose import diagnose
from backproof.scripts.explain import explain
from backproof.scripts.parity import parity
from backproof.scripts.referee import referee
from backproof.scripts.show import printable

app = typer.Typer(
    name="backproof",
    help="Hand-written backpropagation, checked entry by entry against autograd.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.command()(parity)
app.command()(compare)
app.command()(explain)
app.add_typer(course)
app.command()(catch_rate)
app.command()(diagnose)
app.command()(referee)
app.command()(derive)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"backproof {version('backproof')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (the process's own by default); returns the exit code.

    0 right, 1 wrong or disagreeing, 2 the input, 3 nothing was checked, 130 interrupted.
    """
    if arguments is None:
        arguments = sys.argv[1:]
    try:
        code = app(args=arguments or ["--help"], prog_name="backproof", standalone_mode=False)
        return int(code or 0)
    except typer.TyperException as mistake:  # an unknown option, a value of the wrong kind
        context = getattr(mistake, "ctx", None)
        command = context.command_path if context else "backproof"
        return _complain(mistake.format_message(), f"see `{command} --help`")
    except ValueError as mistake:
        # The rooms raise ValueErrors that carry an advice where the input is at fault. One without is
        # a bug of ours and keeps its traceback.
        if not hasattr(mistake, "advice"):
            raise
        return _complain(mistake.args[0], mistake.advice)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        return 130


def _complain(problem: str, advice: str) -> int:
    typer.echo(f"error: {printable(problem)}\n{printable(advice)}", err=True)
    return 2


def main() -> None:
    """The console command."""
    sys.exit(run())
