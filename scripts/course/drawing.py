"""Pictures of the course: an opaque white card, dark ink, readable at 400 pixels and at 1200."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from backproof.scratch.spec import Array
from backproof.scripts.pictures import SETTINGS

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes
    from matplotlib.figure import Figure

WIDTH = 6.0  # inches
INK, FAINT = "#1a1a1a", "#8a8a8a"
# Told apart by everybody, also in print: blue is positive, vermilion negative.
POSITIVE, NEGATIVE, THIRD = "#0060a8", "#c8501e", "#2a8a5c"
COLOURS = (POSITIVE, NEGATIVE, THIRD, "#7a4fa3", "#b08400", "#4d4d4d")
STROKES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)))
# As the documents draw them: a white link is positive, a black one negative, on grey ground.
GROUND, MOST_WEIGHTS = "#b4b4b4", 12
LEGEND = "white: positive, black: negative; the thicker, the larger"


def card(height: float = 4.0, rows: int = 1, columns: int = 1) -> tuple[Figure, Array]:
    """An empty picture of that height in inches and its axes, (rows, columns)."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({**SETTINGS, "font.size": 11, "axes.grid": False, "legend.frameon": False}):
        figure = Figure(figsize=(WIDTH, height), facecolor="white", layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False)
    return figure, axes


def sign_colour(value: float) -> str:
    """The ink of a signed number in a table."""
    return POSITIVE if value > 0 else NEGATIVE


def starts(ax: Axes, group: Sequence[Sequence[float]], colour: str, labels: Sequence[str]) -> None:
    """The errors of each start of a training over its epochs, a stroke each; labels are of the first ones."""
    for k, errors in enumerate(group):
        style, label = STROKES[k % len(STROKES)], labels[k] if k < len(labels) else None
        epochs = range(1, len(errors) + 1)
        ax.plot(epochs, errors, color=colour, linestyle=style, linewidth=1.2, label=label)
    ax.set_xlabel("epoch")


def lines(
    axes: Axes, x: Sequence[float], curves: Mapping[str, Sequence[float]], xlabel: str, ylabel: str
) -> None:
    """One curve for each name, in a colour and a stroke of its own, with a legend."""
    for colour, stroke, (name, y) in zip(COLOURS, STROKES, curves.items()):
        axes.plot(x, y, color=colour, linestyle=stroke, label=name)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    if len(curves) > 1:
        axes.legend(loc="best")


def network(
    axes: Axes, weights: Sequence[Array], labels: Sequence[Sequence[str]], titles: Sequence[str] = ()
) -> None:
    """A network from left to right: a link is white or black by its weight's sign, its thickness the size.

    weights: one W (n_out, n_in) per layer; labels: the text in each unit, layer by layer, inputs first. Up to
    MOST_WEIGHTS links have their weight written on them.
    """
    axes.set(facecolor=GROUND, xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    written = sum(int(np.count_nonzero(W)) for W in weights) <= MOST_WEIGHTS
    largest = max(float(np.abs(W).max()) for W in weights) or 1.0
    tallest = max(len(units) for units in labels)
    places = [
        [(float(layer), ((len(units) - 1) / 2 - k) * tallest / len(units)) for k in range(len(units))]
        for layer, units in enumerate(labels)
    ]
    for layer, W in enumerate(weights):
        for j, (x1, y1) in enumerate(places[layer + 1]):
            for k, (x0, y0) in enumerate(places[layer]):
                if W[j, k] == 0:
                    continue  # a missing link
                axes.plot(
                    [x0, x1],
                    [y0, y1],
                    color="white" if W[j, k] > 0 else "black",
                    linewidth=0.4 + 3.0 * abs(W[j, k]) / largest,
                    solid_capstyle="round",
                    zorder=1,
                )
                if written:
                    # Where links cross or end in one unit, their labels stand apart.
                    share = 0.5 if y0 == y1 else 0.3 + 0.12 * j
                    axes.text(
                        x0 + share * (x1 - x0),
                        y0 + share * (y1 - y0),
                        f"{W[j, k]:.2g}",
                        ha="center",
                        va="center",
                        fontsize=10,
                        color=INK,
                        bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 1},
                        zorder=2,
                    )
    for units, texts in zip(places, labels):
        for (x, y), text in zip(units, texts):
            axes.text(
                x,
                y,
                text,
                ha="center",
                va="center",
                fontsize=10,
                zorder=3,
                bbox={"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": INK, "linewidth": 1.2},
            )
    for layer, title in enumerate(titles):
        axes.text(layer, tallest / 2 + 0.15, title, ha="center", va="bottom", fontsize=10, color=INK)
    axes.text(0.5, 0.0, LEGEND, transform=axes.transAxes, ha="center", va="bottom", fontsize=10, color=INK)
    axes.set_xlim(-0.45, len(labels) - 0.55)
    axes.set_ylim(-tallest / 2 - 0.12 * tallest - 0.1, tallest / 2 + (0.65 if titles else 0.1))


def tile(axes: Axes, values: Array, title: str = "") -> None:
    """A small image from -1 (black) to 1 (white) on grey, hatched where it is nan: any value will do."""
    from matplotlib.patches import Rectangle

    rows, columns = values.shape
    for row in range(rows):
        for column in range(columns):
            value = values[row, column]
            free = bool(np.isnan(value))
            shade = "#c8c8c8" if free else str(float((np.clip(value, -1, 1) + 1) / 2))
            axes.add_patch(
                Rectangle(
                    (column, rows - 1 - row),
                    1,
                    1,
                    facecolor=shade,
                    edgecolor=INK,
                    linewidth=1,
                    hatch="//" if free else None,
                )
            )
    axes.set_xlim(-0.05, columns + 0.05)
    axes.set_ylim(-0.05, rows + 0.05)
    axes.set_aspect("equal")
    axes.set_axis_off()
    if title:
        axes.set_title(title, fontsize=10)


def cells(
    axes: Axes,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    colours: Sequence[Sequence[str]] | None = None,
    size: float = 12,
) -> None:
    """A table as a picture; colours gives each cell's ink, size its points."""
    axes.set_axis_off()
    height = len(rows) + 1
    for c, name in enumerate(columns):
        axes.text(c + 0.5, height - 0.5, name, ha="center", va="center", fontsize=10, fontweight="bold")
    axes.plot([0, len(columns)], [height - 1, height - 1], color=INK, linewidth=1)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            axes.text(
                c + 0.5,
                height - 1.5 - r,
                text,
                ha="center",
                va="center",
                fontsize=size,
                color=colours[r][c] if colours else INK,
            )
    axes.set_xlim(0, len(columns))
    axes.set_ylim(0, height)
