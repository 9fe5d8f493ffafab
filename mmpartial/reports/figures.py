"""The curves and the classes of a run as pictures, for a work_dir and for MMEngine's backends."""

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..evaluation.functional import GROUPS
from .curves import Curves

COLUMNS = 3
NAMED = 40  # classes with a name in the picture
_COLOURS = dict(zip(GROUPS, ("tab:blue", "tab:green", "tab:orange"), strict=True))


def curves_figure(curves: list[Curves]) -> Figure:
    """Draw the curves of a run, each chart of :class:`~.curves.Curves` in a place of its own."""
    rows = -(-len(curves) // COLUMNS)
    figure = Figure(figsize=(4.2 * COLUMNS, 3.1 * rows), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    for number, (title, x, y, lines, y_range) in enumerate(curves, start=1):
        axes = figure.add_subplot(rows, COLUMNS, number)
        for name in lines:
            points = lines[name].dropna()
            axes.plot(points.index, points, "." if len(points) == 1 else "-", label=name)
        axes.set(xlabel=x, ylabel=y, ylim=y_range)
        axes.set_title(title, fontsize="medium")
        axes.grid(alpha=0.3)
        if len(lines.columns) > 1:
            axes.legend(fontsize="small")
    return figure


def classes_figure(table: pd.DataFrame) -> Figure:
    """Draw the AP of all classes against their positives, and the lowest AP by name.

    Args:
        table: :attr:`mmpartial.evaluation.report.Report.per_class`.
    """
    support = "train" if "train" in table else "positive"
    lowest = table.dropna(subset="AP").nsmallest(NAMED, "AP")
    figure = Figure(figsize=(11, 1.6 + 0.2 * max(15, len(lowest))), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    colours = [_COLOURS.get(str(name), "tab:blue") for name in _groups(table)]
    left.scatter(table[support].clip(lower=1), table.AP, s=14, c=colours, alpha=0.7)
    left.set(
        xscale="log", ylim=(-2, 102), ylabel="AP, %", title=f"{len(table):,} classes",
        xlabel=f"positives in {'training' if support == 'train' else 'the evaluation'}",
    )  # fmt: skip
    left.grid(alpha=0.3)
    for name in [group for group in GROUPS if group in {*_groups(table)}]:
        left.scatter([], [], s=14, c=_COLOURS[name], label=name)
    if left.get_legend_handles_labels()[1]:
        left.legend(fontsize="small")
    place = np.arange(len(lowest))
    right.barh(place, lowest.AP, color=[_COLOURS.get(str(n), "tab:blue") for n in _groups(lowest)])
    names = [f"{_short(n)} ({k:,})" for n, k in zip(lowest["class"], lowest[support], strict=True)]
    right.set_yticks(place, names, fontsize="small")
    right.set(xlim=(0, 100), xlabel="AP, %", title="Lowest AP, with the positives in brackets")
    right.set_ylim(max(15, len(lowest)) - 0.5, -0.5)
    right.grid(alpha=0.3, axis="x")
    return figure


def pixels_of(figure: Figure) -> np.ndarray:
    """The picture of a figure, ``(H, W, 3)`` uint8."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _groups(table: pd.DataFrame) -> list[str]:
    return list(table["group"]) if "group" in table else [""] * len(table)


def _short(name: object, longest: int = 28) -> str:
    text = str(name).replace("$", r"\$")  # no mathematics
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
