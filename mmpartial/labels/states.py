"""The three states of a label: 1 positive, 0 negative, -1 unknown.

MMPretrain's metrics read ``gt_score`` in this way. A soft value in (0, 1), which Mixup makes from
full labels, is known.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

POSITIVE, NEGATIVE, UNKNOWN = 1, 0, -1


def check(labels: np.ndarray, name: Callable[[int], str] = "sample {}".format) -> np.ndarray:
    """Return ``(N, C)`` labels as int8 if all are 1, 0 or -1.

    Raises:
        ValueError: A label is none of these; the message names sample, class and value.

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


def is_unknown(target: Tensor) -> Tensor:
    """Which labels of a batch are unknown, bool.

    On a CPU, NumPy compares many numbers at a time, and PyTorch takes ten times as long.

    >>> is_unknown(torch.tensor([1.0, -1.0]))
    tensor([False,  True])
    """
    if target.device.type == "cpu" and target.dtype == torch.float32:
        return torch.from_numpy(target.detach().numpy() == UNKNOWN)
    return target == UNKNOWN


def check_batch(target: Tensor) -> None:
    """Check that all targets of an ``(N, C)`` batch are -1 or in [0, 1].

    Raises:
        ValueError: A target is neither; the message names image, class and value.
    """
    fine = (target == UNKNOWN) | ((target >= 0) & (target <= 1))
    if not bool(fine.all()):
        sample, cls = torch.nonzero(~fine)[0].tolist()
        raise ValueError(
            f"gt_score of image {sample} of the batch is {target[sample, cls].item():g} for class "
            f"{cls}: labels are 1, 0, -1 (unknown), or soft values between 0 and 1. A 2 comes from "
            "a class that is listed twice, a value between -1 and 0 from Mixup or CutMix."
        )
