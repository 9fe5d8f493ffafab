"""The pseudo labels of a training as a table."""

import re
import runpy
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from mmpartial.apis import write_pseudo_labels
from mmpartial.apis.training_features import training_features
from mmpartial.memory.label_table import LabelTable
from mmpartial.registry import DATASETS, MODELS
from tests.features import compute, load, with_tiny_extractor, write_photos

TOOL = str(Path(__file__).parents[2] / "tools" / "pseudo_labels.py")
LEAF = "frozen/frozen_efficientnet-lite0_corel5k-fal.py"


class Run:
    """A checkpoint of a run on a few photos, with a number for each label."""

    def __init__(self, folder):
        write_photos(folder)
        self.cfg, self.file = load(LEAF, folder), folder / "run" / "epoch_3.pth"
        dataset = self.cfg.train_dataloader.dataset
        dataset.dataset = dataset.dataset.dataset
        self.dataset = DATASETS.build(dataset)
        self.values = torch.rand(12, 3, generator=torch.Generator().manual_seed(0))
        self.file.parent.mkdir()
        (self.file.parent / "last_checkpoint").write_text(str(self.file))

    def save(self, state):
        meta = dict(cfg=self.cfg.pretty_text, epoch=3)
        torch.save(dict(meta=meta, state_dict={}, pseudo_labels=state), self.file)
        return self.file

    def table(self, **options):
        table = LabelTable(12, 3, self.dataset.fingerprint, **options)
        table.move(torch.arange(12), self.values, torch.ones(12, 3, dtype=torch.bool))
        return table.state_dict(str(self.file.parent))

    def expected(self, least):
        labels, classes = self.dataset.labels.dense(), self.dataset.metainfo["classes"]
        rows, columns = np.nonzero((labels == -1) & (self.values.numpy() >= least))
        return [
            (self.dataset.ids[row], classes[cls]) for row, cls in zip(rows, columns, strict=True)
        ]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Run(tmp_path)


def pairs(table):
    return list(zip(table["image"], table["class"], strict=True))


@pytest.mark.parametrize("options", [{}, dict(dtype="uint8"), dict(path="table")])
def test_the_likely_unknown_labels(run, options):
    run.save(run.table(**options))
    assert write_pseudo_labels(run.file, "pseudo.parquet", least=0.4) == len(run.expected(0.4))
    table = pd.read_parquet("pseudo.parquet")
    assert pairs(table) == run.expected(0.4) and len(table)
    assert [*table.columns] == ["image", "class", "probability", "epoch", "source"]
    assert table["probability"].min() >= 0.4 and set(table["epoch"]) == {3}
    assert set(table["source"]) == {"method"}


def test_estimates_are_logits(run):
    state = dict(owner=run.dataset.fingerprint, logits=run.values.logit(), moments={})
    run.save(state)
    write_pseudo_labels(run.file, "pseudo.csv", least=0.4)
    assert pairs(pd.read_csv("pseudo.csv")) == run.expected(0.4)


def test_the_tool_takes_a_work_dir(run, monkeypatch, capsys):
    run.save(run.table())
    monkeypatch.setattr(sys, "argv", [TOOL, "run", "--out", "p.csv", "--min", "0.5"])
    runpy.run_path(TOOL, run_name="__main__")
    assert f"wrote p.csv: {len(run.expected(0.5))} labels" in capsys.readouterr().out
    with pytest.raises(SystemExit, match=r"p\.csv exists"):
        runpy.run_path(TOOL, run_name="__main__")


def test_labels_without_a_number_are_left_out(run):
    run.values[:] = torch.nan
    run.save(run.table(init=None))
    assert write_pseudo_labels(run.file, "p.csv", least=0.0) == 0


def test_a_method_without_pseudo_labels(digits, tmp_path):
    file, page = tmp_path / "p.csv", tmp_path / "p.html"
    number = write_pseudo_labels(digits, file, least=0.3, gallery=page)
    table, found = pd.read_csv(file), training_features(digits)
    assert len(table) == number and len(table)
    assert set(table["source"]) == {"folds on trained features"} and set(table["epoch"]) == {1}
    labels, probability = found.annotations.labels.dense(), found.out_of_fold().logits
    expected = probability(np.arange(64)).sigmoid().numpy()[labels == -1]
    np.testing.assert_allclose(table["probability"], expected[expected >= 0.3], rtol=1e-4)
    content = page.read_text()
    assert "was trained on the known labels" in content and str(digits) in content
    assert content.count("<h3") == table["class"].nunique()


def test_features_that_no_label_has_changed(run, tmp_path):
    cfg = with_tiny_extractor(load(LEAF, tmp_path))
    compute(cfg)
    weights = MODELS.build(cfg.model).state_dict()
    torch.save(dict(meta=dict(cfg=cfg.pretty_text), state_dict=weights), run.file)
    write_pseudo_labels(run.file, "p.csv", least=0.0)
    table = pd.read_csv("p.csv")
    assert pairs(table) == run.expected(0.0) and set(table["source"]) == {"folds"}


def test_the_gallery_shows_the_surest(run):
    run.save(run.table())
    write_pseudo_labels(run.file, "p.csv", least=0.4, gallery="p.html")
    table, page = pd.read_csv("p.csv"), Path("p.html").read_text()
    assert page.count("data:image/jpeg") == len(table)
    best = table.loc[table["probability"].idxmax()]
    first = re.search(r"<h3[^>]*>(\w+): (\d+) label", page)
    assert first[1] == best["class"] and int(first[2]) == (table["class"] == first[1]).sum()
    assert f"<b>?</b> {best['probability']:.2f}" in page and "labels of the method" in page
    with pytest.raises(FileExistsError, match=r"p\.html exists"):
        write_pseudo_labels(run.file, "other.csv", gallery="p.html")


def test_other_images(run):
    run.save(run.table() | dict(owner="another"))
    with pytest.raises(ValueError, match="belong to other images or classes"):
        write_pseudo_labels(run.file, "p.csv")
    assert not Path("p.csv").exists()


def test_wrong_options(run):
    run.save(run.table())
    with pytest.raises(ValueError, match="give a name that ends in .csv, .parquet or .pq"):
        write_pseudo_labels(run.file, "p.txt")
    with pytest.raises(ValueError, match="the lowest probability is 2: give a number"):
        write_pseudo_labels(run.file, "p.csv", least=2)
    (run.file.parent / "last_checkpoint").unlink()
    with pytest.raises(FileNotFoundError, match="run has no file last_checkpoint"):
        write_pseudo_labels("run", "p.csv")
