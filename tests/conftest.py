"""What all tests need: configs are read in MMPretrain's scope, as a Runner does."""

import pytest
from mmengine.registry import DefaultScope


@pytest.fixture(autouse=True)
def _mmpretrain_scope():
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        yield
