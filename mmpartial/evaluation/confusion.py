"""Metrics of decisions: functions of the four counts of a confusion matrix.

scikit-learn has them all, but needs the whole test set at once and cannot leave out single labels.
The counts need the same memory for any test set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from .functional import ratio


@dataclass
class Confusion:
    """Numbers of known labels, ``(C,)`` each, or of all classes together, ``()`` each.

    Attributes:
        true_positive: Positive labels that are predicted.
        false_positive: Negative labels that are predicted.
        false_negative: Positive labels that are not predicted.
        true_negative: Negative labels that are not predicted.
    """

    true_positive: np.ndarray
    false_positive: np.ndarray
    false_negative: np.ndarray
    true_negative: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Number of known labels."""
        return self.true_positive + self.false_positive + self.false_negative + self.true_negative

    def of_all_classes(self) -> "Confusion":
        """Count the labels of all classes together."""
        return Confusion(*(counts.sum() for counts in vars(self).values()))


def f_beta(counts: Confusion, beta: float) -> np.ndarray:
    """F-beta, in which recall counts beta times as much as precision; 0 without a true positive."""
    hits = (1 + beta**2) * counts.true_positive
    return ratio(hits, hits + beta**2 * counts.false_negative + counts.false_positive)


def balanced_accuracy(counts: Confusion) -> np.ndarray:
    """Mean of sensitivity and specificity; NaN without a positive or without a negative."""
    sensitivity = ratio(
        counts.true_positive, counts.true_positive + counts.false_negative, empty=np.nan
    )
    specificity = ratio(
        counts.true_negative, counts.true_negative + counts.false_positive, empty=np.nan
    )
    return (sensitivity + specificity) / 2


def mcc(counts: Confusion) -> np.ndarray:
    """Correlation of labels and decisions; 0 where all labels or all decisions are the same."""
    tp, fp, fn, tn = (part.astype(np.float64) for part in vars(counts).values())
    return ratio(tp * tn - fp * fn, np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))


def jaccard(counts: Confusion) -> np.ndarray:
    """True positives among the labels that are positive or predicted; 0 without any of these."""
    return ratio(counts.true_positive, counts.known - counts.true_negative)


def hamming(counts: Confusion) -> np.ndarray:
    """Share of wrong decisions."""
    return ratio(counts.false_positive + counts.false_negative, counts.known)


CONFUSION: dict[str, Callable[[Confusion], np.ndarray]] = {
    "balanced_accuracy": balanced_accuracy,
    "mcc": mcc,
    "jaccard": jaccard,
    "hamming": hamming,
}


def f_of(beta: float) -> Callable[[Confusion], np.ndarray]:
    """Make the function of one beta."""
    return partial(f_beta, beta=beta)
