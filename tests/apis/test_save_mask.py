"""The file of known labels of a config."""

import pytest
from mmengine.config import Config

from mmpartial.apis import save_mask
from mmpartial.registry import DATASETS
from tests.commands import run_here
from tests.runs import CONFIGS

TOOL = CONFIGS.parent / "tools" / "save_mask.py"


def test_others_train_on_the_same_labels(tmp_path, monkeypatch, capsys):
    cfg = Config.fromfile(str(CONFIGS / "resnet18_digits_pal06.py"))
    cfg.train_dataloader.dataset.dataset.indices = 20
    cfg.dump(tmp_path / "config.py")
    run_here(monkeypatch, TOOL, tmp_path / "config.py", tmp_path / "mask.npz")
    assert capsys.readouterr().out.endswith(f"wrote {tmp_path}/mask.npz\n")
    labels = DATASETS.build(cfg.train_dataloader.dataset).labels.dense()
    cfg.train_dataloader.dataset.update(
        mask_file=str(tmp_path / "mask.npz"), setting=None, ratio=None
    )
    assert (DATASETS.build(cfg.train_dataloader.dataset).labels.dense() == labels).all()
    with pytest.raises(FileExistsError, match="mask.npz"):
        save_mask(cfg, tmp_path / "mask.npz")


def test_another_dataset():
    cfg = Config.fromfile(str(CONFIGS / "resnet18_digits_pal06.py"))
    cfg.train_dataloader.dataset = cfg.test_dataloader.dataset
    with pytest.raises(ValueError, match="pal06.py does not train on a mmpartial.PartialLabelD"):
        save_mask(cfg, "mask.npz")
