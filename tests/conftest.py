"""What all tests need: configs are read in MMPretrain's scope, as a Runner does."""

import os

import pytest
import torch
from mmengine.registry import DefaultScope

if "PYTEST_XDIST_WORKER" in os.environ:  # as many processes as cores already
    torch.set_num_threads(1)


os.environ.pop("DATA_ROOT", None)  # tests write miniatures where configs look for data


@pytest.fixture(autouse=True)
def _mmpretrain_scope():
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        yield
