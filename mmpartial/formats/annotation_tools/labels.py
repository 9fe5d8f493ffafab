"""Labels that become unknown again."""

import numpy as np

from ...labels import UNKNOWN
from ...labels.matrix import LabelMatrix
from ...labels.parts import stack


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
    if not len(image):
        return labels
    parts = []
    for rows in labels.row_blocks():
        block = labels[rows]
        here = (image >= rows[0]) & (image <= rows[-1])
        block[image[here] - rows[0], slice(None) if cls is None else cls[here]] = UNKNOWN
        parts.append(LabelMatrix.from_dense(block))
    return stack(parts)
