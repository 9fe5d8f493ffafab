"""The predictions of all training images at once, from which a memory chooses labels."""

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor

from ..labels import UNKNOWN
from ..labels.matrix import LabelMatrix
from .base import HeadOutput
from .label_table import LabelTable

_CHUNK = 64  # classes that are ranked at a time


def predict_all(
    predict: Callable[[], Iterable[HeadOutput]], num_rows: int, num_classes: int
) -> Tensor:
    """The logits of all images, ``(N, C)`` float32; they are the same in all processes.

    Args:
        predict: Predicts this process's share of the training images.
        num_rows: Number of images.
        num_classes: Number of classes.

    Returns:
        The logits; NaN where an image was not predicted.
    """
    predicted = LabelTable(num_rows, num_classes, owner="", init=None, dtype="float32")
    for labels, logits, _ in predict():
        assert labels.row is not None
        predicted.move(labels.row, logits, torch.ones_like(logits, dtype=torch.bool))
    predicted.sync()
    return predicted.values


def unknown_by_classes(labels: LabelMatrix) -> Iterator[tuple[slice, Tensor]]:
    """Yield a few classes at a time, and whether their labels are unknown, ``(N, c)`` bool."""
    for start in range(0, labels.shape[1], _CHUNK):
        part = slice(start, min(start + _CHUNK, labels.shape[1]))
        states = labels.select(range(part.start, part.stop)).dense()
        yield part, torch.from_numpy(states == UNKNOWN)
