"""Scores and labels of some classes, sorted, for metrics that need their order.

An entry is an integer, the key: class << 33 | score << 1 | positive. So integers are sorted, and no
indices move.
"""

from functools import cached_property
from typing import Any

import numpy as np

from .class_means import ratio
from .confusion_counts import CALIBRATION_BINS
from .curves import Steps

CLASS = np.uint64(33)
_ONE = np.uint64(1)


class SortedScores:
    """The known labels of some classes in the order of class, score and label.

    Args:
        keys: Sorted keys.
        first: The first class.
        last: The class after the last one.
        values: Scores by their rank, if ranks stand for scores in the keys.
    """

    def __init__(self, keys: np.ndarray, first: int, last: int, values: np.ndarray | None = None):
        self.keys, self.first, self.last, self.values = keys, first, last, values
        borders = np.arange(first, last + 1, dtype=np.uint64) << CLASS
        self.borders: Any = keys.searchsorted(borders)  # of the classes, C + 1 of them

    @property
    def positive(self) -> np.ndarray:
        """Whether the label is positive."""
        return (self.keys & _ONE).astype(bool)

    @property
    def cls(self) -> np.ndarray:
        """Classes, from 0."""
        return np.repeat(np.arange(self.last - self.first), np.diff(self.borders))

    @property
    def scores(self) -> np.ndarray:
        """Scores."""
        order = scores_of(self.keys)
        return number_of(order) if self.values is None else self.values[order]

    @cached_property
    def places(self) -> np.ndarray:
        """The place of each positive."""
        return self.positive.nonzero()[0]

    @cached_property
    def positive_cls(self) -> np.ndarray:
        """The class of each positive, from 0."""
        return (self.keys[self.places] >> CLASS).astype(np.int64) - self.first

    @cached_property
    def lowest(self) -> Any:
        """The first place with the score of each positive."""
        return self.keys.searchsorted(self.keys[self.places] - _ONE)

    def auroc(self) -> np.ndarray:
        """How probably a positive scores above a negative; NaN without one of them, ``(C,)``."""
        cls, lowest = self.positive_cls, self.lowest
        start = self.borders[:-1]
        before: Any = self.places.searchsorted(start)  # positives of the classes before
        positives = self.places.searchsorted(lowest) - before[cls]
        below = lowest - start[cls] - positives
        equal = self.keys.searchsorted(self.keys[self.places]) - lowest
        positive = np.bincount(cls, minlength=len(start))
        sums = np.bincount(cls, below + equal / 2, minlength=len(start))
        return ratio(sums, positive * (np.diff(self.borders) - positive), empty=np.nan)

    @cached_property
    def steps(self) -> Steps:
        """The thresholds between different scores."""
        same = self.keys >> _ONE
        start = np.flatnonzero(np.diff(same, prepend=same[:1] - _ONE))
        cls = (same[start] >> np.uint64(32)).astype(np.int64) - self.first
        positives: np.ndarray = np.append(0, self.positive.cumsum())
        end = self.borders[1:]
        true = positives[end][cls] - positives[start]
        in_class = np.diff(positives[self.borders])
        return Steps(cls, true, end[cls] - start - true, in_class, np.diff(self.borders) - in_class)


def order_of(scores: np.ndarray) -> np.ndarray:
    """Convert float32 scores to uint32 in the same order."""
    bits = (scores + np.float32(0)).view(np.uint32)  # no -0.0
    top = np.uint32(1 << 31)
    return np.where(bits & top, ~bits, bits | top)


def number_of(order: np.ndarray) -> np.ndarray:
    """Convert the numbers of :func:`order_of` back.

    >>> number_of(order_of(np.array([-1.5, 0, 0.25], dtype=np.float32))).tolist()
    [-1.5, 0.0, 0.25]
    """
    top = np.uint32(1 << 31)
    return np.where(order & top, order ^ top, ~order).view(np.float32)


def scores_of(keys: Any) -> np.ndarray:
    """Take the scores, in uint32, out of keys."""
    return (keys >> _ONE).astype(np.uint32)


def average_precision(part: SortedScores) -> np.ndarray:
    """Mean precision at the positives of each class; NaN without a positive."""
    ends, cls, lowest = part.borders[1:], part.positive_cls, part.lowest
    up_to: Any = part.places.searchsorted(ends)  # positives of the class and those before
    positives_above = up_to[cls] - part.places.searchsorted(lowest)
    sums = np.bincount(cls, positives_above / (ends[cls] - lowest), minlength=len(ends))
    return ratio(sums, np.bincount(cls, minlength=len(ends)), empty=np.nan)


def hinge_loss(part: SortedScores) -> np.ndarray:
    """Mean of max(0, 1 - s) of positives and max(0, 1 + s) of negatives; NaN without a label."""
    cls, classes = part.cls, len(part.borders) - 1
    score: np.ndarray = part.scores.astype(np.float64)
    loss = np.maximum(0, np.where(part.positive, 1 - score, 1 + score))
    sums = np.bincount(cls, loss, minlength=classes)
    return ratio(sums, np.diff(part.borders), empty=np.nan)


def adaptive_calibration_error(part: SortedScores) -> np.ndarray:
    """Mean difference of score and label in 15 bins of equally many labels.

    Bins are of one class, as in https://arxiv.org/abs/1904.01685. A bin has one label more than
    another if the number of labels requires it, and a class with fewer than 15 labels has fewer
    bins. The result is NaN for a class without a known label.
    """
    cls, bins = part.cls, CALIBRATION_BINS
    place = np.arange(len(cls)) - part.borders[cls]
    place = cls * bins + place * bins // np.diff(part.borders)[cls]
    size = (len(part.borders) - 1) * bins
    excess = np.bincount(place, part.scores.astype(np.float64) - part.positive, minlength=size)
    numbers = np.bincount(place, minlength=size)
    error = ratio(np.abs(excess), numbers).reshape(-1, bins)
    return ratio(error.sum(1), (numbers.reshape(-1, bins) > 0).sum(1), empty=np.nan)
