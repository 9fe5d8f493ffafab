"""Thresholds of probabilities, one for each class with enough labels and one for all others."""

from dataclasses import dataclass

import numpy as np

from ..labels import NEGATIVE, POSITIVE
from .criteria import Counts, Criterion

FEWEST = 10  # known positives, and negatives, of all classes together
MOST = 1000  # thresholds to try for all classes together


@dataclass
class Thresholds:
    """Thresholds and where they come from.

    Attributes:
        values: ``(C,)`` float32.
        common: The threshold of all classes together.
        own: ``(C,)`` bool, whether the class has its own.
        missed: ``(C,)`` bool, whether no threshold of the class meets the criterion's condition.
        common_missed: The same for the common threshold.
    """

    values: np.ndarray
    common: float
    own: np.ndarray
    missed: np.ndarray
    common_missed: bool


def choose_thresholds(
    probabilities: np.ndarray, labels: np.ndarray, criterion: Criterion, least: int
) -> Thresholds:
    """Choose the best threshold of each class on its known labels.

    A class with fewer than ``least`` known positives or negatives takes the threshold that is best
    for all classes together. If no threshold meets a condition such as a precision, the one with
    the highest precision is taken. Among equals the highest threshold wins. A threshold is in the
    middle between two neighbouring probabilities of these images.

    Args:
        probabilities: ``(N, C)``.
        labels: ``(N, C)``, 1, 0 or -1.
        criterion: The criterion of the best threshold.
        least: Number of known positives, and of known negatives.

    Raises:
        ValueError: No class has a known positive and a known negative, or all classes together have
            fewer than 10 of either.
    """
    probabilities = np.asarray(probabilities, dtype=np.float32)
    positive, negative = (labels == POSITIVE).sum(0), (labels == NEGATIVE).sum(0)
    both = (positive > 0) & (negative > 0)
    if not both.any():
        raise ValueError(
            "no class has a known positive and a known negative in these images: thresholds need "
            "both."
        )
    positives, negatives = positive[both].sum(), negative[both].sum()
    if min(positives, negatives) < FEWEST:
        raise ValueError(
            f"these images have {positives} known positives and {negatives} known negatives in "
            f"all, and a threshold needs {FEWEST} of each: take more images."
        )
    own = both & (np.minimum(positive, negative) >= least)
    common, common_missed = _common(probabilities[:, both], labels[:, both], criterion)
    values: np.ndarray = np.full(len(own), common, dtype=np.float32)
    missed: np.ndarray = np.zeros(len(own), dtype=bool)
    for cls in np.flatnonzero(own):
        known = labels[:, cls] >= 0
        scores, states = probabilities[known, cls], labels[known, cls]
        tried = cuts(scores, states)
        counts = count(scores, states, tried)
        place, missed[cls] = best(criterion.value(counts), criterion.meets(counts), counts)
        values[cls] = tried[place]
    return Thresholds(values, common, own, missed, common_missed)


def _common(
    probabilities: np.ndarray, labels: np.ndarray, criterion: Criterion
) -> tuple[float, bool]:
    known = labels >= 0
    tried = cuts(probabilities[known], labels[known])
    if len(tried) > MOST:
        tried = tried[np.linspace(0, len(tried) - 1, MOST).round().astype(int)]
    each = []
    for scores, states in zip(probabilities.T, labels.T, strict=True):
        each.append(count(scores[states >= 0], states[states >= 0], tried))
    counts = Counts(*(np.stack(part) for part in zip(*each, strict=True)))
    place, missed = best(*criterion.of_all(counts), counts.of_all_classes())
    return float(tried[place]), bool(missed)


def cuts(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Find the thresholds that can be best, from the highest.

    They are just below the score of a positive: between two positives a lower threshold has only
    more false positives. The first is above all scores.

    Args:
        scores: ``(N,)`` float32 of known labels.
        labels: ``(N,)``.
    """
    ordered = np.unique(scores)
    at = np.unique(scores[labels == POSITIVE])[::-1]
    below = np.concatenate([[np.float32(0)], ordered])[ordered.searchsorted(at)]
    top = max(ordered[-1] / 2 + np.float32(0.5), np.nextafter(ordered[-1], np.float32(2)))
    middle = (at / 2 + below / 2).astype(np.float32)
    return np.concatenate([[np.float32(top)], np.where(middle > below, middle, at)])


def count(
    scores: np.ndarray,
    labels: np.ndarray,
    thresholds: np.ndarray,
    weights: np.ndarray | None = None,
) -> Counts:
    """Count known labels at K thresholds.

    Args:
        scores: ``(N,)``.
        labels: ``(N,)``, 1 or 0.
        thresholds: ``(K,)``.
        weights: ``(B, N)``, how often each image counts in B samples; by default one sample in
            which each counts once.

    Returns:
        ``(K,)`` arrays, or ``(B, K)`` with weights.
    """
    order = np.argsort(scores)
    start = scores[order].searchsorted(thresholds)  # the first image that is predicted positive
    times = np.ones((1, len(scores)), dtype=np.int64) if weights is None else weights[:, order]
    parts = []
    for state in (POSITIVE, NEGATIVE):
        below = np.cumsum(times * (labels[order] == state), axis=1)
        below = np.concatenate([np.zeros_like(times[:, :1]), below], axis=1)
        parts.append((below[:, -1:] - below[:, start], below[:, -1:]))
    (true, positive), (false, negative) = parts
    found = Counts(true, false, positive, negative)
    return found if weights is not None else Counts(*(part[0] for part in found))


def best(value: np.ndarray, met: np.ndarray, counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """Find the best of the last axis, and whether none meets the condition.

    Where none does, the best is the highest precision.
    """
    missed: np.ndarray = ~np.any(met, axis=-1)
    value = np.where(met, value, np.where(missed[..., None], counts.precision, -np.inf))
    return value.argmax(-1), missed
