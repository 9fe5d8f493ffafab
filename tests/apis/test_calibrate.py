"""Calibrating a checkpoint by one call, or one command."""

import copy

import pandas as pd
import pytest
import torch
from mmengine.config import Config

from mmpartial.apis import calibrate_checkpoint, load_model
from mmpartial.utils.torch_load import read_checkpoint
from tests.commands import run_here
from tests.runs import CONFIGS, equal, tiny_runner

TOOL = str(CONFIGS.parent / "tools" / "calibrate.py")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    tiny_runner(folder).train()
    return folder / "epoch_2.pth"


def test_the_checkpoint_with_a_decision(checkpoint, tmp_path):
    out = tmp_path / "new" / "mine.pth"
    result = calibrate_checkpoint(checkpoint, criterion="recall0.7", least=5, out=out)
    old, new = (read_checkpoint(path) for path in (checkpoint, out))
    decision = new.pop("decision")
    assert equal(old["state_dict"], new["state_dict"]) and old.keys() == new.keys()
    assert torch.equal(decision["thresholds"], result.decision.thresholds)
    table = pd.read_csv(out.with_name("mine_thresholds.csv"))
    assert (table.recall[table.of == "class"] >= 70).all() and "best_precision" in table
    x = torch.randn(5, 40)
    expected = result.decision(x)
    for mine, theirs in zip(load_model(out, device="cpu").head.decision(x), expected, strict=True):
        assert torch.equal(mine, theirs)


def test_the_command(checkpoint, tmp_path, monkeypatch, capsys):
    out = tmp_path / "a.pth"
    run_here(monkeypatch, TOOL, checkpoint, "--out", out, "--method", "isotonic", "--least", 5)
    printed = capsys.readouterr().out
    assert "other half" in printed and "At the threshold of all classes together" in printed
    assert read_checkpoint(out)["decision"]["calibration"]["kind"] == "isotonic"
    with pytest.raises(SystemExit, match="a.pth exists: give another name, or --force"):
        run_here(monkeypatch, TOOL, checkpoint, "--out", out, "--least", 5)
    run_here(monkeypatch, TOOL, checkpoint, "--out", out, "--least", 5, "--force")
    assert read_checkpoint(out)["decision"]["calibration"]["kind"] == "affine"


def test_what_is_refused(checkpoint, tmp_path, monkeypatch):
    content = read_checkpoint(checkpoint)
    cfg = Config.fromstring(content["meta"]["cfg"], ".py")
    cfg.val_dataloader.dataset = cfg.train_dataloader.dataset.dataset
    cfg.test_dataloader = None
    other = copy.deepcopy(cfg)
    other.model.head.num_classes = 9
    options = dict(out=tmp_path / "none.pth", least=5)
    with pytest.raises(ValueError, match="images of val_dataloader were trained on"):
        calibrate_checkpoint(checkpoint, cfg, **options)
    other.val_dataloader.dataset = dict(cfg.val_dataloader.dataset, split="test")
    with pytest.raises(ValueError, match="epoch_2.pth do not fit the config: 2 have another shape"):
        calibrate_checkpoint(checkpoint, other, **options)
    with pytest.raises(ValueError, match="the config has no test_dataloader"):
        calibrate_checkpoint(checkpoint, cfg, "test", **options)
    cfg.val_dataloader.dataset = dict(cfg.val_dataloader.dataset, split="test", indices=2)
    with pytest.raises(ValueError, match="in all, and a threshold needs 10 of each"):
        calibrate_checkpoint(checkpoint, cfg, method="none", **options)
    with pytest.raises(SystemExit, match="the criterion 'best' is not known"):
        run_here(monkeypatch, TOOL, checkpoint, "--criterion", "best")
    with pytest.raises(SystemExit, match="there is no checkpoint"):
        run_here(monkeypatch, TOOL, tmp_path / "gone.pth")
    assert not list(tmp_path.iterdir())
