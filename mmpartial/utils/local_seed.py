"""Seeds for random transforms, which depend only on epoch and sample."""

import random
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import numpy as np
import torch

from .counter_rng import hash_text


@contextmanager
def kept_generators() -> Iterator[None]:
    """Restore the states of Python's, NumPy's and torch's generators afterwards."""
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])


def seed_generators(seed: int) -> None:
    """Seed these generators; this takes a tenth of the time that restoring them takes."""
    random.seed(seed)
    np.random.seed(seed)
    torch.default_generator.manual_seed(seed)


class EpochClock:
    """Epoch and seed of the augmentation, in memory that persistent workers share."""

    def __init__(self, epoch: int = -1, seed: int = -1):
        self._now = torch.tensor([epoch, seed]).share_memory_()

    def set(self, epoch: int, seed: int) -> None:
        """Start the clock, or set it."""
        self._now[0], self._now[1] = epoch, seed

    def kept_generators(self) -> AbstractContextManager:
        """:func:`kept_generators` if the clock runs."""
        return kept_generators() if self._now[0] >= 0 else nullcontext()

    def seed_generators(self, idx: int) -> None:
        """Seed the generators for a sample if the clock runs."""
        epoch, seed = self._now.tolist()
        if epoch >= 0:
            seed_generators(hash_text(f"{seed} {epoch} {idx}") & 0xFFFFFFFF)
