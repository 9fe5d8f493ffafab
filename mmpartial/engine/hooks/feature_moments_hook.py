"""Standardizing features as in the training of a checkpoint."""

from mmengine.hooks import Hook
from mmengine.runner import BaseLoop, Runner

from ...registry import HOOKS
from ..trained_model import standardize_as_trained


@HOOKS.register_module()
class FeatureMomentsHook(Hook):
    """Standardize cached features by the mean and deviation in the checkpoint that is loaded.

    New images change the mean and deviation of the features. A new training takes the new values; a
    resumed training and a test keep those of the checkpoint.

    Raises:
        ValueError: The features and those of the checkpoint are from different networks.
    """

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Take the moments of the checkpoint."""
        for loop in (runner._train_loop, runner._val_loop, runner._test_loop):
            if isinstance(loop, BaseLoop):
                standardize_as_trained(loop.dataloader.dataset, checkpoint)
