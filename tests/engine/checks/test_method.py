"""The guard on methods that cannot take the batches of a run."""

import re

import pytest

from mmpartial.engine.checks import GuardError
from tests.runs import tiny_runner

LEAF = "pu_mlc/pu_mlc_resnet18_digits-pal06.py"
NAME = "mmpartial guard: PULoss compares the images of a batch and needs at least 2, but "


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
