"""Predictions of held-out images."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from mmpretrain.structures import label_to_onehot
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ..labels import check


@dataclass
class HeldOut:
    """Logits and labels of images that were not trained on.

    Attributes:
        logits: ``(N, C)`` float32.
        labels: ``(N, C)`` int8, 1, 0 or -1.
    """

    logits: Tensor
    labels: np.ndarray

    def part(self, rows: np.ndarray) -> "HeldOut":
        """Some of the images, for a ``(N,)`` bool array."""
        return HeldOut(self.logits[torch.from_numpy(rows)], self.labels[rows])


@torch.no_grad()
def predict(model: nn.Module, loader: DataLoader) -> HeldOut:
    """Predict the images of a loader in evaluation mode; the mode of the model is restored.

    Args:
        model: An MMPretrain classifier.
        loader: Batches of images with labels.

    Raises:
        ValueError: There is no image, or a logit is not finite.
    """
    training = model.training
    model.eval()
    logits: list[Tensor] = []
    labels: list[Tensor] = []
    for batch in loader:
        data = model.data_preprocessor(batch, training=False)
        logits.append(model(data["inputs"], mode="tensor").float().cpu())
        labels += [_labels(sample, logits[-1].shape[1]).cpu() for sample in data["data_samples"]]
    model.train(training)
    if not logits:
        raise ValueError("there is no image to calibrate on: the dataset is empty.")
    found = torch.cat(logits)
    if not found.isfinite().all():
        raise ValueError("the model gives logits that are not finite: it cannot be calibrated.")
    return HeldOut(found, check(torch.stack(labels).numpy(), "image {}".format))


def _labels(sample: Any, classes: int) -> Tensor:
    if "gt_score" in sample:
        return sample.gt_score
    return label_to_onehot(sample.gt_label, classes)
