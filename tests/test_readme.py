"""What the README tells a stranger to write works as it stands there."""

import re
import runpy
import shutil
from pathlib import Path

from mmengine.config import Config
from mmengine.runner import Runner
from PIL import Image

import mmpartial.models
from mmpartial.apis import cache_features
from mmpartial.registry import MODELS
from tests.runs import CONFIGS

README = (Path(__file__).parents[1] / "README.md").read_text()


def block(language, containing):
    blocks = re.findall(rf"```{language}\n(.*?)```", README, flags=re.S)
    return next(text for text in blocks if containing in text)


def own_data(tmp_path, monkeypatch, rows, *blocks):
    """The labels that a config of the README trains on, with its data at DATA_ROOT."""
    shutil.copytree(CONFIGS, tmp_path / "configs")
    config = tmp_path / "configs" / "mine.py"
    config.write_text("\n".join(blocks))
    (tmp_path / "images").mkdir()
    for split in ("train", "val"):
        (tmp_path / f"{split}.csv").write_text(rows)
    for number in (1, 2):
        Image.new("RGB", (20, 20)).save(tmp_path / "images" / f"{number}.jpg")
    monkeypatch.setenv("DATA_ROOT", f"{tmp_path}/")
    cfg = Config.fromfile(str(config))
    cfg.extractor.backbone = dict(type="mmpartial.ResNet10", stem_channels=4, base_channels=4)
    cfg.merge_from_dict({"model.head.in_channels": 32, "train_cfg.max_epochs": 1})
    cfg.work_dir = str(tmp_path / "run")
    cache_features(cfg)
    runner = Runner.from_cfg(cfg)
    runner.train()
    return runner.train_dataloader.dataset.labels.dense().tolist()


def test_own_data_trains(tmp_path, monkeypatch):
    rows = block("text", "image,cat")
    config = block("python", '_base_ = "frozen/frozen_efficientnet-lite0_own')
    assert own_data(tmp_path, monkeypatch, rows, config) == [[1, -1, 0], [-1, 0, -1]]


def test_another_format_trains(tmp_path, monkeypatch):
    rows = "file,tag,value\n1.jpg,cat,1\n1.jpg,dog,0\n2.jpg,bird,0\n"
    config = block("python", '_base_ = "frozen/frozen_efficientnet-lite0_own')
    other = block("python", 'images = dict(format="long_csv"')
    labels = own_data(tmp_path, monkeypatch, rows, config, other)
    assert labels == [[-1, 1, 0], [0, -1, -1]]  # the classes are sorted: bird, cat, dog


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
