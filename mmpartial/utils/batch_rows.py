"""The rows of a batch: some of them at a time, or all of them without a copy."""

from collections.abc import Sequence

import torch
from torch import Tensor


def row_blocks(rows: int, width: int, numbers: int) -> list[slice]:
    """Divide rows into blocks of at most ``numbers`` numbers and at least one row.

    A CPU that works on one block after the other keeps its tensors in the cache.

    >>> row_blocks(5, 10, 25)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 6, None)]
    >>> row_blocks(5, 10, 50)
    [slice(None, None, None)]
    """
    step = max(1, numbers // max(1, width))
    if step >= rows:
        return [slice(None)]
    return [slice(start, start + step) for start in range(0, rows, step)]


def stacked(rows: Sequence[Tensor]) -> Tensor:
    """``torch.stack`` of some rows; if they are all rows of one tensor in order, that tensor.

    A data preprocessor makes the labels of a batch in one tensor, and gives each sample its row.

    >>> batch = torch.rand(2, 3)
    >>> stacked(list(batch)) is batch
    True
    """
    batch = rows[0]._base
    if batch is None or batch.shape != (len(rows), *rows[0].shape) or not batch.is_contiguous():
        return torch.stack(tuple(rows))
    first, size = batch.data_ptr(), rows[0].nbytes
    expected = range(first, first + len(rows) * size, size)
    if any(r._base is not batch or r.data_ptr() != p for r, p in zip(rows, expected, strict=True)):
        return torch.stack(tuple(rows))
    return batch
