"""LaTeX formulas to the same tokens as plain text."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from backproof.reference.derivation.language import (
    ELSE,
    ELSE_IN_WORDS,
    FUNCTIONS,
    IF,
    IF_IN_WORDS,
    BigSum,
    Call,
    Cases,
    Comparison,
    Derivative,
    Differential,
    Dots,
    Entry,
    Listing,
    Name,
    Negative,
    Node,
    NotationError,
    Number,
    Otherwise,
    Place,
    Power,
    Product,
    Token,
    Total,
    Transposed,
    is_script,
    signed,
    tokenize,
    words,
    write,
)


def _pairs(text: str) -> dict[str, str]:
    """A table written as a line: name, sign, name, sign."""
    parts = text.split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


_LETTER_NAMES = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu "
    "xi pi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Phi "
    "Psi Omega ell"
)
GREEK = dict(zip(_LETTER_NAMES.split(), "αβγδεεζηθθικλμνξπρστυφφχψωΓΔΘΛΞΠΦΨΩℓ", strict=True))
_SIGNS = _pairs(
    "cdot · times * odot ⊙ circ ⊙ bigodot ⊙ oslash / otimes ⊗ bullet · star * ne != neq != leftarrow <- "
    "gets <- mid | ast * lVert ‖ rVert ‖ Vert ‖ | ‖ lvert | rvert | vert | { ( } ) lbrace ( rbrace ) "
    "lbrack [ rbrack ] lt < gt > le <= leq <= leqslant <= ge >= geq >= geqslant >= equiv = coloneqq = "
    "prime ' colon : approx ≈"
)
_KINDS = _pairs(
    "partial diff part diff cfrac frac nabla nabla frac frac dfrac frac tfrac frac sqrt sqrt sum sum "
    "top T intercal T dots dots ldots dots cdots dots vdots dots ddots dots"
)
_ACCENTS = _pairs("widehat \u0302 hat \u0302 widetilde \u0303 tilde \u0303 overline \u0304 bar \u0304")
_OPERATORS = words("+ - * / · ⊙ ⊗ @ , = frac sum")  # a mark above more than a name
_SILENT = words(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle "
    "limits nolimits scriptstyle , ; ! : > / nonumber hfill notag mathstrut smash hline space enspace enskip "
    "thinspace rm it sf tt cr allowbreak"
) | {" ", "\n"}
_TRANSPARENT = words(
    "mathbf boldsymbol mathcal mathit mathsf bf vec underbrace overbrace boxed underline pmb "
    "bm cancel bcancel mathrel mathbin mathscr mathfrak mathnormal bold ensuremath overrightarrow textcolor "
    "framebox fbox colorbox"
)
_FRAMES = words("boxed textcolor framebox fbox colorbox")
_ALL_FORMULA = re.compile(r"\s*(?:\$[^$]*\$|\\(?:textcolor|colorbox|framebox|fbox|boxed)\b.*)\s*", re.DOTALL)
_WORDS = words("mathrm operatorname operatorname* text textrm textbf textit mbox texttt textsf")
_GONE = words("tag label hspace vspace color phantom require")
_MARKED = words("underset overset stackrel")  # what stands below or above a formula says nothing
_ENVIRONMENTS = words(
    "aligned align align* alignat alignat* equation equation* split gather gather* gathered eqnarray "
    "eqnarray* multline multline*"
)
_ARROWS = words(
    "rightarrow to Rightarrow implies longrightarrow mapsto leadsto Longrightarrow therefore iff "
    "because Leftrightarrow Longleftrightarrow longleftrightarrow"
)
_CONDITIONS = ELSE_IN_WORDS | IF_IN_WORDS - {"where"}
# Letters that nobody means as a product: Cost, dWeight, loss.
_ONE_WORD = re.compile(
    r"d?(?:[A-Z][a-z]{3,}|Sum|Net|Out|Err|cost|loss|error|weights?|bias|inputs?|outputs?|targets?|labels?|pred(?:iction)?|hidden)"
)
_JOINS = words("and or where with so then thus hence since because therefore gives yields using as by is")
BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
# \frac{\delta L}{\delta w} for \frac{\partial L}{\partial w}
_DELTAS = re.compile(
    rf"(?P<frac>\\[dt]?frac\s*\{{\s*)\\delta(?![A-Za-z]|\s*[_^])(?P<above>(?:[^{{}}]|{BRACES})*\}}\s*\{{\s*)"
    r"\\delta(?![A-Za-z]|\s*[_^}])"
)
_LOST_END = re.compile(r"\s*[^&\\\s](?:[^&\\]|\\[A-Za-z{}])*&")  # of \ for \\ at a row's end
_LIBRARY = re.compile(r"^(?:np|numpy|torch|math)\.")
_MATRICES = words("matrix bmatrix pmatrix Bmatrix smallmatrix array")


_GAP = re.compile(r"\*?\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|px)\s*\]|\*")
_GOES_ON = re.compile(
    r"\s*(?:&|\\q?quad\b|\\[,;!]|\s)*(?:[+*-]|\\(?:cdot|times|odot|pm)\b)"
)  # a row of a sum
# Another column of a row: what it begins with, i = j, and what is said there in words or brackets.
_COLUMN = re.compile(r"(?:&|\s|~|\\q?quad\b|\\[,;:! ])*")
_ROW_END = re.compile(r"\\\\|\\end\b|\Z")
_PAIR = re.compile(r"\(?\s*[a-z]\s*(?:=|\\neq?\b)\s*[a-z]\s*\)?[\s.,;]*")
_SAID = re.compile(r"\(|\[|\\(?:text\w*|mbox|mathrm|textrm)\b")
_BOXES = re.compile(r"(?:\\boxed\{\s*-?[\d.]+\s*\}\s*){2,}")  # the entries of a column, side by side
_PRIMED = ord("ａ") - ord("a")  # an index k' is a letter of its own
_SPELLED = words(
    "loss Loss cost Cost error Error err MSE mse RMSE MAE RSS SSE NLL BCE CE net out target logits axis "
    "keepdims True False"
)


BESIDE = "&"  # the text of the first token of what stands in another column


def tokenize_latex(text: str, place: Callable[[int], Place], lines_end: bool) -> list[list[Token]]:
    """The statements of a LaTeX text as tokens.

    place gives line and column of an offset into `text`; statements end at \\\\ and at \\quad, and at line
    ends too where `lines_end`.
    """
    return [statement for statement in _Reader(text, place, lines_end).statements() if statement]


class _Reader:
    def __init__(self, text: str, place: Callable[[int], Place], lines_end: bool) -> None:
        text = text.replace("\\_", " _")  # Markdown's own way of writing a subscript
        self.text = _DELTAS.sub(r"\g<frac>\\part \g<above>\\part ", _BOXES.sub(_in_a_list, text))
        self.place = place
        self.lines_end = lines_end
        self.at = 0
        self.tokens: list[Token] = []
        self.depth = 0  # of braces, brackets and environments of cases
        self.cases = 0
        self.listings = 0
        self.environments: list[str] = []
        self.beside: list[list[Token]] = []  # what stands in other columns than the first of equations
        self.column = self.next_column = False  # whether that is read
        self.words: set[str] = set()

    def fail(self, start: int, problem: str, advice: str) -> NotationError:
        return self.place(min(start, max(0, len(self.text) - 1))).fail(problem, advice)

    def add(self, kind: str, text: str, start: int) -> None:
        tight = start > 0 and not self.text[start - 1].isspace()
        self.tokens.append(Token(kind, text, self.place(start), tight, latex=True))

    def join_d(self, at: int, start: int) -> None:
        r"""Makes one name of d and the one that a command at `start` has just added behind it: d\theta."""
        two = self.tokens[at - 1 : at + 1] if at and self.text[start - 1] in "d}" else []
        if [token.kind for token in two] == ["name", "name"] and two[0].text == "d":
            self.tokens[at - 1 : at + 1] = [replace(two[0], text="d" + two[1].text)]

    def statements(self) -> Iterator[list[Token]]:
        while self.at < len(self.text):
            ended = self.step()
            if ended and self.column:
                self.beside.append([Token("text", BESIDE, self.place(self.at - 1)), *self.flush()])
            elif ended:
                yield self.flush()
            if ended:
                self.column = self.next_column
            if ended and not self.environments:
                yield from self.beside
                self.beside = []
        if self.environments:
            raise self.fail(
                len(self.text), f"\\begin{{{self.environments[-1]}}} is never ended", "add its \\end"
            )
        yield self.flush()

    def flush(self) -> list[Token]:
        tokens, self.tokens = self.tokens, []
        while tokens and tokens[-1].kind in {",", ".", ";", "text"} and not _is_condition(tokens[-1]):
            tokens.pop()
        while tokens and tokens[0].kind in {"text", ",", "&"}:
            tokens.pop(0)
        return (
            [token for token in tokens if token.kind != "&"]
            if "cases" not in {t.kind for t in tokens}
            else tokens
        )

    def step(self) -> bool:
        """Reads one sign; whether a statement ends here."""
        text, start = self.text, self.at
        char = text[start]
        if char == "\n" and self.lines_end and not self.environments and self.depth == 0:
            self.at += 1
            return True
        if char.isspace() or char == "~":
            self.at += 1
        elif char == "%":
            end = text.find("\n", start)
            self.at = len(text) if end < 0 else end
        elif char == "\\":
            return self.command()
        elif char == "_" and self.tokens and self.tokens[-1].kind == "nabla":
            self.at += 1
            self.below_nabla(start)
        elif char == "_":
            self.at += 1
            self.add("sub", self.subscript(start), start)
        elif char == "}" and text[start - 2 : start] == "{=":  # of \\overset{!}{=}
            self.at += 1
        elif char in "{}":
            self.at += 1
            self.depth += 1 if char == "{" else -1
            self.add(char, char, start)
        elif char == "^" and (
            prime := next((p for p in ("^{\\prime}", "^\\prime", "^{'}") if text.startswith(p, start)), "")
        ):
            self.at += len(prime)
            self.add("'", "'", start)
        elif char == "&":
            self.at += 1
            if self.listings:
                self.add(",", "&", start)
            elif self.cases:
                self.add("&", "&", start)
            elif self.environments:
                return self.other_column()
        elif char.isalpha() and char != "Σ":  # which is \Sigma
            self.letters()
        elif char == "." and not _digit(text[start + 1 : start + 2]) and not text.startswith("...", start):
            self.at += 1
        else:
            self.plain(start)
        return False

    def other_column(self) -> bool:
        """Whether a statement ends at this &: what stands behind it is a remark, or another equation."""
        text = self.text
        found = _ROW_END.search(text, self.at)
        begin = _COLUMN.match(text, self.at)
        if found is None or begin is None or not any(token.kind == "=" for token in self.tokens):
            return False
        end, rest = found.start(), text[begin.end() : found.start()].rstrip()
        words = re.match(r"\\text\w*\s*\{\s*,?\s*(\w*)", rest)
        if not rest or "\\begin" in rest or _GOES_ON.match(rest) or (words and words[1] in _CONDITIONS):
            return False
        if self.tokens[-1].kind in _OPERATORS or rest[0] in "=<>":
            return False  # a &=& b
        if _PAIR.fullmatch(rest):
            return True
        goes_on = text.startswith("\\\\", end) and _GOES_ON.match(text, end + 2)
        if "=" not in rest or goes_on:
            self.at = end if _SAID.match(rest) or goes_on else self.at
            return False
        self.next_column = True
        return True

    def plain(self, start: int) -> None:
        """A sign or number that plain text has too."""
        end = start + 1
        if _digit(self.text[start]) or self.text[start] == ".":
            while end < len(self.text) and (_digit(self.text[end]) or self.text[end] == "."):
                end += 1
        elif self.text[start : start + 2] in {"<=", ">=", ":=", "==", "!="}:
            end += 1
        where = self.place(start)
        for token in tokenize(self.text[start:end], where.line):
            self.tokens.append(
                replace(
                    token, place=where, latex=True, tight=start > 0 and not self.text[start - 1].isspace()
                )
            )
        self.at = end

    def letters(self) -> None:
        """A run of letters is a product of names, unless it is a function's name."""
        start = end = self.at
        while end < len(self.text) and self.text[end].isalpha() and self.text[end] != "Σ":
            end += 1
        run = self.text[start:end]
        if found := re.fullmatch("(tr|det)[A-Z]+", run):  # trAB
            run, end = found[1], start + len(found[1])
        if run in {"np", "torch", "numpy"} and self.text[end : end + 1] == ".":
            self.at = end + 1
            return
        if (run in FUNCTIONS or run in _SPELLED) and len(run) > 1:
            self.add("name", run, start)
        elif run in IF or run in ELSE:
            self.add("text", run, start)
        elif len(run) == 2 and run[0] == "d":  # dW, as in plain text
            digits = end
            while digits < len(self.text) and self.text[digits] in "0123456789":
                digits += 1
            self.add("name", run + self.text[end:digits], start)
            end = digits
        elif _ONE_WORD.fullmatch(run):
            self.add("name", run, start)
        elif len(run) > 2 and (run in self.words or self.text[end : end + 1] == "_"):
            self.add("name", run, start)  # net_{h1}, out_{o1}: a word that a subscript follows
            self.words.add(run)
        else:
            for offset, char in enumerate(run):
                last = offset == len(run) - 1
                digits = end
                while last and digits < len(self.text) and self.text[digits] in "0123456789":
                    digits += 1
                self.add("name", char + (self.text[end:digits] if last else ""), start + offset)
                end = digits if last else end
        self.at = end

    def group_text(self, start: int) -> str:
        """The raw text of the {group} or sign at the reader's place."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        if self.at >= len(self.text):
            raise self.fail(start, "the text ends here", "expected {...}")
        if self.text[self.at] == "\\":
            begin = self.at
            self.at += 1
            while self.at < len(self.text) and self.text[self.at].isalpha():
                self.at += 1
            return self.text[begin : self.at]
        if self.text[self.at] != "{":
            self.at += 1
            return self.text[self.at - 1]
        begin, depth = self.at + 1, 0
        while self.at < len(self.text):
            depth += {"{": 1, "}": -1}.get(self.text[self.at], 0)
            self.at += 1
            if depth == 0:
                return self.text[begin : self.at - 1]
        raise self.fail(begin - 1, "this { is never closed", "close it with }")

    def below_nabla(self, start: int) -> None:
        r"""\nabla_{a^L} C: what stands below, as tokens in braces."""
        self.add("{", "{", start)
        self.inside(self.at, self.group_text(start))
        self.add("}", "}", start)

    def inside(self, begin: int, inner: str) -> None:
        """The tokens of a group's text, which stands at `begin` or soon after it."""
        offset = max(begin, self.text.find(inner, begin))
        reader = _Reader(inner, lambda at: self.place(min(offset + at, len(self.text) - 1)), False)
        for statement in reader.statements():
            self.tokens.extend(statement)

    def subscript(self, start: int) -> str:
        raw = self.group_text(start)
        if raw[1:] in _WORDS | _TRANSPARENT and self.text[self.at : self.at + 1] == "{":
            raw = self.group_text(start)  # _\text{F}
        for command in (*_WORDS, *_TRANSPARENT):
            raw = raw.replace(f"\\{command}", "")
        raw = raw.replace("\\neq", "≠").replace("\\ne", "≠").replace("!=", "≠")
        for command in ("\\cdot", "\\,", "\\ ", "\\rm ", "\\it "):
            raw = raw.replace(command, "")
        raw = raw.partition("\\in")[0] or raw
        for command, sign in GREEK.items():
            raw = raw.replace(f"\\{command}", sign)
        raw = re.sub(r"\^\{?\(?(\w)\)?\}?$", "", re.sub(r"^\((.*)\)$", r"\1", raw.strip()))
        raw = re.sub(
            r"([a-z])(?:\^?\{?\\prime\}?|')", lambda found: chr(ord(found[1]) + _PRIMED), raw
        )  # sum_{k'}
        raw = re.sub(r"(?<=[A-Za-z]{3})-(?=[A-Za-z]{3})", "", raw)  # J_{skip-gram}
        text = "".join(char for char in raw if char not in "{} ,\n\t" or char == ",")
        if not text or len(text) > 20 or not all(is_script(char) for char in text):
            raise self.fail(start, "a subscript that cannot be read", "letters or digits, as in w_{jk}")
        return text

    def command(self) -> bool:
        text, start, count = self.text, self.at, len(self.tokens)
        end = start + 1
        while end < len(text) and text[end].isalpha() and text[end].isascii():
            end += 1
        end = max(end, min(start + 2, len(text)))
        name = text[start + 1 : end]
        self.at = end
        if name == "\\":
            self.next_column = False
            skip = _GAP.match(text, end)
            if skip:
                self.at = skip.end()
            if self.cases or self.listings:
                self.add(";", "\\\\", start)
                return False
            return not _GOES_ON.match(text, self.at)
        if name == " " and self.cases and _LOST_END.match(text, self.at):
            self.add(";", "\\\\", start)
            return False
        if name in {"quad", "qquad"}:
            return self.depth == 0 and not self.cases
        if name in _ARROWS:
            if not any(token.kind == "=" for token in self.tokens):
                self.tokens.clear()
                return False
            return True
        if name in _SILENT:
            if name in {"left", "right"} and text[end : end + 1] == ".":
                self.at += 1
        elif name in GREEK:
            self.add("name", GREEK[name], start)
            self.join_d(count, start)
            if name == "delta" and (pair := re.match(r"\{([a-z]{2})\}", text[end:])):  # \delta{ik}
                self.at += pair.end()
                self.add("sub", pair[1], end)
        elif name in _SIGNS:
            self.add(_SIGNS[name], _SIGNS[name], start)
        elif name in _KINDS:
            self.kind(name, start)
        elif name == "Sigma":
            self.add("sum", "Σ", start)
        elif name in FUNCTIONS:
            self.add("name", name, start)
        elif name in _WORDS:
            inside, inner = self.at, self.group_text(start)
            if _ALL_FORMULA.fullmatch(inner):
                self.opened(inside, inner)
            else:
                self.word(start, inner)
        elif name == "mathbb" and re.match(r"\s*\{(?:[a-z]|\\[a-z]\w)", text[end:]):  # a bold letter
            self.transparent(name, start)
            self.join_d(count, start)
        elif name == "mathbb" or re.match(r"\{1\}\s*[_\[(]", text[end:]):  # also \mathbf{1}_{z > 0}
            if self.group_text(start).strip() not in {"1", "I"}:
                raise self.fail(start, "\\mathbb stands for a set", "declare shapes as W: (m, n)")
            rest = text[self.at : self.at + 40].lstrip()
            if not rest.startswith(("(", "[", "_", "\\{", "\\left", "\\big")):
                self.add("number", "1", start)
            if rest[:1] == "_":  # 1_{i = k}, and 1_m, the ones
                begin = self.at + text[self.at :].index("_") + 1
                self.at = begin
                inner = self.group_text(begin)
                ones = inner.strip().isalnum()
                self.add("number" if ones else "(", "1" if ones else "(", begin)
                if not ones:
                    self.inside(begin, inner)
                    self.add(")", ")", begin)
        elif name in _TRANSPARENT:
            self.transparent(name, start)
            self.join_d(count, start)
        elif name in _ACCENTS:
            inner = self.group_text(start).strip()
            before = len(self.tokens)
            if inner.isalpha() and inner.isascii():  # one name, however long
                self.add("name", inner, start)
            else:
                self.inside(start, inner)
            marked = self.tokens[before:]
            if marked and marked[0].kind == "name" and not any(token.kind in _OPERATORS for token in marked):
                text = marked[0].text
                text = unicodedata.normalize("NFC", text[:1] + _ACCENTS[name] + text[1:])
                self.tokens[before] = replace(marked[0], text=text)
            self.join_d(count, start)
        elif name == "langle" and (close := text.find("\\rangle", end)) > 0 and "," in text[end:close]:
            self.inner_product(start, text[end:close])
        elif name in _GONE:
            self.group_text(start)
        elif name in _MARKED:
            self.group_text(start)
            self.at += len(sign[0]) if (sign := re.match(r"\s*\{(?==\})", text[self.at :])) else 0
        elif name == "forall":
            self.at = _ROW_END.search(text, end).start()  # type: ignore[union-attr]
        elif name in {"intertext", "shortintertext"}:
            self.group_text(start)
            return True
        elif name in {"begin", "end"}:
            return self.environment(name, start)
        else:
            self.add("unknown", f"\\{name}", start)
        return False

    def inner_product(self, start: int, inner: str) -> None:
        """The sum of the products entry by entry, of <u, v>."""
        before, _, after = inner.partition(",")
        self.at += len(inner) + len("\\rangle")
        for sign in ("sum", "(", "("):
            self.add("name" if sign == "sum" else sign, sign, start)
        self.inside(start, before)
        for sign in (")", "⊙", "("):
            self.add(sign, sign, start)
        self.inside(start, after)
        for sign in (")", ")"):
            self.add(sign, sign, start)

    def kind(self, name: str, start: int) -> None:
        kind = _KINDS[name]
        shown = {"T": "⊤", "sum": "sum", "dots": "..."}.get(kind, "\\" + name)
        self.add(kind, shown, start)
        if kind == "frac":  # \frac12 is \frac{1}{2}
            for _ in range(2):
                while self.at < len(self.text) and self.text[self.at].isspace():
                    self.at += 1
                before_digit = re.match(r"[A-Za-z]\s*\d", self.text[self.at : self.at + 9])  # \frac n2
                if not _digit(self.text[self.at : self.at + 1]) and not before_digit:
                    break
                for sign in ("{", self.text[self.at], "}"):
                    what = "number" if _digit(sign) else "name" if sign.isalpha() else sign
                    self.add(what, sign, self.at)
                self.at += 1

    def word(self, start: int, inner: str) -> None:
        bare = inner.strip().strip(".,:")
        function = _LIBRARY.sub("", bare)
        if inner == "d" and self.text[self.at : self.at + 1].isalpha():  # \mathrm{d}z
            self.at += 1
            self.add("name", f"d{self.text[self.at - 1]}", start)
        elif function in FUNCTIONS:
            self.add("name", function, start)
        elif bare.isalpha() and bare == inner and bare.casefold() not in _CONDITIONS | _JOINS:
            self.add("name", bare, start)
        elif self.text[self.at : self.at + 1] in {"(", "_", "^"}:
            self.add("unknown", inner, start)  # a function or a name of several words
        elif inner.strip():
            self.add("text", inner, start)

    def transparent(self, name: str, start: int) -> None:
        if name in {"textcolor", "colorbox"}:
            self.group_text(start)  # of a colour
        begin = self.at
        inner = self.group_text(start)
        if name in _FRAMES and (len(inner) > 1 or inner in "+-"):
            self.opened(begin, inner)
            return
        if inner.isalpha() and "{" not in self.text[begin : self.at]:
            self.add("name", inner, start)
        else:
            self.inside(begin, inner)
        if name in {"underbrace", "overbrace"}:
            while self.at < len(self.text) and self.text[self.at].isspace():
                self.at += 1
            if self.text[self.at : self.at + 1] in {"_", "^"}:
                self.at += 1
                self.group_text(start)

    def opened(self, begin: int, inner: str) -> None:
        """Goes back to read the inside of a group, which may hold equations, as if it had no braces."""
        inner = f" {inner.replace('$', ' ')}".ljust(self.at - 1 - begin)
        self.text = f"{self.text[:begin]}{inner} {self.text[self.at :]}"
        self.at = begin

    def environment(self, which: str, start: int) -> bool:
        name = self.group_text(start)
        if name == "cases":
            self.cases += 1 if which == "begin" else -1
            self.depth += 1 if which == "begin" else -1
            self.add("cases" if which == "begin" else "endcases", name, start)
            return False
        begins = which == "begin"
        if begins and name == "array":
            self.group_text(start)  # {cc}
        ends = self.text.find("\\end{array}", self.at)
        lines = "=" in self.text[self.at : ends] if begins else "array" in self.environments[-1:]
        if name in _MATRICES and not (name == "array" and lines):  # [a, b; c, d]
            self.listings += 1 if begins else -1
            self.depth += 1 if begins else -1
            self.add("[" if begins else "]", f"\\{which}", start)
            return False
        if name not in _ENVIRONMENTS and name != "array":
            raise self.fail(
                start, f"the environment {name}", "aligned, align, gather, split and cases are read"
            )
        if which == "begin":
            self.environments.append(name)
        elif not self.environments or self.environments.pop() != name:
            raise self.fail(start, f"\\end{{{name}}} ends nothing", "begin and end the same environment")
        self.next_column = False
        return which == "end"


def _in_a_list(boxes: re.Match[str]) -> str:
    """[2,3] of boxes side by side, with blanks that keep the places."""
    inner = re.sub(r"\}(\s*)\\boxed\{", lambda between: "," + " " * (len(between[0]) - 1), boxes[0].rstrip())
    filled = inner.removeprefix("\\boxed{").removesuffix("}")
    return " " * 6 + f"[{filled}]" + " " * (len(boxes[0]) - len(inner))


def _digit(char: str) -> bool:
    return char != "" and char in "0123456789"


def _is_condition(token: Token) -> bool:
    return token.kind == "text" and token.text.strip(" .,").casefold() in _CONDITIONS


# ---------------------------------------------------------------------------------------------- LaTeX again

_LETTERS = {sign: f"\\{name}" for name, sign in reversed(GREEK.items())}
_MARKS = {mark: name for name, mark in _ACCENTS.items()}
_OPS = {"⊙": " \\odot ", "⊗": " \\otimes ", "*": " * ", "·": " \\cdot ", " ": " ", "@": " "}
_RELATIONS = {"==": "=", "!=": "\\neq", "<=": "\\leq", ">=": "\\geq"}
_OWN = words(
    "tanh exp log ln sin cos tan cot sec csc sinh cosh coth arcsin arccos arctan max min"
)  # functions that are commands


def write_latex(node: Node, spelling: Mapping[str, str] | None = None, level: int = 0) -> str:
    """A formula as LaTeX, in brackets where `level` binds tighter; spelling["layer"] is `[]`, `()` or ``."""
    text, own = _latex(node, spelling or {})
    return f"({text})" if own < level else text


def _script(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _greek(text: str) -> str:
    spaced = (f"{_LETTERS[char]} " if char in _LETTERS else char for char in text)
    return re.sub(r" (?![A-Za-z])", "", "".join(spaced))


def _word(base: str) -> str:
    base = base.rstrip("_")
    if base[:1] == "Δ" and len(base) > 1:
        return "\\Delta " + _word(base[1:])
    if len(base) > 1 and base[0] == "d" and base not in FUNCTIONS:
        return "d" + _word(base[1:])
    apart = unicodedata.normalize("NFD", base)
    if len(apart) > 1 and apart[1] in _MARKS:
        return f"\\{_MARKS[apart[1]]}{{{_word(apart[0])}}}{apart[2:]}"
    letters = "".join(_LETTERS.get(char, char) for char in base)
    plain = len(base.rstrip("'")) == 1 or base[1:].isdigit() or "(" in base  # p(y|x)
    return letters if plain else f"\\text{{{base}}}"


def _name(
    key: str, indices: Sequence[str], spelling: Mapping[str, str], power: str = "", example: str = ""
) -> str:
    """A name with its scripts, and what else stands in its exponent."""
    bare, _, label = key.partition("^(")
    base, _, sub = bare.partition("_") if not indices else (bare, "", "")
    below = sub or ",".join(indices) if any(len(one) > 1 for one in indices) else sub or "".join(indices)
    label = label.removesuffix(")")
    sign = "" if label in {"*", "+"} else "()" if label in set("ijkn") else spelling.get("layer", "()")
    above = (f"{sign[:1]}{label}{sign[1:]}" if label else "") + (f"({example})" if example else "") + power
    text = _word(base)
    if below:
        text += "_" + _script(_greek(below))
    return text + (f"^{_script(above)}" if above else "")


def _latex(node: Node, spelling: Mapping[str, str]) -> tuple[str, int]:
    def put(part: Node, level: int = 0) -> str:
        return write_latex(part, spelling, level)

    match node:
        case Number(value) if value.denominator == 1:
            return str(value.numerator), 4
        case Number(value):
            text = write(node)
            return (
                (text, 4) if "/" not in text else (f"\\frac{{{value.numerator}}}{{{value.denominator}}}", 4)
            )
        case Name():
            return _name(node.key, (), spelling, example=node.example), 4
        case Entry(key, indices):
            return _name(key, indices, spelling), 4
        case Transposed(Name() as inner):
            return _name(inner.key, (), spelling, "T"), 4
        case Transposed(inner):
            return f"{put(inner, 4)}^T", 3
        case Negative(inner):
            return "-" + put(inner, 2), 1
        case Total(terms, signs):
            return signed((put(term, 2) for term in terms), signs), 1
        case Product((above, below), ("/",)):
            return f"\\frac{{{put(above)}}}{{{put(below)}}}", 4
        case Product(factors, ops):
            # From the left: what comes before a slash goes above it.
            first = factors[0]
            out = put(first, 3 if isinstance(first, Product) and first.ops != ("/",) else 2)
            for op, factor in zip(ops, factors[1:], strict=True):
                if op == "/":
                    out = f"\\frac{{{out}}}{{{put(factor)}}}"
                else:
                    out += _OPS[op] + put(factor, 3)
            return out, 2
        case Power(base, exponent):
            return f"{put(base, 4)}^{_script(put(exponent))}", 3
        case Call("abs" | "norm" as bars, 0, (inner,)):
            return ("|{}|" if bars == "abs" else "\\|{}\\|").format(put(inner)), 4
        case Call("sqrt", 0, (inner,)):
            return f"\\sqrt{{{put(inner)}}}", 4
        case Call(function, primes, arguments):
            name = f"\\{function}" if function in _OWN else f"\\operatorname{{{function}}}"
            if len(function) == 1 or function not in FUNCTIONS:
                name = _name(function, (), spelling)
            return f"{name}{chr(39) * primes}({', '.join(put(part) for part in arguments)})", 4
        case Listing(cells):
            inside = r" \\ ".join(" & ".join(put(cell) for cell in row) for row in cells)
            return f"\\begin{{bmatrix}} {inside} \\end{{bmatrix}}", 4
        case Dots():
            return "\\dots", 4
        case BigSum(index, body, False, size) if index and size and "+" not in size:
            return f"\\sum_{{{_greek(index)}=1}}^{_script(size)} {put(body, 2)}", 1
        case BigSum(index, body, mean):
            what = "\\operatorname{mean}" if mean else "\\sum"
            return f"{what}{f'_{_script(_greek(index))}' if index else ''} {put(body, 2)}", 1
        case Derivative(_, below, short=True):
            return f"d{put(below)}", 4
        case Derivative(Derivative(above, inner), below):
            by = f"{put(below)}^2" if inner == below else f"{put(below)} \\partial {put(inner)}"
            return f"\\frac{{\\partial^2 {put(above, 4)}}}{{\\partial {by}}}", 4
        case Derivative(above, below):
            over = put(above, 0 if isinstance(above, Name | Entry) else 4)
            return f"\\frac{{\\partial {over}}}{{\\partial {put(below)}}}", 4
        case Differential(key):
            return f"d{_name(key, (), spelling)}", 4
        case Comparison(left, relation, right):
            return f"\\mathbb{{1}}({put(left)} {_RELATIONS.get(relation, relation)} {put(right)})", 4
        case Cases(branches):
            rows = [
                f"{put(value)} & {'otherwise' if isinstance(condition, Otherwise) else put(condition)[11:-1]}"
                for value, condition in branches
            ]
            inside = r" \\ ".join(rows)
            return f"\\begin{{cases}} {inside} \\end{{cases}}", 4
    return write(node), 4
