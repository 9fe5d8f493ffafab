"""A table of the labels of each class, for people."""

import numpy as np

from . import NEGATIVE, POSITIVE, UNKNOWN
from .annotations import Annotations

_COLUMNS = ("positive", "negative", "unknown", "positive of known")


def class_table(annotations: Annotations, shown: int = 30) -> str:
    """How many labels of each class are positive, negative and unknown, as aligned text.

    Args:
        annotations: The labels.
        shown: The number of classes. If there are more, they are sorted by positives, and the
            table has those with the most and those with the fewest.

    >>> from .matrix import LabelMatrix
    >>> labels = LabelMatrix.from_dense([[1, -1], [0, -1]])
    >>> print(class_table(Annotations(['1.jpg', '2.jpg'], ['cat', 'dog'], labels)))
    class   positive   negative    unknown   positive of known
    cat            1          1          0                50 %
    dog            0          0          2                   -
    all            1          1          2                50 %
    """
    counts = np.stack([annotations.labels.count(s) for s in (POSITIVE, NEGATIVE, UNKNOWN)], axis=1)
    rows = [_row(name, row) for name, row in zip(annotations.classes, counts, strict=True)]
    if len(rows) > shown:
        rows = [rows[i] for i in np.argsort(-counts[:, 0], kind="stable")]
        others = [f"({len(rows) - shown} others)", "", "", "", ""]
        rows[shown // 2 : shown // 2 - shown] = [others]
    lines = [["class", *_COLUMNS], *rows, _row("all", counts.sum(axis=0))]
    width = max(len(line[0]) for line in lines)
    widths = [max(10, len(name) + 2) for name in _COLUMNS]
    return "\n".join(
        " ".join([line[0].ljust(width), *map(str.rjust, line[1:], widths)]).rstrip()
        for line in lines
    )


def _row(name: str, counts: np.ndarray) -> list[str]:
    positive, negative, _ = counts
    known = positive + negative
    return [name, *map(str, counts), f"{100 * positive / known:.3g} %" if known else "-"]
