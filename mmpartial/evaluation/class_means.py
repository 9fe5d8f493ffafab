"""Summaries over classes: means, bands of frequency, precision and recall."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .confusion_counts import Decisions

BANDS = ("head", "medium", "tail")


def ratio(a: ArrayLike, b: ArrayLike, empty: float = 0.0) -> np.ndarray:
    """Divide a by b; the result is ``empty`` where b is 0."""
    return np.divide(a, b, out=np.full(np.shape(a), empty), where=np.asarray(b) != 0)


def f1(precision: ArrayLike, recall: ArrayLike) -> np.ndarray:
    """Compute the harmonic mean; it is 0 where both are 0."""
    precision, recall = np.asarray(precision), np.asarray(recall)
    return ratio(2 * precision * recall, precision + recall)


def class_precision_recall_f1(
    decisions: Decisions, positive: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute all three for each class, ``(C,)``; they are 0 without a true positive."""
    precision = ratio(decisions.true, decisions.predicted)
    recall = ratio(decisions.true, positive)
    return precision, recall, f1(precision, recall)


def precision_recall_f1(
    decisions: Decisions, positive: np.ndarray, known: np.ndarray
) -> dict[str, float]:
    """Summarize precision, recall and F1 over classes.

    Args:
        decisions: Predictions of each class.
        positive: ``(C,)``, known positives.
        known: ``(C,)``, known labels; classes without one do not count.

    Returns:
        ``CP`` and ``CR`` are means over classes and ``CF1`` is their harmonic mean, as in most
        papers. ``mean_F1`` is the mean F1 of the classes, as in ASL, CSL, COMIC and MMPretrain.
        ``OP``, ``OR`` and ``OF1`` count all labels together.

    >>> decisions = Decisions(true=np.array([1, 2]), predicted=np.array([1, 4]))
    >>> scores = precision_recall_f1(decisions, np.array([2, 2]), np.array([5, 5]))
    >>> {name: round(value, 3) for name, value in scores.items()}
    {'CP': 0.75, 'CR': 0.75, 'CF1': 0.75, 'mean_F1': 0.667, 'OP': 0.6, 'OR': 0.75, 'OF1': 0.667}
    """
    each = [v[known > 0] for v in class_precision_recall_f1(decisions, positive)]
    cp, cr, mean_f1 = (float(v.mean()) if v.size else np.nan for v in each)
    true = decisions.true.sum()
    op, or_ = ratio(true, decisions.predicted.sum()), ratio(true, positive.sum())
    values: Sequence[Any] = (cp, cr, f1(cp, cr), mean_f1, op, or_, f1(op, or_))
    names = ("CP", "CR", "CF1", "mean_F1", "OP", "OR", "OF1")
    return {name: float(v) for name, v in zip(names, values, strict=True)}


def mean(values: np.ndarray, classes: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Average over some classes; without any the result is NaN.

    >>> mean(np.array([0.5, 1.0, np.nan]), np.array([True, True, False]), np.array([3, 1, 0]))
    0.625
    """
    if not classes.any():
        return np.nan
    weights = None if weights is None else weights[classes]
    if weights is not None and not weights.any():
        return np.nan
    return float(np.average(values[classes], weights=weights))


def frequency_bands(counts: Sequence[int], head: int = 100, tail: int = 20) -> np.ndarray:
    """Call each class ``head``, ``medium`` or ``tail`` by its positive training labels.

    The defaults are from DB (https://arxiv.org/abs/2007.09654) and COMIC.

    Args:
        counts: ``(C,)`` positives in the training set.
        head: A head class has at least this many.
        tail: A tail class has fewer than this.

    >>> frequency_bands([100, 99, 20, 19]).tolist()
    ['head', 'medium', 'medium', 'tail']
    """
    number = np.asarray(counts)
    return np.asarray(BANDS)[(number < head).astype(int) + (number < tail)]
