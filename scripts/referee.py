"""`backproof referee`: torch's known errors, each beside the value by definition."""

from typing import Annotated

import typer

from backproof.scripts.show import console, strict_json, table


def referee(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> int:
    """Call torch where it is known to lose digits or to choose a slope, and compare with the definition.

    Most of these lie inside the exam's allowance or outside its networks, and the torch twin is built from
    torch's better forms; so they are shown by direct call, in float64.
    """
    import torch
    from mpmath import mp

    from backproof.reference.known_errors import MOST, known_errors

    rows = [
        (
            each.function,
            f"{each.x!r}",
            f"{each.by_torch!r}",
            mp.nstr(each.by_definition, MOST)
            if each.other_side is None
            else f"{mp.nstr(each.by_definition, MOST)} to {mp.nstr(each.other_side, MOST)}",
            f"{each.right_digits}" if each.other_side is None else "a kink",
        )
        for each in known_errors()
    ]
    headings = ("function", "x", "by torch", "by definition", "right digits")
    if json:
        typer.echo(
            strict_json({"torch": torch.__version__, "rows": [dict(zip(headings, row)) for row in rows]})
        )
        return 0
    table(headings, rows)
    console().print(
        f"\ntorch {torch.__version__}, float64; at a kink any slope between the two sides is honest"
    )
    return 0
