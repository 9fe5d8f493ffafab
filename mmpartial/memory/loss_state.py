"""The state of losses, such as running counts of each class."""

from collections.abc import Sequence
from typing import Any

from .base import on_cpu


class LossState:
    """The remembered attributes of some losses, as one memory.

    They are not buffers, because buffers belong to the weights: ``load_from`` would load the counts
    of another run, averaged weights would average them, half precision would round them, and a
    checkpoint would no longer fit MMPretrain's own head.

    Args:
        losses: The losses; ``remembered`` of each names its attributes.
    """

    def __init__(self, losses: Sequence[Any]):
        self.losses = losses

    def state_dict(self, folder: str = "") -> list[dict[str, Any]]:
        """Name and value of each loss's attributes."""
        state = [{name: getattr(loss, name) for name in loss.remembered} for loss in self.losses]
        return on_cpu(state)

    def load_state_dict(self, state: list[dict[str, Any]] | None, folder: str = "") -> None:
        """Restore the attributes; a ValueError refuses the state of other losses."""
        state = state or [{}] * len(self.losses)
        if [set(part) for part in state] != [set(loss.remembered) for loss in self.losses]:
            raise ValueError(
                "the checkpoint to resume from does not hold the state of this run's losses: "
                "resume with the config of that run, or use load_from to start from its weights."
            )
        for loss, part in zip(self.losses, state, strict=True):
            for name, value in part.items():
                setattr(loss, name, value)
