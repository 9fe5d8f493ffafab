"""Rounding at random, as a pure function of image, class and epoch."""

import torch
from torch import Tensor

from ..utils.counter_rng import hash_ints


def rounding_offsets(epoch: int, row: Tensor, num_classes: int) -> Tensor:
    """Numbers u, so that floor(x + u) rounds x at random to a whole number, without bias.

    They are multiples of 2**-16 in [0, 1). Each 64-bit hash gives the numbers of four classes.

    Args:
        epoch: Number of this pass over the data.
        row: ``(N,)`` int64, the images.
        num_classes: C.

    Returns:
        ``(N, C)`` float32.

    >>> offsets = rounding_offsets(0, torch.arange(100), 99)
    >>> bool(abs(offsets.mean() - 0.5) < 0.01)
    True
    """
    fours = torch.arange(-(-num_classes // 4))
    bits = hash_ints(epoch, row[:, None], fours).view(torch.int16)[:, :num_classes]
    return bits.float().add_(2**15).mul_(2.0**-16)


def moved(old: Tensor, value: Tensor, momentum: float, offsets: Tensor) -> Tensor:
    """255 times the moving average of old and new numbers, plus the offsets.

    The floor of the result is what a table of uint8 stores. It never falls if ``old`` rises.

    Args:
        old: ``(N, C)`` whole numbers from 0 to 255, float32.
        value: ``(N, C)`` in [0, 1], float32.
        momentum: Share of the old number that stays.
        offsets: ``(N, C)``, the result of :func:`rounding_offsets`.
    """
    return torch.add(offsets, old, alpha=momentum).add_(value, alpha=255 * (1 - momentum))
