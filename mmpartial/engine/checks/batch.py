"""Are the labels of each batch valid, and is the loss a number?"""

import torch
from mmpretrain.models.heads import MultiLabelClsHead

from ...labels import UNKNOWN, check_batch
from .method import check_unknown_allowed
from .run import GuardError, Run

# The sum over 1,000 images x 100,000 classes at a logit of 1,000 for each is 1e11.
ABSURD = 1e12


def check_batch_labels(run: Run) -> None:
    """Refuse labels outside {1, 0, -1} and [0, 1], if no wrapper has checked them."""
    if run.partial is not None or not isinstance(run.batch, dict):
        return
    samples = [s for s in run.batch.get("data_samples", []) if "gt_score" in s]
    if not samples or not isinstance(getattr(run.model, "head", None), MultiLabelClsHead):
        return
    target = torch.stack([s.gt_score for s in samples])
    try:
        check_batch(target)
    except ValueError as error:
        raise GuardError(str(error)) from None
    if (target == UNKNOWN).any():
        check_unknown_allowed(run.model)


def check_loss_value(run: Run) -> None:
    """Refuse a loss that is not finite, or larger than any labels could make it."""
    loss = torch.as_tensor((run.outputs or {}).get("loss", 0.0)).detach()
    if (loss.abs() < ABSURD).all():
        return
    cause = (
        "a weight of the loss, or the logits, have exploded"
        if torch.isfinite(loss).all()
        else "the logits are not finite"
    )
    raise GuardError(
        f"the loss of iteration {run.done} is {float(loss):g}, because {cause}: resume from the "
        "last checkpoint with a lower optim_wrapper.optimizer.lr or with optim_wrapper.clip_grad."
    )
