"""What the README and the page on own data tell a stranger to write trains as it stands there."""

import shutil

import pytest
from mmengine.config import Config
from mmengine.runner import Runner
from mmpretrain.registry import DATASETS
from PIL import Image

from mmpartial.apis import cache_features
from tests.datasets.published.test_voc import write_voc
from tests.docs.pages import block, blocks
from tests.runs import CONFIGS

README = next(found.text for found in blocks("python") if found.page == "README.md")
LONG = block("python", 'images = dict(format="long_csv"')
MERGED = block("python", "mmpartial.MergedDataset")
PREDICT = block("python", '_base_ = "mine.py"')


def own_config(folder, text, rows, monkeypatch):
    """A config of the pages as ``configs/mine.py``, with its data at DATA_ROOT."""
    shutil.copytree(CONFIGS, folder / "configs")
    config = folder / "configs" / "mine.py"
    config.write_text(text)
    (folder / "images").mkdir()
    for split in ("train", "val"):
        (folder / f"{split}.csv").write_text(rows)
    for number in (1, 2):
        Image.new("RGB", (20, 20)).save(folder / "images" / f"{number}.jpg")
    monkeypatch.setenv("DATA_ROOT", f"{folder}/")
    return Config.fromfile(str(config))


def shrink(cfg):
    """A small network from random weights, for an epoch."""
    cfg.extractor.backbone = dict(type="mmpartial.ResNet10", stem_channels=4, base_channels=4)
    cfg.merge_from_dict({"model.head.in_channels": 32, "train_cfg.max_epochs": 1})


@pytest.mark.slow
def test_own_data_trains(tmp_path, monkeypatch):
    """The README's config computes features, reads its labels, and trains on them."""
    cfg = own_config(tmp_path, README, block("text", "image,cat,dog,bird\n"), monkeypatch)
    shrink(cfg)
    cfg.work_dir = str(tmp_path / "run")
    cache_features(cfg)
    runner = Runner.from_cfg(cfg)
    runner.train()
    assert runner.train_dataloader.dataset.labels.dense().tolist() == [[1, -1, 0], [-1, 0, -1]]


def test_new_photos_are_read(tmp_path, monkeypatch):
    """The config for prediction computes and reads features of photos without a label."""
    own_config(tmp_path, README, block("text", "image,cat,dog,bird\n"), monkeypatch)
    (tmp_path / "configs" / "new.py").write_text(PREDICT)
    (tmp_path / "new.csv").write_text("image,cat,dog,bird\n2.jpg,,,\n")
    cfg = Config.fromfile(str(tmp_path / "configs" / "new.py"))
    shrink(cfg)
    cache_features(cfg)
    (photo,) = DATASETS.build(cfg.test_dataloader.dataset)
    assert photo["data_samples"].img_path.endswith("2.jpg")
    assert photo["data_samples"].gt_score.tolist() == [-1, -1, -1]


def test_a_table_with_a_row_for_each_label(tmp_path, monkeypatch):
    """The page's config reads it; what is not listed is unknown in training, else negative."""
    rows = "file,tag,value\n1.jpg,cat,1\n1.jpg,dog,0\n2.jpg,bird,0\n"
    cfg = own_config(tmp_path, LONG, rows, monkeypatch)
    training = DATASETS.build(cfg.train_dataloader.dataset.dataset.dataset)
    assert training.annotations.labels.dense().tolist() == [[-1, 1, 0], [0, -1, -1]]  # bird, ...
    validation = DATASETS.build(cfg.val_dataloader.dataset.dataset)
    assert validation.annotations.labels.dense().tolist() == [[0, 1, 0], [0, 0, 0]]


def test_merged_datasets(tmp_path, monkeypatch):
    """The page's merge of VOC and own photos has 19 classes, in training and in validation."""
    cfg = own_config(tmp_path, MERGED, block("text", "image,cat,dog,bird\n"), monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine").symlink_to(tmp_path, target_is_directory=True)
    for split, loader in (("train", cfg.train_dataloader), ("val", cfg.val_dataloader)):
        voc = tmp_path / "data" / "VOCdevkit" / "VOC2012"
        voc.mkdir(parents=True, exist_ok=True)
        write_voc(voc, Config(dict(split=split)))
        dataset = DATASETS.build(loader.dataset)
        assert len(dataset.metainfo["classes"]) == cfg.model.head.num_classes == 19
        assert "airplane" in dataset.metainfo["classes"]
        assert dataset[len(dataset) - 1]["inputs"].shape == (3, 224, 224)
