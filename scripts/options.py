"""Options that several commands share, and the command line that repeats or continues a run."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from backproof.scripts.show import word

MOST_NETWORKS = 10**9

Networks = Annotated[
    int, typer.Option("--networks", min=1, max=MOST_NETWORKS, help="How many networks to draw.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the draw.")]
Dtype = Annotated[
    Literal["float64", "float32"], typer.Option("--dtype", help="Floating-point format of the networks.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
DataRoot = Annotated[
    Path | None,
    typer.Option(
        "--data-root", help="The folder that holds MNIST/raw.", show_default="BACKPROOF_DATA or cache"
    ),
]


def again(context: typer.Context, **changes: Any) -> str:
    """The command line that repeats this run, with other values for the parameters named in `changes`.

    Every setting is written out, the defaults too, since those may change.
    """
    words = context.command_path.split()
    for parameter in context.command.params:
        name = str(parameter.name)
        value = changes.get(name, context.params.get(name))
        if value is None or value == parameter.default == "":
            continue
        values = [str(each) for each in (value if isinstance(value, (list, tuple)) else [value])]
        if parameter.param_type_name == "argument":
            words += values
        elif isinstance(value, bool):
            if value != bool(parameter.default):
                words.append(parameter.opts[0] if value else parameter.secondary_opts[0])
        else:
            words += [part for each in values for part in (parameter.opts[0], each)]
    return " ".join(word(each) for each in words)
