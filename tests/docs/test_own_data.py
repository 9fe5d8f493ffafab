"""What the README and the pages on own data and formats tell a stranger to write trains."""

import shlex
import shutil

import numpy as np
import pandas as pd
import pytest
from mmengine.config import Config
from mmengine.runner import Runner
from mmpretrain.registry import DATASETS
from PIL import Image

from mmpartial.apis import cache_features
from tests.commands import run, run_script
from tests.datasets.published.test_voc import write_voc
from tests.docs.pages import ROOT, block, blocks
from tests.runs import CONFIGS

BY_HAND = next(found.text for found in blocks("python") if found.page == "docs/formats.md")
ROWS = "image,cat,dog,bird\n1.jpg,1,,0\n2.jpg,,0,\n"
LONG = block("python", 'images = dict(format="long_csv"')
MERGED = block("python", "mmpartial.MergedDataset")


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
def test_the_walk_from_a_table_to_predictions(tmp_path):
    """The commands of README and page, as they stand there, on a few photos."""
    (walk,) = {b.text for b in blocks("bash") if "init_project" in b.text and "predict" in b.text}
    write_own_photos(tmp_path, ["image", "site", "cat", "dog", "bird"])
    (tmp_path / "tools").symlink_to(ROOT / "tools", target_is_directory=True)
    _, prepare, train, predict = (shlex.split(line)[1:] for line in walk.splitlines())
    run_script(*prepare, cwd=tmp_path)
    run_script(*train, cwd=tmp_path)
    run(*predict, cwd=tmp_path)
    predictions = pd.read_csv(tmp_path / "predictions.csv")
    assert len(predictions) == 4
    assert predictions[["cat", "dog", "bird"]].isin([0, 1]).all(axis=None)
    probabilities = predictions[[f"{name}_probability" for name in ("cat", "dog", "bird")]]
    assert probabilities.stack().between(0, 1).all()
    assert probabilities.nunique().min() > 1


def write_own_photos(folder, header):
    """A table with the columns of a page, its photos, and some new ones."""
    generator = np.random.default_rng(0)
    for name, number in (("photos", 40), ("new_photos", 4)):
        (folder / name).mkdir()
        for i in range(number):
            pixels = generator.integers(0, 255, (40, 50, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{i}.jpg")
    rows = {"image": [f"{i}.jpg" for i in range(40)]}
    for column in header[1:]:
        choice = ["north", "south"] if column == "site" else ["1", "0", "", "NA"]
        rows[column] = generator.choice(choice, 40).tolist()
    pd.DataFrame(rows).to_csv(folder / "my.csv", index=False)


def test_own_data_trains(tmp_path, monkeypatch):
    """The config by hand computes features, reads its labels, and trains on them."""
    cfg = own_config(tmp_path, BY_HAND, ROWS, monkeypatch)
    shrink(cfg)
    cfg.work_dir = str(tmp_path / "run")
    cache_features(cfg)
    runner = Runner.from_cfg(cfg)
    runner.train()
    assert runner.train_dataloader.dataset.labels.dense().tolist() == [[1, -1, 0], [-1, 0, -1]]


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
    cfg = own_config(tmp_path, MERGED, ROWS, monkeypatch)
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
