"""The ranks of positives among the scores of their class, for average precision.

Average precision is a mean over the positives: each counts with the precision among all entries
that score at least as much. Equal scores are thus one step of the precision-recall curve, as in
``sklearn.metrics.average_precision_score``. Nothing is interpolated.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..labels import POSITIVE
from .class_means import ratio
from .sorted_scores import CLASS, SortedScores, average_precision, order_of, scores_of

_CHUNK = 2**20  # number of entries to sort together


class ExactRanking:
    """A ranking that keeps the score of every known label, in eight bytes.

    Args:
        num_classes: Number of classes C.
    """

    def __init__(self, num_classes: int):
        self.blocks: list[np.ndarray] = []  # keys of one batch each, ascending by class
        self.count: np.ndarray = np.zeros(num_classes, dtype=np.int64)
        self.values: np.ndarray | None = None  # of float64 scores, by their rank

    def order(self, scores: np.ndarray) -> np.ndarray:
        """Convert scores to uint32 in the same order.

        Float64 scores become their ranks; ranks of different calls cannot be compared.

        >>> scores = np.array([-1, -0.0, 0.0, 2], dtype=np.float32)
        >>> ExactRanking(1).order(scores).argsort().tolist()
        [0, 1, 2, 3]
        """
        if scores.dtype == np.float64:
            self.values, rank = np.unique(scores, return_inverse=True)
            return rank.reshape(scores.shape).astype(np.uint32)
        return order_of(scores.astype(np.float32, copy=False))

    def add(self, order: np.ndarray, labels: np.ndarray) -> None:
        """Add ``(N, C)`` scores, as :meth:`order` returns them, and labels."""
        known = np.ascontiguousarray(labels.T >= 0)
        keys = order.T.astype(np.uint64)
        keys <<= np.uint64(1)
        keys |= labels.T == POSITIVE
        keys |= np.arange(len(keys), dtype=np.uint64)[:, None] << CLASS
        self.blocks.append(keys[known])
        self.count += known.sum(1)

    def merge(self, other: "ExactRanking") -> None:
        """Add the entries of another process."""
        self.blocks += other.blocks
        self.count += other.count

    def per_class(
        self, functions: Sequence[Callable[[SortedScores], np.ndarray]] = ()
    ) -> list[np.ndarray]:
        """Compute average precision, and then functions of the sorted scores, ``(C, ...)`` each.

        Average precision is NaN without a known positive.
        """
        edges = self._edges()
        borders = edges.astype(np.uint64) << CLASS
        places: list[Any] = [block.searchsorted(borders) for block in self.blocks]
        parts = []
        for part in range(len(edges) - 1):
            keys = np.concatenate(
                [b[p[part] : p[part + 1]] for b, p in zip(self.blocks, places, strict=True)]
            )
            keys.sort()
            some = SortedScores(keys, int(edges[part]), int(edges[part + 1]), self.values)
            parts.append([function(some) for function in (average_precision, *functions)])
        return [np.concatenate(values) for values in zip(*parts, strict=True)]

    def micro(self) -> tuple[float, float]:
        """Compute average precision and AUROC of all entries as if they were of one class."""
        positives = np.concatenate([scores_of(b[(b & np.uint64(1)) == 1]) for b in self.blocks])
        negatives = np.empty(self.count.sum() - len(positives), dtype=np.uint32)
        end = 0
        for block in self.blocks:
            some = scores_of(block[(block & np.uint64(1)) == 0])
            negatives[end : end + len(some)] = some
            end += len(some)
        positives.sort()
        negatives.sort()
        above = len(positives) - positives.searchsorted(positives)
        lower, not_higher = (negatives.searchsorted(positives, side) for side in ("left", "right"))
        if not len(positives):
            return np.nan, np.nan
        ap = np.mean(above / (above + len(negatives) - lower))
        share = ratio(np.mean(lower + not_higher) / 2, len(negatives), empty=np.nan)
        return float(ap), float(share)

    def _edges(self) -> np.ndarray:
        """Find the first classes of parts with about ``_CHUNK`` entries each, and C at the end."""
        part = np.cumsum(self.count) // _CHUNK
        return np.flatnonzero(np.diff(part, prepend=-1, append=-1))
