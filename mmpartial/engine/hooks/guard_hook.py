"""Stopping, before the first step, what would train silently wrong."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...datasets import find_partial
from ...registry import HOOKS
from ..checks import TESTING, TRAINING, GuardError
from ..checks.batch import check_batch_labels, check_loss_value
from ..checks.run import bare_model, testing, training
from ..checks.saved import Saved, saved_in

__all__ = ["GuardError", "GuardHook"]


@HOOKS.register_module()
class GuardHook(Hook):
    """Check what the parts of a config cannot see alone; every message names the remedy.

    Before the first step of training, and before a test, each check of
    :mod:`mmpartial.engine.checks` looks at config, data, model and checkpoint together. At each
    step: labels outside {1, 0, -1} and [0, 1] where no wrapper has checked them, and a loss that
    is not finite.

    Raises:
        GuardError: A check found something that would go silently wrong.
    """

    priority = "VERY_HIGH"
    saved: Saved | None = None

    def before_train(self, runner: Runner) -> None:
        """Check config, data and model together."""
        run = training(runner, self.saved)
        self.check_batches = run.partial is None
        for check in TRAINING:
            check(run)

    def before_test(self, runner: Runner) -> None:
        """Check the test labels, classes and metrics."""
        run = testing(runner, self.saved)
        for check in TESTING:
            check(run)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the hash of what was known."""
        dataset = find_partial(runner.train_dataloader.dataset)
        if dataset is not None:
            checkpoint["label_hash"] = dataset.label_hash

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Remember what the checkpoint says of its run."""
        self.saved = saved_in(checkpoint)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Check labels that no wrapper has checked."""
        if self.check_batches and data_batch is not None:
            check_batch_labels(bare_model(runner), data_batch)

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Check that the loss is a number."""
        check_loss_value(outputs, runner.iter + 1)
