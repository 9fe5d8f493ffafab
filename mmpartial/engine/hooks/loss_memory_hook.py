"""What losses need of the training labels, and what they remember."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...datasets import find_partial
from ...models.losses import PartialLoss
from ...registry import HOOKS
from ...schedules import publish_pass_length
from .label_table_hook import on_cpu


@HOOKS.register_module()
class LossMemoryHook(Hook):
    """Show the training labels to every loss before the first step, and keep what losses remember.

    Class counts, ratios and the like are in the checkpoint and restored on ``--resume``; with
    ``load_from`` they start anew.

    Raises:
        ValueError: The checkpoint to resume from was written with other losses.
    """

    priority = "HIGH"
    _loaded: list[dict[str, Any]] | None = None

    @staticmethod
    def _losses(runner: Runner) -> list[PartialLoss]:
        return [m for m in runner.model.modules() if isinstance(m, PartialLoss)]

    def before_train(self, runner: Runner) -> None:
        """Restore the memory of the losses in a resumed run, and start them."""
        publish_pass_length(runner)
        losses = self._losses(runner)
        loaded = self._loaded or [{}] * len(losses)
        if runner.iter > 0 and len(loaded) == len(losses):
            for loss, memory in zip(losses, loaded, strict=True):
                loss.remember(memory)
        dataset = find_partial(runner.train_dataloader.dataset)
        if dataset is not None:
            for loss in losses:
                loss.start(dataset)
        if runner.iter > 0 and [set(m) for m in loaded] != [set(loss.memory()) for loss in losses]:
            raise ValueError(
                "the checkpoint to resume from does not hold what the losses of this run "
                "remember: resume with the config of that run, or use load_from to start from its "
                "weights."
            )

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Put the memory into the checkpoint."""
        checkpoint["loss_memory"] = [loss.memory() for loss in self._losses(runner)]

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the memory for :meth:`before_train`."""
        self._loaded = on_cpu(checkpoint.get("loss_memory"))
