"""MMPretrain's annotation file, read by its own dataset as well."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from mmpretrain.datasets import MultiLabelDataset

from mmpartial.datasets import PartialLabelDataset
from mmpartial.formats import mmpretrain
from tests.formats.some_annotations import annotations, contents

FULL = dict(
    metainfo=dict(classes=["A", "B", "C"]),
    data_list=[dict(img_path="1.jpg", gt_label=[0, 1]), dict(img_path="2.jpg", gt_label=[])],
)


def read(tmp_path, content):
    file = tmp_path / "train.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return mmpretrain.read(str(file))


def with_items(*items):
    return dict(FULL, data_list=list(items))


def test_three_ways(tmp_path):
    assert contents(read(tmp_path, FULL)) == (
        ["1.jpg", "2.jpg"],
        ["A", "B", "C"],
        [[1, 1, 0], [0, 0, 0]],
    )
    one, other = FULL["data_list"]
    found = read(tmp_path, with_items(dict(one, gt_label_neg=[2]), dict(other, img_id=7)))
    assert contents(found)[2] == [[1, 1, 0], [-1, -1, -1]] and found.ids == ["1.jpg", "7"]
    scores = [dict(img_path="1.jpg", gt_score=[1, 0, -1]), dict(img_path="2.jpg", gt_score=[0] * 3)]
    assert contents(read(tmp_path, with_items(*scores)))[2] == [[1, 0, -1], [0, 0, 0]]


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(annotations())
def test_round_trip(tmp_path, ours):
    """Here and in MMPretrain's dataset, alone and wrapped."""
    path = str(tmp_path / "train.json")
    assert mmpretrain.write(ours, path) == []
    theirs = mmpretrain.read(path)
    assert contents(theirs) == contents(ours) and list(theirs.names) == list(ours.names)
    stock, labels = MultiLabelDataset(path), ours.labels.dense()
    assert list(stock.metainfo["classes"]) == list(ours.classes)
    full = not (labels == -1).any()
    for row, info in zip(labels, map(stock.get_data_info, range(len(stock))), strict=True):
        assert info["gt_label"] == np.flatnonzero(row == 1).tolist()
        assert info.get("gt_label_neg") == (None if full else np.flatnonzero(row == 0).tolist())
    wrapped = PartialLabelDataset(stock, setting="FAL" if full else None)
    np.testing.assert_array_equal(np.asarray(wrapped.labels), labels)


@pytest.mark.parametrize(
    "content, message",
    [
        ("[]", "has no data_list: it is not an annotation file"),
        (dict(FULL, metainfo={}), "has no class names: write them into metainfo.classes"),
        (with_items(dict(gt_label=[])), r"data_list\[0\] has no img_path"),
        (with_items(dict(img_path="1.jpg")), "'1.jpg' has gt_label=None: write a list of classes"),
        (with_items(dict(img_path="1.jpg", gt_label=2)), "'1.jpg' has gt_label=2: write a list"),
        (with_items(dict(img_path="1.jpg", gt_label=[0.9])), r"'1.jpg' has gt_label=\[0.9\]: wri"),
        (with_items(dict(img_path="1.jpg", gt_label=[True])), r"has gt_label=\[True\]: write a li"),
        (with_items(dict(img_path="1.jpg", gt_label=["1"])), r"has gt_label=\['1'\]: write a list"),
        (with_items(dict(img_path="1.jpg", gt_label=[[1]])), r"has gt_label=\[\[1\]\]: write a li"),
        (
            with_items(dict(img_path="1.jpg", gt_label=[1], gt_label_neg=[0.0])),
            r"'1.jpg' has gt_label_neg=\[0.0\]: write a list of classes, as whole numbers",
        ),
        (with_items(dict(img_path="1.jpg", gt_score=["x", 1, 0])), r"gt_score=\['x', 1, 0\]: wri"),
        (with_items(dict(img_path="1.jpg", gt_score=[True, 1, 0])), r"gt_score=\[True, 1, 0\]: w"),
        (with_items(dict(img_path=1, gt_label=[])), r"data_list\[0\] has img_path=1: write it in"),
        (with_items("x"), r"train.json: data_list\[0\] has no img_path"),
        (dict(FULL, data_list=dict(a=1)), "train.json: data_list is not a list of images"),
        (dict(FULL, metainfo=["A"]), "has no class names: write them into metainfo.classes"),
        (dict(FULL, metainfo=dict(classes="ab")), "train.json has 'ab': write a list of names"),
        (with_items(dict(img_path="1.jpg", gt_label=[3])), "'1.jpg' has the class index 3, but t"),
        (
            with_items(dict(img_path="1.jpg", gt_label=[1], gt_label_neg=[1])),
            "train.json: image '1.jpg' lists class 1 as positive and as negative",
        ),
        (
            with_items(dict(img_path="1.jpg", gt_score=[1, 0])),
            r"'1.jpg' has gt_score=\[1, 0\]: write a list of 3 numbers",
        ),
        (with_items(dict(img_path="1.jpg", gt_score=[1, 0, 0.5])), "image '1.jpg'.* 0.5"),
        (
            with_items(FULL["data_list"][0], dict(img_path="1.jpg", gt_label=[])),
            "1.jpg' twice with",
        ),
        (with_items(), "there is no image in"),
        (json.dumps(FULL)[:-9], "train.json is not complete JSON in UTF-8"),
    ],
)
def test_wrong_files(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, content)


def test_scores_by_the_block(tmp_path, monkeypatch):
    monkeypatch.setattr(mmpretrain, "_ROWS", 2)
    rows = [[1, 0, -1], [0.0, 0, 0], [1, 1, 1], [-1, -1, -1], [0, 1.0, 0]]
    items = [dict(img_path=f"{i}.jpg", gt_score=row) for i, row in enumerate(rows)]
    assert contents(read(tmp_path, with_items(*items)))[2] == rows
    items[3]["gt_score"][1] = 2
    with pytest.raises(ValueError, match="image '3.jpg' has the label 2.0 for class 1"):
        read(tmp_path, with_items(*items))


def test_missing_file():
    with pytest.raises(FileNotFoundError, match="there is no none.json"):
        mmpretrain.read("none.json")


def test_states_instead_of_indices(tmp_path):
    items = [("1.jpg", [0, 1, 0]), ("2.jpg", [1, 1, 0])]
    content = dict(
        metainfo=dict(classes=["cat", "cow", "dog"]),
        data_list=[dict(img_path=image, gt_label=label) for image, label in items],
    )
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="x.json has as many 1 and 0 in each gt_label"):
        mmpretrain.read(str(path))
    path.write_text(json.dumps(content).replace("gt_label", "gt_score"))
    found = mmpretrain.read(str(path))
    assert found.labels.dense().tolist() == [[0, 1, 0], [1, 1, 0]]
    path.write_text(json.dumps(content).replace("[0, 1, 0]", "[0, 2]").replace("[1, 1, 0]", "[1]"))
    found = mmpretrain.read(str(path))
    assert found.labels.dense().tolist() == [[1, 0, 1], [0, 1, 0]]
