"""COCO's file format on a miniature, and each way a file can be wrong."""

import json
import logging
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.datasets import COCOMultiLabel
from mmpartial.datasets.published.coco import CLASSES, SIZES

# COCO's category ids leave gaps: 80 classes have ids from 1 to 90.
GAPS = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
IDS = [i for i in range(1, 91) if i not in GAPS]


def content():
    """A miniature in the exact published format, out of order as the original is."""
    return dict(
        info=dict(description="COCO 2014 Dataset", version="1.0", year=2014),
        licenses=[dict(url="http://creativecommons.org", id=1, name="Attribution")],
        images=[
            dict(license=1, file_name=f"COCO_train2014_{i:012d}.jpg", height=2, width=2, id=i,
                 coco_url="", flickr_url="", date_captured="2013-11-14 16:28:13")
            for i in (57870, 9, 25)
        ],
        annotations=[
            dict(segmentation=[[1.0, 2.0, 3.0]], area=5.5, iscrowd=0, image_id=9, bbox=[1, 2, 3, 4],
                 category_id=90, id=1),
            dict(segmentation=dict(counts=[1, 2], size=[2, 2]), area=5, iscrowd=1, image_id=9,
                 bbox=[1, 2, 3, 4], category_id=1, id=2),
            dict(segmentation=[], area=1, iscrowd=0, image_id=9, bbox=[0, 0, 1, 1], category_id=1,
                 id=3),
            dict(segmentation=[], area=1, iscrowd=0, image_id=57870, bbox=[0, 0, 1, 1],
                 category_id=13, id=4),
        ],
        categories=[
            dict(supercategory="any", id=i, name=name)
            for i, name in reversed(list(zip(IDS, CLASSES, strict=True)))
        ],
    )  # fmt: skip


def load(tmp_path, data, **kwargs):
    file = tmp_path / "instances_train2014.json"
    file.write_text(json.dumps(data))
    (tmp_path / "train2014").mkdir(exist_ok=True)
    for image in data.get("images", []):
        (tmp_path / "train2014" / image.get("file_name", "none")).touch()
    return COCOMultiLabel(
        "instances_train2014.json", data_root=str(tmp_path), data_prefix="train2014", **kwargs
    )


def test_reads_the_published_format(tmp_path):
    dataset = load(tmp_path, content())
    infos = [dataset.get_data_info(i) for i in range(len(dataset))]
    assert [i["img_id"] for i in infos] == ["57870", "9"]  # image 25 has no annotation
    assert [i["gt_label"] for i in infos] == [[11], [0, 79]]
    assert not any("gt_score" in info for info in infos)
    assert infos[1]["img_path"] == str(tmp_path / "train2014" / "COCO_train2014_000000000009.jpg")
    assert dataset.metainfo["classes"][11] == "stop sign" and len(CLASSES) == 80


def test_shows_progress(tmp_path, capsys):
    data = content()
    data["annotations"] *= 30_000
    load(tmp_path, data)
    assert "completed: 100000" in capsys.readouterr().out


def test_other_categories(tmp_path):
    data = content()
    data["categories"] = [dict(id=5, name="cat"), dict(id=2, name="dog")]
    data["annotations"] = [dict(image_id=9, category_id=5)]
    dataset = load(tmp_path, data, metainfo=dict(classes=["dog", "cat"]))
    assert dataset.get_data_info(0)["gt_label"] == [1]


def test_some_of_the_classes(tmp_path):
    """An image without any of them stays, as all its labels are known."""
    dataset = load(tmp_path, content(), metainfo=dict(classes=["toothbrush", "person"]))
    assert [dataset.get_data_info(i)["gt_label"] for i in range(2)] == [[], [0, 1]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([57870, 9, 25]), st.sampled_from(IDS))))
def test_against_brute_force(pairs):
    """Annotations in any order, some of them of one class several times."""
    data = content()
    data["annotations"] = [dict(image_id=i, category_id=c, id=n) for n, (i, c) in enumerate(pairs)]
    expected = [
        (str(i), sorted({IDS.index(c) for j, c in pairs if j == i}))
        for i in (57870, 9, 25)
        if i in dict(pairs)
    ]
    with tempfile.TemporaryDirectory() as folder:
        if not pairs:
            with pytest.raises(ValueError, match=r"no image in .*instances_train2014.json"):
                load(Path(folder), data)
            return
        dataset = load(Path(folder), data)
    infos = [dataset.get_data_info(i) for i in range(len(dataset))]
    assert [(info["img_id"], info["gt_label"]) for info in infos] == expected


def test_files_that_are_not_whole_are_told(tmp_path):
    with patch("mmpartial.utils.log.print_log") as log:
        load(tmp_path, content())
        assert "has 2 images, but the published file has 82081" in log.call_args.args[0]
        assert log.call_args.kwargs["level"] == logging.WARNING
        log.reset_mock()
        (tmp_path / "instances_train2014.json").rename(tmp_path / "mine.json")
        COCOMultiLabel("mine.json", data_root=str(tmp_path), data_prefix="train2014")
        log.assert_not_called()
    assert SIZES["instances_train2014.json"] + SIZES["instances_val2014.json"] == sum(
        SIZES[f"instances_{split}2017.json"] for split in ("train", "val")
    )  # the same images, divided otherwise


def test_image_list(tmp_path):
    (tmp_path / "lists").mkdir()
    file = tmp_path / "lists" / "few.txt"
    every = [load(tmp_path, content()).get_data_info(i) for i in range(2)]
    for text, expected in (
        ("9\n57870\n", every),  # in the order of the JSON
        ("COCO_train2014_000000000009.jpg\n\n 25 \n", every[1:]),
    ):
        file.write_text(text)
        dataset = load(tmp_path, content(), image_list="lists/few.txt")
        found = [dataset.get_data_info(i) | dict(sample_idx=0) for i in range(len(dataset))]
        assert found == [info | dict(sample_idx=0) for info in expected]
    for text in ("", "25\n"):
        file.write_text(text)
        with pytest.raises(ValueError, match="few.txt lists no image that has annotations in"):
            load(tmp_path, content(), image_list="lists/few.txt")
    file.write_text("9\n10\n")
    with pytest.raises(ValueError, match="few.txt lists '10', which is not the file name or id"):
        load(tmp_path, content(), image_list="lists/few.txt")
    file.write_text("9\n25\nCOCO_train2014_000000000009.jpg\n")
    with pytest.raises(ValueError, match=r"few.txt lists the image 'COCO_.*9.jpg' twice"):
        load(tmp_path, content(), image_list="lists/few.txt")
    with pytest.raises(FileNotFoundError, match=r"there is no .*none.txt: put the list"):
        load(tmp_path, content(), image_list="none.txt")


def wrong_category(data):
    data["annotations"].append(dict(image_id=9, category_id=12))


def wrong_image(data):
    data["annotations"].append(dict(image_id=10, category_id=1))


def other_names(data):
    data["categories"][-1]["name"] = "human"


def same_file(data):
    data["images"][0]["file_name"] = data["images"][1]["file_name"]


def same_category(data):
    data["categories"][3]["name"] = data["categories"][4]["name"]


@pytest.mark.parametrize(
    "damage, message",
    [
        (
            lambda data: data["images"].append(data["images"][0]),
            r"images\[0\] and images\[3\] have the same id 57870",
        ),
        (same_file, r"images 57870 and 9 have the same file_name 'COCO_.*000009.jpg': remove one"),
        (same_category, "categories 86 and 87 have the same name '[a-z ]+': give them different"),
        (lambda data: data["images"][1].pop("file_name"), r"images\[1\] has no file_name"),
        (lambda data: data["images"][0].update(id="a"), "images have the ids 9 and 'a': write all"),
        (
            lambda data: data["annotations"][0].update(image_id=9.5),
            r"annotations\[0\] has image_id=9.5: an id is a whole number or a text",
        ),
        (wrong_category, "annotation of image 9 with category_id 12, which its categories do not"),
        (wrong_image, "annotates image 10, which its images do not list"),
        (other_names, r"has 80 categories, the first \['human'.*metainfo=dict\(classes"),
        (lambda data: data["annotations"][0].pop("category_id"), "without image_id or category_id"),
        (
            lambda data: data["images"][0].update(neg_category_ids=[1]),
            "images have neg_category_ids",
        ),
        (lambda data: data.pop("annotations"), "has no annotations: take an instances_"),
        (lambda data: (data.pop("images"), data.pop("categories")), "no images and no categories"),
    ],
)
def test_wrong_contents(tmp_path, damage, message):
    data = content()
    damage(data)
    with pytest.raises(ValueError, match=message):
        load(tmp_path, data)


def test_missing_and_cut_off_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="annotations_trainval2014.zip.*set data_root"):
        COCOMultiLabel("annotations/instances_train2014.json", data_root=str(tmp_path))
    load(tmp_path, content())
    file = tmp_path / "instances_train2014.json"
    text = file.read_text()
    file.write_text(text[: len(text) // 2])
    with pytest.raises(ValueError, match="is not complete JSON.*cut off"):
        COCOMultiLabel(str(file))
    file.write_text(text)
    with pytest.raises(FileNotFoundError, match="there is no image folder .*val2014: put the"):
        COCOMultiLabel(str(file), data_prefix=str(tmp_path / "val2014"))
    (tmp_path / "train2014" / "COCO_train2014_000000000009.jpg").unlink()
    with pytest.raises(FileNotFoundError, match=r"1 of 2 images are not below .*00009.jpg\. Put"):
        COCOMultiLabel(str(file), data_prefix=str(tmp_path / "train2014"))
    assert len(COCOMultiLabel(str(file), data_prefix="nowhere", check_images=False)) == 2
    file.write_bytes(b"\xff\xfe" + text.encode())
    with pytest.raises(ValueError, match="is not complete JSON"):
        COCOMultiLabel(str(file))
    file.write_text("[1]")
    with pytest.raises(ValueError, match="has no images and no annotations and no categories"):
        COCOMultiLabel(str(file))
