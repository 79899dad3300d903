"""How text reaches the terminal: a user's own words never act as markup or control codes."""

import unicodedata


def printable(text: str) -> str:
    """`text` with control and direction-changing characters made visible, as \\x1b or \\u202e.

    Line breaks stay: callers pass text of their own layout with a user's words inside.
    """
    return "".join(
        char
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
