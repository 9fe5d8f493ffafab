"""The metrics that a config can name beside the standard ones."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import methodcaller
from typing import Any

import numpy as np

from .confusion import CONFUSION, Confusion, f_of
from .confusion_counts import ConfusionCounts
from .curves import AT, Steps, at
from .functional import mean
from .images import IMAGES
from .sorted_scores import adaptive_calibration_error

_NUMBER = r"(0?\.\d+|1(?:\.0)?)"
_IN_PERCENT = 100.0
_COUNTED = {"coverage": 1.0}  # a number of labels, and no share
NAMES = ("auroc", "f2", *CONFUSION, *(f"{name}0.9" for name in AT), *IMAGES, "mce", "ace")


@dataclass
class Further:
    """Metrics by what they are computed from.

    Attributes:
        confusion: Functions of decisions.
        auroc: Whether AUROC is one of them.
        curves: Functions of all thresholds.
        images: Names of metrics of images.
        mce: Whether the maximum calibration error is one of them.
        ace: Whether the adaptive calibration error is one of them.
    """

    confusion: dict[str, Callable[[Confusion], np.ndarray]] = field(default_factory=dict)
    auroc: bool = False
    curves: dict[str, Callable[[Steps], np.ndarray]] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)
    mce: bool = False
    ace: bool = False

    @classmethod
    def named(cls, names: Sequence[str]) -> "Further":
        """Find metrics by their names; a name that comes twice counts once.

        Raises:
            ValueError: There is no such metric.

        >>> list(Further.named(["auroc", "f2", "recall_at_precision0.9"]).ranked())
        ['auroc', 'recall_at_precision0.9']
        """
        if isinstance(names, str):
            raise ValueError(f"metrics={names!r} is one name: write it into a list, [{names!r}].")
        found = cls()
        for name in dict.fromkeys(names):
            found._add(name)
        return found

    def _add(self, name: str) -> None:
        if name in ("mce", "ace"):
            setattr(self, name, True)
        elif name in IMAGES:
            self.images.append(name)
        elif name in CONFUSION:
            self.confusion[name] = CONFUSION[name]
        elif name == "auroc":
            self.auroc = True
        elif (f := re.fullmatch(r"f(\d+\.?\d*|\.\d+)", name)) and float(f[1]) > 0:
            self.confusion[name] = f_of(float(f[1]))
        elif (bound := re.fullmatch(rf"({'|'.join(AT)}){_NUMBER}", name)) and float(bound[2]) > 0:
            self.curves[name] = at(bound[1], float(bound[2]))
        else:
            raise ValueError(
                f"there is no metric {name!r}: choose from {', '.join(NAMES)}; the numbers can be "
                "other ones, as in f0.5 or recall_at_precision0.8."
            )

    def ranked(self) -> dict[str, Callable[[Any], np.ndarray]]:
        """Name the functions of sorted scores that a ranking has to compute."""
        functions: dict[str, Callable[[Any], np.ndarray]] = {}
        if self.auroc:
            functions["auroc"] = methodcaller("auroc")
        for name, curve in self.curves.items():
            functions[name] = partial(_of_steps, curve)
        if self.ace:
            functions["ace"] = adaptive_calibration_error
        return functions

    def per_class(
        self, counts: ConfusionCounts, ranked: Sequence[np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Compute the metrics that have a value for each class, ``(C,)``, NaN where undefined.

        Args:
            counts: Counts of the test set.
            ranked: Values of the functions of :meth:`ranked`.
        """
        values = dict(zip(self.ranked(), ranked, strict=True))
        confusion = confusion_of(counts)
        for name, function in self.confusion.items():
            values[name] = np.where(counts.known > 0, function(confusion), np.nan)
        if self.mce:
            values["mce"] = counts.maximum_calibration_error()
        if self.ace and np.isnan(counts.excess).any():  # the scores are no probabilities
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
        return {name: _COUNTED.get(name, _IN_PERCENT) * v for name, v in values.items()}


def _of_steps(curve: Callable[[Steps], np.ndarray], part: Any) -> np.ndarray:
    return curve(part.steps)


def confusion_of(counts: ConfusionCounts) -> Confusion:
    """Take the confusion matrices of the classes out of the counts."""
    true = counts.at_threshold.true
    false = counts.at_threshold.predicted - true
    return Confusion(true, false, counts.positive - true, counts.negative - false)
