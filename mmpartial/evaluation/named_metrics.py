"""The metrics that a config can name beside the standard ones."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import methodcaller
from typing import Any

import numpy as np

from .calibration_errors import CALIBRATION
from .class_means import mean
from .confusion import CONFUSION, Confusion, confusion_of, f_of
from .confusion_counts import ConfusionCounts
from .curves import AT, Steps, at
from .image_metrics import IMAGES
from .sorted_scores import adaptive_calibration_error, hinge_loss

_NUMBER = r"(0?\.\d+|1(?:\.0)?)"
_IN_PERCENT = 100.0
_NO_SHARES = {"coverage": 1.0, "hinge": 1.0}
RANKED: dict[str, Callable[[Any], np.ndarray]] = {
    "auroc": methodcaller("auroc"),
    "hinge": hinge_loss,
    "ace": adaptive_calibration_error,
}
EXACT = ("hinge", "ace")  # not from histograms
_AT = [f"{name}0.9" for name in AT]
NAMES = ("auroc", "f2", *CONFUSION, *_AT, *IMAGES, *CALIBRATION, *EXACT)


def scale_of(name: str) -> float:
    """The factor by which a report shows a number: 100 for shares."""
    return _NO_SHARES.get(name, _IN_PERCENT)


@dataclass
class NamedMetrics:
    """Metrics, by the numbers that they are computed from.

    Attributes:
        confusion: Functions of decisions.
        ranked: Functions of the sorted scores of a ranking.
        images: Names of metrics of images.
        calibration: Functions of the counts of a test set.
    """

    confusion: dict[str, Callable[[Confusion], np.ndarray]] = field(default_factory=dict)
    ranked: dict[str, Callable[[Any], np.ndarray]] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)
    calibration: dict[str, Callable[[ConfusionCounts], np.ndarray]] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Sequence[str]) -> "NamedMetrics":
        """Find metrics by their names; a name that comes twice counts once.

        Raises:
            ValueError: There is no such metric.

        >>> list(NamedMetrics.of(["auroc", "f2", "recall_at_precision0.9"]).ranked)
        ['auroc', 'recall_at_precision0.9']
        """
        if isinstance(names, str):
            raise ValueError(
                f"further_metrics={names!r} is one name: write it into a list, [{names!r}]."
            )
        found = cls()
        for name in dict.fromkeys(names):
            found._add(name)
        return found

    def _add(self, name: str) -> None:
        if name in IMAGES:
            self.images.append(name)
        elif name in CONFUSION:
            self.confusion[name] = CONFUSION[name]
        elif name in CALIBRATION:
            self.calibration[name] = CALIBRATION[name]
        elif name in RANKED:
            self.ranked[name] = RANKED[name]
        elif (f := re.fullmatch(r"f(\d+\.?\d*|\.\d+)", name)) and float(f[1]) > 0:
            self.confusion[name] = f_of(float(f[1]))
        elif (bound := re.fullmatch(rf"({'|'.join(AT)}){_NUMBER}", name)) and float(bound[2]) > 0:
            self.ranked[name] = partial(_of_steps, at(bound[1], float(bound[2])))
        else:
            raise ValueError(
                f"there is no metric {name!r}: choose from {', '.join(NAMES)}; the numbers can be "
                "other ones, as in f0.5 or recall_at_precision0.8."
            )

    def per_class(
        self, counts: ConfusionCounts, ranked: Sequence[np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Compute the metrics that have a value for each class, ``(C,)``, NaN where undefined.

        Args:
            counts: Counts of the test set.
            ranked: Values of the functions ``ranked``.
        """
        values = dict(zip(self.ranked, ranked, strict=True))
        confusion = confusion_of(counts)
        for name, function in self.confusion.items():
            values[name] = np.where(counts.known > 0, function(confusion), np.nan)
        for name, calibration in self.calibration.items():
            values[name] = np.where(counts.known > 0, calibration(counts), np.nan)
        if "ace" in values and np.isnan(counts.excess).any():  # the scores are not probabilities
            values["ace"] = np.full_like(values["ace"], np.nan)
        return values

    def over_all(
        self,
        counts: ConfusionCounts,
        per_class: dict[str, np.ndarray],
        images: dict[str, float],
        micro_auroc: float,
    ) -> dict[str, float]:
        """Average over classes and over images, and count all labels together.

        Args:
            counts: Counts of the test set.
            per_class: The result of :meth:`per_class`.
            images: Means over images.
            micro_auroc: AUROC of all labels together.
        """
        values = {name: mean(each, np.isfinite(each)) for name, each in per_class.items()}
        if "auroc" in values:
            values["micro_auroc"] = micro_auroc
        together = confusion_of(counts).of_all_classes()
        for name, function in self.confusion.items():
            micro = float(function(together)) if together.known else np.nan
            values[f"micro_{name}"] = micro
        values |= images
        return {name: scale_of(name) * v for name, v in values.items()}


def _of_steps(curve: Callable[[Steps], np.ndarray], part: Any) -> np.ndarray:
    return curve(part.steps)
