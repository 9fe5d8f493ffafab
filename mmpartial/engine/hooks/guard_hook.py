"""Stopping, before the first step, what would train silently wrong."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...datasets import find_partial
from ...registry import HOOKS
from ..checks import TESTING, TRAINING, GuardError
from ..checks.batch import check_batch_labels, check_loss_value
from ..checks.loading import check_content, check_loading
from ..checks.prediction import prediction_of
from ..checks.run import bare_model, testing, training
from ..checks.saved import Saved, save_in, saved_in
from ..checks.settings import Settings, settings_of

__all__ = ["GuardError", "GuardHook"]


@HOOKS.register_module()
class GuardHook(Hook):
    """Check what the parts of a config cannot see alone; every message names the remedy.

    Before the first step of training, and before a test, each check of
    :mod:`mmpartial.engine.checks` looks at config, data, model and checkpoint together; a
    checkpoint is looked at before its weights are taken. At each step: labels outside {1, 0, -1}
    and [0, 1] where no wrapper has checked them, and a loss that is not finite.

    Raises:
        GuardError: A check found something that would go silently wrong.
    """

    priority = "VERY_HIGH"
    saved: Saved | None = None
    settings: Settings | None = None

    def before_train(self, runner: Runner) -> None:
        """Check config, data and model together."""
        run = training(runner, self.saved)
        self.check_batches = run.partial is None
        self.settings = settings_of(runner.cfg)  # now, while all files are as they were read
        for check in TRAINING:
            check(run)

    def before_test(self, runner: Runner) -> None:
        """Check the test labels, classes and metrics."""
        run = testing(runner, self.saved)
        for check in TESTING:
            check(run)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Say which run wrote it."""
        dataset = find_partial(runner.train_dataloader.dataset)
        label_hash = None if dataset is None else dataset.label_hash
        settings = settings_of(runner.cfg) if self.settings is None else self.settings
        save_in(checkpoint, label_hash, settings, prediction_of(bare_model(runner), runner.cfg))

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Check the checkpoint, and remember what it says of its run."""
        name = runner._load_from or f"the last checkpoint in {runner.work_dir}"
        # The best checkpoint of this run may be loaded afterwards.
        at_start = not runner._has_loaded and self.settings is None
        check_content(checkpoint, name, at_start and runner._resume)
        self.saved = saved_in(checkpoint, name)
        if at_start:
            check_loading(runner, self.saved, checkpoint)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Check labels that no wrapper has checked."""
        if self.check_batches and data_batch is not None:
            check_batch_labels(bare_model(runner), data_batch)

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Check that the loss is a number."""
        check_loss_value(outputs, runner.iter + 1)
