"""The pictures: drawn on an opaque white card, the same bytes every time."""

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backproof.scripts.files import whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from backproof.parity_tests.catch_rate import Table
    from backproof.parity_tests.training import Epoch

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


def curves(epochs: Sequence["Epoch"], title: str) -> "Figure":
    """Loss, accuracy and the twins' distance, one below the other, against the epoch."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    with rc_context(SETTINGS):
        figure = Figure(figsize=(5, 7.5), facecolor="white")
        loss, accuracy, apart = figure.subplots(3, 1, sharex=True)
        figure.set_layout_engine("constrained", hspace=0.08)  # the axes' first and last labels need room
        figure.suptitle("\n".join(textwrap.fill(line, 56) for line in title.splitlines()), fontsize=10)

        numbers = [epoch.epoch for epoch in epochs]
        _both(loss, numbers, [e.loss_by_hand for e in epochs], [e.loss_by_autograd for e in epochs])
        loss.set_ylabel("training loss")
        loss.set_ylim(bottom=0)
        loss.legend(frameon=False)

        _both(
            accuracy, numbers, [e.accuracy_by_hand for e in epochs], [e.accuracy_by_autograd for e in epochs]
        )
        accuracy.set_ylabel("test accuracy")
        accuracy.set_ylim(0, 1.02)
        accuracy.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))

        # Both begin at distance 0, which a logarithmic axis cannot show.
        shown = [(e.epoch, e.distance) for e in epochs if 0 < e.distance < FAR]
        apart.plot([number for number, _ in shown], [d for _, d in shown], color=AUTOGRAD, marker=".")
        if shown:
            apart.set_yscale("log")
            _whole_decades(apart, [d for _, d in shown])
        apart.set_ylabel("distance of parameters")
        apart.set_xlabel("epoch")
        apart.xaxis.set_major_locator(MaxNLocator(integer=True))
        figure.align_ylabels()
    return figure


def _both(axes: "Axes", numbers: list[int], by_hand: list[float], by_autograd: list[float]) -> None:
    # The two lie on each other: a wide line below, a dotted one above, so that both are seen.
    axes.plot(numbers, by_hand, color=HAND, linewidth=5, label="by hand", solid_capstyle="round")
    axes.plot(numbers, by_autograd, color=AUTOGRAD, linewidth=1.5, linestyle=(0, (1, 2)), label="by autograd")


def _whole_decades(axes: "Axes", values: list[float]) -> None:
    """Limits at powers of ten, at least one decade apart, so that the axis always carries two labels."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    axes.set_ylim(10.0**low, 10.0 ** max(high, low + 1))


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
