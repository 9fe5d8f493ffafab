"""LVIS's file format on a miniature, and each way a file can be wrong."""

import json
import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mmpartial.datasets import LVIS, PartialLabelDataset

NAMES = {3: "aerosol_can", 1: "bow_(weapon)", 7: "zebra", 4: "alcohol"}  # ids leave gaps
ORDER = ["bow_(weapon)", "aerosol_can", "alcohol", "zebra"]


def image(number, folder="train2017", neg=(), not_exhaustive=()):
    name = f"{number:012d}.jpg"
    return dict(
        id=number, license=1, height=2, width=2, date_captured="2013-11-14 16:28:13",
        flickr_url=f"http://farm.staticflickr.com/{number}.jpg",
        coco_url=f"http://images.cocodataset.org/{folder}/{name}",
        neg_category_ids=list(neg), not_exhaustive_category_ids=list(not_exhaustive),
    )  # fmt: skip


def annotation(image_id, category_id, number=1):
    return dict(
        id=number, image_id=image_id, category_id=category_id, area=5.5, bbox=[1, 2, 3, 4],
        segmentation=[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]],
    )  # fmt: skip


def content():
    """A miniature in the exact published format, LVIS v1."""
    return dict(
        info=dict(description="LVIS v1", version="1.0", year=2020),
        licenses=[dict(id=1, name="Attribution", url="http://creativecommons.org")],
        images=[
            image(30, neg=[4, 3], not_exhaustive=[7]),
            image(9, folder="val2017", neg=[1]),
            image(25),
        ],
        annotations=[annotation(30, 7, 1), annotation(30, 7, 2), annotation(9, 3, 3)],
        categories=[
            dict(id=i, name=name, synset="x.n.01", synonyms=[name], frequency="r", image_count=1,
                 instance_count=2, **{"def": "a thing"})
            for i, name in NAMES.items()
        ],
    )  # fmt: skip


def load(folder, data, name="lvis_v1_train.json", **kwargs):
    (folder / name).write_text(json.dumps(data))
    for record in data.get("images", []):
        path = folder / Path(*record.get("coco_url", "x/y").split("/")[-2:])
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return LVIS(name, data_root=str(folder), **kwargs)


def test_reads_the_published_format(tmp_path):
    dataset = load(tmp_path, content())
    infos = [dataset.get_data_info(i) for i in range(3)]
    assert dataset.metainfo["classes"] == tuple(ORDER)
    assert [info["img_id"] for info in infos] == ["30", "9", "25"]
    assert [info["img_path"] for info in infos] == [
        str(tmp_path / part)
        for part in (
            "train2017/000000000030.jpg", "val2017/000000000009.jpg", "train2017/000000000025.jpg",
        )
    ]  # fmt: skip
    assert [info["gt_score"].tolist() for info in infos] == [
        [-1, 0, 0, 1],
        [0, 1, -1, -1],
        [-1, -1, -1, -1],
    ]
    assert [dataset.get_cat_ids(i) for i in range(3)] == [[3], [1], []]


def test_partial_by_nature(tmp_path):
    inner = load(tmp_path, content())
    dataset = PartialLabelDataset(inner, setting=None)
    assert np.array_equal(dataset.labels, inner.annotations.labels)
    assert dataset.get_data_info(1)["gt_score"].tolist() == [0, 1, -1, -1]


def test_not_exhaustive_is_present_without_an_annotation(tmp_path):
    data = content()
    data["images"][2]["not_exhaustive_category_ids"] = [4]
    assert load(tmp_path, data).get_data_info(2)["gt_score"].tolist() == [-1, -1, 1, -1]


def test_some_of_the_classes(tmp_path):
    dataset = load(tmp_path, content(), metainfo=dict(classes=["zebra", "alcohol"]))
    assert dataset.get_data_info(0)["gt_score"].tolist() == [1, 0]
    with pytest.raises(ValueError, match="no class 'Zebra' among the 4 .* the nearest is 'zebra'"):
        load(tmp_path, content(), metainfo=dict(classes=["Zebra"]))


states = st.lists(st.sampled_from(["annotated", "twice", "not exhaustive", "neg", "nothing"]),
                  min_size=4, max_size=4)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(states, min_size=1, max_size=4))
def test_against_brute_force(rows):
    data = content() | dict(images=[], annotations=[])
    expected = []
    for number, row in enumerate(rows, 1):
        data["images"].append(image(number))
        expected.append([])
        for cls, state in zip(sorted(NAMES), row, strict=True):
            times = dict(annotated=1, twice=2).get(state, 0)
            data["annotations"] += [annotation(number, cls)] * times
            if state == "not exhaustive":
                data["images"][-1]["not_exhaustive_category_ids"].append(cls)
            if state == "neg":
                data["images"][-1]["neg_category_ids"].append(cls)
            expected[-1].append(dict(neg=0, nothing=-1).get(state, 1))
    with tempfile.TemporaryDirectory() as folder:
        dataset = load(Path(folder), data)
    assert np.asarray(dataset.annotations.labels).tolist() == expected


def change(position, **values):
    return lambda data: data["images"][position].update(values)


@pytest.mark.parametrize(
    "damage, message",
    [
        (
            change(0, neg_category_ids=[7]),
            r"train.json says that 'zebra' is in image 30, but has it in the image's neg_categor",
        ),
        (change(1, neg_category_ids=[3]), "'aerosol_can' is in image 9"),
        (change(1, neg_category_ids=[2]), "neg_category_ids of image 9 have 2, which the file's"),
        (change(2, not_exhaustive_category_ids=[99]), "not_exhaustive_.* of image 25 have 99"),
        (
            change(2, neg_category_ids=[1.5]),
            "image 25 have the id=1.5: an id is a whole number or a text",
        ),
        (change(2, neg_category_ids=3), "image 25 are 3: give a list of category ids"),
        (change(2, id=9), r"images\[1\] and images\[2\] have the same id 9"),
        (
            change(2, coco_url=content()["images"][0]["coco_url"]),
            "images 30 and 25 have the same coco_url",
        ),
        (lambda data: data["images"][1].pop("coco_url"), r"images\[1\] has no coco_url"),
        (lambda data: data["images"][0].pop("neg_category_ids"), r"images\[0\] has no neg_categ"),
        (lambda data: data["annotations"].append(annotation(8, 3)), "annotates image 8, which its"),
        (lambda data: data.pop("categories"), "has no categories"),
        (lambda data: data["images"].clear() or data["annotations"].clear(), "there is no image"),
    ],
)
def test_wrong_contents(tmp_path, damage, message):
    data = content()
    damage(data)
    with pytest.raises(ValueError, match=message):
        load(tmp_path, data)


def test_missing_and_cut_off_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no .*lvis_v1_val.json: download LVIS v1"):
        LVIS("lvis_v1_val.json", data_root=str(tmp_path))
    load(tmp_path, content())
    file = tmp_path / "lvis_v1_train.json"
    text = file.read_text()
    for wrong in (text[:-50].encode(), b"\xff\xfe" + text.encode()):
        file.write_bytes(wrong)
        with pytest.raises(
            ValueError, match="is not complete JSON.*(cut off|save the file as UTF-8)"
        ):
            LVIS(file.name, data_root=str(tmp_path))
    file.write_text(text)
    (tmp_path / "val2017/000000000009.jpg").unlink()
    with pytest.raises(FileNotFoundError, match=r"1 of 3 images .*: val2017/000000000009.jpg"):
        LVIS(file.name, data_root=str(tmp_path))


def test_another_number_of_images_is_told(tmp_path):
    with patch("mmpartial.utils.log.print_log") as log:
        load(tmp_path, content(), "lvis_v1_val.json")
    assert "has 3 images, but the published file has 19809" in log.call_args.args[0]


def write_lvis(root, dataset):
    """The miniature with 1,203 classes and real images where a config expects them."""
    file = root / dataset.ann_file
    file.parent.mkdir(parents=True, exist_ok=True)
    data = content()
    there = {category["id"] for category in data["categories"]}
    data["categories"] += [dict(id=i, name=f"class {i}") for i in range(1, 1204) if i not in there]
    file.write_text(json.dumps(data))
    for record in data["images"]:
        path = root / Path(*record["coco_url"].split("/")[-2:])
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (20, 16)).save(path)
