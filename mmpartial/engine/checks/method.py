"""Can the method handle unknown labels, and is it complete?"""

import math
from typing import Any

import torch
from mmengine.dist import get_world_size

from ...labels import UNKNOWN
from ...models.losses import PartialLoss
from ...models.mixing import BatchMixing
from .run import GuardError, Run


def check_method(run: Run) -> None:
    """Refuse unknown labels with a loss or a batch augmentation that takes -1 as a number."""
    if run.partial is not None and run.partial.labels.count(UNKNOWN).any():
        check_unknown_allowed(run.model)


def check_unknown_allowed(model: Any) -> None:
    """Check that a model's loss and augmentations can handle unknown labels."""
    loss = getattr(getattr(model, "head", None), "loss_module", None)
    if isinstance(loss, torch.nn.Module) and not isinstance(loss, PartialLoss):
        raise GuardError(
            f"the training labels hold unknowns (-1), which {type(loss).__name__} would train "
            "on as the number -1: set model.head.loss to a loss of mmpartial, such as "
            "dict(type='mmpartial.PartialBCELoss')."
        )
    augments = getattr(getattr(model, "data_preprocessor", None), "batch_augments", None)
    for augment in getattr(augments, "augments", []):
        if augment is None or isinstance(augment, BatchMixing):  # None: leave a batch as it is
            continue
        raise GuardError(
            f"{type(augment).__name__} blends the labels of two images, including unknown ones "
            "(-1): take it out of model.train_cfg.augments (train_cfg=None), take "
            "dict(type='mmpartial.MixUpPME') or dict(type='mmpartial.LogicMix') instead, or train "
            "on full labels."
        )


def check_batch_size(run: Run) -> None:
    """Refuse batches with fewer images than the loss needs."""
    loader = run.cfg.train_dataloader
    size = loader["batch_size"]
    last = math.ceil(len(run.train) / get_world_size()) % size or size
    if loader.get("drop_last") or "Infinite" in str(loader.get("sampler")):
        last = size
    for loss in run.model.modules():
        if isinstance(loss, PartialLoss) and last < loss.least_images:
            remedy = "drop_last=True" if last < size else f"batch_size={loss.least_images} or more"
            raise GuardError(
                f"{type(loss).__name__} compares the images of a batch and needs at least "
                f"{loss.least_images}, but {'the last' if last < size else 'each'} batch of an "
                f"epoch has {last}: set train_dataloader.{remedy}."
            )


def check_hooks(run: Run) -> None:
    """Refuse a loss without its hook."""
    names = {type(hook).__name__ for hook in run.hooks}
    for loss in run.model.modules():
        if not isinstance(loss, PartialLoss):
            continue
        if loss.needs_hook is not None and loss.needs_hook not in names:
            raise GuardError(
                f"{type(loss).__name__} would be another method without {loss.needs_hook}: add "
                f"dict(type='mmpartial.{loss.needs_hook}') to custom_hooks."
            )
        if loss.remembered and "LossMemoryHook" not in names:
            raise GuardError(
                f"checkpoints would lack the memory of {type(loss).__name__}: add "
                "dict(type='mmpartial.LossMemoryHook') to default_hooks."
            )
