"""Moving PLM's ideal ratios once an epoch."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...models.losses import PartialLabelMaskingLoss
from ...progress import pass_length
from ...registry import HOOKS
from .needed_parts import need_loss


@HOOKS.register_module()
class LabelRatioHook(Hook):
    """Update the ratios of every :class:`mmpartial.PartialLabelMaskingLoss` after each pass.

    Raises:
        ValueError: The model has no such loss.
    """

    def before_train(self, runner: Runner) -> None:
        """Find the losses."""
        modules = runner.model.modules()
        self.losses = [m for m in modules if isinstance(m, PartialLabelMaskingLoss)]
        need_loss(self, self.losses, "PartialLabelMaskingLoss", "loss=...")

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Update where a pass over the data ends."""
        if (runner.iter + 1) % pass_length(runner) == 0:
            for loss in self.losses:
                loss.update_ratio()
