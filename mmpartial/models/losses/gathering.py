"""Sums, rows and largest values over the batches of all processes."""

import torch
from mmengine.dist import all_gather, all_reduce, get_rank, get_world_size
from torch import Tensor

from .functional import weighted_logsumexp


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


def sum_of_processes(number: int, like: Tensor) -> int:
    """The sum of a whole number over all processes; ``like`` is on the device of the batch."""
    if get_world_size() == 1:
        return number
    total = torch.tensor(number, device=like.device)
    all_reduce(total)
    return int(total)


def largest_of_processes(values: Tensor, k: int) -> Tensor:
    """The k largest values ``(M,)`` over all processes, in any order, without a gradient."""
    own = values.topk(min(k, len(values)), sorted=False).values
    if get_world_size() == 1:
        return own
    everyone = of_all_processes(own)
    return everyone.topk(min(k, len(everyone)), sorted=False).values


def logsumexp_of_processes(value: Tensor) -> Tensor:
    """The logarithm of the sum of e^value over all processes, for each of ``(C,)`` values.

    The gradient is that of this process's values.
    """
    if get_world_size() == 1:
        return value
    every = of_all_processes(value.detach()[None])
    own = torch.arange(len(every), device=value.device)[:, None] == get_rank()
    every = torch.where(own, value, every)
    return weighted_logsumexp(every, torch.ones_like(every), 0)


def with_summed_gradient(value: Tensor) -> Tensor:
    """A value that is equal in all processes, each with the gradient of its part of the batch.

    DDP averages the gradients of the processes. With this function the result is their sum.
    """
    fixed = value.detach()
    return fixed + get_world_size() * (value - fixed)
