"""A picture of the average precision of each class."""

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw(table: pd.DataFrame) -> np.ndarray:
    """Plot the AP of each class against its positives in training, or else in the evaluation.

    Args:
        table: :attr:`~.report.Report.per_class`.

    Returns:
        ``(H, W, 3)`` uint8.
    """
    known = "train" if "train" in table else "positive"
    figure = Figure(figsize=(6, 4), dpi=100, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.scatter(table[known].clip(lower=1), table["AP"], s=12)
    axes.set(
        xscale="log", ylim=(-2, 102), ylabel="average precision, %",
        xlabel=f"positive labels in the {'training' if known == 'train' else 'evaluation'} set",
    )  # fmt: skip
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
