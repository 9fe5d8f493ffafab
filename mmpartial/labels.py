"""The only place that knows how a label's three states are written.

1 is positive, 0 is negative, -1 is unknown, as MMPretrain's own metrics read ``gt_score``.
A soft value in (0, 1), which Mixup makes of full labels, is known.
"""

from collections.abc import Callable
from dataclasses import dataclass

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
