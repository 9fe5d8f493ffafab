"""Can the method handle mixed images?"""

from ...models.heads import QSamplingMixin
from ...models.losses import PartialLabelMaskingLoss
from ...models.mixing import mixing_of
from ...progress import Progress
from .run import GuardError, Run


def check_mixing(run: Run) -> None:
    """Refuse mixed images with a method in which each label belongs to one image."""
    for augment in mixing_of(run.model):
        name = type(augment).__name__
        if not any(type(hook).__name__ == "MixingHook" for hook in run.hooks):
            raise GuardError(
                f"{name} would not know which images are in a batch: add "
                "dict(type='mmpartial.MixingHook') to default_hooks."
            )
        for hook in run.hooks:
            if not getattr(hook, "takes_mixtures", True):
                raise GuardError(
                    f"{type(hook).__name__} keeps numbers of single images, and {name} mixes "
                    "images: take it out of model.train_cfg.augments (train_cfg=None), or take "
                    "another method."
                )
        for module in run.model.modules():
            _check_draws(module, name)


def _check_draws(module: object, name: str) -> None:
    """Refuse draws of labels that depend on the number of their image."""
    if isinstance(module, PartialLabelMaskingLoss):
        raise GuardError(
            f"PartialLabelMaskingLoss draws labels of single images, and {name} mixes images: take "
            "it out of model.train_cfg.augments (train_cfg=None), or take another loss."
        )
    if isinstance(module, QSamplingMixin):
        ends = (Progress(0, 0.0), Progress(1, 1.0))
        if any(module.q_schedule(end) != 1 for end in ends):
            raise GuardError(
                f"a q below 1 draws labels of single images, and {name} mixes images: set "
                "model.head.q=1, or take it out of model.train_cfg.augments (train_cfg=None)."
            )
