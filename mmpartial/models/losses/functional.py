"""Functions that several losses share."""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable

COLE = 1e-5


def check_eps(eps: str | None) -> str | None:
    """Return ``eps``, or raise a ValueError if it is neither None nor ``'cole'``."""
    if eps not in (None, "cole"):
        raise ValueError(f"eps={eps!r}: choose None (exact logarithms) or 'cole' (log(p + 1e-5)).")
    return eps


def log_losses(logits: Tensor, eps: str | None) -> tuple[Tensor, Tensor]:
    """The losses -log p and -log(1 - p) of each element.

    Args:
        logits: Any shape.
        eps: None for exact losses, which are linear in extreme logits; ``'cole'`` for
            -log(p + 1e-5) and -log(1 - p + 1e-5), as in the code of Cole et al.
            (https://arxiv.org/abs/2106.09708), which are at most 11.51 and have no gradient at
            extreme logits.
    """
    if eps is None:
        positive = F.softplus(-logits)
        return positive, positive + logits
    p = logits.sigmoid()
    return nl(p), nl(1 - p)


def nl(p: Tensor) -> Tensor:
    """-log(p + 1e-5) of probabilities, see :func:`log_losses`."""
    return -torch.log(p + COLE)


def cross_entropy(logits: Tensor, target: Tensor, eps: str | None = None) -> Tensor:
    """Binary cross entropy of each element with a soft target in [0, 1]."""
    if eps is None:
        return F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    positive, negative = log_losses(logits, eps)
    return target * positive + (1 - target) * negative


def power(base: Tensor, gamma: float) -> Tensor:
    """base^gamma of numbers of at least 0, with a finite gradient at 0 even for gamma below 1."""
    return base.clamp(min=torch.finfo(base.dtype).tiny) ** gamma if 0 < gamma < 1 else base**gamma


def check_classes(values: Sequence[float] | Tensor, logits: Tensor, name: str) -> None:
    """Raise a ValueError unless there is one number for each class."""
    if len(values) != logits.shape[1]:
        raise ValueError(
            f"{name} has {len(values)} numbers but the head gives {logits.shape[1]} scores: give "
            "one number for each class."
        )


def weighted_logsumexp(v: Tensor, weight: Tensor, dim: int) -> Tensor:
    """The logarithm of the sum of weight e^v over a dimension that is not empty.

    It is exact for all v, however large the entries of weight 0 are. If all weights are 0, it is
    -inf, and the gradient is 0.
    """
    return _WeightedLogSumExp.apply(v, weight, dim)


class _WeightedLogSumExp(torch.autograd.Function):
    """Keeps the exponentials for the gradient, which torch.logsumexp computes twice."""

    @staticmethod
    def forward(ctx: Any, v: Tensor, weight: Tensor, dim: int) -> Tensor:
        z = v.masked_fill(weight == 0, -torch.inf)
        largest = z.amax(dim, keepdim=True).clamp_(min=torch.finfo(v.dtype).min)
        share = z.sub_(largest).exp_().mul_(weight)
        total = share.sum(dim, keepdim=True)
        ctx.dim = dim
        ctx.save_for_backward(share.div_(total.clamp(min=torch.finfo(v.dtype).tiny)))
        return total.log_().add_(largest).squeeze(dim)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        (share,) = ctx.saved_tensors
        return share * grad.unsqueeze(ctx.dim), None, None
