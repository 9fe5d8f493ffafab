"""Naming unreadable images in datasets of other packages."""

from typing import Any

from mmengine.dataset import Compose
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...datasets.transforms.pipeline import NamingPipeline
from ...registry import HOOKS
from ...utils.nested import walk


@HOOKS.register_module()
class ImageErrorHook(Hook):
    """Name each image that cannot be read, in any dataset.

    If a pipeline returns None, MMEngine's datasets take a random image instead, even in an
    evaluation, and errors of decoders do not name the file. With this hook, no dataset takes
    another image, and errors name the file.
    """

    def before_train(self, runner: Runner) -> None:
        """Name the images of the training set."""
        _name_images(runner.train_dataloader.dataset)

    def before_val(self, runner: Runner) -> None:
        """Name the images of the validation set."""
        _name_images(runner.val_dataloader.dataset)

    def before_test(self, runner: Runner) -> None:
        """Name the images of the test set."""
        _name_images(runner.test_dataloader.dataset)


def _name_images(dataset: Any) -> None:
    for inner in walk(dataset):
        pipeline: Any = getattr(inner, "pipeline", None)
        if type(pipeline) is Compose:
            inner.pipeline = NamingPipeline(pipeline.transforms)
