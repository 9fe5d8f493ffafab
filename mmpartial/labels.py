"""The only place that knows how a label's three states are written.

1 is positive, 0 is negative, -1 is unknown, as MMPretrain's own metrics read ``gt_score``.
A soft value in (0, 1), which Mixup makes of full labels, is known.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from torch import Tensor

POSITIVE, NEGATIVE, UNKNOWN = 1, 0, -1


@dataclass
class LabelBatch:
    """The labels of a batch as a loss sees them.

    Attributes:
        target: ``(B, L)``, 1, 0 or -1; soft values in [0, 1] are known.
        selected: ``(B, L)`` bool, the unknown entries that count in this step.
        pseudo: ``(B, L)`` in [0, 1], remembered labels of the unknown entries, or None.
        row: ``(B,)`` int64, the stable numbers of the images, or None.
        all_selected: That ``selected`` holds all unknown entries is known beforehand, so that a
            loss need not look.
    """

    target: Tensor
    selected: Tensor
    pseudo: Tensor | None = None
    row: Tensor | None = None
    all_selected: bool = False

    @classmethod
    def from_target(cls, target: Tensor) -> "LabelBatch":
        """A batch in which every unknown entry counts and nothing is remembered.

        >>> LabelBatch.from_target(torch.tensor([[1., 0., -1.]])).selected
        tensor([[False, False,  True]])
        """
        return cls(target, selected=target == UNKNOWN, all_selected=True)

    @property
    def known(self) -> Tensor:
        """``(B, L)`` bool, the entries whose label is known."""
        return self.target >= 0

    @property
    def positive(self) -> Tensor:
        """``(B, L)``, the target with unknown entries as negatives."""
        return self.target.clamp(min=0)


def known_and_positive(target: Tensor) -> tuple[Tensor, Tensor]:
    """Float masks of a target: 1 where it is known, and the label there (0 elsewhere).

    Arithmetic on floats costs a third of boolean masks on a CPU.

    >>> known_and_positive(torch.tensor([1., 0., -1., 0.3]))
    (tensor([1., 1., 0., 1.]), tensor([1.0000, 0.0000, 0.0000, 0.3000]))
    """
    return (target - UNKNOWN).clamp_(max=1), target.clamp(min=0)


def _flatten(lists: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Lists of classes as two index arrays (sample, class)."""
    lengths = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
    sample: np.ndarray = np.repeat(np.arange(len(lists)), lengths)
    cls = np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=int(lengths.sum()))
    return sample, cls


def encode(
    positive: Sequence[Sequence[int]],
    negative: Sequence[Sequence[int]],
    num_classes: int,
    unlisted: int,
    name: Callable[[int], str] = "sample {}".format,
) -> np.ndarray:
    """Lists of class indices to an ``(N, L)`` int8 label matrix.

    Args:
        positive: For each sample the classes that are present.
        negative: For each sample the classes that are known to be absent.
        num_classes: L.
        unlisted: What a class in neither list is, ``NEGATIVE`` or ``UNKNOWN``.
        name: Gives the name of a sample for error messages.

    Raises:
        ValueError: A class index outside [0, L), or a class that is both positive and negative.

    >>> encode([[0, 2], []], [[1], [0]], 4, UNKNOWN)
    array([[ 1,  0,  1, -1],
           [ 0, -1, -1, -1]], dtype=int8)
    """
    labels: np.ndarray = np.full((len(positive), num_classes), unlisted, dtype=np.int8)
    for lists, state in ((negative, NEGATIVE), (positive, POSITIVE)):
        sample, cls = _flatten(lists)
        wrong = np.flatnonzero((cls < 0) | (cls >= num_classes))
        if wrong.size:
            raise ValueError(
                f"{name(int(sample[wrong[0]]))} has the class index {cls[wrong[0]]}, but there are "
                f"{num_classes} classes: indices go from 0 to {num_classes - 1}."
            )
        if state == POSITIVE:
            listed: np.ndarray = np.zeros(labels.shape, dtype=bool)
            listed[_flatten(negative)] = True
            both = np.flatnonzero(listed[sample, cls])
            if both.size:
                raise ValueError(
                    f"{name(int(sample[both[0]]))} lists class {cls[both[0]]} as positive and as "
                    "negative: remove it from one of the lists, or from both if nobody knows."
                )
        labels[sample, cls] = state
    return labels


def decode(labels: np.ndarray) -> tuple[list[int], list[int]]:
    """The positive and the negative classes of one ``(L,)`` row of labels.

    >>> decode(np.array([1, 0, -1, 1]))
    ([0, 3], [1])
    """
    return (
        np.flatnonzero(labels == POSITIVE).tolist(),
        np.flatnonzero(labels == NEGATIVE).tolist(),
    )


def check(labels: np.ndarray, name: Callable[[int], str] = "sample {}".format) -> np.ndarray:
    """Return ``(N, L)`` labels as int8 if every one is 1, 0 or -1.

    Raises:
        ValueError: Names the first sample, class and value that is none of them.

    >>> check(np.array([[1, 2]]))
    Traceback (most recent call last):
        ...
    ValueError: sample 0 has the label 2 for class 1: labels are 1 (positive), 0 (negative) \
or -1 (unknown).
    """
    wrong = np.argwhere(~np.isin(labels, (POSITIVE, NEGATIVE, UNKNOWN)))
    if len(wrong):
        sample, cls = wrong[0]
        raise ValueError(
            f"{name(int(sample))} has the label {labels[sample, cls]} for class {cls}: "
            "labels are 1 (positive), 0 (negative) or -1 (unknown)."
        )
    return labels.astype(np.int8, copy=False)


def check_batch(target: Tensor) -> None:
    """Check a ``(B, L)`` batch of targets: -1 or anything in [0, 1].

    Raises:
        ValueError: Names the first entry that is neither.
    """
    fine = (target == UNKNOWN) | ((target >= 0) & (target <= 1))
    if not bool(fine.all()):
        sample, cls = torch.nonzero(~fine)[0].tolist()
        raise ValueError(
            f"gt_score of image {sample} of the batch is {target[sample, cls].item():g} for class "
            f"{cls}: labels are 1, 0, -1 (unknown), or soft values between 0 and 1. A 2 comes from "
            "a class that is listed twice, a value between -1 and 0 from Mixup or CutMix."
        )
