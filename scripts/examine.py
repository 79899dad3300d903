"""`backproof examine`: other people's networks, each with a declaration and one function."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from backproof.scratch.errors import InputError
from backproof.scripts.answer import Answer, Code, Note, Text, Verdict
from backproof.scripts.kept import keep
from backproof.scripts.options import Json, Seed, again
from backproof.scripts.sweeping import Engine, Jobs, Kept, Part, read_shard, swept

if TYPE_CHECKING:
    from backproof.parity_tests.door.examined import Examined
    from backproof.parity_tests.sweep import Task

SOURCES = (".py", ".ipynb")

NEW = '''"""The exam of {file}: run `backproof examine {name}`."""

from backproof import Examinee

e = Examinee(
    {target}  # the file that is examined, beside this one; .py or .ipynb
    net="{net}",  # one activation for each layer
    loss="{loss}",  # what the code descends on: mse, half squared_error, ... ", sum" for no mean
    W="{W}",  # how a W lies: "in,out" or "out,in"
    b="{b}",  # how a b lies: "n", "1,n", "n,1", "one" for a single bias, "none"
    x="{x}",  # examples in rows "B,n" or columns "n,B"; one at a time: "n", "n,1", "1,n"
    y="same",  # labels lie as x does; "classes": class numbers
    # widths=(None, None, None),  # where the code fixes its sizes: (784, 30, 10)
)


@e.gradients
def _(m, p, x, y):  # m: the module; p.W1, p.b1, p.W2, ...: the parameters, as your code wants them
    # Call your own forward and backward here, under the names that you use for z, a, dW, db.
    z1, a1, z2, a2 = m.forward(x, p.W1, p.b1, p.W2, p.b2)
    dW1, db1, dW2, db2 = m.backward(x, y, z1, a1, p.W2, a2)
    return e.named(locals())  # picks z, a, dz, dW, db and loss by their names; ignores the rest
'''
# A network of its own, so that the file runs as it is.
EXAMPLE = """

# --- a network to begin with: put your own in its place, and Examinee("my_network.py", ...) above -----

import numpy as np  # noqa: E402


def forward(x, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ W2 + b2
    e2 = np.exp(z2 - z2.max(axis=1, keepdims=True))
    return z1, a1, z2, e2 / e2.sum(axis=1, keepdims=True)


def backward(x, y, z1, a1, W2, a2):
    dz2 = (a2 - y) / len(x)
    dz1 = (dz2 @ W2.T) * (1 - a1**2)
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)
"""


def examine(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(help="Exam files, or folders of them.")] = None,
    new: Annotated[
        Path | None, typer.Option(help="Write a commented exam file for this file; overwrites none.")
    ] = None,
    against: Annotated[Path | None, typer.Option(help="Examine this version too, and compare.")] = None,
    reveal: Annotated[
        Literal["verdict", "place", "line"], typer.Option(help="How much is told: for teachers.")
    ] = "line",
    networks: Annotated[int, typer.Option(min=1, max=100_000, help="Networks asked of each file.")] = 24,
    seed: Seed = 0,
    jobs: Jobs = 1,
    engine: Engine = "loky",
    shard: Part = None,
    out: Kept = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="Most seconds for one call.")] = 10.0,
    csv: Annotated[bool, typer.Option("--csv", help="Print one line for each file.")] = False,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit's XML there.")] = None,
    gradescope: Annotated[Path | None, typer.Option(help="Write Gradescope's results.json there.")] = None,
    points: Annotated[
        list[str] | None, typer.Option(help="Points of a question, such as dW2=3; every other has 1.")
    ] = None,
    json: Json = False,
) -> Answer:
    """Examine networks that other people wrote: forward, loss, every dz, dW and db, the update.

    Exit code 0: right; 1: wrong, with the first wrong step; 2: a file cannot be read or declares nothing;
    3: nothing was judged. Of several files the worst counts: 1, then 2, then 3.
    """
    answer = Answer(json)
    if new is not None:
        return _new(answer, new)
    if not files:
        raise InputError("no file is named", "backproof examine FILE..., or --new FILE to begin")
    worth = _points(points or [])
    paths = list(dict.fromkeys(path for each in files for path in _expanded(each)))
    if against is not None:
        return _against(answer, [*paths, against], networks, seed, seconds)

    from backproof.parity_tests.door import printers
    from backproof.parity_tests.door.examined import Examined
    from backproof.scratch.reading import record

    found: list[Examined] = []
    mine = read_shard(shard, out)
    # Where nothing is kept, the files beside are not read: there may be many.
    tasks = _tasks(paths, networks, seed, seconds, keep=out is not None)
    if csv and not json:
        answer.show(Code(",".join(printers.CSV_HEADINGS)))
    try:
        for task, values in swept(answer, "files", _asked, tasks, out, mine, engine, jobs):
            each = record(Examined, values, task.name)
            found.append(each)
            if csv:
                answer.show(Code(printers.csv_line(each, reveal)))
            else:
                _show(answer, each, reveal)
    except KeyboardInterrupt:
        rest = f"; to continue: {again(context)}" if out else ""
        answer.show(Note(f"interrupted after {len(found)} of {len(paths)} files{rest}"))
        return answer.end(130, {"files": [printers.as_object(each, reveal) for each in found]})
    if junit is not None:
        answer.files[junit] = lambda: printers.junit(found)
    if gradescope is not None:
        from backproof.scripts.show import strict_json

        if len(found) != 1:
            raise InputError("--gradescope for several files", "it holds the results of one")
        answer.files[gradescope] = lambda: strict_json(printers.gradescope(found[0], reveal, worth)).encode()
    codes = {each.code for each in found}
    code = next((worst for worst in (1, 2, 3) if worst in codes), 0)
    if not mine:
        keep(answer, out, again(context))
    return answer.end(code, {"files": [printers.as_object(each, reveal) for each in found]})


def _show(answer: Answer, found: "Examined", reveal: str) -> None:
    from backproof.parity_tests.door import printers

    first, *rest = printers.text(found, reveal)
    answer.show(Verdict(first, {0: True, 1: False}.get(found.code)))
    for each in rest:
        answer.show(Code(each))


def _points(given: Sequence[str]) -> dict[str, float]:
    found = {}
    for each in given:
        name, _, number = each.rpartition("=")
        try:
            found[name] = float(number)
        except ValueError:
            found[""] = 0.0
        if not name or not 0 <= found.get(name, -1) < 1e9:
            raise InputError(f"--points {each!r}", "write a question and a number, 0 or more: --points dW2=3")
    return found


def _expanded(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = (each for each in path.glob("*.py") if each.is_file())
    inside = sorted(each for each in files if "Examinee(" in each.read_text("utf-8", "replace"))
    if not inside:
        raise InputError(f"{path} holds no exam file", "an exam file has an e = Examinee(...)")
    return inside


def _tasks(paths: list[Path], networks: int, seed: int, seconds: float, keep: bool) -> "list[Task]":
    """The files as tasks of `_asked`; a name holds every text that the file may import from its folder."""
    from hashlib import sha256

    from backproof.parity_tests.sweep import Task, named

    texts = dict.fromkeys((path.parent for path in paths), "")
    for folder in texts if keep else ():
        beside = sorted(each for each in folder.rglob("*.*") if each.suffix in SOURCES and each.is_file())
        texts[folder] = sha256(b"".join(sha256(each.read_bytes()).digest() for each in beside)).hexdigest()
    asked = [(str(path), networks, seed, seconds) for path in paths]
    return [Task(named("examine", *each, texts[path.parent]), each) for path, each in zip(paths, asked)]


def _asked(path: str, networks: int, seed: int, seconds: float) -> dict[str, Any]:
    """What came of one file, as JSON values."""
    from dataclasses import asdict

    return asdict(_one(Path(path), networks, seed, seconds))


def _one(path: Path, networks: int, seed: int, seconds: float) -> "Examined":
    """One file; a bad one never stops the others."""
    from backproof.parity_tests.door.exam_file import examine
    from backproof.parity_tests.door.examined import Examined
    from backproof.parity_tests.door.judge import Verdict as Judged

    try:
        return examine(path, seed, networks, seconds)
    except InputError as fault:
        return Examined(str(path), Judged("cannot be read", fault.problem, fault.advice), seed=seed)


def _against(answer: Answer, paths: list[Path], networks: int, seed: int, seconds: float) -> Answer:
    if len(paths) != 2:
        raise InputError(f"{len(paths)} files with --against", "name one file beside it")
    from backproof.parity_tests.door import printers

    one, other = (_one(path, networks, seed, seconds) for path in paths)
    names = list(dict.fromkeys(q.name for each in (one, other) for q in each.questions))
    from backproof.scripts.answer import Table

    def words(found: "Examined") -> dict[str, str]:
        return {q.name: q.word for q in found.questions}

    answer.show(
        Table(("question", str(paths[0]), str(paths[1])),
              [(name, words(one).get(name, "-"), words(other).get(name, "-")) for name in names], left=3)
    )  # fmt: skip
    for each in (one, other):
        answer.show("")
        _show(answer, each, "line")
    code = next((worst for worst in (1, 2, 3) if worst in {one.code, other.code}), 0)
    return answer.end(code, {"files": [printers.as_object(each) for each in (one, other)]})


def _new(answer: Answer, target: Path) -> Answer:
    """Writes exam_NAME.py beside NAME.py, or NAME.py with a network of its own where there is none."""
    if not target.name or target.is_dir():
        raise InputError(f"{target} is a folder", "name the file of a network, which may be there or not")
    exists = target.exists()
    path = target.with_name(f"exam_{target.stem}.py") if exists else target
    if path.exists():
        raise InputError(f"{path} exists", "remove it, or name another file")
    text = NEW.format(
        file=target.name, name=path.name, target=f'"{target.name}",' if exists else "# \"my_network.py\",",
        net="tanh softmax", loss="cross_entropy", W="in,out", b="n", x="B,n",
    )  # fmt: skip
    answer.files[path] = lambda: (text if exists else text + EXAMPLE).encode()
    said = "" if exists else f"there was no {target}: a network to begin with stands in it; "
    said += f"wrote {path}: change what it declares and calls, then run `backproof examine {path}`"
    return answer.end(0, {"file": str(path)}) if answer.json else _said(answer, said)


def _said(answer: Answer, words: str) -> Answer:
    answer.show(Text(words))
    return answer.end(0)
