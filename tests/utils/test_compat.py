"""Weights-only loading: exactly what stock checkpoints hold, and no more."""

import os
import zipfile

import pytest
import torch
from mmengine.runner import Runner
from mmengine.utils import digit_version

from mmpartial.utils.compat import _stock_getattr
from tests.runs import tiny_config

weights_only_by_default = digit_version(torch.__version__) >= digit_version("2.6")


def test_a_stock_runs_checkpoint_resumes(tmp_path):
    """One that MMEngine wrote by itself, with HistoryBuffers and one-cycle methods in it."""
    bce = dict(_delete_=True, type="mmpartial.PartialBCELoss")

    def stock(**options):
        cfg = tiny_config(tmp_path, custom_hooks=[], model__head__loss=bce, **options)
        del cfg.default_hooks["plain_checkpoint"]
        return Runner.from_cfg(cfg)

    stock().train()
    with zipfile.ZipFile(tmp_path / "epoch_2.pth") as file:
        pickled = b"".join(file.read(n) for n in file.namelist() if n.endswith("data.pkl"))
    assert b"HistoryBuffer" in pickled and b"OneCycleParamScheduler" in pickled
    again = stock(train_cfg__max_epochs=3, resume=True)
    again.train()
    assert again.epoch == 3
    assert len(again.message_hub.get_scalar("train/loss").data[0]) == 12


class Attack:
    """Pickles to a call."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call[0], self.call[1:]


@pytest.mark.skipif(not weights_only_by_default, reason="torch before 2.6 is not weights-only")
@pytest.mark.parametrize(
    "attack",
    [
        Attack(os.system, "true"),
        Attack(getattr, dict, "fromkeys"),
        Attack(getattr, torch.optim.SGD, "__subclasses__"),
    ],
    ids=["call", "getattr of dict", "getattr of a class"],
)
def test_crafted_files_are_refused(tmp_path, attack):
    file = tmp_path / "bad.pth"
    torch.save(dict(state_dict=attack), file)
    with pytest.raises(Exception, match=r"(?i)unsupported|weights only|checkpoint asks"):
        torch.load(file)


def test_getattr_gives_mmengines_methods_only():
    from mmengine.logging import HistoryBuffer

    assert _stock_getattr(HistoryBuffer, "mean") is HistoryBuffer.mean
    for owner, name in ((HistoryBuffer, "__init__"), (os, "system"), (dict, "min")):
        with pytest.raises(ValueError, match="no MMEngine checkpoint needs: do not load it"):
            _stock_getattr(owner, name)
