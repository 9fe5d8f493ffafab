"""Models that lack a part, and trainings without length."""

import re

import pytest
from mmengine.config import Config

from mmpartial.launch.command_line import prepare
from mmpartial.launch.config_checks import check_model
from tests.runs import CONFIGS

DIGITS = str(CONFIGS / "resnet18_digits_pal06.py")


@pytest.mark.parametrize("option, message", [
    ("model.head=None", "model.head=None has no type: write model.head=dict(type=...), or leave"),
    ("model.backbone=None", "model.backbone=None has no type"),
    ("model.head.loss=None", "model.head.loss=None has no type"),
    ("model.head.type=None", "has no type: write model.head=dict(type=...)"),
])  # fmt: skip
def test_a_part_is_missing(tmp_path, option, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        prepare([DIGITS, "--cfg-options", option], tmp_path)


def test_models_without_these_parts():
    check_model(Config())
    check_model(Config(dict(model=dict(type="TimmClassifier", neck=None))))
    with pytest.raises(ValueError, match="^model=None has no type"):
        check_model(Config(dict(model=None)))
    head = dict(type="mmpartial.QSamplingHead", num_classes=None)
    with pytest.raises(ValueError, match="^model.head.num_classes=None: write the number of cla"):
        check_model(Config(dict(model=dict(type="ImageClassifier", head=head))))


@pytest.mark.parametrize("key", ["max_epochs", "val_interval"])
def test_a_training_without_length(tmp_path, key):
    with pytest.raises(ValueError, match=rf"^train_cfg\.{key}=0: give 1 or more\.$"):
        prepare([DIGITS, "--cfg-options", f"train_cfg.{key}=0"], tmp_path)
