"""Choosing the unknown labels of each image that count in a step."""

import numpy as np
import torch
from torch import Tensor

from ...utils.batch_rows import row_blocks
from ...utils.counter_rng import hash_ints

_MOST = torch.iinfo(torch.int64).max
_AT_ONCE = 2**16  # labels whose hashes stay in a processor's cache
_FEW_CLASSES = 600  # up to here, sorting is cheaper than a call for each image


def sample_unknown(unknown: Tensor, q: float, *key: Tensor | int) -> Tensor:
    """Choose exactly k = max(1, floor(q n + 1/2)) of the n unknown entries of each row.

    Args:
        unknown: ``(N, C)`` bool.
        q: Share in (0, 1].
        *key: Integers, or ``(N, 1)`` tensors of them, from which the draw follows.

    Returns:
        ``(N, C)`` bool. In a row without unknown entries, none is chosen.
    """
    if q == 1:
        return unknown
    count = unknown.sum(1, keepdim=True)
    k = (count.double() * q + 0.5).floor().long().clamp(min=1)
    classes = torch.arange(unknown.shape[1], device=unknown.device)
    chosen = torch.empty_like(unknown)
    for rows in _parts(unknown):
        names = (part[rows] if isinstance(part, Tensor) else part for part in key)
        rank = hash_ints(*names, classes).masked_fill(~unknown[rows], _MOST)
        torch.logical_and(unknown[rows], rank <= _smallest(rank, k[rows]), out=chosen[rows])
    return chosen


def _parts(unknown: Tensor) -> list[slice]:
    """The rows in parts, which a CPU takes one after the other; elsewhere, one part."""
    if unknown.device.type != "cpu":
        return [slice(None)]
    return row_blocks(len(unknown), unknown.shape[1], _AT_ONCE)


def _smallest(rank: Tensor, k: Tensor) -> Tensor:
    """The k-th smallest number of each row, ``(N, 1)``; k is ``(N, 1)`` and counts from 1."""
    if rank.device.type != "cpu":
        return rank.sort(1).values.gather(1, k - 1)
    rows, places = rank.numpy(), k.numpy() - 1
    if rank.shape[1] <= _FEW_CLASSES:
        return torch.from_numpy(np.take_along_axis(np.sort(rows, 1), places, 1))
    values = [np.partition(row, n)[n] for row, n in zip(rows, places[:, 0], strict=True)]
    return torch.tensor(values)[:, None]
