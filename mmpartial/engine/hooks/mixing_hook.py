"""Telling batch augmentations which images are in a batch."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...models.mixing import mixing_of
from ...registry import HOOKS
from ..checks.run import bare_model


@HOOKS.register_module()
class MixingHook(Hook):
    """Hand the data samples of each batch to :class:`mmpartial.models.mixing.BatchMixing`.

    MMPretrain gives only images and labels to a batch augmentation. With the data samples, it also
    knows the rows of the images, and can mark mixtures. The samples are copies, because a dataset
    may return the same sample in each epoch.
    """

    priority = "VERY_LOW"  # after hooks that change the labels of a batch

    def before_train(self, runner: Runner) -> None:
        """Find the augmentations."""
        self.augments = mixing_of(bare_model(runner))

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Hand over the samples."""
        if self.augments:
            data_batch["data_samples"] = [sample.new() for sample in data_batch["data_samples"]]
            for augment in self.augments:
                augment.samples = data_batch["data_samples"]
