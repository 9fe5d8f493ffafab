"""Sums over the predictions of labelled images, and the images that stand out, in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..labels import NEGATIVE, POSITIVE
from .ranking_curves import RankingCurves

KINDS = ("surprising", "least sure", "most sure")
BINS = 15  # of probabilities
_EPSILON = 1e-6  # the smallest distance of a probability from 0 and 1


@dataclass
class Shown:
    """An image that a report shows.

    Attributes:
        rank: The images with the largest rank of each kind are kept.
        row: The number of the image in the dataset.
        probabilities: ``(C,)``.
        labels: ``(C,)``, 1, 0 or -1.
        maps: Classes, and for each the image with colour where the model sees the class.
    """

    rank: float
    row: int
    probabilities: np.ndarray
    labels: np.ndarray
    maps: list[tuple[int, np.ndarray]] = field(default_factory=list)


class Predicted:
    """Sums over predictions, and the images that stand out.

    Its memory does not depend on the number of images, except for the classes that get curves.

    Args:
        frequent: The classes between which confusion is counted.
        images: The number of images of each kind to keep.
        chosen: The classes that get curves.

    Attributes:
        curves: Precision-recall and ROC curves. The caller adds scores to them, because the metric
            ranks by scores and not by probabilities.
        kept: The images of each of :data:`KINDS`, the most extreme first. **Surprising**: the known
            labels have the largest mean cross entropy. **Least** and **most sure**: the mean
            entropy over all classes is largest and smallest.
        no_maps: The reason why the images have no maps; empty if they have some.
    """

    no_maps = ""

    def __init__(
        self,
        frequent: Sequence[int] | np.ndarray,
        images: int = 12,
        chosen: Sequence[int] | np.ndarray = (),
    ):
        self.curves = RankingCurves(chosen)
        self.frequent: np.ndarray = np.asarray(frequent, dtype=int)
        self.images, self.seen = images, 0
        self.kept: dict[str, list[Shown]] = {kind: [] for kind in KINDS}
        self._sums = np.zeros((len(self.frequent), len(self.frequent)))
        self._pairs = np.zeros_like(self._sums)
        self._binned = np.zeros((3, BINS))  # known labels, their probabilities, positive ones

    def add(self, probabilities: np.ndarray, labels: np.ndarray) -> None:
        """Add a batch of ``(N, C)`` probabilities and labels, in the order of the dataset."""
        p = np.clip(np.asarray(probabilities, dtype=float), _EPSILON, 1 - _EPSILON)
        known, loss = labels >= 0, -np.log(np.where(labels == POSITIVE, p, 1 - p))
        mean_loss = (loss * known).sum(1) / known.sum(1).clip(min=1)
        entropy = -(p * np.log(p) + (1 - p) * np.log(1 - p)).mean(1)
        for kind, rank in zip(KINDS, (mean_loss, entropy, -entropy), strict=True):
            best = np.argsort(-rank, kind="stable")[: self.images]
            new = [Shown(float(rank[i]), self.seen + i, p[i], labels[i]) for i in best.tolist()]
            both = sorted(self.kept[kind] + new, key=lambda image: (-image.rank, image.row))
            self.kept[kind] = both[: self.images]
        there = (labels[:, self.frequent] == POSITIVE).astype(float)
        absent = (labels[:, self.frequent] == NEGATIVE).astype(float)
        self._sums += there.T @ (absent * p[:, self.frequent])
        self._pairs += there.T @ absent
        place, positive = (p[known] * BINS).astype(int), labels[known] == POSITIVE
        for row, weights in enumerate((None, p[known], positive)):
            self._binned[row] += np.bincount(place, weights, minlength=BINS)
        self.seen += len(p)

    def confusion(self) -> tuple[np.ndarray, np.ndarray]:
        """Measure how often the model sees one class in place of another.

        Returns:
            The mean probability of class b in images where a is positive and b negative, and the
            number of these images, both ``(F, F)`` for a and b; NaN if there is no such image.
        """
        with np.errstate(invalid="ignore"):
            return self._sums / self._pairs, self._pairs.astype(int)

    def reliability(self) -> pd.DataFrame:
        """Measure the share of positives among labels of each probability, over all classes.

        Returns:
            A row for each of 15 equally wide bins with a known label: the number of ``labels``,
            their mean ``probability`` and the share of ``positive`` ones.
        """
        numbers, sums, positive = self._binned[:, self._binned[0] > 0]
        table = dict(labels=numbers, probability=sums / numbers, positive=positive / numbers)
        return pd.DataFrame(table)
