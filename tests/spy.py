"""A hook that writes down what a run did, and can kill it.

It does not import mmpartial: a config must find our components by their names alone.
"""

import json
import os
import signal

from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.registry import HOOKS


@HOOKS.register_module()
class SpyHook(Hook):
    """Write losses and table checksums to ``spy.RANK.jsonl``; die at an iteration if told."""

    priority = "LOWEST"

    def __init__(self, kill_at=None):
        self.kill_at = kill_at

    def _write(self, runner, **record):
        with open(os.path.join(runner.work_dir, f"spy.{get_rank()}.jsonl"), "a") as file:
            file.write(json.dumps(record) + "\n")

    def before_train(self, runner):
        self._write(runner, labels=runner.train_dataloader.dataset.label_hash)

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        values = {key: float(value.mean()) for key, value in outputs.items()}
        self._write(runner, iter=runner.iter, **values)
        if runner.iter == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def after_train_epoch(self, runner):
        for hook in runner.hooks:
            if type(hook).__name__ == "PseudoLabelHook":
                self._write(runner, epoch=runner.epoch, table=hook.memory.checksum())
