"""Log lines in short and long epochs."""

import re

import pytest
from mmengine.hooks import LoggerHook

from tests.runs import tiny_runner


@pytest.mark.parametrize("batch, interval, lines", [(2, 50, 10), (16, 50, 4), (2, 2, 16)])
def test_ten_lines_an_epoch_or_more(tmp_path, caplog, batch, interval, lines):
    runner = tiny_runner(
        tmp_path, train_cfg__max_epochs=1, train_cfg__val_interval=9,
        train_dataloader__batch_size=batch, default_hooks__logger__interval=interval,
    )  # fmt: skip
    runner.logger.addHandler(caplog.handler)
    runner.train()
    assert any(isinstance(hook, LoggerHook) for hook in runner.hooks)
    found = re.findall(r"Epoch\(train\)\s+\[1\]\[", caplog.text)
    assert len(found) == lines
