"""Log lines in short and long epochs, and in runs of many."""

import re
from contextlib import suppress

import pytest
from mmengine.hooks import Hook, LoggerHook

from tests.runs import tiny_runner


class Enough(Exception):
    """The first epoch is over."""


class OneEpoch(Hook):
    """Stops a run of many epochs."""

    def before_train_epoch(self, runner):
        if runner.epoch == 1:
            raise Enough


@pytest.mark.parametrize(
    "epochs, batch, interval, lines",
    [(1, 2, 50, 10), (1, 16, 50, 4), (1, 2, 2, 16), (60, 16, 50, 1)],
)
def test_lines_of_an_epoch(tmp_path, caplog, epochs, batch, interval, lines):
    runner = tiny_runner(
        tmp_path,
        train_cfg__max_epochs=epochs,
        train_cfg__val_interval=99,
        param_scheduler__total_steps=None,
        train_dataloader__batch_size=batch,
        default_hooks__logger__interval=interval,
        default_hooks__checkpoint__interval=99,
    )
    runner.logger.addHandler(caplog.handler)
    runner.register_hook(OneEpoch())
    with suppress(Enough):
        runner.train()
    assert any(isinstance(hook, LoggerHook) for hook in runner.hooks)
    found = re.findall(r"Epoch\(train\)\s+\[1\]\[", caplog.text)
    assert len(found) == lines
