"""Weighted binary cross entropy of a batch, a few images at a time, with its gradient."""

import math
from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ...utils.batch_rows import row_blocks

# Labels at a time. On a CPU, the dozen tensors of a step then stay in its cache.
_ON_CPU, _ON_DEVICE = 2**17, 2**24


class Terms(NamedTuple):
    r"""The constants of e = weight (alpha s log(1 + exp(-x)) + beta (1 - s) log(1 + exp(x))).

    Attributes:
        target: s, ``(N, C)`` in [0, 1].
        weight: ``(N, C)``.
        alpha: Weight of the positive side, of a shape that expands to ``(N, C)``.
        beta: Weight of the negative side.
        known: ``(N, C)``, 1 where the label is known, else 0.
        bounded: Where the label is unknown, the negative side is sigmoid(x), not its logarithm.
    """

    target: Tensor
    weight: Tensor
    alpha: Tensor
    beta: Tensor
    known: Tensor
    bounded: bool = False


def weighted_cross_entropy(
    logits: Tensor, terms: Callable[[slice], Terms]
) -> tuple[Tensor, Tensor]:
    """The sum of e over a batch, and its part of the known labels, which has no gradient.

    Memory is bounded: apart from the gradient, no tensor has the size of the whole batch.

    Args:
        logits: ``(N, C)``.
        terms: Gives the constants of some images; no gradient flows through them.
    """
    differentiable = torch.is_grad_enabled() and logits.requires_grad
    with torch.no_grad():
        x = logits.detach()
        gradient = torch.empty_like(x) if differentiable else None
        sums = [
            _some_images(_rows(x, images), terms(images), _rows(gradient, images))
            for images in _parts(x)
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

    With p = sigmoid(x), a = alpha s and b = beta (1 - s),

        e = weight ((a + b) log(1 + exp(x)) - a x),    e' = weight ((a + b) p - a).

    log(1 + exp(x)) is x - log(p), because log1p costs up to ten times as much as log. The lowest
    logits, whose p would be 0, are raised there to the lowest whose p is not. A bounded b takes its
    own way: it costs b p, with the derivative b p (1 - p).
    """
    s, weight, alpha, beta, known, bounded = terms
    a = alpha * s
    raised = x.clamp(min=math.log(torch.finfo(x.dtype).tiny))
    p = raised.sigmoid()
    if bounded:
        b = torch.addcmul(beta, s, beta, value=-1)
        logarithmic = b * known
        b.sub_(logarithmic)
        both = logarithmic.add_(a)
    else:
        both = torch.addcmul(beta, alpha - beta, s)
    element = raised.sub_(p.log()).mul_(both).addcmul_(a, x, value=-1)
    if bounded:
        element.addcmul_(b, p)
        both.add_(b.addcmul_(b, p, value=-1))
    element.mul_(weight)
    if gradient is not None:
        torch.mul(p.mul_(both).sub_(a), weight, out=gradient)
    return element.sum(), torch.dot(element.flatten(), known.flatten())


class _WithGradient(torch.autograd.Function):
    """A value of logits whose gradient is there already."""

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
        return gradient * grad, None, None
