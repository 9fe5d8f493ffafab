"""The gate: how much unknown labels count, given the known labels of their class."""

import torch
from torch import Tensor

_TINY = 1e-6


def classes_shown(positive: Tensor, negative: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """The mean number of classes in an image by its known labels, and out of how many classes.

    Args:
        positive: Known positives of each class, ``(C,)``, or of all together.
        negative: Known negatives, likewise. Classes without any are left out.
        classes: C.
    """
    sampled = negative > 0
    each = classes / sampled.numel()  # one number may stand for all classes
    share = positive / (positive + negative).clamp(min=1)
    return (share * sampled).sum() * each, sampled.to(share).sum() * each


def gate_of(positive: Tensor, negative: Tensor, classes: int, most: float | None = None) -> Tensor:
    r"""g, how much the unknown labels of a class count, in [0, 1].

    Let :math:`\pi = P / (P + N)` be the share of positives among the known labels of a class. If
    known labels are a fair sample of all, an image shows :math:`\sum \pi` classes on average. If
    this is at most the square root of the number C of classes, it is accepted: g is 0, and unknown
    labels are left out. If it is more, positives are known more often than negatives, and the
    shares are too high by the factor 1 / f. Then g is the part of a fair sample's negatives that
    is missing:

    .. math::
        g = 1 - \frac{N / P}{(1 - f \pi) / (f \pi)} = \frac{1 - f}{1 - f \pi},
        \qquad f = \min(1, \sqrt{C} / \textstyle\sum \pi)

    A class without known negatives has g = 1; the sum and C are over the other classes.

    Args:
        positive: Known positives of each class, ``(C,)``, or of all together.
        negative: Known negatives, likewise.
        classes: C.
        most: The largest accepted number of classes in an image; None for the square root of C.
    """
    shown, number = classes_shown(positive, negative, classes)
    limit = number.sqrt() if most is None else most
    plausible = (limit / shown.clamp(min=_TINY)).clamp(max=1)
    share = positive / (positive + negative).clamp(min=1)
    gate = (1 - plausible) / (1 - plausible * share).clamp(min=_TINY)
    return gate.where(negative > 0, torch.ones_like(gate))
