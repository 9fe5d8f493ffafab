"""Hard pseudo labels where a model is sure."""

from collections.abc import Callable, Iterable
from typing import Any

import torch

from ..labels import UNKNOWN
from .base import HeadOutput
from .hard_labels import HardLabels


class SureLabels(HardLabels):
    """A table of 1 and 0 where the prediction of an unknown label is sure, and NaN elsewhere.

    Args:
        num_rows, num_classes, owner, start: See :class:`~mmpartial.memory.hard_labels.HardLabels`.
        logit: Logit beyond which a prediction is sure.
    """

    def __init__(self, num_rows: int, num_classes: int, owner: str, *, start: int, logit: float):
        super().__init__(num_rows, num_classes, owner, start=start)
        self.logit = logit

    def end_epoch(self, predict: Callable[[], Iterable[HeadOutput]], loss: Any, epoch: int) -> None:
        """Predict all images, and decide all unknown labels anew."""
        if epoch + 1 < self.start:
            return
        for labels, logits, _ in predict():
            assert labels.row is not None
            decided = (logits > 0).float().masked_fill(logits.abs() <= self.logit, torch.nan)
            self.move(labels.row, decided, labels.target == UNKNOWN)
