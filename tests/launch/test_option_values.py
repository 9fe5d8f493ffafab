"""Values of ``--cfg-options`` that are of another kind than their keys take."""

import re

import pytest

from mmpartial.launch import read_config
from mmpartial.launch.command_line import prepare
from tests.runs import CONFIGS

DIGITS = str(CONFIGS / "resnet18_digits_pal06.py")


@pytest.mark.parametrize("option, sentence", [
    ("optim_wrapper.optimizer.lr=abc", "write a number."),
    ("train_cfg.max_epochs=many", "write a number."),
    ("train_dataloader.timeout=abc", "write a number."),  # not in the config
    ("randomness.seed=abc", "write a number."),
    ("train_dataloader.dataset.held_out=some", "write a number."),
    ("custom_hooks.0.momentum=high", "write a number."),
    ("model.head.loss.smoothing=None", "write a number."),
    ("train_dataloader.persistent_workers=yes", "write True or False."),
    ("model.head=3", "model.head is a dict, so write the key of a value in it, as in model.head.t"),
])  # fmt: skip
def test_other_kinds(tmp_path, option, sentence):
    message = re.escape(f"--cfg-options {option}: {sentence}")
    with pytest.raises(ValueError, match=message):
        prepare([DIGITS, "--cfg-options", option], tmp_path)
    key, value = option.split("=")
    with pytest.raises(ValueError, match=message):
        read_config(DIGITS, {key: {"None": None, "3": 3}.get(value, value)})


@pytest.mark.parametrize("options", [
    "optim_wrapper.type=AmpOptimWrapper optim_wrapper.loss_scale=dynamic",
    "optim_wrapper.optimizer.lr=1e-3 train_dataloader.dataset.ratio=None",
    "train_dataloader.dataset.unreadable=skip model.backbone.type=ResNet",
    "model.head.loss.gate=None randomness.seed=None train_dataloader.sampler.seed=None",
])  # fmt: skip
def test_kinds_that_fit(tmp_path, options):
    prepare([DIGITS, "--cfg-options", *options.split()], tmp_path)
