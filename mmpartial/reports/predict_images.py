"""Predicts the labelled images of a report."""

from typing import Any

import numpy as np
from torch import nn

from ..calibration.held_out import predict_batches
from ..engine.trained_model import batches_of
from ..models.heads import QSamplingMixin
from .predicted import Predicted
from .predicted_maps import add_maps


def predict_images(
    model: nn.Module, dataset: Any, loader: dict, frequent: np.ndarray, chosen: np.ndarray
) -> Predicted | None:
    """Predict all images of a dataset, and keep the numbers and images that a report shows.

    Args:
        model: The model of the training, on its device.
        dataset: The images.
        loader: The config of their dataloader.
        frequent: The classes between which confusion is counted.
        chosen: The classes that get precision-recall and ROC curves.

    Returns:
        None if the model has no head of mmpartial, whose loss turns logits into probabilities.
    """
    head: Any = getattr(model, "head", None)
    if not isinstance(head, QSamplingMixin):
        return None
    predicted = Predicted(frequent, chosen=chosen)
    for logits, known in predict_batches(model, batches_of(dataset, loader)):
        labels = known.numpy().astype(np.int8)  # floats where some are unknown
        predicted.add(head.loss_module.posterior(logits).detach().numpy(), labels)
        predicted.curves.add(logits.detach().sigmoid().numpy(), labels)
    add_maps(predicted, model, dataset)
    return predicted
