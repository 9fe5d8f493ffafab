"""The numbers of the label report, from the labels of a dataset."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from ...evaluation.class_means import frequency_bands
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...labels.expansion import expand
from ...labels.hierarchy import Hierarchy
from ...labels.matrix import LabelMatrix
from .counts import Counts, count
from .near_duplicates import image_hashes, near_duplicates


@dataclass
class Findings:
    """The labels and their counts.

    Attributes:
        name: The name of the labels, such as their file.
        known: The images, the classes and the known labels.
        before: The labels before a setting hid some of them; None if nothing was hidden.
        hidden_by: The setting, such as ``'PAL(ratio=0.6, seed=0)'``.
        hierarchy: The hierarchy of the classes, if there is one.
        path_of: The file of an image by its row; None if images are not compared.
        unreadable: The reason for each image that cannot be read, by its row.
    """

    name: str
    known: Annotations
    before: Annotations | None = None
    hidden_by: str = ""
    hierarchy: Hierarchy | None = None
    path_of: Callable[[int], str] | None = None
    unreadable: dict[int, str] = field(default_factory=dict)

    @cached_property
    def counts(self) -> Counts:
        """The counts of images and pairs."""
        return count(self.known.labels)

    @cached_property
    def classes(self) -> pd.DataFrame:
        """A row for each class: its labels, its frequency (head, medium or tail), hidden labels."""
        labels = self.known.labels
        positive, negative, unknown = (labels.count(s) for s in (POSITIVE, NEGATIVE, UNKNOWN))
        table = pd.DataFrame(
            {
                "class": list(self.known.classes),
                "labels": list(zip(positive, negative, unknown, strict=True)),
                "positive": positive,
                "negative": negative,
                "unknown": unknown,
                "known": (positive + negative) / max(1, len(labels)),
                "+ per −": positive / np.where(negative, negative, np.nan),
                "frequency": frequency_bands(positive.tolist()),
            }
        )
        if self.before is not None:
            full = self.before.labels
            table["hidden +"] = full.count(POSITIVE) - positive
            table["hidden −"] = full.count(NEGATIVE) - negative
        return table

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The positives, negatives and unknown labels of all classes, before and after hiding."""
        rows = {} if self.before is None else {"before": self.before.labels}
        rows["now"] = self.known.labels
        return pd.DataFrame(
            {name: _totals(labels) for name, labels in rows.items()},
            index=["positive", "negative", "unknown"],
        ).T

    @cached_property
    def contradictions(self) -> pd.DataFrame:
        """The pairs of a positive class and a negative one above it, with an image of each."""
        if self.hierarchy is None:
            return pd.DataFrame()
        _, report = expand(self.known.labels, self.known.classes, self.hierarchy)
        pairs, first, times = np.unique(
            report.conflicts[:, 1:], axis=0, return_index=True, return_counts=True
        )
        names = np.asarray(self.known.classes, dtype=object)
        table = pd.DataFrame(
            {
                "positive": names[pairs[:, 0]],
                "negative, though above it": names[pairs[:, 1]],
                "images": times,
                "for example": [self.known.names[i] for i in report.conflicts[first, 0].tolist()],
            }
        )
        return table.sort_values("images", ascending=False, kind="stable")

    @cached_property
    def duplicates(self) -> pd.DataFrame:
        """Pairs of images that look alike, and the numbers of labels that differ.

        A label contradicts if it is positive in one image and negative in the other. It is missing
        if it is unknown in one of the two.
        """
        if self.path_of is None:
            return pd.DataFrame()
        hashes, self.unreadable = image_hashes([self.path_of(i) for i in range(len(self.known))])
        one, other = near_duplicates(hashes).T
        found: list[np.ndarray] = [np.zeros((0, 2), dtype=np.int64)]
        step = max(1, 2**22 // max(1, len(self.known.classes)))
        for start in range(0, len(one), step):
            left, right = (self.known.labels[x[start : start + step]] for x in (one, other))
            both = (left != UNKNOWN) & (right != UNKNOWN)
            contradicts, missing = both & (left != right), ~both & (left != right)
            found.append(np.stack([contradicts.sum(1), missing.sum(1)], axis=1))
        contradicting, missing = np.concatenate(found).T
        table = pd.DataFrame(
            dict(one=one, other=other, contradicting=contradicting, missing=missing)
        )
        return table.sort_values(["contradicting", "missing"], ascending=False, kind="stable")


def _totals(labels: LabelMatrix) -> list[int]:
    return [int(labels.count(state).sum()) for state in (POSITIVE, NEGATIVE, UNKNOWN)]
