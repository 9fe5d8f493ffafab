"""Strategies: the score of a question about an image and a class."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import xlog1py, xlogy

Array = np.ndarray


@dataclass(frozen=True)
class Strategy:
    """The score of a question is its value times the weight of its class.

    The weight counts the labels of the class at the time of the question: the known ones, and the
    answers to better questions about this class. So no class takes the whole budget only because
    little is known of it now.

    Attributes:
        value: A function of probabilities.
        weight: A function of the numbers of positives and of known labels of the class; each better
            question adds its probability to the positives, and 1 to the known labels.
        reason: The reason for a question, with ``{positive}`` and ``{known}`` for the numbers of
            known labels of its class.
    """

    value: Callable[[Array], Array]
    weight: Callable[[Array, Array], Array]
    reason: str


def entropy(probability: Array) -> Array:
    """The entropy of yes and no in bits.

    >>> entropy(np.array([0, 0.5, 1])).tolist()
    [0.0, 1.0, 0.0]
    """
    p = np.asarray(probability, dtype=np.float64)
    return -(xlogy(p, p) + xlog1py(1 - p, -p)) / np.log(2) + 0.0  # no -0


def _alike(first: Array, *_: Array) -> Array:
    return np.ones(np.shape(first))


def _probability(probability: Array) -> Array:
    return probability


def _by_positives(positive: Array, known: Array) -> Array:
    return 1 / (1 + positive)


DEFAULT = "rare_entropy"
STRATEGIES = {
    "random": Strategy(_alike, _alike, "drawn at random"),
    "entropy": Strategy(entropy, _alike, "the model is unsure"),
    "least_known": Strategy(
        _alike, lambda positive, known: 1 / (1 + known), "known labels of the class: {known}"
    ),
    "positives": Strategy(_probability, _alike, "probable"),
    "rare_entropy": Strategy(
        entropy, _by_positives, "the model is unsure; known positives of the class: {positive}"
    ),
    "rare_positives": Strategy(
        _probability, _by_positives, "probable; known positives of the class: {positive}"
    ),
}
