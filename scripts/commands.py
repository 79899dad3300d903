"""Every command, tied together."""

from typing import Annotated

import typer

from backproof.scripts.bench import bench
from backproof.scripts.catch_rate import catch_rate
from backproof.scripts.compare import compare
from backproof.scripts.course.command import course
from backproof.scripts.derive import derive
from backproof.scripts.diagnose import diagnose
from backproof.scripts.examine import examine
from backproof.scripts.explain import explain
from backproof.scripts.parity import parity
from backproof.scripts.referee import referee
from backproof.scripts.report import report
from backproof.scripts.updates import updates

app = typer.Typer(
    name="backproof",
    help="Hand-written backpropagation, checked entry by entry against autograd.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


# The list of commands cuts off a docstring's first sentence, and no short help.
app.command(short_help="Compare generated networks with autograd, every number.")(parity)
app.command(short_help="Train by hand and by autograd, and judge the gradients.")(compare)
app.command(short_help="Compare update rules with torch.optim, update by update.")(updates)
app.command(short_help="Work one example through by hand.")(explain)
app.add_typer(course, short_help="Run the lessons, and judge what the documents state.")
app.command(short_help="Examine networks that other people wrote.")(examine)
app.command(short_help="Plant every mistake, and count who catches it.")(catch_rate)
app.command(short_help="Plant every mistake, and see whether it is named.")(diagnose)
app.command(short_help="Show where torch itself loses digits.")(referee)
app.command(short_help="Check a written derivation, step by step.")(derive)
app.command(short_help="Time training steps side by side with other libraries.")(bench)
app.command(short_help="Bind what commands have kept into one page.")(report)


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
