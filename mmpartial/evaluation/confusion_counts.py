"""Counts of labels, decisions and calibration over a test set, in constant memory."""

from dataclasses import dataclass

import numpy as np

from ..labels import NEGATIVE, POSITIVE

CALIBRATION_BINS = 15


@dataclass
class Decisions:
    """Numbers of positive predictions for known labels, ``(C,)`` each.

    Attributes:
        true: Predictions with a positive label.
        predicted: All predictions.
    """

    true: np.ndarray
    predicted: np.ndarray

    def add(self, predicted: np.ndarray, labels: np.ndarray) -> None:
        """Add ``(N, C)`` decisions."""
        self.true += (predicted & (labels == POSITIVE)).sum(0)
        self.predicted += (predicted & (labels >= 0)).sum(0)

    def merge(self, other: "Decisions") -> None:
        """Add the counts of another process."""
        self.true += other.true
        self.predicted += other.predicted


class ConfusionCounts:
    """Counts of labels, decisions and calibration of each class.

    Args:
        num_classes: Number of classes C.
        thr: A score of at least this much is a positive prediction: a number, or ``(C,)``.
        topk: Also count the k highest scores of each image as positive predictions; among equal
            scores the first classes win.

    Raises:
        ValueError: The number of thresholds is not C, or topk is not in 1 to C.
    """

    def __init__(self, num_classes: int, thr: float | np.ndarray = 0.5, topk: int | None = None):
        self.thr, self.topk = np.asarray(thr, dtype=np.float64), topk
        if self.thr.ndim and self.thr.shape != (num_classes,):
            raise ValueError(
                f"thr holds {self.thr.size} thresholds, but the scores have {num_classes} classes: "
                "give one number, or one for each class."
            )
        if topk is not None and not 1 <= topk <= num_classes:
            raise ValueError(f"topk={topk} of {num_classes} classes: choose 1 to {num_classes}.")
        self.positive: np.ndarray = np.zeros(num_classes, dtype=np.int64)
        self.negative: np.ndarray = np.zeros(num_classes, dtype=np.int64)
        self.at_threshold = Decisions(*np.zeros((2, num_classes), dtype=np.int64))
        self.at_topk = Decisions(*np.zeros((2, num_classes), dtype=np.int64))
        self.excess = np.zeros((num_classes, CALIBRATION_BINS))  # sums of score minus label
        self.binned: np.ndarray = np.zeros((num_classes, CALIBRATION_BINS), dtype=np.int64)

    def add(self, scores: np.ndarray, labels: np.ndarray) -> None:
        """Add ``(N, C)`` scores and labels."""
        self.positive += (labels == POSITIVE).sum(0)
        self.negative += (labels == NEGATIVE).sum(0)
        self.at_threshold.add(self.predict(scores), labels)
        if self.topk is not None:
            highest = np.argsort(-scores, axis=1, kind="stable")[:, : self.topk]
            predicted = np.zeros(scores.shape, dtype=bool)
            np.put_along_axis(predicted, highest, True, axis=1)
            self.at_topk.add(predicted, labels)
        self._calibrate(scores, labels)

    def predict(self, scores: np.ndarray) -> np.ndarray:
        """Decide by the threshold, ``(N, C)`` bool."""
        return scores >= self.thr.astype(scores.dtype)

    def _calibrate(self, scores: np.ndarray, labels: np.ndarray) -> None:
        if scores.size and (scores.min() < 0 or scores.max() > 1):
            self.excess[:] = np.nan  # these are not probabilities
            return
        place = (scores * CALIBRATION_BINS).astype(np.int64).clip(max=CALIBRATION_BINS - 1)
        place += np.arange(scores.shape[1]) * CALIBRATION_BINS
        known = labels >= 0
        place, excess = place[known], (scores - np.asarray(labels, dtype=np.float64))[known]
        shape = self.excess.shape
        self.excess += np.bincount(place, excess, minlength=self.excess.size).reshape(shape)
        self.binned += np.bincount(place, minlength=self.binned.size).reshape(shape)

    def merge(self, other: "ConfusionCounts") -> None:
        """Add the counts of another process."""
        self.positive += other.positive
        self.negative += other.negative
        self.excess += other.excess
        self.binned += other.binned
        self.at_threshold.merge(other.at_threshold)
        self.at_topk.merge(other.at_topk)

    @property
    def known(self) -> np.ndarray:
        """Number of known labels of each class, ``(C,)``."""
        return self.positive + self.negative

    def calibration_error(self) -> np.ndarray:
        """Compute the expected calibration error over known labels.

        The scores of known labels fall into 15 equally wide bins. The error is the mean difference
        between the mean score of a bin and its share of positives, weighted by the number of labels
        (https://arxiv.org/abs/1706.04599, section 2, with one class against the rest).

        Returns:
            ``(C,)``: NaN for a class without a known label, and for all classes if any score is
            outside [0, 1].
        """
        known = self.known
        error = np.abs(self.excess).sum(1)
        return np.divide(error, known, out=np.full(len(known), np.nan), where=known > 0)
