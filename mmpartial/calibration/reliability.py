"""Reliability curves: how often labels are positive that have some probability."""

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..evaluation.class_means import ratio
from ..evaluation.confusion_counts import CALIBRATION_BINS
from ..labels import POSITIVE

ALL = "(all)"
DRAWN = 20  # classes with the most positives
_ENOUGH = 10  # labels of a point in the curve of a class
BEFORE, AFTER = "before", "after"


def reliability(probabilities: np.ndarray, labels: np.ndarray, classes: list) -> pd.DataFrame:
    """Compute the reliability curve of all known labels together, and of each class.

    Args:
        probabilities: ``(N, C)`` in [0, 1].
        labels: ``(N, C)``, 1, 0 or -1.
        classes: ``(C,)`` names.

    Returns:
        A row for each of 15 equally wide bins with a known label: ``class``, ``low`` and ``high``
        ends, number of ``labels``, their mean ``probability`` and their share of ``positive`` ones.
    """
    bins, known = CALIBRATION_BINS, labels >= 0
    place = (probabilities * bins).astype(np.int64).clip(max=bins - 1)
    place = (place + np.arange(len(classes)) * bins)[known]
    numbers, sums, positive = (
        np.bincount(place, weights, minlength=len(classes) * bins).reshape(-1, bins)
        for weights in (None, probabilities[known], labels[known] == POSITIVE)
    )
    numbers, sums, positive = (
        np.concatenate([part.sum(0, keepdims=True), part]) for part in (numbers, sums, positive)
    )
    low = np.arange(bins) / bins
    table = pd.DataFrame(
        {
            "class": np.repeat(np.array([ALL, *classes], dtype=object), bins),
            "low": np.tile(low, len(numbers)),
            "high": np.tile(low + 1 / bins, len(numbers)),
            "labels": numbers.ravel(),
            "probability": ratio(sums, numbers).ravel(),
            "positive": ratio(positive, numbers).ravel(),
        }
    )
    return table[table.labels > 0].reset_index(drop=True)


def draw(curves: pd.DataFrame, errors: dict[str, float]) -> Figure:
    """Draw the curves before and after, of all labels and of the classes with most positives.

    Args:
        curves: Tables of :func:`reliability` below each other, with a column ``when``.
        errors: The calibration error before and after, in percent.
    """
    figure = Figure(figsize=(9, 4.5), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    positives = (curves.positive * curves.labels).groupby(curves["class"]).sum()
    shown = positives.drop(ALL).nlargest(DRAWN).index
    for axes, (when, error) in zip(figure.subplots(1, 2), errors.items(), strict=True):
        part = curves[curves.when == when]
        axes.plot([0, 1], [0, 1], color="0.6", lw=1, ls="--")
        for _, curve in part[part["class"].isin(shown) & (part.labels >= _ENOUGH)].groupby("class"):
            axes.plot(curve.probability, curve.positive, color="tab:blue", alpha=0.25, lw=1)
        curve = part[part["class"] == ALL]
        axes.plot(curve.probability, curve.positive, "o-", color="tab:red", ms=4)
        axes.set(
            title=f"{when}: calibration error {error:.1f} %", xlim=(0, 1), ylim=(0, 1),
            xlabel="mean probability", ylabel="share of positive labels",
        )  # fmt: skip
    figure.suptitle(f"red: all labels; blue: the {len(shown)} classes with most positives")
    return figure
