"""The same labels in other classes."""

from collections.abc import Mapping

import numpy as np

from ..utils.names import canonical
from .matrix import LabelMatrix
from .parts import split, stack
from .states import UNKNOWN


def canonical_map(renamed: Mapping[str, str | None]) -> dict[str, str | None]:
    """New names of classes, or None to drop a class, in the Unicode form of all names."""
    return {
        canonical(str(old)): None if new is None else canonical(str(new))
        for old, new in renamed.items()
    }


def map_classes(labels: LabelMatrix, target: np.ndarray, num_classes: int) -> LabelMatrix:
    """Rename, drop and join classes.

    If several classes become one, it is positive if any of them is, negative if all of them are,
    and unknown otherwise. A new class that comes from no old class is unknown.

    Args:
        labels: Labels of C classes.
        target: ``(C,)`` int64, the new number of each class, or -1 to drop it.
        num_classes: The number of classes afterwards.

    >>> labels = LabelMatrix.from_dense(np.array([[1, 0, 0], [0, 0, -1], [-1, 0, 0]]))
    >>> map_classes(labels, np.array([1, 1, 0]), 3).dense()
    array([[ 0,  1, -1],
           [-1,  0, -1],
           [ 0, -1, -1]], dtype=int8)
    """
    joined = np.bincount(target[target >= 0], minlength=num_classes)
    parts = []
    for part in split(labels):
        image, cls, positive = part.known()
        new = target[cls]
        key, positive = (image * num_classes + new)[new >= 0], positive[new >= 0]
        negative, count = np.unique(key[~positive], return_counts=True)
        negative = negative[count == joined[negative % num_classes]]
        keys = np.concatenate([2 * key[positive] + 1, 2 * negative])
        parts.append(LabelMatrix.from_keys(keys, (len(part), num_classes), UNKNOWN))
    return stack(parts)
