"""The test set after training, for the last and the best checkpoint apart."""

import copy
import json
from pathlib import Path
from typing import Any

import pandas as pd
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner

from ...registry import HOOKS
from .class_report_hook import per_class_tables


@HOOKS.register_module()
class FinalTestHook(Hook):
    """Test the last weights and those that were best in validation, once, after training.

    The best checkpoint is the one that ``CheckpointHook(save_best=...)`` kept. Both scores are
    logged, and written to ``final_test.json`` in the work_dir. The model has its last weights
    afterwards.

    Args:
        file: Name of that file.

    Attributes:
        scores: ``{'last': {'epoch': ..., metric: ...}, 'best': ...}``; without a best checkpoint
            the first alone.
        per_class: For each of these the table of each :class:`mmpartial.PartialMultiLabelMetric`,
            by the metric's prefix.

    Raises:
        ValueError: The config has no test set.
    """

    priority = "LOWEST"  # after the last checkpoint

    def __init__(self, *, file: str = "final_test.json"):
        self.file = file
        self.scores: dict[str, dict[str, Any]] = {}
        self.per_class: dict[str, dict[str, pd.DataFrame]] = {}

    def before_train(self, runner: Runner) -> None:
        """Look for a test set before hours of training."""
        if runner.cfg.get("test_dataloader") is None:
            raise ValueError("FinalTestHook has no test set: give test_dataloader, or take it out.")

    def after_train(self, runner: Runner) -> None:
        """Test."""
        self.scores = {"last": dict(epoch=runner.epoch, **runner.test_loop.run())}
        self.per_class = {"last": dict(per_class_tables(runner.test_evaluator))}
        best = runner.message_hub.runtime_info.get("best_ckpt")
        if best is not None:
            last_weights = copy.deepcopy(runner.model.state_dict())
            epoch = runner.load_checkpoint(best)["meta"]["epoch"]
            again = epoch == runner.epoch
            scores = self.scores["last"] if again else runner.test_loop.run()
            self.scores["best"] = dict(scores, epoch=epoch)
            self.per_class["best"] = dict(per_class_tables(runner.test_evaluator))
            runner.model.load_state_dict(last_weights)
        for name, scores in self.scores.items():
            numbers = {k: v for k, v in scores.items() if isinstance(v, int | float)}
            text = "  ".join(f"{k}: {v:.4f}" for k, v in numbers.items() if k != "epoch")
            print_log(f"test set, {name} (epoch {scores['epoch']}): {text}", logger="current")
        if is_main_process():
            Path(runner.work_dir, self.file).write_text(json.dumps(self.scores, indent=1))
