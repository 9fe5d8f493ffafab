"""The soft negatives of APL: the least likely unknown labels keep their probability."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from ..labels import UNKNOWN, TrainingLabels
from .base import HeadOutput
from .label_table import LabelTable
from .whole_predictions import predict_all, unknown_by_classes


class SoftNegatives(LabelTable):
    """A table of soft labels; NaN where a label has none yet.

    See :class:`mmpartial.AsymmetricPseudoLabelHook`; ``epochs`` is the length of the training. Of
    two rows with the same probability, the lower one is chosen first. All processes choose the same
    labels, so they exchange only predictions.
    """

    def __init__(self, dataset: TrainingLabels, epochs: int, warmup: int, neg_proportion: float):
        super().__init__(*dataset.labels.shape, dataset.fingerprint, init=None)
        self.labels, self.epochs, self.warmup = dataset.labels, epochs, warmup
        unknown = torch.from_numpy(self.labels.count(UNKNOWN))
        self.each_time = (neg_proportion * unknown.double() / (epochs - warmup)).long()

    def end_epoch(self, predict: Callable[[], Iterable[HeadOutput]], loss: Any, epoch: int) -> None:
        """Predict, and give soft labels to the least likely."""
        if not self.warmup <= epoch + 1 < self.epochs:
            return
        logits = predict_all(predict, *self.labels.shape)
        for part, unknown in unknown_by_classes(self.labels):
            prob, table = logits[:, part].sigmoid(), self.values[:, part]
            chosen = least_likely(prob, unknown & table.isnan(), self.each_time[part])
            table[chosen] = prob[chosen].to(table.dtype)


def least_likely(prob: Tensor, candidates: Tensor, count: Tensor) -> Tensor:
    """Choose the candidates of each class with the lowest probabilities.

    Args:
        prob: ``(N, C)``; images with NaN, which were not predicted, are never chosen.
        candidates: ``(N, C)`` bool.
        count: ``(C,)`` int64, the number to choose in each class; less if there are fewer.

    Returns:
        ``(N, C)`` bool.
    """
    allowed = candidates & ~prob.isnan()
    order = prob.masked_fill(~allowed, torch.inf).argsort(dim=0, stable=True)
    first = torch.arange(len(prob))[:, None] < count
    return torch.zeros_like(allowed).scatter_(0, order, first) & allowed
