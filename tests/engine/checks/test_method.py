"""The guard on methods that cannot take the batches of a run."""

import re

import pytest
from mmengine.config import Config

from mmpartial.engine.hooks import GuardError
from tests.runs import CONFIGS, digits_leaf, tiny_runner

LEAF = "pu_mlc/pu_mlc_resnet18_digits-pal06.py"
NAME = "mmpartial guard: PULoss compares the images of a batch and needs at least 2, but "
WRONG_VERSION = "the method partial_imbalance is for frozen features"


@pytest.mark.parametrize("options, message", [
    (dict(train_dataloader__dataset__dataset__indices=33),
     "the last batch of an epoch has 1: set train_dataloader.drop_last=True."),
    (dict(train_dataloader__batch_size=1),
     "each batch of an epoch has 1: set train_dataloader.batch_size=2 or more."),
])  # fmt: skip
def test_batches_of_one_image(tmp_path, options, message):
    runner = tiny_runner(tmp_path, LEAF, model__head__q=1.0, **options)
    with pytest.raises(GuardError, match=f"^{re.escape(NAME + message)}$"):
        runner.train()


def test_the_last_image_can_be_left_out(tmp_path):
    options = dict(train_dataloader__dataset__dataset__indices=33, train_cfg__max_epochs=1)
    tiny_runner(
        tmp_path, LEAF, model__head__q=1.0, train_dataloader__drop_last=True, **options
    ).train()
    assert (tmp_path / "epoch_1.pth").exists()


@pytest.mark.parametrize("method, frozen, warned", [
    ("partial_imbalance", False, True),
    ("partial_imbalance", True, False),
    ("partial_imbalance_finetuned", False, False),
])  # fmt: skip
def test_the_version_for_frozen_features_warns_if_they_are_trained(
    tmp_path, caplog, method, frozen, warned
):
    part = Config.fromfile(CONFIGS / f"_base_/methods/{method}.py")
    options = dict(model__head__loss=part.head.loss, custom_hooks=part.custom_hooks)
    runner = tiny_runner(tmp_path, digits_leaf(), train_cfg__max_epochs=1, **options)
    runner.model.backbone.requires_grad_(not frozen)
    runner.logger.addHandler(caplog.handler)
    runner.train()
    assert (WRONG_VERSION in caplog.text) == warned
