"""Draws the curves and the classes of a run, for PNG files and MMEngine's vis backends."""

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .class_charts import lowest_classes, support_of
from .curves import curves_of
from .run_files import RunFiles

_COLUMNS = 3  # charts side by side


def figure_of_curves(run: RunFiles) -> Figure:
    """The curves of a run, one chart for each group of numbers that it logged."""
    shown = list(curves_of(run))
    rows = -(-len(shown) // _COLUMNS)
    figure = _figure(min(_COLUMNS, len(shown)), rows)
    for number, curves in enumerate(shown):
        axes = figure.add_subplot(rows, min(_COLUMNS, len(shown)), number + 1)
        for name in curves.lines:
            values = curves.lines[name].dropna()
            axes.plot(values.index, values, "-" if len(values) > 1 else "o", label=name)
        axes.set(title=curves.title, xlabel=curves.x, ylabel=curves.y, ylim=curves.y_range)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if len(curves.lines.columns) > 1:
            axes.legend(fontsize="small")
    return figure


def figure_of_classes(table: pd.DataFrame) -> Figure:
    """The AP of all classes against their positives, and the lowest by name.

    Args:
        table: :attr:`mmpartial.evaluation.report.Report.per_class`.
    """
    figure = _figure(2, 1)
    against, lowest = figure.subplots(1, 2)
    support, where = support_of(table)
    against.plot(table[support].clip(lower=1), table.AP, "o", markersize=4)
    against.set(title="Average precision of each class", xlabel=f"positives in {where}",
                ylabel="AP, %", xscale="log", ylim=(0, 100))  # fmt: skip
    names, AP = lowest_classes(table)
    places = np.arange(len(names))
    lowest.barh(places, AP)
    lowest.set_yticks(places, names, parse_math=False, fontsize="small")
    lowest.set(title=f"Lowest AP, with the positives in {where}", xlabel="AP, %", xlim=(0, 100))
    lowest.invert_yaxis()
    return figure


def pixels_of(figure: Figure) -> np.ndarray:
    """A figure as an image, ``(H, W, 3)`` uint8, RGB."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def _figure(columns: int, rows: int) -> Figure:
    return Figure(figsize=(5 * columns, 3.5 * rows), layout="constrained")
