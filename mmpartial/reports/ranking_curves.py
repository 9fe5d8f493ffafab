"""Precision-recall and ROC curves of a few classes and of all labels together.

Nobody can read the curves of all classes at once, so a report shows the classes with the lowest and
the highest average precision, or those that the user names.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..evaluation import curve_points
from ..evaluation.binned_ranking import BinnedRanking
from ..evaluation.curves import Steps
from ..utils.names import class_numbers
from . import charts
from .page import Page
from .run_files import RunFiles

EXTREME = 2  # classes with the lowest, and as many with the highest, average precision
MOST = 2 * EXTREME  # classes in a chart; each has a colour of its own
_BINS = 10_000  # for the curves of all labels together
_POINTS = 200  # steps of a curve along its axis
ALL, CHANCE = "all labels together", "chance"


def extreme_classes(run: RunFiles) -> np.ndarray:
    """The numbers of the classes with the lowest and the highest AP in validation."""
    if run.classes.empty:
        return np.zeros(0, dtype=int)
    order = run.classes.AP.dropna().sort_values(kind="stable").index
    return np.array([*dict.fromkeys([*order[:EXTREME], *order[-EXTREME:]])], dtype=int)


def named_classes(run: RunFiles, names: Sequence[str]) -> np.ndarray:
    """The numbers of some classes.

    Raises:
        ValueError: There is no such class, or there are more names than colours.
    """
    classes = list(map(str, run.classes["class"])) if len(run.classes) else []
    if len(names) > MOST:
        raise ValueError(
            f"nobody can tell the curves of {len(names)} classes apart: name {MOST} or fewer."
        )
    return np.array(class_numbers(names, classes), dtype=int)


class RankingCurves:
    """Scores and labels of a few classes, and a histogram of all others.

    Args:
        chosen: The numbers of the classes that get curves of their own.
    """

    def __init__(self, chosen: Sequence[int] | np.ndarray):
        self.chosen: np.ndarray = np.asarray(chosen, dtype=int)
        self._parts: list[tuple[np.ndarray, np.ndarray]] = []
        self._all = BinnedRanking(1, _BINS)

    def add(self, scores: np.ndarray, labels: np.ndarray) -> None:
        """Add a batch of ``(N, C)`` scores in [0, 1] and labels."""
        known = labels >= 0
        self._all.add(self._all.order(scores[known][:, None]), labels[known][:, None])
        self._parts.append((scores[:, self.chosen], labels[:, self.chosen]))

    def points(self, names: Sequence[str]) -> dict[str, pd.DataFrame]:
        """The points of each curve by its name, as in :func:`~mmpartial.evaluation.curve_points`.

        Args:
            names: The names of all classes.
        """
        found = {}
        if self._all.counts.any(axis=2).all():
            found[ALL] = _points_of(Steps.of_histograms(*self._all.counts))
        for place, number in enumerate(self.chosen.tolist()):
            scores, labels = (np.concatenate(x)[:, place] for x in zip(*self._parts, strict=True))
            if (labels == 1).any() and (labels == 0).any():
                found[names[number]] = curve_points(scores, labels)
        return found


def _points_of(steps: Steps) -> pd.DataFrame:
    """The points of the steps of one class."""
    some = steps.true + steps.false > 0
    values = dict(precision=steps.precision, recall=steps.sensitivity)
    values["false_positive_rate"] = 1 - steps.specificity
    table = pd.DataFrame({name: value[some][::-1] for name, value in values.items()})
    start = pd.DataFrame(dict(precision=[1.0], recall=[0.0], false_positive_rate=[0.0]))
    return pd.concat([start, table], ignore_index=True)


def draw_curves(page: Page, points: Mapping[str, pd.DataFrame]) -> None:
    """Add a chart of precision-recall curves and one of ROC curves to a page.

    Args:
        page: The page.
        points: A table of :func:`~mmpartial.evaluation.curve_points` for the name of each curve.
    """
    from sklearn.metrics import auc  # here, because scikit-learn takes half a second

    precision_recall, roc = {}, {}
    for name, curve in points.items():
        gained = np.diff(curve.recall, prepend=0)
        ap = float(gained @ curve.precision)
        auroc = auc(curve.false_positive_rate, curve.recall)
        # Without a prediction there is no precision, and after the last positive nothing to see.
        found = _thinned(curve[1 : np.searchsorted(curve.recall, 1) + 1], "recall")
        precision_recall[f"{name}: AP {100 * ap:.1f}"] = (found.recall, found.precision)
        curve = _thinned(curve, "false_positive_rate")
        roc[f"{name}: AUROC {100 * auroc:.1f}"] = (curve.false_positive_rate, curve.recall)
    roc[CHANCE] = (np.array([0, 1]), np.array([0, 1]))
    for title, lines, x, y in (
        ("Precision-recall", precision_recall, "recall", "precision"),
        ("ROC", roc, "false positive rate", "recall"),
    ):
        page.chart(charts.lines(lines, x=x, y=y, y_range=(0, 1)), title)


def _thinned(curve: pd.DataFrame, axis: str) -> pd.DataFrame:
    """Points with equal distances in the picture, and not in the ranking.

    The point before a step shows how far the curve falls or rises.
    """
    steps = np.searchsorted(curve[axis], np.linspace(0, 1, _POINTS)).clip(max=len(curve) - 1)
    return curve.iloc[np.unique([0, *(steps - 1).clip(0), *steps])]


def curves_section(page: Page, curves: RankingCurves, names: Sequence[str]) -> None:
    """Add the curves of a report to its page."""
    points = curves.points(names)
    if not points:
        return
    page.section(
        "Precision, recall, and ROC",
        "From left to right the threshold falls, and more labels are predicted. The recall is the "
        "share of the positives that are predicted, the precision is the share of the predicted "
        "labels that are positive, and the false positive rate is the share of the negatives that "
        "are predicted. Only known labels count.",
    )
    draw_curves(page, points)
