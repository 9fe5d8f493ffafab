"""Calibration errors beside ``ECE``: other means over the same 15 equally wide bins."""

from collections.abc import Callable

import numpy as np

from .class_means import ratio
from .confusion_counts import ConfusionCounts


def _gaps(counts: ConfusionCounts) -> np.ndarray:
    """Difference of mean score and share of positives in each bin, ``(C, 15)``; 0 in empty bins."""
    excess, labels = np.abs(counts.excess), counts.binned
    return np.divide(excess, labels, out=0 * excess, where=labels > 0)  # NaN stays NaN


def maximum_calibration_error(counts: ConfusionCounts) -> np.ndarray:
    """The largest difference of score and share of positives in a bin."""
    return _gaps(counts).max(1)


def average_calibration_error(counts: ConfusionCounts) -> np.ndarray:
    """The mean over the bins with a known label, whatever their number of labels."""
    return ratio(_gaps(counts).sum(1), (counts.binned > 0).sum(1), empty=np.nan)


def rms_calibration_error(counts: ConfusionCounts) -> np.ndarray:
    """The root of the mean square over labels, the l2 norm."""
    return np.sqrt(ratio((_gaps(counts) ** 2 * counts.binned).sum(1), counts.known, empty=np.nan))


CALIBRATION: dict[str, Callable[[ConfusionCounts], np.ndarray]] = {
    "mce": maximum_calibration_error,
    "average_calibration_error": average_calibration_error,
    "rms_calibration_error": rms_calibration_error,
}
