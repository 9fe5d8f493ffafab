"""Predictions as files, which read back as labels."""

import json

import numpy as np
import pandas as pd
import pytest

from mmpartial.apis.prediction.tables import Block, check_out, predictions_writer
from mmpartial.formats import read_annotations

CLASSES = ["cat", "hot dog, large", "bird"]
BLOCKS = [
    Block(["é/1.jpg", "2.jpg"], np.float32([[0.25, 0.5, 0.1], [0, 0.1, 1]]),
          np.array([[False, True, False], [False, False, True]])),
    Block(["3.jpg"], np.float32([[0.3, 0.2, 0.4]]), np.zeros((1, 3), dtype=bool)),
]  # fmt: skip
LABELS = [[0, 1, 0], [0, 0, 1], [0, 0, 0]]


def write(path, is_long=False):
    with predictions_writer(str(path), CLASSES, is_long) as write:
        for block in BLOCKS:
            assert not path.exists()
            write(block)
    return str(path)


@pytest.mark.parametrize("ending", ["csv", "parquet", "json", "jsonl"])
def test_they_read_back_as_labels(tmp_path, ending):
    file = write(tmp_path / f"predictions.{ending}")
    json_options = dict(format="json_lists", unlisted="unknown")
    options = json_options if "json" in ending else dict(format="wide_csv")
    found = read_annotations(path=file, classes=CLASSES, **options)
    assert list(found.images) == ["é/1.jpg", "2.jpg", "3.jpg"]
    assert found.labels.dense().tolist() == LABELS


@pytest.mark.parametrize("read, ending", [(pd.read_csv, "csv"), (pd.read_parquet, "parquet")])
def test_a_wide_table(tmp_path, read, ending):
    table = read(write(tmp_path / f"predictions.{ending}"))
    names = [f"{name}_probability" for name in CLASSES]
    assert [*table.columns] == ["image", *CLASSES, *names]
    probabilities = np.concatenate([block.probabilities for block in BLOCKS])
    assert np.array_equal(table[names].to_numpy(np.float32), probabilities)


def test_a_long_table(tmp_path):
    file = write(tmp_path / "predictions.csv", is_long=True)
    rows = [("é/1.jpg", "hot dog, large", 0.5), ("2.jpg", "bird", 1.0)]
    assert [*pd.read_csv(file).itertuples(index=False, name=None)] == rows


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_json(tmp_path, ending):
    file = tmp_path / f"predictions.{ending}"
    write(file)
    text = file.read_text(encoding="utf-8")
    records = json.loads(text) if ending == "json" else [*map(json.loads, text.splitlines())]
    probabilities = dict(zip(CLASSES, [0.3, 0.2, 0.4], strict=True))
    assert records[2] == dict(
        image="3.jpg", positive=[], negative=CLASSES, probabilities=probabilities
    )
    assert [record["positive"] for record in records] == [["hot dog, large"], ["bird"], []]


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_a_stopped_run_leaves_no_file(tmp_path, ending):
    class Stopped(BaseException):
        pass

    file = str(tmp_path / f"predictions.{ending}")
    with pytest.raises(Stopped), predictions_writer(file, CLASSES, False) as write:
        write(BLOCKS[0])
        raise Stopped
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("out, classes, is_long, message", [
    ("p.xls", ["a"], False, r"p\.xls: give a name that ends in \.csv, .* or \.ndjson"),
    ("p.json", ["a"], True, "JSON has a record for each image"),
    ("p.csv", ["a", "a_probability"], False, "two columns 'a_probability'"),
    ("p.pq", ["image"], False, "two columns 'image'"),
])  # fmt: skip
def test_files_that_are_refused(out, classes, is_long, message):
    with pytest.raises(ValueError, match=message):
        check_out(out, classes, is_long)


def test_names_that_only_a_wide_table_cannot_hold():
    check_out("p.csv", ["image"], True)
    check_out("p.json", ["image"], False)
