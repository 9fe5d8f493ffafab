"""Checks of the arrays of stored annotations."""

from collections.abc import Sequence

import numpy as np


def fit(
    arrays: Sequence[np.ndarray], counts: np.ndarray, classes: list[str], images: Sequence[str]
) -> bool:
    """Whether the arrays of some labels are of the right kinds, and belong together."""
    indptr, codes, hashes = arrays
    return (
        all(array.ndim == 1 for array in arrays)
        and indptr.dtype == hashes.dtype == np.int64
        and codes.dtype.kind == "u"
        and len(indptr) - 1 == len(hashes) == len(images)
        and counts.shape == (3, len(classes))
        and (int(indptr[0]), int(indptr[-1])) == (0, len(codes))
        and bool((np.diff(indptr) >= 0).all())
        and within(codes, 2 * len(classes))
    )


def within(numbers: np.ndarray, number: int) -> bool:
    """Whether numbers are whole, at least -1, and below ``number``."""
    whole = numbers.dtype.kind in "iu"
    return whole and int(numbers.min(initial=0)) >= -1 and int(numbers.max(initial=0)) < number
