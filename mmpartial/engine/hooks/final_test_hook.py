"""Testing the last and the best checkpoint after training."""

import copy
import json
from pathlib import Path
from typing import Any

import pandas as pd
from mmengine.dist import is_main_process
from mmengine.hooks import EMAHook, Hook
from mmengine.runner import Runner

from ...formats.common.output_paths import write_text
from ...registry import HOOKS
from ...utils.log import note
from .class_report_hook import ClassReportHook, per_class_tables


@HOOKS.register_module()
class FinalTestHook(Hook):
    """Test the last weights, and the weights that were best in validation, once, after training.

    The best checkpoint is the one that ``CheckpointHook(save_best=...)`` kept. Both scores are
    logged, and written to ``final_test.json`` in the work_dir. With an ``EMAHook``, both are
    scores of averaged weights. The model has its last weights afterwards.

    Args:
        file: Name of that file.

    Attributes:
        scores: ``{'last': {'epoch': ..., 'iter': ..., metric: ...}, 'best': ...}``, without
            ``'best'`` if there is no best checkpoint.
        per_class: For ``'last'`` and ``'best'``, the table of each
            :class:`mmpartial.PartialMultiLabelMetric` by the metric's prefix.

    Raises:
        ValueError: The config has no test set.
    """

    priority = "LOWEST"  # after the last checkpoint

    def __init__(self, *, file: str = "final_test.json"):
        self.file = file
        self.scores: dict[str, dict[str, Any]] = {}
        self.per_class: dict[str, dict[str, pd.DataFrame]] = {}

    def before_train(self, runner: Runner) -> None:
        """Check that there is a test set, before hours of training."""
        if runner.cfg.get("test_dataloader") is None:
            raise ValueError("FinalTestHook has no test set: give test_dataloader, or take it out.")

    def after_train(self, runner: Runner) -> None:
        """Test the last and the best weights, and write their scores."""
        self.scores, self.per_class = {}, {}
        self._test(runner, "last", runner.epoch, runner.iter)
        best = runner.message_hub.runtime_info.get("best_ckpt")
        if best is not None:
            models = [runner.model]
            models += [hook.ema_model for hook in runner.hooks if isinstance(hook, EMAHook)]
            last_weights = [copy.deepcopy(model.state_dict()) for model in models]
            meta = runner.load_checkpoint(best)["meta"]
            if meta["iter"] == runner.iter:  # the last is the best
                self.scores["best"] = self.scores["last"]
                self.per_class["best"] = self.per_class["last"]
            else:
                self._test(runner, "best", meta["epoch"], meta["iter"])
            for model, weights in zip(models, last_weights, strict=True):
                model.load_state_dict(weights)
        for name, scores in self.scores.items():
            when = f"epoch {scores['epoch']}, iteration {scores['iter']}"
            numbers = {k: v for k, v in scores.items() if isinstance(v, int | float)}
            metrics = (f"{k}: {numbers[k]:.4f}" for k in numbers if k not in ("epoch", "iter"))
            note(f"test set, {name} ({when}): {'  '.join(metrics)}")
        if is_main_process():
            write_text(Path(runner.work_dir, self.file), json.dumps(self.scores, indent=1))

    def _test(self, runner: Runner, name: str, epoch: int, step: int) -> None:
        """Test the present weights, and name their tables of classes after them."""
        reports = [hook for hook in runner.hooks if isinstance(hook, ClassReportHook)]
        for hook in reports:
            hook.test_name = f"test_{name}"
        self.scores[name] = dict(epoch=epoch, iter=step, **runner.test_loop.run())
        self.per_class[name] = dict(per_class_tables(runner.test_evaluator))
        for hook in reports:
            hook.test_name = "test"
