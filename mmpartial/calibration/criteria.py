"""Criteria for the best threshold: F-beta, a least precision or recall, or a cost."""

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..evaluation.class_means import ratio


class Counts(NamedTuple):
    """Numbers of labels at some thresholds, arrays that broadcast.

    Attributes:
        true: Positive predictions with a positive label.
        false: Positive predictions with a negative label.
        positive: Positive labels.
        negative: Negative labels.
    """

    true: np.ndarray
    false: np.ndarray
    positive: np.ndarray
    negative: np.ndarray

    @property
    def precision(self) -> np.ndarray:
        """Share of right ones among positive predictions; 0 without any."""
        return ratio(self.true, self.true + self.false)

    @property
    def recall(self) -> np.ndarray:
        """Share of positive labels that are predicted; 0 without any."""
        return ratio(self.true, self.positive + 0 * self.true)

    def of_all_classes(self) -> "Counts":
        """Counts of ``(C, ...)`` classes, added up."""
        return Counts(*(np.sum(part, axis=0) for part in self))


class Criterion:
    """A criterion: the highest value among the thresholds that meet a condition.

    Attributes:
        label: The name of the value in tables.
        unit: The factor to the value in tables: 100 for percent.
    """

    label: str
    unit = 100

    def value(self, counts: Counts) -> np.ndarray:
        """The number to maximize."""
        raise NotImplementedError

    def meets(self, counts: Counts) -> np.ndarray:
        """Whether the condition is met; there is none by default."""
        return np.ones_like(self.value(counts), dtype=bool)

    def of_all(self, counts: Counts) -> tuple[np.ndarray, np.ndarray]:
        """Value and condition of one threshold for all classes, whose counts are ``(C, ...)``."""
        together = counts.of_all_classes()
        return self.value(together), self.meets(together)


@dataclass(frozen=True)
class FBeta(Criterion):
    """The mean of precision and recall in which recall counts beta times as much.

    One threshold for all classes has the best mean over the classes with a positive.
    """

    beta: float

    @property
    def label(self) -> str:  # type: ignore[override]
        """As in F1."""
        return f"F{self.beta:g}"

    def value(self, counts: Counts) -> np.ndarray:
        """F-beta."""
        square = self.beta**2
        return ratio(
            (1 + square) * counts.true, square * counts.positive + counts.true + counts.false
        )

    def of_all(self, counts: Counts) -> tuple[np.ndarray, np.ndarray]:
        """The mean over classes."""
        some = np.max(counts.positive, axis=-1) > 0
        value = self.value(counts)[some].mean(0)
        return value, np.ones_like(value, dtype=bool)


@dataclass(frozen=True)
class LeastPrecision(Criterion):
    """The highest recall with at least a given precision."""

    least: float
    label = "recall"

    def value(self, counts: Counts) -> np.ndarray:
        """Recall."""
        return counts.recall

    def meets(self, counts: Counts) -> np.ndarray:
        """Whether precision suffices."""
        return (counts.precision >= self.least) & (counts.true + counts.false > 0)


@dataclass(frozen=True)
class LeastRecall(Criterion):
    """The highest precision with at least a given recall."""

    least: float
    label = "precision"

    def value(self, counts: Counts) -> np.ndarray:
        """Precision."""
        return counts.precision

    def meets(self, counts: Counts) -> np.ndarray:
        """Whether recall suffices."""
        return counts.recall >= self.least


@dataclass(frozen=True)
class Cost(Criterion):
    """The lowest mean cost of a known label; the value is its negative."""

    false_positive: float
    false_negative: float
    label = "minus_cost"
    unit = 1

    def value(self, counts: Counts) -> np.ndarray:
        """Minus the mean cost."""
        missed = counts.positive - counts.true
        cost = self.false_positive * counts.false + self.false_negative * missed
        return -ratio(cost, counts.positive + counts.negative + 0 * cost)


_FORMS = {
    r"f(\d*\.?\d+)": FBeta,
    r"precision(0?\.\d+|1)": LeastPrecision,
    r"recall(0?\.\d+|1)": LeastRecall,
    r"cost(\d*\.?\d+):(\d*\.?\d+)": Cost,
}


def criterion_named(name: str) -> Criterion:
    """Read a criterion: ``f1``, ``f2``, ``precision0.9``, ``recall0.8`` or ``cost1:5``.

    Raises:
        ValueError: It is none of these forms, or its numbers are 0.

    >>> criterion_named("precision0.9"), criterion_named("cost1:5")
    (LeastPrecision(least=0.9), Cost(false_positive=1.0, false_negative=5.0))
    """
    for form, kind in _FORMS.items():
        if match := re.fullmatch(form, name):
            numbers = [float(text) for text in match.groups()]
            if all(number > 0 for number in numbers):
                return kind(*numbers)
    raise ValueError(
        f"the criterion {name!r} is not known: write f1 (or another beta, as in f2), precision0.9, "
        "recall0.8, or cost1:5 (of a false positive and of a false negative)."
    )
