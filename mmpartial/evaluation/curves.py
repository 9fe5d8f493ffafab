"""Metrics of all thresholds: functions of the points of ROC and precision-recall curves.

scikit-learn has the curves of one class without unknown labels. These are of many classes at once,
from scores that average precision has sorted already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from .class_means import ratio


@dataclass
class Steps:
    """Numbers of positive predictions at each threshold of some classes.

    Attributes:
        cls: ``(S,)`` classes from 0 to C - 1, ascending; the thresholds of a class ascend.
        true: ``(S,)`` positives that score at least as much as the threshold.
        false: ``(S,)`` negatives that score at least as much.
        positive: ``(C,)``.
        negative: ``(C,)``.
    """

    cls: np.ndarray
    true: np.ndarray
    false: np.ndarray
    positive: np.ndarray
    negative: np.ndarray

    @classmethod
    def of_histograms(cls, negative: np.ndarray, positive: np.ndarray) -> "Steps":
        """Make the steps of ``(C, bins)`` histograms of scores, with a threshold at each bin."""
        false, true = (x[:, ::-1].cumsum(1, dtype=np.int64)[:, ::-1] for x in (negative, positive))
        classes: np.ndarray = np.repeat(np.arange(len(true)), true.shape[1])
        return cls(classes, true.ravel(), false.ravel(), true[:, 0], false[:, 0])

    @property
    def sensitivity(self) -> np.ndarray:
        """Share of positives that are predicted, ``(S,)``; 0 without a positive."""
        return ratio(self.true, self.positive[self.cls])

    @property
    def specificity(self) -> np.ndarray:
        """Share of negatives that are not predicted, ``(S,)``; 0 without a negative."""
        negative = self.negative[self.cls]
        return ratio(negative - self.false, negative)

    @property
    def precision(self) -> np.ndarray:
        """Share of positives among the predictions, ``(S,)``."""
        return ratio(self.true, self.true + self.false)

    def where_defined(self, values: np.ndarray) -> np.ndarray:
        """Replace ``(C,)`` values by NaN for classes without a positive or without a negative."""
        return np.where((self.positive > 0) & (self.negative > 0), values, np.nan)


def area(steps: Steps) -> np.ndarray:
    """Compute the area under the ROC curve, ``(C,)``; NaN without a positive or a negative."""
    same: np.ndarray = np.append(steps.cls[1:] == steps.cls[:-1], False)
    true, false = (np.where(same, np.roll(x, -1), 0) for x in (steps.true, steps.false))
    strips = (steps.true + true) / 2 * (steps.false - false)
    sums = np.bincount(steps.cls, strips, minlength=len(steps.positive))
    pairs = steps.positive * steps.negative.astype(np.float64)
    return ratio(sums, pairs, empty=np.nan)


def best_at(steps: Steps, best: str, fixed: str, least: float) -> np.ndarray:
    """Find the highest value of one share where another one is at least ``least``.

    Args:
        steps: The thresholds.
        best: Attribute of the steps to maximize.
        fixed: Attribute that limits the thresholds.
        least: Its lowest value.

    Returns:
        ``(C,)``: 0 where no threshold is left.
    """
    meets = getattr(steps, fixed) >= least
    values = np.zeros(len(steps.positive))
    np.maximum.at(values, steps.cls[meets], getattr(steps, best)[meets])
    return steps.where_defined(values)


# Recall is sensitivity. No positive prediction at all has a sensitivity and a precision of 0.
AT = {
    "sensitivity_at_specificity": ("sensitivity", "specificity"),
    "specificity_at_sensitivity": ("specificity", "sensitivity"),
    "precision_at_recall": ("precision", "sensitivity"),
    "recall_at_precision": ("sensitivity", "precision"),
}


def at(name: str, least: float) -> Callable[[Steps], np.ndarray]:
    """Make the function of one of :data:`AT`."""
    best, fixed = AT[name]
    return partial(best_at, best=best, fixed=fixed, least=least)
