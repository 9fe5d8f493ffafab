"""What all tests need: configs are read in MMPretrain's scope, as a Runner does."""

import gc
import os
import sys

import hypothesis
import pytest
import torch
from mmengine.registry import DefaultScope

import tests.metafiles  # noqa: F401

hypothesis.settings.register_profile(  # machines are busy
    "untimed",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("untimed")

if "PYTEST_XDIST_WORKER" in os.environ:  # as many processes as cores already
    torch.set_num_threads(1)


os.environ.pop("DATA_ROOT", None)  # tests write miniatures where configs look for data


@pytest.fixture(autouse=True)
def _mmpretrain_scope():
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        yield


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))  # not the user's


@pytest.fixture
def said(monkeypatch):
    """The lines that are logged."""
    lines = []
    monkeypatch.setattr("mmpartial.utils.log.print_log", lambda line, **_: lines.append(line))
    return lines


_frozen = 0


@pytest.fixture(autouse=True)
def _freeze_imports():
    """MMEngine collects garbage for each dataset: it need not look at what is imported."""
    global _frozen
    if len(sys.modules) > _frozen:
        gc.collect()
        gc.freeze()
        _frozen = len(sys.modules)
    yield
