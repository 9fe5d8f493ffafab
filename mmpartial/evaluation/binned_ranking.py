"""Histograms of scores: average precision between two bounds, in memory that never grows."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import digamma

from .class_means import ratio
from .curves import Steps, area

_CHUNK = 2**20  # number of bins to compute with at a time


class BinnedScores(NamedTuple):
    """Sorted scores as histograms know them."""

    steps: Steps

    def auroc(self) -> np.ndarray:
        """How probably a positive scores above a negative, if scores of one bin are equal."""
        return area(self.steps)


class BinnedRanking:
    """A ranking by histograms of scores, which takes the same memory for any test set.

    Bins are equally wide in the score's logit, from -12 to 12, because scores of rare classes are
    all close to 0. The order within a bin is not known, so average precision lies between two
    bounds. At the lower bound all negatives of a bin score above its positives, which all differ;
    at the upper bound its positives are equal and score above all negatives. The result is the
    middle of the bounds, and :meth:`error` is half their distance.

    Args:
        num_classes: Number of classes C.
        bins: Number of bins for each class; a bin takes 8 bytes.
    """

    RANGE = 12.0

    def __init__(self, num_classes: int, bins: int):
        self.counts: np.ndarray = np.zeros((2, num_classes, bins), dtype=np.int32)

    def order(self, scores: np.ndarray) -> np.ndarray:
        """Find the bin of each score.

        Raises:
            ValueError: A score is outside [0, 1].
        """
        if not ((scores >= 0) & (scores <= 1)).all():
            raise ValueError("bins are for probabilities: the scores are not all in [0, 1].")
        bins = self.counts.shape[2]
        exact: np.ndarray = scores.astype(np.float64)  # float32 scores stay in their order
        with np.errstate(divide="ignore"):
            logit = np.log(exact) - np.log1p(-exact)
        place = (logit + self.RANGE) * (bins / (2 * self.RANGE))
        return place.clip(0, bins - 1).astype(np.int64)

    def add(self, order: np.ndarray, labels: np.ndarray) -> None:
        """Add ``(N, C)`` scores, as :meth:`order` returns them, and labels."""
        image, cls = np.nonzero(labels >= 0)
        np.add.at(self.counts, (labels[image, cls], cls, order[image, cls]), 1)

    def merge(self, other: "BinnedRanking") -> None:
        """Add the entries of another process."""
        self.counts += other.counts

    def per_class(self, functions: Sequence[Callable[[Any], np.ndarray]] = ()) -> list[np.ndarray]:
        """Compute average precision, and then functions of the steps, ``(C, ...)`` each.

        Average precision is NaN without a known positive. Scores of one bin are equal to functions.
        """
        parts = []
        for rows in self._rows():
            some = BinnedScores(Steps.of_histograms(*self.counts[:, rows]))
            parts.append([function(some) for function in functions])
        values = [np.concatenate(values) for values in zip(*parts, strict=True)]
        return [self._bounds().mean(0), *values]

    def error(self) -> np.ndarray:
        """Compute the largest possible error of average precision, ``(C,)``."""
        low, high = self._bounds()
        return (high - low) / 2

    def micro(self) -> tuple[float, float]:
        """Compute average precision and AUROC of all entries as if they were of one class."""
        counts = self.counts.sum(1, keepdims=True, dtype=np.int64)
        return float(_bounds(*counts).mean()), float(area(Steps.of_histograms(*counts))[0])

    def _bounds(self) -> np.ndarray:
        negative, positive = self.counts
        return np.concatenate([_bounds(negative[r], positive[r]) for r in self._rows()], axis=1)

    def _rows(self) -> list[slice]:
        _, classes, bins = self.counts.shape
        step = max(1, _CHUNK // bins)
        return [slice(i, i + step) for i in range(0, classes, step)]


def _bounds(negative: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Compute both bounds of average precision, ``(2, C)``, from ``(C, bins)`` histograms."""
    above, below = (x[:, ::-1].cumsum(1, dtype=np.int64)[:, ::-1] for x in (positive, negative))
    # The sum of i / (i + below) over the positives of a bin: i counts positives from the top, from
    # above - positive + 1 to above.
    tail = digamma(above + below + 1) - digamma(above - positive + below + 1)
    low = positive - below * tail
    high = positive * above / np.maximum(above + below - negative, 1)
    return np.stack([ratio(steps.sum(1), above[:, 0], empty=np.nan) for steps in (low, high)])
