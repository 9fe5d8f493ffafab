"""Weighted binary cross entropy of a batch, a few images at a time, with its gradient."""

import math
from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ...utils.batch_rows import row_blocks
from ...utils.compiling import is_compiling

# Labels at a time. On a CPU, the dozen tensors of a step then stay in its cache.
_ON_CPU, _ON_DEVICE = 5 * 2**14, 2**24


class Terms(NamedTuple):
    """The constants of e = a log(p) + (b - u) log(1 - p) - u p, with the sigmoid p of a logit.

    Attributes:
        positive: a, ``(N, C)``, minus the weight of the positive side; it is written over.
        negative: b, ``(N, C)``, minus the weight of the negative side; it is written over.
        known: ``(N, C)``, 1 where the label is known, else 0.
        bound: The share u / b of unknown labels, in [0, 1], whose cost -u p is bounded; u is 0
            for known labels. None for 0.
    """

    positive: Tensor
    negative: Tensor
    known: Tensor
    bound: float | Tensor | None = None


def weighted_cross_entropy(
    logits: Tensor, terms: Callable[[slice], Terms]
) -> tuple[Tensor, Tensor]:
    """The sum of e over a batch, and the part of known labels, which has no gradient.

    Memory is limited: apart from the gradient, no tensor has the size of the whole batch.

    Args:
        logits: ``(N, C)``.
        terms: A function that gives the constants of some images; they have no gradient.
    """
    differentiable = torch.is_grad_enabled() and logits.requires_grad
    with torch.no_grad():
        gradient = torch.empty_like(logits) if differentiable else None
        sums = [
            _some_images(_rows(logits, images), terms(images), _rows(gradient, images))
            for images in _parts(logits)
        ]
        total, known = (reduce(torch.add, part) for part in zip(*sums, strict=True))
    if gradient is not None:
        total = _WithGradient.apply(logits, total, gradient)
    return total, known


def _parts(x: Tensor) -> list[slice]:
    """Divide a batch into parts of some images each."""
    return row_blocks(len(x), x.shape[1], _ON_CPU if x.device.type == "cpu" else _ON_DEVICE)


def _rows(values: Any, images: slice) -> Any:
    return values if values is None or images == slice(None) else values[images]


def _some_images(x: Tensor, terms: Terms, gradient: Tensor | None) -> tuple[Tensor, Tensor]:
    """The two sums of some images; writes their gradient.

    log(1 - p) is log(p) - x, so that

        e = (a + b - u) log(1 - p) + a x - u p,    e' = a - (a + b - u p) p.

    This needs no log1p, which costs up to ten times as much as log. In the logarithm, logits whose
    p would be 0 are raised to the lowest logit whose p is not.
    """
    a, b, known, bound = terms
    raised = x.clamp_min(math.log(torch.finfo(x.dtype).tiny))
    p = raised.sigmoid()
    log_rest = p.log().sub_(raised)
    if bound is None:
        both = b.add_(a)
        element = log_rest.mul_(both).addcmul_(a, x)
    else:
        u = torch.addcmul(b, b, known, value=-1).mul_(bound)
        both = b.add_(a)
        element = log_rest.mul_(both - u).addcmul_(a, x).sub_(u.mul_(p))
        both.sub_(u)
    if gradient is not None:
        torch.addcmul(a, both, p, value=-1, out=gradient)
    return element.sum(), element.mul_(known).sum()


class _WithGradient(torch.autograd.Function):
    """A value of logits whose gradient is already computed."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, value: Tensor, gradient: Tensor) -> Tensor:
        ctx.save_for_backward(gradient)
        return value

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        if torch.is_grad_enabled():  # create_graph=True
            raise RuntimeError(
                "the loss has no second derivative: do not use create_graph=True with it."
            )
        (gradient,) = ctx.saved_tensors
        if grad.device.type == "cpu" and is_compiling() is False and grad.item() == 1:
            return gradient, None, None  # without a copy; a compiled graph cannot look at numbers
        return gradient * grad, None, None
