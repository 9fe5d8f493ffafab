"""Are the labels of each batch labels, and is the loss a number?"""

from typing import Any

import torch
from mmpretrain.models.heads import MultiLabelClsHead

from ...labels import UNKNOWN, check_batch
from .guard_error import GuardError
from .method import check_unknown_allowed

# The sum over 1,000 images x 100,000 classes at a logit of 1,000 for each is 1e11.
ABSURD = 1e12


def check_batch_labels(model: Any, data_batch: dict[str, Any]) -> None:
    """Labels outside {1, 0, -1} and [0, 1], in a batch that no wrapper has checked."""
    samples = [s for s in data_batch.get("data_samples", []) if "gt_score" in s]
    if not samples or not isinstance(getattr(model, "head", None), MultiLabelClsHead):
        return
    target = torch.stack([s.gt_score for s in samples])
    try:
        check_batch(target)
    except ValueError as error:
        raise GuardError(str(error)) from None
    if (target == UNKNOWN).any():
        check_unknown_allowed(model)


def check_loss_value(outputs: dict[str, Any] | None, iteration: int) -> None:
    """A loss that is not finite, or that no labels can cost."""
    loss = torch.as_tensor((outputs or {}).get("loss", 0.0)).detach()
    if (loss.abs() < ABSURD).all():
        return
    cause = (
        "a weight of the loss, or the logits, have exploded"
        if torch.isfinite(loss).all()
        else "the logits are not finite"
    )
    raise GuardError(
        f"the loss of iteration {iteration} is {float(loss):g}: {cause}. Lower the learning rate, "
        "or clip gradients; the last checkpoint is good."
    )
