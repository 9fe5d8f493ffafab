"""The ranks of positives among the scores of their class, for average precision.

Average precision is a mean over the positives: each counts with the precision among all entries
that score at least as much. Equal scores are thus one step of the precision-recall curve, as in
``sklearn.metrics.average_precision_score``. Nothing is interpolated.
"""

from typing import Any

import numpy as np
from scipy.special import digamma

from ..labels import POSITIVE
from .functional import ratio

_CLASS = np.uint64(33)  # a key is class << 33 | score << 1 | positive
_CHUNK = 2**20  # number of entries to sort together


class ExactRanking:
    """A ranking that keeps the score of every known label, in eight bytes, and of no unknown one.

    An entry is an integer of class, score and label, in this order of significance. So integers
    are sorted, and no indices move.

    Args:
        num_classes: Number of classes C.
    """

    def __init__(self, num_classes: int):
        self.blocks: list[np.ndarray] = []  # keys of one batch each, ascending by class
        self.count: np.ndarray = np.zeros(num_classes, dtype=np.int64)

    @staticmethod
    def order(scores: np.ndarray) -> np.ndarray:
        """Convert scores to uint32 in the same order.

        Float64 scores become their ranks; ranks of different calls cannot be compared.

        >>> ExactRanking.order(np.array([-1, -0.0, 0.0, 2], dtype=np.float32)).argsort().tolist()
        [0, 1, 2, 3]
        """
        if scores.dtype == np.float64:
            rank = np.unique(scores, return_inverse=True)[1]
            return rank.reshape(scores.shape).astype(np.uint32)
        bits = (scores.astype(np.float32, copy=False) + np.float32(0)).view(np.uint32)  # no -0.0
        top = np.uint32(1 << 31)
        return np.where(bits & top, ~bits, bits | top)

    def add(self, order: np.ndarray, labels: np.ndarray) -> None:
        """Add ``(N, C)`` scores, as :meth:`order` returns them, and labels."""
        known = np.ascontiguousarray(labels.T >= 0)
        keys = order.T.astype(np.uint64)
        keys <<= np.uint64(1)
        keys |= labels.T == POSITIVE
        keys |= np.arange(len(keys), dtype=np.uint64)[:, None] << _CLASS
        self.blocks.append(keys[known])
        self.count += known.sum(1)

    def merge(self, other: "ExactRanking") -> None:
        """Add the entries of another process."""
        self.blocks += other.blocks
        self.count += other.count

    def average_precision(self) -> np.ndarray:
        """Compute it for each class, ``(C,)``; it is NaN without a known positive."""
        edges = self._edges()
        borders = edges.astype(np.uint64) << _CLASS
        places: list[Any] = [block.searchsorted(borders) for block in self.blocks]
        parts = []
        for part in range(len(edges) - 1):
            keys = np.concatenate(
                [b[p[part] : p[part + 1]] for b, p in zip(self.blocks, places, strict=True)]
            )
            keys.sort()
            parts.append(_average_precision(keys, *edges[part : part + 2]))
        return np.concatenate(parts)

    def micro_average_precision(self) -> float:
        """Compute the average precision of all entries as if they were of one class."""
        positives = np.concatenate([_scores(b[(b & np.uint64(1)) == 1]) for b in self.blocks])
        negatives = np.empty(self.count.sum() - len(positives), dtype=np.uint32)
        end = 0
        for block in self.blocks:
            some = _scores(block[(block & np.uint64(1)) == 0])
            negatives[end : (end := end + len(some))] = some
        positives.sort()
        negatives.sort()
        above = len(positives) - positives.searchsorted(positives)
        below = len(negatives) - negatives.searchsorted(positives)
        return float(np.mean(above / (above + below))) if len(positives) else np.nan

    def _edges(self) -> np.ndarray:
        """Find the first classes of parts with about ``_CHUNK`` entries each, and C at the end."""
        part = np.cumsum(self.count) // _CHUNK
        return np.flatnonzero(np.diff(part, prepend=-1, append=-1))


def _scores(keys: Any) -> np.ndarray:
    return (keys >> np.uint64(1)).astype(np.uint32)


def _average_precision(keys: np.ndarray, first: int, last: int) -> np.ndarray:
    """Compute it for the classes from ``first`` to before ``last``, from sorted keys."""
    positives = (keys & np.uint64(1)).nonzero()[0]
    key = keys[positives]
    cls: np.ndarray = (key >> _CLASS).astype(np.int64) - first
    ends: Any = keys.searchsorted(np.arange(first + 1, last + 1, dtype=np.uint64) << _CLASS)
    lowest = keys.searchsorted(key - np.uint64(1))  # the first of the positive's score
    above = ends[cls] - lowest
    positives_above = positives.searchsorted(ends)[cls] - positives.searchsorted(lowest)
    sums = np.bincount(cls, positives_above / above, minlength=last - first)
    return ratio(sums, np.bincount(cls, minlength=last - first), empty=np.nan)


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

    def average_precision(self) -> np.ndarray:
        """Compute it for each class, ``(C,)``; it is NaN without a known positive."""
        return self._bounds().mean(0)

    def error(self) -> np.ndarray:
        """Compute the largest possible error of :meth:`average_precision`, ``(C,)``."""
        low, high = self._bounds()
        return (high - low) / 2

    def micro_average_precision(self) -> float:
        """Compute the average precision of all entries as if they were of one class."""
        return float(_bounds(*self.counts.sum(1, keepdims=True, dtype=np.int64)).mean())

    def _bounds(self) -> np.ndarray:
        negative, positive = self.counts
        step = max(1, _CHUNK // negative.shape[1])
        rows = [slice(i, i + step) for i in range(0, len(negative), step)]
        return np.concatenate([_bounds(negative[r], positive[r]) for r in rows], axis=1)


def _bounds(negative: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Compute both bounds of average precision, ``(2, C)``, from ``(C, bins)`` histograms."""
    above, below = (x[:, ::-1].cumsum(1, dtype=np.int64)[:, ::-1] for x in (positive, negative))
    # The sum of i / (i + below) over the positives of a bin: i counts positives from the top, from
    # above - positive + 1 to above.
    tail = digamma(above + below + 1) - digamma(above - positive + below + 1)
    low = positive - below * tail
    high = positive * above / np.maximum(above + below - negative, 1)
    return np.stack([ratio(steps.sum(1), above[:, 0], empty=np.nan) for steps in (low, high)])
