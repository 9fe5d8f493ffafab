"""Stopping runs that would go wrong unnoticed."""

from dataclasses import replace
from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...datasets import find_partial
from ...registry import HOOKS
from ..checks import check
from ..checks.prediction import prediction_of
from ..checks.run import Run, bare_model, loading, testing, training
from ..checks.saved import Saved, save_in, saved_in
from ..checks.settings import Settings, settings_of


@HOOKS.register_module()
class GuardHook(Hook):
    """Check config, data, model and checkpoint together; every message says what to do.

    The checks of :mod:`mmpartial.engine.checks` run when a checkpoint is loaded, before its weights
    are taken; before the first step of training; at each step; and before a test.

    Raises:
        GuardError: The run would go wrong unnoticed.
    """

    priority = "VERY_HIGH"
    run: Run
    saved: Saved | None = None
    settings: Settings | None = None

    def before_run(self, runner: Runner) -> None:
        """Check how the run is spread over processes."""
        run = Run(bare_model(runner), runner.cfg, runner.hooks, runner=type(runner))
        run.strategy = getattr(runner, "strategy", None)
        check("a run begins", run)

    def before_train(self, runner: Runner) -> None:
        """Check a training run."""
        self.run = training(runner, self.saved)
        self.settings = settings_of(runner.cfg)  # now, before any file that it names changes
        check("training begins", self.run)

    def before_test(self, runner: Runner) -> None:
        """Check a test."""
        run = testing(runner, self.saved)
        check("a test begins", run)
        if self.settings is None:
            check("a test comes alone", run)
        else:
            check("a test follows training", replace(run, train=self.run.train))

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Write into the checkpoint which run it is from."""
        dataset = find_partial(runner.train_dataloader.dataset)
        settings = settings_of(runner.cfg) if self.settings is None else self.settings
        save_in(checkpoint, dataset, settings, prediction_of(bare_model(runner), runner.cfg))

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Check the checkpoint, and read which run it is from."""
        name = runner._load_from or f"the last checkpoint in {runner.work_dir}"
        run = loading(runner, name, checkpoint)
        check("a file is loaded", run)
        run.saved = self.saved = saved_in(checkpoint, name)
        if runner._has_loaded or self.settings is not None:
            return  # the best checkpoint of this run
        if run.train is not None and run.resumed:
            check("training is resumed", run)
        elif run.train is not None:
            check("training starts from weights", run)
        elif run.evaluation is not None:
            check("weights are loaded for a test", run)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Check the labels of a batch."""
        check("a batch comes", replace(self.run, batch=data_batch))

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Check the loss."""
        check("a loss is computed", replace(self.run, done=runner.iter + 1, outputs=outputs))
