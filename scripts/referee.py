"""`backproof referee`: torch's known errors, each beside the value by definition."""

from backproof.scripts.answer import Answer, Table
from backproof.scripts.options import Json


def referee(json: Json = False) -> Answer:
    """Call torch where it is known to lose digits or to choose a slope, and compare with the definition.

    Most of these lie inside the exam's allowance, its derived rounding bound, or outside its networks, and
    the torch twin is built from torch's better forms; so they are shown by direct call, in float64.
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
    answer = Answer(json)
    answer.show(
        Table(headings, rows),
        f"\ntorch {torch.__version__}, float64; at a kink any slope between the two sides is honest",
    )
    return answer.end(0, {"torch": torch.__version__, "rows": [dict(zip(headings, row)) for row in rows]})
