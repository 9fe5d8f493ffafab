"""Predictions of held-out images."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ..labels import check
from ..labels.groups import Groups


@dataclass
class HeldOut:
    """Logits and labels of images that were not trained on.

    Attributes:
        logits: ``(N, C)`` float32.
        labels: ``(N, C)`` int8, 1, 0 or -1.
        groups: The groups of the images, or None.
    """

    logits: Tensor
    labels: np.ndarray
    groups: Groups | None = None

    def part(self, rows: np.ndarray) -> "HeldOut":
        """Some of the images, for a ``(N,)`` bool array."""
        groups = None if self.groups is None else self.groups.take(np.flatnonzero(rows))
        return HeldOut(self.logits[torch.from_numpy(rows)], self.labels[rows], groups)


@torch.no_grad()
def predict_batches(model: nn.Module, loader: DataLoader) -> Iterator[tuple[Tensor, Tensor]]:
    """Predict the images of a loader in evaluation mode; the mode of the model is restored.

    Args:
        model: An MMPretrain classifier.
        loader: Batches of images with labels.

    Yields:
        Logits, float32, and labels of a batch, both ``(N, C)`` on the CPU.
    """
    training = model.training
    model.eval()
    try:
        for batch in loader:
            data = model.data_preprocessor(batch, training=False)
            logits = model(data["inputs"], mode="tensor").float().cpu()
            yield logits, _labels(data["data_samples"], logits.shape[1])
    finally:
        model.train(training)


def predict(model: nn.Module, loader: DataLoader) -> HeldOut:
    """Predict the images of a loader.

    Raises:
        ValueError: There is no image, or a logit is not finite.
    """
    batches = list(predict_batches(model, loader))
    if not batches:
        raise ValueError("there is no image to calibrate on: the dataset is empty.")
    logits, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
    if not logits.isfinite().all():
        raise ValueError("the model gives logits that are not finite: it cannot be calibrated.")
    return HeldOut(logits, check(labels.numpy(), "image {}".format))


def _labels(samples: Sequence[Any], classes: int) -> Tensor:
    """Labels ``(N, C)`` of a batch, on the CPU."""
    if all("gt_score" in sample for sample in samples):
        return torch.stack([sample.gt_score for sample in samples]).cpu()
    positive = [sample.gt_label.cpu() for sample in samples]
    row = torch.arange(len(samples)).repeat_interleave(torch.tensor([*map(len, positive)]))
    labels = torch.zeros(len(samples), classes, dtype=torch.int64)
    labels[row, torch.cat(positive)] = 1
    return labels
