"""Buffers of the main process in all processes, such as the means of BatchNorm."""

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...registry import HOOKS
from ..distributed import take_main_buffers


@HOOKS.register_module()
class MainBuffersHook(Hook):
    """Give all processes the model's buffers of the main process before validation.

    In training, each process counts means and variances of its own batches, and a checkpoint holds
    those of the main process, which a resumed run gives to all of them. With this hook, the scores
    of the checkpoint are those of validation, and a resumed run has the same ones. MMEngine's
    SyncBuffersHook averages instead, and a run that is resumed within an epoch differs.
    """

    priority = "LOW"  # after an EMAHook, which may have buffers of its own

    def after_train_epoch(self, runner: Runner) -> None:
        """Take them before the checkpoint."""
        take_main_buffers(runner.model)

    def before_val_epoch(self, runner: Runner) -> None:
        """Take them where there are no epochs."""
        take_main_buffers(runner.model)

    def before_test_epoch(self, runner: Runner) -> None:
        """Take them before a test that follows training."""
        take_main_buffers(runner.model)
