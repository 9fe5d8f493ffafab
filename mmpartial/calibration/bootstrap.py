"""Intervals of thresholds and of their values, by drawing images anew."""

import numpy as np

from .criteria import Criterion
from .thresholds import Thresholds, best, count, cuts

SAMPLES = 200
ENDS = (2.5, 97.5)  # percent


def intervals(
    probabilities: np.ndarray,
    labels: np.ndarray,
    criterion: Criterion,
    chosen: Thresholds,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute 95 % intervals from samples of the images, drawn with replacement.

    Args:
        probabilities: ``(N, C)``.
        labels: ``(N, C)``, 1, 0 or -1.
        criterion: The criterion that chose the thresholds.
        chosen: The thresholds.
        seed: Seed of the samples.

    Returns:
        ``(C, 2)`` ends of the threshold, which is chosen anew in each sample, and ``(C, 2)`` ends
        of the criterion's value at the threshold that was chosen. They are NaN for a class without
        a threshold of its own, and for one without a known label.
    """
    probabilities = np.asarray(probabilities, dtype=np.float32)
    images, classes = labels.shape
    times = np.random.default_rng(seed).multinomial(images, np.full(images, 1 / images), SAMPLES)
    thresholds, values = np.full((2, classes, 2), np.nan)
    for cls in range(classes):
        known = labels[:, cls] >= 0
        scores, states, drawn = probabilities[known, cls], labels[known, cls], times[:, known]
        if chosen.own[cls]:
            tried = cuts(scores, states)
            counts = count(scores, states, tried, drawn)
            place, _ = best(criterion.value(counts), criterion.meets(counts), counts)
            thresholds[cls] = np.percentile(tried[place], ENDS)
        if (states == 1).any():
            counts = count(scores, states, chosen.values[[cls]], drawn)
            values[cls] = np.percentile(criterion.value(counts)[:, 0], ENDS)
    return thresholds, values
