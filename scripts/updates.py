"""`backproof updates`: generated sequences of gradients, every update by hand against torch.optim."""

from typing import Annotated, Literal

import typer

from backproof.scripts.answer import Answer, Code, Table, Verdict
from backproof.scripts.kept import keep
from backproof.scripts.options import MOST_NETWORKS, Dtype, Json, Seed, again
from backproof.scripts.sweeping import Engine, Jobs, Kept, Part, read_shard, rest_of, swept

SHOWN = 5  # disagreeing sequences printed
HEADINGS = ("rule", "entries compared", "decidable", "largest share of allowance")


def updates(
    context: typer.Context,
    sequences: Annotated[
        int, typer.Option(min=1, max=MOST_NETWORKS, help="How many sequences of gradients to draw.")
    ] = 500,
    seed: Seed = 0,
    skip: Annotated[int, typer.Option(min=0, help="Begin with this sequence of the seed.")] = 0,
    dtype: Dtype = "float64",
    examinee: Annotated[
        Literal["hand", "torch"],
        typer.Option(help="Who sits the exam: scratch, or torch in the same format."),
    ] = "hand",
    jobs: Jobs = 1,
    engine: Engine = "loky",
    shard: Part = None,
    out: Kept = None,
    json: Json = False,
) -> Answer:
    """Compare update rules with torch.optim: sgd, momentum, nesterov, rmsprop, adam, adamw.

    Each sequence has up to twelve steps with drawn settings, and gradients that are ordinary, vanish, end in
    zeros, are sparse, turn their sign, or are huge or tiny. Every parameter after every step is compared with
    torch's in float64, within the derived rounding bound of the rule, its allowance. An entry is decidable
    where its allowance is below its own size; a share is the part of an allowance that rounding used.

    Exit code 0: all agree; 1: some disagree; 3: nothing was compared, or some rule was not drawn.
    """
    answer = Answer(json)
    if (examinee, dtype) == ("torch", "float64"):
        answer.show(Verdict("nothing was compared: torch in float64 is the reference itself", None))
        return answer.end(3, {"compared": 0})

    from backproof.parity_tests import updates as exam
    from backproof.parity_tests.tally import added
    from backproof.scratch.reading import record

    tally, interrupted, mine = exam.Tally(), False, read_shard(shard, out)
    tasks = exam.tasks(examinee, seed, skip, sequences, dtype)
    try:
        for _, found in swept(answer, "sequences", exam.tallied, tasks, out, mine, engine, jobs):
            tally = added(tally, record(exam.Tally, found, "a part"))
    except KeyboardInterrupt:
        interrupted = True
    lines = {name: line for name, line in tally.lines.items() if line.rows}
    rows = [
        (name, f"{line.entries:,}", f"{line.decidable_share:.2%}", f"{line.largest_share:.3f}")
        for name, line in lines.items()
    ]
    answer.show(*(Code(each) for each in tally.disagreeing[:SHOWN]), Table(HEADINGS, rows), "")
    missing = [] if interrupted or mine else [name for name in tally.lines if name not in lines]
    if missing:
        answer.show(f"not drawn, so not checked: {', '.join(missing)}; draw more with --sequences")
    counted = (
        f"{tally.sequences} sequences (--seed {seed} --dtype {dtype} --examinee {examinee}): "
        f"{len(tally.disagreeing)} disagree, {tally.out_of_range} out of the dtype's range, "
        f"{tally.nothing_decidable} with nothing decidable"
    )
    answer.show(Verdict(counted, False if tally.disagreeing else None if missing else True))
    if interrupted:
        answer.show(rest_of(context, "sequences", tally.sequences))
    if not mine:
        keep(answer, out, again(context))
    code = 130 if interrupted else 1 if tally.disagreeing else 3 if missing else 0
    data = {
        "sequences": tally.sequences,
        "disagreeing": tally.disagreeing,
        "out_of_range": tally.out_of_range,
        "nothing_decidable": tally.nothing_decidable,
        "not_drawn": missing,
        "rules": {row[0]: dict(zip(HEADINGS[1:], row[1:])) for row in rows},
    }
    return answer.end(code, data)
