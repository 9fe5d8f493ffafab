"""Weights-only loading: exactly what stock checkpoints hold, and no more."""

import os
import zipfile

import pytest
import torch
from mmengine.logging import HistoryBuffer
from mmengine.optim.scheduler.param_scheduler import OneCycleParamScheduler
from mmengine.utils import digit_version

from mmpartial.utils import torch_load
from mmpartial.utils.torch_load import _stock_getattr, read_checkpoint
from tests.runs import tiny_runner

weights_only_by_default = digit_version(torch.__version__) >= digit_version("2.6")


def test_checkpoints_of_the_stock_and_of_older_versions_resume(tmp_path):
    """Checkpoints hold MMEngine's HistoryBuffers and one-cycle methods, or lists in older ones."""
    bce = dict(_delete_=True, type="mmpartial.PartialBCELoss")

    def stock(**options):
        return tiny_runner(tmp_path, custom_hooks=[], model__head__loss=bce, **options)

    stock().train()
    with zipfile.ZipFile(tmp_path / "epoch_2.pth") as file:
        pickled = b"".join(file.read(n) for n in file.namelist() if n.endswith("data.pkl"))
    assert b"HistoryBuffer" in pickled and b"OneCycleParamScheduler" in pickled
    again = stock(train_cfg__max_epochs=3, resume=True)
    again.train()
    assert again.epoch == 3
    assert len(again.message_hub.get_scalar("train/loss").data[0]) == 12
    checkpoint = read_checkpoint(tmp_path / "epoch_2.pth")
    hub = checkpoint["message_hub"]
    hub["plain_log_scalars"] = {
        k: [v.tolist() for v in b.data] for k, b in hub["log_scalars"].items()
    }
    hub["log_scalars"] = {}
    for state in checkpoint["param_schedulers"]:
        for method in [key for key, value in state.items() if callable(value)]:
            del state[method]
    torch.save(checkpoint, tmp_path / "old.pth")
    old = stock(train_cfg__max_epochs=3, resume=True, load_from=str(tmp_path / "old.pth"))
    old.train()
    assert all(map(torch.equal, old.model.state_dict().values(), again.model.state_dict().values()))


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
def test_crafted_files_are_refused(tmp_path, monkeypatch, attack):
    file = tmp_path / "bad.pth"
    torch.save(dict(state_dict=attack), file)
    with pytest.raises(Exception, match=r"(?i)unsupported|weights only|checkpoint asks"):
        torch.load(file)
    monkeypatch.setattr(torch_load, "_LISTS_TYPES", False)  # as before torch 2.6
    with pytest.raises(Exception, match="which may be a program|checkpoint asks"):
        read_checkpoint(file)


def test_versions_without_torchs_list_read_the_same(tmp_path, monkeypatch):
    scheduler = OneCycleParamScheduler._annealing_cos
    content = dict(a=HistoryBuffer([1.0], [1]), b=torch.ones(2), c=[1, (2,)], d=scheduler)
    torch.save(dict(content, n=torch.nn.Parameter(torch.ones(1))), tmp_path / "x.pth")
    monkeypatch.setattr(torch_load, "_LISTS_TYPES", False)
    found = read_checkpoint(tmp_path / "x.pth")
    assert found["a"].current() == 1 and found["b"].tolist() == [1, 1]
    assert found["c"] == [1, (2,)] and found["d"] is scheduler and found["n"].requires_grad


def test_getattr_gives_mmengines_methods_only():
    assert _stock_getattr(HistoryBuffer, "mean") is HistoryBuffer.mean
    for owner, name in ((HistoryBuffer, "__init__"), (os, "system"), (dict, "min")):
        with pytest.raises(ValueError, match="no MMEngine checkpoint needs: do not load it"):
            _stock_getattr(owner, name)


@pytest.mark.skipif(not weights_only_by_default, reason="torch before 2.6 has no such list")
def test_a_checkpoint_is_read_when_others_have_cleared_torchs_list(tmp_path):
    torch.save(dict(scalar=HistoryBuffer([1.0], [1])), tmp_path / "epoch_1.pth")
    torch.serialization.clear_safe_globals()
    assert read_checkpoint(tmp_path / "epoch_1.pth")["scalar"].current() == 1
