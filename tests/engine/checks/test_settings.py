"""Which settings decide the result of a run."""

import pytest
from mmengine.config import Config, ConfigDict
from mmengine.hooks import Hook

from mmpartial.engine.checks.settings import IMAGES, decisive, settings_of


@pytest.mark.parametrize("key, labels_known, expected", [
    ("model.head.q", True, True),
    ("custom_hooks.mmpartial.PseudoLabelHook.momentum", True, True),
    ("custom_hooks.mmpartial.PseudoLabelHook.path", True, False),
    (IMAGES, True, True),
    ("train_dataloader.batch_size", True, False),  # with more processes it may be smaller
    ("train_dataloader.dataset.ratio", True, True),
    ("train_dataloader.num_workers", True, False),
    ("train_dataloader.dataset.dataset.ann_file", True, False),
    ("train_dataloader.dataset.dataset.ann_file", False, True),
    ("val_dataloader.dataset.ann_file", False, False),
    ("val_dataloader.batch_size", True, False),
    ("default_hooks.logger.interval", True, False),
    ("model.backbone.init_cfg.checkpoint", True, False),
])  # fmt: skip
def test_settings_that_decide(key, labels_known, expected):
    assert decisive(key, labels_known) == expected


class Mine(Hook):
    """A hook of another project."""


def test_hooks_are_those_of_the_stack():
    cfg = ConfigDict(
        custom_hooks=[dict(type="mmpartial.LabelRatioHook"), dict(type=Mine, seed=3)],
        default_hooks=dict(
            ema=dict(type="EMAHook", momentum=0.1), timer=dict(type="IterTimerHook")
        ),
        train_dataloader=dict(batch_size=8, dataset=dict(ratio=0.6, setting=None)),
    )
    settings = settings_of(cfg)
    hooks = {key for key in settings if key.startswith("custom_hooks")}
    assert hooks == {
        "custom_hooks.mmpartial.LabelRatioHook.type",
        "custom_hooks.EMAHook.type",
        "custom_hooks.EMAHook.momentum",
    }
    assert settings[IMAGES] == 8 and settings["train_dataloader.dataset.ratio"] == 0.6
    assert "train_dataloader.dataset.setting" not in settings


def test_both_runners_have_the_same_settings():
    """A FlexibleRunner writes the data_preprocessor into the model of its config."""
    prepare = dict(mean=[1.0, 2.0], num_classes=2)
    cfg = Config(dict(data_preprocessor=prepare, model=dict(type="ImageClassifier")))
    before = settings_of(cfg)
    cfg.model.data_preprocessor = prepare
    assert settings_of(cfg) == before
    cfg.model.data_preprocessor = dict(prepare, num_classes=3)
    assert settings_of(cfg) != before
