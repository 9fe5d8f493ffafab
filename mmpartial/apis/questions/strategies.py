"""Strategies: how much the answer to a question about an image and a class is worth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Strategy:
    """The score of a question is its value times the weight of its class.

    The weight takes the labels of the class as they will be when the question is asked: the known
    ones, and the questions about this class with more value. So no class takes the whole budget
    only because little is known of it now.

    Attributes:
        value: Takes probabilities.
        weight: Takes the numbers of positives and of known labels of the class; each earlier
            question adds its probability to the positives, and 1 to the known labels.
        reason: What a question of this strategy says of itself, with ``probability``, ``positive``
            and ``known``.
    """

    value: Callable[[Array], Array]
    weight: Callable[[Array, Array], Array]
    reason: str


def entropy(probability: Array) -> Array:
    """The entropy of yes and no in bits.

    >>> entropy(np.array([0, 0.5, 1])).tolist()
    [0.0, 1.0, 0.0]
    """
    p = np.clip(probability, 1e-12, 1 - 1e-12)
    return np.where(p == probability, -p * np.log2(p) - (1 - p) * np.log2(1 - p), 0.0)


def _alike(first: Array, *_: Array) -> Array:
    return np.ones(np.shape(first))


def _by_positives(positive: Array, known: Array) -> Array:
    return 1 / (1 + positive)


STRATEGIES = {
    "random": Strategy(_alike, _alike, "drawn at random"),
    "entropy": Strategy(entropy, _alike, "the model is unsure"),
    "least_known": Strategy(
        _alike, lambda positive, known: 1 / (1 + known), "{known} labels of the class are known"
    ),
    "positives": Strategy(lambda p: p, _alike, "probably a positive"),
    "rare_entropy": Strategy(
        entropy, _by_positives, "the model is unsure, and the class has {positive} known positives"
    ),
    "rare_positives": Strategy(
        lambda p: p, _by_positives, "probably a positive of a class with {positive} known ones"
    ),
}
