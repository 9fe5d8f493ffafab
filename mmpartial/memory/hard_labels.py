"""The base of tables of hard pseudo labels."""

import torch
from torch import Tensor

from ..labels import UNKNOWN
from .label_table import LabelTable


class HardLabels(LabelTable):
    """A table of 1 and 0 for some of the unknown labels, and NaN elsewhere.

    Args:
        num_rows, num_classes, owner: See :class:`~mmpartial.memory.label_table.LabelTable`.
        start: First epoch after which labels are made, counted from 1.
    """

    def __init__(self, num_rows: int, num_classes: int, owner: str, *, start: int):
        super().__init__(num_rows, num_classes, owner, init=None)
        self.start = start

    def completed(self, row: Tensor, target: Tensor) -> Tensor:
        """Labels ``(N, C)`` of some images, with unknown labels replaced by the table's."""
        made = self.lookup(row).to(target)
        return torch.where((target == UNKNOWN) & ~made.isnan(), made, target)
