"""Can the method take unknown labels, and is it complete?"""

from typing import Any

import torch

from ...labels import UNKNOWN
from ...models.losses import PartialLoss
from ...models.mixing import BatchMixing
from .run import GuardError, Run


def check_method(run: Run) -> None:
    """Refuse unknown labels with a loss or a batch augmentation that takes -1 as a number."""
    if run.partial is not None and run.partial.labels.count(UNKNOWN).any():
        check_unknown_allowed(run.model)


def check_unknown_allowed(model: Any) -> None:
    """Check that a model's loss and augmentations can take unknown labels."""
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
                f"checkpoints would lack what {type(loss).__name__} remembers: add "
                "dict(type='mmpartial.LossMemoryHook') to default_hooks."
            )
