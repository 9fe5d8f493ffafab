"""The weights of the known and the unknown labels of an image."""

import torch
from torch import Tensor

from ...labels import LabelBatch

SCALES = ("labels", "parts")


def label_scales(labels: LabelBatch, scale: str) -> tuple[Tensor | float, Tensor | float]:
    """The weights of a known and of a selected unknown label, ``(N, 1)`` or one number each.

    Args:
        labels: The labels of the batch.
        scale: With ``'labels'``, each known and each unknown label weighs 1 / C, and the selected
            unknown labels stand for all unknown labels of their image. With ``'parts'``, the loss
            is the mean over known labels plus the mean over selected ones.
    """
    classes = max(1, labels.num_classes)
    if scale == "labels" and labels.all_selected:
        return 1 / classes, 1 / classes
    selected = labels.selected_mask.sum(1, keepdim=True).clamp_(min=1)
    knowns = labels.known_mask.sum(1, keepdim=True)
    if scale == "parts":
        return 1 / knowns.clamp(min=1), 1 / selected
    return 1 / classes, (classes - knowns) / selected / classes


def label_weights(
    labels: LabelBatch,
    scale: str,
    image: Tensor | float,
    unknown: float,
    parts: tuple[Tensor, Tensor],
) -> Tensor:
    """The weight of each label, ``(N, C)``; 0 for unknown labels that are not selected.

    Args:
        labels: The labels of the batch.
        scale: See :func:`label_scales`.
        image: Factor of each image, ``(N, 1)`` or one number.
        unknown: Factor of unknown labels.
        parts: Further factors of known and of unknown labels, ``(C,)`` or one number each.
    """
    known_scale, unknown_scale = (image * each for each in label_scales(labels, scale))
    of_known, of_unknown = parts[0] * known_scale, parts[1] * (unknown_scale * unknown)
    weight = torch.addcmul(of_unknown, of_known - of_unknown, labels.known_mask)
    return weight if labels.all_selected else weight * (labels.known_mask + labels.selected_mask)
