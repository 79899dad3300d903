"""The course's statements: data that a computation judges, each under its place in the documents.

A statement is a claim in the language of language.py, a formula for the derivation checker, or a listing with
what it prints. It is tried on what stands beside it: drawn points, drawn networks, cases, readings. What it
says instead, where it does not hold, is judged in the same way.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from mpmath import mp, mpf, nstr

from backproof.scripts.course.evidence import Comparison, Net, draws, library, net, quantity_is
from backproof.scripts.course.language import (
    DIGITS,
    WORKING_DIGITS,
    LanguageError,
    Machine,
    Rounded,
    Scope,
    close,
    expression,
    listing,
    mpf_of,
)

HOLDS, CONVENTION, FACTOR, WRONG = "holds", "convention", "factor", "wrong"
DAMAGED, UNDECIDED, NOT_CHECKED = "damaged", "undecidable", "not checked here"
# What is right instead of a wrong statement does not hold itself: no verdict that a statement may have.
UNEXPLAINED = "unexplained"
MENDED = "what is right"
VERDICTS = (HOLDS, CONVENTION, FACTOR, WRONG, DAMAGED, UNDECIDED, NOT_CHECKED)

DOCUMENTS = {
    "000": "Notes on how deep learning works",
    "001": "Lecture on feed-forward networks",
    "002": "Typed notes on a series of four videos",
    "003": "Handwritten notes on the same videos",
    "004": "Workshop slides",
    "x": "Between the documents",
}
POINTS = 6
# What a network is drawn with unless its statement says otherwise.
STANDARD = {"activation": "sigmoid", "loss": "squared_error", "batch": 1, "biases": True}


@dataclass(frozen=True)
class Trial:
    """One way to try a statement: its claim and listing, and what is set up before, which is not stated."""

    name: str
    claim: str
    listing: str = ""
    setup: str = ""
    network: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """One statement. `place` and `words` say where it stands, `right` what is right where it does not hold.

    kind is claim, formula, reading (nothing can be computed: its content is lost) or definition (it gives a
    name, and nothing could falsify it).
    """

    id: str
    place: str  # document:line
    words: str
    says: str
    verdict: str
    right: str
    kind: str
    trials: tuple[Trial, ...] = ()
    mended: Trial | None = None
    over: str = ""
    nets: tuple[tuple[int, ...], ...] = ()
    mode: str = "exact"
    lost: bool = False
    damaged: bool = False
    equivalent: str = ""  # why a change of its data that goes unnoticed says the same
    same: str = ""  # the statement whose content this one repeats

    @property
    def document(self) -> str:
        """The key in DOCUMENTS."""
        return self.id.partition("-")[0]

    @property
    def computed(self) -> bool:
        """Whether its verdict is computed, not read."""
        return self.kind not in ("reading", "definition")

    @property
    def listed(self) -> bool:
        """Whether it is about a listing, for which failing to run is an outcome."""
        return any(trial.listing for trial in self.trials)


@dataclass(frozen=True)
class Outcome:
    """Whether a claim is right in one trial, and what shows it."""

    right: bool
    shown: str
    factor: Fraction | None = None
    broken: bool = False  # it could not even be read or evaluated


@dataclass(frozen=True)
class Finding:
    """The verdict; `name` is the convention or the factor under which the statement holds."""

    verdict: str
    shown: str
    name: str = ""
    broken: tuple[str, ...] = ()  # the trials that could not be carried out


# --- reading ------------------------------------------------------------------------------------------


@cache
def statements() -> dict[str, Statement]:
    """Every statement by its id, document by document, as data/course/statements holds them."""
    folder = files("backproof.data").joinpath("course", "statements")
    found: dict[str, Statement] = {}
    repeated: dict[str, dict[str, Any]] = {}
    for document in DOCUMENTS:
        table = tomllib.loads(folder.joinpath(f"{document}.toml").read_text(encoding="utf-8"))
        for key, row in table["statement"].items():
            row["at"] = str(row["at"]) if ":" in str(row["at"]) else f"{document}:{row['at']}"
            if "same" in row:
                repeated[key] = row
            found[key] = _statement(key, row, table.get("given", {}))
    for key, row in repeated.items():
        first = found[row["same"]]
        found[key] = replace(
            first, id=key, place=row["at"], words=row["words"], says=row.get("says", first.says),
            right=row.get("right", first.right), same=first.id,
        )  # fmt: skip
    return found


def texts_of(key: str) -> list[str]:
    """The texts that a statement's claim quotes from its document, in order."""
    (trial,) = statements()[key].trials
    tree = expression(trial.claim)
    return [
        entry.value
        for quoted in ast.walk(tree)
        if isinstance(quoted, ast.List)
        for entry in quoted.elts
        if isinstance(entry, ast.Constant) and isinstance(entry.value, str)
    ]


def formulas() -> list[str]:
    """Every formula of the documents with the definitions that it stands on, for the derivation checker."""
    computed = [s for s in statements().values() if s.kind == "formula" and not s.same]
    claimed = [
        t for s in computed for t in ((s.mended,) if s.damaged else (*s.trials, s.mended)) if t is not None
    ]
    return [_derivation(trial) for trial in claimed]


def _derivation(trial: Trial) -> str:
    return f"{trial.setup}\n{trial.claim}".strip()


def _statement(key: str, row: Mapping[str, Any], shared: Mapping[str, str]) -> Statement:
    """A statement from its row; `shared` has what several of a document stand on, by name."""

    def text(given: Any) -> str:
        parts = given if isinstance(given, list) else [given]
        return "\n".join(shared.get(part, part).strip("\n") for part in parts)

    claim, listed = row.get("formula", row.get("claim", "")).strip(), row.get("listing", "")
    setup = text(row.get("given", row.get("setup", "")))
    network = {**STANDARD, **row.get("network", {})}
    trials = []
    for name, case in row.get("cases", {}).items():
        if isinstance(case, dict):
            trials.append(Trial(name, claim, listed, setup, {**network, **case}))
        else:
            trials.append(Trial(name, claim, listed, f"{setup}\n{text(case)}", network))
    trials += [
        Trial(name, reading, listed, setup, network) for name, reading in row.get("readings", {}).items()
    ]
    if not trials and claim:
        trials.append(Trial("", claim, listed, setup, network))
    mended = None
    if "mend" in row:
        old, new = row["mend"]
        assert old in claim + listed, key
        mended = Trial("", claim.replace(old, new), listed.replace(old, new), setup, network)
    elif "mended" in row:
        mended = Trial("", row["mended"].strip(), listed, setup, network)
    usual = "float" if "nets" in row else "digits" if "over" in row else "exact"
    return Statement(
        key, row["at"], row["words"], row.get("says", ""), row.get("verdict", ""), row.get("right", ""),
        row.get("kind") or ("formula" if "formula" in row else "claim"), tuple(trials), mended,
        row.get("over", ""), tuple(tuple(map(int, widths.split())) for widths in row.get("nets", [])),
        row.get("mode", usual), row.get("lost", False), row.get("damaged", False), row.get("equivalent", ""),
    )  # fmt: skip


# --- judging ------------------------------------------------------------------------------------------


def judge(statement: Statement) -> Finding:
    """The verdict on a statement. Raises NotCheckedError where its data is not on this machine."""
    if not statement.computed:
        return Finding(statement.verdict, f"by {statement.kind}")
    outcomes = {trial.name: attempt(statement, trial) for trial in statement.trials}
    broken = tuple(name for name, outcome in outcomes.items() if outcome.broken)
    found = replace(decide(outcomes, statement.lost), broken=broken)
    if found.verdict != WRONG or statement.mended is None:
        return found
    mended = attempt(statement, statement.mended)
    if not mended.right:
        shown = f"{found.shown}; what is said to be right: {mended.shown}"
        return Finding(UNEXPLAINED, shown, broken=(*broken, MENDED) if mended.broken else broken)
    return replace(found, verdict=DAMAGED) if statement.damaged else found


def decide(outcomes: Mapping[str, Outcome], lost: bool = False) -> Finding:
    """The verdict that follows from the outcomes; `lost` where nothing says which reading was meant."""
    right = {name: outcome for name, outcome in outcomes.items() if outcome.right}
    other = {name: outcome for name, outcome in outcomes.items() if not outcome.right}
    if not other:
        return Finding(HOLDS, _shown(right))
    if right and lost:
        return Finding(UNDECIDED, _shown(outcomes), "; ".join(right))
    if right:
        return Finding(CONVENTION, _shown(other), "; ".join(right))
    factors = {outcome.factor for outcome in other.values()}
    if len(factors) == 1 and None not in factors:
        return Finding(FACTOR, _shown(other), f"{factors.pop()} times what is stated")
    return Finding(WRONG, _shown(other))


def _shown(outcomes: Mapping[str, Outcome]) -> str:
    return "; ".join(
        f"{name}: {outcome.shown}" if name else outcome.shown for name, outcome in outcomes.items()
    )


def attempt(statement: Statement, trial: Trial) -> Outcome:
    """One trial of a statement."""
    with mp.workdps(WORKING_DIGITS):
        try:
            if statement.kind == "formula":
                return derived(_derivation(trial))
            if statement.nets:
                return _on_networks(statement, trial)
            if statement.over:
                return _at_points(statement, trial)
            return _once(statement.mode, trial, library())
        except LanguageError as failure:
            return Outcome(False, str(failure), broken=True)


def derived(text: str) -> Outcome:
    """Whether the lines of a derivation follow from those before, by the derivation checker."""
    from backproof.reference.derivation import NotationError, check
    from backproof.reference.derivation.verdict import FACTOR as OFF
    from backproof.reference.derivation.verdict import RIGHT

    try:
        steps = check(text, prove=False).steps
    except NotationError as failure:
        raise LanguageError(f"cannot be read: {failure.problem}") from None
    if not steps:
        raise LanguageError("claims nothing")
    step = next((step for step in steps if step.verdict != RIGHT), steps[-1])
    if step.verdict == RIGHT:
        return Outcome(True, f"the derivation checker agrees at {step.points} points")
    # The checker says by which factor the line exceeds the right one; ours is the other way round.
    factor = 1 / Fraction(step.reason.partition(":")[0]) if step.verdict == OFF else None
    example = step.counterexample
    if example is None:
        return Outcome(False, step.reason, factor)
    at = ", ".join(f"{name} = {value}" for name, value in example.values.items())
    return Outcome(False, f"{example.entry} at {at}: stated {example.written}, right {example.true}", factor)


def _prepared(machine: Machine, trial: Trial, scope: Scope) -> ast.expr:
    """Runs what stands before a claim, and gives the claim's tree."""
    machine.run(listing(trial.setup), scope)
    if trial.listing:
        machine.run(listing(trial.listing), scope)
    scope["printed"] = machine.printed
    return expression(trial.claim)


def _once(mode: str, trial: Trial, scope: Scope) -> Outcome:
    machine = Machine(mode)
    return examine(_prepared(machine, trial, scope), scope, machine)


def _at_points(statement: Statement, trial: Trial) -> Outcome:
    """A claim at drawn points; where one factor parts the sides of an equation everywhere, that is said."""
    apart, pairs = "", []
    for point in draws(statement.over, POINTS):
        machine, scope = Machine(statement.mode), library()
        scope |= {name: _number(value, statement.mode) for name, value in point.items()}
        tree = _prepared(machine, trial, scope)
        found = examine(tree, scope, machine)
        if isinstance(tree, ast.Compare) and isinstance(tree.ops[0], ast.Eq) and len(tree.ops) == 1:
            pairs.append((machine.value(tree.comparators[0], scope), machine.value(tree.left, scope)))
        if not found.right and not apart:
            where = ", ".join(f"{name} = {float(value):g}" for name, value in point.items())
            apart = f"at {where}: {found.shown}"
    if not apart:
        return Outcome(True, f"at {POINTS} points" + (f", on {DIGITS - 1} digits" if pairs else ""))
    factor = _common_factor(pairs) if len(pairs) == POINTS else None
    return Outcome(False, apart + (f", {factor} times as much everywhere" if factor else ""), factor)


def _number(value: Fraction, mode: str) -> Any:
    return value if mode == "exact" else float(value) if mode == "float" else mpf_of(value)


def _common_factor(pairs: list[tuple[Any, Any]]) -> Fraction | None:
    if not all(isinstance(value, (int, Fraction, mpf)) for pair in pairs for value in pair):
        return None
    numbers = [(mpf_of(a), mpf_of(b)) for a, b in pairs]
    ratios = [b / a for a, b in numbers if a != 0]
    if len(ratios) < len(pairs) or ratios[0] <= 0:
        return None
    factor = Fraction(nstr(ratios[0], DIGITS)).limit_denominator(1000)
    return factor if factor != 1 and all(close(ratio, mpf_of(factor)) for ratio in ratios) else None


def _on_networks(statement: Statement, trial: Trial) -> Outcome:
    """A claim on drawn networks; an equation with z1, a1, loss, dW1 or dx on its left is about autograd's."""
    drawn: list[Net] = []
    for seed, widths in enumerate(statement.nets):
        drawn.append(net(widths, **trial.network, seed=seed))
    failures = [
        found for found in (_on_network(case, statement.mode, trial) for case in drawn) if not found.right
    ]
    if not failures:
        return Outcome(True, f"on {len(drawn)} drawn networks")
    factors = {found.factor for found in failures}
    factor = factors.pop() if len(factors) == 1 and len(failures) == len(drawn) else None
    return Outcome(
        False, failures[0].shown + (f", {factor} times as much everywhere" if factor else ""), factor
    )


def _on_network(drawn: Net, mode: str, trial: Trial) -> Outcome | Comparison:
    machine, scope = Machine(mode), {**library(), **drawn.scope}
    scope["net"] = drawn.scope
    tree = _prepared(machine, trial, scope)
    found: Outcome | Comparison = Outcome(True, "")
    for part in tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]:
        found = _of_network(part, drawn, scope, machine)
        if not found.right:
            break
    return found


def _of_network(tree: ast.expr, drawn: Net, scope: Scope, machine: Machine) -> Outcome | Comparison:
    match tree:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.NotEq()]) if (
            name in drawn.known.expected
        ):
            found = quantity_is(machine.value(tree.comparators[0], scope), name, drawn)
            return found if isinstance(tree.ops[0], ast.Eq) else Outcome(not found.right, found.shown)
    return examine(tree, scope, machine)


# --- what shows it ------------------------------------------------------------------------------------


def examine(node: ast.expr, scope: Scope, machine: Machine) -> Outcome:
    """Whether an expression is true, and the values, or the first of many cases, that show it."""
    match node:
        case ast.BoolOp(op=ast.And()):
            found = [examine(part, scope, machine) for part in node.values]
            wrong = [part for part in found if not part.right]
            return (
                wrong[0] if wrong else Outcome(True, "; ".join(dict.fromkeys(part.shown for part in found)))
            )
        case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() as rows]):
            count = 0
            names = [
                part.id for g in rows.generators for part in ast.walk(g.target) if isinstance(part, ast.Name)
            ]
            for inner in machine.rows(rows, scope):
                count += 1
                found_here = examine(rows.elt, inner, machine)
                if not found_here.right:
                    at = ", ".join(f"{name} = {short(inner[name])}" for name in names)
                    return Outcome(False, f"for {at}: {found_here.shown}")
            if not count:
                raise LanguageError("a property of no cases")
            return Outcome(True, f"in all of {count} cases")
        case ast.Compare():
            sides = [node.left, *node.comparators]
            parts = [
                f"{ast.unparse(s)} is {short(machine.value(s, scope))}" for s in sides if not _constant(s)
            ]
            return Outcome(machine.value(node, scope) is True, ", ".join(parts) or ast.unparse(node))
    value = machine.value(node, scope)
    return Outcome(bool(value), f"{ast.unparse(node)} is {short(value)}")


def _constant(node: ast.expr) -> bool:
    return not any(isinstance(part, (ast.Name, ast.Call)) for part in ast.walk(node))


def short(value: Any) -> str:
    """A value as evidence shows it."""
    match value:
        case bool() | int() | str():
            return str(value)
        case Fraction():
            return str(value) if value.denominator < 1000 else f"{float(value):.7g}"
        case Rounded():
            return f"{value.value:.7g}"
        case float():
            return f"{value:.7g}"
        case mpf():
            return nstr(value, 7)
        case list() | tuple():
            shown = ", ".join(map(short, value[:8]))
            return f"[{shown}{', ...' if len(value) > 8 else ''}]"
    if hasattr(value, "tolist"):
        return short(value.tolist())
    return "a function" if callable(value) else str(value)


# --- finding ------------------------------------------------------------------------------------------


def find(words: str, among: Iterable[Statement]) -> list[Statement]:
    """The statements of an id, of a place such as 001:1502, or with these words, as a slide or we say them.

    Words need not stand together where no statement has them so.
    """
    among = list(among)
    if exact := [s for s in among if s.id == words]:
        return exact
    if place := re.fullmatch(r"(\d{3}):(\d+)", words):
        line = int(place[2])
        here = [(int(s.place[4:]), s) for s in among if s.place.startswith(place[1])]
        at = max((number for number, _ in here if number <= line), default=None)
        exact_line = [s for number, s in here if number == line]
        return exact_line or [s for number, s in here if number == at and line - number <= NEARBY]
    sought = plain(words).strip()
    if not sought:  # nothing but marks, which every text would hold
        return []
    texts = [(s, plain(f"{s.words} | {s.says} | {s.right}")) for s in among]
    if phrase := [s for s, text in texts if sought in text]:
        return phrase
    stems = [word[:STEM] for word in sought.split()]
    return [s for s, text in texts if all(re.search(rf"\b{re.escape(stem)}", text) for stem in stems)]


NEARBY = 5  # lines after its first one that may still belong to a passage
STEM = 7  # letters of a word that must agree: connection, connections, connected


def plain(text: str) -> str:
    """A text without what a scan, a typist or a shell may have changed: case, spaces, marks of emphasis."""
    return " ".join(re.sub(r"[*_`\\$]+", " ", text.lower()).split())
