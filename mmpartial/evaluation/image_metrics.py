"""Metrics of images: how well the known labels of one image are decided or ranked.

scikit-learn's cannot leave out single labels of an image. An image without a known label does not
count. The others count as full labels do in scikit-learn: without a known positive, or without a
known negative, a ranking is perfect.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from ..labels import POSITIVE
from .class_means import ratio


class Images:
    """Scores, decisions and labels of some images.

    Args:
        scores: ``(N, C)``.
        predicted: ``(N, C)`` bool.
        labels: ``(N, C)``, with a known label in each row.
    """

    def __init__(self, scores: np.ndarray, predicted: np.ndarray, labels: np.ndarray):
        self.scores, self.predicted, self.labels = scores, predicted, labels
        self.positive: np.ndarray = (labels == POSITIVE).sum(1)
        self.known: np.ndarray = (labels >= 0).sum(1)

    @cached_property
    def _order(self) -> np.ndarray:
        return np.argsort(-self.scores, axis=1, kind="stable")

    @cached_property
    def is_positive(self) -> np.ndarray:
        """Whether a label is positive, from the highest score to the lowest."""
        return np.take_along_axis(self.labels, self._order, 1) == POSITIVE

    @cached_property
    def is_known(self) -> np.ndarray:
        """Whether a label is known, from the highest score to the lowest."""
        return np.take_along_axis(self.labels, self._order, 1) >= 0

    @cached_property
    def _last(self) -> np.ndarray:
        """The last place with the same score, for each place."""
        scores = np.take_along_axis(self.scores, self._order, 1)
        classes = scores.shape[1]
        place = np.tile(np.arange(classes), (len(scores), 1))
        place[:, :-1][scores[:, :-1] == scores[:, 1:]] = classes
        return np.minimum.accumulate(place[:, ::-1], axis=1)[:, ::-1]

    @cached_property
    def above(self) -> np.ndarray:
        """Number of known labels that score at least as much."""
        return np.take_along_axis(self.is_known.cumsum(1), self._last, 1)

    @cached_property
    def positive_above(self) -> np.ndarray:
        """Number of positive labels that score at least as much."""
        return np.take_along_axis(self.is_positive.cumsum(1), self._last, 1)


def exact_match(images: Images) -> np.ndarray:
    """Whether all known labels are decided right."""
    right = images.predicted == (images.labels == POSITIVE)
    return (right | (images.labels < 0)).all(1).astype(np.float64)


def ranking_loss(images: Images) -> np.ndarray:
    """Share of pairs whose positive does not score above its negative."""
    pairs = images.positive * (images.known - images.positive)
    return ratio(((images.above - images.positive_above) * images.is_positive).sum(1), pairs)


def label_ranking_ap(images: Images) -> np.ndarray:
    """Average precision of the labels of an image."""
    precision = ratio(images.positive_above * images.is_positive, images.above)
    return ratio(precision.sum(1), images.positive, empty=1.0)


def coverage(images: Images) -> np.ndarray:
    """Number of known labels down to the lowest positive; 0 without a positive."""
    return (images.above * images.is_positive).max(1).astype(np.float64)


def top1_accuracy(images: Images) -> np.ndarray:
    """Whether the known label of the highest score is positive; NaN without a positive."""
    highest = images.is_known.argmax(1)
    hit = images.is_positive[np.arange(len(highest)), highest]
    return np.where(images.positive > 0, hit, np.nan)


def samples_f1(images: Images) -> np.ndarray:
    """F1 of the labels of an image; 0 if none is positive or predicted."""
    predicted = images.predicted & (images.labels >= 0)
    hits = (predicted & (images.labels == POSITIVE)).sum(1)
    return ratio(2 * hits, predicted.sum(1) + images.positive)


IMAGES: dict[str, Callable[[Images], np.ndarray]] = {
    "exact_match": exact_match,
    "samples_f1": samples_f1,
    "ranking_loss": ranking_loss,
    "label_ranking_ap": label_ranking_ap,
    "coverage": coverage,
    "top1_accuracy": top1_accuracy,
}


class ImageMeans:
    """Means of some of these metrics over the images seen so far.

    Args:
        names: Keys of :data:`IMAGES`.
    """

    def __init__(self, names: list[str]):
        self.names = names
        self.sums = np.zeros(len(names))
        self.numbers: np.ndarray = np.zeros(len(names), dtype=np.int64)

    def add(self, scores: np.ndarray, predicted: np.ndarray, labels: np.ndarray) -> None:
        """Add ``(N, C)`` scores, decisions and labels."""
        some = (labels >= 0).any(1)
        if not self.names or not some.any():
            return
        images = Images(scores[some], predicted[some], labels[some])
        values = np.stack([IMAGES[name](images) for name in self.names])
        self.sums += np.nansum(values, 1)
        self.numbers += np.isfinite(values).sum(1)

    def merge(self, other: "ImageMeans") -> None:
        """Add the images of another process."""
        self.sums += other.sums
        self.numbers += other.numbers

    def means(self) -> dict[str, float]:
        """Compute the means; they are NaN without an image."""
        values = ratio(self.sums, self.numbers, empty=np.nan)
        return dict(zip(self.names, values.tolist(), strict=True))
