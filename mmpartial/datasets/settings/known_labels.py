"""The labels that a setting chooses from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass
class KnownLabels:
    """The known labels of a dataset, one entry each.

    Attributes:
        image: ``(M,)`` int64, the image's number.
        cls: ``(M,)`` int64, the class.
        positive: ``(M,)`` bool, positive or negative.
        u: ``(M,)`` float64 in [0, 1), the entry's own random number.
        classes: The names of the C classes.
        image_u: ``(M,)`` float64 in [0, 1), the random number of the entry's image.
    """

    image: np.ndarray
    cls: np.ndarray
    positive: np.ndarray
    u: np.ndarray
    classes: Sequence[str] = ()
    image_u: np.ndarray = field(default_factory=lambda: np.empty(0))


def rank(group: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rank of each entry by u within its group, and the size of its group."""
    order = np.lexsort((u, group))
    _, start, count = np.unique(group[order], return_index=True, return_counts=True)
    rank: np.ndarray = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(start, count)
    size: np.ndarray = np.empty(len(group), dtype=np.int64)
    size[order] = np.repeat(count, count)
    return rank, size
