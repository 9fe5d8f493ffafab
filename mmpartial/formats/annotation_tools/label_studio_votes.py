"""What each annotation of a Label Studio task says, and what they say together."""

from collections.abc import Sequence

import numpy as np

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from .label_studio_tasks import Answer, Task


def entries(
    answers: list[Answer], present: str, absent: str
) -> tuple[np.ndarray, list[str], np.ndarray]:
    """For each choice the number of its annotation, its class, and whether it is present."""
    found = [
        (row, name, positive)
        for row, answer in enumerate(answers)
        for control, positive in ((present, True), (absent, False))
        for name in answer.choices.get(control, ())
    ]
    rows, names, positives = zip(*found, strict=True) if found else ((), (), ())
    return np.array(rows, dtype=np.int64), list(names), np.array(positives, dtype=bool)


def merge(
    path: str,
    tasks: list[Task],
    counts: list[int],
    votes: np.ndarray,
    classes: Sequence[str],
    conflicts: str,
) -> np.ndarray:
    """One row of labels for each task from one for each of its annotations.

    Raises:
        ValueError: Annotations of a task disagree.
    """
    start = np.cumsum([0, *counts[:-1]])
    positive = np.logical_or.reduceat(votes == POSITIVE, start)
    negative = np.logical_or.reduceat(votes == NEGATIVE, start)
    clash = positive & negative
    if conflicts == "error" and clash.any():
        task, cls = np.argwhere(clash)[0]
        raise ValueError(
            f"{path}, {tasks[task].name}: annotations disagree on {classes[cls]!r}: correct or "
            "skip one of them, or set conflicts='unknown'."
        )
    labels: np.ndarray = np.full(clash.shape, UNKNOWN, dtype=np.int8)
    labels[positive], labels[negative] = POSITIVE, NEGATIVE
    labels[clash] = UNKNOWN
    return labels
