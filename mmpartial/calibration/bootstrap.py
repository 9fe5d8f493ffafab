"""Intervals of thresholds and of their values, by drawing images or groups of them anew."""

import numpy as np
import pandas as pd

from ..labels.groups import Groups
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
    groups: Groups | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Compute 95 % intervals from samples of the images, drawn with replacement.

    Images of a group are drawn together: they are alike, and many of them may say no more than one.

    Args:
        probabilities: ``(N, C)``.
        labels: ``(N, C)``, 1, 0 or -1.
        criterion: The criterion that chose the thresholds.
        chosen: The thresholds.
        seed: Seed of the samples.
        groups: The groups of the images, or None.

    Returns:
        ``(C, 2)`` ends of the threshold, which is chosen anew in each sample, and ``(C, 2)`` ends
        of the criterion's value at the threshold that was chosen. They are NaN for a class without
        a threshold of its own or without a known label, and for all classes if there is one group.
    """
    probabilities = np.asarray(probabilities, dtype=np.float32)
    images, classes = labels.shape
    unit = np.arange(images) if groups is None else groups.units()
    times = _times_drawn(unit, seed)
    thresholds, values = np.full((2, classes, 2), np.nan)
    if (unit == unit[0]).all():
        return thresholds, values
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


def _times_drawn(unit: np.ndarray, seed: int) -> np.ndarray:
    """How often each image is drawn in each sample, ``(B, N)``; those of a unit come together."""
    place, distinct = pd.factorize(unit)
    number = len(distinct)
    shares: np.ndarray = np.full(number, 1 / number)
    return np.random.default_rng(seed).multinomial(number, shares, SAMPLES)[:, place]
