"""Schedules of the learning rate that do not fit the training."""

from types import SimpleNamespace

import pytest
from mmengine.config import ConfigDict
from mmengine.logging import MMLogger

from mmpartial.engine.checks import GuardError
from mmpartial.engine.checks.schedule import check_rates, check_schedule

HEAD = dict(paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=10.0))))


def checked(caplog, *schedules, check=check_schedule, max_epochs=20, **cfg):
    found = list(schedules) if len(schedules) > 1 else schedules[0]
    cfg = ConfigDict(param_scheduler=found, train_cfg=dict(max_epochs=max_epochs), **cfg)
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    try:
        check(SimpleNamespace(cfg=cfg))
    finally:
        logger.removeHandler(caplog.handler)
    return caplog.text


@pytest.mark.parametrize(
    "schedules",
    [
        [dict(type="OneCycleLR")],
        [dict(type="OneCycleLR", total_steps=20)],
        [dict(type="OneCycleLR", total_steps=5, end=5), dict(type="ConstantLR", begin=5)],
        [dict(type="LinearLR", end=2), dict(type="CosineAnnealingLR", T_max=18, begin=2)],
        [dict(type="LinearLR", end=500, by_epoch=False), dict(type="StepLR", step_size=3)],
        [None],
    ],
)
def test_schedules_that_end_with_the_training(caplog, schedules):
    assert checked(caplog, *schedules) == ""


@pytest.mark.parametrize("name, schedule", [("total_steps", "OneCycleLR"), ("T_max", "Cosine"),
                                            ("end", "PolyLR")])  # fmt: skip
def test_a_longer_schedule(caplog, name, schedule):
    text = checked(caplog, dict(type=schedule, **{name: 22}), max_epochs=2)
    assert f"param_scheduler.{name}=22, but train_cfg.max_epochs=2, so the training stops" in text
    assert f"set param_scheduler.{name}=2, or {name}=None to end with" in text


def test_a_shorter_schedule(caplog):
    cycle = dict(type="OneCycleLR", total_steps=10)
    with pytest.raises(GuardError, match=r"total_steps=10, .*max_epochs=20, so .*total_steps=20"):
        checked(caplog, cycle)
    warm_up, cosine = dict(type="LinearLR", end=2), dict(type="Cosine", T_max=10, begin=2)
    text = checked(caplog, warm_up, cosine)
    assert "param_scheduler[1].T_max=10, but train_cfg.max_epochs=20, so the rate rises" in text
    assert "set param_scheduler[1].T_max=18" in text


def test_a_rate_that_one_cycle_forgets(caplog):
    cycle = dict(type="OneCycleLR", eta_max=1e-3)
    with pytest.raises(GuardError, match=r"custom_keys.head.lr_mult has no effect, .*eta_max"):
        checked(caplog, cycle, check=check_rates, optim_wrapper=HEAD)
    for fine in (dict(cycle, eta_max=[1e-3, 1e-2]), dict(type="CosineAnnealingLR")):
        assert checked(caplog, fine, check=check_rates, optim_wrapper=HEAD) == ""
