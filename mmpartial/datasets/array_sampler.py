"""MMEngine's sampler with a small memory."""

from collections.abc import Iterator

import torch
from mmengine.dataset import DefaultSampler

from ..registry import DATA_SAMPLERS

_CHUNK = 2**14  # indices that are Python numbers at a time


@DATA_SAMPLERS.register_module()
class ArraySampler(DefaultSampler):
    """MMEngine's ``DefaultSampler`` with the same order in a tenth of the memory.

    ``DefaultSampler`` makes a list of Python numbers, 36 bytes or more for each image of the
    dataset, in each training process. This one has four bytes for each image if it shuffles, and
    none if it does not.

    Args:
        dataset: The dataset.
        shuffle: Whether the order is random in each epoch.
        seed: Seed of the order, the same in all processes. By default the processes agree on one.
        round_up: Whether images are repeated so that all processes have equally many.
    """

    def __iter__(self) -> Iterator[int]:
        size, step = len(self.dataset), self.world_size
        order = None
        if self.shuffle:
            generator = torch.Generator().manual_seed(self.seed + self.epoch)
            dtype = torch.int32 if size < 2**31 else torch.int64
            order = torch.randperm(size, generator=generator, dtype=dtype)
        for start in range(self.rank, self.total_size, step * _CHUNK):
            stop = min(start + step * _CHUNK, self.total_size)
            place = torch.arange(start, stop, step) % size
            yield from (place if order is None else order[place]).tolist()
