"""tools/benchmarks/corel5k_series.py: the groups in the benchmark of AssetReg."""

import json
from pathlib import Path

import pandas as pd

from tests.commands import run_here

TOOL = Path(__file__).parents[1] / "tools" / "benchmarks" / "corel5k_series.py"


def test_numbers_that_differ_in_the_last_digit_are_a_group(tmp_path, monkeypatch):
    photos = {"train": ["1000", "1009", "10000"], "val": ["1001"]}
    splits = {part: [{"img": f"images/{n}.jpg"} for n in ids] for part, ids in photos.items()}
    (tmp_path / "annotations_top.json").write_text(json.dumps({"splits": splits}))
    run_here(monkeypatch, TOOL, tmp_path)
    table = pd.read_csv(tmp_path / "series.csv", dtype=str)
    assert table.columns.tolist() == ["image", "part", "group"]
    assert dict(zip(table.image, zip(table.part, table.group, strict=True), strict=True)) == {
        "images/1000.jpg": ("train", "100"),
        "images/1009.jpg": ("train", "100"),
        "images/10000.jpg": ("train", "1000"),
        "images/1001.jpg": ("val", "100"),
    }
