"""The gate: how much unknown labels count, given the known labels of their class."""

import torch
from torch import Tensor

from .label_rates import relative_rate

_TINY = 1e-6


def classes_shown(positive: Tensor, negative: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Estimate the number of classes in an image, and the number of classes that are counted.

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

    With f of :func:`~mmpartial.models.losses.label_rates.relative_rate`, a class has f times as
    many known negatives as a fair sample with its P positives. So g = 1 - f is the part of the
    negatives that is missing, and unknown labels stand in for them.

    If classes were annotated in different numbers of images, their counts do not give f. Then let
    :math:`\pi = P / (P + N)` be the share of positives among the known labels of a class. If known
    labels are a fair sample of all, an image shows :math:`\sum \pi` classes on average. If this is
    at most the square root of the number C of classes, it is accepted: g is 0, and unknown labels
    are left out. If it is more, the shares are too high by the factor 1 / f, and

    .. math::
        g = 1 - \frac{N / P}{(1 - f \pi) / (f \pi)} = \frac{1 - f}{1 - f \pi},
        \qquad f = \min(1, \sqrt{C} / \textstyle\sum \pi)

    A class without known negatives has g = 1; the others count without it.

    Args:
        positive: Known positives of each class, ``(C,)``, or of all together.
        negative: Known negatives, likewise.
        classes: C.
        most: The largest accepted number of classes in an image; None to find f as above.
    """
    sampled = negative > 0
    rate = rate_of(positive, negative) if most is None else None
    if rate is not None:
        gate = torch.full_like(positive, 1 - rate)
    else:
        shown, number = classes_shown(positive, negative, classes)
        limit = number.sqrt() if most is None else most
        plausible = (limit / shown.clamp(min=_TINY)).clamp(max=1)
        share = positive / (positive + negative).clamp(min=1)
        gate = (1 - plausible) / (1 - plausible * share).clamp(min=_TINY)
    return gate.where(sampled, torch.ones_like(gate))


def rate_of(positive: Tensor, negative: Tensor) -> float | None:
    """The rate f, by the classes that have known negatives; None if it cannot be told."""
    if positive.dim() == 0:
        return None
    sampled = negative > 0
    return relative_rate(*(count[sampled].double().numpy() for count in (positive, negative)))
