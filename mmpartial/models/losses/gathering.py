"""Rows of the batches of all processes."""

import torch
from mmengine.dist import all_gather, get_world_size
from torch import Tensor


def of_all_processes(rows: Tensor) -> Tensor:
    """The rows ``(N, ...)`` of each process, in the order of the processes, without a gradient.

    Processes may have different numbers of rows.
    """
    if get_world_size() == 1:
        return rows
    sizes = torch.cat(all_gather(torch.tensor([len(rows)], device=rows.device))).tolist()
    padded = rows.new_zeros(max(sizes), *rows.shape[1:])
    padded[: len(rows)] = rows
    parts = all_gather(padded)
    return torch.cat([part[:size] for part, size in zip(parts, sizes, strict=True)])
