"""The known labels that a model doubts."""

import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest

from mmpartial.apis import doubts, write_doubts
from mmpartial.apis.training_features import training_features
from tests.features import compute, load, with_tiny_extractor, write_photos

TOOL = str(Path(__file__).parents[2] / "tools" / "doubts.py")
LEAF = "frozen/frozen_efficientnet-lite0_corel5k-fal.py"


@pytest.fixture(scope="module")
def cfg(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    write_photos(folder)
    cfg = with_tiny_extractor(load(LEAF, folder))
    compute(cfg)
    return cfg


def test_only_known_labels_are_doubted(cfg):
    table = doubts(cfg, number_of_folds=3)
    annotations = training_features(cfg).annotations
    labels = annotations.labels.dense()
    rows, columns = list(annotations.names), list(annotations.classes)
    assert len(table)
    for row in table.to_dict("records"):
        assert labels[rows.index(row["image"]), columns.index(row["class"])] == row["label"]
        assert (row["probability"] < 0.5) == (row["label"] == 1)
    pd.testing.assert_frame_equal(table, doubts(cfg, number_of_folds=3))


def test_the_tool_writes_a_table_and_a_page(cfg, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cfg.dump("mine.py")
    monkeypatch.setattr(sys, "argv", [TOOL, "mine.py", "--out", "d.csv", "--page", "d.html"])
    runpy.run_path(TOOL, run_name="__main__")
    table = pd.read_csv("d.csv")
    assert table.columns[-1] == "answer" and table.answer.isna().all()  # as add_answers reads it
    assert f"wrote d.csv: {len(table)} known labels" in capsys.readouterr().out
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    page = Path("d.html").read_text()
    assert page.count("data:image/jpeg") == len(table) and "mine.py" in page
    assert "by heart" not in page
    for cls, labels in table.groupby("class"):
        assert f"{cls}: {(labels['label'] == 1).sum()} label" in page
    with pytest.raises(SystemExit, match=r"d\.csv exists"):
        runpy.run_path(TOOL, run_name="__main__")


def test_a_trained_network(digits, tmp_path):
    table = write_doubts(digits, tmp_path / "d.csv", tmp_path / "d.html", number_of_folds=2)
    page = (tmp_path / "d.html").read_text()
    assert len(table) and "by heart" in page and str(digits) in page
    assert page.count("data:image/jpeg") > 10  # the digits have no files


def test_one_fold_is_refused(cfg):
    with pytest.raises(ValueError, match="folds=1: give a number from 2 to the number"):
        doubts(cfg, number_of_folds=1)


def test_the_next_command_corrects_labels(cfg, tmp_path, said):
    write_doubts(cfg, tmp_path / "d.csv", number_of_folds=3)
    (line,) = (line for line in said if "add_answers.py" in line)
    assert line.startswith(f"fill in the answers in {tmp_path / 'd.csv'}")
