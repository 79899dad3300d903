"""Pictures that are no network, table or curve: graphs, lights, bags, bars, parts and surfaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from backproof.scratch.spec import Array
from backproof.scripts.course import drawing
from backproof.scripts.course.drawing import FAINT, INK, NEGATIVE, POSITIVE


def lights(
    ax: drawing.Axes, rows: Sequence[Sequence[float]], goals: Sequence[float], names: Sequence[str]
) -> None:
    """Each observation as a row of lamps, lit or dark, beside what people did."""
    from matplotlib.patches import Circle, Rectangle

    _blank(ax)
    for r, (row, goal) in enumerate(zip(rows, goals)):
        y = len(rows) - r
        ax.add_patch(Rectangle((0.5, y - 0.42), len(row), 0.84, facecolor="#2b2b2b"))
        for c, value in enumerate(row):
            lit = {"facecolor": "#ffd23c", "edgecolor": "#ffd23c"} if value else {"facecolor": "#2b2b2b"}
            ax.add_patch(Circle((c + 1, y), 0.3, **({"edgecolor": "#9a9a9a", "linewidth": 1.2} | lit)))
        _text(ax, len(row) + 1.4, y, "WALK" if goal else "STOP", POSITIVE if goal else NEGATIVE)
    for c, name in enumerate(names):
        _text(ax, c + 1, len(rows) + 0.75, name)
    ax.set_xlim(0.2, len(names) + 2.2)
    ax.set_ylim(0.4, len(rows) + 1.1)
    ax.set_aspect("equal")


def bags(ax: drawing.Axes, counts: Sequence[int]) -> None:
    """Each bag as a heap of its M&Ms, ten in a row, with their number."""
    _blank(ax)
    for bag, count in enumerate(counts):
        places = [(bag * 6 + k % 5, k // 5) for k in range(count)]
        ax.scatter(
            [x for x, _ in places],
            [y for _, y in places],
            s=26,
            color=drawing.COLOURS[bag % len(drawing.COLOURS)],
        )
        _text(ax, bag * 6 + 2, -1.3, str(count))
    ax.set_ylim(-2, max(counts) / 5 + 0.5)


def surface(
    ax: drawing.Axes,
    height: Callable[[Array, Array], Array],
    path: Sequence[Sequence[float]],
    gradient: Sequence[float],
) -> None:
    """A landscape over two inputs as contours, the gradient at the start, and the way down."""
    (x, y), reach = path[0], 1.4 * max(abs(v) for point in path for v in point)
    grid = np.linspace(-reach, reach, 81)
    filled = ax.contourf(grid, grid, height(grid[None, :], grid[:, None]), levels=14, cmap="Greys")
    ax.figure.colorbar(filled, ax=ax, label="height")
    ax.plot(*zip(*path), "o-", color=POSITIVE, markersize=4, label="steps downhill")
    scale = 0.2 * reach / max(abs(v) for v in gradient)
    tip = (x + scale * gradient[0], y + scale * gradient[1])
    ax.annotate("", tip, (x, y), arrowprops={"color": NEGATIVE, "width": 2, "headwidth": 8})
    ax.plot([], [], color=NEGATIVE, linewidth=2.5, label="gradient, uphill")
    ax.set_xlabel("x")
    ax.set_ylabel("y")
    ax.set_aspect("equal")
    ax.legend(loc="lower left", frameon=True, fontsize=10)


def tangent(ax: drawing.Axes, w: float) -> None:
    """The parabola w^2 with its tangent at w."""
    grid = np.linspace(-2, 2, 81)
    drawing.lines(ax, grid.tolist(), {"error = w²": (grid**2).tolist()}, "weight w", "error")
    near = np.array([w - 0.7, w + 0.7])
    ax.plot(near, w * w + 2 * w * (near - w), "--", color=NEGATIVE, label=f"slope {2 * w:g} at w = {w:g}")
    ax.plot([w], [w * w], "o", color=NEGATIVE)
    ax.legend(loc="upper center")


Node = tuple[str, float, float]


def graph(ax: drawing.Axes, nodes: Sequence[Node], links: Sequence[tuple[int, int, str]]) -> None:
    """Quantities as nodes at places, the slope of each link beside it."""
    _blank(ax)
    for start, end, slope in links:
        (_, x0, y0), (_, x1, y1) = nodes[start], nodes[end]
        ax.annotate(
            "",
            (x1, y1),
            (x0, y0),
            arrowprops={"arrowstyle": "->", "color": INK, "shrinkA": 26, "shrinkB": 26},
        )
        aside = 0 if y0 == y1 else 0.14 if y1 < y0 else -0.14  # beside a slanting link, not on it
        _text(ax, (x0 + x1) / 2 + aside, (y0 + y1) / 2 + 0.2, slope, POSITIVE)
    for text, x, y in nodes:
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": INK, "linewidth": 1.2}
        ax.text(x, y, text, ha="center", va="center", fontsize=11, bbox=box)
    xs, ys = [x for _, x, _ in nodes], [y for _, _, y in nodes]
    ax.set_xlim(min(xs) - 0.5, max(xs) + 0.5)
    ax.set_ylim(min(ys) - 0.5, max(ys) + 0.6)


def bars(
    axes: Array,
    groups: Mapping[str, Sequence[float]],
    wanted: Sequence[float],
    names: Sequence[str],
    label: str,
) -> None:
    """For each group a bar of every output beside what it should be."""
    places = np.arange(len(names))
    for ax, (title, values) in zip(axes[0], groups.items()):
        ax.bar(places - 0.2, values, 0.4, color=POSITIVE, label="answer")
        ax.bar(places + 0.2, wanted, 0.4, color="white", edgecolor=INK, hatch="//", label="should be")
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set_xticks(places, names)
        ax.set_title(title, fontsize=11)
    axes[0, 0].set_ylabel(label)
    axes[0, -1].legend(loc="best", fontsize=10)


def parts(axes: Array, images: Mapping[str, Array], sums: Mapping[str, Sequence[str]]) -> None:
    """Parts of digits, and the digits that are made of them: a row of parts and their sum for each digit."""
    for row, (digit, made) in zip(axes, sums.items()):
        whole = np.clip(np.sum([images[name] for name in made], axis=0), 0, 1)
        cells: list[tuple[str, Array | None]] = []
        for k, name in enumerate(made):
            cells += [("+" if k else "", None), (name, images[name])]
        cells += [("=", None), (digit, whole)]
        for ax, (title, image) in zip(row, cells[1:]):
            _blank(ax)
            if image is None:
                ax.text(0.5, 0.5, title, ha="center", va="center", fontsize=18, transform=ax.transAxes)
            else:
                ax.imshow(image, cmap="gray", vmin=0, vmax=1)
                ax.set_title(title, fontsize=11)
        for ax in row[len(cells) - 1 :]:
            _blank(ax)


def pixels_to_inputs(axes: Array, image: Array, widths: Sequence[int]) -> None:
    """An image, its pixels one below the other as inputs, and the layers behind them."""
    axes[0, 0].imshow(image, cmap="gray", vmin=0, vmax=1)
    side = image.shape[0]
    axes[0, 0].set_title(f"{side} × {side} pixels", fontsize=11)
    axes[0, 0].set_xlabel("0 is black, 1 is white")
    axes[0, 0].set_xticks([0, side - 1])
    axes[0, 0].set_yticks([0, side - 1])
    ax = _blank(axes[0, 1])
    values = image.ravel()
    for layer, width in enumerate(widths):
        shown = min(width, 12)
        for k in range(shown):
            y = 6 - 12 * (k + 0.5) / shown
            if width > shown and k == shown // 2:
                _text(ax, layer, y, "⋮")
                continue
            shade = str(float(values[int(k * (len(values) - 1) / (shown - 1))])) if layer == 0 else "white"
            ax.plot([layer], [y], "o", markersize=9, color=shade, markeredgecolor=INK)
        _text(ax, layer, 6.8, str(width))
    for layer in range(len(widths) - 1):
        ax.plot([layer + 0.2, layer + 0.8], [0, 0], color=FAINT)
    ax.set_xlim(-0.5, len(widths) - 0.5)
    ax.set_ylim(-6.5, 7.6)


def _blank(ax: drawing.Axes) -> drawing.Axes:
    ax.set_axis_off()
    return ax


def _text(ax: drawing.Axes, x: float, y: float, text: str, colour: str = INK) -> None:
    ax.text(x, y, text, ha="center", va="center", fontsize=11, color=colour)
