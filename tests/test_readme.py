"""What the README tells a stranger to write works as it stands there."""

import re
import runpy
import shutil
from pathlib import Path

from mmengine.config import Config
from mmengine.runner import Runner
from PIL import Image

import mmpartial.models
from mmpartial.registry import MODELS
from tests.runs import CONFIGS

README = (Path(__file__).parents[1] / "README.md").read_text()


def block(language, containing):
    blocks = re.findall(rf"```{language}\n(.*?)```", README, flags=re.S)
    return next(text for text in blocks if containing in text)


def test_own_data_trains(tmp_path):
    shutil.copytree(CONFIGS, tmp_path / "configs")
    config = tmp_path / "configs" / "mine.py"
    config.write_text(block("python", 'data_root="data/mine/"'))
    root = tmp_path / "mine"
    (root / "images").mkdir(parents=True)
    (root / "train.csv").write_text(block("text", "image,cat"))
    (root / "val.csv").write_text("image,cat,dog,bird\n1.jpg,1,0,0\n2.jpg,0,1,1\n")
    for number in (1, 2):
        Image.new("RGB", (20, 20)).save(root / "images" / f"{number}.jpg")
    cfg = Config.fromfile(str(config))
    cfg.merge_from_dict(
        {
            "model.backbone": dict(init_cfg=None, depth=50, base_channels=4, stem_channels=4),
            "model.head.in_channels": 128,
            "train_dataloader.dataset.dataset.data_root": str(root),
            "val_dataloader.dataset.data_root": str(root),
            "train_cfg.max_epochs": 1,
        }
    )
    for loader in (cfg.train_dataloader, cfg.val_dataloader):
        loader.update(num_workers=0, persistent_workers=False, batch_size=2)
    cfg.work_dir = str(tmp_path / "run")
    runner = Runner.from_cfg(cfg)
    runner.train()
    labels = runner.train_dataloader.dataset.labels
    assert labels.dense().tolist() == [[1, -1, 0], [-1, 0, -1]]


def test_the_new_method_and_its_test(tmp_path, monkeypatch):
    """The loss is put where the README says, and its own test runs."""
    source = block("python", "class WeakNegativeLoss").replace("from ...", "from mmpartial.")
    source = source.replace("from .element_loss", "from mmpartial.models.losses")
    file = tmp_path / "weak_negative_loss.py"
    file.write_text(source)
    loss = runpy.run_path(str(file))["WeakNegativeLoss"]
    monkeypatch.setattr(mmpartial.models, "WeakNegativeLoss", loss, raising=False)
    test = tmp_path / "test_weak_negative_loss.py"
    test.write_text(block("python", "def test_restated"))
    checks = runpy.run_path(str(test))
    checks["test_restated"]()
    checks["test_contract"]()
    MODELS.module_dict.pop("WeakNegativeLoss")
