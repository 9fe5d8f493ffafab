"""The labels in each annotation of a Label Studio task, and in all of them together."""

from collections.abc import Sequence

import numpy as np

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...labels.parts import stack
from ..common.checks import check_joined
from ..common.named_labels import from_names
from .label_studio_tasks import Answer, Task

_CELLS = 2**24  # cells of votes that are dense together


def read_votes(
    path: str,
    images: Sequence[str],
    tasks: Sequence[Task],
    controls: tuple[str, str],
    classes: Sequence[str] | str | None,
) -> Annotations:
    """The labels of each annotation as a row; a task without annotations has one row as well.

    Args:
        path: The file, for error messages.
        images: The path of each task's image.
        tasks: The tasks.
        controls: The controls for present and for absent classes.
        classes: All classes, or a text file of them; the chosen ones if None.
    """
    rows: list[str] = []
    chosen: list[tuple[int, str, bool]] = []
    for image, task in zip(images, tasks, strict=True):
        for number, answer in enumerate(task.answers or [Answer({}, {})], 1):
            for control, positive in zip(controls, (True, False), strict=True):
                chosen += [(len(rows), c, positive) for c in answer.choices.get(control, ())]
            rows.append(f"{image} of {task.name}, annotation {number}")
    entry, names, positives = zip(*chosen, strict=True) if chosen else ((), (), ())
    if classes is None:
        check_joined(path, set(names), "export JSON or JSON-MIN, and do not convert it")
    return from_names(
        path,
        rows,
        np.array(entry, dtype=np.int64),
        names,
        np.array(positives, dtype=bool),
        unlisted="unknown",
        classes=classes,
    )


def merge(
    path: str, tasks: Sequence[Task], votes: Annotations, state: int, conflicts: str
) -> LabelMatrix:
    """The labels of N tasks from their annotations.

    Args:
        path: The file, for error messages.
        tasks: The tasks.
        votes: The labels of their annotations.
        state: The state of a class that an annotation does not mention.
        conflicts: ``'error'`` or ``'unknown'``.
    """
    ends = np.cumsum([len(task.answers) or 1 for task in tasks])
    step = max(1, _CELLS // max(1, len(votes.classes)))
    parts, begin = [], 0
    for row in range(0, len(votes), step):  # of votes; only some are dense at a time
        end = int(np.searchsorted(ends, min(row + step, len(votes)), side="right"))
        if end > begin:
            parts.append(_merge(path, tasks[begin:end], votes, ends[begin:end], state, conflicts))
        begin = max(begin, end)
    return stack(parts)


def _merge(
    path: str,
    tasks: Sequence[Task],
    votes: Annotations,
    ends: np.ndarray,
    state: int,
    conflicts: str,
) -> LabelMatrix:
    """The labels of some tasks, whose votes end at some rows."""
    counts = [len(task.answers) or 1 for task in tasks]
    start = ends - counts
    labels = votes.labels[np.arange(start[0], ends[-1])]
    looked: np.ndarray = np.repeat([len(task.answers) > 0 for task in tasks], counts)
    labels[looked[:, None] & (labels == UNKNOWN)] = state
    positive = np.logical_or.reduceat(labels == POSITIVE, start - start[0])
    negative = np.logical_or.reduceat(labels == NEGATIVE, start - start[0])
    clash = positive & negative
    if conflicts == "error" and clash.any():
        task, cls = np.argwhere(clash)[0]
        raise ValueError(
            f"{path}, {tasks[task].name}: annotations disagree on {votes.classes[cls]!r}: correct "
            "or skip one of them, or set conflicts='unknown'."
        )
    merged: np.ndarray = np.full(clash.shape, UNKNOWN, dtype=np.int8)
    merged[positive], merged[negative] = POSITIVE, NEGATIVE
    merged[clash] = UNKNOWN
    return LabelMatrix.from_dense(merged)
