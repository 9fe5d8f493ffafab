"""VAW's files on a miniature: attributes in three states, boxes, and each way they can be wrong."""

import json

import numpy as np
import pytest
from PIL import Image

from mmpartial.datasets import VAW, PartialLabelDataset

INDEX = {"tiled": 2, "gray": 0, "light colored": 1}
PARTS = [
    [
        {
            "image_id": "2373241",
            "instance_id": "2373241004",
            "instance_bbox": [0.0, 182.5, 500.16666666666663, 148.5],
            "instance_polygon": [[[432.5, 214.16666666666669], [425.8333333333333, 194.1]]],
            "object_name": "floor",
            "positive_attributes": ["tiled", "gray", "gray"],
            "negative_attributes": ["light colored"],
        }
    ],
    [
        {
            "image_id": 2373241,
            "instance_id": 2373241001,
            "instance_bbox": [1, 2, 3, 4],
            "instance_polygon": None,
            "object_name": "wall",
            "positive_attributes": [],
            "negative_attributes": ["gray"],
        },
        {
            "image_id": "9",
            "instance_id": "5",
            "instance_bbox": [4.0, 2.0, 8.0, 6.0],
            "object_name": "cup",
            "positive_attributes": ["gray", "tiled"],
            "negative_attributes": ["tiled"],
        },
    ],
]
FILES = ("train_part1.json", "train_part2.json")


def write(root, parts=PARTS, index=INDEX, files=FILES):
    root.mkdir(parents=True, exist_ok=True)
    for name, part in zip(files, parts, strict=True):
        (root / name).write_text(json.dumps(part))
    (root / "attribute_index.json").write_text(json.dumps(index))


def load(root, files=FILES, **kwargs):
    return VAW(files, data_root=str(root), **{"check_images": False, **kwargs})


def write_vaw(root, dataset):
    """A miniature with 620 attributes and real images, in two folders."""
    files = [dataset.ann_file] if isinstance(dataset.ann_file, str) else dataset.ann_file
    (root / "vaw").mkdir(parents=True, exist_ok=True)
    for name in files:
        (root / name).write_text(json.dumps(PARTS[1]))
        break
    for name in files[1:]:
        (root / name).write_text(json.dumps(PARTS[0]))
    names = [*sorted(INDEX, key=INDEX.get), *(f"attribute {n}" for n in range(617))]
    index = {name: number for number, name in enumerate(names)}
    (root / dataset.class_file).write_text(json.dumps(index))
    for path in ("VG_100K/2373241.jpg", "VG_100K_2/9.jpg"):
        (root / path).parent.mkdir(exist_ok=True)
        Image.new("RGB", (600, 400)).save(root / path)


def test_reads_the_published_format(tmp_path):
    write(tmp_path)
    dataset = load(tmp_path)
    assert dataset.metainfo["classes"] == ("gray", "light colored", "tiled")
    assert dataset.annotations.labels.dense().tolist() == [[1, 0, 1], [0, -1, -1], [1, -1, -1]]
    assert dataset.annotations.names == ["2373241004", "2373241001", "5"]
    boxes = [dataset.get_data_info(row)["box"].tolist() for row in range(3)]
    assert boxes == [[0, 182.5, 500.16666666666663, 148.5], [1, 2, 3, 4], [4, 2, 8, 6]]
    few = dataset.get_subset([2, 0])
    assert [few.get_data_info(row)["box"].tolist() for row in range(2)] == [boxes[2], boxes[0]]


def test_one_file(tmp_path):
    write(tmp_path)
    assert len(load(tmp_path, FILES[1])) == 2


def test_images_are_found_and_cropped(tmp_path):
    write(tmp_path)
    for path, shade in (("VG_100K/2373241.jpg", 0), ("VG_100K_2/9.jpg", 200)):
        (tmp_path / path).parent.mkdir()
        Image.new("RGB", (30, 20), (shade,) * 3).save(tmp_path / path)
    pipeline = [
        dict(type="LoadImageFromFile"),
        dict(type="mmpartial.CropBox"),
        dict(type="PackInputs"),
    ]
    inner = load(tmp_path, FILES[1], check_images=True, pipeline=pipeline)
    assert list(inner.annotations.images) == ["VG_100K/2373241.jpg", "VG_100K_2/9.jpg"]
    dataset = PartialLabelDataset(inner, setting=None)
    assert dataset[0]["inputs"].shape == (3, 4, 3) and dataset[1]["inputs"].shape == (3, 6, 8)
    assert np.abs(dataset[1]["inputs"].float() - 200).max() < 3


def changed(**values):
    return [[{**PARTS[0][0], **values}], PARTS[1]]


@pytest.mark.parametrize(
    "parts, index, message",
    [
        (changed(instance_id="x"), INDEX, "part1.json: instance 0 .*has instance_id='x'"),
        (changed(instance_id=5), INDEX, "image '5' is listed twice"),
        (changed(image_id=None), INDEX, "has image_id=None: it should be a whole number"),
        (changed(instance_bbox=[1, 2, 3]), INDEX, "instance 2373241004 has instance_bbox="),
        (changed(instance_bbox=[1, 2, 3, float("nan")]), INDEX, "should be .x, y, width, height."),
        (changed(positive_attributes="gray"), INDEX, "positive_attributes='gray': it should be a"),
        (changed(negative_attributes=["grey"]), INDEX, "instance 2373241004: there is no class 'g"),
        ([{}, PARTS[1]], INDEX, "part1.json is not a list of instances"),
        ([[1], PARTS[1]], INDEX, "instance 0 .* is not an object"),
        (PARTS, {"gray": 1}, "attribute_index.json does not number its attributes from 0"),
        (PARTS, ["gray"], "attribute_index.json does not number its attributes from 0"),
    ],
)
def test_damaged_files(tmp_path, parts, index, message):
    write(tmp_path, parts, index)
    with pytest.raises(ValueError, match=message):
        load(tmp_path)


def test_missing_files(tmp_path):
    write(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no .*test.json: take the files in data/"):
        load(tmp_path, "test.json")
    with pytest.raises(FileNotFoundError, match="3 of 3 images are not below"):
        load(tmp_path, check_images=True)
