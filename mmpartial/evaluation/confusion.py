"""Metrics of decisions: functions of the four counts of a confusion matrix.

scikit-learn has them all, but needs the whole test set at once and cannot leave out single labels.
The counts need the same memory for any test set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from .class_means import ratio
from .confusion_counts import ConfusionCounts


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


def confusion_of(counts: ConfusionCounts) -> Confusion:
    """Take the confusion matrices of the classes out of the counts."""
    true = counts.at_threshold.true
    false = counts.at_threshold.predicted - true
    return Confusion(true, false, counts.positive - true, counts.negative - false)


def f_beta(counts: Confusion, beta: float) -> np.ndarray:
    """F-beta, in which recall counts beta times as much as precision; 0 without a true positive."""
    hits = (1 + beta**2) * counts.true_positive
    return ratio(hits, hits + beta**2 * counts.false_negative + counts.false_positive)


def sensitivity(counts: Confusion) -> np.ndarray:
    """Share of positives that are predicted; NaN without a positive."""
    return ratio(counts.true_positive, counts.true_positive + counts.false_negative, empty=np.nan)


def specificity(counts: Confusion) -> np.ndarray:
    """Share of negatives that are not predicted; NaN without a negative."""
    return ratio(counts.true_negative, counts.true_negative + counts.false_positive, empty=np.nan)


def balanced_accuracy(counts: Confusion) -> np.ndarray:
    """Mean of sensitivity and specificity; NaN without a positive or without a negative."""
    return (sensitivity(counts) + specificity(counts)) / 2


def cohen_kappa(counts: Confusion) -> np.ndarray:
    """Agreement of labels and decisions beyond chance; NaN where both are always the same."""
    tp, fp, fn, tn = (part.astype(np.float64) for part in vars(counts).values())
    chance = (tp + fp) * (fp + tn) + (tp + fn) * (fn + tn)
    return ratio(2 * (tp * tn - fn * fp), chance, empty=np.nan)


def mcc(counts: Confusion) -> np.ndarray:
    """Correlation of labels and decisions; 0 where all labels or all decisions are the same."""
    tp, fp, fn, tn = (part.astype(np.float64) for part in vars(counts).values())
    return ratio(tp * tn - fp * fn, np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))


def jaccard(counts: Confusion) -> np.ndarray:
    """True positives among the labels that are positive or predicted; 0 without any of these."""
    return ratio(counts.true_positive, counts.known - counts.true_negative)


def accuracy(counts: Confusion) -> np.ndarray:
    """Share of right decisions."""
    return ratio(counts.true_positive + counts.true_negative, counts.known)


def hamming(counts: Confusion) -> np.ndarray:
    """Share of wrong decisions."""
    return ratio(counts.false_positive + counts.false_negative, counts.known)


def confusion_matrices(scores: Any, labels: Any, thr: float | np.ndarray = 0.5) -> np.ndarray:
    """Count the known labels of each class by label and decision, as scikit-learn does.

    Args:
        scores: ``(N, C)``.
        labels: ``(N, C)``, 1, 0 or -1; unknown labels do not count.
        thr: A score of at least this much is a positive prediction: a number, or ``(C,)``.

    Returns:
        ``(C, 2, 2)``: ``[[true negative, false positive], [false negative, true positive]]``.

    >>> confusion_matrices([[0.9], [0.2], [0.7], [0.6]], [[1], [1], [-1], [0]]).tolist()
    [[[0, 1], [1, 1]]]
    """
    scores, labels = np.asarray(scores), np.asarray(labels)
    counts = ConfusionCounts(scores.shape[1], thr)
    counts.add(scores, labels)
    found = confusion_of(counts)
    order = (
        found.true_negative, found.false_positive, found.false_negative, found.true_positive
    )  # fmt: skip
    return np.stack(order, axis=1).reshape(-1, 2, 2)


CONFUSION: dict[str, Callable[[Confusion], np.ndarray]] = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "sensitivity": sensitivity,
    "specificity": specificity,
    "cohen_kappa": cohen_kappa,
    "mcc": mcc,
    "jaccard": jaccard,
    "hamming": hamming,
}


def f_of(beta: float) -> Callable[[Confusion], np.ndarray]:
    """Make the function of one beta."""
    return partial(f_beta, beta=beta)
