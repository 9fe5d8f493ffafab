"""Buffers of the main process in all processes, such as the means of BatchNorm."""

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...registry import HOOKS
from ..distributed import take_main_buffers


@HOOKS.register_module()
class MainBuffersHook(Hook):
    """Give all processes the model's buffers of the main process before validation.

    In training, each process has the means and variances of its own batches. A checkpoint holds
    those of the main process, and a resumed run gives them to all processes. With this hook,
    validation uses them too, so that the checkpoint and a resumed run have the same scores.
    MMEngine's SyncBuffersHook averages the buffers instead; then a run that is resumed within an
    epoch differs from one that never stopped.
    """

    priority = "LOW"  # after an EMAHook, which may have buffers of its own

    def after_train_epoch(self, runner: Runner) -> None:
        """Give the buffers before the checkpoint."""
        take_main_buffers(runner.model)

    def before_val_epoch(self, runner: Runner) -> None:
        """Give the buffers in loops without epochs."""
        take_main_buffers(runner.model)

    def before_test_epoch(self, runner: Runner) -> None:
        """Give the buffers before a test that follows training."""
        take_main_buffers(runner.model)
