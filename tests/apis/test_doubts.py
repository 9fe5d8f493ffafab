"""The known labels that a model doubts."""

import copy
import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest

from mmpartial.apis.doubts import doubts, training_features
from tests.features import compute, load, write_photos

TOOL = str(Path(__file__).parents[2] / "tools" / "doubts.py")
LEAF = "frozen/frozen_efficientnet-lite0_corel5k-fal.py"


@pytest.fixture(scope="module")
def cfg(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    write_photos(folder)
    cfg = load(LEAF, folder)
    cfg.merge_from_dict({"extractor.backbone.init_cfg": None})
    compute(cfg)
    return cfg


def test_features_are_in_the_order_of_the_labels(cfg):
    dataset, features = training_features(cfg)
    assert features.shape == (12, 1280)
    for idx in (0, 7):
        sample = dataset[idx]
        expected = sample["inputs"].flatten()
        assert (features[sample["data_samples"].row] == expected).all()


def test_only_known_labels_are_doubted(cfg):
    table = doubts(cfg, 3)
    dataset, _ = training_features(cfg)
    labels = dataset.labels.dense()
    rows, columns = list(dataset.ids), list(dataset.metainfo["classes"])
    assert len(table)
    for row in table.to_dict("records"):
        assert labels[rows.index(row["image"]), columns.index(row["class"])] == row["label"]
        assert (row["probability"] < 0.5) == (row["label"] == 1)
        assert Path(table.attrs["files"][row["image"]]).is_file()
    pd.testing.assert_frame_equal(table, doubts(cfg, 3))


def test_the_tool_writes_a_table_and_a_page(cfg, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cfg.dump("mine.py")
    monkeypatch.setattr(sys, "argv", [TOOL, "mine.py", "--out", "d.csv", "--page", "d.html"])
    runpy.run_path(TOOL, run_name="__main__")
    table = pd.read_csv("d.csv")
    assert f"wrote d.csv: {len(table)} known labels" in capsys.readouterr().out
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    page = Path("d.html").read_text()
    assert page.count("data:image/jpeg") == len(table) and "mine.py" in page
    with pytest.raises(SystemExit, match=r"d\.csv exists"):
        runpy.run_path(TOOL, run_name="__main__")


def test_a_config_without_features(cfg):
    other = copy.deepcopy(cfg)
    other.train_dataloader.dataset.dataset = cfg.train_dataloader.dataset.dataset.dataset
    with pytest.raises(ValueError, match="has no cached features"):
        doubts(other)


def test_one_fold_is_refused(cfg):
    with pytest.raises(ValueError, match="1 folds of 12 images: give 2 folds at least"):
        doubts(cfg, 1)
