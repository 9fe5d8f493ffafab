"""Large label matrices, worked on in parts."""

from collections.abc import Iterator, Sequence

import numpy as np

from .matrix import LabelMatrix
from .states import UNKNOWN


def split(labels: LabelMatrix, known: int = 2**20) -> Iterator[LabelMatrix]:
    """The rows of a matrix in order, in parts of about ``known`` known labels."""
    of_each = int(labels.counts[1:].sum()) // max(1, len(labels)) + 1
    step = max(1, known // of_each)
    for start in range(0, max(1, len(labels)), step):
        indptr = labels.indptr[start : start + step + 1]
        codes = labels.codes[indptr[0] : indptr[-1]]
        yield LabelMatrix(indptr - indptr[0], codes, labels.shape[1], labels.default_state)


def stack(parts: Sequence[LabelMatrix]) -> LabelMatrix:
    """The rows of several matrices of the same classes, one after the other."""
    num_classes, default = parts[0].shape[1], parts[0].default_state
    if all(part.default_state == default for part in parts):
        lengths = np.concatenate([np.zeros(1, dtype=np.int64), *(np.diff(p.indptr) for p in parts)])
        codes = np.concatenate([part.codes for part in parts])
        return LabelMatrix(np.cumsum(lengths), codes, num_classes, default)
    blocks = (part[rows] for part in parts for rows in part.row_blocks())
    totals = np.sum([part.counts.sum(1) for part in parts], axis=0)
    return LabelMatrix.from_blocks(blocks, num_classes, totals)


def forget(labels: LabelMatrix, image: np.ndarray, cls: np.ndarray | None = None) -> LabelMatrix:
    """The same labels, but some of them unknown.

    Args:
        labels: The labels.
        image: The images of the unknown labels.
        cls: The class of each unknown label; all classes of the images if None.

    >>> forget(LabelMatrix.from_dense([[1, 0], [0, 0]]), np.array([1]), np.array([0])).dense()
    array([[ 1,  0],
           [-1,  0]], dtype=int8)
    """
    return replace(labels, image, cls, np.full(len(image), UNKNOWN, dtype=np.int8))


def replace(
    labels: LabelMatrix, image: np.ndarray, cls: np.ndarray | None, state: np.ndarray
) -> LabelMatrix:
    """The same labels, but some of them in other states.

    Args:
        labels: The labels.
        image: The images of the changed labels.
        cls: The class of each; all classes of the images if None.
        state: The new state of each.

    >>> labels = LabelMatrix.from_dense([[1, 0], [0, -1]])
    >>> replace(labels, np.array([1]), np.array([1]), np.array([1])).dense()
    array([[1, 0],
           [0, 1]], dtype=int8)
    """
    if not len(image):
        return labels
    parts = []
    for rows in labels.row_blocks():
        block = labels[rows]
        here = (image >= rows[0]) & (image <= rows[-1])
        if cls is None:
            block[image[here] - rows[0]] = state[here, None]
        else:
            block[image[here] - rows[0], cls[here]] = state[here]
        parts.append(LabelMatrix.from_dense(block))
    return stack(parts)
