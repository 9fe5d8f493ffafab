"""Nested keys of ``--cfg-options``: those that nothing reads are refused."""

import re

import pytest

from mmpartial.launch.command_line import prepare
from tests.runs import CONFIGS

DIGITS = str(CONFIGS / "resnet18_digits_pal06.py")


@pytest.mark.parametrize("key, sentence", [
    ("train_dataloader.batch_sizee=8", "train_dataloader has no 'batch_sizee'; the nearest is "),
    ("train_dataloader.dataset.rato=1", "which takes no 'rato'; the nearest is 'ratio'."),
    ("model.head.los.gamma=1",
     "model.head is of type mmpartial.QSamplingHead, which takes no 'los'; the nearest is 'loss'."),
    ("model.head.loss.gama=1", "takes no 'gama'; the nearest is 'gamma'."),
    ("model.backbone.init_cfg.checkpoint=x", "init_cfg is a list, so write the number of an item"),
    ("default_hooks.checkpoint.intervall=2", "takes no 'intervall'; the nearest is 'interval'."),
    ("default_hooks.chekpoint.interval=2", "default_hooks has no 'chekpoint'; the nearest is 'che"),
    ("train_cfg.max_epoch=3", "train_cfg has no 'max_epoch'; the nearest is 'max_epochs'."),
    ("optim_wrapper.optimizer.lrr=1", "of type Adam, which takes no 'lrr'; the nearest is 'lr'."),
    ("param_scheduler.total_stepps=3", "takes no 'total_stepps'; the nearest is 'total_steps'."),
    ("custom_hooks.0.momentun=1", "takes no 'momentun'; the nearest is 'momentum'."),
    ("randomness.sed=3", "randomness has no 'sed'; the nearest is 'seed'."),
    ("env_cfg.workers=1", "env_cfg has no 'workers'."),
])  # fmt: skip
def test_keys_that_nothing_reads(tmp_path, key, sentence):
    message = f"--cfg-options {key.split('=')[0]}: .*{re.escape(sentence)}"
    with pytest.raises(ValueError, match=message):
        prepare([DIGITS, "--cfg-options", "randomness.seed=1", key], tmp_path)


@pytest.mark.parametrize("keys", [
    "default_hooks.ema.type=EMAHook default_hooks.ema.momentum=0.003",
    "default_hooks.checkpoint2.type=CheckpointHook",  # is near another hook, and complete
    "default_hooks.guard.priority=LOW",
    "train_dataloader.prefetch_factor=3",
    "train_dataloader.dataset.unreadable=skip",
    "train_dataloader.dataset.dataset.indices=30",
    "train_cfg.val_begin=3",
    "optim_wrapper.clip_grad.max_norm=3",
    "optim_wrapper.paramwise_cfg.norm_decay_mult=0",
    "param_scheduler.convert_to_iter_based=False",
    "model.data_preprocessor.to_rgb=True",
    "model.head.loss.type=mmpartial.HillLoss model.head.loss.margin=1",
    "model.head.loss._delete_=True model.head.loss.type=mmpartial.PartialBCELoss",
    "custom_hooks.0.momentum=0.9",
    "auto_scale_lr.enable=True",
])  # fmt: skip
def test_keys_that_are_read(tmp_path, keys):
    prepare([DIGITS, "--cfg-options", *keys.split()], tmp_path)
