"""The pictures: drawn on an opaque white card, the same bytes every time."""

import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backproof.scripts.files import whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from backproof.parity_tests.catch_rate import Table
    from backproof.parity_tests.foreign_log import Log
    from backproof.parity_tests.training import State, Task
    from backproof.scratch.spec import Array

HAND, AUTOGRAD = "#f2a65a", "#1f3b73"  # apart in lightness too, for prints and for colour-blind readers

FAR = 1e100  # a distance beyond it means divergence; matplotlib's ticks overflow near the largest number

SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "svg.hashsalt": "backproof",  # or ids would be random
}


UNITS_SHOWN, IN_A_ROW = 16, 8  # of the first layer
GAP = 1  # pixels between two units


def curves(task: "Task", state: "State", title: str, theirs: "Log | None" = None) -> "Figure":
    """Loss, accuracy, distance of the parameters, and weights of the first layer, one below the other.

    Other seeds are a band, and a foreign log dots. The distance stands beside what rounding explains, with
    what happened on the way.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    shape = _image_shape(task.spec.widths[0])
    rows = ["loss", "accuracy", *([] if task.alone else ["apart"]), *(["weights"] if shape else [])]
    heights = [1.3 if name == "weights" else 2.3 for name in rows]
    with rc_context(SETTINGS):
        figure = Figure(figsize=(5, 0.6 + sum(heights)), facecolor="white")
        figure.set_layout_engine("constrained", hspace=0.08)  # the axes' first and last labels need room
        figure.suptitle("\n".join(textwrap.fill(line, 56) for line in title.splitlines()), fontsize=10)
        axes = dict(zip(rows, figure.subplots(len(rows), 1, height_ratios=heights)))

        epochs, who = state.epochs, task.examined.who
        _both(axes["loss"], who, [e.loss_by_hand for e in epochs], [e.loss_by_autograd for e in epochs])
        _band(axes["loss"], [other.losses for other in state.others])
        if theirs:
            at = [number / (task.steps if theirs.by == "step" else 1) for number in theirs.numbers]
            axes["loss"].plot(at, theirs.loss.values, ".", color="#b3261e", label="the log", zorder=4)
        axes["loss"].set_ylabel("training loss")
        axes["loss"].set_ylim(bottom=0)
        axes["loss"].legend(frameon=False)

        accuracy = axes["accuracy"]
        _both(accuracy, who, [e.accuracy_by_hand for e in epochs], [e.accuracy_by_autograd for e in epochs])
        _band(accuracy, [other.accuracies for other in state.others])
        accuracy.set_ylabel("test accuracy")
        accuracy.set_ylim(0, 1.02)
        accuracy.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))

        if "apart" in axes:
            _distances(axes["apart"], state, task.steps)
        last = axes.get("apart", accuracy)
        last.set_xlabel("epoch")
        for name in rows:
            if name != "weights":
                axes[name].set_xlim(0, max(1, epochs[-1].epoch))
                axes[name].xaxis.set_major_locator(MaxNLocator(integer=True))
                axes[name].tick_params(labelbottom=axes[name] is last)
        if shape:
            _first_weights(axes["weights"], who, state.params_by_hand[0][0], shape)
        figure.align_ylabels([axes[name] for name in rows if name != "weights"])
    return figure


def _both(axes: "Axes", who: str, by_hand: list[float], by_autograd: list[float | None]) -> None:
    # The two lie on each other: a wide line below, a dotted one above, so that both are seen.
    axes.plot(by_hand, color=HAND, linewidth=5, label=who, solid_capstyle="round")
    if None not in by_autograd:
        style = (0, (1, 2))
        axes.plot([each or 0.0 for each in by_autograd], color=AUTOGRAD, linewidth=1.5, linestyle=style,
                  label="by autograd")  # fmt: skip


def _band(axes: "Axes", others: list[list[float]]) -> None:
    if others:
        low, high = ([pick(each) for each in zip(*others)] for pick in (min, max))
        label = f"{len(others)} other seeds"
        axes.fill_between(range(len(low)), low, high, color="#999999", alpha=0.45, linewidth=0, label=label)


def _distances(axes: "Axes", state: "State", steps: int) -> None:
    """The distance at the logged steps on a logarithmic axis, the rounding added up, and the events."""
    # Both begin at distance 0, which a logarithmic axis cannot show.
    shown = [(s.step / steps, s.distance) for s in state.course.steps if 0 < s.distance < FAR]
    floor = [(s.step / steps, s.floor) for s in state.course.steps if 0 < s.floor < FAR]
    axes.set_ylabel("distance of parameters")
    for points, label, style in ((shown, "apart", "-"), (floor, "rounding, added up", "--")):
        if points:
            axes.plot(
                *zip(*points), color=AUTOGRAD if style == "-" else "#777777", linestyle=style, label=label
            )
    if shown or floor:
        axes.set_yscale("log")
        _whole_decades(axes, [value for _, value in shown + floor])
    events = {"flip": "a unit falls on the other side", "left": "above rounding", "wrong": "a wrong step"}
    for (what, words), mark in zip(events.items(), "^vx"):
        event = state.course.first(what)
        if event:
            low, _ = axes.get_ylim()
            axes.plot(
                [event.step / steps], [low], mark, color="#b3261e", label=words, clip_on=False, zorder=5
            )
    axes.legend(frameon=False, fontsize=9)


def _whole_decades(axes: "Axes", values: list[float]) -> None:
    """Limits at powers of ten, at least one decade apart, so that the axis always carries two labels."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    axes.set_ylim(10.0**low, 10.0 ** max(high, low + 1))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0e}")  # exponents in 10^-9 would be too small
    axes.yaxis.set_minor_formatter(lambda _value, _: "")


def _image_shape(inputs: int) -> tuple[int, int] | None:
    side = math.isqrt(inputs)
    return (side, side) if side * side == inputs and side > 1 else None


def _first_weights(axes: "Axes", who: str, W: "Array", shape: tuple[int, int]) -> None:
    """The rows of W1 as images, one for each of the first units, on a scale with 0 in its middle."""
    import numpy as np

    height, width = shape
    shown = W[:UNITS_SHOWN]
    rows = -(-len(shown) // IN_A_ROW)
    sheet = np.full((rows * (height + GAP) - GAP, IN_A_ROW * (width + GAP) - GAP), np.nan)
    for number, unit in enumerate(shown):
        top, left = number // IN_A_ROW * (height + GAP), number % IN_A_ROW * (width + GAP)
        sheet[top : top + height, left : left + width] = unit.reshape(shape)
    most = float(np.abs(shown).max()) or 1.0
    image = axes.imshow(sheet, cmap="RdBu_r", vmin=-most, vmax=most, interpolation="nearest")
    more = f", {len(shown)} of {len(W)} units" if len(W) > len(shown) else ""
    axes.set_title(f"weights of the first layer, {who}{more}", fontsize=10)
    axes.axis("off")
    bar = axes.figure.colorbar(image, ax=axes, fraction=0.05, pad=0.02)
    bar.ax.tick_params(labelsize=9)


def rendered(figure: "Figure", kind: str) -> bytes:
    """The picture as a file of that kind: png (1,200 dots wide) or svg."""
    import io

    from matplotlib import rc_context

    # No date and no version: the same picture is the same file.
    metadata = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}[kind]
    file = io.BytesIO()
    with rc_context(SETTINGS):
        figure.savefig(file, format=kind, metadata=metadata, dpi=1200 / figure.get_figwidth())
    return file.getvalue()


def save(figure: "Figure", path: Path) -> None:
    """Writes the picture as what the path's ending says. Raises InputError where it cannot be written."""
    content = rendered(figure, path.suffix.removeprefix("."))
    with whole(path) as file:
        file.write(content)


def catch_rates(tally: "Table") -> "Figure":
    """For each family of mistakes and each comparator, the percentage of active mistakes that it catches."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    rows = {
        **tally.families(),
        **{f"all on {stratum} networks": row for stratum, row in tally.strata().items()},
    }
    # Ours is what its two ways catch together.
    comparators = list(tally.alarms)[1:]
    # What was active on no network has no share, and an empty row would look like a fault.
    rows = {name: row for name, row in rows.items() if not all(map(math.isnan, row.values()))}
    shares = [[row[name] for name in comparators] for row in rows.values()]
    with rc_context({**SETTINGS, "axes.grid": False}):
        figure = Figure(figsize=(9, 5.2), facecolor="white", layout="constrained")
        axes = figure.subplots()
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.4, aspect="auto")
        for row, line in enumerate(shares):
            for column, share in enumerate(line):
                # Rounded down: 100% is said only where every one is caught.
                text = "-" if math.isnan(share) else f"{math.floor(100 * share)}"
                axes.text(
                    column, row, text, ha="center", va="center", color="black" if share < 0.8 else "white"
                )
        axes.set_xticks(range(len(comparators)), comparators)
        axes.set_yticks(range(len(shares)), list(rows))
        axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        alarms = ", ".join(f"{name} {count}" for name, count in tally.alarms.items() if count)
        judged = tally.networks - tally.out_of_range
        alarmed = textwrap.fill(f"false alarms on honest code: {alarms or 'none'}", 80)
        axes.set_xlabel(
            f"{len(tally.scores)} planted mistakes on {judged} networks: percentage caught where they are "
            f"active\n{alarmed}"
        )
    return figure
