"""A move of the numbers of some rows of a table."""

from typing import NamedTuple

from torch import Tensor


class Move(NamedTuple):
    """Some rows take momentum * old + (1 - momentum) * value.

    Attributes:
        row: ``(N,)`` int64, the images.
        value: ``(N, C)`` in [0, 1], float32.
        chosen: ``(N, C)`` bool; other entries keep their number.
        momentum: Share of the old number that stays.
        epoch: Number of this pass over the data.
    """

    row: Tensor
    value: Tensor
    chosen: Tensor
    momentum: float
    epoch: int

    def average(self, old: Tensor, value: Tensor) -> Tensor:
        """The moving average of old numbers, float32, and new ones of the same shape."""
        if not self.momentum:
            return value
        return old.mul(self.momentum).add_(value, alpha=1 - self.momentum)
