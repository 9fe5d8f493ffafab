"""Hard pseudo labels where a model is sure."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from ..labels import UNKNOWN
from .base import HeadOutput
from .label_table import LabelTable


class SureLabels(LabelTable):
    """A table of 1 and 0 where a prediction of an unknown label is sure, else NaN.

    Args:
        num_rows, num_classes, owner: See :class:`~mmpartial.memory.label_table.LabelTable`.
        start: First epoch after which labels are made, counted from 1.
        logit: Logit beyond which a prediction is sure.
    """

    def __init__(self, num_rows: int, num_classes: int, owner: str, *, start: int, logit: float):
        super().__init__(num_rows, num_classes, owner, init=None)
        self.start, self.logit = start, logit

    def end_epoch(self, predict: Callable[[], Iterable[HeadOutput]], loss: Any, epoch: int) -> None:
        """Predict all images, and decide all unknown labels anew."""
        if epoch + 1 < self.start:
            return
        for labels, logits in predict():
            assert labels.row is not None
            decided = (logits > 0).float().masked_fill(logits.abs() <= self.logit, torch.nan)
            self.move(labels.row, decided, labels.target == UNKNOWN)

    def completed(self, row: Tensor, target: Tensor) -> Tensor:
        """Labels ``(N, C)`` of some images, with sure labels in place of unknown ones."""
        sure = self.lookup(row).to(target)
        return torch.where((target == UNKNOWN) & ~sure.isnan(), sure, target)
