"""Choosing the unknown labels of each image that count in a step."""

import torch
from torch import Tensor

from ...utils.counter_rng import hash_ints


def sample_unknown(unknown: Tensor, q: float, *key: Tensor | int) -> Tensor:
    """Choose exactly k = max(1, floor(q n + 1/2)) of the n unknown entries of each row.

    Args:
        unknown: ``(N, C)`` bool.
        q: Share in (0, 1].
        *key: Integers, or ``(N, 1)`` tensors of them, that name the draw.

    Returns:
        ``(N, C)`` bool. A row without unknown entries chooses none.
    """
    if q == 1:
        return unknown
    classes = torch.arange(unknown.shape[1], device=unknown.device)
    rank = hash_ints(*key, classes).masked_fill(~unknown, torch.iinfo(torch.int64).max)
    count = unknown.sum(1, keepdim=True)
    k = (count * q + 0.5).floor().long().clamp(min=1)
    threshold = rank.sort(1).values.gather(1, k - 1)
    return unknown & (rank <= threshold)
