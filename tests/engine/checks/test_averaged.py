"""Averaged weights (EMAHook) that would be other ones than those of the training."""

from types import SimpleNamespace

import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.hooks import EMAHook
from mmengine.logging import MMLogger
from mmengine.runner import Runner

from mmpartial.engine.checks import GuardError
from mmpartial.engine.checks.averaged import check_average
from tests.runs import tiny_config, tiny_runner

EMA = dict(default_hooks__ema=dict(type="EMAHook"))


@pytest.mark.parametrize("momentum, length, share", [(2e-4, 1400, 76), (0.01, 1400, None)])
def test_a_slow_average(caplog, momentum, length, share):
    hook = EMAHook(momentum=momentum)
    hook.before_run(SimpleNamespace(model=torch.nn.Linear(1, 1)))
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    try:
        check_average(SimpleNamespace(hooks=[hook], length=length))
    finally:
        logger.removeHandler(caplog.handler)
    assert (f"hold {share} % of the first ones: set momentum=0.004" in caplog.text) == bool(share)


def test_an_average_in_augmented_tests(tmp_path):
    runner = tiny_runner(tmp_path, **EMA)
    runner.train()
    cfg = tiny_config(tmp_path, **EMA, load_from=str(tmp_path / "epoch_2.pth"))
    cfg.model = ConfigDict(type="mmpartial.MultiLabelTTA", module=cfg.model)
    with pytest.raises(GuardError, match=r"test without it \(--cfg-options default_hooks.ema=None"):
        Runner.from_cfg(cfg).test()
