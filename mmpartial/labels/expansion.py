"""Labels that follow from other labels in a hierarchy of classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from ..utils.messages import few
from .hierarchy import Hierarchy
from .matrix import LabelMatrix
from .parts import split, stack
from .states import NEGATIVE, POSITIVE

_SHOWN = 5  # images, and pairs of classes, in a message


@dataclass
class Expansion:
    """The numbers of labels that a hierarchy added, and the conflicts that it found.

    Attributes:
        positive: The number of added positive labels.
        negative: The number of added negative labels.
        conflicts: ``(K, 3)`` in the order of the images: an image, a positive class, and a class
            above it that is negative.
        classes: The C classes.
    """

    positive: int
    negative: int
    conflicts: np.ndarray
    classes: Sequence[str]

    def summary(self, images: Sequence[str]) -> str:
        """One line with the numbers of added labels and the most frequent conflicts."""
        added = f"hierarchy: {self.positive} positive and {self.negative} negative labels follow"
        if not len(self.conflicts):
            return f"{added}; no label contradicts another"
        pairs, count = np.unique(self.conflicts[:, 1:], axis=0, return_counts=True)
        order = np.argsort(-count, kind="stable")
        commonest = (
            f"{self.classes[child]!r} without {self.classes[parent]!r} ({n})"
            for (child, parent), n in zip(pairs[order], count[order], strict=True)
        )
        where = np.unique(self.conflicts[:, 0])
        first = (images[int(image)] for image in where)
        return (
            f"{added}; {len(self.conflicts)} times in {len(where)} images a class is positive and "
            f"one above it negative; both stay, and no label follows from them: "
            f"{few(commonest, _SHOWN)}; images {few(first, _SHOWN)}"
        )


def expand(
    labels: LabelMatrix, classes: Sequence[str], hierarchy: Hierarchy
) -> tuple[LabelMatrix, Expansion]:
    """Add the labels that follow from others.

    A positive class makes all classes above it positive, and a negative class makes all classes
    below it negative. If a class is positive and a class above it is negative, one of the two is
    wrong, and nobody knows which. Both labels stay, and no other label follows from them. So added
    labels never contradict others, and a second expansion adds no labels.

    Args:
        labels: The annotated labels.
        classes: The names of the C classes.
        hierarchy: The hierarchy of the classes.

    Returns:
        All labels, and a report.

    Raises:
        ValueError: A name of the hierarchy is not a class; the message names the nearest one.
    """
    above = hierarchy.above(classes)
    below = csr_array(above.T)
    parts, conflicts, first = [], [], 0
    for part in split(labels):
        expanded, found = _expand(part, above, below)
        parts.append(expanded)
        conflicts.append(found + np.array([first, 0, 0]))
        first += len(part)
    result = stack(parts)
    positive, negative = (
        int(result.count(state).sum() - labels.count(state).sum()) for state in (POSITIVE, NEGATIVE)
    )
    return result, Expansion(positive, negative, np.concatenate(conflicts), classes)


def _expand(
    labels: LabelMatrix, above: csr_array, below: csr_array
) -> tuple[LabelMatrix, np.ndarray]:
    """The labels with all added ones, and image, positive and negative class of each conflict."""
    image, cls, positive = labels.known()
    key = image * labels.shape[1] + cls
    entry, ancestor = _related(above, np.flatnonzero(positive), cls)
    ancestor_key = image[entry] * labels.shape[1] + ancestor
    conflict = np.isin(ancestor_key, key[~positive])
    speaks = ~np.isin(key, ancestor_key[conflict]) | positive
    speaks[entry[conflict]] = False
    conflicts = np.stack([image[entry], cls[entry], ancestor], axis=1)[conflict]
    entry, ancestor = entry[speaks[entry]], ancestor[speaks[entry]]
    source, descendant = _related(below, np.flatnonzero(~positive & speaks), cls)
    expanded = LabelMatrix.from_entries(
        np.concatenate([image, image[entry], image[source]]),
        np.concatenate([cls, ancestor, descendant]),
        np.concatenate([positive, positive[entry], positive[source]]),
        labels.shape,
    )
    return expanded, conflicts


def _related(
    relation: csr_array, entries: np.ndarray, cls: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of an entry and a class to which the class of the entry is related."""
    rows = relation[cls[entries]]
    return np.repeat(entries, np.diff(rows.indptr)), rows.indices.astype(np.int64)
