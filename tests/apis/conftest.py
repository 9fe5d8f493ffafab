"""Checkpoints that several tests look at."""

import pytest
import torch
from mmengine.registry import init_default_scope

from mmpartial.registry import MODELS
from tests.runs import tiny_config


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    """The work_dir of a whole network whose method remembers no pseudo labels."""
    init_default_scope("mmpretrain")
    folder = tmp_path_factory.mktemp("digits")
    cfg = tiny_config(folder, "ignore_unknown/ignore_unknown_resnet18_digits-pal06.py")
    meta = dict(cfg=cfg.pretty_text, epoch=1)
    weights = MODELS.build(cfg.model).state_dict()
    torch.save(dict(meta=meta, state_dict=weights), folder / "epoch_1.pth")
    (folder / "last_checkpoint").write_text(str(folder / "epoch_1.pth"))
    return folder
