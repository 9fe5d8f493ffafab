"""Counts of labels for each class and each image, in one pass over the rows."""

from dataclasses import dataclass

import numpy as np

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.matrix import LabelMatrix
from ...labels.parts import split
from .pairs import Pairs

_LISTED = 1000  # rows of images without a positive label to keep
_STATES = (POSITIVE, NEGATIVE, UNKNOWN)


@dataclass
class Counts:
    """The counts of a label matrix.

    Attributes:
        images: For each state ``(C + 1,)``: the number of images with 0, 1, ... C labels in it.
        no_positive: The rows of the first images without a positive label.
        pairs: The number of images in which two classes are positive together.
    """

    images: dict[int, np.ndarray]
    no_positive: np.ndarray
    pairs: Pairs

    @property
    def num_no_positive(self) -> int:
        """The number of images without a positive label."""
        return int(self.images[POSITIVE][0])

    @property
    def num_no_label(self) -> int:
        """The number of images without a known label."""
        return int(self.images[UNKNOWN][-1])


def count(labels: LabelMatrix) -> Counts:
    """Count the labels of all images; it takes little more memory than the pairs."""
    num_classes = labels.shape[1]
    images: dict[int, np.ndarray] = {s: np.zeros(num_classes + 1, np.int64) for s in _STATES}
    pairs = Pairs(labels.count(POSITIVE))
    found: list[np.ndarray] = []
    first = 0
    for part in split(labels):
        of_image = _of_images(part)
        for state in _STATES:
            images[state] += np.bincount(of_image[state], minlength=num_classes + 1)
        if sum(map(len, found)) < _LISTED:
            found.append(np.flatnonzero(of_image[POSITIVE] == 0) + first)
        pairs.add(*part.entries(POSITIVE), len(part))
        first += len(part)
    return Counts(images, np.concatenate(found)[:_LISTED], pairs)


def _of_images(labels: LabelMatrix) -> dict[int, np.ndarray]:
    """For each state, the number of labels of each image in it."""
    stored = np.diff(labels.indptr)
    higher = np.concatenate([[0], np.cumsum(labels.codes & 1, dtype=np.int64)])
    ones = np.diff(higher[labels.indptr])
    low, high = map(int, labels.stored)
    return {low: stored - ones, high: ones, labels.default_state: labels.shape[1] - stored}
